"""Everything that handling one message may look at, loaded for many messages in a few statements.

Knows what could matter, not what it means: the deciding is done by whoever is given a :class:`Situation`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, select

from book.calendar import Calendar
from book.deliveries import Act, DeliveryState, InboxState, NoticeState
from book.dialling import e164
from book.disclosure import Address, Assurance
from book.entries import Entry
from book.ids import AddressId, ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.messages import Did, message_key
from book.notices import (
    LAPSE_SOON,
    OF_REMINDERS,
    ONLY_THERE,
    SPEAK_OF_COMPLAINTS,
    SPEAK_OF_DISCLOSURES,
    SPEAK_OF_ENTRIES,
    Kind,
    Offer,
)
from book.people import STAFF, Child, Circle, Membership, Person, Role, Setting, settings_run
from book.pictures import Picture
from book.reasons import Reason
from storage import (
    acknowledgements,
    addresses,
    albums,
    calendars,
    circles,
    claims,
    conversations,
    disclosures,
    echoes,
    entries,
    imports,
    inbox,
    mix_ups,
    notices,
    pictures,
    questions,
    registers,
    reminders,
    rolls,
    schema,
    sharing,
    stops,
    tablets,
)
from storage import knocks as joining
from storage.claims import Claim
from storage.conversations import ASKED_OF_ENTRIES, FACES, FEW_WORDS, REMINDING, Conversation, Offered
from storage.disclosures import Held
from storage.echoes import NO_ECHO, Echo
from storage.entries import Purpose, Shelf
from storage.imports import Import
from storage.inbox import Taken, open_payload
from storage.knocks import Knock
from storage.mix_ups import MixUp
from storage.notices import Standing
from storage.questions import QUESTION_COUNTS_FOR, Question
from storage.registers import InRegister
from storage.rolls import Roll
from storage.rules import Rule
from storage.sharing import OnPaper
from storage.statements import among
from storage.stops import AskedThere, Stop
from storage.tablets import Figures, Tablet
from storage.vault import Vault

RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Gathering:
    """The acknowledgement that is about to go, and when the first message of its burst came."""

    notice: NoticeId
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Replied:
    """What a reply points at: the entries that message told of, and the notices it carried."""

    entries: tuple[Entry, ...] = ()
    acknowledgement: NoticeId | None = None
    own: bool = False  # it is a message of the sender's, whether or not anything was filed from it
    points_at: tuple[Entry, ...] = ()  # what it told of, whether or not she may know it now: an answer goes no further
    is_unknown: bool = False  # nobody can say what it told of: the book does not know the message, or several may be it


@dataclass(frozen=True, slots=True)
class Situation:
    """One message and what the book knows around it, as this transaction finds it."""

    taken: Taken
    address: Address
    person: Person | None
    circles: Mapping[ChildId, Circle] = field(default_factory=dict)
    posts: tuple[Membership, ...] = ()  # what she is in a whole setting, whether or not it has a child yet
    conversation: Conversation = Conversation()
    gathering: Gathering | None = None
    replied: Replied | None = None
    waiting_replied: Mapping[InboxId, Replied] = field(default_factory=dict)  # the same, of messages that wait
    pressed: Offered | None = None
    offered: tuple[Offered, ...] = ()
    recent: tuple[Entry, ...] = ()  # her own of the last two days, newest first
    edited: tuple[Entry, ...] = ()  # what was filed from the message that is edited
    may_wish: bool = True  # whether it is worth while to look if its words are a wish
    edited_gone: bool = False  # something was filed from it that she may not know any more
    edited_waits: Taken | None = None  # the message that is edited, where it waits for an answer
    standings: Mapping[EntryId, Sequence[Standing]] = field(default_factory=dict)
    question: Taken | None = None  # the message of which it was last asked here which child it is about
    unsaid: tuple[tuple[Question, Taken], ...] = ()  # all of which that is not known here yet, the newest first
    acknowledged: Mapping[NoticeId, tuple[Entry, ...]] = field(default_factory=dict)
    spoken_of: Mapping[EntryId, Entry] = field(default_factory=dict)  # what a choice or an open question is about
    reached: tuple[Address, ...] = ()  # every address of hers, where she is reached first; where the roll is loaded
    roll: Roll | None = None  # what is known of the people around her beside the circles, where it is wanted
    # Of which she is still to hear, where it is wanted; for who manages a setting, of which its people are.
    waiting: Mapping[PersonId, tuple[Entry, ...]] = field(default_factory=dict)
    device: Tablet | None = None  # the room's tablet on which it was written; ``person`` is then who writes
    room: Mapping[ChildId, Circle] = field(default_factory=dict)  # with a device: around whoever it stands around
    # For staff: the other children of the settings they work at, in whose books they do not write.
    beside: Mapping[ChildId, Child] = field(default_factory=dict)
    figures: Figures | None = None  # with a device: by which those around it are known there
    kept: tuple[Taken, ...] = ()  # with a device: what was written on it before anybody signed in
    lately: Mapping[ChildId, tuple[Entry, ...]] = field(
        default_factory=dict
    )  # of her children, oldest first, if wanted
    knock: Knock | None = None  # what the message has to do with joining, where it may have to
    claims: tuple[Claim, ...] = ()  # what she may have to decide, where the roll is loaded
    papers: tuple[OnPaper, ...] = ()  # signed by whoever is about to join by any of these
    importing: Import | None = None  # the spreadsheet this is about
    # The settings she works at and those her children are with, where wanted: each with its calendar.
    open_when: Mapping[SettingId, tuple[Setting, Calendar]] = field(default_factory=dict)
    reminders: tuple[Rule, ...] = ()  # what she asked to be reminded of, where it may be spoken of
    seen_by: Mapping[EntryId, frozenset[PersonId]] = field(default_factory=dict)  # of what is ``lately``, where wanted
    registers: tuple[InRegister, ...] = ()  # of the settings she runs, where wanted
    mix_ups: tuple[MixUp, ...] = ()  # of the same, where wanted
    # Of hers, oldest first: what waits for her to say who is in the picture, or what it says; where it may be answered.
    in_doubt: tuple[tuple[Taken, Reason], ...] = ()
    # Of this message, of those that wait here and of what may be put right: what came with them, as far as is known.
    pictures: Mapping[InboxId, tuple[Picture, ...]] = field(default_factory=dict)
    held: Mapping[int, Held] = field(default_factory=dict)  # the disclosures that may be chosen about here
    # Where those around her have stopped messages and nobody has rung them, oldest first; if what waits is looked at.
    stops: tuple[Stop, ...] = ()
    echo: Echo = NO_ECHO  # the code that was sent here, where who writes is not sure
    stopped_on: AskedThere | None = None  # what a stop at this very address may have answered

    def belongs(self, now: datetime) -> bool:
        """Whether the sender stands in any circle or setting now; who does not sees what a stranger sees (rule 5)."""
        person = self.person
        if person is None:
            return False
        return any(each.is_live(now) for each in self.posts) or any(
            circle.membership(person.id, now) is not None for circle in self.circles.values()
        )

    def of_waiting(self, message: InboxId) -> Situation:
        """The situation as it is for a message that waited: what that replied to is what it answers."""
        return replace(self, replied=self.waiting_replied.get(message))


@dataclass(frozen=True, slots=True)
class Wants:
    """What handling one message will need beyond the plain; decided from its words alone."""

    recent: bool = False
    offered: bool = False
    roll: bool = False
    waiting: bool = False
    lately: bool = False
    imported: bool = False  # what is still open of the last spreadsheet
    registers: bool = False  # what her settings have in their registers
    wished: bool = False  # its words may be a wish
    seen: bool = False  # who said of what was written lately that she has read it
    in_doubt: bool = False  # what of hers waits for her to say who is in it
    calendars: bool = False  # when the settings around her are open
    reminders: bool = False  # what she asked to be reminded of


def load(connection: Connection, vault: Vault, taken: Sequence[tuple[Taken, Wants]], now: datetime) -> list[Situation]:
    """A situation for each message, in the same order."""
    messages = [each for each, _ in taken]
    at = {each.id: each for each in addresses.load(connection, vault, ids={m.address for m in messages})}
    devices = tablets.load(connection, {each.person for each in at.values() if each.is_device and each.person})
    on_device = {each.id: devices[each.person] for each in at.values() if each.person in devices}
    # From here on whoever is writing on a device is the sender, and nothing below needs to know of it.
    at = {
        each: replace(address, person=on_device[each].writer_now(now) or address.person)
        if each in on_device
        else address
        for each, address in at.items()
    }
    writers = {each.person for each in at.values() if each.person is not None}
    people = circles.load_people(connection, vault, writers)
    children = circles.children_of(connection, writers | devices.keys())
    around = circles.load(connection, vault, {child for found in children.values() for child in found}, now)
    posts = circles.posts_of(connection, vault, writers)
    spoken, sent = conversations.load(connection, vault, list(at)), _echoes(connection, vault, at)
    readers = _Readers(at, {person: {child: around[child] for child in children.get(person, ()) if child in around}
                            for person in writers}, now)  # fmt: skip
    gathering = _gathering(connection, writers)
    pressed = conversations.pressed(connection, vault, {m.incoming.token for m in messages if m.incoming.token})
    offered = _offered(connection, vault, taken, at, now)
    back = {at[m.address].person for m, wants in taken if wants.recent or m.incoming.did in (Did.PRESSED, Did.EDITED)}
    back |= {at[m.address].person for m, _ in taken if _takes_one(m, offered.get(m.address, ()))}
    recent = _recent(connection, vault, {each for each in back if each is not None}, readers)
    edited = _edited(connection, vault, at, messages, readers)
    acknowledged = _acknowledged(connection, vault, pressed.values(), offered)
    asked = {m.address: question for m in messages
             if (question := spoken.get(m.address, Conversation()).question_now(now)) is not None}  # fmt: skip
    unsaid = _unsaid(connection, messages, asked, pressed, offered, now)
    doubted = _not_said_of(connection, taken, at, spoken, pressed, offered, edited, now)
    waiting = _waiting(connection, vault, _all_that_wait(asked, edited, unsaid, doubted))
    beside = _beside(connection, vault, posts, readers)
    knocks = joining.load(connection, vault, at, messages, now)
    rolled = {
        writer
        for m, wants in taken
        if (writer := at[m.address].person) is not None
        and (
            wants.roll
            or m.incoming.did is Did.PRESSED
            or _is_asked(spoken.get(m.address), now)
            or _takes_one(m, offered.get(m.address, ()))
        )
    }
    figures, kept = _device_needs(connection, vault, on_device, at, children, around)
    hearing = {
        writer: _hearing(connection, vault, writer, _whose(writer, posts, children, around), readers)
        for m, wants in taken
        if wants.waiting and (writer := at[m.address].person) is not None
    }
    looks = {m.id for m, wants in taken if wants.lately or _shows_a_day(m, pressed, offered.get(m.address, ()))}
    days = _lately(
        connection,
        vault,
        {who: children.get(who, ()) for m in messages if m.id in looks and (who := at[m.address].person) is not None},
        readers,
    )
    asked_of = {m.id for m, wants in taken if wants.seen or _looks_at_what_waits(m, pressed, offered)}
    read = _seen(connection, days) if asked_of else {}
    numbers = {number for m in messages for number in _numbers(m, spoken.get(m.address))} if rolled else set()
    roll = _roll(connection, vault, rolled, children, around, posts, numbers, now) if rolled else None
    shelf = (
        entries.load(connection, vault, about)
        if (about := _spoken_of(pressed.values(), offered, spoken, now))
        else None
    )
    held = disclosures.load(connection, vault, _held_of(pressed.values(), offered))
    replied = _replied(connection, vault, at, [*messages, *_that_waited(waiting, kept, held)], readers)
    came_with = _came_with(connection, [*messages, *_that_waited(waiting, kept, held)])
    undecided = _undecided(connection, vault, rolled, posts, now) if rolled else ()
    papers = _papers(connection, undecided, knocks)
    importing = {
        m.id: imports.load(connection, vault, number, now)
        for m, wants in taken
        if (number := _imported(connection, m, wants, pressed, offered, at[m.address], posts))
    }
    found: list[Situation] = []
    for message, wants in taken:
        address = at[message.address]
        person = people.get(address.person) if address.person is not None else None
        mine = readers.circles.get(person.id, {}) if person else {}
        question = asked.get(message.address)
        found.append(
            Situation(
                taken=message,
                address=address,
                person=person,
                circles=mine,
                posts=posts.get(person.id, ()) if person else (),
                conversation=spoken.get(message.address, Conversation()),
                gathering=gathering.get(person.id) if person else None,
                replied=replied.get(message.id),
                waiting_replied=replied,
                pressed=pressed.get(message.incoming.token) if message.incoming.token else None,
                offered=tuple(offered.get(message.address, ())),
                recent=tuple(recent.get(person.id, ())) if person else (),
                edited=edited.entries.get(message.id, ()),
                may_wish=wants.wished,
                edited_gone=message.id in edited.gone,
                edited_waits=waiting.get(edited.pending.get(message.id, InboxId(0))),
                question=waiting.get(question) if question is not None else None,
                unsaid=tuple(
                    (each, waiting[each.message])
                    for each in unsaid.get(message.address, ())
                    if each.message in waiting and person is not None and each.person == person.id
                ),
                acknowledged=_as_acknowledged(acknowledged, address.id, readers),
                spoken_of=readers.shown(shelf, address.person) if shelf is not None else {},
                reached=tuple(roll.reached.get(person.id, ())) if roll is not None and person is not None else (),
                roll=roll if person is not None and person.id in rolled else None,
                device=(device := on_device.get(message.address)),
                room={}
                if device is None
                else {child: around[child] for child in children.get(device.person, ()) if child in around},
                beside=beside.get(person.id, {}) if person is not None else {},
                figures=figures if message.address in on_device else None,
                kept=tuple(kept.get(message.address, ())),
                waiting=hearing.get(person.id, {}) if person is not None else {},
                lately=days.get(person.id, {}) if person is not None and message.id in looks else {},
                knock=knocks.get(message.id),
                claims=tuple(each for each in undecided if person is not None and _may_decide(person.id, each, posts)),
                papers=papers,
                importing=importing.get(message.id),
                reminders=tuple(reminders.of_author(connection, vault, person.id))
                if person and (wants.reminders or _speaks_of_reminders(message, pressed, offered, spoken, now))
                else (),
                open_when=_open_when(connection, vault, mine, posts.get(person.id, ()) if person else ())
                if wants.calendars or _speaks_of_reminders(message, pressed, offered, spoken, now)
                else {},
                registers=_registers(connection, vault, person, posts, now)
                if message.id in asked_of or wants.registers
                else _complaints(connection, vault, person, posts, now, _here(message, pressed, offered)),
                mix_ups=_mix_ups(connection, person, posts, now) if wants.registers else (),
                seen_by=read if message.id in asked_of else {},
                in_doubt=tuple(
                    (waiting[each], reason)
                    for each, reason in doubted.get(person.id if person is not None else PersonId(0), {}).items()
                    if each in waiting
                ),
                pictures=came_with,
                stops=_stops(connection, vault, mine, now)
                if message.id in asked_of or _says_rung(_here(message, pressed, offered))
                else (),
                echo=sent.get(message.address, NO_ECHO),
                stopped_on=stops.answered_at(connection, vault, address),
                held=_held_here(held, pressed.get(message.incoming.token), offered.get(message.address, ())),
            )
        )
    return _with_standings(connection, found)


def _echoes(connection: Connection, vault: Vault, at: Mapping[AddressId, Address]) -> dict[AddressId, Echo]:
    weak = [each.id for each in at.values() if each.assurance is Assurance.WEAK]
    return echoes.load(connection, vault, weak) if weak else {}


def _stops(connection: Connection, vault: Vault, mine: Mapping[ChildId, Circle], now: datetime) -> tuple[Stop, ...]:
    people = {line.person.id for circle in mine.values() for line in circle.live(now)}
    return tuple(stops.of_people(connection, vault, people)) if people else ()


def _says_rung(here: Collection[Offered]) -> bool:
    return any(each.choice.offer is Offer.STOP_RUNG for each in here)


@dataclass(frozen=True, slots=True)
class _Readers:
    """Who writes from where, and what each may be shown of what is written."""

    at: Mapping[AddressId, Address]
    circles: Mapping[PersonId, Mapping[ChildId, Circle]]
    now: datetime

    def shown(self, shelf: Shelf, person: PersonId | None) -> dict[EntryId, Entry]:
        """What this person may know of it; a stranger nothing."""
        return {} if person is None else shelf.for_reader(person, self.circles.get(person, {}), self.now)

    def shown_at(self, shelf: Shelf, address: AddressId) -> dict[EntryId, Entry]:
        return self.shown(shelf, self.at[address].person)


def _beside(
    connection: Connection, vault: Vault, posts: Mapping[PersonId, Sequence[Membership]], readers: _Readers
) -> dict[PersonId, dict[ChildId, Child]]:
    """For staff who are not around every child of their setting: the others."""
    at = {
        person: {
            line.setting
            for circle in mine.values()
            for line in circle.live(readers.now)
            if line.person.id == person and line.role in STAFF and line.setting is not None
        }
        - {post.setting for post in posts.get(person, ())}
        for person, mine in readers.circles.items()
    }
    there = circles.children_at(connection, vault, {each for found in at.values() for each in found}, readers.now)
    return {
        person: {
            child: each
            for setting in settings
            for child, each in there.get(setting, {}).items()
            if child not in readers.circles[person]
        }
        for person, settings in at.items()
        if settings
    }


def _shows_a_day(message: Taken, pressed: Mapping[str, Offered], offered: Sequence[Offered]) -> bool:
    """Whether the press, or what may be chosen by words, shows a child's day again."""
    taken = pressed.get(message.incoming.token) if message.incoming.token else None
    among = [taken] if taken is not None else list(offered)
    return any(each.choice.offer in (Offer.AS_SLIP, Offer.COPY_TEXT, Offer.WAITING) for each in among)


def _looks_at_what_waits(
    message: Taken, pressed: Mapping[str, Offered], offered: Mapping[AddressId, Sequence[Offered]]
) -> bool:
    """Whether the press, or what may be chosen by words, opens one thing of the list of what hangs."""
    taken = pressed.get(message.incoming.token) if message.incoming.token else None
    among = [taken] if taken is not None else offered.get(message.address, ())
    return any(each.choice.offer is Offer.WAITING for each in among)


def _seen(
    connection: Connection, days: Mapping[PersonId, Mapping[ChildId, Sequence[Entry]]]
) -> dict[EntryId, frozenset[PersonId]]:
    """Who said that she has read each of these."""
    shown = {entry.id for children in days.values() for found in children.values() for entry in found}
    return {
        entry: frozenset(person for person, _ in readers)
        for entry, readers in acknowledgements.seen_by(connection, shown).items()
    }


def _lately(
    connection: Connection, vault: Vault, wanted: Mapping[PersonId, Collection[ChildId]], readers: _Readers
) -> dict[PersonId, dict[ChildId, tuple[Entry, ...]]]:
    """What each of these people may read of what was written of their children lately, oldest first."""
    children = {child for mine in wanted.values() for child in mine}
    if not children:
        return {}
    shelf = entries.of_children(connection, vault, children, readers.now - RECENT)
    found: dict[PersonId, dict[ChildId, tuple[Entry, ...]]] = {}
    for person in wanted:
        mine: dict[ChildId, list[Entry]] = defaultdict(list)
        for entry in readers.shown(shelf, person).values():
            mine[entry.child].append(entry)
        found[person] = {child: tuple(sorted(each, key=lambda entry: entry.id)) for child, each in mine.items()}
    return found


_OF_IMPORTS = frozenset(
    {Offer.CALENDAR_TAKE, Offer.IMPORT_RIGHT, Offer.IMPORT_SHOW, Offer.IMPORT_ADD, Offer.IMPORT_FILL, Offer.IMPORT_MEND}
)


def _imported(
    connection: Connection,
    message: Taken,
    wants: Wants,
    pressed: Mapping[str, Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
    address: Address,
    posts: Mapping[PersonId, Sequence[Membership]],
) -> int | None:
    """The spreadsheet this message is about: fetched for it, offered to it, or asked about."""
    if message.incoming.imported:
        return message.incoming.imported
    choice = pressed.get(message.incoming.token)
    if choice is not None and choice.choice.offer in _OF_IMPORTS:
        return choice.choice.subject
    typed = [each for each in offered.get(message.address, ()) if each.choice.offer in _OF_IMPORTS]
    if typed and _takes_one(message, typed):
        return typed[0].choice.subject
    if wants.imported and address.person is not None:
        settings = {each.setting for each in posts.get(address.person, ()) if each.setting is not None}
        return imports.still_open(connection, settings)
    return None


def _speaks_of_reminders(
    message: Taken,
    pressed: Mapping[str, Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
    spoken: Mapping[AddressId, Conversation],
    now: datetime,
) -> bool:
    """Whether the press, what may be chosen by words, or the open question is about a reminder."""
    asked = spoken.get(message.address, Conversation()).asked_now(now)
    here = _here(message, pressed, offered)
    return any(each.choice.offer in OF_REMINDERS for each in here) or (asked is not None and asked.name in REMINDING)


def _open_when(
    connection: Connection, vault: Vault, mine: Mapping[ChildId, Circle], posts: Sequence[Membership]
) -> dict[SettingId, tuple[Setting, Calendar]]:
    wanted = {each.setting for each in posts if each.setting is not None}
    wanted |= {each.id for circle in mine.values() for each in circle.settings.values() if not each.by_hand}
    found = circles.load_settings(connection, vault, wanted)
    opening = calendars.load(connection, vault, list(found.values()))
    return {each: (found[each], opening[each]) for each in sorted(found)}


def _is_asked(conversation: Conversation | None, now: datetime) -> bool:
    return conversation is not None and conversation.asked_now(now) is not None


def _roll(
    connection: Connection,
    vault: Vault,
    wanted: Collection[PersonId],
    children: Mapping[PersonId, Collection[ChildId]],
    around: Mapping[ChildId, Circle],
    posts: Mapping[PersonId, Sequence[Membership]],
    numbers: Collection[str],
    now: datetime,
) -> Roll:
    """What is known of everybody around these people, and of the settings they are with."""
    circles_around = [around[child] for person in wanted for child in children.get(person, ()) if child in around]
    people = {member.person.id for circle in circles_around for member in circle.memberships}
    settings = {setting for circle in circles_around for setting in circle.settings}
    settings |= {each.setting for person in wanted for each in posts.get(person, ()) if each.setting is not None}
    mine = {child for person in wanted for child in children.get(person, ()) if child in around}
    return rolls.load(connection, vault, people | set(wanted), settings, mine, numbers, now=now)


_NUMBER = re.compile(r"\+?\(?\d[\d ()\-]{7,20}\d")


def _numbers(message: Taken, conversation: Conversation | None) -> list[str]:
    """The telephone numbers these words, or what was asked before them, speak of."""
    found = [e164(each) for each in _NUMBER.findall(message.incoming.text)]
    asked = conversation.asked if conversation is not None else None
    if asked is not None:
        found.append(asked.values.get("number"))
        found += [e164(each) for each in _NUMBER.findall(asked.values.get("words", ""))]
    return [each for each in found if each]


def _held_of(pressed: Collection[Offered], offered: Mapping[AddressId, Sequence[Offered]]) -> set[int]:
    everything = [*pressed, *(each for found in offered.values() for each in found)]
    return {each.choice.subject for each in everything if each.choice.offer in SPEAK_OF_DISCLOSURES}


def _held_here(held: Mapping[int, Held], pressed: Offered | None, offered: Sequence[Offered]) -> dict[int, Held]:
    """Of those that are kept, the ones that this press, or what may be typed here, is about."""
    here = [*([pressed] if pressed is not None else []), *offered]
    return {each.choice.subject: held[each.choice.subject] for each in here if each.choice.subject in held}


def _spoken_of(
    pressed: Collection[Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
    spoken: Mapping[AddressId, Conversation],
    now: datetime,
) -> set[EntryId]:
    """The entries that what was pressed, may be typed or is asked here speaks of."""
    everything = [*pressed, *(each for found in offered.values() for each in found)]
    found = {EntryId(each.choice.subject) for each in everything if each.choice.offer in SPEAK_OF_ENTRIES}
    asked = [asked for each in spoken.values() if (asked := each.asked_now(now)) is not None]
    return found | {EntryId(each.subject) for each in asked if each.name in ASKED_OF_ENTRIES}


def _registers(
    connection: Connection,
    vault: Vault,
    person: Person | None,
    posts: Mapping[PersonId, Sequence[Membership]],
    now: datetime,
) -> tuple[InRegister, ...]:
    """The registers of the settings she runs."""
    settings = _run_by(person, posts, now)
    return registers.of_settings(connection, vault, settings, now) if settings else ()


def _complaints(
    connection: Connection,
    vault: Vault,
    person: Person | None,
    posts: Mapping[PersonId, Sequence[Membership]],
    now: datetime,
    here: Sequence[Offered],
) -> tuple[InRegister, ...]:
    """The complaints that may be chosen about here: those of settings she runs, and her own."""
    wanted = {each.choice.subject for each in here if each.choice.offer in SPEAK_OF_COMPLAINTS}
    if not wanted or person is None:
        return ()
    of_hers = _registers(connection, vault, person, posts, now)
    return of_hers + registers.of_author(connection, vault, person.id, wanted - {each.id for each in of_hers})


def _here(
    message: Taken, pressed: Mapping[str, Offered], offered: Mapping[AddressId, Sequence[Offered]]
) -> tuple[Offered, ...]:
    """What was pressed, or may be typed, with this message."""
    one = pressed.get(message.incoming.token) if message.incoming.token else None
    return (*((one,) if one is not None else ()), *offered.get(message.address, ()))


def _mix_ups(
    connection: Connection, person: Person | None, posts: Mapping[PersonId, Sequence[Membership]], now: datetime
) -> tuple[MixUp, ...]:
    settings = _run_by(person, posts, now)
    return mix_ups.of_settings(connection, settings, now) if settings else ()


def _run_by(
    person: Person | None, posts: Mapping[PersonId, Sequence[Membership]], now: datetime
) -> tuple[SettingId, ...]:
    return settings_run(posts.get(person.id, ()), now) if person is not None else ()


def _undecided(
    connection: Connection,
    vault: Vault,
    wanted: Collection[PersonId],
    posts: Mapping[PersonId, Sequence[Membership]],
    now: datetime,
) -> Sequence[Claim]:
    """The claims that one of these people may have to decide."""
    settings = {each.setting for person in wanted for each in posts.get(person, ()) if each.setting is not None}
    return claims.waiting(connection, vault, now, settings=settings, invited_by=wanted)


def _may_decide(person: PersonId, claim: Claim, posts: Mapping[PersonId, Sequence[Membership]]) -> bool:
    """Whether she invited her, or has a post in the setting she joins through; what she is there is looked at later."""
    return claim.made_by == person or any(each.setting == claim.setting for each in posts.get(person, ()))


def _device_needs(
    connection: Connection,
    vault: Vault,
    on_device: Mapping[AddressId, Tablet],
    at: Mapping[AddressId, Address],
    children: Mapping[PersonId, Collection[ChildId]],
    around: Mapping[ChildId, Circle],
) -> tuple[Figures | None, dict[AddressId, list[Taken]]]:
    """For devices: the figures of everybody around, and what was written there before anybody signed in."""
    if not on_device:
        return None, {}
    senders = {at[each].person for each in on_device}
    circles_around = [around[child] for sender in senders if sender for child in children[sender] if child in around]
    people = {member.person.id for circle in circles_around for member in circle.memberships}
    table = schema.inbox
    rows = connection.execute(
        select(table)
        .where(
            table.c.address_id.in_(list(on_device)),
            table.c.state == InboxState.PENDING,
            table.c.reason == Reason.WAITS_FOR_WRITER,
            table.c.sealed_payload.is_not(None),
        )
        .order_by(table.c.id)
    )
    kept: dict[AddressId, list[Taken]] = defaultdict(list)
    for row in rows:
        kept[AddressId(row.address_id)].append(_taken(vault, row))
    return tablets.load_figures(connection, vault, people), kept


def _taken(vault: Vault, row: Row[Any]) -> Taken:
    return Taken(
        InboxId(row.id),
        AddressId(row.address_id),
        open_payload(vault, row.id, row.day, row.sealed_payload),
        row.failures,
        row.received_at,
    )


def _whose(
    writer: PersonId,
    posts: Mapping[PersonId, Sequence[Membership]],
    children: Mapping[PersonId, Collection[ChildId]],
    around: Mapping[ChildId, Circle],
) -> set[PersonId]:
    """For whom she may say that somebody is away: for herself, and where she is the manager for everybody."""
    managed = {each.setting for each in posts.get(writer, ()) if each.role is Role.MANAGER}
    circles_ = (around[child] for child in children.get(writer, ()) if child in around) if managed else ()
    return {writer} | {line.person.id for circle in circles_ for line in circle.memberships if line.setting in managed}


def _hearing(
    connection: Connection, vault: Vault, reader: PersonId, people: Collection[PersonId], readers: _Readers
) -> dict[PersonId, tuple[Entry, ...]]:
    """The entries of which each of these people is still to hear, as far as ``reader`` may know them."""
    wanted = notices.waiting_for(connection, people)
    if not wanted:
        return {}
    shelf = entries.load(connection, vault, {entry for about in wanted.values() for entry in about})
    shown = readers.shown(shelf, reader)
    return {person: tuple(shown[each] for each in about if each in shown) for person, about in wanted.items()}


def _offered(
    connection: Connection,
    vault: Vault,
    taken: Sequence[tuple[Taken, Wants]],
    at: Mapping[AddressId, Address],
    now: datetime,
) -> dict[AddressId, list[Offered]]:
    """What may be chosen by words where each message came from; where nothing is open there, at another of hers.

    Only what one other address asks, and only where the words are one of its answers: of two nobody can say which.
    """
    offering = {m.address: m for m, wants in taken if wants.offered}
    if not offering:
        return {}
    offered = conversations.newest_at(connection, vault, offering)
    idle = {
        person: m
        for address, m in offering.items()
        if not _still_open(offered.get(address, ()), now)
        and (person := at[address].person) is not None
        and not at[address].is_device
    }
    others = addresses.others(connection, idle, offering) if idle else {}
    if not others:
        return offered
    elsewhere = conversations.newest_at(connection, vault, [each for theirs in others.values() for each in theirs])
    for person, theirs in others.items():
        asking = [there for each in theirs if (there := _still_open(elsewhere.get(each, ()), now))]
        m = idle[person]
        if len(asking) == 1 and _takes_one(m, asking[0]) and not any(x.choice.offer in ONLY_THERE for x in asking[0]):
            offered[m.address] = asking[0]
    return offered


def _still_open(offered: Sequence[Offered], now: datetime) -> list[Offered]:
    return [each for each in offered if not each.used and (each.expires_at is None or each.expires_at >= now)]


def _takes_one(message: Taken, offered: Sequence[Offered]) -> bool:
    """Whether the words may be one of these choices; what it does to is then needed as well."""
    text = message.incoming.text.strip().casefold().rstrip(".!")
    return any(text in (each.label.casefold(), str(each.number)) for each in offered)


_GATHERING = select(schema.notices.c.id, schema.notices.c.person_id, schema.notices.c.made_at).where(
    among(schema.notices.c.person_id, "people"),
    schema.notices.c.kind == Kind.ACKNOWLEDGEMENT,
    schema.notices.c.state == NoticeState.WAITING,
    schema.notices.c.delivery_id.is_(None),
)


def _gathering(connection: Connection, people: Collection[PersonId]) -> dict[PersonId, Gathering]:
    rows = connection.execute(_GATHERING, {"people": list(people)}).all()
    return {PersonId(row.person_id): Gathering(NoticeId(row.id), row.made_at) for row in rows}


def _that_waited(
    waiting: Mapping[InboxId, Taken], kept: Mapping[AddressId, Sequence[Taken]], held: Mapping[int, Held]
) -> list[Taken]:
    """What may be filed now and was written earlier: asked back, written on a device, kept for a lead."""
    released = [each.original for each in held.values() if each.original is not None]
    return [*waiting.values(), *chain.from_iterable(kept.values()), *released]


def _came_with(connection: Connection, messages: Sequence[Taken]) -> dict[InboxId, tuple[Picture, ...]]:
    return pictures.of_messages(connection, {each.id for each in messages if each.incoming.files})


def _replied(
    connection: Connection,
    vault: Vault,
    at: Mapping[AddressId, Address],
    messages: Sequence[Taken],
    readers: _Readers,
) -> dict[InboxId, Replied]:
    pairs = {m.id: (m.address, m.incoming.reply_to) for m in messages if m.incoming.reply_to}
    if not pairs:
        return {}
    wanted = set(pairs.values())
    sent, carried = schema.sent_messages, schema.delivery_notices
    rows = connection.execute(
        select(sent.c.address_id, sent.c.provider_id, schema.notices.c.id, schema.notices.c.kind,
               schema.notices.c.entry_id)
        .join(carried, carried.c.delivery_id == sent.c.delivery_id)
        .join(schema.notices, schema.notices.c.id == carried.c.notice_id)
        .where(
            sent.c.address_id.in_([address for address, _ in wanted]),
            sent.c.provider_id.in_([message for _, message in wanted]),
        )
    ).all()  # fmt: skip
    told: dict[tuple[AddressId, str], list[EntryId]] = {}
    acknowledgements: dict[tuple[AddressId, str], NoticeId] = {}
    for row in rows:
        pair = (AddressId(row.address_id), row.provider_id)
        if pair not in wanted:
            continue
        known = told.setdefault(pair, [])
        if row.entry_id is not None:
            known.append(EntryId(row.entry_id))
        if row.kind in (Kind.ACKNOWLEDGEMENT, Kind.ACKNOWLEDGEMENT_CHANGED):
            acknowledgements[pair] = NoticeId(row.id)
    mine = _own_messages(connection, vault, at, pairs)
    strange = {pair for each, pair in pairs.items() if pair not in told and each not in mine}
    in_doubt = _in_doubt(connection, {address for address, _ in strange}) if strange else {}
    unknown = set()
    for pair in strange:
        # It is one of those of which nobody knows whether they arrived; what it told of is known if all told of one.
        maybe = in_doubt.get(pair[0])
        told[pair] = list(maybe or ())
        if maybe is None or len(maybe) > 1:
            unknown.add(pair)
    loaded = entries.load(connection, vault, {each for found in told.values() for each in found})
    own = entries.of_acknowledgements(connection, vault, set(acknowledgements.values()))
    written = entries.of_messages(connection, vault, {each for each, _ in mine.values()})
    found: dict[InboxId, Replied] = {}
    everything = loaded.for_machine(Purpose.AUDIENCE)
    for reply, pair in pairs.items():
        if pair in unknown:
            found[reply] = Replied(is_unknown=True)
            continue
        acknowledgement = acknowledgements.get(pair)
        shown = readers.shown_at(loaded, pair[0])
        about = [shown[each] for each in told.get(pair, ()) if each in shown]
        about += [
            each
            for each in readers.shown_at(own, pair[0]).values()
            if each.acknowledgement == acknowledgement is not None
        ]
        if reply in mine:
            about += [each for each in readers.shown_at(written, pair[0]).values() if each.message == mine[reply][0]]
        pointed = [everything[each] for each in told.get(pair, ())]
        found[reply] = Replied(tuple(about), acknowledgement, own=reply in mine, points_at=tuple(pointed))
    return found


_MAY_HAVE_ARRIVED = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.REPEATED, DeliveryState.FLAGGED)


def _in_doubt(connection: Connection, at: Collection[AddressId]) -> dict[AddressId, set[EntryId]]:
    """The entries told of by what may have arrived at these addresses without anybody knowing it."""
    deliveries, carried, notices_ = schema.deliveries, schema.delivery_notices, schema.notices
    rows = connection.execute(
        select(deliveries.c.address_id, notices_.c.entry_id)
        .join(carried, carried.c.delivery_id == deliveries.c.id)
        .join(notices_, notices_.c.id == carried.c.notice_id)
        .where(
            deliveries.c.address_id.in_(list(at)),
            deliveries.c.act == Act.SAY,
            deliveries.c.state.in_(_MAY_HAVE_ARRIVED),
        )
    )
    found: dict[AddressId, set[EntryId]] = {}
    for row in rows:
        told = found.setdefault(AddressId(row.address_id), set())
        if row.entry_id is not None:
            told.add(EntryId(row.entry_id))
    return found


def _own_messages(
    connection: Connection,
    vault: Vault,
    at: Mapping[AddressId, Address],
    pointed: Mapping[InboxId, tuple[AddressId, str]],
) -> dict[InboxId, tuple[InboxId, InboxState]]:
    """The stored message each of these points at, where it is one the sender wrote at the same address."""
    keys: dict[bytes, list[InboxId]] = defaultdict(list)
    for pointer, (address, message) in pointed.items():
        here = at[address]
        keys[inbox.key_mac(vault, here.channel, here.account, message_key(here.handle, message))].append(pointer)
    if not keys:
        return {}
    table = schema.inbox
    rows = connection.execute(
        select(table.c.id, table.c.provider_key_mac, table.c.state).where(table.c.provider_key_mac.in_(list(keys)))
    ).all()
    # What was part of an album stands in the first of it.
    leads = albums.leads(connection, [InboxId(row.id) for row in rows])
    states = _states(connection, set(leads.values()))
    own = {}
    for row in rows:
        stands_in = leads.get(InboxId(row.id), InboxId(row.id))
        for pointer in keys[row.provider_key_mac]:
            own[pointer] = (stands_in, states.get(stands_in, InboxState(row.state)))
    return own


def _states(connection: Connection, wanted: Collection[InboxId]) -> dict[InboxId, InboxState]:
    if not wanted:
        return {}
    rows = connection.execute(
        select(schema.inbox.c.id, schema.inbox.c.state).where(schema.inbox.c.id.in_(list(wanted)))
    )
    return {InboxId(row.id): InboxState(row.state) for row in rows}


def _acknowledged(
    connection: Connection,
    vault: Vault,
    pressed: Collection[Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
) -> Shelf | None:
    everything = [*pressed, *(each for found in offered.values() for each in found)]
    wanted = {NoticeId(each.choice.subject) for each in everything if each.choice.offer in (Offer.UNDO, Offer.CHANGE)}
    return entries.of_acknowledgements(connection, vault, wanted) if wanted else None


def _as_acknowledged(shelf: Shelf | None, address: AddressId, readers: _Readers) -> dict[NoticeId, tuple[Entry, ...]]:
    found: dict[NoticeId, list[Entry]] = defaultdict(list)
    for entry in readers.shown_at(shelf, address).values() if shelf is not None else ():
        if entry.acknowledgement is not None:
            found[entry.acknowledgement].append(entry)
    return {notice: tuple(each) for notice, each in found.items()}


def _recent(
    connection: Connection, vault: Vault, people: Collection[PersonId], readers: _Readers
) -> dict[PersonId, list[Entry]]:
    if not people:
        return {}
    shelf = entries.of_authors(connection, vault, people, readers.now - RECENT)
    return {
        person: sorted(
            (each for each in readers.shown(shelf, person).values() if each.author == person),
            key=lambda each: each.id,
            reverse=True,
        )
        for person in people
    }


@dataclass(frozen=True, slots=True)
class _Edited:
    entries: Mapping[InboxId, tuple[Entry, ...]]
    gone: frozenset[InboxId]
    pending: Mapping[InboxId, InboxId]


def _edited(
    connection: Connection,
    vault: Vault,
    at: Mapping[AddressId, Address],
    messages: Sequence[Taken],
    readers: _Readers,
) -> _Edited:
    edits = {m.id: (m.address, m.incoming.message) for m in messages if m.incoming.did is Did.EDITED}
    mine = _own_messages(connection, vault, at, edits)
    if not mine:
        return _Edited({}, frozenset(), {})
    written = entries.of_messages(connection, vault, {each for each, _ in mine.values()})
    shown = {
        edit: tuple(each for each in readers.shown_at(written, edits[edit][0]).values() if each.message == message)
        for edit, (message, _) in mine.items()
    }
    return _Edited(
        entries=shown,
        gone=frozenset(edit for edit, (message, _) in mine.items() if not shown[edit] and written.has_of(message)),
        pending={edit: message for edit, (message, state) in mine.items() if state is InboxState.PENDING},
    )


def _unsaid(
    connection: Connection,
    messages: Sequence[Taken],
    asked: Mapping[AddressId, InboxId],
    pressed: Mapping[str, Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
    now: datetime,
) -> dict[AddressId, tuple[Question, ...]]:
    """What still waits at the addresses where one was asked about, or is answered by a button.

    Or at another address of hers, whose question is answered from here.
    """
    there = {here: found[0].address for here, found in offered.items() if found and found[0].address != here}
    at = set(asked) | {
        m.address
        for m in messages
        if (press := pressed.get(m.incoming.token)) is not None
        and press.choice.offer in (Offer.CHILD, Offer.BOTH, Offer.WHOSE, Offer.CANCEL_QUESTION)
    }
    open_there = questions.open_at(connection, {*at, *there.values()}, now - QUESTION_COUNTS_FOR) if at or there else {}
    return {**open_there, **{here: open_there[each] for here, each in there.items() if each in open_there}}


def _papers(connection: Connection, undecided: Sequence[Claim], knocks: Mapping[InboxId, Knock]) -> tuple[OnPaper, ...]:
    """What was signed on paper by whoever is about to join."""
    coming = {each.person.id for each in undecided}
    coming |= {each.invitation.person.id for each in knocks.values() if each.invitation is not None}
    return sharing.on_paper(connection, coming) if coming else ()


def _not_said_of(
    connection: Connection,
    taken: Sequence[tuple[Taken, Wants]],
    at: Mapping[AddressId, Address],
    spoken: Mapping[AddressId, Conversation],
    pressed: Mapping[str, Offered],
    offered: Mapping[AddressId, Sequence[Offered]],
    edited: _Edited,
    now: datetime,
) -> dict[PersonId, dict[InboxId, Reason]]:
    """What waits for who is in it or what it says, of whoever may be about to say so or asks what waits."""
    people = set()
    for message, wants in taken:
        here = _here(message, pressed, offered)
        asked = spoken.get(message.address, Conversation()).asked_now(now)
        looks = wants.in_doubt or _looks_at_what_waits(message, pressed, offered) or message.id in edited.pending
        answers = any(each.choice.offer in LAPSE_SOON for each in here)
        answers = answers or (asked is not None and asked.name in (FACES, FEW_WORDS))
        if (looks or answers) and (person := at[message.address].person) is not None:
            people.add(person)
    return questions.in_doubt(connection, people) if people else {}


def _all_that_wait(
    asked: Mapping[AddressId, InboxId],
    edited: _Edited,
    unsaid: Mapping[AddressId, Sequence[Question]],
    doubted: Mapping[PersonId, Mapping[InboxId, Reason]],
) -> set[InboxId]:
    still = {each.message for found in unsaid.values() for each in found}
    in_doubt = {message for found in doubted.values() for message in found}
    return {*asked.values(), *edited.pending.values(), *still, *in_doubt}


def _waiting(connection: Connection, vault: Vault, wanted: Collection[InboxId]) -> dict[InboxId, Taken]:
    """Messages that wait for an answer; their payload is still there under the key of their day."""
    if not wanted:
        return {}
    table = schema.inbox
    rows = connection.execute(
        select(table).where(
            table.c.id.in_(list(wanted)),
            table.c.state == InboxState.PENDING,
            table.c.sealed_payload.is_not(None),
        )
    )
    taken = [_taken(vault, row) for row in rows]
    return {each.id: replace(each, incoming=replace(each.incoming, unsaid=0, among=())) for each in taken}


def _with_standings(connection: Connection, found: list[Situation]) -> list[Situation]:
    """What may be put right: whom each entry was told to, and the pictures it came with."""
    about = {
        entry.id: entry
        for each in found
        for entry in (*each.recent, *each.spoken_of.values(), *each.edited,
                      *(entry for about in each.waiting.values() for entry in about),
                      *(each.replied.entries if each.replied else ()),
                      *(entry for spoken in each.acknowledged.values() for entry in spoken))
    }  # fmt: skip
    if not about:
        return found
    standings = notices.of_entries(connection, set(about))
    came = pictures.of_messages(
        connection, {entry.message for entry in about.values() if entry.has_files and entry.message is not None}
    )
    return [replace(each, standings=standings, pictures={**came, **each.pictures}) for each in found]
