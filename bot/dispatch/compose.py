"""From a notice that may leave to the message it leaves as: looked at again, put into words, shaped by its channel.

The second look of rule 9 is here: permission is decided as things stand in the very transaction that marks the
message as leaving. Runs inside that transaction; calls nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from book.announcing import Announcement, announcement
from book.audience import choose_audience, may_know, travels
from book.confirming import is_to_confirm
from book.deliveries import Act, Lane, NoticeState
from book.disclosure import Address, Disclosure, Nudge, Silence, Words, what_may_be_said
from book.duty import has_her_own, her_own, in_today, is_away, through_whom
from book.entries import Entry, EntryState
from book.ids import AddressId, ChildId, DeliveryId, EntryId, NoticeId, PersonId
from book.namesakes import told_apart
from book.notices import (
    CHOICE_LAPSES_AFTER,
    LAPSE_SOON,
    Acknowledgement,
    AcknowledgementChanged,
    Correction,
    Explanation,
    GroupLeft,
    Kind,
    Notice,
    OfTheDay,
    PressAnswered,
    Recall,
    Relay,
    Said,
    WhichChild,
)
from book.occasions import Occasion
from book.pages import name_of
from book.people import GUESTS, STAFF, Circle, Membership, Role, Standing
from book.reasons import Reason
from book.responses import Response
from book.sharing import HOME, newest_by_chooser
from book.topics import Group, Topic, groups_needed
from book.wording.compose import NOT_MOVED, Composer, Line, Recipient, Several, Told
from book.wording.utterance import Shown, Utterance
from bot.channels.channel import CanBeAsked, Channel, Part
from bot.dispatch import days, showing
from bot.dispatch.linking import Linked, Linking
from bot.dispatch.references import References, asks_another_setting, is_about_several
from storage.claiming import NewDelivery
from storage.conversations import Offered
from storage.outbox import Sent, Waiting
from storage.private_links import NewLink

# What would be changed is still on the wire: look again shortly.
_SHORTLY = timedelta(seconds=2)
_MOST_TOGETHER = 12
_CHOICES_COUNT_FOR = timedelta(days=2)
_A_NIGHT = timedelta(hours=18)


@dataclass(slots=True)
class Composed:
    """What one claim comes to: messages to send, notices that ended, notices to look at again."""

    deliveries: list[NewDelivery] = field(default_factory=list)
    offered: list[tuple[PersonId | None, Offered]] = field(default_factory=list)
    ended: dict[NoticeId, tuple[NoticeState, Reason]] = field(default_factory=dict)
    later: list[NoticeId] = field(default_factory=list)
    unserved: list[NoticeId] = field(default_factory=list)
    held: list[tuple[Waiting, Reason]] = field(default_factory=list)
    held_notes: dict[NoticeId, Entry] = field(default_factory=dict)  # whose authors are told of it
    until_signed_in: list[tuple[Waiting, Address]] = field(default_factory=list)
    pictures_follow: list[tuple[Waiting, Entry]] = field(default_factory=list)  # the words go without them
    links: list[NewLink] = field(default_factory=list)  # that stand in these messages
    pages_change: list[tuple[Waiting, NoticeId, Entry]] = field(default_factory=list)  # because of what is taken back
    # What goes to another address of hers as well, because what it is about went there by this message.
    also_at: list[tuple[Waiting, DeliveryId, AddressId]] = field(default_factory=list)
    until_she_writes: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that cannot leave until its hearer writes, and what is said to wait for her, if anything is."""

    waiting: Waiting
    address: Address
    announced: Announcement | None
    ring: tuple[str, str] = ("", "")  # a setting and its telephone


def _to_ring(entry: Entry, circle: Circle) -> tuple[str, str]:
    """Of what is urgent and comes from a setting, which that is and its telephone."""
    from_setting = entry.urgent and entry.author_role in STAFF and entry.author_setting is not None
    setting = circle.settings.get(entry.author_setting) if from_setting and entry.author_setting is not None else None
    return ("", "") if setting is None else (setting.name, setting.telephone)


def _is_over(said: Said, found: References) -> bool:
    """Whether what it tells of was taken back, or somebody has answered that she has read it."""
    told = [found.entries[each] for each in said.tells]
    return any(not each.is_live or found.seen.get(each.id) for each in told)


def _belongs(person: PersonId | None, circle: Circle | None, now: datetime) -> bool:
    return person is not None and circle is not None and circle.membership(person, now) is not None


class Composing:
    """Everything that composing needs and that does not change from claim to claim."""

    def __init__(
        self,
        composer: Composer,
        channels: Mapping[tuple[str, str], Channel],
        *,
        new_token: Callable[[], str],
        linking: Linking,
    ) -> None:
        self._composer = composer
        self._linking = linking
        self.zone = composer.zone
        self._in_text = composer.in_text()
        self._channels = channels
        self._new_token = new_token

    @property
    def accounts(self) -> Collection[tuple[str, str]]:
        """The channels and accounts through which anything can leave."""
        return self._channels.keys()

    def _for(self, address: Address) -> Composer:
        """Where there are no buttons, the sentences made for plain text."""
        return self._composer if address.has_buttons else self._in_text

    def serves(self, address: Address) -> bool:
        return (address.channel, address.account) in self._channels

    def can_be_asked(self, address: Address) -> bool:
        """Whether the platform says afterwards what it was given."""
        return isinstance(self._channels.get((address.channel, address.account)), CanBeAsked)

    def time_of(self, at: datetime) -> str:
        """A civil time as the book writes it."""
        return self._composer.time_of(at)

    def repeated(self, part: str) -> str:
        """The part of a message that may have arrived, marked as such."""
        kept = Part.from_json(part)
        text = self._composer.repeated(kept.text)
        shift = len(text) - len(kept.text)
        styles = tuple((start + shift, length, style) for start, length, style in kept.styles)
        return replace(kept, text=text, styles=styles).to_json()

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
        disclosure = what_may_be_said(address, now)
        if not self._may_leave(address, lead, disclosure, found, now, into):
            return False
        match lead.notice:
            case Said(fixed=False) | OfTheDay() if isinstance(disclosure, Nudge) and lead.child is not None:
                return self._say(address, lead, self._composer.nudged(lead.notice), into, now)
            case Relay() | Correction():
                return self._relay(address, lead, waiting, found, now, into)
            case Acknowledgement():
                utterance = self._for(address).acknowledgement(
                    self._lines(lead.id, lead.person, found, now),
                    disclosure,
                    now,
                    notice=lead.id,
                    move=_moved(lead.notice, lead.person, found, now),
                    several=self._several(lead.id, lead.person, found, now),
                )
                return self._say(address, lead, utterance, into, now)
            case AcknowledgementChanged():
                return self._change_acknowledgement(address, lead, lead.notice, found, now, into)
            case Recall():
                return self._recall(address, lead, found, now, into)
            case Explanation(entry):
                explanation = self._explain(found.entries[entry], lead.person, found, now)
                return self._say(address, lead, explanation, into, now)
            case WhichChild(among=among):
                hers = [child for child in among if _belongs(lead.person, found.circles.get(child), now)]
                called = told_apart(found.circles[child] for child in hers)
                names = [(child, called[child]) for child in hers]
                question = self._for(address).which_child(names, disclosure, lead.notice) if names else None
                return self._say(address, lead, question, into, now)
            case Said():
                return self._sentence(address, lead, lead.notice, found, now, into)
            case PressAnswered() | GroupLeft():
                into.deliveries.append(self._without_words(address, lead, lead.notice))
                return True
            case OfTheDay():
                return self._of_the_day(address, lead, lead.notice, found, now, into)
            case _:
                assert_never(lead.notice)

    def _without_words(self, address: Address, lead: Waiting, notice: PressAnswered | GroupLeft) -> NewDelivery:
        if isinstance(notice, GroupLeft):
            return self._bare(lead, address, Act.LEAVE, (None,))
        answer = self._bare(lead, address, Act.ANSWER_PRESS, (notice.press,))
        return replace(answer, texts=(Part(self._composer.words(notice.key)).to_json(),))

    def _may_leave(
        self, address: Address, lead: Waiting, disclosure: Disclosure, found: References, now: datetime, into: Composed
    ) -> bool:
        """Whether this leaves now; where it does not, it has ended or waits."""
        refusal = self._refusal(lead, disclosure, found, now)
        if not _may_stand_on(address, lead, now):
            self._not_on_this_screen(address, lead, into)
        elif refusal is not None:
            into.ended[lead.id] = refusal
        elif isinstance(disclosure, Nudge) and disclosure.is_closed and _must_wait(lead, address):
            into.until_she_writes.append(self._held(address, lead, found, now))
        else:
            return True
        return False

    def _held(self, address: Address, lead: Waiting, found: References, now: datetime) -> Held:
        told = _told_by(lead.notice)
        entry = None if told is None else found.entries[told]
        circle = None if entry is None else found.circles[entry.child]
        me = None if circle is None or lead.person is None else circle.membership(lead.person, now)
        what = announcement(
            lead.notice,
            lane=lead.lane,
            occasion=lead.occasion,
            entry=entry,
            reader=lead.person,
            role=None if me is None else me.role,
        )
        ring = ("", "") if entry is None or circle is None else _to_ring(entry, circle)
        return Held(lead, address, what, ring)

    def _announce(
        self,
        address: Address,
        lead: Waiting,
        said: Said,
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        """That something waits; nothing once it need not wait any more."""
        if address.is_open(now):
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        language = found.languages.get(lead.person, "en") if lead.person is not None else "en"
        return self._say(address, lead, self._composer.announced(said, language), into, now)

    def must_wait(self, address: Address, carried: Sequence[Waiting], now: datetime) -> bool:
        """Whether what was composed for this address cannot leave now, because it is closed until she writes."""
        said = what_may_be_said(address, now)
        return isinstance(said, Nudge) and said.is_closed and any(_must_wait(each, address) for each in carried)

    def _sentence(
        self, address: Address, lead: Waiting, said: Said, found: References, now: datetime, into: Composed
    ) -> bool:
        """A sentence of the catalogue; one that changes an earlier takes its place where the platform can."""
        if said.announces:
            return self._announce(address, lead, said, found, now, into)
        if said.pictures_of is not None:
            return self._pictures(address, lead, found.entries[said.pictures_of], found, now, into)
        shown = [each for each in found.sent.get(said.changes, ()) if each.address == address.id]
        said = said if self._stands(lead, found, now) else Said("paper.changed")
        utterance = self._for(address).said(_with_file(said, address, found))
        if shown and address.can_change:
            target = shown[-1].provider_id
            return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=target)
        if said.only_in_place and not shown:
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        return self._say(address, lead, utterance, into, now)

    def _stands(self, waiting: Waiting, found: References, now: datetime) -> bool:
        """Whether everybody who is to hold these words may know all of them as things stand now."""
        notice = waiting.notice
        if not isinstance(notice, Said):
            return True
        holding = [each for each in (waiting.person, *notice.readers) if each is not None]
        entries = [found.entries[each] for each in notice.tells]
        return all(
            entry.is_live and may_know(entry.note, each, found.circles[entry.child], now)[0]
            for entry in entries
            for each in holding
        )

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
        closes = isinstance(lead.notice, Said) and lead.notice.closes
        if isinstance(disclosure, Silence):
            if not closes and not isinstance(lead.notice, Recall | PressAnswered | GroupLeft):
                return NoticeState.WITHHELD, disclosure.reason
        elif closes:
            return NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY  # Messages go there again.
        return self._second_look(lead, found, now)

    def why_not(self, waiting: Waiting, found: References, now: datetime) -> tuple[NoticeState, Reason] | None:
        """Why this may not be told to its hearer any more, wherever she is reached; None if it may."""
        return self._second_look(waiting, found, now)

    def _second_look(self, waiting: Waiting, found: References, now: datetime) -> tuple[NoticeState, Reason] | None:
        """Rule 9: memberships and sharing count as they stand when the message leaves."""
        notice = waiting.notice
        if (told := _told_by(notice)) is not None:
            entry = found.entries[told]
            if not entry.is_live or entry.text is None:
                reason = Reason.MOVED if entry.state is EntryState.MOVED else Reason.UNDONE
                return NoticeState.WITHDRAWN, reason
            assert waiting.person is not None
            allowed, reason = may_know(entry.note, waiting.person, found.circles[entry.child], now)
            return None if allowed else (NoticeState.WITHHELD, reason)
        if isinstance(notice, Said) and notice.fixed:
            return None
        if isinstance(notice, Said) and notice.unless_seen and _is_over(notice, found):
            return NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY
        if isinstance(notice, PressAnswered | GroupLeft | Recall):
            return None  # They tell nothing; a recall must reach even somebody who belongs no more.
        if waiting.person is None or waiting.person not in found.belonging:
            return NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE
        if waiting.child is not None and not _belongs(waiting.person, found.circles.get(waiting.child), now):
            return NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE
        if isinstance(notice, Explanation):
            entry = found.entries[notice.entry]
            allowed, reason = may_know(entry.note, waiting.person, found.circles[entry.child], now)
            return None if allowed else (NoticeState.WITHHELD, reason)
        return None

    def why_not_as_it_is(
        self,
        address: Address,
        carried: Sequence[Waiting],
        found: References,
        now: datetime,
        since: datetime,
        act: Act,
        pictures: Collection[int] = (),
        tells: Collection[EntryId] = (),
    ) -> tuple[NoticeState, Reason] | None:
        """Why a message composed at ``since`` may not leave as it is, with what stands in it; None if it may."""
        disclosure = what_may_be_said(address, now)
        for entry in (found.entries[each] for each in tells):
            reader = carried[0].person if carried else None
            if not entry.is_live or (entry.revision > 1 and entry.revised_at >= since):
                return NoticeState.WITHDRAWN, Reason.CORRECTED
            if reader is None or not may_know(entry.note, reader, found.circles[entry.child], now)[0]:
                return NoticeState.WITHHELD, Reason.PERMISSION_ENDED
        if pictures and not set(pictures) <= _may_be_shown(carried, found, now):
            return NoticeState.WITHHELD, Reason.OTHERS_IN_IT
        for each in carried:
            if not _may_stand_on(address, each, now):
                return NoticeState.WITHHELD, Reason.NOBODY_SIGNED_IN
            refusal = self._refusal(each, disclosure, found, now)
            if refusal is not None:
                return refusal
            # At the same instant counts too: which of the two came first nobody can say.
            if any(_revised_since(entry, since) for entry in _tells_of(each, found)):
                return NoticeState.WITHDRAWN, Reason.CORRECTED
            if not self._stands(each, found, now):
                return NoticeState.WITHHELD, Reason.PERMISSION_ENDED
            if not all(_belongs(each.person, found.circles.get(child), now) for child in _names(each, found)):
                return NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE
            if each.person is not None and _has_left_since(each.person, found, since):
                # Who of hers is not in is named beside what she wrote, and may be no business of hers any more.
                return NoticeState.WITHHELD, Reason.NOT_IN_CIRCLE
            if isinstance(each.notice, Recall) and act is Act.CHANGE:
                # It says again what was told beside what is taken back.
                sent = found.sent.get(each.notice.told, ())
                again = self._left_standing(sent, each.notice, each.person, found, now)
                if len(again) < len(self._told_beside(sent, each.notice, found)):
                    return NoticeState.WITHHELD, Reason.PERMISSION_ENDED
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
        assert isinstance(lead.notice, Relay | Correction)
        told = found.entries[lead.notice.entry]
        is_with_others = lead.occasion in (Occasion.PAGE, Occasion.HANDOVER) and not told.has_files
        if is_with_others and isinstance(what_may_be_said(address, now), Words):
            return self._together(address, lead, waiting, found, now, into)
        if lead.occasion is Occasion.MORNING and isinstance(what_may_be_said(address, now), Words):
            news = self._of_one_occasion(address, lead, waiting, found, now, into)
            if len({each.child for each in news}) > 1:
                return self._morning(address, lead, news, found, now, into)
        if isinstance(lead.notice, Relay) and lead.lane is not Lane.URGENT and not told.has_files:
            for each in waiting:
                if (
                    each.id != lead.id
                    and isinstance(each.notice, Relay)
                    and not found.entries[each.notice.entry].has_files
                    and each.child == lead.child
                    and each.lane is lead.lane
                    and len(together) < _MOST_TOGETHER
                    and each.id not in into.ended
                    and self._refusal(each, what_may_be_said(address, now), found, now) is None
                ):
                    together.append(each)
        if not isinstance(lead.notice, Relay) or not self._linking.takes_pictures(address, now):
            return self._say(address, lead, self._told(together, found, now, address), into, now, carries=together)
        shown = showing.to_show(told, lead.person, found, now)
        if showing.is_more_expected(told, lead.person, found, now):
            # All of them together later, rather than some now: the words have waited for as long as they may.
            shown = ()
            into.pictures_follow.append((lead, told))
        elif not shown and told.has_files and told.text is not None and not told.text.words.strip():
            # It was its picture, and that never came or is not for her.
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        is_shown = bool(shown) and self._shows(address, shown)
        utterance = self._told(together, found, now, address, is_shown=is_shown)
        linked = self._with_pictures(address, lead, told, utterance, shown, found, now)
        return self._say(address, lead, linked.utterance, into, now, carries=together, linked=linked)

    def _together(
        self,
        address: Address,
        lead: Waiting,
        waiting: Sequence[Waiting],
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        """All that is free to go at this occasion about this child, as one message: a page of the day, a handover."""
        assert lead.person is not None
        assert lead.child is not None
        together = [
            each for each in self._of_one_occasion(address, lead, waiting, found, now, into) if each.child == lead.child
        ]
        told = [found.entries[each.notice.entry] for each in together if isinstance(each.notice, Relay)]
        reader = days.Reader(lead.person, lead.child, now, frozenset(each.id for each in told))
        composer = self._for(address)
        utterance: Utterance | None = None
        tells: tuple[EntryId, ...] = ()
        if lead.occasion is Occasion.PAGE:
            page, tells = days.page(reader, days.days_of(told, self.zone), found, now, self.zone)
            utterance = composer.page(page) if page is not None else None
        else:
            day = self._composer.day_of(now)
            handover, tells = days.handover(reader, day, found, now, self.zone)
            if handover is not None and {each.id for each in told} <= {*tells}:
                utterance = composer.handover(handover)
        if utterance is None or not tells:
            # What is left over from another day, or has no words, is told for itself.
            return self._say(address, lead, self._told(together, found, now, address), into, now, carries=together)
        beneath = [self._as_told(entry, lead.person, found, now) for entry in told]
        utterance = replace(utterance, choices=self._composer.beneath(beneath))
        return self._say(address, lead, utterance, into, now, carries=together, tells=tells)

    def _of_one_occasion(
        self,
        address: Address,
        lead: Waiting,
        waiting: Sequence[Waiting],
        found: References,
        now: datetime,
        into: Composed,
    ) -> list[Waiting]:
        """What is free to go with ``lead``, itself included, and may; pictures go with their own words."""
        return [
            each
            for each in waiting
            if isinstance(each.notice, Relay)
            and (each.occasion, each.lane) == (lead.occasion, lead.lane)
            and not found.entries[each.notice.entry].has_files
            and each.id not in into.ended
            and (each.id == lead.id or self._refusal(each, what_may_be_said(address, now), found, now) is None)
        ]

    def _morning(
        self,
        address: Address,
        lead: Waiting,
        news: Sequence[Waiting],
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        """The list of what is new, with a button for what is to be confirmed; it is about no child alone."""
        assert lead.person is not None
        told = [found.entries[each.notice.entry] for each in news if isinstance(each.notice, Relay)]
        utterance = self._morning_list(address, lead.person, told, found, now)
        return self._say(address, replace(lead, child=None), utterance, into, now, carries=news)

    def _morning_list(
        self, address: Address, reader: PersonId, told: Sequence[Entry], found: References, now: datetime
    ) -> Utterance:
        said = self._for(address).morning(days.morning(reader, told, found, now, self.zone))
        asking = [self._as_told(each, reader, found, now) for each in told]
        return replace(said, choices=self._composer.to_confirm(asking))

    def _of_the_day(
        self, address: Address, lead: Waiting, notice: OfTheDay, found: References, now: datetime, into: Composed
    ) -> bool:
        """The day so far, for who asked; a page that was sent is changed to how it stands now."""
        assert lead.person is not None
        composer = self._for(address)
        if notice.occasion is Occasion.MORNING:
            new = days.new_since(lead.person, lead.made_at - _A_NIGHT, found, now)
            said = self._morning_list(address, lead.person, new, found, now)
            return self._say(address, lead, said, into, now, tells=[each.id for each in new])
        assert lead.child is not None
        if notice.changes:
            sent = [each for each in found.sent.get(notice.changes, ()) if each.address == address.id]
            if not sent or not address.can_change:
                into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
                return False
            utterance, tells = self._page_again(sent[-1], lead.person, lead.child, found, now, composer)
            if utterance is None:
                into.deliveries.append(self._bare(lead, address, Act.TAKE_BACK, (sent[-1].provider_id,)))
                return True
            target = sent[-1].provider_id
            return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=target, tells=tells)
        reader = days.Reader(lead.person, lead.child, now)
        nothing = composer.nothing_of(found.circles[lead.child].child.name, notice.day)
        if notice.occasion is Occasion.HANDOVER:
            handover, tells = days.handover(reader, notice.day, found, now, self.zone)
            said = composer.handover(handover) if handover is not None else nothing
        else:
            page, tells = days.page(reader, {notice.day}, found, now, self.zone, is_whole=True)
            said = composer.page(page) if page is not None else nothing
        return self._say(address, lead, said, into, now, tells=tells)

    def _page_again(
        self, sent: Sent, reader: PersonId, child: ChildId, found: References, now: datetime, composer: Composer
    ) -> tuple[Utterance | None, tuple[EntryId, ...]]:
        """A page that was sent, as it stands now; nothing that came after it is put on it."""
        told = [found.entries[found.told[each]] for each in sent.carries if each in found.told]
        of = days.Reader(reader, child, sent.sent_at, frozenset(each.id for each in told))
        page, tells = days.page(of, days.days_of(told, self.zone), found, now, self.zone)
        return (composer.page(page) if page is not None else None), tells

    def _pictures(
        self, address: Address, lead: Waiting, entry: Entry, found: References, now: datetime, into: Composed
    ) -> bool:
        """What went without its pictures is answered with them."""
        only = lead.notice.pictures if isinstance(lead.notice, Said) else ()
        shown = showing.to_show(entry, lead.person, found, now, only=only)
        if showing.is_more_expected(entry, lead.person, found, now):
            into.later.append(lead.id)
            return False
        if not shown or not self._linking.takes_pictures(address, now):
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        told = [each.provider_id for each in found.sent.get(NoticeId(lead.cause), ()) if each.address == address.id]
        utterance = self._for(address).pictures_of(self._as_told(entry, lead.person, found, now), now)
        linked = self._with_pictures(address, lead, entry, utterance, shown, found, now)
        reply_to = told[0] if told else None
        return self._say(address, lead, linked.utterance, into, now, reply_to=reply_to, linked=linked)

    def _shows(self, address: Address, shown: Sequence[Shown]) -> bool:
        """Whether these can be shown there: where one is too large for the platform, a link leads to all."""
        most = self._channels[(address.channel, address.account)].abilities.largest_file
        return address.shows_pictures and all(most is None or each.size <= most for each in shown)

    def _with_pictures(
        self,
        address: Address,
        lead: Waiting,
        entry: Entry,
        utterance: Utterance,
        shown: tuple[Shown, ...],
        found: References,
        now: datetime,
    ) -> Linked:
        """The words with their pictures, or where none can be shown with a link to them."""
        if not shown or self._shows(address, shown):
            return Linked(replace(utterance, pictures=shown))
        told = self._as_told(entry, lead.person, found, now)
        return self._linking.instead(address, lead.id, told, utterance, shown, showing.which(shown, found), now)

    def _told(
        self,
        together: Sequence[Waiting],
        found: References,
        now: datetime,
        address: Address,
        *,
        is_shown: bool = False,
    ) -> Utterance:
        told = []
        for each in together:
            assert isinstance(each.notice, Relay | Correction)
            told.append(
                self._as_told(
                    found.entries[each.notice.entry],
                    each.person,
                    found,
                    now,
                    corrected=isinstance(each.notice, Correction),
                    is_shown=is_shown,
                )
            )
        return self._for(address).relay(told, what_may_be_said(address, now), now)

    def _as_told(
        self,
        entry: Entry,
        reader: PersonId | None,
        found: References,
        now: datetime,
        *,
        corrected: bool = False,
        is_shown: bool = False,
    ) -> Told:
        circle = found.circles[entry.child]
        author = circle.person(entry.author)
        me = circle.membership(reader, now) if reader is not None else None
        return Told(
            entry=entry,
            child=circle.child.name,
            author=author.name if author is not None else "",
            answers_reader=entry.answered is not None and entry.answered.author == reader,
            corrected=corrected,
            is_shown=is_shown,
            asks_seen=me is not None and is_to_confirm(entry, me.role),
            asks_noted=self._to_be_noted(entry, reader, circle),
            told_by=name_of(entry.told_by, circle),
            let_answer=_may_let_answer(entry, reader, circle, now, self.zone),
            manager=_to_check_with(entry, reader, circle, now),
            ring=_to_ring(entry, circle),
            asks_to_collect=any(each.topic is Topic.ATTENDANCE for each in entry.subjects),
        )

    def _to_be_noted(self, entry: Entry, reader: PersonId | None, circle: Circle) -> str:
        """What the reader's own setting is asked to note with this entry, if anything."""
        kept = entry.text.timetable if entry.text is not None else ""
        setting = kept.partition(";")[0]
        staff = any(m.person.id == reader and str(m.setting) == setting and m.role in STAFF for m in circle.memberships)
        return kept if kept and staff else ""

    # --- acknowledgements -------------------------------------------------------------------------------------------

    def _lines(
        self, acknowledgement: NoticeId, author: PersonId | None, found: References, now: datetime
    ) -> list[Line]:
        lines = []
        for entry in sorted(found.acknowledged.get(acknowledgement, ()), key=lambda each: each.id):
            circle = found.circles[entry.child]
            if not _belongs(author, circle, now):
                continue
            setting = circle.settings.get(entry.author_setting) if entry.author_setting is not None else None
            lines.append(
                Line(
                    entry=entry,
                    child=circle.child.name,
                    recipients=self._recipients(entry, found, now),
                    setting=setting.name if setting is not None else "",
                    telephone=setting.telephone if setting is not None else "",
                    seen=tuple(
                        (person.name, at)
                        for reader, at in found.seen.get(entry.id, ())
                        if (person := circle.person(reader)) is not None
                    ),
                    told_by=name_of(entry.told_by, circle),
                    other_parents=any(each.person.id != entry.author for each in circle.parents(now)),
                    photos=showing.spoken_of(entry, found, now),
                )
            )
        return lines

    def _several(
        self, acknowledgement: NoticeId, author: PersonId | None, found: References, now: datetime
    ) -> Several | None:
        """How the author's own children stand on the day of a note about several; None where it was about one."""
        about = found.acknowledged.get(acknowledgement, ())
        if author is None or not is_about_several(about):
            return None
        around = [found.circles[each] for each in sorted(found.own.get(author, ())) if each in found.circles]
        person = next((each for circle in around if (each := circle.person(author)) is not None), None)
        name = person.name if person is not None else ""
        if not has_her_own(around, author, now):
            return Several(name)
        own = her_own(around, author, now)
        day = self._composer.day_of(min(each.happened_at for each in about))
        here = {each.child.id for each in in_today(own, author, day, now)}
        written = {each.child for each in about}
        not_in = tuple(each.child.name for each in own if each.child.id not in here | written)
        return Several(name, frozenset(here), not_in)

    def _recipients(self, entry: Entry, found: References, now: datetime) -> tuple[Recipient, ...]:
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
            # Who had it had it; who has left or was shut out before is spoken of no more.
            if member is None or (each.state is not NoticeState.TOLD and not _belongs(each.person, circle, now)):
                continue
            unreachable = each.state is NoticeState.WAITING and each.person not in found.reachable
            if (unreachable or each.reason is Reason.NO_ADDRESS) and member.role in GUESTS:
                continue  # She was given a slip and has not used it: nobody tells her in person.
            recipients.append(
                Recipient(
                    name=member.person.name,
                    is_parent=member.role.value in ("parent", "family"),
                    state=NoticeState.WITHHELD if unreachable else each.state,
                    reason=Reason.NO_ADDRESS if unreachable else each.reason,
                    pronoun=member.person.pronoun,
                    at=each.not_before,
                    setting=member.setting,
                    setting_name="" if member.setting not in circle.settings else circle.name_of(member.setting),
                    closed=self._closed(entry, member, circle, now),
                    can_change=_who_can_change(entry, member, circle, now),
                    away=self._away(member, absent, circle, each.not_before),
                    person=each.person,
                    sees=showing.has_seen_or_will(entry, each.person, each.state, found, now),
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

    @staticmethod
    def _closed(entry: Entry, member: Membership, circle: Circle, now: datetime) -> frozenset[Group]:
        """Of what the entry is about, the groups that parents do not let travel to this member's setting."""
        if member.setting is None or member.role not in STAFF or not entry.subjects:
            return frozenset()
        needed = groups_needed(entry.subjects) | ({Group.PHOTOS} if entry.has_picture else frozenset())
        source = entry.author_setting if entry.author_role in STAFF else HOME
        return needed - (travels(circle, source, member.setting, now, writer=entry.author) or frozenset())

    def _change_acknowledgement(
        self,
        address: Address,
        lead: Waiting,
        changed: AcknowledgementChanged,
        found: References,
        now: datetime,
        into: Composed,
    ) -> bool:
        acknowledgement, disclosure = changed.acknowledgement, what_may_be_said(address, now)
        if changed.confirmed and not address.can_change:
            lines = self._lines(acknowledgement, lead.person, found, now)
            told = [line for line in lines if line.entry.id in changed.confirmed]
            return self._say(address, lead, self._for(address).confirmed(told, disclosure), into, now)
        if changed.held and not address.can_change:
            lines = self._lines(acknowledgement, lead.person, found, now)
            held = [line for line in lines if line.entry.id in changed.held]
            return self._say(address, lead, self._for(address).held(held, disclosure), into, now)
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
            self._lines(acknowledgement, lead.person, found, now),
            disclosure,
            now,
            notice=acknowledgement,
            move=_moved(known[0], lead.person, found, now),
            several=self._several(acknowledgement, lead.person, found, now),
        )
        if utterance is not None and isinstance(disclosure, Words):
            utterance = self._composer.beside(utterance, self._responses(acknowledgement, lead.person, found, now))
        return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=sent[-1].provider_id)

    @staticmethod
    def _responses(
        acknowledgement: NoticeId, author: PersonId | None, found: References, now: datetime
    ) -> list[tuple[str, Response]]:
        """Who responded to what an acknowledgement speaks of, where both of them still belong."""
        said: list[tuple[str, Response]] = []
        for entry in found.acknowledged.get(acknowledgement, ()):
            circle = found.circles[entry.child]
            if not entry.is_live or not _belongs(author, circle, now):
                continue
            for each in found.responses.get(entry.id, ()):
                member = circle.membership(each.person, now)
                if member is not None:
                    said.append((member.person.name, each))
        return said

    def _explain(self, entry: Entry, reader: PersonId | None, found: References, now: datetime) -> Utterance:
        """Its author reads who was not told as well; to others that would tell what she, or a parent, chose."""
        circle = found.circles[entry.child]
        recipients = self._recipients(entry, found, now)
        me = circle.membership(reader, now) if reader is not None else None
        if me is not None and me.role in GUESTS:
            # Who else stands around the child is not hers to list: only who has what she wrote herself.
            heard = (NoticeState.WAITING, NoticeState.TOLD)
            mine = [each for each in recipients if each.state in heard and entry.author == reader]
            return self._composer.explanation(Line(entry, circle.child.name, tuple(mine), ""), (), {}, now)
        hears = [each.person for each in found.standings.get(entry.id, ()) if each.kind is Kind.RELAY]
        verdicts = choose_audience(entry.note, circle, now, first=lambda _: hears)
        reasons = {each.member.person.name: each.reason for each in verdicts}
        noes = [(each.member.person.name, each.reason) for each in verdicts if not each.told]
        if reader != entry.author:
            noes = []
            recipients = tuple(each for each in recipients if each.state in {NoticeState.WAITING, NoticeState.TOLD})
        line = Line(entry, circle.child.name, recipients, "")
        return self._composer.explanation(line, noes, reasons, now)

    # --- recalls ----------------------------------------------------------------------------------------------------

    def _recall(self, address: Address, lead: Waiting, found: References, now: datetime, into: Composed) -> bool:
        notice = lead.notice
        assert isinstance(notice, Recall)
        sent = [each for each in found.sent.get(notice.told, ()) if each.address == address.id]
        if not sent:
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        self._pages_with_it(lead, notice, sent, found, into)
        can = address.take_back_for is not None and now - sent[0].sent_at <= address.take_back_for
        if not can and isinstance(disclosure := what_may_be_said(address, now), Silence):
            into.ended[lead.id] = (NoticeState.WITHHELD, disclosure.reason)  # It would be one more message there.
            return False
        if not can:
            return self._say(address, lead, self._ignore(address, lead, notice, sent[0].sent_at, found), into, now)
        if sent[0].occasion is Occasion.PAGE and address.can_change and lead.person is not None:
            composer, child = self._for(address), found.entries[notice.entry].child
            page, tells = self._page_again(sent[-1], lead.person, lead.child or child, found, now, composer)
            if page is not None:
                target = sent[-1].provider_id
                return self._say(address, lead, page, into, now, act=Act.CHANGE, target=target, tells=tells)
        left = self._left_standing(sent, notice, lead.person, found, now)
        if lead.person is not None and address.can_change and len({each.child for each in left}) > 1:
            target = sent[-1].provider_id
            listed = self._morning_list(address, lead.person, left, found, now)
            return self._say(address, replace(lead, child=None), listed, into, now, act=Act.CHANGE, target=target)
        if left and address.can_change and len(sent) == 1:
            told = [self._as_told(entry, lead.person, found, now, corrected=False) for entry in left]
            utterance = self._composer.relay(told, what_may_be_said(address, now), now)
            return self._say(address, lead, utterance, into, now, act=Act.CHANGE, target=sent[0].provider_id)
        into.deliveries.append(self._bare(lead, address, Act.TAKE_BACK, tuple(each.provider_id for each in sent)))
        return True

    def _pages_with_it(
        self, lead: Waiting, notice: Recall, sent: Sequence[Sent], found: References, into: Composed
    ) -> None:
        """A page on which it stands too, though it was told of otherwise, is changed after it."""
        if lead.person is None or lead.child is None:
            return
        entry, by_page = found.entries[notice.entry], {each.lead for each in sent}
        for page, sent_at in found.pages.get((lead.person, lead.child), ()):
            if page not in by_page and entry.filed_at <= sent_at:
                into.pages_change.append((lead, page, entry))

    def _ignore(
        self, address: Address, lead: Waiting, notice: Recall, sent_at: datetime, found: References
    ) -> Utterance:
        """To a family that was told of another's child by a setting, whom to ring as well."""
        entry = found.entries[notice.entry]
        circle = found.circles[entry.child]
        member = next((each for each in circle.memberships if each.person.id == lead.person), None)
        setting = circle.settings.get(entry.author_setting) if entry.author_setting is not None else None
        is_family = member is not None and member.role in (Role.PARENT, Role.FAMILY)
        is_another_families = entry.state is EntryState.MOVED and entry.author_role in STAFF and is_family
        if not is_another_families or setting is None or not setting.telephone:
            return self._for(address).ignore(sent_at)
        return self._for(address).ignore(sent_at, of_another=True, setting=setting.name, telephone=setting.telephone)

    def _left_standing(
        self, sent: Sequence[Sent], notice: Recall, reader: PersonId | None, found: References, now: datetime
    ) -> list[Entry]:
        """What else the recalled message told of, if that still stands and its reader may still know it (rule 9)."""
        return [
            each
            for each in self._told_beside(sent, notice, found)
            if each.is_live
            and each.text is not None
            and reader is not None
            and may_know(each.note, reader, found.circles[each.child], now)[0]
        ]

    def _told_beside(self, sent: Sequence[Sent], notice: Recall, found: References) -> list[Entry]:
        others = {each for message in sent for each in message.carries if each != notice.told}
        return [found.entries[found.told[each]] for each in sorted(others) if each in found.told]

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
        reply_to: str | None = None,
        linked: Linked | None = None,
        tells: Sequence[EntryId] = (),
    ) -> bool:
        if utterance is None:
            into.ended[lead.id] = (NoticeState.WITHDRAWN, Reason.NOTHING_TO_SAY)
            return False
        tokens = [self._new_token() for _ in utterance.choices]
        parts = self._channels[(address.channel, address.account)].parts(utterance, tokens)
        if linked is not None and linked.link is not None:
            into.links.append(linked.link)
            parts = tuple(replace(each, linked=linked.copies) for each in parts)
        if tells:
            parts = tuple(replace(each, tells=tuple(tells)) for each in parts)
        if lead.person is not None or (isinstance(lead.notice, Said) and lead.notice.fixed):
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
                        expires_at=now
                        + (CHOICE_LAPSES_AFTER if labelled.choice.offer in LAPSE_SOON else _CHOICES_COUNT_FOR),
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
                reply_to=reply_to,
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


def _must_wait(waiting: Waiting, address: Address) -> bool:
    """Whether this is said in words of our own, which a platform that is closed until she writes does not take."""
    match waiting.notice:
        case PressAnswered() | GroupLeft():
            return False
        case AcknowledgementChanged(confirmed=confirmed):
            return bool(confirmed) or address.can_change
        case Said(announces=key):
            return not key
        case _:
            return True


def _told_by(notice: Notice) -> EntryId | None:
    """The entry of which this notice tells, in words or by its pictures."""
    match notice:
        case Relay(entry) | Correction(entry):
            return entry
        case Said(pictures_of=entry):
            return entry
    return None


def _may_be_shown(carried: Sequence[Waiting], found: References, now: datetime) -> set[int]:
    """The pictures of what these notices tell of that their hearer may see now."""
    told = [(found.entries[entry], each.person) for each in carried if (entry := _told_by(each.notice)) is not None]
    return {each.media for entry, person in told for each in showing.to_show(entry, person, found, now)}


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


def _tells_of(waiting: Waiting, found: References) -> Collection[Entry]:
    """The entries of which this notice is the first to tell its hearer as they stand."""
    match waiting.notice:
        case Relay(entry) | Correction(entry):
            return (found.entries[entry],)
        case Acknowledgement():
            return found.acknowledged.get(waiting.id, ())
        case _:
            # A line that is changed is on her screen already, and whatever was revised has a change of its own coming.
            return ()


def _names(waiting: Waiting, found: References) -> set[ChildId]:
    """The children that this notice names without telling of an entry of theirs to one of its readers."""
    match waiting.notice:
        case Acknowledgement(wrong=wrong):
            shown = waiting.id
        case AcknowledgementChanged(shown, _):
            known = found.acknowledgements.get(shown)
            wrong = known[0].wrong if known is not None else None
        case WhichChild(among=among):
            return set(among)
        case _:
            return set()
    return {each.child for each in found.acknowledged.get(shown, ())} | ({wrong} if wrong is not None else set())


def _has_left_since(person: PersonId, found: References, since: datetime) -> bool:
    """Whether anything about where she stands has changed since then, among the children named beside her note."""
    return any(
        line.since >= since and line.standing is not Standing.LIVE
        for child in found.own.get(person, ())
        if (circle := found.circles.get(child)) is not None
        for line in circle.memberships
        if line.person.id == person
    )


def _moved(
    acknowledgement: Acknowledgement, reader: PersonId | None, found: References, now: datetime
) -> Acknowledgement:
    """From which child it was moved and who had it there; nothing of a child with whom she is no longer."""
    wrong = acknowledgement.wrong
    return acknowledgement if wrong is None or _belongs(reader, found.circles.get(wrong), now) else NOT_MOVED


def _who_can_change(entry: Entry, member: Membership, circle: Circle, now: datetime) -> str:
    """The one parent who has chosen for this way, or the only one; nobody where a name would tell who refused."""
    parents = {each.person.id: each.person.name for each in circle.parents(now)}
    chosen = newest_by_chooser(circle.choices, entry.author_setting, member.setting)
    choosers = [name for person, name in parents.items() if person in chosen]
    if len(parents) == 1:
        return next(iter(parents.values()))
    return choosers[0] if len(choosers) == 1 else ""


def _may_let_answer(
    entry: Entry, reader: PersonId | None, circle: Circle, now: datetime, zone: ZoneInfo
) -> tuple[tuple[int, str], ...]:
    """For a parent who reads a setting's question that another may not have: who would answer it now, this once."""
    me = circle.membership(reader, now) if reader is not None else None
    if me is None or me.role is not Role.PARENT or not asks_another_setting(entry):
        return ()
    closed = {
        each.member.setting
        for each in choose_audience(entry.note, circle, now)
        if each.reason in (Reason.NOT_SHARED, Reason.NOT_CHOSEN) and each.member.role in STAFF
    }
    return tuple(
        (int(setting), member.person.name)
        for setting in sorted(each for each in closed if each is not None)
        if (member := through_whom(circle, setting, now, zone, waits=not entry.urgent)) is not None
    )


def _to_check_with(entry: Entry, reader: PersonId | None, circle: Circle, now: datetime) -> str:
    """Whom staff check with before they answer a question about who fetched the child, or about the other parent."""
    me = circle.membership(reader, now) if reader is not None else None
    if entry.text is None or not entry.text.asks or me is None or me.role not in STAFF or me.setting is None:
        return ""
    staff = circle.staff_of(me.setting, now)
    manager = next((each for each in staff if each.role is Role.MANAGER), None)
    return (manager or me).person.name


def _revised_since(entry: Entry, since: datetime) -> bool:
    return entry.revision > 1 and entry.revised_at >= since


def _with_file(said: Said, address: Address, found: References) -> Said:
    """The sentence with its file; where none can go or it could not be made, with what is said in its place."""
    is_there = said.document in found.documents
    if not said.document or (is_there and address.takes_files):
        return said
    lines = said.paper or said.lines
    if said.paper and address.takes_files:
        lines = (*lines, ("document.missing", {}))
    return replace(said, document=0, lines=lines)
