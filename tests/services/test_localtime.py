"""Wall times that the clocks skip or repeat."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.localtime import instant, zone_name

ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES).map(ZoneInfo),
)
def test_an_instant_comes_back_from_its_wall_time_unless_that_happens_twice(moment, zone):
    local = moment.astimezone(zone)
    if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():
        assert instant(local.date(), local.time(), zone) == moment
    else:
        with pytest.raises(ValueError, match="happens twice"):
            instant(local.date(), local.time(), zone)


@pytest.mark.parametrize(
    ("day", "at", "zone", "said"),
    [
        (
            date(2022, 3, 27),
            time(1, 30),
            "Europe/London",
            (
                "01:30 on 27 March 2022 does not exist in Europe/London: the clocks go forward from 01:00 to 02:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
        (
            date(2022, 10, 30),
            time(1),
            "Europe/London",
            (
                "01:00 on 30 October 2022 happens twice in Europe/London: the clocks go back from 02:00 to 01:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
        (
            date(2022, 4, 3),
            time(1, 45),
            "Australia/Lord_Howe",
            (
                "01:45 on 3 April 2022 happens twice in Australia/Lord_Howe: the clocks go back from 02:00 to 01:30. "
                "Choose a time before 01:30, or 02:00 or later."
            ),
        ),
        (
            date(2011, 12, 30),
            time(12),
            "Pacific/Apia",
            (
                "12:00 on 30 December 2011 does not exist in Pacific/Apia: the clocks go forward from 00:00 to "
                "00:00 on 31 December 2011. Choose a time before 00:00, or 00:00 on 31 December 2011 or later."
            ),
        ),
    ],
)
def test_a_time_that_is_no_instant_is_explained(day, at, zone, said):
    with pytest.raises(ValueError, match="clocks go") as caught:
        instant(day, at, ZoneInfo(zone))
    assert str(caught.value) == said


def test_the_edges_of_a_change_are_instants():
    london = ZoneInfo("Europe/London")
    assert instant(date(2022, 3, 27), time(2), london) == datetime(2022, 3, 27, 1, tzinfo=UTC)
    assert instant(date(2022, 10, 30), time(2), london) == datetime(2022, 10, 30, 2, tzinfo=UTC)
    last_before = instant(date(2022, 10, 30), time(0, 59, 59), london)
    assert last_before + timedelta(seconds=1) == datetime(2022, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("London", 'got "London"; wanted a time zone such as Europe/London; did you mean Europe/London?'),
        ("new york", 'got "new york"; wanted a time zone such as Europe/London; did you mean America/New_York?'),
        ("BST", 'got "BST"; wanted a time zone such as Europe/London.'),
        ("../../etc/passwd", 'got "../../etc/passwd"; wanted a time zone such as Europe/London.'),
        ("", 'got ""; wanted a time zone such as Europe/London.'),
    ],
)
def test_a_time_zone_is_one_that_exists(name, said):
    with pytest.raises(ValueError, match="time zone") as caught:
        zone_name(name)
    assert str(caught.value) == said
