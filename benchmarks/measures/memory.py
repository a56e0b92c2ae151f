"""What stays resident: idle, with many people in the guild, and after everybody has voted at once."""

import asyncio

from benchmarks.bench import Bench
from benchmarks.findings import Finding, Goal, compared
from benchmarks.load import burst
from benchmarks.process import OURS, STOCK

FEW, MANY = 500, 100_000
PEOPLE = 2500
REST = 5.0
"""Seconds until it is looked at how much is still held."""


async def memory(bench: Bench) -> list[Finding]:
    """In megabytes."""
    stock, few, many, after = [], [], [], []
    for _ in range(bench.pairs):
        async with bench.bot(STOCK, members=FEW) as peer:
            stock.append(peer.memory())
        async with bench.bot(OURS, members=MANY) as peer:
            many.append(peer.memory())
        async with bench.bot(OURS, members=FEW) as peer:
            few.append(peer.memory())
            await burst(peer, PEOPLE)
            await asyncio.sleep(REST)
            after.append(peer.memory())
    return [
        compared("memory: idle, ours : stock", few, stock, "{:.0f} MB", Goal(1.8)),
        compared(f"memory: {MANY:,} : {FEW} members", many, few, "{:.0f} MB", Goal(1.02)),
        compared(f"memory: after : before {PEOPLE:,} votes at once", after, few, "{:.0f} MB", Goal(1.25)),
    ]
