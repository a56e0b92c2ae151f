"""What is open in a session at the moment, and how many have answered it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ledger import Ledger
from bot.services.panel import unanswered_in
from bot.services.reviews import given
from bot.services.standing import Opened
from bot.services.tallies import respondents
from bot.storage import boards, breakouts, contributions, polls
from bot.storage.boards import Kind
from bot.storage.polls import Poll
from bot.storage.sessions import Session


async def opened_in(connection: AsyncConnection, session: Session, ledger: Ledger) -> tuple[Opened, ...]:
    """Everything that people can do now, in the order in which the kinds come in a session."""
    opened = [
        await _opened(connection, f"Poll {poll.number}", "poll", poll.id, await _answered(connection, poll, ledger))
        for poll in await polls.in_session(connection, session.id)
        if poll.open
    ]
    if found := await breakouts.open_in(connection, session.id):
        sent = len(await breakouts.feedback(connection, found.id))
        opened.append(await _opened(connection, f"Breakout {found.number}", "breakout", found.id, sent))
    if await contributions.review_state(connection, session.id) == "open":
        people = len({said.author for said in await given(connection, session.id)})
        opened.append(await _opened(connection, "After action review", contributions.REVIEW[0], session.id, people))
    if session.state == "live" and await boards.of(connection, "panel", session.id):
        waiting = len(await unanswered_in(connection, session.id))
        opened.append(await _opened(connection, "Ask the panel", "panel", session.id, waiting))
    return tuple(opened)


async def _opened(connection: AsyncConnection, title: str, kind: Kind, subject: int, n: int) -> Opened:
    posted = await boards.of(connection, kind, subject)
    return Opened(title, n, posted[-1].message_id if posted else None)


async def _answered(connection: AsyncConnection, poll: Poll, ledger: Ledger) -> int:
    if poll.kind == "open":
        return await contributions.answered(connection, poll.id)
    return respondents(await ledger.counts(poll.id))
