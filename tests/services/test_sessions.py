"""Sessions: started once, finished once, one at a time; what was open is closed and what is owed is shown."""

import asyncio
import sqlite3
from datetime import timedelta

import pytest

from bot.services.plans import Plan, offsets
from bot.services.refusal import Refusal
from bot.services.seriesfile import series_from
from bot.storage.sessions import Session
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    EXAMPLE_SERIES,
    GUILD,
    NOW,
    OFFICE,
    OPENING,
    PLANNED,
    Recorder,
    Silent,
    ask,
    everything,
    opened_session,
    over,
    path_of,
    query,
)

LATER = NOW + timedelta(minutes=90)


@pytest.fixture
async def agenda(services):
    """The example's series, nothing started."""
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    return await services.sessions.agenda(GUILD)


def kinds_of(done):
    return sorted(type(each).__name__ for each in done)


async def test_without_a_series_the_host_is_told_how_to_get_one(services):
    for asked in (services.sessions.agenda(GUILD), services.sessions.to_start(GUILD, None)):
        with pytest.raises(Refusal, match="no series here yet"):
            await asked


async def test_the_next_due_is_the_first_that_has_not_finished(services, agenda):
    assert agenda.due == agenda.sessions[0]
    assert [agenda.after(each) for each in agenda.sessions] == [*agenda.sessions[1:], None]
    for number in (1, 2, 3, 4):
        now, due = await services.sessions.to_start(GUILD, None)
        assert due.number == number
        assert now.due == due
        await services.show.start(GUILD, due.id, CHANNEL, NOW)
        await services.show.finish(GUILD, due.id, LATER)
    assert (await services.sessions.agenda(GUILD)).due is None
    with pytest.raises(Refusal, match="All sessions of the series have finished"):
        await services.sessions.to_start(GUILD, None)


async def test_starting(services, boards, agenda):
    session = await services.show.start(GUILD, agenda.sessions[1].id, CHANNEL, NOW)
    assert (session.number, session.state, session.channel, session.started_at) == (2, "live", CHANNEL, NOW)
    assert await services.sessions.live(GUILD) == session
    assert [(each.kind, each.subject, each.channel_id) for each in boards.shown[len(PLANNED) :]] == [
        ("welcome", session.id, CHANNEL),
        ("now", session.id, CHANNEL),
        ("console", session.id, OFFICE),
    ]


async def test_what_cannot_be_started_is_refused(services, database, agenda):
    first, second, *_ = agenda.sessions
    with pytest.raises(Refusal, match="There is no session 9: the series has 4"):
        await services.sessions.to_start(GUILD, 9)
    await services.show.start(GUILD, first.id, CHANNEL, NOW)
    before = everything(database)
    for again in (
        services.sessions.to_start(GUILD, None),
        services.sessions.to_start(GUILD, 2),
        services.show.start(GUILD, first.id, CHANNEL, NOW),
        services.show.start(GUILD, second.id, CHANNEL, NOW),
    ):
        with pytest.raises(Refusal, match="Session 1 is open already"):
            await again
    assert everything(database) == before
    await services.show.finish(GUILD, first.id, LATER)
    for over_again in (
        services.sessions.to_start(GUILD, 1),
        services.show.start(GUILD, first.id, CHANNEL, LATER),
        services.show.finish(GUILD, first.id, LATER),
    ):
        with pytest.raises(Refusal, match="Session 1 has finished"):
            await over_again


async def test_a_session_that_was_not_started_cannot_be_finished(services, agenda):
    with pytest.raises(Refusal, match="not open"):
        await services.show.finish(GUILD, agenda.sessions[0].id, NOW)
    with pytest.raises(Refusal, match="No session is open"):
        await services.sessions.live(GUILD)
    with pytest.raises(LookupError):
        _ = agenda.sessions[0].channel


async def test_another_guilds_session_is_not_known(services, database, session):
    before = everything(database)
    for stray in (
        services.sessions.get(ELSEWHERE, session.id),
        services.show.start(ELSEWHERE, session.id, CHANNEL, NOW),
        services.show.finish(ELSEWHERE, session.id, NOW),
        services.sessions.get(GUILD, 10**17),
    ):
        with pytest.raises(Refusal, match="That session is not known here"):
            await stray
    with pytest.raises(Refusal, match="No session is open"):
        await services.sessions.live(ELSEWHERE)
    assert everything(database) == before


async def test_two_guilds_run_at_the_same_time(services, session):
    elsewhere = await opened_session(services, ELSEWHERE, channel_id=99)
    assert (await services.sessions.live(GUILD)).id == session.id
    assert (await services.sessions.live(ELSEWHERE)).id == elsewhere.id


async def test_finishing_closes_what_is_open_and_shows_what_is_owed_in_order(services, boards, session):
    closed, still_open = [await ask(services, session, question=each) for each in ("Which?", "Why?")]
    await services.polls.close(closed, CHANNEL, NOW)
    await services.polls.cast(GUILD, still_open.id, [1], person=101)
    await services.reviews.open(session, NOW)
    boards.shown.clear()
    await services.show.finish(GUILD, session.id, LATER)
    assert [(each.kind, each.subject, each.channel_id) for each in boards.shown] == [
        ("results", still_open.id, CHANNEL),
        ("summary", session.id, CHANNEL),
        ("report", session.id, OFFICE),
    ]
    assert {("poll", still_open.id), ("takeaway", session.id), ("improvement", session.id)} <= set(boards.went_stale)
    for late in (
        services.polls.cast(GUILD, still_open.id, [0], 102),
        services.reviews.answer(GUILD, session.id, 102, "takeaway", "Too late", quotable=True),
    ):
        with pytest.raises(Refusal, match="has closed"):
            await late
    assert (await services.polls.standing(still_open.id)).tally.n == 1


async def test_a_session_in_which_nothing_happened_finishes_too(services, boards, session):
    await services.show.finish(GUILD, session.id, LATER)
    assert boards.kinds() == [*OPENING, "summary", "report"]
    report = await services.summaries.report(session.id)
    assert (report.took_part, report.polls, report.joined) == (0, (), None)


async def test_how_many_joined_is_the_running_sessions_or_else_the_last_ones(services, boards, agenda):
    with pytest.raises(Refusal, match="No session has been started yet"):
        await services.sessions.attendance(GUILD, 10)
    first, second, *_ = agenda.sessions
    for number, each in enumerate((first, second), 1):
        await services.show.start(GUILD, each.id, CHANNEL, NOW + number * timedelta(days=1))
        assert (await services.sessions.attendance(GUILD, number)).id == each.id
        await services.show.finish(GUILD, each.id, LATER + number * timedelta(days=1))
    assert (await services.sessions.attendance(GUILD, 122)).id == second.id
    assert boards.went_stale[-2:] == [("report", second.id), ("overall", second.series_id)]
    assert [(await services.summaries.report(each.id)).joined for each in (first, second)] == [1, 122]


@pytest.mark.parametrize(
    ("minutes", "now", "after"),
    [(0, "Start", "Talk"), (4.9, "Start", "Talk"), (5, "Talk", "Close"), (35, "Close", None), (40, None, None)],
)
async def test_status_says_where_the_plan_is(services, minutes, now, after):
    steps = (("welcome", "Start", 5), ("talk", "Talk", 30), ("close", "Close", 5))
    show = [{"kind": kind, "title": title, "minutes": minutes} for kind, title, minutes in steps]
    raw = EXAMPLE_SERIES.model_dump() | {"sessions": [{"title": "First", "run_of_show": show}]}
    await services.imports.import_series(GUILD, series_from(raw), NOW)
    _, due = await services.sessions.to_start(GUILD, None)
    session = await services.show.start(GUILD, due.id, CHANNEL, NOW)
    status = await services.sessions.status(session, NOW + timedelta(minutes=minutes))
    assert (status.now and status.now.title, status.next and status.next.title) == (now, after)


async def test_status_counts_what_has_come_in(services, session):
    poll = await ask(services, session)
    await services.polls.open(session, await services.polls.prepared(session, "useful"), NOW)
    await services.reviews.open(session, NOW)
    await services.polls.cast(GUILD, poll.id, [0], person=101)
    await services.reviews.answer(GUILD, session.id, 102, "takeaway", "One", quotable=True)
    await services.reviews.answer(GUILD, session.id, 102, "improvement", "Two", quotable=True)
    status = await services.sessions.status(session, NOW)
    assert (status.of, status.took_part, status.review, status.review_answers) == (4, 2, "open", 1)
    assert [(each.poll.number, each.tally.n) for each in status.polls] == [(1, 1), (2, 0)]
    assert [each.name for each in status.waiting] == ["encourage"]


async def test_two_hosts_starting_at_once(services, boards, agenda):
    first = agenda.sessions[0]
    done = await asyncio.gather(
        *(services.show.start(GUILD, first.id, CHANNEL, NOW) for _ in range(2)), return_exceptions=True
    )
    assert kinds_of(done) == ["Refusal", "Session"]
    assert boards.kinds() == OPENING


async def test_two_sessions_started_at_once(services, boards, agenda):
    first, second, *_ = agenda.sessions
    done = await asyncio.gather(
        *(services.show.start(GUILD, each.id, CHANNEL, NOW) for each in (first, second)), return_exceptions=True
    )
    assert kinds_of(done) == ["Refusal", "Session"]
    [started] = [each for each in done if isinstance(each, Session)]
    assert await services.sessions.live(GUILD) == started
    # Only session 1 has a console from its import; whichever was started has one now.
    assert boards.kinds() == [*OPENING, *(["console"] if started.number == second.number else [])]


async def test_two_hosts_finishing_at_once(services, boards, session):
    await ask(services, session)
    done = await asyncio.gather(
        *(services.show.finish(GUILD, session.id, LATER) for _ in range(2)), return_exceptions=True
    )
    assert kinds_of(done) == ["Refusal", "Session"]
    assert boards.kinds() == [*OPENING, "poll", "results", "summary", "report"]


async def test_finishing_among_fifty_ballots_counts_every_receipt(services, session):
    poll = await ask(services, session)
    first = await services.polls.cast(GUILD, poll.id, [0], 1)
    assert first.chosen == (0,)

    async def late(voter: int) -> None:
        for _ in range(20 * voter):
            await asyncio.sleep(0)
        await services.polls.cast(GUILD, poll.id, [0], voter)

    votes = [late(voter) for voter in range(2, 51)]
    done = await asyncio.gather(*votes, services.show.finish(GUILD, session.id, LATER), return_exceptions=True)
    refused = [each for each in done if isinstance(each, BaseException)]
    assert {str(each) for each in refused} == {"That poll has closed."}
    report = await services.summaries.report(session.id)
    assert 0 < report.polls[0].tally.n == report.took_part == 50 - len(refused)


async def test_what_discord_would_not_take_is_saved_all_the_same(database, services):
    class Closed(Recorder):
        async def show(self, *board_ids: int) -> None:
            raise Refusal(f"It is saved, but not posted: {len(board_ids)}.")

    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    alarm = Silent()
    unseen = over(database, Closed(database), alarm)
    _, due = await unseen.sessions.to_start(GUILD, None)
    with pytest.raises(Refusal, match=r"saved, but not posted: 2"):
        await unseen.show.start(GUILD, due.id, CHANNEL, NOW)
    session = await unseen.sessions.live(GUILD)
    _, place, *_ = offsets(Plan.of(session).run_of_show)
    assert alarm.at == NOW + timedelta(minutes=place[0]), "what comes next is not forgotten"
    with pytest.raises(Refusal, match=r"saved, but not posted: 1"):
        await ask(unseen, session)
    with pytest.raises(Refusal, match=r"saved, but not posted: 3"):
        await unseen.show.finish(GUILD, session.id, LATER)
    owed = query(database, "SELECT kind FROM boards WHERE message_id IS NULL ORDER BY id")
    assert [kind for (kind,) in owed] == [*OPENING, "poll", "results", "summary", "report"]


class Early(Recorder):
    """Boards that note what they are told while it is not on the disk yet: they would paint what was before."""

    def __init__(self, database):
        super().__init__(database)
        self.early: list[str] = []
        self.told = 0

    async def show(self, *board_ids):
        self._look("show")
        await super().show(*board_ids)

    def stale(self, kind, subject):
        self._look(kind)
        super().stale(kind, subject)

    def _look(self, what):
        self.told += 1
        other = sqlite3.connect(path_of(self.database), timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            self.early.append(what)  # somebody is still writing, and here that can only be the service itself
        finally:
            other.close()


SAID = ("takeaway", "Mine")


async def feature(services, session):
    """Show all that may be shown."""
    ids = [each.id for each in await services.reviews.to_feature(GUILD, session.id)]
    return await services.reviews.feature(GUILD, session.id, ids, NOW, fit=bool)


ACTS = {
    "open a poll": lambda services, session, _: ask(services, session, question="Why?"),
    "answer a poll": lambda services, _, poll: services.polls.cast(GUILD, poll.id, [1], 101),
    "close a poll": lambda services, _, poll: services.polls.close(poll, CHANNEL, NOW),
    "answer the review": lambda services, session, _: services.reviews.answer(
        GUILD, session.id, 101, *SAID, quotable=False
    ),
    "withdraw": lambda services, session, _: services.reviews.withdraw(GUILD, session.id, 101, "takeaway"),
    "close the review": lambda services, session, _: services.reviews.close(session),
    "feature": lambda services, session, _: feature(services, session),
    "leave out": lambda services, *_: services.privacy.leave_out(GUILD, 101, out=True),
    "erase": lambda services, *_: services.privacy.erase(GUILD, 101),
    "attendance": lambda services, *_: services.sessions.attendance(GUILD, 122),
    "finish": lambda services, session, _: services.show.finish(GUILD, session.id, LATER),
}


@pytest.mark.parametrize("act", ACTS)
async def test_boards_are_told_only_of_what_is_on_the_disk(database, act):
    boards = Early(database)
    services = over(database, boards)
    session = await opened_session(services)
    poll = await ask(services, session)
    await services.reviews.open(session, NOW)
    await services.polls.cast(GUILD, poll.id, [0], 101)
    await services.reviews.answer(GUILD, session.id, 101, *SAID, quotable=True)
    before = boards.told
    await ACTS[act](services, session, poll)
    assert boards.told > before
    assert boards.early == []
