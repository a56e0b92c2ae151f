"""A voting bot as they are usually written: a transaction and an edit of the board for each vote.

Stock settings, but a write-ahead log, so that its commits cost as little as ours with the same durability.
"""

import asyncio
import sys
from pathlib import Path

for extra in ("orjson", "aiodns", "brotli", "zstandard"):
    sys.modules[extra] = None  # type: ignore[assignment]

import aiosqlite  # noqa: E402

from benchmarks.peers.bare import Bare, Interaction, board  # noqa: E402
from benchmarks.peers.redirect import redirect  # noqa: E402

TABLE = "CREATE TABLE IF NOT EXISTS votes (voter INTEGER PRIMARY KEY, option INTEGER NOT NULL)"
VOTE = "INSERT INTO votes VALUES (?, ?) ON CONFLICT (voter) DO UPDATE SET option = excluded.option"
COUNT = "SELECT option, count(*) FROM votes GROUP BY option"


class Ordinary(Bare):
    """The bot."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        super().__init__()
        self._database = database

    async def vote(self, interaction: Interaction, number: int) -> None:
        """Store the vote, count all, show it."""
        await self._database.execute(VOTE, (interaction.user.id, number))
        await self._database.commit()
        rows = await self._database.execute_fetchall(COUNT)
        await interaction.response.edit_message(embed=board({int(row[0]): int(row[1]) for row in rows}))


async def main() -> None:
    """Run it."""
    async with aiosqlite.connect(Path(sys.argv[2]) / "votes.db") as database, Ordinary(database) as bot:
        await database.execute("PRAGMA journal_mode = WAL")
        await database.execute("PRAGMA synchronous = FULL")
        await database.execute(TABLE)
        await bot.start("token")


if __name__ == "__main__":
    redirect(sys.argv[1])
    asyncio.run(main())
