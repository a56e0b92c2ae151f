"""What people say of themselves: each of it optional, told in groups of five or more, never joined to ballots."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

import bot
from bot.services.profiles import CHOICES, TITLES, composition
from bot.services.refusal import Refusal
from bot.services.tallies import LIVE_FROM
from bot.storage.profiles import Profile
from tests.services.guild import ELSEWHERE, GUILD, NOW, ask, everything, query


async def say(services, session, person, **said):
    return await services.profiles.save(GUILD, person, session.series_id, said)


def shown(compositions):
    """What is told of each field."""
    return {each.field: {group.text: group.count for group in each.groups} for each in compositions}


async def test_each_answer_is_optional_and_can_be_changed_and_emptied(services, database, session):
    kept = await say(services, session, 101, role=CHOICES["role"][0], region="Wales")
    assert kept.said == Profile(role=CHOICES["role"][0], region="Wales")
    assert (await say(services, session, 101, reach="Local")).said == Profile(reach="Local")
    assert query(database, "SELECT count(*) FROM profiles") == [(1,)]
    assert (await say(services, session, 101)).said == Profile()
    assert query(database, "SELECT count(*) FROM profiles") == [(0,)]


async def test_the_form_has_the_regions_of_its_series(services, session):
    asked = await services.profiles.form(GUILD, 101)
    assert asked.series_id == session.series_id
    assert list(asked.choices) == list(TITLES)
    assert "Wales" in asked.choices["region"]


async def test_another_guild_and_another_menu_are_refused(services, database, session):
    before = everything(database)
    for stray in (
        services.profiles.form(ELSEWHERE, 101, session.series_id),
        services.profiles.save(ELSEWHERE, 101, session.series_id, {"reach": "Local"}),
        services.profiles.save(GUILD, 101, session.series_id, {"reach": "Galactic"}),
        services.profiles.save(GUILD, 101, session.series_id + 1, {"reach": "Local"}),
        services.profiles.counts(ELSEWHERE, session_id=session.id),
        services.profiles.counts(ELSEWHERE, series_id=session.series_id),
    ):
        with pytest.raises(Refusal):
            await stray
    assert everything(database) == before


async def test_groups_of_five_or_more_are_told_and_nothing_smaller(services, session):
    for person in range(1, 8):
        await say(services, session, person, reach="Local", role=CHOICES["role"][0])
    for person in range(8, 12):
        await say(services, session, person, reach="National")
    for person in (12, 13):
        await say(services, session, person, reach="Regional")
    told = shown(await services.profiles.counts(GUILD, series_id=session.series_id))
    assert told == {
        "role": dict.fromkeys(CHOICES["role"], 0) | {CHOICES["role"][0]: 7},
        "reach": {"Local": 7, "Regional": None, "National": None},
    }


async def test_of_a_session_those_are_counted_who_took_part_and_do_not_want_to_be_left_out(services, session):
    poll = await ask(services, session)
    for person in range(1, 9):
        await say(services, session, person, reach="Local")
    for person in range(1, 7):
        await services.polls.cast(GUILD, poll.id, [0], person)
    of_session = {"session_id": session.id}
    assert shown(await services.profiles.counts(GUILD, **of_session))["reach"]["Local"] == 6
    await services.privacy.leave_out(GUILD, 1, out=True)
    assert shown(await services.profiles.counts(GUILD, **of_session))["reach"]["Local"] == 5
    await services.privacy.leave_out(GUILD, 2, out=True)
    assert await services.profiles.counts(GUILD, **of_session) == ()
    assert shown(await services.profiles.counts(GUILD, series_id=session.series_id))["reach"]["Local"] == 6


async def test_who_erases_themselves_is_counted_no_more(services, database, session):
    for person in range(1, 6):
        await say(services, session, person, reach="Local")
    await services.privacy.erase(GUILD, 1)
    assert query(database, "SELECT count(*) FROM profiles") == [(4,)]
    assert await services.profiles.counts(GUILD, series_id=session.series_id) == ()


@given(st.lists(st.builds(Profile, reach=st.sampled_from(["", *CHOICES["reach"]])), max_size=60))
def test_no_group_under_five_is_ever_told(said: list[Profile]):
    for each in composition(said, CHOICES):
        assert each.n >= LIVE_FROM
        assert all(group.count is None or group.count == 0 or group.count >= LIVE_FROM for group in each.groups)
        hidden = each.n - sum(group.count or 0 for group in each.groups)
        assert hidden == 0 or hidden >= LIVE_FROM


# ------------------------------------------------------------------ never joined to ballots


@pytest.fixture
def statements():
    """Whatever is asked of the database from now on."""
    asked: list[str] = []

    def remember(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(Engine, "before_cursor_execute", remember)
    yield asked
    event.remove(Engine, "before_cursor_execute", remember)


async def test_no_statement_ever_touches_profiles_and_what_was_answered(services, statements, session):
    poll = await ask(services, session, privacy="anonymous")
    await say(services, session, 101, reach="Local")
    await services.polls.cast(GUILD, poll.id, [0], 101)
    await services.profiles.counts(GUILD, session_id=session.id)
    await services.profiles.counts(GUILD, series_id=session.series_id)
    await services.privacy.kept(GUILD, 101)
    await services.show.finish(GUILD, session.id, NOW)
    await services.summaries.report(session.id)
    await services.privacy.erase(GUILD, 101)
    about = [each for each in statements if "profiles" in each]
    assert len(about) > 4
    assert [each for each in about if any(name in each for name in ("ballots", "contributions", "ballot_keys"))] == []


def test_no_function_knows_of_both_profiles_and_ballots():
    folder = Path(bot.__file__).parent
    both = [
        f"{path.name}: {function.name}"
        for path in folder.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if {"profiles", "ballots"} <= {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
    ]
    assert both == []


def test_a_profile_has_no_number_of_its_own_and_no_time(database):
    columns = [name for _, name, *_ in query(database, "PRAGMA table_info(profiles)")]
    assert columns == ["series_id", "person", "role", "organisation", "reach", "region"]


def test_every_list_fits_a_menu():
    assert all(2 <= len(texts) <= 25 and max(map(len, texts)) <= 100 for texts in CHOICES.values())
    assert set(CHOICES) | {"region"} == set(TITLES)
