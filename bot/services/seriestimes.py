"""When the sessions of a series are, and what cannot be about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.services.localtime import in_words, instant, zone_name
from bot.services.seriesfields import calendar_day, duration, duration_in_words, offset, offset_in_words, wall_time
from bot.services.tomltables import Problem, rows_in, tables_in

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Span:
    """A session's time: as the clock on the wall says it (naive), and in UTC (aware)."""

    starts_local: datetime
    ends_local: datetime
    starts_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        day = in_words(self.starts_local)
        return f"{day}, {self.starts_local:%H:%M} to {self.ends_local:%H:%M}"


def time_problems(raw: Mapping[str, object]) -> Iterator[Problem]:
    """What is impossible about the times of a ``[series]`` table as written.

    A value that is wrong by itself is the business of its own field and passes in silence here.
    """
    yield from _order(raw, raw)
    yield from _reminders(raw)
    spans: list[tuple[int, Span]] = []
    for at, session in tables_in(raw.get("sessions")):
        found, span = session_span(raw, session)
        found += [*_reminders(session), *_fixed_starts(session, minutes_long(raw, session))]
        yield from ((("sessions", at, *place), said) for place, said in found)
        if span:
            for number, other in spans:
                if span.starts_at < other.ends_at and other.starts_at < span.ends_at:
                    said = f"it overlaps session {number}, {other}. Give one of them another date or time."
                    yield ("sessions", at), said
            spans.append((at + 1, span))


def session_span(series: Mapping[str, object], session: Mapping[str, object]) -> tuple[list[Problem], Span | None]:
    """A session's problems of time, placed within it, and its span if it has a date and none of them."""
    found = list(_order(series, session)) if session.get("starts") or session.get("ends") else []
    day = _read(session.get("date"), calendar_day)
    if day is None:
        return found, None
    zone = _read(series.get("time_zone"), lambda name: ZoneInfo(zone_name(str(name))))
    moments: list[tuple[datetime, datetime]] = []
    for key in ("starts", "ends"):
        written = session.get(key) or series.get(key)
        if not written:
            found.append(((key,), f'it is missing; a session with a date needs it, such as {key} = "13:00".'))
        at = _read(written, wall_time)
        if at is None or zone is None:
            continue
        try:
            moments.append((datetime.combine(day, at), instant(day, at, zone)))
        except ValueError as error:
            found.append(((key,), str(error)))
    if found or len(moments) < len(("starts", "ends")):
        return found, None
    (starts_local, starts_at), (ends_local, ends_at) = moments
    return found, Span(starts_local, ends_local, starts_at, ends_at)


def minutes_long(series: Mapping[str, object], session: Mapping[str, object]) -> int | None:
    """How long a session lasts, by its own times or else the series'; None where these do not say."""
    _, span = session_span(series, session)
    if span:  # the clocks may change in the middle of a session
        return (span.ends_at - span.starts_at) // timedelta(minutes=1)
    starts, ends = (_read(session.get(key) or series.get(key), wall_time) for key in ("starts", "ends"))
    if starts is None or ends is None or ends <= starts:
        return None
    return (datetime.combine(date.min, ends) - datetime.combine(date.min, starts)) // timedelta(minutes=1)


def _fixed_starts(session: Mapping[str, object], lasts: int | None) -> Iterator[Problem]:
    """Steps that would begin before the one before them is over, or when their session is."""
    end = 0
    for at, step in tables_in(session.get("run_of_show")):
        start = _read(step.get("at"), offset)
        place = ("run_of_show", at, "at")
        if start is not None and start < end:
            yield place, f"{offset_in_words(start)} is before step {at} ends, at {offset_in_words(end)}."
        if start is not None and lasts is not None and start >= lasts:
            yield (
                place,
                f"{offset_in_words(start)} after the start is beyond the session's end, at {offset_in_words(lasts)}.",
            )
        takes = step.get("minutes")
        end = (end if start is None else start) + (takes if isinstance(takes, int) and takes > 0 else 0)


def _reminders(table: Mapping[str, object]) -> Iterator[Problem]:
    """Reminders at the same time as an earlier one."""
    seen: dict[timedelta, int] = {}
    for at, each in enumerate(rows_in(table.get("reminders"))):
        length = _read(each, duration)
        if length is not None and seen.setdefault(length, at) != at:
            yield ("reminders", at), f"it is the same as reminder {seen[length] + 1}, {duration_in_words(length)}."


def _order(series: Mapping[str, object], table: Mapping[str, object]) -> Iterator[Problem]:
    starts, ends = (_read(table.get(key) or series.get(key), wall_time) for key in ("starts", "ends"))
    if starts and ends and ends <= starts:
        yield (
            ("ends",),
            f"{ends:%H:%M} is not after the start at {starts:%H:%M}. A session ends on the day it starts.",
        )


def _read(written: object, reader: Callable[[object], _Value]) -> _Value | None:
    try:
        return reader(written)
    except ValueError:
        return None
