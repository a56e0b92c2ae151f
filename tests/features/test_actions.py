"""You said, we did: what hosts take up, and how people are told of it."""

import json
from typing import Any

import pytest
from simcord import MemberActor

from bot.rehearsal.room import Room, read, said, text_of
from bot.settings import Settings
from tests.conftest import SERIES
from tests.features import forged
from tests.tables import ask, every_row

WORDS = "Leave more time for questions"
TAKEN = (
    "Everybody reads these words and the owner’s name in the next welcome. /actions done says there what came of it."
)


async def improve(room: Room, who: MemberActor, words: str = WORDS, *, quote: bool = True) -> int:
    """Answer the review's second prompt. The id of what was said."""
    session = await room.bot.services.sessions.live(room.guild.id)
    services, guild = room.bot.services, room.guild.id
    kept = await services.reviews.answer(guild, session.id, who.id, "improvement", words, quotable=quote)
    return kept.id


@pytest.fixture
async def part_two(live: Room, ana: MemberActor) -> Room:
    """Session 1 has finished, and Ana has said in its review what could be better."""
    await live.command("review open")
    await improve(live, ana)
    await live.finish_session()
    await live.repaint()
    return live


def improvement(settings: Settings) -> str:
    return f"improvement:{ask(settings, 'SELECT id FROM contributions')[0][0]}"


async def add(room: Room, source: str, owner: str = "Emma", **more: Any) -> str:
    return await room.command("actions add", **{"from": source, "owner": owner, **more})


def welcome(room: Room, part: int = 2) -> str:
    return read(text_of(room.board(f", {part} of 4", room.channel)))


def changed(room: Room, part: int = 2) -> str:
    """What the newest welcome says has changed, up to the next heading."""
    shown = welcome(room, part)
    return shown[shown.index("## Since part") :].split("\n**Hosts:**")[0] if "## Since part" in shown else ""


def rows(settings: Settings) -> list[tuple[Any, ...]]:
    return list(ask(settings, "SELECT number, text, owner, state, outcome FROM actions ORDER BY number"))


# ------------------------------------------------------------------ taking something up


async def test_an_improvement_becomes_an_action_with_an_owner(part_two: Room, settings: Settings):
    answer = await add(part_two, improvement(settings), text="Twenty minutes for the panel")
    assert answer == f"Action 1, Emma: Twenty minutes for the panel\n-# {TAKEN}"
    assert rows(settings) == [(1, "Twenty minutes for the panel", "Emma", "open", "")]
    assert await add(part_two, "Start on time", owner="The team") == f"Action 2, The team: Start on time\n-# {TAKEN}"


async def test_without_a_text_a_form_asks_for_the_hosts_own_words(part_two: Room, settings: Settings):
    shown = await part_two.host.slash(
        part_two.channel, "actions add", **{"from": improvement(settings), "owner": "Emma"}
    )
    assert shown.modal
    assert WORDS in json.dumps(shown.modal)
    assert "Ana" not in json.dumps(shown.modal)
    await part_two.restart()
    answer = said(await part_two.host.submit_modal(shown, {"words": "Twenty minutes more", "owner": "Emma"}))
    assert answer == f"Action 1, Emma: Twenty minutes more\n-# {TAKEN}"


async def test_the_suggestions_are_the_improvements_without_names(part_two: Room, ana: MemberActor, settings: Settings):
    [choice] = await part_two.host.autocomplete(part_two.channel, "actions add", "from", "more time")
    assert choice == {"name": f"1: {WORDS}", "value": improvement(settings)} | (
        {"name_localizations": None} if "name_localizations" in choice else {}
    )
    assert await part_two.host.autocomplete(part_two.channel, "actions add", "from", "elephants") == []
    assert await forged.impostor(part_two).autocomplete(part_two.channel, "actions add", "from", "") == []
    await part_two.privacy(ana, "Leave mine out")
    assert await part_two.host.autocomplete(part_two.channel, "actions add", "from", "") == []
    assert (await add(part_two, improvement(settings), text="x")).startswith("That improvement is not known here")


async def test_bad_input(part_two: Room, settings: Settings):
    before = every_row(settings)
    assert await add(part_two, "   ") == "The action is empty."
    assert await add(part_two, "Start", owner="‎") == "The owner is empty."
    assert (await add(part_two, "x" * 4000)).startswith("The action has 4000 characters; at most 300 fit.")
    mention = "Write the owner’s name: a mention would be kept as a number. Nothing was saved."
    assert await add(part_two, "Start", owner=part_two.host.mention) == mention
    assert (await add(part_two, "improvement:17", text="x")).startswith("That improvement is not known here")
    assert await part_two.command("actions done", action=1, outcome="x") == (
        "There is no action 1. /actions list shows them all."
    )
    assert every_row(settings) == before
    wild = "@everyone **x** https://discord.gg/abc `y`"
    assert wild in read(await add(part_two, wild)).replace("https\\:", "https:")
    assert "@everyone" not in await part_two.command("actions list")


async def test_the_commands_are_for_hosts(part_two: Room, settings: Settings):
    who = forged.impostor(part_two)
    before = every_row(settings)
    for name, options in (
        ("add", {"from": "x", "owner": "y"}),
        ("done", {"action": 1, "outcome": "x"}),
        ("drop", {"action": 1, "why": "x"}),
        ("list", {}),
    ):
        answer = said(await who.slash(part_two.channel, f"actions {name}", **options))
        assert answer.startswith("Only hosts can do that.")
    assert (await forged.click(part_two, who, "actions:1:0")).startswith("Only hosts can do that.")
    answer = await forged.form(part_two, who, "action:1:5:0123abcd", words="x", owner="y")
    assert answer.startswith("Only hosts can do that.")
    assert every_row(settings) == before


async def test_before_the_first_session_there_is_nothing_to_act_on(room: Room):
    await room.import_series(SERIES)
    answer = await add(room, "Start on time")
    assert answer == "No session has been started yet, so there is nothing to act on."


# ------------------------------------------------------------------ the next welcome


async def test_the_next_welcome_opens_with_what_changed(part_two: Room, settings: Settings):
    await add(part_two, improvement(settings), text="Twenty minutes for the panel")
    await add(part_two, "A reading list", owner="The library")
    await add(part_two, "Free lunch")
    answer = await part_two.command("actions done", action=1, outcome="The panel has 20 minutes now")
    assert answer == "Action 1 is done. The next welcome says so, or the close of the series."
    await part_two.command("actions drop", action=3, why="No money")
    await part_two.start_session()
    assert changed(part_two) == "\n".join(
        (
            "## Since part 1: you said, we did",
            f"- You said: “{WORDS}”",
            "  **We did:** The panel has 20 minutes now",
            "- You said: A reading list",
            "  **Under way:** The library",
        )
    )
    assert welcome(part_two).index("## Since part") < welcome(part_two).index("**Hosts:**")


async def test_without_actions_the_welcome_is_as_it_was(part_two: Room):
    await part_two.start_session()
    assert changed(part_two) == ""


async def test_words_that_may_not_be_quoted_are_not(live: Room, ana: MemberActor, settings: Settings):
    await live.command("review open")
    await improve(live, ana, quote=False)
    await live.finish_session()
    await add(live, improvement(settings), text="Twenty minutes for the panel")
    await live.start_session()
    assert WORDS not in welcome(live)
    assert "- You said: Twenty minutes for the panel\n  **Under way:** Emma" in changed(live)


@pytest.mark.parametrize("labels", [["Leave mine out"], ["Erase what is kept about me", "Erase it"]])
async def test_a_quote_goes_when_its_author_takes_it_out_and_the_action_stays(
    part_two: Room, ana: MemberActor, settings: Settings, labels: list[str]
):
    await add(part_two, improvement(settings), text="Twenty minutes for the panel")
    await part_two.start_session()
    assert WORDS in changed(part_two)
    await part_two.privacy(ana, *labels)
    await part_two.repaint()
    assert WORDS not in changed(part_two)
    assert "Twenty minutes for the panel" in changed(part_two)
    assert rows(settings) == [(1, "Twenty minutes for the panel", "Emma", "open", "")]


async def test_what_a_host_hides_is_quoted_no_more(part_two: Room, settings: Settings):
    await add(part_two, improvement(settings), text="Twenty minutes")
    await part_two.start_session()
    where = int(improvement(settings).split(":")[1]), part_two.host.id, "rude"
    with part_two.env.time_context():
        await part_two.bot.services.contributions.hide(part_two.guild.id, *where, part_two.clock.now())
    await part_two.repaint()
    assert WORDS not in changed(part_two)


async def test_a_correction_reaches_the_welcome(part_two: Room):
    await add(part_two, "Start on time")
    await part_two.command("actions done", action=1, outcome="We start at 1 pm")
    await part_two.start_session()
    await part_two.restart()
    answer = await part_two.command("actions done", action=1, outcome="We start at 2 pm")
    assert "The new words replace the old ones." in answer
    await part_two.repaint()
    assert "**We did:** We start at 2 pm" in changed(part_two)
    assert await part_two.command("actions drop", action=1, why="x") == "Action 1 is done already. Nothing was changed."


async def test_each_thing_is_told_once(part_two: Room):
    await add(part_two, "Start on time")
    await part_two.command("actions done", action=1, outcome="We do")
    await part_two.start_session()
    await part_two.finish_session()
    await add(part_two, "A reading list")
    await part_two.start_session()
    assert "Start on time" not in changed(part_two, 3)
    assert changed(part_two, 3).startswith("## Since part 2: you said, we did\n- You said: A reading list")


async def test_very_many_actions_fit_the_welcome(part_two: Room):
    for number in range(40):
        await add(part_two, f"{number} {'*_~`|' * 50}")
    await part_two.start_session()
    await part_two.repaint()
    assert "… and " in changed(part_two)
    assert "more." in changed(part_two)
    shown = await part_two.host.slash(part_two.channel, "actions list")
    assert "**10.**" in said(shown)
    shown = await part_two.press(part_two.host, shown, "More")
    await part_two.restart()
    assert "**30.**" in said(await part_two.press(part_two.host, shown, "More"))


async def test_a_rehearsal_shows_the_welcome_and_counts_nothing(part_two: Room, settings: Settings):
    await add(part_two, "Start on time")
    before = rows(settings)
    await part_two.command("session rehearse")
    thread = part_two.office.threads[-1]
    await part_two.repaint()
    assert any("- You said: Start on time" in read(each) for each in part_two.texts(thread))
    answer = said(await part_two.host.slash(thread, "actions done", action=1, outcome="x"))
    assert answer.startswith("This is the thread of a rehearsal")
    assert rows(settings) == before


# ------------------------------------------------------------------ the arc


async def test_the_last_part_shows_the_arc_of_all(part_two: Room, settings: Settings):
    await add(part_two, improvement(settings), text="Twenty minutes")
    await part_two.command("actions done", action=1, outcome="The panel has 20 minutes now")
    for part in (2, 3, 4):
        await part_two.start_session()
        if part == 3:
            await add(part_two, "Free lunch")
            await part_two.command("actions drop", action=2, why="No money")
        await part_two.finish_session()
    arc = read(text_of(part_two.board("**Part 1,", part_two.channel)))
    assert arc.startswith("## You said, we did: ")
    assert f"- You said: “{WORDS}”\n  **We did:** The panel has 20 minutes now\n**Part 2, " in arc
    assert "- Nothing was taken up.\n**Part 3, " in arc
    assert "- You said: Free lunch\n  **Not done:** No money\n**Part 4, " in arc
    assert arc.endswith("- Nothing was taken up.")
    assert len([each for each in part_two.texts(part_two.channel) if "**Part 1," in each]) == 1
