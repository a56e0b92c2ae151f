"""Spreadsheets of what was said: they come back from any program as they went, or are refused in a sentence."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.reports import sheets, workbook
from bot.services.refusal import Refusal
from bot.services.text import clean
from bot.services.theming import Line, Odd, Piece, plan, theme_name
from bot.storage.themes import Theme

NAMES = {1: "Trust", 2: "=Time, and money", 3: "'=Leading"}
PIECES = (
    Piece(4503599627370496, "comment", "=HYPERLINK(1)\nand “more”", False, frozenset({1, 2})),
    Piece(17, "answer", "plain", True, frozenset()),
    Piece(18, "takeaway", "#N/A", True, frozenset({3})),
)
SAID = [Line(2, 4503599627370496, ("=Time, and money", "Trust")), Line(3, 17, ()), Line(4, 18, ("'=Leading",))]
NO_COLUMNS = "I find no columns “id” and “themes” there. Send back the file of /themes export, as CSV or .xlsx."
BROKEN = "That workbook is broken, or there is far too much in it. Try saving it as CSV."


async def read(data: bytes) -> list[Line]:
    lines, odd = await sheets.read(data)
    assert odd == []
    return lines


def comma_separated(*rows: list[str], delimiter: str = ",") -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return held.getvalue()


def book(*rows: list[object], change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """As somebody else's program would save it."""
    made, held = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    change(made)
    made.save(held)
    return held.getvalue()


def packed(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["id", "themes"], ["c1", "A"]))) as old, zipfile.ZipFile(held, "w", 8) as new:
        for each in old.infolist():
            new.writestr(each.filename, change(each.filename, old.read(each)))
    return held.getvalue()


# ------------------------------------------------------------------ going out


def test_csv_says_what_it_is_and_starts_no_formula():
    data = sheets.to_csv(sheets.rows(PIECES, NAMES))
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["id", "text", "kind", "themes", "may be quoted"],
        [
            "c4503599627370496",
            "'=HYPERLINK(1)\nand “more”",
            "comment",
            "'=Time, and money; Trust",
            "no, for themes only",
        ],
        ["c17", "plain", "answer", "", "yes"],
        ["c18", "'#N/A", "takeaway", "''=Leading", "yes"],
    ]


@pytest.mark.parametrize("first", [*"=+-@\t\r\n＝＋－＠", "'=", "''="])
def test_whatever_could_be_a_formula_is_inert(first):
    cell = sheets.inert(f"{first}cmd")
    assert cell == f"'{first}cmd"
    assert sheets._bare(cell) == f"{first}cmd"


@pytest.mark.parametrize("text", ["plain", "'quoted'", "a=b", "", "#NHS"])
def test_what_could_not_is_left_alone(text):
    assert sheets.inert(text) == text == sheets._bare(text)


async def test_a_workbook_holds_text_only_and_keeps_its_heading_in_sight():
    data = await sheets.to_xlsx(sheets.rows(PIECES, NAMES))
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet.freeze_panes == "A2"
    assert {(cell.data_type, cell.number_format) for row in sheet.iter_rows() for cell in row if cell.value} == {
        ("s", "@")
    }
    assert sheet["A2"].value == "c4503599627370496"


# ------------------------------------------------------------------ coming back


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_goes_out_comes_back(form):
    made = sheets.rows(PIECES, NAMES)
    assert await read(await sheets.to_xlsx(made) if form == "xlsx" else sheets.to_csv(made)) == SAID


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_whatever_a_program_makes_of_csv(encoding, delimiter):
    text = comma_separated(["ID ", "Notes", "THEMES"], ["C17", "x;y,z\tw", "Café; “Trust”"], delimiter=delimiter)
    assert await read(text.encode(encoding)) == [Line(2, 17, ("Café", "“Trust”"))]


async def test_columns_and_rows_in_another_order_with_others_between():
    data = book(["Themes", None, "note", "Id"], ["A", None, "x", "c2"], [None, None, None, "c1"], ["B", None, 3, "c3 "])
    assert await read(data) == [Line(2, 2, ("A",)), Line(3, 1, ()), Line(4, 3, ("B",))]


async def test_headings_may_stand_further_down_and_on_another_sheet():
    def further(made: Workbook) -> None:
        sheet = made.create_sheet("mine")
        for row in (["Sorted by Emma"], [], ["id", "themes"], ["c1", "A"]):
            sheet.append(row)

    assert await read(book(["nothing", "here"], change=further)) == [Line(4, 1, ("A",))]
    assert await read(b"sep=;\r\nid;themes\r\nc1;A\r\n") == [Line(3, 1, ("A",))]


@pytest.mark.parametrize("cell", ["A;B", "A ; B;", ";A\nB", "A\r\nB", "A;;B", "A_x000D_\nB"])
async def test_themes_stand_with_semicolons_or_line_breaks_between_them(cell):
    assert await read(comma_separated(["id", "themes"], ["c1", cell]).encode()) == [Line(2, 1, ("A", "B"))]


async def test_commas_stand_in_names():
    assert await read(b'id,themes\nc1,"Time, money"\n') == [Line(2, 1, ("Time, money",))]


async def test_themes_that_look_like_something_else():
    data = book(["id", "themes"], ["c1", 2022], ["c2", 1.5], ["c3", True], [4, "A"])
    assert await read(data) == [Line(2, 1, ("2022",)), Line(3, 2, ("1.5",)), Line(4, 3, ("TRUE",)), Line(5, 4, ("A",))]


async def test_rows_that_cannot_be_understood_are_named():
    rows = ["1.23E+15", "A"], ["", "A"], ["", ""], ["c1", "A"], ["c2", "=B1"], ["c3", "#NAME?"], ["cat", ""]
    lines, odd = await sheets.read(comma_separated(["id", "themes"], *map(list, rows)).encode())
    no_id, formula = "it has no id like c123", "its themes are worked out by a formula: paste them as text"
    assert lines == [Line(5, 1, ("A",))]
    assert odd == [Odd(2, no_id), Odd(3, no_id), Odd(6, formula), Odd(7, formula), Odd(8, no_id)]


async def test_a_formula_in_a_workbook_is_none_of_the_themes():
    lines, odd = await sheets.read(book(["id", "themes"], ["c1", "=B3"], ["c2", "A"]))
    assert (lines, [each.row for each in odd]) == ([Line(3, 2, ("A",))], [2])


# ------------------------------------------------------------------ what is no such file


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", NO_COLUMNS),
        (b"hello", NO_COLUMNS),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NO_COLUMNS),
        (b"id,text\nc1,a\n", NO_COLUMNS),
        (b"id,themes\n" * 0 + b'"' + b"x" * 200_000, NO_COLUMNS),
        (b"id,themes,Themes\n", "That spreadsheet has two columns “id” or two columns “themes”."),
        (b"id,themes\n" + b"c1,A\n" * 20_001, "That spreadsheet has more than 20,000 rows."),
        (b"x" * (8 * 1024 * 1024 + 1), "That file is larger than 8 MB, so it is no list of contributions."),
        (b"\xd0\xcf\x11\xe0 old", "That is an old Excel file, or one with a password. Save it as .xlsx or as CSV."),
        (b"PK\x03\x04 whatever", "That is no Excel workbook. Save it as .xlsx or as CSV."),
        (b"PK\x03\x04 xl/workbook.xml", BROKEN),
        (book(["id", "themes"])[:-30], BROKEN),
    ],
)
async def test_what_is_refused(data, sentence):
    with pytest.raises(Refusal) as refused:
        await sheets.read(data)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "change",
    [
        # More than it may hold, though a few kilobytes of file.
        lambda name, old: b"<x/>" + b" " * (70 * 1024 * 1024) if name.endswith("sheet1.xml") else old,
        # An entity that doubles again and again.
        lambda name, old: (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(f'<!ENTITY {b} "{f"&{a};" * 20}">'.encode() for a, b in zip("abcdefgh", "bcdefghi", strict=True))
            + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            + b'<c t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
            if name.endswith("sheet1.xml")
            else old
        ),
        lambda name, old: b"<broken" if name.endswith("sheet1.xml") else old,
        lambda name, old: b"" if name == "xl/workbook.xml" else old,
    ],
    ids=["too much", "billion laughs", "broken", "empty"],
)
async def test_a_workbook_made_to_harm_is_refused(change):
    with pytest.raises(Refusal, match="broken, or there is far too much"):
        await sheets.read(packed(change))


async def test_one_text_in_every_cell_is_too_much():
    with pytest.raises(Refusal, match="broken, or there is far too much"):
        await sheets.read(book(["id", "themes"], *(["c1", "x" * 30_000] for _ in range(1100))))


async def test_empty_rows_to_the_very_end_of_a_sheet_are_none():
    def coloured(made: Workbook) -> None:
        for number in range(3, 30_000):
            made.active.cell(number, 1).number_format = "@"

    assert await read(book(["id", "themes"], ["c1", "A"], change=coloured)) == [Line(2, 1, ("A",))]


# ------------------------------------------------------------------ there and back, whatever it is


def legible(text: str) -> bool:
    return bool(text) and clean(text) == text


def is_name(text: str) -> bool:
    try:
        return theme_name(text) == text
    except Refusal:
        return False


NAME = st.text(min_size=1, max_size=20).filter(is_name) | st.sampled_from(["=A", "'=A", "''+", "a, b", "#REF!", "-1"])
TEXT = st.text(min_size=1, max_size=40).map(clean).filter(legible)


@st.composite
def sorted_session(draw: st.DrawFn) -> tuple[list[Theme], list[Piece]]:
    from bot.services.text import sameness

    names = draw(st.lists(NAME, max_size=5, unique_by=sameness))
    themes = [Theme(number, 1, name, "", None, None, "") for number, name in enumerate(names, 1)]
    of_them = st.frozensets(st.sampled_from([each.id for each in themes])) if themes else st.just(frozenset())
    ids = draw(st.lists(st.integers(1, 2**52), max_size=6, unique=True))
    kinds = st.sampled_from(["comment", "question", "offer"])
    return themes, [Piece(each, draw(kinds), draw(TEXT), draw(st.booleans()), draw(of_them)) for each in ids]


def made_in(form: str, made: list[tuple[str, ...]]) -> bytes:
    return workbook.write({"themes": made}) if form == "xlsx" else sheets.to_csv(made)


def read_in(form: str, data: bytes) -> list[Line]:
    cells = workbook.read(data, 1000, 100) if form == "xlsx" else sheets.csv_sheets(data)
    lines, odd = sheets.lines_in(cells)
    assert odd == []
    return lines


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@given(session=sorted_session())
def test_a_file_that_nobody_changed_changes_nothing(form, session):
    themes, pieces = session
    data = made_in(form, sheets.rows(pieces, {each.id: each.name for each in themes}))
    made = plan({each.id: each.themes for each in pieces}, themes, read_in(form, data))
    assert made.nothing
    assert (made.new, made.unsigned, made.odd) == ((), (), ())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@given(session=sorted_session(), other=st.data())
def test_a_file_that_was_changed_brings_exactly_these_themes(form, session, other):
    themes, pieces = session
    names = {each.id: each.name for each in themes}
    added = [name for name in ("New one", "-2") if name not in names.values()]
    pool = [*names, *range(1000, 1000 + len(added))]
    names |= dict(zip(range(1000, 1002), added, strict=False))
    changed = [
        Piece(each.id, each.kind, each.text, each.quotable, other.draw(st.frozensets(st.sampled_from(pool))))
        for each in pieces
        if other.draw(st.booleans())
    ]
    head, *rows = sheets.rows(changed, names)
    data = made_in(form, [head, *other.draw(st.permutations(rows))])
    made = plan({each.id: each.themes for each in pieces}, themes, read_in(form, data))
    before = {(names[theme], each.id) for each in pieces for theme in each.themes}
    after = (before | made.gets) - {(names[theme], piece) for theme, piece in made.loses}
    untouched = {each.id for each in pieces} - {each.id for each in changed}
    wanted = {(names[theme], each.id) for each in changed for theme in each.themes}
    assert after == wanted | {(name, piece) for name, piece in before if piece in untouched}
    assert set(made.new) == {name for name, _ in wanted} & set(added)
    assert made.odd == ()


def test_ten_thousand_rows_take_no_time():
    pieces = [Piece(each, "comment", "word " * 40, True, frozenset({1})) for each in range(1, 10_001)]
    data = asyncio.run(sheets.to_xlsx(sheets.rows(pieces, NAMES)))
    assert len(asyncio.run(read(data))) == 10_000
