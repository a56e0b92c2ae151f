import re
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.wording import (
    amounts,
    answered_how,
    average,
    choices_note,
    day_and_time,
    finding,
    listed,
    people,
    share_in_words,
)
from tests.reports.samples import (
    AGAIN,
    CULTURE,
    OPEN,
    PLACE,
    POLL_1,
    POLL_2,
    RANKING,
    RATING,
    REGIONS,
    STEPS,
    asked,
    poll,
)

WORTH = {
    "one in a hundred": Fraction(1, 100),
    "one in fifty": Fraction(1, 50),
    "one in twenty": Fraction(1, 20),
    "a tenth": Fraction(1, 10),
    "an eighth": Fraction(1, 8),
    "a sixth": Fraction(1, 6),
    "a fifth": Fraction(1, 5),
    "a quarter": Fraction(1, 4),
    "three-tenths": Fraction(3, 10),
    "a third": Fraction(1, 3),
    "two-fifths": Fraction(2, 5),
    "half": Fraction(1, 2),
    "three-fifths": Fraction(3, 5),
    "two-thirds": Fraction(2, 3),
    "seven-tenths": Fraction(7, 10),
    "three-quarters": Fraction(3, 4),
    "four-fifths": Fraction(4, 5),
    "nine-tenths": Fraction(9, 10),
    "nineteen in twenty": Fraction(19, 20),
}


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (0, "nobody"),
        (5, "one in twenty"),
        (18, "about a sixth"),
        (25, "a quarter"),
        (33, "about a third"),
        (36, "about a third"),
        (45, "just under half"),
        (49, "just under half"),
        (50, "half"),
        (51, "just over half"),
        (59, "about three-fifths"),
        (60, "three-fifths"),
        (67, "about two-thirds"),
        (84, "just over four-fifths"),
        (98, "almost everyone who answered"),
        (100, "everyone who answered"),
    ],
)
def test_shares_as_people_say_them(percent: int, words: str) -> None:
    assert share_in_words(percent) == words


@given(st.fractions(min_value=Fraction(1, 100), max_value=Fraction(9699, 100)))
def test_words_are_never_far_from_the_share_and_say_when_they_are_not_exact(percent: Fraction) -> None:
    words = share_in_words(percent)
    marks = ("about ", "just over ", "just under ")
    mark = next((mark for mark in marks if words.startswith(mark)), "")
    off = percent / 100 - WORTH[words.removeprefix(mark)]
    assert abs(off) <= Fraction(1, 20)
    assert bool(mark) == bool(off)
    assert not (mark == "just over " and off < 0)
    assert not (mark == "just under " and off > 0)
    if words.endswith("half"):
        assert mark != "about "


def test_the_findings_of_the_real_report() -> None:
    assert finding(POLL_1) == f"About three-fifths (59%) selected “{CULTURE}” (n=90)."
    assert finding(poll(1, "?", {"Joined up": 27, "Other": 20}, 74)) == (
        "About a third (36%) selected “Joined up” (n=74)."
    )


@pytest.mark.parametrize(
    ("counts", "n", "sentence"),
    [
        ({"A": 0, "B": 0}, 0, "Nobody answered this poll."),
        ({"A": 1, "B": 0}, 1, "The one person who answered selected “A” (n=1)."),
        ({"A": 3, "B": 1}, 4, "3 of 4 people who answered selected “A” (n=4)."),
        ({"A": 3, "B": 0}, 3, "All 3 people who answered selected “A” (n=3)."),
        ({"A": 5, "B": 0}, 5, "Everyone who answered (100%) selected “A” (n=5)."),
        ({"A": 998, "B": 2}, 1000, "Almost everyone who answered (100%) selected “A” (n=1,000)."),
        ({"A": 45, "B": 40}, 91, "Just under half (49%) selected “A” (n=91)."),
        ({"A": 0, "B": 0}, 3, "None of the options was selected (n=3)."),
        ({"two\nlines": 6, "B": 4}, 10, "Three-fifths (60%) selected “two lines” (n=10)."),
    ],
)
def test_findings(counts: dict[str, int], n: int, sentence: str) -> None:
    assert finding(poll(1, "?", counts, n)) == sentence


@pytest.mark.parametrize(
    ("counts", "n", "level", "share"),
    [
        ("11", 2, "Both options were level", "1 of the 2 people who answered (n=2)"),
        ("11", 1, "Both options were level", "the one person who answered (n=1)"),
        ("2222", 8, "All four options were level", "a quarter (25%) (n=8)"),
        ("550", 10, "Two options were level at the top, “A” and “B”", "half (50%) (n=10)"),
        ("5550", 15, "Three options were level at the top, “A”, “B” and “C”", "a third (33%) (n=15)"),
        ("22220", 8, "Four options were level at the top", "a quarter (25%) (n=8)"),
    ],
)
def test_ties(counts: str, n: int, level: str, share: str) -> None:
    tied = poll(1, "?", dict(zip("ABCDE", map(int, counts), strict=False)), n, choices=2)
    assert finding(tied) == f"{level}, each selected by {share}."


def test_choices_are_named_where_there_are_several() -> None:
    assert choices_note(POLL_1) == ""
    assert choices_note(POLL_2) == "People could choose any number."
    assert choices_note(poll(1, "?", dict.fromkeys("ABCD", 1), 4, choices=3)) == "People could choose up to 3."


def test_the_finding_of_a_rating() -> None:
    assert finding(RATING) == "On a scale of 1 to 5, the mean was 3.9 and the median 4 (n=43)."
    assert average(RATING.tally) == "Mean 3.9, median 4."
    assert choices_note(RATING) == "People who left it blank are not counted."
    halves = asked(1, "rating", STEPS, {(0,): 19, (1,): 1})
    assert average(halves.tally) == "Mean 1.1, median 1.", "1.05: halves go up"
    assert average(asked(1, "rating", STEPS, {(1,): 1, (2,): 1}).tally) == "Mean 2.5, median 2.5."
    assert finding(asked(1, "rating", STEPS, {})) == "Nobody answered this poll."


def test_the_finding_of_a_ranking() -> None:
    assert finding(RANKING) == "“Time” has the most points, 70; 50% put it first (n=28)."
    assert choices_note(RANKING) == "Borda count: 3 points for a first place, 2 for a second, 1 for a third."
    assert [amounts(RANKING, row) for row in RANKING.tally.rows] == [
        ("60 points", "first for 32%"),
        ("70 points", "first for 50%"),
        ("29 points", "first for 18%"),
    ]
    level = asked(1, "ranking", ["A", "B", "C"], {(0, 1): 4, (1, 0): 4}, 2)
    assert finding(level) == "Two options were level at the top, “A” and “B”, each with 12 points (n=8)."
    assert choices_note(level) == "Borda count: 2 points for a first place, 1 for a second."
    one = asked(1, "ranking", ["A", "B"], {(0,): 1}, 1)
    assert choices_note(one) == "Borda count: 1 point for a first place."
    assert finding(one) == "“A” has the most points, 1; 100% put it first (n=1)."


def test_the_finding_of_places() -> None:
    assert finding(PLACE) == "About three-fifths (63%) selected “England” (n=64)."
    assert choices_note(PLACE) == (
        "Regions with fewer than five people are not shown, nor is a larger one that would give them away. "
        "12 people chose those that are not shown."
    )
    assert [amounts(PLACE, row) for row in PLACE.tally.rows] == [
        ("12 people", "19%"),
        ("not shown",),
        ("0 people", "0%"),
        ("40 people", "63%"),
        ("not shown",),
    ]
    few = asked(1, "place", REGIONS, {(0,): 3})
    assert finding(few) == "No region can be shown without giving people away (n=3)."
    assert choices_note(few).endswith("give them away.")
    assert choices_note(asked(1, "place", REGIONS, {(0,): 5})) == ""


@given(st.lists(st.integers(0, 12) | st.integers(0, 400), min_size=2, max_size=25))
def test_the_people_in_hidden_regions_are_only_counted_together_and_never_under_five(sizes: list[int]) -> None:
    options = [chr(ord("A") + i) for i in range(len(sizes))]
    note = choices_note(asked(1, "place", options, {(i,): size for i, size in enumerate(sizes)}))
    together = re.search(r"(\d+) (?:people|person) chose", note)
    assert together is None or int(together[1]) >= 5


def test_the_finding_of_an_open_question() -> None:
    assert finding(OPEN) == "6 people wrote an answer (n=6)."
    assert choices_note(OPEN) == ""


def test_how_each_was_answered() -> None:
    assert answered_how(RANKING) == "Answered anonymously."
    assert answered_how(RATING) == "Answered confidentially."
    assert answered_how(poll(1, "?", {"A": 0, "B": 0}, 0)) == "It could be answered anonymously."
    assert answered_how(OPEN) == "Answered with names (names are not in this report)."
    assert answered_how(AGAIN) == "Asked again (first run: Poll 3). Answered anonymously."


def test_small_words() -> None:
    assert [people(count) for count in (0, 1, 53, 12345)] == [
        "0 people",
        "1 person",
        "53 people",
        "12,345 people",
    ]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
    summer = datetime(2022, 4, 8, 9, 5, tzinfo=ZoneInfo("Europe/London"))
    assert day_and_time(summer) == "Friday 8 April 2022, 09:05"
