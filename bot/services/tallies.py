"""Counting answers. Pure: the same ballots always give the same tally."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from bot.storage.ballots import Answer, Counts
from bot.storage.polls import Kind

LIVE_FROM = 5
"""A live tally starts at this many respondents, and moves when so many have answered anew: nobody's is seen alone."""

SCALE = 5
"""How many steps a rating has."""


def percent(count: int, respondents: int) -> int:
    """``count`` as a whole per cent of ``respondents``, halves rounded up; 0 where nobody answered."""
    return (200 * count + respondents) // (2 * respondents) if respondents else 0


@dataclass(frozen=True)
class Row:
    """One option as the tally shows it: ``percent`` is of respondents, not of votes.

    In a ranking ``count`` is its points, and ``percent`` the share of those who put it first. Where it is ``hidden``,
    a place from which so few came that it could single them out, both are 0 whatever they were.
    """

    text: str
    count: int
    percent: int
    hidden: bool = False


@dataclass(frozen=True)
class Tally:
    """The rows in the order the options were asked, and ``n``, the distinct people who answered.

    A rating has ``mean`` and ``median``, of 1 to 5; whoever left it blank is in neither.
    """

    n: int
    rows: tuple[Row, ...]
    mean: Fraction | None = None
    median: Fraction | None = None


def by_size(counted: Tally) -> Tally:
    """With what was chosen most first, and what is not shown last."""
    return replace(counted, rows=tuple(sorted(counted.rows, key=lambda row: (row.hidden, -row.count))))


def moved(counts: Counts, before: Answer, after: Answer) -> None:
    """Put one voter's new answer in the place of the one they had."""
    for chosen in enumerate(before):
        counts[chosen] -= 1
    for chosen in enumerate(after):
        counts[chosen] += 1


def respondents(counts: Counts) -> int:
    """How many distinct people have answered: everybody who did has chosen something first."""
    return sum(times for (slot, _), times in counts.items() if slot == 0)


def tally(options: Sequence[str], counts: Counts, *, kind: Kind = "single", choices: int = 1) -> Tally:
    """The tally of a poll of ``kind``, in which a person could choose, or rank, up to ``choices`` options.

    A ranking is counted after Borda: with three places a first one is worth 3 points, a second 2 and a third 1.
    Of places those are hidden that could single people out.
    """
    n = respondents(counts)
    worth = [0] * len(options)
    for (slot, option), times in counts.items():
        worth[option] += times * (choices - slot if kind == "ranking" else 1)
    shares = [counts[0, i] if kind == "ranking" else worth[i] for i in range(len(options))]
    sizes = suppressed(worth) if kind == "place" else tuple(worth)
    rows = tuple(_row(text, size, share, n) for text, size, share in zip(options, sizes, shares, strict=True))
    if kind != "rating" or not n:
        return Tally(n, rows)
    mean = Fraction(sum(step * count for step, count in enumerate(worth, 1)), n)
    return Tally(n, rows, mean, _median(worth, n))


def _row(text: str, size: int | None, share: int, n: int) -> Row:
    return Row(text, 0, 0, hidden=True) if size is None else Row(text, size, percent(share, n))


def _median(distribution: Sequence[int], n: int) -> Fraction:
    """The middle one of the ratings 1, 2, …, or the mean of the middle two."""
    upto = list(accumulate(distribution))
    middle = [next(step for step, many in enumerate(upto, 1) if many > at) for at in ((n - 1) // 2, n // 2)]
    return Fraction(sum(middle), 2)


def suppressed(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The sizes of groups of people; None for those under five, and for more where those could be worked out.

    Whoever knows how many people there are, what is shown and this rule is left with several sizes for each that is
    not, and those that are not shown are at least five people together, unless there are no more in all.
    """
    few = [count for count in counts if 0 < count < LIVE_FROM]
    if not few:
        return tuple(counts)
    larger = [count for count in counts if count >= LIVE_FROM]
    telling = sum(few) < LIVE_FROM or sum(few) in {len(few), (LIVE_FROM - 1) * len(few)}  # too few, or all of one size
    shown_from = min(larger) + 1 if telling and larger else LIVE_FROM
    nothing = max(counts) < shown_from  # then the zeros would tell how many places share the total
    return tuple(None if nothing or 0 < count < shown_from else count for count in counts)
