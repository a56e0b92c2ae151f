"""What the services are tested on: two guilds, a moment, a session that is open, boards that only remember."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import make_url

from bot.services import Services
from bot.services.drafts import Draft
from bot.services.seriesfile import parse_series
from bot.services.venues import Venues
from bot.settings import EXAMPLE
from bot.storage import boards
from bot.storage.database import Database
from bot.storage.places import Places
from bot.storage.polls import Poll, Results
from bot.storage.sessions import Session

GUILD, ELSEWHERE = 1, 2
CHANNEL, OFFICE = 11, 12
NOW = datetime(2022, 2, 24, 13, tzinfo=UTC)
EXAMPLE_SERIES = parse_series(EXAMPLE.read_bytes())

PLANNED = ["console", "late"]
"""What the import at the time of session 1 shows its hosts: it waits for them, and nothing could be announced."""

OPENING = [*PLANNED, "welcome", "now"]
"""What has been shown once session 1 is open as well."""


class Recorder:
    """Boards that remember what they were asked to show, and what went stale."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.shown: list[boards.Board] = []
        self.owed: list[int] = []
        self.went_stale: list[tuple[str, int]] = []

    async def show(self, *board_ids: int) -> None:
        """Remember the boards; one that is not in the database yet is an error."""
        async with self.database.read() as connection:
            self.shown += [await boards.get(connection, board_id) for board_id in board_ids]

    def soon(self, *board_ids: int) -> None:
        """Remember which, to be posted later."""
        self.owed += board_ids

    def stale(self, kind: str, subject: int) -> None:
        """Remember what is to be repainted."""
        self.went_stale.append((kind, subject))

    def kinds(self) -> list[str]:
        """The kinds of what was shown, in that order."""
        return [board.kind for board in self.shown]


class Silent:
    """An alarm that nobody hears: what is due is done when a test says so."""

    at: datetime | None = None
    inside: tuple[int, ...] = ()

    def set(self, when: datetime) -> None:
        """Remember it."""
        self.at = when

    def behind(self) -> None:
        """There are no events, and no rooms."""

    def present(self, _session: Session) -> tuple[int, ...]:
        """Who is in the voice channel, as a test says."""
        return self.inside


def over(database: Database, painter: Recorder, alarm: Silent | None = None) -> Services:
    """All services on a database, in a guild with an office and no other place: nothing is announced."""
    venues = Venues(database, GUILD, Places(organiser_channel=OFFICE))
    return Services.over(database, painter, alarm or Silent(), Silent(), Silent(), venues)


async def opened_session(services: Services, guild_id: int = GUILD, channel_id: int = CHANNEL) -> Session:
    """The example's series imported and its session 1 open."""
    await services.imports.import_series(guild_id, EXAMPLE_SERIES, NOW)
    _, due = await services.sessions.to_start(guild_id, None)
    return await services.show.start(guild_id, due.id, channel_id, NOW)


async def ask(
    services: Services,
    session: Session,
    options: int = 3,
    choices: int = 1,
    question: str = "Which?",
    results: Results = "at_close",
    **details: Any,
) -> Poll:
    """A poll that is open, with options A, B, C …; ``details`` are others of its draft."""
    texts = tuple(chr(ord("A") + i) for i in range(options))
    return await services.polls.open(session, Draft(question, texts, choices, results, **details), NOW)


@asynccontextmanager
async def copied(template: Path) -> AsyncIterator[tuple[Database, Services]]:
    """A fresh copy of a database, for each example of a property."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plenary.db"
        copyfile(template, path)
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            yield database, over(database, Recorder(database))
        finally:
            await database.close()


def path_of(database: Database) -> Path:
    """The file a database is in."""
    return Path(make_url(database.url).database or "")


def query(database: Database, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What stands in the file, for anybody who opens it with nothing of ours."""
    connection = sqlite3.connect(f"file:{path_of(database)}?mode=ro", uri=True)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = query(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {str(name): sorted(query(database, f'SELECT * FROM "{name}"'), key=repr) for (name,) in tables}
