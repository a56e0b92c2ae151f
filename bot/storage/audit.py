"""What hosts did with what people said, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.contributions import Contribution
from bot.storage.records import many
from bot.storage.tables import audit

Act = Literal["hide", "hold", "restore", "dismiss", "merge"]


@dataclass(frozen=True)
class Entry:
    """One thing a host did; ``host`` is negative once they are erased."""

    session_id: int
    contribution_id: int
    host: int
    act: Act
    why: str
    at: datetime


async def add(
    connection: AsyncConnection, guild_id: int, said: Contribution, host: int, act: Act, why: str, at: datetime
) -> None:
    """Record what a host did with a contribution."""
    about = {"guild_id": guild_id, "session_id": said.session_id, "contribution_id": said.id}
    await connection.execute(insert(audit).values(**about, host=host, act=act, why=why, at=at))


async def of(connection: AsyncConnection, session_id: int) -> tuple[Entry, ...]:
    """What hosts did in a session, in order."""
    return await many(connection, Entry, select(audit).where(audit.c.session_id == session_id).order_by(audit.c.id))
