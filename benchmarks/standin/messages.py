"""The messages that stand in the channels, and how fast a bot may change them."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.standin import payloads
from benchmarks.standin.payloads import JSON, snowflake

LIMIT, WINDOW = 5, 5.0
"""How many posts, and as many edits, a channel takes in how many seconds."""

CONTROL = re.compile(r"poll:1:\d+(:\d+)?")
"""The custom_ids of what one answers a poll with; not those of the controls about one's answer."""

BUTTON, MENU = 2, 3

_PEOPLE = re.compile(r"([\d,]+) (?:person|people)")


@dataclass(frozen=True)
class Option:
    """One answer that people can click on a board: how it reads, and what a click on it carries."""

    label: str
    data: JSON


@dataclass(frozen=True)
class Edit:
    """One change of a message that was let through."""

    at: float
    message: int


class Messages:
    """All messages. ``version`` changes with each of them."""

    def __init__(self, tell: Callable[[str, JSON], None]) -> None:
        self.version = 0
        self.edits: list[Edit] = []
        self.too_fast = 0
        self._tell = tell
        self._all: dict[int, JSON] = {}
        self._by_nonce: dict[str, JSON] = {}
        self._used: defaultdict[tuple[str, str], list[float]] = defaultdict(list)

    @property
    def boards(self) -> list[JSON]:
        """The messages on which one can answer a poll, oldest first."""
        return [each for each in self._all.values() if options(each)]

    def post(self, channel: str, body: JSON) -> JSON:
        """A new message, or the one that has been made with the same nonce."""
        nonce = body.get("nonce")
        if nonce in self._by_nonce:
            return self._by_nonce[nonce]
        made = self._keep(payloads.message(snowflake(), channel, body))
        if nonce:
            self._by_nonce[nonce] = made
        self._tell("MESSAGE_CREATE", made | {"guild_id": str(payloads.GUILD), "member": payloads.member(payloads.BOT)})
        return made

    def edit(self, message: int, body: JSON) -> JSON:
        """Change a message."""
        before = self._all[message]
        self.edits.append(Edit(time.perf_counter(), message))
        return self._keep(payloads.message(message, before["channel_id"], before | body))

    def _keep(self, shown: JSON) -> JSON:
        self._all[int(shown["id"])] = shown
        self.version += 1
        return shown

    def get(self, message: int) -> JSON | None:
        """One message."""
        return self._all.get(message)

    def delete(self, message: int) -> None:
        """Take a message away."""
        self._all.pop(message, None)
        self.version += 1

    def history(self, channel: str, *, before: int, after: int, limit: int) -> list[JSON]:
        """A page of a channel, newest first."""
        held = sorted(each for each, shown in self._all.items() if shown["channel_id"] == channel)
        between = [each for each in held if after < each < before]
        page = between[:limit] if after else between[-limit:]
        return [self._all[each] for each in reversed(page)]

    def limited(self, what: str, channel: str) -> tuple[bytes, float]:
        """Count one more request: the headers to send, and how long to wait where it is one too many."""
        now = time.perf_counter()
        used = self._used[what, channel]
        if used and now - used[0] >= WINDOW:
            used.clear()
        allowed = len(used) < LIMIT
        if allowed:
            used.append(now)
        left = round(WINDOW - (now - used[0]), 3)
        headers = {
            "X-RateLimit-Bucket": what,
            "X-RateLimit-Limit": LIMIT,
            "X-RateLimit-Remaining": LIMIT - len(used),
            "X-RateLimit-Reset": time.time() + left,
            "X-RateLimit-Reset-After": left,
        }
        if not allowed:
            self.too_fast += 1
            headers |= {"Retry-After": left, "X-RateLimit-Scope": "user"}
        return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode(), 0 if allowed else left


def options(shown: JSON) -> list[Option]:
    """What people can answer on a message."""
    found: list[Option] = []
    for each in payloads.components(shown):
        if each.get("disabled") or not CONTROL.fullmatch(each.get("custom_id") or ""):
            continue
        data: dict[str, Any] = {key: each[key] for key in ("custom_id", "id")} | {"component_type": each["type"]}
        if each["type"] == BUTTON:
            found.append(Option(each.get("label") or "", data))
        elif each["type"] == MENU:
            found += [Option(one["label"], data | {"values": [one["value"]]}) for one in each["options"]]
    return found


def answered(shown: JSON) -> int:
    """How many people a board says have answered."""
    texts = [each.get("content") or "" for each in payloads.components(shown)]
    texts += [str(each) for each in shown["embeds"]]
    counts = [int(each.replace(",", "")) for text in texts for each in _PEOPLE.findall(text)]
    return counts[0] if counts else 0
