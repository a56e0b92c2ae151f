"""The rooms of the house (docs/architecture.md): what each may import, and what only one of them may do."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = ("bot", "cogs", "migrations")
LINES = 320

APART = ("apscheduler", "discord", "simcord")

ONLY = {
    "cogs": ("cogs",),
    "apscheduler": ("bot.clock",),
    "simcord": ("bot.rehearsal",),
    "bot.rehearsal": ("bot.rehearsal", "bot.__main__"),
    **dict.fromkeys(("aiosqlite", "alembic", "asyncpg", "sqlalchemy", "sqlite3"), ("bot.storage", "migrations")),
}
"""Who alone may import what."""

KEEPS_TO = {
    "bot.services": ("bot.services", "bot.storage"),
    "bot.storage": ("bot.storage", "migrations"),
    "bot.reports": ("bot.reports", "bot.services"),
    "migrations": ("migrations",),
}
"""All that a room may import of the house; and then nothing that stands apart."""

CLOCKS = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "discord.utils.utcnow",
        *(f"time.{name}{ns}" for name in ("time", "monotonic", "perf_counter", "process_time") for ns in ("", "_ns")),
        *(f"time.{name}" for name in ("gmtime", "localtime", "ctime")),
        *(f"asyncio.{loop}().time" for loop in ("get_running_loop", "get_event_loop")),
    }
)
SLEEPS = frozenset(
    {
        "asyncio.sleep",
        "time.sleep",
        *(
            f"asyncio.{loop}().{name}"
            for loop in ("get_running_loop", "get_event_loop")
            for name in ("call_later", "call_at")
        ),
    }
)
SURROUNDINGS = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb"})
FILES = frozenset({"open", "io.open", "os.open", "pathlib.Path().open"})
FILE_METHODS = frozenset({"read_bytes", "read_text", "write_bytes", "write_text"})

ALLOWED = {
    # Where the one thing is done for everybody: what it is, and in which module.
    ("datetime.datetime.now", "bot.clock"),
    ("os.environ", "bot.settings"),
    (".read_bytes", "bot.settings"),
    (".read_text", "bot.settings"),
    # The lock is on a file.
    ("os.open", "bot.lease"),
    # Not to wait for a time: a turn of the loop brings in those who have arrived.
    ("asyncio.sleep", "bot.services.groups"),
    # Discord waits three seconds for the answer to a click, in real time, whatever is simulated.
    ("asyncio.get_running_loop().call_later", "bot.clicks"),
    # What a command makes goes into a folder.
    (".write_bytes", "bot.filing"),
    # The files that a command is given.
    (".read_bytes", "bot.filing"),
    # The template is handed out as it is.
    (".read_bytes", "cogs.series"),
    # The rehearsal is a program of its own around the bot: its audience, its stopwatch, its room, its files.
    (".read_text", "bot.rehearsal.audience"),
    (".read_bytes", "bot.rehearsal.command"),
    ("time.monotonic", "bot.rehearsal.command"),
    ("asyncio.sleep", "bot.rehearsal.browse"),
    (".write_bytes", "bot.rehearsal.play"),
    # A service is handed a transaction and hands it on.
    ("sqlalchemy.ext.asyncio.AsyncConnection", "bot.services"),
}


def inside(name: str, rooms: Iterable[str]) -> bool:
    """Whether a dotted name is in one of the rooms, or is one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def may_import(module: str, name: str) -> bool:
    """Whether ``module`` may import ``name``."""
    for what, who in ONLY.items():
        if inside(name, [what]) and not inside(module, who):
            return False
    for room, theirs in KEEPS_TO.items():
        if inside(module, [room]) and inside(name, [*ROOMS, *APART]) and not inside(name, theirs):
            return False
    return True


class Reader(ast.NodeVisitor):
    """What one module imports and names, each in full, with the line."""

    def __init__(self, module: str, *, package: bool) -> None:
        self._package = module if package else module.rpartition(".")[0]
        self._names: dict[str, str] = {}
        self.imported: list[tuple[int, str]] = []
        self.used: list[tuple[int, str]] = []

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            self.imported.append((node.lineno, each.name))
            self._names[each.asname or each.name.partition(".")[0]] = (
                each.name if each.asname else each.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        above = self._package.split(".")[: len(self._package.split(".")) - node.level + 1] if node.level else []
        source = ".".join((*above, *([node.module] if node.module else [])))
        for each in node.names:
            self.imported.append((node.lineno, f"{source}.{each.name}"))
            self._names[each.asname or each.name] = f"{source}.{each.name}"

    def visit_Call(self, node: ast.Call) -> None:
        if self._full(node.func) in {"importlib.import_module", "__import__"}:
            self.imported += [(node.lineno, str(each.value)) for each in node.args if isinstance(each, ast.Constant)]
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.used += [(node.lineno, self._full(node)), (node.lineno, f".{node.attr}")]
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):  # a field may be called open
            self.used.append((node.lineno, self._full(node)))

    def _full(self, node: ast.AST) -> str:
        """For instance "datetime.datetime.now", however it was imported; a call is shown as "f()"."""
        match node:
            case ast.Name(name):
                return self._names.get(name, name)
            case ast.Attribute(value, attribute):
                return f"{self._full(value)}.{attribute}"
            case ast.Call(function):
                return f"{self._full(function)}()"
        return "?"


def breaches(path: str, source: str) -> Iterator[str]:
    """What a file, named from the top of the house, does that its room may not: a sentence each."""
    parts = Path(path).with_suffix("").parts
    package = parts[-1] == "__init__"
    module = ".".join(parts[:-1] if package else parts)
    reader = Reader(module, package=package)
    reader.visit(ast.parse(source))
    for line, name in reader.imported:
        allowed = any(name == what and inside(module, [where]) for what, where in ALLOWED)
        if not (allowed or may_import(module, name)):
            yield f"{path}:{line} imports {name}"
    banned = CLOCKS | SLEEPS | SURROUNDINGS | FILES | {f".{method}" for method in FILE_METHODS}
    for line, name in sorted(set(reader.used) | set(reader.imported)):
        if name in banned and not any(name == what and inside(module, [where]) for what, where in ALLOWED):
            yield f"{path}:{line} uses {name}"
    if {"util", "utils"} & set(parts):
        yield f"{path} has no meaning for a name"
    if (lines := len(source.splitlines())) > LINES and parts[0] != "migrations":
        yield f"{path} has {lines} lines; split it by meaning"


FOUND = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


def test_the_whole_house_is_walked():
    walked = {path.relative_to(HOUSE).as_posix() for path in FOUND}
    assert walked >= {"bot/__main__.py", "bot/storage/tables/base.py", "cogs/poll.py", "migrations/env.py"}
    assert {path.name for path in HOUSE.glob("*.py")} == set(), "a program of its own, outside every room"


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_every_file_keeps_to_its_room(path):
    assert list(breaches(path.relative_to(HOUSE).as_posix(), path.read_text("utf-8"))) == []


def test_what_is_allowed_is_needed():
    seen = set()
    for path in FOUND:
        parts = path.relative_to(HOUSE).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        reader = Reader(module, package=path.name == "__init__.py")
        reader.visit(ast.parse(path.read_text("utf-8")))
        names = {name for _, name in (*reader.used, *reader.imported)}
        seen |= {(what, where) for what, where in ALLOWED if what in names and inside(module, [where])}
    assert seen == ALLOWED


@pytest.mark.parametrize(
    ("path", "source", "what"),
    [
        ("bot/client.py", "from cogs import poll", "imports cogs.poll"),
        ("bot/client.py", "import cogs.poll as poll", "imports cogs.poll"),
        ("bot/client.py", "import importlib\nimportlib.import_module('cogs.poll')", "imports cogs.poll"),
        ("bot/services/polls.py", "import discord", "imports discord"),
        ("bot/services/polls.py", "from discord.ext import commands", "imports discord.ext.commands"),
        ("bot/services/polls.py", "def f():\n    import simcord", "imports simcord"),
        ("bot/services/polls.py", "from apscheduler.schedulers import base", "imports apscheduler.schedulers.base"),
        ("bot/services/polls.py", "from .. import client", "imports bot.client"),
        ("bot/services/polls.py", "from ..boards import Painter", "imports bot.boards.Painter"),
        ("bot/services/polls.py", "from sqlalchemy import select", "imports sqlalchemy.select"),
        ("bot/services/polls.py", "from sqlalchemy.ext.asyncio import AsyncEngine", "imports sqlalchemy.ext.asyncio"),
        ("bot/services/__init__.py", "from ..reports import figures", "imports bot.reports.figures"),
        ("bot/boards.py", "from sqlalchemy.ext.asyncio import AsyncConnection", "imports sqlalchemy"),
        ("cogs/poll.py", "import sqlite3", "imports sqlite3"),
        ("cogs/poll.py", "from bot.rehearsal import room", "imports bot.rehearsal.room"),
        ("bot/storage/polls.py", "from bot.services.tallies import tally", "imports bot.services.tallies.tally"),
        ("bot/storage/polls.py", "from bot import services", "imports bot.services"),
        ("bot/storage/polls.py", "from discord import Client", "imports discord.Client"),
        ("bot/reports/html.py", "from bot.storage import polls", "imports bot.storage.polls"),
        ("bot/reports/html.py", "if TYPE_CHECKING:\n    import discord", "imports discord"),
        ("bot/client.py", "import simcord", "imports simcord"),
        ("bot/stage.py", "from apscheduler import jobstores", "imports apscheduler.jobstores"),
        ("migrations/env.py", "from bot.storage import tables", "imports bot.storage.tables"),
        ("cogs/poll.py", "from datetime import UTC, datetime\ndatetime.now(UTC)", "uses datetime.datetime.now"),
        ("cogs/poll.py", "from datetime import datetime as dt\nnow = dt.utcnow", "uses datetime.datetime.utcnow"),
        ("cogs/poll.py", "import datetime\ndatetime.date.today()", "uses datetime.date.today"),
        ("bot/boards.py", "import time as t\nt.monotonic()", "uses time.monotonic"),
        ("bot/boards.py", "from time import perf_counter_ns", "uses time.perf_counter_ns"),
        ("bot/boards.py", "import discord\ndiscord.utils.utcnow()", "uses discord.utils.utcnow"),
        ("bot/boards.py", "import asyncio\nasyncio.get_running_loop().time()", "uses asyncio.get_running_loop().time"),
        ("bot/clock.py", "import time\ntime.time()", "uses time.time"),
        ("bot/boards.py", "from asyncio import sleep", "uses asyncio.sleep"),
        ("bot/rehearsal/play.py", "import asyncio\nasyncio.sleep(1)", "uses asyncio.sleep"),
        ("cogs/poll.py", "import time\ntime.sleep(1)", "uses time.sleep"),
        ("cogs/poll.py", "import os\nos.environ['DISCORD_TOKEN']", "uses os.environ"),
        ("bot/client.py", "from os import getenv", "uses os.getenv"),
        ("bot/client.py", "open('config.toml')", "uses open"),
        ("bot/client.py", "from pathlib import Path\nPath('config.toml').open()", "uses pathlib.Path().open"),
        ("bot/services/polls.py", "path.read_text()", "uses .read_text"),
        ("bot/rehearsal/room.py", "path.write_bytes(b'')", "uses .write_bytes"),
        ("bot/utils.py", "", "has no meaning for a name"),
        ("cogs/utils/time.py", "", "has no meaning for a name"),
        ("cogs/poll.py", "\n" * (LINES + 1), f"has {LINES + 1} lines"),
    ],
)
def test_a_breach_is_found(path, source, what):
    found = list(breaches(path, source))
    assert len(found) == 1, found
    assert what in found[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cogs/poll.py", "import discord\nfrom bot.client import Plenary\nfrom bot.services.polls import Polls"),
        ("bot/services/polls.py", "from sqlalchemy.ext.asyncio import AsyncConnection\nfrom bot.storage import polls"),
        ("bot/storage/polls.py", "from sqlalchemy import select\nfrom bot.storage.tables import polls"),
        ("bot/clock.py", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
        ("bot/boards.py", "self._clock.now()\npolls.open(session)\nsession.today\ndatetime.timedelta(1)"),
        ("bot/__main__.py", "from discord.utils import setup_logging\nfrom bot.rehearsal.command import rehearse"),
        ("cogs/poll.py", "\n" * LINES),
    ],
)
def test_what_is_meant_to_be_is_let_be(path, source):
    assert list(breaches(path, source)) == []
