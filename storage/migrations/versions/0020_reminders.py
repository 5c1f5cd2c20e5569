"""Reminders: the rules, what fell due of them for whom, and what is done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "rules",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("for_whom", sa.String(8), nullable=False),
        sa.Column("hearer_id", _ID),
        sa.Column("child_id", _ID),
        sa.Column("setting_id", _ID),
        sa.Column("room_id", _ID),
        sa.Column("recurrence", sa.Text(), nullable=False),
        sa.Column("at_minute", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("too_late", sa.String(8), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("next_at", _INSTANT),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("purpose IN ('said', 'review')", name="ck_rules_purpose"),
        sa.CheckConstraint(
            "for_whom IN ('me', 'person', 'circle', 'family', 'room', 'setting', 'staff')", name="ck_rules_for_whom"
        ),
        sa.CheckConstraint("too_late IN ('day', 'next', 'never')", name="ck_rules_too_late"),
        sa.CheckConstraint("0 <= at_minute AND at_minute < 1440", name="ck_rules_at_minute"),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_rules_author_id"),
        sa.ForeignKeyConstraint(["hearer_id"], ["people.id"], name="fk_rules_hearer_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_rules_child_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_rules_setting_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_rules_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
    )
    op.create_index("ix_rules_author_id", "rules", ["author_id"], unique=False)
    op.create_index("ix_rules_child_id", "rules", ["child_id"], unique=False)
    op.create_index("ix_rules_setting_id", "rules", ["setting_id"], unique=False)
    some = sa.text("next_at IS NOT NULL")
    op.create_index("ix_rules_next_at", "rules", ["next_at"], unique=False, sqlite_where=some, postgresql_where=some)
    op.create_table(
        "occurrences",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("rule_id", _ID, nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("hearer_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("notice_id", _ID),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_occurrences_rule_id"),
        sa.ForeignKeyConstraint(["hearer_id"], ["people.id"], name="fk_occurrences_hearer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occurrences"),
        sa.UniqueConstraint("rule_id", "period", "hearer_id", name="uq_occurrences_rule_id_period_hearer_id"),
    )
    op.create_index("ix_occurrences_rule_id", "occurrences", ["rule_id"], unique=False)
    op.create_index("ix_occurrences_hearer_id", "occurrences", ["hearer_id"], unique=False)
    op.create_index("ix_occurrences_notice_id", "occurrences", ["notice_id"], unique=False)
    op.create_table(
        "rules_done",
        sa.Column("rule_id", _ID, autoincrement=False, nullable=False),
        sa.Column("matter", sa.String(40), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name="fk_rules_done_rule_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_rules_done_by_id"),
        sa.PrimaryKeyConstraint("rule_id", "matter", name="pk_rules_done"),
    )
