"""A report as one HTML file: opens from disk, asks nothing of the network, prints well."""

from base64 import b64encode
from functools import cache

from jinja2 import Template

from bot.reports.document import NOT_DRAWN, Document, Heading, Pictures
from bot.reports.templating import environment, printable

LONG = 4
"""From so many sections on it begins with a table of contents."""


def to_html(document: Document, pictures: Pictures) -> str:
    """``document`` with its ``pictures`` inside; where one is missing, a sentence points to the table."""
    sections = sum(isinstance(block, Heading) and block.level == 2 for block in document.blocks)  # noqa: PLR2004
    return _template().render(
        document=document,
        blocks=list(document.illustrated(pictures)),
        long=sections >= LONG,
        not_drawn=NOT_DRAWN,
    )


@cache
def _template() -> Template:
    templates = environment(printable)
    templates.filters["data_uri"] = _data_uri
    return templates.get_template("report.html.jinja")


def _data_uri(svg: bytes) -> str:
    # As an image of its own rather than inline: the ids inside two figures cannot clash, and nothing
    # in it could run.
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
