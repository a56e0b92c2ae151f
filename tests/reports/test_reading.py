"""What an organiser has made of the report: its text, and which of its numbers are not the record's."""

import time
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from textwrap import wrap
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from bot.reports.alike import Looked
from bot.reports.document import Bullets, Document, Facts, Heading, Paragraph, Quote, Table
from bot.reports.reading import differences, has_limits, read_text
from bot.reports.word import to_docx
from bot.services.refusal import Refusal
from bot.services.reporting import LIMITS
from tests.reports.papers import CULTURE, FIGURE_1, FIGURE_2

BROKEN = "That file is broken, or there is far too much in it. Save it anew, as .docx or as PDF."
UNKNOWN = "That is neither a Word file (.docx) nor a PDF. Save the report as one of the two."
NO_LIMITS = "The note on method and limits is missing. It begins: “This is a light-touch, informal exercise”."

REPORT = Document(
    "qms-1-of-4",
    "QMS · 1 of 4",
    "Everybody’s Business",
    "Poll and comments summary report",
    (
        Facts(
            (
                ("Date", ("Thursday 24 February 2022, 13:00",)),
                ("Took part here", ("1,118 people did something on Discord, each counted once",)),
                ("Joined on Zoom", ("1,122 people, as given by the host",)),
            )
        ),
        Heading(3, "Poll 1: what matters most?"),
        Paragraph(f"About three-fifths (59%) selected “{CULTURE}” (n=90)."),
        Paragraph("Response rate: 74% (90 answered here; 1,122 joined on Zoom, as given by the host).", quiet=True),
        FIGURE_1,
        Heading(3, "Poll 2: and then?"),
        Paragraph("Just over two-thirds (68%) selected “A shared language” (n=74)."),
        FIGURE_2,
        Heading(3, "Time"),
        Paragraph("12 contributions from 9 people; signed off by Emma Adams.", quiet=True),
        Quote("I have 3 sites and 20 minutes."),
        Heading(3, "Boards"),
        Paragraph("5 contributions from 4 people; signed off by Emma Adams.", quiet=True),
        Bullets((("Works (n=112):", "locally 41; regionally 33; nationally not shown."),)),
        Heading(2, "Takeaways"),
        Paragraph("41 takeaways: 35 below, 4 given for themes only, 2 withheld by their authors."),
        Heading(2, "Method and limits"),
        Paragraph(LIMITS),
        Heading(2, "Appendix"),
        Table(
            "Figure 1. Poll 1 (n=90)", ("Option", "People", "Per cent"), ((CULTURE, "53", "59%"), ("Time", "12", "13%"))
        ),
        Table(
            "Figure 2. Poll 2 (n=74)",
            ("Option", "People", "Per cent"),
            (("A shared language", "50", "68%"), ("Time", "27", "36%")),
        ),
        Table("By part", ("Part", "Took part"), (("Part 1", "118"), ("Part 2", "96"))),
    ),
)


def word(change: Callable[[WordFile], object] = id) -> bytes:
    """The report in Word, after somebody has changed it there."""
    file = docx.Document(BytesIO(to_docx(REPORT, [])))
    change(file)
    held = BytesIO()
    file.save(held)
    return held.getvalue()


async def text_of(change: Callable[[WordFile], object] = id) -> str:
    return await read_text("report.docx", word(change))


def everywhere(file: WordFile) -> list:
    cells = [cell for table in file.tables for row in table.rows for cell in row.cells]
    return [*file.paragraphs, *(each for cell in cells for each in cell.paragraphs)]


def replaced(old: str, new: str) -> Callable[[WordFile], None]:
    """As somebody types it: the first run that has it."""

    def change(file: WordFile) -> None:
        run = next(run for each in everywhere(file) for run in each.runs if old in run.text)
        run.text = run.text.replace(old, new, 1)

    return change


# ------------------------------------------------------------------ what is told, and what is not


async def test_a_report_that_nobody_changed_has_the_records_numbers():
    assert differences(REPORT, await text_of()) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "(59%)",
            "(95%)",
            f"59%, the file 95%: “About three-fifths (95%) selected “{CULTURE.partition(' those')[0]} …”",
        ),
        ("three-fifths (59%) selected", "nineteen in twenty (95%) chose", "The record says 59%, the file 95%"),
        ("(n=74).", "(n=47).", "“Just over two-thirds (68%) selected “A shared language” (n=47)”"),
        ("1,118 people", "1,811 people", "The record says 1,118, the file 1,811: “Took part here 1,811 people did"),
        (
            "1,122 people",
            "1,222 people",
            "The record says 1,122, the file 1,222: “Joined on Zoom 1,222 people, as given",
        ),
        ("24 February", "25 February", "The record says 24, the file 25: “Date Thursday 25 February 2022"),
        ("74% (90 answered", "73% (91 answered", "The record says 74% and 90, the file 73% and 91: “Response rate"),
        ("41 takeaways: 35 below", "43 takeaways: 37 below", "The record says 41 and 35, the file 43 and 37: “43 tak"),
        (
            "5 contributions from 4",
            "5 contributions from 14",
            "The record says 4, the file 14: “5 contributions from 14",
        ),
        ("locally 41", "locally 14", "The record says 41, the file 14: “Works (n=112): locally 14; regionally 33"),
        ("12 contributions from 9", "There were 13 contributions from 9", "The record says 12, the file 13: “13 contr"),
    ],
)
async def test_a_number_that_was_changed_is_told_with_both(old, new, told):
    (sentence,) = differences(REPORT, await text_of(replaced(old, new)))
    assert told in sentence


@pytest.mark.parametrize(
    ("table", "row", "column", "new", "told"),
    [
        (0, 1, 1, "35", f"The record says 53, the file 35: “… {CULTURE[33:]} 35 59%”"),
        (0, 2, 2, "31%", "The record says 13%, the file 31%: “Time 12 31%”"),
        (1, 2, 1, "72", "The record says 27, the file 72: “Time 72 36%”"),
        (2, 1, 1, "181", "The record says 118, the file 181: “Part 1 181”"),
    ],
)
async def test_a_number_in_a_table_that_was_changed_is_told_with_its_row(table, row, column, new, told):
    def change(file: WordFile) -> None:
        file.tables[table].rows[row].cells[column].paragraphs[0].runs[0].text = new

    assert differences(REPORT, await text_of(change)) == (told,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About three-fifths (59%) selected", "Most people, 59 per cent, selected"),
        ("About three-fifths (59%) selected", "Of the 1,122 who joined, most selected"),
        ("1,118 people did something on Discord, each counted once", "1118 people"),
        ("12 contributions from 9 people; signed off by Emma Adams.", "Nine of us wrote about this."),
        ("12 contributions from 9 people", "Twelve contributions from nine people"),
        ("41 takeaways: 35 below, 4 given for themes only, 2 withheld by their authors.", "Here is a choice of 20."),
        ("I have 3 sites and 20 minutes.", "I have [several] sites."),
        ("Everybody’s Business", "What 12 of us learned from 3 boards"),
        ("Poll 1: what matters most?", "What matters most, in 7 words"),
        ("light-touch", "light touch"),
        ("(n=90).", "(n = 90)."),
    ],
)
async def test_what_is_only_said_in_other_words_is_not_told(old, new):
    assert differences(REPORT, await text_of(replaced(old, new))) == ()


async def test_what_is_taken_out_added_or_moved_is_not_told():
    def change(file: WordFile) -> None:
        first, second, third = (table._tbl for table in file.tables)
        third.addnext(first)
        second.getparent().remove(second)
        paragraphs = file.paragraphs
        for each in [each for each in paragraphs if each.text.startswith(("Figure 2", "Just over", "12 contrib"))]:
            each._p.getparent().remove(each._p)
        paragraphs[3].insert_paragraph_before("Of 4,000 members 300 were asked, and 26% came in time (n=77).")
        for field in [each for each in file.paragraphs if each.text.startswith("Figure 1: ")]:
            field.runs[4].text = "7"  # Word counts anew

    assert differences(REPORT, await text_of(change)) == ()


async def test_the_same_words_twice_are_not_taken_for_each_other():
    def change(file: WordFile) -> None:
        replaced("12 contributions from 9", "12 contributions from 8")(file)
        replaced("5 contributions from 4", "6 contributions from 4")(file)

    first, second = differences(REPORT, await text_of(change))
    assert first.startswith("The record says 9, the file 8: ")
    assert second.startswith("The record says 5, the file 6: ")


async def test_lines_may_end_anywhere_with_a_hyphen_and_with_the_foot_of_a_page_between():
    lines = [part for line in (await text_of()).split("\n") for part in (*wrap(line, 40), "")]
    text = (
        "\n".join(lines)
        .replace("three-fifths", "three-\nfifths")
        .replace("those on the\nfrontline", "those on the\nq@health.org.uk Page 7\nfrontline")
    )
    assert differences(REPORT, text) == ()
    (told,) = differences(REPORT, text.replace("59%", "95%", 1))
    assert told.startswith("The record says 59%, the file 95%: “About three-fifths (95%) selected")


# ------------------------------------------------------------------ the note on method and limits


async def test_the_note_on_limits_cannot_be_left_out():
    def change(file: WordFile) -> None:
        (note,) = (each for each in file.paragraphs if each.text == LIMITS)
        note._p.getparent().remove(note._p)

    text = await text_of(change)
    assert not has_limits(Looked(text))
    assert differences(REPORT, text) == (NO_LIMITS,)
    assert has_limits(Looked(await text_of()))


def test_the_note_may_be_put_a_little_differently_and_no_more():
    assert has_limits(Looked(LIMITS.replace("rather than a finding", "and not a finding")))
    assert has_limits(Looked("Before. " + LIMITS.replace(" ", "\n").upper() + " After."))
    assert has_limits(
        Looked(LIMITS.replace("nobody was sampled", "nobody was\nq@health.org.uk · #QcomQMS Page 3\nsampled"))
    )
    assert not has_limits(Looked(LIMITS.partition(", and")[0]))
    assert not has_limits(Looked(""))
    assert not has_limits(Looked("light touch " * 50))


# ------------------------------------------------------------------ what Word and others put into a file

W = nsdecls("w")


async def test_tracked_changes_read_as_if_they_were_accepted():
    def change(file: WordFile) -> None:
        (said,) = (each for each in file.paragraphs if each.text.startswith("About three"))
        run = said.runs[0]
        before, _, after = run.text.partition("59")
        run.text = before
        for xml in (
            f"<w:del {W} w:id='1'><w:r><w:delText>59</w:delText></w:r></w:del>",
            f"<w:moveFrom {W} w:id='2'><w:r><w:t>77</w:t></w:r></w:moveFrom>",
            f"<w:ins {W} w:id='3'><w:r><w:t>95</w:t></w:r></w:ins>",
            f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>66</w:t></w:r>",
            f"<w:r {W}><w:t xml:space='preserve'>{after}</w:t></w:r>",
        ):
            said._p.append(parse_xml(xml))

    (told,) = differences(REPORT, await text_of(change))
    assert told.startswith("The record says 59%, the file 95%: “About three-fifths (95%) selected")


async def test_boxes_controls_footnotes_and_nested_tables_are_read_once():
    def change(file: WordFile) -> None:
        box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
        mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Inside.</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"
        cell = "<w:tc><w:p><w:r><w:t>Beside.</w:t></w:r></w:p></w:tc>"
        content = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        first = file.paragraphs[0]._p
        for xml in (
            f"<w:p {W} {mc}><w:r><w:t>Before.</w:t><mc:AlternateContent>{content}</mc:AlternateContent></w:r></w:p>",
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            f"<w:tbl {W}><w:tr><w:tc>{inner}</w:tc><w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt></w:tr></w:tbl>",
        ):
            first.addprevious(parse_xml(xml))

    notes = f"<w:footnotes {W}><w:footnote><w:p><w:r><w:t>At the foot.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    data = packed(word(change), added={"word/footnotes.xml": notes.encode()})
    lines = (await read_text("Report.DOCX", data)).split("\n")
    assert [line.strip() for line in lines[:4]] == ["Before.", "In a box.", "Controlled.", "Inside. \tBeside."]
    assert lines[-1] == "At the foot."
    assert differences(REPORT, "\n".join(lines)) == ()


def pdf(*lines: str, password: str | None = None) -> bytes:
    """A PDF of one page with these lines, as plain as can be."""
    words = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 9 Tf 11 TL 40 800 Td {words} ET".encode("cp1252")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    made, places = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    made += (
        b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(made))
    )
    if password is None:
        return made
    writer, held = PdfWriter(PdfReader(BytesIO(made))), BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(held)
    return held.getvalue()


async def test_a_pdf_is_read_as_well():
    text = await read_text("report.pdf", pdf("Joined on Zoom 1,222 people,", "as given by the host", "Time 12 13%"))
    assert differences(REPORT, text) == (
        NO_LIMITS,
        "The record says 1,122, the file 1,222: “Joined on Zoom 1,222 people, as given by the host”",
    )
    assert "1,222" in await read_text("report.pdf", pdf("1,222", password=""))


# ------------------------------------------------------------------ what is no such file


def packed(data: bytes, change: Callable[[str, bytes], bytes] = lambda _, old: old, added=()) -> bytes:
    held = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(held, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name in added:
            new.writestr(name, added[name])
    return held.getvalue()


def only(name: str, new: bytes) -> bytes:
    return packed(word(), lambda at, old: new if at == name else old)


def book() -> bytes:
    from openpyxl import Workbook

    held = BytesIO()
    Workbook().save(held)
    return held.getvalue()


def bomb() -> bytes:
    names = "abcdefghij"
    entities = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {to} "{f"&{of};" * 20}">'.encode() for of, to in pairwise(names)
    )
    return b"<!DOCTYPE x [" + entities + f"]><w:document {W}><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:document>".encode()


ALL = "word/document.xml"
DEEP = f"<w:document {W}>".encode() + b"<w:p>" * 5000 + b"</w:p>" * 5000 + b"</w:document>"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.docx", b"", UNKNOWN),
        ("a.docx", b"hello", UNKNOWN),
        ("a.odt", packed(b"PK\x05\x06" + bytes(18), added={"content.xml": b"<x/>"}), UNKNOWN),
        ("a.docx", book(), UNKNOWN),
        ("a.docm", word(), "That Word file has macros in it. Save it as .docx, without them."),
        (
            "a.docx",
            packed(word(), added={"word/vbaProject.bin": b"x"}),
            "That Word file has macros in it. Save it as .docx, without them.",
        ),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0 old",
            "That is an old Word file, or one with a password. Save it as .docx, without a password.",
        ),
        ("a.docx", word()[:-30], BROKEN),
        ("a.docx", word()[:2000], BROKEN),
        ("a.docx", only(ALL, b"<broken"), BROKEN),
        ("a.docx", only(ALL, bomb()), BROKEN),
        ("a.docx", only(ALL, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'), BROKEN),
        ("a.docx", only(ALL, DEEP), BROKEN),
        ("a.docx", only(ALL, f"<w:document {W}>{' ' * (70 * 1024**2)}</w:document>".encode()), BROKEN),
        ("a.docx", packed(word(), added={"word/media/a.bmp": bytes(201 * 1024**2)}), BROKEN),
        (
            "a.docx",
            only(ALL, f"<w:document {W}/>".encode()),
            "There is no text in that file, so I cannot hold its numbers against the record. Is it a scan?",
        ),
        ("a.pdf", pdf("a")[:20], BROKEN),
        ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, BROKEN),
        (
            "a.pdf",
            pdf("a", password="secret"),  # noqa: S106
            "That PDF has a password, so I cannot read it. Save it without one.",
        ),
        (
            "a.pdf",
            pdf(),
            "There is no text in that file, so I cannot hold its numbers against the record. Is it a scan?",
        ),
        (
            "a.pdf",
            b"%PDF" + bytes(25 * 1024**2),
            "That file is larger than 25 MB. Make its pictures smaller, then send it again.",
        ),
    ],
    ids=lambda each: "" if isinstance(each, bytes) else each[:20],
)
async def test_what_is_refused(name, data, sentence):
    with pytest.raises(Refusal) as refused:
        await read_text(name, data)
    assert str(refused.value) == sentence


# ------------------------------------------------------------------ whatever it is


@given(st.text(max_size=200), st.text("0123456789%., -\nTimen=()&ﬁ", max_size=60))
def test_whatever_a_file_says_is_compared(text, numbers):
    assert differences(REPORT, f"{text}{numbers}{text}")[0] == NO_LIMITS


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**6), st.integers(0, 100)), max_size=8))
def test_the_records_own_numbers_are_never_told(rows):
    table = Table("All of them (n=7)", ("A", "B", "C"), tuple((label, f"{n:,}", f"{p}%") for label, n, p in rows))
    document = Document("s", "p", "t", "k", (table, Paragraph(LIMITS)))
    lines = (" ".join(line.split()) for line in (table.caption, *map("\t".join, table.rows), LIMITS))
    assert differences(document, "\n".join(lines)) == ()


def test_a_long_report_takes_no_time():
    text = "\n".join(" ".join(f"word{at * 7 % 3001} and{i}" for i in range(20)) for at in range(5000)) + LIMITS
    begun = time.process_time()
    assert differences(REPORT, text) == ()
    assert time.process_time() - begun < 3
