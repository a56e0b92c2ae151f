"""Which roles and channels to use."""

from dataclasses import asdict
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import form
from bot.replies import say
from bot.services.refusal import Refusal
from bot.stage import doubts, here, missing_rights
from bot.storage.places import Places

SETUP = "setup:1"

ROLES = {
    "hosts": ("Hosts", "The role of those who run sessions"),
    "organisers": ("Organisers", "The role of those who get the reports"),
}
CHANNELS = {
    "session_channel": ("Session channel", "Where people vote, ask and reflect during a session"),
    "announcements_channel": ("Announcements", "Where sessions are announced"),
    "organiser_channel": ("Organiser channel", "Where reports go: only hosts and organisers should see it"),
}
KINDS = {"announcements_channel": [discord.ChannelType.text, discord.ChannelType.news]}


class SetupCog(Feature):
    @app_commands.command(name="setup", description="Choose the roles and channels Plenary uses")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def setup_guild(self, interaction: Interaction) -> None:
        _require_admin(interaction)
        guild = here(interaction)
        chosen = asdict(await self.bot.services.venues.of(guild.id))
        roles = [
            ui.Label[Any](
                text=label,
                description=what,
                component=ui.RoleSelect[Any](
                    custom_id=name, required=False, default_values=_still(guild.get_role(chosen[name] or 0))
                ),
            )
            for name, (label, what) in ROLES.items()
        ]
        channels = [
            ui.Label[Any](
                text=label,
                description=what,
                component=ui.ChannelSelect[Any](
                    custom_id=name,
                    required=False,
                    channel_types=KINDS.get(name, [discord.ChannelType.text]),
                    default_values=_still(guild.get_channel(chosen[name] or 0)),
                ),
            )
            for name, (label, what) in CHANNELS.items()
        ]
        await interaction.response.send_modal(form("Set up Plenary", SETUP, *roles, *channels))

    @control(SETUP + FORM)
    async def take(self, interaction: Interaction) -> None:
        _require_admin(interaction)
        guild = here(interaction)
        picked = {name: int(values[0]) if values else None for name, values in fields(interaction).items()}
        await self.bot.services.venues.choose(guild.id, Places(**picked))
        now = await self.bot.services.venues.of(guild.id)
        lines = ["Saved."]
        for name, (label, _) in (ROLES | CHANNELS).items():
            value = asdict(now)[name]
            mention = f"<@&{value}>" if name in ROLES else f"<#{value}>"
            lines.append(f"- {label}: {mention if value else 'not chosen'}")
        if lacking := missing_rights(guild, now):
            lines += ["Please give me the rights I lack:", *(f"- {line}" for line in lacking)]
        else:
            lines.append("I have every right I need in these channels.")
        if doubtful := doubts(guild, now):
            lines += ["Please check:", *(f"- {line}" for line in doubtful)]
        await say(interaction, "\n".join(lines))


def _require_admin(interaction: Interaction) -> None:
    if not interaction.permissions.manage_guild:
        raise Refusal("Only people who may manage this server can set Plenary up.")


def _still(found: Any) -> list[Any]:
    """What a picker begins with: nothing where the role or channel has since been deleted."""
    return [found] if found else []


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SetupCog(bot))
