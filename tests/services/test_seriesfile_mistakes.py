"""Series files with mistakes in them: each has its place and its sentence, and all are told at once."""

import pytest

from bot.services.refusal import Refusal
from bot.services.seriesfile import MAX_BYTES, parse_series, refuse_size

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
REGIONS = SESSION.replace("key", 'regions = ["Here", { name = "There", also = ["Far", "Away"] }]\nkey')


def refused(text: str | bytes) -> str:
    with pytest.raises(Refusal) as caught:
        parse_series(text if isinstance(text, bytes) else text.encode())
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe[\x00", "The file is not UTF-8 text (line 1). Save it as plain text with the encoding UTF-8."),
        (
            b"a = 1\nb = '\xe9'",
            "The file is not UTF-8 text (line 2). Save it as plain text with the encoding UTF-8.",
        ),
        ("a = 1\n<html>", "The file is not TOML: invalid statement (at line 2, column 1)."),
        (
            "[series]\nstarts = 13:00",
            (
                "The file is not TOML: expected newline or end of document after a statement (at line 2, column 12)."
                ' A time of day goes in quotation marks: "13:00".'
            ),
        ),
        (
            "[series]\ntitle = “QMS”",
            (
                "The file is not TOML: invalid value (at line 2, column 9)."
                ' Text goes in straight quotation marks ("), not curly ones.'
            ),
        ),
        ("a = " + "[" * 5000, "The file is not TOML that can be read: its brackets are nested too deeply."),
        (
            "a = " + "9" * 5000,
            "The file is not TOML that can be read: it has a number with thousands of digits.",
        ),
        ("a." * 200_000 + "a = 1", "The file has a key of more than a dozen parts, which no key here needs."),
        ('"a" . ' * 50_000 + "a = 1", "The file has a key of more than a dozen parts, which no key here needs."),
        ("", "The file has no [series] table, so there is no series in it."),
        ("[discord]\nguild = 1", "The file has no [series] table, so there is no series in it."),
        ("series = 5", "The series file has 1 problem.\n- series: got 5; wanted a table."),
        (
            b" " * (MAX_BYTES + 1),
            "The file has 513 KB; a series file has at most 512 KB.",
        ),
    ],
)
def test_what_is_no_series_file_is_refused_in_a_sentence(data, sentence):
    assert refused(data) == sentence


def test_a_large_file_can_be_refused_unread():
    refuse_size(MAX_BYTES)
    with pytest.raises(Refusal, match=r"^The file has 30,720 KB; a series file has at most 512 KB\.$"):
        refuse_size(30 * 1024 * 1024)


LONG = "x" * 104


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD, "sessions: it is missing."),
        (HEAD + "sessions = []", "sessions: it has 0; at least 1 are wanted."),
        (HEAD + SESSION[len(HEAD) :] * 26, "sessions: it has 26; at most 25 fit."),
        (
            HEAD + '[series.sessions]\ntitle = "one"',
            "sessions: got a table; wanted a list, in [square brackets] or under [[double]] headings.",
        ),
        (
            SESSION.replace("qms", "Q M S"),
            'series, key: got "Q M S"; wanted a short name of small letters, digits and hyphens, such as qms-2022.',
        ),
        (SESSION.replace("First", "\u200b"), "session 1, title: it is empty."),
        (SESSION.replace("First", LONG), "session 1, title: 104 characters; Discord shows at most 100 (4 too many)."),
        (SESSION + 'bluurb = "x"', 'session 1, bluurb: there is no such key; did you mean "blurb"?'),
        (SESSION + f'blurb = "{LONG * 10}"', "session 1, blurb: 1040 characters; at most 1000 fit (40 too many)."),
        (SESSION + "place = 5", "session 1, place: got 5; wanted text in quotation marks."),
        (
            SESSION + 'hosts = [{ name = "Ann", job = "x" }]',
            "session 1, host 1, job: there is no such key; the keys here are name, role.",
        ),
        (
            SESSION + 'join_url = "http://zoom.us/j/1"',
            'session 1, join_url: got "http://zoom.us/j/1"; wanted an address that begins with https://.',
        ),
        (
            SESSION + 'join_url = "https://[zoom"',
            'session 1, join_url: got "https://[zoom"; wanted an address that begins with https://.',
        ),
        (
            SESSION.replace("key", 'contact = "q at health"\nkey'),
            'series, contact: got "q at health"; wanted an e-mail address such as team@example.org.',
        ),
        (
            SESSION.replace("key", 'hashtag = "two words"\nkey'),
            'series, hashtag: got "two words"; wanted one word such as #QcomQMS.',
        ),
        (
            SESSION.replace("key", 'colour = "teal"\nkey'),
            'series, colour: got "teal"; wanted a colour such as #0b5a6b.',
        ),
        (
            SESSION.replace("key", 'colour = "#FFCC00"\nkey'),
            (
                "series, colour: #ffcc00 is too light: white stands out on it by 1.5 to 1, and has to by 4.5 to 1 to "
                "be read. #8e7200 is as dark as that."
            ),
        ),
        (SESSION.replace("key", 'housekeeping = ["a", " "]\nkey'), "series, housekeeping point 2: it is empty."),
        (
            SESSION.replace("Europe/London", "London"),
            'series, time_zone: got "London"; wanted a time zone such as Europe/London; did you mean Europe/London?',
        ),
        (
            SESSION + "date = 2022-02-24T13:00:00",
            (
                "session 1, date: got 2022-02-24T13:00:00; wanted a date such as "
                "2022-02-24. The time of day goes in starts and ends."
            ),
        ),
        (
            SESSION + 'date = "24/02/2022"',
            (
                'session 1, date: got "24/02/2022"; wanted a date such as '
                "2022-02-24. The time of day goes in starts and ends."
            ),
        ),
        (SESSION + "date = 0001-01-01", "session 1, date: got 0001-01-01; wanted a year from 2000 to 2100."),
        (SESSION + 'starts = "1 pm"', 'session 1, starts: got "1 pm"; wanted a time of day such as "13:00".'),
        (SESSION + "starts = 13", 'session 1, starts: got 13; wanted a time of day such as "13:00".'),
        (
            SESSION + 'ends = "13:00"',
            "session 1, ends: 13:00 is not after the start at 13:00. A session ends on the day it starts.",
        ),
        (
            SESSION.replace("14:30", "12:00") + "date = 2022-02-24",
            "series, ends: 12:00 is not after the start at 13:00. A session ends on the day it starts.",
        ),
        (
            DATED.replace('ends = "14:30"\n', ""),
            'session 1, ends: it is missing; a session with a date needs it, such as ends = "13:00".',
        ),
        (
            SESSION + 'date = 2022-03-27\nstarts = "01:30"',
            (
                "session 1, starts: 01:30 on 27 March 2022 does not exist "
                "in Europe/London: the clocks go forward from 01:00 to 02:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
        (
            SESSION + 'date = 2022-10-30\nstarts = "00:30"\nends = "01:30"',
            (
                "session 1, ends: 01:30 on 30 October "
                "2022 happens twice in Europe/London: the clocks go back from 02:00 to 01:00. "
                "Choose a time before 01:00, or 02:00 or later."
            ),
        ),
        (
            DATED + '[[series.sessions]]\ntitle = "b"\ndate = 2022-02-24\nstarts = "14:29"\nends = "15:00"',
            (
                "session 2: it overlaps session 1, 24 February 2022, 13:00 to 14:30. "
                "Give one of them another date or time."
            ),
        ),
        (
            SESSION + YES_NO.replace("No", LONG),
            'session 1, poll "useful", option 2: 104 characters; Discord shows at most 100 (4 too many).',
        ),
        (
            SESSION + YES_NO.replace("No", " YES "),
            'session 1, poll "useful", option 2: two options look the same: “Yes” and “YES”.',
        ),
        (SESSION + YES_NO.replace('"No"', '""'), 'session 1, poll "useful", option 2: it is empty.'),
        (
            SESSION + POLL + 'options = ["Yes"]',
            'session 1, poll "useful", options: a poll needs 2 to 25 options, one on each line, and this has 1.',
        ),
        (
            SESSION + POLL,
            'session 1, poll "useful", options: a poll needs 2 to 25 options, one on each line, and this has 0.',
        ),
        (
            SESSION + POLL + 'options = "Yes"',
            (
                'session 1, poll "useful", options: got "Yes"; wanted a list, in [square brackets] or under '
                "[[double]] headings."
            ),
        ),
        (
            SESSION + POLL + f"options = {[str(n) for n in range(26)]}",
            'session 1, poll "useful", options: it has 26; at most 25 fit.',
        ),
        (
            SESSION + YES_NO.replace("Which?", LONG * 3),
            'session 1, poll "useful", question: 312 characters; at most 300 fit (12 too many).',
        ),
        (
            SESSION + YES_NO + "choices = 3",
            'session 1, poll "useful", choices: people can choose 1 to 2 of 2 options, not 3.',
        ),
        (
            SESSION + YES_NO + "choices = 0",
            (
                'session 1, poll "useful", choices: got 0; wanted how many options a '
                'person may choose: 1 or more, or "all".'
            ),
        ),
        (
            SESSION + YES_NO + "choices = true",
            (
                'session 1, poll "useful", choices: got true; wanted how many options '
                'a person may choose: 1 or more, or "all".'
            ),
        ),
        (
            SESSION + YES_NO + 'results = "at close"',
            'session 1, poll "useful", results: got "at close"; did you mean "at_close"?',
        ),
        (
            SESSION + YES_NO + f"choices = 0x{'f' * 9000}",
            'session 1, poll "useful", choices: people can choose 1 to 2 of 2 options, not a very large number.',
        ),
        (
            SESSION + YES_NO + 'kind = "rate"',
            'session 1, poll "useful", kind: got "rate"; did you mean "rating"?',
        ),
        (
            SESSION + YES_NO + 'kind = "yes or no"',
            (
                'session 1, poll "useful", kind: got "yes or no"; wanted one of '
                "single, multiple, rating, ranking, open, place."
            ),
        ),
        (
            SESSION + YES_NO + 'privacy = "anonymus"',
            'session 1, poll "useful", privacy: got "anonymus"; did you mean "anonymous"?',
        ),
        (
            SESSION + YES_NO + 'kind = "single"\nchoices = 2',
            'session 1, poll "useful", choices: a single choice takes one answer from each person.',
        ),
        (
            SESSION + YES_NO + 'kind = "single"\nchoices = "all"',
            'session 1, poll "useful", choices: a single choice takes one answer from each person.',
        ),
        (
            SESSION + YES_NO + 'kind = "multiple"\nchoices = 1',
            'session 1, poll "useful", choices: people choose several here, so 1 is too few.',
        ),
        (
            SESSION + YES_NO + 'kind = "ranking"\nchoices = 3',
            'session 1, poll "useful", choices: people can rank 1 to 2 of 2 options, not 3.',
        ),
        (
            SESSION + POLL + 'options = ["a", "b", "c", "d", "e", "f"]\nkind = "ranking"\nchoices = "all"',
            'session 1, poll "useful", choices: people can rank 1 to 5 of 6 options, not 6.',
        ),
        (
            SESSION + POLL + 'options = ["Bad", "So-so", "Good"]\nkind = "rating"',
            (
                'session 1, poll "useful", options: a rating has 5 steps. Name all of them, or only the two ends, '
                "and this names 3."
            ),
        ),
        (
            SESSION + POLL + f'options = ["Bad", "{"x" * 98}"]\nkind = "rating"',
            'session 1, poll "useful", option 2: a step of a rating has room for 97 characters, and this has 98.',
        ),
        (
            SESSION + POLL + f'options = ["Bad", "{LONG}"]\nkind = "rating"',
            'session 1, poll "useful", option 2: 104 characters; Discord shows at most 100 (4 too many).',
        ),
        (
            SESSION + POLL + 'options = ["Bad", "bad"]\nkind = "rating"',
            'session 1, poll "useful", option 2: two options look the same: “Bad” and “bad”.',
        ),
        (
            SESSION + POLL + 'kind = "rating"\nchoices = 5',
            'session 1, poll "useful", choices: a rating takes one answer from each person.',
        ),
        (
            SESSION + YES_NO + 'kind = "open"',
            'session 1, poll "useful", options: an open question has no options: people write their answers.',
        ),
        (
            SESSION + POLL + 'kind = "open"\nresults = "live"',
            (
                'session 1, poll "useful", results: the answers to an open question are shown when a host says so, '
                "never live."
            ),
        ),
        (
            SESSION + POLL + 'kind = "open"\nchoices = "all"',
            'session 1, poll "useful", choices: an open question takes one answer from each person.',
        ),
        (
            REGIONS + YES_NO + 'kind = "place"',
            'session 1, poll "useful", options: these are the regions of the series; leave them out.',
        ),
        (
            REGIONS + POLL + 'kind = "place"\nchoices = 2',
            'session 1, poll "useful", choices: a place takes one answer from each person.',
        ),
        (
            SESSION + POLL + 'kind = "place"',
            (
                'session 1, poll "useful", kind: it asks for a region, and the series names none; they go into its '
                "regions."
            ),
        ),
        (
            SESSION + YES_NO.replace("useful", "where are you?"),
            'session 1, poll "where are you?", name: the step of the kind place has this name; choose another.',
        ),
        (
            SESSION.replace("key", 'regions = ["Here"]\nkey'),
            "series, regions: it has 1; at least 2 are wanted.",
        ),
        (
            SESSION.replace("key", f"regions = {[f'R{n}' for n in range(26)]}\nkey"),
            "series, regions: it has 26; at most 25 fit.",
        ),
        (
            SESSION.replace("key", 'regions = "Here"\nkey'),
            'series, regions: got "Here"; wanted a list, in [square brackets] or under [[double]] headings.',
        ),
        (SESSION.replace("key", 'regions = ["Here", 5]\nkey'), "series, region 2: got 5; wanted a table."),
        (SESSION.replace("key", 'regions = ["Here", ""]\nkey'), "series, region 2, name: it is empty."),
        (REGIONS.replace("Here", "there "), 'series, region "There", name: it reads the same as "there" of region 1.'),
        (
            REGIONS.replace("Away", "HERE"),
            'series, region "There", other name 2: it reads the same as "Here" of region 1.',
        ),
        (
            REGIONS.replace("Away", "Ｆar"),
            'series, region "There", other name 2: it reads the same as "Far" of region 2.',
        ),
        (
            REGIONS.replace("There", LONG),
            f'series, region "{LONG[:60]}…", name: 104 characters; Discord shows at most 100 (4 too many).',
        ),
        (
            REGIONS.replace("Far", LONG),
            'series, region "There", other name 1: 104 characters; at most 100 fit (4 too many).',
        ),
        (
            REGIONS.replace("also", "or"),
            'series, region "There", or: there is no such key; the keys here are name, also.',
        ),
        (
            SESSION + YES_NO + YES_NO.replace("useful", "USEFUL "),
            'session 1, poll "USEFUL": poll 1 of this session has the same name.',
        ),
        (
            SESSION + YES_NO.replace("name", "nmae").replace("nmae", "name = 5 #"),
            "session 1, poll 5, name: got 5; wanted text in quotation marks.",
        ),
        (
            SESSION.replace("key", 'run = "prompt"\nkey'),
            'series, run: got "prompt"; did you mean "prompted"?',
        ),
        (SESSION.replace("key", "lead_days = -1\nkey"), "series, lead_days: got -1; wanted at least 0."),
        (SESSION.replace("key", "lead_days = 366\nkey"), "series, lead_days: got 366; wanted at most 365."),
        (
            SESSION.replace("key", 'reminders = ["7 days", "soon"]\nkey'),
            (
                'series, reminder 2: got "soon"; wanted a time in minutes, hours, '
                'days or weeks, such as "1 hour" or "7 days".'
            ),
        ),
        (
            SESSION + "reminders = [10]",
            (
                "session 1, reminder 1: got 10; wanted a time in minutes, hours, "
                'days or weeks, such as "1 hour" or "7 days".'
            ),
        ),
        (
            SESSION + 'reminders = ["-1 day"]',
            (
                'session 1, reminder 1: got "-1 day"; wanted a time in minutes, hours, '
                'days or weeks, such as "1 hour" or "7 days".'
            ),
        ),
        (
            SESSION + 'reminders = ["0 days"]',
            'session 1, reminder 1: got "0 days"; wanted at least 1 minute and at most 365 days.',
        ),
        (
            SESSION + 'reminders = ["999999 weeks"]',
            'session 1, reminder 1: got "999999 weeks"; wanted at least 1 minute and at most 365 days.',
        ),
        (
            SESSION + 'reminders = ["1 hour", "1 day", "60 minutes"]',
            "session 1, reminder 3: it is the same as reminder 1, 1 hour.",
        ),
        (
            SESSION.replace("key", 'reminders = ["24 hours", "1 day"]\nkey'),
            "series, reminder 2: it is the same as reminder 1, 1 day.",
        ),
        (
            SESSION + f"reminders = {[f'{n} days' for n in range(1, 12)]}",
            "session 1, reminders: it has 11; at most 10 fit.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = "soon"',
            (
                'session 1, step 1, at: got "soon"; wanted the time from the session\'s start: '
                'minutes such as 25, or hours and minutes such as "0:25".'
            ),
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = true',
            (
                "session 1, step 1, at: got true; wanted the time from the session's start: "
                'minutes such as 25, or hours and minutes such as "0:25".'
            ),
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = -5',
            "session 1, step 1, at: got -5; a step cannot begin before its session.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = "-0:25"',
            'session 1, step 1, at: got "-0:25"; a step cannot begin before its session.',
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = 1440',
            "session 1, step 1, at: got 1440; a session ends on the day it starts.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nat = "1:30"',
            "session 1, step 1, at: 1:30 after the start is beyond the session's end, at 1:30.",
        ),
        (
            SESSION + 'ends = "13:20"\n' + STEP + 'kind = "talk"\nminutes = 5\nat = 25',
            "session 1, step 1, at: 0:25 after the start is beyond the session's end, at 0:20.",
        ),
        (
            SESSION
            + 'date = 2022-03-27\nstarts = "00:30"\nends = "03:00"\n'  # the clocks go forward: 90 minutes
            + STEP
            + 'kind = "talk"\nminutes = 5\nat = "1:45"',
            "session 1, step 1, at: 1:45 after the start is beyond the session's end, at 1:30.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 30\n' + STEP + 'kind = "talk"\nminutes = 5\nat = 25',
            "session 1, step 2, at: 0:25 is before step 1 ends, at 0:30.",
        ),
        (
            SESSION + "".join(f'{STEP}kind = "talk"\nminutes = 5\nat = {at}\n' for at in (40, 20)),
            "session 1, step 2, at: 0:20 is before step 1 ends, at 0:45.",
        ),
        (SESSION + STEP + 'kind = "talk"', "session 1, step 1, minutes: it is missing."),
        (SESSION + STEP + 'kind = "talk"\nminutes = 0', "session 1, step 1, minutes: got 0; wanted at least 1."),
        (SESSION + STEP + 'kind = "talk"\nminutes = 601', "session 1, step 1, minutes: got 601; wanted at most 600."),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 1.5',
            "session 1, step 1, minutes: got 1.5; wanted a whole number.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 0x' + "f" * 9000,
            "session 1, step 1, minutes: got a very large number; wanted at most 600.",
        ),
        (
            SESSION + STEP + 'kind = "tea"\nminutes = 5',
            (
                'session 1, step 1, kind: got "tea"; wanted one of welcome, '
                "place, talk, poll, breakout, panel, review, close."
            ),
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nlinks = ["zoom.us"]',
            'session 1, step 1, link 1: got "zoom.us"; wanted an address that begins with https://.',
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 121',
            "session 1, step 1, minutes: got 121; a breakout lasts 120 minutes at most.",
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 5\nrooms = "hall"',
            'session 1, step 1, rooms: got "hall"; wanted one of zoom, threads, voice.',
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 5\nrooms = "threads"\ngroups = 2\nsize = 3',
            "session 1, step 1, size: it has groups as well; say one of the two.",
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 5\nrooms = "zoom"\nsize = 3',
            (
                "session 1, step 1, size: on Zoom the groups are made there; leave it out, or choose threads or voice "
                "for rooms."
            ),
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 5\nrooms = "threads"\nsize = 1',
            "session 1, step 1, size: got 1; wanted at least 2.",
        ),
        (
            SESSION + STEP + 'kind = "breakout"\nminutes = 5\nrooms = "threads"\ngroups = 201',
            "session 1, step 1, groups: got 201; wanted at most 200.",
        ),
        (
            SESSION + STEP + 'kind = "talk"\nminutes = 5\nrooms = "threads"',
            "session 1, step 1, rooms: only a step of the kind breakout has it.",
        ),
        (
            SESSION + STEP + 'kind = "poll"\nminutes = 5',
            "session 1, step 1, poll: it is missing; it is the name of the prepared poll that this step opens.",
        ),
        (
            SESSION + STEP + 'kind = "poll"\nminutes = 5\npoll = "useful"',
            'session 1, step 1, poll: the session has no poll "useful"; it has no prepared polls.',
        ),
        (
            SESSION + STEP + 'kind = "poll"\nminutes = 5\npoll = "usefull"\n' + YES_NO,
            'session 1, step 1, poll: the session has no poll "usefull"; did you mean "useful"?',
        ),
        (
            SESSION + STEP + 'kind = "poll"\nminutes = 5\npoll = "moon"\n' + YES_NO,
            'session 1, step 1, poll: the session has no poll "moon"; its prepared polls are useful.',
        ),
    ],
)
def test_each_mistake_has_its_place_and_its_sentence(text, problem):
    assert refused(text) == f"The series file has 1 problem.\n- {problem}"


def test_every_problem_is_told_at_once_in_the_order_of_the_sessions():
    text = (
        SESSION.replace('key = "qms"\n', "")
        + "date = 2022-03-27\nstarts = 01:30:00\nends = 03:00:00\n"
        + POLL
        + f'options = ["a", "{LONG}", "A"]\n'
        + '[[series.sessions]]\ntitel = "Second"\n'
    )
    assert refused(text).split("\n- ") == [
        "The series file has 6 problems.",
        "series, key: it is missing.",
        (
            "session 1, starts: 01:30 on 27 March 2022 does not exist in Europe/London: the clocks go forward from "
            "01:00 to 02:00. Choose a time before 01:00, or 02:00 or later."
        ),
        'session 1, poll "useful", option 3: two options look the same: “a” and “A”.',
        'session 1, poll "useful", option 2: 104 characters; Discord shows at most 100 (4 too many).',
        'session 2, titel: there is no such key; did you mean "title"?',
        "session 2, title: it is missing.",
    ]


def test_a_file_with_thousands_of_mistakes_gets_a_list_that_ends():
    many = refused(HEAD + "\n".join(f"k{n} = 1" for n in range(20_000)) + '\n[[series.sessions]]\ntitle = "a"')
    assert many.startswith("The series file has 51 problems.\n- series, k0: there is no such key;")
    assert many.endswith("\n- series: there are 19,950 more keys that are not known here.")
    polls = "".join(f'[[series.sessions]]\ntitle = "a"\n{POLL}options = {[""] * 25}\n' for _ in range(5))
    lines = refused(HEAD + polls).split("\n- ")
    assert (lines[0], lines[-1], len(lines)) == ("The series file has 125 problems.", "and 25 more.", 102)
