"""Addresses whose platform takes our own words only for a while after somebody wrote, and what waits for that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add to an address for how long it is open, and find at once what waits for somebody."""
    op.add_column("addresses", sa.Column("open_seconds", sa.Integer(), nullable=True))
    op.add_column("addresses", sa.Column("closed_at", _INSTANT, nullable=True))
    op.create_index(
        "ix_notices_window",
        "notices",
        ["person_id"],
        sqlite_where=sa.text("waits_for = 'window'"),
        postgresql_where=sa.text("waits_for = 'window'"),
    )
