"""How well breakout groups keep apart those who have met, in series of several shapes, and how long that takes.

python -m benchmarks.grouping [--restarts 50] [--json results.json]

Each series is planned session by session, as the bot would, and some of the people are others each time. The plan of
the last session is held against the best of as many restarts with other seeds, and against drawing lots.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import combinations, repeat
from math import comb
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.findings import Finding, Goal, table, write
from bot.services.grouping import Groups, Person, grouped

ORGANISATIONS = ("local authority", "national agency", "university", "company", "charity", "")
REACHES = ("local", "regional", "national", "")

NEAR_BEST, BELOW_LOT, SECONDS = Goal(1.1), Goal(0.5), Goal(1)

CAPTION = "The first ratio is of the plan with each seed to the best of the plans with the others."


@dataclass(frozen=True)
class Series:
    """``people`` meet in so many ``groups`` after ``sessions`` of the kind; a share of them is ``new`` each time."""

    people: int
    groups: int
    sessions: int
    new: float = 0.2

    def __str__(self) -> str:
        return f"{self.people} people, {self.groups} groups, {self.sessions} sessions before, {self.new:.0%} new"


SERIES = (
    *(Series(1000, 200, sessions, new) for sessions in (2, 3, 4) for new in (0, 0.2)),
    *(Series(1000, groups, 4) for groups in (100, 50, 20)),
    *(Series(300, groups, 4) for groups in (60, 20, 10)),
    *(Series(60, groups, sessions) for groups in (12, 6) for sessions in (2, 3, 4)),
    *(Series(30, groups, sessions) for groups in (6, 5) for sessions in (2, 3, 4)),
    *(Series(12, 3, sessions) for sessions in (2, 3, 4)),
    Series(120, 12, 4, 0),  # these two have only just no room to keep everybody apart: nothing is harder
    Series(300, 20, 4, 0),
)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cache
def history(series: Series) -> tuple[list[Person], Counter[tuple[int, int]]]:
    """Who comes to the last session, and who met how often in those before."""
    dice = Random(1)  # noqa: S311  (the same people each time)
    met: Counter[tuple[int, int]] = Counter()
    here: list[Person] = []
    for session in range(series.sessions + 1):
        stay = dice.sample(here, min(len(here), round(series.people * (1 - series.new))))
        new = range(session * series.people, (session + 1) * series.people - len(stay))
        here = stay + [Person(person, dice.choice(ORGANISATIONS), dice.choice(REACHES)) for person in new]
        if session < series.sessions:
            for group in grouped(here, groups=series.groups, met=met, seed=session).groups:
                met.update(combinations(group, 2))
    return here, met


def alike(people: Sequence[Person], groups: Sequence[Sequence[int]]) -> int:
    """In how many ways people are like others in their groups."""
    known = {each.person: (each.organisation, each.reach) for each in people}
    pairs = (pair for group in groups for pair in combinations(group, 2))
    return sum(mine == theirs != "" for a, b in pairs for mine, theirs in zip(known[a], known[b], strict=True))


def alike_by_lot(people: Sequence[Person], pairs: int) -> float:
    """The same where so many pairs are drawn by lot, on average."""
    return alike(people, [[each.person for each in people]]) * pairs / comb(len(people), 2)


def planned(series: Series, seed: int) -> tuple[Groups, float]:
    """The plan of the last session, and how many seconds it took a processor."""
    people, met = history(series)
    began = time.process_time()
    return grouped(people, groups=series.groups, met=met, seed=seed), time.process_time() - began


def measure(series: Series, restarts: int, pool: Executor) -> Iterator[Finding]:
    """Each plan against the best of the others, and against lots."""
    plans, seconds = zip(*pool.map(planned, repeat(series), range(restarts + 1)), strict=True)
    people, _ = history(series)
    again = [plan.again for plan in plans]
    least, second = sorted(again)[:2]
    others = [second if each == least else least for each in again]
    near = [each / other if other else 1.0 + each for each, other in zip(again, others, strict=True)]
    above = sum(not NEAR_BEST.reached(each) for each in near)
    by_lot, mixed_by_lot = float(plans[0].by_lot), alike_by_lot(people, plans[0].pairs)
    mixed = [alike(people, plan.groups) for plan in plans]
    what = f"{median(again):g} pairs meet again : {least} at best"
    yield Finding(str(series), f"{what}; {above} of {len(plans)} above", near, NEAR_BEST)
    yield Finding("", f"… : {by_lot:.1f} by lot", [each / by_lot for each in again], BELOW_LOT)
    yield Finding("", f"{median(mixed):g} alike : {mixed_by_lot:.1f} by lot", [each / mixed_by_lot for each in mixed])
    yield Finding("", "seconds", seconds, SECONDS)


@app.command()
def main(
    *,
    restarts: Annotated[int, typer.Option(help="How many other seeds are tried.", min=1)] = 50,
    json: Annotated[Path | None, typer.Option(help="A file to write the results into as well.")] = None,
) -> None:
    """Measure, and print what was found. Ends with 1 where a goal is missed."""
    findings: list[Finding] = []
    with ProcessPoolExecutor() as pool, Console(stderr=True).status("") as status:
        for series in SERIES:
            status.update(f"planning: {series}")
            findings += measure(series, restarts, pool)
    if json:
        write(json, findings)
    Console(width=160).print(table(findings, CAPTION))
    raise typer.Exit(any(each.reached is False for each in findings))


if __name__ == "__main__":
    app()
