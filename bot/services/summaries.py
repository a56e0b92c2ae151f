"""The reports of sessions and of whole series, as they stand."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.counting import brief_in, report_in
from bot.services.overall import SeriesReport, held_in, overall_in
from bot.services.reporting import Brief, Report
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.reports import DRAFT
from bot.storage.sessions import Session


class Summaries:
    """Reports. Each is of one moment: everything in it is read from one snapshot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def brief(self, session_id: int, version: int = DRAFT) -> Brief:
        """What a session came to, without what people wrote."""
        async with self._database.read() as connection:
            return await brief_in(connection, await _session(connection, session_id), version)

    async def briefs(self, series_id: int) -> tuple[Brief, ...]:
        """The same of every session of a series that was held."""
        async with self._database.read() as connection:
            return tuple([await brief_in(connection, each) for each in await held_in(connection, series_id)])

    async def report(self, session_id: int, version: int = DRAFT) -> Report:
        """What a session's report says: the draft, or as it was when that version was published."""
        async with self._database.read() as connection:
            return await report_in(connection, await _session(connection, session_id), version)

    async def overall(self, series_id: int) -> SeriesReport:
        """What the report of a series says; LookupError where none of it was held."""
        async with self._database.read() as connection:
            return await overall_in(connection, series_id)


async def _session(connection: AsyncConnection, session_id: int) -> Session:
    session = await sessions.get(connection, session_id)
    if session is None:
        raise LookupError(session_id)
    return session
