"""Every table. The migrations make the same; a test holds the two together.

What people chose or said carries no time and no order of arrival (`WITHOUT ROWID`), so that it cannot
be joined to when somebody was seen to act.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.types import RowId, Snowflake, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _ref(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


places = Table(
    "places",
    metadata,
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False),
    Column("hosts", Snowflake),
    Column("organisers", Snowflake),
    Column("session_channel", Snowflake),
    Column("announcements_channel", Snowflake),
    Column("organiser_channel", Snowflake),
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
    UniqueConstraint("guild_id", "key"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("series_id", RowId, _ref("series.id"), nullable=False),
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
    UniqueConstraint("series_id", "number"),
    CheckConstraint("state IN ('planned', 'live', 'finished')", name="state"),
)
"""`plan` is what the series file says of the session beyond its time: place, people, texts, run of show and
prepared polls (`services.seriesfile.Plan`)."""

Index(
    "uq_sessions_one_live",
    sessions.c.guild_id,
    unique=True,
    sqlite_where=text("state = 'live'"),
    postgresql_where=text("state = 'live'"),
)

polls = Table(
    "polls",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("session_id", RowId, _ref("sessions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("prepared", String(100)),
    Column("question", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("choices", Integer, nullable=False),
    Column("results", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("session_id", "number"),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    CheckConstraint("results IN ('at_close', 'live')", name="results"),
)
"""A poll that was opened: its texts are its own, so that no later import changes what people voted on."""

ballots = Table(
    "ballots",
    metadata,
    Column("poll_id", RowId, _ref("polls.id"), nullable=False),
    Column("voter", Snowflake, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("option", Integer, nullable=False),
    PrimaryKeyConstraint("poll_id", "voter", "slot"),
    UniqueConstraint("poll_id", "voter", "option"),
    sqlite_with_rowid=False,
)
"""One row a choice; a single choice uses slot 0 only. `voter` is a Discord id, negative once erased."""

participations = Table(
    "participations",
    metadata,
    Column("session_id", RowId, _ref("sessions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("session_id", "person"),
    sqlite_with_rowid=False,
)
"""Who did anything in a session: its count is "took part here". `person` is negative once erased."""

reviews = Table(
    "reviews",
    metadata,
    Column("session_id", RowId, _ref("sessions.id"), primary_key=True, autoincrement=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
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
)
"""A message the bot owes a channel. Written with what it shows, posted after, `message_id` recorded then;
`final` once it was painted for the last time. `subject` is the poll's or session's id."""

Index(None, boards.c.kind, boards.c.subject)

contributions = Table(
    "contributions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, _ref("sessions.id"), nullable=False),
    Column("author", Snowflake, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("quotable", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("board_id", RowId, ForeignKey("boards.id", ondelete="SET NULL")),
    CheckConstraint("kind IN ('takeaway', 'improvement')", name="kind"),
    CheckConstraint("state IN ('captured', 'erased')", name="state"),
)
"""Anything a person said that is kept. `board_id` is where a host has shown it. Once erased the text is empty
and the author negative; the row stays, so that the number printed at the close stays true."""

Index(
    "uq_contributions_review",
    contributions.c.session_id,
    contributions.c.author,
    contributions.c.kind,
    unique=True,
    sqlite_where=text("kind IN ('takeaway', 'improvement')"),
    postgresql_where=text("kind IN ('takeaway', 'improvement')"),
)

left_out = Table(
    "left_out",
    metadata,
    Column("guild_id", Snowflake, nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("guild_id", "person"),
    sqlite_with_rowid=False,
)
"""Who asked that their words be left out of everything that is shared."""
