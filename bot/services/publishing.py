"""From a draft to a published report: what is missing for it, its versions, and what follows from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import deliveries, notices
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.reporting import BARS
from bot.services.seriesfields import web_address
from bot.services.sessions import known
from bot.services.text import one_line, required
from bot.services.venues import Venues
from bot.services.versions import TAKEN_OUT, news_of
from bot.storage import boards, contributions, erasing, reports, sessions, themes
from bot.storage.database import Database
from bot.storage.reports import File, Version
from bot.storage.sessions import Session

CHANGED = 300
"""How many characters may say what a version changes."""

NAME = 80
"""How many characters of a name are kept."""

Bars = Literal["asked", "size"]
"""The order of a figure's bars: as the options were asked, or what was chosen most first."""

WITHOUT_THEMES = "without_themes"
"""The key in `report_edits` of who has said that a report goes out without themes."""

NOT_FINISHED = "Session {number} has not finished, so there is no report yet."


@dataclass(frozen=True)
class Proposal:
    """A version that waits for a host's word. ``before`` is the version that it takes the place of, if any.

    ``taken_out`` is how much that was said may not be read any more: an ``edited`` file may still have it.
    """

    id: int
    session: Session
    before: Version | None
    edited: bool
    taken_out: int


@dataclass(frozen=True)
class Published:
    """The version that everybody sees, with its files."""

    session: Session
    version: Version
    files: tuple[File, ...]


class Publishing:
    """The reports of a guild's sessions, as they go out."""

    def __init__(self, database: Database, painter: Boards, venues: Venues) -> None:
        self._database = database
        self._painter = painter
        self._venues = venues

    async def draft(
        self, guild_id: int, session_id: int, now: datetime, *, bars: Bars | None = None, gone: int = 0
    ) -> bool:
        """Make the draft anew, in a new message where the old one is ``gone``: its id. Whether it is a new one.

        ``bars``: in which order those of its figures stand from now on. The report of the series follows.
        """
        owed = list[int]()
        async with self._database.write() as connection:
            session = await _finished(connection, guild_id, session_id)
            if bars:
                await reports.edit(connection, session_id, BARS, "" if bars == "asked" else bars)
            if anew := not await _posted(connection, "report", session_id, gone):
                places = await self._venues.within(connection, guild_id)
                office = session.channel_id if session.rehearses else places.organiser_channel
                if office is None:
                    raise Refusal("There is no channel for the organisers’ report. An admin can choose it with /setup.")
                owed.append(await boards.add(connection, "report", session_id, guild_id, office, now=now))
            else:
                await boards.reopen(connection, "report", session_id)
            await boards.reopen(connection, "overall", session.series_id)
        self._painter.soon(*owed)
        self._painter.stale("report", session_id)
        self._painter.stale("overall", session.series_id)
        return anew

    async def message(self, kind: boards.Kind, session_id: int) -> tuple[int, int] | None:
        """The channel and the id of the newest message of a session's of that kind."""
        async with self._database.read() as connection:
            found = [each for each in await boards.of(connection, kind, session_id) if each.message_id]
        return (found[-1].channel_id, found[-1].message_id or 0) if found else None

    async def links(
        self,
        guild_id: int,
        session_id: int,
        by: str,
        *,
        recording: str = "",
        subtitles: bool | None = None,
        blog: str = "",
        without: bool = False,
    ) -> Session:
        """Keep where the recording and the blog are, or who says that the report goes out ``without`` a recording.

        Of another recording it has to be said anew whether it has ``subtitles``.
        """
        changed: dict[str, str | bool | None] = {"no_recording": one_line(by)[:NAME]} if without else {}
        try:
            changed |= {"recording": web_address(recording), "no_recording": "", "subtitles": None} if recording else {}
            changed |= {"subtitles": subtitles} if subtitles is not None else {}
            changed |= {"blog": web_address(blog)} if blog else {}
        except ValueError as wrong:
            raise Refusal(str(wrong)) from None
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            _refuse_rehearsal(session)
            if without and (recording or session.recording):
                raise Refusal("There is a recording, so it cannot be said that there is none. Nothing was changed.")
            if subtitles is not None and not (recording or session.recording):
                raise Refusal("There is no recording yet that could have subtitles: say where it is, too.")
            if not changed:
                raise Refusal("Say at least one: the recording, its subtitles, the blog, or that there is none.")
            await sessions.update_session(connection, session_id, **changed)
            for kind in ("report", "published"):
                await boards.reopen(connection, kind, session_id)
            session = await known(connection, guild_id, session_id)
        for kind in ("card", "report", "published"):
            self._painter.stale(kind, session_id)
        return session

    async def propose(
        self,
        guild_id: int,
        session_id: int,
        by: str,
        now: datetime,
        *,
        without_themes: bool = False,
        file: File | None = None,
    ) -> Proposal:
        """Get the next version ready for a host's word; refused with all that is missing."""
        name = one_line(by)[:NAME]
        async with self._database.write() as connection:
            session = await _finished(connection, guild_id, session_id)
            _refuse_rehearsal(session)
            if without_themes:
                await reports.edit(connection, session_id, WITHOUT_THEMES, name)
            if lacking := await _lacking(connection, session):
                raise Refusal(f"Before the report of session {session.number} can be published:", *lacking)
            proposed = await reports.add(connection, session_id, "proposed", name, now, edited=file is not None)
            await reports.put_files(connection, proposed.id, [file] if file else [])
            return await _proposal(connection, guild_id, proposed.id)

    async def proposal(self, guild_id: int, report_id: int) -> Proposal:
        """A version that still waits."""
        async with self._database.read() as connection:
            return await _proposal(connection, guild_id, report_id)

    async def dismiss(self, guild_id: int, report_id: int) -> None:
        """Forget what was proposed."""
        async with self._database.write() as connection:
            proposal = await _proposal(connection, guild_id, report_id)
            await reports.drop_proposed(connection, proposal.session.id)

    async def publish(
        self, guild_id: int, report_id: int, by: str, now: datetime, *, what_changed: str = "", gone: int = 0
    ) -> tuple[Session, list[int]]:
        """Publish what was proposed: the boards that are to be posted. ``gone``: the public message that is not there.

        All that was answered in confidence loses its links to accounts.
        """
        async with self._database.write() as connection:
            proposal = await _proposal(connection, guild_id, report_id)
            session, before = proposal.session, proposal.before
            if lacking := await _lacking(connection, session):
                raise Refusal(f"Something has changed: {' '.join(lacking)} Nothing was published.")
            changed = required(one_line(what_changed), "What has changed", CHANGED) if before else ""
            if before:
                await reports.replace(connection, before)
            version = await reports.get(connection, report_id)
            assert version  # noqa: S101  (it was proposed)
            state = "made" if version.edited else "owed"
            values = {"what_changed": changed, "published_by": one_line(by)[:NAME], "published_at": now}
            await reports.change(connection, version, state, **values)
            await reports.keep_edits(connection, session.id, reports.DRAFT, version.version)
            await erasing.unlink_answers(connection, session.id)
            await deliveries.owe_in(connection, session, f"report.published:{version.version}", now)
            await boards.reopen(connection, "report", session.id)
            await boards.reopen(connection, "published", session.id)
            owed = list[int]()
            if not await _posted(connection, "published", session.id, gone):
                # Where people took part: they read it there, and may write in the thread.
                channel = session.channel_id or (await self._venues.within(connection, guild_id)).session_channel
                if channel is None:
                    raise Refusal("There is no channel to publish it in. An admin can choose it with /setup.")
                owed.append(await boards.add(connection, "published", session.id, guild_id, channel, now=now))
                if not session.thread_id:  # of the message before it there was none
                    await sessions.update_session(connection, session.id, thread_id=None)
        for kind in ("report", "published"):
            self._painter.stale(kind, session.id)
        return session, owed

    async def published(self, session_id: int) -> Published | None:
        """What everybody sees, or is about to; None before anything was published."""
        async with self._database.read() as connection:
            return await _published(connection, session_id)

    async def made(
        self, version: Version, files: Sequence[File], failed: Iterable[str], now: datetime
    ) -> Published | None:
        """Keep the files of a version that was owed, unless it has been replaced meanwhile; what is published now.

        The hosts are told what could not be made, and of an own file that was taken down for somebody's words.
        """
        async with self._database.write() as connection:
            session = await sessions.get(connection, version.session_id)
            told = list[int]()
            if session and await reports.change(connection, version, "made", published_at=now):
                await reports.put_files(connection, version.id, files)
                if version.what_changed == TAKEN_OUT:
                    await deliveries.owe_in(connection, session, f"report.published:{version.version}", now)
                for key, sentence in await news_of(connection, session, version, failed):
                    places = await self._venues.within(connection, session.guild_id)
                    told += await notices.owe(connection, places.for_hosts, session.guild_id, key, sentence, now)
            published = await _published(connection, version.session_id)
        self._painter.soon(*told)
        return published

    async def summarised(self, version: Version, summary: str) -> None:
        """Keep what is told of a version for as long as it stands."""
        async with self._database.write() as connection:
            await reports.change(connection, version, version.state, summary=summary)

    async def files(self, guild_id: int, session_id: int) -> tuple[Session, Version | None, tuple[File, ...]]:
        """A session with its published files, if it has any."""
        async with self._database.read() as connection:
            session = await _finished(connection, guild_id, session_id)
            found = await _published(connection, session_id)
        return session, found.version if found else None, found.files if found else ()


async def _posted(connection: AsyncConnection, kind: boards.Kind, session_id: int, gone: int) -> bool:
    """Whether a session's board of that kind is there, or is still to be posted: another than the one that is gone."""
    every = await boards.of(connection, kind, session_id)
    return any(each.message_id != gone if each.message_id else not each.final for each in every)


async def _finished(connection: AsyncConnection, guild_id: int, session_id: int) -> Session:
    session = await known(connection, guild_id, session_id)
    if session.state != "finished":
        raise Refusal(NOT_FINISHED.format(number=session.number))
    return session


def _refuse_rehearsal(session: Session) -> None:
    if session.rehearses is not None:
        raise Refusal("This is a rehearsal: nothing of it is published.")


async def _lacking(connection: AsyncConnection, session: Session) -> list[str]:
    """What is missing for publication, with what helps, a sentence each."""
    lacking = list[str]()
    every = await themes.of(connection, session.id)
    unsigned = [each for each in every if not each.signed_by]
    said = await reports.edits(connection, session.id)
    if unsigned:
        are = "theme is" if len(unsigned) == 1 else "themes are"
        lacking.append(f"{len(unsigned)} {are} not signed off: /themes sign-off does it.")
    if not every and WITHOUT_THEMES not in said:
        lacking.append("There are no themes: /themes add makes one, or choose *without_themes* in /report publish.")
    if not (session.recording or session.no_recording):
        lacking.append("The link to the recording is missing: /report links takes it, or that there is none.")
    elif session.recording and session.subtitles is None:
        lacking.append("Nobody has said whether the recording has subtitles: /report links takes that too.")
    return lacking


async def _proposal(connection: AsyncConnection, guild_id: int, report_id: int) -> Proposal:
    version = await reports.get(connection, report_id)
    session = version and await sessions.get(connection, version.session_id)
    if version is None or session is None or session.guild_id != guild_id or version.state != "proposed":
        raise Refusal("This has been decided already, or something has changed since. See /report publish.")
    before, out = await reports.current(connection, session.id), await contributions.taken_out(connection, session.id)
    return Proposal(version.id, session, before, version.edited, out)


async def _published(connection: AsyncConnection, session_id: int) -> Published | None:
    version = await reports.current(connection, session_id)
    session = await sessions.get(connection, session_id)
    if version is None or session is None:
        return None
    return Published(session, version, await reports.files(connection, version.id))
