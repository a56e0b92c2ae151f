"""What voting costs and how it stands a crowd, against bare bots on the same stand-in Discord.

python -m benchmarks.voting [--quick] [--only sustained,burst] [--pairs 7] [--json results.json]
"""

import asyncio
import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.findings import Finding, table, write
from benchmarks.measures import MEASURES
from benchmarks.seed import seeded

PAIRS, SECONDS = 5, 4.0
QUICK_PAIRS, QUICK_SECONDS = 2, 2.0

CAPTION = (
    "Where stock had much less than one processor, others kept the machine busy: believe no rate and no time then."
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(stderr=True)


async def measure(names: list[str], pairs: int, seconds: float, json: Path | None) -> list[Finding]:
    """Take the measurements of these names, one after another; what is there already is kept in ``json``."""
    findings: list[Finding] = []
    with TemporaryDirectory(prefix="plenary-voting-") as folder:
        bench = Bench(Path(folder), await seeded(Path(folder) / "seed"), pairs, seconds)
        gc.freeze()
        gc.disable()  # a pause of the stand-in would be counted as the bot's
        for name in names:
            with console.status(f"measuring: {name}"):
                findings += await MEASURES[name](bench)
            if json:
                write(json, findings)
            gc.collect()
    return findings


@app.command()
def main(
    *,
    quick: Annotated[bool, typer.Option(help="Shorter and fewer rounds: to see that it works.")] = False,
    only: Annotated[str, typer.Option(help=f"Some of: {', '.join(MEASURES)}.")] = ",".join(MEASURES),
    pairs: Annotated[int | None, typer.Option(help="How many rounds ours and its peers take turns.", min=1)] = None,
    json: Annotated[Path | None, typer.Option(help="A file to write the results into as well.")] = None,
) -> None:
    """Measure, and print what was found. Ends with 1 where a goal is missed."""
    names = [name.strip() for name in only.split(",")]
    if unknown := set(names) - set(MEASURES):
        raise typer.BadParameter(f"there is no {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    rounds, seconds = pairs or (QUICK_PAIRS if quick else PAIRS), QUICK_SECONDS if quick else SECONDS
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        findings = runner.run(measure(names, rounds, seconds, json))
    Console(width=150).print(table(findings, CAPTION))
    raise typer.Exit(any(each.reached is False for each in findings))


if __name__ == "__main__":
    app()
