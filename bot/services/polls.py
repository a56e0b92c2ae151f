"""Asking a question and counting the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.seriesparts import PreparedPoll
from bot.services.tallies import Tally, tally
from bot.services.text import one_line, required, sameness, shortened
from bot.storage import boards, people, polls, sessions
from bot.storage.database import Database
from bot.storage.polls import Poll, Results
from bot.storage.sessions import Session

QUESTION = 300
OPTION = 100
OPTIONS = range(2, 26)
"""How many characters a question and an option may have, and how many options: what a menu can hold."""


@dataclass(frozen=True)
class Draft:
    """A poll that keeps every rule and has not been opened. ``prepared`` is its name in the series file."""

    question: str
    options: tuple[str, ...]
    choices: int
    results: Results
    prepared: str | None = None


def draft(question: str, options: Sequence[str], choices: int | None, results: Results) -> Draft:
    """Check a poll that a host has typed. ``choices`` of None or 0 means all of them; blank options are passed over."""
    asked = required(one_line(question), "The question", QUESTION)
    texts = tuple(text for option in options if (text := one_line(option)))
    if len(texts) not in OPTIONS:
        raise Refusal(
            f"A poll needs {OPTIONS[0]} to {OPTIONS[-1]} options, one on each line, and this has {len(texts)}."
        )
    seen: dict[str, str] = {}
    for text in texts:
        required(text, f"The option “{text[:40]}…”" if len(text) > OPTION else "An option", OPTION)
        if (twin := seen.setdefault(sameness(text), text)) is not text:
            raise Refusal(f"Two options look the same: “{twin}” and “{text}”.")
    most = choices or len(texts)
    if not 1 <= most <= len(texts):
        raise Refusal(f"People can choose 1 to {len(texts)} of {len(texts)} options, not {most}.")
    return Draft(asked, texts, most, results)


@dataclass(frozen=True)
class Receipt:
    """What is stored of a person's answer now that it is on the disk; empty when it was taken back."""

    poll: Poll
    chosen: tuple[int, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The chosen options in full."""
        return tuple(self.poll.options[i] for i in self.chosen)


@dataclass(frozen=True)
class Standing:
    """A poll and its tally at one moment."""

    poll: Poll
    tally: Tally


class Polls:
    """Polls of a guild's sessions."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def open(self, session: Session, new: Draft, now: datetime) -> Poll:
        """Open a poll in a live session and post its board in the session's channel."""
        async with self._database.write() as connection:
            poll, board = await open_in(connection, session, new, now)
        self._changed(session.id)
        await self._painter.show(board)
        return poll

    def _changed(self, session_id: int) -> None:
        """What hosts and the room see of the session tells which polls are open."""
        self._painter.stale("console", session_id)
        self._painter.stale("now", session_id)

    async def waiting(self, session: Session) -> tuple[PreparedPoll, ...]:
        """The session's prepared polls that have not been opened."""
        opened = {poll.prepared for poll in await self.in_session(session)}
        return tuple(poll for poll in Plan.of(session).polls if poll.name not in opened)

    async def prepared(self, session: Session, name: str) -> Draft:
        """The session's prepared poll of that name."""
        return prepared_draft(session, name)

    async def cast(self, guild_id: int, poll_id: int, chosen: Sequence[int], voter: int) -> Receipt:
        """Replace the voter's answer. ``chosen`` are indices of options, in any order."""
        answer = tuple(sorted(set(chosen)))
        if not answer:
            raise Refusal("Nothing was chosen, so nothing was changed.")
        return await self._put(guild_id, poll_id, answer, voter)

    async def withdraw(self, guild_id: int, poll_id: int, voter: int) -> Receipt:
        """Take the voter's answer back."""
        return await self._put(guild_id, poll_id, (), voter)

    async def _put(self, guild_id: int, poll_id: int, answer: tuple[int, ...], voter: int) -> Receipt:
        async with self._database.write() as connection:
            poll = await _known(connection, guild_id, poll_id)
            if not poll.open:
                raise Refusal("That poll has closed.")
            if any(not 0 <= option < len(poll.options) for option in answer):
                raise Refusal("That is not one of this poll’s options. Nothing was changed.")
            if len(answer) > poll.choices:
                raise Refusal(f"You can choose up to {poll.choices} of these options. Nothing was changed.")
            await polls.put_ballot(connection, poll, voter, answer)
            await people.take_part(connection, poll.session_id, voter)
        self._painter.stale("poll", poll_id)
        self._painter.stale("console", poll.session_id)
        return Receipt(poll, answer)

    async def mine(self, guild_id: int, poll_id: int, voter: int) -> Receipt:
        """What is stored of the voter's answer."""
        async with self._database.read() as connection:
            poll = await _known(connection, guild_id, poll_id)
            return Receipt(poll, await polls.ballot(connection, poll_id, voter))

    async def in_session(self, session: Session) -> tuple[Poll, ...]:
        """The session's polls in the order they were opened."""
        async with self._database.read() as connection:
            return await polls.in_session(connection, session.id)

    async def pick(self, session: Session, number: int | None, *, opened: bool) -> Poll:
        """The session's open (or closed) poll of that number; without one, the only open (or last closed) one."""
        state = "open" if opened else "closed"
        found = [poll for poll in await self.in_session(session) if poll.open == opened]
        if number is not None:
            found = [poll for poll in found if poll.number == number]
            if not found:
                raise Refusal(f"There is no {state} poll {number} in this session.")
        if not found:
            raise Refusal(f"There is no {state} poll in this session.")
        if opened and len(found) > 1:
            *others, last = (str(poll.number) for poll in found)
            raise Refusal(f"Polls {', '.join(others)} and {last} are open. Say which one to close.")
        return found[-1] if opened else max(found, key=lambda poll: (poll.closed_at, poll.number))

    async def close(self, poll: Poll, channel_id: int, now: datetime) -> Standing:
        """Close the poll and post its results; closing it a second time is refused."""
        async with self._database.write() as connection:
            board = await close_in(connection, poll, channel_id, now)
        self._painter.stale("poll", poll.id)
        self._changed(poll.session_id)
        await self._painter.show(board)
        return await self.standing(poll.id)

    async def post_results(self, poll: Poll, channel_id: int, now: datetime) -> None:
        """Post a closed poll's results once more."""
        async with self._database.write() as connection:
            board = await boards.add(connection, "results", poll.id, poll.guild_id, channel_id, now=now)
        await self._painter.show(board)

    async def standing(self, poll_id: int) -> Standing:
        """The poll and its tally, counted from the ballots."""
        async with self._database.read() as connection:
            return await standing(connection, poll_id)


def prepared_draft(session: Session, name: str) -> Draft:
    """The session's prepared poll of that name."""
    plan = Plan.of(session)
    for poll in plan.polls:
        if sameness(poll.name) == sameness(name):
            return Draft(poll.question, poll.options, poll.most_choices, poll.results, poll.name)
    names = ", ".join(f"“{poll.name}”" for poll in plan.polls)
    known = f"It has {names}." if names else "It has none."
    raise Refusal(f"This session has no prepared poll “{shortened(one_line(name), 100)}”. {known}")


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
        if new.prepared is not None and poll.prepared == new.prepared:
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
    )
    board = await boards.add(connection, "poll", poll_id, session.guild_id, now_stands.channel, now=now)
    return await _known(connection, session.guild_id, poll_id), board


async def close_in(connection: AsyncConnection, poll: Poll, channel_id: int, now: datetime) -> int:
    """Close a poll within a transaction; the board of its results that is owed."""
    if not await polls.close(connection, poll.id, now):
        raise Refusal(f"Poll {poll.number} has closed already.")
    return await boards.add(connection, "results", poll.id, poll.guild_id, channel_id, now=now)


async def standing(connection: AsyncConnection, poll_id: int) -> Standing:
    """The poll and its tally, as of the connection's moment."""
    poll = await polls.get(connection, poll_id)
    if poll is None:
        raise LookupError(poll_id)
    return Standing(poll, tally(poll.options, await polls.all_ballots(connection, poll_id)))
