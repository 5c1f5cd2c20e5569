"""How messages were stopped at an address, what that may have answered, and whether her settings know."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number, and a number that names one is of its kind.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the columns."""
    op.add_column("addresses", sa.Column("stopped_with", sa.String(16), nullable=True))
    op.add_column("addresses", sa.Column("stopped_answering", _ID, nullable=True))
    op.add_column("addresses", sa.Column("stop_told_at", _INSTANT, nullable=True))
    op.add_column("addresses", sa.Column("stop_rung_at", _INSTANT, nullable=True))
