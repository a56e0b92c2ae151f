"""Which session a command means."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many
from bot.storage.sessions import Series, Session
from bot.storage.tables import series, sessions


async def newest_series(connection: AsyncConnection, guild_id: int | None, key: str | None) -> tuple[Series, ...]:
    """The series of all guilds, or of one, under all keys, or one; the one imported last comes first."""
    wanted = select(series).order_by(series.c.imported_at.desc(), series.c.id.desc())
    if guild_id is not None:
        wanted = wanted.where(series.c.guild_id == guild_id)
    if key is not None:
        wanted = wanted.where(series.c.key == key)
    return await many(connection, Series, wanted)


async def numbered(connection: AsyncConnection, series_id: int, number: int) -> Session | None:
    """The part of a series of that number; never a rehearsal."""
    this = sessions.c.series_id == series_id, sessions.c.number == number, sessions.c.rehearses.is_(None)
    return next(iter(await many(connection, Session, select(sessions).where(*this))), None)
