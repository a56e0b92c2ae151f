"""The rooms of breakouts: what stands in them, and what people do with them at Discord."""

from typing import Any

import discord
from discord.ext import commands

from bot.boards import paints
from bot.client import Plenary
from bot.features import Feature
from bot.layout import Painting
from bot.storage.boards import Board
from cogs.breakout import room_items


class RoomCog(Feature):
    @paints("room")
    async def paint_room(self, board: Board) -> Painting:
        """What the group is to do, and until when."""
        return Painting(room_items(*await self.bot.services.breakouts.room(board.subject)))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self.bot.rooms.deleted(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.bot.rooms.deleted(channel.id)

    @commands.Cog.listener()
    async def on_voice_state_update(self, member: Any, before: discord.VoiceState, after: discord.VoiceState) -> None:
        del member
        if after.channel and after.channel != before.channel:
            self.bot.rooms.entered(after.channel.id)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(RoomCog(bot))
