"""Zoom's half of a session: understood, shown, and taken in as it was shown."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.services import Services
from bot.services.refusal import Refusal
from bot.services.zoom.merging import ZoomSaid, zoom_in
from bot.services.zoom.telling import Preview
from bot.storage import erasing, sessions
from bot.storage.comments import BEGINNING, TICK, Heard
from bot.storage.database import Database
from bot.storage.sessions import Session
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    EXAMPLE_SERIES,
    GUILD,
    NOW,
    Recorder,
    ask,
    everything,
    opened_session,
    over,
    path_of,
    query,
)

# Session 1 of the example is at 13:00 in London on 24 February 2022.

POLLS = """Poll Report
Topic,Webinar ID,Actual Start Time
Webinar,1,"Feb 24, 2022 12:58 PM"
#,User Name,User Email,Submitted Date/Time,
1,Ana Lopez,ana@x.org,"Feb 24, 2022 13:12:01",which,b,
2,Bo Berg,bo@x.org,"Feb 24, 2022 13:12:02",which,A;Something else,
3,Cy,cy@x.org,"Feb 24, 2022 13:12:03",which,B,
4,Ana Lopez,ana@x.org,"Feb 24, 2022 13:40:03",What should we do next?,"Meet again, and sooner than this",
5,Bo Berg,bo@x.org,"Feb 24, 2022 13:40:03",What should we do next?,Write down what we have learnt,
6,Cy,cy@x.org,"Feb 24, 2022 13:40:03",What should we do next?,Ask the people whom it is for,
"""

PEOPLE = """Attendee Report
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)
Yes,Hosting Helen,helen@x.org,02/24/2022 12:40:00 PM,02/24/2022 02:05:00 PM,85
Attendee Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)
Yes,Ana Lopez,ana@x.org,02/24/2022 12:58:00 PM,02/24/2022 01:20:00 PM,22
Yes,Ana Lopez,ana@x.org,02/24/2022 01:22:00 PM,02/24/2022 02:00:00 PM,38
Yes,Bo Berg,bo@x.org,02/24/2022 01:21:00 PM,02/24/2022 02:00:00 PM,39
"""

CHAT = """13:05:00 From Ana Lopez to Everyone:
\tHello there everybody
13:05:10 From Bo Berg to Ana Lopez(Direct Message):
\tsecret words
13:12:00 From Bo Berg to Everyone:
\tReplying to "Hello there every..."

\tYes
13:13:00 From Cy to Everyone:
\tYes
13:14:00 From Ana Lopez to Everyone:
\tReacted to "Yes" with \U0001f44d
13:20:00 From Cy to Hosts and panelists:
\tOnly for the panel
"""


@pytest.fixture
def painter(database: Database) -> Recorder:
    return Recorder(database)


@pytest.fixture
def services(database: Database, painter: Recorder) -> Services:
    return over(database, painter)


@pytest.fixture
async def session(services: Services) -> Session:
    return await opened_session(services)


async def send(services: Services, session: Session, text: str, name: str = "file.csv") -> Preview:
    return await services.zoom.propose(session, name, text.encode())


async def take(services: Services, session: Session, text: str, *, quotable: bool = True) -> Preview:
    preview = await send(services, session, text)
    assert preview.file_id
    await services.zoom.merge(GUILD, preview.file_id, quotable=quotable)
    return preview


async def zoomed(database: Database, session: Session) -> ZoomSaid:
    async with database.read() as connection:
        (row,) = query(database, "SELECT joined, peak FROM sessions WHERE id = ?", session.id)
        now = await sessions.get(connection, session.id)
        assert now is not None
        assert (now.joined, now.peak) == row
        return await zoom_in(connection, now)


def nothing_private(database: Database) -> None:
    """No name, no address, nothing that was said in private is anywhere in the file, also where it is free."""
    kept = json.dumps(everything(database), default=str)
    raw = b"".join(each.read_bytes() for each in path_of(database).parent.glob("plenary.db*"))
    for words in ("Ana Lopez", "Bo Berg", "ana@x.org", "helen", "Helen", "secret words"):
        assert words not in kept
        assert words.encode() not in raw


async def test_a_poll_report_is_shown_first(services: Services, session: Session, database: Database):
    poll = await ask(services, session)
    before = everything(database)
    shown = await send(services, session, POLLS)
    assert shown == Preview(
        (
            "A poll report with 2 questions.",
            f"“which”: n=3, 4 different answers, the same as poll {poll.number} here.",
            "“What should we do next?”: n=3, answered in words.",
        ),
        ("Ask the people whom it is for", "Meet again, and sooner than this", "Write down what we have learnt"),
        (
            f"Answers that poll {poll.number} does not have here: “Something else”. They are counted too.",
            "3 answers in words would stand among the comments, without names.",
        ),
        asks=True,
        nothing=False,
        file_id=shown.file_id,
    )
    after = everything(database)
    assert {name for name in after if after[name] != before[name]} == {"zoom_files", "sqlite_sequence"}
    nothing_private(database)


async def test_polls_are_matched_and_counted_apart(services: Services, session: Session, database: Database):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [0], 7)
    await take(services, session, POLLS)
    found = await zoomed(database, session)
    first, second = found.polls
    assert (first.number, first.question, first.poll_id, first.choices) == (1, "which", poll.id, 2)
    assert [(row.text, row.count) for row in first.tally.rows] == [("A", 1), ("B", 2), ("C", 0), ("Something else", 1)]
    assert first.tally.n == 3
    assert first.asked_at == datetime(2022, 2, 24, 13, 12, 1, tzinfo=UTC)
    assert (second.tally.n, second.tally.rows, second.poll_id, found.comments) == (3, (), None, 3)
    assert (await services.polls.standing(poll.id)).tally.n == 1
    nothing_private(database)


async def test_the_same_report_twice_adds_nothing_and_a_newer_one_replaces_it(
    services: Services, session: Session, database: Database
):
    await take(services, session, POLLS)
    before = everything(database)
    again = await send(services, session, POLLS)
    assert (again.nothing, again.file_id) == (True, 0)
    assert everything(database) == before
    newer = await take(services, session, POLLS + '7,Dee,dee@x.org,"Feb 24, 2022 13:12:09",which,B,\n')
    assert newer.odd == ("It replaces the 2 questions of an earlier file.",)
    found = await zoomed(database, session)
    assert ([each.tally.n for each in found.polls], found.comments) == ([4, 3], 3)


async def test_who_was_there(services: Services, session: Session, database: Database, painter: Recorder):
    shown = await take(services, session, PEOPLE)
    assert (
        shown.lines[0] == "A webinar’s report: 2 people attended, 2 at once at most. 1 host or panellist not counted."
    )
    found = await zoomed(database, session)
    assert (found.joined, found.peak) == (2, 2)
    assert query(database, "SELECT person, joined_at FROM zoom_people ORDER BY person, joined_at") == [
        (1, "2022-02-24 12:58:00.000000"),
        (1, "2022-02-24 13:22:00.000000"),
        (2, "2022-02-24 13:21:00.000000"),
    ]
    assert ("report", session.id) in painter.went_stale
    assert (await send(services, session, PEOPLE)).nothing
    nothing_private(database)


async def test_what_a_host_has_recorded_is_replaced_after_saying_so(
    services: Services, session: Session, database: Database
):
    await services.sessions.attendance(GUILD, 120)
    latest = await services.sessions.get(GUILD, session.id)
    assert (await take(services, latest, PEOPLE)).odd == (
        "It replaces the 120 who joined by what was recorded before.",
    )
    await services.sessions.attendance(GUILD, 130)
    assert (await zoomed(database, session)).joined is None, "the number that stands is the host's"


async def test_a_chat(services: Services, session: Session, database: Database):
    shown = await take(services, session, CHAT)
    assert shown.lines == (
        "A chat: 4 messages from 3 people, with 1 reaction.",
        "1 message to a single person or a room is left out and kept nowhere.",
    )
    assert shown.odd == ("1 was written to hosts and panellists only: for themes, and never quoted.",)
    rows = query(
        database,
        "SELECT text, author, quotable, message_id, channel_id, kind, state, reply_to FROM contributions ORDER BY text",
    )
    assert [(text, quotable, kind, state) for text, _, quotable, _, _, kind, state, _ in rows] == [
        ("Hello there everybody", 1, "comment", "captured"),
        ("Only for the panel", 0, "comment", "captured"),
        ("Yes", 1, "comment", "captured"),
        ("Yes", 1, "comment", "captured"),
    ]
    assert all(author < 0 and message < 0 and channel is None for _, author, _, message, channel, *_ in rows)
    assert len({author for _, author, *_ in rows}) == 3
    assert query(database, "SELECT count(*) FROM contributions WHERE reply_to IS NOT NULL") == [(1,)]
    assert query(database, "SELECT emoji, person < 0 FROM supports") == [("\U0001f44d", 1)]
    assert query(database, "SELECT count(*) FROM participations") == [(0,)], "that is Discord's"
    nothing_private(database)


async def test_for_themes_only(services: Services, session: Session, database: Database):
    await take(services, session, CHAT, quotable=False)
    assert query(database, "SELECT DISTINCT quotable FROM contributions") == [(0,)]


async def test_a_line_is_taken_once_whichever_file_it_is_in(services: Services, session: Session, database: Database):
    half, _, _ = CHAT.partition("13:13:00")
    await take(services, session, half)
    before = set(query(database, "SELECT text, author FROM contributions"))
    assert "2 messages in already, so 2 would be added." in (await take(services, session, CHAT)).odd
    after = set(query(database, "SELECT text, author FROM contributions"))
    assert before < after, "and whoever wrote more is the same nobody"
    assert len(after) == 4
    # The chat of the recording counts from its beginning, and has the same words.
    lines = CHAT.replace("\n13:", "\n00:").replace("13:05:00", "00:05:00", 1)
    assert (await send(services, session, lines)).nothing
    assert len({author for _, author in after}) == 3


async def test_steps_follow_the_files_times(services: Services, session: Session, database: Database):
    for minute in range(0, 62, 2):
        await services.show.run_due(NOW + timedelta(minutes=minute))
    steps = {}
    for shift in (0, 2, -13):  # as it was, on a laptop in Helsinki, and from the beginning of the recording
        other = (
            CHAT.replace("13:1", "13:4")
            .replace("13:20", "13:50")
            .replace("13:05", "13:25")
            .replace("Hello", f"Hello {shift}")
            .replace("\tYes", f"\tYes {shift}")
        )
        moved = "\n".join(
            f"{int(line[:2]) + shift:02}{line[2:]}" if line[:2].isdigit() else line for line in other.split("\n")
        )
        shown = await take(services, session, moved)
        steps[shift] = query(
            database, "SELECT text, step FROM contributions WHERE text LIKE ? ORDER BY step", f"%{shift} there%"
        )[0][1]
        how = [line for line in shown.odd if "imes" in line]
        assert (
            how
            == {
                0: [],
                2: ["Its times are 2 hours ahead, those of another time zone: they are matched to the session’s."],
                -13: ["Its times are counted from when the recording began."],
            }[shift]
        )
    begun = query(database, "SELECT position, began_at FROM cues WHERE position IS NOT NULL AND began_at IS NOT NULL")
    assert len(begun) > 0
    assert len(set(steps.values())) == 1


async def test_a_file_of_another_day_is_refused(services: Services, session: Session, database: Database):
    with pytest.raises(Refusal, match=r"^file\.csv is of 24 March 2022, and that session was on 24 February 2022\.$"):
        await send(services, session, PEOPLE.replace("02/24/2022", "03/24/2022"))
    assert query(database, "SELECT count(*) FROM zoom_files") == [(0,)]


async def test_a_file_in_another_time_zone_is_matched(services: Services, session: Session, database: Database):
    shown = await take(
        services, session, PEOPLE.replace("12:", "07:").replace("01:", "08:").replace("02:", "09:").replace("PM", "AM")
    )
    assert "Its times are 5 hours behind, those of another time zone: they are matched to the session’s." in shown.odd
    assert query(database, "SELECT min(joined_at) FROM zoom_people") == [("2022-02-24 12:58:00.000000",)]


async def test_only_what_was_shown_is_done_and_once(services: Services, session: Session, database: Database):
    first = await send(services, session, PEOPLE)
    second = await send(services, session, CHAT)
    newer = await send(services, session, CHAT + "13:59:00 From Ana Lopez to Everyone:\n\tBye\n")
    for _ in range(2):
        with pytest.raises(Refusal, match="decided already, or a newer file"):
            await services.zoom.merge(GUILD, second.file_id, quotable=True)
    with pytest.raises(Refusal, match="not known here"):
        await services.zoom.merge(ELSEWHERE, newer.file_id, quotable=True)
    done = await asyncio.gather(
        *(services.zoom.merge(GUILD, newer.file_id, quotable=True) for _ in range(3)), return_exceptions=True
    )
    assert [isinstance(each, Refusal) for each in done].count(True) == 2
    await services.zoom.dismiss(GUILD, first.file_id)
    with pytest.raises(Refusal, match="decided already"):
        await services.zoom.merge(GUILD, first.file_id, quotable=True)
    assert query(database, "SELECT kind, state, content FROM zoom_files") == [("chat", "merged", "{}")]
    assert (await zoomed(database, session)).comments == 5


def on_disk(database: Database) -> bytes:
    """All that the database's files hold."""
    return b"".join(each.read_bytes() for each in path_of(database).parent.iterdir())


async def test_what_was_only_looked_at_leaves_no_trace(services: Services, session: Session, database: Database):
    shown = await send(services, session, CHAT)
    await services.zoom.dismiss(GUILD, shown.file_id)
    assert b"Only for the panel" not in on_disk(database)
    await send(services, session, CHAT)
    await send(services, session, "13:59:00 From Ana Lopez to Everyone:\n\tBye\n")
    assert b"Only for the panel" not in on_disk(database)


async def test_who_had_said_what_is_gone_once_a_file_is_taken_in(
    services: Services, session: Session, database: Database
):
    shown = await send(services, session, CHAT)
    assert b'{"lines": [[' in on_disk(database)
    await services.zoom.merge(GUILD, shown.file_id, quotable=True)
    assert b'{"lines": [[' not in on_disk(database)


async def test_cutting_the_links_leaves_zooms_comments_as_they_are(
    services: Services, session: Session, database: Database
):
    await take(services, session, CHAT)
    waits = await send(services, session, CHAT + "13:59:00 From Ana Lopez to Everyone:\n\tBye\n")
    written = (int((NOW - BEGINNING) / timedelta(milliseconds=1)) << 22) + TICK
    await services.comments.hear(Heard(GUILD, CHANNEL, None, written, 7, "Said on Discord"))
    before = set(query(database, "SELECT text, author, message_id FROM contributions WHERE author < 0"))
    async with database.write() as connection:
        await erasing.unlink(connection, session.id)
    after = set(query(database, "SELECT text, author, message_id FROM contributions WHERE message_id < 0"))
    assert after == before
    assert query(database, "SELECT count(*) FROM contributions") == [(5,)]
    with pytest.raises(Refusal):
        await services.zoom.merge(GUILD, waits.file_id, quotable=True)


async def test_a_session_that_was_not_held(services: Services):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    with pytest.raises(Refusal, match="has not been held"):
        await send(services, (await services.sessions.agenda(GUILD)).numbered(2), PEOPLE)
