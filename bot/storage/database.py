"""The engine: one writer at a time, every write a transaction that is on disk before it is answered."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

import migrations
from bot.storage.tables import metadata

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a receipt is given after the commit, so the commit has to be on the disk
    "foreign_keys = ON",
    "busy_timeout = 1000",  # longer would take the person past Discord's three seconds
    "secure_delete = ON",  # what is erased is gone from the file's free pages too
)


def _listen(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    """Take the transactions out of the driver's hands: it would begin them late and as readers."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _engine(url: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        _listen(engine, pragmas)
    return engine


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, wherever the program was started and however it was installed."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
    if connection.dialect.name == "sqlite" and (broken := list(connection.exec_driver_sql("PRAGMA foreign_key_check"))):
        raise RuntimeError(f"the migration would leave rows without their parents: {broken[:3]}")


async def migrate(url: str) -> None:
    """Bring the database to the newest schema, all or nothing.

    On an engine of its own with foreign keys off: a batch migration recreates a table, and with them on
    dropping the old one would delete every child row.
    """
    engine = _engine(url, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF", "secure_delete = ON"))
    try:
        async with engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


class Database:
    """Connections. Reads run beside each other; writes take turns."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url, PRAGMAS)
        self._writer = self._engine.execution_options(writes=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection, None]:
        """A snapshot: everything read inside is of one moment."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection, None]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def forget(self) -> None:
        """Empty SQLite's log of recent writes: what has been erased would stay readable in it for a while."""
        if self._engine.dialect.name == "sqlite":
            async with self._turn, self._engine.connect() as connection:
                raw: Any = await connection.get_raw_connection()  # no transaction: there it could not be done
                await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database, None]:
    """The database at ``url``, migrated, closed at the end."""
    if path := make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    await migrate(url)
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()
