"""Offers of help: making one, and the register of all."""

from collections.abc import Sequence
from typing import Any, TypeVar

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, chosen, control, fields
from bot.features import Feature, Interaction
from bot.layout import Item, Layout, button, fitted, form, menu, row, text
from bot.replies import replace, say, think
from bot.services.introductions import Side
from bot.services.offers import WORDS, Listed
from bot.services.refusal import Refusal
from bot.services.text import clean, counted, shortened
from bot.stage import here
from bot.storage.offers import Offer, Type
from cogs.comments import CommentsCog
from cogs.contributions import CHANGE, TAKE_BACK
from cogs.review import consent, quotable

OFFER = "offer:1"
OFFERED = "offer:1:{session}:{said}"
MARK = "offer:1:{said}:type"
REGISTER = "offers:1:{page}"
MINE = "offers:1:mine:{page}"
ASK = "introduction:1:{offer}:ask"

PAGE = 5
"""How many offers, or introductions, are shown at once."""

ROOM = 3000
"""How much of a message people's words may take; the rest is for what stands around them."""

TYPES: dict[Type, str] = {
    "link": "A link",
    "person": "A person",
    "project": "A project",
    "paper": "A paper",
    "place": "A place to visit",
}

ASKED = {
    "asked": "You asked to be introduced. There is no answer yet.",
    "agreed": "You have been introduced.",
    "declined": "You asked, and they would rather not be introduced.",
}

Each = TypeVar("Each")


class OffersCog(Feature):
    def __init__(self, bot: Plenary) -> None:
        super().__init__(bot)
        self._mark = app_commands.ContextMenu(name="This is an offer of help", callback=self.mark)

    async def cog_load(self) -> None:
        """Offer the message command."""
        self.bot.tree.add_command(self._mark)

    async def cog_unload(self) -> None:
        """Take it away again."""
        self.bot.tree.remove_command(self._mark.name, type=self._mark.type)

    @app_commands.command(
        name="offer", description="Offer help: a link, a person, a project, a paper, a place to visit"
    )
    @app_commands.guild_only()
    async def offer(self, interaction: Interaction) -> None:
        await self._ask_for_it(interaction)

    @control(OFFER)
    async def press(self, interaction: Interaction) -> None:
        await self._ask_for_it(interaction)

    async def _ask_for_it(self, interaction: Interaction) -> None:
        session = await self.bot.services.offers.session(here(interaction).id, interaction.channel_id)
        await interaction.response.send_modal(_form(session.id, 0, ""))

    @app_commands.guild_only()
    async def mark(self, interaction: Interaction, message: discord.Message) -> None:
        """One's own message, as the beginning of the form; a host may say it of anybody's."""
        guild = here(interaction)
        cog = self.bot.get_cog(CommentsCog.__cog_name__)
        heard = cog.heard(message) if isinstance(cog, CommentsCog) and message.guild else None
        if heard is None:
            raise Refusal("Only what a person wrote can be an offer of help.")
        if heard.author == interaction.user.id:
            said = await self.bot.services.offers.said(heard.message_id, heard.author)
            if said:
                shown = _form(said.session_id, said.id, said.text)
            else:
                session = await self.bot.services.offers.session(guild.id, interaction.channel_id)
                shown = _form(session.id, 0, heard.text)
            await interaction.response.send_modal(shown)
            return
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        who, now = interaction.user.id, self.bot.clock.now()
        kept, _ = await self.bot.services.comments.add(heard, who, message.created_at, now, host=True)
        (words,) = fitted([kept.text], ROOM)
        options = [discord.SelectOption(label=label, value=kind) for kind, label in TYPES.items()]
        picker = menu("What kind of help is it?", MARK.format(said=kept.id), options)
        await say(interaction, Layout(text("Kept so far as a comment:", words), row(picker)))

    @control(MARK)
    async def marked(self, interaction: Interaction, said: int) -> None:
        await self.bot.stage.require_host(interaction)
        picked = next(iter(chosen(interaction)), "")
        offer = await self.bot.services.offers.mark(here(interaction).id, said, _type(picked))
        where = "Everybody finds it in /offers, without a name" if offer.said.quotable else "It is for themes only"
        kept = f"It is kept as an offer of help ({TYPES[offer.type].lower()}). {where}. Its author can change it or "
        await replace(interaction, Layout(text(f"{kept}take it back with /mine.")))

    @control(OFFERED + FORM)
    async def take(self, interaction: Interaction, session: int, said: int) -> None:
        filled = fields(interaction)
        words = filled.get("words") or ""
        guild, author = here(interaction).id, interaction.user.id
        try:
            kind, use = _type(filled.get("type")), quotable(filled)
            make, now = self.bot.services.offers.make, self.bot.clock.now()
            offer = await make(guild, session, author, words, kind, now, quotable=use, said=said)
        except Refusal as refusal:
            await give_back(interaction, refusal, words)
        else:
            await say(interaction, Layout(*_receipt(offer)))

    @app_commands.command(name="offers", description="What people offer; be introduced to somebody")
    @app_commands.guild_only()
    async def offers(self, interaction: Interaction) -> None:
        await say(interaction, await self._register(interaction, 0))

    @control(REGISTER)
    async def turn(self, interaction: Interaction, page: int) -> None:
        await replace(interaction, await self._register(interaction, page))

    async def _register(self, interaction: Interaction, page: int) -> Layout:
        guild, where, who = here(interaction).id, interaction.channel_id, interaction.user.id
        listed = await self.bot.services.offers.register(guild, where, who)
        sides = await self.bot.services.introductions.sides(guild, where, who)
        return Layout(*_register(listed, sides, page))


def offer_button() -> ui.Button[Any]:
    """What opens the form, on a board."""
    return button("Offer help", OFFER)


def _type(value: object) -> Type:
    if not isinstance(value, str) or value not in TYPES:
        raise Refusal("Say what kind of help it is. Nothing was saved.")
    return value


def _form(session: int, said: int, words: str) -> ui.Modal:
    written = ui.TextInput[Any](
        custom_id="words",
        style=discord.TextStyle.paragraph,
        max_length=WORDS,
        default=shortened(words, WORDS) or None,
        placeholder="For instance: I can show you round our simulation centre",
    )
    types = [discord.RadioGroupOption(label=label, value=kind) for kind, label in TYPES.items()]
    return form(
        "An offer of help",
        OFFERED.format(session=session, said=said),
        ui.Label[Any](text="What do you offer?", description="Nobody is shown your name.", component=written),
        ui.Label[Any](text="What kind of help is it?", component=ui.RadioGroup[Any](custom_id="type", options=types)),
        consent(None),
    )


def _receipt(offer: Offer) -> tuple[Item, ...]:
    (words,) = fitted([offer.said.text], ROOM)
    if offer.out:
        who = "You asked to be left out of what is shared, so it is not in /offers. /privacy can let it in."
    elif offer.said.quotable:
        who = "Everybody finds it in /offers, without your name. Whoever would like to know you asks, and you decide."
    else:
        who = "For themes only: hosts and organisers read it, without your name. It is not in /offers."
    kept = "A link to your account is kept so that you can change it or take it back, in /offers."
    return text("Saved. This is what we keep:"), text(f"**{TYPES[offer.type]}**", words), text(f"{who} {kept}")


async def give_back(interaction: Interaction, refusal: Refusal, words: str) -> None:
    """A form that was sent cannot be opened again, so what they wrote would be lost."""
    written = clean(words)
    if not written:
        raise refusal
    heading = text(f"{refusal} These are your words, so that you can copy them:")
    await say(interaction, Layout(heading, text(*fitted([written], ROOM))))


def of_page(every: Sequence[Each], page: int) -> tuple[int, Sequence[Each]]:
    """The page of that number, or the last one, and what is on it."""
    page = min(page, max(0, (len(every) - 1) // PAGE))
    return page, every[page * PAGE : (page + 1) * PAGE]


def leafing(custom_id: str, page: int, count: int) -> list[Item]:
    """Buttons to the pages before and after this one."""
    back = [button("Back", custom_id.format(page=page - 1))] if page else []
    more = [button("More", custom_id.format(page=page + 1))] if (page + 1) * PAGE < count else []
    return [*back, *more]


def _register(listed: Sequence[Listed], sides: Sequence[Side], page: int) -> tuple[Item, ...]:
    page, shown = of_page(listed, page)
    heading = ["## Offers of help", *([] if listed else ["There is none yet. /offer makes one."])]
    if waiting := sum(not side.asking and side.state == "asked" for side in sides):
        people = counted(waiting, "person", "people")
        heading.append(f"**{people} would like to be introduced to you.**")
    items: list[Item] = [text(*heading)]
    texts = fitted([each.text for each in shown], ROOM)
    for number, (each, words) in enumerate(zip(shown, texts, strict=True), page * PAGE + 1):
        note = _note(each)
        items.append(
            text(f"**{number}. {TYPES[each.type]}** (part {each.part})", words, *([f"-# {note}"] if note else []))
        )
        if each.mine:
            change, back = CHANGE.format(said=each.id), TAKE_BACK.format(said=each.id)
            items.append(row(button("Change", change), button("Take back", back, discord.ButtonStyle.danger)))
        elif not note:
            items.append(row(button("Introduce us", ASK.format(offer=each.id))))
    mine = [button(f"Your introductions ({len(sides)})", MINE.format(page=0))] if sides else []
    return (*items, row(*leafing(REGISTER, page, len(listed)), *mine, offer_button()))


def _note(each: Listed) -> str:
    """What is said of an offer instead of letting somebody ask."""
    if each.mine:
        return "Yours." if each.listed else "Yours. Only you find it here."
    if not each.reachable:
        return "Whoever made it can no longer be told from others, so nobody can be introduced."
    return ASKED.get(each.asked or "", "")


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(OffersCog(bot))
