"""Several addresses: at which somebody chose to be reached, and when something urgent is looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("addresses", sa.Column("chosen_at", _INSTANT))
    op.create_table(
        "fallbacks",
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("look_at", _INSTANT),
        sa.Column("author_told_at", _INSTANT),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_fallbacks_notice_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_fallbacks"),
    )
    is_looked_at = sa.text("look_at IS NOT NULL")
    op.create_index(
        "ix_fallbacks_look_at", "fallbacks", ["look_at"], sqlite_where=is_looked_at, postgresql_where=is_looked_at
    )
