"""What is to be sent to the webhooks, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one
from bot.storage.tables import deliveries
from bot.storage.upsert import insert

State = Literal["waiting", "sending", "sent", "failed", "unsure"]

EVERYBODY = ""
"""The webhook of a row that has yet to become one for each webhook that wants it."""


@dataclass(frozen=True)
class Delivery:
    """One event for one webhook. ``body`` is empty until it is first sent, and then stays what was sent.

    ``attempts`` counts those ``since`` it happened, or since a host had it sent again.
    """

    id: int
    session_id: int
    webhook: str
    event: str
    body: str
    state: State
    attempts: int
    next_at: datetime
    since: datetime
    problem: str


async def add(
    connection: AsyncConnection,
    session_id: int,
    webhooks: Iterable[str],
    event: str,
    *,
    since: datetime,
    next_at: datetime,
) -> None:
    """Record that an event is to be sent to each of the webhooks, unless that is recorded already."""
    new = {"session_id": session_id, "event": event, "since": since, "next_at": next_at}
    empty = {"body": "", "state": "waiting", "attempts": 0, "problem": ""}
    if rows := [{**new, **empty, "webhook": webhook} for webhook in webhooks]:
        key = [deliveries.c.session_id, deliveries.c.webhook, deliveries.c.event]
        await connection.execute(insert(connection, deliveries).on_conflict_do_nothing(index_elements=key), rows)


async def get(connection: AsyncConnection, delivery_id: int) -> Delivery | None:
    """One delivery."""
    return await one(connection, Delivery, select(deliveries).where(deliveries.c.id == delivery_id))


async def due(connection: AsyncConnection, now: datetime) -> tuple[Delivery, ...]:
    """Those whose time has come, the oldest first; and among them the events that are for everybody."""
    ready = deliveries.c.state == "waiting", deliveries.c.next_at <= now
    return await many(connection, Delivery, select(deliveries).where(*ready).order_by(deliveries.c.id))


async def under_way(connection: AsyncConnection) -> tuple[Delivery, ...]:
    """Those that are being sent."""
    sending = select(deliveries).where(deliveries.c.state == "sending")
    return await many(connection, Delivery, sending.order_by(deliveries.c.id))


async def move(connection: AsyncConnection, delivery: Delivery, **values: Any) -> bool:
    """Change a delivery, unless somebody has changed its state since it was read: False then."""
    same = deliveries.c.id == delivery.id, deliveries.c.state == delivery.state
    return (await connection.execute(update(deliveries).where(*same).values(**values))).rowcount == 1
