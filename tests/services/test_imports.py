"""Importing: a file says what the series is, however often it is sent and whatever was there before."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.imports import Change
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.seriesfile import SeriesFile, series_from
from bot.storage import sessions, tables
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    EXAMPLE_SERIES,
    GUILD,
    NOW,
    ask,
    copied,
    everything,
    opened_session,
    query,
)

LATER = NOW + timedelta(hours=1)

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).map(lambda word: f"{word} x")
POLL = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["one", "two", "three"]),
        "question": WORDS,
        "options": st.lists(st.sampled_from(["Yes", "No", "Perhaps", "Ie", "Na"]), min_size=2, unique=True),
    },
    optional={"choices": st.sampled_from([1, 2, "all"]), "results": st.sampled_from(["at_close", "live"])},
)
SESSION = st.fixed_dictionaries(
    {"title": WORDS, "polls": st.lists(POLL, max_size=2, unique_by=lambda poll: poll["name"])},
    optional={
        "date": st.dates(date(2022, 1, 1), date(2023, 12, 31)),
        "blurb": WORDS,
        "guests": st.lists(st.fixed_dictionaries({"name": WORDS, "role": WORDS}), max_size=2),
    },
)
FILE = st.fixed_dictionaries(
    {
        "key": st.just("qms"),
        "title": WORDS,
        # Both clock changes are at night in these, so 13:00 is a time on every day.
        "time_zone": st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"]),
        "starts": st.just("13:00"),
        "ends": st.just("14:30"),
        "sessions": st.lists(SESSION, min_size=1, max_size=4, unique_by=lambda each: each.get("date", id(each))),
    },
    optional={
        "hashtag": st.sampled_from(["#one", "#two"]),
        "colour": st.just("#8a1f5c"),
        "housekeeping": st.lists(WORDS, max_size=3),
    },
).map(series_from)

properties = settings(max_examples=20, deadline=None)


def file(*titles: str, **values: object) -> SeriesFile:
    """A small series file."""
    table = {"key": "small", "title": "Small", "time_zone": "Europe/London", "starts": "13:00", "ends": "14:00"}
    return series_from(table | {"sessions": [{"title": title} for title in titles]} | values)


def said(database):
    """What the guild's series and sessions say, without their ids and without when they were imported."""
    of_series = "series.guild_id, key, series.title, time_zone, hashtag, contact, colour"
    of_session = "number, sessions.title, starts_at, ends_at, plan, state"
    joined = "series JOIN sessions ON series.id = series_id ORDER BY key, number"
    return query(database, f"SELECT {of_series}, {of_session} FROM {joined}")


async def test_the_example_becomes_four_sessions(services):
    done = await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    assert (done.new, done.nothing, done.of) == (True, False, 4)
    assert [(change.kind, change.number) for change in done.changes] == [("new", n) for n in (1, 2, 3, 4)]
    agenda = await services.sessions.agenda(GUILD)
    resolved = EXAMPLE_SERIES.resolved()
    assert [(each.title, each.starts_at, each.ends_at) for each in agenda.sessions] == [
        (each.title, each.starts_at, each.ends_at) for each in resolved
    ]
    assert [Plan.of(each) for each in agenda.sessions] == [each.plan for each in resolved]
    assert {each.state for each in agenda.sessions} == {"planned"}


async def test_a_series_keeps_its_colour_until_the_file_has_another(services):
    await services.imports.import_series(GUILD, file("First", colour="#8A1F5C"), NOW)
    (session,) = (await services.sessions.agenda(GUILD)).sessions
    assert await services.sessions.colour(GUILD, session.id) == "#8a1f5c"
    done = await services.imports.import_series(GUILD, file("First"), LATER)
    assert done.settings == ("colour",)
    assert await services.sessions.colour(GUILD, session.id) == ""
    with pytest.raises(Refusal):
        await services.sessions.colour(GUILD + 1, session.id)


async def test_what_changes_is_named_as_the_file_names_it(services):
    await services.imports.import_series(GUILD, file("First", "Second", "Third"), NOW)
    changed = file("First, renamed", "Second", contact="team@example.org")
    done = await services.imports.import_series(GUILD, changed, LATER)
    assert (done.new, done.settings) == (False, ("contact",))
    assert done.changes == (
        Change("changed", 1, "First, renamed", ("title",)),
        Change("removed", 3, "Third"),
    )
    dated = file(sessions=[{"title": "First, renamed", "date": date(2022, 7, 1)}, {"title": "Second", "blurb": "New."}])
    done = await services.imports.import_series(GUILD, dated, LATER)
    assert [change.what for change in done.changes] == [("start", "end"), ("blurb",)]


async def test_a_change_updates_in_place_and_never_touches_ballots(services, database, session):
    await services.polls.open(session, await services.polls.prepared(session, "encourage"), NOW)
    await services.polls.cast(GUILD, 1, [0], person=101)
    before = {table: query(database, f"SELECT * FROM {table}") for table in ("polls", "ballots", "participations")}
    raw = EXAMPLE_SERIES.model_dump()
    raw["sessions"][0]["title"] = "Another title"
    raw["sessions"][0]["polls"][0]["options"] = ("Quite", "other", "options")
    done = await services.imports.import_series(GUILD, series_from(raw), LATER)
    assert done.changes == (Change("changed", 1, "Another title", ("title", "polls")),)
    after = await services.sessions.get(GUILD, session.id)
    assert (after.title, after.state, after.started_at) == ("Another title", "live", NOW)
    assert {table: query(database, f"SELECT * FROM {table}") for table in before} == before


async def test_a_session_that_was_started_cannot_be_taken_out(services, database):
    await services.imports.import_series(GUILD, file("First", "Second"), NOW)
    _, second = await services.sessions.to_start(GUILD, 2)
    await services.show.start(GUILD, second.id, CHANNEL, NOW)
    before = everything(database)
    for dry_run in (True, False):
        with pytest.raises(Refusal, match="has been started, so it cannot be taken out"):
            await services.imports.import_series(GUILD, file("First"), LATER, dry_run=dry_run)
    assert everything(database) == before


async def test_the_series_that_was_imported_last_is_the_guilds(services):
    await services.imports.import_series(GUILD, file("First"), NOW)
    await services.imports.import_series(GUILD, file("Other", key="other"), LATER)
    assert (await services.sessions.agenda(GUILD)).series.key == "other"
    back = await services.imports.import_series(GUILD, file("First"), LATER + timedelta(hours=1))
    assert not back.nothing
    assert (await services.sessions.agenda(GUILD)).series.key == "small"


async def test_guilds_have_series_of_their_own(services):
    await services.imports.import_series(GUILD, file("Ours"), NOW)
    await services.imports.import_series(ELSEWHERE, file("Theirs"), NOW)
    assert [each.title for each in (await services.sessions.agenda(GUILD)).sessions] == ["Ours"]
    assert [each.title for each in (await services.sessions.agenda(ELSEWHERE)).sessions] == ["Theirs"]


async def test_doubts_are_told_and_do_not_stop_it(services):
    dated = file(sessions=[{"title": "First", "date": date(2022, 2, 24)}])
    done = await services.imports.import_series(GUILD, dated, datetime(2026, 1, 1, tzinfo=UTC))
    assert done.warnings == (
        "series: it has no join_url, so people are not told where to join.",
        "session 1: its date, 24 February 2022, is in the past.",
    )
    assert (await services.sessions.agenda(GUILD)).of == 1


async def test_a_series_with_errors_is_refused_whole(services, database):
    crowded = file("First", housekeeping=["x" * 250] * 20)
    with pytest.raises(Refusal, match="its welcome has"):
        await services.imports.import_series(GUILD, crowded, NOW)
    with pytest.raises(Refusal, match="its welcome has"):
        await services.imports.import_if_new(GUILD, crowded, NOW)
    assert query(database, "SELECT count(*) FROM series") == [(0,)]


async def test_a_plan_kept_by_an_older_version_is_no_change(services, database):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    async with database.write() as connection:
        for session in (await services.sessions.agenda(GUILD)).sessions:
            newer = {"run", "reminder_minutes", "lead_days"}
            old = {name: value for name, value in session.plan.items() if name not in newer}
            await sessions.update_session(connection, session.id, plan=old)
    assert (await services.imports.import_series(GUILD, EXAMPLE_SERIES, LATER)).nothing


async def test_an_event_at_discord_follows_what_it_shows(services, database):
    await services.imports.import_series(GUILD, file("First", "Second"), NOW)
    one, _ = (await services.sessions.agenda(GUILD)).sessions
    async with database.write() as connection:
        await sessions.update_session(connection, one.id, event_id=5)
    await services.imports.import_series(GUILD, file("First, renamed", "Second, renamed"), LATER)
    assert [each.event_due for each in (await services.sessions.agenda(GUILD)).sessions] == [True, False]
    assert {(each.sequence, each.changed_at) for each in (await services.sessions.agenda(GUILD)).sessions} == {
        (1, LATER)
    }


async def test_other_reminders_are_named_as_the_file_names_them(services):
    await services.imports.import_series(GUILD, file("First"), NOW)
    done = await services.imports.import_series(GUILD, file("First", reminders=["1 day"], lead_days=7), LATER)
    assert done.changes == (Change("changed", 1, "First", ("reminders", "lead days")),)


async def test_two_hosts_sending_the_same_file_at_once_import_it_once(services, database):
    twice = (services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW) for _ in range(2))
    done = await asyncio.gather(*twice)
    assert sorted(each.nothing for each in done) == [False, True]
    assert query(database, "SELECT count(*) FROM sessions") == [(4,)]


async def test_the_longest_names_a_file_may_have_fit_their_columns():
    # SQLite takes any length; PostgreSQL holds a column to what it says.
    longest = file("First", key="k" * 40)
    assert tables.series.c.key.type.length >= len(longest.key)
    poll = {"name": "n" * 50, "question": "Which?", "options": ["Yes", "No"]}
    named = file(sessions=[{"title": "First", "polls": [poll]}])
    assert tables.polls.c.prepared.type.length >= len(named.sessions[0].polls[0].name)


@properties
@given(FILE)
async def test_importing_twice_is_importing_once(empty_database, a):
    async with copied(empty_database) as (database, services):
        await services.imports.import_series(GUILD, a, NOW)
        before = everything(database)
        again = await services.imports.import_series(GUILD, a, LATER)
        assert again.nothing
        assert everything(database) == before


@properties
@given(FILE, FILE)
async def test_whatever_was_imported_before_the_last_file_decides(empty_database, a, b):
    async with copied(empty_database) as (database, services):
        await services.imports.import_series(GUILD, a, NOW)
        first = {each.number: each.id for each in (await services.sessions.agenda(GUILD)).sessions}
        await services.imports.import_series(GUILD, b, LATER)
        a_then_b = said(database)
        # In place: a session that both files have is the same row, so what hangs on it stays.
        second = {each.number: each.id for each in (await services.sessions.agenda(GUILD)).sessions}
        assert all(second[number] == first[number] for number in first.keys() & second.keys())
    async with copied(empty_database) as (database, services):
        await services.imports.import_series(GUILD, b, LATER)
        assert said(database) == a_then_b


@properties
@given(FILE, FILE)
async def test_a_dry_run_tells_what_would_be_and_writes_nothing(empty_database, a, b):
    async with copied(empty_database) as (database, services):
        for one in (a, b):
            before = everything(database)
            told = await services.imports.import_series(GUILD, one, NOW, dry_run=True)
            assert everything(database) == before
            assert await services.imports.import_series(GUILD, one, NOW) == told


async def test_a_poll_of_an_open_session_is_asked_as_it_was(services, session):
    poll = await ask(services, session)
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, LATER)
    assert await services.polls.pick(session, None, "open") == poll


async def test_a_series_in_the_settings_is_only_a_beginning(services):
    await services.imports.import_if_new(GUILD, file("First"), NOW)
    assert [each.title for each in (await services.sessions.agenda(GUILD)).sessions] == ["First"]
    await services.imports.import_series(GUILD, file("Changed by a host"), LATER)
    await services.imports.import_if_new(GUILD, file("First"), LATER)
    assert [each.title for each in (await services.sessions.agenda(GUILD)).sessions] == ["Changed by a host"]


async def test_a_live_session_stays_in_its_own_series_when_another_is_imported(services):
    session = await opened_session(services)
    await services.imports.import_series(GUILD, file("Other"), LATER)
    assert (await services.sessions.live(GUILD)).id == session.id
    assert (await services.sessions.agenda_of(session)).series.key == EXAMPLE_SERIES.key
