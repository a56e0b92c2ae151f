"""Column types that both SQLite and PostgreSQL take, and that refuse what must not be stored."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A key the database hands out: SQLite only does so for a column declared INTEGER."""

Snowflake = BigInteger
"""A Discord id: 64 bits."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. A naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Towards the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database: aware, in UTC (SQLite forgets the zone, and everything in it is UTC)."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value
