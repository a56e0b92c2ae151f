"""Every button, menu and form, by its custom_id.

A custom_id says everything that is needed: `poll:1:17` is the answer menu of poll 17 (the `1` is the format's
version). So there is no state to lose: a control works after any restart, and so does a form that was open.
A cog says which ids a method answers::

    @control("poll:1:{poll}")
    async def answer(self, interaction: Interaction, poll: int) -> None: ...
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

import discord

from bot.services.refusal import Refusal

Interaction = discord.Interaction[Any]
Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])

FORM = ":{form}"
_NUMBER = "[0-9]{1,18}"


def control(pattern: str) -> Callable[[Method], Method]:
    """Mark a cog's method as the one that answers ``pattern``: `{name}` is a number, passed by that name.

    A pattern that ends in `:{form}` is that of something that gets another id each time it is shown, as forms do:
    that part is random and not passed on.
    """

    def mark(method: Method) -> Method:
        method.__control__ = pattern  # type: ignore[attr-defined]
        return method

    return mark


def _compiled(pattern: str) -> re.Pattern[str]:
    literal = re.escape(pattern.removesuffix(FORM)).replace(r"\{", "{").replace(r"\}", "}")
    numbers = re.sub(r"\{(\w+)\}", rf"(?P<\1>{_NUMBER})", literal)
    return re.compile(numbers + ("" if not pattern.endswith(FORM) else r":[0-9a-f]{8}"))


class Handlers:
    """Methods of cogs by the custom_ids they answer."""

    def __init__(self, mark: str) -> None:
        """``mark`` is the attribute in which a method carries its pattern."""
        self._mark = mark
        self._methods: dict[re.Pattern[str], Callable[..., Awaitable[Any]]] = {}

    def adopt(self, cog: object) -> None:
        """Take up a cog's methods."""
        for name in dir(type(cog)):
            if pattern := getattr(getattr(type(cog), name), self._mark, None):
                self._methods[_compiled(pattern)] = getattr(cog, name)

    def find(self, custom_id: str) -> tuple[Callable[..., Awaitable[Any]], dict[str, int]] | None:
        """Who answers that id, with its numbers by their names."""
        for pattern, method in self._methods.items():
            if match := pattern.fullmatch(custom_id):
                return method, {name: int(number) for name, number in match.groupdict().items()}
        return None


class Controls:
    """The handlers of all cogs."""

    def __init__(self) -> None:
        self._handlers = Handlers("__control__")

    def adopt(self, cog: object) -> None:
        """Take up a cog's controls."""
        self._handlers.adopt(cog)

    async def answer(self, interaction: Interaction) -> None:
        """Hand a click or a form to its method."""
        found = self._handlers.find(str((interaction.data or {}).get("custom_id", "")))
        if found is None:
            raise Refusal("That control is no longer in use. Look further down for a newer message.")
        handler, numbers = found
        await handler(interaction, **numbers)


def chosen(interaction: Interaction) -> list[str]:
    """The values picked in a menu."""
    return list(cast("dict[str, Any]", interaction.data or {}).get("values", []))


def chosen_numbers(interaction: Interaction) -> list[int]:
    """The values picked in a menu of numbers; a forged one is refused."""
    return numbers(chosen(interaction))


def numbers(values: Iterable[str]) -> list[int]:
    """Values that were picked as numbers; a forged one is refused."""
    picked = list(values)
    if not all(re.fullmatch(_NUMBER, value) for value in picked):
        raise Refusal("That is not on the menu. Nothing was changed.")
    return [int(value) for value in picked]


def fields(interaction: Interaction) -> dict[str, Any]:
    """What a form holds: each field's custom_id with its text, its choice, or its list of choices."""
    held: dict[str, Any] = {}
    for label in cast("dict[str, Any]", interaction.data or {}).get("components", []):
        if field := label.get("component"):
            held[field["custom_id"]] = field.get("value", field.get("values"))
    return held
