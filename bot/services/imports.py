"""From a series file to the series a guild runs: everything is worked out before anything is written."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.moving import HELD_AGAIN, announced, retell
from bot.services.planning import replan_sessions
from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.preflight import admitted
from bot.services.refusal import Refusal
from bot.services.seriesfile import ResolvedSession, SeriesFile
from bot.services.show import Show
from bot.services.venues import Venues
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session

_SHOWN = frozenset(("title", "start", "end", "place", "join url", "hosts", "guests", "blurb"))
"""What people's calendars show of a session: with a change of it, what they hold is out of date."""

TAKEN_OUT = "It was taken out of the series."
"""Why a session is cancelled that had been announced and is no longer in the file."""


@dataclass(frozen=True)
class Change:
    """One session that an import adds, changes, cancels or removes. ``what`` names what changes in it.

    ``told``: it concerns people, who get to know it as if a host had moved or cancelled the session.
    """

    kind: str
    number: int
    title: str
    what: tuple[str, ...] = ()
    told: bool = False


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

    def __init__(self, database: Database, painter: Boards, venues: Venues, show: Show) -> None:
        self._database = database
        self._painter = painter
        self._venues = venues
        self._show = show

    async def import_series(self, guild_id: int, file: SeriesFile, now: datetime, *, dry_run: bool = False) -> Imported:
        """Make the guild's series what the file says. Votes and words that came in are never touched.

        Raises a Refusal that tells every error of the file, or that a session has been started.
        """
        # In a thread, and before the transaction: a large file takes a while, and others are voting.
        doubts = tuple(map(str, await asyncio.to_thread(admitted, file, now)))
        owed: list[int] = []
        async with self._database.write() as connection:
            wanted = _series_values(guild_id, file)
            before = await sessions.series_by_key(connection, guild_id, file.key)
            known = await sessions.in_series(connection, before.id) if before else ()
            public = {session.id for session in known if await announced(connection, session)}
            turns = _turns(file, known, public, now)
            changes = tuple(turn.change for turn in turns)
            settings = tuple(name for name, value in wanted.items() if before and getattr(before, name) != value)
            current = before is not None and before != await sessions.current_series(connection, guild_id)
            done = Imported(file.title, len(file.sessions), before is None, current, settings, changes, doubts)
            if not dry_run and not done.nothing:
                series_id = await _kept(connection, before and before.id, wanted | {"imported_at": now})
                places = await self._venues.within(connection, guild_id)
                for turn in turns:
                    owed += await _carry_out(connection, (series_id, guild_id), turn, places, now)
                await replan_sessions(connection, await sessions.in_series(connection, series_id), now)
        if not dry_run and not done.nothing:
            for session in known:
                for kind in ("card", "console", "now"):
                    self._painter.stale(kind, session.id)
            self._painter.soon(*owed)
            await self._show.run_due(now)
        return done

    async def import_if_new(self, guild_id: int, file: SeriesFile, now: datetime) -> None:
        """The settings' own series: only a beginning, so that no restart undoes what a host has imported since."""
        async with self._database.read() as connection:
            known = await sessions.series_by_key(connection, guild_id, file.key)
        if known is None:
            await self.import_series(guild_id, file, now)


def _series_values(guild_id: int, file: SeriesFile) -> dict[str, Any]:
    names = ("key", "title", "time_zone", "hashtag", "contact", "colour")
    return {"guild_id": guild_id} | {name: getattr(file, name) for name in names}


def _session_values(session: ResolvedSession) -> dict[str, Any]:
    return {
        "number": session.number,
        "title": session.title,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "plan": session.plan.stored(),
    }


@dataclass(frozen=True)
class _Turn:
    """What becomes of one session: ``before`` None for a new one, ``after`` (what is kept) for one that goes."""

    change: Change
    before: Session | None
    after: dict[str, Any] | None


def _turns(file: SeriesFile, known: tuple[Session, ...], public: set[int], now: datetime) -> list[_Turn]:
    """What the file changes; ``public`` are the sessions that people have been told of."""
    found: list[_Turn] = []
    by_number = {session.number: session for session in known}
    for session in file.resolved():
        before, after = by_number.pop(session.number, None), _session_values(session)
        if before is None:
            change = Change("new", session.number, session.title)
            found.append(_Turn(change, None, after | {"state": "planned", "changed_at": now}))
            continue
        again = _held_again(before, after, now)
        what = _differences(before, after) + (("held again",) if again else ())
        told = before.id in public and _is_news(before, after, now)
        kept = after | _outdates(before, after, now) | (HELD_AGAIN if again else {})
        found += [_Turn(Change("changed", session.number, session.title, what, told), before, kept)] if what else []
    return found + [turn for left in by_number.values() if (turn := _taken_out(left, public=left.id in public))]


def _taken_out(left: Session, *, public: bool) -> _Turn | None:
    """What becomes of a session that the file lacks: it goes, unless people know of it, who are told then."""
    if left.state in {"live", "finished"}:
        raise Refusal(
            f"Session {left.number}, {left.title}, has been started, so it cannot be taken out of the series. "
            "Put it back into the file."
        )
    if not public:
        return _Turn(Change("removed", left.number, left.title), left, None)
    if left.state == "cancelled":
        return None
    cancelled = {"state": "cancelled", "why_cancelled": TAKEN_OUT}
    return _Turn(Change("cancelled", left.number, left.title, told=True), left, cancelled)


def _held_again(before: Session, after: dict[str, Any], now: datetime) -> bool:
    """Whether a cancelled session is to be held after all: it gets another date, or is back in the file."""
    to_come = after["starts_at"] is not None and after["starts_at"] > now
    moved = to_come and after["starts_at"] != before.starts_at
    return before.state == "cancelled" and (moved or before.why_cancelled == TAKEN_OUT)


def _is_news(before: Session, after: dict[str, Any], now: datetime) -> bool:
    """Whether people have to know of a change: the session is to come, at another time or after all."""
    if after["starts_at"] is not None and after["starts_at"] <= now:
        return False
    moved = (after["starts_at"], after["ends_at"]) != (before.starts_at, before.ends_at)
    return (before.state == "planned" and moved) or _held_again(before, after, now)


def _differences(before: Session, after: dict[str, Any]) -> tuple[str, ...]:
    """The names of what changes, as the file calls it."""
    flat = Plan.of(before).stored()  # what was kept by an older version lacks some names
    named = [name for name in ("title", "starts_at", "ends_at") if getattr(before, name) != after[name]]
    named += [name for name in after["plan"] if flat.get(name) != after["plan"][name]]
    words = {"starts_at": "start", "ends_at": "end", "reminder_minutes": "reminders"}
    return tuple(words.get(name, name.replace("_", " ")) for name in named)


async def _kept(connection: AsyncConnection, series_id: int | None, values: dict[str, Any]) -> int:
    if series_id is None:
        return await sessions.insert_series(connection, **values)
    await sessions.update_series(connection, series_id, **values)
    return series_id


async def _carry_out(
    connection: AsyncConnection, whose: tuple[int, int], turn: _Turn, places: Places, now: datetime
) -> list[int]:
    """Keep what becomes of a session; the boards that are owed to people."""
    if turn.before is None and turn.after is not None:
        series_id, guild_id = whose
        await sessions.insert_session(connection, series_id=series_id, guild_id=guild_id, **turn.after)
    elif turn.before is not None and turn.after is None:
        await sessions.delete_session(connection, turn.before.id)
    elif turn.before is not None and turn.after is not None:
        if turn.change.told:
            return await retell(connection, turn.before, turn.after, places, now)
        await sessions.update_session(connection, turn.before.id, **turn.after)
    return []


def _outdates(before: Session, after: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What is to be kept with a session beside ``after``, if that changes what calendars and its event show."""
    if not _SHOWN.intersection(_differences(before, after)):
        return {}
    follows = before.event_due or before.event_id is not None
    return {"sequence": before.sequence + 1, "changed_at": now, "event_due": follows}
