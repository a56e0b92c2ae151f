"""What the services ask of the outside. Adapters are wired in `bot.client` and `bot.rehearsal`."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of the time."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


class Boards(Protocol):
    """The public messages that show what is in the database."""

    async def show(self, *board_ids: int) -> None:
        """Post boards that a committed transaction has just recorded, in this order."""
        ...

    def stale(self, kind: str, subject: int) -> None:
        """Something that the boards of a subject show has changed: repaint them soon."""
        ...
