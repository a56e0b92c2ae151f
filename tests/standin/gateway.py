"""The gateway: what happens, told to every process that listens, as it was to those that will resume."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from aiohttp import WSMsgType, web

from tests.standin.payloads import JSON
from tests.standin.waiting import Changes

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11

GUILDS, MESSAGES, DIRECT_MESSAGES, CONTENT, EVENTS = 1 << 0, 1 << 9, 1 << 12, 1 << 15, 1 << 16
PRIVILEGED = 1 << 1 | 1 << 8 | CONTENT

HIDDEN = ("content", "attachments", "embeds", "components")
"""What of other people's messages is not shown to a bot without the intent."""

REPLAYED = 500


class Session:
    """One identified connection, which outlives its socket so that it can be resumed."""

    def __init__(self, intents: int) -> None:
        self.id = token_hex(16)
        self.intents = intents
        self.connected = False
        self.close_code: int | None = None
        self.times_resumed = 0
        self._sequence = 0
        self._said: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._queue: asyncio.Queue[str] = asyncio.Queue()

    def tell(self, name: str, data: Any) -> None:
        """Send an event, or keep it for whoever resumes."""
        self._sequence += 1
        frame = json.dumps({"op": DISPATCH, "s": self._sequence, "t": name, "d": data})
        self._said.append((self._sequence, frame))
        if self.connected:
            self._queue.put_nowait(frame)

    def resume(self, after: int) -> None:
        """A new socket goes on where the last one ended."""
        self._queue = asyncio.Queue()
        self.connected = True
        self.times_resumed += 1
        for sequence, frame in self._said:
            if sequence > after:
                self._queue.put_nowait(frame)
        self.tell("RESUMED", {})

    async def pump(self, socket: web.WebSocketResponse) -> None:
        """Send what is queued, in order. What was queued in one go leaves in one go."""
        while True:
            frame = await self._queue.get()
            if socket.closed:
                return
            await socket.send_str(frame)


class Gateway:
    """All sessions. As on Discord, two processes with one token are both told everything."""

    def __init__(self, changes: Changes, greeting: Callable[[JSON], JSON], guild: Callable[[], JSON]) -> None:
        """``greeting`` makes READY's data, ``guild`` the GUILD_CREATE that follows it."""
        self.sessions: list[Session] = []
        self.allowed_intents = 0
        self.token = ""
        self._changes = changes
        self._greeting = greeting
        self._guild = guild
        self._sockets: dict[Session, web.WebSocketResponse] = {}

    @property
    def listeners(self) -> list[Session]:
        """The sessions with a socket."""
        return [session for session in self.sessions if session.connected]

    def dispatch(self, name: str, data: JSON, intent: int = 0) -> None:
        """Tell everybody who asked for such events; 0 for those that need no asking."""
        own = name.startswith("MESSAGE_") and (data.get("author") or {}).get("bot")
        for session in self.sessions:
            if intent & session.intents or not intent:
                bare = name.startswith("MESSAGE_") and not own and not session.intents & CONTENT
                session.tell(name, {key: _emptied(key, each) if bare else each for key, each in data.items()})

    async def disconnect(self, code: int = 4000) -> None:
        """Cut every socket with that code, as Discord does now and then; the bot resumes."""
        for socket in list(self._sockets.values()):
            await socket.close(code=code)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One socket, from hello to its end. Plain text frames: discord.py takes them whatever it asked for."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "s": None, "t": None, "d": {"heartbeat_interval": 41250}})
        session: Session | None = None
        pump: asyncio.Task[None] | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                said = frame.json()
                if said["op"] in (IDENTIFY, RESUME):
                    session = await self._admit(socket, said)
                    if session is None:
                        continue
                    self._sockets[session] = socket
                    pump = asyncio.create_task(session.pump(socket))
                    self._changes.tell()
                elif said["op"] == HEARTBEAT:
                    await socket.send_json({"op": ACK, "s": None, "t": None, "d": None})
        finally:
            if session and pump:
                pump.cancel()
                session.close_code = socket.close_code
                if self._sockets.get(session) is socket:  # it has not been resumed meanwhile
                    session.connected = False
                    del self._sockets[session]
                self._changes.tell()
        return socket

    async def _admit(self, socket: web.WebSocketResponse, said: JSON) -> Session | None:
        """The session that this socket is from now on; None where it is turned away."""
        asked = said["d"]
        if asked["token"] != self.token:
            await socket.close(code=4004, message=b"Authentication failed.")
            return None
        if said["op"] == RESUME:
            known = next((each for each in self.sessions if each.id == asked["session_id"]), None)
            if known is None:
                await socket.send_json({"op": INVALID, "s": None, "t": None, "d": False})
                return None
            known.resume(asked["seq"])
            return known
        if asked["intents"] & PRIVILEGED & ~self.allowed_intents:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return None
        session = Session(asked["intents"])
        session.connected = True
        self.sessions.append(session)
        greeting = self._greeting({"session_id": session.id})
        session.tell("READY", greeting | ({"shard": asked["shard"]} if "shard" in asked else {}))
        session.tell("GUILD_CREATE", self._guild())
        return session


def _emptied(key: str, value: Any) -> Any:
    return type(value)() if key in HIDDEN else value
