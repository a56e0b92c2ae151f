"""From database rows to frozen dataclasses."""

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

Record = TypeVar("Record")


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def record(kind: type[Record], row: Row[Any]) -> Record:
    """Take from the row the columns that the dataclass ``kind`` names."""
    return kind(**{name: getattr(row, name) for name in _names(kind)})


async def one(connection: AsyncConnection, kind: type[Record], query: Select[Any], **values: Any) -> Record | None:
    """The first row, if there is one, with ``values`` for the query's parameters."""
    row = (await connection.execute(query, values)).first()
    return None if row is None else record(kind, row)


async def many(connection: AsyncConnection, kind: type[Record], query: Select[Any]) -> tuple[Record, ...]:
    """Every row, in the query's order."""
    return tuple(record(kind, row) for row in await connection.execute(query))
