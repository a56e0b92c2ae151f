"""A stand-in Discord for each test, and the real bot as processes on it."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.standin.process import Bots, nursery, write_settings
from tests.standin.server import StandIn


@pytest.fixture(scope="session")
def orders() -> Iterator[socket.socket]:
    """Where bots are ordered."""
    with nursery() as orders:
        yield orders


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    """Discord, for as long as the test; whatever the bot asks of it, it has to know."""
    async with StandIn() as standin:
        yield standin
        assert not standin.unknown


@pytest.fixture
async def bots(orders: socket.socket, standin: StandIn, tmp_path: Path) -> AsyncIterator[Bots]:
    """The bot, with one database for all its starts."""
    async with Bots(orders, standin, write_settings(tmp_path, standin)) as bots:
        yield bots
