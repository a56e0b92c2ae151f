"""The REST API but for first answers to interactions: every route that the bots of the benchmark use."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from benchmarks.standin import payloads
from benchmarks.standin.clicks import Clicks
from benchmarks.standin.connection import NO_CONTENT, read, refusal, reply
from benchmarks.standin.messages import Messages
from benchmarks.standin.payloads import snowflake

API = "/api/v10"

Handler = Callable[..., bytes]


class Rest:
    """The routes. ``unknown`` lists what was asked for and is not there."""

    def __init__(self, messages: Messages, clicks: Clicks, gateway_url: str) -> None:
        self.unknown: list[str] = []
        self._messages = messages
        self._clicks = clicks
        starts = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        gateway = {"url": gateway_url, "shards": 1, "session_start_limit": starts}
        routes: tuple[tuple[str, Handler], ...] = (
            ("GET /gateway(?:/bot)?", lambda _: reply(gateway)),
            ("GET /users/@me", lambda _: reply(payloads.ME)),
            ("GET /(?:oauth2/applications|applications)/@me", lambda _: reply(payloads.ABOUT)),
            (r"PUT /applications/\d+(?:/guilds/\d+)?/commands", self._commands),
            (r"POST /channels/(\d+)/messages", self._post),
            (r"GET /channels/(\d+)/messages(?:\?(.*))?", self._history),
            (r"PUT /channels/\d+/(?:messages/)?pins/\d+", lambda _: NO_CONTENT),
            (r"PATCH /channels/(\d+)/messages/(\d+)", self._edit),
            (r"GET /channels/\d+/messages/(\d+)", self._get),
            (r"DELETE /channels/\d+/messages/(\d+)", self._delete),
            (r"GET /channels/(\d+)", self._channel),
            (r"POST /users/@me/channels", self._direct),
            (r"(?:POST|PATCH) /webhooks/\d+/([^/?]+).*", self._follow_up),
            (r"GET /guilds/\d+/scheduled-events.*", lambda _: reply([])),
        )
        self._routes = [(re.compile(pattern), handler) for pattern, handler in routes]

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """Answer one request."""
        asked = f"{method} {target.removeprefix(API)}"
        for pattern, handler in self._routes:
            if match := pattern.fullmatch(asked):
                return handler(body, *match.groups())
        self.unknown.append(asked)
        return refusal(b"404 Not Found", 0, f"the stand-in has no {asked}")

    def _commands(self, body: bytes) -> bytes:
        """Take over the commands."""
        made = [{"description": "", "type": 1} | each | self._command() for each in read(body)]
        return reply(made)

    @staticmethod
    def _command() -> dict[str, str]:
        return {"id": str(snowflake()), "application_id": str(payloads.APPLICATION), "version": "1"}

    def _post(self, body: bytes, channel: str) -> bytes:
        return self._within_limits("post", channel, lambda: self._messages.post(channel, read(body)))

    def _edit(self, body: bytes, channel: str, message: str) -> bytes:
        if self._messages.get(int(message)) is None:
            return self._unknown_message()
        return self._within_limits("edit", channel, lambda: self._messages.edit(int(message), read(body)))

    def _within_limits(self, what: str, channel: str, do: Callable[[], Any]) -> bytes:
        headers, wait = self._messages.limited(what, channel)
        if not wait:
            return reply(do(), headers=headers)
        sentence = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
        return reply(sentence, b"429 Too Many Requests", headers)

    def _history(self, _body: bytes, channel: str, query: str | None) -> bytes:
        asked = {name: int(values[0]) for name, values in parse_qs(query or "").items()}
        before, after = asked.get("before", 1 << 63), asked.get("after", 0)
        return reply(self._messages.history(channel, before=before, after=after, limit=asked.get("limit", 50)))

    def _get(self, _body: bytes, message: str) -> bytes:
        shown = self._messages.get(int(message))
        return self._unknown_message() if shown is None else reply(shown)

    @staticmethod
    def _unknown_message() -> bytes:
        return refusal(b"404 Not Found", 10008, "Unknown Message")

    def _delete(self, _body: bytes, message: str) -> bytes:
        self._messages.delete(int(message))
        return NO_CONTENT

    def _channel(self, _body: bytes, channel: str) -> bytes:
        found = [each for each in payloads.CHANNELS if each["id"] == channel]
        return reply(found[0]) if found else refusal(b"404 Not Found", 10003, "Unknown Channel")

    def _direct(self, body: bytes) -> bytes:
        people = [payloads.user(read(body)["recipient_id"], "somebody")]
        return reply({"id": str(snowflake()), "type": 1, "last_message_id": None, "recipients": people})

    def _follow_up(self, body: bytes, token: str) -> bytes:
        return reply(self._clicks.follow_up(token, body))
