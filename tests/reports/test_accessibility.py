"""The HTML in a real browser: for everybody, at every width and on paper, and whatever stands in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from bot.reports.document import Document, Quote
from bot.reports.html import to_html
from bot.reports.text import one_line, plain
from tests.reports.papers import EMPTY, PAPER, SERIES, hostile, stand_ins
from tests.reports.readers import read_html

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}
VIEWS = (("screen", 1280), ("screen", 390), ("screen", 320), ("print", 658))
"""A desktop, a phone, the narrowest that people use, and A4 within its margins."""

CASES = (
    ("paper", PAPER, VIEWS),
    ("series", SERIES, VIEWS[1:]),
    ("empty", EMPTY, VIEWS[1:2]),
    ("undrawn", PAPER, VIEWS[1:2]),
)


@pytest.mark.skipif(not CHROMIUM, reason="There is no Chromium on this machine (on Debian: apt install chromium).")
def test_a_real_browser_finds_nothing_wrong(subtests: pytest.Subtests, tmp_path: Path) -> None:
    """All in one test, because a browser takes its time to start."""
    with new_page() as page:
        for name, document, views in CASES:
            file = tmp_path / f"{name}.html"
            file.write_text(to_html(document, [] if name == "undrawn" else stand_ins(document)))
            page.goto(file.as_uri())
            for medium, width in views:
                with subtests.test(name, medium=medium, width=width):
                    found = Axe().run(look(page, medium, width), options=RULES)
                    assert not found.violations_count, found.generate_report()
                    assert not beyond(page)
        with subtests.test("hostile"):
            stays_inert(page, hostile(), tmp_path / "hostile.html")


@contextmanager
def new_page() -> Iterator[Page]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
        browser.new_page() as page,
    ):
        yield page


def look(page: Page, medium: str, width: int) -> Page:
    page.emulate_media(media=medium)
    page.set_viewport_size({"width": width, "height": 900})
    return page


def beyond(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def stays_inert(page: Page, document: Document, file: Path) -> None:
    """No script has run, nothing was asked for, no element is there but ours, and no text is wider than the page."""
    happened = []
    page.on("request", lambda request: happened.append(request.url))
    page.on("dialog", lambda dialog: happened.append(dialog.message))
    page.on("console", lambda message: happened.append(message.text))
    page.on("pageerror", lambda error: happened.append(str(error)))
    html = to_html(document, stand_ins(document))
    file.write_text(html)
    page.goto(file.as_uri())
    there = page.evaluate("Array.from(document.querySelectorAll('*'), element => element.localName)")
    assert there == [tag for tag, _ in read_html(html).elements]
    assert page.title() == f"{one_line(document.title)} – {one_line(document.kind)}"
    quotes = page.evaluate("Array.from(document.querySelectorAll('blockquote'), quote => quote.textContent)")
    assert quotes == [plain(block.text).strip() for block in document.blocks if isinstance(block, Quote)]
    assert not any(beyond(look(page, medium, width)) for medium, width in VIEWS)
    assert [url for url in happened if not url.startswith("data:image/svg+xml")] == [file.as_uri()]
