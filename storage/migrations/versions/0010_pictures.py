"""Pictures: the files that come with messages, who is in them, and the sealed copies of them in the media folder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the tables of pictures and of albums, and until when words wait for their pictures."""
    op.create_table(
        "pictures",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("came_with_id", _ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("owner_kind", sa.String(12), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("sealed_file", sa.LargeBinary()),
        sa.Column("taken_at", _INSTANT),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("reason", sa.String(32)),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", _INSTANT),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint("(state = 'coming') = (ended_at IS NULL)", name="ck_pictures_ended"),
        sa.CheckConstraint("state IN ('coming', 'safe', 'refused', 'lost')", name="ck_pictures_state"),
        sa.ForeignKeyConstraint(["came_with_id"], ["inbox.id"], name="fk_pictures_came_with_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_pictures_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
        sa.UniqueConstraint("came_with_id", "position", name="uq_pictures_came_with_id_position"),
    )
    op.create_index("ix_pictures_message_id", "pictures", ["message_id"], unique=False)
    wanted = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_pictures_next_at", "pictures", ["next_at"], unique=False, sqlite_where=wanted, postgresql_where=wanted
    )
    op.create_table(
        "picture_faces",
        sa.Column("picture_id", _ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("faces", sa.String(8), nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("faces IN ('unsaid', 'children', 'nobody', 'behind')", name="ck_picture_faces_faces"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_picture_faces_by_id"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_picture_faces_picture_id"),
        sa.PrimaryKeyConstraint("picture_id", "revision", name="pk_picture_faces"),
    )
    op.create_table(
        "picture_children",
        sa.Column("picture_id", _ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("child_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_picture_children_child_id"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_picture_children_picture_id"),
        sa.PrimaryKeyConstraint("picture_id", "revision", "child_id", name="pk_picture_children"),
    )
    op.create_index("ix_picture_children_child_id", "picture_children", ["child_id"], unique=False)
    op.create_table(
        "picture_copies",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("picture_id", _ID, nullable=False),
        sa.Column("owner_kind", sa.String(12), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("file", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept_at", _INSTANT),
        sa.Column("unwanted_at", _INSTANT),
        sa.CheckConstraint("purpose IN ('relay', 'thumb', 'keep')", name="ck_picture_copies_purpose"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_picture_copies_picture_id"),
        sa.PrimaryKeyConstraint("id", name="pk_picture_copies"),
        sa.UniqueConstraint("file", name="uq_picture_copies_file"),
        sa.UniqueConstraint(
            "picture_id",
            "owner_kind",
            "owner_id",
            "purpose",
            name="uq_picture_copies_picture_id_owner_kind_owner_id_purpose",
        ),
    )
    op.create_index("ix_picture_copies_picture_id", "picture_copies", ["picture_id"], unique=False)
    op.create_table(
        "picture_uploads",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("copy_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("sealed_upload", sa.LargeBinary(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["picture_copies.id"], name="fk_picture_uploads_copy_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_picture_uploads_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_picture_uploads"),
        sa.UniqueConstraint(
            "copy_id", "person_id", "channel", "account", name="uq_picture_uploads_copy_id_person_id_channel_account"
        ),
    )
    op.create_table(
        "album_parts",
        sa.Column("message_id", _ID, autoincrement=False, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("album_mac", sa.LargeBinary(), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("quiet_at", _INSTANT, nullable=False),
        sa.Column("lead_id", _ID),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_album_parts_address_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["inbox.id"], name="fk_album_parts_lead_id"),
        sa.ForeignKeyConstraint(["message_id"], ["inbox.id"], name="fk_album_parts_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_album_parts"),
    )
    op.create_index("ix_album_parts_album", "album_parts", ["address_id", "album_mac"], unique=False)
    waits = sa.text("lead_id IS NULL")
    op.create_index(
        "ix_album_parts_quiet_at", "album_parts", ["quiet_at"], unique=False, sqlite_where=waits, postgresql_where=waits
    )
    gone = sa.text("unwanted_at IS NOT NULL")
    op.create_index(
        "ix_picture_copies_unwanted_at",
        "picture_copies",
        ["unwanted_at"],
        unique=False,
        sqlite_where=gone,
        postgresql_where=gone,
    )
    op.add_column("notices", sa.Column("waits_until", _INSTANT))
