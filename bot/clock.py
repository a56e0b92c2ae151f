"""The time. Nothing else in the program reads it or waits for it: everything else is told `now`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]


class RealClock:
    """The machine's clock, and one alarm: the table of cues is the truth, this only wakes somebody to look."""

    def __init__(self) -> None:
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)

    def wake_at(self, when: datetime, wake: Callable[[], None]) -> None:
        """Call ``wake`` at ``when``, however late that has become; an earlier alarm is forgotten."""
        if not self._scheduler.running:
            self._scheduler.start()

        async def ring() -> None:
            wake()

        self._scheduler.add_job(ring, "date", run_date=when, id="cue", replace_existing=True, misfire_grace_time=None)

    def stop(self) -> None:
        """Forget the alarm."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
