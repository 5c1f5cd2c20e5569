"""What is known of an address for texts: when it was last acknowledged, and since when it is to be proved again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the columns, and the table that counts what texts cost."""
    op.add_column("addresses", sa.Column("acknowledged_at", _INSTANT, nullable=True))
    op.add_column("addresses", sa.Column("doubted_at", _INSTANT, nullable=True))
    op.add_column("addresses", sa.Column("doubt_told_at", _INSTANT, nullable=True))
    op.create_table(
        "text_months",
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "month", name="pk_text_months"),
    )
