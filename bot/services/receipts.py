"""What is stored of one person's answer to a poll, and under what number."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.pseudonyms import pseudonym
from bot.storage import ballots, contributions
from bot.storage.ballots import Answer
from bot.storage.polls import Poll


@dataclass(frozen=True)
class Receipt:
    """What is stored of a person's answer now that it is on the disk; empty when it was taken back.

    ``known`` is False where nobody can tell any more: an anonymous poll has closed, and its key is destroyed.
    """

    poll: Poll
    chosen: Answer = ()
    words: str = ""
    quotable: bool = False
    known: bool = True

    @property
    def texts(self) -> tuple[str, ...]:
        """The chosen options in full, or the words."""
        return (self.words,) if self.words else tuple(self.poll.options[i] for i in self.chosen)


async def voter(connection: AsyncConnection, poll: Poll, person: int) -> int | None:
    """Under what number the person's answer is kept; None where that cannot be told any more."""
    if poll.privacy != "anonymous":
        return person
    key = await ballots.key(connection, poll.id)
    return pseudonym(key, person) if key else None


async def receipt(connection: AsyncConnection, poll: Poll, person: int) -> Receipt:
    """What is stored of the person's answer."""
    author = await voter(connection, poll, person)
    if author is None:
        return Receipt(poll, known=False)
    if poll.kind == "open":
        said = await contributions.by_author(connection, poll.session_id, author, poll_id=poll.id)
        return Receipt(poll, (), said[0].text, said[0].quotable) if said else Receipt(poll)
    return Receipt(poll, await ballots.answer(connection, poll.id, author))
