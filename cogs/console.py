"""The hosts' console, the room's "Live now" board, and what a step shows while it runs."""

from datetime import timedelta

import discord

from bot.boards import paints
from bot.client import Plenary
from bot.controls import control
from bot.features import Feature, Interaction
from bot.layout import Item, Painting, button, row, safe, text
from bot.replies import say, think
from bot.reports.wording import listed
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.standing import Opened, View
from bot.services.text import shortened
from bot.stage import doubts, here, missing_rights
from bot.storage.boards import Board
from bot.storage.cues import Cue
from bot.storage.sessions import Session
from cogs.session import ask_to_finish

OPEN = "cue:1:{cue}:open"
SKIP = "cue:1:{cue}:skip"
MORE = "show:1:{session}:more"
PAUSE = "show:1:{session}:pause"
RESUME = "show:1:{session}:resume"
COPY = "show:1:{session}:copy"
FINISH = "show:1:{session}:finish"

MINUTES = 2

SAY = {
    "welcome": "Welcome! Polls and questions are on Discord today: the link is in the chat.",
    "place": "Tell us on Discord where you are today.",
    "poll": "There is a poll on Discord, tap Live now.",
    "breakout": "We are going into breakouts. Please choose somebody to report back.",
    "panel": "It is time for your questions to the panel.",
    "review": "Before we close: two questions are on Discord, tap Live now.",
    "close": "Thank you for coming.",
}
"""What a host can say when a step begins."""


class ConsoleCog(Feature):
    @paints("console")
    async def paint_console(self, board: Board) -> Painting:
        view = await self.bot.services.show.view(board.subject, self.bot.clock.now())
        session = view.standing.session
        if session.state in {"finished", "cancelled"}:
            return Painting((text(f"## {_part(view)}, {session.state}", safe(session.title)),), final=True)
        return Painting((text(*_console(view)), *_controls(view)))

    @paints("now")
    async def paint_now(self, board: Board) -> Painting:
        view = await self.bot.services.show.view(board.subject, self.bot.clock.now())
        session = view.standing.session
        if session.state != "live":
            over = text(f"## {_part(view)}: {safe(session.title)}", "This session has finished.")
            return Painting((over,), final=True)
        lines = [f"## Live now: {_part(view)}, {safe(session.title)}", *_now_and_next(view)]
        lines += [f"**{each.title} is open:** {_link(session, each)}" for each in view.open]
        return Painting((text(*lines),), pin=True)

    @paints("prompt")
    async def paint_prompt(self, board: Board) -> Painting:
        cue, session = await self.bot.services.show.cue(board.subject)
        step = Plan.of(session).run_of_show[cue.position or 0]
        if cue.state != "running" or cue.began_at is None:
            return Painting((text(f"## {safe(cue.title)}", safe(step.prompt), "This part is over."),), final=True)
        ends = discord.utils.format_dt(cue.began_at + timedelta(minutes=cue.minutes), "t")
        return Painting((text(f"## {safe(cue.title)}", safe(step.prompt), f"Until about {ends}."),))

    @paints("ready")
    async def paint_ready(self, board: Board) -> Painting:
        """What is ready for a session that begins soon, and what is not."""
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        plan, places = Plan.of(session), await self.bot.services.venues.of(board.guild_id)
        guild = self.bot.get_guild(board.guild_id)
        lacking = [*missing_rights(guild, places), *doubts(guild, places)] if guild else []
        if not plan.join_url:
            lacking.append("The session has no link to join.")
        begins = discord.utils.format_dt(session.starts_at, "R") if session.starts_at else "soon"
        hosts = listed([safe(each.name) for each in plan.hosts]) or "nobody is named"
        names = listed([f"“{safe(poll.name)}”" for poll in plan.polls]) or "none"
        checked = [f"- {line}" for line in lacking] or ["Everything I can check is ready."]
        head = (f"## Ready check: {safe(session.title)} begins {begins}", f"Hosts: {hosts}", f"Prepared polls: {names}")
        return Painting((text(*head, *checked),), final=True)

    @paints("late")
    async def paint_late(self, board: Board) -> Painting:
        """What did not happen, in one message."""
        late = await self.bot.services.telling.late(board.id)
        lines = [f"- {safe(session)}: {safe(cue.title)}, because {safe(cue.note)}" for cue, session in late]
        shown = lines[:20]
        more = [f"… and {len(lines) - len(shown)} more."] if len(lines) > len(shown) else []
        return Painting((text("## This did not happen", *shown, *more),), final=True)

    @paints("notice")
    async def paint_notice(self, board: Board) -> Painting:
        """Something that went wrong at Discord."""
        return Painting((text("## Please note", await self.bot.services.telling.notice(board.subject)),), final=True)

    @control(OPEN)
    async def open_step(self, interaction: Interaction, cue: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        opened, session = await self.bot.services.show.cue(cue)
        if opened.kind == "close":
            await say(interaction, await ask_to_finish(self.bot, session))
            return
        await self.bot.services.show.open(here(interaction).id, cue, self.bot.clock.now())
        await say(interaction, f"“{safe(opened.title)}” has begun.")

    @control(SKIP)
    async def skip(self, interaction: Interaction, cue: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        passed = await self.bot.services.show.skip(here(interaction).id, cue, self.bot.clock.now())
        await say(interaction, f"“{safe(passed.title)}” is passed over.")

    @control(MORE)
    async def more(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        await self.bot.services.show.extend(here(interaction).id, session, MINUTES, self.bot.clock.now())
        await say(interaction, f"Everything that follows is {MINUTES} minutes later.")

    @control(PAUSE)
    async def pause(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await self.bot.services.show.pause(here(interaction).id, session, self.bot.clock.now())
        await say(interaction, "Paused: nothing begins by itself until you resume.")

    @control(RESUME)
    async def resume(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        await self.bot.services.show.resume(here(interaction).id, session, self.bot.clock.now())
        await say(interaction, "Resumed.")

    @control(COPY)
    async def copy_for_zoom(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        view = await self.bot.services.show.view(session, self.bot.clock.now())
        stands = view.standing.session
        if stands.guild_id != here(interaction).id or stands.channel_id is None:
            raise Refusal("That session is not open here.")
        lines = [f"{each.title} is open: {_link(stands, each)}" for each in view.open]
        lines = lines or [f"We are on Discord: https://discord.com/channels/{stands.guild_id}/{stands.channel_id}"]
        await say(interaction, "Copy this into the Zoom chat:\n```\n" + "\n".join(lines) + "\n```")

    @control(FINISH)
    async def finish(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        stands = await self.bot.services.sessions.get(here(interaction).id, session)
        await say(interaction, await ask_to_finish(self.bot, stands))


def _part(view: View) -> str:
    return f"{view.standing.session.number} of {view.of}"


def _link(session: Session, opened: Opened) -> str:
    place = f"https://discord.com/channels/{session.guild_id}/{session.channel_id}"
    return f"{place}/{opened.message_id}" if opened.message_id else place


def _behind(view: View) -> str:
    minutes = round(view.standing.behind.total_seconds() / 60)
    if not minutes:
        return "on time"
    unit = "minute" if abs(minutes) == 1 else "minutes"
    return f"{minutes} {unit} behind" if minutes > 0 else f"{-minutes} {unit} ahead"


def _finish_by(cue: Cue) -> str:
    return discord.utils.format_dt((cue.began_at or cue.due_at) + timedelta(minutes=cue.minutes), "t")


def _now(view: View) -> list[str]:
    running = view.standing.running
    return [f"**Now:** {safe(running.title)}, due to finish {_finish_by(running)}"] if running else []


def _now_and_next(view: View) -> list[str]:
    following = view.standing.ahead
    return [*_now(view), f"**Next:** {safe(following.title)}"] if following else _now(view)


def _console(view: View) -> list[str]:
    stands = view.standing
    state = "paused" if stands.session.paused_at else stands.session.state
    head = [_part(view), state, *([_behind(view)] if stands.ahead else [])]
    lines = [f"## {', '.join(head)}", *_now(view)]
    if stands.waiting:
        lines.append(f"**Due now:** {safe(stands.waiting.title)}, waiting for you")
        if words := SAY.get(stands.waiting.kind):
            lines.append(f"Say: “{words}”")
    if stands.upcoming:
        lines.append(f"**Next:** {safe(stands.upcoming.title)} {discord.utils.format_dt(stands.upcoming.due_at, 't')}")
    return [*lines, *(f"{each.title} is open, n={each.n}" for each in view.open)]


def _controls(view: View) -> tuple[Item, ...]:
    stands = view.standing
    session, ahead = stands.session, stands.ahead
    first: list[Item] = []
    if ahead and not session.paused_at:
        style = discord.ButtonStyle.primary if stands.waiting else discord.ButtonStyle.secondary
        first.append(button(shortened(f"Open “{ahead.title}”", 80), OPEN.format(cue=ahead.id), style))
        first.append(button("Skip it", SKIP.format(cue=ahead.id)))
    if session.state != "live":
        return (row(*first),) if first else ()
    label, custom_id = ("Resume", RESUME) if session.paused_at else ("Pause", PAUSE)
    first.append(button(f"+{MINUTES} min", MORE.format(session=session.id)))
    first.append(button(label, custom_id.format(session=session.id)))
    copy = button("Copy for Zoom", COPY.format(session=session.id))
    finish = button("Finish…", FINISH.format(session=session.id), discord.ButtonStyle.danger)
    return row(*first, copy), row(finish)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ConsoleCog(bot))
