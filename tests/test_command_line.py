"""The command line as an operator meets it: real processes, started somewhere else, with or without settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import EXAMPLE, TOKEN_VARIABLE

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
    done = plenary(folder, "check", "series.toml")
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
    assert refused(plenary(tmp_path, "check", "none.toml")) == (
        "The file none.toml cannot be read: No such file or directory."
    )
    assert refused(plenary(tmp_path, "check", ".")) == "The file . cannot be read: Is a directory."
    (tmp_path / "huge.toml").write_bytes(bytes(600 * 1024))
    assert refused(plenary(tmp_path, "check", "huge.toml")) == (
        "The file has 600 KB; a series file has at most 512 KB."
    )
