"""What is sealed opens only as what it was, and a destroyed key is gone for everybody and for good."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text

from book.errors import KeyDestroyed, KeyNotLoaded, OperatorError, SealError, WrongSeal
from storage.database import Connection, Database, open_database
from storage.keys import KeyStore, RootKey, make_root_key, read_root_key
from storage.store import Store
from storage.vault import Owner, Vault
from tests.clocks import BookClock
from tests.databases import Place
from tests.examples import examples

only_sqlite = pytest.mark.parametrize("dialect", ["sqlite"])
only_postgresql = pytest.mark.parametrize("dialect", ["postgresql"])

ELLA, NOAH, HANNAH = Owner.child(1), Owner.child(2), Owner.person(1)
EVERYBODY = (ELLA, NOAH, HANNAH, Owner.child_media(1), Owner.setting(1), Owner.day(date(2026, 11, 22)))

# What another process sees: a vault of its own over the same keys.
Unlocked = Callable[..., Awaitable[Vault]]


@pytest.fixture
async def elsewhere(place: Place, root_key: RootKey, book_clock: BookClock) -> AsyncIterator[Unlocked]:
    """Unlock the same keys once more, as another process does."""
    opened: list[Database] = []

    async def unlock(root: RootKey = root_key, chance: Callable[[int], bytes] = os.urandom) -> Vault:
        opened.append(await open_database(place.keys_url))
        return await Vault.unlock(await KeyStore.open(opened[-1], root, now=book_clock.now, chance=chance))

    yield unlock
    for database in opened:
        await database.close()


# --- Sealing -------------------------------------------------------------------------------------------------


@only_sqlite
async def test_whatever_is_sealed_opens_as_it_was(vault: Vault) -> None:
    await vault.ensure(*EVERYBODY)

    @examples(50)
    @given(
        owner=some.sampled_from(EVERYBODY),
        field=some.text(max_size=20),
        row=some.integers(0, 2**63 - 1),
        revision=some.integers(0, 1000),
        words=some.text(some.characters(), max_size=200),
    )
    def check(owner: Owner, field: str, row: int, revision: int, words: str) -> None:
        sealed = vault.seal_text(owner, field, row, words, revision=revision)

        assert vault.open_text(owner, field, row, sealed, revision=revision) == words
        if len(words.encode("utf-8", "surrogatepass")) > 8:
            assert words.encode("utf-8", "surrogatepass") not in sealed
        assert sealed != vault.seal_text(owner, field, row, words, revision=revision), "equal words look different"

    check()


@only_sqlite
async def test_a_value_put_in_another_place_is_refused(vault: Vault) -> None:
    await vault.ensure(*EVERYBODY)
    here: dict[str, Any] = {"owner": ELLA, "field": "entry.words", "row": 7, "revision": 2}
    sealed = vault.seal(plain=b"bad night", **here)

    @examples(50)
    @given(
        owner=some.sampled_from(EVERYBODY),
        field=some.sampled_from(["entry.words", "entry.facts", "entry.word", "entry.words\0", ""]) | some.text(),
        row=some.sampled_from([7, 70, 8]) | some.integers(0, 2**63 - 1),
        revision=some.integers(0, 3),
    )
    def check(owner: Owner, field: str, row: int, revision: int) -> None:
        there: dict[str, Any] = {"owner": owner, "field": field, "row": row, "revision": revision}
        if there == here:
            return
        with pytest.raises(WrongSeal) as caught:
            vault.open(sealed=sealed, **there)
        assert "bad night" not in str(caught.value)

    check()
    for changed in ({"owner": NOAH}, {"owner": Owner.child_media(1)}, {"field": "x"}, {"row": 8}, {"revision": 3}):
        with pytest.raises(WrongSeal):
            vault.open(sealed=sealed, **(here | changed))


@only_sqlite
async def test_no_bit_may_change_and_no_byte_be_missing_or_added(vault: Vault) -> None:
    await vault.ensure(ELLA)
    sealed = vault.seal(ELLA, "entry.words", 7, b"bad night, teething")

    altered = [bytes(b ^ (1 << bit if at == n else 0) for at, b in enumerate(sealed))
               for n in range(len(sealed)) for bit in range(8)]  # fmt: skip
    altered += [sealed[:length] for length in range(len(sealed))]
    altered += [sealed + b"\0", b"\0" + sealed, sealed + sealed]

    for value in altered:
        with pytest.raises(WrongSeal):
            vault.open(ELLA, "entry.words", 7, value)
    assert vault.open(ELLA, "entry.words", 7, sealed) == b"bad night, teething"


@only_sqlite
async def test_threads_may_seal_and_open_while_keys_are_made(vault: Vault) -> None:
    await vault.ensure(ELLA)
    faults: list[BaseException] = []

    def seal_and_open() -> None:
        try:
            for row in range(2000):
                assert vault.open(ELLA, "f", row, vault.seal(ELLA, "f", row, b"words")) == b"words"
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=seal_and_open) for _ in range(4)]
    for thread in threads:
        thread.start()
    for child in range(100, 120):
        await vault.ensure(Owner.child(child))
    for thread in threads:
        await asyncio.to_thread(thread.join)

    assert faults == []


@only_sqlite
async def test_handles_are_found_by_a_mac_that_keeps_its_parts_apart(vault: Vault, elsewhere: Unlocked) -> None:
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("a", "b", "c"), ()]
    macs = [vault.mac(*each) for each in parts]
    other = await elsewhere()

    assert len(set(macs)) == len(parts)
    assert [other.mac(*each) for each in parts] == macs
    assert {len(mac) for mac in macs} == {32}


# --- Keys: making -------------------------------------------------------------------------------------------


async def test_a_key_is_durable_before_its_first_use(vault: Vault, elsewhere: Unlocked) -> None:
    with pytest.raises(KeyNotLoaded):
        vault.seal(ELLA, "f", 1, b"words")

    await vault.ensure(*EVERYBODY)
    sealed = [vault.seal(owner, "f", 1, b"words") for owner in EVERYBODY]

    # Nothing is closed, nothing more is written: what another process finds is what a kill would have left.
    other = await elsewhere()
    opened = [other.open(owner, "f", 1, value) for owner, value in zip(EVERYBODY, sealed, strict=True)]
    assert opened == [b"words"] * len(EVERYBODY)


async def test_fifty_tasks_in_two_processes_make_one_key(vault: Vault, elsewhere: Unlocked, keys: KeyStore) -> None:
    other = await elsewhere()

    async def seal(with_vault: Vault) -> bytes:
        await with_vault.ensure(ELLA, NOAH)
        return with_vault.seal(ELLA, "f", 1, b"words")

    sealed = await asyncio.gather(*(seal(each) for each in [vault, other] * 25))

    assert {vault.open(ELLA, "f", 1, value) for value in sealed} == {b"words"}
    assert {other.open(ELLA, "f", 1, value) for value in sealed} == {b"words"}
    assert len(await keys.everything()) == 3  # the two and the index


@only_postgresql  # an SQLite file is opened by one program that serves, and its lock is taken first
async def test_two_processes_that_start_on_nothing_agree_on_every_key(place: Place, elsewhere: Unlocked) -> None:
    first, second = await asyncio.gather(elsewhere(), elsewhere())

    assert first.mac("telegram", "12345") == second.mac("telegram", "12345")


async def test_a_cancelled_ensure_does_no_harm(vault: Vault) -> None:
    for after in range(12):
        task = asyncio.create_task(vault.ensure(Owner.child(after)))
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await vault.ensure(Owner.child(after))

    for child in range(12):
        assert vault.open(Owner.child(child), "f", 1, vault.seal(Owner.child(child), "f", 1, b"x")) == b"x"


async def test_the_store_finds_a_key_that_another_process_has_just_made(
    store: Store, vault: Vault, elsewhere: Unlocked
) -> None:
    other = await elsewhere()
    await other.ensure(ELLA)
    sealed = other.seal(ELLA, "f", 1, b"words")
    runs = 0

    def open_it(_: Connection, value: bytes) -> bytes:
        nonlocal runs
        runs += 1
        return store.vault.open(ELLA, "f", 1, value)

    assert await store.write(open_it, sealed) == b"words"
    assert await store.read(open_it, sealed) == b"words"
    assert runs == 3  # the first was repeated after the keys had been read again

    for call in (store.write, store.read):
        with pytest.raises(KeyNotLoaded):
            await call(lambda _: store.vault.seal(NOAH, "f", 1, b"nobody ever made this key"))


# --- Keys: destroying ---------------------------------------------------------------------------------------


async def test_a_destroyed_owner_stays_destroyed_for_everybody(vault: Vault, elsewhere: Unlocked) -> None:
    other = await elsewhere()
    await vault.ensure(ELLA, NOAH)
    await other.load()
    sealed, kept = vault.seal(ELLA, "f", 1, b"words"), vault.seal(NOAH, "f", 1, b"words")

    await vault.destroy(ELLA, Owner.child_media(1))  # the second never had a key

    await other.load()
    for each in (vault, other, await elsewhere()):
        for gone in (ELLA, Owner.child_media(1)):
            with pytest.raises(KeyDestroyed):
                each.seal(gone, "f", 1, b"more words")
            with pytest.raises(KeyDestroyed):
                await each.ensure(NOAH, gone)
        with pytest.raises(KeyDestroyed):
            each.open(ELLA, "f", 1, sealed)
        assert each.open(NOAH, "f", 1, kept) == b"words"
    await vault.destroy(ELLA)  # once more changes nothing
    await vault.load()
    with pytest.raises(KeyDestroyed):
        vault.open(ELLA, "f", 1, sealed)


async def test_what_was_opened_is_not_kept_beyond_the_destruction_of_its_key(vault: Vault) -> None:
    await vault.ensure(ELLA, NOAH)
    sealed = vault.seal_text(ELLA, "names", 1, "Ella")
    opened: list[str] = []

    def name(vault: Vault, sealed: bytes) -> str:
        opened.append(vault.open_text(ELLA, "names", 1, sealed))
        return opened[-1]

    assert vault.once(name, sealed, sealed) is vault.once(name, sealed, sealed)
    assert len(opened) == 1
    await vault.destroy(ELLA)
    with pytest.raises(KeyDestroyed):
        vault.once(name, sealed, sealed)


async def test_destroying_goes_on_when_the_caller_goes_away(vault: Vault, elsewhere: Unlocked) -> None:
    children = [Owner.child(n) for n in range(12)]
    await vault.ensure(*children)

    for after, child in enumerate(children, start=1):
        task = asyncio.create_task(vault.destroy(child))
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(vault.load(), task, return_exceptions=True)
        with pytest.raises(KeyDestroyed):
            vault.seal(child, "f", 1, b"words")

    await vault.ensure(Owner.child(99))  # its turn comes after theirs
    other = await elsewhere()
    for child in children:
        with pytest.raises(KeyDestroyed):
            other.seal(child, "f", 1, b"words")


@only_sqlite
async def test_no_file_holds_a_key_in_the_clear_nor_a_destroyed_one_at_all(
    vault: Vault, keys: KeyStore, place: Place, database: Database
) -> None:
    await vault.ensure(ELLA, NOAH)
    secrets = [secret for secret in (await keys.everything()).values() if secret]
    other = await open_database(place.keys_url)
    wrapped = await other.read(_wrapped, "child", 1)
    await other.close()

    def traces(what: bytes) -> list[str]:
        return [str(each) for each in place.directory.rglob("*") if each.is_file() and what in each.read_bytes()]

    assert traces(wrapped) != []
    await vault.destroy(ELLA)
    assert traces(wrapped) == []
    assert len(secrets) == 3
    assert [trace for secret in secrets for trace in traces(secret)] == []


def _wrapped(connection: Connection, kind: str, owner: int) -> bytes:
    statement = text("SELECT wrapped FROM keys WHERE owner_kind = :kind AND owner_id = :owner")
    return bytes(connection.execute(statement, {"kind": kind, "owner": owner}).scalar_one())


# --- The root key -------------------------------------------------------------------------------------------


async def test_rotating_the_root_key_wraps_again_and_touches_nothing_sealed(
    vault: Vault, elsewhere: Unlocked, root_key: RootKey
) -> None:
    new = RootKey(b"n" * 32)
    other = await elsewhere()
    await vault.ensure(ELLA)
    await other.load()
    await vault.destroy(NOAH)
    sealed, mac = vault.seal(ELLA, "f", 1, b"words"), vault.mac("x")

    await vault.rotate_root(new)

    await vault.ensure(HANNAH)
    for each in (vault, await elsewhere(new)):
        assert each.open(ELLA, "f", 1, each.seal(ELLA, "f", 1, b"more")) == b"more"
        assert each.open(ELLA, "f", 1, sealed) == b"words"
        assert each.mac("x") == mac
        with pytest.raises(KeyDestroyed):
            each.seal(NOAH, "f", 1, b"words")
        each.seal(HANNAH, "f", 1, b"words")
    with pytest.raises(OperatorError, match="ROOT_KEY_FILE"):
        await elsewhere(root_key)
    # A process that still holds the old root key must not wrap a new key under it.
    assert other.open(ELLA, "f", 1, sealed) == b"words"
    for call in (other.ensure(Owner.child(5)), other.load(), other.rotate_root(RootKey(b"x" * 32))):
        with pytest.raises(OperatorError, match="ROOT_KEY_FILE"):
            await call
    await vault.load()
    await elsewhere(new)


async def test_an_interrupted_rotation_leaves_the_old_root_key_in_force(vault: Vault, elsewhere: Unlocked) -> None:
    await vault.ensure(*EVERYBODY)
    sealed = vault.seal(ELLA, "f", 1, b"words")
    nonces = itertools.count()

    def runs_dry(size: int) -> bytes:
        if next(nonces) > 4:
            raise OSError("no more chance")
        return os.urandom(size)

    other = await elsewhere(chance=runs_dry)
    with pytest.raises(OSError, match="no more chance"):
        await other.rotate_root(RootKey(b"n" * 32))

    for each in (vault, other, await elsewhere()):
        await each.load()
        assert each.open(ELLA, "f", 1, sealed) == b"words"
    with pytest.raises(OperatorError, match="another root key"):
        await elsewhere(RootKey(b"n" * 32))


def test_a_root_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    before = os.umask(0)
    try:
        made = make_root_key(file)
    finally:
        os.umask(before)
    words = file.read_bytes()

    with pytest.raises(OperatorError, match="ROOT_KEY_FILE"):
        make_root_key(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == words
    assert read_root_key(file) == made != make_root_key(tmp_path / "another.key")
    assert made.secret.hex() not in repr(made)
    with pytest.raises(OperatorError, match="ROOT_KEY_FILE"):
        make_root_key(tmp_path / "missing" / "root.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644, 0o610])
def test_a_root_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "root.key"
    make_root_key(file)
    file.chmod(mode)

    with pytest.raises(OperatorError, match=r"ROOT_KEY_FILE.*chmod 600"):
        read_root_key(file)


@pytest.mark.parametrize(
    "words", [b"", b"ab" * 31, b"ab" * 33, b"zz" * 32, b"\xff" * 64, b"k" * 32, b"ab" * 5000, None]
)
def test_a_root_key_file_that_holds_no_key_is_refused_and_not_quoted(tmp_path: Path, words: bytes | None) -> None:
    file = tmp_path / "root.key"
    if words is not None:
        file.write_bytes(words)
        file.chmod(0o600)

    with pytest.raises(OperatorError, match="ROOT_KEY_FILE") as caught:
        read_root_key(file)

    assert "ab" * 5 not in str(caught.value)


async def test_a_damaged_key_is_named_and_nothing_is_guessed(vault: Vault, place: Place, elsewhere: Unlocked) -> None:
    await vault.ensure(ELLA, NOAH)
    table = "bookbag_keys.keys" if place.dialect == "postgresql" else "keys"
    swapped = f"UPDATE {table} SET wrapped = (SELECT wrapped FROM {table} WHERE owner_id = 2) WHERE owner_id = 1"
    database = await open_database(place.keys_url)
    await database.write(lambda c: c.execute(text(swapped)).close())
    await database.close()

    with pytest.raises(OperatorError, match="child 1 is damaged"):
        await elsewhere()


@only_sqlite
async def test_nothing_that_is_printed_shows_a_key(vault: Vault, keys: KeyStore, root_key: RootKey) -> None:
    await vault.ensure(ELLA)
    secrets = [root_key.secret, *(secret for secret in (await keys.everything()).values() if secret)]
    faults: list[SealError] = []
    for owner, sealed in ((ELLA, b"x"), (NOAH, b"x")):
        with pytest.raises(SealError) as caught:
            vault.open(owner, "f", 1, sealed)
        faults.append(caught.value)

    printed = repr([vault, keys, root_key, ELLA, vars(vault), faults, [str(fault) for fault in faults]])

    assert not [secret for secret in secrets if secret.hex() in printed or repr(secret)[2:-1] in printed]
