"""The stand-in itself: one server on the loopback, in the test's own event loop."""

import json
import time
from typing import Any, Self

from aiohttp import BodyPartReader, web

from tests.standin.faults import Fault, Faults
from tests.standin.guild import Guild
from tests.standin.interactions import Interactions
from tests.standin.messages import PINNED, Messages
from tests.standin.payloads import JSON
from tests.standin.people import People
from tests.standin.reading import text_of
from tests.standin.routing import Call, Refused, Routes, Upload
from tests.standin.threads import Threads
from tests.standin.waiting import Changes
from tests.standin.world import World

API = "/api/v10"
OPEN = ("/interactions/", "/webhooks/")
"""What is asked for without the bot's token: the path has one of its own."""

LARGEST = 32 << 20

Reply = tuple[int, Any, dict[str, str]]


class StandIn:
    """A stand-in Discord: `async with StandIn() as discord`. Its parts, and what happened, are its attributes."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.faults = Faults(self.changes)
        self.world = World(self.changes)
        self.gateway = self.world.gateway
        self.messages = Messages(self.world)
        self.interactions = Interactions(self.world, self.messages)
        self.people = People(self.world, self.messages, self.interactions)
        self.slash, self.suggest = self.people.slash, self.people.suggest
        self.click, self.choose, self.submit = self.people.click, self.people.choose, self.people.submit
        self.at_once, self.said = self.people.at_once, self.interactions.said
        self.until = self.changes.until
        self.calls: list[Call] = []
        self.unknown: list[str] = []
        self.threads = Threads(self.world)
        self._routes = Routes(self.messages, self.interactions, self.threads, Guild(self.world))
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen, on a port that is free."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/files/{path:.*}", self._file)
        app.router.add_route("*", API + "/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.world.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut every connection."""
        self.faults.clear()
        await self.gateway.disconnect(1001)
        if self._runner:
            await self._runner.cleanup()

    # ---------------------------------------------------------------- what tests look at

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.world.url

    def posted(self, channel: int, containing: str = "") -> list[JSON]:
        """The bot's messages that stand in a channel, oldest first, as far as they hold a text."""
        own = [each for each in self.messages.history(channel) if each["author"]["id"] == self.world.bot["id"]]
        return [each for each in own if each["type"] != PINNED and containing in text_of(each)]

    async def board(self, channel: int, containing: str, timeout: float = 10.0) -> JSON:  # noqa: ASYNC109
        """The newest message of the bot's that holds a text, as soon as there is one."""
        what = f"a message with {containing!r}"
        return (await self.until(lambda: self.posted(channel, containing), what, timeout))[-1]

    # ---------------------------------------------------------------- one request

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request)
        self.calls.append(call)
        self.changes.tell()
        fault = self.faults.strike(call)
        if fault and not fault.after and (reply := await self._suffer(fault, request)):
            return self._send(call, reply)
        reply = self._serve(call, request.headers.get("Authorization"))
        self.changes.tell()
        if fault and fault.after:
            reply = await self._suffer(fault, request) or reply
        return self._send(call, reply)

    def _serve(self, call: Call, token: str | None) -> Reply:
        """Do what is asked, all of it or nothing."""
        if token != f"Bot {self.world.token}" and not call.path.startswith(OPEN):
            return 401, {"code": 0, "message": "401: Unauthorized"}, {}
        answer = self._routes.find(call)
        if answer is None:
            self.unknown.append(f"{call.method} {call.path}")
            return 404, {"code": 0, "message": f"the stand-in has no {call.method} {call.path}"}, {}
        try:
            body = answer()
        except Refused as refused:
            return refused.status, refused.body, {}
        return (204, None, {}) if body is None else (200, body, {})

    async def _suffer(self, fault: Fault, request: web.Request) -> Reply | None:
        """What becomes of a request that met a fault; None where it goes on after all."""
        if fault.how == "hang":
            await fault.released.wait()
            if not fault.discarded:
                return None
        if isinstance(fault.how, int):
            return fault.answer()
        if request.transport:
            request.transport.abort()
        return 0, None, {}

    @staticmethod
    def _send(call: Call, reply: Reply) -> web.Response:
        status, body, headers = reply
        if not status:  # the connection is cut: this goes nowhere
            return web.Response(status=500)
        call.status = status
        if status == 204:
            return web.Response(status=204, headers=headers)
        # discord.py takes a body for JSON only if the type is this to the letter, without a charset.
        content = {"Content-Type": "application/json"} | headers
        return web.Response(status=status, body=json.dumps(body).encode(), headers=content)

    async def _file(self, request: web.Request) -> web.Response:
        data = self.messages.files.get(request.path)
        return web.Response(status=404) if data is None else web.Response(body=data)


async def _read(request: web.Request) -> Call:
    """The request with its body; of a multipart one the JSON part, and the files by their numbers."""
    body: Any = None
    uploads: dict[int, Upload] = {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            data = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(data)
            elif part.name and part.name.startswith("files["):
                uploads[int(part.name[6:-1])] = Upload(part.filename or "file", data)
    elif request.can_read_body:
        body = json.loads(await request.read())
    path = request.path.removeprefix(API)
    return Call(request.method, path, dict(request.query), body, time.monotonic(), uploads)
