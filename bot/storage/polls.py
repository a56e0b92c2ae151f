"""The questions that were asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one
from bot.storage.tables import polls

Kind = Literal["single", "multiple", "rating", "ranking", "open", "place"]
Privacy = Literal["named", "confidential", "anonymous"]
Results = Literal["at_close", "live"]


@dataclass(frozen=True)
class Poll:
    """A poll that was opened. ``choices`` is how many of the options one person may pick, or rank.

    ``also`` are the other names of each option, ``shown`` is the live tally as the room sees it: rows of slot,
    option and count. ``rerun_of`` is the poll of which this is another run.
    """

    id: int
    guild_id: int
    session_id: int
    number: int
    prepared: str | None
    question: str
    options: Sequence[str]
    choices: int
    results: Results
    state: Literal["open", "closed", "void"]
    opened_at: datetime
    closed_at: datetime | None
    kind: Kind
    privacy: Privacy
    also: Sequence[Sequence[str]] | None
    rerun_of: int | None
    why_void: str
    shown: Sequence[tuple[int, int, int]] | None

    @property
    def open(self) -> bool:
        """Whether it takes answers."""
        return self.state == "open"


_ONE = select(polls).where(polls.c.id == bindparam("poll"))
_SHOW = update(polls).where(polls.c.id == bindparam("poll")).values(shown=bindparam("rows"))
# The two above are asked for at every group of ballots, and take longer to put together than to execute.


async def get(connection: AsyncConnection, poll_id: int) -> Poll | None:
    """One poll."""
    return await one(connection, Poll, _ONE, poll=poll_id)


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


async def move(connection: AsyncConnection, poll: Poll, state: str, **values: Any) -> bool:
    """Bring a poll into another state. False where it is no longer in the one it had: somebody else was first."""
    as_it_was = polls.c.id == poll.id, polls.c.state == poll.state
    done = await connection.execute(update(polls).where(*as_it_was).values(state=state, **values))
    return done.rowcount == 1


async def show(connection: AsyncConnection, poll_id: int, shown: Sequence[tuple[int, int, int]]) -> None:
    """Keep what the room sees of the live tally."""
    await connection.execute(_SHOW, {"poll": poll_id, "rows": list(shown)})
