"""What people said. Every kind has one life: captured, maybe held, shown or hidden, in the end withdrawn or erased."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from secrets import randbits
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.polls import Poll
from bot.storage.records import many, one, record
from bot.storage.tables import breakout_groups, breakouts, contributions, left_out, reviews, sessions, supports
from bot.storage.upsert import upsert

Kind = Literal["comment", "question", "takeaway", "improvement", "answer", "feedback", "offer"]
Prompt = Literal["takeaway", "improvement"]
State = Literal["captured", "held", "shown", "hidden", "withdrawn", "erased"]

SPOKEN: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "answer")
"""Everything but the answers to polls, whose authors can be pseudonyms."""
KEPT_BACK: tuple[State, ...] = ("held", "hidden")
"""Where a host has put what was said; new words of the author's do not bring it out."""
REVIEW: tuple[Prompt, ...] = get_args(Prompt)
"""What answers the two prompts at the end."""


STANDS = contributions.c.state != "withdrawn"
"""What its author has taken back was not said."""


@dataclass(frozen=True)
class Contribution:
    """``quotable``: may be quoted without a name. ``board_id``: where a host has shown it, if one has.

    ``message_id`` is the chat message it was said in, ``reply_to`` the contribution that it replies to, and
    ``group_id`` the breakout group that sends it, where there is one; with ``one_thing`` for everyone. ``step`` is the
    place in the run of show of what was on when it was said, where that is known.
    """

    id: int
    session_id: int
    author: int
    kind: Kind
    text: str
    quotable: bool
    state: State
    board_id: int | None
    poll_id: int | None
    why_hidden: str
    channel_id: int | None
    message_id: int | None
    reply_to: int | None
    group_id: int | None
    one_thing: str
    step: int | None

    @property
    def reworded(self) -> State:
        """Its state with new words: what a host has hidden stays hidden, also once its author had taken it back."""
        if self.state in KEPT_BACK:
            return self.state
        return "hidden" if self.why_hidden else "captured"


async def review_state(connection: AsyncConnection, session_id: int) -> str | None:
    """``"open"``, ``"closed"``, or None before the session's review was opened."""
    wanted = select(reviews.c.state).where(reviews.c.session_id == session_id)
    return (await connection.execute(wanted)).scalar_one_or_none()


async def set_review(connection: AsyncConnection, session_id: int, state: str) -> None:
    """Open or close the session's review."""
    await connection.execute(upsert(connection, reviews), {"session_id": session_id, "state": state})


async def put(
    connection: AsyncConnection,
    session_id: int,
    author: int,
    kind: Kind,
    text: str,
    *,
    quotable: bool,
    channel_id: int | None = None,
    message_id: int | None = None,
) -> None:
    """Replace what the author said to one of the review's prompts; empty text takes it back.

    New words have not been chosen by a host, so they are shown on no board; what a host has hidden stays hidden.
    """
    mine = _by(author, session_id) & (contributions.c.kind == kind)
    hidden = contributions.c.why_hidden != ""
    if not text:
        await connection.execute(delete(contributions).where(mine, ~hidden))
        # This row says that a host has hidden it, also if its author says it again.
        gone = {"text": "", "quotable": False, "state": "withdrawn", "board_id": None}
        await connection.execute(update(contributions).where(mine).values(gone))
        return
    new: dict[str, Any] = {"text": text, "quotable": quotable, "board_id": None}
    new |= {"channel_id": channel_id, "message_id": message_id}
    out_of_sight = contributions.c.state.in_(KEPT_BACK)
    state = case((out_of_sight, contributions.c.state), (hidden, "hidden"), else_="captured")
    # An index with a condition cannot be the target of an upsert in both dialects, so: change, else add.
    if not (await connection.execute(update(contributions).where(mine).values(new | {"state": state}))).rowcount:
        whose = {"session_id": session_id, "author": author, "kind": kind}
        await _add(connection, whose | new | {"state": "captured"})


async def add(
    connection: AsyncConnection,
    session_id: int,
    author: int,
    kind: Kind,
    text: str,
    *,
    quotable: bool,
    **more: object,
) -> int:
    """Keep something that was said; its id. ``more`` are further columns."""
    said = {"session_id": session_id, "author": author, "kind": kind, "text": text, "quotable": quotable}
    return await _add(connection, {"state": "captured", **said, **more})


async def _add(connection: AsyncConnection, values: Mapping[str, object]) -> int:
    # At random, so that no id tells the order in which people were seen to act.
    new = insert(contributions).values(id=1 + randbits(52), **values)
    return (await connection.execute(new.returning(contributions.c.id))).scalar_one()


async def get(connection: AsyncConnection, contribution_id: int) -> Contribution | None:
    """One contribution."""
    return await one(connection, Contribution, select(contributions).where(contributions.c.id == contribution_id))


async def of_message(connection: AsyncConnection, message_id: int) -> Contribution | None:
    """What was said in a chat message, if it was captured."""
    return await one(connection, Contribution, select(contributions).where(contributions.c.message_id == message_id))


async def change(connection: AsyncConnection, said: Contribution, state: State, **values: Any) -> bool:
    """Bring a contribution into a state. False where it is no longer in the one it had: somebody else was first."""
    as_it_was = contributions.c.id == said.id, contributions.c.state == said.state
    if state != "shown":
        values["board_id"] = None
    if state == "withdrawn":
        values |= {"text": "", "one_thing": ""}
    done = await connection.execute(update(contributions).where(*as_it_was).values(state=state, **values))
    return done.rowcount == 1


async def support(connection: AsyncConnection, contribution_id: int, person: int, emoji: str, *, on: bool) -> None:
    """Record that somebody supports what was said, or no longer does, by an emoji or by a button (empty)."""
    whose = {"contribution_id": contribution_id, "person": person, "emoji": emoji}
    if on:
        await connection.execute(upsert(connection, supports), whose)
    else:
        await connection.execute(delete(supports).where(*(supports.c[name] == value for name, value in whose.items())))


async def supporters(connection: AsyncConnection, session_id: int) -> dict[int, set[int]]:
    """Who supports what was said in a session, by the contributions' ids."""
    wanted = select(supports.c.contribution_id, supports.c.person).join(contributions)
    found: dict[int, set[int]] = {}
    for contribution_id, person in await connection.execute(wanted.where(contributions.c.session_id == session_id)):
        found.setdefault(contribution_id, set()).add(person)
    return found


async def put_answer(connection: AsyncConnection, poll: Poll, author: int, text: str, *, quotable: bool) -> None:
    """Replace the author's answer to an open question; empty text takes it back."""
    mine = _by(author, poll.session_id) & (contributions.c.poll_id == poll.id)
    await connection.execute(delete(contributions).where(mine))
    if text:
        whose = {"session_id": poll.session_id, "poll_id": poll.id, "author": author, "kind": "answer"}
        await _add(connection, whose | {"text": text, "quotable": quotable, "state": "captured"})


async def answered(connection: AsyncConnection, poll_id: int) -> int:
    """How many have answered an open question."""
    count = select(func.count()).select_from(contributions).where(contributions.c.poll_id == poll_id)
    return (await connection.execute(count)).scalar_one()


def _by(author: int, session_id: int) -> ColumnElement[bool]:
    return (contributions.c.author == author) & (contributions.c.session_id == session_id)


def _of(kinds: Collection[Kind], poll_id: int | None) -> ColumnElement[bool]:
    """Of these kinds or, with ``poll_id``, in answer to that open question."""
    return contributions.c.kind.in_(kinds) if poll_id is None else contributions.c.poll_id == poll_id


async def by_author(
    connection: AsyncConnection,
    session_id: int,
    author: int,
    kinds: Collection[Kind] = REVIEW,
    *,
    poll_id: int | None = None,
) -> tuple[Contribution, ...]:
    """What one person said in a session: in its review, of other kinds, or to an open question."""
    wanted = select(contributions).where(_by(author, session_id), _of(kinds, poll_id), STANDS)
    wanted = wanted.order_by(contributions.c.kind.desc(), contributions.c.text)
    return await many(connection, Contribution, wanted)


async def in_session(
    connection: AsyncConnection, session_id: int, kinds: Collection[Kind] = REVIEW, *, poll_id: int | None = None
) -> list[tuple[Contribution, bool]]:
    """Everything said in a session's review, of other kinds, or to an open question, ordered by the words.

    Each comes with whether its author wants it left out.
    """
    out = exists().where(left_out.c.person == contributions.c.author, left_out.c.guild_id == sessions.c.guild_id)
    wanted = select(contributions, out.label("out")).join(sessions, sessions.c.id == contributions.c.session_id)
    wanted = wanted.where(contributions.c.session_id == session_id, _of(kinds, poll_id), STANDS)
    # Of those with the same words, too, the order is always the same; the ids, at random, tell nothing of when it was.
    rows = await connection.execute(wanted.order_by(contributions.c.text, contributions.c.id))
    return [(record(Contribution, row), row.out) for row in rows]


async def counted(connection: AsyncConnection, session_id: int) -> dict[Kind, int]:
    """How much was said in a session, by its kind, without what was taken back or out."""
    stands = contributions.c.state.not_in((*KEPT_BACK, "withdrawn"))
    wanted = select(contributions.c.kind, func.count()).where(contributions.c.session_id == session_id, stands)
    return {kind: count for kind, count in await connection.execute(wanted.group_by(contributions.c.kind))}  # noqa: C416


async def taken_out(connection: AsyncConnection, session_id: int) -> int:
    """How many there were that nobody may read any more."""
    gone = contributions.c.state.in_(("hidden", "withdrawn", "erased"))
    wanted = select(func.count()).where(contributions.c.session_id == session_id, gone)
    return (await connection.execute(wanted)).scalar_one()


async def show(connection: AsyncConnection, ids: list[int], board_id: int) -> None:
    """Record that a host has chosen contributions for a board."""
    chosen = contributions.c.id.in_(ids)
    await connection.execute(update(contributions).where(chosen).values(board_id=board_id, state="shown"))


async def breakout_of(connection: AsyncConnection, group_id: int) -> int:
    """The breakout that a group is of."""
    wanted = select(breakout_groups.c.breakout_id).where(breakout_groups.c.id == group_id)
    return (await connection.execute(wanted)).scalar_one()


async def breakouts_in(connection: AsyncConnection, session_id: int) -> tuple[int, ...]:
    """The breakouts of a session."""
    wanted = select(breakouts.c.id).where(breakouts.c.session_id == session_id)
    return tuple((await connection.execute(wanted)).scalars())
