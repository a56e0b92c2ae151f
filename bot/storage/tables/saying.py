"""What people say, and what becomes of it."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import metadata, ref
from bot.storage.types import RowId, Snowflake, UtcDateTime

contributions = Table(
    "contributions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("author", Snowflake, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("quotable", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("board_id", RowId, ForeignKey("boards.id", ondelete="SET NULL")),
    Column("poll_id", RowId, ref("polls.id")),
    Column("why_hidden", Text, nullable=False, server_default=""),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("reply_to", RowId, ForeignKey("contributions.id", ondelete="SET NULL")),
    Column("group_id", RowId, ref("breakout_groups.id")),
    Column("one_thing", Text, nullable=False, server_default=""),
    Column("step", Integer),
    UniqueConstraint("message_id"),
    CheckConstraint(
        "kind IN ('comment', 'question', 'takeaway', 'improvement', 'answer', 'feedback', 'offer')", name="kind"
    ),
    CheckConstraint("state IN ('captured', 'held', 'shown', 'hidden', 'withdrawn', 'erased')", name="state"),
    sqlite_autoincrement=True,
)
"""Anything a person said that is kept; an `answer` is one to the open poll `poll_id`, and its author a pseudonym where
that poll is anonymous; `feedback` is what the breakout group `group_id` sends, with `one_thing` for everyone beside
what was discussed. The ids are random: they do not tell the order. `board_id` is where a host has shown it. What was
typed in chat has the `message_id` of its message there, in `channel_id`, and keeps what it replies to, and in which
`step` of the run of show it was said; what is from Zoom's chat has a negative one, by which it is not taken twice. Once
withdrawn or erased the text is empty, and once erased the author is negative; the row stays, so that the number printed
at the close stays true and an edit of the message does not bring it back."""


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


Index(
    "uq_contributions_feedback",
    contributions.c.group_id,
    unique=True,
    sqlite_where=text("kind = 'feedback'"),
    postgresql_where=text("kind = 'feedback'"),
)


Index(None, contributions.c.session_id, contributions.c.kind)


supports = Table(
    "supports",
    metadata,
    Column("contribution_id", RowId, ref("contributions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    Column("emoji", String(100), nullable=False),
    PrimaryKeyConstraint("contribution_id", "person", "emoji"),
    sqlite_with_rowid=False,
)
"""Who supports what was said: by a reaction, or by a button (the empty emoji). A person counts once, however often."""


listening = Table(
    "listening",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), primary_key=True, autoincrement=False),
    Column("heard", Snowflake, nullable=False),
)
"""How far into a session's chat the bot has listened: the last millisecond, as the greatest message id that it has.
Without this a comment that was erased would look, after a restart, like one that was missed."""


unsaid = Table(
    "unsaid",
    metadata,
    Column("digest", LargeBinary(16), primary_key=True),
    sqlite_with_rowid=False,
)
"""The messages that their authors have had erased, each as a digest of its id, so that nobody adds one again."""


questions = Table(
    "questions",
    metadata,
    Column("contribution_id", RowId, ref("contributions.id"), primary_key=True, autoincrement=False),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("addressed", Text, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("asker", Text, nullable=False),
    Column("source", String(10), nullable=False),
    Column("status", String(10), nullable=False),
    Column("answer", Text, nullable=False),
    Column("follow_up", Text, nullable=False),
    Column("merged_into", RowId, ForeignKey("contributions.id", ondelete="SET NULL")),
    UniqueConstraint("session_id", "number"),
    CheckConstraint("source IN ('discord', 'zoom')", name="source"),
    CheckConstraint("status IN ('waiting', 'taken', 'live', 'written', 'merged')", name="status"),
)
"""What is asked of the panel, beside its words in `contributions`: whom it is `addressed` to (empty: all), whether the
`asker`'s name may be shown, and what became of it. `live` and `written` are how it was answered."""


hands = Table(
    "hands",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("person", Snowflake, nullable=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("state IN ('up', 'called', 'down')", name="state"),
    sqlite_autoincrement=True,
)
"""Raised hands: the order of the ids is the order of the queue."""


offers = Table(
    "offers",
    metadata,
    Column("contribution_id", RowId, ref("contributions.id"), primary_key=True, autoincrement=False),
    Column("type", String(10), nullable=False),
    CheckConstraint("type IN ('link', 'person', 'project', 'paper', 'place')", name="type"),
)
"""What kind of help a contribution offers."""


introductions = Table(
    "introductions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("contribution_id", RowId, ref("contributions.id"), nullable=False),
    Column("asker", Snowflake, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asker_says", Text, nullable=False, server_default=""),
    Column("offerer_says", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('asked', 'agreed', 'declined', 'withdrawn')", name="state"),
    UniqueConstraint("contribution_id", "asker"),
    sqlite_autoincrement=True,
)
"""Who asked to be introduced to whoever made an offer: neither is told the other's name before both have agreed. What
came of it each says for themselves."""


themes = Table(
    "themes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("signed_by", Text, nullable=False),
    Column("signed_at", UtcDateTime),
    Column("section", Integer),
    Column("reply", Text, nullable=False, server_default=""),
    UniqueConstraint("session_id", "name"),
    sqlite_autoincrement=True,
)
"""A named group of contributions; `signed_by` is the name of whoever vouches for it, empty before. In the report it
stands in the `section` of the session's talks that a host chose, else in that where most of it was said, with the
hosts' or the panel's `reply`."""


theme_contributions = Table(
    "theme_contributions",
    metadata,
    Column("theme_id", RowId, ref("themes.id"), nullable=False),
    Column("contribution_id", RowId, ref("contributions.id"), nullable=False),
    PrimaryKeyConstraint("theme_id", "contribution_id"),
    sqlite_with_rowid=False,
)


theme_imports = Table(
    "theme_imports",
    metadata,
    Column("session_id", RowId, ref("sessions.id"), primary_key=True, autoincrement=False),
    Column("lines", JSON, nullable=False),
)
"""The spreadsheet that was tried out last and waits for a host to say *Do it*: which contribution has which themes."""


actions = Table(
    "actions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("series_id", RowId, ref("series.id"), nullable=False),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("contribution_id", RowId, ForeignKey("contributions.id", ondelete="SET NULL")),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("done_in", RowId, ForeignKey("sessions.id", ondelete="SET NULL")),
    UniqueConstraint("series_id", "number"),
    CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
    sqlite_autoincrement=True,
)
"""What is done about what people said in a session: its owner, and what came of it by the session `done_in`."""


audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("session_id", RowId, ref("sessions.id"), nullable=False),
    Column("contribution_id", RowId, nullable=False),
    Column("host", Snowflake, nullable=False),
    Column("act", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What hosts did with what people said, and why."""
