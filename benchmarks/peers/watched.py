"""Plenary as it runs, with somebody in its loop who writes down when that was held up.

What the machine gave to others meanwhile does not count: it is the loop's own processor time between two turns.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.redirect import redirect
from bot import __main__ as program
from bot.settings import TOKEN_VARIABLE

HELD_UP = "held-up.txt"
"""The file in the bot's folder with a line for each time: when, and for how many seconds."""

LOOK = 0.002
LEAST = 0.01


async def watch(path: Path) -> None:
    """Write down each time that the loop was held up for longer than `LEAST`."""
    with path.open("a", buffering=1) as held_up:
        while True:
            before = time.thread_time()
            await asyncio.sleep(LOOK)
            if (took := time.thread_time() - before) > LEAST:
                held_up.write(f"{time.perf_counter()} {took}\n")


def watched(create_bot: Any, path: Path) -> Any:
    """The same with the watch set up when it starts."""

    def create(*args: Any, **options: Any) -> Any:
        bot = create_bot(*args, **options)
        set_up = bot.setup_hook

        async def setup_hook() -> None:
            await set_up()
            bot.watch = asyncio.create_task(watch(path))

        bot.setup_hook = setup_hook
        return bot

    return create


if __name__ == "__main__":
    redirect(sys.argv[1])
    os.environ[TOKEN_VARIABLE] = "token"
    program.create_bot = watched(program.create_bot, Path(sys.argv[2]) / HELD_UP)
    program.app(["run", "--config", str(Path(sys.argv[2]) / "config.toml")])
