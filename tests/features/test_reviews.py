"""The after action review: asked, answered, and some of it shown."""

from datetime import timedelta

import pytest
from discord import Message
from simcord import InteractionResult, MemberActor

from bot.rehearsal.room import Room, said, text_of
from bot.settings import Settings
from tests.features import forged
from tests.tables import ask, every_row

TAKEAWAY = "One thing that I'll be taking away from today's session"
IMPROVEMENT = "One thing that you think we could build on / improve on going forward"
KEPT = "A link to your account is kept so that you can change or erase it."
QUOTE, THEMES = f"Quote me without my name. {KEPT}", f"Use for themes only. {KEPT}"
CLOSED = "The review has closed, so your answer could not be kept. These are your words, so that you can copy them:"
SHORTENED = "-# Shortened here: it is too long for a message."
SAVED = "Saved. This is what we keep:"
NOTE = (
    "-# The organisers read your words without your name. Nobody else sees them unless you allow quoting and a host "
    "chooses to show them, still without your name. Please don’t describe anyone who could be recognised."
)
WRITE = "review:2:1:0"
OFFER = "Choose what to show in the session’s channel, word for word and without names."
NOTHING = "There is nothing left to show: only words whose authors allow quoting can be."


def lines(*said: str) -> str:
    return "\n".join(said)


@pytest.fixture
async def asked(live: Room) -> Room:
    """The room with its review open."""
    await live.command("review open")
    return live


def board(room: Room, prompt: int = 1) -> str:
    return text_of(room.board(f"After action review, {prompt} of 2"))


async def form(room: Room, who: MemberActor, prompt: int = 1) -> InteractionResult:
    return await who.click(room.board(f"After action review, {prompt} of 2, open"), label="Write my answer")


async def mine(room: Room, who: MemberActor, prompt: int = 1) -> InteractionResult:
    return await who.click(room.board(f"After action review, {prompt} of 2"), label="See or take back mine")


def stored(settings: Settings) -> list[tuple[str, str, int]]:
    return list(ask(settings, "SELECT kind, text, quotable FROM contributions ORDER BY author, kind DESC"))


# ------------------------------------------------------------------ open, close, open again


async def test_opening_asks_both_prompts_word_for_word_each_in_a_message_of_its_own(live: Room):
    assert await live.command("review open") == f"The review is open in {live.channel.mention}."
    nobody = "**Nobody has answered yet.**"
    chat = "-# You can also reply to this message. That shows your name here, and your words may be quoted without it."
    note = f"{NOTE}\n{chat}" if live.bot.intents.message_content else NOTE
    for prompt, words in enumerate((TAKEAWAY, IMPROVEMENT), 1):
        heading = f"-# After action review, {prompt} of 2, open"
        assert board(live, prompt) == lines(heading, f"## {words}", nobody, note)


async def test_it_is_open_once(asked: Room):
    assert await asked.command("review open") == "The review is open already."


async def test_each_board_counts_who_answered_its_prompt(asked: Room, ana: MemberActor, bo: MemberActor):
    await asked.review(ana, "Ask why", "Start on time", quote=True)
    await asked.repaint()
    assert "**1 person has answered.**" in board(asked)
    await asked.review(bo, "Listen", "", quote=False)
    await asked.repaint()
    assert "**2 people have answered.**" in board(asked)
    assert "**1 person has answered.**" in board(asked, 2)


async def test_closing_says_what_came_in_and_takes_the_buttons_away(asked: Room, ana: MemberActor, bo: MemberActor):
    await asked.review(ana, "Ask why", "Start on time", quote=True)
    await asked.review(bo, "Listen", "", quote=False)
    assert await asked.command("review close") == "The review is closed: 2 takeaways and 1 improvement from 2 people."
    await asked.repaint()
    for prompt, words, came in ((1, TAKEAWAY, "2 people have"), (2, IMPROVEMENT, "1 person has")):
        heading = f"-# After action review, {prompt} of 2, closed"
        assert board(asked, prompt) == lines(heading, f"## {words}", f"**{came} answered.**")
        shown = asked.board(heading).components[0].children  # type: ignore[attr-defined]
        assert [each.type.name for each in shown] == ["text_display"] * 2


async def test_closing_what_is_not_open(live: Room):
    assert await live.command("review close") == "The review is not open."


async def test_opened_again_it_takes_answers_and_keeps_the_earlier_ones(asked: Room, ana: MemberActor, bo: MemberActor):
    await asked.review(ana, "Ask why", "", quote=True)
    await asked.command("review close")
    await asked.repaint()
    await asked.command("review open")
    await asked.review(bo, "Listen", "", quote=True)
    await asked.repaint()
    assert "**2 people have answered.**" in text_of(asked.board("After action review, 1 of 2, open"))


async def test_finishing_the_session_closes_it(asked: Room, ana: MemberActor):
    shown = await form(asked, ana)
    await asked.finish_session()
    answer = said(await ana.submit_modal(shown, {"words": "Late", "use": "quote"}))
    assert answer == lines(CLOSED, f"**{TAKEAWAY}**", "Late")


async def test_the_commands_are_for_hosts(live: Room):
    who = forged.impostor(live)
    refusal = f"Only hosts can do that. Ask an admin for the role {live.hosts.mention}."
    assert said(await who.slash(live.channel, "review open")) == refusal
    assert said(await who.slash(live.channel, "review close")) == refusal


async def test_the_commands_need_a_session(room: Room):
    refusal = "No session is open. A host can start one with /session start."
    assert await room.command("review open") == refusal
    assert await room.command("review close") == refusal


async def test_the_commands_belong_into_the_session_channel(live: Room):
    refusal = f"The session is running in {live.channel.mention}. Use this command there."
    assert said(await live.host.slash(live.lobby, "review open")) == refusal


async def test_a_channel_the_bot_cannot_post_in_is_named_and_nothing_opened(live: Room, settings: Settings):
    live.forbid(live.channel, "attach_files")
    before = every_row(settings)
    answer = await live.command("review open")
    assert answer == f"I cannot post in {live.channel.mention}: I lack Attach Files there."
    assert every_row(settings) == before


# ------------------------------------------------------------------ the form


async def test_each_form_has_its_prompt_and_the_question_of_quoting(asked: Room, ana: MemberActor):
    titles = "What I take away", "What to build on or improve"
    for prompt, (title, words) in enumerate(zip(titles, (TAKEAWAY, IMPROVEMENT), strict=True), 1):
        shown = (await form(asked, ana, prompt)).modal
        assert shown
        answer, use = shown["components"]
        assert shown["title"] == "After action review"
        assert (answer["label"], answer["description"]) == (title, words)
        assert (answer["component"]["max_length"], answer["component"]["required"]) == (1000, True)
        assert use["component"]["required"]
        assert use["label"] == "How may we use your words?"
        assert [(each["label"], each["default"]) for each in use["component"]["options"]] == [
            ("Quote me without my name", False),
            ("Use for themes only", False),
        ]


async def test_the_receipt_says_what_is_kept(asked: Room, ana: MemberActor, settings: Settings):
    assert await asked.review(ana, "Ask why", "Start on time", quote=True) == lines(
        *(SAVED, f"**{TAKEAWAY}**", "Ask why", QUOTE), *(SAVED, f"**{IMPROVEMENT}**", "Start on time", QUOTE)
    )
    assert stored(settings) == [("takeaway", "Ask why", 1), ("improvement", "Start on time", 1)]


async def test_one_of_the_two_is_enough(asked: Room, ana: MemberActor, settings: Settings):
    receipt = await asked.review(ana, "", "Start on time", quote=False)
    assert receipt == lines(SAVED, f"**{IMPROVEMENT}**", "Start on time", THEMES)
    assert stored(settings) == [("improvement", "Start on time", 0)]


@pytest.mark.parametrize("empty", ["", " \n", "\N{ZERO WIDTH SPACE}"])
async def test_an_empty_answer_changes_nothing(asked: Room, ana: MemberActor, settings: Settings, empty: str):
    await asked.review(ana, "Ask why", "", quote=True)
    before = every_row(settings)
    assert await forged.form(asked, ana, f"{WRITE}:0123abcd", words=empty, use="quote") == "Your answer is empty."
    assert every_row(settings) == before


async def test_the_form_begins_with_what_was_written(asked: Room, ana: MemberActor):
    await asked.review(ana, "Ask why", "", quote=False)
    for prompt, written, themes in ((1, "Ask why", True), (2, None, False)):
        shown = (await form(asked, ana, prompt)).modal
        assert shown
        answer, use = (each["component"] for each in shown["components"])
        assert answer.get("value") == written
        assert [each["default"] for each in use["options"]] == [False, themes]


async def test_a_new_answer_replaces_the_old_one_and_leaves_the_other_prompt(
    asked: Room, ana: MemberActor, settings: Settings
):
    await asked.review(ana, "Ask why", "Start on time", quote=True)
    receipt = await asked.review(ana, "Ask who", "", quote=False)
    assert receipt == lines(SAVED, f"**{TAKEAWAY}**", "Ask who", THEMES)
    assert stored(settings) == [("takeaway", "Ask who", 0), ("improvement", "Start on time", 1)]


async def test_quoting_has_to_be_decided(asked: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    answer = await forged.form(asked, ana, f"{WRITE}:0123abcd", words="Ask why")
    assert answer == lines(
        "Say how your words may be used. Nothing was changed. These are your words, so that you can copy them:",
        f"**{TAKEAWAY}**",
        "Ask why",
    )
    assert every_row(settings) == before


async def test_1000_characters_fit_and_1001_do_not(asked: Room, ana: MemberActor, settings: Settings):
    await asked.review(ana, "x" * 1000, "", quote=True)
    before = every_row(settings)
    answer = await forged.form(asked, ana, f"{WRITE}:0123abcd", words="x" * 1001, use="quote")
    assert answer == lines(
        "Your answer has 1001 characters; at most 1000 fit. These are your words, so that you can copy them:",
        f"**{TAKEAWAY}**",
        "x" * 1001,
    )
    assert every_row(settings) == before


@pytest.mark.parametrize("words", ["*" * 1000, "😀" * 1000, "```py\nprint()\n```", "discord.gg/abcdef", "z̴̧̢̛" * 150])
async def test_whatever_it_is_made_of_it_is_kept_and_shown(asked: Room, ana: MemberActor, words: str):
    assert (await asked.review(ana, words, words, quote=True)).count(SAVED) == 2
    assert said(await mine(asked, ana)).startswith(f"This is what we keep:\n**{TAKEAWAY}**")


async def test_two_people_fill_in_their_forms_at_once(
    asked: Room, ana: MemberActor, bo: MemberActor, settings: Settings
):
    hers, his = await form(asked, ana), await form(asked, bo)
    await ana.submit_modal(hers, {"words": "Ask why", "use": "quote"})
    await bo.submit_modal(his, {"words": "Listen", "use": "themes"})
    assert stored(settings) == [("takeaway", "Ask why", 1), ("takeaway", "Listen", 0)]


async def test_a_form_open_across_a_restart_is_taken(asked: Room, ana: MemberActor, settings: Settings):
    shown = await form(asked, ana)
    await asked.restart()
    answer = said(await ana.submit_modal(shown, {"words": "Ask why", "use": "quote"}))
    assert answer == lines(SAVED, f"**{TAKEAWAY}**", "Ask why", QUOTE)
    assert stored(settings) == [("takeaway", "Ask why", 1)]


async def test_after_the_close_words_are_handed_back(asked: Room, ana: MemberActor, settings: Settings):
    shown = await form(asked, ana)
    await asked.command("review close")
    answer = said(await ana.submit_modal(shown, {"words": "**Ask** why", "use": "quote"}))
    assert answer == lines(CLOSED, f"**{TAKEAWAY}**", "\\*\\*Ask\\*\\* why")
    assert stored(settings) == []


async def test_after_the_close_no_form_is_offered(asked: Room, ana: MemberActor):
    await asked.command("review close")
    assert await forged.click(asked, ana, WRITE) == "The review has closed."


async def test_a_prompt_or_a_review_that_there_is_not(asked: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    for stray in (
        "review:2:1:2",
        "review:2:1:2:mine",
        "review:2:1:999999999:withdraw",
        "review:2:9:0",
        "review:2:9:1:mine",
    ):
        assert await forged.click(asked, ana, stray) == "That review is not known here."
    answer = await forged.form(asked, ana, "review:2:1:7:0123abcd", words="Ask why", use="quote")
    assert answer.startswith("That review is not known here.")
    assert every_row(settings) == before


async def test_a_message_of_the_former_review_says_to_look_further_down(asked: Room, ana: MemberActor):
    assert await forged.click(asked, ana, "review:1:1") == (
        "That control is no longer in use. Look further down for a newer message."
    )


# ------------------------------------------------------------------ mine


async def test_seeing_mine(asked: Room, ana: MemberActor, bo: MemberActor):
    await asked.review(ana, "Ask why", "", quote=True)
    assert said(await mine(asked, ana)) == lines("This is what we keep:", f"**{TAKEAWAY}**", "Ask why", QUOTE)
    assert said(await mine(asked, bo)) == "You have not written anything here."


async def test_taking_mine_back(asked: Room, ana: MemberActor, bo: MemberActor, settings: Settings):
    await asked.review(ana, "Ask why", "Start on time", quote=True)
    await asked.review(bo, "Listen", "", quote=True)
    shown = await mine(asked, ana)
    answer = said(await asked.press(ana, shown, "Take my words back"))
    assert answer == "Your words are taken back and no longer stored."
    assert stored(settings) == [("improvement", "Start on time", 1), ("takeaway", "Listen", 1)]
    await asked.repaint()
    assert "**1 person has answered.**" in board(asked)


async def test_after_the_close_the_way_out_is_privacy(asked: Room, ana: MemberActor, settings: Settings):
    await asked.review(ana, "Ask why", "", quote=True)
    shown = await mine(asked, ana)
    await asked.command("review close")
    refusal = "The review has closed. /privacy can still take your words out."
    assert said(await asked.press(ana, shown, "Take my words back")) == refusal
    assert stored(settings) == [("takeaway", "Ask why", 1)]


async def test_every_button_works_after_a_restart(asked: Room, ana: MemberActor, settings: Settings):
    await asked.restart()
    await asked.review(ana, "Ask why", "", quote=True)
    shown = await mine(asked, ana)
    await asked.restart()
    assert said(await asked.press(ana, shown, "Take my words back")) == (
        "Your words are taken back and no longer stored."
    )
    assert stored(settings) == []


# ------------------------------------------------------------------ replies in the chat


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The bot may read what is said in the chat."""
    read = settings.discord.model_copy(update={"read_messages": True})
    return settings.model_copy(update={"discord": read})


async def reply(room: Room, who: MemberActor, words: str, prompt: int = 1) -> Message:
    """Reply in the chat to a prompt's message."""
    return await who.send(room.channel, words, reply_to=room.board(f"After action review, {prompt} of 2"))


def taken(room: Room, typed: Message) -> bool:
    """Whether the bot has put its mark to a message."""
    [now] = [each for each in room.channel.history() if each.id == typed.id]
    return [reaction.emoji for reaction in now.reactions] == ["✅"]


IN_CHAT = "You said it in the chat, where your name stands beside it. "


async def test_a_reply_in_the_chat_is_an_answer_and_its_author_can_see_it(
    asked: Room, ana: MemberActor, settings: Settings
):
    assert taken(asked, await reply(asked, ana, "Ask why"))
    assert stored(settings) == [("takeaway", "Ask why", 1)]
    kept = lines("This is what we keep:", f"**{TAKEAWAY}**", "Ask why", f"{IN_CHAT}{QUOTE}")
    assert said(await mine(asked, ana)) == kept
    await asked.repaint()
    assert "**1 person has answered.**" in board(asked)
    await asked.restart()
    shown = await mine(asked, ana)
    assert said(shown) == kept
    await asked.press(ana, shown, "Take my words back")
    assert stored(settings) == []


async def test_the_later_of_form_and_reply_holds(asked: Room, ana: MemberActor, settings: Settings):
    await asked.review(ana, "First", "Start on time", quote=False)
    typed = await reply(asked, ana, "Second")
    assert stored(settings) == [("takeaway", "Second", 1), ("improvement", "Start on time", 0)]
    await reply(asked, ana, "Third")
    assert stored(settings)[0] == ("takeaway", "Third", 1)
    await asked.review(ana, "Fourth", "", quote=False)
    await ana.edit(typed, "Fifth")
    await ana.delete(typed)
    assert stored(settings) == [("takeaway", "Fourth", 0), ("improvement", "Start on time", 0)]
    await asked.restart()
    assert stored(settings) == [("takeaway", "Fourth", 0), ("improvement", "Start on time", 0)]


async def test_a_reply_is_followed_when_it_is_edited_or_deleted(asked: Room, ana: MemberActor, settings: Settings):
    typed = await reply(asked, ana, "Ask why")
    await ana.edit(typed, "Ask who")
    assert stored(settings) == [("takeaway", "Ask who", 1)]
    await ana.delete(typed)
    assert said(await mine(asked, ana)) == "You have not written anything here."
    await asked.repaint()
    assert "**Nobody has answered yet.**" in board(asked)
    assert (await form(asked, ana)).modal["components"][0]["component"].get("value") is None  # type: ignore[index]
    await asked.review(ana, "Once more", "", quote=True)
    assert stored(settings) == [("takeaway", "Once more", 1)]


async def test_a_reply_that_is_no_answer_is_not_marked(asked: Room, ana: MemberActor, settings: Settings):
    assert not taken(asked, await reply(asked, ana, "\N{ZERO WIDTH SPACE}"))
    await asked.privacy(ana, "Leave mine out")
    assert not taken(asked, await reply(asked, ana, "Ask why"))
    await asked.command("review close")
    assert not taken(asked, await reply(asked, asked.member("Bo"), "Listen"))
    assert [kind for kind, *_ in stored(settings) if kind != "comment"] == []


async def test_what_a_host_has_hidden_stays_hidden_whatever_its_author_writes(
    asked: Room, ana: MemberActor, settings: Settings
):
    await asked.review(ana, "Ask why", "", quote=True)
    [(hidden,)] = ask(settings, "SELECT id FROM contributions")
    hide = asked.bot.services.contributions.hide
    await hide(asked.guild.id, hidden, asked.host.id, "It names a patient", asked.clock.now())
    await asked.review(ana, "Ask who", "", quote=True)
    await asked.finish_session()
    assert said(await offered(asked)) == NOTHING
    assert stored(settings) == [("takeaway", "Ask who", 1)]


async def test_a_long_reply_is_kept_whole_and_the_form_neither_cuts_nor_loses_it(
    asked: Room, ana: MemberActor, settings: Settings
):
    await reply(asked, ana, "*" * 2000)
    shown = (await form(asked, ana)).modal
    assert shown
    assert shown["components"][0]["component"].get("value") is None
    assert stored(settings) == [("takeaway", "*" * 2000, 1)]
    assert SHORTENED in said(await mine(asked, ana))
    await asked.review(asked.member("Bo"), "Listen", "", quote=True)
    await asked.finish_session()
    offer = said(await offered(asked))
    assert offer == lines(
        f"{OFFER} 1 too long for a message: the report has them in full.", "**1.** “Listen” (a takeaway)"
    )


# ------------------------------------------------------------------ half time


SHORT = """
[series]
key = "short"
title = "A short series"
time_zone = "Europe/London"
run = "automatic"
sessions = [{ title = "The only one", date = "2022-02-24", starts = "13:00", ends = "13:30", run_of_show = [
    { kind = "welcome", title = "Welcome", minutes = 1 },
    { kind = "review", title = "Looking back", minutes = 6 },
    { kind = "talk", title = "Next time", minutes = 10 },
    { kind = "close", title = "Thank you", minutes = 5 },
] }]
"""


@pytest.fixture
async def automatic(room: Room) -> Room:
    """A show that runs by itself, in its review since a minute: it has five more."""
    await room.import_series(SHORT.encode())
    await room.clock.pass_time(timedelta(minutes=5 + 2))
    return room


def nudges(room: Room) -> list[str]:
    return [each for each in room.texts(room.channel) if each.endswith("answered.") and "\n" not in each]


@pytest.mark.parametrize("restart", [False, True])
async def test_at_half_time_the_count_stands_alone(
    automatic: Room, ana: MemberActor, bo: MemberActor, *, restart: bool
):
    await automatic.review(ana, "Ask why", "Start on time", quote=True)
    await automatic.review(bo, "Listen", "", quote=False)
    await automatic.clock.pass_time(timedelta(minutes=1, seconds=55))
    assert nudges(automatic) == []
    if restart:
        await automatic.restart()
    await automatic.clock.pass_time(timedelta(seconds=10))
    assert nudges(automatic) == ["2 people have answered."]
    await automatic.clock.pass_time(timedelta(minutes=20))
    assert nudges(automatic) == ["2 people have answered."]


async def test_it_closes_with_its_step_and_hands_back_what_comes_later(automatic: Room, ana: MemberActor):
    shown = await form(automatic, ana)
    await automatic.clock.pass_time(timedelta(minutes=5, seconds=5))
    assert board(automatic).startswith("-# After action review, 1 of 2, closed")
    answer = said(await ana.submit_modal(shown, {"words": "Late", "use": "quote"}))
    assert answer == lines(CLOSED, f"**{TAKEAWAY}**", "Late")


async def test_nobody_is_counted_kindly(automatic: Room):
    await automatic.clock.pass_time(timedelta(minutes=3))
    kindly = "Nobody has answered yet. There is still time, and one sentence is enough."
    assert automatic.texts(automatic.channel)[-1] == kindly


async def test_a_longer_review_has_its_half_time_later(automatic: Room, ana: MemberActor):
    await automatic.review(ana, "Ask why", "", quote=True)
    await automatic.command("session extend", minutes=6)
    await automatic.clock.pass_time(timedelta(minutes=4, seconds=55))
    assert nudges(automatic) == []
    await automatic.clock.pass_time(timedelta(seconds=10))
    assert nudges(automatic) == ["1 person has answered."]


async def test_a_pause_puts_half_time_off(automatic: Room, ana: MemberActor):
    await automatic.review(ana, "Ask why", "", quote=True)
    await automatic.command("session pause")
    await automatic.clock.pass_time(timedelta(minutes=10))
    assert nudges(automatic) == []
    await automatic.command("session resume")
    await automatic.clock.pass_time(timedelta(minutes=1, seconds=55))
    assert nudges(automatic) == []
    await automatic.clock.pass_time(timedelta(seconds=10))
    assert nudges(automatic) == ["1 person has answered."]


@pytest.mark.parametrize("reopened", [False, True])
async def test_a_review_that_was_closed_has_no_nudge(automatic: Room, ana: MemberActor, *, reopened: bool):
    await automatic.review(ana, "Ask why", "", quote=True)
    await automatic.command("review close")
    if reopened:
        await automatic.command("review open")
    await automatic.clock.pass_time(timedelta(minutes=3))
    assert nudges(automatic) == []
    await automatic.clock.pass_time(timedelta(minutes=10))
    assert "This did not happen" not in "\n".join(automatic.texts(automatic.office))


async def test_a_bot_that_was_away_at_half_time_says_nothing_at_the_end(automatic: Room, ana: MemberActor):
    await automatic.review(ana, "Ask why", "", quote=True)
    await automatic.restart(after=timedelta(minutes=10))
    await automatic.repaint()
    assert nudges(automatic) == []
    assert "This did not happen" not in "\n".join(automatic.texts(automatic.office))


async def test_opened_by_hand_it_has_no_length_and_so_no_half_time(asked: Room, ana: MemberActor):
    await asked.review(ana, "Ask why", "", quote=True)
    await asked.clock.pass_time(timedelta(minutes=10))
    assert nudges(asked) == []


# ------------------------------------------------------------------ Feature some


@pytest.fixture
async def reported(asked: Room, ana: MemberActor, bo: MemberActor) -> Room:
    """A finished session: two takeaways and an improvement may be quoted, a takeaway may not."""
    await asked.review(ana, "Ask *why*", "Start on time", quote=True)
    await asked.review(bo, "Listen", "", quote=True)
    await asked.review(asked.member("Cy Attendee"), "For themes", "", quote=False)
    await asked.finish_session()
    return asked


async def offered(room: Room, who: MemberActor | None = None) -> InteractionResult:
    return await (who or room.organiser).click(room.board("Report of"), label="Feature some")


async def choose(room: Room, shown: InteractionResult, *numbers: int) -> str:
    """Pick from the menu by the numbers it shows."""
    assert shown.response
    [menu] = [each for row in shown.response.components for each in row.get("components", [])]
    values = {int(each["label"].split(".")[0]): each["value"] for each in menu["options"]}
    return said(await room.organiser.select(shown.response, [values[number] for number in numbers]))


def featured(room: Room) -> str:
    return text_of(room.board("In your words", room.channel))


async def test_what_may_be_quoted_is_offered_in_full(reported: Room):
    assert said(await offered(reported)) == lines(
        OFFER,
        "**1.** “Ask \\*why\\*” (a takeaway)",
        "",
        "**2.** “Listen” (a takeaway)",
        "",
        "**3.** “Start on time” (an improvement)",
    )


async def test_what_is_chosen_stands_in_the_channel_word_for_word(reported: Room):
    assert await choose(reported, await offered(reported), 1, 3) == "2 shown in the session’s channel, without names."
    assert featured(reported) == lines(
        "## In your words",
        "",
        f"**{TAKEAWAY}**",
        "",
        "“Ask \\*why\\*”",
        "",
        f"**{IMPROVEMENT}**",
        "",
        "“Start on time”",
    )


async def test_nothing_that_people_wrote_is_public_before(reported: Room):
    public = "\n".join(reported.texts(reported.channel))
    assert [word for word in ("why", "Listen", "Start on time", "For themes", "Attendee") if word in public] == []


async def test_nobody_is_named(reported: Room):
    await choose(reported, await offered(reported), 1, 2, 3)
    assert "Attendee" not in featured(reported)
    assert "<@" not in featured(reported)


async def test_what_stands_there_is_not_offered_again(reported: Room):
    await choose(reported, await offered(reported), 1, 3)
    assert said(await offered(reported)) == lines(OFFER, "**1.** “Listen” (a takeaway)")
    await choose(reported, await offered(reported), 1)
    assert said(await offered(reported)) == NOTHING


async def test_a_second_tap_shows_nothing_twice(reported: Room):
    first, second = await offered(reported), await offered(reported)
    await choose(reported, first, 1)
    refusal = "Those have been shown already, or their authors have taken them back."
    assert await choose(reported, second, 1) == refusal
    assert sum("why" in text for text in reported.texts(reported.channel)) == 1


async def test_featuring_is_for_hosts_and_organisers(reported: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    refusal = f"Only hosts and organisers can do that. Ask an admin for the role {reported.hosts.mention}."
    assert await forged.click(reported, ana, "feature:1:1") == refusal
    assert await forged.click(reported, ana, "feature:1:1:choose", "1") == refusal
    assert every_row(settings) == before
    assert OFFER in said(await offered(reported, reported.host))


async def test_what_was_never_offered_is_not_shown(reported: Room, settings: Settings):
    [(themes,)] = ask(settings, "SELECT id FROM contributions WHERE text = 'For themes'")
    refusal = "Those have been shown already, or their authors have taken them back."
    assert await forged.click(reported, reported.host, "feature:1:1:choose", str(themes)) == refusal
    assert await forged.click(reported, reported.host, "feature:1:1:choose", "x") == (
        "That is not on the menu. Nothing was changed."
    )


async def test_the_controls_work_after_a_restart(reported: Room):
    await reported.restart()
    shown = await offered(reported)
    await reported.restart()
    assert await choose(reported, shown, 2) == "1 shown in the session’s channel, without names."


async def test_the_words_of_those_who_left_theirs_out_are_not_offered(reported: Room, ana: MemberActor):
    await reported.privacy(ana, "Leave mine out")
    assert said(await offered(reported)) == lines(OFFER, "**1.** “Listen” (a takeaway)")


@pytest.mark.parametrize("way", [["Leave mine out"], ["Erase what is kept about me", "Erase it"]])
async def test_words_that_are_taken_out_leave_the_board(reported: Room, ana: MemberActor, way: list[str]):
    await choose(reported, await offered(reported), 1, 2, 3)
    await reported.privacy(ana, *way)
    await reported.repaint()
    assert featured(reported) == lines("## In your words", "", f"**{TAKEAWAY}**", "", "“Listen”")


async def test_a_board_of_nothing_says_so(reported: Room, bo: MemberActor):
    await choose(reported, await offered(reported), 2)
    await reported.privacy(bo, "Leave mine out")
    await reported.repaint()
    assert reported.texts(reported.channel)[-1] == "What stood here has been taken back by its authors."


async def test_words_taken_out_leave_the_board_though_the_bot_stops_before_it_paints(reported: Room, ana: MemberActor):
    await choose(reported, await offered(reported), 1, 2)
    await reported.privacy(ana, "Leave mine out")
    await reported.restart()
    await reported.repaint()
    assert "why" not in featured(reported)


@pytest.mark.parametrize("restart", [False, True])
async def test_new_words_that_no_host_chose_do_not_stand_on_the_board(asked: Room, ana: MemberActor, *, restart: bool):
    await asked.review(ana, "Ask why", "", quote=True)
    [said_first] = await asked.bot.services.reviews.to_feature(asked.guild.id, 1)
    await asked.bot.services.reviews.feature(asked.guild.id, 1, [said_first.id], asked.clock.now(), fit=lambda _: True)
    assert "Ask why" in featured(asked)
    await asked.review(ana, "Something else", "", quote=True)
    if restart:
        await asked.restart()
    await asked.repaint()
    assert asked.texts(asked.channel)[-1] == "What stood here has been taken back by its authors."


async def test_more_than_fits_one_message_is_offered_in_turns(asked: Room):
    for number in range(5):
        await asked.review(asked.member(f"Attendee {number}"), f"{number}" * 1000, "", quote=True)
    await asked.finish_session()
    shown = await offered(asked)
    assert said(shown).split("\n")[0] == f"{OFFER} 2 more will be offered once these are shown."
    assert await choose(asked, shown, 1, 2, 3) == "3 shown in the session’s channel, without names."
    assert said(await offered(asked)).count("(a takeaway)") == 2


async def test_what_is_offered_together_fits_one_message_whatever_it_is_made_of(asked: Room):
    for number in range(3):
        await asked.review(asked.member(f"Attendee {number}"), "*" * 700, "_" * 200, quote=True)
    await asked.finish_session()
    shown = await offered(asked)
    assert said(shown).split("\n")[0] == f"{OFFER} 4 more will be offered once these are shown."
    assert await choose(asked, shown, 1, 2) == "2 shown in the session’s channel, without names."
