"""The summary and the report's message: polls of every kind, on the boards of the room and of the office."""

import pytest

from bot.layout import TEXT
from bot.press import Order
from bot.rehearsal.room import Room, text_of
from bot.reports.made import Made
from bot.services.drafts import Draft
from bot.services.sessions import Session
from bot.storage import boards, sessions
from tests.features.test_zoom import POLLS, buttons, send

STEPS = ("1: Poor", "2 of 5", "3 of 5", "4 of 5", "5: Good")
REGIONS = ("Scotland", "Wales", "England", "Northern Ireland")

BORDA = "Borda count: 2 points for a first place, 1 for a second."
NOT_SHOWN = "Regions with fewer than five people are not shown, nor is a larger one that would give them away."


async def session_of(live: Room) -> Session:
    session = await live.bot.services.sessions.live(live.guild.id)
    assert session is not None
    return session


async def hold(live: Room, new: Draft, *given: tuple[int, ...]) -> int:
    """A poll that people answer as given; its number."""
    poll = await live.bot.services.polls.open(await session_of(live), new, live.clock.now())
    for person, chosen in enumerate(given, start=1001):
        await live.bot.services.polls.cast(live.guild.id, poll.id, chosen, person)
    return poll.number


async def test_the_summary_tells_each_kind_of_poll_in_its_own_way(live: Room) -> None:
    await hold(live, Draft("How was it?", STEPS, 1, "at_close", kind="rating"), (4,), (3,), (0,))
    ranking = Draft("What first?", ("Culture", "Time"), 2, "at_close", kind="ranking", privacy="named")
    await hold(live, ranking, (0, 1), (0,), (1, 0))
    place = Draft("Where are you?", REGIONS, 1, "at_close", kind="place")
    await hold(live, place, *[(0,)] * 6, *[(1,)] * 2, *[(2,)] * 8)
    asked = Draft("What will you try?", (), 1, "at_close", kind="open", privacy="confidential")
    await hold(live, asked)
    poll = (await live.bot.services.polls.in_session(await session_of(live)))[-1]
    await live.bot.services.polls.write(live.guild.id, poll.id, 1001, "Ask my team *first*.", quotable=True)
    await live.finish_session()
    polls = text_of(live.board("Summary of")).split("\n\n")[2:6]
    assert [each.split("\n") for each in polls] == [
        [
            "**Poll 1. How was it?** n=3",
            "-# Mean 3.3, median 4. People who left it blank are not counted. Answered anonymously.",
            *("- 1: Poor, **1** (33%)", "- 2 of 5, **0** (0%)", "- 3 of 5, **0** (0%)"),
            *("- 4 of 5, **1** (33%)", "- 5: Good, **1** (33%)"),
        ],
        [
            "**Poll 2. What first?** n=3",
            f"-# {BORDA} Answered with names (names are not in this report).",
            "- Culture: **5 points**, first for 67%",
            "- Time: **3 points**, first for 33%",
        ],
        [
            "**Poll 3. Where are you?** n=16",
            f"-# {NOT_SHOWN} 8 people chose those that are not shown. Answered anonymously.",
            *(
                "- Scotland: not shown",
                "- Wales: not shown",
                "- England: **8** (50%)",
                "- Northern Ireland: **0** (0%)",
            ),
        ],
        [
            "**Poll 4. What will you try?** n=1",
            "-# The team reads the answers before sharing any. Answered confidentially.",
        ],
    ]
    assert not any("Ask my team" in shown for shown in live.texts(live.channel))
    report = text_of(live.board("Report of"))
    assert "Poll 1: On a scale of 1 to 5, the mean was 3.3 and the median 4 (n=3)." in report
    assert "Poll 4: 1 person wrote an answer (n=1)." in report


async def test_a_second_run_says_so_and_a_poll_taken_out_is_on_neither_board(live: Room) -> None:
    polls, session, guild = live.bot.services.polls, await session_of(live), live.guild.id
    await hold(live, Draft("Which way?", ("Left", "Right"), 1, "at_close"), (0,))
    await hold(live, Draft("Marmalade?", ("Yes", "No"), 1, "at_close"), (0,))
    first, void = await polls.in_session(session)
    await polls.close(first, live.channel.id, live.clock.now())
    again = await polls.rerun(session, first, live.clock.now())
    await polls.cast(guild, again.id, (1,), 1001)
    await polls.void(guild, void.id, "It was the wrong question.", live.clock.now())
    await live.finish_session()
    summary, report = text_of(live.board("Summary of")), text_of(live.board("Report of"))
    assert (
        "**Poll 3. Which way?** n=1\n-# Asked again (first run: Poll 1). Answered anonymously.\n"
        "- Left: **0** (0%)\n- Right: **1** (100%)"
    ) in summary
    assert "Poll 3 (Poll 1 asked again): The one person who answered selected “Right” (n=1)." in report
    assert "Marmalade" not in summary + report


async def test_many_polls_say_in_short_how_they_were_answered(live: Room) -> None:
    for i in range(12):
        await hold(live, Draft(f"{i} {'*' * 290}", STEPS, 1, "at_close", kind="rating"), (2,))
    await live.finish_session()
    summary = text_of(live.board("Summary of"))
    assert len(summary) <= TEXT
    assert (
        "**Poll 12.** On a scale of 1 to 5, the mean was 3.0 and the median 3 (n=1). Answered anonymously." in summary
    )


async def test_a_poll_that_was_held_on_zoom_alone_is_not_taken_for_one_from_here(live: Room) -> None:
    await hold(live, Draft("Which way?", ("Left", "Right"), 1, "at_close"), (0,))
    shown = await send(live, POLLS)
    await live.press(live.host, shown, next(iter(buttons(shown))))
    await live.finish_session()
    summary = text_of(live.board("Summary of"))
    assert summary.count("**Poll 1. Which way?** n=1") == 1
    assert summary.count("**Poll 1.") == 1
    assert "**Zoom poll 1. " in summary


async def test_very_many_second_runs_fit_on_the_report_s_message(live: Room) -> None:
    polls, session, now = live.bot.services.polls, await session_of(live), live.clock.now()
    last = await polls.open(session, Draft("Which way?", ("Left", "Right"), 1, "at_close"), now)
    for _ in range(60):
        await polls.close(last, live.channel.id, now)
        last = await polls.rerun(session, last, now)
    await live.finish_session()
    report = text_of(live.board("Report of"))
    assert len(report) <= TEXT
    assert "\nPoll 61 (Poll 1 asked" in report


@pytest.mark.logs_errors
async def test_the_report_s_message_comes_where_no_process_can_begin(live: Room) -> None:
    async def full(_: Order) -> Made:
        raise OSError(11, "Resource temporarily unavailable")

    live.bot.press = full
    await live.finish_session()
    assert "Could not be made: the files. /report draft tries again." in text_of(live.board("Report of"))


async def test_a_title_is_made_harmless_once_on_the_report_of_the_series(live: Room) -> None:
    session = await session_of(live)
    async with live.bot.database.write() as connection:
        await sessions.update_session(connection, session.id, title="A *new* way")
        await boards.add(connection, "overall", session.series_id, live.guild.id, live.office.id, now=live.clock.now())
    await live.restart()
    assert "Part 1, A \\*new\\* way: 0 people took part here" in text_of(
        live.board("Report of the series", live.office)
    )
