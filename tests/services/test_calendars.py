"""The calendar file, read back with vobject, which shares no code with the library that wrote it."""

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.services.calendars import Entry, calendar
from bot.services.refusal import Refusal
from bot.services.text import clean, one_line

FIRST = Entry(
    uid="series-1-session-1@plenary",
    summary="1 of 4: Quality Management at an organisational level",
    starts_at=datetime(2022, 2, 24, 13, tzinfo=UTC),
    ends_at=datetime(2022, 2, 24, 14, tzinfo=UTC),
    zone="Europe/London",
    description="Hosts: Amar Shah, Ruth Glassborow\n\nJoin on Zoom; vote, ask and reflect on Discord.",
    location="Zoom",
    url="https://example.org/join?meeting=123&part=1",
    sequence=0,
    cancelled=False,
    changed_at=datetime(2022, 2, 1, 9, 30, tzinfo=UTC),
)
SECOND = replace(
    FIRST,
    uid="series-1-session-2@plenary",
    summary="2 of 4: Aligning everyone to strategy",
    starts_at=datetime(2022, 4, 8, 12, tzinfo=UTC),
    ends_at=datetime(2022, 4, 8, 13, tzinfo=UTC),
    sequence=3,
)
SERIES = "Quality Management Systems webinar series"


def read(data):
    return vobject.readOne(data.decode())


def moment(file, line):
    """The instant of a DTSTART or DTEND, by nothing but the file's own VTIMEZONE."""
    if "X-VOBJ-ORIGINAL-TZID" not in line.params:
        assert line.value.utcoffset() == timedelta()
        return line.value
    zones = {zone.tzid.value: zone.tzinfo for zone in file.vtimezone_list}
    return line.value.replace(tzinfo=zones[line.params["X-VOBJ-ORIGINAL-TZID"][0]]).astimezone(UTC)


def test_a_series_over_the_change_of_the_clocks_is_at_one_in_the_afternoon_throughout():
    file = read(calendar(SERIES, [FIRST, SECOND]))
    first, second = file.vevent_list
    assert [event.dtstart.value.replace(tzinfo=None) for event in (first, second)] == [
        datetime(2022, 2, 24, 13),  # noqa: DTZ001
        datetime(2022, 4, 8, 13),  # noqa: DTZ001
    ]
    assert moment(file, first.dtstart) == datetime(2022, 2, 24, 13, tzinfo=ZoneInfo("Europe/London"))
    assert moment(file, first.dtstart) == datetime(2022, 2, 24, 13, tzinfo=UTC)
    assert moment(file, second.dtstart) == datetime(2022, 4, 8, 13, tzinfo=ZoneInfo("Europe/London"))
    assert moment(file, second.dtstart) == datetime(2022, 4, 8, 12, tzinfo=UTC)
    assert moment(file, second.dtend) - moment(file, second.dtstart) == timedelta(hours=1)


def test_what_a_calendar_is_told():
    file = read(calendar(SERIES, [FIRST, SECOND]))
    assert file.version.value == "2.0"
    assert file.prodid.value == "-//Plenary//Plenary//EN"
    assert file.method.value == "PUBLISH"
    assert file.contents["name"][0].value == file.contents["x-wr-calname"][0].value == SERIES
    event = file.vevent_list[1]
    assert event.uid.value == "series-1-session-2@plenary"
    assert event.sequence.value == "3"
    assert event.status.value == "CONFIRMED"
    assert event.summary.value == "2 of 4: Aligning everyone to strategy"
    assert event.description.value == SECOND.description
    assert event.location.value == "Zoom"
    assert event.url.value == SECOND.url
    assert event.dtstamp.value == event.last_modified.value == SECOND.changed_at
    assert [alarm.action.value for alarm in event.valarm_list] == ["DISPLAY", "DISPLAY"]
    assert [alarm.trigger.value for alarm in event.valarm_list] == [timedelta(days=-1), timedelta(minutes=-10)]


def test_a_cancelled_session_stays_in_the_file_rings_no_more_and_frees_its_hour():
    event = read(calendar(SERIES, [replace(FIRST, cancelled=True, sequence=1)])).vevent
    assert (event.uid.value, event.sequence.value) == (FIRST.uid, "1")
    assert (event.status.value, event.transp.value) == ("CANCELLED", "TRANSPARENT")
    assert "valarm" not in event.contents


def test_what_is_not_known_is_left_out():
    event = read(calendar(SERIES, [replace(FIRST, description="", location="", url="")])).vevent
    assert not {"description", "location", "url"} & event.contents.keys()


def test_a_series_without_a_date_has_no_calendar():
    with pytest.raises(Refusal, match="no calendar to give"):
        calendar(SERIES, [])


def test_the_rules_of_london_as_the_other_calendars_write_them():
    """Apple and Outlook do not look the zone up: a wall time by the wrong clocks would be an hour out."""
    data = calendar(SERIES, [FIRST, SECOND])
    start = data.index(b"BEGIN:VTIMEZONE")
    assert data[start : data.index(b"BEGIN:VEVENT")].decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/London",
        "BEGIN:DAYLIGHT",
        "DTSTART:20210328T010000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:BST",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20211031T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:GMT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]
    assert b"DTSTART;TZID=Europe/London:20220408T130000\r\n" in data


ZONES = [
    "Europe/London",
    "Europe/Dublin",  # its winter is the exception, to the time zone database
    "America/New_York",
    "America/Caracas",  # moved half an hour in 2016
    "Australia/Lord_Howe",  # half an hour forward
    "Asia/Jerusalem",  # forward on the Friday before the last Sunday
    "Africa/Casablanca",  # by the moon
    "Pacific/Apia",  # gave up summer time in 2021
    "Asia/Kathmandu",
]


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_of_a_zone_are_the_zones_for_as_long_as_the_calendar_lasts(zone):
    first, last = datetime(2015, 6, 1, 12, tzinfo=UTC), datetime(2024, 12, 1, 12, tzinfo=UTC)
    entries = [replace(FIRST, zone=zone, starts_at=at, ends_at=at + timedelta(hours=1)) for at in (first, last)]
    file = read(calendar(SERIES, entries))
    rules, real = file.vtimezone.tzinfo, ZoneInfo(zone)
    for hours in range(0, (last - first) // timedelta(hours=1), 5):
        local = (first + timedelta(hours=hours)).astimezone(real)
        if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():  # else a wall time cannot say which
            assert local.replace(tzinfo=rules).utcoffset() == local.utcoffset(), local
    assert [moment(file, event.dtstart) for event in file.vevent_list] == [first, last]


@pytest.mark.parametrize(("zone", "hour"), [("Europe/London", 1), ("America/New_York", 7)])
def test_the_rules_hold_to_the_minute_of_a_spring_change(zone, hour):
    change = datetime(2022, 3, 27, hour, tzinfo=UTC) if hour == 1 else datetime(2022, 3, 13, hour, tzinfo=UTC)
    rules, real = read(calendar(SERIES, [replace(FIRST, zone=zone)])).vtimezone.tzinfo, ZoneInfo(zone)
    for minutes in (-61, -1, 0, 1, 59, 61, 121):
        local = (change + timedelta(minutes=minutes)).astimezone(real)
        assert local.replace(tzinfo=rules).utcoffset() == local.utcoffset(), local


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2005, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            st.sampled_from([*ZONES, "UTC"]),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=12, deadline=None)
def test_every_event_comes_back_at_its_instant(times):
    times = [(at.replace(microsecond=0), zone) for at, zone in times]
    assume(not any(ambiguous(at, zone) for at, zone in times))  # a wall time cannot say which
    entries = [replace(FIRST, starts_at=at, ends_at=at + timedelta(hours=1), zone=zone) for at, zone in times]
    file = read(calendar(SERIES, entries))
    assert [moment(file, event.dtstart) for event in file.vevent_list] == [at for at, _ in times]
    assert len(file.contents.get("vtimezone", [])) == len({zone for _, zone in times} - {"UTC"})


def ambiguous(at, zone):
    local = at.astimezone(ZoneInfo(zone))
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


HOSTILE = (
    'a, b; c\\n \\; \\\\ “é”\r\nEND:VEVENT\nBEGIN:VEVENT\rX:1\x00\x0b\u2028\u0085SUMMARY;X="1":no\n\n\n\n😀' + "é" * 90
)
PLAIN = replace(FIRST, zone="UTC")  # reading the rules of a zone takes its time


@given(*[st.text(st.characters(codec="utf-8"))] * 3)
@example(HOSTILE, HOSTILE, HOSTILE)
@example("C:\\New", "C:\\new", ";,:\\")
@settings(deadline=None)
def test_no_text_is_lost_or_taken_for_more_than_text(summary, description, location):
    about, at = f"About: {description}", f"At: {location}"
    entry = replace(PLAIN, uid=f"{summary}@plenary", summary=summary, description=about, location=at)
    data = calendar(summary, [entry, PLAIN])
    file = read(data)
    event, other = file.vevent_list
    assert file.contents["x-wr-calname"][0].value == one_line(summary)
    assert event.summary.value == one_line(summary)
    assert event.description.value == clean(about)
    assert event.location.value == one_line(at)
    assert event.uid.value == one_line(f"{summary}@plenary")
    assert other.summary.value == PLAIN.summary
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 and not set(line) & {*range(9), *range(10, 32)} for line in lines)
    assert [line for line in lines if line.startswith(b"BEGIN:VEVENT")] == [b"BEGIN:VEVENT"] * 2


@given(st.text(st.characters(codec="utf-8")))
@example("/a b\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n")
@example("/%C3%A9?a=1,2;3&b=[x]#é")
@settings(deadline=None)
def test_no_address_is_taken_for_more_than_an_address(path):
    file = read(calendar(SERIES, [replace(PLAIN, url=f"https://example.org/{path}"), PLAIN]))
    assert len(file.vevent_list) == 2
    assert file.vevent_list[0].url.value.startswith("https://example.org/")
    assert file.vevent_list[0].url.value.isascii()


def test_the_same_series_is_the_same_file_to_the_byte():
    """In another process too, where Python orders sets and hashes differently."""
    many = [
        replace(FIRST, uid=f"{number}@plenary", zone=zone, cancelled=cancelled)
        for number, (zone, cancelled) in enumerate(itertools.product([*ZONES, "UTC"], [False, True]))
    ]
    ask = (
        "import datetime, sys, zoneinfo\nfrom bot.services.calendars import Entry, calendar\n"
        f"sys.stdout.buffer.write(calendar({SERIES!r}, {many!r}))"
    )
    other = subprocess.run([sys.executable, "-W", "error", "-c", ask], capture_output=True, check=True)
    assert other.stdout == calendar(SERIES, many) == calendar(SERIES, many)
