"""Breakouts in time: how one is opened, when it warns and ends. All of it inside somebody else's transaction.

Its warning and its end are cues outside the run of show (`breakout_warn`, `breakout_end`), so they come without
anybody, after a restart too. When a breakout gets more time they are planned anew: their keys hold the time of the end.
Every function gives the boards that are owed once the transaction is committed.
"""

import asyncio
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import notices
from bot.services.grouping import Groups, Person, grouped
from bot.services.plans import Plan, on_zoom
from bot.services.ports import Rooms as Venue
from bot.services.refusal import Refusal
from bot.services.roomlist import standing_in
from bot.services.seriesfields import LONGEST
from bot.services.text import clean, counted
from bot.storage import boards, breakouts, cues, sessions
from bot.storage.boards import Kind, OfBreakout
from bot.storage.breakouts import Breakout, Rooms
from bot.storage.cues import Cue
from bot.storage.places import Places
from bot.storage.sessions import Session

OF_BREAKOUT: tuple[Kind, ...] = get_args(OfBreakout)

WARNING = timedelta(minutes=2)
"""How long before the end people are warned; a breakout that is no longer than that has no warning."""

PROMPT = 300
"""How many characters its prompt may have."""

SIZE = 5
"""How many people are in a group unless a host says."""


@dataclass(frozen=True)
class Order:
    """What is wanted. ``rooms`` of None are where the session is; ``groups`` and ``size`` are for drawn groups."""

    minutes: int
    prompt: str = ""
    rooms: Rooms | None = None
    groups: int | None = None
    size: int | None = None


def rooms_for(session: Session) -> Rooms:
    """Where small groups meet unless somebody says: where the session is, which is Discord if it is nowhere else."""
    return "zoom" if on_zoom(Plan.of(session)) else "threads"


def _refuse(order: Order) -> None:
    if not 1 <= order.minutes <= LONGEST:
        raise Refusal(f"A breakout lasts from 1 to {LONGEST} minutes.")
    if order.groups is not None and order.size is not None:
        raise Refusal("Say either how many groups there should be, or how many people in each.")
    if len(order.prompt) > PROMPT:
        raise Refusal(f"The prompt has {len(order.prompt)} characters; at most {PROMPT} fit.")


async def open_in(
    connection: AsyncConnection, session: Session, order: Order, venue: Venue, now: datetime, cue: Cue | None = None
) -> tuple[Breakout, list[int]]:
    """Open a breakout, with the groups that are drawn for it and the rooms that are owed to them."""
    order = replace(order, prompt=clean(order.prompt))
    _refuse(order)
    as_it_is = await sessions.get(connection, session.id)
    if as_it_is is None or as_it_is.state != "live":
        raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
    before = await breakouts.in_session(connection, session.id)
    if any(each.open for each in before):
        raise Refusal("A breakout is open already. /breakout close ends it.")
    number, rooms, said = len(before) + 1, order.rooms or rooms_for(session), ""
    drawn: Groups | None = None
    if rooms != "zoom" and session.rehearses is not None:
        rooms, said = "zoom", "This is a rehearsal, so no groups are drawn and no rooms are made."
    elif rooms != "zoom":
        there = await _there(connection, session, rooms, venue)
        drawn = await _drawn(connection, session, order, there, number)
        said = in_words(drawn)
    elif order.groups or order.size:
        raise Refusal(
            "On Zoom the groups are made there. Leave them out here, or choose threads or voice for the rooms."
        )
    since = cue.began_at if cue and cue.began_at else now
    breakout_id = await breakouts.add(
        connection,
        session.id,
        cue_id=cue.id if cue else None,
        number=number,
        prompt=order.prompt,
        rooms=rooms,
        opened_at=now,
        ends_at=since + timedelta(minutes=order.minutes),
        said=said,
    )
    for i, people in enumerate(drawn.groups if drawn else (), 1):
        await breakouts.add_group(connection, breakout_id, i, f"Group {i}", "owed", people)
    opened = await breakouts.get(connection, breakout_id)
    if opened is None:
        raise LookupError(breakout_id)
    await _plan(connection, opened, now)
    board = await boards.add(connection, "breakout", opened.id, session.guild_id, as_it_is.channel, now=now)
    return opened, [board]


async def begin_in(
    connection: AsyncConnection, session: Session, cue: Cue, places: Places, venue: Venue, now: datetime
) -> list[int]:
    """The same as a step of the run of show, unless a host has opened one. The hosts are told how groups were made.

    Where no groups can be drawn it goes on without them: the people go into their rooms all the same.
    """
    if await breakouts.open_in(connection, session.id):
        return []
    begun = await cues.get(connection, cue.id)
    step = Plan.of(session).run_of_show[cue.position or 0]
    order = Order(min(cue.minutes, LONGEST), step.prompt, step.rooms, step.groups, step.size)
    said = ""
    try:
        opened, owed = await open_in(connection, session, order, venue, now, begun)
    except Refusal as refusal:
        said = f"The breakout is open without groups drawn by me. {refusal}"
        plain = Order(order.minutes, order.prompt, "zoom")
        opened, owed = await open_in(connection, session, plain, venue, now, begun)
    if told := said or opened.said:
        key = f"breakout:{opened.id}"
        owed += await notices.owe(connection, places.for_hosts, session.guild_id, key, told, now)
    return owed


async def _there(connection: AsyncConnection, session: Session, rooms: Rooms, venue: Venue) -> tuple[int, ...]:
    """Who can be put into groups: those in the voice channel, or those who have taken part in the session so far."""
    if rooms == "voice":
        there = venue.present(session)
        nobody = "Nobody is in the session’s voice channel, so there is nobody to put into groups."
    else:
        there = await breakouts.here(connection, session.id)
        nobody = "Nobody has taken part on Discord yet, so there is nobody to put into groups."
    if not there:
        raise Refusal(nobody)
    if len(there) == 1:
        raise Refusal("Only one person is there so far, and a group needs two.")
    return there


async def _drawn(
    connection: AsyncConnection, session: Session, order: Order, there: tuple[int, ...], number: int
) -> Groups:
    known = await breakouts.kinds_of_people(connection, session.series_id)
    people = [Person(each, *known.get(each, ("", ""))) for each in there]
    size = order.size if order.groups or order.size else SIZE
    met = await breakouts.met(connection, session.series_id)
    draw = partial(grouped, people, groups=order.groups, size=size, met=met, seed=1000 * session.id + number)
    return await asyncio.to_thread(draw)  # with a thousand people it takes a second, and others click meanwhile


def in_words(drawn: Groups) -> str:
    """For instance: 12 groups of 4 or 5; 3 of 96 pairs have met before; by lot it would be about 21."""
    sizes = sorted({len(group) for group in drawn.groups})
    count = len(drawn.groups)
    groups = f"{counted(count, 'group')} of {' or '.join(map(str, sizes))}"
    if not drawn.by_lot:
        return f"{groups}; nobody in them has met in a breakout of this series before."
    pairs = f"{drawn.again} of {drawn.pairs} pairs {'has' if drawn.again == 1 else 'have'} met before"
    lot = round(drawn.by_lot, 1) if drawn.by_lot < 1 else round(drawn.by_lot)
    return f"{groups}; {pairs}; by lot it would be about {float(lot):g}."


async def _plan(connection: AsyncConnection, breakout: Breakout, now: datetime) -> None:
    """Say anew when it warns and when it ends."""
    await _unplan(connection, breakout)
    times = {"warn": breakout.ends_at - WARNING, "end": breakout.ends_at}
    rows = [
        {
            "session_id": breakout.session_id,
            "key": f"breakout:{breakout.id}:{what}:{int(breakout.ends_at.timestamp())}",
            "kind": f"breakout_{what}",
            "position": None,
            "title": f"breakout {breakout.number}, {'two minute warning' if what == 'warn' else 'end'}",
            "minutes": 0,
            "planned_at": when,
            "due_at": when,
            "state": "planned",
        }
        for what, when in times.items()
        if what == "end" or when > now
    ]
    await cues.add(connection, rows)


async def _unplan(connection: AsyncConnection, breakout: Breakout) -> None:
    every = await cues.of(connection, breakout.session_id)
    await cues.remove(connection, [cue.id for cue in every if cue.key.startswith(f"breakout:{breakout.id}:")])


async def move_in(
    connection: AsyncConnection,
    session_id: int,
    by: timedelta,
    now: datetime,
    steps: Container[int | None] | None = None,
) -> Breakout | None:
    """Give the breakout that is open more time, or less; with ``steps`` only one that is such a step (a cue's id)."""
    found = await breakouts.open_in(connection, session_id)
    if found is None or (steps is not None and found.cue_id not in steps):
        return None
    moved = replace(found, ends_at=max(found.ends_at + by, now))
    await breakouts.change(connection, found.id, ends_at=moved.ends_at)
    await _plan(connection, moved, now)
    return moved


async def due_in(connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime) -> list[int]:
    """A breakout's warning or its end has come: nothing happens where it is over, or has got more time."""
    found = await breakouts.get(connection, int(cue.key.split(":")[1]))
    if found is None or not found.open:
        return []
    if cue.kind == "breakout_end":
        return await end_in(connection, session, found, places, now)
    if now >= found.ends_at:
        return []  # it comes too late: the end is due as well
    await breakouts.change(connection, found.id, warned=True)
    made = await breakouts.groups(connection, found.id)
    channels = [session.channel, *(each.channel_id for each in made if each.channel_id and each.room_state == "made")]
    return [
        await boards.add(connection, "warning", found.id, session.guild_id, channel, now=now) for channel in channels
    ]


async def end_in(
    connection: AsyncConnection, session: Session, found: Breakout, places: Places | None, now: datetime
) -> list[int]:
    """People come back: what their rooms bring is collected, and who is silent is reminded, once.

    Without ``places`` the session itself is over: no more can come in, so nobody is reminded of anything.
    """
    if not await breakouts.change(connection, found.id, state="closed"):
        return []
    await _unplan(connection, found)
    await breakouts.drop_warnings(connection, found.id, session.channel)
    stands = await standing_in(connection, found.id)
    if places is None and not any(room.feedback for room in stands.rooms):
        return []
    guild_id = session.guild_id
    owed = [await boards.add(connection, "collated", found.id, guild_id, session.channel, now=now)]
    if places is None:
        return owed
    if places.for_hosts:
        owed.append(await boards.add(connection, "silent", found.id, guild_id, places.for_hosts, now=now))
    waited_for = [room.group.rapporteur for room in stands.silent if room.group.rapporteur]
    nudges = [
        await boards.add(connection, "silent", found.id, guild_id, 0, person=person, now=now) for person in waited_for
    ]
    return [*owed, *nudges]


async def end_step(connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime) -> list[int]:
    """The step that a breakout is has ended: so has the breakout."""
    found = await breakouts.open_in(connection, session.id)
    return await end_in(connection, session, found, places, now) if found and found.cue_id == cue.id else []


async def end_session(connection: AsyncConnection, session: Session, now: datetime) -> list[int]:
    """The session finishes: so does its breakout."""
    found = await breakouts.open_in(connection, session.id)
    return await end_in(connection, session, found, None, now) if found else []


async def shown_in(connection: AsyncConnection, session_ids: Iterable[int]) -> list[tuple[Kind, int]]:
    """The boards, by kind and subject, that show the breakouts of several sessions."""
    shown: list[tuple[Kind, int]] = []
    for breakout_id in await breakouts.ids_in(connection, session_ids):
        shown.extend((kind, breakout_id) for kind in OF_BREAKOUT)
        made = await breakouts.groups(connection, breakout_id)
        shown.extend(("room", group.id) for group in made if group.channel_id)
    return shown
