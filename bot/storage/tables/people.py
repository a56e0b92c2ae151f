"""Who was there, and what they wish."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, Snowflake

participations = Table(
    "participations",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("session_id", "person"),
    sqlite_with_rowid=False,
)
"""Who did anything in a session: its count is "took part here". `person` is negative once erased."""


sign_ups = Table(
    "sign_ups",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("session_id", "person"),
    sqlite_with_rowid=False,
)
"""Who asked for direct messages about a session."""


left_out = Table(
    "left_out",
    metadata,
    Column("guild_id", Snowflake, nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("guild_id", "person"),
    sqlite_with_rowid=False,
)
"""Who asked that their words be left out of everything that is shared."""


profiles = Table(
    "profiles",
    metadata,
    Column("series_id", RowId, ref("series.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("reach", Text, nullable=False),
    Column("region", Text, nullable=False),
    PrimaryKeyConstraint("series_id", "person"),
    sqlite_with_rowid=False,
)
"""What people say of themselves, once a series, if they like: each answer may be empty."""
