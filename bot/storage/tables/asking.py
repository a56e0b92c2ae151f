"""What is asked, and what is answered by choosing."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, Snowflake, UtcDateTime

polls = Table(
    "polls",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("prepared", String(100)),
    Column("question", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("choices", Integer, nullable=False),
    Column("results", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("kind", String(10), nullable=False, server_default="single"),
    Column("privacy", String(12), nullable=False, server_default="confidential"),
    Column("also", JSON),
    Column("rerun_of", RowId, ForeignKey("polls.id", ondelete="SET NULL")),
    Column("why_void", Text, nullable=False, server_default=""),
    Column("shown", JSON),
    UniqueConstraint("session_id", "number"),
    CheckConstraint("state IN ('open', 'closed', 'void')", name="state"),
    CheckConstraint("results IN ('at_close', 'live')", name="results"),
    CheckConstraint("kind IN ('single', 'multiple', 'rating', 'ranking', 'open', 'place')", name="kind"),
    CheckConstraint("privacy IN ('named', 'confidential', 'anonymous')", name="privacy"),
    sqlite_autoincrement=True,
)
"""A poll that was opened: its texts are its own, so that no later import changes what people voted on. `also` are
the other names of each option, for places that are typed; `shown` is the live tally as the room sees it, which
moves in steps: [slot, option, count]."""


ballot_keys = Table(
    "ballot_keys",
    metadata,
    Column("poll_id", RowId, ref("polls.id"), primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
)
"""What joins the ballots of an anonymous poll to people, while it is open. The close destroys it."""


ballots = Table(
    "ballots",
    metadata,
    Column("poll_id", RowId, ref("polls.id"), nullable=False),
    Column("voter", Snowflake, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("option", Integer, nullable=False),
    PrimaryKeyConstraint("poll_id", "voter", "slot"),
    sqlite_with_rowid=False,
)
"""One row a choice; a single choice uses slot 0 only, a ranking slot 0 for the first place. `voter` is a Discord id,
negative once erased; in an anonymous poll it is a pseudonym under the poll's key."""


reviews = Table(
    "reviews",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), primary_key=True, autoincrement=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
)
