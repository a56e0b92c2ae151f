"""What sorting into themes means. Pure: the same file and the same themes always give the same plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.services.refusal import Refusal
from bot.services.text import one_line, required, sameness
from bot.storage.contributions import Kind
from bot.storage.themes import Theme

NAME = 80
"""How many characters a theme's name may have: with its counts it fits into a line."""

MOST = 100
"""How many themes a session may have: more of them sort nothing."""

BETWEEN = ";"
"""What stands between two themes in a spreadsheet; a line break does too. Commas stand in names."""


@dataclass(frozen=True)
class Piece:
    """Something that was said, to be sorted: never with its author. ``themes`` are the ids of those it is in."""

    id: int
    kind: Kind
    text: str
    quotable: bool
    themes: frozenset[int]


@dataclass(frozen=True)
class Line:
    """What a row of a spreadsheet says of a contribution; ``row`` is its number as the spreadsheet counts."""

    row: int
    contribution: int
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Odd:
    """A row that is passed over, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Plan:
    """What taking a spreadsheet in would change.

    ``gets`` are pairs of a theme's name and a contribution's id, ``loses`` of a theme's id and a contribution's.
    ``unsigned`` are the signed themes that are changed.
    """

    new: tuple[str, ...]
    gets: frozenset[tuple[str, int]]
    loses: frozenset[tuple[int, int]]
    unsigned: tuple[Theme, ...]
    odd: tuple[Odd, ...]

    @property
    def nothing(self) -> bool:
        """Whether all is like that already."""
        return not (self.gets or self.loses)

    @property
    def gain(self) -> int:
        """How many contributions get a theme."""
        return len({contribution for _, contribution in self.gets})

    @property
    def lose(self) -> int:
        """How many lose one."""
        return len({contribution for _, contribution in self.loses})

    @property
    def mark(self) -> int:
        """A number that stands for exactly these changes, in at most 18 digits."""
        signed = [(each.id, each.signed_by, str(each.signed_at)) for each in self.unsigned]
        changes = repr((self.new, sorted(self.gets), sorted(self.loses), signed))
        return int.from_bytes(blake2b(changes.encode(), digest_size=8).digest(), "big") % 10**18


def theme_name(typed: str) -> str:
    """A theme's name as it is kept."""
    name = required(one_line(typed), "A theme’s name", NAME)
    if BETWEEN in name:
        raise Refusal("A theme’s name can have no semicolon: in a spreadsheet it stands between two themes.")
    return name


def same(themes: Iterable[Theme], name: str) -> Theme | None:
    """The theme that a reader takes for the one of that name."""
    return next((each for each in themes if sameness(each.name) == sameness(name)), None)


def plan(pieces: Mapping[int, frozenset[int]], themes: Sequence[Theme], lines: Sequence[Line]) -> Plan:
    """What the lines change. ``pieces`` are the contributions by their ids, with the ids of the themes they are in.

    What no line names stays as it is.
    """
    ids = {each.name: each.id for each in themes}
    spelt = {sameness(name): name for name in ids}
    wanted, odd = _wanted(pieces, lines, spelt)
    gets, loses = set[tuple[str, int]](), set[tuple[int, int]]()
    for contribution, names in wanted.items():
        have = pieces[contribution]
        gets |= {(name, contribution) for name in names if ids.get(name) not in have}
        loses |= {(theme, contribution) for theme in have - {ids.get(name) for name in names}}
    named = {name for name, _ in gets}
    new = tuple(name for name in spelt.values() if name in named and name not in ids)
    changed = {ids[name] for name in named if name in ids} | {theme for theme, _ in loses}
    unsigned = tuple(each for each in themes if each.signed_by and each.id in changed)
    return Plan(new, frozenset(gets), frozenset(loses), unsigned, tuple(sorted(odd, key=lambda each: each.row)))


def _wanted(
    pieces: Mapping[int, frozenset[int]], lines: Sequence[Line], spelt: dict[str, str]
) -> tuple[dict[int, frozenset[str]], list[Odd]]:
    """The themes each contribution is to have, and the rows that are passed over. New names go into ``spelt``."""
    read, odd = dict[int, dict[int, tuple[str, ...]]](), list[Odd]()
    for line in lines:
        if line.contribution not in pieces:
            odd.append(Odd(line.row, "no such contribution, or it has been hidden or taken back"))
            continue
        try:
            names = tuple(map(theme_name, line.themes))
        except Refusal as refusal:
            odd.append(Odd(line.row, str(refusal)))
        else:
            read.setdefault(line.contribution, {})[line.row] = names
    wanted = dict[int, frozenset[str]]()
    for contribution, rows in read.items():
        if len({frozenset(map(sameness, names)) for names in rows.values()}) > 1:
            odd += [Odd(row, "the same contribution stands here more than once, with other themes") for row in rows]
        else:
            names = next(iter(rows.values()))
            wanted[contribution] = frozenset(spelt.setdefault(sameness(name), name) for name in names)
    return wanted, odd
