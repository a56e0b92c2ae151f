"""What the features have in common: who may use them."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Plenary
from bot.services.refusal import Refusal
from bot.storage.sessions import Session

Interaction = discord.Interaction[Plenary]


class Feature(commands.Cog):
    """A feature for everybody."""

    def __init__(self, bot: Plenary) -> None:
        self.bot = bot


@app_commands.guild_only()
@app_commands.default_permissions(manage_events=True)
class HostGroup(commands.GroupCog):
    """A group of commands for hosts: hidden from others by default, and refused to them whatever is shown."""

    def __init__(self, bot: Plenary) -> None:
        self.bot = bot

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Run before every command of the group."""
        try:
            await self._require(interaction)
        except Refusal as refusal:
            # The command tree hands on errors of its own kind only; the funnel looks at the cause.
            raise app_commands.CheckFailure from refusal
        return True

    async def _require(self, interaction: Interaction) -> None:
        await self.bot.stage.require_host(interaction)

    async def live_to_suggest_from(self, interaction: Interaction) -> Session | None:
        """The running session, for a host who is still typing: a suggestion refuses nothing, it stays empty."""
        try:
            await self.bot.stage.require_host(interaction)
            return await self.bot.stage.live(interaction)
        except Refusal:
            return None


class TeamGroup(HostGroup):
    """The same for hosts and organisers."""

    async def _require(self, interaction: Interaction) -> None:
        await self.bot.stage.require_team(interaction)
