"""Series files: what hosts write is either taken whole or answered with everything that is wrong in it."""

import json
import re
import tomllib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.drafts import prepared_draft
from bot.services.plans import Plan, offsets
from bot.services.refusal import Refusal
from bot.services.seriesfields import _colour, _contrast, duration, duration_in_words, offset, offset_in_words
from bot.services.seriesfile import SeriesFile, Step, parse_series, series_from
from bot.settings import EXAMPLE
from bot.storage.sessions import Session

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


def kept(plan: dict[str, object]) -> Session:
    """A session with that plan."""
    return Session(**dict.fromkeys(Session.__dataclass_fields__) | {"number": 1, "plan": plan})


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
    assert (encourage.most_choices, encourage.results) == (1, "at_close")


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


def test_a_series_may_have_a_colour():
    assert parsed(HEAD + 'colour = "#8A1F5C"\n[[series.sessions]]\ntitle = "A"\n').colour == "#8a1f5c"
    assert parsed(HEAD + '[[series.sessions]]\ntitle = "A"\n').colour == ""
    assert _contrast("#000000") == pytest.approx(21)
    assert _contrast("#767676") >= 4.5 > _contrast("#777777")  # the grey that everybody tests with


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_that_is_too_light_is_refused_with_one_that_is_not(number):
    colour = f"#{number:06x}"
    try:
        assert _colour(colour) == colour
        assert _contrast(colour) >= 4.5
    except ValueError as refused:
        offered = re.findall("#[0-9a-f]{6}", str(refused))[-1]
        assert _colour(offered) == offered
        assert _contrast(offered) < 4.8


def test_choices_are_a_number_or_all():
    series = parsed(SESSION + YES_NO + 'choices = "all"\n' + YES_NO.replace("useful", "two") + "choices = 2\n")
    assert [poll.most_choices for poll in series.sessions[0].polls] == [2, 2]


def test_a_kind_takes_as_many_choices_as_is_usual_for_it():
    for kind, most in (("single", None), ("multiple", None), ("ranking", None), ("rating", None)):
        (poll,) = parsed(SESSION + YES_NO + f'kind = "{kind}"\n').sessions[0].polls
        assert (poll.kind, poll.most_choices, poll.privacy) == (kind, most, None)
    (ranking,) = parsed(SESSION + YES_NO + 'kind = "ranking"\nchoices = "all"\nprivacy = "named"\n').sessions[0].polls
    assert (ranking.most_choices, ranking.privacy) == (2, "named")


def test_a_region_is_a_name_or_a_table_and_every_session_knows_it():
    regions = 'regions = ["Scotland", { name = " North  West", also = ["Leigh"] }]\n'
    series = parsed(HEAD + regions + SESSION[len(HEAD) :] + '[[series.sessions]]\ntitle = "Second"\n')
    assert [session.plan.regions for session in series.resolved()] == [(("Scotland",), ("North West", "Leigh"))] * 2
    assert parsed(HEAD + "regions = []\n" + SESSION[len(HEAD) :]).regions == ()


def test_the_example_asks_for_the_regions_of_these_islands(example):
    regions = example.resolved()[0].plan.regions
    assert [name for name, *_ in regions] == [
        *("Scotland", "Northern Ireland", "Wales", "North East", "North West", "Yorkshire and the Humber"),
        *("East Midlands", "West Midlands", "East of England", "London", "South East", "South West"),
        *("Ireland", "Somewhere else"),
    ]
    assert [poll.kind for session in example.resolved() for poll in session.plan.polls] == [None, None, "rating"]


def test_a_text_may_have_as_many_dots_as_it_likes():
    dots = "a.b." * 100
    assert parsed(f'{SESSION}blurb = "{dots}" # {dots}\n').sessions[0].blurb == dots


def test_sessions_back_to_back_do_not_overlap():
    series = parsed(DATED + '[[series.sessions]]\ntitle = "b"\ndate = 2022-02-24\nstarts = "14:30"\nends = "15:00"')
    assert series.resolved()[1].starts_at == series.resolved()[0].ends_at


def test_who_keeps_the_time_and_the_reminders_are_the_series_own_or_the_sessions():
    usual = parsed(SESSION)
    assert (usual.run, usual.lead_days) == ("prompted", 14)
    assert usual.resolved()[0].plan.reminder_minutes == (10080, 1440, 60, 10)
    series = parsed(
        HEAD
        + 'run = "automatic"\nlead_days = 0\nreminders = ["90 minutes", "2 weeks"]\n'
        + '[[series.sessions]]\ntitle = "As the series"\n'
        + '[[series.sessions]]\ntitle = "Its own"\nrun = "manual"\nreminders = []\n'
    )
    assert series.reminders == (timedelta(minutes=90), timedelta(weeks=2))
    plans = [session.plan for session in series.resolved()]
    assert [(plan.run, plan.reminder_minutes) for plan in plans] == [("automatic", (20160, 90)), ("manual", ())]


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        *(("7 days", 10080), ("1 day", 1440), ("1 hour", 60), ("10 minutes", 10), ("90 minutes", 90)),
        *(
            ("2 weeks", 20160),
            ("1 Hour", 60),
            ("10 mins", 10),
            ("2 hrs", 120),
            (" 5\u00a0min ", 5),
            ("365 days", 525600),
        ),
    ],
)
def test_a_duration_is_a_number_and_a_unit(written, minutes):
    assert duration(written) == timedelta(minutes=minutes)


@given(st.integers(1, 365 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)))
def test_a_duration_in_words_is_read_as_the_same(length):
    assert duration(duration_in_words(length)) == length == duration(length)


@given(st.integers(0, 24 * 60 - 1))
def test_an_offset_in_words_is_read_as_the_same(minutes):
    assert offset(offset_in_words(minutes)) == minutes == offset(minutes)


def test_a_step_begins_when_the_one_before_it_ends_unless_its_start_is_fixed():
    steps = "".join(
        f'{STEP}kind = "talk"\n{keys}\n' for keys in ("minutes = 5", 'minutes = 5\nat = "0:25"', "minutes = 4")
    )
    plan = parsed(SESSION + steps).resolved()[0].plan
    assert [step.at_minutes for step in plan.run_of_show] == [None, 25, None]
    assert offsets(plan.run_of_show) == ((0, 5), (25, 30), (30, 34))
    assert parsed(SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = 89\n').sessions[0].run_of_show[0].at_minutes == 89


@given(st.lists(st.tuples(st.integers(1, 600), st.none() | st.integers(0, 30)), max_size=12))
def test_steps_take_their_minutes_and_leave_their_pauses(written):
    steps: list[Step] = []
    end = 0
    for minutes, pause in written:
        at = None if pause is None else end + pause
        steps.append(Step.model_construct(kind="talk", title="x", minutes=minutes, at=at))
        end += minutes + (pause or 0)
    times = offsets(steps)
    assert [until - start for start, until in times] == [minutes for minutes, _ in written]
    befores = (0, *(until for _, until in times))
    assert [start - before for before, (start, _) in zip(befores, times, strict=False)] == [p or 0 for _, p in written]


def test_by_the_plan_a_step_goes_on_until_the_next_begins():
    steps = f'{STEP}kind = "talk"\nminutes = 5\nat = 3\n{STEP}kind = "talk"\nminutes = 5\nat = 10\n'
    plan = parsed(SESSION + steps).resolved()[0].plan
    first, second = plan.run_of_show
    assert [plan.position(NOW, NOW + timedelta(minutes=minute)) for minute in (0, 3, 9, 10, 14, 15)] == [
        *((None, first), (first, second), (first, second), (second, None), (second, None), (None, None))
    ]
    assert parsed(SESSION).resolved()[0].plan.position(NOW, NOW) == (None, None)


def test_a_plan_comes_back_from_its_json_and_an_older_one_too():
    regions = 'regions = ["Here", { name = "There", also = ["Far"] }]\nkey'
    text = DATED.replace("key", regions) + STEP + 'kind = "talk"\nminutes = 5\nat = 3\n' + YES_NO + 'kind = "ranking"\n'
    plan = parsed(text).resolved()[0].plan
    stored = json.loads(json.dumps(plan.stored()))
    assert Plan.of(kept(stored)) == Plan.model_validate(stored) == plan
    older = {key: value for key, value in stored.items() if key not in ("run", "reminder_minutes", "regions")}
    older["run_of_show"] = [{key: value for key, value in step.items() if key != "at"} for step in older["run_of_show"]]
    older["polls"] = [{"name": "p", "question": "Which?", "options": ["a", "b"], "choices": 1, "results": "live"}]
    for read in (Plan.model_validate(older), Plan.of(kept(older))):
        assert (read.run, read.reminder_minutes, read.regions) == ("prompted", (10080, 1440, 60, 10), ())
        assert read.run_of_show[0].at_minutes is None
        assert (read.polls[0].kind, read.polls[0].most_choices, read.polls[0].privacy) == (None, 1, None)


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
TABLES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.dates() | st.datetimes() | st.times(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *SeriesFile.model_fields,
                    *("date", "polls", "name", "options", "run_of_show", "kind", "choices", "privacy", "also", "x"),
                ]
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
def polls(draw) -> dict[str, object]:
    """Good prepared polls of each kind that needs no regions."""
    kind = draw(st.sampled_from([None, "single", "multiple", "rating", "ranking", "open"]))
    options = {"open": st.just(0), "rating": st.sampled_from([0, 2, 5])}.get(kind, st.integers(2, 25))
    label = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=90)
    count = draw(options)
    texts = [f"{number} {text}" for number, text in enumerate(draw(st.lists(label, min_size=count, max_size=count)))]
    most = {"multiple": len(texts), "ranking": min(len(texts), 5), None: len(texts)}.get(kind, 1)
    some = {
        "kind": kind,
        "choices": draw(st.integers(2 if kind == "multiple" else 1, most)),
        "privacy": draw(st.sampled_from([None, "named", "confidential", "anonymous"])),
        "results": draw(st.sampled_from(["at_close"] if kind == "open" else ["at_close", "live"])),
    }
    said = {key: value for key, value in some.items() if value is not None and draw(st.booleans())}
    if kind and "kind" not in said:
        said["kind"] = kind
    return {"name": draw(label)[:50], "question": draw(label), "options": texts} | said


@st.composite
def series_tables(draw) -> dict[str, object]:
    """Good ``[series]`` tables: sessions on different days, so that they cannot overlap."""
    label = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
    days = draw(st.lists(st.dates(date(2000, 1, 1), date(2100, 12, 31)), min_size=1, max_size=5, unique=True))
    return {
        "key": draw(st.from_regex("[a-z0-9]{1,10}", fullmatch=True)),
        "title": draw(label),
        "time_zone": draw(st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"])),
        "starts": "13:00",
        "ends": time(14, 30),
        "regions": draw(st.just([]) | st.just([{"name": "Here", "also": ["Near"]}, "There"])),
        "sessions": [
            {
                "title": draw(label),
                "date": day,
                "polls": [draw(polls()) | {"name": "p"}],
            }
            for day in days
        ],
    }


@given(polls())
def test_every_poll_that_a_file_may_have_can_be_opened(written):
    table = tomllib.loads(SESSION)["series"]
    table["sessions"][0]["polls"] = [written | {"name": "p"}]
    plan = series_from(table).resolved()[0].plan
    (poll,) = plan.polls
    new = prepared_draft(kept(plan.stored()), "P")
    assert (new.prepared, new.question, new.results) == (poll.name, poll.question, poll.results)
    assert new.kind == (poll.kind or ("single" if poll.choices in {None, 1} else "multiple"))
    assert new.privacy == (poll.privacy or ("confidential" if new.kind == "open" else "anonymous"))
    assert all(len(option) <= 100 for option in new.options)
    several = {"multiple": len(poll.options), "ranking": min(len(poll.options), 5)}
    assert new.choices == (poll.most_choices or several.get(new.kind, 1))
    assert len(new.options) == {"rating": 5, "open": 0}.get(new.kind, len(poll.options))


@given(series_tables())
def test_a_good_series_comes_through_and_comes_through_again_as_it_is(table):
    series = series_from(table)
    assert series_from(series.model_dump()) == series
    for session in series.resolved():
        assert session.starts_at is not None
        assert session.starts_at.astimezone(series.zone).replace(tzinfo=None) == session.starts_local
