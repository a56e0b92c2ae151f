"""How many votes a second, when so many people are always waiting for an answer."""

from contextlib import AsyncExitStack

from benchmarks.bench import Bench, in_turns
from benchmarks.findings import Finding, Goal, compared, counted
from benchmarks.load import Run, closed
from benchmarks.process import ORDINARY, OURS, SAME, STOCK

KINDS = STOCK, SAME, OURS, ORDINARY
IN_FLIGHT = 32, 64


async def sustained(bench: Bench) -> list[Finding]:
    """Ours, with durable ballots and a live board, against bots that only acknowledge; and one usually written."""
    findings: list[Finding] = []
    async with AsyncExitStack() as stack:
        peers = {kind: await stack.enter_async_context(bench.bot(kind)) for kind in KINDS}
        for in_flight in IN_FLIGHT:
            runs: dict[str, list[Run]] = {kind: [] for kind in KINDS}
            for number in range(bench.pairs):
                for kind in in_turns(KINDS, number):
                    runs[kind].append(await closed(peers[kind], in_flight, bench.seconds))
            findings += _findings(in_flight, runs)
    return findings


def _findings(in_flight: int, runs: dict[str, list[Run]]) -> list[Finding]:
    rate = {kind: [run.rate for run in runs[kind]] for kind in KINDS}
    share = {kind: [run.share for run in runs[kind]] for kind in KINDS}
    cost = {kind: [run.cost * 1e6 for run in runs[kind]] for kind in KINDS}
    ours = runs[OURS]
    beside = [run.standin / len(run.clicks) * 1e6 for run in ours]
    failed = [run.lost + run.late + run.refused for run in ours]
    against, second, micro = f"{in_flight} waiting: ", "{:,.0f}/s", "{:,.0f} µs"
    return [
        compared(against + "ours : stock", rate[OURS], rate[STOCK], second, Goal(1.35, least=True)),
        compared(against + "ours : bare, our settings", rate[OURS], rate[SAME], second, Goal(0.9, least=True)),
        compared(against + "usually written : stock", rate[ORDINARY], rate[STOCK], second),
        compared(against + "of a processor, ours : stock", share[OURS], share[STOCK], "{:.2f}"),
        compared(against + "processor a vote, ours : stock", cost[OURS], cost[STOCK], micro),
        compared(against + "processor a vote, stand-in : ours", beside, cost[OURS], micro),
        counted(against + "late, lost or refused", failed, f"of {sum(len(run.clicks) for run in ours):,}", Goal(0)),
    ]
