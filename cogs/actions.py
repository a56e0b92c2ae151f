"""You said, we did: what hosts take up, and how people are told what came of it."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.boards import paints
from bot.client import Plenary
from bot.controls import FORM, control, fields
from bot.features import HostGroup, Interaction
from bot.layout import TEXT, Item, Layout, Painting, button, fitted, form, row, safe, text
from bot.replies import replace, say
from bot.services.actions import OUTCOME, OWNER, WORDS, Told
from bot.services.refusal import Refusal
from bot.services.text import clean, shortened
from bot.stage import here
from bot.storage.boards import Board
from bot.storage.sessions import Session

ADD = "action:1:{said}"
LIST = "actions:1:{page}"

SOURCE = "improvement:"
PAGE = 10
ROOM = 3400

WELCOME = 1500
"""How much of the welcome may tell what has changed."""

MENTION = re.compile(r"<@[!&]?\d+>")

STATES = {"open": "under way", "done": "done", "dropped": "dropped"}


class ActionsCog(HostGroup, name="actions", description="You said, we did: what is done about what people said"):
    @app_commands.command(name="add", description="Take something up that people said, with an owner")
    @app_commands.rename(from_="from", words="text")
    @app_commands.describe(
        from_="An improvement from the reviews, or what people said in your own words",
        owner="Whose it is: the name of a person or a team",
        words="What is to be done, in your own words; people read this",
    )
    async def add(self, interaction: Interaction, from_: str, owner: str, words: str = "") -> None:
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
        _not_a_mention(owner)
        if (said := _source(from_)) is not None and not words:
            source = await self.bot.services.actions.improvement(here(interaction).id, said)
            await interaction.response.send_modal(_form(said, source.text, owner))
            return
        own = words if said is not None else ": ".join(filter(None, (from_, words)))
        await self._add(interaction, own, owner, said)

    async def _add(self, interaction: Interaction, words: str, owner: str, said: int | None) -> None:
        _not_a_mention(owner)
        action = await self.bot.services.actions.add(here(interaction).id, words, owner, said)
        await say(
            interaction,
            f"Action {action.number}, {safe(action.owner)}: {safe(action.text)}\n-# Everybody reads these words and "
            "the owner’s name in the next welcome. /actions done says there what came of it.",
        )

    @add.autocomplete("from_")
    async def suggest_improvement(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await self._for_hosts(interaction, self.bot.services.actions.improvements)
        shown = [(f"{part}: {' '.join(each.text.split())}", each.id) for part, each in found]
        wanted = [(name, each) for name, each in shown if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=shortened(name, 100), value=f"{SOURCE}{each}") for name, each in wanted[:25]]

    @control(ADD + FORM)
    async def take(self, interaction: Interaction, said: int) -> None:
        await self.bot.stage.require_host(interaction)
        filled = fields(interaction)
        words, owner = filled.get("words") or "", filled.get("owner") or ""
        try:
            await self._add(interaction, words, owner, said)
        except Refusal as refusal:
            if not clean(words):
                raise
            # A form that was sent cannot be opened again, so what they wrote would be lost.
            heading = text(f"{refusal} These are your words, so that you can copy them:")
            await say(interaction, Layout(heading, text(*fitted([clean(words)], ROOM))))

    @app_commands.command(name="done", description="Say what came of an action; the next welcome tells people")
    @app_commands.describe(action="Its number", outcome="What was done; people read this")
    async def done(self, interaction: Interaction, action: app_commands.Range[int, 1, 9999], outcome: str) -> None:
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
        done = await self.bot.services.actions.done(here(interaction).id, action, outcome)
        again = " The new words replace the old ones." if done.state == "done" else ""
        await say(interaction, f"Action {action} is done.{again} The next welcome says so, or the close of the series.")

    @app_commands.command(name="drop", description="Say that nothing comes of an action, and why")
    @app_commands.describe(action="Its number", why="Why not; people read this at the end of the series")
    async def drop(self, interaction: Interaction, action: app_commands.Range[int, 1, 9999], why: str) -> None:
        await self.bot.services.rehearsing.refuse_in(interaction.channel_id)
        await self.bot.services.actions.drop(here(interaction).id, action, why)
        await say(interaction, f"Action {action} is dropped. The close of the series says why.")

    @done.autocomplete("action")
    @drop.autocomplete("action")
    async def suggest_action(self, interaction: Interaction, current: int | str) -> list[app_commands.Choice[int]]:
        found = await self._for_hosts(interaction, self.bot.services.actions.all)
        shown = [(f"{each.number}. {each.text}", each.number) for each in found if each.state == "open"]
        wanted = [(name, number) for name, number in shown if str(current).casefold() in name.casefold()]
        return [app_commands.Choice(name=shortened(name, 100), value=number) for name, number in wanted[:25]]

    async def _for_hosts(self, interaction: Interaction, ask: Callable[[int], Any]) -> Sequence[Any]:
        """For a host who is still typing: a suggestion refuses nothing, it stays empty."""
        try:
            await self.bot.stage.require_host(interaction)
            return await ask(here(interaction).id)
        except Refusal:
            return ()

    @app_commands.command(name="list", description="All actions of the series, with their owners and what came of them")
    async def show(self, interaction: Interaction) -> None:
        await say(interaction, Layout(*_list(await self.bot.services.actions.all(here(interaction).id), 0)))

    @control(LIST)
    async def turn(self, interaction: Interaction, page: int) -> None:
        await self.bot.stage.require_host(interaction)
        await replace(interaction, Layout(*_list(await self.bot.services.actions.all(here(interaction).id), page)))

    @paints("arc")
    async def paint_arc(self, board: Board) -> Painting:
        """At the close of the last session: what became of what people said in each."""
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        arc = await self.bot.services.actions.arc(session)
        parts = [
            (f"**Part {part.number}, {safe(shortened(part.title, 100))}**", told, "- Nothing was taken up.")
            for part, told in arc.parts
        ]
        return Painting((text(_fitted(f"## You said, we did: {safe(arc.series)}", parts, TEXT)),), final=True)


async def what_changed(bot: Plenary, session: Session, others: Sequence[Item]) -> tuple[Item, ...]:
    """What the session's welcome, which has ``others`` in it too, opens with: what changed since the one before."""
    changes = await bot.services.actions.changes(session)
    if changes is None or not changes.told:
        return ()
    taken = sum(len(each.content) for each in others if isinstance(each, ui.TextDisplay))
    heading = f"## Since part {changes.since}: you said, we did"
    return (text(_fitted(heading, [("", changes.told, "")], max(min(WELCOME, TEXT - taken - 100), 200))),)


def _source(typed: str) -> int | None:
    """The improvement that was chosen, if one was."""
    found = re.fullmatch(rf"{SOURCE}(\d{{1,18}})", typed.strip())
    return int(found[1]) if found else None


def _not_a_mention(owner: str) -> None:
    if MENTION.search(owner):
        raise Refusal("Write the owner’s name: a mention would be kept as a number. Nothing was saved.")


def _form(said: int, words: str, owner: str) -> ui.Modal:
    quoted = text("People said, and may not all be quoted:", *fitted([words], 1500))
    written = ui.TextInput[Any](custom_id="words", style=discord.TextStyle.paragraph, max_length=WORDS)
    whose = ui.TextInput[Any](custom_id="owner", max_length=OWNER, default=shortened(clean(owner), OWNER) or None)
    return form(
        "An action",
        ADD.format(said=said),
        quoted,
        ui.Label[Any](
            text="What is to be done?", description="In your own words: people read this.", component=written
        ),
        ui.Label[Any](text="Owner", description="The name of a person or a team.", component=whose),
    )


def _list(every: Sequence[Told], page: int) -> tuple[Item, ...]:
    page = min(page, max(0, (len(every) - 1) // PAGE))
    shown = every[page * PAGE : (page + 1) * PAGE]
    lines = [
        f"**{each.number}.** {safe(shortened(each.text, 150))}\n-# Part {each.part}, {safe(each.owner)}, "
        f"{STATES[each.state]}{': ' if each.outcome else ''}{safe(shortened(each.outcome, 100))}"
        for each in shown
    ]
    items: list[Item] = [text("## Actions", *([] if every else ["There are none yet: /actions add."]))]
    items += [text(shortened("\n".join(lines), ROOM))] if lines else []
    back = [button("Back", LIST.format(page=page - 1))] if page else []
    more = [button("More", LIST.format(page=page + 1))] if (page + 1) * PAGE < len(every) else []
    return (*items, row(*back, *more)) if back or more else tuple(items)


def _fitted(heading: str, parts: Sequence[tuple[str, Sequence[Told], str]], room: int) -> str:
    """The actions under their titles; where there are too many, their words are cut, and then the last ones."""
    lines: list[str] = []
    for limit in (OUTCOME, 200, 100, 60):
        lines = [heading]
        for title, told, none in parts:
            lines += filter(None, (title, *(_told(each, limit) for each in told), "" if told else none))
        if len("\n".join(lines)) <= room:
            return "\n".join(lines)
    kept = list(lines)
    while len("\n".join([*kept, _more(len(lines) - len(kept))])) > room and len(kept) > 1:
        kept.pop()
    return "\n".join([*kept, _more(len(lines) - len(kept))])


def _more(count: int) -> str:
    return f"… and {count} more."


def _told(each: Told, limit: int) -> str:
    def cut(words: str) -> str:
        return safe(shortened(" ".join(words.split()), limit))

    what, owner = cut(each.text), safe(shortened(each.owner, 50))
    said = f"You said: “{cut(each.quote)}”" if each.quote else f"You said: {what}"
    match each.state:
        case "done":
            return f"- {said}\n  **We did:** {cut(each.outcome)}"
        case "dropped":
            return f"- {said}\n  **Not done:** {cut(each.outcome)}"
        case "open":
            return f"- {said}\n  **Under way:** {what + ', ' if each.quote else ''}{owner}"


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(ActionsCog(bot))
