"""Two taps where one was meant, and two hosts with one thought."""

from tests.sockets.show import OPTIONS, WELCOME, ballots, open_poll, start_session, voting
from tests.standin.process import Bots
from tests.standin.server import StandIn


async def test_a_double_tap_starts_once(standin: StandIn, bots: Bots):
    bot = await bots.start()
    world = standin.world
    asked = await standin.slash(world.host, world.channel, "session start")
    taps = await standin.at_once(*(standin.click(world.host, asked, "Start it") for _ in range(2)))
    started, refused = sorted((standin.said(tap) for tap in taps), key=lambda said: "already" in said)
    assert "is open in" in started
    assert refused.endswith("Session 1 is open already. /session finish closes it.")
    assert len(standin.posted(world.channel, WELCOME)) == 1
    assert "Traceback" not in bot.log


async def test_two_hosts_start_once(standin: StandIn, bots: Bots):
    await bots.start()
    world = standin.world
    hosts = world.host, world.person("Joy Host", world.hosts)
    asked = await standin.at_once(*(standin.slash(host, world.channel, "session start") for host in hosts))
    taps = zip(hosts, asked, strict=True)
    said = await standin.at_once(*(standin.click(host, question, "Start it") for host, question in taps))
    assert sum("is open in" in standin.said(each) for each in said) == 1
    assert len(standin.posted(world.channel, WELCOME)) == 1


async def test_a_double_tap_finishes_once(standin: StandIn, bots: Bots):
    bot = await bots.start()
    world = standin.world
    await start_session(standin)
    await open_poll(standin)
    asked = await standin.slash(world.host, world.channel, "session finish")
    await standin.at_once(*(standin.click(world.host, asked, "Finish it") for _ in range(2)))
    assert len(standin.posted(world.channel, "Poll 1, results")) == 1
    assert len(standin.posted(world.channel, "Summary of")) == 1
    report = standin.posted(world.office, "Report of")
    assert len(report) == 1
    assert report[0]["attachments"]
    assert "Traceback" not in bot.log


async def test_a_form_that_is_sent_twice_opens_one_poll(standin: StandIn, bots: Bots):
    await bots.start()
    await start_session(standin)
    form = await standin.slash(standin.world.host, standin.world.channel, "poll open")
    # What the client does when it takes a late answer for none: the form stays, and is sent once more.
    filled = [standin.submit(standin.world.host, form, question="Which?", options="Left\nRight") for _ in range(2)]
    said = sorted(standin.said(each) for each in await standin.at_once(*filled))
    assert said == ["Poll 1 asks exactly this and is open already.", f"Poll 1 is open in <#{standin.world.channel}>."]
    assert len(standin.posted(standin.world.channel, "Which?")) == 1


async def test_two_taps_of_one_person_are_one_vote(standin: StandIn, bots: Bots):
    await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    ana = standin.world.person("Ana")
    votes = await standin.at_once(*(standin.click(ana, board, OPTIONS[i % 2]) for i in range(10)))
    assert all(standin.said(vote).startswith("Saved.") for vote in votes)
    assert len(ballots(bots)) == 1
    await standin.board(standin.world.channel, "1 person has answered.")


async def test_a_poll_is_closed_once_by_two_hosts_while_people_vote(standin: StandIn, bots: Bots):
    await bots.start()
    world = standin.world
    await start_session(standin)
    board = await open_poll(standin)
    standin.interactions.patience = 30  # this is not about speed
    votes = [voting(standin, board, f"Person {i}", i % 2) for i in range(20)]
    closes = [standin.slash(world.host, world.channel, "poll close") for _ in range(2)]
    answers = await standin.at_once(*votes[:10], *closes, *votes[10:])
    said = [standin.said(each) for each in answers]
    assert sum("is closed:" in each for each in said) == 1
    receipts = sum(each.startswith("Saved.") for each in said)
    assert receipts + sum(each == "That poll has closed." for each in said) == len(votes)
    assert len(ballots(bots)) == receipts
    results = standin.posted(world.channel, "Poll 1, results")
    assert len(results) == 1
