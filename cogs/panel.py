"""The panel's board for everybody, the list of all questions, supporting them, raising a hand."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.clicks import Click, quick
from bot.client import Plenary
from bot.controls import control
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, row, safe, text
from bot.replies import replace, say
from bot.reports.wording import listed
from bot.services.asked import ANSWERED, Asked, by_votes, panellists
from bot.services.hands import Raised
from bot.services.panel import Standing
from bot.services.plans import Plan
from bot.services.queue import stands
from bot.services.refusal import Refusal
from bot.services.text import counted, shortened
from bot.stage import here, voice_of
from bot.storage.boards import Board
from bot.storage.sessions import Session

ASK = "panel:1:{session}:ask"
SEE = "panel:1:{session}:all"
PAGE = "panel:1:{session}:page:{page}"
VOTE = "upvote:1:{question}"
VOTE_THERE = "upvote:1:{question}:{page}"
HAND = "hand:1:{session}"
MINE = "question:1:{question}:mine"
SHOWN = 6
"""How many questions stand on the board, and on a page of the list."""

NOTE = (
    "-# Everybody can read the questions, with your name or without it, as you choose. Please don’t describe anyone "
    "who could be recognised."
)


class PanelCog(Feature):
    @quick(VOTE)
    async def vote(self, click: Click, question: int) -> str:
        voted = await self.bot.services.panel.vote(click.guild, question, click.person)
        name = voted.asked.name
        return (
            f"Your vote for {name} counts. Tap again to take it back."
            if voted.on
            else f"Your vote for {name} is taken back."
        )

    @control(VOTE_THERE)
    async def vote_in_list(self, interaction: Interaction, question: int, page: int) -> None:
        voted = await self.bot.services.panel.vote(here(interaction).id, question, interaction.user.id)
        await self._turn_to(interaction, voted.asked.question.session_id, page)

    @control(SEE)
    async def see_all(self, interaction: Interaction, session: int) -> None:
        now = await self.bot.services.panel.read(here(interaction).id, session)
        await say(interaction, _page(now, 0, interaction.user.id))

    @control(PAGE)
    async def turn(self, interaction: Interaction, session: int, page: int) -> None:
        await self._turn_to(interaction, session, page)

    async def _turn_to(self, interaction: Interaction, session: int, page: int) -> None:
        now = await self.bot.services.panel.read(here(interaction).id, session)
        await replace(interaction, _page(now, page, interaction.user.id))

    @quick(HAND)
    async def raise_hand(self, click: Click, session: int) -> str:
        stands_now, guild = await self.bot.services.sessions.get(click.guild, session), self.bot.get_guild(click.guild)
        channel = voice_of(guild, stands_now) if guild else None
        if channel is None:
            raise Refusal(_elsewhere(stands_now) or "No hands are raised in this session.")
        if click.person not in channel.voice_states:
            raise Refusal(f"Join {channel.mention} first, so that you can speak when you are called.")
        place = await self.bot.services.hands.tap(click.guild, session, click.person)
        if not place:
            return "Your hand is down."
        before = f"{place - 1} before you" if place > 1 else "you are the next"
        return f"Your hand is up, {before}. Everybody can see it on the board. Tap again to lower it."

    @paints("panel")
    async def paint_panel(self, board: Board) -> Painting:
        now = await self.bot.services.panel.standing(board.subject)
        if now.session.state != "live":
            return Painting((text("## Ask the panel, closed", *_outcome(now)),), final=True)
        guild = self.bot.get_guild(board.guild_id)
        spoken = guild and voice_of(guild, now.session)
        raised = await self.bot.services.hands.raised(board.subject) if spoken else None
        return Painting(_board(now, raised))

    @paints("written")
    async def paint_written(self, board: Board) -> Painting:
        """An answer in writing, as a message of its own."""
        asked = await self.bot.services.panel.question(board.guild_id, board.subject)
        if not asked.answer:
            return Painting((text(f"The answer to {asked.name} has been taken back."),), final=True)
        answer = fitted([asked.answer], TEXT - 1600)[0]
        if not asked.question.public:
            asked_was = text(f"**{asked.name}** is no longer shown.")
        else:
            asked_was = text(*described(asked, counted=False))
        return Painting((asked_was, text("**Answered in writing:**", answer)), final=True)


def _elsewhere(session: Session) -> str:
    place = Plan.of(session).place
    return f"Raise your hand in {safe(place)} to speak." if place else ""


def votes(asked: Asked) -> str:
    """For instance "13 votes"."""
    return counted(asked.votes, "vote")


def described(asked: Asked, words: str | None = None, *, counted: bool = True) -> tuple[str, str]:
    """A question and who asks it, as everybody reads it; with other ``words`` where it has to be cut."""
    question = asked.question
    to = f" to {safe(question.addressed)}" if question.addressed else ""
    zoom = " in Zoom" if question.source == "zoom" else ""
    by = f" by {safe(question.asker)}" if question.asker else "" if zoom else " without a name"
    count = f", {votes(asked)}" if counted else ""
    also = f", also as {listed([f'Q{number}' for number in asked.duplicates[:10]])}" if asked.duplicates else ""
    shown = safe(question.text) if words is None else words
    return f"**{asked.name}**{to}: “{shown}”", f"-# Asked{zoom}{by}{also}{count}"


def first_that_fit(every: Iterable[Asked], room: int, most: int) -> list[Asked]:
    """Of the questions, in their order, as many as can be shown in full."""
    fit: list[Asked] = []
    for asked in every:
        room -= sum(map(len, described(asked))) + 2
        if room < 0 or len(fit) == most:
            break
        fit.append(asked)
    return fit


def _names(session: Session) -> list[str]:
    names = [safe(name) for name in panellists(Plan.of(session))]
    return [f"The panel: {shortened(listed(names), 600)}."] if names else []


def _board(now: Standing, raised: Raised | None) -> tuple[Item, ...]:
    session = now.session
    plan = Plan.of(session)
    prompt = next((safe(step.prompt) for step in plan.run_of_show if step.kind == "panel" and step.prompt), "")
    head = "\n".join(("## Ask the panel", *([prompt] if prompt else []), *_names(session)))
    foot = "\n".join((*_hands(session, raised), *_answered(now), NOTE))
    room = TEXT - len(head) - len(foot) - 300
    taken = [each for each in now.waiting if each.status == "taken"]
    current = first_that_fit(taken, room // 2, SHOWN)
    room -= sum(sum(map(len, described(each))) + 2 for each in current)
    queue = by_votes(each for each in now.waiting if each.status == "waiting")
    best = first_that_fit(queue, room, SHOWN)
    items: list[Item] = [text(head)]
    if current:
        more = [_and_more(len(taken) - len(current))] if len(taken) > len(current) else []
        items.append(text("**Being answered now**", *("\n".join(described(each)) for each in current), *more))
    items.append(text(f"**{counted(len(queue), 'question')} waiting**"))
    items += [_with_button(each, _vote_button(each)) for each in best]
    if len(queue) > len(best):
        items.append(text(_and_more(len(queue) - len(best))))
    buttons = [
        button("Ask the panel", ASK.format(session=session.id), discord.ButtonStyle.primary),
        button("See all and vote", SEE.format(session=session.id)),
        *([button("Raise my hand", HAND.format(session=session.id))] if raised else []),
    ]
    return (*items, text(foot), row(*buttons))


def _and_more(count: int) -> str:
    return f"… and {count} more."


def _vote_button(asked: Asked) -> ui.Button[Any]:
    return button(f"Vote ({asked.votes})", VOTE.format(question=asked.id))


def _with_button(asked: Asked, at_its_side: ui.Button[Any], words: str | None = None) -> Item:
    return ui.Section[Any](ui.TextDisplay[Any]("\n".join(described(asked, words))), accessory=at_its_side)


def _hands(session: Session, raised: Raised | None) -> list[str]:
    if raised is None:
        return [elsewhere] if (elsewhere := _elsewhere(session)) else []
    return hands_up(raised)


def hands_up(raised: Raised) -> list[str]:
    """Who speaks, and whose hands are up, in order."""
    lines = [f"**Has the floor:** <@{raised.called.person}>"] if raised.called else []
    if raised.up:
        shown = ", ".join(f"<@{hand.person}>" for hand in raised.up[:10])
        more = f" … and {len(raised.up) - 10} more" if len(raised.up) > 10 else ""  # noqa: PLR2004
        lines.append(f"**Hands up:** {shown}{more}")
    return lines


def _answered(now: Standing) -> list[str]:
    done = [each for each in now.public if each.status in ANSWERED]
    if not done:
        return []
    names = [each.name for each in done[:20]]
    more = f" and {len(done) - len(names)} more" if len(done) > len(names) else ""
    return [f"Answered: {', '.join(names)}{more}."]


def _outcome(now: Standing) -> list[str]:
    if not now.public:
        return ["Nobody asked a question."]
    left = len(now.waiting)
    after = f"{left} {'was' if left == 1 else 'were'} not answered: the summary lists them." if left else ""
    return [*_answered(now), *([after] if after else [])]


def _page(now: Standing, page: int, person: int) -> Layout:
    """A page of all questions by their numbers, with a button to support each."""
    every = now.public
    if not every:
        return Layout(text("Nobody has asked a question yet."))
    pages = -(-len(every) // SHOWN)
    page = min(page, pages - 1)
    here_are = every[page * SHOWN :][:SHOWN]
    around = sum(sum(map(len, described(each, ""))) + 60 for each in here_are)
    words = fitted([each.question.text for each in here_are], TEXT - around - 200)
    title = f"## All {len(every)} questions" + (f", page {page + 1} of {pages}" if pages > 1 else "")
    items: list[Item] = [text(title)]
    live = now.session.state == "live"
    items += [_entry(each, shown, page, person, live=live) for each, shown in zip(here_are, words, strict=True)]
    return Layout(*items, *turning(PAGE, now.session.id, page, pages))


def _entry(asked: Asked, words: str, page: int, person: int, *, live: bool) -> Item:
    if mine := next((each for each in asked.family if each.author == person and not each.gone), None):
        return _with_button(asked, button("Mine", MINE.format(question=mine.id)), words)
    if not (asked.waits and live):
        state = f"-# It is {stands(asked)}."
        return text(*described(asked, words), *([] if asked.waits else [state]))
    voted = person in asked.behind
    style = discord.ButtonStyle.success if voted else discord.ButtonStyle.secondary
    label = f"{'Voted' if voted else 'Vote'} ({asked.votes})"
    return _with_button(asked, button(label, VOTE_THERE.format(question=asked.id, page=page), style), words)


def turning(pattern: str, session: int, page: int, pages: int) -> tuple[Item, ...]:
    """The buttons under a page of several."""
    there = (("Previous", page - 1), ("Next", page + 1))
    buttons = [button(label, pattern.format(session=session, page=to)) for label, to in there if 0 <= to < pages]
    return (row(*buttons),) if buttons else ()


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(PanelCog(bot))
