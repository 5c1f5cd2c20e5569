"""What a setting told of the wrong child, before it was put right: kept for whoever runs it to look into.

Refers to what was told and to the two children, and says nothing of what was in it. Knows nothing of sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from book.ids import ChildId, EntryId, PersonId, SettingId
from book.notices import Kind
from storage import dialect
from storage.schema import mix_ups, notices

_LISTED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewMixUp:
    """``entry`` was told of ``wrong`` and was about ``right``."""

    id: int
    setting: SettingId
    author: PersonId
    entry: EntryId
    wrong: ChildId
    right: ChildId


@dataclass(frozen=True, slots=True)
class MixUp:
    """One as it stands; ``had`` are those to whom it had gone."""

    id: int
    author: PersonId
    at: datetime
    wrong: ChildId
    right: ChildId
    had: tuple[PersonId, ...]


def keep(connection: Connection, new: Sequence[NewMixUp], now: datetime) -> None:
    """Write these."""
    dialect.add(
        connection,
        mix_ups,
        [
            {
                "id": each.id,
                "setting_id": each.setting,
                "author_id": each.author,
                "entry_id": each.entry,
                "wrong_id": each.wrong,
                "right_id": each.right,
                "at": now,
            }
            for each in new
        ],
    )


def of_settings(connection: Connection, settings: Collection[SettingId], now: datetime) -> tuple[MixUp, ...]:
    """Those of the last three months, oldest first."""
    rows = connection.execute(
        select(mix_ups)
        .where(mix_ups.c.setting_id.in_(sorted(settings)), mix_ups.c.at > now - _LISTED_FOR)
        .order_by(mix_ups.c.id)
    ).all()
    had: dict[EntryId, dict[PersonId, None]] = defaultdict(dict)
    recalled = select(notices.c.entry_id, notices.c.person_id).where(
        notices.c.entry_id.in_([row.entry_id for row in rows]), notices.c.kind == Kind.RECALL
    )
    for each in connection.execute(recalled.order_by(notices.c.id)) if rows else ():
        had[EntryId(each.entry_id)][PersonId(each.person_id)] = None
    return tuple(
        MixUp(
            row.id,
            PersonId(row.author_id),
            row.at,
            ChildId(row.wrong_id),
            ChildId(row.right_id),
            tuple(had[EntryId(row.entry_id)]),
        )
        for row in rows
    )
