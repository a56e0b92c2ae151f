"""Insert or replace, in both dialects."""

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that replaces the other columns where a row of the same primary key is there already."""
    return _upsert(connection.dialect.name, table)


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An insert that can be told what to do where the row is there: each dialect has its own."""
    return _insert(connection.dialect.name, table)


def _insert(dialect: str, table: Table) -> Any:
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)  # 2 MB each: only the one in use is loaded


@cache  # there are few, and each vote needs one
def _upsert(dialect: str, table: Table) -> Insert:
    insert = _insert(dialect, table)
    others = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    key = list(table.primary_key)
    if not others:
        return insert.on_conflict_do_nothing(index_elements=key)
    return insert.on_conflict_do_update(index_elements=key, set_=others)
