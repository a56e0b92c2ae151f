"""What all have in common that keep something at Discord in step with the database.

Whatever changes the database says that they may be `behind`, once too often does nothing. They look every few seconds
until nothing is left to do, and then not at all, so that idle time costs nothing.
"""

from datetime import UTC, datetime, timedelta

import discord
from discord.ext import tasks

from bot.services.notices import Notices
from bot.services.ports import Boards, Clock
from bot.storage.database import Database

PACE = timedelta(seconds=2)
"""Between two looks at what is behind, while anything is."""

PATIENCE = timedelta(seconds=60)
"""How long what Discord would not do waits for the next try."""

AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Follower:
    """Follows the database. Each kind says in `follow` what there is to do.

    ``hurries``: whatever changes, what has to wait is tried at once.
    """

    hurries = True

    def __init__(
        self, client: discord.Client, database: Database, clock: Clock, painter: Boards, notices: Notices
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._painter = painter
        self._notices = notices
        self._behind = False
        self._not_before = AT_ONCE
        self._stopped = False

    def behind(self) -> None:
        """Something may have changed that is to be followed."""
        self._behind = True
        if self.hurries:
            self._not_before = AT_ONCE
        if not self._stopped and not self._tick.is_running():
            self._tick.start()

    def stop(self) -> None:
        """Leave everything as it is: the next start goes on."""
        self._stopped = True
        self._tick.cancel()

    async def follow(self) -> timedelta | None:
        """Bring everything in step; how long what is left is to wait, or None where nothing is."""
        raise NotImplementedError

    @tasks.loop(seconds=PACE.total_seconds())
    async def _tick(self) -> None:
        """Follow; stop when everything is in step."""
        if not self._behind:
            self._tick.stop()
        elif self._not_before <= self._clock.now():
            self._behind = False
            wait = await self.follow()
            if wait is not None and not self._behind:
                self._behind = True
                self._not_before = self._clock.now() + wait
