"""Without leave to read messages: single ones are added by hand, and hidden by hosts."""

import pytest
from simcord import MemberActor

from bot.rehearsal.room import Room, said, text_of
from tests.features.forged import click, form, impostor
from tests.tables import ask

ADD, HIDE = "Add to report", "Hide from report"


@pytest.fixture
def ben(room: Room) -> MemberActor:
    return room.member("Ben Attendee")


def kept(room: Room) -> list[tuple[str, str]]:
    return [(text, state) for text, state in ask(room.settings, "SELECT text, state FROM contributions ORDER BY id")]


async def test_nothing_is_kept_by_itself_and_the_welcome_says_so(live: Room, ana: MemberActor):
    await ana.send(live.channel, "Good talk")
    assert kept(live) == []
    assert "What you type in chat is not kept, unless you add it to the report, or a host does." in text_of(
        live.board("What is kept, and who sees it")
    )


async def test_attendees_add_their_own_and_hosts_anybodys(live: Room, ana: MemberActor, ben: MemberActor):
    mine = await ana.send(live.channel, "Mine")
    bens = await ben.send(live.channel, "Ben's *words*")
    answer = said(await ana.context_menu(live.channel, ADD, mine))
    assert answer.startswith("This is kept for the report of session 1:\nMine\n")
    assert "You can change it or take it back with /mine." in answer
    refused = said(await ana.context_menu(live.channel, ADD, bens))
    assert refused == "You can add what you wrote yourself. Ask a host to add what somebody else wrote."
    assert "Its author can change it" in said(await live.host.context_menu(live.channel, ADD, bens))
    assert sorted(kept(live)) == [("Ben's *words*", "captured"), ("Mine", "captured")]
    await ana.delete(mine)
    assert ("", "withdrawn") in kept(live)


async def test_what_cannot_be_added(live: Room, ana: MemberActor):
    elsewhere = await ana.send(live.lobby, "Elsewhere")
    answer = said(await live.host.context_menu(live.lobby, ADD, elsewhere))
    assert answer.startswith("Only what was written for a session")
    board = live.board("What is kept, and who sees it")
    assert said(await live.host.context_menu(live.channel, ADD, board)) == "Only what a person wrote can be added."
    picture = await ana.send(live.channel, attachments=[("cat.png", b"a cat")])
    assert said(await ana.context_menu(live.channel, ADD, picture)) == "The message is empty."
    mine = await ana.send(live.channel, "Mine")
    await live.privacy(ana, "Leave mine out")
    assert said(await live.host.context_menu(live.channel, ADD, mine)).startswith("Its author asked to be left out")
    assert kept(live) == []


async def test_without_the_words_an_edit_changes_nothing(live: Room, ana: MemberActor):
    mine = await ana.send(live.channel, "Mine")
    await ana.context_menu(live.channel, ADD, mine)
    await ana.edit(mine, "Other")
    assert kept(live) == [("Mine", "captured")]


async def test_a_reply_to_a_prompt_is_an_answer_all_the_same(live: Room, ana: MemberActor):
    await live.command("review open")
    prompt = live.board("One thing that I'll be taking away from today's session")
    await ana.send(live.channel, "Ask why", reply_to=prompt)
    assert kept(live) == [("Ask why", "captured")]


async def test_a_host_hides_a_message_with_a_reason_and_restores_it(live: Room, ana: MemberActor):
    mine = await ana.send(live.channel, "Mine")
    nothing = said(await live.host.context_menu(live.channel, HIDE, mine))
    assert nothing == "That message is not kept, so it cannot come into the report."
    await ana.context_menu(live.channel, ADD, mine)
    shown = await live.host.context_menu(live.channel, HIDE, mine)
    hidden = await live.host.submit_modal(shown, {"why": "It names *someone*"})
    assert said(hidden).startswith("Hidden. It is off every board and out of the report.")
    assert kept(live) == [("Mine", "hidden")]
    again = await live.host.context_menu(live.channel, HIDE, mine)
    assert said(again) == "That is hidden already. The reason was: It names \\*someone\\*"
    await live.restart()
    assert said(await live.press(live.host, hidden, "Restore")).startswith("Restored:")
    assert kept(live) == [("Mine", "captured")]
    assert ask(live.settings, "SELECT act, why FROM audit ORDER BY id") == [
        ("hide", "It names *someone*"),
        ("restore", ""),
    ]


async def test_only_hosts_hide(live: Room, ana: MemberActor):
    mine = await ana.send(live.channel, "Mine")
    await ana.context_menu(live.channel, ADD, mine)
    [(comment,)] = ask(live.settings, "SELECT id FROM contributions")
    stranger = impostor(live)
    assert said(await stranger.context_menu(live.channel, HIDE, mine)).startswith("Only hosts can do that.")
    for verb in ("hide", "restore"):
        assert (await click(live, ana, f"said:1:{comment}:{verb}")).startswith("Only hosts can do that.")
    filled = await form(live, ana, f"said:1:{comment}:hide:00000000", why="Because")
    assert filled.startswith("Only hosts can do that.")
    assert (await click(live, ana, "said:1:1:list:0")).startswith("Only hosts can do that.")
    assert kept(live) == [("Mine", "captured")]
