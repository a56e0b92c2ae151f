"""The after action review: two prompts at the end, and what a host chooses to show of the answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.cues import GRACE
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.text import clean, required, sameness
from bot.storage import boards, contributions, cues, people, sessions
from bot.storage.boards import Board
from bot.storage.contributions import Contribution, Prompt
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.sessions import Session

PROMPTS: dict[Prompt, str] = {
    "takeaway": "One thing that I'll be taking away from today's session",
    "improvement": "One thing that you think we could build on / improve on going forward",
}
"""The two prompts, word for word as on the series' slides."""

WORDS = 1000
"""How many characters an answer in the form may have; what is said in the chat is kept as long as it is."""


@dataclass(frozen=True)
class Standing:
    """A session's review: how many people answered, and how many answers each prompt has."""

    session: Session
    open: bool
    people: int
    answers: Mapping[Prompt, int]


class Reviews:
    """Reviews of a guild's sessions, one each."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def open(self, session: Session, now: datetime) -> None:
        """Post a board for each prompt; a review that was closed takes answers again."""
        async with self._database.write() as connection:
            owed = await open_in(connection, session, now)
        self._repaint(session.id)
        await self._painter.show(*owed)

    async def close(self, session: Session) -> Standing:
        """Take no more answers."""
        async with self._database.write() as connection:
            if not await close_in(connection, session.id):
                raise Refusal("The review is not open.")
        self._repaint(session.id)
        return await self.standing(session.id)

    async def answer(
        self, guild_id: int, session_id: int, author: int, kind: Prompt, words: str, *, quotable: bool
    ) -> Contribution:
        """Put this in the place of what the author said to the prompt. What is stored now."""
        text = required(words, "Your answer", WORDS)
        async with self._database.write() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed, so your answer could not be kept.")
            await _keep(connection, session_id, author, kind, text, quotable=quotable)
            kept = await _of(connection, session_id, author, kind)
        self._repaint(session_id)
        if kept is None:
            raise LookupError(session_id)
        return kept

    async def reply(
        self, guild_id: int, board: Board, author: int, message_id: int, channel_id: int, words: str
    ) -> bool:
        """The same by a reply in chat to a prompt's message. False where it is no answer: too late, or empty.

        It was said in public, so it may be quoted; quotes have no names. As with comments, nothing is taken from those
        who asked to be left out. Edits and the deletion of the message are followed like a comment's.
        """
        text = clean(words)
        if board.guild_id != guild_id or not sameness(text) or (kind := _asked_on(board)) is None:
            return False
        async with self._database.write() as connection:
            if await contributions.review_state(connection, board.subject) != "open":
                return False
            if await people.is_left_out(connection, guild_id, author):
                return False
            where = {"message_id": message_id, "channel_id": channel_id}
            await _keep(connection, board.subject, author, kind, text, quotable=True, **where)
        self._repaint(board.subject)
        return True

    async def withdraw(self, guild_id: int, session_id: int, author: int, kind: Prompt) -> None:
        """Take back what the author said to the prompt, while the review is open."""
        async with self._database.write() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed. /privacy can still take your words out.")
            await contributions.put(connection, session_id, author, kind, "", quotable=False)
            await boards.reopen(connection, "featured", session_id)
        self._repaint(session_id)

    def _repaint(self, session_id: int) -> None:
        for kind in (*contributions.REVIEW, "featured", "console", "now"):
            self._painter.stale(kind, session_id)

    async def draft(self, guild_id: int, session_id: int, author: int, kind: Prompt) -> Contribution | None:
        """What the author's form begins with; refused when the review is not open, before anything is written."""
        async with self._database.read() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed.")
            return await _of(connection, session_id, author, kind)

    async def mine(self, guild_id: int, session_id: int, author: int, kind: Prompt) -> Contribution | None:
        """What is stored of the author's answer to the prompt."""
        async with self._database.read() as connection:
            await self._known(connection, guild_id, session_id)
            return await _of(connection, session_id, author, kind)

    async def standing(self, session_id: int) -> Standing:
        """Whether the review is open, and how much came in."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            said = await given(connection, session_id)
            return Standing(
                session,
                await contributions.review_state(connection, session_id) == "open",
                len({each.author for each in said}),
                {kind: sum(each.kind == kind for each in said) for kind in PROMPTS},
            )

    async def to_feature(self, guild_id: int, session_id: int) -> tuple[Contribution, ...]:
        """What a host may show: its author allows quoting, has not left it out, and it has not been shown."""
        async with self._database.read() as connection:
            session = await self._known(connection, guild_id, session_id)
            return await shown_on(connection, session.id, None)

    async def feature(
        self,
        guild_id: int,
        session_id: int,
        ids: Sequence[int],
        now: datetime,
        *,
        fit: Callable[[Sequence[Contribution]], bool],
    ) -> int:
        """Show the chosen ones in the session's channel, without names. How many were shown.

        ``fit`` says whether one message can hold them.
        """
        async with self._database.write() as connection:
            session = await self._known(connection, guild_id, session_id)
            shown, board = await show_in(connection, session, "featured", session.id, ids, fit, now)
        await self._painter.show(board)
        return shown

    async def featured(self, session_id: int, board_id: int) -> tuple[Contribution, ...]:
        """What a featured board still shows: less what has been taken back since."""
        async with self._database.read() as connection:
            return await shown_on(connection, session_id, board_id)

    async def _known(self, connection: AsyncConnection, guild_id: int, session_id: int) -> Session:
        session = await sessions.get(connection, session_id)
        if session is None or session.guild_id != guild_id:
            raise Refusal("That review is not known here.")
        return session


async def open_in(connection: AsyncConnection, session: Session, now: datetime) -> list[int]:
    """Open the review within a transaction; the boards that are owed, one for each prompt."""
    now_stands = await sessions.get(connection, session.id)
    if now_stands is None or now_stands.state != "live":
        raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
    if await contributions.review_state(connection, session.id) == "open":
        raise Refusal("The review is open already.")
    await contributions.set_review(connection, session.id, "open")
    where = session.guild_id, now_stands.channel
    return [await boards.add(connection, kind, session.id, *where, now=now) for kind in contributions.REVIEW]


async def close_in(connection: AsyncConnection, session_id: int) -> bool:
    """Close the review within a transaction, and leave out a nudge that is still to come. False if it was not open."""
    if await contributions.review_state(connection, session_id) != "open":
        return False
    await contributions.set_review(connection, session_id, "closed")
    nudges = [cue.id for cue in await cues.of(connection, session_id) if cue.kind == "nudge"]
    await cues.remove(connection, nudges)
    return True


async def nudge_in(connection: AsyncConnection, session: Session, cue: Cue, now: datetime) -> list[int]:
    """Say within a transaction how many have answered by half time; nothing where the review or that time is over."""
    if await contributions.review_state(connection, session.id) != "open" or now >= cue.due_at + GRACE:
        return []
    return [await boards.add(connection, "nudge", session.id, session.guild_id, session.channel, now=now)]


async def given(connection: AsyncConnection, session_id: int) -> list[Contribution]:
    """The answers to both prompts that have not been taken back."""
    return [said for said, _ in await contributions.in_session(connection, session_id) if said.state != "withdrawn"]


def _asked_on(board: Board) -> Prompt | None:
    """The prompt that stands on a board."""
    return next((kind for kind in PROMPTS if kind == board.kind), None)


async def _of(connection: AsyncConnection, session_id: int, author: int, kind: Prompt) -> Contribution | None:
    found = await contributions.by_author(connection, session_id, author, (kind,))
    return next((said for said in found if said.text), None)


async def _keep(
    connection: AsyncConnection, session_id: int, author: int, kind: Prompt, text: str, *, quotable: bool, **where: int
) -> None:
    await contributions.put(connection, session_id, author, kind, text, quotable=quotable, **where)
    await people.take_part(connection, {(session_id, author)})
    await boards.reopen(connection, "featured", session_id)


async def show_in(
    connection: AsyncConnection,
    session: Session,
    kind: boards.Kind,
    subject: int,
    ids: Sequence[int],
    fit: Callable[[Sequence[Contribution]], bool],
    now: datetime,
    poll_id: int | None = None,
) -> tuple[int, int]:
    """Show the chosen ones within a transaction: how many, and the board that is owed.

    They were said in the review or, with ``poll_id``, to an open question.
    """
    chosen = [each for each in await shown_on(connection, session.id, None, poll_id) if each.id in ids]
    if not chosen:
        raise Refusal("Those have been shown already, or their authors have taken them back.")
    if not fit(chosen):
        raise Refusal("Those are too long for one message. Choose fewer at a time.")
    board = await boards.add(connection, kind, subject, session.guild_id, session.channel, now=now)
    await contributions.show(connection, [each.id for each in chosen], board)
    return len(chosen), board


async def shown_on(
    connection: AsyncConnection, session_id: int, board_id: int | None, poll_id: int | None = None
) -> tuple[Contribution, ...]:
    """What may be shown and stands on that board; with None, what stands on none."""
    said = await contributions.in_session(connection, session_id, poll_id=poll_id)
    return tuple(each for each, out in said if may_show(each, out=out) and each.board_id == board_id)


def may_show(said: Contribution, *, out: bool) -> bool:
    """Whether the words may be read by others: ``out`` is their author's wish to be left out."""
    return said.quotable and said.state in {"captured", "shown"} and not out
