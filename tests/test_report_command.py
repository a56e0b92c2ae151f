"""`plenary report` as an operator uses it: a real process, without Discord, on a database or on Zoom's files alone."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.tables import sessions
from tests.services.guild import GUILD, Recorder, opened_session, over
from tests.services.test_zoom import CHAT, PEOPLE, POLLS
from tests.tables import every_row
from tests.test_command_line import plenary, plenary_here

KINDS = ["docx", "html", "md", "pdf"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    named = {"polls.csv": POLLS, "people.csv": PEOPLE, "chat.txt": CHAT}
    for name, text in named.items():
        (tmp_path / name).write_text(text)
    return list(named)


@pytest.fixture
async def held(database: Database) -> None:
    """A session that is over, with words from Zoom's chat."""
    services = over(database, Recorder(database))
    session = await opened_session(services)
    said = "".join(f"13:05:00 From A{at} to Everyone:\n\tNumber {at}. {'word ' * 40}\n" for at in range(200))
    preview = await services.zoom.propose(session, "chat.txt", said.encode())
    await services.zoom.merge(GUILD, preview.file_id, quotable=True)
    async with database.write() as connection:
        await connection.execute(update(sessions).values(state="finished").where(sessions.c.id == session.id))


@pytest.fixture
def config(tmp_path: Path, settings: Settings) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(f'[database]\nurl = "{settings.database.url}"\n')
    return path


def written(said: str) -> list[str]:
    return [line for line in said.splitlines() if "-report/" in line or line.startswith("out")]


def endings(paths: Sequence[str]) -> list[str]:
    return sorted({Path(path).suffix[1:] for path in paths} - {"png"})


def test_from_zooms_files_alone(tmp_path: Path, files: list[str]):
    facts = ("--title", "In conversation", "--series", "Q webinars", "--part", "1/4", "--quote")
    done = plenary(tmp_path, "report", "--zoom", *files, *facts)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A chat: 4 messages from 3 people, with 1 reaction." in done.stdout
    paths = written(done.stdout)
    assert endings(paths) == KINDS
    assert all((tmp_path / path).stat().st_size > 300 for path in paths)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*files, "q-webinars-1-of-4-report"])
    told = (tmp_path / "q-webinars-1-of-4-report/q-webinars-1-of-4-report.md").read_text()
    assert "Thursday 24 February 2022" in told
    assert re.search(r"Joined on Zoom:\*\* 2 people", told)
    assert "Nothing was asked or said on Discord" in told
    assert "took part" not in told.lower()
    assert "Hello there everybody" in told
    assert "secret words" not in told
    assert "Ana Lopez" not in told


def test_the_same_files_make_the_same_report(tmp_path: Path, files: list[str]):
    made = []
    for name in ("out1", "out2"):
        done = plenary(tmp_path, "report", "--zoom", *files, "--out", name)
        assert done.returncode == 0, done.stderr
        made.append({each.name: each.read_bytes() for each in (tmp_path / name).iterdir() if each.suffix != ".docx"})
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--zoom", "none.csv"), "none.csv cannot be read: No such file or directory."),
        (("--zoom", "half.csv"), "Only half of half.csv is there"),
        (("--zoom", "polls.csv", "polls.csv"), "There are two poll reports."),
        (
            ("--zoom", "people.csv", "--date", "2022-03-24"),
            "The files are of 24 February 2022, and not of 24 March 2022.",
        ),
        (("--zoom", "chat.txt", "--part", "5/4"), "There is no part 5 of 4"),
        (("--zoom", "chat.txt", "--part", "one"), "“one” is no part"),
        (("--zoom", "chat.txt", "--time-zone", "Europe/Londn"), "did you mean Europe/London?"),
        ((), "Say which session, by its number, or give Zoom's files after --zoom."),
        (("1", "2"), "Say which session"),
    ],
)
def test_trouble_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, files: list[str], arguments: tuple[str, ...], told: str
):
    (tmp_path / "half.csv").write_text(PEOPLE[:-20])
    done = plenary_here(tmp_path, "report", *arguments)
    assert done.returncode == 1
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*files, "half.csv"])


@pytest.mark.usefixtures("held")
def test_from_a_database_that_is_only_read(tmp_path: Path, settings: Settings, config: Path):
    before = every_row(settings)
    done = plenary(tmp_path, "report", "1", "--config", str(config), "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert endings(written(done.stdout)) == KINDS
    assert "Number 1" in next((tmp_path / "out").glob("*.md")).read_text()
    assert every_row(settings) == before
    assert list(tmp_path.glob("*.lock")) == []


def test_a_database_of_another_version_is_left_as_it_is(tmp_path: Path, settings: Settings, config: Path):
    path = Path(settings.database.url.partition("///")[2])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    done = plenary_here(tmp_path, "report", "1", "--config", str(config))
    assert done.returncode == 1
    assert "of another version" in done.stderr
    assert path.read_bytes() == before


def test_a_session_that_is_not_there(tmp_path: Path, config: Path):
    done = plenary_here(tmp_path, "report", "7", "--config", str(config))
    assert (done.returncode, done.stderr.strip()) == (1, "There is no series here.")


FULL = """
import resource
from bot import __main__, filing

real = filing.TemporaryDirectory

def full(*arguments, **options):
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
    return real(*arguments, **options)

filing.TemporaryDirectory = full
__main__.app()
"""
"""From the moment at which files are written, nothing of more than 5,000 bytes can be."""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")
@pytest.mark.usefixtures("held")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, config: Path):
    done = subprocess.run(
        [sys.executable, "-c", FULL, "report", "1", "--config", str(config), "--out", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "out cannot be written: File too large. Nothing was kept of it." in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert {each.name for each in tmp_path.iterdir() if not each.name.startswith("plenary.db")} == {"mine.toml"}
