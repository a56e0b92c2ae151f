"""The check of request bodies finds what it is there to find, where Discord's document is at hand."""

from typing import Any

import pytest
from simcord.types import HttpLogEntry

from bot.rehearsal.room import Room
from tests.openapi import VARIABLE, Spec, at_hand, broken

MESSAGE = "/channels/1/messages"
CALLBACK = "/interactions/1/a-token/callback"
TEXT = {"type": 10, "content": "Hello"}
BUTTON = {"type": 2, "style": 1, "label": "Answer", "custom_id": "poll:1:1"}
FLAGS = 1 << 15


@pytest.fixture
def spec(discords_rules: Spec | None) -> Spec:
    return discords_rules or pytest.skip("Discord's OpenAPI document is not at hand")


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"flags": FLAGS, "components": [TEXT, {"type": 1, "components": list(buttons)}]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", MESSAGE, {"content": "Hello", "nonce": "123", "tts": False}),
        ("POST", MESSAGE, row(BUTTON)),
        ("POST", MESSAGE, {"content": "Hello", "message_reference": {"message_id": 1, "channel_id": "2"}}),
        ("POST", CALLBACK, {"type": 4, "data": row(BUTTON) | {"flags": FLAGS | 64}}),
        ("POST", CALLBACK, {"type": 6}),
        ("DELETE", "/channels/1/messages/2", None),
        ("GET", "/users/@me", None),
    ],
)
def test_what_discord_takes_is_let_through(spec, method, path, body):
    assert spec.violations(method, path, body) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", MESSAGE, {"content": "x" * 4001}, "content: 'xxx"),
        ("POST", MESSAGE, {"contents": "Hello"}, "contents: no such key"),
        ("POST", MESSAGE, {"flags": "many"}, "flags: 'many' is not of type"),
        ("POST", MESSAGE, row(BUTTON | {"label": "x" * 81}), "components[1].components[0].label: 'xxx"),
        ("POST", MESSAGE, row(BUTTON | {"lable": "x"}), "components[1].components[0].lable: no such key"),
        ("POST", MESSAGE, row(BUTTON | {"custom_id": "x" * 101}), "custom_id: 'xxx"),
        ("POST", MESSAGE, row(*[BUTTON] * 6), "components[1].components: "),
        ("POST", MESSAGE, row(BUTTON | {"style": 99}), "components[1].components[0].style: "),
        ("POST", MESSAGE, {"flags": FLAGS, "components": [{"type": 99}]}, "its type, 99, is none of the 7 there are"),
        ("POST", MESSAGE, {"flags": FLAGS, "components": [BUTTON]}, "components[0]: its type, 2, is none"),
        ("POST", MESSAGE, {"message_reference": {"message_id": "1" * 21}}, "is not a 'snowflake'"),
        ("POST", MESSAGE, None, "it needs a body"),
        ("POST", CALLBACK, {"data": {"content": "Hello"}}, "'type' is a required property"),
        ("POST", CALLBACK, {"type": 4, "data": {"content": 5}}, "data.content: 5 is not of type"),
        ("PUT", "/applications/1/commands", [{"name": "x" * 33, "type": 1, "description": "y"}], "[0].name: 'xxx"),
        ("GET", "/users/@me", {"surplus": 1}, "it takes no body"),
        ("POST", "/no/such/place", {}, "there is no such request"),
        ("BREW", MESSAGE, {}, "there is no such request"),
    ],
)
def test_what_discord_would_not_take_is_found(spec, method, path, body, told):
    entry = HttpLogEntry(method, path, {}, body, None)
    found = broken(spec, [HttpLogEntry("POST", CALLBACK, {}, {"type": 6}, None), entry])
    assert len(found) == 1, found
    assert told in found[0]
    assert method in found[0]
    assert broken(spec, [entry]) == found  # the second time it is remembered, and told all the same


async def test_what_goes_with_a_file_is_checked_like_the_rest(spec: Spec, live: Room):
    await live.command("poll open", question="Which?", options="A|B")
    await live.vote(live.member("Ana Attendee"), 1, 0)
    await live.command("poll close")
    posts = [each for each in live.env.http_requests if each.method == "POST" and each.path.endswith("/messages")]
    with_file = [each for each in posts if (each.json or {}).get("attachments")]
    assert with_file, "the results come with a figure"
    [sent] = with_file
    assert broken(spec, [sent]) == []
    wrong = HttpLogEntry(sent.method, sent.path, {}, sent.json | {"attachments": [{"id": 0, "description": 5}]}, None)
    assert "description: 5 is not of type" in broken(spec, [wrong])[0]


def test_without_the_document_nothing_is_checked(tmp_path):
    assert at_hand({VARIABLE: str(tmp_path / "nothing.json")}) is None
