"""The hosts' queue: what they do with the questions, and the raised hands."""

import pytest
from simcord import ChannelHandle, InteractionResult, MemberActor

from bot.rehearsal.room import Room, said, text_of
from bot.settings import Settings
from tests.conftest import SERIES
from tests.features import forged
from tests.tables import ask, every_row

TAKEN_BACK = "Q1 has been taken back by its author. Nothing was changed."


@pytest.fixture
async def panel(live: Room, ana: MemberActor, bo: MemberActor) -> Room:
    """The room with its panel open, and a question of Ana's and one of Bo's."""
    await live.command("panel open")
    await live.ask(ana, "Why do networks fade?")
    await live.ask(bo, "How do networks fade away?")
    await live.repaint()
    return live


def board(room: Room) -> str:
    return text_of(room.board("## Ask the panel", room.channel))


def queue(room: Room) -> str:
    return text_of(room.board("## Questions to the panel", room.office))


def ids(settings: Settings) -> list[int]:
    return [each for (each,) in ask(settings, "SELECT contribution_id FROM questions ORDER BY number")]


def stored(settings: Settings, columns: str) -> list[tuple[object, ...]]:
    return list(ask(settings, f"SELECT {columns} FROM questions ORDER BY number"))


async def pick(room: Room, settings: Settings, number: int, who: MemberActor | None = None) -> InteractionResult:
    return await (who or room.host).select(
        room.board("## Questions to the panel", room.office), [str(ids(settings)[number - 1])]
    )


async def test_the_queue_is_for_the_hosts_and_has_every_question(panel: Room):
    assert queue(panel).startswith("## Questions to the panel\n2 waiting, 0 being answered, 0 held.")
    assert "**Q1**: “Why do networks fade?”\n-# Asked by Ana Attendee, 0 votes" in queue(panel)


async def test_take_then_answered_live(panel: Room, settings: Settings):
    shown = await pick(panel, settings, 1)
    assert "**Waiting in the queue.**" in said(shown)
    await panel.restart()
    shown = await panel.press(panel.host, shown, "Take")
    assert "**Being answered.**" in said(shown)
    await panel.repaint()
    assert "**Being answered now**\n**Q1**: “Why do networks fade?”" in board(panel)
    assert "1 waiting, 1 being answered" in queue(panel)
    await panel.restart()
    assert "**Answered live.**" in said(await panel.press(panel.host, shown, "Answered live"))
    await panel.repaint()
    assert "Why do" not in board(panel)
    assert "Answered: Q1." in board(panel)


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("take", "Q1 is being answered already. Nothing was changed."),
        ("live", "Q1 is answered live already. Nothing was changed."),
        ("hold", "Q1 is held already. Nothing was changed."),
        ("back", "Q1 is waiting in the queue already. Nothing was changed."),
    ],
)
async def test_two_taps_act_once(panel: Room, settings: Settings, verb: str, sentence: str):
    custom_id = f"queued:1:{ids(settings)[0]}:{verb}"
    hosts, guild, first = panel.bot.services.queue, panel.guild.id, ids(settings)[0]
    match verb:
        case "take":
            await hosts.take(guild, first)
        case "live":
            await hosts.answered(guild, first)
        case "hold":
            await hosts.hold(guild, first, panel.host.user.id, panel.clock.now())
        case _:
            pass
    before = every_row(settings)
    assert await forged.click(panel, panel.host, custom_id) == sentence
    assert every_row(settings) == before


async def test_an_answer_in_writing_is_a_message_of_its_own(panel: Room, settings: Settings):
    shown = await panel.press(panel.host, await pick(panel, settings, 1), "Answer in writing")
    await panel.restart()
    done = await panel.host.submit_modal(shown, {"words": "Because *nobody* writes."})
    assert "**Answered in writing.**" in said(done)
    await panel.repaint()
    posted = text_of(panel.board("**Answered in writing:**", panel.channel))
    assert posted == (
        "**Q1**: “Why do networks fade?”\n-# Asked by Ana Attendee\n"
        "**Answered in writing:**\nBecause \\*nobody\\* writes."
    )
    assert stored(settings, "status, answer") == [("written", "Because *nobody* writes."), ("waiting", "")]
    again = await forged.form(panel, panel.host, f"queued:1:{ids(settings)[0]}:write:0123abcd", words="Mine")
    assert again.startswith("Q1 is answered in writing already. Nothing was changed. These are your words")
    await panel.press(panel.host, done, "Back to the queue")
    await panel.repaint()
    assert panel.texts(panel.channel)[-1] == "The answer to Q1 has been taken back."
    await panel.bot.services.queue.write(panel.guild.id, ids(settings)[0], "Now so", panel.clock.now())
    await panel.repaint()
    assert panel.texts(panel.channel)[-1].endswith("Now so")


async def test_the_written_answer_forgets_a_question_that_is_taken_back(
    panel: Room, ana: MemberActor, settings: Settings
):
    await panel.bot.services.queue.write(panel.guild.id, ids(settings)[0], "Because.", panel.clock.now())
    await panel.bot.services.contributions.withdraw(panel.guild.id, ids(settings)[0], ana.user.id)
    await panel.repaint()
    assert panel.texts(panel.channel)[-1] == "**Q1** is no longer shown.\n**Answered in writing:**\nBecause."


async def test_duplicates_count_everybody_once(panel: Room, bo: MemberActor, settings: Settings):
    cy = panel.member("Cy Attendee")
    first, second = ids(settings)
    for question in (first, second):
        await forged.click(panel, cy, f"upvote:1:{question}")
    shown = await panel.press(panel.host, await pick(panel, settings, 2), "Merge into…")
    await panel.restart()
    assert "**Merged into Q1.**" in said(await panel.host.submit_modal(shown, {"into": ["1"], "number": ""}))
    await panel.repaint()
    assert "**Q1**: “Why do networks fade?”\n-# Asked by Ana Attendee, also as Q2, 2 votes" in board(panel)
    assert "1 question waiting" in board(panel)
    assert await forged.click(panel, bo, f"upvote:1:{first}") == "Q1 is your own question: it counts already."
    assert await forged.click(panel, cy, f"upvote:1:{second}") == "Your vote for Q1 is taken back."
    await panel.repaint()
    assert "also as Q2, 1 vote" in board(panel)
    assert ask(settings, "SELECT act, why FROM audit") == [("merge", "into Q1")]


async def test_what_was_merged_stands_for_itself_once_the_other_is_taken_back(
    panel: Room, ana: MemberActor, settings: Settings
):
    shown = await panel.press(panel.host, await pick(panel, settings, 2), "Merge into…")
    await panel.host.submit_modal(shown, {"number": "q1"})
    await panel.bot.services.contributions.withdraw(panel.guild.id, ids(settings)[0], ana.user.id)
    await panel.repaint()
    assert "**Q2**: “How do networks fade away?”" in board(panel)
    shown = await pick(panel, settings, 2)
    assert "**Being answered.**" in said(await panel.press(panel.host, shown, "Take"))


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1", "A question cannot be merged into itself. Nothing was changed."),
        ("77", "There is no Q77. Nothing was changed."),
        ("", "Choose a question, or give its number. Nothing was changed."),
        ("two", "Choose a question, or give its number. Nothing was changed."),
    ],
)
async def test_what_cannot_be_merged(panel: Room, settings: Settings, number: str, sentence: str):
    before = every_row(settings)
    custom_id = f"queued:1:{ids(settings)[0]}:merge:0123abcd"
    assert await forged.form(panel, panel.host, custom_id, number=number) == sentence
    assert every_row(settings) == before


async def test_held_and_dismissed_are_off_the_board_until_they_are_put_back(
    panel: Room, ana: MemberActor, settings: Settings
):
    shown = await panel.press(panel.host, await pick(panel, settings, 1), "Hold")
    await panel.repaint()
    assert "Why do" not in board(panel)
    assert "1 waiting, 0 being answered, 1 held." in queue(panel)
    asked = await panel.press(panel.host, shown, "Dismiss…")
    await panel.restart()
    dismissed = await panel.host.submit_modal(asked, {"words": "Not for today"})
    assert "**Dismissed.**\nWhy: Not for today" in said(dismissed)
    first = ids(settings)[0]
    mine = await forged.click(panel, ana, f"question:1:{first}:mine")
    assert mine.startswith("**Q1** is dismissed: Not for today. This is what we keep:")
    assert await forged.click(panel, panel.member("Cy"), f"upvote:1:{first}") == "Q1 is not open to votes."
    await panel.press(panel.host, dismissed, "Back to the queue")
    await panel.repaint()
    assert "Why do" in board(panel)
    host = panel.host.user.id
    assert ask(settings, "SELECT act, why, host FROM audit ORDER BY id") == [
        ("hold", "", host),
        ("dismiss", "Not for today", host),
        ("restore", "", host),
    ]


async def test_a_dismissal_needs_a_reason(panel: Room, settings: Settings):
    before = every_row(settings)
    custom_id = f"queued:1:{ids(settings)[0]}:dismiss:0123abcd"
    assert await forged.form(panel, panel.host, custom_id, words=" ") == "The reason is empty."
    assert every_row(settings) == before


async def test_what_was_asked_in_zoom_is_nobodys(panel: Room, settings: Settings):
    shown = await panel.host.click(panel.board("## Questions to the panel", panel.office), label="Add from Zoom")
    await panel.restart()
    taken_part = ask(settings, "SELECT count(*) FROM participations")
    await panel.host.submit_modal(shown, {"words": "Is it recorded?", "to": ["The whole panel"], "name": "Zoe"})
    await panel.repaint()
    assert "**Q3**: “Is it recorded?”\n-# Asked in Zoom by Zoe, 0 votes" in board(panel)
    assert ask(settings, "SELECT author < 0, quotable FROM contributions WHERE text = 'Is it recorded?'") == [(1, 1)]
    assert ask(settings, "SELECT count(*) FROM participations") == taken_part


async def test_who_follows_up_stands_in_the_summary_also_afterwards(panel: Room, settings: Settings):
    shown = await panel.press(panel.host, await pick(panel, settings, 1), "Who follows up")
    await panel.restart()
    assert "Follows up: Emma" in said(await panel.host.submit_modal(shown, {"words": "Emma"}))
    await panel.finish_session()
    summary = text_of(panel.board("## Summary of"))
    assert "- **Q1**: “Why do networks fade?” Emma will follow up.\n- **Q2**: “How do networks fade away?”" in summary
    await panel.repaint()
    left = panel.board("## Questions to the panel, closed", panel.office)
    shown = await panel.host.click(left, label="Who follows up")
    await panel.restart()
    assert said(await panel.host.submit_modal(shown, {"words": "Joy"})) == (
        "1 question has somebody who follows up now."
    )
    await panel.repaint()
    await panel.repaint()
    assert "“How do networks fade away?” Joy will follow up." in text_of(panel.board("## Summary of"))


async def test_every_control_is_for_hosts_of_this_server(panel: Room, settings: Settings):
    who, first = forged.impostor(panel), ids(settings)[0]
    before = every_row(settings)
    acts = ("take", "live", "write", "merge", "hold", "dismiss", "back", "follow")
    for custom_id in (
        *(f"queued:1:{first}:{act}" for act in acts),
        *(f"queue:1:1:{act}" for act in ("all", "page:1", "zoom", "follow", "call:1", "thank")),
    ):
        assert (await forged.click(panel, who, custom_id)).startswith("Only hosts can do that.")
    for custom_id in (f"queued:1:{first}:{act}:0123abcd" for act in ("write", "merge", "dismiss", "follow")):
        assert (await forged.form(panel, who, custom_id, words="x")).startswith("Only hosts can do that.")
    assert (await forged.click(panel, who, "queue:1:1:pick", str(first))).startswith("Only hosts can do that.")
    for act in acts:
        assert await forged.click(panel, panel.host, f"queued:1:4711:{act}") == "That question is not known here."
    assert every_row(settings) == before


async def test_what_its_author_has_taken_back_is_no_longer_there(panel: Room, ana: MemberActor, settings: Settings):
    first = ids(settings)[0]
    await panel.bot.services.contributions.withdraw(panel.guild.id, first, ana.user.id)
    before = every_row(settings)
    for act in ("take", "live", "hold", "back"):
        assert await forged.click(panel, panel.host, f"queued:1:{first}:{act}") == TAKEN_BACK
    assert every_row(settings) == before
    await panel.repaint()
    assert "Why do" not in queue(panel)
    assert "1 waiting" in queue(panel)


async def test_the_step_of_the_run_of_show_opens_the_panel(live: Room):
    while not any("## Ask the panel" in each for each in live.texts(live.channel)):
        assert "begun" in await live.command("session next")
    await live.repaint()
    assert "Please ask your questions." in board(live)
    assert "Raise your hand in Zoom to speak." in board(live)
    assert await live.command("panel open") == "The panel is open already: its board is in the session’s channel."
    assert "**Ask the panel is open:**" in text_of(live.board("## Live now"))


# ------------------------------------------------------------------ raised hands


@pytest.fixture
async def stage(room: Room) -> Room:
    """The room with session 1 open in a voice channel, and its panel."""
    room.channel = room.guild.create_voice_channel("hall")
    with room.env.time_context():
        await room.set_up()
        await room.import_series(SERIES)
        await room.start_session()
        await room.command("panel open")
        await room.repaint()
    return room


async def test_hands_are_called_in_order(stage: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    for who in (ana, bo):
        await _join(who, stage.channel)
    raise_ = "hand:1:1"
    assert await forged.click(stage, ana, raise_) == (
        "Your hand is up, you are the next. Everybody can see it on the board. Tap again to lower it."
    )
    assert "1 before you" in await forged.click(stage, bo, raise_)
    await stage.repaint()
    assert f"**Hands up:** <@{ana.user.id}>, <@{bo.user.id}>" in board(stage)
    await stage.restart()
    shown = stage.board("## Questions to the panel", stage.office)
    answer = said(await stage.host.click(shown, label="Call the next"))
    assert answer == f"<@{ana.user.id}> has the floor: the board says so."
    assert said(await stage.host.click(shown, label="Call the next")) == (
        "The queue has changed: look again. Nothing was changed."
    )
    await stage.repaint()
    assert f"**Has the floor:** <@{ana.user.id}>\n**Hands up:** <@{bo.user.id}>" in board(stage)
    assert await forged.click(stage, bo, raise_) == "Your hand is down."
    answer = await forged.click(stage, stage.host, "queue:1:1:call:2")
    assert answer == "The queue has changed: look again. Nothing was changed."
    assert await forged.click(stage, stage.host, "queue:1:1:thank") == "Nobody has the floor now."
    await forged.click(stage, bo, raise_)
    await stage.finish_session()
    assert ask(settings, "SELECT * FROM hands") == []


async def test_whoever_has_left_is_passed_over(stage: Room, ana: MemberActor, bo: MemberActor):
    for who in (ana, bo):
        await _join(who, stage.channel)
        await forged.click(stage, who, "hand:1:1")
    await _leave(ana)
    await stage.repaint()
    shown = stage.board("## Questions to the panel", stage.office)
    cy = stage.member("Cy Attendee")
    await _join(cy, stage.channel)
    await forged.click(stage, cy, "hand:1:1")
    assert f"<@{bo.user.id}> has the floor" in said(await stage.host.click(shown, label="Call the next"))
    assert "The queue has changed" in said(await stage.host.click(shown, label="Call the next"))
    await stage.repaint()
    assert f"**Has the floor:** <@{bo.user.id}>\n**Hands up:** <@{cy.user.id}>" in board(stage)


async def test_once_everybody_has_left_nobody_is_called(stage: Room, ana: MemberActor, settings: Settings):
    await _join(ana, stage.channel)
    await forged.click(stage, ana, "hand:1:1")
    await _leave(ana)
    assert await forged.click(stage, stage.host, "queue:1:1:call:1") == "Everybody whose hand was up has left."
    assert ask(settings, "SELECT * FROM hands") == []


async def test_without_the_voice_channel_every_hand_stays_up(stage: Room, ana: MemberActor, settings: Settings):
    await _join(ana, stage.channel)
    await forged.click(stage, ana, "hand:1:1")
    async with stage.bot.database.write() as connection:
        await connection.exec_driver_sql("UPDATE sessions SET channel_id = 4711")
    answer = await forged.click(stage, stage.host, "queue:1:1:call:1")
    assert answer.startswith("The session’s voice channel is gone")
    assert ask(settings, "SELECT state FROM hands") == [("up",)]


async def test_who_is_not_in_the_channel_cannot_speak(stage: Room, ana: MemberActor):
    assert await forged.click(stage, ana, "hand:1:1") == (
        f"Join {stage.channel.mention} first, so that you can speak when you are called."
    )


async def test_on_zoom_zooms_own_hands_serve(panel: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    assert await forged.click(panel, ana, "hand:1:1") == "Raise your hand in Zoom to speak."
    assert every_row(settings) == before
    assert "Raise my hand" not in str([each.to_dict() for each in panel.board("## Ask the panel").components])


async def _join(who: MemberActor, channel: ChannelHandle) -> None:
    await who.join_voice(channel)


async def _leave(who: MemberActor) -> None:
    await who.leave_voice()
