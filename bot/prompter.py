"""What wakes the run of show: an alarm that knows nothing of it, and a runner that never runs twice at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.services.ports import Clock
from bot.services.refusal import Refusal

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=30)
"""After a failure the run of show is looked at again this soon."""


class Prompter:
    """Runs what is due whenever it is woken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._run: Callable[[datetime], Awaitable[None]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._woken = False

    def drive(self, run: Callable[[datetime], Awaitable[None]]) -> None:
        """Say what to run; it sets the next alarm itself."""
        self._run = run

    def set(self, when: datetime) -> None:
        """Wake at ``when``, and not at the time that was set before."""
        self._clock.wake_at(when, self.poke)

    def poke(self) -> None:
        """Look now at what is due."""
        self._woken = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="run of show")

    def stop(self) -> None:
        """Look no more: the next start catches up."""
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        while self._woken and self._run is not None:
            self._woken = False
            now = self._clock.now()
            try:
                await self._run(now)
            except Refusal as unsaid:
                log.warning("the run of show: %s", unsaid)  # what was owed is tried again by the painter
            except Exception:
                log.exception("the run of show could not go on")
                self.set(now + AGAIN)
