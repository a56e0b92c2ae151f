"""From a series file to the series a guild runs: everything is worked out before anything is written."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.planning import replan_sessions
from bot.services.plans import Plan
from bot.services.preflight import admitted
from bot.services.refusal import Refusal
from bot.services.seriesfile import ResolvedSession, SeriesFile
from bot.services.show import Show
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.sessions import Session

_SHOWN = frozenset(("title", "start", "end", "place", "join url", "hosts", "guests", "blurb"))
"""What people's calendars show of a session: with a change of it, what they hold is out of date."""


@dataclass(frozen=True)
class Change:
    """One session that an import adds, changes or removes. ``what`` names what changes in it."""

    kind: str
    number: int
    title: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do. ``current``: the guild runs this series instead of another from now on."""

    title: str
    of: int
    new: bool
    current: bool
    settings: tuple[str, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether everything was so already."""
        return not (self.new or self.current or self.settings or self.changes)


class Imports:
    """Importing series files into guilds."""

    def __init__(self, database: Database, show: Show) -> None:
        self._database = database
        self._show = show

    async def import_series(self, guild_id: int, file: SeriesFile, now: datetime, *, dry_run: bool = False) -> Imported:
        """Make the guild's series what the file says. Votes and words that came in are never touched.

        Raises a Refusal that tells every error of the file, or that a session has been started.
        """
        # In a thread, and before the transaction: a large file takes a while, and others are voting.
        told = tuple(map(str, await asyncio.to_thread(admitted, file, now)))
        async with self._database.write() as connection:
            wanted = _series_values(guild_id, file)
            before = await sessions.series_by_key(connection, guild_id, file.key)
            known = await sessions.in_series(connection, before.id) if before else ()
            changes = _changes(file, known)
            settings = tuple(name for name, value in wanted.items() if before and getattr(before, name) != value)
            current = before is not None and before != await sessions.current_series(connection, guild_id)
            done = Imported(file.title, len(file.sessions), before is None, current, settings, changes, told)
            if not dry_run and not done.nothing:
                await _write(connection, file, wanted | {"imported_at": now}, before and before.id, known)
                written = await sessions.series_by_key(connection, guild_id, file.key)
                if written is not None:
                    await replan_sessions(connection, await sessions.in_series(connection, written.id), now)
        if not dry_run and not done.nothing:
            await self._show.run_due(now)
        return done

    async def import_if_new(self, guild_id: int, file: SeriesFile, now: datetime) -> None:
        """The settings' own series: only a beginning, so that no restart undoes what a host has imported since."""
        async with self._database.read() as connection:
            known = await sessions.series_by_key(connection, guild_id, file.key)
        if known is None:
            await self.import_series(guild_id, file, now)


def _series_values(guild_id: int, file: SeriesFile) -> dict[str, Any]:
    names = ("key", "title", "time_zone", "hashtag", "contact")
    return {"guild_id": guild_id} | {name: getattr(file, name) for name in names}


def _session_values(session: ResolvedSession) -> dict[str, Any]:
    return {
        "number": session.number,
        "title": session.title,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "plan": session.plan.stored(),
    }


def _changes(file: SeriesFile, known: tuple[Session, ...]) -> tuple[Change, ...]:
    found: list[Change] = []
    by_number = {session.number: session for session in known}
    for session in file.resolved():
        before = by_number.pop(session.number, None)
        if before is None:
            found.append(Change("new", session.number, session.title))
        elif what := _differences(before, _session_values(session)):
            found.append(Change("changed", session.number, session.title, what))
    for left in by_number.values():
        if left.state != "planned":
            raise Refusal(
                f"Session {left.number}, {left.title}, has been started, so it cannot be taken out of the series. "
                "Put it back into the file."
            )
        found.append(Change("removed", left.number, left.title))
    return tuple(found)


def _differences(before: Session, after: dict[str, Any]) -> tuple[str, ...]:
    """The names of what changes, as the file calls it."""
    flat = Plan.of(before).stored()  # what was kept by an older version lacks some names
    named = [name for name in ("title", "starts_at", "ends_at") if getattr(before, name) != after[name]]
    named += [name for name in after["plan"] if flat.get(name) != after["plan"][name]]
    words = {"starts_at": "start", "ends_at": "end", "reminder_minutes": "reminders"}
    return tuple(words.get(name, name.replace("_", " ")) for name in named)


async def _write(
    connection: AsyncConnection,
    file: SeriesFile,
    wanted: dict[str, Any],
    series_id: int | None,
    known: tuple[Session, ...],
) -> None:
    if series_id is None:
        series_id = await sessions.insert_series(connection, **wanted)
    else:
        await sessions.update_series(connection, series_id, **wanted)
    left = {session.number: session for session in known}
    now = wanted["imported_at"]
    for session in file.resolved():
        values = _session_values(session)
        if before := left.pop(session.number, None):
            values |= _outdates(before, values, now)
            await sessions.update_session(connection, before.id, **values)
        else:
            whose = {"series_id": series_id, "guild_id": wanted["guild_id"], "state": "planned", "changed_at": now}
            await sessions.insert_session(connection, **whose, **values)
    for removed in left.values():
        await sessions.delete_session(connection, removed.id)


def _outdates(before: Session, after: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What is to be kept with a session beside ``after``, if that changes what calendars and its event show."""
    if not _SHOWN.intersection(_differences(before, after)):
        return {}
    follows = before.event_due or before.event_id is not None
    return {"sequence": before.sequence + 1, "changed_at": now, "event_due": follows}
