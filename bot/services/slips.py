"""What a proofreader looks for in a text: the days it names, names spelt two ways, two spellings of a word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

Name = tuple[str, ...]
"""A person's name to compare by: its words in small letters, without titles and apostrophes."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ABBREVIATED = 3

_NEAR, _FAR = timedelta(days=135), timedelta(days=270)
"""Sessions of one series are near each other, or, where a year is mistyped, far. Between the two, who knows."""


def _cased(words: tuple[str, ...]) -> str:
    """As a name is written. Small letters would take "may" and "march" for months, and "sun" for a day."""
    forms = {form for word in words for form in (word, word[:_ABBREVIATED])} | {"Sept", "Tues", "Thur", "Thurs"}
    return "|".join(sorted((form for each in forms for form in (each, each.upper())), key=len, reverse=True))


_WEEKDAY = rf"(?:(?P<weekday>{_cased(WEEKDAYS)})\b[.,]?\s+(?:the\s+)?)?"
_MONTH = rf"(?P<month>{_cased(_MONTHS)})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d)(?!\d))?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\d.,:/–-])\b{_WEEKDAY}\b{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}",
        rf"\b{_WEEKDAY}\b{_MONTH}\s+(?:the\s+)?{_DAY}\b(?![:.]\d){_YEAR}",
        r"(?<![\d./-])(?P<year>\d{4})-(?P<other>\d{2})-(?P<day>\d{2})(?![\d/-])",
        r"(?<![\d./-])(?P<day>\d{1,2})(?P<sign>[./-])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})(?![\d/-]|\.\d)",
    )
)
_ALONE = re.compile(rf"\b(?i:on|this|next)\s+(?P<weekday>{'|'.join(WEEKDAYS)})\b(?!s)")
_ADDRESS = re.compile(r"\bhttps?://\S+")


@dataclass(frozen=True)
class NamedDay:
    """A day as a text names it. 04/08/2022 has two ``readings`` (day, month), a lone weekday none."""

    said: str
    readings: tuple[tuple[int, int], ...]
    year: int | None
    weekday: int | None

    def fits(self, day: date) -> bool:
        """Whether that day may be meant, whatever weekday the text gives it."""
        if not self.readings:
            return self.weekday == day.weekday()
        return (day.day, day.month) in self.readings and self.year in (None, day.year)


def days_named(text: str) -> tuple[NamedDay, ...]:
    """The days that a text names: "24 February", "Thursday, February 24th, 2022", "28/02/2022", "on Thursday"."""
    text = _ADDRESS.sub(" ", text)  # an address often has a date in it that means nothing here
    found: list[tuple[int, NamedDay]] = []
    for pattern in (*_DATES, _ALONE):
        found += [(match.start(), named) for match in pattern.finditer(text) if (named := _named(match))]
        # Blanked, so that "8 April 13:00" is not read again as "April 13".
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return tuple(named for _, named in sorted(found, key=lambda each: each[0]))


def _named(match: re.Match[str]) -> NamedDay | None:
    parts = match.groupdict()
    weekday = _index(WEEKDAYS, parts.get("weekday"))
    if "day" not in parts:
        return NamedDay(match["weekday"], (), None, weekday)
    day = int(parts["day"])
    month = _index(_MONTHS, parts.get("month"))
    # British and American order are both allowed; the ISO order is no matter of taste.
    pairs = [(day, int(parts.get("other") or 0) if month is None else month + 1)]
    pairs += [(pairs[0][1], day)] if "sign" in parts else []
    readings = tuple((day, month) for day, month in pairs if 1 <= day <= 31 and 1 <= month <= 12)  # noqa: PLR2004
    if not readings:
        return None
    year = int(parts["year"]) if parts.get("year") else None
    return NamedDay(match[0], readings, year + 2000 if year is not None and year < 100 else year, weekday)  # noqa: PLR2004


def _index(names: tuple[str, ...], written: str | None) -> int | None:
    if not written:
        return None
    start = written[:_ABBREVIATED].title()
    return next(at for at, name in enumerate(names) if name.startswith(start))


_TITLES = frozenset(
    ("dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lord", "lady", "rev", "revd")
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile("['’]s$")
_FEWEST_WORDS, _MOST_WORDS = 2, 5
_MOST_COMPARED = 500
_MOST_EDITS = 2
_LEAST_LETTERS = {1: 4, 2: 6}
"""By edits: the shortest word that they leave the same. Tim and Tom are two people, Ann and Ian too."""


def bare_name(name: str) -> Name:
    """A name without what comes and goes: titles, letters after it, capitals, hyphens, apostrophes."""
    words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(name.partition(",")[0])]
    while len(words) > 1 and words[0].casefold() in _TITLES:
        del words[0]
    if not all(word.isupper() for word in words):
        while len(words) > _FEWEST_WORDS and (words[-1].isupper() or words[-1] == "PhD") and len(words[-1]) > 1:
            del words[-1]
    return tuple(_plain(word) for word in words)


def alike(one: Name, other: Name) -> bool:
    """Whether two full names that are not the same may be one, with a slip of one or two letters.

    Slips are seldom in a first letter, and a short word with another letter is another name.
    """
    if one == other or len(one) != len(other) or len(one) < _FEWEST_WORDS:
        return False
    total = 0
    for word, twin in zip(one, other, strict=True):
        edits = _edits(word, twin, _MOST_EDITS)
        total += edits
        if total > _MOST_EDITS:
            return False
        if edits and (word[0] != twin[0] or min(len(word), len(twin)) < _LEAST_LETTERS[edits]):
            return False
    return True


def titled_names(text: str) -> Iterator[tuple[str, Name]]:
    """Names with a title before them, such as "Dr Amar Shah": as written, and to compare by."""
    for run in _runs(text):
        for at, word in enumerate(run):
            if word[0].casefold() in _TITLES and len(run) > at + _FEWEST_WORDS:
                yield _name(text, run[at + 1 : at + 1 + _FEWEST_WORDS])


class Register:
    """Known names, to find them in texts, well spelt or not."""

    def __init__(self, known: Iterable[Name]) -> None:
        self._verdicts = dict.fromkeys(known, True)
        self._by_initials: dict[Name, list[Name]] = {}
        for name in self._verdicts:
            if _FEWEST_WORDS <= len(name) <= _MOST_WORDS:
                self._by_initials.setdefault(_initials(name), []).append(name)

    def found_in(self, text: str) -> Iterator[tuple[str, Name]]:
        """What reads as one of the names: as written, and to compare by."""
        for run in _runs(text):
            for size in sorted({len(initials) for initials in self._by_initials}):
                for at in range(len(run) - size + 1):
                    written, name = _name(text, run[at : at + size])
                    if self._knows(name):
                        yield written, name

    def _knows(self, name: Name) -> bool:
        if name not in self._verdicts and (near := self._by_initials.get(_initials(name))):
            # A file of half a megabyte of capitals would take minutes.
            if len(self._verdicts) >= _MOST_COMPARED:
                return False
            self._verdicts[name] = any(alike(name, other) for other in near)
        return self._verdicts.get(name, False)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words with capitals that stand side by side."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and (text[run[-1].end() : word.start()].strip(" \n.-") or not word[0][0].isupper()):
            yield run
            run = []
        if word[0][0].isupper():
            run.append(word)
    yield run


def _name(text: str, words: list[re.Match[str]]) -> tuple[str, Name]:
    written = _POSSESSIVE.sub("", text[words[0].start() : words[-1].end()])
    return written, tuple(_plain(_POSSESSIVE.sub("", word[0])) for word in words)


def _initials(name: Name) -> Name:
    return tuple(word[0] for word in name)


def _plain(word: str) -> str:
    return re.sub("['’]", "", word).casefold()


def _edits(one: str, other: str, most: int) -> int:
    """How many letters to add, drop, change or swap with their neighbour; beyond ``most``, only that it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[same:], other[same:]
    if not one or not other:
        return len(one) + len(other)
    if most == 0:
        return 1
    rests = [(one[1:], other), (one, other[1:]), (one[1:], other[1:])]
    if one[:2] == other[1::-1]:
        rests.append((one[2:], other[2:]))
    return 1 + min(_edits(*rest, most - 1) for rest in rests)


_SPELLINGS = (
    # organise, organize; but size, and analysis, are spelt one way only
    re.compile(r"(?P<stem>\w{2,}?i)(?P<way>[sz])(?=[aei])"),
    re.compile(r"(?P<stem>\w{2,}y)(?P<way>[sz])(?:e|ed|er|ers|ing)$"),
    # colour, color; but four, hour and your are other words than for, hor and yor
    re.compile(r"(?P<stem>\w{2,}o)(?P<way>u?)r(?:s|ed|ing|al|ally|ful|ist|able|hood)?$"),
    re.compile(r"(?P<stem>\w{3,}t)(?P<way>re|er)[sd]?$"),
    re.compile(r"(?P<stem>program)(?P<way>(?:me)?)s?$"),
    re.compile(r"(?P<stem>\w{3,}[ae]l)(?P<way>l?)(?:ed|ing|er|ers)$"),
)


def spellings(text: str) -> Iterator[tuple[str, tuple[int, str], str]]:
    """Words with a British and an American spelling: as written, a key that both share, and which way this is."""
    for word in _WORD.findall(text):
        for at, pattern in enumerate(_SPELLINGS):
            if match := pattern.match(word.casefold()):
                yield word, (at, match["stem"]), match["way"]


def years_meant(days: dict[int, date], today: date) -> dict[int, date]:
    """By session: the same day of another year, where that year is likely to be meant."""
    meant: dict[int, date] = {}
    for number, day in days.items():
        others = [other for at, other in days.items() if at != number]
        alone = all(other < today for other in others) or _gap(day, others) > _FAR
        if day < today <= (later := _in_year(day, day.year + 1)) and alone:
            meant[number] = later
    # Of two that are far apart it is the later one in the file that is asked about.
    for number, day in reversed(days.items()):
        others = [other for at, other in days.items() if at not in (number, *meant)]
        if number in meant or not others or _gap(day, others) <= _FAR:
            continue
        near = min((_in_year(day, other.year) for other in others), key=lambda each: _gap(each, others))
        if timedelta() < _gap(near, others) <= _NEAR and not _yearly(others):
            meant[number] = near
    return meant


def _yearly(days: list[date]) -> bool:
    """Whether some of them are far from all the others, so that one more is nothing to wonder at."""
    return len(days) > 1 and any(_gap(day, days[:at] + days[at + 1 :]) > _FAR for at, day in enumerate(days))


def _gap(day: date, others: Iterable[date]) -> timedelta:
    """How far from the nearest other day."""
    return min((abs(day - other) for other in others), default=timedelta.max)


def _in_year(day: date, year: int) -> date:
    last = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return last.replace(year=year)
