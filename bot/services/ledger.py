"""Where ballots are written: all that wait at one moment go into one transaction.

The receipt waits for the commit. A ballot that breaks a rule is refused alone; what the database refuses, it refuses
to the whole group, and nobody of it gets a receipt. Tallies are kept in memory and moved only after a commit, so that
a live board costs the same at ten ballots and at a million.
"""

from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.groups import Groups
from bot.services.pseudonyms import pseudonym
from bot.services.refusal import Refusal
from bot.services.tallies import LIVE_FROM, moved, respondents
from bot.storage import ballots, people, polls
from bot.storage.ballots import Answer, Counts
from bot.storage.database import Database
from bot.storage.polls import Poll


@dataclass(eq=False)
class Vote:
    """A ballot on its way."""

    guild_id: int
    poll_id: int
    person: int
    answer: Answer


@dataclass
class _Book:
    """What one transaction does in one poll.

    ``unseen`` are those whose answer is not the one that the live tally shows, with the one it does show.
    """

    poll: Poll
    key: bytes | None
    counts: Counts
    unseen: dict[int, Answer]
    names: dict[int, int] = field(default_factory=dict[int, int])
    before: dict[int, Answer] = field(default_factory=dict[int, Answer])
    after: dict[int, Answer] = field(default_factory=dict[int, Answer])

    def voter(self, person: int) -> int:
        if self.poll.privacy != "anonymous":
            return person
        if self.key is None:  # never the person's own number for want of another
            raise LookupError(f"poll {self.poll.id} is anonymous and open, and has no key")
        if person not in self.names:
            self.names[person] = pseudonym(self.key, person)
        return self.names[person]


class Ledger:
    """The ballots of all polls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._groups = Groups("ledger", self._write)
        self._counts: dict[int, Counts] = {}
        self._unseen: dict[int, dict[int, Answer]] = {}

    async def put(self, guild_id: int, poll_id: int, person: int, answer: Answer) -> Poll:
        """Replace the person's answer; an empty one takes it back. The poll, once that is on the disk."""
        return await self._groups.put(Vote(guild_id, poll_id, person, answer))

    async def _write(self, group: list[Vote]) -> dict[Vote, Poll | Refusal]:
        refused, books = await self._database.write_at_once(partial(self._commit, group))
        for poll_id, book in books.items():
            if book.poll.open:
                self._counts[poll_id], self._unseen[poll_id] = book.counts, book.unseen
        return {vote: refused.get(vote) or books[vote.poll_id].poll for vote in group}

    async def _commit(
        self, group: list[Vote], connection: AsyncConnection
    ) -> tuple[dict[Vote, Refusal], dict[int, _Book]]:
        refused: dict[Vote, Refusal] = {}
        books = await self._opened(connection, group)
        for vote in group:
            try:
                book = _admitted(vote, books.get(vote.poll_id))
            except Refusal as refusal:
                refused[vote] = refusal
            else:
                book.after[book.voter(vote.person)] = vote.answer
        for book in books.values():
            await self._put_down(connection, book)
        taken = (vote for vote in group if vote not in refused)
        await people.take_part(connection, {(books[vote.poll_id].poll.session_id, vote.person) for vote in taken})
        return refused, books

    async def _opened(self, connection: AsyncConnection, group: list[Vote]) -> dict[int, _Book]:
        """A book for each of the group's polls, with what its voters had answered before."""
        books: dict[int, _Book] = {}
        for poll_id in {vote.poll_id for vote in group}:
            poll = await polls.get(connection, poll_id)
            if poll is None:
                continue
            key = await ballots.key(connection, poll_id) if poll.open else None
            counts = await self._counted(connection, poll_id) if poll.open else Counts()
            books[poll_id] = book = _Book(poll, key, counts, dict(self._unseen.get(poll_id, {})))
            if poll.open:
                voters = {book.voter(vote.person) for vote in group if vote.poll_id == poll_id}
                book.before |= await ballots.answers(connection, poll_id, voters)
        return books

    async def _counted(self, connection: AsyncConnection, poll_id: int) -> Counts:
        """A copy of the tally in memory, counted from the ballots where there is none. For who holds the writer."""
        if poll_id not in self._counts:
            self._counts[poll_id] = await ballots.count(connection, poll_id)
        return self._counts[poll_id].copy()

    async def _put_down(self, connection: AsyncConnection, book: _Book) -> None:
        """Write the answers, and let the room's live tally move once enough people have answered anew."""
        await ballots.replace(connection, book.poll.id, book.before, book.after)
        for voter, answer in book.after.items():
            moved(book.counts, book.before.get(voter, ()), answer)
        if book.poll.results != "live":
            return
        for voter, answer in book.after.items():
            shown = book.unseen.pop(voter, book.before.get(voter, ()))
            if answer != shown:  # whoever has gone back to what is shown hides nobody
                book.unseen[voter] = shown
        enough = not book.poll.shown or len(book.unseen) >= LIVE_FROM
        if enough and respondents(book.counts) >= LIVE_FROM:
            await polls.show(connection, book.poll.id, [(*each, times) for each, times in book.counts.items() if times])
            book.unseen = {}

    async def counts(self, poll_id: int) -> Counts:
        """The tally of an open poll as it stands."""
        if poll_id in self._counts:
            return self._counts[poll_id].copy()
        async with self._database.write() as connection:  # nobody moves it meanwhile
            return await self._counted(connection, poll_id)

    def leave(self, poll_id: int) -> Counts | None:
        """Keep a poll's tally no longer in memory; what it was."""
        self._unseen.pop(poll_id, None)
        return self._counts.pop(poll_id, None)


def _admitted(vote: Vote, book: _Book | None) -> _Book:
    """Where the vote may be written; refused where it breaks a rule."""
    if book is None or book.poll.guild_id != vote.guild_id:
        raise Refusal("That poll is not known here.")
    poll = book.poll
    refuse_unless_open(poll)
    if poll.kind == "open" or any(not 0 <= option < len(poll.options) for option in vote.answer):
        raise Refusal("That is not one of this poll’s options. Nothing was changed.")
    if len(vote.answer) > poll.choices:
        raise Refusal(f"You can choose up to {poll.choices} of these options. Nothing was changed.")
    if len(set(vote.answer)) < len(vote.answer):
        raise Refusal("You chose one option twice. Nothing was changed.")
    return book


def refuse_unless_open(poll: Poll) -> None:
    """Say why a poll takes no answers."""
    if poll.state == "void":
        raise Refusal("That poll was taken out by a host, so it takes no answers. Nothing was changed.")
    if not poll.open:
        raise Refusal("That poll has closed.")
