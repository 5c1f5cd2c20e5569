"""The list of those who joined is shown once for each working day, whatever starts again, and never empty."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from book.ids import IdMaker, Ids
from book.people import Role
from scheduler.claims import ListOfClaims
from storage import schema
from storage.claims import ClaimState, NewClaim, write
from storage.store import Store
from tests.clocks import BookClock, MachineClock
from tests.kit.conversation import Story, tell
from tests.kit.on_script import OnScript
from tests.kit.slips import slip

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def ids(book_clock: BookClock) -> Ids:
    return IdMaker(now=book_clock.now, chance=random.Random(7).randrange)


@pytest.fixture
async def story(store: Store, book_clock: BookClock, machine_clock: MachineClock, ids: Ids) -> Story:
    stage = OnScript()
    told = await tell(store, stage, book_clock, machine_clock, ids)
    await stage.says("somebody", "hello", None)
    await told.settles()
    return told


def listed(connection: Connection, cause: int) -> int:
    return len(connection.execute(select(schema.notices.c.id).where(schema.notices.c.cause == cause)).all())


async def somebody_waits(story: Story) -> None:
    await slip(story, "hannah", child="ella", role=Role.PARENT)

    def claim(connection: Connection) -> None:
        invitation = connection.execute(select(schema.invitations.c.id)).scalars().one()
        address = connection.execute(
            select(schema.addresses.c.id).where(schema.addresses.c.person_id.is_(None))
        ).scalars().one()  # fmt: skip
        new = NewClaim(
            story.ids.new(), story.people.people["hannah"], address, invitation, ClaimState.WAITING, "+447700900777"
        )
        write(connection, story.store.vault, [new], story.clock.now())

    await story.store.write(claim)


async def test_a_second_process_or_a_restart_shows_nothing_twice(story: Story) -> None:
    await somebody_waits(story)
    at = datetime(2026, 11, 24, 17, 30, tzinfo=LONDON).astimezone(UTC)
    for _ in range(3):
        chore = ListOfClaims(story.store, story.ids, LONDON)
        assert await chore.next_due(at) == at
        await chore.act(at)
        await chore.act(at + timedelta(minutes=5))
        assert await chore.next_due(at) == at + timedelta(days=1)

    assert await story.store.read(listed, 2026112401) == 1


async def test_nothing_is_shown_where_there_is_no_news(story: Story) -> None:
    at = datetime(2026, 11, 24, 17, 30, tzinfo=LONDON).astimezone(UTC)

    await ListOfClaims(story.store, story.ids, LONDON).act(at)

    assert await story.store.read(listed, 2026112401) == 0


async def test_late_in_the_evening_it_is_left_for_the_next_day(story: Story) -> None:
    await somebody_waits(story)
    late = datetime(2026, 11, 24, 20, 31, tzinfo=LONDON).astimezone(UTC)
    chore = ListOfClaims(story.store, story.ids, LONDON)

    await chore.act(late)

    assert await story.store.read(listed, 2026112401) == 0
    assert await chore.next_due(late) == datetime(2026, 11, 25, 17, 30, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize("day", [27, 28, 29])
async def test_from_friday_evening_it_is_due_on_monday(story: Story, day: int) -> None:
    chore = ListOfClaims(story.store, story.ids, LONDON)
    await chore.act(datetime(2026, 11, 27, 17, 30, tzinfo=LONDON).astimezone(UTC))

    due = await chore.next_due(datetime(2026, 11, day, 18, 0, tzinfo=LONDON).astimezone(UTC))

    assert due == datetime(2026, 11, 30, 17, 30, tzinfo=LONDON).astimezone(UTC)
