"""The series at a glance."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.client import Plenary
from bot.features import Feature, Interaction
from bot.layout import TEXT, Layout, fitted, safe, text
from bot.replies import say
from bot.reports.wording import day_and_time, listed
from bot.services.plans import Plan
from bot.services.sessions import Agenda
from bot.stage import here
from bot.storage.sessions import Session

STATES = {"planned": "", "live": " (open now)", "finished": " (finished)"}


class AgendaCog(Feature):
    @app_commands.command(name="agenda", description="The series: what, when, who, and where to join")
    @app_commands.guild_only()
    async def agenda(self, interaction: Interaction) -> None:
        agenda = await self.bot.services.sessions.agenda(here(interaction).id)
        entries = [f"# {safe(agenda.series.title)}", *(_entry(agenda, session) for session in agenda.sessions)]
        for page in _pages(entries):
            await say(interaction, Layout(*map(text, page)))


def when(session: Session, zone: ZoneInfo) -> str:
    """The session's time, in the reader's own zone and the series'."""
    if session.starts_at is None:
        return "The date is to be announced."
    local = day_and_time(session.starts_at.astimezone(zone))
    return f"{discord.utils.format_dt(session.starts_at, 'F')} ({local} {safe(zone.key)})"


def _pages(entries: Sequence[str]) -> list[list[str]]:
    """The entries in order, on as many messages as it takes."""
    pages: list[list[str]] = [[]]
    for entry in entries:
        if sum(map(len, pages[-1])) + len(entry) > TEXT:
            pages.append([])
        pages[-1].append(entry)
    return pages


def _entry(agenda: Agenda, session: Session) -> str:
    plan = Plan.of(session)
    due = " (next)" if session == agenda.due and session.state == "planned" else STATES[session.state]
    lines = [
        f"### {session.number} of {agenda.of}{due}: {safe(session.title)}",
        when(session, ZoneInfo(agenda.series.time_zone)),
    ]
    for label, who in (("Hosts", plan.hosts), ("Guests", plan.guests)):
        if who:
            lines.append(f"{label}: {listed(fitted([each.name for each in who], 800))}")
    if plan.join_url:
        lines.append(f"[Join on {safe(plan.place) or 'the web'}](<{plan.join_url}>)")
    return "\n".join(lines)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(AgendaCog(bot))
