"""A command's options as Discord sends them, with the objects that their ids stand for."""

from typing import Any

from tests.standin import payloads
from tests.standin.messages import Messages
from tests.standin.payloads import JSON
from tests.standin.world import World

GROUP = (1, 2)
"""The types of a subcommand and of a group of them."""

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(3, 12)

SELECTED = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}
"""What each type of menu, other than of texts, chooses from."""


class Filled:
    """Options, and `resolved`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.options: list[JSON] = []
        self.resolved: JSON = {}

    def resolve(self, menu: int, ids: list[str]) -> "Filled":
        """Add what was chosen in a menu of that type."""
        for each in ids:
            self.add_object(SELECTED.get(menu, STRING), int(each) if each.isdigit() else 0)
        return self

    def add_object(self, kind: int, object_id: int) -> None:
        """Add the object that an id stands for."""
        world = self._world
        key = str(object_id)
        if kind in (USER, MENTIONABLE) and object_id in world.people:
            who = world.people[object_id]
            self._put("users", key, world.user(who))
            member = payloads.member({}, who.roles, world.permissions(who))
            self._put("members", key, {name: value for name, value in member.items() if name != "user"})
        elif kind in (ROLE, MENTIONABLE):
            self._put("roles", key, world.roles[object_id])
        elif kind == CHANNEL:
            self._put("channels", key, world.channels[object_id] | {"permissions": str(payloads.EVERYTHING)})

    def add_file(self, shown: JSON) -> None:
        """Add an uploaded file."""
        self._put("attachments", shown["id"], shown)

    def _put(self, kind: str, key: str, value: JSON) -> None:
        self.resolved.setdefault(kind, {})[key] = value


def chosen_path(commands: list[JSON], name: str) -> tuple[list[JSON], JSON]:
    """The parts of a command by its full name, outermost first, and the innermost; LookupError for one unknown."""
    path: list[JSON] = []
    level = commands
    for word in name.split():
        found = next((each for each in level if each["name"] == word and (not path or each["type"] in GROUP)), None)
        if found is None:
            raise LookupError(f"the bot has told Discord no command /{name}: {sorted(each['name'] for each in level)}")
        path.append(found)
        level = found.get("options") or []
    if any(each["type"] in GROUP for each in level):
        raise LookupError(f"/{name} is a group of commands")
    return path, path[-1]


def fill(world: World, messages: Messages, leaf: JSON, given: dict[str, Any], typing: str = "") -> Filled:
    """The options as sent; a client lets nobody leave out a required one, or pick what is not offered."""
    filled = Filled(world)
    known = {each["name"]: each for each in leaf.get("options") or []}
    if unknown := given.keys() - known.keys():
        raise LookupError(f"/{leaf['name']} has no option {sorted(unknown)}: {sorted(known)}")
    for name, about in known.items():
        if name not in given:
            if about.get("required") and not typing:
                raise LookupError(f"/{leaf['name']} requires {name}")
            continue
        value, kind = given[name], about["type"]
        offered = [each["value"] for each in about.get("choices") or []]
        if offered and value not in offered:
            raise LookupError(f"{value!r} is not offered for {name}: {offered}")
        if kind == FILE:
            shown = messages.keep_file(*value)
            filled.add_file(shown)
            value = shown["id"]
        elif kind in (USER, CHANNEL, ROLE, MENTIONABLE):
            filled.add_object(kind, value)
            value = str(value)
        focused = {"focused": True} if name == typing else {}
        filled.options.append({"name": name, "type": kind, "value": value} | focused)
    return filled
