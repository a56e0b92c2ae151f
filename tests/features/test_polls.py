"""/poll: opening, answering, closing, and what nobody should be able to do to one."""

import asyncio
import shutil

import pytest
import simcord
from simcord import InteractionResult, MemberActor

from bot.boards import PATIENCE
from bot.layout import TEXT
from bot.rehearsal.room import Room, said, text_of
from bot.services.refusal import Refusal
from bot.storage.polls import Poll
from tests.conftest import SERIES
from tests.features import forged

KEPT = (
    "Confidential: hosts and attendees see totals only. A link to your account is kept so that you can change "
    "or erase your answer."
)
NOT_ON_THE_MENU = "That is not one of this poll’s options. Nothing was changed."
STALE = "That control is no longer in use. Look further down for a newer message."
MINUTE = PATIENCE.total_seconds() + 2


async def polls(room: Room) -> tuple[Poll, ...]:
    """What the database has of the running session's polls."""
    session = await room.bot.services.sessions.live(room.guild.id)
    return await room.bot.services.polls.in_session(session)


async def tallied(room: Room, poll: int = 1) -> list[int]:
    """What the database has of a poll's answers, option by option."""
    return [row.count for row in (await room.bot.services.polls.standing(poll)).tally.rows]


async def several_vote(room: Room, *options: int) -> list[MemberActor]:
    """As many people as options are named answer poll 1."""
    people = [room.member(f"Voter {i}") for i in range(len(options))]
    for who, option in zip(people, options, strict=True):
        await room.vote(who, 1, option)
    await room.repaint()
    return people


async def see_mine(room: Room, who: MemberActor, number: int = 1) -> InteractionResult:
    return await who.click(room.board(f"Poll {number}, open"), label="See or change mine")


def lines(*text: str) -> str:
    return "\n".join(text)


# ------------------------------------------------------------------ opening


async def test_a_poll_opens_with_its_options_in_full(live: Room) -> None:
    assert await live.open_poll("The left", "The right") == f"Poll 1 is open in {live.channel.mention}."
    board = live.board("Poll 1")
    assert text_of(board) == lines(
        "## Poll 1, open, confidential",
        "**Which way?**",
        "- The left",
        "- The right",
        "**Nobody has answered yet.** Results appear when the poll closes.",
        f"-# {KEPT}",
    )
    menu, button = (each for row in board.components[0].children[3:] for each in row.children)  # type: ignore[union-attr]
    assert menu.placeholder == "Choose an answer"
    assert [(each.label, each.value) for each in menu.options] == [("The left", "0"), ("The right", "1")]
    assert (menu.min_values, menu.max_values) == (1, 1)
    assert button.label == "See or change mine"


async def test_without_options_a_form_asks_for_them(live: Room) -> None:
    shown = await live.host.slash(live.channel, "poll open", choices=2, results="live")
    assert shown.modal is not None
    assert shown.modal["title"] == "Open a poll"
    assert [field["label"] for field in shown.modal["components"]] == ["Question", "Options, one on each line"]
    typed = {"question": "Which way?", "options": "Left\n\n  Right \nStraight on"}
    assert said(await live.host.submit_modal(shown, typed)) == f"Poll 1 is open in {live.channel.mention}."
    (poll,) = await polls(live)
    assert (poll.question, poll.options) == ("Which way?", ["Left", "Right", "Straight on"])
    assert (poll.choices, poll.results) == (2, "live")


async def test_the_form_begins_with_what_was_given(live: Room) -> None:
    shown = await live.host.slash(live.channel, "poll open", options="Left|Right")
    assert shown.modal is not None
    question, options = (field["component"] for field in shown.modal["components"])
    assert (question.get("value"), options["value"]) == (None, "Left\nRight")


async def test_a_refused_form_gives_the_typed_text_back(live: Room) -> None:
    shown = await live.host.slash(live.channel, "poll open")
    answer = said(await live.host.submit_modal(shown, {"question": "Which way?", "options": "Left\n`left`\nLeft"}))
    assert answer == lines(
        "Two options look the same: “Left” and “Left”.",
        "Your text, to copy into a new form:",
        "```",
        "Which way?",
        "Left",
        "ˋleftˋ",
        "Left",
        "```",
    )
    assert await polls(live) == ()


async def test_two_hosts_fill_in_the_form_at_once(live: Room) -> None:
    other = live.member("Joy Host", live.hosts)
    shown = [await who.slash(live.channel, "poll open") for who in (live.host, other)]
    for who, form, question in zip((live.host, other), shown, ("First?", "Second?"), strict=True):
        await who.submit_modal(form, {"question": question, "options": "Yes\nNo"})
    assert [poll.question for poll in await polls(live)] == ["First?", "Second?"]


async def test_a_form_outlived_by_its_session_opens_nothing(live: Room) -> None:
    shown = await live.host.slash(live.channel, "poll open")
    await live.finish_session()
    await live.start_session()
    answer = said(await live.host.submit_modal(shown, {"question": "Which?", "options": "A\nB"}))
    assert answer.startswith("The session this form was for has finished. Nothing was opened.\nYour text,")
    assert await polls(live) == ()


BAD_DRAFTS = [
    ({"options": "Left|"}, "A poll needs 2 to 25 options, one on each line, and this has 1."),
    ({"options": "|".join(map(str, range(26)))}, "A poll needs 2 to 25 options, one on each line, and this has 26."),
    ({"options": " | |\u200b|\u3164"}, "A poll needs 2 to 25 options, one on each line, and this has 0."),
    ({"options": "Left|Left"}, "Two options look the same: “Left” and “Left”."),
    ({"options": "Left|LEFT"}, "Two options look the same: “Left” and “LEFT”."),
    ({"options": "Left|Le\u200bft"}, "Two options look the same: “Left” and “Left”."),
    ({"options": "Left|\uff2c\uff45\uff46\uff54"}, "Two options look the same: “Left” and “\uff2c\uff45\uff46\uff54”."),
    ({"options": f"Left|{'x' * 101}"}, f"The option “{'x' * 40}…” has 101 characters; at most 100 fit."),
    ({"question": "x" * 301}, "The question has 301 characters; at most 300 fit."),
    ({"question": "\u200b\u202e"}, "The question is empty."),
    ({"choices": 3}, "People can choose 1 to 2 of 2 options, not 3."),
]


async def test_bad_polls_are_refused_and_nothing_is_written(live: Room) -> None:
    before = live.channel.history()
    for change, sentence in BAD_DRAFTS:
        draft = {"question": "Which way?", "options": "Left|Right", **change}
        assert await live.command("poll open", **draft) == sentence
    assert await polls(live) == ()
    assert live.channel.history() == before


async def test_the_longest_poll_fits(live: Room) -> None:
    options = [f"{i:02}{'x' * 98}" for i in range(25)]
    await live.open_poll(*options, question="x" * 300, choices=25)
    assert [line[2:] for line in text_of(live.board("Poll 1")).split("\n") if line.startswith("- ")] == options
    receipt = await live.vote(live.member("Ana"), 1, *range(25))
    assert all(f"“{option}”" in receipt for option in options)
    assert KEPT in receipt
    await live.command("poll close")
    results = text_of(live.board("Poll 1, results"))
    assert all(f"- {option}: **1** (100%)" in results for option in options)


async def test_markup_that_doubles_the_text_still_fits(live: Room) -> None:
    options = [f"{i:02}{'*' * 98}" for i in range(25)]
    await live.open_poll(*options, question="_" * 300, choices=25)
    ana = live.member("Ana")
    await live.vote(ana, 1, *range(25))
    mine = await see_mine(live, ana)
    await live.command("poll close")
    await live.repaint()
    boards = [text_of(live.board("Poll 1, results")), text_of(live.board("Poll 1, closed"))]
    for shown in (*boards, said(mine)):
        assert len(shown) <= TEXT
        assert all(f"{i:02}\\*\\*" in shown for i in range(25))


async def test_what_a_host_writes_is_shown_inert(live: Room) -> None:
    hostile = "**b** @everyone <@1> [x](http://e.org) \u202eabc\u200b"
    inert = r"\*\*b\*\* @" + "\u200b" + r"everyone \<@1> \[x\](http\://e.org) abc"
    await live.open_poll(hostile, "# plain", question=hostile)
    ana = live.member("Ana")
    receipt = await live.vote(ana, 1, 0)
    await live.command("poll close")
    await live.repaint()
    open_board, results = text_of(live.board("Poll 1, closed")), text_of(live.board("Poll 1, results"))
    assert open_board.split("\n")[1:4] == [f"**{inert}**", f"- {inert}", "- \\# plain"]
    assert results.split("\n")[1:4] == [f"**{inert}**", f"- {inert}: **1** (100%)", "- \\# plain: **0** (0%)"]
    assert receipt.split("\n")[0] == f"Saved. Your answer to Poll 1: “{inert}”."
    assert not live.board("Poll 1, results").mentions
    posts = [each for each in live.env.http_requests if each.path == f"/channels/{live.channel.id}/messages"]
    assert {str(each.json["allowed_mentions"]) for each in posts if each.json} == {"{'parse': []}"}


# ------------------------------------------------------------------ prepared polls


async def test_a_prepared_poll_is_found_and_opened_once(live: Room) -> None:
    async def suggested(typed: str) -> list[str]:
        choices = await live.host.autocomplete(live.channel, "poll prepared", "name", typed)
        return [choice["value"] for choice in choices]

    assert await suggested("") == ["encourage", "useful"]
    assert await suggested("FRAMEWORK") == ["useful"], "a word of the question"
    assert await live.command("poll prepared", name="Useful ") == f"Poll 1 is open in {live.channel.mention}."
    assert await suggested("") == ["encourage"]
    assert await live.command("poll prepared", name="useful") == "“useful” has been opened already: it is Poll 1."
    await live.command("poll close")
    assert await live.command("poll prepared", name="useful") == "“useful” has been opened already: it is Poll 1."
    await live.repaint()
    (poll,) = await polls(live)
    assert poll.options[2] == "Offering a shared language and approach for planning, control and improvement"
    assert f"- {poll.options[2]}\n" in text_of(live.board("Poll 1, closed"))


async def test_an_unknown_prepared_poll_is_refused(live: Room) -> None:
    answer = await live.command("poll prepared", name="nothing")
    assert answer == "This session has no prepared poll “nothing”. It has “encourage”, “useful”."
    assert await polls(live) == ()


# ------------------------------------------------------------------ answering


async def test_an_answer_is_kept_replaced_and_taken_back(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    assert said(await see_mine(live, ana)) == f"You have not answered Poll 1.\n{KEPT}"
    assert await live.vote(ana, 1, 0) == f"Saved. Your answer to Poll 1: “Left”.\n{KEPT}"
    assert await live.vote(ana, 1, 1) == f"Saved. Your answer to Poll 1: “Right”.\n{KEPT}"
    assert await tallied(live) == [0, 1]
    mine = await see_mine(live, ana)
    assert said(mine) == f"Your answer to Poll 1: “Right”.\n{KEPT}"
    taken = await live.press(ana, mine, "Take my answer back")
    assert said(taken) == "Your answer to Poll 1 is taken back and no longer stored."
    assert await tallied(live) == [0, 0]
    await live.repaint()
    assert "**Nobody has answered yet.**" in text_of(live.board("Poll 1"))


async def test_an_answer_can_be_changed_where_it_is_seen(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    await live.vote(ana, 1, 0)
    mine = await see_mine(live, ana)
    assert mine.response is not None
    assert said(await ana.select(mine.response, ["1"])) == f"Saved. Your answer to Poll 1: “Right”.\n{KEPT}"
    assert await tallied(live) == [0, 1]


async def test_after_the_close_mine_is_seen_and_not_changed(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana, ben = live.member("Ana"), live.member("Ben")
    board = live.board("Poll 1, open")
    await live.vote(ana, 1, 0)
    mine = await see_mine(live, ana)
    await live.command("poll close")
    (poll,) = await polls(live)
    # Their screens still show the controls that were there before the close.
    assert await forged.click(live, ana, f"poll:1:{poll.id}", "1") == "That poll has closed."
    assert said(await live.press(ana, mine, "Take my answer back")) == "That poll has closed."
    seen = "Poll 1 has closed.\nYour answer to Poll 1: “Left”."
    assert await forged.click(live, ana, f"poll:1:{poll.id}:mine") == seen
    not_seen = "Poll 1 has closed.\nYou did not answer it."
    assert await forged.click(live, ben, f"poll:1:{poll.id}:mine") == not_seen
    assert await tallied(live) == [1, 0]
    await live.repaint()
    assert board.id == live.board("Poll 1, closed").id


async def test_several_choices_are_counted_per_person(live: Room) -> None:
    await live.open_poll("Tea", "Milk", "Sugar", choices=2)
    ana, ben, eve = (live.member(name) for name in ("Ana", "Ben", "Eve"))
    assert await live.vote(ana, 1, 2, 0) == f"Saved. Your answer to Poll 1: “Tea”; “Sugar”.\n{KEPT}"
    await live.vote(ben, 1, 0)
    await live.vote(eve, 1, 0, 1)
    assert await forged.click(live, eve, "poll:1:1", "0", "1", "2") == (
        "You can choose up to 2 of these options. Nothing was changed."
    )
    await live.command("poll close")
    assert text_of(live.board("Poll 1, results")) == lines(
        "## Poll 1, results",
        "**Which way?**",
        "- Tea: **3** (100%)",
        "- Milk: **1** (33%)",
        "- Sugar: **1** (33%)",
        "n=3: 3 people answered. People could choose up to 2.",
        "All 3 people who answered selected “Tea” (n=3).",
    )


async def test_the_board_counts_people_while_it_is_open(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await several_vote(live, 0, 0, 0, 1, 1, 1)
    shown = text_of(live.board("Poll 1"))
    assert "**6 people have answered.** Results appear when the poll closes." in shown
    assert "%" not in shown


async def test_live_results_wait_for_five_people(live: Room) -> None:
    await live.open_poll("Left", "Right", results="live")
    await several_vote(live, 0, 0, 0, 1)
    shown = text_of(live.board("Poll 1"))
    assert "- Left\n- Right\n**4 people have answered.** Results appear from 5 answers on.\n" in shown
    fifth = live.member("Fifth")
    await live.vote(fifth, 1, 1)
    await live.repaint()
    shown = text_of(live.board("Poll 1"))
    assert "- Left: **3** (60%)\n- Right: **2** (40%)\n**5 people have answered.**\n" in shown
    await live.press(fifth, await see_mine(live, fifth), "Take my answer back")
    await live.repaint()
    assert "%" not in text_of(live.board("Poll 1")), "four people again"


# ------------------------------------------------------------------ closing


async def test_closing_posts_the_tally_and_its_figure(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await several_vote(live, 0, 0, 1)
    assert await live.command("poll close") == "Poll 1 is closed: 3 people answered."
    board = live.board("Poll 1, results")
    assert text_of(board) == lines(
        "## Poll 1, results",
        "**Which way?**",
        "- Left: **2** (67%)",
        "- Right: **1** (33%)",
        "n=3: 3 people answered.",
        "2 of 3 people who answered selected “Left” (n=3).",
    )
    (picture,) = board.attachments
    assert picture.filename == "poll-1.png"
    gallery = board.components[0].children[3]  # type: ignore[union-attr]
    assert gallery.items[0].description == (  # type: ignore[union-attr]
        "Bar chart. Which way? n=3. Left: 2 people, 67%. Right: 1 person, 33%."
    )
    data = live.env.backend.cdn.get(picture.url)
    assert data is not None
    assert data.startswith(b"\x89PNG")
    await live.repaint()
    assert text_of(live.board("Poll 1, closed")) == lines(
        "## Poll 1, closed, confidential",
        "**Which way?**",
        "- Left",
        "- Right",
        "**3 people answered.** The results are in a message of their own.",
    )


async def test_a_poll_nobody_answered_has_results_and_no_figure(live: Room) -> None:
    await live.open_poll("Left", "Right")
    assert await live.command("poll close") == "Poll 1 is closed: 0 people answered."
    board = live.board("Poll 1, results")
    assert text_of(board).split("\n")[2:] == [
        "- Left: **0** (0%)",
        "- Right: **0** (0%)",
        "n=0: 0 people answered.",
        "Nobody answered this poll.",
    ]
    assert board.attachments == []


async def test_which_poll_is_closed_or_shown_again(live: Room) -> None:
    for question in ("First?", "Second?", "Third?"):
        await live.open_poll("Yes", "No", question=question)

    async def suggested(command: str, typed: str) -> list[str]:
        return [each["name"] for each in await live.host.autocomplete(live.channel, command, "poll", typed)]

    assert await live.command("poll results") == "There is no closed poll in this session."
    assert await live.command("poll close") == "Polls 1, 2 and 3 are open. Say which one to close."
    assert await live.command("poll close", poll=9) == "There is no open poll 9 in this session."
    assert await suggested("poll close", "sec") == ["Poll 2: Second?"]
    assert await live.command("poll close", poll=2) == "Poll 2 is closed: 0 people answered."
    assert await live.command("poll close", poll=2) == "There is no open poll 2 in this session."
    assert await suggested("poll close", "") == ["Poll 1: First?", "Poll 3: Third?"]
    assert await suggested("poll results", "") == ["Poll 2: Second?"]
    await live.command("poll close", poll=1)
    assert await live.command("poll close") == "Poll 3 is closed: 0 people answered."
    assert await live.command("poll close") == "There is no open poll in this session."
    assert await live.command("poll results") == f"The results of Poll 3 are in {live.channel.mention}."
    assert await live.command("poll results", poll=1) == f"The results of Poll 1 are in {live.channel.mention}."
    assert await live.command("poll results", poll=4) == "There is no closed poll 4 in this session."
    titles = [text.split("\n")[0] for text in live.texts(live.channel)]
    assert [title for title in titles if title.endswith("results")] == [
        f"## Poll {number}, results" for number in (2, 1, 3, 3, 1)
    ]


async def test_of_two_hosts_who_close_at_once_one_is_told_so(live: Room) -> None:
    await live.open_poll("Left", "Right")
    (poll,) = await polls(live)
    closing = [live.bot.services.polls.close(poll, live.channel.id, live.clock.now()) for _ in range(2)]
    refusals = [each for each in await asyncio.gather(*closing, return_exceptions=True) if isinstance(each, Exception)]
    assert [str(each) for each in refusals] == ["Poll 1 has closed already."]
    assert isinstance(refusals[0], Refusal)
    await live.repaint()
    assert sum("Poll 1, results" in text for text in live.texts(live.channel)) == 1


@pytest.mark.logs_errors
async def test_results_come_without_their_figure_if_it_fails(live: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))  # the process that draws them
    await live.open_poll("Left", "Right")
    await several_vote(live, 0)
    assert await live.command("poll close") == "Poll 1 is closed: 1 person answered."
    board = live.board("Poll 1, results")
    assert "- Left: **1** (100%)" in text_of(board)
    assert board.attachments == []


# ------------------------------------------------------------------ who may, and where

COMMANDS: dict[str, dict[str, str]] = {
    "poll open": {"question": "Which?", "options": "A|B"},
    "poll prepared": {"name": "useful"},
    "poll close": {},
    "poll results": {},
}


async def test_attendees_do_not_see_the_commands(live: Room) -> None:
    seen = live.member("Ana").available_commands(live.channel)
    assert sorted(seen) == ["agenda", "privacy"]


async def test_somebody_who_is_no_host_is_refused(live: Room) -> None:
    ivy = forged.impostor(live)
    no = f"Only hosts can do that. Ask an admin for the role {live.hosts.mention}."
    for command, options in COMMANDS.items():
        assert said(await ivy.slash(live.channel, command, **options)) == no
    assert said(await ivy.slash(live.channel, "poll open")) == no, "not even the form"
    assert await forged.form(live, ivy, "draft:1:1:1:0:0123abcd", question="Which?", options="A\nB") == no
    assert await ivy.autocomplete(live.channel, "poll prepared", "name", "") == []
    assert await ivy.autocomplete(live.channel, "poll close", "poll", "") == []
    assert await polls(live) == ()


async def test_without_a_session_there_are_no_polls(room: Room) -> None:
    await room.import_series(SERIES)
    for command, options in COMMANDS.items():
        answer = await room.command(command, **options)
        assert answer == "No session is open. A host can start one with /session start."
    assert await room.host.autocomplete(room.channel, "poll prepared", "name", "") == []


async def test_polls_are_run_from_the_session_or_the_office(live: Room) -> None:
    for command, options in COMMANDS.items():
        answer = said(await live.host.slash(live.lobby, command, **options))
        assert answer == f"The session is running in {live.channel.mention}. Use this command there."
    assert await polls(live) == ()
    await live.host.slash(live.office, "poll open", question="Which?", options="A|B")
    assert live.board("Poll 1").channel.id == live.channel.id


async def test_a_right_the_bot_lacks_is_named_and_nothing_written(live: Room) -> None:
    live.forbid(live.channel, "attach_files", "send_messages")
    for command, options in COMMANDS.items():
        answer = await live.command(command, **options)
        assert answer == f"I cannot post in {live.channel.mention}: I lack Send Messages and Attach Files there."
    assert await polls(live) == ()
    live.allow(live.channel)
    await live.open_poll("A", "B")
    assert len(await polls(live)) == 1


# ------------------------------------------------------------------ when Discord fails


@pytest.mark.parametrize(("status", "message"), [(403, "Missing Access"), (500, "Internal Server Error")])
async def test_a_board_discord_refused_is_posted_later_and_once(live: Room, status: int, message: str) -> None:
    before = live.channel.history()
    live.env.inject_error("POST", f"/channels/{live.channel.id}/messages", status=status, message=message)
    assert await live.open_poll("Left", "Right") == lines(
        "It is saved, but Discord would not let me post it. I try again by myself every minute.",
        f"- {live.channel.mention}: {message}",
    )
    assert len(await polls(live)) == 1
    assert live.channel.history() == before
    await live.env.advance_time(MINUTE)
    await live.repaint()
    assert sum("Poll 1, open" in text for text in live.texts(live.channel)) == 1
    await live.vote(live.member("Ana"), 1, 0)
    assert await tallied(live) == [1, 0]


async def test_a_poll_closes_though_its_results_wait(live: Room) -> None:
    await live.open_poll("Left", "Right")
    live.env.inject_error("POST", f"/channels/{live.channel.id}/messages", status=503, message="")
    answer = await live.command("poll close")
    assert answer.split("\n")[1] == f"- {live.channel.mention}: error 503"
    assert await forged.click(live, live.member("Ana"), "poll:1:1", "0") == "That poll has closed."
    await live.env.advance_time(MINUTE)
    assert sum("Poll 1, results" in text for text in live.texts(live.channel)) == 1


async def test_an_edit_discord_refused_is_made_good(live: Room) -> None:
    await live.open_poll("Left", "Right")
    live.env.inject_error("PATCH", f"/channels/{live.channel.id}/messages/*", status=500)
    await several_vote(live, 0)
    assert "**Nobody has answered yet.**" in text_of(live.board("Poll 1"))
    await live.env.advance_time(MINUTE)
    assert "**1 person has answered.**" in text_of(live.board("Poll 1"))


async def test_a_board_deleted_by_hand_stays_deleted(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.open_poll("Yes", "No", question="Second?")
    live.env.backend.delete_message(live.channel.id, live.board("Poll 1").id)
    first, _ = await polls(live)
    await forged.click(live, live.member("Ana"), f"poll:1:{first.id}", "0")
    await live.vote(live.member("Ben"), 2, 0)
    await live.repaint()
    assert not any("## Poll 1" in text for text in live.texts(live.channel))
    assert "**1 person has answered.**" in text_of(live.board("Poll 2")), "the others are painted on"
    assert await live.command("poll close", poll=1) == "Poll 1 is closed: 1 person answered."
    assert "- Left: **1** (100%)" in text_of(live.board("Poll 1, results"))


# ------------------------------------------------------------------ forgeries


async def test_values_that_are_not_on_the_menu_change_nothing(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    await live.vote(ana, 1, 1)
    for value in ("2", "25", "999999999999999999"):
        assert await forged.click(live, ana, "poll:1:1", value) == NOT_ON_THE_MENU
    for value in ("-1", "left", "1.0", "²", "", "9" * 40):
        assert await forged.click(live, ana, "poll:1:1", value) == "That is not on the menu. Nothing was changed."
    assert await forged.click(live, ana, "poll:1:1") == "Nothing was chosen, so nothing was changed."
    assert await forged.click(live, ana, "poll:1:1", "0", "1") == (
        "You can choose up to 1 of these options. Nothing was changed."
    )
    assert await tallied(live) == [0, 1]
    assert await forged.click(live, ana, "poll:1:1", "0", "0") == f"Saved. Your answer to Poll 1: “Left”.\n{KEPT}"
    assert await tallied(live) == [1, 0]


async def test_a_custom_id_that_is_forged_or_stale_is_answered(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    for custom_id in (
        "vote:1:1",
        "poll:2:1",
        "poll:1:one",
        "poll:1:-1",
        "poll:1:١",
        f"poll:1:{'9' * 19}",
        "poll:1:1:mine:now",
        "poll:1:1\n",
        "poll:1:",
        " poll:1:1",
        "draft:1:1:1:0",
    ):
        assert await forged.click(live, ana, custom_id, "0") == STALE, custom_id
        assert await forged.form(live, ana, custom_id, question="Which?") == STALE, custom_id
    for custom_id in ("poll:1:2", f"poll:1:{'9' * 18}", "poll:1:0"):
        assert await forged.click(live, ana, custom_id, "0") == "That poll is not known here."
    for custom_id in ("poll:1:2:mine", "poll:1:2:withdraw"):
        assert await forged.click(live, ana, custom_id) == "That poll is not known here."
    assert await tallied(live) == [0, 0]


async def test_forged_numbers_in_a_form_are_checked_like_typed_ones(live: Room) -> None:
    answer = await forged.form(live, live.host, "draft:1:1:99:0:0123abcd", question="Which?", options="A\nB")
    assert answer.startswith("People can choose 1 to 2 of 2 options, not 99.\n")
    answer = await forged.form(live, live.host, "draft:1:7:1:0:0123abcd", question="Which?", options="A\nB")
    assert answer.startswith("The session this form was for has finished. Nothing was opened.\n")
    assert await forged.form(live, live.host, "draft:1:1:1:0:0123abcd") == "The question is empty."
    assert await polls(live) == ()


async def test_a_poll_of_another_server_is_not_known(live: Room, env: simcord.Env) -> None:
    await live.open_poll("Left", "Right")
    elsewhere = Room(env, live.settings, live.clock)
    stranger = elsewhere.member("Stan Stranger")
    for custom_id, values in (("poll:1:1", ["0"]), ("poll:1:1:mine", []), ("poll:1:1:withdraw", [])):
        assert await forged.click(elsewhere, stranger, custom_id, *values) == "That poll is not known here."
    assert await tallied(live) == [0, 0]
