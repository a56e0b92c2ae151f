"""A session's data as it may leave the house: tables whose every column says what it means.

The JSON Schema, the data dictionary and the headings of the CSV files are all made from what stands here. No table
has a Discord id, but for the answers to polls that were asked with names; none has a time of an answer.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.services.columns import column, time
from bot.services.countedrows import BallotRow, OptionRow, PollRow, ProfileRow, ZoomPersonRow
from bot.services.saidrows import (
    ActionRow,
    BreakoutRow,
    ContributionRow,
    OfferRow,
    QuestionRow,
    ResourceRow,
    RoomRow,
    ThemedRow,
    ThemeRow,
)
from bot.storage.cues import State as CueState

FORMAT = "plenary-session-data"
VERSION = 1
"""Rises when a table or a column goes or changes its meaning; what is new in it changes nothing for those who read."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """The session: one row. Texts and names are the hosts' own."""

    series: Annotated[str, column("The title of the series.")]
    series_key: Annotated[str, column("The short name of the series; that of a rehearsal begins with “test-”.")]
    number: Annotated[int, column("Which part of the series it is, from 1.")]
    of: Annotated[int, column("How many parts the series has.")]
    title: Annotated[str, column("The title of the session.")]
    state: Annotated[str, column("planned, finished or cancelled: a session that runs is not exported.")]
    time_zone: Annotated[str, column("The series’ time zone, in which all times are told.")]
    starts_at: Annotated[str | None, time("When it was to begin.")]
    ends_at: Annotated[str | None, time("When it was to end.")]
    began_at: Annotated[str | None, time("When a host opened it, empty where nobody did.")]
    place: Annotated[str, column("Where it was held, for instance Zoom.")]
    recording: Annotated[str, column("The address of the recording, or empty.")]
    no_recording: Annotated[str, column("Who has said that there will be no recording, or empty.")]
    subtitles: Annotated[Literal["yes", "no", ""], column("Whether the recording has subtitles, if anybody has said.")]
    blog: Annotated[str, column("The address of a blog about it, or empty.")]
    contact: Annotated[str, column("How to get in touch.")]
    hashtag: Annotated[str, column("The series’ hashtag.")]
    limits: Annotated[str, column("The note on method and limits, which belongs to every number here.")]


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """Hosts and guests as the series file names them."""

    part: Annotated[Literal["host", "guest"], column("host or guest.")]
    name: Annotated[str, column("The name.")]
    role: Annotated[str, column("What they do, or empty.")]


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """How many there were, as three measures that are never mixed.

    Who they were is in no table: of those who took part only their number is told.
    """

    measure: Annotated[
        Literal["took_part", "joined", "peak"],
        column("took_part: different people who did anything here. joined, peak: there elsewhere, in all and at once."),
    ]
    people: Annotated[int | None, column("How many people; empty where nobody knows.")]
    source: Annotated[Literal["counted here", "host", "Zoom’s file"], column("Whose number that is.")]


@dataclass(frozen=True, slots=True)
class CueRow:
    """What was to happen when, and when it did: the run of show, and what Plenary does before and after it."""

    id: Annotated[str, column("Its name in the session.")]
    step: Annotated[int | None, column("Its place in the run of show, from 0; empty for all else.")]
    kind: Annotated[str, column("welcome, talk, poll, reminder and so on.")]
    title: Annotated[str, column("Its title, or empty.")]
    minutes: Annotated[int, column("How many minutes it was to take.")]
    planned_at: Annotated[str, time("When it was to begin by the plan.")]
    began_at: Annotated[str | None, time("When it began, empty where it did not.")]
    state: Annotated[CueState, column("planned, due (waits for a host), running, done or skipped.")]
    minutes_late: Annotated[int | None, column("Whole minutes from planned_at to began_at; 0 if early.")]
    minutes_early: Annotated[int | None, column("Whole minutes from began_at to planned_at; 0 if late.")]
    note: Annotated[str, column("Why it did not happen, or empty.")]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What hosts did with what people said, and why. Words that were hidden do not stand here, only their ids."""

    at: Annotated[str, time("When.")]
    act: Annotated[str, column("hide, hold, restore, dismiss or merge.")]
    contribution: Annotated[str, column("The contribution’s id, also of one that is not in this export.")]
    host: Annotated[str, column("host-1 and so on, in the order of their first acts, for no account stands here.")]
    why: Annotated[str, column("The reason in the host’s words, or empty.")]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """Every number of the report, and the records it came from."""

    name: Annotated[str, column("For instance poll-1/option-2/per_cent.")]
    value: Annotated[float | int | None, column("The number; empty where it is not known or not shown.")]
    rule: Annotated[
        Literal["count", "people", "peak", "per_cent", "points", "mean", "median", "stated", "suppressed"],
        column(
            "How it follows. count: so many records. people: so many different people wrote the records, or stand "
            "behind them; who is behind which is not told. peak: the most of the records at one moment. per_cent: the "
            "first number in `of` as a per cent of the second, rounded, halves up. points: the sum over the records of "
            "choices + 1 - rank. mean, median: of the records’ options. stated: a host has said so. suppressed: not "
            "shown, so that nobody is singled out."
        ),
    ]
    records: Annotated[
        tuple[str, ...],
        column(
            "In the JSON file: the ids of the records. participant-…, introduction-… and silent-room-… are records of "
            "which nothing is told but that they count. In the other files: how many records there are."
        ),
    ]
    of: Annotated[tuple[str, ...], column("The names of the numbers it is worked out from, where it is.")]


@dataclass(frozen=True, slots=True)
class Data:
    """All that is exported of one session, from one moment."""

    format: Annotated[Literal["plenary-session-data"], column("What this file is.")]
    version: Annotated[Literal[1], column("Of which version.")]
    session: tuple[SessionRow, ...]
    speakers: tuple[SpeakerRow, ...]
    attendance: tuple[AttendanceRow, ...]
    zoom_people: tuple[ZoomPersonRow, ...]
    profiles: tuple[ProfileRow, ...]
    polls: tuple[PollRow, ...]
    options: tuple[OptionRow, ...]
    ballots: tuple[BallotRow, ...]
    contributions: tuple[ContributionRow, ...]
    themes: tuple[ThemeRow, ...]
    theme_contributions: tuple[ThemedRow, ...]
    questions: tuple[QuestionRow, ...]
    breakouts: tuple[BreakoutRow, ...]
    rooms: tuple[RoomRow, ...]
    offers: tuple[OfferRow, ...]
    actions: tuple[ActionRow, ...]
    resources: tuple[ResourceRow, ...]
    cues: tuple[CueRow, ...]
    audit: tuple[AuditRow, ...]
    numbers: tuple[NumberRow, ...]

    @property
    def stem(self) -> str:
        """The beginning of its files' names."""
        (session,) = self.session
        return f"{session.series_key}-{session.number}-of-{session.of}"
