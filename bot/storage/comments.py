"""Chat messages as they come in: many at once, so each question is asked once for all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbits

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import cues
from bot.storage.contributions import Contribution
from bot.storage.records import many
from bot.storage.sessions import Session
from bot.storage.tables import breakout_groups, contributions, left_out, listening, sessions, supports
from bot.storage.upsert import upsert

TICK = (1 << 22) - 1
"""The part of a message's id that is no time."""

BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
"""From when on Discord counts the milliseconds in its ids."""


@dataclass(frozen=True)
class Heard:
    """A chat message. ``parent_id`` is the channel that its thread is in, ``reply_to`` the message it replies to."""

    guild_id: int
    channel_id: int
    parent_id: int | None
    message_id: int
    author: int
    text: str
    reply_to: int | None = None


def written(message_id: int) -> datetime:
    """When a message was written."""
    return BEGINNING + timedelta(milliseconds=message_id >> 22)


async def stages(connection: AsyncConnection, channel_ids: Collection[int]) -> dict[int, Session]:
    """The sessions that are live in these channels, by the channel."""
    wanted = select(sessions).where(sessions.c.channel_id.in_(channel_ids), sessions.c.state == "live")
    return {session.channel: session for session in await many(connection, Session, wanted)}


async def breakout_rooms(connection: AsyncConnection, channel_ids: Collection[int]) -> set[int]:
    """Which of these channels are, or were, the rooms of breakouts."""
    wanted = select(breakout_groups.c.channel_id).where(breakout_groups.c.channel_id.in_(channel_ids))
    return set((await connection.execute(wanted)).scalars())


async def left_out_of(connection: AsyncConnection, authors: Collection[int]) -> set[tuple[int, int]]:
    """Which of these people asked to be left out, with the guild where they did."""
    wanted = select(left_out.c.guild_id, left_out.c.person).where(left_out.c.person.in_(authors))
    return {(guild_id, person) for guild_id, person in await connection.execute(wanted)}


async def of_messages(connection: AsyncConnection, message_ids: Collection[int]) -> dict[int, Contribution]:
    """What was captured of these messages, by the message."""
    wanted = select(contributions).where(contributions.c.message_id.in_(message_ids))
    return {each.message_id: each for each in await many(connection, Contribution, wanted) if each.message_id}


async def add(connection: AsyncConnection, new: Sequence[tuple[Session, Heard]], known: Mapping[int, int]) -> None:
    """Keep messages as comments. ``known`` are the contributions that they may reply to, by the message."""
    ids = dict(known)
    begun = await cues.begun(connection, {session.id for session, _ in new})
    rows: list[dict[str, object]] = []
    for session, heard in new:
        # At random, so that no id tells the order in which people were seen to act.
        ids[heard.message_id] = 1 + randbits(52)
        rows.append(
            {
                "id": ids[heard.message_id],
                "session_id": session.id,
                "author": heard.author,
                "kind": "comment",
                "text": heard.text,
                "quotable": True,
                "state": "captured",
                "channel_id": heard.channel_id,
                "message_id": heard.message_id,
                "reply_to": ids.get(heard.reply_to or 0),
                "step": begun[session.id].at(written(heard.message_id)),
            }
        )
    if rows:
        await connection.execute(insert(contributions), rows)


async def listened(connection: AsyncConnection, session_id: int, message_id: int) -> None:
    """The session's chat has been listened to up to this message."""
    heard = max(message_id | TICK, await heard_until(connection, session_id) or 0)
    await connection.execute(upsert(connection, listening), {"session_id": session_id, "heard": heard})


async def heard_until(connection: AsyncConnection, session_id: int) -> int | None:
    """How far the session's chat has been listened to."""
    wanted = select(listening.c.heard).where(listening.c.session_id == session_id)
    return (await connection.execute(wanted)).scalar_one_or_none()


async def in_channel(connection: AsyncConnection, session_id: int, channel_id: int) -> tuple[Contribution, ...]:
    """What a session has kept of a channel's messages."""
    here = contributions.c.session_id == session_id, contributions.c.channel_id == channel_id
    wanted = select(contributions).where(*here, contributions.c.message_id.is_not(None))
    return await many(connection, Contribution, wanted.where(contributions.c.state.not_in(("withdrawn", "erased"))))


async def clear(connection: AsyncConnection, contribution_id: int, emoji: str | None) -> None:
    """Somebody has taken away all reactions to a message, or all of one emoji."""
    gone = delete(supports).where(supports.c.contribution_id == contribution_id, supports.c.emoji != "")
    await connection.execute(gone if emoji is None else gone.where(supports.c.emoji == emoji))


async def counted(connection: AsyncConnection, session_id: int) -> tuple[int, int]:
    """How many comments a session has, and from how many people."""
    wanted = select(func.count(), func.count(contributions.c.author.distinct())).where(
        contributions.c.session_id == session_id,
        contributions.c.kind == "comment",
        contributions.c.state != "withdrawn",
    )
    comments, people = (await connection.execute(wanted)).one()
    return comments, people
