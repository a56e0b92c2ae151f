"""The documents say what is true: every command, every setting, every room."""

import re
import tomllib
from pathlib import Path

import pytest
from discord import Permissions, app_commands
from pydantic import SecretStr

from bot.client import FEATURES
from bot.rehearsal.room import Room
from bot.services.hooks import Webhook
from bot.settings import EXAMPLE, DatabaseSettings, DiscordSettings, RehearsalSettings, Settings
from bot.stage import EVENTS, NEEDS, PINS, REACTIONS, TALK, THREADS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def commands(room: Room) -> set[str]:
    return {
        f"/{each.qualified_name}" for each in room.bot.tree.walk_commands() if isinstance(each, app_commands.Command)
    }


async def test_the_readme_lists_every_command_and_no_other(room: Room):
    assert set(re.findall(r"^\| `(/[a-z -]+)` \|", README, re.MULTILINE)) == commands(room)


async def test_every_command_that_a_document_names_exists(room: Room):
    known = commands(room)
    groups = {command.split()[0] for command in known}
    for text in (README, ARCHITECTURE, EXAMPLE.read_text("utf-8")):
        for named in re.findall(r"(?<![\w/.:])(/[a-z-]+(?: [a-z-]+)?)(?=[`,.:;) ])", text):
            if named.split()[0] in groups:
                assert named in known or named.split()[0] in known, named


def test_the_invitation_asks_for_every_right_that_the_bot_uses():
    (asked,) = re.findall(r"&permissions=(\d+)", README)
    wanted = (*NEEDS, *PINS, *EVENTS, *THREADS, *TALK, *REACTIONS)
    assert Permissions(int(asked)) == Permissions(**dict.fromkeys(wanted, True))


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("discord", DiscordSettings),
        ("database", DatabaseSettings),
        ("rehearsal", RehearsalSettings),
        ("webhooks", Webhook),
    ],
)
def test_the_example_explains_every_setting(table: str, model: type):
    section = re.split(r"\n(?:# )?\[", EXAMPLE.read_text("utf-8").split(f"[{table}]")[1])[0]
    written = set(re.findall(r"^(?:# )?([a-z_]+) = ", section, re.MULTILINE))
    assert written == {name for name, field in model.model_fields.items() if field.annotation != SecretStr | None}


def test_the_example_has_every_table():
    text = EXAMPLE.read_text("utf-8").replace("\n# [[webhooks]]", "\n[[webhooks]]")
    assert set(tomllib.loads(text)) == set(Settings.model_fields)


@pytest.mark.parametrize("document", ["README.md", "docs/architecture.md", "docs/decisions.md", "docs/performance.md"])
def test_every_file_that_a_document_names_is_there(document: str):
    text = (ROOT / document).read_text("utf-8")
    base = (ROOT / document).parent
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (base / link).exists(), link
    for named in re.findall(r"`((?:bot|cogs|docs|tests|migrations)/[\w/.]*)`", text):
        assert (ROOT / named).exists(), named
    for named in re.findall(r"`((?:services|storage|reports|rehearsal)/[\w.]+)`", text):
        assert (ROOT / "bot" / named).exists(), named


def test_the_architecture_names_every_file_of_the_shell():
    shell = {path.name for path in (ROOT / "bot").glob("*.py")} - {"__init__.py"}
    assert shell == set(re.findall(r"^\| `(\w+\.py)` \|", ARCHITECTURE, re.MULTILINE))


def test_every_feature_is_loaded():
    assert {path.stem for path in (ROOT / "cogs").glob("*.py")} - {"__init__"} == set(FEATURES)


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").split("[project.scripts]")[0].splitlines()
    listed = [line for line in lines if re.match(r'\s+"[a-z]', line)]
    assert listed
    assert [line for line in listed if "#" not in line] == ['  "plenary[rehearsal]",']
