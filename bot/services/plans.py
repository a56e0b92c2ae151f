"""What the series file says of one session beyond its title and time, as it is kept with the session."""

from datetime import datetime, timedelta
from typing import Any

from bot.services.seriesparts import PreparedPoll, Speaker, Step
from bot.services.tomltables import Table
from bot.storage.sessions import Session


class Plan(Table):
    """``place`` and ``join_url`` are empty where there is none."""

    place: str
    join_url: str
    hosts: tuple[Speaker, ...]
    guests: tuple[Speaker, ...]
    blurb: str
    housekeeping: tuple[str, ...]
    recording_notice: str
    run_of_show: tuple[Step, ...]
    polls: tuple[PreparedPoll, ...]

    @classmethod
    def of(cls, session: Session) -> "Plan":
        """The plan kept with a session."""
        return cls.model_validate(session.plan)

    def stored(self) -> dict[str, Any]:
        """The plan as JSON, for keeping."""
        return self.model_dump(mode="json")

    def position(self, started_at: datetime, now: datetime) -> tuple[Step | None, Step | None]:
        """By the plan: the step that should be running at ``now``, and the one after it."""
        begins = started_at
        for step, after in zip(self.run_of_show, (*self.run_of_show[1:], None), strict=False):  # there may be no steps
            begins += timedelta(minutes=step.minutes)
            if now < begins:
                return step, after
        return None, None
