"""One process to a database: two would post everything twice, and each would count only its own votes.

On one machine a lock on a file beside the SQLite database says so. It ends with the process, however that ends, so
that a restart need not wait. Between machines the lease in the database says so: it has to be renewed, and runs out.
"""

import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Self

from discord.ext import tasks

from bot.services.ports import Clock
from bot.storage import lease
from bot.storage.database import Database

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

TERM = timedelta(seconds=30)
EVERY = 10.0
"""For how long the lease is good, and the seconds after which it is renewed: twice it may fail."""


class OccupiedError(Exception):
    """Another process works on the database. The message is for the operator."""


class Lease:
    """The right to work on the database at ``url``: `with Lease(url, stop) as lease`, for the life of the process.

    Both ways to refuse raise OccupiedError: entering it where another process of this machine is at work, and
    ``held`` where one of another machine is. When the lease is lost to another, ``stop`` is called, and leaving the
    `with` says so in an OccupiedError as well.
    """

    def __init__(self, url: str, stop: Callable[[], object]) -> None:
        self._url = url
        self._stop = stop
        self._holder = token_hex(16)
        self._lock: int | None = None
        self._lost = False

    def __enter__(self) -> Self:
        """Lock the file. Before anything else: a database that is at work must not be migrated."""
        if path := lease.lock_of(self._url):
            self._lock = _locked(path)
        return self

    def __exit__(self, *_: object) -> None:
        """Unlock the file, which stays: whoever deleted it might delete what another has just locked."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._lost:
            raise OccupiedError("Another Plenary has taken this database over, so this one has stopped.")

    @asynccontextmanager
    async def held(self, database: Database, clock: Clock) -> AsyncGenerator[None, None]:
        """Take the lease in the database, renew it for as long as the block runs, then give it back."""
        now = clock.now()
        # Who holds the lock knows that no other process of this machine lives.
        bereft = self._lock is not None
        async with database.write() as connection:
            taken = await lease.take(connection, self._holder, now, now + TERM, bereft=bereft)
        if taken:
            raise OccupiedError(
                f"Another Plenary is working on this database (until {taken:%H:%M:%S} UTC). Stop it first, or wait "
                f"{TERM.seconds} seconds."
            )
        self._renewal.start(database, clock)
        try:
            yield
        finally:
            self._renewal.cancel()
            async with database.write() as connection:
                await lease.release(connection, self._holder)

    @tasks.loop(seconds=EVERY)
    async def _renewal(self, database: Database, clock: Clock) -> None:
        try:
            async with database.write() as connection:
                self._lost = not await lease.renew(connection, self._holder, clock.now() + TERM)
        except Exception:
            log.exception("the lease could not be renewed; it is tried again")
        if self._lost:
            log.error("the lease is another's now: this process stops, so that nothing is done twice")
            self._renewal.stop()
            self._stop()


def _locked(path: Path) -> int | None:
    """The descriptor of the locked file; None where files cannot be locked, and the lease alone has to do."""
    if sys.platform == "win32":
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)  # not inherited: no child keeps it locked
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise OccupiedError("Another Plenary is working on this database. Stop it first.") from None
        log.warning("%s could not be locked (%s): after a crash a restart has to wait", path, error.strerror)
        return None
    return descriptor
