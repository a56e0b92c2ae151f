"""Columns of what is exported: each says what it means, for the JSON Schema and the data dictionary."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"


def column(meaning: str) -> Any:
    """What a column means."""
    return Field(description=meaning)


def time(meaning: str) -> Any:
    """The same of a time."""
    return Field(description=f"{meaning} ISO 8601 with the offset of the series’ time zone.", pattern=_ISO)


Place: TypeAlias = Annotated[
    Literal["here", "zoom"],
    column("Where it was said or answered: “here” is on Discord. The two are never added up: one person may be both."),
]
Quotable: TypeAlias = Annotated[str, column("The words, which their author allows to be quoted without a name.")]
Section: TypeAlias = Annotated[
    int | None,
    column("The step of the run of show it belongs to (column `step` of `cues`), empty where that is not known."),
]
