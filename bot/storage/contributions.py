"""What people said."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, record
from bot.storage.tables import contributions, left_out, reviews, sessions
from bot.storage.upsert import upsert

Kind = Literal["takeaway", "improvement"]


@dataclass(frozen=True)
class Contribution:
    """``quotable``: may be quoted without a name. ``board_id``: where a host has shown it, if one has."""

    id: int
    session_id: int
    author: int
    kind: Kind
    text: str
    quotable: bool
    state: Literal["captured", "erased"]
    board_id: int | None


async def review_state(connection: AsyncConnection, session_id: int) -> str | None:
    """``"open"``, ``"closed"``, or None before the session's review was opened."""
    wanted = select(reviews.c.state).where(reviews.c.session_id == session_id)
    return (await connection.execute(wanted)).scalar_one_or_none()


async def set_review(connection: AsyncConnection, session_id: int, state: str) -> None:
    """Open or close the session's review."""
    await connection.execute(upsert(connection, reviews), {"session_id": session_id, "state": state})


async def put(
    connection: AsyncConnection, session_id: int, author: int, kind: Kind, text: str, *, quotable: bool
) -> None:
    """Replace what the author said to one of the review's prompts; empty text takes it back.

    New words have not been chosen by a host, so they are shown on no board.
    """
    mine = _by(author, session_id) & (contributions.c.kind == kind)
    if not text:
        await connection.execute(delete(contributions).where(mine))
        return
    new = {"text": text, "quotable": quotable, "state": "captured", "board_id": None}
    # An index with a condition cannot be the target of an upsert in both dialects, so: change, else add.
    if not (await connection.execute(update(contributions).where(mine).values(new))).rowcount:
        whose = {"session_id": session_id, "author": author, "kind": kind}
        await connection.execute(insert(contributions).values(whose | new))


def _by(author: int, session_id: int) -> ColumnElement[bool]:
    return (contributions.c.author == author) & (contributions.c.session_id == session_id)


async def by_author(connection: AsyncConnection, session_id: int, author: int) -> tuple[Contribution, ...]:
    """What one person said in a session."""
    wanted = select(contributions).where(_by(author, session_id)).order_by(contributions.c.kind.desc())
    return await many(connection, Contribution, wanted)


async def in_session(connection: AsyncConnection, session_id: int) -> list[tuple[Contribution, bool]]:
    """Everything said in a session, each with whether its author wants it left out, ordered by the words."""
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, out.label("out")).join(sessions).where(contributions.c.session_id == session_id)
    rows = await connection.execute(wanted.order_by(contributions.c.text))
    return [(record(Contribution, row), row.out) for row in rows]


async def show(connection: AsyncConnection, ids: list[int], board_id: int) -> None:
    """Record that a host has chosen contributions for a board."""
    chosen = contributions.c.id.in_(ids)
    await connection.execute(update(contributions).where(chosen).values(board_id=board_id))
