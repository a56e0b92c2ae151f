"""Which roles and channels to use."""

from dataclasses import asdict, dataclass
from secrets import token_hex
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, chosen, control
from bot.features import Feature, Interaction
from bot.layout import Item, Layout, row, text
from bot.replies import replace, say
from bot.services.refusal import Refusal
from bot.stage import checkup, here

PICK = "setup:1:{place}"

TEXT, NEWS = discord.ChannelType.text, discord.ChannelType.news


@dataclass(frozen=True)
class Picker:
    """The menu for one place: of roles, unless it is for channels of some kinds."""

    place: str
    label: str
    what: str
    channels: tuple[discord.ChannelType, ...] = ()

    def offered(self, guild: discord.Guild) -> set[int]:
        """What is on the menu; everybody is no choice."""
        if not self.channels:
            return {role.id for role in guild.roles} - {guild.default_role.id}
        return {channel.id for channel in guild.channels if channel.type in self.channels}

    def shown(self, guild: discord.Guild, now: int | None) -> list[Item]:
        """What is chosen, what it is for, and the menu to choose another."""
        mention = f"<#{now}>" if self.channels else f"<@&{now}>"
        # Discord's client shows what was picked last, also if that was refused, until the menu gets another id.
        custom_id = f"{PICK.format(place=PICKERS.index(self))}:{token_hex(4)}"
        begins = [discord.Object(now)] if now in self.offered(guild) else []
        menu: Item
        if self.channels:
            menu = ui.ChannelSelect[Any](
                custom_id=custom_id,
                placeholder="Choose a channel",
                channel_types=list(self.channels),
                min_values=0,
                default_values=begins,
            )
        else:
            menu = ui.RoleSelect[Any](
                custom_id=custom_id, placeholder="Choose a role", min_values=0, default_values=begins
            )
        return [text(f"**{self.label}:** {mention if now else 'not chosen'}", self.what), row(menu)]


PICKERS = (
    Picker("hosts", "Hosts", "The role of those who run sessions"),
    Picker("organisers", "Organisers", "The role of those who get the reports"),
    Picker(
        "session_channel",
        "Session channel",
        "Where people vote, ask and reflect during a session",
        (TEXT, discord.ChannelType.voice, discord.ChannelType.stage_voice),
    ),
    Picker("announcements_channel", "Announcements", "Where sessions are announced", (TEXT, NEWS)),
    Picker(
        "organiser_channel", "Organiser channel", "Where reports go: only hosts and organisers should see it", (TEXT,)
    ),
    Picker(
        "host_channel",
        "Hosts’ channel",
        "Where hosts have their console and are told things; without one, it is the organiser channel",
        (TEXT,),
    ),
)
"""A menu's number is in its custom_id: a new one goes at the end."""


class SetupCog(Feature):
    @app_commands.command(name="setup", description="Choose the roles and channels Plenary uses")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def setup_guild(self, interaction: Interaction) -> None:
        _require_admin(interaction)
        await say(interaction, await self._menus(here(interaction)))

    @control(PICK + FORM)
    async def pick(self, interaction: Interaction, place: int) -> None:
        _require_admin(interaction)
        guild, picked = here(interaction), chosen(interaction)
        ids = {str(one): one for one in PICKERS[place].offered(guild)} if place < len(PICKERS) else {}
        if place >= len(PICKERS) or len(picked) > 1 or not ids.keys() >= set(picked):
            raise Refusal("That is not on the menu. Nothing was changed.")
        try:
            await self.bot.services.venues.choose(guild.id, PICKERS[place].place, ids[picked[0]] if picked else None)
        finally:  # kept or refused, the menus show what is true
            await replace(interaction, await self._menus(guild))

    async def _menus(self, guild: discord.Guild) -> Layout:
        places = await self.bot.services.venues.of(guild.id)
        ids = asdict(places)
        items = [item for picker in PICKERS for item in picker.shown(guild, ids[picker.place])]
        how = "Each choice is saved at once. To take one back, empty its menu."
        health = checkup(guild, places) or ["I have every right I need."]
        return Layout(text("## Set up Plenary", how), *items, text(*health))


def _require_admin(interaction: Interaction) -> None:
    if not interaction.permissions.manage_guild:
        raise Refusal("Only people who may manage this server can set Plenary up.")


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SetupCog(bot))
