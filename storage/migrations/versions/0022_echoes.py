"""The codes that are to be written back from an address of weak proof, as keyed hashes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "echoes",
        sa.Column("address_id", _ID, autoincrement=False, nullable=False),
        sa.Column("code_mac", sa.LargeBinary()),
        sa.Column("until", _INSTANT),
        sa.Column("wrong", sa.SmallInteger(), nullable=False),
        sa.Column("closed_until", _INSTANT),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_echoes_address_id"),
        sa.PrimaryKeyConstraint("address_id", name="pk_echoes"),
    )
