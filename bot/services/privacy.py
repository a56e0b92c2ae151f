"""What is kept about a person: shown to them, left out of what is shared, erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ledger import Ledger
from bot.services.polls import QUOTING
from bot.services.ports import Boards
from bot.services.receipts import Receipt, receipt, voter
from bot.storage import ballots, boards, contributions, erasing, people, polls, sessions
from bot.storage.database import Database
from bot.storage.polls import Poll

WORDS_SHOWN: tuple[boards.Kind, ...] = ("review", "featured", "report")
"""The boards of a session on which what a person said may stand, or be counted."""


@dataclass(frozen=True)
class Kept:
    """Everything kept about one person in one guild. ``record`` is the same as plain JSON.

    ``untraceable`` are the anonymous polls that have closed: whether and what the person answered cannot be told.
    """

    sessions: int
    answers: int
    untraceable: int
    words: int
    direct_messages: int
    left_out: bool
    record: dict[str, Any]


class Privacy:
    """A person's own data in a guild."""

    def __init__(self, database: Database, painter: Boards, ledger: Ledger) -> None:
        self._database = database
        self._painter = painter
        self._ledger = ledger

    async def kept(self, guild_id: int, person: int) -> Kept:
        """What is kept about the person."""
        record: list[dict[str, Any]] = []
        async with self._database.read() as connection:
            for session_id in await people.sessions_of(connection, guild_id, person):
                session = await sessions.get(connection, session_id)
                asked = await polls.in_session(connection, session_id)
                mine = [await receipt(connection, poll, person) for poll in asked]
                said = await contributions.by_author(connection, session_id, person, contributions.SPOKEN)
                record.append(
                    {
                        "session": session and session.headline,
                        "took_part": True,
                        "answers": [_answer(each) for each in mine if each.texts],
                        "cannot_be_shown": [_closed(each.poll) for each in mine if not each.known],
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
            sum(len(each["cannot_be_shown"]) for each in record),
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
            shown = await self._reopen(connection, touched)
        self._repaint(shown)

    async def erase(self, guild_id: int, person: int) -> None:
        """Erase the person, keeping totals that have been printed."""
        open_polls: list[Poll] = []
        async with self._database.write() as connection:
            touched = await people.sessions_of(connection, guild_id, person)
            for session_id in touched:
                for poll in await polls.in_session(connection, session_id):
                    if poll.open:
                        open_polls.append(poll)
                        await self._take_back(connection, poll, person)
                await erasing.erase(connection, session_id, person)
            await people.leave_out(connection, guild_id, person, out=False)
            await people.forget_messages(connection, guild_id, person)
            shown = await self._reopen(connection, touched)
        self._repaint(shown)
        for poll in open_polls:
            self._painter.stale("poll", poll.id)

    async def _take_back(self, connection: AsyncConnection, poll: Poll, person: int) -> None:
        """Take out an answer to an anonymous poll, while it can still be found; the tally is counted anew."""
        self._ledger.leave(poll.id)
        if poll.privacy == "anonymous" and (alias := await voter(connection, poll, person)) is not None:
            await ballots.replace(connection, poll.id, {alias: (0,)}, {alias: ()})
            await contributions.put_answer(connection, poll, alias, "", quotable=False)

    async def _reopen(self, connection: AsyncConnection, touched: Iterable[int]) -> list[tuple[boards.Kind, int]]:
        """In the same transaction, so that no crash leaves words standing that have been taken back."""
        shown: list[tuple[boards.Kind, int]] = []
        for session_id in touched:
            asked = await polls.in_session(connection, session_id)
            shown.extend((kind, session_id) for kind in WORDS_SHOWN)
            shown.extend((kind, poll.id) for poll in asked if poll.kind == "open" for kind in QUOTING)
        for kind, subject in shown:
            await boards.reopen(connection, kind, subject)
        return shown

    def _repaint(self, shown: Iterable[tuple[boards.Kind, int]]) -> None:
        for kind, subject in shown:
            self._painter.stale(kind, subject)


def _answer(mine: Receipt) -> dict[str, Any]:
    poll = mine.poll
    answer = {"poll": poll.number, "question": poll.question, "privacy": poll.privacy, "answer": list(mine.texts)}
    return answer | {"may_be_quoted": mine.quotable} if mine.words else answer


def _closed(poll: Poll) -> dict[str, Any]:
    why = "It was anonymous and has closed: whether and what you answered cannot be told any more."
    return {"poll": poll.number, "question": poll.question, "privacy": poll.privacy, "why": why}
