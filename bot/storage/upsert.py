"""Insert or replace, in both dialects."""

from functools import cache

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that replaces the other columns where a row of the same primary key is there already."""
    return _upsert(connection.dialect.name, table)


@cache  # there are few, and each vote needs one
def _upsert(dialect: str, table: Table) -> Insert:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    key = list(table.primary_key)
    if not others:
        return insert.on_conflict_do_nothing(index_elements=key)
    return insert.on_conflict_do_update(index_elements=key, set_=others)
