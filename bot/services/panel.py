"""Questions to the panel as attendees ask, read and support them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.asked import Asked, addressee, arranged
from bot.services.groups import Groups
from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.text import one_line, required, shortened
from bot.services.venues import Venues
from bot.storage import boards, contributions, people, questions, sessions
from bot.storage.boards import Board
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.questions import Question
from bot.storage.sessions import Session

WORDS = 500
"""How many characters a question may have."""

MOST = 20
"""How many of one person's questions may wait for an answer."""

NAME = 80
"""How many characters of a name stand beside a question."""

BOARDS: tuple[boards.Kind, ...] = ("panel", "queue", "console", "summary", "report")
"""The boards of a session on which questions stand, or are counted."""


@dataclass(eq=False)
class Asking:
    """A question on its way; ``asker`` is empty where no name is to stand beside it."""

    guild_id: int
    session_id: int
    person: int
    words: str
    to: str
    asker: str


@dataclass(eq=False)
class Vote:
    """A tap on a question's button: it supports the question, or takes that back."""

    guild_id: int
    question_id: int
    person: int


@dataclass(frozen=True)
class Voted:
    """What became of it: ``on`` says whether the person supports the question now."""

    asked: Asked
    on: bool


@dataclass(frozen=True)
class Standing:
    """The questions of a session, by number."""

    session: Session
    asked: tuple[Asked, ...]

    @property
    def public(self) -> list[Asked]:
        """What everybody may read."""
        return [each for each in self.asked if each.public]

    @property
    def waiting(self) -> list[Asked]:
        """Of that, what has no answer yet."""
        return [each for each in self.asked if each.waits]


class Panel:
    """The panels of a guild's sessions, one each."""

    def __init__(self, database: Database, painter: Boards, venues: Venues) -> None:
        self._database = database
        self._painter = painter
        self._venues = venues
        self._askings = Groups("questions", self._ask)
        self._votes = Groups("upvotes", self._vote)

    async def open(self, session: Session, now: datetime) -> None:
        """Post the board for everybody and the hosts' queue."""
        async with self._database.write() as connection:
            places = await self._venues.for_session(connection, session)
            owed = await open_in(connection, await known(connection, session.guild_id, session.id), places, now)
        if not owed:
            raise Refusal("The panel is open already: its board is in the session’s channel.")
        await self._painter.show(*owed)

    async def ask(
        self, guild_id: int, session_id: int, person: int, words: str, *, to: str = "", name: str = ""
    ) -> Asked:
        """Put a question to somebody, or to the whole panel; without a ``name`` none stands beside it."""
        text = required(words, "Your question", WORDS)
        asker = shortened(one_line(name), NAME)
        kept = await self._askings.put(Asking(guild_id, session_id, person, text, to, asker))
        self._repaint(session_id)
        return kept

    async def _ask(self, group: list[Asking]) -> dict[Asking, Asked | Refusal]:
        return await self._database.write_at_once(partial(_keep, group))

    async def vote(self, guild_id: int, question_id: int, person: int) -> Voted:
        """Support a question, or take that back."""
        voted = await self._votes.put(Vote(guild_id, question_id, person))
        self._repaint(voted.asked.question.session_id)
        return voted

    async def _vote(self, group: list[Vote]) -> dict[Vote, Voted | Refusal]:
        return await self._database.write_at_once(partial(_count, group))

    def _repaint(self, session_id: int) -> None:
        for kind in BOARDS:
            self._painter.stale(kind, session_id)

    async def standing(self, session_id: int) -> Standing:
        """Every question of a session, and how many stand behind it."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            return Standing(session, await all_asked(connection, session_id))

    async def read(self, guild_id: int, session_id: int) -> Standing:
        """The same for somebody in a guild."""
        async with self._database.read() as connection:
            session = await known(connection, guild_id, session_id)
            return Standing(session, await all_asked(connection, session_id))

    async def question(self, guild_id: int, question_id: int) -> Asked:
        """One question as it stands."""
        async with self._database.read() as connection:
            return await one_asked(connection, guild_id, question_id)


async def open_in(connection: AsyncConnection, session: Session, places: Places, now: datetime) -> list[int]:
    """Open the panel within a transaction: the boards that are owed, none where it has them."""
    if session.state != "live":
        raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
    owed: list[int] = []
    where: tuple[tuple[boards.Kind, int | None], ...] = ("panel", session.channel), ("queue", places.for_hosts)
    for kind, channel in where:
        standing = [board for board in await boards.of(connection, kind, session.id) if not _is_deleted(board)]
        if channel is not None and not standing:
            owed.append(await boards.add(connection, kind, session.id, session.guild_id, channel, now=now))
    return owed


def _is_deleted(board: Board) -> bool:
    """While a session runs, only a board that somebody deleted is not painted any more."""
    return board.final


async def all_asked(connection: AsyncConnection, session_id: int) -> tuple[Asked, ...]:
    """Every question of a session as it stands."""
    return await _arranged(connection, await questions.in_session(connection, session_id))


async def unanswered_in(connection: AsyncConnection, session_id: int) -> tuple[Asked, ...]:
    """What everybody may read and nobody has answered, within a transaction."""
    return tuple(each for each in await all_asked(connection, session_id) if each.waits)


async def one_asked(connection: AsyncConnection, guild_id: int, question_id: int) -> Asked:
    """One question as it stands."""
    found = await _arranged(connection, await questions.around(connection, [question_id]))
    asked = next((each for each in found if each.id == question_id), None)
    if asked is None or asked.question.guild_id != guild_id:
        raise Refusal("That question is not known here.")
    return asked


async def _arranged(connection: AsyncConnection, every: Sequence[Question]) -> tuple[Asked, ...]:
    return arranged(every, await questions.supporters(connection, [each.id for each in every]))


async def _keep(group: list[Asking], connection: AsyncConnection) -> dict[Asking, Asked | Refusal]:
    """Write what a group asks. The numbers are in the order in which they came."""
    became: dict[Asking, int | Refusal] = {}
    states = {each: await sessions.get(connection, each) for each in {each.session_id for each in group}}
    last = {each: await questions.last_number(connection, each) for each in states}
    for asking in group:
        session_id = asking.session_id
        try:
            addressed = await _admitted_question(connection, asking, states[session_id])
        except Refusal as refusal:
            became[asking] = refusal
            continue
        last[session_id] += 1
        became[asking] = await put_in(
            connection, session_id, asking.person, asking.words, last[session_id], addressed, asking.asker
        )
    kept = [each for each in group if not isinstance(became[each], Refusal)]
    await people.take_part(connection, {(each.session_id, each.person) for each in kept})
    ids = [each for each in became.values() if isinstance(each, int)]
    stored = {each.id: each for each in arranged(await questions.around(connection, ids), {})}
    return {each: stored[what] if isinstance(what, int) else what for each, what in became.items()}


async def put_in(
    connection: AsyncConnection,
    session_id: int,
    author: int,
    words: str,
    number: int,
    addressed: str,
    asker: str,
    source: questions.Source = "discord",
) -> int:
    """Keep a question within a transaction; the contribution's id.

    It may be quoted without a name: the form says so, and what was asked in Zoom a host has put into words.
    """
    said = await contributions.add(connection, session_id, author, "question", words, quotable=True)
    await questions.add(connection, said, session_id, number, addressed=addressed, asker=asker, source=source)
    return said


async def _admitted_question(connection: AsyncConnection, asking: Asking, session: Session | None) -> str:
    """To whom the question goes; refused where it breaks a rule."""
    if session is None or session.guild_id != asking.guild_id:
        raise Refusal("That session is not known here.")
    if session.state != "live":
        raise Refusal("The session is not open, so the panel takes no questions. Nothing was kept.")
    addressed = addressee(Plan.of(session), asking.to)
    if await people.is_left_out(connection, asking.guild_id, asking.person):
        raise Refusal(
            "You asked that your words be left out, so nobody could read your question. Nothing was kept. With "
            "/privacy you can let them in again."
        )
    if await questions.open_by(connection, asking.session_id, asking.person) >= MOST:
        raise Refusal(
            f"{MOST} of your questions are waiting for an answer already: that is as many as one person may have. "
            "Nothing was kept."
        )
    return addressed


async def _count(group: list[Vote], connection: AsyncConnection) -> dict[Vote, Voted | Refusal]:
    """Write what a group taps. Whoever taps twice in it has taken it back."""
    every = await questions.around(connection, sorted({each.question_id for each in group}))
    states = {each: await sessions.get(connection, each) for each in {each.session_id for each in every}}
    found = {each.id: each for each in arranged(every, {})}
    by_number = {(each.question.session_id, each.question.number): each for each in found.values()}
    became: dict[Vote, Voted | Refusal] = {}
    meant: dict[Vote, Asked] = {}
    for vote in group:
        asked = found.get(vote.question_id)
        if asked and asked.into is not None:  # who votes for a duplicate votes for what it was merged into
            asked = by_number.get((asked.question.session_id, asked.into))
        try:
            meant[vote] = _admitted_vote(vote, asked, states)
        except Refusal as refusal:
            became[vote] = refusal
    pairs = {vote: {(each.id, vote.person) for each in asked.family} for vote, asked in meant.items()}
    before = await questions.supporting(connection, set[tuple[int, int]]().union(*pairs.values()))
    after = set(before)
    for vote, asked in meant.items():
        on = not pairs[vote] & after
        after -= pairs[vote]
        if on:
            after.add((asked.id, vote.person))
        became[vote] = Voted(asked, on)
    await questions.support(connection, after - before, before - after)
    await people.take_part(connection, {(asked.question.session_id, vote.person) for vote, asked in meant.items()})
    return became


def _admitted_vote(vote: Vote, asked: Asked | None, states: dict[int, Session | None]) -> Asked:
    """The question the vote is for; refused where it takes none."""
    if asked is None or asked.question.guild_id != vote.guild_id:
        raise Refusal("That question is not known here.")
    session = states[asked.question.session_id]
    if session is None or session.state != "live":
        raise Refusal("The session is over, so votes no longer count.")
    if asked.question.gone:
        raise Refusal(f"{asked.name} has been taken back by its author.")
    if not asked.public:
        raise Refusal(f"{asked.name} is not open to votes.")
    if not asked.waits:
        raise Refusal(f"{asked.name} has been answered, so votes no longer count.")
    if asked.was_asked_by(vote.person):
        raise Refusal(f"{asked.name} is your own question: it counts already.")
    return asked
