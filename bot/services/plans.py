"""What the series file says of one session beyond its title and time, as it is kept with the session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.services.seriesfields import REMINDERS, Run
from bot.services.seriesparts import PreparedPoll, Speaker, Step
from bot.services.tomltables import Table
from bot.storage.sessions import Session


class Plan(Table):
    """``place`` and ``join_url`` are empty where there is none.

    What has a default was not kept with a session from the beginning.
    """

    place: str
    join_url: str
    hosts: tuple[Speaker, ...]
    guests: tuple[Speaker, ...]
    blurb: str
    housekeeping: tuple[str, ...]
    recording_notice: str
    run_of_show: tuple[Step, ...]
    polls: tuple[PreparedPoll, ...]
    run: Run = "prompted"
    reminder_minutes: tuple[int, ...] = tuple(each // timedelta(minutes=1) for each in REMINDERS)
    """How many minutes before the start people are reminded, the longest time first."""
    lead_days: int = 14
    """How many days' notice people are promised."""
    regions: tuple[tuple[str, ...], ...] = ()
    """Where people can say they are: the name of each region, and what else they may write for it."""

    @classmethod
    def of(cls, session: Session) -> "Plan":
        """The plan kept with a session: it was checked when it was imported, and checking takes 13 ms."""
        kept: dict[str, Any] = dict(session.plan)
        for name in ("housekeeping", "reminder_minutes"):
            if name in kept:
                kept[name] = tuple(kept[name])
        kept["regions"] = tuple(tuple[str, ...](names) for names in kept.get("regions", ()))
        for name, kind, lists in (
            ("hosts", Speaker, None),
            ("guests", Speaker, None),
            ("run_of_show", Step, "links"),
            ("polls", PreparedPoll, "options"),
        ):
            kept[name] = tuple(
                kind.model_construct(None, **(each | {lists: tuple(each[lists])} if lists else each))
                for each in kept[name]
            )
        return cls.model_construct(None, **kept)

    def stored(self) -> dict[str, Any]:
        """The plan as JSON, for keeping."""
        return self.model_dump(mode="json")

    def position(self, started_at: datetime, now: datetime) -> tuple[Step | None, Step | None]:
        """By the plan: the step that should be running at ``now``, and the one after it.

        A step that ends before the next one's fixed start goes on until then.
        """
        elapsed = now - started_at
        times = offsets(self.run_of_show)
        begun = sum(timedelta(minutes=start) <= elapsed for start, _ in times)
        if begun == len(times) and elapsed >= timedelta(minutes=max((end for _, end in times), default=0)):
            return None, None
        running = self.run_of_show[begun - 1] if begun else None
        return running, self.run_of_show[begun] if begun < len(times) else None


def offsets(steps: Sequence[Step]) -> tuple[tuple[int, int], ...]:
    """When each step begins and ends, in minutes from the session's start."""
    times: list[tuple[int, int]] = []
    end = 0
    for step in steps:
        start = end if step.at_minutes is None else step.at_minutes
        end = start + step.minutes
        times.append((start, end))
    return tuple(times)


def on_zoom(plan: Plan) -> bool:
    """Whether a session has a place or a link to join which is not on Discord: Zoom, as a rule."""
    place = (plan.place or plan.join_url).casefold()
    return bool(place) and "discord" not in place
