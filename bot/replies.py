"""Answering the person who did something: the only place where an error becomes a sentence."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from secrets import token_hex
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.layout import Layout
from bot.services.refusal import Refusal
from bot.services.text import shortened
from bot.storage.database import Unavailable

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

UNKNOWN, ACKNOWLEDGED = 10062, 40060
"""Discord's codes where it takes no first answer any more: three seconds have passed, or it has one already."""

UNHEARD = (aiohttp.ClientError, OSError)
"""What is raised where Discord's reply, or our request, was lost."""

HELD = "plenary:held"
"""Marks an interaction whose first answer Discord holds, though its reply to that was lost."""


async def say(interaction: Interaction, message: str | Layout, *, files: Sequence[discord.File] = ()) -> None:
    """Answer so that only the person sees it, whether or not the interaction was deferred."""
    body: dict[str, Any] = {"view": message} if isinstance(message, Layout) else {"content": shortened(message, 2000)}
    if files:
        body["files"] = list(files)
        if not _answered(interaction):
            await think(interaction)  # a file may take longer than Discord's three seconds
    if _answered(interaction):
        await interaction.followup.send(**body, ephemeral=True)
    else:
        await _first(interaction, lambda: interaction.response.send_message(**body, ephemeral=True))


async def replace(interaction: Interaction, message: Layout) -> None:
    """Answer a click by changing the private message it was on, so that it cannot be clicked again."""
    if _answered(interaction):
        await interaction.edit_original_response(view=message)
    else:
        await _first(interaction, lambda: interaction.response.edit_message(view=message))


async def think(interaction: Interaction) -> None:
    """Tell Discord that the answer takes longer than its three seconds."""
    await _first(interaction, lambda: interaction.response.defer(ephemeral=True, thinking=True))


async def acknowledge(interaction: Interaction) -> None:
    """The same for a click that will `replace` the message it was on."""
    await _first(interaction, interaction.response.defer)


def _answered(interaction: Interaction) -> bool:
    return interaction.response.is_done() or HELD in interaction.extras


async def _first(interaction: Interaction, answer: Callable[[], Awaitable[object]]) -> None:
    """Give the first answer. Where Discord's reply is lost, trying again tells whether it got through.

    That it has an answer already means that it has ours: no other process works (`bot.lease`).
    """
    try:
        try:
            await answer()
        except UNHEARD:
            await answer()
    except discord.HTTPException as refused:
        if refused.code != ACKNOWLEDGED:
            raise
        log.warning("Discord held an answer to %s already", _what(interaction))
        interaction.extras[HELD] = True


async def fail(interaction: Interaction, error: BaseException) -> None:
    """Say no, or that something broke. A refusal is an answer; anything else is logged with a reference."""
    cause = error.__cause__ or error
    if isinstance(cause, discord.HTTPException) and cause.code in (UNKNOWN, ACKNOWLEDGED):
        log.warning("Discord no longer took an answer to %s: %s", _what(interaction), cause)
        return
    if interaction.client.is_closed():  # whatever it was in the middle of, it has nothing left to do it with
        log.warning("%s was cut short: %s", _what(interaction), cause)
        return
    sentence = sentence_for(error, _what(interaction))
    try:
        await say(interaction, sentence)
    except (discord.HTTPException, *UNHEARD) as unsaid:
        log.warning("the answer to %s could not be given: %s", _what(interaction), unsaid)


def sentence_for(error: BaseException, what: str) -> str:
    """What a person reads of an error in ``what`` they did; anything that is no refusal is logged with a reference."""
    cause = error.__cause__ or error
    if isinstance(cause, Refusal):
        return str(cause)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "This command has changed. Wait a minute, or restart Discord, and try again."
    reference = token_hex(4)
    log.error("reference %s: %s", reference, what, exc_info=error)
    if isinstance(error, Unavailable) or isinstance(cause, Unavailable):
        return (
            "That could not be saved just now, so nothing was changed. Please try again in a moment. If it happens "
            f"again, tell whoever runs Plenary this reference: {reference}"
        )
    return (
        f"Something went wrong on our side. If it happens again, tell whoever runs Plenary this reference: {reference}"
    )


def _what(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    return f"control {(interaction.data or {}).get('custom_id', '?')}"


class Tree(app_commands.CommandTree[Any]):
    """The slash commands, with the one funnel for what goes wrong in them."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer the person."""
        await fail(interaction, error)
