"""Files that a command reads, and those that it writes: all of them, or none."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.reports.made import ReportFile


class FilingError(Exception):
    """Files could not be read or written. The message is for the operator."""


def file_at(path: Path) -> bytes:
    """A file that a command was given."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FilingError(f"{path} cannot be read: {error.strerror}.") from error


def file_in(folder: Path, files: Iterable[ReportFile]) -> list[Path]:
    """Write the files into a folder, which is made where it is missing, in place of those of the same names.

    They are written aside and only then put there, so that a full disk leaves nothing, and nothing half.
    """
    made = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix=".plenary-", dir=folder) as name:
            aside = Path(name)
            for each in files:
                (aside / each.name).write_bytes(each.data)
            return [path.replace(folder / path.name) for path in sorted(aside.iterdir())]
    except OSError as error:
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise FilingError(f"{folder} cannot be written: {error.strerror}. Nothing was kept of it.") from error
