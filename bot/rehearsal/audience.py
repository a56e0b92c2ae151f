"""Who comes to the rehearsal, and what they do there, read from ``audience.toml`` beside this file."""

import tomllib
from collections.abc import Iterator, Mapping
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
Names = Annotated[tuple[Name, ...], Field(strict=False)]
Moment = Annotated[str, Field(pattern=r"^[a-z]+( [1-9])?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class About(_Strict):
    """What somebody chooses of the lists in the form *About you*."""

    role: Words
    organisation: Words


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
    about: About | None = None
    answers: dict[str, Option] = {}
    first_answers: dict[str, Option] = {}
    takeaway: Said | None = None
    takeaway_first: Said | None = None
    improvement: Said | None = None
    in_chat: bool = False
    quote: bool = False

    @model_validator(mode="after")
    def _first_thoughts_were_replaced(self) -> Self:
        for poll, option in self.first_answers.items():
            if self.answers.get(poll, option) == option:
                raise _wrong(f"first_answers.{poll}", f"needs another option in answers.{poll}")
        if self.takeaway_first is not None and self.takeaway in (None, self.takeaway_first):
            raise _wrong("takeaway_first", "needs another text in takeaway")
        if self.in_chat and not self.quote:
            raise _wrong("in_chat", "what is said in the chat may be quoted")
        return self


class Comment(_Strict):
    """Something typed in the chat ``during`` a step of the run of show, which is named by its kind and number.

    ``first`` is what stood there before an edit, ``replies_to`` the person whose latest comment before it replies to.
    """

    during: Moment
    by: Name
    text: Said
    first: Said | None = None
    replies_to: Name | None = None
    reactions: dict[str, Names] = {}
    themes: Annotated[tuple[Words, ...], Field(strict=False)] = ()


class Question(_Strict):
    """A question to the panel, from Zoom where it is ``by`` nobody; ``to`` numbers the session's guests from 1."""

    name: Words
    text: Said
    by: Name | None = None
    to: Option | None = None
    without_my_name: bool = False
    upvotes: Names = ()
    answered: Literal["live", "in writing"] | None = None
    answer: Said | None = None
    follow_up: Words | None = None
    merged_into: Words | None = None
    held: bool = False

    @model_validator(mode="after")
    def _one_thing_becomes_of_it(self) -> Self:
        if [bool(self.answered), bool(self.follow_up), bool(self.merged_into), self.held].count(True) != 1:
            raise _wrong("", "needs one of answered, follow_up, merged_into and held")
        if (self.answered == "in writing") != (self.answer is not None):
            raise _wrong("answer", 'belongs to what is answered "in writing"')
        return self


class BreakoutRoom(_Strict):
    """A room of the breakout and what its people send; one in which nothing was ``discussed`` stays silent."""

    name: Words
    by: Name
    passed_on_by: Name | None = None
    discussed: Said | None = None
    one_thing: Said | None = None
    quote: bool = False

    @model_validator(mode="after")
    def _feedback_is_whole(self) -> Self:
        if (self.discussed is None) != (self.one_thing is None):
            raise _wrong("", "needs discussed and one_thing, or neither")
        return self


class Offer(_Strict):
    """An offer of help, who asks to be ``introduced``, and what came of it."""

    by: Name
    type: Literal["link", "person", "project", "paper", "place"]
    text: Said
    in_chat: bool = False
    introduced: Names = ()
    came_of_it: Said | None = None
    quote: bool = False


class Action(_Strict):
    """What is done about somebody's improvement."""

    of: Name
    text: Said
    owner: Words


class Theme(_Strict):
    """What comments are sorted under, and who vouches for it."""

    name: Words
    signed_by: Words | None = None


class Audience(_Strict):
    """Everybody who joined, and what is said besides polls and review; all in the order of the file.

    ``recording`` and ``blog`` are where those are said to be afterwards; empty for none. ``subtitles`` are said to be
    in the recording.
    """

    attendees: Annotated[tuple[Attendee, ...], Field(strict=False)]
    comments: Annotated[tuple[Comment, ...], Field(strict=False)] = ()
    questions: Annotated[tuple[Question, ...], Field(strict=False)] = ()
    rooms: Annotated[tuple[BreakoutRoom, ...], Field(strict=False)] = ()
    offers: Annotated[tuple[Offer, ...], Field(strict=False)] = ()
    actions: Annotated[tuple[Action, ...], Field(strict=False)] = ()
    themes: Annotated[tuple[Theme, ...], Field(strict=False)] = ()
    recording: str = ""
    subtitles: bool = True
    blog: str = ""

    @model_validator(mode="after")
    def _names_are_distinct_and_known(self) -> Self:
        seen: set[str] = set()
        for attendee in self.attendees:
            if attendee.name in seen:
                raise _wrong(f"{attendee.name}: name", "is there twice")
            seen.add(attendee.name)
        for where, name in self._named():
            if name not in seen:
                raise _wrong(where, f"{name} is not among the attendees")
        return self

    @model_validator(mode="after")
    def _all_that_is_meant_is_there(self) -> Self:
        spoke: set[str] = set()
        themes = {theme.name for theme in self.themes}
        for number, comment in enumerate(self.comments, 1):
            if comment.replies_to and comment.replies_to not in spoke:
                raise _wrong(f"comment {number}: replies_to", f"{comment.replies_to} has said nothing yet")
            if unknown := set(comment.themes) - themes:
                raise _wrong(f"comment {number}: themes", f"{min(unknown)} is not among the themes")
            spoke.add(comment.by)
        asked = {question.name for question in self.questions if not question.merged_into}
        for question in self.questions:
            if question.merged_into and question.merged_into not in asked:
                raise _wrong(f"{question.name}: merged_into", f"{question.merged_into} is no question that stands")
        improved = {attendee.name for attendee in self.attendees if attendee.improvement}
        for number, action in enumerate(self.actions, 1):
            if action.of not in improved:
                raise _wrong(f"action {number}: of", f"{action.of} has no improvement")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        """Who is named besides the attendees themselves, and where."""
        for number, comment in enumerate(self.comments, 1):
            yield from _all(f"comment {number}", comment.by, *sum(comment.reactions.values(), ()))
        for question in self.questions:
            yield from _all(question.name, *([question.by] if question.by else []), *question.upvotes)
        for room in self.rooms:
            yield from _all(room.name, room.by, *([room.passed_on_by] if room.passed_on_by else []))
        for number, offer in enumerate(self.offers, 1):
            yield from _all(f"offer {number}", offer.by, *offer.introduced)


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


def _all(where: str, *names: str) -> Iterator[tuple[str, str]]:
    return ((where, name) for name in names)


def _wrong(key: str, what: str) -> PydanticCustomError:
    return PydanticCustomError("audience", "{key}{what}", {"key": f"{key}: " if key else "", "what": what})


def _sentence(content: Mapping[str, Any], detail: ErrorDetails) -> str:
    match detail["loc"]:
        case (str(table), int(position), *keys):
            where = [_which(table, content[table], position)]
        case keys:
            where = []
    if keys:
        where.append(".".join(str(key) for key in keys))
    what = IN_OUR_WORDS.get(detail["type"], detail["msg"])
    if detail["type"] not in {"missing", "extra_forbidden", "audience"}:
        what = f"{what}, and it is {detail['input']!r}"
    return ": ".join([*where, what])


def _which(table: str, entries: list[object], position: int) -> str:
    entry = entries[position]
    name = cast("Mapping[str, object]", entry).get("name") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) and name else f"{table.removesuffix('s')} {position + 1}"
