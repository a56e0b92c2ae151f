"""Polls as hosts run them: asking, closing, asking again, taking out, and seeing what came in."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, get_args

import discord
from discord import app_commands, ui

from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Layout, form, safe, text
from bot.replies import say, think
from bot.reports.wording import people
from bot.services.drafts import Draft, draft, place_draft
from bot.services.polls import WORDS
from bot.services.questions import AGREEMENT, OPTION, QUESTION
from bot.services.refusal import Refusal
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.polls import Kind, Poll, Privacy, Results
from bot.storage.sessions import Session
from cogs.results import offer, tell_who

DRAFT = "draft:2:{session}:{choices}:{live}:{kind}:{privacy}"
VOID = "void:1:{poll}"

KINDS: tuple[Kind, ...] = get_args(Kind)
MODES: tuple[Privacy, ...] = get_args(Privacy)

Number = app_commands.Range[int, 1, 999]
Choice = TypeVar("Choice")


class PollCog(HostGroup, name="poll", description="Ask the room a question"):
    @app_commands.command(name="open", description="Open a poll; without options you get a form")
    @app_commands.describe(
        question="What you ask",
        options="The options, separated by |; for a rating the five labels, or the two ends",
        kind="One choice unless you say",
        privacy="Anonymous unless you say; confidential where people write",
        choices="How many of them one person may choose, or rank",
        results="Show tallies when the poll closes (usual), or live from five answers on",
    )
    async def open_poll(
        self,
        interaction: Interaction,
        question: str = "",
        options: str = "",
        kind: Literal["single", "multiple", "rating", "ranking", "open"] | None = None,
        privacy: Privacy | None = None,
        choices: app_commands.Range[int, 1, 25] | None = None,
        results: Results = "at_close",
    ) -> None:
        session = await self.bot.stage.live(interaction)
        most = choices if kind else choices or 1
        if question and (options or kind in {"open", "rating"}):
            new = draft(question, options.split("|"), most, results, kind, privacy)
            await self._open(interaction, session, new)
            return
        custom_id = DRAFT.format(
            session=session.id,
            choices=most or 0,
            live=int(results == "live"),
            kind=KINDS.index(kind) + 1 if kind else 0,
            privacy=MODES.index(privacy) + 1 if privacy else 0,
        )
        await interaction.response.send_modal(_draft_form(custom_id, kind, question, options))

    @control(DRAFT + FORM)
    async def take_draft(
        self, interaction: Interaction, session: int, choices: int, live: int, kind: int, privacy: int
    ) -> None:
        await self.bot.stage.require_host(interaction)
        typed = fields(interaction)
        question, options = typed.get("question") or "", typed.get("options") or ""
        results: Results = "live" if live else "at_close"
        try:
            now_live = await self._still_live(interaction, session)
            new = draft(question, options.split("\n"), choices, results, _nth(KINDS, kind), _nth(MODES, privacy))
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

    @app_commands.command(name="place", description="Ask where people are, by the regions of the series file")
    async def place(self, interaction: Interaction) -> None:
        session = await self.bot.stage.live(interaction)
        await self._open(interaction, session, place_draft(session))

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
    async def close(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "open")
        await think(interaction)
        done = await self.bot.services.polls.close(chosen, session.channel, self.bot.clock.now())
        await say(interaction, f"Poll {chosen.number} is closed: {people(done.tally.n)} answered.")

    @app_commands.command(name="results", description="Post a closed poll’s results once more")
    @app_commands.describe(poll="Its number; the last one closed unless you say")
    async def results(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "closed")
        await think(interaction)
        await self.bot.services.polls.post_results(chosen, session.channel, self.bot.clock.now())
        await say(interaction, f"The results of Poll {chosen.number} are in <#{session.channel}>.")

    @app_commands.command(name="reopen", description="Let a closed poll take answers again; not an anonymous one")
    @app_commands.describe(poll="Its number; the last one closed unless you say")
    async def reopen(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "closed")
        await think(interaction)
        await self.bot.services.polls.reopen(session, chosen, self.bot.clock.now())
        await say(interaction, f"Poll {chosen.number} is open again in <#{session.channel}>.")

    @app_commands.command(name="rerun", description="Ask the same again as a new poll; both are kept apart")
    @app_commands.describe(poll="Its number; the last one closed unless you say")
    async def rerun(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self.bot.stage.live(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "closed", "void")
        await think(interaction)
        again = await self.bot.services.polls.rerun(session, chosen, self.bot.clock.now())
        told = f"Poll {again.number} is open in <#{session.channel}>: Poll {chosen.number} asked again."
        await say(interaction, told)

    @app_commands.command(name="void", description="Take a poll out of the report for good; asks before it does")
    @app_commands.describe(poll="Its number", reason="Why: everybody reads this")
    async def void(self, interaction: Interaction, poll: Number, reason: str = "") -> None:
        session = await self._running_or_last(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "open", "closed")
        n = (await self.bot.services.polls.standing(chosen.id)).tally.n
        await interaction.response.send_modal(_void_form(chosen, n, reason))

    @control(VOID + FORM)
    async def void_now(self, interaction: Interaction, poll: int) -> None:
        await self.bot.stage.require_host(interaction)
        await think(interaction)
        why, now = fields(interaction).get("reason") or "", self.bot.clock.now()
        done = await self.bot.services.polls.void(here(interaction).id, poll, why, now)
        await say(interaction, f"Poll {done.number} is taken out. It counts in no report.")

    @app_commands.command(name="answers", description="Who answered what in a poll that is answered with names")
    @app_commands.describe(poll="Its number; the only open one, or the last one closed, unless you say")
    async def answers(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self._running_or_last(interaction)
        chosen = await self.bot.services.polls.pick(session, poll, "open", "closed", "void")
        await tell_who(self.bot, interaction, chosen)

    @app_commands.command(name="show", description="Choose what to show of the answers to an open question")
    @app_commands.describe(poll="Its number; the last open question unless you say")
    async def show(self, interaction: Interaction, poll: Number | None = None) -> None:
        session = await self._running_or_last(interaction)
        every = [each for each in await self.bot.services.polls.in_session(session) if each.state != "void"]
        found = [each for each in every if (each.kind == "open" if poll is None else each.number == poll)]
        if not found:
            raise Refusal("There is no open question in this session." if poll is None else f"There is no poll {poll}.")
        await offer(self.bot, interaction, found[-1])

    async def _running_or_last(self, interaction: Interaction) -> Session:
        """The session that is running, as for other commands, or else the one that finished last."""
        session = await self.bot.services.sessions.latest(here(interaction).id, interaction.channel_id)
        return await self.bot.stage.live(interaction) if session.state == "live" else session

    @close.autocomplete("poll")
    async def suggest_open(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: poll.open)

    @results.autocomplete("poll")
    async def suggest_closed(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: poll.state == "closed")

    @reopen.autocomplete("poll")
    async def suggest_reopenable(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(
            interaction, current, lambda poll: poll.state == "closed" and poll.privacy != "anonymous"
        )

    @rerun.autocomplete("poll")
    async def suggest_over(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: not poll.open)

    @void.autocomplete("poll")
    async def suggest_counted(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: poll.state != "void")

    @answers.autocomplete("poll")
    async def suggest_named(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: poll.privacy == "named")

    @show.autocomplete("poll")
    async def suggest_written(self, interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return await self._suggest(interaction, current, lambda poll: poll.kind == "open" and poll.state != "void")

    async def _suggest(
        self, interaction: Interaction, current: str, fits: Callable[[Poll], bool]
    ) -> list[app_commands.Choice[int]]:
        session = await self.live_to_suggest_from(interaction)
        polls = await self.bot.services.polls.in_session(session) if session else ()
        return [
            app_commands.Choice(name=shortened(f"Poll {poll.number}: {poll.question}", 100), value=poll.number)
            for poll in polls
            if fits(poll) and str(current).casefold() in f"{poll.number} {poll.question}".casefold()
        ][:25]


def _nth(choices: Sequence[Choice], number: int) -> Choice | None:
    """The choice of that number, counted from 1; None where nothing was chosen."""
    return choices[number - 1] if 0 < number <= len(choices) else None


def _draft_form(custom_id: str, kind: Kind | None, question: str, options: str) -> ui.Modal:
    asks = ui.Label[Any](
        text="Question",
        component=ui.TextInput[Any](
            custom_id="question",
            style=discord.TextStyle.paragraph,
            max_length=QUESTION,
            default=question[:QUESTION] or None,
        ),
    )
    rating = kind == "rating"
    lines = ui.Label[Any](
        text="Labels from 1 to 5, one on each line" if rating else "Options, one on each line",
        description=f"Or only the two ends; left empty: {AGREEMENT[0]} to {AGREEMENT[-1]}"
        if rating
        else f"2 to 25 options of up to {OPTION} characters",
        component=ui.TextInput[Any](
            custom_id="options",
            style=discord.TextStyle.paragraph,
            required=not rating,
            max_length=4000,
            default="\n".join(options.split("|"))[:4000] or None,
        ),
    )
    return form("Open a poll", custom_id, asks, *(() if kind == "open" else (lines,)))


def _given_back(refusal: Refusal, question: str, options: str) -> Layout:
    """The refusal of a form, with what was typed in it: Discord has thrown the form away."""
    typed = clean(f"{question}\n{options}").replace("`", "\N{MODIFIER LETTER GRAVE ACCENT}")
    again = text("Your text, to copy into a new form:", f"```\n{shortened(typed, TEXT - 700)}\n```")
    return Layout(text(shortened(str(refusal), 600)), *((again,) if typed else ()))


def _void_form(poll: Poll, n: int, reason: str) -> ui.Modal:
    """The question before a poll is taken out: to send it is to say yes."""
    warning = ui.TextDisplay[Any](
        f"**{safe(poll.question)}**\n{people(n)} answered. Their answers are kept and count in no report; every "
        "message of the poll will say why. This cannot be undone."
    )
    why = ui.Label[Any](
        text="Why? Everybody reads this",
        component=ui.TextInput[Any](custom_id="reason", max_length=WORDS, default=clean(reason)[:WORDS] or None),
    )
    return form(f"Take Poll {poll.number} out?", VOID.format(poll=poll.id), warning, why)


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(PollCog(bot))
