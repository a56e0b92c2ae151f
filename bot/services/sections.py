"""Which parts a session has: what was asked and said stands in the report beside what it was about. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.services.seriesparts import Step


@dataclass(frozen=True)
class Section:
    """A part of the session: from the step of the run of show at ``start`` up to the next part's."""

    start: int
    title: str


_STARTS = frozenset({"talk", "breakout", "panel"})
"""The steps that begin a part: a poll, or a place to say where one is, belongs to what was on before it."""


def sections(steps: Sequence[Step]) -> tuple[Section, ...]:
    """The parts of a run of show, in order; what comes before the first talk has none."""
    return tuple(Section(i, step.title) for i, step in enumerate(steps) if step.kind in _STARTS)


def section_at(parts: Sequence[Section], step: int | None) -> int | None:
    """The part that a step belongs to, known by the step it starts with."""
    return next((each.start for each in reversed(parts) if step is not None and each.start <= step), None)


def mostly(parts: Sequence[Section], steps: Iterable[int | None]) -> int | None:
    """The part in which most of these were, the earlier of two; None where that is known of none."""
    counted = Counter(part for step in steps if (part := section_at(parts, step)) is not None)
    return min(counted, key=lambda part: (-counted[part], part), default=None)
