"""Which roles and channels a guild uses: what `/setup` chose, else what the settings preset."""

from dataclasses import asdict, replace
from itertools import product

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.refusal import Refusal
from bot.storage import places
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session

FOR_ALL = ("session_channel", "announcements_channel")

OWN = "has to be another one than the session channel and the announcements:"

FOR_THE_TEAM = {
    "organiser_channel": f"The organiser channel {OWN} the reports in it hold what people wrote. Nothing was changed.",
    "host_channel": f"The hosts’ channel {OWN} what is in it is for hosts only. Nothing was changed.",
}
"""What gets a channel of its own, and what is said to whoever chooses another."""


class Venues:
    """The places of every guild."""

    def __init__(self, database: Database, preset_guild: int | None, presets: Places) -> None:
        """``presets`` fill what `/setup` has not said, in ``preset_guild`` alone: ids mean nothing elsewhere."""
        self._database = database
        self._preset_guild = preset_guild
        self._presets = presets

    @property
    def preset_guild(self) -> int | None:
        """The guild that the settings are for."""
        return self._preset_guild

    async def of(self, guild_id: int) -> Places:
        """The guild's places, None for what nobody has chosen."""
        async with self._database.read() as connection:
            return await self.within(connection, guild_id)

    async def within(self, connection: AsyncConnection, guild_id: int) -> Places:
        """The same, within a transaction."""
        chosen = await places.get(connection, guild_id) or Places()
        if guild_id != self._preset_guild:
            return chosen
        return Places(**{name: value or asdict(self._presets)[name] for name, value in asdict(chosen).items()})

    async def for_session(self, connection: AsyncConnection, session: Session) -> Places:
        """Where what the session posts goes: all of a rehearsal stays in its own channel."""
        chosen = await self.within(connection, session.guild_id)
        if session.rehearses is None:
            return chosen
        return replace(chosen, **dict.fromkeys((*FOR_ALL, *FOR_THE_TEAM), session.channel))

    async def choose(self, guild_id: int, place: str, picked: int | None) -> None:
        """Keep what an admin chose for one of the places, by its name; the others stay as they are."""
        async with self._database.write() as connection:
            before = await places.get(connection, guild_id) or Places()
            await places.put(connection, guild_id, replace(before, **{place: picked}))
            ids = asdict(await self.within(connection, guild_id))
            for own, other in product(FOR_THE_TEAM, FOR_ALL):
                if place in (own, other) and ids[own] is not None and ids[own] == ids[other]:
                    raise Refusal(FOR_THE_TEAM[own])
