"""What a session's report says, and in which order: from the `Report` to a `Document`, which only has to be printed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.reports import passages, wording
from bot.reports.document import (
    COLOUR,
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Link,
    Links,
    Paragraph,
    Quote,
    Table,
)
from bot.reports.figures import figure
from bot.reports.text import one_line
from bot.services.reporting import (
    BARS,
    NEXT_STEPS,
    Asked,
    Report,
    ReportedBreakout,
    ReportedPoll,
    ReportedTheme,
    Voices,
    Words,
)
from bot.services.sections import section_at
from bot.services.tallies import by_size

QUOTES = 8
"""How many quotes stand with a theme, unless a host has chosen them."""

REST = 100
"""How many of the comments that are in no theme, or of answers to one question, are printed in full."""


def contents(report: Report) -> Document:
    """The whole report, in the order of its parts."""
    return Document(
        stem=report.stem,
        part=f"{one_line(report.series)} · {report.part}",
        title=one_line(report.heading),
        kind=passages.KIND,
        blocks=tuple(_Composer(report).blocks()),
        footer=one_line(" · ".join(filter(None, (report.contact, report.hashtag)))),
        colour=report.colour or COLOUR,
    )


class _Composer:
    """Writes a report from its beginning to its end, and knows what it has printed already."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._figures: list[tuple[Figure, ReportedPoll]] = []
        self._quoted = set[int]()
        self._written = {each.id: one_line(each.answer) for each in report.said.questions if each.answer}
        # Of what is in a theme all may have been taken back since.
        filled = (theme for theme in report.said.themes if theme.ids or theme.reply)
        self._themes = _ordered(filled, report.edits.get("themes", ""))

    def blocks(self) -> Iterator[Block]:
        report = self._report
        yield Paragraph(self._edited("introduction", passages.introduction(report)))
        yield Facts(tuple(self._facts()))
        yield from self._who_was_here()
        yield from self._sections()
        yield from self._other_comments()
        yield from self._panel()
        for breakout in report.said.breakouts:
            yield from self._breakout(breakout)
        if report.took_part is not None or report.takeaways.count or report.improvements.count:
            yield Heading(2, "Takeaways and improvements")
            yield from self._review("Takeaways", "takeaway", report.takeaways)
            yield from self._review("Improvements", "improvement", report.improvements)
        yield from self._next_steps()
        yield from self._offers()
        yield from self._changes()
        yield from self._resources()
        yield Heading(2, "Method and limits")
        yield Paragraph(report.limits)
        yield Bullets(tuple(("", point) for point in passages.method(report)))
        yield from self._appendix()

    def _edited(self, key: str, usual: str) -> str:
        return one_line(self._report.edits.get(key, "")) or usual

    def _facts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        report = self._report
        yield "Date", (wording.day_and_time(report.starts_at) if report.starts_at else "not set",)
        for one, several, who in (("Host", "Hosts", report.hosts), ("Guest", "Guests", report.guests)):
            if who:
                yield one if len(who) == 1 else several, tuple(map(passages.named, who))
        if report.took_part is not None:
            yield "Took part here", (passages.took_part(report.took_part),)
        yield passages.joined_where(report), (passages.joined(report),)
        if report.peak is not None:
            yield "Most at one time", (wording.people(report.peak),)
        if came := passages.harvest(report):
            yield "Came in", (came,)

    def _who_was_here(self) -> Iterator[Block]:
        report = self._report
        places = [poll for poll in report.polls if poll.kind == "place"]
        if places or report.said.who:
            yield Heading(2, "Who took part")
        for poll in places:
            yield from self._poll(poll)
        if report.said.who:
            yield Paragraph(passages.WHO, quiet=True)
            yield Bullets(tuple(("", passages.who(about)) for about in report.said.who))

    def _sections(self) -> Iterator[Block]:
        """Each part of the session with its polls, and with what was said about it."""
        report, parts = self._report, {each.start for each in self._report.sections}
        asked = [poll for poll in report.polls if poll.kind != "place"]
        for part in report.sections:
            polls = [poll for poll in asked if section_at(report.sections, poll.step) == part.start]
            themes = [theme for theme in self._themes if theme.section == part.start]
            if polls or themes:
                yield Heading(2, one_line(part.title))
                yield from self._together(polls, themes)
        polls = [poll for poll in asked if section_at(report.sections, poll.step) is None]
        themes = [theme for theme in self._themes if theme.section not in {*parts, NEXT_STEPS}]
        if polls or themes:
            yield Heading(2, "Across the session" if parts else "Polls and themes")
            yield from self._together(polls, themes)
        if not (asked or self._themes):
            yield Heading(2, "Polls and themes")
            yield Paragraph("No polls were held, and nothing has been sorted into themes.")

    def _together(self, polls: Sequence[ReportedPoll], themes: Sequence[ReportedTheme]) -> Iterator[Block]:
        for poll in polls:
            yield from self._poll(poll)
        for theme in themes:
            yield from self._theme(theme)

    def _poll(self, poll: ReportedPoll) -> Iterator[Block]:
        yield Heading(3, f"{poll.name}: {one_line(poll.question)}")
        for place in map(self._in_order, poll.places):
            yield Paragraph(" ".join(filter(None, (wording.told(self._report, place), wording.choices_note(place)))))
            asked = wording.answered_how(place), passages.response(self._report, place)
            yield Paragraph(" ".join(filter(None, asked)), quiet=True)
            if place.tally.rows:
                drawn = figure(place, len(self._figures) + 1)
                self._figures.append((drawn, place))
                yield drawn
        if poll.answers:
            yield from self._answers(poll.answers, "answer")

    def _in_order(self, poll: ReportedPoll) -> ReportedPoll:
        """With its bars as hosts want them; the steps of a rating keep their order."""
        if self._report.edits.get(BARS) != "size" or poll.kind == "rating":
            return poll
        return replace(poll, tally=by_size(poll.tally))

    def _theme(self, theme: ReportedTheme) -> Iterator[Block]:
        yield Heading(3, one_line(theme.name))
        yield Paragraph(f"{passages.in_theme(theme)}.", quiet=True)
        chosen = self._report.edits.get(f"quotes:{theme.id}", "")
        quotes = [quote for quote in theme.quotes if not chosen or str(quote.id) in chosen.split()]
        replies = {each.id for quote in quotes for reply in quote.replies for each in _thread(reply)}
        first = [quote for quote in quotes if quote.id not in replies]
        yield from self._quotes(_ordered(first, chosen), len(first) if chosen else QUOTES)
        if theme.reply:
            yield Paragraph(one_line(theme.reply), strong="In response:")

    def _quotes(self, said: Sequence[Words], most: int) -> Iterator[Block]:
        for words in said[:most]:
            yield from self._quote(words)
        if left := sum(len(list(_thread(words))) for words in said[most:]):
            are = "is" if left == 1 else "are"
            yield Paragraph(f"… {wording.number(left)} more {are} in the data files.", quiet=True)

    def _quote(self, words: Words, *, reply: bool = False) -> Iterator[Block]:
        """What somebody wrote, as it was cut by a host, with the replies to it."""
        self._quoted.add(words.id)
        yield Quote(self._report.edits.get(f"quote:{words.id}") or words.text, reply)
        for answer in (each for each in words.replies if each.id not in self._quoted):
            yield from self._quote(answer, reply=True)
        if written := self._written.get(words.id):
            yield Paragraph(written, strong="In response:")

    def _answers(self, said: Voices, noun: str) -> Iterator[Block]:
        yield Paragraph(passages.came_in(said, noun), quiet=True)
        yield from self._quotes(said.quotable, REST)

    def _other_comments(self) -> Iterator[Block]:
        said = self._report.said
        if not said.comments.count:
            return
        rest = [words for words in said.comments.quotable if words.id not in self._quoted]
        answers = {reply.id for words in rest for reply in words.replies}
        yield Heading(2, "Comments")
        yield Paragraph(passages.comments(said))
        if self._quoted and rest:
            yield Heading(3, "Comments that are not quoted above")
        yield from self._quotes([words for words in rest if words.id not in answers], REST)

    def _panel(self) -> Iterator[Block]:
        asked = self._report.said.questions
        if not asked:
            return
        yield Heading(2, "Questions to the panel")
        yield Paragraph(passages.questions(self._report.said))
        for title, answered in (("Answered", True), ("Still open", False)):
            these = [each for each in asked if each.answered is answered]
            if these:
                yield Heading(3, title)
            for each in these:
                yield from self._question(each)

    def _question(self, asked: Asked) -> Iterator[Block]:
        yield Paragraph(passages.question(asked), strong=f"Q{asked.number}.")
        yield Quote(self._report.edits.get(f"quote:{asked.id}") or asked.text)
        if asked.answer:
            yield Paragraph(one_line(asked.answer), strong="Answer:")

    def _breakout(self, breakout: ReportedBreakout) -> Iterator[Block]:
        yield Heading(2, "Feedback from the breakout")
        if prompt := one_line(breakout.said.prompt):
            yield Paragraph(f"“{prompt}”", quiet=True)
        yield Paragraph(passages.rooms(breakout))
        for room in breakout.rooms:
            yield Heading(3, one_line(room.name))
            yield Quote(self._report.edits.get(f"quote:{room.id}") or room.discussed)
            if room.one_thing:
                yield Paragraph("", strong="One thing for everyone:")
                yield Quote(room.one_thing)

    def _review(self, title: str, noun: str, said: Voices) -> Iterator[Block]:
        yield Heading(3, title)
        yield Paragraph(f"“{one_line(said.prompt)}”", quiet=True)
        yield from self._answers(said, noun)

    def _next_steps(self) -> Iterator[Block]:
        report = self._report
        themes = [theme for theme in self._themes if theme.section == NEXT_STEPS]
        written = [line for line in map(one_line, report.edits.get("next_steps", "").split("\n")) if line]
        under_way = (each for each in report.said.actions if each.state == "open")
        actions = [(one_line(each.text), f"({one_line(each.owner)})") for each in under_way]
        if not (themes or written or actions):
            return
        yield Heading(2, "Next steps suggested")
        if written or actions:
            yield Bullets((*(("", line) for line in written), *actions))
        for theme in themes:
            yield from self._theme(theme)

    def _offers(self) -> Iterator[Block]:
        said = self._report.said
        if not (said.offers or said.connections.asked):
            return
        yield Heading(2, "Offers of help")
        if said.offers:
            yield Bullets(tuple((f"{passages.OFFERED[each.type]}:", one_line(each.text)) for each in said.offers))
        if said.connections.asked:
            yield Paragraph(passages.connections(said.connections))
            yield from map(Quote, said.connections.outcomes)

    def _changes(self) -> Iterator[Block]:
        if changes := self._report.said.changes:
            yield Heading(2, "What has changed since the last part")
            yield Bullets(tuple(("", passages.change(told)) for told in changes))

    def _resources(self) -> Iterator[Block]:
        report = self._report
        links = [Link(one_line(each.title), each.url) for each in report.resources]
        links += [Link("The blog", report.blog)] if report.blog else []
        links += [Link(wording.recording(report.subtitles), report.recording)] if report.recording else []
        if not (links or report.no_recording):
            return
        yield Heading(2, "Resources and recording")
        if links:
            yield Links(tuple(links))
        if report.no_recording and not report.recording:
            yield Paragraph(f"There is no recording, says {one_line(report.no_recording)}.")

    def _appendix(self) -> Iterator[Block]:
        if self._figures:
            yield Heading(2, "Appendix: the figures in numbers")
        for drawn, poll in self._figures:
            caption = f"Figure {drawn.number}. {poll.name}: {drawn.title} ({drawn.n})"
            rows = ((bar.label, *wording.cells(row)) for bar, row in zip(drawn.bars, poll.tally.rows, strict=True))
            yield Table(caption, wording.columns(poll), tuple(rows))


def _thread(words: Words) -> Iterator[Words]:
    """What somebody wrote, and everything that replies to it."""
    yield words
    for reply in words.replies:
        yield from _thread(reply)


Thing = TypeVar("Thing", ReportedTheme, Words)


def _ordered(things: Iterable[Thing], wanted: str) -> list[Thing]:
    """Those that a host has put into an order first, by their ids, and then the others as they come."""
    places = {int(each): place for place, each in enumerate(wanted.split())}
    return sorted(things, key=lambda thing: places.get(thing.id, len(places)))
