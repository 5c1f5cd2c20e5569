"""Five schedulers at once on PostgreSQL, killed and stopped at random: every reminder falls due, and none twice."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from book.ids import PersonId, SettingId
from book.people import Role, SettingKind
from book.reminders import For, Once
from storage import reminders, schema
from storage.roster import NewMembership, NewPerson, NewSetting, Roster, enrol
from storage.rules import Rule
from storage.store import Store
from tests.databases import Place
from tests.faults.processes import ROOT, Process

NOW = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
DUE = datetime(2026, 11, 24, 8, tzinfo=UTC)
AT_ONCE = 5
# Each opens the keys of ten thousand people before it begins.
_PATIENCE_SECONDS = 300.0
_EVERY = 2  # lines that are read between two faults


def _how_many(connection: Connection) -> tuple[int, int, int, int]:
    """Occurrences, different ones, notices, and rules that are still due."""
    rows = schema.occurrences
    total = connection.execute(select(func.count()).select_from(rows)).scalar_one()
    apart = connection.execute(select(func.count()).select_from(select(rows.c.rule_id).distinct().subquery()))
    told = connection.execute(select(func.count()).select_from(schema.notices)).scalar_one()
    due = connection.execute(select(func.count()).where(schema.rules.c.next_at.is_not(None))).scalar_one()
    return total, apart.scalar_one(), told, due


# Of a file one process at a time serves.
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.prove)])
async def test_five_processes_that_are_killed_and_stopped_tell_each_reminder_once(
    store: Store, place: Place, tmp_path: Path, count: int
) -> None:
    people = [PersonId(each) for each in range(1000, 1000 + count)]
    await enrol(
        store,
        Roster(
            settings=[NewSetting(SettingId(5), SettingKind.NURSERY, "Sunshine")],
            people=[NewPerson(each, "Somebody") for each in people],
            memberships=[NewMembership(20_000 + each, each, Role.ROOM_STAFF, None, SettingId(5)) for each in people],
        ),
        DUE,
    )
    rules = [
        Rule(50_000 + each, each, For.ME, Once(date(2026, 11, 24)), time(8), "Europe/London", "drill", DUE)
        for each in people
    ]
    await store.write(lambda connection: reminders.add(connection, store.vault, rules, DUE))
    chance = random.Random(count)
    words = [
        "-m",
        "tests.scheduler.remind_until_done",
        place.url,
        place.keys_url,
        str(tmp_path),
        str(max(2, count // 100)),
    ]

    async def begin(number: int) -> Process:
        pipe = tmp_path / f"turns-{number}"
        os.mkfifo(pipe)
        process = Process(
            [*words, str(number), NOW.isoformat()],
            environment={}, folder=ROOT, log=tmp_path / f"{number}.log",
        )  # fmt: skip
        await process.start(output=asyncio.subprocess.PIPE)
        turns[process] = os.open(pipe, os.O_RDWR)
        # A few at once, so that what is killed or stopped is in the middle of one.
        os.write(turns[process], b"...")
        return process

    turns: dict[Process, int] = {}
    running = [await begin(number) for number in range(AT_ONCE)]
    frozen: list[Process] = []
    started = AT_ONCE
    faults = 0
    while running:
        process = chance.choice(running)
        if not await process.line(within=_PATIENCE_SECONDS):
            running.remove(process)
            continue
        os.write(turns[process], b".")
        if chance.randrange(_EVERY) or process.has_ended:
            continue
        faults += 1
        running.remove(process)
        if chance.randrange(2):
            await process.kill()
            running.append(await begin(started))
            started += 1
        else:
            # It stands still, perhaps in the middle of a batch, until another has stopped too.
            process.freeze()
            frozen.append(process)
        while len(frozen) > 1 or (frozen and not running):
            thawed = frozen.pop(0)
            thawed.thaw()
            running.append(thawed)

    for pipe in turns.values():
        os.close(pipe)
    assert faults
    assert await store.read(_how_many) == (count, count, count, 0)
