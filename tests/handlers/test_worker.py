"""What came in is handled once, in order for each sender, and no message holds up the others whatever it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields

import asyncpg
import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from book.deliveries import InboxState
from book.ids import InboxId
from book.messages import Did, Incoming, message_key
from book.reasons import Reason
from book.understanding.lexicon import Lexicon, Words, load_lexicon
from handlers.worker import InboxWorker
from storage import inbox, schema
from storage.database import in_trouble
from storage.store import P, Store, T
from tests.clocks import BookClock
from tests.databases import Place
from tests.kit import on_disk
from tests.kit.conversation import LONDON, PACE, Story
from tests.kit.on_script import OnScript


class PowerCut(BaseException):
    """The process is gone in the middle of a message."""


@dataclass(frozen=True, slots=True)
class Trap(Lexicon):
    """A lexicon that reads like the real one, writes down what it reads, and stumbles over two words."""

    reads: list[str] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)

    def read(self, text: str, names: Collection[str] = ()) -> Words:
        self.reads.append(text)
        if "poison" in text and "poison" not in self.harmless:
            raise ValueError("no handler foresaw this")
        if "power cut" in text:
            raise PowerCut
        return Lexicon.read(self, text, names)

    def tries(self, text: str) -> int:
        """How often it began to read exactly this, screening included."""
        return self.reads.count(text)


@pytest.fixture(scope="session")
def real() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def lexicon(real: Lexicon) -> Trap:
    return Trap(**{each.name: getattr(real, each.name) for each in fields(real) if each.init})


async def states(story: Story) -> list[tuple[InboxState, Reason | None]]:
    return [(each.state, each.reason) for each in await on_disk.inbox(story)]


async def works(story: Story) -> None:
    """Everything is handled, as often as the worker looks."""
    for _ in range(3):
        await story.running.worker.work_off()


# --- once -----------------------------------------------------------------------------------------------------------


async def test_a_second_copy_of_a_message_files_nothing(story: Story, stage: OnScript) -> None:
    said = Incoming(Did.WROTE, story.clock.now(), text="bad night", message="7")
    first = stage.received("hannah", message_key("hannah", "7"), said)

    assert await stage.receives(first, first) == 1
    await works(story)
    assert await stage.receives(first) == 0
    await works(story)

    assert await on_disk.entries(story) == 1
    (row,) = await on_disk.inbox(story)
    assert row.other_bodies == 0


async def test_the_same_key_with_other_words_is_counted_and_overwrites_nothing(story: Story, stage: OnScript) -> None:
    key, now = message_key("hannah", "7"), story.clock.now()
    await stage.receives(stage.received("hannah", key, Incoming(Did.WROTE, now, text="bad night", message="7")))

    assert not await stage.receives(
        stage.received("hannah", key, Incoming(Did.WROTE, now, text="slept well", message="7"))
    )
    await works(story)
    await story.passes(30)

    (row,) = await on_disk.inbox(story)
    assert row.other_bodies == 1
    assert await story.person("priya").hears_anything() == 'Ella, from Hannah 8:10: "bad night"'


# --- order ----------------------------------------------------------------------------------------------------------


async def test_each_senders_messages_are_handled_in_order_and_different_senders_together(
    story: Story, stage: OnScript, lexicon: Trap
) -> None:
    said = [
        (who, f"{who} {number}: slept well") for who in ("hannah", "fay", "marta") for number in ("one", "two", "three")
    ]
    for who, text in said:
        await stage.says(who, text, None)
    lexicon.reads.clear()

    assert await story.running.worker.work_off() == 9

    order = list(dict.fromkeys(lexicon.reads))
    assert [text.partition(":")[0] for text in order] == [
        f"{who} {number}" for number in ("one", "two", "three") for who in ("hannah", "fay", "marta")
    ]


@pytest.mark.databases
async def test_two_workers_at_once_file_everything_once(story: Story, stage: OnScript, lexicon: Trap) -> None:
    other = InboxWorker(story.store, clock=story.clock, ids=story.ids, lexicon=lexicon, pace=PACE, zone=LONDON)
    for number in range(15):
        for who in ("hannah", "fay", "marta", "tom"):
            await stage.says(who, f"slept {number} hours", None)

    await asyncio.gather(story.running.worker.work_off(), other.work_off(), other.work_off())
    await works(story)

    assert await on_disk.entries(story) == 60
    assert set(await states(story)) == {(InboxState.FILED, None)}
    assert [each.failures for each in await on_disk.inbox(story)] == [0] * 60


@pytest.mark.databases
async def test_a_sender_whom_another_worker_holds_is_left_to_it(story: Story, stage: OnScript, place: Place) -> None:
    if place.dialect == "sqlite":
        return  # One thread writes, so nobody can hold anything.
    await stage.says("hannah", "bad night", None)
    await stage.says("fay", "slept well", None)
    await story.store.write(inbox.mark_open_alone)
    holder = await asyncpg.connect(place.url)
    try:
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM addresses WHERE id = $1 FOR UPDATE", stage.addresses["hannah"])
            await works(story)
        assert [state for state, _ in await states(story)] == [InboxState.NEW, InboxState.FILED]
        await works(story)
    finally:
        await holder.close()

    assert [state for state, _ in await states(story)] == [InboxState.FILED, InboxState.FILED]
    assert not (await on_disk.inbox(story))[0].failures > 1, "what another held was never this message's fault"


# --- poison -----------------------------------------------------------------------------------------------------------


async def test_a_message_that_breaks_its_handler_is_set_aside_after_five_tries_and_its_sender_told(
    story: Story, stage: OnScript, lexicon: Trap
) -> None:
    await stage.says("hannah", "poison", None)
    await stage.says("hannah", "bad night", None)
    await stage.says("fay", "leo slept well", None)

    await works(story)

    assert lexicon.tries("poison") == 5
    assert await states(story) == [
        (InboxState.SET_ASIDE, Reason.FAILED_FIVE_TIMES),
        (InboxState.FILED, None),
        (InboxState.FILED, None),
    ]
    await story.passes(30)
    heard = await story.person("hannah").hears_anything()
    assert (
        "Your 8:10 message is kept, but something went wrong with it and nobody was told. Please ring the setting."
        in heard
    )
    assert await story.person("priya").hears_anything()


async def test_what_was_set_aside_gets_a_second_chance_and_is_filed_once(
    story: Story, stage: OnScript, lexicon: Trap
) -> None:
    await stage.says("hannah", "poison", None)
    await works(story)
    lexicon.harmless.append("poison")
    (row,) = await on_disk.inbox(story)

    await story.store.write(inbox.try_again, InboxId(row.id))
    await works(story)

    assert await states(story) == [(InboxState.FILED, None)]
    assert await on_disk.entries(story) == 1


async def test_a_row_that_cannot_be_opened_takes_nobody_with_it(story: Story, stage: OnScript) -> None:
    """The whole group's transaction fails; it is repeated one by one."""
    await stage.says("hannah", "bad night", None)
    await stage.says("fay", "leo slept well", None)
    await stage.says("marta", "zofia slept well", None)
    await story.store.write(_swap_payloads)

    await works(story)
    await works(story)

    assert [state for state, _ in await states(story)] == [
        InboxState.SET_ASIDE,
        InboxState.SET_ASIDE,
        InboxState.FILED,
    ]
    assert [each.failures for each in await on_disk.inbox(story)][:2] == [5, 5]


def _swap_payloads(connection: Connection) -> None:
    """The first two rows hold each other's payload, as after a restore that went wrong."""
    table = schema.inbox
    first, second = connection.execute(select(table.c.id, table.c.sealed_payload).order_by(table.c.id)).all()[:2]
    for row, payload in ((first, second.sealed_payload), (second, first.sealed_payload)):
        connection.execute(update(table).where(table.c.id == row.id).values(sealed_payload=payload))


async def test_a_message_that_takes_the_process_down_is_set_aside_after_five_deaths_not_four(
    story: Story, stage: OnScript, lexicon: Trap
) -> None:
    await stage.says("hannah", "power cut", None)
    await stage.says("hannah", "bad night", None)
    with pytest.raises(PowerCut):
        await story.running.worker.work_off()
    for _ in range(5):
        await story.begins_again()
        with pytest.raises(PowerCut):
            await story.running.worker.work_off()
    await story.begins_again()
    await story.running.worker.work_off()

    # The first was in a group and could not be counted: nobody knew whose it was.
    assert lexicon.tries("power cut") == 1 + 5
    assert await states(story) == [
        (InboxState.SET_ASIDE, Reason.FAILED_FIVE_TIMES),
        (InboxState.FILED, None),
    ]
    await story.passes(30)
    assert "Please ring the setting." in await story.person("hannah").hears_anything()


async def test_after_an_unclean_stop_what_was_open_is_taken_one_by_one_and_filed(story: Story, stage: OnScript) -> None:
    for who in ("hannah", "fay", "marta"):
        await stage.says(who, "slept well", None)

    await story.begins_again()
    assert await story.running.worker.work_off() == 3

    assert await states(story) == [(InboxState.FILED, None)] * 3
    assert await on_disk.entries(story) == 3


# --- trouble that is nobody's fault ---------------------------------------------------------------------------------


@asynccontextmanager
async def a_database_that_takes_nothing(story: Story, place: Place) -> AsyncIterator[None]:
    """A full disk on SQLite; on PostgreSQL a server that has become somebody's stand-by."""
    if place.dialect == "sqlite":
        pages = await story.store.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
        await story.store.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one())
        yield
        await story.store.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000").scalar_one())
        return
    operator = await asyncpg.connect(place.url)
    try:
        name = await operator.fetchval("SELECT quote_ident(current_database())")
        await operator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await operator.execute(_CUT_OFF)
        yield
        await operator.execute(f"SET default_transaction_read_only = off; ALTER DATABASE {name} RESET ALL")
        await operator.execute(_CUT_OFF)
    finally:
        await operator.close()


_CUT_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.parametrize("alone", [False, True], ids=["in a group", "one by one"])
@pytest.mark.databases
async def test_trouble_of_the_database_is_counted_against_no_message(
    story: Story, stage: OnScript, place: Place, alone: bool
) -> None:
    await stage.says("hannah", "bad night. " * 1500, None)
    if alone:
        await story.running.worker.after_unclean_stop()

    async with a_database_that_takes_nothing(story, place):
        for _ in range(7):
            with pytest.raises(DBAPIError) as trouble:
                await story.running.worker.work_off()
            assert in_trouble(trouble.value)
    assert [state for state, _ in await states(story)] == [InboxState.NEW]
    await works(story)

    assert await states(story) == [(InboxState.FILED, None)]
    assert (await on_disk.inbox(story))[0].failures <= 1


class Flaky(Store):
    """A store whose database is away for as long as a test says."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._database, store.vault, store.media)
        self.away = False
        self.refused = asyncio.Event()

    async def write(self, work: Callable[..., T], *args: P.args, **kwargs: P.kwargs) -> T:  # type: ignore[override]
        if self.away:
            self.refused.set()
            raise ConnectionRefusedError("the server is away")
        return await super().write(work, *args, **kwargs)


@pytest.mark.databases
async def test_the_worker_outlives_a_database_that_is_away_for_a_while(
    story: Story, stage: OnScript, lexicon: Trap, book_clock: BookClock
) -> None:
    flaky = Flaky(story.store)
    worker = InboxWorker(flaky, clock=book_clock, ids=story.ids, lexicon=lexicon, pace=PACE, zone=LONDON)
    started = asyncio.Event()
    running = asyncio.create_task(worker.run(started=started.set))
    await started.wait()
    flaky.away = True
    await stage.says("hannah", "bad night", None)
    await flaky.refused.wait()
    flaky.away = False

    # Any commit that stores a message wakes it.
    await stage.says("fay", "leo slept well", None)
    async with asyncio.timeout(10):
        while await states(story) != [(InboxState.FILED, None)] * 2:
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_only_what_befalls_the_database_itself_is_its_trouble() -> None:
    assert in_trouble(ConnectionResetError())
    assert in_trouble(DBAPIError("x", {}, OSError(), connection_invalidated=True))
    assert not in_trouble(DBAPIError("x", {}, ValueError()))
    assert not in_trouble(ValueError())
