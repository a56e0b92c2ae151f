"""The after action review: two prompts at the end, and what a host chooses to show of the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.text import clean, required
from bot.storage import boards, contributions, people, sessions
from bot.storage.contributions import Contribution, Kind
from bot.storage.database import Database
from bot.storage.sessions import Session

PROMPTS: dict[Kind, str] = {
    "takeaway": "One thing that I'll be taking away from today's session",
    "improvement": "One thing that you think we could build on / improve on going forward",
}
"""The two prompts, word for word as on the series' slides."""

WORDS = 1000
"""How many characters an answer may have."""


@dataclass(frozen=True)
class Standing:
    """A session's review: how many people answered, and how many answers each prompt has."""

    session: Session
    open: bool
    people: int
    takeaways: int
    improvements: int


class Reviews:
    """Reviews of a guild's sessions, one each."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def open(self, session: Session, now: datetime) -> None:
        """Post the review's board; a review that was closed takes answers again."""
        async with self._database.write() as connection:
            board = await open_in(connection, session, now)
        self._repaint(session.id)
        await self._painter.show(board)

    async def close(self, session: Session) -> Standing:
        """Take no more answers."""
        async with self._database.write() as connection:
            if await contributions.review_state(connection, session.id) != "open":
                raise Refusal("The review is not open.")
            await contributions.set_review(connection, session.id, "closed")
        self._repaint(session.id)
        return await self.standing(session.id)

    async def answer(
        self, guild_id: int, session_id: int, author: int, answers: dict[Kind, str], *, quotable: bool
    ) -> tuple[Contribution, ...]:
        """Replace what the author said; an empty answer takes that one back. What is stored now."""
        texts: dict[Kind, str] = {
            kind: required(text, "An answer", WORDS) if clean(text) else "" for kind, text in answers.items()
        }
        if not any(texts.values()):
            raise Refusal("Both answers were empty, so nothing was changed.")
        async with self._database.write() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed, so your answer could not be kept.")
            for kind, text in texts.items():
                await contributions.put(connection, session_id, author, kind, text, quotable=quotable)
            await people.take_part(connection, {(session_id, author)})
            kept = await contributions.by_author(connection, session_id, author)
            await boards.reopen(connection, "featured", session_id)
        self._repaint(session_id)
        return kept

    async def withdraw(self, guild_id: int, session_id: int, author: int) -> None:
        """Take back what the author said, while the review is open."""
        async with self._database.write() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed. /privacy can still take your words out.")
            for kind in PROMPTS:
                await contributions.put(connection, session_id, author, kind, "", quotable=False)
            await boards.reopen(connection, "featured", session_id)
        self._repaint(session_id)

    def _repaint(self, session_id: int) -> None:
        for kind in ("review", "featured", "console", "now"):
            self._painter.stale(kind, session_id)

    async def draft(self, guild_id: int, session_id: int, author: int) -> tuple[Contribution, ...]:
        """What the author's form begins with; refused when the review is not open, before anything is written."""
        async with self._database.read() as connection:
            await self._known(connection, guild_id, session_id)
            if await contributions.review_state(connection, session_id) != "open":
                raise Refusal("The review has closed.")
            return await contributions.by_author(connection, session_id, author)

    async def mine(self, guild_id: int, session_id: int, author: int) -> tuple[Contribution, ...]:
        """What is stored of the author's answers."""
        async with self._database.read() as connection:
            await self._known(connection, guild_id, session_id)
            return await contributions.by_author(connection, session_id, author)

    async def standing(self, session_id: int) -> Standing:
        """Whether the review is open, and how much came in."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            said = [said for said, _ in await contributions.in_session(connection, session_id)]
            return Standing(
                session,
                await contributions.review_state(connection, session_id) == "open",
                len({each.author for each in said}),
                sum(each.kind == "takeaway" for each in said),
                sum(each.kind == "improvement" for each in said),
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


async def open_in(connection: AsyncConnection, session: Session, now: datetime) -> int:
    """Open the review within a transaction; the board that is owed."""
    now_stands = await sessions.get(connection, session.id)
    if now_stands is None or now_stands.state != "live":
        raise Refusal(f"Session {session.number} is not open. Nothing was opened.")
    if await contributions.review_state(connection, session.id) == "open":
        raise Refusal("The review is open already.")
    await contributions.set_review(connection, session.id, "open")
    return await boards.add(connection, "review", session.id, session.guild_id, now_stands.channel, now=now)


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
