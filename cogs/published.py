"""A published report as everybody sees it, and the thread in which they go on talking about it."""

import io
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.features import Feature
from bot.layout import TEXT, Item, Painting, fitted, safe, text
from bot.press import Order
from bot.reports.wording import day, listed, people, recording, told
from bot.services.publishing import Published
from bot.services.reporting import Brief
from bot.services.text import shortened
from bot.stage import file_room
from bot.storage.boards import Board
from bot.storage.reports import File, Version
from bot.storage.sessions import Session
from cogs.summary import LIMIT

PUBLIC = (".pdf", ".html", ".docx")
"""The forms in which a report is published. What was given for themes only is in none of them."""

FINDINGS = 2000
"""How many characters the findings may have on the public message."""

LINKS = 1500
"""How many are kept free for the links, and for what is said of large files."""

POLICY = (
    "## After part {number}: {title}",
    "This is the place to go on talking about it. The hosts read along, and answer when they can.",
    "Be kind, and please don’t describe anyone who could be recognised.",
    "Nothing from this thread goes into the report, unless it is added: by whoever wrote it, or by a host.",
)


class PublishedCog(Feature):
    @paints("published")
    async def paint_published(self, board: Board) -> Painting:
        self.bot.followups.behind()
        published = await self._printed(board.subject)
        room = file_room(self.bot.get_guild(board.guild_id))
        fit: list[File] = []
        for each in published.files:
            if len(each.data) <= room:
                fit.append(each)
                room -= len(each.data)
        large = [each.name for each in published.files if each not in fit]
        lines = [await self._summary(published), *_links(published.session)]
        lines += [f"{listed(large)}: too large for Discord; the organisers have it."] if large else []
        attached = tuple(discord.File(io.BytesIO(each.data), each.name) for each in fit)
        items: list[Item] = [text("\n".join(lines)), *(ui.File[Any](f"attachment://{each.name}") for each in fit)]
        return Painting(tuple(items), attached, final=True)

    async def _printed(self, session: int) -> Published:
        """What is published, once its files are made."""
        while (published := await self.bot.services.publishing.published(session)) is None or (
            published.version.state == "owed"
        ):
            if published is None:
                raise LookupError(session)
            made = await self.bot.press(Order("report", session, published.version.version))
            files = [File(each.name, each.description, each.data) for each in made.files]
            public = [each for each in files if each.name.endswith(PUBLIC)]
            if not public:
                raise RuntimeError(f"nothing of the report of session {session} could be made: {made.failed}")
            now = self.bot.clock.now()
            await self.bot.services.publishing.made(published.version, public, made.failed, now)
        return published

    async def _summary(self, published: Published) -> str:
        """What is told of a version, always the same: what hosts change later belongs to the next."""
        if published.version.summary:
            return published.version.summary
        report = await self.bot.services.summaries.brief(published.session.id, published.version.version)
        said = "\n".join(_told(published.version, report))
        await self.bot.services.publishing.summarised(published.version, said)
        return said

    @paints("followup")
    async def paint_followup(self, board: Board) -> Painting:
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        title = safe(shortened(session.title, 200))
        return Painting((text(*(line.format(number=session.number, title=title) for line in POLICY)),), final=True)


def _told(version: Version, report: Brief) -> list[str]:
    """What everybody reads: nothing that people wrote, but what hosts have written or Plenary counts."""
    lines = [f"## The report of {report.part}: {safe(shortened(report.heading, 300))}"]
    if version.version > 1:
        lines.append(f"**Version {version.version}, {day(version.published_at)}:** {safe(version.what_changed)}")
    if report.took_part is not None:
        lines.append(f"{people(report.took_part)} took part here.")
    findings = [f"{poll.name}: {told(report, poll)}" for poll in report.polls]
    room = TEXT - LINKS - sum(len(each) + 1 for each in lines) - len("\n- ") * len(findings)
    return lines + [f"- {each}" for each in fitted(findings, min(FINDINGS, room))]


def _links(session: Session) -> Iterator[str]:
    """What may change for as long as the version stands."""
    if session.recording:
        yield f"**{recording(session.subtitles)}:** <{session.recording}>"
    elif session.no_recording:
        yield "There is no recording."
    if session.blog:
        yield f"**The blog:** <{session.blog}>"
    if session.thread_id:
        yield f"**Talk it over:** <#{session.thread_id}>"
    yield f"-# {LIMIT}"


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(PublishedCog(bot))
