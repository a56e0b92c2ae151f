"""The pieces every message and form is made of.

Nothing here is remembered: what a control does is in its custom_id (`bot.controls`), so it works after any
restart, for anybody, as long as the message stands.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any

import discord
from discord import ui

from bot.services.text import shortened

TEXT = 4000
"""How many characters all the texts of one message may have together (Discord)."""

Item = ui.Item[Any]

# A colon begins a link (`https://`) or ends up as an emoji (`:tada:`).
_MARKUP = re.compile(r"[\\*_~`|<\[\]]|:(?=//|[^\s:]*:)")
_LINE_START = re.compile(r"^(\s*)(?:([#>+-])|(\d+)([.)]))", re.MULTILINE)
_EVERYBODY = re.compile(r"@(?=everyone|here)")


@lru_cache(maxsize=1000)  # the options of a poll are shown to everybody who answers it
def safe(text: str) -> str:
    """What a person wrote, shown to the letter: no markup, no mention, no link. At most twice as long."""
    escaped = _MARKUP.sub(r"\\\g<0>", text)
    escaped = _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", escaped)
    return _EVERYBODY.sub("@\N{ZERO WIDTH SPACE}", escaped)


def fitted(texts: Sequence[str], room: int) -> list[str]:
    """The texts, each made `safe`; where ``room`` characters cannot hold them all, the longest are cut."""

    def shown(limit: int) -> list[str]:
        return [safe(shortened(each, limit)) for each in texts]

    whole = [safe(each) for each in texts]
    if sum(map(len, whole)) <= room:
        return whole
    limits = range(1, max(map(len, texts), default=0) + 1)
    fits = bisect_right(limits, room, key=lambda limit: sum(map(len, shown(limit))))
    return shown(max(fits, 1))


class Layout(ui.LayoutView):
    """A message made of components."""

    def __init__(self, *items: Item) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)

    def is_finished(self) -> bool:
        """Always: discord.py then keeps no copy of it waiting for clicks."""
        return True


class Form(ui.Modal):
    """A form; `bot.controls` takes what is sent, also after a restart."""

    def is_finished(self) -> bool:
        """Always, as for `Layout`."""
        return True


@dataclass(frozen=True)
class Painting:
    """How a board looks now. ``final``: it will not change any more. ``pin``: it is pinned when it is posted."""

    items: tuple[Item, ...]
    files: tuple[discord.File, ...] = ()
    final: bool = False
    pin: bool = False


def text(*lines: str) -> ui.TextDisplay[Any]:
    """A block of text, one argument a line."""
    return ui.TextDisplay("\n".join(lines))


REHEARSED = "-# TEST: this is a rehearsal. Nothing here counts."


def rehearsed(items: Sequence[Item]) -> tuple[Item, ...]:
    """The pieces of a message under a line that says it is only a rehearsal's, for which room is made."""
    texts = [item for item in items if isinstance(item, ui.TextDisplay)]
    over = len(REHEARSED) + sum(len(each.content) for each in texts) - TEXT
    if over > 0:
        longest = max(texts, key=lambda each: len(each.content))
        longest.content = shortened(longest.content, len(longest.content) - over)
    return text(REHEARSED), *items


def row(*items: Item) -> ui.ActionRow[Any]:
    """Controls beside each other: up to five buttons, or one menu."""
    return ui.ActionRow(*items)


def button(label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> ui.Button[Any]:
    """A button."""
    return ui.Button(label=label, custom_id=custom_id, style=style)


def menu(placeholder: str, custom_id: str, options: Sequence[discord.SelectOption], most: int = 1) -> ui.Select[Any]:
    """A menu of up to 25 options, of which ``most`` can be chosen."""
    return ui.Select(placeholder=placeholder, custom_id=custom_id, options=list(options), min_values=1, max_values=most)


def form(title: str, custom_id: str, *items: Item) -> Form:
    """A form of up to five labelled fields.

    The custom_id ends in a random part: Discord takes two people's forms of one id for one form.
    """
    made = Form(title=title, custom_id=f"{custom_id}:{token_hex(4)}", timeout=None)
    for item in items:
        made.add_item(item)
    return made
