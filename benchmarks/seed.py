"""A database as it is while people vote: the example's session 1 is live, and an anonymous poll is open.

Its board is still owed: the bot posts it when it starts.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers import OPTIONS, QUESTION
from benchmarks.process import ODD, person
from benchmarks.standin.payloads import ANNOUNCEMENTS, CHANNEL, GUILD, HOSTS, OFFICE, ORGANISERS
from bot.services import Services
from bot.services.drafts import Draft
from bot.services.pseudonyms import pseudonym
from bot.services.seriesfile import parse_series
from bot.services.venues import Venues
from bot.settings import EXAMPLE
from bot.storage.database import Database, opened
from bot.storage.places import Places

DATABASE = "plenary.db"

EARLIER = 500_000_000
"""From this number on people have voted before the benchmark."""


class Quiet:
    """Boards, alarm and events that do nothing: the bot does it when it starts."""

    async def show(self, *board_ids: int) -> None:
        """Nothing."""

    def soon(self, *board_ids: int) -> None:
        """Nothing."""

    def stale(self, kind: str, subject: int) -> None:
        """Nothing."""

    def set(self, when: datetime) -> None:
        """Nothing."""

    def behind(self) -> None:
        """Nothing."""


async def seeded(folder: Path) -> Path:
    """Put settings and a database into ``folder``, for `benchmarks.peers.ours`."""
    url = f"sqlite+aiosqlite:///{folder / DATABASE}"
    async with opened(url) as database:
        await _open_poll(database)
    return _with_settings(folder)


async def _open_poll(database: Database) -> None:
    now, quiet = datetime.now(UTC), Quiet()
    venues = Venues(database, GUILD, Places(HOSTS, ORGANISERS, CHANNEL, ANNOUNCEMENTS, OFFICE))
    services = Services.over(database, quiet, quiet, quiet, quiet, venues)
    await services.imports.import_series(GUILD, parse_series(EXAMPLE.read_bytes()), now - timedelta(days=1))
    _, session = await services.sessions.to_start(GUILD, None)
    session = await services.show.start(GUILD, session.id, CHANNEL, now)
    await services.panel.open(session, now)
    await services.polls.open(session, Draft(QUESTION, OPTIONS, 1, "live", privacy="anonymous"), now)


def _with_settings(folder: Path) -> Path:
    places = {"guild": GUILD, "hosts": HOSTS, "organisers": ORGANISERS, "session_channel": CHANNEL}
    places |= {"announcements_channel": ANNOUNCEMENTS, "organiser_channel": OFFICE}
    lines = ["[discord]", "read_messages = true", *(f"{name} = {value}" for name, value in places.items())]
    lines += ["[database]", f'url = "sqlite+aiosqlite:///{folder / DATABASE}"']
    (folder / "config.toml").write_text("\n".join(lines), "utf-8")
    return folder


def copied(seed: Path, folder: Path, ballots: int = 0) -> Path:
    """A copy of a seed for one bot, with so many ballots in its poll already."""
    shutil.copytree(seed, folder)
    if ballots:
        with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
            poll, session = connection.execute("SELECT id, session_id FROM polls").fetchone()
            people = [person(EARLIER + number) for number in range(ballots)]
            took_part = ((session, each) for each in people)
            connection.executemany("INSERT INTO participations (session_id, person) VALUES (?, ?)", took_part)
            # The poll is anonymous. As its key cannot be asked for these, any number does, as scattered as pseudonyms.
            voters = (number * ODD**2 % (1 << 64) - (1 << 63) for number in range(ballots))
            cast = ((poll, voter, 0, number % len(OPTIONS)) for number, voter in enumerate(voters))
            connection.executemany("INSERT INTO ballots (poll_id, voter, slot, option) VALUES (?, ?, ?, ?)", cast)
    return _with_settings(folder)


def rows(folder: Path) -> list[tuple[int, int]]:
    """Voter and option of every ballot, as anybody reads them who opens the file."""
    return _read(folder, "SELECT voter, option FROM ballots")


def questions(folder: Path) -> dict[int, int]:
    """Who asked each question to the panel, by its id."""
    query = "SELECT id, author FROM contributions JOIN questions ON contribution_id = id"
    return dict(_read(folder, query))


def kept(folder: Path) -> dict[str, int]:
    """How much of each kind is kept of what people said, and how many upvotes."""
    said = "SELECT kind, count(*) FROM contributions GROUP BY kind UNION ALL SELECT 'upvote', count(*) FROM supports"
    return dict(_read(folder, said))


def names(folder: Path) -> Callable[[int], int]:
    """What a person is called in the poll: their pseudonym under its key."""
    ((key,),) = _read(folder, "SELECT key FROM ballot_keys")
    return partial(pseudonym, key)


def _read(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()
