"""Who comes to the rehearsal, and what they do there, read from ``audience.toml`` beside this file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

AUDIENCE_FILE = Path(__file__).with_name("audience.toml")

IN_OUR_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "greater_than_equal": "options are numbered from 1",
}
"""Pydantic's kinds of error that read better so."""

Name = Annotated[str, Field(min_length=1, max_length=32)]  # Discord's limit for a display name
Words = Annotated[str, Field(min_length=1)]
Said = Annotated[str, Field(min_length=1, max_length=1000)]
Option = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Attendee(_Strict):
    """One invented person.

    ``place`` is a region of the series, or a place in one. ``answers`` and ``first_answers`` map a poll's name to an
    option's number, counted from 1.
    What is called first was given earlier and then replaced; it counts in no total.
    """

    name: Name
    role: Words
    organisation: Words
    scope: Literal["local", "regional", "national"]
    place: Words | None = None
    answers: dict[str, Option] = {}
    first_answers: dict[str, Option] = {}
    takeaway: Said | None = None
    takeaway_first: Said | None = None
    improvement: Said | None = None
    quote: bool = False

    @model_validator(mode="after")
    def _first_thoughts_were_replaced(self) -> Self:
        for poll, option in self.first_answers.items():
            if self.answers.get(poll, option) == option:
                raise _wrong(f"first_answers.{poll}", f"needs another option in answers.{poll}")
        if self.takeaway_first is not None and self.takeaway in (None, self.takeaway_first):
            raise _wrong("takeaway_first", "needs another text in takeaway")
        return self


class Audience(_Strict):
    """Everybody who joined, in the order of the file."""

    attendees: Annotated[tuple[Attendee, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        seen: set[str] = set()
        for attendee in self.attendees:
            if attendee.name in seen:
                raise _wrong(f"{attendee.name}: name", "is there twice")
            seen.add(attendee.name)
        return self


def load_audience(path: Path | None = None) -> Audience:
    """Read ``path``, or the audience that comes with the program.

    Raises ValueError with one line for each mistake, saying the file, the attendee and the key.
    """
    path = path or AUDIENCE_FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read as TOML: {error}") from error
    try:
        return Audience.model_validate(content)
    except ValidationError as error:
        lines = [f"{path.name}: {_sentence(content, detail)}" for detail in error.errors(include_url=False)]
        raise ValueError("\n".join(lines)) from error


def _wrong(key: str, what: str) -> PydanticCustomError:
    return PydanticCustomError("audience", "{key}: {what}", {"key": key, "what": what})


def _sentence(content: Mapping[str, Any], detail: ErrorDetails) -> str:
    match detail["loc"]:
        case ("attendees", int(position), *keys):
            where = [_who(content["attendees"], position)]
        case keys:
            where = []
    if keys:
        where.append(".".join(str(key) for key in keys))
    what = IN_OUR_WORDS.get(detail["type"], detail["msg"])
    if detail["type"] not in {"missing", "extra_forbidden", "audience"}:
        what = f"{what}, and it is {detail['input']!r}"
    return ": ".join([*where, what])


def _who(attendees: list[object], position: int) -> str:
    attendee = attendees[position]
    name = cast("Mapping[str, object]", attendee).get("name") if isinstance(attendee, Mapping) else None
    return name if isinstance(name, str) and name else f"attendee {position + 1}"
