"""A program is ready while its database takes writes and its platform answers, and ends when it can keep nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from book.errors import StorageUnfit
from bot.doors.polling import Health
from bot.operations import BEAT_EVERY_SECONDS, SILENT_AT_MOST_SECONDS, Pulse
from storage import health
from storage.database import Database
from storage.store import Store
from tests.clocks import BookClock, MachineClock


class Door:
    """A door that stands as a test says."""

    def __init__(self) -> None:
        self.health = Health()

    def __call__(self) -> Health:
        return self.health


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def pulse(store: Store, door: Door, book_clock: BookClock, machine_clock: MachineClock) -> Pulse:
    return Pulse(store, ["doors", "dispatch"], door=door, now=book_clock.now, machine=machine_clock)


async def test_it_is_ready_while_the_platform_answers_and_the_database_takes_writes(
    pulse: Pulse, door: Door, machine_clock: MachineClock
) -> None:
    assert pulse.troubles() == ["The database takes no writes.", "The platform has not answered yet."]

    await pulse.beat()
    door.health = Health(last_success=machine_clock.monotonic())
    assert pulse.troubles() == []

    machine_clock.move(SILENT_AT_MOST_SECONDS + 1)
    await pulse.beat()
    assert pulse.troubles() == ["The platform has not answered for a while."]


async def test_an_alarm_is_in_force_until_the_next_success(
    pulse: Pulse, door: Door, machine_clock: MachineClock, store: Store, book_clock: BookClock
) -> None:
    now = machine_clock.monotonic()
    door.health = Health(last_success=now - 5, alarm="Another program fetches.", alarmed_at=now - 1)
    await pulse.beat()
    assert pulse.troubles() == ["Another program fetches."]

    picture = await store.read(health.look, book_clock.now())
    doors = next(each for each in picture.heartbeats if each.name == "doors")
    assert doors.alarm == "Another program fetches."
    assert doors.last_success_at == book_clock.now() - timedelta(seconds=5)

    door.health = Health(last_success=now, alarm="Another program fetches.", alarmed_at=now - 1)
    await pulse.beat()
    assert pulse.troubles() == []
    assert all(not each.alarm for each in (await store.read(health.look, book_clock.now())).heartbeats)


async def test_what_stopped_on_purpose_is_not_taken_for_dead(pulse: Pulse, store: Store, book_clock: BookClock) -> None:
    await pulse.beat()
    await pulse.stop()

    assert (await store.read(health.look, book_clock.now())).heartbeats == ()


async def test_a_database_that_takes_no_write_for_a_while_ends_the_program_with_a_sentence(
    pulse: Pulse, database: Database, machine_clock: MachineClock
) -> None:
    running = asyncio.create_task(pulse.run())
    await machine_clock.until_somebody_sleeps()
    machine_clock.move(BEAT_EVERY_SECONDS)
    await machine_clock.until_somebody_sleeps()
    await database.close()

    for _ in range(3):
        machine_clock.move(BEAT_EVERY_SECONDS)
        await asyncio.wait([running, asyncio.create_task(machine_clock.until_somebody_sleeps())],
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip

    with pytest.raises(StorageUnfit, match="taken no write for a minute"):
        await running
