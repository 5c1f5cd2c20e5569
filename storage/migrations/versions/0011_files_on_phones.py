"""A message on a phone of the demo may have several files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Keep what hangs on a message beside it, in its order."""
    op.create_table(
        "phone_files",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", _ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["phone_messages.seq"], name="fk_phone_files_seq"),
        sa.PrimaryKeyConstraint("seq", "position", name="pk_phone_files"),
    )
    op.execute(
        "INSERT INTO phone_files (seq, position, document_id, kind)"
        " SELECT seq, 0, document_id, 'document' FROM phone_messages WHERE document_id IS NOT NULL"
    )
    op.drop_column("phone_messages", "document_id")
