"""Reading messages as a person does: the words, and what can be pressed."""

from collections.abc import Iterator
from typing import Any

from tests.standin.payloads import JSON

BUTTON, SELECT, TEXT = 2, 3, 10


def walk(components: list[JSON]) -> Iterator[JSON]:
    """Every component, however deep."""
    for each in components:
        yield each
        yield from walk(each.get("components", []))
        for inner in ("accessory", "component"):
            if isinstance(each.get(inner), dict):
                yield from walk([each[inner]])


def text_of(message: JSON) -> str:
    """Everything a person reads in a message."""
    shown = [each["content"] for each in walk(message.get("components", [])) if each["type"] == TEXT]
    return "\n".join([message.get("content") or "", *shown]).strip()


def control(message: JSON, name: str) -> JSON:
    """The button or menu of that custom_id or label; LookupError where there is none that can be used."""
    usable = [each for each in walk(message["components"]) if each.get("custom_id") and not each.get("disabled")]
    for each in usable:
        if name in (each["custom_id"], each.get("label")):
            return each
    raise LookupError(f"{name!r} is not among {[(each['custom_id'], each.get('label')) for each in usable]}")


def menu(message: JSON) -> str:
    """The custom_id of the message's menu."""
    return next(str(each["custom_id"]) for each in walk(message["components"]) if each["type"] == SELECT)


def component_ids(message: JSON) -> set[Any]:
    """The ids that the message's components carry."""
    return {each.get("id") for each in walk(message["components"])}
