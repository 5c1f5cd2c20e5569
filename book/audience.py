"""Who may know: the rules of the audience, in order, the first that applies decides, every "no" keeps its reason.

Decided when a message is filed and again when a notice leaves, by this one module (rule 9). What is decided is
decided for *parties*: each parent, family member or professional for herself, each setting as a whole, because
a setting is told through whoever of it is at work (rule 10). Doubt is never resolved towards telling more
people. Knows nothing of addresses, times of day or words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from book.ids import PersonId, SettingId
from book.people import STAFF, TOLD_FIRST, Circle, Membership, Role
from book.reasons import Reason
from book.sharing import EVERYTHING, HOME, agreed, newest_by_chooser
from book.topics import OWN_ROAD, Group, Subject, Topic, groups_needed

# A party is a person for herself (parent, family, professional) or a setting.
Party = tuple[str, int]


def person_party(person: PersonId) -> Party:
    return ("person", person)


def setting_party(setting: SettingId) -> Party:
    return ("setting", setting)


@dataclass(frozen=True, slots=True)
class Note:
    """What the rules look at in one entry; the words themselves are not among it."""

    author: PersonId
    author_role: Role
    author_setting: SettingId | None  # where she works, or the setting she joined through
    subjects: tuple[Subject, ...]
    only: frozenset[SettingId] = frozenset()  # the author kept it to these settings; empty: not narrowed
    without: frozenset[SettingId] = frozenset()  # the author left these out
    let_through: frozenset[SettingId] = frozenset()  # a parent let it travel here, once
    unread: bool = False  # content nobody could read: a voice note, an unknown language
    has_picture: bool = False
    answers: Note | None = None

    @property
    def from_staff(self) -> bool:
        return self.author_role in STAFF


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one person is told, and why or why not."""

    member: Membership
    told: bool
    reason: Reason


def choose_audience(note: Note, circle: Circle, now: datetime) -> tuple[Verdict, ...]:
    """A verdict for every live member of the circle but the author.

    Of each setting that may know, exactly one person is told: the first of key person, childminder, second key
    person, room staff, manager (rule 10); her colleagues find it in the book.
    """
    verdicts = []
    spokesperson = {setting: _first_there(circle, setting, now) for setting in circle.settings}
    for member in _once_each(circle, now):
        if member.person.id == note.author:
            continue
        told, reason = _may_know(note, member, circle, now)
        if told and member.role in STAFF and reason is not Reason.MANAGER:
            assert member.setting is not None
            if member.person.id != spokesperson.get(member.setting):
                told, reason = False, Reason.COLLEAGUES
        verdicts.append(Verdict(member, told, reason))
    return tuple(sorted(verdicts, key=lambda verdict: _nearness(note, verdict.member)))


def may_know(note: Note, reader: PersonId, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    """Whether this person may know this entry at this instant; also for reading, replying, search and export."""
    member = circle.membership(reader, now)
    if member is None:
        return False, Reason.NOT_IN_CIRCLE
    if reader == note.author:
        return True, Reason.AUTHOR
    return _may_know(note, member, circle, now)


def _may_know(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    allowed, reason = _rules(note, member, circle, now)
    if allowed and note.answers is not None and not _had(note.answers, member, circle, now):
        return False, Reason.ANSWERS_NARROWER
    return allowed, reason


def _had(answered: Note, member: Membership, circle: Circle, now: datetime) -> bool:
    """Whether what is answered went to this member's party, or came from it (rule 5)."""
    if member.person.id == answered.author:
        return True
    if member.role in STAFF and answered.from_staff and member.setting == answered.author_setting:
        return True
    return _may_know(answered, member, circle, now)[0]


def _rules(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    topics = {subject.topic for subject in note.subjects}
    is_staff = member.role in STAFF
    # Rule 1: a disclosure has no audience here at all; it is kept for the safeguarding lead by its own road.
    if Topic.SAFEGUARDING in topics:
        return False, Reason.OWN_ROAD
    # Rule 2: a complaint goes to the manager of the setting it is about, and to nobody else.
    if Topic.COMPLAINT in topics:
        theirs = member.role is Role.MANAGER and member.setting == note.author_setting
        return (True, Reason.MANAGER) if theirs else (False, Reason.OWN_ROAD)
    if member.role in {Role.FAMILY, Role.PROFESSIONAL}:
        return False, Reason.ROLE
    # Rule 4: the author may keep it to fewer people; nobody may be added by that.
    if is_staff and (member.setting in note.without or (note.only and member.setting not in note.only)):
        return False, Reason.NARROWED
    if not is_staff and note.only and not note.from_staff:
        return False, Reason.NARROWED
    if note.from_staff:
        return _from_a_setting(note, member, circle, now)
    return _from_home(note, member, circle)


def _from_a_setting(note: Note, member: Membership, circle: Circle, now: datetime) -> tuple[bool, Reason]:
    # Rule 7: from staff, what nobody could read waits for the sender's words.
    if note.unread:
        return False, Reason.UNDERSTOOD_BY_NOBODY
    if member.setting == note.author_setting and member.role in STAFF:
        return True, Reason.COLLEAGUES
    # Rule 5: parents see everything that the settings write in the thread.
    if member.role is Role.PARENT:
        return True, Reason.PARENT
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    if _has_own_road(note):
        return False, Reason.OWN_ROAD
    parents = [parent.person.id for parent in circle.parents(now)]
    shared = agreed(newest_by_chooser(circle.choices, note.author_setting, member.setting), parents)
    return _travels(note, shared)


def _from_home(note: Note, member: Membership, circle: Circle) -> tuple[bool, Reason]:
    # Rule 5: to the other parent only if both said yes; rule 7: what nobody could read never crosses.
    if member.role is Role.PARENT:
        both = newest_by_chooser(circle.choices, HOME, HOME)
        open_both_ways = both.get(note.author) == EVERYTHING and both.get(member.person.id) == EVERYTHING
        if open_both_ways and not note.unread and note.subjects and not _has_own_road(note):
            return True, Reason.SHARED
        return False, Reason.NOTES_APART
    if member.setting in note.let_through:
        return True, Reason.LET_THROUGH
    mine = newest_by_chooser(circle.choices, HOME, member.setting).get(note.author)
    if member.setting == note.author_setting:
        # Rule 6: the setting she joined through hears all of it until she chooses otherwise.
        if mine is None or _has_own_road(note):
            return True, Reason.OWN_SETTING
        allowed, reason = _travels(note, mine)
        return (True, Reason.OWN_SETTING) if allowed else (False, reason)
    if note.only and member.setting in note.only:
        # Words addressed to a setting reach it (rule 6): the parent chose this for this entry.
        return True, Reason.LET_THROUGH
    if _has_own_road(note):
        return False, Reason.OWN_ROAD
    return _travels(note, mine)


def _travels(note: Note, shared: Collection[Group] | None) -> tuple[bool, Reason]:
    """Rules 6, 7 and 11: only where every one of its topics may go."""
    if shared is None:
        return False, Reason.NOT_CHOSEN
    if not shared:
        return False, Reason.NOT_SHARED
    ordinary = [subject for subject in note.subjects if not _is_safety(subject)]
    if note.unread or not note.subjects:
        needed = EVERYTHING
    else:
        needed = groups_needed(ordinary) if ordinary else frozenset()
    if note.has_picture:
        needed = needed | {Group.PHOTOS}
    if needed <= frozenset(shared):
        return True, Reason.SHARED if ordinary or note.has_picture else Reason.SAFETY
    return False, Reason.NOT_SHARED


def _is_safety(subject: Subject) -> bool:
    """Rule 11: medicine given and injuries of the day are part of every choice but "nothing"."""
    return subject.topic is Topic.INCIDENT or (subject.topic is Topic.MEDICATION and not subject.private)


def _has_own_road(note: Note) -> bool:
    return any(subject.topic in OWN_ROAD for subject in note.subjects)


def _once_each(circle: Circle, now: datetime) -> list[Membership]:
    people = dict.fromkeys(each.person.id for each in circle.live(now))
    found = [circle.membership(person, now) for person in people]
    return [each for each in found if each is not None]


def _first_there(circle: Circle, setting: SettingId, now: datetime) -> PersonId | None:
    staff = circle.staff_of(setting, now)
    for role in TOLD_FIRST:
        for member in staff:
            if member.role is role:
                return member.person.id
    return None


def _nearness(note: Note, member: Membership) -> tuple[int, int, int]:
    """The order in which an author reads the names: parents, her own setting, then the others."""
    group = 0 if member.role is Role.PARENT else 1 if member.setting == note.author_setting else 2
    return (group, list(Role).index(member.role), member.id)
