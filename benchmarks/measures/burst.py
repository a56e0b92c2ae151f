"""Everybody at once, on a bot that has just come up and has no connection to spare."""

from benchmarks.bench import Bench, in_turns
from benchmarks.findings import Finding, Goal, compared, counted
from benchmarks.load import DRAIN, Run
from benchmarks.load import burst as everybody
from benchmarks.process import OURS, STOCK

PEOPLE = 2500
DELAY = 0.08
"""Seconds until Discord answers an answer."""


async def burst(bench: Bench) -> list[Finding]:
    """Over TLS, as it is in earnest."""
    runs: dict[str, list[Run]] = {STOCK: [], OURS: []}
    for number in range(bench.pairs):
        for kind in in_turns((STOCK, OURS), number):
            async with bench.bot(kind, tls=True, delay=DELAY) as peer:
                runs[kind].append(await everybody(peer, PEOPLE))
    ours = [run.last for run in runs[OURS]]
    stock = [min(run.last, DRAIN) for run in runs[STOCK]]
    of = f"of {bench.pairs} × {PEOPLE:,}, stock {sum(run.late for run in runs[STOCK]):,} late"
    return [
        counted("burst: late", [run.late for run in runs[OURS]], of, Goal(0)),
        counted("burst: lost", [run.lost for run in runs[OURS]], "", Goal(0)),
        counted("burst: refused", [run.refused for run in runs[OURS]], "", Goal(0)),
        compared("burst: the last answer, ours : stock", ours, stock, "{:.2f} s", Goal(0.4)),
    ]
