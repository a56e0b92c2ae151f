"""/series: the file that is handed out, and the file that is sent in."""

import pytest
from simcord import MemberActor

from bot.rehearsal.room import Room, read, said, text_of
from bot.settings import EXAMPLE, Settings
from tests.conftest import SERIES
from tests.features import forged
from tests.tables import ask, every_row

TITLE = "Quality Management Systems webinar series"
PARTS = (
    "1 of 4, Everybody's Business: Quality Management at an organisational level",
    "2 of 4, “Putting the man on the moon” – aligning everyone to strategy",
    "3 of 4, “Work as done vs work as imagined” – making QMS a daily reality",
    "4 of 4, “Leading for Quality” – how do we lead where we are and bring people with us?",
)
LEAD = "- session 1: it begins in less than a day, and people are promised 14 days (lead\\_days)."
UNDATED = tuple(f"- session {number}: it has no date yet, so nothing announces it." for number in (3, 4))
DOUBTS = ("Please check:", LEAD, *UNDATED)
"""What is pointed out about the example, five minutes before its first session."""

SAME = f"**{TITLE}** is here already, exactly like this. Nothing was changed."
SMALL = b"""
[series]
key = "small"
title = "A small series"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"
join_url = "https://example.org/join"
lead_days = 0
[[series.sessions]]
title = "One"
date = 2022-03-01
[[series.sessions]]
title = "Two"
date = 2022-03-08
"""
"""A series in which there is nothing to mend."""


def lines(*said: str) -> str:
    return "\n".join(said)


def without_part_4(data: bytes) -> bytes:
    return data[: data.rindex(b"[[series.sessions]]")]


def steward(room: Room) -> tuple[MemberActor, str]:
    """Somebody who sees the hosts' commands, is no host, and what they are told."""
    return forged.impostor(room), f"Only hosts can do that. Ask an admin for the role {room.hosts.mention}."


def crowded(data: bytes) -> bytes:
    """With so many housekeeping points that no message can hold the welcome."""
    points = ", ".join(f'"{"x" * 250}"' for _ in range(20))
    return data.replace(b"[[series", f"housekeeping = [{points}]\n[[series".encode(), 1)


async def template(room: Room) -> bytes:
    shown = await room.host.slash(room.office, "series template")
    assert said(shown) == "Fill this in and send it with /series import. Nothing happens before."
    assert shown.response
    [file] = shown.response.attachments
    assert file.filename == "series.toml"
    return await file.read()


async def test_the_template_is_the_whole_example(room: Room):
    assert await template(room) == EXAMPLE.read_bytes()


async def test_the_template_imports_as_it_is(room: Room):
    assert await room.import_series(await template(room)) == lines(
        f"**{TITLE}** is imported, with 4 sessions.", *(f"- new: {part}" for part in PARTS), *DOUBTS
    )


async def test_the_template_is_for_hosts(room: Room):
    who, refusal = steward(room)
    assert said(await who.slash(room.lobby, "series template")) == refusal


async def test_importing_is_for_hosts(room: Room, settings: Settings):
    before = every_row(settings)
    who, refusal = steward(room)
    assert said(await who.slash(room.lobby, "series import", file=("series.toml", SERIES))) == refusal
    assert every_row(settings) == before


async def test_attendees_do_not_see_the_commands(room: Room):
    seen = room.member("Ana Attendee").available_commands(room.channel)
    assert sorted(seen) == forged.FOR_EVERYBODY


async def test_a_dry_run_says_what_would_be_and_writes_nothing(room: Room, settings: Settings):
    before = every_row(settings)
    assert await room.import_series(SERIES, dry_run=True) == lines(
        f"**{TITLE}** would be imported, with 4 sessions.",
        *(f"- new: {part}" for part in PARTS),
        "This was a dry run: nothing was written.",
        *DOUBTS,
    )
    assert every_row(settings) == before


async def test_a_dry_run_of_a_change_writes_nothing(room: Room, settings: Settings):
    await room.import_series(SERIES)
    before = every_row(settings)
    assert await room.import_series(without_part_4(SERIES), dry_run=True) == lines(
        f"**{TITLE}** would be updated, with 3 sessions.",
        "- removed: session 4, “Leading for Quality” – how do we lead where we are and bring people with us?",
        "This was a dry run: nothing was written.",
        *DOUBTS[:-1],
    )
    assert every_row(settings) == before


async def test_the_same_file_twice_changes_not_one_row(room: Room, settings: Settings):
    await room.import_series(SERIES)
    await room.repaint()  # the events follow
    before = every_row(settings)
    await room.env.advance_time(60)
    assert await room.import_series(SERIES) == lines(SAME, *DOUBTS)
    assert every_row(settings) == before


async def test_the_same_file_twice_in_a_dry_run(room: Room):
    await room.import_series(SERIES)
    answer = await room.import_series(SERIES, dry_run=True)
    assert answer == lines(SAME, "This was a dry run: nothing was written.", *DOUBTS)


async def test_a_changed_title_and_time_update_in_place(room: Room, settings: Settings):
    await room.import_series(SERIES)
    before = ask(settings, "SELECT id, number FROM sessions")
    changed = SERIES.replace(b"Everybody's Business: Quality", b"Quality").replace(b'"13:00"', b'"12:30"', 1)
    assert await room.import_series(changed) == lines(
        f"**{TITLE}** is updated, with 4 sessions.",
        "- changed: 1 of 4, Quality Management at an organisational level (title, start)",
        f"- changed: {PARTS[1]} (start); those who signed up are told",
        "Please check:",  # that session 1 begins soon is no doubt any more: it has begun
        *UNDATED,
    )
    assert ask(settings, "SELECT id, number FROM sessions") == before
    assert ask(settings, "SELECT title, starts_at FROM sessions WHERE number = 1") == [
        ("Quality Management at an organisational level", "2022-02-24 12:30:00.000000")
    ]


async def test_changed_settings_of_the_series_are_named(room: Room):
    await room.import_series(SMALL)
    changed = SMALL.replace(b"A small", b"Our small").replace(b"[[series", b'hashtag = "#small"\n[[series', 1)
    assert await room.import_series(changed) == lines(
        "**Our small series** is updated, with 2 sessions.",
        "- changed: title of the series",
        "- changed: hashtag of the series",
    )


async def test_a_changed_poll_touches_no_ballot_of_the_one_that_was_opened(live: Room, settings: Settings):
    await live.command("poll prepared", name="useful")
    await live.vote(live.member("Ana Attendee"), 1, 0)
    before = every_row(settings)
    changed = SERIES.replace(b"Encouraging organisations and systems", b"Helping organisations")
    assert await live.import_series(changed) == lines(
        f"**{TITLE}** is updated, with 4 sessions.", f"- changed: {PARTS[0]} (polls)", *DOUBTS
    )
    after = every_row(settings)
    assert (after["ballots"], after["polls"]) == (before["ballots"], before["polls"])
    assert after["ballots"]
    await live.command("poll close")
    assert "- Encouraging organisations and systems to be more joined up and aligned: **1** (100%)" in text_of(
        live.board("Poll 1, results")
    )


async def test_a_planned_session_that_is_left_out_goes(room: Room, settings: Settings):
    await room.import_series(SERIES)
    assert await room.import_series(without_part_4(SERIES)) == lines(
        f"**{TITLE}** is updated, with 3 sessions.",
        "- removed: session 4, “Leading for Quality” – how do we lead where we are and bring people with us?",
        *DOUBTS[:-1],
    )
    assert ask(settings, "SELECT number FROM sessions ORDER BY number") == [(1,), (2,), (3,)]


async def test_a_session_that_was_started_stays(room: Room, settings: Settings):
    await room.import_series(SERIES)
    await room.start_session(session=4)
    before = every_row(settings)
    assert await room.import_series(without_part_4(SERIES)) == (
        "Session 4, “Leading for Quality” – how do we lead where we are and bring people with us?, has been started, "
        "so it cannot be taken out of the series. Put it back into the file."
    )
    assert every_row(settings) == before


async def test_dates_in_the_past_and_out_of_order_are_pointed_out(room: Room):
    assert await room.import_series(SERIES.replace(b"2022-04-08", b"2022-01-03")) == lines(
        f"**{TITLE}** is imported, with 4 sessions.",
        *(f"- new: {part}" for part in PARTS),
        "Please check:",
        LEAD,
        "- session 2: its date, 3 January 2022, is in the past.",
        "- session 2: its date, 3 January 2022, is before that of session 1.",
        *UNDATED,
    )


async def test_a_series_that_nobody_can_get_into_is_pointed_out(room: Room):
    nowhere = SMALL.replace(b'join_url = "https://example.org/join"\n', b"").replace(b"date = 2022-03-08", b"")
    assert await room.import_series(nowhere) == lines(
        "**A small series** is imported, with 2 sessions.",
        "- new: 1 of 2, One",
        "- new: 2 of 2, Two",
        "Please check:",
        "- series: it has no join\\_url, so people are not told where to join.",
        "- session 2: it has no date yet, so nothing announces it.",
    )


async def test_what_cannot_be_shown_stops_an_import(room: Room, settings: Settings):
    await room.import_series(SMALL)
    before = every_row(settings)
    told = await room.import_series(crowded(SMALL))
    assert read(told).startswith("The series file has 2 problems.\n- session 1: its welcome has 5,")
    assert every_row(settings) == before


async def test_one_session_is_one_session(room: Room):
    alone = SMALL[: SMALL.rindex(b"[[")]
    assert await room.import_series(alone) == lines(
        "**A small series** is imported, with 1 session.", "- new: 1 of 1, One"
    )


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\xff\xfeseries", "The file is not UTF-8 text (line 1). Save it as plain text with the encoding UTF-8."),
        (
            "[series]\ntitle = “Curly”".encode(),
            (
                "The file is not TOML: invalid value (at line 2, column 9). Text goes in straight quotation marks "
                '("), not curly ones.'
            ),
        ),
        (b"", "The file has no [series] table, so there is no series in it."),
        (b"[discord]\nhosts = 1", "The file has no [series] table, so there is no series in it."),
        (
            SMALL.replace(b"time_zone", b"time_zome"),
            (
                "The series file has 2 problems.\n"
                '- series, time_zome: there is no such key; did you mean "time_zone"?\n'
                "- series, time_zone: it is missing."
            ),
        ),
        (
            SMALL.replace(b"2022-03-01", b"2022-03-27").replace(b"13:00", b"01:30"),
            (
                "The series file has 1 problem.\n- session 1, starts: 01:30 on 27 March 2022 does not exist in "
                "Europe/London: the clocks go forward from 01:00 to 02:00. Choose a time before 01:00, or 02:00 or "
                "later."
            ),
        ),
        (
            SMALL.replace(b"2022-03-01", b"2022-10-30").replace(b"13:00", b"01:30"),
            (
                "The series file has 1 problem.\n- session 1, starts: 01:30 on 30 October 2022 happens twice in "
                "Europe/London: the clocks go back from 02:00 to 01:00. Choose a time before 01:00, or 02:00 or later."
            ),
        ),
    ],
    ids=["not UTF-8", "not TOML", "empty", "another TOML", "unknown key", "skipped hour", "repeated hour"],
)
async def test_a_file_with_a_mistake_is_told_and_writes_nothing(
    room: Room, settings: Settings, data: bytes, answer: str
):
    await room.import_series(SERIES)
    before = every_row(settings)
    assert read(await room.import_series(data)) == answer
    assert every_row(settings) == before


@pytest.fixture
def fetched(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the files that were fetched from Discord."""
    addresses: list[str] = []
    get = room.env.backend.cdn.get
    monkeypatch.setattr(room.env.backend.cdn, "get", lambda url: addresses.append(url) or get(url))
    return addresses


async def test_30_mb_are_refused_by_their_size_and_left_unread(room: Room, fetched: list[str]):
    await room.import_series(SMALL)
    assert len(fetched) == 1
    refusal = "The file has 30,720 KB; a series file has at most 512 KB."
    assert await room.import_series(bytes(30 * 1024 * 1024)) == refusal
    assert len(fetched) == 1


async def test_many_problems_fit_the_answer(room: Room):
    wrong = b"".join(b'[[series.sessions]]\ntitle = "%d"\n"**x%d**" = 1\n' % (i, i) for i in range(23))
    told = (await room.import_series(SMALL + wrong)).split("\n")
    assert told[0] == "The series file has 23 problems."
    assert told[-1] == f"… and {24 - len(told[:-1])} more lines."
    assert all(line.startswith("- session ") for line in told[1:-1])
    assert len("\n".join(told)) <= 2000


async def test_many_sessions_fit_the_answer(room: Room):
    many = SMALL + b"".join(b'[[series.sessions]]\ntitle = "%s %d"\n' % (b"*" * 90, i) for i in range(23))
    told = (await room.import_series(many)).split("\n")
    assert told[0] == "**A small series** is imported, with 25 sessions."
    # A line of the answer itself, 25 new sessions, a heading, and 23 that have no date.
    assert told[-1] == f"… and {50 - len(told[:-1])} more lines."
    assert len("\n".join(told)) <= 2000


async def test_a_mistake_is_quoted_to_the_letter(room: Room):
    wrong = SMALL.replace(b'"small"', b'"<@1> **@everyone**"')
    told = await room.import_series(wrong)
    assert told == lines(
        "The series file has 1 problem.",
        '- series, key: got "\\<@1> \\*\\*@\N{ZERO WIDTH SPACE}everyone\\*\\*"; wanted a short name of small letters, '
        "digits and hyphens, such as qms-2022.",
    )


async def test_another_series_takes_over_and_the_first_can_come_back(room: Room):
    await room.import_series(SMALL)
    await room.env.advance_time(60)
    await room.import_series(SERIES)
    await room.env.advance_time(60)
    assert await room.import_series(SMALL, dry_run=True) == lines(
        "**A small series** would be updated, with 2 sessions.",
        "- would be the series this server runs",
        "This was a dry run: nothing was written.",
    )
    assert (await room.command("agenda")).startswith(f"# {TITLE}")
    assert await room.import_series(SMALL) == lines(
        "**A small series** is updated, with 2 sessions.", "- now the series this server runs"
    )
    assert (await room.command("agenda")).startswith("# A small series")


async def test_two_servers_have_their_own_series(room: Room, settings: Settings):
    other = Room(room.env, settings, room.clock)
    await other.set_up()
    await room.import_series(SERIES)
    assert (await other.import_series(SERIES)).startswith(f"**{TITLE}** is imported")
    before = ask(settings, "SELECT * FROM sessions WHERE guild_id = ? ORDER BY id", room.guild.id)
    await other.import_series(without_part_4(SERIES))
    assert ask(settings, "SELECT * FROM sessions WHERE guild_id = ? ORDER BY id", room.guild.id) == before
    assert await room.import_series(SERIES) == lines(SAME, *DOUBTS)


async def check(room: Room, data: bytes | None = None) -> str:
    """What a host is told about a file, or about the series that is here."""
    file = {} if data is None else {"file": ("series.toml", data)}
    return said(await room.host.slash(room.office, "series check", **file))


async def test_checking_a_file_in_order(room: Room, settings: Settings):
    before = every_row(settings)
    assert await check(room, SMALL) == "Nothing to mend."
    assert every_row(settings) == before


async def test_checking_a_file_names_every_doubt_and_its_place(room: Room):
    assert await check(room, SERIES) == lines("3 warnings, to look at:", LEAD, *UNDATED)


async def test_checking_a_file_tells_the_errors_first(room: Room):
    told = (await check(room, crowded(SMALL).replace(b"2022-03-01", b"2022-01-03"))).split("\n")
    assert told[0] == "2 errors, to mend before an import:"
    assert [line.split(",")[0] for line in told[1:3]] == [f"- session {n}: its welcome has 5" for n in (1, 2)]
    assert told[3:] == ["1 warning, to look at:", "- session 1: its date, 3 January 2022, is in the past."]


async def test_checking_what_is_no_series(room: Room):
    assert await check(room, b"") == lines(
        "1 error, to mend before an import:", "- The file has no \\[series\\] table, so there is no series in it."
    )


async def test_checking_quotes_to_the_letter(room: Room):
    assert await check(room, SMALL.replace(b'"small"', b'"<@1> @everyone"')) == lines(
        "1 error, to mend before an import:",
        '- series, key: got "\\<@1> @\N{ZERO WIDTH SPACE}everyone"; wanted a short name of small letters, digits and '
        "hyphens, such as qms-2022.",
    )


async def test_checking_names_what_the_server_lacks(room: Room):
    await room.set_up(announcements_channel=[], organisers=[])
    room.forbid(room.channel, "send_messages", "attach_files")
    told = await check(room, SMALL)
    assert (
        lines("Please give me the rights I lack:", f"- {room.channel.mention}: I lack Send Messages and Attach") in told
    )
    assert "Not chosen yet (an admin can, with /setup): Organisers, Announcements" in told


async def test_however_much_there_is_to_mend_what_the_server_lacks_is_told(room: Room):
    room.forbid(room.announcements, "attach_files")
    wrong = b"".join(b'[[series.sessions]]\ntitle = "%d"\n"**x%d**" = 1\n' % (i, i) for i in range(23))
    told = (await check(room, SMALL + wrong)).split("\n")
    assert told[0] == "23 errors, to mend before an import:"
    cut = next(at for at, line in enumerate(told) if line.startswith("… and "))
    assert told[cut] == f"… and {24 - cut} more lines."
    assert all(line.startswith("- session ") and line.endswith(".") for line in told[1:cut])
    assert f"- {room.announcements.mention}: I lack Attach Files." in told[cut:]
    assert len("\n".join(told)) <= 2000


async def test_checking_the_series_that_is_here(room: Room):
    assert (await check(room)).startswith("There is no series here yet.")
    await room.import_series(SMALL)
    assert await check(room) == "Nothing to mend."
    await room.env.advance_time(60)
    await room.import_series(
        SERIES.replace(b"2022-04-08", b"2022-01-03").replace(b"https://zoom.us/j/00000000000", b"")
    )
    unlinked = [f"- session {n}: it has no join\\_url, so people are not told where to join." for n in (1, 2, 3, 4)]
    assert await check(room) == lines(
        "8 warnings, to look at:",
        LEAD,
        unlinked[0],
        "- session 2: its date, 3 January 2022, is in the past.",
        unlinked[1],
        UNDATED[0],
        unlinked[2],
        UNDATED[1],
        unlinked[3],
    )


async def test_what_has_been_held_is_not_looked_at_again(live: Room):
    await live.finish_session()
    assert await check(live) == lines("2 warnings, to look at:", *UNDATED)


async def test_30_mb_are_not_checked_either(room: Room, fetched: list[str]):
    refusal = "The file has 30,720 KB; a series file has at most 512 KB."
    assert await check(room, bytes(30 * 1024 * 1024)) == refusal
    assert fetched == []


async def test_checking_is_for_hosts(room: Room):
    who, refusal = steward(room)
    assert said(await who.slash(room.lobby, "series check", file=("series.toml", SERIES))) == refusal
