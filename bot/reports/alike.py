"""Texts as words and numbers: finding the same words again, whatever numbers stand between them now."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bot.reports.text import one_line

_SINGLE = "\u2e80-\u9fff\uac00-\ud7af"  # written without spaces: a line may end after any of them
_LETTERS = rf"[^\W_{_SINGLE}]+"
_HYPHEN = r"[-\u2010\u00ad]\s*"
_WORD = rf"{_LETTERS}(?:(?<=[^\W\d_]){_HYPHEN}(?=[^\W\d_]){_LETTERS})*"
_SIGN = r"[\u2190-\u2bff\U0001f000-\U0001fbff]"
_TOKEN = re.compile(rf"(?P<number>\d+(?:[.,:]\d+)*)(?![^\W_{_SINGLE}])|[{_SINGLE}]|{_WORD}|{_SIGN}")
_BROKEN = re.compile(r"([-\u2010])\s*\n\s*")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_COUNTED_ANEW = frozenset({"figure", "table", "page"})
"""Whose numbers Word changes by itself where one of them is taken out."""

NUMBER = "#"
"""The word that each number is."""


@dataclass
class Text:
    """A text as words, each number the same one with its value beside it."""

    whole: str
    words: list[str] = field(default_factory=list[str])
    values: list[str] = field(default_factory=list[str])
    spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    @classmethod
    def of(cls, raw: str) -> "Text":
        """Without what differs between two programs: hyphens, ligatures, capitals, the places where lines end."""
        made = cls(unicodedata.normalize("NFKC", raw))
        for match in _TOKEN.finditer(made.whole):
            number, word = match["number"], re.sub(_HYPHEN, "", match[0].casefold())
            if number and made.words and made.words[-1] in _COUNTED_ANEW:
                continue
            made.words.append(NUMBER if number else word)
            made.values.append(_value(number) if number else "")
            made.spans.append(match.span())
        return made

    def numbers(self, first: int, end: int) -> list[int]:
        """Where numbers are."""
        return [at for at in range(first, end) if self.words[at] == NUMBER]

    def on_lines_of_its_own(self, first: int, end: int) -> bool:
        """Whether nothing else is in the lines of these words."""
        before = self.spans[first - 1][1] if first else 0
        after = self.spans[end][0] if end < len(self.spans) else len(self.whole)
        begins = first == 0 or "\n" in self.whole[before : self.spans[first][0]]
        return begins and (end == len(self.spans) or "\n" in self.whole[self.spans[end - 1][1] : after])

    def shown(self, at: int) -> str:
        """A number as it stands there, with its per cent sign."""
        first, end = self.spans[at]
        return self.whole[first:end] + ("%" if self.is_share(at) else "")

    def is_share(self, at: int) -> bool:
        """Whether a number is a per cent."""
        end = self.spans[at][1]
        return self.whole[end : end + 1] == "%"

    def excerpt(self, first: int, end: int, around: int) -> str:
        """These words; where they are many, those around one of them."""
        begin, stop = max(first, around - 9), min(end, around + 10)
        words = one_line(_BROKEN.sub(r"\1", self.whole[self.spans[begin][0] : self.spans[stop - 1][1] + 1]))
        return f"{'… ' if begin > first else ''}{words}{' …' if stop < end else ''}"


def _value(number: str) -> str:
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number


_RARE = 30
_ANCHORS = 4


class Looked:
    """A text in which others are looked for."""

    def __init__(self, text: str) -> None:
        self.said = Text.of(text)
        self._places = defaultdict[str, list[int]](list)
        for at, word in enumerate(self.said.words):
            self._places[word].append(at)
        self._taken = list(self.said.words)
        """The same words, but for those that have been found."""

    def found(self, words: Sequence[str], *, alone: bool) -> list[int]:
        """Where these words are, whatever the numbers between them; ``alone``, with nothing else in their lines."""
        rarest = min(range(len(words)), key=lambda at: len(self._places.get(words[at], ())))
        starts = (place - rarest for place in self._places.get(words[rarest], ()))
        return [at for at in starts if at >= 0 and self._is_at(at, words, alone=alone)]

    def _is_at(self, first: int, words: Sequence[str], *, alone: bool) -> bool:
        end = first + len(words)
        return self.said.words[first:end] == words and (not alone or self.said.on_lines_of_its_own(first, end))

    def numbers(self, first: int, end: int) -> list[int]:
        """Where numbers are that have not been taken."""
        return [at for at in range(max(first, 0), end) if self._taken[at] == NUMBER]

    def take(self, first: int, words: int) -> None:
        """Nothing else is looked for here."""
        self._taken[first : first + words] = [""] * words

    def nearest(self, words: Sequence[str], room: int) -> tuple[int, list[tuple[int, int]]]:
        """The place that is most like ``words``: how many of them are there, and what stands beside what.

        Numbers are beside each other where words beside them are.
        """
        rare = sorted({word for word in words if 0 < len(self._places.get(word, ())) <= _RARE}, key=self._rarity)
        best: tuple[int, list[tuple[int, int]]] = 0, []
        for word in rare[:_ANCHORS]:
            before = words.index(word)
            for place in self._places[word]:
                first = max(place - before - room, 0)
                pairs = _beside(words, self._taken[first : place + len(words) - before + room], first)
                alike = sum(words[ours] != NUMBER for ours, _ in pairs)
                best = max(best, (alike, pairs), key=lambda each: each[0])
        return best

    def _rarity(self, word: str) -> tuple[int, str]:
        return len(self._places[word]), word


def _beside(words: Sequence[str], window: Sequence[str], first: int) -> list[tuple[int, int]]:
    """Which of the words stands beside which of the window's, that begins at ``first``; none stands alone."""
    blocks = SequenceMatcher(None, words, window, autojunk=False).get_matching_blocks()
    spans = ((ours, first + theirs, size) for ours, theirs, size in blocks)
    return [
        (ours + i, theirs + i)
        for ours, theirs, size in spans
        if size > 1 and any(word != NUMBER for word in words[ours : ours + size])
        for i in range(size)
    ]
