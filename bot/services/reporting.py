"""What a session's report says, as plain data that every renderer prints alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.polls import Standing
from bot.services.profiles import Composition
from bot.services.tallies import Tally, percent
from bot.storage.polls import Kind, Privacy

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
class Voices:
    """The answers to one of the review's prompts, or to an open question, in no order of arrival.

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
class ReportedPoll:
    """``number`` counts from 1 within the session; ``choices`` is how many options a person could pick, or rank.

    ``first_run`` is the number of the poll that this one asked again. ``answers`` are those to an open question.
    """

    number: int
    question: str
    choices: int
    kind: Kind
    privacy: Privacy
    tally: Tally
    first_run: int | None = None
    answers: Voices | None = None

    @classmethod
    def of(cls, at: Standing, *, first_run: int | None = None, answers: Voices | None = None) -> Self:
        """The poll as it stands."""
        poll = at.poll
        known = poll.number, poll.question, poll.choices, poll.kind, poll.privacy, at.tally
        return cls(*known, first_run, answers)


@dataclass(frozen=True)
class TakenOut:
    """A poll that a host has declared void: the report says so, and nothing of what was answered."""

    number: int
    why: str


@dataclass(frozen=True)
class Asked:
    """A question to the panel that everybody may read, and how many wanted it answered besides whoever asked.

    It has no name beside it, whatever the board showed: the form promises so. ``addressed`` is empty where the whole
    panel was asked. ``answer`` is what was answered in writing; what was not ``answered`` has a ``follow_up``: who
    will, if that is known.
    """

    number: int
    text: str
    addressed: str
    votes: int
    answered: bool
    answer: str
    follow_up: str


@dataclass(frozen=True)
class Room:
    """What a breakout group sent back and allows to be quoted: ``one_thing`` for everyone may be empty."""

    name: str
    discussed: str
    one_thing: str


@dataclass(frozen=True)
class ReportedBreakout:
    """What came back from a breakout. ``silent`` counts the rooms of which nothing was heard.

    ``said`` are the counts, and what was given for themes only; what may be quoted is in ``rooms``.
    """

    rooms: tuple[Room, ...]
    said: Voices
    silent: int


@dataclass(frozen=True)
class Offer:
    """Something that somebody offers to others: a link, a person, a project, a paper or a place to visit."""

    type: str
    text: str


@dataclass(frozen=True)
class ReportedTheme:
    """A theme with what is in it: so many contributions of so many people. ``signed_by`` is empty while nobody has."""

    name: str
    contributions: int
    people: int
    signed_by: str


@dataclass(frozen=True)
class Said:
    """What people said in a session beyond its polls and its review.

    ``commenters`` is how many people the comments are from, ``supported`` how many of them have reactions of others, of
    so many ``supporters``; ``hidden`` how much of it all hosts have taken out.
    ``offered`` counts the offers, with those that were given for themes only; ``connections`` are the series' so far.
    """

    comments: Voices
    commenters: int
    supported: int
    supporters: int
    questions: tuple[Asked, ...]
    breakouts: tuple[ReportedBreakout, ...]
    offers: tuple[Offer, ...]
    offered: Voices
    connections: Connections
    themes: tuple[ReportedTheme, ...]
    changes: tuple[Told, ...]
    who: tuple[Composition, ...]
    hidden: int


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
    taken_out: tuple[TakenOut, ...]
    takeaways: Voices
    improvements: Voices
    contact: str
    hashtag: str
    said: Said
    limits: str = LIMITS

    @property
    def part(self) -> str:
        """For instance "1 of 4"."""
        return f"{self.number} of {self.of}"

    @property
    def pictured(self) -> tuple[ReportedPoll, ...]:
        """The polls of which there is a figure: those with something to count."""
        return tuple(poll for poll in self.polls if poll.tally.rows)

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """The questions to the panel that nobody has answered."""
        return tuple(each for each in self.said.questions if not each.answered)

    @property
    def voices(self) -> tuple[tuple[str, Voices], ...]:
        """Everything people wrote that may be for themes only, with what it is called."""
        written = ((f"Poll {poll.number}", poll.answers) for poll in self.polls if poll.answers)
        rooms = (("Breakout", each.said) for each in self.said.breakouts)
        offered = ("Offers of help", self.said.offered)
        return (*written, *rooms, offered, ("Takeaways", self.takeaways), ("Improvements", self.improvements))

    def response_rate(self, poll: ReportedPoll) -> int | None:
        """Respondents as a per cent of those who joined; None where that number is unknown or cannot be right."""
        known = self.joined is not None and self.joined >= poll.tally.n > 0
        return percent(poll.tally.n, self.joined or 0) if known else None
