"""Breakouts, their groups, and who is in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Literal

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.contributions import Contribution
from bot.storage.records import many, one, record
from bot.storage.tables import (
    boards,
    breakout_groups,
    breakout_members,
    breakouts,
    contributions,
    left_out,
    participations,
    profiles,
    sessions,
)

Rooms = Literal["zoom", "threads", "voice"]
RoomState = Literal["none", "owed", "made", "gone"]


@dataclass(frozen=True)
class Breakout:
    """Time in small groups. ``cue_id`` is the step of the run of show that opened it, None where a host did.

    ``said`` is what the hosts are told of how the groups were made.
    """

    id: int
    session_id: int
    cue_id: int | None
    number: int
    prompt: str
    rooms: Rooms
    state: Literal["open", "closed"]
    opened_at: datetime
    ends_at: datetime
    warned: bool
    said: str

    @property
    def open(self) -> bool:
        """Whether people are in their rooms."""
        return self.state == "open"

    @property
    def drawn(self) -> bool:
        """Whether the bot made the groups; on Zoom one is known once somebody speaks for it."""
        return self.rooms != "zoom"


@dataclass(frozen=True)
class Group:
    """A room. ``rapporteur`` is who volunteers to report back."""

    id: int
    breakout_id: int
    number: int
    name: str
    channel_id: int | None
    room_state: RoomState
    rapporteur: int | None


async def add(connection: AsyncConnection, session_id: int, **values: Any) -> int:
    """Open a breakout; its id."""
    new = insert(breakouts).values(session_id=session_id, state="open", warned=False, **values)
    return (await connection.execute(new.returning(breakouts.c.id))).scalar_one()


async def get(connection: AsyncConnection, breakout_id: int) -> Breakout | None:
    """One breakout."""
    return await one(connection, Breakout, select(breakouts).where(breakouts.c.id == breakout_id))


async def in_session(connection: AsyncConnection, session_id: int) -> tuple[Breakout, ...]:
    """A session's breakouts, in order."""
    wanted = select(breakouts).where(breakouts.c.session_id == session_id)
    return await many(connection, Breakout, wanted.order_by(breakouts.c.number))


async def open_in(connection: AsyncConnection, session_id: int) -> Breakout | None:
    """The session's breakout that is open: there is one at most."""
    return next((each for each in await in_session(connection, session_id) if each.open), None)


async def ids_in(connection: AsyncConnection, session_ids: Iterable[int]) -> tuple[int, ...]:
    """The breakouts of several sessions."""
    wanted = select(breakouts.c.id).where(breakouts.c.session_id.in_(list(session_ids)))
    return tuple((await connection.execute(wanted)).scalars())


async def change(connection: AsyncConnection, breakout_id: int, **values: Any) -> bool:
    """Change a breakout that is open; False where it no longer is."""
    still_open = breakouts.c.id == breakout_id, breakouts.c.state == "open"
    return (await connection.execute(update(breakouts).where(*still_open).values(values))).rowcount == 1


async def drop_warnings(connection: AsyncConnection, breakout_id: int, channel_id: int) -> None:
    """Take out warnings that were not posted in time, and are not to be in rooms that are about to be cleared."""
    late = boards.c.kind == "warning", boards.c.subject == breakout_id, boards.c.message_id.is_(None)
    await connection.execute(delete(boards).where(*late, boards.c.channel_id != channel_id))


async def add_group(
    connection: AsyncConnection, breakout_id: int, number: int, name: str, room_state: RoomState, people: Sequence[int]
) -> int:
    """Add a group with those who are in it; its id."""
    new = insert(breakout_groups).values(breakout_id=breakout_id, number=number, name=name, room_state=room_state)
    group_id: int = (await connection.execute(new.returning(breakout_groups.c.id))).scalar_one()
    await bulk.insert(
        connection, breakout_members, ("group_id", "person"), [(group_id, each) for each in sorted(people)]
    )
    return group_id


async def group(connection: AsyncConnection, group_id: int) -> Group | None:
    """One group."""
    return await one(connection, Group, select(breakout_groups).where(breakout_groups.c.id == group_id))


async def groups(connection: AsyncConnection, breakout_id: int) -> tuple[Group, ...]:
    """A breakout's groups, in order."""
    wanted = select(breakout_groups).where(breakout_groups.c.breakout_id == breakout_id)
    return await many(connection, Group, wanted.order_by(breakout_groups.c.number))


async def members(connection: AsyncConnection, breakout_id: int) -> dict[int, set[int]]:
    """Who is in each group, by its id; whoever was erased is negative."""
    wanted = select(breakout_members).join(breakout_groups).where(breakout_groups.c.breakout_id == breakout_id)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in await connection.execute(wanted):
        found[row.group_id].add(row.person)
    return dict(found)


async def group_of(connection: AsyncConnection, breakout_id: int, person: int) -> Group | None:
    """The group that somebody is in."""
    wanted = select(breakout_groups).join(breakout_members)
    theirs = breakout_groups.c.breakout_id == breakout_id, breakout_members.c.person == person
    return await one(connection, Group, wanted.where(*theirs))


async def join(connection: AsyncConnection, group_id: int, person: int) -> None:
    """Put somebody into a group."""
    await connection.execute(insert(breakout_members).values(group_id=group_id, person=person))


async def volunteer(connection: AsyncConnection, group_id: int, person: int | None, instead_of: int | None) -> bool:
    """Somebody reports back for a group, or no longer; False where it was not ``instead_of`` who did before."""
    as_it_was = breakout_groups.c.id == group_id, breakout_groups.c.rapporteur.is_not_distinct_from(instead_of)
    return (await connection.execute(update(breakout_groups).where(*as_it_was).values(rapporteur=person))).rowcount == 1


async def forget_rooms(connection: AsyncConnection, found: Breakout) -> None:
    """Take out the rooms that somebody named and nobody speaks for any more; drawn groups stay."""
    if not found.drawn:
        unheard = ~exists().where(contributions.c.group_id == breakout_groups.c.id)
        named = breakout_groups.c.breakout_id == found.id, breakout_groups.c.rapporteur.is_(None)
        await connection.execute(delete(breakout_groups).where(*named, unheard))


async def feedback(
    connection: AsyncConnection, breakout_id: int, *, erased: bool = False
) -> dict[int, tuple[Contribution, bool]]:
    """What each group sent, by its id, and whether who sent it wants their words left out.

    With ``erased`` also what has been erased since, without words: that it was sent stays true.
    """
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, out.label("out")).join(sessions, sessions.c.id == contributions.c.session_id)
    wanted = wanted.join(breakout_groups, breakout_groups.c.id == contributions.c.group_id)
    gone = ("withdrawn",) if erased else ("withdrawn", "erased")
    sent = contributions.c.kind == "feedback", contributions.c.state.not_in(gone)
    rows = await connection.execute(wanted.where(breakout_groups.c.breakout_id == breakout_id, *sent))
    return {row.group_id: (record(Contribution, row), row.out) for row in rows}


async def feedback_of(connection: AsyncConnection, group_id: int) -> Contribution | None:
    """The row of what a group sent, also where that has been taken back: there is one at most."""
    wanted = select(contributions).where(contributions.c.group_id == group_id, contributions.c.kind == "feedback")
    return await one(connection, Contribution, wanted)


async def rewrite(connection: AsyncConnection, contribution_id: int, **values: Any) -> None:
    """Replace what a group sent."""
    await connection.execute(update(contributions).where(contributions.c.id == contribution_id).values(values))


async def here(connection: AsyncConnection, session_id: int) -> tuple[int, ...]:
    """Who has taken part in a session so far."""
    wanted = select(participations.c.person).where(participations.c.session_id == session_id)
    return tuple((await connection.execute(wanted.where(participations.c.person > 0))).scalars())


async def kinds_of_people(connection: AsyncConnection, series_id: int) -> dict[int, tuple[str, str]]:
    """The kind of organisation and the reach of those who said them, for the whole series."""
    wanted = select(profiles.c.person, profiles.c.organisation, profiles.c.reach)
    rows = await connection.execute(wanted.where(profiles.c.series_id == series_id))
    return {row.person: (row.organisation, row.reach) for row in rows}


async def met(connection: AsyncConnection, series_id: int) -> Counter[tuple[int, int]]:
    """How often any two people have been in a group together, in the breakouts of a series."""
    wanted = select(breakout_members).join(breakout_groups).join(breakouts)
    wanted = wanted.join(sessions, sessions.c.id == breakouts.c.session_id)
    counted = sessions.c.series_id == series_id, sessions.c.rehearses.is_(None), breakout_members.c.person > 0
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in await connection.execute(wanted.where(*counted)):
        found[row.group_id].append(row.person)
    return Counter(pair for people in found.values() for pair in combinations(sorted(people), 2))
