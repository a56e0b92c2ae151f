"""The stage manager: what is due happens, in order, once; a host overrules it at any moment.

Everything a cue does is written in the transaction that claims it: a poll that opens, a message that is owed
(`boards`), an event that has to follow (`sessions.event_due`), a note to a person. So there is no instant at
which a cue has been claimed and its effect can be lost, and none at which the effect can come twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import acts
from bot.services.cues import decide, ripple, shifted
from bot.services.planning import plan_steps
from bot.services.ports import Alarm, Boards, Events
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.venues import Venues
from bot.storage import boards, contributions, cues, polls, sessions
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session

HORIZON = timedelta(hours=1)
"""How far ahead an alarm is set: what is later is looked at again then."""


@dataclass(frozen=True)
class Standing:
    """Where the run of show of a session stands. ``behind`` is how much later than planned it runs."""

    session: Session
    running: Cue | None
    waiting: Cue | None
    upcoming: Cue | None
    behind: timedelta

    @property
    def ahead(self) -> Cue | None:
        """What the host's button opens: what waits for them, else the next step."""
        return self.waiting or self.upcoming


@dataclass(frozen=True)
class Opened:
    """Something that is open in the session's channel, and how many have answered."""

    title: str
    n: int
    message_id: int | None


@dataclass(frozen=True)
class View:
    """What hosts and the room see of a session that is about to run, runs or has run."""

    standing: Standing
    of: int
    open: tuple[Opened, ...]


class Show:
    """The cues of all sessions."""

    def __init__(self, database: Database, painter: Boards, alarm: Alarm, events: Events, venues: Venues) -> None:
        self._database = database
        self._painter = painter
        self._alarm = alarm
        self._events = events
        self._venues = venues

    async def run_due(self, now: datetime) -> None:
        """Do everything that is due, and have us woken for what comes next."""
        owed: list[int] = []
        touched: set[int] = set()
        told: dict[int, list[int]] = {}
        late: list[dict[str, Any]] = []
        async with self._database.write() as connection:
            due = await cues.overdue(connection, now)
            every = await cues.of_sessions(connection, due)
            for session in await sessions.get_all(connection, due):
                places = await self._venues.within(connection, session.guild_id)
                for verdict in decide(session, due[session.id], steps_of(every[session.id]), now):
                    touched.add(session.id)
                    why = verdict.why
                    if verdict.act == "fire":
                        done, why = await self._carry_out(connection, session, verdict.cue, places, now)
                        owed += done
                    if why:
                        late.append({"id": verdict.cue.id, "state": "skipped", "note": why})
                        told.setdefault(session.guild_id, []).append(verdict.cue.id)
                    elif verdict.act == "wait":
                        await cues.change(connection, [{"id": verdict.cue.id, "state": "due"}])
                        owed += await acts.console(connection, session, places, now)
            await cues.change(connection, late)
            for guild_id, ids in told.items():
                owed += await self._tell_hosts(connection, guild_id, ids, now)
            upcoming = await cues.next_due(connection, now)
        self._alarm.set(min(upcoming or now + HORIZON, now + HORIZON))
        self._events.behind()
        await self._show(touched, owed)

    async def _carry_out(
        self, connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime
    ) -> tuple[list[int], str]:
        """Let a cue happen: the boards that are owed, or why it cannot. The rest of the show goes on."""
        try:
            async with connection.begin_nested():
                if cue.position is not None:
                    return await self._begin(connection, session, cue, places, now), ""
                await cues.claim(connection, cue.id, "done", begins=now)
                return await acts.outside(connection, session, cue, places, now), ""
        except Refusal as refusal:
            return [], str(refusal)

    async def _begin(
        self, connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime
    ) -> list[int]:
        """End the step that runs, begin this one, and move the later ones along."""
        if not await cues.claim(connection, cue.id, "running", begins=now):
            raise Refusal("Somebody has just done that.")
        owed: list[int] = []
        if (before := await cues.end_running(connection, session.id, cue.id)) is not None:
            owed += await acts.end(connection, session, before, now)
        owed += await acts.begin(connection, session, cue, places, now)
        shown = steps_of(await cues.of(connection, session.id))
        await cues.change(connection, [{"id": each.id, "due_at": each.due_at} for each in ripple(shown, cue, now)])
        return owed

    async def _tell_hosts(self, connection: AsyncConnection, guild_id: int, ids: list[int], now: datetime) -> list[int]:
        places = await self._venues.within(connection, guild_id)
        if places.for_hosts is None:
            return []
        board = await boards.add(connection, "late", guild_id, guild_id, places.for_hosts, now=now)
        await cues.tell(connection, ids, board)
        return [board]

    async def _show(self, touched: set[int], owed: list[int]) -> None:
        """After the commit: post what is owed, repaint what shows the sessions."""
        async with self._database.read() as connection:
            asked = await polls.ids_in(connection, touched)
            steps_shown = await cues.step_ids(connection, touched)
        for session_id in touched:
            for kind in ("console", "now", "card", "review"):
                self._painter.stale(kind, session_id)
        for kind, subjects in (("poll", asked), ("prompt", steps_shown)):
            for subject in subjects:
                self._painter.stale(kind, subject)
        if owed:
            await self._painter.show(*owed)

    async def _go_on(self, session_id: int, owed: list[int], now: datetime) -> None:
        """After the commit: show it, and see to what comes next even where Discord would not take a message."""
        try:
            await self._show({session_id}, owed)
        finally:
            await self.run_due(now)

    async def start(self, guild_id: int, session_id: int, channel_id: int, now: datetime) -> Session:
        """A host starts a session in a channel, whatever its time: its first step begins."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            if session.state == "live":
                raise Refusal(f"Session {session.number} is open already. /session finish closes it.")
            places = replace(await self._venues.within(connection, guild_id), session_channel=channel_id)
            await plan_steps(connection, session, now)
            shown = steps_of(await cues.of(connection, session.id))
            if session.state == "planned" and shown and shown[0].open:
                owed = await self._begin(connection, session, shown[0], places, now)
            else:
                owed = await acts.start(connection, session, places, now)
            session = await known(connection, guild_id, session_id)
        await self._go_on(session_id, owed, now)
        return session

    async def finish(self, guild_id: int, session_id: int, now: datetime) -> Session:
        """A host finishes a session: everything closes, the summary is posted, the report goes out."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            places = await self._venues.within(connection, guild_id)
            owed = await acts.finish(connection, session, places, now)
        await self._show({session_id}, owed)
        return session

    async def open(self, guild_id: int, cue_id: int, now: datetime) -> Session:
        """The host opens what is due, or the next step early. Two hosts, or a double tap, open it once."""
        async with self._database.write() as connection:
            cue, session = await self._known(connection, guild_id, cue_id)
            if session.paused_at is not None:
                raise Refusal("The session is paused. Resume it first.")
            first = next((each for each in steps_of(await cues.of(connection, session.id)) if each.open), None)
            if first is None or first.id != cue.id:
                raise Refusal("Somebody has just done that.")
            places = await self._venues.within(connection, guild_id)
            owed = await self._begin(connection, session, cue, places, now)
        await self._go_on(session.id, owed, now)
        return session

    async def skip(self, guild_id: int, cue_id: int, now: datetime) -> Cue:
        """Pass over the next step."""
        async with self._database.write() as connection:
            cue, session = await self._known(connection, guild_id, cue_id)
            if not await cues.claim(connection, cue.id, "skipped", note="a host passed over it"):
                raise Refusal("Somebody has just done that.")
        await self._go_on(session.id, [], now)
        return cue

    async def extend(self, guild_id: int, session_id: int, minutes: int, now: datetime) -> None:
        """Give what is running more time: everything after it moves along."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            shown = steps_of(await cues.of(connection, session.id))
            await self._move(connection, shifted(shown, timedelta(minutes=minutes)))
        await self._go_on(session_id, [], now)

    async def pause(self, guild_id: int, session_id: int, now: datetime) -> None:
        """Let no step begin by itself until the host resumes."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            if session.paused_at is not None:
                raise Refusal("The session is paused already.")
            await sessions.update_session(connection, session.id, paused_at=now)
        await self._show({session_id}, [])

    async def resume(self, guild_id: int, session_id: int, now: datetime) -> None:
        """Go on: everything that has yet to happen is later by as long as the pause was."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            if session.paused_at is None:
                raise Refusal("The session is not paused.")
            await sessions.update_session(connection, session.id, paused_at=None)
            shown = steps_of(await cues.of(connection, session.id))
            await self._move(connection, shifted(shown, now - session.paused_at))
        await self._go_on(session_id, [], now)

    async def _move(self, connection: AsyncConnection, moved: list[Cue]) -> None:
        await cues.change(connection, [{"id": cue.id, "due_at": cue.due_at} for cue in moved])

    async def standing(self, session_id: int, now: datetime) -> Standing:
        """Where the run of show stands."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            return standing(session, steps_of(await cues.of(connection, session_id)), now)

    async def view(self, session_id: int, now: datetime) -> View:
        """What the hosts' console and the "Live now" board show."""
        stands = await self.standing(session_id, now)
        opened: list[Opened] = []
        async with self._database.read() as connection:
            for poll in await polls.in_session(connection, session_id):
                if poll.open:
                    posted = await boards.of(connection, "poll", poll.id)
                    n = await polls.respondents(connection, poll.id)
                    opened.append(Opened(f"Poll {poll.number}", n, posted[-1].message_id if posted else None))
            if await contributions.review_state(connection, session_id) == "open":
                posted = await boards.of(connection, "review", session_id)
                people = {said.author for said, _ in await contributions.in_session(connection, session_id)}
                opened.append(Opened("After action review", len(people), posted[-1].message_id if posted else None))
            of = len(await sessions.in_series(connection, stands.session.series_id))
        return View(stands, of, tuple(opened))

    async def cue(self, cue_id: int) -> tuple[Cue, Session]:
        """A cue and its session."""
        async with self._database.read() as connection:
            cue = await cues.get(connection, cue_id)
            session = cue and await sessions.get(connection, cue.session_id)
        if cue is None or session is None:
            raise LookupError(cue_id)
        return cue, session

    async def _known(self, connection: AsyncConnection, guild_id: int, cue_id: int) -> tuple[Cue, Session]:
        cue = await cues.get(connection, cue_id)
        if cue is None:
            raise Refusal("That step is not known here.")
        return cue, await known(connection, guild_id, cue.session_id)


def steps_of(every: Iterable[Cue]) -> list[Cue]:
    """The run of show, in order."""
    return sorted((cue for cue in every if cue.position is not None), key=lambda cue: cue.position or 0)


def standing(session: Session, shown: list[Cue], now: datetime) -> Standing:
    """Where the run of show stands at ``now``."""
    running = next((cue for cue in shown if cue.state == "running"), None)
    waiting = next((cue for cue in shown if cue.state == "due"), None)
    upcoming = next((cue for cue in shown if cue.state == "planned"), None)
    late = [
        max(cue.due_at, now if cue is waiting else cue.due_at) - cue.planned_at for cue in (waiting or upcoming,) if cue
    ]
    return Standing(session, running, waiting, upcoming, late[0] if late else timedelta(0))
