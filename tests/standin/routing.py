"""Requests as the stand-in sees them, and which method answers which."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[..., Any]


class Refused(Exception):  # noqa: N818  (it is an answer)
    """Discord says no: a status, and the code and the sentence in the body."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    data: bytes


@dataclass(eq=False)
class Call:
    """One request. ``path`` is without the version; ``status`` stays None while, or if, it is not answered."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    at: float
    uploads: dict[int, Upload] = field(default_factory=dict)
    status: int | None = None

    @property
    def text(self) -> str:
        """The body as text, for a fault to look into."""
        return json.dumps(self.body, ensure_ascii=False)


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Mark the method that answers a route. Each `{name}` is passed on by name, a number as an int."""

    def mark(handler: Handler) -> Handler:
        handler.__route__ = method, path
        return handler

    return mark


class Routes:
    """All routes. A handler gets the call and returns the JSON to answer, None for an empty 204."""

    def __init__(self, *owners: object) -> None:
        found = []
        for owner in owners:
            for name in dir(type(owner)):
                if marked := getattr(getattr(type(owner), name), "__route__", None):
                    method, path = marked
                    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
                    found.append((path.count("{"), method, pattern, getattr(owner, name)))
        # The more literal path comes first: `messages/pins` is not the message "pins".
        self._routes = sorted(found, key=lambda each: each[0])

    def find(self, call: Call) -> Callable[[], Any] | None:
        """What answers the call, None where nothing does."""
        for _, method, pattern, handler in self._routes:
            if method == call.method and (match := pattern.fullmatch(call.path)):
                named = {name: int(each) if each.isdigit() else each for name, each in match.groupdict().items()}
                return lambda: handler(call, **named)
        return None
