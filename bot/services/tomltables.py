"""TOML that people write: read, and every mistake in it said in a sentence."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Self, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from bot.services.refusal import Refusal
from bot.services.text import one_line

Place: TypeAlias = tuple[int | str, ...]
"""Keys and list positions (from 0) from a table down to a value."""

Problem: TypeAlias = tuple[Place, str]
"""Where something is wrong, and the sentence about it, which begins in lower case after a colon."""

_MOST_PARTS = 12
_STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|#[^\n]*',
    re.DOTALL,
)
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{_MOST_PARTS}}}")
_UNQUOTED_TIME = re.compile(r"=\s*\d{1,2}[:.]\d{2}\s*(?:#.*)?$")
MOST_ROWS = 50
"""The longest list any table here has; beyond it nothing is looked at but the number."""

_LONGEST_SHOWN = 60
_LARGE = 10**18
_SAID = {
    "missing": "it is missing.",
    "string_type": "got {got}; wanted text in quotation marks.",
    "path_type": "got {got}; wanted text in quotation marks.",
    "int_type": "got {got}; wanted a whole number.",
    "tuple_type": "got {got}; wanted a list, in [square brackets] or under [[double]] headings.",
    "model_type": "got {got}; wanted a table.",
    "too_short": "it has {has}; at least {min_length} are wanted.",
    "greater_than_equal": "got {got}; wanted at least {ge}.",
    "less_than_equal": "got {got}; wanted at most {le}.",
}
"""pydantic's errors by their type, for somebody who is not a programmer."""


def read_toml(data: bytes) -> dict[str, Any]:
    """The tables in ``data``; a Refusal that says what is wrong, and on which line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"The file is not UTF-8 text (line {line}). Save it as plain text with the encoding UTF-8."
        ) from None
    # tomllib needs memory for the square of a dotted key's length: 200 KB of dots took 40 GB.
    if _DEEP_KEY.search(_STRINGS.sub("q", text)):
        raise Refusal("The file has a key of more than a dozen parts, which no key here needs.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"The file is not TOML: {decapitalised(str(error))}.{_hint(text, str(error))}") from None
    except RecursionError:
        raise Refusal("The file is not TOML that can be read: its brackets are nested too deeply.") from None
    except ValueError:  # an integer beyond Python's own limit of digits
        raise Refusal("The file is not TOML that can be read: it has a number with thousands of digits.") from None


class Table(BaseModel):
    """A TOML table that reports everything wrong with it at once, each problem in a sentence.

    pydantic alone stops before the checks between fields as soon as one field is wrong.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def between(cls, raw: Mapping[str, object]) -> Iterable[Problem]:
        """What is wrong between fields. ``raw`` is as it was written: any field may be missing or wrong."""
        del raw
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _every_problem(cls, raw: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(raw, dict):
            return handler(raw)
        table = cast("dict[str, object]", raw)
        problems = [*_unknown_keys(table, cls.model_fields), *cls.between(table)]
        try:
            made = handler({key: value for key, value in table.items() if key in cls.model_fields})
        except ValidationError as error:
            problems += problems_in(error)
        else:
            if not problems:
                return made
        raise ValidationError.from_exception_data(cls.__name__, [_as_error(*problem) for problem in problems])


def problems_in(error: ValidationError) -> list[Problem]:
    """What a table's ``ValidationError`` says, in sentences."""
    return [(details["loc"], _sentence(details)) for details in error.errors(include_url=False)]


def up_to(most: int) -> BeforeValidator:
    """A list of at most ``most``. pydantic counts only at the end, after 25,000 wrong sessions' errors."""

    def counted(value: object) -> object:
        if _length(value) > most:
            raise ValueError(f"it has {_length(value):,}; at most {most} fit.")
        return value

    return BeforeValidator(counted)


def tables_in(value: object) -> list[tuple[int, Mapping[str, object]]]:
    """The tables in a list as it was written, each with its position; whatever else is there is left out."""
    return [(at, table) for at, item in enumerate(rows_in(value)) if (table := as_table(item))]


def rows_in(value: object) -> list[object]:
    """What is in a list as it was written; nothing where it is no list."""
    return list(cast("list[object]", value)[:MOST_ROWS]) if isinstance(value, list | tuple) else []


def as_table(value: object) -> Mapping[str, object]:
    """``value`` if it is a table, or a model as one; else an empty one."""
    if isinstance(value, BaseModel):
        return dict(value)
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def shown(value: object) -> str:
    """A TOML value as a sentence quotes it, shortened."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = one_line(value[: 4 * _LONGEST_SHOWN])
            return f'"{text}"' if len(text) <= _LONGEST_SHOWN else f'"{text[:_LONGEST_SHOWN]}…"'
        case int() | float():
            # Python will not print an integer of thousands of digits, and nobody would read it.
            return str(value) if abs(value) < _LARGE or isinstance(value, float) else "a very large number"
        case date() | datetime() | time():
            return value.isoformat()
        case dict():
            return "a table"
        case _:
            return "a list"


def nearest(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """The end of a sentence on a wrong name: the nearest of ``known``, else all of it after ``otherwise``."""
    names = list(known)
    near = difflib.get_close_matches(wrong, names, n=1)
    return f'did you mean "{near[0]}"?' if near else f"{otherwise} {', '.join(names)}."


def _sentence(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    value: Any = details["input"]
    match details["type"]:
        case "problem":
            return details["msg"]
        case "value_error":
            return str(context["error"])
        case "literal_error":
            known = re.findall("'([^']+)'", context["expected"])
            return f"got {shown(value)}; {nearest(str(value), known, 'wanted one of')}"
        case kind:
            said = _SAID.get(kind, "got {got}; " + decapitalised(details["msg"]))
            return said.format(got=shown(value), has=_length(value), **context)


def _length(value: Any) -> int:
    return len(cast("list[Any]", value)) if isinstance(value, list | tuple) else 0


def _unknown_keys(table: Mapping[str, object], known: Iterable[str]) -> Iterator[Problem]:
    unknown = [key for key in table if key not in known]
    for key in unknown[:MOST_ROWS]:
        yield (key,), f"there is no such key; {nearest(key, known, 'the keys here are')}"
    if len(unknown) > MOST_ROWS:
        yield (), f"there are {len(unknown) - MOST_ROWS:,} more keys that are not known here."


def _as_error(place: Place, said: str) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError("problem", "{sentence}", {"sentence": said}), loc=place, input=None
    )


def _hint(text: str, error: str) -> str:
    """What usually lies behind a TOML error, for somebody who does not know TOML."""
    place = re.search(r"line (\d+)", error)
    line = text.split("\n")[int(place[1]) - 1] if place else ""
    if _UNQUOTED_TIME.search(line):
        return ' A time of day goes in quotation marks: "13:00".'
    if "“" in line or "”" in line:
        return ' Text goes in straight quotation marks ("), not curly ones.'
    return ""


def decapitalised(text: str) -> str:
    """A sentence as it goes after a colon."""
    return text[:1].lower() + text[1:]
