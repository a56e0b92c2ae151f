"""Offers of help: what people offer, and the register in which everybody finds it, without names."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.contributions import Shown, reopen, rewrite_in, shown_on
from bot.services.ports import Boards
from bot.services.promises import links_until
from bot.services.refusal import Refusal
from bot.services.reviews import may_show
from bot.services.sessions import agenda_in, known
from bot.services.text import required, sameness
from bot.storage import contributions, offers, people, sessions
from bot.storage.contributions import Contribution
from bot.storage.database import Database
from bot.storage.offers import Offer, State, Type
from bot.storage.sessions import Session

WORDS = 1000
"""How many characters an offer may have in its form."""

NOT_HERE = "That offer is not known here."


@dataclass(frozen=True)
class Listed:
    """An offer as one person finds it in the register. ``asked``: how their own request to be introduced stands.

    ``listed``: others find it there too.
    """

    id: int
    text: str
    type: Type
    part: int
    mine: bool
    listed: bool
    reachable: bool
    asked: State | None


class Offers:
    """The offers of a guild's series."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def session(self, guild_id: int, asked_in: int | None) -> Session:
        """The session to which an offer belongs: in a rehearsal's thread that one, else what runs or finished last."""
        async with self._database.read() as connection:
            running = await sessions.live(connection, guild_id)
            if running and running.rehearses is not None:
                running = None
            rehearsal = await sessions.rehearsal_in(connection, asked_in)
            found = rehearsal or running or await sessions.last_finished(connection, guild_id)
        if found is None:
            raise Refusal("No session has been started yet: offers begin with the first.")
        return found

    async def said(self, message_id: int, author: int) -> Contribution | None:
        """What is kept already of a message that its author calls an offer."""
        async with self._database.read() as connection:
            said = await contributions.of_message(connection, message_id)
        return said and _own(said, author)

    async def make(
        self,
        guild_id: int,
        session_id: int,
        author: int,
        words: str,
        kind: Type,
        now: datetime,
        *,
        quotable: bool,
        said: int = 0,
    ) -> Offer:
        """Keep an offer. What was ``said`` already, a comment or an offer, becomes this one."""
        text = required(words, "The offer", WORDS)
        shown: set[Shown] = set()
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            if session.started_at is None:
                raise Refusal(f"Session {session.number} has not begun. Nothing was saved.")
            refuse_unlinked(session, now)
            if said:
                kept = _own(await in_guild(connection, guild_id, said), author)
                # What is kept is no longer what the chat says, so what is changed there changes it no more.
                unlinked = {"channel_id": None} if text != kept.text else {}
                shown = await rewrite_in(connection, kept, text, kind="offer", quotable=quotable, **unlinked)
                stored = said
            else:
                await _refuse_twice(connection, session, author, text)
                stored = await contributions.add(connection, session.id, author, "offer", text, quotable=quotable)
            await offers.put(connection, stored, kind)
            if session.state == "live":  # else its number has been printed
                await people.take_part(connection, {(session.id, author)})
            made = await known_offer(connection, guild_id, stored)
        self._repaint(shown)
        return made

    async def mark(self, guild_id: int, contribution_id: int, kind: Type) -> Offer:
        """A host says that a comment is an offer of help; its words, and how they may be used, stay as they are."""
        async with self._database.write() as connection:
            said = _fit(await in_guild(connection, guild_id, contribution_id))
            if await people.is_left_out(connection, guild_id, said.author):
                raise Refusal("Its author asked to be left out of what is shared. Nothing was changed.")
            await contributions.change(connection, said, said.state, kind="offer")
            await offers.put(connection, said.id, kind)
            await reopen(connection, shown := await shown_on(connection, said))
            marked = await known_offer(connection, guild_id, said.id)
        self._repaint(shown)
        return marked

    def _repaint(self, shown: set[Shown]) -> None:
        for board, subject in shown:
            self._painter.stale(board, subject)

    async def register(self, guild_id: int, asked_in: int | None, person: int) -> tuple[Listed, ...]:
        """What everybody may read of the offers, and all of this person's own."""
        async with self._database.read() as connection:
            every = await every_offer(connection, guild_id, asked_in)
            mine = await offers.concerning(connection, person, [each.said.id for each in every])
        asked: dict[int, State] = {each.contribution_id: each.state for each in mine if each.asker == person}
        return tuple(
            Listed(
                each.said.id,
                each.said.text,
                each.type,
                each.part,
                each.said.author == person,
                is_listed(each),
                each.said.author > 0,
                asked.get(each.said.id),
            )
            for each in every
            if is_listed(each) or (each.said.author == person and each.said.text)
        )


def refuse_unlinked(session: Session, now: datetime) -> None:
    """Refuse what needs a link to an account, once those of its session have been erased for good."""
    if session.started_at and now >= links_until(session.started_at):
        raise Refusal(
            f"Session {session.number} is too long ago: we keep no links to its accounts any more. Nothing was saved."
        )


def is_listed(offer: Offer) -> bool:
    """Whether everybody may read it."""
    return may_show(offer.said, out=offer.out)


def _own(said: Contribution, author: int) -> Contribution:
    if said.author != author:
        raise Refusal("That was said by somebody else.")
    return _fit(said)


def _fit(said: Contribution) -> Contribution:
    """Refuse what cannot become an offer."""
    if said.kind not in {"comment", "offer"}:
        raise Refusal("That is kept as something else already: a question, or an answer to the review.")
    if said.state in {"hidden", "withdrawn", "erased"}:
        raise Refusal("That has been taken out of what is kept.")
    return said


async def _refuse_twice(connection: AsyncConnection, session: Session, author: int, text: str) -> None:
    before = await contributions.by_author(connection, session.id, author, ("offer",))
    if any(sameness(each.text) == sameness(text) for each in before):
        raise Refusal("You have offered that already. Nothing was changed.")


async def every_offer(connection: AsyncConnection, guild_id: int, asked_in: int | None) -> list[Offer]:
    """All offers of the guild's series; in the thread of a rehearsal that one's."""
    if rehearsal := await sessions.rehearsal_in(connection, asked_in):
        return await offers.of_session(connection, rehearsal.id)
    return await offers.of_series(connection, (await agenda_in(connection, guild_id)).series.id)


async def in_guild(connection: AsyncConnection, guild_id: int, contribution_id: int) -> Contribution:
    """Something that was said in a session of the guild."""
    said = await contributions.get(connection, contribution_id)
    session = said and await sessions.get(connection, said.session_id)
    if said is None or session is None or session.guild_id != guild_id:
        raise Refusal(NOT_HERE)
    return said


async def known_offer(connection: AsyncConnection, guild_id: int, contribution_id: int) -> Offer:
    """An offer made in a session of the guild."""
    await in_guild(connection, guild_id, contribution_id)
    offer = await offers.get(connection, contribution_id)
    if offer is None:
        raise Refusal(NOT_HERE)
    return offer
