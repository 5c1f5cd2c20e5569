"""What parents chose, as rows: added, never changed. Knows nothing of what a choice means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from book.ids import ChildId, PersonId
from book.sharing import Choice, PhotoChoice
from storage import dialect, schema


@dataclass(frozen=True, slots=True)
class NewChoice:
    """What a parent chose, to be remembered."""

    id: int
    child: ChildId
    choice: Choice
    said_by: str = "chat"
    entered_by: PersonId | None = None  # who entered what was signed on paper
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPhotoChoice:
    """What a parent allowed pictures to be used for, to be remembered."""

    id: int
    child: ChildId
    choice: PhotoChoice
    said_by: str = "chat"
    entered_by: PersonId | None = None
    signed_on: date | None = None


def add_choices(connection: Connection, choices: Sequence[NewChoice]) -> None:
    """Remember what parents chose; nothing chosen before is changed."""
    dialect.add(
        connection,
        schema.sharing_choices,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "chooser_id": each.choice.chooser,
                "source_id": each.choice.source,
                "target_id": each.choice.target,
                "groups": " ".join(sorted(each.choice.groups)),
                "said_by": each.said_by,
                "entered_by": each.entered_by,
                "signed_on": None if each.signed_on is None else each.signed_on.isoformat(),
                "made_at": each.choice.at,
            }
            for each in choices
        ],
    )


def add_photo_choices(connection: Connection, choices: Sequence[NewPhotoChoice]) -> None:
    """Remember what parents allowed pictures to be used for; nothing chosen before is changed."""
    dialect.add(
        connection,
        schema.photo_uses,
        [
            {
                "id": each.id,
                "child_id": each.child,
                "chooser_id": each.choice.chooser,
                "use": each.choice.use,
                "allowed": each.choice.allowed,
                "said_by": each.said_by,
                "entered_by": each.entered_by,
                "signed_on": None if each.signed_on is None else each.signed_on.isoformat(),
                "made_at": each.choice.at,
            }
            for each in choices
        ],
    )
