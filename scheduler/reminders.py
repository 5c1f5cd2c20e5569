"""Whoever is to be reminded is, once, at the moment of the rule; what could not be said in time is said to its author.

Rules are claimed some at a time, each batch in one transaction with what falls due of them and the notices: a process
that is killed leaves nothing half done, one that is stopped holds up only what it has claimed, and no second one tells
anything again. After a time in which nobody looked, what is still worth saying is said once and together; what is not
is written down as missed. Refuses to know the words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from book.calendar import Calendar
from book.deliveries import Lane
from book.ids import ChildId, Ids, NoticeId, PersonId, SettingId
from book.notices import Said
from book.people import STAFF, Circle, Membership, Role
from book.reminders import Due, For, TooLate, dues
from book.timing import in_the_day, when_at_hand
from book.wording.values import moment
from storage import calendars, circles, filing, reminders
from storage.bells import Bell, ring
from storage.database import Connection
from storage.filing import NewNotice
from storage.reminders import NewOccurrence
from storage.rules import Rule
from storage.store import Store

BATCH = 200
_LOOK_AGAIN = timedelta(days=1)
_MOST_MISSED_LISTED = 8


class Reminders:
    """A chore of the metronome."""

    def __init__(self, store: Store, ids: Ids, *, batch: int = BATCH) -> None:
        self._store = store
        self._ids = ids
        self._batch = batch
        self._worked_out = False

    async def next_due(self, now: datetime) -> datetime:
        """When the next rule falls due; a day from now where none does."""
        if not self._worked_out:
            # The rules of a zone may have changed since they were last worked out: what is to come moves with them.
            await self._store.write(self._work_out, now)
            self._worked_out = True
        soonest = await self._store.read(reminders.next_due)
        return now + _LOOK_AGAIN if soonest is None else soonest

    async def act(self, now: datetime) -> None:
        """Everything that is due, some at a time."""
        while await self._store.write(self.some, now) == self._batch:
            pass

    def _work_out(self, connection: Connection, now: datetime) -> None:
        rules = reminders.to_come(connection, self._store.vault, now)
        open_when = self._calendars(connection, rules)
        anew = {each.id: _next(each, open_when, now) for each in rules}
        changed = {each.id: anew[each.id] for each in rules if anew[each.id] != each.next_at}
        reminders.put_off(connection, changed)

    def some(self, connection: Connection, now: datetime) -> int:
        """One batch of what is due, in this transaction; how many rules that was."""
        rules = reminders.claim(connection, self._store.vault, now, self._batch)
        if not rules:
            return 0
        open_when = self._calendars(connection, rules)
        done = reminders.done_of(connection, [each.id for each in rules])
        around = _Around.load(connection, self._store, rules, now)
        new: list[NewOccurrence] = []
        missed: list[tuple[Rule, Due]] = []
        gone: list[int] = []
        for rule in rules:
            hearers = around.hearers(rule)
            if hearers is None:
                gone.append(rule.id)
                continue
            past = [each for each in _past(rule, open_when, now) if (rule.id, each.falling.matter) not in done]
            # Of several that nobody was told of only the newest is worth saying, if that still is.
            told = past[-1:] if past and past[-1].is_useful(now) else []
            if rule.too_late is TooLate.DAY or not told:
                # Where the newest stands for the earlier ones, nothing was missed by whoever hears it.
                missed += [(rule, each) for each in past if each not in told]
            new += [self._occurrence(rule, each, hearer, at if each in told else None)
                    for each in past for hearer, at in hearers.items()]  # fmt: skip
        reminders.put_off(connection, {each.id: _next(each, open_when, now, after=True) for each in rules})
        reminders.end(connection, gone, now)
        written = reminders.occur(connection, self._store.vault, new, self._ids, now)
        fresh = {(each.rule.id, each.period) for each in written}
        told_too = self._tell_of_missed(connection, [x for x in missed if (x[0].id, x[1].falling.period) in fresh], now)
        if written or told_too:
            ring(connection, Bell.OUTBOX)
        return len(rules)

    def _occurrence(self, rule: Rule, due: Due, hearer: PersonId, not_before: datetime | None) -> NewOccurrence:
        if not_before is not None and due.useful_until is not None and not_before >= due.useful_until:
            # By the time she may be told it is no use any more: she is told all the same, for somebody asked for it.
            return NewOccurrence(self._ids.new(), rule, due.falling.period, hearer, due.at, not_before)
        return NewOccurrence(self._ids.new(), rule, due.falling.period, hearer, due.at, not_before, due.useful_until)

    def _calendars(self, connection: Connection, rules: Sequence[Rule]) -> Mapping[SettingId, Calendar]:
        wanted = {each.setting for each in rules if each.setting is not None}
        found = circles.load_settings(connection, self._store.vault, wanted) if wanted else {}
        return calendars.load(connection, self._store.vault, list(found.values()))

    def _tell_of_missed(self, connection: Connection, missed: Sequence[tuple[Rule, Due]], now: datetime) -> bool:
        """Each author in one message, whatever it was: it is over, and somebody may have to be rung."""
        by_author: dict[PersonId, list[tuple[Rule, Due]]] = defaultdict(list)
        for rule, due in missed:
            by_author[rule.author].append((rule, due))
        notices = []
        for author, found in by_author.items():
            lines = tuple(
                ("reminder.missed.line", {"when": moment(due.at), "words": rule.words})
                for rule, due in found[:_MOST_MISSED_LISTED]
            )
            more = len(found) - _MOST_MISSED_LISTED
            also = (("reminder.missed.more", {"n": str(more)}),) if more > 0 else ()
            number = NoticeId(self._ids.new())
            said = Said("reminder.missed", lines=(*lines, *also))
            at = max((in_the_day(now, ZoneInfo(rule.zone)) for rule, _ in found), default=now)
            notices.append(NewNotice(number, number, said, author, Lane.REMINDER, at))
        filing.add_notices(connection, self._store.vault, notices, now)
        return bool(notices)


def _past(rule: Rule, open_when: Mapping[SettingId, Calendar], now: datetime) -> Iterator[Due]:
    assert rule.next_at is not None
    coming = _dues(rule, open_when, rule.next_at)
    return takewhile(lambda each: each.at <= now, coming)


def _next(
    rule: Rule, open_when: Mapping[SettingId, Calendar], now: datetime, *, after: bool = False
) -> datetime | None:
    """When it falls due next: from ``now`` on, or ``after`` it."""
    coming = (each.at for each in _dues(rule, open_when, now))
    return next((at for at in coming if at > now or not after), None)


def _dues(rule: Rule, open_when: Mapping[SettingId, Calendar], since: datetime) -> Iterator[Due]:
    calendar = open_when.get(rule.setting) if rule.setting is not None else None
    return dues(rule.recurrence, rule.at, ZoneInfo(rule.zone), rule.too_late, calendar, since=since)


@dataclass(frozen=True, slots=True)
class _Around:
    """Who is there to be reminded, as things stand now."""

    now: datetime
    belonging: frozenset[PersonId]
    circles: Mapping[ChildId, Circle] = field(default_factory=dict)
    posts: Mapping[PersonId, tuple[Membership, ...]] = field(default_factory=dict)
    children_at: Mapping[SettingId, Sequence[ChildId]] = field(default_factory=dict)

    @classmethod
    def load(cls, connection: Connection, store: Store, rules: Sequence[Rule], now: datetime) -> _Around:
        authors = {each.author for each in rules}
        vault = store.vault
        whole = {each.setting for each in rules
                 if each.for_whom in _OF_A_SETTING and each.setting is not None}  # fmt: skip
        at = circles.children_at(connection, vault, whole, now) if whole else {}
        children = {each.child for each in rules if each.child is not None}
        children |= {child for found in at.values() for child in found}
        return cls(
            now,
            circles.belonging(connection, authors, now),
            circles.load(connection, vault, children, now) if children else {},
            circles.posts_of(connection, vault, authors) if whole else {},
            {setting: sorted(found) for setting, found in at.items()},
        )

    def hearers(self, rule: Rule) -> dict[PersonId, datetime] | None:
        """Who hears it and from when; None where whoever asked for it may not any more."""
        if rule.author not in self.belonging:
            return None
        if rule.for_whom is For.ME:
            return {rule.author: self.now}
        zone = ZoneInfo(rule.zone)
        found: dict[PersonId, datetime] = {}
        around = self._circles_of(rule)
        if around is None:
            return None
        for circle in around:
            for member in self._meant(rule, circle):
                found.setdefault(member.person.id, when_at_hand(member, circle, self.now, zone))
        return found

    def _circles_of(self, rule: Rule) -> list[Circle] | None:
        if rule.for_whom not in _OF_A_SETTING:
            circle = self.circles.get(rule.child) if rule.child is not None else None
            return None if circle is None or circle.membership(rule.author, self.now) is None else [circle]
        assert rule.setting is not None
        here = [self.circles[child] for child in self.children_at.get(rule.setting, ()) if child in self.circles]
        if not self._works_at(rule.author, rule.setting, here):
            return None
        if rule.for_whom is For.ROOM:
            here = [each for each in here if (room := each.rooms.get(rule.setting)) and room.id == rule.room]
        return here

    def _works_at(self, person: PersonId, setting: SettingId, here: Sequence[Circle]) -> bool:
        posts = self.posts.get(person, ())
        return any(each.setting == setting and each.role in STAFF and each.is_live(self.now) for each in posts) or any(
            line.person.id == person for circle in here for line in circle.staff_of(setting, self.now)
        )

    def _meant(self, rule: Rule, circle: Circle) -> list[Membership]:
        """Whom of this circle it is for; nobody is reminded of what she asked for the others."""
        match rule.for_whom:
            case For.PERSON:
                line = None if rule.hearer is None else circle.membership(rule.hearer, self.now)
                return [] if line is None else [line]
            case For.STAFF:
                return [each for each in circle.once_each(self.now) if _is_colleague(each, rule, circle)]
            case For.CIRCLE:
                return [
                    each
                    for each in circle.once_each(self.now)
                    if _is_colleague(each, rule, circle) or (each.role is Role.PARENT and each.person.id != rule.author)
                ]
            case _:
                return [each for each in circle.parents(self.now) if each.person.id != rule.author]


def _is_colleague(member: Membership, rule: Rule, circle: Circle) -> bool:
    """Whether she works at the rule's setting: not its author, and no device."""
    is_hers = member.person.id == rule.author or member.person.id in circle.devices
    return member.role in STAFF and member.setting == rule.setting and not is_hers


_OF_A_SETTING = frozenset({For.ROOM, For.SETTING, For.STAFF})
