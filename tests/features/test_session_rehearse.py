"""/session rehearse: hosts play a session before its day, in private, and nothing of it counts."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from discord import PermissionOverwrite
from simcord import ChannelHandle, MemberActor
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, OverwriteType

from bot.layout import REHEARSED, TEXT, rehearsed, text
from bot.rehearsal.room import Room, said, text_of
from bot.storage import people, sessions
from bot.storage.sessions import Session
from tests.conftest import SERIES as EXAMPLE
from tests.features import forged

FIRST = "Everybody's Business: Quality Management at an organisational level"
SECOND = "“Putting the man on the moon” – aligning everyone to strategy"
WELCOME = "Welcome and housekeeping"
POLL = "Poll: encouraging an improvement focus"
GONE = {"That step is not known here.", "That poll is not known here.", "That session is not known here."}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


SERIES = re.sub(rb"(?ms)^regions = \[.*?^\]\n", b"", EXAMPLE)
"""Without regions the first poll is the one of the series."""

LATER = SERIES.replace(b"2022-02-24", b"2022-03-24", 1)
"""Session 1 is four weeks away, so that nothing of it begins meanwhile."""


def automatic(series: bytes) -> bytes:
    return series.replace(b'run = "prompted"', b'run = "automatic"', 1)


async def rehearse(room: Room, **options: object) -> ChannelHandle:
    """The host rehearses. The thread in which it is."""
    told = await room.command("session rehearse", **options)
    thread = room.office.threads[-1]
    assert told.startswith(f"The rehearsal has begun in {thread.mention}."), told
    return thread


async def do(room: Room, thread: ChannelHandle, name: str, **options: Any) -> str:
    """The host's command in the thread. What the bot answers."""
    return said(await room.host.slash(thread, name, **options))


async def finish(room: Room, thread: ChannelHandle) -> str:
    asked = await room.host.slash(thread, "session finish")
    return "\n".join((said(asked), said(await room.press(room.host, asked, "Finish it"))))


async def vote(room: Room, thread: ChannelHandle, who: MemberActor, number: int, option: int) -> str:
    board = room.board(f"Poll {number}, open", thread)
    return await room.answer(who, board, option)


def bring(room: Room, thread: ChannelHandle, name: str) -> MemberActor:
    """Another host, whom somebody mentioned in the thread."""
    host = room.member(name, room.hosts)
    room.env.backend.add_thread_member(thread.id, host.id)
    return host


def titles(channel: ChannelHandle) -> list[str]:
    """The first line of each of the bot's messages, without the mark of a rehearsal."""
    shown = (text_of(each) for each in channel.history() if each.components)
    return [each.removeprefix(f"{REHEARSED}\n").split("\n")[0] for each in shown]


def elsewhere(room: Room) -> dict[str, list[str]]:
    """What the bot has posted in the channels that people and hosts have."""
    channels = (room.channel, room.announcements, room.office, room.lobby)
    return {str(each.name): [text_of(shown) for shown in each.history() if shown.components] for each in channels}


async def kept(room: Room) -> tuple[Session, ...]:
    """The series as the database has it: no rehearsal is in it."""
    return (await room.bot.services.sessions.agenda(room.guild.id)).sessions


async def in_thread(room: Room, thread: ChannelHandle) -> Session | None:
    """The rehearsal in a thread, as the database has it."""
    async with room.bot.database.read() as connection:
        return await sessions.rehearsal_in(connection, thread.id)


def controls(*channels: ChannelHandle) -> list[str]:
    """The custom_ids of every control in the channels."""
    shown = (part.to_dict() for channel in channels for message in channel.history() for part in message.components)
    return [custom_id for each in shown for custom_id in re.findall(r"'custom_id': '([^']+)'", str(each))]


@pytest.fixture
async def ready(room: Room) -> Room:
    """The series is imported; session 1 is five minutes away."""
    await room.import_series(SERIES)
    return room


# ------------------------------------------------------------------ the whole way


async def test_a_rehearsal_from_its_welcome_to_its_report(ready: Room):
    before = elsewhere(ready)
    thread = await rehearse(ready)
    assert thread.name == f"TEST: 1 of 4, {FIRST}"
    other = bring(ready, thread, "Joy Host")
    for _ in range(3):
        await do(ready, thread, "session next")
    assert (await vote(ready, thread, ready.host, 1, 0)).startswith("Saved.")
    assert (await vote(ready, thread, other, 1, 1)).startswith("Saved.")
    assert await do(ready, thread, "session attendance", joined=5) == (
        "5 people joined session 1. The report will say so."
    )
    await do(ready, thread, "review open")
    form = await other.click(ready.board("After action review, 1 of 2, open", thread), label="Write my answer")
    await other.submit_modal(form, {"words": "Try it before", "use": "quote"})
    told = await finish(ready, thread)
    assert told.startswith(f"Finish **1 of 4, TEST: {FIRST}**? This closes Poll 1 (n=2) and the review")
    assert told.endswith(f"Its report is in {thread.mention}.")
    await ready.repaint()
    assert titles(thread) == [
        f"# {FIRST}",
        f"## 1 of 4: {FIRST}",
        "## 1 of 4, finished",
        "## Where are you?",
        "## Poll 1, closed, anonymous",
        "-# After action review, 1 of 2, closed",
        "-# After action review, 2 of 2, closed",
        "## Poll 1, results, anonymous",
        f"## Summary of 1 of 4, TEST: {FIRST}",
        f"## Report of 1 of 4, TEST: {FIRST}",
    ]
    shown = [text_of(each) for each in thread.history() if each.components]
    assert all(each.startswith(f"{REHEARSED}\n") for each in shown)
    assert elsewhere(ready) == before
    report = ready.board("Report of", thread)
    assert "Took part here: 2 people. Joined: 5 people." in text_of(report)
    assert all(each.filename.startswith("test-qms-1-of-4") for each in report.attachments)
    markdown = next(each for each in report.attachments if each.filename.endswith("-report.md"))
    written = ready.env.backend.cdn.get(markdown.url)
    assert written is not None
    assert f"# TEST: {FIRST}" in written.decode()
    assert "Remind me of the next one" not in str(ready.board("Summary of", thread).components)


async def test_only_those_who_are_brought_in_see_it(ready: Room):
    thread = await rehearse(ready)
    assert ready.env.backend.get_channel(thread.id).type == ChannelType.PRIVATE_THREAD
    assert thread.history(viewer=ready.host)
    for who in (ready.organiser, ready.member("Sam")):
        with pytest.raises(Exception, match="cannot read"):
            thread.history(viewer=who)


async def test_it_is_in_the_hosts_channel_where_there_is_one(ready: Room):
    backstage = ready.guild.create_text_channel("backstage")
    await ready.set_up(host_channel=[backstage])
    await ready.command("session rehearse", session=3)
    (thread,) = backstage.threads
    assert thread.name == "TEST: 3 of 4, “Work as done vs work as imagined” – making QMS a daily reality"
    assert titles(thread)[0] == "# “Work as done vs work as imagined” – making QMS a daily reality"
    told = await finish(ready, thread)
    assert told.endswith(f"Its report is in {thread.mention}.")
    assert "## Report of 3 of 4" in titles(thread)[-1]


async def test_nothing_of_it_is_in_the_series(ready: Room):
    before = await kept(ready)
    agenda, calendar = await ready.command("agenda"), await ready.bot.services.diary.series(ready.guild.id)
    thread = await rehearse(ready)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    await vote(ready, thread, ready.host, 1, 0)
    assert await kept(ready) == before
    assert await ready.command("agenda") == agenda
    assert await ready.bot.services.diary.series(ready.guild.id) == calendar
    await finish(ready, thread)
    assert await kept(ready) == before
    assert await ready.command("session attendance", joined=7) == (
        "No session has been started yet, so nobody can have joined one."
    )
    assert "Nothing" in await ready.import_series(SERIES)


async def test_a_session_that_begins_by_itself_takes_over_from_a_rehearsal(room: Room):
    await room.import_series(automatic(SERIES))
    thread = await rehearse(room, session=2)
    await room.clock.pass_time(minutes(3))
    assert f"## Live now: 2 of 4, {SECOND}" in titles(thread)
    await room.clock.pass_time(minutes(4))
    assert [each.state for each in await kept(room)] == ["live", "planned", "planned", "planned"]
    assert await in_thread(room, thread) is None
    assert titles(room.channel)[1:3] == [f"# {FIRST}", f"## Live now: 1 of 4, {FIRST}"]


async def test_where_both_are_due_at_once_only_the_session_goes_on(room: Room):
    await room.import_series(automatic(LATER))
    thread = await rehearse(room)
    await room.import_series(automatic(SERIES).replace(b'key = "qms"', b'key = "other"', 1))
    before = titles(thread)
    await room.clock.pass_time(minutes(5))  # the rehearsal's second step, and the other series' first
    assert [each.state for each in await kept(room)] == ["live", "planned", "planned", "planned"]
    assert await in_thread(room, thread) is None
    assert titles(thread) == before
    assert titles(room.channel)[1] == f"# {FIRST}"
    assert "This did not happen" not in "".join(room.texts(room.office))


async def test_a_rehearsal_that_runs_by_itself_ends_by_itself(room: Room):
    await room.import_series(automatic(LATER))
    before = elsewhere(room)
    thread = await rehearse(room)
    await room.clock.pass_time(timedelta(hours=2))
    ended = titles(thread)
    assert ended[-2:] == [f"## Summary of 1 of 4, TEST: {FIRST}", f"## Report of 1 of 4, TEST: {FIRST}"]
    assert len(ended) == len(set(ended))
    await room.clock.pass_time(timedelta(days=2))  # nothing follows it
    assert titles(thread) == ended
    assert elsewhere(room) == before


async def test_reminders_of_sessions_go_out_while_one_is_rehearsed(room: Room):
    await room.import_series(SERIES.replace(b"2022-02-24", b"2022-02-25", 1))
    thread = await rehearse(room)
    await room.clock.pass_time(minutes(6))
    reminders = [each for each in titles(room.announcements) if "1 of 4" in each and "begins" in each]
    assert len(reminders) == 1
    rehearsal = await in_thread(room, thread)
    assert rehearsal is not None
    assert rehearsal.state == "live"


async def test_what_could_not_happen_in_it_is_told_in_it(room: Room):
    await room.import_series(automatic(LATER))
    before = elsewhere(room)
    thread = await rehearse(room)
    (poll, *_) = (await kept(room))[0].plan["polls"]
    same = "|".join(poll["options"])
    await do(room, thread, "poll open", question=poll["question"], options=same)
    await room.clock.pass_time(minutes(40))
    assert f"- {FIRST}: {POLL}, because Poll 1 asks exactly this and is open already." in text_of(
        room.board("This did not happen", thread)
    )
    assert elsewhere(room) == before


# ------------------------------------------------------------------ the real one


async def test_the_real_session_begins_with_nothing(ready: Room):
    thread = await rehearse(ready)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    await vote(ready, thread, ready.host, 1, 0)
    await finish(ready, thread)
    await ready.start_session()
    status = await ready.command("session status")
    assert "0 people took part so far." in status
    assert "Poll" not in status.split("\n")[2]
    assert await ready.command("poll open", question="Tea?", options="Yes|No") == (
        f"Poll 1 is open in {ready.channel.mention}."
    )
    assert (await ready.vote(ready.host, 1, 1)).startswith("Saved.")
    await ready.repaint()
    assert all(REHEARSED not in each for each in ready.texts(ready.channel))
    assert await in_thread(ready, thread) is None


async def test_the_real_session_takes_over_from_a_rehearsal_that_runs(ready: Room):
    thread = await rehearse(ready)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    before = ready.texts(thread)
    told = await ready.start_session()
    assert told.endswith(f"Session 1 is open in {ready.channel.mention}.")
    await ready.repaint()
    await ready.clock.pass_time(minutes(40))
    assert ready.texts(thread) == before
    assert await in_thread(ready, thread) is None
    async with ready.bot.database.read() as connection:
        running = await sessions.live(connection, ready.guild.id)
    assert running is not None
    assert running.rehearses is None


async def test_no_button_of_a_rehearsal_that_is_over_leads_to_the_real_session(ready: Room):
    thread = await rehearse(ready)
    for _ in range(3):
        await do(ready, thread, "session next")
    await do(ready, thread, "review open")
    await ready.repaint()
    # What people say of themselves, and what is kept about them, is the same everywhere.
    before = {each for each in controls(thread) if not each.startswith(("about:", "privacy:"))}
    await ready.start_session()
    for _ in range(3):
        await ready.command("session next")
    await ready.command("review open")
    await ready.repaint()
    standing = [*before, "session:1:5:finish", "feature:1:5"]
    assert {each.split(":")[0] for each in standing} == {"cue", "show", "poll", "review", "session", "feature"}
    real = controls(ready.channel, ready.office)
    assert not set(before) & set(real)
    for custom_id in standing:
        values = ("0",) if custom_id.count(":") == 2 and custom_id.startswith("poll") else ()
        answer = await forged.click(ready, ready.host, custom_id, *values)
        assert answer in GONE | {"That review is not known here."}, custom_id
    assert "0 people took part so far." in await ready.command("session status")


async def test_hosts_are_in_the_real_one_everywhere_but_in_the_thread(ready: Room):
    thread = await rehearse(ready)
    await ready.clock.pass_time(minutes(5))
    assert f"**Due now:** {WELCOME}" in text_of(ready.board("**Due now:**", ready.office))
    # In the thread the next step of the rehearsal begins, everywhere else the session.
    assert await do(ready, thread, "session next") != f"“{WELCOME}” has begun."
    assert [each.state for each in await kept(ready)] == ["planned"] * 4
    assert await ready.command("session next") == f"“{WELCOME}” has begun."
    assert (await kept(ready))[0].state == "live"
    assert await in_thread(ready, thread) is None


async def test_outside_its_thread_a_rehearsal_cannot_be_led_by_mistake(ready: Room):
    await rehearse(ready)
    only = "Only a rehearsal is open. Use this command in its own thread."
    for name, options in (
        ("session finish", {}),
        ("session status", {}),
        ("session skip", {}),
        ("session extend", {"minutes": 2}),
        ("session pause", {}),
        ("session next", {}),
        ("poll open", {"question": "Tea?", "options": "Yes|No"}),
        ("review open", {}),
    ):
        assert await ready.command(name, **options) == only
        assert said(await ready.host.slash(ready.office, name, **options)) == only


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("session start", {}),
        ("session cancel", {"reason": "Rain"}),
        ("session move", {"when": "14 April 2022 2pm", "session": 2}),
    ],
)
async def test_in_the_thread_nothing_is_done_to_the_series(ready: Room, name: str, options: dict[str, Any]):
    thread = await rehearse(ready)
    before = await kept(ready)
    told = await do(ready, thread, name, **options)
    assert told.startswith("This is the thread of a rehearsal, and that would change the real series")
    assert await kept(ready) == before
    assert await finish(ready, thread)
    assert await do(ready, thread, name, **options) == told


async def test_attendance_is_the_sessions_that_was_asked_in(ready: Room):
    await ready.start_session()
    await ready.finish_session()
    thread = await rehearse(ready, session=2)
    await finish(ready, thread)
    assert (await do(ready, thread, "session attendance", joined=3)).startswith("3 people joined session 2.")
    assert (await ready.command("session attendance", joined=80)).startswith("80 people joined session 1.")
    assert [each.joined for each in await kept(ready)] == [80, None, None, None]
    await ready.repaint()
    assert "Joined: 3 people." in text_of(ready.board("Report of", thread))


# ------------------------------------------------------------------ again, restarts, what goes away


async def test_a_second_rehearsal_replaces_the_first(ready: Room):
    first = await rehearse(ready)
    await do(ready, first, "poll open", question="Tea?", options="Yes|No")
    await vote(ready, first, ready.host, 1, 0)
    second = await rehearse(ready)
    assert first.id != second.id
    assert await in_thread(ready, first) is None
    status = await do(ready, second, "session status")
    assert "0 people took part so far." in status
    assert "Poll 1" not in status
    answer = await vote(ready, first, ready.host, 1, 0)
    assert answer == "That poll is not known here."
    assert (await do(ready, first, "session next")) == "Only a rehearsal is open. Use this command in its own thread."


async def test_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(ready: Room):
    thread = await rehearse(ready)
    for _ in range(3):
        await do(ready, thread, "session next")
    await ready.restart()
    await vote(ready, thread, ready.host, 1, 0)
    await ready.clock.pass_time(minutes(6))
    await ready.restart()
    assert (await do(ready, thread, "session status")).split("\n")[0] == f"## 1 of 4, TEST: {FIRST}"
    await do(ready, thread, "session next")
    await finish(ready, thread)
    await ready.restart()
    await ready.repaint()
    assert len(titles(thread)) == len(set(titles(thread)))
    assert "n=1: 1 person answered." in text_of(ready.board("Poll 1, results", thread))


async def test_a_thread_that_somebody_deletes_is_in_nobodys_way(ready: Room):
    thread = await rehearse(ready)
    ready.env.backend.delete_channel(thread.id)
    await ready.clock.pass_time(minutes(3))
    again = await rehearse(ready)
    assert titles(again)[0] == f"# {FIRST}"
    ready.env.backend.delete_channel(again.id)
    assert "Session 1 is open" in await ready.start_session()


async def test_an_import_that_takes_the_session_out_takes_its_rehearsal_too(ready: Room):
    thread = await rehearse(ready, session=4)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    before = ready.texts(thread)
    await ready.import_series(SERIES[: SERIES.rindex(b"[[series.sessions]]")])
    assert len(await kept(ready)) == 3
    assert await in_thread(ready, thread) is None
    await ready.restart()
    await ready.clock.pass_time(minutes(1))
    assert ready.texts(thread) == before
    await ready.clock.pass_time(minutes(3))
    again = await rehearse(ready)
    assert titles(again)[0] == f"# {FIRST}"


async def test_an_import_that_changes_the_session_leaves_its_rehearsal(ready: Room):
    thread = await rehearse(ready)
    changed = SERIES.replace(FIRST.encode(), b"Another title", 1)
    assert "changed" in await ready.import_series(changed)
    assert (await do(ready, thread, "session status")).split("\n")[0] == f"## 1 of 4, TEST: {FIRST}"
    again = await rehearse(ready)
    assert again.name == "TEST: 1 of 4, Another title"


# ------------------------------------------------------------------ what is kept about people


async def test_what_hosts_said_in_a_rehearsal_is_shown_to_them_as_such_and_erased(ready: Room):
    thread = await rehearse(ready)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    await vote(ready, thread, ready.host, 1, 0)
    shown = await ready.host.slash(ready.channel, "privacy")
    (file,) = (each for answer in (shown.response, *shown.followups) if answer for each in answer.attachments)
    data = ready.env.backend.cdn.get(file.url)
    assert data is not None
    (entry,) = json.loads(data)["sessions"]
    assert entry["session"] == f"TEST: {FIRST}"
    assert entry["answers"] == [{"poll": 1, "question": "Tea?", "privacy": "anonymous", "answer": ["Yes"]}]
    await ready.privacy(ready.host, "Erase what is kept about me", "Erase it")
    await ready.repaint()
    assert "Nobody has answered yet." in text_of(ready.board("Poll 1, open", thread))
    rehearsal = await in_thread(ready, thread)
    assert rehearsal is not None
    async with ready.bot.database.read() as connection:
        assert await people.sessions_of(connection, ready.guild.id, ready.host.id) == ()


async def test_with_the_rehearsal_goes_all_that_it_held(ready: Room):
    thread = await rehearse(ready)
    await do(ready, thread, "poll open", question="Tea?", options="Yes|No")
    await vote(ready, thread, ready.host, 1, 0)
    await ready.start_session()
    async with ready.bot.database.read() as connection:
        assert await people.sessions_of(connection, ready.guild.id, ready.host.id) == ()


# ------------------------------------------------------------------ refusals


async def test_without_a_series_there_is_nothing_to_rehearse(room: Room):
    assert (await room.command("session rehearse")).startswith("There is no series here yet.")


async def test_what_cannot_be_rehearsed(ready: Room):
    assert await ready.command("session rehearse", session=9) == "There is no session 9: the series has 4."
    await ready.start_session()
    for options in ({}, {"session": 2}):
        told = await ready.command("session rehearse", **options)
        assert told == "Session 1 is open now. Rehearse when it is over."
    await ready.finish_session()
    told = await ready.command("session rehearse", session=1)
    assert told == "Session 1 is finished, so there is nothing to rehearse."
    await ready.bot.services.moving.cancel(ready.guild.id, (await kept(ready))[1].id, "Rain", ready.clock.now())
    told = await ready.command("session rehearse", session=2)
    assert told == "Session 2 is cancelled, so there is nothing to rehearse."
    assert ready.office.threads == []


async def test_without_a_channel_for_hosts(ready: Room):
    await ready.set_up(organiser_channel=[])
    told = await ready.command("session rehearse")
    assert told == "There is no channel for hosts, or I cannot see it. An admin can choose one with /setup."


async def test_a_right_that_the_bot_lacks_is_named(ready: Room):
    ready.forbid(ready.office, "create_private_threads", "send_messages_in_threads")
    told = await ready.command("session rehearse")
    assert told.startswith(f"I cannot make a thread in {ready.office.mention}: I lack Create Private Threads and Send ")
    assert ready.office.threads == []


async def test_a_host_who_cannot_see_the_channel_is_told(ready: Room):
    host = ready.member("Ann", ready.hosts)
    _, denied = (each.value for each in PermissionOverwrite(view_channel=False).pair())
    ready.env.backend.set_overwrite(ready.office.id, Overwrite(host.id, OverwriteType.MEMBER, 0, denied))
    told = said(await host.slash(ready.channel, "session rehearse"))
    assert told == f"You cannot see {ready.office.mention}, so I cannot bring you into a thread there."


async def test_only_hosts_rehearse(ready: Room):
    told = said(await forged.impostor(ready).slash(ready.channel, "session rehearse"))
    assert told.startswith("Only hosts can do that.")


# ------------------------------------------------------------------ the mark


def test_the_mark_fits_on_any_message():
    full = (text("A" * 1000), text("B" * (TEXT - 1000)))
    first, *rest = rehearsed(full)
    assert first.to_component_dict()["content"] == REHEARSED
    texts = [each.to_component_dict()["content"] for each in (first, *rest)]
    assert sum(map(len, texts)) == TEXT
    assert texts[1] == "A" * 1000
    assert texts[2].endswith("…")
    assert len(rehearsed((text("A"),))) == 2
