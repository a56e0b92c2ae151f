"""Answers to clicks on their way to Discord: as few steps as a request can have.

What aiohttp spends on one request (cookies, redirects, proxies, a dozen objects) is more than all else that a click
costs. An answer needs none of it: it is one write and one read on a connection that is kept.
"""

import asyncio
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, cast

import httptools
import orjson
from discord.http import Route
from yarl import URL

CONNECTIONS = 250
"""How many connections to Discord at once: without a limit a burst of clicks opens thousands, and most are late."""

HANGING = 10.0
"""Seconds after which a connection that says nothing is given up."""

OK = range(200, 300)


@dataclass(frozen=True)
class Reply:
    """What Discord said to an answer; named as `discord.HTTPException` reads it."""

    status: int
    reason: str
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it took the answer."""
        return self.status in OK

    @property
    def said(self) -> Any:
        """The body, read if it is JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return self.body.decode(errors="replace")


class _Connection(asyncio.Protocol):
    """One connection, with one request on it at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._reply: asyncio.Future[Reply] = self._loop.create_future()
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.open = True

    async def post(self, request: bytes) -> Reply:
        self._parser = httptools.HttpResponseParser(self)
        self._reason, self._body = "", b""
        self._reply = self._loop.create_future()
        hanging = self._loop.call_later(HANGING, self.close)
        self._transport.write(request)
        try:
            return await self._reply
        except BaseException:
            self.close()  # what comes on it now would be taken for the answer to another request
            raise
        finally:
            hanging.cancel()

    def close(self) -> None:
        self.open = False
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if not self._reply.done():
            self._reply.set_exception(exc or ConnectionResetError("Discord closed the connection without an answer"))

    def on_status(self, status: bytes) -> None:
        self._reason += status.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.open = self.open and self._parser.should_keep_alive()
        if not self._reply.done():
            self._reply.set_result(Reply(self._parser.get_status_code(), self._reason, self._body))


class Callbacks:
    """The connections, open as long as the block."""

    def __init__(self, user_agent: str) -> None:
        self._to = URL(Route.BASE)
        self._head = "\r\n".join(
            (
                f"Host: {self._to.authority}",
                f"User-Agent: {user_agent}",
                "Content-Type: application/json",
                "Content-Length: ",
            )
        )
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[_Connection] = []

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        """Made when it is needed: reading the machine's certificates takes a while."""
        return ssl.create_default_context() if self._to.scheme == "https" else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        while self._idle:
            self._idle.pop().close()

    async def post(self, path: str, body: Any) -> Reply:
        """Post it to a path of Discord's; an OSError where it cannot be said whether Discord has it."""
        json = orjson.dumps(body)
        request = f"POST {self._to.raw_path}{path} HTTP/1.1\r\n{self._head}{len(json)}\r\n\r\n".encode("latin-1") + json
        async with self._room:
            connection = await self._connection()
            try:
                return await connection.post(request)
            finally:
                if connection.open:
                    self._idle.append(connection)
                else:
                    connection.close()

    async def _connection(self) -> _Connection:
        """The one that was in use last, so that those there is no need for are left to be closed by Discord."""
        while self._idle:
            if (connection := self._idle.pop()).open:
                return connection
        loop, to = asyncio.get_running_loop(), self._to
        async with asyncio.timeout(HANGING):
            _, connection = await loop.create_connection(_Connection, to.raw_host or "", to.port or 443, ssl=self._tls)
        return connection
