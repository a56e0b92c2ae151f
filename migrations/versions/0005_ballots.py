"""Kinds of polls, three modes of privacy, and polls that are run again or taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEEPS = {"sqlite_autoincrement": True}
"""Said again, or a table that is made anew would lose it."""

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ballot_keys",
        sa.Column("poll_id", RowId, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_ballot_keys_poll_id_polls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_ballot_keys")),
    )
    with op.batch_alter_table("polls", schema=None, table_kwargs=KEEPS) as batch_op:
        # What was asked before was one of several, and kept a link to the account.
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="single", nullable=False))
        batch_op.add_column(sa.Column("privacy", sa.String(length=12), server_default="confidential", nullable=False))
        batch_op.add_column(sa.Column("also", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("rerun_of", RowId, nullable=True))
        batch_op.add_column(sa.Column("why_void", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("shown", sa.JSON(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_polls_rerun_of_polls"), "polls", ["rerun_of"], ["id"], ondelete="SET NULL")
        batch_op.drop_constraint(op.f("ck_polls_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_polls_state"), "state IN ('open', 'closed', 'void')")
        kinds = "kind IN ('single', 'multiple', 'rating', 'ranking', 'open', 'place')"
        batch_op.create_check_constraint(op.f("ck_polls_kind"), kinds)
        modes = "privacy IN ('named', 'confidential', 'anonymous')"
        batch_op.create_check_constraint(op.f("ck_polls_privacy"), modes)
    op.execute("UPDATE polls SET kind = 'multiple' WHERE choices > 1")
    with op.batch_alter_table("ballots", schema=None, table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        # An answer is written as a whole and names no option twice; a second index costs each ballot a second write.
        batch_op.drop_constraint(op.f("uq_ballots_poll_id_voter_option"), type_="unique")
    with op.batch_alter_table("contributions", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("poll_id", RowId, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_contributions_poll_id_polls"), "polls", ["poll_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.drop_constraint(op.f("ck_contributions_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contributions_kind"), "kind IN ('takeaway', 'improvement', 'answer')")
    answer = sa.text("kind = 'answer'")
    op.create_index(
        "uq_contributions_answer",
        "contributions",
        ["poll_id", "author"],
        unique=True,
        sqlite_where=answer,
        postgresql_where=answer,
    )
