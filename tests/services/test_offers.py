"""Offers and introductions: what is left of them when links are cut, and who is nobody's business."""

from datetime import datetime, timedelta

import pytest

from bot.services import Services
from bot.services.promises import links_until
from bot.services.refusal import Refusal
from bot.storage import erasing, people, sessions
from bot.storage.database import Database
from bot.storage.offers import Offer
from bot.storage.sessions import Session
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, Recorder, everything, query

ANA, BO, CY = 101, 102, 103


async def make(services: Services, session: Session, words: str = "A tour", author: int = ANA) -> Offer:
    return await services.offers.make(GUILD, session.id, author, words, "place", NOW, quotable=True)


async def introduced(services: Services, offer: Offer, asker: int = BO) -> int:
    """Two who have been introduced; the id."""
    await services.introductions.ask(GUILD, offer.said.id, asker, NOW)
    [side] = [each for each in await services.introductions.sides(GUILD, CHANNEL, asker) if each.state == "asked"]
    await services.introductions.answer(None, side.id, ANA, NOW, agrees=True)
    return side.id


async def cut(database: Database, session: Session) -> None:
    async with database.write() as connection:
        await erasing.unlink(connection, session.id)


async def test_once_links_are_cut_nothing_tells_who_offered_or_asked(
    services: Services, session: Session, database: Database, boards: Recorder
):
    offer = await make(services, session)
    one = await introduced(services, offer)
    await services.introductions.outcome(None, one, BO, "We met")
    await services.introductions.ask(GUILD, offer.said.id, CY, NOW)
    assert len(boards.owed) == 3
    await cut(database, session)
    for rows in everything(database).values():
        for row in rows:
            assert not {ANA, BO, CY} & set(row) or row == (session.id, ANA)
    [listed] = await services.offers.register(GUILD, CHANNEL, CY)
    assert (listed.text, listed.reachable, listed.asked) == ("A tour", False, None)
    with pytest.raises(Refusal, match="can no longer be told from others"):
        await services.introductions.ask(GUILD, offer.said.id, CY, NOW)
    came = await services.introductions.outcomes(session.series_id)
    assert (came.asked, came.agreed, came.outcomes) == (2, 1, ("We met",))


async def test_the_outcomes_of_those_who_are_left_out_go_with_their_link(
    services: Services, session: Session, database: Database
):
    one = await introduced(services, await make(services, session))
    await services.introductions.outcome(None, one, ANA, "Ana says")
    await services.introductions.outcome(None, one, BO, "Bo says")
    async with database.write() as connection:
        await people.leave_out(connection, GUILD, ANA, out=True)
    await cut(database, session)
    assert query(database, "SELECT asker_says, offerer_says FROM introductions") == [("Bo says", "")]


async def test_two_answers_at_one_moment_count_once(services: Services, session: Session, database: Database):
    offer = await make(services, session)
    await services.introductions.ask(GUILD, offer.said.id, BO, NOW)
    one = int(str(query(database, "SELECT id FROM introductions")[0][0]))
    await services.introductions.take_back(None, one, BO)
    with pytest.raises(Refusal, match="answered, or taken back, already"):
        await services.introductions.answer(None, one, ANA, NOW, agrees=True)
    assert query(database, "SELECT count(*) FROM boards WHERE kind = 'reply'") == [(0,)]


async def test_another_guild_knows_nothing_of_it(services: Services, session: Session, database: Database):
    offer = await make(services, session)
    one = await introduced(services, offer)
    before = everything(database)
    with pytest.raises(Refusal, match="That introduction is not known here"):
        await services.introductions.outcome(ELSEWHERE, one, BO, "x")
    with pytest.raises(Refusal, match="That introduction is not known here"):
        await services.introductions.take_back(ELSEWHERE, one, BO)
    with pytest.raises(Refusal, match="That offer is not known here"):
        await services.introductions.ask(ELSEWHERE, offer.said.id, CY, NOW)
    with pytest.raises(Refusal, match="That offer is not known here"):
        await services.offers.mark(ELSEWHERE, offer.said.id, "link")
    with pytest.raises(Refusal, match="not known here"):
        await services.offers.make(ELSEWHERE, session.id, BO, "x", "link", NOW, quotable=True)
    assert everything(database) == before


async def test_what_became_an_offer_leaves_with_its_session(services: Services, session: Session, database: Database):
    await introduced(services, await make(services, session))
    async with database.write() as connection:
        await sessions.delete_session(connection, session.id)
    for table in ("offers", "introductions", "contributions"):
        assert query(database, f"SELECT count(*) FROM {table}") == [(0,)]
    assert query(database, "SELECT count(*) FROM boards WHERE kind IN ('introduction', 'reply')") == [(0,)]


async def test_what_is_offered_after_the_close_changes_no_number_and_can_be_erased(
    services: Services, session: Session, database: Database
):
    later: datetime = NOW + timedelta(hours=2)
    await services.show.finish(GUILD, session.id, later)
    await make(services, session)
    assert query(database, "SELECT count(*) FROM participations") == [(0,)]
    await services.privacy.erase(GUILD, ANA)
    assert query(database, "SELECT count(*) FROM contributions WHERE author = ?", ANA) == [(0,)]
    assert await services.offers.register(GUILD, CHANNEL, BO) == ()


async def test_once_links_are_cut_nothing_needs_one_any_more(services: Services, session: Session, database: Database):
    offer = await make(services, session)
    assert session.started_at
    late = links_until(session.started_at)
    before = everything(database)
    with pytest.raises(Refusal, match="Session 1 is too long ago"):
        await services.offers.make(GUILD, session.id, BO, "Mine", "link", late, quotable=True)
    with pytest.raises(Refusal, match="Session 1 is too long ago"):
        await services.introductions.ask(GUILD, offer.said.id, BO, late)
    assert everything(database) == before
    await services.introductions.ask(GUILD, offer.said.id, BO, late - timedelta(seconds=1))
