"""The after action review: its board, its form, and showing some of what came in."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, chosen_numbers, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, form, menu, row, safe, text
from bot.replies import replace, say
from bot.reports.wording import people
from bot.services.refusal import Refusal
from bot.services.reviews import PROMPTS, WORDS
from bot.services.text import clean, counted, shortened
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.contributions import Contribution, Kind, Prompt

WRITE = "review:2:{session}:{prompt}"
MINE = "review:2:{session}:{prompt}:mine"
WITHDRAW = "review:2:{session}:{prompt}:withdraw"
FEATURE = "feature:1:{session}"
CHOOSE = "feature:1:{session}:choose"

MENU = 25
ROOM = TEXT - 400
"""How much of a message people's words may take; the rest is for what stands around them."""

NOUNS: dict[Kind, str] = {"takeaway": "a takeaway", "improvement": "an improvement"}

TITLES: dict[Prompt, str] = {"takeaway": "What I take away", "improvement": "What to build on or improve"}
"""What a form calls its prompt: a label holds 45 characters, and the prompts are longer."""

NOTE = (
    "-# The organisers read your words without your name. Nobody else sees them unless you allow quoting and a host "
    "chooses to show them, still without your name. Please don’t describe anyone who could be recognised."
)
CHAT = "-# You can also reply to this message. That shows your name here, and your words may be quoted without it."

USES = {True: "Quote me without my name", False: "Use for themes only"}


class ReviewCog(HostGroup, name="review", description="The after action review"):
    @app_commands.command(name="open", description="Ask the room what they take away and what to improve")
    async def open_review(self, interaction: Interaction) -> None:
        session = await self.bot.stage.live(interaction)
        await self.bot.services.reviews.open(session, self.bot.clock.now())
        await say(interaction, f"The review is open in <#{session.channel}>.")

    @app_commands.command(name="close", description="Take no more answers to the review")
    async def close(self, interaction: Interaction) -> None:
        session = await self.bot.stage.live(interaction)
        done = await self.bot.services.reviews.close(session)
        counts = [counted(n, kind) for kind, n in done.answers.items()]
        await say(interaction, f"The review is closed: {' and '.join(counts)} from {people(done.people)}.")

    @control(WRITE)
    async def write(self, interaction: Interaction, session: int, prompt: int) -> None:
        kind, author = _kind(prompt), interaction.user.id
        said = await self.bot.services.reviews.draft(here(interaction).id, session, author, kind)
        await interaction.response.send_modal(_form(session, kind, said))

    @control(WRITE + FORM)
    async def take(self, interaction: Interaction, session: int, prompt: int) -> None:
        kind, filled = _kind(prompt), fields(interaction)
        words = filled.get("words") or ""
        try:
            guild, author = here(interaction).id, interaction.user.id
            use = quotable(filled)
            kept = await self.bot.services.reviews.answer(guild, session, author, kind, words, quotable=use)
        except Refusal as refusal:
            if not clean(words):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(f"{refusal} These are your words, so that you can copy them:")
            await say(interaction, Layout(heading, *_in_full(kind, clean(words))))
        else:
            await say(interaction, Layout(*_own(session, kind, kept, "Saved. This is what we keep:")))

    @control(MINE)
    async def show_mine(self, interaction: Interaction, session: int, prompt: int) -> None:
        kind, author = _kind(prompt), interaction.user.id
        said = await self.bot.services.reviews.mine(here(interaction).id, session, author, kind)
        nothing = (text("You have not written anything here."),)
        await say(interaction, Layout(*(_own(session, kind, said, "This is what we keep:") if said else nothing)))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, session: int, prompt: int) -> None:
        kind, author = _kind(prompt), interaction.user.id
        await self.bot.services.reviews.withdraw(here(interaction).id, session, author, kind)
        await replace(interaction, Layout(text("Your words are taken back and no longer stored.")))

    @control(FEATURE)
    async def offer(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_team(interaction)
        free = await self.bot.services.reviews.to_feature(here(interaction).id, session)
        if not free:
            raise Refusal("There is nothing left to show: only words whose authors allow quoting can be.")
        await say(interaction, Layout(*_choice(session, free)))

    @control(CHOOSE)
    async def feature(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_team(interaction)
        ids = chosen_numbers(interaction)
        now = self.bot.clock.now()
        shown = await self.bot.services.reviews.feature(here(interaction).id, session, ids, now, fit=_fit)
        await replace(interaction, Layout(text(f"{shown} shown in the session’s channel, without names.")))

    @paints("takeaway")
    async def paint_takeaway(self, board: Board) -> Painting:
        return await self._paint(board, "takeaway")

    @paints("improvement")
    async def paint_improvement(self, board: Board) -> Painting:
        return await self._paint(board, "improvement")

    async def _paint(self, board: Board, kind: Prompt) -> Painting:
        """One prompt of the review."""
        now = await self.bot.services.reviews.standing(board.subject)
        number = list(PROMPTS).index(kind)
        heading = f"-# After action review, {number + 1} of {len(PROMPTS)}, {'open' if now.open else 'closed'}"
        came = text(f"**{_answered(now.answers[kind])}**")
        if not now.open:
            return Painting((text(heading, f"## {safe(PROMPTS[kind])}"), came), final=True)
        ids = {"session": board.subject, "prompt": number}
        buttons = row(
            button("Write my answer", WRITE.format(**ids), discord.ButtonStyle.primary),
            button("See or take back mine", MINE.format(**ids)),
        )
        chat = [CHAT] if self.bot.intents.message_content else []
        return Painting((text(heading, f"## {safe(PROMPTS[kind])}"), came, text("\n".join((NOTE, *chat))), buttons))

    @paints("nudge")
    async def paint_nudge(self, board: Board) -> Painting:
        now = await self.bot.services.reviews.standing(board.subject)
        kindly = "Nobody has answered yet. There is still time, and one sentence is enough."
        return Painting((text(_answered(now.people) if now.people else kindly),), final=True)

    @paints("featured")
    async def paint_featured(self, board: Board) -> Painting:
        shown = await self.bot.services.reviews.featured(board.subject, board.id)
        if not shown:
            return Painting((text("What stood here has been taken back by its authors."),), final=True)
        return Painting((text(_quotes(shown)),), final=True)


def _kind(prompt: int) -> Prompt:
    """The prompt of that number, as it stands in a custom_id."""
    if prompt >= len(PROMPTS):
        raise Refusal("That review is not known here.")
    return list(PROMPTS)[prompt]


def _answered(n: int) -> str:
    return f"{people(n)} {'has' if n == 1 else 'have'} answered." if n else "Nobody has answered yet."


def _form(session: int, kind: Prompt, said: Contribution | None) -> ui.Modal:
    # What was said in the chat can be too long for the form, which then replaces it as a whole or not at all.
    before = said.text if said and len(said.text) <= WORDS else None
    words = ui.TextInput[Any](
        custom_id="words", style=discord.TextStyle.paragraph, required=True, max_length=WORDS, default=before
    )
    question = ui.Label[Any](text=TITLES[kind], description=PROMPTS[kind], component=words)
    custom_id = WRITE.format(session=session, prompt=list(PROMPTS).index(kind))
    return form("After action review", custom_id, question, consent(said.quotable if said else None))


def consent(use: bool | None) -> ui.Label[Any]:
    """The field of a form that asks how somebody's words may be used, with what they said before."""
    uses = [
        discord.RadioGroupOption(label=label, value="quote" if quote else "themes", default=use is quote)
        for quote, label in USES.items()
    ]
    return ui.Label[Any](text="How may we use your words?", component=ui.RadioGroup[Any](custom_id="use", options=uses))


def quotable(filled: Mapping[str, Any]) -> bool:
    """What they said in that field."""
    if filled.get("use") not in {"quote", "themes"}:
        raise Refusal("Say how your words may be used. Nothing was changed.")
    return filled["use"] == "quote"


def _own(session: int, kind: Prompt, said: Contribution, heading: str) -> tuple[Item, ...]:
    where = "You said it in the chat, where your name stands beside it. " if said.message_id else ""
    use = f"{where}{USES[said.quotable]}. A link to your account is kept so that you can change or erase it."
    back = WITHDRAW.format(session=session, prompt=list(PROMPTS).index(kind))
    return (text(heading), *_in_full(kind, said.text), text(use), row(button("Take my words back", back)))


def _in_full(kind: Prompt, words: str) -> list[Item]:
    """The answer under its prompt. A text is too long once it is escaped if it is made of little but markup."""
    [shown] = fitted([words], ROOM)
    items: list[Item] = [text(f"**{safe(PROMPTS[kind])}**", shown)]
    if shown != safe(words):
        items.append(text("-# Shortened here: it is too long for a message."))
    return items


def _quotes(shown: Sequence[Contribution]) -> str:
    parts: list[str] = ["## In your words"]
    for kind, prompt in PROMPTS.items():
        quotes = [f"“{safe(each.text)}”" for each in shown if each.kind == kind]
        parts += [f"**{safe(prompt)}**", *quotes] if quotes else []
    return "\n\n".join(parts)


def _fit(chosen: Sequence[Contribution]) -> bool:
    return len(_quotes(chosen)) <= TEXT


def _choice(session: int, free: tuple[Contribution, ...]) -> tuple[Item, ...]:
    """What may be shown, in full, and a menu to choose from it: nobody should publish what they have not read."""
    texts, options = list[str](), list[discord.SelectOption]()
    fitting = [each for each in free if len(safe(each.text)) <= ROOM - 100]
    for number, each in enumerate(fitting[:MENU], 1):
        whole = f"**{number}.** “{safe(each.text)}” ({NOUNS[each.kind]})"
        if sum(len(other) + 2 for other in texts) + len(whole) > ROOM:
            break
        texts.append(whole)
        label = shortened(f"{number}. {' '.join(each.text.split())}", 100)
        options.append(discord.SelectOption(label=label, value=str(each.id), description=NOUNS[each.kind]))
    if not texts:
        raise Refusal("What is left to show is too long for a message. The report has it.")
    more = f" {len(fitting) - len(texts)} more will be offered once these are shown." if fitting[len(texts) :] else ""
    intro = f"Choose what to show in the session’s channel, word for word and without names.{more}"
    if len(free) > len(fitting):
        intro += f" {len(free) - len(fitting)} too long for a message: the report has them in full."
    picker = menu("Choose what to show", CHOOSE.format(session=session), options, len(options))
    return text(intro), text("\n\n".join(texts)), row(picker)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ReviewCog(bot))
