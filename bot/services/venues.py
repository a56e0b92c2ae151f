"""Which roles and channels a guild uses: what `/setup` chose, else what the settings preset."""

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.refusal import Refusal
from bot.storage import places
from bot.storage.database import Database
from bot.storage.places import Places


class Venues:
    """The places of every guild."""

    def __init__(self, database: Database, preset_guild: int | None, presets: Places) -> None:
        """``presets`` fill what `/setup` has not said, in ``preset_guild`` alone: ids mean nothing elsewhere."""
        self._database = database
        self._preset_guild = preset_guild
        self._presets = presets

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

    async def choose(self, guild_id: int, chosen: Places) -> None:
        """Keep what an admin chose. Reports hold what people wrote, so they get a channel of their own."""
        if chosen.organiser_channel in {chosen.session_channel, chosen.announcements_channel} - {None}:
            raise Refusal(
                "The organiser channel has to be another one than the session channel and the announcements: the "
                "reports in it hold what people wrote. Nothing was changed."
            )
        async with self._database.write() as connection:
            await places.put(connection, guild_id, chosen)
