"""The stand-in itself: it listens on the loopback, in the benchmark's own process and event loop."""

import asyncio
import ssl
import time
from typing import Self

from benchmarks.standin import payloads
from benchmarks.standin.clicks import Clicks
from benchmarks.standin.connection import Connection
from benchmarks.standin.gateway import Gateway
from benchmarks.standin.messages import Messages, answered
from benchmarks.standin.payloads import JSON
from benchmarks.standin.rest import Rest

MESSAGES = 1 << 9
"""The intent of those who are told of messages."""


class StandIn:
    """A Discord for one bot: `async with StandIn() as discord`."""

    def __init__(self, *, members: int = 500, delay: float = 0.0, tls: ssl.SSLContext | None = None) -> None:
        """``members`` of the guild, and ``delay``: the seconds after which a first answer is answered.

        ``heard`` is when the bot asked for something last, and ``came`` when it came to the gateway.
        """
        self.delay = delay
        self.url = ""
        self.connections: set[Connection] = set()
        self.most_connections = 0
        self.heard = 0.0
        self.came = 0.0
        self._members = members
        self._tls = tls
        self._gateway: tuple[Connection, Gateway] | None = None
        self._server: asyncio.Server | None = None
        self.messages = Messages(self._tell)
        self.clicks = Clicks(self.messages, self._tell_raw)

    async def __aenter__(self) -> Self:
        """Listen, on a port that is free."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", 0, backlog=4096, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http{'s' if self._tls else ''}://127.0.0.1:{port}"
        self.rest = Rest(self.messages, self.clicks, self._gateway_url)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut every connection."""
        assert self._server
        self._server.close()
        for each in list(self.connections):
            each.transport.abort()

    @property
    def _gateway_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    # ---------------------------------------------------------------- what the benchmark looks at

    @property
    def ready(self) -> bool:
        """Whether a bot is there, with a board that can be voted on."""
        return self._gateway is not None and self._gateway[1].ready and bool(self.messages.boards)

    @property
    def board(self) -> JSON:
        """The newest board that can be voted on."""
        return self.messages.boards[-1]

    @property
    def shown(self) -> int:
        """How many people the newest board says have answered."""
        return answered(self.board)

    async def until_ready(self, seconds: float = 60.0) -> None:
        """Wait for a bot, and for its board."""
        async with asyncio.timeout(seconds):
            while not self.ready:  # noqa: ASYNC110  (nothing that is measured waits here)
                await asyncio.sleep(0.01)

    async def until_quiet(self, seconds: float = 0.5) -> None:
        """Wait until the bot has asked for nothing for so long."""
        while (left := self.heard + seconds - time.perf_counter()) > 0:  # noqa: ASYNC110  (nor here)
            await asyncio.sleep(left)

    def write(self, person: int, words: str) -> None:
        """Somebody writes in the session's channel."""
        self._tell("MESSAGE_CREATE", payloads.chat(person, words))

    # ---------------------------------------------------------------- what connections need

    def opened(self, connection: Connection) -> None:
        """There is one more."""
        self.connections.add(connection)
        self.most_connections = max(self.most_connections, len(self.connections))

    def closed(self, connection: Connection) -> None:
        """There is one less."""
        self.connections.discard(connection)
        if self._gateway and self._gateway[0] is connection:
            self._gateway = None

    def callback(self, target: bytes, body: bytes) -> bytes:
        """A first answer to a click."""
        return self.clicks.callback(target, body)

    def request(self, method: str, target: str, body: bytes) -> bytes:
        """Any other request."""
        self.heard = time.perf_counter()
        return self.rest.answer(method, target, body)

    def connect(self, connection: Connection, *, compressed: bool) -> Gateway:
        """A bot comes to the gateway; the last one that came is told what happens."""
        gateway = Gateway(connection.write, self._gateway_url, self._members, compressed=compressed)
        self._gateway = connection, gateway
        self.came = time.perf_counter()
        return gateway

    def _tell(self, name: str, data: JSON) -> None:
        if self._gateway and self._gateway[1].intents & MESSAGES:
            self._gateway[1].tell(name, data)

    def _tell_raw(self, event: bytes) -> None:
        if self._gateway:
            self._gateway[1].tell_raw(event)
