"""The report as files, in all its forms."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.reports.aside import for_themes
from bot.reports.contents import contents
from bot.reports.document import Document, Pictures
from bot.reports.html import to_html
from bot.reports.made import Made, ReportFile
from bot.reports.markdown import to_markdown
from bot.reports.word import to_docx
from bot.services.reporting import Report

_log = logging.getLogger(__name__)

Thing = TypeVar("Thing")


def session_files(report: Report) -> Made:
    """A session's report, with what was given for themes only in a file of its own."""
    made = document_files(contents(report))
    if aside := for_themes(report):
        data = to_markdown(aside, ()).encode()
        return Made((*made.files, ReportFile(f"{aside.stem}-for-themes.md", data, aside.kind)), made.failed)
    return made


def document_files(document: Document) -> Made:
    """A document in all its forms. One that cannot be made does not keep the others from coming: that is logged."""
    failed: list[str] = []
    drawn = _tried(lambda: _pictures(document), "figures", failed) or []
    forms: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("pdf", "to print and to share", lambda: _pdf(document)),
        ("docx", "to edit in Word", lambda: to_docx(document, drawn)),
        ("html", "to open in a browser", lambda: to_html(document, drawn).encode()),
        ("md", "as Markdown", lambda: to_markdown(document, _names(document, drawn)).encode()),
    )
    files: list[ReportFile] = []
    for ending, what_for, make in forms:
        if data := _tried(make, ending.upper(), failed):
            files.append(ReportFile(f"{document.stem}-report.{ending}", data, f"{document.kind}, {what_for}"))
    return Made((*files, *_figures(document, drawn)), tuple(failed))


def _pictures(document: Document) -> Pictures:
    from bot.reports.typeset import pictures  # noqa: PLC0415  (where there is no typst, the others come all the same)

    return pictures(document.figures, document.colour)


def _pdf(document: Document) -> bytes:
    from bot.reports.typeset import to_pdf  # noqa: PLC0415  (likewise)

    return to_pdf(document)


def _figures(document: Document, drawn: Pictures) -> Iterator[ReportFile]:
    for name, figure, picture in zip(_names(document, drawn), document.figures, drawn, strict=False):
        yield ReportFile(name, picture.png, figure.alt)


def _names(document: Document, drawn: Pictures) -> list[str]:
    return [f"{document.stem}-figure-{i}.png" for i, _ in enumerate(drawn, start=1)]


def _tried(make: Callable[[], Thing], what: str, failed: list[str]) -> Thing | None:
    try:
        return make()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001  (whatever goes wrong with one of them: a panic of typst's is no Exception)
        _log.exception("the %s could not be made", what)
        failed.append(what)
        return None
