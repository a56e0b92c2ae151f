"""The run of show: planning and moving 1,000 sessions of 20 cues, and a start with 10,000 overdue ones."""

import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.services import Services
from bot.services.planning import replan_sessions
from bot.services.plans import Plan
from bot.services.seriesfile import parse_series
from bot.services.venues import Venues
from bot.settings import EXAMPLE
from bot.storage import cues, sessions
from bot.storage.boards import get
from bot.storage.database import Database, opened
from bot.storage.places import Places

NOW = datetime(2022, 1, 1, tzinfo=UTC)
GUILD = 1
SESSIONS = 1000


class Quiet:
    """Boards, alarm and events that count and do nothing else."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.owed = 0

    async def show(self, *board_ids: int) -> None:
        """Read each, as the painter would."""
        async with self.database.read() as connection:
            for board_id in board_ids:
                await get(connection, board_id)
        self.owed += len(board_ids)

    def soon(self, *board_ids: int) -> None:
        """Count them."""
        self.owed += len(board_ids)

    def stale(self, kind: str, subject: int) -> None:
        """Nothing."""

    def set(self, when: datetime) -> None:
        """Nothing."""

    def behind(self) -> None:
        """Nothing."""


async def fill(database: Database) -> None:
    """A thousand sessions, ten a day, each with a run of show of eleven steps and nine cues around it."""
    plan = parse_series(EXAMPLE.read_bytes()).resolved()[0].plan
    stored = Plan.model_validate(plan.stored() | {"reminder_minutes": [10080, 2880, 1440, 60, 10]}).stored()
    async with database.write() as connection:
        series = await sessions.insert_series(
            connection, guild_id=GUILD, key="big", title="Big", time_zone="UTC", hashtag="", contact="", imported_at=NOW
        )
        for number in range(SESSIONS):
            start = NOW + timedelta(days=10 + number // 10, hours=number % 10)
            values = {"number": number, "title": f"Session {number}", "starts_at": start, "plan": stored}
            values |= {"ends_at": start + timedelta(minutes=90), "state": "planned"}
            await sessions.insert_session(connection, series_id=series, guild_id=GUILD, **values)


async def measure() -> AsyncIterator[tuple[str, str]]:
    """Each figure with what it is of."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}") as database:
            await fill(database)
            quiet = Quiet(database)
            show = Services.over(
                database, quiet, quiet, quiet, quiet, Venues(database, GUILD, Places(None, None, 2, 3, 4))
            ).show
            async with database.read() as connection:
                series = await sessions.current_series(connection, GUILD)
                every = await sessions.in_series(connection, series.id if series else 0)
            for what, by in (("plan", timedelta(0)), ("move", timedelta(days=1))):
                moved = tuple(
                    replace(each, starts_at=each.starts_at + by, ends_at=each.ends_at + by)
                    for each in every
                    if each.starts_at and each.ends_at
                )
                began = time.perf_counter()
                async with database.write() as connection:
                    await replan_sessions(connection, moved, NOW)
                yield f"{what} {len(every):,} sessions of 20 cues", _seconds(began)
            back = NOW + timedelta(days=62)
            async with database.read() as connection:
                overdue = sum(map(len, (await cues.overdue(connection, back)).values()))
            began = time.perf_counter()
            await show.run_due(back)
            yield f"catch up with {overdue:,} overdue cues", _seconds(began)
            yield "messages owed for them", f"{quiet.owed:,}"
            began = time.perf_counter()
            await show.run_due(back)
            yield "look at the table when nothing is due", _seconds(began)


def _seconds(began: float) -> str:
    return f"{time.perf_counter() - began:.3f} s"
