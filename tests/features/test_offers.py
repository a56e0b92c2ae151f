"""Offers of help: made, found, and people introduced to each other without a name before both agree."""

from typing import Any

import pytest
from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, read, said, text_of
from bot.settings import Settings
from tests.conftest import SERIES
from tests.features import forged
from tests.tables import ask, every_row

PLACE = "I can show you round our simulation centre"
MARK = "This is an offer of help"
RECEIPT = "\n".join(
    (
        "Saved. This is what we keep:",
        f"**A place to visit**\n{PLACE}",
        (
            "Everybody finds it in /offers, without your name. Whoever would like to know you asks, and you decide. A "
            "link to your account is kept so that you can change it or take it back, in /offers."
        ),
    )
)
UNKNOWN = "That introduction is not known here."
DONE = "That has been answered, or taken back, already."


@pytest.fixture
def ana(room: Room) -> MemberActor:
    return room.member("Ana Offers")


@pytest.fixture
def bo(room: Room) -> MemberActor:
    return room.member("Bo Asks")


async def offer(room: Room, who: MemberActor, words: str = PLACE, kind: str = "place", *, quote: bool = True) -> str:
    """Fill in the form of /offer. What the bot answers."""
    shown = await who.slash(room.channel, "offer")
    return said(await who.submit_modal(shown, filled(words, kind, quote=quote)))


def filled(words: str, kind: str = "place", *, quote: bool = True) -> dict[str, Any]:
    return {"words": words, "type": kind, "use": "quote" if quote else "themes"}


async def register(room: Room, who: MemberActor) -> InteractionResult:
    return await who.slash(room.channel, "offers")


async def asked(room: Room, who: MemberActor) -> str:
    """Ask to be introduced about the first offer of the register, and let the painter tell."""
    answer = said(await room.press(who, await register(room, who), "Introduce us"))
    await room.repaint()
    return answer


def dms(who: MemberActor) -> list[str]:
    return [read(text_of(each)) for each in who.user.dm_channel.history()] if who.user.dm_channel else []


async def pressed(who: MemberActor, label: str) -> InteractionResult:
    """Press a button of the last direct message."""
    return await who.user.click(who.user.dm_channel.history()[-1], label=label)


async def in_dm(room: Room, who: MemberActor, label: str) -> str:
    """Press a button of the last direct message, and let the painter tell."""
    answer = said(await pressed(who, label))
    await room.repaint()
    return answer


def stored(settings: Settings) -> list[tuple[Any, ...]]:
    return list(
        ask(
            settings,
            "SELECT c.kind, c.text, c.quotable, o.type FROM contributions c LEFT JOIN offers o "
            "ON o.contribution_id = c.id ORDER BY c.text",
        )
    )


def states(settings: Settings) -> list[str]:
    return [state for (state,) in ask(settings, "SELECT state FROM introductions ORDER BY id")]


# ------------------------------------------------------------------ making one


async def test_an_offer_is_kept_and_its_author_is_told_what_and_who_sees_it(
    live: Room, ana: MemberActor, settings: Settings
):
    assert await offer(live, ana) == RECEIPT
    assert stored(settings) == [("offer", PLACE, 1, "place")]


async def test_one_for_themes_only_is_not_in_the_register(live: Room, ana: MemberActor, bo: MemberActor):
    answer = await offer(live, ana, quote=False)
    assert "For themes only: hosts and organisers read it, without your name. It is not in /offers." in answer
    assert "There is none yet. /offer makes one." in said(await register(live, bo))
    assert f"{PLACE}\n-# Yours. Only you find it here." in said(await register(live, ana))


async def test_it_is_changed_and_taken_back_in_the_register(live: Room, ana: MemberActor, settings: Settings):
    await offer(live, ana)
    shown = await live.press(ana, await register(live, ana), "Change")
    assert shown.modal
    await live.press(ana, await register(live, ana), "Take back")
    assert stored(settings) == [("offer", "", 0, "place")]
    assert "There is none yet." in said(await register(live, ana))


async def test_the_close_invites_offers(live: Room, ana: MemberActor, settings: Settings):
    await live.finish_session()
    shown = await ana.click(live.board("Summary of"), label="Offer help")
    assert said(await ana.submit_modal(shown, filled(PLACE))) == RECEIPT
    assert stored(settings) == [("offer", PLACE, 1, "place")]
    assert ask(settings, "SELECT count(*) FROM participations") == [(0,)]


async def test_before_the_first_session_there_is_nothing_to_offer_in(room: Room, ana: MemberActor):
    assert said(await ana.slash(room.channel, "offer")) == (
        "No session has been started yet: offers begin with the first."
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("   ", "The offer is empty."),
        ("‎⠀", "The offer is empty."),
    ],
)
async def test_nothing_is_not_an_offer(live: Room, ana: MemberActor, settings: Settings, words: str, why: str):
    shown = await ana.slash(live.channel, "offer")
    answer = said(await ana.submit_modal(shown, filled(words)))
    assert answer.startswith(why)
    assert stored(settings) == []


async def test_too_long_a_text_is_given_back(live: Room, ana: MemberActor, settings: Settings):
    session = ask(settings, "SELECT id FROM sessions WHERE state = 'live'")[0][0]
    words = "*" * 4000
    answer = await forged.form(live, ana, f"offer:1:{session}:0:0123abcd", words=words, type="link", use="quote")
    assert answer.startswith("The offer has 4000 characters; at most 1000 fit. These are your words")
    assert stored(settings) == []


async def test_a_forged_type_or_use_is_refused_and_the_words_given_back(live: Room, ana: MemberActor):
    session = 1
    where = f"offer:1:{session}:0:0123abcd"
    answer = await forged.form(live, ana, where, words=PLACE, type="bomb", use="quote")
    assert answer.startswith("Say what kind of help it is. Nothing was saved. These are your words")
    assert PLACE in answer
    assert "Say how your words may be used." in await forged.form(live, ana, where, words=PLACE, type="link")


WILD = (
    "@everyone **bold** https://discord.gg/abc <@1> ```code```",
    "😀😀😀",
    "z" + "\u0301" * 300,
    "# heading\n> quote",
)


@pytest.mark.parametrize("words", WILD)
async def test_whatever_people_write_is_shown_to_the_letter(live: Room, ana: MemberActor, bo: MemberActor, words: str):
    await offer(live, ana, words)
    shown = said(await register(live, bo))
    assert "@everyone" not in shown
    assert "](" not in shown
    if "\u0301" not in words:
        assert words in read(shown)
    await asked(live, bo)
    assert len(dms(ana)) == 1


async def test_the_same_offer_is_kept_once(live: Room, ana: MemberActor, settings: Settings):
    await offer(live, ana)
    assert "You have offered that already." in await offer(live, ana, PLACE.upper())
    assert len(stored(settings)) == 1


# ------------------------------------------------------------------ a message becomes one


async def test_ones_own_message_becomes_an_offer(live: Room, ana: MemberActor, settings: Settings):
    message = await ana.send(live.channel, PLACE)
    shown = await ana.context_menu(live.channel, MARK, message)
    assert shown.modal
    assert shown.modal["components"][0]["component"]["value"] == PLACE
    assert said(await ana.submit_modal(shown, filled(PLACE))) == RECEIPT
    assert stored(settings) == [("offer", PLACE, 1, "place")]


async def test_a_captured_comment_is_not_stored_twice(live: Room, ana: MemberActor, settings: Settings):
    message = await ana.send(live.channel, PLACE)
    await ana.context_menu(live.channel, "Add to report", message)
    assert stored(settings) == [("comment", PLACE, 1, None)]
    shown = await ana.context_menu(live.channel, MARK, message)
    await ana.submit_modal(shown, filled("Come and see our simulation centre", quote=False))
    assert stored(settings) == [("offer", "Come and see our simulation centre", 0, "place")]
    again = await ana.context_menu(live.channel, MARK, message)
    await ana.submit_modal(again, filled("Come and see us", "project"))
    assert stored(settings) == [("offer", "Come and see us", 1, "project")]


async def test_a_host_marks_anybodys_message(live: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    message = await ana.send(live.channel, PLACE)
    shown = await live.host.context_menu(live.channel, MARK, message)
    assert stored(settings) == [("comment", PLACE, 1, None)]
    await live.restart()
    answer = said(await live.host.select(shown.response or shown.followups[0], ["place"]))
    assert answer == (
        "It is kept as an offer of help (a place to visit). Everybody finds it in /offers, without a name. Its author "
        "can change it or take it back with /mine."
    )
    assert stored(settings) == [("offer", PLACE, 1, "place")]
    assert PLACE in said(await register(live, bo))


async def test_others_cannot_mark_somebody_elses_message(
    live: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    message = await ana.send(live.channel, PLACE)
    answer = said(await bo.context_menu(live.channel, MARK, message))
    assert answer.startswith("Only hosts can do that.")
    assert stored(settings) == []


async def test_a_host_cannot_mark_what_its_author_wants_left_out(live: Room, ana: MemberActor, settings: Settings):
    await live.privacy(ana, "Leave mine out")
    message = await ana.send(live.channel, PLACE)
    answer = said(await live.host.context_menu(live.channel, MARK, message))
    assert answer.startswith("Its author asked to be left out")
    assert stored(settings) == []


async def test_left_out_after_it_was_captured(live: Room, ana: MemberActor, settings: Settings):
    message = await ana.send(live.channel, PLACE)
    shown = await live.host.context_menu(live.channel, MARK, message)
    await live.privacy(ana, "Leave mine out")
    answer = said(await live.host.select(shown.response or shown.followups[0], ["place"]))
    assert answer.startswith("Its author asked to be left out")
    assert stored(settings)[0][0] == "comment"


async def test_forged_marks(live: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    message = await ana.send(live.channel, PLACE)
    await ana.context_menu(live.channel, "Add to report", message)
    said_id = ask(settings, "SELECT id FROM contributions")[0][0]
    before = every_row(settings)
    assert (await forged.click(live, bo, f"offer:1:{said_id}:type", "link")).startswith("Only hosts")
    assert (await forged.click(live, live.host, f"offer:1:{said_id}:type", "bomb")).startswith("Say what kind")
    assert await forged.click(live, live.host, "offer:1:17:type", "link") == "That offer is not known here."
    theirs = await forged.form(live, bo, f"offer:1:1:{said_id}:0123abcd", words="mine now", type="link", use="quote")
    assert theirs.startswith("That was said by somebody else.")
    assert every_row(settings) == before


async def test_an_answer_to_the_review_is_no_offer(live: Room, ana: MemberActor, settings: Settings):
    await live.command("review open")
    message = await live.say(ana, PLACE, to=live.board("After action review, 2 of 2"))
    assert stored(settings) == [("improvement", PLACE, 1, None)]
    answer = said(await ana.context_menu(live.channel, MARK, message))
    assert answer.startswith("That is kept as something else already")


# ------------------------------------------------------------------ the register


async def test_the_register_has_no_names_and_pages(live: Room, ana: MemberActor, bo: MemberActor):
    for number in range(12):
        await offer(live, ana, f"Offer {number:02} {'word ' * 190}", "link")
    shown = await register(live, bo)
    whole = said(shown)
    assert "Ana" not in whole
    assert str(ana.id) not in whole
    assert "**5. A link** (part 1)" in whole
    assert "**6." not in whole
    shown = await live.press(bo, shown, "More")
    assert "**6. A link** (part 1)\nOffer 05" in said(shown)
    shown = await live.press(bo, shown, "More")
    assert "**12." in said(shown)
    assert "**6. A link**" in said(await live.press(bo, shown, "Back"))


async def test_a_page_that_is_gone_is_the_last_one(live: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    for number in range(6):
        await offer(live, ana, f"Offer {number}")
    shown = await register(live, bo)
    for (each,) in ask(settings, "SELECT id FROM contributions ORDER BY text LIMIT 5"):
        await ana.click((await register(live, ana)).response, custom_id=f"said:1:{each}:back")
    assert "**1. A place to visit** (part 1)\nOffer 5" in said(await live.press(bo, shown, "More"))


async def test_ones_own_offer_asks_for_no_introduction(live: Room, ana: MemberActor, settings: Settings):
    await offer(live, ana)
    assert f"{PLACE}\n-# Yours." in said(await register(live, ana))
    offered = ask(settings, "SELECT id FROM contributions")[0][0]
    assert await forged.click(live, ana, f"introduction:1:{offered}:ask") == "That is your own offer."


async def test_the_left_out_are_not_in_it(live: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    await offer(live, ana)
    offered = ask(settings, "SELECT id FROM contributions")[0][0]
    await live.privacy(ana, "Leave mine out")
    assert PLACE not in said(await register(live, bo))
    refusal = "That offer is no longer in the register."
    assert await forged.click(live, bo, f"introduction:1:{offered}:ask") == refusal
    assert "You asked to be left out of what is shared, so it is not in /offers." in await offer(live, ana, "Another")


# ------------------------------------------------------------------ introductions


ASKED = (
    "Asked. Your name is shown to them only when they agree, and theirs to you only then. I tell you by direct "
    "message; /offers says it too, and takes your question back as long as there is no answer."
)


@pytest.fixture
async def waiting(live: Room, ana: MemberActor, bo: MemberActor) -> Room:
    """Bo has asked to be introduced to Ana, who does not know it is Bo."""
    await offer(live, ana)
    assert await asked(live, bo) == ASKED
    return live


@pytest.mark.usefixtures("waiting")
async def test_whoever_is_asked_sees_no_name(ana: MemberActor, bo: MemberActor):
    (message,) = dms(ana)
    assert message.startswith("Somebody would like to be introduced to you about your offer in **")
    assert PLACE in message
    assert "Bo" not in message
    assert str(bo.id) not in message
    assert dms(bo) == []


async def test_on_yes_each_learns_the_others_name_also_after_a_restart(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    await waiting.restart()
    assert await in_dm(waiting, ana, "Introduce us") == (
        f"You are introduced: {bo.mention}. They are sent your name by direct message."
    )
    assert dms(ana)[-1].startswith(f"You are introduced: {bo.mention}, about your offer in")
    assert dms(bo)[-1].startswith(f"You are introduced: {ana.mention}, who made an offer in")
    assert (len(dms(ana)), len(dms(bo))) == (1, 1)
    assert states(settings) == ["agreed"]
    await waiting.restart()
    await waiting.repaint()
    assert (len(dms(ana)), len(dms(bo))) == (1, 1)


async def test_on_no_the_one_who_asked_is_told_kindly(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    assert await in_dm(waiting, ana, "No, thank you") == "They are told kindly, and not who you are."
    assert dms(bo)[-1].endswith("They would rather not this time. They were not shown your name.")
    assert str(ana.id) not in dms(bo)[-1]
    assert str(bo.id) not in dms(ana)[-1]
    assert states(settings) == ["declined"]
    shown = said(await register(waiting, bo))
    assert "You asked, and they would rather not be introduced." in shown
    offered = ask(settings, "SELECT id FROM contributions")[0][0]
    answer = await forged.click(waiting, bo, f"introduction:1:{offered}:ask")
    assert answer == "You have asked that already, and they would rather not."


async def test_nobody_answers_for_another_or_twice(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    eve = waiting.member("Eve")
    for verb in ("yes", "no", "back", "outcome"):
        assert await forged.click(waiting, eve, f"introduction:1:{one}:{verb}") == UNKNOWN
    for verb in ("yes", "no"):
        assert await forged.click(waiting, bo, f"introduction:1:{one}:{verb}") == UNKNOWN
    assert await forged.click(waiting, ana, f"introduction:1:{one}:back") == UNKNOWN
    assert await forged.click(waiting, bo, f"introduction:1:{one}:outcome") == "You have not been introduced."
    assert await forged.form(waiting, eve, f"introduction:1:{one}:outcome:0123abcd", words="x") != "Saved."
    assert states(settings) == ["asked"]
    await forged.click(waiting, ana, f"introduction:1:{one}:yes")
    assert await forged.click(waiting, ana, f"introduction:1:{one}:no") == DONE
    assert await forged.click(waiting, bo, f"introduction:1:{one}:back") == DONE
    assert states(settings) == ["agreed"]


async def test_it_is_asked_once(waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    offered = ask(settings, "SELECT id FROM contributions")[0][0]
    answer = await forged.click(waiting, bo, f"introduction:1:{offered}:ask")
    assert answer == "You have asked that already. /offers says what comes of it."
    await waiting.repaint()
    assert len(dms(ana)) == 1


async def mine(room: Room, who: MemberActor, count: int = 1) -> InteractionResult:
    return await room.press(who, await register(room, who), f"Your introductions ({count})")


async def test_taken_back_and_asked_again_nobody_gets_a_second_message(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    answer = said(await waiting.press(bo, await mine(waiting, bo), "Take it back"))
    assert answer == "Taken back. They were not shown your name."
    await waiting.repaint()
    assert dms(ana) == [next(iter(dms(ana)))]
    assert dms(ana)[0].endswith("has taken the question back.")
    assert states(settings) == ["withdrawn"]
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    assert await forged.click(waiting, ana, f"introduction:1:{one}:yes") == DONE
    assert await asked(waiting, bo) == ASKED
    assert len(dms(ana)) == 1
    assert dms(ana)[0].startswith("Somebody would like to be introduced to you")
    await in_dm(waiting, ana, "Introduce us")
    assert states(settings) == ["agreed"]


async def test_whoever_takes_no_direct_messages_is_told_at_their_next_visit(
    live: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    await offer(live, ana)
    for who in (ana, bo):
        closed = live.env.backend.get_dm_channel(who.id).id
        refusal = {"status": 403, "code": 50007, "message": "Cannot send messages to this user"}
        live.env.inject_error("POST", f"/channels/{closed}/messages", times=None, **refusal)
    await asked(live, bo)
    assert "You asked to be introduced. There is no answer yet." in said(await register(live, bo))
    shown = await register(live, ana)
    assert "**1 person would like to be introduced to you.**" in said(shown)
    shown = await live.press(ana, shown, "Your introductions (1)")
    assert str(bo.id) not in said(shown)
    await live.restart()
    answer = said(await live.press(ana, shown, "Introduce us"))
    assert answer.startswith(f"You are introduced: {bo.mention}.")
    await live.repaint()
    assert f"**You are introduced: {ana.mention}**" in said(await mine(live, bo))
    assert f"**You are introduced: {bo.mention}**" in said(await mine(live, ana))
    assert (dms(ana), dms(bo)) == ([], [])
    assert states(settings) == ["agreed"]


async def test_ten_requests_may_wait(live: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    for number in range(11):
        await offer(live, ana, f"Offer {number}")
    ids = [each for (each,) in ask(settings, "SELECT id FROM contributions ORDER BY text")]
    answers = [await forged.click(live, bo, f"introduction:1:{each}:ask") for each in ids]
    assert answers[:10] == [ASKED] * 10
    assert answers[10] == "10 of your requests wait for an answer. Take one back, or wait for one."
    await live.repaint()
    shown = await mine(live, ana, 10)
    assert said(shown).count("Somebody would like to be introduced to you about your offer") == 5
    assert said(await live.press(ana, shown, "More")).count("Somebody would like") == 5


# ------------------------------------------------------------------ in the middle


async def test_the_offerer_erases_themselves_in_the_middle(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    await waiting.privacy(ana, "Erase what is kept about me", "Erase it")
    await waiting.repaint()
    assert await forged.click(waiting, ana, f"introduction:1:{one}:yes") == UNKNOWN
    shown = said(await mine(waiting, bo))
    assert "an offer that has been taken back" in shown
    assert PLACE not in shown
    assert ask(settings, "SELECT count(*) FROM boards WHERE person = ?", ana.id) == [(0,)]
    assert ask(settings, "SELECT count(*) FROM contributions WHERE author = ?", ana.id) == [(0,)]
    await waiting.restart()
    await waiting.repaint()


async def test_the_asker_who_never_came_erases_themselves_in_the_middle(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    await waiting.privacy(bo, "Erase what is kept about me", "Erase it")
    await waiting.repaint()
    assert ask(settings, "SELECT count(*) FROM introductions WHERE asker = ?", bo.id) == [(0,)]
    assert dms(ana)[0].endswith("has taken the question back.")
    assert await forged.click(waiting, ana, f"introduction:1:{one}:yes") == "Whoever asked has been erased since."


async def test_erased_after_the_introduction_nothing_leads_to_them(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    await in_dm(waiting, ana, "Introduce us")
    shown = await pressed(bo, "What came of it?")
    await bo.user.submit_modal(shown, {"words": "We wrote a paper"})
    await waiting.privacy(bo, "Erase what is kept about me", "Erase it")
    assert ask(settings, "SELECT state, asker_says, asker < 0 FROM introductions") == [("agreed", "", 1)]
    assert "**You are introduced: they have been erased since**" in said(await mine(waiting, ana))


async def test_the_offer_is_withdrawn_in_the_middle(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    await waiting.press(ana, await register(waiting, ana), "Take back")
    await waiting.repaint()
    assert dms(ana)[0].endswith("which you have taken back since.")
    assert await forged.click(waiting, ana, f"introduction:1:{one}:yes") == "That offer is no longer in the register."
    assert "**You had asked about**\nan offer that has been taken back" in said(await mine(waiting, bo))


async def test_in_another_server_nothing_is_known_of_it(waiting: Room, ana: MemberActor, settings: Settings):
    one = ask(settings, "SELECT id FROM introductions")[0][0]
    offered = ask(settings, "SELECT id FROM contributions")[0][0]
    elsewhere = waiting.bot.services
    for guild in (waiting.guild.id + 1,):
        with pytest.raises(Exception, match=UNKNOWN):
            await elsewhere.introductions.answer(guild, one, ana.id, waiting.clock.now(), agrees=True)
        with pytest.raises(Exception, match="That offer is not known here"):
            await elsewhere.introductions.ask(guild, offered, 5, waiting.clock.now())
        with pytest.raises(Exception, match="That offer is not known here"):
            await elsewhere.offers.mark(guild, offered, "link")


# ------------------------------------------------------------------ what came of it


async def test_either_side_says_what_came_of_it_and_only_their_own(
    waiting: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    await in_dm(waiting, ana, "Introduce us")
    shown = await pressed(bo, "What came of it?")
    await waiting.restart()
    answer = said(await bo.user.submit_modal(shown, {"words": "We visited"}))
    assert answer == (
        "Saved. This is what we keep:\nWe visited\n-# The organisers read it in the report, without names. The same "
        "button changes it or takes it back."
    )
    shown = await pressed(ana, "What came of it?")
    assert not shown.modal["components"][0]["component"].get("value")
    await ana.user.submit_modal(shown, {"words": "They came to see us"})
    series = ask(settings, "SELECT series_id FROM sessions")[0][0]
    came = await waiting.bot.services.introductions.outcomes(series)
    assert (came.offers, came.asked, came.agreed, came.declined) == (1, 1, 1, 0)
    assert came.outcomes == ("They came to see us", "We visited")
    await waiting.privacy(ana, "Leave mine out")
    assert (await waiting.bot.services.introductions.outcomes(series)).outcomes == ("We visited",)
    shown = await pressed(bo, "What came of it?")
    assert "taken back" in said(await bo.user.submit_modal(shown, {"words": ""}))
    assert (await waiting.bot.services.introductions.outcomes(series)).outcomes == ()


# ------------------------------------------------------------------ in a rehearsal


async def test_offers_of_a_rehearsal_stay_in_it(room: Room, ana: MemberActor):
    await room.import_series(SERIES.replace(b"2022-02-24", b"2022-03-24", 1))
    await room.command("session rehearse")
    thread = room.office.threads[-1]
    shown = await room.host.slash(thread, "offer")
    await room.host.submit_modal(shown, filled(PLACE))
    room.env.backend.add_thread_member(thread.id, room.admin.id)
    shown = await room.admin.slash(thread, "offers")
    assert PLACE in said(shown)
    assert "There is none yet." in said(await register(room, ana))
    await room.press(room.admin, shown, "Introduce us")
    await room.repaint()
    (message,) = dms(room.host)
    assert message.startswith("-# TEST: this is a rehearsal. Nothing here counts.\nSomebody would like")
    await room.press(room.host, await room.host.slash(thread, "session finish"), "Finish it")
    await room.start_session()
    await room.repaint()
    assert "There is none yet." in said(await register(room, ana))
    answer = await room.host.user.click(room.host.user.dm_channel.history()[-1], label="Introduce us")
    assert said(answer) == UNKNOWN
