"""What is kept about one person, and how it is taken out again."""

from collections.abc import Collection
from secrets import randbits

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.database import forget
from bot.storage.tables import (
    ballots,
    boards,
    contributions,
    left_out,
    participations,
    polls,
    reviews,
    sessions,
    sign_ups,
)

BLANK = {"text": "", "quotable": False, "state": "erased", "board_id": None}
"""Words that were taken out: the row stays, so that the number printed stays true."""


def nobody() -> int:
    """A number that leads to no one: it stands for a person whose link has been cut."""
    return -1 - randbits(62)


async def take_part(connection: AsyncConnection, who: Collection[tuple[int, int]]) -> None:
    """Record, once each, that in a session (its id) somebody did something."""
    if who:
        await bulk.insert(connection, participations, ("session_id", "person"), sorted(who), unless_there=True)


async def took_part(connection: AsyncConnection, session_id: int) -> int:
    """How many distinct people did anything in the session."""
    count = select(func.count()).select_from(participations).where(participations.c.session_id == session_id)
    return (await connection.execute(count)).scalar_one()


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
    """The guild's sessions in which the person did anything, in order."""
    wanted = select(sessions.c.id).join(participations).where(sessions.c.guild_id == guild_id)
    wanted = wanted.where(participations.c.person == person).order_by(sessions.c.id)
    return tuple((await connection.execute(wanted)).scalars())


async def erase(connection: AsyncConnection, session_id: int, person: int) -> None:
    """Take the person out of a session. A number of nobody's, one a session, keeps the totals true.

    What is still open loses their answer altogether. What is closed keeps its totals: the answer stays
    without its link, the words go. What they answered under a pseudonym is not found here.
    """
    forget(connection)
    instead = nobody()
    open_polls = select(polls.c.id).where(polls.c.session_id == session_id, polls.c.state == "open")
    all_polls = select(polls.c.id).where(polls.c.session_id == session_id)
    mine = ballots.c.voter == person
    await connection.execute(delete(ballots).where(mine, ballots.c.poll_id.in_(open_polls)))
    counted = await connection.execute(
        update(ballots).where(mine, ballots.c.poll_id.in_(all_polls)).values(voter=instead)
    )
    review_open = select(reviews.c.session_id).where(reviews.c.state == "open")
    said = (contributions.c.author == person) & (contributions.c.session_id == session_id)
    to_review = contributions.c.poll_id.is_(None) & contributions.c.session_id.in_(review_open)
    await connection.execute(delete(contributions).where(said, to_review | contributions.c.poll_id.in_(open_polls)))
    blanked = await connection.execute(update(contributions).where(said).values(author=instead, **BLANK))
    await _forget_participation(connection, session_id, person, instead, left=counted.rowcount + blanked.rowcount)


async def unlink(connection: AsyncConnection, session_id: int) -> None:
    """Cut the links to accounts in all that was said in confidence in a session, with a number of nobody's for each.

    Whoever asked that their words be left out could not be told from others any more, so these words go.
    """
    forget(connection)
    confidential = select(polls.c.id).where(polls.c.session_id == session_id, polls.c.privacy == "confidential")
    cast = ballots.c.poll_id.in_(confidential), ballots.c.voter > 0
    review_or_poll = contributions.c.poll_id.is_(None) | contributions.c.poll_id.in_(confidential)
    said = contributions.c.session_id == session_id, contributions.c.author > 0, review_or_poll
    out = select(left_out.c.person).join(sessions, sessions.c.guild_id == left_out.c.guild_id)
    out = out.where(sessions.c.id == session_id)
    withheld = select(contributions.c.author).where(*said, contributions.c.author.in_(out))
    for person in set((await connection.execute(withheld)).scalars()):
        # Not the number of their ballots: few people ask for this.
        mine = update(contributions).where(*said, contributions.c.author == person)
        await connection.execute(mine.values(author=nobody(), **BLANK))
    everybody = select(ballots.c.voter).where(*cast).union(select(contributions.c.author).where(*said))
    numbers = [{"_person": person, "_instead": nobody()} for person in (await connection.execute(everybody)).scalars()]
    if numbers:
        for table, theirs, column in ((ballots, cast, "voter"), (contributions, said, "author")):
            of_one = update(table).where(*theirs, table.c[column] == bindparam("_person"))
            await connection.execute(of_one.values({column: bindparam("_instead")}), numbers)


async def _forget_participation(
    connection: AsyncConnection, session_id: int, person: int, instead: int, *, left: int
) -> None:
    """Someone nothing is left of took no part, unless the session's number has been printed already.

    In an anonymous poll that has closed nobody can tell whether something is left of them.
    """
    mine = (participations.c.session_id == session_id) & (participations.c.person == person)
    finished = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.state == "finished")
    untold = select(polls.c.id).where(polls.c.session_id == session_id, polls.c.privacy == "anonymous")
    untold = untold.where(polls.c.state != "open")
    if left or (await connection.execute(finished.union_all(untold))).first():
        await connection.execute(update(participations).where(mine).values(person=instead))
    else:
        await connection.execute(delete(participations).where(mine))


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
