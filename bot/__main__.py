"""The command line: `plenary`, or `python -m bot`."""

import asyncio
import gc
import logging
import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import aiohttp
import discord
import typer
from discord.utils import setup_logging

from bot.client import create_bot
from bot.clock import RealClock
from bot.filing import FilingError, file_at, file_in
from bot.lease import Lease, OccupiedError
from bot.services.exporting import Exports
from bot.services.preflight import check_file
from bot.services.refusal import Refusal
from bot.services.zoom.alone import Facts, Sent
from bot.settings import EXAMPLE, TOKEN_VARIABLE, Settings, SettingsError, load_settings, read_series
from bot.storage.database import Unreadable, consulted

try:
    import uvloop
except ModuleNotFoundError:  # there is none for Windows
    uvloop = None

app = typer.Typer(help="Plenary runs webinar series on Discord.", no_args_is_help=True, add_completion=False)

ConfigOption = Annotated[Path | None, typer.Option("--config", help="The settings file.", show_default="config.toml")]

CONFIG = Path("config.toml")

GARBAGE = 10_000
"""After how many new objects Python looks for cycles: a click makes many, and hardly any of them in a cycle."""


def _settings(path: Path) -> Settings:
    try:
        return load_settings(path)
    except SettingsError as error:
        _stop(str(error))


def _stop(sentence: str, status: int = 2) -> NoReturn:
    """End with what the operator has to know, and no traceback."""
    typer.secho(sentence, err=True, fg="red")
    raise typer.Exit(status) from None


async def _serve(settings: Settings, token: str) -> None:
    """Run until Discord, Ctrl-C, a SIGTERM or the loss of the lease ends it; then close in order."""
    task = asyncio.current_task()

    def stop() -> None:
        # Once: a second SIGTERM would cancel the closing, and without a handler it would kill the process.
        if task is not None and not task.cancelling():
            task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    with Lease(settings.database.url, stop) as lease:
        async with create_bot(settings, lease=lease) as bot:
            await bot.login(token)
            gc.freeze()  # what lives as long as the process need not be looked through at every collection
            gc.set_threshold(GARBAGE)
            await bot.connect()


@app.command()
def run(config: ConfigOption = None) -> None:
    """Start the bot."""
    settings = _settings(config or CONFIG)
    try:
        token = settings.require_token()
        settings.require_webhooks()
    except SettingsError as error:
        _stop(str(error))
    setup_logging(root=True)
    try:
        with asyncio.Runner(loop_factory=uvloop and uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, token))
    except (KeyboardInterrupt, asyncio.CancelledError):
        logging.getLogger(__name__).info("stopped")
    except OccupiedError as occupied:
        _stop(str(occupied))
    except discord.LoginFailure:
        _stop(f"Discord does not know this token. Reset it on the developer page and set {TOKEN_VARIABLE} anew.")
    except discord.PrivilegedIntentsRequired:
        _stop(
            "Discord does not allow this bot to read messages. On the developer page, under Bot, turn on Message "
            "Content Intent, or leave read_messages out of the settings."
        )
    except aiohttp.ClientConnectionError as error:
        _stop(f"Discord cannot be reached: {error}")


@app.command()
def rehearse(
    config: ConfigOption = None,
    browse: Annotated[bool, typer.Option("--browse", help="Leave the room open in a browser.")] = False,
) -> None:
    """Play webinar 1 on a simulated Discord: no token, no network."""
    try:
        from bot.rehearsal.command import rehearse as rehearsal  # noqa: PLC0415  (an extra)
    except ModuleNotFoundError as missing:
        _stop(f"The rehearsal needs the extra it comes in ({missing}): make rehearse installs it.")
    source = config or EXAMPLE
    raise typer.Exit(rehearsal(_settings(source), source, in_browser=browse))


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A TOML file with a [series] table.")]) -> None:
    """Look for mistakes and likely slips in a series file. Ends with 1 where an import would be refused."""
    try:
        data = read_series(file)
    except SettingsError as error:
        _stop(str(error))
    found = sorted(check_file(data, RealClock().now()), key=lambda each: each.severity)
    for each in found:
        typer.echo(f"{each.severity}: {each}")
    if not found:
        typer.echo("Nothing to mend.")
    raise typer.Exit(any(each.severity == "error" for each in found))


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="Its number in the series imported last, or for instance qms/1.")],
    config: ConfigOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder to write into.", show_default="qms-1-of-4-data")
    ] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="An Excel workbook as well.")] = False,
) -> None:
    """Write a session's data as CSV and JSON files. Works without Discord, and beside a running bot."""
    settings = _settings(config or CONFIG)
    try:
        for path in asyncio.run(_export(settings, session, out, xlsx=xlsx)):
            typer.echo(path)
    except (Unreadable, Refusal, FilingError, RuntimeError) as error:
        _stop(str(error), 1)


async def _export(settings: Settings, session: str, out: Path | None, *, xlsx: bool) -> list[Path]:
    from bot.reports.export import data_files  # noqa: PLC0415  (the bot itself makes no files)

    async with consulted(settings.database.url) as database:
        exports = Exports(database)
        data = await exports.data((await exports.meant(session, settings.discord.guild)).id)
    return file_in(out or Path(f"{data.stem}-data"), await data_files(data, xlsx=xlsx))


@app.command()
def report(
    session: Annotated[
        list[str] | None,
        typer.Argument(help="Its number in the series imported last, or for instance qms/1; more files after --zoom."),
    ] = None,
    config: ConfigOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder to write into.", show_default="qms-1-of-4-report")
    ] = None,
    zoom: Annotated[list[Path] | None, typer.Option("--zoom", help="Zoom's files, instead of a database.")] = None,
    title: Annotated[str, typer.Option("--title", help="What the webinar was called.")] = "",
    series: Annotated[str, typer.Option("--series", help="The series it was part of.")] = "",
    part: Annotated[str, typer.Option("--part", help="Which part of how many.")] = "1/1",
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day it was, if no file tells.")
    ] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", help="Of the times in the files.")] = "UTC",
    quote: Annotated[bool, typer.Option("--quote", help="The chat may be quoted without names.")] = False,
) -> None:
    """Make the files of a session's report without Discord: from the database, or from Zoom's files alone."""
    from bot.reportcommand import folder_of, of_session, of_zoom  # noqa: PLC0415  (the bot itself makes no files)

    words = session or []
    try:
        if zoom:
            sent = [Sent(each.name, file_at(each)) for each in (*zoom, *map(Path, words))]
            one, of = _part(part)
            facts = Facts(title, series, one, of, date and date.date(), time_zone)
            made, told = asyncio.run(of_zoom(sent, facts, RealClock().now(), quotable=quote))
            for name, preview in told:
                typer.echo("\n".join((f"{name}:", *(f"  {line}" for line in (*preview.lines, *preview.odd)))))
        elif len(words) == 1:
            settings = _settings(config or CONFIG)
            made = asyncio.run(of_session(settings.database.url, words[0], settings.discord.guild))
        else:
            _stop("Say which session, by its number, or give Zoom's files after --zoom.", 1)
        for path in file_in(out or folder_of(made), made.files):
            typer.echo(path)
    except (Unreadable, Refusal, FilingError, RuntimeError, OSError) as error:
        _stop(str(error), 1)
    if made.failed:
        _stop(f"Not everything could be made. Missing: {', '.join(made.failed)}.", 1)


def _part(words: str) -> tuple[int, int]:
    one, _, of = words.partition("/")
    if not (one.isdecimal() and (of or one).isdecimal()):
        raise Refusal(f"“{words}” is no part: say for instance 1/4.")
    return int(one), int(of or one)


if __name__ == "__main__":
    app()
