"""The report as one HTML file: opens from disk, asks nothing of the network, prints well."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.reports import passages, wording
from bot.reports.figures import Drawn
from bot.reports.text import one_line, plain
from bot.services.reporting import Report


def to_html(report: Report, drawn: Sequence[Drawn]) -> str:
    """The report with its figures inside; where ``drawn`` is too short, the tables stand alone."""
    template = _environment().get_template("report.html.jinja")
    return template.render(report=report, drawn=drawn, say=wording, passages=passages)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"one_line": one_line, "named": passages.named, "data_uri": _data_uri}
    return environment


def _printable(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _data_uri(svg: bytes) -> str:
    # As an image of its own rather than inline: the ids inside two figures cannot clash, and nothing
    # in it could run.
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
