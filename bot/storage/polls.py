"""Polls and the ballots in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one
from bot.storage.tables import ballots, polls

Results = Literal["at_close", "live"]


@dataclass(frozen=True)
class Poll:
    """A poll that was opened. ``choices`` is how many of the options one person may pick."""

    id: int
    guild_id: int
    session_id: int
    number: int
    prepared: str | None
    question: str
    options: Sequence[str]
    choices: int
    results: Results
    state: Literal["open", "closed"]
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it takes answers."""
        return self.state == "open"


async def get(connection: AsyncConnection, poll_id: int) -> Poll | None:
    """One poll."""
    return await one(connection, Poll, select(polls).where(polls.c.id == poll_id))


async def in_session(connection: AsyncConnection, session_id: int) -> tuple[Poll, ...]:
    """A session's polls in the order they were opened."""
    wanted = select(polls).where(polls.c.session_id == session_id).order_by(polls.c.number)
    return await many(connection, Poll, wanted)


async def ids_in(connection: AsyncConnection, session_ids: Iterable[int]) -> tuple[int, ...]:
    """The polls of several sessions."""
    wanted = select(polls.c.id).where(polls.c.session_id.in_(list(session_ids)))
    return tuple((await connection.execute(wanted)).scalars())


async def insert_poll(connection: AsyncConnection, **values: Any) -> int:
    """Add a poll, numbered after the session's others; its id."""
    last = select(func.coalesce(func.max(polls.c.number), 0)).where(polls.c.session_id == values["session_id"])
    number = (await connection.execute(last)).scalar_one() + 1
    new = insert(polls).values(number=number, **values).returning(polls.c.id)
    return (await connection.execute(new)).scalar_one()


async def close(connection: AsyncConnection, poll_id: int, now: datetime) -> bool:
    """Close an open poll. False where it was closed already: somebody else was first."""
    open_one = polls.c.id == poll_id, polls.c.state == "open"
    done = await connection.execute(update(polls).where(*open_one).values(state="closed", closed_at=now))
    return done.rowcount == 1


async def put_ballot(connection: AsyncConnection, poll: Poll, voter: int, chosen: Sequence[int]) -> None:
    """Replace the voter's answer; an empty one takes it back."""
    mine = ballots.c.poll_id == poll.id, ballots.c.voter == voter
    await connection.execute(delete(ballots).where(*mine))
    if chosen:
        rows = [
            {"poll_id": poll.id, "voter": voter, "slot": slot, "option": option} for slot, option in enumerate(chosen)
        ]
        await connection.execute(insert(ballots), rows)


async def ballot(connection: AsyncConnection, poll_id: int, voter: int) -> tuple[int, ...]:
    """The options a person chose, empty where they have not answered."""
    mine = select(ballots.c.option).where(ballots.c.poll_id == poll_id, ballots.c.voter == voter)
    return tuple((await connection.execute(mine.order_by(ballots.c.slot))).scalars())


async def all_ballots(connection: AsyncConnection, poll_id: int) -> list[tuple[int, int]]:
    """Every (voter, option) of a poll."""
    wanted = select(ballots.c.voter, ballots.c.option).where(ballots.c.poll_id == poll_id)
    return [(row.voter, row.option) for row in await connection.execute(wanted)]


async def respondents(connection: AsyncConnection, poll_id: int) -> int:
    """How many distinct people have answered."""
    count = select(func.count(ballots.c.voter.distinct())).where(ballots.c.poll_id == poll_id)
    return (await connection.execute(count)).scalar_one()
