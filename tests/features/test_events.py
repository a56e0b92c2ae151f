"""Discord's scheduled events keep in step with the sessions, whatever happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.events import PATIENCE
from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room, said, text_of
from tests.conftest import SERIES
from tests.features.test_notices import told

MOON = "“Putting the man on the moon” – aligning everyone to strategy"

DATED = SERIES.replace(b"date = 2022-", b"date = 2026-")
"""In the future of the simulated Discord, which begins with 2026: it ends events by itself."""

MINUTE = PATIENCE + timedelta(seconds=5)

EVENTS = "/guilds/*/scheduled-events"


@pytest.fixture
def clock() -> SimulatedClock:
    """Six hours before session 1, and no more than that ahead of the simulated Discord's own."""
    return SimulatedClock(datetime(2026, 2, 24, 7, tzinfo=UTC))


@pytest.fixture
async def announced(room: Room) -> Room:
    """Sessions 1 and 2 are announced, with their events."""
    await room.import_series(DATED)
    await settled(room)
    assert [each.status for each in events(room)] == [1, 1]
    return room


async def settled(room: Room) -> None:
    for _ in range(3):
        await room.repaint()


def events(room: Room) -> list[Any]:
    """Discord's events, in the order in which they were made."""
    return sorted(room.env.backend.get_guild(room.guild.id).scheduled_events.values(), key=lambda each: each.id)


def of_session_2(room: Room) -> list[tuple[str, int]]:
    """When the events of session 2 are, and Discord's number for their states."""
    return [(each.scheduled_start_time[:16], each.status) for each in events(room) if "moon" in each.name]


async def move(room: Room, when: str, session: int = 2) -> str:
    asked = await room.host.slash(room.channel, "session move", when=when, session=session)
    answer = said(await room.press(room.host, asked, "Move it"))
    await settled(room)
    return answer


async def cancel(room: Room, session: int = 2) -> None:
    form = await room.host.slash(room.channel, "session cancel", session=session)
    await room.host.submit_modal(form, {"reason": "The speaker is ill."})
    await settled(room)


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        ({"status": 403, "code": 50013, "message": "Missing Permissions"}, "I lack Create Events in this server."),
        ({"status": 400, "code": 30038, "message": "Maximum"}, "This server has as many events as Discord allows."),
        ({"status": 400, "code": 50035, "message": "Invalid *Form*"}, r"Discord says: Invalid \*Form\*."),
    ],
)
async def test_a_refusal_is_told_once_for_each_change_and_made_good_by_announcing(
    room: Room, refusal: dict[str, Any], why: str
):
    room.env.inject_error("POST", EVENTS, times=None, **refusal)
    await room.import_series(DATED.replace(b"date = 2026-02-24", b""))
    await settled(room)
    sentence = (
        f"The Discord event of session 2, {MOON}, could not be put in step. {why} Once that is mended, use /series "
        "announce."
    )
    assert told(room) == [sentence]
    await room.clock.pass_time(MINUTE)
    await room.restart()
    await settled(room)
    assert told(room) == [sentence]
    await move(room, "Thursday 16 April 2026 2pm")
    assert told(room) == [sentence] * 2, "it is another date that people do not see"
    room.env.backend.faults.clear()
    assert await room.command("series announce") == "1 session is announced."
    await settled(room)
    assert of_session_2(room) == [("2026-04-16T13:00", 1)]


async def test_what_discord_could_not_do_is_tried_again_by_itself_and_no_more_than_once_a_minute(room: Room):
    room.env.inject_error("GET", EVENTS, status=503, times=None)
    await room.import_series(DATED)
    await settled(room)
    asked = len([each for each in room.env.http_requests if each.path.endswith("/scheduled-events")])
    assert asked == 2, "one for each of the sessions"
    for title in (b"Once", b"Twice"):
        await room.import_series(DATED.replace(b'title = "Everybody', b'title = "' + title + b" Everybody"))
        await settled(room)
    assert len([each for each in room.env.http_requests if each.path.endswith("/scheduled-events")]) == asked
    for _ in range(3):
        await room.clock.pass_time(MINUTE)
    assert events(room) == []
    room.env.backend.faults.clear()
    await room.clock.pass_time(MINUTE)
    assert [each.name[:16] for each in events(room)] == ["Twice Everybody'", MOON[:16]]
    assert told(room) == []


async def test_an_event_that_somebody_deleted_stays_away_until_the_series_is_announced_again(announced: Room):
    announced.env.backend.delete_scheduled_event(announced.guild.id, events(announced)[1].id)
    for when in ("Thursday 16 April 2026 2pm", "Friday 17 April 2026 2pm"):
        await move(announced, when)
        await announced.restart()
        await settled(announced)
    assert of_session_2(announced) == []
    assert told(announced) == [
        (
            f"The Discord event of session 2, {MOON}, has been deleted or cancelled. It stays away; /series announce "
            "makes a new one."
        )
    ]
    assert await announced.command("series announce") == "1 session is announced."
    await settled(announced)
    assert of_session_2(announced) == [("2026-04-17T13:00", 1)]
    assert await announced.command("series announce") == (
        "No sessions are announced: all that have a date have been before."
    )
    await settled(announced)
    assert len(events(announced)) == 2


async def test_a_cancelled_session_that_is_held_again_gets_an_event_again(announced: Room):
    await cancel(announced)
    assert of_session_2(announced) == [("2026-04-08T12:00", 4)]
    await move(announced, "Thursday 16 April 2026 2pm")
    assert of_session_2(announced) == [("2026-04-08T12:00", 4), ("2026-04-16T13:00", 1)]
    assert told(announced) == []


async def test_a_session_that_did_not_begin_in_its_time_is_moved_with_its_event(announced: Room):
    await announced.clock.pass_time(timedelta(hours=6, minutes=5))
    first = events(announced)[0].id
    # The simulated Discord has a clock of its own, which is behind ours.
    announced.env.backend.edit_scheduled_event(announced.guild.id, first, {"status": 2})
    await move(announced, "Thursday 26 February 2026 1pm", session=1)
    assert [(each.scheduled_start_time[:16], each.status) for each in events(announced)] == [
        ("2026-02-24T13:00", 3),
        ("2026-04-08T12:00", 1),
        ("2026-02-26T13:00", 1),
    ]
    assert told(announced) == []


async def test_an_event_that_was_made_but_not_recorded_is_adopted_and_nobody_elses(room: Room):
    like_ours = {"entity_type": 3, "scheduled_start_time": "2027-01-01T00:00:00+00:00"}
    room.env.backend.create_scheduled_event(
        room.guild.id, name="Ten", description=f"Plenary {room.guild.id}-10", **like_ours
    )
    room.env.backend.create_scheduled_event(
        room.guild.id, name="Two", description=f"So far.\n\nPlenary {room.guild.id}-2", **like_ours
    )
    await room.import_series(DATED)
    await settled(room)
    assert [each.name[:16] for each in events(room)] == ["Ten", MOON[:16], "Everybody's Busi"]


# ------------------------------------------------------------------ what an import changes


async def test_an_import_tells_people_of_a_new_date_as_a_move_does(announced: Room):
    sam = announced.member("Sam")
    await sam.click(announced.board("2 of 4:", announced.announcements), label="Remind me by direct message")
    moved = DATED.replace(b"date = 2026-04-08", b"date = 2026-04-16")
    line = f"- changed: 2 of 4, {MOON} (start, end); those who signed up are told"
    assert line in await announced.import_series(moved, dry_run=True)
    await settled(announced)
    assert sam.user.dm_channel.history() == []
    assert line in await announced.import_series(moved)
    await announced.import_series(moved)
    await settled(announced)
    news = f"**2 of 4, {MOON}, has a new time.**"
    (direct,) = map(text_of, sam.user.dm_channel.history())
    assert direct.startswith(news)
    assert sum(news in text for text in announced.texts(announced.announcements)) == 1
    assert "Thursday 16 April 2026, 13:00" in text_of(announced.board("## 2 of 4", announced.announcements))
    assert of_session_2(announced) == [("2026-04-16T12:00", 1)]


async def test_an_import_that_leaves_the_date_alone_is_no_news_but_the_card_and_the_event_follow(announced: Room):
    await announced.import_series(DATED.replace(b"Putting the man on the moon", b"Putting everybody on the moon"))
    await settled(announced)
    texts = announced.texts(announced.announcements)
    assert [text.split("\n")[0][:20] for text in texts] == ["## 1 of 4: Everybody", "## 2 of 4: “Putting "]
    assert "Putting everybody" in texts[1]
    assert "Putting everybody" in events(announced)[1].name


async def test_a_session_that_loses_its_date_loses_its_event_until_it_has_another(announced: Room):
    await announced.import_series(DATED.replace(b"date = 2026-04-08", b""))
    await settled(announced)
    news = text_of(announced.board("will be at another time", announced.announcements))
    assert "The date is to be announced." in news
    assert of_session_2(announced) == [("2026-04-08T12:00", 4)]
    await announced.import_series(DATED.replace(b"date = 2026-04-08", b"date = 2026-04-16"))
    await settled(announced)
    assert of_session_2(announced) == [("2026-04-08T12:00", 4), ("2026-04-16T12:00", 1)]
    assert told(announced) == []


def without_session_2() -> bytes:
    """The file with its first session only."""
    heading = b"\n[[series.sessions]]\n"
    return heading.join(DATED.split(heading)[:2])


async def test_an_announced_session_that_a_file_lacks_is_cancelled_and_back_with_the_next_file(announced: Room):
    sam = announced.member("Sam")
    await sam.click(announced.board("2 of 4:", announced.announcements), label="Remind me by direct message")
    answer = await announced.import_series(without_session_2())
    assert f"- cancelled: session 2, {MOON}; those who signed up are told" in answer
    assert "- removed: session 3" in answer, "of which nobody has heard"
    await settled(announced)
    gone = f"**2 of 2, {MOON}, is cancelled.** It was taken out of the series."
    assert text_of(sam.user.dm_channel.history()[-1]) == gone
    assert "**Cancelled.** It was taken out of the series." in text_of(
        announced.board("## 2 of 2", announced.announcements)
    )
    assert of_session_2(announced) == [("2026-04-08T12:00", 4)]
    assert "Nothing was changed" in await announced.import_series(without_session_2())

    assert f"- changed: 2 of 4, {MOON} (held again); those who signed up are told" in (
        await announced.import_series(DATED)
    )
    await settled(announced)
    assert of_session_2(announced) == [("2026-04-08T12:00", 4), ("2026-04-08T12:00", 1)]
    assert "Wednesday 8 April 2026, 13:00" in text_of(announced.board("## 2 of 4", announced.announcements))
    assert told(announced) == []


async def test_a_cancelled_session_is_held_again_by_a_file_with_another_date_and_only_so(announced: Room):
    await cancel(announced)
    await announced.import_series(DATED.replace(b'hashtag = "#QcomQMS"', b'hashtag = "#QMS"'))
    await settled(announced)
    assert "**Cancelled.**" in text_of(announced.board("## 2 of 4", announced.announcements))
    answer = await announced.import_series(DATED.replace(b"date = 2026-04-08", b"date = 2026-04-16"))
    assert f"- changed: 2 of 4, {MOON} (start, end, held again); those who signed up are told" in answer
    await settled(announced)
    assert "Thursday 16 April 2026, 13:00" in text_of(announced.board("## 2 of 4", announced.announcements))
    assert of_session_2(announced) == [("2026-04-08T12:00", 4), ("2026-04-16T12:00", 1)]
    agenda = await announced.bot.services.sessions.agenda(announced.guild.id)
    assert (agenda.sessions[1].state, agenda.sessions[1].sequence) == ("planned", 2)


async def test_a_draft_may_change_without_a_word(room: Room):
    shown = await room.admin.slash(room.lobby, "setup")
    await room.pick(room.admin, shown, "announcements_channel")
    await room.import_series(DATED)
    await room.set_up()
    answer = await room.import_series(DATED.replace(b"date = 2026-04-08", b"date = 2026-04-16"))
    assert "are told" not in answer
    await settled(room)
    assert room.announcements.history() == []
    assert events(room) == []
