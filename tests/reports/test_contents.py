"""What a report says, read back out of every form of it."""

import re
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise

import docx
import pytest
from docx.document import Document as DocxDocument
from docx.text.paragraph import Paragraph
from pypdf import PdfReader

from bot.reports.aside import for_themes
from bot.reports.contents import contents
from bot.reports.html import to_html
from bot.reports.markdown import to_markdown
from bot.reports.text import one_line, plain
from bot.reports.typeset import pictures, to_pdf
from bot.reports.word import to_docx
from bot.services.reporting import LIMITS, Report, ReportedBreakout, TakenOut, Words
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
    said,
    talkative_report,
)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def squeezed(text: str) -> str:
    """Without white space: where a line breaks on paper says nothing."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)


@dataclass(frozen=True)
class Forms:
    """A report in all its forms, read back."""

    markdown: Read
    html: Read
    word: str
    word_tables: list[list[list[str]]]
    pdf: str

    @property
    def structured(self) -> tuple[Read, Read]:
        return self.markdown, self.html

    def say(self, sentence: str) -> bool:
        """Whether every one of them says it."""
        wanted = squeezed(sentence)
        texts = (self.markdown.text, self.html.text, self.word, self.pdf)
        return all(wanted in squeezed(text) for text in texts)

    def never_say(self, words: str) -> bool:
        wanted = squeezed(words)
        return not any(wanted in squeezed(text) for text in (self.markdown.text, self.html.text, self.word, self.pdf))


def _paragraphs(written: DocxDocument) -> list[Paragraph]:
    return [*written.paragraphs, *written.sections[0].footer.paragraphs]


def _cells(written: DocxDocument) -> list[str]:
    return [cell.text for table in written.tables for row in table.rows for cell in row.cells]


def forms(reported: Report) -> Forms:
    document = contents(reported)
    drawn = pictures(document.figures)
    written = docx.Document(BytesIO(to_docx(document, drawn)))
    return Forms(
        read_markdown(to_markdown(document, [f"figure-{i}.png" for i, _ in enumerate(drawn)])),
        read_html(to_html(document, drawn)),
        "\n".join((*(each.text for each in _paragraphs(written)), *_cells(written))),
        [[[cell.text for cell in row.cells] for row in table.rows] for table in written.tables],
        "\n".join(page.extract_text() for page in PdfReader(BytesIO(to_pdf(document))).pages),
    )


HEADINGS = {
    "rating": ["Step", "People", "Per cent"],
    "ranking": ["Option", "Points", "Put it first"],
    "place": ["Region", "People", "Per cent"],
}


def cells(row: Row) -> list[str]:
    return ["not shown"] * 2 if row.hidden else [f"{row.count:,}", f"{row.percent}%"]


def tables_of(reported: Report) -> list[list[list[str]]]:
    """Where people are comes first, then what was asked, by the parts of the session."""
    pictured = [asked for asked in reported.polls if asked.kind != "open"]
    return [
        [
            HEADINGS.get(asked.kind, ["Option", "People", "Per cent"]),
            *([one_line(row.text), *cells(row)] for row in asked.tally.rows),
        ]
        for asked in sorted(pictured, key=lambda asked: asked.kind != "place")
    ]


def words_of(reported: Report) -> set[str]:
    answers = (asked.answers for asked in reported.polls if asked.answers)
    more = reported.said
    rooms = (words for each in more.breakouts for room in each.rooms for words in (room.discussed, room.one_thing))
    spoken = (*answers, more.comments, reported.takeaways, reported.improvements)
    return {
        *(words.text for voices in spoken for words in voices.quotable),
        *(asked.text for asked in more.questions),
        *filter(None, rooms),
        *more.connections.outcomes,
    }


@pytest.mark.parametrize(
    "reported",
    [report(), report_of_kinds(), hostile_report(), talkative_report()],
    ids=["usual", "kinds", "hostile", "talkative"],
)
def test_numbers_and_words_read_back_as_they_were(reported: Report) -> None:
    read = forms(reported)
    for each in read.structured:
        assert each.tables == tables_of(reported)
        assert {tuple(lines(quote)) for quote in each.quotes} == {
            tuple(lines(plain(text))) for text in words_of(reported)
        }
        assert [text for level, text in each.headings if level == 1] == [one_line(reported.title)]
        levels = [level for level, _ in each.headings]
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert [table for table in read.word_tables if len(table[0]) == 3] == tables_of(reported)
    for asked in reported.polls:
        assert read.say(f"(n={asked.tally.n:,})")
        for row in asked.tally.rows:
            assert all(read.say(cell) for cell in cells(row))
    assert read.say(LIMITS)


def test_every_kind_of_poll_says_what_it_is() -> None:
    read = forms(report_of_kinds())
    for sentence in (
        "On a scale of 1 to 5, the mean was 3.9 and the median 4 (n=43). People who left it blank are not counted.",
        "Answered confidentially. Response rate: 54% (43 answered here; 80 joined on Zoom, as given by the host).",
        "“Time” has the most points, 70; 50% put it first (n=28).",
        "Borda count: 3 points for a first place, 2 for a second, 1 for a third.",
        "points, and the share who put it first (n=28)",
        "About three-fifths (63%) selected “England” (n=64). Regions with fewer than five people are not shown",
        ", nor is a larger one that would give them away. 12 people chose those that are not shown.",
        "per cent of the people who answered (n=64)",
        "6 people wrote an answer (n=6).",
        "Answered with names (names are not in this report).",
        "6 answers: 2 quotable, 1 given for themes only, 3 withheld by their authors.",
        "Asked again (first run: Poll 3). Answered anonymously.",
        "People could choose up to 2.",
        "per cent of the people who answered (n=6)",
        "One poll was taken out of this report by a host, and why: Poll 3 (“It had one option *twice*.”).",
    ):
        assert read.say(sentence), sentence
    assert read.never_say("Quietly, this.")


def test_what_people_said_is_told_with_its_counts() -> None:
    read = forms(talkative_report())
    for sentence in (
        "3 contributions from 3 people; signed off by Emma Adams",
        "In response: Will said: *soon*.",
        "1 contribution from 1 person; not signed off",
        "3 comments from 2 people: 2 quotable, 1 withheld by its author.",
        "4 people supported 1 of them with a reaction.",
        "4 questions, 2 answered.",
        "Q1. To Dr Amar Shah, wanted by 4 others, answered in the session:",
        "Q2. Wanted by 1 other, answered in writing:",
        "Answer: The *monthly* report.",
        "Q3. Not answered; Emma Adams will follow up:",
        "Q4. Not answered:",
        "Feedback came from 4 rooms: 2 quotable, 1 given for themes only, 1 withheld by its author.",
        "Nothing was heard of 2 rooms.",
        "A paper: Our board paper on *planning*",
        "A place to visit: Come to Fife",
        "In the series so far 2 introductions were asked for, and both sides agreed to 1. What people say",
        "Part 1, Longer breakouts (Emma): done: They are 15 minutes now.",
        "A shorter deck (Joy)",
        "Works (n=12): local 7; national not shown.",
        "Hosts left 2 contributions out of this report.",
        "A contribution may be in several themes",
    ):
        assert read.say(sentence), sentence
    assert read.never_say("Only for us.")


def test_it_has_the_order_of_the_real_one() -> None:
    read = forms(replace(talkative_report(), recording="https://example.org/watch", blog="https://example.org/blog"))
    for each in read.structured:
        titles = [text for level, text in each.headings if level == 2 and text != "Contents"]
        assert titles == [
            "Who took part",
            "Scotland’s approach",
            "Across the session",
            "Comments",
            "Questions to the panel",
            "Feedback from the breakout",
            "Takeaways and improvements",
            "Next steps suggested",
            "Offers of help",
            "What has changed since the last part",
            "Resources and recording",
            "Method and limits",
            "Appendix: the figures in numbers",
        ]


def test_polls_and_themes_stand_beside_what_they_are_about() -> None:
    first, second = (replace(asked, step=step) for asked, step in zip(report().polls, (3, None), strict=True))
    document = forms(replace(talkative_report(), polls=(first, second))).markdown
    titles = [text for _, text in document.headings]
    assert (
        titles.index("Scotland’s approach") < titles.index(f"Poll 1: {first.question}") < titles.index("Time | space")
    )
    assert titles.index("Across the session") < titles.index(f"Poll 2: {second.question}")
    assert titles.index("Next steps suggested") < titles.index("Training")


def test_a_question_that_was_asked_on_zoom_too_has_both_numbers_apart() -> None:
    asked = report().polls[0]
    there = replace(asked, id=9, number=1, on_zoom=True, tally=replace(asked.tally, n=74))
    alone = replace(there, question="Only there?")
    read = forms(report(polls=(replace(asked, zoom=there), alone), joined=122, counted_by_zoom=True, peak=101))
    for sentence in (
        "Answered anonymously. Response rate: 74% (90 answered here; 122 joined on Zoom, as Zoom’s own file has it).",
        "Answered on Zoom (n=74). Response rate: 61% (74 answered there; 122 joined on Zoom",
        "Zoom poll 1: Only there?",
        "101 people",
        "one person may have answered in both",
    ):
        assert read.say(sentence), sentence


def test_what_was_not_held_here_says_nothing_of_discord() -> None:
    read = forms(report(took_part=None, polls=()))
    assert read.say("every number is from Zoom’s own files")
    bare = forms(report(took_part=None, polls=(), takeaways=said(TAKEAWAY), improvements=said(IMPROVE)))
    assert bare.never_say("Takeaways")
    assert read.never_say("did something on Discord")


def test_what_hosts_have_written_stands_in_its_place() -> None:
    first, second = Words(11, "Bravo, and more."), Words(12, "Alpha", support=3)
    theme = replace(talkative_report().said.themes[0], quotes=(second, first), ids=(11, 12))
    other = replace(theme, id=9, name="Second", quotes=(), ids=(13,))
    comments = replace(talkative_report().said.comments, quotable=(first, second))
    edits = {
        "title": "Everybody’s *Business*",
        "introduction": "In our own words.",
        "sentence:1": "Most of them said culture (59%).",
        "quote:11": "Bravo […]",
        f"quotes:{theme.id}": "11",
        "themes": f"9 {theme.id}",
        "next_steps": "Ask the *cleaner*\nThen the board",
    }
    mine = report(said=replace(talkative_report().said, themes=(theme, other), comments=comments), edits=edits)
    read = forms(mine)
    for sentence in edits["next_steps"].split("\n"):
        assert read.say(sentence)
    for each in read.structured:
        titles = [text for _, text in each.headings]
        assert titles[0] == "Everybody’s *Business*"
        assert titles.index("Second") < titles.index(theme.name)
        assert each.quotes.index("Bravo […]") < each.quotes.index("Alpha")  # which is among the other comments now
    assert read.say("In our own words.")
    assert read.say("Most of them said culture (59%).")
    assert read.never_say("About three-fifths (59%)")
    assert read.never_say("and more.")


def test_comments_of_zooms_chat_are_told_apart() -> None:
    comments = said("In the chat", ("One", "Two", "Three"))
    some = replace(report().said, comments=comments, commenters=3, zoomers=1, from_zoom=(1, 2))
    assert forms(report(said=some)).say(
        "3 comments from 3 people: 3 quotable. 2 of them, from 1 person, were written in Zoom’s chat; whoever wrote"
    )
    every = replace(some, zoomers=3, from_zoom=(1, 2, 3))
    read = forms(report(said=every, took_part=None))
    assert read.say("3 comments from 3 people: 3 quotable. They were written in Zoom’s chat.")
    assert read.never_say("counted twice")


def test_bars_stand_as_asked_or_by_size() -> None:
    asked = poll(1, "Which?", {"Few": 2, "Many": 9, "Some": 4}, 15)
    for edits, order in (({}, ["Few", "Many", "Some"]), ({"bars": "size"}, ["Many", "Some", "Few"])):
        document = contents(report(polls=(asked,), edits=edits))
        (drawn,) = document.figures
        assert [bar.label for bar in drawn.bars] == order
        for read in forms(report(polls=(asked,), edits=edits)).structured:
            assert [row[0] for row in read.tables[0][1:]] == order
    rating, _, place, *_ = report_of_kinds().polls
    drawn = contents(report(polls=(rating, place), edits={"bars": "size"})).figures
    assert [bar.label[0] for bar in drawn[1].bars] == ["1", "2", "3", "4", "5"]  # a rating keeps the order of its steps
    assert [bar.large for bar in drawn[0].bars][-2:] == ["not shown", "not shown"]


def test_replies_follow_what_they_reply_to_and_stand_there_once() -> None:
    reply = Words(2, "Yes indeed.")
    comments = replace(talkative_report().said.comments, quotable=(Words(1, "Shall we?", replies=(reply,)), reply))
    for each in forms(report(said=replace(report().said, comments=comments))).structured:
        assert [quote for quote in each.quotes if quote in {"Shall we?", "Yes indeed."}] == ["Shall we?", "Yes indeed."]


def test_of_very_many_comments_the_first_are_printed_and_the_rest_counted() -> None:
    comments = said("In the chat", tuple(f"Comment {i}" for i in range(1, 131)))
    read = forms(report(said=replace(report().said, comments=comments, commenters=130)))
    assert read.say("130 comments from 130 people: 130 quotable.")
    assert read.say("… 30 more are in the data files.")
    assert len([quote for quote in read.html.quotes if quote.startswith("Comment")]) == 100


def test_a_reply_to_a_reply_stands_there_once_and_is_counted() -> None:
    third = Words(3, "Third.")
    first = Words(1, "First.", replies=(Words(2, "Second.", replies=(third,)),))
    theme = replace(talkative_report().said.themes[0], quotes=(first, third), ids=(1, 3))
    for each in forms(report(said=replace(report().said, themes=(theme,)))).structured:
        assert [quote for quote in each.quotes if quote.endswith("d.") or quote == "First."].count("Third.") == 1
    many = said("In the chat", tuple(f"Comment {i}" for i in range(1, 101)))
    comments = replace(many, quotable=(*(replace(each, id=each.id + 10) for each in many.quotable), first))
    read = forms(report(said=replace(report().said, comments=comments)))
    assert read.say("… 3 more are in the data files.")


def test_a_theme_with_nothing_left_in_it_is_not_printed() -> None:
    empty = replace(talkative_report().said.themes[0], name="Emptied", ids=(), quotes=(), reply="")
    read = forms(report(polls=(), said=replace(report().said, themes=(empty,))))
    assert read.never_say("Emptied")
    assert read.say("No polls were held, and nothing has been sorted into themes.")


def test_a_breakout_without_a_prompt_has_no_empty_quotation_marks() -> None:
    silent = ReportedBreakout((), said(""), 1)
    read = forms(report(said=replace(report().said, breakouts=(silent,))))
    assert read.say("No feedback came in. Nothing was heard of 1 room.")
    assert read.never_say("“”")


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 people did something on Discord"), (1, "1 person did something on Discord")]
)
def test_one_or_nobody_is_not_said_to_be_counted_once(count: int, told: str) -> None:
    read = forms(report(took_part=count))
    assert read.say(told)
    assert read.never_say("each counted once")


async def test_a_region_that_is_hidden_is_hidden_everywhere() -> None:
    """Wales has 3 of 64 and the Isle of Man 9: neither those nor their shares stand anywhere."""
    placed = report_of_kinds().polls[2]
    read = forms(replace(report_of_kinds(), polls=(placed,)))
    for each in read.structured:
        (table,) = each.tables
        assert table[2] == ["Wales", "not shown", "not shown"]
        assert table[5] == ["The Isle of Man", "not shown", "not shown"]
    for text in (read.markdown.text, read.html.text, read.word, read.pdf):
        assert not re.search(r"\b(5|14)%", text)


def test_polls_that_were_taken_out_are_counted_and_nothing_more() -> None:
    gone = (TakenOut(1, "Twice."), TakenOut(2, "The wrong\nsession"))
    assert forms(report(polls=(), taken_out=gone)).say(
        "Two polls were taken out of this report by a host, and why: "
        "Poll 1 (“Twice.”) and Poll 2 (“The wrong session”)."
    )
    assert forms(report()).never_say("taken out")


def test_the_usual_report_says_what_the_real_one_says() -> None:
    read = forms(report())
    for sentence in (
        "Poll and comments summary report",
        "webinar “Everybody's Business” held on Thursday 24 February 2022, part 1 of 4 of the series",
        "Thursday 24 February 2022, 13:00",
        "Emma Adams, Generation Q Fellow",
        "Michael Canavan, Portfolio Lead, QMS",
        "118 people did something on Discord, each counted once",
        "122 people, as given by the host",
        "5 takeaways and 1 improvement",
        f"About three-fifths (59%) selected “{CULTURE}” (n=90).",
        "Response rate: 74% (90 answered here; 122 joined on Zoom, as given by the host).",
        "People could choose any number.",
        "per cent of the people who answered (n=74)",
        f"“{TAKEAWAY}”",
        "5 takeaways: 2 quotable, 1 given for themes only, 2 withheld by their authors.",
        f"“{IMPROVE}”",
        "1 improvement: 1 quotable.",
        "q@health.org.uk · #QcomQMS",
    ):
        assert read.say(sentence), sentence


def test_without_the_hosts_number_there_is_no_response_rate() -> None:
    read = forms(report(joined=None))
    assert read.never_say("Response rate:")
    assert read.never_say("74%")
    assert read.say("not given")
    assert read.say("no response rate is printed")


def test_a_number_that_cannot_be_right_gives_no_response_rate() -> None:
    read = forms(report(joined=80))
    assert read.say("80 people, as given by the host")
    assert read.say("Response rate: 93% (74 answered here; 80 joined on Zoom")
    assert [each.text.count("Response rate:") for each in read.structured] == [1, 1]


def test_an_empty_session_has_a_report() -> None:
    bare = report(
        starts_at=None, place="", hosts=(), guests=(), took_part=0, joined=None, polls=(),
        contact="", hashtag="", takeaways=said(TAKEAWAY), improvements=said(IMPROVE, withheld=1),
    )  # fmt: skip
    read = forms(bare)
    for sentence in (
        "0 people did something on Discord",
        "Joined the webinar",
        "No polls were held",
        "No takeaways came in.",
        "1 improvement: none quotable, 1 withheld by its author.",
        "Date",
        LIMITS,
    ):
        assert read.say(sentence), sentence
    assert read.never_say("Hosts:")


def test_one_and_nobody_answering_are_said_plainly() -> None:
    read = forms(report(polls=(poll(1, "Anyone?", {"Yes": 0, "No": 0}, 0), poll(2, "One?", {"Yes": 1, "No": 0}, 1))))
    assert read.say("Nobody answered this poll.")
    assert read.say("The one person who answered selected “Yes” (n=1).")
    for each in read.structured:
        assert each.tables[0][1:] == [["Yes", "0", "0%"], ["No", "0", "0%"]]


def aside_of(reported: Report) -> Read:
    document = for_themes(reported)
    assert document is not None
    return read_markdown(to_markdown(document, ()))


def test_only_what_may_be_quoted_is_quoted() -> None:
    mine = report(takeaways=said(TAKEAWAY, ("Quotable.",), ("Themes only.",), 3))
    read = forms(mine)
    assert read.say("Quotable.")
    assert read.never_say("Themes only.")
    aside = aside_of(mine)
    assert aside.quotes == ["Themes only."]
    assert "Given for themes only: do not quote" in aside.text
    assert "no part of it may be quoted" in aside.text


def test_all_that_is_for_themes_only_is_in_the_file_of_that_name() -> None:
    hostile = report(title=HOSTILE[5], takeaways=said(HOSTILE[7], (), HOSTILE))
    assert [lines(quote) for quote in aside_of(hostile).quotes] == [lines(plain(text)) for text in HOSTILE]
    kinds = aside_of(report_of_kinds())
    assert kinds.quotes == ["Quietly, this.", "Only for themes."]
    assert [text for level, text in kinds.headings if level == 2] == ["Poll 5", "Takeaways"]
    assert {"Only for us.", "Quietly: me."} <= set(aside_of(talkative_report()).quotes)
    assert for_themes(report(takeaways=said(TAKEAWAY, ("Said.",), (), 4))) is None
