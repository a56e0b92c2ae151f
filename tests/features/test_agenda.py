"""/agenda: the series at a glance, for everybody."""

import pytest
from simcord.backend.errors import SetupError

from bot.layout import TEXT
from bot.rehearsal.room import Room, said, text_of
from tests.conftest import SERIES

HOSTS = "Hosts: Emma Adams and Dr Joy Furnival"
LINK = "[Join on Zoom](<https://zoom.us/j/00000000000>)"


def lines(*text: str) -> str:
    return "\n".join(text)


async def agenda(room: Room) -> str:
    """What somebody who has just come sees."""
    return said(await room.member("Ana Attendee").slash(room.lobby, "agenda"))


async def headings(room: Room) -> list[str]:
    """The first words of each session."""
    return [line.split(":")[0] for line in (await agenda(room)).split("\n") if line.startswith("### ")]


async def test_everybody_sees_the_series(room: Room) -> None:
    await room.import_series(SERIES)
    assert await agenda(room) == lines(
        "# Quality Management Systems webinar series",
        "### 1 of 4 (next): Everybody's Business: Quality Management at an organisational level",
        "<t:1645707600:F> (Thursday 24 February 2022, 13:00 Europe/London)",
        HOSTS,
        "Guests: Michael Canavan, Dr Amar Shah and Dr Nicola Burgess",
        LINK,
        "### 2 of 4: “Putting the man on the moon” – aligning everyone to strategy",
        "<t:1649419200:F> (Friday 8 April 2022, 13:00 Europe/London)",
        HOSTS,
        LINK,
        "### 3 of 4: “Work as done vs work as imagined” – making QMS a daily reality",
        "The date is to be announced.",
        HOSTS,
        LINK,
        "### 4 of 4: “Leading for Quality” – how do we lead where we are and bring people with us?",
        "The date is to be announced.",
        HOSTS,
        LINK,
    )


async def test_it_follows_the_sessions(live: Room) -> None:
    assert await headings(live) == ["### 1 of 4 (open now)", "### 2 of 4", "### 3 of 4", "### 4 of 4"]
    await live.finish_session()
    assert await headings(live) == ["### 1 of 4 (finished)", "### 2 of 4 (next)", "### 3 of 4", "### 4 of 4"]
    await live.start_session(session=3)
    await live.finish_session()
    assert await headings(live) == ["### 1 of 4 (finished)", "### 2 of 4 (next)", "### 3 of 4 (finished)", "### 4 of 4"]


async def test_without_a_series_it_says_so(room: Room) -> None:
    assert await agenda(room) == (
        "There is no series here yet. A host can import one: /series template, then /series import."
    )


async def test_what_the_file_says_is_shown_inert(room: Room) -> None:
    await room.import_series(
        """
        [series]
        key = "inert"
        title = "**Bold** @everyone"
        time_zone = "America/New_York"
        starts = "13:00"
        ends = "14:00"
        place = "[Zoom](http"
        join_url = "https://zoom.us/j/1"
        hosts = [{ name = "<@1> \u202eabc" }]
        [[series.sessions]]
        title = "# `code` ||spoiler||"
        date = 2022-02-24
        """.encode()
    )
    assert await agenda(room) == lines(
        "# \\*\\*Bold\\*\\* @\u200beveryone",
        "### 1 of 1 (next): \\# \\`code\\` \\|\\|spoiler\\|\\|",
        "<t:1645725600:F> (Thursday 24 February 2022, 13:00 America/New\\_York)",
        "Hosts: \\<@1> abc",
        "[Join on \\[Zoom\\](http](<https://zoom.us/j/1>)",
    )


async def test_a_long_series_comes_in_several_private_messages(room: Room) -> None:
    sessions = "".join(f'[[series.sessions]]\ntitle = "{i:02} {"x" * 97}"\n' for i in range(25))
    series = f"""
        [series]
        key = "long"
        title = "A long series"
        time_zone = "Europe/London"
        place = "Zoom"
        join_url = "https://zoom.us/j/{"1" * 400}"
        hosts = [{{ name = "{"n" * 100}" }}]
        {sessions}
        """
    assert "is imported" in await room.import_series(series.encode())
    shown = await room.member("Ana").slash(room.lobby, "agenda")
    assert shown.response is not None
    messages = [shown.response, *shown.followups]
    assert all(len(text_of(message)) <= TEXT for message in messages)
    whole = said(shown)
    assert whole.count(f"\n[Join on Zoom](<https://zoom.us/j/{'1' * 400}>)") == 25
    assert all(f" {i:02} {'x' * 97}\n" in whole for i in range(25))


async def test_it_is_for_servers_only(room: Room) -> None:
    with pytest.raises(SetupError, match="context"):
        await room.host.user.slash("agenda")
