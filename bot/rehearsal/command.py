"""`plenary rehearse`: what a person sees of it."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from typing_extensions import override

from bot.rehearsal.audience import load_audience
from bot.rehearsal.play import Played, Production, acts, play
from bot.reports.wording import finding
from bot.services.refusal import Refusal
from bot.settings import DatabaseSettings, Settings

DATABASE = "rehearsal.db"


class Complaints(logging.Handler):
    """Remembers what was logged as an error: a rehearsal in which anything went wrong has failed."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


def rehearse(settings: Settings, source: Path, *, in_browser: bool) -> int:
    """Play webinar 1, or hand the room over in a browser. The exit status: 0 when all went well."""
    console = Console()
    try:
        audience = load_audience(settings.rehearsal.audience)
        production = Production(_apart(settings), source.read_bytes(), audience)
        steps = acts(production, in_browser=in_browser)
    except (Refusal, ValueError, OSError) as error:
        Console(stderr=True).print(f"The rehearsal cannot begin: {error}", markup=False, style="red", soft_wrap=True)
        return 2
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    started = time.monotonic()
    try:
        played = asyncio.run(_rehearse(production, steps, console, in_browser=in_browser))
    except KeyboardInterrupt:
        played = None
    finally:
        logging.getLogger().removeHandler(complaints)
    if complaints.heard:
        console.print(f"[bold red]The rehearsal failed: {len(complaints.heard)} errors were logged.[/]")
        for line in complaints.heard:
            console.print(line, markup=False)
        return 1
    if played:
        _tell(console, played, production.settings.rehearsal.folder, time.monotonic() - started)
    return 0


def _apart(settings: Settings) -> Settings:
    """The same settings on a new database in the rehearsal's folder, with the chat read, and nothing sent anywhere."""
    folder = settings.rehearsal.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()
    database = DatabaseSettings(url=f"sqlite+aiosqlite:///{folder / DATABASE}")
    rehearsal = settings.rehearsal.model_copy(update={"folder": folder})
    discord = settings.discord.model_copy(update={"read_messages": True})
    apart = {"database": database, "rehearsal": rehearsal, "discord": discord, "webhooks": ()}
    return settings.model_copy(update=apart)


async def _rehearse(production: Production, steps: int, console: Console, *, in_browser: bool) -> Played | None:
    columns = TextColumn("{task.description:<30}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("opening the doors", total=steps)

        def step(what: str) -> None:
            progress.update(task, description=what, advance=1)

        if not in_browser:
            return await play(production, step)
        # Only here: the browser's extra need not be installed for a rehearsal without one.
        from bot.rehearsal.browse import browse  # noqa: PLC0415

        def say(news: str | list[Path]) -> None:
            progress.stop()
            _tell_in_browser(console, news)

        with contextlib.suppress(asyncio.CancelledError):
            await browse(production, step, say)
        return None


def _tell(console: Console, played: Played, folder: Path, seconds: float) -> None:
    report = played.report
    table = Table(title=f"{report.part}: {report.title}", title_justify="left", show_header=False)
    table.add_row("Joined", str(report.joined))
    table.add_row("Took part here", str(report.took_part))
    for poll in report.polls:
        table.add_row(f"Poll {poll.number}", escape(finding(poll)))
    table.add_row("Takeaways", str(report.takeaways.count))
    table.add_row("Improvements", str(report.improvements.count))
    for kind, what in played.told:
        table.add_row(kind, escape(what))
    console.print(table)
    console.print(f"Played in {seconds:.1f} s. It wrote:")
    for path in (folder / DATABASE, *played.files):
        console.print(f"  {path}", markup=False, highlight=False, soft_wrap=True)
    html = next((path for path in played.files if path.suffix == ".html"), folder)
    console.print(
        "What to do next:\n"
        f"  Open the report in a browser: {html}\n"
        "  Act in the room yourself: make rehearse BROWSE=1\n"
        "  Go live: README.md, “Go live”",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _tell_in_browser(console: Console, news: str | list[Path]) -> None:
    if isinstance(news, str):
        lines = [
            "The room is open. Open this in a browser on this machine:",
            f"  {news}",
            "Choose who you are at the top. As You Attendee: talk in the chat, vote in the last poll, answer the",
            "review, ask the panel, report back for a room; try /about-me, /offers, /mine and /privacy.",
            "As Emma Host: /poll close, /breakout close, /actions add, /themes add, /session finish.",
            "Press Ctrl-C here to end.",
        ]
    else:
        lines = ["The organisers got:", *(f"  {path}" for path in news)]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
