"""What Zoom's files are made of: characters, rows and dates. Pure, like all that reads such files."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from bot.services.localtime import in_words
from bot.services.refusal import Refusal
from bot.services.text import one_line, shortened

BYTES = 10 * 1024 * 1024
ROWS = 50_000

HALF = "Only half of {name} is there: it ends in the middle of {where}. Please download it from Zoom again."

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, which may be ``cut`` within quotation marks. ``whole``: a line break ends its last row."""

    name: str
    rows: list[Row]
    cut: bool
    whole: bool

    def refuse_half(self) -> None:
        """Refuse a file that ends within quotation marks, once it is known to be one of Zoom's."""
        if self.cut:
            raise Refusal(HALF.format(name=self.name, where="a cell"))


def refuse_size(size: int) -> None:
    """Refuse a file before it is fetched."""
    if size > BYTES:
        raise Refusal(f"That file is larger than {BYTES // 1024**2} MB, so it is none of Zoom’s reports.")


def decoded(data: bytes, name: str) -> str:
    """The file's text: Zoom's own UTF-8, or what a spreadsheet program has made of it."""
    refuse_size(len(data))
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Refusal(f"{name} is no plain text. Send the file as Zoom gives it: CSV, or .txt for the chat.")
    zeros = data[:200].count(0), data[:200:2].count(0)
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            return _strict(data, codec, name)
    if zeros[0] > len(data[:200]) // 4:
        return _strict(data, "utf-16-be" if zeros[1] > zeros[0] // 2 else "utf-16-le", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].removeprefix(b"\xef\xbb\xbf")
        if error.end == len(data) and "end of data" in error.reason and not before.isascii():
            raise Refusal(HALF.format(name=name, where="a letter")) from None
        return data.decode("cp1252", "replace")  # Excel's plain “CSV”, in Western Europe


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise Refusal(HALF.format(name=name, where="a letter")) from None


def sheets(text: str, name: str) -> Iterator[Sheet]:
    """The file's rows, by each of the characters that can stand between its columns."""
    for delimiter in ",;\t":
        rows, cut = _read(text, delimiter, strict=True)
        if rows is None:
            rows, cut = _read(text, delimiter, strict=False)
        if rows and len(rows) > ROWS:
            raise Refusal(f"{name} has more than {ROWS:,} rows, so it is no report of one session.")
        yield Sheet(name, rows or [], cut, text.endswith(("\n", "\r")))


def _read(text: str, delimiter: str, *, strict: bool) -> tuple[list[Row] | None, bool]:
    """The rows; None where its quotation marks are not as they should be. And whether it ends within some."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    try:
        rows.extend([cell.replace("\0", "").strip() for cell in row] for row in islice(reader, ROWS + 1))
    except csv.Error as error:
        half = "end of data" in str(error) or "field larger" in str(error)
        return (rows, True) if half or not strict else (None, False)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows, False


def headings(row: Iterable[str]) -> list[str]:
    """A row's cells as they are compared."""
    return [" ".join(cell.split()).casefold() for cell in row]


def at(names: Sequence[str], *wanted: str) -> int | None:
    """Which column has one of these headings; the earlier is the better."""
    return next((names.index(each) for each in wanted if each in names), None)


def cell(row: Sequence[str], column: int | None) -> str:
    """A row's cell, empty where it is shorter."""
    return row[column] if column is not None and column < len(row) else ""


def header(rows: Sequence[Row]) -> tuple[str, str]:
    """The topic and the time of its start, as texts, that stand above the rows; empty where they do not."""
    for names, values in zip(map(headings, rows[:20]), rows[1:21], strict=False):
        topic, start = at(names, "topic", "meeting topic"), at(names, "actual start time", "start time")
        if topic is not None and at(names, "join time") is None:
            return one_line(cell(values, topic)), cell(values, start)
    return "", ""


_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\.\d+)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_AFTER = rf"(?:(?:,?\s+|T){_CLOCK})?(?:\s*(?:Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}}))?"
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_AFTER}", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?:(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\s+(?P<month2>[a-z]{{3,9}})\.?)"
    rf",?\s+(?P<year>\d{{4}}){_AFTER}",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<by>[/.-])(?P<two>\d{{1,2}})[/.-](?P<year>\d{{4}}){_AFTER}", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_END = 12
_YEARS = range(2000, 2100)
"""Nothing was ever held on Zoom in others; and half a day can be added to any moment in these."""


def moments(cells: Sequence[str], near: date | None, name: str) -> list[datetime | None]:
    """The times in a file's cells, as its clock showed them; None for a cell that has none.

    All of its dates are written alike. Where they could be two days each, it is that ``near`` which they lie.
    """
    every = [found for each in cells if (found := _NUMBERS.fullmatch(each.strip()))]
    numbers = [each for each in every if int(each["year"]) in _YEARS and int(each["one"]) and int(each["two"])]
    ones, twos = ({int(each[part]) for each in numbers} for part in ("one", "two"))
    day_first, month_first = max(ones, default=0) > _YEAR_END, max(twos, default=0) > _YEAR_END
    if day_first and month_first:
        raise Refusal(f"Some dates in {name} begin with the day and others with the month. Please download it again.")
    dotted = any(each["by"] == "." for each in numbers)
    if numbers and not (day_first or month_first or dotted) and any(each["one"] != each["two"] for each in numbers):
        first = next(each for each in numbers if each["one"] != each["two"])
        day_first = _nearer(first, near, name)
    return [_moment(each.strip(), day_first=day_first or dotted) for each in cells]


def _nearer(written: re.Match[str], near: date | None, name: str) -> bool:
    """Whether the day comes first in a date that could be two."""
    both = [
        date(int(written["year"]), int(written[month]), int(written[day]))
        for day, month in (("one", "two"), ("two", "one"))
    ]
    if near is None:
        raise Refusal(
            f"The dates in {name} could be two days: {written[0].split()[0]} is {in_words(both[0])} or "
            f"{in_words(both[1])}. Please say on which day the session was."
        )
    return abs(both[0] - near) < abs(both[1] - near)


def _moment(written: str, *, day_first: bool) -> datetime | None:
    if found := _ISO.fullmatch(written):
        day, month = int(found["day"]), int(found["month"])
    elif found := _NUMBERS.fullmatch(written):
        day, month = (int(found[part]) for part in (("one", "two") if day_first else ("two", "one")))
    elif found := _NAMED.fullmatch(written):
        known = (found["month"] or found["month2"]).casefold()[:3]
        if known not in _MONTHS:
            return None
        day, month = int(found["day"] or found["day2"]), _MONTHS.index(known) + 1
    else:
        return None
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        hour = hour % 12 + (12 if half.casefold() == "p" else 0)
    clock = hour, int(found["minute"] or 0), int(found["second"] or 0)
    try:
        moment = datetime(int(found["year"]), month, day, *clock)  # noqa: DTZ001  (its zone is told by nothing in it)
    except ValueError:
        return None
    return moment if moment.year in _YEARS else None


def day_of(written: str) -> date | None:
    """The day that "2022-02-24" is; None where there is no such day."""
    moment = _moment(written, day_first=False)
    return moment and moment.date()


def shown(text: str) -> str:
    """A cell as a sentence quotes it."""
    return f"“{shortened(one_line(text), 60)}”"
