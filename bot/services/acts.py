"""What each kind of cue does when it happens: all of it inside the transaction that claims the cue.

Every function gives the ids of the boards that are owed once the transaction is committed.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import breaking, deliveries, notices
from bot.services import panel as panels
from bot.services import polls as asking
from bot.services import reviews as reviewing
from bot.services import sessions as running
from bot.services.actions import arc_in
from bot.services.cues import FOLLOW_UP
from bot.services.drafts import Draft, place_draft, prepared_draft
from bot.services.overall import overall_owed
from bot.services.planning import plan_nudge, plan_unlinking
from bot.services.plans import Plan
from bot.services.ports import Rooms
from bot.services.refusal import Refusal
from bot.storage import boards, cues, erasing, people, polls, sessions
from bot.storage.boards import Kind
from bot.storage.contributions import review_state
from bot.storage.cues import Cue
from bot.storage.places import Places
from bot.storage.sessions import Session


async def outside(connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime) -> list[int]:
    """A cue outside the run of show."""

    async def post(kind: Kind, subject: int, channel: int | None) -> list[int]:
        if channel is None:
            raise Refusal("its channel is not chosen (/setup)")
        return [await boards.add(connection, kind, subject, session.guild_id, channel, now=now)]

    match cue.kind:
        case "announce":
            await sessions.update_session(connection, session.id, event_due=True)
            return await post("card", session.id, places.announcements_channel)
        case "reminder":
            if channel := places.announcements_channel:
                news = await post("reminder", cue.id, channel)
            else:
                news = await _unannounced(connection, session, places, now)
            return [*news, *await note(connection, session, cue, now)]
        case "ready":
            ready = await post("ready", session.id, places.for_hosts)
            return [*ready, *await console(connection, session, places, now)]
        case "doors":
            return await post("doors", session.id, places.session_channel)
        case "breakout_warn" | "breakout_end":
            return await breaking.due_in(connection, session, cue, places, now)
        case _:
            return await _once_begun(connection, session, cue, now)


async def _once_begun(connection: AsyncConnection, session: Session, cue: Cue, now: datetime) -> list[int]:
    """A cue outside the run of show that belongs to a session which has begun."""
    match cue.kind:
        case "nudge":
            return await reviewing.nudge_in(connection, session, cue, now)
        case "follow_up":
            return await note(connection, session, cue, now)
        case "unlink":
            # What is open is closed first: whoever answered again would count twice.
            owed = await running.close_open(connection, session, now)
            await erasing.unlink(connection, session.id)
            return owed
        case _:
            raise LookupError(cue.kind)


async def _unannounced(connection: AsyncConnection, session: Session, places: Places, now: datetime) -> list[int]:
    """Tell the hosts, once, that a session's reminders reach only those who asked for them."""
    sentence = (
        f"The reminders of session {session.number} reach only those who asked for direct messages: there is no "
        "channel for announcements. An admin can choose one with /setup."
    )
    return await notices.owe(connection, places.for_hosts, session.guild_id, f"reminders:{session.id}", sentence, now)


async def note(connection: AsyncConnection, session: Session, cue: Cue, now: datetime) -> list[int]:
    """A direct message to everybody who asked for them."""
    wanted = await people.signed_up(connection, session.id)
    return [
        await boards.add(connection, "note", cue.id, session.guild_id, 0, person=person, now=now) for person in wanted
    ]


async def begin(
    connection: AsyncConnection, session: Session, cue: Cue, places: Places, rooms: Rooms, now: datetime
) -> list[int]:
    """A step of the run of show begins."""
    owed: list[int] = []
    if session.state == "planned":
        owed += await start(connection, session, places, now)
        session = await running.known(connection, session.guild_id, session.id)
    plan = Plan.of(session)
    step = plan.run_of_show[cue.position or 0]
    match cue.kind:
        case "poll":
            owed += await _open_poll(connection, session, prepared_draft(session, step.poll), now)
        case "place" if plan.regions:
            # It stays open until the session finishes, for those who come late.
            owed += await _open_poll(connection, session, place_draft(session), now)
        case "review":
            if await review_state(connection, session.id) != "open":
                owed += await reviewing.open_in(connection, session, now)
            await plan_nudge(connection, cue, now)
        case "panel":
            owed += await panels.open_in(connection, session, places, now)
        case "close":
            owed += await finish(connection, session, places, now)
        case "breakout":
            owed += await breaking.begin_in(connection, session, cue, places, rooms, now)
        case "place" if step.prompt:
            owed.append(await boards.add(connection, "prompt", cue.id, session.guild_id, session.channel, now=now))
        case _:
            pass  # a talk or a welcome is told by the "Live now" board
    return owed


async def start(connection: AsyncConnection, session: Session, places: Places, now: datetime) -> list[int]:
    """The session opens: its welcome, what is on now, and the hosts' console if they have none yet."""
    if places.session_channel is None:
        raise Refusal("no session channel is chosen (/setup)")
    guild_id, owed = session.guild_id, await running.start_in(connection, session, places.session_channel, now)
    owed.append(await boards.add(connection, "now", session.id, guild_id, places.session_channel, now=now))
    await plan_unlinking(connection, session, now)
    return [*owed, *await console(connection, session, places, now)]


async def console(connection: AsyncConnection, session: Session, places: Places, now: datetime) -> list[int]:
    """The hosts' console, unless they have it already."""
    if places.for_hosts is None or await boards.of(connection, "console", session.id):
        return []
    return [await boards.add(connection, "console", session.id, session.guild_id, places.for_hosts, now=now)]


async def finish(connection: AsyncConnection, session: Session, places: Places, now: datetime) -> list[int]:
    """The session closes: what is open is closed, what has not begun will not, and the follow-up is a day from now."""
    if places.organiser_channel is None:
        raise Refusal("no organiser channel is chosen (/setup)")
    owed = await running.finish_in(connection, session, places.organiser_channel, now)
    await deliveries.owe_in(connection, session, "report.drafted", now)
    await cues.end_show(connection, session.id)
    owed += await arc_in(connection, session, now)
    owed += await overall_owed(connection, session, places.organiser_channel, now)
    later = [cue for cue in await cues.of(connection, session.id) if cue.kind == "follow_up"]
    await cues.change(connection, [{"id": cue.id, "due_at": now + FOLLOW_UP} for cue in later])
    return owed


async def _open_poll(connection: AsyncConnection, session: Session, new: Draft, now: datetime) -> list[int]:
    """The step's poll, unless a host has opened it already."""
    opened = {poll.prepared for poll in await polls.in_session(connection, session.id) if poll.state != "void"}
    if new.prepared in opened:
        return []
    _, board = await asking.open_in(connection, session, new, now)
    return [board]


async def end(connection: AsyncConnection, session: Session, cue: Cue, places: Places, now: datetime) -> list[int]:
    """A step of the run of show ends: a poll, a breakout or a review whose time is over is closed, always."""
    if cue.kind == "breakout":
        return await breaking.end_step(connection, session, cue, places, now)
    if cue.kind == "review":
        await reviewing.close_in(connection, session.id)
    if cue.kind != "poll":
        return []
    name = Plan.of(session).run_of_show[cue.position or 0].poll
    for poll in await polls.in_session(connection, session.id):
        if poll.prepared == name and poll.open:
            return [await asking.close_in(connection, poll, session.channel, now)]
    return []
