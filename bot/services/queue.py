"""What hosts do with the questions to the panel. Whoever comes second is told that it is done already."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.asked import OPEN, Asked, addressee
from bot.services.contributions import decide_in
from bot.services.panel import BOARDS, NAME, WORDS, all_asked, one_asked, put_in, unanswered_in
from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.text import one_line, required, shortened
from bot.storage import audit, boards, contributions, erasing, questions, sessions
from bot.storage.audit import Act
from bot.storage.contributions import KEPT_BACK, Contribution, State
from bot.storage.database import Database

REPLY = 1500
"""How many characters an answer in writing may have."""

WHY = 300
"""How many characters the reason of a dismissal may have."""

WHO = 100
"""How many characters may say who follows up."""

STANDS = {
    "waiting": "waiting in the queue",
    "taken": "being answered",
    "live": "answered live",
    "written": "answered in writing",
    "merged": "merged",
}
"""What hosts read of a question, by its status."""


def stands(asked: Asked) -> str:
    """Where a question is, as hosts say it."""
    if asked.question.gone:
        return "taken back by its author"
    if asked.status == "merged":
        return f"merged into Q{asked.into}"
    return {"held": "held", "hidden": "dismissed"}.get(asked.question.state, STANDS[asked.status])


class Queue:
    """The hosts' queue of a session's panel."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def take(self, guild_id: int, question_id: int) -> Asked:
        """It is being answered now."""
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits and asked.status == "waiting")
            await _change(connection, asked, status="taken", merged_into=None)
        return await self._done(asked)

    async def answered(self, guild_id: int, question_id: int) -> Asked:
        """It has been answered live."""
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits)
            await _change(connection, asked, status="live", merged_into=None)
        return await self._done(asked)

    async def write(self, guild_id: int, question_id: int, words: str, now: datetime) -> Asked:
        """Answer it in writing: the answer is a message of its own in the session's channel."""
        text = required(words, "The answer", REPLY)
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits)
            await _change(connection, asked, status="written", answer=text, merged_into=None)
            session = await known(connection, guild_id, asked.question.session_id)
            owed = list[int]()
            if not await boards.of(connection, "written", asked.id):
                owed.append(await boards.add(connection, "written", asked.id, guild_id, session.channel, now=now))
            await boards.reopen(connection, "written", asked.id)
        done = await self._done(asked)
        await self._painter.show(*owed)
        return done

    async def merge(self, guild_id: int, question_id: int, number: int, host: int, now: datetime) -> Asked:
        """Merge it into the question of that number; who stands behind it, and its author, count for that one."""
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits)
            every = await all_asked(connection, asked.question.session_id)
            into = next((each for each in every if each.question.number == number), None)
            if into is None:
                raise Refusal(f"There is no Q{number}. Nothing was changed.")
            if into.id == asked.id:
                raise Refusal("A question cannot be merged into itself. Nothing was changed.")
            if not into.public:
                raise Refusal(f"{into.name} is {stands(into)}, so nothing can be merged into it. Nothing was changed.")
            await _change(connection, asked, status="merged", merged_into=into.id)
            await questions.readdress(connection, asked.id, into.id)
            said = await _words(connection, asked)
            await audit.add(connection, guild_id, said, host, "merge", f"into {into.name}", now)
        return await self._done(asked)

    async def hold(self, guild_id: int, question_id: int, host: int, now: datetime) -> Asked:
        """Take it off the public board for now."""
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits)
            await _change(connection, asked, status="waiting", merged_into=None)
            await _decide(connection, asked, "held", "hold", host, "", now)
        return await self._done(asked)

    async def dismiss(self, guild_id: int, question_id: int, why: str, host: int, now: datetime) -> Asked:
        """Take it off the public board for a reason."""
        reason = required(why, "The reason", WHY)
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits or (asked.question.state == "held" and asked.status in OPEN))
            await _change(connection, asked, status="waiting", merged_into=None)
            await _decide(connection, asked, "hidden", "dismiss", host, reason, now)
        return await self._done(asked)

    async def put_back(self, guild_id: int, question_id: int, host: int, now: datetime) -> Asked:
        """Have it wait in the queue again, for everybody to read, wherever it was."""
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, not (asked.waits and asked.status == "waiting"))
            await _change(connection, asked, status="waiting", merged_into=None, answer="")
            if asked.question.state in KEPT_BACK:
                await _decide(connection, asked, "captured", "restore", host, "", now)
            await boards.reopen(connection, "written", asked.id)
        return await self._done(asked)

    async def follow_up(self, guild_id: int, question_id: int, who: str) -> Asked:
        """Say who will answer it after the session."""
        name = required(one_line(who), "The name", WHO)
        async with self._deciding(guild_id, question_id) as (connection, asked):
            _refuse_unless(asked, asked.waits)
            await _change(connection, asked, follow_up=name)
        return await self._done(asked)

    async def follow_up_all(self, guild_id: int, session_id: int, who: str) -> int:
        """The same for every question that is not answered and has nobody yet; how many."""
        name = required(one_line(who), "The name", WHO)
        async with self._database.write() as connection:
            await known(connection, guild_id, session_id)
            left = [each for each in await unanswered_in(connection, session_id) if not each.question.follow_up]
            for each in left:
                await questions.change(connection, each.question, follow_up=name)
            await _reopen(connection, session_id)
        self._repaint(session_id)
        return len(left)

    async def add_from_zoom(self, guild_id: int, session_id: int, words: str, *, to: str, name: str) -> Asked:
        """Put down what was asked elsewhere, with the name under which it was asked if there is one.

        It is nobody's here: nobody has taken part by it, and it leads to no account.
        """
        text = required(words, "The question", WORDS)
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            if session.state != "live":
                raise Refusal("The session is over, so nothing is added to its questions.")
            number = await questions.last_number(connection, session_id) + 1
            asker, addressed = shortened(one_line(name), NAME), addressee(Plan.of(session), to)
            who = session_id, erasing.nobody()
            added = await put_in(connection, *who, text, number, addressed, asker, "zoom")
            asked = await one_asked(connection, guild_id, added)
        self._repaint(session_id)
        return asked

    @asynccontextmanager
    async def _deciding(self, guild_id: int, question_id: int) -> AsyncGenerator[tuple[AsyncConnection, Asked], None]:
        """A transaction in which something is decided about a question of a session that has begun."""
        async with self._database.write() as connection:
            asked = await one_asked(connection, guild_id, question_id)
            if asked.question.gone:
                raise Refusal(f"{asked.name} has been taken back by its author. Nothing was changed.")
            yield connection, asked
            await _reopen(connection, asked.question.session_id)

    async def _done(self, asked: Asked) -> Asked:
        self._repaint(asked.question.session_id)
        self._painter.stale("written", asked.id)
        async with self._database.read() as connection:
            return await one_asked(connection, asked.question.guild_id, asked.id)

    def _repaint(self, session_id: int) -> None:
        for kind in BOARDS:
            self._painter.stale(kind, session_id)


def _refuse_unless(asked: Asked, allowed: bool) -> None:
    if not allowed:
        raise Refusal(f"{asked.name} is {stands(asked)} already. Nothing was changed.")


async def _change(connection: AsyncConnection, asked: Asked, **values: Any) -> None:
    """Change a question; refused where somebody else was first."""
    if not await questions.change(connection, asked.question, **values):
        raise Refusal(f"Somebody has just done something with {asked.name}. Nothing was changed.")


async def _decide(
    connection: AsyncConnection, asked: Asked, state: State, act: Act, host: int, why: str, now: datetime
) -> None:
    """What becomes of its words, with who decided it."""
    said = await _words(connection, asked)
    await decide_in(connection, asked.question.guild_id, said, state, act, host, why, now)


async def _words(connection: AsyncConnection, asked: Asked) -> Contribution:
    said = await contributions.get(connection, asked.id)
    if said is None:
        raise LookupError(asked.id)
    return said


async def _reopen(connection: AsyncConnection, session_id: int) -> None:
    """What a session that is over has left shows its questions, so that has to follow: also after a crash."""
    session = await sessions.get(connection, session_id)
    if session and session.state == "finished":
        for kind in BOARDS:
            await boards.reopen(connection, kind, session_id)
