"""A rule of a reminder as it is kept, and what may become of it: values alone, written by storage.reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.reminders import For, Purpose, Recurrence, TooLate
from storage.vault import Owner


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands, and when it falls due next as was last worked out; None: never, as far as is known."""

    id: int
    author: PersonId
    for_whom: For
    recurrence: Recurrence
    at: time
    zone: str
    words: str
    next_at: datetime | None
    too_late: TooLate = TooLate.DAY
    purpose: Purpose = Purpose.SAID
    hearer: PersonId | None = None
    child: ChildId | None = None
    setting: SettingId | None = None
    room: RoomId | None = None
    version: int = 1
    paused: bool = False

    @property
    def owner(self) -> Owner:
        """Whose key seals its words."""
        return Owner.person(self.author) if self.child is None else Owner.child(self.child)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What becomes of a rule; only who asked for it may. None stays as it was."""

    rule: int
    by: PersonId
    recurrence: Recurrence | None = None
    at: time | None = None
    next_at: datetime | None = None
    paused: bool | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class RuleDone:
    """What a rule reminds of is done for one matter: a half-term's review, the check at two."""

    rule: int
    matter: str
    by: PersonId
