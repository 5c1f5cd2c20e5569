"""The people around one child, and the bridge from the oracle's words to the program's.

Knows both vocabularies so that neither has to know the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from book.audience import Note
from book.entries import Entry, EntryState, Text, Travel
from book.ids import ChildId, EntryId, PersonId, SettingId
from book.people import Child, Circle, Membership, Person, Role, Setting, SettingKind, Standing
from book.reasons import Reason
from book.sharing import Choice
from book.topics import Group, Subject, Topic
from tests.book.oracle.audience import ANSWERS, HOME, Book, Member, Writing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

CAST = (
    Member("Hannah", "parent", "Sunshine"),
    Member("Tom", "parent", "Sunshine"),
    Member("Nan", "family", "Sunshine"),
    Member("Jo", "professional", "Sunshine"),
    Member("Priya", "key person", "Sunshine"),
    Member("Amy", "second key person", "Sunshine"),
    Member("Rosa", "room staff", "Sunshine"),
    Member("Maya", "manager", "Sunshine"),
    Member("Sam", "safeguarding lead", "Sunshine"),
    Member("Ruth", "deputy lead", "Sunshine"),
    Member("Lena", "senco", "Sunshine"),
    Member("Dawn", "childminder", "Dawns"),
    Member("Olive", "manager", "Acorns"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMED = {member.name: member for member in CAST}
SETTINGS = ("Sunshine", "Dawns", "Acorns")
SETTING_IDS = {name: SettingId(900 + number) for number, name in enumerate(SETTINGS)}
PERSON_IDS = {member.name: PersonId(1 + number) for number, member in enumerate(CAST)}

_KINDS = {
    "Sunshine": SettingKind.NURSERY,
    "Dawns": SettingKind.CHILDMINDER,
    "Acorns": SettingKind.PRESCHOOL,
}
_ROLES = {
    "parent": Role.PARENT,
    "family": Role.FAMILY,
    "professional": Role.PROFESSIONAL,
    "key person": Role.KEY_PERSON,
    "second key person": Role.SECOND_KEY_PERSON,
    "room staff": Role.ROOM_STAFF,
    "childminder": Role.CHILDMINDER,
    "manager": Role.MANAGER,
    "safeguarding lead": Role.SAFEGUARDING_LEAD,
    "deputy lead": Role.DEPUTY_LEAD,
    "senco": Role.SENCO,
}
_STANDINGS = {
    "live": (Standing.LIVE, timedelta(days=-90), None),
    "ended": (Standing.LIVE, timedelta(days=-90), timedelta(0)),
    "ended by hand": (Standing.ENDED, timedelta(days=-1), None),
    "restricted": (Standing.RESTRICTED, timedelta(days=-1), None),
    "begins tomorrow": (Standing.LIVE, timedelta(days=1), None),
    "waits to be let in": (Standing.PENDING, timedelta(days=-1), None),
}
NOT_LIVE = tuple(each for each in _STANDINGS if each != "live")
_SUBJECTS = {
    "health of the day": Subject(Topic.HEALTH),
    "private health": Subject(Topic.HEALTH, private=True),
    "a dose given": Subject(Topic.MEDICATION),
    "a medication plan": Subject(Topic.MEDICATION, private=True),
    "next step": Subject(Topic.NEXT_STEP),
    "family news": Subject(Topic.FAMILY_NEWS),
    "contact change": Subject(Topic.CONTACT_CHANGE),
}
_GROUPS = {
    "her day": Group.DAY,
    "private health": Group.PRIVATE_HEALTH,
    "learning": Group.LEARNING,
    "worries": Group.WORRIES,
    "family": Group.FAMILY,
    "photos": Group.PHOTOS,
}
KINDS_OF_NO = {
    "own road": Reason.OWN_ROAD,
    "role": Reason.ROLE,
    "narrowed": Reason.NARROWED,
    "not understood": Reason.UNDERSTOOD_BY_NOBODY,
    "notes apart": Reason.NOTES_APART,
    "not shared": Reason.NOT_SHARED,
    "not chosen": Reason.NOT_CHOSEN,
    "answers narrower": Reason.ANSWERS_NARROWER,
    "not in circle": Reason.NOT_IN_CIRCLE,
}


def circle_of(book: Book) -> Circle:
    """The program's circle for the oracle's book."""
    return Circle(
        child=Child(ChildId(500), "Ella"),
        memberships=tuple(_membership(number, member) for number, member in enumerate(book.members)),
        settings={SETTING_IDS[name]: Setting(SETTING_IDS[name], _KINDS[name], name) for name in SETTINGS},
        choices=tuple(
            Choice(
                chooser=PERSON_IDS[said.who],
                source=_place(said.source),
                target=_place(said.target),
                groups=frozenset(_GROUPS[group] for group in ANSWERS[said.answer]),
                at=NOW - timedelta(days=30),
            )
            for said in book.choices
        ),
    )


def note_of(writing: Writing) -> Note:
    """The program's note for what the oracle calls a writing."""
    return Note(
        author=PERSON_IDS[writing.author.name],
        author_role=_ROLES[writing.author.role],
        author_setting=_setting(writing.author.setting),
        subjects=tuple(subject_of(label) for label in writing.labels),
        only=_settings(writing.only),
        without=_settings(writing.without),
        let_through=_settings(writing.let_through),
        unread=writing.unread,
        has_picture=writing.picture,
        weekday=DAYS.index(writing.day),
        answers=note_of(writing.answers) if writing.answers is not None else None,
    )


def subject_of(label: str) -> Subject:
    """The program's subject for one label of the table of groups."""
    return _SUBJECTS[label] if label in _SUBJECTS else Subject(Topic(label))


def entry_by(author: str, labels: Iterable[str] = (), words: str = "…", *, at: datetime = NOW, **more: Any) -> Entry:
    """Something this one of the cast wrote, just filed; ``more`` is what differs."""
    note = note_of(Writing(NAMED[author], tuple(labels)))
    usual = {
        "id": EntryId(1),
        "child": circle_of(Book(CAST)).child.id,
        "author": note.author,
        "author_role": note.author_role,
        "author_setting": note.author_setting,
        "message": None,
        "answers": None,
        "acknowledgement": None,
        "urgent": False,
        "unread": False,
        "has_picture": False,
        "happened_at": at,
        "filed_at": at,
        "revision": 1,
        "state": EntryState.FILED,
        "subjects": note.subjects,
        "travel": Travel(),
        "text": Text(words),
        "revised_at": at,
    }
    return Entry(**{**usual, **more})


def with_standing(members: Iterable[Member], standings: Mapping[str, str]) -> tuple[Member, ...]:
    """The same people with some of them no longer, or not yet, in the book."""
    return tuple(replace(each, standing=standings.get(each.name, each.standing)) for each in members)


def _membership(number: int, member: Member) -> Membership:
    standing, since, until = _STANDINGS[member.standing]
    return Membership(
        id=number,
        person=Person(PERSON_IDS[member.name], member.name),
        role=_ROLES[member.role],
        setting=_setting(member.setting),
        standing=standing,
        since=NOW + since,
        until=None if until is None else NOW + until,
        days=None if member.days is None else frozenset(DAYS.index(day) for day in member.days),
        sees=None if member.given is None else frozenset(_GROUPS[group] for group in member.given),
        sees_of=frozenset((_place(of), _GROUPS[group]) for of, group in member.given_of),
        made_by=PERSON_IDS.get(member.added_by),
    )


def _setting(name: str | None) -> SettingId | None:
    return None if name is None else SETTING_IDS[name]


def _settings(names: Iterable[str]) -> frozenset[SettingId]:
    return frozenset(SETTING_IDS[name] for name in names)


def _place(name: str) -> SettingId | None:
    return None if name == HOME else SETTING_IDS[name]
