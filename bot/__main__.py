"""The command line: `plenary`, or `python -m bot`."""

import asyncio
import gc
import logging
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import aiohttp
import discord
import typer
from discord.utils import setup_logging

from bot.client import create_bot
from bot.clock import RealClock
from bot.lease import Lease, OccupiedError
from bot.services.preflight import check_file
from bot.settings import EXAMPLE, TOKEN_VARIABLE, Settings, SettingsError, load_settings, read_series

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


def _stop(sentence: str) -> NoReturn:
    """End with what the operator has to know, and no traceback."""
    typer.secho(sentence, err=True, fg="red")
    raise typer.Exit(2) from None


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


if __name__ == "__main__":
    app()
