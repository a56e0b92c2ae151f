"""Zoom's chat, as it saves it: what was said to everybody. What was said in private is passed over as it is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.services.refusal import Refusal
from bot.services.text import clean, one_line, sameness, shortened
from bot.services.zoom.cells import HALF, day_of

LONGEST = 4000
LINES = 50_000

_TIME = (
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})[ T])?(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})(?: ?(?P<half>[AP]M))?"
)
_BEGINS = re.compile(rf"{_TIME}(?P<rest>[\t ].*)?", re.DOTALL)
_FROM = re.compile(r"\s*From\s+(?P<body>.*)", re.DOTALL)
_TAB = re.compile(r"(?P<sender>[^\t]*\S)\s*:\t(?P<text>.*)", re.DOTALL)
_TO = re.compile(r"(?P<sender>.*\S)\s+to\s+(?P<to>\S.*)", re.IGNORECASE | re.DOTALL)
_PRIVATE = re.compile(r"\((?:privately|direct message)\)\s*(?::|$)", re.IGNORECASE)

EVERYONE = frozenset({"everyone", "all panelists and attendees", "panelists and attendees", "meeting group chat"})
PANEL = frozenset(
    {"all panelists", "panelists", "hosts and panelists", "host and panelists", "all hosts and panelists"}
)

_REPLY = re.compile(r"Replying to [\"“](?P<words>.*?)[\"”]\s*\n+(?P<text>.+)", re.DOTALL)
_REACTION = re.compile(
    r"Reacted to [\"“]?(?P<words>.*?)[\"”]? with [\"“]?(?P<emoji>[^\"”\n]{1,40})[\"”]?\s*", re.DOTALL
)
_REMOVED = re.compile(
    r"Removed an? [\"“]?(?P<emoji>[^\"”\n]{1,40}?)[\"”]? reaction from [\"“]?(?P<words>.*?)[\"”]?\s*", re.DOTALL
)

START = 12
"""By so many of its first letters a message is found that another replies to."""


@dataclass
class ZoomLine:
    """What somebody said. ``sender`` is a number that is nobody's outside the file.

    ``at`` is the time of day, or since the recording began; ``day`` is known in few files. ``panel``: it was written to
    the hosts and panellists only. ``reply_to`` is the line that it replies to, ``supports`` who reacted with what.
    """

    sender: int
    text: str
    at: timedelta
    day: date | None
    panel: bool
    reply_to: int | None = None
    supports: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])


@dataclass(frozen=True)
class ZoomChat:
    """A chat. ``private`` counts what was passed over, ``odd`` the lines that were not understood, passed over too."""

    lines: tuple[ZoomLine, ...]
    private: int
    odd: int

    @property
    def people(self) -> int:
        """How many have said something."""
        return len({each.sender for each in self.lines})


@dataclass
class _Said:
    sender: str
    to: str
    match: re.Match[str]
    lines: list[str]

    @property
    def private(self) -> bool:
        return self.to.casefold() not in EVERYONE | PANEL


def is_chat(text: str) -> bool:
    """Whether its first lines begin with times, as a chat's do."""
    return any((found := _BEGINS.match(line)) and found["rest"] for line in text.split("\n")[:20])


def parse_chat(text: str, name: str) -> ZoomChat:
    """What was said to everybody, or to the panel, in its order."""
    said, odd = _messages(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if not said or odd > len(said):
        raise Refusal(
            f"{name} looks like a chat, but its lines are not as Zoom writes them in English: “13:05:00 From Ana to "
            "Everyone:”. Please switch Zoom to English, and save the chat again."
        )
    if len(said) > LINES:
        raise Refusal(f"{name} has more than {LINES:,} messages, so it is no chat of one session.")
    if not said[-1].private and not sameness("".join(said[-1].lines)):
        raise Refusal(HALF.format(name=name, where="a message"))
    return _chat(said, odd)


def _messages(lines: list[str]) -> tuple[list[_Said], int]:
    found: list[_Said] = []
    current: _Said | None = None
    odd = 0
    for number, line in enumerate(lines):
        match = _BEGINS.fullmatch(line)
        if match is None or not match["rest"]:
            if current and not current.private:
                current.lines.append(line.removeprefix("\t"))
            continue
        # A line that is not understood may be private: nothing of what follows it is added to what was public.
        current = _begun(match, lines[number + 1] if number + 1 < len(lines) else "")
        found += [current] if current else []
        odd += current is None
    return found, odd


def _begun(match: re.Match[str], after: str) -> _Said | None:
    rest = match["rest"]
    if match["day"] and day_of(match["day"]) is None:
        return None
    if (whose := _FROM.fullmatch(rest)) is None:
        tabbed = _TAB.fullmatch(rest.lstrip())
        return _Said(tabbed["sender"], "everyone", match, [tabbed["text"]]) if tabbed else None
    body = whose["body"].rstrip()
    if _PRIVATE.search(body):  # wherever in it, for there are colons in names
        return _Said("", "somebody", match, [])
    if body.endswith(":") and _stands_alone(body[:-1].rstrip(), after):
        head, text = body[:-1], ""
    else:
        ends = [(body.find(mark), mark) for mark in (":\t", " : ", ": ") if mark in body]
        if not ends and not body.endswith(":"):
            return None
        where, mark = min(ends, default=(len(body) - 1, ":"))
        head, text = body[:where], body[where + len(mark) :]
    to = _TO.fullmatch(head.strip())
    return _Said(to["sender"] if to else head, one_line(to["to"]) if to else "everyone", match, [text])


def _stands_alone(head: str, after: str) -> bool:
    """Whether a line is only sender and recipient, and what was said begins on the next."""
    to = _TO.fullmatch(head)
    known = to and (to["to"].casefold() in EVERYONE | PANEL or _PRIVATE.search(to["to"]))
    return bool(known or (to and after.startswith("\t")))


def _chat(said: list[_Said], odd: int) -> ZoomChat:
    lines: list[ZoomLine] = []
    begins: dict[str, list[int]] = {}
    senders: dict[str, int] = {}
    private = 0
    for each in said:
        if each.private:
            private += 1
            continue
        text = clean("\n".join(each.lines))
        if not sameness(text):
            continue
        who = senders.setdefault(sameness(each.sender), len(senders))
        if found := _REACTION.fullmatch(text) or _REMOVED.fullmatch(text):
            for target in _of(found["words"], lines, begins):
                mark = (who, one_line(found["emoji"]))
                if not text.startswith("Reacted"):
                    lines[target].supports.discard(mark)
                elif lines[target].sender != who:
                    lines[target].supports.add(mark)
            continue
        replied = None
        if found := _REPLY.fullmatch(text):
            text = found["text"].strip()
            replied = next(_of(found["words"], lines, begins), None)
        day = each.match["day"]
        kept = shortened(text, LONGEST)
        begins.setdefault(one_line(kept)[:START], []).append(len(lines))
        lines.append(
            ZoomLine(
                who,
                kept,
                _time(each.match),
                day_of(day) if day else None,
                each.to.casefold() in PANEL,
                replied,
            )
        )
    return ZoomChat(tuple(lines), private, odd)


def _of(words: str, lines: list[ZoomLine], begins: dict[str, list[int]]) -> Iterator[int]:
    """The last line that begins with these words, which Zoom cuts short."""
    start = one_line(words).removesuffix("...").removesuffix("…").rstrip()
    for number in reversed(begins.get(start[:START], [])):
        if one_line(lines[number].text).startswith(start):
            yield number
            return


def _time(match: re.Match[str]) -> timedelta:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "PM" else 0)
    return timedelta(hours=hour, minutes=int(match["minute"]), seconds=int(match["second"]))
