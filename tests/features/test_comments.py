"""The chat of a live session: what is kept of it, and what follows when messages change."""

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import ChannelType
from simcord import ChannelHandle, MemberActor

from bot.rehearsal.room import Room, said, text_of
from bot.settings import Settings
from tests.tables import ask

CONSENT = (
    "**What is kept, and who sees it.** Typing in chat shows your Discord name. Buttons and forms don’t show it to "
    "other attendees. Please don’t describe anyone who could be recognised. "
)


@pytest.fixture
def settings(reading: Settings) -> Settings:
    return reading


@pytest.fixture
def ben(room: Room) -> MemberActor:
    return room.member("Ben Attendee")


def comments(room: Room) -> list[tuple[int, str, str]]:
    found = ask(room.settings, "SELECT author, text, state FROM contributions ORDER BY message_id")
    return [(author, text, state) for author, text, state in found]


def thread(room: Room, kind: ChannelType, *, by_bot: bool = False) -> ChannelHandle:
    """A thread in the session's channel."""
    backend = room.env.backend
    owner = backend.bot_user.id if by_bot else room.admin.id
    made = backend.create_thread(room.channel.id, "Aside", owner_id=owner, type=kind.value)
    return ChannelHandle(room.env, room.guild, made)


async def test_what_people_type_while_a_session_is_live_is_kept(room: Room, live: Room, ana: MemberActor):
    await ana.send(live.channel, "  What a talk!  ")
    await ana.send(live.lobby, "Elsewhere")
    await live.finish_session()
    await ana.send(live.channel, "Afterwards")
    assert comments(room) == [(ana.id, "What a talk!", "captured")]


async def test_before_the_session_nothing_is_kept(room: Room, ana: MemberActor):
    await ana.send(room.channel, "Early")
    assert comments(room) == []


async def test_edits_and_deletions_follow_also_after_the_close(live: Room, ana: MemberActor):
    first = await ana.send(live.channel, "Frist")
    second = await ana.send(live.channel, "Second")
    await ana.edit(first, "First")
    await live.finish_session()
    await live.repaint()
    await ana.edit(second, "Last")
    assert comments(live) == [(ana.id, "First", "captured"), (ana.id, "Last", "captured")]
    await ana.delete(first)
    assert comments(live)[0] == (ana.id, "", "withdrawn")


async def test_deleting_many_at_once_withdraws_them(live: Room, ana: MemberActor):
    sent = [await ana.send(live.channel, f"Number {n}") for n in range(3)]
    live.env.backend.bulk_delete_messages(live.channel.id, [each.id for each in sent[:2]])
    await live.env.settle()
    assert [state for _, _, state in comments(live)] == ["withdrawn", "withdrawn", "captured"]


async def test_bots_webhooks_and_pictures_are_not_people(live: Room, ana: MemberActor):
    hook = live.guild.create_webhook(live.channel)
    await hook.send("I am a service")
    robot = live.guild.add_member(live.env.create_user("robot", bot=True))
    await robot.send(live.channel, "I am a bot")
    await ana.send(live.channel, attachments=[("cat.png", b"a cat")])
    await ana.send(live.channel, "\u200b \u2060")
    await live.open_poll("Tea", "Coffee")
    assert comments(live) == []


async def test_no_id_of_a_person_is_kept_in_what_others_say(live: Room, ana: MemberActor, ben: MemberActor):
    await ana.send(live.channel, f"Thanks {ben.mention}, see {live.lobby.mention} <:wave:123456789012345678>!")
    assert comments(live) == [(ana.id, "Thanks @someone, see #channel :wave:!", "captured")]


async def test_threads_of_the_channel_are_heard_and_private_ones_are_not(live: Room):
    for kind, by_bot in ((ChannelType.public_thread, False), (ChannelType.public_thread, True)):
        await live.admin.send(thread(live, kind, by_bot=by_bot), f"{by_bot}")
    await live.admin.send(thread(live, ChannelType.private_thread), "private")
    assert [text for _, text, _ in comments(live)] == ["False"]


async def test_a_reply_keeps_what_it_replies_to(live: Room, ana: MemberActor, ben: MemberActor):
    asked = await ana.send(live.channel, "Why?")
    await ben.send(live.channel, "Because", reply_to=asked)
    [(reply,)] = ask(
        live.settings,
        "SELECT other.text FROM contributions JOIN contributions other ON other.id = contributions.reply_to",
    )
    assert reply == "Why?"


async def test_reactions_are_counted_as_support(live: Room, ana: MemberActor, ben: MemberActor):
    comment = await ana.send(live.channel, "Good")
    await ben.react(comment, "👍")
    await live.host.react(comment, "🎉")
    await ana.react(comment, "👍")
    robot = live.guild.add_member(live.env.create_user("robot", bot=True))
    await robot.react(comment, "👍")
    supporters = "SELECT person, emoji FROM supports ORDER BY emoji"
    assert ask(live.settings, supporters) == [(live.host.id, "🎉"), (ben.id, "👍")]
    await ben.unreact(comment, "👍")
    assert ask(live.settings, supporters) == [(live.host.id, "🎉")]


async def test_what_was_said_while_the_bot_was_away_is_taken_in_once(live: Room, ana: MemberActor, ben: MemberActor):
    kept = await ana.send(live.channel, "Before")
    gone = await ana.send(live.channel, "To go")
    erased = await ben.send(live.channel, "Mine alone")
    await live.privacy(ben, "Erase what is kept about me", "Erase it")
    await live.env.settle()
    await live.bot.close()
    await live.clock.pass_time(timedelta(minutes=1))
    await ana.edit(kept, "Before, mended")
    await ana.delete(gone)
    await ana.send(live.channel, "Meanwhile")
    await live.restart()
    await live.env.settle()
    await live.restart()
    found = sorted((text, state) for _, text, state in comments(live))
    assert found == [("", "erased"), ("", "withdrawn"), ("Before, mended", "captured"), ("Meanwhile", "captured")]
    assert erased.content == "Mine alone"


async def test_what_was_missed_in_threads_is_taken_in_though_the_channel_went_on(live: Room):
    aside = thread(live, ChannelType.public_thread)
    await live.bot.close()
    await live.clock.pass_time(timedelta(minutes=1))
    await live.admin.send(aside, "In the thread")
    await live.clock.pass_time(timedelta(minutes=1))
    await live.admin.send(live.channel, "In the channel")
    await live.restart()
    await live.env.settle()
    assert [text for _, text, _ in comments(live)] == ["In the thread", "In the channel"]


async def test_what_the_bot_may_not_look_up_is_not_taken_for_deleted(live: Room, ana: MemberActor):
    await ana.send(live.channel, "Before")
    live.forbid(live.channel, "read_message_history")
    await live.restart()
    assert comments(live) == [(ana.id, "Before", "captured")]


async def test_an_edit_without_words_changes_nothing(live: Room, ana: MemberActor):
    comment = await ana.send(live.channel, "Good")
    without: Any = {"id": comment.id, "channel_id": live.channel.id, "guild_id": live.guild.id, "pinned": True}
    live.bot.dispatch("raw_message_edit", discord.RawMessageUpdateEvent(data=without, message=comment))
    await live.env.settle()
    assert comments(live) == [(ana.id, "Good", "captured")]


async def test_those_who_ask_for_it_are_left_out_from_the_welcome_on(live: Room, ana: MemberActor, ben: MemberActor):
    await ana.send(live.channel, "Early")
    welcome = live.board("What is kept, and who sees it")
    assert CONSENT in text_of(welcome)
    await live.restart()
    answer = said(await ana.click(welcome, label="Leave mine out"))
    assert answer.startswith("Your words are left out of everything that is shared from now on")
    assert CONSENT in text_of(live.board("What is kept, and who sees it"))
    await ana.send(live.channel, "Late")
    await ben.send(live.channel, "Ben's")
    assert [text for _, text, _ in comments(live)] == ["Early", "Ben's"]
    listed = said(await live.host.slash(live.channel, "contributions list"))
    assert "Ben's" in listed
    assert "Early" not in listed
    what = said(await ana.click(welcome, label="What we keep"))
    assert "1 written contribution" in what
    assert "what people type in that session’s channel" in what


async def test_an_author_who_left_can_still_be_hidden_and_many_at_once_are_all_kept(live: Room, ana: MemberActor):
    comment = await ana.send(live.channel, "Bye")
    live.guild.remove_member(ana)
    shown = await live.host.context_menu(live.channel, "Hide from report", comment)
    assert said(await live.host.submit_modal(shown, {"why": "They left"})).startswith("Hidden.")
    people = [live.member(f"Person {n}") for n in range(30)]
    backend = live.env.backend
    for each in people:
        backend.create_message(live.channel.id, each.id, f"Hello from {each.name}")
    await live.env.settle()
    await asyncio.sleep(0)
    assert len(comments(live)) == 31


# ------------------------------------------------------------------ the review


async def test_a_reply_to_a_prompt_is_an_answer_and_no_comment(live: Room, ana: MemberActor):
    await live.command("review open")
    prompt = live.board("One thing that I'll be taking away from today's session")
    reply = await ana.send(live.channel, "Ask why", reply_to=prompt)
    assert ask(live.settings, "SELECT kind, text FROM contributions") == [("takeaway", "Ask why")]
    marked = live.env.backend.get_message(live.channel.id, reply.id)
    assert "✅" in str(marked.reactions)
    await ana.edit(reply, "Ask why, twice")
    await live.restart()
    assert ask(live.settings, "SELECT kind, text FROM contributions") == [("takeaway", "Ask why, twice")]
    await live.command("review close")
    await ana.send(live.channel, "Too late", reply_to=prompt)
    assert ask(live.settings, "SELECT kind FROM contributions ORDER BY kind") == [("comment",), ("takeaway",)]
