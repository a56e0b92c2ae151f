"""Questions to the panel: numbers, votes, duplicates, and what is left of them."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import Services
from bot.services.asked import Asked, addressee, alike, arranged, by_votes, panellists
from bot.services.panel import MOST
from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.storage import erasing
from bot.storage.boards import settle
from bot.storage.database import Database
from bot.storage.questions import Question
from bot.storage.sessions import Session
from tests.services.guild import ELSEWHERE, GUILD, NOW, Recorder, everything, query

ANA, BO, CY, HOST = 1001, 1002, 1003, 9


async def ask(services: Services, session: Session, person: int = ANA, words: str = "Why?", **more: str) -> Asked:
    return await services.panel.ask(GUILD, session.id, person, words, **more)


async def votes(services: Services, session: Session) -> dict[int, int]:
    """The votes of what everybody may read, by number."""
    return {each.question.number: each.votes for each in (await services.panel.standing(session.id)).public}


# ------------------------------------------------------------------ many at once


async def test_many_who_ask_at_once_get_a_number_each(services: Services, session: Session):
    asked = await asyncio.gather(*(ask(services, session, 1000 + i, f"Question {i}?") for i in range(1000)))
    assert sorted(each.question.number for each in asked) == list(range(1, 1001))
    assert all(each.question.text == f"Question {i}?" for i, each in enumerate(asked))
    assert len({each.id for each in asked}) == 1000


async def test_a_thousand_people_vote_for_three_each(services: Services, session: Session, database: Database):
    asked = [await ask(services, session, 10 + i, f"Question {i}?") for i in range(10)]
    taps = [(person, asked[(person + i) % 10].id) for person in range(1000, 2000) for i in range(3)]
    voted = await asyncio.gather(*(services.panel.vote(GUILD, question, person) for person, question in taps))
    assert all(each.on for each in voted)
    assert await votes(services, session) == dict.fromkeys(range(1, 11), 300)
    assert query(database, "SELECT count(*) FROM participations") == [(1010,)]


async def test_two_taps_at_once_are_one_and_one_taken_back(services: Services, session: Session):
    asked = await ask(services, session)
    voted = await asyncio.gather(*(services.panel.vote(GUILD, asked.id, BO) for _ in range(2)))
    assert [each.on for each in voted] == [True, False]
    assert await votes(services, session) == {1: 0}


async def test_who_breaks_a_rule_is_refused_alone(services: Services, session: Session):
    asked = await ask(services, session)
    every = asyncio.gather(
        services.panel.vote(GUILD, asked.id, ANA),
        services.panel.vote(GUILD, 4711, BO),
        services.panel.vote(ELSEWHERE, asked.id, BO),
        services.panel.vote(GUILD, asked.id, BO),
        return_exceptions=True,
    )
    own, unknown, elsewhere, counted = await every
    assert [type(each) for each in (own, unknown, elsewhere)] == [Refusal] * 3
    assert not isinstance(counted, BaseException)
    assert counted.on


async def test_the_limit_of_one_person_holds_within_one_moment(services: Services, session: Session):
    every = [ask(services, session, ANA, f"Question {i}?") for i in range(MOST + 5)]
    done = await asyncio.gather(*every, return_exceptions=True)
    assert Counter(isinstance(each, Refusal) for each in done) == {False: MOST, True: 5}


async def test_a_question_that_is_taken_back_makes_room(services: Services, session: Session):
    asked = [await ask(services, session, ANA, f"Question {i}?") for i in range(MOST)]
    await services.contributions.withdraw(GUILD, asked[0].id, ANA)
    assert (await ask(services, session)).question.number == MOST + 1


# ------------------------------------------------------------------ boards


async def test_what_changes_repaints_the_panel_and_the_queue(services: Services, session: Session, boards: Recorder):
    asked = await ask(services, session)
    boards.went_stale.clear()
    await services.panel.vote(GUILD, asked.id, BO)
    assert {("panel", session.id), ("queue", session.id)} <= set(boards.went_stale)


async def test_a_board_that_was_deleted_is_posted_anew(
    services: Services, session: Session, boards: Recorder, database: Database
):
    await services.panel.open(session, NOW)
    with pytest.raises(Refusal, match="open already"):
        await services.panel.open(session, NOW)
    assert boards.kinds()[-2:] == ["panel", "queue"]
    async with database.write() as connection:
        await settle(connection, boards.shown[-2].id, final=True)  # as the painter does where it is gone
    await services.panel.open(session, NOW)
    assert boards.kinds()[-3:] == ["panel", "queue", "panel"]


# ------------------------------------------------------------------ duplicates


async def test_duplicates_of_duplicates_count_once(services: Services, session: Session):
    first, second, third = [await ask(services, session, person, "Why?") for person in (ANA, BO, CY)]
    for question in (first, second, third):
        await services.panel.vote(GUILD, question.id, 2000)
    await services.panel.vote(GUILD, third.id, 2001)
    await services.queue.merge(GUILD, third.id, 2, HOST, NOW)
    await services.queue.merge(GUILD, second.id, 1, HOST, NOW)
    # Bo, Cy, and the two who voted, of whom one did so three times.
    assert await votes(services, session) == {1: 4}
    assert not (await services.panel.vote(GUILD, third.id, 2000)).on
    assert await votes(services, session) == {1: 3}
    with pytest.raises(Refusal, match="Q3 is merged into Q1 already"):
        await services.queue.merge(GUILD, third.id, 2, HOST, NOW)
    with pytest.raises(Refusal, match="Q2 is merged into Q1, so nothing can be merged into it"):
        await services.queue.merge(GUILD, first.id, 2, HOST, NOW)
    await services.queue.put_back(GUILD, second.id, HOST, NOW)
    assert await votes(services, session) == {1: 2, 2: 0}


async def test_two_hosts_merge_two_questions_into_each_other(services: Services, session: Session):
    first, second = await ask(services, session), await ask(services, session, BO)
    done = await asyncio.gather(
        services.queue.merge(GUILD, first.id, 2, HOST, NOW),
        services.queue.merge(GUILD, second.id, 1, HOST, NOW),
        return_exceptions=True,
    )
    assert [isinstance(each, Refusal) for each in done] == [False, True]
    assert await votes(services, session) == {2: 1}


async def test_an_answer_stays_with_what_was_merged_when_the_other_is_taken_back(services: Services, session: Session):
    first, second = await ask(services, session), await ask(services, session, BO)
    await services.queue.merge(GUILD, second.id, 1, HOST, NOW)
    await services.queue.answered(GUILD, first.id)
    await services.contributions.withdraw(GUILD, first.id, ANA)
    assert (await services.panel.question(GUILD, second.id)).status == "live"
    assert not (await services.summaries.report(session.id)).unanswered


def question(number: int, **more: object) -> Question:
    usual = {
        "session_id": 1,
        "guild_id": GUILD,
        "author": 1000 + number,
        "text": "Why?",
        "state": "captured",
        "why_hidden": "",
        "addressed": "",
        "named": False,
        "asker": "",
        "source": "discord",
        "status": "waiting",
        "answer": "",
        "follow_up": "",
        "merged_into": None,
        "out": False,
    }
    return Question(**({"id": number, "number": number} | usual | more))  # pyright: ignore[reportArgumentType]


people = st.integers(1001, 1012)


@given(
    merged=st.dictionaries(st.integers(2, 6), st.just(1)),
    gone=st.sets(st.integers(1, 6)),
    supporters=st.dictionaries(st.integers(1, 6), st.sets(people)),
)
def test_nobody_counts_twice_and_nobody_is_lost(
    merged: dict[int, int], gone: set[int], supporters: dict[int, set[int]]
):
    every = [
        question(
            number,
            state="withdrawn" if number in gone else "captured",
            **({"status": "merged", "merged_into": 1} if number in merged else {}),
        )
        for number in range(1, 7)
    ]
    found = arranged(every, supporters)
    shown = [each for each in found if each.public]
    standing = {member.id for each in shown for member in each.family}
    assert {each.id for each in every if not each.gone} <= standing
    for each in shown:
        everybody = set[int]().union(*(supporters.get(member.id, set()) for member in each.family))
        everybody |= {member.author for member in each.family if not member.gone}
        assert each.behind == everybody - {each.question.author}
    assert [each.votes for each in by_votes(shown)] == sorted((each.votes for each in shown), reverse=True)


def test_what_shares_most_words_comes_first():
    texts = ("Why do networks fade?", "What is for lunch?", "Do networks always fade?")
    mine, lunch, same = arranged([question(i, text=text) for i, text in enumerate(texts, 1)], {})
    assert alike(mine, [lunch, same]) == [same, lunch]


# ------------------------------------------------------------------ people


async def test_the_panel_is_guests_hosts_and_speakers(session: Session):
    plan = Plan.of(session)
    names = panellists(plan)
    assert len(set(names)) == len(names)
    assert {each.name for each in (*plan.guests, *plan.hosts)} <= set(names)
    assert addressee(plan, names[0].upper()) == names[0]
    assert addressee(plan, " ") == ""


async def test_who_is_erased_or_unlinked_still_counts(services: Services, session: Session, database: Database):
    first, second = await ask(services, session), await ask(services, session, BO)
    for question_id in (first.id, second.id):
        await services.panel.vote(GUILD, question_id, CY)
    await services.queue.merge(GUILD, second.id, 1, HOST, NOW)
    assert await votes(services, session) == {1: 2}
    await services.privacy.erase(GUILD, CY)
    assert await votes(services, session) == {1: 2}
    async with database.write() as connection:
        await erasing.unlink(connection, session.id)
    assert await votes(services, session) == {1: 2}
    assert query(database, "SELECT count(*) FROM supports WHERE person > 0") == [(0,)]
    assert query(database, "SELECT count(*) FROM contributions WHERE author > 0") == [(0,)]


async def test_hands_are_gone_once_the_session_is_over(services: Services, session: Session, database: Database):
    assert await services.hands.tap(GUILD, session.id, ANA) == 1
    assert await services.hands.tap(GUILD, session.id, BO) == 2
    called, before = await services.hands.call(GUILD, session.id, 1, {ANA, BO})
    assert (called.person, before) == (ANA, None)
    await services.privacy.erase(GUILD, BO)
    assert (await services.hands.raised(session.id)).up == ()
    await services.show.finish(GUILD, session.id, NOW)
    assert query(database, "SELECT * FROM hands") == []
    with pytest.raises(Refusal, match="The session is over"):
        await services.hands.tap(GUILD, session.id, ANA)


async def test_a_hand_that_went_down_leaves_nothing(services: Services, session: Session, database: Database):
    await services.hands.tap(GUILD, session.id, ANA)
    assert await services.hands.tap(GUILD, session.id, ANA) == 0
    assert query(database, "SELECT * FROM hands") == []


@pytest.mark.parametrize("how", ["live", "written"])
async def test_what_was_answered_keeps_its_words_whichever_way_its_author_comes(
    services: Services, session: Session, database: Database, how: str
):
    asked = await services.panel.ask(GUILD, session.id, ANA, "Why?")
    if how == "live":
        await services.queue.answered(GUILD, asked.id)
    else:
        await services.queue.write(GUILD, asked.id, "Because.", NOW)
    before = everything(database)
    for attempt in (
        services.contributions.changeable(GUILD, asked.id, ANA),
        services.contributions.edit(GUILD, asked.id, ANA, "How?"),
    ):
        with pytest.raises(Refusal, match="Q1 has been answered, so its words stay"):
            await attempt
    assert everything(database) == before
    await services.contributions.withdraw(GUILD, asked.id, ANA)
