"""Every table. The migrations make the same; a test holds the two together.

What people chose or said carries no time and no order of arrival (`WITHOUT ROWID`), so that it cannot
be joined to when somebody was seen to act.

An id that stands in a message, in the custom_id of a button, is never given out again (`AUTOINCREMENT`): what an
old button leads to is there or gone, but never something else.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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
    UniqueConstraint("guild_id", "key"),
    sqlite_autoincrement=True,
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
    Column("paused_at", UtcDateTime),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("changed_at", UtcDateTime),
    Column("why_cancelled", Text, nullable=False, server_default=""),
    Column("recording", Text, nullable=False, server_default=""),
    Column("event_id", Snowflake),
    Column("event_due", Boolean, nullable=False, server_default=false()),
    Column("rehearses", RowId, _ref("sessions.id")),
    CheckConstraint("state IN ('planned', 'live', 'finished', 'cancelled')", name="state"),
    sqlite_autoincrement=True,
)
"""`plan` is what the series file says of the session beyond its time: place, people, texts, run of show and
prepared polls (`services.plans.Plan`). `sequence` counts its moves, for calendars. `event_id` is its scheduled
event at Discord, negative once somebody has deleted that; `event_due` says that the event has to follow a change. One
that `rehearses` another is played in private, with its number, and counts nowhere."""

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
    Column("poll_id", RowId, _ref("polls.id"), primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
)
"""What joins the ballots of an anonymous poll to people, while it is open. The close destroys it."""

ballots = Table(
    "ballots",
    metadata,
    Column("poll_id", RowId, _ref("polls.id"), nullable=False),
    Column("voter", Snowflake, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("option", Integer, nullable=False),
    PrimaryKeyConstraint("poll_id", "voter", "slot"),
    sqlite_with_rowid=False,
)
"""One row a choice; a single choice uses slot 0 only, a ranking slot 0 for the first place. `voter` is a Discord id,
negative once erased; in an anonymous poll it is a pseudonym under the poll's key."""

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
    Column("person", Snowflake),
    Column("recorded_at", UtcDateTime),
    sqlite_autoincrement=True,
)
"""A message the bot owes a channel. Written with what it shows, posted after, `message_id` recorded then;
`final` once it was painted for the last time. `subject` is the poll's, session's or cue's id. With a `person` it
is a direct message to them."""

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
    Column("poll_id", RowId, _ref("polls.id")),
    CheckConstraint("kind IN ('takeaway', 'improvement', 'answer')", name="kind"),
    CheckConstraint("state IN ('captured', 'erased')", name="state"),
    sqlite_autoincrement=True,
)
"""Anything a person said that is kept; an `answer` is one to the open poll `poll_id`, and its author a pseudonym where
that poll is anonymous. The ids are random: they do not tell the order. `board_id` is where a host has shown it. Once
erased the text is empty and the author negative; the row stays, so that the number printed at the close stays true."""

Index(
    "uq_contributions_review",
    contributions.c.session_id,
    contributions.c.author,
    contributions.c.kind,
    unique=True,
    sqlite_where=text("kind IN ('takeaway', 'improvement')"),
    postgresql_where=text("kind IN ('takeaway', 'improvement')"),
)

Index(
    "uq_contributions_answer",
    contributions.c.poll_id,
    contributions.c.author,
    unique=True,
    sqlite_where=text("kind = 'answer'"),
    postgresql_where=text("kind = 'answer'"),
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

cues = Table(
    "cues",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, _ref("sessions.id"), nullable=False),
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

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("session_id", RowId, _ref("sessions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    PrimaryKeyConstraint("session_id", "person"),
    sqlite_with_rowid=False,
)
"""Who asked for direct messages about a session."""

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
