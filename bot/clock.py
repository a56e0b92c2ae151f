"""The time. Nothing else in the program reads it or waits for it: everything else is told `now`."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.debug import DebugExecutor  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

LOOK = timedelta(minutes=1)
"""An alarm rings this often besides: a machine may have slept, or its clock been set, and nothing else would tell."""


class RealClock:
    """The machine's clock, and one alarm: the table of cues is the truth, this only wakes somebody to look."""

    def __init__(self) -> None:
        # This executor calls in the event loop itself: no thread, and no task that a shutdown would cancel.
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC, executors={"default": DebugExecutor()})
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # four lines for each time it rings

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)

    def wake_at(self, when: datetime, wake: Callable[[], None]) -> None:
        """Call ``wake`` at ``when``, however late that has become, and now and then; an earlier alarm is forgotten."""
        if not self._scheduler.running:
            self._scheduler.start()
        self._scheduler.add_job(
            wake,
            "interval",
            seconds=LOOK.total_seconds(),
            next_run_time=min(when, self.now() + LOOK),
            misfire_grace_time=None,
            coalesce=True,
            id="cue",
            replace_existing=True,
        )

    def stop(self) -> None:
        """Forget the alarm."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
