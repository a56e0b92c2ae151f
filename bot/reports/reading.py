"""A report that somebody has edited and wants published: its text, and where its numbers are not the record's."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from bot.reports.alike import NUMBER, Looked, Text
from bot.reports.beside import made_by
from bot.reports.document import Block, Bullets, Document, Facts, Figure, Heading, Paragraph, Quote, Table
from bot.reports.wording import listed
from bot.services.refusal import Refusal
from bot.services.reporting import LIMITS

BYTES = 25 * 1024 * 1024

_BROKEN = "That file is broken, or there is far too much in it. Save it anew, as .docx or as PDF."
_MACROS = "That Word file has macros in it. Save it as .docx, without them."
_UNKNOWN = "That is neither a Word file (.docx) nor a PDF. Save the report as one of the two."
_ODD = {
    "macros": _MACROS,
    "no text": "There is no text in that file, so I cannot hold its numbers against the record. Is it a scan?",
    "password": "That PDF has a password, so I cannot read it. Save it without one.",
    "unknown": _UNKNOWN,
}
_LOCKED = "That is an old Word file, or one with a password. Save it as .docx, without a password."
_NO_LIMITS = "The note on method and limits is missing. It begins: “{}”."


def refuse_size(size: int) -> None:
    """Refuse a file before it is fetched."""
    if size > BYTES:
        raise Refusal(f"That file is larger than {BYTES // 1024**2} MB. Make its pictures smaller, then send it again.")


async def read_text(name: str, data: bytes) -> str:
    """What can be read in a .docx or a PDF, as it is once all tracked changes are accepted."""
    refuse_size(len(data))
    if name.lower().endswith((".docm", ".dotm")):
        raise Refusal(_MACROS)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal(_LOCKED)
    if not data.startswith(b"PK") and b"%PDF-" not in data[:1024]:
        raise Refusal(_UNKNOWN)
    try:
        answer: dict[str, str] = json.loads(await made_by("bot.reports.extract", of=data))
    except RuntimeError:
        raise Refusal(_BROKEN) from None
    if "text" not in answer:
        raise Refusal(_ODD.get(answer["odd"], _BROKEN))
    return answer["text"]


@dataclass(frozen=True)
class _Passage:
    """Words of the record with numbers in them. Of a ``row`` of a table nothing else may be in its lines."""

    said: Text
    row: bool

    @property
    def counted(self) -> int:
        """How many words it has."""
        return len(self.said.words) - self.said.words.count(NUMBER)


_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])")
_SHORT = 3


def _passages(document: Document) -> Iterator[_Passage]:
    for text, row in (each for block in document.blocks for each in _texts(block)):
        for sentence in [text] if row else _SENTENCES.split(text):
            said = Text.of(sentence)
            passage = _Passage(said, row or len(said.words) - said.words.count(NUMBER) < _SHORT)
            if NUMBER in said.words and passage.counted:
                yield passage


def _texts(block: Block) -> Iterator[tuple[str, bool]]:
    """What Plenary says with numbers; what people wrote is theirs. True with each row of a table."""
    match block:
        case Paragraph():
            yield f"{block.strong} {block.text}", False
        case Bullets():
            yield from ((" ".join(item), False) for item in block.items)
        case Facts():
            yield from ((" ".join((term, *lines[:1])), False) for term, lines in block.rows)
        case Figure():
            yield block.caption, False
            yield from ((f"{bar.label} {bar.large} {bar.small}", True) for bar in block.bars)
        case Table():
            yield block.caption, False
            yield from ((" ".join(row), True) for row in block.rows)
        case _:
            pass


def _others(document: Document) -> Iterator[str]:
    """What cannot be meant by a passage with numbers: headings, and what people wrote."""
    yield from (document.part, document.title)
    yield from (block.text for block in document.blocks if isinstance(block, Heading | Quote))


# ------------------------------------------------------------------ the two side by side

_ALIKE = 0.6
_AT_LEAST = 4
_NEARLY = 0.85


def differences(document: Document, text: str) -> tuple[str, ...]:
    """Sentences that say where the numbers in ``text`` are not those of the record, in the order of ``text``.

    A passage that is gone, or says something else, is nobody's mistake and not mentioned. The sentences quote the
    file, so they have to be made safe before they are shown. With long reports this takes a second: not for the
    event loop.
    """
    file = Looked(text)
    alike = defaultdict[tuple[bool, tuple[str, ...]], list[_Passage]](list)
    for passage in _passages(document):
        alike[passage.row, tuple(passage.said.words)].append(passage)
    told, gone = list[tuple[int, str]](), list[_Passage]()
    for passages in alike.values():
        places = file.found(passages[0].said.words, alone=passages[0].row)
        for first in places:
            file.take(first, len(passages[0].said.words))
        pairs, left = _paired(passages, places, file.said)
        gone += left
        for passage, at in pairs:
            beside = list(enumerate(range(at, at + len(passage.said.words))))
            told.append(_difference(file.said, passage, beside, beside))
    for words in filter(None, (Text.of(other).words for other in _others(document))):
        for first in file.found(words, alone=False):
            file.take(first, len(words))
    told += filter(None, (_reworded(file, passage) for passage in gone if passage.counted >= _AT_LEAST))
    sentences = tuple(sentence for _, sentence in sorted(told))
    return sentences if has_limits(file) else (_NO_LIMITS.format(LIMITS.partition(".")[0]), *sentences)


def _paired(
    passages: list[_Passage], places: list[int], said: Text
) -> tuple[list[tuple[_Passage, int]], list[_Passage]]:
    """Of passages with the same words those that stand in the file with other numbers, and those that do not at all."""
    left, others = list(passages), list[int]()
    for first in places:
        values = said.values[first : first + len(passages[0].said.words)]
        same = next((each for each in left if each.said.values == values), None)
        if same:
            left.remove(same)
        else:
            others.append(first)
    pairs = list[tuple[_Passage, int]]()
    for first in islice(others, len(left)):
        values = said.values[first : first + len(passages[0].said.words)]
        nearest = max(left, key=lambda each: sum(map(str.__eq__, each.said.values, values)))
        left.remove(nearest)
        pairs.append((nearest, first))
    return pairs, left


def _reworded(file: Looked, passage: _Passage) -> tuple[int, str] | None:
    """Where most of a passage's words are together, but a number among them is neither gone nor only moved."""
    alike, pairs = file.nearest(passage.said.words, _AT_LEAST)
    if alike < max(_AT_LEAST, _ALIKE * passage.counted):
        return None
    there = {file.said.values[at] for at in file.said.numbers(pairs[0][1], pairs[-1][1] + 1)}
    ours = set(passage.said.values)
    beside = [*pairs, *_between(passage.said, file, pairs)]
    other = [(a, b) for a, b in beside if passage.said.values[a] not in there and file.said.values[b] not in ours]
    return _difference(file.said, passage, sorted(other), pairs) if other else None


def _between(passage: Text, file: Looked, pairs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Numbers that stand among other words than the record's, between those that are the same in both."""
    (first, there), (last, here) = pairs[0], pairs[-1]
    end = len(passage.words)
    begins, ends = (-1, there - first - 1), (end, min(here + end - last, len(file.said.words)))
    for (a, b), (to_a, to_b) in pairwise([begins, *pairs, ends]):
        ours, theirs = passage.numbers(a + 1, to_a), file.numbers(b + 1, to_b)
        if len(ours) == len(theirs):
            beside = zip(ours, theirs, strict=True)
            yield from ((x, y) for x, y in beside if passage.is_share(x) == file.said.is_share(y))


def _difference(
    file: Text, passage: _Passage, beside: Sequence[tuple[int, int]], whole: Sequence[tuple[int, int]]
) -> tuple[int, str]:
    """Where it is in the file, and what is to be said of the numbers that stand beside others; ``whole`` is quoted."""
    other = [(a, b) for a, b in beside if passage.said.values[a] != file.values[b]]
    ours, theirs = [passage.said.shown(a) for a, _ in other], [file.shown(b) for _, b in other]
    places = [at for _, at in (*beside, *whole)]
    quoted = file.excerpt(min(places), max(places) + 1, other[0][1])
    return other[0][1], f"The record says {listed(ours)}, the file {listed(theirs)}: “{quoted}”"


def has_limits(file: Looked) -> bool:
    """Whether the note on method and limits is there, word for word or nearly so."""
    words = Text.of(LIMITS).words
    return file.nearest(words, len(words))[0] >= _NEARLY * len(words)
