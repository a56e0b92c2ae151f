"""The bare bot with our settings: uvloop, a limit of connections, and orjson, which discord.py takes where it is."""

import sys

import aiohttp
import uvloop

from benchmarks.peers.bare import Bare
from benchmarks.peers.redirect import redirect
from bot.callbacks import CONNECTIONS


async def main() -> None:
    """Run it."""
    async with Bare() as bot:
        bot.http.connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        await bot.start("token")


if __name__ == "__main__":
    redirect(sys.argv[1])
    uvloop.run(main())
