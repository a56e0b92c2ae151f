"""A series as a calendar file (RFC 5545) that Apple's, Google's and Microsoft's calendars read alike."""

import calendar as months
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDDDLists,
    vDDDTypes,
    vDuration,
    vInt,
    vRecur,
    vText,
    vUri,
    vUTCOffset,
)

from bot.services.entries import Entry
from bot.services.refusal import Refusal
from bot.services.text import clean, one_line

MADE_BY = "-//Plenary//Plenary//EN"
"""The PRODID: what wrote the file."""

ALARMS = (timedelta(days=1), timedelta(minutes=10))
"""How long before the start a calendar reminds its owner."""

_YEARS = 10
"""So many years show whether clocks change on a rule, and tell a month's last Sunday from its fourth."""

_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_UTC = {"UTC", "Etc/UTC"}  # which the format writes with a Z
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Text(vText):
    """A text as the format escapes it; icalendar's own way turns a typed backslash and N into a line break."""

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPES).encode()


def calendar(name: str, entries: Sequence[Entry]) -> bytes:
    """An .ics file with ``entries``, called ``name``. The same entries always give the same bytes."""
    if not entries:
        raise Refusal("Nothing in it has a date yet, so there is no calendar to give.")
    file = Calendar()
    file["PRODID"] = _Text(MADE_BY)
    file["VERSION"] = _Text("2.0")
    file["METHOD"] = _Text("PUBLISH")
    # NAME is the standard's; Apple and Google read the older X-WR-CALNAME.
    file["NAME"] = _Text(one_line(name))
    file["X-WR-CALNAME"] = _Text(one_line(name))
    for zone in sorted({entry.zone for entry in entries} - _UTC):
        times = [moment for entry in entries if entry.zone == zone for moment in (entry.starts_at, entry.ends_at)]
        file.add_component(_timezone(zone, min(times), max(times)))
    for entry in entries:
        file.add_component(_event(entry))
    return file.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event["UID"] = _Text(one_line(entry.uid))
    event["SEQUENCE"] = vInt(entry.sequence)
    event["SUMMARY"] = _Text(one_line(entry.summary))
    event["DTSTART"] = _local(entry.starts_at, entry.zone)
    event["DTEND"] = _local(entry.ends_at, entry.zone)
    event["DTSTAMP"] = vDDDTypes(entry.changed_at.astimezone(UTC))
    event["LAST-MODIFIED"] = vDDDTypes(entry.changed_at.astimezone(UTC))
    event["STATUS"] = _Text("CANCELLED" if entry.cancelled else "CONFIRMED")
    event["TRANSP"] = _Text("TRANSPARENT" if entry.cancelled else "OPAQUE")  # a cancelled hour is free again
    if entry.description:
        event["DESCRIPTION"] = _Text(clean(entry.description))
    if entry.location:
        event["LOCATION"] = _Text(one_line(entry.location))
    if entry.url:
        # An address has no escapes of its own here: a line break in it would begin another property.
        event["URL"] = vUri(quote(one_line(entry.url), safe=_URL_SAFE))
    if not entry.cancelled:
        for before in ALARMS:
            event.add_component(_alarm(one_line(entry.summary), before))
    return event


def _alarm(text: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm["ACTION"] = _Text("DISPLAY")
    alarm["DESCRIPTION"] = _Text(text)
    alarm["TRIGGER"] = vDuration(-before)
    return alarm


def _local(moment: datetime, zone: str) -> vDDDTypes:
    if zone in _UTC:
        return vDDDTypes(moment.astimezone(UTC))
    local = vDDDTypes(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    local.params["TZID"] = zone
    return local


@dataclass(frozen=True)
class _Change:
    """A change of the clocks: ``at`` is the wall time it happens at, by the clocks before it."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str


def _timezone(key: str, first: datetime, last: datetime) -> Timezone:
    """The rules of a zone, good for every instant from ``first`` to ``last``.

    Written here because icalendar's own ``Timezone.from_tzid`` gives the wall time of a spring change by
    the clocks after it, an hour late, and lists dates where Outlook expects a yearly rule.
    """
    zone = ZoneInfo(key)
    begin = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    changes = _changes(zone, first.year - 1, last.year + _YEARS)
    timezone = Timezone()
    timezone["TZID"] = _Text(key)
    if not changes or changes[0].at - changes[0].before > first.astimezone(UTC).replace(tzinfo=None):
        offset = _offset(begin, zone)
        start = _Change(datetime(1970, 1, 1), offset, offset, _name(begin, zone))  # noqa: DTZ001  (a wall time)
        timezone.add_component(_observance(TimezoneStandard(), [start], None))
    to_and_fro = {change.after > change.before for change in changes} == {True, False}
    for same in _alike(changes):
        ahead = to_and_fro and same[0].after > same[0].before
        rule = _yearly(same, range(first.year - 1, last.year + _YEARS))
        timezone.add_component(_observance(TimezoneDaylight() if ahead else TimezoneStandard(), same, rule))
    return timezone


def _observance(
    part: TimezoneStandard | TimezoneDaylight, starts: Sequence[_Change], rule: vRecur | None
) -> TimezoneStandard | TimezoneDaylight:
    part["DTSTART"] = vDDDTypes(starts[0].at)
    part["TZOFFSETFROM"] = vUTCOffset(starts[0].before)
    part["TZOFFSETTO"] = vUTCOffset(starts[0].after)
    part["TZNAME"] = _Text(starts[0].name)
    if rule:
        part["RRULE"] = rule
    elif len(starts) > 1:
        # A line each: vobject, for one, reads only the first of a list here.
        part["RDATE"] = [vDDDLists([start.at]) for start in starts[1:]]
    return part


def _alike(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """The changes by what they change, in the order each is first met."""
    groups: dict[object, list[_Change]] = {}
    for change in changes:
        groups.setdefault((change.before, change.after, change.name), []).append(change)
    yield from groups.values()


def _yearly(changes: Sequence[_Change], years: range) -> vRecur | None:
    """The rule such as "the last Sunday of March" that all of ``changes`` keep, one in each of ``years``."""
    regular = [change.at.year for change in changes] == list(years)
    if not regular or len({(at.at.month, at.at.weekday(), at.at.time()) for at in changes}) != 1:
        return None
    at = changes[0].at
    for place in (_from_end, _from_start):
        places = {place(change.at) for change in changes}
        if len(places) == 1:
            day = f"{places.pop()}{_WEEKDAYS[at.weekday()]}"
            return vRecur({"FREQ": ["YEARLY"], "BYMONTH": [at.month], "BYDAY": [day]})
    return None


def _from_start(day: datetime) -> int:
    return (day.day - 1) // 7 + 1


def _from_end(day: datetime) -> int:
    return -((months.monthrange(day.year, day.month)[1] - day.day) // 7 + 1)


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, first_year: int, before_year: int) -> tuple[_Change, ...]:
    """Every change of the clocks in those years, in order. No zone changes its offset twice within a day."""
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(before_year, 1, 1, tzinfo=UTC)
    found: list[_Change] = []
    while moment < end:
        following = moment + timedelta(days=1)
        before, after = _offset(moment, zone), _offset(following, zone)
        if before != after:
            at = _first_after(moment, following, zone)
            found.append(_Change(at.replace(tzinfo=None) + before, before, after, _name(following, zone)))
        moment = following
    return tuple(found)


def _first_after(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset of ``earlier`` ends."""
    offset = _offset(earlier, zone)
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=2))
        if _offset(middle, zone) == offset:
            earlier = middle
        else:
            later = middle
    return later


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _name(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).tzname() or zone.key
