"""Pre-flight: the slips of the real slides are seen, and a careful file is left in peace."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.layout import safe
from bot.rehearsal.room import Room, text_of
from bot.services.preflight import MESSAGE, Finding, _escaped, admitted, check_file, findings
from bot.services.promises import kept
from bot.services.refusal import Refusal
from bot.services.seriesfile import MAX_BYTES, parse_series
from bot.services.slips import alike, bare_name, days_named
from bot.settings import EXAMPLE

NOW = datetime(2022, 1, 1, tzinfo=UTC)

HEAD = """
[series]
key = "qms"
title = "A series"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"
join_url = "https://zoom.us/j/1"
"""
SESSION = '[[series.sessions]]\ntitle = "First"\n'
FIRST = HEAD + SESSION + "date = 2022-02-24\n"
SECOND = '[[series.sessions]]\ntitle = "Second"\ndate = 2022-04-08\n'
STEP = '[[series.sessions.run_of_show]]\ntitle = "A step"\n'
POLL = '[[series.sessions.polls]]\nname = "useful"\nquestion = "Which?"\noptions = ["Yes", "No"]\n'


def told(text: str, now: datetime = NOW) -> list[str]:
    """The warnings, and that there are no errors."""
    found = check_file(text.encode(), now)
    assert {each.severity for each in found} <= {"warning"}
    return [str(each) for each in found]


def dated(*days: str, now: datetime = NOW) -> list[str]:
    return told(HEAD + "lead_days = 0\n" + "".join(f"{SESSION}date = {day}\n" for day in days), now)


def test_the_example_is_in_peace_but_for_its_age_and_what_is_not_settled():
    data = EXAMPLE.read_bytes()
    undated = [f"session {n}: it has no date yet, so nothing announces it." for n in (3, 4)]
    assert [str(each) for each in check_file(data, datetime(2022, 2, 1, tzinfo=UTC))] == undated
    # Until its last minute a session is not in the past.
    assert [str(each) for each in check_file(data, datetime(2022, 2, 24, 14, 29, tzinfo=UTC))] == undated
    assert [str(each) for each in check_file(data, datetime(2026, 1, 1, tzinfo=UTC))] == [
        "session 1: its date, 24 February 2022, is in the past.",
        "session 2: its date, 8 April 2022, is in the past.",
        *undated,
    ]


SLIDES = """
[series]
key = "qms"
title = "Quality Management Systems webinar series"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"
join_url = "https://zoom.us/j/1"
hosts = [{ name = "Emma Adams" }, { name = "Dr Joy Furnival" }]

[[series.sessions]]
title = "Everybody's Business: Quality Management at an organisational level"
date = 2022-02-24
guests = [{ name = "Michael Canavan" }, { name = "Dr Amar Shar" }, { name = "Dr Nicola Burgess" }]
blurb = "Join us on 24th February 2022. With Dr Amar Shah's slides of 28/02/2022, and Nicola Burgess."

[[series.sessions.run_of_show]]
kind = "talk"
title = "Quality at an organizational level in East London Foundation Trust"
minutes = 60
speaker = "Amar Shah"

[[series.sessions.run_of_show]]
kind = "panel"
title = "Ask the panel"
minutes = 35
prompt = "Michael Canavan, Dr Amar Shar and Dr Nicola Burgess take your questions."
"""


def test_the_slips_of_the_slides_are_seen():
    assert told(SLIDES) == [
        'session 1, blurb: it says "28/02/2022", but the session\'s date is Thursday 24 February 2022.',
        "session 1: its run of show takes 95 minutes, the session 90.",
        'session 1, step 1: "Amar Shah" is "Dr Amar Shar" in session 1, guest 2. One of them may be a slip.',
        ('session 1, step 1, title: "organizational" is spelt the other way in session 1, title, "organisational".'),
    ]


def test_the_rarer_spelling_is_the_one_asked_about():
    text = FIRST + 'guests = [{ name = "Dr Amar Shar" }]\nblurb = "With Amar Shah. Prof. Amar Shah leads."\n'
    assert told(text) == [
        'session 1, guest 1: "Dr Amar Shar" is "Amar Shah" in session 1, blurb. One of them may be a slip.'
    ]


def test_names_with_a_title_are_names_though_nobody_listed_them():
    text = FIRST + 'blurb = "With Dr Amar Shah."\n' + SECOND + 'blurb = "Amar Shar returns."\n'
    assert told(text) == [
        'session 2, blurb: "Amar Shar" is "Amar Shah" in session 1, blurb. One of them may be a slip.'
    ]


def test_titles_letters_and_apostrophes_do_not_make_another_name():
    people = ", ".join(
        f'{{ name = "{name}" }}'
        for name in (
            "Dr Amar Shah",
            "Prof. Amar Shah",
            "Amar Shah, MD",
            "Amar Shah CBE",
            "AMAR SHAH",
            "Mary-Ann O'Neil",
        )
    )
    text = f"{FIRST}guests = [{people}]\n" + STEP + 'kind = "talk"\nminutes = 5\nspeaker = "Mary Ann O’Neil"\n'
    assert told(text + 'prompt = "Amar Shah’s talk"\n') == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        *(("Amar Shar", "Amar Shah", True), ("Nicola Burges", "Dr Nicola Burgess", True)),
        *(("Micheal Canavan", "Michael Canavan", True), ("Ammar Shar", "Amar Shah", True)),
        *(("Tim Hill", "Tom Hill", False), ("Ann Lee", "Ian Lee", False), ("Amar Shah", "Omar Shah", False)),
        *(("Emma Adams", "Emma Addison", False), ("Amar Shah", "Amar K Shah", False), ("Adams", "Adam", False)),
        *(("Jo Lee", "Jo Li", False), ("Mary Smith", "Mark Smits", True), ("Mary Smith", "Mark Jones", False)),
    ],
)
def test_two_names_are_alike_when_a_slip_makes_one_the_other(one, other, same):
    assert alike(bare_name(one), bare_name(other)) == alike(bare_name(other), bare_name(one)) == same


FIRST_NAMES = ("Alice", "Benjamin", "Charlotte", "Dmitri", "Eleanor", "Farouk", "Gwendolyn", "Hiroshi")
LAST_NAMES = ("Abernathy", "Brown", "Castellanos", "Davies", "Eze", "Fitzgerald", "Ghosh", "Hughes")
PEOPLE = st.lists(st.tuples(st.sampled_from(FIRST_NAMES), st.sampled_from(LAST_NAMES)).map(" ".join), max_size=20)


def with_guests(names: list[str]) -> str:
    guests = ", ".join('{ name = "' + name + '" }' for name in names)
    return f"{FIRST}guests = [{guests}]\n"


@settings(deadline=None)  # how busy the machine is, is not the point
@given(PEOPLE)
def test_different_people_raise_no_alarm(names):
    assert told(with_guests(names) + f'blurb = "With {", ".join(names)}. See you there."\n') == []


@settings(deadline=None)  # how busy the machine is, is not the point
@given(
    st.sampled_from(FIRST_NAMES),
    st.sampled_from([name for name in LAST_NAMES if len(name) > 4]),
    st.data(),
)
def test_one_wrong_letter_in_a_name_is_seen_wherever_it_is(first, last, data):
    at = data.draw(st.integers(1, len(last) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    assume(letter != last[at])
    slip = f"{first} {last[:at]}{letter}{last[at + 1 :]}"
    (said,) = told(with_guests([f"{first} {last}"]) + f'blurb = "We welcome {slip} this time."\n')
    assert said == (f'session 1, blurb: "{slip}" is "{first} {last}" in session 1, guest 1. One of them may be a slip.')


@pytest.mark.parametrize(
    ("blurb", "said"),
    [
        ("Join us on 24 February 2022 at 13:00.", ""),
        ("Thursday, 24th of February", ""),
        ("February 24th, 2022", ""),
        ("THU 24 FEB. 2022", ""),
        ("24/02/2022 or 24.2.22 or 02/24/2022 or 2022-02-24", ""),
        ("See you on Thursday! The group meets on Mondays.", ""),
        ("https://example.org/2021-03-05/28.02.2022", ""),
        ("In February 2022, 24/7, version 1.2.3, 020 7257 8000, 2021-22, 22-25 May, you may 5 times", ""),
        ("28/02/2022", '"28/02/2022", but the session\'s date is Thursday 24 February 2022.'),
        ("28.02.22", '"28.02.22", but the session\'s date is Thursday 24 February 2022.'),
        ("24 February 2021", '"24 February 2021", but the session\'s date is Thursday 24 February 2022.'),
        ("on 25 February", '"25 February", but the session\'s date is Thursday 24 February 2022.'),
        ("APRIL 9 2022", '"APRIL 9 2022", but the session\'s date is Thursday 24 February 2022.'),
        ("Friday 24 February", '"Friday 24 February", but 24 February 2022 is a Thursday.'),
        ("Join us on Friday.", '"Friday", but the session\'s date is Thursday 24 February 2022.'),
        (
            "8 April 13:00",
            '"8 April", but the session\'s date is Thursday 24 February 2022. "8 April" is that of session 2.',
        ),
        ("It is on 24 February; the next part on 8 April.", ""),
        (
            "24 February 2022. Slides: 30 February 2022",
            '"30 February 2022", but the session\'s date is Thursday 24 February 2022.',
        ),
    ],
)
def test_a_day_in_a_text_is_the_sessions_own(blurb, said):
    assert told(f'{FIRST}blurb = "{blurb}"\n{SECOND}') == ([f"session 1, blurb: it says {said}"] if said else [])


def test_a_day_in_a_step_may_be_that_of_another_session():
    step = STEP + 'kind = "close"\nminutes = 5\nprompt = "See you on {}!"\n'
    assert told(FIRST + step.format("8 April") + SECOND) == []
    assert told(FIRST + step.format("9 April") + SECOND) == [
        'session 1, step 1, prompt: it says "9 April", but the session\'s date is Thursday 24 February 2022.'
    ]


def test_a_session_without_a_date_should_not_have_one_in_its_texts():
    assert told(f'{HEAD}{SESSION}blurb = "On 24 February, on Thursday"\n') == [
        'session 1, blurb: it says "24 February", but the session has no date.'
    ]


FORMS = (
    *("{d.day} {d:%B} {d.year}", "{d:%A} {d.day} {d:%b} {d.year}", "{d:%B} {d.day}, {d.year}"),
    *("{d:%d/%m/%Y}", "{d:%m/%d/%y}", "{d:%d.%m.%y}", "{d}"),
)


@settings(deadline=None)  # how busy the machine is, is not the point
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS))
def test_a_day_however_written_is_read_as_itself_and_no_other(day, form):
    (named,) = days_named(f"Join us: {form.format(d=day)}, 13:00.")
    assert named.fits(day)
    assert not named.fits(day + timedelta(days=365 * 3))
    assert named.weekday in (None, day.weekday())


@pytest.mark.parametrize(
    ("days", "now", "said"),
    [
        (("2022-02-24", "2022-04-08"), NOW, []),
        (("2021-11-18", "2022-01-20", "2022-03-10"), datetime(2021, 11, 1, tzinfo=UTC), []),
        # The first has been held; nothing is odd about that.
        (("2021-12-09", "2022-02-24"), NOW, ["session 1: its date, 9 December 2021, is in the past."]),
        # January, and last year's number still in the fingers.
        (
            ("2021-02-24", "2022-04-08"),
            NOW,
            ["session 1: its date, 24 February 2021, is in the past. If 24 February 2022 is meant, change the year."],
        ),
        (
            ("2021-02-24", "2021-04-08"),
            NOW,
            [
                "session 1: its date, 24 February 2021, is in the past. If 24 February 2022 is meant, change the year.",
                "session 2: its date, 8 April 2021, is in the past. If 8 April 2022 is meant, change the year.",
            ],
        ),
        (
            ("2022-02-24", "2023-04-08"),
            NOW,
            [
                (
                    "session 2: its date, 8 April 2023, is far from those of the other sessions. "
                    "If 8 April 2022 is meant, change the year."
                )
            ],
        ),
        (
            ("2022-02-24", "2032-04-08", "2022-05-20"),
            NOW,
            [
                (
                    "session 2: its date, 8 April 2032, is far from those of the other sessions. "
                    "If 8 April 2022 is meant, change the year."
                )
            ],
        ),
        (("2022-05-01", "2023-05-02", "2024-05-03"), NOW, []),
        (
            ("2022-03-01", "2022-02-01", "2022-02-15"),
            NOW,
            [
                "session 2: its date, 1 February 2022, is before that of session 1.",
                "session 3: its date, 15 February 2022, is before that of session 1.",
            ],
        ),
        (
            ("2020-02-29",),
            datetime(2020, 6, 1, tzinfo=UTC),
            ["session 1: its date, 29 February 2020, is in the past. If 28 February 2021 is meant, change the year."],
        ),
    ],
)
def test_a_year_that_is_probably_another(days, now, said):
    assert dated(*days, now=now) == said


@settings(deadline=None)  # how busy the machine is, is not the point
@given(st.dates(date(2022, 2, 1), date(2090, 1, 1)), st.lists(st.integers(7, 120), max_size=8))
def test_a_series_in_order_and_in_the_future_raises_no_alarm(first, gaps):
    days = [first]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    assert dated(*map(str, days)) == []


def test_a_session_sooner_than_people_are_promised():
    said = "and people are promised 14 days (lead_days)."
    assert told(FIRST, datetime(2022, 2, 10, 13, tzinfo=UTC)) == []
    assert told(FIRST, datetime(2022, 2, 10, 13, 1, tzinfo=UTC)) == [f"session 1: it begins in 13 days, {said}"]
    assert told(FIRST, datetime(2022, 2, 23, tzinfo=UTC)) == [f"session 1: it begins in 1 day, {said}"]
    assert told(FIRST, datetime(2022, 2, 24, 12, tzinfo=UTC)) == [f"session 1: it begins in less than a day, {said}"]
    assert told(FIRST, datetime(2022, 2, 24, 13, tzinfo=UTC)) == []  # it has begun
    assert told(FIRST.replace("key", "lead_days = 3\nkey"), datetime(2022, 2, 20, tzinfo=UTC)) == []


def test_groups_that_nobody_would_draw():
    step = STEP + 'kind = "breakout"\nminutes = 5\n'
    said = 'it asks for groups, but none are drawn on Zoom. For rooms on Discord, say rooms = "threads".'
    assert told(FIRST + step + "size = 4\n") == [f"session 1, step 1: {said}"]
    assert told(FIRST + step + 'size = 4\nrooms = "threads"\n') == []
    assert told(FIRST + 'place = "Our Discord"\n' + step + "groups = 4\n") == []


def test_what_is_left_out_of_a_run_of_show():
    text = (
        FIRST
        + 'hosts = [{ name = "Dr Ann Brown" }]\n'
        + STEP
        + 'kind = "talk"\nminutes = 60\nspeaker = "Ann Brown"\n'
        + STEP
        + 'kind = "talk"\nminutes = 20\nat = "1:15"\nspeaker = "Bob"\n'
        + STEP
        + 'kind = "talk"\nminutes = 5\n'
        + POLL
    )
    assert told(text) == [
        "session 1: its run of show takes 100 minutes, the session 90.",
        'session 1: the speaker of step 2, "Bob", is neither a host nor a guest of it.',
        "session 1, step 3: it is a talk without a speaker.",
        'session 1, poll "useful": no step of the run of show opens it.',
    ]
    # Without a run of show the polls are opened by hand, and without a date the length is known all the same.
    assert told(FIRST + POLL) == []
    assert told(HEAD + SESSION + STEP + 'kind = "panel"\nminutes = 91\n') == [
        "session 1: its run of show takes 91 minutes, the session 90."
    ]


def test_people_are_told_where_to_join():
    head = HEAD.replace('join_url = "https://zoom.us/j/1"', "")
    missing = "it has no join_url, so people are not told where to join."
    room = SECOND + 'place = "Room 2"\njoin_url = ""\n'
    assert told(head + SECOND) == [f"series: {missing}"]
    assert told(head + SESSION + "date = 2022-02-24\n" + room) == [f"session 1: {missing}"]
    assert told(FIRST + room) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("organisational", "organizational"), ("Organise", "organizing"), ("analyse", "Analyzing")),
        *(("colour", "colors"), ("behavioural", "behavioral"), ("centre", "centers"), ("programme", "programs")),
        *(("modelling", "modeling"), ("counsellor", "counseling")),
    ],
)
def test_one_word_in_two_spellings(one, other):
    seen = told(FIRST.replace("First", f"On {one} things") + SECOND.replace("Second", f"And on {other}"))
    if one == "counsellor":  # another word
        assert seen == []
    else:
        assert seen == [f'session 2, title: "{other}" is spelt the other way in session 1, title, "{one}".']


def test_words_that_only_look_like_two_spellings():
    words = "four for hour your size sizes analysis analyze prison prize filling filing polling later latter letter"
    assert told(FIRST.replace("First", words[:100])) == []


KEPT = max(len(kept(reads=reads)) for reads in (True, False))
"""What people are told of what is kept takes at most that much of a welcome."""


def long_welcome(spare: int) -> str:
    """A series whose welcome is ``spare`` characters short of what fits."""
    start = FIRST + 'guests = [{ name = "Ann Brown", role = "*Lead* of x" }]\n'
    points = ["p" * 300] * 11
    head = start.replace("key", 'recording_notice = "Recorded: [here]\\n- there"\nhousekeeping = HERE\nkey', 1)
    rest = (
        MESSAGE
        - len(
            "# First\nA series, 1 of 1"
            "**Guests:** Ann Brown (\\*Lead\\* of x)"
            "## How we’re running today’s session"
            "**Recording.** Recorded: \\[here\\]\n\\- there"
        )
        - KEPT
        - sum(len(f"\n{number}. {point}") for number, point in enumerate(points, 1))
        - len("\n12. ")
    )
    return head.replace("HERE", str([*points, "q" * (rest - spare)]).replace("'", '"'))


def test_a_welcome_longer_than_a_message_is_an_error():
    assert told(long_welcome(0)) == []
    found = check_file(long_welcome(-3).encode(), NOW)
    assert found == (
        Finding(
            "error",
            "session 1",
            f"its welcome has 4,003 characters (title 24, hosts and guests 37, housekeeping {3900 - KEPT:,}, recording "
            f"notice 42, what people are told of what is kept {KEPT}); Discord shows at most 4,000 in one message (3 "
            "too many).",
        ),
    )
    with pytest.raises(Refusal, match=r"^The series file has 1 problem\.\n- session 1: its welcome has 4,003 "):
        admitted(parse_series(long_welcome(-3).encode()), NOW)


@settings(deadline=None)  # how busy the machine is, is not the point
@given(st.text(st.sampled_from("ab1. \n*_:/[]<>#-+@everyonehere`\\~|)")))
def test_what_is_escaped_is_counted_as_it_is_shown(text):
    assert len(_escaped(text)) == len(safe(text))


async def test_the_longest_welcome_that_passes_is_posted_whole(room: Room):
    await room.set_up()
    await room.import_series(long_welcome(0).encode())
    await room.start_session()
    posted = text_of(room.board("How we’re running"))
    shorter = KEPT - len(kept(reads=False))
    assert len(posted) - posted.count("\n**") - posted.count("\n## ") == MESSAGE - shorter


def test_a_file_that_cannot_be_read_has_errors_only():
    assert check_file(b"a = 1\n<html>", NOW) == (
        Finding("error", "", "The file is not TOML: invalid statement (at line 2, column 1)."),
    )
    assert check_file(b" " * (MAX_BYTES + 1), NOW)[0].severity == "error"
    broken = FIRST.replace("2022-02-24", "2021-02-24").replace("First", "") + POLL.replace("No", "yes")
    assert check_file(broken.encode(), NOW) == (
        Finding("error", "session 1, title", "it is empty."),
        Finding("error", 'session 1, poll "useful", option 2', "two options look the same: “Yes” and “yes”."),
    )


def test_regions_that_nobody_is_asked_for_are_told():
    regions = HEAD + 'regions = ["Here", "There"]\n' + SESSION + "date = 2022-02-24\n"
    unasked = "series, regions: no step and no poll of the kind place asks people for them."
    assert told(regions) == [unasked]
    assert told(regions + STEP + 'kind = "place"\nminutes = 4\n') == []
    assert told(regions + POLL.replace('options = ["Yes", "No"]', 'kind = "place"')) == []


def test_warnings_stop_nothing():
    series = parse_series(FIRST.encode())
    later = datetime(2026, 1, 1, tzinfo=UTC)
    assert admitted(series, later) == findings(series, later)
    assert [each.severity for each in admitted(series, later)] == ["warning"]
