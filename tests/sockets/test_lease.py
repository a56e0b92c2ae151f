"""One process to a database: a second one does not start, and after a crash the next one need not wait."""

import asyncio
import re
from datetime import UTC, datetime

from bot import lease as shell
from bot.storage import lease
from tests.sockets.show import open_poll, received, rows, start_session, voting
from tests.standin.process import BotProcess, Bots
from tests.standin.server import StandIn

ELSEWHERE = "tests.sockets.test_lease:elsewhere"
HURRIED = "tests.sockets.test_lease:hurried"


def elsewhere() -> None:
    """In the bot's process: as on another machine, whose locks this one does not see."""
    lease.lock_of = lambda _url: None


def hurried() -> None:
    """In the bot's process: renew the lease at once, not after ten seconds."""
    shell.Lease._renewal.change_interval(seconds=0.05)


def held(bots: Bots) -> list[tuple[str, datetime]]:
    """Who holds the lease, and until when."""
    found = rows(bots, "SELECT holder, until FROM lease")
    return [(holder, datetime.fromisoformat(until).replace(tzinfo=UTC)) for holder, until in found]


async def refused(bot: BotProcess) -> str:
    """Why it did not start."""
    assert await bot.ended() == 2, bot.log
    assert "Traceback" not in bot.log, bot.log
    return bot.log.splitlines()[-1]


async def test_a_second_process_does_not_start_while_the_first_works(standin: StandIn, bots: Bots):
    first = await bots.start()
    before = held(bots)
    asked = len(standin.calls)
    second = await bots.start(ready=False)
    assert await refused(second) == "Another Plenary is working on this database. Stop it first."
    assert len(standin.calls) == asked  # it has not even logged in
    assert held(bots) == before
    await start_session(standin)
    assert received(await voting(standin, await open_poll(standin), "Ana", 0))
    assert await first.terminate() == 0
    assert held(bots) == []
    await bots.start()


async def test_a_process_of_another_machine_waits_until_the_lease_has_run_out(standin: StandIn, bots: Bots):
    first = await bots.start(before=ELSEWHERE)
    ((holder, until),) = held(bots)
    second = await bots.start(before=ELSEWHERE, ready=False)
    said = await refused(second)
    assert re.fullmatch(
        r"Another Plenary is working on this database \(until \d\d:\d\d:\d\d UTC\)\. Stop it first, or wait 30 "
        r"seconds\.",
        said,
    )
    assert until.strftime("%H:%M:%S") in said
    assert len(standin.gateway.sessions) == 1
    await first.kill()
    rows(bots, "UPDATE lease SET until = '2022-02-24 13:00:00.000000'", "rw")  # half a minute later
    await bots.start(before=ELSEWHERE)
    assert held(bots)[0][0] != holder


async def test_after_a_kill_the_next_start_is_at_once(bots: Bots):
    first = await bots.start()
    ((holder, until),) = held(bots)
    await first.kill()
    assert held(bots) == [(holder, until)]
    await bots.start()
    ((next_holder, next_until),) = held(bots)
    assert datetime.now(UTC) < until < next_until
    assert next_holder != holder


async def test_the_lease_is_renewed(standin: StandIn, bots: Bots):
    await bots.start(before=HURRIED)
    ((holder, until),) = held(bots)
    async with asyncio.timeout(10):
        while held(bots)[0][1] <= until:
            await standin.slash(standin.world.host, standin.world.channel, "agenda")  # the bot's work gives it time
    assert held(bots)[0][0] == holder


async def test_a_process_that_has_lost_the_lease_stops(standin: StandIn, bots: Bots):
    bot = await bots.start(before=HURRIED)
    rows(bots, "UPDATE lease SET holder = 'another'", "rw")
    said = await refused(bot)
    assert said == "Another Plenary has taken this database over, so this one has stopped."
    assert "the lease is another's now" in bot.log
    assert [holder for holder, _ in held(bots)] == ["another"]
    assert standin.gateway.sessions[0].close_code == 1000
