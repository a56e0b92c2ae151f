"""The messages the bot owes its channels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.records import many, one
from bot.storage.tables import boards, breakout_groups, breakouts, contributions, cues, introductions, polls, questions

OfSession = Literal[
    "welcome",
    "takeaway",
    "improvement",
    "nudge",
    "featured",
    "panel",
    "queue",
    "summary",
    "report",
    "published",
    "followup",
    "card",
    "doors",
    "now",
    "console",
    "ready",
    "changed",
    "arc",
]
OfBreakout = Literal["breakout", "warning", "collated", "silent"]
OfGroup = Literal["room"]
OfPoll = Literal["poll", "results", "answers", "cloud"]
OfCue = Literal["prompt", "reminder", "note"]
OfIntroduction = Literal["introduction", "reply"]
OfQuestion = Literal["written"]
OfSeries = Literal["overall"]
OfGuild = Literal["late"]
OfNotice = Literal["notice"]
OfDelivery = Literal["delivery"]

Kind = (
    OfSession
    | OfPoll
    | OfCue
    | OfBreakout
    | OfGroup
    | OfIntroduction
    | OfQuestion
    | OfSeries
    | OfGuild
    | OfNotice
    | OfDelivery
)
"""How a board looks, by whose id its subject is."""


@dataclass(frozen=True)
class Board:
    """``subject`` is the poll's, session's or cue's id; ``message_id`` is None until Discord has it.

    With a ``person`` it is a direct message to them, and ``channel_id`` is 0.
    """

    id: int
    guild_id: int
    channel_id: int
    kind: Kind
    subject: int
    message_id: int | None
    final: bool
    person: int | None
    recorded_at: datetime | None


async def add(
    connection: AsyncConnection,
    kind: Kind,
    subject: int,
    guild_id: int,
    channel_id: int,
    *,
    now: datetime,
    person: int | None = None,
) -> int:
    """Record that a board is owed; its id. ``now`` tells where to look for its message after a crash."""
    new = insert(boards).values(
        kind=kind,
        subject=subject,
        guild_id=guild_id,
        channel_id=channel_id,
        final=False,
        person=person,
        recorded_at=now,
    )
    return (await connection.execute(new.returning(boards.c.id))).scalar_one()


async def get(connection: AsyncConnection, board_id: int) -> Board | None:
    """One board; None once its session has been removed."""
    return await one(connection, Board, select(boards).where(boards.c.id == board_id))


async def get_all(connection: AsyncConnection, ids: Iterable[int]) -> tuple[Board, ...]:
    """Those of the boards that have not been removed, in the order of their ids."""
    return await many(connection, Board, select(boards).where(boards.c.id.in_(list(ids))).order_by(boards.c.id))


async def of(connection: AsyncConnection, kind: str, subject: int) -> tuple[Board, ...]:
    """The boards that show a subject in one way."""
    wanted = select(boards).where(boards.c.kind == kind, boards.c.subject == subject)
    return await many(connection, Board, wanted.order_by(boards.c.id))


async def of_message(connection: AsyncConnection, message_id: int) -> Board | None:
    """The board that a message is."""
    return await one(connection, Board, select(boards).where(boards.c.message_id == message_id))


async def unfinished(connection: AsyncConnection) -> tuple[Board, ...]:
    """Boards that have not been painted for the last time: at a start, those that may be behind."""
    return await many(connection, Board, select(boards).where(boards.c.final.is_(False)).order_by(boards.c.id))


async def posted(connection: AsyncConnection, board_id: int, message_id: int) -> None:
    """Record which message a board became."""
    await connection.execute(update(boards).where(boards.c.id == board_id).values(message_id=message_id))


async def settle(connection: AsyncConnection, board_id: int, *, final: bool) -> None:
    """Record whether a board has been painted for the last time."""
    await connection.execute(update(boards).where(boards.c.id == board_id).values(final=final))


async def reopen(connection: AsyncConnection, kind: Kind, subject: int) -> None:
    """What these boards show has changed after all: they are to be painted again, even after a crash."""
    shown = boards.c.kind == kind, boards.c.subject == subject
    somewhere = (boards.c.channel_id != 0) | boards.c.person.is_not(None)
    await connection.execute(update(boards).where(*shown, somewhere).values(final=False))


async def remove_of(connection: AsyncConnection, session_id: int) -> None:
    """The session is about to be removed: nobody looks after its messages any more, and none is owed."""
    asked = select(introductions.c.id).join(contributions).where(contributions.c.session_id == session_id)
    groups = select(breakout_groups.c.id).join(breakouts).where(breakouts.c.session_id == session_id)
    for kinds, subjects in (
        (OfSession, [session_id]),
        (OfPoll, select(polls.c.id).where(polls.c.session_id == session_id)),
        (OfCue, select(cues.c.id).where(cues.c.session_id == session_id)),
        (OfBreakout, select(breakouts.c.id).where(breakouts.c.session_id == session_id)),
        (OfGroup, groups),
        (OfIntroduction, asked),
        (OfQuestion, select(questions.c.contribution_id).where(questions.c.session_id == session_id)),
    ):
        theirs = boards.c.kind.in_(get_args(kinds)), boards.c.subject.in_(subjects)
        await connection.execute(delete(boards).where(*theirs))
