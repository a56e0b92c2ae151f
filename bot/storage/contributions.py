"""What people said."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import randbits
from typing import Literal

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.polls import Poll
from bot.storage.records import many, record
from bot.storage.tables import contributions, left_out, reviews, sessions
from bot.storage.upsert import upsert

Kind = Literal["takeaway", "improvement", "answer"]


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
    poll_id: int | None


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
        await _add(connection, whose | new)


async def _add(connection: AsyncConnection, values: Mapping[str, object]) -> None:
    # At random, so that no id tells the order in which people were seen to act.
    await connection.execute(insert(contributions).values(id=1 + randbits(52), **values))


async def put_answer(connection: AsyncConnection, poll: Poll, author: int, text: str, *, quotable: bool) -> None:
    """Replace the author's answer to an open question; empty text takes it back."""
    mine = _by(author, poll.session_id) & _to(poll.id)
    await connection.execute(delete(contributions).where(mine))
    if text:
        whose = {"session_id": poll.session_id, "poll_id": poll.id, "author": author, "kind": "answer"}
        await _add(connection, whose | {"text": text, "quotable": quotable, "state": "captured"})


async def answered(connection: AsyncConnection, poll_id: int) -> int:
    """How many have answered an open question."""
    count = select(func.count()).select_from(contributions).where(contributions.c.poll_id == poll_id)
    return (await connection.execute(count)).scalar_one()


def _by(author: int, session_id: int) -> ColumnElement[bool]:
    return (contributions.c.author == author) & (contributions.c.session_id == session_id)


def _to(poll_id: int | None) -> ColumnElement[bool]:
    """To an open question, or else to none: in the review."""
    return contributions.c.poll_id.is_(None) if poll_id is None else contributions.c.poll_id == poll_id


async def by_author(
    connection: AsyncConnection, session_id: int, author: int, poll_id: int | None = None
) -> tuple[Contribution, ...]:
    """What one person said in a session's review, or to an open question."""
    wanted = select(contributions).where(_by(author, session_id), _to(poll_id)).order_by(contributions.c.kind.desc())
    return await many(connection, Contribution, wanted)


async def in_session(
    connection: AsyncConnection, session_id: int, poll_id: int | None = None
) -> list[tuple[Contribution, bool]]:
    """Everything said in a session's review, or to an open question, ordered by the words.

    Each comes with whether its author wants it left out.
    """
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, out.label("out")).join(sessions, sessions.c.id == contributions.c.session_id)
    wanted = wanted.where(contributions.c.session_id == session_id, _to(poll_id))
    rows = await connection.execute(wanted.order_by(contributions.c.text))
    return [(record(Contribution, row), row.out) for row in rows]


async def show(connection: AsyncConnection, ids: list[int], board_id: int) -> None:
    """Record that a host has chosen contributions for a board."""
    chosen = contributions.c.id.in_(ids)
    await connection.execute(update(contributions).where(chosen).values(board_id=board_id))
