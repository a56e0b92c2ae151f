"""Whether a vote costs more where a million have been cast."""

from contextlib import AsyncExitStack

from benchmarks.bench import Bench, in_turns
from benchmarks.findings import Finding, Goal, compared
from benchmarks.load import closed
from benchmarks.process import OURS

FEW, MANY = 1_000, 1_000_000
IN_FLIGHT = 32


async def size(bench: Bench) -> list[Finding]:
    """The processor time of a vote, board and all."""
    cost: dict[str, list[float]] = {"few": [], "many": []}
    async with AsyncExitStack() as stack:
        ballots = {"few": FEW, "many": MANY}
        peers = {name: await stack.enter_async_context(bench.bot(OURS, ballots=ballots[name])) for name in ballots}
        for number in range(bench.pairs):
            for name in in_turns(("few", "many"), number):
                cost[name].append((await closed(peers[name], IN_FLIGHT, 2 * bench.seconds)).cost * 1e6)
    what = f"processor a vote, {MANY:,} : {FEW:,} ballots"
    return [compared(what, cost["many"], cost["few"], "{:,.0f} µs", Goal(1.2))]
