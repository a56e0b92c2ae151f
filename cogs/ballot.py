"""Polls as people see them: the board, answering on it, seeing and changing what one has answered."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.clicks import SAYS, Click, quick
from bot.client import Plenary
from bot.controls import FORM, control, fields, numbers
from bot.features import Feature, Interaction
from bot.layout import Item, Layout, Painting, button, fitted, form, menu, row, safe, text
from bot.replies import replace, say
from bot.reports.wording import day, in_words, people
from bot.services.polls import WORDS, Standing
from bot.services.promises import links_until, promise
from bot.services.questions import RANKS
from bot.services.receipts import Receipt
from bot.services.refusal import Refusal
from bot.services.regions import matched
from bot.services.tallies import LIVE_FROM
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.polls import Poll
from cogs.results import asked, options, rows, taken_out, titled
from cogs.review import USES, consent, quotable

CHOOSE = "poll:1:{poll}"
PRESS = "poll:1:{poll}:{option}"
RANK = "poll:1:{poll}:rank"
WRITE = "poll:1:{poll}:write"
TYPE = "poll:1:{poll}:type"
MINE = "poll:1:{poll}:mine"
WITHDRAW = "poll:1:{poll}:withdraw"

BUTTONS = 5
SHORT = 38
"""How many options, of how many characters, have a button each: what a phone shows of them in full."""

TYPED = 100
"""How many characters somebody may type to say where they are."""

PLACES = ("1st", "2nd", "3rd", "4th", "5th")

FIVE = in_words(LIVE_FROM)
STEPS = f"move in steps of {FIVE}, so that nobody’s answer can be seen alone."


class BallotCog(Feature):
    def __init__(self, bot: Plenary) -> None:
        super().__init__(bot)
        self._days: dict[int, str] = {}

    @paints("poll")
    async def paint_poll(self, board: Board) -> Painting:
        now = await self.bot.services.polls.standing(board.subject)
        poll, n = now.poll, now.tally.n
        if poll.state == "void":
            return taken_out(poll)
        heading = text(titled(poll), *asked(poll, await self.bot.services.polls.first_run(poll)))
        if not poll.open:
            after = text(f"**{people(n)} answered.** The results are in a message of their own.")
            shown = [options(poll.options, heading, after)] if poll.options else []
            return Painting((heading, *shown, after), final=True)
        after = text(*_progress(now), f"-# {await self._promise(poll)}")
        if now.shown:
            shown = [rows(poll.kind, now.shown, heading, after)]
        else:
            shown = [options(poll.options, heading, after)] if poll.options and not _has_buttons(poll) else []
        return Painting((heading, *shown, after, *_ways(poll, button("See or change mine", MINE.format(poll=poll.id)))))

    async def _promise(self, poll: Poll) -> str:
        """The same words on the board and in every receipt. When a session began never changes, so it is read once."""
        if poll.privacy == "confidential" and poll.session_id not in self._days:
            session = await self.bot.services.sessions.get(poll.guild_id, poll.session_id)
            began = session.started_at or self.bot.clock.now()
            self._days[poll.session_id] = day(links_until(began))
        return promise(poll.privacy, self._days.get(poll.session_id, ""))

    @quick(CHOOSE)
    async def choose(self, click: Click, poll: int) -> str:
        return await self._cast(click.guild, poll, click.person, sorted(numbers(click.values)))

    @quick(PRESS)
    async def press(self, click: Click, poll: int, option: int) -> str:
        return await self._cast(click.guild, poll, click.person, [option])

    async def _cast(self, guild: int, poll: int, person: int, chosen: list[int]) -> str:
        kept = await self.bot.services.polls.cast(guild, poll, chosen, person)
        return await self._receipt(kept)

    async def _receipt(self, kept: Receipt) -> str:
        """What is stored now, and what is promised about it, in as many characters as a plain message may have."""
        under = f"-# {await self._promise(kept.poll)}"
        whole, room = "Saved. " + _chosen(kept), SAYS - len(under) - 1
        if len(whole) > room:
            cut = "\nShortened here: “See or change mine” shows it whole."
            whole = "Saved. " + _chosen(kept, room - len(cut) - 200) + cut
        return f"{whole}\n{under}"

    @control(RANK)
    async def rank(self, interaction: Interaction, poll: int) -> None:
        mine = await self.bot.services.polls.to_answer(here(interaction).id, poll, interaction.user.id, "ranking")
        await interaction.response.send_modal(_ranking_form(mine))

    @control(RANK + FORM)
    async def take_ranking(self, interaction: Interaction, poll: int) -> None:
        ranked = _without_gaps(fields(interaction))
        await say(interaction, await self._cast(here(interaction).id, poll, interaction.user.id, ranked))

    @control(WRITE)
    async def write(self, interaction: Interaction, poll: int) -> None:
        mine = await self.bot.services.polls.to_answer(here(interaction).id, poll, interaction.user.id, "open")
        await interaction.response.send_modal(_words_form(mine))

    @control(WRITE + FORM)
    async def take_words(self, interaction: Interaction, poll: int) -> None:
        filled = fields(interaction)
        words = filled.get("words") or ""
        try:
            kept = await self.bot.services.polls.write(
                here(interaction).id, poll, interaction.user.id, words, quotable=quotable(filled)
            )
        except Refusal as refusal:
            if not (typed := clean(words)):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            again = f"{refusal} These are your words, so that you can copy them:"
            await say(interaction, Layout(text(again), text(*fitted([typed], SAYS))))
        else:
            await say(interaction, await self._receipt(kept))

    @control(TYPE)
    async def type_place(self, interaction: Interaction, poll: int) -> None:
        mine = await self.bot.services.polls.to_answer(here(interaction).id, poll, interaction.user.id, "place")
        await interaction.response.send_modal(_place_form(mine.poll))

    @control(TYPE + FORM)
    async def take_place(self, interaction: Interaction, poll: int) -> None:
        guild, person = here(interaction).id, interaction.user.id
        stands = (await self.bot.services.polls.to_answer(guild, poll, person, "place")).poll
        found = matched(fields(interaction).get("place") or "", stands.options, stands.also or ())
        if found is not None:
            await say(interaction, await self._cast(guild, poll, person, [found]))
            return
        sorry = text("I can’t tell which of the regions that is. What you typed is not kept. Which one is nearest?")
        await say(interaction, Layout(sorry, row(_menu(stands, ()))))

    @control(MINE)
    async def show_mine(self, interaction: Interaction, poll: int) -> None:
        mine = await self.bot.services.polls.mine(here(interaction).id, poll, interaction.user.id)
        poll_now = mine.poll
        if not poll_now.open:
            await say(interaction, Layout(text(_over(poll_now), _kept(mine))))
            return
        said = _chosen(mine) or f"You have not answered Poll {poll_now.number}."
        back = [button("Take my answer back", WITHDRAW.format(poll=poll))] if mine.texts else []
        under = f"-# {await self._promise(poll_now)}"
        await say(interaction, Layout(text(said, under), *_ways(poll_now, *back, chosen=mine.chosen)))

    @control(WITHDRAW)
    async def withdraw(self, interaction: Interaction, poll: int) -> None:
        receipt = await self.bot.services.polls.withdraw(here(interaction).id, poll, interaction.user.id)
        number = receipt.poll.number
        taken_back = f"Your answer to Poll {number} is taken back and no longer stored. That you took part still is."
        await replace(interaction, Layout(text(taken_back)))


def _progress(now: Standing) -> list[str]:
    poll, n = now.poll, now.tally.n
    answered = f"**{people(n)} {'has' if n == 1 else 'have'} answered.**" if n else "**Nobody has answered yet.**"
    if poll.kind == "open":
        return [f"{answered} The host may show some of the answers, without names."]
    if poll.results == "at_close":
        return [f"{answered} Results appear when the poll closes."]
    if now.shown is None:
        return [f"{answered} Results appear from {FIVE} answers on, and then {STEPS}"]
    return [answered, f"-# The numbers above are of n={now.shown.n}: they {STEPS}"]


def _has_buttons(poll: Poll) -> bool:
    """Whether each option has a button, which says it in full."""
    takes_one = poll.kind in {"single", "rating", "place"}
    return takes_one and len(poll.options) <= BUTTONS and all(len(option) <= SHORT for option in poll.options)


def _ways(poll: Poll, *also: Item, chosen: Iterable[int] = ()) -> tuple[Item, ...]:
    """How the poll is answered: its controls, the ``chosen`` options marked, and under them what there is ``also``."""
    picked = tuple(chosen)
    main, under = discord.ButtonStyle.primary, list(also)
    if poll.kind == "open":
        first: list[Item] = [button("Write my answer", WRITE.format(poll=poll.id), main)]
    elif poll.kind == "ranking":
        first = [button("Rank them", RANK.format(poll=poll.id), main)]
    elif _has_buttons(poll):
        first = [
            button(option, PRESS.format(poll=poll.id, option=i), discord.ButtonStyle.success if i in picked else main)
            for i, option in enumerate(poll.options)
        ]
    else:
        first = [_menu(poll, picked)]
    if poll.kind == "place":
        under.insert(0, button("Type it instead", TYPE.format(poll=poll.id)))
    return (row(*first), *([row(*under)] if under else []))


def _menu(poll: Poll, chosen: tuple[int, ...]) -> ui.Select[Any]:
    prompt = "Choose an answer" if poll.choices == 1 else f"Choose up to {poll.choices} answers"
    return menu(prompt, CHOOSE.format(poll=poll.id), _picks(poll, *chosen), poll.choices)


def _picks(poll: Poll, *chosen: int) -> list[discord.SelectOption]:
    return [discord.SelectOption(label=each, value=str(i), default=i in chosen) for i, each in enumerate(poll.options)]


def _ranking_form(mine: Receipt) -> ui.Modal:
    poll = mine.poll
    labels = [
        ui.Label[Any](
            text=f"{PLACES[place]} place",
            description=shortened(poll.question, 100) if not place else None,
            component=ui.Select[Any](
                custom_id=str(place),
                options=_picks(poll, *mine.chosen[place : place + 1]),
                required=not place,
                min_values=0 if place else 1,
            ),
        )
        for place in range(poll.choices)
    ]
    return form(f"Poll {poll.number}: rank them", RANK.format(poll=poll.id), *labels)


def _without_gaps(filled: dict[str, Any]) -> list[int]:
    """The options in the order of their places."""
    places = [numbers(filled.get(str(place)) or ()) for place in range(RANKS)]
    for above, below, at in zip(places, places[1:], range(RANKS), strict=False):
        if below and not above:
            raise Refusal(
                f"You gave a {PLACES[at + 1]} place and no {PLACES[at]}: rank without gaps. Nothing was changed."
            )
    return [option for place in places for option in place]


def _words_form(mine: Receipt) -> ui.Modal:
    poll = mine.poll
    words = ui.Label[Any](
        text="My answer",
        description=shortened(poll.question, 100),
        component=ui.TextInput[Any](
            custom_id="words", style=discord.TextStyle.paragraph, max_length=WORDS, default=mine.words or None
        ),
    )
    use = consent(mine.quotable if mine.words else None)
    return form(f"Poll {poll.number}: my answer", WRITE.format(poll=poll.id), words, use)


def _place_form(poll: Poll) -> ui.Modal:
    where = ui.Label[Any](
        text="Where are you?",
        description="Only the region that it is in is kept, not what you type.",
        component=ui.TextInput[Any](custom_id="place", max_length=TYPED),
    )
    return form(f"Poll {poll.number}: where I am", TYPE.format(poll=poll.id), where)


def _chosen(receipt: Receipt, room: int = 3000) -> str:
    """What is stored of an answer, empty where there is none."""
    if not receipt.texts:
        return ""
    answers = [f"“{each}”" for each in fitted(receipt.texts, room - 4 * len(receipt.texts))]
    if receipt.poll.kind == "ranking":
        answers = [f"{place}. {answer}" for place, answer in enumerate(answers, 1)]
    use = f" {USES[receipt.quotable]}." if receipt.words else ""
    return f"Your answer to Poll {receipt.poll.number}: {'; '.join(answers)}.{use}"


def _over(poll: Poll) -> str:
    if poll.state == "void":
        return f"A host has taken Poll {poll.number} out: {safe(poll.why_void)}"
    return f"Poll {poll.number} has closed."


def _kept(mine: Receipt) -> str:
    if not mine.known:
        return (
            "It was anonymous and its key is destroyed: nobody can tell any more what you answered, or whether you did."
        )
    return _chosen(mine) or "Nothing is stored of it with a link to you."


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(BallotCog(bot))
