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
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.contributions import Contribution, Kind

WRITE = "review:1:{session}"
MINE = "review:1:{session}:mine"
WITHDRAW = "review:1:{session}:withdraw"
FEATURE = "feature:1:{session}"
CHOOSE = "feature:1:{session}:choose"

MENU = 25
ROOM = TEXT - 400
"""How much of a message people's words may take; the rest is for what stands around them."""

NOUNS: dict[Kind, str] = {"takeaway": "a takeaway", "improvement": "an improvement"}

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
        counts = (done.takeaways, "takeaway"), (done.improvements, "improvement")
        came = " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
        await say(interaction, f"The review is closed: {came} from {people(done.people)}.")

    @control(WRITE)
    async def write(self, interaction: Interaction, session: int) -> None:
        said = await self.bot.services.reviews.draft(here(interaction).id, session, interaction.user.id)
        await interaction.response.send_modal(_form(session, said))

    @control(WRITE + FORM)
    async def take(self, interaction: Interaction, session: int) -> None:
        filled = fields(interaction)
        answers: dict[Kind, str] = {kind: filled.get(kind) or "" for kind in PROMPTS}
        try:
            guild, author = here(interaction).id, interaction.user.id
            kept = await self.bot.services.reviews.answer(guild, session, author, answers, quotable=quotable(filled))
        except Refusal as refusal:
            written: dict[Kind, str] = {kind: cleaned for kind, answer in answers.items() if (cleaned := clean(answer))}
            if not written:
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(f"{refusal} These are your words, so that you can copy them:")
            await say(interaction, Layout(heading, *_in_full(written)))
        else:
            await say(interaction, Layout(*_own(session, kept, "Saved. This is what we keep:")))

    @control(MINE)
    async def show_mine(self, interaction: Interaction, session: int) -> None:
        said = await self.bot.services.reviews.mine(here(interaction).id, session, interaction.user.id)
        heading = "This is what we keep:" if said else "You have not written anything here."
        await say(interaction, Layout(*_own(session, said, heading)))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, session: int) -> None:
        await self.bot.services.reviews.withdraw(here(interaction).id, session, interaction.user.id)
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

    @paints("review")
    async def paint_review(self, board: Board) -> Painting:
        now = await self.bot.services.reviews.standing(board.subject)
        prompts = [f"- {safe(prompt)}" for prompt in PROMPTS.values()]
        came = (
            f"**{people(now.people)} {'has' if now.people == 1 else 'have'} answered.**"
            if now.people
            else "**Nobody has answered yet.**"
        )
        if not now.open:
            return Painting((text("## After action review, closed", *prompts), text(came)), final=True)
        note = (
            "-# The organisers read your words without your name. Nobody else sees them unless you allow quoting and "
            "a host chooses to show them, still without your name. Please don’t describe anyone who could be "
            "recognised."
        )
        buttons = row(
            button("Write my answer", WRITE.format(session=board.subject), discord.ButtonStyle.primary),
            button("See or take back mine", MINE.format(session=board.subject)),
        )
        return Painting((text("## After action review, open", *prompts), text(came, note), buttons))

    @paints("featured")
    async def paint_featured(self, board: Board) -> Painting:
        shown = await self.bot.services.reviews.featured(board.subject, board.id)
        if not shown:
            return Painting((text("What stood here has been taken back by its authors."),), final=True)
        return Painting((text(_quotes(shown)),), final=True)


def _form(session: int, said: tuple[Contribution, ...]) -> ui.Modal:
    before = {each.kind: each.text for each in said}
    titles = {"takeaway": "What I take away", "improvement": "What to build on or improve"}
    questions = [
        ui.Label[Any](
            text=titles[kind],
            description=prompt,
            component=ui.TextInput[Any](
                custom_id=kind,
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=WORDS,
                default=before.get(kind),
            ),
        )
        for kind, prompt in PROMPTS.items()
    ]
    use = consent(said[0].quotable if said else None)
    return form("After action review", WRITE.format(session=session), *questions, use)


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


def _own(session: int, said: tuple[Contribution, ...], heading: str) -> tuple[Item, ...]:
    if not said:
        return (text(heading),)
    use = f"{USES[said[0].quotable]}. A link to your account is kept so that you can change or erase it."
    items = [text(heading), *_in_full({each.kind: each.text for each in said}), text(use)]
    return (*items, row(button("Take my words back", WITHDRAW.format(session=session))))


def _in_full(said: dict[Kind, str]) -> list[Item]:
    """The answers under their prompts. Only a text made of little but markup is too long once it is escaped."""
    shown = fitted(list(said.values()), ROOM)
    items: list[Item] = [text(f"**{safe(PROMPTS[kind])}**", words) for kind, words in zip(said, shown, strict=True)]
    if shown != [safe(words) for words in said.values()]:
        items.append(text("-# Shortened here, because it is made of little but markup characters."))
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
    for number, each in enumerate(free[:MENU], 1):
        whole = f"**{number}.** “{safe(each.text)}” ({NOUNS[each.kind]})"
        if sum(len(other) + 2 for other in texts) + len(whole) > ROOM:
            break
        texts.append(whole)
        label = shortened(f"{number}. {' '.join(each.text.split())}", 100)
        options.append(discord.SelectOption(label=label, value=str(each.id), description=NOUNS[each.kind]))
    more = f" {len(free) - len(texts)} more will be offered once these are shown." if len(free) > len(texts) else ""
    intro = f"Choose what to show in the session’s channel, word for word and without names.{more}"
    picker = menu("Choose what to show", CHOOSE.format(session=session), options, len(options))
    return text(intro), text("\n\n".join(texts)), row(picker)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ReviewCog(bot))
