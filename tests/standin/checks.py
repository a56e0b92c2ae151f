"""What Discord would refuse of a request that is well-formed: the rules its OpenAPI document does not hold."""

from datetime import UTC, datetime
from typing import Any

from tests.standin.payloads import JSON
from tests.standin.reading import TEXT, walk
from tests.standin.routing import Refused

V2 = 1 << 15
SUPPRESSED_FIELDS = ("content", "embeds", "poll", "sticker_ids")

STAGE, VOICE, EXTERNAL = 1, 2, 3
NEXT = {1: {2, 4}, 2: {3}, 3: set[int](), 4: set[int]()}
"""Where a scheduled event's status can go from each."""


def invalid(field: str, why: str) -> Refused:
    """Discord's answer to a body it will not have."""
    return Refused(400, 50035, f"Invalid Form Body\nIn {field}: {why}")


def not_empty(body: JSON, uploads: int) -> None:
    """Refuse a message without anything in it."""
    if not uploads and not any(body.get(name) for name in (*SUPPRESSED_FIELDS, "components")):
        raise Refused(400, 50006, "Cannot send an empty message")


def message(body: JSON, flags: int = 0) -> None:
    """Refuse what no message may be; ``flags`` are those it has already."""
    held = [name for name in SUPPRESSED_FIELDS if body.get(name)]
    if held and (flags | (body.get("flags") or 0)) & V2:
        raise invalid(held[0], "The field cannot be used with the IS_COMPONENTS_V2 flag")
    if len(body.get("content") or "") > 2000:
        raise invalid("content", "Must be 2000 or fewer in length.")
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid("nonce", "Must be 25 or fewer in length.")
    _components(body.get("components") or [])


def _components(components: list[JSON]) -> None:
    every = list(walk(components))
    if len(every) > 40:
        raise invalid("components", "Must be 40 or fewer in total.")
    if sum(len(each["content"]) for each in every if each["type"] == TEXT) > 4000:
        raise invalid("components", "Must be 4000 or fewer characters in total.")
    for key in ("custom_id", "id"):
        named = [each[key] for each in every if each.get(key)]
        if len(named) != len(set(named)):
            raise invalid("components", f"{key} cannot be duplicated")
    for each in every:
        if not len(each.get("custom_id", "x")) <= 100 or not len(each.get("label") or "") <= 80:
            raise invalid("components", "Must be 100 (a label: 80) or fewer in length.")
        if len(each.get("options", [])) > 25:
            raise invalid("components", "Must be 25 or fewer in length.")


def event(wanted: JSON, before: JSON | None, now: datetime) -> None:
    """Refuse what no scheduled event may be; ``wanted`` is all of it as it would become, ``before`` as it was."""
    for field in ("name", "privacy_level", "entity_type", "scheduled_start_time"):
        if not wanted.get(field):
            raise invalid(field, "This field is required")
    if not len(wanted["name"]) <= 100 or not len(wanted.get("description") or "") <= 1000:
        raise invalid("name", "Must be 100 (the description: 1000) or fewer in length.")
    if wanted["privacy_level"] != 2:
        raise invalid("privacy_level", "Value must be 2.")
    start = _time("scheduled_start_time", wanted["scheduled_start_time"])
    moved = before is None or before["scheduled_start_time"] != wanted["scheduled_start_time"]
    if moved and start < now:
        raise invalid("scheduled_start_time", "Cannot schedule event in the past.")
    if wanted["entity_type"] == EXTERNAL:
        _external(wanted, start)
    elif not wanted.get("channel_id"):
        raise invalid("channel_id", "This field is required")
    if before and not NEXT[before["status"]]:
        raise Refused(400, 180000, "Cannot update a finished event")
    if before and wanted["status"] != before["status"] and wanted["status"] not in NEXT[before["status"]]:
        raise invalid("status", "Not from the status it has.")


def _external(wanted: JSON, start: datetime) -> None:
    if not 1 <= len((wanted.get("entity_metadata") or {}).get("location") or "") <= 100:
        raise invalid("entity_metadata.location", "This field is required, of 1 to 100 characters")
    if wanted.get("channel_id"):
        raise invalid("channel_id", "Must be null for an external event")
    if not wanted.get("scheduled_end_time"):
        raise invalid("scheduled_end_time", "This field is required")
    if _time("scheduled_end_time", wanted["scheduled_end_time"]) <= start:
        raise invalid("scheduled_end_time", "Must be after the start")


def _time(field: str, given: Any) -> datetime:
    try:
        when = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise invalid(field, "Could not parse") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
