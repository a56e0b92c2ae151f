"""Killed at any moment and started again: nothing lost, nothing twice."""

import pytest

from tests.sockets.show import (
    CONTROLS,
    OPTIONS,
    POLL,
    WELCOME,
    ballots,
    nothing_twice,
    open_poll,
    opening,
    painted,
    received,
    start_session,
    voting,
)
from tests.standin.faults import CALLBACK, EDIT, POST
from tests.standin.process import Bots
from tests.standin.reading import text_of
from tests.standin.server import StandIn

AUDIENCE = 60


async def test_every_receipt_is_a_ballot_after_a_kill(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    standin.interactions.patience = 30  # this is not about speed
    votes = [voting(standin, board, f"Person {i}", i % 2).send() for i in range(AUDIENCE // 2)]
    await standin.until(lambda: sum(map(received, votes)) >= 10, "ten receipts")
    votes += [voting(standin, board, f"Person {i}", i % 2).send() for i in range(AUDIENCE // 2, AUDIENCE)]
    await bot.kill()

    kept = ballots(bots)
    receipts = [vote for vote in votes if received(vote)]
    assert len(receipts) < AUDIENCE, "the kill came too late to show anything"
    assert {vote.who.id: votes.index(vote) % 2 for vote in receipts}.items() <= kept.items()

    await bots.start()
    again = [vote for vote in votes if not received(vote)]
    await standin.at_once(*(standin.click(vote.who, board, OPTIONS[votes.index(vote) % 2]) for vote in again))
    assert ballots(bots) == {vote.who.id: i % 2 for i, vote in enumerate(votes)}
    shown = await standin.board(standin.world.channel, f"{AUDIENCE} people have answered.")
    assert shown["id"] == board["id"]
    nothing_twice(standin)


@pytest.mark.parametrize("arrived", ["before the kill", "never"])
async def test_a_board_is_posted_once_when_its_answer_was_awaited(standin: StandIn, bots: Bots, arrived: str):
    bot = await bots.start()
    await start_session(standin)
    hanging = standin.faults.add("POST", POST, "hang", after=arrived == "before the kill", holding=CONTROLS)
    opening(standin).send()
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    assert len(standin.posted(standin.world.channel, POLL)) == (arrived == "before the kill")
    standin.messages.nonce_window = 0  # with it, the next test
    before = len(standin.calls)
    await bots.start()
    await painted(standin, before)
    (board,) = standin.posted(standin.world.channel, POLL)
    assert received(await voting(standin, board, "Ana", 1))


async def test_a_post_that_arrives_after_the_restart_is_the_same_post(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    hanging = standin.faults.add("POST", POST, "hang", holding=CONTROLS)
    opening(standin).send()
    await hanging.caught()
    await bot.kill()
    await bots.start()
    await standin.board(standin.world.channel, POLL)
    hanging.release()
    await standin.until(lambda: hanging.hits[0].status, "the late one to be served")
    assert len(standin.posted(standin.world.channel, POLL)) == 1


async def test_a_session_is_started_whose_welcome_was_cut_short(standin: StandIn, bots: Bots):
    bot = await bots.start()
    asked = await standin.slash(standin.world.host, standin.world.channel, "session start")
    hanging = standin.faults.add("POST", POST, "hang")
    standin.click(standin.world.host, asked, "Start it").send()
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()

    await bots.start()
    await standin.board(standin.world.channel, WELCOME)
    again = await standin.click(standin.world.host, asked, "Start it")
    assert standin.said(again).endswith("Session 1 is open already. /session finish closes it.")
    assert len(standin.posted(standin.world.channel, WELCOME)) == 1


async def test_a_board_that_was_being_painted_is_true_after_a_kill(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    hanging = standin.faults.add("PATCH", EDIT, "hang", holding=CONTROLS)
    await voting(standin, board, "Ana", 0)
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    assert "Nobody has answered yet." in text_of(standin.interactions.current(board))

    await bots.start()
    shown = await standin.board(standin.world.channel, "1 person has answered.", timeout=5)
    assert shown["id"] == board["id"]


async def test_a_vote_without_a_receipt_can_be_looked_up(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    hanging = standin.faults.add("POST", CALLBACK, "hang")
    vote = voting(standin, board, "Ana", 1).send()
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    assert not received(vote)
    assert ballots(bots) == {vote.who.id: 1}

    await bots.start()
    mine = await standin.click(vote.who, board, "See or change mine")
    assert "Your answer to Poll 1: “Right”." in standin.said(mine)


async def test_a_form_that_was_open_during_a_restart_is_taken(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    form = await standin.slash(standin.world.host, standin.world.channel, "poll open")
    await bot.kill()
    await bots.start()
    sent = await standin.submit(standin.world.host, form, question="Which way?", options="Left\nRight")
    assert standin.said(sent) == f"Poll 1 is open in <#{standin.world.channel}>."


async def test_a_resumed_connection_posts_nothing_again(standin: StandIn, bots: Bots):
    await bots.start()
    await start_session(standin)
    board = await open_poll(standin)
    (session,) = standin.gateway.sessions
    await standin.gateway.disconnect()
    await standin.until(lambda: session.times_resumed, "the bot to come back")
    assert received(await voting(standin, board, "Ana", 0))
    assert standin.gateway.sessions == [session]
    nothing_twice(standin)


async def test_a_board_is_found_again_under_all_that_people_wrote_since(standin: StandIn, bots: Bots):
    bot = await bots.start()
    await start_session(standin)
    hanging = standin.faults.add("POST", POST, "hang", after=True, holding=CONTROLS)
    opening(standin).send()
    await hanging.caught()
    await bot.kill()
    standin.faults.clear()
    standin.messages.nonce_window = 0
    for i in range(120):
        standin.messages.write(standin.world.host, standin.world.channel, f"Has the bot gone? {i}")

    before = len(standin.calls)
    await bots.start()
    await painted(standin, before)
    assert len(standin.posted(standin.world.channel, POLL)) == 1
