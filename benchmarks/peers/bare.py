"""A bare discord.py bot: one persistent View, whose buttons acknowledge the click and do no more."""

from typing import Any

import discord
from discord import ui
from discord.ext import commands

from benchmarks.peers import OPTIONS, QUESTION
from benchmarks.standin.payloads import CHANNEL

Interaction = discord.Interaction[Any]


class Choice(ui.Button["Board"]):
    """One of the answers."""

    def __init__(self, number: int) -> None:
        super().__init__(label=OPTIONS[number], custom_id=f"poll:1:1:{number}")
        self.number = number

    async def callback(self, interaction: Interaction) -> None:
        """Hand the click to the bot."""
        await interaction.client.vote(interaction, self.number)


class Board(ui.View):
    """The buttons."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        for number in range(len(OPTIONS)):
            self.add_item(Choice(number))


def board(counts: dict[int, int]) -> discord.Embed:
    """How the poll looks."""
    rows = (f"**{option}**: {counts.get(number, 0)}" for number, option in enumerate(OPTIONS))
    embed = discord.Embed(title=QUESTION, description="\n".join(rows))
    return embed.set_footer(text=f"{sum(counts.values())} people have answered.")


class Bare(commands.Bot):
    """The bot."""

    def __init__(self) -> None:
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())

    async def setup_hook(self) -> None:
        """Know the buttons, also after a restart."""
        self.add_view(Board())

    async def on_ready(self) -> None:
        """Post the board."""
        channel = self.get_partial_messageable(CHANNEL)
        await channel.send(embed=board({}), view=Board())

    async def vote(self, interaction: Interaction, number: int) -> None:  # noqa: ARG002  (a bare one keeps nothing)
        """Acknowledge the click."""
        await interaction.response.defer()
