"""The real alarm, in real time, and what it wakes: a second or two."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import clock as shell
from bot.clock import RealClock
from bot.prompter import Prompter

AHEAD = timedelta(hours=1)


@pytest.fixture
async def clock() -> Iterator[RealClock]:
    clock = RealClock()
    yield clock
    clock.stop()


async def test_it_rings_at_its_time_and_at_once_when_that_is_past(clock: RealClock):
    rung = asyncio.Queue()
    for late in (timedelta(seconds=1), timedelta(days=-2)):
        began = clock.now()
        clock.wake_at(began + late, lambda: rung.put_nowait(clock.now()))
        at = await asyncio.wait_for(rung.get(), 10)
        assert timedelta(0) <= at - max(began, began + late) < timedelta(seconds=1)


async def test_a_new_time_replaces_the_old_one(clock: RealClock):
    rung = asyncio.Queue()
    clock.wake_at(clock.now() + AHEAD, lambda: rung.put_nowait("old"))
    clock.wake_at(clock.now() + timedelta(milliseconds=50), lambda: rung.put_nowait("new"))
    assert await asyncio.wait_for(rung.get(), 10) == "new"
    assert rung.empty()


async def test_it_rings_now_and_then_besides_because_clocks_are_set_and_machines_sleep(
    clock: RealClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shell, "LOOK", timedelta(milliseconds=50))
    rung = asyncio.Queue()
    clock.wake_at(clock.now() + AHEAD, lambda: rung.put_nowait(clock.now()))
    for _ in range(3):
        await asyncio.wait_for(rung.get(), 10)


async def test_a_look_that_takes_its_time_does_not_hold_up_the_next_one(clock: RealClock):
    prompter, begun, hanging = Prompter(clock), asyncio.Queue(), asyncio.Event()

    async def look(now):
        begun.put_nowait(now)
        await hanging.wait()

    prompter.drive(look)
    prompter.poke()
    await asyncio.wait_for(begun.get(), 10)
    prompter.set(clock.now())
    await asyncio.wait_for(begun.get(), 10)
    prompter.stop()


@pytest.mark.logs_errors
async def test_a_look_that_fails_is_made_again(clock: RealClock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.prompter.AGAIN", timedelta(milliseconds=50))
    prompter, looked = Prompter(clock), asyncio.Queue()

    async def look(now):
        looked.put_nowait(now)
        raise RuntimeError("the disk is full")

    prompter.drive(look)
    prompter.poke()
    for _ in range(2):
        await asyncio.wait_for(looked.get(), 10)
    prompter.stop()


async def test_who_has_stopped_is_woken_no_more(clock: RealClock):
    prompter, looked = Prompter(clock), asyncio.Queue()

    async def look(now):
        looked.put_nowait(now)

    prompter.drive(look)
    prompter.set(clock.now())
    prompter.stop()
    prompter.poke()
    clock.stop()
    prompter.set(clock.now())  # by a command that was still at work
    await asyncio.sleep(0.1)
    assert looked.empty()
