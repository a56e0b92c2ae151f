"""A bot as a process of its own on a stand-in of its own: started, watched, ended."""

import asyncio
import os
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import psutil
import trustme

from benchmarks.standin.server import StandIn

Result = TypeVar("Result")

ROOT = Path(__file__).parent.parent

STOCK, SAME, ORDINARY, OURS, WATCHED = "stock", "same", "ordinary", "ours", "watched"
"""A bare bot as discord.py comes; the same with our settings; one as they are usually written; Plenary; Plenary with
somebody in its loop who watches that."""

ODD = 2654435761
"""Times this, numbers are scattered, and still each another one."""

PEOPLE = 700000000000000000
"""The ids of people begin here, and are scattered over a long time, as people's accounts are."""


def person(number: int) -> int:
    """The id of a person; another one for each number below four thousand million."""
    return PEOPLE + (number * ODD % (1 << 32) << 22)


class Peer:
    """A bot that runs."""

    def __init__(self, standin: StandIn, process: asyncio.subprocess.Process, folder: Path, log: Path) -> None:
        self.standin = standin
        self.folder = folder
        self.log = log
        self._process = process
        self._watched = psutil.Process(process.pid)
        self._people = count(1)
        self.ready_at = 0.0

    def voter(self) -> int:
        """Somebody who has not voted before."""
        return person(next(self._people))

    def cpu(self) -> float:
        """Processor seconds used so far, by all of its threads."""
        used = self._watched.cpu_times()
        return used.user + used.system

    def memory(self) -> float:
        """Megabytes that are resident."""
        return self._watched.memory_info().rss / (1 << 20)

    def children(self) -> list[psutil.Process]:
        """What it has started itself."""
        return self._watched.children()

    async def until_ready(self) -> None:
        """Wait until it is there and has nothing left to do."""
        await self.while_alive(self.standin.until_ready())
        self.ready_at = time.perf_counter()
        await self.standin.until_quiet()

    async def while_alive(self, wait: Coroutine[Any, Any, Result]) -> Result:
        """Wait for something that the bot does; RuntimeError with what it said where it ends instead."""
        done, ended = asyncio.ensure_future(wait), asyncio.ensure_future(self._process.wait())
        try:
            await asyncio.wait((done, ended), return_when=asyncio.FIRST_COMPLETED)
            if done.done() and not done.exception():
                return done.result()
        finally:
            done.cancel()
            ended.cancel()
        raise RuntimeError(f"the bot does not come up, and says:\n{self.log.read_text('utf-8')[-4000:]}")

    async def kill(self) -> None:
        """End it between two instructions, as a power cut does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def start(standin: StandIn, kind: str, folder: Path, *, certificates: Path | None = None) -> Peer:
    """Start a bot of that kind, with what it keeps in ``folder``."""
    log = folder / f"{kind}.log"
    trust = {"SSL_CERT_FILE": str(certificates)} if certificates else {}
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"benchmarks.peers.{kind}", standin.url, str(folder)),
            cwd=ROOT,
            env=os.environ | trust,
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    return Peer(standin, process, folder, log)


@asynccontextmanager
async def running(
    kind: str, folder: Path, *, tls: bool = False, members: int = 500, delay: float = 0.0
) -> AsyncGenerator[Peer, None]:
    """A bot that is ready, for as long as the block; what it keeps is in ``folder``."""
    with tempfile.TemporaryDirectory() as trusted:
        certificates = Path(trusted) / "authority.pem"
        context = _certified(certificates) if tls else None
        async with StandIn(members=members, delay=delay, tls=context) as standin:
            peer = await start(standin, kind, folder, certificates=certificates if tls else None)
            try:
                await peer.until_ready()
                yield peer
            finally:
                await peer.kill()


def _certified(authority: Path) -> ssl.SSLContext:
    """A server's TLS for the loopback, with a certificate made now; ``authority`` is where its signer's is put."""
    signer = trustme.CA()
    signer.cert_pem.write_to_path(str(authority))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    signer.issue_cert("127.0.0.1").configure_cert(context)
    return context
