"""Zoom's half: its poll report, its participants and its chat, taken into a session after a look at them."""

import discord
from discord import app_commands

from bot.client import Plenary
from bot.controls import control
from bot.features import Interaction, TeamGroup
from bot.layout import Item, Layout, button, row, safe, text
from bot.replies import acknowledge, replace, say, think
from bot.services.text import shortened
from bot.services.zoom.cells import refuse_size
from bot.services.zoom.telling import Preview
from bot.stage import here
from bot.storage.sessions import Session

ADD = "zoom:1:{file}:add"
QUOTE = "zoom:1:{file}:quote"
THEMES = "zoom:1:{file}:themes"
DISMISS = "zoom:1:{file}:dismiss"

ROOM = 3400
ASKING = "May the words be quoted without names? Only if everyone was told that they are shared."

Part = app_commands.Range[int, 1, 25]

DONE = {
    "polls": "The poll report is in. What was answered here and on Zoom is printed apart, and never added up.",
    "people": "How many joined is in.",
    "chat": "The chat is in, without names. What somebody should not be quoted with, a host can hide.",
}


class ZoomCog(TeamGroup, name="zoom", description="What Zoom’s own files say of a session"):
    @app_commands.command(name="add", description="Take in Zoom’s poll report, participants or chat, after a preview")
    @app_commands.describe(
        file="The file as Zoom gives it: CSV, or .txt for the chat",
        part="Which session, by its number; the one that is live, or else the one that finished last, unless you say",
    )
    async def add(self, interaction: Interaction, file: discord.Attachment, part: Part | None = None) -> None:
        refuse_size(file.size)
        await think(interaction)
        session = await self._session(interaction, part)
        preview = await self.bot.services.zoom.propose(session, file.filename, await file.read())
        await say(interaction, Layout(*_shown(session, preview)))

    async def _session(self, interaction: Interaction, part: int | None) -> Session:
        guild = here(interaction).id
        if part is None:
            return await self.bot.services.sessions.latest(guild, interaction.channel_id)
        return (await self.bot.services.sessions.agenda(guild)).numbered(part)

    @control(ADD)
    async def take(self, interaction: Interaction, file: int) -> None:
        await self._merge(interaction, file, quotable=False)

    @control(QUOTE)
    async def take_to_quote(self, interaction: Interaction, file: int) -> None:
        await self._merge(interaction, file, quotable=True)

    @control(THEMES)
    async def take_for_themes(self, interaction: Interaction, file: int) -> None:
        await self._merge(interaction, file, quotable=False)

    async def _merge(self, interaction: Interaction, file: int, *, quotable: bool) -> None:
        await self.bot.stage.require_team(interaction)
        await acknowledge(interaction)
        session, kind = await self.bot.services.zoom.merge(here(interaction).id, file, quotable=quotable)
        told = f"**Session {session.number}, {safe(session.headline)}.** {DONE[kind]}"
        await replace(interaction, Layout(text(told)))

    @control(DISMISS)
    async def dismiss(self, interaction: Interaction, file: int) -> None:
        await self.bot.stage.require_team(interaction)
        await acknowledge(interaction)
        await self.bot.services.zoom.dismiss(here(interaction).id, file)
        await replace(interaction, Layout(text("Nothing was changed, and nothing of the file is kept.")))


def _shown(session: Session, preview: Preview) -> tuple[Item, ...]:
    """What is in the file, and the buttons to take it in with."""
    heading = f"**Session {session.number}, {safe(session.headline)}.**"
    lines = [safe(line) for line in preview.lines]
    if preview.nothing:
        return (text(heading, shortened("\n".join(lines), ROOM), "All of it is in already."),)
    lines += [f"> {safe(line)}" for line in preview.sample]
    lines += [f"- {safe(line)}" for line in preview.odd]
    shown = [f"{heading} Nothing is changed yet.", shortened("\n".join(lines), ROOM)]
    cancel = button("Cancel", DISMISS.format(file=preview.file_id))
    if not preview.asks:
        yes = button("Add", ADD.format(file=preview.file_id), discord.ButtonStyle.primary)
        return text(*shown), row(yes, cancel)
    quote = button("Add, may be quoted", QUOTE.format(file=preview.file_id), discord.ButtonStyle.primary)
    themes = button("Add for themes only", THEMES.format(file=preview.file_id))
    return text(*shown, ASKING), row(quote, themes, cancel)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ZoomCog(bot))
