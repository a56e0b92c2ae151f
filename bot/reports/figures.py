"""A poll as a picture, and the same in words for whoever does not see it."""

import base64
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.reports.beside import SECONDS, made_by
from bot.reports.text import is_rtl, one_line
from bot.reports.wording import amounts, average, choices_note, number
from bot.services.reporting import ReportedPoll
from bot.services.tallies import Row

__all__ = ["ALT_LIMIT", "Drawn", "alt_text", "ask_renderer", "draw"]

ALT_LIMIT = 1024
"""Discord's limit for a file's description."""

_LONG_WORD = 24
_BREAK_EVERY = 12
_QUESTION_AT_LEAST = 120


@dataclass(frozen=True)
class Drawn:
    """One poll's figure; both pictures show the same."""

    png: bytes
    svg: bytes
    alt: str


async def draw(polls: Sequence[ReportedPoll], *, seconds: float = SECONDS) -> list[Drawn]:
    """Draw ``polls`` in the order given, in one short-lived process beside the bot's.

    Raises RuntimeError, with the end of what that process said, where it fails or takes over ``seconds``.
    """
    if not polls:
        return []
    answer = await ask_renderer(json.dumps([_drawable(poll) for poll in polls]).encode(), seconds)
    pictures: list[dict[str, str]] = json.loads(answer)
    return [
        Drawn(base64.b64decode(picture["png"]), base64.b64decode(picture["svg"]), alt_text(poll))
        for poll, picture in zip(polls, pictures, strict=True)
    ]


async def ask_renderer(question: bytes, seconds: float = SECONDS, template: str = "figures") -> bytes:
    """What `render_figures` makes of ``question``; RuntimeError as in `draw`."""
    return await made_by("bot.reports.render_figures", template, of=question, seconds=seconds)


def _drawable(poll: ReportedPoll) -> dict[str, object]:
    """What the template prints, word for word: it lays out and decides nothing."""
    n = poll.tally.n
    notes = average(poll.tally), choices_note(poll) or "Per cent of the people who answered."
    return {
        "question": _text(poll.question),
        "n": f"n={number(n)}",
        "note": " ".join(filter(None, notes)) if n else "Nobody answered this poll.",
        "options": [_bar(poll, row) for row in poll.tally.rows],
    }


def _bar(poll: ReportedPoll, row: Row) -> dict[str, object]:
    """The bar is full where everybody chose the option, or put it first; one that is hidden has none, and no track."""
    full = poll.tally.n * (poll.choices if poll.kind == "ranking" else 1)
    said = amounts(poll, row)
    first, *second = said if poll.kind == "ranking" else reversed(said)
    return {
        "label": _text(row.text),
        "share": None if row.hidden else row.count / full if full else 0,
        "large": first,
        "small": "".join(second),
    }


def _text(raw: str) -> dict[str, object]:
    text = one_line(raw)
    return {"text": " ".join(map(_breakable, text.split(" "))), "rtl": is_rtl(text)}


def _breakable(word: str) -> str:
    """A word too long for a line, with places to break it that do not show."""
    if len(word) <= _LONG_WORD:
        return word
    pieces, since = [word[0]], 1
    for before, char in pairwise(word):
        # Never between a letter and its accents, nor inside an emoji that is put together of several.
        joined = unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf", "Sk"} or before == "\u200d"
        since = since + 1 if joined or since < _BREAK_EVERY else 1
        pieces.append(char if since > 1 else "\N{ZERO WIDTH SPACE}" + char)
    return "".join(pieces)


def alt_text(poll: ReportedPoll) -> str:
    """The figure in words: question, n, every option with its numbers, in 1,024 characters.

    Where that is too long the texts give way, the options' evenly, and never a number.
    """
    question = one_line(poll.question)
    longest = max((len(one_line(row.text)) for row in poll.tally.rows), default=0)
    whole = _alt(poll, len(question), longest)
    if _units(whole) <= ALT_LIMIT:
        return whole
    shortened = (
        _alt(poll, max(limit, _QUESTION_AT_LEAST), limit) for limit in range(max(longest, len(question)), 0, -1)
    )
    return next((alt for alt in shortened if _units(alt) <= ALT_LIMIT), _alt(poll, 1, 1))


def _alt(poll: ReportedPoll, question: int, option: int) -> str:
    rows = (f"{_shorten(row.text, option)}: {', '.join(amounts(poll, row))}." for row in poll.tally.rows)
    head = ("Bar chart.", _shorten(poll.question, question), f"n={number(poll.tally.n)}.")
    return " ".join(filter(None, (*head, average(poll.tally), choices_note(poll), *rows)))


def _shorten(text: str, limit: int) -> str:
    text = one_line(text)
    # A joiner left at the cut would glue the ellipsis to what it joined.
    return text if len(text) <= limit else text[: limit - 1].rstrip(" \u200d") + "…"


def _units(text: str) -> int:
    """Length as clients written in JavaScript count it, an emoji as two: never less than Python's."""
    return len(text.encode("utf-16-le")) // 2
