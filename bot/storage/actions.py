"""What is done about what people said."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.boards import Kind
from bot.storage.contributions import Contribution
from bot.storage.records import many, one, record
from bot.storage.tables import actions, boards, contributions, left_out, sessions

TELLING: tuple[Kind, ...] = ("welcome", "arc")
"""The boards that tell of actions."""

State = Literal["open", "done", "dropped"]


@dataclass(frozen=True)
class Action:
    """``text`` is the host's own, `contribution_id` the improvement it came from, if it still is there.

    ``outcome`` says what was done, or why nothing is; `done_in` is the session whose welcome tells of it.
    """

    id: int
    series_id: int
    session_id: int
    contribution_id: int | None
    number: int
    text: str
    owner: str
    state: State
    outcome: str
    done_in: int | None


async def add(connection: AsyncConnection, series_id: int, **values: Any) -> Action:
    """Add an action under the next number of its series."""
    highest = select(func.coalesce(func.max(actions.c.number), 0)).where(actions.c.series_id == series_id)
    number = (await connection.execute(highest)).scalar_one() + 1
    new = insert(actions).values(series_id=series_id, number=number, state="open", outcome="", **values)
    return record(Action, (await connection.execute(new.returning(actions))).one())


async def of_series(connection: AsyncConnection, series_id: int) -> tuple[Action, ...]:
    """A series' actions in order."""
    wanted = select(actions).where(actions.c.series_id == series_id).order_by(actions.c.number)
    return await many(connection, Action, wanted)


async def numbered(connection: AsyncConnection, series_id: int, number: int) -> Action | None:
    """The action of that number."""
    wanted = select(actions).where(actions.c.series_id == series_id, actions.c.number == number)
    return await one(connection, Action, wanted)


async def change(connection: AsyncConnection, action: Action, **values: Any) -> bool:
    """Change an action. False where its state is no longer what it was: somebody else was first."""
    as_it_was = actions.c.id == action.id, actions.c.state == action.state
    return (await connection.execute(update(actions).where(*as_it_was).values(**values))).rowcount == 1


async def sources(connection: AsyncConnection, series_id: int) -> dict[int, tuple[Contribution, bool]]:
    """What the actions of a series came from, by its id, each with whether its author wants it left out."""
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, out.label("out")).select_from(contributions)
    wanted = wanted.join(sessions, sessions.c.id == contributions.c.session_id)
    wanted = wanted.join(actions, actions.c.contribution_id == contributions.c.id)
    rows = await connection.execute(wanted.where(actions.c.series_id == series_id))
    return {row.id: (record(Contribution, row), row.out) for row in rows}


async def telling(connection: AsyncConnection, series_id: int) -> list[tuple[Kind, int]]:
    """The boards that tell of a series' actions: their kind, and the session whose they are."""
    wanted = select(boards.c.kind, boards.c.subject).join(sessions, sessions.c.id == boards.c.subject)
    wanted = wanted.where(boards.c.kind.in_(TELLING), sessions.c.series_id == series_id)
    return [(kind, subject) for kind, subject in await connection.execute(wanted.distinct())]


async def quoting(connection: AsyncConnection, session_id: int) -> list[tuple[Kind, int]]:
    """Those of them that may quote what was said in a session."""
    of = select(actions.c.series_id).join(contributions).where(contributions.c.session_id == session_id).distinct()
    found = [await telling(connection, series_id) for series_id in (await connection.execute(of)).scalars()]
    return [each for some in found for each in some]
