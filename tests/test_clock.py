"""The real alarm, in real time: a second or two."""

import asyncio
from datetime import timedelta

from bot.clock import RealClock


async def test_it_rings_at_its_time_and_at_once_when_that_is_past():
    clock, rung = RealClock(), asyncio.Queue()
    try:
        for late in (timedelta(seconds=1), timedelta(days=-2)):
            due = clock.now() + late
            clock.wake_at(due, lambda: rung.put_nowait(clock.now()))
            at = await asyncio.wait_for(rung.get(), 10)
            assert timedelta(0) <= at - max(due, clock.now() - timedelta(seconds=10)) < timedelta(seconds=11)
    finally:
        clock.stop()


async def test_a_new_time_replaces_the_old_one():
    clock, rung = RealClock(), asyncio.Queue()
    try:
        clock.wake_at(clock.now() + timedelta(hours=1), lambda: rung.put_nowait("old"))
        clock.wake_at(clock.now() + timedelta(milliseconds=50), lambda: rung.put_nowait("new"))
        assert await asyncio.wait_for(rung.get(), 10) == "new"
        assert rung.empty()
    finally:
        clock.stop()
