"""What the boards do while people vote."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from benchmarks.findings import Finding, Goal, counted
from benchmarks.load import Run
from benchmarks.process import Peer
from benchmarks.seed import rows
from benchmarks.standin.messages import Edit

PACE, JITTER = 2.0, 0.1
"""Seconds between two edits of one message, at least, and by what their ways may differ."""

PATIENCE = 6.0
"""Seconds after the last vote in which the board may still move."""

STEP = 5
"""A live tally moves when so many have answered anew."""


@dataclass(frozen=True)
class Watched:
    """What the boards did.

    ``edits`` of the poll's board, and the shortest ``gap`` between two edits of any one message. ``behind``: how long
    after the last answer the poll's board was edited for the last time, and by how many people it was ``wrong`` then.
    ``too_fast``: 429s.
    """

    edits: int
    gap: float
    behind: float
    wrong: int
    too_fast: int


def shortest_gap(edits: Iterable[Edit]) -> float:
    """Seconds between those two edits of any one message that came closest."""
    times: defaultdict[int, list[float]] = defaultdict(list)
    for edit in edits:
        times[edit.message].append(edit.at)
    gaps = (later - earlier for each in times.values() for earlier, later in pairwise(each))
    return min(gaps, default=inf)


class Watch:
    """Watching the boards of a bot from now on."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._messages = peer.standin.messages
        self._first = len(self._messages.edits)
        self._refused = self._messages.too_fast

    async def settled(self, run: Run) -> Watched:
        """What the boards have done, once the load and what it left behind are over."""
        await asyncio.sleep(max(0.0, run.ended + PATIENCE - time.perf_counter()))
        edits = self._messages.edits[self._first :]
        poll = int(self._peer.standin.board["id"])
        board = [edit.at for edit in edits if edit.message == poll]
        behind = max(board[-1] - run.ended, 0.0) if board else inf
        off = len(rows(self._peer.folder)) - self._peer.standin.shown
        wrong = 0 if 0 <= off < STEP else abs(off)
        return Watched(len(board), shortest_gap(edits), behind, wrong, self._messages.too_fast - self._refused)


def board_findings(load: str, watched: Sequence[Watched]) -> list[Finding]:
    """The boards' lines."""
    edits = f"{sum(each.edits for each in watched)} edits of the poll's board"
    gap, behind = min(each.gap for each in watched), max(each.behind for each in watched)
    return [
        Finding(f"{load}: seconds between edits", edits, [gap], Goal(PACE - JITTER, least=True)),
        Finding(f"{load}: seconds from last vote to last edit", "the longest", [behind], Goal(3)),
        counted(f"{load}: the board is off by", [each.wrong for each in watched], "people", Goal(0)),
        counted(f"{load}: 429", [each.too_fast for each in watched], "", Goal(0)),
    ]
