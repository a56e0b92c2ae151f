"""A session's data as files: CSV, JSON, and Excel for those who ask. The same data always give the same bytes."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from io import BytesIO
from typing import Any, cast

from pydantic import TypeAdapter

from bot.reports.dictionary import DICTIONARY, SCHEMA, TABLES, dictionary_file, schema_file
from bot.reports.made import ReportFile
from bot.reports.sheets import inert, to_csv, to_workbook
from bot.services.dataset import Data

Value = str | int | float

SECONDS = 50.0
"""How long a workbook may take: 200,000 ballots take fifteen."""
MOMENT = 1980, 1, 1, 0, 0, 0
"""What the files of an archive bear for a time, so that the same data give the same archive."""


async def data_files(data: Data, *, xlsx: bool = False) -> list[ReportFile]:
    """All of it, a file for each table and one for all."""
    files = [ReportFile(f"{name}.csv", to_csv(table(data, name)), f"The table {name}, as CSV") for name in TABLES]
    if xlsx:
        book = await to_workbook({name: table(data, name) for name in TABLES}, seconds=SECONDS)
        files.append(ReportFile(f"{data.stem}.xlsx", book, "All tables, as an Excel workbook"))
    return [
        *files,
        ReportFile(f"{data.stem}.json", to_json(data), "All of it, as JSON"),
        ReportFile(SCHEMA, schema_file(), "What that JSON file holds, as a JSON Schema"),
        ReportFile(DICTIONARY, dictionary_file(), "What every table and column means"),
    ]


async def data_archive(data: Data, *, xlsx: bool = False) -> ReportFile:
    """The same in one ZIP file, since Discord takes ten files on a message."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in await data_files(data, xlsx=xlsx):
            archive.writestr(zipfile.ZipInfo(each.name, MOMENT), each.data, zipfile.ZIP_DEFLATED)
    kinds = "CSV, JSON and Excel" if xlsx else "CSV and JSON"
    return ReportFile(
        f"{data.stem}-data.zip", held.getvalue(), f"The session’s data as {kinds}, with a data dictionary"
    )


def table(data: Data, name: str) -> list[Sequence[Value]]:
    """The headings of a table, and its rows as a spreadsheet shows them."""
    columns = [each.name for each in fields(TABLES[name])]
    rows: list[Sequence[Value]] = [columns]
    rows += ([_cell(column, getattr(row, column)) for column in columns] for row in getattr(data, name))
    return rows


def _cell(column: str, value: Any) -> Value:
    match value:
        case str():
            return inert(value)
        case None:
            return ""
        case tuple() if column == "records":  # of which there can be ten thousand
            return len(cast("tuple[str, ...]", value))
        case tuple():
            return "; ".join(cast("tuple[str, ...]", value))
        case _:
            return value


def to_json(data: Data) -> bytes:
    """All tables, a row on each line."""
    return b"".join(_json(data))


def _json(data: Data) -> Iterator[bytes]:
    yield f'{{\n"format": "{data.format}",\n"version": {data.version}'.encode()
    for name, kind in TABLES.items():
        row = TypeAdapter(kind)
        rows = b",\n".join(map(row.dump_json, getattr(data, name)))
        yield f',\n"{name}": [\n'.encode() + rows + b"\n]"
    yield b"\n}\n"
