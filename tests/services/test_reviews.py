"""The review: what people say is kept as they said it, replaced by them alone, and shown only as they allow."""

import asyncio

import pytest

from bot.services.refusal import Refusal
from bot.services.reviews import PROMPTS, WORDS
from bot.storage.boards import of as boards_of
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, OPENING, everything, opened_session, query


@pytest.fixture
async def review(services, session):
    """The session's review, open."""
    await services.reviews.open(session, NOW)
    return session


async def say(services, session, author, words, kind="takeaway", *, quotable=True):
    return await services.reviews.answer(session.guild_id, session.id, author, kind, words, quotable=quotable)


def fits(chosen):
    """Whether a message can hold them: two at the most, in these tests."""
    return len(chosen) <= 2


async def texts(services, session, author):
    said = [await services.reviews.mine(session.guild_id, session.id, author, kind) for kind in PROMPTS]
    return [each.text for each in said if each]


async def asked_on(database, session, kind="takeaway"):
    """The board of one of the prompts."""
    async with database.read() as connection:
        return (await boards_of(connection, kind, session.id))[-1]


def test_the_prompts_are_the_slides_word_for_word():
    assert list(PROMPTS.items()) == [
        ("takeaway", "One thing that I'll be taking away from today's session"),
        ("improvement", "One thing that you think we could build on / improve on going forward"),
    ]


async def test_what_is_said_is_kept_and_counted(services, boards, review):
    first = await say(services, review, 101, "  Listen\u200b first. ")
    second = await say(services, review, 101, "Shorter talks.\r\n\r\n\r\nMore questions.", "improvement")
    assert [(each.kind, each.text, each.quotable) for each in (first, second)] == [
        ("takeaway", "Listen first.", True),
        ("improvement", "Shorter talks.\n\nMore questions.", True),
    ]
    await say(services, review, 102, "Start on time.", "improvement", quotable=False)
    standing = await services.reviews.standing(review.id)
    assert (standing.open, standing.people, standing.answers) == (True, 2, {"takeaway": 1, "improvement": 2})
    assert {("takeaway", review.id), ("improvement", review.id)} <= set(boards.went_stale)
    assert (await services.sessions.status(review, NOW)).took_part == 2


async def test_answering_again_replaces_that_one(services, review):
    await say(services, review, 101, "First")
    await say(services, review, 101, "Second", "improvement")
    await say(services, review, 101, "Third", "improvement", quotable=False)
    kept = await services.reviews.mine(GUILD, review.id, 101, "improvement")
    assert (kept.text, kept.quotable) == ("Third", False)
    assert await texts(services, review, 101) == ["First", "Third"]


@pytest.mark.parametrize("blank", ["", "  \n ", "\u200b\u202e"])
async def test_an_empty_answer_changes_nothing(services, database, review, blank):
    await say(services, review, 101, "First")
    before = everything(database)
    with pytest.raises(Refusal, match="Your answer is empty"):
        await say(services, review, 101, blank)
    assert everything(database) == before


async def test_an_answer_has_a_thousand_characters_at_most(services, database, review):
    await say(services, review, 101, "x" * WORDS)
    before = everything(database)
    with pytest.raises(Refusal, match="1001 characters; at most 1000 fit"):
        await say(services, review, 101, "x" * (WORDS + 1))
    assert everything(database) == before


async def test_taking_it_back(services, review):
    await say(services, review, 101, "First")
    await say(services, review, 101, "Second", "improvement")
    await say(services, review, 102, "Mine stays")
    await services.reviews.withdraw(GUILD, review.id, 101, "takeaway")
    assert await texts(services, review, 101) == ["Second"]
    assert await texts(services, review, 102) == ["Mine stays"]


async def test_what_a_host_has_hidden_comes_back_hidden(services, database, review):
    for again in ("Names a patient", "Names a patient again"):
        kept = await say(services, review, 101, again)
        if kept.state == "captured":
            await services.contributions.hide(GUILD, kept.id, 9, "It names a patient", NOW)
        await services.reviews.withdraw(GUILD, review.id, 101, "takeaway")
        assert await texts(services, review, 101) == []
        assert query(database, "SELECT text, state FROM contributions") == [("", "withdrawn")]
    kept = await say(services, review, 101, "Names a patient")
    assert kept.state == "hidden"
    await services.contributions.withdraw(GUILD, kept.id, 101)
    kept = await say(services, review, 101, "Harmless")
    assert (kept.state, kept.why_hidden) == ("hidden", "It names a patient")
    assert (await services.contributions.restore(GUILD, kept.id, 9, NOW)).state == "captured"
    await services.reviews.withdraw(GUILD, review.id, 101, "takeaway")
    assert query(database, "SELECT count(*) FROM contributions") == [(0,)]


async def test_before_it_opens_and_after_it_closes_nothing_is_taken(services, database, session):
    with pytest.raises(Refusal):
        await say(services, session, 101, "Too early")
    await services.reviews.open(session, NOW)
    await say(services, session, 101, "In time")
    standing = await services.reviews.close(session)
    assert (standing.open, standing.answers["takeaway"]) == (False, 1)
    before = everything(database)
    for late in (
        say(services, session, 101, "Too late"),
        services.reviews.withdraw(GUILD, session.id, 101, "takeaway"),
    ):
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
    assert boards.kinds() == [*OPENING, *PROMPTS, *PROMPTS]


async def test_a_session_that_was_finished_meanwhile_has_no_review_opened(services, session):
    await services.show.finish(GUILD, session.id, NOW)
    with pytest.raises(Refusal):
        await services.reviews.open(session, NOW)


async def test_another_guild_knows_nothing_of_it(services, database, review):
    await say(services, review, 101, "Ours")
    before = everything(database)
    for stray in (
        services.reviews.mine(ELSEWHERE, review.id, 101, "takeaway"),
        services.reviews.answer(ELSEWHERE, review.id, 101, "takeaway", "x", quotable=True),
        services.reviews.withdraw(ELSEWHERE, review.id, 101, "takeaway"),
        services.reviews.to_feature(ELSEWHERE, review.id),
        services.reviews.draft(ELSEWHERE, review.id, 101, "takeaway"),
        services.reviews.feature(ELSEWHERE, review.id, [1], NOW, fit=fits),
        services.reviews.mine(GUILD, 10**17, 101, "takeaway"),
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
            await services.reviews.withdraw(GUILD, review.id, 101, "takeaway")
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
    assert (await services.reviews.draft(GUILD, review.id, 101, "takeaway")).text == "First"
    assert await services.reviews.draft(GUILD, review.id, 101, "improvement") is None
    await services.reviews.close(review)
    with pytest.raises(Refusal, match="The review has closed"):
        await services.reviews.draft(GUILD, review.id, 101, "takeaway")


async def test_one_person_answering_ten_times_at_once_has_answered_once(services, database, review):
    await asyncio.gather(*(say(services, review, 101, f"{kind} {i}", kind) for i in range(10) for kind in PROMPTS))
    assert len(await texts(services, review, 101)) == 2
    assert query(database, "SELECT count(*) FROM contributions") == [(2,)]


async def test_a_close_among_twenty_answers(services, review):
    acts = [say(services, review, author, f"From {author}") for author in range(1, 21)]
    acts.insert(10, services.reviews.close(review))
    done = await asyncio.gather(*acts, return_exceptions=True)
    standing = done.pop(10)
    refused = [each for each in done if isinstance(each, BaseException)]
    assert {str(each) for each in refused} == {"The review has closed, so your answer could not be kept."}
    assert 0 < standing.answers["takeaway"] == len(done) - len(refused)
    assert await services.reviews.standing(review.id) == standing


async def test_sessions_of_two_guilds_are_apart(services, review):
    elsewhere = await opened_session(services, ELSEWHERE)
    await services.reviews.open(elsewhere, NOW)
    await say(services, review, 101, "Here")
    await say(services, elsewhere, 101, "There")
    assert await texts(services, review, 101) == ["Here"]
    assert await texts(services, elsewhere, 101) == ["There"]


# ------------------------------------------------------------------ said in the chat

MESSAGE = 555_000_000_000_000_000


async def test_a_reply_is_an_answer_and_twice_the_same_message_is_one(services, database, review):
    board = await asked_on(database, review, "improvement")
    for _ in range(2):
        assert await services.reviews.reply(GUILD, board, 101, MESSAGE, CHANNEL, " Start on time. ")
    wanted = "SELECT kind, text, quotable, state, message_id, channel_id FROM contributions"
    assert query(database, wanted) == [("improvement", "Start on time.", 1, "captured", MESSAGE, CHANNEL)]
    assert (await services.sessions.status(review, NOW)).took_part == 1


async def test_what_the_form_puts_in_its_place_no_longer_follows_the_message(services, database, review):
    board = await asked_on(database, review)
    await services.reviews.reply(GUILD, board, 101, MESSAGE, CHANNEL, "In the chat")
    await say(services, review, 101, "In the form", quotable=False)
    assert query(database, "SELECT text, quotable, message_id, channel_id FROM contributions") == [
        ("In the form", 0, None, None)
    ]


@pytest.mark.parametrize("why", ["empty", "closed", "left out", "elsewhere", "no prompt"])
async def test_what_is_no_answer(services, database, review, why):
    board, guild, words = await asked_on(database, review), GUILD, "Ask why"
    match why:
        case "empty":
            words = "\u200b \u2800"
        case "closed":
            await services.reviews.close(review)
        case "left out":
            await services.privacy.leave_out(GUILD, 101, out=True)
        case "elsewhere":
            guild = ELSEWHERE
        case _:
            board = await asked_on(database, review, "welcome")
    before = everything(database)
    assert not await services.reviews.reply(guild, board, 101, MESSAGE, CHANNEL, words)
    assert everything(database) == before


async def test_what_was_taken_back_in_the_chat_is_counted_no_more_and_can_be_said_anew(services, database, review):
    board = await asked_on(database, review)
    await services.reviews.reply(GUILD, board, 101, MESSAGE, CHANNEL, "Ask why")
    [(said,)] = query(database, "SELECT id FROM contributions")
    await services.contributions.withdraw(GUILD, said, 101)
    assert (await services.reviews.standing(review.id)).people == 0
    assert (await services.sessions.status(review, NOW)).review_answers == 0
    assert await texts(services, review, 101) == []
    await say(services, review, 101, "Ask who")
    assert query(database, "SELECT id, text, state FROM contributions") == [(said, "Ask who", "captured")]


@pytest.mark.parametrize("state", ["held", "hidden"])
async def test_what_a_host_keeps_back_is_not_shown_nor_brought_back_by_new_words(services, database, review, state):
    await say(services, review, 101, "Ask why")
    [each] = await services.reviews.to_feature(GUILD, review.id)
    decide = services.contributions.hide if state == "hidden" else services.contributions.hold
    await decide(GUILD, each.id, 7, "It names a patient", NOW)
    await say(services, review, 101, "Ask who")
    assert query(database, "SELECT text, state FROM contributions") == [("Ask who", state)]
    assert await services.reviews.to_feature(GUILD, review.id) == ()
    with pytest.raises(Refusal, match="shown already"):
        await services.reviews.feature(GUILD, review.id, [each.id], NOW, fit=fits)
    assert (await services.reviews.standing(review.id)).people == 1
