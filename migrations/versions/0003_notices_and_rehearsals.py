"""What hosts are told went wrong, and sessions that are played only to rehearse another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REAL = sa.text("rehearses IS NULL")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", RowId, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("guild_id", "key", name=op.f("uq_notices_guild_id_key")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rehearses", RowId, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_sessions_rehearses_sessions"), "sessions", ["rehearses"], ["id"], ondelete="CASCADE"
        )
        batch_op.drop_constraint(op.f("uq_sessions_series_id_number"), type_="unique")
        for name in ("why_cancelled", "recording"):  # said again, or the table made anew would put them in brackets
            batch_op.alter_column(name, existing_type=sa.Text(), existing_nullable=False, server_default="")
    op.create_index(
        "uq_sessions_series_id_number",
        "sessions",
        ["series_id", "number"],
        unique=True,
        sqlite_where=REAL,
        postgresql_where=REAL,
    )
