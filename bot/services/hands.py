"""Raised hands, where the session is spoken on Discord: the chair calls the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.storage import hands, people
from bot.storage.database import Database
from bot.storage.hands import Hand


@dataclass(frozen=True)
class Raised:
    """``called`` is whose turn it is, ``up`` those who wait for theirs, in order."""

    called: Hand | None
    up: tuple[Hand, ...]

    @classmethod
    def of(cls, every: Sequence[Hand]) -> "Raised":
        """What the hands of a session come to."""
        called = next((each for each in every if each.state == "called"), None)
        return cls(called, tuple(each for each in every if each.state == "up"))


class Hands:
    """The raised hands of a session."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def raised(self, session_id: int) -> Raised:
        """Whose hands are up."""
        async with self._database.read() as connection:
            return Raised.of(await hands.in_session(connection, session_id))

    async def tap(self, guild_id: int, session_id: int, person: int) -> int:
        """Raise the person's hand, or lower it: its place in the queue, 0 once it is down."""
        async with self._database.write() as connection:
            await _live(connection, guild_id, session_id)
            every = await hands.in_session(connection, session_id)
            mine = next((each for each in every if each.person == person), None)
            if mine is None:
                await hands.put_up(connection, session_id, person)
                await people.take_part(connection, {(session_id, person)})
            elif mine.state == "called":
                await hands.change(connection, mine, "down")
            else:
                await hands.take_down(connection, mine)
            up = Raised.of(await hands.in_session(connection, session_id)).up
        self._repaint(session_id)
        return 0 if mine else len(up)

    async def call(
        self, guild_id: int, session_id: int, expected: int, present: Collection[int]
    ) -> tuple[Hand, Hand | None]:
        """Whose turn it is now, and whose it was before. ``expected`` is the first hand in the queue the chair saw.

        Whoever is not ``present`` has left and could not speak: their hands go down. Refused where the expected hand
        is no longer up: two taps call one person.
        """
        async with self._database.write() as connection:
            await _live(connection, guild_id, session_id)
            stands = Raised.of(await hands.in_session(connection, session_id))
            if all(each.id != expected for each in stands.up):
                raise Refusal("The queue has changed: look again. Nothing was changed.")
            turn = next((each for each in stands.up if each.person in present), None)
            for each in stands.up:
                if each == turn:
                    break
                await hands.take_down(connection, each)
            if turn:
                if stands.called:
                    await hands.change(connection, stands.called, "down")
                await hands.change(connection, turn, "called")
        self._repaint(session_id)
        if turn is None:
            raise Refusal("Everybody whose hand was up has left.")
        return turn, stands.called

    async def thank(self, guild_id: int, session_id: int) -> None:
        """Whoever was called has spoken, and nobody else is called yet."""
        async with self._database.write() as connection:
            await _live(connection, guild_id, session_id)
            called = Raised.of(await hands.in_session(connection, session_id)).called
            if called is None:
                raise Refusal("Nobody has the floor.")
            await hands.change(connection, called, "down")
        self._repaint(session_id)

    def _repaint(self, session_id: int) -> None:
        self._painter.stale("panel", session_id)
        self._painter.stale("queue", session_id)


async def _live(connection: AsyncConnection, guild_id: int, session_id: int) -> None:
    session = await known(connection, guild_id, session_id)
    if session.state != "live":
        raise Refusal("The session is over.")
