"""Counting: what is always true of a tally, and the two figures everybody will look up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.tallies import Row, Tally, percent, tally

OPTIONS = ["A", "B", "C", "D"]
INDEX = st.integers(0, len(OPTIONS) - 1)
SINGLE = st.dictionaries(st.integers(), st.builds(lambda option: {option}, INDEX), max_size=60)
SEVERAL = st.dictionaries(st.integers(), st.sets(INDEX, min_size=1), max_size=60)

Answers = dict[int, set[int]]


def ballots(answers: Answers) -> list[tuple[int, int]]:
    return [(voter, option) for voter, chosen in answers.items() for option in chosen]


@pytest.mark.parametrize(
    ("count", "n", "shown"),
    [
        (53, 90, 59),
        (27, 74, 36),
        (0, 90, 0),
        (90, 90, 100),
        (1, 3, 33),
        (2, 3, 67),
        (1, 8, 13),  # 12.5: halves go up
        (1, 200, 1),
        (199, 200, 100),
        (0, 0, 0),
    ],
)
def test_percent(count, n, shown):
    assert percent(count, n) == shown


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_percent_is_within_half_a_point(pair):
    count, n = pair
    assert 0 <= percent(count, n) <= 100
    assert abs(percent(count, n) - Fraction(100 * count, n)) <= Fraction(1, 2)


@given(st.integers(1, 10**4).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_never_reads_as_less(pair):
    count, n = pair
    assert percent(count, n) <= percent(count + 1, n)


def test_a_tally_has_every_option_in_the_order_asked():
    assert tally(["No", "Yes", "Maybe"], [(1, 1), (2, 1), (3, 0)]) == Tally(
        3, (Row("No", 1, 33), Row("Yes", 2, 67), Row("Maybe", 0, 0))
    )


def test_nobody_answered():
    assert tally(["No", "Yes"], []) == Tally(0, (Row("No", 0, 0), Row("Yes", 0, 0)))


@given(SINGLE)
def test_with_one_choice_the_counts_sum_to_n(answers):
    counted = tally(OPTIONS, ballots(answers))
    assert sum(row.count for row in counted.rows) == counted.n == len(answers)


@given(SEVERAL)
def test_with_several_choices_n_is_people_and_the_counts_are_choices(answers):
    counted = tally(OPTIONS, ballots(answers))
    assert counted.n == len(answers)
    assert sum(row.count for row in counted.rows) == sum(map(len, answers.values()))
    for option, row in enumerate(counted.rows):
        assert row == Row(OPTIONS[option], sum(option in chosen for chosen in answers.values()), row.percent)
        assert row.count <= counted.n
        assert row.percent == percent(row.count, counted.n)


@given(SEVERAL, st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_means_nothing(answers, random):
    shuffled = ballots(answers)
    random.shuffle(shuffled)
    assert tally(OPTIONS, shuffled) == tally(OPTIONS, ballots(answers))


@given(SEVERAL.filter(bool), st.sets(INDEX, min_size=1), st.data())
def test_a_new_answer_replaces_the_old_one_and_touches_nobody_else(answers, instead, data):
    voter = data.draw(st.sampled_from(sorted(answers)))
    before = tally(OPTIONS, ballots(answers))
    after = tally(OPTIONS, ballots(answers | {voter: instead}))
    assert after.n == before.n
    for option, (old, new) in enumerate(zip(before.rows, after.rows, strict=True)):
        assert new.count - old.count == (option in instead) - (option in answers[voter])
