"""What a host sees and shows of people's answers: words, a picture of words, and who answered what."""

import shutil

import pytest
from simcord import InteractionResult

from bot.rehearsal.room import Room, said, text_of
from tests.features import forged
from tests.features.polling import controls, lines, several_vote

NOTHING_TO_QUOTE = "There is nothing left to quote: only words whose authors allow it can be shown."
GONE = "What stood here has been taken back by its authors."
SHOWN = "1 shown in the session’s channel, without names."


@pytest.fixture
async def asked(live: Room) -> Room:
    """An open question that three people have answered, one of them for themes only."""
    await live.command("poll open", question="What helps?", kind="open")
    for name, words, quote in (
        ("Ana", "Time and good data", True),
        ("Ben", "More time", True),
        ("Eve", "*Time* for my team", False),
    ):
        await live.write(live.member(name), 1, words, quote=quote)
    await live.repaint()
    return live


async def offered(room: Room, **options: int) -> InteractionResult:
    """What the host is shown alone."""
    return await room.host.slash(room.channel, "poll show", **options)


async def choose(room: Room, *numbers: int) -> InteractionResult:
    """The host shows those of the offered words."""
    shown = await offered(room)
    return await room.host.select(shown.response, [picks(shown)[number - 1]["value"] for number in numbers])


def picks(shown: InteractionResult) -> list[dict]:
    rows = [each for each in shown.response.components if each.get("type") == 1]
    return [option for each in rows[0]["components"] for option in each.get("options", [])]


async def test_a_host_reads_first_what_may_be_quoted(asked: Room) -> None:
    shown = await offered(asked)
    assert said(shown) == lines(
        "**Poll 1:** 3 people wrote an answer that can be shown or counted.",
        "Choose what to show in the session’s channel, word for word and without names.",
        "**1.** “More time”",
        "",
        "**2.** “Time and good data”",
        "Or a picture of the words that two or more people wrote:",
        "Time (3)",
    )
    assert [each["label"] for each in picks(shown)] == ["1. More time", "2. Time and good data"]
    assert not any("Time" in text for text in asked.texts(asked.channel)), "nothing is public"


async def test_what_the_host_chooses_is_shown_without_names(asked: Room) -> None:
    assert said(await choose(asked, 2)) == SHOWN
    assert text_of(asked.board("in your words", asked.channel)).startswith("## Poll 1, ")
    board = [text for text in asked.texts(asked.channel) if text.startswith("## Poll 1, in your words")]
    assert board == ["## Poll 1, in your words\n\n**What helps?**\n\n“Time and good data”"]
    assert [each["label"] for each in picks(await offered(asked))] == ["1. More time"], "the rest"


async def test_what_has_been_shown_twice_or_is_not_offered_is_refused(asked: Room) -> None:
    shown = await offered(asked)
    value = picks(shown)[0]["value"]
    await asked.host.select(shown.response, [value])
    no = "Those have been shown already, or their authors have taken them back."
    assert await forged.click(asked, asked.host, "answers:1:1:choose", value) == no
    assert await forged.click(asked, asked.host, "answers:1:1:choose", "12345") == no
    assert await forged.click(asked, asked.host, "answers:1:9:choose", value) == "That poll is not known here."
    assert await forged.click(asked, asked.host, "answers:1:9:cloud") == "That poll is not known here."


async def test_shown_words_go_when_their_author_takes_them_back(asked: Room) -> None:
    ana = asked.member("Another Ana")
    await asked.write(ana, 1, "A walk", quote=True)
    assert said(await choose(asked, 1)) == SHOWN
    mine = await ana.click(asked.board("Poll 1, open"), label="See or change mine")
    await asked.press(ana, mine, "Take my answer back")
    await asked.repaint()
    assert not any("A walk" in text for text in asked.texts(asked.channel))
    assert GONE in asked.texts(asked.channel)


@pytest.mark.parametrize("labels", [("Leave mine out",), ("Erase what is kept about me", "Erase it")])
async def test_shown_words_go_when_their_author_wants_to_be_left_out(asked: Room, labels: tuple[str, ...]) -> None:
    ana = asked.member("Another Ana")
    await asked.write(ana, 1, "A walk", quote=True)
    await choose(asked, 1)
    await asked.command("poll close")
    await asked.repaint()
    assert any("A walk" in text for text in asked.texts(asked.channel))
    await asked.privacy(ana, *labels)
    await asked.repaint()
    assert not any("A walk" in text for text in asked.texts(asked.channel))
    assert "A walk" not in said(await offered(asked))


async def test_the_words_that_several_wrote_become_a_picture(asked: Room) -> None:
    await asked.write(asked.member("Dan"), 1, "Data, NHS data, and team work", quote=False)
    shown = await offered(asked)
    assert said(shown).split("\n")[-1] == "Time (3), data (2), team (2)"
    done = await asked.press(asked.host, shown, "Show the words as a picture")
    assert said(done) == "The words are shown in the session’s channel."
    board = asked.board("in a few words")
    assert text_of(board) == lines(
        "## Poll 1, in a few words",
        "**What helps?**",
        "-# Words that at least two of 4 people wrote, the larger the more often. Short common words are left out.",
    )
    (picture,) = board.attachments
    assert picture.filename == "poll-1-words.png"
    assert board.components[0].children[2].items[0].description == (  # type: ignore[union-attr]
        "Words and how many people wrote them. What helps? Time 3, data 2, team 2."
    )
    data = asked.env.backend.cdn.get(picture.url)
    assert data is not None
    assert data.startswith(b"\x89PNG")


@pytest.mark.logs_errors
async def test_the_words_come_as_a_list_if_their_picture_fails(asked: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    await asked.press(asked.host, await offered(asked), "Show the words as a picture")
    assert "Time (3)" in text_of(asked.board("in a few words"))


async def test_every_way_of_showing_works_after_a_restart(asked: Room) -> None:
    shown = await offered(asked)
    await asked.restart()
    assert said(await asked.press(asked.host, shown, "Show the words as a picture")).startswith("The words are shown")
    again = await offered(asked)
    await asked.restart()
    await asked.host.select(again.response, [picks(again)[0]["value"]])
    await asked.repaint()
    assert asked.board("in a few words").attachments
    assert "“More time”" in text_of(asked.board("“More time”"))


async def test_after_the_close_and_the_finish_words_can_still_be_shown(asked: Room) -> None:
    await asked.finish_session()
    assert said(await choose(asked, 1, 2)) == "2 shown in the session’s channel, without names."


async def test_nothing_of_a_poll_that_was_taken_out_is_shown(asked: Room) -> None:
    await choose(asked, 1)
    await asked.press(asked.host, await offered(asked), "Show the words as a picture")
    shown = await offered(asked)
    form = await asked.host.slash(asked.channel, "poll void", poll=1)
    await asked.host.submit_modal(form, {"reason": "Too personal"})
    await asked.repaint()
    everything = "\n".join(asked.texts(asked.channel))
    assert everything.count("## Poll 1, taken out") == 3
    assert "More time" not in everything
    assert all(not each.attachments for each in asked.channel.history())
    no = "Poll 1 has been taken out. Nothing of it is shown."
    assert said(await asked.press(asked.host, shown, "Show the words as a picture")).endswith(no)
    assert said(await offered(asked)) == "There is no open question in this session."


async def test_without_an_open_question_there_is_nothing_to_show(live: Room) -> None:
    assert said(await offered(live)) == "There is no open question in this session."
    assert said(await offered(live, poll=3)) == "There is no poll 3."
    await live.open_poll("Left", "Right")
    assert said(await offered(live, poll=1)) == (
        "Poll 1 is answered by choosing: its results are all there is to show."
    )


async def test_with_nothing_to_show_there_is_nothing_to_choose(live: Room) -> None:
    await live.command("poll open", question="What helps?", kind="open")
    await live.write(live.member("Ana"), 1, "Quiet", quote=False)
    shown = await offered(live)
    assert said(shown) == lines("**Poll 1:** 1 person wrote an answer that can be shown or counted.", NOTHING_TO_QUOTE)
    assert controls(shown.response) == []


async def test_words_that_were_taken_back_meanwhile_are_on_no_picture(live: Room) -> None:
    await live.command("poll open", question="What helps?", kind="open")
    ana, ben = live.member("Ana"), live.member("Ben")
    for who in (ana, ben):
        await live.write(who, 1, "Quiet", quote=False)
    shown = await offered(live)
    mine = await ana.click(live.board("Poll 1, open"), label="See or change mine")
    await live.press(ana, mine, "Take my answer back")
    await live.press(live.host, shown, "Show the words as a picture")
    assert GONE in live.texts(live.channel), "what one person alone wrote"
    await live.write(ana, 1, "Quiet", quote=False)
    await live.repaint()
    assert live.board("in a few words").attachments


# ------------------------------------------------------------------ who answered what


async def test_a_host_sees_who_answered_what_in_a_named_poll(live: Room) -> None:
    await live.open_poll("Left", "Right", privacy="named")
    assert "Nobody has answered yet." in await live.command("poll answers")
    ana, ben = await several_vote(live, 1, 0)
    assert await live.command("poll answers") == lines(
        "## Poll 1, who answered what",
        "**Which way?**",
        *sorted((f"- {ana.mention}: Right", f"- {ben.mention}: Left")),
    )
    await live.privacy(ana, "Erase what is kept about me", "Erase it")
    assert ana.mention not in await live.command("poll answers")


async def test_a_host_sees_who_wrote_what_where_that_is_asked_with_names(live: Room) -> None:
    await live.command("poll open", question="Who brings cake?", kind="open", privacy="named")
    ana = live.member("Ana")
    await live.write(ana, 1, "I do", quote=False)
    assert f"- {ana.mention}: I do" in await live.command("poll answers")


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
async def test_nobody_is_shown_who_answered_any_other_poll(live: Room, privacy: str) -> None:
    await live.open_poll("Left", "Right", privacy=privacy)
    await live.vote(live.member("Ana"), 1, 0)
    no = f"Poll 1 is {privacy}: nobody is shown who answered what."
    assert await live.command("poll answers") == no
    await live.command("poll close")
    assert await live.command("poll answers") == no


async def test_many_answers_come_as_a_file_with_names(live: Room) -> None:
    options = [f"{i}{'x' * 98}" for i in range(5)]
    await live.open_poll(*options, choices=5, privacy="named")
    ana, ben = live.member("Ana"), live.member("Ben")
    for who in (ben, ana, *(live.member(f"Voter {i}") for i in range(7))):
        await live.vote(who, 1, *range(5))
    shown = await live.host.slash(live.channel, "poll answers")
    assert said(shown) == "Poll 1: 9 people answered. Who answered what:"
    (file,) = shown.response.attachments
    table = (await file.read()).decode().split("\n")
    assert file.filename == "poll-1-answers.txt"
    assert table[:3] == ["Poll 1: Which way?", "", f"Ana (ana)\t{'; '.join(options)}"]
    assert len(table) == 2 + 9 + 1
