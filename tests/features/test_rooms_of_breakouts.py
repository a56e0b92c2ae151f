"""The rooms of breakouts are made, filled and cleared, whatever happens, and nobody is left behind."""

from datetime import timedelta
from typing import Any

import pytest
from discord import Permissions
from simcord import ChannelHandle, MemberActor
from sqlalchemy import update

from bot.rehearsal.room import Room, text_of
from bot.rooms import PATIENCE
from bot.storage import breakouts, rooms
from bot.storage.tables import breakout_groups
from tests.conftest import SERIES
from tests.features.test_notices import told
from tests.features.test_setup import withhold

MINUTE = PATIENCE + timedelta(seconds=5)

PROMPT = "What would *you* do?"

THREADS, CHANNELS = "/channels/*/threads", "/guilds/*/channels"


async def opened(room: Room, *groups: list[MemberActor], kind: str = "threads") -> None:
    """A breakout is open, with these groups, and they have their rooms."""
    await add(room, *groups, kind=kind)
    await behind(room)


async def behind(room: Room) -> None:
    with room.env._bot_scope():
        room.bot.rooms.behind()
    await settled(room)


async def add(room: Room, *groups: list[MemberActor], kind: str = "threads") -> None:
    now = room.clock.now()
    values = {"number": 1, "prompt": PROMPT, "rooms": kind, "said": "", "cue_id": None, "opened_at": now}
    async with room.bot.database.write() as connection:
        made = await breakouts.add(connection, 1, ends_at=now + timedelta(minutes=15), **values)
        for number, people in enumerate(groups, 1):
            ids = [each.id for each in people]
            await breakouts.add_group(connection, made, number, f"Group {number}", "owed", ids)


async def change(room: Room, **values: Any) -> None:
    async with room.bot.database.write() as connection:
        await breakouts.change(connection, 1, **values)
    await behind(room)


async def close(room: Room) -> None:
    await change(room, state="closed")


async def join(room: Room, group: int, person: MemberActor) -> None:
    async with room.bot.database.write() as connection:
        await breakouts.join(connection, group, person.id)
    await behind(room)


async def settled(room: Room) -> None:
    """Nothing is under way any more, however busy the machine is."""
    painter = room.bot.painter
    for i in range(20):
        await room.repaint()
        if i > 1 and not (painter._waiting or painter._stale or painter._busy):
            break


async def states(room: Room) -> list[str]:
    async with room.bot.database.read() as connection:
        return [each.room_state for each in await breakouts.groups(connection, 1)]


async def forget(room: Room) -> None:
    """As if the process had ended between Discord's answer and the record of it."""
    async with room.bot.database.write() as connection:
        for group in await breakouts.groups(connection, 1):
            await rooms.forget_board(connection, group.id)
        await connection.execute(update(breakout_groups).values(room_state="owed", channel_id=None))


def channels(room: Room) -> list[Any]:
    """The rooms, in the order of their names."""
    found = [each for each in room.env.backend.channels.values() if " · " in (each.name or "")]
    return sorted(found, key=lambda each: each.name)


def threads(room: Room) -> dict[str, tuple[set[int], bool]]:
    """Who is in each thread, and whether it is put away."""
    bot = room.env.backend.bot_user.id
    return {
        each.name: (set(each.thread_members) - {bot}, each.thread_metadata.archived)
        for each in channels(room)
        if each.is_thread
    }


def voices(room: Room) -> list[str]:
    return [each.name for each in channels(room) if not each.is_thread]


def where(room: Room, *people: MemberActor) -> list[str | None]:
    """The voice channels that people are in."""
    states, channels = room.guild.voice_states(), room.env.backend.channels
    return [channels[states[each.id].channel_id].name if each.id in states else None for each in people]


def people(room: Room, count: int) -> list[MemberActor]:
    return [room.member(f"Person {i}") for i in range(count)]


def requested(room: Room, method: str, end: str) -> int:
    return sum(each.method == method and each.path.endswith(end) for each in room.env.http_requests)


# ------------------------------------------------------------------ threads


async def test_each_group_gets_a_private_thread_with_the_prompt_and_nobody_else_in_it(live: Room):
    ann, ben, cat, dan = people(live, 4)
    await opened(live, [ann, ben], [cat, dan])
    assert threads(live) == {"Group 1 · 1": ({ann.id, ben.id}, False), "Group 2 · 2": ({cat.id, dan.id}, False)}
    made = channels(live)[0]
    assert made.type == 12
    assert made.parent_id == live.channel.id
    (message,) = ChannelHandle(live.env, live.guild, made).history()
    assert text_of(message).startswith("## Group 1\nWhat would \\*you\\* do?\nUntil <t:")
    assert await states(live) == ["made", "made"]


async def test_who_comes_late_is_brought_in_and_who_left_is_not_brought_back(live: Room):
    ann, ben, cat = people(live, 3)
    await opened(live, [ann, ben])
    live.env.backend.remove_thread_member(channels(live)[0].id, ann.id)
    await join(live, 1, cat)
    assert threads(live) == {"Group 1 · 1": ({ben.id, cat.id}, False)}


async def test_at_the_end_threads_are_archived_and_locked_and_can_still_be_read(live: Room):
    await opened(live, people(live, 2), people(live, 2))
    await close(live)
    assert [put_away for _, put_away in threads(live).values()] == [True, True]
    assert [each.thread_metadata.locked for each in channels(live)] == [True, True]
    assert await states(live) == ["gone", "gone"]
    await live.restart()
    await settled(live)
    assert len(channels(live)) == 2
    assert told(live) == []


async def test_more_time_is_said_in_the_rooms(live: Room):
    await opened(live, people(live, 2))
    later = live.clock.now() + timedelta(minutes=30)
    await change(live, ends_at=later)
    await settled(live)
    (message,) = ChannelHandle(live.env, live.guild, channels(live)[0]).history()
    assert f"Until <t:{int(later.timestamp())}:t>" in text_of(message)


async def test_a_restart_in_the_middle_adopts_what_was_made_and_makes_the_rest(live: Room):
    first, second = people(live, 2), people(live, 2)
    await add(live, first, second)
    live.env.inject_error("POST", THREADS, status=503, times=None)
    await behind(live)
    assert channels(live) == []
    live.env.backend.faults.clear()
    await live.restart()
    await settled(live)
    await forget(live)
    await live.restart()
    await settled(live)
    assert threads(live) == {
        "Group 1 · 1": ({each.id for each in first}, False),
        "Group 2 · 2": ({each.id for each in second}, False),
    }
    assert requested(live, "POST", "/threads") == 2 + 2  # two of them got no answer
    assert await states(live) == ["made", "made"]
    for made in channels(live):
        assert len(ChannelHandle(live.env, live.guild, made).history()) >= 1


async def test_a_room_that_was_made_and_not_recorded_is_put_away_when_the_breakout_has_ended_meanwhile(live: Room):
    await opened(live, people(live, 2))
    await forget(live)
    async with live.bot.database.write() as connection:
        await breakouts.change(connection, 1, state="closed")
    await live.restart()
    await settled(live)
    assert [put_away for _, put_away in threads(live).values()] == [True]
    assert await states(live) == ["gone"]


async def test_of_two_that_were_made_for_one_group_one_is_put_away(live: Room):
    await opened(live, people(live, 2))
    bot = live.env.backend.bot_user.id
    again = live.env.backend.create_thread(live.channel.id, "Group 1 · 1", bot, type=12)
    somebody = live.env.backend.create_thread(live.channel.id, "Ours · 1", live.host.id, type=11)
    await live.restart()
    await settled(live)
    put_away = {each.id: each.thread_metadata.archived for each in channels(live)}
    assert put_away.pop(again.id)
    assert not put_away.pop(somebody.id)
    assert list(put_away.values()) == [False]


async def test_what_only_has_the_name_of_a_room_is_left_alone(live: Room):
    bot = live.env.backend.bot_user.id
    await opened(live, people(live, 2))
    older = live.env.backend.create_thread(live.channel.id, "Group 9 · 9", bot, type=12)
    live.guild.create_voice_channel("Group 1 · 1")
    await close(live)
    await live.restart()
    await settled(live)
    assert voices(live) == ["Group 1 · 1"]
    assert not older.thread_metadata.archived


async def test_a_thread_deleted_by_hand_is_gone_and_not_made_again(live: Room):
    ann, ben, cat = people(live, 3)
    await opened(live, [ann, ben])
    live.env.backend.delete_channel(channels(live)[0].id)
    await join(live, 1, cat)
    assert await states(live) == ["gone"]
    await live.restart()
    await settled(live)
    assert channels(live) == []
    await close(live)
    assert told(live) == []


async def test_a_thread_deleted_while_the_bot_was_away_is_gone(live: Room):
    await opened(live, people(live, 2))
    await live.env.settle()
    made = channels(live)[0]
    emit, live.env.backend.emit = live.env.backend.emit, lambda *_: None
    live.env.backend.delete_channel(made.id)
    live.env.backend.emit = emit
    await live.restart()
    await settled(live)
    assert await states(live) == ["gone"]


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (
            {"status": 400, "code": 160006, "message": "Maximum"},
            "This server has as many active threads as Discord allows: some have to be archived.",
        ),
        ({"status": 400, "code": 50035, "message": "Invalid *Form*"}, r"Discord says: Invalid \*Form\*."),
    ],
)
async def test_the_hosts_are_told_once_and_rooms_are_made_as_soon_as_they_can_be(
    live: Room, refusal: dict[str, Any], why: str
):
    live.env.inject_error("POST", THREADS, times=None, **refusal)
    await opened(live, people(live, 2), people(live, 2))
    sentence = (
        f"The rooms of breakout 1 could not all be made. {why} A group without a room meets in {live.channel.mention}. "
        "I try again every minute until the breakout ends."
    )
    assert told(live) == [sentence]
    await live.clock.pass_time(MINUTE)
    await live.restart()
    await settled(live)
    assert told(live) == [sentence]
    assert await states(live) == ["owed", "owed"]
    live.env.backend.faults.clear()
    await live.clock.pass_time(MINUTE)
    await settled(live)
    assert await states(live) == ["made", "made"]


async def test_a_right_that_is_taken_away_in_the_middle(live: Room):
    first, second = people(live, 2), people(live, 2)
    await opened(live, first)
    live.forbid(live.channel, "create_private_threads", "send_messages_in_threads")
    async with live.bot.database.write() as connection:
        await breakouts.add_group(connection, 1, 2, "Group 2", "owed", [each.id for each in second])
    late = live.member("Late")
    await join(live, 1, late)
    lacking = f"I lack Create Private Threads and Send Messages in Threads in {live.channel.mention}."
    assert [each for each in told(live) if "could not all be made" in each and lacking in each]
    live.allow(live.channel)
    await live.clock.pass_time(MINUTE)
    await settled(live)
    assert threads(live) == {
        "Group 1 · 1": ({*(each.id for each in first), late.id}, False),
        "Group 2 · 2": ({each.id for each in second}, False),
    }


async def test_whoever_has_left_the_server_keeps_nobody_from_their_room(live: Room):
    ann, ben = people(live, 2)
    await add(live, [ann, ben])
    live.env.inject_error(
        "PUT", f"/channels/*/thread-members/{ann.id}", status=404, code=10013, message="Unknown User", times=None
    )
    await behind(live)
    assert threads(live) == {"Group 1 · 1": ({ben.id}, False)}
    assert told(live) == []
    await live.clock.pass_time(MINUTE)
    assert requested(live, "PUT", str(ann.id)) == 1


async def test_when_the_session_finishes_its_rooms_are_put_away_too(live: Room):
    await opened(live, people(live, 2))
    await live.finish_session()
    await behind(live)
    assert [put_away for _, put_away in threads(live).values()] == [True]


async def test_a_breakout_from_its_command_to_its_end_with_a_restart_in_between(live: Room):
    everybody = people(live, 5)
    await live.open_poll("Left", "Right")
    for each in everybody:
        await live.vote(each, 1, 0)
    await live.host.slash(live.channel, "breakout open", minutes=15, groups=2, rooms="threads")
    await settled(live)
    first, second = (who for who, _ in threads(live).values())
    assert first | second == {each.id for each in everybody}
    assert sorted(map(len, (first, second))) == [2, 3]
    await live.restart()
    await settled(live)
    group = ChannelHandle(live.env, live.guild, channels(live)[0])
    (message,) = group.history()
    member = next(each for each in everybody if each.id in first)
    await member.click(message, label="I’ll report back")
    await settled(live)
    assert "Nobody reports back yet" not in text_of(group.history()[0])
    await live.host.slash(live.channel, "breakout close")
    await settled(live)
    assert [put_away for _, put_away in threads(live).values()] == [True, True]
    assert len(channels(live)) == 2
    assert told(live) == []


# ------------------------------------------------------------------ voice


@pytest.fixture
async def stage(room: Room) -> ChannelHandle:
    """The session is in a voice channel, and open."""
    category = room.guild.create_category("Webinars")
    main = room.guild.create_voice_channel("Auditorium", category=category)
    link = f"https://discord.com/channels/{room.guild.id}/{main.id}".encode()
    await room.import_series(SERIES.replace(b"https://zoom.us/j/00000000000", link))
    await room.start_session()
    await settled(room)
    return main


async def seated(stage: ChannelHandle, *everybody: MemberActor) -> None:
    for each in everybody:
        await each.join_voice(stage)


async def test_people_are_moved_into_rooms_of_their_own_and_back(room: Room, stage: ChannelHandle):
    ann, ben, cat, dan, away = people(room, 5)
    await seated(stage, room.host, ann, ben, cat, dan)
    assert set(room.bot.rooms.present(await room.bot.services.sessions.get(room.guild.id, 1))) == {
        each.id for each in (room.host, ann, ben, cat, dan)
    }
    await opened(room, [ann, ben], [cat, dan, away], kind="voice")
    assert where(room, room.host, ann, ben, cat, dan, away) == [
        "Auditorium",
        "Group 1 · 1",
        "Group 1 · 1",
        "Group 2 · 2",
        "Group 2 · 2",
        None,
    ]
    made = channels(room)[0]
    assert made.parent_id == room.env.backend.channels[stage.id].parent_id
    allowed = {each.target_id for each in made.overwrites if Permissions(each.allow).view_channel}
    assert allowed == {ann.id, ben.id, room.hosts.id, room.env.backend.bot_user.id}
    (message,) = ChannelHandle(room.env, room.guild, made).history()
    assert text_of(message).startswith("## Group 1\n")
    await close(room)
    assert where(room, room.host, ann, ben, cat, dan) == ["Auditorium"] * 5
    assert voices(room) == []
    assert await states(room) == ["gone", "gone"]
    assert told(room) == []


async def test_somebody_stays_so_that_discord_does_not_end_the_event(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    co_host = room.member("Co Host", room.hosts)
    await seated(stage, ann, ben, co_host)
    await opened(room, [ann, co_host], [ben], kind="voice")
    assert where(room, ann, ben, co_host) == ["Group 1 · 1", "Group 2 · 2", "Auditorium"]


async def test_alone_in_the_main_room_one_stays_until_somebody_else_comes(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    await seated(stage, ann)
    await opened(room, [ann, ben], kind="voice")
    assert where(room, ann) == ["Auditorium"]
    await seated(stage, room.host)
    await settled(room)
    assert where(room, ann, room.host) == ["Group 1 · 1", "Auditorium"]


async def test_who_connects_late_is_moved_once_and_whoever_comes_back_stays(room: Room, stage: ChannelHandle):
    ann, ben, late = people(room, 3)
    await seated(stage, room.host, ann)
    await opened(room, [ann, ben], kind="voice")
    await seated(stage, ben)
    await settled(room)
    assert where(room, ann, ben) == ["Group 1 · 1"] * 2
    await seated(stage, ben)
    await settled(room)
    assert where(room, ben) == ["Auditorium"]
    await seated(stage, late)
    await join(room, 1, late)
    assert where(room, late) == ["Group 1 · 1"]


async def test_people_elsewhere_in_voice_are_not_touched(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    other = room.guild.create_voice_channel("Kitchen")
    await seated(stage, room.host, ann)
    await ben.join_voice(other)
    await opened(room, [ann, ben], kind="voice")
    assert where(room, ann, ben) == ["Group 1 · 1", "Kitchen"]
    await close(room)
    assert where(room, ann, ben) == ["Auditorium", "Kitchen"]


async def test_a_restart_in_the_middle_leaves_one_voice_room_and_after_the_end_none(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    await seated(stage, room.host, ann, ben)
    await opened(room, [ann, ben], kind="voice")
    await forget(room)
    await room.restart()
    await settled(room)
    assert voices(room) == ["Group 1 · 1"]
    assert await states(room) == ["made"]
    async with room.bot.database.write() as connection:
        await breakouts.change(connection, 1, state="closed")
    await room.restart()
    await settled(room)
    assert voices(room) == []
    assert where(room, ann, ben) == ["Auditorium"] * 2


async def test_nobody_is_dropped_where_the_main_room_is_gone(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    await seated(stage, room.host, ann, ben)
    await opened(room, [ann, ben], kind="voice")
    room.env.backend.delete_channel(stage.id)
    await close(room)
    assert voices(room) == ["Group 1 · 1"]
    for each in (ann, ben):
        await each.leave_voice()
    await room.clock.pass_time(MINUTE)
    await settled(room)
    assert voices(room) == []


async def test_a_voice_room_deleted_by_hand_is_not_made_again(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    await seated(stage, room.host, ann, ben)
    await opened(room, [ann, ben], kind="voice")
    room.env.backend.delete_channel(channels(room)[0].id)
    await settled(room)
    assert await states(room) == ["gone"]
    await room.restart()
    await settled(room)
    assert voices(room) == []


async def test_without_the_rights_the_hosts_are_told_which(room: Room, stage: ChannelHandle):
    withhold(room, "manage_channels", "move_members")
    await seated(stage, room.host)
    await opened(room, people(room, 2), kind="voice")
    (sentence,) = told(room)
    assert f"I lack Move Members in {stage.mention}." in sentence
    assert await states(room) == ["owed"]


@pytest.mark.usefixtures("stage")
async def test_too_many_channels(room: Room):
    room.env.inject_error("POST", CHANNELS, status=400, code=30013, message="Maximum", times=None)
    await opened(room, people(room, 2), kind="voice")
    (sentence,) = told(room)
    assert "This server has as many channels as Discord allows." in sentence


async def test_a_session_that_is_in_no_voice_channel(live: Room):
    await opened(live, people(live, 2), kind="voice")
    (sentence,) = told(live)
    assert "The session is in no voice channel here: its link to join leads elsewhere." in sentence


async def test_a_right_that_is_lost_before_people_go_back(room: Room, stage: ChannelHandle):
    ann, ben = people(room, 2)
    await seated(stage, room.host, ann, ben)
    await opened(room, [ann, ben], kind="voice")
    withhold(room, "move_members")
    await close(room)
    assert voices(room) == ["Group 1 · 1"]
    (sentence,) = told(room)
    assert sentence.startswith("The rooms of breakout 1 could not all be put away. I lack Move Members")
    await seated(stage, ann, ben)
    await room.clock.pass_time(MINUTE)
    await settled(room)
    assert voices(room) == []
