"""Of what is exported, the tables of what people said and allow to be quoted, and what became of it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.services.columns import Place, Quotable, Section, column
from bot.storage.contributions import Kind as Said


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """What people said and allow to be quoted without a name. Whose it is, and when it was said, is in no table.

    Not here: what was given for themes only, taken back, erased, held or hidden by a host, and everything of those who
    asked that their words be left out. A name that an asker chose to show on a board is not here either, for the form
    promises that the report has none. Mentions of people are kept as “@someone”.
    """

    id: Annotated[str, column("For instance contribution-123. The number is drawn at random and tells no order.")]
    kind: Annotated[Said, column("comment, question, takeaway, improvement, answer, feedback (of a group) or offer.")]
    place: Place
    text: Quotable
    one_thing: Annotated[str, column("Of a group’s feedback: the one thing for everyone, or empty.")]
    poll: Annotated[str | None, column("Of an answer: the id of the open question.")]
    section: Section
    reactions: Annotated[int, column("How many different people supported it, by reactions or a button.")]
    reply_to: Annotated[str | None, column("The id of what it replies to, where that is in this table too.")]


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """The themes into which people sorted what was said."""

    id: Annotated[str, column("For instance theme-4.")]
    name: Annotated[str, column("Its name.")]
    contributions: Annotated[int, column("How many contributions are in it, also those that may not be quoted.")]
    people: Annotated[int, column("Of how many different people; whose, is in no table.")]
    signed_by: Annotated[str, column("Who vouches for it, or empty while nobody does.")]
    section: Section
    reply: Annotated[str, column("What the hosts or the panel say to it, or empty.")]


@dataclass(frozen=True, slots=True)
class ThemedRow:
    """Which of the contributions that may be quoted are in which theme."""

    theme: Annotated[str, column("The theme’s id.")]
    contribution: Annotated[str, column("The contribution’s id.")]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """The questions to the panel that everybody may read; duplicates count as one. No name stands beside any."""

    id: Annotated[str, column("The contribution’s id.")]
    number: Annotated[int, column("Its number in the session, from 1.")]
    text: Quotable
    addressed: Annotated[str, column("To whom it was put; empty: to the whole panel.")]
    votes: Annotated[int, column("How many different people supported it, besides whoever asked.")]
    status: Annotated[
        Literal["open", "answered in the session", "answered in writing"], column("Whether it was answered, and how.")
    ]
    answer: Annotated[str, column("What was answered in writing, or empty.")]
    follow_up: Annotated[str, column("Who will answer it, or empty.")]


@dataclass(frozen=True, slots=True)
class BreakoutRow:
    """The breakouts, and how many rooms were heard. What rooms sent for themes only is counted and not shown."""

    id: Annotated[str, column("breakout-1 and so on.")]
    prompt: Annotated[str, column("What the groups were asked.")]
    shown: Annotated[int, column("How many rooms sent something that may be quoted.")]
    kept: Annotated[int, column("How many sent something that may not.")]
    silent: Annotated[int, column("Of how many nothing was heard.")]


@dataclass(frozen=True, slots=True)
class RoomRow:
    """The breakout rooms whose feedback may be quoted."""

    breakout: Annotated[str, column("The breakout’s id.")]
    room: Annotated[str, column("What the room is called.")]
    contribution: Annotated[str, column("The id of what it sent.")]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What people offer to others, as everybody finds it in the register."""

    id: Annotated[str, column("The contribution’s id.")]
    type: Annotated[str, column("link, person, project, paper or place.")]
    text: Quotable


@dataclass(frozen=True, slots=True)
class ActionRow:
    """What is done about what people said here, and what had changed since the part before. The words are hosts'."""

    id: Annotated[str, column("For instance action-3: its number in the series.")]
    part: Annotated[int, column("The part of the series from which it came.")]
    text: Annotated[str, column("What is done.")]
    owner: Annotated[str, column("Who looks after it, as a host has named them.")]
    state: Annotated[Literal["open", "done", "dropped"], column("How it stands.")]
    outcome: Annotated[str, column("What came of it, or why nothing does.")]
    quote: Annotated[str, column("The words it came from, where their author allows that they are quoted.")]


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """Links that were shared in the run of show."""

    title: Annotated[str, column("During what.")]
    url: Annotated[str, column("The address.")]
