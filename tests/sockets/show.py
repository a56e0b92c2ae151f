"""What a host does in these tests, and what is in the database afterwards."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import boards, events, troubles
from bot.clock import RealClock
from tests.standin.interactions import Answers
from tests.standin.payloads import JSON
from tests.standin.people import Act
from tests.standin.process import Bots
from tests.standin.reading import component_ids, text_of
from tests.standin.server import StandIn

IMPATIENT = "tests.sockets.show:impatient"
HASTY = "tests.sockets.show:hasty"

HASTE = 120

WELCOME = "How we’re running today’s session"
POLL = "Poll 1, open"

OPTIONS = ("Left", "Right")

CONTROLS = '"poll:1:'
"""What only the board of an open poll holds."""


async def start_session(standin: StandIn) -> str:
    """The host starts the session that is due. What the bot said to the yes."""
    world = standin.world
    asked = await standin.slash(world.host, world.channel, "session start")
    return standin.said(await standin.click(world.host, asked, "Start it"))


def opening(standin: StandIn, question: str = "Which way?", privacy: str = "confidential") -> Act:
    """The host's command for a poll of two options."""
    world = standin.world
    return standin.slash(
        world.host, world.channel, "poll open", question=question, options="|".join(OPTIONS), privacy=privacy
    )


async def open_poll(standin: StandIn, question: str = "Which way?", privacy: str = "confidential") -> JSON:
    """The host opens a poll. Its board."""
    await opening(standin, question, privacy)
    return await standin.board(standin.world.channel, question)


def voting(standin: StandIn, board: JSON, name: str, option: int) -> Act:
    """Somebody new presses the button of an option."""
    return standin.click(standin.world.person(name), board, OPTIONS[option])


def received(answers: Answers) -> bool:
    """Whether the person holds a receipt."""
    return bool(answers.callbacks) and text_of(answers.callbacks[0]["data"]).startswith("Saved.")


def rows(bots: Bots, query: str, mode: str = "ro") -> list[Any]:
    """What the database holds, read from outside; with the mode "rw" the query may change it."""
    database = bots.settings.parent / "plenary.db"
    with closing(sqlite3.connect(f"file:{database}?mode={mode}", uri=True)) as connection, connection:
        return connection.execute(query).fetchall()


def ballots(bots: Bots) -> dict[int, int]:
    """Each voter's option."""
    found = rows(bots, "SELECT voter, option FROM ballots")
    assert len(found) == len(dict(found)), "somebody was counted twice"
    return dict(found)


async def painted(standin: StandIn, since: int, holding: str = CONTROLS) -> None:
    """Wait until a board has been posted or edited, with success, after the ``since``th call."""

    def done() -> bool:
        calls = [call for call in standin.calls[since:] if call.path.startswith("/channels/") and call.status == 200]
        return any(call.method in ("POST", "PATCH") and holding in call.text for call in calls)

    await standin.until(done, "a board to be painted")


def nothing_twice(standin: StandIn) -> None:
    """No board has been posted a second time, not even for a moment."""
    marks = [max(each for each in component_ids(message) if each) for message in standin.messages.ever_posted]
    assert marks
    assert min(marks) > boards.MARK
    assert len(marks) == len(set(marks))


def hasty() -> None:
    """In the bot's process: a minute passes in half a second, and what Discord leaves unanswered is given up soon."""
    began, ring = datetime.now(UTC), RealClock.wake_at

    def now(_: RealClock) -> datetime:
        return began + (datetime.now(UTC) - began) * HASTE

    def wake_at(clock: RealClock, when: datetime, wake: Callable[[], None]) -> None:
        ring(clock, began + (when - began) / HASTE, wake)

    RealClock.now, RealClock.wake_at = now, wake_at
    troubles.HANGING = 1.5
    for kind in (boards.Painter, events.Events):
        kind._tick.change_interval(seconds=0.2)


def impatient() -> None:
    """In the bot's process: try again at once what Discord would not take, not after a minute."""
    boards.PATIENCE = timedelta(0)
