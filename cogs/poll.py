"""Polls: opening them, answering, closing, and how they look."""

import io
import logging
from collections.abc import Sequence
from typing import Any, Literal

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, chosen_numbers, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, form, menu, row, safe, text
from bot.replies import replace, say, think
from bot.reports.figures import draw
from bot.reports.wording import choices_note, finding, people
from bot.services.polls import OPTION, QUESTION, Draft, Receipt, draft
from bot.services.refusal import Refusal
from bot.services.reporting import ReportedPoll
from bot.services.tallies import LIVE_FROM, Tally
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.polls import Poll, Results
from bot.storage.sessions import Session

log = logging.getLogger(__name__)

ANSWER = "poll:1:{poll}"
MINE = "poll:1:{poll}:mine"
WITHDRAW = "poll:1:{poll}:withdraw"
DRAFT = "draft:1:{session}:{choices}:{live}"

KEPT = (
    "Confidential: hosts and attendees see totals only. A link to your account is kept so that you can change "
    "or erase your answer."
)


class PollCog(HostGroup, name="poll", description="Ask the room a question"):
    @app_commands.command(name="open", description="Open a poll; without options you get a form")
    @app_commands.describe(
        question="What you ask",
        options="The options, separated by |",
        choices="How many of them one person may choose (1 unless you say)",
        results="Show tallies when the poll closes (usual), or live from five answers on",
    )
    async def open_poll(
        self,
        interaction: Interaction,
        question: str = "",
        options: str = "",
        choices: app_commands.Range[int, 1, 25] = 1,
        results: Literal["at_close", "live"] = "at_close",
    ) -> None:
        session = await self.bot.stage.live(interaction)
        if question and options:
            await self._open(interaction, session, draft(question, options.split("|"), choices, results))
            return
        asked = DRAFT.format(session=session.id, choices=choices, live=int(results == "live"))
        await interaction.response.send_modal(_draft_form(asked, question, options))

    @control(DRAFT + FORM)
    async def take_draft(self, interaction: Interaction, session: int, choices: int, live: int) -> None:
        await self.bot.stage.require_host(interaction)
        typed = fields(interaction)
        question, options = typed.get("question") or "", typed.get("options") or ""
        results: Results = "live" if live else "at_close"
        try:
            now_live = await self._still_live(interaction, session)
            new = draft(question, options.split("\n"), choices, results)
        except Refusal as refusal:
            await say(interaction, _given_back(refusal, question, options))
            return
        await self._open(interaction, now_live, new)

    async def _still_live(self, interaction: Interaction, session: int) -> Session:
        now_live = await self.bot.stage.live(interaction)
        if now_live.id != session:
            raise Refusal("The session this form was for has finished. Nothing was opened.")
        return now_live

    async def _open(self, interaction: Interaction, session: Session, new: Draft) -> None:
        await think(interaction)
        poll = await self.bot.services.polls.open(session, new, self.bot.clock.now())
        await say(interaction, f"Poll {poll.number} is open in <#{session.channel}>.")

    @app_commands.command(name="prepared", description="Open a poll of the series file")
    @app_commands.describe(name="Which one")
    async def prepared(self, interaction: Interaction, name: str) -> None:
        session = await self.bot.stage.live(interaction)
        await self._open(interaction, session, await self.bot.services.polls.prepared(session, name))

    @prepared.autocomplete("name")
    async def suggest_prepared(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        session = await self.live_to_suggest_from(interaction)
        waiting = await self.bot.services.polls.waiting(session) if session else ()
        return [
            app_commands.Choice(name=shortened(f"{each.name}: {each.question}", 100), value=each.name)
            for each in waiting
            if current.casefold() in f"{each.name} {each.question}".casefold()
        ][:25]

    @app_commands.command(name="close", description="Close a poll and post its results")
    @app_commands.describe(poll="Its number; not needed when only one is open")
    async def close(self, interaction: Interaction, poll: app_commands.Range[int, 1, 999] | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, opened=True)
        await think(interaction)
        done = await self.bot.services.polls.close(chosen, session.channel, self.bot.clock.now())
        await say(interaction, f"Poll {chosen.number} is closed: {people(done.tally.n)} answered.")

    @app_commands.command(name="results", description="Post a closed poll’s results once more")
    @app_commands.describe(poll="Its number; the last one closed unless you say")
    async def results(self, interaction: Interaction, poll: app_commands.Range[int, 1, 999] | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, opened=False)
        await think(interaction)
        await self.bot.services.polls.post_results(chosen, session.channel, self.bot.clock.now())
        await say(interaction, f"The results of Poll {chosen.number} are in <#{session.channel}>.")

    @close.autocomplete("poll")
    async def suggest_open(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, opened=True)

    @results.autocomplete("poll")
    async def suggest_closed(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, opened=False)

    async def _suggest(self, interaction: Interaction, current: str, *, opened: bool) -> list[app_commands.Choice[int]]:
        session = await self.live_to_suggest_from(interaction)
        polls = await self.bot.services.polls.in_session(session) if session else ()
        return [
            app_commands.Choice(name=shortened(f"Poll {poll.number}: {poll.question}", 100), value=poll.number)
            for poll in polls
            if poll.open == opened and str(current).casefold() in f"{poll.number} {poll.question}".casefold()
        ][:25]

    @control(ANSWER)
    async def answer(self, interaction: Interaction, poll: int) -> None:
        picked = chosen_numbers(interaction)
        receipt = await self.bot.services.polls.cast(here(interaction).id, poll, picked, interaction.user.id)
        await say(interaction, Layout(text("Saved. " + _chosen(receipt), KEPT)))

    @control(MINE)
    async def show_mine(self, interaction: Interaction, poll: int) -> None:
        mine = await self.bot.services.polls.mine(here(interaction).id, poll, interaction.user.id)
        await say(interaction, Layout(*_own(mine)))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, poll: int) -> None:
        receipt = await self.bot.services.polls.withdraw(here(interaction).id, poll, interaction.user.id)
        taken_back = f"Your answer to Poll {receipt.poll.number} is taken back and no longer stored."
        await replace(interaction, Layout(text(taken_back)))

    @paints("poll")
    async def paint_poll(self, board: Board) -> Painting:
        now = await self.bot.services.polls.standing(board.subject)
        poll, n = now.poll, now.tally.n
        state = "open" if poll.open else "closed"
        heading = text(f"## Poll {poll.number}, {state}, confidential", f"**{safe(poll.question)}**")
        if not poll.open:
            after = text(f"**{people(n)} answered.** The results are in a message of their own.")
            return Painting((heading, _options(poll, heading, after), after), final=True)
        after = text(_progress(poll, n), f"-# {KEPT}")
        live = poll.results == "live" and n >= LIVE_FROM
        shown = _rows(now.tally, heading, after) if live else _options(poll, heading, after)
        controls = row(_answers(poll, ())), row(button("See or change mine", MINE.format(poll=poll.id)))
        return Painting((heading, shown, after, *controls))

    @paints("results")
    async def paint_results(self, board: Board) -> Painting:
        now = await self.bot.services.polls.standing(board.subject)
        poll, tally = now.poll, now.tally
        shown = ReportedPoll(poll.number, poll.question, poll.choices, tally)
        heading = text(f"## Poll {poll.number}, results", f"**{safe(poll.question)}**")
        count = f"n={tally.n}: {people(tally.n)} answered."
        after = text(f"{count} {choices_note(shown)}".rstrip(), safe(finding(shown)))
        items: tuple[Item, ...] = (heading, _rows(tally, heading, after), after)
        if not tally.n:
            return Painting(items, final=True)
        try:
            figure = (await draw([shown]))[0]
        except (RuntimeError, OSError):
            log.exception("the results of poll %s go out without their figure", poll.id)
            return Painting(items, final=True)
        name = f"poll-{poll.number}.png"
        gallery = ui.MediaGallery[Any](discord.MediaGalleryItem(f"attachment://{name}", description=figure.alt))
        return Painting((*items, gallery), (discord.File(io.BytesIO(figure.png), name),), final=True)


def _draft_form(custom_id: str, question: str, options: str) -> ui.Modal:
    return form(
        "Open a poll",
        custom_id,
        ui.Label[Any](
            text="Question",
            component=ui.TextInput[Any](
                custom_id="question",
                style=discord.TextStyle.paragraph,
                max_length=QUESTION,
                default=question[:QUESTION] or None,
            ),
        ),
        ui.Label[Any](
            text="Options, one on each line",
            description=f"2 to 25 options of up to {OPTION} characters",
            component=ui.TextInput[Any](
                custom_id="options",
                style=discord.TextStyle.paragraph,
                max_length=4000,
                default="\n".join(options.split("|"))[:4000] or None,
            ),
        ),
    )


def _given_back(refusal: Refusal, question: str, options: str) -> Layout:
    """The refusal of a form, with what was typed in it: Discord has thrown the form away."""
    typed = clean(f"{question}\n{options}").replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}")
    again = text("Your text, to copy into a new form:", f"```\n{shortened(typed, TEXT - 700)}\n```")
    return Layout(text(shortened(str(refusal), 600)), *((again,) if typed else ()))


def _answers(poll: Poll, chosen: tuple[int, ...]) -> ui.Select[Any]:
    several = f"Choose up to {poll.choices} answers"
    options = [
        discord.SelectOption(label=option, value=str(i), default=i in chosen) for i, option in enumerate(poll.options)
    ]
    prompt = "Choose an answer" if poll.choices == 1 else several
    return menu(prompt, ANSWER.format(poll=poll.id), options, poll.choices)


def _own(mine: Receipt) -> tuple[Item, ...]:
    """A person's own answer, with what they can still do about it."""
    poll = mine.poll
    if not poll.open:
        return (text(f"Poll {poll.number} has closed.", _chosen(mine) or "You did not answer it."),)
    items: tuple[Item, ...] = (
        text(_chosen(mine) or f"You have not answered Poll {poll.number}.", KEPT),
        row(_answers(poll, mine.chosen)),
    )
    return (*items, row(button("Take my answer back", WITHDRAW.format(poll=poll.id)))) if mine.chosen else items


def _chosen(receipt: Receipt) -> str:
    if not receipt.chosen:
        return ""
    answers = "; ".join(f"“{option}”" for option in fitted(receipt.texts, 3000))
    return f"Your answer to Poll {receipt.poll.number}: {answers}."


def _progress(poll: Poll, n: int) -> str:
    answered = f"**{people(n)} {'has' if n == 1 else 'have'} answered.**" if n else "**Nobody has answered yet.**"
    if poll.results == "at_close":
        return f"{answered} Results appear when the poll closes."
    return answered if n >= LIVE_FROM else f"{answered} Results appear from {LIVE_FROM} answers on."


def _options(poll: Poll, *beside: ui.TextDisplay[Any]) -> ui.TextDisplay[Any]:
    """Each option, in full unless it is full of markup, which takes its place twice."""
    return text(*(f"- {option}" for option in fitted(poll.options, _room(poll.options, beside))))


def _rows(tally: Tally, *beside: ui.TextDisplay[Any]) -> ui.TextDisplay[Any]:
    """Each option, as in ``_options``, with its count and per cent."""
    shown = fitted([each.text for each in tally.rows], _room(tally.rows, beside))
    counts = (f"**{each.count}** ({each.percent}%)" for each in tally.rows)
    return text(*(f"- {option}: {count}" for option, count in zip(shown, counts, strict=True)))


def _room(rows: Sequence[object], beside: Sequence[ui.TextDisplay[Any]]) -> int:
    """How many characters are left for the options' own texts."""
    return TEXT - sum(len(each.content) for each in beside) - 25 * len(rows)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(PollCog(bot))
