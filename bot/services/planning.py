"""From plans to the table of cues, within the transaction that changed a session."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.cues import Planned, halfway, plan, replan, steps, unlinking
from bot.storage import cues
from bot.storage.cues import Cue
from bot.storage.sessions import Session


async def replan_sessions(connection: AsyncConnection, found: tuple[Session, ...], now: datetime) -> None:
    """Make the cues say what the sessions' plans say, within the transaction that changed them."""
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    removed: list[int] = []
    every = await cues.of_sessions(connection, [session.id for session in found])
    for session in found:
        if session.state in {"live", "finished"}:
            continue  # what is under way keeps its times: a host moves those
        difference = replan(every[session.id], plan(session, now) if session.state == "planned" else (), now)
        added += [_row(cue) | {"session_id": session.id, "state": "planned"} for cue in difference.add]
        # What has waited for a host waits no more: it has another time.
        changed += [_row(cue) | {"id": cue_id, "state": "planned"} for cue_id, cue in difference.change]
        removed += difference.remove
    await cues.remove(connection, removed)
    await cues.change(connection, changed)
    await cues.add(connection, added)


async def plan_steps(connection: AsyncConnection, session: Session, now: datetime) -> None:
    """A session that is started at another time than planned, or had none, gets its run of show from now on."""
    known = {cue.key: cue for cue in await cues.of(connection, session.id)}
    if not any(cue.position is not None and cue.state in {"running", "done"} for cue in known.values()):
        await cues.remove_steps(connection, session.id)
        rows = [_row(cue) | {"session_id": session.id, "state": "planned"} for cue in steps(session, now)]
        await cues.add(connection, rows)


async def plan_unlinking(connection: AsyncConnection, session: Session, now: datetime) -> None:
    """From the start of a session on it is settled when its confidential links are cut."""
    await cues.add(connection, [_row(unlinking(now)) | {"session_id": session.id, "state": "planned"}])


async def plan_nudge(connection: AsyncConnection, step: Cue, now: datetime) -> None:
    """A review that begins as a step has a nudge at half time, unless it begins so late that this is over."""
    begun = await cues.get(connection, step.id)
    if begun and begun.began_at and (nudge := halfway(step, begun.began_at)).due_at > now:
        await cues.add(connection, [_row(nudge) | {"session_id": step.session_id, "state": "planned"}])


def _row(cue: Planned) -> dict[str, Any]:
    return {
        "key": cue.key,
        "kind": cue.kind,
        "position": cue.position,
        "title": cue.title,
        "minutes": cue.minutes,
        "planned_at": cue.due_at,
        "due_at": cue.due_at,
    }
