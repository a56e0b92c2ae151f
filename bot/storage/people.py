"""What is kept about one person, and how it is taken out again."""

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.tables import (
    audit,
    boards,
    breakout_groups,
    breakout_members,
    breakouts,
    contributions,
    hands,
    introductions,
    left_out,
    participations,
    sessions,
    sign_ups,
    supports,
)


async def take_part(connection: AsyncConnection, who: Collection[tuple[int, int]]) -> None:
    """Record, once each, that in a session (its id) somebody did something."""
    if who:
        await bulk.insert(connection, participations, ("session_id", "person"), sorted(who), unless_there=True)


async def took_part(connection: AsyncConnection, session_id: int) -> int:
    """How many distinct people did anything in the session."""
    count = select(func.count()).select_from(participations).where(participations.c.session_id == session_id)
    return (await connection.execute(count)).scalar_one()


async def came_to(connection: AsyncConnection, session_ids: Collection[int]) -> dict[int, int]:
    """How many people took part in how many of these sessions: ``{1: 50, 2: 12}``. Erased people are told apart."""
    here = select(func.count().label("sessions")).where(participations.c.session_id.in_(list(session_ids)))
    each = here.group_by(participations.c.person).subquery()
    wanted = select(each.c.sessions, func.count()).group_by(each.c.sessions).order_by(each.c.sessions)
    return {came: people for came, people in await connection.execute(wanted)}  # noqa: C416  (rows are no pairs)


async def is_left_out(connection: AsyncConnection, guild_id: int, person: int) -> bool:
    """Whether the person asked that their words be left out of what is shared."""
    wanted = select(left_out).where(left_out.c.guild_id == guild_id, left_out.c.person == person)
    return (await connection.execute(wanted)).first() is not None


async def leave_out(connection: AsyncConnection, guild_id: int, person: int, *, out: bool) -> None:
    """Record the person's wish."""
    await connection.execute(delete(left_out).where(left_out.c.guild_id == guild_id, left_out.c.person == person))
    if out:
        await connection.execute(insert(left_out).values(guild_id=guild_id, person=person))


async def sessions_of(connection: AsyncConnection, guild_id: int, person: int) -> tuple[int, ...]:
    """The guild's sessions that hold anything of the person's, in order: whatever they did in them, and since."""
    of_said = select(contributions.c.session_id)
    groups = breakouts.join(breakout_groups)
    in_groups = select(breakouts.c.session_id).select_from(groups.join(breakout_members))
    anywhere = union(
        select(participations.c.session_id).where(participations.c.person == person),
        of_said.where(contributions.c.author == person),
        of_said.join(introductions).where(introductions.c.asker == person),
        of_said.join(supports).where(supports.c.person == person),
        select(breakouts.c.session_id).select_from(groups).where(breakout_groups.c.rapporteur == person),
        in_groups.where(breakout_members.c.person == person),
        select(hands.c.session_id).where(hands.c.person == person),
        select(audit.c.session_id).where(audit.c.host == person),
    )
    wanted = select(sessions.c.id).where(sessions.c.guild_id == guild_id, sessions.c.id.in_(anywhere))
    return tuple((await connection.execute(wanted.order_by(sessions.c.id))).scalars())


async def signed_up(connection: AsyncConnection, session_id: int) -> tuple[int, ...]:
    """Who asked for direct messages about the session."""
    wanted = select(sign_ups.c.person).where(sign_ups.c.session_id == session_id).order_by(sign_ups.c.person)
    return tuple((await connection.execute(wanted)).scalars())


async def sign_up(connection: AsyncConnection, session_id: int, person: int, *, wants: bool) -> None:
    """Record that the person wants direct messages about the session, or no longer does."""
    await connection.execute(delete(sign_ups).where(sign_ups.c.session_id == session_id, sign_ups.c.person == person))
    if wants:
        await connection.execute(insert(sign_ups).values(session_id=session_id, person=person))


async def signed_up_for(connection: AsyncConnection, guild_id: int, person: int) -> tuple[str, ...]:
    """The titles of the guild's sessions about which the person asked for direct messages, in order."""
    wanted = select(sessions.c.title).join(sign_ups).where(sessions.c.guild_id == guild_id)
    wanted = wanted.where(sign_ups.c.person == person).order_by(sessions.c.id)
    return tuple((await connection.execute(wanted)).scalars())


async def forget_messages(connection: AsyncConnection, guild_id: int, person: int) -> None:
    """The person is sent no more direct messages about the guild's sessions, and none leads back to them.

    The rows stay, addressed to nobody: the painter may be about to send one.
    """
    here = select(sessions.c.id).where(sessions.c.guild_id == guild_id)
    await connection.execute(delete(sign_ups).where(sign_ups.c.person == person, sign_ups.c.session_id.in_(here)))
    theirs = boards.c.guild_id == guild_id, boards.c.person == person
    await connection.execute(update(boards).where(*theirs).values(person=None, message_id=None, final=True))


async def did_take_part(connection: AsyncConnection, session_id: int, person: int) -> bool:
    """Whether the person did anything in the session."""
    wanted = select(participations).where(participations.c.session_id == session_id, participations.c.person == person)
    return (await connection.execute(wanted)).first() is not None
