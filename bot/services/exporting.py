"""From the database to a session's data: what may leave the house, and nothing that leads to anybody."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.countedrows import ZoomPersonRow
from bot.services.counting import report_in
from bot.services.dataset import FORMAT, VERSION, AttendanceRow, AuditRow, CueRow, Data, SessionRow, SpeakerRow
from bot.services.provenance import Sources, numbers
from bot.services.records import (
    contribution_rows,
    every_poll,
    named,
    option_rows,
    poll_id,
    poll_rows,
    profile_rows,
    respondents,
)
from bot.services.refusal import Refusal
from bot.services.reporting import Report
from bot.services.saidrows import (
    ActionRow,
    BreakoutRow,
    OfferRow,
    QuestionRow,
    ResourceRow,
    RoomRow,
    ThemedRow,
    ThemeRow,
)
from bot.services.voices import HELD_BACK
from bot.storage import audit, ballots, contributions, cues, exports, sessions, zoom
from bot.storage.ballots import Answer
from bot.storage.contributions import SPOKEN
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.sessions import Session
from bot.storage.zoom import Stay

DIGITS = 3
"""How many the number of a session has at most."""


class Exports:
    """The data of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def data(self, session_id: int) -> Data:
        """All that may be exported of a session, from one snapshot."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            return await data_in(connection, session)

    async def meant(self, words: str, guild_id: int | None = None) -> Session:
        """The session of that number in the series imported last; as "key/number" that of another series.

        Where ``guild_id`` is None, of any guild.
        """
        key, slash, number = words.strip().rpartition("/")
        if not number.isdecimal() or len(number) > DIGITS:
            raise Refusal(f"“{words}” is no session. Give its number, or the series’ key and its number: qms/1.")
        async with self._database.read() as connection:
            found = await exports.newest_series(connection, guild_id, key if slash else None)
            if not found:
                raise Refusal(f"There is no series “{key}” in this database." if slash else "There is no series here.")
            session = await exports.numbered(connection, found[0].id, int(number))
        if session is None:
            raise Refusal(f"The series “{found[0].key}” has no session {number}.")
        return session


async def data_in(connection: AsyncConnection, session: Session) -> Data:
    """The same within a transaction that reads one snapshot.

    Refused while the session runs: whoever compared two exports would see who had answered what between them.
    """
    if session.state == "live":
        raise Refusal(f"Session {session.number} is still open. Its data can be had once it is finished.")
    report = await report_in(connection, session)
    series = await sessions.series_of(connection, session)
    zone = ZoneInfo(series.time_zone)
    answers, wrote = await _answers(connection, report)
    stays = list(zoom_rows(await zoom.stays(connection, session.id), zone))
    hidden = [each.id for each, _ in await contributions.in_session(connection, session.id, SPOKEN) if _is_hidden(each)]
    given = respondents(report, answers)
    who = profile_rows(report)
    said = contribution_rows(report)
    return Data(
        format=FORMAT,
        version=VERSION,
        session=(_session(session, report, zone),),
        speakers=tuple(_speakers(report)),
        attendance=tuple(_attendance(report)),
        zoom_people=tuple(stays),
        profiles=who,
        polls=poll_rows(report),
        options=option_rows(report, given),
        ballots=tuple(row for rows in given.values() for row in rows),
        contributions=said,
        themes=tuple(_themes(report)),
        theme_contributions=tuple(_themed(report, {each.id for each in said})),
        questions=tuple(_questions(report)),
        breakouts=tuple(_breakouts(report)),
        rooms=tuple(_rooms(report)),
        offers=tuple(OfferRow(named(each.id), each.type, each.text) for each in report.said.offers),
        actions=tuple(_actions(report)),
        resources=tuple(ResourceRow(each.title, each.url) for each in report.resources),
        cues=tuple(_cue(each, zone) for each in await cues.of(connection, session.id)),
        audit=tuple(_audit(await audit.of(connection, session.id), zone)),
        numbers=tuple(numbers(report, Sources(given, wrote, stays, who, hidden))),
    )


async def _answers(
    connection: AsyncConnection, report: Report
) -> tuple[dict[str, list[tuple[Answer, int]]], dict[str, list[int]]]:
    """By the polls' ids, what was answered by choosing, with the account in polls with names; and by writing."""
    on_zoom = {each.id: each.answers for each in await zoom.polls_of(connection, report.session)}
    chosen: dict[str, list[tuple[Answer, int]]] = {}
    wrote: dict[str, list[int]] = {}
    for poll in every_poll(report):
        if poll.on_zoom:
            chosen[poll_id(poll)] = [(tuple(answer), 0) for answer in on_zoom.get(poll.id, ())]
        elif poll.kind == "open":
            said = await contributions.in_session(connection, report.session, poll_id=poll.id)
            wrote[poll_id(poll)] = [each.id for each, _ in said]
        else:
            is_named = poll.privacy == "named"
            cast = await ballots.everybody(connection, poll.id)
            chosen[poll_id(poll)] = [(answer, max(voter, 0) if is_named else 0) for voter, answer in cast.items()]
    return chosen, wrote


def _is_hidden(said: contributions.Contribution) -> bool:
    return said.state in HELD_BACK


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _session(session: Session, report: Report, zone: ZoneInfo) -> SessionRow:
    starts, ends, began = (
        each and _told(each, zone) for each in (session.starts_at, session.ends_at, session.started_at)
    )
    return SessionRow(
        series=report.series,
        series_key=report.key,
        number=report.number,
        of=report.of,
        title=report.title,
        state=session.state,
        time_zone=zone.key,
        starts_at=starts,
        ends_at=ends,
        began_at=began,
        place=report.place,
        recording=report.recording,
        no_recording=report.no_recording,
        subtitles="" if report.subtitles is None else "yes" if report.subtitles else "no",
        blog=report.blog,
        contact=report.contact,
        hashtag=report.hashtag,
        limits=report.limits,
    )


def _speakers(report: Report) -> Iterator[SpeakerRow]:
    for each in report.hosts:
        yield SpeakerRow("host", each.name, each.role)
    for each in report.guests:
        yield SpeakerRow("guest", each.name, each.role)


def _attendance(report: Report) -> Iterator[AttendanceRow]:
    elsewhere = "Zoom’s file" if report.counted_by_zoom else "host"
    yield AttendanceRow("took_part", report.took_part, "counted here")
    yield AttendanceRow("joined", report.joined, elsewhere)
    yield AttendanceRow("peak", report.peak, elsewhere)


def zoom_rows(stays: Iterable[Stay], zone: ZoneInfo) -> Iterator[ZoomPersonRow]:
    """When people were there, to the minute, numbered after sorting by that."""
    theirs: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for person, joined_at, left_at in sorted(stays):
        theirs[person].append((_told(joined_at.replace(second=0), zone), _told(left_at.replace(second=0), zone)))
    for number, there in enumerate(sorted(theirs.values()), 1):
        for joined_at, left_at in there:
            yield ZoomPersonRow(f"zoom-person-{number}", joined_at, left_at)


def _themes(report: Report) -> Iterator[ThemeRow]:
    for each in report.said.themes:
        counted = len(each.ids), each.people
        yield ThemeRow(f"theme-{each.id}", each.name, *counted, each.signed_by, each.section, each.reply)


def _themed(report: Report, there: Collection[str]) -> Iterator[ThemedRow]:
    """What is in which theme, of the contributions that are in the export."""
    for theme in report.said.themes:
        yield from (ThemedRow(f"theme-{theme.id}", named(each)) for each in sorted(theme.ids) if named(each) in there)


def _breakouts(report: Report) -> Iterator[BreakoutRow]:
    for number, each in enumerate(report.said.breakouts, 1):
        kept = each.said.count - len(each.rooms)
        yield BreakoutRow(f"breakout-{number}", each.said.prompt, len(each.rooms), kept, each.silent)


def _rooms(report: Report) -> Iterator[RoomRow]:
    for number, each in enumerate(report.said.breakouts, 1):
        yield from (RoomRow(f"breakout-{number}", room.name, named(room.id)) for room in each.rooms)


def _questions(report: Report) -> Iterator[QuestionRow]:
    for each in report.said.questions:
        status = "answered in writing" if each.answer else "answered in the session" if each.answered else "open"
        known = named(each.id), each.number, each.text, each.addressed, each.votes
        yield QuestionRow(*known, status, each.answer, each.follow_up)


def _actions(report: Report) -> Iterator[ActionRow]:
    told = {each.number: each for each in (*report.said.changes, *report.said.actions)}
    for number, e in sorted(told.items()):
        yield ActionRow(f"action-{number}", e.part, e.text, e.owner, e.state, e.outcome, e.quote)


def _cue(cue: Cue, zone: ZoneInfo) -> CueRow:
    late = early = None
    if cue.began_at is not None:
        seconds = round((cue.began_at - cue.planned_at).total_seconds())
        late, early = max(seconds, 0) // 60, max(-seconds, 0) // 60
    began = None if cue.began_at is None else _told(cue.began_at, zone)
    known = cue.key, cue.position, cue.kind, cue.title, cue.minutes, _told(cue.planned_at, zone)
    return CueRow(*known, began, cue.state, late, early, cue.note)


def _audit(entries: Sequence[audit.Entry], zone: ZoneInfo) -> Iterator[AuditRow]:
    hosts: Mapping[int, int] = {host: i for i, host in enumerate(dict.fromkeys(each.host for each in entries), 1)}
    for each in entries:
        known = _told(each.at, zone), each.act, named(each.contribution_id)
        yield AuditRow(*known, f"host-{hosts[each.host]}", each.why)
