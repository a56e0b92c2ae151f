"""The report as a Word file, read back with python-docx: its words and numbers, its styles, captions and alt texts."""

import struct
import time
import zlib
from io import BytesIO

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.document import (
    NOT_DRAWN,
    Bar,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Link,
    Links,
    Paragraph,
    Picture,
    Quote,
    Table,
)
from bot.reports.text import is_rtl, one_line, plain
from bot.reports.word import to_docx
from tests.reports.hostile import HOSTILE
from tests.reports.papers import CULTURE


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


PICTURE = Picture(png(120, 60), b"<svg/>")
ARABIC = "الجودة مسؤولية الجميع"
FIGURE = Figure(
    1,
    "What is most important?",
    "n=90",
    "Per cent of the people who answered.",
    (Bar(CULTURE, 0.59, "59%", "53 people"), Bar(ARABIC, 0.13, "13%", "12 people")),
    "What is most important? Per cent of the people who answered (n=90)",
    f"Bar chart. What is “most” <important>? n=90. {CULTURE}: 53 people, 59%. {ARABIC}: 12 people, 13%.",
)
TABLE = Table(
    "Figure 1. Poll 1: What is most important? (n=90)",
    ("Option", "People", "Per cent"),
    ((CULTURE, "53", "59%"), (ARABIC, "12", "13%")),
)


def document(*blocks: object, **changes: object) -> Document:
    usual: dict[str, object] = {
        "stem": "qms-1-of-4",
        "part": "QMS · 1 of 4",
        "title": "Everybody’s Business",
        "kind": "Poll and comments summary report",
        "blocks": blocks,
        "footer": "q@health.org.uk · #QcomQMS",
    }
    return Document(**(usual | changes))


def read(made: Document, *pictures: Picture) -> WordFile:
    return docx.Document(BytesIO(to_docx(made, pictures)))


def said(file: WordFile) -> list[tuple[str, str]]:
    """The paragraphs below the title, with their styles."""
    return [(each.style.name, each.text) for each in file.paragraphs][3:]


def test_each_block_has_its_style():
    file = read(
        document(
            Heading(2, "A section"),
            Heading(3, "A part of it"),
            Heading(4, "A part of that"),
            Paragraph("About three-fifths (59%) did (n=90)."),
            Paragraph("Answered anonymously.", quiet=True),
            Paragraph("We shall see.", strong="In response:"),
            Quote("One.\nTwo."),
            Quote("Three.", reply=True),
            Bullets((("Region (n=31):", "Fife 12."), ("", "Another."))),
            Facts((("Hosts", ("Emma Adams", "Dr Joy Furnival")), ("Took part here", ("118 people",)))),
        )
    )
    assert [(each.style.name, each.text) for each in file.paragraphs[:3]] == [
        ("Series", "QMS · 1 of 4"),
        ("Title", "Everybody’s Business"),
        ("Subtitle", "Poll and comments summary report"),
    ]
    assert said(file) == [
        ("Heading 1", "A section"),
        ("Heading 2", "A part of it"),
        ("Heading 3", "A part of that"),
        ("Normal", "About three-fifths (59%) did (n=90)."),
        ("Note", "Answered anonymously."),
        ("Normal", "In response: We shall see."),
        ("Quote", "One.\nTwo."),
        ("Reply", "Three."),
        ("List Bullet", "Region (n=31): Fife 12."),
        ("List Bullet", "Another."),
        ("Facts", "Hosts\tEmma Adams\nDr Joy Furnival"),
        ("Facts", "Took part here\t118 people"),
    ]
    strong = [run.text for each in file.paragraphs for run in each.runs if run.style.name == "Strong"]
    assert strong == ["In response:", "Region (n=31):", "Hosts", "Took part here"]


def test_looks_are_in_styles_that_are_all_there():
    file = read(document(FIGURE, FIGURE, TABLE, Quote("a"), Quote("b", reply=True), colour="#aa0011"), PICTURE)
    for place in (file.element, file.sections[0].footer._element):
        for kind in ("pStyle", "rStyle", "tblStyle"):
            for each in place.iter(qn(f"w:{kind}")):
                assert each.val in {style.style_id for style in file.styles}
        assert not [*place.iter(qn("w:color"), qn("w:sz"), qn("w:b"), qn("w:ind"), qn("w:spacing"))]
    known = {style.style_id for style in file.styles}
    for style in file.styles.element.iter(qn("w:basedOn"), qn("w:next")):
        assert style.get(qn("w:val")) in known
    for number in (1, 2, 3):
        style = file.styles[f"Heading {number}"]
        assert str(style.font.color.rgb) == "AA0011"
        assert style.paragraph_format.keep_with_next
        assert style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == str(number - 1)
    numbered = {each.get(qn("w:numId")) for each in file.part.numbering_part.element.iter(qn("w:num"))}
    assert {each.val for each in file.styles.element.iter(qn("w:numId"))} <= {int(each) for each in numbered}


def test_a_figure_is_a_picture_with_every_number_in_words_and_a_caption_that_word_numbers():
    file = read(document(FIGURE), PICTURE)
    (shape,) = file.inline_shapes
    assert shape._inline.docPr.get("descr") == FIGURE.alt
    assert (shape.width.mm, shape.height.mm) == (pytest.approx(145, abs=0.1), pytest.approx(72.5, abs=0.1))
    assert [part.blob for part in file.part.package.image_parts] == [PICTURE.png]
    assert said(file) == [("Figure", ""), ("Caption", f"Figure 1: {FIGURE.caption}")]
    assert [each.text.strip() for each in file.element.iter(qn("w:instrText"))] == ["SEQ Figure \\* ARABIC"]
    assert file.styles["Figure"].paragraph_format.keep_with_next


def test_a_high_figure_stays_on_its_page():
    (shape,) = read(document(FIGURE), Picture(png(10, 100), b"")).inline_shapes
    assert (shape.width.mm, shape.height.mm) == (pytest.approx(20, abs=0.1), pytest.approx(200, abs=0.1))


def test_where_a_figure_has_no_picture_a_sentence_points_to_the_table():
    file = read(document(FIGURE, TABLE))
    assert not file.inline_shapes
    assert said(file)[:2] == [("Note", NOT_DRAWN), ("Caption", f"Figure 1: {FIGURE.caption}")]
    assert file.paragraphs[3].paragraph_format.keep_with_next


def test_a_table_has_its_numbers_a_heading_on_every_page_and_rows_that_stay_whole():
    file = read(document(TABLE))
    (table,) = file.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [list(TABLE.columns), *map(list, TABLE.rows)]
    first, *rest = (row._tr.trPr for row in table.rows)
    assert first.find(qn("w:tblHeader")) is not None
    assert all(row.find(qn("w:tblHeader")) is None for row in rest)
    assert all(row.find(qn("w:cantSplit")) is not None for row in (first, *rest))
    assert table.style.name == "Numbers"
    styles = [[cell.paragraphs[0].style.name for cell in row.cells] for row in table.rows]
    assert styles[0] == ["Table Text Heading", "Table Number Heading", "Table Number Heading"]
    assert styles[1] == ["Table Text", "Table Number", "Table Number"]
    assert file.paragraphs[3].text == TABLE.caption
    assert file.paragraphs[3].paragraph_format.keep_with_next
    assert sum(column.width for column in table.columns) == pytest.approx(170 * 36000, rel=0.001)


def test_links_lead_somewhere_only_over_https():
    good, bad = "https://example.org/watch?v=1&t=2", "javascript:alert(1)"
    file = read(document(Links((Link("The recording", good), Link("Not this", bad), Link("Nor", "http://a.org")))))
    (link,) = (link for each in file.paragraphs for link in each.hyperlinks)
    assert (link.text, link.url) == ("The recording", good)
    outside = [rel.target_ref for rel in file.part.rels.values() if rel.is_external]
    assert outside == [good]
    assert [text for _, text in said(file)] == ["The recording", f"Not this: {bad}", "Nor: http://a.org"]


def test_the_page_and_the_properties():
    file = read(document(title="T" * 300))
    section = file.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    (foot,) = section.footer.paragraphs
    assert (foot.style.name, foot.text) == ("Footer", "q@health.org.uk · #QcomQMS\tPage 1")
    assert [each.text.strip() for each in foot._p.iter(qn("w:instrText"))] == ["PAGE"]
    about = file.core_properties
    assert (about.title, about.subject, about.author) == ("T" * 255, "QMS · 1 of 4", "Plenary")
    assert (about.language, about.comments, about.created.year) == ("en-GB", "", 1980)
    assert file.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "en-GB"


def test_what_is_written_from_right_to_left_stays_so():
    file = read(document(Quote(ARABIC), Quote(f"In English: {ARABIC}"), TABLE))
    ways = [each._p.pPr.find(qn("w:bidi")) is not None for each in file.paragraphs[3:5]]
    assert ways == [True, False]
    cells = [row.cells[0].paragraphs[0]._p for row in file.tables[0].rows]
    assert [cell.pPr.find(qn("w:bidi")) is not None for cell in cells] == [False, False, True]


def test_the_same_report_is_the_same_file():
    made = document(FIGURE, Links((Link("a", "https://a.org"), Link("b", "https://b.org"))), TABLE)
    assert to_docx(made, [PICTURE]) == to_docx(made, [PICTURE])


def everywhere(text: str) -> Document:
    """The text in every place that there is."""
    return document(
        *(Heading(level, text) for level in (2, 3, 4)),
        Paragraph(text, strong=text),
        Quote(text),
        Quote(text, reply=True),
        Bullets(((text, text),)),
        Facts(((text, (text, text)),)),
        Links((Link(text, "https://example.org/"), Link(text, text))),
        Figure(1, text, text, text, (Bar(text, None, text, text),), text, text),
        Table(text, (text, text), ((text, text),)),
        part=text,
        title=text,
        kind=text,
        footer=text,
    )


def check_everywhere(text: str) -> None:
    line, whole = one_line(text), plain(text)
    file = read(everywhere(text), PICTURE)
    texts = [each.text for each in file.paragraphs]
    assert texts[:6] == [line] * 6
    begun = [f"{line} {whole}" if line and whole else line or whole] * 2
    assert [texts[6], texts[9]] == begun
    assert texts[7:9] == [whole, whole]
    assert texts[10] == f"{line}\t{whole}\n{whole}"
    assert texts[11] == (line or "https://example.org/")
    assert texts[14:16] == [f"Figure 1: {line}", line]
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [[line, line]] * 2
    assert file.inline_shapes[0]._inline.docPr.get("descr") == line
    assert file.sections[0].footer.paragraphs[0].text == f"{line}\tPage 1"
    assert (file.paragraphs[7]._p.pPr.find(qn("w:bidi")) is not None) == is_rtl(whole)


@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "\n\n", "]]>", "&amp;&#0;", "_x000D_"])
def test_hostile_words_stay_words(text):
    check_everywhere(text)


@settings(max_examples=40)
@given(
    st.text(st.characters(codec=None), max_size=60) | st.text("<>&\"'{}%#\\$\t\n\r\x00\u202e\ufffe🎉م ", max_size=30)
)
def test_whatever_is_written_is_read_back_as_plain_leaves_it(text):
    check_everywhere(text)


def test_five_thousand_quotes_take_no_time():
    made = document(*(Quote(f"{each} " + "word & <b> " * 20) for each in range(5000)))
    begun = time.process_time()
    assert len(to_docx(made, [])) < 2_000_000
    assert time.process_time() - begun < 3
