"""The rooms that breakout groups meet in: which are owed, which are there, and who is yet to be brought into them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import boards
from bot.storage.records import many, one
from bot.storage.tables import boards as board_rows
from bot.storage.tables import breakout_groups, breakout_members, breakouts, sessions

Kind = Literal["threads", "voice"]
State = Literal["none", "owed", "made", "gone"]


@dataclass(frozen=True)
class Room:
    """The room of the group with this ``id``; ``session_channel`` is the channel of the group's session.

    ``open``: people are to be in it now.
    """

    id: int
    name: str
    breakout_id: int
    number: int
    session_id: int
    guild_id: int
    session_channel: int | None
    kind: Kind
    state: State
    channel_id: int | None
    open: bool
    prompt: str
    opened_at: datetime
    ends_at: datetime


OPEN: tuple[State, ...] = ("owed", "made")
"""A room that there is, or that there has to be."""

_COLUMNS = (
    breakout_groups.c.id,
    breakout_groups.c.name,
    breakout_groups.c.breakout_id,
    breakouts.c.number,
    breakouts.c.session_id,
    sessions.c.guild_id,
    sessions.c.channel_id.label("session_channel"),
    breakouts.c.rooms.label("kind"),
    breakout_groups.c.room_state.label("state"),
    breakout_groups.c.channel_id,
    and_(breakouts.c.state == "open", sessions.c.state == "live").label("open"),
    breakouts.c.prompt,
    breakouts.c.opened_at,
    breakouts.c.ends_at,
)

_ROOMS: Any = (
    select(*_COLUMNS)
    .join_from(breakout_groups, breakouts)
    .join(sessions)
    .where(breakouts.c.rooms != "zoom")
    .order_by(breakout_groups.c.id)
)


async def unfinished(connection: AsyncConnection) -> tuple[Room, ...]:
    """The rooms that are owed or there."""
    return await many(connection, Room, _ROOMS.where(breakout_groups.c.room_state.in_(OPEN)))


async def of_groups(connection: AsyncConnection, groups: Collection[int]) -> tuple[Room, ...]:
    """The rooms of those of the groups that there are."""
    return await many(connection, Room, _ROOMS.where(breakout_groups.c.id.in_(groups)))


async def get(connection: AsyncConnection, group_id: int) -> Room | None:
    """The room of one group."""
    return await one(connection, Room, _ROOMS.where(breakout_groups.c.id == group_id))


async def guilds(connection: AsyncConnection) -> set[int]:
    """Where groups have ever met in rooms."""
    wanted = select(sessions.c.guild_id).join(breakouts).where(breakouts.c.rooms != "zoom")
    return set((await connection.execute(wanted.distinct())).scalars())


async def waiting(connection: AsyncConnection) -> defaultdict[int, list[int]]:
    """Who is yet to be brought into their room, by group, without those whose link is cut."""
    wanted = (
        select(breakout_members.c.group_id, breakout_members.c.person)
        .join(breakout_groups)
        .where(breakout_members.c.person > 0, breakout_members.c.brought.is_(False))
        .where(breakout_groups.c.room_state.in_(OPEN))
        .order_by(breakout_members.c.group_id, breakout_members.c.person)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for group_id, person in await connection.execute(wanted):
        found[group_id].append(person)
    return found


async def members(connection: AsyncConnection, group_id: int) -> list[int]:
    """Who is in a group, without those whose link is cut."""
    wanted = select(breakout_members.c.person).where(breakout_members.c.group_id == group_id)
    return list((await connection.execute(wanted.where(breakout_members.c.person > 0))).scalars())


async def made(connection: AsyncConnection, room: Room, channel_id: int, now: datetime) -> int:
    """Record which channel a room became, and that its first message is owed; the board."""
    values = {"room_state": "made", "channel_id": channel_id}
    await connection.execute(update(breakout_groups).where(breakout_groups.c.id == room.id).values(values))
    return await boards.add(connection, "room", room.id, room.guild_id, channel_id, now=now)


async def bring(connection: AsyncConnection, group_id: int, people: Collection[int]) -> None:
    """Record who was brought into a group's room."""
    theirs = breakout_members.c.group_id == group_id, breakout_members.c.person.in_(people)
    await connection.execute(update(breakout_members).where(*theirs).values(brought=True))


async def forget_board(connection: AsyncConnection, group_id: int) -> None:
    """Nobody looks after the room's first message any more."""
    await connection.execute(delete(board_rows).where(board_rows.c.kind == "room", board_rows.c.subject == group_id))


async def gone(connection: AsyncConnection, group_id: int) -> None:
    """Record that a room is cleared, or will not be made."""
    await forget_board(connection, group_id)
    await connection.execute(update(breakout_groups).where(breakout_groups.c.id == group_id).values(room_state="gone"))


async def deleted(connection: AsyncConnection, channel_id: int) -> int | None:
    """A channel has been deleted: if it was a room, it is gone; the breakout it was of."""
    found = await one(
        connection,
        Room,
        _ROOMS.where(breakout_groups.c.channel_id == channel_id, breakout_groups.c.room_state == "made"),
    )
    if found is None:
        return None
    await gone(connection, found.id)
    return found.breakout_id
