"""One claim: what can leave now is looked at again, put into words and marked ``sending``, in one transaction.

Given what the wire can take, it chooses addresses, one message each, urgent first. Whoever runs it calls the
channels afterwards, at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from book.announcing import Announcement, may_announce
from book.deliveries import Act, DeliveryState, Lane, NoticeState
from book.disclosure import Address
from book.entries import Entry
from book.errors import AlreadyServing
from book.fallback import reached_at
from book.ids import AddressId, DeliveryId, EntryId, Ids, NoticeId, PersonId
from book.notices import Acknowledgement, AcknowledgementChanged, Correction, OfTheDay, Recall, Relay, Said
from book.occasions import Occasion
from book.reasons import Reason
from book.still_hers import DOUBTED_FOR
from bot.channels.channel import Part
from bot.dispatch import authors
from bot.dispatch.compose import Composed, Composing, Held
from bot.dispatch.falling_back import FallingBack
from bot.dispatch.references import References, look_up
from bot.dispatch.spending import Budget, Spending
from storage import (
    addresses,
    claiming,
    conversations,
    doubts,
    falling_back,
    filing,
    following,
    heirs,
    holding,
    leases,
    private_links,
    reaching,
    settling,
    tablets,
    turns,
    windows,
)
from storage.claiming import NewDelivery, Ready
from storage.database import Connection
from storage.filing import NewNotice
from storage.leases import Lease
from storage.outbox import Delivery, Waiting
from storage.settling import Settled
from storage.vault import Vault
from storage.windows import Hold

_SHORTLY = timedelta(seconds=2)
_A_DAY = timedelta(hours=25)  # the longest a civil day can be
# An account that is not ours (of an earlier bot, or another process's): what waits for it is not in others' way.
_UNSERVED_FOR = timedelta(minutes=10)
# More than there is room for is looked at, so that what goes to one person together is found together.
_TO_SPARE = 24


@dataclass(frozen=True, slots=True)
class Room:
    """What the wire can take now: so many messages, so many if they are urgent, none to these addresses."""

    any_lane: int
    urgent: int
    not_at: frozenset[AddressId] = frozenset()


@dataclass(slots=True)
class Claimed:
    """What a claim marked as leaving, with the address of each, and when to look again."""

    leaving: list[tuple[Delivery, Address]] = field(default_factory=list)
    next_at: datetime | None = None
    more: bool = False  # there was more than the wire could take
    settled: bool = False  # something ended or was put off without a call


class Claims:
    """Everything a claim needs that does not change."""

    def __init__(self, vault: Vault, ids: Ids, composing: Composing, *, lease: Lease, spending: Spending) -> None:
        self._vault = vault
        self._ids = ids
        self._composing = composing
        self._lease = lease
        self._falling_back = FallingBack(vault, ids, composing)
        self._spending = spending

    @property
    def epoch(self) -> int:
        """Whose marks these are: every owner of the accounts has a number of its own."""
        return self._lease.epoch

    def claim(self, connection: Connection, now: datetime, room: Room) -> Claimed:
        """Mark as leaving what may and can leave at ``now``; raises :class:`AlreadyServing` once another may."""
        turns.take_part(connection)
        if not leases.holds(connection, self._lease):
            raise AlreadyServing("Another Bookbag has taken over sending for this account: stop one of the two.")
        claimed = Claimed()
        budget = self._spending.open(connection, now)
        sending, unsettled = claiming.busy(connection, now)
        closed = sending | room.not_at
        due = claiming.due(connection, self._vault, now, not_at=closed)
        used = self._again(connection, due, now, room, claimed)
        for each, address in claimed.leaving:
            if each.tries == 1:  # a later part; what is tried again was counted before
                budget.spend(address, each.text)
        closed |= used
        room = Room(room.any_lane - len(used), room.urgent - len(used), room.not_at)
        used = self._elsewhere(connection, now, room, closed, claimed, budget)
        closed |= used
        room = Room(room.any_lane - len(used), room.urgent - len(used), room.not_at)
        self._fresh(connection, now, room, closed, unsettled - used, claimed, budget)
        budget.close(connection, self._vault, self._ids)
        instants = (claiming.next_instant(connection, now), falling_back.next_instant(connection, now))
        claimed.next_at = min((each for each in instants if each is not None), default=None)
        return claimed

    def _elsewhere(
        self,
        connection: Connection,
        now: datetime,
        room: Room,
        closed: Collection[AddressId],
        claimed: Claimed,
        budget: Budget,
    ) -> set[AddressId]:
        """What is urgent and was not taken at one address leaves for another; the addresses that this uses."""
        fallen = self._falling_back.look(connection, now, closed=closed, room=room.urgent)
        claimed.settled |= fallen.looked
        self._write(connection, fallen.composed, now, claimed, fallen.known, budget)
        return {each.address for each in fallen.composed.deliveries}

    def release(self, connection: Connection, now: datetime) -> int:
        """At a start: what is held although it need not be any more, because a limit was raised."""
        return self._spending.release(connection, now)

    def give_back(self, connection: Connection, outcomes: Sequence[Settled], now: datetime) -> None:
        """What a provider would not take is not paid for; a number that is none may be hers no more."""
        for each in outcomes:
            if each.state in (DeliveryState.REFUSED, DeliveryState.ABANDONED):
                self._spending.give_back(connection, each.account, each.delivery.text, now)
        doubted = [each.delivery.address for each in outcomes if each.reason in DOUBTED_FOR]
        doubts.begin(connection, self._vault, self._ids, doubted, now, self._composing.zone)

    # --- what was on the wire before ------------------------------------------------------------------------------

    def _again(
        self, connection: Connection, due: Sequence[Delivery], now: datetime, room: Room, claimed: Claimed
    ) -> set[AddressId]:
        """Later parts, later tries, and unknowns whose wait is over; the addresses that this uses."""
        if not due:
            return set()
        # At another address of hers it was taken meanwhile: here it is not tried again.
        needless = falling_back.told_elsewhere(
            connection, [each.id for each in due if each.state is DeliveryState.WAITING and each.lane is Lane.URGENT]
        )
        if needless:
            settling.end_delivery(
                connection, needless, DeliveryState.ABANDONED, Reason.TOLD_ELSEWHERE, now, release=False
            )
            reaching.follow(connection, self._vault, self._ids, needless, now)
            due = [each for each in due if each.id not in needless]
            claimed.settled = True
        free = claiming.lock(connection, {each.address for each in due})
        at = {each.id: each for each in addresses.load(connection, self._vault, ids=free)}
        ordinary = {each.person for each in due if each.person is not None and each.lane is not Lane.URGENT}
        overtaken = claiming.hear_urgently(connection, ordinary, now)
        chosen: dict[AddressId, Delivery] = {}
        for each in due:
            here = at.get(each.address)
            if each.lane is not Lane.URGENT and each.person in overtaken:
                continue
            room_for_it = room.urgent if each.lane is Lane.URGENT else room.any_lane
            if here is not None and self._composing.serves(here) and len(chosen) < room_for_it:
                chosen.setdefault(each.address, each)
        carried = claiming.carried(connection, self._vault, {each.id for each in chosen.values()})
        leads_of = [each for notices in carried.values() for each in notices]
        told = {entry for each in chosen.values() for entry in told_in(each)}
        found = look_up(connection, self._vault, leads_of, now, also=told)
        resend: list[Delivery] = []
        for each in chosen.values():
            leads = carried.get(each.id, [])
            refusal = self._composing.why_not_as_it_is(
                at[each.address], leads, found, now, each.made_at, each.act, pictures_in(each), told_in(each)
            )
            closed = refusal is None and each.part == 1 and self._composing.must_wait(at[each.address], leads, now)
            if each.state is DeliveryState.WAITING and closed:
                # Composed anew, it will be found to have to wait until she writes.
                self._overtaken(connection, each, leads, (NoticeState.WITHDRAWN, Reason.WINDOW_CLOSED), now)
                claimed.settled = True
            elif each.state is DeliveryState.UNKNOWN and each.act is Act.SAY:
                # Where the platform can be asked it has been, for as long as that is of use: nothing is sent blindly.
                may = refusal is None and not self._composing.can_be_asked(at[each.address])
                self._settle_unknown(connection, each, leads, found, at[each.address], now, claimed, may)
            elif refusal is None:
                resend.append(each)
            else:
                self._overtaken(connection, each, leads, refusal, now)
                claimed.settled = True
        marked = claiming.mark_again(connection, [each.id for each in resend], self.epoch, now)
        claimed.leaving += [
            (replace(each, tries=each.tries + 1), at[each.address]) for each in resend if each.id in marked
        ]
        return {each.address for each in resend} | {delivery.address for delivery, _ in claimed.leaving}

    def _overtaken(
        self,
        connection: Connection,
        waiting: Delivery,
        leads: Sequence[Waiting],
        refusal: tuple[NoticeState, Reason],
        now: datetime,
    ) -> None:
        """The book has changed since it was composed, and nothing is sent as it was.

        What had not begun to leave is composed anew, if it may be told at all. Of a message in parts the first has
        arrived already: its notices end here, still bound to it, so that it can be taken back.
        """
        if waiting.part == 1:
            reason = Reason.OVERTAKEN
            settling.end_delivery(connection, [waiting.id], DeliveryState.ABANDONED, reason, now, release=True)
        else:
            reason = Reason.PERMISSION_ENDED
            settling.end_delivery(connection, [waiting.id], DeliveryState.ABANDONED, reason, now, release=False)
            ended = {each.id: refusal for each in leads}
            settling.end_notices(connection, ended, now, keep_bound=True)
            settling.tick(connection, self._vault, self._ids, list(ended), now)
        settling.abandon_rest(connection, waiting, reason, now)
        reaching.follow(connection, self._vault, self._ids, [waiting.id], now)

    def _settle_unknown(
        self,
        connection: Connection,
        unknown: Delivery,
        leads: Sequence[Waiting],
        found: References,
        address: Address,
        now: datetime,
        claimed: Claimed,
        may: bool,
    ) -> None:
        """Where nobody can be asked whether it arrived: one repeat, marked; if that is unknown too, people are told."""
        if unknown.repeats is not None or not may or unknown.text is None or not leads:
            settling.end_delivery(
                connection, [unknown.id], DeliveryState.FLAGGED, Reason.UNCONFIRMED, now, release=False
            )
            settling.abandon_rest(connection, unknown, Reason.UNCONFIRMED, now)
            # What is urgent is told elsewhere, or may still be: then nobody is to ring because of this address.
            ids = [each.id for each in leads]
            elsewhere = falling_back.kept_open(connection, ids, [unknown.id], now)
            elsewhere |= falling_back.taken_elsewhere(connection, ids, [unknown.id]).keys()
            leads = [each for each in leads if each.id not in elsewhere]
            ended = {each.id: (NoticeState.WITHHELD, Reason.UNCONFIRMED) for each in leads}
            settling.end_notices(connection, ended, now, keep_bound=True)
            told = authors.tell(self._ids, leads, Reason.UNCONFIRMED, found, now, self._composing.time_of)
            filing.add_notices(connection, self._vault, told, now)
            settling.tick(connection, self._vault, self._ids, list(ended), now)
            reaching.follow(connection, self._vault, self._ids, [unknown.id], now)
            claimed.settled = True
            return
        settling.end_delivery(connection, [unknown.id], DeliveryState.REPEATED, Reason.UNCONFIRMED, now, release=False)
        lead = next((each for each in leads if each.id == unknown.lead), leads[0])
        attempts = claiming.attempts(connection, [lead.id])
        repeat = NewDelivery(
            lead=lead,
            carries=tuple(each.id for each in leads),
            address=address.id,
            act=Act.SAY,
            texts=(self._composing.repeated(unknown.text),),
            child=unknown.child,
            person=unknown.person,
            silent=unknown.silent,
            reply_to=unknown.reply_to,
            repeats=unknown.id,
            attempt=attempts[lead.id] + 1,
            part=unknown.part,
            parts=unknown.parts,
        )
        marked = claiming.mark_sending(connection, self._vault, self._ids, [repeat], self.epoch, now)
        claimed.leaving += [(each, address) for each in marked]

    # --- what leaves for the first time -----------------------------------------------------------------------------

    def _fresh(
        self,
        connection: Connection,
        now: datetime,
        room: Room,
        closed: Collection[AddressId],
        unsettled: Collection[AddressId],
        claimed: Claimed,
        budget: Budget,
    ) -> None:
        if room.urgent <= 0:
            claimed.more = True
            return
        waiting = self._ready(connection, now, room, closed, unsettled)
        composed = Composed()
        known: dict[AddressId, Address] = {}
        # What somebody is to hear is looked up when there is room for it, not when there may be.
        while waiting and (slots := room.urgent - len(composed.deliveries)) > 0:
            first, waiting = _first_hearers(waiting, slots)
            looked = self._with_the_rest(connection, [each.opened(self._vault) for each in first], now)
            found = look_up(connection, self._vault, looked, now)
            at = self._addresses(connection, looked, found)
            by_address: dict[AddressId, list[Waiting]] = {}
            for each in looked:
                wanted = self._where(each, at, found, now, composed)
                for address in self._that_may_hear(each, wanted, found, budget, composed):
                    by_address.setdefault(address.id, []).append(each)
                    known[address.id] = address
            free = claiming.lock(connection, by_address)
            for here, waiting_here in by_address.items():
                theirs = [each for each in waiting_here if each.lane is Lane.URGENT or here not in unsettled]
                if here in closed or here not in free or not theirs:
                    continue
                urgent = theirs[0].lane is Lane.URGENT
                if len(composed.deliveries) >= (room.urgent if urgent else room.any_lane):
                    claimed.more = True
                    continue
                self._composing.compose(known[here], theirs, found, now, composed)
        claimed.more |= bool(waiting)
        self._write(connection, composed, now, claimed, known, budget)

    def _with_the_rest(self, connection: Connection, looked: Sequence[Waiting], now: datetime) -> list[Waiting]:
        """What is told together with something else is looked at together, however much of it there is."""
        people = {each.person for each in looked if each.occasion is not Occasion.NONE and each.person is not None}
        known = {each.id for each in looked}
        rest = [each for each in claiming.together(connection, self._vault, people, now) if each.id not in known]
        return sorted([*looked, *rest], key=lambda each: (each.lane, each.id)) if rest else list(looked)

    def _ready(
        self,
        connection: Connection,
        now: datetime,
        room: Room,
        closed: Collection[AddressId],
        unsettled: Collection[AddressId],
    ) -> list[Ready]:
        # Whoever would be reached at a place where nothing can go now waits, and takes up no room meanwhile.
        waits = claiming.reached_at(connection, {*closed, *unsettled}, self._composing.accounts)
        return claiming.ready(
            connection,
            now,
            not_to_people={person for person, address in waits.items() if address in closed},
            not_at=closed,
            only_urgent_to=waits.keys(),
            only_urgent_at=unsettled,
            lanes=tuple(Lane) if room.any_lane > 0 else (Lane.URGENT,),
            limit=room.urgent + _TO_SPARE,
        )

    def _addresses(
        self, connection: Connection, waiting: Sequence[Waiting], found: References
    ) -> dict[PersonId | AddressId, list[Address]]:
        at = addresses.load(
            connection,
            self._vault,
            ids={each.address for each in waiting if each.address is not None}
            | {each.address for sent in found.sent.values() for each in sent},
            people={each.person for each in waiting if each.person is not None},
        )
        reached: dict[PersonId | AddressId, list[Address]] = {}
        for each in at:
            reached.setdefault(each.id, []).append(each)
            if each.person is not None:
                reached.setdefault(each.person, []).append(each)
        return reached

    def _where(
        self,
        waiting: Waiting,
        at: dict[PersonId | AddressId, list[Address]],
        found: References,
        now: datetime,
        composed: Composed,
    ) -> list[Address]:
        """The address this leaves for: where it was asked, where it was told before, else where she is reached."""
        if (told := _told_before(waiting)) is not None:
            went = [(each.delivery, each.address) for each in found.sent.get(told, ())]
            if isinstance(waiting.notice, Recall):
                went = _also_at(waiting, [*went, *found.flying.get(told, ())], composed)
            arrived = {each.address for each in found.sent.get(told, ())}
            candidates = [address for _, each in went if each in arrived for address in at.get(each, ())]
            if not candidates:
                # Nothing of it has arrived: either it never left, or it is on the wire at this moment.
                self._never_left(waiting, found, composed)
                return []
        elif waiting.address is not None:
            candidates = at.get(waiting.address, [])
        else:
            candidates = at.get(waiting.person, []) if waiting.person is not None else []
            if isinstance(waiting.notice, Correction) and waiting.person is not None:
                told_at = found.urgently_told.get((waiting.notice.entry, waiting.person), {})
                order = {each.id: place for place, each in enumerate(candidates)}
                known = sorted((each for each in told_at if each in order), key=order.__getitem__)
                _also_at(waiting, [(told_at[each], each) for each in known], composed)
                candidates = [each for each in candidates if each.id in known[:1]] or candidates
        served = [each for each in candidates if self._composing.serves(each)]
        if not candidates:
            refusal = self._composing.why_not(waiting, found, now)
            composed.ended[waiting.id] = refusal or (NoticeState.WITHHELD, Reason.NO_ADDRESS)
        elif not served:
            composed.unserved.append(waiting.id)
        if waiting.address is not None or _told_before(waiting) is not None:
            return served[:1]
        if isinstance(waiting.notice, Said) and waiting.notice.everywhere:
            return served
        one = reached_at(served, waiting.lane)
        return [one] if one is not None else []

    @staticmethod
    def _that_may_hear(
        waiting: Waiting, wanted: Sequence[Address], found: References, budget: Budget, composed: Composed
    ) -> list[Address]:
        """Of where this would go, what may be said there now and what the month's texts still allow.

        What answers somebody is of no use next month.
        """
        sure = [each for each in wanted if each.doubted_at is None or _goes_in_doubt(waiting)]
        if wanted and not sure:
            composed.held.append((waiting, Reason.TO_BE_PROVED))
            if isinstance(waiting.notice, Relay | Correction):
                composed.held_notes[waiting.id] = found.entries[waiting.notice.entry]
            return []
        allowed = [each for each in sure if budget.allows(waiting, each)]
        if not wanted or allowed:
            return allowed
        if waiting.lane is Lane.REPLY:
            composed.ended[waiting.id] = (NoticeState.WITHHELD, Reason.TEXTS_SPENT)
            return []
        composed.held.append((waiting, Reason.TEXTS_SPENT))
        if isinstance(waiting.notice, Relay | Correction):
            composed.held_notes[waiting.id] = found.entries[waiting.notice.entry]
        return []

    def _wait(self, connection: Connection, composed: Composed, until: datetime, now: datetime) -> None:
        """They wait with their reason, and whoever wrote them is told, in the line that she has."""
        spent = [each.id for each, reason in composed.held if reason is Reason.TEXTS_SPENT]
        holding.until(connection, spent, Reason.TEXTS_SPENT, until)
        doubted = [each.id for each, reason in composed.held if reason is Reason.TO_BE_PROVED]
        holding.until_released(connection, doubted, Reason.TO_BE_PROVED)
        told = [
            NewNotice(
                id=NoticeId(self._ids.new()),
                cause=held,
                notice=AcknowledgementChanged(entry.acknowledgement, held=(entry.id,)),
                person=entry.author,
                lane=Lane.REPLY,
                not_before=now,
            )
            for held, entry in composed.held_notes.items()
            if entry.acknowledgement is not None
        ]
        filing.add_notices(connection, self._vault, told, now)

    def _never_left(self, waiting: Waiting, found: References, composed: Composed) -> None:
        notice = waiting.notice
        if isinstance(notice, OfTheDay):
            flying = notice.changes in found.flying
        elif isinstance(notice, AcknowledgementChanged):
            known = found.acknowledgements.get(notice.acknowledgement)
            flying = known is not None and known[2]
        else:
            assert isinstance(notice, Recall)
            flying = any(waiting.address in (None, each) for _, each in found.flying.get(notice.told, ()))
        if flying:
            composed.later.append(waiting.id)
        else:
            composed.ended[waiting.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)

    def _write(
        self,
        connection: Connection,
        composed: Composed,
        now: datetime,
        claimed: Claimed,
        known: dict[AddressId, Address],
        budget: Budget,
    ) -> None:
        if composed.deliveries:
            attempts = claiming.attempts(connection, [each.lead.id for each in composed.deliveries])
            new = [
                replace(each, attempt=attempts[each.lead.id] + 1) if each.lead.id in attempts else each
                for each in composed.deliveries
            ]
            conversations.offer(connection, self._vault, self._ids, composed.offered, now)
            private_links.make(connection, self._vault, self._ids, composed.links, now)
            marked = claiming.mark_sending(connection, self._vault, self._ids, new, self.epoch, now)
            claimed.leaving += [(each, known[each.address]) for each in marked]
            for delivery in marked:
                budget.spend(known[delivery.address], delivery.text)
            lines = {each.address for each in new if isinstance(each.lead.notice, Acknowledgement)}
            addresses.acknowledged(connection, {each for each in lines if not known[each].can_change}, now)
        if composed.also_at:
            filing.add_notices(connection, self._vault, self._at_the_others(composed.also_at, now), now)
            claimed.settled = True
        if composed.pictures_follow:
            filing.add_notices(connection, self._vault, self._following(composed.pictures_follow, now), now)
        if composed.pages_change:
            filing.add_notices(connection, self._vault, self._pages_anew(composed.pages_change, now), now)
        if composed.ended:
            settling.end_notices(connection, composed.ended, now)
            gone = [notice for notice, (_, reason) in composed.ended.items() if reason is Reason.NOT_IN_CIRCLE]
            heirs.tell_instead(connection, self._vault, self._ids, gone, now, self._composing.zone)
            settling.tick(connection, self._vault, self._ids, list(composed.ended), now)
            claimed.settled = True
        if composed.held:
            self._wait(connection, composed, budget.until, now)
            claimed.settled = True
        if composed.later:
            claiming.put_off(connection, composed.later, now + _SHORTLY)
        if composed.until_signed_in:
            self._wait_for_somebody(connection, composed.until_signed_in, now)
            claimed.settled = True
        if composed.until_she_writes:
            self._hold(connection, composed.until_she_writes, now)
            claimed.settled = True
        if composed.unserved:
            claiming.put_off(connection, composed.unserved, now + _UNSERVED_FOR)
            claimed.settled = True

    def _hold(self, connection: Connection, held: Sequence[Held], now: datetime) -> None:
        """What cannot leave waits until she writes; that something does is said, as often as is worth her while."""
        waits = windows.hold(
            connection,
            [
                Hold(each.waiting.id, each.address.id, each.address.last_inbound_at, each.waiting.expires_at)
                for each in held
            ],
        )
        # What is urgent goes to another address of hers, if she has one, as if this one had refused it.
        urgent = [each.waiting.id for each in held if each.waiting.id in waits and each.waiting.lane is Lane.URGENT]
        falling_back.look_at_once(connection, urgent, now)
        wanted: dict[PersonId, Held] = {}
        for each in (each for each in held if each.waiting.id in waits):
            person, what = each.waiting.person, each.announced
            if person is not None and what is not None:
                weightiest = wanted.get(person, each)
                assert weightiest.announced is not None
                wanted[person] = each if what < weightiest.announced else weightiest
        before = windows.announced(connection, wanted, now - _A_DAY)
        zone = self._composing.zone
        new = [
            self._announcement(each, person, now)
            for person, each in wanted.items()
            if each.announced is not None and may_announce(each.announced, before.get(person, ()), now, zone)
        ]
        filing.add_notices(connection, self._vault, new, now)

    def _announcement(self, held: Held, person: PersonId, now: datetime) -> NewNotice:
        assert held.announced is not None
        setting, telephone = held.ring
        names_a_telephone = held.announced is Announcement.URGENT and setting and telephone
        said = Said(
            "",
            {"setting": setting, "telephone": telephone} if names_a_telephone else {},
            announces="urgent_ring" if names_a_telephone else held.announced.key,
        )
        new = NoticeId(self._ids.new())
        lane, at = held.waiting.lane, held.address.id
        return NewNotice(id=new, cause=-new, notice=said, person=person, address=at, lane=lane, not_before=now)

    def _following(self, words: Sequence[tuple[Waiting, Entry]], now: datetime) -> list[NewNotice]:
        """The pictures of words that leave without them come after, as soon as they are here."""
        return [
            following.after(NoticeId(self._ids.new()), each.id, each.person, entry.child, entry.id, now)
            for each, entry in words
        ]

    def _pages_anew(self, pages: Sequence[tuple[Waiting, NoticeId, Entry]], now: datetime) -> list[NewNotice]:
        """A page on which something stands that is taken back is changed in place."""
        return [
            NewNotice(
                id=NoticeId(self._ids.new()),
                cause=recall.id,
                notice=OfTheDay(Occasion.PAGE, entry.happened_at.astimezone(self._composing.zone).date(), page),
                person=recall.person,
                lane=recall.lane,
                not_before=now,
                child=recall.child,
            )
            for recall, page, entry in pages
        ]

    def _at_the_others(self, also: Sequence[tuple[Waiting, DeliveryId, AddressId]], now: datetime) -> list[NewNotice]:
        """The same to each other address; once for the message by which it went there, however often that is seen."""
        return [
            NewNotice(
                id=NoticeId(self._ids.new()),
                cause=delivery,
                notice=each.notice,
                person=each.person,
                address=address,
                child=each.child,
                entry=each.entry,
                lane=each.lane,
                not_before=now,
            )
            for each, delivery, address in also
        ]

    def _wait_for_somebody(
        self, connection: Connection, waiting: Sequence[tuple[Waiting, Address]], now: datetime
    ) -> None:
        """On a room's tablet nothing of a child is shown to nobody; what is urgent asks for somebody to look."""
        tablets.wait_for_somebody(connection, [each.id for each, _ in waiting])
        look = [
            NewNotice(
                id=NoticeId(self._ids.new()),
                cause=each.id,
                notice=Said("tablet.look", fixed=True),
                person=each.person,
                address=address.id,
                lane=Lane.URGENT,
                not_before=now,
            )
            for each, address in waiting
            if each.lane is Lane.URGENT
        ]
        filing.add_notices(connection, self._vault, look, now)


def _also_at(
    waiting: Waiting, went: Sequence[tuple[DeliveryId, AddressId]], composed: Composed
) -> list[tuple[DeliveryId, AddressId]]:
    """Of where something went, what this notice is for: one address; each other gets a notice of its own."""
    if not went:
        return []
    here = waiting.address if waiting.address is not None else went[0][1]
    if waiting.address is None:
        first = {address: delivery for delivery, address in reversed(went)}
        composed.also_at += [(waiting, delivery, address) for address, delivery in first.items() if address != here]
    return [each for each in went if each[1] == here]


def _goes_in_doubt(waiting: Waiting) -> bool:
    """Whether it goes although the number may be somebody else's by now: it is urgent, takes back, or names nobody."""
    notice = waiting.notice
    return waiting.lane is Lane.URGENT or isinstance(notice, Recall) or (isinstance(notice, Said) and notice.fixed)


def pictures_in(delivery: Delivery) -> tuple[int, ...]:
    """The pictures that go with it, or to which a link in it leads, by our numbers."""
    if not delivery.text:
        return ()
    part = Part.from_json(delivery.text)
    return part.pictures + part.linked


def _told_before(waiting: Waiting) -> NoticeId | None:
    """What told that which this takes back or changes: it goes where that went; None where it tells of itself."""
    match waiting.notice:
        case Recall(told=told) | AcknowledgementChanged(acknowledgement=told):
            return told
        case OfTheDay(changes=told) if told:
            return told
    return None


def told_in(delivery: Delivery) -> tuple[EntryId, ...]:
    """The entries that stand in it, where they are more than those it is sent for."""
    return tuple(EntryId(each) for each in Part.from_json(delivery.text).tells) if delivery.text else ()


def _first_hearers(waiting: Sequence[Ready], most: int) -> tuple[list[Ready], list[Ready]]:
    """What the first ``most`` of those who are to hear something are to hear, and what is left for a later look."""
    hearers: set[PersonId | AddressId | None] = set()
    first: list[Ready] = []
    rest: list[Ready] = []
    for each in waiting:
        hearer = each.person if each.person is not None else each.address
        if hearer not in hearers and len(hearers) < most:
            hearers.add(hearer)
        (first if hearer in hearers else rest).append(each)
    return first, rest
