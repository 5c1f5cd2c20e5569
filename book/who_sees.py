"""Who sees what of one child, as it concerns one reader: what stands in the table that "sharing" shows.

A parent sees where her own notes go and what the settings tell each other; a setting sees what it is told and what
others are told of it. Nobody sees what another parent chose for the notes of others. Knows no words: they are the
catalogue's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from book.audience import came_through, open_between, travels
from book.ids import PersonId, SettingId
from book.people import STAFF, TOLD_FIRST, Circle, Membership, Role, Standing
from book.sharing import HOME, PhotoUse
from book.topics import Group

NOT_CHOSEN = "not_chosen"
OF_HOME = "home"


@dataclass(frozen=True, slots=True)
class Between:
    """What two settings tell each other; the groups as words of the catalogue's, :data:`NOT_CHOSEN` before a choice."""

    one: str
    other: str
    there: str
    back: str


@dataclass(frozen=True, slots=True)
class Table:
    """What one reader is shown of one child. A parent's has columns and rows, everybody else's has lines."""

    child: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[bool, ...]], ...] = ()  # a group, and for each column whether it goes there
    between: tuple[Between, ...] = ()
    group_photos: bool | None = None
    hears: tuple[tuple[str, str], ...] = ()  # of whom she sees what
    tells: tuple[tuple[str, str], ...] = ()  # who sees what of hers
    guests: tuple[tuple[str, str, str], ...] = ()  # to a parent: which professional sees of whom what

    def to_json(self) -> str:
        kept = [
            self.child,
            self.columns,
            self.rows,
            [[each.one, each.other, each.there, each.back] for each in self.between],
            self.group_photos,
            self.hears,
            self.tells,
            self.guests,
        ]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str) -> Table:
        child, columns, rows, between, photos, hears, tells, *more = json.loads(kept)
        return cls(
            child,
            tuple(columns),
            tuple((group, tuple(cells)) for group, cells in rows),
            tuple(Between(*each) for each in between),
            photos,
            tuple((who, what) for who, what in hears),
            tuple((who, what) for who, what in tells),
            # One kept before a professional could be let see places apart names none.
            tuple((each[0], each[1] if len(each) > 2 else "", each[-1]) for each in (more[0] if more else ())),
        )


def tables_to_json(tables: Sequence[Table]) -> str:
    """Several children's, as a notice keeps them."""
    return json.dumps([each.to_json() for each in tables])


def as_words(groups: frozenset[Group] | None) -> str:
    """Groups as a notice keeps them: their values in the order of the table, or that nobody has chosen."""
    return NOT_CHOSEN if groups is None else " ".join(each.value for each in Group if each in groups)


def settings_around(circle: Circle, now: datetime, *, first: SettingId | None = None) -> tuple[SettingId, ...]:
    """The settings that are with the child now or are about to be, ``first`` before the others."""
    coming = {
        each.setting
        for each in circle.memberships
        if each.role in STAFF and each.setting is not None and (each.standing is Standing.PENDING or each.is_live(now))
    }
    found = [each for each in sorted(circle.settings) if each in coming or circle.settings[each].by_hand]
    return tuple(sorted(found, key=lambda each: each != first))


def speaks_for(circle: Circle, setting: SettingId, now: datetime) -> Membership | None:
    """Who answers for a setting whoever is at work: the first of key person, childminder, second, room, manager."""
    staff = circle.staff_of(setting, now)
    return next((each for role in TOLD_FIRST for each in staff if each.role is role), None)


def table_for(circle: Circle, reader: PersonId, now: datetime) -> Table | None:
    """What ``reader`` is shown of this child; None where she stands in no circle of hers."""
    me = circle.membership(reader, now)
    if me is None:
        return None
    if me.role is Role.PARENT:
        return _for_parent(circle, me, now)
    if me.role in STAFF and me.setting is not None:
        return _for_setting(circle, me.setting, now)
    if me.role is Role.FAMILY:
        return Table(circle.child.name, hears=(("", as_words(frozenset({Group.DAY}))),))
    if not me.sees_of:
        return Table(circle.child.name, hears=(("", as_words(me.sees or frozenset())),))
    host = circle.person(came_through(me, circle, now) or me.person.id)
    of = [(host.name if host is not None and host.id != me.person.id else "", as_words(me.given(HOME)))]
    of += [(circle.name_of(each), as_words(me.given(each))) for each in settings_around(circle, now)]
    return Table(circle.child.name, hears=tuple((who, what) for who, what in of if who))


def _for_parent(circle: Circle, me: Membership, now: datetime) -> Table:
    settings = settings_around(circle, now, first=me.setting)
    others = [each.person for each in circle.parents(now) if each.person.id != me.person.id]
    goes = [travels(circle, HOME, each, now, writer=me.person.id) or frozenset() for each in settings]
    notes = tuple(open_between(circle, me.person.id, each.id) for each in others)
    rows = []
    for group in Group:
        cells = tuple(group in each for each in goes)
        usual = tuple(each == me.setting for each in settings)  # what is not listed stays with her own setting
        if group is Group.DAY or cells != usual or me.setting is None:
            rows.append((group.value, (*cells, *notes)))
    return Table(
        circle.child.name,
        columns=(*(circle.name_of(each) for each in settings), *(each.name for each in others)),
        rows=tuple(rows),
        between=_between(circle, settings, now),
        group_photos=circle.allows_photos(PhotoUse.GROUP, now),
        guests=tuple(
            (each.person.name, of, what)
            for each in _professionals(circle, now)
            for of, what in _sees(each, circle, now)
        ),
    )


def _professionals(circle: Circle, now: datetime) -> list[Membership]:
    """Who is in the book for a while."""
    return [each for each in circle.live(now) if each.role is Role.PROFESSIONAL]


def _sees(guest: Membership, circle: Circle, now: datetime) -> list[tuple[str, str]]:
    """What she was given: one line for everything, or one for each place where they differ."""
    if not guest.sees_of:
        return [("", as_words(guest.sees or frozenset()))]
    of = [(OF_HOME, as_words(guest.given(HOME)))]
    return of + [(circle.name_of(each), as_words(guest.given(each))) for each in settings_around(circle, now)]


def _between(circle: Circle, settings: Sequence[SettingId], now: datetime) -> tuple[Between, ...]:
    return tuple(
        Between(
            circle.name_of(one),
            circle.name_of(other),
            as_words(travels(circle, one, other, now)),
            as_words(travels(circle, other, one, now)),
        )
        for at, one in enumerate(settings)
        for other in settings[at + 1 :]
    )


def _for_setting(circle: Circle, mine: SettingId, now: datetime) -> Table:
    others = [each for each in settings_around(circle, now) if each != mine]
    parents = [each.person for each in circle.parents(now)]
    hears = [(each.name, as_words(travels(circle, HOME, mine, now, writer=each.id))) for each in parents]
    hears += [(circle.name_of(each), as_words(travels(circle, each, mine, now))) for each in others]
    tells = [(circle.name_of(each), as_words(travels(circle, mine, each, now))) for each in others]
    tells += [(each.person.name, as_words(each.given(mine))) for each in _professionals(circle, now)]
    photos = circle.allows_photos(PhotoUse.GROUP, now)
    return Table(circle.child.name, hears=tuple(hears), tells=tuple(tells), group_photos=photos)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose view a change alters: the settings that see more or less, and whether what settings share changed."""

    settings: tuple[SettingId, ...]
    between: bool


def concerned_by(before: Circle, after: Circle, chooser: PersonId, now: datetime) -> Concerned:
    """Whom a change concerns: only those who see more or less than before because of it."""
    around = settings_around(after, now)
    told, between = [], False
    for target in around:
        sources = [each for each in around if each != target]
        changed = any(travels(before, each, target, now) != travels(after, each, target, now) for each in sources)
        between = between or changed
        mine = [travels(each, HOME, target, now, writer=chooser) for each in (before, after)]
        if changed or mine[0] != mine[1]:
            told.append(target)
    return Concerned(tuple(told), between)
