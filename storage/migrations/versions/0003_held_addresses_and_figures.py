"""Addresses that are to be left alone for a while are found by an index; figures may be chosen anew on a tablet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the index, and until when somebody's figures may be chosen."""
    op.create_index(
        "ix_addresses_held_until",
        "addresses",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    op.add_column("pins", sa.Column("anew_until", _INSTANT))
