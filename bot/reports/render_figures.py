"""Draws pictures in a process of its own: JSON on stdin, files on stdout, then it ends. Run by `figures`."""

import json
import signal
import sys
from typing import Any

from bot.reports.document import Bar, Figure, Picture
from bot.reports.made import Made, ReportFile, packed
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
    drawn = render(json.load(sys.stdin.buffer))
    files = (ReportFile(kind, data, "") for each in drawn for kind, data in (("png", each.png), ("svg", each.svg)))
    sys.stdout.buffer.write(packed(Made(tuple(files))))
