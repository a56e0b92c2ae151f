"""The process ends at any moment and another starts: every control works, and nothing is posted twice."""

import pytest
from sqlalchemy import update

from bot.boards import MARK, PATIENCE
from bot.rehearsal.room import Room, said, text_of
from bot.storage.tables import boards
from tests.conftest import SERIES

MINUTE = PATIENCE.total_seconds() + 2


async def tallied(room: Room) -> list[int]:
    """What the database has of poll 1's answers, option by option."""
    return [row.count for row in (await room.bot.services.polls.standing(1)).tally.rows]


def posted(room: Room, title: str) -> int:
    """How many messages of the session's channel begin with ``title``."""
    return sum(text.startswith(title) for text in room.texts(room.channel))


def reports(room: Room) -> int:
    """How many reports stand in the organisers' channel."""
    return sum(text.startswith("## Report of") for text in room.texts(room.office))


def requests(room: Room, method: str) -> int:
    """How often the bot has posted in, or edited in, the session's channel."""
    path = f"/channels/{room.channel.id}/messages"
    return sum(each.method == method and each.path.startswith(path) for each in room.env.http_requests)


async def forget(room: Room, kind: str) -> None:
    """As if the process had ended between Discord's answer and the record of it."""
    async with room.bot.database.write() as connection:
        await connection.execute(update(boards).where(boards.c.kind == kind).values(message_id=None))


# ------------------------------------------------------------------ every control


@pytest.mark.parametrize(
    ("command", "label", "answer"),
    [
        ("session finish", "Finish it", "The session is finished. Its report is in {office}."),
        ("session finish", "Cancel", "Nothing was done."),
    ],
)
async def test_the_buttons_of_finish_work_after_a_restart(live: Room, command: str, label: str, answer: str) -> None:
    asked = await live.host.slash(live.channel, command)
    await live.restart()
    done = said(await live.press(live.host, asked, label))
    assert done == answer.format(office=live.office.mention)
    assert posted(live, "## Summary") == (label == "Finish it")


@pytest.mark.parametrize(
    ("label", "answer"), [("Start it", "Session 1 is open in {channel}."), ("Cancel", "Nothing was done.")]
)
async def test_the_buttons_of_start_work_after_a_restart(room: Room, label: str, answer: str) -> None:
    await room.import_series(SERIES)
    asked = await room.host.slash(room.channel, "session start")
    await room.restart()
    assert said(await room.press(room.host, asked, label)) == answer.format(channel=room.channel.mention)
    assert posted(room, "# ") == posted(room, "## Live now") == (label == "Start it")


async def test_forms_that_were_open_are_taken_after_a_restart(live: Room) -> None:
    joy = live.member("Joy Host", live.hosts)
    shown = [(who, await who.slash(live.channel, "poll open")) for who in (live.host, joy)]
    await live.restart()
    for (who, form), question in zip(shown, ("First?", "Second?"), strict=True):
        answer = said(await who.submit_modal(form, {"question": question, "options": "Yes\nNo"}))
        assert answer.endswith(f"is open in {live.channel.mention}.")
    assert "**First?**" in text_of(live.board("Poll 1"))
    assert "**Second?**" in text_of(live.board("Poll 2"))


async def test_the_commands_go_on_where_they_were(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.vote(live.member("Ana"), 1, 0)
    await live.restart()
    assert "- Poll 1, open, n=1: Which way?" in await live.command("session status")
    assert await live.command("poll close") == "Poll 1 is closed: 1 person answered."
    await live.restart()
    await live.finish_session()
    await live.restart()
    assert await live.command("session attendance", joined=2) == (
        "2 people joined session 1. The report is being updated."
    )
    await live.repaint()
    assert "Joined: 2 people." in text_of(live.board("Report of"))
    assert reports(live) == 1


# ------------------------------------------------------------------ every board, once


async def test_a_board_that_was_owed_is_posted_once(live: Room) -> None:
    live.env.inject_error("POST", f"/channels/{live.channel.id}/messages", status=500)
    await live.open_poll("Left", "Right")
    assert posted(live, "## Poll 1") == 0
    await live.restart()
    await live.repaint()
    assert posted(live, "## Poll 1, open") == 1
    await live.vote(live.member("Ana"), 1, 1)
    await live.restart()
    await live.repaint()
    assert posted(live, "## Poll 1, open") == 1
    assert "**1 person has answered.**" in text_of(live.board("Poll 1"))


async def test_a_finish_that_was_owed_is_posted_once_and_in_order(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.vote(live.member("Ana"), 1, 1)
    live.env.inject_error("POST", "/channels/*/messages", status=500, times=3)
    await live.finish_session()
    assert reports(live) == 0
    await live.restart()
    await live.repaint()
    await live.restart()
    await live.repaint()
    titles = [text.split("\n")[0].split(" of ")[0] for text in live.texts(live.channel)]
    assert titles[4:] == ["## Poll 1, closed, anonymous", "## Poll 1, results, anonymous", "## Summary"]
    assert reports(live) == 1


@pytest.mark.parametrize("kind", ["poll", "results", "summary", "welcome"])
async def test_a_message_that_was_not_recorded_is_adopted(live: Room, kind: str) -> None:
    await live.open_poll("Left", "Right")
    if kind == "results":
        await live.command("poll close")
    if kind == "summary":
        await live.finish_session()
    before = [message.id for message in live.channel.history()]
    await forget(live, kind)
    async with live.bot.database.write() as connection:
        await connection.execute(update(boards).where(boards.c.kind == kind).values(final=False))
    await live.restart()
    await live.repaint()
    assert [message.id for message in live.channel.history()] == before


async def test_an_adopted_poll_goes_on_counting(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await forget(live, "poll")
    await live.restart()
    await live.vote(live.member("Ana"), 1, 0)
    await live.repaint()
    assert posted(live, "## Poll 1") == 1
    assert "**1 person has answered.**" in text_of(live.board("Poll 1"))


async def test_somebody_elses_message_is_never_adopted(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ours = live.board("Poll 1")
    imitator = live.env.create_user("imitator", bot=True)
    container = {"type": 17, "id": ours.components[0].id, "components": [{"type": 10, "content": "Vote for me"}]}
    assert container["id"] > MARK
    live.guild.add_member(imitator)
    live.env.backend.create_message(live.channel.id, imitator.id, components=[container], flags=1 << 15)
    await forget(live, "poll")
    await live.restart()
    await live.vote(live.member("Ana"), 1, 0)
    await live.repaint()
    assert [text for text in live.texts(live.channel) if "Vote for me" in text] == ["Vote for me"]
    assert live.board("Poll 1").id == ours.id
    assert "**1 person has answered.**" in text_of(live.board("Poll 1"))


async def test_a_board_left_behind_by_the_truth_is_repainted(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.repaint()
    for name in ("Ana", "Ben"):
        await live.vote(live.member(name), 1, 0)
    assert "**2 people have answered.**" not in text_of(live.board("Poll 1")), "the painter paces itself"
    await live.restart()
    assert "**2 people have answered.**" in text_of(live.board("Poll 1"))


async def test_what_is_finished_is_left_alone(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.command("poll close")
    await live.finish_session()
    await live.repaint()
    before = requests(live, "PATCH"), requests(live, "POST")
    await live.restart()
    await live.repaint()
    assert (requests(live, "PATCH"), requests(live, "POST")) == before


async def test_a_board_deleted_while_the_bot_was_away_stays_deleted(live: Room) -> None:
    await live.open_poll("Left", "Right")
    message = live.board("Poll 1")
    live.env.backend.delete_message(live.channel.id, message.id)
    await live.restart()
    await live.repaint()
    tried = requests(live, "PATCH")
    await live.env.advance_time(MINUTE)
    assert requests(live, "PATCH") == tried, "that is theirs to decide: it is tried once and let be"
    assert posted(live, "## Poll 1") == 0
    assert await live.command("poll close") == "Poll 1 is closed: 0 people answered."
