"""The rooms of breakouts: private threads of the session's channel, or voice channels beside the session's own.

A room is a row first (`breakout_groups.room_state` is ``owed``) and a thread or channel after, with the id of its group
at the end of its name. So one that was made unnoticed, because the process died or Discord's answer was lost, is found
by that and adopted. Each pass asks Discord what is there and brings it in step with the rows, until nothing is owed:
rooms are made, those who are yet to come are brought in, and when the breakout is over threads are put away (what was
said stays readable), and voice rooms go once everybody is back. Whatever goes wrong, a group without a room meets in
the session's channel, and the hosts are told once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import discord

from bot.boards import SKEW
from bot.followers import PATIENCE, Follower
from bot.roomkinds import Channel, Kind, Threads, VoiceRooms, ours_in
from bot.services.notices import Notices
from bot.services.ports import Boards, Clock
from bot.services.refusal import Refusal
from bot.services.venues import Venues
from bot.stage import voice_of
from bot.storage import rooms, sessions
from bot.storage.database import Database
from bot.storage.rooms import Room
from bot.storage.sessions import Session
from bot.troubles import UNSENT, answered, is_plain_no

log = logging.getLogger(__name__)

AT_ONCE = 3
"""How many rooms are worked on beside each other: Discord allows 50 requests a second, of which boards need some."""

TOLD = {
    "made": (
        "The rooms of breakout {number} could not all be made. {why} A group without a room meets in <#{channel}>. I "
        "try again every minute until the breakout ends."
    ),
    "filled": "In breakout {number} I could not bring everybody into their room. {why} I try again every minute.",
    "cleared": "The rooms of breakout {number} could not all be put away. {why} I try again every minute.",
}
"""What the hosts are told."""

Waiting = defaultdict[int, list[int]]
"""Who is yet to be brought into their room, by group."""


class Rooms(Follower):
    """Makes the rooms of breakouts what the groups say."""

    def __init__(
        self,
        client: discord.Client,
        database: Database,
        clock: Clock,
        painter: Boards,
        notices: Notices,
        venues: Venues,
    ) -> None:
        super().__init__(client, database, clock, painter, notices)
        self._venues = venues
        self._everywhere = True  # at a start a room may be anywhere
        self._refused: set[tuple[int, str]] = set()
        self._ends: dict[int, datetime] = {}
        self._mains: set[int] = set()

    def entered(self, channel_id: int) -> None:
        """Somebody has come into a voice channel: perhaps they are to go on into their room."""
        if channel_id in self._mains:
            self.behind()

    def present(self, session: Session) -> tuple[int, ...]:
        """Who is in the voice channel of a session now."""
        guild = self._client.get_guild(session.guild_id)
        main = voice_of(guild, session) if guild else None
        return tuple(main.voice_states) if main else ()

    async def of(self, group_id: int) -> Room:
        """The room of a group."""
        async with self._database.read() as connection:
            found = await rooms.get(connection, group_id)
        if found is None:
            raise LookupError(group_id)
        return found

    async def deleted(self, channel_id: int) -> None:
        """Somebody has deleted a channel. If it was a room, its group meets in the session's channel from now on."""
        async with self._database.write() as connection:
            breakout = await rooms.deleted(connection, channel_id)
        if breakout is not None:
            self._painter.stale("breakout", breakout)

    async def follow(self) -> timedelta | None:
        """Bring every room in step."""
        try:
            async with self._database.read() as connection:
                every = await rooms.unfinished(connection)
                waiting = await rooms.waiting(connection)
                guilds = await rooms.guilds(connection) if self._everywhere else set[int]()
        except Exception:
            log.exception("the rooms that are behind could not be looked up")
            return PATIENCE
        self._refused.clear()
        self._mains.clear()
        by_guild: defaultdict[int, list[Room]] = defaultdict(list)
        for room in every:
            by_guild[room.guild_id].append(room)
        # Of a guild that we are not in nothing can follow.
        there = [guild for each in guilds | by_guild.keys() if (guild := self._client.get_guild(each))]
        done = all([await self._follow(guild, by_guild[guild.id], waiting) for guild in there])
        self._everywhere = self._everywhere and not done
        return None if done else PATIENCE

    async def _follow(self, guild: discord.Guild, theirs: list[Room], waiting: Waiting) -> bool:
        """The same for those of one guild, and for whatever else of ours is found there."""
        try:
            async with answered():
                found = await ours_in(guild)
            async with self._database.read() as connection:
                others = await rooms.of_groups(connection, found.keys() - {room.id for room in theirs})
            strays = [room for room in others if room.guild_id == guild.id]
            kinds = await self._kinds(guild, [*theirs, *strays], waiting)
        except UNSENT as refused:
            log.warning("the rooms of guild %s: %r", guild.id, refused)
            return False
        except Exception:
            log.exception("the rooms of guild %s could not be looked up", guild.id)
            return False
        slots = asyncio.Semaphore(AT_ONCE)

        async def follow(room: Room) -> bool:
            async with slots:
                ours = [each for each in found[room.id] if _is_of(room, each)]
                return await self._try(kinds[room.breakout_id], room, ours, waiting[room.id])

        return all(await asyncio.gather(*map(follow, [*theirs, *strays])))

    async def _kinds(self, guild: discord.Guild, every: Sequence[Room], waiting: Waiting) -> dict[int, Kind]:
        """How rooms are made in each breakout."""
        async with self._database.read() as connection:
            found = await sessions.get_all(connection, {room.session_id for room in every})
            hosts = (await self._venues.within(connection, guild.id)).hosts
        by_id = {session.id: session for session in found}
        kinds: dict[int, Kind] = {}
        for room in every:
            session = by_id[room.session_id]
            if room.breakout_id in kinds:
                continue
            if room.kind == "threads":
                kinds[room.breakout_id] = Threads(guild, session)
                continue
            kinds[room.breakout_id] = voice = VoiceRooms(self._client, guild, session, hosts)
            if room.open and voice.main:
                self._mains.add(voice.main.id)
                leaving = {who for each in every if each.breakout_id == room.breakout_id for who in waiting[each.id]}
                await voice.keep_somebody(leaving)
        return kinds

    async def _try(self, kind: Kind, room: Room, found: list[Channel], people: list[int]) -> bool:
        """Bring one room in step; False where that has to be tried again."""
        todo = "cleared" if not room.open or room.state == "gone" else "made" if room.state == "owed" else "filled"
        if (room.breakout_id, todo) in self._refused:
            return False  # it would be the same again
        try:
            return await self._in_step(kind, room, found, people)
        except Refusal as refusal:
            why = str(refusal)
        except UNSENT as refused:
            log.warning("the room of group %s: %r", room.id, refused)
            if not isinstance(refused, discord.HTTPException) or not is_plain_no(refused):
                return False
            why = kind.why_refused(refused)
        except Exception:
            log.exception("the room of group %s could not be brought in step", room.id)
            return False
        self._refused.add((room.breakout_id, todo))
        key = f"rooms:{room.breakout_id}:{todo}"
        sentence = TOLD[todo].format(number=room.number, why=why, channel=room.session_channel)
        self._painter.soon(*await self._notices.tell(room.guild_id, key, sentence, self._clock.now()))
        return False

    async def _in_step(self, kind: Kind, room: Room, found: list[Channel], people: list[int]) -> bool:
        recorded = await self._recorded(room, found)
        if not room.open or room.state == "gone":
            return await self._clear(kind, room, {*found, *filter(None, (recorded,))})
        if room.state == "made" and recorded is None:
            await self.deleted(room.channel_id or 0)
            return True
        channel = recorded or next(iter(found), None) or await self._make(kind, room)
        if channel is None:
            return True  # it is not wanted any more
        if room.state == "owed":
            async with self._database.write() as connection:
                board = await rooms.made(connection, room, channel.id, self._clock.now())
            self._painter.soon(board)
            self._painter.stale("breakout", room.breakout_id)
        elif self._ends.get(room.id, room.ends_at) != room.ends_at:
            self._painter.stale("room", room.id)
        self._ends[room.id] = room.ends_at
        for extra in {*found} - {channel}:  # two were made, because an answer of Discord's was lost
            await kind.clear(extra)
        await self._bring(kind, room, channel, people)
        return True

    async def _recorded(self, room: Room, found: Sequence[Channel]) -> Channel | None:
        """The channel that a room became, if it is still there: people may have renamed it, or let it be archived."""
        if room.state != "made" or room.channel_id is None:
            return None
        if known := next((each for each in found if each.id == room.channel_id), None):
            return known
        channel = self._client.get_channel(room.channel_id)
        if channel is None:
            with suppress(discord.NotFound):
                async with answered():
                    channel = await self._client.fetch_channel(room.channel_id)
        return channel if isinstance(channel, Channel) else None

    async def _make(self, kind: Kind, room: Room) -> Channel | None:
        """Make a room, unless its breakout has been closed meanwhile: many are made one after the other."""
        async with self._database.read() as connection:
            now = await rooms.get(connection, room.id)
            people = await rooms.members(connection, room.id)
        return await kind.make(room, people) if now and now.open and now.state == "owed" else None

    async def _bring(self, kind: Kind, room: Room, channel: Channel, people: list[int]) -> None:
        brought: list[int] = []
        refused: Exception | None = None
        try:
            async for person in kind.bring(channel, people):
                brought.append(person)  # noqa: PERF401  (those before a refusal are in)
        except UNSENT as error:
            refused = error
        if brought:
            async with self._database.write() as connection:
                await rooms.bring(connection, room.id, brought)
        if refused:
            raise refused

    async def _clear(self, kind: Kind, room: Room, channels: Collection[Channel]) -> bool:
        """Put a room away, with any that was made twice; False where somebody is still in it."""
        async with self._database.write() as connection:
            await rooms.forget_board(connection, room.id)  # Discord would not have it changed there any more
        if not all([await kind.clear(each) for each in channels]):
            return False
        async with self._database.write() as connection:
            await rooms.gone(connection, room.id)
        self._painter.stale("breakout", room.breakout_id)
        return True


def _is_of(room: Room, channel: Channel) -> bool:
    """Whether a channel of that name is the group's: one that is older than the group is of another database."""
    alike = isinstance(channel, discord.Thread) == (room.kind == "threads")
    return alike and channel.created_at is not None and channel.created_at >= room.opened_at - SKEW
