"""The calendar file, by command and by button, read back with vobject, which shares no code with what wrote it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from tests.conftest import SERIES
from tests.features import forged

WHOLE = (
    "Open this file to put 2 sessions into your calendar. When a date changes, ask again: a new file mends the old. "
    "2 sessions have no date yet."
)
ONE = "Open this file to put the session into your calendar. When a date changes, ask again: a new file mends the old."
TOPIC = "Everybody's Business: Quality Management at an organisational level"
UNDATED = SERIES.replace(b"date = 2022-02-24", b"").replace(b"date = 2022-04-08", b"")


async def file_in(shown: InteractionResult) -> tuple[str, bytes]:
    """The one file of an answer: its name, and what is in it."""
    answers = [*([shown.response] if shown.response else []), *shown.followups]
    [file] = [file for answer in answers for file in answer.attachments]
    return file.filename, await file.read()


async def asked(room: Room, **options: Any) -> InteractionResult:
    """The host's command."""
    return await room.host.slash(room.office, "series calendar", **options)


async def events(room: Room, **options: Any) -> list[Any]:
    _, data = await file_in(await asked(room, **options))
    return list(vobject.readOne(data.decode()).vevent_list)


async def agenda(room: Room, who: MemberActor) -> InteractionResult:
    return await who.slash(room.lobby, "agenda")


def labels(shown: InteractionResult) -> list[str]:
    """The buttons under an answer."""
    assert shown.response
    rows = [each for each in shown.response.components if each.get("components")]
    return [each["label"] for row in rows for each in row["components"]]


def moment(file: Any, line: Any) -> datetime:
    """The instant of a DTSTART or DTEND, by nothing but the file's own VTIMEZONE."""
    zones = {zone.tzid.value: zone.tzinfo for zone in file.vtimezone_list}
    return line.value.replace(tzinfo=zones[line.params["X-VOBJ-ORIGINAL-TZID"][0]]).astimezone(UTC)


async def test_both_dates_are_at_one_in_the_afternoon_though_the_clocks_change_between_them(room: Room):
    await room.import_series(SERIES)
    shown = await asked(room)
    assert said(shown) == WHOLE
    name, data = await file_in(shown)
    assert name == "qms.ics"
    file = vobject.readOne(data.decode())
    first, second = file.vevent_list
    assert [event.dtstart.value.replace(tzinfo=None) for event in (first, second)] == [
        datetime(2022, 2, 24, 13),  # noqa: DTZ001
        datetime(2022, 4, 8, 13),  # noqa: DTZ001
    ]
    assert moment(file, first.dtstart) == datetime(2022, 2, 24, 13, tzinfo=UTC)
    assert moment(file, second.dtstart) == datetime(2022, 4, 8, 12, tzinfo=UTC)
    assert moment(file, second.dtend) - moment(file, second.dtstart) == timedelta(minutes=90)


async def test_an_entry_says_who_what_and_where(room: Room):
    await room.import_series(SERIES)
    first, second = await events(room)
    assert first.summary.value == f"1 of 4: {TOPIC}"
    assert (first.location.value, first.url.value) == ("Zoom", "https://zoom.us/j/00000000000")
    assert (first.status.value, first.sequence.value) == ("CONFIRMED", "0")
    about = first.description.value.split("\n\n")
    assert any(each.startswith("Hosts: Emma Adams (Independent Improvement Consultant") for each in about)
    assert "\nGuests: Michael Canavan (Portfolio Lead" in first.description.value
    assert about[-1] == "Join on Zoom: https://zoom.us/j/00000000000"
    assert "Guests:" not in second.description.value
    assert first.uid.value.endswith(f"-1@{room.guild.id}.plenary")
    assert [alarm.trigger.value for alarm in first.valarm_list] == [timedelta(days=-1), timedelta(minutes=-10)]


async def test_one_session_by_the_command(room: Room):
    await room.import_series(SERIES)
    shown = await asked(room, session=2)
    assert said(shown) == ONE
    name, data = await file_in(shown)
    [event] = vobject.readOne(data.decode()).vevent_list
    assert (name, event.summary.value[:6]) == ("qms-2-of-4.ics", "2 of 4")


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (3, "Session 3 has no date yet, so there is no calendar to give."),
        (5, "There is no session 5: the series has 4."),
    ],
)
async def test_a_session_that_no_calendar_can_show(room: Room, number: int, refusal: str):
    await room.import_series(SERIES)
    assert said(await asked(room, session=number)) == refusal


async def test_a_series_without_any_date(room: Room):
    assert said(await asked(room)) == "There is no series here yet."
    await room.import_series(UNDATED)
    assert said(await asked(room)) == "Nothing in it has a date yet, so there is no calendar to give."
    assert labels(await agenda(room, room.host)) == []


async def test_everybody_gets_it_from_the_agenda(room: Room):
    await room.import_series(SERIES)
    ana = room.member("Ana Attendee")
    shown = await agenda(room, ana)
    assert labels(shown) == ["Add to my calendar", "Only 1 of 4", "Only 2 of 4"]
    whole = await room.press(ana, shown, "Add to my calendar")
    assert said(whole) == WHOLE
    assert await file_in(whole) == await file_in(await asked(room))
    part = await room.press(ana, shown, "Only 2 of 4")
    assert said(part) == ONE
    assert await file_in(part) == await file_in(await asked(room, session=2))


async def test_what_has_been_held_is_not_offered_by_itself(live: Room):
    await live.finish_session()
    assert labels(await agenda(live, live.host)) == ["Add to my calendar", "Only 2 of 4"]


async def test_an_old_button_gives_its_own_series_after_a_restart_and_another_import(room: Room):
    await room.import_series(SERIES)
    ana = room.member("Ana Attendee")
    shown = await agenda(room, ana)
    await room.env.advance_time(60)
    await room.import_series(SERIES.replace(b'key = "qms"', b'key = "other"'))
    await room.restart()
    assert (await file_in(await room.press(ana, shown, "Add to my calendar")))[0] == "qms.ics"
    assert (await file_in(await asked(room)))[0] == "other.ics"


async def test_a_forged_button_gives_nothing_of_another_server(room: Room, settings: Settings):
    other = Room(room.env, settings, room.clock)
    await other.set_up()
    await room.import_series(SERIES)
    ana = other.member("Ana Attendee")
    for custom_id in ("calendar:1:1", "calendar:1:1:1", "calendar:1:99", "calendar:1:99:1"):
        assert await forged.click(other, ana, custom_id) == "That series is not known here."


async def test_the_same_file_until_something_changes(room: Room):
    await room.import_series(SERIES)
    before = await file_in(await asked(room))
    await room.env.advance_time(3600)
    await room.import_series(SERIES)
    await room.import_series(SERIES.replace(b"Encouraging organisations and systems", b"Helping organisations"))
    assert await file_in(await asked(room)) == before


async def test_a_new_date_is_the_same_entry_one_version_later(room: Room):
    await room.import_series(SERIES)
    before = await events(room)
    await room.env.advance_time(3600)
    await room.import_series(SERIES.replace(b"2022-04-08", b"2022-04-15"))
    after = await events(room)
    assert [event.uid.value for event in after] == [event.uid.value for event in before]
    assert [event.sequence.value for event in after] == ["0", "1"]
    assert after[0].dtstamp.value == before[0].dtstamp.value
    assert after[1].dtstamp.value - before[1].dtstamp.value >= timedelta(hours=1)
    assert after[1].dtstart.value.replace(tzinfo=None) == datetime(2022, 4, 15, 13)  # noqa: DTZ001


async def test_the_command_is_for_hosts(room: Room):
    await room.import_series(SERIES)
    told = said(await forged.impostor(room).slash(room.lobby, "series calendar"))
    assert told == f"Only hosts can do that. Ask an admin for the role {room.hosts.mention}."
