"""What makes a question: one set of rules for what a host types and for what the series file says."""

from collections.abc import Iterable, Iterator, Sequence

from bot.services.tallies import SCALE
from bot.services.text import one_line, sameness, shortened
from bot.services.tomltables import Problem, shown
from bot.storage.polls import Kind

QUESTION = 300
OPTION = 100
OPTIONS = range(2, 26)
"""How many characters a question and an option may have, and how many options: what a menu can hold."""

RANKS = 5
"""How many places a ranking asks for at most: one menu each, and a form holds five."""

AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
"""What the steps of a rating are called unless a host says."""

PLACE = "Where are you?"
"""What a step of the kind place asks unless it has a prompt, and the name that its poll goes by."""

_LABEL = OPTION - len("1: ")
_TAKES_ONE = {"single": "A single choice", "rating": "A rating", "open": "An open question", "place": "A place"}


def problems(kind: Kind, options: Sequence[object] | None, choices: int | None, results: object) -> Iterator[Problem]:
    """What is wrong between the parts of a question: each with the part it is about, as a whole sentence.

    ``options`` of None come from elsewhere, ``choices`` of None or 0 means all. What is wrong with one option alone
    passes in silence here.
    """
    if options is not None:
        yield from _about_options(kind, options)
    yield from _about_choices(kind, len(options or ()), choices)
    if kind == "open" and results == "live":
        yield ("results",), "The answers to an open question are shown when a host says so, never live."


def _about_options(kind: Kind, options: Sequence[object]) -> Iterator[Problem]:
    count = len(options)
    if kind == "open":
        if count:
            yield ("options",), "An open question has no options: people write their answers."
        return
    if kind == "rating":
        if count not in {0, 2, SCALE}:
            said = f"A rating has {SCALE} steps. Name all of them, or only the two ends, and this names {count}."
            yield ("options",), said
        for at, label in enumerate(options):
            if isinstance(label, str) and _LABEL < len(one_line(label)) <= OPTION:
                said = f"A step of a rating has room for {_LABEL} characters, and this has {len(one_line(label))}."
                yield ("options", at), said
    elif count not in OPTIONS:
        said = f"A poll needs {OPTIONS[0]} to {OPTIONS[-1]} options, one on each line, and this has {count}."
        yield ("options",), said
    for at, first in repeats(options):
        one, other = (shortened(one_line(str(options[each])), OPTION) for each in (first, at))
        yield ("options", at), f"Two options look the same: “{one}” and “{other}”."


def _about_choices(kind: Kind, options: int, choices: int | None) -> Iterator[Problem]:
    most = min(options, RANKS) if kind == "ranking" else options
    if not choices:
        return
    if kind in _TAKES_ONE:
        if choices != 1:
            yield ("choices",), f"{_TAKES_ONE[kind]} takes one answer from each person."
    elif kind == "multiple" and choices == 1:
        yield ("choices",), "People choose several here, so 1 is too few."
    elif options in OPTIONS and not 1 <= choices <= most:
        verb = "rank" if kind == "ranking" else "choose"
        yield ("choices",), f"People can {verb} 1 to {most} of {options} options, not {shown(choices)}."


def repeats(texts: Iterable[object]) -> Iterator[tuple[int, int]]:
    """Each text that reads the same as an earlier one: its position and the first one's. Empty ones aside."""
    seen: dict[str, int] = {}
    for at, text in enumerate(texts):
        key = sameness(text) if isinstance(text, str) else ""
        first = seen.setdefault(key, at)
        if key and first != at:
            yield at, first
