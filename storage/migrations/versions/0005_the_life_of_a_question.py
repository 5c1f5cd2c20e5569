"""The life of a question: when "which child?" comes up again by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the table of questions that wait for an answer."""
    op.create_table(
        "questions",
        sa.Column("message_id", _ID, autoincrement=False, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("among", sa.Text(), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_questions_address_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_questions_message_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_questions_person_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_questions"),
    )
    op.create_index("ix_questions_address_id", "questions", ["address_id"], unique=False)
    op.create_index(
        "ix_questions_due_at",
        "questions",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
