"""Taking a person out of what was kept, and cutting the links to accounts."""

from collections.abc import Collection, Sequence
from hashlib import blake2b
from secrets import randbits
from typing import Any, get_args

from sqlalchemy import Column, ColumnElement, Select, bindparam, case, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import reports, zoom
from bot.storage.boards import OfIntroduction
from bot.storage.contributions import REVIEW
from bot.storage.database import forget
from bot.storage.tables import (
    audit,
    ballots,
    boards,
    breakout_groups,
    breakout_members,
    breakouts,
    contributions,
    hands,
    introductions,
    left_out,
    participations,
    polls,
    profiles,
    questions,
    reviews,
    series,
    sessions,
    supports,
    unsaid,
)
from bot.storage.upsert import upsert

Conditions = tuple[ColumnElement[bool], ...]

BLANK: dict[str, Any] = {
    "text": "",
    "one_thing": "",
    "quotable": False,
    "state": case((contributions.c.state == "withdrawn", "withdrawn"), else_="erased"),
    "board_id": None,
    "channel_id": None,
    "message_id": None,
}
"""Words that were taken out: the row stays, so that the number printed stays true. What its author had taken back
before was not in it."""


def nobody() -> int:
    """A number that leads to no one: it stands for a person whose link has been cut."""
    return -1 - randbits(62)


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
    await _unsay(connection, said)
    to_review = contributions.c.kind.in_(REVIEW) & contributions.c.session_id.in_(review_open)
    await connection.execute(delete(contributions).where(said, to_review | contributions.c.poll_id.in_(open_polls)))
    await _forget_asker(connection, said)
    await _forget_outcomes(connection, session_id, {person})
    stands = select(func.count()).select_from(contributions).where(said, contributions.c.state != "withdrawn")
    left = counted.rowcount + (await connection.execute(stands)).scalar_one()
    await connection.execute(update(contributions).where(said).values(author=instead, **BLANK))
    await reports.prune(connection, session_id)
    await _rename(connection, session_id, person, instead)
    await _forget_participation(connection, session_id, person, instead, left=left)


async def _unsay(connection: AsyncConnection, said: ColumnElement[bool]) -> None:
    """Know the messages of these words again, which may still stand in the chat."""
    wanted = select(contributions.c.message_id).where(said, contributions.c.message_id.is_not(None))
    for message_id in (await connection.execute(wanted)).scalars().all():
        await connection.execute(upsert(connection, unsaid), {"digest": _digest(message_id)})


async def is_unsaid(connection: AsyncConnection, message_id: int) -> bool:
    """Whether the author of a message has had it erased."""
    wanted = select(unsaid.c.digest).where(unsaid.c.digest == _digest(message_id))
    return (await connection.execute(wanted)).first() is not None


def _digest(message_id: int) -> bytes:
    return blake2b(message_id.to_bytes(8, "big"), digest_size=16).digest()


async def _forget_asker(connection: AsyncConnection, said: ColumnElement[bool]) -> None:
    """Nobody's name stands beside these questions any more."""
    asked = questions.c.contribution_id.in_(select(contributions.c.id).where(said))
    await connection.execute(update(questions).where(asked).values(asker=""))


async def _forget_outcomes(connection: AsyncConnection, session_id: int, people: Collection[int] | Select[Any]) -> None:
    """What these people said came of introductions goes, on whichever side of them they are."""
    theirs = select(contributions.c.id).where(contributions.c.session_id == session_id)
    said = introductions.c.contribution_id.in_(theirs.where(contributions.c.author.in_(people)))
    await connection.execute(update(introductions).where(said).values(offerer_says=""))
    asked = introductions.c.contribution_id.in_(theirs) & introductions.c.asker.in_(people)
    await connection.execute(update(introductions).where(asked).values(asker_says=""))


async def _rename(connection: AsyncConnection, session_id: int, person: int, instead: int) -> None:
    """Have what else names the person in a session name nobody."""
    said = select(contributions.c.id).where(contributions.c.session_id == session_id)
    theirs = select(breakouts.c.id).where(breakouts.c.session_id == session_id)
    groups = select(breakout_groups.c.id).where(breakout_groups.c.breakout_id.in_(theirs))
    for column, where in (
        (supports.c.person, supports.c.contribution_id.in_(said)),
        (introductions.c.asker, introductions.c.contribution_id.in_(said)),
        (breakout_members.c.person, breakout_members.c.group_id.in_(groups)),
        (audit.c.host, audit.c.session_id == session_id),
        (hands.c.person, hands.c.session_id == session_id),
    ):
        await connection.execute(update(column.table).where(where, column == person).values({column.name: instead}))
    reporting = breakout_groups.c.breakout_id.in_(theirs), breakout_groups.c.rapporteur == person
    await connection.execute(update(breakout_groups).where(*reporting).values(rapporteur=None))


async def forget_profiles(connection: AsyncConnection, guild_id: int, person: int) -> None:
    """What the person said of themselves goes."""
    here = select(series.c.id).where(series.c.guild_id == guild_id)
    await connection.execute(delete(profiles).where(profiles.c.person == person, profiles.c.series_id.in_(here)))


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


async def unlink(connection: AsyncConnection, session_id: int) -> None:
    """Cut the links to accounts in all that was said in confidence in a session, with a number of nobody's for each.

    Whoever asked that their words be left out could not be told from others any more, so these words go.
    """
    confidential = _confidential(session_id)
    not_named = contributions.c.poll_id.is_(None) | contributions.c.poll_id.in_(confidential)
    said = contributions.c.session_id == session_id, contributions.c.author > 0, not_named
    await _unlink_introductions(connection, session_id, _left_out(session_id))
    await _blank_left_out(connection, session_id, said)
    await zoom.drop_proposed(connection, session_id)
    await _forget_asker(connection, contributions.c.session_id == session_id)
    # A message in the chat names its author to everybody who can read it there.
    await connection.execute(update(contributions).where(*said).values(channel_id=None, message_id=None))
    in_session = select(contributions.c.id).where(contributions.c.session_id == session_id)
    supported = supports.c.contribution_id.in_(in_session), supports.c.person > 0
    asked = introductions.c.contribution_id.in_(in_session), introductions.c.asker > 0
    links = (
        (ballots.c.voter, (ballots.c.poll_id.in_(confidential), ballots.c.voter > 0)),
        (contributions.c.author, said),
        (supports.c.person, supported),
        (introductions.c.asker, asked),
    )
    await _cut(connection, links)


async def unlink_answers(connection: AsyncConnection, session_id: int) -> None:
    """The same for the answers to confidential polls, whose links go when the report is published.

    Whoever said anything else can still have it taken out of that.
    """
    confidential = _confidential(session_id)
    said = contributions.c.poll_id.in_(confidential), contributions.c.author > 0
    await _blank_left_out(connection, session_id, said)
    cast = ballots.c.poll_id.in_(confidential), ballots.c.voter > 0
    await _cut(connection, ((ballots.c.voter, cast), (contributions.c.author, said)))


def _confidential(session_id: int) -> Select[Any]:
    return select(polls.c.id).where(polls.c.session_id == session_id, polls.c.privacy == "confidential")


def _left_out(session_id: int) -> Select[Any]:
    out = select(left_out.c.person).join(sessions, sessions.c.guild_id == left_out.c.guild_id)
    return out.where(sessions.c.id == session_id)


async def _blank_left_out(connection: AsyncConnection, session_id: int, said: Conditions) -> None:
    withheld = select(contributions.c.author).where(*said, contributions.c.author.in_(_left_out(session_id)))
    for person in set((await connection.execute(withheld)).scalars()):
        # Not the number of their ballots: few people ask for this.
        mine = update(contributions).where(*said, contributions.c.author == person)
        await connection.execute(mine.values(author=nobody(), **BLANK))
    await reports.prune(connection, session_id)


async def _cut(connection: AsyncConnection, links: Sequence[tuple[Column[Any], Conditions]]) -> None:
    """Have one number stand for each person in all of these columns."""
    forget(connection)
    everybody = union(*(select(column).where(*theirs) for column, theirs in links))
    numbers = [{"_person": person, "_instead": nobody()} for person in (await connection.execute(everybody)).scalars()]
    for column, theirs in links if numbers else ():
        of_one = update(column.table).where(*theirs, column == bindparam("_person"))
        await connection.execute(of_one.values({column.name: bindparam("_instead")}), numbers)


async def _unlink_introductions(connection: AsyncConnection, session_id: int, out: Select[Any]) -> None:
    """No direct message tells any more who made an offer or asked for it. ``out``: who asked to be left out."""
    await _forget_outcomes(connection, session_id, out)
    of_offers = select(introductions.c.id).join(contributions).where(contributions.c.session_id == session_id)
    sent = boards.c.kind.in_(get_args(OfIntroduction)), boards.c.subject.in_(of_offers)
    await connection.execute(update(boards).where(*sent).values(person=None, message_id=None, final=True))
