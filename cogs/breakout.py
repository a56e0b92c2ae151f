"""Breakouts: the hosts' commands, the board with the prompt and the time, groups, and who reports back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import Item, Layout, Painting, button, form, row, safe, text
from bot.replies import replace, say, think
from bot.services.breaking import PROMPT, WARNING, Order, rooms_for
from bot.services.breakouts import Offer
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.roomlist import NAME, Room, Standing
from bot.services.seriesfields import LONGEST
from bot.services.text import counted
from bot.stage import here, why_no_rooms
from bot.storage.boards import Board
from bot.storage.breakouts import Breakout

VOLUNTEER = "breakout:1:{breakout}:volunteer"
FEEDBACK = "breakout:1:{breakout}:feedback"
JOIN = "breakout:1:{breakout}:join"
MINE = "breakout:1:{breakout}:mine"
PASS_ON = "group:1:{group}:pass"  # noqa: S105  (to pass it on)
TAKE_OVER = "group:1:{group}:take"

NAMES = 600
"""How many characters a list of rooms may take on a board."""

PRIMARY = discord.ButtonStyle.primary


class BreakoutCog(HostGroup, name="breakout", description="Time in small groups"):
    @app_commands.command(name="open", description="Send people into small groups, with a prompt and a timer")
    @app_commands.describe(
        minutes="How long it lasts",
        groups="How many groups to draw, where the rooms are on Discord",
        size="How many people in each, instead of how many groups",
        prompt="What to talk about",
        rooms="Where people meet; where the session is unless you say",
    )
    async def open_breakout(
        self,
        interaction: Interaction,
        minutes: app_commands.Range[int, 1, LONGEST],
        groups: app_commands.Range[int, 1, 200] | None = None,
        size: app_commands.Range[int, 2, 100] | None = None,
        prompt: app_commands.Range[str, 1, PROMPT] = "",
        rooms: Literal["zoom", "threads", "voice"] | None = None,
    ) -> None:
        session = await self.bot.stage.live(interaction)
        await think(interaction)
        order = Order(minutes, prompt, rooms or rooms_for(session), groups, size)
        if order.rooms in {"threads", "voice"} and session.rehearses is None:
            why = why_no_rooms(here(interaction), session, "voice" if order.rooms == "voice" else "threads")
            if why:
                raise Refusal(f"Groups cannot meet in {order.rooms} now. {why}")
        opened = await self.bot.services.breakouts.open(session, order, self.bot.clock.now())
        said = f" {opened.said}" if opened.said else ""
        await say(interaction, f"The breakout is open in <#{session.channel}>.{said}")

    @app_commands.command(name="extend", description="Give the breakout more time")
    @app_commands.describe(minutes="How many minutes more")
    async def extend(self, interaction: Interaction, minutes: app_commands.Range[int, 1, LONGEST]) -> None:
        session = await self.bot.stage.live(interaction)
        await think(interaction)
        moved = await self.bot.services.breakouts.extend(session, minutes, self.bot.clock.now())
        await say(interaction, f"The breakout ends at {discord.utils.format_dt(moved.ends_at, 't')}.")

    @app_commands.command(name="close", description="End the breakout now")
    async def close(self, interaction: Interaction) -> None:
        session = await self.bot.stage.live(interaction)
        await think(interaction)
        stands = await self.bot.services.breakouts.close(session, self.bot.clock.now())
        sent = len(stands.rooms) - len(stands.silent)
        of = f" of {len(stands.rooms)}" if stands.breakout.drawn else ""
        noun = "group" if stands.breakout.drawn else "room"
        has = "has" if sent == 1 else "have"
        plural = "" if (len(stands.rooms) if of else sent) == 1 else "s"
        await say(interaction, f"The breakout is over: {sent}{of} {noun}{plural} {has} sent feedback.")

    @control(VOLUNTEER)
    async def volunteer(self, interaction: Interaction, breakout: int) -> None:
        stands = await self.bot.services.breakouts.known(here(interaction).id, breakout)
        if not stands.breakout.drawn and stands.breakout.open:
            title, custom_id = "I’ll report back", VOLUNTEER.format(breakout=breakout)
            await interaction.response.send_modal(form(title, custom_id, which_room()))
            return
        await self._volunteer(interaction, breakout, None)

    @control(VOLUNTEER + FORM)
    async def volunteer_for(self, interaction: Interaction, breakout: int) -> None:
        await self._volunteer(interaction, breakout, fields(interaction).get("room") or "")

    async def _volunteer(self, interaction: Interaction, breakout: int, room: str | None) -> None:
        guild, person = here(interaction).id, interaction.user.id
        came = await self.bot.services.breakouts.volunteer(guild, breakout, person, room)
        await say(interaction, _receipt(came, breakout))

    @control(TAKE_OVER)
    async def take_over(self, interaction: Interaction, group: int) -> None:
        taken = await self.bot.services.breakouts.take_over(here(interaction).id, group, interaction.user.id)
        await replace(interaction, _receipt(Offer(taken, True), taken.breakout_id))

    @control(PASS_ON)
    async def pass_on(self, interaction: Interaction, group: int) -> None:
        passed = await self.bot.services.breakouts.pass_on(here(interaction).id, group, interaction.user.id)
        done = f"You no longer report back for **{safe(passed.name)}**. The board says that nobody does yet."
        await replace(interaction, Layout(text(done)))

    @control(JOIN)
    async def join(self, interaction: Interaction, breakout: int) -> None:
        await think(interaction)
        room = await self.bot.services.breakouts.join(here(interaction).id, breakout, interaction.user.id)
        await say(interaction, Layout(text(*_own(room))))

    @control(MINE)
    async def mine(self, interaction: Interaction, breakout: int) -> None:
        room = await self.bot.services.breakouts.mine(here(interaction).id, breakout, interaction.user.id)
        await say(interaction, Layout(text(*_own(room))))

    @paints("breakout")
    async def paint_breakout(self, board: Board) -> Painting:
        stands = await self.bot.services.breakouts.standing(board.subject)
        found, live = stands.breakout, stands.session.state == "live"
        prompt = [safe(found.prompt)] if found.prompt else []
        if not found.open:
            items: list[Item] = [text("## Breakout, over", *prompt)]
            if live:
                items.append(text("Welcome back. Feedback can still be sent until the session finishes."))
            items += [text(*lines)] if (lines := _rooms(stands)) else []
            return Painting((*items, row(_send(found), *_which(found))) if live else tuple(items), final=not live)
        minutes = round((found.ends_at - found.opened_at) / timedelta(minutes=1))
        head = f"**{counted(minutes, 'minute')}, {_where(stands)}.**"
        one = "One volunteer sends your group’s feedback."
        items = [text(f"## Breakout{', paused' if stands.session.paused_at else ''}", head, *prompt)]
        items.append(text(f"{one} {ends(stands)}{_warned(found)}."))
        items += [text(*lines)] if (lines := _rooms(stands)) else []
        joins = [button("Join a group", JOIN.format(breakout=found.id))] if found.drawn else []
        return Painting((*items, row(_volunteer(found), _send(found), *joins, *_which(found))))

    @paints("warning")
    async def paint_warning(self, board: Board) -> Painting:
        stands = await self.bot.services.breakouts.standing(board.subject)
        if not stands.breakout.open:
            return Painting((text("The breakout is over."),), final=True)
        # In a room it stays as it was: that is put away before this could change.
        in_room = board.channel_id != stands.session.channel_id
        if stands.breakout.ends_at - self.bot.clock.now() > WARNING:
            return Painting((text("## There is more time", f"{ends(stands)}."),), final=in_room)
        lines = ("## Two minute warning", f"{ends(stands)}. Who sends your group’s feedback?")
        return Painting((text(*lines), *([] if in_room else [row(_send(stands.breakout))])), final=in_room)


def room_items(stands: Standing, room: Room) -> tuple[Item, ...]:
    """What stands in a group's own room."""
    found = stands.breakout
    prompt = [safe(found.prompt)] if found.prompt else []
    over = f"Until {discord.utils.format_dt(found.ends_at, 't')}." if found.open else "The breakout is over."
    kept = "What you say here is for your group: it is not kept, and goes into no report."
    items = (text(f"## {safe(room.group.name)}", *prompt, f"{over} {kept}", _reports(room)),)
    return (*items, row(_volunteer(found), _send(found))) if found.open else items


def which_room(before: str | None = None) -> ui.Label[Any]:
    """The field of a form that asks for the room somebody speaks for."""
    asked = ui.TextInput[Any](custom_id="room", max_length=NAME, default=before, placeholder="For instance: 3")
    return ui.Label[Any](text="Which room?", description="Its number, or its name", component=asked)


def ends(stands: Standing) -> str:
    """When it ends, where the session is and where the reader is."""
    at = stands.breakout.ends_at
    if stands.session.paused_at:
        return "The timer stands still while the session is paused"
    here_and_there = f"{discord.utils.format_dt(at, 't')} for you, {discord.utils.format_dt(at, 'R')}"
    return f"Ends at **{_local(at, stands.time_zone)}** ({here_and_there})"


def _local(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {local.tzname()}"


def named(rooms: Sequence[Room], room: int = NAMES) -> str:
    """The names of rooms, as many as fit into so many characters."""
    names = [safe(each.group.name) for each in rooms]
    shown: list[str] = []
    for name in names:
        if sum(len(each) + 2 for each in shown) + len(name) > room:
            return f"{', '.join(shown)} and {len(names) - len(shown)} more"
        shown.append(name)
    return ", ".join(shown)


def _where(stands: Standing) -> str:
    if stands.breakout.rooms != "zoom":
        return "in your group’s own thread" if stands.breakout.rooms == "threads" else "in your group’s voice room"
    place = Plan.of(stands.session).place.casefold()
    called = next((name for name in ("Zoom", "Teams", "Meet") if name.casefold() in place), "breakout")
    return f"in your {called} room"


def _warned(found: Breakout) -> str:
    return ", with a two minute warning here" if found.ends_at - found.opened_at > WARNING else ""


def _rooms(stands: Standing) -> list[str]:
    """Which rooms have a volunteer, and which have sent their feedback."""
    sent = [room for room in stands.rooms if room.feedback]
    spoken = [room for room in stands.silent if room.group.rapporteur]
    silent = [room for room in stands.silent if not room.group.rapporteur]
    lines = [f"**Feedback is in:** {named(sent)}"] if sent else []
    lines += [f"**A volunteer reports back:** {named(spoken)}"] if spoken else []
    return [*lines, *([f"**No volunteer yet:** {named(silent)}"] if silent else [])]


def _volunteer(found: Breakout) -> Item:
    return button("I’ll report back", VOLUNTEER.format(breakout=found.id), PRIMARY)


def _send(found: Breakout) -> Item:
    return button("Send our feedback", FEEDBACK.format(breakout=found.id), PRIMARY)


def _which(found: Breakout) -> list[Item]:
    return [button("Which group am I in?", MINE.format(breakout=found.id))] if found.drawn else []


def _receipt(came: Offer, breakout: int) -> Layout:
    name = safe(came.group.name)
    if not came.taken:
        taken = text(f"Somebody reports back for **{name}** already. If they are gone, you can do it.")
        return Layout(taken, row(button("Do it instead", TAKE_OVER.format(group=came.group.id))))
    lines = (
        f"You report back for **{name}**. The board says that it has a volunteer, not who.",
        "If nothing has come in by the end, I ask you for it once, in a direct message.",
    )
    send = button("Send our feedback", FEEDBACK.format(breakout=breakout), PRIMARY)
    return Layout(text(*lines), row(send, button("Pass it on", PASS_ON.format(group=came.group.id))))


def _own(room: Room) -> list[str]:
    group = room.group
    there = f" Your room is <#{group.channel_id}>." if group.channel_id and group.room_state == "made" else ""
    return [f"You are in **{safe(group.name)}**.{there}", f"In it: {_mentions(room)}.", _reports(room)]


def _mentions(room: Room) -> str:
    people = sorted(room.people)
    more = f" and {len(people) - 25} more" if len(people) > 25 else ""  # noqa: PLR2004
    return ", ".join(f"<@{each}>" for each in people[:25]) + more or "nobody yet"


def _reports(room: Room) -> str:
    if room.feedback:
        return "Its feedback has come in."
    who = room.group.rapporteur
    return f"<@{who}> reports back." if who else "Nobody reports back yet."


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(BreakoutCog(bot))
