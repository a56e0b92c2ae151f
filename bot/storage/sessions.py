"""Series and their sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import boards
from bot.storage.records import many, one, record
from bot.storage.tables import series, sessions

State = Literal["planned", "live", "finished", "cancelled"]


@dataclass(frozen=True)
class Series:
    """An ordered set of sessions in a guild. ``key`` names it across imports; ``colour`` is empty for Plenary's own."""

    id: int
    guild_id: int
    key: str
    title: str
    time_zone: str
    hashtag: str
    contact: str
    colour: str


@dataclass(frozen=True)
class Session:
    """One webinar, ``number`` of its series. Times are UTC, None while undated; ``plan`` is JSON.

    ``sequence`` counts its moves; ``event_due`` says that its scheduled event has to follow a change; ``event_id`` is
    negative once somebody has deleted that; ``rehearses`` is the session of which this is a rehearsal, in private and
    counted nowhere; ``no_recording`` is who has said that there will be none, and ``subtitles`` is None until somebody
    says whether it has any.
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
    no_recording: str
    subtitles: bool | None
    blog: str
    peak: int | None
    thread_id: int | None

    @property
    def channel(self) -> int:
        """Where it runs; LookupError before it was started."""
        if self.channel_id is None:
            raise LookupError(f"session {self.id} has not been started")
        return self.channel_id

    @property
    def headline(self) -> str:
        """Its title; that of a rehearsal says so."""
        return self.title if self.rehearses is None else f"TEST: {self.title}"


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


async def followed(connection: AsyncConnection, session: Session, event_id: int | None) -> None:
    """Record the event of a session, which shows it as it was read; it is still due where that has changed since."""
    as_read = sessions.c.id == session.id, sessions.c.sequence == session.sequence
    unmoved = sessions.c.event_id.is_not_distinct_from(session.event_id)
    await connection.execute(update(sessions).where(*as_read, unmoved).values(event_id=event_id, event_due=False))


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
    """Remove a session and all that hangs on it, its rehearsal too."""
    rehearsals = select(sessions.c.id).where(sessions.c.rehearses == session_id)
    for each in (*(await connection.execute(rehearsals)).scalars(), session_id):
        await boards.remove_of(connection, each)
        await connection.execute(delete(sessions).where(sessions.c.id == each))


async def insert_rehearsal(connection: AsyncConnection, session: Session, channel_id: int, now: datetime) -> int:
    """Add a copy of the session to be played in that channel from now on; its id."""
    same = {name: getattr(session, name) for name in ("series_id", "guild_id", "number", "title", "plan")}
    lasts = session.ends_at - session.starts_at if session.starts_at and session.ends_at else None
    when = {"starts_at": now, "ends_at": now + lasts} if lasts else {}
    return await insert_session(
        connection, **same, **when, state="planned", rehearses=session.id, channel_id=channel_id
    )


async def delete_rehearsals(connection: AsyncConnection, guild_id: int) -> None:
    """Remove what was only tried out in the guild."""
    tried = select(sessions.c.id).where(sessions.c.guild_id == guild_id, sessions.c.rehearses.is_not(None))
    for each in list((await connection.execute(tried)).scalars()):
        await delete_session(connection, each)


async def rehearsal_in(connection: AsyncConnection, channel_id: int | None) -> Session | None:
    """The rehearsal that is, or was, played in a channel."""
    wanted = select(sessions).where(sessions.c.channel_id == channel_id, sessions.c.rehearses.is_not(None))
    return await one(connection, Session, wanted)


async def all_live(connection: AsyncConnection) -> tuple[Session, ...]:
    """Every session that is running, of all guilds."""
    return await many(connection, Session, select(sessions).where(sessions.c.state == "live"))


async def held_in(connection: AsyncConnection, guild_id: int, channel_ids: Iterable[int]) -> tuple[Session, ...]:
    """The guild's sessions that run, or ran, in these channels: the one that started last comes first."""
    here = sessions.c.guild_id == guild_id, sessions.c.channel_id.in_(list(channel_ids))
    wanted = select(sessions).where(*here, sessions.c.state.in_(("live", "finished")))
    return await many(connection, Session, wanted.order_by(sessions.c.started_at.desc()))
