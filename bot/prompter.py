"""What wakes the run of show: an alarm that knows nothing of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.services.ports import Clock
from bot.services.refusal import Refusal

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=30)
"""After a failure the run of show is looked at again this soon."""

Run = Callable[[datetime], Awaitable[None]]


class Prompter:
    """Runs what is due whenever it is woken.

    It does not wait for what it ran before: Discord may take minutes over that, and the next cue is due on the minute.
    The database sees to it that nothing is done twice.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._run: Run | None = None
        self._looks: set[asyncio.Task[None]] = set()

    def drive(self, run: Run) -> None:
        """Say what to run; it sets the next alarm itself."""
        self._run = run

    def set(self, when: datetime) -> None:
        """Wake at ``when``, and not at the time that was set before."""
        if self._run is not None:
            self._clock.wake_at(when, self.poke)

    def poke(self) -> None:
        """Look now at what is due."""
        if self._run is not None:
            look = asyncio.create_task(self._look(self._run), name="run of show")
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    def stop(self) -> None:
        """Look no more: the next start catches up."""
        self._run = None
        for look in self._looks:
            look.cancel()

    async def _look(self, run: Run) -> None:
        now = self._clock.now()
        try:
            await run(now)
        except Refusal as unsaid:
            log.warning("the run of show: %s", unsaid)  # what was owed is tried again by the painter
        except Exception:
            log.exception("the run of show could not go on")
            self.set(now + AGAIN)
