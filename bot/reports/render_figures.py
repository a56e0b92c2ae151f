"""Draws pictures in a process of its own: JSON on stdin, JSON with base64 on stdout, then it ends. Run by `figures`."""

import base64
import json
import signal
import sys
from typing import Any

from bot.reports.document import Bar, Figure, Picture
from bot.reports.typeset import cloud, pictures

LIFETIME = 60
"""Seconds after which the process ends come what may, so that none outlives a bot that was killed."""


def render(wanted: dict[str, Any]) -> list[Picture]:
    """A cloud of ``words``, or a picture of each of ``figures``."""
    if "words" in wanted:
        return [cloud(**wanted)]
    figures = [Figure(**each | {"bars": tuple(Bar(**bar) for bar in each["bars"])}) for each in wanted["figures"]]
    return pictures(figures, wanted["colour"])


if __name__ == "__main__":
    if sys.platform != "win32":
        signal.alarm(LIFETIME)
    made = render(json.load(sys.stdin.buffer))
    json.dump([[base64.b64encode(data).decode() for data in (each.png, each.svg)] for each in made], sys.stdout)
