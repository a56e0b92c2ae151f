"""The gateway: what a connection is told once it has become a WebSocket."""

import zlib
from collections.abc import Callable
from typing import Any

import orjson

from benchmarks.standin import payloads
from benchmarks.standin.frames import BINARY, CLOSE, PING, PONG, TEXT, frame, taken
from benchmarks.standin.payloads import GUILD, JSON

HEARTBEAT, IDENTIFY, RESUME, LIST_MEMBERS, HELLO, ACK = 1, 2, 6, 8, 10, 11

CHUNK = 1000
"""How many members one event tells."""

OLDEST_MEMBER = 700000000000000000


class Gateway:
    """One bot's connection."""

    def __init__(self, write: Callable[[bytes], None], url: str, members: int, *, compressed: bool) -> None:
        """``write`` sends bytes; ``members`` is how many the guild has."""
        self.ready = False
        self.intents = 0
        self._write = write
        self._url = url
        self._members = members
        self._sequence = 0
        self._packer = zlib.compressobj(1) if compressed else None
        self._send({"op": HELLO, "s": None, "t": None, "d": {"heartbeat_interval": 41250}})

    def tell(self, name: str, data: Any) -> None:
        """Send an event."""
        self.tell_raw(orjson.dumps({"t": name, "op": 0, "d": data})[:-1])

    def tell_raw(self, event: bytes) -> None:
        """Send an event that is JSON already, but for its end: the sequence number and the closing brace."""
        self._sequence += 1
        self._send_raw(event + b',"s":%d}' % self._sequence)

    def feed(self, buffer: bytearray) -> None:
        """Take what the bot has sent."""
        for kind, payload in taken(buffer):
            if kind == CLOSE:
                self._write(frame(CLOSE, payload[:2]))
            elif kind == PING:
                self._write(frame(PONG, payload))
            elif kind in (TEXT, BINARY):
                self._hear(orjson.loads(payload))

    def _hear(self, said: JSON) -> None:
        if said["op"] == HEARTBEAT:
            self._send({"op": ACK, "s": None, "t": None, "d": None})
        elif said["op"] == IDENTIFY:
            self._welcome(said["d"])
        elif said["op"] == RESUME:
            self.tell("RESUMED", {"_trace": []})
            self.ready = True
        elif said["op"] == LIST_MEMBERS:
            self._list_members(said["d"])

    def _welcome(self, asked: JSON) -> None:
        self.intents = asked["intents"]
        greeting = {
            "v": 10,
            "user": payloads.ME,
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": "s" * 32,
            "resume_gateway_url": self._url,
            "application": {"id": payloads.ABOUT["id"], "flags": payloads.ABOUT["flags"]},
            "private_channels": [],
            "_trace": [],
        }
        self.tell("READY", greeting | ({"shard": asked["shard"]} if "shard" in asked else {}))
        self.tell("GUILD_CREATE", payloads.guild(self._members))
        self.ready = True

    def _list_members(self, asked: JSON) -> None:
        """Tell all members to a bot that wants to know them."""
        parts = max(1, -(-self._members // CHUNK))
        for part in range(parts):
            numbers = range(part * CHUNK, min(self._members, (part + 1) * CHUNK))
            users = [payloads.user(OLDEST_MEMBER + (i << 8), f"member_{i}") | {"avatar": f"{i:032x}"} for i in numbers]
            chunk = {"guild_id": str(GUILD), "members": [payloads.member(who) for who in users], "chunk_index": part}
            rest = {"chunk_count": parts, "not_found": [], "presences": [], "nonce": asked.get("nonce")}
            self.tell("GUILD_MEMBERS_CHUNK", chunk | rest)

    def _send(self, said: JSON) -> None:
        self._send_raw(orjson.dumps(said))

    def _send_raw(self, payload: bytes) -> None:
        if self._packer:
            payload = self._packer.compress(payload) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        self._write(frame(BINARY if self._packer else TEXT, payload))
