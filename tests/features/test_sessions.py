"""/session: starting, seeing where it stands, saying who came, finishing."""

from typing import NoReturn

import pytest
import simcord
from discord import Permissions
from simcord import ChannelHandle, InteractionResult, MemberActor
from simcord.backend.errors import SetupError

from bot.boards import PATIENCE
from bot.layout import TEXT
from bot.rehearsal.room import Room, said, text_of
from bot.services.promises import kept
from bot.services.refusal import Refusal
from bot.storage.sessions import Session
from cogs.summary import NEXT
from tests.conftest import SERIES
from tests.features import forged

FIRST = "Everybody's Business: Quality Management at an organisational level"
SECOND = "“Putting the man on the moon” – aligning everyone to strategy"
MINUTE = PATIENCE.total_seconds() + 2
DOORS = f"**{FIRST}** is about to begin."
WELCOME = f"# {FIRST}"
NOW = f"## Live now: 1 of 4, {FIRST}"
PINNED = "pinned a message to this channel."
OVER = f"## 1 of 4: {FIRST}"
NO_SESSION = "No session is open. A host can start one with /session start."


def lines(*text: str) -> str:
    return "\n".join(text)


async def sessions(room: Room) -> tuple[Session, ...]:
    """What the database has of the series."""
    return (await room.bot.services.sessions.agenda(room.guild.id)).sessions


async def states(room: Room) -> list[str]:
    return [session.state for session in await sessions(room)]


async def ask(room: Room, command: str = "session start", who: MemberActor | None = None) -> InteractionResult:
    """A host's command up to its question."""
    return await (who or room.host).slash(room.channel, command)


def titles(room: Room, channel: ChannelHandle | None = None) -> list[str]:
    """The first line of every message in a channel: the session's, unless another is named."""
    return [text.split("\n")[0] for text in room.texts(channel or room.channel)]


def reports(room: Room) -> int:
    """How many reports stand in the organisers' channel."""
    return sum(title.startswith("## Report of") for title in titles(room, room.office))


def file_of(room: Room, ending: str) -> str:
    """The text of one of the report's files."""
    (file,) = (each for each in room.board("Report of").attachments if each.filename.endswith(ending))
    data = room.env.backend.cdn.get(file.url)
    assert data is not None
    return data.decode()


@pytest.fixture
async def ready(room: Room) -> Room:
    """The series imported, nothing started."""
    await room.import_series(SERIES)
    return room


# ------------------------------------------------------------------ starting


async def test_starting_asks_once_and_then_welcomes(ready: Room) -> None:
    asked = await ask(ready)
    assert said(asked) == f"Start **1 of 4, {FIRST}** in {ready.channel.mention}?"
    assert await states(ready) == ["planned"] * 4
    assert titles(ready) == [DOORS]
    done = await ready.press(ready.host, asked, "Start it")
    assert said(done) == f"Session 1 is open in {ready.channel.mention}."
    assert await states(ready) == ["live", "planned", "planned", "planned"]
    assert titles(ready) == [DOORS, WELCOME, NOW, PINNED]
    welcome = ready.channel.history()[1]
    text = text_of(welcome).split("\n")
    assert text[:2] == [WELCOME, "Quality Management Systems webinar series, 1 of 4"]
    assert text[2].startswith("**Hosts:** Emma Adams (Independent Improvement Consultant and Generation Q Fellow); Dr")
    assert text[3].startswith("**Guests:** Michael Canavan (Portfolio Lead,")
    assert text[4] == "## How we’re running today’s session"
    assert [line.split(" ")[0] for line in text[5:12]] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
    assert text[5] == "1. Please stay on mute while the speakers present."
    assert text[12:] == [
        "**Recording.** This session is recorded on Zoom and the Zoom chat is saved. Both are shared afterwards.",
        kept(reads=False),
    ]
    rows = [each for each in welcome.components[0].children if hasattr(each, "children")]  # type: ignore[union-attr]
    (button,) = rows[0].children
    assert (button.label, button.url) == ("Join on Zoom", "https://zoom.us/j/00000000000")
    assert [each.label for each in rows[1].children] == ["Leave mine out", "What we keep", "About you"]


async def test_cancelling_starts_nothing(ready: Room) -> None:
    asked = await ask(ready)
    assert said(await ready.press(ready.host, asked, "Cancel")) == "Nothing was done."
    assert await states(ready) == ["planned"] * 4
    assert titles(ready) == [DOORS]


async def test_the_next_session_due_is_the_first_unfinished(ready: Room) -> None:
    await ready.start_session()
    await ready.finish_session()
    assert said(await ask(ready)) == f"Start **2 of 4, {SECOND}** in {ready.channel.mention}?"


async def test_a_session_without_a_date_is_started_by_number(ready: Room) -> None:
    answer = await ready.start_session(session=3)
    assert answer.startswith("Start **3 of 4, “Work as done vs work as imagined” – making QMS a daily reality** in ")
    assert await states(ready) == ["planned", "planned", "live", "planned"]
    assert "Quality Management Systems webinar series, 3 of 4" in text_of(
        ready.board("# “Work as done vs work as imagined”")
    )
    assert (await ready.command("session status")).split("\n")[1:] == ["0 people took part so far."], "it has no plan"


async def test_a_session_that_cannot_start_says_why(ready: Room) -> None:
    assert await ready.command("session start", session=9) == "There is no session 9: the series has 4."
    await ready.start_session()
    open_already = "Session 1 is open already. /session finish closes it."
    assert await ready.command("session start") == open_already
    assert await ready.command("session start", session=1) == open_already
    assert await ready.command("session start", session=2) == open_already
    await ready.finish_session()
    finished = "Session 1 has finished. Its report is with the organisers."
    assert await ready.command("session start", session=1) == finished
    for number in (2, 3, 4):
        await ready.start_session(session=number)
        await ready.finish_session()
    assert await ready.command("session start") == "All sessions of the series have finished."


async def test_without_a_series_nothing_starts(room: Room) -> None:
    answer = await room.command("session start")
    assert answer == ("There is no series here yet. A host can import one: /series template, then /series import.")


async def test_a_double_press_of_start_opens_once(ready: Room) -> None:
    first, second = await ask(ready), await ask(ready)
    await ready.press(ready.host, first, "Start it")
    again = await ready.press(ready.host, second, "Start it")
    assert said(again).endswith("Session 1 is open already. /session finish closes it.")
    assert titles(ready) == [DOORS, WELCOME, NOW, PINNED]


async def test_two_hosts_start_two_sessions_and_one_is_told(ready: Room) -> None:
    joy = ready.member("Joy Host", ready.hosts)
    first = await ask(ready)
    second = await joy.slash(ready.channel, "session start", session=2)
    await ready.press(joy, second, "Start it")
    answer = said(await ready.press(ready.host, first, "Start it"))
    assert answer.endswith("Session 2 is open already. /session finish closes it.")
    assert await states(ready) == ["planned", "live", "planned", "planned"]


async def test_an_old_start_button_says_that_the_session_has_finished(ready: Room) -> None:
    first, second = await ask(ready), await ask(ready)
    await ready.press(ready.host, first, "Start it")
    await ready.finish_session()
    answer = said(await ready.press(ready.host, second, "Start it"))
    assert answer.endswith("Session 1 has finished. Its report is with the organisers.")


async def test_a_session_runs_where_the_command_is_given_unless_a_channel_is_chosen(ready: Room) -> None:
    await ready.set_up(session_channel=[])
    refused = said(await ready.host.slash(ready.office, "session start"))
    assert refused == "A session cannot run in the organisers’ channel. Use this command where people take part."
    asked = await ready.host.slash(ready.lobby, "session start")
    assert said(await ready.press(ready.host, asked, "Start it")) == f"Session 1 is open in {ready.lobby.mention}."
    assert ready.board(FIRST).channel.id == ready.lobby.id


async def test_starting_needs_a_channel_for_the_report(ready: Room) -> None:
    asked = await ask(ready)
    await ready.set_up(organiser_channel=[])
    sentence = "There is no channel for the organisers’ report yet. An admin can choose it with /setup."
    assert said(await ask(ready)) == sentence
    assert said(await ready.press(ready.host, asked, "Start it")).endswith(sentence)
    assert await states(ready) == ["planned"] * 4


async def test_starting_needs_the_rights_to_post_and_names_them(ready: Room) -> None:
    asked = await ask(ready)
    for channel in (ready.channel, ready.office):
        ready.forbid(channel, "read_message_history")
        sentence = f"I cannot post in {channel.mention}: I lack Read Message History there."
        assert said(await ask(ready)) == sentence
        assert said(await ready.press(ready.host, asked, "Start it")).endswith(sentence)
        ready.allow(channel)
        if channel == ready.office:
            ready.forbid(channel, "attach_files")
            assert said(await ask(ready)).endswith("I lack Attach Files there.")
    assert await states(ready) == ["planned"] * 4
    assert titles(ready) == [DOORS]


async def test_a_welcome_that_discord_refuses_is_posted_later_and_once(ready: Room) -> None:
    asked = await ask(ready)
    ready.env.inject_error("POST", f"/channels/{ready.channel.id}/messages", status=403, message="Missing Access")
    told = said(await ready.press(ready.host, asked, "Start it")).split("\n")[-2:]
    assert told == [
        "It is saved, but Discord would not let me post it. I try again by myself every minute.",
        f"- {ready.channel.mention}: Missing Access",
    ]
    assert await states(ready) == ["live", "planned", "planned", "planned"]
    await ready.env.advance_time(MINUTE)
    await ready.repaint()
    assert titles(ready) == [DOORS, NOW, PINNED, WELCOME]


def full(name: int, role: int, point: int) -> bytes:
    """A series file whose welcome has as many people and points as there can be, of these lengths."""
    people = [f'{{ name = "{i:02}{"n" * name}", role = "{"r" * role}" }}' for i in range(20)]
    points = [f'"{i:02}{"*" * point}"' for i in range(20)]
    return f"""
        [series]
        key = "full"
        title = "{"_" * 100}"
        time_zone = "Europe/London"
        place = "Zoom"
        join_url = "https://zoom.us/j/1"
        hosts = [{", ".join(people[:10])}]
        housekeeping = [{", ".join(points)}]
        recording_notice = "{"|" * 500}"
        [[series.sessions]]
        title = "{"~" * 100}"
        guests = [{", ".join(people)}]
        """.encode()


KEPT = max(len(kept(reads=reads)) for reads in (True, False))


async def test_the_fullest_welcome_fits(room: Room) -> None:
    assert f"its welcome has {22_683 + KEPT:,} characters" in await room.import_series(full(98, 200, 298))
    assert "is imported" in await room.import_series(full(8, 10, 26))
    await room.start_session()
    welcome, stars = text_of(room.board("How we’re running")), r"\*" * 26
    assert TEXT - 500 < len(welcome) <= TEXT
    assert all(f"\n{i}. {i - 1:02}{stars}" in welcome for i in range(1, 21)), "every point is there, whole"


# ------------------------------------------------------------------ status


async def test_status_says_what_is_open_and_what_comes_next(live: Room) -> None:
    heading = f"## 1 of 4, {FIRST}"
    assert await live.command("session status") == lines(
        heading,
        "0 people took part so far.",
        "Prepared polls not opened yet (/poll prepared): “encourage” and “useful”",
        "By the plan: now “Welcome and housekeeping”, then “Where are you?”",
    )
    await live.command("poll prepared", name="encourage")
    await live.open_poll("Left", "Right")
    ana, ben = live.member("Ana"), live.member("Ben")
    await live.vote(ana, 2, 0)
    await live.vote(ben, 2, 1)
    await live.command("poll close", poll=2)
    await live.command("review open")
    await live.review(ana, "Ask more.", "", quote=False)
    await live.env.advance_time(87 * 60)
    assert await live.command("session status") == lines(
        heading,
        "2 people took part so far.",
        "- Poll 1, open, n=0: What do you think is most important in encouraging people to take a more improvement "
        "focused approach?",
        "- Poll 2, closed, n=2: Which way?",
        "- Review, open, 1 person answered",
        "Prepared polls not opened yet (/poll prepared): “useful”",
        "By the plan: now “Thank you and close”",
    )
    await live.env.advance_time(3 * 60)
    last = (await live.command("session status")).split("\n")[-1]
    assert last == "By the plan, everything is done: /session finish when you are ready."


async def test_status_of_many_long_polls_fits(live: Room) -> None:
    for i in range(14):
        await live.open_poll("Yes", "No", question=f"{i:02}{'*' * 298}")
    status = await live.command("session status")
    assert len(status) <= TEXT
    assert all(f"- Poll {i + 1}, open, n=0: {i:02}\\*" in status for i in range(14))
    await live.finish_session()
    summary, report = text_of(live.board("Summary of")), text_of(live.board("Report of"))
    assert max(len(summary), len(report)) <= TEXT
    assert "Poll 14: Nobody answered this poll." in report
    assert "**Poll 14.** Nobody answered this poll." in summary


# ------------------------------------------------------------------ finishing


async def test_finishing_says_what_it_closes_and_asks(live: Room) -> None:
    assert said(await ask(live, "session finish")) == f"Finish **1 of 4, {FIRST}**? No poll or review is open."
    await live.open_poll("Left", "Right")
    await live.open_poll("Yes", "No")
    await live.command("poll close", poll=1)
    await live.vote(live.member("Ana"), 2, 0)
    await live.command("review open")
    asked = await ask(live, "session finish")
    assert said(asked) == f"Finish **1 of 4, {FIRST}**? This closes Poll 2 (n=1) and the review (0 people answered)."
    assert said(await live.press(live.host, asked, "Cancel")) == "Nothing was done."
    assert (await states(live))[0] == "live"
    assert said(await live.press(live.host, await ask(live, "session finish"), "Finish it")) == (
        f"The session is finished. Its report is in {live.office.mention}."
    )
    assert (await states(live))[0] == "finished"


async def test_the_summary_is_public_and_holds_no_words(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana, ben = live.member("Ana"), live.member("Ben")
    await live.vote(ana, 1, 0)
    await live.command("review open")
    await live.review(ana, "Ask more.", "Fewer slides.", quote=True)
    await live.review(ben, "Listen first.", "", quote=True)
    await live.finish_session()
    await live.repaint()
    assert titles(live) == [
        DOORS,
        WELCOME,
        OVER,
        PINNED,
        "## Poll 1, closed, anonymous",
        "-# After action review, 1 of 2, closed",
        "-# After action review, 2 of 2, closed",
        "## Poll 1, results, anonymous",
        f"## Summary of 1 of 4, {FIRST}",
    ]
    assert text_of(live.board("Summary of")) == "\n\n".join(
        (
            f"## Summary of 1 of 4, {FIRST}",
            "**2 people took part here.**",
            "**Poll 1. Which way?** n=1\n-# Answered anonymously.\n- Left: **1** (100%)\n- Right: **0** (0%)",
            "**2 takeaways and 1 improvement**; the team reads them before sharing any.",
            "-# This is a light-touch exercise: it says what the people who answered think, and no more.",
            f"**Next, 2 of 4:** {SECOND}. <t:1649419200:F> (Friday 8 April 2022, 13:00 Europe/London)",
            r"Keep talking: \#QcomQMS and q@health.org.uk",
        )
    )
    everything = "\n".join(live.texts(live.channel))
    assert not any(words in everything for words in ("Ask more", "Fewer slides", "Listen first"))


async def test_the_report_goes_to_the_organisers_alone(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.vote(live.member("Ana"), 1, 0)
    await live.finish_session()
    board = live.board("Report of")
    assert board.channel.id == live.office.id
    assert text_of(board) == lines(
        f"## Report of 1 of 4, {FIRST}",
        "Took part here: 1 person. Joined: not given yet (/session attendance).",
        "Poll 1: The one person who answered selected “Left” (n=1).",
        "0 takeaways and 0 improvements. Nothing that people wrote is public until somebody chooses it here.",
        NEXT,
    )
    assert sorted(each.filename.partition("-1-of-4-")[2] for each in board.attachments) == [
        "figure-1.png",
        "report.docx",
        "report.html",
        "report.md",
        "report.pdf",
    ]
    gallery = next(each for each in board.components[0].children if each.type.name == "media_gallery")  # type: ignore[union-attr]
    assert [each.description for each in gallery.items] == [  # type: ignore[union-attr]
        "Bar chart. Which way? n=1. Left: 1 person, 100%. Right: 0 people, 0%."
    ]


async def test_a_session_where_nothing_happened_has_a_summary(live: Room) -> None:
    await live.finish_session()
    summary = text_of(live.board("Summary of"))
    assert "**0 people took part here.**" in summary
    assert "\n\nNo takeaways or improvements came in.\n\n" in summary


async def test_the_last_session_announces_no_next_one(live: Room) -> None:
    await live.finish_session()
    await live.start_session(session=4)
    await live.finish_session()
    assert "Next" not in text_of(live.board("Summary of 4 of 4"))


async def test_an_undated_next_session_is_announced_so(live: Room) -> None:
    await live.finish_session()
    await live.start_session(session=2)
    await live.finish_session()
    assert "making QMS a daily reality. The date is to be announced." in text_of(live.board("Summary of 2 of 4"))


async def test_a_double_press_of_finish_closes_once(live: Room) -> None:
    joy = live.member("Joy Host", live.hosts)
    first, second = await ask(live, "session finish"), await ask(live, "session finish", joy)
    await live.press(live.host, first, "Finish it")
    again = said(await live.press(joy, second, "Finish it"))
    assert again.endswith("Session 1 has finished. Its report is with the organisers.")
    assert sum(title.startswith("## Summary") for title in titles(live)) == 1
    assert reports(live) == 1
    assert await live.command("session finish") == NO_SESSION


async def test_finishing_from_the_office_and_not_from_elsewhere(live: Room) -> None:
    elsewhere = said(await live.host.slash(live.lobby, "session finish"))
    assert elsewhere == f"The session is running in {live.channel.mention}. Use this command there."
    asked = await live.host.slash(live.office, "session finish")
    await live.press(live.host, asked, "Finish it")
    assert live.board("Summary of").channel.id == live.channel.id


async def test_finishing_needs_the_rights_to_post_and_names_them(live: Room) -> None:
    asked = await ask(live, "session finish")
    live.forbid(live.office, "attach_files")
    sentence = f"I cannot post in {live.office.mention}: I lack Attach Files there."
    assert said(await ask(live, "session finish")) == sentence
    assert said(await live.press(live.host, asked, "Finish it")).endswith(sentence)
    live.allow(live.office)
    live.forbid(live.channel, "send_messages")
    sentence = f"I cannot post in {live.channel.mention}: I lack Send Messages and Attach Files there."
    assert said(await ask(live, "session finish")) == sentence
    assert (await states(live))[0] == "live"


async def test_what_discord_refuses_at_the_finish_comes_later_and_once(live: Room) -> None:
    asked = await ask(live, "session finish")
    live.env.inject_error("POST", f"/channels/{live.office.id}/messages", status=500, message="Oops")
    told = said(await live.press(live.host, asked, "Finish it")).split("\n")[-2:]
    assert told == [
        "It is saved, but Discord would not let me post it. I try again by myself every minute.",
        f"- {live.office.mention}: Oops",
    ]
    assert (await states(live))[0] == "finished"
    assert titles(live)[-1] == f"## Summary of 1 of 4, {FIRST}", "the others are not held up"
    await live.env.advance_time(MINUTE)
    await live.repaint()
    assert reports(live) == 1


@pytest.mark.logs_errors
async def test_a_bug_in_one_board_loses_none(live: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_session: int) -> NoReturn:
        raise ArithmeticError

    asked = await ask(live, "session finish")
    with monkeypatch.context() as patched:
        patched.setattr(live.bot.services.summaries, "brief", broken)
        told = said(await live.press(live.host, asked, "Finish it"))
    assert "Something went wrong on our side. If it happens again, tell whoever runs Plenary this reference: " in told
    assert "Arithmetic" not in told
    assert titles(live) == [DOORS, WELCOME, OVER, PINNED]
    await live.env.advance_time(MINUTE)
    await live.repaint()
    assert titles(live) == [DOORS, WELCOME, OVER, PINNED, f"## Summary of 1 of 4, {FIRST}"]
    assert reports(live) == 1


async def test_a_session_whose_channel_is_gone_can_be_finished(live: Room) -> None:
    live.env.backend.delete_channel(live.channel.id)
    gone = "The session’s channel is gone. Finish the session with /session finish."
    assert said(await live.host.slash(live.lobby, "poll open", question="Which?", options="A|B")) == gone
    asked = await live.host.slash(live.lobby, "session finish")
    told = said(await live.press(live.host, asked, "Finish it"))
    assert told.endswith(f"- {live.channel.mention}: Unknown Channel")
    assert (await states(live))[0] == "finished"
    assert live.board("Report of", live.office)
    await live.set_up(session_channel=[live.lobby])
    asked = await live.host.slash(live.lobby, "session start")
    assert said(await live.press(live.host, asked, "Start it")) == f"Session 2 is open in {live.lobby.mention}."


# ------------------------------------------------------------------ attendance


async def test_attendance_given_before_the_finish_is_in_the_report(live: Room) -> None:
    assert await live.command("session attendance", joined=122) == (
        "122 people joined session 1. The report will say so."
    )
    await live.finish_session()
    assert "Took part here: 0 people. Joined: 122 people." in text_of(live.board("Report of"))


async def test_attendance_given_later_changes_the_report_in_place(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.vote(live.member("Ana"), 1, 0)
    await live.finish_session()
    before = live.board("Report of")
    assert "25%" not in file_of(live, ".md")
    assert (
        await live.command("session attendance", joined=4) == "4 people joined session 1. The report is being updated."
    )
    await live.repaint()
    after = live.board("Report of")
    assert after.id == before.id
    assert reports(live) == 1
    assert "Took part here: 1 person. Joined: 4 people." in text_of(after)
    assert "25%" in file_of(live, ".md"), "the response rate"
    assert "25%" in file_of(live, ".html")
    assert [each.filename for each in after.attachments] == [each.filename for each in before.attachments]
    # A slip is mended the same way.
    await live.command("session attendance", joined=1)
    await live.repaint()
    assert "Joined: 1 person." in text_of(live.board("Report of"))


async def test_attendance_is_the_running_sessions_before_the_finished_ones(live: Room) -> None:
    await live.finish_session()
    await live.start_session(session=2)
    assert (await live.command("session attendance", joined=7)).startswith("7 people joined session 2.")
    assert [session.joined for session in await sessions(live)] == [None, 7, None, None]


async def test_attendance_of_nothing_is_refused(ready: Room) -> None:
    answer = await ready.command("session attendance", joined=7)
    assert answer == "No session has been started yet, so nobody can have joined one."
    with pytest.raises(SetupError):  # Discord itself does not take it
        await ready.command("session attendance", joined=-1)


# ------------------------------------------------------------------ who may


async def test_somebody_who_is_no_host_is_refused(live: Room) -> None:
    ivy, ana = forged.impostor(live), live.member("Ana")
    no = f"Only hosts can do that. Ask an admin for the role {live.hosts.mention}."
    for command in ("session start", "session status", "session finish"):
        assert said(await ivy.slash(live.channel, command)) == no
    assert said(await ivy.slash(live.channel, "session attendance", joined=1)) == no
    for custom_id in ("session:1:1:start", "session:1:2:start", "session:1:1:finish"):
        assert await forged.click(live, ana, custom_id) == no
    assert await states(live) == ["live", "planned", "planned", "planned"]
    assert (await sessions(live))[0].joined is None


async def test_whoever_manages_the_server_is_a_host(ready: Room) -> None:
    await ready.set_up(hosts=[])
    no = "Only hosts can do that. An admin can name the hosts with /setup."
    assert said(await ask(ready)) == no
    manages = Permissions(manage_guild=True, manage_events=True)
    mo = ready.member("Mo Manager", ready.guild.create_role("Managers", permissions=manages))
    started = await ready.press(mo, await ask(ready, who=mo), "Start it")
    assert said(started) == f"Session 1 is open in {ready.channel.mention}."


async def test_without_a_session_there_is_nothing_to_see_or_finish(ready: Room) -> None:
    assert await ready.command("session status") == NO_SESSION
    assert await ready.command("session finish") == NO_SESSION
    assert await forged.click(ready, ready.host, "session:1:1:finish") == "Session 1 is not open."


async def test_a_session_of_another_server_is_not_known(live: Room, env: simcord.Env) -> None:
    elsewhere = Room(env, live.settings, live.clock)
    await elsewhere.set_up()
    for custom_id in ("session:1:1:start", "session:1:1:finish", "session:1:999999999999999999:start"):
        assert await forged.click(elsewhere, elsewhere.host, custom_id) == "That session is not known here."
    assert await states(live) == ["live", "planned", "planned", "planned"]
    with pytest.raises(Refusal):
        await sessions(elsewhere)


async def test_forged_controls_are_answered(live: Room) -> None:
    stale = "That control is no longer in use. Look further down for a newer message."
    for custom_id in ("session:2:1:start", "session:1:one:start", f"session:1:{'9' * 19}:finish", "session:1:1:stop"):
        assert await forged.click(live, live.host, custom_id) == stale
    assert await states(live) == ["live", "planned", "planned", "planned"]
