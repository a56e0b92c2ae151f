"""A report as blocks to print: what says what and in which order is settled, and only how it looks is left.

Every text is plain: no renderer may take any of it for markup. What people wrote stands in `Quote`s, and in the texts
of figures and tables; all else is Plenary's own words or a host's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

T = TypeVar("T")

COLOUR = "#0b5a6b"
"""Plenary's own, for series that have none. White stands out on it by 7.7 to 1."""

NOT_DRAWN = "The figure could not be drawn; the table in the appendix has the same numbers."
"""What stands in the place of a figure without its picture."""


@dataclass(frozen=True)
class Heading:
    """``level`` 2 for a section, 3 for a part of one, 4 below that. The document's title is level 1."""

    level: Literal[2, 3, 4]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Several sentences. ``quiet`` ones say how to read what stands beside them; ``strong`` is what it begins with."""

    text: str
    quiet: bool = False
    strong: str = ""


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, with its lines. ``reply``: it answers the quote before it."""

    text: str
    reply: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list. Of each item the first part stands out, and may be empty."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """Terms, and one or several lines to each."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Link:
    """Where something is to be found. ``url`` is https."""

    text: str
    url: str


@dataclass(frozen=True)
class Links:
    """A list of links."""

    links: tuple[Link, ...]


@dataclass(frozen=True)
class Bar:
    """One bar of a figure: ``share`` from 0 to 1 of the full width, None where its number is not shown.

    ``large`` and ``small`` are its numbers in words, for instance "59%" and "53 people"; ``small`` may be empty.
    """

    label: str
    share: float | None
    large: str
    small: str


@dataclass(frozen=True)
class Figure:
    """Horizontal bars in the order given. ``alt`` has every number that fits into 1,024 characters."""

    number: int
    title: str
    n: str
    note: str
    bars: tuple[Bar, ...]
    caption: str
    alt: str


@dataclass(frozen=True)
class Table:
    """The first column holds texts, the others numbers in words. ``caption`` says what they are."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = Heading | Paragraph | Quote | Bullets | Facts | Links | Figure | Table


@dataclass(frozen=True)
class Document:
    """``part`` stands above the title: of which series, and which part. ``kind`` stands below it.

    ``stem`` is the beginning of its files' names; ``footer`` is for instance how to get in touch, and may be empty.
    """

    stem: str
    part: str
    title: str
    kind: str
    blocks: tuple[Block, ...]
    footer: str = ""
    colour: str = COLOUR

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    def illustrated(self, pictures: Sequence[T]) -> Iterator[tuple[Block, T | None]]:
        """Its blocks, and beside each figure its own of ``pictures`` as long as there are any."""
        rest = iter(pictures)
        return ((block, next(rest, None) if isinstance(block, Figure) else None) for block in self.blocks)


@dataclass(frozen=True)
class Picture:
    """A figure, drawn. Both show the same."""

    png: bytes
    svg: bytes


Pictures: TypeAlias = Sequence[Picture]
"""Those of a document's figures, in their order; empty where they could not be drawn."""
