"""Which roles and channels of a guild are used for what."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import one
from bot.storage.tables import places
from bot.storage.upsert import upsert


@dataclass(frozen=True)
class Places:
    """Discord ids, None where nobody has said."""

    hosts: int | None = None
    organisers: int | None = None
    session_channel: int | None = None
    announcements_channel: int | None = None
    organiser_channel: int | None = None
    host_channel: int | None = None

    @property
    def for_hosts(self) -> int | None:
        """Where hosts are told things: their own channel, or else the organisers'."""
        return self.host_channel or self.organiser_channel


async def get(connection: AsyncConnection, guild_id: int) -> Places | None:
    """The guild's places, None before the first `/setup`."""
    return await one(connection, Places, select(places).where(places.c.guild_id == guild_id))


async def put(connection: AsyncConnection, guild_id: int, chosen: Places) -> None:
    """Replace the guild's places."""
    await connection.execute(upsert(connection, places), {"guild_id": guild_id, **asdict(chosen)})
