"""What a session's report says, as plain data that every renderer prints alike."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.tallies import Tally, percent

LIMITS = (
    "This is a light-touch, informal exercise. The people who answered chose to, nobody was sampled, "
    "and what they said in a webinar is a start for a conversation rather than a finding. "
    "Percentages are of the people who answered that question (n), not of everyone who joined."
)
"""The paragraph on method and limits, which no report can leave out."""


@dataclass(frozen=True)
class Person:
    """A host or guest: ``role`` may be empty."""

    name: str
    role: str


@dataclass(frozen=True)
class ReportedPoll:
    """``number`` counts from 1 within the session; ``choices`` is how many options a person could pick."""

    number: int
    question: str
    choices: int
    tally: Tally


@dataclass(frozen=True)
class Voices:
    """One review prompt's answers, in no order of arrival.

    ``quotable`` may be quoted without a name, ``for_themes`` may not be quoted at all,
    ``withheld`` counts those whose authors have since left theirs out or erased them.
    """

    prompt: str
    quotable: tuple[str, ...]
    for_themes: tuple[str, ...]
    withheld: int

    @property
    def count(self) -> int:
        """Everything that came in, whatever may be shown of it."""
        return len(self.quotable) + len(self.for_themes) + self.withheld


@dataclass(frozen=True)
class Report:
    """One session's report.

    ``key`` is the series' short name. ``starts_at`` is local to the series (aware), or None for an undated session.
    """

    key: str
    series: str
    number: int
    of: int
    title: str
    starts_at: datetime | None
    place: str
    hosts: tuple[Person, ...]
    guests: tuple[Person, ...]
    took_part: int
    joined: int | None
    polls: tuple[ReportedPoll, ...]
    takeaways: Voices
    improvements: Voices
    contact: str
    hashtag: str
    limits: str = LIMITS

    @property
    def part(self) -> str:
        """For instance "1 of 4"."""
        return f"{self.number} of {self.of}"

    def response_rate(self, poll: ReportedPoll) -> int | None:
        """Respondents as a per cent of those who joined; None where that number is unknown or cannot be right."""
        known = self.joined is not None and self.joined >= poll.tally.n > 0
        return percent(poll.tally.n, self.joined or 0) if known else None
