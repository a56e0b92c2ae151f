"""Discord refuses, stumbles or says nothing in the middle of a session: the show goes on, and nothing is lost."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.services.notices import AGAIN
from tests.sockets.show import HASTY, nothing_twice, rows, start_session
from tests.standin.faults import POST
from tests.standin.process import Bots
from tests.standin.reading import text_of
from tests.standin.server import StandIn

EVENTS = r"/guilds/\d+/scheduled-events"
EVENT = EVENTS + r"/\d+"

TROUBLES = ("hang", 403, 404, 429, 500, 503, "drop")
"""What becomes of the boards of one poll after the other."""

NOTE = "## Please note\n"


POLL = """
[[series.sessions.run_of_show]]
kind = "poll"
title = "Poll {number}"
minutes = 5
poll = "p{number}"
"""
PREPARED = """
[[series.sessions.polls]]
name = "p{number}"
question = "Question {number}?"
options = ["Left", "Right"]
"""
SERIES = """
[series]
key = "short"
title = "Short"
time_zone = "Europe/London"
starts = "13:00"
ends = "13:30"
join_url = "https://example.org"
run = "automatic"
reminders = []
[[series.sessions]]
title = "First"
date = {date}
[[series.sessions.run_of_show]]
kind = "welcome"
title = "Welcome"
minutes = 2
{polls}
[[series.sessions.run_of_show]]
kind = "close"
title = "Close"
minutes = 1
{prepared}
"""
"""One session that runs by itself, the day after tomorrow unless a host starts it before."""


@pytest.fixture
def short(bots: Bots) -> Path:
    """Settings with that series in place of the example's, a poll for each of the troubles."""
    numbers = range(1, len(TROUBLES) + 1)
    parts = {"polls": POLL, "prepared": PREPARED}
    filled = {name: "".join(part.format(number=number) for number in numbers) for name, part in parts.items()}
    series = SERIES.format(date=(datetime.now(UTC) + timedelta(days=2)).date(), **filled)
    example = bots.settings.read_text("utf-8")
    path = bots.settings.with_name("short.toml")
    path.write_text(example[: example.index("\n[series]")] + series, "utf-8")
    return path


def told(standin: StandIn) -> list[str]:
    """What the hosts have been told went wrong."""
    texts = [text_of(message) for message in standin.posted(standin.world.office)]
    return [text.removeprefix(NOTE) for text in texts if text.startswith(NOTE)]


def cues(bots: Bots) -> list[tuple[str, str]]:
    """What has become of the run of show."""
    return rows(bots, "SELECT kind, state FROM cues WHERE position IS NOT NULL ORDER BY position")


async def looked_over(standin: StandIn) -> None:
    """Wait until an event has been found and put in step."""

    def so() -> bool:
        edits = [call for call in standin.calls if call.method == "PATCH" and re.fullmatch(EVENT, call.path)]
        return any(call.status == 200 for call in edits)

    await standin.until(so, "an event to be put in step")


async def test_every_trouble_in_one_session(standin: StandIn, bots: Bots, short: Path):
    bot = await bots.start(short, before=HASTY)
    world, numbers = standin.world, range(1, len(TROUBLES) + 1)
    faults = [
        standin.faults.add("POST", POST, how, holding=f'"poll:1:{number}:mine"', retry_after=0.2)
        for number, how in zip(numbers, TROUBLES, strict=True)
    ]
    await start_session(standin)
    await standin.board(world.channel, "Summary of 1 of 1", timeout=60)
    for fault in faults:
        await fault.caught()
    for number, how in zip(numbers, TROUBLES, strict=True):
        await standin.board(world.channel, f"Poll {number}, results")
        if how != 404:
            await standin.board(world.channel, f"Poll {number}, closed")
    assert not standin.posted(world.channel, f"Poll {TROUBLES.index(404) + 1}, closed")
    kinds = ["welcome", *("poll" for _ in TROUBLES), "close"]
    assert rows(bots, "SELECT kind, state FROM cues WHERE position IS NOT NULL ORDER BY position") == [
        (kind, "done") for kind in kinds
    ]
    nothing_twice(standin)
    assert told(standin) == [
        f"A poll could not be posted. {why}"
        for why in (
            f"In <#{world.channel}> Discord says: Missing Permissions. I try again every minute.",
            f"<#{world.channel}> is gone. An admin can choose another channel with /setup. {AGAIN['poll']}",
        )
    ]
    assert "Traceback" not in bot.log


async def test_the_event_is_there_once_whatever_happens(standin: StandIn, bots: Bots, short: Path):
    faults = standin.faults
    struck = [
        faults.add("GET", EVENTS, 503),
        faults.add("POST", EVENTS, 429, retry_after=0.2),
        faults.add("POST", EVENTS, "drop", after=True),
    ]
    await bots.start(short, before=HASTY)
    (event,) = await standin.until(lambda: list(standin.world.events.values()), "an event")
    for fault in struck:
        await fault.caught()
    await looked_over(standin)
    assert list(standin.world.events) == [int(event["id"])]
    assert told(standin) == []


async def test_what_discord_refuses_of_an_event_is_told_and_what_it_leaves_unanswered_is_asked_again(
    standin: StandIn, bots: Bots, short: Path
):
    world = standin.world
    standin.faults.add("POST", EVENTS, 403)
    bot = await bots.start(short, before=HASTY)
    await standin.board(world.office, "I lack Create Events in this server.")
    assert not world.events
    hanging = standin.faults.add("POST", EVENTS, "hang", after=True)
    announced = await standin.slash(world.host, world.office, "series announce")
    assert standin.said(announced) == "1 session is announced."
    await hanging.caught()
    await looked_over(standin)
    assert len(world.events) == 1
    assert len(told(standin)) == 1
    assert "Traceback" not in bot.log


async def test_a_date_that_changes_while_discord_takes_its_time_is_followed_too(
    standin: StandIn, bots: Bots, short: Path
):
    world = standin.world
    await bots.start(short, before=HASTY)
    (event,) = await standin.until(lambda: list(world.events), "an event")
    later = (datetime.now(UTC) + timedelta(days=9)).date()
    hanging = standin.faults.add("PATCH", EVENT, "hang", after=True)
    for hour in (14, 15):
        asked = await standin.slash(world.host, world.office, "session move", when=f"{later:%d %B %Y} {hour}:00")
        await standin.click(world.host, asked, "Move it")
        if hour == 14:
            await hanging.caught()
    hanging.release()
    wanted = datetime.combine(later, time(15), ZoneInfo("Europe/London"))

    def starts() -> datetime:
        return datetime.fromisoformat(world.events[event]["scheduled_start_time"])

    await standin.until(lambda: starts() == wanted, lambda: f"{wanted}, not {starts()}")
    assert list(world.events) == [event]


async def test_direct_messages_reach_everybody_they_can_and_nobody_twice(standin: StandIn, bots: Bots, short: Path):
    bot = await bots.start(short, before=HASTY)
    world = standin.world
    card = await standin.board(world.announcements, "1 of 1: First")
    await standin.until(lambda: world.events, "its event")
    troubles = {403: "Ana", 404: "Ben", 429: "Cat", 503: "Dan", "drop": "Eve", "hang": "Fay", None: "Gus"}
    people = {}
    for how, name in troubles.items():
        who = world.person(name)
        await standin.click(who, card, "Remind me by direct message")
        channel = world.new_id()
        world.direct[channel] = {"id": str(channel), "type": 1, "recipients": [world.user(who)]}
        people[how] = channel
        if how:
            standin.faults.add("POST", f"/channels/{channel}/messages", how, retry_after=0.2)
    form = await standin.slash(world.host, world.office, "session cancel", reason="The speaker is ill.")
    answer = await standin.submit(world.host, form)
    assert standin.said(answer) == "Session 1 is cancelled. /session move gives it a new date."
    for how, channel in people.items():
        if how not in (403, 404):
            await standin.board(channel, "is cancelled.** The speaker is ill.")
    assert await standin.until(lambda: [each["status"] for each in world.events.values()] == [4], "the event")
    for how in (403, 404):
        assert standin.posted(people[how]) == []
        assert sum(call.path == f"/channels/{people[how]}/messages" for call in standin.calls) == 1
    nothing_twice(standin)
    assert told(standin) == []
    assert "Traceback" not in bot.log
