"""The tables Bookbag begins with, as they were then; later revisions change them and this one stays as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:  # noqa: PLR0915 - a table after the other
    """Make every table, with its constraints and indexes."""
    op.create_table(
        "audit",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_id", _ID),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", _ID),
        sa.Column("owner_kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("sealed_details", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_table(
        "children",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("sealed_names", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_born", sa.LargeBinary()),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_children"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("last_success_at", _INSTANT),
        sa.Column("alarm", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeats"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "people",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="en", nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "settings",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_telephone", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('nursery', 'childminder', 'preschool', 'school', 'club')", name="ck_settings_kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
    )
    op.create_table(
        "addresses",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("handle_mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_handle", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_for", _ID, server_default=sa.text("0"), nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("carries", sa.String(length=8), nullable=False),
        sa.Column("assurance", sa.String(length=8), nullable=False),
        sa.Column("can_change", sa.Boolean(), nullable=False),
        sa.Column("take_back_seconds", sa.Integer()),
        sa.Column("has_buttons", sa.Boolean(), nullable=False),
        sa.Column("proved_at", _INSTANT),
        sa.Column("stopped_at", _INSTANT),
        sa.Column("last_inbound_at", _INSTANT),
        sa.Column("held_until", _INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_addresses_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("channel", "account", "handle_mac", name="uq_addresses_channel_account_handle_mac"),
    )
    op.create_index("ix_addresses_person_id", "addresses", ["person_id"])
    op.create_table(
        "cards",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_cards_child_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
    )
    op.create_index("ix_cards_child_id", "cards", ["child_id"])
    op.create_table(
        "duty",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("start_minute", sa.SmallInteger(), nullable=False),
        sa.Column("end_minute", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.String(length=10)),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="ck_duty_minutes"
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_duty_weekday"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_duty_person_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_duty_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
    )
    op.create_index("ix_duty_person_id", "duty", ["person_id"])
    op.create_table(
        "invitations",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("token_mac", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_invitations_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_mac", name="uq_invitations_token_mac"),
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])
    op.create_table(
        "rooms",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_rooms_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("setting_id", _ID, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("start_minute", sa.SmallInteger(), nullable=False),
        sa.Column("end_minute", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.String(length=10)),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="ck_sessions_minutes"
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_sessions_weekday"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_sessions_child_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_sessions_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_child_id", "sessions", ["child_id"])
    op.create_table(
        "sharing_choices",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("chooser_id", _ID, nullable=False),
        sa.Column("source_id", _ID),
        sa.Column("target_id", _ID),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=8), nullable=False),
        sa.Column("entered_by", _ID),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.CheckConstraint("said_by IN ('chat', 'paper')", name="ck_sharing_choices_said_by"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_sharing_choices_child_id"),
        sa.ForeignKeyConstraint(["chooser_id"], ["people.id"], name="fk_sharing_choices_chooser_id"),
        sa.ForeignKeyConstraint(["source_id"], ["settings.id"], name="fk_sharing_choices_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["settings.id"], name="fk_sharing_choices_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_choices"),
    )
    op.create_index("ix_sharing_choices_child_id", "sharing_choices", ["child_id"])
    op.create_table(
        "inbox",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("provider_key_mac", sa.LargeBinary(), nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("did", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary()),
        sa.Column("body_mac", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("other_bodies", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("alone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint(
            "did IN ('wrote', 'edited', 'pressed', 'blocked', 'unblocked', 'added_to_group', 'other')",
            name="ck_inbox_did",
        ),
        sa.CheckConstraint("state IN ('new', 'filed', 'pending', 'skipped', 'set_aside')", name="ck_inbox_state"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_inbox_address_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("provider_key_mac", name="uq_inbox_provider_key_mac"),
    )
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["id", "address_id"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("setting_id", _ID),
        sa.Column("room_id", _ID),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID),
        sa.CheckConstraint(
            "role IN ('parent', 'family', 'key_person', 'second_key_person', 'room_staff', "
            "'childminder', 'manager', 'safeguarding_lead', 'deputy_lead', 'senco', 'professional')",
            name="ck_memberships_role",
        ),
        sa.CheckConstraint("standing IN ('pending', 'live', 'ended', 'restricted')", name="ck_memberships_standing"),
        sa.CheckConstraint("child_id IS NOT NULL OR setting_id IS NOT NULL", name="ck_memberships_of_something"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_memberships_child_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_memberships_room_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_memberships_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_child_id", "memberships", ["child_id"])
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])
    op.create_index("ix_memberships_setting_id", "memberships", ["setting_id"])
    op.create_table(
        "belonging",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_belonging"),
    )
    op.create_table(
        "phone_messages",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("mine", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", _ID),
        sa.Column("reply_to", sa.Integer()),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary()),
        sa.Column("edited", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_phone_messages_address_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_phone_messages"),
        sa.UniqueConstraint("delivery_id", name="uq_phone_messages_delivery_id"),
    )
    op.create_index("ix_phone_messages_address_id", "phone_messages", ["address_id"])
    op.create_table(
        "conversations",
        sa.Column("address_id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID),
        sa.Column("spoke_at", _INSTANT),
        sa.Column("question_id", _ID),
        sa.Column("question_until", _INSTANT),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_conversations_address_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_conversations_child_id"),
        sa.ForeignKeyConstraint(["question_id"], ["inbox.id"], name="fk_conversations_question_id"),
        sa.PrimaryKeyConstraint("address_id", name="pk_conversations"),
    )
    op.create_table(
        "disclosures",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("setting_id", _ID),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'released', 'closed')", name="ck_disclosures_state"),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_disclosures_author_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_disclosures_message_id"),
        sa.ForeignKeyConstraint(["setting_id"], ["settings.id"], name="fk_disclosures_setting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosures"),
    )
    op.create_table(
        "entries",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("author_role", sa.String(length=24), nullable=False),
        sa.Column("author_setting_id", _ID),
        sa.Column("message_id", _ID),
        sa.Column("answers_id", _ID),
        sa.Column("acknowledgement_id", _ID),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("unread", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("has_picture", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("happened_at", _INSTANT, nullable=False),
        sa.Column("filed_at", _INSTANT, nullable=False),
        sa.CheckConstraint(
            "author_role IN ('parent', 'family', 'key_person', 'second_key_person', 'room_staff', "
            "'childminder', 'manager', 'safeguarding_lead', 'deputy_lead', 'senco', 'professional')",
            name="ck_entries_author_role",
        ),
        sa.ForeignKeyConstraint(["answers_id"], ["entries.id"], name="fk_entries_answers_id"),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_entries_author_id"),
        sa.ForeignKeyConstraint(["author_setting_id"], ["settings.id"], name="fk_entries_author_setting_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_entries_child_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_entries_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    op.create_index("ix_entries_acknowledgement_id", "entries", ["acknowledgement_id"])
    op.create_index("ix_entries_author_id", "entries", ["author_id"])
    op.create_index("ix_entries_child_id", "entries", ["child_id"])
    op.create_index("ix_entries_message_id", "entries", ["message_id"])
    op.create_table(
        "originals",
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("owner_kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", _ID, autoincrement=False, nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_originals_message_id"),
        sa.PrimaryKeyConstraint("message_id", "owner_kind", "owner_id", name="pk_originals"),
    )
    op.create_table(
        "entry_revisions",
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("revision", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("travel", sa.Text(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary()),
        sa.Column("sealed_facts", sa.LargeBinary()),
        sa.CheckConstraint("state IN ('filed', 'corrected', 'moved', 'withdrawn')", name="ck_entry_revisions_state"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_entry_revisions_by_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_revisions_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "revision", name="pk_entry_revisions"),
    )
    op.create_table(
        "notices",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("cause", _ID, nullable=False),
        sa.Column("hearer", _ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("address_id", _ID),
        sa.Column("child_id", _ID),
        sa.Column("entry_id", _ID),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("waits_for", sa.String(length=12), server_default="", nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("delivery_id", _ID),
        sa.Column("sealed_parameters", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ck_notices_ended"),
        sa.CheckConstraint(
            "kind IN ('relay', 'correction', 'recall', 'acknowledgement', 'acknowledgement_changed', "
            "'explanation', 'which_child', 'said', 'press_answered', 'group_left')",
            name="ck_notices_kind",
        ),
        sa.CheckConstraint("state IN ('waiting', 'told', 'withheld', 'expired', 'withdrawn')", name="ck_notices_state"),
        sa.CheckConstraint("waits_for IN ('', 'media', 'window', 'agency')", name="ck_notices_waits_for"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_notices_address_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_notices_child_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_notices_entry_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notices_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("cause", "hearer", "kind", name="uq_notices_cause_hearer_kind"),
    )
    op.create_index("ix_notices_entry_id", "notices", ["entry_id"])
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["not_before"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "seen",
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_seen_entry_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_seen_person_id"),
        sa.PrimaryKeyConstraint("entry_id", "person_id", name="pk_seen"),
    )
    op.create_table(
        "choices",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("offer", sa.String(length=16), nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("used_at", _INSTANT),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_choices_address_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_choices_notice_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_choices_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
        sa.UniqueConstraint("token", name="uq_choices_token"),
    )
    op.create_index("ix_choices_address_id", "choices", ["address_id"])
    op.create_index("ix_choices_notice_id", "choices", ["notice_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("lead_notice_id", _ID, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("child_id", _ID),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("repeats_id", _ID),
        sa.Column("target", sa.String(length=64)),
        sa.Column("reply_to", sa.String(length=64)),
        sa.Column("sealed_text", sa.LargeBinary()),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("marked_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("act IN ('say', 'change', 'take_back', 'answer_press', 'leave')", name="ck_deliveries_act"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'unknown', 'accepted', 'sent', 'delivered', 'read', "
            "'repeated', 'flagged', 'refused', 'abandoned')",
            name="ck_deliveries_state",
        ),
        sa.CheckConstraint("1 <= part AND part <= parts", name="ck_deliveries_part"),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_deliveries_address_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_deliveries_child_id"),
        sa.ForeignKeyConstraint(["lead_notice_id"], ["notices.id"], name="fk_deliveries_lead_notice_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_deliveries_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "lead_notice_id",
            "address_id",
            "act",
            "part",
            "attempt",
            name="uq_deliveries_lead_notice_id_address_id_act_part_attempt",
        ),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["address_id", "id"],
        sqlite_where=sa.text("state IN ('waiting', 'sending', 'unknown')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending', 'unknown')"),
    )
    op.create_table(
        "delivery_notices",
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_delivery_notices_delivery_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_delivery_notices_notice_id"),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name="pk_delivery_notices"),
    )
    op.create_index("ix_delivery_notices_notice_id", "delivery_notices", ["notice_id"])
    op.create_table(
        "sent_messages",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=False),
        sa.Column("taken_back_at", _INSTANT),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_sent_messages_address_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_sent_messages_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sent_messages"),
        sa.UniqueConstraint("address_id", "provider_id", name="uq_sent_messages_address_id_provider_id"),
    )
    op.create_index("ix_sent_messages_delivery_id", "sent_messages", ["delivery_id"])
