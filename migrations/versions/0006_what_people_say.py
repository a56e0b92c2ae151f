"""What people say: comments, questions, breakouts, offers, themes and what is done about it all."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEEPS = {"sqlite_autoincrement": True}
"""Said again, or a table that is made anew would lose it."""

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("series_id", RowId, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_profiles_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "person", name=op.f("pk_profiles")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "listening",
        sa.Column("session_id", RowId, autoincrement=False, nullable=False),
        sa.Column("heard", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_listening_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_listening")),
    )
    op.create_table(
        "unsaid",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_unsaid")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("id", RowId, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("contribution_id", RowId, nullable=False),
        sa.Column("host", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_audit_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "hands",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('up', 'called', 'down')", name=op.f("ck_hands_state")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_hands_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hands")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "themes",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_themes_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("session_id", "name", name=op.f("uq_themes_session_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "breakouts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("cue_id", RowId, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("rooms", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.CheckConstraint("rooms IN ('zoom', 'threads', 'voice')", name=op.f("ck_breakouts_rooms")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_breakouts_state")),
        sa.ForeignKeyConstraint(["cue_id"], ["cues.id"], name=op.f("fk_breakouts_cue_id_cues"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_breakouts_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakouts")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_breakouts_session_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "breakout_groups",
        sa.Column("id", RowId, nullable=False),
        sa.Column("breakout_id", RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("room_state", sa.String(length=10), nullable=False),
        sa.Column("rapporteur", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "room_state IN ('none', 'owed', 'made', 'gone')", name=op.f("ck_breakout_groups_room_state")
        ),
        sa.ForeignKeyConstraint(
            ["breakout_id"], ["breakouts.id"], name=op.f("fk_breakout_groups_breakout_id_breakouts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakout_groups")),
        sa.UniqueConstraint("breakout_id", "number", name=op.f("uq_breakout_groups_breakout_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "breakout_members",
        sa.Column("group_id", RowId, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["breakout_groups.id"],
            name=op.f("fk_breakout_members_group_id_breakout_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "person", name=op.f("pk_breakout_members")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "actions",
        sa.Column("id", RowId, nullable=False),
        sa.Column("series_id", RowId, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("contribution_id", RowId, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("done_in", RowId, nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_actions_state")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_actions_contribution_id_contributions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["done_in"], ["sessions.id"], name=op.f("fk_actions_done_in_sessions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_actions_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_actions_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_actions_series_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "introductions",
        sa.Column("id", RowId, nullable=False),
        sa.Column("contribution_id", RowId, nullable=False),
        sa.Column("asker", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asker_says", sa.Text(), server_default="", nullable=False),
        sa.Column("offerer_says", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'declined', 'withdrawn')", name=op.f("ck_introductions_state")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_introductions_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sa.UniqueConstraint("contribution_id", "asker", name=op.f("uq_introductions_contribution_id_asker")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "offers",
        sa.Column("contribution_id", RowId, autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.CheckConstraint("type IN ('link', 'person', 'project', 'paper', 'place')", name=op.f("ck_offers_type")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_offers_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_offers")),
    )
    op.create_table(
        "questions",
        sa.Column("contribution_id", RowId, autoincrement=False, nullable=False),
        sa.Column("session_id", RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("addressed", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("merged_into", RowId, nullable=True),
        sa.CheckConstraint("source IN ('discord', 'zoom')", name=op.f("ck_questions_source")),
        sa.CheckConstraint(
            "status IN ('waiting', 'taken', 'live', 'written', 'merged')", name=op.f("ck_questions_status")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_questions_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["contributions.id"],
            name=op.f("fk_questions_merged_into_contributions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_questions_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_questions")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_questions_session_id_number")),
    )
    op.create_table(
        "supports",
        sa.Column("contribution_id", RowId, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("emoji", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_supports_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "person", "emoji", name=op.f("pk_supports")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_contributions",
        sa.Column("theme_id", RowId, nullable=False),
        sa.Column("contribution_id", RowId, nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_theme_contributions_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_contributions_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "contribution_id", name=op.f("pk_theme_contributions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "theme_imports",
        sa.Column("session_id", RowId, autoincrement=False, nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_theme_imports_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_theme_imports")),
    )
    with op.batch_alter_table("contributions", schema=None, table_kwargs=KEEPS) as batch_op:
        batch_op.add_column(sa.Column("why_hidden", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("channel_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("reply_to", RowId, nullable=True))
        batch_op.add_column(sa.Column("group_id", RowId, nullable=True))
        batch_op.add_column(sa.Column("one_thing", sa.Text(), server_default="", nullable=False))
        batch_op.create_unique_constraint(op.f("uq_contributions_message_id"), ["message_id"])
        batch_op.create_foreign_key(
            op.f("fk_contributions_reply_to_contributions"), "contributions", ["reply_to"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            op.f("fk_contributions_group_id_breakout_groups"),
            "breakout_groups",
            ["group_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.drop_constraint(op.f("ck_contributions_kind"), type_="check")
        kinds = "kind IN ('comment', 'question', 'takeaway', 'improvement', 'answer', 'feedback', 'offer')"
        batch_op.create_check_constraint(op.f("ck_contributions_kind"), kinds)
        batch_op.drop_constraint(op.f("ck_contributions_state"), type_="check")
        states = "state IN ('captured', 'held', 'shown', 'hidden', 'withdrawn', 'erased')"
        batch_op.create_check_constraint(op.f("ck_contributions_state"), states)
    of_feedback = sa.text("kind = 'feedback'")
    op.create_index(
        "uq_contributions_feedback",
        "contributions",
        ["group_id"],
        unique=True,
        sqlite_where=of_feedback,
        postgresql_where=of_feedback,
    )
    op.create_index(op.f("ix_contributions_session_id_kind"), "contributions", ["session_id", "kind"])
    op.execute("UPDATE contributions SET state = 'shown' WHERE board_id IS NOT NULL AND state = 'captured'")
    # The review was one message and is two: where it is open, the one for its second prompt is owed.
    op.execute(
        "INSERT INTO boards (guild_id, channel_id, kind, subject, final, recorded_at) "
        "SELECT guild_id, channel_id, 'improvement', subject, FALSE, recorded_at FROM boards WHERE id IN ("
        "SELECT max(boards.id) FROM boards JOIN reviews ON session_id = subject "
        "WHERE kind = 'review' AND reviews.state = 'open' GROUP BY subject)"
    )
    op.execute("UPDATE boards SET kind = 'takeaway' WHERE kind = 'review'")
