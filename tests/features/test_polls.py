"""/poll: opening, closing, asking again, taking out, and what nobody but a host should be able to do."""

import asyncio
import shutil

import pytest

from bot.boards import PATIENCE
from bot.layout import TEXT
from bot.rehearsal.room import Room, said, text_of
from bot.services.refusal import Refusal
from tests.conftest import SERIES
from tests.features import forged
from tests.features.polling import (
    ANONYMOUS,
    CONFIDENTIAL,
    PROMISES,
    controls,
    lines,
    polls,
    saved,
    see_mine,
    several_vote,
    tallied,
)

MINUTE = PATIENCE.total_seconds() + 2


# ------------------------------------------------------------------ opening


async def test_short_options_have_a_button_each(live: Room) -> None:
    assert await live.open_poll("The left", "The right") == f"Poll 1 is open in {live.channel.mention}."
    board = live.board("Poll 1")
    assert text_of(board) == lines(
        "## Poll 1, open, anonymous",
        "**Which way?**",
        "**Nobody has answered yet.** Results appear when the poll closes.",
        f"-# {ANONYMOUS}",
    )
    assert controls(board) == [("The left", "The right"), ("See or change mine",)]


@pytest.mark.parametrize(
    "options", [("The left", "x" * 39), ("1", "2", "3", "4", "5", "6")], ids=["a long one", "more than five"]
)
async def test_longer_or_more_options_stand_in_full_above_a_menu(live: Room, options: tuple[str, ...]) -> None:
    await live.open_poll(*options)
    board = live.board("Poll 1")
    assert text_of(board) == lines(
        "## Poll 1, open, anonymous",
        "**Which way?**",
        *(f"- {option}" for option in options),
        "**Nobody has answered yet.** Results appear when the poll closes.",
        f"-# {ANONYMOUS}",
    )
    menu = board.components[0].children[3].children[0]  # type: ignore[union-attr]
    assert menu.placeholder == "Choose an answer"
    assert [(each.label, each.value) for each in menu.options] == [(each, str(i)) for i, each in enumerate(options)]
    assert (menu.min_values, menu.max_values) == (1, 1)


KINDS = {
    "single": ("", ("A", "B")),
    "multiple": (", several choices", ("Choose up to 2 answers",)),
    "rating": (
        ", rating",
        ("1: Strongly disagree", "2: Disagree", "3: Neither", "4: Agree", "5: Strongly agree"),
    ),
    "ranking": (", ranking", ("Rank them",)),
    "open": (", in your words", ("Write my answer",)),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_in_every_mode_says_what_it_is_and_what_is_promised(live: Room, kind: str) -> None:
    named, ways = KINDS[kind]
    options = {} if kind in {"rating", "open"} else {"options": "A|B"}
    for number, privacy in enumerate(PROMISES, 1):
        await live.command("poll open", question=f"{privacy}?", kind=kind, privacy=privacy, **options)
        board = live.board(f"Poll {number}, open")
        assert text_of(board).split("\n")[:2] == [f"## Poll {number}, open, {privacy}{named}", f"**{privacy}?**"]
        assert text_of(board).split("\n")[-1] == f"-# {PROMISES[privacy]}"
        assert controls(board) == [ways, ("See or change mine",)]


async def test_what_is_usual_need_not_be_said(live: Room) -> None:
    await live.open_poll("A", "B", question="First?")
    await live.open_poll("A", "B", question="Second?", choices=2)
    await live.command("poll open", question="Third?", kind="open")
    await live.open_poll("A", "B", "C", "D", "E", "F", question="Fourth?", kind="ranking")
    kinds = [(poll.kind, poll.privacy, poll.choices) for poll in await polls(live)]
    assert kinds == [
        ("single", "anonymous", 1),
        ("multiple", "anonymous", 2),
        ("open", "confidential", 1),
        ("ranking", "anonymous", 5),
    ]


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


@pytest.mark.parametrize(
    ("kind", "asks", "typed"),
    [
        (None, ["Question", "Options, one on each line"], {"options": "A\nB"}),
        ("rating", ["Question", "Labels from 1 to 5, one on each line"], {"options": "Cold\nWarm"}),
        ("ranking", ["Question", "Options, one on each line"], {"options": "A\nB\nC"}),
        ("open", ["Question"], {}),
    ],
)
async def test_the_form_of_each_kind_is_taken_after_a_restart(
    live: Room, kind: str | None, asks: list[str], typed: dict[str, str]
) -> None:
    more = {"kind": kind} if kind else {}
    shown = await live.host.slash(live.channel, "poll open", privacy="named", **more)
    assert shown.modal is not None
    assert [field["label"] for field in shown.modal["components"]] == asks
    await live.restart()
    await live.host.submit_modal(shown, {"question": "Which way?", **typed})
    (poll,) = await polls(live)
    assert (poll.kind, poll.privacy) == (kind or "single", "named")
    assert (
        list(poll.options)
        == {
            None: ["A", "B"],
            "rating": ["1: Cold", "2 of 5", "3 of 5", "4 of 5", "5: Warm"],
            "ranking": ["A", "B", "C"],
            "open": [],
        }[kind]
    )


async def test_a_rating_may_leave_its_labels_empty(live: Room) -> None:
    shown = await live.host.slash(live.channel, "poll open", kind="rating")
    await live.host.submit_modal(shown, {"question": "How was it?"})
    (poll,) = await polls(live)
    assert poll.options[0] == "1: Strongly disagree"


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
    ({"choices": 2, "kind": "single"}, "A single choice takes one answer from each person."),
    ({"kind": "open"}, "An open question has no options: people write their answers."),
    (
        {"kind": "rating", "options": "a|b|c"},
        "A rating has 5 steps. Name all of them, or only the two ends, and this names 3.",
    ),
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
    await live.open_poll(*options, question="x" * 300, choices=25, privacy="confidential")
    assert [line[2:] for line in text_of(live.board("Poll 1")).split("\n") if line.startswith("- ")] == options
    ana = live.member("Ana")
    receipt = await live.vote(ana, 1, *range(25))
    assert len(receipt) <= 2000
    assert all(f"“{i:02}xx" in receipt for i in range(25))
    assert receipt.endswith(f"\nShortened here: “See or change mine” shows it whole.\n-# {CONFIDENTIAL}")
    mine = said(await see_mine(live, ana))
    assert all(f"“{option}”" in mine for option in options)
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
    assert receipt == saved(f"“{inert}”")
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


# ------------------------------------------------------------------ closing


async def test_closing_posts_the_tally_and_its_figure(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await several_vote(live, 0, 0, 1)
    assert await live.command("poll close") == "Poll 1 is closed: 3 people answered."
    board = live.board("Poll 1, results")
    assert text_of(board) == lines(
        "## Poll 1, results, anonymous",
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
        "## Poll 1, closed, anonymous",
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
    assert await live.command("poll close") == "Polls 1, 2 and 3 are open. Say which one you mean."
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
    assert [title for title in titles if ", results" in title] == [
        f"## Poll {number}, results, anonymous" for number in (2, 1, 3, 3, 1)
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


# ------------------------------------------------------------------ reopening, asking again, taking out


async def test_a_reopened_poll_takes_answers_again(live: Room) -> None:
    await live.open_poll("Left", "Right", privacy="confidential")
    ana, ben = live.member("Ana"), live.member("Ben")
    await live.vote(ana, 1, 0)
    await live.command("poll close")
    await live.repaint()
    closed = live.board("Poll 1, closed")
    assert await live.command("poll reopen") == f"Poll 1 is open again in {live.channel.mention}."
    await live.repaint()
    again = live.board("Poll 1, open")
    assert again.id > closed.id, "further down, where people are"
    assert "**1 person has answered.**" in text_of(again)
    assert not any("Poll 1, closed" in text for text in live.texts(live.channel))
    assert text_of(live.board("Poll 1, results")) == lines(
        "## Poll 1, results, confidential",
        "**Which way?**",
        "The poll is open again. Its results come when it closes.",
    )
    assert live.board("Poll 1, results").attachments == []
    assert await live.vote(ana, 1, 1) == saved("“Right”", "confidential")
    await live.vote(ben, 1, 1)
    await live.command("poll close")
    await live.repaint()
    results = [text for text in live.texts(live.channel) if "Poll 1, results" in text]
    assert len(results) == 2
    assert all("- Right: **2** (100%)" in text for text in results)


async def test_an_anonymous_poll_is_not_reopened(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await live.command("poll close")
    assert await live.command("poll reopen") == (
        "Poll 1 was anonymous and its key is destroyed, so nobody could change their answer. "
        "/poll rerun asks the same again, as a poll of its own."
    )
    suggested = await live.host.autocomplete(live.channel, "poll reopen", "poll", "")
    assert suggested == []


async def test_both_runs_of_a_poll_are_kept_apart(live: Room) -> None:
    await live.open_poll("Left", "Right", results="live")
    ana = live.member("Ana")
    await live.vote(ana, 1, 0)
    assert await live.command("poll rerun") == "There is no closed or void poll in this session."
    await live.command("poll close")
    answer = await live.command("poll rerun")
    assert answer == f"Poll 2 is open in {live.channel.mention}: Poll 1 asked again."
    assert await live.command("poll rerun") == "Poll 2 asks exactly this and is open already."
    assert text_of(live.board("Poll 2, open")).split("\n")[:3] == [
        "## Poll 2, open, anonymous",
        "-# Poll 1 asked again",
        "**Which way?**",
    ]
    await live.vote(ana, 2, 1)
    await live.command("poll close")
    assert "-# Poll 1 asked again\n**Which way?**\n- Left: **0** (0%)" in text_of(live.board("Poll 2, results"))
    assert (await tallied(live, 1), await tallied(live, 2)) == ([1, 0], [0, 1])
    await live.command("poll rerun", poll=2)
    assert "-# Poll 1 asked again" in text_of(live.board("Poll 3, open")), "the first of them all"
    first, second, third = await polls(live)
    assert (first.rerun_of, second.rerun_of, third.rerun_of) == (None, first.id, first.id)
    assert (third.privacy, third.results, third.options) == (first.privacy, first.results, first.options)


async def void(room: Room, poll: int, reason: str) -> str:
    """The host takes a poll out. What the bot answers."""
    shown = await room.host.slash(room.channel, "poll void", poll=poll)
    return said(await room.host.submit_modal(shown, {"reason": reason}))


async def test_taking_a_poll_out_asks_first(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await several_vote(live, 0, 1)
    shown = await live.host.slash(live.channel, "poll void", poll=1, reason="It has a *typo*")
    assert shown.modal is not None
    assert shown.modal["title"] == "Take Poll 1 out?"
    warning, why = shown.modal["components"]
    assert warning["content"] == lines(
        "**Which way?**",
        "2 people answered. Their answers are kept and count in no report; every message of the poll will say why. "
        "This cannot be undone.",
    )
    assert why["component"]["value"] == "It has a *typo*"
    assert (await polls(live))[0].open, "nothing has happened yet"
    await live.restart()
    answer = said(await live.host.submit_modal(shown, {"reason": "It has a *typo*"}))
    assert answer == "Poll 1 is taken out. It counts in no report."
    await live.repaint()
    board = live.board("Poll 1, taken out")
    assert text_of(board) == lines(
        "## Poll 1, taken out",
        "**Which way?**",
        "**A host has taken this poll out:** It has a \\*typo\\*",
        "It counts in no report.",
    )
    assert controls(board) == []
    assert await live.command("poll void", poll=1) == "There is no open or closed poll 1 in this session."
    assert await forged.form(live, live.host, "void:1:1:0123abcd", reason="Again") == (
        "Poll 1 has been taken out already."
    )
    assert await tallied(live) == [1, 1], "kept"


async def test_a_poll_that_was_taken_out_takes_and_tells_nothing(live: Room) -> None:
    await live.open_poll("Left", "Right")
    ana = live.member("Ana")
    await live.vote(ana, 1, 0)
    mine = await see_mine(live, ana)
    await void(live, 1, "A typo")
    no = "That poll was taken out by a host, so it takes no answers. Nothing was changed."
    assert await forged.click(live, ana, "poll:1:1:1") == no
    assert await forged.click(live, ana, "poll:1:1", "1") == no
    assert said(await live.press(ana, mine, "Take my answer back")) == no
    assert await forged.click(live, ana, "poll:1:1:mine") == lines(
        "A host has taken Poll 1 out: A typo",
        "It was anonymous and its key is destroyed: nobody can tell any more what you answered, or whether you did.",
    )
    assert await live.command("poll close") == "There is no open poll in this session."
    assert await live.command("poll reopen") == "There is no closed poll in this session."


async def test_a_poll_without_its_reason_stays(live: Room) -> None:
    await live.open_poll("Left", "Right")
    assert await forged.form(live, live.host, "void:1:1:0123abcd", reason=" \u200b") == "The reason is empty."
    assert await forged.form(live, live.host, "void:1:7:0123abcd", reason="Because") == "That poll is not known here."
    assert (await polls(live))[0].open


async def test_what_was_taken_out_can_be_asked_again_and_opened_again(live: Room) -> None:
    await live.command("poll prepared", name="useful")
    await void(live, 1, "Too early")
    assert await live.command("poll prepared", name="useful") == f"Poll 2 is open in {live.channel.mention}."
    await live.command("poll close", poll=2)
    assert await live.command("poll rerun", poll=1) == f"Poll 3 is open in {live.channel.mention}: Poll 1 asked again."


async def test_taking_out_a_poll_reaches_its_results_and_the_finished_session(live: Room) -> None:
    await live.open_poll("Left", "Right", privacy="named")
    await live.open_poll("Yes", "No", question="Second?")
    ana = live.member("Ana")
    await live.vote(ana, 1, 0)
    await live.finish_session()
    await live.repaint()
    assert "Poll 1. Which way?" in text_of(live.board("Summary of"))
    assert "Poll 1:" in text_of(live.board("Report of"))
    await void(live, 1, "A typo")
    await live.repaint()
    assert not any("Poll 1, results" in text for text in live.texts(live.channel))
    results = [each for each in live.channel.history() if "Poll 1, taken out" in text_of(each)]
    assert len(results) == 2, "the poll's own message and its results"
    assert all(each.attachments == [] for each in results)
    assert "Which way?" not in text_of(live.board("Summary of"))
    assert "selected “Left”" not in text_of(live.board("Report of"))
    assert "Poll 2" in text_of(live.board("Report of"))
    assert f"- {ana.mention}: Left" in await live.command("poll answers", poll=1), "kept"


async def test_the_status_says_what_was_taken_out(live: Room) -> None:
    await live.open_poll("Left", "Right")
    await void(live, 1, "A typo")
    assert "- Poll 1, taken out, n=0: Which way?" in await live.command("session status")


# ------------------------------------------------------------------ who may, and where

COMMANDS: dict[str, dict[str, str]] = {
    "poll open": {"question": "Which?", "options": "A|B"},
    "poll prepared": {"name": "useful"},
    "poll close": {},
    "poll results": {},
    "poll reopen": {},
    "poll rerun": {},
    "poll place": {},
}
"""What is posted for everybody."""

PRIVATE: dict[str, dict[str, int]] = {"poll void": {"poll": 1}, "poll answers": {}, "poll show": {}}
"""What a host sees alone, also once the session has finished."""


async def test_attendees_do_not_see_the_commands(live: Room) -> None:
    seen = live.member("Ana").available_commands(live.channel)
    assert sorted(seen) == forged.FOR_EVERYBODY


async def test_somebody_who_is_no_host_is_refused(live: Room) -> None:
    ivy = forged.impostor(live)
    no = f"Only hosts can do that. Ask an admin for the role {live.hosts.mention}."
    for command, options in (COMMANDS | PRIVATE).items():
        assert said(await ivy.slash(live.channel, command, **options)) == no
    assert said(await ivy.slash(live.channel, "poll open")) == no, "not even the form"
    assert await forged.form(live, ivy, "draft:2:1:1:0:0:0:0123abcd", question="Which?", options="A\nB") == no
    assert await ivy.autocomplete(live.channel, "poll prepared", "name", "") == []
    assert await forged.form(live, ivy, "void:1:1:0123abcd", reason="Because") == no
    for custom_id in ("answers:1:1:choose", "answers:1:1:cloud"):
        assert await forged.click(live, ivy, custom_id, "1") == no
    for command in ("close", "results", "reopen", "rerun", "void", "answers", "show"):
        assert await ivy.autocomplete(live.channel, f"poll {command}", "poll", "") == []
    assert await polls(live) == ()


async def test_without_a_session_there_are_no_polls(room: Room) -> None:
    await room.import_series(SERIES)
    for command, options in COMMANDS.items():
        answer = await room.command(command, **options)
        assert answer == "No session is open. A host can start one with /session start."
    for command, given in PRIVATE.items():
        assert await room.command(command, **given) == "No session has been started yet."
    assert await room.host.autocomplete(room.channel, "poll prepared", "name", "") == []


async def test_polls_are_run_from_the_session_or_the_office(live: Room) -> None:
    for command, options in (COMMANDS | PRIVATE).items():
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
