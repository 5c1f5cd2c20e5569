"""Whoever is told for a setting in the place of somebody of it who may not know any more.

A note that waits for a key person who has left is not lost to her setting: it goes to whoever the audience names
there now (rule 10), once, and only if the setting may still know it. What she was only to catch up on was told to
somebody else, and is told to nobody again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from book import duty
from book.audience import choose_audience
from book.deliveries import Lane
from book.entries import Entry
from book.ids import ChildId, EntryId, Ids, NoticeId, PersonId
from book.notices import Kind, Relay
from book.occasions import Occasion, occasion_of
from book.people import STAFF, Circle
from book.timing import Pace, when_to_tell
from storage import circles, entries, notices, schema
from storage.entries import Purpose
from storage.filing import NewNotice, add_notices
from storage.notices import Standing
from storage.vault import Vault

# What is left of the undo time is waited out; then it is told when the new hearer would have heard it anyway.
_UNDO_AT_MOST = timedelta(minutes=1)
_NO_UNDO = Pace(undo=timedelta(0), undo_several=timedelta(0), gather=timedelta(0))


@dataclass(frozen=True, slots=True)
class _Ended:
    """Who was to hear it, and from when."""

    person: PersonId
    lane: Lane
    not_before: datetime


def tell_instead(
    connection: Connection, vault: Vault, ids: Ids, ended: Collection[NoticeId], now: datetime, zone: ZoneInfo
) -> int:
    """Tell others of the same settings what these notices would have told; how many notices that makes."""
    if not ended:
        return 0
    table = schema.notices
    rows = connection.execute(
        select(table.c.person_id, table.c.child_id, table.c.entry_id, table.c.lane, table.c.not_before)
        .where(
            table.c.id.in_(list(ended)),
            table.c.kind == Kind.RELAY,
            table.c.entry_id.is_not(None),
            table.c.lane != int(Lane.CATCHING_UP),
        )
        .order_by(table.c.id)
    ).all()
    if not rows:
        return 0
    about = {EntryId(row.entry_id) for row in rows}
    written = entries.load(connection, vault, about).for_machine(Purpose.AUDIENCE)
    around = circles.load(connection, vault, {ChildId(row.child_id) for row in rows}, now)
    standings = notices.of_entries(connection, about)
    told: list[NewNotice] = []
    for row in rows:
        entry, circle = written[EntryId(row.entry_id)], around[ChildId(row.child_id)]
        if entry.is_live:
            heard = {each.person: each for each in standings.get(entry.id, ()) if each.kind is Kind.RELAY}
            left = _Ended(PersonId(row.person_id), Lane(row.lane), row.not_before)
            already = {each.person for each in told if each.entry == entry.id}
            found = _instead_of(connection, ids, left, entry, circle, heard, now, zone)
            told += [each for each in found if each.person not in already]
    add_notices(connection, vault, told, now)
    return len(told)


def _instead_of(
    connection: Connection,
    ids: Ids,
    ended: _Ended,
    entry: Entry,
    circle: Circle,
    heard: Mapping[PersonId, Standing],
    now: datetime,
    zone: ZoneInfo,
) -> list[NewNotice]:
    lane, note = ended.lane, entry.note
    urgent = lane is Lane.URGENT
    free = max(now, min(ended.not_before, now + _UNDO_AT_MOST))
    order = duty.whom_to_tell(note, circle, urgent=urgent, now=free, zone=zone, pace=_NO_UNDO)
    verdicts = choose_audience(note, circle, now, first=order)
    able = duty.able_to_be_told(verdicts)
    settings = _worked_at(ended.person, circle) - _told_already(heard.values(), circle, now)
    found: list[NewNotice] = []
    for verdict in verdicts:
        member = verdict.member
        if not verdict.told or member.role not in STAFF or member.setting not in settings:
            continue
        at = when_to_tell(note, member, circle, urgent=urgent, now=free, zone=zone, pace=_NO_UNDO)
        known = heard.get(member.person.id)
        if known is not None:
            if known.catches_up and known.waits and known.delivery is None:
                _tell_for_setting(connection, known, lane, at)
            continue
        occasion = occasion_of(note, member, circle, at, urgent=urgent, now=free, zone=zone)
        found.append(_relay(ids, entry, circle, member.person.id, lane, at, occasion))
        absent = duty.catches_up(member, able, circle, at, now=now, zone=zone)
        if absent is not None and absent.person not in heard:
            found.append(_relay(ids, entry, circle, absent.person, Lane.CATCHING_UP, absent.at))
    return found


def _tell_for_setting(connection: Connection, known: Standing, lane: Lane, at: datetime) -> None:
    """Whoever was to catch up on what a colleague was told is the one who is told."""
    connection.execute(
        update(schema.notices).where(schema.notices.c.id == known.id).values(lane=int(lane), not_before=at)
    )


def _relay(
    ids: Ids,
    entry: Entry,
    circle: Circle,
    person: PersonId,
    lane: Lane,
    at: datetime,
    occasion: Occasion = Occasion.NONE,
) -> NewNotice:
    return NewNotice(
        NoticeId(ids.new()),
        entry.id,
        Relay(entry.id),
        person,
        lane,
        at,
        child=circle.child.id,
        entry=entry.id,
        occasion=occasion,
    )


def _told_already(heard: Iterable[Standing], circle: Circle, now: datetime) -> set[int | None]:
    """The settings that have it, or will, through somebody who is still there."""
    hears = [each.person for each in heard if not each.catches_up and (each.waits or each.has_left)]
    found = [circle.membership(person, now) for person in hears]
    return {each.setting for each in found if each is not None}


def _worked_at(person: PersonId, circle: Circle) -> set[int | None]:
    return {each.setting for each in circle.memberships if each.person.id == person and each.role in STAFF}
