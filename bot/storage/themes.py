"""Themes: named groups of what people said in a session, and what is in each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.records import many, one
from bot.storage.tables import theme_contributions, theme_imports, themes
from bot.storage.upsert import upsert

Tags = Collection[tuple[int, int]]
"""Pairs of a theme's id and a contribution's."""


@dataclass(frozen=True)
class Theme:
    """``signed_by`` is the name of whoever vouches for it, empty while nobody does.

    ``section`` is the step of the run of show that it is put beside, where a host has said so; ``reply`` what hosts or
    the panel say to it.
    """

    id: int
    session_id: int
    name: str
    signed_by: str
    signed_at: datetime | None
    section: int | None
    reply: str


async def get(connection: AsyncConnection, theme_id: int) -> Theme | None:
    """One theme."""
    return await one(connection, Theme, select(themes).where(themes.c.id == theme_id))


async def of(connection: AsyncConnection, session_id: int) -> tuple[Theme, ...]:
    """A session's themes, by their names."""
    found = await many(connection, Theme, select(themes).where(themes.c.session_id == session_id))
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.name)))


async def add(connection: AsyncConnection, session_id: int, name: str) -> int:
    """Add a theme; its id."""
    new = insert(themes).values(session_id=session_id, name=name, signed_by="")
    return (await connection.execute(new.returning(themes.c.id))).scalar_one()


async def change(connection: AsyncConnection, ids: Iterable[int], **values: Any) -> None:
    """Change themes."""
    await connection.execute(update(themes).where(themes.c.id.in_(list(ids))).values(**values))


async def remove(connection: AsyncConnection, theme_id: int) -> None:
    """Remove a theme; what was in it stays as it is."""
    await connection.execute(delete(themes).where(themes.c.id == theme_id))


async def tags(connection: AsyncConnection, session_id: int) -> set[tuple[int, int]]:
    """What is in which of a session's themes, whatever has become of it since."""
    wanted = select(theme_contributions).join(themes).where(themes.c.session_id == session_id)
    return {(row.theme_id, row.contribution_id) for row in await connection.execute(wanted)}


async def tag(connection: AsyncConnection, pairs: Tags) -> None:
    """Put contributions into themes."""
    if pairs:
        await bulk.insert(connection, theme_contributions, _PAIR, sorted(pairs), unless_there=True)


async def untag(connection: AsyncConnection, pairs: Tags) -> None:
    """Take contributions out of themes."""
    if pairs:
        await bulk.delete(connection, theme_contributions, _PAIR, sorted(pairs))


_PAIR = ("theme_id", "contribution_id")


async def keep_import(connection: AsyncConnection, session_id: int, lines: list[Any]) -> None:
    """Keep what a spreadsheet says until a host decides; it takes the place of the one before."""
    await connection.execute(upsert(connection, theme_imports), {"session_id": session_id, "lines": lines})


async def kept_import(connection: AsyncConnection, session_id: int) -> list[Any] | None:
    """The spreadsheet that waits for a decision."""
    wanted = select(theme_imports.c.lines).where(theme_imports.c.session_id == session_id)
    return (await connection.execute(wanted)).scalar_one_or_none()


async def drop_import(connection: AsyncConnection, session_id: int) -> None:
    """It has been decided."""
    await connection.execute(delete(theme_imports).where(theme_imports.c.session_id == session_id))
