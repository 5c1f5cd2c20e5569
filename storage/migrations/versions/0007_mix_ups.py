"""What a setting told of the wrong child before it was put right; complaints that were none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the table of mix-ups, and when a complaint was found to be none."""
    op.create_table(
        "mix_ups",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("wrong_id", _ID, nullable=False),
        sa.Column("right_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_mix_ups_author_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_mix_ups_entry_id"),
        sa.ForeignKeyConstraint(["right_id"], ["children.id"], name="fk_mix_ups_right_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_mix_ups_setting_id"),
        sa.ForeignKeyConstraint(["wrong_id"], ["children.id"], name="fk_mix_ups_wrong_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mix_ups"),
    )
    op.create_index("ix_mix_ups_setting_id", "mix_ups", ["setting_id"], unique=False)
    op.add_column("registers", sa.Column("none_at", _INSTANT))
