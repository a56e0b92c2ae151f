"""Whoever receives webhooks: a server on this machine, over TLS, that answers as a test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme


@dataclass(frozen=True)
class Received:
    """One request."""

    target: str
    headers: dict[str, str]
    body: str


Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, *headers: str, body: str = "") -> bytes:
    """An ordinary answer."""
    lines = (f"HTTP/1.1 {status} Something", *headers, f"content-length: {len(body)}", "", body)
    return "\r\n".join(lines).encode()


async def drop(writer: asyncio.StreamWriter) -> None:
    """No answer at all."""
    writer.transport.abort()


async def drop_midway(writer: asyncio.StreamWriter) -> None:
    """Half an answer's headers."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-le")
    await writer.drain()
    writer.transport.abort()


async def nothing(_: asyncio.StreamWriter) -> None:
    """Take the request and say nothing for ever."""
    await asyncio.Event().wait()


async def without_end(writer: asyncio.StreamWriter) -> None:
    """An answer that never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def headers_without_end(writer: asyncio.StreamWriter) -> None:
    """Headers that never end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"x" * 65_536 + b"\r\n")
        await writer.drain()


@dataclass
class Receiver:
    """``answers`` are given one after the other; the last one from then on."""

    port: int
    authority: trustme.CA
    answers: list[Answer]
    received: list[Received] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, host: str = "localhost") -> str:
        """Where it is."""
        return f"https://{host}:{self.port}/hooks/s3cr3t-path"

    @property
    def trusted(self) -> ssl.SSLContext:
        """What trusts its certificate, and nothing else."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            start, *lines = head.rstrip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received.append(Received(start.split(" ")[1], headers, body.decode()))
            self.came.set()
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(given, bytes):
                writer.write(given)
                await writer.drain()
            else:
                await given(writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass  # whoever sent has gone
        finally:
            writer.close()


@asynccontextmanager
async def receiver(*answers: Answer) -> AsyncIterator[Receiver]:
    """One that is there for a while."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", "hooks.example").configure_cert(context)
    made = Receiver(0, authority, list(answers))
    serving: set[asyncio.Task[None]] = set()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(made.serve(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
