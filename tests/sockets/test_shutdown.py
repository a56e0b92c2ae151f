"""SIGTERM: what systemd and Docker send, and wait for."""

import os
import signal

import pytest

from bot.client import Plenary
from tests.sockets.show import CONTROLS, open_poll, opening, start_session, voting
from tests.standin.faults import EDIT, POST
from tests.standin.process import BotProcess, Bots
from tests.standin.server import StandIn


async def ends_in_order(bot: BotProcess, bots: Bots) -> None:
    """Within seconds, with status 0, and with nothing left open or unexplained."""
    assert await bot.terminate(timeout=5) == 0, bot.log
    for unwanted in ("Traceback", "ResourceWarning", "never retrieved", "never awaited", "was destroyed"):
        assert unwanted not in bot.log, bot.log
    assert "stopped" in bot.log
    # SQLite takes its log back into the file when the last connection is closed, and only then.
    assert [each.name for each in bots.settings.parent.glob("plenary.db-*")] == []


async def test_an_idle_bot_says_goodbye(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await ends_in_order(bot, bots)
    assert standin.gateway.sessions[0].close_code == 1000  # with any other it would look online for a while


def terminated_twice() -> None:
    """In the bot's process: a second SIGTERM comes as it begins to close."""
    close = Plenary.close

    async def closing(bot: Plenary) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await close(bot)

    Plenary.close = closing


async def test_a_second_signal_does_not_cut_the_end_short(standin: StandIn, bots: Bots):
    bot = await bots.start(before="tests.sockets.test_shutdown:terminated_twice")
    await ends_in_order(bot, bots)
    assert standin.gateway.sessions[0].close_code == 1000


@pytest.mark.parametrize(("method", "path"), [("POST", POST), ("PATCH", EDIT)])
async def test_a_bot_in_mid_work_ends_in_order(standin: StandIn, bots: Bots, method: str, path: str):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    hanging = standin.faults.add(method, path, "hang", holding=CONTROLS)
    (opening(standin, "And then?") if method == "POST" else voting(standin, board, "Ana", 0)).send()
    await hanging.caught()
    await ends_in_order(bot, bots)
    standin.faults.clear()
    await bots.start()
    await standin.board(standin.world.channel, "And then?" if method == "POST" else "1 person has answered.")


@pytest.mark.parametrize("path", ["/users/@me", r"/applications/\d+/guilds/\d+/commands"])
async def test_a_bot_that_cannot_reach_discord_ends_in_order(standin: StandIn, bots: Bots, path: str):
    hanging = standin.faults.add("GET" if "@me" in path else "PUT", path, "hang")
    bot = await bots.start(ready=False)
    await hanging.caught()
    await ends_in_order(bot, bots)


async def test_a_bot_that_may_not_read_messages_says_what_to_do(standin: StandIn, bots: Bots):
    settings = bots.settings.read_text("utf-8")
    bots.settings.write_text(settings.replace("[discord]", "[discord]\nread_messages = true", 1), "utf-8")
    bot = await bots.start(ready=False)
    assert await bot.ended() == 2
    assert "turn on Message Content Intent, or leave read_messages out" in " ".join(bot.log.split())
    assert "Traceback" not in bot.log
    standin.gateway.allowed_intents = 1 << 15
    await bots.start()
