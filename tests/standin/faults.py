"""What goes wrong between the bot and Discord, at a request of the test's choosing."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.standin.routing import Call
from tests.standin.waiting import Changes

How = int | Literal["hang", "drop"]

POST = r"/channels/\d+/messages"
EDIT = r"/channels/\d+/messages/\d+"
CALLBACK = r"/interactions/\d+/[^/]+/callback"

CODES = {401: (0, "401: Unauthorized"), 403: (50013, "Missing Permissions"), 404: (10003, "Unknown Channel")}


@dataclass(eq=False)
class Fault:
    """A rule: such requests end otherwise than they should, ``times`` times.

    ``how`` is the status to answer with, "hang" for no answer at all, or "drop" for a connection that is cut.
    ``after``: what was asked for happens all the same, only the answer is lost. ``holding`` has to be in the body.
    """

    changes: Changes
    method: str
    path: str
    how: How
    after: bool = False
    times: int = 1
    holding: str = ""
    retry_after: float = 1.0
    everywhere: bool = False
    hits: list[Call] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    discarded: bool = False

    def matches(self, call: Call) -> bool:
        """Whether the call is one that this fault is for."""
        right = call.method == self.method and re.fullmatch(self.path, call.path)
        return bool(right and len(self.hits) < self.times and self.holding in call.text)

    async def caught(self, count: int = 1) -> Call:
        """The request it struck, as soon as it has; the ``count``th of them."""
        what = f"{self.method} {self.path} to meet {self.how}, {count} times"
        await self.changes.until(lambda: len(self.hits) >= count, what)
        return self.hits[count - 1]

    def release(self) -> None:
        """Let the requests that hang go on, as if Discord had only been slow, whether or not the asker lives."""
        self.released.set()

    def discard(self) -> None:
        """Let the requests that hang come to nothing."""
        self.discarded = True
        self.released.set()

    def answer(self) -> tuple[int, dict[str, Any], dict[str, str]]:
        """The status, the body and the headers of a fault that answers."""
        status = int(self.how)
        if status == 429:
            body = {"message": "You are being rate limited.", "retry_after": self.retry_after}
            scope = "global" if self.everywhere else "user"
            # Without `Via` discord.py takes it for Cloudflare's ban and does not try again.
            headers = {"Via": "1.1 google", "Retry-After": f"{self.retry_after:.3f}", "X-RateLimit-Scope": scope}
            return status, body | {"global": self.everywhere}, headers
        code, message = CODES.get(status, (0, f"{status}: Server Error"))
        return status, {"code": code, "message": message}, {}


class Faults:
    """The rules in force, the first that matches strikes."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._rules: list[Fault] = []

    def add(self, method: str, path: str, how: How, **details: Any) -> Fault:
        """Add a rule (`Fault` says what there is); ``path`` is a pattern for all of the path."""
        fault = Fault(self._changes, method, path, how, **details)
        self._rules.append(fault)
        return fault

    def strike(self, call: Call) -> Fault | None:
        """The fault that this call meets."""
        for fault in self._rules:
            if fault.matches(call):
                fault.hits.append(call)
                self._changes.tell()
                return fault
        return None

    def clear(self) -> None:
        """Let everything go well again; what hangs comes to nothing."""
        for fault in self._rules:
            fault.discard()
        self._rules.clear()
