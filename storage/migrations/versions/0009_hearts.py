"""A heart put on a message is something that somebody did, too."""

from __future__ import annotations

from storage.migrations.checks import widen

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DID = "did IN ('wrote', 'edited', 'pressed', {}'blocked', 'unblocked', 'added_to_group', 'other')"


def upgrade() -> None:
    """Let the inbox keep it."""
    widen("inbox", "did", _DID.format(""), _DID.format("'reacted', "))
