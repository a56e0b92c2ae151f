"""Themes in a spreadsheet: taken out, sorted in another program, taken back after a dry run."""

import io

import pytest
from openpyxl import load_workbook
from simcord import InteractionResult

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.features import forged
from tests.features.polling import lines
from tests.features.sorting import buttons, export, files, pick, say, send_in, themes, told
from tests.features.test_themes import TITLE, tagged
from tests.tables import ask, every_row

DRY = f"**Session 1, {TITLE}.** This is a dry run: nothing is changed yet."
CHANGED = "Something has changed since this dry run, or there is a newer one. Nothing was done: send the file again."


@pytest.fixture
async def sorted_room(live: Room) -> Room:
    """Three comments; two of them in a theme."""
    ana, bo = live.member("Ana Attendee"), live.member("Bo Attendee")
    await say(live, ana, "=Ask why")
    await say(live, ana, "Build trust")
    await say(live, bo, "Count less", quote=False)
    await pick(live, await themes(live, "add", name="Trust"), 1, 2)
    return live


def sheet(settings: Settings, **wanted: str) -> str:
    """A file with the themes that words are to have, the words being named by their first letter."""
    ids = {text.removeprefix("=")[0]: each for text, each in ask(settings, "SELECT text, id FROM contributions")}
    return "id,themes\n" + "".join(f'c{ids[letter]},"{names}"\n' for letter, names in wanted.items())


async def do_it(room: Room, shown: InteractionResult) -> str:
    return said(await room.press(room.host, shown, "Do it"))


async def test_both_files_hold_everything_and_no_names(sorted_room: Room, settings: Settings):
    shown = await themes(sorted_room, "export")
    assert said(shown) == (
        "3 contributions from 2 people, without names. The .xlsx is for Excel and Google Sheets. Fill in the column "
        "*themes*, several with a semicolon between them, and send the file back with /themes import; rows that you "
        "delete stay as they are. Do not quote what is *for themes only*, and do not pass this on."
    )
    assert [each.filename for each in files(shown)] == ["themes-part-1.xlsx", "themes-part-1.csv"]
    sent = await export(sorted_room)
    ids = dict(ask(settings, "SELECT text, id FROM contributions"))
    expected = [
        ("id", "text", "kind", "themes", "may be quoted"),
        (f"c{ids['=Ask why']}", "'=Ask why", "comment", "Trust", "yes"),
        (f"c{ids['Build trust']}", "Build trust", "comment", "Trust", "yes"),
        (f"c{ids['Count less']}", "Count less", "comment", "", "no, for themes only"),
    ]
    assert sent["csv"].decode("utf-8-sig").splitlines() == [",".join(f'"{each}"' for each in row) for row in expected]
    rows = load_workbook(io.BytesIO(sent["xlsx"])).active.iter_rows(values_only=True)
    assert [tuple(each or "" for each in row) for row in rows] == expected
    people = [str(author) for (author,) in ask(settings, "SELECT author FROM contributions")]
    assert [each for each in (*people, "Attendee") if each.encode() in sent["csv"]] == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_file_that_nobody_changed_changes_nothing(sorted_room: Room, settings: Settings, form: str):
    data = (await export(sorted_room))[form]
    before = ask(settings, "SELECT * FROM theme_contributions")
    shown = await send_in(sorted_room, data, f"themes.{form}")
    assert said(shown) == lines(DRY, "Everything is like that already.")
    assert buttons(shown) == {}
    assert ask(settings, "SELECT * FROM theme_contributions") == before


async def test_a_workbook_that_somebody_sorted_is_taken_back(sorted_room: Room, settings: Settings):
    book = load_workbook(io.BytesIO((await export(sorted_room))["xlsx"]))
    page = book.active
    for row in page.iter_rows(min_row=2):
        row[3].value = {"'=Ask why": "trust; Time", "Build trust": "", "Count less": "Time\nPlace, and way"}[
            row[1].value
        ]
    page.insert_cols(1)
    page["A2"] = "mine"
    page.move_range("B4:F4", rows=3)
    held = io.BytesIO()
    book.save(held)
    shown = await send_in(sorted_room, held.getvalue(), "sorted.xlsx")
    assert said(shown) == lines(
        DRY,
        "- 2 contributions would get a theme",
        "- 1 contribution would lose one",
        "- new themes: “Time”, “Place, and way” (a comma does not part two themes: a semicolon does)",
    )
    assert tagged(settings) == [("Trust", "=Ask why"), ("Trust", "Build trust")]
    assert await do_it(sorted_room, shown) == lines(
        "**Done.**",
        "- 2 contributions got a theme",
        "- 1 contribution lost one",
        "- new themes: “Time”, “Place, and way” (a comma does not part two themes: a semicolon does)",
    )
    assert tagged(settings) == [
        ("Place, and way", "Count less"),
        ("Time", "=Ask why"),
        ("Time", "Count less"),
        ("Trust", "=Ask why"),
    ]


async def test_deleted_rows_stay_as_they_are(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, C="Trust"))
    assert said(shown) == lines(DRY, "- 1 contribution would get a theme")
    await do_it(sorted_room, shown)
    assert len(tagged(settings)) == 3


async def test_a_dry_run_writes_no_theme_and_survives_restarts(sorted_room: Room, settings: Settings):
    before = ask(settings, "SELECT * FROM themes"), tagged(settings)
    shown = await send_in(sorted_room, sheet(settings, A="New", C="New"))
    assert (ask(settings, "SELECT * FROM themes"), tagged(settings)) == before
    await sorted_room.restart()
    assert await do_it(sorted_room, shown) == lines(
        "**Done.**", "- 2 contributions got a theme", "- 1 contribution lost one", "- new themes: “New”"
    )
    assert tagged(settings) == [("New", "=Ask why"), ("New", "Count less"), ("Trust", "Build trust")]


async def test_a_second_tap_does_nothing(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, C="New"))
    tap = buttons(shown)["Do it"]
    await do_it(sorted_room, shown)
    before = every_row(settings)
    assert await forged.click(sorted_room, sorted_room.host, tap) == (
        "This has been decided already. Send the file again if there is more to change."
    )
    assert every_row(settings) == before


async def test_what_changed_meanwhile_is_not_run_over(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, A="Time", C="Time"))
    await pick(sorted_room, await themes(sorted_room, "show", theme="Trust"), 1)
    before = every_row(settings)
    assert (await do_it(sorted_room, shown)).endswith(CHANGED)
    assert every_row(settings) == before


async def test_words_that_were_taken_back_meanwhile_stop_it(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, C="Time"))
    [(author,)] = ask(settings, "SELECT author FROM contributions WHERE text = 'Count less'")
    await sorted_room.bot.services.privacy.erase(sorted_room.guild.id, author)
    assert (await do_it(sorted_room, shown)).endswith(CHANGED)
    assert tagged(settings) == [("Trust", "=Ask why"), ("Trust", "Build trust")]


async def test_a_newer_dry_run_replaces_an_older_one(sorted_room: Room, settings: Settings):
    older = await send_in(sorted_room, sheet(settings, C="Old"))
    newer = await send_in(sorted_room, sheet(settings, C="New"))
    assert (await do_it(sorted_room, older)).endswith(CHANGED)
    await do_it(sorted_room, newer)
    assert ("New", "Count less") in tagged(settings)


async def test_it_can_be_thought_better_of(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, C="Old"))
    tap = buttons(shown)["Do it"]
    assert said(await sorted_room.press(sorted_room.host, shown, "Cancel")) == "Nothing was changed."
    assert ask(settings, "SELECT * FROM theme_imports") == []
    assert "decided already" in await forged.click(sorted_room, sorted_room.host, tap)


async def test_signatures_that_would_go_are_named_before(sorted_room: Room, settings: Settings):
    await told(sorted_room, "sign-off")
    shown = await send_in(sorted_room, sheet(settings, C="Trust"))
    assert said(shown).splitlines()[-1] == "- would no longer be signed off: “Trust” (Emma Host)"
    assert (await do_it(sorted_room, shown)).splitlines()[-1] == "- no longer signed off: “Trust” (Emma Host)"
    assert ask(settings, "SELECT signed_by FROM themes") == [("",)]


async def test_rows_that_are_not_understood_are_named_and_the_others_done(sorted_room: Room, settings: Settings):
    odd = "1.23E+15,Time\nc5,Time\nc6,Time\n,Time\n" + "".join(f"c{number},A\n" for number in range(7, 30))
    shown = await send_in(sorted_room, sheet(settings, C="Time") + odd)
    assert said(shown) == lines(
        DRY,
        "- 1 contribution would get a theme",
        "- new themes: “Time”",
        "27 rows are passed over:",
        "- rows 3, 6: it has no id like c123",
        "- rows 4, 5, 7, 8, 9, 10, 11, 12, 13, 14 and 15 more: no such contribution, or it has been hidden or taken "
        "back",
    )
    await do_it(sorted_room, shown)
    assert ("Time", "Count less") in tagged(settings)


async def test_many_new_names_fit_a_message(sorted_room: Room, settings: Settings):
    names = ";".join(f"{number:02}{'*' * 78}" for number in range(99))
    shown = await send_in(sorted_room, sheet(settings, C=names))
    assert "and 89 more" in said(shown)
    assert len(said(shown)) < 4000
    await do_it(sorted_room, shown)
    assert len(tagged(settings)) == 101
    assert len(await told(sorted_room, "show")) < 4000
    assert len(await told(sorted_room, "show", theme="Trust")) < 4000
    again = await send_in(sorted_room, sheet(settings, C=f"{names};Once more"))
    assert said(again) == "That would be 101 themes; a session can have 100. Nothing was changed."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" * 10, "I find no columns “id” and “themes” there."),
        (b"PK\x03\x04 something else", "That is no Excel workbook."),
        (b"PK\x03\x04 xl/workbook.xml", "That workbook is broken, or there is far too much in it."),
        (b"x" * (8 * 1024 * 1024 + 1), "That file is larger than 8 MB"),
        (b"id,themes\n" + b"c1,x\n" * 20_001, "That spreadsheet has more than 20,000 rows."),
    ],
)
async def test_what_is_no_such_file(sorted_room: Room, settings: Settings, data: bytes, sentence: str):
    before = every_row(settings)
    assert sentence in said(await send_in(sorted_room, data, "themes.xlsx"))
    assert every_row(settings) == before


async def test_ten_thousand_rows_of_nothing(sorted_room: Room):
    shown = await send_in(sorted_room, "id,themes\n" + "".join(f"c{number},x\n" for number in range(10_000)))
    assert "10,000 rows are passed over:" in said(shown)
    assert buttons(shown) == {}


async def test_a_file_of_another_session(sorted_room: Room):
    first = (await export(sorted_room))["csv"]
    await sorted_room.finish_session()
    await sorted_room.start_session()
    assert said(await send_in(sorted_room, first)) == (
        f"That spreadsheet is of session 1, {TITLE}. Nothing was changed."
    )
    assert "Everything is like that already." in said(await send_in(sorted_room, first, part=1))


async def test_nothing_to_sort_is_no_file(live: Room):
    assert await told(live, "export") == "Nothing has been said that could be sorted."


async def test_the_words_of_those_who_left_theirs_out_are_in_no_file(sorted_room: Room):
    [(author,)] = ask(sorted_room.settings, "SELECT author FROM contributions WHERE text = 'Count less'")
    await sorted_room.bot.services.privacy.leave_out(sorted_room.guild.id, author, out=True)
    assert b"Count less" not in (await export(sorted_room))["csv"]


async def test_another_server_can_do_nothing_with_it(sorted_room: Room, settings: Settings):
    shown = await send_in(sorted_room, sheet(settings, C="Time"))
    do = buttons(shown)["Do it"]
    ana = sorted_room.member("Ann Attendee")
    refusal = f"Only hosts and organisers can do that. Ask an admin for the role {sorted_room.hosts.mention}."
    before = every_row(settings)
    assert await forged.click(sorted_room, ana, do) == refusal
    assert await forged.click(sorted_room, sorted_room.host, do[: do.rindex(":")] + ":5") == CHANGED
    assert await forged.click(sorted_room, sorted_room.host, do.replace("themes:1:1:", "themes:1:99:")) == (
        "That session is not known here."
    )
    assert every_row(settings) == before
