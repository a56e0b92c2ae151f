"""The kinds of value a series file has, each with what it accepts and the sentence when it does not."""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from math import floor
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bot.services.localtime import zone_name
from bot.services.questions import OPTION, QUESTION
from bot.services.text import clean, one_line, sameness
from bot.services.tomltables import shown

_URL_LIMIT = 512  # of the address behind a Discord button
_EMAIL_LIMIT = 254
_HASHTAG_LIMIT = 50
_SLUG_LIMIT = 40
_EARLIEST, _LATEST = 2000, 2100  # beyond, a slip; and far beyond, no instant in UTC
_CONTRAST = 4.5
_DAY = 24 * 60
_UNITS = {"min": 1, "minute": 1, "hr": 60, "hour": 60, "day": _DAY, "week": 7 * _DAY}
_LONGEST = timedelta(days=365)

REMINDERS = tuple(timedelta(minutes=minutes) for minutes in (7 * _DAY, _DAY, 60, 10))
"""How long before a session people are reminded, unless the series says otherwise."""

LONGEST = 120
"""How many minutes a breakout may have."""

OURS = "at most {limit} fit"
DISCORDS = "Discord shows at most {limit}"


def line(limit: int, *, whose: str = OURS) -> AfterValidator:
    """Text on one line that says something. ``whose`` is the limit in words."""
    return AfterValidator(lambda text: _said(_fitting(one_line(text), limit, whose)))


def short(limit: int, *, whose: str = OURS) -> AfterValidator:
    """Text on one line that may be empty."""
    return AfterValidator(lambda text: _fitting(one_line(text), limit, whose))


def prose(limit: int) -> AfterValidator:
    """Text of several lines that may be empty."""
    return AfterValidator(lambda text: _fitting(clean(text), limit))


def _said(text: str) -> str:
    if not sameness(text):
        raise ValueError("it is empty.")
    return text


def _fitting(text: str, limit: int, whose: str = OURS) -> str:
    if len(text) > limit:
        most = whose.format(limit=limit)
        raise ValueError(f"{len(text)} characters; {most} ({len(text) - limit} too many).")
    return text


def _slug(text: str) -> str:
    if len(text) > _SLUG_LIMIT or not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", text):
        raise ValueError(
            f"got {shown(text)}; wanted a short name of small letters, digits and hyphens, such as qms-2022."
        )
    return text


def wall_time(value: object) -> time:
    """A local time of day, from TOML's own (13:00:00) or from text ("13:00")."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str):
        for pattern in ("%H:%M", "%H:%M:%S"):
            with suppress(ValueError):
                return datetime.strptime(value.strip(), pattern).time()  # noqa: DTZ007  (a wall time)
    raise ValueError(f'got {shown(value)}; wanted a time of day such as "13:00".')


def calendar_day(value: object) -> date:
    """A day, from TOML's own (2022-02-24) or from text ("2022-02-24")."""
    day = value
    if isinstance(value, str):
        with suppress(ValueError):
            day = date.fromisoformat(value.strip())
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ValueError(  # noqa: TRY004  (pydantic takes a ValueError for the sentence)
            f"got {shown(value)}; wanted a date such as 2022-02-24. The time of day goes in starts and ends."
        )
    if not _EARLIEST <= day.year <= _LATEST:
        raise ValueError(f"got {shown(value)}; wanted a year from {_EARLIEST} to {_LATEST}.")
    return day


def duration(value: object) -> timedelta:
    """A length of time in whole minutes, from text such as "7 days" or "90 minutes"."""
    wanted = 'wanted a time in minutes, hours, days or weeks, such as "1 hour" or "7 days".'
    if isinstance(value, timedelta):  # of a series that was read before
        length, got = value, duration_in_words(value)
    else:
        got = shown(value)
        parts = (
            re.fullmatch(r"([0-9]{1,6}) ?([a-z]+?)s?", one_line(value).casefold()) if isinstance(value, str) else None
        )
        if not parts or parts[2] not in _UNITS:
            raise ValueError(f"got {got}; {wanted}")
        length = timedelta(minutes=int(parts[1]) * _UNITS[parts[2]])
    if not timedelta() < length <= _LONGEST:
        raise ValueError(f"got {got}; wanted at least 1 minute and at most {duration_in_words(_LONGEST)}.")
    return length


def duration_in_words(length: timedelta) -> str:
    """Whole minutes in the largest unit, up to days, that leaves no rest: "7 days", "90 minutes"."""
    minutes = length // timedelta(minutes=1)
    unit = next(unit for unit in ("day", "hour", "minute") if minutes % _UNITS[unit] == 0)
    count = minutes // _UNITS[unit]
    return f"{count} {unit}{'' if count == 1 else 's'}"  # without thousands set off: it can be read back


def offset(value: object) -> int:
    """Minutes from a session's start, from a number of them (25) or from hours and minutes ("0:25")."""
    minutes = value
    if isinstance(value, str) and (parts := re.fullmatch(r"(-?)([0-9]{1,2}):([0-5][0-9])", value.strip())):
        minutes = int(f"{parts[1]}{int(parts[2]) * 60 + int(parts[3])}")
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        raise ValueError(  # noqa: TRY004  (pydantic takes a ValueError for the sentence)
            f"got {shown(value)}; wanted the time from the session's start: minutes such as 25, "
            'or hours and minutes such as "0:25".'
        )
    if minutes < 0:
        raise ValueError(f"got {shown(value)}; a step cannot begin before its session.")
    if minutes >= _DAY:
        raise ValueError(f"got {shown(value)}; a session ends on the day it starts.")
    return minutes


def offset_in_words(minutes: int) -> str:
    """Hours and minutes from a session's start: "0:25"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def web_address(text: str) -> str:
    """``text`` if it is an https address that can stand behind a button, or empty."""
    text = one_line(text)
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and bool(parts.hostname) and not re.search(r'[\s<>"|\\^`]', text)
    except ValueError:
        good = False
    if text and not good:
        raise ValueError(f"got {shown(text)}; wanted an address that begins with https://.")
    return _fitting(text, _URL_LIMIT)


def _email(text: str) -> str:
    text = one_line(text)
    good = len(text) <= _EMAIL_LIMIT and re.fullmatch(r"[^\s@<>(),;:]+@[^\s@<>(),;:.]+(?:\.[^\s@<>(),;:.]+)+", text)
    if text and not good:
        raise ValueError(f"got {shown(text)}; wanted an e-mail address such as team@example.org.")
    return text


def _hashtag(text: str) -> str:
    word = one_line(text).removeprefix("#")
    if word and (len(word) >= _HASHTAG_LIMIT or not re.fullmatch(r"\w+", word)):
        raise ValueError(f"got {shown(text)}; wanted one word such as #QcomQMS.")
    return f"#{word}" if word else ""


def _colour(text: str) -> str:
    """A colour as #rrggbb on which white can be read, and which can be seen on white; or empty."""
    colour = one_line(text).casefold()
    if not colour:
        return ""
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        raise ValueError(f"got {shown(text)}; wanted a colour such as #0b5a6b.")
    if (contrast := _contrast(colour)) < _CONTRAST:
        raise ValueError(
            f"{colour} is too light: white stands out on it by {floor(10 * contrast) / 10:g} to 1, and has to by "
            f"{_CONTRAST:g} to 1 to be read. {_darkened(colour)} is as dark as that."
        )
    return colour


def _contrast(colour: str) -> float:
    """How white stands out on it, as the Web Content Accessibility Guidelines measure that: from 1 to 21."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004
    return 1.05 / (sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


def _darkened(colour: str) -> str:
    """The lightest shade of it that is dark enough."""
    whole = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    shades = ("#" + "".join(f"{part * light // 100:02x}" for part in whole) for light in range(99, 0, -1))
    return next(shade for shade in shades if _contrast(shade) >= _CONTRAST)


def _choices(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not whole and value != "all":
        raise ValueError(f'got {shown(value)}; wanted how many options a person may choose: 1 or more, or "all".')
    return value


Slug: TypeAlias = Annotated[str, AfterValidator(_slug)]
TimeZone: TypeAlias = Annotated[str, AfterValidator(zone_name)]
WallTime: TypeAlias = Annotated[time, BeforeValidator(wall_time)]
CalendarDay: TypeAlias = Annotated[date, BeforeValidator(calendar_day)]
Https: TypeAlias = Annotated[str, AfterValidator(web_address)]
Link: TypeAlias = Annotated[str, AfterValidator(_said), AfterValidator(web_address)]
Email: TypeAlias = Annotated[str, AfterValidator(_email)]
Hashtag: TypeAlias = Annotated[str, AfterValidator(_hashtag)]
Colour: TypeAlias = Annotated[str, AfterValidator(_colour)]
Reminder: TypeAlias = Annotated[timedelta, BeforeValidator(duration)]
Offset: TypeAlias = Annotated[int, BeforeValidator(offset)]
Run: TypeAlias = Literal["prompted", "automatic", "manual"]
Choices: TypeAlias = Annotated[int | Literal["all"], BeforeValidator(_choices)]

Title: TypeAlias = Annotated[str, line(100, whose=DISCORDS)]
Option: TypeAlias = Annotated[str, line(OPTION, whose=DISCORDS)]
PlaceName: TypeAlias = Annotated[str, short(100, whose=DISCORDS)]
PollName: TypeAlias = Annotated[str, line(50)]
Question: TypeAlias = Annotated[str, line(QUESTION)]
Point: TypeAlias = Annotated[str, line(300)]
Name: TypeAlias = Annotated[str, line(100)]
Role: TypeAlias = Annotated[str, short(200)]
Reference: TypeAlias = Annotated[str, short(100)]
Prompt: TypeAlias = Annotated[str, short(300)]
Notice: TypeAlias = Annotated[str, prose(500)]
Blurb: TypeAlias = Annotated[str, prose(1000)]
Minutes: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=600)]
GroupCount: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=200)]
GroupSize: TypeAlias = Annotated[int, Field(strict=True, ge=2, le=100)]
LeadDays: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=365)]
