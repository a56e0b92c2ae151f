"""What wakes the run of show, and when: no cue is left behind, and nobody is woken for nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.services import Services
from bot.services.refusal import Refusal
from bot.services.seriesfile import parse_series
from bot.services.standing import WATCH
from bot.services.venues import Venues
from bot.settings import EXAMPLE
from bot.storage import cues, sessions
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session
from tests.services.guild import CHANNEL, GUILD, NOW, OFFICE, Recorder, Silent, copied

EXAMPLE_TEXT = EXAMPLE.read_bytes()
START, MINUTE = NOW, timedelta(minutes=1)
ENDS = START + 90 * MINUTE

STEPS = [0, 5, 9, 22, 25, 38, 53, 66, 78, 81, 87]
"""When the steps of session 1 begin, in minutes."""


class Play:
    """The example's series with an alarm that rings as soon as a test lets time go by."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.boards, self.alarm = Recorder(database), Silent()
        venues = Venues(database, GUILD, Places(session_channel=CHANNEL, organiser_channel=OFFICE))
        self.services = Services.over(database, self.boards, self.alarm, Silent(), Silent(), venues)
        self.now = START - timedelta(days=30)

    async def until(self, when: datetime) -> list[datetime]:
        """Let time go by, with every alarm on the way; when they rang."""
        rung: list[datetime] = []
        while self.alarm.at is not None and self.alarm.at <= when:
            self.now, self.alarm.at = max(self.now, self.alarm.at), None
            await self.services.show.run_due(self.now)
            rung.append(self.now)
        self.now = when
        return rung

    async def session(self) -> Session:
        return (await self.services.sessions.agenda(GUILD)).sessions[0]

    async def cues(self) -> dict[str, Cue]:
        async with self.database.read() as connection:
            return {cue.key: cue for cue in await cues.of(connection, (await self.session()).id)}

    async def begun(self) -> list[int]:
        """The minutes at which steps have begun."""
        steps = [cue for cue in (await self.cues()).values() if cue.position is not None and cue.began_at]
        return [(cue.began_at - START) // MINUTE for cue in steps]

    async def ahead(self) -> Cue:
        """What the host's button opens."""
        ahead = (await self.services.show.standing((await self.session()).id, self.now)).ahead
        if ahead is None:
            raise Refusal("Nothing is left.")
        return ahead

    async def act(self, name: str, minutes: int) -> None:
        """What a host does, or the alarm; that it is refused is nothing."""
        show, session = self.services.show, await self.session()
        try:
            match name:
                case "open":
                    await show.open(GUILD, (await self.ahead()).id, self.now)
                case "skip":
                    await show.skip(GUILD, (await self.ahead()).id, self.now)
                case "extend":
                    await show.extend(GUILD, session.id, minutes, self.now)
                case "pause" | "resume" as change:
                    await getattr(show, change)(GUILD, session.id, self.now)
                case _:
                    await show.run_due(self.now)
        except Refusal:
            pass

    async def told(self) -> list[list[str]]:
        """What the hosts were told did not happen, message by message."""
        late = [board for board in self.boards.shown if board and board.kind == "late"]
        return [[cue.key for cue, _ in await self.services.telling.late(board.id)] for board in late]

    def repainted(self) -> int:
        """How often the console was to be repainted since this was asked last."""
        count = sum(kind == "console" for kind, _ in self.boards.went_stale)
        self.boards.went_stale.clear()
        return count


@asynccontextmanager
async def played(template: Path, run: str) -> AsyncIterator[Play]:
    async with copied(template) as (database, _):
        play = Play(database)
        file = parse_series(EXAMPLE_TEXT.replace(b'run = "prompted"', f'run = "{run}"'.encode(), 1))
        await play.services.imports.import_series(GUILD, file, play.now)
        yield play


@pytest.fixture
async def prompted(empty_database: Path) -> AsyncIterator[Play]:
    async with played(empty_database, "prompted") as play:
        yield play


@pytest.fixture
async def automatic(empty_database: Path) -> AsyncIterator[Play]:
    async with played(empty_database, "automatic") as play:
        yield play


async def test_it_rings_when_a_cue_is_due_and_at_no_other_time(automatic: Play):
    rung = await automatic.until(ENDS)
    assert rung == sorted({cue.due_at for cue in (await automatic.cues()).values() if automatic.now >= cue.due_at} - {
        START - timedelta(days=30)})  # fmt: skip
    assert await automatic.begun() == STEPS
    follow_up = (await automatic.cues())["follow_up"]
    assert automatic.alarm.at == follow_up.due_at


async def test_while_something_waits_for_a_host_the_console_says_each_minute_how_late_it_is(prompted: Play):
    await prompted.until(START + 5 * MINUTE)
    prompted.repainted()
    rung = await prompted.until(START + 8 * MINUTE + MINUTE / 2)
    assert rung == [START + minutes * MINUTE for minutes in (6, 7, 8)]
    assert prompted.repainted() == 3
    stands = await prompted.services.show.standing((await prompted.session()).id, prompted.now)
    assert stands.behind == 8 * MINUTE + MINUTE / 2
    await prompted.act("open", 0)
    assert prompted.alarm.at == START + 13 * MINUTE + MINUTE / 2  # when the step that follows begins by itself
    prompted.repainted()
    await prompted.until(START + 13 * MINUTE)
    assert prompted.repainted() == 0


async def test_in_a_pause_nobody_is_waited_for(prompted: Play):
    await prompted.until(START)
    await prompted.act("open", 0)
    await prompted.until(START + 23 * MINUTE)  # the poll waits for a host
    await prompted.act("pause", 0)
    rung = await prompted.until(START + 30 * MINUTE)
    assert len(rung) <= 2
    stands = await prompted.services.show.standing((await prompted.session()).id, prompted.now)
    assert stands.behind == MINUTE
    await prompted.act("resume", 0)
    assert prompted.alarm.at == START + 31 * MINUTE


async def test_a_session_that_is_left_alone_keeps_nobody_awake_for_ever(prompted: Play):
    await prompted.until(START)
    await prompted.act("open", 0)
    rung = await prompted.until(ENDS + timedelta(days=30))
    last = [at for at in rung if at < ENDS + WATCH + MINUTE][-1]
    assert last == ENDS + WATCH
    assert len([at for at in rung if at > last]) < 10  # session 2 is announced


async def test_a_session_that_was_never_started_is_let_go_at_its_end_in_one_message(prompted: Play):
    await prompted.until(ENDS)
    told = await prompted.told()
    assert told[-1] == [f"step:{i}" for i in range(len(STEPS))]
    assert prompted.alarm.at == ENDS + timedelta(days=1)
    assert (await prompted.services.show.standing((await prompted.session()).id, prompted.now)).ahead is None
    prompted.repainted()
    await prompted.services.show.start(GUILD, (await prompted.session()).id, CHANNEL, prompted.now)
    assert await prompted.begun() == [90]


@pytest.mark.parametrize("when", [START + 3 * MINUTE, ENDS])
async def test_a_session_that_gets_another_date_is_planned_anew(prompted: Play, when: datetime):
    await prompted.until(when)  # while the welcome waits for a host; when all of it has been let go
    later = START + timedelta(days=8)
    await prompted.services.moving.move(GUILD, (await prompted.session()).id, later, prompted.now)
    assert prompted.alarm.at == later - timedelta(days=7)
    rung = await prompted.until(later + 2 * MINUTE)
    assert rung[-3:] == [later, later + MINUTE, later + 2 * MINUTE]
    assert (await prompted.ahead()).state == "due"
    await prompted.act("open", 0)
    await prompted.services.show.finish(GUILD, (await prompted.session()).id, prompted.now)
    assert (await prompted.cues())["follow_up"].open


async def test_a_step_that_cannot_begin_gives_its_turn_to_the_next(automatic: Play):
    await automatic.until(START + 20 * MINUTE)
    session = await automatic.session()
    async with automatic.database.write() as connection:
        await sessions.update_session(connection, session.id, plan={**session.plan, "polls": []})
    # The bot is away while the poll and the talk after it are due.
    automatic.now = START + 30 * MINUTE
    await automatic.services.show.run_due(automatic.now)
    assert await automatic.begun() == [0, 5, 9, 25]
    assert (await automatic.told())[-1] == ["step:3"]
    assert automatic.alarm.at == START + 38 * MINUTE


async def test_after_half_an_hour_without_the_bot_the_show_is_where_the_people_are(automatic: Play):
    await automatic.until(START + 23 * MINUTE)
    automatic.now = START + 56 * MINUTE
    await automatic.services.show.run_due(automatic.now)
    assert await automatic.begun() == [0, 5, 9, 22, 53]
    assert (await automatic.told())[-1] == ["step:4", "step:5"]
    _place, poll = await automatic.services.polls.in_session(await automatic.session())
    assert not poll.open
    await automatic.until(ENDS)
    assert await automatic.begun() == [0, 5, 9, 22, 53, 66, 78, 81, 87]


async def test_a_poll_that_ran_while_the_bot_went_away_is_closed_when_it_is_back(prompted: Play):
    await prompted.until(START)
    for _ in range(4):
        await prompted.act("open", 0)
    prompted.now = START + 40 * MINUTE  # the talk after the poll is over: the breakout waits for a host
    await prompted.services.show.run_due(prompted.now)
    _place, poll = await prompted.services.polls.in_session(await prompted.session())
    assert not poll.open
    assert (await prompted.ahead()).kind == "breakout"


async def test_taking_time_away_takes_nothing_from_what_comes_next(automatic: Play):
    await automatic.until(START + 12 * MINUTE)
    await automatic.act("extend", -60)
    assert await automatic.begun() == [0, 5, 9, 12]
    assert automatic.alarm.at == START + 15 * MINUTE


async def test_what_becomes_due_at_this_very_moment_begins_at_once(automatic: Play):
    await automatic.until(START + 6 * MINUTE)
    await automatic.act("extend", -3)  # the talk is due now
    assert await automatic.begun() == [0, 5, 6]
    assert automatic.alarm.at == START + 19 * MINUTE


async def test_what_becomes_due_while_a_command_is_at_work_is_not_missed(automatic: Play):
    began = START + 4 * MINUTE
    await automatic.until(START + 5 * MINUTE - MINUTE / 60)
    await automatic.services.show.run_due(began)  # it was given four minutes past, and gets to work a minute later
    assert automatic.alarm.at == START + 5 * MINUTE
    automatic.now = START + 5 * MINUTE
    await automatic.services.show.run_due(began)
    assert automatic.alarm.at <= automatic.now  # so it rings at once


async def test_a_host_who_finishes_leaves_an_alarm_for_the_follow_up(automatic: Play):
    await automatic.until(START + 10 * MINUTE)
    await automatic.services.show.finish(GUILD, (await automatic.session()).id, automatic.now)
    assert automatic.alarm.at == (await automatic.cues())["follow_up"].due_at


ACTS = st.tuples(st.sampled_from(["open", "skip", "extend", "pause", "resume", "run_due"]), st.integers(-10, 10))


@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.lists(st.tuples(st.integers(0, 1500), st.lists(ACTS, min_size=1, max_size=3)), max_size=6))
def test_whatever_hosts_do_at_once_the_alarm_carries_the_session_to_its_end(
    empty_database: Path, turns: list[tuple[int, list[tuple[str, int]]]]
):
    async def go() -> None:
        async with played(empty_database, "automatic") as play:
            await play.until(START + MINUTE)
            for seconds, acts in turns:
                await play.until(play.now + timedelta(seconds=seconds))
                await asyncio.gather(*(play.act(*each) for each in acts))
                await every_alarm_is_set(play)
            await play.act("resume", 0)
            await play.until(START + timedelta(days=1))
            every = await play.cues()
            assert not any(cue.open for cue in every.values() if cue.position is not None)
            skipped = every["step:10"].note  # the close: a host who passes over it finishes the session by hand
            assert (await play.session()).state == ("live" if skipped else "finished")

    asyncio.run(go())


async def every_alarm_is_set(play: Play) -> None:
    """Nothing is planned that the alarm would be too late for, but what waits for a host."""
    async with play.database.read() as connection:
        upcoming = await cues.next_due(connection, play.now)
    assert upcoming is None or (play.alarm.at is not None and play.alarm.at <= upcoming)
    before = await play.cues()
    await play.services.show.run_due(play.now)
    assert await play.cues() == before
