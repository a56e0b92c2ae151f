"""What people say of themselves, once a series. No query here knows of a ballot, and none may."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one
from bot.storage.tables import left_out, participations, profiles, series
from bot.storage.upsert import upsert


@dataclass(frozen=True)
class Profile:
    """What somebody said of themselves; each answer is empty where they gave none."""

    role: str = ""
    organisation: str = ""
    reach: str = ""
    region: str = ""


async def get(connection: AsyncConnection, series_id: int, person: int) -> Profile:
    """What one person said."""
    wanted = select(profiles).where(profiles.c.series_id == series_id, profiles.c.person == person)
    return await one(connection, Profile, wanted) or Profile()


async def put(connection: AsyncConnection, series_id: int, person: int, profile: Profile) -> None:
    """Replace what one person said; nothing is kept where all of it is empty."""
    if profile != Profile():
        values = {"series_id": series_id, "person": person, **vars(profile)}
        await connection.execute(upsert(connection, profiles), values)
        return
    await connection.execute(delete(profiles).where(profiles.c.series_id == series_id, profiles.c.person == person))


async def in_series(connection: AsyncConnection, series_id: int) -> tuple[Profile, ...]:
    """What people said in a series, but for those who want to be left out."""
    return await many(connection, Profile, _shared().where(profiles.c.series_id == series_id))


async def in_session(connection: AsyncConnection, series_id: int, session_id: int) -> tuple[Profile, ...]:
    """The same of those who took part in a session of it."""
    came = select(participations.c.person).where(participations.c.session_id == session_id)
    return await many(
        connection, Profile, _shared().where(profiles.c.series_id == series_id, profiles.c.person.in_(came))
    )


def _shared() -> Select[Any]:
    theirs = (left_out.c.person == profiles.c.person) & (left_out.c.guild_id == series.c.guild_id)
    return select(profiles).join(series).outerjoin(left_out, theirs).where(left_out.c.person.is_(None))
