"""Sessions that get another date, are cancelled, or have a recording: everybody who asked is told, once."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.planning import replan_sessions
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.show import Show
from bot.services.text import required
from bot.services.venues import Venues
from bot.services.when import understand
from bot.storage import boards, people, sessions
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session

WHY = 300
"""How many characters a reason may have."""

LENGTH = 90
"""How many minutes a session lasts that never had a date."""


HELD_AGAIN = {"state": "planned", "why_cancelled": ""}
"""What is kept with a session that is held, also where it had been cancelled."""


class Moving:
    """Changes to a session's date, and what follows from them."""

    def __init__(self, database: Database, painter: Boards, venues: Venues, show: Show) -> None:
        self._database = database
        self._painter = painter
        self._venues = venues
        self._show = show

    async def proposed(self, guild_id: int, number: int | None, typed: str, now: datetime) -> tuple[Session, datetime]:
        """The session, and the time (aware, local to the series) that was understood. Nothing is changed."""
        async with self._database.read() as connection:
            session = await self._numbered(connection, guild_id, number)
            zone = ZoneInfo((await sessions.series_of(connection, session)).time_zone)
            usual = await self._usual_time(connection, session, zone)
        _refuse_move(session)
        return session, understand(typed, zone, now, keeps=usual)

    async def _numbered(self, connection: AsyncConnection, guild_id: int, number: int | None) -> Session:
        series = await sessions.current_series(connection, guild_id)
        every = await sessions.in_series(connection, series.id) if series else ()
        if number is None:
            found = next((each for each in every if each.state in {"planned", "live"}), None)
        else:
            found = next((each for each in every if each.number == number), None)
        if found is None:
            raise Refusal(f"There is no session {number}." if number else "There is no session left to be held.")
        return found

    async def _usual_time(self, connection: AsyncConnection, session: Session, zone: ZoneInfo) -> time | None:
        """The time of day it has, or else that of another session of the series."""
        every = await sessions.in_series(connection, session.series_id)
        dated = [each.starts_at for each in (session, *every) if each.starts_at]
        return dated[0].astimezone(zone).time() if dated else None

    async def move(self, guild_id: int, session_id: int, starts_at: datetime, now: datetime) -> Session:
        """Give the session another time; a cancelled one is held again."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            _refuse_move(session)
            if starts_at <= now:
                raise Refusal("That time has passed meanwhile. Nothing was changed.")
            every = await sessions.in_series(connection, session.series_id)
            ends_at = starts_at + _length(session, every)
            _refuse_overlap(session, every, starts_at, ends_at)
            changed = {"starts_at": starts_at, "ends_at": ends_at} | HELD_AGAIN
            session, owed = await self._change(connection, session, changed, now)
        await self._tell(session, owed, now)
        return session

    async def to_cancel(self, guild_id: int, number: int | None) -> Session:
        """The session that can be cancelled. Nothing is changed."""
        async with self._database.read() as connection:
            session = await self._numbered(connection, guild_id, number)
        _refuse_cancel(session)
        return session

    async def cancel(self, guild_id: int, session_id: int, why: str, now: datetime) -> Session:
        """Cancel the session; its cues go, those who signed up are told."""
        reason = required(why, "The reason", WHY)
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            _refuse_cancel(session)
            changed = {"state": "cancelled", "why_cancelled": reason}
            session, owed = await self._change(connection, session, changed, now)
        await self._tell(session, owed, now)
        return session

    async def announce(self, guild_id: int, now: datetime) -> int:
        """Announce every dated session to come whose card or event is missing; the other events are looked over.

        How many were announced.
        """
        owed: list[int] = []
        done = 0
        async with self._database.write() as connection:
            places = await self._venues.within(connection, guild_id)
            if places.announcements_channel is None:
                raise Refusal("There is no channel for announcements yet. An admin can choose it with /setup.")
            series = await sessions.current_series(connection, guild_id)
            for session in await sessions.in_series(connection, series.id) if series else ():
                if session.state != "planned" or session.starts_at is None or session.starts_at <= now:
                    continue
                channel, shown = places.announcements_channel, await boards.of(connection, "card", session.id)
                if without_card := all(card.final for card in shown):  # one that somebody deleted is painted no more
                    owed.append(await boards.add(connection, "card", session.id, guild_id, channel, now=now))
                event_id = session.event_id if session.event_id and session.event_id > 0 else None
                await sessions.update_session(connection, session.id, event_id=event_id, event_due=True)
                done += without_card or event_id is None
        await self._show.run_due(now)
        await self._painter.show(*owed)
        return done

    async def _change(
        self, connection: AsyncConnection, session: Session, changed: Mapping[str, object], now: datetime
    ) -> tuple[Session, list[int]]:
        places = await self._venues.within(connection, session.guild_id)
        owed = await retell(connection, session, changed, places, now)
        session = await known(connection, session.guild_id, session.id)
        await replan_sessions(connection, (session,), now)
        return session, owed

    async def _tell(self, session: Session, owed: list[int], now: datetime) -> None:
        for kind in ("card", "console"):
            self._painter.stale(kind, session.id)
        self._painter.soon(*owed)
        await self._show.run_due(now)


async def retell(
    connection: AsyncConnection, session: Session, changed: Mapping[str, object], places: Places, now: datetime
) -> list[int]:
    """Write another date of a session, or that it is not held, and what that brings with it.

    Its event has to follow. The boards that are owed: the news, and a direct message to each who signed up.
    """
    # An event that has begun, or is over, is not the one of another date.
    begun = session.starts_at is not None and session.starts_at <= now
    calendar = {"sequence": session.sequence + 1, "changed_at": now, "event_due": True}
    calendar |= {"event_id": None if begun else session.event_id}
    await sessions.update_session(connection, session.id, **{**changed, **calendar})
    guild_id, channel = session.guild_id, places.announcements_channel
    news = [await boards.add(connection, "changed", session.id, guild_id, channel, now=now)] if channel else []
    told = await people.signed_up(connection, session.id)
    return news + [
        await boards.add(connection, "changed", session.id, guild_id, 0, person=each, now=now) for each in told
    ]


async def announced(connection: AsyncConnection, session: Session) -> bool:
    """Whether people have been told of the session, so that a change of it concerns them."""
    kinds = "card", "changed"
    return any([await boards.of(connection, kind, session.id) for kind in kinds])


def _length(session: Session, every: tuple[Session, ...]) -> timedelta:
    """How long the session lasts; one that never had a date lasts as long as another of its series."""
    for each in (session, *every):
        if each.starts_at and each.ends_at:
            return each.ends_at - each.starts_at
    return timedelta(minutes=LENGTH)


def _refuse_move(session: Session) -> None:
    if session.state == "live":
        raise Refusal(f"Session {session.number} is open now, so it cannot be moved.")
    if session.state == "finished":
        raise Refusal(f"Session {session.number} has finished, so it cannot be moved.")


def _refuse_cancel(session: Session) -> None:
    if session.state != "planned":
        raise Refusal(f"Session {session.number} is {session.state}. Nothing was changed.")


def _refuse_overlap(session: Session, every: tuple[Session, ...], starts_at: datetime, ends_at: datetime) -> None:
    for other in every:
        if other.id == session.id or other.state == "cancelled":
            continue
        if other.starts_at and other.ends_at and starts_at < other.ends_at and other.starts_at < ends_at:
            raise Refusal(f"Session {other.number} is at that time. Nothing was changed.")
