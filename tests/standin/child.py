"""Where bots come from: `python -m tests.standin.child FD`.

Importing the program takes seconds, and the tests start it dozens of times. So one process imports everything, once,
and forks for each bot that is ordered on the socket ``FD``: a process of its own, with nothing in it yet but code. That
then does what `plenary run` does, except that it is pointed at a stand-in, and says READY on its standard output each
time it has taken up its work. A keeper between the two tells how it ended.

Everything ends when the test run does, however that ends: this process with its socket, a bot with its standard input.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
from datetime import timedelta
from functools import partialmethod
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.state import ConnectionState

from bot import __main__ as program
from bot import client
from bot.clock import RealClock
from bot.settings import TOKEN_VARIABLE, Settings

READY = "READY"
"""What a bot says when it has done what it does as Discord becomes ready."""

GUILDS_ARRIVE = 0.1
"""Seconds after the last guild until the bot takes them for complete; two unless somebody says."""

MOST = 65536

DESCRIPTORS = 4
"""A bot's standard input, output and error, and where its keeper tells its process id and its exit status."""


def main() -> None:
    """Import what a bot would import a little later, then take orders; a forked bot comes out of `ordered` as well."""
    for feature in client.FEATURES:
        importlib.import_module(f"cogs.{feature}")
    gc.freeze()  # so that no bot's collector copies what all of them share
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        order = ordered(orders)
    if order:
        be_the_bot(order)


def ordered(orders: socket.socket) -> dict[str, str] | None:
    """In a bot: what it is to be. In this process: nothing, once there will be no more orders."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        line, descriptors, _, _ = socket.recv_fds(orders, MOST, DESCRIPTORS)
        if not line:
            return None
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *standard, report = descriptors
            bot = os.fork()
            if bot:
                keep(bot, standard, report)
            os.close(report)
            for number, descriptor in enumerate(standard):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return json.loads(line)
        for descriptor in descriptors:
            os.close(descriptor)


def keep(bot: int, standard: list[int], report: int) -> None:
    """Tell a bot's process id, wait for its end, tell its exit status."""
    for descriptor in standard:
        os.close(descriptor)
    os.write(report, f"{bot}\n".encode())
    _, status = os.waitpid(bot, 0)
    os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def be_the_bot(order: dict[str, str]) -> None:
    """`plenary run`, on the stand-in."""
    url = order["url"]
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/gateway")
    discord.asset.Asset.BASE = f"{url}/files"
    ConnectionState.__init__ = partialmethod(ConnectionState.__init__, guild_ready_timeout=GUILDS_ARRIVE)
    os.environ[TOKEN_VARIABLE] = order["token"]
    program.create_bot = announced
    be_ahead(timedelta(seconds=float(order["ahead"])))
    if order["before"]:
        module, _, function = order["before"].partition(":")
        getattr(importlib.import_module(module), function)()
    threading.Thread(target=end_with_the_test, daemon=True).start()
    program.app(["run", "--config", order["settings"]])


def be_ahead(ahead: timedelta) -> None:
    """Take it to be as late as it is in the stand-in."""
    now, wake_at = RealClock.now, RealClock.wake_at
    RealClock.now = lambda clock: now(clock) + ahead
    RealClock.wake_at = lambda clock, when, wake: wake_at(clock, when - ahead, wake)


def announced(settings: Settings, **options: Any) -> client.Plenary:
    """The bot, which says so when it is ready to be used."""
    bot = client.create_bot(settings, **options)
    take_up = bot.on_ready

    async def on_ready() -> None:
        await take_up()
        print(READY, flush=True)  # noqa: T201  (it is what the test waits for)

    bot.on_ready = on_ready
    return bot


def end_with_the_test() -> None:
    """No test that dies leaves a bot behind."""
    while os.read(0, MOST):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
