"""What parents chose, as rows: added, never changed. Knows nothing of what a choice means."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

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


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A paper that a parent signed about a child and somebody entered."""

    child: ChildId
    chooser: PersonId
    signed_on: date
    entered_by: PersonId | None


def on_paper(connection: Connection, people: Collection[PersonId]) -> tuple[OnPaper, ...]:
    """The papers of these parents, each day's of a child once, oldest first: shown to a parent when she joins."""
    found: dict[OnPaper, None] = {}
    for table in (schema.sharing_choices, schema.photo_uses):
        rows = connection.execute(
            select(table.c.child_id, table.c.chooser_id, table.c.signed_on, table.c.entered_by)
            .where(table.c.chooser_id.in_(list(people)), table.c.said_by == "paper", table.c.signed_on.is_not(None))
            .order_by(table.c.id)
        )
        for row in rows:
            by = None if row.entered_by is None else PersonId(row.entered_by)
            paper = OnPaper(ChildId(row.child_id), PersonId(row.chooser_id), date.fromisoformat(row.signed_on), by)
            found[paper] = None
    return tuple(sorted(found, key=lambda each: (each.signed_on, each.child)))


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
