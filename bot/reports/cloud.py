"""Which words people used, as a picture, and the same in words for whoever does not see it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.reports.document import COLOUR
from bot.reports.figures import ALT_LIMIT, ask_renderer
from bot.reports.text import one_line
from bot.services.text import shortened

MOST = 40
"""How many words a picture holds."""

AT_LEAST = 2
"""How many people must have used a word: what one person alone wrote is nobody else's to read."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STOP_WORDS = """
a about after again all also always am an and any are as at back be became because been before being both but by
can can't cannot come could did didn't do does doesn't doing don't down each even ever every few for from get gets
getting go goes going got had has have haven't having he her here hers him his how i i'd i'll i'm i've if in into
is isn't it it's its itself just let lot lots made make makes making many may me might more most much must my need
no nor not now of off often on one only onto or other others our ours out over own per put quite rather really
same see she should since so some something still such take than that that's the their theirs them themselves then
there there's these they they're thing things this those though through to too two under until up upon us use used
using very via want was way ways we we'd we'll we're we've well were what when where whether which while who whom
whose why will with within without won't would yes yet you you'd you'll you're your yours
"""
_STOP = frozenset(_STOP_WORDS.split())
"""English words that say nothing about what an answer is about."""


def counted(texts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The words that at least two people used, with how many did: the most used first, each as most wrote it."""
    used: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for each in texts:
        for word, forms in _words(each).items():
            used[word] += 1
            written.setdefault(word, Counter()).update(forms)
    often = sorted((word for word, people in used.items() if people >= AT_LEAST), key=lambda word: (-used[word], word))
    return tuple(
        (min(written[word], key=lambda form: (-written[word][form], form)), used[word]) for word in often[:MOST]
    )


def _words(text: str) -> dict[str, set[str]]:
    """What one person wrote: each word once, with the forms it has."""
    found: dict[str, set[str]] = {}
    for form in _WORD.findall(text):
        word = form.casefold().replace("’", "'")
        if len(word) > 1 and word not in _STOP:
            found.setdefault(word, set()).add(form)
    return found


async def draw(words: Sequence[tuple[str, int]], colour: str = COLOUR) -> bytes:
    """The words as a PNG, the larger the more people used them. Raises RuntimeError as `figures.draw` does."""
    most = max(count for _, count in words)
    cloud = [(one_line(word), count / most) for word, count in words]
    (picture,) = await ask_renderer({"words": cloud, "colour": colour})
    return picture.png


def alt_text(question: str, words: Sequence[tuple[str, int]]) -> str:
    """The picture in words, in as many characters as Discord takes."""
    listed = ", ".join(f"{word} {count}" for word, count in words)
    return shortened(f"Words and how many people wrote them. {one_line(question)} {listed}.", ALT_LIMIT)
