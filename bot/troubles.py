"""What Discord's refusals mean, and how they are put to people."""

import asyncio

import aiohttp
import discord

from bot.layout import safe
from bot.reports.wording import listed
from bot.stage import missing

UNSENT = (discord.HTTPException, aiohttp.ClientError, OSError)
"""Discord said no, or could not be reached."""

SERVER_ERRORS = 500
"""From this status on, Discord's no does not say whether it has done what was asked."""

TOO_MANY_REQUESTS = 429

NO_RECIPIENT = 50033
"""Discord's code where somebody cannot be written to, because there is no such person any more."""


HANGING = 60.0
"""Seconds after which what Discord leaves without an answer is given up."""


def answered() -> asyncio.Timeout:
    """What is asked of Discord inside is answered, or else given up as one of the ``UNSENT``, to be tried again."""
    return asyncio.timeout(HANGING)


def is_plain_no(error: Exception) -> bool:
    """Whether Discord has refused: it has not done what was asked, and it was not for want of time."""
    if not isinstance(error, discord.HTTPException):
        return False
    return error.status < SERVER_ERRORS and error.status != TOO_MANY_REQUESTS


def is_unreachable(error: Exception) -> bool:
    """Whether there is nobody to write to: the person is gone, or takes no direct messages."""
    gone = isinstance(error, discord.HTTPException) and error.code == NO_RECIPIENT
    return gone or isinstance(error, discord.NotFound | discord.Forbidden)


def reason(error: Exception) -> str:
    """In a few words, Discord's own where it has said any."""
    if isinstance(error, discord.HTTPException):
        return error.text or f"error {error.status}"
    return "it could not be reached"


def why_not_in(channel_id: int, guild: discord.Guild | None, error: Exception) -> str:
    """Why Discord would not take a message in a channel: a sentence, with what helps."""
    if isinstance(error, discord.NotFound):
        return f"<#{channel_id}> is gone. An admin can choose another channel with /setup."
    found = guild and guild.get_channel_or_thread(channel_id)
    if guild and found and (lacking := missing(found.permissions_for(guild.me))):
        return f"I lack {listed(lacking)} in {found.mention}."
    return f"In <#{channel_id}> {discords_words(error)}"


def discords_words(error: Exception) -> str:
    """A sentence of what Discord said."""
    return f"Discord says: {safe(reason(error))}."
