"""What people said, as a spreadsheet to sort into themes, and back: CSV here, XLSX by `workbook`."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bot.reports.beside import SECONDS, made_by
from bot.services.refusal import Refusal
from bot.services.text import clean, sameness
from bot.services.theming import BETWEEN, Line, Odd, Piece

Cells = list[list[str | None]]
"""The rows of a sheet. None stands for what is worked out: a formula, or the error that one has left."""

COLUMNS = ("id", "text", "kind", "themes", "may be quoted")
"""The headings. Only the columns *id* and *themes* are read."""
WIDTHS = 22, 90, 14, 40, 26
QUOTING = {True: "yes", False: "no, for themes only"}

BYTES = 8 * 1024 * 1024
ROWS = 20_000
WIDTH = 100
HEADINGS_WITHIN = 10
"""In which of the first rows the headings may be: some programs put lines of their own above them."""

WORKING_OUT = "its themes are worked out by a formula: paste them as text"
_ERROR = r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NULL!|NUM!)\Z"
FORMULA = re.compile(f"'*(?:[=+\\-@\t\r\n＝＋－＠]|{_ERROR})")
"""What a spreadsheet could take for a formula or its error, with an apostrophe before it or more."""
WORKED_OUT = re.compile(f"=|{_ERROR}")
"""A formula, or what one has left, in a CSV file."""
ID = re.compile(r"'?c?([0-9]{1,16})", re.IGNORECASE)

_PACKED, _OLD_EXCEL = b"PK", b"\xd0\xcf\x11\xe0"
_UTF_16 = b"\xff\xfe", b"\xfe\xff"


def rows(pieces: Iterable[Piece], names: Mapping[int, str]) -> list[tuple[str, ...]]:
    """The headings, and a row for each; ``names`` are the themes' by their ids.

    An id is a letter and a number, which no program takes for a number and rounds.
    """
    made: list[tuple[str, ...]] = [COLUMNS]
    for each in pieces:
        themes = f"{BETWEEN} ".join(sorted(names[theme] for theme in each.themes))
        # Once more, because what a workbook cannot hold would break all of it.
        text = clean(each.text)
        made.append((f"c{each.id}", inert(text), each.kind, inert(themes), QUOTING[each.quotable]))
    return made


def inert(text: str) -> str:
    """The same so that no spreadsheet takes it for a formula: with an apostrophe before it where one could."""
    return f"'{text}" if FORMULA.match(text) else text


def _bare(text: str) -> str:
    """What was made inert, as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def to_csv(made: Iterable[Sequence[object]]) -> bytes:
    """As UTF-8 with a mark that tells Excel so. Texts have been made inert; all of them are in quotation marks."""
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_NONNUMERIC).writerows(made)
    return held.getvalue().encode("utf-8-sig")


async def to_xlsx(made: Sequence[Sequence[str]]) -> bytes:
    """As an Excel workbook."""
    return await to_workbook({"themes": made}, WIDTHS)


async def to_workbook(
    tables: Mapping[str, Sequence[Sequence[object]]], widths: Sequence[int] = (), seconds: float = SECONDS
) -> bytes:
    """As an Excel workbook of several sheets, by their names; texts stay texts, numbers numbers."""
    sent = {"widths": widths, "sheets": tables}
    return await made_by("bot.reports.workbook", "write", of=json.dumps(sent).encode(), seconds=seconds)


def refuse_size(size: int) -> None:
    """Refuse a file before it is fetched."""
    if size > BYTES:
        raise Refusal(f"That file is larger than {BYTES // 1024**2} MB, so it is no list of contributions.")


async def read(data: bytes) -> tuple[list[Line], list[Odd]]:
    """What a spreadsheet says, whichever program has saved it, and the rows that cannot be understood."""
    refuse_size(len(data))
    if data.startswith(_OLD_EXCEL):
        raise Refusal("That is an old Excel file, or one with a password. Save it as .xlsx or as CSV.")
    if data.startswith(_PACKED):
        return lines_in(await _sheets(data))
    return await asyncio.to_thread(lambda: lines_in(csv_sheets(data)))


def lines_in(sheets: Iterable[Cells]) -> tuple[list[Line], list[Odd]]:
    """The first sheet that has the two headings, below them."""
    for cells in sheets:
        for number, row in enumerate(cells[:HEADINGS_WITHIN], 1):
            headings = [sameness(each or "") for each in row]
            found = [[at for at, each in enumerate(headings) if each in names] for names in (("id",), _THEMES)]
            if all(found):
                if max(map(len, found)) > 1:
                    raise Refusal("That spreadsheet has two columns “id” or two columns “themes”.")
                if len(_to_the_last(cells)) - number > ROWS:
                    raise Refusal(f"That spreadsheet has more than {ROWS:,} rows.")
                return _lines(cells[number:], number + 1, found[0][0], found[1][0])
    raise Refusal("I find no columns “id” and “themes” there. Send back the file of /themes export, as CSV or .xlsx.")


_THEMES = ("themes", "theme")


def _to_the_last(cells: Cells) -> Cells:
    """Without the empty rows at the end, which can be a million where somebody has coloured a whole sheet."""
    last = max((number for number, row in enumerate(cells, 1) if any(row)), default=0)
    return cells[:last]


def _lines(cells: Cells, first: int, at_id: int, at_themes: int) -> tuple[list[Line], list[Odd]]:
    lines, odd = list[Line](), list[Odd]()
    for number, row in enumerate(cells, first):
        known, themes = (row[at] if at < len(row) else "" for at in (at_id, at_themes))
        if known == "" and (themes or "").strip() == "":
            continue
        match = ID.fullmatch((known or "").strip())
        if match is None:
            odd.append(Odd(number, "it has no id like c123"))
        elif themes is None:
            odd.append(Odd(number, WORKING_OUT))
        else:
            lines.append(Line(number, int(match[1]), _names(themes)))
    return lines, odd


def _names(cell: str) -> tuple[str, ...]:
    # A spreadsheet may put its carriage returns in as text.
    parts = re.split(f"{BETWEEN}|[\r\n]+|_x000D_", _bare(cell))
    return tuple(each.strip() for each in parts if sameness(each))


def csv_sheets(data: bytes) -> Iterable[Cells]:
    """The rows of a CSV file, by each of the characters that can stand between its columns."""
    text = _decoded(data)
    for delimiter in ",;\t":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            cells = [row[:WIDTH] for row in islice(reader, ROWS + HEADINGS_WITHIN + 1)]
        except csv.Error:
            continue
        yield [[None if WORKED_OUT.match(each) else each for each in row] for row in cells]


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # Excel's plain “CSV”, in Western Europe


async def _sheets(data: bytes) -> list[Cells]:
    if b"xl/workbook.xml" not in data:  # the names of what is packed stand there as they are
        raise Refusal("That is no Excel workbook. Save it as .xlsx or as CSV.")
    try:
        return json.loads(await _workbook(data, "read", str(ROWS + HEADINGS_WITHIN + 1), str(WIDTH)))
    except RuntimeError:
        raise Refusal("That workbook is broken, or there is far too much in it. Try saving it as CSV.") from None


async def _workbook(sent: bytes, *order: str) -> bytes:
    return await made_by("bot.reports.workbook", *order, of=sent)
