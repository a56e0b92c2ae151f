"""What happens to a session's report, told elsewhere: an outbox, from which `bot/webhooks.py` sends.

What is to be sent is a row, written in the transaction of what happened. Its state is changed by compare-and-set, and
that it is being sent is committed before anything is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.counting import brief_in
from bot.services.hooks import Event, Webhook
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.reporting import Brief
from bot.services.retries import Verdict
from bot.services.sessions import known
from bot.services.venues import Venues
from bot.storage import boards, deliveries, reports, sessions
from bot.storage.database import Database
from bot.storage.deliveries import EVERYBODY, Delivery
from bot.storage.sessions import Session

SOON = timedelta(seconds=15)
"""How long an event waits, so that the messages it links to stand on Discord by then."""

NEWS = timedelta(days=2)
"""An event of which nobody was told for so long is none any more: webhooks that are set up later do not get it."""


@dataclass(frozen=True)
class News:
    """What is told of a session. ``links`` are names with addresses; of words there are only the hosts' own."""

    event: Event
    version: int
    at: datetime
    guild_id: int
    brief: Brief
    links: tuple[tuple[str, str], ...]
    what_changed: str = ""


async def owe_in(connection: AsyncConnection, session: Session, event: str, now: datetime) -> None:
    """Within a transaction: whoever the settings name is to be told. Of a rehearsal nobody is.

    ``event`` is one of `Event`, with a colon and its version where it can happen again: "report.published:2".
    """
    if session.rehearses is None:
        await deliveries.add(connection, session.id, [EVERYBODY], event, since=now, next_at=now + SOON)


class Deliveries:
    """What is to be sent, what is being sent, and what came of it."""

    def __init__(self, database: Database, painter: Boards, venues: Venues, webhooks: Sequence[Webhook]) -> None:
        """``webhooks`` are told of the sessions of the settings' guild, and of no other."""
        self._database = database
        self._painter = painter
        self._venues = venues
        self._webhooks = webhooks

    async def due(self, now: datetime) -> tuple[Delivery, ...]:
        """What is to be sent now."""
        async with self._database.read() as connection:
            found = await deliveries.due(connection, now)
        if not any(each.webhook == EVERYBODY for each in found):
            return found
        async with self._database.write() as connection:
            for each in await deliveries.due(connection, now):
                if each.webhook == EVERYBODY:
                    await self._hand_out(connection, each, now)
            return tuple(each for each in await deliveries.due(connection, now) if each.webhook != EVERYBODY)

    async def _hand_out(self, connection: AsyncConnection, event: Delivery, now: datetime) -> None:
        session = await sessions.get(connection, event.session_id)
        ours = session is not None and session.guild_id == self._venues.preset_guild and now - event.since <= NEWS
        names = [each.name for each in self._webhooks if ours and each.wants(event.event)]
        await deliveries.add(connection, event.session_id, names, event.event, since=event.since, next_at=now)
        await deliveries.move(connection, event, state="sent")

    async def under_way(self) -> tuple[Delivery, ...]:
        """What is being sent: by nobody, when nobody does, since the process that did has died."""
        async with self._database.read() as connection:
            return await deliveries.under_way(connection)

    async def claim(self, delivery: Delivery, body: str) -> Delivery | None:
        """Before it is sent; None where somebody else was quicker."""
        values = {"state": "sending", "attempts": delivery.attempts + 1, "body": body}
        async with self._database.write() as connection:
            if await deliveries.move(connection, delivery, **values):
                return await deliveries.get(connection, delivery.id)
        return None

    async def settle(self, delivery: Delivery, verdict: Verdict, now: datetime) -> None:
        """After it was sent, or was not; where that needs the hosts, they are told."""
        values = {"state": verdict.state, "next_at": verdict.next_at, "problem": verdict.problem}
        owed: list[int] = []
        async with self._database.write() as connection:
            if not await deliveries.move(connection, delivery, **values):
                return
            if await boards.of(connection, "delivery", delivery.id):
                await boards.reopen(connection, "delivery", delivery.id)
            elif verdict.state in {"failed", "unsure"}:
                owed = await self._tell(connection, delivery, now)
        self._painter.soon(*owed)
        self._painter.stale("delivery", delivery.id)

    async def _tell(self, connection: AsyncConnection, delivery: Delivery, now: datetime) -> list[int]:
        session = await sessions.get(connection, delivery.session_id)
        channel = session and (await self._venues.within(connection, session.guild_id)).for_hosts
        if session is None or channel is None:
            return []
        return [await boards.add(connection, "delivery", delivery.id, session.guild_id, channel, now=now)]

    async def again(self, guild_id: int, delivery_id: int, now: datetime) -> None:
        """A host has it sent again. A double tap sends it once."""
        async with self._database.write() as connection:
            delivery = await deliveries.get(connection, delivery_id)
            if delivery is None:
                raise Refusal("That is not known here.")
            await known(connection, guild_id, delivery.session_id)
            if delivery.state == "sent":
                raise Refusal("It has been sent.")
            if delivery.state not in {"failed", "unsure"}:
                raise Refusal("It is being sent already.")
            if delivery.webhook not in {each.name for each in self._webhooks}:
                raise Refusal(
                    f"The settings have no webhook “{delivery.webhook}” any more, so there is nowhere to send it."
                )
            values = {"state": "waiting", "attempts": 0, "since": now, "next_at": now, "problem": ""}
            await deliveries.move(connection, delivery, **values)
            await boards.reopen(connection, "delivery", delivery.id)
        self._painter.stale("delivery", delivery.id)

    async def get(self, delivery_id: int) -> tuple[Delivery, Session]:
        """A delivery, and the session that it tells of."""
        async with self._database.read() as connection:
            delivery = await deliveries.get(connection, delivery_id)
            session = delivery and await sessions.get(connection, delivery.session_id)
        if delivery is None or session is None:
            raise LookupError(delivery_id)
        return delivery, session

    async def news(self, delivery: Delivery) -> News:
        """What a delivery tells, as it is now: all of it from one snapshot."""
        event, _, version = delivery.event.partition(":")
        async with self._database.read() as connection:
            session = await sessions.get(connection, delivery.session_id)
            if session is None:
                raise LookupError(delivery.session_id)
            changes = {each.version: each.what_changed for each in await reports.versions(connection, session.id)}
            published = event == "report.published" and await reports.current(connection, session.id)
            return News(
                "report.published" if event == "report.published" else "report.drafted",
                int(version or 1),
                delivery.since,
                session.guild_id,
                await brief_in(connection, session, published.version if published else reports.DRAFT),
                await _links(connection, session, event),
                changes.get(int(version or 1), ""),
            )


async def _links(connection: AsyncConnection, session: Session, event: str) -> tuple[tuple[str, str], ...]:
    """Where the report is, and the recording, the blog and the discussion, as far as they are."""
    here = f"https://discord.com/channels/{session.guild_id}"
    draft = event == "report.drafted"
    posted = await boards.of(connection, "report" if draft else "published", session.id)
    shown = [
        (("Draft" if draft else "Report"), f"{here}/{each.channel_id}/{each.message_id}")
        for each in posted
        if each.message_id
    ]
    thread = f"{here}/{session.thread_id}" if session.thread_id else ""
    more = (("Recording", session.recording), ("Blog", session.blog), ("Discussion", thread))
    return (*shown[-1:], *((name, address) for name, address in more if address and not draft))
