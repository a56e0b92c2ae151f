"""What is made of a session: what hosts say in its report, what was published, and what is sent elsewhere."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, UtcDateTime

report_edits = Table(
    "report_edits",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", String(80), nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("session_id", "version", "key"),
)
"""What a host has written into a session's report in place of what would stand there. `key` names the passage
(`services/editing.py`), so that a report that is made anew has it again. The version 0 is the draft; each other one has
those with which it was published."""


reports = Table(
    "reports",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("what_changed", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    UniqueConstraint("session_id", "version"),
    CheckConstraint("state IN ('proposed', 'owed', 'made', 'replaced')", name="state"),
    sqlite_autoincrement=True,
)
"""The versions of a report that was published. One that is `proposed` waits for a host's word; the row is there before
its files are (`owed`); one that was `replaced` has lost them. `edited`: its file is an organiser's own. `summary` is
what its public message has said of it since that was first written."""


report_files = Table(
    "report_files",
    metadata,
    Column("report_id", RowId, ref("reports.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("description", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("report_id", "name"),
)
"""A published report as it was published, whatever happens to the record afterwards."""


deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("webhook", String(40), nullable=False),
    Column("event", String(80), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("problem", Text, nullable=False),
    UniqueConstraint("session_id", "webhook", "event"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')", name="state"),
    sqlite_autoincrement=True,
)
"""What is to be sent to the webhooks of the settings. `event` says what happened and, where it can happen more than
once, which time it was; with an empty `webhook` it has yet to become a row for each of them. `unsure`: it may have
arrived."""


Index(None, deliveries.c.state, deliveries.c.next_at)
