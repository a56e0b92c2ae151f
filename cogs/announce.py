"""Telling people of a session: its card, reminders, the doors, and direct messages to those who asked for them."""

from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import Item, Painting, button, fitted, form, row, safe, text
from bot.replies import say, think
from bot.reports.wording import listed, recording
from bot.services.moving import WHY
from bot.services.plans import Plan
from bot.services.telling import Told
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.sessions import Session
from cogs.agenda import when

SIGN_UP = "signup:1:{session}"
CANCELLING = "session:1:{session}:cancelling"

OVER = frozenset({"finished", "cancelled"})


class AnnounceCog(Feature):
    @control(SIGN_UP)
    async def sign_up(self, interaction: Interaction, session: int) -> None:
        wants = await self.bot.services.telling.toggle(here(interaction).id, session, interaction.user.id)
        await say(
            interaction,
            "I will send you direct messages: reminders in the last day before the session, changes to it, and the "
            "follow-up after. Press the button again to stop."
            if wants
            else "I will send you no more direct messages about this session.",
        )

    @control(CANCELLING + FORM)
    async def cancel_session(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        reason, now = fields(interaction).get("reason") or "", self.bot.clock.now()
        done = await self.bot.services.moving.cancel(here(interaction).id, session, reason, now)
        await say(interaction, f"Session {done.number} is cancelled. /session move gives it a new date.")

    @paints("card")
    async def paint_card(self, board: Board) -> Painting:
        told = await self.bot.services.telling.session(board.subject)
        session, plan = told.session, Plan.of(told.session)
        head = f"## {_part(told)}: {safe(session.title)}"
        if session.state == "cancelled":
            why = f" {safe(session.why_cancelled)}" if session.why_cancelled else ""
            return Painting((text(head, f"**Cancelled.**{why}"),))
        who = listed([safe(each.name) for each in (*plan.hosts, *plan.guests)])
        lines = [head, _when(told), *([f"With {who}"] if who else []), *fitted([plan.blurb], 1200)]
        if session.recording:
            lines.append(f"[{recording(session.subtitles)}](<{session.recording}>)")
        controls = [button("Remind me by direct message", SIGN_UP.format(session=session.id))]
        items: tuple[Item, ...] = (text(*(line for line in lines if line)),)
        if session.state in OVER:
            return Painting(items)
        return Painting((*items, row(*controls, *_join(plan))))

    @paints("reminder")
    async def paint_reminder(self, board: Board) -> Painting:
        told = await self.bot.services.telling.cue(board.subject)
        return Painting((text(*_reminder(told)), *_join_row(Plan.of(told.session))), final=True)

    @paints("doors")
    async def paint_doors(self, board: Board) -> Painting:
        told = await self.bot.services.telling.session(board.subject)
        lines = (f"**{safe(told.session.title)}** is about to begin.", _when(told))
        return Painting((text(*lines), *_join_row(Plan.of(told.session))), final=True)

    @paints("changed")
    async def paint_changed(self, board: Board) -> Painting:
        told = await self.bot.services.telling.session(board.subject)
        return Painting((text(*_changed(told)), *_join_row(Plan.of(told.session))), final=True)

    @paints("note")
    async def paint_note(self, board: Board) -> Painting:
        """A direct message: a reminder, or the follow-up that the person's case needs."""
        told = await self.bot.services.telling.cue(board.subject, person=board.person)
        if told.cue is not None and told.cue.kind == "follow_up":
            return Painting((text(*_follow_up(told)),), final=True)
        return Painting((text(*_reminder(told)), *_join_row(Plan.of(told.session))), final=True)


def cancelling(session: Session, reason: str) -> ui.Modal:
    """The question before a session is cancelled: what that brings with it. The form holds the reason."""
    date = f", {discord.utils.format_dt(session.starts_at, 'F')}" if session.starts_at else ""
    question = (
        f"Cancel **session {session.number}, {safe(session.title)}**{date}? Everybody who signed up is told, and its "
        "announcement and Discord event follow. Nothing happens until you send this."
    )
    written = ui.TextInput[Any](
        custom_id="reason", style=discord.TextStyle.paragraph, max_length=WHY, default=reason or None
    )
    asked = ui.Label[Any](text="Why", description="People read this.", component=written)
    return form(f"Cancel session {session.number}", CANCELLING.format(session=session.id), text(question), asked)


def _part(told: Told) -> str:
    return f"{told.session.number} of {told.of}"


def _when(told: Told) -> str:
    return when(told.session, ZoneInfo(told.series.time_zone))


def _reminder(told: Told) -> list[str]:
    begins = f" begins {discord.utils.format_dt(told.session.starts_at, 'R')}" if told.session.starts_at else ""
    return [f"**{_part(told)}, {safe(told.session.title)}**{begins}.", _when(told)]


def _changed(told: Told) -> list[str]:
    session = told.session
    if session.state == "cancelled":
        why = f" {safe(session.why_cancelled)}" if session.why_cancelled else ""
        return [f"**{_part(told)}, {safe(session.title)}, is cancelled.**{why}"]
    news = "has a new time" if session.starts_at else "will be at another time"
    return [f"**{_part(told)}, {safe(session.title)}, {news}.**", _when(told)]


def _follow_up(told: Told) -> list[str]:
    session = told.session
    came = f"Thank you for taking part in {_part(told)}, **{safe(session.title)}**."
    missed = f"Sorry that we missed you at {_part(told)}, **{safe(session.title)}**."
    lines = [came if told.took_part else missed]
    if session.recording:
        lines.append(f"{recording(session.subtitles)}: <{session.recording}>")
    if told.after is not None:
        next_one = when(told.after, ZoneInfo(told.series.time_zone))
        lines.append(f"Next, {told.after.number} of {told.of}: **{safe(told.after.title)}**. {next_one}")
    return lines


def _join(plan: Plan) -> list[Any]:
    label = f"Join on {plan.place}"[:80] if plan.place else "Join"
    return [ui.Button[Any](label=label, url=plan.join_url)] if plan.join_url else []


def _join_row(plan: Plan) -> tuple[Item, ...]:
    links = _join(plan)
    return (row(*links),) if links else ()


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(AnnounceCog(bot))
