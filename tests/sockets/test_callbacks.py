"""The connections over which clicks are answered, against servers that behave and that do not."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from discord.http import Route

from bot import callbacks
from bot.callbacks import Callbacks

FINE = b"HTTP/1.1 204 No Content\r\n\r\n"
REFUSED = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 15\r\n\r\n{"code": 40060}'

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    (length,) = (int(line.split()[1]) for line in head.splitlines() if line.startswith("Content-Length"))
    return head, await reader.readexactly(length)


@asynccontextmanager
async def serving(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    lines: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(writer)
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{port}/api/v10")
    async with server, Callbacks("Plenary (test)") as posting:
        yield posting, lines
        for line in lines:
            line.close()


def answering(*answers: bytes) -> Serve:
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            await request(reader)
            writer.write(left.pop(0))
            await writer.drain()

    return serve


async def test_an_answer_is_one_request_and_the_connection_is_kept(monkeypatch):
    seen: list[tuple[str, bytes]] = []

    async def serve(reader, writer):
        while True:
            seen.append(await request(reader))
            writer.write(FINE)

    async with serving(serve, monkeypatch) as (posting, lines):
        for number in (1, 2, 3):
            assert (await posting.post(f"/interactions/{number}/t/callback", {"type": 4, "said": "Grüße"})).ok
        assert len(lines) == 1
    (head, body), *_ = seen
    assert head.startswith("POST /api/v10/interactions/1/t/callback HTTP/1.1\r\n")
    assert "User-Agent: Plenary (test)" in head
    assert body == '{"type":4,"said":"Grüße"}'.encode()


async def test_what_discord_refuses_is_told_with_its_reason(monkeypatch):
    async with serving(answering(REFUSED, FINE), monkeypatch) as (posting, _):
        reply = await posting.post("/a", {})
        assert (reply.ok, reply.status, reply.reason, reply.said) == (False, 400, "Bad Request", {"code": 40060})
        assert (await posting.post("/b", {})).ok


async def test_a_body_in_pieces_that_is_not_json(monkeypatch):
    pieces = b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n"
    async with serving(answering(pieces), monkeypatch) as (posting, _):
        assert (await posting.post("/a", {})).said == "<html>"


async def test_a_connection_that_closed_while_nobody_needed_it_is_not_used(monkeypatch):
    async with serving(answering(FINE, FINE), monkeypatch) as (posting, lines):
        assert (await posting.post("/a", {})).ok
        lines[0].close()
        await lines[0].wait_closed()
        await asyncio.sleep(0.05)
        assert (await posting.post("/b", {})).ok
        assert len(lines) == 2


async def test_a_server_that_says_close_is_believed(monkeypatch):
    close = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    async with serving(answering(close, FINE), monkeypatch) as (posting, lines):
        assert (await posting.post("/a", {})).ok
        assert (await posting.post("/b", {})).ok
        assert len(lines) == 2


@pytest.mark.parametrize("garbage", [b"this is not HTTP\r\n\r\n", b""])
async def test_a_server_that_talks_nonsense_or_hangs_up(monkeypatch, garbage):
    async def serve(reader, writer):
        await request(reader)
        writer.write(garbage)

    async with serving(serve, monkeypatch) as (posting, _):
        with pytest.raises(OSError, match=r"."):
            await posting.post("/a", {})


async def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(callbacks, "HANGING", 0.05)

    async def serve(reader, _):
        await request(reader)
        await asyncio.sleep(5)

    async with serving(serve, monkeypatch) as (posting, _):
        with pytest.raises(OSError, match=r"."):
            await posting.post("/a", {})


async def test_nobody_gets_the_answer_to_another_request(monkeypatch):
    async def serve(reader, writer):
        await request(reader)
        await asyncio.sleep(0.1)
        writer.write(REFUSED)
        await writer.drain()

    async with serving(serve, monkeypatch) as (posting, lines):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(posting.post("/a", {}), 0.02)
        assert (await posting.post("/b", {})).status == 400
        assert len(lines) == 2


async def test_no_more_connections_than_were_meant(monkeypatch):
    monkeypatch.setattr(callbacks, "CONNECTIONS", 3)

    async def serve(reader, writer):
        while True:
            await request(reader)
            await asyncio.sleep(0.01)
            writer.write(FINE)

    async with serving(serve, monkeypatch) as (posting, lines):
        replies = await asyncio.gather(*(posting.post(f"/{number}", {}) for number in range(20)))
        assert all(reply.ok for reply in replies)
        assert len(lines) == 3


async def test_a_connection_that_never_opens_is_given_up(monkeypatch):
    monkeypatch.setattr(callbacks, "HANGING", 0.05)

    async def serve(_, __):
        await asyncio.sleep(5)

    async with serving(serve, monkeypatch):
        monkeypatch.setattr(Route, "BASE", Route.BASE.replace("http:", "https:"))
        async with Callbacks("Plenary (test)") as posting:  # its TLS is never answered
            with pytest.raises(TimeoutError):
                await posting.post("/a", {})
