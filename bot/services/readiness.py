"""What is still missing of a series that has been imported."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.services.localtime import in_words
from bot.services.plans import Plan
from bot.services.preflight import UNDATED, UNLINKED, Finding, short_notice
from bot.services.sessions import Agenda
from bot.storage.sessions import Session


def kept_findings(agenda: Agenda, now: datetime) -> tuple[Finding, ...]:
    """Warnings about the sessions that are still to come: their dates and their links."""
    zone = ZoneInfo(agenda.series.time_zone)
    planned = [session for session in agenda.sessions if session.state == "planned"]
    return tuple(
        Finding("warning", f"session {session.number}", said)
        for session in planned
        for said in _doubts(session, zone, now)
    )


def _doubts(session: Session, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    plan = Plan.of(session)
    if session.starts_at is None:
        yield UNDATED
    elif (session.ends_at or session.starts_at) <= now:
        yield f"its date, {in_words(session.starts_at.astimezone(zone))}, is in the past."
    elif said := short_notice(session.starts_at, now, plan.lead_days):
        yield said
    if not plan.join_url:
        yield UNLINKED
