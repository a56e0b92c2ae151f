"""The real bot as a real process: started, waited for, killed, ended in order."""

import asyncio
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from bot.settings import EXAMPLE
from tests.standin.child import READY
from tests.standin.server import StandIn
from tests.standin.waiting import Changes

ROOT = Path(__file__).parent.parent.parent

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

START = 30.0
"""Seconds a start may take on a busy machine, the imports of the first one included."""


def write_settings(folder: Path, standin: StandIn) -> Path:
    """A settings file for the stand-in's guild, with a database beside it and the example's series."""
    world = standin.world
    example = EXAMPLE.read_text("utf-8")
    lines = (
        "[discord]",
        f"guild = {world.guild_id}",
        f"hosts = {world.hosts}",
        f"organisers = {world.organisers}",
        f"session_channel = {world.channel}",
        f"announcements_channel = {world.announcements}",
        f"organiser_channel = {world.office}",
        "[database]",
        f'url = "sqlite+aiosqlite:///{folder / "plenary.db"}"',
        example[example.index("\n[series]") :],
    )
    path = folder / "config.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


@contextmanager
def nursery() -> Iterator[socket.socket]:
    """A process that has imported the program, and takes orders for bots on this socket (`tests.standin.child`)."""
    ours, theirs = socket.socketpair()
    # What a close leaves open is a fault too, and only this warning tells.
    command = (sys.executable, "-W", "always::ResourceWarning", "-m", "tests.standin.child", str(theirs.fileno()))
    with ours, subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        try:
            yield ours
        finally:
            process.kill()  # it holds nothing, and a proper end would take a second


class BotProcess:
    """One bot. ``log`` is what it wrote on its standard error; ``status`` its exit status, None while it runs."""

    def __init__(self, changes: Changes) -> None:
        self.status: int | None = None
        self._changes = changes
        self._pid: int | None = None
        self._times_ready = 0
        self._lines: list[str] = []
        self._readers: list[asyncio.Task[None]] = []
        self._stdin = -1

    @classmethod
    async def start(cls, orders: socket.socket, standin: StandIn, settings: Path, before: str = "") -> Self:
        """Have one made; it has not got far when this returns."""
        bot = cls(standin.changes)
        stdin, bot._stdin = os.pipe()
        outputs = [os.pipe() for _ in range(3)]
        order = {"url": standin.url, "token": standin.world.token, "settings": str(settings)}
        order |= {"before": before, "ahead": str(standin.world.ahead.total_seconds())}
        theirs = [stdin, *(write for _, write in outputs)]
        socket.send_fds(orders, [json.dumps(order).encode()], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        takers = (bot._hear, bot._keep_log, bot._keep_status)
        for (read, _), take in zip(outputs, takers, strict=True):
            bot._readers.append(asyncio.create_task(take(_lines(read))))
        await bot._changes.until(lambda: bot._pid, "a process", START)
        return bot

    @property
    def log(self) -> str:
        """Everything it has logged."""
        return "\n".join(self._lines)

    async def ready(self, times: int = 1) -> None:
        """Wait until it has taken up its work, for the ``times``th time."""

        def so() -> bool:
            return self._times_ready >= times or self.status is not None

        await self._changes.until(so, lambda: f"the bot, which says:\n{self.log}", START)
        assert self.status is None, f"the bot ended with {self.status}:\n{self.log}"

    async def logs(self, text: str, timeout: float = 10.0) -> str:  # noqa: ASYNC109
        """The first line of its log that holds ``text``, as soon as there is one."""

        def found() -> str:
            return next((line for line in self._lines if text in line), "")

        return await self._changes.until(found, lambda: f"{text!r} in the log:\n{self.log}", timeout)

    def fill_its_disk(self, *, full: bool) -> None:
        """Let it write nothing to any file any more, or anything again."""
        assert self._pid
        _, most = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (0 if full else most, most))

    async def kill(self) -> None:
        """End it between two instructions, as a power cut does."""
        self._signal(signal.SIGKILL)
        await self.ended(START)

    async def terminate(self, timeout: float = 5.0) -> int:  # noqa: ASYNC109
        """Ask it to end, as systemd and Docker do; its exit status. AssertionError where that takes longer."""
        self._signal(signal.SIGTERM)
        return await self.ended(timeout)

    def _signal(self, number: int) -> None:
        if self.status is None and self._pid:
            os.kill(self._pid, number)

    async def ended(self, timeout: float = START) -> int:  # noqa: ASYNC109
        """Its exit status, as soon as it has ended by itself. AssertionError where that takes longer."""
        await self._changes.until(
            lambda: self.status is not None, lambda: f"the bot to end, which says:\n{self.log}", timeout
        )
        await asyncio.gather(*self._readers)
        if self._stdin >= 0:
            os.close(self._stdin)
            self._stdin = -1
        assert self.status is not None
        return self.status

    async def _hear(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            self._times_ready += line == READY
            self._changes.tell()

    async def _keep_log(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            self._lines.append(COLOUR.sub("", line))
            self._changes.tell()

    async def _keep_status(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            if self._pid is None:
                self._pid = int(line)
            else:
                self.status = int(line)
            self._changes.tell()


async def _lines(descriptor: int) -> AsyncIterator[str]:
    """What comes out of a pipe, to its end."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(descriptor, "rb", 0))
    async for line in reader:
        yield line.decode("utf-8", "replace").rstrip("\n")


class Bots:
    """The bots of one test: `async with Bots(orders, standin, settings) as bots`. None outlives it."""

    def __init__(self, orders: socket.socket, standin: StandIn, settings: Path) -> None:
        self._orders = orders
        self._standin = standin
        self.settings = settings
        self.started: list[BotProcess] = []

    async def __aenter__(self) -> Self:
        """Nothing runs yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs."""
        for each in self.started:
            await each.kill()

    async def start(self, settings: Path | None = None, *, ready: bool = True, before: str = "") -> BotProcess:
        """Start a bot, on the test's settings unless others are given, and wait until it has taken up its work.

        ``before``, as "module:function", is called in the new process first: to shorten what no test can wait for.
        """
        bot = await BotProcess.start(self._orders, self._standin, settings or self.settings, before)
        self.started.append(bot)
        if ready:
            await bot.ready()
        return bot
