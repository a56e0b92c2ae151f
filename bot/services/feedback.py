"""What breakout groups send back: one feedback each, in two parts, which people can change until the session ends."""

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.breakouts import IN_NONE, group_for
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.reviews import may_show
from bot.services.roomlist import known_in
from bot.services.text import clean, required
from bot.storage import breakouts, contributions, people
from bot.storage.breakouts import Breakout, Group
from bot.storage.contributions import Contribution
from bot.storage.database import Database
from bot.storage.sessions import Session

WORDS = 1000
"""How many characters each of the two answers may have."""


@dataclass(frozen=True)
class Words:
    """What a group says: what it discussed, and one thing for everyone."""

    discussed: str
    one_thing: str
    quotable: bool


@dataclass(frozen=True)
class Draft:
    """What somebody's form begins with.

    ``group`` is None where they have to say for which room they speak; ``ask`` lets them say it. ``seen`` stands for
    what the group has sent so far, 0 for nothing; ``others``: somebody else sent that.
    """

    group: Group | None
    ask: bool
    seen: int
    words: Words | None
    others: bool


@dataclass(frozen=True)
class Sent:
    """What is kept of a group. ``shown``: everybody may read it."""

    group: Group
    said: Contribution
    shown: bool


class Overtaken(Refusal):
    """Somebody else of the group has sent feedback that this person had not seen when they wrote theirs."""

    def __init__(self, group: Group) -> None:
        super().__init__("Somebody else has sent feedback for that room, so yours was not saved.")
        self.group = group


class Feedback:
    """The feedback of breakout groups."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def draft(self, guild_id: int, breakout_id: int, person: int, *, host: bool) -> Draft:
        """What the form begins with; refused where nothing could be taken, before anything is written.

        Whoever is in no group says their room: on Zoom everybody, and a host who writes down what others say.
        """
        async with self._database.read() as connection:
            found, session = await known_in(connection, guild_id, breakout_id)
            _refuse_unless_live(session)
            if found.drawn:
                group = await breakouts.group_of(connection, breakout_id, person)
                if group is None and not host:
                    raise Refusal(IN_NONE)
            else:
                group = None if host else await _spoken_for(connection, found, person)
            ask = not found.drawn or group is None
            return await _draft(connection, found, group, person, ask=ask)

    async def draft_for(self, guild_id: int, group_id: int, person: int, *, host: bool) -> Draft:
        """The same for one group: to change what it has sent, or to replace it."""
        async with self._database.read() as connection:
            group, found, session = await _known(connection, guild_id, group_id)
            _refuse_unless_live(session)
            await _refuse_stranger(connection, found, group, person, host=host)
            return await _draft(connection, found, group, person, ask=False)

    async def send(
        self,
        guild_id: int,
        breakout_id: int,
        person: int,
        words: Words,
        *,
        group_id: int,
        seen: int,
        room: str | None,
        host: bool,
    ) -> Sent:
        """Keep a group's feedback, in place of what it has sent before if that is what they saw (``seen``).

        ``group_id`` is the group their form was for, 0 for none; with a ``room`` they may have chosen another, and then
        what they had sent goes along.
        """
        said = Words(
            required(words.discussed, "What you discussed", WORDS),
            required(words.one_thing, "The one thing for everyone", WORDS) if clean(words.one_thing) else "",
            words.quotable,
        )
        async with self._database.write() as connection:
            found, session = await known_in(connection, guild_id, breakout_id)
            _refuse_unless_live(session)
            if room is not None and found.drawn and not host:
                raise Refusal(IN_NONE)
            if group_id and room is None:
                group, of, _ = await _known(connection, guild_id, group_id)
                if of.id != breakout_id:
                    raise Refusal("That room is not known here.")
            else:
                group = await group_for(connection, found, person, room)
            await _refuse_stranger(connection, found, group, person, host=host)
            kept = await breakouts.feedback_of(connection, group.id)
            if kept and _stands(kept) and kept.author != person and fingerprint(kept) != seen:
                raise Overtaken(group)
            if group_id and group_id != group.id:
                kept = await _moved(connection, group_id, group, kept, person)
            sent = await _keep(connection, session, group, kept, person, said)
            await people.take_part(connection, {(session.id, person)})
            out = await people.is_left_out(connection, guild_id, person)
        self._repaint(found, group)
        return Sent(group, sent, may_show(sent, out=out))

    async def withdraw(self, guild_id: int, group_id: int, person: int) -> Group:
        """Take back what somebody sent for a group."""
        async with self._database.write() as connection:
            group, found, session = await _known(connection, guild_id, group_id)
            if session.state != "live":
                raise Refusal("The session has finished. /privacy can still take your words out.")
            kept = await breakouts.feedback_of(connection, group_id)
            if kept is None or kept.author != person or not _stands(kept):
                raise Refusal("Nothing of yours is kept for that room.")
            await contributions.change(connection, kept, "withdrawn")
        self._repaint(found, group)
        return group

    def _repaint(self, found: Breakout, group: Group) -> None:
        for kind in ("breakout", "collated", "silent"):
            self._painter.stale(kind, found.id)
        self._painter.stale("room", group.id)
        for kind in ("console", "now"):
            self._painter.stale(kind, found.session_id)


def fingerprint(said: Contribution) -> int:
    """A number for what a group has sent: another for other words.

    It stands in the forms of others, so it must not let them try out who has sent it, or what: it leaves out the
    author, and its key is the row's id, which is random.
    """
    words = repr((said.text, said.one_thing, said.quotable)).encode()
    return int.from_bytes(blake2b(words, digest_size=4, key=said.id.to_bytes(8)).digest()) or 1


def _stands(said: Contribution) -> bool:
    return said.state not in {"withdrawn", "erased"}


def _refuse_unless_live(session: Session) -> None:
    if session.state != "live":
        raise Refusal("The session has finished, so your feedback could not be kept.")


async def _known(connection: AsyncConnection, guild_id: int, group_id: int) -> tuple[Group, Breakout, Session]:
    group = await breakouts.group(connection, group_id)
    if group is None:
        raise Refusal("That room is not known here.")
    return group, *await known_in(connection, guild_id, group.breakout_id)


async def _refuse_stranger(
    connection: AsyncConnection, found: Breakout, group: Group, person: int, *, host: bool
) -> None:
    """Refuse whoever is in another group than they speak for; on Zoom nobody can tell."""
    mine = await breakouts.group_of(connection, found.id, person) if found.drawn and not host else None
    if found.drawn and not host and (mine is None or mine.id != group.id):
        raise Refusal("That is not your group.")


async def _spoken_for(connection: AsyncConnection, found: Breakout, person: int) -> Group | None:
    """The room that somebody has sent feedback for, or has volunteered for."""
    every = {group.id: group for group in await breakouts.groups(connection, found.id)}
    sent = await breakouts.feedback(connection, found.id)
    mine = next((every[group_id] for group_id, (said, _) in sent.items() if said.author == person), None)
    return mine or next((group for group in every.values() if group.rapporteur == person), None)


async def _draft(connection: AsyncConnection, found: Breakout, group: Group | None, person: int, *, ask: bool) -> Draft:
    said, out = (await breakouts.feedback(connection, found.id)).get(group.id if group else 0, (None, False))
    if said is None:
        return Draft(group, ask, 0, None, others=False)
    others = said.author != person
    # Words that were given for themes only are shown to nobody else, not even to the others of the room.
    shown = not others or may_show(said, out=out)
    words = Words(said.text, said.one_thing, said.quotable) if shown else None
    return Draft(group, ask, fingerprint(said), words, others)


async def _moved(
    connection: AsyncConnection, before: int, group: Group, kept: Contribution | None, person: int
) -> Contribution | None:
    """Take along what the person has sent for another room; the row that is to hold their words now."""
    mine = await breakouts.feedback_of(connection, before)
    if mine is None or mine.author != person or not _stands(mine):
        return kept
    if kept is None:
        await breakouts.rewrite(connection, mine.id, group_id=group.id)
        return mine
    await contributions.change(connection, mine, "withdrawn")
    return kept


async def _keep(
    connection: AsyncConnection, session: Session, group: Group, kept: Contribution | None, person: int, said: Words
) -> Contribution:
    """In place of the row that there is, so that a group never has two. What a host has hidden stays hidden."""
    if kept is None:
        text, more = said.discussed, {"group_id": group.id, "one_thing": said.one_thing}
        await contributions.add(connection, session.id, person, "feedback", text, quotable=said.quotable, **more)
    else:
        values = {"text": said.discussed, "one_thing": said.one_thing, "quotable": said.quotable}
        await breakouts.rewrite(connection, kept.id, author=person, state=kept.reworded, board_id=None, **values)
    sent = await breakouts.feedback_of(connection, group.id)
    if sent is None:
        raise LookupError(group.id)
    return sent
