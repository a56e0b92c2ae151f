"""The command line as an operator meets it: real processes, started somewhere else, with or without settings.

What is only about its sentences is run without a process of its own, which would take a second to start.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import chdir, closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.filing import FilingError, file_in
from bot.lease import Lease
from bot.reports.made import ReportFile
from bot.settings import EXAMPLE, TOKEN_VARIABLE
from bot.storage.database import opened
from tests.services.guild import NOW, Recorder, ask, opened_session, over

# Of no bot, and in two pieces, so that nothing that looks for lost tokens finds one here.
ACCOUNT = "MTk4NjIyNDgzNDcxOTI1MjQ4"
TOKEN = f"{ACCOUNT}.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs-abcdefgh"
PASSWORD = "hunter2-of-the-database"  # noqa: S105  (of no database)
PERSONAL = {TOKEN_VARIABLE, "COLUMNS", "FORCE_COLOR"}


def plenary(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it in a folder, with nothing in the environment that is this machine's alone."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in PERSONAL} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def plenary_here(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in this process."""
    with chdir(folder):
        done = CliRunner().invoke(app, arguments, prog_name="plenary")
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What the operator reads when it will not start: one sentence, and nothing of a program's insides."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "site-packages" not in done.stderr
    assert TOKEN not in done.stderr
    assert PASSWORD not in done.stderr
    return " ".join(done.stderr.split())


def test_help_names_the_commands(tmp_path):
    done = plenary(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        "Plenary runs webinar series on Discord",
        "run ",
        "Start the bot",
        "rehearse ",
        "no token, no network",
        "check ",
        "export ",
    ):
        assert said in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_no_settings_file(tmp_path):
    said = refused(plenary(tmp_path, "run", **{TOKEN_VARIABLE: TOKEN}))
    assert said == (
        "There is no settings file config.toml. Copy config.example.toml to config.toml and change what is yours."
    )
    assert list(tmp_path.iterdir()) == []


def test_no_token(tmp_path):
    (tmp_path / "config.toml").write_bytes(EXAMPLE.read_bytes())
    said = refused(plenary(tmp_path, "run"))
    assert said.startswith(f"There is no bot token. Set {TOKEN_VARIABLE} in the environment")
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[discord]\nhost = 1\n", ["mine.toml cannot be used", "[discord] host"]),
        (f'[discord]\ntoken = "{TOKEN}"\n', ["mine.toml has the bot's token in it"]),
        (f'[database]\nurl = "mysql://me:{PASSWORD}@db/plenary"\n', ["[database] url", "sqlite+aiosqlite:///"]),
    ],
    ids=["unknown key", "token in the file", "unknown database"],
)
def test_settings_it_cannot_start_with(tmp_path, text, told):
    (tmp_path / "mine.toml").write_text(text)
    said = refused(plenary(tmp_path, "run", "--config", "mine.toml", **{TOKEN_VARIABLE: TOKEN}))
    for part in told:
        assert part in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_a_rehearsal_says_what_is_wrong_with_its_settings_too(tmp_path):
    (tmp_path / "mine.toml").write_text('[rehearsal]\naudience = "nobody.toml"\n')
    assert "nobody.toml" in refused(plenary(tmp_path, "rehearse", "--config", "mine.toml"))


SERIES = """
[series]
key = "small"
title = "A small series"
time_zone = "Europe/London"
starts = "13:00"
ends = "14:30"
join_url = "https://example.org/join"
[[series.sessions]]
title = "One"
date = 2099-03-04
"""


def checked(folder: Path, text: str) -> tuple[int, list[str]]:
    """The exit status of a check, and what it prints."""
    (folder / "series.toml").write_text(text, "utf-8")
    done = plenary_here(folder, "check", "series.toml")
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_checking_a_series_in_order(tmp_path):
    assert checked(tmp_path, SERIES) == (0, ["Nothing to mend."])
    assert [path.name for path in tmp_path.iterdir()] == ["series.toml"]


def test_checking_a_series_with_doubts(tmp_path):
    assert checked(tmp_path, SERIES.replace("2099", "2022") + '[[series.sessions]]\ntitle = "Two"\n') == (
        0,
        [
            "warning: session 1: its date, 4 March 2022, is in the past.",
            "warning: session 2: it has no date yet, so nothing announces it.",
        ],
    )


def test_checking_a_series_with_errors(tmp_path):
    assert checked(tmp_path, SERIES.replace("time_zone", "time_zome")) == (
        1,
        [
            'error: series, time_zome: there is no such key; did you mean "time_zone"?',
            "error: series, time_zone: it is missing.",
        ],
    )
    points = ", ".join(f'"{"x" * 250}"' for _ in range(20))
    crowded = SERIES.replace("[[series", f"housekeeping = [{points}]\n[[series").replace("2099", "2022")
    status, (first, second) = checked(tmp_path, crowded)
    assert status == 1
    assert first.startswith("error: session 1: its welcome has 5,")
    assert second.startswith("warning: session 1: its date")


def test_checking_the_whole_example(tmp_path):
    status, told = checked(tmp_path, EXAMPLE.read_text("utf-8"))
    assert status == 0
    assert all(line.startswith("warning: session ") for line in told)


def test_checking_what_cannot_be_read(tmp_path):
    assert refused(plenary_here(tmp_path, "check", "none.toml")) == (
        "The file none.toml cannot be read: No such file or directory."
    )
    assert refused(plenary(tmp_path, "check", ".")) == "The file . cannot be read: Is a directory."
    (tmp_path / "huge.toml").write_bytes(bytes(600 * 1024))
    assert refused(plenary_here(tmp_path, "check", "huge.toml")) == (
        "The file has 600 KB; a series file has at most 512 KB."
    )


# ------------------------------------------------------------------ export


@pytest.fixture
def held(tmp_path, empty_database):
    """A folder with settings, and a database in which session 1 of the example is over."""
    shutil.copyfile(empty_database, tmp_path / "plenary.db")
    (tmp_path / "config.toml").write_text("")
    asyncio.run(_held(tmp_path))
    return tmp_path


async def _held(folder: Path) -> None:
    async with opened(f"sqlite+aiosqlite:///{folder / 'plenary.db'}") as database:
        services = over(database, Recorder(database))
        session = await opened_session(services)
        poll = await ask(services, session, privacy="anonymous")
        for person in range(101, 108):
            await services.polls.cast(session.guild_id, poll.id, (person % 3,), person)
        await services.show.finish(session.guild_id, session.id, NOW)


def unwritten(done: subprocess.CompletedProcess[str]) -> str:
    """What the operator reads when nothing could be written."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("plenary.db")}


def test_exporting_a_session_beside_a_bot_that_is_at_work(held):
    with Lease(f"sqlite+aiosqlite:///{held / 'plenary.db'}", lambda: None):
        done = plenary(held, "export", "1", "--xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    folder = held / "qms-1-of-4-data"
    assert [Path(line).name for line in done.stdout.splitlines()] == sorted(files_in(folder))
    assert {"ballots.csv", "qms-1-of-4.json", "qms-1-of-4.xlsx", "plenary-session-data.md"} <= files_in(folder)
    found = json.loads((folder / "qms-1-of-4.json").read_text("utf-8"))
    assert [each["value"] for each in found["numbers"] if each["name"] == "poll-1/n"] == [7]
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".xlsx"}
    again = plenary(held, "export", "qms/1", "--out", "other")
    assert (again.returncode, again.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in (held / "other").iterdir()} == before


def test_what_cannot_be_exported_is_told_in_a_sentence(held):
    assert unwritten(plenary_here(held, "export", "9")) == "The series “qms” has no session 9."
    (held / "file").write_text("")
    said = unwritten(plenary_here(held, "export", "1", "--out", "file/inside"))
    assert said == "file/inside cannot be written: Not a directory. Nothing was kept of it."
    assert files_in(held) == {"config.toml", "file"}


def test_a_database_that_is_not_there_or_of_another_version_is_not_touched(held):
    (held / "none.toml").write_text('[database]\nurl = "sqlite+aiosqlite:///none.db"\n')
    assert unwritten(plenary_here(held, "export", "1", "--config", "none.toml")) == "There is no database none.db."
    with closing(sqlite3.connect(held / "plenary.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    assert unwritten(plenary_here(held, "export", "1")).startswith("The database is of another version of Plenary")
    (held / "other.db").write_bytes(b"nothing of ours" * 1000)
    (held / "other.toml").write_text('[database]\nurl = "sqlite+aiosqlite:///other.db"\n')
    assert unwritten(plenary_here(held, "export", "1", "--config", "other.toml")).startswith(
        "The database cannot be read"
    )
    assert files_in(held) == {"config.toml", "none.toml", "other.toml", "other.db"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to set")
@pytest.mark.parametrize("there", [True, False], ids=["into a folder", "into a new one"])
def test_a_full_disk_leaves_no_file_and_nothing_half(tmp_path, there):
    import resource

    folder = tmp_path / "out"
    if there:
        folder.mkdir()
        (folder / "a.csv").write_bytes(b"as it was")
    files = [ReportFile("a.csv", b"small", ""), ReportFile("b.csv", bytes(100_000), "")]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(FilingError, match=r"out cannot be written: .*\. Nothing was kept of it\."):
            file_in(folder, files)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    found = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == ({"a.csv": b"as it was"} if there else {})
    assert folder.exists() == there
    assert [path.name for path in file_in(folder, files)] == ["a.csv", "b.csv"]
