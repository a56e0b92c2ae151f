"""What breakout groups send back: the form, what everybody reads of it, and who is silent."""

from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, form, row, safe, text
from bot.replies import replace, say
from bot.services.feedback import WORDS, Draft, Overtaken, Sent, Words
from bot.services.refusal import Refusal
from bot.services.roomlist import Room, Standing
from bot.services.text import clean
from bot.stage import here
from bot.storage.boards import Board
from cogs.breakout import FEEDBACK, named, which_room
from cogs.review import consent, quotable

SEND = "breakout:1:{breakout}:send:{group}:{seen}"
ALL = "breakout:1:{breakout}:all:{page}"
REPLACE = "group:1:{group}:replace"
WITHDRAW = "group:1:{group}:withdraw"

ON_BOARD = 20
"""How many groups the collated board shows; all of them are behind its button."""

ROOM = TEXT - 900
"""How much of a message people's words may take; the rest is for what stands around them."""

ONE_THING = "**One thing for everyone:**"


class FeedbackCog(Feature):
    @control(FEEDBACK)
    async def write(self, interaction: Interaction, breakout: int) -> None:
        guild, host = here(interaction).id, await self.bot.stage.is_host(interaction)
        draft = await self.bot.services.feedback.draft(guild, breakout, interaction.user.id, host=host)
        await interaction.response.send_modal(_form(breakout, draft))

    @control(REPLACE)
    async def rewrite(self, interaction: Interaction, group: int) -> None:
        guild, host = here(interaction).id, await self.bot.stage.is_host(interaction)
        draft = await self.bot.services.feedback.draft_for(guild, group, interaction.user.id, host=host)
        await interaction.response.send_modal(_form(draft.group.breakout_id if draft.group else 0, draft))

    @control(SEND + FORM)
    async def take(self, interaction: Interaction, breakout: int, group: int, seen: int) -> None:
        filled = fields(interaction)
        discussed, one_thing = (filled.get(name) or "" for name in ("discussed", "one_thing"))
        try:
            words = Words(discussed, one_thing, quotable(filled))
            sent = await self.bot.services.feedback.send(
                here(interaction).id,
                breakout,
                interaction.user.id,
                words,
                group_id=group,
                seen=seen,
                room=filled.get("room"),
                host=await self.bot.stage.is_host(interaction),
            )
        except Refusal as refusal:
            if not clean(discussed + one_thing):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(f"{refusal} These are your words, so that you can copy them:")
            again = (
                row(button("See what was sent, and replace it", REPLACE.format(group=refusal.group.id)))
                if (isinstance(refusal, Overtaken))
                else None
            )
            await say(interaction, Layout(heading, text(*_parts(discussed, one_thing)), *([again] if again else [])))
        else:
            await say(interaction, _receipt(sent))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, group: int) -> None:
        await self.bot.services.feedback.withdraw(here(interaction).id, group, interaction.user.id)
        await replace(interaction, Layout(text("Your words are taken back and no longer stored.")))

    @control(ALL)
    async def read_all(self, interaction: Interaction, breakout: int, page: int) -> None:
        stands = await self.bot.services.breakouts.known(here(interaction).id, breakout)
        pages = _pages(stands)
        if not pages:
            raise Refusal("Nothing has come in that everybody may read.")
        at = min(page, len(pages) - 1)
        turns = [("Back", at - 1)] if at else []
        turns += [("More", at + 1)] if at + 1 < len(pages) else []
        buttons = [button(label, ALL.format(breakout=breakout, page=to)) for label, to in turns]
        message = Layout(text(pages[at]), *([row(*buttons)] if buttons else []))
        await (replace if interaction.message and interaction.message.flags.ephemeral else say)(interaction, message)

    @paints("collated")
    async def paint_collated(self, board: Board) -> Painting:
        stands = await self.bot.services.breakouts.standing(board.subject)
        live, found = stands.session.state == "live", stands.breakout
        prompt = [safe(found.prompt)] if found.prompt else []
        items: list[Item] = [text("## What the groups bring back", *prompt)]
        entries, whole = _entries(stands.shown)
        items += [text("\n\n".join(entries))] if entries else []
        if notes := _notes(stands, entries):
            items.append(text(f"-# {' '.join(notes)}"))
        buttons = [button("Send our feedback", FEEDBACK.format(breakout=found.id), discord.ButtonStyle.primary)]
        buttons = buttons if live else []
        buttons += [] if whole else [button("Read it all", ALL.format(breakout=found.id, page=0))]
        return Painting((*items, *([row(*buttons)] if buttons else [])), final=not live)

    @paints("silent")
    async def paint_silent(self, board: Board) -> Painting:
        stands = await self.bot.services.breakouts.standing(board.subject)
        if board.person is not None:
            return await self._nudge(stands, board.person)
        live, silent = stands.session.state == "live", stands.silent
        rooms = f"{len(silent)} room{' is' if len(silent) == 1 else 's are'} silent"
        heading = rooms if silent else "no room that I know of is silent"
        lines = [f"## Breakout {stands.breakout.number}: {heading}"]
        spoken = [room for room in silent if room.group.rapporteur]
        others = [room for room in silent if not room.group.rapporteur]
        lines += [f"**A volunteer has been reminded:** {named(spoken, 1200)}"] if spoken else []
        lines += [f"**Nobody volunteered:** {named(others, 1200)}"] if others else []
        sent = len(stands.rooms) - len(silent)
        lines.append(f"{sent} {'has' if sent == 1 else 'have'} sent feedback.")
        if not stands.breakout.drawn:
            lines.append("-# On Zoom I only know the rooms that somebody has spoken for.")
        write = row(button("Write down what a room says", FEEDBACK.format(breakout=stands.breakout.id)))
        return Painting((text(*lines), *([write] if live else [])), final=not live)

    async def _nudge(self, stands: Standing, person: int) -> Painting:
        """A direct message to somebody who volunteered, where nothing has come in yet."""
        mine = next((room for room in stands.silent if room.group.rapporteur == person), None)
        if mine is None or stands.session.state != "live":
            return Painting(
                (text("Your group’s feedback has come in, or is no longer needed. Thank you."),), final=True
            )
        where = await self.bot.services.breakouts.link(stands)
        name, title = safe(mine.group.name), safe(stands.session.title)
        lines = (
            f"You volunteered to report back for **{name}** in “{title}”. Nothing has come in from there yet.",
            f"*Send our feedback* is here: {where}",
        )
        return Painting((text(*lines),), final=True)


def _form(breakout: int, draft: Draft) -> ui.Modal:
    group, words = draft.group, draft.words
    custom_id = SEND.format(breakout=breakout, group=group.id if group else 0, seen=draft.seen)
    items: list[Item] = []
    if draft.others:
        there = (
            "It is in the form: what you send replaces it." if words else "It is for themes only, so I cannot show it."
        )
        items.append(ui.TextDisplay(f"Somebody else has sent feedback for this room. {there}"))
    if draft.ask:
        items.append(which_room(group.name if group else None))
    for name, label, before in (
        ("discussed", "What did you discuss?", words.discussed if words else None),
        ("one_thing", "One thing for everyone", words.one_thing if words else None),
    ):
        asked = ui.TextInput[Any](
            custom_id=name,
            style=discord.TextStyle.paragraph,
            required=name == "discussed",
            max_length=WORDS,
            default=before or None,
        )
        items.append(ui.Label[Any](text=label, component=asked))
    use = consent(words.quotable if words else None)
    use.description = "Quoted: everybody reads it after the breakout, without your name"
    return form("Send our feedback", custom_id, *items, use)


def _parts(discussed: str, one_thing: str, room: int = TEXT - 500) -> list[str]:
    shown = fitted([clean(discussed), clean(one_thing)], room)
    return [shown[0], *([f"{ONE_THING} {shown[1]}"] if shown[1] else [])]


def _receipt(sent: Sent) -> Layout:
    name, said = safe(sent.group.name), sent.said
    if sent.shown:
        who = "Everybody reads it on the board after the breakout, without your name."
    elif said.quotable:
        who = "It stands on no board: you asked to be left out, or a host keeps it back."
    else:
        who = "It stands on no board: the organisers read it for themes, without your name."
    kept = "A link to your account is kept so that you can change or erase it."
    buttons = row(
        button("Change it", REPLACE.format(group=sent.group.id)),
        button("Take it back", WITHDRAW.format(group=sent.group.id)),
    )
    heading = text(f"Saved for **{name}**. This is what we keep:")
    return Layout(heading, text(*_parts(said.text, said.one_thing)), text(f"{who} {kept}"), buttons)


def _entry(room: Room, discussed: str, one_thing: str) -> str:
    lines = [f"**{safe(room.group.name)}**", discussed, *([f"{ONE_THING} {one_thing}"] if one_thing else [])]
    return "\n".join(lines)


def _entries(rooms: tuple[Room, ...]) -> tuple[list[str], bool]:
    """What stands on the board of each group, and whether that is everything."""
    shown = rooms[:ON_BOARD]
    texts = [part for each in shown if each.feedback for part in (each.feedback.text, each.feedback.one_thing)]
    around = sum(len(_entry(each, "", "-")) + 2 for each in shown)
    fit = fitted(texts, ROOM - around)
    entries = [_entry(each, *fit[2 * i : 2 * i + 2]) for i, each in enumerate(shown)]
    return entries, len(shown) == len(rooms) and fit == [safe(each) for each in texts]


def _notes(stands: Standing, entries: list[str]) -> list[str]:
    notes: list[str] = []
    if not entries:
        notes.append("Nothing has come in yet.")
    if more := len(stands.shown) - len(entries):
        notes.append(f"And {more} more.")
    if stands.kept:
        notes.append(f"{stands.kept} more {'is' if stands.kept == 1 else 'are'} with the organisers only.")
    if stands.breakout.drawn and entries and stands.silent:
        notes.append(f"Still to come: {named(stands.silent, 300)}.")
    return notes


def _pages(stands: Standing) -> list[str]:
    """All that everybody may read, in full, as many messages as that takes."""
    pages: list[str] = []
    for room in stands.shown:
        said = room.feedback
        if said is None:
            continue
        entry = _entry(room, *fitted([said.text, said.one_thing], TEXT - 300))
        if pages and len(pages[-1]) + len(entry) + 2 <= TEXT - 100:
            pages[-1] = f"{pages[-1]}\n\n{entry}"
        else:
            pages.append(entry)
    return pages


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(FeedbackCog(bot))
