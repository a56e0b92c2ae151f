"""Polls that keep every rule and have not been opened: typed by a host, or prepared in the series file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.services.plans import Plan
from bot.services.questions import AGREEMENT, OPTION, PLACE, QUESTION, RANKS, problems
from bot.services.refusal import Refusal
from bot.services.seriesparts import PreparedPoll
from bot.services.tallies import SCALE
from bot.services.text import one_line, required, sameness, shortened
from bot.storage.polls import Kind, Privacy, Results
from bot.storage.sessions import Session


@dataclass(frozen=True)
class Draft:
    """A poll to be opened. ``prepared`` is its name in the series file, ``rerun_of`` the poll it asks again.

    ``also`` are the other names of each option, for places that are typed.
    """

    question: str
    options: tuple[str, ...]
    choices: int
    results: Results
    prepared: str | None = None
    kind: Kind = "single"
    privacy: Privacy = "anonymous"
    also: tuple[tuple[str, ...], ...] = ()
    rerun_of: int | None = None


def draft(
    question: str,
    options: Sequence[str],
    choices: int | None,
    results: Results,
    kind: Kind | None = None,
    privacy: Privacy | None = None,
) -> Draft:
    """Check a poll that a host has typed. ``choices`` of None or 0 means all of them; blank options are passed over.

    Without a ``kind`` it is one of several, or several of them. What is written is confidential unless said otherwise,
    everything else anonymous.
    """
    asked = required(one_line(question), "The question", QUESTION)
    texts = tuple(text for option in options if (text := one_line(option)))
    kind = kind or ("single" if choices == 1 else "multiple")
    for text in texts:
        required(text, f"The option “{text[:40]}…”" if len(text) > OPTION else "An option", OPTION)
    if wrong := next(problems(kind, texts, choices, results), None):
        raise Refusal(wrong[1])
    steps = _scale(texts) if kind == "rating" else texts
    mode: Privacy = privacy or ("confidential" if kind == "open" else "anonymous")
    return Draft(asked, steps, _most(kind, choices, len(texts)), results, None, kind, mode)


def _most(kind: Kind, choices: int | None, options: int) -> int:
    """How many of the options one person may choose, or rank."""
    match kind:
        case "multiple":
            return choices or options
        case "ranking":
            return min(choices or options, RANKS)
        case _:
            return 1


def _scale(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The five steps of a rating, from none, two (the ends) or all five of their labels."""
    match labels:
        case ():
            named = AGREEMENT
        case (low, high):
            named = (low, "", "", "", high)
        case _:
            named = labels
    return tuple(f"{step}: {label}" if label else f"{step} of {SCALE}" for step, label in enumerate(named, 1))


def prepared_draft(session: Session, name: str) -> Draft:
    """The session's prepared poll of that name."""
    plan = Plan.of(session)
    for poll in plan.polls:
        if sameness(poll.name) == sameness(name):
            return _prepared(plan, poll)
    names = ", ".join(f"“{poll.name}”" for poll in plan.polls)
    known = f"It has {names}." if names else "It has none."
    raise Refusal(f"This session has no prepared poll “{shortened(one_line(name), 100)}”. {known}")


def place_draft(session: Session) -> Draft:
    """The question where people are. It sways nobody, so what they say is shown while it is open."""
    plan = Plan.of(session)
    prompts = (step.prompt for step in plan.run_of_show if step.kind == "place" and step.prompt)
    asked = next(prompts, PLACE)
    return _prepared(plan, PreparedPoll(name=PLACE, question=asked, kind="place", results="live"))


def _prepared(plan: Plan, poll: PreparedPoll) -> Draft:
    regions = plan.regions if poll.kind == "place" else ()
    if poll.kind == "place" and not regions:
        raise Refusal("The series names no regions that people could choose from. They go into its file, as `regions`.")
    options = [name for name, *_ in regions] or poll.options
    new = draft(poll.question, options, poll.most_choices, poll.results, poll.kind, poll.privacy)
    return replace(new, prepared=poll.name, also=tuple(tuple(also) for _, *also in regions))
