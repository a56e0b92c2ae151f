"""The report as Markdown, to read in an editor, paste into a wiki or diff."""

import re
from collections.abc import Sequence
from functools import cache

from jinja2 import Template
from markupsafe import Markup

from bot.reports.document import NOT_DRAWN, Document
from bot.reports.templating import environment
from bot.reports.text import for_markdown, quoted, web_address

_ENTITY = re.compile(r"&(?=#?\w+;)")


def to_markdown(document: Document, figure_names: Sequence[str]) -> str:
    """``document``; ``figure_names`` are the files of its first figures, beside which it is going to lie.

    Where one is missing, a sentence points to the table.
    """
    return _template().render(document=document, blocks=document.illustrated(figure_names), not_drawn=NOT_DRAWN)


@cache
def _template() -> Template:
    templates = environment(_escaped)
    templates.filters |= {"quoted": quoted, "hashes": _hashes, "address": _address}
    return templates.get_template("report.md.jinja")


def _escaped(value: object) -> object:
    # Markup means "escaped already": here for Markdown, whose escape is not HTML's.
    return value if isinstance(value, Markup) else Markup(for_markdown(str(value)))  # noqa: S704


def _hashes(level: int) -> Markup:
    return Markup("#" * level)  # noqa: S704


def _address(url: str) -> Markup:
    return Markup(_ENTITY.sub(r"\&", web_address(url)))  # noqa: S704
