"""What a whole series came to, part by part: counted from the reports of its sessions, so that no number differs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.actions import Told, actions_in
from bot.services.counting import report_in
from bot.services.introductions import Connections, outcomes_in
from bot.services.reporting import Report, ReportedPoll
from bot.services.text import sameness
from bot.storage import boards, people, sessions
from bot.storage.sessions import Session

HELD = frozenset({"live", "finished"})
TO_COME = frozenset({"planned", "live"})


@dataclass(frozen=True)
class Repeated:
    """A question that was asked in several parts, with the same options: its runs, by the part's number.

    Where one part asked it more than once, its last run counts.
    """

    question: str
    runs: tuple[tuple[int, ReportedPoll], ...]


@dataclass(frozen=True)
class Recurring:
    """A theme, and how many contributions are in it in each part where it is, by the part's number."""

    name: str
    counts: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True)
class SeriesReport:
    """``parts`` are the reports of the sessions that were held. ``came_to`` is how many people came to how many."""

    parts: tuple[Report, ...]
    came_to: tuple[tuple[int, int], ...]
    repeated: tuple[Repeated, ...]
    themes: tuple[Recurring, ...]
    actions: tuple[Told, ...]
    connections: Connections

    @property
    def last(self) -> Report:
        """The part that was held last."""
        return self.parts[-1]


async def overall_in(connection: AsyncConnection, series_id: int) -> SeriesReport:
    """The report of a series, from one snapshot; LookupError where none of it was held."""
    held = await held_in(connection, series_id)
    parts = [await report_in(connection, each) for each in held]
    came = await people.came_to(connection, [each.id for each in held])
    return SeriesReport(
        tuple(parts),
        tuple(sorted(came.items())),
        tuple(repeated(parts)),
        tuple(recurring(parts)),
        await actions_in(connection, series_id),
        await outcomes_in(connection, series_id),
    )


async def held_in(connection: AsyncConnection, series_id: int) -> list[Session]:
    """The sessions of a series that were held; LookupError where there are none."""
    held = [each for each in await sessions.in_series(connection, series_id) if each.state in HELD]
    if not held:
        raise LookupError(series_id)
    return held


async def overall_owed(connection: AsyncConnection, session: Session, office: int, now: datetime) -> list[int]:
    """Within the transaction that finishes a session: with the last one, the organisers get the series' report."""
    every = await sessions.in_series(connection, session.series_id)
    others = [each for each in every if each.id != session.id]
    if session.rehearses is not None or not others or any(each.state in TO_COME for each in others):
        return []
    return [await boards.add(connection, "overall", session.series_id, session.guild_id, office, now=now)]


def repeated(parts: Iterable[Report]) -> list[Repeated]:
    """What was asked in more than one part, in the order in which it was first asked."""
    asked: defaultdict[tuple[str, ...], dict[int, ReportedPoll]] = defaultdict(dict)
    for part in parts:
        for poll in part.polls:
            same = (poll.kind, sameness(poll.question), *(sameness(row.text) for row in poll.tally.rows))
            if poll.tally.rows and not poll.on_zoom:
                asked[same][part.number] = poll
    return [
        Repeated(next(iter(runs.values())).question, tuple(runs.items())) for runs in asked.values() if len(runs) > 1
    ]


def recurring(parts: Iterable[Report]) -> list[Recurring]:
    """Every theme, those that most was said about first."""
    named: dict[str, str] = {}
    counts: defaultdict[str, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for part in parts:
        for theme in filter(lambda each: each.ids, part.said.themes):
            same = sameness(theme.name)
            named.setdefault(same, theme.name)
            counts[same][part.number] = (*counts[same].get(part.number, ()), *theme.ids)
    found = [Recurring(named[same], tuple(of.items())) for same, of in counts.items()]
    return sorted(found, key=lambda each: -sum(len(ids) for _, ids in each.counts))
