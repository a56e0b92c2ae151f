"""What the report of a whole series says, and in which order. Nothing that people wrote is in it."""

from collections.abc import Callable, Iterator, Sequence

from bot.reports import passages, wording
from bot.reports.document import COLOUR, Block, Bullets, Document, Facts, Heading, Paragraph, Table
from bot.reports.text import one_line
from bot.services.overall import Repeated, SeriesReport
from bot.services.reporting import Report
from bot.services.tallies import Row

KIND = "Series report"
NONE = "–"


def overall(series: SeriesReport) -> Document:
    """The whole of it."""
    last = series.last
    return Document(
        stem=f"{last.key}-series",
        part=f"{wording.in_words(len(series.parts)).capitalize()} of {wording.in_words(last.of)} parts",
        title=one_line(last.series),
        kind=KIND,
        blocks=tuple(_blocks(series)),
        footer=one_line(" · ".join(filter(None, (last.contact, last.hashtag)))),
        colour=last.colour or COLOUR,
    )


def _blocks(series: SeriesReport) -> Iterator[Block]:
    yield Paragraph(
        f"This report puts the parts of the series “{one_line(series.last.series)}” beside each other. Each part has a "
        "report of its own, with the same numbers and what people said."
    )
    yield Facts(tuple((f"Part {part.part}", tuple(_about(part))) for part in series.parts))
    yield Heading(2, "Attendance")
    yield _by_part("People in each part", series.parts, ATTENDANCE)
    yield Paragraph(
        "“Took part here” counts the different people who did anything on Discord; “joined” and “most at one time” are "
        "from the webinar itself. They are counted in different places and are not added together.",
        quiet=True,
    )
    if series.came_to:
        yield Heading(3, "How many came to how many parts")
        rows = tuple((_parts(came), wording.number(people)) for came, people in series.came_to)
        yield Table("People who did something on Discord, by the number of parts", ("Parts", "People"), rows)
        yield Paragraph("Whoever had their account erased is counted once for each part.", quiet=True)
    yield Heading(2, "What came in")
    yield _by_part("Contributions in each part", series.parts, CAME_IN)
    yield Heading(2, "Questions that were asked more than once")
    for each in series.repeated:
        yield from _repeated(each)
    if series.repeated:
        yield Paragraph("Where a part asked the same several times, this is the last of them.", quiet=True)
    else:
        yield Paragraph("No poll was held in more than one part.")
    yield from _themes(series)
    yield from _actions(series)
    yield Heading(2, "Method and limits")
    yield Paragraph(series.last.limits)
    yield Bullets(tuple(("", point) for point in passages.COUNTED))


def _about(part: Report) -> Iterator[str]:
    yield one_line(part.heading)
    if part.starts_at:
        yield wording.day_and_time(part.starts_at)
    if part.guests:
        yield wording.listed([one_line(guest.name) for guest in part.guests])


Line = tuple[str, Callable[[Report], int | None]]

ATTENDANCE: tuple[Line, ...] = (
    ("Took part here", lambda part: part.took_part),
    ("Joined", lambda part: part.joined),
    ("Most at one time", lambda part: part.peak),
)
CAME_IN: tuple[Line, ...] = (
    ("Comments", lambda part: part.said.comments.count),
    ("People who commented", lambda part: part.said.commenters),
    ("Questions to the panel", lambda part: len(part.said.questions)),
    ("Rooms that sent feedback", lambda part: sum(each.said.count for each in part.said.breakouts)),
    ("Takeaways", lambda part: part.takeaways.count),
    ("Improvements", lambda part: part.improvements.count),
    ("Offers of help", lambda part: part.said.offered.count),
)


def _by_part(caption: str, parts: Sequence[Report], rows: Sequence[Line]) -> Table:
    columns = ("", *(f"Part {part.number}" for part in parts))
    return Table(caption, columns, tuple((name, *(_cell(count(part)) for part in parts)) for name, count in rows))


def _cell(count: int | None) -> str:
    return NONE if count is None else wording.number(count)


def _parts(count: int) -> str:
    return f"{wording.in_words(count).capitalize()} part{'' if count == 1 else 's'}"


def _repeated(each: Repeated) -> Iterator[Block]:
    polls = [poll for _, poll in each.runs]
    yield Heading(3, one_line(each.question))
    for number, poll in each.runs:
        yield Paragraph(wording.finding(poll), strong=f"Part {number}:")
    columns = (
        wording.columns(polls[0])[0],
        *(f"Part {number} (n={wording.number(poll.tally.n)})" for number, poll in each.runs),
    )
    beside = zip(*(poll.tally.rows for poll in polls), strict=True)
    rows = tuple((one_line(rows[0].text), *map(_share, rows)) for rows in beside)
    _, counted, share = wording.columns(polls[0])
    yield Table(f"{share} ({counted.lower()}) in each part", columns, rows)


def _share(row: Row) -> str:
    count, share = wording.cells(row)
    return count if row.hidden else f"{share} ({count})"


def _themes(series: SeriesReport) -> Iterator[Block]:
    if not series.themes:
        return
    yield Heading(2, "Themes over time")
    columns = ("Theme", *(f"Part {part.number}" for part in series.parts))
    rows = (
        (one_line(theme.name), *(_cell(len(of[part.number]) if part.number in of else None) for part in series.parts))
        for theme in series.themes
        for of in (dict(theme.counts),)
    )
    yield Table("Contributions in each theme", columns, tuple(rows))


def _actions(series: SeriesReport) -> Iterator[Block]:
    if series.actions:
        yield Heading(2, "You said, we did")
        yield Bullets(tuple(("", passages.change(told)) for told in series.actions))
    made = series.connections
    if made.asked:
        yield Heading(2, "Connections")
        yield Paragraph(passages.introductions(made))
