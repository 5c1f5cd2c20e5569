"""The safeguarding desk: who answered a disclosure, from whom it is kept, what was done, and where it may be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the tables of the desk, and the two telephone numbers that people are sent to."""
    op.add_column("people", sa.Column("sealed_direct_line", sa.LargeBinary()))
    op.add_column("settings", sa.Column("sealed_council_line", sa.LargeBinary()))
    op.add_column("disclosures", sa.Column("answered_by", _ID))
    op.add_column("disclosures", sa.Column("answered_at", _INSTANT))
    op.add_column("disclosures", sa.Column("others_told_at", _INSTANT))
    op.create_table(
        "disclosure_people",
        sa.Column("disclosure_id", _ID, nullable=False),
        sa.Column("person_mac", sa.LargeBinary(), nullable=False),
        sa.Column("may_read", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name="fk_disclosure_people_disclosure_id"),
        sa.PrimaryKeyConstraint("disclosure_id", "person_mac", name="pk_disclosure_people"),
    )
    op.create_table(
        "disclosure_notes",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("disclosure_id", _ID, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_disclosure_notes_by_id"),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name="fk_disclosure_notes_disclosure_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure_notes"),
    )
    op.create_index("ix_disclosure_notes_disclosure_id", "disclosure_notes", ["disclosure_id"], unique=False)
    op.create_table(
        "desk_browsers",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("open_until", _INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_desk_browsers_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_browsers"),
        sa.UniqueConstraint("mac", name="uq_desk_browsers_mac"),
    )
