"""People's clicks on the newest board: made, told to the bot, and answered by it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from benchmarks.standin import payloads
from benchmarks.standin.connection import CALLBACK, NO_CONTENT, read, refusal, reply
from benchmarks.standin.messages import BUTTON, Messages, Option, options
from benchmarks.standin.payloads import JSON, snowflake

SAY, THINK, WAIT, CHANGE = 4, 5, 6, 7
"""The kinds of a first answer that acknowledge a click."""

EPHEMERAL = 64

_TOKEN = b"aW50ZXJhY3Rpb246"
_REPEATED = 6
"""A token is this and so many times the id: as long as a real one, and it tells the id."""


@dataclass(slots=True, eq=False)
class Click:
    """Somebody clicked, at ``at``. ``answered`` and ``kind`` are of the bot's first answer, 0 while there is none.

    ``receipt`` is when an answer named the option that was clicked, so that the person knows that it counts; 0 else.
    """

    voter: int
    option: Option
    at: float
    answered: float = 0.0
    kind: int = 0
    receipt: float = 0.0


class Clicks:
    """What people click, and what becomes of it."""

    def __init__(self, messages: Messages, tell_raw: Callable[[bytes], None]) -> None:
        self.on_answer: Callable[[Click], None] = lambda _: None
        self.refused = 0
        self._messages = messages
        self._tell_raw = tell_raw
        self._waiting: dict[bytes, Click] = {}
        self._thinking: dict[bytes, Click] = {}
        self._version = -1
        self._board: JSON = {}
        self._options: list[Option] = []
        self._events: list[list[bytes]] = []

    def press(self, voter: int, option: int, at: float | None = None) -> Click:
        """Somebody chooses on the board as it stands; ``at`` is when they meant to. Options count round."""
        if self._version != self._messages.version:
            self._look()
        index = option % len(self._options)
        click = Click(voter, self._options[index], at or time.perf_counter())
        number = b"%d" % snowflake()
        self._waiting[number] = click
        begin, then, after, end = self._events[index]
        self._tell_raw(b"".join((begin, number, then, _TOKEN, number * _REPEATED, after, b"%d" % voter, end)))
        return click

    def use(self, person: int, custom_id: str, receipt: str) -> Click:
        """Somebody presses any button, as on the newest board; its ``receipt`` has these words in it."""
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        return self._act(person, receipt, lambda **ids: payloads.click(self._messages.boards[-1], data, **ids))

    def command(self, person: int, name: str, options: JSON, receipt: str) -> Click:
        """Somebody uses a command."""
        return self._act(person, receipt, lambda **ids: payloads.command(name, options, **ids))

    def _act(self, person: int, receipt: str, act: Callable[..., JSON]) -> Click:
        self._board = self._messages.boards[-1]
        click = Click(person, Option(receipt, {}), time.perf_counter())
        number = b"%d" % snowflake()
        self._waiting[number] = click
        data = act(id=number.decode(), token=(_TOKEN + number * _REPEATED).decode(), who=str(person))
        self._tell_raw(orjson.dumps({"t": "INTERACTION_CREATE", "op": 0, "d": data})[:-1])
        return click

    def _look(self) -> None:
        """See what can be clicked now."""
        self._version = self._messages.version
        self._board = self._messages.boards[-1]
        self._options = options(self._board)
        self._events = []
        for each in self._options:
            data = payloads.click(self._board, each.data, id="@@@", token="@@@", who="@@@")  # noqa: S106
            event = orjson.dumps({"t": "INTERACTION_CREATE", "op": 0, "d": data})[:-1]
            self._events.append(event.split(b"@@@"))

    @property
    def unsettled(self) -> int:
        """How many have only been told that their answer takes longer."""
        return len(self._thinking)

    def forget(self) -> None:
        """Nobody waits any longer."""
        self._waiting.clear()
        self._thinking.clear()

    # ---------------------------------------------------------------- what the bot answers

    def callback(self, target: bytes, body: bytes) -> bytes:
        """Take the first answer to a click."""
        number = target[len(CALLBACK) : target.index(b"/", len(CALLBACK))]
        click = self._waiting.pop(number, None)
        if click is None:
            self.refused += 1
            return refusal(b"404 Not Found", 10062, "Unknown interaction")
        said = read(body)
        click.answered = time.perf_counter()
        click.kind = said["type"]
        if click.kind == THINK:
            self._thinking[number] = click
        elif click.kind == SAY:
            _read_receipt(click, body)
        self.on_answer(click)
        if b"?with_response=1" not in target and b"?with_response=true" not in target:
            if click.kind == CHANGE:
                self._messages.edit(int(self._board["id"]), said["data"])
            return NO_CONTENT
        return reply(self._response(number, said))

    def _response(self, number: bytes, said: JSON) -> JSON:
        kind, data = said["type"], said.get("data") or {}
        private = bool(data.get("flags", 0) & EPHEMERAL)
        told: JSON = {"id": number.decode(), "type": 3, "response_message_loading": kind == THINK}
        told |= {"response_message_ephemeral": private}
        if kind == SAY:
            shown = payloads.message(snowflake(), self._board["channel_id"], data)
        elif kind == CHANGE:
            shown = self._messages.edit(int(self._board["id"]), data)
        else:
            return {"interaction": told}
        return {
            "interaction": told | {"response_message_id": shown["id"]},
            "resource": {"type": kind, "message": shown},
        }

    def follow_up(self, token: str, body: bytes) -> JSON:
        """Take what the bot says after the first answer."""
        number = token.encode()[len(_TOKEN) :]
        click = self._thinking.pop(number[: len(number) // _REPEATED], None)
        if click is not None:
            _read_receipt(click, body)
        return payloads.message(snowflake(), self._board["channel_id"], read(body) or {})


def _read_receipt(click: Click, body: bytes) -> None:
    if click.option.label.encode() in body:
        click.receipt = time.perf_counter()
