"""Rules of reminders, what fell due of them for whom, and what is done.

An occurrence is unique by rule, civil period and hearer, and is written in the transaction that writes the notice which
tells it; so whatever is killed when, and however many processes look at once, nobody is told twice and nothing is lost.
A change of a rule, and being done, take what still waits of it back in the same step. Words are sealed under the key of
the child they are about, else of who asked. Decides nothing about when or whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from book.deliveries import Lane, NoticeState
from book.ids import ChildId, Ids, NoticeId, PersonId, RoomId, SettingId
from book.reasons import Reason
from book.reminders import ONE_MATTER, For, Purpose, TooLate, ToSay, from_json, said, to_json
from storage import circles, dialect, filing, schema
from storage.rules import Rule, RuleChange, RuleDone
from storage.schema import occurrences, rules, rules_done
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class NewOccurrence:
    """One falling due for one person. ``not_before`` None: it was missed, and nobody is told of it here."""

    id: int
    rule: Rule
    period: str
    hearer: PersonId
    due_at: datetime
    not_before: datetime | None
    useful_until: datetime | None = None


# --- rules --------------------------------------------------------------------------------------------------------


def add(connection: Connection, vault: Vault, new: Sequence[Rule], now: datetime) -> None:
    """Write these rules."""
    dialect.add(
        connection,
        rules,
        [
            {
                "id": each.id,
                "version": each.version,
                "purpose": each.purpose.value,
                "author_id": each.author,
                "for_whom": each.for_whom.value,
                "hearer_id": each.hearer,
                "child_id": each.child,
                "setting_id": each.setting,
                "room_id": each.room,
                "recurrence": to_json(each.recurrence),
                "at_minute": each.at.hour * 60 + each.at.minute,
                "zone": each.zone,
                "too_late": each.too_late.value,
                "sealed_words": vault.seal_text(each.owner, "rule", each.id, each.words),
                "next_at": each.next_at,
                "paused": each.paused,
                "made_at": now,
            }
            for each in new
        ],
    )


def change(connection: Connection, vault: Vault, changes: Sequence[RuleChange], ids: Ids, now: datetime) -> None:
    """Write these changes; what still waits of the rule as it was is taken back."""
    for each in changes:
        values: dict[str, object] = {"version": rules.c.version + 1}
        if each.recurrence is not None:
            values |= {"recurrence": to_json(each.recurrence), "next_at": each.next_at}
        if each.at is not None:
            values |= {"at_minute": each.at.hour * 60 + each.at.minute, "next_at": each.next_at}
        if each.paused is not None:
            values |= {"paused": each.paused, "next_at": each.next_at}
        if each.ends:
            values |= {"ended_at": now, "next_at": None}
        changed = connection.execute(
            update(rules)
            .where(rules.c.id == each.rule, rules.c.author_id == each.by, rules.c.ended_at.is_(None))
            .values(**values)
            .returning(rules.c.id)
        ).one_or_none()
        if changed is not None:
            _take_back(connection, vault, each.rule, None, Reason.CORRECTED, ids, now)


def done(connection: Connection, vault: Vault, finished: Sequence[RuleDone], ids: Ids, now: datetime) -> None:
    """These are done: whatever still waits of them is taken back, and nothing more of them falls due."""
    for each in finished:
        row: dict[str, object] = {"rule_id": each.rule, "matter": each.matter, "at": now, "by_id": each.by}
        dialect.add_new(connection, rules_done, [row])
        _take_back(connection, vault, each.rule, each.matter, Reason.ANSWERED, ids, now)


def of_author(connection: Connection, vault: Vault, author: PersonId) -> list[Rule]:
    """What this person asked for and has not ended, the soonest first."""
    rows = connection.execute(
        select(rules).where(rules.c.author_id == author, rules.c.ended_at.is_(None)).order_by(rules.c.id)
    )
    found = [_rule(vault, row) for row in rows]
    coming = [each for each in found if each.next_at is not None]
    return [
        *sorted(coming, key=lambda each: (each.next_at, each.id)),
        *(each for each in found if each.next_at is None),
    ]


def _rule(vault: Vault, row: Row[Any]) -> Rule:
    child = None if row.child_id is None else ChildId(row.child_id)
    author = PersonId(row.author_id)
    owner = Owner.person(author) if child is None else Owner.child(child)
    return Rule(
        id=row.id,
        author=author,
        for_whom=For(row.for_whom),
        recurrence=from_json(row.recurrence),
        at=time(row.at_minute // 60, row.at_minute % 60),
        zone=row.zone,
        words=vault.open_text(owner, "rule", row.id, row.sealed_words),
        next_at=row.next_at,
        too_late=TooLate(row.too_late),
        purpose=Purpose(row.purpose),
        hearer=None if row.hearer_id is None else PersonId(row.hearer_id),
        child=child,
        setting=None if row.setting_id is None else SettingId(row.setting_id),
        room=None if row.room_id is None else RoomId(row.room_id),
        version=row.version,
        paused=row.paused,
    )


def write(connection: Connection, vault: Vault, filings: Sequence[filing.Filing], ids: Ids, now: datetime) -> None:
    """What these filings do to rules, in the transaction that writes the filings."""
    add(connection, vault, [each for found in filings for each in found.rules], now)
    change(connection, vault, [each for found in filings for each in found.rule_changes], ids, now)
    done(connection, vault, [each for found in filings for each in found.rules_done], ids, now)
    look_again(connection, {each.setting for found in filings for each in found.calendars}, now)


# --- falling due --------------------------------------------------------------------------------------------------

_LIVE = rules.c.next_at.is_not(None) & rules.c.ended_at.is_(None) & rules.c.paused.is_(False)


def next_due(connection: Connection) -> datetime | None:
    """When the next of all falls due."""
    found: datetime | None = connection.execute(select(func.min(rules.c.next_at)).where(_LIVE)).scalar_one()
    return found


def claim(connection: Connection, vault: Vault, now: datetime, most: int) -> list[Rule]:
    """Some of the rules that are due; no other process sees them until this transaction has ended."""
    rows = connection.execute(
        select(rules)
        .where(_LIVE, rules.c.next_at <= now)
        .order_by(rules.c.next_at, rules.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    return [_rule(vault, row) for row in rows]


def to_come(connection: Connection, vault: Vault, now: datetime) -> list[Rule]:
    """Every rule that is not due yet, to be worked out anew; those that another process is at are left to it."""
    rows = connection.execute(
        select(rules)
        .where(rules.c.ended_at.is_(None), rules.c.paused.is_(False))
        .where(or_(rules.c.next_at.is_(None), rules.c.next_at > now))
        .order_by(rules.c.id)
        .with_for_update(skip_locked=True)
    ).all()
    return [_rule(vault, row) for row in rows]


def look_again(connection: Connection, settings: Collection[SettingId], now: datetime) -> None:
    """The calendars of these settings have changed: when their rules fall due is to be worked out anew."""
    if settings:
        counted = or_(*(rules.c.recurrence.startswith(f'["{each}"') for each in ("half_term", "term", "open_days")))
        connection.execute(
            update(rules)
            .where(rules.c.setting_id.in_(list(settings)), rules.c.ended_at.is_(None), counted)
            .where(or_(rules.c.next_at.is_(None), rules.c.next_at > now))
            .values(next_at=now)
        )


def put_off(connection: Connection, next_at: Mapping[int, datetime | None]) -> None:
    """When each of these rules, which are claimed, falls due next."""
    for rule, at in next_at.items():
        connection.execute(update(rules).where(rules.c.id == rule).values(next_at=at))


def end(connection: Connection, ended: Iterable[int], now: datetime) -> None:
    """Nobody asks for these any more."""
    wanted = sorted(ended)
    if wanted:
        connection.execute(update(rules).where(rules.c.id.in_(wanted)).values(ended_at=now, next_at=None))


def done_of(connection: Connection, wanted: Collection[int]) -> set[tuple[int, str]]:
    """What is done of these rules: rule and matter."""
    found = connection.execute(
        select(rules_done.c.rule_id, rules_done.c.matter).where(rules_done.c.rule_id.in_(sorted(wanted)))
    )
    return {(row.rule_id, row.matter) for row in found}


def occur(
    connection: Connection, vault: Vault, new: Sequence[NewOccurrence], ids: Ids, now: datetime
) -> list[NewOccurrence]:
    """Write those that are not written yet, and tell them: to one person one message, however many. Which were new."""
    written = []
    for each in new:
        row = {
            "id": each.id,
            "rule_id": each.rule.id,
            "period": each.period,
            "hearer_id": each.hearer,
            "version": each.rule.version,
            "due_at": each.due_at,
            "made_at": now,
        }
        inserted = connection.execute(
            dialect.insert(connection, occurrences).values(row).on_conflict_do_nothing().returning(occurrences.c.id)
        ).one_or_none()
        if inserted is not None:
            written.append(each)
    together: dict[tuple[PersonId, ChildId | None], list[NewOccurrence]] = defaultdict(list)
    for each in written:
        if each.not_before is not None:
            together[(each.hearer, each.rule.child)].append(each)
    _tell(connection, vault, together, ids, now)
    return written


def _tell(
    connection: Connection,
    vault: Vault,
    together: Mapping[tuple[PersonId, ChildId | None], Sequence[NewOccurrence]],
    ids: Ids,
    now: datetime,
) -> None:
    authors = {each.rule.author for found in together.values() for each in found}
    people = circles.load_people(connection, vault, authors) if authors else {}
    notices = []
    for (hearer, child), found in together.items():
        words = [
            ToSay(
                "" if each.rule.author == hearer else people[each.rule.author].name,
                each.rule.words,
                each.rule.id if each.rule.purpose is Purpose.REVIEW else 0,
                each.period.partition("+")[0],
            )
            for each in found
        ]
        number = NoticeId(ids.new())
        ends = [each.useful_until for each in found]
        notices.append(
            filing.NewNotice(
                number,
                number,
                said(words),
                hearer,
                Lane.REMINDER,
                max(each.not_before for each in found if each.not_before is not None),
                child=child,
                expires_at=None if None in ends else max(each for each in ends if each is not None),
            )
        )
        connection.execute(
            update(occurrences).where(occurrences.c.id.in_([each.id for each in found])).values(notice_id=number)
        )
    filing.add_notices(connection, vault, notices, now)


def _take_back(
    connection: Connection, vault: Vault, rule: int, matter: str | None, reason: Reason, ids: Ids, now: datetime
) -> None:
    """What waits of this rule is withdrawn; what else stood in the same message is told in one of its own."""
    waiting = (
        select(schema.notices.c.id)
        .join(occurrences, occurrences.c.notice_id == schema.notices.c.id)
        .where(
            occurrences.c.rule_id == rule,
            schema.notices.c.state == NoticeState.WAITING.value,
            schema.notices.c.delivery_id.is_(None),
        )
        .distinct()
    )
    if matter not in (None, ONE_MATTER):
        waiting = waiting.where(or_(occurrences.c.period == matter, occurrences.c.period.startswith(f"{matter}+")))
    for notice in connection.execute(waiting).scalars().all():
        gone = connection.execute(
            update(schema.notices)
            .where(schema.notices.c.id == notice, schema.notices.c.state == NoticeState.WAITING.value)
            .values(state=NoticeState.WITHDRAWN, reason=reason, ended_at=now)
            .returning(schema.notices.c.not_before, schema.notices.c.expires_at)
        ).one()
        left = connection.execute(
            select(occurrences.c.id, occurrences.c.hearer_id, occurrences.c.rule_id, occurrences.c.due_at,
                   occurrences.c.period)
            .where(occurrences.c.notice_id == notice, occurrences.c.rule_id != rule)
            .order_by(occurrences.c.id)
        ).all()  # fmt: skip
        if left:
            others = connection.execute(select(rules).where(rules.c.id.in_([row.rule_id for row in left])))
            again = {row.id: _rule(vault, row) for row in others}
            kept = [
                NewOccurrence(
                    row.id,
                    again[row.rule_id],
                    row.period,
                    PersonId(row.hearer_id),
                    row.due_at,
                    gone.not_before,
                    gone.expires_at,
                )
                for row in left
            ]
            _tell(connection, vault, {(kept[0].hearer, kept[0].rule.child): kept}, ids, now)
