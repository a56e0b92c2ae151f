"""The text of a report that somebody has edited, in a process of its own: a file on stdin, JSON on stdout.

A file that somebody sends can be made to take any amount of time and memory: this process gives them back, and is
stopped where it takes too much. It imports nothing of the bot's, so that it starts at once. Run by ``reading``.
"""

import json
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from posixpath import basename
from typing import Any
from zipfile import ZipFile

UNPACKED = 200 * 1024 * 1024
"""How many bytes a Word file may hold, with its pictures."""
TEXTS = 64 * 1024 * 1024
"""How many of them may be texts."""
LETTERS = 8_000_000
PAGES = 2000
MEMORY = 1024 * 1024 * 1024
LIFETIME = 60
"""Seconds after which the process ends come what may, so that none outlives a bot that was killed."""

_NOTES = ("footnotes.xml", "endnotes.xml")
_GONE = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "instrText", "delText"})
"""What a reader does not see: tracked deletions, and the copies that older programs are shown instead of text boxes."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class OddFileError(Exception):
    """What is wrong with the file: a word that ``reading`` has a sentence for."""


def word(data: bytes) -> str:
    """The text of a Word file as it reads with all tracked changes accepted; a paragraph or a table's row a line."""
    etree: Any = import_module("lxml.etree")  # each kind of file needs one of the two libraries
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    with ZipFile(BytesIO(data)) as packed:
        parts = {each.filename: each for each in packed.infolist()}
        # Python's zipfile unpacks no more of a file than is declared here.
        if sum(each.file_size for each in parts.values()) > UNPACKED:
            raise OddFileError("too much")
        if any(basename(name) == "vbaProject.bin" for name in parts):
            raise OddFileError("macros")
        if "_rels/.rels" not in parts:
            raise OddFileError("unknown")
        rels = etree.fromstring(packed.read("_rels/.rels"), parser)
        main = next((each.get("Target") for each in rels if each.get("Type", "").endswith("/officeDocument")), "")
        wanted = [main.lstrip("/"), *(name for name in parts if basename(name) in _NOTES)]
        if sum(parts[name].file_size for name in wanted) > TEXTS:
            raise OddFileError("too much")
        lines = list[str]()
        for name in wanted:
            root = etree.fromstring(packed.read(name), parser)
            if root.getroottree().docinfo.internalDTD is not None:
                raise OddFileError("broken")  # no program writes one
            if name == wanted[0] and _kind(root) != "document":
                raise OddFileError("unknown")
            lines += _lines(root)
    return "\n".join(lines)


def _kind(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _lines(within: Any) -> Iterator[str]:
    for each in within:
        match _kind(each):
            case "p":
                boxes = list[Any]()
                yield "".join(_words(each, boxes))
                for box in boxes:
                    yield from _lines(box)
            case "tr":
                cells = [cell for cell in each.iter() if _kind(cell) == "tc" and _row_of(cell) is each]
                yield "\t".join(" ".join(_lines(cell)) for cell in cells)
            case kind if kind not in _GONE and not _struck(each):
                yield from _lines(each)
            case _:
                pass


def _row_of(cell: Any) -> Any:
    return next(each for each in cell.iterancestors() if _kind(each) == "tr")


def _words(within: Any, boxes: list[Any]) -> Iterator[str]:
    for each in within:
        kind = _kind(each)
        if kind == "t":
            yield each.text or ""
        elif kind == "txbxContent":
            boxes.append(each)
        elif kind in _SIGNS:
            yield _SIGNS[kind]
        elif kind not in _GONE and not _struck(each):
            yield from _words(each, boxes)


def _struck(element: Any) -> bool:
    """Whether it is a hidden run."""
    looks = next((each for each in element if _kind(each) == "rPr"), ())
    return any(_kind(each) == "vanish" and _value(each) not in {"0", "false", "off"} for each in looks)


def _value(element: Any) -> str:
    return next((value for name, value in element.items() if name.endswith("}val")), "")


def pdf(data: bytes) -> str:
    """The text of a PDF, page by page."""
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import DependencyError  # noqa: PLC0415

    reader = PdfReader(BytesIO(data))
    try:
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError:  # it is encrypted in a way that pypdf alone knows nothing of
        locked = True
    if locked:
        raise OddFileError("password")
    pages, room = list[str](), LETTERS
    for number, page in enumerate(reader.pages):
        text = page.extract_text()
        room -= len(text)
        if room < 0 or number >= PAGES:
            raise OddFileError("too much")
        pages.append(text)
    return "\n".join(pages)


def extract(data: bytes) -> str:
    """The text of a PDF or of a Word file; OddFileError says why there is none."""
    text = word(data) if data.startswith(b"PK") else pdf(data)
    if len(text) > LETTERS:
        raise OddFileError("too much")
    if not text.strip():
        raise OddFileError("no text")
    return text


def _alone() -> None:
    """Take no more time and memory than a report needs."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  (not there on Windows)

        signal.alarm(LIFETIME)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _alone()
    try:
        answer = {"text": extract(sys.stdin.buffer.read())}
    except OddFileError as odd:
        answer = {"odd": str(odd)}
    json.dump(answer, sys.stdout)
