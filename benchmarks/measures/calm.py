"""An ordinary evening: some clicks a second, whenever people feel like it."""

from contextlib import AsyncExitStack

from benchmarks.bench import Bench, in_turns
from benchmarks.findings import Finding, Goal, compared
from benchmarks.load import offered
from benchmarks.measures.board import Watch, Watched, board_findings
from benchmarks.process import OURS, STOCK

RATE = 200
WARM_UP = 1.0


async def calm(bench: Bench) -> list[Finding]:
    """How long the slowest in a hundred wait, against a bot that only acknowledges."""
    kinds = STOCK, OURS
    slowest: dict[str, list[float]] = {kind: [] for kind in kinds}
    watches: list[Watched] = []
    async with AsyncExitStack() as stack:
        peers = {kind: await stack.enter_async_context(bench.bot(kind)) for kind in kinds}
        for number in range(bench.pairs):
            for kind in in_turns(kinds, number):
                watch = Watch(peers[kind])
                run = await offered(peers[kind], RATE, 2 * bench.seconds + WARM_UP, WARM_UP)
                slowest[kind].append(run.p99 * 1000)
                if kind == OURS:
                    watches.append(await watch.settled(run))
    what = f"p99 at {RATE}/s, ours : stock"
    return [compared(what, slowest[OURS], slowest[STOCK], "{:.1f} ms", Goal(2)), *board_findings(f"{RATE}/s", watches)]
