"""What people write, made fit to show to others and to compare."""

import re
import unicodedata

from bot.services.refusal import Refusal

MARKS = 4
"""Accents and vowel signs one letter may carry: pointed Hebrew needs four, "zalgo" text has dozens."""

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_TAGS = "\U000e0030-\U000e0039\U000e0061-\U000e007a"
_FLAGS = re.compile(f"(\U0001f3f4[{_TAGS}]{{3,6}}\U000e007f)")
"""Wales, Scotland, England: a black flag and invisible letters. Elsewhere those letters only smuggle text."""

_JOINERS = "\u200c\u200d"
_JOINER_RUN = re.compile(f"[{_JOINERS}]+")
_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are drawn, such as the Arabic number sign and the end of a verse."""

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks, by their category, that draw nothing."""

_BRAILLE_BLANK = "\u2800"


def clean(text: str) -> str:
    """``text`` as it may be stored and shown: NFC, and nothing in it that hides or reorders other text.

    Lines are kept, with at most one empty line between two. Running it twice changes nothing more.
    """
    legible = "".join(
        piece if _FLAGS.fullmatch(piece) else "".join(map(_legible, piece))
        for piece in _FLAGS.split(_BREAKS.sub("\n", text))
    )
    # A joiner that goes can bring a letter and its accent together, hence NFC once more.
    composed = unicodedata.normalize("NFC", legible)
    composed = unicodedata.normalize("NFC", _JOINER_RUN.sub(_joiner, _capped(composed)))
    lines = (re.sub(" +", " ", line).strip(" ") for line in composed.split("\n"))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def one_line(text: str) -> str:
    """``clean``, with spaces for line breaks."""
    return re.sub("\n+", " ", clean(text))


def sameness(text: str) -> str:
    """The key two texts share when a reader takes them for the same; empty when nothing would be seen.

    Only for comparing, never to be shown.
    """
    seen = unicodedata.normalize("NFKC", "".join(map(_seen, clean(text))))
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def counted(count: int, one: str, many: str = "") -> str:
    """For instance "1 vote", "1,200 votes" or "2 people": ``many`` is given where it is not ``one`` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def required(text: str, what: str, limit: int) -> str:
    """``clean(text)``, refused when it is empty or longer than ``limit``.

    ``what`` begins the sentence: "The question", "Option 3".
    """
    cleaned = clean(text)
    if not sameness(cleaned):
        raise Refusal(f"{what} is empty.")
    if len(cleaned) > limit:
        raise Refusal(f"{what} has {len(cleaned)} characters; at most {limit} fit.")
    return cleaned


def _legible(character: str) -> str:
    if character in _JOINERS or character in _SIGNS or character == "\n":
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    hidden = category in {"Cc", "Cf", "Cs"} or character in _FILLERS or _is_noncharacter(ord(character))
    return "" if hidden else character


def _is_noncharacter(point: int) -> bool:
    # They have no meaning anywhere, and an XML document (a Word report) may not hold them.
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF  # noqa: PLR2004


def _capped(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        if unicodedata.category(character).startswith("M"):
            marks += 1
        elif character not in _JOINERS:  # else a joiner would let the next pile of marks in
            marks = 0
        if marks <= MARKS:
            kept.append(character)
    return "".join(kept)


def _joiner(run: re.Match[str]) -> str:
    """One joiner where it shapes what it stands between: emoji families, Persian, Hindi. Else none."""
    before, after = run.string[max(run.start() - 1, 0) : run.start()], run.string[run.end() : run.end() + 1]
    return run[0][0] if before and after and not before.isascii() and not after.isascii() else ""


def _seen(character: str) -> str:
    if character == _BRAILLE_BLANK:
        return " "
    if "VARIATION SELECTOR" in unicodedata.name(character, ""):
        return ""
    # Tag letters stay: they are all that tells the flag of Wales from the flag of Scotland.
    is_tag = "\U000e0020" <= character <= "\U000e007f"
    return "" if unicodedata.category(character) == "Cf" and not is_tag else character


def shortened(text: str, limit: int) -> str:
    """``text``, cut with an ellipsis where it is longer than ``limit``."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
