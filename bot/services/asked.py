"""The questions to the panel as they stand: duplicates count as one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.services.plans import Plan
from bot.services.refusal import Refusal
from bot.services.text import one_line, sameness
from bot.storage.questions import Question, Status

OPEN: tuple[Status, ...] = ("waiting", "taken")
ANSWERED: tuple[Status, ...] = ("live", "written")


@dataclass(frozen=True)
class Asked:
    """A question, what became of it, and how many stand behind it besides its author.

    ``behind`` are those who support it or a duplicate of it, and who asked a duplicate. ``duplicates`` are the
    numbers of what was merged into it; ``into`` is the number of what it was merged into itself.
    """

    question: Question
    status: Status
    answer: str
    family: tuple[Question, ...] = ()
    behind: frozenset[int] = field(default=frozenset[int](), repr=False)
    into: int | None = None

    @property
    def id(self) -> int:
        """The contribution's."""
        return self.question.id

    @property
    def votes(self) -> int:
        """How many stand behind it besides its author."""
        return len(self.behind)

    @property
    def duplicates(self) -> tuple[int, ...]:
        """The numbers of what was merged into it."""
        return tuple(each.number for each in self.family if each.id != self.id)

    @property
    def name(self) -> str:
        """What people call it."""
        return f"Q{self.question.number}"

    @property
    def public(self) -> bool:
        """Whether everybody may read it, and it is not a duplicate."""
        return self.question.public and self.status != "merged"

    @property
    def waits(self) -> bool:
        """Whether everybody may read it, and it has no answer yet."""
        return self.public and self.status in OPEN

    def was_asked_by(self, person: int) -> bool:
        """Whether the person asked it, or a duplicate of it."""
        return any(each.author == person for each in self.family if not each.gone)


def arranged(every: Sequence[Question], supporters: Mapping[int, set[int]]) -> tuple[Asked, ...]:
    """All questions in the same order. ``every`` holds whatever they were merged with.

    Where the author of a question takes it back, what was merged into it stands for itself again, and is answered
    if that was.
    """
    by_id = {each.id: each for each in every}
    families: dict[int, list[Question]] = {each.id: [each] for each in every}
    roots: dict[int, Question] = {}
    for each in every:
        into = by_id.get(each.merged_into) if each.merged_into else None
        if each.status == "merged" and into is not None:
            roots[each.id] = into
            if not into.gone:
                families[into.id].append(each)

    def one(each: Question) -> Asked:
        family = tuple(families[each.id])
        behind = set[int]().union(*(supporters.get(member.id, set()) for member in family))
        behind |= {member.author for member in family[1:] if not member.gone}
        root = roots.get(each.id)
        into = root.number if root and not root.gone else None
        status, answer = each.status, each.answer
        if status == "merged" and into is None:
            status, answer = (root.status, root.answer) if root and root.status != "merged" else ("waiting", "")
        return Asked(each, status, answer, family, frozenset(behind - {each.author}), into)

    return tuple(one(each) for each in every)


def by_votes(every: Iterable[Asked]) -> list[Asked]:
    """What most stand behind first; of those, what was asked first."""
    return sorted(every, key=lambda each: (-each.votes, each.question.number))


def alike(asked: Asked, others: Iterable[Asked]) -> list[Asked]:
    """The others, those first that share most words with it."""

    def words(each: Asked) -> set[str]:
        return set(sameness(each.question.text).split())

    mine = words(asked)
    found = [(len(mine & theirs) / len(mine | theirs or {""}), each) for each in others if (theirs := words(each))]
    return [each for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].question.number))]


def panellists(plan: Plan) -> tuple[str, ...]:
    """Whom a question can be put to: guests, hosts and whoever speaks."""
    speaking = [step.speaker for step in plan.run_of_show if step.speaker]
    names = [*(each.name for each in (*plan.guests, *plan.hosts)), *speaking]
    return tuple({sameness(name): one_line(name) for name in reversed(names) if sameness(name)}.values())[::-1]


def addressee(plan: Plan, wanted: str) -> str:
    """The panellist of that name; empty for the whole panel."""
    if not sameness(wanted):
        return ""
    names = panellists(plan)
    found = next((name for name in names if sameness(name) == sameness(wanted)), None)
    if found is None:
        known = f" You can ask {', '.join(names)}, or the whole panel." if names else " Ask the whole panel."
        raise Refusal(f"Nobody of that name is on the panel.{known}")
    return found
