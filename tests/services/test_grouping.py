"""Breakout groups: what is always true of them, and how near the best and how far from lots they are."""

import time
from collections import Counter
from fractions import Fraction
from itertools import chain, combinations, permutations
from math import comb
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services import grouping
from bot.services.grouping import Groups, Person, grouped, joining
from bot.services.refusal import Refusal

KINDS = st.sampled_from(["", "charity", "company", "university"])
REACHES = st.sampled_from(["", "local", "regional", "national"])
SEEDS = st.integers(0, 2**64 - 1)


@st.composite
def rooms(draw, most=12):
    """People, into how many groups, and who has met how often: also people who are not here."""
    numbers = draw(st.lists(st.integers(1, 2**63), min_size=1, max_size=most, unique=True))
    people = [Person(each, draw(KINDS), draw(REACHES)) for each in numbers]
    pairs = st.tuples(st.sampled_from(numbers), st.sampled_from([*numbers, 2**63 + 1]))
    return people, draw(st.integers(1, most)), draw(st.dictionaries(pairs, st.integers(1, 5), max_size=60))


def have_met(met):
    return {frozenset(pair) for pair in met if len(set(pair)) == 2}


def pairs_in(groups):
    return [frozenset(pair) for group in groups for pair in combinations(group, 2)]


def again(groups, met):
    return len(have_met(met).intersection(pairs_in(groups)))


def alike(people, groups):
    known = {each.person: (each.organisation, each.reach) for each in people}
    return sum(x == y != "" for a, b in map(tuple, pairs_in(groups)) for x, y in zip(known[a], known[b], strict=True))


def cut(order, sizes):
    each = iter(order)
    return [[next(each) for _ in range(size)] for size in sizes]


def series(people, groups, sessions, seed=1):
    """Everybody comes each time, and the bot has planned each session."""
    dice = Random(seed)  # noqa: S311  (the same people each time)
    here = [Person(i, dice.choice("abcde"), dice.choice(("local", "regional", "national"))) for i in range(people)]
    met = Counter()
    for session in range(sessions):
        for group in grouped(here, groups=groups, met=met, seed=session).groups:
            met.update(combinations(group, 2))
    return here, met


@given(rooms(), SEEDS)
def test_everybody_is_in_one_group_and_sizes_are_within_one(room, seed):
    people, number, met = room
    plan = grouped(people, groups=number, met=met, seed=seed)
    assert sorted(chain.from_iterable(plan.groups)) == sorted(each.person for each in people)
    sizes = [len(group) for group in plan.groups]
    assert max(sizes) - min(sizes) <= 1
    assert len(plan.groups) == number or (len(plan.groups) < number and max(sizes) <= 3)
    assert min(sizes) > 1 or len(people) == 1


@given(rooms(), SEEDS)
def test_what_it_says_of_itself_is_true(room, seed):
    people, number, met = room
    plan = grouped(people, groups=number, met=met, seed=seed)
    here = {each.person for each in people}
    acquainted = sum(pair <= here for pair in have_met(met))
    assert plan.again == again(plan.groups, met)
    assert plan.pairs == len(pairs_in(plan.groups))
    assert plan.by_lot == Fraction(acquainted * plan.pairs, comb(len(people), 2) or 1)


@given(rooms(most=6), SEEDS)
@settings(max_examples=25)
def test_by_lot_is_the_average_of_all_there_are(room, seed):
    people, number, met = room
    plan = grouped(people, groups=number, met=met, seed=seed)
    sizes = [len(group) for group in plan.groups]
    every = [again(cut(order, sizes), met) for order in permutations(each.person for each in people)]
    assert plan.by_lot == Fraction(sum(every), len(every))
    assert plan.again == min(every)


@given(rooms(), SEEDS, st.randoms(use_true_random=False))
def test_a_restart_plans_the_same(room, seed, shuffle):
    people, number, met = room
    turned = [(pair[::-1] if shuffle.random() < 0.5 and pair[::-1] not in met else pair, met[pair]) for pair in met]
    shuffle.shuffle(turned)
    others = shuffle.sample(people, len(people))
    assert grouped(people, groups=number, met=met, seed=seed) == grouped(
        others, groups=number, met=dict(turned), seed=seed
    )


@given(rooms(), SEEDS)
def test_it_is_never_worse_than_the_start(room, seed):
    people, number, met = room
    plan = grouped(people, groups=number, met=met, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "EFFORT", 0)
        start = grouped(people, groups=number, met=met, seed=seed)
    assert plan.again <= start.again
    if start.again == 0:
        assert alike(people, plan.groups) <= alike(people, start.groups)


@given(rooms(most=30), SEEDS)
def test_groups_are_mixed_at_least_as_well_as_by_lot(room, seed):
    people, number, _ = room
    plan = grouped(people, groups=number, seed=seed)
    everybody = alike(people, [[each.person for each in people]])
    assert alike(people, plan.groups) * comb(len(people), 2) <= everybody * plan.pairs


@pytest.mark.parametrize(("people", "groups", "sessions"), [(30, 6, 2), (60, 12, 3), (100, 10, 2)])
def test_keeping_people_apart_leaves_room_for_mixing(people, groups, sessions):
    here, met = series(people, groups, sessions)
    plan = grouped(here, groups=groups, met=met, seed=7)
    everybody = alike(here, [range(people)])
    assert plan.again == 0
    assert alike(here, plan.groups) < 0.95 * everybody * plan.pairs / comb(people, 2)


def test_an_even_mixture_is_found():
    people = [Person(i, "abcd"[i % 4], ("local", "national")[i // 4 % 2]) for i in range(32)]
    plan = grouped(people, groups=8, seed=3)
    for group in plan.groups:
        assert sorted(people[i].organisation for i in group) == list("abcd")
        assert Counter(people[i].reach for i in group) == {"local": 2, "national": 2}


def test_what_is_not_known_is_like_nothing():
    people = [Person(i) for i in range(4)] + [Person(i, "charity", "local") for i in range(4, 8)]
    for seed in range(10):
        groups = grouped(people, groups=4, seed=seed).groups
        assert alike(people, groups) == 0


def test_where_all_have_met_those_meet_who_met_least_often():
    met = dict.fromkeys(combinations(range(6), 2), 3) | {(4, 0): 1, (1, 5): 1, (3, 2): 1}
    del met[0, 4], met[2, 3]
    for seed in range(5):
        plan = grouped([Person(i) for i in range(6)], groups=3, met=met, seed=seed)
        assert set(plan.groups) == {(0, 4), (1, 5), (2, 3)}
        assert plan == Groups(plan.groups, again=3, pairs=3, by_lot=Fraction(3))


@pytest.mark.parametrize(
    ("people", "groups", "sessions"), [(12, 3, 3), (30, 6, 4), (30, 5, 2), (60, 12, 4), (300, 20, 3)]
)
def test_few_meet_again_compared_with_restarts_and_with_lots(people, groups, sessions):
    here, met = series(people, groups, sessions)
    plans = [grouped(here, groups=groups, met=met, seed=seed) for seed in range(5)]
    assert max(plan.again for plan in plans) <= 1.1 * min(plan.again for plan in plans)
    assert plans[0].again < 0.6 * plans[0].by_lot


def test_a_thousand_people_in_two_hundred_groups():
    here, met = series(1000, 200, 3)
    began = time.process_time()
    plan = grouped(here, groups=200, met=met, seed=1)
    assert time.process_time() - began < 1
    assert plan.again == 0
    assert 20 < plan.by_lot < 30
    assert {len(group) for group in plan.groups} == {5}


@pytest.mark.parametrize(
    ("people", "asked", "sizes"),
    [
        (1, {"groups": 1}, [1]),
        (1, {"groups": 5}, [1]),
        (1, {"size": 4}, [1]),
        (2, {"groups": 2}, [2]),
        (3, {"groups": 3}, [3]),
        (5, {"groups": 4}, [3, 2]),
        (7, {"groups": 200}, [3, 2, 2]),
        (7, {"groups": 3}, [3, 2, 2]),
        (7, {"size": 1}, [3, 2, 2]),
        (7, {"size": 4}, [4, 3]),
        (10, {"size": 4}, [4, 3, 3]),
        (9, {"size": 4}, [5, 4]),
        (3, {"size": 50}, [3]),
    ],
)
def test_how_many_groups(people, asked, sizes):
    groups = grouped([Person(i) for i in range(people)], seed=1, **asked).groups
    assert sorted(map(len, groups), reverse=True) == sizes


@pytest.mark.parametrize(
    ("people", "asked", "sentence"),
    [
        (0, {"groups": 3}, "nobody here yet"),
        (5, {}, "either how many groups"),
        (5, {"groups": 2, "size": 2}, "either how many groups"),
        (5, {"groups": 0}, "at least one group"),
        (5, {"groups": -1}, "at least one group"),
        (5, {"size": 0}, "at least one group"),
        (5, {"size": -3}, "at least one group"),
    ],
)
def test_what_cannot_be_planned_is_refused(people, asked, sentence):
    with pytest.raises(Refusal, match=sentence):
        grouped([Person(i) for i in range(people)], seed=1, **asked)


def test_whoever_is_named_twice_is_one_person():
    named = [Person(1), Person(2, "charity"), Person(3, "charity"), Person(1), Person(4, "charity"), Person(2)]
    plan = grouped(named, groups=2, seed=1)
    assert sorted(chain.from_iterable(plan.groups)) == [1, 2, 3, 4]
    assert alike(named, plan.groups) == 0  # person 2 counts as named last


def test_who_comes_late_joins_the_smallest_group():
    assert joining(9, [(1, 2, 3), (4, 5), (6, 7, 8)]) == 1
    assert joining(9, [(1, 2), (3, 4), (5, 6)]) == 0
    assert joining(9, [(1, 2), (3, 4), (5, 6)], {(1, 9): 1, (9, 3): 2, (7, 8): 3}) == 2
    assert joining(9, [(1, 2), (3, 4)], {(1, 9): 3, (9, 3): 2}) == 1
    assert joining(9, [(), ()]) == 0
    with pytest.raises(Refusal, match="no groups to join"):
        joining(9, [])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.integers(0, 40))
def test_late_comers_even_the_groups_out(sizes, late):
    groups = [list(range(100 * i, 100 * i + size)) for i, size in enumerate(sizes)]
    for person in range(10_000, 10_000 + late):
        groups[joining(person, groups)].append(person)
    grown = [len(group) for group, size in zip(groups, sizes, strict=True) if len(group) > size]
    assert not grown or max(grown) - min(map(len, groups)) <= 1
