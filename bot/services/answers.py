"""What hosts see of people's answers: the words to an open question, and who answered what where that is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports import Boards
from bot.services.receipts import Receipt
from bot.services.refusal import Refusal
from bot.services.reviews import show_in, shown_on
from bot.storage import ballots, boards, contributions, polls, sessions
from bot.storage.contributions import Contribution
from bot.storage.database import Database
from bot.storage.polls import Poll
from bot.storage.sessions import Session


@dataclass(frozen=True)
class Harvest:
    """What came in. ``quotable`` may be shown word for word and has not been; ``texts`` are all that may be counted."""

    poll: Poll
    quotable: tuple[Contribution, ...]
    texts: tuple[str, ...]


class Answers:
    """Answers to the polls of a guild's sessions."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def harvest(self, guild_id: int, poll_id: int) -> Harvest:
        """What a host may show of the answers."""
        async with self._database.read() as connection:
            poll, session = await _known(connection, guild_id, poll_id)
            quotable = await shown_on(connection, session.id, None, poll.id)
            return Harvest(poll, quotable, await _texts(connection, poll))

    async def show(
        self,
        guild_id: int,
        poll_id: int,
        ids: Sequence[int],
        now: datetime,
        *,
        fit: Callable[[Sequence[Contribution]], bool],
    ) -> int:
        """Show the chosen ones in the session's channel, without names. How many were shown.

        ``fit`` says whether one message can hold them.
        """
        async with self._database.write() as connection:
            poll, session = await _known(connection, guild_id, poll_id)
            shown, board = await show_in(connection, session, "answers", poll.id, ids, fit, now, poll.id)
        await self._painter.show(board)
        return shown

    async def show_cloud(self, guild_id: int, poll_id: int, now: datetime) -> None:
        """Show in the session's channel which words came up, as a picture."""
        async with self._database.write() as connection:
            poll, session = await _known(connection, guild_id, poll_id)
            board = await boards.add(connection, "cloud", poll.id, guild_id, session.channel, now=now)
        await self._painter.show(board)

    async def shown(self, poll_id: int, board_id: int) -> tuple[Poll, tuple[Contribution, ...]]:
        """What a board still shows of a poll's answers: less what has been taken back since."""
        async with self._database.read() as connection:
            poll = await _poll(connection, poll_id)
            return poll, await shown_on(connection, poll.session_id, board_id, poll_id)

    async def texts(self, poll_id: int) -> tuple[Poll, tuple[str, ...]]:
        """Everything that was written, less what its authors want left out."""
        async with self._database.read() as connection:
            poll = await _poll(connection, poll_id)
            return poll, await _texts(connection, poll)

    async def named(self, poll: Poll) -> dict[int, Receipt]:
        """Who answered what in a poll that is answered with names."""
        if poll.privacy != "named":
            raise Refusal(f"Poll {poll.number} is {poll.privacy}: nobody is shown who answered what.")
        async with self._database.read() as connection:
            if poll.kind == "open":
                said = await contributions.in_session(connection, poll.session_id, poll_id=poll.id)
                given = {each.author: Receipt(poll, (), each.text, each.quotable) for each, _ in said}
            else:
                chosen = await ballots.everybody(connection, poll.id)
                given = {person: Receipt(poll, answer) for person, answer in chosen.items()}
        return {person: answer for person, answer in given.items() if person > 0}


async def _texts(connection: AsyncConnection, poll: Poll) -> tuple[str, ...]:
    said = await contributions.in_session(connection, poll.session_id, poll_id=poll.id)
    return tuple(each.text for each, out in said if each.state == "captured" and not out)


async def _poll(connection: AsyncConnection, poll_id: int) -> Poll:
    poll = await polls.get(connection, poll_id)
    if poll is None:
        raise LookupError(poll_id)
    return poll


async def _known(connection: AsyncConnection, guild_id: int, poll_id: int) -> tuple[Poll, Session]:
    poll = await polls.get(connection, poll_id)
    session = poll and await sessions.get(connection, poll.session_id)
    if poll is None or session is None or poll.guild_id != guild_id:
        raise Refusal("That poll is not known here.")
    if poll.kind != "open":
        raise Refusal(f"Poll {poll.number} is answered by choosing: its results are all there is to show.")
    if poll.state == "void":
        raise Refusal(f"Poll {poll.number} has been taken out. Nothing of it is shown.")
    return poll, session
