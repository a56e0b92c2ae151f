"""Counting answers. Pure: the same ballots always give the same tally."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LIVE_FROM = 5
"""A live tally starts at this many respondents, so that nobody's vote is seen alone."""


def percent(count: int, respondents: int) -> int:
    """``count`` as a whole per cent of ``respondents``, halves rounded up; 0 where nobody answered."""
    return (200 * count + respondents) // (2 * respondents) if respondents else 0


@dataclass(frozen=True)
class Row:
    """One option as the tally shows it: ``percent`` is of respondents, not of votes."""

    text: str
    count: int
    percent: int


@dataclass(frozen=True)
class Tally:
    """The rows in the order the options were asked, and ``n``, the distinct people who answered."""

    n: int
    rows: tuple[Row, ...]


def tally(options: Iterable[str], ballots: Iterable[tuple[object, int]]) -> Tally:
    """Count ``ballots``, pairs of (voter, index of the option); with several choices a voter has several."""
    counts: Counter[int] = Counter()
    voters: set[object] = set()
    for voter, option in ballots:
        voters.add(voter)
        counts[option] += 1
    n = len(voters)
    return Tally(n, tuple(Row(text, counts[i], percent(counts[i], n)) for i, text in enumerate(options)))
