"""Reports that are edited and published, what is sent elsewhere, and what Zoom's files say."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEEPS = {"sqlite_autoincrement": True}
"""Said again, or a table that is made anew would lose it."""

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("webhook", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_deliveries_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("session_id", "webhook", "event", name=op.f("uq_deliveries_session_id_webhook_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])

    op.create_table(
        "report_edits",
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_report_edits_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "key", name=op.f("pk_report_edits")),
    )
    op.create_table(
        "reports",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("what_changed", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'owed', 'made', 'replaced')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_reports_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("session_id", "version", name=op.f("uq_reports_session_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "zoom_files",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('polls', 'people', 'chat')", name=op.f("ck_zoom_files_kind")),
        sa.CheckConstraint("state IN ('proposed', 'merged')", name=op.f("ck_zoom_files_state")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_zoom_files_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_files")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "zoom_people",
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_zoom_people_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person", "joined_at", name=op.f("pk_zoom_people")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_files",
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_files_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "name", name=op.f("pk_report_files")),
    )
    op.create_table(
        "zoom_polls",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("poll_id", RowId, nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_zoom_polls_poll_id_polls"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_zoom_polls_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_polls")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_zoom_polls_session_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contributions", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("step", sa.Integer(), nullable=True))

    with op.batch_alter_table("series", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("colour", sa.String(length=7), server_default="", nullable=False))

    with op.batch_alter_table("sessions", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("no_recording", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("blog", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("peak", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("thread_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("themes", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("section", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reply", sa.Text(), server_default="", nullable=False))
