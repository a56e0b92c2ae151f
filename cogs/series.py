"""The series file: handing it out, taking it in."""

import io
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import Plenary
from bot.features import HostGroup, Interaction
from bot.layout import safe
from bot.replies import say, think
from bot.services.imports import Change, Imported
from bot.services.refusal import Refusal
from bot.services.seriesfile import parse_series, refuse_size
from bot.settings import EXAMPLE
from bot.stage import here

ROOM = 1800
"""How many characters of an answer may be in the message itself."""


class SeriesCog(HostGroup, name="series", description="The series: its sessions, times, people and polls"):
    @app_commands.command(name="template", description="Get the file to fill in, with explanations")
    async def template(self, interaction: Interaction) -> None:
        # From memory: the library closes no file that it was given by its path.
        held = io.BytesIO(EXAMPLE.read_bytes())
        file = discord.File(held, "series.toml", description="A complete series file with explanations")
        await say(interaction, "Fill this in and send it with /series import. Nothing happens before.", files=[file])

    @app_commands.command(name="import", description="Read a series file: a TOML with a [series] table")
    @app_commands.describe(file="The TOML file", dry_run="Only say what it would change")
    async def take(self, interaction: Interaction, file: discord.Attachment, dry_run: bool = False) -> None:
        refuse_size(file.size)
        await think(interaction)
        try:
            series = parse_series(await file.read())
            done = await self.bot.services.imports.import_series(
                here(interaction).id, series, self.bot.clock.now(), dry_run=dry_run
            )
        except Refusal as refusal:
            raise Refusal(_fitting([_quoting(line) for line in str(refusal).split("\n")])) from None
        await say(interaction, _fitting(_account(done, dry_run=dry_run)))


def _quoting(line: str) -> str:
    """A line that quotes the file; a list stays a list."""
    said = line.removeprefix("- ")
    return f"{'- ' if said != line else ''}{safe(said)}"


def _fitting(lines: Sequence[str]) -> str:
    """As many whole lines as fit."""
    fit = len(lines)
    while len("\n".join(lines[:fit])) > ROOM:
        fit -= 1
    left = len(lines) - fit
    return "\n".join((*lines[:fit], *([f"… and {left} more line{'' if left == 1 else 's'}."] if left else [])))


def _account(done: Imported, *, dry_run: bool) -> list[str]:
    title = f"**{safe(done.title)}**"
    if done.nothing:
        lines = [f"{title} is here already, exactly like this. Nothing was changed."]
    else:
        verb = "would be" if dry_run else "is"
        count = f"{done.of} session{'' if done.of == 1 else 's'}"
        lines = [f"{title} {verb} {'imported' if done.new else 'updated'}, with {count}."]
        lines += [f"- {'would be' if dry_run else 'now'} the series this server runs"] if done.current else []
        lines += [f"- changed: {name.replace('_', ' ')} of the series" for name in done.settings]
        lines += [_line(change, done.of) for change in done.changes]
    if dry_run:
        lines.append("This was a dry run: nothing was written.")
    if done.warnings:
        lines += ["Please check:", *(f"- {safe(warning)}" for warning in done.warnings)]
    return lines


def _line(change: Change, of: int) -> str:
    what = f" ({', '.join(change.what)})" if change.what else ""
    part = f"{change.number} of {of}" if change.number <= of else f"session {change.number}"
    return f"- {change.kind}: {part}, {safe(change.title)}{what}"


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SeriesCog(bot))
