"""The series at a glance, and for people's own calendars."""

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.client import Plenary
from bot.controls import control
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, button, fitted, row, safe, text
from bot.replies import say, think
from bot.reports.wording import day_and_time, listed
from bot.services.plans import Plan
from bot.services.sessions import Agenda
from bot.stage import here
from bot.storage.sessions import Session

STATES = {"planned": "", "live": " (open now)", "finished": " (finished)", "cancelled": " (cancelled)"}

CALENDAR = "calendar:1:{series}"
CALENDAR_OF_ONE = "calendar:1:{series}:{number}"

PARTS = 4
"""How many sessions are offered one by one for a calendar: with the whole series they fill a row of buttons."""


class AgendaCog(Feature):
    @app_commands.command(name="agenda", description="The series: what, when, who, and where to join")
    @app_commands.guild_only()
    async def agenda(self, interaction: Interaction) -> None:
        agenda = await self.bot.services.sessions.agenda(here(interaction).id)
        entries = [f"# {safe(agenda.series.title)}", *(_entry(agenda, session) for session in agenda.sessions)]
        *pages, last = _pages(entries)
        for page in pages:
            await say(interaction, Layout(*map(text, page)))
        await say(interaction, Layout(*map(text, last), *_calendars(agenda)))

    @control(CALENDAR)
    async def give_series(self, interaction: Interaction, series: int) -> None:
        await give_calendar(self.bot, interaction, series_id=series)

    @control(CALENDAR_OF_ONE)
    async def give_session(self, interaction: Interaction, series: int, number: int) -> None:
        await give_calendar(self.bot, interaction, number, series_id=series)


async def give_calendar(
    bot: Plenary, interaction: Interaction, number: int | None = None, *, series_id: int | None = None
) -> None:
    """Answer with the calendar file of a series, or of its session of that ``number``."""
    await think(interaction)
    made = await bot.services.diary.series(here(interaction).id, number, series_id=series_id)
    what = "the session" if made.dated == 1 else f"{made.dated} sessions"
    told = f"Open this file to put {what} into your calendar. When a date changes, ask again: a new file mends the old."
    if made.undated:
        told += f" {made.undated} session{' has' if made.undated == 1 else 's have'} no date yet."
    await say(interaction, told, files=[discord.File(io.BytesIO(made.data), made.name)])


def _calendars(agenda: Agenda) -> list[Item]:
    """A button for the whole series, and one for each of its next sessions, as far as there are dates."""
    series, dated = agenda.series.id, [session for session in agenda.sessions if session.starts_at]
    if not dated:
        return []
    ahead = [session.number for session in dated if session.state == "planned"][:PARTS]
    parts = [button(f"Only {n} of {agenda.of}", CALENDAR_OF_ONE.format(series=series, number=n)) for n in ahead]
    return [row(button("Add to my calendar", CALENDAR.format(series=series)), *(parts if len(dated) > 1 else []))]


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
    if session.why_cancelled:
        lines.append(f"Cancelled: {fitted([session.why_cancelled], 500)[0]}")
    for label, who in (("Hosts", plan.hosts), ("Guests", plan.guests)):
        if who:
            lines.append(f"{label}: {listed(fitted([each.name for each in who], 800))}")
    if plan.join_url:
        lines.append(f"[Join on {safe(plan.place) or 'the web'}](<{plan.join_url}>)")
    return "\n".join(lines)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(AgendaCog(bot))
