"""Loads: people who click, and what they had of it."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf

from benchmarks.process import Peer
from benchmarks.standin.clicks import SAY, THINK, Click

PATIENCE = 3.0
"""Seconds after which Discord takes no answer any more."""

TICK = 0.001
"""Seconds that an open load sleeps at most, so that its clicks are sent when they are meant."""

DRAIN = 30.0
"""Seconds until a click that has not been answered is given up for lost."""


@dataclass(frozen=True)
class Run:
    """What came of a load. ``clicks`` are those that count; the rest is in seconds, and of the time they were made in.

    ``cpu`` is what the bot used of a processor, ``standin`` what this process did.
    """

    clicks: Sequence[Click]
    seconds: float
    cpu: float
    standin: float

    @property
    def answered(self) -> list[Click]:
        """The clicks that were acknowledged, however late."""
        return [each for each in self.clicks if each.answered]

    @property
    def rate(self) -> float:
        """Acknowledgements a second."""
        return len(self.answered) / self.seconds

    @property
    def cost(self) -> float:
        """Processor seconds of the bot's a click."""
        return self.cpu / max(len(self.answered), 1)

    @property
    def share(self) -> float:
        """How much of a processor the bot had."""
        return self.cpu / self.seconds

    @property
    def lost(self) -> int:
        """How many clicks were never answered."""
        return len(self.clicks) - len(self.answered)

    @property
    def late(self) -> int:
        """How many were answered when it was too late."""
        return sum(each.answered - each.at > PATIENCE for each in self.answered)

    @property
    def refused(self) -> int:
        """How many were told something else than that their answer counts."""
        return sum(each.kind in (SAY, THINK) and not each.receipt for each in self.answered)

    @property
    def waits(self) -> list[float]:
        """How long everybody waited, the shortest first; whoever was never answered waits for ever."""
        return sorted(each.answered - each.at if each.answered else inf for each in self.clicks)

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 clicks were answered."""
        return self.waits[int(0.99 * len(self.clicks))]

    @property
    def last(self) -> float:
        """Seconds from the first click until everybody had an answer."""
        return inf if self.lost else max(each.answered for each in self.clicks) - min(each.at for each in self.clicks)

    @property
    def ended(self) -> float:
        """When the last answer came, or the last receipt where that took longer."""
        return max(max(each.answered, each.receipt) for each in self.clicks)


class Answers:
    """Collects the clicks that are answered, in that order."""

    def __init__(self) -> None:
        self.clicks: list[Click] = []
        self._wanted = 0
        self._there = asyncio.Event()

    def take(self, click: Click) -> None:
        """One more."""
        self.clicks.append(click)
        if len(self.clicks) == self._wanted:
            self._there.set()

    async def until(self, count: int) -> None:
        """Wait until there are so many, or the rest is given up."""
        self._wanted = count
        if len(self.clicks) < count:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._there.wait(), DRAIN)


async def settled(peer: Peer) -> None:
    """Wait for the receipts of those whose first answer said that it takes longer, or give them up."""
    gave_up = time.perf_counter() + DRAIN
    while peer.standin.clicks.unsettled and time.perf_counter() < gave_up:  # noqa: ASYNC110  (after the measuring)
        await asyncio.sleep(TICK)
    peer.standin.clicks.forget()


class Meter:
    """What has been used since it was made."""

    def __init__(self, peer: Peer) -> None:
        self.began = time.perf_counter()
        self._peer = peer
        self._cpu = peer.cpu()
        self._standin = time.process_time()

    def run(self, clicks: Sequence[Click]) -> Run:
        """The run of these clicks, which ends now."""
        took, used = time.perf_counter() - self.began, self._peer.cpu() - self._cpu
        return Run(clicks, took, used, time.process_time() - self._standin)


async def closed(peer: Peer, in_flight: int, seconds: float, warm_up: float = 1.0) -> Run:
    """So many people click, each again and again as somebody new, as soon as they are answered."""
    clicks, answers = peer.standin.clicks, Answers()
    going = True

    def answered(click: Click) -> None:
        answers.take(click)
        if going:
            pressed.append(clicks.press(peer.voter(), len(pressed)))

    clicks.on_answer = answered
    pressed = [clicks.press(peer.voter(), number) for number in range(in_flight)]
    await asyncio.sleep(warm_up)
    first, meter = len(answers.clicks), Meter(peer)
    await asyncio.sleep(seconds)
    run = meter.run(answers.clicks[first:])
    going = False
    await answers.until(len(pressed))
    await settled(peer)
    return replace(run, clicks=[*run.clicks, *(each for each in pressed if not each.answered)])


async def burst(peer: Peer, people: int) -> Run:
    """All click at once."""
    meter, answers = Meter(peer), Answers()
    peer.standin.clicks.on_answer = answers.take
    clicks = [peer.standin.clicks.press(peer.voter(), number) for number in range(people)]
    await answers.until(people)
    run = meter.run(clicks)
    await settled(peer)
    return run


async def offered(peer: Peer, rate: float, seconds: float, warm_up: float = 0.0) -> Run:
    """So many people a second click, at random moments, whether or not the others have been answered.

    Those of the first ``warm_up`` seconds do not count.
    """
    dice = random.Random(7)  # noqa: S311  (the same moments each time)
    meter, answers = Meter(peer), Answers()
    clicks: list[Click] = []
    peer.standin.clicks.on_answer = answers.take
    due = 0.0
    while due < seconds:
        now = time.perf_counter() - meter.began
        while due <= min(now, seconds):
            clicks.append(peer.standin.clicks.press(peer.voter(), len(clicks), meter.began + due))
            due += dice.expovariate(rate)
        await asyncio.sleep(min(max(due - now, 0), TICK))
    await answers.until(len(clicks))
    run = meter.run([each for each in clicks if each.at >= meter.began + warm_up])
    await settled(peer)
    return run
