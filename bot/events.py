"""Discord's scheduled events, one for each announced session, kept in step with it.

A session says `event_due` in the transaction that changes it, and no more once Discord has followed or has refused,
which the hosts are told. Where Discord cannot be reached it is tried again every minute. An event is of the external
kind, so that nobody's leaving a voice channel can end it; one that is there already, by its marker, is adopted. One
that somebody deleted stays deleted until the series is announced again: the session keeps its id, made negative.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import EventStatus

from bot.followers import PATIENCE, Follower
from bot.layout import safe
from bot.services.plans import Plan
from bot.services.text import shortened
from bot.storage import sessions
from bot.storage.sessions import Session
from bot.troubles import UNSENT, answered, discords_words, is_plain_no

log = logging.getLogger(__name__)

NAME, TEXT, PLACE, TITLE = 100, 1000, 100, 100
"""How many characters an event's name, description and location may have (Discord), and a title in what is told."""

FULL = 30038
"""Discord's code where a server has as many events as it may."""


class Events(Follower):
    """Makes the guilds' scheduled events what the sessions say."""

    hurries = False  # Discord lets nobody change events often

    async def follow(self) -> timedelta | None:
        """Bring every event that is behind in step."""
        try:
            async with self._database.read() as connection:
                late = await sessions.events_due(connection)
        except Exception:
            log.exception("the sessions whose events are behind could not be looked up")
            return PATIENCE
        # Of a guild that we are not in nothing can follow; should we come back, the next change does it.
        late = [session for session in late if self._client.get_guild(session.guild_id)]
        return None if all([await self._follow(session) for session in late]) else PATIENCE

    async def _follow(self, session: Session) -> bool:
        try:
            async with answered():
                event_id = await self._in_step(session, self._clock.now())
        except UNSENT as refused:
            log.warning("the event of session %s: %r", session.id, refused)
            if not is_plain_no(refused) or isinstance(refused, discord.NotFound):  # deleted while we looked at it
                return False
            await self._tell(session, f"{session.id}:{session.sequence}", _refusal(session, refused))
            event_id = session.event_id
        except Exception:
            log.exception("the event of session %s could not follow", session.id)
            return False
        async with self._database.write() as connection:
            await sessions.followed(connection, session, event_id)
        return True

    async def _in_step(self, session: Session, now: datetime) -> int | None:
        """Make the event what the session says; the id that the session is to keep."""
        guild = self._client.get_guild(session.guild_id)
        starts_at = session.starts_at if session.state == "planned" else None
        if guild is None or session.state in {"live", "finished"} or (starts_at and starts_at <= now):
            return session.event_id
        found = await self._find(guild, session)
        if starts_at is None:
            if found is not None:
                await _end(found, session)
            return None
        if found is None and session.event_id is not None:
            await self._note_deleted(session, abs(session.event_id))
            return -abs(session.event_id)
        if found is not None and found.status is EventStatus.scheduled:
            await found.edit(**_values(session))
            return found.id
        if found is not None and found.status is EventStatus.active and found.start_time == starts_at:
            return found.id  # somebody has let it begin early
        if found is not None:
            await _end(found, session)  # it is of a time at which the session is no more
        kind = discord.EntityType.external
        made = await guild.create_scheduled_event(
            **_values(session), entity_type=kind, privacy_level=discord.PrivacyLevel.guild_only
        )
        return made.id

    async def _find(self, guild: discord.Guild, session: Session) -> discord.ScheduledEvent | None:
        """The session's event, whether or not its id was recorded before the process died."""
        marker = _marker(session)
        every = await guild.fetch_scheduled_events(with_counts=False)
        ours = [each for each in every if each.id == session.event_id or (each.description or "").endswith(marker)]
        # The newest: one that is over, because the session was moved after its start, may still be listed.
        kept = [each for each in ours if each.status is not EventStatus.cancelled]
        return max(kept, key=lambda each: each.id, default=None)

    async def _note_deleted(self, session: Session, event_id: int) -> None:
        said = f"{_event_of(session)} has been deleted or cancelled. It stays away; /series announce makes a new one."
        await self._tell(session, f"{session.id}:deleted:{event_id}", said)

    async def _tell(self, session: Session, key: str, sentence: str) -> None:
        owed = await self._notices.tell(session.guild_id, f"event:{key}", sentence, self._clock.now())
        self._painter.soon(*owed)


async def _end(event: discord.ScheduledEvent, session: Session) -> None:
    """Take away the event of a session that is not held then."""
    reason = session.why_cancelled or None
    if event.status is EventStatus.scheduled:
        await event.cancel(reason=reason)
    elif event.status is EventStatus.active:
        await event.end(reason=reason)


def _marker(session: Session) -> str:
    return f"Plenary {session.guild_id}-{session.id}"


def _event_of(session: Session) -> str:
    return f"The Discord event of session {session.number}, {safe(shortened(session.title, TITLE))},"


def _refusal(session: Session, refused: Exception) -> str:
    """What the hosts are told where Discord would not have an event made or changed."""
    if isinstance(refused, discord.Forbidden):
        why = "I lack Create Events in this server."
    elif isinstance(refused, discord.HTTPException) and refused.code == FULL:
        why = "This server has as many events as Discord allows."
    else:
        why = discords_words(refused)
    return f"{_event_of(session)} could not be put in step. {why} Once that is mended, use /series announce."


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
