"""A document as PDF, and its figures as pictures. It imports nothing of the bot but what documents are made of.

Typst takes over 100 MB while it works, so all of this belongs in a process beside the bot's.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import typst

from bot.reports.document import (
    COLOUR,
    Block,
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
from bot.reports.text import is_rtl, one_line, plain, web_address
from bot.reports.typefaces import typefaces, unshown

_TEMPLATES = Path(__file__).with_name("templates")
_PPI = 144  # 600 pt become 1,200 pixels

_LONG_WORD = 24
_BREAK_EVERY = 12

_SECTION = 2
_CONTENTS_FROM = 5
"""How many sections a report has before it lists them."""

_CROWDED = 9
"""A figure with more bars may be higher than a page, and is made to fit."""

_BRIEF = 32
"""Labels of at most so many characters leave more room for the bars."""

_IN_ONE_PIECE = 700
_LINES = 12
"""How many characters and lines a quote may have that is kept on one page."""

_ROWS = 28
"""How many lines the rows of a table may need that is kept on one page."""

_LINE = 96
"""About how many characters of a table fit beside each other."""

_RUNNING = 70
"""How many characters of the title stand at the foot of each page."""

_NAMED = 5
"""How many of the characters that cannot be shown are named."""


def pictures(figures: Sequence[Figure], colour: str = COLOUR) -> list[Picture]:
    """Each figure as a PNG and an SVG, in their order."""
    if not figures:
        return []
    return _drawn("figures", {"colour": colour, "figures": [_figure(figure) for figure in figures]})


def cloud(words: Sequence[tuple[str, float]], colour: str = COLOUR) -> Picture:
    """The words, the larger the nearer to 1 their weight is."""
    given = [{"text": word, "rtl": is_rtl(word), "weight": weight} for word, weight in words]
    return _drawn("cloud", {"colour": colour, "words": given})[0]


def to_pdf(document: Document) -> bytes:
    """The document on A4, as PDF/UA-1 for those who hear it read.

    That has no room for characters that cannot be shown: where there are such, it is a tagged PDF that says so.
    """
    lost = missing(document)
    with typefaces() as fonts:
        compiler = _compiler("report", fonts, _document(document) | {"lost": _apology(lost)})
        if not lost:
            with suppress(typst.TypstError):
                return _pages(compiler, format="pdf", pdf_standards=["ua-1"])[0]
        return _pages(compiler, format="pdf")[0]


def missing(document: Document) -> str:
    """The characters of the document for which no typeface has a glyph: each once, in order."""
    return unshown(_json(_document(document)))


def _apology(lost: str) -> str:
    if not lost:
        return ""
    named = ", ".join(f"U+{ord(char):04X} {unicodedata.name(char, 'UNNAMED')}" for char in lost[:_NAMED])
    return (
        f"Some characters, for instance {named}, have no typeface here and are shown as boxes; "
        "the HTML and Word files show them."
    )


def _drawn(template: str, given: object) -> list[Picture]:
    """A picture of each of the template's pages."""
    with typefaces() as fonts:
        compiler = _compiler(template, fonts, given)
        pngs, svgs = _pages(compiler, format="png", ppi=_PPI), _pages(compiler, format="svg")
    return [Picture(png, svg) for png, svg in zip(pngs, svgs, strict=True)]


def _compiler(template: str, fonts: typst.Fonts, given: object) -> typst.Compiler:
    return typst.Compiler(_TEMPLATES / f"{template}.typ", font_paths=fonts, sys_inputs={"given": _json(given)})


def _json(given: object) -> str:
    return json.dumps(given, ensure_ascii=False)


def _pages(compiler: typst.Compiler, **how: Any) -> list[bytes]:
    made, _ = compiler.compile_with_warnings(**how)
    return made if isinstance(made, list) else [made or b""]


def _document(document: Document) -> dict[str, object]:
    title = one_line(document.title) or one_line(document.kind) or "Report"
    sections = sum(isinstance(block, Heading) and block.level == _SECTION for block in document.blocks)
    return {
        "part": _text(document.part),
        "title": _text(title),
        "running": _text(title if len(title) <= _RUNNING else f"{title[: _RUNNING - 1].rstrip()}…"),
        "kind": _text(document.kind),
        "colour": document.colour,
        "contents": sections >= _CONTENTS_FROM,
        "blocks": list(_blocks(document.blocks)),
        "footer": _text(document.footer),
    }


def _blocks(blocks: Sequence[Block]) -> Iterator[dict[str, object]]:
    above = 1  # nobody who hears the headings misses one: each is at most one level below the one before
    for block, after in zip_longest(blocks, blocks[1:]):
        made = _block(block)
        match block:
            case Heading(text=text) if not one_line(text):
                continue
            case Table(columns=()):
                continue
            case Heading():
                above = min(block.level, above + 1)
                made["level"] = above - 1  # the title is outside of typst's levels
            case Paragraph():
                made["leads"] = isinstance(after, Quote)
            case _:
                pass
        yield made


def _block(block: Block) -> dict[str, object]:
    match block:
        case Heading():
            made = {"text": _text(block.text)}
        case Paragraph():
            made = {"text": _text(block.text), "quiet": block.quiet, "strong": _text(block.strong)}
        case Quote():
            made = _quote(block)
        case Bullets():
            made = {"items": [(_text(strong), _text(text)) for strong, text in block.items]}
        case Facts():
            made = {"rows": [(_text(term), [_text(line) for line in lines]) for term, lines in block.rows]}
        case Links():
            made = {"links": [_link(link) for link in block.links]}
        case Figure():
            made = _figure(block)
        case Table():
            made = _table(block)
    return {"what": type(block).__name__, **made}


def _quote(quote: Quote) -> dict[str, object]:
    lines = plain(quote.text).strip().split("\n")
    long = len(quote.text) > _IN_ONE_PIECE or len(lines) > _LINES
    return {"lines": [_text(line) for line in lines], "reply": quote.reply, "long": long}


def _link(link: Link) -> dict[str, object]:
    """Its address is printed too, for those who read it on paper."""
    url = one_line(link.url)
    text = one_line(link.text) or url
    return {"text": _text(text), "url": web_address(link.url), "shown": _text("" if text == url else url)}


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "number": figure.number,
        "title": _text(figure.title),
        "n": one_line(figure.n),
        "note": one_line(figure.note),
        "bars": [
            {"label": _text(bar.label), "share": bar.share, "large": one_line(bar.large), "small": one_line(bar.small)}
            for bar in figure.bars
        ],
        "brief": all(len(bar.label) <= _BRIEF for bar in figure.bars),
        "crowded": len(figure.bars) > _CROWDED,
        "caption": _text(figure.caption),
        "alt": plain(figure.alt).strip() or one_line(figure.title) or "Bar chart.",
    }


def _table(table: Table) -> dict[str, object]:
    """Columns of short words are as wide as these are, and the first has the rest; else all share the line."""
    size = len(table.columns)
    rows = [(*map(one_line, row), *[""] * size)[:size] for row in table.rows]
    longest = [max(map(len, column)) for column in zip(map(one_line, table.columns), *rows, strict=True)]
    short = sum(longest[1:]) <= _LINE * 0.6
    return {
        "caption": _text(table.caption),
        "columns": [_text(column) for column in table.columns],
        "rows": [[_text(row[0]), *(_text(cell, _LONG_WORD, _BREAK_EVERY // 2) for cell in row[1:])] for row in rows],
        "numbers": [i > 0 and any(row[i][:1].isdigit() for row in rows) for i in range(size)],
        "long": not short or sum(1 + len(row[0]) // (_LINE // 2) for row in rows) > _ROWS,
        "short": short,
        "widths": longest if short else [min(max(each, _LINE // 8), _LINE) for each in longest],
    }


def _text(raw: str, long: int = _LONG_WORD, every: int = _BREAK_EVERY) -> dict[str, object]:
    text = one_line(raw)
    return {"text": " ".join(_breakable(word, long, every) for word in text.split(" ")), "rtl": is_rtl(text)}


def _breakable(word: str, long: int, every: int) -> str:
    """A word too long for a line, with places to break it that do not show."""
    if len(word) <= long:
        return word
    pieces, since = [word[0]], 1
    for before, char in pairwise(word):
        # Never between a letter and its accents, nor inside an emoji that is put together of several.
        joined = unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf", "Sk"} or before == "\u200d"
        since = since + 1 if joined or since < every else 1
        pieces.append(char if since > 1 else "\N{ZERO WIDTH SPACE}" + char)
    return "".join(pieces)
