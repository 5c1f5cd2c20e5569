"""What is urgent and has not been taken at one address goes to another of hers, and in the end its author telephones.

Looked at by book time: after a minute, at once where the first address refuses or is stopped, and once more after two.
It is the same notice in a second delivery, composed for the second address as that one's disclosure has it. Runs inside
the claim's transaction; calls nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from book.deliveries import NoticeState, WaitsFor
from book.disclosure import Address
from book.fallback import LOOK_AGAIN_AFTER, TELEPHONE_AFTER, UNREACHED
from book.ids import AddressId, EntryId, Ids, PersonId
from book.notices import Correction, Relay
from bot.dispatch.compose import Composed, Composing
from bot.dispatch.references import References, look_up
from bot.dispatch.telephoning import Ringing
from storage import addresses, claiming, claims, falling_back, filing, notices, settling, windows
from storage.database import Connection
from storage.falling_back import Due
from storage.vault import Vault


@dataclass(slots=True)
class FallenBack:
    """What a look comes to: what leaves for another address, and whether anything at all was found."""

    composed: Composed = field(default_factory=Composed)
    known: dict[AddressId, Address] = field(default_factory=dict)
    looked: bool = False


class FallingBack:
    """Looks at what is urgent when its time has come."""

    def __init__(self, vault: Vault, ids: Ids, composing: Composing) -> None:
        self._vault = vault
        self._ids = ids
        self._composing = composing

    def look(self, connection: Connection, now: datetime, *, closed: Collection[AddressId], room: int) -> FallenBack:
        """Decide about everything that is due; nothing leaves for the ``closed``, nor more than there is ``room``."""
        due = falling_back.due(connection, self._vault, now)
        fallen = FallenBack(looked=bool(due))
        if not due:
            return fallen
        found = look_up(connection, self._vault, [each.waiting for each in due], now)
        waiting = [each for each in due if each.state is NoticeState.WAITING]
        theirs = self._addresses(connection, waiting)
        ringing = self._ringing(connection, due, found, now)
        for each in due:
            if each.state is NoticeState.WAITING:
                self._waits(connection, each, theirs, found, ringing, fallen, closed, room, now)
                continue
            if each.state is NoticeState.TOLD and each.author_told:
                self._correct(connection, each, ringing)
            elif each.is_unreached and not each.author_told:
                self._tell(connection, each, ringing)
            falling_back.look_again(connection, [each.waiting.id], None)
        return fallen

    def _waits(
        self,
        connection: Connection,
        due: Due,
        theirs: dict[PersonId, list[Address]],
        found: References,
        ringing: Ringing,
        fallen: FallenBack,
        closed: Collection[AddressId],
        room: int,
        now: datetime,
    ) -> None:
        notice = due.waiting.id
        if due.not_before > now or due.waits_for is WaitsFor.MEDIA:
            falling_back.begin_later(connection, notice, max(due.not_before, now))
            return
        late = due.is_late(now)
        assert due.waiting.person is not None
        # Where the words wait until she writes, it is as good that she was told whom to ring.
        rings = due.waits_for is WaitsFor.WINDOW and windows.was_told_to_ring(connection, due.waiting.person, due.since)
        if late and not due.author_told and not rings:
            self._tell(connection, due, ringing)
        others = [each for each in theirs.get(due.waiting.person, ()) if each.stopped_at is None]
        # The first look comes a minute late: where it was to go first counts as tried, even if nothing could go there.
        tried = due.tried or {each.id for each in others[:1] if due.waiting.delivery is None}
        others = [each for each in others if each.id not in tried]
        if not others:
            self._nowhere_else(connection, due, now, late=late)
            return
        at = others[0]
        slots = room - len(fallen.composed.deliveries)
        taken = any(each.address == at.id for each in fallen.composed.deliveries)
        if at.id in closed or taken or slots <= 0 or not claiming.lock(connection, {at.id}):
            falling_back.look_again(connection, [notice], now + LOOK_AGAIN_AFTER)
            return
        fallen.known[at.id] = at
        self._composing.compose(at, [due.waiting], found, now, fallen.composed)
        last = late and len(others) == 1
        falling_back.look_again(
            connection, [notice], None if last else max(due.since + TELEPHONE_AFTER, now + LOOK_AGAIN_AFTER)
        )

    def _nowhere_else(self, connection: Connection, due: Due, now: datetime, *, late: bool) -> None:
        notice = due.waiting.id
        if due.tried and not falling_back.is_on_its_way(connection, notice):
            # Every address of hers has refused it, or cannot be reached from here.
            reason = falling_back.why_lost(connection, notice)
            ended = {notice: (NoticeState.WITHHELD, reason)}
            settling.end_notices(connection, ended, now, keep_bound=True)
            settling.tick(connection, self._vault, self._ids, [notice], now)
            if reason not in UNREACHED:
                falling_back.look_again(connection, [notice], None)
            return
        again = None if late else due.since + TELEPHONE_AFTER
        falling_back.look_again(connection, [notice], again)

    # --- its author -----------------------------------------------------------------------------------------------

    def _tell(self, connection: Connection, due: Due, ringing: Ringing) -> None:
        told = ringing.to_ring(due.waiting)
        if told is None:
            return
        filing.add_notices(connection, self._vault, [told], ringing.now)
        together = {due.waiting.id, *(each.id for each in ringing.hearers(due.waiting))}
        falling_back.author_told(connection, together, ringing.now)

    def _correct(self, connection: Connection, due: Due, ringing: Ringing) -> None:
        told = ringing.has_it_now(due.waiting)
        together = {due.waiting.id, *(each.id for each in ringing.hearers(due.waiting))}
        falling_back.author_told(connection, together, None)
        if told is not None:
            filing.add_notices(connection, self._vault, [told], ringing.now)

    # --- looked up ------------------------------------------------------------------------------------------------

    def _addresses(self, connection: Connection, waiting: Sequence[Due]) -> dict[PersonId, list[Address]]:
        people = {each.waiting.person for each in waiting if each.waiting.person is not None}
        theirs: dict[PersonId, list[Address]] = {}
        for each in addresses.load(connection, self._vault, people=people) if people else ():
            if each.person is not None and self._composing.serves(each):
                theirs.setdefault(each.person, []).append(each)
        return theirs

    def _ringing(self, connection: Connection, due: Sequence[Due], found: References, now: datetime) -> Ringing:
        about: set[EntryId] = {
            each.waiting.notice.entry for each in due if isinstance(each.waiting.notice, Relay | Correction)
        }
        people = {each.waiting.person for each in due if each.waiting.person is not None}
        return Ringing(
            self._ids,
            found,
            notices.of_entries(connection, about),
            claims.numbers_of(connection, self._vault, people),
            self._composing.time_of,
            now,
        )
