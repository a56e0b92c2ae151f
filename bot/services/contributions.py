"""The one life of whatever people say: seen, changed and taken back by its author, hidden and restored by hosts."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.asked import ANSWERED
from bot.services.panel import one_asked
from bot.services.polls import QUOTING
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.text import required
from bot.services.versions import take_out_in
from bot.storage import actions, audit, boards, contributions, offers, polls, questions, reports, sessions
from bot.storage.audit import Act
from bot.storage.contributions import KEPT_BACK, SPOKEN, Contribution, Kind, State
from bot.storage.database import Database

Shown = tuple[boards.Kind, int]
"""Boards, by their kind and subject."""

SHOWN_ON: dict[Kind, tuple[boards.Kind, ...]] = {
    "comment": ("featured", "report"),
    "question": ("panel", "queue", "summary", "report"),
    "takeaway": ("takeaway", "featured", "report"),
    "improvement": ("improvement", "featured", "report"),
    "answer": ("report",),
    "feedback": ("report",),
    "offer": ("featured", "report"),
}
"""The boards of a session on which words of each kind may stand, or be counted."""

OF_BREAKOUT: tuple[boards.Kind, ...] = ("breakout", "collated", "silent")
"""The boards of a breakout that show what its groups send, or who has not."""

WORDS: dict[Kind, int] = {"comment": 4000, "question": 500}
"""How many characters each kind may have, where that is not ``USUAL``."""

USUAL = 1000
WHY = 300


class Contributions:
    """What people said in a guild's sessions."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def mine(self, guild_id: int, session_id: int, author: int) -> tuple[Contribution, ...]:
        """All that one person said in a session, but for their answers to polls."""
        async with self._database.read() as connection:
            await known(connection, guild_id, session_id)
            return await contributions.by_author(connection, session_id, author, SPOKEN)

    async def own(self, guild_id: int, contribution_id: int, author: int) -> Contribution:
        """Something that its author looks at, or is about to take back."""
        async with self._database.read() as connection:
            return await _own(connection, guild_id, contribution_id, author)

    async def changeable(self, guild_id: int, contribution_id: int, author: int) -> Contribution:
        """Something that its author is about to change."""
        async with self._database.read() as connection:
            return await _changeable(connection, guild_id, contribution_id, author)

    async def edit(
        self, guild_id: int, contribution_id: int, author: int, text: str, *, quotable: bool | None = None
    ) -> Contribution:
        """Replace the author's words; what is kept now. Whether they may be quoted stays, unless it is said."""
        async with self._database.write() as connection:
            said = await _changeable(connection, guild_id, contribution_id, author)
            words = required(text, "What you wrote", limit(said))
            # What is kept is no longer what the chat says, so what is changed there changes it no more.
            uses = {"channel_id": None} | ({} if quotable is None else {"quotable": quotable})
            shown = await rewrite_in(connection, said, words, **uses)
            kept = await _own(connection, guild_id, contribution_id, author)
        self._repaint(shown)
        return kept

    async def withdraw(self, guild_id: int, contribution_id: int, author: int) -> None:
        """Take back what its author said. Nothing of it is kept, but that it is not to be captured again."""
        async with self._database.write() as connection:
            shown = await withdraw_in(connection, await _own(connection, guild_id, contribution_id, author))
        self._repaint(shown)

    async def for_hosts(
        self, guild_id: int, session_id: int, kinds: Collection[Kind] = SPOKEN
    ) -> tuple[Contribution, ...]:
        """What hosts may decide about: everything that was said, less what its authors want left out."""
        async with self._database.read() as connection:
            await known(connection, guild_id, session_id)
            said = await contributions.in_session(connection, session_id, kinds)
        return tuple(each for each, out in said if not out and each.state != "erased")

    async def get(self, guild_id: int, contribution_id: int) -> Contribution:
        """Something that a host is about to decide on."""
        async with self._database.read() as connection:
            return await _stands(connection, guild_id, contribution_id)

    async def of_message(self, guild_id: int, message_id: int) -> Contribution:
        """What was captured of a chat message."""
        async with self._database.read() as connection:
            said = await contributions.of_message(connection, message_id)
            if said is None:
                raise Refusal("That message is not kept, so it cannot come into the report.")
            return await _stands(connection, guild_id, said.id)

    async def hide(self, guild_id: int, contribution_id: int, host: int, why: str, now: datetime) -> Contribution:
        """Take something off every board and out of the report. Its author is told why, when they look."""
        reason = required(why, "The reason", WHY)
        return await self._decide(guild_id, contribution_id, "hidden", "hide", host, reason, now)

    async def hold(self, guild_id: int, contribution_id: int, host: int, why: str, now: datetime) -> Contribution:
        """Keep something back until a host has decided."""
        return await self._decide(guild_id, contribution_id, "held", "hold", host, why, now)

    async def restore(self, guild_id: int, contribution_id: int, host: int, now: datetime) -> Contribution:
        """Let something in again that was hidden or held. It is on no board until a host chooses it anew."""
        return await self._decide(guild_id, contribution_id, "captured", "restore", host, "", now)

    async def _decide(
        self, guild_id: int, contribution_id: int, state: State, act: Act, host: int, why: str, now: datetime
    ) -> Contribution:
        async with self._database.write() as connection:
            said = await _stands(connection, guild_id, contribution_id)
            shown = await decide_in(connection, guild_id, said, state, act, host, why, now)
            after = await _stands(connection, guild_id, contribution_id)
        self._repaint(shown)
        return after

    def _repaint(self, shown: Iterable[Shown]) -> None:
        for kind, subject in shown:
            self._painter.stale(kind, subject)


def limit(said: Contribution) -> int:
    """How many characters it may have."""
    return max(WORDS.get(said.kind, USUAL), len(said.text))


async def rewrite_in(connection: AsyncConnection, said: Contribution, text: str, **uses: object) -> set[Shown]:
    """Replace the words within a transaction; the boards to repaint. ``uses`` are other columns.

    New words have not been chosen by a host: they stand on no board. What is hidden or held stays so. A report that
    was published keeps the words that were said then, unless they may not be quoted any more.
    """
    shown = await _changed(connection, said, said.reworded, text=text, **uses)
    return shown | (await _taken_out(connection, said) if uses.get("quotable") is False else set[Shown]())


async def withdraw_in(connection: AsyncConnection, said: Contribution) -> set[Shown]:
    """Take something back within a transaction; the boards to repaint. That a host has hidden it is not forgotten."""
    await questions.forget_asker(connection, said.id)
    shown = await _changed(connection, said, "withdrawn", text="", quotable=False)
    return shown | await _taken_out(connection, said)


async def _taken_out(connection: AsyncConnection, said: Contribution) -> set[Shown]:
    """Take the words out of what is published, if they can stand there."""
    return await take_out_in(connection, said.session_id) if may_stand(said) else set()


def may_stand(said: Contribution) -> bool:
    """Whether a report can quote it, or could when it was published; questions to the panel always."""
    return said.quotable or said.kind == "question"


async def decide_in(
    connection: AsyncConnection,
    guild_id: int,
    said: Contribution,
    state: State,
    act: Act,
    host: int,
    why: str,
    now: datetime,
) -> set[Shown]:
    """Do what a host decided within a transaction, and record who decided it and why; the boards to repaint."""
    if state == said.state or (act == "restore" and said.state not in KEPT_BACK):
        raise Refusal("That is done already. Nothing was changed.")
    await audit.add(connection, guild_id, said, host, act, why, now)
    return await _changed(connection, said, state, why_hidden=why if state == "hidden" else "")


async def _changed(connection: AsyncConnection, said: Contribution, state: State, **values: object) -> set[Shown]:
    if not await contributions.change(connection, said, state, **values):
        raise Refusal("Somebody changed it at the same moment. Look again, and try once more.")
    if "text" in values:
        await reports.uncut(connection, said.session_id, said.id)  # a cut version has the old words too
    shown = await shown_on(connection, said)
    await reopen(connection, shown)
    return shown


async def shown_on(connection: AsyncConnection, said: Contribution) -> set[Shown]:
    """The boards on which the words may stand, or be counted."""
    shown: set[Shown] = {(kind, said.session_id) for kind in SHOWN_ON[said.kind]}
    if said.poll_id is not None:
        shown |= {(kind, said.poll_id) for kind in QUOTING}
    if said.kind == "question":
        shown.add(("written", said.id))
    if said.group_id is not None:
        breakout = await contributions.breakout_of(connection, said.group_id)
        shown |= {(kind, breakout) for kind in OF_BREAKOUT}
    return shown | await _told_on(connection, said.session_id)


async def shown_in(connection: AsyncConnection, session_id: int) -> set[Shown]:
    """All boards of a session on which somebody's words may stand, or be counted."""
    shown: set[Shown] = {(kind, session_id) for kinds in SHOWN_ON.values() for kind in kinds}
    shown |= {("written", question) for question in await questions.replied(connection, session_id)}
    asked = await polls.in_session(connection, session_id)
    shown |= {(kind, poll.id) for poll in asked if poll.kind == "open" for kind in QUOTING}
    breakouts = await contributions.breakouts_in(connection, session_id)
    shown |= {(kind, breakout) for breakout in breakouts for kind in OF_BREAKOUT}
    return shown | await _told_on(connection, session_id)


async def _told_on(connection: AsyncConnection, session_id: int) -> set[Shown]:
    """Later welcomes, which tell what became of it, and direct messages to whoever offered something."""
    asked = await offers.waiting_in(connection, session_id)
    return {*await actions.quoting(connection, session_id), *(("introduction", each) for each in asked)}


async def reopen(connection: AsyncConnection, shown: Iterable[Shown]) -> None:
    """In the same transaction as the change, so that no crash leaves words standing that were taken back."""
    for kind, subject in shown:
        await boards.reopen(connection, kind, subject)


async def _stands(connection: AsyncConnection, guild_id: int, contribution_id: int) -> Contribution:
    """A contribution that can be changed."""
    said = await contributions.get(connection, contribution_id)
    session = said and await sessions.get(connection, said.session_id)
    if said is None or session is None or session.guild_id != guild_id or said.kind not in SPOKEN:
        raise Refusal("That is not known here. It may have been erased.")
    if said.state in {"withdrawn", "erased"}:
        raise Refusal("Its author has taken that back. Nothing of it is kept.")
    return said


async def _own(connection: AsyncConnection, guild_id: int, contribution_id: int, author: int) -> Contribution:
    said = await _stands(connection, guild_id, contribution_id)
    if said.author != author:
        raise Refusal("That is not known here. It may have been erased.")
    return said


async def _changeable(connection: AsyncConnection, guild_id: int, contribution_id: int, author: int) -> Contribution:
    said = await _own(connection, guild_id, contribution_id, author)
    if said.kind == "question":
        asked = await one_asked(connection, guild_id, contribution_id)
        if asked.status in ANSWERED:
            raise Refusal(f"{asked.name} has been answered, so its words stay. You can still take it back.")
    return said
