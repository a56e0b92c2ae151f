"""What hosts write into reports, and the versions that were published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, Update, cast, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import forget
from bot.storage.records import many, one, record
from bot.storage.tables import boards, contributions, report_edits, report_files, reports, sessions
from bot.storage.upsert import upsert

State = Literal["proposed", "owed", "made", "replaced"]

QUOTE = "quote:"
"""How the key of a quote's edit begins; the contribution's id follows."""

DRAFT = 0
"""The version that hosts write into."""


@dataclass(frozen=True)
class Version:
    """A version of a report: ``edited`` if its file is an organiser's own.

    ``summary`` is what its public message says of it, empty until that is first written.
    """

    id: int
    session_id: int
    version: int
    state: State
    what_changed: str
    published_by: str
    published_at: datetime
    edited: bool
    summary: str


@dataclass(frozen=True)
class File:
    """One of a version's files; ``description`` says what is in it."""

    name: str
    description: str
    data: bytes


@dataclass(frozen=True)
class Opening:
    """A follow-up thread that is owed, on a message of a channel, once that is posted."""

    session_id: int
    guild_id: int
    number: int
    title: str
    channel_id: int
    message_id: int | None


def _of(session_id: int, version: int) -> ColumnElement[bool]:
    return (report_edits.c.session_id == session_id) & (report_edits.c.version == version)


async def edits(connection: AsyncConnection, session_id: int, version: int = DRAFT) -> dict[str, str]:
    """What hosts have written into a version of a session's report, by the passages' keys."""
    wanted = select(report_edits.c.key, report_edits.c.text).where(_of(session_id, version))
    return {row.key: row.text for row in await connection.execute(wanted)}


async def edit(connection: AsyncConnection, session_id: int, key: str, text: str) -> None:
    """Replace what hosts have written into the draft there; empty text takes it away."""
    if text:
        values = {"session_id": session_id, "version": DRAFT, "key": key, "text": text}
        await connection.execute(upsert(connection, report_edits), values)
    else:
        await connection.execute(delete(report_edits).where(_of(session_id, DRAFT), report_edits.c.key == key))


async def keep_edits(connection: AsyncConnection, session_id: int, of: int, version: int) -> None:
    """Print a version with what hosts have written into another."""
    same = report_edits.c.session_id, literal(version), report_edits.c.key, report_edits.c.text
    await connection.execute(
        insert(report_edits).from_select(report_edits.c.keys(), select(*same).where(_of(session_id, of)))
    )


async def uncut(connection: AsyncConnection, session_id: int, contribution: int) -> None:
    """Drop the cut version of somebody's words, wherever it is printed."""
    cut = report_edits.c.session_id == session_id, report_edits.c.key == f"{QUOTE}{contribution}"
    await connection.execute(delete(report_edits).where(*cut))


async def prune(connection: AsyncConnection, session_id: int) -> None:
    """Drop the cut versions of words that have been erased: they are theirs."""
    there = contributions.c.session_id == session_id, contributions.c.state.not_in(("withdrawn", "erased"))
    keys = select(literal(QUOTE) + cast(contributions.c.id, String)).where(*there)
    cuts = report_edits.c.session_id == session_id, report_edits.c.key.startswith(QUOTE)
    await connection.execute(delete(report_edits).where(*cuts, report_edits.c.key.not_in(keys)))


async def get(connection: AsyncConnection, report_id: int) -> Version | None:
    """One version."""
    return await one(connection, Version, select(reports).where(reports.c.id == report_id))


async def versions(connection: AsyncConnection, session_id: int) -> tuple[Version, ...]:
    """All versions of a session's report, the oldest first."""
    wanted = select(reports).where(reports.c.session_id == session_id).order_by(reports.c.version)
    return await many(connection, Version, wanted)


async def current(connection: AsyncConnection, session_id: int) -> Version | None:
    """The version that is published, whether or not its files are there yet."""
    wanted = select(reports).where(reports.c.session_id == session_id, reports.c.state.in_(("owed", "made")))
    return await one(connection, Version, wanted.order_by(reports.c.version.desc()))


async def add(
    connection: AsyncConnection,
    session_id: int,
    state: State,
    by: str,
    now: datetime,
    *,
    what_changed: str = "",
    edited: bool = False,
) -> Version:
    """Add the next version, in place of one that was only proposed."""
    await drop_proposed(connection, session_id)
    newest = select(func.coalesce(func.max(reports.c.version), 0)).where(reports.c.session_id == session_id)
    number = 1 + (await connection.execute(newest)).scalar_one()
    values = {"session_id": session_id, "version": number, "state": state, "published_by": by, "published_at": now}
    new = insert(reports).values(**values, what_changed=what_changed, edited=edited)
    return record(Version, (await connection.execute(new.returning(reports))).one())


async def drop_proposed(connection: AsyncConnection, session_id: int) -> None:
    """Forget a version that nobody has said yes to, with its file."""
    proposed = reports.c.session_id == session_id, reports.c.state == "proposed"
    if (await connection.execute(delete(reports).where(*proposed))).rowcount:
        forget(connection)


async def change(connection: AsyncConnection, version: Version, state: State, **values: object) -> bool:
    """Bring a version into a state. False where it is no longer in the one it had."""
    as_it_was = reports.c.id == version.id, reports.c.state == version.state
    done: Update = update(reports).where(*as_it_was).values(state=state, **values)
    return (await connection.execute(done)).rowcount == 1


async def replace(connection: AsyncConnection, version: Version) -> None:
    """Another version takes its place: its files go, and no trace of them is left."""
    forget(connection)
    await change(connection, version, "replaced")
    await connection.execute(delete(report_files).where(report_files.c.report_id == version.id))
    await connection.execute(delete(report_edits).where(_of(version.session_id, version.version)))


async def put_files(connection: AsyncConnection, report_id: int, files: Iterable[File]) -> None:
    """Keep a version's files."""
    rows = [{"report_id": report_id, "name": f.name, "description": f.description, "data": f.data} for f in files]
    if rows:
        await connection.execute(insert(report_files), rows)


async def files(connection: AsyncConnection, report_id: int) -> tuple[File, ...]:
    """A version's files: the PDF first, as most people want that."""
    found = await many(connection, File, select(report_files).where(report_files.c.report_id == report_id))
    return tuple(sorted(found, key=lambda file: (not file.name.endswith(".pdf"), file.name)))


async def openings(connection: AsyncConnection) -> tuple[Opening, ...]:
    """The follow-up threads that are owed: a report is published, and no thread is recorded."""
    posted = boards.c.message_id.is_not(None) | boards.c.final.is_(False)
    wanted: Any = select(
        sessions.c.id.label("session_id"),
        sessions.c.guild_id,
        sessions.c.number,
        sessions.c.title,
        boards.c.channel_id,
        boards.c.message_id,
    )
    wanted = wanted.join(boards, (boards.c.subject == sessions.c.id) & (boards.c.kind == "published"))
    newest = select(func.max(boards.c.id)).where(boards.c.kind == "published").group_by(boards.c.subject)
    wanted = wanted.where(posted, sessions.c.thread_id.is_(None), boards.c.id.in_(newest))
    return await many(connection, Opening, wanted.order_by(boards.c.id))
