"""Whoever's time is over is told once, on the day; nobody else is, and nobody twice."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from book.ids import ChildId, IdMaker, Ids, PersonId, SettingId
from book.people import Role, SettingKind, Standing
from scheduler.endings import Endings
from storage import schema
from storage.roster import NewChild, NewMembership, NewPerson, NewSetting, Roster, enrol
from storage.store import Store
from tests.clocks import BookClock

JO, LEO, SUNSHINE = PersonId(11), ChildId(12), SettingId(13)


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
async def until(store: Store, book_clock: BookClock) -> datetime:
    """Jo is in Leo's book for ten days."""
    end = book_clock.now() + timedelta(days=10)
    await enrol(
        store,
        Roster(
            settings=[NewSetting(SUNSHINE, SettingKind.NURSERY, "Sunshine")],
            people=[NewPerson(JO, "Jo Marsh")],
            children=[NewChild(LEO, ("Leo",))],
            memberships=[
                NewMembership(20, JO, Role.PROFESSIONAL, LEO, SUNSHINE, until=end - timedelta(days=5)),
                NewMembership(21, JO, Role.PROFESSIONAL, LEO, SUNSHINE, until=end),
            ],
        ),
        book_clock.now(),
    )
    return end


async def _told(store: Store) -> list[int]:
    notices = select(schema.notices.c.cause).order_by(schema.notices.c.id)
    return await store.read(lambda connection: list(connection.execute(notices).scalars()))


async def test_she_is_told_at_her_end_and_once_however_often_it_is_looked_at(
    store: Store, ids: Ids, until: datetime
) -> None:
    chore = Endings(store, ids)
    early = until - timedelta(seconds=1)

    assert await chore.next_due(early) == until
    await chore.act(early)
    assert await _told(store) == []
    await chore.act(until)
    assert await _told(store) == [21]
    await Endings(store, ids).act(until + timedelta(days=1))
    assert await _told(store) == [21]
    assert await chore.next_due(until) > until


async def test_who_was_ended_before_her_date_is_told_nothing(
    store: Store, ids: Ids, until: datetime, book_clock: BookClock
) -> None:
    ended = NewMembership(22, JO, Role.PROFESSIONAL, LEO, SUNSHINE, standing=Standing.ENDED)
    await enrol(store, Roster(memberships=[ended]), book_clock.now())

    await Endings(store, ids).act(until)

    assert await _told(store) == []
