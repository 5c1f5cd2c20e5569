"""From a notice that may leave to the message it leaves as: looked at again, put into words, shaped by its channel.

The second look of rule 9 is here: permission is decided as things stand in the very transaction that marks the
message as leaving. Runs inside that transaction; calls nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from book.audience import choose_audience, may_know
from book.deliveries import Act, Lane, NoticeState
from book.disclosure import Address, Disclosure, Silence, what_may_be_said
from book.duty import is_away
from book.entries import Entry, EntryState
from book.ids import NoticeId, PersonId
from book.notices import (
    Acknowledgement,
    AcknowledgementChanged,
    Correction,
    Explanation,
    GroupLeft,
    Kind,
    PressAnswered,
    Recall,
    Relay,
    Said,
    WhichChild,
)
from book.people import STAFF, Circle, Membership
from book.reasons import Reason
from book.wording.compose import Composer, Line, Recipient, Told
from book.wording.utterance import Utterance
from bot.channels.channel import Channel, Part
from bot.dispatch.references import References
from storage.conversations import Offered
from storage.outbox import NewDelivery, Sent, Waiting

# What would be changed is still on the wire: look again shortly.
_SHORTLY = timedelta(seconds=2)
_MOST_TOGETHER = 12
_CHOICES_COUNT_FOR = timedelta(days=2)


@dataclass(slots=True)
class Composed:
    """What one claim comes to: messages to send, notices that ended, notices to look at again."""

    deliveries: list[NewDelivery] = field(default_factory=list)
    offered: list[tuple[PersonId, Offered]] = field(default_factory=list)
    ended: dict[NoticeId, tuple[NoticeState, Reason]] = field(default_factory=dict)
    later: list[NoticeId] = field(default_factory=list)
    unserved: list[NoticeId] = field(default_factory=list)
    until_signed_in: list[tuple[Waiting, Address]] = field(default_factory=list)


class Composing:
    """Everything that composing needs and that does not change from claim to claim."""

    def __init__(
        self,
        composer: Composer,
        channels: Mapping[tuple[str, str], Channel],
        *,
        new_token: Callable[[], str],
    ) -> None:
        self._composer = composer
        self._channels = channels
        self._new_token = new_token

    @property
    def accounts(self) -> Collection[tuple[str, str]]:
        """The channels and accounts through which anything can leave."""
        return self._channels.keys()

    def serves(self, address: Address) -> bool:
        return (address.channel, address.account) in self._channels

    def time_of(self, at: datetime) -> str:
        """A civil time as the book writes it."""
        return self._composer.time_of(at)

    def repeated(self, part: str) -> str:
        """The part of a message that may have arrived, marked as such."""
        kept = Part.from_json(part)
        text = self._composer.repeated(kept.text)
        shift = len(text) - len(kept.text)
        styles = tuple((start + shift, length, style) for start, length, style in kept.styles)
        return Part(text, styles, kept.buttons).to_json()

    def compose(
        self, address: Address, waiting: Sequence[Waiting], found: References, now: datetime, into: Composed
    ) -> None:
        """One message to ``address``, led by the first of ``waiting`` that may leave."""
        for each in waiting:
            if self._one(address, each, waiting, found, now, into):
                return

    def _one(
        self,
        address: Address,
        lead: Waiting,
        waiting: Sequence[Waiting],
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        if lead.id in into.ended:
            return False
        disclosure = what_may_be_said(address)
        if not _may_stand_on(address, lead, now):
            self._not_on_this_screen(address, lead, into)
            return False
        refusal = self._refusal(lead, disclosure, found, now)
        if refusal is not None:
            into.ended[lead.id] = refusal
            return False
        match lead.notice:
            case Relay() | Correction():
                return self._relay(address, lead, waiting, found, now, into)
            case Acknowledgement(moved_from, reached):
                utterance = self._composer.acknowledgement(
                    self._lines(lead.id, found),
                    disclosure,
                    now,
                    notice=lead.id,
                    moved_from=moved_from,
                    reached=reached,
                )
                return self._say(address, lead, utterance, into, now)
            case AcknowledgementChanged(acknowledgement):
                return self._change_acknowledgement(address, lead, acknowledgement, found, now, into)
            case Recall():
                return self._recall(address, lead, found, now, into)
            case Explanation(entry):
                return self._say(address, lead, self._explain(found.entries[entry], found, now), into, now)
            case WhichChild(_, among):
                names = [(child, found.circles[child].child.name) for child in among if child in found.circles]
                return self._say(address, lead, self._composer.which_child(names), into, now)
            case Said(changes=changes):
                shown = [each for each in found.sent.get(changes, ()) if each.address == address.id]
                utterance = self._composer.said(lead.notice)
                if shown and address.can_change:
                    act, target = Act.CHANGE, shown[-1].provider_id
                    return self._say(address, lead, utterance, into, now, act=act, target=target)
                return self._say(address, lead, utterance, into, now)
            case PressAnswered(press, key):
                answer = self._bare(lead, address, Act.ANSWER_PRESS, (press,))
                into.deliveries.append(replace(answer, texts=(Part(self._composer.words(key)).to_json(),)))
                return True
            case GroupLeft():
                into.deliveries.append(self._bare(lead, address, Act.LEAVE, (None,)))
                return True
            case _:
                assert_never(lead.notice)

    def _not_on_this_screen(self, address: Address, lead: Waiting, into: Composed) -> None:
        """What is the room's waits until somebody signs in; what was another's is not said to whoever comes next."""
        if isinstance(lead.notice, Relay | Correction | Said) and lead.person == address.person:
            into.until_signed_in.append((lead, address))
        else:
            into.ended[lead.id] = (NoticeState.WITHHELD, Reason.NOBODY_SIGNED_IN)

    def _refusal(
        self, lead: Waiting, disclosure: Disclosure, found: References, now: datetime
    ) -> tuple[NoticeState, Reason] | None:
        """Why this notice ends here without a word, if it does."""
        if lead.expires_at is not None and lead.expires_at <= now:
            return NoticeState.EXPIRED, Reason.TOO_LATE
        # What tells nothing goes even where somebody wants to hear nothing: taken back, answered, left.
        if isinstance(disclosure, Silence) and not isinstance(lead.notice, Recall | PressAnswered | GroupLeft):
            return NoticeState.WITHHELD, disclosure.reason
        return self._second_look(lead, found, now)

    def _second_look(self, waiting: Waiting, found: References, now: datetime) -> tuple[NoticeState, Reason] | None:
        """Rule 9: memberships and sharing count as they stand when the message leaves."""
        notice = waiting.notice
        if isinstance(notice, Relay | Correction):
            entry = found.entries[notice.entry]
            if not entry.is_live or entry.text is None:
                reason = Reason.MOVED if entry.state is EntryState.MOVED else Reason.UNDONE
                return NoticeState.WITHDRAWN, reason
            assert waiting.person is not None
            allowed, reason = may_know(entry.note, waiting.person, found.circles[entry.child], now)
            return None if allowed else (NoticeState.WITHHELD, reason)
        if isinstance(notice, Said) and notice.fixed:
            return None
        if isinstance(notice, PressAnswered | GroupLeft | Recall):
            return None  # They tell nothing; a recall must reach even somebody who belongs no more.
        if waiting.person is None or waiting.person not in found.belonging:
            return NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE
        return None

    def why_not_as_it_is(
        self, address: Address, carried: Sequence[Waiting], found: References, now: datetime, since: datetime
    ) -> tuple[NoticeState, Reason] | None:
        """Why a message that was composed at ``since`` may not leave as it is; None if it may."""
        disclosure = what_may_be_said(address)
        for each in carried:
            if not _may_stand_on(address, each, now):
                return NoticeState.WITHHELD, Reason.NOBODY_SIGNED_IN
            refusal = self._refusal(each, disclosure, found, now)
            if refusal is not None:
                return refusal
            if isinstance(each.notice, Relay | Correction) and found.entries[each.notice.entry].revised_at > since:
                return NoticeState.WITHDRAWN, Reason.CORRECTED
        return None

    # --- relays -----------------------------------------------------------------------------------------------------

    def _relay(
        self,
        address: Address,
        lead: Waiting,
        waiting: Sequence[Waiting],
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        together = [lead]
        if isinstance(lead.notice, Relay) and lead.lane is not Lane.URGENT:
            for each in waiting:
                if (
                    each.id != lead.id
                    and isinstance(each.notice, Relay)
                    and each.child == lead.child
                    and each.lane is lead.lane
                    and len(together) < _MOST_TOGETHER
                    and each.id not in into.ended
                    and self._refusal(each, what_may_be_said(address), found, now) is None
                ):
                    together.append(each)
        utterance = self._told(together, found, now, address)
        return self._say(address, lead, utterance, into, now, carries=together)

    def _told(self, together: Sequence[Waiting], found: References, now: datetime, address: Address) -> Utterance:
        told = []
        for each in together:
            assert isinstance(each.notice, Relay | Correction)
            told.append(
                self._as_told(
                    found.entries[each.notice.entry], each.person, found, corrected=isinstance(each.notice, Correction)
                )
            )
        return self._composer.relay(told, what_may_be_said(address), now)

    def _as_told(self, entry: Entry, reader: PersonId | None, found: References, *, corrected: bool) -> Told:
        circle = found.circles[entry.child]
        author = circle.person(entry.author)
        return Told(
            entry=entry,
            child=circle.child.name,
            author=author.name if author is not None else "",
            answers_reader=entry.answered is not None and entry.answered.author == reader,
            corrected=corrected,
            asks_seen=bool(entry.text and entry.text.collection),
            asks_noted=self._to_be_noted(entry, reader, circle),
        )

    def _to_be_noted(self, entry: Entry, reader: PersonId | None, circle: Circle) -> str:
        """What the reader's own setting is asked to note with this entry, if anything."""
        kept = entry.text.timetable if entry.text is not None else ""
        setting = kept.partition(";")[0]
        staff = any(m.person.id == reader and str(m.setting) == setting and m.role in STAFF for m in circle.memberships)
        return kept if kept and staff else ""

    # --- acknowledgements -------------------------------------------------------------------------------------------

    def _lines(self, acknowledgement: NoticeId, found: References) -> list[Line]:
        lines = []
        for entry in sorted(found.acknowledged.get(acknowledgement, ()), key=lambda each: each.id):
            circle = found.circles[entry.child]
            setting = circle.settings.get(entry.author_setting) if entry.author_setting is not None else None
            lines.append(
                Line(
                    entry=entry,
                    child=circle.child.name,
                    recipients=self._recipients(entry, found),
                    setting=setting.name if setting is not None else "",
                    seen=tuple(
                        (person.name, at)
                        for reader, at in found.seen.get(entry.id, ())
                        if (person := circle.person(reader)) is not None
                    ),
                )
            )
        return lines

    def _recipients(self, entry: Entry, found: References) -> tuple[Recipient, ...]:
        circle = found.circles[entry.child]
        recalled = {each.person for each in found.standings.get(entry.id, ()) if each.kind is Kind.RECALL}
        standings = [
            each
            for each in found.standings.get(entry.id, ())
            if each.kind is Kind.RELAY and each.person not in recalled
        ]
        newest = {each.person: each for each in standings if not each.catches_up}
        absent = [each.person for each in standings if each.catches_up]
        recipients = []
        for each in newest.values():
            member = next((m for m in circle.memberships if m.person.id == each.person), None)
            if member is None:
                continue
            recipients.append(
                Recipient(
                    name=member.person.name,
                    is_parent=member.role.value in ("parent", "family"),
                    state=each.state,
                    reason=each.reason,
                    at=each.not_before,
                    setting=member.setting,
                    away=self._away(member, absent, circle, each.not_before),
                )
            )
        # Whoever is told later in somebody's place stands where she would have stood.
        return tuple(sorted(recipients, key=lambda each: _nearness(entry, each)))

    def _away(self, told: Membership, absent: Sequence[PersonId], circle: Circle, at: datetime) -> str:
        """In whose place she is told, where that colleague is away on the whole day on which she is."""
        day = self._composer.day_of(at)
        for person in absent:
            member = next((m for m in circle.memberships if m.person.id == person and m.setting == told.setting), None)
            if told.setting is not None and member is not None and is_away(member, circle, day):
                return member.person.name
        return ""

    def _change_acknowledgement(
        self,
        address: Address,
        lead: Waiting,
        acknowledgement: NoticeId,
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        sent = [each for each in found.sent.get(acknowledgement, ()) if each.address == address.id]
        known = found.acknowledgements.get(acknowledgement)
        if not sent or not address.can_change:
            if known is not None and known[2]:
                into.later.append(lead.id)
            else:
                into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        assert known is not None
        utterance = self._composer.acknowledgement(
            self._lines(acknowledgement, found),
            what_may_be_said(address),
            now,
            notice=acknowledgement,
            moved_from=known[0].moved_from,
            reached=known[0].reached,
        )
        return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=sent[-1].provider_id)

    def _explain(self, entry: Entry, found: References, now: datetime) -> Utterance:
        circle = found.circles[entry.child]
        hears = [each.person for each in found.standings.get(entry.id, ()) if each.kind is Kind.RELAY]
        verdicts = choose_audience(entry.note, circle, now, first=lambda _: hears)
        reasons = {each.member.person.name: each.reason for each in verdicts}
        noes = [(each.member.person.name, each.reason) for each in verdicts if not each.told]
        line = Line(entry, circle.child.name, self._recipients(entry, found), "")
        return self._composer.explanation(line, noes, reasons, now)

    # --- recalls ----------------------------------------------------------------------------------------------------

    def _recall(self, address: Address, lead: Waiting, found: References, now: datetime, into: Composed) -> bool:
        notice = lead.notice
        assert isinstance(notice, Recall)
        sent = [each for each in found.sent.get(notice.told, ()) if each.address == address.id]
        if not sent:
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        can = address.take_back_for is not None and now - sent[0].sent_at <= address.take_back_for
        if not can:
            return self._say(address, lead, self._composer.ignore(sent[0].sent_at), into, now)
        left = self._left_standing(sent, notice, found)
        if left and address.can_change and len(sent) == 1:
            told = [self._as_told(entry, lead.person, found, corrected=False) for entry in left]
            utterance = self._composer.relay(told, what_may_be_said(address), now)
            return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=sent[0].provider_id)
        into.deliveries.append(self._bare(lead, address, Act.TAKE_BACK, tuple(each.provider_id for each in sent)))
        return True

    def _left_standing(self, sent: Sequence[Sent], notice: Recall, found: References) -> list[Entry]:
        """What else the recalled message told of, if that still stands."""
        others = {each for message in sent for each in message.carries if each != notice.told}
        entries = [found.entries[found.told[each]] for each in sorted(others) if each in found.told]
        return [each for each in entries if each.is_live and each.text is not None]

    # --- putting it on the wire -------------------------------------------------------------------------------------

    def _say(
        self,
        address: Address,
        lead: Waiting,
        utterance: Utterance | None,
        into: Composed,
        now: datetime,
        *,
        act: Act = Act.SAY,
        target: str | None = None,
        carries: Sequence[Waiting] = (),
    ) -> bool:
        if utterance is None:
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        tokens = [self._new_token() for _ in utterance.choices]
        parts = self._channels[(address.channel, address.account)].parts(utterance, tokens)
        if lead.person is not None:
            into.offered += [
                (
                    lead.person,
                    Offered(
                        token=token,
                        notice=lead.id,
                        address=address.id,
                        number=number,
                        choice=labelled.choice,
                        label=labelled.label,
                        used=False,
                        expires_at=now + _CHOICES_COUNT_FOR,
                    ),
                )
                for number, (token, labelled) in enumerate(zip(tokens, utterance.choices, strict=True), start=1)
            ]
        into.deliveries.append(
            NewDelivery(
                lead=lead,
                carries=tuple(each.id for each in carries) or (lead.id,),
                address=address.id,
                act=act,
                texts=tuple(part.to_json() for part in (parts[:1] if act is Act.CHANGE else parts)),
                child=lead.child,
                person=lead.person,
                silent=utterance.silent,
                targets=(target,) if act is Act.CHANGE else (),
            )
        )
        return True

    def _bare(self, lead: Waiting, address: Address, act: Act, targets: tuple[str | None, ...]) -> NewDelivery:
        return NewDelivery(
            lead=lead,
            carries=(lead.id,),
            address=address.id,
            act=act,
            texts=("",) * len(targets),
            child=lead.child,
            person=lead.person,
            targets=targets,
        )


def _may_stand_on(address: Address, waiting: Waiting, now: datetime) -> bool:
    """Whether this may be shown at an address now; on a room's tablet what names a child needs its reader there."""
    notice = waiting.notice
    if isinstance(notice, PressAnswered | GroupLeft | Recall):
        return True
    if isinstance(notice, Said) and (notice.fixed or (waiting.person == address.person and waiting.child is None)):
        return True
    return address.shows_to(waiting.person, now)


def _nearness(entry: Entry, recipient: Recipient) -> int:
    """Parents, then the author's own setting, then the others."""
    return 0 if recipient.is_parent else 1 if recipient.setting == entry.author_setting else 2
