"""Zoom's half of a session: its files, understood, shown to a host, and taken in as they were shown."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.contributions import SHOWN_ON, Shown, reopen
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.tallies import Tally, tally
from bot.services.zoom.chat import ZoomChat
from bot.services.zoom.files import ZoomFile, parse
from bot.services.zoom.people import ZoomPeople
from bot.services.zoom.plan import NewLine, line_of, plan_chat, plan_people, plan_polls
from bot.services.zoom.polls import ZoomPolls
from bot.services.zoom.telling import Preview, tell_chat, tell_people, tell_polls
from bot.services.zoom.times import USUAL, Held
from bot.storage import cues, erasing, polls, sessions, zoom
from bot.storage.database import Database
from bot.storage.polls import Poll
from bot.storage.sessions import Session
from bot.storage.zoom import Kind, Stay, ZoomPollRow

Planned = tuple[Kind, dict[str, Any], Preview]
"""What a file is, what is to be kept of it, and how that is told."""

DECIDED = "This has been decided already, or a newer file has taken its place. Send the file again if it is not in yet."


@dataclass(frozen=True)
class ZoomPoll:
    """A poll as it was answered on Zoom. ``poll_id`` is the one here that asked the same.

    Where it was answered in words its tally has no rows; the words are among the comments. Nobody chose more than so
    many ``choices``.
    """

    id: int
    number: int
    question: str
    tally: Tally
    poll_id: int | None
    asked_at: datetime | None
    choices: int


@dataclass(frozen=True)
class ZoomSaid:
    """What Zoom's files say of a session. ``joined`` is None unless the number that stands is that of a file."""

    polls: tuple[ZoomPoll, ...]
    joined: int | None
    peak: int | None
    comments: int


async def zoom_in(connection: AsyncConnection, session: Session) -> ZoomSaid:
    """All of it, for a transaction that reads one snapshot."""
    here = {poll.id: poll for poll in await polls.in_session(connection, session.id)}
    asked = tuple(
        ZoomPoll(
            each.id,
            each.number,
            each.question,
            _tally(each, place=each.poll_id in here and here[each.poll_id].kind == "place"),
            each.poll_id,
            each.asked_at,
            max(map(len, each.answers), default=1),
        )
        for each in await zoom.polls_of(connection, session.id)
    )
    there = {person for person, *_ in await zoom.stays(connection, session.id)}
    theirs = await zoom.has_merged(connection, session.id, "people") and len(there) in {0, session.joined}
    counted = (session.joined, session.peak) if theirs else (None, None)
    return ZoomSaid(asked, *counted, await zoom.comment_count(connection, session.id))


def _tally(poll: ZoomPollRow, *, place: bool) -> Tally:
    if not poll.options:
        return Tally(len(poll.answers), ())
    counts = Counter((slot, option) for each in poll.answers for slot, option in enumerate(each))
    return tally(poll.options, counts, kind="place" if place else "multiple")


class Zoom:
    """Zoom's files for a guild's sessions."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def propose(self, session: Session, name: str, data: bytes) -> Preview:
        """Say what a file would change, and keep what was understood of it until somebody decides."""
        if session.state not in {"live", "finished"}:
            raise Refusal(f"Session {session.number} has not been held, so there is nothing of it on Zoom.")
        async with self._database.read() as connection:
            held = await _held(connection, session)
        # In a thread, and before the transaction: a large file takes a while, and others are voting.
        file = await asyncio.to_thread(parse, data, name, held and held.day)
        async with self._database.read() as connection:
            session = await known(connection, session.guild_id, session.id)
            kind, content, told = await _planned(connection, session, file, held, name)
        if told.nothing:
            return told
        async with self._database.write() as connection:
            return told.kept(await zoom.propose(connection, session.id, kind, content))

    async def merge(self, guild_id: int, file_id: int, *, quotable: bool) -> tuple[Session, Kind]:
        """Take in what was shown. What was written to everybody may be quoted from then on if ``quotable``."""
        async with self._database.write() as connection:
            session, file = await _waiting(connection, guild_id, file_id)
            if not await zoom.merged(connection, file_id):
                raise Refusal(DECIDED)
            await _take_in(connection, session, file.kind, file.content, quotable=quotable)
            shown: set[Shown] = {(kind, session.id) for kind in SHOWN_ON["comment"]}
            await reopen(connection, shown)
        for kind, subject in shown:
            self._painter.stale(kind, subject)
        return session, file.kind

    async def dismiss(self, guild_id: int, file_id: int) -> None:
        """Forget a file that was sent."""
        async with self._database.write() as connection:
            session, file = await _waiting(connection, guild_id, file_id)
            await zoom.drop_proposed(connection, session.id, file.kind)


async def _waiting(connection: AsyncConnection, guild_id: int, file_id: int) -> tuple[Session, zoom.ZoomFile]:
    file = await zoom.get(connection, file_id)
    if file is None or file.state != "proposed":
        raise Refusal(DECIDED)
    return await known(connection, guild_id, file.session_id), file


async def _held(connection: AsyncConnection, session: Session) -> Held | None:
    start = session.started_at or session.starts_at
    if start is None:
        return None
    lasted = session.ends_at - session.starts_at if session.starts_at and session.ends_at else USUAL
    return Held(start, start + lasted, ZoneInfo((await sessions.series_of(connection, session)).time_zone))


async def _planned(
    connection: AsyncConnection, session: Session, file: ZoomFile, held: Held | None, name: str
) -> Planned:
    """What the file is, what is to be kept of it, and how that is told."""
    there = (await zoom.comments(connection, session.id)).keys()
    match file:
        case ZoomPolls():
            here = await polls.in_session(connection, session.id)
            before = await zoom.polls_of(connection, session.id)
            return await asyncio.to_thread(_asked, file, session, here, before, there, held, name)
        case ZoomPeople():
            stays = await zoom.stays(connection, session.id)
            return await asyncio.to_thread(_came, file, session, stays, held, name)
        case _:
            return await asyncio.to_thread(_said, file, session, there, held)


def _asked(
    file: ZoomPolls,
    session: Session,
    here: Sequence[Poll],
    before: Sequence[ZoomPollRow],
    there: Collection[int],
    held: Held | None,
    name: str,
) -> Planned:
    asked = plan_polls(file, session.id, here, held, name)
    content = {"polls": [each.stored() for each in asked.polls], "lines": _stored(asked.lines)}
    return "polls", content, tell_polls(asked, here, before, there)


def _came(file: ZoomPeople, session: Session, there: set[Stay], held: Held | None, name: str) -> Planned:
    came = plan_people(file, held, name)
    stays = [[person, begin.isoformat(), end.isoformat()] for person, begin, end in sorted(came.stays)]
    content = {"joined": came.joined, "peak": came.peak, "stays": stays}
    return "people", content, tell_people(file, came, session, same=set(came.stays) == there)


def _said(file: ZoomChat, session: Session, there: Collection[int], held: Held | None) -> Planned:
    said = plan_chat(file, session.id, held)
    return "chat", {"lines": _stored(said.lines)}, tell_chat(file, said, there)


def _stored(lines: Iterable[NewLine]) -> list[list[Any]]:
    return [each.stored() for each in lines]


async def _take_in(
    connection: AsyncConnection, session: Session, kind: Kind, content: dict[str, Any], *, quotable: bool
) -> None:
    if kind == "people":
        stays = [
            (person, datetime.fromisoformat(begin), datetime.fromisoformat(end))
            for person, begin, end in content["stays"]
        ]
        await zoom.replace_stays(connection, session.id, stays)
        await sessions.update_session(connection, session.id, joined=content["joined"], peak=content["peak"])
        return
    if kind == "polls":
        here = {poll.id for poll in await polls.in_session(connection, session.id)}
        await zoom.replace_polls(connection, session.id, [_row(each, here) for each in content["polls"]])
    await _write_down(connection, session, [line_of(each) for each in content["lines"]], quotable=quotable)


def _row(kept: dict[str, Any], here: set[int]) -> dict[str, Any]:
    asked_at = kept["asked_at"] and datetime.fromisoformat(kept["asked_at"])
    return kept | {"asked_at": asked_at, "poll_id": kept["poll_id"] if kept["poll_id"] in here else None}


async def _write_down(
    connection: AsyncConnection, session: Session, lines: Sequence[NewLine], *, quotable: bool
) -> None:
    """Keep as comments what is not there yet; whoever has written something that is there stays the same nobody."""
    there = await zoom.comments(connection, session.id)
    begun = (await cues.begun(connection, [session.id]))[session.id]
    authors = {line.sender: there[line.key].author for line in lines if line.key in there}
    people = {line.sender for line in lines} | {person for line in lines for person, _ in line.supports}
    authors = {person: erasing.nobody() for person in people} | authors
    new = [
        {
            "author": authors[line.sender],
            "text": line.text,
            "quotable": quotable and not line.panel,
            "message_id": line.key,
            "step": line.at and begun.at(line.at),
        }
        for line in lines
        if line.key not in there
    ]
    replies = {line.key: line.reply_to for line in lines if line.reply_to is not None}
    ids = await zoom.add_comments(connection, session.id, new, replies, {key: each.id for key, each in there.items()})
    given = {(ids[line.key], authors[person], emoji) for line in lines for person, emoji in line.supports}
    await zoom.support(connection, given)
