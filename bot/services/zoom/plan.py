"""What a file of Zoom's means for a session, worked out before anything is changed. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bot.services.text import clean, one_line, sameness
from bot.services.zoom.chat import ZoomChat
from bot.services.zoom.people import ZoomPeople
from bot.services.zoom.polls import ZoomAsked, ZoomPolls
from bot.services.zoom.times import Held, Matched, matched, of_chat
from bot.storage.polls import Poll
from bot.storage.zoom import Stay

CHOICES, LONG, SENTENCE, FEW = 10, 200, 20, 3
"""How many different answers a question with choices has at most, how long one is; and how short words are not."""


@dataclass(frozen=True)
class NewPoll:
    """A poll as it will stand; without ``options`` it was answered in words. ``poll_id`` asked the same here."""

    question: str
    options: tuple[str, ...]
    answers: tuple[tuple[int, ...], ...]
    asked_at: datetime | None
    poll_id: int | None

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        asked_at = self.asked_at and self.asked_at.isoformat()
        options, answers = list(self.options), [list(each) for each in self.answers]
        same = {"question": self.question, "options": options, "answers": answers, "poll_id": self.poll_id}
        return same | {"asked_at": asked_at}


@dataclass(frozen=True)
class NewLine:
    """Something that was written. ``key`` tells it apart from all else of the session, whichever file it comes from.

    ``sender`` is nobody's number; ``panel``: not written to everybody. ``reply_to`` is a key.
    """

    key: int
    sender: int
    text: str
    at: datetime | None
    panel: bool = False
    reply_to: int | None = None
    supports: tuple[tuple[int, str], ...] = ()

    def stored(self) -> list[Any]:
        """As it is kept."""
        at = self.at and self.at.isoformat()
        return [self.key, self.sender, self.text, at, self.panel, self.reply_to, [list(one) for one in self.supports]]


def line_of(kept: Sequence[Any]) -> NewLine:
    """The same back again."""
    key, sender, text, at, panel, reply_to, supports = kept
    given = tuple((person, emoji) for person, emoji in supports)
    return NewLine(key, sender, text, at and datetime.fromisoformat(at), panel, reply_to, given)


class _Keys:
    """Keys of a session's lines: the words, and how often they had been written before in the same place.

    So a line has the same one in every file it is in, whatever the clock and whoever saved it; and nothing of who
    wrote it, or when, can be found out from it.
    """

    def __init__(self, session_id: int, place: str) -> None:
        self._place = f"{session_id}\0{place}"
        self._times = Counter[str]()

    def of(self, text: str) -> int:
        same = sameness(text)
        self._times[same] += 1
        digest = blake2b(f"{self._place}\0{self._times[same]}\0{same}".encode(), digest_size=8).digest()
        return -1 - (int.from_bytes(digest, "big") >> 2)


@dataclass(frozen=True)
class PollsPlan:
    """``lines`` are the answers in words, which become comments."""

    polls: tuple[NewPoll, ...]
    lines: tuple[NewLine, ...]
    how: str


def plan_polls(file: ZoomPolls, session_id: int, here: Sequence[Poll], held: Held | None, name: str) -> PollsPlan:
    """The polls with those that asked the same ``here``, matched by their words."""
    clocks = [each.first for each in file.asked if each.first]
    times = matched(clocks, held, name) if clocks else Matched(())
    instants = iter(times.at)
    same: dict[str, list[Poll]] = {}
    for poll in here:
        if poll.state != "void":
            same.setdefault(plain(poll.question), []).insert(0, poll)  # the last run of it comes first
    made, lines = list[NewPoll](), list[NewLine]()
    for asked in file.asked:
        at = next(instants) if asked.first and held else None
        runs = same.get(plain(asked.question), [])
        twin = runs.pop(0) if runs else None
        if in_words(asked, twin):
            keys = _Keys(session_id, f"poll\0{plain(asked.question)}")
            words = [(who, clean(text)) for who, text in asked.answers]
            lines += [NewLine(keys.of(text), who, text, at) for who, text in words if sameness(text)]
            made.append(NewPoll(asked.question, (), tuple(() for _ in words), at, twin and twin.id))
        else:
            made.append(_counted(asked, twin, at))
    return PollsPlan(tuple(made), tuple(lines), times.how)


def plain(text: str) -> str:
    """What two wordings have in common that differ in case, spaces and punctuation alone."""
    return re.sub(r"[\W_]+", "", sameness(text)) or sameness(text)


def in_words(asked: ZoomAsked, twin: Poll | None) -> bool:
    """Whether a question was answered in words: the file does not say so."""
    if twin is not None:
        return twin.kind == "open"
    cells = [text for _, text in asked.answers]
    different = {plain(piece) for pieces in _split(cells, ()).values() for piece in pieces}
    if any(len(text) > LONG or "\n" in text for text in cells if ";" not in text):
        return True
    alone = len(different) == len(cells) >= FEW and sum(map(len, cells)) > SENTENCE * len(cells)
    return alone or (len(different) > CHOICES and len(different) * 2 > len(cells))


def _counted(asked: ZoomAsked, twin: Poll | None, at: datetime | None) -> NewPoll:
    options = list(twin.options) if twin else []
    index = {plain(text): number for number, text in enumerate(options)}
    for number, others in enumerate(twin.also or ()) if twin else ():
        index |= {plain(other): number for other in others}
    cells = Counter(text for _, text in asked.answers)
    picked = _split(cells, index)
    counts = Counter[str]()
    for text, pieces in picked.items():
        counts.update(dict.fromkeys(pieces, cells[text]))
    for text in sorted(counts, key=lambda text: _rank(text, counts)):
        if plain(text) not in index:
            index[plain(text)] = len(options)
            options.append(text)
    chosen = {text: tuple(sorted({index[plain(piece)] for piece in pieces})) for text, pieces in picked.items()}
    answers = sorted(chosen[text] for text in cells.elements())
    return NewPoll(asked.question, tuple(options), tuple(answers), at, twin and twin.id)


def _rank(text: str, counts: Mapping[str, int]) -> tuple[Any, ...]:
    """Numbers by their size, all else by how many chose it."""
    return (0, int(text), text) if text.isdecimal() else (1, -counts[text], text)


def _split(cells: Iterable[str], known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The options in each different cell: several have a semicolon between them, and one can have some within it."""
    different = dict.fromkeys(cells)
    whole = not known and _within(different)
    return {text: (one_line(text),) if whole else tuple(map(one_line, _pieces(text, known))) for text in different}


def _pieces(text: str, known: Collection[str]) -> list[str]:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) == 1 or plain(text) in known:
        return [text]
    found: list[str] = []
    while parts:
        ends = (end for end in range(len(parts), 0, -1) if plain("".join(parts[:end])) in known)
        end = next(ends, 1)
        found += ["; ".join(parts[:end])] if any(parts[:end]) else []
        parts = parts[end:]
    return found or [text]


def _within(different: Iterable[str]) -> bool:
    """Whether the semicolons stand within options: a space after each, and no part of one in another cell."""
    several = [text for text in different if ";" in text]
    if not several or any(re.search(r";(?=\S)", text) for text in several):
        return False
    parts = Counter(plain(part) for text in different for part in text.split(";"))
    return max(parts.values(), default=0) <= 1


@dataclass(frozen=True)
class PeoplePlan:
    """How many ``joined``, how many at once, and when each was there."""

    joined: int
    peak: int | None
    stays: frozenset[Stay]
    how: str


def plan_people(file: ZoomPeople, held: Held | None, name: str) -> PeoplePlan:
    """Who was there, by the session's time."""
    told = [(person, *stay) for person, stays in enumerate(file.stays, 1) for stay in stays]
    clock = [each for _, begin, end in told for each in (begin, end)]
    times = matched(clock, held, name) if clock else Matched(())
    pairs = zip(told, times.at[::2], times.at[1::2], strict=True)
    return PeoplePlan(
        len(file.stays), file.peak, frozenset((person, begin, end) for (person, *_), begin, end in pairs), times.how
    )


@dataclass(frozen=True)
class ChatPlan:
    """What was written, in no state yet."""

    lines: tuple[NewLine, ...]
    how: str


def plan_chat(file: ZoomChat, session_id: int, held: Held | None) -> ChatPlan:
    """The lines with what tells them apart, and when they were written."""
    keys = _Keys(session_id, "chat")
    told = [keys.of(line.text) for line in file.lines]
    times = of_chat(file.lines, held)
    at = times.at or (None,) * len(told)
    lines = tuple(
        NewLine(
            key,
            line.sender,
            line.text,
            moment,
            line.panel,
            None if line.reply_to is None else told[line.reply_to],
            tuple(sorted(line.supports)),
        )
        for key, moment, line in zip(told, at, file.lines, strict=True)
    )
    return ChatPlan(lines, times.how)
