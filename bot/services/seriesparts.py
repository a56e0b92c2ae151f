"""What a series file is made of, below the series itself."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, cast, get_args

from pydantic import model_validator

from bot.services.questions import OPTIONS, PLACE, problems, repeats
from bot.services.seriesfields import (
    LONGEST,
    Blurb,
    CalendarDay,
    Choices,
    GroupCount,
    GroupSize,
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
from bot.services.text import one_line
from bot.services.tomltables import (
    MOST_ROWS,
    Place,
    Problem,
    Table,
    as_table,
    decapitalised,
    nearest,
    rows_in,
    shown,
    tables_in,
    up_to,
)
from bot.storage.breakouts import Rooms
from bot.storage.polls import Kind, Privacy, Results


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
    rooms: Rooms | None = None
    groups: GroupCount | None = None
    size: GroupSize | None = None
    links: Annotated[tuple[Link, ...], up_to(10)] = ()

    @property
    def at_minutes(self) -> int | None:
        """The start that is fixed for it, in minutes from the session's."""
        return self.at

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """A poll step that names no poll, and what is said of a breakout's rooms."""
        if raw.get("kind") == "poll" and not raw.get("poll"):
            yield ("poll",), "it is missing; it is the name of the prepared poll that this step opens."
        minutes = raw.get("minutes")
        if raw.get("kind") == "breakout":
            if isinstance(minutes, int) and minutes > LONGEST:
                yield ("minutes",), f"got {minutes}; a breakout lasts {LONGEST} minutes at most."
            if raw.get("groups") is not None and raw.get("size") is not None:
                yield ("size",), "it has groups as well; say one of the two."
            if raw.get("rooms") == "zoom" and (given := next((each for each in ("groups", "size") if each in raw), "")):
                yield (given,), "on Zoom the groups are made there; leave it out, or choose threads or voice for rooms."
            return
        for name in ("rooms", "groups", "size"):
            if raw.get(name) is not None:
                yield (name,), "only a step of the kind breakout has it."


class PreparedPoll(Table):
    """A poll written beforehand. ``kind``, ``choices`` and ``privacy`` of None are as usual (`drafts.draft`)."""

    name: PollName
    question: Question
    kind: Kind | None = None
    options: Annotated[tuple[Option, ...], up_to(OPTIONS[-1])] = ()
    choices: Choices | None = None
    results: Results = "at_close"
    privacy: Privacy | None = None

    @property
    def most_choices(self) -> int | None:
        """How many options one person may choose, or rank; None for all of them."""
        if self.choices is None:
            return 1 if self.kind is None else None
        return len(self.options) if self.choices == "all" else self.choices

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """What cannot be of the kind of question it is."""
        choices = raw.get("choices")
        kind = raw.get("kind") or ("single" if choices is None or choices == 1 else "multiple")
        options = rows_in(raw.get("options"))
        if kind not in get_args(Kind) or len(options) > OPTIONS[-1] or (raw.get("options") and not options):
            return  # that is the business of its own field
        if kind == "place" and options:
            yield ("options",), "these are the regions of the series; leave them out."
        if choices == "all":
            choices = max(len(options), OPTIONS[0])
        number = choices if isinstance(choices, int) and choices > 0 else None
        given = None if kind == "place" else options
        for place, said in problems(cast("Kind", kind), given, number, raw.get("results")):
            yield place, decapitalised(said)


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
        for at, first in repeats([*names, PLACE]):
            if at < len(polls):
                yield ("polls", polls[at][0]), f"poll {polls[first][0] + 1} of this session has the same name."
            else:
                yield ("polls", polls[first][0], "name"), "the step of the kind place has this name; choose another."
        known = [one_line(name) for name in names if isinstance(name, str)]
        for at, step in tables_in(raw.get("run_of_show")):
            wanted = step.get("poll")
            if isinstance(wanted, str) and wanted and one_line(wanted) not in known:
                hint = nearest(wanted, known, "its prepared polls are") if known else "it has no prepared polls."
                yield ("run_of_show", at, "poll"), f"the session has no poll {shown(wanted)}; {hint}"


class Region(Table):
    """A place people can say they are in, and ``also``, what else they may write for it."""

    name: Option
    also: Annotated[tuple[Name, ...], up_to(MOST_ROWS)] = ()

    @model_validator(mode="before")
    @classmethod
    def _by_its_name_alone(cls, raw: object) -> object:
        return {"name": raw} if isinstance(raw, str) else raw


def region_problems(written: object) -> Iterator[Problem]:
    """A region that is the only one, and names that look the same; each placed within the list."""
    regions = rows_in(written)
    if len(regions) == 1:
        yield (), f"it has 1; at least {OPTIONS[0]} are wanted."
    names: list[tuple[Place, object]] = []
    for at, region in enumerate(regions):
        table = as_table(region)
        names.append(((at,), region) if isinstance(region, str) else ((at, "name"), table.get("name")))
        names += [((at, "also", number), other) for number, other in enumerate(rows_in(table.get("also")))]
    for at, first in repeats(name for _, name in names):
        place, _ = names[at]
        (region, *_), name = names[first]
        yield place, f"it reads the same as {shown(name)} of region {int(region) + 1}."
