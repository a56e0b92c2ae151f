"""The series file: handing it out, looking it over, taking it in; and the calendar it makes."""

import asyncio
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import discord
from discord import app_commands

from bot.client import Plenary
from bot.features import HostGroup, Interaction
from bot.layout import safe
from bot.replies import say, think
from bot.services.imports import Change, Imported
from bot.services.preflight import Finding, check_file
from bot.services.readiness import kept_findings
from bot.services.refusal import Refusal
from bot.services.seriesfile import parse_series, refuse_size
from bot.services.text import counted
from bot.settings import EXAMPLE
from bot.stage import checkup, here
from bot.storage.places import Places
from cogs.agenda import give_calendar
from cogs.setup import PICKERS

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

    @app_commands.command(name="check", description="Look for slips in a series, and for rights that I lack")
    @app_commands.describe(file="The TOML file; without one, the series that is here")
    async def check(self, interaction: Interaction, file: discord.Attachment | None = None) -> None:
        if file:
            refuse_size(file.size)
        await think(interaction)
        guild, now = here(interaction), self.bot.clock.now()
        if file:
            # In a thread: a large file takes a while, and others are voting.
            found = await asyncio.to_thread(check_file, await file.read(), now)
        else:
            found = kept_findings(await self.bot.services.sessions.agenda(guild.id), now)
        server = "\n".join(_about_server(guild, await self.bot.services.venues.of(guild.id)))
        slips = _fitting(list(_about(found)), ROOM - len(server))
        await say(interaction, "\n".join(filter(None, (slips, server))) or "Nothing to mend.")

    @app_commands.command(name="calendar", description="Get the series, or one session of it, as a calendar file")
    @app_commands.describe(session="Its number in the series; the whole series unless you say")
    async def calendar(self, interaction: Interaction, session: app_commands.Range[int, 1, 25] | None = None) -> None:
        await give_calendar(self.bot, interaction, session)

    @app_commands.command(name="announce", description="Announce every session to come that is not announced yet")
    async def announce(self, interaction: Interaction) -> None:
        await think(interaction)
        count = await self.bot.services.moving.announce(here(interaction).id, self.bot.clock.now())
        sessions = "1 session is" if count == 1 else f"{count or 'No'} sessions are"
        await say(interaction, f"{sessions} announced{'' if count else ': all that have a date have been before'}.")


def _about(found: Sequence[Finding]) -> Iterator[str]:
    """The errors, then the warnings."""
    for severity, what in (("error", "to mend before an import"), ("warning", "to look at")):
        lines = [f"- {safe(str(each))}" for each in found if each.severity == severity]
        if lines:
            yield f"{counted(len(lines), severity)}, {what}:"
            yield from lines


def _about_server(guild: discord.Guild, places: Places) -> Iterator[str]:
    """What is missing in the server, whatever the series says."""
    yield from checkup(guild, places)
    chosen = asdict(places) | {"host_channel": places.for_hosts}
    if left := [picker.label for picker in PICKERS if not chosen[picker.place]]:
        yield f"Not chosen yet (an admin can, with /setup): {', '.join(left)}."


def _quoting(line: str) -> str:
    """A line that quotes the file; a list stays a list."""
    said = line.removeprefix("- ")
    return f"{'- ' if said != line else ''}{safe(said)}"


def _fitting(lines: Sequence[str], room: int = ROOM) -> str:
    """As many whole lines as fit."""
    fit = len(lines)
    while len("\n".join(lines[:fit])) > room:
        fit -= 1
    left = len(lines) - fit
    return "\n".join((*lines[:fit], *([f"… and {counted(left, 'more line')}."] if left else [])))


def _account(done: Imported, *, dry_run: bool) -> list[str]:
    title = f"**{safe(done.title)}**"
    if done.nothing:
        lines = [f"{title} is here already, exactly like this. Nothing was changed."]
    else:
        verb = "would be" if dry_run else "is"
        count = counted(done.of, "session")
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
    told = "; those who signed up are told" if change.told else ""
    return f"- {change.kind}: {part}, {safe(change.title)}{what}{told}"


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SeriesCog(bot))
