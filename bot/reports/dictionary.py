"""What the columns of an export mean, for programs (JSON Schema) and for people (Markdown): both from `Data` itself."""

import json
from dataclasses import fields
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter

from bot.services.dataset import FORMAT, VERSION, Data

TABLES: dict[str, type[Any]] = {
    name: get_args(kind)[0] for name, kind in get_type_hints(Data).items() if name not in {"format", "version"}
}
"""The kinds of the rows, by the tables' names, in their order."""

SCHEMA = f"{FORMAT}.schema.json"
DICTIONARY = f"{FORMAT}.md"

INTRODUCTION = f"""\
# The data of a session, column by column

`/report files` and `plenary export` give a session’s data as CSV files, one a table, and as one JSON file that holds \
all of them (format {FORMAT}, version {VERSION}; `{SCHEMA}` describes it to programs); for those who ask also as an \
Excel workbook with a sheet for each table.

**The CSV files** are UTF-8 with a byte order mark, with commas, lines that end in CR LF, and texts in quotation \
marks. What is empty was not asked, is not known or is not shown: the column says which. A text that a spreadsheet \
could take for a formula (it begins with =, +, -, @, a tab or a line break, or is an error such as #N/A) has an \
apostrophe before it, here and in the workbook; the JSON file has the texts as they are.

**Ids** have letters in them, which no program takes for a number and rounds. They are the same in all tables, so that \
tables can be joined. The same session always gives the same bytes.

**Nobody is in it by their account**, except those who answered a poll that said “With your name”. Words are in it \
only where their authors allow that they are quoted without a name.
"""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of an export."""
    made = TypeAdapter(Data).json_schema(mode="serialization")
    for each in (made, *made["$defs"].values()):
        each["additionalProperties"] = False
        for column in each["properties"].values():
            column.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": f"{FORMAT} {VERSION}"}


def schema_file() -> bytes:
    """The same as a file."""
    return f"{json.dumps(schema(), indent=2, ensure_ascii=False)}\n".encode()


def dictionary_file() -> bytes:
    """Every table and every column, with what it means."""
    return "\n".join([INTRODUCTION, *(_table(name, kind) for name, kind in TABLES.items())]).encode()


def _table(name: str, kind: type[Any]) -> str:
    found = schema()["$defs"][kind.__name__]
    rows = [
        f"| `{each.name}` | {_type(found['properties'][each.name])} | {_meaning(found['properties'][each.name])} |"
        for each in fields(kind)
    ]
    about = " ".join(found["description"].split())
    return "\n".join([f"## {name}", "", about, "", "| Column | Holds | Meaning |", "|---|---|---|", *rows, ""])


def _meaning(column: dict[str, Any]) -> str:
    return " ".join(column["description"].split())


_HOLDS = {"string": "text", "integer": "whole number", "number": "number", "array": "list", "null": "empty"}


def _type(column: dict[str, Any]) -> str:
    if "pattern" in column or any("pattern" in each for each in column.get("anyOf", ())):
        kinds = ["time", *(["empty"] if "anyOf" in column else [])]
    elif "anyOf" in column:
        kinds = [_HOLDS[each["type"]] for each in column["anyOf"]]
    else:
        kinds = [_HOLDS[column["type"]]]
    return " or ".join(dict.fromkeys(kinds))
