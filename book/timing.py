"""When somebody hears of an entry: at once, at the start of her day, with the page of the day, at a handover.

Civil times are in the setting's zone; what comes back are UTC instants and the few words an acknowledgement
shows for them. The defaults are those of the conversations' table. Knows no clock: ``now`` is passed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from book.audience import Note
from book.ids import SettingId
from book.people import STAFF, Circle, Hears, Membership, Presence, Role, SettingKind
from book.topics import Topic

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")

PAGE_OF_THE_DAY = time(17, 0)
HANDOVER_BEFORE = timedelta(minutes=15)
AFTER_COLLECTION = timedelta(minutes=15)
_FRIDAY = 4
_LONGEST_HOLIDAY = 70  # days
_PARENTS = (time(7, 0), time(20, 30))
_STAFF = (time(7, 30), time(18, 30))
_CHILDMINDER = (time(7, 0), time(20, 30))
_WEEKDAYS = frozenset(range(5))
_EVERY_DAY = frozenset(range(7))
# A parent would want to be rung about these (conversations, defaults).
AT_ONCE = frozenset({Topic.INCIDENT, Topic.MEDICATION, Topic.QUESTION})
# Whoever asked for fewer messages would otherwise read of an illness days later, or never.
_FEWER = frozenset({Hears.ONCE_A_DAY, Hears.FRIDAYS, Hears.IF_IT_MATTERS})


@dataclass(frozen=True, slots=True)
class Pace:
    """The short times an operator may choose: how long an ordinary relay can still be undone."""

    undo: timedelta
    undo_several: timedelta  # several children, or a photo
    gather: timedelta  # a burst of one sender gets one acknowledgement after this much quiet
    album: timedelta = timedelta(seconds=2)  # and an album is whole after this much
    one_by_one: timedelta = timedelta(seconds=60)  # or this long after its first, where a platform has none


def civil_instant(day: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a civil time on ``day``'s date in ``zone``.

    A time the clocks skip in spring moves forward to the first that exists; a time they repeat in autumn is
    the first of the two. ``day`` is any aware instant of that civil day.

    >>> london = ZoneInfo("Europe/London")
    >>> civil_instant(datetime(2026, 3, 29, 12, tzinfo=UTC), time(1, 30), london).isoformat()
    '2026-03-29T01:00:00+00:00'
    >>> civil_instant(datetime(2026, 10, 25, 12, tzinfo=UTC), time(1, 30), london).isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    return _civil_instant(day.astimezone(zone).date(), at, zone)


@lru_cache(maxsize=4096)
def _civil_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    # A day has few such times, and each is asked for again with every message.
    local = datetime.combine(day, at, tzinfo=zone).replace(fold=0)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).time() != at:
        # In the spring gap: read with the offset before the change, fold=0 lands an hour past the gap's start;
        # the first civil minute that exists is where the offset changes.
        while instant.astimezone(zone).utcoffset() == (instant - timedelta(minutes=1)).astimezone(zone).utcoffset():
            instant -= timedelta(minutes=1)
    return instant


def when_to_tell(
    note: Note, member: Membership, circle: Circle, *, urgent: bool, now: datetime, zone: ZoneInfo, pace: Pace
) -> datetime:
    """The instant from which ``member`` may be told of ``note``; urgent news never waits.

    An answer has no undo time; several children or a photo have a longer one (pace.undo_several is chosen by
    the caller through ``pace``).
    """
    if urgent:
        return now
    soonest = now if note.answers is not None else now + pace.undo
    if member.role in STAFF:
        handover = _told_at_handover(note, member.setting, circle, soonest, zone)
        if handover is not None:
            return _next_at_work(member, circle, handover, zone)
        at_work = _next_at_work(member, circle, soonest, zone)
        # Her list is for the children of the day; in the middle of it she is rung only about one who is there or due.
        if _is_for_the_list(note) and at_work == soonest and not is_there_or_due(member.setting, circle, at_work, zone):
            return _next_at_work(member, circle, _next_midnight(at_work, zone), zone)
        return at_work
    if _is_of_the_day(note, member):
        return _as_she_chose(note, member, circle, soonest, zone)
    return _within(_PARENTS, _EVERY_DAY, soonest, zone)


def _is_of_the_day(note: Note, member: Membership) -> bool:
    """Whether family hears of it when they hear of the day, and not at once."""
    at_once = AT_ONCE | ({Topic.HEALTH} if _hears(member) in _FEWER else frozenset())
    return note.from_staff and note.answers is None and not at_once & _topics(note)


def is_left_out(note: Note, member: Membership, *, urgent: bool) -> bool:
    """Whether ``member`` is told of it by no message at all, because she asked for what matters alone.

    It is in the book, and she reads it there when she asks.
    """
    is_family = member.role not in STAFF
    return is_family and not urgent and _hears(member) is Hears.IF_IT_MATTERS and _is_of_the_day(note, member)


def _hears(member: Membership) -> Hears:
    """When a parent wants to hear of the day; to everybody else it comes with the page."""
    return member.person.hears if member.role is Role.PARENT else Hears.AT_FIVE


def free_from(
    note: Note, setting: SettingId | None, circle: Circle, *, urgent: bool, now: datetime, zone: ZoneInfo, pace: Pace
) -> datetime:
    """The instant from which a setting may be told of ``note``, whoever of it then is there."""
    if urgent:
        return now
    soonest = now if note.answers is not None else now + pace.undo
    handover = _told_at_handover(note, setting, circle, soonest, zone)
    if handover is not None:
        return handover
    if _is_for_the_list(note) and not is_there_or_due(setting, circle, soonest, zone):
        staff = circle.staff_of(setting, now) if setting is not None else ()
        if any(next_at_work(each, circle, soonest, zone) == soonest for each in staff):
            return _next_midnight(soonest, zone)
    return soonest


def _told_at_handover(
    note: Note, setting: SettingId | None, circle: Circle, soonest: datetime, zone: ZoneInfo
) -> datetime | None:
    """What one setting writes is told to another a quarter of an hour before the child changes hands."""
    asks = Topic.QUESTION in _topics(note)  # somebody waits for the answer: it does not wait for the handover
    if note.from_staff and setting != note.author_setting and note.answers is None and not asks:
        return _handover(setting, circle, soonest, zone)
    return None


def _is_for_the_list(note: Note) -> bool:
    return not note.from_staff and note.answers is None and Topic.COMPLAINT not in _topics(note)


def _topics(note: Note) -> set[Topic]:
    return {subject.topic for subject in note.subjects}


def _handover(setting: SettingId | None, circle: Circle, soonest: datetime, zone: ZoneInfo) -> datetime | None:
    """A quarter of an hour before the child changes hands today, if that is still to come."""
    starts = sorted(each.start for each in circle.sessions_on(soonest.astimezone(zone).date(), setting))
    handovers = [civil_instant(soonest, start, zone) - HANDOVER_BEFORE for start in starts]
    return next((handover for handover in handovers if handover > soonest), None)


def is_there_or_due(setting: SettingId | None, circle: Circle, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the child is with this setting or still to come today; where no timetable is known, she may be.

    What was written of her there today goes before the timetable. A childminder has the child to herself and no
    list through the day: to her the note is always about today.
    """
    if setting is None or circle.kind_of(setting) is SettingKind.CHILDMINDER:
        return True
    day = at.astimezone(zone).date()
    match circle.presence(day, setting):
        case Presence.IN:
            return True
        case Presence.GONE | Presence.AWAY:
            return False
        case None:
            pass
    if circle.has_no_timetable(setting, day):
        return not circle.is_shut(setting, day)
    return any(at < civil_instant(at, each.end, zone) for each in circle.sessions_on(day, setting))


def _next_at_work(member: Membership, circle: Circle, soonest: datetime, zone: ZoneInfo) -> datetime:
    return next_at_work(member, circle, soonest, zone) or soonest


def next_at_work(
    member: Membership, circle: Circle, soonest: datetime, zone: ZoneInfo, *, days: int = 9
) -> datetime | None:
    """The first instant from ``soonest`` at which she is at work; None if that is in none of the next ``days``.

    Days on which nobody of her setting is at work are not counted: after a holiday she is back as before it.
    """
    for day in _days_from(soonest, zone, _LONGEST_HOLIDAY):
        local = day.astimezone(zone).date()
        hours = hours_of(member, circle, local)
        for begins, ends in hours:
            start, end = civil_instant(day, begins, zone), civil_instant(day, ends, zone)
            if soonest < end:
                return max(soonest, start)
        days -= bool(hours) or not circle.is_unstaffed(member.setting, local)
        if days <= 0:
            return None
    return None


def hours_of(member: Membership, circle: Circle, day: date) -> list[tuple[time, time]]:
    """When she is at work on this date, in civil time; her role's usual hours where nobody wrote down hers.

    Whoever covers a colleague on a day on which she would not be at work herself works that colleague's hours,
    unless she has said that she is away.
    """
    mine = [duty for duty in circle.duties if duty.person == member.person.id]
    if circle.is_unstaffed(member.setting, day):
        # Who said that she works on this very day does.
        mine = [duty for duty in mine if duty.day == day]
        return [(each.start, each.end) for each in mine[-1:] if not each.off]
    if any(duty.day in (None, day) for duty in mine):
        hours = [(duty.start, duty.end) for duty in circle.duties_on(day, member.person.id)]
        said_away = any(duty.day == day and duty.off for duty in mine)
        return hours if hours or said_away else _covered_hours(member, circle, day)
    hours_, days = (_CHILDMINDER, _EVERY_DAY) if member.role is Role.CHILDMINDER else (_STAFF, _WEEKDAYS)
    return [hours_] if day.weekday() in days else _covered_hours(member, circle, day)


def _covered_hours(member: Membership, circle: Circle, day: date) -> list[tuple[time, time]]:
    away = circle.covered_by(member.person.id, day)
    if away is None:
        return []
    weekly = [each for each in circle.duties if each.person == away and each.day is None]
    if not weekly:
        return [_STAFF]
    return [(each.start, each.end) for each in weekly if each.weekday == day.weekday()]


def in_the_day(soonest: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from ``soonest`` on at which families are awake; for news that is not urgent."""
    return _within(_PARENTS, _EVERY_DAY, soonest, zone)


def when_at_hand(member: Membership, circle: Circle, soonest: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from ``soonest`` at which she may be told something that is no entry: at work, or awake."""
    if member.role in STAFF:
        return _next_at_work(member, circle, soonest, zone)
    return _within(_PARENTS, _EVERY_DAY, soonest, zone)


def _within(hours: tuple[time, time], days: frozenset[int], soonest: datetime, zone: ZoneInfo) -> datetime:
    for day in _days_from(soonest, zone):
        if day.astimezone(zone).weekday() not in days:
            continue
        start, end = (civil_instant(day, at, zone) for at in hours)
        if soonest < end:
            return max(soonest, start)
    raise AssertionError("no day in nine has hours")


def _days_from(instant: datetime, zone: ZoneInfo, days: int = 9) -> Iterator[datetime]:
    """Noon of this civil day and of those that follow; counting in hours would leap over one in spring."""
    noon = civil_instant(instant, time(12), zone)
    return (noon + timedelta(days=ahead) for ahead in range(days))


def _next_midnight(instant: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = civil_instant(instant, time(12), zone) + timedelta(days=1)
    return civil_instant(tomorrow, time(0), zone)


def _as_she_chose(note: Note, member: Membership, circle: Circle, soonest: datetime, zone: ZoneInfo) -> datetime:
    """When family hears what a setting wrote of the day: a parent when she wants to, everybody else with the page."""
    match _hears(member):
        case Hears.AS_IT_HAPPENS:
            return _within(_PARENTS, _EVERY_DAY, soonest, zone)
        case Hears.COLLECTED:
            day = soonest.astimezone(zone).date()
            ends = [each.end for each in circle.sessions_on(day, note.author_setting)]
            if not ends:
                return _next_page(civil_instant(soonest, PAGE_OF_THE_DAY, zone), soonest, zone)
            collected = civil_instant(soonest, max(ends), zone) + AFTER_COLLECTION
            return _next_page(collected, soonest, zone)
        case Hears.FRIDAYS:
            # What comes after the page of a Friday is next week's: she chose one page a week.
            fridays = (
                civil_instant(day, PAGE_OF_THE_DAY, zone)
                for day in _days_from(soonest, zone)
                if day.astimezone(zone).weekday() == _FRIDAY
            )
            return next(each for each in fridays if soonest <= each)
        case Hears.ONCE_A_DAY:
            pages = (civil_instant(day, PAGE_OF_THE_DAY, zone) for day in _days_from(soonest, zone))
            return next(each for each in pages if soonest <= each)
        case Hears.AT_FIVE | Hears.IF_IT_MATTERS:
            return _next_page(civil_instant(soonest, PAGE_OF_THE_DAY, zone), soonest, zone)
        case never:
            assert_never(never)


def _next_page(page: datetime, soonest: datetime, zone: ZoneInfo) -> datetime:
    if soonest <= page:
        return page
    # After the page of the day has gone, the rest is told while she is awake, else in the morning.
    return _within(_PARENTS, _EVERY_DAY, soonest, zone)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a moment to come is written in an acknowledgement."""

    words: str  # "7:30", "this evening", "Monday 7:30"; empty for now


def show(at: datetime, *, now: datetime, zone: ZoneInfo, to_parent: bool) -> Shown:
    """The words for ``at`` as seen at ``now``: nothing within two minutes, else civil time and day.

    >>> london = ZoneInfo("Europe/London")
    >>> show(datetime(2026, 11, 24, 7, 30, tzinfo=UTC), now=datetime(2026, 11, 24, 6, 2, tzinfo=UTC),
    ...      zone=london, to_parent=False).words
    '7:30'
    """
    if at - now <= timedelta(minutes=2):
        return Shown("")
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if to_parent and local.date() == today and local.time() == PAGE_OF_THE_DAY:
        return Shown("this evening")
    clock = spoken_time(local)
    ahead = (local.date() - today).days
    # Within half a day nobody takes "7:00" for another morning than the next (dialogue 30).
    if ahead == 0 or at - now < timedelta(hours=12):
        return Shown(clock)
    if ahead < 7:
        return Shown(f"{WEEKDAYS[local.weekday()]} {clock}")
    return Shown(f"{WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {clock}")


def spoken_time(local: datetime) -> str:
    """A civil time as people write it: ``6:02``, ``12:45``; no leading zero, no am or pm."""
    return f"{local.hour}:{local.minute:02d}"


def spoken_week(week: Collection[int], start: time, end: time) -> str:
    """Weekdays and times as people write them: ``Mon, Wed, Fri 8:00–15:00``."""
    days = ", ".join(WEEKDAYS[day][:3] for day in sorted(week))
    return f"{days} {start.hour}:{start.minute:02d}–{end.hour}:{end.minute:02d}"


def spoken_day(day: date) -> str:
    """A date as people write it: ``Friday 27 November``."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
