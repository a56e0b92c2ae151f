"""The rehearsal whole: what it says happened is what stands in its database, recounted with nothing of ours."""

import fcntl
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.rehearsal.audience import Audience, load_audience
from tests.reports.readers import Read, read_html, read_markdown

PNG = b"\x89PNG\r\n\x1a\n"

SMALL = """
[rehearsal]
audience = "audience.toml"

[series]
key = "small"
title = "Small"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"

[[series.sessions]]
title = "First"

[[series.sessions.polls]]
name = "which"
question = "Which?"
options = ["This", "That"]
"""

ONE_PERSON = """
[[attendees]]
name = "Ana Attendee"
role = "nurse"
organisation = "hospital"
scope = "local"
answers = { which = 1 }
"""


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal that has ended: its folder, its exit status, and what it told."""

    folder: Path
    status: int
    told: str

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """What the database file says."""
        with closing(sqlite3.connect(f"file:{self.folder / 'rehearsal.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def report(self, kind: str) -> str:
        """The report as a file of that kind."""
        [path] = self.folder.glob(f"*-report.{kind}")
        return path.read_text("utf-8")

    def read(self, kind: str) -> Read:
        """The report, read back."""
        return {"md": read_markdown, "html": read_html}[kind](self.report(kind))


def started(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """A rehearsal as a person starts it, in a folder that is not the checkout."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "rehearse", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def rehearsals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rehearsed]:
    """The whole one; one with one poll and one person; and that on a machine where typst does not work.

    They are played once, by the first worker that comes; the others wait for it, and read what came of it.
    """
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "rehearsals"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / "ended.json"
        if not kept.exists():
            kept.write_text(json.dumps(ended(folder)), "utf-8")
    played = json.loads(kept.read_text("utf-8"))
    return {name: Rehearsed(folder / name / "rehearsal", *outcome) for name, outcome in played.items()}


def ended(parent: Path) -> dict[str, tuple[int, str]]:
    """Each in a folder of its own: its exit status, and what it told.

    At the same time, because a rehearsal mostly waits.
    """
    folders = {name: parent / name for name in ("whole", "small", "broken")}
    for folder in folders.values():
        folder.mkdir()
    for name in ("small", "broken"):
        (folders[name] / "config.toml").write_text(SMALL)
        (folders[name] / "audience.toml").write_text(ONE_PERSON)
    (folders["broken"] / "typst.py").write_text('raise ImportError("typst is broken here")\n')
    processes = {
        "whole": started(folders["whole"]),
        "small": started(folders["small"], "--config", "config.toml"),
        "broken": started(folders["broken"], "--config", "config.toml", PYTHONPATH=str(folders["broken"])),
    }
    try:
        told = {name: process.communicate(timeout=240)[0] for name, process in processes.items()}
        return {name: (process.returncode, told[name]) for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def audience() -> Audience:
    return load_audience()


@pytest.fixture
def rehearsed(rehearsals) -> Rehearsed:
    return rehearsals["whole"]


def test_it_ends_well_and_says_what_happened(rehearsed):
    assert rehearsed.status == 0, rehearsed.told
    lines = [" ".join(line.replace("│", " ").split()) for line in rehearsed.told.splitlines()]
    for line in ("Joined 122", "Took part here 109", "Takeaways 41", "Improvements 33"):
        assert line in lines
    assert any(line.startswith("Poll 1 About a sixth (16%) selected “London”") for line in lines)
    assert any(line.startswith("Poll 2 About three-fifths (59%) selected") for line in lines)
    assert any(line.startswith("Poll 3 About a third (36%) selected") for line in lines)
    for line in (
        "Comments 60 from 38 people",
        "Breakout rooms 12 to report back for; 1 sent nothing",
        "Offers of help 5 and 2 introductions",
        "Actions 2 under way",
        "Themes 5 and 5 of them signed off",
    ):
        assert line in lines
    assert any(line.startswith("Questions 9 with ") for line in lines)


def test_a_step_is_told_for_everything_that_is_done(rehearsed):
    assert re.search(r"(\d+)/\1\b", rehearsed.told), rehearsed.told


def test_every_file_it_names_is_there_and_is_what_it_says(rehearsed):
    named = {Path(line.strip()) for line in rehearsed.told.splitlines() if line.strip().startswith("/")}
    written = {path for path in rehearsed.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert named == written
    assert {path.suffix for path in named} == {".db", ".png", ".md", ".html", ".pdf", ".docx"}
    assert all(path.read_bytes().startswith(PNG) for path in named if path.suffix == ".png")


def test_the_database_has_the_webinars_figures(rehearsed):
    assert rehearsed.ask("PRAGMA integrity_check") == [("ok",)]
    assert rehearsed.ask("PRAGMA foreign_key_check") == []
    played = rehearsed.ask("SELECT number, state, joined FROM sessions ORDER BY number")
    assert played == [(1, "finished", 122), (2, "planned", None), (3, "planned", None), (4, "planned", None)]
    by_poll = 'SELECT number, count(DISTINCT voter), count(*), sum("option" = 0), state FROM polls JOIN ballots'
    assert rehearsed.ask(f"{by_poll} ON poll_id = polls.id GROUP BY number ORDER BY number") == [
        (1, 102, 102, 11, "closed"),
        (2, 90, 90, 53, "closed"),
        (3, 74, 74, 27, "closed"),
    ]
    kinds = Counter(kind for (kind,) in rehearsed.ask("SELECT kind FROM contributions WHERE text != ''"))
    assert kinds == {
        "takeaway": 41,
        "improvement": 33,
        "comment": 60,
        "question": 9,
        "feedback": 11,
        "offer": 5,
    }
    assert rehearsed.ask("SELECT state FROM reviews") == [("closed",)]
    assert rehearsed.ask("SELECT count(*) FROM participations") == [(109,)]
    # All of them were anonymous: who took part is known, and nothing leads from there to an answer.
    assert rehearsed.ask("SELECT count(*) FROM ballots JOIN participations ON voter = person") == [(0,)]
    assert rehearsed.ask("SELECT count(*) FROM ballot_keys") == [(0,)]


def test_what_was_said_in_the_chat_is_kept_as_it_stands_there(rehearsed, audience):
    said = {one.text: one for one in audience.comments}
    kept = rehearsed.ask("SELECT id, author, text, reply_to FROM contributions WHERE kind = 'comment'")
    assert {text for *_, text, _ in kept} == said.keys()
    assert len({author for _, author, *_ in kept}) == 38
    words = {number: text for number, _, text, _ in kept}
    replies = {text: words[to] for _, _, text, to in kept if to}
    assert {text: said[to].by for text, to in replies.items()} == {
        text: one.replies_to for text, one in said.items() if one.replies_to
    }
    supported = dict(rehearsed.ask("SELECT contribution_id, count(*) FROM supports WHERE emoji != '' GROUP BY 1"))
    assert {words[number]: count for number, count in supported.items()} == {
        text: sum(map(len, one.reactions.values())) for text, one in said.items() if one.reactions
    }
    assert rehearsed.ask(
        "SELECT count(*) FROM contributions WHERE kind IN ('takeaway', 'improvement') AND message_id IS NOT NULL"
    ) == [(6,)]


def test_the_panel_is_asked_and_answers(rehearsed, audience):
    votes = "SELECT count(*) FROM supports WHERE contribution_id = id"
    asked = rehearsed.ask(
        f"SELECT text, status, state, source, answer, follow_up, ({votes}) FROM questions "
        "JOIN contributions ON id = contribution_id ORDER BY number"
    )
    assert [row[0] for row in asked] == [one.text for one in audience.questions]
    for (_, status, state, source, answer, follow_up, count), one in zip(asked, audience.questions, strict=True):
        left = "merged" if one.merged_into else "waiting"
        assert status == {"live": "live", "in writing": "written"}.get(one.answered or "", left)
        assert state == ("held" if one.held else "captured")
        assert source == ("discord" if one.by else "zoom")
        assert (answer, follow_up) == (one.answer or "", one.follow_up or "")
        assert count == len(one.upvotes)
    assert rehearsed.ask(
        "SELECT one.number, other.number FROM questions one JOIN questions other "
        "ON one.merged_into = other.contribution_id ORDER BY 1"
    ) == [(4, 2), (5, 3)]


def test_the_breakout_lasts_15_minutes_and_comes_back(rehearsed, audience):
    [(number, rooms, state, opened, ends, warned)] = rehearsed.ask(
        "SELECT number, rooms, state, opened_at, ends_at, warned FROM breakouts"
    )
    assert (number, rooms, state, warned) == (1, "zoom", "closed", 1)
    lasted = datetime.fromisoformat(str(ends)) - datetime.fromisoformat(str(opened))
    assert lasted == timedelta(minutes=15)
    sent = dict(
        rehearsed.ask("SELECT name, text FROM breakout_groups LEFT JOIN contributions ON group_id = breakout_groups.id")
    )
    assert sent == {one.name: one.discussed for one in audience.rooms}


def test_offers_actions_themes_and_who_people_are(rehearsed, audience):
    offers = rehearsed.ask("SELECT type, text FROM offers JOIN contributions ON id = contribution_id")
    assert {*offers} == {(one.type, one.text) for one in audience.offers}
    assert rehearsed.ask("SELECT state, offerer_says FROM introductions ORDER BY 2") == [
        ("agreed", ""),
        ("agreed", *[one.came_of_it for one in audience.offers if one.came_of_it]),
    ]
    actions = rehearsed.ask(
        "SELECT actions.text, owner, contributions.text FROM actions JOIN contributions ON contributions.id = "
        "contribution_id ORDER BY number"
    )
    improved = {one.name: one.improvement for one in audience.attendees}
    assert actions == [(one.text, one.owner, improved[one.of]) for one in audience.actions]
    themed = rehearsed.ask(
        "SELECT name, text FROM themes JOIN theme_contributions ON theme_id = themes.id "
        "JOIN contributions ON contributions.id = contribution_id"
    )
    assert {*themed} == {(theme, one.text) for one in audience.comments for theme in one.themes}
    signed = rehearsed.ask("SELECT name, signed_by FROM themes WHERE signed_by != ''")
    assert {name: by.split(" (")[0] for name, by in signed} == {
        one.name: one.signed_by for one in audience.themes if one.signed_by
    }
    about = rehearsed.ask("SELECT role, organisation FROM profiles")
    assert Counter(about) == Counter(
        (one.about.role, one.about.organisation) for one in audience.attendees if one.about
    )


def test_every_board_was_posted_once(rehearsed):
    boards = rehearsed.ask("SELECT kind, message_id, final FROM boards")
    assert Counter(kind for kind, *_ in boards) == {
        "card": 2,
        "console": 1,
        "doors": 1,
        "welcome": 1,
        "now": 1,
        "poll": 3,
        "results": 3,
        "breakout": 1,
        "warning": 1,
        "collated": 1,
        "silent": 6,
        "panel": 1,
        "queue": 1,
        "written": 1,
        "takeaway": 1,
        "improvement": 1,
        "nudge": 1,
        "introduction": 2,
        "reply": 2,
        "summary": 1,
        "report": 1,
        "published": 1,
        "followup": 1,
    }
    messages = [message for _, message, _ in boards]
    assert None not in messages
    assert len(set(messages)) == len(messages)
    assert {kind for kind, _, final in boards if not final} == {"card"}, "nothing waits to be painted"


@pytest.mark.parametrize("kind", ["md", "html"])
def test_the_report_prints_what_the_database_holds(rehearsed, kind):
    report = rehearsed.read(kind)
    text = " ".join(report.text.split())
    for said in ("109 people", "122 people", "n=90", "59%", "n=74", "36%", "41 takeaways", "33 improvements"):
        assert said in text, said
    tables = [table for table in report.tables if table[0] == ["Option", "People", "Per cent"]]
    counted = 'SELECT "option", count(*) FROM ballots WHERE poll_id = {} GROUP BY 1 ORDER BY 1'
    for poll, table in enumerate(tables, 2):
        counts = [count for _, count in rehearsed.ask(counted.format(poll))]
        assert [int(people) for _, people, _ in table[1:]] == counts
        assert [share for *_, share in table[1:]] == [f"{round(100 * count / sum(counts))}%" for count in counts]
    assert len(tables) == 2
    (places,) = [table[1:] for table in report.tables if table[0] == ["Region", "People", "Per cent"]]
    shown = {at: int(people) for at, (_, people, _) in enumerate(places) if people != "not shown"}
    came = dict(rehearsed.ask(counted.format(1)))
    assert shown == {at: count for at, count in came.items() if count >= 5}
    assert len(came) == len(places) == 14


@pytest.mark.parametrize("kind", ["md", "html"])
def test_the_report_quotes_word_for_word_those_who_allow_it_and_nobody_else(rehearsed, kind):
    said = rehearsed.ask("SELECT kind, text, one_thing, quotable FROM contributions WHERE state != 'held'")

    def words(quotes: Iterable[object]) -> Counter[str]:
        return Counter(" ".join(str(quote).strip(" “”\n").split()) for quote in quotes if quote)

    # Questions and offers are public by themselves, and listed each in its own way.
    listed = words(text for of, text, *_ in said if of in {"question", "offer"})
    mine = [row for row in said if row[0] not in {"question", "offer"}]
    quoted = words(rehearsed.read(kind).quotes)
    came = words(each for row in rehearsed.ask("SELECT asker_says, offerer_says FROM introductions") for each in row)
    sent = words(part for *_, text, one_thing, may in mine if may for part in (text, one_thing))
    assert quoted.keys() - listed.keys() == sent.keys() | came.keys()
    # A quote stands once, but one that is sorted into two themes stands with both.
    sorted_twice = rehearsed.ask(
        "SELECT text FROM contributions JOIN theme_contributions ON contribution_id = id "
        "GROUP BY id HAVING count(*) > 1"
    )
    assert (quoted - listed) - sent - came <= words(text for (text,) in sorted_twice)
    [themes] = rehearsed.folder.glob("*-for-themes.md")
    given = words(read_markdown(themes.read_text("utf-8")).quotes)
    assert given - listed == words(f"{text} {one_thing or ''}" for *_, text, one_thing, may in mine if not may)


def test_the_sample_in_the_documents_is_what_is_made(rehearsed):
    sample = Path(__file__).parents[2] / "docs" / "sample-report"
    for made in rehearsed.folder.glob("qms-1-of-4-*.md"):
        if "for-themes" not in made.name:
            assert (sample / made.name).read_text("utf-8") == made.read_text("utf-8"), "make sample makes it anew"
    assert {each.suffix for each in sample.iterdir()} == {".pdf", ".docx", ".html", ".md", ".png"}


def test_a_small_one_ends_well_too(rehearsals):
    done = rehearsals["small"]
    assert done.status == 0, done.told
    assert done.ask('SELECT "option" FROM ballots') == [(0,)]


def test_it_fails_where_the_bot_logs_an_error(rehearsals):
    # The results and the report still come, without their figures; and that is an error in the log.
    done = rehearsals["broken"]
    assert done.status == 1, done.told
    assert done.ask("SELECT kind FROM boards WHERE message_id IS NULL") == []
    assert "The rehearsal failed" in done.told
    assert "figures" in done.told
    assert "What to do next" not in done.told
