"""The registers of a setting: complaints with their clock, compliments, suggestions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the table of registers."""
    op.create_table(
        "registers",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("answer_by", sa.String(10)),
        sa.Column("remind_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_by", _ID),
        sa.CheckConstraint("kind IN ('complaint', 'compliment', 'suggestion')", name="ck_registers_kind"),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_registers_author_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_registers_message_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_registers_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registers"),
    )
    op.create_index("ix_registers_setting_id", "registers", ["setting_id"], unique=False)
