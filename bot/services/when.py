"""What a host types for a new time: "8 April 2022 13:00", "next Thursday 1pm", "in two weeks".

dateparser reads the day. The time of day, the zone and the weekday are taken out of the text before, because
dateparser passes over what it does not know ("tomorrow at 10" is just tomorrow to it) and believes the day of
the month where the weekday disagrees. It is given the base of relative days and a zone of its own, so that
neither the machine's clock nor the machine's zone has a say.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from bot.services.localtime import in_words, instant
from bot.services.refusal import Refusal
from bot.services.text import one_line
from bot.services.tomltables import shown

LAST_YEAR = 2100
"""As in a series file: a year beyond it is a slip."""

_LONGEST = 100
_LIKE = 'Type it like "8 April 2022 13:00", "next Thursday 1pm" or "in two weeks".'
_WEEK = timedelta(days=7)
_FAR = timedelta(days=273)  # nine months
_MORNING = 8  # "at 8" is the morning's; "at 7" may be either

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_UNIT = r"\b(?:day|week|fortnight|month|year)s?\b"
_KNOWN = re.compile(
    r"jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t|tember)?|oct(ober)?|nov(ember)?"
    r"|dec(ember)?|st|nd|rd|th|today|tomorrow|yesterday|after|ago|in|from|now|an?|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|days?|weeks?|fortnights?|months?|years?|hours?|minutes?|next|this|coming|on"
)
"""The words dateparser may see: it understands each of them, or they are taken out on the way."""

_PLAIN = str.maketrans({"’": "'", "–": "-", "—": "-", "@": " at "})
_ABBREVIATED = {r"\b(?:hrs?)\b": "hours", r"\bmins?\b": "minutes", r"\bhalf an hour\b": "30 minutes"}
_UTC = re.compile(r"(?<=[\dm]) ?(?:z|utc)\b")
_OFFSET = re.compile(r"(?<=t\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)$")
_ABBREVIATION = re.compile(r"\b(gmt|bst|ist|wet|west|cet|cest|eet|eest|[ecmp][sd]t|a[ew][sd]t|nz[sd]t|jst|sast)\b")

_RANGE = re.compile(
    r"(?<![\w/.:-])\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?(?:-| ?(?:to|until|till) )\d{1,2}(?:[:.]\d\d(?!\.)| ?[ap]m\b)"
)
_TIME = re.compile(
    r"""(?<![\w:./+-])(?:at\ )?(?:
      (?:12\ )?(?P<noon>noon|midday)\b
    | (?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\ ?(?P<half>[ap])m\b            # 1pm, 1.30 pm
    | (?P<hour2>\d{1,2})[:h](?P<minute2>\d\d)(?::(?P<second>\d\d)(?:\.0+)?)?(?![\d:.])  # 13:00, 13h00
    | (?P<hour3>0\d|1[0-8])(?P<minute3>[0-5]\d)(?![\w/.:-])                      # 1300, which is no year
    | (?P<hour4>[01]\d|2[0-3])(?P<minute4>[0-5]\d)\ ?h(?:rs|ours)?\b             # 1930h, which might be one
    | (?P<hour5>\d{1,2})(?:h|\ ?o'?clock)\b
    | (?<=\d{4}\ )(?P<hour6>[01]\d|2[0-3])(?P<minute6>[0-5]\d)$                  # 2022 1930
    | (?<=\bat\ )(?P<hour7>\d{1,2})\b(?![/.-])
    | (?<=today\ )(?P<hour8>\d{1,2})$ | (?<=tomorrow\ )(?P<hour9>\d{1,2})$
    )(?:\ ?(?:hrs|hours)\b)?""",
    re.VERBOSE,
)
_DOTTED = re.compile(r"(?<![\w:./-])(?:at )?(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?![\w/.:-])")  # 13.00


class _Found(Protocol):
    """dateparser's ``DateData`` of version 1.5: the type stubs are of one that had no ``parts``."""

    date_obj: datetime | None
    parts: tuple[str, ...]


def understand(typed: str, zone: ZoneInfo, now: datetime, *, keeps: time | None) -> datetime:
    """The moment that ``typed`` means to somebody in ``zone``, in that zone, after ``now``.

    ``keeps`` is the time of day it has where only a day is typed. Raises a Refusal that says what to type
    instead. People mean different things by the same words, so show them the answer before it counts.
    """
    text = _tidied(typed)
    if not text:
        raise Refusal(f"No time was typed. {_LIKE}")
    if len(text) > _LONGEST:
        raise Refusal(f"That is too long for a time. {_LIKE}")
    text, offset, abbreviation = _without_zone(text, zone)
    text, at = _without_time(text, typed)
    words = _filtered(text)
    _refuse_strangers(words, typed)
    local = now.astimezone(zone)
    if re.search(r"\b(?:hours?|minutes?)\b", words):
        return _checked(_elapsed(words, typed, at, now).astimezone(zone), zone, now)
    day = _day(words, typed, local.date())
    if at is None:
        at, offset = keeps, None  # the old time of day is the series' own
    if at is None:
        raise Refusal(f'{shown(typed)} has no time of day. Add one, such as "13:00" or "1pm".')
    wall = datetime.combine(day, at)
    if offset is not None and local.year <= day.year <= LAST_YEAR:  # the first and last years have no room to move
        wall = (wall - offset).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    understood = _checked(wall, zone, now)
    if abbreviation and (understood.tzname() or "").casefold() != abbreviation:
        raise Refusal(
            f"{zone.key} has {understood.tzname()} on {in_words(day)}, not {abbreviation.upper()}. "
            f"Times here are in {zone.key}: type it without the zone."
        )
    return understood


def _checked(wall: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """A wall time as the one moment it is, to come and not too far away."""
    day, at = wall.date(), wall.time()
    if day.year > LAST_YEAR:
        raise Refusal(f"The year {day.year} is too far away; {LAST_YEAR} is the last.")
    past = f"{at:%H:%M} on {_WEEKDAYS[day.weekday()]} {in_words(day)} is in the past."
    if day < now.astimezone(zone).date():  # the earliest years have no instant in UTC
        raise Refusal(past)
    try:
        moment = instant(day, at, zone)
    except ValueError as error:
        raise Refusal(str(error)) from None
    if moment <= now:
        raise Refusal(past)
    return moment.astimezone(zone)


def _tidied(typed: str) -> str:
    """Small letters, plain apostrophes and hyphens, single spaces, no other punctuation than figures need."""
    text = one_line(typed[: 4 * _LONGEST]).casefold().translate(_PLAIN)
    text = re.sub(r"\b([ap])\.m\b\.?", r"\1m", text)
    text = re.sub(r"[,;|()*_`\"“”]|(?<=[a-z])\.|(?<!\S)-(?!\S)|'(?=\d)", " ", text)
    text = re.sub(r"(?:'s|') time\b", "", text)
    return " ".join(text.split())


def _without_zone(text: str, zone: ZoneInfo) -> tuple[str, timedelta | None, str]:
    """What is left of ``text``, the offset from UTC that it gives, and the abbreviation of a zone in it."""
    here = {"local", zone.key.rpartition("/")[2].replace("_", " ").casefold()}
    if zone.key == "Europe/London":
        here.add("uk")
    text = re.sub(rf"\b(?:{'|'.join(map(re.escape, sorted(here)))}) time\b", "", text).strip()
    offset = timedelta() if _UTC.search(text) else None
    if found := _OFFSET.search(text):  # only after ISO's T: else "13:00-14:00" would have one
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
        offset = -offset if found["sign"] == "-" else offset
        text = text[: found.start("sign")]
    text = re.sub(r"(?<=\d)t(?=\d\d:?\d\d)", " ", _UTC.sub("", text))
    abbreviation = _ABBREVIATION.search(text)
    if abbreviation:
        text = f"{text[: abbreviation.start()]} {text[abbreviation.end() :]}"
    return " ".join(text.split()), offset, abbreviation[1] if abbreviation else ""


def _without_time(text: str, typed: str) -> tuple[str, time | None]:
    found = list(_TIME.finditer(text)) or list(_DOTTED.finditer(text))[-1:]
    if _RANGE.search(text) or len(found) > 1:
        raise Refusal(f"{shown(typed)} has two times in it. Type only when it starts.")
    if not found:
        return text, None
    return f"{text[: found[0].start()]} {text[found[0].end() :]}", _time(found[0], typed)


def _time(found: re.Match[str], typed: str) -> time:
    parts = {name.rstrip("0123456789"): value for name, value in found.groupdict().items() if value}
    if "noon" in parts:
        return time(12)
    hour, half = int(parts["hour"]), parts.get("half", "")
    if not half and 1 <= hour < _MORNING and len(parts["hour"]) == 1:
        clock = f"{hour}:{parts['minute']}" if "minute" in parts else f"{hour}"
        raise Refusal(f'{shown(typed)} may be in the morning or the afternoon. Type "{clock}am" or "{clock}pm".')
    if half and hour <= 12:  # noqa: PLR2004  (the hours of a clock's face; 13:00pm is often typed, too)
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        if half == "a" and hour >= 12:  # noqa: PLR2004
            raise ValueError  # noqa: TRY301
        return time(hour, int(parts.get("minute", 0)), int(parts.get("second", 0)))
    except ValueError:
        raise Refusal(f'"{found[0].strip()}" is not a time of day. {_LIKE}') from None


def _filtered(text: str) -> str:
    """What is left for the day, in the words dateparser knows."""
    for pattern, word in _ABBREVIATED.items():
        text = re.sub(pattern, word, text)
    text = re.sub(r"\b(?:to|for|at|the|of)\b", " ", text)
    text = re.sub(r"\b((?:day|week|fortnight|month)s?) (?:from )?today\b", r"\1 from now", text)
    text = re.sub(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?![\d.])", r"\1/\2", text)  # 8.4 is a number to dateparser
    return " ".join(text.split())


def _refuse_strangers(words: str, typed: str) -> None:
    for word in re.findall(r"[^\W\d_]+", _WEEKDAY.sub(" ", words)):
        if not _KNOWN.fullmatch(word):
            raise Refusal(f'"{word}" is not understood in {shown(typed)}. {_LIKE}')
    # A lone sign and a long number are offsets and timestamps to dateparser.
    if not re.fullmatch(r"(?:[a-z ]|\d{1,4}|(?<=\d)[/.-](?=\d))*", re.sub(r"\d{5,}", "?", words)):
        raise Refusal(f"{shown(typed)} is not understood as a time. {_LIKE}")


def _elapsed(words: str, typed: str, at: time | None, now: datetime) -> datetime:
    """After "in 90 minutes": counted on a clock that nobody changes, and cut to the minute."""
    moment, parts = _parsed(words, now.astimezone(UTC).replace(tzinfo=None))
    if at is not None or moment is None or "time" not in parts:
        raise Refusal(f"{shown(typed)} is not understood as a time. {_LIKE}")
    return moment.replace(second=0, microsecond=0, tzinfo=UTC)


def _day(words: str, typed: str, today: date) -> date:
    weekdays = _WEEKDAY.findall(words)
    if not weekdays:
        return _date(words.removeprefix("on "), typed, today)
    named = next(i for i, name in enumerate(_WEEKDAYS) if name.casefold().startswith(weekdays[0]))
    rest = " ".join(_WEEKDAY.sub(" ", words).split()).removeprefix("on ").removesuffix(" on")
    if len(weekdays) == 1 and (day := _weekday(rest, named, today)):
        return day
    day = _date(re.sub(r"\b(?:next|this|coming|on)\b", " ", rest).strip(), typed, today)
    if len(weekdays) > 1 or day.weekday() != named:
        name = _WEEKDAYS[day.weekday()]
        raise Refusal(f"{in_words(day)} is a {name}, not a {_WEEKDAYS[named]}. Type the day again.")
    return day


def _weekday(rest: str, named: int, today: date) -> date | None:
    """The day that a weekday and ``rest`` mean where they name no date."""
    monday = today - timedelta(days=today.weekday())
    coming = today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)
    match rest:
        case "" | "on" | "coming" | "this coming":
            return coming
        case "this" | "this week":
            return monday + timedelta(days=named)
        case "next" | "next week":
            # To a Briton "next Thursday", said on a Tuesday, is not the day after tomorrow.
            return monday + _WEEK + timedelta(days=named)
        case "week" | "a week" | "a week on" | "a week from" | "1 week" | "one week":
            return coming + _WEEK
        case "fortnight" | "a fortnight" | "a fortnight from" | "two weeks" | "2 weeks" | "two weeks from":
            return coming + 2 * _WEEK
        case _:
            return None


def _date(words: str, typed: str, today: date) -> date:
    if not words:
        raise Refusal(f'{shown(typed)} names no day. Add one, such as "today" or "8 April".')
    if re.fullmatch(r"(?:(?:next|this|coming|in) )*(?:week|month|year)", words):
        raise Refusal(f'{shown(typed)} names no day. Type one, such as "next Thursday 1pm".')
    if re.fullmatch(r"[a-z]+|\d{1,2}", words) and words not in {"today", "tomorrow", "yesterday"}:
        raise Refusal(f"{shown(typed)} is not understood as a day. {_LIKE}")
    if ordinal := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", words):  # dateparser takes this month's, gone or not
        coming = (today + timedelta(days=ahead) for ahead in range(62))
        day = next((day for day in coming if day.day == int(ordinal[1])), None)
        if day is None:
            raise _no_day(words, typed)
        return day
    # It takes one of "today" and "tomorrow" and drops the other, and drops the figure in "tomorrow 10".
    relative = re.findall(r"\b(?:today|tomorrow|yesterday|ago|now|in)\b", words)
    figures = re.sub(rf"\d+ {_UNIT}", "", words)
    if relative and (len(relative) > 1 or re.search(r"\d", figures)):
        raise _no_day(words, typed)
    # A date without a year that is today's would be next year's to it.
    base = today if relative or re.search(_UNIT, words) else today - timedelta(days=1)
    found, parts = _parsed(words, datetime.combine(base, time()))
    if found is None:
        raise _no_day(words, typed)
    day = found.date()
    if "year" not in parts and day.year > today.year and day - today > _FAR:
        raise Refusal(f"Without a year that is {in_words(day)}, many months away. If you mean it, type the year, too.")
    return day


def _no_day(words: str, typed: str) -> Refusal:
    beyond = re.fullmatch(rf"(?P<day>29|[3-9]\d)(?:st|nd|rd|th)? (?P<month>{_MONTH})(?P<year> \d{{4}})?", words)
    if beyond:
        return Refusal(f"There is no {beyond['day']} {beyond['month'].capitalize()}{beyond['year'] or ''}.")
    if re.search(r"\d[/.-]\d", words):
        return Refusal(f"{shown(typed)} is not a date. The day comes before the month, as in 08/04/2022.")
    return Refusal(f"{shown(typed)} is not understood as a time. {_LIKE}")


def _parsed(words: str, base: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """What dateparser makes of it, and which of year, month, day and time the words gave."""
    from dateparser.date import DateDataParser  # noqa: PLC0415  (its memory is for those who move a session)

    parser = DateDataParser(
        languages=["en"],
        settings={
            "DATE_ORDER": "DMY",
            "STRICT_DATE_ORDER": "all",
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": ["day"],
            "RELATIVE_BASE": base,
            # Any fixed zone will do: without one it asks the machine's.
            "TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": False,
            "PARSERS": ["relative-time", "absolute-time"],
        },
    )
    found = cast("_Found", parser.get_date_data(words))
    return found.date_obj, found.parts
