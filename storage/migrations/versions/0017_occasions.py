"""Together with what else somebody hears of something: on a page of the day, a morning list, at a handover."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.checks import widen

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
    widen("notices", "kind", _KINDS.format(""), _KINDS.format(", 'of_the_day'"))
