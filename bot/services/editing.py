"""What hosts write into a session's report. It is kept beside the record, so a report that is made anew has it again.

A passage is known by its key in `Report.edits`. Its form carries a number for what its author had seen there, so that
nobody's words are replaced unseen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from math import floor
from typing import Any, Literal, get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.counting import report_in
from bot.services.cutting import MOST, cut_of, numbers_in, rearranged
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.reporting import NEXT_STEPS, Report, ReportedPoll, ReportedTheme
from bot.services.sessions import known
from bot.services.tallies import SCALE
from bot.services.text import clean, one_line
from bot.storage import boards, reports, themes
from bot.storage.database import Database
from bot.storage.reports import QUOTE

Kind = Literal["title", "introduction", "next_steps", "themes", "sentence", "zoom", "theme", "quotes", "quote"]
"""What can be edited. ``sentence`` and ``zoom`` are the findings of polls held here and on Zoom, by their numbers;
``theme`` is a theme's reply and where it stands, ``quotes`` which are printed with it, both by its id; a ``quote`` is
known by its contribution's. The others are once in a report, and their subject is 0."""

KINDS: tuple[Kind, ...] = get_args(Kind)

LIMITS: Mapping[Kind, int] = {"title": 200, "sentence": 1000, "zoom": 1000, "theme": 2000}
USUAL = 4000
"""How many characters each may have."""

BY_ITSELF = -2
"""The section of a theme that stands where most of it was said."""

DIGITS = 4


@dataclass(frozen=True)
class Passage:
    """Something that hosts can write in a report.

    ``now`` is what stands there of a host's, empty where Plenary's own words stand, and ``seen`` a number for that.
    ``original`` is what was written, of a quote. ``items`` are what can be put into an order, by their ids: all of
    them, as they come by themselves.
    """

    report: Report
    kind: Kind
    subject: int
    key: str
    now: str
    seen: int
    original: str = ""
    items: Mapping[int, str] | None = None
    poll: ReportedPoll | None = None
    theme: ReportedTheme | None = None


@dataclass(frozen=True)
class Written:
    """What is kept now. ``unknown`` are the numbers in it that the record of its poll does not have."""

    passage: Passage
    unknown: tuple[str, ...] = ()


class Overtaken(Refusal):
    """Somebody has changed the same passage since."""

    def __init__(self) -> None:
        super().__init__("Somebody has changed this since your form was opened, so yours was not saved.")


class Editing:
    """What hosts write into reports."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def report(self, guild_id: int, session_id: int) -> Report:
        """What can be edited; refused while the session has not finished."""
        async with self._database.read() as connection:
            return await _report(connection, guild_id, session_id)

    async def passage(self, guild_id: int, session_id: int, kind: Kind, subject: int) -> Passage:
        """One passage as it stands."""
        async with self._database.read() as connection:
            return passage_of(await _report(connection, guild_id, session_id), kind, subject)

    async def write(
        self,
        guild_id: int,
        session_id: int,
        kind: Kind,
        subject: int,
        typed: str,
        seen: int,
        section: int | None = None,
    ) -> Written:
        """Keep what a host has written there, if they had seen what it replaces; nothing brings back Plenary's own.

        ``section`` is where a theme is to stand, by the step at which a part of the session starts.
        """
        async with self._database.write() as connection:
            report = await _report(connection, guild_id, session_id)
            passage = passage_of(report, kind, subject)
            if passage.seen != seen:
                raise Overtaken
            if passage.theme and kind == "theme":
                place = _place(report, section)
                await themes.change(connection, [subject], reply=_within(kind, typed), section=place)
            else:
                await reports.edit(connection, session_id, passage.key, _edit(passage, typed))
            await boards.reopen(connection, "report", session_id)
            passage = passage_of(await _report(connection, guild_id, session_id), kind, subject)
        self._painter.stale("report", session_id)
        return Written(passage, _unknown(passage))


async def _report(connection: AsyncConnection, guild_id: int, session_id: int) -> Report:
    session = await known(connection, guild_id, session_id)
    if session.state != "finished":
        raise Refusal(f"Session {session.number} has not finished, so there is no report to edit yet.")
    return await report_in(connection, session)


def passage_of(report: Report, kind: Kind, subject: int) -> Passage:
    """A passage of a report; refused where there is no such thing any more."""

    def there(key: str, items: Mapping[int, str] | None = None, **more: Any) -> Passage:
        now = report.edits.get(key, "")
        # The numbers of lines are the items' places, so among other items they mean something else.
        return Passage(report, kind, subject, key, now, _mark(now, *(items or ())), items=items, **more)

    match kind:
        case "theme":
            theme = _theme(report, subject)
            return Passage(report, kind, subject, "", theme.reply, _mark(theme.section, theme.reply), theme=theme)
        case "sentence" | "zoom":
            poll = _poll(report, kind, subject)
            return there(f"sentence:{poll.key}", poll=poll)
        case "quote":
            return there(f"{QUOTE}{subject}", original=_original(report, subject))
        case "quotes":
            theme = _theme(report, subject)
            return there(f"quotes:{subject}", {each.id: each.text for each in theme.quotes[:MOST]}, theme=theme)
        case "themes":
            return there(kind, {each.id: each.name for each in report.said.themes})
        case _:
            return there(kind)


def order_of(passage: Passage, usual: int) -> tuple[int, ...]:
    """The ids of what is printed now, in order; ``usual`` is how many quotes are where no host has chosen any."""
    items = list(passage.items or ())
    wanted = [int(each) for each in passage.now.split() if int(each) in items]
    if passage.kind == "quotes":
        return tuple(wanted if passage.now else items[:usual])
    return (*wanted, *(each for each in items if each not in wanted))


def quotes_of(report: Report) -> Iterator[tuple[int, str]]:
    """All that is quoted without a theme, by its id."""
    inside = {quote.id for theme in report.said.themes for quote in theme.quotes}
    for contribution, words in _quotable(report):
        if contribution not in inside:
            yield contribution, words


def _quotable(report: Report) -> Iterator[tuple[int, str]]:
    """Everything people wrote that is printed as a quote, maybe several times."""
    for theme in report.said.themes:
        yield from ((each.id, each.text) for each in theme.quotes)
    yield from ((each.id, each.text) for each in report.said.questions)
    for breakout in report.said.breakouts:
        yield from ((room.id, room.discussed) for room in breakout.rooms)
    answers = [poll.answers for poll in report.polls if poll.answers]
    for voices in (report.said.comments, *answers, report.takeaways, report.improvements):
        yield from ((each.id, each.text) for each in voices.quotable)


def _original(report: Report, contribution: int) -> str:
    # What a breakout group sends has two parts, of which the first is a quote of its own: it comes after the themes.
    found = [words for each, words in _quotable(report) if each == contribution]
    if not found:
        raise Refusal("That is not quoted any more: it has been hidden or taken back.")
    return min(found, key=len)


def _poll(report: Report, kind: Kind, number: int) -> ReportedPoll:
    every = [place for poll in report.polls for place in poll.places]
    found = next((each for each in every if each.number == number and each.key == _poll_key(kind, number)), None)
    if found is None:
        raise Refusal("That poll is not in the report any more.")
    return found


def _poll_key(kind: Kind, number: int) -> str:
    return f"zoom-{number}" if kind == "zoom" else str(number)


def _theme(report: Report, theme_id: int) -> ReportedTheme:
    found = next((each for each in report.said.themes if each.id == theme_id), None)
    if found is None:
        raise Refusal("That theme is gone.")
    return found


def _place(report: Report, section: int | None) -> int | None:
    if section is None or section == BY_ITSELF:
        return None
    if section not in (NEXT_STEPS, *(each.start for each in report.sections)):
        raise Refusal("That part of the session is not known. Nothing was changed.")
    return section


def _edit(passage: Passage, typed: str) -> str:
    """What is to be kept of what was typed."""
    if passage.kind == "quote":
        return cut_of(passage.original, typed)
    if passage.items is None:
        text = _within(passage.kind, typed)
        return text if passage.kind == "next_steps" else one_line(text)
    if not clean(typed):
        return ""
    order = rearranged(passage.items, typed)
    if passage.kind == "quotes" and not order:
        raise Refusal("At least one quote has to stay; an empty form goes back to what Plenary prints by itself.")
    return " ".join(map(str, order))


def _within(kind: Kind, typed: str) -> str:
    text = clean(typed)
    if len(text) > (limit := LIMITS.get(kind, USUAL)):
        raise Refusal(f"That has {len(text)} characters; at most {limit} fit.")
    return text


def _unknown(passage: Passage) -> tuple[str, ...]:
    """The numbers of a finding as a host words it that are none of its poll's."""
    if passage.poll is None or not passage.now:
        return ()
    poll, tally = passage.poll, passage.poll.tally
    known_ones = numbers_in(f"{poll.question} {' '.join(row.text for row in tally.rows)}")
    counted = {tally.n, poll.number, poll.choices, *(each for row in tally.rows for each in (row.count, row.percent))}
    known_ones |= set(map(str, counted)) | ({"1", str(SCALE)} if poll.kind == "rating" else set[str]())
    averages = (each for each in (tally.mean, tally.median) if each is not None)
    known_ones |= {f"{floor(each * 10 + Fraction(1, 2)) / 10:g}" for each in averages}
    return tuple(sorted(numbers_in(passage.now) - known_ones, key=float))


def _mark(*parts: object) -> int:
    """A number for what somebody has seen: another for anything else, and never 0."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=DIGITS).digest()) or 1
