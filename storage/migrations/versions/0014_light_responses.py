"""Light responses: a heart on what somebody was shown, and that she would like more like it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the table of them."""
    op.create_table(
        "responses",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sealed_sign", sa.LargeBinary(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('sign', 'more')", name="ck_responses_kind"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_responses_child_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_responses_entry_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_responses_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.UniqueConstraint("entry_id", "person_id", "kind", name="uq_responses_entry_id_person_id_kind"),
    )
    op.create_index("ix_responses_child_id", "responses", ["child_id"], unique=False)
