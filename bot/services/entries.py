"""A session as an entry in a calendar."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One session in a calendar. The datetimes are aware; ``zone`` is the IANA zone it is shown in.

    A calendar knows an event again by ``uid`` and takes over what has a higher ``sequence``.
    """

    uid: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    description: str
    location: str
    url: str
    sequence: int
    cancelled: bool
    changed_at: datetime
