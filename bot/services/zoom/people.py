"""Zoom's reports of who was there: a meeting's participants, or a webinar's attendees. Numbers come out, no names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.services.refusal import Refusal
from bot.services.text import sameness
from bot.services.zoom.cells import HALF, Row, Sheet, at, cell, header, headings, moments, shown

Stay = tuple[datetime, datetime]
"""From when to when somebody was there."""

NAMES = ("name (original name)", "user name (original name)", "user name", "name", "participant")
EMAILS = ("user email", "email", "email address")
MINUTES = ("duration (minutes)", "time in session (minutes)", "total duration (minutes)")
TEAM, AUDIENCE = frozenset({"host details", "panelist details"}), frozenset({"attendee details", "other attended"})

DIGITS = 4
"""How many the minutes have at most that somebody was there."""

INSTANT = timedelta(seconds=1)
"""Somebody who left in the second they came was there."""


@dataclass(frozen=True)
class ZoomPeople:
    """Who was there: for each person their stays, in no order; of some only that they came is known.

    In a ``webinar``'s report the hosts and panellists, the ``team``, are told apart from those who attended.
    """

    topic: str
    starts: datetime | None
    stays: tuple[tuple[Stay, ...], ...]
    team: int
    webinar: bool

    @property
    def peak(self) -> int | None:
        """How many there were at once at most; None where the times are not known."""
        return at_once(stay for stays in self.stays for stay in stays)


def at_once(stays: Iterable[Stay]) -> int | None:
    """The most stays at one moment; None of none. Who leaves as another comes is not there with them."""
    steps = sorted(step for begin, end in stays for step in ((begin, 1), (max(end, begin + INSTANT), -1)))
    most = here = 0
    for _, step in steps:
        here += step
        most = max(most, here)
    return most or None


@dataclass(frozen=True)
class _Columns:
    names: tuple[int, ...]
    email: int | None
    join: int | None
    leave: int | None
    minutes: int | None
    attended: int | None

    @property
    def needed(self) -> int:
        """How many cells a row has at least."""
        return 1 + max(number for number in (*self.names, self.join, self.leave) if number is not None)


def _columns(row: Row) -> _Columns | None:
    names = headings(row)
    name, join, minutes = at(names, *NAMES), at(names, "join time"), at(names, *MINUTES)
    first, last = at(names, "first name"), at(names, "last name")
    whole = (name,) if name is not None else tuple(each for each in (first, last) if each is not None)
    if not whole or (join is None and minutes is None):
        return None
    return _Columns(whole, at(names, *EMAILS), join, at(names, "leave time"), minutes, at(names, "attended"))


def is_people(sheet: Sheet) -> bool:
    """Whether there is a table of people in it."""
    return any(_columns(row) for row in sheet.rows)


@dataclass(frozen=True)
class _Came:
    section: str
    who: str
    join: str
    leave: str
    minutes: str


def parse_people(sheet: Sheet, near: date | None) -> ZoomPeople:
    """Each person once, by their e-mail address, else by their name, however often they came back."""
    sheet.refuse_half()
    topic, began = header(sheet.rows)
    found = list(_everybody(sheet))
    if not found:
        raise Refusal(f"{sheet.name} is a report of participants, and nobody was there.")
    team = {each.who for each in found if each.section in TEAM}
    came = [each for each in found if each.section not in TEAM]
    cells = [began, *(text for each in came for text in (each.join, each.leave))]
    starts, *times = moments(cells, near, sheet.name)
    stays: dict[str, list[Stay]] = {}
    for each, join, leave in zip(came, times[::2], times[1::2], strict=True):
        for written, moment in ((each.join, join), (each.leave, leave)):
            if written and moment is None:
                if each is came[-1] and not sheet.whole:
                    raise Refusal(HALF.format(name=sheet.name, where="a time"))
                raise Refusal(f"{sheet.name} has a time that is not understood: {shown(written)}.")
        held = stays.setdefault(each.who, [])
        if join is not None:
            known = each.minutes.isdecimal() and len(each.minutes) <= DIGITS
            lasted = timedelta(minutes=int(each.minutes) if known else 0)
            held.append((join, max(leave or join + lasted, join)))
    in_no_order = sorted(_joined_up(each) for each in stays.values())
    return ZoomPeople(topic, starts, tuple(in_no_order), len(team - stays.keys()), any(each.section for each in found))


def _everybody(sheet: Sheet) -> Iterator[_Came]:
    """A row of the file each, with the section that it stands in."""
    columns, section = None, ""
    for number, row in enumerate(sheet.rows, 1):
        alone = [each for each in headings(row) if each]
        if len(alone) == 1 and alone[0] in TEAM | AUDIENCE:
            columns, section = None, alone[0]
        elif found := _columns(row):
            columns = found
        elif columns and alone:
            if len(row) < columns.needed:
                where = "a row" if number == len(sheet.rows) else f"row {number}"
                raise Refusal(HALF.format(name=sheet.name, where=where))
            if each := _came(row, columns, section):
                yield each


def _came(row: Row, columns: _Columns, section: str) -> _Came | None:
    if columns.attended is not None and cell(row, columns.attended).casefold() == "no":
        return None
    email = sameness(cell(row, columns.email))
    who = email if "@" in email else sameness(" ".join(cell(row, each) for each in columns.names))
    join, leave = (cell(row, each).strip("-") for each in (columns.join, columns.leave))
    return _Came(section, who, join, leave, cell(row, columns.minutes)) if who else None


def _joined_up(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    """Without overlaps, where somebody was there with two devices."""
    found: list[Stay] = []
    for begin, end in sorted(stays):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)
