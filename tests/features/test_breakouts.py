"""Breakouts: people go into their rooms, and what they bring back comes in."""

from datetime import timedelta
from typing import Any

import pytest
from simcord import InteractionResult, MemberActor

from bot.layout import TEXT
from bot.rehearsal.room import Room, said, text_of
from bot.settings import Settings
from tests.features import forged
from tests.tables import ask, every_row

MINUTE = timedelta(minutes=1)
PROMPT = "What would you do first?"


@pytest.fixture
async def out(live: Room) -> Room:
    """The room with people in their Zoom rooms."""
    await live.command("breakout open", minutes=15, prompt=PROMPT)
    return live


def lines(*said: str) -> str:
    return "\n".join(said)


def board(room: Room) -> Any:
    return room.board("## Breakout", room.channel)


async def volunteer(room: Room, who: MemberActor, named: str = "3") -> InteractionResult:
    shown = await who.click(board(room), label="I’ll report back")
    return await who.submit_modal(shown, {"room": named})


def answers(discussed: str, one_thing: str = "", use: str = "quote", **more: str) -> dict[str, str]:
    return {"discussed": discussed, "one_thing": one_thing, "use": use, **more}


async def send(room: Room, who: MemberActor, discussed: str, one_thing: str = "", *, named: str = "3", use="quote"):
    shown = await who.click(board(room), label="Send our feedback")
    return await who.submit_modal(shown, answers(discussed, one_thing, use, room=named))


async def over(room: Room) -> None:
    await room.clock.pass_time(15 * MINUTE)
    await room.repaint()
    await room.repaint()


async def drawn(room: Room, *names: str) -> list[MemberActor]:
    """A breakout in threads, with people who have voted."""
    await room.open_poll("Yes", "No")
    people = [room.member(name) for name in names]
    for who in people:
        await room.vote(who, 1, 0)
    assert "2 groups of 2" in await room.command("breakout open", minutes=15, prompt=PROMPT, rooms="threads", groups=2)
    await room.repaint()
    await room.repaint()
    return people


# ------------------------------------------------------------------ on Zoom


async def test_the_board_says_what_to_do_and_until_when(live: Room):
    answer = await live.command("breakout open", minutes=15, prompt=PROMPT)
    assert answer == f"The breakout is open in {live.channel.mention}."
    begins = int(live.clock.now().timestamp())
    when = f"Ends at **13:10 GMT** (<t:{begins + 900}:t> for you, <t:{begins + 900}:R>)"
    assert text_of(board(live)) == lines(
        "## Breakout",
        "**15 minutes, in your Zoom room.**",
        PROMPT,
        f"One volunteer sends your group’s feedback. {when}, with a two minute warning here.",
    )


async def test_somebody_volunteers_and_passes_it_on(out: Room, ana: MemberActor, bo: MemberActor):
    shown = await volunteer(out, ana)
    assert said(shown).startswith("You report back for **Room 3**. The board says that it has a volunteer, not who.")
    await out.repaint()
    assert "**A volunteer reports back:** Room 3" in text_of(board(out))
    other = await volunteer(out, bo, "room #3")
    assert said(other).startswith("Somebody reports back for **Room 3** already.")
    await out.restart()
    done = "You no longer report back for **Room 3**. The board says that nobody does yet."
    assert said(await out.press(ana, shown, "Pass it on")) == done
    await out.repaint()
    assert "Room 3" not in text_of(board(out))
    assert said(await out.press(bo, other, "Do it instead")).startswith("You report back for **Room 3**.")


async def test_somebody_takes_over_after_a_restart(out: Room, ana: MemberActor, bo: MemberActor):
    await volunteer(out, ana)
    other = await volunteer(out, bo)
    await out.restart()
    assert said(await out.press(bo, other, "Do it instead")).startswith("You report back for **Room 3**.")


async def test_feedback_is_kept_changed_and_taken_back(out: Room, ana: MemberActor, settings: Settings):
    sent = await send(out, ana, "We *talked*", "Start small")
    read = "Everybody reads it on the board after the breakout, without your name."
    kept = "A link to your account is kept so that you can change or erase it."
    one_thing = "**One thing for everyone:** Start small"
    heading = "Saved for **Room 3**. This is what we keep:"
    assert said(sent) == lines(heading, "We \\*talked\\*", one_thing, f"{read} {kept}")
    await out.repaint()
    assert "**Feedback is in:** Room 3" in text_of(board(out))
    await out.restart()
    shown = await out.press(ana, sent, "Change it")
    changed = await ana.submit_modal(shown, answers("We agreed", "", "themes"))
    assert "It stands on no board: the organisers read it for themes, without your name." in said(changed)
    assert ask(settings, "SELECT text, one_thing, quotable FROM contributions") == [("We agreed", "", 0)]
    gone = said(await out.press(ana, changed, "Take it back"))
    assert gone == "Your words are taken back and no longer stored."
    assert ask(settings, "SELECT text, state FROM contributions") == [("", "withdrawn")]


async def test_the_form_is_taken_after_a_restart(out: Room, ana: MemberActor):
    shown = await ana.click(board(out), label="Send our feedback")
    room = await ana.click(board(out), label="I’ll report back")
    await out.restart()
    assert said(await ana.submit_modal(shown, answers("Kept", room="Blue"))).startswith("Saved for **Blue**")
    assert said(await ana.submit_modal(room, {"room": "blue"})).startswith("You report back for **Blue**")


async def test_a_second_person_replaces_it_knowingly(out: Room, ana: MemberActor, bo: MemberActor):
    await send(out, ana, "First")
    refused = await send(out, bo, "Second")
    text = "Somebody else has sent feedback for that room, so yours was not saved."
    assert said(refused) == f"{text} These are your words, so that you can copy them:\nSecond"
    await out.restart()
    shown = await out.press(bo, refused, "See what was sent, and replace it")
    assert said(await bo.submit_modal(shown, answers("Both"))).startswith("Saved for **Room 3**")


async def test_it_warns_ends_and_collects(out: Room, ana: MemberActor, bo: MemberActor):
    await volunteer(out, bo, "5")
    await send(out, ana, "We talked", "Start small")
    await out.clock.pass_time(13 * MINUTE)
    await out.repaint()
    assert text_of(out.board("## Two minute warning", out.channel)).endswith("Who sends your group’s feedback?")
    await out.restart()
    await out.clock.pass_time(2 * MINUTE)
    await out.repaint()
    await out.repaint()
    assert "Welcome back." in text_of(board(out))
    collated = text_of(out.board("## What the groups bring back", out.channel))
    entry = lines("**Room 3**", "We talked", "**One thing for everyone:** Start small")
    assert collated == lines("## What the groups bring back", PROMPT, entry)
    silent = text_of(out.board("## Breakout 1: 1 room is silent", out.office))
    assert "**A volunteer has been reminded:** Room 5\n1 has sent feedback." in silent
    late = await bo.click(out.board("## What the groups"), label="Send our feedback")
    assert said(await bo.submit_modal(late, answers("We are back", room="5"))).startswith("Saved for **Room 5**")
    await out.repaint()
    await out.repaint()
    assert "**Room 5**\nWe are back" in text_of(out.board("## What the groups"))
    assert "no room that I know of is silent" in text_of(out.board("## Breakout 1:", out.office))


async def test_a_volunteer_of_a_silent_room_gets_one_message(out: Room, ana: MemberActor):
    await volunteer(out, ana)
    await over(out)
    (dm,) = map(text_of, ana.user.dm_channel.history())
    assert "You volunteered to report back for **Room 3**" in dm
    assert f"https://discord.com/channels/{out.guild.id}/{out.channel.id}/{board(out).id}" in dm
    await out.restart(10 * MINUTE)
    assert len(ana.user.dm_channel.history()) == 1


async def test_what_is_for_themes_only_is_counted_not_shown(out: Room, ana: MemberActor):
    await send(out, ana, "In confidence", use="themes")
    await over(out)
    assert text_of(out.board("## What the groups")).endswith(
        "-# Nothing has come in yet. 1 more is with the organisers only."
    )
    assert "In confidence" not in "".join(out.texts(out.channel) + out.texts(out.office))


async def test_more_time_and_an_early_end(out: Room):
    now = int(out.clock.now().timestamp())
    assert await out.command("breakout extend", minutes=5) == f"The breakout ends at <t:{now + 1200}:t>."
    await out.repaint()
    assert "**20 minutes, in your Zoom room.**" in text_of(board(out))
    assert await out.command("breakout close") == "The breakout is over: 0 rooms have sent feedback."
    assert await out.command("breakout close") == "No breakout is open."
    assert await out.command("breakout extend", minutes=5) == "No breakout is open."
    await out.repaint()
    assert text_of(board(out)).startswith("## Breakout, over")


async def test_a_warning_that_came_before_more_time_says_so(out: Room):
    await out.clock.pass_time(13 * MINUTE)
    await out.repaint()
    await out.command("breakout extend", minutes=5)
    await out.repaint()
    assert text_of(out.board("## There is more time", out.channel))


async def test_after_the_finish_words_are_shown_to_copy(out: Room, ana: MemberActor, settings: Settings):
    shown = await ana.click(board(out), label="Send our feedback")
    assert "This closes the breakout." in await out.finish_session()
    await out.repaint()
    answer = said(await ana.submit_modal(shown, answers("Too late", "A pity", room="3")))
    assert answer == (
        "The session has finished, so your feedback could not be kept. These are your words, so that you can copy "
        "them:\nToo late\n**One thing for everyone:** A pity"
    )
    assert ask(settings, "SELECT count(*) FROM contributions") == [(0,)]
    assert [each.type.name for each in board(out).components[0].children] == ["text_display"]


@pytest.mark.parametrize(
    "words", ["x" * 1000, "#" * 1000, "# Big\n```py\ndiscord.gg/abc\n```", "Z" + "\u0323\u0301" * 90, "🎉"]
)
async def test_words_of_every_kind(out: Room, ana: MemberActor, words: str):
    answer = said(await send(out, ana, words, words))
    assert len(answer) <= TEXT
    assert answer.startswith("Saved for **Room 3**")
    await over(out)
    assert len(text_of(out.board("## What the groups"))) <= TEXT


async def test_words_that_no_form_lets_through_are_shown_to_copy(out: Room, ana: MemberActor, settings: Settings):
    custom_id = "breakout:1:1:send:0:0:00000000"
    for words in ("x" * 4000, "#" * 4000):
        answer = await forged.form(out, ana, custom_id, discussed=words, room="3", use="quote")
        assert answer.startswith("What you discussed has 4000 characters; at most 1000 fit. These are your words")
        assert len(answer) <= TEXT
    blank = await forged.form(out, ana, custom_id, discussed=" \u200b", room="3", use="quote")
    assert blank == "What you discussed is empty."
    assert ask(settings, "SELECT count(*) FROM contributions") == [(0,)]


async def test_all_rooms_can_be_read_though_the_board_cannot_hold_them(out: Room):
    for room in range(1, 23):
        await send(out, out.host, f"{room}: " + "*word* " * 140, "_all_ " * 30, named=str(room))
    await over(out)
    shown = out.board("## What the groups", out.channel)
    assert len(text_of(shown)) <= TEXT
    assert "And 2 more." in text_of(shown)
    page = await out.host.click(shown, label="Read it all")
    read = said(page)
    await out.restart()
    for _ in range(40):
        if "**Room 22**" in read:
            break
        page = await out.press(out.host, page, "More")
        assert len(said(page)) <= TEXT
        read += said(page)
    assert all(f"**Room {room}**" in read for room in range(1, 23))


# ------------------------------------------------------------------ groups that the bot draws


async def test_people_find_their_group_and_speak_for_it(live: Room):
    people = await drawn(live, "Ada", "Ben", "Cy", "Di")
    shown = text_of(board(live))
    assert "**15 minutes, in your group’s own thread.**" in shown
    assert "**No volunteer yet:** Group 1, Group 2" in shown
    mine = said(await people[0].click(board(live), label="Which group am I in?"))
    assert mine.startswith("You are in **Group")
    assert people[0].mention in mine
    assert said(await people[0].click(board(live), label="I’ll report back")).startswith("You report back for **Group")
    form = await people[0].click(board(live), label="Send our feedback")
    assert said(await people[0].submit_modal(form, answers("Ours"))).startswith("Saved for **Group")


async def test_late_comers_join_and_strangers_are_told(live: Room, ana: MemberActor):
    await drawn(live, "Ada", "Ben", "Cy", "Di")
    none = "You are in no group of this breakout."
    assert said(await ana.click(board(live), label="I’ll report back")) == none
    assert said(await ana.click(board(live), label="Send our feedback")) == none
    assert said(await ana.click(board(live), label="Which group am I in?")).startswith(none)
    await live.restart()
    joined = said(await ana.click(board(live), label="Join a group"))
    assert joined.startswith("You are in **Group")
    assert said(await ana.click(board(live), label="Join a group")) == joined


async def test_a_host_writes_down_what_a_silent_group_says(live: Room):
    await drawn(live, "Ada", "Ben", "Cy", "Di")
    await live.command("breakout close")
    await live.repaint()
    silent = live.board("## Breakout 1: 2 rooms are silent", live.office)
    form = await live.host.click(silent, label="Write down what a room says")
    answer = said(await live.host.submit_modal(form, answers("Heard", room="group 2")))
    assert answer.startswith("Saved for **Group 2**")
    again = await live.host.click(silent, label="Write down what a room says")
    answer = said(await live.host.submit_modal(again, answers("Heard", room="9")))
    assert answer.startswith("There is no room of that name: they are Group 1 to Group 2.")


# ------------------------------------------------------------------ what is forged, and who may not


async def test_the_commands_are_for_hosts(live: Room):
    who = forged.impostor(live)
    refusal = f"Only hosts can do that. Ask an admin for the role {live.hosts.mention}."
    for name, options in (("open", {"minutes": 5}), ("extend", {"minutes": 5}), ("close", {})):
        assert said(await who.slash(live.channel, f"breakout {name}", **options)) == refusal


@pytest.mark.parametrize(
    "custom_id",
    [
        *("breakout:1:99:volunteer", "breakout:1:99:feedback", "breakout:1:99:join", "breakout:1:99:mine"),
        *("breakout:1:99:all:0", "group:1:99:pass", "group:1:99:take", "group:1:99:replace", "group:1:99:withdraw"),
    ],
)
async def test_forged_buttons_change_nothing(out: Room, ana: MemberActor, settings: Settings, custom_id: str):
    before = every_row(settings)
    assert "not known here" in await forged.click(out, ana, custom_id)
    assert every_row(settings) == before


async def test_forged_forms_change_nothing(out: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    words = {"discussed": "Forged", "room": "3", "use": "quote"}
    assert "not known here" in await forged.form(out, ana, "breakout:1:99:send:0:0:00000000", **words)
    assert "not known here" in await forged.form(out, ana, "breakout:1:99:volunteer:00000000", room="3")
    unsaid = await forged.form(out, ana, "breakout:1:1:send:0:0:00000000", discussed="Forged", room="3")
    assert unsaid.startswith("Say how your words may be used.")
    assert "The room is empty." in await forged.form(out, ana, "breakout:1:1:volunteer:00000000")
    assert "not known here" in await forged.form(
        out, ana, "breakout:1:1:send:77:0:00000000", discussed="x", use="quote"
    )
    assert every_row(settings) == before
