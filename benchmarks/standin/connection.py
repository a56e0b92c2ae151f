"""One socket of a bot's: HTTP/1.1, or a WebSocket from the moment it asks for one."""

import asyncio
import base64
import hashlib
import re
from typing import Any, Protocol, cast

import orjson

from benchmarks.standin.gateway import Gateway

CALLBACK = b"/api/v10/interactions/"

# As the real API sends them: the client has to read over all of it.
_HEADERS = (
    b"Date: Sun, 22 Nov 2026 08:00:00 GMT\r\n"
    b"set-cookie: __dcfduid=0f7a3cd0a86911f0b5c1; Expires=Fri, 21-Nov-2031 08:00:00 GMT; Max-Age=157680000; Secure; "
    b"HttpOnly; Path=/; SameSite=Lax\r\n"
    b"strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
    b'via: 1.1 google\r\nalt-svc: h3=":443"; ma=86400\r\nCF-Cache-Status: DYNAMIC\r\n'
    rb'Report-To: {"endpoints":[{"url":"https:\/\/a.nel.cloudflare.com\/report\/v4?s=abcdefghijklmnopqrstuvwxyz"}],'
    b'"group":"cf-nel","max_age":604800}\r\n'
    b'NEL: {"success_fraction":0,"report_to":"cf-nel","max_age":604800}\r\nX-Content-Type-Options: nosniff\r\n'
    b"set-cookie: __sdcfduid=0f7a3cd0a86911f0b5c10f7a3cd0a86911f0b5c1; Expires=Fri, 21-Nov-2031 08:00:00 GMT; "
    b"Max-Age=157680000; Secure; HttpOnly; Path=/; SameSite=Lax\r\n"
    b"Content-Security-Policy: frame-ancestors 'none'; default-src https://o64374.ingest.sentry.io; "
    b"report-to csp-sentry\r\n"
    b"set-cookie: _cfuvid=abcdef0123456789-1760000000000-0.0.1.1-604800000; path=/; domain=.discord.com; HttpOnly; "
    b"Secure; SameSite=None\r\nServer: cloudflare\r\nCF-RAY: 98f0a1b2c3d4e5f6-FRA\r\n"
)

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n" + _HEADERS + b"Content-Type: text/html; charset=utf-8\r\n\r\n"

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_UPGRADE = re.compile(rb"\r\nupgrade: *websocket", re.IGNORECASE)
_KEY = re.compile(rb"\r\nsec-websocket-key: *(\S+)", re.IGNORECASE)
_PART = re.compile(rb'name="payload_json".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)


def reply(body: Any, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    """A whole response with JSON in it."""
    content = orjson.dumps(body)
    described = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
    return b"".join((b"HTTP/1.1 ", status, b"\r\n", _HEADERS, headers, described, content))


def refusal(status: bytes, code: int, sentence: str) -> bytes:
    """Discord says no."""
    return reply({"code": code, "message": sentence}, status)


def read(body: bytes) -> Any:
    """The JSON of a request, also where it came with files; None where there is none."""
    if body[:1] in (b"{", b"["):
        return orjson.loads(body)
    part = _PART.search(body)
    return orjson.loads(part[1]) if part else None


class House(Protocol):
    """What a connection belongs to."""

    delay: float

    def opened(self, connection: "Connection") -> None:
        """There is one more connection."""
        ...

    def closed(self, connection: "Connection") -> None:
        """There is one less."""
        ...

    def callback(self, target: bytes, body: bytes) -> bytes:
        """Answer the first answer to an interaction: this is the hot path."""
        ...

    def request(self, method: str, target: str, body: bytes) -> bytes:
        """Answer any other request."""
        ...

    def connect(self, connection: "Connection", *, compressed: bool) -> Gateway:
        """A bot has come to the gateway."""
        ...


class Connection(asyncio.Protocol):
    """One socket."""

    transport: asyncio.Transport

    def __init__(self, house: House) -> None:
        self._house = house
        self._buffer = bytearray()
        self._gateway: Gateway | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are none by descent
        self._house.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """It is gone."""
        self._house.closed(self)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while not self._gateway and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end])
            length = _LENGTH.search(head)
            stop = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < stop:
                return
            body = bytes(self._buffer[end + 4 : stop])
            del self._buffer[:stop]
            self._take(head, body)
        if self._gateway:
            self._gateway.feed(self._buffer)

    def _take(self, head: bytes, body: bytes) -> None:
        method, target, _ = head[: head.index(b"\r\n")].split(b" ", 2)
        if target.startswith(CALLBACK):
            answer = self._house.callback(target, body)
            if self._house.delay:
                asyncio.get_running_loop().call_later(self._house.delay, self.write, answer)
            else:
                self.write(answer)
        elif _UPGRADE.search(head):
            self._upgrade(target, head)
        else:
            assert not _CHUNKED.search(head), "the stand-in reads no chunked bodies"
            self.write(self._house.request(method.decode(), target.decode(), body))

    def _upgrade(self, target: bytes, head: bytes) -> None:
        key = _KEY.search(head)
        assert key
        accepted = base64.b64encode(hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
        switching = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.write(switching + b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n")
        self._gateway = self._house.connect(self, compressed=b"compress=zlib-stream" in target)

    def write(self, data: bytes) -> None:
        """Send, unless the other side has gone."""
        if not self.transport.is_closing():
            self.transport.write(data)
