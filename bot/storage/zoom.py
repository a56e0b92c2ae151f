"""What Zoom's own files say of a session."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import randbits
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.contributions import Contribution
from bot.storage.database import forget
from bot.storage.records import many, one
from bot.storage.tables import contributions, supports, zoom_files, zoom_people, zoom_polls
from bot.storage.upsert import upsert

Kind = Literal["polls", "people", "chat"]


@dataclass(frozen=True)
class ZoomFile:
    """A file as it was understood; ``content`` is empty once it was merged."""

    id: int
    session_id: int
    kind: Kind
    state: Literal["proposed", "merged"]
    content: dict[str, Any]


@dataclass(frozen=True)
class ZoomPollRow:
    """A poll that was held on Zoom: for each person the indices of what they chose. ``poll_id`` asked the same here."""

    id: int
    session_id: int
    number: int
    question: str
    options: Sequence[str]
    answers: Sequence[Sequence[int]]
    asked_at: datetime | None
    poll_id: int | None


async def propose(connection: AsyncConnection, session_id: int, kind: Kind, content: Mapping[str, Any]) -> int:
    """Keep what a file says until somebody decides; its id. It takes the place of others that wait."""
    await drop_proposed(connection, session_id, kind)
    new = insert(zoom_files).values(session_id=session_id, kind=kind, state="proposed", content=content)
    return (await connection.execute(new.returning(zoom_files.c.id))).scalar_one()


async def get(connection: AsyncConnection, file_id: int) -> ZoomFile | None:
    """One file."""
    return await one(connection, ZoomFile, select(zoom_files).where(zoom_files.c.id == file_id))


async def merged(connection: AsyncConnection, file_id: int) -> bool:
    """Record that a file's content stands elsewhere now. False where somebody else was first."""
    waits = zoom_files.c.id == file_id, zoom_files.c.state == "proposed"
    done = await connection.execute(update(zoom_files).where(*waits).values(state="merged", content={}))
    forget(connection)  # it told who had said what, and in which order
    return done.rowcount == 1


async def has_merged(connection: AsyncConnection, session_id: int, kind: Kind) -> bool:
    """Whether a file of that kind has been taken in."""
    these = zoom_files.c.session_id == session_id, zoom_files.c.kind == kind, zoom_files.c.state == "merged"
    return (await connection.execute(select(zoom_files.c.id).where(*these).limit(1))).first() is not None


async def drop_proposed(connection: AsyncConnection, session_id: int, kind: Kind | None = None) -> None:
    """Forget what waits, of one kind or of all."""
    waits = delete(zoom_files).where(zoom_files.c.session_id == session_id, zoom_files.c.state == "proposed")
    if (await connection.execute(waits if kind is None else waits.where(zoom_files.c.kind == kind))).rowcount:
        forget(connection)


async def polls_of(connection: AsyncConnection, session_id: int) -> tuple[ZoomPollRow, ...]:
    """The polls that were held on Zoom, in their order."""
    wanted = select(zoom_polls).where(zoom_polls.c.session_id == session_id).order_by(zoom_polls.c.number)
    return await many(connection, ZoomPollRow, wanted)


async def replace_polls(connection: AsyncConnection, session_id: int, new: Iterable[Mapping[str, Any]]) -> None:
    """Put polls in the place of those that there were."""
    await connection.execute(delete(zoom_polls).where(zoom_polls.c.session_id == session_id))
    if rows := [{"session_id": session_id, "number": number, **each} for number, each in enumerate(new, 1)]:
        await connection.execute(insert(zoom_polls), rows)


Stay = tuple[int, datetime, datetime]
"""A person's number, and from when to when they were there."""


async def stays(connection: AsyncConnection, session_id: int) -> set[Stay]:
    """Who was there and when."""
    wanted = select(zoom_people).where(zoom_people.c.session_id == session_id)
    return {(row.person, row.joined_at, row.left_at) for row in await connection.execute(wanted)}


async def replace_stays(connection: AsyncConnection, session_id: int, new: Collection[Stay]) -> None:
    """Put people in the place of those that there were."""
    await connection.execute(delete(zoom_people).where(zoom_people.c.session_id == session_id))
    names = "person", "joined_at", "left_at"
    if rows := [{"session_id": session_id, **dict(zip(names, each, strict=True))} for each in new]:
        await connection.execute(insert(zoom_people), rows)


async def comments(connection: AsyncConnection, session_id: int) -> dict[int, Contribution]:
    """What was written on Zoom, by the numbers that tell it apart."""
    wanted = select(contributions).where(contributions.c.session_id == session_id, contributions.c.message_id < 0)
    return {each.message_id: each for each in await many(connection, Contribution, wanted) if each.message_id}


async def comment_count(connection: AsyncConnection, session_id: int) -> int:
    """How much was written on Zoom."""
    these = contributions.c.session_id == session_id, contributions.c.message_id < 0
    return (await connection.execute(select(func.count()).select_from(contributions).where(*these))).scalar_one()


async def add_comments(
    connection: AsyncConnection,
    session_id: int,
    new: Sequence[Mapping[str, Any]],
    replies: Mapping[int, int],
    known: Mapping[int, int],
) -> dict[int, int]:
    """Keep what was written; the ids of all of it, with those ``known``, by the numbers that tell it apart.

    ``replies`` says which of them replies to which.
    """
    # At random, so that no id tells the order.
    ids = dict(known) | {each["message_id"]: 1 + randbits(52) for each in new}
    same = {"session_id": session_id, "kind": "comment", "state": "captured"}
    rows: list[dict[str, Any]] = []
    for each in new:  # in their order, so that what is replied to is there first
        key = each["message_id"]
        rows.append(same | dict(each) | {"id": ids[key], "reply_to": ids.get(replies.get(key, 0))})
    if rows:
        await connection.execute(insert(contributions), rows)
    return ids


async def support(connection: AsyncConnection, given: Collection[tuple[int, int, str]]) -> None:
    """Keep reactions: a contribution's id, a person and an emoji each. What is there already stays."""
    if rows := [{"contribution_id": said, "person": person, "emoji": emoji} for said, person, emoji in given]:
        await connection.execute(upsert(connection, supports), rows)
