"""SQLite in the thread of the event loop, which is also where the tests are.

aiosqlite hands every statement to a thread of its own and waits for the answer. The databases of tests are so small
that this takes several times as long as the statements, above all on a busy machine. Here a statement is done at once,
and its answer comes with the event loop's next turn: whatever could get in between two statements still does.

The bot as a process (tests/sockets, the rehearsals) and the tests of the database itself have aiosqlite as it is.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosqlite import core

THEIRS = core.SimpleQueue, core.Thread


class _AtOnce:
    """For aiosqlite's queue: what is put into it is done."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, work = item
        try:
            tell, outcome = core.set_result, work()
        except Exception as error:  # noqa: BLE001  (whoever waits for the answer is told)
            tell, outcome = core.set_exception, error
        if future:
            future.get_loop().call_soon(tell, future, outcome)


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


@contextmanager
def threaded() -> Iterator[None]:
    """Connections that are made meanwhile have a thread, as in the program."""
    core.SimpleQueue, core.Thread = THEIRS
    try:
        yield
    finally:
        unthread()
