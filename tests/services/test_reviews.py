"""The review: what people say is kept as they said it, replaced by them alone, and shown only as they allow."""

import asyncio

import pytest

from bot.services.refusal import Refusal
from bot.services.reviews import PROMPTS, WORDS
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, OPENING, everything, opened_session, query


@pytest.fixture
async def review(services, session):
    """The session's review, open."""
    await services.reviews.open(session, NOW)
    return session


async def say(services, session, author, takeaway="", improvement="", *, quotable=True):
    answers = {"takeaway": takeaway, "improvement": improvement}
    return await services.reviews.answer(session.guild_id, session.id, author, answers, quotable=quotable)


def fits(chosen):
    """Whether a message can hold them: two at the most, in these tests."""
    return len(chosen) <= 2


async def texts(services, session, author):
    return [each.text for each in await services.reviews.mine(session.guild_id, session.id, author)]


def test_the_prompts_are_the_slides_word_for_word():
    assert list(PROMPTS.items()) == [
        ("takeaway", "One thing that I'll be taking away from today's session"),
        ("improvement", "One thing that you think we could build on / improve on going forward"),
    ]


async def test_what_is_said_is_kept_and_counted(services, boards, review):
    kept = await say(services, review, 101, "  Listen\u200b first. ", "Shorter talks.\r\n\r\n\r\nMore questions.")
    assert [(each.kind, each.text, each.quotable) for each in kept] == [
        ("takeaway", "Listen first.", True),
        ("improvement", "Shorter talks.\n\nMore questions.", True),
    ]
    await say(services, review, 102, improvement="Start on time.", quotable=False)
    standing = await services.reviews.standing(review.id)
    assert (standing.open, standing.people, standing.takeaways, standing.improvements) == (True, 2, 1, 2)
    assert ("review", review.id) in boards.went_stale
    assert (await services.sessions.status(review, NOW)).took_part == 2


async def test_answering_again_replaces_and_an_empty_answer_takes_that_one_back(services, review):
    await say(services, review, 101, "First", "Second")
    await say(services, review, 101, "", "Third", quotable=False)
    kept = await services.reviews.mine(GUILD, review.id, 101)
    assert [(each.kind, each.text, each.quotable) for each in kept] == [("improvement", "Third", False)]


@pytest.mark.parametrize("blank", ["", "  \n ", "\u200b\u202e"])
async def test_two_empty_answers_change_nothing(services, database, review, blank):
    await say(services, review, 101, "First")
    before = everything(database)
    with pytest.raises(Refusal, match="Both answers were empty"):
        await say(services, review, 101, blank, blank)
    assert everything(database) == before


async def test_an_answer_has_a_thousand_characters_at_most(services, database, review):
    await say(services, review, 101, "x" * WORDS)
    before = everything(database)
    with pytest.raises(Refusal, match="1001 characters; at most 1000 fit"):
        await say(services, review, 101, "short", "x" * (WORDS + 1))
    assert everything(database) == before


async def test_taking_it_back(services, review):
    await say(services, review, 101, "First", "Second")
    await say(services, review, 102, "Mine stays")
    await services.reviews.withdraw(GUILD, review.id, 101)
    assert await texts(services, review, 101) == []
    assert await texts(services, review, 102) == ["Mine stays"]


async def test_before_it_opens_and_after_it_closes_nothing_is_taken(services, database, session):
    with pytest.raises(Refusal):
        await say(services, session, 101, "Too early")
    await services.reviews.open(session, NOW)
    await say(services, session, 101, "In time")
    standing = await services.reviews.close(session)
    assert (standing.open, standing.takeaways) == (False, 1)
    before = everything(database)
    for late in (say(services, session, 101, "Too late"), services.reviews.withdraw(GUILD, session.id, 101)):
        with pytest.raises(Refusal, match="The review has closed"):
            await late
    assert everything(database) == before


async def test_it_opens_and_closes_once_and_can_open_again(services, boards, review):
    with pytest.raises(Refusal, match="The review is open already"):
        await services.reviews.open(review, NOW)
    await services.reviews.close(review)
    with pytest.raises(Refusal, match="The review is not open"):
        await services.reviews.close(review)
    await services.reviews.open(review, NOW)
    await say(services, review, 101, "After all")
    assert boards.kinds() == [*OPENING, "review", "review"]


async def test_a_session_that_was_finished_meanwhile_has_no_review_opened(services, session):
    await services.show.finish(GUILD, session.id, NOW)
    with pytest.raises(Refusal):
        await services.reviews.open(session, NOW)


async def test_another_guild_knows_nothing_of_it(services, database, review):
    await say(services, review, 101, "Ours")
    before = everything(database)
    for stray in (
        services.reviews.mine(ELSEWHERE, review.id, 101),
        services.reviews.answer(ELSEWHERE, review.id, 101, {"takeaway": "x"}, quotable=True),
        services.reviews.withdraw(ELSEWHERE, review.id, 101),
        services.reviews.to_feature(ELSEWHERE, review.id),
        services.reviews.draft(ELSEWHERE, review.id, 101),
        services.reviews.feature(ELSEWHERE, review.id, [1], NOW, fit=fits),
        services.reviews.mine(GUILD, 10**17, 101),
    ):
        with pytest.raises(Refusal, match="That review is not known here"):
            await stray
    assert everything(database) == before


async def test_only_what_its_author_allows_is_offered_and_shown(services, boards, review):
    await say(services, review, 101, "Quote me")
    await say(services, review, 102, "For themes", quotable=False)
    await say(services, review, 103, "Left out")
    await services.privacy.leave_out(GUILD, 103, out=True)
    offered = await services.reviews.to_feature(GUILD, review.id)
    assert [each.text for each in offered] == ["Quote me"]
    ids = [number for (number,) in query(boards.database, "SELECT id FROM contributions")]
    assert await services.reviews.feature(GUILD, review.id, ids, NOW, fit=fits) == 1
    board = boards.shown[-1]
    assert (board.kind, board.channel_id) == ("featured", CHANNEL)
    assert [each.text for each in await services.reviews.featured(review.id, board.id)] == ["Quote me"]
    assert await services.reviews.to_feature(GUILD, review.id) == ()


@pytest.mark.parametrize("how", ["withdraw", "replace", "forbid", "leave out", "erase"])
async def test_what_is_taken_back_leaves_the_board_it_stands_on(services, boards, review, how):
    await say(services, review, 101, "Mine")
    await say(services, review, 102, "Stays")
    ids = [each.id for each in await services.reviews.to_feature(GUILD, review.id)]
    await services.reviews.feature(GUILD, review.id, ids, NOW, fit=fits)
    board = boards.shown[-1]
    boards.went_stale.clear()
    match how:
        case "withdraw":
            await services.reviews.withdraw(GUILD, review.id, 101)
        case "replace":
            await say(services, review, 101, "Other words, which no host has chosen")
        case "forbid":
            await say(services, review, 101, "Mine", quotable=False)
        case "leave out":
            await services.privacy.leave_out(GUILD, 101, out=True)
        case _:
            await services.privacy.erase(GUILD, 101)
    assert ("featured", review.id) in boards.went_stale
    assert [each.text for each in await services.reviews.featured(review.id, board.id)] == ["Stays"]


async def test_two_hosts_choosing_the_same_at_once_show_it_once(services, boards, review):
    await say(services, review, 101, "Quote me")
    [offered] = await services.reviews.to_feature(GUILD, review.id)
    twice = (services.reviews.feature(GUILD, review.id, [offered.id], NOW, fit=fits) for _ in range(2))
    done = await asyncio.gather(*twice, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Refusal", "int"]
    assert boards.kinds().count("featured") == 1


async def test_more_than_one_message_can_hold_is_refused(services, database, review):
    for author in range(1, 4):
        await say(services, review, author, f"From {author}")
    ids = [each.id for each in await services.reviews.to_feature(GUILD, review.id)]
    before = everything(database)
    with pytest.raises(Refusal, match="too long for one message"):
        await services.reviews.feature(GUILD, review.id, ids, NOW, fit=fits)
    assert everything(database) == before
    assert await services.reviews.feature(GUILD, review.id, ids[:2], NOW, fit=fits) == 2


async def test_a_form_begins_with_what_is_kept_and_not_once_the_review_has_closed(services, review):
    await say(services, review, 101, "First")
    assert [each.text for each in await services.reviews.draft(GUILD, review.id, 101)] == ["First"]
    await services.reviews.close(review)
    with pytest.raises(Refusal, match="The review has closed"):
        await services.reviews.draft(GUILD, review.id, 101)


async def test_one_person_answering_ten_times_at_once_has_answered_once(services, database, review):
    await asyncio.gather(*(say(services, review, 101, f"Takeaway {i}", f"Improvement {i}") for i in range(10)))
    takeaway, improvement = await texts(services, review, 101)
    assert takeaway.removeprefix("Takeaway ") == improvement.removeprefix("Improvement ")
    assert query(database, "SELECT count(*) FROM contributions") == [(2,)]


async def test_a_close_among_twenty_answers(services, review):
    acts = [say(services, review, author, f"From {author}") for author in range(1, 21)]
    acts.insert(10, services.reviews.close(review))
    done = await asyncio.gather(*acts, return_exceptions=True)
    standing = done.pop(10)
    refused = [each for each in done if isinstance(each, BaseException)]
    assert {str(each) for each in refused} == {"The review has closed, so your answer could not be kept."}
    assert 0 < standing.takeaways == len(done) - len(refused)
    assert await services.reviews.standing(review.id) == standing


async def test_sessions_of_two_guilds_are_apart(services, review):
    elsewhere = await opened_session(services, ELSEWHERE)
    await services.reviews.open(elsewhere, NOW)
    await say(services, review, 101, "Here")
    await say(services, elsewhere, 101, "There")
    assert await texts(services, review, 101) == ["Here"]
    assert await texts(services, elsewhere, 101) == ["There"]
