"""Killing the bot while people vote, again and again: no receipt may be lost, nobody counted twice.

python -m benchmarks.crash [--kills 30] [--json results.json]
"""

import asyncio
import random
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import track

from benchmarks.findings import Finding, Goal, counted, table, write
from benchmarks.process import OURS, start
from benchmarks.seed import names, rows, seeded
from benchmarks.standin.clicks import Click
from benchmarks.standin.server import StandIn
from benchmarks.witness import Verdict, Witness

IN_FLIGHT = 32
SOON, LATE = 0.1, 2.0
"""Seconds of voting until the bot is killed, at random between these."""

PATIENCE = 30.0
STEP = 5
"""A live tally moves when so many have answered anew."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Round:
    """One start after a kill: what it found, and the seconds until the bot was at the gateway and the board true."""

    verdict: Verdict
    came_after: float
    true_after: float
    boards: int


async def voting(standin: StandIn, witness: Witness, seconds: float) -> None:
    """People vote for so long; whoever then has no answer gets none."""
    going = True

    def press() -> None:
        witness.pressed(standin.clicks.press(*witness.who()))

    def answered(click: Click) -> None:
        witness.answered(click)
        if going:
            press()

    standin.clicks.on_answer = answered
    for _ in range(IN_FLIGHT):
        press()
    await asyncio.sleep(seconds)
    going = False


async def true_board(standin: StandIn, folder: Path, began: float) -> float:
    """Seconds from ``began`` until the board says what the database does; infinity where it does not in time."""
    while time.perf_counter() < began + PATIENCE:
        if standin.ready and 0 <= len(rows(folder)) - standin.shown < STEP:
            return time.perf_counter() - began
        await asyncio.sleep(0.05)
    return float("inf")


async def crash(kills: int, json: Path | None) -> list[Finding]:
    """Start, vote, kill; and look after every start."""
    dice = random.Random(time.time_ns())  # noqa: S311
    rounds: list[Round] = []
    findings: list[Finding] = []
    with TemporaryDirectory(prefix="plenary-crash-") as name:
        folder = await seeded(Path(name) / OURS)
        witness = Witness(names(folder))
        async with StandIn() as standin:
            for number in track(range(kills + 1), "killing", console=Console(stderr=True)):
                began = time.perf_counter()
                peer = await start(standin, OURS, folder)
                try:
                    if number:
                        after = await peer.while_alive(true_board(standin, folder, began))
                        verdict, came = witness.verdict(rows(folder)), standin.came - began
                        rounds.append(Round(verdict, came, after, len(standin.messages.boards)))
                    await peer.until_ready()
                    if number < kills:
                        await voting(standin, witness, dice.uniform(SOON, LATE))
                finally:
                    await peer.kill()
                standin.clicks.forget()
                findings = _findings(witness, rounds) if rounds else []
                if json:
                    write(json, findings)
    return findings


def _findings(witness: Witness, rounds: list[Round]) -> list[Finding]:
    verdicts = [each.verdict for each in rounds]
    of = f"of {witness.receipts:,} in {len(rounds)} kills"
    slowest = [max(each.true_after for each in rounds)]
    on_the_way = f"the longest; until it is at the gateway {median(each.came_after for each in rounds):.1f}"
    return [
        counted("receipts whose ballot is not there", [each.lost for each in verdicts], of, Goal(0)),
        counted("ballots that nobody cast", [each.invented for each in verdicts], "", Goal(0)),
        counted("people counted twice", [each.twice for each in verdicts], "", Goal(0)),
        counted("boards posted twice", [each.boards - 1 for each in rounds], "", Goal(0)),
        Finding("seconds from a start to a true board", on_the_way, slowest, Goal(5)),
        counted("told no", [witness.refused], ""),
    ]


@app.command()
def main(
    *,
    kills: Annotated[int, typer.Option(help="How often the bot is killed.", min=1)] = 30,
    json: Annotated[Path | None, typer.Option(help="A file to write the results into as well.")] = None,
) -> None:
    """Kill, look, print. Ends with 1 where anything was lost."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        findings = runner.run(crash(kills, json))
    Console(width=150).print(table(findings))
    raise typer.Exit(any(each.reached is False for each in findings))


if __name__ == "__main__":
    app()
