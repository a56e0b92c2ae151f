"""Raised hands: a queue in the order in which they went up."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many
from bot.storage.tables import hands

State = Literal["up", "called", "down"]


@dataclass(frozen=True)
class Hand:
    """``called``: it is this person's turn to speak; ``down``: they have spoken."""

    id: int
    session_id: int
    person: int
    state: State


async def in_session(connection: AsyncConnection, session_id: int) -> tuple[Hand, ...]:
    """The hands that are up, and the one that was called, in order; not those of people who erased themselves."""
    wanted = select(hands).where(hands.c.session_id == session_id, hands.c.state != "down", hands.c.person > 0)
    return await many(connection, Hand, wanted.order_by(hands.c.id))


async def put_up(connection: AsyncConnection, session_id: int, person: int) -> None:
    """Add a hand at the end of the queue."""
    await connection.execute(insert(hands).values(session_id=session_id, person=person, state="up"))


async def change(connection: AsyncConnection, hand: Hand, state: State) -> bool:
    """Bring a hand into a state. False where it is no longer in the one it had: somebody else was first."""
    as_it_was = hands.c.id == hand.id, hands.c.state == hand.state
    return (await connection.execute(update(hands).where(*as_it_was).values(state=state))).rowcount == 1


async def take_down(connection: AsyncConnection, hand: Hand) -> None:
    """Remove a hand that was not called: nothing of it is kept."""
    await connection.execute(delete(hands).where(hands.c.id == hand.id, hands.c.state == "up"))


async def clear(connection: AsyncConnection, session_id: int) -> None:
    """Remove all hands of a session: it is over."""
    await connection.execute(delete(hands).where(hands.c.session_id == session_id))
