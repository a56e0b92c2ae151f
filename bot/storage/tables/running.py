"""What runs: series, sessions, their cues, and the messages that are owed."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, Snowflake, UtcDateTime

places = Table(
    "places",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("hosts", Snowflake),
    Column("organisers", Snowflake),
    Column("session_channel", Snowflake),
    Column("announcements_channel", Snowflake),
    Column("organiser_channel", Snowflake),
    Column("host_channel", Snowflake),
)
"""Which roles and channels of a guild Plenary uses; null where nobody has said."""


series = Table(
    "series",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("key", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("hashtag", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("colour", String(7), nullable=False, server_default=""),
    UniqueConstraint("guild_id", "key"),
    sqlite_autoincrement=True,
)


sessions = Table(
    "sessions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("series_id", RowId, ref("series.id"), nullable=False),
    Column("guild_id", Snowflake, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("starts_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("plan", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("channel_id", Snowflake),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("joined", Integer),
    Column("paused_at", UtcDateTime),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("changed_at", UtcDateTime),
    Column("why_cancelled", Text, nullable=False, server_default=""),
    Column("recording", Text, nullable=False, server_default=""),
    Column("event_id", Snowflake),
    Column("event_due", Boolean, nullable=False, server_default=false()),
    Column("rehearses", RowId, ref("sessions.id")),
    Column("no_recording", Text, nullable=False, server_default=""),
    Column("subtitles", Boolean),
    Column("blog", Text, nullable=False, server_default=""),
    Column("peak", Integer),
    Column("thread_id", Snowflake),
    CheckConstraint("state IN ('planned', 'live', 'finished', 'cancelled')", name="state"),
    sqlite_autoincrement=True,
)
"""`plan` is what the series file says of the session beyond its time: place, people, texts, run of show and
prepared polls (`services.plans.Plan`). `sequence` counts its moves, for calendars. `event_id` is its scheduled
event at Discord, negative once somebody has deleted that; `event_due` says that the event has to follow a change. One
that `rehearses` another is played in private, with its number, and counts nowhere. `joined` and `peak` are how many
there were elsewhere, in all and at once; `no_recording` is who has said that there will be none, `subtitles` whether it
has any, if somebody has said; in the thread `thread_id` people go on talking once the report is published."""


Index(
    "uq_sessions_series_id_number",
    sessions.c.series_id,
    sessions.c.number,
    unique=True,
    sqlite_where=text("rehearses IS NULL"),
    postgresql_where=text("rehearses IS NULL"),
)


Index(
    "uq_sessions_one_live",
    sessions.c.guild_id,
    unique=True,
    sqlite_where=text("state = 'live'"),
    postgresql_where=text("state = 'live'"),
)


boards = Table(
    "boards",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", RowId, nullable=False),
    Column("message_id", Snowflake),
    Column("final", Boolean, nullable=False),
    Column("person", Snowflake),
    Column("recorded_at", UtcDateTime),
    sqlite_autoincrement=True,
)
"""A message the bot owes a channel. Written with what it shows, posted after, `message_id` recorded then;
`final` once it was painted for the last time. `subject` is the poll's, session's or cue's id. With a `person` it
is a direct message to them."""


Index(None, boards.c.kind, boards.c.subject)


cues = Table(
    "cues",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("key", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("position", Integer),
    Column("title", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("began_at", UtcDateTime),
    Column("note", Text, nullable=False, server_default=""),
    Column("told_on", RowId, ForeignKey("boards.id", ondelete="SET NULL")),
    UniqueConstraint("session_id", "key"),
    CheckConstraint("state IN ('planned', 'due', 'running', 'done', 'skipped')", name="state"),
    sqlite_autoincrement=True,
)
"""What is to happen when. `key` names a cue across replanning, `told_on` is the message that told the hosts of it."""


Index(None, cues.c.state, cues.c.due_at)


notices = Table(
    "notices",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("key", String(80), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("guild_id", "key"),
)
"""What went wrong and hosts were told, once each: `key` says about what it was."""


lease = Table(
    "lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("holder", String(32), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
"""The one process that may work on this database, and until when."""
