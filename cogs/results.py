"""What came out of polls: their results, and what a host chooses to show of what people wrote."""

import io
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import chosen_numbers, control
from bot.features import Feature, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, menu, row, safe, text
from bot.replies import replace, say, think
from bot.reports import cloud
from bot.reports.document import COLOUR
from bot.reports.figures import draw, figure
from bot.reports.wording import choices_note, finding, people, points
from bot.services.answers import Harvest
from bot.services.polls import Standing
from bot.services.receipts import Receipt
from bot.services.reporting import ReportedPoll
from bot.services.tallies import Row, Tally
from bot.services.text import shortened
from bot.stage import here, postable
from bot.storage.boards import Board
from bot.storage.contributions import Contribution
from bot.storage.polls import Kind, Poll

log = logging.getLogger(__name__)

CHOOSE = "answers:1:{poll}:choose"
CLOUD = "answers:1:{poll}:cloud"

AT_ONCE = 100
"""How many members Discord names in one answer."""

MENU = 25
QUOTES = TEXT - 1300
"""How much of a message people's words may take where a host chooses from them."""

GONE = "What stood here has been taken back by its authors."


class ResultsCog(Feature):
    @paints("results")
    async def paint_results(self, board: Board) -> Painting:
        now = await self.bot.services.polls.standing(board.subject)
        poll = now.poll
        if poll.state == "void":
            return taken_out(poll)
        first_run = await self.bot.services.polls.first_run(poll)
        heading = text(f"## Poll {poll.number}, results, {poll.privacy}", *asked(poll, first_run))
        if poll.open:
            return Painting((heading, text("The poll is open again. Its results come when it closes.")), final=True)
        shown = ReportedPoll.of(now, first_run=first_run)
        items = _items(heading, now, shown)
        if not (now.tally.n and now.tally.rows):
            return Painting(items, final=True)
        drawn = figure(shown)
        try:
            (picture,) = await draw([drawn], await self._colour(poll))
        except (RuntimeError, OSError):
            log.exception("the results of poll %s go out without their figure", poll.id)
            return Painting(items, final=True)
        return pictured(items, f"poll-{poll.number}.png", picture.png, drawn.alt)

    @paints("answers")
    async def paint_answers(self, board: Board) -> Painting:
        poll, shown = await self.bot.services.answers.shown(board.subject, board.id)
        if poll.state == "void":
            return taken_out(poll)
        return Painting((text(_quotes(poll, shown) if shown else GONE),), final=True)

    @paints("cloud")
    async def paint_cloud(self, board: Board) -> Painting:
        poll, texts = await self.bot.services.answers.texts(board.subject)
        words = cloud.counted(texts)
        if poll.state == "void":
            return taken_out(poll)
        if not words:
            return Painting((text(GONE),), final=True)
        after = text(
            f"-# Words that at least two of {people(len(texts))} wrote, the larger the more often. "
            "Short common words are left out."
        )
        heading = text(f"## Poll {poll.number}, in a few words", *asked(poll))
        try:
            png = await cloud.draw(words, await self._colour(poll))
        except (RuntimeError, OSError):
            log.exception("the words of poll %s go out without their picture", poll.id)
            return Painting((heading, text(_listed(words)), after), final=True)
        alt = cloud.alt_text(poll.question, words)
        return pictured((heading, after), f"poll-{poll.number}-words.png", png, alt)

    async def _colour(self, poll: Poll) -> str:
        return await self.bot.services.sessions.colour(poll.guild_id, poll.session_id) or COLOUR

    @control(CHOOSE)
    async def show(self, interaction: Interaction, poll: int) -> None:
        await self.bot.stage.require_host(interaction)
        ids, now = chosen_numbers(interaction), self.bot.clock.now()
        stands = (await self.bot.services.answers.harvest(here(interaction).id, poll)).poll

        def fit(chosen: Sequence[Contribution]) -> bool:
            return len(_quotes(stands, chosen)) <= TEXT

        shown = await self.bot.services.answers.show(here(interaction).id, poll, ids, now, fit=fit)
        await replace(interaction, Layout(text(f"{shown} shown in the session’s channel, without names.")))

    @control(CLOUD)
    async def show_cloud(self, interaction: Interaction, poll: int) -> None:
        await self.bot.stage.require_host(interaction)
        await interaction.response.defer()
        await self.bot.services.answers.show_cloud(here(interaction).id, poll, self.bot.clock.now())
        await replace(interaction, Layout(text("The words are shown in the session’s channel.")))


KINDS: dict[Kind, str] = {
    "single": "",
    "multiple": ", several choices",
    "rating": ", rating",
    "ranking": ", ranking",
    "open": ", in your words",
    "place": ", place",
}
"""How a heading names the kind of a poll; a choice of one goes without saying."""


def titled(poll: Poll) -> str:
    """The heading of a poll's board: its state, how private it is, and its kind."""
    return f"## Poll {poll.number}, {poll.state}, {poll.privacy}{KINDS[poll.kind]}"


def asked(poll: Poll, first_run: int | None = None) -> tuple[str, ...]:
    """The question, and whether it has been asked before."""
    again = (f"-# Poll {first_run} asked again",) if first_run else ()
    return (*again, f"**{safe(poll.question)}**")


def taken_out(poll: Poll) -> Painting:
    """Every board of a poll that a host has declared void."""
    heading = text(f"## Poll {poll.number}, taken out", *asked(poll))
    why = text(f"**A host has taken this poll out:** {safe(poll.why_void)}", "It counts in no report.")
    return Painting((heading, why), final=True)


def pictured(items: tuple[Item, ...], name: str, png: bytes, alt: str) -> Painting:
    """A board with a picture, and what it shows in words."""
    gallery = ui.MediaGallery[Any](discord.MediaGalleryItem(f"attachment://{name}", description=alt))
    return Painting((*items, gallery), (discord.File(io.BytesIO(png), name),), final=True)


def options(texts: Sequence[str], *beside: ui.TextDisplay[Any], notes: Sequence[str] = ()) -> ui.TextDisplay[Any]:
    """Each option with its note: in full unless it is full of markup, which takes its place twice."""
    room = TEXT - sum(len(each.content) for each in beside) - sum(map(len, notes)) - 3 * len(texts)
    shown = fitted(texts, room)
    return text(*(f"- {option}{note}" for option, note in zip(shown, notes or [""] * len(texts), strict=True)))


def rows(kind: Kind, tally: Tally, *beside: ui.TextDisplay[Any]) -> ui.TextDisplay[Any]:
    """Each option with what was counted for it."""
    return options([each.text for each in tally.rows], *beside, notes=[noted(kind, each) for each in tally.rows])


def noted(kind: Kind, counted: Row) -> str:
    """What was counted for an option, to follow its text."""
    if counted.hidden:
        return ": not shown"
    if kind == "ranking":
        return f": **{points(counted.count)}**, first for {counted.percent}%"
    # A step of a rating has a colon in it already.
    return f"{',' if kind == 'rating' else ':'} **{counted.count}** ({counted.percent}%)"


def _items(heading: ui.TextDisplay[Any], now: Standing, shown: ReportedPoll) -> tuple[Item, ...]:
    count = f"n={now.tally.n}: {people(now.tally.n)} answered."
    note = choices_note(shown)
    if now.poll.kind == "open":
        return heading, text(count, "The host may show some of what was written, without names.")
    after = text(f"{count} {note}".rstrip(), safe(finding(shown)))
    return heading, rows(now.poll.kind, now.tally, heading, after), after


def _quotes(poll: Poll, shown: Sequence[Contribution]) -> str:
    return "\n\n".join(
        (f"## Poll {poll.number}, in your words", *asked(poll), *(f"“{safe(each.text)}”" for each in shown))
    )


def _listed(words: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{safe(word)} ({count})" for word, count in words)


async def offer(bot: Plenary, interaction: Interaction, poll: Poll) -> None:
    """Show a host alone what may be shown of the answers to an open question: nobody should publish what is unread."""
    came = await bot.services.answers.harvest(here(interaction).id, poll.id)
    session = await bot.services.sessions.get(here(interaction).id, poll.session_id)
    postable(here(interaction), session.channel_id)
    await say(interaction, Layout(*_choice(came)))


def _choice(came: Harvest) -> tuple[Item, ...]:
    poll, free = came.poll, came.quotable
    texts, picks = list[str](), list[discord.SelectOption]()
    for number, each in enumerate(free[:MENU], 1):
        whole = f"**{number}.** “{safe(each.text)}”"
        if sum(len(other) + 2 for other in texts) + len(whole) > QUOTES:
            break
        texts.append(whole)
        picks.append(discord.SelectOption(label=shortened(f"{number}. {each.text}", 100), value=str(each.id)))
    more = f" {len(free) - len(texts)} more will be offered once these are shown." if len(free) > len(texts) else ""
    heading = f"**Poll {poll.number}:** {people(len(came.texts))} wrote an answer that can be shown or counted."
    items: list[Item] = []
    if texts:
        items += [
            text(heading, f"Choose what to show in the session’s channel, word for word and without names.{more}"),
            text("\n\n".join(texts)),
            row(menu("Choose what to show", CHOOSE.format(poll=poll.id), picks, len(picks))),
        ]
    else:
        items.append(text(heading, "There is nothing left to quote: only words whose authors allow it can be shown."))
    if words := cloud.counted(came.texts):
        items += [
            text("Or a picture of the words that two or more people wrote:", shortened(_listed(words), 900)),
            row(button("Show the words as a picture", CLOUD.format(poll=poll.id))),
        ]
    return tuple(items)


async def tell_who(bot: Plenary, interaction: Interaction, poll: Poll) -> None:
    """Tell a host alone who answered what."""
    given = await bot.services.answers.named(poll)
    await think(interaction)
    lines = sorted(f"- <@{person}>: {'; '.join(map(safe, answer.texts))}" for person, answer in given.items())
    heading = f"## Poll {poll.number}, who answered what"
    whole = text(heading, *asked(poll), *(lines or ["Nobody has answered yet."]))
    if len(whole.content) <= TEXT:
        await say(interaction, Layout(whole))
        return
    names = await _names(here(interaction), list(given))
    file = discord.File(io.BytesIO(_table(poll, given, names)), f"poll-{poll.number}-answers.txt")
    await say(interaction, f"Poll {poll.number}: {people(len(given))} answered. Who answered what:", files=[file])


async def _names(guild: discord.Guild, wanted: Sequence[int]) -> dict[int, str]:
    """What people are called in the server; nobody is remembered, so Discord is asked."""
    found: dict[int, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = list(wanted[start : start + AT_ONCE])
        try:
            members = await guild.query_members(user_ids=some, limit=AT_ONCE, cache=False)
        except TimeoutError:
            members = []
        found |= {each.id: f"{each.display_name} ({each.name})" for each in members}
    return found


def _table(poll: Poll, given: dict[int, Receipt], names: dict[int, str]) -> bytes:
    """A line a person."""
    lines = sorted(f"{names.get(person, f'user {person}')}\t{'; '.join(each.texts)}" for person, each in given.items())
    return "\n".join((f"Poll {poll.number}: {poll.question}", "", *lines, "")).encode()


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ResultsCog(bot))
