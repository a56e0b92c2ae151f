import re
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.reports.figures import draw
from bot.reports.html import to_html
from bot.reports.markdown import to_markdown, to_themes_markdown
from bot.reports.text import one_line, plain
from bot.services.reporting import LIMITS, Report, TakenOut, Voices
from bot.services.tallies import Row
from tests.reports.readers import Read, read_html, read_markdown
from tests.reports.samples import (
    CULTURE,
    HOSTILE,
    IMPROVE,
    TAKEAWAY,
    hostile_report,
    poll,
    report,
    report_of_kinds,
    talkative_report,
)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


async def forms(reported: Report) -> list[Read]:
    names = [f"figure-{i}.png" for i, _ in enumerate(reported.pictured)]
    drawn = await draw(reported.pictured)
    return [read_markdown(to_markdown(reported, names)), read_html(to_html(reported, drawn))]


HEADINGS = {
    "rating": ["Step", "People", "Per cent"],
    "ranking": ["Option", "Points", "Put it first"],
    "place": ["Region", "People", "Per cent"],
}


def cells(row: Row) -> list[str]:
    return ["not shown"] * 2 if row.hidden else [f"{row.count:,}", f"{row.percent}%"]


def tables_of(reported: Report) -> list[list[list[str]]]:
    return [
        [
            HEADINGS.get(asked.kind, ["Option", "People", "Per cent"]),
            *([one_line(row.text), *cells(row)] for row in asked.tally.rows),
        ]
        for asked in reported.polls
        if asked.kind != "open"
    ]


def quotes_of(reported: Report) -> list[list[str]]:
    answers = (asked.answers for asked in reported.polls if asked.answers)
    more = reported.said
    rooms = (words for each in more.breakouts for room in each.rooms for words in (room.discussed, room.one_thing))
    texts = (
        *(text for said in answers for text in said.quotable),
        *more.comments.quotable,
        *(asked.text for asked in more.questions),
        *filter(None, rooms),
        *(text for said in (reported.takeaways, reported.improvements) for text in said.quotable),
        *more.connections.outcomes,
    )
    return [lines(plain(text)) for text in texts]


def sections_of(reported: Report) -> list[str]:
    more = reported.said
    there = {
        "Themes": more.themes,
        "Comments": more.comments.count,
        "Questions to the panel": more.questions,
        "Breakout": more.breakouts,
        "Takeaways": True,
        "Improvements": True,
        "Offers of help": more.offers,
        "You said, we did": more.changes,
    }
    return [title for title, something in there.items() if something]


@pytest.mark.parametrize(
    "reported",
    [report(), report_of_kinds(), hostile_report(), talkative_report()],
    ids=["usual", "kinds", "hostile", "talkative"],
)
async def test_numbers_and_words_read_back_as_they_were(reported: Report) -> None:
    for read in await forms(reported):
        assert read.tables == tables_of(reported)
        assert [lines(quote) for quote in read.quotes] == quotes_of(reported)
        assert [text for level, text in read.headings if level == 1] == [one_line(reported.title)]
        assert [text for level, text in read.headings if level == 3] == [
            *(f"Poll {asked.number}: {one_line(asked.question)}" for asked in reported.polls),
            *sections_of(reported),
        ]
        levels = [level for level, _ in read.headings]
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
        for asked in reported.polls:
            assert f"(n={asked.tally.n:,})" in read.text
        assert LIMITS in read.text.replace("\n", " ")


async def test_every_kind_of_poll_says_what_it_is() -> None:
    for read in await forms(report_of_kinds()):
        for sentence in (
            "On a scale of 1 to 5, the mean was 3.9 and the median 4 (n=43). People who left it blank are not counted.",
            "Answered confidentially. Response rate: 54% (43 answered here; 80 joined on Zoom, as given by the host).",
            "“Time” has the most points, 70; 50% put it first (n=28).",
            "Borda count: 3 points for a first place, 2 for a second, 1 for a third.",
            "Figure 2: points, and the share who put it first (n=28)",
            "About three-fifths (63%) selected “England” (n=64). Regions with fewer than five people are not shown",
            ", nor is a larger one that would give them away. 12 people chose those that are not shown.",
            "Figure 3: per cent of the people who answered (n=64)",
            "6 people wrote an answer (n=6).",
            "Answered with names (names are not in this report).",
            "6 answers: 2 below, 1 given for themes only, 3 withheld by their authors.",
            "Asked again (first run: Poll 3). Answered anonymously.",
            "People could choose up to 2.",
            "Figure 4: per cent of the people who answered (n=6)",
            "One poll was taken out of this report by a host, and why: Poll 3 (“It had one option *twice*.”).",
        ):
            assert sentence in read.text
        assert "Quietly, this." not in read.text


async def test_what_people_said_is_told_with_its_counts() -> None:
    for read in await forms(talkative_report()):
        for sentence in (
            "Time | space: 12 contributions from 9 people; signed off by Emma Adams",
            "Boards: 1 contribution from 1 person; not signed off",
            "3 comments from 2 people: 2 below, 1 withheld by its author.",
            "4 people supported 1 of them with a reaction.",
            "4 questions, 2 answered.",
            "Q1, to Dr Amar Shah, wanted by 4 others:",
            "Q2, wanted by 1 other:",
            "Answer: The *monthly* report.",
            "Q3, not answered; Emma Adams will follow up:",
            "Q4, not answered:",
            "Feedback came from 4 rooms: 2 below, 1 given for themes only, 1 withheld by its author.",
            "Nothing was heard of 2 rooms.",
            "A paper: Our board paper on *planning*",
            "A place to visit: Come to Fife",
            "In the series so far 2 introductions were asked for, and both sides agreed to 1. What people say",
            "Part 1, Longer breakouts (Emma): done: They are 15 minutes now.",
            "Works (n=12): local 7; national not shown.",
            "Hosts left 2 contributions out of this report.",
        ):
            assert sentence in read.text
        assert "Only for us." not in read.text
        assert [text for level, text in read.headings if level == 4] == ["Room 1", "Room 2"]
    themes = read_markdown(to_themes_markdown(talkative_report())).quotes
    assert {"Only for us.", "Quietly: me."} <= set(themes)


async def test_a_region_that_is_hidden_is_hidden_everywhere() -> None:
    """Wales has 3 of 64 and the Isle of Man 9: neither those nor their shares stand anywhere."""
    reported = report_of_kinds()
    placed = reported.polls[2]
    (drawn,) = await draw([placed])
    for read in await forms(replace(reported, polls=(placed,))):
        (table,) = read.tables
        assert table[2] == ["Wales", "not shown", "not shown"]
        assert table[5] == ["The Isle of Man", "not shown", "not shown"]
        assert not re.search(r"\b(5|14)%", read.text)
    assert "Wales: not shown. Northern Ireland: 0 people, 0%." in drawn.alt
    assert drawn.alt.endswith("The Isle of Man: not shown.")


async def test_polls_that_were_taken_out_are_counted_and_nothing_more() -> None:
    gone = (TakenOut(1, "Twice."), TakenOut(2, "The wrong\nsession"))
    for read in await forms(report(polls=(), taken_out=gone)):
        assert (
            "Two polls were taken out of this report by a host, and why: "
            "Poll 1 (“Twice.”) and Poll 2 (“The wrong session”)."
        ) in read.text
    for read in await forms(report()):
        assert "taken out" not in read.text


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


def test_answers_for_themes_stand_with_the_reviews() -> None:
    read = read_markdown(to_themes_markdown(report_of_kinds()))
    assert read.quotes == ["Quietly, this.", "Only for themes."]
    assert [text for level, text in read.headings if level == 2] == [
        "Poll 5",
        "Offers of help",
        "Takeaways",
        "Improvements",
    ]
    assert "“What will you try first?”" in read.text
    assert "Ask more." not in read.text


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
