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
