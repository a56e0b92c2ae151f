"""What is kept about a person: shown to them, left out of what is shared, erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import randbits
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.storage import boards, contributions, people, polls, sessions
from bot.storage.database import Database

WORDS_SHOWN: tuple[boards.Kind, ...] = ("review", "featured", "report")
"""The boards of a session on which what a person said may stand, or be counted."""


@dataclass(frozen=True)
class Kept:
    """Everything kept about one person in one guild. ``record`` is the same as plain JSON."""

    sessions: int
    answers: int
    words: int
    direct_messages: int
    left_out: bool
    record: dict[str, Any]


class Privacy:
    """A person's own data in a guild."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def kept(self, guild_id: int, person: int) -> Kept:
        """What is kept about the person."""
        record: list[dict[str, Any]] = []
        async with self._database.read() as connection:
            for session_id in await people.sessions_of(connection, guild_id, person):
                session = await sessions.get(connection, session_id)
                votes = [
                    {
                        "poll": poll.number,
                        "question": poll.question,
                        "answer": [poll.options[i] for i in await polls.ballot(connection, poll.id, person)],
                    }
                    for poll in await polls.in_session(connection, session_id)
                ]
                said = await contributions.by_author(connection, session_id, person)
                record.append(
                    {
                        "session": session and session.headline,
                        "took_part": True,
                        "answers": [vote for vote in votes if vote["answer"]],
                        "words": [
                            {"kind": each.kind, "text": each.text, "may_be_quoted": each.quotable} for each in said
                        ],
                    }
                )
            out = await people.is_left_out(connection, guild_id, person)
            told_about = await people.signed_up_for(connection, guild_id, person)
        return Kept(
            len(record),
            sum(len(each["answers"]) for each in record),
            sum(len(each["words"]) for each in record),
            len(told_about),
            out,
            {
                "discord_id": str(person),
                "left_out_of_what_is_shared": out,
                "direct_messages_about": list(told_about),
                "sessions": record,
            },
        )

    async def leave_out(self, guild_id: int, person: int, *, out: bool) -> None:
        """Leave the person's words out of everything that is shared, or let them in again."""
        async with self._database.write() as connection:
            await people.leave_out(connection, guild_id, person, out=out)
            touched = await people.sessions_of(connection, guild_id, person)
            await self._reopen(connection, touched)
        self._repaint(touched)

    async def erase(self, guild_id: int, person: int) -> None:
        """Erase the person, keeping totals that have been printed."""
        async with self._database.write() as connection:
            touched = await people.sessions_of(connection, guild_id, person)
            for session_id in touched:
                # One number a session, so that distinct people stay distinct and sessions cannot be joined.
                await people.erase(connection, session_id, person, nobody=-1 - randbits(62))
            await people.leave_out(connection, guild_id, person, out=False)
            await people.forget_messages(connection, guild_id, person)
            await self._reopen(connection, touched)
            open_polls = [poll.id for each in touched for poll in await polls.in_session(connection, each) if poll.open]
        await self._database.forget()
        self._repaint(touched)
        for poll_id in open_polls:
            self._painter.stale("poll", poll_id)

    async def _reopen(self, connection: AsyncConnection, touched: Iterable[int]) -> None:
        """In the same transaction, so that no crash leaves words standing that have been taken back."""
        for session_id in touched:
            for kind in WORDS_SHOWN:
                await boards.reopen(connection, kind, session_id)

    def _repaint(self, touched: Iterable[int]) -> None:
        for session_id in touched:
            for kind in WORDS_SHOWN:
                self._painter.stale(kind, session_id)
