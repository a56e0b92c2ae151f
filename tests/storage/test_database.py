"""The database as a file: how it is opened, that writes take turns, that reads see one moment."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from bot.storage import people, places
from bot.storage.database import Database, opened
from bot.storage.places import Places

GUILD = 1


async def hosts(database: Database) -> int | None:
    """The number that these tests read and write."""
    async with database.read() as connection:
        found = await places.get(connection, GUILD)
    return found and found.hosts


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


async def put_hosts(database: Database, number: int) -> None:
    async with database.write() as connection:
        await places.put(connection, GUILD, Places(hosts=number))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 1000),
    ],
)
async def test_every_connection_keeps_the_rules(database, pragma, value):
    async with database.read() as reading, database.read() as beside, database.write() as writing:
        for connection in (reading, beside, writing):
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value


async def test_a_missing_parent_is_refused(database):
    async with database.write() as connection:
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            await people.take_part(connection, {(404, 1)})


async def test_no_increment_is_lost(database):
    await put_hosts(database, 0)

    async def increment() -> None:
        async with database.write() as connection:
            found = await places.get(connection, GUILD)
            await places.put(connection, GUILD, Places(hosts=((found and found.hosts) or 0) + 1))

    await asyncio.gather(*(increment() for _ in range(50)))
    assert await hosts(database) == 50


async def test_a_write_that_raises_leaves_nothing(database):
    await put_hosts(database, 1)

    async def fails_half_way() -> None:
        async with database.write() as connection:
            await places.put(connection, GUILD, Places(hosts=2))
            await people.leave_out(connection, GUILD, 7, out=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails_half_way()
    assert await hosts(database) == 1
    async with database.read() as connection:
        assert not await people.is_left_out(connection, GUILD, 7)


async def test_a_write_that_is_cancelled_leaves_nothing_and_gives_its_turn_on(database):
    await put_hosts(database, 1)
    half_way = asyncio.Event()

    async def never_finished() -> None:
        async with database.write() as connection:
            await places.put(connection, GUILD, Places(hosts=2))
            half_way.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(never_finished())
    await half_way.wait()
    waiting = asyncio.create_task(put_hosts(database, 3))
    assert await hosts(database) == 1
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await waiting
    assert await hosts(database) == 3


async def test_a_read_is_of_one_moment(database):
    await put_hosts(database, 1)
    async with database.read() as connection:
        before = await places.get(connection, GUILD)
        await put_hosts(database, 2)
        assert await places.get(connection, GUILD) == before
    assert await hosts(database) == 2


async def test_what_is_not_committed_is_not_read(database):
    await put_hosts(database, 1)
    async with database.write() as connection:
        await places.put(connection, GUILD, Places(hosts=2))
        assert await hosts(database) == 1
    assert await hosts(database) == 2


async def test_what_is_committed_is_there_for_another_process(database):
    await put_hosts(database, 5)
    path = make_url(database.url).database
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as other:
        assert other.execute("SELECT hosts FROM places").fetchall() == [(5,)]
    other.close()


async def test_a_database_opens_where_there_is_no_folder_yet_and_keeps_what_was_written(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'a' / 'new' / 'folder' / 'plenary.db'}"
    async with opened(url) as database:
        await put_hosts(database, 9)
    async with opened(url) as database:
        assert await hosts(database) == 9


async def test_a_relative_path_starts_at_the_working_directory_and_the_migrations_do_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened("sqlite+aiosqlite:///here.db") as database:
        assert await hosts(database) is None
    assert names(tmp_path) == ["here.db"]  # closed in order: nothing beside it
