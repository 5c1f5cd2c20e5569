"""A transaction is wholly done or not at all, whatever happens to it or to whoever asked for it."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import sqlite3
import stat
import threading
import traceback
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from book.errors import StorageUnfit
from storage.bells import Bell, ring
from storage.database import Database, _check_sqlite, known_faults, open_database
from tests.databases import Place

only_sqlite = pytest.mark.parametrize("dialect", ["sqlite"])
only_postgresql = pytest.mark.parametrize("dialect", ["postgresql"])

CANARY = "canary-7f3a-Ella-had-a-bad-night"


@pytest.fixture
async def marks(database: Database) -> Database:
    """The book with one more table, of marks in pairs."""
    await database.write(_make_marks)
    return database


def _make_marks(connection: Connection) -> None:
    connection.execute(
        text("CREATE TABLE marks (n INTEGER, half TEXT NOT NULL CHECK (length(half) < 40), UNIQUE (n, half))")
    )


def _mark(connection: Connection, n: int) -> int:
    for half in ("first", "second"):
        connection.execute(text("INSERT INTO marks (n, half) VALUES (:n, :half)"), {"n": n, "half": half})
    return n


def _halves(connection: Connection) -> dict[int, int]:
    rows = connection.execute(text("SELECT n, count(*) FROM marks GROUP BY n")).all()
    return {row[0]: row[1] for row in rows}


# --- Wholly or not at all -----------------------------------------------------------------------------------


async def test_a_boom_in_the_middle_leaves_nothing(marks: Database) -> None:
    def boom(connection: Connection) -> None:
        _mark(connection, 1)
        connection.execute(text("CREATE TABLE half_made (n INTEGER)"))
        raise ArithmeticError("boom")

    with pytest.raises(ArithmeticError, match="boom"):
        await marks.write(boom)

    assert await marks.read(_halves) == {}
    assert not await marks.write(lambda c: sqlalchemy.inspect(c).has_table("half_made"))
    assert await marks.write(_mark, 2) == 2
    assert await marks.read(_halves) == {2: 2}


async def test_a_failing_statement_undoes_what_came_before_it(marks: Database) -> None:
    def twice(connection: Connection) -> None:
        _mark(connection, 1)
        _mark(connection, 1)

    with pytest.raises(DBAPIError):
        await marks.write(twice)

    assert await marks.read(_halves) == {}


async def test_work_that_runs_out_of_an_iterator_fails_instead_of_hanging(marks: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(marks.write(lambda _: next(iter(()))), 10)

    assert await marks.write(_mark, 1) == 1


async def test_two_thousand_cancellations_at_random_awaits_strand_nothing(marks: Database, place: Place) -> None:
    chance = random.Random(20261122)
    begun: set[int] = set()
    answered = 0

    async def writes(n: int) -> None:
        begun.add(n)
        await marks.write(_mark, n)

    async def reads() -> None:
        halves = await marks.read(_halves)
        assert set(halves.values()) <= {2}, "a read saw half of a transaction"

    async def cancelled(errand: asyncio.Task[None], after: int) -> bool:
        for _ in range(after):
            if errand.done():
                break
            await asyncio.sleep(0)
        errand.cancel()
        try:
            await errand
        except asyncio.CancelledError:
            return False
        return True

    await marks.read(_halves)
    for start in range(0, 2000, 40):
        errands = [
            # One in forty is let be, so that some come too late to be cancelled however slow the server is.
            cancelled(
                asyncio.create_task(reads() if n % 4 == 0 else writes(n)), chance.randrange(60) if n % 40 else 10**7
            )
            for n in range(start, start + 40)
        ]
        answered += sum(await asyncio.gather(*errands))
    threads_while_open = threading.active_count()
    await asyncio.wait_for(marks.write(_mark, 5000), 60)  # behind all that was begun, on a slow disk
    await marks.close()

    again = await open_database(place.url)
    halves = await again.read(_halves)
    await asyncio.wait_for(again.write(_lock_the_marks), 60)
    await again.close()
    gc.collect()  # A connection that was lost on the way complains here, and warnings are errors.
    assert set(halves) == begun | {5000}, "what was begun is done, though nobody waited for it"
    assert set(halves.values()) == {2}
    assert 0 < answered < 2000, "neither all nor none came too late to be cancelled"
    assert threads_while_open < 20
    assert not [thread for thread in threading.enumerate() if thread.name == "writer bookbag.db"]


def _lock_the_marks(connection: Connection) -> None:
    """Fail at once if anybody still holds on to a transaction that touched the marks."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE marks IN ACCESS EXCLUSIVE MODE NOWAIT"))
    connection.execute(text("DELETE FROM marks"))


# --- Reading -------------------------------------------------------------------------------------------------


async def test_a_reader_cannot_write_and_leaves_the_writer_able_to(marks: Database) -> None:
    for n in range(12):  # more than there are connections
        with pytest.raises(DBAPIError):
            await marks.read(_mark, n)

    await asyncio.gather(*(marks.write(_mark, n) for n in range(12)))

    assert len(await marks.read(_halves)) == 12


async def test_a_read_of_several_statements_sees_one_moment(marks: Database, place: Place) -> None:
    def before_and_after(connection: Connection) -> tuple[dict[int, int], dict[int, int]]:
        before = _halves(connection)
        _mark_from_elsewhere(place)
        return before, _halves(connection)

    before, after = await marks.read(before_and_after)

    assert before == after == {}
    assert await marks.read(_halves) == {9: 1}


def _mark_from_elsewhere(place: Place) -> None:
    statement = "INSERT INTO marks (n, half) VALUES (9, 'first')"

    async def over_postgresql() -> None:
        connection = await asyncpg.connect(place.url)
        await connection.execute(statement)
        await connection.close()

    if place.dialect == "postgresql":
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(lambda: asyncio.run(over_postgresql())).result()
        return
    other = sqlite3.connect(place.url.removeprefix("sqlite:///"))
    with other:
        other.execute(statement)
    other.close()


# --- What is said --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([{"n": 1, "half": CANARY}, {"n": 1, "half": CANARY}], id="twice"),
        pytest.param([{"n": 1, "half": CANARY * 2}], id="refused by a check"),
        pytest.param([{"n": CANARY, "half": None}], id="empty where a word is needed"),
        pytest.param([{"n": [CANARY], "half": "x"}], id="of the wrong type"),
        pytest.param([{"n": 2**80, "half": CANARY}], id="too big"),
        pytest.param([{"n": 1, "half": CANARY + "\0"}] * 2, id="with NUL in it"),
        pytest.param([{"n": 1, "half": CANARY + "\ud800"}], id="half a letter"),
    ],
)
async def test_a_failing_statement_never_says_what_it_was_given(
    marks: Database, caplog: pytest.LogCaptureFixture, given: list[dict[str, Any]]
) -> None:
    def fails(connection: Connection) -> None:
        for row in given:
            connection.execute(text("INSERT INTO marks (n, half) VALUES (:n, :half)"), row)

    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    with caplog.at_level(logging.DEBUG):
        with pytest.raises((StatementError, OverflowError, UnicodeEncodeError)) as caught:
            await marks.write(fails)
        abandoned = asyncio.create_task(marks.write(fails))
        await asyncio.sleep(0)
        abandoned.cancel()
        await asyncio.gather(abandoned, return_exceptions=True)
        await marks.close()
        gc.collect()

    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(vars(caught.value))
    assert CANARY not in said
    assert CANARY not in caplog.text
    assert CANARY not in str(complaints)


async def test_a_value_that_cannot_be_converted_is_not_said_either(marks: Database) -> None:
    either = sqlalchemy.Enum("a", "b", native_enum=False, validate_strings=True)
    kinds = sqlalchemy.Table("marks", sqlalchemy.MetaData(), sqlalchemy.Column("half", either))

    with pytest.raises(StatementError) as caught:
        await marks.write(lambda c: c.execute(kinds.insert(), {"half": CANARY}).close())

    assert CANARY not in "".join(traceback.format_exception(caught.value))


async def test_what_a_read_is_given_and_answers_is_not_logged(
    marks: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        question = {"word": CANARY}
        assert await marks.read(lambda c: c.execute(text("SELECT CAST(:word AS TEXT)"), question).scalar()) == CANARY

    assert CANARY not in caplog.text


# --- Bells ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def another(place: Place) -> AsyncIterator[Database]:
    """The same book, opened by another process as it were."""
    opened = await open_database(place.url)
    yield opened
    await opened.close()


def _mark_and_ring(connection: Connection, n: int, bell: Bell = Bell.INBOX) -> None:
    _mark(connection, n)
    ring(connection, bell)


async def test_bells_ring_after_the_commit_and_never_for_what_was_undone(marks: Database, place: Place) -> None:
    def boom(connection: Connection) -> None:
        _mark_and_ring(connection, 1)
        raise ArithmeticError

    await _listens(marks, place.url)
    inbox, outbox = marks.bells.listener(Bell.INBOX), marks.bells.listener(Bell.OUTBOX)
    heard = asyncio.create_task(inbox.wait())

    with pytest.raises(ArithmeticError):
        await marks.write(boom)
    await marks.write(_mark, 2)  # on the same connection, and it asks for nothing
    await marks.write(_mark_and_ring, 3, Bell.OUTBOX)
    await asyncio.wait_for(outbox.wait(), 10)
    assert not heard.done()

    await marks.write(_mark_and_ring, 4)
    await asyncio.wait_for(heard, 10)
    assert 4 in await marks.read(_halves)


async def _listens(database: Database, url: str) -> None:
    """Return once ``database`` hears what others commit; PostgreSQL rings every bell once when it begins to."""
    if database.dialect == "postgresql":
        listener = database.bells.listener(Bell.THREAD)
        other = await open_database(url)
        await other.write(lambda c: ring(c, Bell.THREAD))
        await asyncio.wait_for(listener.wait(), 10)
        await other.close()


@only_postgresql
async def test_a_commit_of_another_process_wakes_us_even_after_a_lost_connection(
    marks: Database, another: Database, place: Place
) -> None:
    await _listens(another, place.url)
    listener = another.bells.listener(Bell.INBOX)

    await marks.write(_mark_and_ring, 1)
    await asyncio.wait_for(listener.wait(), 10)

    await _cut_every_connection(marks)
    await asyncio.wait_for(listener.wait(), 10)  # it listens again, and looks once for what it may have missed
    await marks.write(_mark_and_ring, 2)
    await asyncio.wait_for(listener.wait(), 10)
    assert set(await another.read(_halves)) == {1, 2}


@only_postgresql
async def test_idle_connections_cut_by_the_server_cost_nobody_an_answer(marks: Database) -> None:
    await asyncio.gather(*(marks.write(_mark, n) for n in range(3)))
    await _cut_every_connection(marks)

    await asyncio.gather(*(marks.write(_mark, n) for n in range(3, 6)))
    await _cut_every_connection(marks)

    assert await marks.read(_halves) == dict.fromkeys(range(6), 2)


async def _cut_every_connection(database: Database) -> None:
    url = await database.read(lambda c: c.engine.url.set(drivername="postgresql").render_as_string(False))
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


@only_postgresql
@pytest.mark.parametrize(("conflicts", "tries"), [(2, 3), (9, 4)], ids=["gives way", "gives up"])
async def test_a_transaction_undone_by_a_conflict_runs_again_but_not_for_ever(
    marks: Database, conflicts: int, tries: int
) -> None:
    tried = 0

    def conflicting(connection: Connection) -> None:
        nonlocal tried
        tried += 1
        _mark(connection, 1)
        if tried <= conflicts:
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$"))

    if conflicts < tries:
        await marks.write(conflicting)
    else:
        with pytest.raises(DBAPIError):
            await marks.write(conflicting)

    assert tried == tries
    assert await marks.read(_halves) == ({1: 2} if conflicts < tries else {})


# --- Opening and closing ---------------------------------------------------------------------------------------


async def test_closing_finishes_what_was_begun_and_may_be_repeated_and_cancelled(marks: Database, place: Place) -> None:
    begun = [asyncio.create_task(marks.write(_mark, n)) for n in range(50)]
    await asyncio.sleep(0)

    impatient = asyncio.create_task(marks.close())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(marks.close(), marks.close())
    for _ in range(3):
        await asyncio.sleep(0)
    assert all(task.done() for task in begun)

    assert sorted(await asyncio.gather(*begun)) == list(range(50))
    for late in (marks.write, marks.read):
        with pytest.raises(RuntimeError, match="closed"):
            await late(_halves)
    again = await open_database(place.url)
    assert len(await again.read(_halves)) == 50
    await again.close()


@only_sqlite
async def test_sqlite_is_opened_to_lose_nothing_and_refused_where_it_might(database: Database, tmp_path: Path) -> None:
    def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}

    assert await database.write(pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
    }
    for unsafe in ("journal_mode=DELETE", "synchronous=NORMAL", "foreign_keys=OFF", "secure_delete=OFF"):
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'unsafe.db'}", poolclass=sqlalchemy.StaticPool)
        with engine.connect() as connection:
            safe = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
            for pragma in (*safe, unsafe):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        with pytest.raises(StorageUnfit, match=unsafe.partition("=")[0]):
            _check_sqlite(engine)
        engine.dispose()


@only_postgresql
async def test_postgresql_is_refused_where_it_might_lose_what_it_confirmed(place: Place) -> None:
    connection = await asyncpg.connect(place.url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await connection.close()

    with pytest.raises(StorageUnfit, match="synchronous_commit"):
        await open_database(place.url)
    gc.collect()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///{folder}/missing/book.db", "does not exist"),
        ("sqlite:///{folder}", "cannot be opened"),
        ("sqlite:///{folder}/words.txt", "cannot be opened"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://localhost/book", "mysql"),
        ("postgresql://nobody@127.0.0.1:1/book", "does not answer"),
    ],
)
async def test_an_address_that_leads_nowhere_is_refused_in_a_sentence(tmp_path: Path, url: str, sentence: str) -> None:
    (tmp_path / "words.txt").write_text("These are words, not a database. " * 100)

    with pytest.raises(StorageUnfit, match=sentence):
        await open_database(url.format(folder=tmp_path))

    gc.collect()


@pytest.mark.parametrize("folder", ["a b", "50%", "a%41b", "no#1", "what?", "día"])
async def test_readers_and_writer_open_the_same_file_whatever_its_folder_is_called(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    url = sqlalchemy.URL.create("sqlite", database=str(tmp_path / folder / "book.db"))
    database = await open_database(url.render_as_string())

    await database.write(_make_marks)
    await database.write(_mark, 1)

    assert await database.read(_halves) == {1: 2}
    await database.close()


async def test_a_new_sqlite_file_and_its_log_belong_to_their_owner_alone(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'book.db'}")
    await database.write(_make_marks)

    modes = _modes(tmp_path)

    await database.close()
    assert set(modes) == {"book.db", "book.db-wal", "book.db-shm"}
    assert set(modes.values()) == {0o600}


def _modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


@only_sqlite
async def test_a_book_locked_by_another_program_fails_the_write_and_strands_nothing(
    marks: Database, place: Place
) -> None:
    await marks.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 1").close())
    other = sqlite3.connect(place.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"):
        await marks.write(_mark, 1)
    other.execute("ROLLBACK")
    other.close()

    assert await marks.write(_mark, 1) == 1


@only_sqlite
async def test_scouring_leaves_no_trace_of_what_was_deleted(marks: Database, place: Place) -> None:
    await marks.write(lambda c: c.execute(text(f"INSERT INTO marks VALUES (1, '{CANARY}')")).close())
    await marks.write(lambda c: c.execute(text("DELETE FROM marks")).close())

    def traces() -> list[str]:
        files = (place.directory / "book").iterdir()
        return [each.name for each in files if CANARY.encode() in each.read_bytes()]

    assert traces() != []
    await marks.scour()
    assert traces() == []
    assert await marks.write(_mark, 1) == 1


@pytest.mark.parametrize(
    ("version", "named", "refused"),
    [((3, 34, 1), 2, 1), ((3, 40, 1), 1, 0), ((3, 51, 2), 1, 0), ((3, 51, 3), 0, 0)],
)
def test_the_known_faults_of_an_sqlite_are_named_and_the_worst_refused(
    version: tuple[int, ...], named: int, refused: int
) -> None:
    faults = known_faults(version)

    assert (len(faults), sum(fault.refuse for fault in faults)) == (named, refused)
