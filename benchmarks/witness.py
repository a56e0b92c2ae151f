"""Who was told what about their vote, held against what is stored."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.peers import OPTIONS
from benchmarks.process import person
from benchmarks.standin.clicks import SAY, Click

Stored = Iterable[tuple[int, int]]
"""(voter, option) of every ballot."""

CHANGE_THEIR_MIND = 0.2
"""The part of the clicks that are by people who have voted before."""


@dataclass(frozen=True)
class Verdict:
    """How many receipts are not in the database, how many ballots nobody cast, how many people are in it twice."""

    lost: int
    invented: int
    twice: int


class Witness:
    """Chooses who clicks, and knows what each person may have in the database.

    ``known_as`` says what a person is called there.
    """

    def __init__(self, known_as: Callable[[int], int]) -> None:
        self.receipts = 0
        self.refused = 0
        self._known_as = known_as
        self._dice = random.Random(11)  # noqa: S311  (the same people each time)
        self._people = 0
        self._free: list[int] = []
        self._clicks: list[Click] = []
        self._before: dict[int, int] = {}

    def who(self) -> tuple[int, int]:
        """The next person and their option. Nobody clicks twice at a time, so each person's clicks have an order."""
        option = self._dice.randrange(len(OPTIONS))
        if self._free and self._dice.random() < CHANGE_THEIR_MIND:
            at = self._dice.randrange(len(self._free))
            self._free[at], self._free[-1] = self._free[-1], self._free[at]
            return self._free.pop(), option
        self._people += 1
        return person(self._people), option

    def pressed(self, click: Click) -> None:
        """Somebody has clicked."""
        self._clicks.append(click)

    def answered(self, click: Click) -> None:
        """They have been answered, and can click again."""
        self._free.append(click.voter)

    def verdict(self, stored: Stored) -> Verdict:
        """Hold what everybody may have against what they have; this is what they have from then on."""
        ballots: defaultdict[int, list[int]] = defaultdict(list)
        for voter, option in stored:
            ballots[voter].append(option)
        possible: dict[int, set[int | None]] = {who: {option} for who, option in self._before.items()}
        for click in self._clicks:
            had = possible.setdefault(click.voter, {None})
            if click.receipt:
                self.receipts += 1
                had.clear()
            if click.receipt or click.kind != SAY:  # whoever was not answered has either: the bot was killed
                had.add(OPTIONS.index(click.option.label))
            else:
                self.refused += 1
        named = {self._known_as(who): options for who, options in possible.items()}
        lost = sum(not options & {*ballots.get(name, [None])} for name, options in named.items())
        invented = sum(name not in named for name in ballots)
        self._before = {who: ballots[name][0] for who in possible if (name := self._known_as(who)) in ballots}
        self._free = list(possible)
        self._clicks.clear()
        return Verdict(lost, invented, sum(len(options) > 1 for options in ballots.values()))
