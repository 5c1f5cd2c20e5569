"""What tests ask for by name: a fresh database of each kind, a store with its keys, clocks that stand still.

Knows nothing of what is tested: a fixture that only one file needs stays in that file.
"""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from storage.database import Database, open_database
from storage.keys import KeyStore, RootKey
from storage.store import Store
from storage.vault import Vault
from tests.bot.demo.running import running_demo
from tests.clocks import BookClock, MachineClock
from tests.databases import DIALECTS, Place, Templates, postgresql_server
from tests.examples import register_profiles
from tests.matrix import leave_the_rest_to_the_proofs

register_profiles()
# As the program itself has it: loading everything makes much that stays.
gc.set_threshold(50_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    leave_the_rest_to_the_proofs(items)


def pytest_collection_finish() -> None:
    # What was imported and collected stays to the end: looking through it again and again takes a tenth of a run.
    gc.collect()
    gc.freeze()


class _Compiled(dict[tuple[Any, ...], Any]):
    """Statements as they were compiled, for every database of one kind.

    SQLAlchemy keeps them for each engine, which a program has for as long as it runs. Each test opens databases of its
    own and would compile the same few hundred statements again: a quarter of the time of a whole run.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_its_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_of_its_kind(key), compiled)


def _of_its_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (f"{dialect.name}+{dialect.driver}", *statement)


_COMPILED = _Compiled()


@event.listens_for(Engine, "engine_connect")
def _compile_once(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Both furnished databases; a PostgreSQL is looked for or started when the first test needs it."""
    with ExitStack() as stack:
        found: list[str | None] = []

        def server() -> str | None:
            if not found:
                found.append(stack.enter_context(postgresql_server(dict(os.environ))))
                stack.callback(made.close)  # before the server goes
            return found[0]

        made = Templates(tmp_path_factory.mktemp("templates"), server)
        yield made


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that touches a database can run on both; `tests.matrix` says which do by default."""
    return str(request.param)


@pytest.fixture
async def place(dialect: str, templates: Templates, tmp_path: Path) -> AsyncIterator[Place]:
    """The addresses of this test's own book and keys, for tests that open them more than once."""
    async with (templates.sqlite if dialect == "sqlite" else templates.postgresql)(tmp_path) as where:
        yield where


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    """This test's own book, open."""
    opened = await open_database(place.url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def first_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that has been started once: its first days are written, its clock stands at the opening."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with running_demo(folder) as demo:
        assert demo.ends() == 0
    return folder


@pytest.fixture
def root_key() -> RootKey:
    """A root key that every test shares; a test that loses keys makes its own."""
    return RootKey(b"k" * 32)


@pytest.fixture
async def keys(place: Place, root_key: RootKey, book_clock: BookClock) -> AsyncIterator[KeyStore]:
    """The key store of this test, in a database of its own."""
    opened = await open_database(place.keys_url)
    yield await KeyStore.open(opened, root_key, now=book_clock.now)
    await opened.close()


@pytest.fixture
async def vault(keys: KeyStore) -> Vault:
    """The vault over this test's key store."""
    return await Vault.unlock(keys)


@pytest.fixture
def store(database: Database, vault: Vault, place: Place) -> Store:
    """The book and its vault together, as the program holds them."""
    return Store(database, vault, place.media)


@pytest.fixture
def book_clock() -> BookClock:
    """Book time, standing still at 07:40 on a Monday in winter, when London keeps UTC."""
    return BookClock(datetime(2026, 11, 23, 7, 40, tzinfo=UTC))


@pytest.fixture
def machine_clock() -> MachineClock:
    """Machine time, standing still."""
    return MachineClock()
