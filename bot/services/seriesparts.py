"""What a series file is made of, below the series itself."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, cast

from pydantic import Field

from bot.services.seriesfields import (
    Blurb,
    CalendarDay,
    Choices,
    Https,
    Link,
    Minutes,
    Name,
    Offset,
    Option,
    PlaceName,
    PollName,
    Prompt,
    Question,
    Reference,
    Reminder,
    Role,
    Run,
    Title,
    WallTime,
)
from bot.services.text import one_line, sameness
from bot.services.tomltables import MOST_ROWS, Problem, Table, nearest, shown, tables_in, up_to


class Speaker(Table):
    """A host or a guest. ``role`` may be empty."""

    name: Name
    role: Role = ""


class Step(Table):
    """One timed step of the run of show. ``poll`` is the name of a prepared poll of the same session.

    It begins when the one before it ends, unless ``at`` fixes its start, in minutes from the session's.
    """

    kind: Literal["welcome", "place", "talk", "poll", "breakout", "panel", "review", "close"]
    title: Name
    minutes: Minutes
    at: Offset | None = None
    poll: Reference = ""
    speaker: Reference = ""
    prompt: Prompt = ""
    links: Annotated[tuple[Link, ...], up_to(10)] = ()

    @property
    def at_minutes(self) -> int | None:
        """The start that is fixed for it, in minutes from the session's."""
        return self.at

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """A poll step that names no poll."""
        if raw.get("kind") == "poll" and not raw.get("poll"):
            yield ("poll",), "it is missing; it is the name of the prepared poll that this step opens."


class PreparedPoll(Table):
    """A poll written beforehand. ``choices`` is as written; ``most_choices`` is the number."""

    name: PollName
    question: Question
    options: Annotated[tuple[Option, ...], up_to(25), Field(min_length=2)]
    choices: Choices = 1
    results: Literal["at_close", "live"] = "at_close"

    @property
    def most_choices(self) -> int:
        """How many options one person may choose."""
        return len(self.options) if self.choices == "all" else self.choices

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """Options that look the same, and more choices than options."""
        options = raw.get("options")
        if not isinstance(options, list | tuple):
            return
        written = cast("list[object]", options)[:MOST_ROWS]
        for at, first in _repeats(written):
            yield ("options", at), f"it reads the same as option {first + 1}, {shown(written[first])}."
        choices = raw.get("choices", 1)
        if isinstance(choices, int) and choices > max(len(written), 1):
            yield (
                ("choices",),
                f'got {shown(choices)}; the poll has {len(written)} options. Write "all" for all of them.',
            )


class Session(Table):
    """One webinar as written. What is None here is the series' own; ``resolved`` fills it in."""

    title: Title
    date: CalendarDay | None = None
    starts: WallTime | None = None
    ends: WallTime | None = None
    hosts: Annotated[tuple[Speaker, ...], up_to(10)] | None = None
    guests: Annotated[tuple[Speaker, ...], up_to(20)] = ()
    place: PlaceName | None = None
    join_url: Https | None = None
    blurb: Blurb = ""
    run: Run | None = None
    reminders: Annotated[tuple[Reminder, ...], up_to(10)] | None = None
    run_of_show: Annotated[tuple[Step, ...], up_to(50)] = ()
    polls: Annotated[tuple[PreparedPoll, ...], up_to(25)] = ()

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """Polls of one name, and steps that open a poll the session does not have."""
        polls = tables_in(raw.get("polls"))
        names = [poll.get("name") for _, poll in polls]
        for at, first in _repeats(names):
            yield ("polls", polls[at][0]), f"poll {polls[first][0] + 1} of this session has the same name."
        known = [one_line(name) for name in names if isinstance(name, str)]
        for at, step in tables_in(raw.get("run_of_show")):
            wanted = step.get("poll")
            if isinstance(wanted, str) and wanted and one_line(wanted) not in known:
                hint = nearest(wanted, known, "its prepared polls are") if known else "it has no prepared polls."
                yield ("run_of_show", at, "poll"), f"the session has no poll {shown(wanted)}; {hint}"


def _repeats(written: list[object]) -> Iterator[tuple[int, int]]:
    """Each text that reads the same as an earlier one: its position and the first one's. Empty ones aside."""
    seen: dict[str, int] = {}
    for at, text in enumerate(written):
        key = sameness(text) if isinstance(text, str) else ""
        first = seen.setdefault(key, at)
        if key and first != at:
            yield at, first
