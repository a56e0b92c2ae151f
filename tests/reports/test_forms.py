"""What a document says is what its HTML and its Markdown say, whatever is in it, and nothing else happens."""

import re
import time
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.reports.document import (
    NOT_DRAWN,
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
from bot.reports.html import LONG, to_html
from bot.reports.markdown import to_markdown
from bot.reports.text import one_line, plain, web_address
from tests.reports.hostile import HOSTILE, TEXTS
from tests.reports.papers import EMPTY, PAPER, SERIES, hostile, stand_ins
from tests.reports.readers import Read, read_html, read_markdown

OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer", "a", "h1", "h2", "h3"),
    *("h4", "p", "strong", "blockquote", "ul", "ol", "li", "dl", "div", "dt", "dd", "figure", "img", "figcaption"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
MARKS = {
    *("paragraph", "heading", "blockquote", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td"),
    *("strong", "em", "link"),
}


def names_of(document: Document) -> list[str]:
    return [f"{document.stem}-figure-{i}.png" for i, _ in enumerate(document.figures, start=1)]


def close(text: str) -> str:
    """What ``text`` says, without white space, which each form sets in its own way."""
    return "".join(plain(text).split())


def found(block: Block, *, html: bool) -> str:
    """All that is printed of ``block``, a picture's alt text where that is a word of its own."""
    match block:
        case Heading() | Quote():
            said = [block.text]
        case Paragraph():
            said = [block.strong, block.text]
        case Bullets():
            said = [first + rest for first, rest in block.items]
        case Facts():
            colon, apart = ("", "") if html else (":", ";")
            said = [term + colon + apart.join(map(one_line, lines)) for term, lines in block.rows]
        case Links():
            said = map(linked, block.links)
        case Figure():
            said = ["" if html else block.alt, f"Figure {block.number}: {block.caption}"]
        case Table():
            said = [block.caption, *("".join(row) for row in (block.columns, *block.rows))]
    return "".join(said)


def linked(link: Link) -> str:
    there = web_address(link.url)
    return one_line(link.text) or link.url if there else f"{link.text}:{link.url}"


def addresses(document: Document) -> list[str]:
    links = (link for block in document.blocks if isinstance(block, Links) for link in block.links)
    return [address for link in links if (address := web_address(link.url))]


def whole(document: Document, *, html: bool) -> str:
    """All its words, from the first to the last."""
    blocks = [found(block, html=html) for block in document.blocks]
    if not html:
        return close("".join((document.title, document.kind, document.part, *blocks, document.footer)))
    sections = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    skip, listed = ("Skip to the report", ["Contents", *sections]) if len(sections) >= LONG else ("", ())
    named = f"{document.title} – {document.kind}"
    top = named, skip, document.part, document.title, document.kind
    return close("".join((*top, *listed, *blocks, document.footer)))


def holds(document: Document, read: Read) -> None:
    """Headings, tables and quotes are there, word for word and in their order, and no others."""
    assert read.headings == [
        (1, one_line(document.title)),
        *((block.level, one_line(block.text)) for block in document.blocks if isinstance(block, Heading)),
    ]
    assert read.tables == [
        [[one_line(cell) for cell in row] for row in (block.columns, *block.rows)]
        for block in document.blocks
        if isinstance(block, Table)
    ]
    quotes = [close(block.text) for block in document.blocks if isinstance(block, Quote)]
    assert [close(quote) for quote in read.quotes] == quotes


def inert_html(document: Document, html: str) -> None:
    read = read_html(html)
    holds(document, read)
    assert close(read.text) == whole(document, html=True)
    assert {tag for tag, _ in read.elements} <= OURS
    assert [attrs["alt"] for tag, attrs in read.elements if tag == "img"] == [
        plain(each.alt) for each in document.figures
    ]
    links = [attrs["href"] for tag, attrs in read.elements if tag == "a"]
    assert [link for link in links if not link.startswith("#")] == addresses(document)
    assert {link[1:] for link in links if link.startswith("#")} <= {attrs.get("id") for _, attrs in read.elements}
    assert {name for tag, attrs in read.elements for name in attrs if tag != "meta"} <= {
        *("lang", "class", "id", "dir", "href", "src", "alt", "scope", "tabindex", "role"),
        *("aria-label", "aria-labelledby"),
    }


def inert_markdown(document: Document, markdown: str) -> None:
    read = read_markdown(markdown)
    holds(document, read)
    assert close(read.text) == whole(document, html=False)
    kinds = {re.sub("_(open|close)$", "", kind) for kind, _ in read.elements}
    assert kinds <= MARKS | {"inline", "text", "hardbreak", "softbreak", "image", "hr"}
    assert [attrs["src"] for kind, attrs in read.elements if kind == "image"] == names_of(document)
    links = [attrs["href"] for kind, attrs in read.elements if kind == "link_open"]
    assert links == [MarkdownIt().normalizeLink(address) for address in addresses(document)]


def both(document: Document) -> tuple[str, str]:
    return to_html(document, stand_ins(document)), to_markdown(document, names_of(document))


@pytest.mark.parametrize("document", [PAPER, SERIES, EMPTY, hostile()], ids=["paper", "series", "empty", "hostile"])
def test_all_that_a_document_says_reads_back_and_nothing_else(document: Document) -> None:
    html, markdown = both(document)
    inert_html(document, html)
    inert_markdown(document, markdown)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=3, max_size=4))
@example(["", "", ""])
def test_whatever_is_in_it(texts: list[str]) -> None:
    document = hostile(texts)
    html, markdown = both(document)
    inert_html(document, html)
    inert_markdown(document, markdown)


def test_the_numbers_of_a_figure_are_in_both() -> None:
    for form in both(PAPER):
        for drawn in PAPER.figures:
            for bar in drawn.bars:
                assert all(one_line(text) in form for text in (bar.label, bar.large, bar.small))


def test_the_html_is_for_everybody() -> None:
    html, _ = both(PAPER)
    read = read_html(html)
    tags = [tag for tag, _ in read.elements]
    assert html.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": "en-GB"}) in read.elements
    assert [tags.count(tag) for tag in ("h1", "main", "title", "header", "footer", "nav")] == [1] * 6
    assert [tags.count(tag) for tag in ("figure", "figcaption", "img")] == [2] * 3
    assert tags.count("table") == tags.count("caption") == 3
    assert {attrs.get("scope") for tag, attrs in read.elements if tag == "th"} == {"col", "row"}
    assert "nav" not in [tag for tag, _ in read_html(to_html(SERIES, [])).elements]


def test_nothing_in_the_html_runs_or_asks_the_network() -> None:
    html, _ = both(hostile())
    read = read_html(html)
    assert all(attrs["src"].startswith("data:image/svg+xml;base64,") for tag, attrs in read.elements if tag == "img")
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html


def test_it_has_the_series_colour() -> None:
    assert "--accent: #8a1f5c;" in to_html(SERIES, [])


def test_without_pictures_a_sentence_points_to_the_tables() -> None:
    html, markdown = read_html(to_html(PAPER, [])), read_markdown(to_markdown(PAPER, []))
    for read in (html, markdown):
        assert read.text.count(NOT_DRAWN) == 2
        assert not {"img", "image"} & {kind for kind, _ in read.elements}
        holds(PAPER, read)
    some = read_html(to_html(PAPER, stand_ins(PAPER)[:1]))
    assert [tag for tag, _ in some.elements].count("img") == some.text.count(NOT_DRAWN) == 1


def test_markdown_reads_well_as_it_is() -> None:
    markdown = to_markdown(PAPER, names_of(PAPER))
    assert "\n\n\n" not in markdown
    assert markdown.endswith("q@health.org.uk · #QcomQMS\n")
    for lines in (
        "# Everybody’s Business\n\n**Poll and comments summary report**\n\nQMS · part 1 of 4\n",
        "- **Hosts:** Emma Adams, Generation Q Fellow; Dr Joy Furnival\n- **Guest:**",
        "> Move the weekly call from blame/counting/excuses to […] something kinder and more curious.\n",
        "\n> > We are starting with the boards that asked us.\n",
        "| Option | People | Per cent |\n| --- | ---: | ---: |\n| Creating",
        "](qms-1-of-4-figure-1.png)\n\n*Figure 1: per cent",
        "- [The recording, with subtitles](https://www.example.com/watch?v=1&list=qms)\n- [Blog:",
    ):
        assert lines in markdown


def test_the_same_document_gives_the_same_bytes() -> None:
    assert both(deepcopy(PAPER)) == both(PAPER)


def test_thousands_of_quotes_take_no_second() -> None:
    many = replace(PAPER, blocks=(*PAPER.blocks, *(Quote(f"{i}. {HOSTILE[i % 19]}\n" * 3) for i in range(5_000))))
    begun = time.process_time()
    assert all(form.count("4999") for form in both(many))
    assert time.process_time() - begun < 2
