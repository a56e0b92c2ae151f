"""Where the run of show of a session stands. Pure: the same cues and `now` give the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.cues import Cue
from bot.storage.sessions import Session


@dataclass(frozen=True)
class Standing:
    """Where the run of show of a session stands. ``behind`` is how much later than planned it runs."""

    session: Session
    running: Cue | None
    waiting: Cue | None
    upcoming: Cue | None
    behind: timedelta

    @property
    def ahead(self) -> Cue | None:
        """What the host's button opens: what waits for them, else the next step."""
        return self.waiting or self.upcoming


@dataclass(frozen=True)
class Opened:
    """Something that is open in the session's channel, and how many have answered."""

    title: str
    n: int
    message_id: int | None


@dataclass(frozen=True)
class View:
    """What hosts and the room see of a session that is about to run, runs or has run."""

    standing: Standing
    of: int
    open: tuple[Opened, ...]


def steps_of(every: Iterable[Cue]) -> list[Cue]:
    """The run of show, in order."""
    return sorted((cue for cue in every if cue.position is not None), key=lambda cue: cue.position or 0)


def standing(session: Session, shown: list[Cue], now: datetime) -> Standing:
    """Where the run of show stands at ``now``."""
    running = next((cue for cue in shown if cue.state == "running"), None)
    waiting = next((cue for cue in shown if cue.state == "due"), None)
    upcoming = next((cue for cue in shown if cue.state == "planned"), None)
    ahead = waiting or upcoming
    late = max(ahead.due_at, session.paused_at or now) - ahead.planned_at if ahead else timedelta(0)
    return Standing(session, running, waiting, upcoming, late)
