"""Discord's scheduled events, one for each announced session, kept in step with it.

A session says `event_due` in the transaction that changes it, and no more once Discord has followed. An event
is of the external kind, so that nobody's leaving a voice channel can end it; one that is there already, by its
marker, is adopted, and one that somebody deleted stays deleted.
"""

import asyncio
import logging
from datetime import datetime
from typing import Any

import aiohttp
import discord

from bot.services.plans import Plan
from bot.services.ports import Clock
from bot.services.text import shortened
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.sessions import Session

SERVER_ERRORS = 500

log = logging.getLogger(__name__)

NAME, TEXT, PLACE = 100, 1000, 100
"""How many characters an event's name, description and location may have (Discord)."""


class Events:
    """Makes the guilds' scheduled events what the sessions say."""

    def __init__(self, client: discord.Client, database: Database, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._behind = False

    def behind(self) -> None:
        """Some session's event may have to follow."""
        self._behind = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="scheduled events")

    def stop(self) -> None:
        """Leave them as they are: the next start follows."""
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        while self._behind:
            self._behind = False
            try:
                await self.follow()
            except Exception:
                log.exception("the scheduled events could not follow")

    async def follow(self) -> None:
        """Bring every event that is behind in step."""
        async with self._database.read() as connection:
            late = await sessions.events_due(connection)
        for session in late:
            try:
                event_id = await self._in_step(session, self._clock.now())
            except (discord.HTTPException, aiohttp.ClientError, OSError) as refused:
                log.warning("the event of session %s: %s", session.id, refused)
                if not isinstance(refused, discord.HTTPException) or refused.status >= SERVER_ERRORS:
                    continue  # tried again with the next change, or at the next start
                event_id = session.event_id
            async with self._database.write() as connection:
                await sessions.update_session(connection, session.id, event_id=event_id, event_due=False)

    async def _in_step(self, session: Session, now: datetime) -> int | None:
        guild = self._client.get_guild(session.guild_id)
        if guild is None or session.starts_at is None or session.ends_at is None:
            return session.event_id
        found = await self._find(guild, session)
        if session.state == "cancelled":
            if found is not None and found.status is discord.EventStatus.scheduled:
                await found.cancel(reason=session.why_cancelled or None)
            return session.event_id
        if session.starts_at <= now:
            return session.event_id
        values = _values(session)
        if found is not None:
            await found.edit(**values)
            return found.id
        if session.event_id is not None:
            return session.event_id  # somebody deleted it: that is theirs to decide
        kind = discord.EntityType.external
        made = await guild.create_scheduled_event(
            **values, entity_type=kind, privacy_level=discord.PrivacyLevel.guild_only
        )
        return made.id

    async def _find(self, guild: discord.Guild, session: Session) -> discord.ScheduledEvent | None:
        """The session's event, whether or not its id was recorded before the process died."""
        for event in await guild.fetch_scheduled_events(with_counts=False):
            if event.id == session.event_id or _marker(session) in (event.description or ""):
                return event
        return None


def _marker(session: Session) -> str:
    return f"Plenary {session.guild_id}-{session.id}"


def _values(session: Session) -> dict[str, Any]:
    plan, marker = Plan.of(session), _marker(session)
    place = " ".join(each for each in (plan.place, plan.join_url) if each) or "Discord"
    return {
        "name": shortened(session.title, NAME),
        "description": f"{shortened(plan.blurb, TEXT - len(marker) - 2)}\n\n{marker}".strip(),
        "start_time": session.starts_at,
        "end_time": session.ends_at,
        "location": shortened(place, PLACE),
    }
