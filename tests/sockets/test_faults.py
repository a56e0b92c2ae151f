"""Discord answers late, wrongly or not at all."""

import pytest

from bot.settings import EXAMPLE
from tests.sockets.show import CONTROLS, IMPATIENT, POLL, open_poll, opening, painted, received, start_session, voting
from tests.standin.faults import CALLBACK, POST
from tests.standin.interactions import Answers
from tests.standin.people import Act
from tests.standin.process import Bots
from tests.standin.server import StandIn

SAVED = "It is saved, but Discord would not let me post it. I try again by myself every minute."


@pytest.mark.parametrize("status", [500, 429])
async def test_a_passing_fault_is_tried_again(standin: StandIn, bots: Bots, status: int):
    await bots.start()
    await start_session(standin)
    fault = standin.faults.add("POST", POST, status, retry_after=0.3, holding=CONTROLS)
    opened = await opening(standin)
    assert standin.said(opened) == f"Poll 1 is open in <#{standin.world.channel}>."
    assert len(fault.hits) == 1
    assert len(standin.posted(standin.world.channel, POLL)) == 1


@pytest.mark.parametrize(
    ("how", "after", "reason"),
    [
        (403, False, "Missing Permissions"),
        (503, False, "503: Server Error"),
        ("drop", True, "it could not be reached"),
    ],
)
async def test_a_fault_that_is_not_tried_again_is_told_and_made_good(
    standin: StandIn, bots: Bots, how: int | str, after: bool, reason: str
):
    bot = await bots.start(before=IMPATIENT)
    await start_session(standin)
    fault = standin.faults.add("POST", POST, how, after=after, holding=CONTROLS)
    before = len(standin.calls)
    told = standin.said(await opening(standin))
    assert SAVED in told
    assert f"<#{standin.world.channel}>: {reason}" in told
    await fault.caught()
    await painted(standin, before)
    (board,) = standin.posted(standin.world.channel, POLL)
    assert received(await voting(standin, board, "Ana", 0))
    assert "Traceback" not in bot.log


async def test_a_post_that_got_through_unnoticed_is_found_when_the_nonce_is_forgotten(standin: StandIn, bots: Bots):
    await bots.start(before=IMPATIENT)
    await start_session(standin)
    standin.messages.nonce_window = 0  # as after ten minutes in which Discord could not be reached
    standin.faults.add("POST", POST, "drop", after=True, holding=CONTROLS)
    before = len(standin.calls)
    await opening(standin)
    await painted(standin, before)
    assert len(standin.posted(standin.world.channel, POLL)) == 1


async def test_a_session_whose_channel_was_deleted_can_be_finished(standin: StandIn, bots: Bots):
    await bots.start()
    world = standin.world
    await start_session(standin)
    await open_poll(standin)
    world.delete_channel(world.channel)
    asked = await standin.slash(world.host, world.office, "session finish")
    assert "Finish **1 of 4" in standin.said(asked)


async def test_a_receipt_that_is_tried_again_is_given_once(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    # It got through, and Discord's answer says that it did not: what is tried again then is refused (40060).
    standin.faults.add("POST", CALLBACK, 502, after=True)
    vote = await voting(standin, board, "Ana", 0)
    await standin.until(lambda: vote.refused, "the second try")
    assert received(vote)
    assert set(vote.refused) == {40060}
    await bot.logs("Discord held an answer to control poll:1:{poll}:{option} already")
    assert "Traceback" not in bot.log
    await standin.board(standin.world.channel, "1 person has answered.")


@pytest.mark.parametrize(("how", "after"), [(502, True), ("drop", True), ("drop", False)])
async def test_a_first_answer_that_is_lost_on_the_way_costs_nobody_the_answer(
    standin: StandIn, bots: Bots, how: int | str, after: bool
):
    bot = await bots.start()
    host, channel = standin.world.host, standin.world.channel

    async def unheard(act: Act) -> Answers:
        fault = standin.faults.add("POST", CALLBACK, how, after=after)
        answers = await act
        await fault.caught()
        await standin.until(lambda: answers.refused or not after, "the second try")
        assert answers.refused == ([40060] if after else [])
        return answers

    asked = await standin.slash(host, channel, "session start")
    started = await unheard(standin.click(host, asked, "Start it"))
    assert standin.said(started) == f"Session 1 is open in <#{channel}>."
    opened = await unheard(opening(standin))
    assert standin.said(opened) == f"Poll 1 is open in <#{channel}>."
    (board,) = standin.posted(channel, POLL)
    assert received(await unheard(voting(standin, board, "Ana", 0)))
    (template,) = standin.interactions.seen(await unheard(standin.slash(host, channel, "series template")))
    assert [each["size"] for each in template["attachments"]] == [len(EXAMPLE.read_bytes())]
    assert "Traceback" not in bot.log


@pytest.mark.parametrize("what", ["session", "poll"])
async def test_a_host_is_answered_although_discord_takes_longer_than_three_seconds(
    standin: StandIn, bots: Bots, what: str
):
    await bots.start()
    if what == "poll":
        await start_session(standin)
    standin.interactions.patience = 1.0  # for three seconds, so that the one retry is too late
    standin.people.timeout = 3.0
    standin.faults.add("POST", POST, 429, retry_after=1.5)
    said = await start_session(standin) if what == "session" else standin.said(await opening(standin))
    assert "is open in" in said
