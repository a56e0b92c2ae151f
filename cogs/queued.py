"""One question to the panel as hosts have it before them, and what they do with it."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import Item, Layout, button, fitted, form, row, safe, text
from bot.replies import replace
from bot.services.asked import OPEN, Asked, alike
from bot.services.queue import REPLY, WHO, WHY, stands
from bot.services.refusal import Refusal
from bot.services.text import shortened
from bot.stage import here
from cogs.ask import given_back, one_of
from cogs.panel import described, votes

TAKE = "queued:1:{question}:take"
LIVE = "queued:1:{question}:live"
WRITE = "queued:1:{question}:write"
MERGE = "queued:1:{question}:merge"
HOLD = "queued:1:{question}:hold"
DISMISS = "queued:1:{question}:dismiss"
BACK = "queued:1:{question}:back"
FOLLOW = "queued:1:{question}:follow"

MENU = 25
"""How many options a menu may have."""


class QueuedCog(Feature):
    @control(TAKE)
    async def take(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        asked = await self.bot.services.queue.take(here(interaction).id, question)
        await replace(interaction, controls(asked))

    @control(LIVE)
    async def answered_live(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        asked = await self.bot.services.queue.answered(here(interaction).id, question)
        await replace(interaction, controls(asked))

    @control(HOLD)
    async def hold(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        now, host = self.bot.clock.now(), interaction.user.id
        asked = await self.bot.services.queue.hold(here(interaction).id, question, host, now)
        await replace(interaction, controls(asked))

    @control(BACK)
    async def put_back(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        now, host = self.bot.clock.now(), interaction.user.id
        asked = await self.bot.services.queue.put_back(here(interaction).id, question, host, now)
        await replace(interaction, controls(asked))

    @control(WRITE)
    async def write(self, interaction: Interaction, question: int) -> None:
        asked = await self._asked(interaction, question)
        about = "Everybody reads it, in a message of its own in the session’s channel."
        await self._form(interaction, f"Answer {asked.name} in writing", WRITE, asked, "The answer", about, REPLY)

    @control(WRITE + FORM)
    async def take_answer(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        words = typed(interaction)
        try:
            written = self.bot.services.queue.write
            asked = await written(here(interaction).id, question, words, self.bot.clock.now())
        except Refusal as refusal:
            await given_back(interaction, refusal, words)
            return
        await replace(interaction, controls(asked))

    @control(DISMISS)
    async def dismiss(self, interaction: Interaction, question: int) -> None:
        asked = await self._asked(interaction, question)
        about = "Its author can read it. It is kept with your name for the team."
        await self._form(interaction, f"Dismiss {asked.name}", DISMISS, asked, "Why?", about, WHY)

    @control(DISMISS + FORM)
    async def take_reason(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        now, host = self.bot.clock.now(), interaction.user.id
        dismissed = self.bot.services.queue.dismiss
        asked = await dismissed(here(interaction).id, question, typed(interaction), host, now)
        await replace(interaction, controls(asked))

    @control(FOLLOW)
    async def follow_up(self, interaction: Interaction, question: int) -> None:
        asked = await self._asked(interaction, question)
        about = "Who will answer it after the session? Everybody reads it in the summary."
        await self._form(interaction, f"{asked.name}: who follows up", FOLLOW, asked, "Who?", about, WHO)

    @control(FOLLOW + FORM)
    async def take_name(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        asked = await self.bot.services.queue.follow_up(here(interaction).id, question, typed(interaction))
        await replace(interaction, controls(asked))

    @control(MERGE)
    async def merge(self, interaction: Interaction, question: int) -> None:
        asked = await self._asked(interaction, question)
        now = await self.bot.services.panel.read(here(interaction).id, asked.question.session_id)
        await interaction.response.send_modal(_merging(asked, [each for each in now.public if each.id != asked.id]))

    @control(MERGE + FORM)
    async def take_duplicate(self, interaction: Interaction, question: int) -> None:
        await self.bot.stage.require_host(interaction)
        filled = fields(interaction)
        number = str(filled.get("number") or "").strip().upper().removeprefix("Q") or one_of(filled.get("into"))
        if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004
            raise Refusal("Choose a question, or give its number. Nothing was changed.")
        now, host = self.bot.clock.now(), interaction.user.id
        asked = await self.bot.services.queue.merge(here(interaction).id, question, int(number), host, now)
        await replace(interaction, controls(asked))

    async def _asked(self, interaction: Interaction, question: int) -> Asked:
        await self.bot.stage.require_host(interaction)
        asked = await self.bot.services.panel.question(here(interaction).id, question)
        if asked.question.gone:
            raise Refusal(f"{asked.name} has been taken back by its author.")
        return asked

    async def _form(
        self, interaction: Interaction, title: str, pattern: str, asked: Asked, label: str, about: str, most: int
    ) -> None:
        made = form(title, pattern.format(question=asked.id), field(label, about, most))
        await interaction.response.send_modal(made)


def field(label: str, about: str, most: int) -> ui.Label[Any]:
    """A field of a form, ``typed`` later."""
    style = discord.TextStyle.short if most <= WHO else discord.TextStyle.paragraph
    words = ui.TextInput[Any](custom_id="words", style=style, max_length=most)
    return ui.Label[Any](text=label, description=about, component=words)


def typed(interaction: Interaction) -> str:
    """What was put into that field."""
    return fields(interaction).get("words") or ""


def _merging(asked: Asked, others: Sequence[Asked]) -> ui.Modal:
    """Which question it repeats: those that share most words come first, and any other by its number."""
    made: list[Item] = []
    if options := [option(each, str(each.question.number)) for each in alike(asked, others)[:MENU]]:
        picker = ui.Select[Any](custom_id="into", options=options, required=False, min_values=0)
        made.append(ui.Label[Any](text="It repeats", component=picker))
    number = ui.TextInput[Any](custom_id="number", max_length=10, required=False)
    about = "Those who support either are counted once."
    made.append(ui.Label[Any](text="Or by its number", description=about, component=number))
    return form(f"Merge {asked.name} into…", MERGE.format(question=asked.id), *made)


def option(asked: Asked, value: str) -> discord.SelectOption:
    """A question in a menu."""
    label = shortened(f"{asked.name} {' '.join(asked.question.text.split())}", 100)
    about = f"{votes(asked)}, {stands(asked)}"
    return discord.SelectOption(label=label, value=value, description=about)


def controls(asked: Asked) -> Layout:
    """One question in full, and what a host can do with it."""
    question = asked.question
    facts = [f"**{stands(asked)[:1].upper()}{stands(asked)[1:]}.**"]
    if question.why_hidden:
        facts.append(f"Why: {safe(question.why_hidden)}")
    if question.follow_up:
        facts.append(f"Follows up: {safe(question.follow_up)}")
    answer = [text("**Answered in writing:**", *fitted([asked.answer], 1500))] if asked.answer else []
    if question.gone:
        return Layout(text(f"{asked.name} has been taken back by its author."))
    rows = [row(*each) for each in _acts(asked) if each]
    return Layout(text(*described(asked)), text(*facts), *answer, *rows)


def _acts(asked: Asked) -> tuple[list[Item], list[Item]]:
    def act(label: str, pattern: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Item:
        return button(label, pattern.format(question=asked.id), style)

    first: list[Item] = []
    second: list[Item] = []
    if asked.waits:
        if asked.status == "waiting":
            first.append(act("Take", TAKE, discord.ButtonStyle.primary))
        first += [act("Answered live", LIVE, discord.ButtonStyle.success), act("Answer in writing", WRITE)]
        first += [act("Merge into…", MERGE), act("Who follows up", FOLLOW)]
        second.append(act("Hold", HOLD))
    if asked.waits or (asked.question.state == "held" and asked.status in OPEN):
        second.append(act("Dismiss…", DISMISS, discord.ButtonStyle.danger))
    if not (asked.waits and asked.status == "waiting"):
        second.append(act("Back to the queue", BACK))
    return first, second


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(QueuedCog(bot))
