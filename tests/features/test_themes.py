"""Themes by hand: made, filled from a menu, counted, signed for."""

import pytest
from discord import Permissions

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.features import forged
from tests.features.polling import lines
from tests.features.sorting import buttons, labels, pick, say, themes, told, without_times
from tests.tables import ask, every_row

UNTAGGED = "Choose what belongs to it, of what is in no theme yet."
TITLE = "Everybody's Business: Quality Management at an organisational level"


@pytest.fixture
async def spoken(live: Room) -> Room:
    """Three comments by two people, and a takeaway for themes only."""
    ana, bo, cy = (live.member(f"{name} Attendee") for name in ("Ana", "Bo", "Cy"))
    await say(live, ana, "Ask *why*")
    await say(live, ana, "Build trust")
    await say(live, bo, "Count less")
    await say(live, cy, "Do it for me alone", kind="takeaway", quote=False)
    return live


def ids(settings: Settings) -> dict[str, int]:
    return dict(ask(settings, "SELECT text, id FROM contributions"))


def tagged(settings: Settings) -> list[tuple[str, str]]:
    joined = "theme_contributions JOIN themes ON themes.id = theme_id JOIN contributions c ON c.id = contribution_id"
    return [*ask(settings, f"SELECT name, text FROM {joined} ORDER BY name, text")]


# ------------------------------------------------------------------ adding and sorting


async def test_a_new_theme_is_filled_at_once(spoken: Room, settings: Settings):
    shown = await themes(spoken, "add", name=" Trust ")
    assert said(shown) == lines(
        "**Trust:** 0 contributions from 0 people.",
        UNTAGGED,
        "**1.** “Ask \\*why\\*” (a comment)",
        "",
        "**2.** “Build trust” (a comment)",
        "",
        "**3.** “Count less” (a comment)",
        "",
        "**4.** “Do it for me alone” (a takeaway, for themes only)",
    )
    assert labels(shown) == ["1. Ask *why*", "2. Build trust", "3. Count less", "4. Do it for me alone"]
    after = await pick(spoken, shown, 1, 2, 4)
    assert said(after) == lines(
        "**Trust:** 3 contributions from 2 people.", UNTAGGED, "**1.** “Count less” (a comment)"
    )
    assert tagged(settings) == [("Trust", "Ask *why*"), ("Trust", "Build trust"), ("Trust", "Do it for me alone")]


async def test_tagged_ones_are_offered_too_and_can_be_in_several_themes(spoken: Room, settings: Settings):
    await pick(spoken, await themes(spoken, "add", name="Trust"), 1, 2)
    shown = await themes(spoken, "add", name="Time")
    assert labels(shown) == ["1. Count less", "2. Do it for me alone"]
    everything = await spoken.press(spoken.host, shown, "Tagged ones too")
    assert "**2.** “Build trust” (a comment, in Trust)" in said(everything)
    await pick(spoken, everything, 2, 3)
    assert tagged(settings) == [
        ("Time", "Build trust"),
        ("Time", "Count less"),
        ("Trust", "Ask *why*"),
        ("Trust", "Build trust"),
    ]


async def test_taking_out(spoken: Room, settings: Settings):
    await pick(spoken, await themes(spoken, "add", name="Trust"), 1, 2)
    shown = await themes(spoken, "show", theme="trust")
    assert said(shown) == lines(
        "**Trust:** 2 contributions from 1 person.",
        "This is what is in it. Choose what to take out.",
        "**1.** “Ask \\*why\\*” (a comment, in Trust)",
        "",
        "**2.** “Build trust” (a comment, in Trust)",
    )
    assert said(await pick(spoken, shown, 1, 2)) == lines(
        "**Trust:** 0 contributions from 0 people.", "Nothing is in it."
    )
    assert tagged(settings) == []


async def test_a_long_list_has_pages(live: Room, settings: Settings):
    ana = live.member("Ana Attendee")
    for number in range(60):
        await say(live, ana, f"Comment {number:02}")
    shown = await themes(live, "add", name="Trust")
    assert (len(labels(shown)), labels(shown)[0]) == (25, "1. Comment 00")
    assert ("Earlier" in buttons(shown), "More" in buttons(shown)) == (False, True)
    second = await live.press(live.host, shown, "More")
    assert (len(labels(second)), labels(second)[0]) == (25, "26. Comment 25")
    assert {"Earlier", "More"} <= set(buttons(second))
    third = await live.press(live.host, second, "More")
    assert ("Earlier" in buttons(third), "More" in buttons(third)) == (True, False)
    assert labels(third) == [f"{number}. Comment {number - 1}" for number in range(51, 61)]
    after = await pick(live, third, *range(51, 61))
    assert labels(after)[-1] == "50. Comment 49", "the last page is gone, so the one before it is shown"
    assert len(tagged(settings)) == 10


@pytest.mark.parametrize(
    "words",
    [
        "x" * 4000,
        "*" * 4000,
        "\N{ROCKET}" * 1000,
        "```\ncode\n```" * 300,
        "discord.gg/abc @everyone <@1> " * 100,
        "a" + "\u0301" * 3999,
    ],
    ids=["long", "markup", "emoji", "code", "invites", "zalgo"],
)
async def test_whatever_was_written_can_be_sorted(live: Room, settings: Settings, words: str):
    ana = live.member("Ana Attendee")
    for number in range(3):
        await say(live, ana, f"{number}{words}"[:4000])
    shown = await themes(live, "add", name="*" * 80)
    assert len(said(shown)) <= 4000
    assert "@everyone" not in said(shown)
    while "More" in buttons(shown):
        shown = await pick(live, shown, 1)
    await pick(live, shown, *(int(label.split(".")[0]) for label in labels(shown)))
    assert len(tagged(settings)) == 3
    assert len(await told(live, "show")) <= 4000


async def test_the_controls_work_after_a_restart(spoken: Room, settings: Settings):
    shown = await themes(spoken, "add", name="Trust")
    await spoken.restart()
    await pick(spoken, shown, 1)
    await spoken.restart()
    inside = await spoken.press(spoken.host, shown, "In this theme")
    await spoken.restart()
    assert "Nothing is in it." in said(await pick(spoken, inside, 1))
    question = await themes(spoken, "delete", theme="Trust")
    await spoken.restart()
    assert said(await spoken.press(spoken.host, question, "Delete it")) == "The theme “Trust” is deleted."
    assert tagged(settings) == []


# ------------------------------------------------------------------ the list


async def test_the_list_counts_contributions_and_people_and_shows_what_is_untagged(spoken: Room):
    await pick(spoken, await themes(spoken, "add", name="Trust"), 1, 2, 3)
    await told(spoken, "add", name="Empty_one")
    assert await told(spoken, "show") == lines(
        f"## Themes of session 1, {TITLE}",
        "4 contributions from 3 people, without names. One can be in several themes.",
        "- **Empty\\_one:** 0 contributions from 0 people",
        "- **Trust:** 3 contributions from 2 people",
        "**Untagged:** 1 contribution from 1 person",
        "“Do it for me alone” (a takeaway, for themes only)",
    )


async def test_the_list_has_pages_that_can_be_turned_after_a_restart(live: Room):
    ana = live.member("Ana Attendee")
    for number in range(40):
        await say(live, ana, f"Comment {number:02}")
    shown = await themes(live, "show")
    assert "Comment 22" in said(shown)
    assert "Comment 24" not in said(shown)
    await live.restart()
    second = await live.press(live.host, shown, "More")
    assert "Comment 24" in said(second)
    assert "Comment 39" in said(second)


async def test_without_themes_and_words_it_says_so(live: Room):
    assert await told(live, "show") == lines(
        f"## Themes of session 1, {TITLE}",
        "0 contributions from 0 people, without names. One can be in several themes.",
        "No themes yet. /themes add makes one.",
        "**Untagged:** 0 contributions from 0 people",
    )


async def test_people_who_wrote_in_an_anonymous_poll_are_said_to_be_counted_apart(live: Room):
    await live.command("poll open", question="What helps?", kind="open", privacy="anonymous")
    await live.write(live.member("Ana"), 1, "Time", quote=True)
    assert "-# Whoever wrote in an anonymous poll counts there once more" in await told(live, "show")


# ------------------------------------------------------------------ renaming, merging, deleting


async def test_renaming_merging_and_deleting(spoken: Room, settings: Settings):
    await pick(spoken, await themes(spoken, "add", name="Trust"), 1, 2)
    await pick(spoken, await themes(spoken, "add", name="Time"), 1)
    assert await told(spoken, "rename", theme="TRUST", name="Honesty") == "“Trust” is now called “Honesty”."
    assert await told(spoken, "merge", theme="Honesty", into="Time") == (
        "“Honesty” is now part of “Time”, which has 3 contributions from 2 people."
    )
    question = await themes(spoken, "delete", theme="Time")
    assert said(question) == ("Delete the theme “Time”? It has 3 contributions from 2 people. What people said stays.")
    assert len(tagged(settings)) == 3
    assert said(await spoken.press(spoken.host, question, "Delete it")) == "The theme “Time” is deleted."
    assert tagged(settings) == []
    assert len(ids(settings)) == 4


async def test_deleting_can_be_thought_better_of(spoken: Room, settings: Settings):
    await told(spoken, "add", name="Time")
    question = await themes(spoken, "delete", theme="Time")
    assert said(await spoken.press(spoken.host, question, "Cancel")) == "Nothing was changed."
    assert ask(settings, "SELECT name FROM themes") == [("Time",)]


@pytest.mark.parametrize("command", ["rename", "merge", "assign", "show", "sign-off", "delete"])
async def test_a_theme_that_is_not_there(spoken: Room, command: str):
    options = {"rename": {"name": "New"}, "merge": {"into": "Trust"}}.get(command, {})
    none = "Session 1 has none: /themes add makes one."
    assert await told(spoken, command, theme="*x*", **options) == f"There is no theme “\\*x\\*”. {none}"
    await told(spoken, "add", name="Trust")
    has = "Session 1 has “Trust”."
    assert await told(spoken, command, theme="*x*", **options) == f"There is no theme “\\*x\\*”. {has}"


async def test_suggestions_are_for_those_who_may_know(spoken: Room):
    for name in ("Trust", "Time", "Leading"):
        await told(spoken, "add", name=name)
    offered = await spoken.host.autocomplete(spoken.office, "themes assign", "theme", "t")
    assert [each["name"] for each in offered] == ["Time", "Trust"]
    who = forged.impostor(spoken)
    assert await who.autocomplete(spoken.lobby, "themes assign", "theme", "t") == []


# ------------------------------------------------------------------ signing off


async def test_signing_off_names_the_host_and_the_time(spoken: Room):
    await pick(spoken, await themes(spoken, "add", name="Trust"), 1, 2)
    await told(spoken, "add", name="Time")
    assert await told(spoken, "sign-off") == (
        "Signed off by Emma Host: “Time”, “Trust”. A later change takes the signature away. "
        "2 contributions from 2 people still untagged."
    )
    assert "- **Trust:** 2 contributions from 1 person; signed off by Emma Host on TIME" in without_times(
        await told(spoken, "show")
    )
    assert await told(spoken, "sign-off") == "All themes are signed off already."
    assert await told(spoken, "sign-off", theme="time") == "“Time” is signed off already."


async def test_signing_for_somebody_else_names_both(spoken: Room, settings: Settings):
    await told(spoken, "add", name="Trust")
    await told(spoken, "sign-off", theme="Trust", by="Cristina *Guest*")
    assert ask(settings, "SELECT signed_by FROM themes") == [("Cristina *Guest* (entered by Emma Host)",)]


async def test_a_change_takes_the_signature_away_and_says_so(spoken: Room, settings: Settings):
    gone = "Emma Host had signed off “Trust”; that no longer holds."
    await told(spoken, "add", name="Trust")
    await told(spoken, "sign-off")
    shown = await pick(spoken, await themes(spoken, "assign", theme="Trust"), 1)
    assert said(shown).startswith(f"**Trust:** 1 contribution from 1 person. {gone}\n")
    await told(spoken, "sign-off")
    assert (await told(spoken, "rename", theme="Trust", name="Honesty")).endswith(gone)
    await told(spoken, "add", name="Time")
    await told(spoken, "sign-off")
    assert await told(spoken, "merge", theme="Time", into="Honesty") == (
        "“Time” is now part of “Honesty”, which has 1 contribution from 1 person. Emma Host had signed off “Time”; "
        "that no longer holds. Emma Host had signed off “Honesty”; that no longer holds."
    )
    assert ask(settings, "SELECT signed_by, signed_at FROM themes") == [("", None)]


async def test_an_author_who_takes_words_back_takes_no_signature(spoken: Room):
    dan = spoken.member("Dan Attendee")
    await spoken.command("review open")
    await spoken.review(dan, "Zeal", "", quote=True)
    shown = await themes(spoken, "add", name="Trust")
    await pick(spoken, shown, 5)
    await told(spoken, "sign-off")
    await spoken.privacy(dan, "Leave mine out")
    now = without_times(await told(spoken, "show"))
    assert "- **Trust:** 0 contributions from 0 people; signed off by Emma Host on TIME" in now


# ------------------------------------------------------------------ who, where, which session


async def test_organisers_may_and_others_may_not(spoken: Room, settings: Settings):
    await told(spoken, "add", name="Trust")
    stewards = spoken.guild.create_role("Sees the commands", permissions=Permissions(manage_events=True))
    organiser = spoken.member("Oz Organiser", spoken.organisers, stewards)
    assert "Trust" in said(await themes(spoken, "show", organiser))
    who, ana = forged.impostor(spoken), spoken.member("Ann Attendee")
    refusal = f"Only hosts and organisers can do that. Ask an admin for the role {spoken.hosts.mention}."
    before = every_row(settings)
    for command, options in (
        ("add", {"name": "x"}),
        ("rename", {"theme": "Trust", "name": "x"}),
        ("merge", {"theme": "Trust", "into": "Trust"}),
        ("assign", {"theme": "Trust"}),
        ("show", {}),
        ("sign-off", {}),
        ("delete", {"theme": "Trust"}),
        ("export", {}),
        ("import", {"file": ("themes.csv", b"id,themes")}),
    ):
        assert said(await who.slash(spoken.lobby, f"themes {command}", **options)) == refusal
    for custom_id in (
        "themes:1:1:0:0",
        "themes:1:1:list:0",
        "themes:1:1:delete",
        "themes:1:1:import:5",
        "themes:1:1:dismiss",
    ):
        assert await forged.click(spoken, ana, custom_id) == refusal
    assert await forged.click(spoken, ana, "themes:1:1:0:0:pick", str(ids(settings)["Count less"])) == refusal
    assert every_row(settings) == before


async def test_what_was_never_offered(spoken: Room, settings: Settings):
    await told(spoken, "add", name="Trust")
    before = every_row(settings)
    gone = "Those are not there any more: they have been hidden or taken back. Nothing was changed."
    assert await forged.click(spoken, spoken.host, "themes:1:1:0:0:pick", "5") == gone
    assert await forged.click(spoken, spoken.host, "themes:1:1:0:0:pick", "x") == (
        "That is not on the menu. Nothing was changed."
    )
    for custom_id in ("themes:1:99:0:0", "themes:1:99:delete"):
        assert await forged.click(spoken, spoken.host, custom_id) == "That theme is gone."
    assert await forged.click(spoken, spoken.host, "themes:1:99:list:0") == "That session is not known here."
    assert every_row(settings) == before


async def test_a_finished_session_is_sorted_and_an_earlier_one_by_its_number(spoken: Room):
    await spoken.finish_session()
    await told(spoken, "add", name="Trust")
    await spoken.start_session()
    assert "## Themes of session 2, “Putting" in await told(spoken, "show")
    assert f"## Themes of session 1, {TITLE}" in await told(spoken, "show", part=1)
    shown = await themes(spoken, "assign", theme="Trust", part=1)
    assert said(await pick(spoken, shown, 1)).startswith("**Trust:** 1 contribution from 1 person.")
    assert await told(spoken, "show", part=3) == "Session 3 has not been held."
    assert await told(spoken, "show", part=9) == "There is no session 9: the series has 4."
    offered = await spoken.host.autocomplete(spoken.office, "themes assign", "theme", "", part=1)
    assert [each["name"] for each in offered] == ["Trust"]


async def test_before_any_session(room: Room):
    assert await told(room, "show") == "No session has been started yet."
    assert await told(room, "show", part=1) == (
        "There is no series here yet. A host can import one: /series template, then /series import."
    )


@pytest.mark.parametrize("way", ["left out", "erased"])
async def test_words_that_go_while_they_are_sorted(spoken: Room, settings: Settings, way: str):
    shown = await themes(spoken, "add", name="Trust")
    [(author,)] = ask(settings, "SELECT author FROM contributions WHERE text = 'Count less'")
    if way == "erased":
        await spoken.bot.services.privacy.erase(spoken.guild.id, author)
    else:
        await spoken.bot.services.privacy.leave_out(spoken.guild.id, author, out=True)
    gone = "Those are not there any more: they have been hidden or taken back. Nothing was changed."
    assert said(await pick(spoken, shown, 3)) == gone
