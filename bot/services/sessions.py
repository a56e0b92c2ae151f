"""Starting a session, knowing where it stands, finishing it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import breaking, reviews
from bot.services import polls as poll_service
from bot.services.plans import Plan
from bot.services.ports import Boards
from bot.services.refusal import Refusal
from bot.services.seriesparts import PreparedPoll, Step
from bot.storage import boards, contributions, cues, hands, people, polls, sessions
from bot.storage.database import Database
from bot.storage.sessions import Series, Session


@dataclass(frozen=True)
class Agenda:
    """A guild's series; ``due`` is its first session that is still to be held."""

    series: Series
    sessions: tuple[Session, ...]

    @property
    def of(self) -> int:
        """How many sessions the series has."""
        return len(self.sessions)

    @property
    def due(self) -> Session | None:
        """The next session."""
        return next((session for session in self.sessions if session.state in {"planned", "live"}), None)

    def numbered(self, number: int | None) -> Session:
        """The session of that number, or the next one due."""
        found = next((each for each in self.sessions if each.number == number), None) if number else self.due
        if found is None:
            raise Refusal(
                f"There is no session {number}: the series has {self.of}."
                if number
                else "All sessions of the series have finished."
            )
        return found

    def after(self, session: Session) -> Session | None:
        """The session that follows one of this series."""
        return next((other for other in self.sessions if other.number == session.number + 1), None)


@dataclass(frozen=True)
class Status:
    """Where a live session stands. ``waiting`` are its prepared polls that have not been opened."""

    session: Session
    of: int
    took_part: int
    polls: tuple[poll_service.Standing, ...]
    review: str | None
    review_answers: int
    waiting: tuple[PreparedPoll, ...]
    now: Step | None
    next: Step | None


class Sessions:
    """The sessions of a guild's series."""

    def __init__(self, database: Database, painter: Boards) -> None:
        self._database = database
        self._painter = painter

    async def agenda(self, guild_id: int) -> Agenda:
        """The guild's series, the one imported last."""
        async with self._database.read() as connection:
            return await agenda_in(connection, guild_id)

    async def agenda_of(self, session: Session) -> Agenda:
        """The series a session belongs to."""
        async with self._database.read() as connection:
            series = await sessions.series_of(connection, session)
            return Agenda(series, await sessions.in_series(connection, series.id))

    async def get(self, guild_id: int, session_id: int) -> Session:
        """A session of the guild."""
        async with self._database.read() as connection:
            return await known(connection, guild_id, session_id)

    async def colour(self, guild_id: int, session_id: int) -> str:
        """The colour of its series; empty where that has none of its own."""
        async with self._database.read() as connection:
            return (await sessions.series_of(connection, await known(connection, guild_id, session_id))).colour

    async def live(self, guild_id: int, asked_in: int | None = None) -> Session:
        """The session that is running; a rehearsal to those who ask in its channel, and to nobody else."""
        async with self._database.read() as connection:
            return await _open(connection, guild_id, await _played(connection, guild_id, asked_in))

    async def latest(self, guild_id: int, asked_in: int | None = None) -> Session:
        """The session that is running, or else the one that finished last."""
        async with self._database.read() as connection:
            running = await _played(connection, guild_id, asked_in)
            session = running or await sessions.last_finished(connection, guild_id)
        if session is None:
            raise Refusal("No session has been started yet.")
        return session

    async def on_stage(self, guild_id: int, asked_in: int | None = None) -> Session:
        """The session that is running, or else the one whose first step waits for a host."""
        async with self._database.read() as connection:
            session = await _played(connection, guild_id, asked_in)
            if session is None and (series := await sessions.current_series(connection, guild_id)):
                for each in await sessions.in_series(connection, series.id):
                    waits = any(cue.state == "due" for cue in await cues.of(connection, each.id))
                    session = session or (each if waits and each.state == "planned" else None)
            return await _open(connection, guild_id, session)

    async def to_start(self, guild_id: int, number: int | None) -> tuple[Agenda, Session]:
        """The session of that number, or the next one due, if it can be started now."""
        async with self._database.read() as connection:
            agenda = await agenda_in(connection, guild_id)
            running = await sessions.live(connection, guild_id)
        found = agenda.numbered(number)
        _refuse_start(found, running)
        return agenda, found

    async def status(self, session: Session, now: datetime) -> Status:
        """Where the live session stands."""
        plan = Plan.of(session)
        async with self._database.read() as connection:
            asked = await polls.in_session(connection, session.id)
            opened = {poll.prepared for poll in asked}
            said = await reviews.given(connection, session.id)
            step, after = plan.position(session.started_at or now, now)
            return Status(
                session,
                len(await sessions.in_series(connection, session.series_id)),
                await people.took_part(connection, session.id),
                tuple([await poll_service.standing(connection, poll) for poll in asked]),
                await contributions.review_state(connection, session.id),
                len({each.author for each in said}),
                tuple(poll for poll in plan.polls if poll.name not in opened),
                step,
                after,
            )

    async def attendance(
        self, guild_id: int, joined: int, asked_in: int | None = None, *, peak: int | None = None
    ) -> Session:
        """Record how many joined the running session, or else the one that finished last; ``peak`` is at one time."""
        if peak is not None and peak > joined:
            raise Refusal("More people at one time than joined in all: one of the two numbers is wrong.")
        most = {} if peak is None else {"peak": peak}
        async with self._database.write() as connection:
            session = await _played(connection, guild_id, asked_in)
            session = session or await sessions.last_finished(connection, guild_id)
            if session is None:
                raise Refusal("No session has been started yet, so nobody can have joined one.")
            await sessions.update_session(connection, session.id, joined=joined, **most)
            shown: tuple[tuple[boards.Kind, int], ...] = ("report", session.id), ("overall", session.series_id)
            for kind, subject in shown:
                await boards.reopen(connection, kind, subject)
        for kind, subject in shown:
            self._painter.stale(kind, subject)
        return session


async def start_in(connection: AsyncConnection, session: Session, channel_id: int, now: datetime) -> list[int]:
    """Open the session within a transaction; its welcome is owed."""
    if session.rehearses is None:
        await sessions.delete_rehearsals(connection, session.guild_id)  # what was tried out is never in the way
    _refuse_start(session, await sessions.live(connection, session.guild_id))
    values = {"state": "live", "channel_id": channel_id, "started_at": now}
    await sessions.update_session(connection, session.id, **values)
    return [await boards.add(connection, "welcome", session.id, session.guild_id, channel_id, now=now)]


async def finish_in(connection: AsyncConnection, session: Session, office: int, now: datetime) -> list[int]:
    """Close everything within a transaction; the results, the summary and the report are owed."""
    if session.state == "finished":
        raise Refusal(_finished(session))
    if session.state != "live":
        raise Refusal(f"Session {session.number} is not open.")
    guild_id, owed = session.guild_id, await close_open(connection, session, now)
    await sessions.update_session(connection, session.id, state="finished", finished_at=now)
    owed.append(await boards.add(connection, "summary", session.id, guild_id, session.channel, now=now))
    owed.append(await boards.add(connection, "report", session.id, guild_id, office, now=now))
    return owed


async def close_open(connection: AsyncConnection, session: Session, now: datetime) -> list[int]:
    """Close the polls and the review that are open, within a transaction; the results are owed."""
    asked = await polls.in_session(connection, session.id)
    owed = [await poll_service.close_in(connection, poll, session.channel, now) for poll in asked if poll.open]
    await reviews.close_in(connection, session.id)
    await hands.clear(connection, session.id)
    return [*owed, *await breaking.end_session(connection, session, now)]


def _refuse_start(session: Session, running: Session | None) -> None:
    """Sessions take turns, and each is held once."""
    if session.state == "finished":
        raise Refusal(_finished(session))
    if session.state == "cancelled":
        raise Refusal(f"Session {session.number} is cancelled. /session move gives it a new date.")
    if running and running.rehearses is None:
        raise Refusal(f"Session {running.number} is open already. /session finish closes it.")


def _finished(session: Session) -> str:
    return f"Session {session.number} has finished. Its report is with the organisers."


async def _open(connection: AsyncConnection, guild_id: int, session: Session | None) -> Session:
    if session and session.state != "finished":
        return session
    if await sessions.live(connection, guild_id):
        raise Refusal("Only a rehearsal is open. Use this command in its own thread.")
    raise Refusal("No session is open. A host can start one with /session start.")


async def _played(connection: AsyncConnection, guild_id: int, asked_in: int | None) -> Session | None:
    """In the channel of a rehearsal that one, live or finished; everywhere else the session that is running."""
    if rehearsal := await sessions.rehearsal_in(connection, asked_in):
        return rehearsal
    running = await sessions.live(connection, guild_id)
    return running if running and running.rehearses is None else None


async def agenda_in(connection: AsyncConnection, guild_id: int) -> Agenda:
    """The guild's series, within a transaction."""
    series = await sessions.current_series(connection, guild_id)
    if series is None:
        raise Refusal("There is no series here yet. A host can import one: /series template, then /series import.")
    return Agenda(series, await sessions.in_series(connection, series.id))


async def known(connection: AsyncConnection, guild_id: int, session_id: int) -> Session:
    """A session of the guild."""
    session = await sessions.get(connection, session_id)
    if session is None or session.guild_id != guild_id:
        raise Refusal("That session is not known here.")
    return session
