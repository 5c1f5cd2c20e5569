"""Who of a setting works when: "off sick today", "I work Mon–Thu", who covers whom; and what follows from it.

Whoever says that she is off hears nothing more on those days: what waited for her goes to whoever is there in her
place, in the same step, and she catches up on her return. A cover is her manager's to choose; until she does, rule
10 has the second key person told anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from book import duty
from book.deliveries import Lane, NoticeState
from book.entries import Entry
from book.ids import ChildId, NoticeId, PersonId, SettingId
from book.notices import AcknowledgementChanged, Choice, Kind, Offer, Said
from book.people import STAFF, Circle, Cover, Duty, Membership, Person, Role
from book.reasons import Reason
from book.timing import spoken_day, spoken_week
from book.understanding.commands import Command
from book.understanding.days_said import coming_day
from book.understanding.lexicon import fold
from book.understanding.timetable import Covers, Off, Somebody, Works, may_be_duty, read_duty
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import told_of
from handlers.nobody_there import tell_parents
from storage.audit import Deed
from storage.conversations import Offered
from storage.filing import Filing, NewNotice
from storage.roster import NewCover, NewDuty, NewMembership, Roster
from storage.situations import Situation
from storage.vault import Owner

WORKING_HOURS = (time(7, 30), time(18, 30))
_WHOLE_DAY = (time(0), time(23, 59))
_MOST_CHOICES = 8
_IN_THE_ROOM = (Role.SECOND_KEY_PERSON, Role.ROOM_STAFF, Role.KEY_PERSON)

may_be = may_be_duty


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What a member of staff says of her work; None: it is a note."""
    person = situation.person
    if person is None or situation.replied is not None:
        return None
    settings = settings_of(situation, desk, person.id)
    if not settings:
        return None
    staff = [Somebody(each.person.id, each.person.name) for each in colleagues(situation, desk, settings)]
    match read_duty(situation.taken.incoming.text, staff, desk.today):
        case Off(days, sick, int(who)):
            return _says_who_is_off(situation, desk, PersonId(who), days, sick=sick)
        case Off(days, sick):
            return (_off(situation, desk, person, settings, days, sick=sick),)
        case Works(days, start, end, int(who)):
            return _says_when_she_works(situation, desk, PersonId(who), days, _hours(start, end))
        case Works(days, start, end):
            hours = _hours(start, end)
            roster = merged(working_days(desk, person.id, each, days, hours) for each in settings)
            said = replies.said(situation, desk, "duty.works")
            return (replace(said, roster=roster),)
        case Covers(cover, away, day):
            return _says_who_covers(situation, desk, PersonId(cover), PersonId(away), day)
        case None:
            return None


def working_days(
    desk: Desk,
    person: PersonId,
    setting: SettingId,
    days: Collection[int],
    hours: tuple[time, time] = WORKING_HOURS,
) -> Roster:
    """Her weekly hours with this setting, in the place of those she had."""
    start, end = hours
    return Roster(
        duties=[NewDuty(desk.ids.new(), person, setting, day, start, end) for day in sorted(days)],
        new_hours=[(person, setting)],
    )


def merged(rosters: Iterable[Roster]) -> Roster:
    """Hours of one person with several settings, written together."""
    every = list(rosters)
    return Roster(
        duties=[each for roster in every for each in roster.duties],
        new_hours=list(dict.fromkeys(each for roster in every for each in roster.new_hours)),
    )


def settings_of(situation: Situation, desk: Desk, person: PersonId) -> list[SettingId]:
    """Where she works, as the circles and posts around the sender say."""
    found = [each for circle in situation.circles.values() for each in circle.live(desk.now)]
    found += [each for each in situation.posts if each.is_live(desk.now)]
    mine = [each for each in found if each.person.id == person and each.role in STAFF and each.setting is not None]
    return list(dict.fromkeys(each.setting for each in mine if each.setting is not None))


def colleagues(situation: Situation, desk: Desk, settings: Collection[SettingId]) -> list[Membership]:
    """Everybody who works at these settings, each once, without the devices."""
    found: dict[PersonId, Membership] = {}
    for circle in situation.circles.values():
        for member in circle.live(desk.now):
            if member.role in STAFF and member.setting in settings and member.person.id not in circle.devices:
                found.setdefault(member.person.id, member)
    return list(found.values())


def is_manager(situation: Situation, desk: Desk, setting: SettingId) -> bool:
    """Whether the sender manages this setting."""
    assert situation.person is not None
    me = situation.person.id
    found = [each for circle in situation.circles.values() for each in circle.live(desk.now)]
    found += [each for each in situation.posts if each.is_live(desk.now)]
    return any(each.person.id == me and each.role is Role.MANAGER and each.setting == setting for each in found)


# --- off ----------------------------------------------------------------------------------------------------------


def _off(
    situation: Situation, desk: Desk, person: Person, settings: Sequence[SettingId], days: Sequence[date], *, sick: bool
) -> Filing:
    new = [
        NewDuty(desk.ids.new(), person.id, setting, day.weekday(), *_WHOLE_DAY, day=day, off=True)
        for setting in settings
        for day in days
    ]
    away = tuple(Duty(person.id, each.weekday, each.start, each.end, day=each.day, off=True) for each in new)
    circles = {child: replace(each, duties=(*each.duties, *away)) for child, each in situation.circles.items()}
    told = _tell_colleagues(situation, desk, person, settings[0], circles, days)
    parents = tell_parents(situation, desk, person, settings, circles.values(), days)
    handed = hand_over(situation, desk, person.id, circles, days)
    assert situation.person is not None
    if situation.person.id == person.id:
        said = Said("duty.off.parents") if parents else _answer(told, days, sick=sick, now=desk.today)
        answer = replies.say(situation, desk, said)
    else:
        answer = _put_down(situation, desk, person, days[0])
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        roster=Roster(duties=new),
        notices=(answer, *told.notices, *parents, *handed.notices),
        catch_up=handed.catch_up,
        postpone=handed.postpone,
        deeds=(Deed("away", situation.person.id, Owner.setting(settings[0]), person.id, {"days": len(days)}),),
    )


def _says_who_is_off(
    situation: Situation, desk: Desk, who: PersonId, days: Sequence[date], *, sick: bool
) -> tuple[Filing, ...] | None:
    """Her manager says so for her. A child of that name may be meant as well: that is a note."""
    absent, mine = _managed(situation, desk, who)
    return None if absent is None else (_off(situation, desk, absent, mine, days, sick=sick),)


def _managed(situation: Situation, desk: Desk, who: PersonId) -> tuple[Person | None, list[SettingId]]:
    """A colleague of whom the sender may say when she works, and the settings she manages her at; nobody, where a
    child has that name too."""
    mine = [each for each in settings_of(situation, desk, who) if is_manager(situation, desk, each)]
    found = next((each.person for each in colleagues(situation, desk, mine) if each.person.id == who), None)
    if found is None or any(
        fold(found.name) in {fold(name) for name in each.child.names} for each in situation.circles.values()
    ):
        return None, []
    return found, mine


def _put_down(situation: Situation, desk: Desk, person: Person, day: date) -> NewNotice:
    """She is told what was said of her, so that a mistake comes out."""
    assert situation.person is not None
    values = {"name": situation.person.name}
    if day == desk.today:
        return replies.tell(situation, desk, person.id, Said("duty.put_down", values), lane=Lane.REPLY)
    values["day"] = spoken_day(day)
    return replies.tell(situation, desk, person.id, Said("duty.put_down.day", values), lane=Lane.REPLY)


@dataclass(frozen=True, slots=True)
class _Told:
    """Who of her colleagues is told that she is off."""

    managers: tuple[str, ...]
    room: str
    notices: tuple[NewNotice, ...]


def _tell_colleagues(
    situation: Situation,
    desk: Desk,
    person: Person,
    setting: SettingId,
    circles: Mapping[ChildId, Circle],
    days: Sequence[date],
) -> _Told:
    """Her manager is asked who covers, and those who work with the same children learn that she is off."""
    hers = duty.key_children(circles.values(), person.id, setting, desk.now)
    around = hers or [each for each in circles.values() if setting in each.settings]
    staff = [m for each in around for m in each.staff_of(setting, desk.now) if m.person.id != person.id]
    managers = {m.person.id: m for m in staff if m.role is Role.MANAGER}
    in_room = {m.person.id: m for m in staff if m.role in _IN_THE_ROOM and m.person.id not in managers}
    proposed = _proposed(hers, setting, desk, days[0], without=person.id)
    notices = [
        replies.tell(
            situation,
            desk,
            each,
            _cover_question(person, proposed, setting, len(hers), days[0], now=desk.today),
            lane=Lane.REPLY,
        )
        for each in managers
    ]
    key, values = _is_off(person, days[0], now=desk.today)
    for colleague, member in in_room.items():
        circle = next(each for each in around if each.membership(colleague, desk.now) is not None)
        at = duty.returns(member, circle, desk.now, desk.zone) or desk.now
        notices.append(replies.tell(situation, desk, colleague, Said(key, values), not_before=at))
    rooms = Counter(each.rooms[setting].name for each in hers if setting in each.rooms)
    room = rooms.most_common(1)[0][0] if rooms and in_room else ""
    return _Told(tuple(m.person.name for m in managers.values()), room.removesuffix(" room"), tuple(notices))


def _is_off(person: Person, day: date, *, now: date) -> tuple[str, dict[str, str]]:
    if day == now:
        return "duty.is_off", {"name": person.name}
    return "duty.is_off.day", {"name": person.name, "day": spoken_day(day)}


def _cover_question(
    person: Person, proposed: Person | None, setting: SettingId, number: int, day: date, *, now: date
) -> Said:
    if proposed is None or not number:
        key, values = _is_off(person, day, now=now)
        return Said(key, values)
    choices = (
        Choice(Offer.COVER, person.id, _cover_value(proposed.id, setting, day), proposed.name),
        Choice(Offer.COVER_ELSE, person.id, _cover_value(proposed.id, setting, day)),
    )
    values = {"name": person.name, "other": proposed.name, "number": str(number)}
    if day == now:
        return Said("duty.cover.ask", values, choices)
    values["day"] = spoken_day(day)
    return Said("duty.cover.ask.day", values, choices)


def _cover_value(cover: PersonId, setting: SettingId, day: date) -> str:
    return f"{cover},{setting},{day.isoformat()}"


def _proposed(hers: Sequence[Circle], setting: SettingId, desk: Desk, day: date, *, without: PersonId) -> Person | None:
    """The second key person of most of her children who works on that day; else somebody of the room."""
    counted: Counter[PersonId] = Counter()
    known: dict[PersonId, Person] = {}
    for circle in hers:
        for member in circle.staff_of(setting, desk.now):
            who = member.person.id
            if who == without or who in circle.devices or duty.is_away(member, circle, day):
                continue
            weight = {Role.SECOND_KEY_PERSON: 100, Role.ROOM_STAFF: 1}.get(member.role, 0)
            if weight:
                counted[who] += weight
                known[who] = member.person
    return known[counted.most_common(1)[0][0]] if counted else None


def _answer(told: _Told, days: Sequence[date], *, sick: bool, now: date) -> Said:
    names = "\n".join(told.managers)
    ill_today = sick and days[0] == now
    if not names:
        return Said("duty.off.alone")
    if not told.room:
        return Said("duty.off.sick.no_room" if ill_today else "duty.off.no_room", {"names": names})
    return Said("duty.off.sick" if ill_today else "duty.off", {"names": names, "room": told.room})


# --- hours by the week ----------------------------------------------------------------------------------------------


def _hours(start: time | None, end: time | None) -> tuple[time, time]:
    return start or WORKING_HOURS[0], end or WORKING_HOURS[1]


def _says_when_she_works(
    situation: Situation, desk: Desk, who: PersonId, days: Collection[int], hours: tuple[time, time]
) -> tuple[Filing, ...] | None:
    """Her manager says so for her, of her own settings alone; what she works elsewhere stays. She is told."""
    person, mine = _managed(situation, desk, who)
    if person is None or situation.person is None:
        return None
    me, week = situation.person, spoken_week(days, *hours)
    rosters = [working_days(desk, who, each, days, hours) for each in mine]
    if me.id == who:
        return (replace(replies.said(situation, desk, "duty.works"), roster=merged(rosters)),)
    said = replies.said(situation, desk, "duty.she_works", {"name": person.name, "when": week})
    told = replies.tell(
        situation,
        desk,
        who,
        Said("duty.you_work", {"name": me.name, "when": week}),
        not_before=_back(situation, desk, who),
    )
    deeds = tuple(Deed("hours", me.id, Owner.setting(each), who, {"days": sorted(days)}) for each in mine)
    return (replace(said, roster=merged(rosters), notices=(*said.notices, told), deeds=deeds),)


def _back(situation: Situation, desk: Desk, who: PersonId) -> datetime | None:
    """When she is next at work, as far as her hours are known; now, where they are not."""
    for circle in situation.circles.values():
        member = circle.membership(who, desk.now)
        if member is not None:
            return duty.returns(member, circle, desk.now, desk.zone)
    return None


# --- what waited for her ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class HandedOver:
    """What becomes of the notices that waited for somebody who is away."""

    notices: list[NewNotice] = field(default_factory=list)
    catch_up: dict[NoticeId, datetime] = field(default_factory=dict)
    postpone: dict[NoticeId, datetime] = field(default_factory=dict)


def hand_over(
    situation: Situation, desk: Desk, person: PersonId, circles: Mapping[ChildId, Circle], days: Collection[date]
) -> HandedOver:
    """Whatever she was to hear on these days is told to whoever is there, if they may know; she hears it later."""
    handed = HandedOver()
    for entry in situation.waiting.get(person, ()):
        circle = circles.get(entry.child)
        member = circle.membership(person, desk.now) if circle is not None else None
        if circle is not None and member is not None and entry.is_live:
            _hand_over_one(situation, desk, entry, circle, member, days, handed)
    return handed


def _hand_over_one(
    situation: Situation,
    desk: Desk,
    entry: Entry,
    circle: Circle,
    member: Membership,
    days: Collection[date],
    handed: HandedOver,
) -> None:
    standings = situation.standings.get(entry.id, ())
    hearing = {
        each.person
        for each in standings
        if each.kind is Kind.RELAY and (each.state is NoticeState.WAITING or each.has_left)
    }
    for mine in standings:
        waits = mine.person == member.person.id and mine.state is NoticeState.WAITING and mine.delivery is None
        if not waits or mine.not_before.astimezone(desk.zone).date() not in days:
            continue
        back = duty.returns(member, circle, max(mine.not_before, desk.now), desk.zone)
        back = back or desk.now + timedelta(days=duty.CATCHES_UP_WITHIN_DAYS)
        if mine.kind is not Kind.RELAY or mine.catches_up:
            handed.postpone[mine.id] = back
            continue
        fresh = told_of(entry.id, entry.note, circle, desk, cause=entry.id, urgent=entry.urgent, already=hearing)
        colleague = {each.person.id for each in circle.live(desk.now) if each.setting == member.setting}
        somebody = colleague & ({each.person for each in fresh if each.withheld is None} | hearing)
        handed.notices += fresh
        (handed.catch_up if somebody - {member.person.id} else handed.postpone)[mine.id] = back
        if entry.acknowledgement is not None:
            handed.notices.append(
                replies.tell(
                    situation,
                    desk,
                    entry.author,
                    AcknowledgementChanged(entry.acknowledgement),
                    lane=Lane.REPLY,
                    cause=mine.id,
                )
            )


# --- cover ----------------------------------------------------------------------------------------------------------


def _says_who_covers(
    situation: Situation, desk: Desk, cover: PersonId, away: PersonId, day: date
) -> tuple[Filing, ...] | None:
    mine = [each for each in settings_of(situation, desk, away) if is_manager(situation, desk, each)]
    if not mine:
        return None
    return (_cover(situation, desk, cover, away, mine[0], day),)


def cover_word(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The word "cover": who covers whom on that day, who is off and has nobody yet, and how to say it."""
    assert situation.person is not None
    settings = settings_of(situation, desk, situation.person.id)
    mine = [each for each in settings if is_manager(situation, desk, each)]
    if not mine:
        managers = [each.person.name for each in colleagues(situation, desk, settings) if each.role is Role.MANAGER]
        if not managers:
            return (replies.said(situation, desk, "command.not_yet"),)
        return (replies.said(situation, desk, "administration.not_you", {"names": "\n".join(managers)}),)
    day = coming_day(command.rest, desk.today) if command.rest else desk.today
    if day is None:
        return (replies.said(situation, desk, "duty.cover.how"),)
    said = _covers(situation, desk, mine[0], day)
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),)),)


def _covers(situation: Situation, desk: Desk, setting: SettingId, day: date) -> Said:
    """Whoever is off on this day and has children to herself, with who covers; the first without is asked about."""
    now = desk.today
    when = {} if day == now else {"day": spoken_day(day)}
    lines: list[tuple[str, dict[str, str]]] = []
    question: Said | None = None
    everybody = colleagues(situation, desk, [setting])
    names = {each.person.id: each.person.name for each in everybody}
    for each in everybody:
        hers = duty.key_children(situation.circles.values(), each.person.id, setting, desk.now)
        if not hers or not duty.is_away(each, hers[0], day):
            continue
        cover = hers[0].cover_for(each.person.id, day)
        if cover in names:
            key = "duty.cover.is.day" if when else "duty.cover.is"
            lines.append((key, {"name": names[cover], "other": each.person.name, **when}))
        elif question is None:
            proposed = _proposed(hers, setting, desk, day, without=each.person.id)
            question = _cover_question(each.person, proposed, setting, len(hers), day, now=now)
        else:
            lines.append(_is_off(each.person, day, now=now))
    if question is not None:
        return replace(question, lines=tuple(lines))
    nobody = "duty.cover.nobody_off.day" if when else "duty.cover.nobody_off"
    key, values = lines[0] if lines else (nobody, when)
    return Said(key, values, lines=(*lines[1:], ("duty.cover.how", {})))


def cover(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The manager says who does the work of whoever is away."""
    who, setting, day = offered.choice.value.split(",")
    if not is_manager(situation, desk, SettingId(int(setting))):
        return (replies.said(situation, desk, "press.done"),)
    return (
        _cover(
            situation,
            desk,
            PersonId(int(who)),
            PersonId(offered.choice.subject),
            SettingId(int(setting)),
            date.fromisoformat(day),
        ),
    )


def cover_else(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """ "Someone else": everybody else who works on that day is offered."""
    proposed, setting_, day_ = offered.choice.value.split(",")
    setting, day = SettingId(int(setting_)), date.fromisoformat(day_)
    if not is_manager(situation, desk, setting):
        return (replies.said(situation, desk, "press.done"),)
    without = {PersonId(int(proposed)), PersonId(offered.choice.subject)}
    anywhere = list(situation.circles.values())
    free = [
        each
        for each in colleagues(situation, desk, [setting])
        if each.person.id not in without
        and each.role in (*_IN_THE_ROOM, Role.SENCO, Role.MANAGER)
        and not any(duty.is_away(each, circle, day) for circle in anywhere if setting in circle.settings)
    ]
    choices = tuple(
        Choice(Offer.COVER, offered.choice.subject, _cover_value(each.person.id, setting, day), each.person.name)
        for each in free[:_MOST_CHOICES]
    )
    return (replies.said(situation, desk, "duty.cover.who" if choices else "duty.cover.nobody", choices=choices),)


def _cover(situation: Situation, desk: Desk, cover: PersonId, away: PersonId, setting: SettingId, day: date) -> Filing:
    assert situation.person is not None
    me = situation.person.id
    hers = duty.key_children(situation.circles.values(), away, setting, desk.now)
    names = {each.person.id: each.person.name for each in colleagues(situation, desk, [setting])}
    if cover not in names or away not in names:
        return replies.said(situation, desk, "press.done")
    strangers = [each for each in hers if each.membership(cover, desk.now) is None]
    ends = duty.end_of(day, desk.zone)
    begins = desk.now if day == desk.today else duty.end_of(day - timedelta(days=1), desk.zone)
    memberships = [
        NewMembership(
            desk.ids.new(), cover, Role.ROOM_STAFF, each.child.id, setting, since=begins, until=ends, made_by=me
        )
        for each in strangers
    ]
    values = {"name": names[cover], "other": names[away], "number": str(len(hers)), "day": spoken_day(day)}
    now = day == desk.today
    answer = Said("duty.covers" if now else "duty.covers.day", values)
    told = Said("duty.covers.you" if now else "duty.covers.you.day", values)
    member = next((m for each in hers if (m := each.membership(cover, desk.now)) is not None), None)
    at = duty.returns(member, hers[0], desk.now, desk.zone) if member is not None else None
    notices = [replies.say(situation, desk, answer)]
    if cover != me:
        notices.append(replies.tell(situation, desk, cover, told, not_before=at))
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        roster=Roster(covers=[NewCover(desk.ids.new(), Cover(setting, away, cover, day), me)], memberships=memberships),
        notices=tuple(notices),
        deeds=(Deed("cover", me, Owner.setting(setting), away, {"cover": cover, "day": day.isoformat()}),),
    )
