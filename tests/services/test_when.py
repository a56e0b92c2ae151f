"""What hosts type for a time, and what it is taken for."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.localtime import instant
from bot.services.refusal import Refusal
from bot.services.when import understand

LONDON = ZoneInfo("Europe/London")

SESSION_1 = datetime(2022, 2, 24, 12, 55, tzinfo=UTC)  # a Thursday
BEFORE_SPRING = datetime(2022, 3, 23, 9, 30, tzinfo=UTC)  # the Wednesday before 27 March
SPRING_NIGHT = datetime(2022, 3, 26, 23, 30, tzinfo=UTC)  # the Saturday
BEFORE_AUTUMN = datetime(2022, 10, 28, 16, tzinfo=UTC)  # the Friday before 30 October
AUTUMN_NIGHT = datetime(2022, 10, 29, 23, 30, tzinfo=UTC)  # half past midnight on the Sunday
NEW_YEAR = datetime(2022, 12, 30, 10, tzinfo=UTC)  # a Friday
LEAP_DAY = datetime(2024, 2, 29, 9, tzinfo=UTC)


def read(typed, now=BEFORE_SPRING, keeps=time(13), zone=LONDON):
    return understand(typed, zone, now, keeps=keeps)


def said(typed, now=BEFORE_SPRING, keeps=time(13)):
    with pytest.raises(Refusal) as caught:
        read(typed, now, keeps)
    return str(caught.value)


SAME = [
    "8 April 2022 13:00",
    "8 April 2022, 1pm",
    "08/04/2022 13:00",
    "8/4/22 1pm",
    "8/4 1pm",
    "8.4.2022 13:00",
    "08.04 13.00",
    "8-4-2022 13:00",
    "2022-04-08 13:00",
    "2022-04-08T13:00",
    "2022-04-08T13:00:00",
    "2022-04-08T12:00:00Z",
    "2022-04-08T12:00:00.000Z",
    "2022-04-08T08:00-04:00",
    "2022-04-08T17:45+0545",
    "2022/04/08 13:00",
    "Fri 8 Apr 13:00",
    "Fri. 8 Apr. 1 p.m.",
    "Friday, 8 April 2022, 13:00",
    "Friday 8th April at 1pm",
    "FRIDAY 8TH APRIL AT 1PM",
    "the 8th of April at 1pm",
    "the 8th at 1pm",
    "Fri 8th 1pm",
    "April 8 2022 1pm",
    "April 8th, 2022 at 1:00 PM",
    "April 8 - 1pm",
    "8 April — 1 p.m.",
    "8 April @ 1pm",
    "8 April @ 13",
    "8 April at 13",
    "8 April 13.00",
    "8 April 13h",
    "8 April 13h00",
    "8 April 1300",
    "8 April 1300hrs",
    "8 April 2022 1300",
    "8 April 13:00pm",
    "8 Apr '22 13:00",
    "8april2022 1pm",
    "13:00 8 April 2022",
    "1pm on Friday 8 April",
    "at 1pm on the 8th of April",
    "to 8 April 1pm",
    "**8 April** 1pm",
    "8 April 13:00 BST",
    "8 April 13:00 UK time",
    "8 April 1pm London time",
    "8 April 1pm local time",
    "8 April 12:00 UTC",
    "8 April 12pm utc",
    "8 April",
    "8 April 2022",
    "8 April 2022 UTC",
    "2022-04-08",
]


@pytest.mark.parametrize("typed", SAME)
def test_many_ways_to_say_8_april_2022_at_13_00(typed):
    understood = read(typed)
    assert understood.isoformat() == "2022-04-08T13:00:00+01:00"
    assert understood.tzinfo is LONDON


@pytest.mark.parametrize(
    ("now", "typed", "means"),
    [
        (SESSION_1, "next Thursday 1pm", "2022-03-03T13:00"),
        (SESSION_1, "Thursday", "2022-03-03T13:00"),
        (SESSION_1, "this Thursday 1pm", "2022-02-24T13:00"),
        (SESSION_1, "today 13:00", "2022-02-24T13:00"),
        (SESSION_1, "24 February 1pm", "2022-02-24T13:00"),
        (SESSION_1, "24/2", "2022-02-24T13:00"),
        (SESSION_1, "8 April 1pm", "2022-04-08T13:00"),
        (SESSION_1, "in 10 minutes", "2022-02-24T13:05"),
        (BEFORE_SPRING, "tomorrow at 10", "2022-03-24T10:00"),
        (BEFORE_SPRING, "tomorrow 10", "2022-03-24T10:00"),
        (BEFORE_SPRING, "tomorrow", "2022-03-24T13:00"),
        (BEFORE_SPRING, "the day after tomorrow 2.30pm", "2022-03-25T14:30"),
        (BEFORE_SPRING, "12 noon tomorrow", "2022-03-24T12:00"),
        (BEFORE_SPRING, "12pm tomorrow", "2022-03-24T12:00"),
        (BEFORE_SPRING, "12am tomorrow", "2022-03-24T00:00"),
        (BEFORE_SPRING, "Thursday 1pm", "2022-03-24T13:00"),
        (BEFORE_SPRING, "this Thursday 1pm", "2022-03-24T13:00"),
        (BEFORE_SPRING, "next Thursday 1pm", "2022-03-31T13:00"),
        (BEFORE_SPRING, "Thursday next week at 2pm", "2022-03-31T14:00"),
        (BEFORE_SPRING, "Thursday week", "2022-03-31T13:00"),
        (BEFORE_SPRING, "a week on Thursday 9am", "2022-03-31T09:00"),
        (BEFORE_SPRING, "a fortnight on Friday", "2022-04-08T13:00"),
        (BEFORE_SPRING, "Wednesday", "2022-03-30T13:00"),
        (BEFORE_SPRING, "tues 9:30", "2022-03-29T09:30"),
        (BEFORE_SPRING, "weds 0930", "2022-03-30T09:30"),
        (BEFORE_SPRING, "Sat at 10", "2022-03-26T10:00"),
        (BEFORE_SPRING, "Sat 9 Sept 2023 13:00", "2023-09-09T13:00"),
        (BEFORE_SPRING, "in two weeks", "2022-04-06T13:00"),
        (BEFORE_SPRING, "in 2 weeks at 4pm", "2022-04-06T16:00"),
        (BEFORE_SPRING, "in two weeks’ time", "2022-04-06T13:00"),
        (BEFORE_SPRING, "two weeks today", "2022-04-06T13:00"),
        (BEFORE_SPRING, "two weeks from today", "2022-04-06T13:00"),
        (BEFORE_SPRING, "two weeks tomorrow", "2022-04-07T13:00"),
        (BEFORE_SPRING, "in a fortnight", "2022-04-06T13:00"),
        (BEFORE_SPRING, "in three days", "2022-03-26T13:00"),
        (BEFORE_SPRING, "in a month", "2022-04-23T13:00"),
        (BEFORE_SPRING, "the 8th", "2022-04-08T13:00"),
        (BEFORE_SPRING, "the 31st", "2022-03-31T13:00"),
        (BEFORE_SPRING, "5/6", "2022-06-05T13:00"),
        (BEFORE_SPRING, "2022-05-04", "2022-05-04T13:00"),
        (BEFORE_SPRING, "8 March 2023", "2023-03-08T13:00"),
        (BEFORE_SPRING, "8 April 1930h", "2022-04-08T19:30"),
        (BEFORE_SPRING, "8 April 2022 1930", "2022-04-08T19:30"),
        (BEFORE_SPRING, "27 March 2am", "2022-03-27T02:00"),
        (SPRING_NIGHT, "tomorrow 9am", "2022-03-27T09:00"),
        (SPRING_NIGHT, "in 2 hours", "2022-03-27T02:30"),
        (SPRING_NIGHT, "in two weeks", "2022-04-09T13:00"),
        (SPRING_NIGHT, "next Thursday", "2022-03-31T13:00"),
        (BEFORE_AUTUMN, "Monday 9am", "2022-10-31T09:00"),
        (BEFORE_AUTUMN, "in three days", "2022-10-31T13:00"),
        (BEFORE_AUTUMN, "30 October 2am", "2022-10-30T02:00"),
        (BEFORE_AUTUMN, "30 October 13:00 GMT", "2022-10-30T13:00"),
        (AUTUMN_NIGHT, "today 9am", "2022-10-30T09:00"),
        (AUTUMN_NIGHT, "tomorrow", "2022-10-31T13:00"),
        (AUTUMN_NIGHT, "in 3 hours", "2022-10-30T02:30"),
        (AUTUMN_NIGHT, "next Thursday", "2022-11-03T13:00"),
        (NEW_YEAR, "5 January", "2023-01-05T13:00"),
        (NEW_YEAR, "Mon 2 Jan 1pm", "2023-01-02T13:00"),
        (NEW_YEAR, "next Friday", "2023-01-06T13:00"),
        (NEW_YEAR, "the 31st", "2022-12-31T13:00"),
        (NEW_YEAR, "the 1st", "2023-01-01T13:00"),
        (LEAP_DAY, "today", "2024-02-29T13:00"),
        (LEAP_DAY, "29 February 1pm", "2024-02-29T13:00"),
        (LEAP_DAY, "the 29th", "2024-02-29T13:00"),
        (LEAP_DAY, "in a year", "2025-02-28T13:00"),
    ],
)
def test_what_people_type_and_what_it_means(now, typed, means):
    understood = read(typed, now)
    assert f"{understood:%Y-%m-%dT%H:%M}" == means
    assert understood.astimezone(UTC) == instant(understood.date(), understood.time(), LONDON)


def test_the_month_that_lacks_the_day_is_passed_over():
    assert read("the 30th", datetime(2023, 1, 31, 9, tzinfo=UTC)) == datetime(2023, 3, 30, 13, tzinfo=LONDON)
    assert read("the 31st", datetime(2023, 4, 1, 9, tzinfo=UTC)) == datetime(2023, 5, 31, 13, tzinfo=LONDON)


def test_today_is_the_zones_today():
    auckland = ZoneInfo("Pacific/Auckland")
    assert read("today", keeps=time(23), zone=auckland, now=SPRING_NIGHT).date().isoformat() == "2022-03-27"


def test_the_old_time_of_day_is_kept_only_where_none_is_typed():
    assert read("in two weeks", keeps=time(16, 15)).time() == time(16, 15)
    assert read("in two weeks at 10", keeps=time(16, 15)).time() == time(10)
    assert said("in two weeks", keeps=None) == ('"in two weeks" has no time of day. Add one, such as "13:00" or "1pm".')
    assert read("in two weeks at 10", keeps=None).time() == time(10)


LIKE = 'Type it like "8 April 2022 13:00", "next Thursday 1pm" or "in two weeks".'


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", f"No time was typed. {LIKE}"),
        (" \u200b\n ", f"No time was typed. {LIKE}"),
        ("rubbish", f'"rubbish" is not understood in "rubbish". {LIKE}'),
        ("8 or 9 April", f'"or" is not understood in "8 or 9 April". {LIKE}'),
        ("8 April 1pm New York time", f'"new" is not understood in "8 April 1pm New York time". {LIKE}'),
        ("x" * 101, f"That is too long for a time. {LIKE}"),
        ("1pm", '"1pm" names no day. Add one, such as "today" or "8 April".'),
        ("next week", '"next week" names no day. Type one, such as "next Thursday 1pm".'),
        ("next month 1pm", '"next month 1pm" names no day. Type one, such as "next Thursday 1pm".'),
        ("April", f'"April" is not understood as a day. {LIKE}'),
        ("April 2022", f'"April 2022" is not understood as a time. {LIKE}'),
        ("2022", f'"2022" is not understood as a time. {LIKE}'),
        ("8", f'"8" is not understood as a day. {LIKE}'),
        ("Friday 8", f'"Friday 8" is not understood as a day. {LIKE}'),
        ("tomorrow 8 April", f'"tomorrow 8 April" is not understood as a time. {LIKE}'),
        ("today tomorrow", f'"today tomorrow" is not understood as a time. {LIKE}'),
        ("8 April 9 May", f'"8 April 9 May" is not understood as a time. {LIKE}'),
        ("8 April -0400", f'"8 April -0400" is not understood as a time. {LIKE}'),
        ("1649419200", f'"1649419200" is not understood as a time. {LIKE}'),
        ("in 2 hours at 1pm", f'"in 2 hours at 1pm" is not understood as a time. {LIKE}'),
        ("8 April 1-2pm", '"8 April 1-2pm" has two times in it. Type only when it starts.'),
        ("8 April 13:00-14:00", '"8 April 13:00-14:00" has two times in it. Type only when it starts.'),
        ("8 April 13:00 to 14:00", '"8 April 13:00 to 14:00" has two times in it. Type only when it starts.'),
        ("tomorrow at 1", '"tomorrow at 1" may be in the morning or the afternoon. Type "1am" or "1pm".'),
        ("8 April 1:30", '"8 April 1:30" may be in the morning or the afternoon. Type "1:30am" or "1:30pm".'),
        ("8 April 25:00", f'"25:00" is not a time of day. {LIKE}'),
        ("8 April 13:75", f'"13:75" is not a time of day. {LIKE}'),
        ("8 April 13:00 am", f'"13:00 am" is not a time of day. {LIKE}'),
        ("the 32nd", f'"the 32nd" is not understood as a time. {LIKE}'),
        ("31 April 1pm", "There is no 31 April."),
        ("29 February 2022 1pm", "There is no 29 February 2022."),
        ("4/13/2022", '"4/13/2022" is not a date. The day comes before the month, as in 08/04/2022.'),
        ("Thursday 8 April 2022 13:00", "8 April 2022 is a Friday, not a Thursday. Type the day again."),
        ("Friday tomorrow", "24 March 2022 is a Thursday, not a Friday. Type the day again."),
        ("yesterday 1pm", "13:00 on Tuesday 22 March 2022 is in the past."),
        ("2 days ago", "13:00 on Monday 21 March 2022 is in the past."),
        ("this Tuesday", "13:00 on Tuesday 22 March 2022 is in the past."),
        ("today 9am", "09:00 on Wednesday 23 March 2022 is in the past."),
        ("today 9:30", "09:30 on Wednesday 23 March 2022 is in the past."),
        ("8 April 2021 13:00", "13:00 on Thursday 8 April 2021 is in the past."),
        ("8 April 0099 13:00", "13:00 on Wednesday 8 April 99 is in the past."),
        ("0001-01-01T00:00+05:00", "00:00 on Monday 1 January 1 is in the past."),
        ("8 March", "Without a year that is 8 March 2023, many months away. If you mean it, type the year, too."),
        (
            "29 February",
            "Without a year that is 29 February 2024, many months away. If you mean it, type the year, too.",
        ),
        ("8 April 2101 13:00", "The year 2101 is too far away; 2100 is the last."),
        ("9999-12-31T23:59-12:00", "The year 9999 is too far away; 2100 is the last."),
        ("in 100 years", "The year 2122 is too far away; 2100 is the last."),
        (
            "8 April 13:00 GMT",
            (
                "Europe/London has BST on 8 April 2022, not GMT. "
                "Times here are in Europe/London: type it without the zone."
            ),
        ),
        (
            "27 March 01:30",
            (
                "01:30 on 27 March 2022 does not exist in Europe/London: the clocks go forward from 01:00 to 02:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
        (
            "30 October 1.30am",
            (
                "01:30 on 30 October 2022 happens twice in Europe/London: the clocks go back from 02:00 to 01:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
    ],
)
def test_what_is_refused_and_in_which_words(typed, sentence):
    assert said(typed) == sentence


def test_what_is_shown_back_cannot_hide_or_reorder_text():
    assert said("\u202emorf 1pm") == f'"morf" is not understood in "morf 1pm". {LIKE}'


WRITTEN = [
    lambda at: f"{at.day} {at:%B %Y %H:%M}",
    lambda at: f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}",
    lambda at: f"{at:%a} {at.day} {at:%b %Y} at {at.hour % 12 or 12}:{at:%M%p}",
    lambda at: f"{at:%d/%m/%Y %H:%M}",
    lambda at: f"{at:%Y-%m-%dT%H:%M}",
    lambda at: f"{at:%H:%M} on the {at.day}{'st' if at.day in {1, 21, 31} else 'th'} of {at:%B %Y}",
    lambda at: f"{at:%B} {at.day}, {at:%Y} {at.hour % 12 or 12}.{at:%M} {'am' if at.hour < 12 else 'p.m.'}",
]
ZONES = [ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")]


@given(
    st.datetimes(datetime(2022, 3, 25), datetime(2100, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0)),  # noqa: DTZ001
    st.sampled_from(WRITTEN),
    st.sampled_from(ZONES),
)
@settings(deadline=None)  # dateparser takes its time to get ready
def test_a_time_written_in_the_usual_ways_is_itself(at, write, zone):
    def answered(ask):
        try:
            return ask()
        except (ValueError, Refusal) as error:  # the clocks skip or repeat it
            return str(error)

    expected = answered(lambda: instant(at.date(), at.time(), zone))
    assert answered(lambda: read(write(at), zone=zone, keeps=None)) == expected


WORDS = """
    8 08 31 2022 13:00 1pm 1300 8/4 4/13 08.04 2022-04-08 +01:00 -0500 z gmt t : - . ' at on in the of april apr may thu
    friday next this a two weeks days ago hours today tomorrow week year 8th in 99999999999
""".split()  # noqa: SIM905  (a list of them would take a page)


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)),
    st.sampled_from([BEFORE_SPRING, AUTUMN_NIGHT, LEAP_DAY]),
    st.sampled_from([LONDON, *ZONES]),
)
@settings(deadline=None)  # dateparser takes its time to get ready
def test_whatever_is_typed_is_a_time_to_come_or_a_refusal(typed, now, zone):
    try:
        understood = read(typed, now, zone=zone)
    except Refusal:
        return
    assert now < understood < datetime(2101, 1, 1, tzinfo=zone)
    assert understood.astimezone(UTC) == instant(understood.date(), understood.time(), zone)


ASK = """
import json, sys
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo
from bot.services.when import understand
now = datetime(2022, 3, 23, 23, 30, tzinfo=UTC)
typed = json.load(sys.stdin)
print(json.dumps([understand(each, ZoneInfo("Europe/London"), now, keeps=time(13)).isoformat() for each in typed]))
"""


@pytest.mark.parametrize("machine", ["Pacific/Kiritimati", "Nonsense/Place"])
def test_the_machines_zone_and_language_have_no_say(machine):
    typed = ["tomorrow", "8/4 1pm", "8 May", "in 2 hours", "in two weeks", "next Thursday", "the 8th", "12:30 8 April"]
    now = datetime(2022, 3, 23, 23, 30, tzinfo=UTC)
    answered = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK],
        env={**os.environ, "TZ": machine, "LANG": "en_US.UTF-8", "LC_ALL": "de_DE.UTF-8"},
        input=json.dumps(typed),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answered.returncode, answered.stderr) == (0, "")
    assert json.loads(answered.stdout) == [read(each, now).isoformat() for each in typed]


def test_a_year_of_mondays():
    """Whatever day it is, "Monday" is the next one, and "next Monday" is in the week after this one."""
    for days in range(365):
        now = BEFORE_SPRING + timedelta(days=days)
        today = now.astimezone(LONDON).date()
        coming, following = read("Monday", now).date(), read("next Monday", now).date()
        assert coming.weekday() == following.weekday() == 0
        assert 1 <= (coming - today).days <= 7
        assert following.isocalendar().week == (today + timedelta(days=7)).isocalendar().week
