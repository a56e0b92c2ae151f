"""Something goes wrong at Discord: the hosts are told, once, in a sentence, and the bot goes on."""

from datetime import timedelta

from bot.boards import PATIENCE
from bot.rehearsal.room import Room, said, text_of
from bot.services.notices import CALLED
from bot.storage import boards
from tests.conftest import SERIES

MINUTE = PATIENCE + timedelta(seconds=5)

AUTOMATIC = SERIES.replace(b'run = "prompted"', b'run = "automatic"', 1)

EVERY_KIND = {kind for kinds in boards.Kind.__args__ for kind in kinds.__args__}


def told(room: Room) -> list[str]:
    """What the hosts have been told, without the heading."""
    texts = [text for text in room.texts(room.office) if text.startswith("## Please note\n")]
    return [text.removeprefix("## Please note\n") for text in texts]


def cards(room: Room) -> list[str]:
    return [text.split("\n")[0] for text in room.texts(room.announcements) if text.startswith("## ")]


def posts(room: Room, channel: int) -> int:
    """How often the bot has tried to post in a channel."""
    path = f"/channels/{channel}/messages"
    return sum(each.method == "POST" and each.path == path for each in room.env.http_requests)


def test_every_board_that_can_be_told_of_has_a_name():
    assert set(CALLED) == EVERY_KIND - {
        "note",
        "late",
        "notice",
        "room",
        "warning",
        "introduction",
        "reply",
        "delivery",
    }


async def test_what_may_not_be_posted_is_told_once_and_posted_as_soon_as_it_may(room: Room):
    room.forbid(room.announcements, "send_messages")
    await room.import_series(SERIES)
    await room.repaint()
    sentence = (
        "The announcement of a session could not be posted. I lack Send Messages and Attach Files in "
        f"{room.announcements.mention}. I try again every minute."
    )
    assert told(room) == [sentence] * 2
    for _ in range(3):
        await room.clock.pass_time(MINUTE)
    await room.restart()
    await room.repaint()
    assert told(room) == [sentence] * 2, "once for each of the two cards"
    room.allow(room.announcements)
    await room.clock.pass_time(MINUTE)
    assert len(cards(room)) == 2


async def test_a_channel_that_is_gone_is_told_and_let_be(room: Room):
    room.env.backend.delete_channel(room.announcements.id)
    await room.import_series(SERIES)
    await room.repaint()
    assert (
        told(room)
        == [
            (
                f"The announcement of a session could not be posted. <#{room.announcements.id}> is gone. An admin can "
                "choose another channel with /setup. /series announce posts it anew."
            )
        ]
        * 2
    )
    tried = posts(room, room.announcements.id)
    await room.clock.pass_time(MINUTE)
    assert posts(room, room.announcements.id) == tried
    room.announcements = room.guild.create_text_channel("news")
    await room.set_up()
    assert await room.command("series announce") == "2 sessions are announced."
    assert [card[:9] for card in cards(room)] == ["## 1 of 4", "## 2 of 4"]


async def test_a_card_that_somebody_deleted_stays_away_until_the_series_is_announced_again(room: Room):
    await room.import_series(SERIES)
    room.env.backend.delete_message(room.announcements.id, room.board("2 of 4:", room.announcements).id)
    for hour in ("2pm", "3pm"):
        asked = await room.host.slash(room.channel, "session move", when=f"Thursday 14 April 2022 {hour}", session=2)
        await room.press(room.host, asked, "Move it")
        await room.repaint()
    assert told(room) == [
        (
            f"The announcement of a session has been deleted in {room.announcements.mention}. /series announce posts "
            "it anew."
        )
    ]
    assert [card[:9] for card in cards(room)] == ["## 1 of 4"]
    assert await room.command("series announce") == "1 session is announced."
    assert [card[:9] for card in cards(room)] == ["## 1 of 4", "## 2 of 4"]
    assert await room.command("series announce") == (
        "No sessions are announced: all that have a date have been before."
    )


async def test_a_poll_that_somebody_deleted_is_told_and_can_be_asked_again(live: Room):
    await live.open_poll("Left", "Right")
    live.env.backend.delete_message(live.channel.id, live.board("Poll 1").id)
    live.bot.painter.stale("poll", 1)
    await live.repaint()
    await live.repaint()
    assert told(live) == [
        (
            f"A poll has been deleted in {live.channel.mention}. To ask it again, close it with /poll close and open "
            "another."
        )
    ]
    assert await live.command("poll close") == "Poll 1 is closed: 0 people answered."
    await live.open_poll("Left", "Right")
    assert text_of(live.board("Poll 2")).startswith("## Poll 2, open")


async def test_what_nobody_needs_any_more_may_be_deleted(live: Room):
    await live.open_poll("Left", "Right")
    live.env.backend.delete_message(live.channel.id, live.board("Poll 1").id)
    await live.command("poll close")
    await live.repaint()
    await live.repaint()
    assert told(live) == []


async def test_a_direct_message_that_is_refused_is_nobodys_business(room: Room):
    await room.import_series(AUTOMATIC)
    shy, open_one = room.member("Shy"), room.member("Open")
    for who in (shy, open_one):
        await who.click(room.board("1 of 4:", room.announcements), label="Remind me by direct message")
    closed = room.env.backend.get_dm_channel(shy.id).id
    refusal = {"status": 403, "code": 50007, "message": "Cannot send messages to this user"}
    room.env.inject_error("POST", f"/channels/{closed}/messages", times=None, **refusal)
    await room.clock.pass_time(timedelta(days=1, hours=3))
    tried = posts(room, closed)
    await room.clock.pass_time(MINUTE)
    assert posts(room, closed) == tried == 1
    assert text_of(open_one.user.dm_channel.history()[-1]).startswith("Sorry that we missed you")
    assert told(room) == []


async def test_people_who_are_gone_are_let_be(room: Room):
    await room.import_series(SERIES)
    gone = room.member("Gone")
    await gone.click(room.board("2 of 4:", room.announcements), label="Remind me by direct message")
    room.env.inject_error("POST", "/users/@me/channels", status=400, code=50033, message="Invalid Recipient(s)")
    asked = await room.host.slash(room.channel, "session move", when="Thursday 14 April 2022 2pm", session=2)
    await room.press(room.host, asked, "Move it")
    await room.repaint()
    await room.clock.pass_time(MINUTE)
    assert gone.user.dm_channel.history() == []
    assert told(room) == []


async def test_trouble_with_what_hosts_are_told_goes_round_in_no_circle(room: Room):
    for channel in (room.announcements, room.office):
        room.forbid(channel, "send_messages")
    await room.import_series(SERIES)
    await room.clock.pass_time(timedelta(minutes=5) + MINUTE)
    await room.repaint()
    async with room.bot.database.read() as connection:
        owed = [board.kind for board in await boards.unfinished(connection)]
    assert sorted(owed) == ["card", "card", "console", "notice", "notice"]
    room.allow(room.office)
    await room.clock.pass_time(MINUTE)
    assert len(told(room)) == 2
    assert text_of(room.board("1 of 4, ", room.office)).startswith("## 1 of 4, planned")


async def test_what_is_wrong_in_the_hosts_own_channel_is_told_to_the_organisers(room: Room):
    backstage = room.guild.create_text_channel("hosts")
    await room.set_up(host_channel=[backstage])
    room.forbid(backstage, "attach_files")
    room.env.inject_error("POST", f"/channels/{backstage.id}/messages", status=403, code=50013, message="Nope")
    await room.import_series(SERIES)
    await room.clock.pass_time(timedelta(minutes=5))
    await room.repaint()
    await room.repaint()
    assert told(room) == [
        f"The hosts’ console could not be posted. I lack Attach Files in {backstage.mention}. I try again every minute."
    ]


async def test_a_pin_that_is_refused_is_told_once_and_the_show_goes_on(room: Room):
    room.env.inject_error(
        "PUT", "/channels/*/messages/pins/*", status=403, code=50013, message="Missing Permissions", times=None
    )
    await room.import_series(SERIES)
    await room.start_session()
    await room.open_poll("Left", "Right")
    for _ in range(3):
        await room.repaint()
    assert told(room) == [
        (
            f"“Live now” could not be pinned in {room.channel.mention}. Discord says: Missing Permissions. You can pin "
            "it by hand."
        )
    ]
    assert "Poll 1 is open" in text_of(room.board("Live now", room.channel))


async def test_a_pin_that_was_cut_short_is_made_up_for_and_one_that_was_taken_away_is_not(live: Room):
    board = live.board("Live now")
    live.env.backend.set_pinned(live.channel.id, board.id, False)
    await live.open_poll("Left", "Right")
    await live.repaint()
    assert not live.board("Live now").pinned, "somebody took it away"
    await live.restart()  # as after a crash between the post and the pin
    await live.repaint()
    assert live.board("Live now").pinned


async def test_without_a_channel_for_announcements_direct_messages_go_out_all_the_same(room: Room):
    await room.import_series(SERIES)
    somebody = room.member("Sam")
    await somebody.click(room.board("2 of 4:", room.announcements), label="Remind me by direct message")
    shown = await room.admin.slash(room.lobby, "setup")
    await room.pick(room.admin, shown, "announcements_channel")
    await room.clock.pass_time(timedelta(days=43))
    await room.repaint()
    reminders = [text_of(each) for each in somebody.user.dm_channel.history() if " begins <t:" in text_of(each)]
    assert len(reminders) == 4
    assert told(room) == [
        (
            "The reminders of session 2 reach only those who asked for direct messages: there is no channel for "
            "announcements. An admin can choose one with /setup."
        )
    ]


async def test_cancelling_asks_first_in_a_form_that_says_what_follows(room: Room):
    await room.import_series(SERIES)
    form = await room.host.slash(room.channel, "session cancel", session=2)
    question, reason = form.modal["components"]
    assert question["content"].startswith("Cancel **session 2, “Putting the man on the moon” – aligning everyone")
    assert question["content"].endswith(
        "Everybody who signed up is told, and its announcement and Discord event follow. Nothing happens until you "
        "send this."
    )
    assert reason["component"]["custom_id"] == "reason"
    assert cards(room)[1].startswith("## 2 of 4")
    assert "Cancelled" not in text_of(room.board("2 of 4", room.announcements))
    await room.restart()
    answer = said(await room.host.submit_modal(form, {"reason": "The speaker is ill."}))
    assert answer == "Session 2 is cancelled. /session move gives it a new date."
    await room.repaint()
    assert "**Cancelled.** The speaker is ill." in text_of(room.board("## 2 of 4", room.announcements))


async def test_the_reason_that_was_typed_with_the_command_stands_in_the_form(room: Room):
    await room.import_series(SERIES)
    form = await room.host.slash(room.channel, "session cancel", reason="The speaker is ill.", session=2)
    assert form.modal["components"][1]["component"]["value"] == "The speaker is ill."
