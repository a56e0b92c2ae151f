"""How each kind of breakout room is made, filled and cleared at Discord: private threads, and voice channels."""

import logging
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from typing import Literal, Protocol

import discord
from discord import HTTPException, PermissionOverwrite

from bot.services.refusal import Refusal
from bot.services.text import shortened
from bot.stage import Vocal, voice_of, why_no_rooms
from bot.storage.rooms import Room
from bot.storage.sessions import Session
from bot.troubles import answered, discords_words, is_plain_no

log = logging.getLogger(__name__)

Channel = discord.Thread | discord.VoiceChannel

NAME = 100
"""How many characters the name of a channel may have (Discord)."""

DAY = 24 * 60
"""For how many minutes nothing may be said in a thread until Discord puts it away."""

IN_A_CATEGORY = 50
"""How many channels a category holds (Discord)."""

LOOKED_AT = 25
"""How many people are asked after until a host is found."""

NO_SUCH_CHANNEL, NOT_IN_VOICE = 10003, 40032
TOO_MANY = {
    160006: "This server has as many active threads as Discord allows: some have to be archived.",
    30013: "This server has as many channels as Discord allows.",
}
"""Discord's codes, and what the hosts are told of them."""

IN = PermissionOverwrite(view_channel=True, connect=True)
OUT = PermissionOverwrite(view_channel=False, connect=False)


def group_in(name: str) -> int | None:
    """The group whose room a thread or channel of that name is."""
    found = re.search(r" · (\d{1,18})$", name)
    return int(found[1]) if found else None


def named(room: Room) -> str:
    """What a room is called. It is found again by the end of it."""
    marker = f" · {room.id}"
    return shortened(room.name, NAME - len(marker)) + marker


async def ours_in(guild: discord.Guild) -> defaultdict[int, list[Channel]]:
    """The rooms that there are, by their groups, the oldest first."""
    threads = [each for each in await guild.active_threads() if each.owner_id == guild.me.id]
    channels = [each for each in guild.voice_channels if not each.overwrites_for(guild.me).is_empty()]
    found: defaultdict[int, list[Channel]] = defaultdict(list)
    for each in sorted([*threads, *channels], key=lambda each: each.id):
        if (group := group_in(each.name)) is not None:
            found[group].append(each)
    return found


def _why(guild: discord.Guild, session: Session, kind: Literal["threads", "voice"], refused: HTTPException) -> str:
    """Why Discord would not have a room as it is to be: a sentence, with what helps."""
    lacking = isinstance(refused, discord.Forbidden) and why_no_rooms(guild, session, kind)
    return lacking or TOO_MANY.get(refused.code) or discords_words(refused)


class Kind(Protocol):
    """The rooms of one breakout. Discord's refusals are raised; what cannot be at all is a `Refusal`."""

    async def make(self, room: Room, people: Sequence[int]) -> Channel:
        """Make a group's room for these people."""
        ...

    def bring(self, channel: Channel, people: Sequence[int]) -> AsyncIterator[int]:
        """Bring people into their room; one by one, those who need not be brought again."""
        ...

    async def clear(self, channel: Channel) -> bool:
        """Put a room away; False where somebody is still in it."""
        ...

    def why_refused(self, refused: HTTPException) -> str:
        """Why Discord would not do one of these: a sentence, with what helps."""
        ...


class Threads:
    """Private threads of the session's channel."""

    def __init__(self, guild: discord.Guild, session: Session) -> None:
        self._guild = guild
        self._session = session

    async def make(self, room: Room, people: Sequence[int]) -> Channel:
        """Make a thread into which nobody but us brings anybody, ``people`` neither yet."""
        del people
        channel = self._guild.get_channel(self._session.channel)
        if (why := why_no_rooms(self._guild, self._session, "threads")) or not isinstance(channel, discord.TextChannel):
            raise Refusal(why)
        kind = discord.ChannelType.private_thread
        async with answered():
            return await channel.create_thread(name=named(room), type=kind, auto_archive_duration=DAY, invitable=False)

    async def bring(self, channel: Channel, people: Sequence[int]) -> AsyncIterator[int]:
        """Add them to the thread."""
        assert isinstance(channel, discord.Thread)  # noqa: S101  (the other kind makes no threads)
        for person in people:
            try:
                async with answered():
                    await channel.add_user(discord.Object(person))
            except HTTPException as refused:
                if refused.code == NO_SUCH_CHANNEL:
                    return  # it has just been deleted, which we are told as well
                if not is_plain_no(refused) or why_no_rooms(self._guild, self._session, "threads"):
                    raise
                log.info("somebody cannot be brought into thread %s: %r", channel.id, refused)  # they have left
            yield person

    async def clear(self, channel: Channel) -> bool:
        """Archive the thread, so that what was said in it stays, and lock it if we may."""
        assert isinstance(channel, discord.Thread)  # noqa: S101
        if not channel.archived:
            async with answered():
                lock = channel.permissions_for(self._guild.me).manage_threads
                await (channel.edit(archived=True, locked=True) if lock else channel.edit(archived=True))
        return True

    def why_refused(self, refused: HTTPException) -> str:
        """Say it with what is lacking in the session's channel."""
        return _why(self._guild, self._session, "threads", refused)


class VoiceRooms:
    """Voice channels beside the one that the session is in."""

    def __init__(self, client: discord.Client, guild: discord.Guild, session: Session, hosts: int | None) -> None:
        self._client = client
        self._guild = guild
        self._session = session
        self._hosts = guild.get_role(hosts) if hosts else None
        self._stays: int | None = None

    @property
    def main(self) -> Vocal | None:
        """Where the session is."""
        return voice_of(self._guild, self._session)

    async def keep_somebody(self, leaving: Collection[int]) -> None:
        """Where everybody is about to leave the main room, have one stay: Discord would end the session's event."""
        here = list(self.main.voice_states) if self.main else []
        if not here or not set(here).issubset(leaving):
            return
        self._stays = here[0]
        for person in here[:LOOKED_AT] if self._hosts else ():
            with suppress(discord.NotFound):
                async with answered():
                    member = await self._guild.fetch_member(person)
                if self._hosts in member.roles:
                    self._stays = person
                    return

    async def make(self, room: Room, people: Sequence[int]) -> Channel:
        """Make a channel that only these people, the hosts and we see."""
        main = self.main
        if (why := why_no_rooms(self._guild, self._session, "voice")) or main is None:
            raise Refusal(why)
        category = main.category if main.category and len(main.category.channels) < IN_A_CATEGORY else None
        inside = [*map(discord.Object, people), self._guild.me, *([self._hosts] if self._hosts else [])]
        rights = {self._guild.default_role: OUT} | dict.fromkeys(inside, IN)
        async with answered():
            return await self._guild.create_voice_channel(named(room), category=category, overwrites=rights)

    async def bring(self, channel: Channel, people: Sequence[int]) -> AsyncIterator[int]:
        """Move those who are in the main room. Nobody else is touched: they may be listening from elsewhere."""
        assert isinstance(channel, discord.VoiceChannel)  # noqa: S101  (the other kind makes no voice channels)
        main = self.main
        late = [person for person in people if channel.overwrites_for(discord.Object(person)).is_empty()]
        if late and channel.permissions_for(self._guild.me).manage_roles:
            async with answered():
                await channel.edit(overwrites=dict(channel.overwrites) | dict.fromkeys(map(discord.Object, late), IN))
        for person in people:
            here = main.voice_states if main else {}
            if person in here and person != self._stays and len(here) > 1 and await self._move(person, channel):
                yield person

    async def clear(self, channel: Channel) -> bool:
        """Move those who are in it back, and delete it."""
        assert isinstance(channel, discord.VoiceChannel)  # noqa: S101
        main, back = self.main, set[int]()
        while left := channel.voice_states.keys() - back:
            if main is None:
                return False  # to delete it would drop them
            for person in left:
                await self._move(person, main)
            back |= left
        async with answered():
            with suppress(discord.NotFound):
                await channel.delete()
        return True

    def why_refused(self, refused: HTTPException) -> str:
        """Say it with what is lacking where the session is."""
        return _why(self._guild, self._session, "voice", refused)

    async def _move(self, person: int, to: Vocal) -> bool:
        """Move somebody who is connected; whether they still were."""
        try:
            async with answered():
                await self._client.http.edit_member(self._guild.id, person, channel_id=to.id)
        except HTTPException as refused:
            if refused.code != NOT_IN_VOICE and not isinstance(refused, discord.NotFound):
                raise
            return False
        return True
