"""What is asked of the panel, and what became of it. The words are in `bot.storage.contributions`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import bulk
from bot.storage.contributions import State
from bot.storage.records import many
from bot.storage.tables import contributions, left_out, questions, sessions, supports

Status = Literal["waiting", "taken", "live", "written", "merged"]
Source = Literal["discord", "zoom"]

OPEN: tuple[State, ...] = ("captured", "held", "shown")
"""The states in which words may still come to the panel."""


@dataclass(frozen=True)
class Question:
    """A question with its words. ``number`` counts within the session; ``id`` is that of the contribution.

    ``addressed`` is empty where the whole panel is asked, ``asker`` where no name stands beside it. ``out``: its
    author wants their words left out.
    """

    id: int
    session_id: int
    guild_id: int
    author: int
    text: str
    state: State
    why_hidden: str
    number: int
    addressed: str
    named: bool
    asker: str
    source: Source
    status: Status
    answer: str
    follow_up: str
    merged_into: int | None
    out: bool

    @property
    def gone(self) -> bool:
        """Whether its words are nobody's to read any more."""
        return self.out or self.state in {"withdrawn", "erased"}

    @property
    def public(self) -> bool:
        """Whether everybody may read it."""
        return not self.out and self.state in {"captured", "shown"}


_KEY = questions.c.contribution_id
_ROOT = func.coalesce(questions.c.merged_into, questions.c.contribution_id)
_OUT = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)


def _questions(where: ColumnElement[bool]) -> Select[Any]:
    beside = [each for each in questions.c if each.name not in {"contribution_id", "session_id"}]
    said = contributions.c.author, contributions.c.text, contributions.c.state, contributions.c.why_hidden
    wanted = select(contributions.c.id, contributions.c.session_id, sessions.c.guild_id, *said, *beside)
    wanted = wanted.add_columns(_OUT.label("out")).select_from(questions)
    wanted = wanted.join(contributions, contributions.c.id == _KEY)
    wanted = wanted.join(sessions, sessions.c.id == questions.c.session_id)
    return wanted.where(where).order_by(questions.c.number)


async def in_session(connection: AsyncConnection, session_id: int) -> tuple[Question, ...]:
    """All that was asked in a session, by number."""
    return await many(connection, Question, _questions(questions.c.session_id == session_id))


async def around(connection: AsyncConnection, ids: Collection[int]) -> tuple[Question, ...]:
    """These questions, and all that were merged with them."""
    roots = select(_ROOT).where(questions.c.contribution_id.in_(ids))
    return await many(connection, Question, _questions(_ROOT.in_(roots)))


async def open_by(connection: AsyncConnection, session_id: int, author: int) -> int:
    """How many questions of the author's still wait for an answer."""
    wanted = select(func.count()).select_from(questions).join(contributions, contributions.c.id == _KEY)
    wanted = wanted.where(questions.c.session_id == session_id, contributions.c.author == author)
    wanted = wanted.where(questions.c.status.in_(("waiting", "taken")), contributions.c.state.in_(OPEN))
    return (await connection.execute(wanted)).scalar_one()


async def last_number(connection: AsyncConnection, session_id: int) -> int:
    """The highest number in the session, 0 before the first question."""
    wanted = select(func.max(questions.c.number)).where(questions.c.session_id == session_id)
    return (await connection.execute(wanted)).scalar_one() or 0


async def add(
    connection: AsyncConnection,
    contribution_id: int,
    session_id: int,
    number: int,
    *,
    addressed: str,
    asker: str,
    source: Source,
) -> None:
    """Put a contribution into the queue; its asker is named unless ``asker`` is empty."""
    who = {"addressed": addressed, "asker": asker, "named": bool(asker), "source": source}
    new = {"contribution_id": contribution_id, "session_id": session_id, "number": number, "status": "waiting"}
    await connection.execute(insert(questions).values(**new, **who, answer="", follow_up=""))


async def change(connection: AsyncConnection, question: Question, **values: Any) -> bool:
    """Change a question. False where its status is no longer what it was: somebody else was first."""
    as_it_was = questions.c.contribution_id == question.id, questions.c.status == question.status
    return (await connection.execute(update(questions).where(*as_it_was).values(**values))).rowcount == 1


async def forget_asker(connection: AsyncConnection, contribution_id: int) -> None:
    """No name stands beside a question any more."""
    unnamed = update(questions).where(questions.c.contribution_id == contribution_id)
    await connection.execute(unnamed.values(asker="", named=False))


async def readdress(connection: AsyncConnection, merged_into: int, root: int) -> None:
    """What was merged into one question is from now on merged into another."""
    theirs = questions.c.merged_into == merged_into
    await connection.execute(update(questions).where(theirs).values(merged_into=root))


async def supporters(connection: AsyncConnection, ids: Collection[int]) -> dict[int, set[int]]:
    """Who supports these questions, by their ids."""
    found: dict[int, set[int]] = {}
    wanted = select(supports.c.contribution_id, supports.c.person).where(supports.c.contribution_id.in_(ids))
    for question_id, person in await connection.execute(wanted):
        found.setdefault(question_id, set()).add(person)
    return found


async def supporting(connection: AsyncConnection, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs of a question and a person in which the person supports the question by the button."""
    key = "contribution_id", "person"
    found = await bulk.find(connection, supports, (*key, "emoji"), key, sorted(set(pairs)))
    return {(row[0], row[1]) for row in found if not row[2]}


async def support(
    connection: AsyncConnection, on: Collection[tuple[int, int]], off: Collection[tuple[int, int]]
) -> None:
    """Record, for many pairs of a question and a person, that the person supports it, or no longer does."""
    columns = "contribution_id", "person", "emoji"
    if off:
        await bulk.delete(connection, supports, columns, [(*pair, "") for pair in sorted(off)])
    if on:
        await bulk.insert(connection, supports, columns, [(*pair, "") for pair in sorted(on)], unless_there=True)


async def replied(connection: AsyncConnection, session_id: int) -> tuple[int, ...]:
    """The questions of a session that have been answered in writing: each reply is a message of its own."""
    wanted = select(questions.c.contribution_id).where(questions.c.session_id == session_id, questions.c.answer != "")
    return tuple((await connection.execute(wanted)).scalars())
