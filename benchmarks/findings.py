"""What was measured, against what has to be reached."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.table import Table


@dataclass(frozen=True)
class Goal:
    """What a number may be at most, or at ``least``."""

    bound: float
    least: bool = False

    def reached(self, value: float) -> bool:
        """Whether a value is good enough."""
        return value >= self.bound if self.least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.bound:g}" if self.bound else "0"


@dataclass(frozen=True)
class Finding:
    """One line. ``values`` are of the rounds, and their median counts; without a ``goal`` it is for the record."""

    what: str
    measured: str
    values: Sequence[float]
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        return None if self.goal is None else self.goal.reached(self.value)


def compared(
    what: str, ours: Sequence[float], theirs: Sequence[float], shown: str, goal: Goal | None = None
) -> Finding:
    """Ours against theirs, round by round. ``shown`` says how a number reads: "{:,.0f} a second"."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Finding(what, f"{shown.format(median(ours))} : {shown.format(median(theirs))}", ratios, goal)


def counted(what: str, counts: Sequence[float], of: str, goal: Goal | None = None) -> Finding:
    """How often something happened in all rounds; it never may where the goal is 0."""
    return Finding(what, of, [sum(counts)], goal)


def table(findings: Sequence[Finding], caption: str = "") -> Table:
    """All of it for a person to read."""
    made = Table("What", "Measured, medians", "Ratio or count", "Rounds", "Goal", "Reached", caption=caption)
    for each in findings:
        low, high = min(each.values), max(each.values)
        spread = f"{low:.2f} to {high:.2f}" if len(each.values) > 1 else ""
        reached = {True: "[green]yes", False: "[bold red]NO", None: ""}[each.reached]
        made.add_row(each.what, each.measured, f"{each.value:.4g}", spread, str(each.goal or ""), reached)
    return made


def write(path: Path, findings: Sequence[Finding]) -> None:
    """All of it for a program to read, with the machine it is of."""
    machine = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
    rows = [
        {
            "what": each.what,
            "measured": each.measured,
            "value": each.value,
            "values": list(each.values),
            "goal": str(each.goal or ""),
            "reached": each.reached,
        }
        for each in findings
    ]
    path.write_text(json.dumps({"machine": machine, "findings": rows}, indent=2, ensure_ascii=False), "utf-8")
