"""Polls: what a host may ask, whose answer counts, and that the tally is what the ballots say."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.drafts import Draft, draft
from bot.services.refusal import Refusal
from bot.services.tallies import tally
from bot.storage.ballots import Counts
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
    assert asked == Draft("Which one?", ("A", "B"), 2, "live", kind="multiple")


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
    assert await services.polls.pick(session, None, "open") == poll


async def test_with_two_open_the_host_says_which(services, session):
    _, second = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    with pytest.raises(Refusal, match=r"Polls 1 and 2 are open\. Say which one you mean"):
        await services.polls.pick(session, None, "open")
    assert await services.polls.pick(session, 2, "open") == second


async def test_what_is_not_there_is_refused(services, session):
    poll = await ask(services, session)
    for number, states, sentence in (
        (None, ["closed"], "There is no closed poll in this session"),
        (1, ["closed"], "There is no closed poll 1 in this session"),
        (7, ["open"], "There is no open poll 7 in this session"),
        (None, ["closed", "void"], "There is no closed or void poll in this session"),
    ):
        with pytest.raises(Refusal, match=sentence):
            await services.polls.pick(session, number, *states)
    await services.polls.close(poll, CHANNEL, NOW)
    with pytest.raises(Refusal, match="There is no open poll in this session"):
        await services.polls.pick(session, None, "open")


async def test_the_results_of_the_last_closed_need_no_number(services, session):
    first, second = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    await services.polls.close(second, CHANNEL, NOW)
    await services.polls.close(first, CHANNEL, NOW + timedelta(minutes=1))
    assert (await services.polls.pick(session, None, "closed")).number == first.number


async def test_the_receipt_says_what_is_stored(services, boards, session):
    poll = await ask(services, session, options=4, choices=3)
    boards.went_stale.clear()
    receipt = await services.polls.cast(GUILD, poll.id, [2, 0], 101)
    assert receipt.texts == ("C", "A")
    assert await services.polls.mine(GUILD, poll.id, 101) == receipt
    assert boards.went_stale == [("poll", poll.id), ("console", session.id)]


async def test_answering_again_replaces(services, session):
    poll = await ask(services, session, choices=2)
    await services.polls.cast(GUILD, poll.id, [0, 1], 101)
    await services.polls.cast(GUILD, poll.id, [2], 101)
    standing = await services.polls.standing(poll.id)
    assert (standing.tally.n, counts(standing)) == (1, [0, 0, 1])


async def test_taking_it_back(services, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], 101)
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
        ([1, 1], "You can choose up to 1 of these options"),
    ],
)
async def test_what_cannot_be_chosen_changes_nothing(services, boards, session, chosen, sentence):
    poll = await ask(services, session)
    boards.went_stale.clear()
    await services.polls.cast(GUILD, poll.id, [1], 101)
    before = everything(boards.database)
    for voter in (101, 102):
        with pytest.raises(Refusal, match=sentence):
            await services.polls.cast(GUILD, poll.id, chosen, voter)
    assert everything(boards.database) == before
    assert boards.went_stale == [("poll", poll.id), ("console", session.id)]


async def test_a_closed_poll_takes_nothing(services, database, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], 101)
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
    await services.polls.cast(GUILD, poll.id, [1], 101)
    boards.went_stale.clear()
    standing = await services.polls.close(poll, CHANNEL, NOW)
    assert (standing.poll.open, standing.tally.n, counts(standing)) == (False, 1, [0, 1, 0])
    with pytest.raises(Refusal, match="Poll 1 has closed already"):
        await services.polls.close(poll, CHANNEL, NOW)
    assert boards.kinds() == [*OPENING, "poll", "results"]
    assert {("poll", poll.id), ("console", session.id), ("now", session.id)} <= set(boards.went_stale)


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


async def test_a_closed_poll_is_opened_again_where_its_answers_still_have_owners(services, boards, session):
    poll = await ask(services, session, privacy="confidential")
    await services.polls.cast(GUILD, poll.id, [1], 101)
    closed = (await services.polls.close(poll, CHANNEL, NOW)).poll
    await services.polls.reopen(session, closed, NOW)
    assert boards.kinds()[-2:] == ["results", "poll"]
    await services.polls.cast(GUILD, poll.id, [2], 101)
    standing = await services.polls.close((await services.polls.standing(poll.id)).poll, CHANNEL, NOW)
    assert (standing.tally.n, counts(standing)) == (1, [0, 0, 1])


async def test_an_anonymous_poll_is_never_opened_again(services, database, session):
    poll = await ask(services, session)
    closed = (await services.polls.close(poll, CHANNEL, NOW)).poll
    before = everything(database)
    with pytest.raises(Refusal, match="Poll 1 was anonymous and its key is destroyed"):
        await services.polls.reopen(session, closed, NOW)
    assert everything(database) == before


async def test_a_poll_is_not_opened_again_in_a_session_that_has_finished(services, database, session):
    poll = await ask(services, session, privacy="named")
    closed = (await services.polls.close(poll, CHANNEL, NOW)).poll
    await services.show.finish(GUILD, session.id, NOW)
    before = everything(database)
    with pytest.raises(Refusal, match=r"Session 1 is not open\. Nothing was opened"):
        await services.polls.reopen(session, closed, NOW)
    assert everything(database) == before


async def test_of_two_hosts_opening_it_again_one_is_told_so(services, boards, session):
    poll = await ask(services, session, privacy="named")
    closed = (await services.polls.close(poll, CHANNEL, NOW)).poll
    twice = (services.polls.reopen(session, closed, NOW) for _ in range(2))
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert [str(each) for each in done if each] == ["Somebody was faster."]
    assert boards.kinds()[-2:] == ["results", "poll"]


async def test_asking_again_asks_the_same_and_keeps_both_runs(services, session):
    poll = await ask(services, session, options=4, choices=2, kind="ranking", privacy="named", results="live")
    await services.polls.cast(GUILD, poll.id, [1, 0], 101)
    closed = (await services.polls.close(poll, CHANNEL, NOW)).poll
    again = await services.polls.rerun(session, closed, NOW)
    await services.polls.cast(GUILD, again.id, [3], 101)
    assert (again.number, again.kind, again.privacy, again.choices, again.results) == (2, "ranking", "named", 2, "live")
    assert again.options == poll.options
    assert await services.polls.first_run(again) == 1
    assert await services.polls.first_run(poll) is None
    assert [counts(await services.polls.standing(each.id)) for each in (poll, again)] == [[1, 2, 0, 0], [0, 0, 0, 2]]


async def test_what_is_taken_out_keeps_its_ballots_and_loses_its_key(services, database, boards, session):
    poll = await ask(services, session)
    await services.polls.cast(GUILD, poll.id, [1], 101)
    await services.polls.void(GUILD, poll.id, " A \n typo ", NOW)
    standing = await services.polls.standing(poll.id)
    assert (standing.poll.state, standing.poll.why_void, counts(standing)) == ("void", "A typo", [0, 1, 0])
    assert query(database, "SELECT * FROM ballot_keys") == []
    assert not (await services.polls.mine(GUILD, poll.id, 101)).known
    assert {("poll", poll.id), ("results", poll.id), ("summary", session.id)} <= set(boards.went_stale)
    assert (await services.summaries.report(session.id)).polls == ()
    with pytest.raises(Refusal, match="Poll 1 has been taken out already"):
        await services.polls.void(GUILD, poll.id, "Again", NOW)
    for late in (services.polls.cast(GUILD, poll.id, [0], 101), services.polls.withdraw(GUILD, poll.id, 101)):
        with pytest.raises(Refusal, match="That poll was taken out by a host"):
            await late


@pytest.mark.parametrize(("guild", "why"), [(ELSEWHERE, "A typo"), (GUILD, ""), (GUILD, "x" * 301)])
async def test_what_cannot_be_taken_out_stays(services, database, session, guild, why):
    poll = await ask(services, session)
    before = everything(database)
    with pytest.raises(Refusal):
        await services.polls.void(guild, poll.id, why, NOW)
    assert everything(database) == before


async def test_a_prepared_poll_that_was_taken_out_waits_again(services, session):
    poll = await services.polls.open(session, await services.polls.prepared(session, "useful"), NOW)
    assert [each.name for each in await services.polls.waiting(session)] == ["encourage"]
    await services.polls.void(GUILD, poll.id, "Too early", NOW)
    assert [each.name for each in await services.polls.waiting(session)] == ["encourage", "useful"]


async def test_who_answered_what_is_told_of_named_polls_alone(services, session):
    named = await ask(services, session, privacy="named")
    await services.polls.cast(GUILD, named.id, [1], 101)
    given = await services.answers.named(named)
    assert {person: answer.texts for person, answer in given.items()} == {101: ("B",)}
    for privacy in ("confidential", "anonymous"):
        poll = await ask(services, session, privacy=privacy, question=privacy)
        with pytest.raises(Refusal, match=f"is {privacy}: nobody is shown who answered what"):
            await services.answers.named(poll)


async def test_a_form_is_refused_before_it_is_filled_in(services, session):
    single, words = await ask(services, session), await ask(services, session, options=0, kind="open", question="Why?")
    assert (await services.polls.to_answer(GUILD, words.id, 101, "open")).poll == words
    await services.polls.write(GUILD, words.id, 101, "Because", quotable=True)
    assert (await services.polls.to_answer(GUILD, words.id, 101, "open")).words == "Because"
    with pytest.raises(Refusal, match="That poll is answered in another way"):
        await services.polls.to_answer(GUILD, single.id, 101, "open")
    with pytest.raises(Refusal, match="That poll is not known here"):
        await services.polls.to_answer(ELSEWHERE, words.id, 101, "open")
    await services.polls.close(words, CHANNEL, NOW)
    with pytest.raises(Refusal, match="That poll has closed"):
        await services.polls.to_answer(GUILD, words.id, 101, "open")


async def test_sixty_people_in_two_polls(services, session):
    polls = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    votes = [(poll, voter) for voter in range(1, 61) for poll in polls]
    await asyncio.gather(*(services.polls.cast(GUILD, poll.id, [voter % 3], voter) for poll, voter in votes))
    for poll in polls:
        assert counts(await services.polls.standing(poll.id)) == [20, 20, 20]
    assert (await services.sessions.status(session, NOW)).took_part == 60


@pytest.mark.parametrize("choices", [1, 4])
@settings(max_examples=8, deadline=None)
@given(acts=ACTS)
async def test_any_sequence_of_answers_is_what_a_dictionary_would_hold(session_database, choices, acts):
    async with copied(session_database) as (database, services):
        session = await services.sessions.live(GUILD)
        kind = "single" if choices == 1 else "multiple"
        poll = await ask(services, session, options=4, choices=choices, kind=kind, privacy="confidential")
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
        given = Counts((slot, each) for chosen in answered.values() for slot, each in enumerate(sorted(chosen)))
        assert standing.tally == tally("ABCD", given, kind=kind, choices=choices)
        for voter in VOTERS:
            assert set((await services.polls.mine(GUILD, poll.id, voter)).chosen) == answered.get(voter, set())
        stored = query(database, 'SELECT voter, "option" FROM ballots WHERE poll_id = ?', poll.id)
        assert sorted(stored) == sorted((voter, each) for voter in answered for each in answered[voter])
        assert query(database, "SELECT person FROM participations ORDER BY person") == [(who,) for who in sorted(acted)]
