"""What hosts write into a report: in forms, kept when it is made anew, and nobody else can."""

from typing import Any

import pytest
from simcord import InteractionResult

from bot.rehearsal.room import Room, form_fields, preset, said, walk
from bot.settings import Settings
from tests.features import forged
from tests.features.publishing import answer, finished, hurry, publish, report, rested
from tests.features.sorting import pick as sort
from tests.features.sorting import say, themes, told
from tests.tables import ask


@pytest.fixture
async def drafted(live: Room) -> Room:
    """Session 1 has finished; two of its comments are in a theme."""
    hurry(live)
    await live.open_poll("A", "B")
    await live.vote(live.member("Voter"), 1, 0)
    await finished(live)
    await sort(live, await themes(live, "add", name="Trust"), 1, 2)
    return live


async def desk(room: Room) -> InteractionResult:
    return await room.host.slash(room.office, "report edit")


def offered(shown: InteractionResult) -> dict[str, str]:
    """What the menu offers, by the values."""
    options = [each for one in walk(answer(shown).components) for each in one.get("options", [])]
    return {each["label"]: each["value"] for each in options}


async def choose(room: Room, shown: InteractionResult, *labels: str) -> InteractionResult:
    """Choose from one menu after the other; by the beginning of what is offered."""
    for label in labels:
        value = next(value for each, value in offered(shown).items() if each.startswith(label))
        shown = await room.host.select(answer(shown), [value])
    return shown


def field(form: InteractionResult) -> dict[str, Any]:
    """Where the words go."""
    return next(each for each in form_fields(form) if each.get("custom_id") == "words")


async def send(room: Room, form: InteractionResult, words: str, **more: Any) -> str:
    """Send it, with as many words as Discord lets anybody type."""
    typed = words[: field(form)["max_length"]]
    return said(await room.host.submit_modal(form, preset(form) | {"words": typed} | more))


async def draft(room: Room) -> str:
    """The draft's HTML."""
    board = room.board("Report of", room.office)
    (page,) = (each for each in board.attachments if each.filename.endswith(".html"))
    return (await page.read()).decode()


def edits(settings: Settings) -> dict[str, str]:
    return dict(ask(settings, "SELECT key, text FROM report_edits"))


def default(form: InteractionResult) -> str:
    """What stands in it."""
    return field(form).get("value", "")


async def test_a_title_is_edited_and_the_draft_made_anew(drafted: Room, settings: Settings):
    form = await choose(drafted, await desk(drafted), "The title")
    assert default(form).startswith("Everybody's Business")
    assert (await send(drafted, form, "A *better* title")).startswith("Saved: the draft is being made anew.\n")
    await rested(drafted)
    assert "A *better* title" in await draft(drafted)
    again = await choose(drafted, await desk(drafted), "The title")
    assert default(again) == "A *better* title"
    assert "What Plenary writes stands there" in await send(drafted, again, "")
    assert edits(settings) == {}


async def test_what_is_sent_as_it_was_is_no_edit(drafted: Room, settings: Settings):
    for label in ("The title", "The introduction", "Poll 1: its finding"):
        form = await choose(drafted, await desk(drafted), label)
        await send(drafted, form, default(form))
    for label in ("Which quotes", "A quote"):
        form = await choose(drafted, await desk(drafted), "Theme: Trust", label)
        await send(drafted, form, default(form))
    assert edits(settings) == {}


async def test_a_number_that_is_not_the_record_s_is_told(drafted: Room):
    form = await choose(drafted, await desk(drafted), "Poll 1: its finding")
    assert "**Please check:** 63 is not a number that the record of this poll has." in await send(
        drafted, form, "Of 1 person 63% chose A."
    )


async def test_quotes_are_cut_and_put_into_an_order(drafted: Room, settings: Settings):
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    inside = await choose(drafted, await desk(drafted), "Theme: Trust")
    order = await choose(drafted, inside, "Which quotes")
    assert sorted(default(order).split("\n")) == ["1. Ask why", "2. Build trust"]
    await send(drafted, order, "2\n--- not printed:\n1")
    form = await drafted.host.select(answer(inside), [f"8:{ids['Build trust']}"])
    wrong = await send(drafted, form, "Build distrust")
    assert "A quote can only be cut" in wrong
    assert "Build distrust" in wrong, "what they wrote is not lost"
    form = await drafted.host.select(answer(inside), [f"8:{ids['Build trust']}"])
    await send(drafted, form, "[…] trust")
    theme = ask(settings, "SELECT id FROM themes")[0][0]
    assert edits(settings) == {f"quotes:{theme}": str(ids["Build trust"]), f"quote:{ids['Build trust']}": "[…] trust"}
    await rested(drafted)
    page = await draft(drafted)
    assert "[…] trust" in page
    assert "Build trust" not in page


async def test_a_theme_gets_a_reply_and_a_place(drafted: Room, settings: Settings):
    form = await choose(drafted, await desk(drafted), "Theme: Trust", "Its reply")
    await send(drafted, form, "We will.", section=["-1"])
    assert ask(settings, "SELECT reply, section FROM themes") == [("We will.", -1)]


async def test_forms_that_were_open_at_the_same_time(drafted: Room, settings: Settings):
    first = await choose(drafted, await desk(drafted), "The title")
    second = await choose(drafted, await desk(drafted), "The title")
    await drafted.restart()
    await send(drafted, first, "One")
    late = await send(drafted, second, "Two")
    assert "Somebody has changed this since your form was opened, so yours was not saved." in late
    assert "Two" in late
    assert edits(settings) == {"title": "One"}


@pytest.mark.parametrize(
    "words",
    ["x" * 4000, "*" * 4000, "\N{ROCKET}" * 1990, "```\n@everyone\n" * 300, "[" * 4000, "<@1> discord.gg/x " * 200],
    ids=["long", "markup", "emoji", "code", "brackets", "invites"],
)
async def test_whatever_a_host_or_attendee_writes_fits(live: Room, words: str):
    hurry(live)
    await say(live, live.member("Ana Attendee"), words)
    await live.finish_session()
    await sort(live, await themes(live, "add", name="*" * 80), 1)
    for labels in (("The introduction",), ("Theme: ", "Its reply"), ("Theme: ", "A quote"), ("Next steps",)):
        form = await choose(live, await desk(live), *labels)
        assert len(default(form)) <= 4000
        shown = await send(live, form, words)
        assert len(shown) <= 4000
        assert "@everyone" not in shown
    order = await choose(live, await desk(live), "Theme: ", "Which quotes")
    assert len(await send(live, order, words)) <= 4000
    await rested(live)


async def test_many_quotes_have_pages(live: Room):
    hurry(live)
    ana = live.member("Ana Attendee")
    for number in range(60):
        await say(live, ana, f"Comment {number:02}")
    await live.finish_session()
    shown = await choose(live, await desk(live), "Quotes that are in no theme")
    assert len(offered_values(shown)) == 25
    more = await live.press(live.host, shown, "More")
    last = await live.press(live.host, more, "More")
    assert len(offered_values(last)) == 10
    assert "What would you like to edit" in said(await live.press(live.host, last, "Back to the report"))


def offered_values(shown: InteractionResult) -> list[str]:
    return [each["value"] for one in walk(answer(shown).components) for each in one.get("options", [])]


async def test_only_the_team_edits(drafted: Room, settings: Settings):
    ivy, no = forged.impostor(drafted), "Only hosts and organisers"
    assert no in await forged.click(drafted, ivy, "report:1:1:menu:0")
    assert no in await forged.click(drafted, ivy, "report:1:1:theme:0:0")
    assert no in await forged.click(drafted, ivy, "report:1:1:pick", "0:0")
    for kind in range(10):
        assert no in await forged.form(drafted, ivy, f"report:1:1:write:{kind}:0:1:0123abcd", words="Mine")
    host = drafted.host
    assert "no longer in use" in await forged.form(drafted, host, "report:1:1:write:9:0:1:0123abcd", words="x")
    assert "not on the menu" in await forged.click(drafted, host, "report:1:1:pick", "x:y")
    assert "not known here" in await forged.click(drafted, host, "report:1:77:pick", "0:0")
    assert edits(settings) == {}


async def test_what_is_published_stays_as_it_is(drafted: Room):
    await told(drafted, "sign-off")
    await report(drafted, "links", no_recording=True)
    await publish(drafted)
    form = await choose(drafted, await desk(drafted), "The title")
    assert "What is published stays as it is until /report publish." in await send(drafted, form, "Another")
