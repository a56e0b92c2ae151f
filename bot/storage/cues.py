"""The cues of sessions: the truth about what is to happen when. An alarm only wakes somebody to look here."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one, record
from bot.storage.tables import cues, sessions

State = Literal["planned", "due", "running", "done", "skipped"]

OPEN: tuple[State, ...] = ("planned", "due")
"""The states in which a cue has yet to happen: `due` waits for a host's tap."""


# Spelt out: a list of states cannot be bound for many rows at once.
_HAPPENS_YET = (cues.c.state == "planned") | (cues.c.state == "due")


@dataclass(frozen=True)
class Cue:
    """One step of a session with its time, UTC.

    ``key`` names it across replanning; ``position`` is its place in the run of show, None outside it.
    ``planned_at`` is when it was to happen before anything rippled; ``note`` says why it did not.
    """

    id: int
    session_id: int
    key: str
    kind: str
    position: int | None
    title: str
    minutes: int
    planned_at: datetime
    due_at: datetime
    state: State
    began_at: datetime | None
    note: str
    told_on: int | None

    @property
    def open(self) -> bool:
        """Whether it has yet to happen."""
        return self.state in OPEN


@dataclass(frozen=True)
class Begun:
    """When the steps of a session began, by their places in its run of show, in the order of these times."""

    steps: tuple[tuple[datetime, int], ...]

    def at(self, moment: datetime) -> int | None:
        """The step that was on at that moment; None before the first."""
        begun = bisect(self.steps, moment, key=lambda step: step[0])
        return self.steps[begun - 1][1] if begun else None


async def begun(connection: AsyncConnection, session_ids: Iterable[int]) -> dict[int, Begun]:
    """When the steps of sessions began."""
    found: dict[int, list[tuple[datetime, int]]] = {session_id: [] for session_id in session_ids}
    here = cues.c.session_id.in_(list(found)), cues.c.position.is_not(None), cues.c.began_at.is_not(None)
    wanted = select(cues.c.session_id, cues.c.began_at, cues.c.position).where(*here)
    for session_id, began_at, position in await connection.execute(wanted.order_by(cues.c.began_at, cues.c.position)):
        found[session_id].append((began_at, position))
    return {session_id: Begun(tuple(steps)) for session_id, steps in found.items()}


async def of(connection: AsyncConnection, session_id: int) -> tuple[Cue, ...]:
    """A session's cues in the order of their times."""
    wanted = select(cues).where(cues.c.session_id == session_id)
    return await many(connection, Cue, wanted.order_by(cues.c.due_at, cues.c.position, cues.c.id))


async def of_sessions(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, list[Cue]]:
    """The cues of several sessions, each session's in the order of their times."""
    found: dict[int, list[Cue]] = {session_id: [] for session_id in ids}
    wanted = select(cues).where(cues.c.session_id.in_(list(found)))
    for cue in await many(connection, Cue, wanted.order_by(cues.c.due_at, cues.c.position, cues.c.id)):
        found[cue.session_id].append(cue)
    return found


async def step_ids(connection: AsyncConnection, session_ids: Iterable[int]) -> tuple[int, ...]:
    """The steps of several sessions that have begun."""
    begun = cues.c.session_id.in_(list(session_ids)) & cues.c.position.is_not(None) & cues.c.began_at.is_not(None)
    return tuple((await connection.execute(select(cues.c.id).where(begun))).scalars())


async def get(connection: AsyncConnection, cue_id: int) -> Cue | None:
    """One cue."""
    return await one(connection, Cue, select(cues).where(cues.c.id == cue_id))


async def overdue(connection: AsyncConnection, now: datetime) -> dict[int, list[Cue]]:
    """Every cue that has yet to happen and was to by ``now``, by session."""
    wanted = select(cues).where(_HAPPENS_YET, cues.c.due_at <= now)
    found: dict[int, list[Cue]] = {}
    for cue in await many(connection, Cue, wanted.order_by(cues.c.due_at, cues.c.position, cues.c.id)):
        found.setdefault(cue.session_id, []).append(cue)
    return found


async def next_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the next planned cue after ``now`` is due, in any session."""
    wanted = select(func.min(cues.c.due_at)).where(cues.c.state == "planned", cues.c.due_at > now)
    return (await connection.execute(wanted)).scalar_one()


async def told_on(connection: AsyncConnection, board_id: int) -> tuple[tuple[Cue, str], ...]:
    """The cues a message to the hosts is about, each with its session's title."""
    wanted = select(cues, sessions.c.title.label("session")).join(sessions, sessions.c.id == cues.c.session_id)
    rows = await connection.execute(wanted.where(cues.c.told_on == board_id).order_by(cues.c.due_at, cues.c.id))
    return tuple((record(Cue, row), row.session) for row in rows)


async def add(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Add cues."""
    if rows:
        await connection.execute(insert(cues), rows)


async def change(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Change cues that have yet to happen, each row with its ``id``; all rows name the same columns."""
    if not rows:
        return
    columns = [name for name in rows[0] if name != "id"]
    changed = update(cues).where(cues.c.id == bindparam("_id"), _HAPPENS_YET)
    changed = changed.values({name: bindparam(f"_{name}") for name in columns})
    await connection.execute(changed, [{f"_{name}": value for name, value in row.items()} for row in rows])


async def remove(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Take out cues that have not happened."""
    gone = delete(cues).where(cues.c.id == bindparam("_id"), _HAPPENS_YET | (cues.c.state == "skipped"))
    if rows := [{"_id": cue_id} for cue_id in ids]:
        await connection.execute(gone, rows)


async def claim(
    connection: AsyncConnection, cue_id: int, state: State, *, begins: datetime | None = None, note: str = ""
) -> bool:
    """Move a cue on, if it has yet to happen; False where somebody else was first."""
    values = {"state": state, "began_at": begins, "note": note}
    done = await connection.execute(update(cues).where(cues.c.id == cue_id, _HAPPENS_YET).values(values))
    return done.rowcount == 1


async def end_running(connection: AsyncConnection, session_id: int, but: int) -> Cue | None:
    """End the step that was running before the one of id ``but``; which one it was."""
    before = (cues.c.session_id == session_id) & (cues.c.state == "running") & (cues.c.id != but)
    cue = await one(connection, Cue, select(cues).where(before))
    await connection.execute(update(cues).where(before).values(state="done"))
    return cue


async def remove_steps(connection: AsyncConnection, session_id: int) -> None:
    """Take out a session's run of show."""
    await connection.execute(delete(cues).where(cues.c.session_id == session_id, cues.c.position.is_not(None)))


async def end_show(connection: AsyncConnection, session_id: int) -> None:
    """The session is over: what runs is done, what has not begun is passed over."""
    steps = cues.c.session_id == session_id, cues.c.position.is_not(None)
    await connection.execute(update(cues).where(*steps, cues.c.state == "running").values(state="done"))
    await connection.execute(update(cues).where(*steps, _HAPPENS_YET).values(state="skipped"))


async def tell(connection: AsyncConnection, ids: Iterable[int], board_id: int) -> None:
    """Record which message tells the hosts about the cues."""
    told = update(cues).where(cues.c.id == bindparam("_id")).values(told_on=board_id)
    if rows := [{"_id": cue_id} for cue_id in ids]:
        await connection.execute(told, rows)
