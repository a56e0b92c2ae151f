"""What is said in the chat of a live session: kept as it comes, followed when it changes, and nothing else."""

import asyncio
import logging
import sqlite3
from itertools import count

import pytest

from bot.services.comments import Cleared, Counted, Deleted, Edited, Reacted
from bot.services.promises import links_until
from bot.services.refusal import Refusal
from bot.storage.comments import TICK, Heard
from tests.services.guild import CHANNEL, ELSEWHERE, GUILD, NOW, opened_session, path_of, query

ANA, BEN, CAT, HOST = 901, 902, 903, 904
THREAD, ROOM = 111, 112
FIRST = 1_000 << 22

numbers = count(1)


def message(text="Good talk", author=ANA, *, at=None, channel=CHANNEL, parent=None, reply_to=None, guild=GUILD):
    return Heard(guild, channel, parent, at or FIRST + (next(numbers) << 22), author, text, reply_to)


async def hear(services, *said):
    await asyncio.gather(*(services.comments.hear(each) for each in said))


def kept(database):
    return query(database, "SELECT author, text, state FROM contributions WHERE kind = 'comment' ORDER BY message_id")


async def test_a_comment_is_kept_and_its_author_took_part(services, database, session):
    said = message(" Good\x00 talk ")
    await hear(services, said)
    assert kept(database) == [(ANA, "Good talk", "captured")]
    [row] = query(database, "SELECT session_id, quotable, channel_id, message_id FROM contributions")
    assert row == (session.id, 1, CHANNEL, said.message_id)
    assert query(database, "SELECT person FROM participations") == [(ANA,)]


@pytest.mark.parametrize(
    "said",
    [
        message("Elsewhere", channel=99),
        message("In another guild", guild=ELSEWHERE),
        message(""),
        message(" \u200b\n\u2060 "),
        message("In a thread of another channel", channel=THREAD, parent=99),
        message("In a thread that is nobody's", channel=THREAD),
    ],
    ids=lambda said: said.text[:20],
)
@pytest.mark.usefixtures("session")
async def test_what_is_no_comment_is_not_kept(services, database, said):
    await hear(services, said)
    assert kept(database) == []
    assert query(database, "SELECT count(*) FROM participations") == [(0,)]


async def test_before_and_after_a_session_nothing_is_kept(services, database):
    await hear(services, message())
    session = await opened_session(services)
    await services.show.finish(GUILD, session.id, NOW)
    await hear(services, message())
    assert kept(database) == []


@pytest.mark.usefixtures("session")
async def test_threads_of_the_channel_belong_to_it(services, database):
    await hear(services, message("In a thread", channel=THREAD, parent=CHANNEL))
    assert kept(database) == [(ANA, "In a thread", "captured")]


async def test_what_is_said_in_a_breakout_room_stays_there(services, database, session):
    async with database.write() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO breakouts (id, session_id, number, prompt, rooms, state, opened_at, ends_at, warned, said)"
            f" VALUES (7, {session.id}, 1, '', 'threads', 'open', '2022-02-24', '2022-02-24', 0, '')"
        )
        await connection.exec_driver_sql(
            "INSERT INTO breakout_groups (id, breakout_id, number, name, room_state, channel_id)"
            f" VALUES (70, 7, 1, 'Room 1', 'made', {ROOM})"
        )
    said = message("In confidence", channel=ROOM, parent=CHANNEL)
    await hear(services, said)
    assert kept(database) == []
    with pytest.raises(Refusal, match="stays there"):
        await services.comments.add(said, HOST, NOW, NOW, host=True)


@pytest.mark.usefixtures("session")
async def test_those_who_are_left_out_are_not_heard(services, database):
    await services.privacy.leave_out(GUILD, ANA, out=True)
    await hear(services, message(), message(author=BEN))
    assert kept(database) == [(BEN, "Good talk", "captured")]
    await services.privacy.leave_out(GUILD, ANA, out=False)
    await hear(services, message("Back"))
    assert len(kept(database)) == 2


@pytest.mark.usefixtures("session")
async def test_a_reply_keeps_what_it_replies_to_also_within_a_group(services, database):
    first = message("Why?")
    then = message("Because", BEN, reply_to=first.message_id)
    unknown = message("What?", CAT, reply_to=5)
    await hear(services, first, then, unknown)
    ids = dict(query(database, "SELECT text, id FROM contributions"))
    assert dict(query(database, "SELECT text, reply_to FROM contributions")) == {
        "Why?": None,
        "Because": ids["Why?"],
        "What?": None,
    }


@pytest.mark.usefixtures("session")
async def test_the_same_message_twice_is_one_comment(services, database):
    said = message()
    await hear(services, said, said)
    await hear(services, said)
    assert len(kept(database)) == 1


@pytest.mark.parametrize("over", [False, True])
async def test_edits_and_deletions_follow_after_the_close_too(services, database, session, over):
    first, second, third = message("One"), message("Two"), message("Three")
    await hear(services, first, second, third)
    if over:
        await services.show.finish(GUILD, session.id, NOW)
    await hear(services, Edited(first.message_id, "First"), Deleted(second.message_id), Edited(third.message_id, " "))
    assert kept(database) == [(ANA, "First", "captured"), (ANA, "", "withdrawn"), (ANA, "", "withdrawn")]
    await hear(services, Edited(second.message_id, "Back"), second)
    assert kept(database)[1] == (ANA, "", "withdrawn")
    assert query(database, "SELECT count(*) FROM boards WHERE kind = 'report' AND NOT final") == [(int(over),)]


@pytest.mark.usefixtures("session")
async def test_all_that_happens_to_a_message_happens_in_order(services, database):
    said = message("One")
    await hear(services, said, Edited(said.message_id, "Two"), Edited(said.message_id, "Three"))
    assert kept(database) == [(ANA, "Three", "captured")]
    await hear(services, Deleted(said.message_id), Edited(said.message_id, "Four"))
    assert kept(database) == [(ANA, "", "withdrawn")]


async def test_what_is_hidden_stays_hidden_with_new_words(services, database, session):
    said = message("One")
    await hear(services, said)
    [comment] = await services.contributions.for_hosts(GUILD, session.id)
    await services.contributions.hide(GUILD, comment.id, HOST, "Why not", NOW)
    await hear(services, Edited(said.message_id, "Two"))
    assert kept(database) == [(ANA, "Two", "hidden")]


async def test_what_its_author_changed_here_follows_the_chat_no_more_but_goes_with_it(services, database, session):
    said = message("One")
    await hear(services, said)
    [comment] = await services.contributions.mine(GUILD, session.id, ANA)
    await services.contributions.edit(GUILD, comment.id, ANA, "Better")
    await hear(services, Edited(said.message_id, "One"))
    assert kept(database) == [(ANA, "Better", "captured")]
    await hear(services, Deleted(said.message_id))
    assert kept(database) == [(ANA, "", "withdrawn")]


async def test_an_edit_brings_nothing_back_that_was_erased(services, database, session):
    said = message("One")
    await hear(services, said)
    await services.privacy.erase(GUILD, ANA)
    await hear(services, Edited(said.message_id, "Two"))
    [(author, text, state)] = kept(database)
    assert (author < 0, text, state) == (True, "", "erased")
    heard, known = await services.comments.kept(session.id, CHANNEL)
    assert heard >= said.message_id  # so nobody takes it for something that was missed
    assert known == {}


@pytest.mark.usefixtures("session")
async def test_reactions_are_support_by_anybody_but_the_author(services, database):
    said = message()
    await hear(services, said)
    for person, emoji in ((BEN, "👍"), (BEN, "🎉"), (CAT, "👍"), (ANA, "👍")):
        await hear(services, Reacted(said.message_id, person, emoji, on=True))
    await hear(services, Reacted(5, CAT, "👍", on=True))
    assert sorted(query(database, "SELECT person, emoji FROM supports")) == [(BEN, "🎉"), (BEN, "👍"), (CAT, "👍")]
    await hear(services, Reacted(said.message_id, BEN, "👍", on=False), Cleared(said.message_id, "🎉"))
    assert query(database, "SELECT person, emoji FROM supports") == [(CAT, "👍")]
    await hear(services, Cleared(said.message_id, None))
    assert query(database, "SELECT count(*) FROM supports") == [(0,)]
    assert (await services.privacy.kept(GUILD, BEN)).sessions == 1


async def test_comments_and_commenters_are_counted_apart(services, session):
    said = [message(author=author) for author in (ANA, ANA, ANA, BEN)]
    await hear(services, *said)
    assert await services.comments.counted(session.id) == Counted(4, 2)
    await hear(services, Deleted(said[3].message_id))
    assert await services.comments.counted(session.id) == Counted(3, 1)


async def test_a_thousand_people_at_once_take_few_transactions(services, database, session, monkeypatch):
    turns = []
    written = database.write_at_once
    monkeypatch.setattr(database, "write_at_once", lambda work: turns.append(1) or written(work))
    said = [message(f"Number {n}", 10_000 + n) for n in range(1000)]
    await asyncio.wait_for(hear(services, *said), 10)
    assert await services.comments.counted(session.id) == Counted(1000, 1000)
    assert len(turns) <= 4
    assert query(database, "SELECT count(*) FROM participations") == [(1000,)]


async def test_one_person_may_write_a_thousand(services, session):
    await hear(services, *(message(f"{n}" * 40) for n in range(1000)))
    assert await services.comments.counted(session.id) == Counted(1000, 1)


@pytest.mark.parametrize("words", ["x" * 4000, "🎉", "e" + "\u0301" * 60, "```\n*\n```", "https://discord.gg/abc"])
@pytest.mark.usefixtures("session")
async def test_whatever_is_typed_is_kept(services, database, words):
    await hear(services, message(words))
    [(_, text, _)] = kept(database)
    assert text
    assert len(text) <= len(words)


@pytest.mark.usefixtures("session")
async def test_what_the_database_cannot_take_now_comes_with_what_follows(services, database, caplog):
    other = sqlite3.connect(path_of(database))
    other.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.WARNING):
        await hear(services, message("While it was locked"))
    assert "wait for the database" in caplog.text
    assert "While it was locked" not in caplog.text
    other.rollback()
    other.close()
    assert kept(database) == []
    await hear(services, message("After", BEN))
    assert kept(database) == [(ANA, "While it was locked", "captured"), (BEN, "After", "captured")]


@pytest.mark.usefixtures("session")
async def test_how_far_it_has_listened_names_no_message(services, database):
    said = message("", at=FIRST + 77)
    await hear(services, said)
    assert query(database, "SELECT heard FROM listening") == [(said.message_id | TICK,)]
    await hear(services, message(at=FIRST - 5))
    assert query(database, "SELECT heard FROM listening") == [(said.message_id | TICK,)]


# ------------------------------------------------------------------ by hand


async def test_a_message_is_added_by_hand_once(services, database, session):
    said = message()
    added, where = await services.comments.add(said, ANA, NOW, NOW, host=False)
    assert (added.text, added.kind, where.id) == ("Good talk", "comment", session.id)
    again, _ = await services.comments.add(said, HOST, NOW, NOW, host=True)
    assert again == added
    assert len(kept(database)) == 1


@pytest.mark.usefixtures("session")
async def test_who_may_add_what(services, database):
    with pytest.raises(Refusal, match="wrote yourself"):
        await services.comments.add(message(), BEN, NOW, NOW, host=False)
    with pytest.raises(Refusal, match="is empty"):
        await services.comments.add(message(" "), ANA, NOW, NOW, host=False)
    with pytest.raises(Refusal, match="written for a session"):
        await services.comments.add(message(channel=99), HOST, NOW, NOW, host=True)
    with pytest.raises(Refusal, match="written for a session"):
        await services.comments.add(message(guild=ELSEWHERE), HOST, NOW, NOW, host=True)
    with pytest.raises(Refusal, match="written for a session"):
        await services.comments.add(message(), HOST, NOW.replace(year=2021), NOW, host=True)
    await services.privacy.leave_out(GUILD, ANA, out=True)
    for person, host, sentence in ((HOST, True, "Its author asked"), (ANA, False, "You asked")):
        with pytest.raises(Refusal, match=sentence):
            await services.comments.add(message(), person, NOW, NOW, host=host)
    assert kept(database) == []


@pytest.mark.usefixtures("session")
async def test_what_was_taken_back_only_its_author_brings_back(services):
    said = message()
    added, _ = await services.comments.add(said, ANA, NOW, NOW, host=False)
    await services.contributions.withdraw(GUILD, added.id, ANA)
    with pytest.raises(Refusal, match="taken it back"):
        await services.comments.add(said, HOST, NOW, NOW, host=True)
    back, _ = await services.comments.add(said, ANA, NOW, NOW, host=False)
    assert (back.id, back.text, back.state) == (added.id, "Good talk", "captured")
    await services.contributions.hide(GUILD, added.id, HOST, "Why", NOW)
    with pytest.raises(Refusal, match="A host has hidden it"):
        await services.comments.add(said, ANA, NOW, NOW, host=False)


async def test_a_message_can_be_added_after_the_close(services, database, session):
    await services.show.finish(GUILD, session.id, NOW)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE boards SET final = 1")
    await services.comments.add(message(), HOST, NOW, NOW, host=True)
    assert query(database, "SELECT kind FROM boards WHERE NOT final") == [("report",)]


async def test_after_the_close_nobody_more_took_part(services, database, session):
    said = message()
    await hear(services, said)
    await services.show.finish(GUILD, session.id, NOW)
    await hear(services, Reacted(said.message_id, BEN, "👍", on=True))
    await services.comments.add(message(author=CAT), HOST, NOW, NOW, host=True)
    assert query(database, "SELECT person FROM supports") == [(BEN,)]
    assert query(database, "SELECT person FROM participations") == [(ANA,)]


@pytest.mark.usefixtures("session")
async def test_what_was_erased_nobody_adds_again(services, database):
    said, taken_back = message(), message()
    await hear(services, said, taken_back, Deleted(taken_back.message_id))
    await services.privacy.erase(GUILD, ANA)
    for each, person, sentence in ((said, HOST, "Its author has"), (taken_back, HOST, "Its"), (said, ANA, "You have")):
        with pytest.raises(Refusal, match=f"{sentence}.* had it erased"):
            await services.comments.add(each, person, NOW, NOW, host=person == HOST)
    await services.privacy.erase(GUILD, ANA)
    assert str(said.message_id) not in repr(query(database, "SELECT * FROM unsaid"))
    await services.comments.add(message("Another"), ANA, NOW, NOW, host=False)


async def test_nothing_is_added_once_the_links_are_cut(services, database, session):
    with pytest.raises(Refusal, match="too long ago"):
        await services.comments.add(message(), ANA, NOW, links_until(session.started_at), host=False)
    assert kept(database) == []
