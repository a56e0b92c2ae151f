"""Many rows in one statement.

SQLite's driver lets other threads run before and after each row that it is given one by one, and then has to wait for
its turn. So a group of ballots goes in as one JSON array. Other databases are given the rows one by one.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Table, TextClause, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

Columns = tuple[str, ...]
Rows = Sequence[tuple[int | str, ...]]


async def insert(
    connection: AsyncConnection, table: Table, columns: Columns, rows: Rows, *, unless_there: bool = False
) -> None:
    """Add the rows of numbers and texts. One whose primary key is there already is an error, or else passed over."""
    passing = " ON CONFLICT DO NOTHING" if unless_there else ""
    await _run(connection, f"INSERT INTO {table.name} ({', '.join(columns)}) {{rows}}{passing}", columns, rows)


async def delete(connection: AsyncConnection, table: Table, columns: Columns, rows: Rows) -> None:
    """Take out every row that has one of the rows in these columns."""
    where = f"({', '.join(columns)}) IN ({{rows}})"
    await _run(connection, f"DELETE FROM {table.name} WHERE {where}", columns, rows)  # noqa: S608  (names of ours)


async def find(
    connection: AsyncConnection, table: Table, wanted: Columns, columns: Columns, rows: Rows
) -> Iterable[Any]:
    """The wanted columns of every row that has one of the rows in these columns, in no order."""
    if connection.dialect.name == "sqlite":
        sql = f"SELECT {', '.join(wanted)} FROM {table.name} WHERE ({', '.join(columns)}) IN ({{rows}})"  # noqa: S608
        return await connection.execute(_at_once(sql, len(columns)), {"rows": orjson.dumps(rows).decode()})
    these = tuple_(*(table.c[name] for name in columns)).in_(rows)
    return await connection.execute(select(*(table.c[name] for name in wanted)).where(these))


async def _run(connection: AsyncConnection, sql: str, columns: Columns, rows: Rows) -> None:
    if connection.dialect.name == "sqlite":
        await connection.execute(_at_once(sql, len(columns)), {"rows": orjson.dumps(rows).decode()})
    else:
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        await connection.execute(_one_by_one(sql, columns), named)


@cache
def _at_once(sql: str, columns: int) -> TextClause:
    values = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(columns))
    return text(sql.format(rows=f"SELECT {values} FROM json_each(:rows) WHERE true"))  # noqa: S608


@cache
def _one_by_one(sql: str, columns: Columns) -> TextClause:
    return text(sql.format(rows=f"VALUES ({', '.join(f':{name}' for name in columns)})"))
