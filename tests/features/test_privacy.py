"""/privacy: what is kept about me, in plain words and as a file; leave it out; erase it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from simcord import MemberActor

from bot.rehearsal.room import Room, said, text_of
from bot.services.promises import LINKS_KEPT
from bot.settings import Settings
from tests.conftest import SERIES
from tests.tables import ask, every_row, path_of

WHAT = (
    "In this server Plenary keeps, with a link to your Discord account: that you took part in a session; what you say "
    "in its forms and in answer to the review; your answers to polls; whose words you supported; your breakout group; "
    "what you say about yourself; and about which sessions you asked for direct messages. Of what people type in chat "
    "it keeps replies to the review’s prompts, and what was added to the report. It keeps no names, but the one that "
    "you let stand beside a question, and no addresses.\n"
    "**With your name:** hosts can see what you answered. **Confidential**, and everything you write: hosts and "
    "organisers see totals and, without names, the words; they may show others what you allowed them to quote. Whoever "
    "runs the bot could see the link; it is erased 90 days after the session began, at the latest. "
    "**Anonymous:** once the poll has closed, nobody can tell any more what you answered."
)
WHAT_NEXT = "What would you like to do?"
LEFT_OUT = (
    "Your words are left out of everything that is shared from now on, and taken off what is still shown. What you "
    "type in chat is no longer kept. Your answers to polls stay in the totals. /privacy can let your words in again. "
    "What you write anonymously cannot be told from what others write: you can take it back while that poll is open."
)
QUESTION = (
    "Erase what Plenary keeps about you in this server? Your words are deleted. Answers to polls that are open are "
    "taken back, anonymous ones too; in closed polls the totals stay and the link to you is cut. What no longer leads "
    "to you stays as it is: what you answered anonymously in polls that have closed, and what you said in confidence "
    "more than 90 days ago. You get no more direct messages about sessions. This cannot be undone."
)
ERASED = "Erased. Nothing here is linked to your account any more."
ERASE = ("Erase what is kept about me", "Erase it")
TITLE = "Everybody's Business: Quality Management at an organisational level"


@pytest.fixture
async def busy(live: Room, ana: MemberActor) -> Room:
    """Ana and Bo have answered a poll and the review, and both are open."""
    bo = live.member("Bo Attendee")
    await live.open_poll("Tea", "Coffee", "Water", question="What to drink?", choices=2, privacy="confidential")
    await live.vote(ana, 1, 0, 2)
    await live.vote(bo, 1, 1)
    await live.command("review open")
    await live.review(ana, "Ask why", "Start on time", quote=True)
    await live.review(bo, "Listen", "", quote=True)
    return live


async def record(room: Room, who: MemberActor) -> Any:
    """The file that /privacy hands out."""
    shown = await who.slash(room.channel, "privacy")
    answers = [each for each in (shown.response, *shown.followups) if each]
    [file] = [file for each in answers for file in each.attachments]
    assert file.filename == "what-plenary-keeps.json"
    return json.loads(await file.read())


def account(held: str) -> str:
    return f"{WHAT}\n\n{held}\n{WHAT_NEXT}"


# ------------------------------------------------------------------ what is kept


async def test_a_newcomer_is_told_that_nothing_is_kept(room: Room, ana: MemberActor):
    assert await room.privacy(ana) == account("At the moment it keeps nothing of that.")
    assert await record(room, ana) == {
        "discord_id": str(ana.id),
        "left_out_of_what_is_shared": False,
        "direct_messages_about": [],
        "sessions": [],
    }


async def test_what_is_kept_in_plain_words(busy: Room, ana: MemberActor):
    assert await busy.privacy(ana) == account(
        "At the moment: 1 session you took part in, 1 poll answer, 2 written contributions. The attached file has "
        "every word of it."
    )


async def test_what_is_kept_as_a_file(busy: Room, ana: MemberActor):
    assert await record(busy, ana) == {
        "discord_id": str(ana.id),
        "left_out_of_what_is_shared": False,
        "direct_messages_about": [],
        "sessions": [
            {
                "session": TITLE,
                "took_part": True,
                "answers": [
                    {
                        "poll": 1,
                        "question": "What to drink?",
                        "privacy": "confidential",
                        "answer": ["Tea", "Water"],
                    },
                ],
                "cannot_be_shown": [],
                "words": [
                    {"kind": "takeaway", "text": "Ask why", "may_be_quoted": True},
                    {"kind": "improvement", "text": "Start on time", "may_be_quoted": True},
                ],
            }
        ],
    }


async def test_asking_for_direct_messages_is_told_and_erased(room: Room, ana: MemberActor):
    await room.import_series(SERIES)
    await ana.click(room.board("1 of 4: ", room.announcements), label="Remind me by direct message")
    assert await room.privacy(ana) == account(
        "At the moment: 0 sessions you took part in, 0 poll answers, 0 written contributions, direct messages about "
        "1 session. The attached file has every word of it."
    )
    assert (await record(room, ana))["direct_messages_about"] == [TITLE]
    assert await room.privacy(ana, *ERASE) == ERASED
    assert await room.privacy(ana) == account("At the moment it keeps nothing of that.")
    assert (await record(room, ana))["direct_messages_about"] == []


async def test_looking_changes_nothing(busy: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    await busy.privacy(ana)
    assert every_row(settings) == before


async def test_another_server_sees_nothing_of_it(busy: Room, ana: MemberActor, settings: Settings):
    other = Room(busy.env, settings, busy.clock)
    there = other.guild.add_member(ana.user)
    assert await other.privacy(there) == account("At the moment it keeps nothing of that.")


# ------------------------------------------------------------------ leave mine out


async def test_leaving_out_and_letting_in_again(room: Room, ana: MemberActor):
    assert await room.privacy(ana, "Leave mine out") == LEFT_OUT
    assert (await record(room, ana))["left_out_of_what_is_shared"] is True
    assert (await room.privacy(ana)).endswith(
        f"You have asked to be left out of what is shared; that wish is kept too.\n{WHAT_NEXT}"
    )
    assert await room.privacy(ana, "Let mine in again") == (
        "Your words may be shared again, as you allowed with each of them."
    )
    assert (await record(room, ana))["left_out_of_what_is_shared"] is False


async def test_leaving_out_holds_for_what_is_written_later(busy: Room, ana: MemberActor):
    await busy.privacy(ana, "Leave mine out")
    await busy.review(ana, "Ask who", "", quote=True)
    await busy.finish_session()
    report = await documents(busy)
    assert "Listen" in report
    assert "Ask who" not in report


async def test_the_totals_keep_the_answers_of_those_left_out(busy: Room, ana: MemberActor):
    await busy.privacy(ana, "Leave mine out")
    await busy.command("poll close")
    assert "n=2" in text_of(busy.board("Poll 1, results"))


# ------------------------------------------------------------------ erase


async def test_erasing_asks_once(busy: Room, ana: MemberActor, settings: Settings):
    before = every_row(settings)
    assert await busy.privacy(ana, "Erase what is kept about me") == QUESTION
    assert await busy.privacy(ana, "Erase what is kept about me", "Cancel") == "Nothing was done."
    assert every_row(settings) == before
    assert await busy.privacy(ana, *ERASE) == ERASED
    assert await busy.privacy(ana) == account("At the moment it keeps nothing of that.")


async def test_a_closed_poll_keeps_its_tally(busy: Room, ana: MemberActor, settings: Settings):
    await busy.command("poll close")
    results = text_of(busy.board("Poll 1, results"))
    await busy.privacy(ana, *ERASE)
    await busy.repaint()
    assert text_of(busy.board("Poll 1, results")) == results
    counted = "SELECT option, count(DISTINCT voter) FROM ballots GROUP BY option"
    assert ask(settings, counted) == [(0, 1), (1, 1), (2, 1)]
    assert ask(settings, "SELECT count(DISTINCT voter) FROM ballots") == [(2,)]


async def test_an_open_poll_loses_the_answer(busy: Room, ana: MemberActor, settings: Settings):
    await busy.privacy(ana, *ERASE)
    await busy.repaint()
    assert "**1 person has answered.**" in text_of(busy.board("Poll 1, open"))
    assert ask(settings, "SELECT option FROM ballots") == [(1,)]


async def test_an_open_review_loses_the_words(busy: Room, ana: MemberActor, settings: Settings):
    await busy.privacy(ana, *ERASE)
    await busy.repaint()
    assert "**1 person has answered.**" in text_of(busy.board("After action review, 1 of 2, open"))
    assert ask(settings, "SELECT text FROM contributions") == [("Listen",)]


async def documents(room: Room) -> str:
    """Everything that hangs on the organisers' report, as text."""
    files = room.board("Report of", room.office).attachments
    return "\n".join([(await each.read()).decode() for each in files if each.filename.endswith((".md", ".html"))])


async def test_a_finished_session_keeps_its_numbers_and_loses_the_words(busy: Room, ana: MemberActor):
    await busy.finish_session()
    summary = text_of(busy.board("Summary of"))
    assert "Ask why" in await documents(busy)
    await busy.privacy(ana, *ERASE)
    await busy.repaint()
    assert "**2 people took part here.**" in summary
    assert "**2 takeaways and 1 improvement**" in summary
    assert text_of(busy.board("Summary of")) == summary
    report = await documents(busy)
    assert "Listen" in report
    assert [word for word in ("Ask why", "Start on time") if word in report] == []
    assert "2 takeaways: 1 quotable, 1 withheld by its author." in report
    assert "1 improvement: none quotable, 1 withheld by its author." in report


async def test_nothing_in_the_database_mentions_an_erased_person(busy: Room, ana: MemberActor, settings: Settings):
    await busy.privacy(ana, "Leave mine out")
    await busy.finish_session()
    assert mentions(settings, ana) == {"ballots", "contributions", "left_out", "participations"}
    await busy.privacy(ana, *ERASE)
    assert mentions(settings, ana) == set()
    assert "Ask why" not in repr(every_row(settings))


def mentions(settings: Settings, who: MemberActor) -> set[str]:
    """The tables that hold a person's id in any row, as a number or in a text."""
    return {name for name, rows in every_row(settings).items() if any(str(who.id) in repr(row) for row in rows)}


async def test_nothing_is_left_in_the_file_either(busy: Room, ana: MemberActor, settings: Settings):
    await busy.finish_session()
    number, words = ana.id.to_bytes(8, "big"), b"Ask why"
    assert [each in on_disk(settings) for each in (number, words)] == [True, True]
    await busy.privacy(ana, *ERASE)
    await busy.restart()
    assert [each in on_disk(settings) for each in (number, words)] == [False, False]


def on_disk(settings: Settings) -> bytes:
    """The database's files, with the log of writes that have not got into it yet."""
    database = Path(path_of(settings))
    return b"".join(each.read_bytes() for each in sorted(database.parent.glob(f"{database.name}*")))


async def test_others_keep_everything(busy: Room, ana: MemberActor):
    [bo] = [each for each in busy.env.backend.users.values() if each.global_name == "Bo Attendee"]
    await busy.privacy(ana, *ERASE)
    kept = await busy.bot.services.privacy.kept(busy.guild.id, bo.id)
    assert (kept.sessions, kept.answers, kept.words) == (1, 1, 1)


async def test_erasing_here_leaves_another_server_alone(busy: Room, ana: MemberActor, settings: Settings):
    other = Room(busy.env, settings, busy.clock)
    there = other.guild.add_member(ana.user)
    await other.set_up()
    await other.import_series(SERIES)
    await other.start_session()
    await other.command("review open")
    await other.review(there, "Said elsewhere", "", quote=True)
    await busy.privacy(ana, *ERASE)
    assert (await record(other, there))["sessions"][0]["words"] == [
        {"kind": "takeaway", "text": "Said elsewhere", "may_be_quoted": True}
    ]


async def test_an_erased_person_can_act_again(busy: Room, ana: MemberActor):
    await busy.privacy(ana, *ERASE)
    await busy.vote(ana, 1, 1)
    await busy.review(ana, "Back again", "", quote=True)
    kept = await record(busy, ana)
    assert [each["answer"] for each in kept["sessions"][0]["answers"]] == [["Coffee"]]
    assert kept["sessions"][0]["words"] == [{"kind": "takeaway", "text": "Back again", "may_be_quoted": True}]


# ------------------------------------------------------------------ what was anonymous


@pytest.fixture
async def anonymous(live: Room, ana: MemberActor) -> Room:
    """Ana and Bo have answered a poll and a question, both anonymous and open."""
    await live.open_poll("Tea", "Coffee", question="What to drink?", privacy="anonymous")
    await live.command("poll open", question="And why?", kind="open", privacy="anonymous")
    for who, option in ((ana, 0), (live.member("Bo Attendee"), 1)):
        await live.vote(who, 1, option)
        await live.write(who, 2, f"Because of {option}", quote=True)
    return live


async def test_an_anonymous_answer_is_shown_while_its_poll_is_open(anonymous: Room, ana: MemberActor):
    kept = (await record(anonymous, ana))["sessions"][0]
    assert kept["cannot_be_shown"] == []
    assert kept["answers"] == [
        {"poll": 1, "question": "What to drink?", "privacy": "anonymous", "answer": ["Tea"]},
        {"poll": 2, "question": "And why?", "privacy": "anonymous", "answer": ["Because of 0"], "may_be_quoted": True},
    ]


async def test_once_it_has_closed_it_is_said_that_it_cannot_be_shown(anonymous: Room, ana: MemberActor):
    await anonymous.finish_session()
    kept = (await record(anonymous, ana))["sessions"][0]
    assert kept["answers"] == []
    assert [(each["poll"], each["privacy"], each["why"]) for each in kept["cannot_be_shown"]] == [
        (number, "anonymous", "It was anonymous and has closed: whether and what you answered cannot be told any more.")
        for number in (1, 2)
    ]
    assert await anonymous.privacy(ana) == account(
        "At the moment: 1 session you took part in, 0 poll answers, 0 written contributions. The attached file has "
        "every word of it. In sessions you took part in 2 anonymous polls have closed: what you answered there cannot "
        "be shown."
    )


async def test_erasing_takes_an_anonymous_answer_out_while_its_poll_is_open(
    anonymous: Room, ana: MemberActor, settings: Settings
):
    assert await anonymous.privacy(ana, *ERASE) == ERASED
    assert ask(settings, "SELECT option FROM ballots") == [(1,)]
    assert ask(settings, "SELECT text FROM contributions") == [("Because of 1",)]
    await anonymous.repaint()
    assert "**1 person has answered.**" in text_of(anonymous.board("Poll 1, open"))


async def test_erasing_after_the_close_keeps_it_and_cuts_what_there_is(
    anonymous: Room, ana: MemberActor, settings: Settings
):
    await anonymous.finish_session()
    assert await anonymous.privacy(ana, *ERASE) == ERASED
    assert mentions(settings, ana) == set()
    assert sorted(ask(settings, "SELECT option FROM ballots")) == [(0,), (1,)]
    assert await anonymous.privacy(ana) == account("At the moment it keeps nothing of that.")


async def test_the_links_of_what_was_confidential_are_cut_by_themselves(
    busy: Room, ana: MemberActor, settings: Settings
):
    await busy.finish_session()
    results = text_of(busy.board("Poll 1, results"))
    assert mentions(settings, ana) == {"ballots", "contributions", "participations"}
    # Not by letting the time pass: the bot looks every hour, and these are 90 days.
    await busy.bot.services.show.run_due(busy.clock.now() + LINKS_KEPT - timedelta(hours=1))
    assert mentions(settings, ana) == {"ballots", "contributions", "participations"}
    await busy.bot.services.show.run_due(busy.clock.now() + LINKS_KEPT)
    assert mentions(settings, ana) == {"participations"}
    assert len({who for (who,) in ask(settings, "SELECT voter FROM ballots")}) == 2
    assert text_of(busy.board("Poll 1, results")) == results
    kept = (await record(busy, ana))["sessions"][0]
    assert (kept["took_part"], kept["answers"], kept["words"]) == (True, [], [])


@pytest.mark.parametrize(
    ("labels", "answer"),
    [
        (["Leave mine out"], LEFT_OUT),
        (["Erase what is kept about me"], QUESTION),
        (ERASE, ERASED),
        (["Erase what is kept about me", "Cancel"], "Nothing was done."),
    ],
)
async def test_every_button_works_after_a_restart(room: Room, ana: MemberActor, labels: list[str], answer: str):
    shown = await ana.slash(room.channel, "privacy")
    for label in labels:
        await room.restart()
        shown = await room.press(ana, shown, label)
    assert said(shown) == answer


async def test_letting_in_again_works_after_a_restart(room: Room, ana: MemberActor):
    await room.privacy(ana, "Leave mine out")
    shown = await ana.slash(room.channel, "privacy")
    await room.restart()
    assert said(await room.press(ana, shown, "Let mine in again")) == (
        "Your words may be shared again, as you allowed with each of them."
    )
