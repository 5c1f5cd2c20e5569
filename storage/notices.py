"""How the notices about an entry stand: who was told, who will be and when, who was not and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from book.deliveries import TAKEN, DeliveryState, Lane, NoticeState
from book.ids import EntryId, NoticeId, PersonId
from book.notices import Kind
from book.reasons import Reason
from storage.schema import addresses, deliveries, delivery_notices, notices, sent_messages
from storage.statements import among


@dataclass(frozen=True, slots=True)
class Standing:
    """One notice about one entry, and the delivery that carries it if one does."""

    id: NoticeId
    kind: Kind
    entry: EntryId
    person: PersonId
    state: NoticeState
    reason: Reason | None
    not_before: datetime
    ended_at: datetime | None
    delivery: int | None
    delivery_state: DeliveryState | None
    lane: Lane = Lane.RELAY
    told_at: datetime | None = None  # when it was put on the wire
    take_back_for: timedelta | None = None  # how long it can be taken back where it was told
    is_text: bool = False  # it was told where there are no buttons

    @property
    def catches_up(self) -> bool:
        """Whether she hears it on her return, after it was told to whoever was there in her place."""
        return self.lane is Lane.CATCHING_UP

    @property
    def waits(self) -> bool:
        return self.state is NoticeState.WAITING

    def can_be_taken_back(self, now: datetime) -> bool:
        """Whether the platform on which it was told still takes it back."""
        if self.told_at is None or self.take_back_for is None:
            return False
        return now - self.told_at <= self.take_back_for

    @property
    def has_left(self) -> bool:
        """Whether it was told, or may have been, wholly or in part."""
        if self.state is NoticeState.WITHHELD:
            return self.reason is Reason.UNCONFIRMED or self.delivery_state in TAKEN
        return self.state is NoticeState.TOLD or self.delivery is not None


_ABOUT = (Kind.RELAY, Kind.CORRECTION, Kind.RECALL)
_OF_ENTRIES = (
    select(
        notices.c.id,
        notices.c.kind,
        notices.c.entry_id,
        notices.c.person_id,
        notices.c.state,
        notices.c.reason,
        notices.c.not_before,
        notices.c.ended_at,
        notices.c.delivery_id,
        notices.c.lane,
        deliveries.c.state.label("delivery_state"),
        deliveries.c.marked_at,
        addresses.c.take_back_seconds,
        addresses.c.has_buttons,
    )
    .join(deliveries, deliveries.c.id == notices.c.delivery_id, isouter=True)
    .join(addresses, addresses.c.id == deliveries.c.address_id, isouter=True)
    .where(among(notices.c.entry_id, "wanted"), notices.c.kind.in_(_ABOUT))
    .order_by(notices.c.id)
)


_ALSO_TOLD_AT = (
    select(delivery_notices.c.notice_id, addresses.c.take_back_seconds)
    .distinct()
    .join(sent_messages, sent_messages.c.delivery_id == delivery_notices.c.delivery_id)
    .join(addresses, addresses.c.id == sent_messages.c.address_id)
    .where(among(delivery_notices.c.notice_id, "wanted"))
)


def _where_it_stays(connection: Connection, urgent: Collection[int]) -> dict[int, int | None]:
    """What is urgent may have gone to two addresses: it is as hard to take back as it is at the harder one."""
    found: dict[int, int | None] = {}
    for row in connection.execute(_ALSO_TOLD_AT, {"wanted": urgent}):
        here, before = row.take_back_seconds, found.get(row.notice_id, row.take_back_seconds)
        found[row.notice_id] = None if here is None or before is None else min(here, before)
    return found


_WAITING_FOR = (
    select(notices.c.person_id, notices.c.entry_id, notices.c.id)
    .where(
        among(notices.c.person_id, "people"),
        notices.c.entry_id.is_not(None),
        notices.c.kind.in_((Kind.RELAY, Kind.CORRECTION)),
        notices.c.state == NoticeState.WAITING,
        notices.c.delivery_id.is_(None),
    )
    .order_by(notices.c.id)
)


def waiting_for(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, list[EntryId]]:
    """The entries of which each of these people is still to hear, and of which nothing is on the wire to her."""
    found: dict[PersonId, list[EntryId]] = defaultdict(list)
    for row in connection.execute(_WAITING_FOR, {"people": list(people)}):
        if row.entry_id not in found[PersonId(row.person_id)]:
            found[PersonId(row.person_id)].append(EntryId(row.entry_id))
    return found


def of_entries(connection: Connection, wanted: Collection[EntryId]) -> dict[EntryId, list[Standing]]:
    """The relays, corrections and recalls of these entries, oldest first."""
    if not wanted:
        return {}
    rows = connection.execute(_OF_ENTRIES, {"wanted": list(wanted)}).all()
    urgent = [row.id for row in rows if row.lane == int(Lane.URGENT) and row.delivery_id is not None]
    stays = _where_it_stays(connection, urgent) if urgent else {}
    found: dict[EntryId, list[Standing]] = defaultdict(list)
    for row in rows:
        take_back = stays.get(row.id, row.take_back_seconds)
        found[EntryId(row.entry_id)].append(
            Standing(
                id=NoticeId(row.id),
                kind=Kind(row.kind),
                entry=EntryId(row.entry_id),
                person=PersonId(row.person_id),
                state=NoticeState(row.state),
                reason=None if row.reason is None else Reason(row.reason),
                not_before=row.not_before,
                ended_at=row.ended_at,
                delivery=row.delivery_id,
                delivery_state=None if row.delivery_state is None else DeliveryState(row.delivery_state),
                lane=Lane(row.lane),
                told_at=row.marked_at,
                take_back_for=None if take_back is None else timedelta(seconds=take_back),
                is_text=row.has_buttons is False,
            )
        )
    return found
