"""What is kept about a person: shown to them, left out of what is shared, erased."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.contributions import Shown, may_stand, reopen, shown_in
from bot.services.ledger import Ledger
from bot.services.ports import Boards
from bot.services.receipts import Receipt, receipt, voter
from bot.services.versions import take_out_in
from bot.storage import accounts, ballots, contributions, erasing, people, polls, sessions
from bot.storage.contributions import Contribution, Kind
from bot.storage.database import Database
from bot.storage.polls import Poll


@dataclass(frozen=True)
class Kept:
    """Everything kept about one person in one guild. ``record`` is the same as plain JSON.

    ``untraceable`` are the anonymous polls that have closed: whether and what the person answered cannot be told.
    ``more`` counts what is neither an answer nor words, by what it is called in the record.
    """

    sessions: int
    answers: int
    untraceable: int
    words: int
    direct_messages: int
    more: dict[str, int]
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
        more: Counter[str] = Counter()
        async with self._database.read() as connection:
            for session_id in await people.sessions_of(connection, guild_id, person):
                session = await sessions.get(connection, session_id)
                asked = await polls.in_session(connection, session_id)
                mine = [await receipt(connection, poll, person) for poll in asked]
                said = await contributions.by_author(connection, session_id, person, contributions.SPOKEN)
                beside = await accounts.of_session(connection, session_id, person)
                more.update({what: len(lines) for what, lines in beside.items() if lines})
                record.append(
                    {
                        "session": session and session.headline,
                        "took_part": await people.did_take_part(connection, session_id, person),
                        "answers": [_answer(each) for each in mine if each.texts],
                        "cannot_be_shown": [_closed(each.poll) for each in mine if not each.known],
                        "words": [_words(each) for each in said],
                    }
                    | {what: lines for what, lines in beside.items() if lines}
                )
            out = await people.is_left_out(connection, guild_id, person)
            told_about = await people.signed_up_for(connection, guild_id, person)
            about = await accounts.profiles_of(connection, guild_id, person)
        return Kept(
            sum(each["took_part"] for each in record),
            sum(len(each["answers"]) for each in record),
            sum(len(each["cannot_be_shown"]) for each in record),
            sum(len(each["words"]) for each in record),
            len(told_about),
            dict(more) | ({"about_me": len(about)} if about else {}),
            out,
            {
                "discord_id": str(person),
                "left_out_of_what_is_shared": out,
                "direct_messages_about": list(told_about),
                "sessions": record,
            }
            | ({"about_me": about} if about else {}),
        )

    async def leave_out(self, guild_id: int, person: int, *, out: bool) -> None:
        """Leave the person's words out of everything that is shared, or let them in again."""
        async with self._database.write() as connection:
            if out == await people.is_left_out(connection, guild_id, person):
                return  # else whoever presses again would have every report made anew
            touched = await people.sessions_of(connection, guild_id, person)
            printed = await _printed(connection, guild_id, touched, person) if out else set[int]()
            await people.leave_out(connection, guild_id, person, out=out)
            shown = await _reopened(connection, touched, printed)
        self._repaint(shown)

    async def erase(self, guild_id: int, person: int) -> None:
        """Erase the person, keeping totals that have been printed."""
        open_polls: list[Poll] = []
        async with self._database.write() as connection:
            touched = await people.sessions_of(connection, guild_id, person)
            printed = await _printed(connection, guild_id, touched, person)
            for session_id in touched:
                for poll in await polls.in_session(connection, session_id):
                    if poll.open:
                        open_polls.append(poll)
                        await self._take_back(connection, poll, person)
                await erasing.erase(connection, session_id, person)
            await erasing.forget_profiles(connection, guild_id, person)
            await people.leave_out(connection, guild_id, person, out=False)
            await people.forget_messages(connection, guild_id, person)
            shown = await _reopened(connection, touched, printed)
        self._repaint(shown)
        for poll in open_polls:
            self._painter.stale("poll", poll.id)

    async def _take_back(self, connection: AsyncConnection, poll: Poll, person: int) -> None:
        """Take out an answer to an anonymous poll, while it can still be found; the tally is counted anew."""
        self._ledger.leave(poll.id)
        if poll.privacy == "anonymous" and (alias := await voter(connection, poll, person)) is not None:
            await ballots.replace(connection, poll.id, {alias: (0,)}, {alias: ()})
            await contributions.put_answer(connection, poll, alias, "", quotable=False)

    def _repaint(self, shown: Iterable[Shown]) -> None:
        for kind, subject in shown:
            self._painter.stale(kind, subject)


async def _printed(connection: AsyncConnection, guild_id: int, touched: Iterable[int], person: int) -> set[int]:
    """The sessions in whose published reports words of the person can stand."""
    said = {each: await contributions.by_author(connection, each, person, get_args(Kind)) for each in touched}
    quoted = {each for each, words in said.items() if any(map(may_stand, words))}
    return quoted | await accounts.telling_outcomes(connection, guild_id, person)


async def _reopened(connection: AsyncConnection, touched: Iterable[int], printed: Iterable[int]) -> set[Shown]:
    """Have all boards painted again on which the person's words may stand, and the published reports made anew."""
    shown = {each for session_id in touched for each in await shown_in(connection, session_id)}
    await reopen(connection, shown)
    return shown.union(*[await take_out_in(connection, session_id) for session_id in printed])


def _answer(mine: Receipt) -> dict[str, Any]:
    poll = mine.poll
    answer = {"poll": poll.number, "question": poll.question, "privacy": poll.privacy, "answer": list(mine.texts)}
    return answer | {"may_be_quoted": mine.quotable} if mine.words else answer


def _words(said: Contribution) -> dict[str, Any]:
    one_thing = {"one_thing_for_everyone": said.one_thing} if said.one_thing else {}
    return {"kind": said.kind, "text": said.text, **one_thing, "may_be_quoted": said.quotable}


def _closed(poll: Poll) -> dict[str, Any]:
    why = "It was anonymous and has closed: whether and what you answered cannot be told any more."
    return {"poll": poll.number, "question": poll.question, "privacy": poll.privacy, "why": why}
