"""The lease: one holder at a time, by compare-and-set."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage import lease, tables
from bot.storage.database import Database

NOW = datetime(2022, 2, 24, 12, 55, tzinfo=UTC)
TERM = timedelta(seconds=30)
UNTIL = NOW + TERM
INSTANT = timedelta(microseconds=1)


async def take(database: Database, holder: str, now: datetime = NOW, *, bereft: bool = False) -> datetime | None:
    async with database.write() as connection:
        return await lease.take(connection, holder, now, now + TERM, bereft=bereft)


async def renew(database: Database, holder: str, until: datetime) -> bool:
    async with database.write() as connection:
        return await lease.renew(connection, holder, until)


async def release(database: Database, holder: str) -> None:
    async with database.write() as connection:
        await lease.release(connection, holder)


async def held(database: Database) -> list[tuple[str, datetime]]:
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(select(tables.lease.c.holder, tables.lease.c.until))]


async def test_a_free_lease_is_taken(database):
    assert await take(database, "a") is None
    assert await held(database) == [("a", UNTIL)]


async def test_it_is_held_until_its_last_moment(database):
    await take(database, "a")
    assert await take(database, "b", UNTIL - INSTANT) == UNTIL
    assert await held(database) == [("a", UNTIL)]
    assert await take(database, "b", UNTIL) is None
    assert await held(database) == [("b", UNTIL + TERM)]


async def test_its_holder_may_take_it_again(database):
    await take(database, "a")
    assert await take(database, "a", NOW + INSTANT) is None
    assert await held(database) == [("a", UNTIL + INSTANT)]


async def test_a_dead_holders_lease_is_taken_over_at_once(database):
    await take(database, "a")
    assert await take(database, "b", bereft=True) is None
    assert await held(database) == [("b", UNTIL)]


async def test_of_many_one_gets_it(database):
    taken = await asyncio.gather(*(take(database, name) for name in "abcdefgh"))
    assert taken.count(None) == 1
    assert set(taken) == {None, UNTIL}


async def test_it_is_renewed_by_its_holder_even_late_and_by_nobody_else(database):
    assert not await renew(database, "a", UNTIL)
    await take(database, "a")
    assert await renew(database, "a", UNTIL + TERM)
    assert not await renew(database, "b", UNTIL + 2 * TERM)
    assert await held(database) == [("a", UNTIL + TERM)]
    await take(database, "b", UNTIL + TERM)
    assert not await renew(database, "a", UNTIL + 2 * TERM)
    assert await held(database) == [("b", UNTIL + 2 * TERM)]


async def test_it_is_given_back_by_its_holder_only(database):
    await take(database, "a")
    await release(database, "b")
    assert await take(database, "b") == UNTIL
    await release(database, "a")
    assert await held(database) == []
    assert await take(database, "b") is None


@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://db/plenary", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"]
)
def test_only_a_file_of_this_machine_has_a_lock(url):
    assert lease.lock_of(url) is None


def test_a_file_has_one_lock_by_whatever_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("link.db").symlink_to(tmp_path / "plenary.db")
    urls = [
        f"sqlite+aiosqlite:///{name}" for name in (tmp_path / "plenary.db", "plenary.db", "./plenary.db", "link.db")
    ]
    assert {lease.lock_of(url) for url in urls} == {tmp_path.resolve() / "plenary.db.lock"}
