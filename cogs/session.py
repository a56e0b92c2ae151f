"""A session from its start to its report."""

from datetime import UTC, datetime
from typing import Any, cast

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import control
from bot.features import HostGroup, Interaction
from bot.layout import Item, Layout, Painting, button, fitted, row, safe, text
from bot.replies import acknowledge, replace, say, think
from bot.reports.wording import day_and_time, listed, people
from bot.services.moving import WHY
from bot.services.plans import Plan
from bot.services.promises import kept
from bot.services.refusal import Refusal
from bot.services.sessions import Status
from bot.services.text import shortened
from bot.stage import here, postable, private_thread
from bot.storage.boards import Board
from bot.storage.cues import Cue
from bot.storage.sessions import Session
from cogs.actions import what_changed
from cogs.announce import cancelling
from cogs.privacy import LEAVE_OUT, WHAT
from cogs.profile import OPEN as ABOUT

START = "session:1:{session}:start"
FINISH = "session:1:{session}:finish"
CANCEL = "session:1:{session}:cancel"
MOVE = "session:1:{session}:move:{start}"


Crowd = app_commands.Range[int, 0, 1_000_000]


class SessionCog(HostGroup, name="session", description="Run a session of the series"):
    @app_commands.command(name="start", description="Open a session: welcome, housekeeping, recording notice")
    @app_commands.describe(session="Its number in the series; the next one due unless you say")
    async def start(self, interaction: Interaction, session: app_commands.Range[int, 1, 25] | None = None) -> None:
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
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

    async def _office(self, interaction: Interaction, session: Session) -> int:
        """Where its report goes; refused unless the bot can post there."""
        guild = here(interaction)
        if session.rehearses is not None:
            return session.channel
        organisers = (await self.bot.services.venues.of(guild.id)).organiser_channel
        if organisers is None:
            raise Refusal("There is no channel for the organisers’ report. An admin can choose it with /setup.")
        postable(guild, organisers)
        return organisers

    @control(START)
    async def start_now(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        channel = await self._venue(interaction)
        await acknowledge(interaction)
        now = self.bot.clock.now()
        started = await self.bot.services.show.start(here(interaction).id, session, channel, now)
        await replace(interaction, Layout(text(f"Session {started.number} is open in <#{channel}>.")))

    @app_commands.command(name="status", description="What is open, how many have answered, what comes next")
    async def status(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        await say(interaction, Layout(text(*_status(await self._standing(session)))))

    async def _standing(self, session: Session) -> Status:
        return await self.bot.services.sessions.status(session, self.bot.clock.now())

    @app_commands.command(name="finish", description="Close the session, post its summary, send the report")
    async def finish(self, interaction: Interaction) -> None:
        session = await self.bot.stage.ending(interaction)
        await self._office(interaction, session)
        await say(interaction, await ask_to_finish(self.bot, session))

    @app_commands.command(name="rehearse", description="Play a session in private first: marked TEST, counted nowhere")
    @app_commands.describe(session="Its number in the series; the next one due unless you say")
    async def rehearse(self, interaction: Interaction, session: app_commands.Range[int, 1, 25] | None = None) -> None:
        guild = here(interaction)
        agenda, found = await self.bot.services.rehearsing.to_rehearse(guild.id, session)
        await think(interaction)
        name = shortened(f"TEST: {found.number} of {agenda.of}, {found.title}", 100)
        backstage = (await self.bot.services.venues.of(guild.id)).for_hosts
        thread = await private_thread(guild, backstage, name, cast("discord.Member", interaction.user))
        # Should the process die here, an empty thread is left over, which does no harm: nothing is owed to it.
        await self.bot.services.rehearsing.begin(guild.id, found.id, thread.id, self.bot.clock.now())
        await say(
            interaction,
            f"The rehearsal has begun in {thread.mention}. Mention other hosts there to bring them in. All commands "
            "work there as on the day; nothing in it counts. /session finish ends it, and so does the real session.",
        )

    @app_commands.command(name="next", description="Open what is due, or the next step early")
    async def next_step(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.on_stage(here(interaction).id, interaction.channel_id)
        ahead = await self._ahead(session)
        if ahead.kind == "close":
            await say(interaction, await ask_to_finish(self.bot, session))
            return
        await think(interaction)
        await self.bot.services.show.open(here(interaction).id, ahead.id, self.bot.clock.now())
        await say(interaction, f"“{safe(ahead.title)}” has begun.")

    @app_commands.command(name="skip", description="Pass over the next step")
    async def skip(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        ahead = await self._ahead(session)
        await think(interaction)
        await self.bot.services.show.skip(here(interaction).id, ahead.id, self.bot.clock.now())
        await say(interaction, f"“{safe(ahead.title)}” is passed over.")

    @app_commands.command(name="extend", description="Give what is running more time")
    @app_commands.describe(minutes="How many minutes more; a minus takes time away")
    async def extend(self, interaction: Interaction, minutes: app_commands.Range[int, -60, 60]) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        await think(interaction)
        await self.bot.services.show.extend(here(interaction).id, session.id, minutes, self.bot.clock.now())
        way = "later" if minutes >= 0 else "earlier"
        await say(interaction, f"Everything that follows is {abs(minutes)} minutes {way}.")

    @app_commands.command(name="pause", description="Let nothing begin by itself until you resume")
    async def pause(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        await self.bot.services.show.pause(here(interaction).id, session.id, self.bot.clock.now())
        await say(interaction, "Paused: nothing begins by itself until /session resume.")

    @app_commands.command(name="resume", description="Go on after a pause")
    async def resume(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        await think(interaction)
        await self.bot.services.show.resume(here(interaction).id, session.id, self.bot.clock.now())
        await say(interaction, "Resumed.")

    @app_commands.command(name="move", description="Give a session another date; asks before it does")
    @app_commands.describe(when="For instance: 8 April 2022 13:00, or next Thursday 1pm", session="Its number")
    async def move(
        self, interaction: Interaction, when: str, session: app_commands.Range[int, 1, 25] | None = None
    ) -> None:
        await think(interaction)
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
        now = self.bot.clock.now()
        found, local = await self.bot.services.moving.proposed(here(interaction).id, session, when, now)
        question = (
            f"Move **session {found.number}, {safe(found.title)}** to **{day_and_time(local)}** ({local.tzname()}, "
            f"{discord.utils.format_dt(local, 'R')})? Everybody who signed up is told."
        )
        moved = MOVE.format(session=found.id, start=int(local.timestamp()))
        await say(interaction, _question(question, "Move it", moved, found.id))

    @control(MOVE)
    async def move_now(self, interaction: Interaction, session: int, start: int) -> None:
        await self.bot.stage.require_host(interaction)
        await acknowledge(interaction)
        starts_at = datetime.fromtimestamp(start, UTC)
        moved = await self.bot.services.moving.move(here(interaction).id, session, starts_at, self.bot.clock.now())
        await replace(
            interaction, Layout(text(f"Session {moved.number} is now {discord.utils.format_dt(starts_at, 'F')}."))
        )

    @app_commands.command(name="cancel", description="Cancel a session: opens a form that says what follows")
    @app_commands.describe(reason="Why: people read this", session="Its number; the next one due unless you say")
    async def cancel_session(
        self,
        interaction: Interaction,
        reason: app_commands.Range[str, 1, WHY] = "",
        session: app_commands.Range[int, 1, 25] | None = None,
    ) -> None:
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
        found = await self.bot.services.moving.to_cancel(here(interaction).id, session)
        await interaction.response.send_modal(cancelling(found, reason))

    async def _ahead(self, session: Session) -> Cue:
        ahead = (await self.bot.services.show.standing(session.id, self.bot.clock.now())).ahead
        if ahead is None:
            raise Refusal("Nothing is left of the run of show. /session finish closes the session.")
        return ahead

    @control(FINISH)
    async def finish_now(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        guild = here(interaction).id
        office = await self._office(interaction, await self.bot.services.sessions.get(guild, session))
        await acknowledge(interaction)
        await self.bot.services.show.finish(guild, session, self.bot.clock.now())
        done = f"The session is finished. Its report is in <#{office}>."
        await replace(interaction, Layout(text(done)))

    @control(CANCEL)
    async def cancel(self, interaction: Interaction, session: int) -> None:  # noqa: ARG002
        await replace(interaction, Layout(text("Nothing was done.")))

    @app_commands.command(name="attendance", description="Say how many people joined the webinar itself")
    @app_commands.describe(
        joined="How many joined on Zoom (or wherever the webinar is)", peak="How many were there at one time, at most"
    )
    async def attendance(self, interaction: Interaction, joined: Crowd, peak: Crowd | None = None) -> None:
        await think(interaction)
        session = await self.bot.services.sessions.attendance(
            here(interaction).id, joined, interaction.channel_id, peak=peak
        )
        told = "The report is being updated." if session.state == "finished" else "The report will say so."
        most = f", {people(peak)} at one time" if peak is not None else ""
        await say(interaction, f"{people(joined)} joined session {session.number}{most}. {told}")

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
            points = (f"{i}. {safe(point)}" for i, point in enumerate(plan.housekeeping, 1))
            items.append(text("## How we’re running today’s session", *points))
        if plan.recording_notice:
            items.append(text(f"**Recording.** {safe(plan.recording_notice)}"))
        if plan.join_url:
            link = ui.Button[Any](label=f"Join on {plan.place}"[:80] if plan.place else "Join", url=plan.join_url)
            items.append(row(link))
        items.append(text(kept(reads=self.bot.settings.discord.read_messages)))
        about = button("About you", ABOUT.format(series=session.series_id))
        items.append(row(button("Leave mine out", LEAVE_OUT), button("What we keep", WHAT), about))
        head, *others = items
        return Painting((head, *await what_changed(self.bot, session, items), *others), final=True)


async def ask_to_finish(bot: Plenary, session: Session) -> Layout:
    """The question before a session is finished: what that closes."""
    now = await bot.services.sessions.status(session, bot.clock.now())
    closes = [f"Poll {each.poll.number} (n={each.tally.n})" for each in now.polls if each.poll.open]
    closes += [f"the review ({people(now.review_answers)} answered)"] if now.review == "open" else []
    opened = (await bot.services.show.view(session.id, bot.clock.now())).open
    closes += ["the breakout"] if any(each.title.startswith("Breakout") for each in opened) else []
    what = f"This closes {listed(closes)}." if closes else "No poll or review is open."
    question = f"Finish **{session.number} of {now.of}, {safe(session.headline)}**? {what}"
    return _question(question, "Finish it", FINISH.format(session=session.id), session.id)


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
        f"## {now.session.number} of {now.of}, {safe(now.session.headline)}",
        f"{people(now.took_part)} took part so far.",
    ]
    questions = fitted([each.poll.question for each in now.polls], 2000)
    for each, question in zip(now.polls, questions, strict=True):
        state = "taken out" if each.poll.state == "void" else each.poll.state
        lines.append(f"- Poll {each.poll.number}, {state}, n={each.tally.n}: {question}")
    if now.review:
        lines.append(f"- Review, {now.review}, {people(now.review_answers)} answered")
    if now.waiting:
        names = listed([f"“{name}”" for name in fitted([poll.name for poll in now.waiting], 1000)])
        lines.append(f"Prepared polls not opened yet (/poll prepared): {names}")
    if now.now:
        after = f", then “{safe(now.next.title)}”" if now.next else ""
        lines.append(f"By the plan: now “{safe(now.now.title)}”{after}")
    elif now.next:
        lines.append(f"By the plan, next: “{safe(now.next.title)}”")
    elif now.session.plan["run_of_show"]:
        lines.append("By the plan, everything is done: /session finish when you are ready.")
    return lines


def _speakers(plan: Plan) -> list[str]:
    lines: list[str] = []
    for label, who in (("Hosts", plan.hosts), ("Guests", plan.guests)):
        if who:
            named = [safe(f"{each.name} ({each.role})" if each.role else each.name) for each in who]
            lines.append(f"**{label}:** {'; '.join(named)}")
    return lines


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SessionCog(bot))
