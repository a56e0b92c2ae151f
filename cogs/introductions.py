"""Introductions: asked for without a name, answered in a direct message, and what came of them."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import Item, Layout, Painting, button, fitted, form, rehearsed, row, safe, text
from bot.replies import replace, say
from bot.services.introductions import WORDS, Side
from bot.services.refusal import Refusal
from bot.stage import here
from bot.storage.boards import Board
from cogs.offers import ASK, MINE, REGISTER, ROOM, give_back, leafing, of_page

AGREE = "introduction:1:{introduction}:yes"
DECLINE = "introduction:1:{introduction}:no"
TAKE_BACK = "introduction:1:{introduction}:back"
OUTCOME = "introduction:1:{introduction}:outcome"


class IntroductionsCog(Feature):
    @control(MINE)
    async def show_mine(self, interaction: Interaction, page: int) -> None:
        guild, where, who = here(interaction).id, interaction.channel_id, interaction.user.id
        sides = await self.bot.services.introductions.sides(guild, where, who)
        await replace(interaction, Layout(*_introductions(sides, page)))

    @control(ASK)
    async def ask(self, interaction: Interaction, offer: int) -> None:
        now = self.bot.clock.now()
        await self.bot.services.introductions.ask(here(interaction).id, offer, interaction.user.id, now)
        await say(
            interaction,
            "Asked. Your name is shown to them only when they agree, and theirs to you only then. I tell you by direct "
            "message; /offers says it too, and takes your question back as long as there is no answer.",
        )

    @control(TAKE_BACK)
    async def take_back(self, interaction: Interaction, introduction: int) -> None:
        asked = self.bot.services.introductions
        await asked.take_back(interaction.guild_id, introduction, interaction.user.id)
        await say(interaction, "Taken back. They were not shown your name.")

    @control(AGREE)
    async def agree(self, interaction: Interaction, introduction: int) -> None:
        other = await self._answer(interaction, introduction, agrees=True)
        await say(interaction, f"You are introduced: <@{other}>. They are sent your name by direct message.")

    @control(DECLINE)
    async def decline(self, interaction: Interaction, introduction: int) -> None:
        await self._answer(interaction, introduction, agrees=False)
        await say(interaction, "They are told kindly, and not who you are.")

    async def _answer(self, interaction: Interaction, introduction: int, *, agrees: bool) -> int | None:
        who, now = interaction.user.id, self.bot.clock.now()
        asked = self.bot.services.introductions
        return await asked.answer(interaction.guild_id, introduction, who, now, agrees=agrees)

    @control(OUTCOME)
    async def ask_outcome(self, interaction: Interaction, introduction: int) -> None:
        asked = self.bot.services.introductions
        before = await asked.outcome_of(interaction.guild_id, introduction, interaction.user.id)
        written = ui.TextInput[Any](
            custom_id="words",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=WORDS,
            default=before or None,
        )
        question = ui.Label[Any](
            text="What came of it?", description="The organisers read it, without names.", component=written
        )
        await interaction.response.send_modal(
            form("What came of it?", OUTCOME.format(introduction=introduction), question)
        )

    @control(OUTCOME + FORM)
    async def take_outcome(self, interaction: Interaction, introduction: int) -> None:
        words = fields(interaction).get("words") or ""
        asked = self.bot.services.introductions
        try:
            kept = await asked.outcome(interaction.guild_id, introduction, interaction.user.id, words)
        except Refusal as refusal:
            await give_back(interaction, refusal, words)
            return
        shown = fitted([kept], ROOM) if kept else ["Nothing: what you said is taken back."]
        note = "-# The organisers read it in the report, without names. The same button changes it or takes it back."
        await say(interaction, Layout(text("Saved. This is what we keep:", *shown), text(note)))

    @paints("introduction")
    async def paint_introduction(self, board: Board) -> Painting:
        """What whoever made an offer is asked in a direct message."""
        side = await self.bot.services.introductions.side(board.subject, asking=False)
        items, final = _asked(side)
        return Painting(rehearsed(items) if side.rehearsal else items, final=final)

    @paints("reply")
    async def paint_reply(self, board: Board) -> Painting:
        """What whoever asked is told in a direct message."""
        side = await self.bot.services.introductions.side(board.subject, asking=True)
        items = _reply(side)
        return Painting(rehearsed(items) if side.rehearsal else items, final=True)


def _introductions(sides: Sequence[Side], page: int) -> tuple[Item, ...]:
    page, shown = of_page(sides, page)
    items: list[Item] = [text("## Your introductions", *([] if sides else ["There are none any more."]))]
    for side, words in zip(shown, fitted([each.text for each in shown], ROOM), strict=True):
        quoted = f"“{words}”" if words else "an offer that has been taken back"
        items.append(text(_standing(side), quoted))
        if buttons := _buttons(side):
            items.append(row(*buttons))
    return (*items, row(*leafing(MINE, page, len(sides)), button("All offers", REGISTER.format(page=0))))


def _standing(side: Side) -> str:
    match side.state:
        case "asked" if side.asking:
            return "**You asked to be introduced. There is no answer yet.**" if side.text else "**You had asked about**"
        case "asked":
            return "**Somebody would like to be introduced to you about your offer**"
        case "agreed":
            return f"**You are introduced: {_who(side)}**"
        case _:
            return "**They would rather not be introduced this time. They were not shown your name.**"


def _who(side: Side) -> str:
    return f"<@{side.other}>" if side.other else "they have been erased since"


def _buttons(side: Side) -> list[Item]:
    match side.state:
        case "asked" if side.asking:
            return [button("Take it back", TAKE_BACK.format(introduction=side.id))]
        case "asked":
            agree = button("Introduce us", AGREE.format(introduction=side.id), discord.ButtonStyle.primary)
            return [agree, button("No, thank you", DECLINE.format(introduction=side.id))]
        case "agreed":
            return [button("What came of it?", OUTCOME.format(introduction=side.id))]
        case _:
            return []


def _asked(side: Side) -> tuple[tuple[Item, ...], bool]:
    """The message to whoever made an offer, and whether it stays like that."""
    about = f"your offer in **{safe(side.series)}**"
    (words,) = fitted([side.text], ROOM)
    quoted = f"“{words}”" if words else ""
    match side.state:
        case "asked" if side.text:
            question = text(
                f"Somebody would like to be introduced to you about {about}:",
                quoted,
                "If you agree, each of you is sent the other’s name. Else they are told kindly, and not who you are.",
            )
            return (question, row(*_buttons(side))), False
        case "asked":
            return (text(f"Somebody asked about {about}, which you have taken back since."),), False
        case "agreed":
            return (text(f"You are introduced: {_who(side)}, about {about}:", quoted), row(*_buttons(side))), True
        case "declined":
            return (text(f"Somebody asked about {about}. You would rather not: they were told kindly."),), True
        case "withdrawn":
            return (text(f"Somebody asked about {about}, and has taken the question back."),), True


def _reply(side: Side) -> tuple[Item, ...]:
    (words,) = fitted([side.text], ROOM)
    about = f"an offer in **{safe(side.series)}**"
    quoted = [f"“{words}”"] if words else []
    if side.state == "agreed":
        said = text(f"You are introduced: {_who(side)}, who made {about}:", *quoted, "Write to them directly.")
        return said, row(*_buttons(side))
    return (
        text(
            f"You asked to be introduced about {about}:",
            *quoted,
            "They would rather not this time. They were not shown your name.",
        ),
    )


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(IntroductionsCog(bot))
