"""Makes what is ordered: in the process beside the bot's (``press.py``), or in that of a command.

Run as a program it takes an order as JSON on stdin and writes what it has made to stdout.
"""

import asyncio
import json
import logging
import signal
import sys

from bot.press import SECONDS, Order, Press
from bot.reports.export import data_archive
from bot.reports.files import document_files, session_files
from bot.reports.made import Made, packed
from bot.reports.overall import overall
from bot.services.dataset import Data
from bot.services.exporting import Exports
from bot.services.summaries import Summaries
from bot.storage.database import Database

log = logging.getLogger(__name__)


def press_here(database: Database) -> Press:
    """A press in this process, for whoever keeps nobody waiting: the command line, and tests."""

    async def press(order: Order) -> Made:
        return await make(database, order)

    return press


async def make(database: Database, order: Order) -> Made:
    """Make it from one snapshot of the database; LookupError where there is no such session or series."""
    summaries = Summaries(database)
    match order.kind:
        case "report":
            return session_files(await summaries.report(order.subject, order.version))
        case "series":
            return document_files(overall(await summaries.overall(order.subject)))
        case "data":
            return await _data(await Exports(database).data(order.subject), xlsx=order.xlsx)


async def _data(data: Data, *, xlsx: bool) -> Made:
    try:
        return Made((await data_archive(data, xlsx=xlsx),))
    except RuntimeError:
        if not xlsx:
            raise
        log.exception("the workbook could not be made")
        return Made((await data_archive(data),), ("XLSX",))


async def _work(url: str, order: Order) -> bytes:
    database = Database(url)
    try:
        return packed(await make(database, order))
    finally:
        await database.close()


if __name__ == "__main__":
    if sys.platform != "win32":
        signal.alarm(round(SECONDS) + 1)  # so that none outlives a bot that was killed
    logging.basicConfig(stream=sys.stderr)
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(asyncio.run(_work(asked.pop("url"), Order(**asked))))
