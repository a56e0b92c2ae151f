"""PDFs, read back by another hand."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.reports.document import (
    Bar,
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Link,
    Links,
    Paragraph,
    Quote,
    Table,
)
from bot.reports.text import is_rtl, one_line
from bot.reports.typeset import missing, to_pdf
from tests.reports.hostile import HOSTILE
from tests.reports.papers import EMPTY, FIGURE_1, PAPER, SERIES, figure, hostile


def opened(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(document)))


def pages(pdf: PdfReader) -> list[str]:
    """What each page says, its lines run together and the places to break long words left out."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pdf.pages]


def tags(pdf: PdfReader) -> Iterator[Any]:
    """The structure that a screen reader follows."""
    waiting = [pdf.root_object["/StructTreeRoot"]]
    while waiting:
        here = waiting.pop(0).get_object()
        if isinstance(here, list):
            waiting[:0] = here
        elif isinstance(here, dict):
            if "/S" in here:
                yield here
            waiting[:0] = [here["/K"]] if "/K" in here else []


def of(pdf: PdfReader, role: str) -> list[Any]:
    return [tag for tag in tags(pdf) if tag["/S"] == role]


def is_ua(pdf: PdfReader) -> bool:
    return b"pdfuaid:part" in pdf.root_object["/Metadata"].get_data()


@pytest.fixture(scope="module")
def paper() -> PdfReader:
    return opened(PAPER)


def test_everything_of_the_document_is_in_it_and_in_its_order(paper: PdfReader):
    text, at = " ".join(pages(paper)), 0
    for said in (PAPER.part, PAPER.title, PAPER.kind):
        at = text.index(said, at)
    for block in PAPER.blocks[2:]:
        for said in spoken(block):
            at = text.index(" ".join(said.split()), at)
    assert PAPER.footer in text[at:]


def spoken(block: Block) -> list[str]:
    """What is to be read of a block, in the order of its reading."""
    match block:
        case Heading() | Quote():
            said = [] if is_rtl(block.text) else [block.text]  # which comes out of a PDF as it is seen
        case Paragraph():
            said = [block.strong, block.text]
        case Bullets():
            said = [text for item in block.items for text in item]
        case Facts():
            said = [text for term, lines in block.rows for text in (term, *lines)]
        case Links():
            said = [text for link in block.links for text in (link.text, link.url)]
        case Figure():
            bars = [text for bar in block.bars for text in (bar.label, bar.large, bar.small)]
            said = [block.title, block.n, block.note, *bars, f"Figure {block.number}: {block.caption}"]
        case Table():
            said = [block.caption, *block.columns, *(cell for row in block.rows for cell in row)]
    return said


def test_it_says_what_it_is(paper: PdfReader):
    info = paper.metadata
    assert info is not None
    assert (info.title, info.author) == ("Everybody’s Business", "Plenary")
    assert info.creation_date is None
    assert paper.root_object["/Lang"] == "en-GB"
    assert paper.root_object["/MarkInfo"]["/Marked"]
    assert is_ua(paper)


def test_the_headings_are_bookmarks(paper: PdfReader):
    def flat(outline: list[Any]) -> Iterator[str]:
        for each in outline:
            yield from flat(each) if isinstance(each, list) else [each.title]

    assert list(flat(paper.outline)) == [block.text for block in PAPER.blocks if isinstance(block, Heading)]


def test_whoever_hears_it_is_told_what_everything_is(paper: PdfReader):
    assert [tag["/Alt"] for tag in of(paper, "/Figure")] == [figure.alt for figure in PAPER.figures]
    assert len(of(paper, "/BlockQuote")) == sum(isinstance(block, Quote) for block in PAPER.blocks)
    assert len(of(paper, "/Table")) == len(of(paper, "/THead")) == 3
    assert len(of(paper, "/TH")) == 3 * 3
    assert len(of(paper, "/Link")) >= 2
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/LBody", "/Caption", "/TOC"} <= {tag["/S"] for tag in tags(paper)}


def test_a_level_of_headings_that_is_left_out_is_not_missed():
    pdf = opened(replace(EMPTY, blocks=(Heading(4, "Deep"), Heading(2, "Up"), Heading(4, "Down"), Paragraph("."))))
    assert [tag["/S"] for tag in tags(pdf) if tag["/S"] in {"/H1", "/H2", "/H3"}] == ["/H1", "/H1", "/H2"]
    assert is_ua(pdf)


def test_a_document_without_anything_is_a_page():
    pdf = opened(EMPTY)
    (text,) = pages(pdf)
    assert "Nobody came Poll and comments summary report" in text
    assert is_ua(pdf)
    assert is_ua(opened(replace(EMPTY, part="", title="", kind="")))


def test_a_number_that_is_not_shown_has_no_bar():
    hidden = replace(FIGURE_1, bars=(Bar("Wales", None, "not shown", ""), Bar("Scotland", 0.5, "50%", "12 people")))
    (text,) = pages(opened(replace(EMPTY, blocks=(hidden,))))
    assert "Wales not shown Scotland 50% 12 people" in text
    none = replace(FIGURE_1, bars=())
    assert FIGURE_1.n in pages(opened(replace(EMPTY, blocks=(none, Table("", ("A",), ()), Bullets(()), Facts(())))))[0]


def test_it_is_the_same_on_every_machine(tmp_path: Path):
    program = (
        "import sys, hashlib; from tests.reports.papers import PAPER; from bot.reports import typeset;"
        "print(hashlib.sha256(typeset.to_pdf(PAPER)).hexdigest(), "
        "hashlib.sha256(typeset.pictures(PAPER.figures[:1])[0].png).hexdigest())"
    )
    home = Path(__file__).parents[2]

    def elsewhere(name: str, zone: str, language: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        there = {"HOME": str(folder), "TMPDIR": str(folder), "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": name}
        # What fonts the machine has is not asked: a path to more of them changes nothing.
        env = os.environ | there | {"TYPST_FONT_PATHS": "/usr/share/fonts", "PYTHONPATH": str(home)}
        made = subprocess.run(
            [sys.executable, "-c", program], env=env, cwd=folder, capture_output=True, text=True, check=True
        )
        assert list(folder.iterdir()) == []
        return made.stdout

    one, other = elsewhere("1", "Asia/Tokyo", "C"), elsewhere("2", "America/New_York", "de_DE.UTF-8")
    assert one == other
    assert one.split()[0] == hashlib.sha256(to_pdf(PAPER)).hexdigest()


def test_characters_without_a_typeface_are_named_near_the_end():
    thai = replace(PAPER, blocks=(Quote("ไทย ✓ 👍 العربية"), *PAPER.blocks))
    assert missing(PAPER) == ""
    assert missing(thai) == "ทยไ"
    pdf = opened(thai)
    assert (
        "Some characters, for instance U+0E17 THAI CHARACTER THO THAHAN, U+0E22 THAI CHARACTER YO YAK, U+0E44 THAI "
        "CHARACTER SARA AI MAIMALAI, have no typeface here and are shown as boxes; the HTML and Word files show them."
    ) in pages(pdf)[-1]
    assert not is_ua(pdf)
    assert len(of(pdf, "/BlockQuote")) == len(of(opened(PAPER), "/BlockQuote")) + 1


@pytest.mark.parametrize(
    "text",
    ["Llŵyddiant Ŷ", "Αθήνα Київ", "الجودة", "שָׁלוֹם", "质量 品質 품질", "→ ½ ≥ … ‘’ – €", "✅ 🎉 👩🏽‍⚕️ ☺️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿"],
)
def test_what_has_a_typeface(text: str):
    shown = replace(EMPTY, title=text, blocks=(Quote(text), replace(FIGURE_1, title=text)))
    assert missing(shown) == ""
    assert is_ua(opened(shown))


def test_hostile_text_is_printed_as_text():
    # Long words and other scripts come out of a PDF in pieces; they are read elsewhere.
    texts = [text for text in HOSTILE if text.isascii() and len(text) < 300]
    read = " ".join(pages(opened(hostile(texts)))).replace(" ", "")
    for text in texts:
        assert read.count(one_line(text).replace(" ", "")) >= 12


def test_every_hostile_text_comes_out():
    pdf = opened(hostile())
    assert len(pdf.pages) > 20
    assert not is_ua(pdf)


ACTIVE = "#$\\*_`<>@[]{}()/\"'~-=\n\t\r\x00\u200d\u202e "
WIDE = st.text(st.characters(codec=None), max_size=60) | st.text(ACTIVE, max_size=40)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WIDE, min_size=4, max_size=4))
def test_whatever_is_written_a_pdf_comes_out_and_says_what_it_cannot_show(texts: list[str]):
    one, two, three, four = texts
    bars = tuple(Bar(text, 0.5, "50%", "1 person") for text in texts)
    document = Document(
        *("s", one, two, three),
        blocks=(
            *(Heading(3, one), Paragraph(two, strong=three), Quote(four), Quote(one, reply=True)),
            *(
                Bullets(((two, three),)),
                Facts(((four, (one, two)),)),
                Links((Link(three, four), Link(one, "https://a.b"))),
            ),
            Figure(1, two, "n=2", three, bars, four, one),
            Table(two, ("a", "b"), ((three, four),)),
        ),
        footer=four,
    )
    pdf = opened(document)
    assert is_ua(pdf) is (missing(document) == "")
    assert "50%" in " ".join(pages(pdf))


def test_a_figure_stays_on_one_page_however_many_bars_it_has():
    crowded = figure(1, "Which?", {f"{i:02} {'option ' * 14}"[:100]: i for i in range(25)}, 300)
    pdf = opened(replace(EMPTY, blocks=(*[Paragraph("Before.")] * 20, crowded, *[Paragraph("After.")] * 5)))
    (where,) = [text for text in pages(pdf) if "Which?" in text]
    assert all(f"{bar.label[:9]}" in where for bar in crowded.bars)
    assert "Figure 1: " in where
    assert is_ua(pdf)


def test_what_is_longer_than_a_page_goes_on_overleaf():
    rows = tuple((f"Row {i}", f"{i}") for i in range(120))
    pdf = opened(replace(EMPTY, blocks=(Quote("word " * 2400), Table("Many", ("Name", "Number"), rows))))
    read = pages(pdf)
    assert sum("word word" in text for text in read) > 1
    with_rows = [text for text in read if "Row" in text]
    assert len(with_rows) > 2
    assert all("Name Number" in text for text in with_rows)


def test_no_heading_is_the_last_on_its_page():
    parts = [(Heading(3, f"Heading{i}."), Paragraph("Words. " * (1 + 7 * i % 90))) for i in range(60)]
    for text in pages(opened(replace(EMPTY, blocks=tuple(block for part in parts for block in part)))):
        assert not text.partition(" Nobody came Page ")[0].split()[-1].startswith("Heading")


def test_wide_tables_stay_on_the_page():
    pdf = opened(replace(SERIES, blocks=(*SERIES.blocks, Table("W", ("W" * 40,) * 8, (("W" * 90,) * 8,)))))
    right = 595 - 25 / 25.4 * 72
    seen: list[float] = []
    for page in pdf.pages:
        page.extract_text(visitor_text=lambda _, __, at, *___: seen.append(at[4]))
    assert max(seen) < right
