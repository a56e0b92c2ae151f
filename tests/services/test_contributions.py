"""The one life of whatever people say."""

import asyncio

import pytest

from bot.services.contributions import SHOWN_ON, decide_in, shown_on, withdraw_in
from bot.services.refusal import Refusal
from bot.storage import audit, boards, contributions, questions
from bot.storage.contributions import SPOKEN
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, query

ANA, BEN, HOST = 901, 902, 903
ALL = sorted(SPOKEN)


async def say(database, session, author=ANA, kind="comment", text="Good talk", *, quotable=True, **more):
    async with database.write() as connection:
        said = await contributions.add(connection, session.id, author, kind, text, quotable=quotable, **more)
        if kind == "question":
            number = 1 + await questions.last_number(connection, session.id)
            await questions.add(connection, said, session.id, number, addressed="", asker="", source="discord")
    return said


async def get(database, said):
    async with database.read() as connection:
        return await contributions.get(connection, said)


async def shown(database, session, said, kind="featured"):
    """Put it on a board, and have that painted for good."""
    async with database.write() as connection:
        board = await boards.add(connection, kind, session.id, GUILD, CHANNEL, now=NOW)
        await contributions.show(connection, [said], board)
        await boards.settle(connection, board, final=True)
    return board


def test_every_kind_says_where_it_is_shown():
    assert set(SHOWN_ON) == {*SPOKEN, "answer"}


@pytest.mark.parametrize("kind", ALL)
async def test_the_author_sees_changes_and_takes_back_whatever_they_said(services, database, session, kind):
    said = await say(database, session, kind=kind)
    await say(database, session, BEN, kind, "Ben's")
    [mine] = await services.contributions.mine(GUILD, session.id, ANA)
    assert (mine.id, mine.text, mine.state) == (said, "Good talk", "captured")
    kept = await services.contributions.edit(GUILD, said, ANA, "  Better\x00 talk ", quotable=False)
    assert (kept.text, kept.quotable, kept.state) == ("Better talk", False, "captured")
    await services.contributions.withdraw(GUILD, said, ANA)
    assert await services.contributions.mine(GUILD, session.id, ANA) == ()
    gone = await get(database, said)
    assert (gone.text, gone.state, gone.author) == ("", "withdrawn", ANA)
    [left] = await services.contributions.for_hosts(GUILD, session.id)
    assert left.text == "Ben's"


@pytest.mark.parametrize("kind", ALL)
async def test_new_words_stand_on_no_board_and_all_that_show_them_are_owed_again(
    services, database, boards, session, kind
):
    said = await say(database, session, kind=kind)
    board = await shown(database, session, said, SHOWN_ON[kind][0])
    boards.went_stale.clear()
    kept = await services.contributions.edit(GUILD, said, ANA, "Other words")
    assert (kept.state, kept.board_id, kept.quotable) == ("captured", None, True)
    assert query(database, "SELECT final FROM boards WHERE id = ?", board) == [(0,)]
    assert {kind for kind, _ in boards.went_stale} >= set(SHOWN_ON[kind])


async def test_what_a_group_sends_is_shown_on_the_boards_of_its_breakout(services, database, session):
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO breakouts (id, session_id, number, prompt, rooms, state, opened_at, ends_at, warned, said)"
            f" VALUES (7, {session.id}, 1, '', 'zoom', 'open', '2022-02-24', '2022-02-24', 0, '')"
        )
        await connection.exec_driver_sql(
            "INSERT INTO breakout_groups (id, breakout_id, number, name, room_state)"
            " VALUES (70, 7, 1, 'Room 1', 'none')"
        )
    said = await get(database, await say(database, session, kind="feedback", group_id=70))
    async with database.read() as connection:
        found = await shown_on(connection, said)
    assert {("collated", 7), ("breakout", 7), ("silent", 7), ("report", session.id)} == found
    await services.privacy.leave_out(GUILD, ANA, out=True)
    assert ("collated", 7) in services.privacy._painter.went_stale


async def test_a_host_hides_with_a_reason_and_restores_and_both_are_on_record(services, database, session):
    said = await say(database, session)
    await shown(database, session, said)
    hidden = await services.contributions.hide(GUILD, said, HOST, "It names a patient", NOW)
    assert (hidden.state, hidden.why_hidden, hidden.board_id) == ("hidden", "It names a patient", None)
    again = await services.contributions.restore(GUILD, said, HOST, NOW)
    assert (again.state, again.why_hidden, again.board_id) == ("captured", "", None)
    async with database.read() as connection:
        trail = await audit.of(connection, session.id)
    assert [(each.contribution_id, each.host, each.act, each.why, each.at) for each in trail] == [
        (said, HOST, "hide", "It names a patient", NOW),
        (said, HOST, "restore", "", NOW),
    ]


@pytest.mark.parametrize("why", ["", "   ", "\u200b", "x" * 301])
async def test_hiding_needs_a_reason_that_can_be_read(services, database, session, why):
    said = await say(database, session)
    with pytest.raises(Refusal):
        await services.contributions.hide(GUILD, said, HOST, why, NOW)
    assert (await get(database, said)).state == "captured"
    assert query(database, "SELECT count(*) FROM audit") == [(0,)]


@pytest.mark.parametrize("act", ["hide", "hold"])
async def test_what_is_hidden_or_held_stays_so_with_new_words(services, database, session, act):
    said = await say(database, session)
    decided = await getattr(services.contributions, act)(GUILD, said, HOST, "Wait", NOW)
    kept = await services.contributions.edit(GUILD, said, ANA, "New words")
    assert (kept.state, kept.text) == (decided.state, "New words")
    with pytest.raises(Refusal, match="done already"):
        await getattr(services.contributions, act)(GUILD, said, HOST, "Again", NOW)


async def test_what_was_never_hidden_is_not_restored(services, database, session):
    said = await say(database, session)
    await shown(database, session, said)
    with pytest.raises(Refusal, match="done already"):
        await services.contributions.restore(GUILD, said, HOST, NOW)
    assert (await get(database, said)).state == "shown"


async def test_whoever_comes_second_is_told(database, session):
    said = await get(database, await say(database, session))
    async with database.write() as connection:
        await withdraw_in(connection, said)
    with pytest.raises(Refusal, match="at the same moment"):
        async with database.write() as connection:
            await decide_in(connection, GUILD, said, "hidden", "hide", HOST, "Late", NOW)
    assert query(database, "SELECT count(*) FROM audit") == [(0,)]


async def test_nobody_else_reaches_it(services, database, session):
    said = await say(database, session)
    for guild, person in ((GUILD, BEN), (ELSEWHERE, ANA)):
        for attempt in (
            services.contributions.own(guild, said, person),
            services.contributions.edit(guild, said, person, "Mine"),
            services.contributions.withdraw(guild, said, person),
        ):
            with pytest.raises(Refusal, match="not known here"):
                await attempt
    with pytest.raises(Refusal):
        await services.contributions.hide(ELSEWHERE, said, HOST, "No", NOW)
    with pytest.raises(Refusal):
        await services.contributions.for_hosts(ELSEWHERE, session.id)
    assert (await get(database, said)).text == "Good talk"


async def test_an_answer_to_a_poll_has_its_own_ways(services, database, session):
    said = await say(database, session, kind="answer")
    assert await services.contributions.mine(GUILD, session.id, ANA) == ()
    with pytest.raises(Refusal):
        await services.contributions.edit(GUILD, said, ANA, "Other")
    with pytest.raises(Refusal):
        await services.contributions.hide(GUILD, said, HOST, "No", NOW)


async def test_what_was_taken_back_or_erased_is_past_changing(services, database, session):
    for finish in (services.contributions.withdraw(GUILD, 0, ANA), services.privacy.erase(GUILD, ANA)):
        said = await say(database, session)
        if finish.__name__ == "withdraw":
            finish.close()
            await services.contributions.withdraw(GUILD, said, ANA)
        else:
            await finish
        for attempt in (
            services.contributions.edit(GUILD, said, ANA, "Back"),
            services.contributions.hide(GUILD, said, HOST, "Why", NOW),
            services.contributions.restore(GUILD, said, HOST, NOW),
        ):
            with pytest.raises(Refusal):
                await attempt
        assert (await get(database, said)).text == ""


async def test_hosts_see_nothing_of_those_who_are_left_out(services, database, session):
    await say(database, session)
    await services.privacy.leave_out(GUILD, ANA, out=True)
    assert await services.contributions.for_hosts(GUILD, session.id) == ()
    await services.privacy.leave_out(GUILD, ANA, out=False)
    assert len(await services.contributions.for_hosts(GUILD, session.id)) == 1


async def test_what_was_taken_back_is_not_counted_after_erasing_either(services, database, session):
    said = await say(database, session)
    await services.contributions.withdraw(GUILD, said, ANA)
    await services.show.finish(GUILD, session.id, NOW)
    await services.privacy.erase(GUILD, ANA)
    assert (await services.comments.counted(session.id)).comments == 0
    assert (await get(database, said)).author < 0


async def test_an_author_who_is_erased_while_they_write_leaves_all_or_nothing(services, database, session):
    said = await say(database, session)
    done = await asyncio.gather(
        services.contributions.edit(GUILD, said, ANA, "New"),
        services.privacy.erase(GUILD, ANA),
        services.contributions.hide(GUILD, said, HOST, "Why", NOW),
        return_exceptions=True,
    )
    assert all(each is None or isinstance(each, Refusal) or hasattr(each, "text") for each in done)
    assert (await get(database, said)).text == ""
    assert not [row for row in query(database, "SELECT author FROM contributions") if row == (ANA,)]


@pytest.mark.parametrize(
    "words",
    ["x" * 4000, "🎉🎉🎉", "e" + "\u0301" * 60, "```py\nprint('*')\n```", "https://discord.gg/abcdef", "# _**~~`|<@1>"],
)
async def test_whatever_is_written_is_kept_as_it_may_be_shown(services, database, session, words):
    said = await say(database, session)
    kept = await services.contributions.edit(GUILD, said, ANA, words)
    assert kept.text
    assert len(kept.text) <= len(words)


@pytest.mark.parametrize("words", ["", " \n ", "\u200b\u2060", "x" * 4001])
async def test_what_cannot_be_kept_changes_nothing(services, database, session, words):
    said = await say(database, session)
    with pytest.raises(Refusal):
        await services.contributions.edit(GUILD, said, ANA, words)
    assert (await get(database, said)).text == "Good talk"
