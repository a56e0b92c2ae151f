"""From the database to a session's report: the numbers are counted here and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.panel import unanswered_in
from bot.services.plans import Plan
from bot.services.polls import standing
from bot.services.reporting import Brief, Person, Report, ReportedPoll, Resource, TakenOut
from bot.services.reviews import PROMPTS
from bot.services.sections import sections
from bot.services.seriesparts import Speaker
from bot.services.voices import reported, said_in, voices_of, worded
from bot.services.zoom.merging import ZoomPoll, zoom_in
from bot.storage import contributions, cues, people, polls, reports, sessions
from bot.storage.cues import Begun
from bot.storage.polls import Kind, Poll
from bot.storage.sessions import Session


async def brief_in(connection: AsyncConnection, session: Session, version: int = reports.DRAFT) -> Brief:
    """What a session came to, in a transaction that reads one snapshot, with what hosts have written in a version."""
    series = await sessions.series_of(connection, session)
    every = await polls.in_session(connection, session.id)
    begun = (await cues.begun(connection, [session.id]))[session.id]
    numbers = {poll.id: poll.number for poll in every}
    asked = [await _reported(connection, poll, numbers, begun) for poll in every if poll.state != "void"]
    zoom = await zoom_in(connection, session)
    plan = Plan.of(session)
    zone = ZoneInfo(series.time_zone)
    return Brief(
        session=session.id,
        key=series.key if session.rehearses is None else f"test-{series.key}",
        series=series.title,
        number=session.number,
        of=len(await sessions.in_series(connection, series.id)),
        title=session.headline,
        starts_at=session.starts_at and session.starts_at.astimezone(zone),
        place=plan.place,
        hosts=_people(plan.hosts),
        guests=_people(plan.guests),
        took_part=None if session.channel_id is None else await people.took_part(connection, session.id),
        joined=session.joined,
        peak=session.peak,
        counted_by_zoom=zoom.joined is not None,
        polls=tuple(_beside(asked, zoom.polls, begun)),
        taken_out=tuple(TakenOut(poll.number, poll.why_void) for poll in every if poll.state == "void"),
        contact=series.contact,
        hashtag=series.hashtag,
        colour=series.colour,
        recording=session.recording,
        no_recording=session.no_recording,
        subtitles=session.subtitles,
        blog=session.blog,
        came=await contributions.counted(connection, session.id),
        edits=await reports.edits(connection, session.id, version),
        unanswered=tuple(reported(each) for each in await unanswered_in(connection, session.id)),
    )


async def report_in(connection: AsyncConnection, session: Session, version: int = reports.DRAFT) -> Report:
    """The same with what people said."""
    brief = await brief_in(connection, session, version)
    said = await contributions.in_session(connection, session.id)
    words = worded(said, {})
    plan = Plan.of(session)
    known: dict[str, Any] = vars(brief) | {
        "polls": tuple([await _with_answers(connection, poll, session) for poll in brief.polls])
    }
    return Report(
        **known,
        sections=sections(plan.run_of_show),
        takeaways=voices_of(PROMPTS["takeaway"], said, "takeaway", words),
        improvements=voices_of(PROMPTS["improvement"], said, "improvement", words),
        resources=tuple(_resources(plan)),
        said=await said_in(connection, session),
    )


def _people(speakers: tuple[Speaker, ...]) -> tuple[Person, ...]:
    return tuple(Person(speaker.name, speaker.role) for speaker in speakers)


def _resources(plan: Plan) -> Iterator[Resource]:
    for step in plan.run_of_show:
        for link in step.links:
            yield Resource(step.title, link)


async def _reported(connection: AsyncConnection, poll: Poll, numbers: dict[int, int], begun: Begun) -> ReportedPoll:
    """``numbers`` are those of the session's polls, by their ids."""
    first_run = numbers.get(poll.rerun_of) if poll.rerun_of else None
    return ReportedPoll.of(await standing(connection, poll), first_run=first_run, step=begun.at(poll.opened_at))


def _beside(asked: list[ReportedPoll], there: tuple[ZoomPoll, ...], begun: Begun) -> Iterator[ReportedPoll]:
    """The polls, each with how it was answered on Zoom, and then those that were held on Zoom alone."""
    known = {poll.id: poll for poll in asked}
    same = {poll.poll_id: poll for poll in there}
    for poll in asked:
        yield replace(poll, zoom=_on_zoom(same[poll.id], poll.kind, poll.step)) if poll.id in same else poll
    for poll in there:
        if poll.poll_id not in known:
            yield _on_zoom(poll, None, begun.at(poll.asked_at) if poll.asked_at else None)


def _on_zoom(poll: ZoomPoll, kind: Kind | None, step: int | None) -> ReportedPoll:
    """``kind`` is that of the poll here that asked the same."""
    chosen: Kind = "single" if poll.choices == 1 else "multiple"
    counted: Kind = ("place" if kind == "place" else chosen) if poll.tally.rows else "open"
    known = poll.id, poll.number, poll.question, poll.choices, counted
    return ReportedPoll(*known, "confidential", poll.tally, step=step, on_zoom=True)


async def _with_answers(connection: AsyncConnection, poll: ReportedPoll, session: Session) -> ReportedPoll:
    """What people wrote in answer to an open question."""
    if poll.kind != "open" or poll.on_zoom:
        return poll
    said = await contributions.in_session(connection, session.id, poll_id=poll.id)
    return replace(poll, answers=voices_of(poll.question, said, "answer", worded(said, {})))
