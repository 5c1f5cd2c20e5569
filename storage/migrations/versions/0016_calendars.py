"""Calendars of the settings: their usual week, and terms, half-terms, INSET days and closures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "calendars",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("nation", sa.String(3), nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), nullable=False),
        sa.Column("opens_minute", sa.SmallInteger(), nullable=False),
        sa.Column("closes_minute", sa.SmallInteger(), nullable=False),
        sa.Column("bank_holidays", sa.Boolean(), nullable=False),
        sa.Column("term_time_only", sa.Boolean(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.CheckConstraint("nation IN ('ENG', 'WLS', 'SCT', 'NIR')", name="ck_calendars_nation"),
        sa.CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="ck_calendars_minutes"
        ),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_calendars_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendars"),
    )
    op.create_index("ix_calendars_setting_id", "calendars", ["setting_id"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("sort", sa.String(12), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary()),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("sort IN ('term', 'half_term', 'inset', 'closed', 'open')", name="ck_calendar_days_sort"),
        sa.CheckConstraint("first <= last", name="ck_calendar_days_in_order"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_calendar_days_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
    )
    op.create_index("ix_calendar_days_setting_id", "calendar_days", ["setting_id"], unique=False)
