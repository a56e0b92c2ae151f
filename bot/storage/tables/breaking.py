"""Breakouts: rooms, who is in them, and who reports back."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, Snowflake, UtcDateTime

breakouts = Table(
    "breakouts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("cue_id", RowId, ForeignKey("cues.id", ondelete="SET NULL")),
    Column("number", Integer, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("rooms", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("warned", Boolean, nullable=False),
    Column("said", Text, nullable=False),
    UniqueConstraint("session_id", "number"),
    CheckConstraint("rooms IN ('zoom', 'threads', 'voice')", name="rooms"),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    sqlite_autoincrement=True,
)
"""Time in small groups. `said` is what the hosts are told of how the groups were made."""


breakout_groups = Table(
    "breakout_groups",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("breakout_id", RowId, ref("breakouts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(100), nullable=False),
    Column("channel_id", Snowflake),
    Column("room_state", String(10), nullable=False),
    Column("rapporteur", Snowflake),
    UniqueConstraint("breakout_id", "number"),
    CheckConstraint("room_state IN ('none', 'owed', 'made', 'gone')", name="room_state"),
    sqlite_autoincrement=True,
)
"""A room and who is in it. The row is there before the room is (`owed`); on Zoom the bot makes `none`, and a group is
there once somebody speaks for it."""


breakout_members = Table(
    "breakout_members",
    metadata,
    Column("group_id", RowId, ref("breakout_groups.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    Column("brought", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("group_id", "person"),
    sqlite_with_rowid=False,
)
"""Who is in which group, and whether they were brought into its room; `person` is negative once erased."""
