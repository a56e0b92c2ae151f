"""What I said, to see, change and take back; and what was said, for hosts to hide and restore."""

from collections.abc import Iterator, Sequence

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, button, fitted, form, row, safe, text
from bot.replies import replace, say
from bot.services.contributions import WHY, limit
from bot.services.refusal import Refusal
from bot.services.text import clean
from bot.stage import here
from bot.storage.contributions import Contribution, Kind, State
from bot.storage.sessions import Session
from cogs.review import USES, consent, quotable

MINE = "mine:1:{session}:{page}"
CHANGE = "said:1:{said}:change"
TAKE_BACK = "said:1:{said}:back"
LISTED = "said:1:{session}:list:{page}"
HIDE = "said:1:{said}:hide"
RESTORE = "said:1:{said}:restore"

PAGE = 5
ROOM = TEXT - 1400
"""How much of a page people's words and the reasons of hosts may take; the rest is for what stands around them."""

NAMES: dict[Kind, str] = {
    "comment": "Comment",
    "question": "Question to the panel",
    "takeaway": "Takeaway",
    "improvement": "What to build on or improve",
    "feedback": "Feedback of a breakout group",
    "offer": "Offer of help",
}

STANDS: dict[State, str] = {"held": "held back by a host", "hidden": "hidden by a host", "shown": "shown by a host"}

FORMED = ("takeaway", "improvement", "feedback", "offer")
"""What was said in forms that ask how the words may be used."""


class MineCog(Feature):
    @app_commands.command(name="mine", description="What I said in the session: change it, or take it back")
    @app_commands.guild_only()
    async def mine(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.latest(here(interaction).id, interaction.channel_id)
        await say(interaction, await self._page(interaction, session, 0))

    @control(MINE)
    async def turn(self, interaction: Interaction, session: int, page: int) -> None:
        found = await self.bot.services.sessions.get(here(interaction).id, session)
        await replace(interaction, await self._page(interaction, found, page))

    async def _page(self, interaction: Interaction, session: Session, page: int) -> Layout:
        said = await self.bot.services.contributions.mine(session.guild_id, session.id, interaction.user.id)
        head = f"## What you said in session {session.number}"
        if not said:
            return Layout(
                text(head, "Nothing is kept, but for your answers to polls: those are changed on their board.")
            )
        shown = _cut(said, page)
        items: list[Item] = [text(head, "Only you see this. /privacy has everything else.")]
        for each, words, reason in _fitting(shown):
            use = USES[each.quotable] if each.kind in FORMED else ""
            why = f"hidden by a host: {reason}" if each.state == "hidden" else STANDS.get(each.state, "")
            items.append(text(words, _note(NAMES[each.kind], use, why)))
            items.append(
                row(
                    button("Change", CHANGE.format(said=each.id)),
                    button("Take back", TAKE_BACK.format(said=each.id), discord.ButtonStyle.danger),
                )
            )
        return Layout(*items, *_pages(MINE, session, said, page))

    @control(CHANGE)
    async def change(self, interaction: Interaction, said: int) -> None:
        own = await self.bot.services.contributions.changeable(here(interaction).id, said, interaction.user.id)
        words = ui.TextInput[ui.LayoutView](
            custom_id="words", style=discord.TextStyle.paragraph, max_length=min(limit(own), 4000), default=own.text
        )
        asked: list[Item] = [ui.Label(text=NAMES[own.kind], component=words)]
        if own.kind in FORMED:
            asked.append(consent(own.quotable))
        await interaction.response.send_modal(form("Change what I said", CHANGE.format(said=said), *asked))

    @control(CHANGE + FORM)
    async def changed(self, interaction: Interaction, said: int) -> None:
        filled = fields(interaction)
        words = str(filled.get("words") or "")
        use = quotable(filled) if "use" in filled else None
        guild, author = here(interaction).id, interaction.user.id
        try:
            kept = await self.bot.services.contributions.edit(guild, said, author, words, quotable=use)
        except Refusal as refusal:
            if not clean(words):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(f"{refusal} These are your words, so that you can copy them:")
            await say(interaction, Layout(heading, text(*fitted([clean(words)], ROOM))))
        else:
            use_now = USES[kept.quotable] if kept.kind in FORMED else ""
            after = "Your message in the chat stays as it is." if kept.message_id else ""
            hidden = "It stays hidden." if kept.state == "hidden" else ""
            shown = text("Saved. This is what is kept:", *fitted([_whole(kept)], ROOM), _note(use_now, after, hidden))
            await say(interaction, Layout(shown))

    @control(TAKE_BACK)
    async def take_back(self, interaction: Interaction, said: int) -> None:
        guild, author = here(interaction).id, interaction.user.id
        own = await self.bot.services.contributions.own(guild, said, author)
        await self.bot.services.contributions.withdraw(guild, said, author)
        in_chat = " Your message in the chat stays until you delete it there." if own.message_id else ""
        await replace(
            interaction, Layout(text(f"Taken back: your words are no longer kept.{in_chat} /mine has the rest."))
        )


class ContributionsCog(HostGroup, name="contributions", description="What people said, for hosts"):
    def __init__(self, bot: Plenary) -> None:
        super().__init__(bot)
        self._hide = app_commands.ContextMenu(name="Hide from report", callback=self.hide_message)

    async def cog_load(self) -> None:
        """Offer the message command."""
        self.bot.tree.add_command(self._hide)

    @app_commands.command(name="list", description="What people said in the session, without names: hide or restore it")
    async def everything(self, interaction: Interaction) -> None:
        session = await self.bot.services.sessions.latest(here(interaction).id, interaction.channel_id)
        await say(interaction, await self._page(session, 0))

    @control(LISTED)
    async def turn(self, interaction: Interaction, session: int, page: int) -> None:
        await self.bot.stage.require_host(interaction)
        found = await self.bot.services.sessions.get(here(interaction).id, session)
        await replace(interaction, await self._page(found, page))

    async def _page(self, session: Session, page: int) -> Layout:
        said = await self.bot.services.contributions.for_hosts(session.guild_id, session.id)
        head = f"## What was said in session {session.number}"
        if not said:
            return Layout(text(head, "Nothing yet. Answers to polls stand with their polls."))
        shown = _cut(said, page)
        items: list[Item] = [
            text(head, f"{len(said)} in all, without names. What its authors want left out is not here.")
        ]
        for each, words, reason in _fitting(shown):
            why = f"hidden: {reason}" if each.state == "hidden" else STANDS.get(each.state, "")
            items.append(text(words, _note(NAMES[each.kind], "" if each.quotable else USES[False], why)))
            items.append(row(_decision(each)))
        return Layout(*items, *_pages(LISTED, session, said, page))

    @app_commands.guild_only()
    @app_commands.default_permissions(manage_events=True)
    async def hide_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Hide what was said in a chat message, or show it again."""
        await self.bot.stage.require_host(interaction)
        said = await self.bot.services.contributions.of_message(here(interaction).id, message.id)
        if said.state in {"hidden", "held"}:
            why = f" The reason was: {safe(said.why_hidden)}" if said.why_hidden else ""
            await say(interaction, Layout(text(f"That is hidden already.{why}"), row(_decision(said))))
            return
        await interaction.response.send_modal(_why(said.id))

    @control(HIDE)
    async def hide(self, interaction: Interaction, said: int) -> None:
        await self.bot.stage.require_host(interaction)
        await self.bot.services.contributions.get(here(interaction).id, said)
        await interaction.response.send_modal(_why(said))

    @control(HIDE + FORM)
    async def hidden(self, interaction: Interaction, said: int) -> None:
        await self.bot.stage.require_host(interaction)
        why = str(fields(interaction).get("why") or "")
        now, host = self.bot.clock.now(), interaction.user.id
        kept = await self.bot.services.contributions.hide(here(interaction).id, said, host, why, now)
        what = "It is off every board and out of the report. Its author can read your reason with /mine."
        left = " The message in the chat stays: deleting it is for the server’s moderators." if kept.message_id else ""
        await say(interaction, Layout(text(f"Hidden. {what}{left}"), row(_decision(kept))))

    @control(RESTORE)
    async def restore(self, interaction: Interaction, said: int) -> None:
        await self.bot.stage.require_host(interaction)
        now, host = self.bot.clock.now(), interaction.user.id
        kept = await self.bot.services.contributions.restore(here(interaction).id, said, host, now)
        again = "Restored: it may come into the report again. It is on no board until a host chooses it."
        await say(interaction, Layout(text(again), row(_decision(kept))))


def _whole(said: Contribution) -> str:
    """What was said, with a group's one thing for everyone."""
    return f"{said.text}\n{said.one_thing}".strip()


def _fitting(shown: Sequence[Contribution]) -> Iterator[tuple[Contribution, str, str]]:
    """What was said and why a host has hidden it, as much as a page has room for."""
    fit = fitted([*(_whole(each) for each in shown), *(each.why_hidden for each in shown)], ROOM)
    return zip(shown, fit[: len(shown)], fit[len(shown) :], strict=True)


def _note(*parts: str) -> str:
    said = "; ".join(part for part in parts if part)
    return f"-# {said}" if said else ""


def _decision(said: Contribution) -> discord.ui.Button[ui.LayoutView]:
    """What a host can do about it now."""
    if said.state in {"hidden", "held"}:
        return button("Restore", RESTORE.format(said=said.id))
    return button("Hide", HIDE.format(said=said.id))


def _why(said: int) -> ui.Modal:
    reason = ui.TextInput[ui.LayoutView](custom_id="why", style=discord.TextStyle.paragraph, max_length=WHY)
    told = ui.Label[ui.LayoutView](text="Why is it hidden?", description="Its author can read this.", component=reason)
    return form("Hide from the report", HIDE.format(said=said), told)


def _cut(said: Sequence[Contribution], page: int) -> Sequence[Contribution]:
    """One page; the last where there are fewer by now."""
    first = min(page, (len(said) - 1) // PAGE) * PAGE
    return said[first : first + PAGE]


def _pages(control_id: str, session: Session, said: Sequence[Contribution], page: int) -> list[Item]:
    """The way to the pages before and after."""
    last = (len(said) - 1) // PAGE
    page = min(page, last)
    turns = [
        button(label, control_id.format(session=session.id, page=to))
        for label, to in (("Back", page - 1), ("More", page + 1))
        if 0 <= to <= last
    ]
    return [text(f"-# Page {page + 1} of {last + 1}"), row(*turns)] if turns else []


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(MineCog(bot))
    await bot.add_cog(ContributionsCog(bot))
