"""Hosts who play a session before its day: in private, marked TEST, counted nowhere.

(`bot.rehearsal` is something else: a simulated audience.) A rehearsal is a session of its own, a copy that
`rehearses` another, so everything works in it as on the day, and nothing of it can be counted for the other one. A
guild has one at most; whatever begins next, a session or another rehearsal, removes it with all that it holds.
"""

from datetime import datetime

from bot.services.refusal import Refusal
from bot.services.sessions import Agenda, agenda_in, known
from bot.services.show import Show
from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.sessions import Session


class Rehearsing:
    """Rehearsals of a guild's sessions."""

    def __init__(self, database: Database, show: Show) -> None:
        self._database = database
        self._show = show

    async def to_rehearse(self, guild_id: int, number: int | None) -> tuple[Agenda, Session]:
        """The session of that number, or the next one due, if it can be rehearsed now."""
        async with self._database.read() as connection:
            agenda = await agenda_in(connection, guild_id)
            running = await sessions.live(connection, guild_id)
        found = agenda.numbered(number)
        _refuse(found, running)
        return agenda, found

    async def begin(self, guild_id: int, session_id: int, channel_id: int, now: datetime) -> Session:
        """Play the session in a channel that was made for it, from its first step on. The rehearsal."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            _refuse(session, await sessions.live(connection, guild_id))
            await sessions.delete_rehearsals(connection, guild_id)
            copy = await sessions.insert_rehearsal(connection, session, channel_id, now)
            owed = await self._show.start_in(connection, await known(connection, guild_id, copy), channel_id, now)
            rehearsal = await known(connection, guild_id, copy)
        await self._show.go_on(rehearsal.id, owed, now)
        return rehearsal

    async def refuse_in(self, channel_id: int | None) -> None:
        """Refuse, in the channel of a rehearsal, what would be done to the series itself."""
        async with self._database.read() as connection:
            if await sessions.rehearsal_in(connection, channel_id):
                raise Refusal(
                    "This is the thread of a rehearsal, and that would change the real series: use the command in "
                    "another channel. /session finish ends the rehearsal."
                )


def _refuse(session: Session, running: Session | None) -> None:
    """Only what is still to come can be rehearsed, and not while people are at a session."""
    if running and running.rehearses is None:
        raise Refusal(f"Session {running.number} is open now. Rehearse when it is over.")
    if session.state != "planned":
        raise Refusal(f"Session {session.number} is {session.state}, so there is nothing to rehearse.")
