"""When it was, by the session's own time: Zoom's files tell other clocks' times, and say not which. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.services.localtime import in_words
from bot.services.refusal import Refusal
from bot.services.zoom.chat import ZoomLine

USUAL, HOUR = timedelta(minutes=90), timedelta(hours=1)
AROUND = timedelta(minutes=15)
"""How long before its start and after its end most of what happens in a meeting happens."""
STEP, MOST = timedelta(minutes=30), timedelta(hours=26)
"""Time zones lie half hours from each other, and a date may change between them."""
LONGEST = timedelta(hours=6)
"""What is counted from the beginning of a recording is below this."""


@dataclass(frozen=True)
class Held:
    """When a session was held, and where its times are told."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        """The day it began, there."""
        return self.start.astimezone(self.zone).date()


@dataclass(frozen=True)
class Matched:
    """The instants that a file's times stand for, and how they were found: a sentence, empty where as usual."""

    at: tuple[datetime, ...]
    how: str = ""


def matched(clock: Sequence[datetime], held: Held | None, name: str) -> Matched:
    """The instants of dated times, which may have been told in another zone than the session's."""
    if held is None:
        return Matched(tuple(each.replace(tzinfo=UTC) for each in clock))
    found = _shifted([each.replace(tzinfo=held.zone).astimezone(UTC) for each in clock], held)
    if found is None:
        raise Refusal(f"{name} is of {in_words(min(clock).date())}, and that session was on {in_words(held.day)}.")
    return found


def of_chat(lines: Sequence[ZoomLine], held: Held | None) -> Matched:
    """The instants of a chat's lines, which have the time of day or count from when the recording began.

    None at all where they match no moment of the session.
    """
    if held is None or not lines:
        return Matched((), "The session has no date, so nobody can tell in which section of it anything was said.")
    clock: list[datetime] = []
    midnights = timedelta()
    for number, line in enumerate(lines):
        if number and line.at < lines[number - 1].at - MOST / 2:
            midnights += timedelta(days=1)
        day = line.day or held.day
        passed = timedelta() if line.day else midnights
        shown = datetime(day.year, day.month, day.day, tzinfo=held.zone) + line.at + passed
        clock.append(shown.astimezone(UTC))
    if _share(clock, held) * 2 >= 1:
        return Matched(tuple(clock))
    since = [held.start + line.at for line in lines]
    if max(line.at for line in lines) <= LONGEST and not lines[0].day and _share(since, held) * 2 >= 1:
        return Matched(tuple(since), "Its times are counted from when the recording began.")
    return _shifted(clock, held) or Matched(
        (), "Its times are none of that session’s, so nobody can tell in which section of it anything was said."
    )


def _shifted(clock: Sequence[datetime], held: Held) -> Matched | None:
    """These times, or as many half hours later or earlier as it takes for most of them to be within the session."""
    if not clock or _share(clock, held) * 2 >= 1:
        return Matched(tuple(clock))
    every = (STEP * number for number in range(-(MOST // STEP), MOST // STEP + 1))
    shifts = sorted(every, key=lambda shift: (shift % HOUR, abs(shift)))  # few zones are half an hour from others
    best = max(shifts, key=lambda shift: _share([each + shift for each in clock], held))
    moved = [each + best for each in clock]
    if _share(moved, held) * 2 < 1:
        return None
    hours = abs(best) / HOUR
    how = f"Its times are {hours:g} hour{'' if hours == 1 else 's'} {'behind' if best > timedelta() else 'ahead'}"
    return Matched(tuple(moved), f"{how}, those of another time zone: they are matched to the session’s.")


def _share(moments: Sequence[datetime], held: Held) -> float:
    first, last = held.start - AROUND, held.end + AROUND
    return sum(first <= each <= last for each in moments) / len(moments)
