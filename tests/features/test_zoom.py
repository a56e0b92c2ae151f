"""/zoom add, as a host or an organiser uses it: a file, a look at it, a button."""

from typing import Any

import pytest
from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.features import forged
from tests.features.polling import lines
from tests.features.sorting import buttons
from tests.features.test_themes import TITLE
from tests.services.test_zoom import CHAT, PEOPLE, POLLS
from tests.tables import ask, every_row

DECIDED = "This has been decided already, or a newer file has taken its place. Send the file again if it is not in yet."
HEADING = f"**Session 1, {TITLE}.**"


async def send(
    room: Room, data: str | bytes, name: str = "file.csv", who: MemberActor | None = None, **options: Any
) -> InteractionResult:
    held = data.encode() if isinstance(data, str) else data
    channel = room.channel if who else room.office  # which not everybody sees
    return await (who or room.host).slash(channel, "zoom add", file=(name, held), **options)


def kept(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the database, but for what waits."""
    return {name: rows for name, rows in every_row(settings).items() if name not in {"zoom_files", "sqlite_sequence"}}


async def test_a_chat_is_shown_and_taken_in(live: Room, settings: Settings):
    before = kept(settings)
    shown = await send(live, CHAT, "chat.txt")
    assert said(shown) == lines(
        f"{HEADING} Nothing is changed yet.",
        "A chat: 4 messages from 3 people, with 1 reaction.",
        "1 message to a single person or a room is left out and kept nowhere.",
        "> Hello there everybody",
        "> Yes",
        "> Yes",
        "- 1 was written to hosts and panellists only: for themes, and never quoted.",
        "May the words be quoted without names? Only if everyone was told that they are shared.",
    )
    assert list(buttons(shown)) == ["Add, may be quoted", "Add for themes only", "Cancel"]
    assert kept(settings) == before
    assert "secret" not in str(every_row(settings))
    done = said(await live.press(live.host, shown, "Add, may be quoted"))
    assert done == (
        f"{HEADING} The chat is in, without names. What somebody should not be quoted with, a host can hide."
    )
    assert ask(settings, "SELECT quotable, count(*) FROM contributions GROUP BY 1 ORDER BY 1") == [(0, 1), (1, 3)]


async def test_the_buttons_work_after_a_restart_and_do_it_once(live: Room, settings: Settings):
    shown = await send(live, PEOPLE)
    assert list(buttons(shown)) == ["Add", "Cancel"]
    tap = buttons(shown)["Add"]
    await live.restart()
    assert said(await live.press(live.host, shown, "Add")) == f"{HEADING} How many joined is in."
    assert ask(settings, "SELECT joined, peak FROM sessions WHERE id = 1") == [(2, 2)]
    before = every_row(settings)
    assert await forged.click(live, live.host, tap) == DECIDED
    assert every_row(settings) == before
    assert said(await send(live, PEOPLE)).endswith("All of it is in already.")


async def test_the_report_follows(live: Room):
    await live.finish_session()
    for file in (POLLS, PEOPLE, CHAT):
        shown = await send(live, file)
        await live.press(live.host, shown, next(iter(buttons(shown))))
    report = await live.bot.services.summaries.report(1)
    assert (report.joined, report.said.comments.count, len(report.said.from_zoom), report.said.zoomers) == (2, 7, 7, 6)


async def test_a_poll_report_for_themes_only(live: Room, settings: Settings):
    shown = await send(live, POLLS, part=1)
    assert "“which”: n=3, 3 different answers." in said(shown)
    done = said(await live.press(live.host, shown, "Add for themes only"))
    assert done == (
        f"{HEADING} The poll report is in. What was answered here and on Zoom is printed apart, and never added up."
    )
    assert ask(settings, "SELECT DISTINCT quotable FROM contributions") == [(0,)]


async def test_it_can_be_thought_better_of(live: Room, settings: Settings):
    shown = await send(live, CHAT)
    tap = buttons(shown)["Add for themes only"]
    done = said(await live.press(live.host, shown, "Cancel"))
    assert done == "Nothing was changed, and nothing of the file is kept."
    assert ask(settings, "SELECT * FROM zoom_files") == []
    assert await forged.click(live, live.host, tap) == DECIDED


async def test_nobody_else_can_do_anything_with_it(live: Room, settings: Settings):
    shown = await send(live, CHAT)
    ivy = forged.impostor(live)
    refusal = f"Only hosts and organisers can do that. Ask an admin for the role {live.hosts.mention}."
    before = every_row(settings)
    assert said(await send(live, CHAT, who=ivy)) == refusal
    for tap in buttons(shown).values():
        assert await forged.click(live, ivy, tap) == refusal
        assert await forged.click(live, live.host, tap.replace("zoom:1:1:", "zoom:1:99:")) == DECIDED
    assert every_row(settings) == before


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Umfragebericht\n", "switch Zoom to English"),
        (PEOPLE[:-20], "Only half of file.csv is there"),
        (
            PEOPLE.replace("/2022", "/2020"),
            "file.csv is of 24 February 2020, and that session was on 24 February 2022.",
        ),
        (b"PK\x03\x04", "is no plain text"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(
    live: Room, settings: Settings, data: str | bytes, told: str
):
    before = every_row(settings)
    assert told in said(await send(live, data))
    assert every_row(settings) == before


async def test_what_people_wrote_is_shown_to_the_letter(live: Room):
    words = "**bold** @everyone <@1> [x](https://x.org) `a`"
    shown = said(await send(live, f"13:05:00 From Ana to Everyone:\n\t{words}\n13:06:00 From A to Everyone:\n\t# x\n"))
    assert "**bold**" not in shown
    assert "@everyone" not in shown
    assert "\\<@1>" in shown


async def test_a_session_that_was_not_held(live: Room):
    assert said(await send(live, CHAT, part=2)) == "Session 2 has not been held, so there is nothing of it on Zoom."
