"""The settings: read once from a TOML file and the environment, then passed in.

Nothing else reads either.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError

from bot.services.hooks import Webhook
from bot.services.refusal import Refusal
from bot.services.seriesfile import SeriesFile, refuse_size, where
from bot.services.tomltables import Place, Problem, Table, as_table, problems_in, read_toml, shown, tables_in, up_to

EXAMPLE = Path(__file__).with_name("config.example.toml")
"""The complete, commented configuration, as it comes with the program."""

TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105  (a name, not a secret)
_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{10,}")
_DATABASES = ("sqlite+aiosqlite:", "postgresql+asyncpg:")
_LARGEST_ID = 2**63 - 1


class SettingsError(Exception):
    """Settings the program cannot start with. The message is for the operator and holds no secret."""


def _id(value: object) -> int:
    number = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,19}", value.strip()) else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= _LARGEST_ID:
        raise ValueError(f"got {shown(value)}; wanted an ID, a number such as 123456789012345678.")
    return number


def _database(url: str) -> str:
    if not url.startswith(_DATABASES):  # and the address is not repeated: it may hold a password
        raise ValueError(f"wanted an address that begins with {_DATABASES[0]}/// or {_DATABASES[1]}//.")
    return url


def _token_file(path: Path) -> Path:
    if _TOKEN.search(str(path)):
        raise ValueError(f"this looks like the token itself. Put it in a file and name that, or set {TOKEN_VARIABLE}.")
    return path


DiscordId: TypeAlias = Annotated[int, BeforeValidator(_id)]


class DiscordSettings(Table):
    """How to be on Discord. Roles and channels are presets for ``guild``; /setup decides elsewhere.

    ``read_messages``: what is said in a live session's channel is kept, which Discord has to allow the bot first.
    """

    token: SecretStr | None = None
    token_file: Annotated[Path, AfterValidator(_token_file)] | None = None
    guild: DiscordId | None = None
    hosts: DiscordId | None = None
    organisers: DiscordId | None = None
    session_channel: DiscordId | None = None
    announcements_channel: DiscordId | None = None
    organiser_channel: DiscordId | None = None
    host_channel: DiscordId | None = None
    read_messages: bool = False


class DatabaseSettings(Table):
    """``url`` is SQLAlchemy's; a relative SQLite path starts at the working directory."""

    url: Annotated[str, AfterValidator(_database), Field(repr=False)] = "sqlite+aiosqlite:///plenary.db"


class RehearsalSettings(Table):
    """``folder`` starts at the working directory; without ``audience`` the program's own is used."""

    folder: Path = Path("rehearsal")
    audience: Path | None = None


class Settings(Table):
    """Everything that can be set. Every default works, save that going live needs a token."""

    discord: DiscordSettings = DiscordSettings()
    database: DatabaseSettings = DatabaseSettings()
    rehearsal: RehearsalSettings = RehearsalSettings()
    webhooks: Annotated[tuple[Webhook, ...], up_to(20)] = ()
    series: SeriesFile | None = None

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """Webhooks that cannot be told apart, or of which nobody knows whose sessions they are to hear of."""
        hooks = tables_in(raw.get("webhooks"))
        named = Counter(str(each.get("name")) for _, each in hooks)
        for at, each in hooks:
            if named[str(each.get("name"))] > 1:
                yield ("webhooks", at, "name"), "another webhook has the same name."
        if hooks and not as_table(raw.get("discord")).get("guild"):
            yield ("discord", "guild"), "it is missing; webhooks are told of the sessions of one server, this one."

    def require_webhooks(self) -> None:
        """Nothing where every webhook can be sent to; else a SettingsError that says what one lacks."""
        for each in self.webhooks:
            if each.lacking:
                raise SettingsError(f"The webhook “{each.name}” cannot be used: {each.lacking}.")

    def require_token(self) -> str:
        """The bot's token; a SettingsError that says where to put it when there is none."""
        if self.discord.token:
            return self.discord.token.get_secret_value()
        if self.discord.token_file:
            raise SettingsError(
                f"The file that [discord] token_file names, {self.discord.token_file}, is missing, empty "
                f"or not readable. Put the bot's token in it, or set {TOKEN_VARIABLE} in the environment."
            )
        raise SettingsError(
            f"There is no bot token. Set {TOKEN_VARIABLE} in the environment, or put the token in a file "
            "and name that as token_file under [discord]. A rehearsal needs none."
        )


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the file at ``path``, with the token from ``environ`` or the file named for it.

    Raises SettingsError: which key in which file is wrong, what it got and what it wanted.
    """
    tables = _read(path)
    discord = dict(as_table(tables.get("discord")))
    if "token" in discord:
        raise SettingsError(
            f"{path} has the bot's token in it, under [discord]. Settings get shared, so take it out, "
            f"and set {TOKEN_VARIABLE} in the environment or name a file with token_file. "
            "If anybody else has seen this file, reset the token on Discord's developer page."
        )
    if any({"url", "secret"} & each.keys() for _, each in tables_in(tables.get("webhooks"))):
        raise SettingsError(
            f"{path} has a webhook’s address or secret in it, under [[webhooks]]. Whoever knows it can post there, and "
            "settings get shared, so take it out, and put it in the environment as PLENARY_WEBHOOK_<NAME>_URL or "
            "PLENARY_WEBHOOK_<NAME>_SECRET, or in a file that url_file or secret_file names."
        )
    try:
        settings = Settings.model_validate(tables)
    except ValidationError as error:
        problems = [f"{_where(place, tables)}: {said}" for place, said in problems_in(error)]
    else:
        return _completed(settings, path.parent, environ)
    # Outside the except, so that no traceback shows the values pydantic held.
    raise SettingsError(_TOKEN.sub("(a token)", "\n- ".join((f"{path} cannot be used:", *problems))))


def read_series(path: Path) -> bytes:
    """A series file as it is, for checking it. Raises SettingsError where it cannot be read."""
    try:
        refuse_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        problem = f"The file {path} cannot be read: {error.strerror}."
    except Refusal as refusal:
        problem = str(refusal)
    raise SettingsError(problem)


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path.read_bytes())
    except FileNotFoundError:
        problem = f"There is no settings file {path}. Copy {EXAMPLE.name} to {path} and change what is yours."
    except OSError as error:
        problem = f"The settings file {path} cannot be read: {error.strerror}."
    except Refusal as refusal:
        problem = f"{path} cannot be used. {refusal}"
    raise SettingsError(_TOKEN.sub("(a token)", problem))


def _completed(settings: Settings, folder: Path, environ: Mapping[str, str]) -> Settings:
    """With the token, and with the paths that start at the settings file's ``folder``."""
    discord, rehearsal = settings.discord, settings.rehearsal
    token_file = discord.token_file and folder / discord.token_file
    token = environ.get(TOKEN_VARIABLE, "").strip() or _first_line(token_file)
    audience = rehearsal.audience and folder / rehearsal.audience
    webhooks = tuple(_addressed(each, folder, environ) for each in settings.webhooks)
    return settings.model_copy(
        update={
            "discord": discord.model_copy(
                update={"token_file": token_file, "token": SecretStr(token) if token else None}
            ),
            "rehearsal": rehearsal.model_copy(update={"audience": audience}),
            "webhooks": webhooks,
        }
    )


def _addressed(webhook: Webhook, folder: Path, environ: Mapping[str, str]) -> Webhook:
    """A webhook with its address and its secret, as far as they are anywhere."""
    url = environ.get(webhook.variable("URL"), "").strip() or _first_line(
        webhook.url_file and folder / webhook.url_file
    )
    secret = environ.get(webhook.variable("SECRET"), "").strip() or _first_line(
        webhook.secret_file and folder / webhook.secret_file
    )
    found = webhook.model_copy(
        update={"url": SecretStr(url) if url else None, "secret": SecretStr(secret) if secret else None}
    )
    if found.problem:
        raise SettingsError(f"The webhook “{webhook.name}” cannot be used: {found.problem}.")
    return found


def _first_line(path: Path | None) -> str:
    try:
        return path.read_text("utf-8-sig").strip().partition("\n")[0].strip() if path else ""
    except (OSError, UnicodeDecodeError):
        return ""  # the rehearsal needs no token; require_token says what is wrong


def _where(place: Place, tables: Mapping[str, object]) -> str:
    table, *keys = place
    if table == "series" and keys:
        return where(tuple(keys), tables["series"])
    if table == "webhooks" and keys:
        return " ".join((f"[[webhooks]] number {int(keys[0]) + 1}", *map(str, keys[1:])))
    return " ".join((f"[{table}]", *map(str, keys)))
