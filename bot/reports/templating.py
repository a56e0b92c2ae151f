"""What the reports' templates have in common."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.reports.text import one_line, plain, web_address


def environment(finalize: Callable[[object], object]) -> Environment:
    """What a template prints goes through ``finalize`` on its way out, and is then escaped unless it is Markup."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"one_line": one_line, "web_address": web_address, "kind": _kind}
    return made


def printable(value: object) -> object:
    """For forms in which every text is escaped alike: without what breaks a file or a layout."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _kind(block: object) -> str:
    # By this name a template keeps the macro that prints such a block.
    return type(block).__name__
