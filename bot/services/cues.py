"""When everything happens, and what becomes of what is late. Pure: the same plan and `now` give the same answer."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.services.plans import Plan, offsets
from bot.services.promises import links_until
from bot.services.text import counted
from bot.storage.cues import Cue
from bot.storage.sessions import Session

READY = timedelta(minutes=30)
DOORS = timedelta(minutes=5)
FOLLOW_UP = timedelta(days=1)
"""The hosts' ready check and the opening of the doors before the start, the follow-up after the end."""

GRACE = timedelta(minutes=2)
"""How long after its end a step still begins that nobody saw to in time; then it is too late for it."""

WAITS = frozenset({"welcome", "poll", "breakout", "panel", "review", "close"})
"""What concerns the room: the bot cannot hear a speaker overrun, so these wait for a host's tap when prompted."""

TIMING = frozenset({"nudge", "breakout_warn", "breakout_end"})
"""What happens by itself within something that is open: none of it is too late, for it looks at that again."""


@dataclass(frozen=True)
class Planned:
    """A cue to be. ``position`` and ``minutes`` are of the run of show; outside it None and 0."""

    key: str
    kind: str
    position: int | None
    title: str
    minutes: int
    due_at: datetime


def plan(session: Session, now: datetime) -> tuple[Planned, ...]:
    """The cues of a session, in order of time; none while it has no date, nor once that is over."""
    if session.starts_at is None or session.ends_at is None or session.ends_at <= now:
        return ()
    start, says = session.starts_at, Plan.of(session)
    # After a move they are new ones, so that what went out for the old date goes out for the new one too.
    date = f"{session.sequence}:"
    reminders = [
        _at(
            "reminder",
            start - timedelta(minutes=minutes),
            f"{date}reminder:{minutes}",
            f"reminder {_span(minutes)} before",
        )
        for minutes in says.reminder_minutes
    ]
    if says.run == "manual":
        return tuple(sorted(reminders, key=lambda cue: cue.due_at))
    ready = _at("ready", start - READY, f"{date}ready")
    doors = _at("doors", start - DOORS, f"{date}doors")
    every = [
        _at("announce", now),
        *reminders,
        ready,
        doors,
        *steps(session, start),
        _at("follow_up", session.ends_at + FOLLOW_UP),
    ]
    return tuple(sorted(every, key=lambda cue: (cue.due_at, cue.position or -1)))


def steps(session: Session, start: datetime) -> tuple[Planned, ...]:
    """The run of show of a session that starts at ``start``."""
    shows = Plan.of(session).run_of_show
    return tuple(
        Planned(f"step:{i}", step.kind, i, step.title, until - begins, start + timedelta(minutes=begins))
        for i, (step, (begins, until)) in enumerate(zip(shows, offsets(shows), strict=True))
    )


def unlinking(started_at: datetime) -> Planned:
    """When the confidential links of a session that begins then are cut. No change of plans does away with it."""
    return _at("unlink", links_until(started_at))


def halfway(step: Cue, began_at: datetime) -> Planned:
    """The nudge in the middle of a step that began then."""
    return _at("nudge", began_at + timedelta(minutes=step.minutes) / 2, f"nudge:{step.position}")


def _at(kind: str, when: datetime, key: str = "", title: str = "") -> Planned:
    return Planned(key or kind, kind, None, title or kind.replace("_", " "), 0, when)


def _span(minutes: int) -> str:
    for size, unit in ((7 * 24 * 60, "week"), (24 * 60, "day"), (60, "hour")):
        if minutes % size == 0:
            return counted(minutes // size, unit)
    return counted(minutes, "minute")


@dataclass(frozen=True)
class Replanned:
    """What has to change in the table so that it says what the plan says."""

    add: tuple[Planned, ...]
    change: tuple[tuple[int, Planned], ...]
    remove: tuple[int, ...]


def replan(known: Iterable[Cue], wanted: Iterable[Planned], now: datetime) -> Replanned:
    """From the cues as they are to the plan. What has happened stays; what would come too late is not added."""
    by_key = {cue.key: cue for cue in known}
    add: list[Planned] = []
    change: list[tuple[int, Planned]] = []
    remove: list[int] = []
    for cue in wanted:
        before = by_key.pop(cue.key, None)
        if before is not None and _again(before, cue):
            remove.append(before.id)
            before = None
        if before is None:
            if cue.position is not None or cue.due_at >= now:
                add.append(cue)
        elif before.open and cue.kind != "announce" and _differs(before, cue):
            change.append((before.id, cue))
    remove += [cue.id for cue in by_key.values() if cue.open and cue.kind != "unlink"]
    return Replanned(tuple(add), tuple(change), tuple(remove))


def _again(before: Cue, after: Planned) -> bool:
    """Whether it did not happen at its time, and has got another."""
    return before.state == "skipped" and before.planned_at != after.due_at and after.kind != "announce"


def _differs(before: Cue, after: Planned) -> bool:
    return (before.kind, before.position, before.title, before.minutes, before.planned_at) != (
        after.kind,
        after.position,
        after.title,
        after.minutes,
        after.due_at,
    )


@dataclass(frozen=True)
class Verdict:
    """What becomes of a cue that is due. ``why`` is for the hosts; empty when nobody needs to be told."""

    cue: Cue
    act: Literal["fire", "wait", "skip"]
    why: str = ""


def decide(session: Session, due: Sequence[Cue], all_steps: Sequence[Cue], now: datetime) -> list[Verdict]:
    """What to do with a session's due cues at ``now``: each kind has its own way of being late.

    ``due`` are planned for no later than ``now``; ``all_steps`` is the run of show, in order, due or not.
    """
    if session.state in {"finished", "cancelled"}:
        late = f"the session is {session.state}"
        return [
            Verdict(cue, "fire")
            if cue.kind == "unlink" or (cue.kind == "follow_up" and session.state == "finished")
            else Verdict(cue, "skip", late)
            for cue in due
        ]
    verdicts = [_outside(session, cue, due, now) for cue in due if cue.position is None and not _early(session, cue)]
    step = _next_step(session, all_steps, now)
    if step is not None and step in due:
        verdicts.append(_step(session, step, now))
    if session.state == "planned" and session.ends_at and now >= session.ends_at:
        never = "the session was never started"
        steps = [cue for cue in due if cue.position is not None]
        verdicts = [v for v in verdicts if v.cue.position is None] + [Verdict(cue, "skip", never) for cue in steps]
    return verdicts


def _early(session: Session, cue: Cue) -> bool:
    """Whether what follows a session is due before that has finished, or what times a step while it is paused."""
    return session.state == "live" and (cue.kind == "follow_up" or (cue.kind in TIMING and bool(session.paused_at)))


def _outside(session: Session, cue: Cue, due: Sequence[Cue], now: datetime) -> Verdict:
    """A due cue outside the run of show."""
    if cue.kind == "unlink" or cue.kind in TIMING:
        return Verdict(cue, "fire")
    started = session.state != "planned" or (session.starts_at is not None and now >= session.starts_at)
    if cue.kind == "follow_up":
        return Verdict(cue, "skip", "the session was never started")
    if started:
        return Verdict(cue, "skip", "the session had started")
    later = [other for other in due if other.kind == cue.kind == "reminder" and other.due_at > cue.due_at]
    if later:
        return Verdict(cue, "skip", "a later reminder was due as well")
    return Verdict(cue, "fire")


def _step(session: Session, step: Cue, now: datetime) -> Verdict:
    """The step whose turn it is. Without the bot the people have gone on, so what is over is not made good."""
    run = Plan.of(session).run
    if run == "manual" or (run == "prompted" and step.kind in WAITS):
        return Verdict(step, "wait")
    # However late: the welcome starts the session, and the close finishes it.
    if step.kind not in {"welcome", "close"} and _ends(step, step.due_at) + GRACE <= now:
        return Verdict(step, "skip", "its time was over")
    return Verdict(step, "fire")


def _ends(step: Cue, begins: datetime) -> datetime:
    return begins + timedelta(minutes=step.minutes)


def counts_from(step: Cue, now: datetime) -> datetime:
    """Since when a step runs that begins by itself at ``now``: since its time, so that no lateness adds up."""
    return step.due_at if now < _ends(step, step.due_at) else now


def _next_step(session: Session, steps: Sequence[Cue], now: datetime) -> Cue | None:
    """The one step that may begin now: steps keep their order, and none begins while another waits."""
    if session.paused_at is not None:
        return None
    waiting = next((cue for cue in steps if cue.open), None)
    if waiting is None or waiting.state == "due" or waiting.due_at > now:
        return None
    # Only the welcome starts a session; nothing else of its run of show comes before that.
    return waiting if session.state == "live" or waiting.kind == "welcome" else None


def ripple(steps: Sequence[Cue], begun: Cue, now: datetime, fixed: Container[int | None] = ()) -> list[Cue]:
    """The later steps at their new times, when ``begun`` begins at ``now``: they follow one another.

    Those at the positions ``fixed`` have to begin on the minute, so no earlier than was planned.
    """
    moved: list[Cue] = []
    ends = _ends(begun, now)
    for cue in steps:
        if cue.open and cue.position is not None and begun.position is not None and cue.position > begun.position:
            begins = max(ends, cue.planned_at) if cue.position in fixed else ends
            moved.append(replace(cue, due_at=begins))
            ends = _ends(cue, begins)
    return moved


def shifted(every: Sequence[Cue], by: timedelta, now: datetime, *, nudges: timedelta | None = None) -> list[Cue]:
    """The steps that have yet to happen, all later by the same, or earlier, but none before ``now``.

    So does a nudge, or by ``nudges``: the middle of a step that gets longer moves by half of that.
    """
    moves = [(cue, by if nudges is None or cue.kind != "nudge" else nudges) for cue in every if cue.open]
    return [
        replace(cue, due_at=max(cue.due_at + later, now))
        for cue, later in moves
        if cue.position is not None or cue.kind == "nudge"
    ]
