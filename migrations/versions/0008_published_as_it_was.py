"""What a version was published with, and whether the recording has subtitles."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEEPS = {"sqlite_autoincrement": True}
"""Said again, or a table that is made anew would lose it."""

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # The key of the table changes, so it is made anew.
    op.execute("CREATE TEMPORARY TABLE kept_edits AS SELECT session_id, key, text FROM report_edits")
    op.drop_table("report_edits")
    op.create_table(
        "report_edits",
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_report_edits_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "version", "key", name=op.f("pk_report_edits")),
    )
    op.execute(
        "INSERT INTO report_edits (session_id, version, key, text) SELECT session_id, 0, key, text FROM kept_edits"
    )
    # With what those were published that are out is not known any more: what hosts had written last is nearest to it.
    op.execute(
        "INSERT INTO report_edits (session_id, version, key, text)"
        " SELECT reports.session_id, reports.version, kept_edits.key, kept_edits.text"
        " FROM reports JOIN kept_edits ON kept_edits.session_id = reports.session_id"
        " WHERE reports.state IN ('owed', 'made')"
    )
    op.execute("DROP TABLE kept_edits")

    with op.batch_alter_table("reports", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("summary", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("sessions", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("subtitles", sa.Boolean(), nullable=True))
