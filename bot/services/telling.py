"""What people are told of sessions, and who asked to be told in a direct message."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.storage import cues, notices, people, sessions
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.sessions import Series, Session


@dataclass(frozen=True)
class Told:
    """A session as it is announced. ``after`` is the next one of the series; ``took_part`` is of one person."""

    series: Series
    session: Session
    of: int
    after: Session | None
    cue: Cue | None = None
    took_part: bool = False


class Telling:
    """What is said of sessions outside them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session(self, session_id: int) -> Told:
        """What a session's card says."""
        async with self._database.read() as connection:
            return await _told(connection, session_id)

    async def cue(self, cue_id: int, person: int | None = None) -> Told:
        """What a cue's message says, to everybody or to one person."""
        async with self._database.read() as connection:
            cue = await cues.get(connection, cue_id)
            if cue is None:
                raise LookupError(cue_id)
            told = await _told(connection, cue.session_id)
            came = person is not None and await people.did_take_part(connection, cue.session_id, person)
            return Told(told.series, told.session, told.of, told.after, cue, came)

    async def toggle(self, guild_id: int, session_id: int, person: int) -> bool:
        """Ask for direct messages about a session, or no longer; which of the two it is now."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            wants = person not in await people.signed_up(connection, session.id)
            if wants and session.state in {"finished", "cancelled"}:
                raise Refusal(f"Session {session.number} is {session.state}: there is nothing to remind you of.")
            await people.sign_up(connection, session.id, person, wants=wants)
        return wants

    async def late(self, board_id: int) -> tuple[tuple[Cue, str], ...]:
        """What a message tells the hosts did not happen, each with its session's title."""
        async with self._database.read() as connection:
            return await cues.told_on(connection, board_id)

    async def notice(self, notice_id: int) -> str:
        """What a message tells the hosts went wrong, to be shown as it is."""
        async with self._database.read() as connection:
            return await notices.text_of(connection, notice_id)


async def _told(connection: AsyncConnection, session_id: int) -> Told:
    session = await sessions.get(connection, session_id)
    if session is None:
        raise LookupError(session_id)
    series = await sessions.series_of(connection, session)
    every = await sessions.in_series(connection, series.id)
    after = next((each for each in every if each.number > session.number and each.state == "planned"), None)
    return Told(series, session, len(every), after)
