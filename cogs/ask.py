"""Asking the panel a question, and seeing, changing or taking back one's own."""

from typing import Any, cast

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, button, fitted, form, row, safe, text
from bot.replies import replace, say
from bot.services.asked import ANSWERED, Asked, panellists
from bot.services.panel import WORDS
from bot.services.plans import Plan
from bot.services.queue import stands
from bot.services.refusal import Refusal
from bot.services.text import clean, sameness
from bot.stage import here
from bot.storage.sessions import Session
from cogs.panel import ASK, MINE, described

CHANGE = "question:1:{question}:change"
WITHDRAW = "question:1:{question}:withdraw"

EVERYBODY = "The whole panel"
NAMED = {True: "Show my name", False: "Don’t show my name"}
KEPT = "-# A link to your account is kept so that you can change or erase it. Nobody is shown it."


class AskCog(Feature):
    @app_commands.command(name="ask", description="Ask the panel a question: everybody can read and support it")
    @app_commands.guild_only()
    @app_commands.describe(
        question=f"Your question, up to {WORDS} characters",
        to="Whom you ask; the whole panel unless you say",
        without_my_name="Others read it without your name; the panel and the hosts too",
    )
    async def ask(
        self, interaction: Interaction, question: str, to: str = "", without_my_name: bool = False
    ) -> None:  # fmt: skip
        session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        await self._ask(interaction, session.id, question, to, named=not without_my_name)

    @ask.autocomplete("to")
    async def suggest_panellists(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            session = await self.bot.services.sessions.live(here(interaction).id, interaction.channel_id)
        except Refusal:
            return []
        found = [name for name in panellists(Plan.of(session)) if sameness(current) in sameness(name)]
        return [app_commands.Choice(name=name, value=name) for name in found[:25]]

    @control(ASK)
    async def open_form(self, interaction: Interaction, session: int) -> None:
        stands_now = await self.bot.services.sessions.get(here(interaction).id, session)
        if stands_now.state != "live":
            raise Refusal("The session is not open, so the panel takes no questions.")
        await interaction.response.send_modal(_form(stands_now))

    @control(ASK + FORM)
    async def take(self, interaction: Interaction, session: int) -> None:
        filled = fields(interaction)
        named = filled.get("name") == "shown"
        await self._ask(interaction, session, filled.get("question") or "", one_of(filled.get("to")), named=named)

    async def _ask(self, interaction: Interaction, session: int, words: str, to: str, *, named: bool) -> None:
        guild, person = here(interaction).id, interaction.user
        name = person.display_name if named else ""
        try:
            asked = await self.bot.services.panel.ask(guild, session, person.id, words, to=to, name=name)
        except Refusal as refusal:
            await given_back(interaction, refusal, words)
        else:
            await say(interaction, _own(asked, f"Saved as **{asked.name}**. This is what everybody can read of it:"))

    @control(MINE)
    async def show_mine(self, interaction: Interaction, question: int) -> None:
        asked = await self._mine(interaction, question)
        await say(interaction, _own(asked, f"**{asked.name}** is {_stands(asked)}. This is what we keep:"))

    @control(CHANGE)
    async def change(self, interaction: Interaction, question: int) -> None:
        guild = here(interaction).id
        await self.bot.services.contributions.changeable(guild, question, interaction.user.id)
        asked = await self.bot.services.panel.question(guild, question)
        words = _words_field(asked.question.text)
        await interaction.response.send_modal(form(f"Change {asked.name}", CHANGE.format(question=question), words))

    @control(CHANGE + FORM)
    async def take_change(self, interaction: Interaction, question: int) -> None:
        words, guild = fields(interaction).get("question") or "", here(interaction).id
        try:
            await self.bot.services.contributions.edit(guild, question, interaction.user.id, words)
        except Refusal as refusal:
            await given_back(interaction, refusal, words)
            return
        asked = await self.bot.services.panel.question(guild, question)
        await replace(interaction, _own(asked, f"**{asked.name}** is changed. This is what everybody can read of it:"))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, question: int) -> None:
        await self.bot.services.contributions.withdraw(here(interaction).id, question, interaction.user.id)
        await replace(interaction, Layout(text("Your question is taken back and no longer stored.")))

    async def _mine(self, interaction: Interaction, question: int) -> Asked:
        guild = here(interaction).id
        await self.bot.services.contributions.own(guild, question, interaction.user.id)
        return await self.bot.services.panel.question(guild, question)


async def given_back(interaction: Interaction, refusal: Refusal, words: str) -> None:
    """Say no, with what was written: a form that was sent cannot be opened again."""
    if not (typed := clean(words)):
        raise refusal
    again = f"{refusal} These are your words, so that you can copy them:"
    await say(interaction, Layout(text(again), text(*fitted([typed], TEXT - len(again) - 10))))


def one_of(value: Any) -> str:
    """What was picked in a menu of a form, empty where nothing or everybody was."""
    picked = str(cast("list[Any]", value)[0]) if isinstance(value, list) and value else ""
    return "" if picked == EVERYBODY else picked


def _words_field(before: str = "") -> ui.Label[Any]:
    words = ui.TextInput[Any](
        custom_id="question", style=discord.TextStyle.paragraph, max_length=WORDS, default=before or None
    )
    about = "Everybody can read it. The report may quote it, without your name."
    return ui.Label[Any](text="Your question", description=about, component=words)


def panellists_field(session: Session) -> list[ui.Label[Any]]:
    """The field of a form that asks to whom a question goes; none where nobody is known."""
    names = panellists(Plan.of(session))[:24]
    options = [discord.SelectOption(label=each, value=each, default=each == EVERYBODY) for each in (EVERYBODY, *names)]
    picker = ui.Select[Any](custom_id="to", options=options)
    return [ui.Label[Any](text="To whom?", component=picker)] if names else []


def _form(session: Session) -> ui.Modal:
    uses = [
        discord.RadioGroupOption(label=label, value="shown" if shown else "not", default=shown)
        for shown, label in NAMED.items()
    ]
    name = ui.Label[Any](text="Your name", component=ui.RadioGroup[Any](custom_id="name", options=uses))
    asking = ASK.format(session=session.id)
    return form("Ask the panel", asking, _words_field(), *panellists_field(session), name)


def _stands(asked: Asked) -> str:
    why = f": {safe(asked.question.why_hidden)}" if asked.question.why_hidden else ""
    return stands(asked) + why


def _own(asked: Asked, heading: str) -> Layout:
    buttons: list[Item] = []
    if asked.status not in ANSWERED:
        buttons.append(button("Change it", CHANGE.format(question=asked.id)))
    buttons.append(button("Take it back", WITHDRAW.format(question=asked.id)))
    answer = [text("**Answered in writing:**", *fitted([asked.answer], 2000))] if asked.answer else []
    return Layout(text(heading), text(*described(asked)), *answer, text(KEPT), row(*buttons))


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(AskCog(bot))
