"""A session that was held on Zoom alone, from its files: for a webinar that the bot did not run."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.services.localtime import in_words
from bot.services.refusal import Refusal
from bot.services.seriesfile import SeriesFile
from bot.services.text import one_line, shortened
from bot.services.tomltables import problems_in
from bot.services.zoom.chat import ZoomChat
from bot.services.zoom.files import ZoomFile, parse
from bot.services.zoom.merging import Zoom
from bot.services.zoom.people import ZoomPeople
from bot.services.zoom.polls import ZoomPolls
from bot.services.zoom.telling import Preview
from bot.services.zoom.times import USUAL
from bot.storage import sessions
from bot.storage.database import Database

HERE = 0
"""The guild of what was never on Discord."""

UNTITLED = "Webinar"
MOST_PARTS, LONGEST = 25, 100
NAMES = {ZoomPolls: "poll reports", ZoomPeople: "reports of participants", ZoomChat: "chats"}


@dataclass(frozen=True)
class Facts:
    """What a person says of the session; what they do not is taken from the files, as far as it is there."""

    title: str = ""
    series: str = ""
    part: int = 1
    of: int = 1
    day: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Sent:
    """A file by its name."""

    name: str
    data: bytes


class NoPainter:
    """There are no boards to be repainted."""

    async def show(self, *board_ids: int) -> None:
        """Pass."""

    def soon(self, *board_ids: int) -> None:
        """Pass."""

    def stale(self, kind: str, subject: int) -> None:
        """Pass."""


async def alone(
    database: Database, files: Sequence[Sent], facts: Facts, now: datetime, *, quotable: bool
) -> tuple[int, list[tuple[str, Preview]]]:
    """Make a session of the files in an empty database; its id, and what was understood of each file.

    Of polls and people there is one file each; of chats there may be several.
    """
    parsed = [parse(each.data, each.name, facts.day) for each in files]
    for kind in (ZoomPolls, ZoomPeople):
        if sum(isinstance(each, kind) for each in parsed) > 1:
            raise Refusal(f"There are two {NAMES[kind]}. Each would take the place of the other: give one of them.")
    series = _series(known := _known(parsed, facts))
    session_id = await _insert(database, series, known.part, _span(parsed, facts), now)
    zoom = Zoom(database, NoPainter())
    understood: list[tuple[str, Preview]] = []
    for each in files:
        async with database.read() as connection:
            session = await sessions.get(connection, session_id)
        if session is None:
            raise LookupError(session_id)
        preview = await zoom.propose(session, each.name, each.data)
        if not preview.nothing:
            await zoom.merge(HERE, preview.file_id, quotable=quotable)
        understood.append((each.name, preview))
    return session_id, understood


def _known(parsed: Sequence[ZoomFile], facts: Facts) -> Facts:
    topics = (each.topic for each in parsed if not isinstance(each, ZoomChat) and each.topic)
    title = facts.title or next(topics, UNTITLED)
    return replace(facts, title=title, series=facts.series or title)


def _span(parsed: Sequence[ZoomFile], facts: Facts) -> tuple[datetime, datetime] | None:
    """From when to when it was, by the files' own clock; None where nothing tells the day."""
    zone = ZoneInfo(facts.time_zone)
    starts = [each.starts for each in parsed if not isinstance(each, ZoomChat) and each.starts]
    begins, ends = list[datetime](), list[datetime]()
    for file in parsed:
        match file:
            case ZoomPeople():
                begins += [begin for stays in file.stays for begin, _ in stays]
                ends += [end for stays in file.stays for _, end in stays]
            case ZoomPolls():
                begins += [each.first for each in file.asked if each.first]
            case ZoomChat() if line := next(iter(file.lines), None):
                day = line.day or facts.day
                begins += [datetime(day.year, day.month, day.day) + line.at] if day else []  # noqa: DTZ001
            case _:  # a chat that nobody wrote in
                pass
    start = min(starts or begins, default=None)
    if start is None and facts.day:
        start = datetime(facts.day.year, facts.day.month, facts.day.day, 12)  # noqa: DTZ001  (the zone comes below)
    if start is None:
        return None
    if facts.day and abs(start.date() - facts.day) > timedelta(days=1):
        raise Refusal(f"The files are of {in_words(start.date())}, and not of {in_words(facts.day)}.")
    end = max([start + USUAL, *(each for each in ends if each < start + timedelta(days=1))])
    return start.replace(tzinfo=zone), end.replace(tzinfo=zone)


async def _insert(
    database: Database, file: SeriesFile, part: int, span: tuple[datetime, datetime] | None, now: datetime
) -> int:
    """Put the series there as an import would, its other parts with it, so that this one is the right one of them."""
    async with database.write() as connection:
        series_id = await sessions.insert_series(
            connection,
            guild_id=HERE,
            imported_at=now,
            **{name: getattr(file, name) for name in ("key", "title", "time_zone", "hashtag", "contact")},
        )
        found = 0
        for each in file.resolved():
            ours = each.number == part
            when: dict[str, Any] = {}
            if ours and span:
                when = {"starts_at": span[0], "ends_at": span[1], "started_at": span[0], "finished_at": span[1]}
            added = await sessions.insert_session(
                connection,
                series_id=series_id,
                guild_id=HERE,
                number=each.number,
                title=each.title,
                plan=each.plan.stored(),
                state="finished" if ours else "planned",
                **when,
            )
            found = added if ours else found
    return found


def _series(facts: Facts) -> SeriesFile:
    if not 1 <= facts.part <= facts.of <= MOST_PARTS:
        raise Refusal(f"There is no part {facts.part} of {facts.of}: say for instance 1/4, of {MOST_PARTS} at most.")
    titles = [
        shortened(one_line(facts.title), LONGEST) if number == facts.part else f"Part {number}"
        for number in range(1, facts.of + 1)
    ]
    table = {
        "key": _key(facts.series),
        "title": shortened(one_line(facts.series), LONGEST),
        "time_zone": facts.time_zone,
        "place": "Zoom",
        "sessions": [{"title": title} for title in titles],
    }
    try:
        return SeriesFile.model_validate(table)
    except ValidationError as error:
        raise Refusal("; ".join(f"{place[-1]}: {said}" for place, said in problems_in(error))) from None


def _key(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:30].strip("-") or "zoom"
