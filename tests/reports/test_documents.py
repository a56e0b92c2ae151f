import re
from itertools import pairwise

import pytest

from bot.reports.figures import draw
from bot.reports.html import to_html
from bot.reports.markdown import to_markdown, to_themes_markdown
from bot.reports.text import one_line, plain
from bot.services.reporting import LIMITS, Report, Voices
from tests.reports.readers import Read, read_html, read_markdown
from tests.reports.samples import CULTURE, HOSTILE, IMPROVE, TAKEAWAY, hostile_report, poll, report


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


async def forms(reported: Report) -> list[Read]:
    names = [f"figure-{asked.number}.png" for asked in reported.polls]
    drawn = await draw(reported.polls)
    return [read_markdown(to_markdown(reported, names)), read_html(to_html(reported, drawn))]


def tables_of(reported: Report) -> list[list[list[str]]]:
    return [
        [
            ["Option", "People", "Per cent"],
            *([one_line(row.text), f"{row.count:,}", f"{row.percent}%"] for row in asked.tally.rows),
        ]
        for asked in reported.polls
    ]


@pytest.mark.parametrize("reported", [report(), hostile_report()], ids=["usual", "hostile"])
async def test_numbers_and_words_read_back_as_they_were(reported: Report) -> None:
    quotes = [lines(plain(text)) for said in (reported.takeaways, reported.improvements) for text in said.quotable]
    for read in await forms(reported):
        assert read.tables == tables_of(reported)
        assert [lines(quote) for quote in read.quotes] == quotes
        assert [text for level, text in read.headings if level == 1] == [one_line(reported.title)]
        assert [text for level, text in read.headings if level == 3] == [
            *(f"Poll {asked.number}: {one_line(asked.question)}" for asked in reported.polls),
            *("Takeaways", "Improvements"),
        ]
        levels = [level for level, _ in read.headings]
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
        for asked in reported.polls:
            assert f"(n={asked.tally.n:,})" in read.text
        assert LIMITS in read.text.replace("\n", " ")


async def test_the_usual_report_says_what_the_seed_says() -> None:
    for read in await forms(report()):
        for sentence in (
            "Poll and comments summary report",
            "webinar “Everybody's Business” held on Thursday 24 February 2022, part 1 of 4 of the series",
            "Thursday 24 February 2022, 13:00",
            "Emma Adams, Generation Q Fellow",
            "Michael Canavan, Portfolio Lead, QMS",
            "118 people did something on Discord, each counted once",
            "122 people, as given by the host",
            f"About three-fifths (59%) selected “{CULTURE}” (n=90).",
            "Response rate: 74% (90 answered here; 122 joined on Zoom, as given by the host).",
            "People could choose any number.",
            "Figure 2: per cent of the people who answered (n=74)",
            f"“{TAKEAWAY}”",
            "5 takeaways: 2 below, 1 given for themes only, 2 withheld by their authors.",
            f"“{IMPROVE}”",
            "1 improvement: 1 below.",
            "q@health.org.uk · #QcomQMS",
        ):
            assert sentence in read.text


async def test_without_the_hosts_number_there_is_no_response_rate() -> None:
    for read in await forms(report(joined=None)):
        assert "Response rate" not in read.text
        assert "74%" not in read.text
        assert "not given" in read.text
        assert "no response rate is printed" in read.text


async def test_a_number_that_cannot_be_right_gives_no_response_rate() -> None:
    for read in await forms(report(joined=80)):
        assert "80 people, as given by the host" in read.text
        assert "Response rate: 93% (74 answered here; 80 joined on Zoom" in read.text
        assert read.text.count("Response rate:") == 1


async def test_an_empty_session_has_a_report() -> None:
    nobody = Voices(TAKEAWAY, (), (), 0)
    bare = report(
        starts_at=None, place="", hosts=(), guests=(), took_part=0, joined=None, polls=(),
        contact="", hashtag="", takeaways=nobody, improvements=Voices(IMPROVE, (), (), 1),
    )  # fmt: skip
    for read in await forms(bare):
        assert "0 people did something on Discord" in read.text
        assert "Joined the webinar" in read.text
        assert "No polls were held." in read.text
        assert "No takeaways came in." in read.text
        assert "1 improvement: none below, 1 withheld by its author." in read.text
        assert "Date" in read.text
        assert "Host" not in read.text
        assert "Contact" not in read.text
        assert LIMITS in read.text.replace("\n", " ")


async def test_nobody_answering_is_said_plainly() -> None:
    for read in await forms(report(polls=(poll(1, "Anyone?", {"Yes": 0, "No": 0}, 0),))):
        assert "Nobody answered this poll." in read.text
        assert read.tables[0][1:] == [["Yes", "0", "0%"], ["No", "0", "0%"]]
        assert "Response rate:" not in read.text


async def test_only_what_may_be_quoted_is_quoted() -> None:
    mine = report(takeaways=Voices(TAKEAWAY, ("Quotable.",), ("Themes only.",), 3))
    markdown, html = to_markdown(mine, []), to_html(mine, await draw(mine.polls))
    themes = to_themes_markdown(mine)
    for text in (markdown, html):
        assert "Quotable." in text
        assert "Themes only." not in text
    assert "Quotable." not in themes
    read = read_markdown(themes)
    assert read.quotes == ["Themes only."]
    assert read.headings[0] == (1, "Do not quote: Everybody's Business")
    assert "no part of it may be quoted" in read.text
    assert "None were given for themes only." in read.text


def test_hostile_themes_stay_inert() -> None:
    read = read_markdown(to_themes_markdown(report(title=HOSTILE[5], takeaways=Voices(HOSTILE[7], (), HOSTILE, 0))))
    assert [lines(quote) for quote in read.quotes] == [lines(plain(text)) for text in HOSTILE]


async def test_the_html_is_self_contained_and_accessible() -> None:
    drawn = await draw(report().polls)
    html = to_html(report(), drawn)
    read = read_html(html)
    tags = [tag for tag, _ in read.elements]
    assert html.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": "en-GB"}) in read.elements
    assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
    assert (tags.count("figure"), tags.count("figcaption")) == (2, 2)
    assert (tags.count("table"), tags.count("caption")) == (2, 2)
    assert {attrs.get("scope") for tag, attrs in read.elements if tag == "th"} == {"col", "row"}
    images = [attrs for tag, attrs in read.elements if tag == "img"]
    assert [image["alt"] for image in images] == [figure.alt for figure in drawn]
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in images)
    assert "@media print" in html


async def test_nothing_in_the_html_runs_or_asks_the_network() -> None:
    html = to_html(hostile_report(), await draw(hostile_report().polls))
    read = read_html(html)
    asked = {value for _, attrs in read.elements for name, value in attrs.items() if name in {"src", "href"}}
    assert all(value.startswith("data:") for value in asked)
    assert not {"script", "iframe", "object", "link", "base", "form", "svg"} & {tag for tag, _ in read.elements}
    assert not [name for _, attrs in read.elements for name in attrs if name.startswith("on")]
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html


def test_markdown_links_only_to_its_own_figures() -> None:
    read = read_markdown(to_markdown(hostile_report(), ["figure-1.png", "figure-2.png"]))
    kinds = {kind for kind, _ in read.elements}
    assert not {"link_open", "html_inline", "fence", "code_block", "code_inline"} & kinds
    assert [attrs["src"] for kind, attrs in read.elements if kind == "image"] == [
        "figure-1.png",
        "figure-2.png",
    ]
    assert len(read.tables) == 3


def test_without_figures_the_tables_stand_alone() -> None:
    read = read_html(to_html(report(), []))
    assert read.tables == tables_of(report())
    assert read.text.count("The figure could not be drawn") == 2
    assert "img" not in [tag for tag, _ in read.elements]
