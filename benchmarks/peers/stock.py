"""The bare bot as discord.py comes: asyncio's event loop, the standard library's JSON, connections without a limit."""

import asyncio
import sys

for extra in ("orjson", "aiodns", "brotli", "zstandard"):  # what `discord.py[speed]` brings, and finds by importing it
    sys.modules[extra] = None  # type: ignore[assignment]

from benchmarks.peers.bare import Bare  # noqa: E402
from benchmarks.peers.redirect import redirect  # noqa: E402


async def main() -> None:
    """Run it."""
    async with Bare() as bot:
        await bot.start("token")


if __name__ == "__main__":
    redirect(sys.argv[1])
    asyncio.run(main())
