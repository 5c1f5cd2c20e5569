"""When a child comes: "not Thursday", "extra day Friday", a new week; who is here, who has gone, who is in today.

What a parent says of one day counts at once and is put to the setting to be noted; a whole week is the setting's to
say yes to. What the setting itself says, or a childminder of hers, counts without asking. Whatever is not surely one
of these is a note and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from book import duty
from book.deliveries import Lane
from book.entries import Entry
from book.ids import ChildId, EntryId, PersonId, SettingId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Circle, Membership, Presence, Role, SettingKind
from book.reasons import Reason
from book.timing import spoken_day, spoken_time, spoken_week
from book.topics import Subject, Topic
from book.understanding.timetable import (
    Extra,
    NotIn,
    Part,
    Place,
    Week,
    asks_who_is_in,
    may_be_here,
    may_be_timetable,
    may_be_where,
    read_here,
    read_timetable,
    read_where,
)
from handlers import replies
from handlers.desk import Desk
from handlers.duty import settings_of
from handlers.filing_a_note import file_note, named_children
from handlers.hanging import Hanging, asking
from storage.conversations import Offered
from storage.filing import Filing
from storage.roster import NewPresence, NewSession, Roster, Timetable
from storage.situations import Situation

_WHOLE_DAY = (time(0), time(23, 59))
_FIRST, _LAST = time(8), time(17)  # where nobody has said when a child comes
_KINDS = {
    SettingKind.NURSERY: ("nursery",),
    SettingKind.CHILDMINDER: ("childminder", "childminders", "cm"),
    SettingKind.PRESCHOOL: ("preschool", "pre-school", "playgroup"),
    SettingKind.SCHOOL: ("school",),
    SettingKind.CLUB: ("club",),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """A change of one child's timetable with one setting, as it travels in a choice and stands with an entry."""

    setting: SettingId
    days: tuple[date, ...] = ()  # an exception of these dates; none: a week
    off: bool = False
    week: frozenset[int] = frozenset()
    since: date | None = None
    start: time = _FIRST
    end: time = _LAST

    def to_text(self) -> str:
        parts = (
            str(self.setting),
            ",".join(each.isoformat() for each in self.days),
            "off" if self.off else "",
            ",".join(str(each) for each in sorted(self.week)),
            self.since.isoformat() if self.since else "",
            self.start.isoformat("minutes"),
            self.end.isoformat("minutes"),
        )
        return ";".join(parts)

    @classmethod
    def from_text(cls, kept: str) -> Meant:
        setting, days, off, week, since, start, end = kept.split(";")
        return cls(
            SettingId(int(setting)),
            tuple(date.fromisoformat(each) for each in days.split(",") if each),
            bool(off),
            frozenset(int(each) for each in week.split(",") if each),
            date.fromisoformat(since) if since else None,
            time.fromisoformat(start),
            time.fromisoformat(end),
        )


may_be = may_be_timetable


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """An exception or a week, said by somebody who may say it; None: it is a note."""
    person = situation.person
    if person is None or situation.replied is not None:
        return None
    children = named_children(situation, desk)
    said = read_timetable(situation.taken.incoming.text, children, places_of(situation), desk.today)
    match said:
        case NotIn() | Extra():
            return _exception(situation, desk, said)
        case Week():
            return _week(situation, desk, said)
        case None:
            return None


def places_of(situation: Situation) -> list[Place]:
    """The settings around the sender by every name they go by: hers, a childminder's own, and their kind."""
    found: dict[SettingId, list[str]] = {}
    kinds: dict[SettingKind, set[SettingId]] = {}
    for circle in situation.circles.values():
        for setting in circle.settings.values():
            names = found.setdefault(setting.id, [setting.name])
            names += [m.person.name for m in circle.memberships
                      if m.role is Role.CHILDMINDER and m.setting == setting.id]  # fmt: skip
            kinds.setdefault(setting.kind, set()).add(setting.id)
    for kind, settings in kinds.items():
        if len(settings) == 1:
            found[next(iter(settings))] += _KINDS[kind]
    return [Place(setting, tuple(dict.fromkeys(names))) for setting, names in found.items()]


# --- exceptions ---------------------------------------------------------------------------------------------------


def _exception(situation: Situation, desk: Desk, said: NotIn | Extra) -> tuple[Filing, ...] | None:
    assert situation.person is not None
    child = _child_meant(situation, desk, said.child)
    circle = situation.circles.get(child) if child is not None else None
    me = circle.membership(situation.person.id, desk.now) if circle is not None else None
    if child is None or circle is None or me is None or not _may_say(me):
        return None
    settings = _settings_meant(said, circle, me)
    if not settings:
        return None
    filed = file_note(situation.taken, situation, desk, chosen=(child,), about=(Subject(Topic.ATTENDANCE),))
    if len(settings) > 1:
        return (_ask_where(situation, desk, filed, said, circle, settings),)
    meant = _exception_meant(said, circle, settings[0])
    by_setting = me.role in STAFF and me.setting == meant.setting
    noted = filed if by_setting else _to_be_noted(filed, meant)
    new = exceptions(desk, child, meant, by=situation.person.id, confirmed=by_setting)
    return (replace(noted, roster=Roster(sessions=new)),)


def exceptions(desk: Desk, child: ChildId, meant: Meant, *, by: PersonId, confirmed: bool) -> list[NewSession]:
    """The rows of an exception, one for each date."""
    start, end = _WHOLE_DAY if meant.off else (meant.start, meant.end)
    return [
        NewSession(
            desk.ids.new(),
            child,
            meant.setting,
            day.weekday(),
            start,
            end,
            day=day,
            off=meant.off,
            said_by=by,
            confirmed=confirmed,
        )
        for day in meant.days
    ]


def _child_meant(situation: Situation, desk: Desk, said: int | None) -> ChildId | None:
    if said is not None:
        return ChildId(said)
    named = named_children(situation, desk)
    if len(named) == 1:
        return ChildId(named[0].child)
    return situation.conversation.child_now(desk.now)


def _may_say(me: Membership) -> bool:
    return me.role is Role.PARENT or me.role in STAFF


def _settings_meant(said: NotIn | Extra, circle: Circle, me: Membership) -> list[SettingId]:
    if said.setting is not None:
        setting = SettingId(said.setting)
        return [setting] if setting in circle.settings and _speaks_for(me, circle, setting) else []
    if me.role in STAFF:
        return [me.setting] if me.setting is not None else []
    everywhere = list(circle.settings)
    if isinstance(said, NotIn):
        with_sessions = [each for each in everywhere if any(circle.sessions_on(day, each) for day in said.days)]
        return with_sessions or everywhere
    return everywhere


def _speaks_for(me: Membership, circle: Circle, setting: SettingId) -> bool:
    """A parent for every setting, staff for their own, a childminder also for one that has not joined."""
    if me.role is Role.PARENT or me.setting == setting:
        return True
    return me.role is Role.CHILDMINDER and circle.settings[setting].by_hand


def _exception_meant(said: NotIn | Extra, circle: Circle, setting: SettingId) -> Meant:
    if isinstance(said, NotIn):
        return Meant(setting, said.days, off=True)
    start, end = _usual_times(circle, setting)
    return Meant(setting, said.days, start=said.start or start, end=said.end or end)


def _usual_times(circle: Circle, setting: SettingId) -> tuple[time, time]:
    weekly = Counter((each.start, each.end) for each in circle.sessions if each.setting == setting and each.day is None)
    return weekly.most_common(1)[0][0] if weekly else (_FIRST, _LAST)


def _to_be_noted(filed: Filing, meant: Meant) -> Filing:
    """The setting's own reader of the entry is asked to note it, with the entry itself."""
    return replace(
        filed,
        entries=tuple(replace(each, text=replace(each.text, timetable=meant.to_text())) for each in filed.entries),
    )


def _ask_where(
    situation: Situation,
    desk: Desk,
    filed: Filing,
    said: NotIn | Extra,
    circle: Circle,
    settings: Sequence[SettingId],
) -> Filing:
    """The child is with several that day: which of them is meant is for the parent to say."""
    entry = filed.entries[0].id
    choices = [
        Choice(
            Offer.AT_SETTING,
            entry,
            f"{circle.child.id}|{_exception_meant(said, circle, each).to_text()}",
            place_name(circle, each),
        )
        for each in settings[:4]
    ]
    key = "timetable.where.off" if isinstance(said, NotIn) else "timetable.where"
    question = Said(key, {"child": circle.child.name, "day": _days(said.days)}, tuple(choices))
    return replace(filed, notices=(*filed.notices, replies.say(situation, desk, question)))


def place_name(circle: Circle, setting: SettingId) -> str:
    """A nursery by its name; a childminder by hers."""
    for member in circle.memberships:
        if member.role is Role.CHILDMINDER and member.setting == setting:
            return member.person.name
    return circle.settings[setting].name


def at_setting(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The parent says which setting she meant; it counts, and that setting is asked to note it."""
    assert situation.person is not None
    child_, kept = offered.choice.value.split("|")
    meant = Meant.from_text(kept)
    circle = situation.circles.get(ChildId(int(child_)))
    me = circle.membership(situation.person.id, desk.now) if circle is not None else None
    if circle is None or me is None or me.role is not Role.PARENT or meant.setting not in circle.settings:
        return (replies.said(situation, desk, "press.done"),)
    child = circle.child.id
    values = {"child": circle.child.name, "setting": place_name(circle, meant.setting), "day": _days(meant.days)}
    key = "timetable.said.off" if meant.off else "timetable.said"
    filing = replies.said(situation, desk, key, values)
    noted = Choice(Offer.NOTED, offered.choice.subject, f"{situation.person.id}|{child}|{kept}")
    staff = duty.told_first(circle, meant.setting, desk.now, desk.zone, now=desk.now)
    ask = [
        replies.tell(
            situation,
            desk,
            each.person.id,
            Said(
                "timetable.ask.off" if meant.off else "timetable.ask",
                {"child": circle.child.name, "author": situation.person.name, "day": _days(meant.days)},
                (noted,),
            ),
            child=child,
            not_before=duty.returns(each, circle, desk.now, desk.zone),
        )
        for each in staff[:1]
    ]
    return (
        replace(
            filing,
            roster=Roster(sessions=exceptions(desk, child, meant, by=situation.person.id, confirmed=False)),
            notices=(*filing.notices, *ask),
        ),
    )


def noted(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Somebody of the setting has noted it; whoever said it is told once."""
    assert situation.person is not None
    author_, child_, kept = offered.choice.value.split("|")
    author, child, meant = PersonId(int(author_)), ChildId(int(child_)), Meant.from_text(kept)
    circle = situation.circles.get(child)
    me = circle.membership(situation.person.id, desk.now) if circle is not None else None
    if circle is None or me is None or me.role not in STAFF or me.setting != meant.setting:
        return (replies.said(situation, desk, "press.done"),)
    entry = EntryId(offered.choice.subject)
    if meant.days:
        roster = Roster(confirmed_days=[(child, meant.setting, day) for day in meant.days])
        words = _days(meant.days)
    else:
        roster = new_week(desk, child, [meant], by=author)
        words = spoken_week(meant.week, meant.start, meant.end)
    key = "timetable.noted.off" if meant.off else "timetable.noted"
    values = {
        "setting": place_name(circle, meant.setting),
        "name": situation.person.name,
        "child": circle.child.name,
        "day": words,
    }
    told = replies.tell(situation, desk, author, Said(key, values), child=child, lane=Lane.REPLY, cause=entry)
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            roster=roster,
            seen=((entry, situation.person.id),),
            notices=(told,) if circle.membership(author, desk.now) is not None else (),
        ),
    )


def _days(days: Sequence[date]) -> str:
    return "\n".join(spoken_day(each) for each in days)


# --- weeks --------------------------------------------------------------------------------------------------------


def _week(situation: Situation, desk: Desk, said: Week) -> tuple[Filing, ...] | None:
    """The setting that says its own week writes it down; a parent's is a note that the setting may say yes to."""
    assert situation.person is not None
    circle = situation.circles[ChildId(said.child)]
    me = circle.membership(situation.person.id, desk.now)
    if me is None:
        return None
    parts = week_meant(said, circle, me)
    if not parts or any(each.setting not in circle.settings for each in parts):
        return None
    if me.role is Role.PARENT:
        if len(parts) > 1:
            return None
        filed = file_note(
            situation.taken, situation, desk, chosen=(circle.child.id,), about=(Subject(Topic.ATTENDANCE),)
        )
        return (_to_be_noted(filed, parts[0]),)
    if me.role not in (Role.MANAGER, Role.CHILDMINDER) or not all(_speaks_for(me, circle, p.setting) for p in parts):
        return None
    lines = "\n".join(
        f"{place_name(circle, each.setting)} {spoken_week(each.week, each.start, each.end)}" for each in parts
    )
    values = {"child": circle.child.name, "words": lines}
    if said.since is not None:
        values["day"] = spoken_day(said.since)
        answer = replies.said(situation, desk, "timetable.week.since", values)
    else:
        answer = replies.said(situation, desk, "timetable.week", values)
    return (replace(answer, roster=new_week(desk, circle.child.id, parts, by=situation.person.id)),)


def week_meant(said: Week, circle: Circle, me: Membership) -> list[Meant]:
    """Each part with the setting it is about, and with times where only an end or a half of the day was said."""
    alone = next(iter(circle.settings)) if len(circle.settings) == 1 else None
    default = me.setting if me.role in STAFF else alone
    found: list[Meant] = []
    for part in said.parts:
        setting = SettingId(part.setting) if part.setting is not None else default
        if setting is None:
            return []
        start, end = _part_times(part, said.parts, circle, setting)
        if start >= end:
            return []
        found.append(Meant(setting, week=part.days, since=said.since, start=start, end=end))
    return found


def _part_times(part: Part, parts: Sequence[Part], circle: Circle, setting: SettingId) -> tuple[time, time]:
    start, end = _usual_times(circle, setting)
    if part.end is None:
        return start, end
    if part.start is not None:
        return part.start, part.end
    # "Til 5.30, Acorns mornings": she comes from there.
    before = [each.end for each in parts if each is not part and each.end is not None and each.days & part.days]
    begins = max((each for each in before if each < part.end), default=None)
    return begins or (start if start < part.end else _FIRST), part.end


def new_week(desk: Desk, child: ChildId, parts: Iterable[Meant], *, by: PersonId) -> Roster:
    """The weekly sessions of a child with these settings, in the place of those she had."""
    each_part = list(parts)
    return Roster(
        sessions=[
            NewSession(
                desk.ids.new(),
                child,
                each.setting,
                day,
                each.start,
                each.end,
                said_by=by,
                since=each.since,
                confirmed=True,
            )
            for each in each_part
            for day in sorted(each.week)
        ],
        new_timetables=[Timetable(child, each.setting, each.since) for each in each_part],
    )


# --- who is here --------------------------------------------------------------------------------------------------


def may_be_about_today(text: str) -> bool:
    return may_be_here(text)


def take_here(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "Ella's here", "Ella gone home", "in today?", from those who work there; None: it is a note."""
    person, text = situation.person, situation.taken.incoming.text
    if person is None or situation.replied is not None or not settings_of(situation, desk, person.id):
        return None
    if asks_who_is_in(text):
        return (_who_is_in(situation, desk),)
    here = read_here(text, named_children(situation, desk))
    if here is None:
        return None
    state = Presence.GONE if here.gone else Presence.IN
    rows: list[NewPresence] = []
    names: list[str] = []
    for each in here.children:
        circle = situation.circles[ChildId(each)]
        me = circle.membership(person.id, desk.now)
        if me is None or me.role not in STAFF or me.setting is None:
            return None
        rows.append(NewPresence(desk.ids.new(), circle.child.id, me.setting, desk.today, state, by=person.id))
        names.append(circle.child.name)
    answer = replies.said(situation, desk, "here.gone" if here.gone else "here", {"names": "\n".join(names)})
    return (replace(answer, roster=Roster(presences=rows)),)


def may_be_asking_where(text: str) -> bool:
    return may_be_where(text)


def take_where(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "Who has Ella now?": for a parent where she is and where she is due, for a setting whether she is there."""
    person = situation.person
    child = read_where(situation.taken.incoming.text, named_children(situation, desk))
    circle = situation.circles.get(ChildId(child)) if child is not None else None
    me = circle.membership(person.id, desk.now) if circle is not None and person is not None else None
    if circle is None or me is None or not _may_say(me):
        return None
    has = duty.who_has(circle, desk.now, desk.zone)
    due = duty.who_is_due(circle, desk.now, desk.zone)
    values = {"child": circle.child.name}
    if me.role in STAFF:
        # Of where else she goes a setting is told nothing here.
        due = tuple(each for each in due if each == me.setting)
        key = "where.here" if has is not None and has == me.setting else "where.not_here"
    elif has is not None:
        key, values["setting"] = "where.with", place_name(circle, has)
    else:
        key = "where.home"
    lines = tuple(
        ("where.due", {"setting": place_name(circle, each), "time": spoken_time(_comes(circle, each, desk))})
        for each in due
    )
    said = Said(key, values, lines=lines)
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),)),)


def _comes(circle: Circle, setting: SettingId, desk: Desk) -> datetime:
    """When her next session there begins today."""
    starts = [each.start for each in circle.sessions_on(desk.today, setting)]
    local = desk.now.astimezone(desk.zone)
    return next(at for start in starts if (at := datetime.combine(local.date(), start, tzinfo=desk.zone)) > local)


def _who_is_in(situation: Situation, desk: Desk) -> Filing:
    assert situation.person is not None
    day = desk.today
    settings = settings_of(situation, desk, situation.person.id)
    found = [each for setting in settings for each in duty.who_is_in(situation.circles.values(), setting, day)]
    if not found:
        return replies.said(situation, desk, "in_today.nobody")

    def names(state: Presence | None) -> str:
        return "\n".join(each.name for each in found if each.state is state) or "–"

    values = {
        "names": names(Presence.IN),
        "first": names(None),
        "last": names(Presence.GONE),
        "other": names(Presence.AWAY),
    }
    return replies.said(situation, desk, "in_today", values)


# --- what waits ---------------------------------------------------------------------------------------------------


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Changes said in the last days that nobody of the asker's setting has noted."""
    if situation.person is None:
        return []
    found = []
    for child, entries in sorted(situation.lately.items()):
        circle = situation.circles[child]
        me = circle.membership(situation.person.id, desk.now)
        for entry in entries:
            kept = entry.text.timetable if entry.text is not None and entry.is_live else ""
            meant = Meant.from_text(kept) if kept else None
            if meant is None or me is None or me.role not in STAFF or me.setting != meant.setting:
                continue
            staff = {each.person.id for each in circle.memberships if each.setting == meant.setting}
            if staff & situation.seen_by.get(entry.id, frozenset()):
                continue
            found.append(_to_note(circle, entry, meant, kept))
    return found


def _to_note(circle: Circle, entry: Entry, meant: Meant, kept: str) -> Hanging:
    author = circle.person(entry.author)
    values = {"child": circle.child.name, "author": author.name if author is not None else ""}
    if meant.days:
        key = "timetable.ask.off" if meant.off else "timetable.ask"
        values["day"] = _days(meant.days)
    else:
        key = "timetable.ask.week"
        values["day"] = spoken_week(meant.week, meant.start, meant.end)
    noted = Choice(Offer.NOTED, entry.id, f"{entry.author}|{entry.child}|{kept}")
    said = Said(key, values, (noted,), tells=(entry.id,))
    return asking(
        f"noted {entry.id}", f"{circle.child.name}: {author.name if author else ''}", (key, values), said, entry.child
    )
