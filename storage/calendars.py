"""Calendars of the settings as they were written down; a setting without one has the usual of its kind.

Lines are added and ended, never changed. What a term or a closure is called is sealed under the setting's key; the days
are not: when a setting is open is no secret. Knows nothing of what follows from a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, select, update

from book.calendar import Calendar, Nation, Sort, Stretch
from book.ids import PersonId, SettingId
from book.people import Setting
from storage import dialect, schema
from storage.statements import among
from storage.vault import Owner, Vault

_USUAL = schema.calendars.c
_WEEKS: Select[Any] = (
    select(
        _USUAL.setting_id,
        _USUAL.nation,
        _USUAL.weekdays,
        _USUAL.opens_minute,
        _USUAL.closes_minute,
        _USUAL.bank_holidays,
        _USUAL.term_time_only,
    )
    .where(among(_USUAL.setting_id, "settings"))
    .order_by(_USUAL.id)
)
_DAY = schema.calendar_days.c
_DAYS: Select[Any] = (
    select(_DAY.setting_id, _DAY.id, _DAY.sort, _DAY.first, _DAY.last, _DAY.sealed_name)
    .where(among(_DAY.setting_id, "settings"), _DAY.ended_at.is_(None))
    .order_by(_DAY.id)
)


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What is otherwise with a setting's calendar: its usual week, stretches that come, and lines that end."""

    setting: SettingId
    by: PersonId | None
    usual: Calendar | None = None  # its stretches are not looked at
    usual_id: int = 0  # the number of its line
    add: tuple[tuple[int, Stretch], ...] = ()  # each with the number of its line
    end: tuple[int, ...] = ()
    between: tuple[date, date] | None = None  # whatever was written of these days, wholly or in part, ends


class Lying(NamedTuple):
    """What one setting's calendar is made of, as it lies in the tables."""

    weeks: Sequence[Row[Any]]
    days: Sequence[Row[Any]]


def rows_of(connection: Connection, settings: Collection[int]) -> dict[int, Lying]:
    """What is written down of each of these settings as it lies in the tables: for :func:`made_of`."""
    if not settings:
        return {}
    weeks: dict[int, list[Row[Any]]] = defaultdict(list)
    days: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_WEEKS, {"settings": list(settings)}):
        weeks[row.setting_id] = [row]
    for row in connection.execute(_DAYS, {"settings": list(settings)}):
        days[row.setting_id].append(row)
    return {each: Lying(weeks[each], days[each]) for each in settings}


def made_of(vault: Vault, usual: Calendar, lying: Lying) -> Calendar:
    """The calendar that these rows of one setting are; ``usual`` where its week was never written down."""
    found = usual
    for row in lying.weeks:
        found = Calendar(
            Nation(row.nation),
            frozenset(day for day in range(7) if row.weekdays >> day & 1),
            _time(row.opens_minute),
            _time(row.closes_minute),
            row.bank_holidays,
            row.term_time_only,
        )
    return replace(found, stretches=tuple(_stretch(vault, row) for row in lying.days))


def load(connection: Connection, vault: Vault, settings: Collection[Setting]) -> dict[SettingId, Calendar]:
    """The calendars of these settings."""
    lying = rows_of(connection, {each.id for each in settings})
    return {each.id: made_of(vault, each.usual_calendar, lying[each.id]) for each in settings}


def kept_here(connection: Connection) -> list[SettingId]:
    """Every setting that has joined, oldest first."""
    rows = connection.execute(
        select(schema.settings.c.id).where(schema.settings.c.by_hand.is_(False)).order_by(schema.settings.c.id)
    )
    return [SettingId(row.id) for row in rows]


def write(connection: Connection, vault: Vault, changes: Sequence[CalendarChange], now: datetime) -> None:
    """Write these changes, in their order; a line that has ended stays as it was."""
    for change in changes:
        if change.between is not None:
            first, last = (each.isoformat() for each in change.between)
            connection.execute(
                update(schema.calendar_days)
                .where(
                    _DAY.setting_id == change.setting,
                    _DAY.ended_at.is_(None),
                    _DAY.first <= last,
                    _DAY.last >= first,
                )
                .values(ended_at=now)
            )
        if change.end:
            connection.execute(
                update(schema.calendar_days)
                .where(_DAY.id.in_(change.end), _DAY.setting_id == change.setting, _DAY.ended_at.is_(None))
                .values(ended_at=now)
            )
        if change.usual is not None:
            dialect.add(connection, schema.calendars, [_week(change, change.usual, now)])
        dialect.add(
            connection, schema.calendar_days, [_line(vault, change, number, each, now) for number, each in change.add]
        )


def _week(change: CalendarChange, week: Calendar, now: datetime) -> dict[str, object]:
    return {
        "id": change.usual_id,
        "setting_id": change.setting,
        "nation": week.nation.value,
        "weekdays": sum(1 << day for day in week.weekdays),
        "opens_minute": _minute(week.opens),
        "closes_minute": _minute(week.closes),
        "bank_holidays": week.bank_holidays,
        "term_time_only": week.term_time_only,
        "made_at": now,
        "made_by": change.by,
    }


def _line(vault: Vault, change: CalendarChange, number: int, each: Stretch, now: datetime) -> dict[str, object]:
    sealed = vault.seal_text(Owner.setting(change.setting), "calendar_day", number, each.name) if each.name else None
    return {
        "id": number,
        "setting_id": change.setting,
        "sort": each.sort.value,
        "first": each.first.isoformat(),
        "last": each.last.isoformat(),
        "sealed_name": sealed,
        "made_at": now,
        "made_by": change.by,
    }


def _stretch(vault: Vault, row: Row[Any]) -> Stretch:
    name = (
        ""
        if row.sealed_name is None
        else vault.open_text(Owner.setting(row.setting_id), "calendar_day", row.id, row.sealed_name)
    )
    return Stretch(Sort(row.sort), date.fromisoformat(row.first), date.fromisoformat(row.last), name, row.id)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)
