"""What all measurements share: how long, how often, and bots that nothing has happened to yet."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.process import OURS, Peer, running
from benchmarks.seed import copied


@dataclass(frozen=True)
class Bench:
    """``pairs``: how many rounds in which ours and a peer take turns; ``seconds``: how long a load lasts."""

    folder: Path
    seed: Path
    pairs: int
    seconds: float

    @asynccontextmanager
    async def bot(self, kind: str, *, ballots: int = 0, **how: Any) -> AsyncGenerator[Peer, None]:
        """A bot of that kind, as at its first start; ours has ``ballots`` in its poll. ``how``: see `running`."""
        folder = Path(mkdtemp(dir=self.folder)) / kind
        if kind == OURS:
            await asyncio.to_thread(copied, self.seed, folder, ballots)
        else:
            folder.mkdir()
        try:
            async with running(kind, folder, **how) as peer:
                yield peer
        finally:
            shutil.rmtree(folder.parent)


def in_turns(kinds: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The order of a round: every other one is the other way round, so that what drifts hits both alike."""
    return kinds[::-1] if number % 2 else kinds
