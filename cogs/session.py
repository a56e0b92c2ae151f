"""A session from its start to its report."""

import io
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import control
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, row, safe, text
from bot.replies import replace, say, think
from bot.reports.files import report_files
from bot.reports.wording import finding, listed, people
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.reporting import Report
from bot.services.sessions import Agenda, Status
from bot.stage import here, postable
from bot.storage.boards import Board
from bot.storage.sessions import Session
from cogs.agenda import when
from cogs.review import FEATURE

START = "session:1:{session}:start"
FINISH = "session:1:{session}:finish"
CANCEL = "session:1:{session}:cancel"

LIMIT = "This is a light-touch exercise: it says what the people who answered think, and no more."
ROOM = TEXT - 1200
"""How much of a message the polls may take."""


class SessionCog(HostGroup, name="session", description="Run a session of the series"):
    @app_commands.command(name="start", description="Open a session: welcome, housekeeping, recording notice")
    @app_commands.describe(session="Its number in the series; the next one due unless you say")
    async def start(self, interaction: Interaction, session: app_commands.Range[int, 1, 25] | None = None) -> None:
        agenda, found = await self.bot.services.sessions.to_start(here(interaction).id, session)
        channel = await self._venue(interaction)
        question = f"Start **{found.number} of {agenda.of}, {safe(found.title)}** in <#{channel}>?"
        await say(interaction, _question(question, "Start it", START.format(session=found.id), found.id))

    async def _venue(self, interaction: Interaction) -> int:
        """Where a session takes place; refused unless the bot can post there and to the organisers."""
        guild = here(interaction)
        places = await self.bot.services.venues.of(guild.id)
        if places.organiser_channel is None:
            raise Refusal("There is no channel for the organisers’ report yet. An admin can choose it with /setup.")
        channel = places.session_channel or interaction.channel_id
        if channel == places.organiser_channel:
            raise Refusal("A session cannot run in the organisers’ channel. Use this command where people take part.")
        postable(guild, channel)
        postable(guild, places.organiser_channel)
        return channel or 0

    async def _office(self, interaction: Interaction) -> int:
        """Where a report goes; refused unless the bot can post there."""
        guild = here(interaction)
        organisers = (await self.bot.services.venues.of(guild.id)).organiser_channel
        if organisers is None:
            raise Refusal("There is no channel for the organisers’ report. An admin can choose it with /setup.")
        postable(guild, organisers)
        return organisers

    @control(START)
    async def start_now(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        channel = await self._venue(interaction)
        await interaction.response.defer()
        now = self.bot.clock.now()
        started = await self.bot.services.sessions.start(here(interaction).id, session, channel, now)
        await replace(interaction, Layout(text(f"Session {started.number} is open in <#{channel}>.")))

    @app_commands.command(name="status", description="What is open, how many have answered, what comes next")
    async def status(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id)
        await say(interaction, Layout(text(*_status(await self._standing(session)))))

    async def _standing(self, session: Session) -> Status:
        return await self.bot.services.sessions.status(session, self.bot.clock.now())

    @app_commands.command(name="finish", description="Close the session, post its summary, send the report")
    async def finish(self, interaction: Interaction) -> None:
        session = await self.bot.stage.ending(interaction)
        await self._office(interaction)
        now = await self._standing(session)
        closes = [f"Poll {each.poll.number} (n={each.tally.n})" for each in now.polls if each.poll.open]
        closes += [f"the review ({people(now.review_answers)} answered)"] if now.review == "open" else []
        what = f"This closes {listed(closes)}." if closes else "No poll or review is open."
        question = f"Finish **{session.number} of {now.of}, {safe(session.title)}**? {what}"
        await say(interaction, _question(question, "Finish it", FINISH.format(session=session.id), session.id))

    @control(FINISH)
    async def finish_now(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        organisers = await self._office(interaction)
        await interaction.response.defer()
        await self.bot.services.sessions.finish(here(interaction).id, session, organisers, self.bot.clock.now())
        done = f"The session is finished. Its report is in <#{organisers}>."
        await replace(interaction, Layout(text(done)))

    @control(CANCEL)
    async def cancel(self, interaction: Interaction, session: int) -> None:  # noqa: ARG002
        await replace(interaction, Layout(text("Nothing was done.")))

    @app_commands.command(name="attendance", description="Say how many people joined the webinar itself")
    @app_commands.describe(joined="How many joined on Zoom (or wherever the webinar is)")
    async def attendance(self, interaction: Interaction, joined: app_commands.Range[int, 0, 1_000_000]) -> None:
        await think(interaction)
        session = await self.bot.services.sessions.attendance(here(interaction).id, joined)
        told = "The report is being updated." if session.state == "finished" else "The report will say so."
        await say(interaction, f"{people(joined)} joined session {session.number}. {told}")

    @paints("welcome")
    async def paint_welcome(self, board: Board) -> Painting:
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        agenda = await self.bot.services.sessions.agenda_of(session)
        plan = Plan.of(session)
        items: list[Item] = [
            text(f"# {safe(session.title)}", f"{safe(agenda.series.title)}, {session.number} of {agenda.of}")
        ]
        if plan.hosts or plan.guests:
            items.append(text(*_speakers(plan)))
        if plan.housekeeping:
            points = (f"{i}. {point}" for i, point in enumerate(fitted(plan.housekeeping, 1400), 1))
            items.append(text("## How we’re running today’s session", *points))
        if plan.recording_notice:
            items.append(text(f"**Recording.** {fitted([plan.recording_notice], 600)[0]}"))
        if plan.join_url:
            link = ui.Button[Any](label=f"Join on {plan.place}"[:80] if plan.place else "Join", url=plan.join_url)
            items.append(row(link))
        return Painting(tuple(items), final=True)

    @paints("summary")
    async def paint_summary(self, board: Board) -> Painting:
        report = await self.bot.services.summaries.report(board.subject)
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        agenda = await self.bot.services.sessions.agenda_of(session)
        lines = [
            f"## Summary of {report.part}, {safe(report.title)}",
            f"**{people(report.took_part)} took part here.**",
            *_polls(report),
            _harvest(report),
            f"-# {LIMIT}",
            *_goodbye(report, agenda, session),
        ]
        return Painting((text("\n\n".join(lines)),), final=True)

    @paints("report")
    async def paint_report(self, board: Board) -> Painting:
        report = await self.bot.services.summaries.report(board.subject)
        files = await report_files(report)
        joined = people(report.joined) if report.joined is not None else "not given yet (/session attendance)"
        findings = fitted([finding(poll) for poll in report.polls], ROOM)
        lines = (
            f"## Report of {report.part}, {safe(report.title)}",
            f"Took part here: {people(report.took_part)}. Joined: {joined}.",
            *(f"Poll {poll.number}: {said}" for poll, said in zip(report.polls, findings, strict=True)),
            f"{_came_in(report)}. Nothing that people wrote is public until somebody chooses it here.",
        )
        attached = [ui.File[Any](f"attachment://{each.name}") for each in files if not each.name.endswith(".png")]
        pictures = [
            discord.MediaGalleryItem(f"attachment://{each.name}", description=each.description)
            for each in files
            if each.name.endswith(".png")
        ]
        gallery = [ui.MediaGallery[Any](*pictures)] if pictures else []
        feature = row(button("Feature some", FEATURE.format(session=board.subject), discord.ButtonStyle.primary))
        return Painting(
            (text(*lines), *gallery, *attached, feature),
            tuple(discord.File(io.BytesIO(each.data), each.name) for each in files),
            final=True,
        )


def _question(question: str, yes: str, custom_id: str, session: int) -> Layout:
    return Layout(
        text(question),
        row(
            button(yes, custom_id, discord.ButtonStyle.primary),
            button("Cancel", CANCEL.format(session=session)),
        ),
    )


def _status(now: Status) -> list[str]:
    lines = [
        f"## {now.session.number} of {now.of}, {safe(now.session.title)}",
        f"{people(now.took_part)} took part so far.",
    ]
    questions = fitted([each.poll.question for each in now.polls], 2000)
    for each, question in zip(now.polls, questions, strict=True):
        state = "open" if each.poll.open else "closed"
        lines.append(f"- Poll {each.poll.number}, {state}, n={each.tally.n}: {question}")
    if now.review:
        lines.append(f"- Review, {now.review}, {people(now.review_answers)} answered")
    if now.waiting:
        names = listed([f"“{name}”" for name in fitted([poll.name for poll in now.waiting], 1000)])
        lines.append(f"Prepared polls not opened yet (/poll prepared): {names}")
    if now.now:
        after = f", then “{safe(now.next.title)}”" if now.next else ""
        lines.append(f"By the plan: now “{safe(now.now.title)}”{after}")
    elif now.session.plan["run_of_show"]:
        lines.append("By the plan, everything is done: /session finish when you are ready.")
    return lines


def _speakers(plan: Plan) -> list[str]:
    lines: list[str] = []
    for label, who in (("Hosts", plan.hosts), ("Guests", plan.guests)):
        if who:
            named = fitted([f"{each.name} ({each.role})" if each.role else each.name for each in who], 650)
            lines.append(f"**{label}:** {'; '.join(named)}")
    return lines


def _harvest(report: Report) -> str:
    if not (report.takeaways.count or report.improvements.count):
        return "No takeaways or improvements came in."
    return f"**{_came_in(report)}**; the team reads them before sharing any."


def _came_in(report: Report) -> str:
    counts = (report.takeaways.count, "takeaway"), (report.improvements.count, "improvement")
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)


def _polls(report: Report) -> list[str]:
    """Every tally in full, or, where one message cannot hold them all, its finding."""
    full = [
        "\n".join(
            (
                f"**Poll {poll.number}. {safe(poll.question)}** n={poll.tally.n}",
                *(f"- {safe(each.text)}: **{each.count}** ({each.percent}%)" for each in poll.tally.rows),
            )
        )
        for poll in report.polls
    ]
    if sum(map(len, full)) <= ROOM:
        return full
    short = [f"**Poll {poll.number}.** {safe(finding(poll))}" for poll in report.polls]
    return short if sum(map(len, short)) <= ROOM else [f"{len(short)} polls: their results are above."]


def _goodbye(report: Report, agenda: Agenda, session: Session) -> list[str]:
    lines: list[str] = []
    if following := agenda.after(session):
        time = when(following, ZoneInfo(agenda.series.time_zone))
        lines.append(f"**Next, {following.number} of {agenda.of}:** {safe(following.title)}. {time}")
    on = [safe(way) for way in (report.hashtag, report.contact) if way]
    return [*lines, f"Keep talking: {listed(on)}"] if on else lines


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SessionCog(bot))
