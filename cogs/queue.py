"""The hosts' queue of questions to the panel: its board, the list of them all, and whose turn it is to speak."""

from collections.abc import Sequence
from typing import Any

from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, chosen_numbers, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, form, menu, row, text
from bot.replies import replace, say, think
from bot.services.asked import Asked, by_votes
from bot.services.panel import NAME, WORDS, Standing
from bot.services.queue import WHO, stands
from bot.services.refusal import Refusal
from bot.stage import here, voice_of
from bot.storage.boards import Board
from bot.storage.sessions import Session
from cogs.ask import given_back, one_of, panellists_field
from cogs.panel import described, first_that_fit, hands_up, turning, votes
from cogs.queued import MENU, controls, field, option, typed

PICK = "queue:1:{session}:pick"
SEE = "queue:1:{session}:all"
PAGE = "queue:1:{session}:page:{page}"
ZOOM = "queue:1:{session}:zoom"
FOLLOW_ALL = "queue:1:{session}:follow"
CALL = "queue:1:{session}:call:{hand}"
THANK = "queue:1:{session}:thank"
LISTED = 20
"""How many questions a page of the list has."""


class QueueCog(HostGroup, name="panel", description="The panel and its questions"):
    @app_commands.command(name="open", description="Post the panel’s board for everybody, and the hosts’ queue")
    async def open_panel(self, interaction: Interaction) -> None:
        session = await self.bot.stage.live(interaction)
        await think(interaction)
        await self.bot.services.panel.open(session, self.bot.clock.now())
        await say(interaction, f"The panel is open in <#{session.channel}>.")

    @paints("queue")
    async def paint_queue(self, board: Board) -> Painting:
        now = await self.bot.services.panel.standing(board.subject)
        guild = self.bot.get_guild(board.guild_id)
        live = now.session.state == "live"
        spoken = guild and live and voice_of(guild, now.session)
        raised = await self.bot.services.hands.raised(board.subject) if spoken else None
        lines = hands_up(raised) if raised else []
        floor: list[Item] = []
        if raised and raised.up:
            floor.append(button("Call the next", CALL.format(session=now.session.id, hand=raised.up[0].id)))
        if raised and raised.called:
            floor.append(button("Nobody has the floor", THANK.format(session=now.session.id)))
        return Painting((*_queue(now, lines), *([row(*floor)] if floor else [])), final=not live)

    @control(PICK)
    async def pick(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        picked = chosen_numbers(interaction)
        asked = await self.bot.services.panel.question(here(interaction).id, picked[0] if picked else 0)
        if asked.question.session_id != session:
            raise Refusal("That question is not known here.")
        await say(interaction, controls(asked))

    @control(SEE)
    async def see_all(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await say(interaction, _page(await self.bot.services.panel.read(here(interaction).id, session), 0))

    @control(PAGE)
    async def turn(self, interaction: Interaction, session: int, page: int) -> None:
        await self.bot.stage.require_host(interaction)
        await replace(interaction, _page(await self.bot.services.panel.read(here(interaction).id, session), page))

    @control(FOLLOW_ALL)
    async def follow_up_all(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await self.bot.services.sessions.get(here(interaction).id, session)
        about = "Who will answer what is left after the session? Everybody reads it in the summary."
        asking = form("Who follows up", FOLLOW_ALL.format(session=session), field("Who?", about, WHO))
        await interaction.response.send_modal(asking)

    @control(FOLLOW_ALL + FORM)
    async def take_name_for_all(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        count = await self.bot.services.queue.follow_up_all(here(interaction).id, session, typed(interaction))
        done = f"{count} question{' has' if count == 1 else 's have'} somebody who follows up now."
        await say(interaction, done if count else "Every question that is left has somebody who follows up already.")

    @control(ZOOM)
    async def add_from_zoom(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        found = await self.bot.services.sessions.get(here(interaction).id, session)
        await interaction.response.send_modal(_from_zoom(found))

    @control(ZOOM + FORM)
    async def take_from_zoom(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        filled = fields(interaction)
        words = filled.get("words") or ""
        to, name = one_of(filled.get("to")), filled.get("name") or ""
        try:
            add = self.bot.services.queue.add_from_zoom
            asked = await add(here(interaction).id, session, words, to=to, name=name)
        except Refusal as refusal:
            await given_back(interaction, refusal, words)
            return
        await say(interaction, controls(asked))

    @control(CALL)
    async def call(self, interaction: Interaction, session: int, hand: int) -> None:
        await self.bot.stage.require_host(interaction)
        guild = here(interaction)
        found = await self.bot.services.sessions.get(guild.id, session)
        channel = voice_of(guild, found)
        if channel is None:
            raise Refusal("The session’s voice channel is gone, so I cannot tell who is there. Nothing was changed.")
        called, _ = await self.bot.services.hands.call(guild.id, session, hand, channel.voice_states)
        await say(interaction, f"<@{called.person}> has the floor: the board says so.")

    @control(THANK)
    async def thank(self, interaction: Interaction, session: int) -> None:
        await self.bot.stage.require_host(interaction)
        await self.bot.services.hands.thank(here(interaction).id, session)
        await say(interaction, "Nobody has the floor now.")


def _from_zoom(session: Session) -> ui.Modal:
    words = field("The question", "It stands on the panel board like the others.", WORDS)
    asker = ui.TextInput[Any](custom_id="name", max_length=NAME, required=False)
    about = "Only if it was asked with a name. Everybody reads it."
    name = ui.Label[Any](text="Who asked it?", description=about, component=asker)
    return form("A question from Zoom", ZOOM.format(session=session.id), words, *panellists_field(session), name)


def _picker(session: int, shown: Sequence[Asked]) -> list[Item]:
    options = [option(each, str(each.id)) for each in shown[:MENU]]
    return [row(menu("Choose a question", PICK.format(session=session), options))] if options else []


def _queue(now: Standing, hands: Sequence[str]) -> tuple[Item, ...]:
    session = now.session
    held = [each for each in now.asked if each.question.state == "held" and not each.question.gone]
    queue = by_votes(each for each in now.waiting if each.status == "waiting")
    taken = [each for each in now.waiting if each.status == "taken"]
    unowned = sum(not each.question.follow_up for each in now.waiting)
    heading = f"## Questions to the panel{'' if session.state == 'live' else ', closed'}"
    counts = f"{len(queue)} waiting, {len(taken)} being answered, {len(held)} held."
    after = f"-# {unowned} of them have nobody yet who follows up." if unowned and session.state != "live" else ""
    head = "\n".join((heading, counts, *([after] if after else []), *hands))
    room = TEXT - len(head) - 300
    best = first_that_fit([*taken, *queue], room, MENU)
    lines = ["\n".join(_line(each)) for each in best]
    left = len(taken) + len(queue) - len(best)
    more = [f"… and {left} more."] if left else []
    body = [text("\n".join((*lines, *more)))] if lines or more else []
    again = [
        button("All questions", SEE.format(session=session.id)),
        button("Who follows up", FOLLOW_ALL.format(session=session.id)),
    ]
    if session.state == "live":
        again.insert(1, button("Add from Zoom", ZOOM.format(session=session.id)))
    return (text(head), *body, *_picker(session.id, [*taken, *queue, *held]), row(*again))


def _line(asked: Asked) -> tuple[str, str]:
    head, foot = described(asked)
    return head, f"{foot}, being answered" if asked.status == "taken" else foot


def _page(now: Standing, page: int) -> Layout:
    """A page of everything that was asked, whatever became of it, by number."""
    every = [each for each in now.asked if not each.question.gone]
    if not every:
        return Layout(text("Nobody has asked a question yet."))
    pages = -(-len(every) // LISTED)
    page = min(page, pages - 1)
    shown = every[page * LISTED :][:LISTED]
    beside = [f"**{each.name}** ({votes(each)}, {stands(each)}) " for each in shown]
    words = fitted([" ".join(each.question.text.split()) for each in shown], TEXT - sum(map(len, beside)) - 200)
    lines = [before + each for before, each in zip(beside, words, strict=True)]
    title = f"## All {len(every)} questions" + (f", page {page + 1} of {pages}" if pages > 1 else "")
    return Layout(text(title, *lines), *_picker(now.session.id, shown), *turning(PAGE, now.session.id, page, pages))


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(QueueCog(bot))
