"""The bot keeps the time as a real process: on the second, and killed at any moment around a cue."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.sockets.show import nothing_twice, painted, rows
from tests.standin.faults import POST
from tests.standin.process import BotProcess, Bots
from tests.standin.reading import text_of
from tests.standin.server import StandIn
from tests.standin.world import created

EVENTS = r"/guilds/\d+/scheduled-events"

START = (datetime.now(UTC) + timedelta(days=2)).replace(hour=13, minute=0, second=0, microsecond=0)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LATER = timedelta(hours=3)

SERIES = f"""
[series]
key = "short"
title = "Short"
time_zone = "UTC"
starts = "13:00"
ends = "13:30"
join_url = "https://example.org"
run = "automatic"
reminders = ["10 minutes"]
[[series.sessions]]
title = "First"
date = {START.date()}
[[series.sessions.run_of_show]]
kind = "welcome"
title = "Welcome"
minutes = 5
[[series.sessions.run_of_show]]
kind = "place"
title = "Where are you?"
minutes = 5
prompt = "Say hello."
[[series.sessions.run_of_show]]
kind = "poll"
title = "A poll"
minutes = 10
poll = "p"
[[series.sessions.run_of_show]]
kind = "talk"
title = "A talk"
minutes = 5
[[series.sessions.run_of_show]]
kind = "close"
title = "Close"
minutes = 5
[[series.sessions.polls]]
name = "p"
question = "Which way?"
options = ["Left", "Right"]
"""

WELCOME, REMINDER, LATE, SUMMARY = "# First\n", "begins <t:", "## This did not happen", "## Summary of 1 of 1"


class Timed:
    """The bot on that series, started whenever a test wants it to be."""

    def __init__(self, standin: StandIn, bots: Bots, settings: Path) -> None:
        self.standin = standin
        self._bots = bots
        self._settings = settings

    async def start(self, when: datetime) -> BotProcess:
        """Start the bot at this time."""
        self.standin.world.ahead = when - datetime.now(UTC)
        return await self._bots.start(self._settings)

    async def announced(self, when: datetime) -> None:
        """Have the series imported by a bot that is killed when it has announced it."""
        bot = await self.start(when)
        await self.standin.board(self.standin.world.announcements, "1 of 1")
        await bot.kill()

    async def until(self, when: datetime) -> None:
        await asyncio.sleep(max(0.0, (when - self.standin.world.now()).total_seconds()))

    def steps(self) -> dict[str, str]:
        """What has become of the run of show."""
        return dict(rows(self._bots, "SELECT title, state FROM cues WHERE position IS NOT NULL ORDER BY position"))

    def count(self, containing: str) -> int:
        """How often that stands in the session's channel."""
        return len(self.standin.posted(self.standin.world.channel, containing))

    def late(self) -> Sequence[list[str]]:
        """What the hosts were told did not happen, message by message."""
        told = [text_of(message) for message in self.standin.posted(self.standin.world.office, LATE)]
        return [[line.split(": ")[1].split(",")[0] for line in text.split("\n")[1:]] for text in told]


@pytest.fixture
def timed(standin: StandIn, bots: Bots) -> Timed:
    example = bots.settings.read_text("utf-8")
    path = bots.settings.with_name("short.toml")
    path.write_text(example[: example.index("\n[series]")] + SERIES, "utf-8")
    return Timed(standin, bots, path)


async def test_a_cue_is_on_discord_within_a_second_of_its_time(standin: StandIn, timed: Timed):
    await timed.announced(START - 4 * MINUTE)
    await timed.start(START - 4 * SECOND)
    assert standin.world.now() < START, "this machine is too slow to show anything"
    assert timed.count(WELCOME) == 0
    board = await standin.board(standin.world.channel, WELCOME)
    assert timedelta(0) <= created(int(board["id"])) - START < SECOND


@pytest.mark.parametrize("later", [timedelta(0), LATER])
@pytest.mark.parametrize("arrived", ["before the kill", "never"])
async def test_a_cue_that_was_claimed_is_posted_once_whenever_the_bot_is_back(
    standin: StandIn, timed: Timed, arrived: str, later: timedelta
):
    await timed.announced(START - 4 * MINUTE)
    hanging = standin.faults.add("POST", POST, "hang", after=arrived == "before the kill", holding="# First")
    bot = await timed.start(START)
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    assert timed.count(WELCOME) == (arrived == "before the kill")

    before = len(standin.calls)
    await timed.start(START + MINUTE + later)
    await painted(standin, before, "# First")
    if later:
        # What was missed is over; the close closes the session, and the hosts are told all of it at once.
        await standin.board(standin.world.channel, SUMMARY)
        await standin.board(standin.world.office, LATE)
        assert timed.late() == [["Where are you?", "A poll", "A talk"]]
    else:
        await standin.board(standin.world.channel, "Live now")
        assert timed.late() == []
        assert timed.steps()["Welcome"] == "running"
    assert timed.count(WELCOME) == 1
    nothing_twice(standin)


async def test_a_session_that_nobody_saw_to_is_told_of_in_one_message(standin: StandIn, timed: Timed):
    await timed.announced(START - 20 * MINUTE)
    await timed.start(START + LATER)
    await standin.board(standin.world.office, LATE)
    steps = ["Welcome", "Where are you?", "A poll", "A talk", "Close"]
    assert timed.late() == [["reminder 10 minutes before", "doors", *steps]]
    assert timed.steps() == dict.fromkeys(steps, "skipped")
    assert standin.posted(standin.world.channel) == []
    assert standin.posted(standin.world.announcements, REMINDER) == []


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_event_is_made_once_when_its_answer_was_awaited(standin: StandIn, timed: Timed, bots: Bots, arrived):
    hanging = standin.faults.add("POST", EVENTS, "hang", after=arrived)
    bot = await timed.start(START - 20 * MINUTE)
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    assert len(standin.world.events) == arrived
    await timed.start(START - 19 * MINUTE)
    async with asyncio.timeout(10):
        while rows(bots, "SELECT event_id, event_due FROM sessions") != [(*standin.world.events, 0)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert len(standin.world.events) == 1


async def test_of_many_direct_messages_each_arrives_once_though_the_bot_dies_in_the_middle(
    standin: StandIn, timed: Timed
):
    world = standin.world
    bot = await timed.start(START - 20 * MINUTE)
    card = await standin.board(world.announcements, "1 of 1")
    people = [world.person(name) for name in ("Ana", "Ben", "Cat")]
    for who in people:
        await standin.click(who, card, "Remind me by direct message")
        world.direct[who.id] = {"id": str(who.id), "type": 1, "recipients": [world.user(who)]}
    await bot.kill()

    hanging = standin.faults.add("POST", f"/channels/{people[1].id}/messages", "hang", after=True)
    bot = await timed.start(START - 10 * MINUTE)
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    await timed.start(START - 9 * MINUTE)
    await standin.board(people[2].id, REMINDER)
    assert [len(standin.posted(who.id)) for who in people] == [1, 1, 1]
    assert len(standin.posted(world.announcements, REMINDER)) == 1
    nothing_twice(standin)


async def test_killed_around_every_cue_it_posts_everything_once(standin: StandIn, timed: Timed):
    await timed.announced(START - 4 * MINUTE)
    times = {START: -0.005, START + 5 * MINUTE: 0.005, START + 10 * MINUTE: 0.03, START + 20 * MINUTE: 0.1}
    for due, offset in times.items():
        bot = await timed.start(due - SECOND)
        await timed.until(due + offset * SECOND)
        await bot.kill()
    await timed.start(START + 28 * MINUTE)
    await standin.board(standin.world.channel, SUMMARY)
    await standin.board(standin.world.channel, "Poll 1, results")
    if timed.steps()["A talk"] != "done":
        await standin.until(lambda: timed.late() == [["A talk"]], "the hosts to be told of it")
    assert timed.count(WELCOME) == timed.count("## Where are you?") == timed.count("## Poll 1, closed") == 1
    nothing_twice(standin)
