"""Where no picture can be shown there is a private link to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# On SQLite an INTEGER PRIMARY KEY is the row's own number.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Microseconds since 1970, UTC.
_INSTANT = sa.BigInteger()


def upgrade() -> None:
    """Add the links, and say of each address whether it shows pictures: so far, wherever there are buttons."""
    op.add_column(
        "addresses", sa.Column("shows_pictures", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.execute("UPDATE addresses SET shows_pictures = has_buttons")
    op.create_table(
        "private_links",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("address_id", _ID, nullable=False),
        sa.Column("child_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name="fk_private_links_address_id"),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_private_links_child_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_private_links_entry_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_private_links_notice_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_private_links_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_private_links"),
        sa.UniqueConstraint("mac", name="uq_private_links_mac"),
        sa.UniqueConstraint("notice_id", "address_id", name="uq_private_links_notice_id_address_id"),
    )
    op.create_index("ix_private_links_child_id", "private_links", ["child_id"], unique=False)
    op.create_table(
        "private_link_pictures",
        sa.Column("link_id", _ID, autoincrement=False, nullable=False),
        sa.Column("picture_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["private_links.id"], name="fk_private_link_pictures_link_id"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_private_link_pictures_picture_id"),
        sa.PrimaryKeyConstraint("link_id", "picture_id", name="pk_private_link_pictures"),
    )
