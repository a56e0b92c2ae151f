"""Ask the panel: asking, the board, votes, changing and taking back."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import discord
import pytest
from simcord import MemberActor

from bot.layout import Layout
from bot.rehearsal.room import Room, said, text_of
from bot.services.refusal import Refusal
from bot.settings import Settings
from bot.storage.database import Database
from cogs.panel import _page as page_of  # pyright: ignore[reportPrivateUsage]
from cogs.queue import _page as queue_page  # pyright: ignore[reportPrivateUsage]
from tests.features import forged
from tests.services.guild import Recorder, over
from tests.tables import ask, every_row

KEPT = "-# A link to your account is kept so that you can change or erase it. Nobody is shown it."
NOT_LIVE = "No session is open. A host can start one with /session start."


@pytest.fixture
async def panel(live: Room) -> Room:
    """The room with its panel open."""
    assert await live.command("panel open") == f"The panel is open in {live.channel.mention}."
    return live


def board(room: Room) -> str:
    return text_of(room.board("## Ask the panel", room.channel))


def stored(
    settings: Settings, columns: str = "number, addressed, named, asker, source, status"
) -> list[tuple[object, ...]]:
    return list(ask(settings, f"SELECT {columns} FROM questions ORDER BY number"))


async def test_asking_with_a_name(panel: Room, ana: MemberActor, settings: Settings):
    receipt = "Saved as **Q1**. This is what everybody can read of it:"
    shown = "**Q1**: “Why do networks fade?”\n-# Asked by Ana Attendee, 0 votes"
    assert await panel.ask(ana, "Why do networks fade?") == f"{receipt}\n{shown}\n{KEPT}"
    await panel.repaint()
    assert shown in board(panel)
    assert stored(settings) == [(1, "", 1, "Ana Attendee", "discord", "waiting")]


async def test_without_a_name_nobody_reads_it_anywhere(panel: Room, ana: MemberActor, settings: Settings):
    await panel.ask(ana, "Why do networks fade?", without_my_name=True)
    await panel.repaint()
    assert "-# Asked without a name, 0 votes" in board(panel)
    everything = "\n".join(panel.texts(panel.channel) + panel.texts(panel.office))
    assert "Ana Attendee" not in everything
    assert stored(settings) == [(1, "", 0, "", "discord", "waiting")]


async def test_to_somebody_of_the_panel_by_name(panel: Room, ana: MemberActor, settings: Settings):
    names = [each["name"] for each in await ana.autocomplete(panel.channel, "ask", "to", "")]
    assert len(names) > 1
    assert f"**Q1** to {names[0]}: “Why?”" in await panel.ask(ana, "Why?", to=names[0].upper())
    refusal = await panel.ask(ana, "Why?", to="Nobody Atall")
    assert refusal.startswith(f"Nobody of that name is on the panel. You can ask {names[0]}, ")
    assert refusal.endswith("These are your words, so that you can copy them:\nWhy?")
    assert stored(settings, "number, addressed") == [(1, names[0])]


async def test_the_form_of_the_board_asks_the_same(panel: Room, ana: MemberActor, settings: Settings):
    shown = await ana.click(panel.board("## Ask the panel"), label="Ask the panel")
    assert shown.modal
    assert [each["label"] for each in shown.modal["components"]] == ["Your question", "To whom?", "Your name"]
    await panel.restart()
    filled = {"question": "Why?", "to": ["The whole panel"], "name": "not"}
    answer = said(await ana.submit_modal(shown, filled))
    assert answer.startswith("Saved as **Q1**.")
    assert stored(settings) == [(1, "", 0, "", "discord", "waiting")]


@pytest.mark.parametrize("words", ["", " \n ", "\N{ZERO WIDTH SPACE}"])
async def test_an_empty_question_changes_nothing(panel: Room, ana: MemberActor, settings: Settings, words: str):
    before = every_row(settings)
    answer = await forged.form(panel, ana, "panel:1:1:ask:0123abcd", question=words)
    assert answer == "Your question is empty."
    assert every_row(settings) == before


async def test_4000_characters_are_given_back_and_not_kept(panel: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    answer = await panel.ask(ana, "x" * 3500)
    assert answer.startswith("Your question has 3500 characters; at most 500 fit. These are your words")
    assert every_row(settings) == before


async def test_what_is_written_is_shown_to_the_letter(panel: Room, ana: MemberActor, settings: Settings):
    words = "**@everyone** https://discord.gg/abc <@1> ```x``` # Z" + "\N{COMBINING ACUTE ACCENT}" * 40
    await panel.ask(ana, words)
    await panel.repaint()
    shown = board(panel)
    assert "https://discord" not in shown
    assert "@everyone" not in shown
    assert "\N{COMBINING ACUTE ACCENT}" * 5 not in shown
    await panel.ask(ana, "😀")
    assert stored(settings, "number") == [(1,), (2,)]


async def test_twenty_questions_may_wait(panel: Room, ana: MemberActor):
    for number in range(20):
        await panel.ask(ana, f"Question {number}?")
    assert (await panel.ask(ana, "One more?")).startswith("20 of your questions are waiting for an answer already")


async def test_without_a_session_nothing_is_asked(room: Room, ana: MemberActor):
    assert await room.ask(ana, "Why?") == NOT_LIVE
    assert await forged.form(room, ana, "panel:1:1:ask:0123abcd", question="Why?") == (
        "That session is not known here. These are your words, so that you can copy them:\nWhy?"
    )


async def test_whoever_is_left_out_is_told_that_nobody_could_read_it(panel: Room, ana: MemberActor):
    await panel.ask(ana, "Before?")
    await panel.bot.services.privacy.leave_out(panel.guild.id, ana.user.id, out=True)
    assert (await panel.ask(ana, "After?")).startswith("You asked that your words be left out")
    await panel.repaint()
    assert "Before?" not in board(panel)
    assert "Before?" not in text_of(panel.board("## Questions to the panel"))


# ------------------------------------------------------------------ votes


async def test_a_vote_counts_once_and_a_second_tap_takes_it_back(panel: Room, ana: MemberActor, bo: MemberActor):
    await panel.ask(ana, "Why?")
    await panel.ask(ana, "How?")
    await panel.repaint()
    assert await panel.upvote(bo, "How?") == "Your vote for Q2 counts. Tap again to take it back."
    await panel.repaint()
    assert board(panel).index("How?") < board(panel).index("Why?")
    assert "-# Asked by Ana Attendee, 1 vote" in board(panel)
    await panel.restart()
    assert await panel.upvote(bo, "How?") == "Your vote for Q2 is taken back."
    await panel.repaint()
    assert board(panel).index("Why?") < board(panel).index("How?")


async def test_nobody_votes_for_their_own(panel: Room, ana: MemberActor):
    await panel.ask(ana, "Why?")
    await panel.repaint()
    assert await panel.upvote(ana, "Why?") == "Q1 is your own question: it counts already."


async def test_votes_that_were_never_offered(panel: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    await panel.ask(ana, "Why?")
    [(question,)] = ask(settings, "SELECT contribution_id FROM questions")
    before = every_row(settings)
    assert await forged.click(panel, bo, "upvote:1:4711") == "That question is not known here."
    with pytest.raises(Refusal, match="That question is not known here"):
        await panel.bot.services.panel.vote(panel.guild.id + 1, question, bo.user.id)
    assert every_row(settings) == before


async def test_after_the_close_nothing_is_asked_or_counted(panel: Room, ana: MemberActor, bo: MemberActor):
    await panel.ask(ana, "Why?")
    await panel.repaint()
    shown = panel.board("## Ask the panel")
    await panel.finish_session()
    [vote] = [each for each in _ids(shown) if each.startswith("upvote")]
    assert await forged.click(panel, bo, vote) == "The session is over, so votes no longer count."
    assert "the panel takes no questions" in await forged.form(panel, bo, "panel:1:1:ask:0123abcd", question="Late?")
    await panel.repaint()
    assert board(panel) == "## Ask the panel, closed\n1 was not answered: the summary lists them."
    assert "**Not answered in the session (1):**\n- **Q1**: “Why?”" in text_of(panel.board("## Summary of"))


def _everything(parts: Sequence[Any]) -> list[dict[str, Any]]:
    """All pieces of a message, however deep they are."""
    found: list[dict[str, Any]] = []
    for part in parts:
        raw = cast("dict[str, Any]", part if isinstance(part, dict) else part.to_dict())
        beside = [raw["accessory"]] if raw.get("accessory") else []
        found += [raw, *beside, *_everything(raw.get("components", []))]
    return found


def _ids(message: discord.Message) -> list[str]:
    return [each["custom_id"] for each in _everything(message.components) if each.get("custom_id")]


# ------------------------------------------------------------------ one's own


async def test_change_it_and_take_it_back(panel: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    shown = await ana.slash(panel.channel, "ask", question="Whi?")
    opened = await panel.press(ana, shown, "Change it")
    await panel.restart()
    changed = await ana.submit_modal(opened, {"question": "Why?"})
    assert said(changed).startswith("**Q1** is changed.")
    await panel.repaint()
    assert "“Why?”" in board(panel)
    await panel.upvote(bo, "Why?")
    assert said(await panel.press(ana, shown, "Take it back")) == ("Your question is taken back and no longer stored.")
    await panel.repaint()
    assert "Why?" not in board(panel)
    assert stored(settings, "number, asker") == [(1, "")]
    assert "0 waiting" in text_of(panel.board("## Questions to the panel"))


async def test_only_the_author_changes_it(panel: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    await panel.ask(ana, "Why?")
    [(question,)] = ask(settings, "SELECT contribution_id FROM questions")
    before = every_row(settings)
    for verb in ("mine", "change", "withdraw"):
        answer = await forged.click(panel, bo, f"question:1:{question}:{verb}")
        assert answer == "That is not known here. It may have been erased."
    assert (await forged.form(panel, bo, f"question:1:{question}:change:0123abcd", question="Mine!")).startswith(
        "That is not known here."
    )
    assert every_row(settings) == before


async def test_an_author_who_erases_themselves_in_the_middle(
    panel: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    await panel.ask(ana, "Why?")
    await panel.repaint()
    await panel.upvote(bo, "Why?")
    stood = panel.board("## Ask the panel")
    await panel.bot.services.privacy.erase(panel.guild.id, ana.user.id)
    await panel.repaint()
    assert "Why?" not in board(panel)
    assert stored(settings, "asker") == [("",)]
    [vote] = [each for each in _ids(stood) if each.startswith("upvote")]
    assert await forged.click(panel, bo, vote) == "Q1 has been taken back by its author."


# ------------------------------------------------------------------ many, and long


async def test_500_long_questions_are_pages(live: Room, ana: MemberActor, database: Database):
    # Beside the bot, so that nothing is painted meanwhile.
    services = over(database, Recorder(database))
    asked = (
        services.panel.ask(live.guild.id, 1, 10_000 + number, _long(number), name="*" * 80) for number in range(500)
    )
    await asyncio.gather(*asked)
    panel = live
    await panel.command("panel open")
    assert "500 questions waiting" in board(panel)
    assert "… and 49" in board(panel)
    _fits(panel.board("## Ask the panel"))
    _fits(panel.board("## Questions to the panel"))
    shown = await ana.click(panel.board("## Ask the panel"), label="See all and vote")
    assert said(shown).startswith("## All 500 questions, page 1 of 84")
    now = await services.panel.standing(1)
    for page in (*range(84), 900):
        _holds(page_of(now, page, 10_000))
    for page in (*range(25), 900):
        _holds(queue_page(now, page))
    opened = await panel.host.click(panel.board("## Questions to the panel"), label="All questions")
    assert said(opened).startswith("## All 500 questions, page 1 of 25")
    await panel.finish_session()
    assert "**Not answered in the session (500):**" in text_of(panel.board("## Summary of"))
    _fits(panel.board("## Summary of"))


def _long(number: int) -> str:
    return ("*_`~|" * 100 if number % 2 else f"{number} " + "x" * 490)[:500]


def _holds(layout: Layout) -> None:
    assert layout.content_length() <= 4000
    assert sum(1 for _ in layout.walk_children()) <= 40


def _fits(message: discord.Message) -> None:
    assert len(text_of(message)) <= 4000
    assert len(_everything(message.components)) <= 40


async def test_the_list_marks_what_is_voted_for_and_ones_own(panel: Room, ana: MemberActor, bo: MemberActor):
    await panel.ask(ana, "Why?")
    await panel.ask(bo, "How?")
    shown = (await bo.click(panel.board("## Ask the panel"), label="See all and vote")).response
    assert shown
    vote, mine = _ids(cast("discord.Message", shown))
    await bo.click(shown, custom_id=vote)
    assert await _labels(bo, panel) == ["Voted (1)", "Mine"]
    await panel.restart()
    assert said(await bo.click(shown, custom_id=vote)).endswith("Asked by Bo Attendee, 0 votes")
    assert await _labels(bo, panel) == ["Vote (0)", "Mine"]
    own = await bo.click(shown, custom_id=mine)
    assert said(own).startswith("**Q2** is waiting in the queue. This is what we keep:")


async def _labels(who: MemberActor, panel: Room) -> list[str]:
    """What the buttons in the list of all questions say."""
    shown = (await who.click(panel.board("## Ask the panel"), label="See all and vote")).response
    assert shown
    return [each["label"] for each in _everything(shown.components) if each.get("label")]


async def test_it_is_open_once_and_for_hosts(panel: Room):
    refusal = "The panel is open already: its board is in the session’s channel."
    assert await panel.command("panel open") == refusal
    who = forged.impostor(panel)
    assert said(await who.slash(panel.channel, "panel open")).startswith("Only hosts can do that.")
