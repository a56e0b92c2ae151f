"""What Zoom's own files say of a session, without names."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, UtcDateTime

zoom_files = Table(
    "zoom_files",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("content", JSON, nullable=False),
    CheckConstraint("kind IN ('polls', 'people', 'chat')", name="kind"),
    CheckConstraint("state IN ('proposed', 'merged')", name="state"),
    sqlite_autoincrement=True,
)
"""A file that was sent, as it was understood: one that is `proposed` waits for a host to say so. Once it is `merged`
its `content` is empty, for it stands in other tables then."""


zoom_polls = Table(
    "zoom_polls",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("poll_id", RowId, ForeignKey("polls.id", ondelete="SET NULL")),
    UniqueConstraint("session_id", "number"),
    sqlite_autoincrement=True,
)
"""A poll that was held on Zoom. `answers` has a list for each person who answered, with the indices of their options,
in no order of arrival. `poll_id` is the poll here that asked the same."""


zoom_people = Table(
    "zoom_people",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("person", Integer, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("session_id", "person", "joined_at"),
    sqlite_with_rowid=False,
)
"""Who was there and when: `person` is a number and nobody's name."""
