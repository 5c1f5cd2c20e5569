"""Reminders fall due once: in time, after an outage together, too late not at all; what is done is silent at once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select

from book.calendar import Sort, Stretch
from book.deliveries import NoticeState
from book.ids import ChildId, IdMaker, Ids, PersonId, SettingId
from book.people import Role, SettingKind
from book.reminders import AtMonths, EveryHalfTerm, For, Once, Recurrence, Recurring, TooLate
from scheduler.reminders import Reminders
from storage import calendars, reminders, schema
from storage.calendars import CalendarChange
from storage.roster import NewChild, NewMembership, NewPerson, NewSetting, Roster, enrol
from storage.rules import Rule, RuleChange, RuleDone
from storage.store import Store
from tests.clocks import BookClock

MAYA, HANNAH, JOE, ELLA, NOAH, SUNSHINE = (
    PersonId(11), PersonId(12), PersonId(13), ChildId(14), ChildId(15), SettingId(16),
)  # fmt: skip
START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LONDON = "Europe/London"
DAILY = Recurring("FREQ=DAILY", date(2026, 11, 24))


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
async def chore(store: Store, ids: Ids) -> Reminders:
    await enrol(
        store,
        Roster(
            settings=[NewSetting(SUNSHINE, SettingKind.NURSERY, "Sunshine")],
            people=[NewPerson(MAYA, "Maya"), NewPerson(HANNAH, "Hannah"), NewPerson(JOE, "Joe")],
            children=[NewChild(ELLA, ("Ella",)), NewChild(NOAH, ("Noah",))],
            memberships=[
                NewMembership(20, MAYA, Role.MANAGER, None, SUNSHINE),
                NewMembership(21, HANNAH, Role.PARENT, ELLA, SUNSHINE),
                NewMembership(22, JOE, Role.PARENT, NOAH, SUNSHINE),
            ],
        ),
        START,
    )
    return Reminders(store, ids)


def rule(recurrence: Recurrence, at: time = time(8), **more: object) -> Rule:
    made = Rule(100, MAYA, For.ME, recurrence, at, LONDON, "fire drill", START + timedelta(minutes=30))
    return replace(made, **more)  # type: ignore[arg-type]


async def given(store: Store, *rules: Rule) -> None:
    await store.write(lambda connection: reminders.add(connection, store.vault, rules, START))


async def told(store: Store) -> list[tuple[int, int, str, bool]]:
    """What fell due: which rule, of whom, for which period, and whether it is or was to be told."""
    rows = select(schema.occurrences).order_by(schema.occurrences.c.due_at, schema.occurrences.c.hearer_id)
    return await store.read(
        lambda connection: [
            (row.rule_id, row.hearer_id, row.period, row.notice_id is not None) for row in connection.execute(rows)
        ]
    )


async def messages(store: Store, state: NoticeState = NoticeState.WAITING) -> list[int]:
    """Who has how many messages to come, one name for each."""
    rows = select(schema.notices.c.hearer).where(schema.notices.c.state == state).order_by(schema.notices.c.id)
    return await store.read(lambda connection: list(connection.execute(rows).scalars()))


async def look(chore: Reminders, until: datetime) -> None:
    """Do what falls due up to then, each at its moment."""
    now = START
    while (due := await chore.next_due(now)) <= until:
        now = max(due, now)
        await chore.act(now)


async def test_each_falls_due_once_at_its_moment_however_often_and_by_whomever_it_is_looked_at(
    store: Store, ids: Ids, chore: Reminders
) -> None:
    await given(store, rule(DAILY))

    assert await chore.next_due(START) == START + timedelta(minutes=30)
    await look(chore, START + timedelta(days=2, hours=1))
    await Reminders(store, ids).act(START + timedelta(days=2, hours=1))

    days = ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert await told(store) == [(100, MAYA, day, True) for day in days]
    assert await messages(store) == [MAYA] * 3


@pytest.mark.parametrize("away", [timedelta(minutes=5), timedelta(hours=1), timedelta(days=3), timedelta(days=14)])
async def test_after_an_outage_what_is_still_worth_saying_is_said_once_and_together(
    store: Store, chore: Reminders, away: timedelta
) -> None:
    soon = START + timedelta(minutes=2)
    await given(store, rule(DAILY, time(7, 32), next_at=soon), rule(DAILY, time(7, 32), id=101, next_at=soon))
    back = soon + away

    await chore.act(back)

    missed = away.days
    assert await messages(store) == ([MAYA] if missed == 0 else [MAYA, MAYA]), "one of what is due, one of what is over"
    found = await told(store)
    assert sum(said for *_, said in found) == 2
    assert sum(not said for *_, said in found) == 2 * missed
    await chore.act(back)
    assert await told(store) == found


async def test_what_is_over_is_recorded_and_said_to_whoever_asked_and_to_nobody_else(
    store: Store, chore: Reminders
) -> None:
    everyone = rule(Once(date(2026, 11, 24)), for_whom=For.SETTING, setting=SUNSHINE)
    await given(store, everyone)

    await chore.act(START + timedelta(days=1))

    assert await told(store) == [(100, HANNAH, "2026-11-24", False), (100, JOE, "2026-11-24", False)]
    assert await messages(store) == [MAYA]


async def test_what_was_changed_or_done_is_not_said_though_it_was_due_and_what_stood_beside_it_is(
    store: Store, ids: Ids, chore: Reminders
) -> None:
    at_night = rule(Once(date(2026, 11, 24)), time(21), for_whom=For.SETTING, setting=SUNSHINE, too_late=TooLate.NEVER)
    await given(store, at_night, replace(at_night, id=101, words="no nuts"))
    await chore.act(START + timedelta(hours=14))
    assert await messages(store) == [HANNAH, JOE], "in quiet hours they wait"

    change = RuleChange(100, MAYA, Once(date(2026, 12, 1)), next_at=START + timedelta(days=7))
    await store.write(lambda connection: reminders.change(connection, store.vault, [change], ids, START))

    assert await messages(store, NoticeState.WITHDRAWN) == [HANNAH, JOE]
    assert sorted(await messages(store)) == [HANNAH, JOE], "the other is told by itself"
    done = RuleDone(101, "2026-11-24", MAYA)
    await store.write(lambda connection: reminders.done(connection, store.vault, [done], ids, START))
    assert await messages(store) == []


async def test_nobody_else_changes_a_rule_and_whoever_belongs_no_more_asks_for_nothing(
    store: Store, ids: Ids, chore: Reminders
) -> None:
    await given(store, rule(DAILY), rule(DAILY, id=101, author=PersonId(12), for_whom=For.SETTING, setting=SUNSHINE))
    change = RuleChange(100, HANNAH, ends=True)
    await store.write(lambda connection: reminders.change(connection, store.vault, [change], ids, START))

    await chore.act(START + timedelta(hours=1))

    assert [each[0] for each in await told(store)] == [100], "a parent speaks to no setting"


async def test_being_done_once_silences_all_of_one_matter(store: Store, ids: Ids, chore: Reminders) -> None:
    check = rule(AtMonths(date(2024, 2, 29), (24, 27, 30, 33)), too_late=TooLate.NEXT, next_at=START)
    await given(store, replace(check, next_at=datetime(2026, 3, 1, 8, tzinfo=UTC)))

    await chore.act(START)
    found = [(period, said) for _, _, period, said in await told(store)]
    assert found == [("24m", False), ("27m", False), ("30m", True)], "who comes late is asked at once"
    done = RuleDone(100, "once", MAYA)
    await store.write(lambda connection: reminders.done(connection, store.vault, [done], ids, START))
    before = await told(store)
    await look(chore, START + timedelta(days=400))
    assert await told(store) == before


async def test_every_half_term_waits_for_the_term_dates_and_falls_due_once_they_are_known(
    store: Store, chore: Reminders
) -> None:
    await given(store, rule(EveryHalfTerm(), setting=SUNSHINE, next_at=None))
    assert await chore.next_due(START) == START + timedelta(days=1)
    terms = (
        (1, Stretch(Sort.TERM, date(2027, 1, 5), date(2027, 3, 25), "Spring")),
        (2, Stretch(Sort.HALF_TERM, date(2027, 2, 15), date(2027, 2, 19))),
    )

    def write(connection: Connection) -> None:
        calendars.write(connection, store.vault, [CalendarChange(SUNSHINE, MAYA, add=terms)], START)
        reminders.look_again(connection, {SUNSHINE}, START)

    await store.write(write)
    await look(chore, START + timedelta(days=365))

    assert [period for _, _, period, _ in await told(store)] == ["2027-01-05/1", "2027-01-05/2"]


async def test_a_clock_that_jumps_neither_doubles_nor_skips(store: Store, chore: Reminders) -> None:
    await given(store, rule(DAILY))
    random_ = random.Random(3)
    now = latest = START
    for _ in range(60):
        now = max(START, now + random_.choice([1, -1]) * random_.choice([timedelta(hours=1), timedelta(days=1)]))
        await chore.act(now)
        latest = max(latest, now)

    days = [period for _, _, period, _ in await told(store)]
    first, last = date(2026, 11, 24), (latest - timedelta(hours=8)).date()
    assert days == [(first + timedelta(days=ahead)).isoformat() for ahead in range((last - first).days + 1)]


async def test_when_the_rules_of_a_zone_change_what_is_to_come_moves_and_what_was_stays(
    store: Store, ids: Ids, chore: Reminders
) -> None:
    # As it was worked out while the zone was thought to be two hours behind.
    await given(store, rule(DAILY, next_at=START + timedelta(hours=2, minutes=30)))

    assert await chore.next_due(START) == START + timedelta(minutes=30)
    await chore.act(START + timedelta(minutes=30))
    again = Reminders(store, ids)
    assert await again.next_due(START + timedelta(hours=3)) == START + timedelta(days=1, minutes=30)
    assert len(await told(store)) == 1
