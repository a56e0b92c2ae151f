"""Zoom's poll report: who answered what, without the who."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import count

from bot.services.refusal import Refusal
from bot.services.text import one_line, sameness, shortened
from bot.services.zoom.cells import HALF, Row, Sheet, at, cell, header, headings, moments, shown

POLLS = 100
QUESTION = 1000
ANSWER = 4000

WHEN = ("submitted date/time", "submitted date and time", "submitted time")
NAMES = ("user name", "name", "user name (original name)")
EMAILS = ("user email", "email address", "email")
PAIRS = frozenset({"", "question", "answer", "questions", "answers"})
NOBODY = frozenset({"anonymous", "anonymous attendee", "anonymous attendees"})


@dataclass(frozen=True)
class ZoomAsked:
    """A question with a cell for each person who answered, in no order. The numbers are nobody's outside the file.

    ``first`` and ``last`` are when they came in, as the file's clock showed it.
    """

    question: str
    answers: tuple[tuple[int, str], ...]
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class ZoomPolls:
    """A poll report. ``starts`` is when the meeting began, by the file's clock."""

    topic: str
    starts: datetime | None
    asked: tuple[ZoomAsked, ...]


@dataclass(frozen=True)
class _Columns:
    """Where a table of answers has what; ``questions`` is empty where each row has pairs of question and answer."""

    name: int | None
    email: int | None
    when: int
    questions: tuple[tuple[int, str], ...]


def _columns(row: Row) -> _Columns | None:
    names = headings(row)
    when, name = at(names, *WHEN), at(names, *NAMES)
    if when is None or name is None:
        return None
    rest = [(number, one_line(row[number])) for number in range(when + 1, len(row))]
    pairs = all(text.casefold() in PAIRS for _, text in rest)
    questions = () if pairs else tuple((number, text) for number, text in rest if text)
    return _Columns(name, at(names, *EMAILS), when, questions)


def is_polls(sheet: Sheet) -> bool:
    """Whether there is a table of answers in it."""
    return any(_columns(row) for row in sheet.rows)


def parse_polls(sheet: Sheet, near: date | None) -> ZoomPolls:
    """The questions in the order they were asked. Of several answers of one person to one question the last counts."""
    sheet.refuse_half()
    topic, began = header(sheet.rows)
    found = list(_answers(sheet))
    if not found:
        raise Refusal(f"{sheet.name} is a poll report, and nobody has answered in it.")
    _refuse_cut(sheet, found)
    starts, *times = moments([began, *(each.when for each in found)], near, sheet.name)
    same = cache(sameness)
    people: dict[str, int] = {}
    nobody = count(-1, -1)
    answers: dict[tuple[int, str], dict[int, str]] = {}
    told: dict[tuple[int, str], list[datetime]] = {}
    for each, moment in zip(found, times, strict=True):
        who = people.setdefault(each.who, len(people)) if each.who else next(nobody)
        asked = (each.table, same(each.question))
        answers.setdefault(asked, {})[who] = each.answer
        told.setdefault(asked, []).extend([moment] if moment else [])
    if len(answers) > POLLS:
        raise Refusal(f"{sheet.name} has {len(answers)} questions; at most {POLLS} are taken.")
    words = {(each.table, same(each.question)): each.question for each in reversed(found)}
    return ZoomPolls(
        topic,
        starts,
        tuple(
            ZoomAsked(
                shortened(words[asked], QUESTION),
                tuple(sorted(given.items(), key=lambda one: (one[1], one[0]))),
                min(told[asked], default=None),
                max(told[asked], default=None),
            )
            for asked, given in answers.items()
        ),
    )


@dataclass(frozen=True)
class _Answer:
    """``who`` is empty for nobody known; ``table`` tells a question that was asked twice."""

    table: int
    who: str
    when: str
    question: str
    answer: str


def _answers(sheet: Sheet) -> Iterator[_Answer]:
    same = cache(sameness)  # of whoever answered twenty questions it is asked twenty times
    columns: _Columns | None = None
    table = 0
    for number, row in enumerate(sheet.rows, 1):
        if found := _columns(row):
            columns, table = found, table + 1
            continue
        if columns is None or not row or not row[0].isdigit():
            if columns and row and any(row) and len(list(filter(None, row))) == 1:
                columns = None  # the name of the next poll, above its own headings
            continue
        if len(row) <= columns.when:
            where = "a row" if number == len(sheet.rows) else f"row {number}"
            raise Refusal(HALF.format(name=sheet.name, where=where))
        name, email = same(cell(row, columns.name)), same(cell(row, columns.email))
        who = "" if {name, email} & NOBODY else email or name
        for question, answer in _pairs(row, columns, sheet):
            if same(question) and same(answer):
                yield _Answer(table, who, row[columns.when], question, shortened(answer, ANSWER))


def _pairs(row: Row, columns: _Columns, sheet: Sheet) -> Iterator[tuple[str, str]]:
    if columns.questions:
        yield from ((question, cell(row, number)) for number, question in columns.questions)
        return
    rest = row[columns.when + 1 :]
    if len(rest) % 2 and rest[-1] and row is sheet.rows[-1]:
        raise Refusal(HALF.format(name=sheet.name, where="a row"))
    yield from ((one_line(question), answer) for question, answer in zip(rest[::2], rest[1::2], strict=False))


def _refuse_cut(sheet: Sheet, found: Sequence[_Answer]) -> None:
    """Where no line break ends the file: refuse it if its last answer is the beginning of somebody else's."""
    last = found[-1]
    others = {each.answer for each in found[:-1] if each.question == last.question}
    if sheet.whole or last.answer in others or sheet.rows[-1][-1] != last.answer:
        return
    if any(each.startswith(last.answer) for each in others):
        raise Refusal(HALF.format(name=sheet.name, where=f"the answer {shown(last.answer)}"))
