"""What the services ask of the outside. Adapters are wired in `bot.client` and `bot.rehearsal`."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.storage.sessions import Session


class Clock(Protocol):
    """The only source of the time."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...

    def wake_at(self, when: datetime, wake: Callable[[], None]) -> None:
        """Call ``wake`` at ``when``, at once if that is past; there is one alarm, and a new time replaces the old.

        Whoever is woken looks what there is to do: an alarm may ring once too often.
        """
        ...

    def stop(self) -> None:
        """Forget the alarm."""
        ...


class Alarm(Protocol):
    """What wakes the run of show."""

    def set(self, when: datetime) -> None:
        """Wake it at ``when``, and not at the time that was set before."""
        ...


class Events(Protocol):
    """The scheduled events of a guild."""

    def behind(self) -> None:
        """Some session's event may have to follow a change that is committed."""
        ...


class Rooms(Protocol):
    """The threads and voice channels in which groups meet."""

    def behind(self) -> None:
        """Some group, who is in it, or its end may have changed in what is committed."""
        ...

    def present(self, session: Session) -> tuple[int, ...]:
        """Who is in the voice channel of a session now."""
        ...


class Boards(Protocol):
    """The public messages that show what is in the database."""

    async def show(self, *board_ids: int) -> None:
        """Post boards that a committed transaction has just recorded, in this order."""
        ...

    def soon(self, *board_ids: int) -> None:
        """Post such boards, without waiting for it."""
        ...

    def stale(self, kind: str, subject: int) -> None:
        """Something that the boards of a subject show has changed: repaint them soon."""
        ...
