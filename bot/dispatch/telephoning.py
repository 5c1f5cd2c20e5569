"""Whoever wrote something urgent that nothing takes is told to telephone, and whom; or that it went after all.

Of a setting it is enough that one of its people has it. A number is said only to those who may have it: a setting's to
everybody, a person's to who runs the setting that holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from book.deliveries import Lane, NoticeState
from book.dialling import spoken
from book.entries import Entry
from book.ids import EntryId, Ids, NoticeId, PersonId
from book.notices import Correction, Relay, Said
from book.people import STAFF, Circle, Membership, Role
from bot.dispatch.references import References
from storage.filing import NewNotice
from storage.notices import Standing
from storage.outbox import Waiting

_RUNS = frozenset({Role.MANAGER, Role.CHILDMINDER})


@dataclass(frozen=True, slots=True)
class Ringing:
    """What is needed to say it."""

    ids: Ids
    found: References
    standings: Mapping[EntryId, Sequence[Standing]]  # how everybody stands with each entry
    numbers: Mapping[PersonId, Sequence[str]]  # on the roll, of those who were not reached
    time_of: Callable[[datetime], str]
    now: datetime

    def hearers(self, waiting: Waiting) -> list[Standing]:
        """Who hears of the same entry beside its hearer, where one of them is enough: the people of one setting."""
        entry, circle = self._about(waiting)
        if entry is None or circle is None:
            return []
        me = _member(circle, waiting.person, self.now)
        about = [each for each in self.standings.get(entry.id, ()) if each.kind.value in ("relay", "correction")]
        if me is None or me.role not in STAFF or me.setting is None:
            return [each for each in about if each.person == waiting.person]
        here = {each.person.id for each in circle.live(self.now) if each.role in STAFF and each.setting == me.setting}
        return [each for each in about if each.person in here]

    def to_ring(self, waiting: Waiting) -> NewNotice | None:
        """Its author is to ring; None where it has no author, she may ring nobody, or others there have it."""
        entry, circle = self._about(waiting)
        me = _member(circle, waiting.person, self.now) if circle is not None else None
        if entry is None or circle is None or me is None:
            return None  # Nobody is to ring somebody who has left or was shut out.
        together = self.hearers(waiting)
        if any(each.state is NoticeState.TOLD for each in together):
            return None
        # Of several at one setting its author hears once.
        cause = min((each.id for each in together), default=waiting.id)
        return self._said(cause, entry, self._please_ring(entry, circle, me))

    def has_it_now(self, waiting: Waiting) -> NewNotice | None:
        """It was taken after its author was told to ring."""
        entry, circle = self._about(waiting)
        me = _member(circle, waiting.person, self.now) if circle is not None else None
        if entry is None or circle is None or me is None:
            return None
        values = {**self._values(entry, circle), "name": me.person.name}
        said = Said("urgent.has_it", values, unnamed="urgent.has_it.unnamed")
        return self._said(waiting.delivery or waiting.id, entry, said)

    def _please_ring(self, entry: Entry, circle: Circle, me: Membership) -> Said:
        values = {**self._values(entry, circle), "name": me.person.name}
        author = _member(circle, entry.author, self.now)
        setting = circle.settings.get(me.setting) if me.setting is not None else None
        works_there = author is not None and author.role in STAFF and author.setting == me.setting
        if me.role in STAFF and setting is not None:
            if works_there:
                return Said("urgent.colleague", values, unnamed="urgent.person.unnamed")
            values |= {"setting": setting.name, "telephone": setting.telephone}
            if setting.telephone:
                return Said("urgent.setting", values, unnamed="urgent.setting.unnamed")
            return Said("urgent.setting.nowhere", values, unnamed="urgent.person.unnamed")
        numbers = self.numbers.get(me.person.id, ())
        if works_there and author is not None and author.role in _RUNS and numbers:
            values |= {"telephone": spoken(numbers[0])}
            return Said("urgent.person.number", values, unnamed="urgent.person.unnamed")
        if works_there:
            return Said("urgent.person.office", values, unnamed="urgent.person.unnamed")
        return Said("urgent.person", values, unnamed="urgent.person.unnamed")

    def _values(self, entry: Entry, circle: Circle) -> dict[str, str]:
        return {"child": circle.child.name, "time": self.time_of(entry.happened_at)}

    def _said(self, cause: int, entry: Entry, said: Said) -> NewNotice:
        return NewNotice(
            id=NoticeId(self.ids.new()),
            cause=cause,
            notice=said,
            person=entry.author,
            child=entry.child,
            lane=Lane.URGENT,
            not_before=self.now,
        )

    def _about(self, waiting: Waiting) -> tuple[Entry | None, Circle | None]:
        if not isinstance(waiting.notice, Relay | Correction):
            return None, None
        entry = self.found.entries[waiting.notice.entry]
        return (entry, self.found.circles.get(entry.child)) if entry.is_live else (None, None)


def _member(circle: Circle, person: PersonId | None, now: datetime) -> Membership | None:
    return None if person is None else circle.membership(person, now)
