"""From the database to a session's report: the numbers are counted here and nowhere else."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.plans import Plan
from bot.services.polls import standing
from bot.services.reporting import Person, Report, ReportedPoll, TakenOut
from bot.services.reviews import PROMPTS
from bot.services.seriesparts import Speaker
from bot.services.voices import said_in, voices_of
from bot.storage import contributions, people, polls, sessions
from bot.storage.database import Database
from bot.storage.polls import Poll


class Summaries:
    """Reports of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, session_id: int) -> Report:
        """What a session's report says at this moment: all of it from one snapshot."""
        async with self._database.read() as connection:
            session = await sessions.get(connection, session_id)
            if session is None:
                raise LookupError(session_id)
            series = await sessions.series_of(connection, session)
            every = await polls.in_session(connection, session_id)
            numbers = {poll.id: poll.number for poll in every}
            asked = [await _reported(connection, poll, numbers) for poll in every if poll.state != "void"]
            said = await contributions.in_session(connection, session_id)
            of = len(await sessions.in_series(connection, series.id))
            took_part = await people.took_part(connection, session_id)
            more = await said_in(connection, session)
        plan = Plan.of(session)
        zone = ZoneInfo(series.time_zone)
        return Report(
            key=series.key if session.rehearses is None else f"test-{series.key}",
            series=series.title,
            number=session.number,
            of=of,
            title=session.headline,
            starts_at=session.starts_at and session.starts_at.astimezone(zone),
            place=plan.place,
            hosts=_people(plan.hosts),
            guests=_people(plan.guests),
            took_part=took_part,
            joined=session.joined,
            polls=tuple(asked),
            taken_out=tuple(TakenOut(poll.number, poll.why_void) for poll in every if poll.state == "void"),
            takeaways=voices_of(PROMPTS["takeaway"], said, "takeaway"),
            improvements=voices_of(PROMPTS["improvement"], said, "improvement"),
            contact=series.contact,
            hashtag=series.hashtag,
            said=more,
        )


def _people(speakers: tuple[Speaker, ...]) -> tuple[Person, ...]:
    return tuple(Person(speaker.name, speaker.role) for speaker in speakers)


async def _reported(connection: AsyncConnection, poll: Poll, numbers: dict[int, int]) -> ReportedPoll:
    """``numbers`` are those of the session's polls, by their ids."""
    first_run = numbers.get(poll.rerun_of) if poll.rerun_of else None
    at = await standing(connection, poll)
    if poll.kind != "open":
        return ReportedPoll.of(at, first_run=first_run)
    said = await contributions.in_session(connection, poll.session_id, poll_id=poll.id)
    return ReportedPoll.of(at, first_run=first_run, answers=voices_of(poll.question, said, "answer"))
