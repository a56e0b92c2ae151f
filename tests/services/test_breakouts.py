"""Breakouts: opened, warned, ended by themselves, and what the rooms send back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services import Services
from bot.services.breaking import Order, in_words, rooms_for
from bot.services.feedback import Overtaken, Words, fingerprint
from bot.services.grouping import Groups
from bot.services.refusal import Refusal
from bot.services.roomlist import room_key, room_name
from bot.services.venues import Venues
from bot.storage import boards as shown
from bot.storage import breakouts, cues, people, sessions
from bot.storage.places import Places
from tests.services.guild import (
    CHANNEL,
    ELSEWHERE,
    EXAMPLE_SERIES,
    GUILD,
    NOW,
    OFFICE,
    Silent,
    everything,
    query,
)

MINUTE = timedelta(minutes=1)
QUARTER = Order(15, "What next?")
THREADS = Order(15, "What next?", "threads", size=4)
FIVES = Order(15, "What next?", "threads", size=5)


async def come(database, session, *persons):
    """Have these people taken part in the session."""
    async with database.write() as connection:
        await people.take_part(connection, {(session.id, each) for each in persons})


async def send(services, opened, person, discussed="We talked", one_thing="Start small", **details):
    """One person's feedback, as from a form they had just opened."""
    host, room = details.pop("host", False), details.pop("room", None)
    draft = await services.feedback.draft(GUILD, opened.id, person, host=host)
    seen, group = details.pop("seen", draft.seen), details.pop("group_id", draft.group.id if draft.group else 0)
    words = Words(discussed, one_thing, details.pop("quotable", True))
    return await services.feedback.send(
        GUILD, opened.id, person, words, group_id=group, seen=seen, room=room, host=host
    )


async def kinds(database, opened):
    """The boards of a breakout, each kind with whom it is for."""
    async with database.read() as connection:
        found = [await shown.of(connection, kind, opened.id) for kind in ("breakout", "warning", "collated", "silent")]
    return [(each.kind, each.person) for every in found for each in every]


async def planned(database, session):
    """When the breakout cues that have yet to happen are due, in minutes."""
    async with database.read() as connection:
        every = await cues.of(connection, session.id)
    return [(cue.kind, (cue.due_at - NOW) / MINUTE) for cue in every if cue.kind.startswith("breakout_") and cue.open]


# ------------------------------------------------------------------ names of rooms


@pytest.mark.parametrize(
    "written", ["3", "room 3", "Room 3", "ROOM #3", "Breakout Room 3.", "no. 3", "Room3", "#3", "\u0663", " 03 "]
)
def test_a_room_has_one_name_however_it_is_written(written):
    assert room_name(written) == "Room 3"
    assert room_key(written) == room_key("Room 3") == "3"


def test_rooms_with_names_keep_them():
    assert room_name("The Blue  room") == "The Blue room"
    assert room_key("Room Alpha") == room_key("alpha") == "alpha"
    assert room_key("Roomy") == "roomy"
    assert room_key("Room") == "room"
    for wrong in ("", " \u200b", "x" * 61):
        with pytest.raises(Refusal, match="The room"):
            room_name(wrong)


# ------------------------------------------------------------------ opening


async def test_on_zoom_nothing_is_drawn(services, session, boards, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    assert (opened.rooms, opened.ends_at, opened.said) == ("zoom", NOW + 15 * MINUTE, "")
    assert boards.kinds()[-1] == "breakout"
    assert (await services.breakouts.standing(opened.id)).rooms == ()
    assert await planned(database, session) == [("breakout_warn", 13), ("breakout_end", 15)]


def test_where_the_session_is_is_where_groups_meet(session):
    def at(place, url=""):
        plan = session.plan | {"place": place, "join_url": url}
        return rooms_for(type(session)(**(session.__dict__ | {"plan": plan})))

    assert rooms_for(session) == at("MS Teams") == at("", "https://zoom.us/j/1") == "zoom"
    assert at("") == at("Our Discord stage") == at("", "https://discord.gg/abc") == "threads"


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Order(0), "from 1 to 120"),
        (Order(121), "from 1 to 120"),
        (Order(5, "", "threads", 2, 3), "Say either"),
        (Order(5, "x" * 301), "301 characters"),
        (Order(5, "", "zoom", 3), "On Zoom the groups are made there"),
        (Order(5, "", None, None, 3), "On Zoom the groups are made there"),
        (Order(5, "", "threads"), "Nobody has taken part"),
        (Order(5, "", "voice"), "Nobody is in the session’s voice channel"),
    ],
)
async def test_what_cannot_be_opened_changes_nothing(services, session, database, order, why):
    before = everything(database)
    with pytest.raises(Refusal, match=why):
        await services.breakouts.open(session, order, NOW)
    assert everything(database) == before


async def test_one_is_open_at_a_time(services, session):
    await services.breakouts.open(session, QUARTER, NOW)
    with pytest.raises(Refusal, match="A breakout is open already"):
        await services.breakouts.open(session, QUARTER, NOW)
    await services.breakouts.close(session, NOW)
    assert (await services.breakouts.open(session, QUARTER, NOW)).number == 2


async def test_groups_are_drawn_from_those_who_are_there(services, session, database):
    await come(database, session, *range(1, 11), -5)
    opened = await services.breakouts.open(session, FIVES, NOW)
    rooms = (await services.breakouts.standing(opened.id)).rooms
    assert sorted(len(room.people) for room in rooms) == [5, 5]
    assert set().union(*(room.people for room in rooms)) == set(range(1, 11))
    assert {(room.group.room_state, room.group.channel_id) for room in rooms} == {("owed", None)}
    assert opened.said == "2 groups of 5; nobody in them has met in a breakout of this series before."


async def test_a_group_of_one_is_avoided(services, session, database):
    await come(database, session, 1)
    with pytest.raises(Refusal, match="a group needs two"):
        await services.breakouts.open(session, THREADS, NOW)
    await come(database, session, 2, 3)
    opened = await services.breakouts.open(session, Order(15, "", "threads", groups=9), NOW)
    assert [len(room.people) for room in (await services.breakouts.standing(opened.id)).rooms] == [3]


async def test_in_voice_it_is_those_who_are_in_the_channel(database, session, boards):
    venue = Silent()
    venue.inside = (1, 2, 3, 4)
    venues = Venues(database, GUILD, Places(organiser_channel=OFFICE))
    services = Services.over(database, boards, Silent(), Silent(), venue, venues)
    await come(database, session, 77)
    opened = await services.breakouts.open(session, Order(5, "", "voice", groups=2), NOW)
    rooms = (await services.breakouts.standing(opened.id)).rooms
    assert sorted(each for room in rooms for each in room.people) == [1, 2, 3, 4]
    assert [room.group.name for room in rooms] == ["Group 1", "Group 2"]


async def test_a_rehearsal_draws_nothing_and_makes_no_rooms(database, services):
    await services.imports.import_series(GUILD, EXAMPLE_SERIES, NOW - 60 * MINUTE)
    _, found = await services.rehearsing.to_rehearse(GUILD, None)
    played = await services.rehearsing.begin(GUILD, found.id, 77, NOW - 60 * MINUTE)
    await come(database, played, 1, 2, 3)
    opened = await services.breakouts.open(played, Order(5, "", "threads", groups=2), NOW)
    assert (opened.rooms, opened.said[:24]) == ("zoom", "This is a rehearsal, so ")
    await send(services, opened, 1, room="3")
    await services.breakouts.close(played, NOW)
    where = query(database, "SELECT DISTINCT channel_id FROM boards WHERE kind IN ('breakout', 'collated', 'silent')")
    assert where == [(77,)]


async def test_those_who_have_met_are_kept_apart_and_the_hosts_are_told(services, session, database):
    await come(database, session, *range(1, 17))
    first = await services.breakouts.open(session, THREADS, NOW)
    together = {room.people for room in (await services.breakouts.standing(first.id)).rooms}
    await services.breakouts.close(session, NOW)
    second = await services.breakouts.open(session, THREADS, NOW)
    for room in (await services.breakouts.standing(second.id)).rooms:
        assert all(len(room.people & before) == 1 for before in together)
    assert second.said == "4 groups of 4; 0 of 24 pairs have met before; by lot it would be about 5."


def test_how_much_they_are_kept_apart_is_said():
    drawn = Groups(((1, 2, 3, 4),) * 6 + ((1, 2, 3, 4, 5),) * 6, 3, 96, 21)
    said = "12 groups of 4 or 5; 3 of 96 pairs have met before; by lot it would be about 21."
    assert in_words(drawn) == said


# ------------------------------------------------------------------ time


async def test_it_warns_and_ends_by_itself(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await services.show.run_due(NOW + 12 * MINUTE)
    assert await kinds(database, opened) == [("breakout", None)]
    await services.show.run_due(NOW + 13 * MINUTE)
    await services.show.run_due(NOW + 13 * MINUTE)
    assert await kinds(database, opened) == [("breakout", None), ("warning", None)]
    await services.show.run_due(NOW + 15 * MINUTE)
    assert await kinds(database, opened) == [
        ("breakout", None),
        ("warning", None),
        ("collated", None),
        ("silent", None),
    ]
    assert not (await services.breakouts.standing(opened.id)).breakout.open
    before = everything(database)
    await services.show.run_due(NOW + 16 * MINUTE)
    assert everything(database) == before


async def test_overdue_it_ends_without_a_warning(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await services.show.run_due(NOW + 40 * MINUTE)
    assert "warning" not in [kind for kind, _ in await kinds(database, opened)]
    assert not (await services.breakouts.standing(opened.id)).breakout.open


async def test_a_short_one_has_no_warning(services, session, database):
    await services.breakouts.open(session, Order(2), NOW)
    assert await planned(database, session) == [("breakout_end", 2)]


async def test_more_time_moves_the_warning_and_the_end(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await services.show.run_due(NOW + 13 * MINUTE)
    await services.breakouts.extend(session, 5, NOW + 14 * MINUTE)
    assert await planned(database, session) == [("breakout_warn", 18), ("breakout_end", 20)]
    await services.show.run_due(NOW + 15 * MINUTE)
    assert (await services.breakouts.standing(opened.id)).breakout.open
    await services.show.run_due(NOW + 18 * MINUTE)
    assert [kind for kind, _ in await kinds(database, opened)].count("warning") == 2
    for wrong in (0, 121):
        with pytest.raises(Refusal, match="minutes more"):
            await services.breakouts.extend(session, wrong, NOW)
    await services.breakouts.close(session, NOW + 19 * MINUTE)
    assert await planned(database, session) == []
    with pytest.raises(Refusal, match="No breakout is open"):
        await services.breakouts.extend(session, 5, NOW)
    with pytest.raises(Refusal, match="No breakout is open"):
        await services.breakouts.close(session, NOW)


async def test_a_pause_stops_its_clock(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await services.show.pause(GUILD, session.id, NOW + 10 * MINUTE)
    await services.show.run_due(NOW + 30 * MINUTE)
    assert (await services.breakouts.standing(opened.id)).breakout.open
    await services.show.resume(GUILD, session.id, NOW + 30 * MINUTE)
    assert await planned(database, session) == [("breakout_warn", 33), ("breakout_end", 35)]


async def test_two_hosts_who_close_it_close_it_once(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    closed = await asyncio.gather(*(services.breakouts.close(session, NOW) for _ in range(2)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in closed) == ["Refusal", "Standing"]
    assert [kind for kind, _ in await kinds(database, opened)] == ["breakout", "collated", "silent"]


async def test_the_end_of_the_session_ends_it_and_reminds_nobody(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await services.breakouts.volunteer(GUILD, opened.id, 1, "3")
    await send(services, opened, 2, room="4")
    await services.show.finish(GUILD, session.id, NOW + MINUTE)
    assert await kinds(database, opened) == [("breakout", None), ("collated", None)]
    await services.show.run_due(NOW + 60 * MINUTE)
    assert query(database, "SELECT count(*) FROM cues WHERE note != '' AND kind LIKE 'breakout%'") == [(0,)]
    with pytest.raises(Refusal, match="The session has finished"):
        await send(services, opened, 1)


# ------------------------------------------------------------------ as a step of the run of show


async def step(services, session, now=NOW):
    """Let the breakout step of session 1 begin."""
    while True:
        ahead = (await services.show.standing(session.id, now)).ahead
        await services.show.open(GUILD, ahead.id, now)
        if ahead.kind == "breakout":
            return


async def running(database, session):
    async with database.read() as connection:
        return await breakouts.open_in(connection, session.id)


async def test_its_step_opens_it(services, session, database):
    await step(services, session)
    opened = await running(database, session)
    assert (opened.rooms, opened.ends_at - NOW) == ("zoom", 15 * MINUTE)
    assert opened.prompt.startswith("Say hello!")
    await services.show.extend(GUILD, session.id, 2, NOW + MINUTE)
    assert (await running(database, session)).ends_at == NOW + 17 * MINUTE
    await services.breakouts.extend(session, 3, NOW + MINUTE)
    assert (await running(database, session)).ends_at == NOW + 20 * MINUTE
    ahead = (await services.show.standing(session.id, NOW)).ahead
    assert ahead.due_at == NOW + 20 * MINUTE


async def test_the_next_step_ends_it(services, session, database):
    await step(services, session)
    ahead = (await services.show.standing(session.id, NOW)).ahead
    await services.show.open(GUILD, ahead.id, NOW + 5 * MINUTE)
    assert await running(database, session) is None
    assert await planned(database, session) == []


async def test_it_ends_once_where_its_time_and_the_next_step_come_together(services, session, database):
    await step(services, session)
    opened = await running(database, session)
    await services.show.run_due(NOW + 15 * MINUTE)
    assert [kind for kind, _ in await kinds(database, opened)] == ["breakout", "collated", "silent"]
    assert (await services.show.standing(session.id, NOW)).running.kind == "talk"


async def test_a_step_does_not_open_a_second_one(services, session, database):
    mine = await services.breakouts.open(session, QUARTER, NOW)
    await step(services, session)
    assert (await running(database, session)).id == mine.id


async def test_without_people_a_step_goes_on_without_groups_and_says_so(services, session, database):
    plan = session.plan
    plan["run_of_show"] = [each | {"rooms": "threads", "size": 3} for each in plan["run_of_show"]]
    async with database.write() as connection:
        await sessions.update_session(connection, session.id, plan=plan)
    await step(services, session)
    assert (await running(database, session)).rooms == "zoom"
    (told,) = query(database, "SELECT text FROM notices WHERE key LIKE 'breakout:%'")
    assert told[0].startswith("The breakout is open without groups drawn by me. Nobody has taken part")


# ------------------------------------------------------------------ groups and volunteers


async def drawn(services, session, database, count=10):
    await come(database, session, *range(1, count + 1))
    return await services.breakouts.open(session, FIVES, NOW)


async def test_whoever_comes_late_joins_the_smallest_once(services, session, database):
    opened = await drawn(services, session, database, 9)
    rooms = (await services.breakouts.standing(opened.id)).rooms
    smallest = min(rooms, key=lambda room: len(room.people)).group.name
    for _ in range(2):
        joined = await services.breakouts.join(GUILD, opened.id, 99)
        assert (joined.group.name, len(joined.people)) == (smallest, 5)
    assert (await services.breakouts.mine(GUILD, opened.id, 99)).group.name == smallest
    await services.breakouts.close(session, NOW)
    with pytest.raises(Refusal, match="over"):
        await services.breakouts.join(GUILD, opened.id, 100)
    with pytest.raises(Refusal, match="in no group"):
        await services.breakouts.mine(GUILD, opened.id, 100)


async def test_on_zoom_nobody_joins(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    with pytest.raises(Refusal, match="On Zoom"):
        await services.breakouts.join(GUILD, opened.id, 1)


async def test_one_person_reports_back_until_they_pass_it_on(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    first = await services.breakouts.volunteer(GUILD, opened.id, 1, "room 3")
    assert (first.taken, first.group.name) == (True, "Room 3")
    assert (await services.breakouts.volunteer(GUILD, opened.id, 1, "3")).taken
    other = await services.breakouts.volunteer(GUILD, opened.id, 2, "Room 3")
    assert (other.taken, other.group.rapporteur) == (False, 1)
    with pytest.raises(Refusal, match="do not report back"):
        await services.breakouts.pass_on(GUILD, first.group.id, 2)
    await services.breakouts.take_over(GUILD, first.group.id, 2)
    assert [room.group.rapporteur for room in (await services.breakouts.standing(opened.id)).rooms] == [2]
    await services.breakouts.pass_on(GUILD, first.group.id, 2)
    assert (await services.breakouts.standing(opened.id)).rooms == ()
    with pytest.raises(Refusal, match="do not report back"):
        await services.breakouts.pass_on(GUILD, first.group.id, 2)


async def test_two_who_volunteer_at_once(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    both = await asyncio.gather(*(services.breakouts.volunteer(GUILD, opened.id, who, "3") for who in (1, 2)))
    assert sorted(each.taken for each in both) == [False, True]


async def test_a_person_is_in_one_room_so_nobody_fills_the_list(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    for room in range(30):
        await services.breakouts.volunteer(GUILD, opened.id, 1, f"Room {room}")
    assert query(database, "SELECT name FROM breakout_groups") == [("Room 29",)]


async def test_in_drawn_groups_people_speak_for_their_own(services, session, database):
    opened = await drawn(services, session, database)
    mine = (await services.breakouts.mine(GUILD, opened.id, 1)).group
    assert (await services.breakouts.volunteer(GUILD, opened.id, 1, None)).group.id == mine.id
    with pytest.raises(Refusal, match="in no group"):
        await services.breakouts.volunteer(GUILD, opened.id, 99, None)
    rooms = (await services.breakouts.standing(opened.id)).rooms
    stranger = min(next(room for room in rooms if room.group.id != mine.id).people)
    with pytest.raises(Refusal, match="not your group"):
        await services.breakouts.take_over(GUILD, mine.id, stranger)


async def test_other_guilds_and_what_is_not_there(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    group = (await services.breakouts.volunteer(GUILD, opened.id, 1, "3")).group
    for guild, breakout in ((ELSEWHERE, opened.id), (GUILD, 999)):
        with pytest.raises(Refusal, match="not known here"):
            await services.breakouts.volunteer(guild, breakout, 1, "3")
        with pytest.raises(Refusal, match="not known here"):
            await services.feedback.draft(guild, breakout, 1, host=False)
        with pytest.raises(Refusal, match="not known here"):
            await services.breakouts.known(guild, breakout)
    for guild, number in ((ELSEWHERE, group.id), (GUILD, 999)):
        with pytest.raises(Refusal, match="not known here"):
            await services.breakouts.pass_on(guild, number, 1)
        with pytest.raises(Refusal, match="not known here"):
            await services.feedback.draft_for(guild, number, 1, host=True)
        with pytest.raises(Refusal, match="not known here"):
            await services.feedback.withdraw(guild, number, 1)


# ------------------------------------------------------------------ feedback


async def test_one_feedback_a_room_in_two_parts(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await send(services, opened, 1, "First", "One", room="3")
    sent = await send(services, opened, 1, "  Second\u200b ", "", room="Room 3")
    assert (sent.said.text, sent.said.one_thing, sent.shown) == ("Second", "", True)
    rows = query(database, "SELECT kind, text, one_thing, author FROM contributions")
    assert rows == [("feedback", "Second", "", 1)]


async def test_a_second_person_sees_what_is_there_and_replaces_it_knowingly(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    group = (await send(services, opened, 1, "First", room="3")).group
    with pytest.raises(Overtaken):
        await send(services, opened, 2, "Second", room="3")
    draft = await services.feedback.draft_for(GUILD, group.id, 2, host=False)
    assert (draft.others, draft.words.discussed) == (True, "First")
    await send(services, opened, 2, "Second", group_id=group.id, seen=draft.seen)
    assert query(database, "SELECT text, author FROM contributions") == [("Second", 2)]
    with pytest.raises(Overtaken):  # the first person's form was open meanwhile
        await send(services, opened, 1, "Third", group_id=group.id, seen=0)


async def test_a_race_keeps_one_and_says_so(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    both = await asyncio.gather(
        *(send(services, opened, who, f"Of {who}", room="3", group_id=0, seen=0) for who in (1, 2)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in both) == ["Overtaken", "Sent"]
    assert query(database, "SELECT count(*) FROM contributions") == [(1,)]


async def test_words_for_themes_only_are_shown_to_nobody_else(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    group = (await send(services, opened, 1, room="3", quotable=False)).group
    draft = await services.feedback.draft_for(GUILD, group.id, 2, host=True)
    assert (draft.others, draft.words) == (True, None)
    assert (await services.feedback.draft_for(GUILD, group.id, 1, host=False)).words.discussed == "We talked"
    stands = await services.breakouts.standing(opened.id)
    assert (stands.shown, stands.kept, stands.silent) == ((), 1, ())


async def test_the_wrong_room_is_put_right(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await send(services, opened, 1, room="3")
    await send(services, opened, 1, room="5")
    names = [room.group.name for room in (await services.breakouts.standing(opened.id)).rooms]
    assert names == ["Room 5"]
    await send(services, opened, 7, room="8", host=True)
    await send(services, opened, 7, room="9", host=True)
    names = [room.group.name for room in (await services.breakouts.standing(opened.id)).rooms]
    assert names == ["Room 5", "Room 8", "Room 9"]


async def test_it_can_be_taken_back_by_whoever_sent_it(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    group = (await send(services, opened, 1, room="3")).group
    with pytest.raises(Refusal, match="Nothing of yours"):
        await services.feedback.withdraw(GUILD, group.id, 2)
    await services.feedback.withdraw(GUILD, group.id, 1)
    assert query(database, "SELECT text, one_thing, state FROM contributions") == [("", "", "withdrawn")]
    assert (await services.breakouts.standing(opened.id)).rooms == ()
    await send(services, opened, 2, "Again", room="3")
    assert query(database, "SELECT text, state, author FROM contributions") == [("Again", "captured", 2)]


async def test_what_a_host_has_hidden_comes_back_hidden(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    sent = await send(services, opened, 1, room="3")
    await services.contributions.hide(GUILD, sent.said.id, 9, "A name in it", NOW)
    for withdraw, of in ((services.feedback.withdraw, sent.group.id), (services.contributions.withdraw, sent.said.id)):
        await withdraw(GUILD, of, 1)
        again = await send(services, opened, 1, room="3")
        assert (again.said.state, again.said.why_hidden, again.shown) == ("hidden", "A name in it", False)
    await services.contributions.restore(GUILD, sent.said.id, 9, NOW)
    assert (await send(services, opened, 1, room="3")).shown


async def test_what_stands_in_a_form_tells_neither_the_author_nor_the_words(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    said = (await send(services, opened, 1, room="3", quotable=False)).said
    assert fingerprint(replace(said, author=2)) == fingerprint(said)
    assert fingerprint(replace(said, text="Other words")) != fingerprint(said)
    assert fingerprint(replace(said, id=said.id + 1)) != fingerprint(said)


async def test_what_is_left_out_or_hidden_is_on_no_board(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    sent = await send(services, opened, 1, room="3")
    await services.privacy.leave_out(GUILD, 1, out=True)
    assert (await services.breakouts.standing(opened.id)).kept == 1
    assert not (await send(services, opened, 1, room="3")).shown
    await services.privacy.leave_out(GUILD, 1, out=False)
    await services.contributions.hide(GUILD, sent.said.id, 9, "A name in it", NOW)
    assert (await services.breakouts.standing(opened.id)).kept == 1
    again = await send(services, opened, 1, "New words", room="3")
    assert (again.said.state, again.shown) == ("hidden", False)


async def test_erasing_takes_the_words_and_the_volunteer(services, session, database):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await send(services, opened, 1, room="3")
    await services.breakouts.volunteer(GUILD, opened.id, 1, "3")
    await services.privacy.erase(GUILD, 1)
    assert (await services.breakouts.standing(opened.id)).rooms == ()
    assert query(database, "SELECT text, one_thing, state FROM contributions") == [("", "", "erased")]
    assert query(database, "SELECT count(*) FROM breakout_groups WHERE rapporteur IS NOT NULL") == [(0,)]
    await send(services, opened, 2, "Again", room="3")
    assert [room.feedback.author for room in (await services.breakouts.standing(opened.id)).rooms] == [2]


async def test_once_it_is_closed_erasing_keeps_the_number_that_was_printed(services, session):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    await send(services, opened, 1, "Mine alone", room="1")
    await send(services, opened, 2, room="2")
    await services.show.finish(GUILD, session.id, NOW)
    await services.privacy.erase(GUILD, 1)
    (told,) = (await services.summaries.report(session.id)).said.breakouts
    assert (told.said.count, len(told.said.withheld), told.silent, len(told.rooms)) == (2, 1, 0, 1)
    assert "Mine alone" not in repr(told)


@pytest.mark.parametrize(
    ("discussed", "one_thing", "why"),
    [
        ("", "", "What you discussed is empty"),
        ("\u200b", "Something", "What you discussed is empty"),
        ("x" * 4000, "", "What you discussed has 4000 characters"),
        ("Fine", "x" * 4000, "The one thing for everyone has 4000 characters"),
    ],
)
async def test_bad_words_change_nothing(services, session, database, discussed, one_thing, why):
    opened = await services.breakouts.open(session, QUARTER, NOW)
    before = everything(database)
    with pytest.raises(Refusal, match=why):
        await send(services, opened, 1, discussed, one_thing, room="3")
    assert everything(database) == before


async def test_drawn_groups_take_feedback_of_their_own_and_of_hosts(services, session, database):
    opened = await drawn(services, session, database)
    mine = (await services.breakouts.mine(GUILD, opened.id, 1)).group
    rooms = (await services.breakouts.standing(opened.id)).rooms
    other = next(room for room in rooms if room.group.id != mine.id)
    with pytest.raises(Refusal, match="not your group"):
        await send(services, opened, 1, group_id=other.group.id)
    with pytest.raises(Refusal, match="in no group"):
        await send(services, opened, 1, room=other.group.name)
    with pytest.raises(Refusal, match="in no group"):
        await send(services, opened, 99)
    assert (await send(services, opened, 1)).group.id == mine.id
    assert (await send(services, opened, 99, room=other.group.name, host=True)).group.id == other.group.id
    with pytest.raises(Refusal, match="no room of that name: they are Group 1 to Group 2"):
        await send(services, opened, 99, room="77", host=True)


async def test_the_silent_are_known_and_their_volunteers_reminded_once(services, session, database):
    opened = await drawn(services, session, database)
    mine = (await services.breakouts.volunteer(GUILD, opened.id, 1, None)).group
    await services.show.run_due(NOW + 15 * MINUTE)
    assert await kinds(database, opened) == [
        ("breakout", None),
        ("collated", None),
        ("silent", None),
        ("silent", 1),
    ]
    await send(services, opened, 1)
    stands = await services.breakouts.standing(opened.id)
    assert mine.id not in {room.group.id for room in stands.silent}
    assert len(stands.silent) == 1


async def test_what_it_takes_is_told_to_the_channel_of_the_session(services, session, database):
    opened = await drawn(services, session, database)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE breakout_groups SET channel_id = 70 + number, room_state = 'made'")
    await services.show.run_due(NOW + 13 * MINUTE)
    told = query(database, "SELECT channel_id FROM boards WHERE kind = 'warning' AND subject = ?", opened.id)
    assert told == [(CHANNEL,), (71,), (72,)]
    await services.breakouts.close(session, NOW + 14 * MINUTE)
    told = query(database, "SELECT channel_id FROM boards WHERE kind = 'warning'")
    assert told == [(CHANNEL,)]  # what was not posted in time is not posted in rooms that are being cleared
