"""The bot keeps the time: what goes out by itself, what waits for a host's tap, and how a host overrules it."""

from datetime import timedelta

import pytest

from bot.rehearsal.room import Room, said, text_of
from bot.storage import boards
from tests.conftest import SERIES
from tests.features import forged

WELCOME, PLACE, TALK, POLL = (
    "Welcome and housekeeping",
    "Where are you?",
    "Quality management: a Healthcare Improvement Scotland approach",
    "Poll: encouraging an improvement focus",
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def console(room: Room) -> str:
    return text_of(room.board("1 of 4, ", room.office))


def automatic(series: bytes = SERIES) -> bytes:
    return series.replace(b'run = "prompted"', b'run = "automatic"', 1)


def titles(room: Room) -> list[str]:
    """The first line of each of the bot's messages to the room, in order."""
    return [text_of(message).split("\n")[0] for message in room.channel.history() if message.components]


@pytest.fixture
async def due(room: Room) -> Room:
    """Session 1 is imported and its time has come."""
    await room.import_series(SERIES)
    await room.clock.pass_time(minutes(5))
    return room


async def test_what_concerns_the_room_waits_for_a_host(due: Room):
    assert f"**Due now:** {WELCOME}, waiting for you" in console(due)
    assert "Say: “Welcome!" in console(due)
    await due.clock.pass_time(minutes(3))
    assert titles(due) == ["**Everybody's Business: Quality Management at an organisational level** is about to begin."]


async def test_the_console_says_each_minute_how_late_it_is_until_the_session_is_let_go(due: Room):
    assert console(due).startswith("## 1 of 4, planned, on time\n")
    for late in (1, 2):
        await due.clock.pass_time(minutes(1))
        await due.env.settle()
        unit = "minute" if late == 1 else "minutes"
        assert console(due).startswith(f"## 1 of 4, planned, {late} {unit} behind\n")
    await due.clock.pass_time(minutes(89))
    assert console(due) == "## 1 of 4, planned"
    late = text_of(due.board("This did not happen", due.office))
    assert late.count("because the session was never started") == 11


async def test_what_was_posted_for_good_is_not_painted_again(due: Room):
    asked = len(due.env.http_requests)
    async with due.bot.database.read() as connection:
        (doors,) = await boards.of(connection, "doors", 1)
    await due.bot.painter.show(doors.id)
    assert len(due.env.http_requests) == asked


async def test_a_tap_opens_it_and_what_follows_ripples(due: Room):
    await due.clock.pass_time(minutes(3))
    answer = said(await due.host.click(due.board("Due now"), label=f"Open “{WELCOME}”"))
    assert answer == f"“{WELCOME}” has begun."
    await due.repaint()
    assert console(due).startswith("## 1 of 4, live, 3 minutes behind")
    await due.clock.pass_time(minutes(5))
    assert f"**Now:** {PLACE}" in console(due)
    live = text_of(due.board("Live now", due.channel))
    assert f"**Now:** {PLACE}" in live
    assert f"**Next:** {TALK}" in live


async def test_the_live_board_is_pinned_and_links_what_is_open(due: Room):
    await due.command("session next")
    await due.clock.pass_time(minutes(22))
    assert f"**Due now:** {POLL}, waiting for you" in console(due)
    await due.command("session next")
    await due.repaint()
    board = due.board("Live now", due.channel)
    assert board.pinned
    links = [
        f"https://discord.com/channels/{due.guild.id}/{due.channel.id}/{due.board(f'Poll {number}, open').id}"
        for number in (1, 2)
    ]
    for number, link in enumerate(links, 1):
        assert f"**Poll {number} is open:** {link}" in text_of(board)
    copied = said(await due.host.click(due.board("1 of 4, live", due.office), label="Copy for Zoom"))
    both = "\n".join(f"Poll {number} is open: {link}" for number, link in enumerate(links, 1))
    assert copied == f"Copy this into the Zoom chat:\n```\n{both}\n```"


async def test_what_a_host_opens_by_hand_is_shown_too(due: Room):
    await due.command("session next")
    await due.command("poll open", question="Tea?", options="Yes|No")
    await due.repaint()
    assert "**Poll 1 is open:** https://" in text_of(due.board("Live now", due.channel))
    await due.vote(due.member("Sam"), 1, 0)
    await due.repaint()
    assert "Poll 1 is open, n=1" in console(due)
    await due.command("poll close")
    await due.repaint()
    assert "Poll 1 is open" not in text_of(due.board("Live now", due.channel))


async def test_the_next_step_closes_the_poll_before_it(due: Room):
    for _ in range(4):
        await due.command("session next")
    somebody = due.member("Sam")
    await due.vote(somebody, 2, 0)
    await due.command("session next")
    await due.repaint()
    assert "n=1: 1 person answered." in text_of(due.board("Poll 2, results"))
    assert text_of(due.board("Poll 2, closed")).startswith("## Poll 2, closed")


async def test_two_hosts_or_a_double_tap_open_it_once(due: Room):
    shown = due.board("Due now")
    other = due.member("Joy Host", due.hosts)
    await due.host.click(shown, label=f"Open “{WELCOME}”")
    tap = shown.components[0].children[1].children[0].custom_id  # type: ignore[attr-defined]
    assert await forged.click(due, other, tap) == "Somebody has just done that."
    await due.repaint()
    assert f"**Now:** {WELCOME}" in console(due)


async def test_a_host_skips_extends_pauses_and_resumes(due: Room):
    await due.command("session next")
    assert await due.command("session skip") == f"“{PLACE}” is passed over."
    assert await due.command("session extend", minutes=2) == "Everything that follows is 2 minutes later."
    assert await due.command("session pause") == "Paused: nothing begins by itself until /session resume."
    await due.clock.pass_time(minutes(30))
    assert console(due).startswith("## 1 of 4, paused")
    assert f"**Now:** {WELCOME}" in console(due)
    assert await due.command("session next") == "The session is paused. Resume it first."
    assert await due.command("session resume") == "Resumed."
    await due.clock.pass_time(minutes(12))
    assert f"**Now:** {TALK}" in console(due)
    assert await due.command("session resume") == "The session is not paused."


async def test_the_consoles_buttons_do_the_same_and_only_for_hosts(due: Room):
    await due.command("session next")
    await due.repaint()
    board = due.board("1 of 4, live", due.office)
    assert said(await due.host.click(board, label="+2 min")) == "Everything that follows is 2 minutes later."
    assert said(await due.host.click(board, label="Pause")).startswith("Paused")
    await due.repaint()
    assert said(await due.host.click(due.board("1 of 4, paused", due.office), label="Resume")) == "Resumed."
    nobody = due.member("Nobody")
    refused = await forged.click(due, nobody, "show:1:1:more")
    assert refused.startswith("Only hosts can do that.")
    await due.repaint()
    asked = await due.host.click(due.board("1 of 4, live", due.office), label="Finish…")
    assert said(asked).startswith("Finish **1 of 4")
    await due.press(due.host, asked, "Finish it")
    assert "Summary of 1 of 4" in text_of(due.board("Summary of"))


async def test_automatic_runs_the_whole_session_by_itself(room: Room):
    await room.import_series(automatic())
    await room.clock.pass_time(timedelta(hours=2))
    assert [title for title in titles(room) if not title.startswith("# ")] == [
        "**Everybody's Business: Quality Management at an organisational level** is about to begin.",
        "## 1 of 4: Everybody's Business: Quality Management at an organisational level",
        "## Poll 1, closed, anonymous, place",
        "## Poll 2, closed, anonymous",
        "## Poll 2, results, anonymous",
        "## Breakout, over",
        "The breakout is over.",
        "## What the groups bring back",
        "## Ask the panel, closed",
        "## Poll 3, closed, anonymous",
        "## Poll 3, results, anonymous",
        "-# After action review, 1 of 2, closed",
        "-# After action review, 2 of 2, closed",
        "Nobody has answered yet. There is still time, and one sentence is enough.",
        "## Poll 1, results, anonymous",
        "## Summary of 1 of 4, Everybody's Business: Quality Management at an organisational level",
    ]
    assert "Report of 1 of 4" in text_of(room.board("Report of"))


async def test_by_hand_nothing_happens_but_reminders(room: Room):
    await room.import_series(SERIES.replace(b'run = "prompted"', b'run = "manual"', 1))
    await room.clock.pass_time(timedelta(hours=2))
    assert titles(room) == []
    assert room.announcements.history() == []


async def test_reminders_go_out_and_what_was_missed_is_told_in_one_message(room: Room):
    await room.import_series(SERIES)
    await room.clock.pass_time(timedelta(days=43, hours=1))
    told = [text_of(message).split("\n")[0] for message in room.announcements.history()]
    assert [line for line in told if "2 of 4" in line and "begins" in line] == [
        "**2 of 4, “Putting the man on the moon” – aligning everyone to strategy** begins <t:1649419200:R>."
    ] * 4
    late = [text_of(each) for each in room.office.history() if "This did not happen" in text_of(each)]
    assert "Where are you?, because the session was never started" in late[0]


async def test_who_asks_gets_direct_messages_and_the_follow_up_of_their_case(room: Room):
    await room.import_series(automatic())
    came, missed = room.member("Came"), room.member("Missed")
    for who in (came, missed):
        card = room.board("1 of 4:", room.announcements)
        answer = said(await who.click(card, label="Remind me by direct message"))
        assert answer.startswith("I will send you direct messages")
    await room.clock.pass_time(minutes(29))
    await room.vote(came, 1, 0)
    await room.clock.pass_time(timedelta(hours=2))
    await room.command("report links", recording="https://example.org/watch")
    await room.clock.pass_time(timedelta(days=1))
    ours = [text_of(message) for message in came.user.dm_channel.history()]
    theirs = [text_of(message) for message in missed.user.dm_channel.history()]
    assert ours[-1].startswith("Thank you for taking part in 1 of 4")
    assert theirs[-1].startswith("Sorry that we missed you at 1 of 4")
    assert "The recording: <https://example.org/watch>" in ours[-1]
    assert "Next, 2 of 4:" in ours[-1]


async def test_a_session_moves_after_asking_and_everybody_is_told(room: Room):
    await room.import_series(SERIES)
    somebody = room.member("Sam")
    await somebody.click(room.board("2 of 4:", room.announcements), label="Remind me by direct message")
    asked = await room.host.slash(room.channel, "session move", when="Thursday 14 April 2022 2pm", session=2)
    assert "**Thursday 14 April 2022, 14:00** (BST" in said(asked)
    await room.press(room.host, asked, "Move it")
    await room.repaint()
    news = "**2 of 4, “Putting the man on the moon” – aligning everyone to strategy, has a new time.**"
    assert news in text_of(room.board("has a new time", room.announcements))
    assert news in text_of(somebody.user.dm_channel.history()[-1])
    assert "Thursday 14 April 2022, 14:00" in text_of(room.board("2 of 4: ", room.announcements))
    (event,) = [each for each in room.env.backend.get_guild(room.guild.id).scheduled_events.values()
                if "moon" in each.name]  # fmt: skip
    assert str(event.scheduled_start_time).startswith("2022-04-14T13:00")


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("yesterday 1pm", "past"),
        ("27 March 2022 01:30", "27 March 2022"),
        ("gobbledegook", "gobbledegook"),
        ("24 February 2022 13:30", "Session 1 is at that time. Nothing was changed."),
    ],
)
async def test_a_move_that_cannot_be(room: Room, when: str, sentence: str):
    await room.import_series(SERIES)
    asked = await room.host.slash(room.channel, "session move", when=when, session=2)
    told = said(asked)
    if "Move **session" in told:
        told = said(await room.press(room.host, asked, "Move it"))
    assert sentence in told
    agenda = await room.bot.services.sessions.agenda(room.guild.id)
    assert agenda.sessions[1].sequence == 0


async def test_a_running_session_cannot_be_moved_or_cancelled(due: Room):
    await due.command("session next")
    moved = await due.command("session move", when="tomorrow 1pm", session=1)
    assert moved == "Session 1 is open now, so it cannot be moved."
    assert await due.command("session cancel", reason="Rain", session=1) == "Session 1 is live. Nothing was changed."


async def test_a_session_is_cancelled_and_nothing_of_it_happens(room: Room):
    await room.import_series(SERIES)
    form = await room.host.slash(room.channel, "session cancel", reason="The speaker is ill.", session=2)
    assert said(await room.host.submit_modal(form, {"reason": "The speaker is ill."})) == (
        "Session 2 is cancelled. /session move gives it a new date."
    )
    await room.clock.pass_time(timedelta(days=44))
    news = [text_of(each) for each in room.announcements.history() if "begins" in text_of(each)]
    assert not [each for each in news if "2 of 4" in each]
    assert "is cancelled.** The speaker is ill." in text_of(room.board("is cancelled", room.announcements))


async def test_a_restart_anywhere_posts_everything_once(room: Room):
    await room.import_series(automatic())
    for _ in range(11):
        await room.clock.pass_time(minutes(11))
        await room.restart()
    assert len(titles(room)) == len(set(titles(room))) == 17


async def test_the_follow_up_waits_for_the_end_however_late_that_is(room: Room):
    await room.import_series(SERIES)
    somebody = room.member("Sam")
    await somebody.click(room.board("1 of 4:", room.announcements), label="Remind me by direct message")
    await room.start_session()
    await room.clock.pass_time(timedelta(hours=5))
    await room.finish_session()
    await room.clock.pass_time(timedelta(hours=23))
    assert [text_of(each) for each in somebody.user.dm_channel.history()] == [], "a day after the end that was planned"
    await room.clock.pass_time(timedelta(hours=1))
    (told,) = [text_of(each) for each in somebody.user.dm_channel.history()]
    assert told.startswith("Sorry that we missed you at 1 of 4")
