"""The settings: what they default to, what they refuse, and that the token never shows."""

import base64
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.services.hooks import Webhook
from bot.settings import EXAMPLE, DiscordSettings, Settings, SettingsError, load_settings

# Of no bot, and in two pieces, so that nothing that looks for lost tokens finds one here.
ACCOUNT = "MTk4NjIyNDgzNDcxOTI1MjQ4"
TOKEN = f"{ACCOUNT}.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs-abcdefgh"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """A working directory with the settings in it, so that sentences name a short path."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str | bytes) -> Path:
    path = Path("config.toml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(text: str | bytes) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(text), {})
    assert TOKEN[:40] not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def test_the_example_loads_and_is_what_the_defaults_are():
    settings = load_settings(EXAMPLE, {})
    assert settings.model_copy(update={"series": None}) == Settings()
    assert settings.series is not None
    assert [session.number for session in settings.series.resolved()] == [1, 2, 3, 4]


def test_the_example_is_the_one_at_the_top_of_the_checkout():
    assert EXAMPLE.read_bytes() == (Path(__file__).parent.parent / "config.example.toml").read_bytes()


def test_every_setting_stands_in_the_example():
    lines = [line.removeprefix("# ") for line in EXAMPLE.read_text("utf-8").splitlines()]
    for table in (Settings().discord, Settings().database, Settings().rehearsal):
        for key in type(table).model_fields:
            assert key == "token" or any(line.startswith(f"{key} = ") for line in lines), key


def test_the_example_can_be_used_with_every_line_that_waits_in_it():
    text = EXAMPLE.read_text("utf-8")
    for key in (*DiscordSettings.model_fields, "audience"):
        text = text.replace(f"\n# {key} = ", f"\n{key} = ")
    discord = load_settings(written(text), {}).discord
    assert discord.model_dump(exclude={"token", "token_file"}) == dict.fromkeys(
        (
            "guild",
            "hosts",
            "organisers",
            "session_channel",
            "announcements_channel",
            "organiser_channel",
            "host_channel",
        ),
        123456789012345678,
    ) | {"read_messages": True}


def test_the_token_comes_from_the_environment_first_and_then_from_its_file(folder):
    path = written('[discord]\ntoken_file = "secret.txt"')
    (folder / "secret.txt").write_text("from the file\n\n")
    assert load_settings(path, {}).require_token() == "from the file"
    assert load_settings(path, {"DISCORD_TOKEN": " \n"}).require_token() == "from the file"
    assert load_settings(path, {"DISCORD_TOKEN": " from outside\n"}).require_token() == "from outside"


def test_the_environment_is_the_process_own_unless_another_is_given(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "from outside")
    assert load_settings(written("")).require_token() == "from outside"


def test_files_are_found_from_the_folder_of_the_settings(folder, monkeypatch):
    path = folder / written('[discord]\ntoken_file = "secret.txt"\n[rehearsal]\naudience = "people.toml"')
    (folder / "secret.txt").write_text("a token")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    settings = load_settings(path, {})
    assert settings.require_token() == "a token"
    assert settings.rehearsal.audience == folder / "people.toml"


def test_without_a_token_the_settings_load_and_going_live_says_what_to_do():
    with pytest.raises(SettingsError) as caught:
        load_settings(written(""), {}).require_token()
    assert str(caught.value) == (
        "There is no bot token. Set DISCORD_TOKEN in the environment, or put the token in a file "
        "and name that as token_file under [discord]. A rehearsal needs none."
    )


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_token_file_of_no_use_is_named(folder, content):
    if content is not None:
        (folder / "secret.txt").write_bytes(content)
    settings = load_settings(written('[discord]\ntoken_file = "secret.txt"'), {})
    with pytest.raises(SettingsError) as caught:
        settings.require_token()
    assert str(caught.value) == (
        "The file that [discord] token_file names, secret.txt, is missing, empty or not readable. "
        "Put the bot's token in it, or set DISCORD_TOKEN in the environment."
    )


def test_neither_the_token_nor_the_database_password_is_in_the_repr():
    settings = Settings.model_validate(
        {
            "discord": {"token": SecretStr(TOKEN)},
            "database": {"url": "postgresql+asyncpg://plenary:hunter2@db/plenary"},
        }
    )
    for shown in (repr(settings), str(settings), repr(settings.discord), repr(settings.database)):
        assert TOKEN not in shown
        assert "hunter2" not in shown


def test_a_token_in_the_settings_is_refused():
    assert refused(f'[discord]\ntoken = "{TOKEN}"') == (
        "config.toml has the bot's token in it, under [discord]. Settings get shared, so take it out, and set "
        "DISCORD_TOKEN in the environment or name a file with token_file. "
        "If anybody else has seen this file, reset the token on Discord's developer page."
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            f'[discord]\ntoken_file = "{TOKEN}"',
            (
                "[discord] token_file: this looks like the token itself. Put it in a file and name that, or set "
                "DISCORD_TOKEN."
            ),
        ),
        (
            f'[discord]\nguild = "{TOKEN}"',
            '[discord] guild: got "(a token)…"; wanted an ID, a number such as 123456789012345678.',
        ),
        (
            '[discord]\nguild = "Our server"',
            '[discord] guild: got "Our server"; wanted an ID, a number such as 123456789012345678.',
        ),
        ("[discord]\nhosts = true", "[discord] hosts: got true; wanted an ID, a number such as 123456789012345678."),
        ("[discord]\nhosts = 0", "[discord] hosts: got 0; wanted an ID, a number such as 123456789012345678."),
        ("[discord]\nhost = 5", '[discord] host: there is no such key; did you mean "hosts"?'),
        ("[discrod]\nhosts = 5", '[discrod]: there is no such key; did you mean "discord"?'),
        ("discord = 5", "[discord]: got 5; wanted a table."),
        ("[database]\nurl = 5", "[database] url: got 5; wanted text in quotation marks."),
        (
            '[database]\nurl = "postgresql://plenary:hunter2@db/plenary"',
            "[database] url: wanted an address that begins with sqlite+aiosqlite:/// or postgresql+asyncpg://.",
        ),
        ("[rehearsal]\nfolder = 5", "[rehearsal] folder: got 5; wanted text in quotation marks."),
        ("series = 5", "[series]: got 5; wanted a table."),
    ],
)
def test_each_mistake_names_its_key_what_it_got_and_what_it_wanted(text, problem):
    assert refused(text) == f"config.toml cannot be used:\n- {problem}"


def test_every_mistake_is_told_at_once_those_of_the_series_too():
    text = (
        EXAMPLE.read_text("utf-8").replace("[discord]", "[discord]\nguild = -1").replace("minutes = 15", "minutes = 0")
    )
    assert refused(text) == (
        "config.toml cannot be used:\n"
        "- [discord] guild: got -1; wanted an ID, a number such as 123456789012345678.\n"
        "- session 1, step 6, minutes: got 0; wanted at least 1."
    )


def test_a_file_that_is_not_there_or_not_toml_is_explained():
    with pytest.raises(SettingsError) as caught:
        load_settings(Path("config.toml"), {})
    assert str(caught.value) == (
        "There is no settings file config.toml. Copy config.example.toml to config.toml and change what is yours."
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(Path(), {})
    assert str(caught.value) == "The settings file . cannot be read: Is a directory."
    assert refused("[discord]\nguild 5") == (
        "config.toml cannot be used. The file is not TOML: "
        "expected '=' after a key in a key/value pair (at line 2, column 7)."
    )
    assert refused(b"\xff") == (
        "config.toml cannot be used. The file is not UTF-8 text (line 1). "
        "Save it as plain text with the encoding UTF-8."
    )


def test_an_id_may_stand_in_quotation_marks():
    assert load_settings(written('[discord]\nguild = " 123456789012345678 "'), {}).discord.guild == 123456789012345678


# ------------------------------------------------------------------ webhooks

SIGNING = "whsec_" + base64.b64encode(bytes(32)).decode()
HOOK = '[discord]\nguild = 5\n[[webhooks]]\nname = "our-team"\n'
SLACK = f'{HOOK}kind = "slack"\n'
JSON = f'{HOOK}kind = "json"\n'
URL = "PLENARY_WEBHOOK_OUR_TEAM_URL"
SIGNED = "PLENARY_WEBHOOK_OUR_TEAM_SECRET"


def hook(text: str, **environ: str) -> Webhook:
    (found,) = load_settings(written(text), environ).webhooks
    return found


def test_a_webhooks_address_comes_from_the_environment_first_and_then_from_its_file(folder):
    (folder / "team.txt").write_text("https://one.example/abc\n")
    text = f'{SLACK}url_file = "team.txt"'
    assert hook(text).url == SecretStr("https://one.example/abc")
    found = hook(text, **{URL: "https://two.example/abc"})
    assert found.url == SecretStr("https://two.example/abc")
    assert found.events == ("report.published",)
    assert "abc" not in repr(found)


def test_the_bot_starts_only_once_a_webhook_has_all_it_needs():
    with pytest.raises(SettingsError) as caught:
        load_settings(written(JSON), {}).require_webhooks()
    assert str(caught.value) == (
        "The webhook “our-team” cannot be used: it has no address. Set PLENARY_WEBHOOK_OUR_TEAM_URL, or name a file "
        "that it is in with url_file."
    )
    with pytest.raises(SettingsError, match=r"it has no signing secret\. Set PLENARY_WEBHOOK_OUR_TEAM_SECRET, or"):
        load_settings(written(JSON), {URL: "https://a.example/"}).require_webhooks()
    settings = load_settings(written(JSON), {URL: "https://a.example/", SIGNED: SIGNING})
    settings.require_webhooks()
    assert settings.webhooks[0].key == bytes(32)


@pytest.mark.parametrize("line", ['url = "https://a.example/s3cr3t"', 'secret = "whsec_s3cr3t"'])
def test_what_is_secret_of_a_webhook_does_not_go_in_the_settings(line):
    said = refused(f"{JSON}{line}")
    assert said.startswith("config.toml has a webhook’s address or secret in it, under [[webhooks]].")
    assert "s3cr3t" not in said


@pytest.mark.parametrize("line", ['url_file = "https://a.example/s3cr3t"', 'secret_file = "whsec_s3cr3t"'])
def test_nor_where_a_files_name_goes(line):
    said = refused(f"{JSON}{line}")
    assert "that looks like the secret itself. Put it in a file, and name that here." in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a.example/s3cr3t", "its address has to begin with https://"),
        ("ftp://a.example/s3cr3t", "its address has to begin with https://"),
        ("s3cr3t", "its address has to begin with https://"),
        ("https://me:s3cr3t@a.example/", "its address has a user’s name or password in it, which is not sent"),
        ("https://a.example/#s3cr3t", "its address has a # in it, which is not sent"),
        ("https:///s3cr3t", "its address is not one"),
        ("https://[::1/s3cr3t", "its address is not one"),
        ("https://a.example:99999/s3cr3t", "its address is not one"),
        ("https://a.example/s3cr3t é", "its address is not one"),
        ("https://a.example/" + "s3cr3t" * 400, "its address is not one"),
    ],
)
def test_an_address_that_nothing_can_be_sent_to(url, why):
    with pytest.raises(SettingsError) as caught:
        hook(SLACK, **{URL: url})
    assert str(caught.value) == f"The webhook “our-team” cannot be used: {why}."
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "secret", ["s3cr3t", "whsec_s3cr3t", SIGNING[6:], "whsec_" + "AAAA" * 7, "whsec_" + "AAAA" * 22]
)
def test_a_secret_that_nothing_can_be_signed_with(secret):
    with pytest.raises(SettingsError) as caught:
        hook(JSON, **{URL: "https://a.example/", SIGNED: secret})
    assert "a signing secret is whsec_ followed by 24 to 64 random bytes in base64." in str(caught.value)
    assert secret not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SLACK.replace("our-team", "Our Team"), 'number 1 name: got "Our Team"; wanted up to 32 small letters'),
        (SLACK.replace("slack", "slak"), 'number 1 kind: got "slak"; did you mean "slack"?'),
        (SLACK + "events = []", "number 1 events: it has 0; at least 1 are wanted."),
        (SLACK + 'events = ["report.draft"]', 'did you mean "report.drafted"?'),
        (SLACK + 'secret_file = "a.txt"', 'number 1 secret_file: only webhooks of the kind "json" are signed.'),
        (SLACK + SLACK.partition("5\n")[2], "number 2 name: another webhook has the same name."),
        (
            SLACK.replace("guild = 5", ""),
            "[discord] guild: it is missing; webhooks are told of the sessions of one server",
        ),
        (SLACK + "uri = 1", "number 1 uri: there is no such key"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_said(text, why):
    assert why in refused(text)


def test_every_setting_of_a_webhook_stands_in_the_example_and_can_be_used(folder):
    text = EXAMPLE.read_text("utf-8").replace("\n# guild = ", "\nguild = ").replace('kind = "slack"', 'kind = "json"')
    lines = {f"# {key} = " for key in Webhook.model_fields} - {"# url = ", "# secret = "}
    for line in ("# [[webhooks]]", *lines):
        assert f"\n{line}" in text
        text = text.replace(f"\n{line}", f"\n{line[2:]}")
    (folder / "team-webhook.txt").write_text("https://a.example/")
    (folder / "team-secret.txt").write_text(SIGNING)
    load_settings(written(text), {}).require_webhooks()
