"""The database file, read behind the bot's back."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy.engine import make_url

from bot.settings import Settings


def path_of(settings: Settings) -> str:
    """Where the database is."""
    return str(make_url(settings.database.url).database)


def every_row(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(path_of(settings))) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names.fetchall()}


def ask(settings: Settings, query: str, *values: Any) -> Sequence[tuple[Any, ...]]:
    """What a query of one's own finds."""
    with closing(sqlite3.connect(path_of(settings))) as connection:
        return connection.execute(query, values).fetchall()
