"""What may be done to people's words in a report: they are cut, put into an order, or left as they are. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.services.refusal import Refusal
from bot.services.text import clean, one_line, shortened

_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_TYPED = str.maketrans({**dict.fromkeys("’‘‚‛ʼ′´`", "'"), **dict.fromkeys("“”„‟«»″", '"'), "…": "..."})
"""What keyboards and word processors put in the place of what was typed."""

NOT_PRINTED = "--- not printed:"
"""The line of a form below which nothing is printed."""

MOST = 300
"""How many lines a form of quotes has: more of them nobody puts into an order."""

RULE = (
    "A quote can only be cut: put […] where you leave something out, and [words] around what you put in. All else has "
    "to stand in what was written, in that order."
)


@dataclass(frozen=True)
class Amiss:
    """Where a cut version departs from what was written: ``after`` these words of it, instead of ``there``."""

    after: str
    typed: str
    there: str


def _plain(text: str) -> str:
    return " ".join(clean(text).translate(_TYPED).split())


def amiss(original: str, cut: str) -> Amiss | None:
    """Where a cut version says what was not written, outside of brackets; None where it is only cut.

    White space, and the kind of quotation marks, do not matter.
    """
    whole, at, said = _plain(original), 0, ""
    for piece in map(str.strip, _BRACKETED.split(_plain(cut))):
        found = whole.find(piece, at)
        if found < 0:
            # The longest beginning of the piece that does stand there, in whole words, says where it goes wrong.
            good = max(size for size in range(len(piece)) if whole.find(piece[:size], at) >= 0)
            good = piece.rfind(" ", 0, good) + 1
            at = whole.find(piece[:good], at) + good
            return Amiss(f"{said}{piece[:good]}"[-40:], piece[good : good + 40], whole[at : at + 40])
        at, said = found + len(piece), f"{said}{piece} […] "
    return None


def is_cut_of(original: str, cut: str) -> bool:
    """Whether a version of somebody's words leaves out and marks, and does nothing else."""
    return bool(_BRACKETED.sub("", cut).strip()) and amiss(original, cut) is None


def cut_of(original: str, typed: str) -> str:
    """A version of somebody's words to print, refused where it is more than cut; empty where nothing is cut."""
    cut = clean(typed)
    if _plain(cut) in {"", _plain(original)}:
        return ""
    if wrong := amiss(original, cut):
        after = f"After “{wrong.after}” you have “{wrong.typed}”" if wrong.after else f"It begins “{wrong.typed}”"
        there = f"what was written goes on “{wrong.there}”" if wrong.there else "nothing more was written"
        raise Refusal(f"{RULE} {after}, but {there}.")
    if not is_cut_of(original, cut):
        raise Refusal(f"{RULE} Nothing of it would be left. To leave it out, take it out of the theme’s quotes.")
    return cut


def lines(items: Mapping[int, str], order: Sequence[int], room: int) -> str:
    """Numbered lines to rearrange, of what is printed in its ``order``, and below a line of what is not.

    An item's number is its place among the ``items``, which are known by their ids.
    """
    numbers = {each: number for number, each in enumerate(items, 1)}
    rest = [each for each in items if each not in order]
    around = len(NOT_PRINTED) + 1 + sum(len(f"{number}. \n") for number in numbers.values())
    width = max((room - around) // max(len(items), 1), 0)

    def line(each: int) -> str:
        return f"{numbers[each]}. {shortened(one_line(items[each]), width) if width else ''}".strip()

    below = [NOT_PRINTED, *map(line, rest)] if rest else []
    return "\n".join((*(line(each) for each in order if each in numbers), *below))


def rearranged(items: Mapping[int, str], typed: str) -> tuple[int, ...]:
    """The ids of the items in the order in which somebody has put their lines; what is not printed is not in it."""
    ids, order = list(items), list[int]()
    for place, line in enumerate(clean(typed).split("\n"), 1):
        if line.startswith("-"):
            break
        if not line:
            continue
        begins = re.match(r"[0-9]{1,4}(?![0-9])", line)
        if begins is None:
            raise Refusal(f"Line {place} does not begin with a number: “{shortened(line, 60)}”. Nothing was changed.")
        number = int(begins[0])
        if not 1 <= number <= len(ids):
            raise Refusal(f"There is no number {number}: they go up to {len(ids)}. Nothing was changed.")
        if ids[number - 1] in order:
            raise Refusal(f"Number {number} stands there twice. Nothing was changed.")
        order.append(ids[number - 1])
    return tuple(order)


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text, as they are written but for the commas between thousands."""
    found = re.findall(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?", text)
    return frozenset(f"{float(each.replace(',', '')):g}" if "." in each else each.replace(",", "") for each in found)
