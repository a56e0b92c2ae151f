"""Bringing a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

import migrations
from bot.storage import database
from bot.storage.tables import metadata


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
    engine = database.engine(
        url, ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF", "secure_delete = ON")
    )
    try:
        async with engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()
