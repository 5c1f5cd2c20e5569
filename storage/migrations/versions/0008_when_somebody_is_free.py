"""About when somebody is usually free to answer a family's question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time of day."""
    op.add_column("people", sa.Column("free_at", sa.String(5)))
