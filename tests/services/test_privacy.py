"""A person's own data: shown to them whole, left out when they say so, and gone when they say so."""

import asyncio
import json
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import BigInteger, CheckConstraint, insert

from bot.services.drafts import Draft
from bot.services.refusal import Refusal
from bot.storage import erasing
from bot.storage.database import opened
from bot.storage.tables import metadata
from bot.storage.types import RowId
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    EXAMPLE_SERIES,
    GUILD,
    NOW,
    OFFICE,
    Recorder,
    ask,
    everything,
    opened_session,
    over,
    path_of,
    query,
)

ANA, BEN, CAT = 901_000_000_000_000_001, 902_000_000_000_000_002, 903_000_000_000_000_003
WORDS = "A sentence that only Ana would write"
QUESTIONS = ("Which?", "Why?")


async def review(services, session, person, words, prompt="takeaway", *, quotable=True):
    await services.reviews.answer(session.guild_id, session.id, person, prompt, words, quotable=quotable)


async def act(services, session, person, text, *, quotable=True):
    """Answer both polls and the review."""
    for poll in await services.polls.in_session(session):
        await services.polls.cast(session.guild_id, poll.id, [person % 3], person)
    await review(services, session, person, f"{text}.", quotable=quotable)
    await review(services, session, person, f"{text}!", "improvement", quotable=quotable)


@pytest.fixture
async def busy(services, session):
    """A session in which three people have answered two polls and the review; all of it still open."""
    for question in QUESTIONS:
        await ask(services, session, question=question, privacy="confidential")
    await services.reviews.open(session, NOW)
    for person, text in ((ANA, WORDS), (BEN, "Ben's words"), (CAT, "Cat's words")):
        await act(services, session, person, text)
    return session


def traces(database, person):
    """Every place where a person's id stands, in any column of any table."""
    return [(table, row) for table, rows in everything(database).items() for row in rows if str(person) in repr(row)]


def numbers(report):
    """All the figures that a report prints."""
    return (
        report.took_part,
        [poll.tally for poll in report.polls],
        report.takeaways.count,
        report.improvements.count,
    )


async def test_people_are_told_everything_that_is_kept(services, database, busy):
    await services.telling.toggle(GUILD, busy.id, ANA)
    await services.privacy.leave_out(GUILD, ANA, out=True)
    kept = await services.privacy.kept(GUILD, ANA)
    assert (kept.sessions, kept.answers, kept.words, kept.direct_messages, kept.left_out) == (1, 2, 2, 1, True)
    chosen = ["ABC"[ANA % 3]]
    assert json.loads(json.dumps(kept.record)) == {
        "discord_id": str(ANA),
        "left_out_of_what_is_shared": True,
        "direct_messages_about": [busy.title],
        "sessions": [
            {
                "session": busy.title,
                "took_part": True,
                "answers": [
                    {"poll": number, "question": question, "privacy": "confidential", "answer": chosen}
                    for number, question in enumerate(QUESTIONS, 1)
                ],
                "cannot_be_shown": [],
                "words": [
                    {"kind": "takeaway", "text": f"{WORDS}.", "may_be_quoted": True},
                    {"kind": "improvement", "text": f"{WORDS}!", "may_be_quoted": True},
                ],
            }
        ],
    }
    # Everything: each table in which the id stands is spoken for above.
    assert {table for table, _ in traces(database, ANA)} == {
        "ballots",
        "contributions",
        "left_out",
        "participations",
        "sign_ups",
    }


@pytest.mark.usefixtures("busy")
async def test_of_somebody_who_did_nothing_nothing_is_kept(services):
    kept = await services.privacy.kept(GUILD, 999)
    assert (kept.sessions, kept.answers, kept.words, kept.left_out) == (0, 0, 0, False)
    assert (await services.privacy.kept(ELSEWHERE, ANA)).sessions == 0


async def test_left_out_words_are_counted_and_not_shared_and_can_come_back(services, database, busy):
    await services.show.finish(GUILD, busy.id, NOW)
    before = await services.summaries.report(busy.id)
    await services.privacy.leave_out(GUILD, ANA, out=True)
    report = await services.summaries.report(busy.id)
    assert WORDS not in repr(report)
    assert (len(report.takeaways.withheld), len(report.improvements.withheld)) == (1, 1)
    assert numbers(report) == numbers(before)
    assert WORDS not in repr(await services.reviews.to_feature(GUILD, busy.id))
    await services.privacy.leave_out(GUILD, ANA, out=True)  # twice is once
    await services.privacy.leave_out(GUILD, ANA, out=False)
    assert await services.summaries.report(busy.id) == before
    assert query(database, "SELECT count(*) FROM left_out") == [(0,)]


async def test_the_wish_holds_for_what_is_said_later_and_in_this_guild_alone(services, busy):
    await services.privacy.leave_out(GUILD, ANA, out=True)
    await act(services, busy, ANA, "Said later")
    assert "Said later" not in repr(await services.summaries.report(busy.id))
    elsewhere = await opened_session(services, ELSEWHERE)
    await services.reviews.open(elsewhere, NOW)
    await act(services, elsewhere, ANA, "Said elsewhere")
    (said,) = (await services.summaries.report(elsewhere.id)).takeaways.quotable
    assert said.text == "Said elsewhere."


async def test_erasing_while_all_is_open_takes_the_answers_out_of_the_count(services, database, boards, busy):
    boards.went_stale.clear()
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []
    report = await services.summaries.report(busy.id)
    assert [poll.tally.n for poll in report.polls] == [2, 2]
    assert (report.took_part, report.takeaways.count, report.improvements.count) == (2, 2, 2)
    stale = {(kind, subject) for kind, subject in boards.went_stale}
    assert stale >= {("poll", 1), ("poll", 2), ("takeaway", busy.id), ("featured", busy.id)}


@pytest.mark.parametrize("when", ["closed", "finished"])
async def test_erasing_later_keeps_every_total_and_no_trace(services, database, busy, when):
    if when == "closed":
        for poll in await services.polls.in_session(busy):
            await services.polls.close(poll, CHANNEL, NOW)
        await services.reviews.close(busy)
    else:
        await services.show.finish(GUILD, busy.id, NOW)
    before = await services.summaries.report(busy.id)
    others = {person: await services.privacy.kept(GUILD, person) for person in (BEN, CAT)}
    await services.privacy.leave_out(GUILD, ANA, out=True)
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []
    report = await services.summaries.report(busy.id)
    assert numbers(report) == numbers(before)
    assert WORDS not in repr(report)
    assert (await services.privacy.kept(GUILD, ANA)).sessions == 0
    assert {person: await services.privacy.kept(GUILD, person) for person in others} == others


async def test_erasing_with_one_poll_closed_and_one_open(services, database, busy):
    first, second = await services.polls.in_session(busy)
    await services.polls.close(first, CHANNEL, NOW)
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []
    assert (await services.polls.standing(first.id)).tally.n == 3
    assert (await services.polls.standing(second.id)).tally.n == 2
    assert (await services.summaries.report(busy.id)).took_part == 3


async def test_whoever_is_erased_stays_one_person_and_cannot_be_followed_to_another_session(services, database, busy):
    await services.show.finish(GUILD, busy.id, NOW)
    _, due = await services.sessions.to_start(GUILD, None)
    second = await services.show.start(GUILD, due.id, CHANNEL, NOW)
    await ask(services, second, privacy="confidential")
    await services.reviews.open(second, NOW)
    await act(services, second, ANA, WORDS)
    await services.show.finish(GUILD, second.id, NOW)
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []
    nobodies = dict(query(database, "SELECT session_id, person FROM participations WHERE person < 0"))
    assert len(nobodies) == len(set(nobodies.values())) == 2
    voted = query(database, "SELECT session_id, voter FROM ballots JOIN polls ON polls.id = poll_id WHERE voter < 0")
    assert set(voted) == set(nobodies.items())
    said = query(database, "SELECT session_id, author FROM contributions WHERE author < 0")
    assert set(said) == set(nobodies.items())


@pytest.mark.parametrize(("finished", "still"), [(False, 0), (True, 1)])
async def test_somebody_nothing_is_left_of_counts_only_where_the_number_was_printed(
    services, database, session, finished, still
):
    poll = await ask(services, session, privacy="confidential")
    await services.polls.cast(GUILD, poll.id, [0], ANA)
    await services.polls.withdraw(GUILD, poll.id, ANA)
    if finished:
        await services.show.finish(GUILD, session.id, NOW)
    assert (await services.summaries.report(session.id)).took_part == 1
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []
    assert (await services.summaries.report(session.id)).took_part == still


@pytest.mark.usefixtures("busy")
async def test_erasing_in_one_guild_leaves_the_other_alone(services):
    elsewhere = await opened_session(services, ELSEWHERE)
    await services.reviews.open(elsewhere, NOW)
    await act(services, elsewhere, ANA, "Elsewhere")
    await services.privacy.leave_out(ELSEWHERE, ANA, out=True)
    before = await services.privacy.kept(ELSEWHERE, ANA)
    await services.privacy.erase(GUILD, ANA)
    assert await services.privacy.kept(ELSEWHERE, ANA) == before
    assert before.words == 2


async def test_whoever_is_erased_is_sent_nothing_more_and_can_sign_up_again(services, database, session):
    elsewhere = await opened_session(services, ELSEWHERE)
    for signed_up in (session, elsewhere):
        for person in (ANA, BEN):
            assert await services.telling.toggle(signed_up.guild_id, signed_up.id, person)
    await services.venues.choose(ELSEWHERE, "organiser_channel", OFFICE)
    for held in (session, elsewhere):
        await services.show.finish(held.guild_id, held.id, NOW)
    await services.show.run_due(NOW + timedelta(days=2))
    notes = "SELECT guild_id, person FROM boards WHERE kind = 'note' AND person IS NOT NULL"
    assert sorted(query(database, notes)) == [(GUILD, ANA), (GUILD, BEN), (ELSEWHERE, ANA), (ELSEWHERE, BEN)]
    assert {table for table, _ in traces(database, ANA)} == {"sign_ups", "boards"}
    await services.privacy.erase(GUILD, ANA)
    assert sorted(query(database, notes)) == [(GUILD, BEN), (ELSEWHERE, ANA), (ELSEWHERE, BEN)]
    assert query(database, "SELECT count(*) FROM boards WHERE kind = 'note' AND person IS NULL AND final") == [(1,)]
    assert (await services.privacy.kept(GUILD, ANA)).direct_messages == 0
    assert (await services.privacy.kept(GUILD, BEN)).direct_messages == 1
    assert (await services.privacy.kept(ELSEWHERE, ANA)).direct_messages == 1
    later = (await services.sessions.agenda(GUILD)).sessions[1]
    assert await services.telling.toggle(GUILD, later.id, ANA)
    assert (await services.privacy.kept(GUILD, ANA)).record["direct_messages_about"] == [later.title]


async def test_erasing_twice_or_somebody_unknown_changes_nothing(services, database, busy):
    await services.show.finish(GUILD, busy.id, NOW)
    await services.privacy.erase(GUILD, ANA)
    before = everything(database)
    await services.privacy.erase(GUILD, ANA)
    await services.privacy.erase(GUILD, 999)
    assert everything(database) == before


async def test_whoever_was_erased_may_come_back(services, busy):
    await services.privacy.erase(GUILD, ANA)
    await act(services, busy, ANA, "Again")
    assert [poll.tally.n for poll in (await services.summaries.report(busy.id)).polls] == [3, 3]
    assert (await services.privacy.kept(GUILD, ANA)).words == 2


async def test_erasing_while_the_person_is_answering_leaves_all_or_nothing(services, database, busy):
    polls = await services.polls.in_session(busy)
    votes = (services.polls.cast(GUILD, poll.id, [0], ANA) for poll in polls for _ in range(5))
    await asyncio.gather(*votes, services.privacy.erase(GUILD, ANA), services.privacy.erase(GUILD, ANA))
    # Whatever came after the erasure is new, and is told and erased like any other.
    kept = await services.privacy.kept(GUILD, ANA)
    assert len([row for table, row in traces(database, ANA) if table == "ballots"]) == kept.answers
    await services.privacy.erase(GUILD, ANA)
    assert traces(database, ANA) == []


async def test_a_board_that_shows_the_words_is_owed_again_before_anything_else_can_happen(services, database, busy):
    await services.show.finish(GUILD, busy.id, NOW)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE boards SET final = 1")
    await services.privacy.erase(GUILD, ANA)
    owed = {kind for (kind,) in query(database, "SELECT kind FROM boards WHERE NOT final")}
    assert owed == {"takeaway", "improvement", "report", "summary"}


# ------------------------------------------------------------------ the links of what was confidential


async def late(services, session, *, days=90):
    """What is done of itself so long after the session began."""
    await services.show.run_due(session.started_at + timedelta(days=days))


@pytest.fixture
async def modes(services, session):
    """The same three people have answered a poll and a question in each mode, and the review; all is over."""
    for privacy in ("named", "confidential", "anonymous"):
        poll = await ask(services, session, question=f"{privacy}?", privacy=privacy)
        words = Draft(f"{privacy}, why?", (), 1, "at_close", kind="open", privacy=privacy)
        why = await services.polls.open(session, words, NOW)
        for person in (ANA, BEN, CAT):
            await services.polls.cast(GUILD, poll.id, [person % 3], person)
            await services.polls.write(GUILD, why.id, person, f"{privacy} {person % 10}", quotable=True)
    await services.reviews.open(session, NOW)
    for person in (ANA, BEN, CAT):
        await review(services, session, person, f"Takeaway {person % 10}.")
    await services.show.finish(GUILD, session.id, NOW)
    return await services.sessions.get(GUILD, session.id)


async def test_confidential_links_are_cut_after_ninety_days_and_no_total_moves(services, database, boards, modes):
    before = await services.summaries.report(modes.id)
    await late(services, modes, days=89.99)
    shown = boards.kinds()
    assert {table for table, _ in traces(database, ANA)} == {"ballots", "contributions", "participations"}
    await late(services, modes)
    assert await services.summaries.report(modes.id) == before
    still = query(database, "SELECT privacy, count(*) FROM ballots JOIN polls ON polls.id = poll_id"
                  " WHERE voter IN (?, ?, ?) GROUP BY 1", ANA, BEN, CAT)  # fmt: skip
    assert still == [("named", 3)]
    said = query(database, "SELECT text FROM contributions WHERE author = ?", ANA)
    assert said == [(f"named {ANA % 10}",)]
    kept = await services.privacy.kept(GUILD, ANA)
    assert [each["privacy"] for each in kept.record["sessions"][0]["answers"]] == ["named", "named"]
    assert (kept.sessions, kept.words, kept.untraceable) == (1, 0, 2)
    assert boards.kinds() == shown  # nobody is told: there is nothing to do about it


async def test_people_stay_distinct_once_their_links_are_cut(services, database, modes):
    await late(services, modes)
    in_confidence = "JOIN polls ON polls.id = poll_id WHERE privacy = 'confidential'"
    voted = query(database, f"SELECT voter FROM ballots {in_confidence}")
    said = query(database, f"SELECT author FROM contributions {in_confidence}")
    reviewed = query(database, "SELECT author FROM contributions WHERE kind = 'takeaway'")
    assert len(set(voted)) == 3
    assert set(voted) == set(said) == set(reviewed)
    assert all(int(str(number)) < 0 for (number,) in voted)


async def test_cutting_links_leaves_another_session_alone_and_happens_once(services, database, modes):
    elsewhere = await opened_session(services, ELSEWHERE)
    poll = await ask(services, elsewhere, privacy="confidential")
    await services.polls.cast(ELSEWHERE, poll.id, [0], ANA)
    async with database.write() as connection:
        await erasing.unlink(connection, modes.id)
    before = everything(database)
    assert len([1 for table, _ in traces(database, ANA) if table == "ballots"]) == 2
    async with database.write() as connection:
        await erasing.unlink(connection, modes.id)
    assert everything(database) == before


async def test_the_words_of_those_who_are_left_out_go_with_their_links(services, database, modes):
    await services.privacy.leave_out(GUILD, ANA, out=True)
    before = await services.summaries.report(modes.id)
    await late(services, modes)
    assert await services.summaries.report(modes.id) == before
    assert f"Takeaway {ANA % 10}." not in repr(everything(database))
    erased = query(database, "SELECT author FROM contributions WHERE state = 'erased'")
    assert not set(erased) & set(query(database, "SELECT voter FROM ballots"))


async def test_what_is_still_open_when_links_are_cut_is_closed_first(services, session):
    poll = await ask(services, session, privacy="confidential")
    await services.polls.cast(GUILD, poll.id, [0], ANA)
    await services.reviews.open(session, NOW)
    await late(services, session)
    with pytest.raises(Refusal, match="That poll has closed"):
        await services.polls.cast(GUILD, poll.id, [1], ANA)
    with pytest.raises(Refusal):
        await review(services, session, ANA, "Late")
    assert (await services.polls.standing(poll.id)).tally.n == 1


async def test_a_session_that_is_moved_or_imported_anew_keeps_the_day_on_which_links_are_cut(services, database, modes):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW)
    due = query(database, "SELECT session_id FROM cues WHERE kind = 'unlink' AND state = 'planned'")
    assert due == [(modes.id,)]


# ------------------------------------------------------------------ every table

PEOPLE = {
    "audit.host",
    "ballots.voter",
    "boards.person",
    "breakout_groups.rapporteur",
    "breakout_members.person",
    "contributions.author",
    "hands.person",
    "introductions.asker",
    "left_out.person",
    "participations.person",
    "profiles.person",
    "sign_ups.person",
    "supports.person",
}
"""Every column that holds a person's id."""

NOT_PEOPLE = re.compile(
    r"\w+\.(guild_id|\w*channel(_id)?|message_id)|places\.(hosts|organisers)|sessions\.(event|thread)_id|listening\.heard"
)
"""The columns with ids of Discord's that are no person's."""


def discords_ids():
    """Every column with an id of Discord's."""
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [column for column in columns if isinstance(column.type, BigInteger) and column.type is not RowId]


def filled(table, person):
    """A row, with the person wherever one can be; what is first in a list of allowed words is taken."""
    rules = " ".join(str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint))
    samples = {"JSON": ["x", "y"], "BOOLEAN": False, "BLOB": b"x", "DATETIME": NOW}
    row = {}
    for column in table.columns:
        allowed = re.search(rf"\b{column.name} IN \('([^']*)'", rules)
        if f"{table.name}.{column.name}" in PEOPLE:
            row[column.name] = person
        elif column.nullable:
            continue
        elif allowed:
            row[column.name] = allowed[1]
        elif column.type.python_type is int:
            row[column.name] = 1
        else:
            row[column.name] = samples.get(str(column.type), NOW if column.type.python_type is datetime else "x")
    if table.name == "sessions":
        row["plan"] = {}
    return row


async def fill(database, person):
    """A row in every table."""
    async with database.write() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(insert(table).values(filled(table, person)))


def test_every_column_with_a_person_is_known():
    unknown = {str(column) for column in discords_ids()} - PEOPLE
    assert {name for name in unknown if not NOT_PEOPLE.fullmatch(name)} == set()
    assert {str(column) for column in discords_ids()} >= PEOPLE


async def test_all_of_every_table_is_told_and_erased_without_a_trace(settings):
    async with opened(settings.database.url) as database:
        services = over(database, Recorder(database))
        await fill(database, ANA)
        assert {table for table, _ in traces(database, ANA)} == {name.partition(".")[0] for name in PEOPLE}
        kept = await services.privacy.kept(GUILD, ANA)
        assert (kept.sessions, kept.words, kept.direct_messages, kept.left_out) == (1, 1, 1, True)
        assert dict.fromkeys(BESIDE, 1) == kept.more
        await services.privacy.erase(GUILD, ANA)
        assert traces(database, ANA) == []
        kept = await services.privacy.kept(GUILD, ANA)
        assert (kept.sessions, kept.answers, kept.words, kept.direct_messages, kept.more) == (0, 0, 0, 0, {})
        folder = path_of(database).parent
        forms = (str(ANA).encode(), *(ANA.to_bytes(8, order) for order in ("big", "little")))
        assert [path.name for path in folder.iterdir() if any(form in path.read_bytes() for form in forms)] == []


BESIDE = (
    "about_me",
    "breakout_groups",
    "done_as_a_host",
    "hands",
    "introductions_asked_for",
    "offers",
    "questions",
    "supports",
)
"""What is told of besides answers and words."""


# ------------------------------------------------------------------ the files


def files_with(words, folder):
    """The files in which the words stand, whoever looks."""
    return {path.name for path in folder.iterdir() if words.encode() in path.read_bytes()}


async def test_what_is_erased_is_gone_from_the_files_while_the_bot_runs_and_after(settings):
    async with opened(settings.database.url) as database:
        services = over(database, Recorder(database))
        session = await opened_session(services)
        await services.reviews.open(session, NOW)
        await act(services, session, ANA, WORDS)
        await services.show.finish(GUILD, session.id, NOW)
        folder = path_of(database).parent
        assert files_with(WORDS, folder)
    assert files_with(WORDS, folder) == {path_of(database).name}
    async with opened(settings.database.url) as database:
        await over(database, Recorder(database)).privacy.erase(GUILD, ANA)
        assert files_with(WORDS, folder) == set()
    assert files_with(WORDS, folder) == set()
