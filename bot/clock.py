"""The time. Nothing else in the program reads it: everything else is told `now`."""

from datetime import UTC, datetime


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)
