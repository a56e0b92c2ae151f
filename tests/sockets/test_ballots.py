"""Ballots when the database cannot, the disk is full, or Discord will not hear the receipt."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from bot.clicks import TRIES
from bot.storage import database
from tests.sockets.show import open_poll, rows, start_session
from tests.standin.faults import CALLBACK
from tests.standin.interactions import SAY, THINK, Answers
from tests.standin.payloads import JSON
from tests.standin.people import Act
from tests.standin.process import Bots
from tests.standin.server import StandIn

SORRY = "That could not be saved just now, so nothing was changed. Please try again in a moment."
IN_TIME = 3.0
"""Seconds within which Discord wants to hear something."""


@contextmanager
def locked(bots: Bots) -> Generator[sqlite3.Connection]:
    """Another process is writing to the bot's database, until the rollback."""
    path = bots.settings.parent / "plenary.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def pressing(standin: StandIn, board: JSON, name: str, option: str = "Left") -> Act:
    """Somebody presses the button of an option."""
    return standin.click(standin.world.person(name), board, option)


def stored(bots: Bots) -> list[int]:
    """The options that were chosen; nobody stands there twice."""
    found = rows(bots, "SELECT voter, option FROM ballots ORDER BY option")
    assert len(found) == len(dict(found))
    return [option for _, option in found]


def first_heard(answers: Answers) -> int:
    """What kind of answer came first, which was in time."""
    assert answers.took is not None
    assert answers.took < IN_TIME
    return answers.callbacks[0]["type"]


def saved(standin: StandIn, answers: Answers) -> bool:
    return standin.said(answers).startswith("Saved.")


async def mine(standin: StandIn, board: JSON, who: Any) -> str:
    return standin.said(await standin.click(who, board, "See or change mine"))


async def test_a_database_locked_for_five_seconds(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    assert saved(standin, await pressing(standin, board, "Ana"))
    with locked(bots) as other:
        votes: list[Act] = []
        for name, wait in (("Ben", 1.5), ("Cat", 1.5), ("Dan", 2.0)):
            votes.append(pressing(standin, board, name, "Right"))
            votes[-1].send()
            await asyncio.sleep(wait)
        other.rollback()
    for vote in votes:
        answers = await vote
        first_heard(answers)
        assert standin.said(answers).startswith(SORRY)
    assert stored(bots) == [0]
    assert saved(standin, await pressing(standin, board, "Ben", "Right"))
    assert stored(bots) == [0, 1]
    await standin.board(standin.world.channel, "2 people have answered.")
    assert bot.status is None
    assert all(str(vote.send().who.id) not in bot.log for vote in votes)


def patient() -> None:
    """In the bot's process: wait for a locked database for longer than Discord waits."""
    database.PRAGMAS = (*database.PRAGMAS, "busy_timeout = 10000")


async def test_a_slow_ballot_is_told_that_it_takes_longer_and_then_gets_its_receipt(standin: StandIn, bots: Bots):
    await bots.start(before="tests.sockets.test_ballots:patient")
    await start_session(standin)
    board = await open_poll(standin)
    with locked(bots) as other:
        vote = pressing(standin, board, "Ana")
        heard = vote.send()
        await standin.until(lambda: heard.callbacks, "the deferral")
        assert first_heard(heard) == THINK
        assert heard.callbacks[0]["data"]["flags"] == 64
        assert not heard.answered
        await asyncio.sleep(0.3)
        other.rollback()
    assert saved(standin, await vote)
    assert (len(heard.callbacks), len(heard.edits), heard.refused) == (1, 1, [])
    assert stored(bots) == [0]


async def test_a_deferral_whose_answer_was_lost_is_followed_by_the_receipt(standin: StandIn, bots: Bots):
    await bots.start(before="tests.sockets.test_ballots:patient")
    await start_session(standin)
    board = await open_poll(standin)
    standin.faults.add("POST", CALLBACK, 502, after=True)
    with locked(bots) as other:
        vote = pressing(standin, board, "Ana")
        heard = vote.send()
        await standin.until(lambda: heard.refused, "the second try")
        other.rollback()
    assert saved(standin, await vote)


async def test_a_full_disk(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    ana = await pressing(standin, board, "Ana")
    assert saved(standin, ana)
    bot.fill_its_disk(full=True)
    names = [f"Person {i}" for i in range(30)]
    votes = await standin.at_once(*(pressing(standin, board, name, "Right") for name in names))
    for answers in votes:
        first_heard(answers)
        assert standin.said(answers).startswith(SORRY)
    assert stored(bots) == [0]
    assert "Your answer to Poll 1" in await mine(standin, board, ana.who)
    bot.fill_its_disk(full=False)
    votes = await standin.at_once(*(pressing(standin, board, name, "Right") for name in names))
    assert all(saved(standin, each) for each in votes)
    assert stored(bots) == [0] + [1] * 30
    await standin.board(standin.world.channel, "31 people have answered.")


@pytest.mark.parametrize("how", ["late", 503, "drop"])
async def test_a_ballot_stands_whose_receipt_discord_would_not_take(standin: StandIn, bots: Bots, how: Any):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    if how == "late":
        standin.interactions.patience = -1  # whatever comes is answered with 10062
    else:
        standin.faults.add("POST", CALLBACK, how, times=TRIES)
    answers = pressing(standin, board, "Ana").send()
    await bot.logs("the answer to control poll:1:{poll}:{option} could not be given")
    assert not answers.answered
    assert (10062 in answers.refused) == (how == "late")
    standin.interactions.patience = 10
    assert stored(bots) == [0]
    assert "Your answer to Poll 1: “Left”." in await mine(standin, board, answers.who)
    await standin.board(standin.world.channel, "1 person has answered.")
    assert "Traceback" not in bot.log
    assert str(answers.who.id) not in bot.log


@pytest.mark.parametrize(("how", "after"), [(500, False), ("drop", False), (500, True), ("drop", True)])
async def test_a_receipt_that_is_tried_again_is_given_once(standin: StandIn, bots: Bots, how: Any, after: bool):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    fault = standin.faults.add("POST", CALLBACK, how, after=after)
    answers = await pressing(standin, board, "Ana")
    assert saved(standin, answers)
    await fault.caught()
    if after:  # it got through, and was sent once more
        await standin.until(lambda: answers.refused, "the second try")
    assert [each["type"] for each in answers.callbacks] == [SAY]
    assert set(answers.refused) == ({40060} if after else set())
    assert stored(bots) == [0]
    assert "Traceback" not in bot.log


def dies_before_it_forgets() -> None:
    """In the bot's process: the power goes between the commit of the close and the erasing of its traces."""

    async def dies(self: database.Database) -> None:
        if rows_without_keys(self):
            os.kill(os.getpid(), signal.SIGKILL)

    database.Database._forget = dies  # pyright: ignore[reportPrivateUsage]


def rows_without_keys(of: database.Database) -> bool:
    """Whether a poll has been opened, and its key is gone."""
    with closing(sqlite3.connect(of.url.partition("///")[2])) as connection:
        counts = "SELECT (SELECT count(*) FROM polls), (SELECT count(*) FROM ballot_keys)"
        return connection.execute(counts).fetchone() == (1, 0)


async def test_a_key_is_gone_from_the_files_although_the_bot_was_killed_as_it_closed_the_poll(
    standin: StandIn, bots: Bots
):
    bot = await bots.start(before="tests.sockets.test_ballots:dies_before_it_forgets")
    await start_session(standin)
    board = await open_poll(standin, privacy="anonymous")
    assert saved(standin, await pressing(standin, board, "Ana"))
    ((key,),) = rows(bots, "SELECT key FROM ballot_keys")

    def found() -> bool:
        return any(key in path.read_bytes() for path in bots.settings.parent.glob("plenary.db*"))

    standin.slash(standin.world.host, standin.world.channel, "poll close").send()
    await bot.ended()
    assert found()
    await bots.start()
    await standin.board(standin.world.channel, "Poll 1, results")
    assert not found()
