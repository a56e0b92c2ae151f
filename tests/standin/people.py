"""Acting as people: commands, clicks, menus and forms, one after another or at the same moment."""

from collections.abc import Awaitable, Callable, Generator
from typing import Any

from tests.standin.forms import filled
from tests.standin.interactions import COMMAND, COMPONENT, FORM, SUGGESTION, Answers, Interactions
from tests.standin.messages import Messages
from tests.standin.options import Filled, chosen_path, fill
from tests.standin.payloads import JSON
from tests.standin.reading import BUTTON, control, menu
from tests.standin.world import Person, World


class Act(Awaitable[Answers]):
    """Something that a person is about to do: await it to have it done and answered."""

    def __init__(self, begin: Callable[[], Answers], answered: Callable[[Answers], Awaitable[Answers]]) -> None:
        self._begin = begin
        self._answered = answered
        self._answers: Answers | None = None

    def send(self) -> Answers:
        """Do it now, once; the answers fill up as they come. Awaiting the act then waits for them."""
        if self._answers is None:
            self._answers = self._begin()
        return self._answers

    def __await__(self) -> Generator[Any, Any, Answers]:
        """Do it if it has not been done, and wait until the person sees an answer."""
        return self._answered(self.send()).__await__()


class People:
    """What people can do."""

    def __init__(self, world: World, messages: Messages, interactions: Interactions) -> None:
        self._world = world
        self._messages = messages
        self._interactions = interactions
        self.timeout = 10.0

    def slash(self, who: Person, channel: int, name: str, /, **options: Any) -> Act:
        """Use a command by its full name. A person, role or channel is given as its id, a file as (name, bytes)."""
        path, leaf = chosen_path(self._world.commands, name)
        given = fill(self._world, self._messages, leaf, options)
        return self._act(COMMAND, who, channel, _command(self._world, path, given))

    def suggest(self, who: Person, channel: int, name: str, option: str, typed: str = "", /, **options: Any) -> Act:
        """Type in an option that suggests; the answer has the ``choices``."""
        path, leaf = chosen_path(self._world.commands, name)
        given = fill(self._world, self._messages, leaf, options | {option: typed}, typing=option)
        return self._act(SUGGESTION, who, channel, _command(self._world, path, given))

    def click(self, who: Person, shown: JSON | Answers, name: str) -> Act:
        """Press a button, by its custom_id or its label."""
        message = self._now(shown)
        pressed = control(message, name)
        data = {"component_type": BUTTON, "custom_id": pressed["custom_id"], "id": pressed["id"]}
        return self._act(COMPONENT, who, int(message["channel_id"]), data, message)

    def choose(
        self, who: Person, shown: JSON | Answers, name: str | None, values: list[Any], *, forged: bool = False
    ) -> Act:
        """Choose from a menu, the message's only one unless ``name`` says.

        ``forged`` sends what is not on it, as no client lets a person do.
        """
        message = self._now(shown)
        used = control(message, name or menu(message))
        picked = [str(value) for value in values]
        if "options" in used and not forged:
            offered = {each["value"] for each in used["options"]}
            assert set(picked) <= offered, f"{picked} is not on the menu: {offered}"
            assert used.get("min_values", 1) <= len(picked) <= used.get("max_values", 1), picked
        data = {"component_type": used["type"], "custom_id": used["custom_id"], "id": used["id"], "values": picked}
        data["resolved"] = Filled(self._world).resolve(used["type"], picked).resolved
        return self._act(COMPONENT, who, int(message["channel_id"]), data, message)

    def submit(self, who: Person, shown: Answers, /, **fields: Any) -> Act:
        """Fill in the form that an answer shows, by its fields' custom_ids, and send it; the other fields stay."""
        data = filled(self._world, shown.form, fields)
        return self._act(FORM, who, shown.channel, data, shown.source)

    async def at_once(self, *acts: Act) -> list[Answers]:
        """Do all of it in one go, before the bot can have answered any: a double tap, or two hosts."""
        for act in acts:
            act.send()
        return [await act for act in acts]

    def _now(self, shown: JSON | Answers) -> JSON:
        if isinstance(shown, Answers):
            return next(each for each in self._interactions.seen(shown) if each["components"])
        return self._interactions.current(shown)

    def _act(self, kind: int, who: Person, channel: int, data: JSON, message: JSON | None = None) -> Act:
        return Act(lambda: self._interactions.begin(kind, who, channel, data, message), self._answered)

    async def _answered(self, answers: Answers) -> Answers:
        def what() -> str:
            return f"an answer to {answers.who.name}: said {answers.callbacks}, refused {answers.refused}"

        await self._world.changes.until(lambda: answers.answered, what, self.timeout)
        return answers


def _command(world: World, path: list[JSON], given: Filled) -> JSON:
    """A command's data: the parts of its name nested, the options in the innermost."""
    options = given.options
    for part in reversed(path[1:]):
        options = [{"name": part["name"], "type": part["type"], "options": options}]
    root = path[0]
    data = {"id": root["id"], "name": root["name"], "type": 1, "options": options, "resolved": given.resolved}
    return data | ({"guild_id": str(world.guild_id)} if root.get("guild_id") else {})
