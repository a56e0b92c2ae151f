"""Asking a question and counting the answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.drafts import Draft, prepared_draft
from bot.services.ledger import Ledger, refuse_unless_open
from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.pseudonyms import new_key
from bot.services.receipts import Receipt, receipt, voter
from bot.services.refusal import Refusal
from bot.services.seriesparts import PreparedPoll
from bot.services.tallies import Tally, respondents, tally
from bot.services.text import one_line, required
from bot.storage import ballots, boards, contributions, people, polls, sessions
from bot.storage.ballots import Answer, Counts
from bot.storage.boards import Kind as Board
from bot.storage.database import Database
from bot.storage.polls import Kind, Poll
from bot.storage.sessions import Session

log = logging.getLogger(__name__)

WORDS = 300
"""How many characters a short answer, or the reason why a poll is void, may have."""

QUOTING: tuple[Board, ...] = ("answers", "cloud")
"""The boards on which a host has shown what people wrote."""

SHOWN_ON: tuple[Board, ...] = ("poll", "results", *QUOTING)
"""The boards of a poll."""

COUNTED_ON: tuple[Board, ...] = ("report", "summary")
"""The boards of a session that tell of its polls once it has finished."""


@dataclass(frozen=True)
class Standing:
    """A poll and its tally at one moment. ``shown`` is what the room sees of it while it is open, if anything."""

    poll: Poll
    tally: Tally
    shown: Tally | None = None


class Polls:
    """Polls of a guild's sessions."""

    def __init__(self, database: Database, painter: Boards, ledger: Ledger) -> None:
        self._database = database
        self._painter = painter
        self._ledger = ledger

    async def open(self, session: Session, new: Draft, now: datetime) -> Poll:
        """Open a poll in a live session and post its board in the session's channel."""
        async with self._database.write() as connection:
            poll, board = await open_in(connection, session, new, now)
        await self._show(poll, (), board)
        return poll

    async def _show(self, poll: Poll, behind: Sequence[Board], *owed: int) -> None:
        """After the commit: what is behind follows, and what is owed is posted."""
        for kind in behind:
            self._painter.stale(kind, poll.id)
        for kind in ("console", "now", *COUNTED_ON):
            self._painter.stale(kind, poll.session_id)
        await self._painter.show(*owed)

    async def waiting(self, session: Session) -> tuple[PreparedPoll, ...]:
        """The session's prepared polls that have not been opened."""
        opened = {poll.prepared for poll in await self.in_session(session) if poll.state != "void"}
        return tuple(poll for poll in Plan.of(session).polls if poll.name not in opened)

    async def prepared(self, session: Session, name: str) -> Draft:
        """The session's prepared poll of that name."""
        return prepared_draft(session, name)

    async def cast(self, guild_id: int, poll_id: int, chosen: Sequence[int], person: int) -> Receipt:
        """Replace the person's answer: indices of options, for a ranking in its order."""
        if not chosen:
            raise Refusal("Nothing was chosen, so nothing was changed.")
        return await self._put(guild_id, poll_id, person, tuple(chosen))

    async def _put(self, guild_id: int, poll_id: int, person: int, answer: Answer) -> Receipt:
        poll = await self._ledger.put(guild_id, poll_id, person, answer)
        self._painter.stale("poll", poll_id)
        self._painter.stale("console", poll.session_id)
        return Receipt(poll, answer)

    async def write(self, guild_id: int, poll_id: int, person: int, words: str, *, quotable: bool) -> Receipt:
        """Replace the person's short answer to an open question."""
        said = required(one_line(words), "Your answer", WORDS)
        return await self._write(guild_id, poll_id, person, said, quotable=quotable)

    async def _write(self, guild_id: int, poll_id: int, person: int, said: str, *, quotable: bool) -> Receipt:
        async with self._database.write() as connection:
            poll = await _known(connection, guild_id, poll_id)
            refuse_unless_open(poll)
            if poll.kind != "open":
                raise Refusal("That poll is answered by choosing. Nothing was changed.")
            author = await voter(connection, poll, person)
            if author is None:  # never the person's own number for want of another
                raise LookupError(f"poll {poll.id} is anonymous and open, and has no key")
            await contributions.put_answer(connection, poll, author, said, quotable=quotable)
            await people.take_part(connection, {(poll.session_id, person)})
            for kind in QUOTING:
                await boards.reopen(connection, kind, poll.id)
        await self._show(poll, ("poll", *QUOTING))
        return Receipt(poll, (), said, quotable)

    async def withdraw(self, guild_id: int, poll_id: int, person: int) -> Receipt:
        """Take the person's answer back."""
        async with self._database.read() as connection:
            poll = await _known(connection, guild_id, poll_id)
        if poll.kind == "open":
            return await self._write(guild_id, poll_id, person, "", quotable=False)
        return await self._put(guild_id, poll_id, person, ())

    async def mine(self, guild_id: int, poll_id: int, person: int) -> Receipt:
        """What is stored of the person's answer."""
        async with self._database.read() as connection:
            return await receipt(connection, await _known(connection, guild_id, poll_id), person)

    async def to_answer(self, guild_id: int, poll_id: int, person: int, kind: Kind) -> Receipt:
        """What the person's form begins with; refused where it could not be taken, before anything is written."""
        mine = await self.mine(guild_id, poll_id, person)
        refuse_unless_open(mine.poll)
        if mine.poll.kind != kind:
            raise Refusal("That poll is answered in another way. Nothing was changed.")
        return mine

    async def first_run(self, poll: Poll) -> int | None:
        """The number of the poll that this one asks again."""
        if poll.rerun_of is None:
            return None
        async with self._database.read() as connection:
            first = await polls.get(connection, poll.rerun_of)
        return first and first.number

    async def in_session(self, session: Session) -> tuple[Poll, ...]:
        """The session's polls in the order they were opened."""
        async with self._database.read() as connection:
            return await polls.in_session(connection, session.id)

    async def pick(self, session: Session, number: int | None, *states: str) -> Poll:
        """The session's poll of that number that is in one of the states.

        Without a number it is the only open one, or else the one that closed last. The question where people are is
        open throughout, so it is meant only where no other is.
        """
        found = [
            poll for poll in await self.in_session(session) if poll.state in states and number in {None, poll.number}
        ]
        if not found:
            which = f" {number}" if number is not None else ""
            raise Refusal(f"There is no {' or '.join(states)} poll{which} in this session.")
        still_open = [poll for poll in found if poll.open]
        still_open = [poll for poll in still_open if poll.kind != "place"] or still_open
        if len(still_open) > 1:
            *others, last = (str(poll.number) for poll in still_open)
            raise Refusal(f"Polls {', '.join(others)} and {last} are open. Say which one you mean.")
        return still_open[0] if still_open else max(found, key=lambda poll: (poll.closed_at, poll.number))

    async def close(self, poll: Poll, channel_id: int, now: datetime) -> Standing:
        """Close the poll and post its results; closing it a second time is refused."""
        async with self._database.write() as connection:
            board = await close_in(connection, poll, channel_id, now)
        try:
            await self._show(poll, ("poll",), board)
        finally:
            self._painter.stale("results", poll.id)  # there are others where it has been closed before
        return await self.standing(poll.id)

    async def reopen(self, session: Session, poll: Poll, now: datetime) -> None:
        """Let a closed poll take answers again, on a board further down. An anonymous one cannot: its key is gone."""
        if poll.privacy == "anonymous":
            raise Refusal(
                f"Poll {poll.number} was anonymous and its key is destroyed, so nobody could change their answer. "
                "/poll rerun asks the same again, as a poll of its own."
            )
        async with self._database.write() as connection:
            now_stands = await sessions.get(connection, session.id)
            if now_stands is None or now_stands.state != "live":
                raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
            await _move(connection, poll, "open", closed_at=None, shown=None)
            board = await boards.add(connection, "poll", poll.id, poll.guild_id, session.channel, now=now)
        await self._show(poll, ("poll", "results"), board)

    async def void(self, guild_id: int, poll_id: int, why: str, now: datetime) -> Poll:
        """Take a poll out of the report. Its ballots are kept, and it says so wherever it stands."""
        reason = required(one_line(why), "The reason", WORDS)
        async with self._database.write() as connection:
            poll = await _known(connection, guild_id, poll_id)
            if poll.state == "void":
                raise Refusal(f"Poll {poll.number} has been taken out already.")
            await _move(connection, poll, "void", why_void=reason, closed_at=poll.closed_at or now)
            for kind in COUNTED_ON:
                await boards.reopen(connection, kind, poll.session_id)
        await self._show(poll, SHOWN_ON)
        return poll

    async def rerun(self, session: Session, poll: Poll, now: datetime) -> Poll:
        """Ask the same again as a poll of its own: both runs are kept apart."""
        also = tuple(tuple(names) for names in poll.also or ())
        again = Draft(
            poll.question,
            tuple(poll.options),
            poll.choices,
            poll.results,
            kind=poll.kind,
            privacy=poll.privacy,
            also=also,
            rerun_of=poll.rerun_of or poll.id,
        )
        return await self.open(session, again, now)

    async def post_results(self, poll: Poll, channel_id: int, now: datetime) -> None:
        """Post a closed poll's results once more."""
        async with self._database.write() as connection:
            board = await boards.add(connection, "results", poll.id, poll.guild_id, channel_id, now=now)
        await self._painter.show(board)

    async def standing(self, poll_id: int) -> Standing:
        """The poll and its tally: in memory while it is open, and held to the ballots once it has closed."""
        async with self._database.read() as connection:
            poll = await polls.get(connection, poll_id)
            if poll is None:
                raise LookupError(poll_id)
            counted = None if poll.open and poll.kind != "open" else await counts(connection, poll)
        if counted is None:
            return _standing(poll, await self._ledger.counts(poll_id))
        kept = self._ledger.leave(poll_id)
        if kept is not None and +kept != counted:
            log.error("poll %s: its tally in memory was not what its ballots say", poll_id)
        return _standing(poll, counted)


async def _known(connection: AsyncConnection, guild_id: int, poll_id: int) -> Poll:
    poll = await polls.get(connection, poll_id)
    if poll is None or poll.guild_id != guild_id:
        raise Refusal("That poll is not known here.")
    return poll


async def open_in(connection: AsyncConnection, session: Session, new: Draft, now: datetime) -> tuple[Poll, int]:
    """Open a poll within a transaction; the poll, and the board that is owed."""
    now_stands = await sessions.get(connection, session.id)
    if now_stands is None or now_stands.state != "live":
        raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
    for poll in await polls.in_session(connection, session.id):
        if new.prepared is not None and poll.prepared == new.prepared and poll.state != "void":
            raise Refusal(f"“{new.prepared}” has been opened already: it is Poll {poll.number}.")
        if poll.open and (poll.question, *poll.options) == (new.question, *new.options):  # a form that was sent twice
            raise Refusal(f"Poll {poll.number} asks exactly this and is open already.")
    poll_id = await polls.insert_poll(
        connection,
        guild_id=session.guild_id,
        session_id=session.id,
        prepared=new.prepared,
        question=new.question,
        options=list(new.options),
        choices=new.choices,
        results=new.results,
        state="open",
        opened_at=now,
        kind=new.kind,
        privacy=new.privacy,
        also=[list(names) for names in new.also] or None,
        rerun_of=new.rerun_of,
    )
    if new.privacy == "anonymous":
        await ballots.add_key(connection, poll_id, new_key())
    board = await boards.add(connection, "poll", poll_id, session.guild_id, now_stands.channel, now=now)
    return await _known(connection, session.guild_id, poll_id), board


async def close_in(connection: AsyncConnection, poll: Poll, channel_id: int, now: datetime) -> int:
    """Close a poll within a transaction; the board of its results that is owed."""
    await _move(connection, poll, "closed", closed_at=now)
    return await boards.add(connection, "results", poll.id, poll.guild_id, channel_id, now=now)


async def _move(connection: AsyncConnection, poll: Poll, state: str, **values: object) -> None:
    """Bring a poll into another state. Once it takes no answers, nobody can tell any more whose they were."""
    if not await polls.move(connection, poll, state, **values):
        raise Refusal(f"Poll {poll.number} has closed already." if state == "closed" else "Somebody was faster.")
    if state != "open":
        await ballots.destroy_key(connection, poll.id)
    for kind in SHOWN_ON:
        await boards.reopen(connection, kind, poll.id)


async def counts(connection: AsyncConnection, poll: Poll) -> Counts:
    """Count a poll's answers, as of the connection's moment."""
    if poll.kind == "open":
        return Counts({(0, 0): await contributions.answered(connection, poll.id)})
    return await ballots.count(connection, poll.id)


async def standing(connection: AsyncConnection, poll: Poll) -> Standing:
    """The poll and its tally, as of the connection's moment."""
    return _standing(poll, await counts(connection, poll))


def _standing(poll: Poll, counted: Counts) -> Standing:
    if poll.kind == "open":
        return Standing(poll, Tally(respondents(counted), ()))
    shown = Counts({(slot, option): times for slot, option, times in poll.shown or ()})
    return Standing(poll, _tally(poll, counted), _tally(poll, shown) if shown else None)


def _tally(poll: Poll, counted: Counts) -> Tally:
    return tally(poll.options, counted, kind=poll.kind, choices=poll.choices)
