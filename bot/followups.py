"""The follow-up threads: one on the message of each published report, in which people go on talking.

A thread is owed while the message is there and no thread is recorded (`sessions.thread_id`). A message has one thread
at most, whose id is the message's own, so one that was made unnoticed is simply found. What stands first in it is a
board, owed in the transaction that records it. A thread that somebody deletes stays deleted.
"""

import logging
from contextlib import suppress
from datetime import timedelta

import discord

from bot.followers import PACE, PATIENCE, Follower
from bot.services.text import shortened
from bot.stage import WEEK
from bot.storage import boards, reports, sessions
from bot.storage.reports import Opening
from bot.troubles import UNSENT, answered, is_plain_no, why_not_in

log = logging.getLogger(__name__)

NONE = 0
"""What is recorded where there can be no thread."""

THERE_IS_ONE = 160004
"""Discord's code where a message has a thread already."""

TOLD = "The follow-up thread of session {number} could not be opened. {why}"


class FollowUps(Follower):
    """Opens the follow-up threads."""

    async def follow(self) -> timedelta | None:
        """Open every thread that is owed."""
        try:
            async with self._database.read() as connection:
                owed = await reports.openings(connection)
        except Exception:
            log.exception("the follow-up threads that are owed could not be looked up")
            return PATIENCE
        waits = [await self._open(opening) for opening in owed]
        return min((wait for wait in waits if wait), default=None)

    async def _open(self, opening: Opening) -> timedelta | None:
        """Open one; how long it has to wait where that cannot be."""
        guild = self._client.get_guild(opening.guild_id)
        if guild is None:
            return None
        if opening.message_id is None:  # it is being posted
            return PACE
        wait, why = None, ""
        try:
            async with answered():
                thread = await self._thread(guild, opening, opening.message_id)
        except discord.NotFound:  # the message has been deleted
            thread = NONE
        except UNSENT as refused:
            log.warning("the follow-up thread of session %s: %r", opening.session_id, refused)
            if not is_plain_no(refused):
                return PATIENCE
            thread, wait = None, PATIENCE
            why = f"{why_not_in(opening.channel_id, guild, refused)} I try again every minute."
        except Exception:
            log.exception("the follow-up thread of session %s could not be opened", opening.session_id)
            return PATIENCE
        if thread == NONE and not isinstance(guild.get_channel(opening.channel_id), discord.TextChannel):
            why = f"Threads need a text channel, which <#{opening.channel_id}> is not."
        if thread is not None:
            await self._record(opening, thread)
        if why:
            sentence = TOLD.format(number=opening.number, why=why)
            key = f"thread:{opening.session_id}"
            self._painter.soon(*await self._notices.tell(guild.id, key, sentence, self._clock.now()))
        return wait

    async def _thread(self, guild: discord.Guild, opening: Opening, message_id: int) -> int:
        """The thread of a message, the one it has or else a new one."""
        if not isinstance(guild.get_channel(opening.channel_id), discord.TextChannel):
            return NONE
        with suppress(discord.NotFound):
            return (await self._client.fetch_channel(message_id)).id
        channel = self._client.get_partial_messageable(opening.channel_id, guild_id=guild.id)
        name = shortened(f"After part {opening.number}: {opening.title}", 100)
        try:
            made = await channel.get_partial_message(message_id).create_thread(name=name, auto_archive_duration=WEEK)
        except discord.HTTPException as refused:
            if refused.code != THERE_IS_ONE:
                raise
            return message_id
        return made.id

    async def _record(self, opening: Opening, thread: int) -> None:
        owed = list[int]()
        async with self._database.write() as connection:
            await sessions.update_session(connection, opening.session_id, thread_id=thread)
            if thread != NONE:
                now, guild = self._clock.now(), opening.guild_id
                owed.append(await boards.add(connection, "followup", opening.session_id, guild, thread, now=now))
                await boards.reopen(connection, "published", opening.session_id)
        self._painter.soon(*owed)
        self._painter.stale("published", opening.session_id)
