"""The series file: handing it out, taking it in."""

import discord
from discord import app_commands

from bot.client import Plenary
from bot.features import HostGroup, Interaction
from bot.layout import safe
from bot.replies import say, think
from bot.services.imports import Change, Imported
from bot.services.seriesfile import parse_series, refuse_size
from bot.settings import EXAMPLE
from bot.stage import here

ROOM = 1800
"""How many characters of an answer may be in the message itself."""


class SeriesCog(HostGroup, name="series", description="The series: its sessions, times, people and polls"):
    @app_commands.command(name="template", description="Get the file to fill in, with explanations")
    async def template(self, interaction: Interaction) -> None:
        file = discord.File(EXAMPLE, "series.toml", description="A complete series file with explanations")
        await say(interaction, "Fill this in and send it with /series import. Nothing happens before.", files=[file])

    @app_commands.command(name="import", description="Read a series file: a TOML with a [series] table")
    @app_commands.describe(file="The TOML file", dry_run="Only say what it would change")
    async def take(self, interaction: Interaction, file: discord.Attachment, dry_run: bool = False) -> None:
        refuse_size(file.size)
        await think(interaction)
        series = parse_series(await file.read())
        done = await self.bot.services.imports.import_series(
            here(interaction).id, series, self.bot.clock.now(), dry_run=dry_run
        )
        lines, kept = _account(done, dry_run=dry_run), list[str]()
        while lines and len("\n".join((*kept, lines[0]))) <= ROOM:
            kept.append(lines.pop(0))
        more = [f"… and {len(lines)} more lines."] if lines else []
        await say(interaction, "\n".join((*kept, *more)))


def _account(done: Imported, *, dry_run: bool) -> list[str]:
    title = f"**{safe(done.title)}**"
    if done.nothing:
        lines = [f"{title} is here already, exactly like this. Nothing was changed."]
    else:
        verb = "would be" if dry_run else "is"
        lines = [f"{title} {verb} {'imported' if done.new else 'updated'}, with {done.of} sessions."]
        lines += [f"- changed: {name.replace('_', ' ')} of the series" for name in done.settings]
        lines += [_line(change, done.of) for change in done.changes]
    if dry_run:
        lines.append("This was a dry run: nothing was written.")
    if done.warnings:
        lines += ["Please check:", *(f"- {safe(warning)}" for warning in done.warnings)]
    return lines


def _line(change: Change, of: int) -> str:
    what = f" ({', '.join(change.what)})" if change.what else ""
    return f"- {change.kind}: {change.number} of {of}, {safe(change.title)}{what}"


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SeriesCog(bot))
