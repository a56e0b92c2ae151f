"""Series and their sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one, record
from bot.storage.tables import series, sessions

State = Literal["planned", "live", "finished", "cancelled"]


@dataclass(frozen=True)
class Series:
    """An ordered set of sessions in a guild. ``key`` names it across imports."""

    id: int
    guild_id: int
    key: str
    title: str
    time_zone: str
    hashtag: str
    contact: str


@dataclass(frozen=True)
class Session:
    """One webinar, ``number`` of its series. Times are UTC, None while undated; ``plan`` is JSON.

    ``sequence`` counts its moves; ``event_due`` says that its scheduled event has to follow a change;
    ``rehearses`` is the session of which this is a rehearsal, in private and counted nowhere.
    """

    id: int
    series_id: int
    guild_id: int
    number: int
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    plan: dict[str, Any]
    state: State
    channel_id: int | None
    started_at: datetime | None
    joined: int | None
    paused_at: datetime | None
    sequence: int
    changed_at: datetime | None
    why_cancelled: str
    recording: str
    event_id: int | None
    event_due: bool
    rehearses: int | None

    @property
    def channel(self) -> int:
        """Where it runs; LookupError before it was started."""
        if self.channel_id is None:
            raise LookupError(f"session {self.id} has not been started")
        return self.channel_id


async def current_series(connection: AsyncConnection, guild_id: int) -> Series | None:
    """The guild's series that was imported last."""
    newest = select(series).where(series.c.guild_id == guild_id)
    newest = newest.order_by(series.c.imported_at.desc(), series.c.id.desc()).limit(1)
    return await one(connection, Series, newest)


async def series_by_key(connection: AsyncConnection, guild_id: int, key: str) -> Series | None:
    """The guild's series of that key."""
    wanted = select(series).where(series.c.guild_id == guild_id, series.c.key == key)
    return await one(connection, Series, wanted)


async def series_of(connection: AsyncConnection, session: Session) -> Series:
    """The series a session belongs to."""
    return record(Series, (await connection.execute(select(series).where(series.c.id == session.series_id))).one())


async def insert_series(connection: AsyncConnection, **values: Any) -> int:
    """Add a series; its id."""
    return (await connection.execute(insert(series).values(**values).returning(series.c.id))).scalar_one()


async def update_series(connection: AsyncConnection, series_id: int, **values: Any) -> None:
    """Change a series."""
    await connection.execute(update(series).where(series.c.id == series_id).values(**values))


async def in_series(connection: AsyncConnection, series_id: int) -> tuple[Session, ...]:
    """A series' sessions in order, without rehearsals."""
    wanted = select(sessions).where(sessions.c.series_id == series_id, sessions.c.rehearses.is_(None))
    return await many(connection, Session, wanted.order_by(sessions.c.number))


async def get(connection: AsyncConnection, session_id: int) -> Session | None:
    """One session."""
    return await one(connection, Session, select(sessions).where(sessions.c.id == session_id))


async def get_all(connection: AsyncConnection, ids: Iterable[int]) -> tuple[Session, ...]:
    """Several sessions."""
    return await many(connection, Session, select(sessions).where(sessions.c.id.in_(list(ids))).order_by(sessions.c.id))


async def events_due(connection: AsyncConnection) -> tuple[Session, ...]:
    """The sessions whose scheduled event has to follow a change."""
    return await many(connection, Session, select(sessions).where(sessions.c.event_due.is_(True)))


async def live(connection: AsyncConnection, guild_id: int) -> Session | None:
    """The guild's session that is running."""
    wanted = select(sessions).where(sessions.c.guild_id == guild_id, sessions.c.state == "live")
    return await one(connection, Session, wanted)


async def last_finished(connection: AsyncConnection, guild_id: int) -> Session | None:
    """The guild's session that finished last, a rehearsal not counted."""
    wanted = select(sessions).where(sessions.c.guild_id == guild_id, sessions.c.state == "finished")
    wanted = wanted.where(sessions.c.rehearses.is_(None))
    return await one(connection, Session, wanted.order_by(sessions.c.finished_at.desc()))


async def insert_session(connection: AsyncConnection, **values: Any) -> int:
    """Add a session; its id."""
    return (await connection.execute(insert(sessions).values(**values).returning(sessions.c.id))).scalar_one()


async def update_session(connection: AsyncConnection, session_id: int, **values: Any) -> None:
    """Change a session."""
    await connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


async def delete_session(connection: AsyncConnection, session_id: int) -> None:
    """Remove a session and all that hangs on it."""
    await connection.execute(delete(sessions).where(sessions.c.id == session_id))
