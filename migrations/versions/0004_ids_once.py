"""An id is given out once: buttons in old messages carry them, and must never come to mean something else."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WITH_DEFAULTS = {"sessions": ("why_cancelled", "recording"), "cues": ("note",)}
"""Said again, or a table that is made anew would put them in brackets."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # a sequence never goes back; SQLite gives the highest id out again once its row is deleted
    for table in ("series", "sessions", "polls", "boards", "contributions", "cues"):
        kept = {"sqlite_autoincrement": True}
        with op.batch_alter_table(table, schema=None, recreate="always", table_kwargs=kept) as batch_op:
            for name in WITH_DEFAULTS.get(table, ()):
                batch_op.alter_column(name, existing_type=sa.Text(), existing_nullable=False, server_default="")
