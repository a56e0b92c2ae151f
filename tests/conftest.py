"""A room to test in: the real bot on a simulated Discord, with a real database in a file."""

import asyncio
import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copyfile

import hypothesis
import pytest
import simcord

from bot.client import create_bot
from bot.printing import press_here
from bot.rehearsal.clock import SimulatedClock
from bot.rehearsal.room import Room
from bot.services import imports
from bot.settings import EXAMPLE, Settings
from bot.storage.database import Database, opened
from bot.storage.migrating import migrate
from cogs import series
from tests.openapi import Spec, at_hand, broken
from tests.quick import compile_once, unthread

hypothesis.settings.register_profile("unhurried", deadline=None, max_examples=40)  # a busy machine is no mistake
hypothesis.settings.load_profile("unhurried")
# How often, in seconds, the simulated Discord looks whether the bot has come to rest. With its own 0.05 the tests would
# spend most of their time waiting for that.
simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.002
unthread()
compile_once()
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the program is started many times, and need not be compiled anew


def pytest_xdist_auto_num_workers() -> int:
    """More than there are processors: those tests that talk over sockets mostly wait."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_collection_finish() -> None:
    """What is there now stays to the end, so the collector need not look at it."""
    gc.freeze()


SERIES = EXAMPLE.read_bytes()


# Most tests import one and the same file first: it is read once, and what would be refused of it is looked for once.
series.parse_series = cache(series.parse_series)
imports.admitted = cache(imports.admitted)

NOW = datetime(2022, 2, 24, 12, 55, tzinfo=UTC)
"""Five minutes before session 1 of the example."""


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with nothing in it, to copy: migrating takes longer than many a test."""
    path = tmp_path_factory.mktemp("empty") / "plenary.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    """The defaults, on a database of the test's own."""
    copyfile(empty_database, tmp_path / "plenary.db")
    return Settings.model_validate({"database": {"url": f"sqlite+aiosqlite:///{tmp_path / 'plenary.db'}"}})


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A database of the test's own, in a file."""
    async with opened(settings.database.url) as database:
        yield database


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever is logged as an ERROR fails the test, unless it is marked to expect one."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    if request.node.get_closest_marker("logs_errors"):
        assert errors, "the test is marked logs_errors and nothing was logged"
    else:
        assert not errors, [caplog.handler.format(record) for record in errors]


@pytest.fixture
def clock() -> SimulatedClock:
    """Time that stands still unless the test advances it."""
    return SimulatedClock(NOW)


@pytest.fixture(scope="session")
def discords_rules() -> Spec | None:
    """Discord's OpenAPI document, where it is at hand."""
    return at_hand()


@asynccontextmanager
async def simulated(settings: Settings, clock: SimulatedClock) -> AsyncIterator[simcord.Env]:
    """The simulated Discord with the bot on it. Refusals are answers, so errors are told by the log."""
    env = simcord.Env(create_bot(settings, clock=clock, printer=press_here), check_errors=False, settle_timeout=60)
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
        await env.bot.close()


@pytest.fixture
async def env(settings: Settings, clock: SimulatedClock, discords_rules: Spec | None) -> AsyncIterator[simcord.Env]:
    """The simulated Discord with the bot on it; what the bot asked of it is held against Discord's rules."""
    async with simulated(settings, clock) as env:
        yield env
    if discords_rules:
        assert broken(discords_rules, env.http_requests) == []


@pytest.fixture
async def room(env: simcord.Env, settings: Settings, clock: SimulatedClock) -> Room:
    """A guild with its roles, channels and people, the bot set up in it; no series yet."""
    room = Room(env, settings, clock)
    places = {"hosts": room.hosts, "organisers": room.organisers, "session_channel": room.channel}
    places |= {"announcements_channel": room.announcements, "organiser_channel": room.office}
    with env.time_context():
        # As /setup does it, whose menus have tests of their own: this is done before every test.
        for place, picked in places.items():
            await room.bot.services.venues.choose(room.guild.id, place, picked.id)
    return room


@pytest.fixture
async def live(env: simcord.Env, room: Room) -> Room:
    """The room with the example's series imported and session 1 open; the painter has come to rest."""
    with env.time_context():
        await room.import_series(SERIES)
        await room.start_session()
        await room.repaint()
        await room.repaint()
    return room
