"""Series files: what hosts write is either taken whole or answered with everything that is wrong in it."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.refusal import Refusal
from bot.services.seriesfile import SeriesFile, parse_series, series_from, warnings
from bot.settings import EXAMPLE

NOW = datetime(2022, 1, 1, tzinfo=UTC)

HEAD = """
[series]
key = "qms"
title = "A series"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"
"""
SESSION = HEAD + '[[series.sessions]]\ntitle = "First"\n'
DATED = SESSION + "date = 2022-02-24\n"
POLL = '[[series.sessions.polls]]\nname = "useful"\nquestion = "Which?"\n'
YES_NO = POLL + 'options = ["Yes", "No"]\n'
STEP = '[[series.sessions.run_of_show]]\ntitle = "A step"\n'


def parsed(text: str) -> SeriesFile:
    return parse_series(text.encode())


@pytest.fixture(scope="module")
def example() -> SeriesFile:
    return parse_series(EXAMPLE.read_bytes())


def test_the_example_is_the_series_of_the_slides(example):
    first, second, *undated = example.resolved()
    assert [(session.number, session.of, session.title) for session in example.resolved()] == [
        (1, 4, "Everybody's Business: Quality Management at an organisational level"),
        (2, 4, "“Putting the man on the moon” – aligning everyone to strategy"),
        (3, 4, "“Work as done vs work as imagined” – making QMS a daily reality"),
        (4, 4, "“Leading for Quality” – how do we lead where we are and bring people with us?"),
    ]
    assert (first.starts_at, first.ends_at) == (
        datetime(2022, 2, 24, 13, tzinfo=UTC),
        datetime(2022, 2, 24, 14, 30, tzinfo=UTC),
    )
    assert second.starts_local == datetime(2022, 4, 8, 13)  # noqa: DTZ001  (a wall time)
    assert second.starts_at == datetime(2022, 4, 8, 12, tzinfo=UTC)
    assert [(session.starts_at, session.starts_local) for session in undated] == [(None, None)] * 2
    assert [host.name for host in second.plan.hosts] == ["Emma Adams", "Dr Joy Furnival"]
    assert [guest.name for guest in first.plan.guests] == ["Michael Canavan", "Dr Amar Shah", "Dr Nicola Burgess"]
    assert (first.plan.place, example.hashtag, example.contact) == ("Zoom", "#QcomQMS", "q@health.org.uk")
    assert len(first.plan.housekeeping) == 7


def test_the_example_fills_its_ninety_minutes(example):
    steps = example.resolved()[0].plan.run_of_show
    assert [step.kind for step in steps] == [
        *("welcome", "place", "talk", "poll", "talk", "breakout", "talk", "panel", "poll", "review", "close")
    ]
    assert sum(step.minutes for step in steps) == 90
    assert [step.poll for step in steps if step.poll] == ["encourage", "useful"]


def test_the_example_asks_the_polls_of_the_report_in_full(example):
    encourage, useful = example.resolved()[0].plan.polls
    assert encourage.question == (
        "What do you think is most important in encouraging people to take a more improvement focused approach?"
    )
    assert encourage.options[0] == (
        "Creating an aligned and enabling culture that supports those on the frontline to improve"
    )
    assert useful.options[0] == "Encouraging organisations and systems to be more joined up and aligned"
    assert [len(encourage.options[0]), len(useful.options[0])] == [88, 70]
    assert (encourage.choices, encourage.results) == (1, "at_close")


def test_the_example_is_in_the_past_and_says_so(example):
    assert warnings(example, datetime(2022, 2, 24, 14, 29, tzinfo=UTC)) == []
    assert warnings(example, datetime(2026, 1, 1, tzinfo=UTC)) == [
        "session 1: its date, 24 February 2022, is in the past.",
        "session 2: its date, 8 April 2022, is in the past.",
    ]


def test_a_session_has_what_the_series_has_unless_it_says_otherwise():
    series = parsed(
        HEAD
        + 'place = "Zoom"\njoin_url = "https://zoom.us/j/1"\nhosts = [{ name = "Ann" }]\n'
        + '[[series.sessions]]\ntitle = "As the series"\ndate = "2022-02-24"\n'
        + '[[series.sessions]]\ntitle = "Its own"\ndate = 2022-02-25\nstarts = 09:00:00\nends = "9:45"\n'
        + 'place = "Room 2"\njoin_url = ""\nhosts = []\n'
    )
    usual, own = series.resolved()
    assert (usual.plan.place, usual.plan.join_url, usual.plan.hosts[0].name) == ("Zoom", "https://zoom.us/j/1", "Ann")
    assert usual.starts_at == datetime(2022, 2, 24, 13, tzinfo=UTC)
    assert (own.plan.place, own.plan.join_url, own.plan.hosts) == ("Room 2", "", ())
    assert (own.starts_at, own.ends_at) == (
        datetime(2022, 2, 25, 9, tzinfo=UTC),
        datetime(2022, 2, 25, 9, 45, tzinfo=UTC),
    )


def test_free_text_is_cleaned_and_hashtags_get_their_sign():
    series = parsed(
        HEAD.replace("A series", "A\u202e  series\u200b ")
        + 'hashtag = "QcomQMS"\n[[series.sessions]]\ntitle = """two\nlines"""\nblurb = "\\t a\\n\\n\\n\\nb"\n'
    )
    assert (series.title, series.hashtag) == ("A series", "#QcomQMS")
    assert (series.sessions[0].title, series.sessions[0].blurb) == ("two lines", "a\n\nb")


def test_choices_are_a_number_or_all():
    series = parsed(SESSION + YES_NO + 'choices = "all"\n' + YES_NO.replace("useful", "two") + "choices = 2\n")
    assert [poll.most_choices for poll in series.sessions[0].polls] == [2, 2]


def test_a_text_may_have_as_many_dots_as_it_likes():
    dots = "a.b." * 100
    assert parsed(f'{SESSION}blurb = "{dots}" # {dots}\n').sessions[0].blurb == dots


def test_sessions_back_to_back_do_not_overlap():
    series = parsed(DATED + '[[series.sessions]]\ntitle = "b"\ndate = 2022-02-24\nstarts = "14:30"\nends = "15:00"')
    assert series.resolved()[1].starts_at == series.resolved()[0].ends_at


def test_warnings_are_what_is_allowed_but_may_be_a_slip():
    series = parsed(
        HEAD
        + 'hosts = [{ name = "Ann" }]\n[[series.sessions]]\ntitle = "a"\ndate = 2022-03-01\n'
        + STEP
        + 'kind = "talk"\nminutes = 60\nspeaker = "Ann"\n'
        + STEP
        + 'kind = "talk"\nminutes = 40\nspeaker = "Bob"\n'
        + '[[series.sessions]]\ntitle = "undated"\n'
        + '[[series.sessions]]\ntitle = "c"\ndate = 2022-02-01\n'
        + '[[series.sessions]]\ntitle = "d"\ndate = 2022-02-15\n'
    )
    assert warnings(series, NOW) == [
        "session 1: its run of show takes 100 minutes, the session 90.",
        'session 1: the speaker of step 2, "Bob", is neither a host nor a guest of it.',
        "session 3: its date, 1 February 2022, is before that of session 1.",
        "session 4: its date, 15 February 2022, is before that of session 1.",
    ]


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
TABLES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.dates() | st.datetimes() | st.times(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*SeriesFile.model_fields, *("date", "polls", "name", "options", "run_of_show", "kind", "x")]
            ),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(SeriesFile.model_fields, TABLES)))
def test_whatever_the_table_holds_the_answer_is_a_series_or_a_refusal(table):
    with pytest.raises(Refusal, match=r"^The series file has \d+ problems?\.\n- "):
        series_from(table | {"title": ""})


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_the_answer_is_a_refusal(data):
    with pytest.raises(Refusal):
        parse_series(data)


@st.composite
def series_tables(draw) -> dict[str, object]:
    """Good ``[series]`` tables: sessions on different days, so that they cannot overlap."""
    label = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
    options = st.lists(label, min_size=2, max_size=25, unique_by=str.casefold)
    days = draw(st.lists(st.dates(date(2000, 1, 1), date(2100, 12, 31)), min_size=1, max_size=5, unique=True))
    return {
        "key": draw(st.from_regex("[a-z0-9]{1,10}", fullmatch=True)),
        "title": draw(label),
        "time_zone": draw(st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"])),
        "starts": "13:00",
        "ends": time(14, 30),
        "sessions": [
            {
                "title": draw(label),
                "date": day,
                "polls": [
                    {"name": "p", "question": draw(label), "options": [f"{n} {o}" for n, o in enumerate(draw(options))]}
                ],
            }
            for day in days
        ],
    }


@given(series_tables())
def test_a_good_series_comes_through_and_comes_through_again_as_it_is(table):
    series = series_from(table)
    assert series_from(series.model_dump()) == series
    for session in series.resolved():
        assert session.starts_at is not None
        assert session.starts_at.astimezone(series.zone).replace(tzinfo=None) == session.starts_local
