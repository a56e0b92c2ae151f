"""A webinar series as its hosts write it down: one ``[series]`` table in a TOML file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError

from bot.services.plans import Plan
from bot.services.questions import OPTIONS
from bot.services.refusal import Refusal
from bot.services.seriesfields import (
    REMINDERS,
    Colour,
    Email,
    Hashtag,
    Https,
    LeadDays,
    Notice,
    PlaceName,
    Point,
    Reminder,
    Run,
    Slug,
    TimeZone,
    Title,
    WallTime,
)
from bot.services.seriesparts import PreparedPoll, Region, Session, Speaker, Step, region_problems
from bot.services.seriestimes import session_span, time_problems
from bot.services.text import one_line
from bot.services.tomltables import Place, Problem, Table, as_table, problems_in, read_toml, shown, tables_in, up_to

__all__ = [
    "MAX_BYTES",
    "Mistakes",
    "PreparedPoll",
    "ResolvedSession",
    "SeriesFile",
    "Session",
    "Speaker",
    "Step",
    "in_file_order",
    "parse_series",
    "refuse_size",
    "series_from",
    "where",
]

MAX_BYTES = 512 * 1024
"""A whole series with its polls takes a few KiB; what is bigger than this is another file."""

_MOST_TOLD = 100


class Mistakes(Refusal):
    """A refusal of a series file that has mistakes in it, with each one's place in words and its sentence."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        told = problems[:_MOST_TOLD]
        count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
        rest = [f"and {len(problems) - len(told):,} more."] if len(told) < len(problems) else []
        super().__init__(f"The series file has {count}.", *(f"{place}: {said}" for place, said in told), *rest)
        self.problems = problems


@dataclass(frozen=True)
class ResolvedSession:
    """One session with everything the series says for it. An undated session has no times at all."""

    number: int
    of: int
    title: str
    starts_local: datetime | None
    ends_local: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    plan: Plan


class SeriesFile(Table):
    """The ``[series]`` table. What it says holds for each session that does not say otherwise."""

    key: Slug
    title: Title
    time_zone: TimeZone
    starts: WallTime | None = None
    ends: WallTime | None = None
    place: PlaceName = ""
    join_url: Https = ""
    hosts: Annotated[tuple[Speaker, ...], up_to(10)] = ()
    hashtag: Hashtag = ""
    colour: Colour = ""
    contact: Email = ""
    housekeeping: Annotated[tuple[Point, ...], up_to(20)] = ()
    recording_notice: Notice = ""
    run: Run = "prompted"
    lead_days: LeadDays = 14
    reminders: Annotated[tuple[Reminder, ...], up_to(10)] = REMINDERS
    regions: Annotated[tuple[Region, ...], up_to(OPTIONS[-1])] = ()
    sessions: Annotated[tuple[Session, ...], up_to(25), Field(min_length=1)]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its wall times are in."""
        return ZoneInfo(self.time_zone)

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """Times that cannot be, regions that cannot be told apart, and polls that ask for regions there are not."""
        yield from time_problems(raw)
        yield from ((("regions", *place), said) for place, said in region_problems(raw.get("regions")))
        for at, session in tables_in(raw.get("sessions")) if not raw.get("regions") else ():
            for number, poll in tables_in(session.get("polls")):
                if poll.get("kind") == "place":
                    said = "it asks for a region, and the series names none; they go into its regions."
                    yield ("sessions", at, "polls", number, "kind"), said

    def resolved(self) -> tuple[ResolvedSession, ...]:
        """The sessions in order, with the series' values where they have none of their own."""
        return tuple(self._resolved(number, session) for number, session in enumerate(self.sessions, 1))

    def _resolved(self, number: int, session: Session) -> ResolvedSession:
        _, span = session_span(dict(self), dict(session))
        reminders = self.reminders if session.reminders is None else session.reminders
        return ResolvedSession(
            number=number,
            of=len(self.sessions),
            title=session.title,
            starts_local=span and span.starts_local,
            ends_local=span and span.ends_local,
            starts_at=span and span.starts_at,
            ends_at=span and span.ends_at,
            plan=Plan(
                place=self.place if session.place is None else session.place,
                join_url=self.join_url if session.join_url is None else session.join_url,
                hosts=self.hosts if session.hosts is None else session.hosts,
                guests=session.guests,
                blurb=session.blurb,
                housekeeping=self.housekeeping,
                recording_notice=self.recording_notice,
                run=session.run or self.run,
                lead_days=self.lead_days,
                reminder_minutes=tuple(sorted((each // timedelta(minutes=1) for each in reminders), reverse=True)),
                run_of_show=session.run_of_show,
                polls=session.polls,
                regions=tuple((region.name, *region.also) for region in self.regions),
            ),
        )


def refuse_size(size: int) -> None:
    """Refuse a file by its ``size`` in bytes, so that a large one need not be read."""
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024
        raise Refusal(f"The file has {-(-size // 1024):,} KB; a series file has at most {limit} KB.")


def parse_series(data: bytes) -> SeriesFile:
    """The series in a TOML file. Other tables, such as the settings in the example, are passed over.

    Raises a Refusal that tells every problem and its place.
    """
    refuse_size(len(data))
    tables = read_toml(data)
    if "series" not in tables:
        raise Refusal("The file has no [series] table, so there is no series in it.")
    return series_from(tables["series"])


def series_from(table: Any) -> SeriesFile:
    """The series in a ``[series]`` table that has been read already."""
    try:
        return SeriesFile.model_validate(table)
    except ValidationError as error:
        problems = sorted(problems_in(error), key=lambda problem: in_file_order(problem[0]))
    raise Mistakes(tuple((where(place, table), said) for place, said in problems))


_NOUNS = {
    "sessions": "session",
    "polls": "poll",
    "options": "option",
    "run_of_show": "step",
    "hosts": "host",
    "guests": "guest",
    "housekeeping": "housekeeping point",
    "links": "link",
    "reminders": "reminder",
    "regions": "region",
    "also": "other name",
}


def where(place: Place, table: object) -> str:
    """A place in words, such as 'session 2, poll "useful", option 3'; polls and regions go by their names."""
    words = [] if place[:1] == ("sessions",) else ["series"]
    rest = list(place)
    while rest:
        key = rest.pop(0)
        table = as_table(table).get(str(key))
        if rest and isinstance(at := rest[0], int):
            rest.pop(0)
            table = dict(tables_in(table)).get(at)
            name = as_table(table).get("name") if key in {"polls", "regions"} else None
            words.append(f"{_NOUNS[str(key)]} {shown(name) if name else at + 1}")
        else:
            words.append(one_line(str(key)))
    return ", ".join(words)


def in_file_order(place: Place) -> tuple[bool, int]:
    """The key to sort places by: those of the series first, then session by session."""
    at = place[1] if place[:1] == ("sessions",) and len(place) > 1 else -1
    return at != -1, at if isinstance(at, int) else -1
