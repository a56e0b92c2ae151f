"""Wall time and the instants it stands for."""

import difflib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.services.tomltables import shown


def in_words(day: date) -> str:
    """For instance "24 February 2022"."""
    return f"{day.day} {day:%B %Y}"


def zone_name(name: str) -> str:
    """``name`` if it is an IANA time zone, else a ValueError that names the nearest."""
    if name in _zones():
        return name
    near = _nearest_zone(name)
    hint = f"; did you mean {near}?" if near else "."
    raise ValueError(f"got {shown(name)}; wanted a time zone such as Europe/London{hint}")


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The one UTC instant of a wall time; a ValueError where the clocks skip or repeat it."""
    local = datetime.combine(day, at)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, after = _offset(first), _offset(second)
    if before == after:
        return first.astimezone(UTC)
    change = _change(local, before, after, zone)
    leaps, lands = (_wall(change + offset, day) for offset in (before, after))
    shown = f"{at:%H:%M} on {in_words(day)}"
    if before < after:
        raise ValueError(
            f"{shown} does not exist in {zone.key}: the clocks go forward from {leaps} to {lands}. "
            f"Choose a time before {leaps}, or {lands} or later."
        )
    raise ValueError(
        f"{shown} happens twice in {zone.key}: the clocks go back from {leaps} to {lands}. "
        f"Choose a time before {lands}, or {leaps} or later."
    )


def _change(local: datetime, before: timedelta, after: timedelta, zone: ZoneInfo) -> datetime:
    """When the clocks change, as a naive UTC datetime to the second."""
    earlier, later = local - max(before, after), local - min(before, after)
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) // 2
        if _offset(middle.replace(tzinfo=UTC).astimezone(zone)) == before:
            earlier = middle
        else:
            later = middle
    return later.replace(microsecond=0)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _wall(moment: datetime, day: date) -> str:
    # Samoa once skipped a whole day; then the hour alone would say nothing.
    return f"{moment:%H:%M}" if moment.date() == day else f"{moment:%H:%M} on {in_words(moment)}"


def _nearest_zone(name: str) -> str:
    wanted = name.casefold().replace(" ", "_")
    by_place = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(_zones()) if "/" in zone}
    by_name = {zone.casefold(): zone for zone in sorted(_zones())}
    for known in (by_name, by_place):
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.8)
        if near:
            return known[near[0]]
    return ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
