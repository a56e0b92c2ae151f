"""Files that were made, and how they cross from one process to another."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class ReportFile:
    """``description`` says what is in it; for a figure that is its alt text (at most 1,024 characters)."""

    name: str
    data: bytes
    description: str


@dataclass(frozen=True)
class Made:
    """What was made, and in a word each what could not be."""

    files: tuple[ReportFile, ...]
    failed: tuple[str, ...] = ()


def packed(made: Made) -> bytes:
    """What was made, as bytes: a line of JSON that says which files follow, and the files."""
    head = {"failed": made.failed, "files": [(each.name, each.description, len(each.data)) for each in made.files]}
    return b"\n".join((json.dumps(head).encode(), b"".join(each.data for each in made.files)))


def unpacked(data: bytes) -> Made:
    """The same back again."""
    head, _, rest = data.partition(b"\n")
    said = json.loads(head)
    files: list[ReportFile] = []
    start = 0
    for name, description, size in said["files"]:
        files.append(ReportFile(name, rest[start : start + size], description))
        start += size
    return Made(tuple(files), tuple(said["failed"]))
