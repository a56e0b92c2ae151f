"""Services on a real database, painting on boards that only remember."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.services import Services
from bot.storage.database import Database, opened
from bot.storage.sessions import Session
from tests.services.guild import Recorder, copied, opened_session, over


@pytest.fixture
async def database(empty_database: Path) -> AsyncIterator[Database]:
    """A database of the test's own, in a file: a copy, because migrating takes longer than most of these tests."""
    async with copied(empty_database) as (database, _):
        yield database


@pytest.fixture
def boards(database: Database) -> Recorder:
    return Recorder(database)


@pytest.fixture
def services(database: Database, boards: Recorder) -> Services:
    return over(database, boards)


@pytest.fixture
async def session(services: Services) -> Session:
    """Session 1 of the example, open."""
    return await opened_session(services)


@pytest.fixture(scope="session")
def session_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with session 1 of the example open, to copy."""
    return asyncio.run(_made(tmp_path_factory.mktemp("open") / "plenary.db"))


async def _made(path: Path) -> Path:
    async with opened(f"sqlite+aiosqlite:///{path}") as database:
        await opened_session(over(database, Recorder(database)))
    return path
