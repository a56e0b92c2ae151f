"""The report as Markdown, to read in an editor, paste into a wiki or diff."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.reports import passages, wording
from bot.reports.figures import alt_text
from bot.reports.text import for_markdown, one_line, quoted
from bot.services.reporting import Report


def to_markdown(report: Report, figure_names: Sequence[str]) -> str:
    """The report; ``figure_names`` are the files of the first figures, beside which it is going to lie."""
    return _render("report.md.jinja", report=report, figure_names=figure_names)


def to_themes_markdown(report: Report) -> str:
    """What was given for themes only, for the organising team's eyes and not to be quoted."""
    return _render("themes.md.jinja", report=report)


def _render(template: str, **context: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,  # ``finalize`` leaves it nothing to do; it marks what macros make as escaped
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"one_line": one_line, "named": passages.named, "quoted": quoted}
    words: dict[str, object] = {"say": wording, "passages": passages, "alt_text": alt_text}
    return environment.get_template(template).render(words, **context)


def _escaped(value: object) -> object:
    # Markup means "escaped already": here for Markdown, whose escape is not HTML's.
    return value if isinstance(value, Markup) else Markup(for_markdown(str(value)))  # noqa: S704
