"""The report as files, ready to hang on one Discord message."""

import logging
from dataclasses import dataclass

from bot.reports.figures import Drawn, draw
from bot.reports.html import to_html
from bot.reports.markdown import to_markdown, to_themes_markdown
from bot.reports.passages import KIND
from bot.services.reporting import Report

MOST_FILES = 10
"""Discord takes no more on a message."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReportFile:
    """``description`` says what is in it; for a figure that is its alt text (at most 1,024 characters)."""

    name: str
    data: bytes
    description: str


async def report_files(report: Report) -> list[ReportFile]:
    """The report in all its forms, at most ten: pictures beyond that are in the HTML only.

    Should the figures fail, the report still comes, with its tables, and the failure is logged.
    """
    try:
        drawn = await draw(report.pictured)
    except RuntimeError:
        _log.exception("The report of %s goes out without figures", slug(report))
        drawn = list[Drawn]()
    stem, kind = slug(report), f"{KIND}, part {report.part}"
    themes = _themes(report, stem)
    figures = [ReportFile(f"{stem}-figure-{i}.png", figure.png, figure.alt) for i, figure in enumerate(drawn, start=1)][
        : MOST_FILES - 2 - len(themes)
    ]
    markdown = to_markdown(report, [figure.name for figure in figures])
    return [
        ReportFile(f"{stem}-report.md", markdown.encode(), f"{kind}, as Markdown"),
        ReportFile(f"{stem}-report.html", to_html(report, drawn).encode(), f"{kind}, to open in a browser"),
        *figures,
        *themes,
    ]


def slug(report: Report) -> str:
    """A file name's beginning in plain ASCII, as the series' key is: for instance "qms-1-of-4"."""
    return f"{report.key}-{report.number}-of-{report.of}"


def _themes(report: Report, stem: str) -> list[ReportFile]:
    if not any(said.for_themes for _, said in report.voices):
        return []
    data = to_themes_markdown(report).encode()
    return [ReportFile(f"{stem}-for-themes.md", data, "Given for themes only: do not quote")]
