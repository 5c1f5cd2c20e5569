"""How a check of a table lets in one value more, on either database. For revisions alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def widen(table: str, column: str, before: str, after: str) -> None:
    """Let the check of ``table`` on ``column`` be ``after`` where it was ``before``, both as they stand in its SQL.

    Every row that ``before`` let in must be let in by ``after``.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(f"ck_{table}_{column}", table, type_="check")
        op.create_check_constraint(f"ck_{table}_{column}", table, after)
        return
    # SQLite alters no check, and a table that others refer to cannot be made anew inside a transaction. Its
    # documentation gives this way for a change that no stored row has to follow.
    found = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :table"),
        {"before": before, "after": after, "table": table},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {found + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
