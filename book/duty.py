"""Who of a setting is there: at work now or next, away, covering; who has the child, who is due, who is told (rule 10).

What was written of a child today goes before her timetable, and an exception before the week. Civil times are in
the zone that is passed in. Who may know does not depend on any of it: that is :mod:`book.audience`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from book.audience import Note, Order, Verdict
from book.ids import ChildId, PersonId, SettingId
from book.people import STAFF, TOLD_FIRST, Circle, Membership, Presence, Role
from book.reasons import Reason
from book.timing import Pace, civil_instant, free_from, hours_of, next_at_work

# Somebody who is away for longer than this hears nothing of it by catching up.
CATCHES_UP_WITHIN_DAYS = 60
_BEFORE_COVER = (Role.KEY_PERSON, Role.CHILDMINDER, Role.SECOND_KEY_PERSON)


# --- who is at work -----------------------------------------------------------------------------------------------


def is_away(member: Membership, circle: Circle, day: date) -> bool:
    """Whether she is not at work at all on this date."""
    return not hours_of(member, circle, day)


def returns(member: Membership, circle: Circle, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When she is at work again after this instant; None if nobody can say."""
    return next_at_work(member, circle, after, zone, days=CATCHES_UP_WITHIN_DAYS)


# --- who is told for a setting --------------------------------------------------------------------------------------


def told_first(circle: Circle, setting: SettingId, at: datetime, zone: ZoneInfo, *, now: datetime,
               waits: bool = True) -> tuple[Membership, ...]:  # fmt: skip
    """Those through whom the setting may be told of what is free to be told from ``at``, the first to be told first.

    The first of key person, second key person, cover, room staff and manager who is at work. What can wait
    (``waits``) waits until the child comes that day, if that is still to be: whoever is there by then is asked for in
    the same order. Where nobody is at work any more, the first of the next day on which anybody is. Whoever has not
    joined comes after all who have.
    """
    staff = _once_each(circle, setting, now)
    joined = [each for each in staff if circle.is_reached(each.person.id)]
    others = [each for each in staff if not circle.is_reached(each.person.id)]
    return tuple(each for among in (joined, others) for each in _in_turn(circle, setting, among, at, zone, waits=waits))


def _in_turn(circle: Circle, setting: SettingId, staff: Sequence[Membership], at: datetime, zone: ZoneInfo, *,
             waits: bool) -> tuple[Membership, ...]:  # fmt: skip
    comes = {each.person.id: next_at_work(each, circle, at, zone) for each in staff}
    known = [instant for instant in comes.values() if instant is not None]
    if not known:
        return _ranked(circle, staff, at.astimezone(zone).date())
    soonest = min(known)
    until = _by_when(circle, setting, soonest, at, zone) if waits else soonest
    ranked = _ranked(circle, staff, soonest.astimezone(zone).date())

    def turn(member: Membership) -> tuple[bool, datetime]:
        instant = comes[member.person.id]
        if instant is None:
            return (True, datetime.max.replace(tzinfo=zone))
        # Of those who are there in time the rank alone decides, of the others who comes first.
        return (False, until) if instant <= until else (False, instant)

    return tuple(sorted(ranked, key=turn))


def _by_when(circle: Circle, setting: SettingId, soonest: datetime, at: datetime, zone: ZoneInfo) -> datetime:
    """Until when somebody must be there who is told of what can wait."""
    day = soonest.astimezone(zone).date()
    sessions = circle.sessions_on(day, setting)
    if not sessions:
        # Nobody knows when she comes, or she does not come: now if somebody is there, else in the course of the day.
        return soonest if soonest == at else civil_instant(soonest, time(23, 59), zone)
    if circle.presence(day, setting) is Presence.IN:
        return soonest
    starts = [civil_instant(soonest, each.start, zone) for each in sessions]
    return next((start for start in starts if start > soonest), soonest) if min(starts) > soonest else soonest


def _ranked(circle: Circle, staff: Sequence[Membership], day: date) -> tuple[Membership, ...]:
    """Key person, second key person, cover, room staff, manager; a childminder is her setting's key person."""
    covers = {cover for each in staff if (cover := circle.cover_for(each.person.id, day)) is not None}
    ranked = [each for role in _BEFORE_COVER for each in staff if each.role is role]
    ranked += [each for each in staff if each.person.id in covers]
    ranked += [each for role in TOLD_FIRST for each in staff if each.role is role and role not in _BEFORE_COVER]
    once: dict[PersonId, Membership] = {}
    for each in ranked:
        once.setdefault(each.person.id, each)
    return tuple(once.values())


def _unique(members: Iterable[Membership]) -> list[PersonId]:
    return list(dict.fromkeys(each.person.id for each in members))


def _once_each(circle: Circle, setting: SettingId, now: datetime) -> list[Membership]:
    people = _unique(each for each in circle.live(now) if each.setting == setting and each.role in STAFF)
    found = [circle.membership(each, now) for each in people]
    return [each for each in found if each is not None and each.setting == setting]


def through_whom(
    circle: Circle, setting: SettingId, at: datetime, zone: ZoneInfo, *, waits: bool = True
) -> Membership | None:
    """Through whom the setting is told at ``at``: whoever is there, or is there first; None where nobody works there.

    Something ``waits`` where it can wait until the child comes.
    """
    return next(iter(told_first(circle, setting, at, zone, now=at, waits=waits)), None)


def whom_to_tell(note: Note, circle: Circle, *, urgent: bool, now: datetime, zone: ZoneInfo, pace: Pace) -> Order:
    """For the rules of the audience: in which order the people of a setting are told of this note."""

    def order(setting: SettingId | None) -> tuple[PersonId, ...]:
        if setting is None:
            return ()
        at = free_from(note, setting, circle, urgent=urgent, now=now, zone=zone, pace=pace)
        first = told_first(circle, setting, at, zone, now=now, waits=not urgent and note.answers is None)
        return tuple(each.person.id for each in first)

    return order


def usual(circle: Circle, setting: SettingId, among: Iterable[PersonId], now: datetime) -> Membership | None:
    """Through whom, of these people who have joined, the setting is told when everybody is there."""
    staff = [each for each in _once_each(circle, setting, now) if circle.is_reached(each.person.id)]
    able = frozenset(among)
    return next((each for role in TOLD_FIRST for each in staff if each.role is role and each.person.id in able), None)


@dataclass(frozen=True, slots=True)
class Absent:
    """Whoever would have been told were she there, and when she is there again."""

    person: PersonId
    at: datetime


def able_to_be_told(verdicts: Iterable[Verdict]) -> frozenset[PersonId]:
    """Who of these may know and could have been told for her setting."""
    return frozenset(each.member.person.id for each in verdicts if each.told or each.reason is Reason.COLLEAGUES)


def catches_up(
    told: Membership, able: Collection[PersonId], circle: Circle, at: datetime, *, now: datetime, zone: ZoneInfo
) -> Absent | None:
    """In whose place ``told`` hears something at ``at``, if in anybody's: she hears it on her return (rule 10)."""
    if told.setting is None or told.role not in STAFF:
        return None
    absent = usual(circle, told.setting, able, now)
    if absent is None or absent.person.id == told.person.id:
        return None
    back = returns(absent, circle, at, zone)
    # What she may read at the same moment as everybody is no catching up.
    return None if back is None else Absent(absent.person.id, max(back, at))


# --- where the child is ---------------------------------------------------------------------------------------------


def who_has(circle: Circle, at: datetime, zone: ZoneInfo) -> SettingId | None:
    """The setting that has the child at this instant; None: she is at home, as far as anybody knows.

    What was written of her today comes first: she is where she was last seen in, until it is written that she has
    gone, or until another setting's session has begun since.
    """
    day = at.astimezone(zone).date()
    today = [each for each in circle.presences if each.day == day and each.at <= at]
    newest = {each.setting: each for each in today}
    there = [each for each in newest.values() if each.state is Presence.IN]
    begun = [
        (start, session.setting)
        for setting in circle.settings
        for session in circle.sessions_on(day, setting)
        if (start := civil_instant(at, session.start, zone)) <= at < civil_instant(at, session.end, zone)
        and (setting not in newest or newest[setting].state is Presence.IN)
    ]
    if there:
        last = max(there, key=lambda each: each.at)
        since = [each for each in begun if each[0] > last.at and each[1] != last.setting]
        return max(since)[1] if since else last.setting
    return max(begun)[1] if begun else None


def is_in_today(circle: Circle, setting: SettingId, day: date) -> bool:
    """Whether the child is one of the setting's children of this date; where nobody knows its days, she may be."""
    match circle.presence(day, setting):
        case Presence.IN | Presence.GONE:
            return True
        case Presence.AWAY:
            return False
        case None:
            return circle.has_no_timetable(setting, day) or bool(circle.sessions_on(day, setting))


@dataclass(frozen=True, slots=True)
class InToday:
    """How one child stands with one setting on one date."""

    child: ChildId
    name: str
    state: Presence | None  # None: due, and nothing written yet
    start: time | None
    end: time | None


def who_is_in(circles: Iterable[Circle], setting: SettingId, day: date) -> tuple[InToday, ...]:
    """The setting's children of this date, those who were said not to come included, by name."""
    found = []
    for circle in circles:
        state = circle.presence(day, setting)
        sessions = circle.sessions_on(day, setting)
        if state is None and circle.is_off(setting, day):
            state = Presence.AWAY
        if setting not in circle.settings or not (is_in_today(circle, setting, day) or state is Presence.AWAY):
            continue
        found.append(
            InToday(
                circle.child.id,
                circle.child.name,
                state,
                sessions[0].start if sessions else None,
                sessions[-1].end if sessions else None,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.name, each.child)))


def who_is_due(circle: Circle, at: datetime, zone: ZoneInfo) -> tuple[SettingId, ...]:
    """The settings to which the child is still to come on this day, in the order in which she comes."""
    day = at.astimezone(zone).date()
    due = [
        (session.start, setting)
        for setting in circle.settings
        if circle.presence(day, setting) is None
        for session in circle.sessions_on(day, setting)
        if at < civil_instant(at, session.start, zone)
    ]
    return tuple(dict.fromkeys(setting for _, setting in sorted(due)))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which this civil day is over."""
    noon = datetime.combine(day, time(12), tzinfo=zone) + timedelta(days=1)
    return civil_instant(noon, time(0), zone)


def key_children(circles: Iterable[Circle], person: PersonId, setting: SettingId, now: datetime) -> list[Circle]:
    """The children whose key person she is there, or whom she has to herself."""
    return [
        circle
        for circle in circles
        if any(
            each.person.id == person and each.setting == setting and each.role in (Role.KEY_PERSON, Role.CHILDMINDER)
            for each in circle.live(now)
        )
    ]


# --- whose "all mine" ---------------------------------------------------------------------------------------------


def her_own(circles: Iterable[Circle], person: PersonId, now: datetime) -> list[Circle]:
    """The children that somebody of a setting means by "all mine"; none where she is family of one of them.

    Those whose key person or childminder she is; where there are none, those whose second key person; else everybody
    with whom she works.
    """
    mine = [(circle, me) for circle in circles if (me := circle.membership(person, now)) is not None]
    if any(me.role not in STAFF for _, me in mine):
        return []
    for roles in ((Role.KEY_PERSON, Role.CHILDMINDER), (Role.SECOND_KEY_PERSON,)):
        if found := [circle for circle, me in mine if me.role in roles]:
            return found
    return [circle for circle, _ in mine]


def has_her_own(circles: Iterable[Circle], person: PersonId, now: datetime) -> bool:
    """Whether some of them are hers alone to write about, rather than everybody's who works there."""
    roles = {me.role for circle in circles if (me := circle.membership(person, now)) is not None}
    return not roles.isdisjoint({Role.KEY_PERSON, Role.CHILDMINDER, Role.SECOND_KEY_PERSON})


def in_today(circles: Iterable[Circle], person: PersonId, day: date, now: datetime) -> list[Circle]:
    """Of these, who is in on this date where she works with them."""
    return [
        circle
        for circle in circles
        if (me := circle.membership(person, now)) is not None
        and me.setting is not None
        and is_in_today(circle, me.setting, day)
    ]
