"""Reading a report back out of its files, with parsers that know nothing of the templates."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

VOID = {"meta", "img", "br", "link", "hr"}


@dataclass
class Read:
    """``elements`` are (tag, attributes); ``tables`` rows of cells, headings first."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self.open: list[str] = []
        self.held = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.read.tables.append([])
        elif tag == "tr":
            self.read.tables[-1].append([])
        if tag in {"td", "th", "blockquote", "h1", "h2", "h3", "h4"}:
            self.held = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"
        if tag in {"td", "th"}:
            self.read.tables[-1][-1].append(self.held)
        elif tag == "blockquote":
            self.read.quotes.append(self.held)
        elif tag in {"h1", "h2", "h3", "h4"}:
            self.read.headings.append((int(tag[1]), self.held))

    def handle_data(self, data: str) -> None:
        self.held += data
        if self.open and self.open[-1] != "style":
            self.read.text += data


def read_html(text: str) -> Read:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader.read


def parse_markdown(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def inline_text(token: Token) -> str:
    """The words of an inline token; anything that is not words or a line's end is an escape that failed."""
    kinds = {child.type for child in token.children or []}
    assert kinds <= {"text", "hardbreak"}, (kinds, token.content)
    return "".join("\n" if child.type == "hardbreak" else child.content for child in token.children or [])


def read_markdown(text: str) -> Read:
    """The same as ``read_html``, of Markdown; block quotes only as paragraphs, which is all they may hold."""
    read, level, quote = Read(), 0, list[str]()
    for before, token in zip([None, *parse_markdown(text)], parse_markdown(text), strict=False):
        level += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        read.elements.append((token.type, {}))
        if token.type == "table_open":
            read.tables.append([])
        elif token.type == "tr_open":
            read.tables[-1].append([])
        elif token.type == "blockquote_close" and not level:
            read.quotes.append("\n\n".join(quote))
            quote = []
        elif token.type == "inline" and before is not None:
            _place(read, before, token, quote if level else None)
    return read


def _place(read: Read, before: Token, token: Token, quote: list[str] | None) -> None:
    if quote is not None:
        assert before.type == "paragraph_open"
        quote.append(inline_text(token))
    elif before.type in {"td_open", "th_open"}:
        read.tables[-1][-1].append(inline_text(token))
    elif before.type == "heading_open":
        read.headings.append((int(before.tag[1]), inline_text(token)))
    # Of a picture its alt text, whose words are pieces of their own.
    pieces = (piece for child in token.children or [] for piece in child.children or [child])
    read.text += "".join(piece.content for piece in pieces) + "\n"
    read.elements += [(child.type, dict(child.attrs)) for child in token.children or []]
