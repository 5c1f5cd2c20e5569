"""Who stands around a child and how they came: numbers of the roll, codes and claims, timetables with exceptions,
photo uses, preferences, a room's tablet, files and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the tables of the circle, and what the older ones need for it."""
    _documents_and_what_may_have_reached()
    op.create_table(
        "contact_log",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_contact_log_by_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_contact_log_child_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_contact_log_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_log"),
    )
    op.create_index("ix_contact_log_child_id", "contact_log", ["child_id"], unique=False)
    op.create_table(
        "covers",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("away_id", _ID, nullable=False),
        sa.Column("cover_id", _ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.ForeignKeyConstraint(["away_id"], ["people.id"], name="fk_covers_away_id"),
        sa.ForeignKeyConstraint(["cover_id"], ["people.id"], name="fk_covers_cover_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_covers_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_covers"),
    )
    op.create_index("ix_covers_away_id", "covers", ["away_id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed_rows", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("state IN ('read', 'added', 'dropped')", name="ck_imports_state"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_imports_by_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_imports_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_setting_id", "imports", ["setting_id"], unique=False)
    op.create_table(
        "photo_uses",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("chooser_id", _ID, nullable=False),
        sa.Column("use", sa.String(length=12), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=8), nullable=False),
        sa.Column("entered_by", _ID),
        sa.Column("signed_on", sa.String(length=10)),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint("said_by IN ('chat', 'paper')", name="ck_photo_uses_said_by"),
        sa.CheckConstraint("use IN ('own', 'group', 'newsletter', 'social')", name="ck_photo_uses_use"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_photo_uses_child_id"),
        sa.ForeignKeyConstraint(["chooser_id"], ["people.id"], name="fk_photo_uses_chooser_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photo_uses"),
    )
    op.create_index("ix_photo_uses_child_id", "photo_uses", ["child_id"], unique=False)
    op.create_table(
        "pins",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("hashed", sa.Text(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("closed_until", _INSTANT),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_pins_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_pins"),
    )
    op.create_table(
        "preferences",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_preferences_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_preferences"),
    )
    op.create_index("ix_preferences_person_id", "preferences", ["person_id"], unique=False)
    op.create_table(
        "presences",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", _ID),
        sa.CheckConstraint("state IN ('in', 'gone', 'away')", name="ck_presences_state"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_presences_child_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_presences_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_presences"),
    )
    op.create_index("ix_presences_child_id", "presences", ["child_id"], unique=False)
    op.create_table(
        "telephones",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("number_mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.Column("ended_at", _INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_telephones_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_telephones"),
    )
    op.create_index("ix_telephones_number_mac", "telephones", ["number_mac"], unique=False)
    op.create_index("ix_telephones_person_id", "telephones", ["person_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("invitation_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed_from", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8)),
        sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_by", _ID),
        sa.CheckConstraint("state IN ('asked', 'waiting', 'confirmed', 'refused')", name="ck_claims_state"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_claims_address_id"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name="fk_claims_invitation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_claims_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index("ix_claims_address_id", "claims", ["address_id"], unique=False)
    op.create_index("ix_claims_person_id", "claims", ["person_id"], unique=False)
    op.create_table(
        "room_moves",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_room_moves_child_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_room_moves_room_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_room_moves_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_room_moves"),
    )
    op.create_index("ix_room_moves_child_id", "room_moves", ["child_id"], unique=False)
    op.create_table(
        "tablets",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("room_id", _ID, nullable=False),
        sa.Column("writer_id", _ID),
        sa.Column("writing_since", _INSTANT),
        sa.Column("writing_until", _INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_tablets_person_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_tablets_room_id"),
        sa.ForeignKeyConstraint(["writer_id"], ["people.id"], name="fk_tablets_writer_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_tablets"),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_wrong_codes_address_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_codes"),
    )
    op.create_index("ix_wrong_codes_address_id", "wrong_codes", ["address_id"], unique=False)
    op.create_index("ix_wrong_codes_at", "wrong_codes", ["at"], unique=False)
    _columns()
    _joining()


def _columns() -> None:
    """What the older tables need for it."""
    op.add_column("conversations", sa.Column("asked", sa.String(length=24)))
    op.add_column("conversations", sa.Column("asked_subject", _ID))
    op.add_column("conversations", sa.Column("asked_of", _ID))
    op.add_column("conversations", sa.Column("sealed_asked", sa.LargeBinary()))
    op.add_column("conversations", sa.Column("asked_until", _INSTANT))
    op.add_column("duty", sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("duty", sa.Column("ended_at", _INSTANT))
    op.add_column("children", sa.Column("pronoun", sa.String(length=4), server_default="they", nullable=False))
    op.add_column("entries", sa.Column("told_by_id", _ID))
    op.add_column("entries", sa.Column("weekday", sa.SmallInteger()))
    op.add_column("invitations", sa.Column("role", sa.String(length=24)))
    op.add_column("invitations", sa.Column("child_id", _ID))
    op.add_column("invitations", sa.Column("setting_id", _ID))
    op.add_column("invitations", sa.Column("code_mac", sa.LargeBinary()))
    op.add_column("invitations", sa.Column("made_by", _ID))
    op.add_column("invitations", sa.Column("proves", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_index("ix_invitations_child_id", "invitations", ["child_id"], unique=False)
    op.create_index("ix_invitations_code_mac", "invitations", ["code_mac"], unique=False)
    op.add_column("memberships", sa.Column("days", sa.SmallInteger()))
    op.add_column("memberships", sa.Column("sees", sa.Text()))
    op.add_column("people", sa.Column("sealed_full_name", sa.LargeBinary()))
    op.add_column("people", sa.Column("pronoun", sa.String(length=4), server_default="they", nullable=False))
    op.add_column("phone_messages", sa.Column("document_id", _ID))
    op.add_column("sessions", sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sessions", sa.Column("said_by", _ID))
    op.add_column("sessions", sa.Column("confirmed_at", _INSTANT))
    op.add_column("sessions", sa.Column("ended_at", _INSTANT))
    op.add_column("settings", sa.Column("both_parents", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name in ("since", "until"):
        op.add_column("sessions", sa.Column(name, sa.String(length=10)))
    op.add_column("sharing_choices", sa.Column("signed_on", sa.String(length=10)))


def _documents_and_what_may_have_reached() -> None:
    op.create_table(
        "documents",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("owner_kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_table(
        "may_have_reached",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("restriction", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("tell_id", _ID, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_may_have_reached_delivery_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_may_have_reached_person_id"),
        sa.ForeignKeyConstraint(["tell_id"], ["people.id"], name="fk_may_have_reached_tell_id"),
        sa.PrimaryKeyConstraint("id", name="pk_may_have_reached"),
    )
    op.create_index("ix_may_have_reached_delivery_id", "may_have_reached", ["delivery_id"], unique=False)
    op.create_index("ix_may_have_reached_person_id", "may_have_reached", ["person_id"], unique=False)
    op.create_index("ix_may_have_reached_restriction", "may_have_reached", ["restriction"], unique=False)


def _joining() -> None:
    """What joining needs in older tables, and that one invitation waits at one address alone."""
    op.create_index(
        "uq_claims_waiting",
        "claims",
        ["invitation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("phone_messages", sa.Column("day", sa.Integer()))
