"""Documents made by hand, with blocks of every kind, for the tests of everything that prints them."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace

from bot.reports.document import (
    Bar,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Link,
    Links,
    Paragraph,
    Picture,
    Quote,
    Table,
)
from tests.reports.hostile import HOSTILE

CULTURE = "Creating an aligned and enabling culture that supports those on the frontline to improve"
ALIGNED = "Encouraging organisations and systems to be more joined up and aligned"


def figure(
    number: int, title: str, counts: dict[str, int | None], n: int, *, note: str = "", caption: str = ""
) -> Figure:
    """As the report has them; None is a number that is not shown."""
    bars = tuple(
        Bar(text, None, "not shown", "")
        if count is None
        else Bar(text, count / n if n else 0, f"{100 * count / max(n, 1):.0f}%", f"{count:,} people")
        for text, count in counts.items()
    )
    said = " ".join(f"{bar.label[:40]}: {' '.join(filter(None, (bar.large, bar.small)))}." for bar in bars)
    return Figure(
        number,
        title,
        f"n={n:,}",
        note or "Per cent of the people who answered.",
        bars,
        caption or f"per cent of the people who answered (n={n:,})",
        f"Bar chart. {title[:200]} n={n:,}. {said}"[:1024],
    )


def table_of(drawn: Figure) -> Table:
    """The same numbers, as the appendix has them."""
    rows = ((bar.label, bar.small or bar.large, bar.large) for bar in drawn.bars)
    caption = f"Figure {drawn.number} in numbers ({drawn.n})"
    return Table(caption, ("Option", "People", "Per cent"), tuple(rows))


FIGURE_1 = figure(
    1,
    "What do you think is most important in encouraging people to take a more improvement focused approach?",
    {
        CULTURE: 53,
        "Visible commitment from boards and senior leaders": 16,
        "Time and headspace for improvement": 12,
        "Training and coaching in improvement methods": 7,
        "Something else": 2,
    },
    90,
)
FIGURE_2 = figure(
    2,
    "In what way might the development of such a framework be most useful to you in your work?",
    {"A shared language": 50, ALIGNED: 27, "Something that regions can compare": None, "Not at all": 0},
    74,
    note="People could choose up to 2.",
)

PAPER = Document(
    stem="qms-1-of-4",
    part="QMS · part 1 of 4",
    title="Everybody’s Business",
    kind="Poll and comments summary report",
    blocks=(
        Paragraph(
            "This short report summarises the poll results and comments from the webinar “Everybody’s Business” "
            "held on Thursday 24 February 2022, part 1 of 4 of the series “QMS”."
        ),
        Facts(
            (
                ("Date", ("Thursday 24 February 2022, 13:00",)),
                ("Hosts", ("Emma Adams, Generation Q Fellow", "Dr Joy Furnival")),
                ("Guest", ("Michael Canavan, Portfolio Lead, QMS",)),
                ("Took part here", ("118 people, each counted once",)),
                ("Joined on Zoom", ("122 people, as given by the host",)),
            )
        ),
        Heading(2, "Who took part"),
        Paragraph("Groups of fewer than five people are not shown, nor is a group that would give them away."),
        Bullets((("Works", "(n=112): locally 41, regionally 33, nationally 38."), ("", "Four nations of the UK."))),
        Heading(2, "Why a quality management system"),
        Heading(3, "Poll 1: what matters most"),
        Paragraph(
            "About three-fifths (59%) selected “Creating an aligned and enabling culture that supports those on the "
            "frontline to improve” (n=90)."
        ),
        FIGURE_1,
        Paragraph("Answered anonymously. Response rate: 74% (90 answered here; 122 joined on Zoom).", quiet=True),
        Heading(3, "What people wrote"),
        Paragraph("12 comments from 9 people.", strong="Shifting the balance of improvement and assurance."),
        Quote("Move the weekly call from blame/counting/excuses to […] something kinder and more curious."),
        Quote("How will you get boards to sign up to this?\n\nWho owns <control>?\n- not me"),
        Quote("We are starting with the boards that asked us.", reply=True),
        Paragraph("3 comments from 2 people.", strong="Time and headspace."),
        Quote("Same here in Fife."),
        Quote("الجودة مسؤولية الجميع: 100% (n=5)"),
        Heading(2, "What a framework could do"),
        Heading(3, "Poll 2: what would be useful"),
        Paragraph("Just over two-thirds (68%) selected “A shared language” (n=74)."),
        FIGURE_2,
        Heading(2, "Questions to the panel"),
        Heading(3, "Answered"),
        Paragraph("Q1, to Dr Amar Shah, wanted by 4 others:"),
        Quote("How do you keep *boards* honest?"),
        Quote("With their own numbers, every month.", reply=True),
        Heading(3, "Still open"),
        Bullets((("Q2.", "What would you drop?"), ("Q3.", "And who pays? Emma Adams will follow up."))),
        Heading(2, "Breakout feedback"),
        Heading(3, "“What gets in the way?”"),
        Heading(4, "Room 1"),
        Quote("We said hello, and then that time is what is missing."),
        Heading(4, "Room 2"),
        Quote("Data that come too late."),
        Heading(2, "What changed since the last part"),
        Table(
            "What people asked for, and what became of it",
            ("Asked for", "Part", "State"),
            (("Longer breakouts", "1", "done"), ("The recording with subtitles", "2", "under way")),
        ),
        Heading(2, "Resources"),
        Links(
            (
                Link("The recording, with subtitles", "https://www.example.com/watch?v=1&list=qms"),
                Link("Blog: everybody’s business", "https://blog.example.com/everybodys_business_(part_1)"),
            )
        ),
        Heading(2, "Method and limits"),
        Paragraph(
            "There are limits to the conclusions that can be drawn from a relatively light touch and informal "
            "exercise. Those who answered chose to."
        ),
        Bullets(
            (
                ("", "n is the number of different people who answered the question."),
                ("", "Percentages are rounded to whole numbers, so they may not add up to 100."),
            )
        ),
        Heading(2, "Appendix: the figures in numbers"),
        table_of(FIGURE_1),
        table_of(FIGURE_2),
    ),
    footer="q@health.org.uk · #QcomQMS",
)
"""A report with blocks of every kind, as the real one has them."""

EMPTY = Document("bare-1-of-1", "Bare · part 1 of 1", "Nobody came", "Poll and comments summary report", ())

SERIES = replace(
    PAPER,
    stem="qms-series",
    part="QMS",
    title="Quality Management System",
    kind="Series report",
    colour="#8a1f5c",
    blocks=(
        Heading(2, "Attendance"),
        Table(
            "Attendance by part",
            ("Part", "Took part here", "Joined on Zoom", "Peak on Zoom", "Response, poll 1", "Response, poll 2"),
            tuple((f"{i}. {title}", "1,118", "1,122", "not given", "74%", "61%") for i, title in enumerate("ABCD", 1)),
        ),
    ),
)
"""A table wider than a phone, in another colour."""


def hostile(texts: Sequence[str] = HOSTILE) -> Document:
    """Blocks of every kind with ``texts`` in all their places, none of which may act as anything but text."""
    drawn = [
        figure(i, text, {f"{other[:100]} {j}": j for j, other in enumerate(texts)}, 400)
        for i, text in enumerate(texts[:2], start=1)
    ]
    return Document(
        stem="hostile-1-of-1",
        part=texts[-1][:200],
        title=texts[0],
        kind=texts[-1][:200],
        footer=texts[-1],
        blocks=(
            Heading(2, "All of it"),
            *(
                block
                for text in texts
                for block in (
                    Heading(3, text[:300]),
                    Paragraph(text),
                    Paragraph(text, quiet=True, strong=text[:300]),
                    Quote(text),
                    Quote(text, reply=True),
                )
            ),
            Bullets(tuple((text[:300], text) for text in texts)),
            Bullets(tuple(("", text) for text in texts)),
            Facts(tuple((text[:100], (text, text)) for text in texts)),
            Links(tuple(Link(text, f"https://example.com/{i}") for i, text in enumerate(texts))),
            Links(tuple(Link(text, text) for text in texts)),
            Links((Link("Run", "javascript:alert(1)"), Link("Read", 'https://example.com/"><script>a</script>)(<b>'))),
            *drawn,
            *map(table_of, drawn),
            Table(texts[-1][:200], tuple(text[:60] for text in texts[:3]), tuple((text, "1", "1%") for text in texts)),
        ),
    )


_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfz0AEYBxVSF+FAP5aCh0hE0qUAAAAAElFTkSuQmCC"
)


def stand_ins(document: Document) -> list[Picture]:
    """Pictures for its figures where nobody looks at them: no figure is drawn, so it takes no time."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300"><rect width="600" height="{}"/></svg>'
    return [Picture(_PNG, svg.format(i).encode()) for i, _ in enumerate(document.figures, start=100)]
