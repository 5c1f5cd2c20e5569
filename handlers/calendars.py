"""When a setting is open, in the chat: everybody around it sees its calendar; whoever runs it changes it in words.

A manager's file of term dates is read, shown with what is wrong by line, and taken once she says so: it takes the place
of what stood between its first and its last day. Nobody else is told of a change; for that there are reminders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from book.calendar import (
    Calendar,
    Shut,
    Sort,
    Stretch,
    bank_holidays,
    closures,
    is_open_throughout,
    replaced_by,
)
from book.ids import SettingId
from book.importing.calendar_rows import CalendarRead, read_calendar
from book.notices import Choice, Offer, Said
from book.people import STAFF, Setting, settings_run
from book.reasons import Reason
from book.understanding import calendar_said
from book.understanding.calendar_said import Days, OpenHours, Rule, Show, Unsure
from book.wording.values import birthday, dates, days, hours, one_line
from handlers import replies
from handlers.desk import Desk
from handlers.running import what_she_runs
from storage.audit import Deed
from storage.calendars import CalendarChange
from storage.conversations import Offered
from storage.filing import Filing
from storage.imports import EndOfImport, Import
from storage.situations import Situation
from storage.vault import Owner

may_be = calendar_said.may_be

Line = tuple[str, Mapping[str, str]]
_AHEAD = timedelta(days=365)
_MOST_CLOSURES = 10
_MOST_BANK_HOLIDAYS = 8
_MOST_FAULTS = 20


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Show the calendar, or change it; None where the words turn out to be a note."""
    said = calendar_said.read(situation.taken.incoming.text, desk.today)
    if said is None or situation.person is None:
        return None
    if isinstance(said, Show):
        return _show(situation, desk)
    runs = what_she_runs(situation, desk)
    if runs is None or runs.setting not in situation.open_when:
        return None
    if isinstance(said, Unsure):
        return (replies.said(situation, desk, "calendar.which_day"),)
    return (_changed(said, situation, desk, *situation.open_when[runs.setting]),)


def _changed(
    said: Days | OpenHours | Rule, situation: Situation, desk: Desk, setting: Setting, calendar: Calendar
) -> Filing:
    assert situation.person is not None
    values = {"setting": setting.name}
    if isinstance(said, Days):
        new = [Stretch(said.sort, first, last, said.name) for first, last in said.stretches]
        change = _with(calendar, new, setting.id, situation, desk)
        key = f"calendar.now.{said.sort}"
        values |= {"days": _of(new), "name": f"{said.name} term".strip().capitalize()}
    elif isinstance(said, OpenHours):
        week = replace(calendar, opens=said.opens, closes=said.closes, weekdays=said.weekdays or calendar.weekdays)
        change = _week(week, setting.id, situation, desk)
        key = "calendar.now.hours"
        values["hours"] = hours(week.weekdays, week.opens, week.closes)
    else:
        week = replace(
            calendar,
            bank_holidays=calendar.bank_holidays if said.bank_holidays is None else said.bank_holidays,
            term_time_only=calendar.term_time_only if said.term_time_only is None else said.term_time_only,
            nation=said.nation or calendar.nation,
        )
        change, key = _week(week, setting.id, situation, desk), _of_rule(said)
    deed = Deed("calendar changed", situation.person.id, Owner.setting(setting.id), setting.id)
    return replace(replies.said(situation, desk, key, values), calendars=(change,), deeds=(deed,))


def _of_rule(rule: Rule) -> str:
    if rule.bank_holidays is not None:
        return "calendar.now.bank_holidays.open" if rule.bank_holidays else "calendar.now.bank_holidays.shut"
    if rule.term_time_only is not None:
        return "calendar.now.term_time" if rule.term_time_only else "calendar.now.all_year"
    return f"calendar.now.nation.{rule.nation}"


def _of(stretches: list[Stretch]) -> str:
    if all(each.first == each.last for each in stretches):
        return dates(each.first for each in stretches)
    return days(stretches[0].first, stretches[-1].last)


def _week(week: Calendar, setting: SettingId, situation: Situation, desk: Desk) -> CalendarChange:
    assert situation.person is not None
    return CalendarChange(setting, situation.person.id, week, desk.ids.new())


def _with(
    calendar: Calendar, new: list[Stretch], setting: SettingId, situation: Situation, desk: Desk
) -> CalendarChange:
    """These stretches, in the place of what they replace; what is open anyway needs no line."""
    assert situation.person is not None
    ended = {each for stretch in new for each in replaced_by(calendar, stretch)}
    left = replace(calendar, stretches=tuple(each for each in calendar.stretches if each.id not in ended))
    written = [each for each in new if each.sort is not Sort.OPEN or not is_open_throughout(left, each)]
    return CalendarChange(
        setting,
        situation.person.id,
        add=tuple((desk.ids.new(), each) for each in written),
        end=tuple(sorted(ended)),
    )


# --- showing --------------------------------------------------------------------------------------------------------


def _show(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    mine = _settings_shown(situation, desk)
    if not mine:
        return None
    runs = what_she_runs(situation, desk)
    lines: list[Line] = []
    for setting in mine:
        lines += _lines(situation, setting, desk.today, is_hers=runs is not None and runs.setting == setting)
    (key, values), *rest = lines
    said = replies.say(situation, desk, Said(key, values, lines=tuple(rest)))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def _settings_shown(situation: Situation, desk: Desk) -> list[SettingId]:
    """Staff see the setting they work at, families those their children are with."""
    assert situation.person is not None
    me = situation.person.id
    own = {each.setting for each in situation.posts if each.is_live(desk.now)}
    around: set[SettingId | None] = set()
    for circle in situation.circles.values():
        line = circle.membership(me, desk.now)
        if line is not None and line.role in STAFF:
            own.add(line.setting)
        elif line is not None:
            around |= set(circle.settings)
    return [each for each in situation.open_when if each in (own or around)]


def _lines(situation: Situation, setting: SettingId, today: date, *, is_hers: bool) -> Iterator[Line]:
    at, calendar = situation.open_when[setting]
    usual = {"setting": at.name, "hours": hours(calendar.weekdays, calendar.opens, calendar.closes)}
    yield ("calendar.open.term_time" if calendar.term_time_only else "calendar.open"), usual
    coming = [each for each in (*calendar.terms, *calendar.half_terms) if each.last >= today]
    for each in sorted(coming, key=lambda stretch: stretch.first)[:6]:
        if each.sort is Sort.HALF_TERM:
            yield "calendar.half_term", {"days": days(each.first, each.last)}
        else:
            yield (
                "calendar.term" if each.name else "calendar.term.plain",
                {"name": each.name, "days": days(each.first, each.last)},
            )
    shut = [each for each in closures(calendar, today, today + _AHEAD) if each[0] in (Shut.CLOSED, Shut.INSET)]
    for why, first, last in shut[:_MOST_CLOSURES]:
        yield f"calendar.shut.{why}", {"days": days(first, last)}
    if not calendar.bank_holidays:
        kept = [
            day
            for year in (today.year, today.year + 1)
            for day in bank_holidays(calendar.nation, year)
            if today <= day <= today + _AHEAD and day.weekday() in calendar.weekdays
        ]
        yield "calendar.bank_holidays", {"days": dates(kept[:_MOST_BANK_HOLIDAYS])}
    if is_hers:
        yield ("calendar.how" if calendar.terms else "calendar.no_terms"), {}


# --- a file ---------------------------------------------------------------------------------------------------------


def fetched(situation: Situation, desk: Desk, found: Import) -> Filing:
    """What the file says and what is wrong in it, by line; nothing is written before she says so."""
    read = read_calendar(found.sheets)
    faults = [(f"calendar.fault.{each.kind}", {"line": str(each.line), "given": one_line(each.given)})
              for each in read.faults[:_MOST_FAULTS]]  # fmt: skip
    if not read.stretches:
        said = Said("calendar.file.nothing", lines=tuple(faults))
        dropped = EndOfImport(found.id, found.setting, "dropped")
        filing = replace(replies.skip(situation, Reason.ANSWERED), import_ends=dropped)
        return replace(filing, notices=(replies.say(situation, desk, said),))
    values = counted(read)
    said = Said(
        "calendar.file.read",
        values,
        (Choice(Offer.CALENDAR_TAKE, found.id),),
        lines=(*faults, *((("calendar.file.left_out", {"n": str(read.left_out)}),) if read.left_out else ())),
    )
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),))


def counted(read: CalendarRead) -> dict[str, str]:
    """How many of each sort a file has, and from when to when."""
    return {
        "n_terms": str(read.count(Sort.TERM)),
        "n_half_terms": str(read.count(Sort.HALF_TERM)),
        "n_insets": str(read.count(Sort.INSET)),
        "n_closures": str(read.count(Sort.CLOSED)),
        "first": birthday(read.first),
        "last": birthday(read.last),
    }


def take_file(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She says that the term dates are right."""
    found, person = situation.importing, situation.person
    if found is None or person is None or found.state != "read" or found.setting not in settings_run(
        situation.posts, desk.now
    ):  # fmt: skip
        return (replies.said(situation, desk, "press.done"),)
    read = read_calendar(found.sheets)
    numbered = tuple((desk.ids.new(), each) for each in read.stretches)
    values = counted(read)
    answer = replies.said(situation, desk, "calendar.file.taken", values)
    change = CalendarChange(found.setting, person.id, add=numbered, between=(read.first, read.last))
    deed = Deed("calendar imported", person.id, Owner.setting(found.setting), found.id, {"lines": len(numbered)})
    ends = EndOfImport(found.id, found.setting, "dropped")
    return (replace(answer, calendars=(change,), import_ends=ends, deeds=(deed,)),)
