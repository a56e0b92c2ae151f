"""What went wrong and hosts were told."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import notices


async def add(connection: AsyncConnection, guild_id: int, key: str, text: str) -> int | None:
    """Keep a notice; its id, or None where the guild's hosts have been told about ``key`` before."""
    told = select(notices.c.id).where(notices.c.guild_id == guild_id, notices.c.key == key)
    if (await connection.execute(told)).first():
        return None
    new = insert(notices).values(guild_id=guild_id, key=key, text=text)
    return (await connection.execute(new.returning(notices.c.id))).scalar_one()


async def text_of(connection: AsyncConnection, notice_id: int) -> str:
    """What a notice says."""
    return (await connection.execute(select(notices.c.text).where(notices.c.id == notice_id))).scalar_one()
