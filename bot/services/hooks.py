"""Where news of a session's report is sent: the ``[[webhooks]]`` of the settings.

The address of a Slack or Teams webhook is itself a secret: whoever knows it can post there. So an address never stands
in the settings, which get shared, whatever the kind; and neither does the secret that a JSON webhook is signed with.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from bot.services.tomltables import Problem, Table, shown, up_to

Kind: TypeAlias = Literal["json", "slack", "teams"]
Event: TypeAlias = Literal["report.drafted", "report.published"]

SECRET_PREFIX = "whsec_"  # noqa: S105  (what a secret begins with)
SECRET_BYTES = range(24, 65)
"""How long a signing secret may be (Standard Webhooks)."""

MOST_URL = 2000


def _name(name: str) -> str:
    if not re.fullmatch("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", name):
        raise ValueError(f"got {shown(name)}; wanted up to 32 small letters, digits and hyphens.")
    return name


class Webhook(Table):
    """One receiver. ``url`` and ``secret`` come from the environment or the files named for them."""

    name: Annotated[str, AfterValidator(_name)]
    kind: Kind
    events: Annotated[tuple[Event, ...], up_to(2), Field(min_length=1)] = ("report.published",)
    url_file: Path | None = None
    secret_file: Path | None = None
    allow_private: bool = False
    url: SecretStr | None = None
    secret: SecretStr | None = None

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterator[Problem]:
        """A secret that nothing would be signed with, and secrets where the files' names go: they are not repeated."""
        for key, begins in (("url_file", "http"), ("secret_file", SECRET_PREFIX)):
            if str(raw.get(key, "")).startswith(begins):
                yield (key,), "that looks like the secret itself. Put it in a file, and name that here."
        if "secret_file" in raw and raw.get("kind") in {"slack", "teams"}:
            yield ("secret_file",), 'only webhooks of the kind "json" are signed.'

    def variable(self, what: Literal["URL", "SECRET"]) -> str:
        """Which variable of the environment its address or secret is in."""
        return f"PLENARY_WEBHOOK_{self.name.upper().replace('-', '_')}_{what}"

    def wants(self, event: str) -> bool:
        """Whether it is told of an event, whichever time that was."""
        return event.partition(":")[0] in self.events

    @property
    def key(self) -> bytes:
        """What its messages are signed with; ValueError where the secret is none."""
        secret = self.secret.get_secret_value() if self.secret else ""
        try:
            key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            key = b""
        if not secret.startswith(SECRET_PREFIX) or len(key) not in SECRET_BYTES:
            raise ValueError(
                f"a signing secret is {SECRET_PREFIX} followed by 24 to 64 random bytes in base64. "
                "`openssl rand -base64 32` makes some"
            )
        return key

    @property
    def problem(self) -> str:
        """What is wrong with the address or the secret that were found, empty where nothing is; it repeats neither."""
        if self.url and (wrong := _wrong_with(self.url.get_secret_value())):
            return f"its address {wrong}"
        if self.kind == "json" and self.secret:
            try:
                self.key  # noqa: B018  (it says what is wrong)
            except ValueError as error:
                return str(error)
        return ""

    @property
    def lacking(self) -> str:
        """What it still needs before anything can be sent: a sentence, empty where it needs nothing."""
        if not self.url:
            return f"it has no address. Set {self.variable('URL')}, or name a file that it is in with url_file"
        if self.kind == "json" and not self.secret:
            return f"it has no signing secret. Set {self.variable('SECRET')}, or name a file with secret_file"
        return ""


def _wrong_with(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not one"
    if parts.scheme != "https":
        return "has to begin with https://"
    if not host or len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return "is not one"
    if parts.username is not None or parts.password is not None:
        return "has a user’s name or password in it, which is not sent"
    return "has a # in it, which is not sent" if parts.fragment else ""
