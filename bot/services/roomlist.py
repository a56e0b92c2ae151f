"""The rooms of a breakout: what they are called, who reports back, and what they have sent."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.refusal import Refusal
from bot.services.reviews import may_show
from bot.services.text import one_line, required, sameness
from bot.storage import breakouts, sessions
from bot.storage.breakouts import Breakout, Group
from bot.storage.contributions import Contribution
from bot.storage.sessions import Session

NAME = 60
"""How many characters people may write for their room."""

_CALLED = re.compile(
    r"(?:(?:zoom|break-?out|our|the|room|group|table|number|no|nr|br)(?=[\W\d]|$)[\s.:#-]*|[#№]\s*)+", re.IGNORECASE
)
"""What stands before the number or the name of a room, however people write it."""


@dataclass(frozen=True)
class Room:
    """A group, who is in it, and what it sent. ``shown``: others may read that."""

    group: Group
    people: frozenset[int]
    feedback: Contribution | None
    shown: bool


@dataclass(frozen=True)
class Standing:
    """A breakout with its rooms, in order: on Zoom those that somebody speaks for."""

    breakout: Breakout
    session: Session
    time_zone: str
    rooms: tuple[Room, ...]

    @property
    def silent(self) -> tuple[Room, ...]:
        """The rooms that have sent nothing."""
        return tuple(room for room in self.rooms if room.feedback is None)

    @property
    def shown(self) -> tuple[Room, ...]:
        """The rooms that have sent what everybody may read."""
        return tuple(room for room in self.rooms if room.shown)

    @property
    def kept(self) -> int:
        """How many have sent what only the organisers read."""
        return len(self.rooms) - len(self.silent) - len(self.shown)


def room_name(written: str) -> str:
    """What a room is called that somebody speaks for: "3", "room 3" and "Room #3" are Room 3."""
    name = required(one_line(written), "The room", NAME)
    bare = _bare(name)
    return f"Room {int(bare)}" if bare.isdecimal() else name


def room_key(name: str) -> str:
    """What two names of one room share."""
    bare = _bare(name)
    return str(int(bare)) if bare.isdecimal() else bare


def _bare(name: str) -> str:
    same = sameness(name)
    called = _CALLED.match(same)
    return (same[called.end() :] if called else same).strip(" .:!") or same


def _order(room: Room) -> tuple[bool, int, str]:
    key = room_key(room.group.name)
    return (False, int(key), "") if key.isdecimal() else (True, 0, key)


async def standing_in(connection: AsyncConnection, breakout_id: int) -> Standing:
    """How a breakout stands; LookupError where it has been removed."""
    found = await breakouts.get(connection, breakout_id)
    session = found and await sessions.get(connection, found.session_id)
    if found is None or session is None:
        raise LookupError(breakout_id)
    people = await breakouts.members(connection, breakout_id)
    # While it is open, a group whose feedback was erased may send it anew; after that its number has been printed.
    sent = await breakouts.feedback(connection, breakout_id, erased=found.state == "closed")
    rooms: list[Room] = []
    for group in await breakouts.groups(connection, breakout_id):
        feedback, out = sent.get(group.id, (None, False))
        if found.drawn or feedback or group.rapporteur:
            there = frozenset(each for each in people.get(group.id, ()) if each > 0)
            rooms.append(Room(group, there, feedback, bool(feedback and may_show(feedback, out=out))))
    series = await sessions.series_of(connection, session)
    ordered = rooms if found.drawn else sorted(rooms, key=_order)
    return Standing(found, session, series.time_zone, tuple(ordered))


async def known_in(connection: AsyncConnection, guild_id: int, breakout_id: int) -> tuple[Breakout, Session]:
    """A breakout of the guild."""
    found = await breakouts.get(connection, breakout_id)
    session = found and await sessions.get(connection, found.session_id)
    if found is None or session is None or session.guild_id != guild_id:
        raise Refusal("That breakout is not known here.")
    return found, session
