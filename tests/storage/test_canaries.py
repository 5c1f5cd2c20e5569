"""Two hundred canaries go through the whole product, faults included, and none is heard where words may not be.

The database and its log, the key store, temporary files, what is logged and what a crash prints are searched for
texts, names, nicknames, telephone numbers and handles, byte for byte.
"""

from __future__ import annotations

import io
import logging
import tempfile
import time as wall
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from sqlalchemy import Connection, update
from sqlalchemy.exc import SQLAlchemyError

from book.deliveries import Outcome
from book.ids import AddressId, ChildId, Ids, PersonId, SettingId
from book.people import Role, SettingKind
from book.sharing import ANSWERS, HOME, Choice
from book.timing import Pace
from book.understanding.lexicon import load_lexicon
from book.wording.catalogue import load_catalogue
from bot import logging as our_logging
from bot.channels.channel import Call
from bot.channels.phones import ACCOUNT, Phones
from bot.doors import phones as door
from bot.engine import Chances, Engine, Way, build
from storage import health, inbox, phones, roster, schema
from storage.addresses import Handle
from storage.health import Heartbeat
from storage.sharing import NewChoice
from storage.store import Store
from tests.bot.media.pictures import encoded, picture
from tests.clocks import BookClock, MachineClock
from tests.databases import Place
from tests.kit.conversation import LONDON

FAMILIES = 20
PICTURED = 3  # the family that sends a photo
DAY = (time(0, 0), time(23, 59))


class Canaries:
    """Words that stand nowhere else, and a count of them."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def name(self) -> str:
        """A name no lexicon knows."""
        return self._new(f"Zqcanary{_letters(len(self.all))}")

    def number(self) -> str:
        """A telephone number or a platform's number."""
        return self._new(f"07700{900000 + len(self.all) * 37:06d}")

    def _new(self, canary: str) -> str:
        self.all.append(canary)
        return canary

    def found_in(self, searched: bytes) -> list[str]:
        lowered = searched.lower()
        return [each for each in self.all if each.lower().encode() in lowered]


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + (number // 26**place) % 26) for place in range(3)) + "qx"


class Clumsy(Phones):
    """A channel that breaks now and then, quoting what it was given."""

    calls = 0

    async def call(self, call: Call) -> Outcome:
        self.calls += 1
        if self.calls % 5 == 0:
            raise ValueError(f"could not send {call.part!r} to {call.handle}")
        return await super().call(call)


@dataclass(frozen=True, slots=True)
class Family:
    child: str
    nickname: str
    handles: tuple[str, str, str]  # parent, key person, childminder


@contextmanager
def everything_said() -> Iterator[io.StringIO]:
    """What the program would write to its log, as it is set up for serving."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    our_logging.set_up(stream, now=lambda: datetime.now(UTC))
    # More than any operator would ask for.
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], level = before
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    with everything_said() as stream:
        yield stream


@pytest.fixture
async def played(
    store: Store, ids: Ids, book_clock: BookClock, machine_clock: MachineClock, said: io.StringIO
) -> Canaries:
    """A day of canaries, with faults of every kind."""
    canaries = Canaries()
    families = await enrol(store, ids, canaries, book_clock.now())
    engine = await build(
        store,
        [Way(Clumsy(store, book_clock, ids), per_second=0, per_chat=0)],
        owner="canaries",
        clock=book_clock,
        machine=machine_clock,
        ids=ids,
        chances=Chances(token=lambda: f"{ids.new():x}", fraction=lambda: 0.5),
        lexicon=load_lexicon(),
        catalogue=load_catalogue(),
        zone=LONDON,
        pace=Pace(*(_seconds(1),) * 3),
        unknown_wait=_seconds(30),
    )
    for number, family in enumerate(families):
        await talk(store, ids, canaries, family, number, book_clock.now())
        if number % 5 == 0:
            await spoil_one(store)
        if number % 4 == 0:
            await drain(engine, book_clock)
    for _ in range(12):
        book_clock.move(_seconds(60))
        await drain(engine, book_clock)
    await fail(store, canaries)
    assert len(canaries.all) >= 200
    return canaries


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


async def drain(engine: Engine, clock: BookClock) -> None:
    clock.move(_seconds(2))
    await engine.drain()


async def enrol(store: Store, ids: Ids, canaries: Canaries, now: datetime) -> list[Family]:
    nursery, minder = SettingId(ids.new()), SettingId(ids.new())
    settings = [
        roster.NewSetting(nursery, SettingKind.NURSERY, canaries.name(), canaries.number()),
        roster.NewSetting(minder, SettingKind.CHILDMINDER, canaries.name(), canaries.number()),
    ]
    families, people, children, memberships, duties, choices = [], [], [], [], [], []
    joining: list[tuple[str, PersonId]] = []
    for _ in range(FAMILIES):
        child = ChildId(ids.new())
        family = Family(canaries.name(), canaries.name(), (canaries.number(), canaries.number(), canaries.number()))
        families.append(family)
        children.append(roster.NewChild(child, (family.child, family.nickname)))
        three = [PersonId(ids.new()) for _ in range(3)]
        people += [roster.NewPerson(person, canaries.name()) for person in three]
        joining += zip(family.handles, three, strict=True)
        roles = (Role.PARENT, Role.KEY_PERSON, Role.CHILDMINDER)
        places = (nursery, nursery, minder)
        memberships += [
            roster.NewMembership(ids.new(), person, role, child, place)
            for person, role, place in zip(three, roles, places, strict=True)
        ]
        duties += [
            roster.NewDuty(ids.new(), person, place, day, *DAY)
            for person, place in zip(three[1:], places[1:], strict=True)
            for day in range(7)
        ]
        for source, target in ((HOME, minder), (nursery, minder), (minder, nursery)):
            choices.append(NewChoice(ids.new(), child, Choice(three[0], source, target, ANSWERS["day"], now)))
    await roster.enrol(
        store,
        roster.Roster(
            settings=settings,
            people=people,
            children=children,
            memberships=memberships,
            duties=duties,
            choices=choices,
        ),
        now,
    )
    for handle, person in joining:
        await store.write(roster.give_address, store.vault, ids, Handle("phones", ACCOUNT, handle), person, now)
    return families


async def talk(store: Store, ids: Ids, canaries: Canaries, family: Family, number: int, now: datetime) -> None:
    parent, key_person, childminder = family.handles

    async def says(handle: str, text: str) -> int:
        return await store.write(door.write, store.vault, ids, await address(store, handle), handle, text, None, now)

    await store.vault.ensure()
    first = await says(parent, f"bad night, teething. ask {canaries.name()}")
    await says(key_person, f"{family.nickname} slept 12-1 next to {canaries.name()}")
    await says(childminder, f"{family.child} ate with {canaries.name()}, ring {canaries.number()}")
    if number % 4 == 0:
        await store.write(
            door.edit,
            store.vault,
            ids,
            await address(store, parent),
            parent,
            first,
            f"good night {canaries.name()}",
            now,
        )
    if number % 4 == 1:
        await says(parent, f"uncle {canaries.name()} hit me")
    if number == PICTURED:
        # Words of hers in the caption, in the file's name and in the file itself.
        content = encoded(picture(number), comment=f"{canaries.name()} {canaries.name()}".encode())
        upload = door.Upload(f"{canaries.name()}.jpg", "image/jpeg", content)
        at = await address(store, parent)
        caption = f"{family.nickname} with {canaries.name()}"
        await store.write(door.write, store.vault, ids, at, parent, caption, None, now, uploads=[upload])


async def address(store: Store, handle: str) -> AddressId:
    found = await store.read(phones.at_handles, store.vault, ACCOUNT, [handle])
    return AddressId(found[handle])


async def spoil_one(store: Store) -> None:
    """One stored message does not open any more: its handler raises until it is set aside."""

    def work(connection: Connection) -> None:
        oldest = inbox.oldest_of_each(connection, 1)
        connection.execute(update(schema.inbox).where(schema.inbox.c.id.in_(oldest)).values(sealed_payload=b"\1spoilt"))

    await store.write(work)


async def fail(store: Store, canaries: Canaries) -> None:
    """Statements that fail on what they were given; each fault is logged and printed as a crash would be."""
    log = structlog.get_logger("test")
    statements: Sequence[Callable[[Connection], Any]] = [
        lambda connection: connection.execute(schema.leases.insert(), [{"name": canaries.all[0], "owner": None}]),
        lambda connection: connection.execute(
            schema.heartbeats.insert(), [{"name": canaries.all[1], "at": canaries.all[2], "alarm": canaries.all[3]}]
        ),
        lambda connection: connection.execute(
            schema.settings.insert(),
            [{"id": 1, "kind": canaries.all[4], "sealed_name": b"", "sealed_telephone": b"", "made_at": None}],
        ),
    ]
    failed = 0
    for statement in statements:
        try:
            await store.write(statement)
        except SQLAlchemyError as fault:
            failed += 1
            log.error("it_failed", fault=type(fault).__name__, exc_info=fault, words=canaries.all[5])
            logging.getLogger("somebody").error("failed for %s", canaries.all[6], exc_info=fault)
            # What Python itself prints when a program dies of it.
            traceback.print_exception(fault)
    assert failed == len(statements)


async def test_no_canary_is_heard_where_words_may_not_be(
    played: Canaries, place: Place, store: Store, said: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    found = {where: played.found_in(searched) async for where, searched in searched_places(place, said, capfd)}

    assert len(found) > (5 if place.dialect == "sqlite" else 20)
    assert len(place.media.names()) == 3, "a picture was to be kept, in its three copies"
    assert {where: heard for where, heard in found.items() if heard} == {}
    assert '"event": "channel_raised"' in said.getvalue()
    assert '"event": "set_aside"' in said.getvalue()
    assert '"event": "it_failed"' in said.getvalue()
    # And the search itself works: what is written openly is found.
    await store.write(health.beat, [Heartbeat("run", datetime.now(UTC), None, played.all[7])])
    heard = {each async for _, searched in searched_places(place, said, capfd) for each in played.found_in(searched)}
    assert heard == {played.all[7]}


async def searched_places(
    place: Place, said: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> AsyncIterator[tuple[str, bytes]]:
    """Everything that outlives this process or leaves it."""
    printed = capfd.readouterr()
    yield "log", said.getvalue().encode()
    yield "standard output", printed.out.encode()
    yield "standard error", printed.err.encode()
    for file in sorted(place.directory.rglob("*")):
        if file.is_file():
            yield file.name, file.read_bytes()
    started = wall.time() - 120
    for file in Path(tempfile.gettempdir()).iterdir():
        with suppress(OSError):
            if file.is_file() and file.stat().st_mtime > started and file.stat().st_size < 20_000_000:
                yield f"temporary file {file.name}", file.read_bytes()
    if place.dialect == "postgresql":
        connection = await asyncpg.connect(place.url, timeout=10)
        try:
            tables = await connection.fetch(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                "WHERE schemaname IN ('public', 'bookbag_keys')"
            )
            for (table,) in tables:
                rows = await connection.fetch(f"SELECT * FROM {table}")
                yield table, b"\n".join(_bytes(value) for row in rows for value in row.values())
        finally:
            await connection.close()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
