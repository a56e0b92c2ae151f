"""Counting: what is always true of a tally, and the two figures everybody will look up."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.tallies import LIVE_FROM, SCALE, Row, Tally, moved, percent, respondents, suppressed, tally

OPTIONS = ["A", "B", "C", "D"]
STEPS = [f"{step}: …" for step in range(1, SCALE + 1)]
PLACES = 3

Answers = dict[int, tuple[int, ...]]
INDEX = st.integers(0, len(OPTIONS) - 1)
SINGLE = st.dictionaries(st.integers(), st.tuples(INDEX), max_size=60)
SEVERAL = st.dictionaries(st.integers(), st.lists(INDEX, min_size=1, unique=True).map(tuple), max_size=60)
RATINGS = st.lists(st.integers(1, SCALE), max_size=60)
RANKINGS = st.dictionaries(
    st.integers(), st.lists(INDEX, min_size=1, max_size=PLACES, unique=True).map(tuple), max_size=60
)
SIZES = st.lists(st.integers(0, 12) | st.integers(0, 10**6), max_size=25)


def counts(answers: Answers) -> Counter[tuple[int, int]]:
    return Counter(each for chosen in answers.values() for each in enumerate(chosen))


def borda(answers: Answers) -> Tally:
    return tally(OPTIONS, counts(answers), kind="ranking", choices=PLACES)


def rated(ratings: list[int]) -> Tally:
    return tally(STEPS, counts({i: (step - 1,) for i, step in enumerate(ratings)}), kind="rating")


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
    assert tally(["No", "Yes", "Maybe"], counts({1: (1,), 2: (1,), 3: (0,)})) == Tally(
        3, (Row("No", 1, 33), Row("Yes", 2, 67), Row("Maybe", 0, 0))
    )


@pytest.mark.parametrize("kind", ["single", "multiple", "rating", "ranking", "place"])
def test_nobody_answered(kind):
    nobody = Tally(0, tuple(Row(step, 0, 0) for step in STEPS))
    assert tally(STEPS, Counter(), kind=kind, choices=PLACES) == nobody


@given(SINGLE)
def test_with_one_choice_the_counts_sum_to_n(answers):
    counted = tally(OPTIONS, counts(answers))
    assert sum(row.count for row in counted.rows) == counted.n == len(answers)


@given(SEVERAL)
def test_with_several_choices_n_is_people_and_the_counts_are_choices(answers):
    counted = tally(OPTIONS, counts(answers), kind="multiple", choices=4)
    assert counted.n == respondents(counts(answers)) == len(answers)
    assert sum(row.count for row in counted.rows) == sum(map(len, answers.values()))
    for option, row in enumerate(counted.rows):
        assert row == Row(OPTIONS[option], sum(option in chosen for chosen in answers.values()), row.percent)
        assert row.count <= counted.n
        assert row.percent == percent(row.count, counted.n)


@given(SEVERAL, st.randoms(use_true_random=False), st.sampled_from(["multiple", "ranking"]))
def test_the_order_of_the_ballots_means_nothing(answers, random, kind):
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    one, other = (tally(OPTIONS, counts(each), kind=kind, choices=4) for each in (answers, dict(shuffled)))
    assert one == other


# ------------------------------------------------------------------ moving


@given(SEVERAL, st.lists(st.tuples(st.integers(0, 5), st.lists(INDEX, unique=True).map(tuple))))
def test_moving_a_tally_along_is_counting_afresh(answers, changes):
    kept = counts(answers)
    for voter, after in changes:
        moved(kept, answers.get(voter, ()), after)
        answers = {**answers, voter: after}
        assert +kept == counts(answers)
        assert respondents(kept) == sum(map(bool, answers.values()))
        assert tally(OPTIONS, kept, kind="multiple", choices=4) == tally(
            OPTIONS, counts(answers), kind="multiple", choices=4
        )


@given(SEVERAL.filter(bool), st.lists(INDEX, min_size=1, unique=True).map(tuple), st.data())
def test_a_new_answer_replaces_the_old_one_and_touches_nobody_else(answers, instead, data):
    voter = data.draw(st.sampled_from(sorted(answers)))
    before = tally(OPTIONS, counts(answers), kind="multiple", choices=4)
    after = tally(OPTIONS, counts(answers | {voter: instead}), kind="multiple", choices=4)
    assert after.n == before.n
    for option, (old, new) in enumerate(zip(before.rows, after.rows, strict=True)):
        assert new.count - old.count == (option in instead) - (option in answers[voter])


# ------------------------------------------------------------------ rankings


def test_a_ranking_by_hand():
    assert borda({1: (0, 1, 2), 2: (0, 2, 1), 3: (1, 0)}) == Tally(
        3, (Row("A", 8, 67), Row("B", 6, 33), Row("C", 3, 0), Row("D", 0, 0))
    )


@given(RANKINGS)
def test_every_ballot_gives_the_same_points_for_the_same_places(answers):
    counted = borda(answers)
    given_out = sum(PLACES - place for ranked in answers.values() for place in range(len(ranked)))
    assert counted.n == len(answers)
    assert sum(row.count for row in counted.rows) == given_out
    for option, row in enumerate(counted.rows):
        assert row.count == sum(PLACES - ranked.index(option) for ranked in answers.values() if option in ranked)
        assert row.count <= PLACES * counted.n


@given(RANKINGS)
def test_the_shares_of_a_ranking_are_of_those_who_put_it_first(answers):
    firsts = Counter(ranked[0] for ranked in answers.values())
    assert [row.percent for row in borda(answers).rows] == [percent(firsts[i], len(answers)) for i in range(4)]


@given(RANKINGS, st.permutations(range(len(OPTIONS))))
def test_what_the_options_are_called_means_nothing(answers, new):
    relabelled = borda({voter: tuple(new[option] for option in ranked) for voter, ranked in answers.items()})
    assert [(row.count, row.percent) for row in borda(answers).rows] == [
        (relabelled.rows[new[option]].count, relabelled.rows[new[option]].percent) for option in range(len(OPTIONS))
    ]


@given(RANKINGS.filter(bool), st.data())
def test_a_place_further_up_is_never_worth_less(answers, data):
    voter = data.draw(st.sampled_from(sorted(answers)))
    ranked = answers[voter]
    at = data.draw(st.integers(0, len(ranked) - 1))
    raised = (ranked[at], *ranked[:at], *ranked[at + 1 :])
    before, after = borda(answers), borda(answers | {voter: raised})
    assert after.rows[ranked[at]].count == before.rows[ranked[at]].count + at
    assert sum(row.count for row in after.rows) == sum(row.count for row in before.rows)


# ------------------------------------------------------------------ ratings


@given(RATINGS)
def test_a_ratings_mean_and_median_are_those_of_the_book(ratings):
    counted = rated(ratings)
    assert [row.text for row in counted.rows] == STEPS, "the scale keeps its order"
    assert [row.count for row in counted.rows] == [ratings.count(step) for step in range(1, SCALE + 1)]
    if not ratings:
        assert (counted.n, counted.mean, counted.median) == (0, None, None)
        return
    assert counted.mean == statistics.mean(map(Fraction, ratings))
    assert counted.median == statistics.median(map(Fraction, ratings))
    assert 1 <= counted.mean <= SCALE
    assert 1 <= counted.median <= SCALE


@given(RATINGS.filter(bool), st.integers(0, 20))
def test_blank_is_not_a_step(ratings, blank):
    counted = counts({i: (step - 1,) for i, step in enumerate(ratings)} | {-1 - i: () for i in range(blank)})
    assert tally(STEPS, counted, kind="rating") == rated(ratings)


def test_only_a_rating_has_a_mean():
    one = counts({1: (0,)})
    assert all(tally(STEPS, one, kind=kind).mean is None for kind in ("single", "multiple", "ranking", "place"))


# ------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([12, 0, 30], [12, 0, 30]),
        ([12, 3, 30], [None, None, 30]),  # a gap alone would be the rest
        ([12, 1, 1, 30], [None, None, None, 30]),  # two are one each
        ([12, 4, 4, 30], [None, None, None, 30]),  # eight are four each
        ([12, 2, 2, 30], [None, None, None, 30]),  # four are too few to be counted together
        ([12, 4, 2, 0], [12, None, None, 0]),
        ([12, 3, 12], [None, None, None]),  # two would do, but not the first of two that are alike
        ([3, 0, 0], [None, None, None]),
        ([5, 0, 0], [5, 0, 0]),
        ([1, 1, 1, 1, 1], [None] * 5),
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_places_that_are_hidden(sizes, shown):
    assert list(suppressed(sizes)) == shown


@given(SIZES)
def test_nothing_from_one_to_four_is_shown_and_what_is_shown_is_true(sizes):
    shown = suppressed(sizes)
    assert len(shown) == len(sizes)
    for size, seen in zip(sizes, shown, strict=True):
        assert seen in {None, size}
        assert seen is None or seen == 0 or seen >= LIVE_FROM


@given(SIZES)
def test_nothing_is_hidden_without_need(sizes):
    if not any(0 < size < LIVE_FROM for size in sizes):
        assert list(suppressed(sizes)) == sizes


@given(SIZES)
def test_those_hidden_are_at_least_five_together_or_everybody(sizes):
    shown = suppressed(sizes)
    hidden = [size for size, seen in zip(sizes, shown, strict=True) if seen is None]
    assert not hidden or sum(hidden) >= LIVE_FROM or len(hidden) == len(sizes)


@given(SIZES, st.randoms(use_true_random=False))
def test_which_place_it_is_means_nothing(sizes, random):
    order = list(range(len(sizes)))
    random.shuffle(order)
    shown = suppressed(sizes)
    assert suppressed([sizes[i] for i in order]) == tuple(shown[i] for i in order)


def divided(people: int, places: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many people can be in so many places."""
    if places == 1:
        yield (people,)
        return
    for here in range(people + 1):
        yield from ((here, *rest) for rest in divided(people - here, places - 1))


@pytest.mark.parametrize(("places", "most"), [(2, 40), (3, 28), (4, 17), (5, 11)])
def test_who_knows_the_total_and_the_rule_cannot_work_out_a_hidden_place(places, most):
    for n in range(most + 1):
        possible: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
        for sizes in divided(n, places):
            possible[suppressed(sizes)].append(sizes)
        for shown, behind in possible.items():
            for place in (i for i, seen in enumerate(shown) if seen is None):
                assert len({sizes[place] for sizes in behind}) > 1, (n, shown)


@given(st.dictionaries(st.integers(), st.tuples(INDEX), max_size=30))
def test_a_tally_of_places_holds_no_number_that_is_hidden(answers):
    plain, placed = (tally(OPTIONS, counts(answers), kind=kind) for kind in ("single", "place"))
    assert placed.n == plain.n
    shown = suppressed([row.count for row in plain.rows])
    for row, other, size in zip(placed.rows, plain.rows, shown, strict=True):
        assert row == (other if size is not None else Row(other.text, 0, 0, hidden=True))
