"""Whatever people write is shown to the letter: no mention, no markup, no link, nothing that hides or reorders."""

import json
from typing import Any

import pytest

from bot.rehearsal.room import Room, read, said, text_of
from bot.services.promises import kept
from bot.services.text import one_line
from tests.features import forged

PAIRS = {
    "everybody": ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
    "mentions": ("<@123> <@&4> <#5> </poll open:6>", "\\<@123> \\<@&4> \\<#5> \\</poll open:6>"),
    "a time": ("<t:1645707600:F>", "\\<t\\:1645707600:F>"),
    "markup": ("**b** _i_ ~~s~~ `c` ||p||", "\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` \\|\\|p\\|\\|"),
    "a heading": ("# Big", "\\# Big"),
    "small print": ("-# small", "\\-# small"),
    "a quotation": (">>> all of it", "\\>>> all of it"),
    "a list": ("1. first", "1\\. first"),
    "a masked link": ("[free](https://example.org)", "\\[free\\](https\\://example.org)"),
    "a link": ("https://example.org/a_b", "https\\://example.org/a\\_b"),
    "an emoji by name": (":tada: 10:30", "\\:tada: 10:30"),
    "backslashes": ("\\*not\\*", "\\\\\\*not\\\\\\*"),
    "a bidi override": ("harmless\u202egpj.exe", "harmlessgpj.exe"),
    "zero width": ("zero\u200bwidth\u2060\ufeff", "zerowidth"),
    "NUL": ("before\x00after", "beforeafter"),
    "emoji": ("👩‍👩‍👧 👍🏽 🏴󠁧󠁢󠁷󠁬󠁳󠁿", "👩‍👩‍👧 👍🏽 🏴󠁧󠁢󠁷󠁬󠁳󠁿"),
    "Welsh": ("Ŵy, tŷ ac ŷd", "Ŵy, tŷ ac ŷd"),
    "right to left": ("שלום, سلام", "שלום, سلام"),
}
"""What is written, and what Discord is sent for it."""

LINES = ("one\r\n\r\n\r\n- two\u2028# three", "one\n\n\\- two\n\\# three")


@pytest.fixture
async def reviewed(live: Room) -> tuple[Room, dict[str, str]]:
    """A session in whose review everybody writes something else, and the receipts they got."""
    await live.command("review open")
    receipts: dict[str, str] = {}
    for name, (written, _) in (PAIRS | {"lines": LINES}).items():
        receipts[name] = await live.review(live.member(name.title()), written, "", quote=True)
    return live, receipts


def between(text: str, before: str, after: str) -> str:
    return text.partition(before)[2].rpartition(after)[0]


async def test_words_of_the_review_are_shown_to_the_letter(reviewed: tuple[Room, dict[str, str]]):
    room, receipts = reviewed
    kept = {name: between(each, "today's session**\n", "\nQuote me") for name, each in receipts.items()}
    assert kept == {name: shown for name, (_, shown) in (PAIRS | {"lines": LINES}).items()}

    await room.finish_session()
    offer = await room.host.click(room.board("Report of"), label="Feature some")
    assert offer.response
    [menu] = [each for row in offer.response.components for each in row.get("components", [])]
    await room.host.select(offer.response, [each["value"] for each in menu["options"]])
    board = text_of(room.board("In your words"))
    assert [name for name, shown in kept.items() if f"\n“{shown}”" not in board] == []
    assert no_mention_is_allowed(room)


def no_mention_is_allowed(room: Room) -> bool:
    """Whether every message the bot sent forbade Discord to notify anybody."""
    sent = [body for body in map(_message, room.env.http_requests) if body]
    return bool(sent) and all(body.get("allowed_mentions", {}).get("parse") == [] for body in sent)


def _message(request: Any) -> dict[str, Any]:
    body = request.json if isinstance(request.json, dict) else {}
    body = body.get("data") or body
    return body if body.get("content") or (body.get("components") and "title" not in body) else {}


async def test_texts_of_a_series_are_shown_to_the_letter(room: Room):
    for written, _ in PAIRS.values():
        if one_line(written) == written:
            await room.import_series(series(written))
            assert read(await room.command("agenda")).count(written) == 4


async def test_the_welcome_is_shown_to_the_letter(room: Room):
    await room.import_series(series("**Hi** <@123> @everyone [x](https://example.org)"))
    await room.start_session()
    shown = "\\*\\*Hi\\*\\* \\<@123> @\u200beveryone \\[x\\](https\\://example.org)"
    assert text_of(room.board("How we’re running")) == "\n".join(
        (
            f"# {shown}",
            f"{shown}, 1 of 1",
            f"**Hosts:** {shown} ({shown})",
            f"**Guests:** {shown} ({shown})",
            "## How we’re running today’s session",
            f"1. {shown}",
            f"**Recording.** {shown}",
            kept(reads=False),
        )
    )
    assert no_mention_is_allowed(room)


def series(text: str) -> bytes:
    """A series file that says ``text`` wherever a text may stand."""
    quoted = json.dumps(text, ensure_ascii=False)
    return f"""
[series]
key = "texts"
title = {quoted}
time_zone = "Europe/London"
hosts = [{{ name = {quoted}, role = {quoted} }}]
housekeeping = [{quoted}]
recording_notice = {quoted}
[[series.sessions]]
title = {quoted}
guests = [{{ name = {quoted}, role = {quoted} }}]
blurb = {quoted}
""".encode()


async def test_4000_characters_are_refused_by_their_number(live: Room):
    await live.command("review open")
    ana = live.member("Ana Attendee")
    answer = await forged.form(live, ana, "review:2:1:0:0123abcd", words="é" * 4000, use="quote")
    assert answer.startswith("Your answer has 4000 characters; at most 1000 fit. These are your words")
    assert said(await ana.click(live.board("After action"), label="See or take back mine")) == (
        "You have not written anything here."
    )
