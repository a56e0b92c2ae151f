"""What a session leaves: the summary in its channel, the report with the organisers."""

import io
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.boards import paints
from bot.client import Plenary
from bot.features import Feature
from bot.layout import REHEARSED, TEXT, Painting, button, fitted, row, safe, text
from bot.reports.wording import answered_how, average, choices_note, finding, listed, people
from bot.services.reporting import Asked, Report, ReportedPoll
from bot.services.sessions import Agenda
from bot.services.text import shortened
from bot.storage.boards import Board
from bot.storage.sessions import Session
from cogs.agenda import when
from cogs.announce import SIGN_UP
from cogs.offers import offer_button
from cogs.results import noted
from cogs.review import FEATURE

LIMIT = "This is a light-touch exercise: it says what the people who answered think, and no more."
CUT = 120
"""How much of a question stands there that was not answered, where not all of them fit in full."""
ROOM = TEXT - 1200
"""How much of a message the polls may take."""


class SummaryCog(Feature):
    @paints("summary")
    async def paint_summary(self, board: Board) -> Painting:
        report = await self.bot.services.summaries.report(board.subject)
        session = await self.bot.services.sessions.get(board.guild_id, board.subject)
        agenda = await self.bot.services.sessions.agenda_of(session)
        harvest = [
            f"## Summary of {report.part}, {safe(report.title)}",
            f"**{people(report.took_part)} took part here.**",
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
        from bot.reports.files import report_files  # noqa: PLC0415  (its memory is for those who have finished)

        report = await self.bot.services.summaries.report(board.subject)
        files = await report_files(report)
        joined = people(report.joined) if report.joined is not None else "not given yet (/session attendance)"
        findings = fitted([finding(poll) for poll in report.polls], ROOM)
        lines = (
            f"## Report of {report.part}, {safe(report.title)}",
            f"Took part here: {people(report.took_part)}. Joined: {joined}.",
            *(f"Poll {poll.number}{_again(poll)}: {said}" for poll, said in zip(report.polls, findings, strict=True)),
            f"{_came_in(report)}. Nothing that people wrote is public until somebody chooses it here.",
        )
        attached = [ui.File[Any](f"attachment://{each.name}") for each in files if not each.name.endswith(".png")]
        pictures = [
            discord.MediaGalleryItem(f"attachment://{each.name}", description=each.description)
            for each in files
            if each.name.endswith(".png")
        ]
        gallery = [ui.MediaGallery[Any](*pictures)] if pictures else []
        feature = row(button("Feature some", FEATURE.format(session=board.subject), discord.ButtonStyle.primary))
        return Painting(
            (text(*lines), *gallery, *attached, feature),
            tuple(discord.File(io.BytesIO(each.data), each.name) for each in files),
            final=True,
        )


def _harvest(report: Report) -> str:
    if not (report.takeaways.count or report.improvements.count):
        return "No takeaways or improvements came in."
    return f"**{_came_in(report)}**; the team reads them before sharing any."


def _came_in(report: Report) -> str:
    counts = (report.takeaways.count, "takeaway"), (report.improvements.count, "improvement")
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)


def _polls(report: Report) -> list[str]:
    """Every tally in full, or, where one message cannot hold them all, its finding."""
    full = ["\n".join(_in_full(poll)) for poll in report.polls]
    if sum(map(len, full)) <= ROOM:
        return full
    short = [f"**Poll {poll.number}.** {safe(finding(poll))} {answered_how(poll)}" for poll in report.polls]
    return short if sum(map(len, short)) <= ROOM else [f"{len(short)} polls: their results are above."]


def _in_full(poll: ReportedPoll) -> tuple[str, ...]:
    """A poll's question, how it was answered, and its tally; what people wrote is not public, so it has none."""
    unread = "The team reads the answers before sharing any." if poll.answers else ""
    about = filter(None, (average(poll.tally), choices_note(poll), unread, answered_how(poll)))
    return (
        f"**Poll {poll.number}. {safe(poll.question)}** n={poll.tally.n}",
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


def _goodbye(report: Report, agenda: Agenda, session: Session) -> list[str]:
    lines: list[str] = []
    if following := agenda.after(session):
        time = when(following, ZoneInfo(agenda.series.time_zone))
        lines.append(f"**Next, {following.number} of {agenda.of}:** {safe(following.title)}. {time}")
    on = [safe(way) for way in (report.hashtag, report.contact) if way]
    return [*lines, f"Keep talking: {listed(on)}"] if on else lines


async def setup(bot: Plenary) -> None:
    """Load the feature."""
    await bot.add_cog(SummaryCog(bot))
