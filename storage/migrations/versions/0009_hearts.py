"""A heart put on a message is something that somebody did, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DID = "did IN ('wrote', 'edited', 'pressed', {}'blocked', 'unblocked', 'added_to_group', 'other')"


def upgrade() -> None:
    """Let the inbox keep it."""
    before, after = _DID.format(""), _DID.format("'reacted', ")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint("ck_inbox_did", "inbox", type_="check")
        op.create_check_constraint("ck_inbox_did", "inbox", after)
        return
    # SQLite alters no check, and a table that others refer to cannot be made anew inside a transaction. Its
    # documentation gives this way for a change that no stored row has to follow.
    found = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'inbox'"),
        {"before": before, "after": after},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {found + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
