"""Answering polls: every kind, in every mode, by every control, and what nobody should be able to do."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
import simcord

from bot.rehearsal.room import Room, said, text_of
from tests.features import forged
from tests.features.polling import (
    ANONYMOUS,
    CONFIDENTIAL,
    PROMISES,
    controls,
    lines,
    saved,
    see_mine,
    several_vote,
    tallied,
)
from tests.tables import path_of

NOT_ON_THE_MENU = "That is not one of this poll’s options. Nothing was changed."
STALE = "That control is no longer in use. Look further down for a newer message."
UNKNOWN = "That poll is not known here."
TAKEN_BACK = "Your answer to Poll 1 is taken back and no longer stored. That you took part still is."
LOST = "It was anonymous and its key is destroyed: nobody can tell any more what you answered, or whether you did."
LONG = ("A way that takes more than 38 characters", "B")

REGIONS = b"""
[series]
key = "places"
title = "Places"
time_zone = "Europe/London"
regions = ["Wales", { name = "England", also = ["London", "Leeds"] }, "Scotland"]
[[series.sessions]]
title = "First"
"""


async def test_an_answer_is_kept_replaced_and_taken_back(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    assert said(await see_mine(live, ana)) == f"You have not answered Poll 1.\n-# {ANONYMOUS}"
    assert await live.vote(ana, 1, 0) == saved("“Left”")
    assert await live.vote(ana, 1, 1) == saved("“Right”")
    assert await tallied(live) == [0, 1]
    mine = await see_mine(live, ana)
    assert said(mine) == f"Your answer to Poll 1: “Right”.\n-# {ANONYMOUS}"
    assert said(await live.press(ana, mine, "Take my answer back")) == TAKEN_BACK
    assert await tallied(live) == [0, 0]
    await live.repaint()
    assert "**Nobody has answered yet.**" in text_of(live.board("Poll 1"))


@pytest.mark.parametrize("options", [("Left", "Right"), LONG], ids=["by button", "by menu"])
@pytest.mark.parametrize("privacy", PROMISES)
async def test_the_receipt_says_what_is_stored_and_promises_what_the_board_does(
    live: Room, privacy: str, options: tuple[str, ...]
) -> None:
    await live.open_poll(*options, privacy=privacy)
    ana = live.member("Ana")
    receipt = await live.vote(ana, 1, 1)
    assert receipt == saved(f"“{options[1]}”", privacy)
    assert receipt.split("\n")[-1] == text_of(live.board("Poll 1")).split("\n")[-1]
    assert said(await see_mine(live, ana)) == receipt.removeprefix("Saved. ")


@pytest.mark.parametrize("options", [("Left", "Right"), LONG], ids=["by button", "by menu"])
async def test_an_answer_can_be_changed_where_it_is_seen(live: Room, options: tuple[str, ...]) -> None:
    await live.open_poll(*options)
    ana = live.member("Ana")
    await live.vote(ana, 1, 0)
    mine = await see_mine(live, ana)
    if options == LONG:
        assert mine.response is not None
        changed = await ana.select(mine.response, ["1"])
    else:
        changed = await live.press(ana, mine, "Right")
    assert said(changed) == saved(f"“{options[1]}”")
    assert await tallied(live) == [0, 1]


async def test_one_sees_which_button_one_has_pressed(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    await live.vote(ana, 1, 1)
    mine = await see_mine(live, ana)
    assert mine.response is not None
    assert controls(mine.response) == [("Left", "Right"), ("Take my answer back",)]
    blurple, green = 1, 3
    assert [each["style"] for each in mine.response.components[1]["components"]] == [blurple, green]


@pytest.mark.parametrize(
    ("privacy", "seen", "not_seen"),
    [
        ("named", "Your answer to Poll 1: “Left”.", "Nothing is stored of it with a link to you."),
        ("confidential", "Your answer to Poll 1: “Left”.", "Nothing is stored of it with a link to you."),
        ("anonymous", LOST, LOST),
    ],
)
async def test_after_the_close_mine_is_seen_as_far_as_anybody_can_tell(
    live: Room, privacy: str, seen: str, not_seen: str
) -> None:
    await live.open_poll("Left", "Right", privacy=privacy)
    ana, ben = live.member("Ana"), live.member("Ben")
    board = live.board("Poll 1, open")
    await live.vote(ana, 1, 0)
    mine = await see_mine(live, ana)
    await live.command("poll close")
    # Their screens still show the controls that were there before the close.
    for custom_id, values in (("poll:1:1:1", []), ("poll:1:1", ["1"])):
        assert await forged.click(live, ana, custom_id, *values) == "That poll has closed."
    assert said(await live.press(ana, mine, "Right")) == "That poll has closed."
    assert said(await live.press(ana, mine, "Take my answer back")) == "That poll has closed."
    assert await forged.click(live, ana, "poll:1:1:mine") == f"Poll 1 has closed.\n{seen}"
    assert await forged.click(live, ben, "poll:1:1:mine") == f"Poll 1 has closed.\n{not_seen}"
    assert await tallied(live) == [1, 0]
    await live.repaint()
    assert board.id == live.board("Poll 1, closed").id
    assert controls(live.board("Poll 1, closed")) == []


async def test_several_choices_are_counted_per_person(live: Room) -> None:
    await live.open_poll("Tea", "Milk", "Sugar", choices=2)
    ana, ben, eve = (live.member(name) for name in ("Ana", "Ben", "Eve"))
    assert await live.vote(ana, 1, 2, 0) == saved("“Tea”; “Sugar”")
    await live.vote(ben, 1, 0)
    await live.vote(eve, 1, 0, 1)
    assert await forged.click(live, eve, "poll:1:1", "0", "1", "2") == (
        "You can choose up to 2 of these options. Nothing was changed."
    )
    await live.command("poll close")
    assert text_of(live.board("Poll 1, results")) == lines(
        "## Poll 1, results, anonymous",
        "**Which way?**",
        "- Tea: **3** (100%)",
        "- Milk: **1** (33%)",
        "- Sugar: **1** (33%)",
        "n=3: 3 people answered. People could choose up to 2.",
        "All 3 people who answered selected “Tea” (n=3).",
    )


# ------------------------------------------------------------------ the live tally


async def test_the_board_counts_people_while_it_is_open(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await several_vote(live, 0, 0, 0, 1, 1, 1)
    shown = text_of(live.board("Poll 1"))
    assert "**6 people have answered.** Results appear when the poll closes." in shown
    assert "%" not in shown


async def test_live_results_begin_at_five_people_and_move_in_steps_of_five(live: Room) -> None:
    await live.open_poll("Left", "Right", results="live")
    await several_vote(live, 0, 0, 0, 1)
    assert text_of(live.board("Poll 1")).split("\n")[2] == (
        "**4 people have answered.** Results appear from five answers on, and then move in steps of five, so that "
        "nobody’s answer can be seen alone."
    )
    fifth = live.member("Fifth")
    await live.vote(fifth, 1, 1)
    await live.repaint()
    five = ["- Left: **3** (60%)", "- Right: **2** (40%)"]
    note = "-# The numbers above are of n=5: they move in steps of five, so that nobody’s answer can be seen alone."
    assert text_of(live.board("Poll 1")).split("\n")[2:6] == [*five, "**5 people have answered.**", note]
    await several_vote(live, 0, 0, 0, 0)
    assert text_of(live.board("Poll 1")).split("\n")[2:6] == [*five, "**9 people have answered.**", note]
    await live.press(fifth, await see_mine(live, fifth), "Take my answer back")
    await live.repaint()
    shown = text_of(live.board("Poll 1")).split("\n")
    assert shown[2:5] == ["- Left: **7** (88%)", "- Right: **1** (13%)", "**8 people have answered.**"]


# ------------------------------------------------------------------ a rating, a ranking


async def test_a_rating_keeps_its_order_and_has_mean_and_median(live: Room) -> None:
    await live.command("poll open", question="How was it?", kind="rating", options="Cold|Warm", results="live")
    assert controls(live.board("Poll 1"))[0] == ("1: Cold", "2 of 5", "3 of 5", "4 of 5", "5: Warm")
    assert await live.vote(live.member("Ana"), 1, 4) == saved("“5: Warm”")
    await several_vote(live, 3, 3, 3, 0)
    scale = [
        "- 1: Cold, **1** (20%)",
        "- 2 of 5, **0** (0%)",
        "- 3 of 5, **0** (0%)",
        "- 4 of 5, **3** (60%)",
        "- 5: Warm, **1** (20%)",
    ]
    assert text_of(live.board("Poll 1")).split("\n")[2:7] == scale
    await live.command("poll close")
    assert text_of(live.board("Poll 1, results")).split("\n")[2:] == [
        *scale,
        "n=5: 5 people answered. People who left it blank are not counted.",
        "On a scale of 1 to 5, the mean was 3.6 and the median 4 (n=5).",
    ]


async def test_a_ranking_is_filled_in_in_a_form_and_counted_by_points(live: Room) -> None:
    await live.open_poll("Tea", "Milk", "Sugar", kind="ranking", choices=2)
    ana, ben = live.member("Ana"), live.member("Ben")
    assert "- Tea\n- Milk\n- Sugar\n" in text_of(live.board("Poll 1"))
    shown = await ana.click(live.board("Poll 1"), label="Rank them")
    assert shown.modal is not None
    assert shown.modal["title"] == "Poll 1: rank them"
    fields = [(each["label"], each.get("description"), each["component"]["required"]) for each in _labels(shown)]
    assert fields == [("1st place", "Which way?", True), ("2nd place", None, False)]
    assert [each["label"] for each in _labels(shown)[0]["component"]["options"]] == ["Tea", "Milk", "Sugar"]
    assert said(await ana.submit_modal(shown, {"0": ["2"], "1": ["0"]})) == saved("1. “Sugar”; 2. “Tea”")
    assert await live.vote(ben, 1, 2) == saved("1. “Sugar”"), "further places may be left out"
    mine = await see_mine(live, ana)
    assert said(mine) == f"Your answer to Poll 1: 1. “Sugar”; 2. “Tea”.\n-# {ANONYMOUS}"
    again = await live.press(ana, mine, "Rank them")
    chosen = [[each["value"] for each in label["component"]["options"] if each["default"]] for label in _labels(again)]
    assert chosen == [["2"], ["0"]], "the form begins with what they had"
    assert said(await ana.submit_modal(again, {"0": ["0"], "1": ["2"]})) == saved("1. “Tea”; 2. “Sugar”")
    await live.command("poll close")
    assert text_of(live.board("Poll 1, results")).split("\n")[2:] == [
        "- Tea: **2 points**, first for 50%",
        "- Milk: **0 points**, first for 0%",
        "- Sugar: **3 points**, first for 50%",
        "n=2: 2 people answered. Borda count: 2 points for a first place, 1 for a second.",
        "“Sugar” has the most points, 3; 50% put it first (n=2).",
    ]


def _labels(shown: simcord.InteractionResult) -> list[dict]:
    assert shown.modal is not None
    return list(shown.modal["components"])


async def test_a_ranking_with_a_gap_or_a_repeat_is_refused(live: Room) -> None:
    await live.open_poll("Tea", "Milk", "Sugar", kind="ranking")
    ana = live.member("Ana")

    async def ranked(**places: list[str]) -> str:
        shown = await ana.click(live.board("Poll 1"), label="Rank them")
        return said(await ana.submit_modal(shown, {name[1:]: value for name, value in places.items()}))

    assert await ranked(_0=["1"], _2=["0"]) == (
        "You gave a 3rd place and no 2nd: rank without gaps. Nothing was changed."
    )
    assert await ranked(_0=["1"], _1=["1"]) == "You chose one option twice. Nothing was changed."
    assert await tallied(live) == [0, 0, 0]
    assert said(await see_mine(live, ana)).startswith("You have not answered Poll 1.")


async def test_no_more_than_five_are_ranked(live: Room) -> None:
    await live.open_poll(*"ABCDEFG", kind="ranking")
    shown = await live.member("Ana").click(live.board("Poll 1"), label="Rank them")
    places = [each["label"] for each in _labels(shown)]
    assert places == ["1st place", "2nd place", "3rd place", "4th place", "5th place"]


# ------------------------------------------------------------------ in one's own words


async def test_words_are_kept_with_how_they_may_be_used(live: Room) -> None:
    await live.command("poll open", question="What helps?", kind="open")
    ana = live.member("Ana")
    shown = await ana.click(live.board("Poll 1"), label="Write my answer")
    words, use = _labels(shown)
    assert (words["label"], words["description"], use["label"]) == (
        "My answer",
        "What helps?",
        "How may we use your words?",
    )
    receipt = said(await ana.submit_modal(shown, {"words": "Time, *and* tea", "use": "quote"}))
    inert = "“Time, \\*and\\* tea”"
    assert receipt == f"Saved. Your answer to Poll 1: {inert}. Quote me without my name.\n-# {CONFIDENTIAL}"
    mine = await see_mine(live, ana)
    assert said(mine) == receipt.removeprefix("Saved. ")
    again = await live.press(ana, mine, "Write my answer")
    words, use = _labels(again)
    assert words["component"]["value"] == "Time, *and* tea"
    assert [each["value"] for each in use["component"]["options"] if each["default"]] == ["quote"]
    changed = said(await ana.submit_modal(again, {"words": "Tea", "use": "themes"}))
    assert changed.startswith("Saved. Your answer to Poll 1: “Tea”. Use for themes only.\n")
    await live.repaint()
    assert "**1 person has answered.** The host may show some of the answers, without names." in text_of(
        live.board("Poll 1")
    )
    taken = await live.press(ana, await see_mine(live, ana), "Take my answer back")
    assert said(taken) == TAKEN_BACK
    assert said(await see_mine(live, ana)) == f"You have not answered Poll 1.\n-# {CONFIDENTIAL}"


@pytest.mark.parametrize("privacy", PROMISES)
async def test_words_in_every_mode(live: Room, privacy: str) -> None:
    await live.command("poll open", question="What helps?", kind="open", privacy=privacy)
    ana = live.member("Ana")
    answer = "“Time”. Use for themes only"
    assert await live.write(ana, 1, "Time", quote=False) == saved(answer, privacy)
    await live.command("poll close")
    known = f"Your answer to Poll 1: {answer}."
    seen = await forged.click(live, ana, "poll:1:1:mine")
    assert seen == f"Poll 1 has closed.\n{LOST if privacy == 'anonymous' else known}"
    assert text_of(live.board("Poll 1, results")) == lines(
        f"## Poll 1, results, {privacy}",
        "**What helps?**",
        "n=1: 1 person answered.",
        "The host may show some of what was written, without names.",
    )


async def test_words_that_cannot_be_kept_are_given_back(live: Room) -> None:
    await live.command("poll open", question="What helps?", kind="open")
    ana = live.member("Ana")
    back = "These are your words, so that you can copy them:\nTime"
    assert await forged.form(live, ana, "poll:1:1:write:0123abcd", words="Time") == (
        f"Say how your words may be used. Nothing was changed. {back}"
    )
    shown = await ana.click(live.board("Poll 1"), label="Write my answer")
    await live.command("poll close")
    assert said(await ana.submit_modal(shown, {"words": "Time", "use": "quote"})) == f"That poll has closed. {back}"
    assert await forged.form(live, ana, "poll:1:1:write:0123abcd", use="quote") == "Your answer is empty."
    await live.command("poll rerun")
    long = await forged.form(live, ana, "poll:1:2:write:0123abcd", words="é" * 301, use="quote")
    assert long.startswith("Your answer has 301 characters; at most 300 fit. These are your words")
    assert await forged.form(live, ana, "poll:1:2:write:0123abcd", words="\u200b", use="quote") == (
        "Your answer is empty."
    )


# ------------------------------------------------------------------ where one is


@pytest.fixture
async def places(room: Room) -> Room:
    """A session of a series with regions, in which it has been asked where people are."""
    await room.import_series(REGIONS)
    await room.start_session()
    await room.command("poll place")
    await room.repaint()
    return room


async def test_a_place_is_chosen_or_typed_and_only_its_region_is_kept(places: Room) -> None:
    board = places.board("Poll 1, open")
    assert text_of(board).split("\n")[:2] == ["## Poll 1, open, anonymous, place", "**Where are you?**"]
    assert controls(board) == [("Wales", "England", "Scotland"), ("Type it instead", "See or change mine")]
    ana = places.member("Ana")
    assert await places.vote(ana, 1, 0) == saved("“Wales”")
    shown = await ana.click(board, label="Type it instead")
    assert said(await ana.submit_modal(shown, {"place": "leeds "})) == saved("“England”")
    assert await tallied_places(places) == {"England": 1}
    shown = await ana.click(board, label="Type it instead")
    assert said(await ana.submit_modal(shown, {"place": "Scotlnd"})) == saved("“Scotland”")
    assert "scotlnd" not in everything_in(places)


async def test_a_place_that_is_in_none_of_the_regions_is_asked_again_and_not_kept(places: Room) -> None:
    ana = places.member("Ana")
    shown = await ana.click(places.board("Poll 1, open"), label="Type it instead")
    asked = await ana.submit_modal(shown, {"place": "Atlantis Road 7"})
    assert said(asked) == "I can’t tell which of the regions that is. What you typed is not kept. Which one is nearest?"
    assert asked.response is not None
    assert "atlantis" not in everything_in(places)
    assert said(await ana.select(asked.response, ["2"])) == saved("“Scotland”")


async def test_few_people_in_a_place_are_not_singled_out(places: Room) -> None:
    await several_vote(places, 1, 0, 0, 0, 0, 0, 0)
    live = text_of(places.board("Poll 1, open")).split("\n")[2:5]
    assert live == ["- Wales: not shown", "- England: not shown", "- Scotland: not shown"]
    await several_vote(places, *[2] * 8)
    await places.command("poll close")
    note = (
        "n=15: 15 people answered. Regions with fewer than five people are not shown, nor is a larger one that would "
        "give them away. 7 people chose those that are not shown."
    )
    assert text_of(places.board("Poll 1, results")).split("\n")[2:6] == [
        "- Wales: not shown",
        "- England: not shown",
        "- Scotland: **8** (53%)",
        note,
    ]


async def test_without_regions_nobody_is_asked_where_they_are(room: Room) -> None:
    await room.import_series(b"\n".join(line for line in REGIONS.split(b"\n") if not line.startswith(b"regions")))
    await room.start_session()
    assert await room.command("poll place") == (
        "The series names no regions that people could choose from. They go into its file, as `regions`."
    )


async def tallied_places(room: Room) -> dict[str, int]:
    """Where the database has people, whatever is shown."""
    with closing(sqlite3.connect(path_of(room.settings))) as connection:
        rows = connection.execute('SELECT "option", count(*) FROM ballots GROUP BY 1').fetchall()
    return {("Wales", "England", "Scotland")[option]: count for option, count in rows}


def everything_in(room: Room) -> str:
    """Every text in the database, in small letters."""
    with closing(sqlite3.connect(path_of(room.settings))) as connection:
        return "\n".join(connection.iterdump()).casefold()


# ------------------------------------------------------------------ restarts


async def test_every_control_works_after_a_restart(live: Room) -> None:
    """The board's, those of a private answer, and forms that were open meanwhile."""
    await live.open_poll("Left", "Right", question="1?")
    await live.open_poll(*LONG, question="2?")
    await live.open_poll("A", "B", "C", question="3?", kind="ranking", privacy="named")
    await live.command("poll open", question="4?", kind="open")
    ana = live.member("Ana")
    ranking = await ana.click(live.board("Poll 3, open"), label="Rank them")
    writing = await ana.click(live.board("Poll 4, open"), label="Write my answer")
    await live.restart()
    assert said(await ana.submit_modal(ranking, {"0": ["1"]})) == saved("1. “B”", "named", 3)
    assert said(await ana.submit_modal(writing, {"words": "Tea", "use": "quote"})).startswith("Saved. ")
    assert await live.vote(ana, 1, 0) == saved("“Left”")
    assert await live.vote(ana, 2, 0) == saved(f"“{LONG[0]}”", number=2)
    assert await live.vote(ana, 3, 2, 0) == saved("1. “C”; 2. “A”", "named", 3)
    assert (await live.write(ana, 4, "Milk", quote=False)).startswith("Saved. ")
    mine = [await see_mine(live, ana, number) for number in (1, 2, 3, 4)]
    await live.restart()
    assert said(await live.press(ana, mine[0], "Right")) == saved("“Right”")
    assert mine[1].response is not None
    assert said(await ana.select(mine[1].response, ["1"])) == saved("“B”", number=2)
    for number, seen in enumerate(mine, 1):
        taken = said(await live.press(ana, seen, "Take my answer back"))
        assert taken.startswith(f"Your answer to Poll {number} is taken back")
        again = await see_mine(live, ana, number)
        assert said(again).startswith(f"You have not answered Poll {number}.")


async def test_typing_a_place_works_after_a_restart(places: Room) -> None:
    ana, ben = places.member("Ana"), places.member("Ben")
    shown = await ana.click(places.board("Poll 1, open"), label="Type it instead")
    await places.restart()
    assert said(await ana.submit_modal(shown, {"place": "Scotland"})) == saved("“Scotland”")
    again = await ben.click(places.board("Poll 1, open"), label="Type it instead")
    asked = await ben.submit_modal(again, {"place": "Mars"})
    await places.restart()
    assert asked.response is not None
    assert said(await ben.select(asked.response, ["0"])) == saved("“Wales”")


# ------------------------------------------------------------------ forgeries


async def test_values_that_are_not_on_the_menu_change_nothing(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    await live.vote(ana, 1, 1)
    for value in ("2", "25", "999999999999999999"):
        assert await forged.click(live, ana, "poll:1:1", value) == NOT_ON_THE_MENU
        assert await forged.click(live, ana, f"poll:1:1:{value}") == NOT_ON_THE_MENU
    for value in ("-1", "left", "1.0", "²", "", "9" * 40):
        assert await forged.click(live, ana, "poll:1:1", value) == "That is not on the menu. Nothing was changed."
        assert await forged.click(live, ana, f"poll:1:1:{value}") == STALE
    assert await forged.click(live, ana, "poll:1:1") == "Nothing was chosen, so nothing was changed."
    for twice in (["0", "1"], ["0", "0"]):
        assert await forged.click(live, ana, "poll:1:1", *twice) == (
            "You can choose up to 1 of these options. Nothing was changed."
        )
    assert await tallied(live) == [0, 1]
    await live.open_poll("Left", "Right", choices=2, question="Both?")
    assert await forged.click(live, ana, "poll:1:2", "0", "0") == "You chose one option twice. Nothing was changed."


async def test_a_custom_id_that_is_forged_or_stale_is_answered(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    for custom_id in (
        "vote:1:1",
        "poll:2:1",
        "poll:1:one",
        "poll:1:-1",
        "poll:1:١",
        f"poll:1:{'9' * 19}",
        "poll:1:1:mine:now",
        "poll:1:1\n",
        "poll:1:1:0:0",
        "poll:1:1:rank:0123",
        "poll:1:",
        " poll:1:1",
        "draft:1:1:1:0",
        "draft:1:1:1:0:0123abcd",
        "void:1:1",
    ):
        assert await forged.click(live, ana, custom_id, "0") == STALE, custom_id
        assert await forged.form(live, ana, custom_id, question="Which?") == STALE, custom_id
    for custom_id in ("poll:1:2", f"poll:1:{'9' * 18}", "poll:1:0", "poll:1:2:0"):
        assert await forged.click(live, ana, custom_id, "0") == UNKNOWN
    for what in ("mine", "withdraw", "rank", "write", "type"):
        assert await forged.click(live, ana, f"poll:1:2:{what}") == UNKNOWN
    assert await tallied(live) == [0, 0]


async def test_a_control_of_another_kind_of_poll_changes_nothing(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.command("poll open", question="What helps?", kind="open")
    ana = live.member("Ana")
    other = "That poll is answered in another way. Nothing was changed."
    for custom_id in ("poll:1:1:rank", "poll:1:1:write", "poll:1:1:type", "poll:1:2:rank", "poll:1:2:type"):
        assert await forged.click(live, ana, custom_id) == other
    for custom_id in ("poll:1:2", "poll:1:2:0"):
        assert await forged.click(live, ana, custom_id, "0") == NOT_ON_THE_MENU
    written = await forged.form(live, ana, "poll:1:1:write:0123abcd", words="Tea", use="quote")
    assert written.startswith("That poll is answered by choosing. Nothing was changed.")
    assert await forged.form(live, ana, "poll:1:1:type:0123abcd", place="Wales") == other
    assert await forged.form(live, ana, "poll:1:2:rank:0123abcd") == "Nothing was chosen, so nothing was changed."
    assert await tallied(live) == [0, 0]


async def test_forged_numbers_in_a_form_are_checked_like_typed_ones(live: Room) -> None:
    answer = await forged.form(live, live.host, "draft:2:1:99:0:0:0:0123abcd", question="Which?", options="A\nB")
    assert answer.startswith("People can choose 1 to 2 of 2 options, not 99.\n")
    answer = await forged.form(live, live.host, "draft:2:7:1:0:0:0:0123abcd", question="Which?", options="A\nB")
    assert answer.startswith("The session this form was for has finished. Nothing was opened.\n")
    assert await forged.form(live, live.host, "draft:2:1:1:0:0:0:0123abcd") == "The question is empty."
    session = await live.bot.services.sessions.live(live.guild.id)
    assert await live.bot.services.polls.in_session(session) == ()
    await forged.form(live, live.host, "draft:2:1:1:7:77:99:0123abcd", question="Which?", options="A\nB")
    (poll,) = await live.bot.services.polls.in_session(session)
    assert (poll.kind, poll.privacy) == ("single", "anonymous"), "what is not known is as usual"


async def test_a_poll_of_another_server_is_not_known(live: Room, env: simcord.Env) -> None:
    await live.open_poll("Left", "Right")
    await live.command("poll open", question="What helps?", kind="open")
    elsewhere = Room(env, live.settings, live.clock)
    stranger = elsewhere.member("Stan Stranger")
    for custom_id, values in (
        ("poll:1:1", ["0"]),
        ("poll:1:1:0", []),
        *((f"poll:1:1:{what}", []) for what in ("mine", "withdraw", "rank", "write", "type")),
    ):
        assert await forged.click(elsewhere, stranger, custom_id, *values) == UNKNOWN
    written = await forged.form(elsewhere, stranger, "poll:1:2:write:0123abcd", words="Tea", use="quote")
    assert written.startswith(UNKNOWN)
    assert await tallied(live) == [0, 0]


# ------------------------------------------------------------------ when something fails


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0), (503, 0)])
async def test_an_answer_whose_receipt_is_lost_stands_and_is_seen(live: Room, status: int, code: int) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    live.env.inject_error("POST", "/interactions/*", status=status, code=code, message="lost")
    result = await ana.click(live.board("Poll 1"), label="Left")
    assert not result.acknowledged
    assert await tallied(live) == [1, 0]
    assert said(await see_mine(live, ana)).startswith("Your answer to Poll 1: “Left”.")


@pytest.mark.logs_errors
async def test_a_database_that_is_locked_is_said_and_nothing_is_half_done(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana, ben = live.member("Ana"), live.member("Ben")
    with closing(sqlite3.connect(path_of(live.settings), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await asyncio.wait_for(live.vote(ana, 1, 0), 3)
    assert answer.startswith("That could not be saved just now, so nothing was changed. Please try again in a moment.")
    assert said(await see_mine(live, ana)).startswith("You have not answered Poll 1.")
    assert await live.vote(ben, 1, 1) == saved("“Right”"), "the bot is alive"
    assert await live.vote(ana, 1, 0) == saved("“Left”")
    assert await tallied(live) == [1, 1]
