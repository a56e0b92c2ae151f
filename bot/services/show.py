"""The stage manager: what is due happens, in order, once; a host overrules it at any moment.

Everything a cue does is written in the transaction that claims it: a poll that opens, a message that is owed
(`boards`), an event that has to follow (`sessions.event_due`), a note to a person. So there is no instant at
which a cue has been claimed and its effect can be lost, and none at which the effect can come twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import acts, breaking
from bot.services.cues import Verdict, counts_from, decide, ripple, shifted
from bot.services.ledger import Ledger
from bot.services.openings import opened_in
from bot.services.planning import plan_steps
from bot.services.plans import Plan
from bot.services.ports import Alarm, Boards, Events, Rooms
from bot.services.refusal import Refusal
from bot.services.sessions import known
from bot.services.standing import Standing, View, next_minute, standing, steps_of, watched
from bot.services.venues import Venues
from bot.storage import boards, contributions, cues, polls, sessions
from bot.storage.cues import Cue
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.sessions import Session


class Show:
    """The cues of all sessions."""

    def __init__(
        self,
        database: Database,
        painter: Boards,
        alarm: Alarm,
        events: Events,
        rooms: Rooms,
        venues: Venues,
        ledger: Ledger,
    ) -> None:
        self._database = database
        self._painter = painter
        self._alarm = alarm
        self._events = events
        self._rooms = rooms
        self._venues = venues
        self._ledger = ledger

    async def run_due(self, now: datetime) -> None:
        """Do everything that is due, and have us woken for what comes next."""
        await self._show(*await self._catch_up(now))

    async def _catch_up(self, now: datetime) -> tuple[set[int], list[int]]:
        """Do everything that is due, in one transaction, and set the alarm. The sessions it concerns, what is owed."""
        owed: list[int] = []
        touched: set[int] = set()
        told: dict[tuple[int, int | None], list[int]] = {}
        async with self._database.write() as connection:
            behind = await _judged(connection, now)
            while any(verdicts for _, verdicts in behind):
                late: list[dict[str, Any]] = []
                for session, verdicts in behind:
                    if not verdicts or await _gone(connection, session):
                        continue
                    touched.add(session.id)
                    places = await self._venues.for_session(connection, session)
                    for verdict in verdicts:
                        done, why = await self._follow(connection, session, verdict, places, now)
                        owed += done
                        if why:
                            late.append({"id": verdict.cue.id, "state": "skipped", "note": why})
                            told.setdefault((session.guild_id, places.for_hosts), []).append(verdict.cue.id)
                await cues.change(connection, late)
                # Where a step could not begin, it is the next one's turn.
                behind = await _judged(connection, now)
            for (guild_id, channel), ids in told.items():
                owed += await self._tell_hosts(connection, guild_id, channel, ids, now)
            upcoming = await cues.next_due(connection, now)
        waiting = [session for session, _ in behind if watched(session, now)]
        for session in waiting:
            self._painter.stale("console", session.id)
        wakes = [*([upcoming] if upcoming else []), *([next_minute(now)] if waiting else [])]
        # Nothing is awaited since the commit: alarms are set in the order of the commits.
        if wakes:
            self._alarm.set(min(wakes))
        self._events.behind()
        self._rooms.behind()
        return touched, owed

    async def _follow(
        self, connection: AsyncConnection, session: Session, verdict: Verdict, places: Places, now: datetime
    ) -> tuple[list[int], str]:
        """Do what becomes of a cue: the boards that are owed, and why it does not happen."""
        match verdict.act:
            case "fire":
                return await self._carry_out(connection, session, verdict.cue, places, now)
            case "wait":
                await cues.change(connection, [{"id": verdict.cue.id, "state": "due"}])
                return await acts.console(connection, session, places, now), ""
            case "skip":
                passed = session.state == "live" and verdict.cue.position is not None
                return await self._end(connection, session, verdict.cue, places, now) if passed else [], verdict.why

    async def _carry_out(
        self, connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime
    ) -> tuple[list[int], str]:
        """Let a cue happen: the boards that are owed, or why it cannot. The rest of the show goes on."""
        try:
            async with connection.begin_nested():
                if cue.position is not None:
                    since = counts_from(cue, now)
                    return await self._begin(connection, session, cue, places, now, since), ""
                await cues.claim(connection, cue.id, "done", begins=now)
                return await acts.outside(connection, session, cue, places, now), ""
        except Refusal as refusal:
            return [], str(refusal)

    async def _begin(
        self, connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime, since: datetime
    ) -> list[int]:
        """End the step that runs, begin this one, which counts ``since`` then, and move the later ones along."""
        if not await cues.claim(connection, cue.id, "running", begins=since):
            raise Refusal("Somebody has just done that.")
        owed = await self._end(connection, session, cue, places, now)
        owed += await acts.begin(connection, session, cue, places, self._rooms, now)
        shown = steps_of(await cues.of(connection, session.id))
        fixed = {i for i, step in enumerate(Plan.of(session).run_of_show) if step.at is not None}
        await self._move(connection, ripple(shown, cue, since, fixed))
        return owed

    async def _end(
        self, connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime
    ) -> list[int]:
        """End the step that runs: it is the turn of this one, even where that comes too late for it."""
        before = await cues.end_running(connection, session.id, cue.id)
        return await acts.end(connection, session, before, places, now) if before else []

    async def _tell_hosts(
        self, connection: AsyncConnection, guild_id: int, channel: int | None, ids: list[int], now: datetime
    ) -> list[int]:
        if channel is None:
            return []
        board = await boards.add(connection, "late", guild_id, guild_id, channel, now=now)
        await cues.tell(connection, ids, board)
        return [board]

    async def _show(self, touched: set[int], owed: list[int]) -> None:
        """After the commit: post what is owed, repaint what shows the sessions. Direct messages go out beside it."""
        async with self._database.read() as connection:
            asked = await polls.ids_in(connection, touched)
            steps_shown = await cues.step_ids(connection, touched)
            broken = await breaking.shown_in(connection, touched)
            direct = {board.id for board in await boards.get_all(connection, owed) if board.person is not None}
        for session_id in touched:
            for kind in ("console", "now", "card", "panel", "queue", *contributions.REVIEW):
                self._painter.stale(kind, session_id)
        for kind, subjects in (("poll", asked), ("prompt", steps_shown)):
            for subject in subjects:
                self._painter.stale(kind, subject)
        for kind, subject in broken:
            self._painter.stale(kind, subject)
        self._painter.soon(*direct)
        await self._painter.show(*(board for board in owed if board not in direct))

    async def go_on(self, session_id: int, owed: list[int], now: datetime) -> None:
        """After the commit: see to what comes next, then show it all, since Discord may take its time."""
        touched, more = await self._catch_up(now)
        await self._show(touched | {session_id}, owed + more)

    async def start(self, guild_id: int, session_id: int, channel_id: int, now: datetime) -> Session:
        """A host starts a session in a channel, whatever its time: its first step begins."""
        async with self._database.write() as connection:
            owed = await self.start_in(connection, await known(connection, guild_id, session_id), channel_id, now)
            session = await known(connection, guild_id, session_id)
        await self.go_on(session_id, owed, now)
        return session

    async def start_in(
        self, connection: AsyncConnection, session: Session, channel_id: int, now: datetime
    ) -> list[int]:
        """The same within a transaction: the boards that are owed."""
        if session.state == "live":
            raise Refusal(f"Session {session.number} is open already. /session finish closes it.")
        places = replace(await self._venues.for_session(connection, session), session_channel=channel_id)
        await plan_steps(connection, session, now)
        shown = steps_of(await cues.of(connection, session.id))
        if session.state == "planned" and shown and shown[0].open:
            return await self._begin(connection, session, shown[0], places, now, now)
        return await acts.start(connection, session, places, now)

    async def finish(self, guild_id: int, session_id: int, now: datetime) -> Session:
        """A host finishes a session: everything closes, the summary is posted, the report goes out."""
        async with self._database.write() as connection:
            session = await known(connection, guild_id, session_id)
            places = await self._venues.for_session(connection, session)
            owed = await acts.finish(connection, session, places, now)
        await self.go_on(session_id, owed, now)
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
            places = await self._venues.for_session(connection, session)
            owed = await self._begin(connection, session, cue, places, now, now)
        await self.go_on(session.id, owed, now)
        return session

    async def skip(self, guild_id: int, cue_id: int, now: datetime) -> Cue:
        """Pass over the next step."""
        async with self._database.write() as connection:
            cue, session = await self._known(connection, guild_id, cue_id)
            if not await cues.claim(connection, cue.id, "skipped", note="a host passed over it"):
                raise Refusal("Somebody has just done that.")
        await self.go_on(session.id, [], now)
        return cue

    async def extend(self, guild_id: int, session_id: int, minutes: int, now: datetime) -> None:
        """Give what is running more time: everything after it moves along."""
        async with self._database.write() as connection:
            await self.extend_in(connection, await known(connection, guild_id, session_id), minutes, now)
        await self.go_on(session_id, [], now)

    async def extend_in(self, connection: AsyncConnection, session: Session, minutes: int, now: datetime) -> None:
        """The same within a transaction: a breakout that is the step which runs gets the time too."""
        every, by = await cues.of(connection, session.id), timedelta(minutes=minutes)
        await self._move(connection, shifted(every, by, now, nudges=by / 2))
        running = {cue.id for cue in every if cue.state == "running"}
        await breaking.move_in(connection, session.id, by, now, running)

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
            pause = now - session.paused_at
            await self._move(connection, shifted(await cues.of(connection, session.id), pause, now))
            await breaking.move_in(connection, session.id, pause, now)
        await self.go_on(session_id, [], now)

    async def _move(self, connection: AsyncConnection, moved: list[Cue]) -> None:
        await cues.change(connection, [{"id": cue.id, "due_at": cue.due_at} for cue in moved])

    async def standing(self, session_id: int, now: datetime) -> Standing:
        """Where the run of show stands."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise Refusal("That session is not known here.")
            return standing(session, steps_of(await cues.of(connection, session_id)), now)

    async def view(self, session_id: int, now: datetime) -> View:
        """What the hosts' console and the "Live now" board show."""
        stands = await self.standing(session_id, now)
        async with self._database.read() as connection:
            opened = await opened_in(connection, stands.session, self._ledger)
            of = len(await sessions.in_series(connection, stands.session.series_id))
        return View(stands, of, opened)

    async def cue(self, cue_id: int) -> tuple[Cue, Session]:
        """A cue and its session."""
        async with self._database.read() as connection:
            cue = await cues.get(connection, cue_id)
            session = cue and await sessions.get(connection, cue.session_id)
        if cue is None or session is None:
            raise Refusal("That step is not known here.")
        return cue, session

    async def _known(self, connection: AsyncConnection, guild_id: int, cue_id: int) -> tuple[Cue, Session]:
        cue = await cues.get(connection, cue_id)
        if cue is None:
            raise Refusal("That step is not known here.")
        return cue, await known(connection, guild_id, cue.session_id)


async def _judged(connection: AsyncConnection, now: datetime) -> list[tuple[Session, list[Verdict]]]:
    """The sessions of which something is overdue, and what becomes of that: nothing, where it waits for a host."""
    due = await cues.overdue(connection, now)
    every = await cues.of_sessions(connection, due)
    found = await sessions.get_all(connection, due)
    return [(session, decide(session, due[session.id], steps_of(every[session.id]), now)) for session in found]


async def _gone(connection: AsyncConnection, session: Session) -> bool:
    """Whether it is a rehearsal that another session has just ended by beginning."""
    return session.rehearses is not None and await sessions.get(connection, session.id) is None
