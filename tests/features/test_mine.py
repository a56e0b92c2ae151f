"""/mine and /contributions list: what was said, for its author and for hosts."""

import pytest
from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said
from bot.settings import Settings
from bot.storage import contributions
from tests.features.forged import click, form
from tests.tables import ask

WORDS = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf")


@pytest.fixture
def settings(reading: Settings) -> Settings:
    return reading


def state(room: Room, text: str) -> str:
    [(state,)] = ask(room.settings, "SELECT state FROM contributions WHERE text = ?", text)
    return state


async def mine(room: Room, who: MemberActor) -> InteractionResult:
    return await who.slash(room.channel, "mine")


async def test_before_anything_was_said(room: Room, live: Room, ana: MemberActor):
    assert "Nothing is kept, but for your answers to polls" in said(await mine(live, ana))
    assert "Nothing yet." in said(await room.host.slash(room.channel, "contributions list"))


async def test_without_a_session_there_is_nothing_to_see(room: Room, ana: MemberActor):
    assert said(await mine(room, ana)) == "No session has been started yet."


async def test_what_i_said_is_changed_and_taken_back(live: Room, ana: MemberActor):
    await ana.send(live.channel, "Frist *of all*")
    shown = await mine(live, ana)
    assert "Frist \\*of all\\*\n-# Comment" in said(shown)
    await live.restart()
    opened = await live.press(ana, shown, "Change")
    saved = said(await ana.submit_modal(opened, {"words": "First of all"}))
    assert saved.startswith("Saved. This is what is kept:\nFirst of all\n-# Your message in the chat stays as it is.")
    assert state(live, "First of all") == "captured"
    shown = await mine(live, ana)
    await live.restart()
    gone = said(await live.press(ana, shown, "Take back"))
    assert gone.startswith("Taken back: your words are no longer kept. Your message in the chat stays")
    assert "Nothing is kept" in said(await mine(live, ana))


async def test_the_use_of_words_from_a_form_is_asked_again(live: Room, ana: MemberActor):
    await live.command("review open")
    prompt = live.board("One thing that I'll be taking away from today's session")
    await ana.send(live.channel, "Ask why", reply_to=prompt)
    shown = await mine(live, ana)
    assert "-# Takeaway; Quote me without my name" in said(shown)
    opened = await live.press(ana, shown, "Change")
    saved = said(await ana.submit_modal(opened, {"words": "Ask why", "use": "themes"}))
    assert "Use for themes only" in saved
    assert ask(live.settings, "SELECT quotable FROM contributions") == [(0,)]


async def test_long_lists_are_paged(live: Room, ana: MemberActor):
    for word in WORDS:
        await ana.send(live.channel, word)
    shown = await mine(live, ana)
    assert "Echo" in said(shown)
    assert "Foxtrot" not in said(shown)
    assert "Page 1 of 2" in said(shown)
    await live.restart()
    more = await live.press(ana, shown, "More")
    assert "Golf" in said(more)
    assert "Page 2 of 2" in said(more)
    listed = await live.host.slash(live.channel, "contributions list")
    assert "7 in all, without names." in said(listed)
    assert "Ana" not in said(listed)
    await live.restart()
    assert "Golf" in said(await live.press(live.host, listed, "More"))


@pytest.mark.parametrize("words", ["x" * 4000, "*" * 4000, "🎉" * 2000, "e" + "\u0301" * 2000, "```\n*\n```" * 300])
async def test_whatever_was_said_fits_the_lists(live: Room, ana: MemberActor, words: str):
    async with live.bot.database.write() as connection:
        for _ in range(6):
            await contributions.add(connection, 1, ana.id, "comment", words, quotable=True)
    assert "Page 1 of 2" in said(await mine(live, ana))
    assert "Page 1 of 2" in said(await live.host.slash(live.channel, "contributions list"))
    page = await live.press(ana, await mine(live, ana), "More")
    assert page.response
    own = (await live.bot.services.contributions.mine(live.guild.id, 1, ana.id))[-1]
    opened = await ana.click(page.response, custom_id=f"said:1:{own.id}:change")
    assert said(await ana.submit_modal(opened, {"words": words})).startswith("Saved.")


@pytest.mark.parametrize("why", ["*" * 300, "_~" * 150])
async def test_long_reasons_fit_the_lists(live: Room, ana: MemberActor, why: str):
    services, now = live.bot.services.contributions, live.clock.now()
    for _ in range(6):
        async with live.bot.database.write() as connection:
            one = await contributions.add(connection, 1, ana.id, "improvement", "*" * 1000, quotable=False)
            await connection.exec_driver_sql("UPDATE contributions SET kind = 'feedback'")
        await services.hide(live.guild.id, one, live.host.id, why, now)
    for shown in (await mine(live, ana), await live.host.slash(live.channel, "contributions list")):
        assert said(shown).count("hidden") >= 5
        assert "Page 1 of 2" in said(shown)


async def test_a_host_hides_what_came_by_a_form_and_its_author_reads_why(live: Room, ana: MemberActor):
    await ana.send(live.channel, "Secret")
    listed = await live.host.slash(live.channel, "contributions list")
    await live.restart()
    opened = await live.press(live.host, listed, "Hide")
    hidden = await live.host.submit_modal(opened, {"why": "It names a patient"})
    assert said(hidden).startswith("Hidden.")
    assert state(live, "Secret") == "hidden"
    own = await mine(live, ana)
    assert "hidden by a host: It names a patient" in said(own)
    changed = await ana.submit_modal(await live.press(ana, own, "Change"), {"words": "Not so secret"})
    assert "It stays hidden." in said(changed)
    assert state(live, "Not so secret") == "hidden"
    listed = await live.host.slash(live.channel, "contributions list")
    await live.restart()
    assert said(await live.press(live.host, listed, "Restore")).startswith("Restored:")
    assert state(live, "Not so secret") == "captured"


async def test_nobody_reaches_what_others_said(live: Room, ana: MemberActor):
    await ana.send(live.channel, "Ana's")
    [(comment,)] = ask(live.settings, "SELECT id FROM contributions")
    ben = live.member("Ben Attendee")
    for verb in ("change", "back"):
        assert (await click(live, ben, f"said:1:{comment}:{verb}")).startswith("That is not known here.")
    assert (await form(live, ben, f"said:1:{comment}:change:00000000", words="Mine")).startswith("That is not known")
    assert (await click(live, ben, "mine:1:99:0")).startswith("That session is not known here.")
    assert state(live, "Ana's") == "captured"
