"""Offers of help, and who asked to be introduced to whoever made them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.contributions import Contribution
from bot.storage.records import many, one, record
from bot.storage.tables import contributions, introductions, left_out, offers, sessions
from bot.storage.upsert import upsert

Type = Literal["link", "person", "project", "paper", "place"]
State = Literal["asked", "agreed", "declined", "withdrawn"]


@dataclass(frozen=True)
class Offer:
    """What is offered, in which ``part`` of the series. ``out``: its author wants it left out."""

    said: Contribution
    type: Type
    part: int
    out: bool


@dataclass(frozen=True)
class Introduction:
    """``asker`` wants to know who made an offer; negative once they are erased. What came of it each says."""

    id: int
    contribution_id: int
    asker: int
    state: State
    asker_says: str
    offerer_says: str


async def put(connection: AsyncConnection, contribution_id: int, kind: Type) -> None:
    """Say of what type an offer is."""
    await connection.execute(upsert(connection, offers), {"contribution_id": contribution_id, "type": kind})


async def get(connection: AsyncConnection, contribution_id: int) -> Offer | None:
    """One offer."""
    return next(iter(await _found(connection, contributions.c.id == contribution_id)), None)


async def of_session(connection: AsyncConnection, session_id: int) -> list[Offer]:
    """The offers made in one session, ordered by the words."""
    return await _found(connection, contributions.c.session_id == session_id)


async def of_series(connection: AsyncConnection, series_id: int) -> list[Offer]:
    """The offers of a series without those of rehearsals, by session, then ordered by the words."""
    return await _found(connection, (sessions.c.series_id == series_id) & sessions.c.rehearses.is_(None))


async def _found(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Offer]:
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, offers.c.type, sessions.c.number.label("part"), out.label("out"))
    wanted = wanted.select_from(contributions).join(offers).join(sessions).where(which)
    rows = await connection.execute(wanted.order_by(sessions.c.number, contributions.c.text, contributions.c.id))
    return [Offer(record(Contribution, row), row.type, row.part, row.out) for row in rows]


async def ask(connection: AsyncConnection, contribution_id: int, asker: int) -> int:
    """Record that somebody asks to be introduced; the id."""
    new = insert(introductions).values(contribution_id=contribution_id, asker=asker, state="asked")
    return (await connection.execute(new.returning(introductions.c.id))).scalar_one()


async def introduction(connection: AsyncConnection, introduction_id: int) -> Introduction | None:
    """One introduction."""
    wanted = select(introductions).where(introductions.c.id == introduction_id)
    return await one(connection, Introduction, wanted)


async def asked_by(connection: AsyncConnection, contribution_id: int, asker: int) -> Introduction | None:
    """What somebody asked about an offer."""
    theirs = introductions.c.contribution_id == contribution_id, introductions.c.asker == asker
    return await one(connection, Introduction, select(introductions).where(*theirs))


async def waiting(connection: AsyncConnection, guild_id: int, asker: int) -> int:
    """How many of somebody's requests in the guild wait for an answer."""
    wanted = select(func.count()).select_from(introductions).join(contributions).join(sessions)
    theirs = introductions.c.asker == asker, introductions.c.state == "asked", sessions.c.guild_id == guild_id
    return (await connection.execute(wanted.where(*theirs))).scalar_one()


async def concerning(connection: AsyncConnection, person: int, of: list[int]) -> tuple[Introduction, ...]:
    """The introductions that somebody asked for, or is asked about, through these offers; what waits comes first."""
    theirs = (introductions.c.asker == person) | (contributions.c.author == person)
    wanted = select(introductions).join(contributions).where(theirs, contributions.c.id.in_(of))
    return await many(
        connection, Introduction, wanted.order_by(introductions.c.state != "asked", introductions.c.id.desc())
    )


async def change(connection: AsyncConnection, asked: Introduction, state: State) -> bool:
    """Bring an introduction into a state. False where it is no longer in the one it had: somebody else was first."""
    as_it_was = introductions.c.id == asked.id, introductions.c.state == asked.state
    return (await connection.execute(update(introductions).where(*as_it_was).values(state=state))).rowcount == 1


async def say(connection: AsyncConnection, introduction_id: int, **words: str) -> None:
    """Record what came of an introduction: ``asker_says`` or ``offerer_says``."""
    await connection.execute(update(introductions).where(introductions.c.id == introduction_id).values(**words))


async def of_offers(connection: AsyncConnection, ids: list[int]) -> tuple[Introduction, ...]:
    """Everything that was asked about these offers."""
    wanted = select(introductions).where(introductions.c.contribution_id.in_(ids)).order_by(introductions.c.id)
    return await many(connection, Introduction, wanted)


async def waiting_in(connection: AsyncConnection, session_id: int) -> tuple[int, ...]:
    """The introductions that wait for an answer, about offers of a session."""
    wanted = select(introductions.c.id).join(contributions).where(contributions.c.session_id == session_id)
    return tuple((await connection.execute(wanted.where(introductions.c.state == "asked"))).scalars())
