"""Every kind of question that a series file can have, from its cue to the report, with nobody at the controls."""

from datetime import timedelta
from fractions import Fraction

import pytest

from bot.rehearsal.room import Room, text_of
from tests.reports.readers import read_markdown

SERIES = b"""
[series]
key = "kinds"
title = "Kinds"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:00"
run = "automatic"
reminders = []
regions = ["North", { name = "South", also = ["Down there"] }]

[[series.sessions]]
title = "Only"
date = 2022-02-24
run_of_show = [
  { kind = "welcome", title = "Welcome", minutes = 5 },
  { kind = "place", title = "Where from", minutes = 5 },
  { kind = "poll", title = "How clear", minutes = 5, poll = "clear" },
  { kind = "poll", title = "What first", minutes = 5, poll = "first" },
  { kind = "poll", title = "In a word", minutes = 5, poll = "word" },
  { kind = "close", title = "Close", minutes = 5 },
]

[[series.sessions.polls]]
name = "clear"
kind = "rating"
question = "How clear was it?"
options = ["Not at all", "Entirely"]

[[series.sessions.polls]]
name = "first"
kind = "ranking"
question = "What comes first?"
options = ["Time", "Money", "People"]
choices = 2
privacy = "named"

[[series.sessions.polls]]
name = "word"
kind = "open"
question = "What was it, in a word?"
"""


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
async def asked(room: Room) -> Room:
    """The session is on, and people have been asked where they are."""
    await room.import_series(SERIES)
    await room.clock.pass_time(minutes(10))
    return room


async def test_every_kind_goes_from_the_cue_to_the_report(asked: Room):
    people = [asked.member(f"Person {i}") for i in range(6)]
    for who in people[:5]:
        await asked.vote(who, 1, 0)
    await asked.clock.pass_time(minutes(5))
    for who, step in zip(people, (4, 4, 3, 2, 0), strict=False):
        await asked.vote(who, 2, step)
    await asked.clock.pass_time(minutes(5))
    for who, places in zip(people, ((0, 2), (0, 1), (2,)), strict=False):
        await asked.vote(who, 3, *places)
    await asked.clock.pass_time(minutes(5))
    assert (await asked.write(people[0], 4, "Lively", quote=True)).startswith("Saved.")
    await asked.write(people[1], 4, "Long", quote=False)
    await asked.vote(people[5], 1, 0)  # who comes late can still say where they are
    await asked.clock.pass_time(minutes(30))

    report = await asked.bot.services.summaries.report(1)
    place, rating, ranking, words = report.polls
    assert [(poll.number, poll.kind, poll.privacy) for poll in report.polls] == [
        *((1, "place", "anonymous"), (2, "rating", "anonymous"), (3, "ranking", "named"), (4, "open", "confidential"))
    ]
    assert (place.question, place.tally.n, place.tally.rows[0].count) == ("Where are you?", 6, 6)
    assert [row.text for row in rating.tally.rows] == ["1: Not at all", "2 of 5", "3 of 5", "4 of 5", "5: Entirely"]
    assert [row.count for row in rating.tally.rows] == [1, 0, 1, 1, 2]
    assert (rating.tally.n, rating.tally.mean, rating.tally.median) == (5, Fraction(18, 5), 4)
    assert [(row.text, row.count, row.percent) for row in ranking.tally.rows] == [
        *(("Time", 4, 67), ("Money", 1, 0), ("People", 3, 33))
    ]
    assert words.tally.n == 2
    written = asked.board("Report of 1 of 1", asked.office)
    (markdown,) = [each for each in written.attachments if each.filename.endswith("-report.md")]
    read = read_markdown((await markdown.read()).decode())
    assert "Lively" in read.quotes[0]
    for question in ("Where are you?", "How clear was it?", "What comes first?", "What was it, in a word?"):
        assert any(question in heading for _, heading in read.headings), question
    assert "Long" not in read.text


async def test_where_people_are_is_open_to_the_end_and_asked_once(asked: Room):
    assert text_of(asked.board("Poll 1, open")).split("\n")[1] == "**Where are you?**"
    with pytest.raises(LookupError):
        asked.board("## Where from")
    assert await asked.command("poll place") == "“Where are you?” has been opened already: it is Poll 1."
    saved = await asked.type_place(asked.member("Ana"), 1, "down THERE")
    assert saved.startswith("Saved. Your answer to Poll 1: “South”.")
    await asked.clock.pass_time(minutes(6))
    # Without a number the host means the poll that is on, not the one that stands open throughout.
    assert (await asked.command("poll close")).startswith("Poll 2 is closed")
    assert (await asked.command("poll close")).startswith("Poll 1 is closed")


async def test_a_host_who_has_asked_already_is_not_asked_again_by_the_step(room: Room):
    await room.import_series(SERIES)
    await room.clock.pass_time(minutes(6))
    await room.command("poll place")
    await room.command("poll close")
    await room.clock.pass_time(minutes(6))
    session = await room.bot.services.sessions.live(room.guild.id)
    assert [(poll.number, poll.state) for poll in await room.bot.services.polls.in_session(session)] == [(1, "closed")]


async def test_without_regions_the_step_shows_its_prompt(room: Room):
    plain = SERIES.replace(b"regions =", b"# regions =").replace(b'"Where from"', b'"Where from", prompt = "Say hello"')
    await room.import_series(plain)
    await room.clock.pass_time(minutes(10))
    assert "Say hello" in text_of(room.board("## Where from", room.channel))
    refused = await room.command("poll place")
    assert refused == "The series names no regions that people could choose from. They go into its file, as `regions`."


async def test_a_poll_that_was_taken_out_is_asked_by_its_step(asked: Room):
    await asked.command("poll prepared", name="clear")
    await asked.bot.services.polls.void(asked.guild.id, 2, "Too early.", asked.clock.now())
    await asked.clock.pass_time(minutes(5))
    assert "**How clear was it?**" in text_of(asked.board("Poll 3, open"))
