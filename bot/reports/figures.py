"""A poll as a figure, and its numbers in words for whoever does not see it."""

import json
from bisect import bisect
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain

from bot.reports.beside import SECONDS, made_by
from bot.reports.document import COLOUR, Bar, Figure, Picture
from bot.reports.made import unpacked
from bot.reports.text import one_line
from bot.reports.wording import amounts, average, caption, choices_note, number
from bot.services.reporting import ReportedPoll
from bot.services.tallies import Row

__all__ = ["ALT_LIMIT", "alt_text", "ask_renderer", "draw", "figure"]

ALT_LIMIT = 1024
"""Discord's limit for a file's description."""

_QUESTION_AT_LEAST, _OPTION_AT_LEAST = 120, 20


def figure(poll: ReportedPoll, number: int = 0) -> Figure:
    """What the figure shows, word for word: whoever draws it lays out and decides nothing."""
    n = poll.tally.n
    notes = average(poll.tally), choices_note(poll) or "Per cent of the people who answered."
    return Figure(
        number=number,
        title=one_line(poll.question),
        n=_n(poll),
        note=" ".join(filter(None, notes)) if n else "Nobody answered this poll.",
        bars=tuple(_bar(poll, row) for row in poll.tally.rows),
        caption=caption(poll),
        alt=alt_text(poll),
    )


def _n(poll: ReportedPoll) -> str:
    return f"n={number(poll.tally.n)}"


def _bar(poll: ReportedPoll, row: Row) -> Bar:
    """The bar is full where everybody chose the option, or put it first; one that is hidden has none, and no track."""
    full = poll.tally.n * (poll.choices if poll.kind == "ranking" else 1)
    said = amounts(poll, row)
    first, *second = said if poll.kind == "ranking" else reversed(said)
    share = None if row.hidden else row.count / full if full else 0
    return Bar(one_line(row.text), share, first, "".join(second))


async def draw(figures: Sequence[Figure], colour: str = COLOUR, *, seconds: float = SECONDS) -> list[Picture]:
    """Draw ``figures`` in the order given, in one short-lived process beside the bot's.

    Raises RuntimeError, with the end of what that process said, where it fails or takes over ``seconds``.
    """
    if not figures:
        return []
    return await ask_renderer({"figures": [asdict(each) for each in figures], "colour": colour}, seconds)


async def ask_renderer(wanted: object, seconds: float = SECONDS) -> list[Picture]:
    """The pictures that `render_figures` makes; RuntimeError as in `draw`."""
    answer = await made_by("bot.reports.render_figures", of=json.dumps(wanted).encode(), seconds=seconds)
    files = unpacked(answer).files
    return [Picture(png.data, svg.data) for png, svg in zip(files[::2], files[1::2], strict=True)]


def alt_text(poll: ReportedPoll) -> str:
    """The figure in words: question, n, every option with its numbers, in 1,024 characters.

    Where that is too long the texts give way, the options' evenly. A number never does, unless there are more options
    than a poll here can have, as among Zoom's: the last are only counted then.
    """
    question = one_line(poll.question)
    longest = max((len(one_line(row.text)) for row in poll.tally.rows), default=0)
    whole = _alt(poll, len(question), longest)
    if _units(whole) <= ALT_LIMIT:
        return whole

    def shortened(limit: int) -> str:
        return _alt(poll, max(limit, _QUESTION_AT_LEAST), limit)

    limits = range(1, max(longest, len(question)))
    fits = bisect(limits, ALT_LIMIT, key=lambda limit: _units(shortened(limit)))
    if fits:
        return shortened(limits[fits - 1])
    some = (_alt(poll, _QUESTION_AT_LEAST, _OPTION_AT_LEAST, many) for many in reversed(range(len(poll.tally.rows))))
    return next(alt for alt in chain([_alt(poll, 1, 1)], some) if _units(alt) <= ALT_LIMIT)


def _alt(poll: ReportedPoll, question: int, option: int, most: int | None = None) -> str:
    """``most`` is of how many options it tells."""
    rows = [f"{_shorten(row.text, option)}: {', '.join(amounts(poll, row))}." for row in poll.tally.rows[:most]]
    head = ("Bar chart.", _shorten(poll.question, question), f"n={number(poll.tally.n)}.")
    rest = f"And {len(poll.tally.rows) - len(rows)} more, in the table." if most is not None else ""
    return " ".join(filter(None, (*head, average(poll.tally), choices_note(poll), *rows, rest)))


def _shorten(text: str, limit: int) -> str:
    text = one_line(text)
    # A joiner left at the cut would glue the ellipsis to what it joined.
    return text if len(text) <= limit else text[: limit - 1].rstrip(" \u200d") + "…"


def _units(text: str) -> int:
    """Length as clients written in JavaScript count it, an emoji as two: never less than Python's."""
    return len(text.encode("utf-16-le")) // 2
