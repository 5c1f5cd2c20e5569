"""One way to the database: a transaction is a plain function, run whole or not at all.

``write(work, …)`` runs ``work(connection, …)`` in a transaction that commits if it returns and leaves
nothing behind if it raises. There is no ``await`` inside it, so a network call inside a transaction cannot be
written. On SQLite every write runs in one thread, on the only connection that writes and checkpoints; on
PostgreSQL it runs through asyncpg. The same function serves both. What a statement was given never appears in
what is said when it fails.

Knows nothing of tables, keys or what is written.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

import asyncpg
import sqlalchemy
from sqlalchemy import URL, Connection, Engine, ExceptionContext, event, make_url, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from book.errors import StorageUnfit
from storage.bells import Bell, Bells, wanted

__all__ = ["Connection", "Database", "in_trouble", "known_faults", "open_database"]

P = ParamSpec("P")
T = TypeVar("T")

# A deadlock or a serialisation failure undoes the whole transaction; the same plain function may run again.
_RUN_AGAIN = frozenset({"40001", "40P01"})
_TRIES = 4
_CHANNEL = "bookbag"
_READERS = 4  # of an SQLite book, at one time


class Database(Protocol):
    """What every floor above may ask of a database."""

    bells: Bells
    dialect: str

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in one transaction; cancelling the caller abandons the answer, never the work."""
        ...

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on a connection that cannot write; for reads that decide nothing.

        All its statements see the book at one moment, however much is written meanwhile.
        """
        ...

    async def scour(self) -> None:
        """Take what was deleted or overwritten out of the write-ahead log too, where that is ours to do.

        On PostgreSQL the log is the server's, and this does nothing.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun, then let go; may be called twice."""
        ...


async def open_database(url: str) -> Database:
    """Open and check the database at ``url`` (``sqlite:///path`` or ``postgresql://…``).

    Raises :class:`StorageUnfit` where durability, foreign keys or secure deletion are not what serving needs.
    """
    backend = make_url(url).get_backend_name()
    _keep_drivers_quiet()
    if backend == "sqlite":
        file = make_url(url).database
        if not file or file == ":memory:":
            raise StorageUnfit("DATABASE_URL names no file, and memory forgets: use sqlite:///path.")
        return await _SQLite.open(Path(file))
    if backend == "postgresql":
        return await _PostgreSQL.open(url)
    raise StorageUnfit(f"DATABASE_URL names a {backend} database: use sqlite:///path or postgresql://host/name.")


class _Errands:
    """Tasks that run to their end even if whoever waits for the answer gives up."""

    def __init__(self) -> None:
        self._underway: set[asyncio.Task[Any]] = set()

    async def run(self, errand: Coroutine[Any, Any, T], name: str) -> T:
        task = asyncio.create_task(errand, name=name)
        self._underway.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._underway.discard(task)
        if not task.cancelled():
            task.exception()  # Seen here, so that an abandoned answer does not complain when it is collected.

    async def finish(self) -> None:
        while self._underway:
            await asyncio.wait(self._underway)


def _keep_drivers_quiet() -> None:
    # Below WARNING they log what statements are given and what they answer. Who asks one of them for more by
    # name is debugging and gets it; a low level for everything is no such request.
    for name in ("sqlalchemy.engine", "sqlalchemy.pool"):
        if logging.getLogger(name).level == logging.NOTSET:
            logging.getLogger(name).setLevel(logging.WARNING)


def _keep_values_secret(engine: Engine) -> None:
    """Whatever fails on ``engine`` says which statement and why, never what the statement was given."""
    event.listen(engine, "handle_error", _forget_values)


def _forget_values(context: ExceptionContext) -> None:
    # hide_parameters leaves them out of SQLAlchemy's own words only. PostgreSQL quotes them in its DETAIL,
    # asyncpg and whatever converts a value in their message, and a traceback prints the whole chain.
    said = context.sqlalchemy_exception
    sqlstate = getattr(context.original_exception, "sqlstate", None)
    harmless = isinstance(context.original_exception, sqlite3.Error) or (sqlstate and not sqlstate.startswith("22"))
    fault: BaseException | None = context.original_exception
    while fault is not None:
        for quoting in ("detail", "hint", "where", "internal_query"):
            if getattr(fault, quoting, None):
                setattr(fault, quoting, None)
        if not harmless:
            fault.args = (f"{type(fault).__name__}, its words are kept back because they may quote what was given",)
        fault = fault.__cause__ or fault.__context__
    if isinstance(said, StatementError):
        said.params = None
        if not harmless:
            said.args = (f"({type(context.original_exception).__name__}) a value does not fit",)


# What a connection, a full disk, an operator or a server that restarts does to a statement (SQLSTATE classes).
_TROUBLE = ("08", "40", "53", "57", "58", "25006", "55P03")
_SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


def in_trouble(fault: BaseException) -> bool:
    """Whether it was the database or the way to it that failed, and not what was asked of it.

    The same work may be asked again later; whatever brought it is not to blame.
    """
    if isinstance(fault, OSError | PoolTimeout):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    if fault.connection_invalidated:
        return True
    number = getattr(fault.orig, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in _SQLITE_TROUBLE  # The low byte is the kind, the rest says more of it.
    return str(getattr(fault.orig, "sqlstate", None) or "").startswith(_TROUBLE)


# --- SQLite ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[Engine], tuple[Any, frozenset[Bell]]]
    answer: Future[Any]
    rung: Callable[[frozenset[Bell]], None]


class _SQLite:
    """A writer thread with the only writing connection, and reader threads whose connections cannot write."""

    dialect = "sqlite"

    def __init__(self, path: Path, writer: Engine, readers: Engine) -> None:
        self.bells = Bells()
        self._path = path
        self._writer = writer
        self._readers = readers
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix=f"reader {path.name}")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=f"writer {path.name}", daemon=True)
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path) -> _SQLite:
        if not path.parent.is_dir():
            raise StorageUnfit(f"The folder {path.parent} does not exist: create it, or mend DATABASE_URL.")
        faults = [fault.sentence for fault in known_faults(sqlite3.sqlite_version_info) if fault.refuse]
        if faults:
            raise StorageUnfit(" ".join(faults))
        writer = sqlalchemy.create_engine(
            URL.create("sqlite+pysqlite", database=str(path)),
            # Lists of ids of every length make many statements of one: they are worth keeping prepared.
            connect_args={
                "isolation_level": None,
                "check_same_thread": False,
                "timeout": 10,
                "cached_statements": 1000,
            },
            poolclass=StaticPool,
            hide_parameters=True,
        )
        event.listen(writer, "connect", _prepare_writer)
        event.listen(writer, "begin", _begin_immediate)
        _keep_values_secret(writer)
        try:
            _make_private(path)
            await asyncio.to_thread(_check_sqlite, writer)
        except (OSError, DBAPIError) as fault:
            writer.dispose()
            reason = fault.orig if isinstance(fault, DBAPIError) else fault.strerror
            raise StorageUnfit(f"{path} cannot be opened as a database ({reason}): mend DATABASE_URL.") from None
        except StorageUnfit:
            writer.dispose()
            raise
        readers = sqlalchemy.create_engine(
            # Quoted, for SQLite reads it as an address: '#' or '%' in a folder's name would lead elsewhere.
            URL.create("sqlite+pysqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"}),
            connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 1000},
            poolclass=QueuePool,
            pool_size=_READERS,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(readers, "begin", _begin)
        _keep_values_secret(readers)
        database = cls(path, writer, readers)
        database._thread.start()
        return database

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._queued(lambda writer: _in_one_transaction(writer, lambda c: work(c, *args, **kwargs)))

    async def scour(self) -> None:
        await self._queued(_empty_the_log)

    async def _queued(self, run: Callable[[Engine], tuple[T, frozenset[Bell]]]) -> T:
        _refuse_when_closed(self._closing)
        loop = asyncio.get_running_loop()
        answer: Future[T] = Future()
        # Marked as running before it is queued: a caller that gives up cannot take the work back.
        answer.set_running_or_notify_cancel()
        self._jobs.put(_Job(run=run, answer=answer, rung=lambda bells: _tell(loop, self.bells, bells)))
        return await asyncio.wrap_future(answer)

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        _refuse_when_closed(self._closing)
        # One hop into a thread for all statements of a read: a hop for each costs more than what it asks.
        return await asyncio.wrap_future(self._reading.submit(self._read, lambda c: work(c, *args, **kwargs)))

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._readers.connect() as connection:
            try:
                return work(connection)
            except StopIteration as fault:
                raise _no_answer(fault) from None

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="close the database")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._reading.shutdown)
        self._readers.dispose()
        self._writer.dispose()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                result, bells = job.run(self._writer)
            except StopIteration as fault:
                job.answer.set_exception(_no_answer(fault))
            except BaseException as fault:
                # The answer carries it: the thread itself must outlive every fault of what it ran.
                job.answer.set_exception(fault)
            else:
                job.answer.set_result(result)
                if bells:
                    job.rung(bells)
                del result
            # What was written is not kept in memory until the next writing comes by.
            del job


def _no_answer(fault: StopIteration) -> RuntimeError:
    # The event loop refuses to carry this one: its caller would wait for ever.
    return RuntimeError(f"work raised StopIteration {fault}")


def _in_one_transaction(writer: Engine, work: Callable[[Connection], T]) -> tuple[T, frozenset[Bell]]:
    with writer.begin() as connection:
        wanted(connection)
        result = work(connection)
        bells = wanted(connection)
    return result, bells


def _empty_the_log(writer: Engine) -> tuple[None, frozenset[Bell]]:
    borrowed = writer.raw_connection()
    try:
        raw = borrowed.driver_connection
        assert raw is not None
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        borrowed.close()
    if busy:
        raise StorageUnfit(
            "The write-ahead log could not be emptied because another program reads the database: close it."
        )
    return None, frozenset()


def _tell(loop: asyncio.AbstractEventLoop, bells: Bells, rung: frozenset[Bell]) -> None:
    # Whoever listened went away with the loop; the writer thread goes on.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(bells.ring, rung)


def _make_private(path: Path) -> None:
    """A new database belongs to its owner alone; its log and shared memory take the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    # Without it each statement of a read would see its own moment, and together they could see half a filing.
    connection.exec_driver_sql("BEGIN")


def _check_sqlite(writer: sqlalchemy.Engine) -> None:
    with writer.begin() as connection:
        for pragma, needed in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
        ):
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            if found != needed:
                raise StorageUnfit(
                    f"SQLite answers {pragma}={found} where {needed} is needed to lose nothing: "
                    "keep DATA_DIR on an ordinary local disk."
                )


@dataclass(frozen=True, slots=True)
class KnownFault:
    """A fault of one SQLite release, and whether Bookbag refuses to serve with it."""

    sentence: str
    refuse: bool


def known_faults(version: tuple[int, ...]) -> tuple[KnownFault, ...]:
    """What is known against this SQLite version.

    The WAL-reset fault (3.7.0 to 3.51.2) needs two connections that write or checkpoint at once; here one
    connection does both and readers are read-only, so it is named by ``doctor`` and not refused.
    """
    faults = []
    if version < (3, 35, 0):
        faults.append(KnownFault("SQLite is older than 3.35 and lacks RETURNING: install a newer Python.", True))
    if (3, 7, 0) <= version < (3, 51, 3):
        faults.append(
            KnownFault(
                "This SQLite has the WAL-reset fault of 3.7.0-3.51.2; harmless while Bookbag alone writes "
                "to its database: open it with nothing else.",
                False,
            )
        )
    return tuple(faults)


# --- PostgreSQL -----------------------------------------------------------------------------------


class _PostgreSQL:
    """The same functions over asyncpg; other processes are told of a commit by NOTIFY."""

    dialect = "postgresql"

    def __init__(self, engine: AsyncEngine, ear: AsyncEngine) -> None:
        self.bells = Bells()
        self._engine = engine
        self._readers = engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        self._ear = ear
        self._errands = _Errands()
        self._hearing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str) -> _PostgreSQL:
        address = make_url(url).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(address, pool_size=8, max_overflow=4, hide_parameters=True)
        _keep_values_secret(engine.sync_engine)
        database = cls(engine, create_async_engine(address, poolclass=NullPool, hide_parameters=True))
        try:
            async with engine.connect() as connection:
                await connection.run_sync(_check_postgresql)
        except (OSError, DBAPIError) as fault:
            await engine.dispose()
            raise StorageUnfit(
                f"The PostgreSQL server of DATABASE_URL does not answer ({type(fault).__name__}): "
                "check that it runs and that the address, name and password are right."
            ) from None
        except StorageUnfit:
            await engine.dispose()
            raise
        database._hearing = asyncio.create_task(database._hear(), name="listen for commits of other processes")
        return database

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        _refuse_when_closed(self._closing)
        return await self._errands.run(self._commit(lambda connection: work(connection, *args, **kwargs)), "write")

    async def _commit(self, work: Callable[[Connection], T]) -> T:
        for tries in range(1, _TRIES + 1):
            committing = False
            try:
                async with self._engine.begin() as connection:
                    result, bells = await connection.run_sync(_work_and_notify, work)
                    committing = True
            except DBAPIError as fault:
                # A connection lost before COMMIT was sent undid everything. Lost later, nobody knows.
                undone = _was_undone(fault) or (fault.connection_invalidated and not committing)
                if undone and tries < _TRIES:
                    continue
                raise
            self.bells.ring(bells)
            return result
        raise AssertionError("unreachable")

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        _refuse_when_closed(self._closing)
        return await self._errands.run(self._read(lambda connection: work(connection, *args, **kwargs)), "read")

    async def _read(self, work: Callable[[Connection], T]) -> T:
        for tries in range(1, _TRIES + 1):
            try:
                async with self._readers.connect() as connection:
                    return await connection.run_sync(work)
            except DBAPIError as fault:
                if not fault.connection_invalidated or tries == _TRIES:
                    raise
        raise AssertionError("unreachable")

    async def scour(self) -> None:
        """Nothing: the server keeps its own log."""

    async def _hear(self) -> None:
        """Ring our bells for what others committed; after a lost connection, ring them all once."""
        while True:
            try:
                async with self._ear.connect() as connection:
                    raw = (await connection.get_raw_connection()).driver_connection
                    assert raw is not None
                    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    raw.add_termination_listener(lambda *_, gone=gone: gone.done() or gone.set_result(None))
                    await raw.add_listener(_CHANNEL, self._heard)
                    self.bells.ring(Bell)
                    await gone
            except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError):
                # The last two come unwrapped from what is asked of the driver itself.
                await asyncio.sleep(1)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self.bells.ring(Bell(name) for name in payload.split(",") if name in set(Bell))

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="close the database")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
        await self._errands.finish()
        await self._ear.dispose()
        await self._engine.dispose()


def _was_undone(fault: DBAPIError) -> bool:
    return getattr(fault.orig, "sqlstate", None) in _RUN_AGAIN


def _refuse_when_closed(closing: asyncio.Task[None] | None) -> None:
    if closing is not None:
        raise RuntimeError("this database is closed")


def _work_and_notify(connection: Connection, work: Callable[[Connection], T]) -> tuple[T, frozenset[Bell]]:
    wanted(connection)
    result = work(connection)
    bells = wanted(connection)
    if bells:
        connection.execute(text("SELECT pg_notify(:channel, :bells)"), {"channel": _CHANNEL, "bells": ",".join(bells)})
    return result, bells


def _check_postgresql(connection: Connection) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        value = connection.execute(text(f"SHOW {name}")).scalar_one()
        if value == "off":
            raise StorageUnfit(f"PostgreSQL runs with {name}=off and may lose what it confirmed: set {name}=on.")
