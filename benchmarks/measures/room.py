"""A room that talks: everybody writes in the chat, asks the panel something and supports three questions of others."""

import asyncio
import random
import time
from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.findings import Finding, Goal, counted
from benchmarks.load import DRAIN, PATIENCE, TICK, settled
from benchmarks.measures.board import JITTER, PACE, shortest_gap
from benchmarks.process import OURS, Peer
from benchmarks.seed import kept, questions
from benchmarks.standin.clicks import Click

PEOPLE, SECONDS, SUPPORTS = 1000, 60.0, 3
ASKING = 45.0
"""Seconds in which all have asked: what is supported has to be there first."""

WORDS = "How do you keep a quality board honest when the numbers are good and the ward is not, and who says so first? "

SAVED, COUNTS = "Saved as", "Your vote for"
"""What the receipts begin with."""

Act = Callable[[], None]


class Room:
    """What a thousand people do within a minute, each at a moment of their own."""

    def __init__(self, peer: Peer) -> None:
        self.clicks = list[Click]()
        self._peer = peer
        self._people = [peer.voter() for _ in range(PEOPLE)]
        self._dice = random.Random(7)  # noqa: S311  (the same moments each time)
        self._asked: dict[int, int] = {}
        self._supported: dict[int, set[int]] = {who: set() for who in self._people}

    async def talk(self) -> None:
        """Play it all."""
        acts: list[tuple[float, Act]] = []
        for who in self._people:
            acts.append((self._dice.uniform(0, SECONDS), lambda who=who: self._write(who)))
            acts.append((self._dice.uniform(0, ASKING), lambda who=who: self._ask(who)))
            acts += [(self._dice.uniform(5, SECONDS), lambda who=who: self._support(who)) for _ in range(SUPPORTS)]
        acts.sort(key=lambda act: act[0])
        began, looked = time.perf_counter(), 0.0
        for due, act in acts:
            while (now := time.perf_counter() - began) < due:
                if now - looked > 1:
                    self._asked, looked = questions(self._peer.folder), now
                await asyncio.sleep(min(TICK, due - now))
            act()

    def _write(self, who: int) -> None:
        self._peer.standin.write(who, f"{WORDS}({who})")

    def _ask(self, who: int) -> None:
        asked = {"question": WORDS * 4 + str(who)}
        self.clicks.append(self._peer.standin.clicks.command(who, "ask", asked, SAVED))

    def _support(self, who: int) -> None:
        """One of those that are there: another one each time, and not their own."""
        mine = self._supported[who]
        chosen = self._dice.choice([each for each, author in self._asked.items() if author != who and each not in mine])
        mine.add(chosen)
        self.clicks.append(self._peer.standin.clicks.use(who, f"upvote:1:{chosen}", COUNTS))

    async def answered(self) -> None:
        """Wait for everybody's receipt, or give them up."""
        gave_up = time.perf_counter() + DRAIN
        while not all(each.answered for each in self.clicks) and time.perf_counter() < gave_up:  # noqa: ASYNC110
            await asyncio.sleep(TICK)
        await settled(self._peer)


async def room(bench: Bench) -> list[Finding]:
    """Everything is kept, nobody waits, and no board is edited too often."""
    async with bench.bot(OURS) as peer:
        await asyncio.sleep(3)
        messages = peer.standin.messages
        first, too_fast, began = len(messages.edits), messages.too_fast, kept(peer.folder)
        people = Room(peer)
        await people.talk()
        await people.answered()
        await asyncio.sleep(6)
        now = kept(peer.folder)
        edits = messages.edits[first:]
        refused = messages.too_fast - too_fast
    waits = sorted(each.answered - each.at if each.answered else DRAIN for each in people.clicks)
    wanted = {"comment": PEOPLE, "question": PEOPLE, "upvote": PEOPLE * SUPPORTS}
    missing = sum(abs(count - now.get(kind, 0) + began.get(kind, 0)) for kind, count in wanted.items())
    without = sum(not each.receipt for each in people.clicks)
    longest = f"of {len(waits):,}, the slowest after {waits[-1]:.2f} s"
    return [
        counted("a talking room: late", [sum(wait > PATIENCE for wait in waits)], longest, Goal(0)),
        counted("a talking room: without a receipt", [without], f"of {len(waits):,}", Goal(0)),
        counted("a talking room: not kept", [missing], f"of {sum(wanted.values()):,}", Goal(0)),
        Finding(
            "a talking room: seconds between edits",
            f"{len(edits)} edits of {len({edit.message for edit in edits})} boards",
            [shortest_gap(edits)],
            Goal(PACE - JITTER, least=True),
        ),
        counted("a talking room: 429", [refused], "", Goal(0)),
    ]
