"""The people around one child: who they are, in which role, from when to when.

Memberships are a log: nothing in it is changed, a later line about the same person, child, role and setting
replaces the earlier one. Knows nothing of addresses, messages or what may be told to whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Self, TypeVar

from book.calendar import ANY_DAY, IN_TERM_TIME, WEEKDAYS, Calendar, is_staffed, shut_by_date
from book.ids import ChildId, PersonId, RoomId, SettingId
from book.sharing import Choice, PhotoChoice, PhotoUse, photo_use_allowed
from book.topics import Group


class Role(StrEnum):
    PARENT = "parent"
    FAMILY = "family"
    KEY_PERSON = "key_person"
    SECOND_KEY_PERSON = "second_key_person"
    ROOM_STAFF = "room_staff"
    CHILDMINDER = "childminder"
    MANAGER = "manager"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    DEPUTY_LEAD = "deputy_lead"
    SENCO = "senco"
    PROFESSIONAL = "professional"


WEIGHT = {role: weight for weight, role in enumerate(Role)}
"""Of several roles of one person the lightest counts; names are read out in the same order."""

STAFF = frozenset(
    {
        Role.KEY_PERSON,
        Role.SECOND_KEY_PERSON,
        Role.ROOM_STAFF,
        Role.CHILDMINDER,
        Role.MANAGER,
        Role.SAFEGUARDING_LEAD,
        Role.DEPUTY_LEAD,
        Role.SENCO,
    }
)
# Who is in the book through one parent, as long as she is.
GUESTS = frozenset({Role.FAMILY, Role.PROFESSIONAL})
# Rule 10: a setting is told through the first of these who is there.
TOLD_FIRST = (Role.KEY_PERSON, Role.CHILDMINDER, Role.SECOND_KEY_PERSON, Role.ROOM_STAFF, Role.MANAGER)


class SettingKind(StrEnum):
    NURSERY = "nursery"
    CHILDMINDER = "childminder"
    PRESCHOOL = "preschool"
    SCHOOL = "school"
    CLUB = "club"


class Pronoun(StrEnum):
    """How somebody is spoken of, where the roll says so; nobody guesses it from a name."""

    SHE = "she"
    HE = "he"
    THEY = "they"


class Hears(StrEnum):
    """When a parent hears of a day at a setting, as she chose; what she wants to be rung about never waits."""

    AT_FIVE = "17:00"
    COLLECTED = "collected"
    AS_IT_HAPPENS = "at once"
    FRIDAYS = "fridays"
    ONCE_A_DAY = "daily"  # the page and nothing after it
    IF_IT_MATTERS = "matters"  # nothing of the day by itself: it is in the book


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str  # as people call her: "Hannah"
    language: str = "en"
    full_name: str = ""  # as the roll has it: "Hannah Reed"; empty where only the name is known
    pronoun: Pronoun = Pronoun.THEY
    direct_line: str = ""  # where she is rung at work, as people write it; a safeguarding lead's alone
    free_at: time | None = None  # about when she is usually free to answer, as she said herself
    hears: Hears = Hears.AT_FIVE  # where she is a parent

    @property
    def in_full(self) -> str:
        """As she is named to somebody who does not know her: "Sam Okoro"."""
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class Setting:
    id: SettingId
    kind: SettingKind
    name: str  # short, as people say it: "Sunshine"
    telephone: str = ""
    by_hand: bool = False  # has not joined: a name and a telephone
    both_parents: bool = False  # nothing travels to it or from it until every parent has chosen
    council_line: str = ""  # the council's children's team, as people write it

    @property
    def usual_calendar(self) -> Calendar:
        """Its calendar as long as nothing was written down: nobody is shut out by what nobody said."""
        match self.kind:
            case SettingKind.CHILDMINDER:
                return ANY_DAY
            case SettingKind.PRESCHOOL | SettingKind.SCHOOL:
                return IN_TERM_TIME
        return WEEKDAYS


class Standing(StrEnum):
    """What one line of the membership log says."""

    PENDING = "pending"
    LIVE = "live"
    ENDED = "ended"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Membership:
    """One line of the log. ``setting`` is where staff work, and for a parent the setting she joined through.

    ``days`` are the weekdays (0 is Monday) on which family sees the child's day, None for every day; ``sees`` are the
    groups of topics family or a professional was given, None where the role alone says what she sees, and ``sees_of``
    what a professional sees beside it of one place alone: of a setting, or of home. ``made_by`` wrote the line: where
    family and professionals are meant, the parent they came through.
    """

    id: int
    person: Person
    role: Role
    setting: SettingId | None
    standing: Standing
    since: datetime
    until: datetime | None = None
    room: RoomId | None = None
    days: frozenset[int] | None = None
    sees: frozenset[Group] | None = None
    sees_of: frozenset[tuple[SettingId | None, Group]] = frozenset()
    of_whole_setting: bool = False  # a manager, a lead, a room's tablet: hers by the setting, not by the child
    made_by: PersonId | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at this instant."""
        return self.standing is Standing.LIVE and self._holds(now)

    def given(self, source: SettingId | None) -> frozenset[Group]:
        """The groups that somebody who was given some sees of one place; ``source`` None is home."""
        return (self.sees or frozenset()) | {group for place, group in self.sees_of if place == source}

    def is_restricted(self, now: datetime) -> bool:
        """Whether it shuts this person out at this instant."""
        return self.standing is Standing.RESTRICTED and self._holds(now)

    def _holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Child:
    id: ChildId
    name: str
    nicknames: tuple[str, ...] = ()
    pronoun: Pronoun = Pronoun.THEY

    @property
    def names(self) -> tuple[str, ...]:
        """All that she is called, her name first."""
        return (self.name, *self.nicknames)


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a setting: "Butterfly"."""

    id: RoomId
    setting: SettingId
    name: str


@dataclass(frozen=True, slots=True)
class Session:
    """When a child is with a setting, on one weekday (0 is Monday), in the setting's civil time.

    With ``day`` it is an exception that counts on that date alone, in place of what the weekday says for this
    setting; ``off`` says that she does not come then. An exception that nobody of the setting confirmed yet counts
    like any other: whoever waits for a child who does not come is rung, and the other way round is worse. A weekly
    line counts from ``since`` and until the day before ``until``, where either is given.
    """

    setting: SettingId
    weekday: int
    start: time
    end: time
    day: date | None = None
    off: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """When a person is at work, on one weekday (0 is Monday), in civil time; ``day`` and ``off`` as for a session."""

    person: PersonId
    weekday: int
    start: time
    end: time
    day: date | None = None
    off: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """Who does an absent colleague's work on one day."""

    setting: SettingId
    away: PersonId
    cover: PersonId
    day: date


class Presence(StrEnum):
    """Whether a child is there."""

    IN = "in"
    GONE = "gone"
    AWAY = "away"  # said not to come


@dataclass(frozen=True, slots=True)
class Present:
    """What was last written of one child at one setting on one day."""

    setting: SettingId
    day: date
    state: Presence
    at: datetime


_INSTANTS = 8  # of which it is known at a time who counts


@dataclass(frozen=True, slots=True)
class _Counting:
    """Who counts in a circle at one instant."""

    live: tuple[Membership, ...]
    by_person: dict[PersonId, Membership]
    parents: tuple[Membership, ...]

    @classmethod
    def of(cls, memberships: Iterable[Membership], now: datetime) -> Self:
        barred = {each.person.id for each in memberships if each.is_restricted(now)}
        here = [each for each in memberships if each.is_live(now) and each.person.id not in barred]
        with_it = {each.setting for each in here if not each.of_whole_setting}
        live = tuple(each for each in here if not each.of_whole_setting or each.setting in with_it)
        by_person: dict[PersonId, Membership] = {}
        for each in live:
            known = by_person.setdefault(each.person.id, each)
            if WEIGHT[each.role] < WEIGHT[known.role]:
                by_person[each.person.id] = each
        return cls(live, by_person, tuple(each for each in live if each.role is Role.PARENT))


@dataclass(frozen=True, slots=True)
class Circle:
    """The people around one child as the log has them, with the choices and times that decide what they hear."""

    child: Child
    memberships: tuple[Membership, ...]
    settings: dict[SettingId, Setting] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    sessions: tuple[Session, ...] = ()
    duties: tuple[Duty, ...] = ()
    covers: tuple[Cover, ...] = ()
    presences: tuple[Present, ...] = ()
    photo_choices: tuple[PhotoChoice, ...] = ()
    rooms: dict[SettingId, Room] = field(default_factory=dict)  # the room she is in, for each setting that has rooms
    devices: frozenset[PersonId] = frozenset()  # of those around her, who is a room's tablet and nobody
    calendars: Mapping[SettingId, Calendar] = field(default_factory=dict)  # of the settings she is with
    joined: frozenset[PersonId] | None = None  # of those around her, whom a message can reach; None: nobody looked
    # Who counts is asked some thirty times of each message, always of one instant.
    _found: dict[datetime, _Counting] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_reached(self, person: PersonId) -> bool:
        """Whether there is somewhere to tell this person, as far as anybody looked."""
        return self.joined is None or person in self.joined

    def sessions_on(self, day: date, setting: SettingId | None) -> tuple[Session, ...]:
        """When the child is with ``setting`` on this date, exceptions counted; in order of their start.

        On a day on which the setting is shut she is there only if that was said of the very day.
        """
        mine = [each for each in self.sessions if each.setting == setting]
        if self.is_shut(setting, day):
            mine = [each for each in mine if each.day == day]
        return tuple(sorted(_on(day, mine), key=lambda each: each.start))

    def duties_on(self, day: date, person: PersonId) -> tuple[Duty, ...]:
        """When this person is at work on this date, exceptions counted; in order of their start."""
        mine = [each for each in self.duties if each.person == person]
        return tuple(sorted(_on(day, mine), key=lambda each: each.start))

    def is_shut(self, setting: SettingId | None, day: date) -> bool:
        """Whether no child comes to this setting on this date, as its calendar has it."""
        calendar = self.calendars.get(setting) if setting is not None else None
        return calendar is not None and shut_by_date(calendar, day) is not None

    def is_unstaffed(self, setting: SettingId | None, day: date) -> bool:
        """Whether nobody is at work in this setting on this date, as its calendar has it."""
        calendar = self.calendars.get(setting) if setting is not None else None
        return calendar is not None and not is_staffed(calendar, day)

    def has_no_timetable(self, setting: SettingId, day: date) -> bool:
        """Whether nobody has written down when she is with this setting, neither for this date nor for all weeks."""
        mine = [each for each in self.sessions if each.setting == setting]
        return not any(each.day == day or (each.day is None and _counts(each, day)) for each in mine)

    def is_off(self, setting: SettingId, day: date) -> bool:
        """Whether it was said that she does not come to this setting on this date."""
        lines = [each for each in self.sessions if (each.setting, each.day) == (setting, day)]
        return bool(lines) and lines[-1].off

    def kind_of(self, setting: SettingId) -> SettingKind | None:
        found = self.settings.get(setting)
        return None if found is None else found.kind

    def cover_for(self, away: PersonId, day: date) -> PersonId | None:
        """Who does this person's work on this date; the newest line counts."""
        lines = [each.cover for each in self.covers if (each.away, each.day) == (away, day)]
        return lines[-1] if lines else None

    def covered_by(self, person: PersonId, day: date) -> PersonId | None:
        """Whose work this person does on this date, if anybody's."""
        away = dict.fromkeys(each.away for each in self.covers if each.day == day)
        return next((each for each in away if self.cover_for(each, day) == person), None)

    def presence(self, day: date, setting: SettingId) -> Presence | None:
        """What was last written of her there on this date; None if nothing was."""
        lines = [each for each in self.presences if (each.day, each.setting) == (day, setting)]
        return lines[-1].state if lines else None

    def allows_photos(self, use: PhotoUse, now: datetime) -> bool:
        """Whether those who are parents now let pictures of her be used so."""
        return photo_use_allowed(self.photo_choices, use, [each.person.id for each in self.parents(now)])

    def live(self, now: datetime) -> tuple[Membership, ...]:
        """Who counts at this instant, in the order in which they came.

        Somebody restricted in one role ceases to exist for this child's book in every other (rule 5). Who stands in
        the circle through a whole setting does so while the child is with that setting: as long as anybody is who
        belongs to this child there, a parent who joined through it among them.
        """
        return self._counting(now).live

    def membership(self, person: PersonId, now: datetime) -> Membership | None:
        """This person's membership that counts now; a child-level role before a setting-level one."""
        return self._counting(now).by_person.get(person)

    def once_each(self, now: datetime) -> Iterable[Membership]:
        """Everybody's membership that counts now, in the order in which they came."""
        return self._counting(now).by_person.values()

    def parents(self, now: datetime) -> tuple[Membership, ...]:
        return self._counting(now).parents

    def _counting(self, now: datetime) -> _Counting:
        found = self._found.get(now)
        if found is None:
            if len(self._found) >= _INSTANTS:
                self._found.clear()  # whoever asks now asks of other instants
            found = self._found[now] = _Counting.of(self.memberships, now)
        return found

    def staff_of(self, setting: SettingId, now: datetime) -> tuple[Membership, ...]:
        return tuple(each for each in self.live(now) if each.setting == setting and each.role in STAFF)

    def name_of(self, setting: SettingId) -> str:
        """What people call a setting: a nursery by its name, a childminder by hers."""
        if self.settings[setting].kind is SettingKind.CHILDMINDER:
            for member in self.memberships:
                if member.role is Role.CHILDMINDER and member.setting == setting:
                    return member.person.name
        return self.settings[setting].name

    def person(self, person: PersonId) -> Person | None:
        """Anyone who was ever in this circle, for naming the author of an old entry."""
        return next((each.person for each in self.memberships if each.person.id == person), None)


_Hours = TypeVar("_Hours", Session, Duty)


def _on(day: date, lines: Sequence[_Hours]) -> list[_Hours]:
    """An exception takes the place of the whole weekday; the newest exception of a date counts."""
    of_the_day = [each for each in lines if each.day == day]
    if of_the_day:
        return [] if of_the_day[-1].off else [each for each in of_the_day if not each.off]
    return [each for each in lines if each.day is None and each.weekday == day.weekday() and _counts(each, day)]


def _counts(weekly: Session | Duty, day: date) -> bool:
    return (weekly.since is None or weekly.since <= day) and (weekly.until is None or day < weekly.until)


def settings_run(posts: Iterable[Membership], now: datetime) -> tuple[SettingId, ...]:
    """The settings that somebody with these posts manages now, in their order."""
    found = [each.setting for each in posts if each.role is Role.MANAGER and each.is_live(now)]
    return tuple(dict.fromkeys(setting for setting in found if setting is not None))


def latest(lines: Iterable[tuple[ChildId | None, Membership]]) -> tuple[Membership, ...]:
    """The log without what later lines replaced; the order of first appearance is kept."""
    newest: dict[tuple[object, ...], Membership] = {}
    for child, line in lines:
        newest[(child, line.person.id, line.role, line.setting)] = line
    return tuple(newest.values())
