"""Polls: what a host may ask, whose answer counts, and that the tally is what the ballots say."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.polls import Draft, draft
from bot.services.refusal import Refusal
from bot.services.tallies import tally
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    GUILD,
    NOW,
    OPENING,
    ask,
    copied,
    everything,
    opened_session,
    query,
)

VOTERS = (101, 102, 103, 104)
ANSWERS = st.sets(st.integers(0, 3))
ACTS = st.lists(st.tuples(st.sampled_from(VOTERS), ANSWERS), max_size=12)


def counts(standing) -> list[int]:
    return [row.count for row in standing.tally.rows]


def test_what_was_typed_is_tidied():
    asked = draft(" Which \n one? ", ["", " A ", "B\u200b", "  "], None, "live")
    assert asked == Draft("Which one?", ("A", "B"), 2, "live")


@pytest.mark.parametrize(("options", "held"), [(2, 2), (25, 25)])
def test_two_to_twenty_five_options(options, held):
    assert len(draft("Which?", [f"option {i}" for i in range(options)], 1, "at_close").options) == held


def test_an_option_of_a_hundred_characters_is_kept_whole():
    assert draft("Which?", ["x" * 100, "y"], 1, "at_close").options[0] == "x" * 100


@pytest.mark.parametrize(
    ("question", "options", "choices", "sentence"),
    [
        ("", ["A", "B"], 1, "The question is empty."),
        ("\u200b", ["A", "B"], 1, "The question is empty."),
        ("x" * 301, ["A", "B"], 1, "301 characters; at most 300 fit"),
        ("Which?", [], 1, "2 to 25 options, one on each line, and this has 0"),
        ("Which?", ["A", " ", "\u200b"], 1, "this has 1"),
        ("Which?", [f"option {i}" for i in range(26)], 1, "this has 26"),
        ("Which?", ["x" * 101, "B"], 1, "101 characters; at most 100 fit"),
        ("Which?", ["Yes", "No", "YES "], 1, "look the same: “Yes” and “YES”"),
        ("Which?", ["Yes", "Ye\u200bs"], 1, "look the same"),
        ("Which?", ["A", "B"], 3, "1 to 2 of 2 options, not 3"),
        ("Which?", ["A", "B"], -1, "1 to 2 of 2 options, not -1"),
    ],
)
def test_what_cannot_be_asked_is_refused(question, options, choices, sentence):
    with pytest.raises(Refusal) as refused:
        draft(question, options, choices, "at_close")
    assert sentence in str(refused.value)


async def test_polls_are_numbered_and_shown_where_the_session_is(services, boards, session):
    first, second = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    assert (first.number, second.number) == (1, 2)
    assert first.open
    assert [(board.kind, board.subject, board.channel_id) for board in boards.shown[len(OPENING) :]] == [
        ("poll", first.id, CHANNEL),
        ("poll", second.id, CHANNEL),
    ]


async def test_a_prepared_poll_is_opened_once(services, session):
    assert [poll.name for poll in await services.polls.waiting(session)] == ["encourage", "useful"]
    prepared = await services.polls.prepared(session, "ENCOURAGE ")
    await services.polls.open(session, prepared, NOW)
    assert [poll.name for poll in await services.polls.waiting(session)] == ["useful"]
    with pytest.raises(Refusal, match="“encourage” has been opened already: it is Poll 1"):
        await services.polls.open(session, prepared, NOW)


async def test_a_prepared_poll_opened_twice_at_once_is_opened_once(services, boards, session):
    prepared = await services.polls.prepared(session, "useful")
    twice = (services.polls.open(session, prepared, NOW) for _ in range(2))
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Poll", "Refusal"]
    assert boards.kinds() == [*OPENING, "poll"]


async def test_a_name_that_is_not_prepared_is_told_those_that_are(services, session):
    with pytest.raises(Refusal, match=r"no prepared poll “usefull”\. It has “encourage”, “useful”"):
        await services.polls.prepared(session, "usefull")


async def test_each_session_counts_from_one(services, session):
    elsewhere = await opened_session(services, ELSEWHERE)
    assert (await ask(services, session)).number == 1
    assert (await ask(services, elsewhere)).number == 1


async def test_a_session_that_was_finished_meanwhile_takes_no_poll(services, database, session):
    await services.show.finish(GUILD, session.id, NOW)
    before = everything(database)
    with pytest.raises(Refusal):
        await ask(services, session)
    assert everything(database) == before


async def test_the_only_open_one_need_not_be_named(services, session):
    poll = await ask(services, session)
    assert await services.polls.pick(session, None, opened=True) == poll


async def test_with_two_open_the_host_says_which(services, session):
    _, second = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    with pytest.raises(Refusal, match=r"Polls 1 and 2 are open\. Say which one to close"):
        await services.polls.pick(session, None, opened=True)
    assert await services.polls.pick(session, 2, opened=True) == second


async def test_what_is_not_there_is_refused(services, session):
    poll = await ask(services, session)
    for number, opened, sentence in (
        (None, False, "There is no closed poll in this session"),
        (1, False, "There is no closed poll 1 in this session"),
        (7, True, "There is no open poll 7 in this session"),
    ):
        with pytest.raises(Refusal, match=sentence):
            await services.polls.pick(session, number, opened=opened)
    await services.polls.close(poll, CHANNEL, NOW)
    with pytest.raises(Refusal, match="There is no open poll in this session"):
        await services.polls.pick(session, None, opened=True)


async def test_the_results_of_the_last_closed_need_no_number(services, session):
    first, second = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    await services.polls.close(second, CHANNEL, NOW)
    await services.polls.close(first, CHANNEL, NOW + timedelta(minutes=1))
    assert (await services.polls.pick(session, None, opened=False)).number == first.number


async def test_the_receipt_says_what_is_stored(services, boards, session):
    poll = await ask(services, session, options=4, choices=3)
    boards.went_stale.clear()
    receipt = await services.polls.cast(GUILD, poll.id, [2, 0, 2], voter=101)
    assert receipt.texts == ("A", "C")
    assert await services.polls.mine(GUILD, poll.id, 101) == receipt
    assert boards.went_stale == [("poll", poll.id), ("console", session.id)]


async def test_answering_again_replaces(services, session):
    poll = await ask(services, session, choices=2)
    await services.polls.cast(GUILD, poll.id, [0, 1], voter=101)
    await services.polls.cast(GUILD, poll.id, [2], voter=101)
    standing = await services.polls.standing(poll.id)
    assert (standing.tally.n, counts(standing)) == (1, [0, 0, 1])


async def test_taking_it_back(services, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], voter=101)
    assert (await services.polls.withdraw(GUILD, poll.id, 101)).texts == ()
    assert (await services.polls.standing(poll.id)).tally.n == 0
    assert (await services.polls.mine(GUILD, poll.id, 101)).chosen == ()


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([], "Nothing was chosen"),
        ([0, 1], "You can choose up to 1 of these options"),
        ([3], "not one of this poll’s options"),
        ([-1], "not one of this poll’s options"),
        ([10**18], "not one of this poll’s options"),
    ],
)
async def test_what_cannot_be_chosen_changes_nothing(services, boards, session, chosen, sentence):
    poll = await ask(services, session)
    boards.went_stale.clear()
    await services.polls.cast(GUILD, poll.id, [1], voter=101)
    before = everything(boards.database)
    for voter in (101, 102):
        with pytest.raises(Refusal, match=sentence):
            await services.polls.cast(GUILD, poll.id, chosen, voter)
    assert everything(boards.database) == before
    assert boards.went_stale == [("poll", poll.id), ("console", session.id)]


async def test_a_closed_poll_takes_nothing(services, database, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], voter=101)
    await services.polls.close(poll, CHANNEL, NOW)
    before = everything(database)
    for late in (services.polls.cast(GUILD, poll.id, [0], 101), services.polls.withdraw(GUILD, poll.id, 101)):
        with pytest.raises(Refusal, match="That poll has closed"):
            await late
    assert everything(database) == before


async def test_another_guilds_poll_is_not_known(services, database, session):
    poll = await ask(services, session)
    before = everything(database)
    for stray in (
        services.polls.cast(ELSEWHERE, poll.id, [0], 101),
        services.polls.withdraw(ELSEWHERE, poll.id, 101),
        services.polls.mine(ELSEWHERE, poll.id, 101),
        services.polls.cast(GUILD, 10**17, [0], 101),
    ):
        with pytest.raises(Refusal, match="That poll is not known here"):
            await stray
    assert everything(database) == before


async def test_answers_carry_no_time(database):
    kept = {str(name) for _, name, *_ in query(database, "PRAGMA table_info(ballots)")}
    assert kept == {"poll_id", "voter", "slot", "option"}


async def test_closing_posts_the_final_tally_once(services, boards, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], voter=101)
    standing = await services.polls.close(poll, CHANNEL, NOW)
    assert (standing.poll.open, standing.tally.n, counts(standing)) == (False, 1, [0, 1, 0])
    with pytest.raises(Refusal, match="Poll 1 has closed already"):
        await services.polls.close(poll, CHANNEL, NOW)
    assert boards.kinds() == [*OPENING, "poll", "results"]
    assert boards.went_stale[-3:] == [("poll", poll.id), ("console", session.id), ("now", session.id)]


async def test_results_can_be_posted_once_more(services, boards, session):
    poll = await ask(services, session)
    await services.polls.close(poll, CHANNEL, NOW)
    await services.polls.post_results(poll, CHANNEL, NOW)
    assert boards.kinds()[-2:] == ["results", "results"]


async def test_two_hosts_closing_at_once_post_it_once(services, boards, session):
    poll = await ask(services, session)
    twice = (services.polls.close(poll, CHANNEL, NOW) for _ in range(2))
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Refusal", "Standing"]
    assert boards.kinds().count("results") == 1


async def test_a_close_among_fifty_ballots(services, session):
    poll = await ask(services, session)
    acts = [services.polls.cast(GUILD, poll.id, [voter % 3], voter) for voter in range(1, 51)]
    acts.insert(25, services.polls.close(poll, CHANNEL, NOW))
    done = await asyncio.gather(*acts, return_exceptions=True)
    closed = done.pop(25)
    counted = [each for each in done if not isinstance(each, BaseException)]
    refused = [each for each in done if isinstance(each, BaseException)]
    assert all(isinstance(each, Refusal) and str(each) == "That poll has closed." for each in refused)
    assert counted
    assert refused
    # The tally that the close printed has every receipt in it, and nothing else; then and later.
    assert closed.tally.n == len(counted)
    assert counts(closed) == [sum(each.chosen == (option,) for each in counted) for option in range(3)]
    assert await services.polls.standing(poll.id) == closed


async def test_one_person_twenty_times(services, database, session):
    poll = await ask(services, session, options=4)
    done = await asyncio.gather(*(services.polls.cast(GUILD, poll.id, [i % 4], 101) for i in range(20)))
    standing = await services.polls.standing(poll.id)
    assert standing.tally.n == sum(counts(standing)) == 1
    assert query(database, "SELECT count(*) FROM ballots") == [(1,)]
    assert (await services.polls.mine(GUILD, poll.id, 101)).chosen in {each.chosen for each in done}


async def test_sixty_people_in_two_polls(services, session):
    polls = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    votes = [(poll, voter) for voter in range(1, 61) for poll in polls]
    await asyncio.gather(*(services.polls.cast(GUILD, poll.id, [voter % 3], voter) for poll, voter in votes))
    for poll in polls:
        assert counts(await services.polls.standing(poll.id)) == [20, 20, 20]
    assert (await services.sessions.status(session, NOW)).took_part == 60


@pytest.mark.parametrize("choices", [1, 4])
@settings(max_examples=15, deadline=None)
@given(acts=ACTS)
async def test_any_sequence_of_answers_is_what_a_dictionary_would_hold(session_database, choices, acts):
    async with copied(session_database) as (database, services):
        session = await services.sessions.live(GUILD)
        poll = await ask(services, session, options=4, choices=choices)
        model: dict[int, set[int]] = {}
        acted: set[int] = set()
        for voter, chosen in acts:
            if len(chosen) > choices:
                with pytest.raises(Refusal):
                    await services.polls.cast(GUILD, poll.id, sorted(chosen), voter)
                continue
            act = services.polls.cast(GUILD, poll.id, sorted(chosen), voter) if chosen else None
            receipt = await (act or services.polls.withdraw(GUILD, poll.id, voter))
            assert set(receipt.chosen) == chosen
            acted.add(voter)
            model[voter] = chosen
        answered = {voter: chosen for voter, chosen in model.items() if chosen}
        standing = await services.polls.standing(poll.id)
        assert standing.tally == tally("ABCD", [(voter, each) for voter in answered for each in answered[voter]])
        for voter in VOTERS:
            assert set((await services.polls.mine(GUILD, poll.id, voter)).chosen) == answered.get(voter, set())
        stored = query(database, 'SELECT voter, "option" FROM ballots WHERE poll_id = ?', poll.id)
        assert sorted(stored) == sorted((voter, each) for voter in answered for each in answered[voter])
        assert query(database, "SELECT person FROM participations ORDER BY person") == [(who,) for who in sorted(acted)]
