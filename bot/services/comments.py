"""What is said in a session's chat while it is live: kept as it comes, in groups, and followed when it changes.

Everything that Discord tells of messages waits in one line, so what happened to a message happens to its comment in the
same order. Whoever comes first writes for all who have come by then: a thousand comments are a few transactions.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.contributions import Shown, reopen, rewrite_in, shown_on, withdraw_in
from bot.services.groups import Groups
from bot.services.ports import Boards
from bot.services.promises import links_until
from bot.services.refusal import Refusal
from bot.services.text import clean, required, sameness
from bot.storage import boards, comments, contributions, erasing, people, sessions
from bot.storage.boards import Board
from bot.storage.comments import Heard
from bot.storage.contributions import Contribution
from bot.storage.database import Database, Unavailable
from bot.storage.sessions import Session

log = logging.getLogger(__name__)

LONGEST = 4000
"""As long as any message is."""

EARLY = timedelta(hours=1)
"""How long before its start people may already have written for a session."""

PROMPTS: tuple[boards.Kind, ...] = ("takeaway", "improvement")
"""The boards to which a reply is an answer."""


@dataclass(frozen=True)
class Edited:
    """A chat message has other words now."""

    message_id: int
    text: str


@dataclass(frozen=True)
class Deleted:
    """A chat message is gone."""

    message_id: int


@dataclass(frozen=True)
class Reacted:
    """Somebody has put an emoji to a chat message, or taken it away."""

    message_id: int
    person: int
    emoji: str
    on: bool


@dataclass(frozen=True)
class Cleared:
    """All reactions to a chat message are gone, or all of one emoji."""

    message_id: int
    emoji: str | None


Happening = Heard | Edited | Deleted | Reacted | Cleared


@dataclass(frozen=True)
class Counted:
    """How many comments, and from how many people: one may write many."""

    comments: int
    people: int


class Comments:
    """The chat of a guild's live session."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter
        self._groups: Groups[Happening, None] = Groups("comments", self._write)
        self._missed: list[Happening] = []

    async def hear(self, happened: Happening) -> None:
        """Take in what happened in the chat: it is on the disk when this returns, if it concerns a session."""
        await self._groups.put(happened)

    async def _write(self, group: list[Happening]) -> dict[Happening, None]:
        waiting, self._missed = [*self._missed, *group], []
        try:
            self._repaint(await self._database.write_at_once(partial(_commit, waiting)))
        except Unavailable as error:
            # Nobody waits for a receipt here, so what comes next takes it along, and else the next start finds it.
            self._missed = waiting
            log.warning("%s happenings in the chat wait for the database: %r", len(waiting), error.__cause__)
        return dict.fromkeys(group)

    def _repaint(self, shown: Iterable[Shown]) -> None:
        for kind, subject in shown:
            self._painter.stale(kind, subject)

    async def add(
        self, heard: Heard, person: int, written: datetime, now: datetime, *, host: bool
    ) -> tuple[Contribution, Session]:
        """Keep one message because somebody says so: a host anybody's, others their own."""
        own = heard.author == person
        if not (own or host):
            raise Refusal("You can add what you wrote yourself. Ask a host to add what somebody else wrote.")
        text = required(heard.text, "The message", LONGEST)
        async with self._database.write() as connection:
            session = await _session_of(connection, heard, written, now)
            await _check_wishes(connection, heard, own=own)
            shown: set[Shown] = set()
            said = await contributions.of_message(connection, heard.message_id)
            if said is None:
                answered = await comments.of_messages(connection, {heard.reply_to or 0})
                known = {message_id: each.id for message_id, each in answered.items()}
                await comments.add(connection, [(session, replace(heard, text=text))], known)
                if session.state == "live":  # else its number has been printed
                    await people.take_part(connection, {(session.id, heard.author)})
                shown.add(("report", session.id))
                await reopen(connection, shown)
            elif said.state == "withdrawn" and own:
                await contributions.change(connection, said, said.reworded, text=text, quotable=True)
                await reopen(connection, shown := await shown_on(connection, said))
            elif said.state == "withdrawn":
                raise Refusal("Its author has taken it back, so it cannot be added.")
            elif said.state == "hidden":
                raise Refusal("A host has hidden it. The message command “Hide from report” can show it again.")
            kept = await contributions.of_message(connection, heard.message_id)
        self._repaint(shown)
        if kept is None:
            raise LookupError(heard.message_id)
        return kept, session

    async def board_of(self, message_id: int) -> Board | None:
        """The prompt of the review that a message is, to which a reply is an answer."""
        async with self._database.read() as connection:
            board = await boards.of_message(connection, message_id)
        return board if board and board.kind in PROMPTS else None

    async def counted(self, session_id: int) -> Counted:
        """How many comments a session has, and from how many people."""
        async with self._database.read() as connection:
            return Counted(*await comments.counted(connection, session_id))

    async def live(self) -> tuple[Session, ...]:
        """Every session that is live, in whatever guild."""
        async with self._database.read() as connection:
            return await sessions.all_live(connection)

    async def kept(self, session_id: int, channel_id: int) -> tuple[int | None, dict[int, str]]:
        """How far a session's chat has been listened to, and what is kept of one channel's messages."""
        async with self._database.read() as connection:
            kept = await comments.in_channel(connection, session_id, channel_id)
            heard = await comments.heard_until(connection, session_id)
        return heard, {each.message_id: each.text for each in kept if each.message_id}


async def _commit(group: Sequence[Happening], connection: AsyncConnection) -> set[Shown]:
    shown: set[Shown] = set()
    for heard, run in groupby(group, key=lambda each: isinstance(each, Heard)):
        if heard:
            await _keep(connection, [each for each in run if isinstance(each, Heard)])
            continue
        these = list(run)
        known = await comments.of_messages(connection, {each.message_id for each in these})
        for each in these:
            said = known.get(each.message_id)
            if said is not None and said.state != "withdrawn":
                shown |= await _follow(connection, said, each)
                known |= await comments.of_messages(connection, {each.message_id})
    return shown


async def _keep(connection: AsyncConnection, said: Sequence[Heard]) -> None:
    """Capture what was said where a session is live, by people who do not want to be left out."""
    channels = {each.channel_id for each in said}
    stages = await comments.stages(connection, channels | {each.parent_id for each in said if each.parent_id})
    if not stages:
        return
    rooms = await comments.breakout_rooms(connection, channels)
    known = await comments.of_messages(connection, {each.message_id for each in said} | _replied(said))
    out = await comments.left_out_of(connection, {each.author for each in said})
    new: dict[int, tuple[Session, Heard]] = {}
    heard: dict[int, int] = {}
    for each in said:
        session = stages.get(each.channel_id) or stages.get(each.parent_id or 0)
        if session is None or session.guild_id != each.guild_id or each.channel_id in rooms:
            continue
        heard[session.id] = max(each.message_id, heard.get(session.id, 0))
        words = clean(each.text)
        wanted = sameness(words) and each.message_id not in known and (each.guild_id, each.author) not in out
        if wanted:
            new[each.message_id] = (session, replace(each, text=words))
    await comments.add(connection, list(new.values()), {message_id: each.id for message_id, each in known.items()})
    await people.take_part(connection, {(session.id, each.author) for session, each in new.values()})
    for session_id, message_id in heard.items():
        await comments.listened(connection, session_id, message_id)


def _replied(said: Iterable[Heard]) -> set[int]:
    return {each.reply_to for each in said if each.reply_to}


async def _follow(connection: AsyncConnection, said: Contribution, happened: Happening) -> set[Shown]:
    """Do to a comment what happened to its message; the boards to repaint."""
    match happened:
        case Deleted():
            return await withdraw_in(connection, said)
        case Edited(text=text) if said.channel_id is not None and (words := clean(text)) != said.text:
            if not sameness(words):
                return await withdraw_in(connection, said)
            return await rewrite_in(connection, said, words)
        case Reacted(person=person) if person != said.author:
            await contributions.support(connection, said.id, person, happened.emoji, on=happened.on)
            session = await sessions.get(connection, said.session_id)
            if happened.on and session and session.state == "live":  # else its number has been printed
                await people.take_part(connection, {(said.session_id, person)})
        case Cleared(emoji=emoji):
            await comments.clear(connection, said.id, emoji)
        case _:
            pass
    return set()


async def _check_wishes(connection: AsyncConnection, heard: Heard, *, own: bool) -> None:
    """Refuse what its author does not want kept."""
    if await erasing.is_unsaid(connection, heard.message_id):
        raise Refusal(f"{'You have' if own else 'Its author has'} had it erased, so it cannot be added.")
    if await people.is_left_out(connection, heard.guild_id, heard.author):
        raise Refusal(
            "You asked to be left out of what is shared. /privacy can let your words in again."
            if own
            else "Its author asked to be left out of what is shared, so it cannot be added."
        )


async def _session_of(connection: AsyncConnection, heard: Heard, written: datetime, now: datetime) -> Session:
    """The session for which a message was written, while its links to accounts are kept."""
    if heard.channel_id in await comments.breakout_rooms(connection, {heard.channel_id}):
        raise Refusal("What is said in a breakout room stays there.")
    channels = {heard.channel_id, heard.parent_id or heard.channel_id}
    for session in await sessions.held_in(connection, heard.guild_id, channels):
        if session.started_at and session.started_at - EARLY <= written:
            if now >= links_until(session.started_at):
                raise Refusal(f"Session {session.number} was too long ago: nothing can be added to it any more.")
            return session
    raise Refusal("Only what was written for a session, in its channel or in a thread of it, can be added.")
