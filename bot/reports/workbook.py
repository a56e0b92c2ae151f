"""Excel workbooks, in a process of its own: JSON or a workbook on stdin, the other on stdout, then it ends.

openpyxl takes 18 MB, and a workbook that somebody sends can be made to take any amount of time and memory: this
process gives them back, and is stopped where it takes too much. It imports nothing of the bot's, so that it starts at
once. Run by ``sheets``.
"""

import json
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Value = str | int | float | None
Cells = list[list[str | None]]
"""The rows of a sheet. None stands for what is worked out: a formula, or the error that one has left."""

UNPACKED = 64 * 1024 * 1024
"""How many bytes a workbook may hold: 20,000 rows of long comments are 10 MB."""
LETTERS = 30_000_000
"""How many characters its cells may have, together: a text that is packed once can stand in every cell."""
MEMORY = 1024 * 1024 * 1024
LIFETIME = 60
"""Seconds after which the process ends come what may, so that none outlives a bot that was killed."""
SHEETS = 10
LOOK = 100
"""How many rows are looked at for the widths of their columns."""
WIDEST = 60


def write(tables: Mapping[str, Iterable[Sequence[Value]]], widths: Sequence[int] = ()) -> bytes:
    """A workbook of these sheets, the first row of each a heading that stays in sight. Every text is text.

    It stays text when it is typed in, so that Excel makes no dates of it, no numbers and no formulas. Columns have the
    ``widths``, or those of what is in their first rows.
    """
    book = Workbook(write_only=True)
    for name, rows in tables.items():
        _fill(book.create_sheet(name), list(rows), widths)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _fill(sheet: Any, rows: Sequence[Sequence[Value]], widths: Sequence[int]) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths or _widths(rows), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    plain, heading = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    heading.font = Font(bold=True)
    for style in (plain, heading):
        style.number_format = "@"
        style.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows):
        style = plain if number else heading
        sheet.append([_text_cell(sheet, value, style) if isinstance(value, str) else value for value in row])


def _widths(rows: Sequence[Sequence[Value]]) -> list[int]:
    return [min(max(len(str(each)) for each in column) + 2, WIDEST) for column in zip(*rows[:LOOK], strict=True)]


def _text_cell(sheet: Any, text: str, style: Any) -> Any:
    cell: Any = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # else what begins with = would be a formula
    cell._style = style._style  # noqa: SLF001  (setting it anew for each cell takes ten times as long)
    return cell


def read(data: bytes, rows: int, columns: int) -> list[Cells]:
    """The first so many rows and columns of each sheet that can be seen."""
    with ZipFile(BytesIO(data)) as packed:
        # Python's zipfile unpacks no more of a file than is declared here.
        if sum(each.file_size for each in packed.infolist()) > UNPACKED:
            raise ValueError("it holds too much")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl does not know; they are not asked for
        book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
        try:
            seen = [sheet for sheet in book.worksheets[:SHEETS] if sheet.sheet_state == "visible"]
            return list(_all_cells(seen, rows, columns))
        finally:
            book.close()


def _all_cells(sheets: Iterable[Any], rows: int, columns: int) -> Iterator[Cells]:
    room = LETTERS
    for sheet in sheets:
        sheet.reset_dimensions()  # some programs write wrong ones
        cells = Cells()
        for row in sheet.iter_rows(max_row=rows, max_col=columns):
            cells.append([_plain(cell) for cell in row])
            room -= sum(len(each or "") for each in cells[-1])
            if room < 0:
                raise ValueError("it holds too much")
        yield cells


def _plain(cell: Any) -> str | None:
    value = cell.value
    match value:
        case None:
            return ""
        case _ if cell.data_type in {"f", "e"}:
            return None
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _alone() -> None:
    """Take no more time and memory than a spreadsheet needs."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  (not there on Windows)

        signal.alarm(LIFETIME)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _alone()
    sent, out = sys.stdin.buffer.read(), sys.stdout.buffer
    if sys.argv[1] == "write":
        asked = json.loads(sent)
        out.write(write(asked["sheets"], asked["widths"]))
    else:
        out.write(json.dumps(read(sent, int(sys.argv[2]), int(sys.argv[3]))).encode())
