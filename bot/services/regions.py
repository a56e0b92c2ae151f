"""From what somebody typed to one of the regions they can choose. What they typed is kept nowhere."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bot.services.text import sameness

CUT_OFF = 0.88
"""How alike two names have to be: one slip in a name of eight letters. Iceland is less like Ireland than that."""

APART = 0.05
"""By how much the nearest region has to be nearer than the next: nobody guesses between two."""

_NO_LETTERS = re.compile(r"[\W_]+")

_known = lru_cache(maxsize=2048)(sameness)
"""``sameness`` of a region's name, which every answer is held to; what people type does not go in here."""


def matched(text: str, options: Sequence[str], also: Sequence[Sequence[str]]) -> int | None:
    """The option that ``text`` means: by its name, by one of its other names, or with a slip in one of them."""
    typed = sameness(text)
    own = [[name] for name in options]
    for names in (own, also):
        same = [at for at, several in enumerate(names) if typed and any(_known(name) == typed for name in several)]
        if same:
            return same[0] if len(same) == 1 else None
    others = also or [()] * len(own)
    return _nearest(_plain(typed), [[*name, *more] for name, more in zip(own, others, strict=True)])


def _nearest(typed: str, names: Sequence[Sequence[str]]) -> int | None:
    """The option with a name that is nearly ``typed``, if no other comes close."""
    compared = SequenceMatcher(autojunk=False)
    compared.set_seq2(typed)

    def likeness(name: str) -> float:
        compared.set_seq1(_plain(_known(name)))
        # Cheaper bounds first: most names are nothing like it.
        bound = min(compared.real_quick_ratio(), compared.quick_ratio())
        return compared.ratio() if bound >= CUT_OFF - APART else 0.0

    alike = [max(map(likeness, several)) for several in names] if typed else []
    best = max(alike, default=0.0)
    near = [at for at, each in enumerate(alike) if each > best - APART]
    return near[0] if best >= CUT_OFF and len(near) == 1 else None


def _plain(key: str) -> str:
    """Letters and digits alone: North-West is the North West."""
    return _NO_LETTERS.sub(" ", key).strip().removeprefix("the ")
