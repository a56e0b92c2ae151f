"""The typefaces of everything that is typeset, the same on every machine, and what none of them can show."""

import shutil
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

_LATIN = "font_source_sans_pro", "files"
_WEIGHTS = ("Regular", "Semibold", "Bold")
_OTHERS = (
    ("justmytype_intl_rtl", "fonts/ofl/notosansarabic/NotoSansArabic[wdth,wght].ttf"),
    ("justmytype_intl_rtl", "fonts/ofl/notosanshebrew/NotoSansHebrew[wdth,wght].ttf"),
    ("deckr_fonts", "fonts/NotoEmoji[wght].ttf"),
    ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
)
"""Packages that carry fonts, and which of their files; `chart.typ` names the typefaces in this order."""

_PLAIN = "\u017e"
"""Up to here, controls aside, Source Sans Pro has every character."""

_SEEN_BY_NOBODY = {"Cc", "Cf", "Zl", "Zp"}
_SEEN_ALL_THE_SAME = frozenset("\u070f\u0890\u0891\ufff9\ufffa\ufffb\U000110bd\U000110cd")
_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")


@contextmanager
def typefaces() -> Generator[typst.Fonts]:
    """Those of the list and no others: neither the machine's nor typst's own."""
    # Typst takes folders only, and a package's own folder holds more than is meant: Source Sans Pro has each face
    # twice (.otf and .ttf), and which of the two is found first differs between machines.
    with TemporaryDirectory(prefix="plenary-fonts-") as folder:
        for path in (_file(*_LATIN) / f"SourceSansPro-{weight}.otf" for weight in _WEIGHTS):
            shutil.copyfile(path, Path(folder) / path.name)
        rest = sorted({str(_file(*each).parent) for each in _OTHERS})
        yield typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder, *rest])


def _file(package: str, path: str) -> Path:
    """A package's file, without running any of the package's code."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package}, which carries fonts, is not installed.")
    return Path(spec.origin).parent / path


def unshown(text: str) -> str:
    """The characters of ``text`` for which no typeface of the list has a glyph: each once, in order."""
    unsure = {char for char in text if char > _PLAIN and _visible(char)}
    for face in ((_LATIN[0], f"{_LATIN[1]}/SourceSansPro-Regular.otf"), *_OTHERS):
        unsure = unsure and _lacking(unsure, _file(*face))
    return "".join(sorted(unsure))


def _visible(char: str) -> bool:
    if ord(char) in _SELECTORS or char in _BLANK:
        return False
    return char in _SEEN_ALL_THE_SAME or unicodedata.category(char) not in _SEEN_BY_NOBODY


def _lacking(chars: set[str], path: Path) -> set[str]:
    # It takes a while to import, and what draws single figures needs none of it.
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    # The faces of a collection differ in how they draw a character, not in which they have.
    with TTFont(path, lazy=True, fontNumber=0) as face:
        has = face.getBestCmap() or {}
        return {char for char in chars if ord(char) not in has}
