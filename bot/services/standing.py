"""Where the run of show of a session stands. Pure: the same cues and `now` give the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.cues import Cue
from bot.storage.sessions import Session

WATCH = timedelta(hours=3)
"""For how long after its end a session that waits for a host says each minute how late it is."""


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


def watched(session: Session, now: datetime) -> bool:
    """Whether a host is still expected to do what waits in a session."""
    ends = [each for each in (session.started_at, session.ends_at) if each]
    return session.paused_at is None and bool(ends) and now < max(ends) + WATCH


def next_minute(now: datetime) -> datetime:
    """When a minute begins."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
