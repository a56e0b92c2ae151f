"""What a session's report says, as plain data that every renderer prints alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.polls import Standing
from bot.services.profiles import Composition
from bot.services.sections import Section
from bot.services.tallies import Tally, percent
from bot.storage.contributions import Kind as Spoken
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
class Words:
    """Something that somebody wrote. ``id`` is the contribution's, and leads to nobody.

    ``step`` is the place in the run of show of what was on, where that is known; so many others ``support`` it.
    ``replies`` are those to it that may be quoted, and ``zoom`` says that it is from Zoom's chat.
    """

    id: int
    text: str
    step: int | None = None
    support: int = 0
    zoom: bool = False
    replies: tuple["Words", ...] = ()


@dataclass(frozen=True)
class Voices:
    """The answers to one of the review's prompts, or to an open question, in no order of arrival.

    ``quotable`` may be quoted without a name, ``for_themes`` may not be quoted at all, ``withheld`` are the ids of
    those whose authors have since left theirs out or erased them.
    """

    prompt: str
    quotable: tuple[Words, ...]
    for_themes: tuple[Words, ...]
    withheld: tuple[int, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Everything that came in, whatever may be shown of it."""
        return (*(each.id for each in (*self.quotable, *self.for_themes)), *self.withheld)

    @property
    def count(self) -> int:
        """How much that is."""
        return len(self.ids)


@dataclass(frozen=True)
class ReportedPoll:
    """``number`` counts from 1 within the session; ``choices`` is how many options a person could pick, or rank.

    ``first_run`` is the number of the poll that this one asked again. ``answers`` are those to an open question.
    ``step`` is the place in the run of show of what was on when it was opened. ``zoom`` is the same question as it was
    answered on Zoom; ``id`` is then that of the poll there, and a poll that was held ``on_zoom`` only has its number
    among those. What is counted in the two is never added up: one person may have answered in both.
    """

    id: int
    number: int
    question: str
    choices: int
    kind: Kind
    privacy: Privacy
    tally: Tally
    first_run: int | None = None
    answers: Voices | None = None
    step: int | None = None
    on_zoom: bool = False
    zoom: "ReportedPoll | None" = None

    @property
    def key(self) -> str:
        """By which it is known in edits and exports."""
        return f"zoom-{self.number}" if self.on_zoom else str(self.number)

    @property
    def name(self) -> str:
        """What it is called."""
        return f"Zoom poll {self.number}" if self.on_zoom else f"Poll {self.number}"

    @property
    def places(self) -> tuple["ReportedPoll", ...]:
        """It, and the same question on Zoom."""
        return (self, self.zoom) if self.zoom else (self,)

    @classmethod
    def of(
        cls, at: Standing, *, first_run: int | None = None, answers: Voices | None = None, step: int | None = None
    ) -> Self:
        """The poll as it stands."""
        poll = at.poll
        known = poll.id, poll.number, poll.question, poll.choices, poll.kind, poll.privacy, at.tally
        return cls(*known, first_run, answers, step)


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

    id: int
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

    id: int
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

    id: int
    type: str
    text: str


BARS = "bars"  # the key in `edits` of the order of a figure's bars: "size", or as they were asked
NEXT_STEPS = -1
"""The section of the themes that say what to do next."""


@dataclass(frozen=True)
class ReportedTheme:
    """A theme with what is in it. ``signed_by`` is empty while nobody has.

    ``ids`` are the contributions, of so many ``people``, and ``quotes`` those of them that may be quoted, what most
    people support first. ``section`` is the part of the session it is put beside, or None; ``reply`` what hosts or the
    panel say to it.
    """

    id: int
    name: str
    ids: tuple[int, ...]
    people: int
    signed_by: str
    section: int | None
    reply: str
    quotes: tuple[Words, ...]


@dataclass(frozen=True)
class Resource:
    """A link that was shared, and during what."""

    title: str
    url: str


@dataclass(frozen=True)
class Said:
    """What people said in a session beyond its polls and its review.

    ``commenters`` is how many people the comments are from, and ``zoomers`` how many of those wrote in Zoom's chat;
    ``from_zoom`` are the ids of what they wrote. ``supported`` are the ids of the comments that have reactions of
    others, of so many ``supporters``; ``hidden`` is how much of it all hosts have taken out.
    ``offered`` counts the offers, with those that were given for themes only; ``connections`` are the series' so far.
    ``actions`` are those that came from this session.
    """

    comments: Voices
    commenters: int
    zoomers: int
    from_zoom: tuple[int, ...]
    supported: tuple[int, ...]
    supporters: int
    questions: tuple[Asked, ...]
    breakouts: tuple[ReportedBreakout, ...]
    offers: tuple[Offer, ...]
    offered: Voices
    connections: Connections
    themes: tuple[ReportedTheme, ...]
    changes: tuple[Told, ...]
    actions: tuple[Told, ...]
    who: tuple[Composition, ...]
    hidden: int


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a session came to, without what people wrote: it is quickly read, however many they were.

    ``key`` is the series' short name, ``session`` the session's id. ``starts_at`` is local to the series (aware), or
    None for an undated session. ``took_part`` is None where nothing was held here. ``joined`` and ``peak`` are how many
    there were elsewhere, in all and at once, from Zoom's file (``counted_by_zoom``) or the host. ``came`` counts what
    came in, by its kind; ``unanswered`` are the questions to the panel that nobody has answered. ``edits`` is what
    hosts have written in place of what would stand there (`services/editing.py`), by the passages' keys.
    """

    session: int
    key: str
    series: str
    number: int
    of: int
    title: str
    starts_at: datetime | None
    place: str
    hosts: tuple[Person, ...]
    guests: tuple[Person, ...]
    took_part: int | None
    joined: int | None
    peak: int | None
    counted_by_zoom: bool
    polls: tuple[ReportedPoll, ...]
    taken_out: tuple[TakenOut, ...]
    contact: str
    hashtag: str
    colour: str
    recording: str
    no_recording: str
    subtitles: bool | None
    blog: str
    came: Mapping[Spoken, int] = field(default_factory=dict[Spoken, int])
    unanswered: tuple[Asked, ...] = ()
    edits: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def part(self) -> str:
        """For instance "1 of 4"."""
        return f"{self.number} of {self.of}"

    @property
    def heading(self) -> str:
        """The session's title, or what a host has put in its place."""
        return self.edits.get("title") or self.title

    @property
    def stem(self) -> str:
        """The beginning of its files' names, in plain ASCII as the series' key is: for instance "qms-1-of-4"."""
        return f"{self.key}-{self.number}-of-{self.of}"

    def response_rate(self, poll: ReportedPoll) -> int | None:
        """Respondents as a per cent of those who joined; None where that number is unknown or cannot be right."""
        known = self.joined is not None and self.joined >= poll.tally.n > 0
        return percent(poll.tally.n, self.joined or 0) if known else None


@dataclass(frozen=True, kw_only=True)
class Report(Brief):
    """One session's report: all of it.

    ``sections`` are the parts of the session in their order.
    """

    sections: tuple[Section, ...]
    takeaways: Voices
    improvements: Voices
    resources: tuple[Resource, ...]
    said: Said
    limits: str = LIMITS

    @property
    def voices(self) -> tuple[tuple[str, Voices], ...]:
        """Everything people wrote that may be for themes only, with what it is called."""
        written = ((poll.name, poll.answers) for poll in self.polls if poll.answers)
        rooms = (("Breakout", each.said) for each in self.said.breakouts)
        offered = ("Offers of help", self.said.offered)
        review = ("Takeaways", self.takeaways), ("Improvements", self.improvements)
        return (*written, ("Comments", self.said.comments), *rooms, offered, *review)
