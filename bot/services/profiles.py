"""About you: what people say of themselves once a series, if they like, and how many say what.

It is never joined to what they answered anonymously, and told in groups of five or more only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.sessions import agenda_in, known
from bot.services.tallies import LIVE_FROM, suppressed
from bot.storage import profiles, sessions
from bot.storage.database import Database
from bot.storage.profiles import Profile
from bot.storage.sessions import Session

OTHER = "Something else"

CHOICES: Mapping[str, tuple[str, ...]] = {
    "role": (
        "Improvement or quality",
        "Clinical or care",
        "Leading or managing",
        "Data, digital or analysis",
        "Policy or commissioning",
        "Education or research",
        "Patient, carer or public partner",
        OTHER,
    ),
    "organisation": (
        "NHS provider: trust or health board",
        "Primary care",
        "Integrated care board or commissioner",
        "Local government or social care",
        "National body or regulator",
        "Charity or patient organisation",
        "Education or research",
        OTHER,
    ),
    "reach": ("Local", "Regional", "National"),
}
"""What can be chosen. Lists, because one's own words would single people out and could not be counted; short ones, so
that groups come to five. They are the series' own audience's, and what is elsewhere is “something else”."""

TITLES: Mapping[str, str] = {
    "role": "Your role",
    "organisation": "Your organisation",
    "reach": "You work",
    "region": "Your region",
}
"""The answers in the order they are asked for."""


@dataclass(frozen=True)
class AboutYou:
    """The form of a series: what can be chosen in each field, and what the person has said so far."""

    series_id: int
    series: str
    choices: Mapping[str, tuple[str, ...]]
    said: Profile


@dataclass(frozen=True)
class Group:
    """How many people gave an answer; None where that could single somebody out."""

    text: str
    count: int | None


@dataclass(frozen=True)
class Composition:
    """Who people are, by one of the fields: ``n`` of them answered it, five at the least."""

    field: str
    n: int
    groups: tuple[Group, ...]


class Profiles:
    """What people of a guild say of themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def form(self, guild_id: int, person: int, series_id: int | None = None) -> AboutYou:
        """The form of a series, or of the one imported last, as it is filled in so far."""
        async with self._database.read() as connection:
            return await _form(connection, guild_id, person, series_id)

    async def save(self, guild_id: int, person: int, series_id: int, said: Mapping[str, str]) -> AboutYou:
        """Replace what the person said; what is missing or empty is not kept. The form as it is filled in now."""
        async with self._database.write() as connection:
            asked = await _form(connection, guild_id, person, series_id)
            if any(text and text not in asked.choices.get(field, ()) for field, text in said.items()):
                raise Refusal("That is not on the menu. Nothing was changed.")
            await profiles.put(connection, series_id, person, Profile(**said))
            return await _form(connection, guild_id, person, series_id)

    async def counts(
        self, guild_id: int, *, series_id: int | None = None, session_id: int | None = None
    ) -> tuple[Composition, ...]:
        """Who took part in a session, or said something of themselves in a series, in groups of five or more.

        Whoever asked to be left out is not counted.
        """
        async with self._database.read() as connection:
            if session_id is not None:
                return await counts_in(connection, await known(connection, guild_id, session_id))
            asked = await _form(connection, guild_id, 0, series_id)
            return composition(await profiles.in_series(connection, asked.series_id), asked.choices)


async def counts_in(connection: AsyncConnection, session: Session) -> tuple[Composition, ...]:
    """Who took part in a session, within a transaction."""
    said = await profiles.in_session(connection, session.series_id, session.id)
    return composition(said, _choices([Plan.of(session)]))


def composition(said: Sequence[Profile], choices: Mapping[str, Sequence[str]]) -> tuple[Composition, ...]:
    """How many gave each answer, in the order they were offered. Of a field fewer than five answered, nothing."""
    found: list[Composition] = []
    for field in TITLES:
        counted = Counter(text for each in said if (text := getattr(each, field)))
        n = counted.total()
        # What was offered once and is no longer still counts.
        texts = list(dict.fromkeys((*choices.get(field, ()), *sorted(counted))))
        if n >= LIVE_FROM:
            counts = suppressed([counted[text] for text in texts])
            groups = tuple(Group(text, count) for text, count in zip(texts, counts, strict=True))
            found.append(Composition(field, n, groups))
    return tuple(found)


async def _form(connection: AsyncConnection, guild_id: int, person: int, series_id: int | None) -> AboutYou:
    if series_id is None:
        series_id = (await agenda_in(connection, guild_id)).series.id
    parts = await sessions.in_series(connection, series_id)
    if not parts or parts[0].guild_id != guild_id:
        raise Refusal("That series is not known here.")
    series = await sessions.series_of(connection, parts[0])
    said = await profiles.get(connection, series.id, person)
    return AboutYou(series.id, series.title, _choices(Plan.of(each) for each in parts), said)


def _choices(plans: Iterable[Plan]) -> dict[str, tuple[str, ...]]:
    """What can be chosen in a series: its regions, where it names some, beside what is the same everywhere."""
    regions = dict.fromkeys(names[0] for plan in plans for names in plan.regions)
    return {**CHOICES, "region": tuple(regions)} if regions else dict(CHOICES)
