"""The command `plenary report`: the files that the organisers get, without Discord."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.press import Order
from bot.printing import press_here
from bot.reports.made import Made
from bot.services.exporting import Exports
from bot.services.zoom.alone import Facts, Sent, alone
from bot.services.zoom.telling import Preview
from bot.storage.database import consulted, opened


async def of_session(url: str, words: str, guild_id: int | None) -> Made:
    """The report of the session that ``words`` mean, from a database that is only read."""
    async with consulted(url) as database:
        session = await Exports(database).meant(words, guild_id)
        return await press_here(database)(Order("report", session.id))


async def of_zoom(
    files: Sequence[Sent], facts: Facts, now: datetime, *, quotable: bool
) -> tuple[Made, list[tuple[str, Preview]]]:
    """The report from Zoom's files alone, by way of a database that is gone afterwards; and how each was understood."""
    with TemporaryDirectory(prefix="plenary-") as folder:
        async with opened(f"sqlite+aiosqlite:///{Path(folder) / 'zoom.db'}") as database:
            session_id, told = await alone(database, files, facts, now, quotable=quotable)
            return await press_here(database)(Order("report", session_id)), told


def folder_of(made: Made) -> Path:
    """The folder that a report goes to unless somebody says so."""
    return Path(f"{made.files[0].name.partition('-report.')[0]}-report")
