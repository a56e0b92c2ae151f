"""Killed while a report is published: it is there once, with its files, and one thread to talk about it."""

from datetime import timedelta

from bot import boards
from bot.followers import Follower
from tests.sockets.show import nothing_twice, open_poll, rows, start_session, voting
from tests.standin.faults import EDIT, POST
from tests.standin.process import Bots
from tests.standin.reading import text_of
from tests.standin.server import StandIn

QUICK = "tests.sockets.test_publishing:quick"

OF_MESSAGE = rf"{EDIT}/threads"

REPORT, POLICY = "## The report of 1 of ", "## After part 1"


def quick() -> None:
    """In the bot's process: look often at what is behind, and paint it soon."""
    boards.APART = timedelta(seconds=0.2)
    for kind in (boards.Painter, Follower):
        kind._tick.change_interval(seconds=0.1)  # pyright: ignore[reportPrivateUsage]


async def finished(standin: StandIn) -> None:
    """A session in which somebody has voted, finished, with its draft posted."""
    world = standin.world
    await start_session(standin)
    await voting(standin, await open_poll(standin), "Ana", 0)
    asked = await standin.slash(world.host, world.channel, "session finish")
    await standin.click(world.host, asked, "Finish it")
    await standin.board(world.office, "## Report of 1 of ")
    await standin.slash(world.host, world.office, "report links", no_recording=True)


async def test_a_report_is_published_once_however_often_the_bot_dies_at_it(standin: StandIn, bots: Bots):
    world = standin.world
    bot = await bots.start(before=QUICK)
    await finished(standin)
    asked = await standin.slash(world.host, world.office, "report publish", without_themes=True)
    never = standin.faults.add("POST", POST, "hang", holding=REPORT)
    standin.click(world.host, asked, "Publish it").send()
    await never.caught()
    await bot.kill()  # its files are made and kept, and its message was asked for
    never.discard()
    assert rows(bots, "SELECT state FROM reports") == [("made",)]
    made = rows(bots, "SELECT name, data FROM report_files ORDER BY name")
    assert [name.rpartition(".")[2] for name, _ in made] == ["docx", "html", "pdf"]

    lost = standin.faults.add("POST", POST, "hang", after=True, holding=REPORT)
    bot = await bots.start(before=QUICK)
    await lost.caught()
    await bot.kill()  # it is posted, and the bot was not told

    begun = standin.faults.add("POST", OF_MESSAGE, "hang", after=True)
    bot = await bots.start(before=QUICK)
    await begun.caught()
    await bot.kill()  # the thread is there, and the bot was not told

    await bots.start(before=QUICK)
    (thread,) = standin.threads.named("After part 1")
    await standin.board(int(thread["id"]), POLICY)
    shown = await standin.board(world.channel, REPORT)
    await standin.until(lambda: f"<#{thread['id']}>" in text_of(standin.posted(world.channel, REPORT)[0]), "the thread")
    assert thread["id"] == shown["id"]
    assert len(standin.posted(world.channel, REPORT)) == 1
    assert len(standin.posted(int(thread["id"]), POLICY)) == 1
    assert rows(bots, "SELECT name, data FROM report_files ORDER BY name") == made, "they stay as they were"
    nothing_twice(standin)
