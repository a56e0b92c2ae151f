"""Themes: sorted by hand, counted by people, signed for, and changed by nothing that was not shown before."""

from dataclasses import replace

import pytest

from bot.services.refusal import Refusal
from bot.services.theming import Line
from bot.storage import contributions, erasing, people
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, ask, everything, opened_session, query

SIGNER = "Emma Host"


async def say(database, session, author, text="Words", kind="comment", **more):
    """Something said; its id."""
    async with database.write() as connection:
        await people.take_part(connection, {(session.id, author)})
        return await contributions.add(connection, session.id, author, kind, text, quotable=True, **more)


async def turn(database, contribution, state):
    async with database.write() as connection:
        said = await contributions.get(connection, contribution)
        assert await contributions.change(connection, said, state)


@pytest.fixture
async def said(database, session):
    """Three comments of two people and a question of a third."""
    return [
        await say(database, session, 101, "One"),
        await say(database, session, 101, "Two"),
        await say(database, session, 102, "Three"),
        await say(database, session, 103, "Why?", "question"),
    ]


async def counts(services, session):
    """Each theme's contributions and people, and those of what is untagged."""
    now = await services.themes.survey(GUILD, session.id)
    found = {now.names[theme]: (count.contributions, count.people) for theme, count in now.counts.items()}
    return found | {"": (now.untagged.contributions, now.untagged.people)}


async def signed(services, session):
    now = await services.themes.survey(GUILD, session.id)
    return {each.name for each in now.themes if each.signed_by}


async def two(services, session, said):
    """Two themes that share a comment."""
    trust, time = await services.themes.add(session, "Trust"), await services.themes.add(session, "Time")
    await services.themes.tag(GUILD, trust, said[:2], on=True)
    await services.themes.tag(GUILD, time, said[1:3], on=True)
    return trust, time


# ------------------------------------------------------------------ by hand


async def test_contributions_and_people_are_counted_apart(services, session, said):
    await two(services, session, said)
    assert await counts(services, session) == {"Trust": (2, 1), "Time": (2, 2), "": (1, 1)}
    now = await services.themes.survey(GUILD, session.id)
    assert (now.whole.contributions, now.whole.people, now.apart) == (4, 3, False)


async def test_nothing_that_is_handed_out_says_who(services, session, said):
    await two(services, session, said)
    now = await services.themes.survey(GUILD, session.id)
    assert not {"101", "102", "103"} & set(repr(replace(now, session=None)).replace("=", " ").replace(",", " ").split())


async def test_people_stay_distinct_when_their_links_are_cut(services, database, session, said):
    await two(services, session, said)
    before = await counts(services, session)
    async with database.write() as connection:
        await erasing.unlink(connection, session.id)
    assert {author < 0 for (author,) in query(database, "SELECT author FROM contributions")} == {True}
    assert await counts(services, session) == before


async def test_whoever_is_erased_is_counted_no_more_and_the_others_are(services, session, said):
    await two(services, session, said)
    await services.privacy.erase(GUILD, 101)
    assert await counts(services, session) == {"Trust": (0, 0), "Time": (1, 1), "": (1, 1)}


async def test_pseudonyms_are_said_to_be_counted_apart(services, database, session):
    poll = await ask(services, session, 0, kind="open", privacy="anonymous")
    await say(database, session, -77, "Alone", "answer", poll_id=poll.id)
    now = await services.themes.survey(GUILD, session.id)
    assert (now.whole.people, now.apart) == (1, True)


@pytest.mark.parametrize(
    ("state", "counted"), [("held", False), ("shown", True), ("hidden", False), ("withdrawn", False)]
)
async def test_what_is_hidden_or_taken_back_is_not_among_them(services, database, session, said, state, counted):
    trust, _ = await two(services, session, said)
    await services.themes.sign_off(session, None, SIGNER, NOW)
    await turn(database, said[0], state)
    assert (await counts(services, session))["Trust"] == ((2, 1) if counted else (1, 1))
    assert await signed(services, session) == {"Trust", "Time"}, "what its author does is no change of the theme"
    if not counted:
        with pytest.raises(Refusal, match="not there any more"):
            await services.themes.tag(GUILD, trust, said[:1], on=False)


async def test_the_words_of_those_who_left_theirs_out_are_not_among_them(services, session, said):
    await two(services, session, said)
    await services.privacy.leave_out(GUILD, 101, out=True)
    now = await services.themes.survey(GUILD, session.id)
    assert [each.text for each in now.pieces] == ["Three", "Why?"]
    await services.privacy.leave_out(GUILD, 101, out=False)
    assert (await counts(services, session))["Trust"] == (2, 1)


async def test_answers_to_a_poll_that_was_taken_out_are_not_among_them(services, database, session):
    poll = await ask(services, session, 0, kind="open", privacy="confidential")
    await say(database, session, 101, "Answer", "answer", poll_id=poll.id)
    assert (await counts(services, session))[""] == (1, 1)
    await services.polls.void(GUILD, poll.id, "A slip", NOW)
    assert (await counts(services, session))[""] == (0, 0)


async def test_un_assigning(services, session, said):
    trust, _ = await two(services, session, said)
    await services.themes.tag(GUILD, trust, said[:2], on=False)
    assert await counts(services, session) == {"Trust": (0, 0), "Time": (2, 2), "": (2, 2)}


async def test_a_merge_keeps_everything_once(services, session, said):
    trust, time = await two(services, session, said)
    await services.themes.merge(GUILD, trust, time)
    assert await counts(services, session) == {"Time": (3, 2), "": (1, 1)}


async def test_deleting_a_theme_leaves_what_was_said(services, session, said):
    trust, _ = await two(services, session, said)
    await services.themes.remove(GUILD, trust)
    assert await counts(services, session) == {"Time": (2, 2), "": (2, 2)}


@pytest.mark.parametrize("name", ["trust", " TRUST ", "Tru\u200bst"])
async def test_no_two_themes_look_the_same(services, session, said, name):
    _, time = await two(services, session, said)
    for attempt in (services.themes.add(session, name), services.themes.rename(GUILD, time, name)):
        with pytest.raises(Refusal, match="There is a theme “Trust” already"):
            await attempt


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" \u200b", "A theme’s name is empty."),
        ("x" * 81, "A theme’s name has 81 characters; at most 80 fit."),
        ("a; b", "A theme’s name can have no semicolon: in a spreadsheet it stands between two themes."),
    ],
)
async def test_names_that_cannot_be(services, session, name, sentence):
    with pytest.raises(Refusal) as refused:
        await services.themes.add(session, name)
    assert str(refused.value) == sentence


async def test_a_hundred_themes_are_enough(services, session):
    for number in range(100):
        await services.themes.add(session, f"Theme {number}")
    with pytest.raises(Refusal, match="That would be 101 themes; a session can have 100"):
        await services.themes.add(session, "One more")


# ------------------------------------------------------------------ signing off


async def test_signing_off_is_recorded_with_its_name_and_time(services, database, session, said):
    trust, _ = await two(services, session, said)
    assert [each.name for each in await services.themes.sign_off(session, trust, SIGNER, NOW)] == ["Trust"]
    assert [each.name for each in await services.themes.sign_off(session, None, "Olu", NOW)] == ["Time"]
    found = query(database, "SELECT name, signed_by, signed_at FROM themes ORDER BY id")
    assert found == [(name, by, "2022-02-24 13:00:00.000000") for name, by in (("Trust", SIGNER), ("Time", "Olu"))]
    with pytest.raises(Refusal, match="All themes are signed off already"):
        await services.themes.sign_off(session, None, SIGNER, NOW)
    with pytest.raises(Refusal, match="“Trust” is signed off already"):
        await services.themes.sign_off(session, trust, SIGNER, NOW)


async def test_there_has_to_be_something_to_sign(services, session):
    with pytest.raises(Refusal, match="There are no themes yet"):
        await services.themes.sign_off(session, None, SIGNER, NOW)


async def test_a_change_takes_the_signature_of_what_it_changes(services, session, said):
    trust, time = await two(services, session, said)

    async def lost(change):
        await services.themes.sign_off(session, None, SIGNER, NOW)
        assert [(each.name, each.signed_by) for each in await change] == [("Trust", SIGNER)]
        assert await signed(services, session) == {"Time"}

    await lost(services.themes.tag(GUILD, trust, said[3:], on=True))
    await lost(services.themes.tag(GUILD, trust, said[3:], on=False))
    await lost(services.themes.rename(GUILD, trust, "Honesty"))
    await services.themes.sign_off(session, None, SIGNER, NOW)
    assert {each.name for each in await services.themes.merge(GUILD, trust, time)} == {"Honesty", "Time"}
    assert await signed(services, session) == set()


async def test_what_changes_nothing_takes_no_signature(services, session, said):
    trust, _ = await two(services, session, said)
    await services.themes.sign_off(session, None, SIGNER, NOW)
    assert await services.themes.tag(GUILD, trust, said[:2], on=True) == ()
    assert await services.themes.tag(GUILD, trust, said[3:], on=False) == ()
    assert await signed(services, session) == {"Trust", "Time"}


# ------------------------------------------------------------------ spreadsheets


async def test_a_dry_run_changes_nothing_and_what_it_said_is_done(services, session, said):
    await two(services, session, said)
    lines = [Line(2, said[0], ("trust",)), Line(3, said[1], ()), Line(4, said[3], ("Time", "New", "new"))]
    before = await counts(services, session)
    plan = await services.themes.propose(session, lines)
    assert (plan.gain, plan.lose, plan.new, plan.odd) == (1, 1, ("New",), ())
    assert await counts(services, session) == before
    assert await services.themes.carry_out(GUILD, session.id, plan.mark) == plan
    assert await counts(services, session) == {"Trust": (1, 1), "Time": (2, 2), "New": (1, 1), "": (1, 1)}
    with pytest.raises(Refusal, match="decided already"):
        await services.themes.carry_out(GUILD, session.id, plan.mark)


async def test_what_changed_meanwhile_stops_it(services, database, session, said):
    trust, time = await two(services, session, said)
    plan = await services.themes.propose(session, [Line(2, said[0], ()), Line(3, said[2], ("Time",))])

    async def stopped():
        before = everything(database)
        with pytest.raises(Refusal, match="Something has changed since this dry run"):
            await services.themes.carry_out(GUILD, session.id, plan.mark)
        assert everything(database) == before

    await services.themes.tag(GUILD, time, [said[2]], on=False)
    await stopped()
    await services.themes.tag(GUILD, time, [said[2]], on=True)
    await services.themes.sign_off(session, trust, SIGNER, NOW)
    await stopped()
    await services.themes.tag(GUILD, trust, [said[1]], on=False)
    await services.themes.tag(GUILD, trust, [said[1]], on=True)
    await services.themes.rename(GUILD, time, "Hours")
    await stopped()
    await services.themes.rename(GUILD, time, "Time")
    assert (await services.themes.carry_out(GUILD, session.id, plan.mark)).lose == 1


async def test_a_newer_dry_run_takes_the_place_of_an_older(services, session, said):
    older = await services.themes.propose(session, [Line(2, said[0], ("A",))])
    newer = await services.themes.propose(session, [Line(2, said[0], ("B",))])
    with pytest.raises(Refusal, match="Something has changed since this dry run"):
        await services.themes.carry_out(GUILD, session.id, older.mark)
    assert (await services.themes.carry_out(GUILD, session.id, newer.mark)).new == ("B",)


async def test_an_import_takes_the_signature_of_what_it_changes_alone(services, session, said):
    await two(services, session, said)
    await services.themes.sign_off(session, None, SIGNER, NOW)
    plan = await services.themes.propose(session, [Line(2, said[0], ()), Line(3, said[2], ("Time",))])
    assert [each.name for each in plan.unsigned] == ["Trust"]
    await services.themes.carry_out(GUILD, session.id, plan.mark)
    assert await signed(services, session) == {"Time"}


async def test_rows_that_cannot_be_are_passed_over(services, session, said):
    plan = await services.themes.propose(
        session,
        [
            Line(2, said[0], ("A",)),
            Line(3, 5, ("A",)),
            Line(4, said[1], ("x" * 81,)),
            Line(5, said[2], ("A",)),
            Line(6, said[2], ("B",)),
            Line(7, said[3], ("A", "B")),
            Line(8, said[3], ("b", "a")),
        ],
    )
    twice = "the same contribution stands here more than once, with other themes"
    assert [(each.row, each.why) for each in plan.odd] == [
        (3, "no such contribution, or it has been hidden or taken back"),
        (4, "A theme’s name has 81 characters; at most 80 fit."),
        (5, twice),
        (6, twice),
    ]
    assert plan.gain == 2
    assert await services.themes.carry_out(GUILD, session.id, plan.mark) == replace(plan, odd=())


async def test_a_file_of_another_session_is_told_from_one_of_nothing(services, database, session, said):
    await services.show.finish(GUILD, session.id, NOW)
    agenda = await services.sessions.agenda(GUILD)
    second = await services.show.start(GUILD, agenda.numbered(2).id, CHANNEL, NOW)
    before = everything(database)
    with pytest.raises(Refusal, match="That spreadsheet is of session 1, Everybody's Business"):
        await services.themes.propose(second, [Line(2, said[0], ("A",))])
    assert everything(database) == before
    plan = await services.themes.propose(second, [Line(2, 5, ("A",))])
    assert (plan.nothing, len(plan.odd)) == (True, 1)


async def test_a_file_cannot_bring_more_themes_than_there_can_be(services, database, session, said):
    before = everything(database)
    with pytest.raises(Refusal, match="That would be 101 themes"):
        await services.themes.propose(session, [Line(2, said[0], tuple(f"Theme {n}" for n in range(101)))])
    assert everything(database) == before


async def test_a_kept_file_goes_with_its_session_and_when_it_is_dismissed(services, database, session, said):
    await services.themes.propose(session, [Line(2, said[0], ("A",))])
    assert query(database, "SELECT session_id FROM theme_imports") == [(session.id,)]
    await services.themes.dismiss(GUILD, session.id)
    assert query(database, "SELECT * FROM theme_imports") == []


# ------------------------------------------------------------------ other guilds


async def test_another_guild_reaches_nothing(services, database, session, said):
    trust, time = await two(services, session, said)
    plan = await services.themes.propose(session, [Line(2, said[0], ("A",))])
    other = await opened_session(services, ELSEWHERE, CHANNEL + 100)
    theirs = await services.themes.add(other, "Theirs")
    before = everything(database)
    for attempt in (
        services.themes.survey(ELSEWHERE, session.id),
        services.themes.of(ELSEWHERE, trust),
        services.themes.rename(ELSEWHERE, trust, "Other"),
        services.themes.merge(ELSEWHERE, trust, time),
        services.themes.tag(ELSEWHERE, trust, said[3:], on=True),
        services.themes.remove(ELSEWHERE, trust),
        services.themes.carry_out(ELSEWHERE, session.id, plan.mark),
        services.themes.dismiss(ELSEWHERE, session.id),
    ):
        with pytest.raises(Refusal, match="That session is not known here"):
            await attempt
    for attempt in (
        services.themes.merge(GUILD, trust, theirs),
        services.themes.sign_off(session, theirs, SIGNER, NOW),
    ):
        with pytest.raises(Refusal, match="That theme is gone"):
            await attempt
    with pytest.raises(Refusal, match="not there any more"):
        await services.themes.tag(ELSEWHERE, theirs, said, on=True)
    assert everything(database) == before
