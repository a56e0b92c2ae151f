"""More than can be done, for a while; and what the board does under it."""

from benchmarks.bench import Bench
from benchmarks.findings import Finding, Goal, counted
from benchmarks.load import offered
from benchmarks.measures.board import Watch, board_findings
from benchmarks.process import OURS

RATE, SECONDS = 2500, 4


async def overload(bench: Bench) -> list[Finding]:
    """Nobody comes late."""
    runs, watches = [], []
    for _ in range(bench.pairs):
        async with bench.bot(OURS) as peer:
            watch = Watch(peer)
            run = await offered(peer, RATE, SECONDS)
            runs.append(run)
            watches.append(await watch.settled(run))
    slowest = max(run.waits[-1] for run in runs)
    of = f"of {sum(len(run.clicks) for run in runs):,} at {RATE:,}/s, the slowest after {slowest:.2f} s"
    failed = [run.late + run.lost + run.refused for run in runs]
    return [counted("overload: late, lost or refused", failed, of, Goal(0)), *board_findings("overload", watches)]
