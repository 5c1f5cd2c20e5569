"""Together with what else somebody hears of something: on a page of the day, a morning list, at a handover."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KINDS = (
    "kind IN ('relay', 'correction', 'recall', 'acknowledgement', 'acknowledgement_changed', "
    "'explanation', 'which_child', 'said', 'press_answered', 'group_left'{})"
)


def upgrade() -> None:
    """Add the occasion of a notice, and the kind that tells a day."""
    connection = op.get_bind()
    op.execute(
        "ALTER TABLE notices ADD COLUMN occasion VARCHAR(12) DEFAULT '' NOT NULL "
        "CONSTRAINT ck_notices_occasion CHECK (occasion IN ('', 'page', 'morning', 'handover'))"
    )
    op.create_index(
        "ix_notices_occasion",
        "notices",
        ["person_id"],
        sqlite_where=sa.text("state = 'waiting' AND occasion != ''"),
        postgresql_where=sa.text("state = 'waiting' AND occasion != ''"),
    )
    before, after = _KINDS.format(""), _KINDS.format(", 'of_the_day'")
    if connection.dialect.name == "postgresql":
        op.drop_constraint("ck_notices_kind", "notices", type_="check")
        op.create_check_constraint("ck_notices_kind", "notices", after)
        return
    # SQLite alters no check, and a table that others refer to cannot be made anew inside a transaction. Its
    # documentation gives this way for a change that no stored row has to follow.
    found = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE name = 'notices'"),
        {"before": before, "after": after},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {found + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
