"""Making what people wrote safe to print: still word for word, and inert."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from markupsafe import Markup

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
# The nine explicit directional controls can turn round everything after them, our numbers included.
# The weak marks (LRM, RLM, ALM) and the joiners that Persian and emoji need stay.
_DIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# A lone surrogate cannot be written as UTF-8, a noncharacter cannot stand in XML.
_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# A cut in a quotation stays as it is, unless it could be a link.
_CUT = r"(\[(?:…|\.{3})\](?![(\[:]))"
_MARKS = re.compile(_CUT + r"|[\\`*_\[\]<~|$]|&(?=#?\w+;)|:(?=//|\w+:)|(?<=\bwww)\.", re.IGNORECASE)
_LINE_MARK = re.compile(r"[-+#=>:]")
_CLOSING = re.compile(r"#$")  # at the end of a heading it would vanish
_NUMBERED = re.compile(r"(\d{1,9})([.)])")


def plain(text: str) -> str:
    """``text`` with only the line feed as control character, and nothing that breaks a file or a layout."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _DIRECTIONAL.sub("", _UNPRINTABLE.sub("", text))
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """``text`` for a heading, a table cell or a figure: plain, and all white space single spaces."""
    return " ".join(plain(text).split())


def web_address(url: str) -> str:
    """``url`` with nothing in it that could end a link early, in HTML or Markdown; empty where it is not https."""
    try:
        parts = urlsplit(one_line(url))
        there = parts.scheme == "https" and parts.hostname
    except ValueError:
        return ""
    return quote(parts.geturl(), safe="%/:?#[]@!$&*+,;=~") if there else ""


def is_rtl(text: str) -> bool:
    """Whether ``text`` begins in a right-to-left script (its first letter decides, as in HTML's dir=auto)."""
    strong = (way for way in map(unicodedata.bidirectional, text) if way in {"L", "R", "AL"})
    return next(strong, "L") != "L"


def for_markdown(text: str) -> str:
    """``text`` so that Markdown prints it as it is: no emphasis, link, picture, HTML, table or list.

    Lines stay lines (a hard break), empty lines stay paragraphs. Only what Markdown would act on is
    escaped, so that the file is pleasant to read unrendered too.
    """
    paragraphs = re.split(r"\n\s*\n", plain(text).strip())
    return "\n\n".join("\\\n".join(map(_line, paragraph.split("\n"))) for paragraph in paragraphs)


def quoted(text: str, *, reply: bool = False) -> Markup:
    """``text`` as a Markdown block quote, every line of it inside; a ``reply`` stands one step further in."""
    mark = "> >" if reply else ">"
    return Markup("\n".join(f"{mark} {line}".rstrip() for line in for_markdown(text).split("\n")))  # noqa: S704


def _escape(mark: re.Match[str]) -> str:
    return mark[1] or "\\" + mark[0]


def _line(text: str) -> str:
    escaped = _CLOSING.sub(r"\#", _MARKS.sub(_escape, text.strip()))
    if _LINE_MARK.match(escaped):
        return "\\" + escaped
    return _NUMBERED.sub(r"\1\\\2", escaped, count=1) if _NUMBERED.match(escaped) else escaped
