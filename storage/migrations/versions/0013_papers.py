"""Entries that came with a PDF; and what was sent as a file and is a picture is called one, for a document is a PDF."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now whatever was kept was a picture."""
    op.add_column("entries", sa.Column("has_paper", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE pictures SET kind = 'photo'")
