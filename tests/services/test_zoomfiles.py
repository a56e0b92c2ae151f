"""Zoom's files, old and new, as they are downloaded and as other programs save them."""
# ruff: noqa: DTZ001  (the times in them have no zone)

import contextlib
import csv
import io
import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.refusal import Refusal
from bot.services.text import clean
from bot.services.zoom.cells import moments
from bot.services.zoom.chat import ZoomChat, parse_chat
from bot.services.zoom.files import parse
from bot.services.zoom.people import ZoomPeople, at_once
from bot.services.zoom.polls import ZoomPolls

OLD_POLLS = """Poll Report
Report Generated:,"Dec 9, 2019 3:58 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Question
"In conversation, again",123,"Dec 9, 2019 12:58 PM",62,2
Poll Details
#,User Name,User Email,Submitted Date/Time,
1,Ana,a@x.org,"Dec 9, 2019 13:12:01",What is most important?,Culture,Which?,A;B,
2,Anonymous Attendee,,"Dec 9, 2019 13:12:03",What is most important?,"Leaders, all of them",
3,Anonymous Attendee,,"Dec 9, 2019 13:12:03",What is most important?,"Leaders, all of them",
4,Ana again,A@x.org,"Dec 9, 2019 13:13:03",What is most important?,"Leaders, all of them",
"""

TABLES = """Poll Report
Report Generated:,"Sep 22, 2021 6:01 PM"
Topic,Meeting ID,Actual Start Time,Actual Duration (minutes)
Webinar,456,09/22/2021 12:58:00 PM,62
Poll Details
#,User Name,User Email,Submitted Date/Time,Which?
1,Ana,a@x.org,09/22/2021 01:12:01 PM,A;B
2,Bo,b@x.org,09/22/2021 01:12:02 PM,A
#,User Name,User Email,Submitted Date/Time,Which?
1,Ana,a@x.org,09/22/2021 01:42:01 PM,B
"""

NEW_POLLS = """Overview
Generate Time,Meeting Topic,Meeting/Webinar ID,Actual Start Time
08/29/2026 09:00:00 PM,Demand,92569378808,08/29/2026 11:00:00 AM

Launched Polls
#,Poll Name,Questions,Responses
1,Feedback,2,2
2,Second,1,1

Feedback
#,User Name,Email Address,Submitted Date and Time,How was it?,What next?
1,A,a@x.com,08/29/2026 11:10:00 AM,5,all good
2,B,b@x.com,08/29/2026 11:10:05 AM,4,

Second
#,User Name,Email Address,Submitted Date and Time,Again?
1,A,a@x.com,08/29/2026 11:20:00 AM,Yes
"""

MEETING = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
812 3456 7890,Webinar,10/05/2026 05:55:00 PM,10/05/2026 07:00:00 PM,host@x.org,65,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Host (Somebody),host@x.org,10/05/2026 05:55:00 PM,10/05/2026 07:00:00 PM,65,No,Yes
Ana,,10/05/2026 06:10:00 PM,10/05/2026 06:40:00 PM,30,Yes,
Ana,,10/05/2026 06:42:00 PM,10/05/2026 07:00:00 PM,18,Yes,
Bo,b@x.org,10/05/2026 06:20:00 PM,,40,Yes,
"""

WEBINAR = """Attendee Report
Report Generated:,"Apr 09, 2020 8:50 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,Unique Viewers,Max Concurrent Views
Webinar,328,"Mar 28, 2020 8:07 AM",548,461,446,0
Host Details,
Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
Yes,Host,h@e.com,"Mar 28, 2020 08:07:27","Mar 28, 2020 17:14:45",548,United States
Panelist Details,
"Attended","User Name","Email","Join Time","Leave Time","Time in Session (minutes)"
"Yes","Panellist","p@e.com","Mar 28, 2020 09:39:09","Mar 28, 2020 10:03:38",25
Attendee Details,
Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes)
Yes,Ana,Lo,a@e.com,"Mar 20, 2020 08:07:27",approved,"Mar 28, 2020 08:07:27","Mar 28, 2020 09:14:45",10
Yes,Ana,Lo,A@e.com,"Mar 20, 2020 08:07:27",approved,"Mar 28, 2020 09:17:27","Mar 28, 2020 09:24:45",10
No,Bo,Lo,b@e.com,"Mar 20, 2020 08:07:27",approved,--,--,--
Other Attended
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
+44123,"Mar 28, 2020 09:17:27","Mar 28, 2020 09:24:45",10,United Kingdom
"""

CHAT = """13:05:00 From Ana Lo to Everyone:
\tHello there everybody
\tof the second line
13:05:10 From Bo to Ana Lo(Direct Message):
\tsecret
\tof two lines
13:05:11 From Ana : x to Carl(Direct Message):
\tsecret
13:05:12\t From  Carl : old style
13:05:12\t From  Carl  to  Bo(Privately) : secret
13:05:13\tFrom Mary Jane to Everyone:\tI can hear you: well
13:05:14\tAlex:\tDepends
13:06:00 From Bo to Everyone:
\tReplying to "Hello there every..."
\t
\tHi yourself
13:06:01 From Bo to Everyone:
\tReacted to "Hello there every..." with \U0001f44d
13:06:02 From Ana Lo to Everyone:
\tReacted to "Hello there every..." with \U0001f44d
13:06:02 From Carl to Everyone:
\tReacted to "Depends" with "\u2764\ufe0f"
13:06:03 From Carl to Everyone:
\tRemoved a \u2764\ufe0f reaction from "Depends"
13:06:04 From  Dee  to  Hosts and panelists : for you
13:06:05 Von Ana an Bo(Direktnachricht):
\tsecret
"""


def polls(text: str | bytes, near: date | None = None) -> ZoomPolls:
    found = parse(text if isinstance(text, bytes) else text.encode(), "polls.csv", near)
    assert isinstance(found, ZoomPolls)
    return found


def people(text: str, near: date | None = None) -> ZoomPeople:
    found = parse(text.encode(), "people.csv", near)
    assert isinstance(found, ZoomPeople)
    return found


def chat(text: str) -> ZoomChat:
    found = parse(text.encode(), "chat.txt", None)
    assert isinstance(found, ZoomChat)
    return found


def cells(found: ZoomPolls) -> list[tuple[str, list[str]]]:
    return [(each.question, [text for _, text in each.answers]) for each in found.asked]


def refused(data: str | bytes, near: date | None = None) -> str:
    with pytest.raises(Refusal) as no:
        parse(data if isinstance(data, bytes) else data.encode(), "file.csv", near)
    return str(no.value)


def test_an_old_poll_report_has_pairs_in_its_rows_and_the_last_answer_counts():
    found = polls(OLD_POLLS)
    assert (found.topic, found.starts) == ("In conversation, again", datetime(2019, 12, 9, 12, 58))
    assert cells(found) == [("What is most important?", ["Leaders, all of them"] * 3), ("Which?", ["A;B"])]
    assert found.asked[0].first == datetime(2019, 12, 9, 13, 12, 1)


def test_a_question_that_was_launched_twice_is_two_polls():
    assert cells(polls(TABLES)) == [("Which?", ["A", "A;B"]), ("Which?", ["B"])]


def test_a_new_poll_report_has_a_column_for_each_question():
    found = polls(NEW_POLLS)
    assert found.topic == "Demand"
    assert cells(found) == [("How was it?", ["4", "5"]), ("What next?", ["all good"]), ("Again?", ["Yes"])]


def test_participants_of_a_meeting():
    found = people(MEETING, date(2026, 10, 5))
    assert (len(found.stays), found.peak, found.team, found.webinar) == (3, 3, 0, False)
    assert (datetime(2026, 10, 5, 18, 20), datetime(2026, 10, 5, 19)) in {
        stay for stays in found.stays for stay in stays
    }


def test_a_webinar_tells_its_team_from_its_attendees():
    found = people(WEBINAR)
    assert (len(found.stays), found.peak, found.team, found.webinar) == (2, 2, 2, True)
    assert sorted(map(len, found.stays)) == [1, 2]


def test_a_list_of_unique_participants_has_no_times():
    found = people("Name (Original Name),User Email,Total Duration (Minutes),Guest\nAna,a@x.org,65,No\nBo,,3,Yes\n")
    assert (found.stays, found.peak) == (((), ()), None)


def test_nothing_said_in_private_is_read_out_of_a_chat():
    found = chat(CHAT)
    assert [(each.sender, each.text, each.panel) for each in found.lines] == [
        (0, "Hello there everybody\nof the second line", False),
        (1, "old style", False),
        (2, "I can hear you: well", False),
        (3, "Depends", False),
        (4, "Hi yourself", False),
        (5, "for you", True),
    ]
    assert (found.private, found.odd) == (3, 1)
    assert "secret" not in repr(found)
    assert found.lines[4].reply_to == 0
    assert [each.supports for each in found.lines] == [{(4, "\U0001f44d")}, set(), set(), set(), set(), set()]
    assert found.lines[0].at == timedelta(hours=13, minutes=5)


@pytest.mark.parametrize(
    "line",
    [
        "13:00:00 From Bo to Ana(Direct Message): secret : to Everyone",
        "13:00:00\tFrom Bo : B to Ana (Privately) : secret",
        "13:00:00 From Bo to Ana(Direct Message):\n\tsecret to Everyone:",
        "13:00:00 From Bo to Everyone in Room 1:\n\tsecret",
        "13:00:00 From Bo to Waiting Room Participants:\n\tsecret",
        "13:00:00 Von Bo an Ana(Direktnachricht):\n\tsecret",
        "13:00:00 secret",
    ],
)
def test_what_is_not_plainly_for_everybody_is_passed_over(line: str):
    found = chat(f"12:59:00 From Ana to Everyone:\n\tHello\n{line}\n13:01:00 From Ana to Everyone:\n\tBye\n")
    assert [each.text for each in found.lines] == ["Hello", "Bye"]
    assert found.private + found.odd == 1


def test_dates_in_a_chat_and_names_with_colons():
    text = "2026-08-09 13:00:00 From Ana: of X to Everyone:\n\tHello\n2026-08-10 00:10:00 From Bo to Everyone:\n\tBye\n"
    assert [each.day for each in chat(text).lines] == [date(2026, 8, 9), date(2026, 8, 10)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_whichever_program_saved_it(codec: str, delimiter: str):
    words, held = "Café\nand “more”", io.StringIO()
    rows = [[cell.replace("Leaders, all of them", words) for cell in row] for row in csv.reader(io.StringIO(OLD_POLLS))]
    csv.writer(held, delimiter=delimiter).writerows(rows)
    found = polls(held.getvalue().encode(codec))
    assert found.topic == "In conversation, again"
    assert [[" ".join(text.split()) for text in each] for _, each in cells(found)] == [["Café and “more”"] * 3, ["A;B"]]


@pytest.mark.parametrize("text", [OLD_POLLS, TABLES, NEW_POLLS, MEETING, WEBINAR])
def test_half_a_file_is_refused_or_read_as_far_as_whole_rows_go(text: str):
    whole = parse(text.encode(), "file.csv", date(2026, 10, 5))
    for end in range(len(text) // 2, len(text) - 1):
        with contextlib.suppress(Refusal):
            assert type(parse(text[:end].encode(), "file.csv", date(2026, 10, 5))) is type(whole)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (OLD_POLLS[:-10].rstrip().rpartition('"')[0] + '"Lead', "a cell"),
        (OLD_POLLS + '5,Bo,b@x.org,"Dec 9, 2019 13:13:03",Which?', "a row"),
        (TABLES + "2,Bo,b@x.org", "a row"),
        (OLD_POLLS + "5,Bo,b@x.org,now,What is most important?,Leader", "the answer “Leader”"),
        (MEETING + "Cy,c@x.org,10/05/2026 06:10", "a row"),
        (CHAT[: CHAT.index("\tHello")], "a message"),
        ("é".encode() * 3 + "Café".encode()[:-1], "a letter"),
        (MEETING.encode("utf-16")[:-1], "a letter"),
    ],
)
def test_half_a_file_says_so(data: str | bytes, where: str):
    told = f"Only half of file.csv is there: it ends in the middle of {where}."
    assert refused(data) == f"{told} Please download it from Zoom again."


def test_another_language_is_told_how_to_come_by_an_english_one():
    said = refused("Umfragebericht\n#,Benutzername,E-Mail,Gesendet um,Frage\n1,Ana,a@x.org,09.12.2019,Ja\n")
    assert said.startswith(
        "file.csv is not known. A poll report has the headings “User Name” and “Submitted Date/Time”"
    )
    assert "This file begins with “Umfragebericht”." in said
    assert "switch Zoom to English" in said
    said = refused("13:05:00 Von Ana an Alle:\n\tHallo\n13:06:00 Von Bo an Alle:\n\tGuten Tag\n")
    assert "Please switch Zoom to English" in said


@pytest.mark.parametrize(
    "data", ["", "\n\n", "x", "\0\0\0", b"PK\x03\x04", b"\xff\xfe", "{}", ",,,\n;;;", "#,User Name"]
)
def test_any_other_file_is_refused(data: str | bytes):
    assert refused(data)


def test_reports_that_nobody_is_in():
    assert "nobody has answered" in refused("#,User Name,User Email,Submitted Date/Time,Which?\n")
    assert "nobody was there" in refused("Name (Original Name),User Email,Join Time,Leave Time\n")


def test_too_many_rows():
    assert "50,000 rows" in refused("Name,User Email,Join Time\n" + "Ana,a@x.org,2020-01-01 10:00\n" * 50_001)


@pytest.mark.parametrize(
    ("written", "near", "expected"),
    [
        ("12/09/2019 12:58:41 PM", date(2019, 12, 9), datetime(2019, 12, 9, 12, 58, 41)),
        ("12/09/2019 12:58:41 AM", date(2019, 9, 13), datetime(2019, 9, 12, 0, 58, 41)),
        ("25/01/2021 14:00", None, datetime(2021, 1, 25, 14)),
        ("01/25/2021 02:00:00 PM", None, datetime(2021, 1, 25, 14)),
        ("03.04.2021 14:00:05", None, datetime(2021, 4, 3, 14, 0, 5)),
        ("2021-04-03T14:00:05Z", None, datetime(2021, 4, 3, 14, 0, 5)),
        ("2021/4/3 14:00", None, datetime(2021, 4, 3, 14)),
        ("Dec 9, 2019 12:58:41 PM", None, datetime(2019, 12, 9, 12, 58, 41)),
        ("9 December 2019 12:58", None, datetime(2019, 12, 9, 12, 58)),
        ("05/05/2021", None, datetime(2021, 5, 5)),
        ("31/31/2021", None, None),
        ("00/05/2021", None, None),
        ("01/05/0000", None, None),
        ("9999-12-31 23:59", None, None),
        ("soon", None, None),
        ("", None, None),
    ],
)
def test_dates(written: str, near: date | None, expected: datetime | None):
    if written == "31/31/2021":
        with pytest.raises(Refusal, match="Some dates"):
            moments([written], near, "x")
    else:
        assert moments([written], near, "x") == [expected]


def test_a_date_that_could_be_two_days():
    said = refused("Name,User Email,Join Time,Leave Time\nAna,,03/04/2021 10:00,03/04/2021 11:00\n")
    assert "03/04/2021 is 3 April 2021 or 4 March 2021" in said
    # One date that can be only one day tells for all of them.
    assert moments(["03/04/2021", "25/04/2021"], None, "x")[0] == datetime(2021, 4, 3)


@pytest.mark.parametrize("day", ["2022-13-45", "9999-12-31", "0001-01-01"])
def test_a_chat_s_line_of_no_day_is_not_understood(day: str):
    found = parse_chat(f"13:00:00 From Ana to Everyone:\tHello\n{day} 13:05:00 From Bo to Everyone:\tPsst\n", "x")
    assert ([each.text for each in found.lines], found.odd) == (["Hello"], 1)


def test_a_chat_s_line_of_spaces_takes_no_time():
    begun = time.process_time()
    parse_chat(f"13:00:00 From Ana to Everyone:\tHello\n13:05:00\t{' ' * 50_000}x\n", "x")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("minutes", ["99999999999999", "9" * 5000])
def test_minutes_that_nobody_was_there_are_none(minutes: str):
    written = f"Name,User Email,Join Time,Duration (Minutes)\nAna,,2022-02-24 13:00,{minutes}\n"
    found = parse(written.encode(), "x", None)
    assert isinstance(found, ZoomPeople)
    assert found.stays == (((datetime(2022, 2, 24, 13), datetime(2022, 2, 24, 13)),),)


def test_who_leaves_in_the_second_they_came_was_there():
    noon = datetime(2021, 1, 1, 12)
    assert at_once([(noon, noon)]) == 1
    assert at_once([(noon, noon + timedelta(hours=1)), (noon + timedelta(hours=1), noon + timedelta(hours=2))]) == 1
    assert at_once([]) is None


# What is written is what is read.

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=20)
PHRASE = st.lists(WORD, min_size=1, max_size=4).map(lambda words: clean(f"x{' '.join(words)}"))


@given(
    st.dictionaries(
        st.sampled_from(["Which of these?", "And why, then?", 'The "best"?']),
        st.lists(st.lists(st.sampled_from(["One", "Two, too", 'Th"ree', "Four\nlines"]), min_size=1, unique=True)),
        min_size=1,
    ).filter(lambda polls: any(polls.values())),
    st.sampled_from(["pairs", "tables", "columns"]),
    st.booleans(),
)
def test_polls_come_back_as_they_were_written(wanted: dict[str, list[list[str]]], layout: str, anonymous: bool):
    held = io.StringIO()
    out = csv.writer(held)
    who = lambda at: ("Anonymous Attendee", "") if anonymous else (f"Person {at}", f"p{at}@x.org")  # noqa: E731
    when = "12/19/2019 01:10:00 PM"
    heading = ["#", "User Name", "User Email", "Submitted Date/Time"]
    if layout == "pairs":
        out.writerow([*heading, ""])
    if layout == "columns":
        out.writerow([*heading, *wanted])
    for number, (question, answers) in enumerate(wanted.items()):
        if layout == "tables":
            out.writerow([*heading, question])
        for at, picked in enumerate(answers):
            answer = ";".join(picked)
            rest = {"pairs": [question, answer, ""], "tables": [answer], "columns": [""] * number + [answer]}[layout]
            out.writerow([at + 1, *who(at), when, *rest])
    assert cells(polls(held.getvalue())) == [
        (question, sorted(";".join(picked) for picked in answers)) for question, answers in wanted.items() if answers
    ]


@given(st.lists(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90)), min_size=1, max_size=4), min_size=1))
def test_people_come_back_as_they_were_written(wanted: list[list[tuple[int, int]]]):
    start = datetime(2019, 12, 19, 8)
    held = io.StringIO()
    out = csv.writer(held)
    out.writerow(["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"])
    minutes: list[set[int]] = []
    for number, stays in enumerate(wanted):
        minutes.append(set())
        for begin, lasted in stays:
            both = (start + timedelta(minutes=each) for each in (begin, begin + lasted))
            out.writerow([f"Ana {number}", "", *(f"{each:%m/%d/%Y %I:%M:%S %p}" for each in both), lasted, "Yes"])
            minutes[-1].update(range(begin, begin + lasted))
    found = people(held.getvalue())
    there = sorted(
        sorted(
            minute
            for begin, end in stays
            for minute in range((begin - start) // timedelta(minutes=1), (end - start) // timedelta(minutes=1))
        )
        for stays in found.stays
    )
    assert there == sorted(map(sorted, minutes))
    assert found.peak == max(sum(each in one for one in minutes) for each in set().union(*minutes))


@given(
    st.lists(st.tuples(st.integers(0, 5), PHRASE, st.booleans(), st.booleans()), min_size=1, max_size=30),
    st.sampled_from(["new", "old", "cloud"]),
)
def test_chats_come_back_as_they_were_written(wanted: list[tuple[int, str, bool, bool]], layout: str):
    lines: list[str] = []
    for number, (sender, words, two_lines, private) in enumerate(wanted):
        at = f"13:{number // 60:02}:{number % 60:02}"
        private = private and layout != "cloud"  # noqa: PLW2901  (there are none)
        to = ("Someone(Direct Message)" if layout == "new" else "Someone(Privately)") if private else "Everyone"
        more = [f"more of {words}"] if two_lines else []
        match layout:
            case "new":
                lines += [f"{at} From Person {sender} to {to}:", *(f"\t{each}" for each in (words, *more))]
            case "old":
                lines += [f"{at}\t From  Person {sender}  to  {to} : {words}", *more]
            case _:
                lines += [f"{at}\tPerson {sender}:\t{words}", *more]
    found = parse_chat("\r\n".join([*lines, ""]), "x")
    public = [each for each in wanted if not each[3] or layout == "cloud"]
    assert [each.text for each in found.lines] == [
        f"{words}\nmore of {words}" if two_lines else words for _, words, two_lines, _ in public
    ]
    assert found.people == len({sender for sender, *_ in public})
    assert found.private == len(wanted) - len(public)


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_understood_or_refused(data: bytes):
    for lead in (b"", b"#,User Name,User Email,Submitted Date/Time,\n", b"Name,Join Time\n", b"13:00:00 From A : "):
        with contextlib.suppress(Refusal):
            parse(lead + data, "x", None)
