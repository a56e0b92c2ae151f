"""Orders for files, made in a process beside the bot's, which reads the database itself and ends with its work.

So nothing of it ever holds up the bot, neither the reading nor the typesetting, and what memory it takes is given back.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from bot.reports.beside import made_by
from bot.reports.made import Made, unpacked
from bot.storage.database import Database
from bot.storage.reports import DRAFT

log = logging.getLogger(__name__)

SECONDS = 60.0
"""How long it may take: a session of ten thousand people takes ten."""


@dataclass(frozen=True)
class Order:
    """What to make: the report of a session, of a series after its last, or a session's data. ``subject`` is its id.

    ``version`` is which of a session's reports: what hosts have written since one was published is not in it.
    """

    kind: Literal["report", "series", "data"]
    subject: int
    version: int = DRAFT
    xlsx: bool = False


Press: TypeAlias = Callable[[Order], Awaitable[Made]]


def press_beside(database: Database) -> Press:
    """A press in a process of its own for each order; RuntimeError, with what it complained of, where that fails."""

    async def press(order: Order) -> Made:
        # On stdin, since the address may have a password in it, and everybody sees what a process was called with.
        sent = json.dumps({"url": database.url, **asdict(order)}).encode()
        made = unpacked(await made_by("bot.printing", of=sent, seconds=SECONDS))
        if made.failed:
            log.error("of %s could not be made: %s", order, ", ".join(made.failed))
        return made

    return press
