"""Who goes into which breakout group. Pure: the same people, history and seed always give the same groups.

To have the fewest pairs meet again is a maximally diverse grouping: no quick method is sure to find the best. So people
are dealt out like cards, each kind of person evenly, and then two at a time change places: by simulated annealing
(Kirkpatrick, Gelatt and Vecchi, 1983) while pairs meet again, and in the end only where that mixes the groups better.
As in Dotú and Van Hentenryck's search for the social golfers (2005) it is always somebody who meets somebody again that
moves; their tabu list, tried here for as long, left more such pairs. Everybody they could change places with is weighed
at once, from tables of what each group has in store for each person, which makes plain Python quick enough; and where
all that was easy, there is time to deal anew and keep the better plan. `benchmarks/grouping.py` measures it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, repeat
from math import comb
from random import Random
from types import MappingProxyType

from bot.services.refusal import Refusal

Met = Mapping[tuple[int, int], int]
"""How often two people have been in a group together, in whichever order they stand."""

NOBODY: Met = MappingProxyType({})

EFFORT = 2_500_000
"""How many changes of places are weighed at most to keep people apart; counted, since a clock would not repeat."""

OVERHEAD = 60
"""A move costs as much as so many weighings more than there are people, and one for each whom somebody has met."""

PATIENCE = 20
"""How many moves there are at most for each pair of people: what a few people can do is soon exhausted."""

TRIES = 10
"""How often people are dealt out at most."""

HOT, COLD, FROZEN = 0.5, 0.25, 0.001
"""How many more pairs a move may make meet again, on average: at first, for each pair per person that does so; in the
end; and in a short attempt before, which is enough where it is easy to keep all apart."""

NEVER = 1 << 60
"""What it costs to change places within a group."""


@dataclass(frozen=True)
class Person:
    """Somebody to be put into a group. What is empty is not known, and like nothing else."""

    person: int
    organisation: str = ""
    reach: str = ""


@dataclass(frozen=True)
class Groups:
    """``groups`` of people, and how far those who have met are kept apart.

    Of all ``pairs`` in the groups ``again`` meet again; where groups are drawn by lot it is ``by_lot`` on average.
    """

    groups: tuple[tuple[int, ...], ...]
    again: int
    pairs: int
    by_lot: Fraction


def grouped(
    people: Iterable[Person], *, groups: int | None = None, size: int | None = None, met: Met = NOBODY, seed: int
) -> Groups:
    """So many ``groups``, or groups of about ``size``, whose sizes differ by one at most.

    There are fewer groups where somebody would be left on their own. As few pairs as possible meet again, and rather
    those who met less often; then groups are mixed: as few as possible are of one kind of organisation, or one reach.
    Whoever is named twice counts as they were named last.
    """
    known = {each.person: each for each in people}
    order = [known[person] for person in sorted(known)]
    plan = _Plan(order, _number(len(order), groups, size), met)
    plan.seat(min(_tries(plan, Random(seed)))[-1])  # noqa: S311  (the caller keeps the seed: a restart plans the same)
    sizes = [len(group) for group in plan.groups]
    pairs = sum(comb(size, 2) for size in sizes)
    return Groups(
        tuple(tuple(sorted(order[i].person for i in group)) for group in plan.groups),
        plan.again,
        pairs,
        Fraction(plan.acquainted * pairs, max(1, comb(len(order), 2))),
    )


def joining(person: int, groups: Sequence[Collection[int]], met: Met = NOBODY) -> int:
    """Which group somebody who comes late joins: of the smallest the one whose people they have met least often."""
    if not groups:
        raise Refusal("There are no groups to join.")

    def crowd(i: int) -> tuple[int, int]:
        return len(groups[i]), sum(met.get((person, each), 0) + met.get((each, person), 0) for each in groups[i])

    return min(range(len(groups)), key=crowd)


def _number(people: int, groups: int | None, size: int | None) -> int:
    """How many groups there will be."""
    if (groups is None) == (size is None):
        raise Refusal("Say either how many groups there should be, or how many people in each.")
    asked = groups or size or 0
    if asked < 1:
        raise Refusal("There must be at least one group, with at least one person in it.")
    if not people:
        raise Refusal("There is nobody here yet to put into groups.")
    wanted = asked if groups else (2 * people + asked) // (2 * asked)
    return max(1, min(wanted, people // 2))


def _alike(one: Person, other: Person) -> int:
    return sum(
        mine == theirs != "" for mine, theirs in ((one.organisation, other.organisation), (one.reach, other.reach))
    )


class _Plan:
    """People, by number, and what it costs to have them where they are.

    A pair in one group costs 1 for each way in which they are alike, and 1 for each time they have met but the first;
    and ``unit`` if they have met at all, which is more than any change of places can make up for otherwise.
    """

    def __init__(self, people: Sequence[Person], number: int, met: Met) -> None:
        self.number = number
        kinds = {(each.organisation, each.reach): each for each in people}
        index = {kind: i for i, kind in enumerate(sorted(kinds))}
        self.kind = [index[each.organisation, each.reach] for each in people]
        self.alike = [[_alike(kinds[one], kinds[other]) for other in index] for one in index]
        at = {each.person: i for i, each in enumerate(people)}
        times: list[dict[int, int]] = [{} for _ in people]
        for (a, b), often in met.items():
            if a in at and b in at and a != b and often > 0:
                for one, other in ((at[a], at[b]), (at[b], at[a])):
                    times[one][other] = times[one].get(other, 0) + often
        most = max((often for theirs in times for often in theirs.values()), default=0)
        self.unit = 4 * (most + 1) * -(-len(people) // number) + 1
        self.met = [{other: self.unit + often - 1 for other, often in theirs.items()} for theirs in times]
        self.acquainted = sum(map(len, times)) // 2
        work = len(people) + 2 * self.acquainted // len(people) + OVERHEAD
        self.moves = EFFORT // work if number > 1 else 0
        self.made = 0

    def deal(self, dice: Random) -> None:
        """Put them into groups at random, each kind as evenly as can be."""
        order = list(range(len(self.kind)))
        dice.shuffle(order)
        order.sort(key=self.kind.__getitem__)
        self.seat([order[i :: self.number] for i in range(self.number)])

    def seat(self, groups: list[list[int]]) -> None:
        """Put them into these groups, and draw up the tables of what each group has in store."""
        people = range(len(self.kind))
        self.groups = groups
        self.home = [0 for _ in people]
        self.reunions = [[0 for _ in people] for _ in groups]
        """For each group and person: what it costs that they have met people in there."""
        self.likeness = [[0 for _ in self.alike] for _ in groups]
        """For each group and kind of person: what it costs that they are like people in there, or are in there."""
        for i, group in enumerate(groups):
            for one in group:
                self.home[one] = i
                for other, cost in self.met[one].items():
                    self.reunions[i][other] += cost
                self.likeness[i] = [a + b for a, b in zip(self.likeness[i], self.alike[self.kind[one]], strict=True)]
        self.own = [0 for _ in people]
        """For each person: what it costs that they are in their group."""
        for i in range(len(groups)):
            self._settle(i)

    def _settle(self, i: int) -> None:
        reunions, likeness = self.reunions[i], self.likeness[i]
        for one in self.groups[i]:
            kind = self.kind[one]
            self.own[one] = reunions[one] + likeness[kind] - self.alike[kind][kind]

    @property
    def again(self) -> int:
        """How many pairs meet again."""
        return sum(cost // self.unit for cost in self.own) // 2

    def meeting(self) -> list[int]:
        """Who meets somebody again."""
        return [one for one, cost in enumerate(self.own) if cost >= self.unit]

    def copy(self) -> list[list[int]]:
        """The groups as they are now."""
        return [group[:] for group in self.groups]

    def costs(self, one: int) -> list[int]:
        """For each person, what changing places with them would add, on top of what ``one`` costs now."""
        self.made += 1
        home, kind, own = self.home[one], self.kind[one], self.own
        there = [met[one] + like[kind] for met, like in zip(self.reunions, self.likeness, strict=True)]
        there[home] = NEVER
        here = [like - 2 * both for like, both in zip(self.likeness[home], self.alike[kind], strict=True)]
        costs = [
            met + here[k] + there[i] - cost
            for met, k, i, cost in zip(self.reunions[home], self.kind, self.home, own, strict=True)
        ]
        for other, cost in self.met[one].items():
            costs[other] -= 2 * cost  # they would still be apart
        costs[one] = own[one]
        return costs

    def swap(self, one: int, other: int) -> None:
        """Have the two change places."""
        for leaver, comer in ((one, other), (other, one)):
            i = self.home[leaver]
            reunions, alike = self.reunions[i], self.alike
            for each, cost in self.met[leaver].items():
                reunions[each] -= cost
            for each, cost in self.met[comer].items():
                reunions[each] += cost
            ways = zip(self.likeness[i], alike[self.kind[leaver]], alike[self.kind[comer]], strict=True)
            self.likeness[i] = [like - less + more for like, less, more in ways]
            group = self.groups[i]
            group[group.index(leaver)] = comer
        self.home[one], self.home[other] = self.home[other], self.home[one]
        self._settle(self.home[one])
        self._settle(self.home[other])


def _tries(plan: _Plan, dice: Random) -> Iterator[tuple[int, int, list[list[int]]]]:
    """Plans, the better the smaller: how many pairs meet again, what it costs in all, and the groups."""
    for _ in range(TRIES):
        plan.deal(dice)
        _anneal(plan, dice)
        _mix(plan, dice)
        yield plan.again, sum(plan.own), plan.groups
        if plan.made >= plan.moves or not any(plan.own):
            break


def _anneal(plan: _Plan, dice: Random) -> None:
    """Have as few pairs meet again as can be found."""
    moves = max(0, min(plan.moves - plan.made, PATIENCE * comb(len(plan.home), 2)))
    again = least = plan.again
    hot = max(HOT * again / len(plan.home), COLD)
    cooling = (hot * (COLD / hot) ** (i / moves) for i in range(moves))
    best, meeting = plan.copy(), plan.meeting()
    for heat in chain(repeat(FROZEN, moves // 8), cooling):
        if not least:
            break
        one = dice.choice(meeting)
        costs = plan.costs(one)
        limit = min(costs) + plan.unit * dice.expovariate(1 / heat)
        other = dice.choice([each for each, cost in enumerate(costs) if cost <= limit])
        if other == one:
            continue
        again += round((costs[other] - costs[one]) / plan.unit)
        plan.swap(one, other)
        meeting = plan.meeting()
        if again < least:
            least, best = again, plan.copy()
    plan.seat(best)


def _mix(plan: _Plan, dice: Random) -> None:
    """Let people change places while that makes things better still, until no two can, or the effort is spent."""
    waiting = list(range(len(plan.home)))
    dice.shuffle(waiting)
    todo = dict.fromkeys(waiting)
    for _ in range(plan.moves):
        if not todo:
            break
        one, _ = todo.popitem()
        costs = plan.costs(one)
        least = min(costs)
        if least < costs[one]:
            other = costs.index(least)
            plan.swap(one, other)
            todo.update(dict.fromkeys([*plan.groups[plan.home[one]], *plan.groups[plan.home[other]]]))
