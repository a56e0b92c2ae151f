"""The engine: one writer at a time, every write a transaction that is on disk before it is answered."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, TextClause, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

import migrations

Result = TypeVar("Result")

PATIENCE = "busy_timeout = 1000"
"""How long a connection waits for another process: longer would take the person past Discord's three seconds."""

BRIEFLY = "busy_timeout = 100"
"""The same for what a later write does as well: those who want to write wait for it."""

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a receipt is given after the commit, so the commit has to be on the disk
    "foreign_keys = ON",
    PATIENCE,
    "secure_delete = ON",  # what is erased is gone from the file's free pages too
)

log = logging.getLogger(__name__)

logging.getLogger("aiosqlite").setLevel(logging.INFO)  # below that it logs every statement with what is in it


def _listen(engine: Engine, pragmas: tuple[str, ...]) -> None:
    """Take the transactions out of the driver's hands: it would begin them late and as readers."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def engine(url: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    """An engine in our hands."""
    made = create_async_engine(url, hide_parameters=True)  # an error's text goes to the log: no votes in it
    if made.dialect.name == "sqlite":
        _listen(made.sync_engine, pragmas)
    return made


class Unavailable(Exception):  # noqa: N818  (it is what the database is)
    """The database is locked, or its disk is full."""


async def _done(connection: Any, statement: str) -> bool:
    """Whether SQLite could do it. Where not, what was committed stands, and a later write tries again."""
    try:
        found = await connection.execute_fetchall(statement)
    except sqlite3.OperationalError as error:
        log.warning("traces of what was erased may still be in the database's files: %s", error)
        return False
    return not any(busy for busy, *_ in found)


_FORGET = "forget"


def forget(connection: AsyncConnection) -> None:
    """Leave no trace, once this transaction is committed, of what it erases."""
    connection.info[_FORGET] = True


class _Plain:
    """As much of an AsyncConnection as statements need, on a plain connection: nothing in it ever waits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self.dialect = connection.dialect
        self.info = connection.info

    async def execute(self, statement: Any, *values: Any) -> Any:
        if isinstance(statement, TextClause):  # SQLAlchemy has nothing to add to it, and takes longer than SQLite
            return self._driver.execute(statement.text, *values)
        return self._connection.execute(statement, *values)


class _Thread:
    """Transactions of SQLite that run as a whole in a thread of their own.

    Through aiosqlite each statement crosses to a thread and back four times, which takes longer than the statement.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(make_url(url).set(drivername="sqlite"), hide_parameters=True)
        _listen(self._engine, PRAGMAS)
        self._thread = ThreadPoolExecutor(1, "ledger")

    @cached_property
    def _connection(self) -> Connection:
        """Kept open, as long as the thread."""
        return self._engine.connect().execution_options(writes=True)

    async def run(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Result]]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Result]]) -> Result:
        with self._connection.begin():
            coroutine = work(cast("AsyncConnection", _Plain(self._connection)))
            try:
                coroutine.send(None)
            except StopIteration as done:
                return done.value
            coroutine.close()
            raise RuntimeError("what runs in the thread may wait for nothing but its statements")

    def close(self) -> None:
        self._thread.submit(lambda: self._connection.close())  # noqa: PLW0108  (it may have to be opened there)
        self._thread.shutdown()
        self._engine.dispose()


class Database:
    """Connections. Reads run beside each other; writes take turns."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = engine(url, PRAGMAS)
        self._writer = self._engine.execution_options(writes=True)
        self._thread = _Thread(url) if self._engine.dialect.name == "sqlite" else None
        self._turn = asyncio.Lock()
        # A process before this one may have died before it could.
        self._owes_rewriting = self._owes_emptying = True

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection, None]:
        """A snapshot: everything read inside is of one moment."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection, None]:
        """A transaction: committed when the block ends, rolled back when it raises.

        Raises Unavailable where the database cannot take it: nothing of it is written then.
        """
        async with self._taking_turns(), self._writer.begin() as connection:
            yield connection
            self._owes_rewriting |= connection.info.pop(_FORGET, False)

    async def write_at_once(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, Result]]) -> Result:
        """The same for ``work`` that waits for nothing but its statements, and forgets nothing: it is much cheaper."""
        if self._thread is None:
            async with self.write() as connection:
                return await work(connection)
        async with self._taking_turns():
            return await self._thread.run(work)

    @asynccontextmanager
    async def _taking_turns(self) -> AsyncGenerator[None, None]:
        async with self._turn:
            try:
                yield
            except (OperationalError, sqlite3.OperationalError) as error:
                raise Unavailable from error
            if self._owes_rewriting or self._owes_emptying:
                await self._forget()

    async def _forget(self) -> None:
        """Write the file anew, and empty SQLite's log of recent writes.

        Deleting does not do it alone: where a page was split, the half that stayed keeps copies of what moved; where in
        its page a row lies tells when it came; and the log holds everything for a while.
        """
        self._owes_emptying |= self._owes_rewriting
        if self._engine.dialect.name != "sqlite":
            self._owes_rewriting = self._owes_emptying = False
            return
        async with self._engine.connect() as connection:
            raw: Any = await connection.get_raw_connection()  # no transaction: there it could not be done
            sqlite = raw.driver_connection
            await sqlite.execute_fetchall(f"PRAGMA {BRIEFLY}")
            try:
                self._owes_rewriting = self._owes_rewriting and not await _done(sqlite, "VACUUM")
                self._owes_emptying = not await _done(sqlite, "PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await sqlite.execute_fetchall(f"PRAGMA {PATIENCE}")

    async def close(self) -> None:
        """Give the connections back."""
        if self._thread:
            await asyncio.to_thread(self._thread.close)
        await self._engine.dispose()


NEWEST = max(path.name.partition("_")[0] for path in Path(migrations.__file__).parent.glob("versions/[0-9]*.py"))
"""The revision that the tables are of."""


async def _newest(database: Database) -> bool:
    async with database.read() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return False
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == NEWEST


class Unreadable(Exception):  # noqa: N818  (it is what the database is)
    """There is no database to read, or it is of another version. The message is for the operator."""


@asynccontextmanager
async def consulted(url: str) -> AsyncGenerator[Database, None]:
    """The database at ``url`` as it is, for reading beside whoever works on it: neither made nor migrated.

    Raises Unreadable.
    """
    path = make_url(url).database
    if url.startswith("sqlite") and not (path and Path(path).is_file()):  # noqa: ASYNC240  (it is asked once)
        raise Unreadable(f"There is no database {path}.")
    database = Database(url)
    try:
        if not await _newest(database):
            raise Unreadable(
                "The database is of another version of Plenary, or not Plenary’s. plenary run brings one that is older "
                "up to date."
            )
        yield database
    except (DBAPIError, OSError) as error:
        # Not its own words: they may hold the address, and with it a password.
        raise Unreadable("The database cannot be read just now.") from error
    finally:
        await database.close()


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database, None]:
    """The database at ``url``, migrated, closed at the end."""
    if path := make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    try:
        if not await _newest(database):
            from bot.storage.migrating import migrate  # noqa: PLC0415  (11 MB that are needed once a version)

            await migrate(url)
        yield database
    finally:
        await database.close()
