"""A report's way from a draft to everybody: remade, edited, published, corrected, and its files."""

import asyncio
import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Interaction, TeamGroup
from bot.layout import TEXT, Layout, button, fitted, form, row, safe, text
from bot.press import Order
from bot.replies import acknowledge, replace, say, think
from bot.reports import wording
from bot.services.publishing import CHANGED, Bars, Proposal
from bot.services.refusal import Refusal
from bot.services.reporting import Report
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.boards import Kind
from bot.storage.reports import File
from cogs.editing import page_of

PUBLISH = "report:1:{report}:publish"
CORRECT = "report:1:{report}:correct"
DISMISS = "report:1:{report}:dismiss"

OWN_FILE = 10_000_000
"""How many bytes an organiser's own file may have."""

OWN = "The report, as its organisers have edited it"

ON_MESSAGE = 10
"""How many files Discord takes on one message."""

SESSION = "Which session, by its number; the one that finished last unless you say"

Number = app_commands.Range[int, 1, 25]


class ReportCog(TeamGroup, name="report", description="Edit a session’s report, and publish it"):
    @app_commands.command(name="draft", description="Make the draft of a report anew, in the organisers’ channel")
    @app_commands.describe(session=SESSION, bars="The order of the bars in figures, from now on")
    @app_commands.choices(
        bars=[
            app_commands.Choice(name="as the options were asked", value="asked"),
            app_commands.Choice(name="by size, the largest first", value="size"),
        ]
    )
    async def draft(self, interaction: Interaction, session: Number | None = None, bars: Bars | None = None) -> None:
        await think(interaction)
        found = await self.bot.stage.held(interaction, session)
        gone = await self._gone("report", found.id)
        now = self.bot.clock.now()
        anew = await self.bot.services.publishing.draft(found.guild_id, found.id, now, bars=bars, gone=gone)
        where = "posted anew" if anew else "made anew, in its message"
        await say(interaction, f"The draft of session {found.number}’s report is being {where}.")

    @app_commands.command(name="edit", description="Change the title, introduction, sentences, quotes and their order")
    @app_commands.describe(session=SESSION)
    async def edit(self, interaction: Interaction, session: Number | None = None) -> None:
        found = await self.bot.stage.held(interaction, session)
        await say(interaction, page_of(await self.bot.services.editing.report(found.guild_id, found.id)))

    @app_commands.command(name="links", description="Say where the recording and the blog are, or that there is none")
    @app_commands.describe(
        recording="The https address of the recording",
        subtitles="Whether the recording has subtitles",
        blog="The https address of the blog",
        no_recording="There is no recording: your name stands beside that",
        session=SESSION,
    )
    async def links(
        self,
        interaction: Interaction,
        recording: str = "",
        subtitles: bool | None = None,
        blog: str = "",
        no_recording: bool = False,
        session: Number | None = None,
    ) -> None:
        await think(interaction)
        found = await self.bot.stage.held(interaction, session)
        kept = await self.bot.services.publishing.links(
            found.guild_id,
            found.id,
            interaction.user.display_name,
            recording=recording,
            subtitles=subtitles,
            blog=blog,
            without=no_recording,
        )
        known = [f"{wording.recording(kept.subtitles)}: <{kept.recording}>"] if kept.recording else []
        known += [f"No recording, says {safe(kept.no_recording)}"] if kept.no_recording else []
        known += [f"The blog: <{kept.blog}>"] if kept.blog else []
        if kept.recording and kept.subtitles is None:
            known.append("Please say, too, whether the recording has subtitles.")
        await say(interaction, "\n".join((f"**Saved for session {kept.number}.**", *known)))

    @app_commands.command(name="publish", description="Publish a report, or a correction of it; asks before it does")
    @app_commands.describe(
        session=SESSION,
        file="Your own DOCX or PDF instead of mine",
        without_themes="It goes out without themes: your name stands beside that",
    )
    async def publish(
        self,
        interaction: Interaction,
        session: Number | None = None,
        file: discord.Attachment | None = None,
        without_themes: bool = False,
    ) -> None:
        if file and file.size > OWN_FILE:
            raise Refusal(f"That file has more than {OWN_FILE // 1_000_000} MB.")
        await think(interaction)
        found = await self.bot.stage.held(interaction, session)
        own, warnings = (await self._own(found.id, file)) if file else (None, ())
        proposal = await self.bot.services.publishing.propose(
            found.guild_id,
            found.id,
            interaction.user.display_name,
            self.bot.clock.now(),
            without_themes=without_themes,
            file=own,
        )
        report = await self.bot.services.summaries.report(found.id)
        await say(interaction, _asked(proposal, report, warnings))

    async def _own(self, session: int, file: discord.Attachment) -> tuple[File, tuple[str, ...]]:
        """An organiser's own file, and where it differs from the record."""
        from bot.reports.contents import contents  # noqa: PLC0415  (its memory is for those who publish)
        from bot.reports.reading import differences, read_text  # noqa: PLC0415

        report, data = await self.bot.services.summaries.report(session), await file.read()
        said = await read_text(file.filename, data)
        # Long reports take a second: other people's clicks are answered meanwhile.
        warnings = await asyncio.to_thread(differences, contents(report), said)
        ending = "docx" if data.startswith(b"PK") else "pdf"
        return File(f"{report.stem}-report.{ending}", OWN, data), warnings

    @control(PUBLISH)
    async def publish_now(self, interaction: Interaction, report: int) -> None:
        await self.bot.stage.require_team(interaction)
        await acknowledge(interaction)
        await self._publish(interaction, report, "")

    @control(CORRECT)
    async def ask_what_changed(self, interaction: Interaction, report: int) -> None:
        await self.bot.stage.require_team(interaction)
        await self.bot.services.publishing.proposal(here(interaction).id, report)
        asked = ui.TextInput[Any](custom_id="changed", style=discord.TextStyle.paragraph, max_length=CHANGED)
        label = ui.Label[Any](text="What has changed?", description="Everybody reads this.", component=asked)
        await interaction.response.send_modal(form("A correction", CORRECT.format(report=report), label))

    @control(CORRECT + FORM)
    async def correct(self, interaction: Interaction, report: int) -> None:
        await self.bot.stage.require_team(interaction)
        changed = str(fields(interaction).get("changed") or "")
        await acknowledge(interaction)
        try:
            await self._publish(interaction, report, changed)
        except Refusal as refusal:
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            wrote = f"\nYou wrote: “{safe(clean(changed))}”" if clean(changed) else ""
            raise Refusal(f"{refusal}{wrote}") from refusal

    async def _publish(self, interaction: Interaction, report: int, changed: str) -> None:
        guild, name = here(interaction).id, interaction.user.display_name
        waits = await self.bot.services.publishing.proposal(guild, report)
        gone = await self._gone("published", waits.session.id)
        session, owed = await self.bot.services.publishing.publish(
            guild, report, name, self.bot.clock.now(), what_changed=changed, gone=gone
        )
        self.bot.painter.soon(*owed)
        told = "It appears in a moment" if owed else "The public message is being changed"
        await replace(interaction, Layout(text(f"The report of session {session.number} is published. {told}.")))

    @control(DISMISS)
    async def dismiss(self, interaction: Interaction, report: int) -> None:
        await self.bot.stage.require_team(interaction)
        await self.bot.services.publishing.dismiss(here(interaction).id, report)
        await replace(interaction, Layout(text("Nothing was published.")))

    @app_commands.command(name="files", description="Get a report’s files and the data, for yourself alone")
    @app_commands.describe(session=SESSION, xlsx="The data as an Excel workbook too")
    async def files(
        self,
        interaction: Interaction,
        session: Number | None = None,
        xlsx: bool = False,
    ) -> None:
        await think(interaction)
        found = await self.bot.stage.held(interaction, session)
        guild = found.guild_id
        _, version, files = await self.bot.services.publishing.files(guild, found.id)
        made = [discord.File(io.BytesIO(each.data), each.name, description=each.description) for each in files]
        if not made:
            drafted = await self.bot.press(Order("report", found.id))
            made = [discord.File(io.BytesIO(each.data), each.name) for each in drafted.files]
        data = await self.bot.press(Order("data", found.id, xlsx=xlsx))
        made += [discord.File(io.BytesIO(each.data), each.name) for each in data.files]
        what = f"version {version.version}, as it was published" if version and files else "the draft"
        batches, large = _batches(made, interaction.filesize_limit)
        said = [f"Session {found.number}: {what}, and the data. Please do not pass on what was given for themes only."]
        if large:
            said.append(
                f"More than Discord takes: {wording.listed(large)}. Whoever runs Plenary can write it to a folder with "
                "`plenary export`."
            )
        await say(interaction, "\n".join(said), files=batches[0] if batches else ())
        for batch in batches[1:]:
            await say(interaction, "And:", files=batch)

    async def _gone(self, kind: Kind, session: int) -> int:
        """The message, if somebody has deleted it; else 0."""
        posted = await self.bot.services.publishing.message(kind, session)
        if posted is None:
            return 0
        channel, message = posted
        try:
            await self.bot.get_partial_messageable(channel).fetch_message(message)
        except discord.NotFound:
            return message
        return 0


def _asked(proposal: Proposal, report: Report, warnings: Sequence[str]) -> Layout:
    """The question before a report is published: what everybody will read."""
    session, before = proposal.session, proposal.before
    lines = [f"**Publish the report of session {session.number}, {safe(shortened(session.title, 200))}?**"]
    channel = f"<#{session.channel_id}>" if session.channel_id else "the session’s channel"
    what = "your own file" if proposal.edited else "the report as PDF, HTML and DOCX"
    lines.append(f"Everybody in {channel} gets {what}, the links, and a thread to go on talking in.")
    quotes = sum(len(voices.quotable) for _, voices in report.voices)
    if not proposal.edited and quotes:
        lines.append(
            f"Quotes of people who allow that are in it ({quotes}), without names: please read the draft first."
        )
    if proposal.edited and proposal.taken_out:
        lines.append(
            f"Of what people wrote, {proposal.taken_out} may not be read any more: taken back, erased or hidden. I "
            "cannot find the words in your file, so please look that they are not in it."
        )
    lines.append("The links between accounts and confidential answers are cut now: this cannot be undone.")
    if before:
        lines.append(f"Version {before.version} is taken down, and you are asked what has changed.")
    if warnings:
        lines.append("**Your file differs from the record:**")
        lines += [f"- {line}" for line in fitted(warnings, TEXT - 1800)]
    yes = (
        button("Say what has changed", CORRECT.format(report=proposal.id), discord.ButtonStyle.primary)
        if before
        else button("Publish it", PUBLISH.format(report=proposal.id), discord.ButtonStyle.primary)
    )
    return Layout(text(*lines), row(yes, button("Cancel", DISMISS.format(report=proposal.id))))


def _batches(files: Sequence[discord.File], limit: int) -> tuple[list[list[discord.File]], list[str]]:
    """The files, as many to a message as it takes, and the names of those that are too large for any."""
    batches: list[list[discord.File]] = []
    large: list[str] = []
    room = 0
    for file in files:
        size = file.fp.getbuffer().nbytes if isinstance(file.fp, io.BytesIO) else limit + 1
        if size > limit:
            large.append(file.filename)
            continue
        if size > room or len(batches[-1]) == ON_MESSAGE:
            batches.append([])
            room = limit
        batches[-1].append(file)
        room -= size
    return batches, large


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ReportCog(bot))
