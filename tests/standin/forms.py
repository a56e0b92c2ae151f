"""A form as a client sends it: every field, what was typed or what stood there before."""

from typing import Any

from tests.standin.options import SELECTED, Filled
from tests.standin.payloads import JSON
from tests.standin.world import World

LABEL = 18
TEXT, RADIO, CHECKBOX = 4, 21, 23


def filled(world: World, form: JSON, fields: dict[str, Any]) -> JSON:
    """The data of a form that is sent. AssertionError for what a client would not let a person send."""
    asked = {each["component"]["custom_id"]: each["component"] for each in form["components"] if each["type"] == LABEL}
    assert fields.keys() <= asked.keys(), f"the form has {sorted(asked)}, not {sorted(fields)}"
    objects = Filled(world)
    sent = []
    for name, field in asked.items():
        answer = _answer(field, fields.get(name, _before(field)))
        if field["type"] in SELECTED:
            objects.resolve(field["type"], answer["values"])
        sent.append({"type": LABEL, "component": {"type": field["type"], "custom_id": name} | answer})
    return {"custom_id": form["custom_id"], "components": sent, "resolved": objects.resolved}


def _answer(field: JSON, value: Any) -> JSON:
    required = field.get("required", True)
    if field["type"] == TEXT:
        text = value or ""
        assert text or not required, f"{field['custom_id']} is required"
        assert len(text) <= (field.get("max_length") or 4000), f"{field['custom_id']} is too long"
        return {"value": text}
    if field["type"] == RADIO:
        offered = [each["value"] for each in field["options"]]
        assert value in offered or (value is None and not required), f"{value!r} is not offered: {offered}"
        return {"value": value}
    if field["type"] == CHECKBOX:
        return {"value": bool(value)}
    values = [str(each) for each in value or []]
    assert values or not required, f"{field['custom_id']} is required"
    offered = [each["value"] for each in field.get("options", [])]
    assert not offered or set(values) <= set(offered), f"{values} is not offered: {offered}"
    return {"values": values}


def _before(field: JSON) -> Any:
    """What the form shows before anybody types."""
    if field["type"] == TEXT:
        return field.get("value")
    if field["type"] == CHECKBOX:
        return field.get("default")
    marked = [each["value"] for each in field.get("options", []) if each.get("default")]
    if field["type"] == RADIO:
        return marked[0] if marked else None
    return marked or [each["id"] for each in field.get("default_values", [])]
