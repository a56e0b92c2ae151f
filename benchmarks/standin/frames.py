"""WebSocket frames, as far as one client on the loopback needs them."""

import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

_SHORT, _LONG = 126, 127
"""Lengths that say that the length follows, in two bytes or in eight."""


def frame(kind: int, payload: bytes) -> bytes:
    """One frame to a client."""
    size = len(payload)
    if size < _SHORT:
        return bytes((0x80 | kind, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x80 | kind, _SHORT, size) + payload
    return struct.pack("!BBQ", 0x80 | kind, _LONG, size) + payload


def taken(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the whole frames of a client out of a buffer: kind and payload. Clients send few, and none in parts."""
    while len(buffer) >= 2:  # noqa: PLR2004
        size, start = buffer[1] & 127, 2
        if size in (_SHORT, _LONG):
            start = 4 if size == _SHORT else 10
            if len(buffer) < start:
                return
            size = int.from_bytes(buffer[2:start], "big")
        end = start + 4 + size
        if len(buffer) < end:
            return
        kind, mask, payload = buffer[0] & 15, buffer[start : start + 4], buffer[start + 4 : end]
        del buffer[:end]
        yield kind, bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))
