"""Of what is exported, the tables of single people's answers: numbered, so that nobody is known by them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.services.columns import Place, Section, column, time
from bot.storage.polls import Kind, Privacy


@dataclass(frozen=True, slots=True)
class ZoomPersonRow:
    """When people were on Zoom: a row for each stay, from Zoom's file, to the minute and without names.

    The numbers are given after sorting by these times, so that nobody's place in Zoom's file can be read out of them.
    """

    id: Annotated[str, column("zoom-person-1 and so on: one person’s rows share it. It stands for nothing else.")]
    joined_at: Annotated[str, time("When they came, to the minute.")]
    left_at: Annotated[str, time("When they went, to the minute.")]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What those who took part say of themselves, if they like: a row for each answer to each field.

    The fields cannot be joined: each has numbers of its own, given after sorting by the answers. An answer that fewer
    than five gave is left empty, as are others from which it could be worked out; a field that fewer than five answered
    is not there at all. Those who asked to be left out are not in it.
    """

    id: Annotated[str, column("For instance profile-role-1. The number means nothing and is another in each field.")]
    field: Annotated[str, column("What was asked: role, organisation, reach (local to national) or region.")]
    answer: Annotated[str | None, column("What was chosen; empty where so few chose it that it is not shown.")]


@dataclass(frozen=True, slots=True)
class PollRow:
    """The polls. Of one that a host has taken out there are only its number and the reason."""

    id: Annotated[str, column("poll-1 and so on; zoom-poll-1 for one that was held on Zoom.")]
    number: Annotated[int, column("Its number in the session, from 1, of those held in one place.")]
    place: Place
    state: Annotated[Literal["counted", "taken out"], column("Whether it counts.")]
    why_taken_out: Annotated[str, column("Why a host has taken it out, or empty.")]
    question: Annotated[str, column("The question.")]
    kind: Annotated[
        Kind | None,
        column("single, multiple (choices), rating (of 1 to 5), ranking, open (in words) or place (where people are)."),
    ]
    privacy: Annotated[Privacy | None, column("What people were promised: named, confidential or anonymous.")]
    choices: Annotated[int | None, column("How many options one person could choose, or rank.")]
    n: Annotated[int | None, column("How many different people answered.")]
    mean: Annotated[float | None, column("Of a rating, from 1 to 5, to four places; else empty.")]
    median: Annotated[float | None, column("The same.")]
    section: Section
    asked_again: Annotated[str | None, column("The id of the poll that this one asked a second time.")]
    same_as: Annotated[str | None, column("Of a poll on Zoom: the id of the one that asked the same here.")]


@dataclass(frozen=True, slots=True)
class OptionRow:
    """The options of the polls, with their counts. Places from which fewer than five came have none.

    Nor have those from which that could be worked out.
    """

    id: Annotated[str, column("For instance poll-1/option-2.")]
    poll: Annotated[str, column("The poll’s id.")]
    option: Annotated[int, column("Its place in the question, from 1.")]
    text: Annotated[str, column("The option in full.")]
    people: Annotated[
        int | None, column("How many people chose it; in a ranking, how many put it first. Empty where not shown.")
    ]
    per_cent: Annotated[int | None, column("`people` as a per cent of the poll’s n, rounded, halves up.")]
    points: Annotated[
        int | None, column("In a ranking, after Borda: with three places to fill 3 for a first, 2 for a second, 1.")
    ]


@dataclass(frozen=True, slots=True)
class BallotRow:
    """Every answer to the polls that are answered by choosing: a row for each option that somebody chose.

    In confidential and anonymous polls a respondent is a number that leads nowhere. It is given after sorting by the
    answers themselves, anew in each poll, so neither an account, nor who answered when, nor what one person answered in
    two polls can be read out of it. Places that are not shown in the counts are empty here before it is given.
    """

    id: Annotated[str, column("For instance poll-1/respondent-12: one person’s answer to one poll.")]
    poll: Annotated[str, column("The poll’s id.")]
    respondent: Annotated[int, column("From 1 in each poll. The same number in another poll is another person.")]
    rank: Annotated[int | None, column("In a ranking, the place that the option was given, from 1; else empty.")]
    option: Annotated[int | None, column("The option (table `options`), or empty where it is not shown.")]
    person: Annotated[
        str,
        column("In polls asked with names: discord- and the person’s Discord id. Empty in all others, and if erased."),
    ]
