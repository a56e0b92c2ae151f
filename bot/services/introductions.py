"""Introductions: who asks to know who made an offer, and whoever made it, learn each other's name when both agree."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.offers import every_offer, is_listed, known_offer, refuse_unlinked
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.text import clean, required
from bot.storage import boards, offers, people, sessions
from bot.storage.database import Database
from bot.storage.offers import Introduction, Offer, State
from bot.storage.sessions import Session

WORDS = 1000
"""How many characters may be said of what came of an introduction."""

WAITING = 10
"""How many of one person's requests may wait for an answer: each is a direct message to somebody."""

UNKNOWN = "That introduction is not known here."

ASKED: dict[State, str] = {
    "asked": "You have asked that already. /offers says what comes of it.",
    "agreed": "You have been introduced already. /offers says to whom.",
    "declined": "You have asked that already, and they would rather not.",
}


@dataclass(frozen=True)
class Side:
    """An introduction as one of the two sees it. ``asking``: it is the one who asked.

    ``text`` is the offer, empty where it has been taken back; ``other`` is known to them once both have agreed.
    """

    id: int
    text: str
    state: State
    asking: bool
    other: int | None
    says: str
    series: str
    rehearsal: bool

    @property
    def concerns(self) -> bool:
        """Whether there is anything in it for them."""
        if self.asking:
            return self.state != "withdrawn"
        return self.state == "agreed" or (self.state == "asked" and bool(self.text))


@dataclass(frozen=True)
class Connections:
    """What came of a series' offers: how many introductions were asked for, and, without names, what people say."""

    offers: int
    asked: int
    agreed: int
    declined: int
    outcomes: tuple[str, ...]


class Introductions:
    """The introductions through the offers of a guild's series."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def sides(self, guild_id: int, asked_in: int | None, person: int) -> tuple[Side, ...]:
        """The introductions that somebody asked for, or is asked about; what waits comes first."""
        async with self._database.read() as connection:
            return await _sides(connection, await every_offer(connection, guild_id, asked_in), person)

    async def side(self, introduction_id: int, *, asking: bool) -> Side:
        """An introduction as the one who asked sees it, or as the one who is asked."""
        async with self._database.read() as connection:
            asked = await offers.introduction(connection, introduction_id)
            offer = asked and await offers.get(connection, asked.contribution_id)
            if asked is None or offer is None:
                raise LookupError(introduction_id)
            return await _side(connection, offer, asked, asking=asking)

    async def ask(self, guild_id: int, contribution_id: int, asker: int, now: datetime) -> None:
        """Ask whoever made an offer to be introduced to them: a direct message, which shows no name."""
        async with self._database.write() as connection:
            offer = await known_offer(connection, guild_id, contribution_id)
            _require_listed(offer)
            refuse_unlinked(await _session(connection, offer), now)
            if offer.said.author == asker:
                raise Refusal("That is your own offer.")
            before = await offers.asked_by(connection, contribution_id, asker)
            if before and before.state in ASKED:
                raise Refusal(ASKED[before.state])
            if await offers.waiting(connection, guild_id, asker) >= WAITING:
                raise Refusal(f"{WAITING} of your requests wait for an answer. Take one back, or wait for one.")
            if before is None:
                made = await offers.ask(connection, contribution_id, asker)
                author = offer.said.author
                owed = [await boards.add(connection, "introduction", made, guild_id, 0, person=author, now=now)]
            else:  # their message changes back; they are not sent another
                await offers.change(connection, before, "asked")
                await boards.reopen(connection, "introduction", before.id)
                owed = [board.id for board in await boards.of(connection, "introduction", before.id)]
        self._painter.soon(*owed)

    async def take_back(self, guild_id: int | None, introduction_id: int, asker: int) -> None:
        """Ask no longer, before there is an answer."""
        async with self._database.write() as connection:
            asked, _ = await self._between(connection, guild_id, introduction_id, asker)
            if asked.asker != asker:
                raise Refusal(UNKNOWN)
            await _settle(connection, asked, "withdrawn")
        self._painter.stale("introduction", introduction_id)

    async def answer(
        self, guild_id: int | None, introduction_id: int, person: int, now: datetime, *, agrees: bool
    ) -> int | None:
        """Whoever made the offer agrees, or does not: the asker is told. With whom they are introduced.

        ``guild_id`` is None in a direct message.
        """
        async with self._database.write() as connection:
            asked, offer = await self._between(connection, guild_id, introduction_id, person)
            if offer.said.author != person:
                raise Refusal(UNKNOWN)
            if asked.asker < 0:
                raise Refusal("Whoever asked has been erased since.")
            if agrees:
                _require_listed(offer)
            await _settle(connection, asked, "agreed" if agrees else "declined")
            guild = (await _session(connection, offer)).guild_id
            owed = await boards.add(connection, "reply", asked.id, guild, 0, person=asked.asker, now=now)
        self._painter.stale("introduction", asked.id)
        self._painter.soon(owed)
        return asked.asker if agrees else None

    async def outcome(self, guild_id: int | None, introduction_id: int, person: int, words: str) -> str:
        """Keep what one side says came of an introduction; empty takes it back. What is kept now."""
        text = required(words, "What came of it", WORDS) if clean(words) else ""
        async with self._database.write() as connection:
            asked, _ = await self._between(connection, guild_id, introduction_id, person, agreed=True)
            side = "asker_says" if asked.asker == person else "offerer_says"
            await offers.say(connection, asked.id, **{side: text})
        return text

    async def outcome_of(self, guild_id: int | None, introduction_id: int, person: int) -> str:
        """What they said came of it so far; refused where they have not been introduced."""
        async with self._database.read() as connection:
            asked, _ = await self._between(connection, guild_id, introduction_id, person, agreed=True)
            return asked.asker_says if asked.asker == person else asked.offerer_says

    async def outcomes(self, series_id: int) -> Connections:
        """What came of a series' offers. The words of those who asked to be left out are not among them."""
        async with self._database.read() as connection:
            return await outcomes_in(connection, series_id)

    async def _between(
        self,
        connection: AsyncConnection,
        guild_id: int | None,
        introduction_id: int,
        person: int,
        *,
        agreed: bool = False,
    ) -> tuple[Introduction, Offer]:
        """An introduction that the person is a side of; ``agreed``: that both have agreed to."""
        asked = await offers.introduction(connection, introduction_id)
        offer = asked and await offers.get(connection, asked.contribution_id)
        if asked is None or offer is None or person not in {asked.asker, offer.said.author}:
            raise Refusal(UNKNOWN)
        if guild_id is not None and (await _session(connection, offer)).guild_id != guild_id:
            raise Refusal(UNKNOWN)
        if agreed and asked.state != "agreed":
            raise Refusal("You have not been introduced.")
        return asked, offer


async def outcomes_in(connection: AsyncConnection, series_id: int) -> Connections:
    """The same within a transaction."""
    every = {each.said.id: each for each in await offers.of_series(connection, series_id)}
    asked = [each for each in await offers.of_offers(connection, list(every)) if each.state != "withdrawn"]
    words: list[str] = []
    for each in asked:
        offer = every[each.contribution_id]
        guild = (await _session(connection, offer)).guild_id
        if not await people.is_left_out(connection, guild, each.asker):
            words.append(each.asker_says)
        if not offer.out:
            words.append(each.offerer_says)
    states = [each.state for each in asked]
    made = sum(each.said.state not in {"withdrawn", "erased"} for each in every.values())
    said = tuple(sorted(filter(None, words)))
    return Connections(made, len(asked), states.count("agreed"), states.count("declined"), said)


def _require_listed(offer: Offer) -> None:
    if not is_listed(offer):
        raise Refusal("That offer is no longer in the register.")
    if offer.said.author < 0:
        raise Refusal("Whoever made this offer can no longer be told from others, so nobody can be introduced.")


async def _settle(connection: AsyncConnection, asked: Introduction, state: State) -> None:
    """Answer a request, or take it back: once."""
    if asked.state != "asked" or not await offers.change(connection, asked, state):
        raise Refusal("That has been answered, or taken back, already.")


async def _session(connection: AsyncConnection, offer: Offer) -> Session:
    session = await sessions.get(connection, offer.said.session_id)
    if session is None:
        raise LookupError(offer.said.session_id)
    return session


async def _sides(connection: AsyncConnection, every: list[Offer], person: int) -> tuple[Side, ...]:
    by_id = {each.said.id: each for each in every}
    found: list[Side] = []
    for asked in await offers.concerning(connection, person, list(by_id)):
        offer = by_id[asked.contribution_id]
        found.append(await _side(connection, offer, asked, asking=asked.asker == person))
    return tuple(each for each in found if each.concerns)


async def _side(connection: AsyncConnection, offer: Offer, asked: Introduction, *, asking: bool) -> Side:
    session = await _session(connection, offer)
    other = offer.said.author if asking else asked.asker
    return Side(
        asked.id,
        # The author may always read it; the asker what everybody may.
        offer.said.text if not asking or is_listed(offer) else "",
        "withdrawn" if asked.asker < 0 and asked.state == "asked" else asked.state,
        asking,
        other if asked.state == "agreed" and other > 0 else None,
        asked.asker_says if asking else asked.offerer_says,
        (await sessions.series_of(connection, session)).title,
        session.rehearses is not None,
    )
