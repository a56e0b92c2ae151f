"""What things cost on this machine: `python -m benchmarks`, or only some of them: `python -m benchmarks show`."""

import asyncio
import sys
from importlib import import_module

ALL = ("show",)
"""The modules here. Each has a `measure()` that gives one figure after the other."""


async def main(names: list[str]) -> None:
    """Print a table as it fills."""
    print(f"{'what':<58} {'figure':>12}")  # noqa: T201
    for name in names or ALL:
        async for what, figure in import_module(f"benchmarks.{name}").measure():
            print(f"{what:<58} {figure:>12}", flush=True)  # noqa: T201


asyncio.run(main(sys.argv[1:]))
