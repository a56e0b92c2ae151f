"""The lease: which one process may work on a database, and until when."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import lease
from bot.storage.upsert import insert

ONLY = 1
"""The lease's id: there is one, for the whole database."""


def lock_of(url: str) -> Path | None:
    """The file to lock beside an SQLite database; None for a database that is not a file of this machine."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    database = Path(parsed.database).resolve()  # one lock, by whatever name the database is known
    return database.with_name(f"{database.name}.lock")


async def take(
    connection: AsyncConnection, holder: str, now: datetime, until: datetime, *, bereft: bool = False
) -> datetime | None:
    """Take the lease if it is free or has run out. None when it is ``holder``'s now, else until when it is another's.

    ``bereft``: it is known that whoever holds it has died, so it is taken over at once.
    """
    new = insert(connection, lease).values(id=ONLY, holder=holder, until=until)
    free = None if bereft else or_(lease.c.holder == holder, lease.c.until <= now)
    new = new.on_conflict_do_update(
        index_elements=[lease.c.id],
        set_={"holder": new.excluded.holder, "until": new.excluded.until},
        where=free,
    )
    if (await connection.execute(new.returning(lease.c.id))).first():
        return None
    return (await connection.execute(select(lease.c.until).where(lease.c.id == ONLY))).scalar_one()


async def renew(connection: AsyncConnection, holder: str, until: datetime) -> bool:
    """Hold the lease for longer. False where it is not ``holder``'s any more."""
    held = update(lease).where(lease.c.id == ONLY, lease.c.holder == holder)
    return (await connection.execute(held.values(until=until))).rowcount == 1


async def release(connection: AsyncConnection, holder: str) -> None:
    """Give the lease back, if it is ``holder``'s."""
    await connection.execute(delete(lease).where(lease.c.id == ONLY, lease.c.holder == holder))
