"""Quicker tests: databases in the thread of the event loop, where the tests are too, and nothing is compiled twice.

aiosqlite hands every statement to a thread of its own and waits for the answer. The databases of tests are so small
that this takes several times as long as the statements, above all on a busy machine. Here a statement is done at once;
the end of a transaction is told with the event loop's next turn, so whatever could get in between two still does.

The bot as a process (tests/sockets, the rehearsals) and the tests of the database itself have aiosqlite as it is.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from aiosqlite import core
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.reports import templating
from bot.storage import database

Made = TypeVar("Made", Engine, AsyncEngine)

THEIRS = core.SimpleQueue, core.Thread

ENDS = {"commit", "rollback"}
"""What a transaction ends with."""


class _AtOnce:
    """For aiosqlite's queue: what is put into it is done."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, work = item
        try:
            tell, outcome = core.set_result, work()
        except Exception as error:  # noqa: BLE001  (whoever waits for the answer is told)
            tell, outcome = core.set_exception, error
        if future is None:
            return
        if getattr(getattr(work, "func", None), "__name__", "") in ENDS:
            future.get_loop().call_soon(tell, future, outcome)
        else:
            tell(future, outcome)


class _Nobody:
    """For the thread that would take from the queue."""

    daemon = True

    def __init__(self, **_: object) -> None:
        pass

    def start(self) -> None:
        pass


def unthread() -> None:
    """From now on connections are made without a thread."""
    core.SimpleQueue, core.Thread = _AtOnce, _Nobody
    database.BRIEFLY = "busy_timeout = 0"  # whoever holds the lock cannot let go of it while this thread waits


@contextmanager
def threaded() -> Iterator[None]:
    """Connections that are made meanwhile have a thread, as in the program."""
    core.SimpleQueue, core.Thread = THEIRS
    try:
        yield
    finally:
        unthread()


class _Compiled(BytecodeCache):
    """Templates, by the digest of their names and sources."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Each test has engines and templates of its own; from now on they have in common what was compiled of them."""
    for make in (database.create_async_engine, database.create_engine):
        setattr(database, make.__name__, _in_common(make))
    templating.Environment = partial(templating.Environment, bytecode_cache=_Compiled())


def _in_common(make: Callable[..., Made]) -> Callable[..., Made]:
    first: dict[str, Engine] = {}

    def one_more(*about: Any, **options: Any) -> Made:
        made = make(*about, **options)
        engine = made.sync_engine if isinstance(made, AsyncEngine) else made
        shared = first.setdefault(engine.dialect.name, engine)
        engine.dialect, engine._compiled_cache = shared.dialect, shared._compiled_cache
        return made

    return one_more
