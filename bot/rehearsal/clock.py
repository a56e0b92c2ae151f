"""Simulated time: it stands still unless somebody advances it."""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from datetime import datetime, timedelta

import simcord


class SimulatedClock:
    """Reads ``starts`` (aware) when it is bound, and goes on with the simulated Discord's own clock."""

    def __init__(self, starts: datetime) -> None:
        self._now = starts
        self._env: simcord.Env | None = None
        self._alarm: tuple[datetime, Callable[[], None], Context] | None = None

    def bind(self, env: simcord.Env) -> None:
        """Begin to run: until then it reads ``starts``."""
        if self._env is not env:
            self._offset = self._now - env.now()
            self._env = env

    def now(self) -> datetime:
        """Aware, in UTC."""
        return self._env.now() + self._offset if self._env else self._now

    def wake_at(self, when: datetime, wake: Callable[[], None]) -> None:
        """Call ``wake`` at ``when``, once time is passed with `pass_time`."""
        self._alarm = (when, wake, copy_context())

    def stop(self) -> None:
        """Forget the alarm."""
        self._alarm = None

    async def pass_time(self, span: timedelta) -> None:
        """Let time go by, with every alarm on the way."""
        if self._env is None:
            raise RuntimeError("the clock is not bound")
        until = self.now() + span
        while self._alarm is not None and self._alarm[0] <= until:
            when, wake, context = self._alarm
            self._alarm = None
            await self._env.advance_time(max(0.0, (when - self.now()).total_seconds()))
            context.run(asyncio.get_running_loop().call_soon, wake)
            await self._env.settle()
        await self._env.advance_time(max(0.0, (until - self.now()).total_seconds()))
