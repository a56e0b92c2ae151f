"""Breakouts: opened, given more time and ended by hosts; joined by people, of whom some volunteer to report back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import breaking
from bot.services.breaking import Order
from bot.services.grouping import joining
from bot.services.ports import Boards, Rooms
from bot.services.refusal import Refusal
from bot.services.roomlist import Room, Standing, known_in, room_key, room_name, standing_in
from bot.services.seriesfields import LONGEST
from bot.services.show import Show
from bot.services.venues import Venues
from bot.storage import boards, breakouts, cues, people
from bot.storage.breakouts import Breakout, Group
from bot.storage.database import Database
from bot.storage.sessions import Session

ROOMS = 200
"""How many rooms people can speak for: as many as Zoom makes."""

NOT_OPEN = "No breakout is open."
OVER = "The breakout is over."
IN_NONE = "You are in no group of this breakout."


@dataclass(frozen=True)
class Offer:
    """What came of somebody's wish to report back. Not ``taken``: somebody else does that already."""

    group: Group
    taken: bool


class Breakouts:
    """The breakouts of a guild's sessions."""

    def __init__(self, database: Database, painter: Boards, rooms: Rooms, venues: Venues, show: Show) -> None:
        self._database = database
        self._painter = painter
        self._rooms = rooms
        self._venues = venues
        self._show = show

    async def open(self, session: Session, order: Order, now: datetime) -> Breakout:
        """Open a breakout, and have its rooms made where it has any."""
        async with self._database.write() as connection:
            opened, owed = await breaking.open_in(connection, session, order, self._rooms, now)
        await self._show.go_on(session.id, owed, now)
        return opened

    async def extend(self, session: Session, minutes: int, now: datetime) -> Breakout:
        """Give the breakout that is open more time. Where it is the step that runs, all that follows moves along."""
        if not 1 <= minutes <= LONGEST:
            raise Refusal(f"A breakout gets from 1 to {LONGEST} minutes more.")
        async with self._database.write() as connection:
            found = await _open(connection, session)
            step = await cues.get(connection, found.cue_id) if found.cue_id else None
            if step and step.state == "running":
                await self._show.extend_in(connection, session, minutes, now)
            else:
                await breaking.move_in(connection, session.id, timedelta(minutes=minutes), now)
            moved = await _open(connection, session)
        await self._show.go_on(session.id, [], now)
        return moved

    async def close(self, session: Session, now: datetime) -> Standing:
        """End the breakout that is open: people come back."""
        async with self._database.write() as connection:
            found = await _open(connection, session)
            places = await self._venues.for_session(connection, session)
            owed = await breaking.end_in(connection, session, found, places, now)
            stands = await standing_in(connection, found.id)
        await self._show.go_on(session.id, owed, now)
        return stands

    async def standing(self, breakout_id: int) -> Standing:
        """How a breakout stands."""
        async with self._database.read() as connection:
            return await standing_in(connection, breakout_id)

    async def known(self, guild_id: int, breakout_id: int) -> Standing:
        """The same, for somebody in a guild."""
        async with self._database.read() as connection:
            await known_in(connection, guild_id, breakout_id)
            return await standing_in(connection, breakout_id)

    async def link(self, stands: Standing) -> str:
        """Where the board of a breakout is, for who reads of it elsewhere."""
        found, session = stands.breakout, stands.session
        async with self._database.read() as connection:
            posted = await boards.of(connection, "breakout", found.id)
        message = next((f"/{each.message_id}" for each in posted if each.message_id), "")
        return f"https://discord.com/channels/{session.guild_id}/{session.channel}{message}"

    async def room(self, group_id: int) -> tuple[Standing, Room]:
        """One room, and the breakout it is of; LookupError where it has been removed."""
        async with self._database.read() as connection:
            group = await breakouts.group(connection, group_id)
            if group is None:
                raise LookupError(group_id)
            stands = await standing_in(connection, group.breakout_id)
        return stands, next(room for room in stands.rooms if room.group.id == group_id)

    async def mine(self, guild_id: int, breakout_id: int, person: int) -> Room:
        """The group that somebody is in."""
        async with self._database.read() as connection:
            await known_in(connection, guild_id, breakout_id)
            group = await breakouts.group_of(connection, breakout_id, person)
            stands = await standing_in(connection, breakout_id)
        found = next((room for room in stands.rooms if group and room.group.id == group.id), None)
        if found is None:
            raise Refusal(f"{IN_NONE} *Join a group* puts you into the smallest." if stands.breakout.open else IN_NONE)
        return found

    async def join(self, guild_id: int, breakout_id: int, person: int) -> Room:
        """Put somebody who comes late into the smallest group; whoever is in one stays there."""
        async with self._database.write() as connection:
            found, session = await known_in(connection, guild_id, breakout_id)
            group = await breakouts.group_of(connection, breakout_id, person)
            if group is None:
                group = await _smallest(connection, found, session, person)
                await breakouts.join(connection, group.id, person)
                await people.take_part(connection, {(session.id, person)})
        self._repaint(found, group)
        self._rooms.behind()
        return await self.mine(guild_id, breakout_id, person)

    async def volunteer(self, guild_id: int, breakout_id: int, person: int, room: str | None) -> Offer:
        """Somebody reports back for their group; on Zoom for the ``room`` they say they are in."""
        async with self._database.write() as connection:
            found, session = await _to_volunteer(connection, guild_id, breakout_id)
            group = await group_for(connection, found, person, room)
            taken = await self._takes(connection, found, session, group, person, group.rapporteur in {None, person})
            kept = await breakouts.group(connection, group.id)
        self._repaint(found, group)
        return Offer(kept or group, taken)

    async def take_over(self, guild_id: int, group_id: int, person: int) -> Group:
        """Report back instead of whoever volunteered: they may be gone."""

        async def take(connection: AsyncConnection, group: Group, found: Breakout, session: Session) -> None:
            await _to_volunteer(connection, guild_id, found.id)
            if found.drawn and await breakouts.group_of(connection, found.id, person) != group:
                raise Refusal("That is not your group.")
            await self._takes(connection, found, session, group, person, True)

        return await self._change(guild_id, group_id, take)

    async def pass_on(self, guild_id: int, group_id: int, person: int) -> Group:
        """Report back no longer: the group needs another volunteer."""

        async def give(connection: AsyncConnection, group: Group, _found: Breakout, _session: Session) -> None:
            if not await breakouts.volunteer(connection, group.id, None, person):
                raise Refusal("You do not report back for that room. Nothing was changed.")

        return await self._change(guild_id, group_id, give)

    async def _change(
        self,
        guild_id: int,
        group_id: int,
        do: Callable[[AsyncConnection, Group, Breakout, Session], Awaitable[None]],
    ) -> Group:
        async with self._database.write() as connection:
            group = await breakouts.group(connection, group_id)
            if group is None:
                raise Refusal("That room is not known here.")
            found, session = await known_in(connection, guild_id, group.breakout_id)
            await do(connection, group, found, session)
        self._repaint(found, group)
        return group

    async def _takes(
        self, connection: AsyncConnection, found: Breakout, session: Session, group: Group, person: int, may: bool
    ) -> bool:
        await people.take_part(connection, {(session.id, person)})
        if not may:
            return False
        for other in await breakouts.groups(connection, found.id):
            if other.id != group.id:  # a person is in one room
                await breakouts.volunteer(connection, other.id, None, person)
        done = await breakouts.volunteer(connection, group.id, person, group.rapporteur)
        await breakouts.forget_rooms(connection, found)
        return done

    def _repaint(self, found: Breakout, group: Group) -> None:
        for kind in ("breakout", "silent"):
            self._painter.stale(kind, found.id)
        self._painter.stale("room", group.id)


async def _open(connection: AsyncConnection, session: Session) -> Breakout:
    found = await breakouts.open_in(connection, session.id)
    if found is None:
        raise Refusal(NOT_OPEN)
    return found


async def _to_volunteer(connection: AsyncConnection, guild_id: int, breakout_id: int) -> tuple[Breakout, Session]:
    found, session = await known_in(connection, guild_id, breakout_id)
    if not found.open:
        raise Refusal(f"{OVER} You can still send your group’s feedback until the session finishes.")
    return found, session


async def _smallest(connection: AsyncConnection, found: Breakout, session: Session, person: int) -> Group:
    if not found.drawn:
        raise Refusal("On Zoom you are put into a room there.")
    if not found.open:
        raise Refusal(f"{OVER} Nobody can join a group any more.")
    every = await breakouts.groups(connection, found.id)
    there = [group for group in every if group.room_state != "gone"] or list(every)
    inside = await breakouts.members(connection, found.id)
    met = await breakouts.met(connection, session.series_id)
    return there[joining(person, [inside.get(group.id, set()) for group in there], met)]


async def group_for(connection: AsyncConnection, found: Breakout, person: int, room: str | None) -> Group:
    """The group that somebody speaks for: their own or, where they say a ``room``, that one.

    On Zoom a room is there once somebody has named it.
    """
    if room is None:
        mine = await breakouts.group_of(connection, found.id, person) if found.drawn else None
        if mine is None:
            raise Refusal(IN_NONE if found.drawn else "Say which room you are in.")
        return mine
    name = room_name(room)
    every = await breakouts.groups(connection, found.id)
    known = next((group for group in every if room_key(group.name) == room_key(name)), None)
    if known is not None:
        return known
    if found.drawn:
        raise Refusal(f"There is no room of that name: they are Group 1 to Group {len(every)}.")
    if len(every) >= ROOMS:
        raise Refusal(f"There are {ROOMS} rooms already, and none of that name.")
    number = max((group.number for group in every), default=0) + 1
    group_id = await breakouts.add_group(connection, found.id, number, name, "none", [])
    made = await breakouts.group(connection, group_id)
    if made is None:
        raise LookupError(group_id)
    return made
