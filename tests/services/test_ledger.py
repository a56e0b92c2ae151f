"""Ballots: many in one transaction, none without a receipt that holds, and a tally that is what they say."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.services.refusal import Refusal
from bot.services.tallies import LIVE_FROM
from bot.storage.database import Database, Unavailable
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, Recorder, ask, copied, over, path_of, query

PEOPLE = range(101, 109)
CLOSED = "That poll has closed."
A_SENTENCE = 3.0
"""Seconds within which Discord wants an answer."""


@contextmanager
def transactions() -> Iterator[list[str]]:
    """Every transaction that wrote, as it ends."""
    ended: list[str] = []

    def tell(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            ended.append("commit")

    event.listen(Engine, "commit", tell)
    try:
        yield ended
    finally:
        event.remove(Engine, "commit", tell)


@contextmanager
def locked(database: Database) -> Iterator[sqlite3.Connection]:
    """Another process is writing, until the rollback."""
    with closing(sqlite3.connect(path_of(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def stored(database: Database, poll_id: int) -> Counter:
    """How often each (slot, option) stands in the file."""
    each = query(database, 'SELECT slot, "option" FROM ballots WHERE poll_id = ?', poll_id)
    return Counter(each)


def shown_counts(standing) -> list[int]:
    return [row.count for row in standing.tally.rows]


async def cast(services, poll, person, *options):
    return await services.polls.cast(poll.guild_id, poll.id, list(options), person)


async def all_of(*acts) -> list:
    """What became of each, whatever it was."""
    return await asyncio.gather(*acts, return_exceptions=True)


async def true_to_the_ballots(services, database, poll) -> None:
    """What a board shows is what a recount gives."""
    standing = await services.polls.standing(poll.id)
    counted = stored(database, poll.id)
    assert shown_counts(standing) == [sum(n for (_, o), n in counted.items() if o == i) for i in range(3)]
    assert standing.tally.n == sum(n for (slot, _), n in counted.items() if slot == 0)


# ------------------------------------------------------------------ group commit


async def test_twelve_hundred_ballots_take_three_transactions(services, database, session):
    poll = await ask(services, session)
    with transactions() as ended:
        await asyncio.gather(*(cast(services, poll, person, person % 3) for person in range(1, 1201)))
    assert ended == ["commit"] * 3
    assert sum(stored(database, poll.id).values()) == 1200
    await true_to_the_ballots(services, database, poll)


async def test_whoever_has_a_receipt_is_on_the_disk_already(services, database, session):
    poll = await ask(services, session, privacy="named")

    async def vote(person: int) -> bool:
        for _ in range(person % 7):
            await asyncio.sleep(0)
        receipt = await cast(services, poll, person, person % 3)
        on_disk = query(database, 'SELECT "option" FROM ballots WHERE voter = ?', person)
        return on_disk == [(receipt.chosen[0],)]

    assert all(await asyncio.gather(*(vote(person) for person in range(1, 61))))


async def test_no_receipt_comes_while_nothing_is_committed(services, database, session):
    poll = await ask(services, session)
    with locked(database) as other:
        votes = [asyncio.ensure_future(cast(services, poll, person, 0)) for person in PEOPLE]
        await asyncio.sleep(0.2)
        assert not any(vote.done() for vote in votes)
        other.rollback()
        assert [each.chosen for each in await asyncio.gather(*votes)] == [(0,)] * len(PEOPLE)


async def test_a_bad_ballot_harms_nobody_elses(services, database, session):
    poll, closed = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    await services.polls.close(closed, CHANNEL, NOW)
    with transactions() as ended:
        done = await all_of(
            cast(services, poll, 101, 0),
            cast(services, poll, 102, 7),
            cast(services, poll, 103, 0, 1),
            services.polls.cast(ELSEWHERE, poll.id, [0], 104),
            services.polls.cast(GUILD, 10**15, [0], 105),
            cast(services, closed, 106, 0),
            cast(services, poll, 107, 2),
        )
    assert ended == ["commit"]
    good = [done.pop(0), done.pop(-1)]
    assert [each.chosen for each in good] == [(0,), (2,)]
    assert all(isinstance(each, Refusal) for each in done)
    assert stored(database, poll.id) == {(0, 0): 1, (0, 2): 1}
    took_part = query(database, "SELECT person FROM participations ORDER BY person")
    assert took_part == [(101,), (107,)]
    await true_to_the_ballots(services, database, poll)


async def test_the_same_option_twice_is_refused(services, database, session):
    poll = await ask(services, session, choices=3)
    with pytest.raises(Refusal, match="You chose one option twice"):
        await cast(services, poll, 101, 1, 1)
    assert not stored(database, poll.id)


async def test_a_cancelled_wait_harms_nobody(services, database, session):
    poll = await ask(services, session)
    votes = [asyncio.ensure_future(cast(services, poll, person, 1)) for person in PEOPLE]
    await asyncio.sleep(0)
    votes[0].cancel()  # the first, whose ballot set the writing off
    votes[3].cancel()
    done = await all_of(*votes)
    assert [isinstance(each, asyncio.CancelledError) for each in done] == [i in {0, 3} for i in range(len(PEOPLE))]
    # Their ballots were on their way: nothing was said, and what is counted is what is stored.
    await true_to_the_ballots(services, database, poll)
    assert (await services.polls.standing(poll.id)).tally.n >= len(PEOPLE) - 2
    assert (await cast(services, poll, 999, 0)).chosen == (0,)


# ------------------------------------------------------------------ one person


@pytest.mark.parametrize("privacy", ["named", "confidential", "anonymous"])
async def test_a_hundred_clicks_in_a_second_are_one_ballot_the_last(services, database, session, privacy):
    poll = await ask(services, session, privacy=privacy)
    done = await asyncio.gather(*(cast(services, poll, 101, i % 3) for i in range(100)))
    assert [each.chosen for each in done] == [(i % 3,) for i in range(100)]
    assert stored(database, poll.id) == {(0, 99 % 3): 1}
    assert (await services.polls.mine(GUILD, poll.id, 101)).chosen == (99 % 3,)
    await true_to_the_ballots(services, database, poll)


@pytest.mark.parametrize("apart", [0, 1, 2, 3, 5, 10, 40])
async def test_two_choices_raced_on_a_single_choice_are_one_row(services, database, session, apart):
    poll = await ask(services, session)

    async def later():
        for _ in range(apart):
            await asyncio.sleep(0)
        return await cast(services, poll, 101, 1)

    first, second = await asyncio.gather(cast(services, poll, 101, 0), later())
    assert (first.chosen, second.chosen) == ((0,), (1,))
    assert query(database, 'SELECT slot, "option" FROM ballots') == [(0, 1)]


# ------------------------------------------------------------------ the close


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
@settings(max_examples=12, deadline=None)
@given(waits=st.lists(st.integers(0, 60), min_size=5, max_size=40), closing_after=st.integers(0, 60))
async def test_a_ballot_is_in_the_final_tally_or_is_told_that_it_is_not(
    session_database, privacy, waits, closing_after
):
    async def after(turns: int, act):
        for _ in range(turns):
            await asyncio.sleep(0)
        return await act()

    async with copied(session_database) as (database, services):
        poll = await ask(services, await services.sessions.live(GUILD), privacy=privacy)
        acts = [after(turns, lambda i=i: cast(services, poll, 1 + i, i % 3)) for i, turns in enumerate(waits)]
        closed, *done = await all_of(after(closing_after, lambda: services.polls.close(poll, CHANNEL, NOW)), *acts)
        receipts = [each for each in done if not isinstance(each, BaseException)]
        assert all(str(each) == CLOSED for each in done if isinstance(each, BaseException))
        assert closed.tally.n == len(receipts)
        assert shown_counts(closed) == [sum(each.chosen == (i,) for each in receipts) for i in range(3)]
        await true_to_the_ballots(services, database, poll)


# ------------------------------------------------------------------ the tally in memory

CHOICES = st.lists(st.integers(0, 2), max_size=2, unique=True)
VOTE = st.tuples(st.just("vote"), st.sampled_from(PEOPLE), CHOICES)
ERASE = st.tuples(st.just("erase"), st.sampled_from(PEOPLE), st.none())
HOSTS = st.sampled_from(["close", "reopen", "void", "restart"]).map(lambda name: (name, 0, None))
BURSTS = st.lists(st.lists(VOTE | VOTE | VOTE | ERASE | HOSTS, min_size=1, max_size=6), max_size=8)


@pytest.mark.parametrize("privacy", ["named", "confidential", "anonymous"])
@settings(max_examples=12, deadline=None)
@given(bursts=BURSTS)
async def test_whatever_happens_in_whatever_order_the_tally_is_what_a_recount_gives(session_database, privacy, bursts):
    async with copied(session_database) as (database, services):
        session = await services.sessions.live(GUILD)
        poll = await ask(services, session, choices=2, results="live", privacy=privacy)
        for burst in bursts:
            acts = [_act(services, session, poll, *each) for each in burst if each[0] != "restart"]
            for each in await all_of(*acts):
                assert each is None or isinstance(each, Refusal), repr(each)
            if len(acts) < len(burst):
                services = over(database, Recorder(database))  # noqa: PLW2901
            await true_to_the_ballots(services, database, poll)


async def _act(services, session, poll, name, person, chosen) -> None:
    match name:
        case "vote" if chosen:
            await cast(services, poll, person, *chosen)
        case "vote":
            await services.polls.withdraw(GUILD, poll.id, person)
        case "erase":
            await services.privacy.erase(GUILD, person)
        case _:
            now_is = (await services.polls.standing(poll.id)).poll
            if name == "close":
                await services.polls.close(now_is, CHANNEL, NOW)
            elif name == "reopen":
                await services.polls.reopen(session, now_is, NOW)
            elif name == "void":
                await services.polls.void(GUILD, poll.id, "A slip", NOW)


async def test_erasing_takes_an_open_ballot_out_of_the_tally_and_off_the_next_step(services, database, session):
    poll = await ask(services, session, results="live")
    for person in range(101, 107):
        await cast(services, poll, person, person % 3)
    await services.privacy.erase(GUILD, 101)
    assert (await services.polls.standing(poll.id)).tally.n == 5
    await true_to_the_ballots(services, database, poll)
    for person in range(201, 206):
        await cast(services, poll, person, 0)
    assert (await services.polls.standing(poll.id)).shown.n == 10


# ------------------------------------------------------------------ what the room sees


async def shown(services, poll) -> list[int] | None:
    standing = await services.polls.standing(poll.id)
    return standing.shown and [row.count for row in standing.shown.rows]


async def test_a_live_tally_starts_at_five_and_moves_by_five(services, session):
    poll = await ask(services, session, results="live")
    seen = []
    for person in range(1, 17):
        await cast(services, poll, person, 0)
        seen.append(await shown(services, poll))
    assert seen == [None] * 4 + [[5, 0, 0]] * 5 + [[10, 0, 0]] * 5 + [[15, 0, 0]] * 2


async def test_one_person_changing_their_mind_moves_nothing(services, session):
    poll = await ask(services, session, results="live")
    for person in range(1, 6):
        await cast(services, poll, person, 0)
    for i in range(20):
        await cast(services, poll, 1, i % 3)
    assert await shown(services, poll) == [5, 0, 0]


async def test_whoever_goes_back_hides_nobody(services, session):
    poll = await ask(services, session, results="live")
    for person in range(1, 6):
        await cast(services, poll, person, 0)
    for person in range(1, 5):
        await cast(services, poll, person, 1)
        await cast(services, poll, person, 0)
    await cast(services, poll, 6, 2)  # alone in the next step, had it come
    assert await shown(services, poll) == [5, 0, 0]


async def test_what_the_room_sees_survives_a_restart_and_moves_no_sooner(services, database, session):
    poll = await ask(services, session, results="live")
    for person in range(1, 9):
        await cast(services, poll, person, 0)
    services = over(database, Recorder(database))
    assert await shown(services, poll) == [5, 0, 0]
    for person in range(9, 13):
        await cast(services, poll, person, 1)
        assert await shown(services, poll) == [5, 0, 0]
    await cast(services, poll, 13, 1)
    assert await shown(services, poll) == [8, 5, 0]


async def test_a_restart_before_the_first_step_does_not_put_it_off(services, database, session):
    poll = await ask(services, session, results="live")
    for person in range(1, 5):
        await cast(services, poll, person, 0)
    services = over(database, Recorder(database))
    await cast(services, poll, 5, 1)
    assert await shown(services, poll) == [4, 1, 0]


@pytest.mark.parametrize("groups", [1, 3])
@settings(max_examples=12, deadline=None)
@given(votes=st.lists(st.tuples(st.integers(1, 12), st.sampled_from([(), (0,), (1,), (2,)])), max_size=40))
async def test_every_step_holds_at_least_five_changed_answers(session_database, groups, votes):
    async with copied(session_database) as (_, services):
        poll = await ask(services, await services.sessions.live(GUILD), results="live")
        truth: dict[int, tuple[int, ...]] = {}
        before, seen = dict(truth), await shown(services, poll)
        for start in range(0, len(votes), groups):
            truth |= dict(votes[start : start + groups])
            # Straight to the ledger: `withdraw` looks at the poll first, and would come after the others of its group.
            put = services.polls._ledger.put
            await asyncio.gather(*(put(GUILD, poll.id, *each) for each in votes[start : start + groups]))
            now = await shown(services, poll)
            if now != seen:
                assert now == [sum(each == (i,) for each in truth.values()) for i in range(3)]
                changed = {who for who in truth if truth[who] != before.get(who, ())}
                assert len(changed) >= LIVE_FROM
                before, seen = dict(truth), now


# ------------------------------------------------------------------ a database that cannot


async def test_a_locked_database_is_told_in_time_and_forgotten(services, database, session):
    poll = await ask(services, session)
    await cast(services, poll, 101, 0)
    with locked(database) as other:
        began = monotonic()
        votes = [asyncio.ensure_future(cast(services, poll, person, 1)) for person in (101, 102)]
        await asyncio.sleep(0.5)
        votes += [asyncio.ensure_future(cast(services, poll, person, 2)) for person in (103, 104)]
        took = []
        for vote in votes:
            with pytest.raises(Unavailable):
                await vote
            took.append(monotonic() - began)
        assert took[1] < A_SENTENCE
        assert took[3] < A_SENTENCE + 0.5
        other.rollback()
    assert query(database, 'SELECT "option" FROM ballots') == [(0,)]
    await true_to_the_ballots(services, database, poll)
    assert (await cast(services, poll, 101, 1)).chosen == (1,)
    await asyncio.gather(*(cast(services, poll, person, 2) for person in (102, 103, 104)))
    assert shown_counts(await services.polls.standing(poll.id)) == [0, 1, 3]
    assert shown_counts(await services.polls.close(poll, CHANNEL, NOW)) == [0, 1, 3]


@contextmanager
def full_disk() -> Iterator[Callable[[], None]]:
    """No database file can grow, until the disk is freed by calling what this gives."""
    pages = [1]  # SQLite takes it for: no more than there are

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages[-1]}")

    event.listen(Engine, "begin", limit)
    try:
        yield lambda: pages.append(2**30)
    finally:
        event.remove(Engine, "begin", limit)


async def test_a_full_disk_takes_no_half_ballot_and_is_forgotten(services, database, session):
    poll = await ask(services, session, results="live", choices=2)
    await asyncio.gather(*(cast(services, poll, person, 0) for person in PEOPLE))
    with full_disk() as free:
        began = monotonic()
        done = await all_of(*(cast(services, poll, person, 1, 2) for person in range(1000, 1400)))
        assert all(isinstance(each, Unavailable) for each in done), done
        assert monotonic() - began < A_SENTENCE
        assert stored(database, poll.id) == {(0, 0): len(PEOPLE)}
        assert query(database, "SELECT count(*) FROM participations") == [(len(PEOPLE),)]
        await true_to_the_ballots(services, database, poll)
        free()
        await asyncio.gather(*(cast(services, poll, person, 1, 2) for person in range(1000, 1400)))
    assert stored(database, poll.id) == {(0, 0): len(PEOPLE), (0, 1): 400, (1, 2): 400}
    await true_to_the_ballots(services, database, poll)


async def test_a_poll_without_its_key_takes_no_names_instead(services, database, session):
    poll = await ask(services, session, privacy="anonymous")
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM ballot_keys")
    with pytest.raises(LookupError):
        await cast(services, poll, 101, 0)
    assert not stored(database, poll.id)
