"""From database rows to frozen dataclasses."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

Record = TypeVar("Record")


def record(kind: type[Record], row: Row[Any]) -> Record:
    """Take from the row the columns that the dataclass ``kind`` names."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})  # pyright: ignore[reportArgumentType]


async def one(connection: AsyncConnection, kind: type[Record], query: Select[Any]) -> Record | None:
    """The first row, if there is one."""
    row = (await connection.execute(query)).first()
    return None if row is None else record(kind, row)


async def many(connection: AsyncConnection, kind: type[Record], query: Select[Any]) -> tuple[Record, ...]:
    """Every row, in the query's order."""
    return tuple(record(kind, row) for row in await connection.execute(query))
