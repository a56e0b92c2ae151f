"""About you: who people are, if they like to say."""

from typing import Any

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import Layout, button, form, row, safe, text
from bot.replies import replace, say
from bot.services.profiles import TITLES, AboutYou
from bot.stage import here

OPEN = "about:1:{series}"
EMPTY = "about:1:{series}:empty"

USE = (
    "Others learn only how many people gave each answer, and only where they are five or more. It is never joined to "
    "what you answer anonymously. A link to your account is kept so that you can change or empty it."
)


class ProfileCog(Feature):
    @app_commands.command(name="about-me", description="Say who you are, if you like: role, organisation, region")
    @app_commands.guild_only()
    async def about_me(self, interaction: Interaction) -> None:
        asked = await self.bot.services.profiles.form(here(interaction).id, interaction.user.id)
        await interaction.response.send_modal(_form(asked))

    @control(OPEN)
    async def open_form(self, interaction: Interaction, series: int) -> None:
        asked = await self.bot.services.profiles.form(here(interaction).id, interaction.user.id, series)
        await interaction.response.send_modal(_form(asked))

    @control(OPEN + FORM)
    async def take(self, interaction: Interaction, series: int) -> None:
        filled = fields(interaction)
        said = {field: picked[0] for field in TITLES if (picked := filled.get(field))}
        kept = await self.bot.services.profiles.save(here(interaction).id, interaction.user.id, series, said)
        await say(interaction, _receipt(kept))

    @control(EMPTY)
    async def empty(self, interaction: Interaction, series: int) -> None:
        await self.bot.services.profiles.save(here(interaction).id, interaction.user.id, series, {})
        await replace(interaction, Layout(text("Emptied: nothing of it is stored any more.")))


def _form(asked: AboutYou) -> ui.Modal:
    questions = [
        ui.Label[Any](
            text=TITLES[field],
            component=ui.Select[Any](
                custom_id=field,
                placeholder="I’d rather not say",
                options=[
                    discord.SelectOption(label=each, value=each, default=each == getattr(asked.said, field))
                    for each in asked.choices[field]
                ],
                required=False,
                min_values=0,
            ),
        )
        for field in TITLES
        if field in asked.choices
    ]
    return form("About you", OPEN.format(series=asked.series_id), text(f"All of it is optional. {USE}"), *questions)


def _receipt(kept: AboutYou) -> Layout:
    lines = [f"**{TITLES[field]}:** {safe(words)}" for field, words in vars(kept.said).items() if words]
    if not lines:
        return Layout(text("You left everything empty, so nothing is stored."))
    heading = text(f"Saved for all sessions of {safe(kept.series)}. This is what we keep:", *lines, f"-# {USE}")
    ids = {"series": kept.series_id}
    return Layout(heading, row(button("Change it", OPEN.format(**ids)), button("Empty it", EMPTY.format(**ids))))


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ProfileCog(bot))
