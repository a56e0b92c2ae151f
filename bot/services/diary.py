"""The series as people take it with them: a file for their own calendar."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.entries import Entry
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.seriesparts import Speaker
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.sessions import Series, Session

BEFORE = datetime(2022, 1, 1, tzinfo=UTC)
"""When a session was last changed that has been here since before that was kept: always the same moment."""


@lru_cache(maxsize=32)
def _made(title: str, entries: tuple[Entry, ...]) -> bytes:
    """A file takes 20 to 40 ms, and a whole audience asks for the same one at once."""
    from bot.services.calendars import calendar  # noqa: PLC0415  (its memory is for those who ask)

    return calendar(title, entries)


@dataclass(frozen=True)
class CalendarFile:
    """An .ics file called ``name``, with ``dated`` sessions in it; ``undated`` more have no date yet."""

    name: str
    data: bytes
    dated: int
    undated: int


class Diary:
    """Calendar files of the series."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def series(self, guild_id: int, number: int | None = None, *, series_id: int | None = None) -> CalendarFile:
        """The guild's series, or the session of that ``number``; the series imported last unless one is named."""
        async with self._database.read() as connection:
            series, every = await _found(connection, guild_id, series_id)
        wanted = [each for each in every if number in (None, each.number)]
        if not wanted:
            raise Refusal(f"There is no session {number}: the series has {len(every)}.")
        entries = tuple(entry for each in wanted if (entry := _entry(series, each, len(every))))
        if number is not None and not entries:
            raise Refusal(f"Session {number} has no date yet, so there is no calendar to give.")
        part = "" if number is None else f"-{number}-of-{len(every)}"
        # In a thread: others are voting.
        data = await asyncio.to_thread(_made, series.title, entries)
        return CalendarFile(f"{series.key}{part}.ics", data, len(entries), len(wanted) - len(entries))


async def _found(
    connection: AsyncConnection, guild_id: int, series_id: int | None
) -> tuple[Series, tuple[Session, ...]]:
    if series_id is None:
        series = await sessions.current_series(connection, guild_id)
        if series is None:
            raise Refusal("There is no series here yet.")
        return series, await sessions.in_series(connection, series.id)
    every = await sessions.in_series(connection, series_id)
    if not every or every[0].guild_id != guild_id:
        raise Refusal("That series is not known here.")
    return await sessions.series_of(connection, every[0]), every


def _entry(series: Series, session: Session, of: int) -> Entry | None:
    """A session as calendars show it; None without a date."""
    if session.starts_at is None or session.ends_at is None:
        return None
    plan = Plan.of(session)
    cancelled = session.state == "cancelled"
    return Entry(
        # Never to change: a calendar knows the session by it, whatever is moved or renamed.
        uid=f"plenary-{series.id}-{session.number}@{series.guild_id}.plenary",
        summary=f"{session.number} of {of}: {session.title}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=series.time_zone,
        description=_description(session, plan),
        location=plan.place,
        url="" if cancelled else plan.join_url,
        sequence=session.sequence,
        cancelled=cancelled,
        changed_at=session.changed_at or BEFORE,
    )


def _description(session: Session, plan: Plan) -> str:
    lists = (("Hosts", plan.hosts), ("Guests", plan.guests))
    paragraphs = [plan.blurb, "\n".join(f"{label}: {_people(who)}" for label, who in lists if who)]
    if session.state == "cancelled":
        paragraphs.insert(0, f"This session is cancelled. {session.why_cancelled}".strip())
    elif plan.join_url:
        paragraphs.append(f"{f'Join on {plan.place}' if plan.place else 'Join'}: {plan.join_url}")
    return "\n\n".join(filter(None, paragraphs))


def _people(who: Sequence[Speaker]) -> str:
    return "; ".join(f"{each.name} ({each.role})" if each.role else each.name for each in who)
