"""The report of a series: what it counts, and that it says it in every form."""

from dataclasses import replace
from datetime import timedelta

from bot.reports.files import document_files
from bot.reports.html import to_html
from bot.reports.markdown import to_markdown
from bot.reports.overall import overall
from bot.services.actions import Told
from bot.services.introductions import Connections
from bot.services.overall import SeriesReport, recurring, repeated
from bot.services.reporting import ReportedTheme
from tests.reports.readers import read_html, read_markdown
from tests.reports.samples import NOTHING, poll, report, report_of_kinds

OPTIONS = {"Yes": 9, "No": 3}


def part(number: int, *, polls=(), themes=(), **more):
    """A part of a series with these polls and themes."""
    given = tuple(ReportedTheme(i, name, ids, 1, "", None, "", ()) for i, (name, ids) in enumerate(themes))
    when = report().starts_at + timedelta(days=28 * number)
    said = replace(NOTHING, themes=given, commenters=number)
    return report(number=number, polls=polls, said=said, starts_at=when, **more)


PARTS = (
    part(1, polls=(poll(1, "Same again?", OPTIONS, 12), poll(2, "Once?", OPTIONS, 12)), themes=[("Time", (1, 2))]),
    part(2, polls=(poll(1, "Only here?", OPTIONS, 12),), took_part=90, joined=None),
    part(
        3, polls=(poll(1, " same  AGAIN? ", {"Yes": 2, "No": 8}, 10),), themes=[("time", (5,)), ("Staff", (5, 6, 7, 8))]
    ),
)
SERIES = SeriesReport(
    PARTS,
    ((1, 60), (2, 25), (3, 8)),
    tuple(repeated(PARTS)),
    tuple(recurring(PARTS)),
    (Told(1, 1, "Longer breakouts", "Emma", "done", "They are 15 minutes now.", "I said so"),),
    Connections(3, 2, 1, 0, ("We met twice.",)),
)


def test_questions_asked_more_than_once_stand_side_by_side() -> None:
    (found,) = repeated(PARTS)
    assert [(number, asked.tally.n) for number, asked in found.runs] == [(1, 12), (3, 10)]
    assert found.question == "Same again?"


def test_other_options_or_another_kind_make_another_question() -> None:
    other = poll(1, "Same again?", {"Yes": 9, "Never": 3}, 12)
    assert repeated([PARTS[0], part(2, polls=(other,))]) == []
    assert repeated([PARTS[0], part(2, polls=(replace(PARTS[0].polls[0], kind="multiple"),))]) == []
    assert repeated([report_of_kinds()]) == []


def test_of_two_runs_in_one_part_the_last_counts() -> None:
    again = replace(poll(2, "Same again?", {"Yes": 1, "No": 0}, 1), first_run=1)
    (found,) = repeated([part(1, polls=(PARTS[0].polls[0], again)), PARTS[2]])
    assert [asked.tally.n for _, asked in found.runs] == [1, 10]


def test_themes_are_followed_by_their_names() -> None:
    assert [(each.name, dict(each.counts)) for each in recurring(PARTS)] == [
        ("Staff", {3: (5, 6, 7, 8)}),
        ("Time", {1: (1, 2), 3: (5,)}),
    ]


def test_a_theme_with_nothing_left_in_it_is_not_followed() -> None:
    assert recurring([part(1, themes=[("Emptied", ())])]) == []


def test_a_part_is_called_what_its_own_report_is_called() -> None:
    named = replace(SERIES, parts=(part(1, edits={"title": "As a host calls it"}),))
    assert "As a host calls it; " in to_markdown(overall(named), [])


def test_it_prints_them_in_every_form() -> None:
    document = overall(SERIES)
    for read in (read_markdown(to_markdown(document, [])), read_html(to_html(document, []))):
        attendance, came_to, _, asked, themes = read.tables
        assert attendance == [
            ["", "Part 1", "Part 2", "Part 3"],
            ["Took part here", "118", "90", "118"],
            ["Joined", "122", "–", "122"],
            ["Most at one time", "–", "–", "–"],
        ]
        assert came_to[1:] == [["One part", "60"], ["Two parts", "25"], ["Three parts", "8"]]
        assert asked == [
            ["Option", "Part 1 (n=12)", "Part 3 (n=10)"],
            ["Yes", "75% (9)", "20% (2)"],
            ["No", "25% (3)", "80% (8)"],
        ]
        assert themes[1:] == [["Staff", "–", "–", "4"], ["Time", "2", "–", "1"]]
        assert "Where a part asked the same several times, this is the last of them." in read.text
        assert "Part 1, Longer breakouts (Emma): done: They are 15 minutes now." in read.text
        assert "2 introductions were asked for, and both sides agreed to 1." in read.text
        assert "light-touch, informal exercise" in read.text
        assert read.quotes == []
    made = document_files(document)
    assert made.failed == ()
    assert [each.name for each in made.files] == [f"qms-series-report.{form}" for form in ("pdf", "docx", "html", "md")]


def test_nothing_that_people_wrote_is_in_it() -> None:
    text = to_markdown(overall(SERIES), [])
    assert not any(words in text for words in ("I said so", "We met twice", "Start small", "More time in breakouts"))


def test_a_series_of_which_one_part_was_held_has_one_too() -> None:
    alone = SeriesReport((PARTS[1],), (), (), (), (), Connections(0, 0, 0, 0, ()))
    text = to_markdown(overall(alone), [])
    assert "No poll was held in more than one part." in text
    assert "One of four parts" in text
