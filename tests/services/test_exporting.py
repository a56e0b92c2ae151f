"""A session's data: every number follows from its records, and nothing in it leads to anybody."""

import csv
import io
import json
import random
import statistics
import zipfile
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from bot.press import Order, press_beside
from bot.reports.dictionary import TABLES, schema
from bot.reports.export import data_archive, data_files, to_json
from bot.services.breaking import Order as Rooms
from bot.services.comments import Reacted
from bot.services.drafts import Draft
from bot.services.exporting import Exports
from bot.services.feedback import Words
from bot.services.refusal import Refusal
from bot.services.tallies import percent
from bot.storage import contributions, zoom
from bot.storage.comments import Heard
from tests.services.guild import CHANNEL, GUILD, NOW, ask, query

PEOPLE = [900_000_000_000_000_000 + 7919 * i for i in range(40)]
HOST = 800_000_000_000_000_001
REGIONS = ("Wales", "Scotland", "England", "Northern Ireland")
STEPS = ("1: Poor", "2 of 5", "3 of 5", "4 of 5", "5: Good")
NEVER = "never to be read"
"""Stands in everything that may not come out."""


async def poll(services, session, kind, options, given, *, choices=1, privacy="confidential"):
    new = Draft(f"Of the {kind} kind, {privacy}?", tuple(options), choices, "at_close", kind=kind, privacy=privacy)
    made = await services.polls.open(session, new, NOW)
    for person, chosen in given.items():
        await services.polls.cast(GUILD, made.id, chosen, person)
    return made


async def say(services, *said, first=1_000 << 22):
    """What each person says in the chat, in order: words and what they reply to. The ids of the messages."""
    ids = [first + (i << 22) for i in range(len(said))]
    heard = [
        Heard(GUILD, CHANNEL, None, ids[i], person, words, None if to is None else ids[to])
        for i, (person, words, to) in enumerate(said)
    ]
    for each in heard:
        await services.comments.hear(each)
    return ids


async def feed(services, breakout, person, room, words, *, quotable):
    draft = await services.feedback.draft(GUILD, breakout.id, person, host=False)
    said = Words(words, "", quotable)
    await services.feedback.send(
        GUILD,
        breakout.id,
        person,
        said,
        group_id=draft.group.id if draft.group else 0,
        seen=draft.seen,
        room=room,
        host=False,
    )


async def rich(services, session, database):
    """A session with some of everything, and much that may not come out; finished."""
    lots = random.Random(5)  # noqa: S311  (no secret)
    for privacy in ("confidential", "anonymous"):
        await poll(services, session, "single", "ABC", {p: (lots.randrange(3),) for p in PEOPLE}, privacy=privacy)
    several = {p: tuple(lots.sample(range(4), lots.randrange(1, 5))) for p in PEOPLE[3:30]}
    await poll(services, session, "multiple", "ABCD", several, choices=4, privacy="anonymous")
    await poll(services, session, "rating", STEPS, {p: (lots.randrange(5),) for p in PEOPLE[:11]})
    ranked = {p: tuple(lots.sample(range(5), lots.randrange(1, 4))) for p in PEOPLE[10:33]}
    await poll(services, session, "ranking", "ABCDE", ranked, choices=3)
    where = dict(zip(PEOPLE, [(0,)] * 3 + [(1,)] * 13 + [(2,)] * 7, strict=False))
    await poll(services, session, "place", REGIONS, where)
    gone = await poll(services, session, "single", (f"A {NEVER}", "B"), {PEOPLE[0]: (0,)}, privacy="anonymous")
    await services.polls.void(GUILD, gone.id, "It was the wrong question.", NOW)
    written = await services.polls.open(
        session, Draft("In words?", (), 1, "at_close", kind="open", privacy="confidential"), NOW
    )
    for person, words, quotable in (
        (PEOPLE[0], "=SUM(A1:A9) would help", True),
        (PEOPLE[1], f"An answer {NEVER}", False),
        (PEOPLE[2], f"Left out, {NEVER}", True),
        (PEOPLE[3], f"Erased, {NEVER}", True),
    ):
        await services.polls.write(GUILD, written.id, person, words, quotable=quotable)
    await services.reviews.open(session, NOW)
    for i, person in enumerate(PEOPLE[:6]):
        for prompt in ("takeaway", "improvement"):
            words = f"{NEVER} {i}" if i in {1, 2, 3} else f"The {prompt} of number {i}"
            await services.reviews.answer(GUILD, session.id, person, prompt, words, quotable=i != 1)
    messages = await say(
        services,
        (PEOPLE[0], "First", None),
        (PEOPLE[4], "A reply to the first", 0),
        (PEOPLE[2], f"Said and left out, {NEVER}", None),
        (PEOPLE[5], "A reply to what was left out", 2),
        (PEOPLE[5], f"To be hidden, {NEVER}", None),
        (PEOPLE[3], f"To be erased, {NEVER}", None),
        (PEOPLE[6], f"To be withdrawn, {NEVER}", None),
    )
    for person in PEOPLE[7:12]:
        await services.comments.hear(Reacted(messages[0], person, "👍", on=True))
    async with database.read() as connection:
        of = {i: (await contributions.of_message(connection, each)).id for i, each in enumerate(messages)}
    await services.contributions.hide(GUILD, of[4], HOST, "It names somebody.", NOW)
    await services.contributions.withdraw(GUILD, of[6], PEOPLE[6])
    first = await services.panel.ask(GUILD, session.id, PEOPLE[0], "Why now?", name="Ana Asker")
    second = await services.panel.ask(GUILD, session.id, PEOPLE[1], "Why just now?")
    third = await services.panel.ask(GUILD, session.id, PEOPLE[4], "And how?")
    for person in PEOPLE[20:26]:
        await services.panel.vote(GUILD, first.id, person)
    await services.queue.merge(GUILD, second.id, 1, HOST, NOW)
    await services.queue.write(GUILD, third.id, "Step by step.", NOW)
    breakout = await services.breakouts.open(session, Rooms(10, "What first?", "zoom"), NOW)
    await feed(services, breakout, PEOPLE[0], "1", "We spoke of time", quotable=True)
    await feed(services, breakout, PEOPLE[1], f"{NEVER} room", f"{NEVER}, of the room", quotable=False)
    await services.offers.make(GUILD, session.id, PEOPLE[5], "A visit to our ward", "place", NOW, quotable=True)
    offer = (await services.offers.register(GUILD, CHANNEL, PEOPLE[5]))[0]
    await services.introductions.ask(GUILD, offer.id, PEOPLE[8], NOW)
    for i, person in enumerate(PEOPLE[:30]):
        about = {"reach": "Local" if i < 16 else "National" if i < 28 else "Regional"}
        await services.profiles.save(GUILD, person, session.series_id, about)
    theme = await services.themes.add(session, "Time")
    pieces = (await services.themes.survey(GUILD, session.id)).pieces
    await services.themes.tag(GUILD, theme, {each.id for each in pieces[::2]}, on=True)
    await services.themes.sign_off(session, theme, "Mo", NOW)
    await services.actions.add(GUILD, "Ask for more time", "Mo")
    await services.sessions.attendance(GUILD, 122)
    await services.show.finish(GUILD, session.id, NOW + timedelta(minutes=90))
    await services.privacy.leave_out(GUILD, PEOPLE[2], out=True)
    await services.privacy.erase(GUILD, PEOPLE[3])
    return await Exports(database).data(session.id)


@pytest.fixture
async def data(services, session, database):
    return await rich(services, session, database)


def tables(data):
    """What a program finds in the JSON file."""
    return json.loads(to_json(data))


# ------------------------------------------------------------------ every number and its records


def behind(database, row):
    """How many different people a number with the rule “people” is of, as the database says."""
    ids = [int(each.partition("-")[2]) for each in row["records"]]
    marks = ", ".join("?" * len(ids))
    if row["name"].endswith("/votes"):  # those of its duplicates as well, and whoever asked those
        ids += [
            each
            for (each,) in query(
                database, f"SELECT contribution_id FROM questions WHERE merged_into IN ({marks})", *ids
            )
        ]
        marks = ", ".join("?" * len(ids))
        found = query(database, f"SELECT person FROM supports WHERE contribution_id IN ({marks})", *ids)
        found += query(database, f"SELECT author FROM contributions WHERE id IN ({marks})", *ids[1:], 0)
    elif row["name"].endswith("/supporters"):
        found = query(database, f"SELECT person FROM supports WHERE contribution_id IN ({marks})", *ids)
    else:
        found = query(database, f"SELECT author FROM contributions WHERE id IN ({marks})", *ids)
    return len(set(found))


def follows(found, database, row):  # noqa: PLR0911  (as many as there are rules)
    """The value that the records of a number give by its rule."""
    values = {each["name"]: each["value"] for each in found["numbers"]}
    ballots = defaultdict(list)
    for each in found["ballots"]:
        ballots[each["id"]].append(each)
    choices = {each["id"]: each["choices"] for each in found["polls"]}
    records = row["records"]
    match row["rule"]:
        case "count":
            return len(set(records))
        case "people":
            return behind(database, row)
        case "per_cent":
            return percent(*(values[name] for name in row["of"]))
        case "points":
            poll, option, _ = row["name"].split("/")
            chosen = [b for each in records for b in ballots[each] if option == f"option-{b['option']}"]
            return sum(choices[poll] + 1 - each["rank"] for each in chosen)
        case "mean" | "median" as rule:
            return round(getattr(statistics, rule)([ballots[each][0]["option"] for each in records]), 4)
        case "peak":
            stays = [(each["joined_at"], each["left_at"]) for each in found["zoom_people"] if each["id"] in records]
            return max(sum(came <= moment < went for came, went in stays) for moment, _ in stays)
        case "stated":
            measure = row["name"].partition("/")[2]
            return next(each["people"] for each in found["attendance"] if each["measure"] == measure)
        case "suppressed":
            return None
    raise AssertionError(row["rule"])


async def test_every_number_follows_from_its_records(data, database):
    found = tables(data)
    names = [row["name"] for row in found["numbers"]]
    assert len(names) == len(set(names))
    for row in found["numbers"]:
        assert len(row["records"]) == len(set(row["records"])), row["name"]
        assert follows(found, database, row) == row["value"], row["name"]
    by_name = {row["name"]: row for row in found["numbers"]}
    assert by_name["poll-1/n"]["value"] == 40
    assert by_name["poll-6/n"]["value"] == 23
    assert by_name["poll-8/n"]["value"] == 4
    assert by_name["questions/1/votes"]["value"] == 7
    assert by_name["comments/supporters"]["value"] == 5
    assert by_name["hidden"]["value"] == 1
    assert by_name["attendance/joined"] | {"of": []} == {
        "name": "attendance/joined",
        "value": 122,
        "rule": "stated",
        "records": [],
        "of": [],
    }
    assert by_name["introductions/asked"]["records"] == ["introduction-1"]
    assert {row["rule"] for row in found["numbers"]} == {
        *("count", "people", "per_cent", "points", "mean", "median", "stated", "suppressed")
    }


async def test_the_numbers_are_the_reports(data, services, session):
    report = await services.summaries.report(session.id)
    value = {row.name: row.value for row in data.numbers}
    assert value["attendance/took_part"] == report.took_part
    for each in report.polls:
        name = f"poll-{each.number}"
        assert value[f"{name}/n"] == each.tally.n
        for i, row in enumerate(each.tally.rows, 1):
            what = "points" if each.kind == "ranking" else "people"
            assert value[f"{name}/option-{i}/{what}" if not row.hidden else f"{name}/option-{i}/people"] == (
                None if row.hidden else row.count
            )
            assert value[f"{name}/option-{i}/per_cent"] == (None if row.hidden else row.percent)
    for theme in report.said.themes:
        assert value[f"theme-{theme.id}/contributions"] == len(theme.ids)
        assert value[f"theme-{theme.id}/people"] == theme.people
    assert value["takeaways/withheld"] == len(report.takeaways.withheld) == 2
    assert value["takeaways/for_themes"] == len(report.takeaways.for_themes) == 1


async def test_records_that_are_told_are_in_the_tables(data):
    """Whatever has a row of its own is found by its id; of contributions only those that may be quoted have one."""
    rows = {row.id for name in ("ballots", "profiles", "contributions") for row in getattr(data, name)}
    for number in data.numbers:
        for record in number.records:
            if record.startswith(("poll-", "profile-")):
                assert record in rows
        if number.name.endswith("/quotable"):
            assert set(number.records) <= rows


# ------------------------------------------------------------------ nothing that leads to anybody


async def bytes_of(data):
    """Everything that is in an export, as it is packed and as it is read."""
    files = await data_files(data, xlsx=True)
    texts = [each.data.decode("utf-8-sig") for each in files if not each.name.endswith(".xlsx")]
    book = next(each.data for each in files if each.name.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        texts += [packed.read(name).decode() for name in packed.namelist()]
    return "\n".join(texts)


async def test_no_account_is_in_it_and_no_word_that_may_not_be(data, database):
    said = await bytes_of(data)
    for person in (*PEOPLE, HOST, GUILD * 10**17):
        assert str(person) not in said
    assert NEVER not in said
    assert "Ana Asker" not in said
    pseudonyms = query(database, "SELECT DISTINCT voter FROM ballots WHERE abs(voter) > 1000000")
    assert pseudonyms
    assert not any(str(abs(int(str(voter)))) in said for (voter,) in pseudonyms)
    messages = query(database, "SELECT message_id FROM contributions WHERE message_id IS NOT NULL")
    assert messages
    assert not any(str(each) in said for (each,) in messages)
    assert "First" in said
    assert "Why now?" in said


async def test_a_reply_names_only_what_is_there(data):
    said = {row.text: row for row in data.contributions}
    assert said["A reply to the first"].reply_to == said["First"].id
    assert said["A reply to what was left out"].reply_to is None
    assert said["First"].reactions == 5


async def test_a_poll_that_was_taken_out_tells_only_why(data):
    [gone] = [row for row in data.polls if row.state == "taken out"]
    assert (gone.id, gone.why_taken_out, gone.question, gone.n) == ("poll-7", "It was the wrong question.", "", None)
    assert not any(row.poll == "poll-7" for name in ("options", "ballots") for row in getattr(data, name))


async def test_regions_that_are_not_shown_cannot_be_counted(data):
    """Of those regions there are empty ballots, as many as the report tells; their numbers part none of them."""
    counts = {row.text: row.people for row in data.options if row.poll == "poll-6"}
    assert counts == {"Wales": None, "Scotland": 13, "England": None, "Northern Ireland": 0}
    ballots = [row for row in data.ballots if row.poll == "poll-6"]
    assert Counter(row.option for row in ballots) == {None: 10, 2: 13}
    assert [row.respondent for row in ballots if row.option is None] == list(range(1, 11))
    hidden = {row.id for row in ballots if row.option is None}
    for number in data.numbers:
        inside = hidden & set(number.records)
        assert inside in (set(), hidden), "a number parts those who are not shown"
    about = Counter(row.answer for row in data.profiles if row.field == "reach")
    assert about[None] >= 5
    assert "Regional" not in about


async def test_numbers_of_respondents_tell_neither_order_nor_person(services, database, session):
    """The same answers give the same rows, whoever gave them and whenever; and no row joins two polls."""
    answers = [(0,), (1,), (1,), (2,), (0,), (2,), (2,)]

    async def rows(mix):
        lots = random.Random(mix)  # noqa: S311
        found = []
        for privacy in ("confidential", "anonymous"):
            people = lots.sample(PEOPLE, len(answers))
            given = dict(zip(people, lots.sample(answers, len(answers)), strict=True))
            made = await poll(services, session, "single", f"ABC{mix}", given, privacy=privacy)
            found.append(made.number)
        return found

    polls = [await rows(mix) for mix in range(3)]
    await services.show.finish(GUILD, session.id, NOW)
    data = await Exports(database).data(session.id)
    listed = {
        number: [(row.respondent, row.option, row.person) for row in data.ballots if row.poll == f"poll-{number}"]
        for number in (each for pair in polls for each in pair)
    }
    assert len(set(map(tuple, listed.values()))) == 1
    assert next(iter(listed.values())) == [(i, chosen + 1, "") for i, (chosen,) in enumerate(sorted(answers), 1)]


async def test_with_names_the_account_stands_beside_the_answer_and_goes_when_it_is_erased(services, database, session):
    made = await poll(
        services, session, "multiple", "ABC", {PEOPLE[0]: (2, 0), PEOPLE[1]: (1,)}, choices=3, privacy="named"
    )
    await poll(services, session, "single", "XYZ", {PEOPLE[0]: (1,), PEOPLE[1]: (2,)})
    await services.polls.close(made, CHANNEL, NOW)
    await services.privacy.erase(GUILD, PEOPLE[1])
    await services.show.finish(GUILD, session.id, NOW)
    data = await Exports(database).data(session.id)
    assert [(row.respondent, row.option, row.person) for row in data.ballots if row.poll == "poll-1"] == [
        (1, 1, f"discord-{PEOPLE[0]}"),
        (1, 3, f"discord-{PEOPLE[0]}"),
        (2, 2, ""),
    ]
    assert {row.person for row in data.ballots if row.poll == "poll-2"} == {""}
    assert to_json(data).count(str(PEOPLE[0]).encode()) == 2


async def test_hosts_are_numbers_in_the_record_of_what_they_did(data):
    assert [(row.act, row.host, row.why) for row in data.audit] == [
        ("hide", "host-1", "It names somebody."),
        ("merge", "host-1", "into Q1"),
    ]


# ------------------------------------------------------------------ its forms


async def test_the_json_keeps_to_its_schema(data):
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(tables(data))


def as_written(value):
    """A cell as text, whichever form it is from: a number has no zeros at its end."""
    return "" if value is None else str(value).removesuffix(".0")


async def test_each_form_has_the_same_rows(data):
    found = tables(data)
    files = {each.name: each.data for each in await data_files(data, xlsx=True)}
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(files["qms-1-of-4.xlsx"]))
    assert book.sheetnames == list(TABLES)
    for name in TABLES:
        rows = list(csv.reader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"), newline="")))
        sheet = [list(map(as_written, row)) for row in book[name].iter_rows(values_only=True)]
        assert sheet == [list(map(as_written, row)) for row in rows]
        assert len(rows) - 1 == len(found[name])
        for row, kept in zip(rows[1:], found[name], strict=True):
            for column, cell in zip(rows[0], row, strict=True):
                value = kept[column]
                if isinstance(value, list):
                    value = len(value) if column == "records" else "; ".join(value)
                assert as_written(cell.removeprefix("'")) == as_written(value)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(cell.value == "'=SUM(A1:A9) would help" for cell in cells)


async def test_the_same_session_gives_the_same_bytes(data, database, session):
    again = await Exports(database).data(session.id)
    assert again == data
    assert (await data_archive(again)).data == (await data_archive(data)).data


# ------------------------------------------------------------------ which session, and when


async def test_a_session_that_runs_is_not_exported(services, database, session):
    await ask(services, session, privacy="anonymous")
    with pytest.raises(Refusal, match="Session 1 is still open"):
        await Exports(database).data(session.id)


async def test_a_session_that_nobody_came_to(services, database, session):
    await services.show.finish(GUILD, session.id, NOW)
    data = await Exports(database).data(session.id)
    Draft202012Validator(schema()).validate(tables(data))
    assert data.ballots == data.contributions == ()
    planned = await Exports(database).meant("2")
    assert (await Exports(database).data(planned.id)).attendance[0].people is None


async def test_what_zoom_tells_of_people_is_numbered_by_their_times(services, database, session):
    await services.show.finish(GUILD, session.id, NOW)
    async with database.write() as connection:
        came = ((9, 13, 40), (9, 50, 80), (4, 5, 90), (1, 60, 70))
        stays = {
            (person, NOW + timedelta(minutes=first, seconds=17), NOW + timedelta(minutes=last, seconds=3))
            for person, first, last in came
        }
        await zoom.replace_stays(connection, session.id, stays)
    data = await Exports(database).data(session.id)
    assert [(row.id, row.joined_at[11:16], row.left_at[11:16]) for row in data.zoom_people] == [
        ("zoom-person-1", "13:05", "14:30"),
        ("zoom-person-2", "13:13", "13:40"),
        ("zoom-person-2", "13:50", "14:20"),
        ("zoom-person-3", "14:00", "14:10"),
    ]


async def test_which_session_is_meant(database, session):
    exports = Exports(database)
    assert (await exports.meant("1")).id == session.id
    assert (await exports.meant(" qms/3 ", GUILD)).number == 3
    for words, told in (
        ("nine", "“nine” is no session. Give its number"),
        ("9" * 20, f"“{'9' * 20}” is no session. Give its number"),
        ("9", "The series “qms” has no session 9."),
        ("abc/1", "There is no series “abc” in this database."),
    ):
        with pytest.raises(Refusal) as refused:
            await exports.meant(words)
        assert str(refused.value).startswith(told)
    with pytest.raises(Refusal, match="There is no series here"):
        await exports.meant("1", 77)


async def test_the_press_makes_the_same_archive_beside_the_bot(data, database, session):
    made = await press_beside(database)(Order("data", session.id))
    assert made.files == (await data_archive(data),)


async def test_what_was_answered_on_zoom_stands_apart(services, database, session):
    """Polls that were held in both places are told twice, under ids of their own; and every number has its records."""
    here = await poll(services, session, "single", "AB", dict.fromkeys(PEOPLE[:3], (0,)))
    where = await poll(services, session, "place", REGIONS, {})
    await services.show.finish(GUILD, session.id, NOW)
    asked = (
        ("Of the kind?", ["A", "B"], [[1], [1], [0], [1]], here.id),
        ("Several?", ["X", "Y", "Z"], [[0, 2], [2], [1, 0]], None),
        ("Where?", list(REGIONS), [[0]] * 2 + [[1]] * 6 + [[2]] * 9, where.id),
        ("In words?", [], [[], []], None),
    )
    rows = [
        {"question": text, "options": options, "answers": answers, "asked_at": NOW, "poll_id": same}
        for text, options, answers, same in asked
    ]
    stays = {(i, NOW + timedelta(minutes=i), NOW + timedelta(minutes=40 + 7 * i)) for i in range(1, 9)}
    async with database.write() as connection:
        await zoom.replace_polls(connection, session.id, rows)
        await zoom.replace_stays(connection, session.id, stays)
    data = await Exports(database).data(session.id)
    found = tables(data)
    Draft202012Validator(schema()).validate(found)
    assert [(row.id, row.same_as, row.n) for row in data.polls] == [
        ("poll-1", None, 3),
        ("poll-2", None, 0),
        ("zoom-poll-1", "poll-1", 4),
        ("zoom-poll-2", None, 3),
        ("zoom-poll-3", "poll-2", 17),
        ("zoom-poll-4", None, 2),
    ]
    assert [(row.respondent, row.option) for row in data.ballots if row.poll == "zoom-poll-2"] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 3),
        (3, 3),
    ]
    assert Counter(row.option for row in data.ballots if row.poll == "zoom-poll-3") == {None: 8, 3: 9}
    for row in found["numbers"]:
        assert follows(found, database, row) == row["value"], row["name"]
