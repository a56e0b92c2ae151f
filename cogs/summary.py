"""What a session leaves: the summary in its channel, the report with the organisers."""

import io
import logging
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.features import Feature
from bot.layout import REHEARSED, TEXT, Item, Painting, button, fitted, row, safe, text
from bot.press import Order
from bot.reports.made import Made, ReportFile
from bot.reports.wording import answered_how, average, choices_note, finding, listed, people, told
from bot.services.reporting import Asked, Brief, ReportedPoll
from bot.services.sessions import Agenda
from bot.services.text import counted, shortened
from bot.stage import file_room
from bot.storage.boards import Board
from bot.storage.contributions import REVIEW
from bot.storage.sessions import Session
from cogs.agenda import when
from cogs.announce import SIGN_UP
from cogs.offers import offer_button
from cogs.results import noted
from cogs.review import FEATURE

LIMIT = "This is a light-touch exercise: it says what the people who answered think, and no more."
NEXT = (
    "-# On its way to everybody: sort what was said into /themes and sign them off, change what you like with "
    "/report edit or in Word, say with /report links where the recording is, and then /report publish."
)
CUT = 120
"""How much of a question stands there that was not answered, where not all of them fit in full."""
ROOM = TEXT - 1200
"""How much of a message the polls may take."""
MOST_FILES = 10
"""Discord takes no more on a message."""

log = logging.getLogger(__name__)


class SummaryCog(Feature):
    @paints("summary")
    async def paint_summary(self, board: Board) -> Painting:
        report = await self.bot.services.summaries.brief(board.subject)
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        agenda = await self.bot.services.sessions.agenda_of(session)
        harvest = [
            f"## Summary of {report.part}, {safe(report.title)}",
            f"**{people(report.took_part or 0)} took part here.**",
            *_polls(report),
            _harvest(report),
        ]
        end = [f"-# {LIMIT}", *_goodbye(report, agenda, session)]
        room = TEXT - len(REHEARSED) - sum(len(line) + 2 for line in (*harvest, *end))
        lines = [*harvest, *_unanswered(report.unanswered, room), *end]
        following = agenda.after(session) if session.rehearses is None else None
        ask = [button("Remind me of the next one", SIGN_UP.format(session=following.id))] if following else []
        return Painting((text("\n\n".join(lines)), row(*ask, offer_button())), final=True)

    @paints("report")
    async def paint_report(self, board: Board) -> Painting:
        report = await self.bot.services.summaries.brief(board.subject)
        here = people(report.took_part) if report.took_part is not None else "nobody"
        joined = people(report.joined) if report.joined is not None else "not given yet (/session attendance)"
        findings = fitted([f"{poll.name}{_again(poll)}: {told(report, poll)}" for poll in report.polls], ROOM)
        lines = (
            f"## Report of {report.part}, {safe(report.heading)}",
            f"Took part here: {here}. Joined: {joined}.",
            *findings,
            f"{_came_in(report)}. Nothing that people wrote is public until somebody chooses it here.",
            NEXT,
        )
        feature = row(button("Feature some", FEATURE.format(session=board.subject), discord.ButtonStyle.primary))
        return await self._with_files(board, Order("report", board.subject), lines, feature)

    @paints("overall")
    async def paint_overall(self, board: Board) -> Painting:
        parts = await self.bot.services.summaries.briefs(board.subject)
        counts = [f"Part {part.number}, {part.title}: {people(part.took_part or 0)} took part here" for part in parts]
        lines = (f"## Report of the series {safe(parts[-1].series)}", *fitted(counts, ROOM))
        return await self._with_files(board, Order("series", board.subject), lines)

    async def _with_files(self, board: Board, order: Order, lines: Sequence[str], *more: Item) -> Painting:
        """A message with the files that are made for it; where that fails it still comes, and says so."""
        try:
            made = await self.bot.press(order)
        except (RuntimeError, OSError):  # where there is no memory left, no process begins
            log.exception("the files of board %s (%s) could not be made", board.id, order)
            made = Made((), ("the files",))
        files, figures = fitting(made.files, file_room(self.bot.get_guild(board.guild_id)))
        notes: list[str] = []
        if made.failed:
            notes.append(f"Could not be made: {listed(list(made.failed))}. /report draft tries again.")
        if len(files) + len(figures) < len(made.files):
            notes.append("Some files are not here, because Discord takes only so many. /report files has them all.")
        pictures = [
            discord.MediaGalleryItem(f"attachment://{each.name}", description=each.description) for each in figures
        ]
        items = (
            text(*lines, *notes),
            *([ui.MediaGallery[Any](*pictures)] if pictures else []),
            *(ui.File[Any](f"attachment://{each.name}") for each in files),
            *more,
        )
        attached = tuple(discord.File(io.BytesIO(each.data), each.name) for each in (*files, *figures))
        return Painting(items, attached, final=True)


def fitting(made: Sequence[ReportFile], most: int) -> tuple[list[ReportFile], list[ReportFile]]:
    """The files and the pictures that go on one message of at most so many bytes.

    The pictures give way first, for they are in the other files too.
    """
    files = [each for each in made if not each.name.endswith(".png")]
    figures = [each for each in made if each.name.endswith(".png")][: max(MOST_FILES - len(files), 0)]
    while (files or figures) and sum(len(each.data) for each in (*files, *figures)) > most:
        (figures or files).pop()
    return files, figures


def _harvest(report: Brief) -> str:
    if not any(report.came.get(kind) for kind in REVIEW):
        return "No takeaways or improvements came in."
    return f"**{_came_in(report)}**; the team reads them before sharing any."


def _came_in(report: Brief) -> str:
    counts = ((report.came.get(kind, 0), kind) for kind in REVIEW)
    return " and ".join(counted(count, noun) for count, noun in counts)


def _polls(report: Brief) -> list[str]:
    """Every tally in full, or, where one message cannot hold them all, its finding."""
    full = ["\n".join(_in_full(poll)) for poll in report.polls]
    if sum(map(len, full)) <= ROOM:
        return full
    short = [f"**{poll.name}.** {safe(finding(poll))} {answered_how(poll)}" for poll in report.polls]
    return short if sum(map(len, short)) <= ROOM else [f"{len(short)} polls: their results are above."]


def _in_full(poll: ReportedPoll) -> tuple[str, ...]:
    """A poll's question, how it was answered, and its tally; what people wrote is not public, so it has none."""
    unread = "The team reads the answers before sharing any." if poll.kind == "open" else ""
    about = filter(None, (average(poll.tally), choices_note(poll), unread, answered_how(poll)))
    return (
        f"**{poll.name}. {safe(poll.question)}** n={poll.tally.n}",
        f"-# {' '.join(about)}",
        *(f"- {safe(each.text)}{noted(poll.kind, each)}" for each in poll.tally.rows),
    )


def _unanswered(left: Sequence[Asked], room: int) -> list[str]:
    """What the panel was asked and did not answer, in full or, where that is too long, as much of it as fits."""
    if not left:
        return []
    lines = [f"**Not answered in the session ({len(left)}):**"]
    whole = [_asked(each, each.text) for each in left]
    room -= len(lines[0]) + 30
    fit = sum(len(line) + 1 for line in whole) <= room
    for line in whole if fit else [_asked(each, shortened(each.text, CUT)) for each in left]:
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    more = len(left) - len(lines) + 1
    return ["\n".join((*lines, *([f"… and {more} more."] if more else [])))]


def _asked(each: Asked, words: str) -> str:
    to = f" to {safe(each.addressed)}" if each.addressed else ""
    follow = f" {safe(each.follow_up)} will follow up." if each.follow_up else ""
    return f"- **Q{each.number}**{to}: “{safe(' '.join(words.split()))}”{follow}"


def _again(poll: ReportedPoll) -> str:
    return f" (Poll {poll.first_run} asked again)" if poll.first_run else ""


def _goodbye(report: Brief, agenda: Agenda, session: Session) -> list[str]:
    lines: list[str] = []
    if following := agenda.after(session):
        time = when(following, ZoneInfo(agenda.series.time_zone))
        lines.append(f"**Next, {following.number} of {agenda.of}:** {safe(following.title)}. {time}")
    on = [safe(way) for way in (report.hashtag, report.contact) if way]
    return [*lines, f"Keep talking: {listed(on)}"] if on else lines


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SummaryCog(bot))
