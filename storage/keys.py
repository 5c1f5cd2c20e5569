"""The key store: every data key, wrapped by the root key, durable before its first use, gone once destroyed.

A database of its own, so that a backup of the book holds no keys: on SQLite a file beside the root key, on
PostgreSQL a schema of its own in the database that KEYS_DATABASE_URL names. It knows names and wrapped bytes;
what a key seals, and for whom, it refuses to know (see :mod:`storage.vault`).

Rotating the root key wraps every key again and touches nothing that was sealed. Once the old root key file is
destroyed, every older copy of this store (a backup, a freed page of a disk) opens nothing any more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from book.errors import OperatorError
from storage.database import Connection, Database
from storage.schema import Instant

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_SCHEMA = "bookbag_keys"
# Processes that start together take turns at making the table; the number only has to be ours.
_MAKING_THE_TABLE = 0x626F6F6B626167


@dataclass(frozen=True, slots=True)
class RootKey:
    """The key that wraps all others; its bytes are never printed."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a root key has {KEY_BYTES} bytes")


@dataclass(frozen=True, slots=True, order=True)
class KeyName:
    """Whose key it is, and for what."""

    owner_kind: str
    owner_id: int
    purpose: str


def make_root_key(path: Path, *, chance: Callable[[int], bytes] = os.urandom) -> RootKey:
    """Make a root key in a new file that only its owner may read (0600), on disk before this returns.

    Raises :class:`OperatorError` if ``path`` exists, whatever it holds: a root key is never overwritten.
    """
    key = RootKey(chance(KEY_BYTES))
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise OperatorError(
            f"{path} exists already and a root key is never overwritten: keep it, "
            "or name another file in ROOT_KEY_FILE."
        ) from None
    except OSError as fault:
        raise OperatorError(
            f"{path} cannot be made ({fault.strerror}): create its folder, or name another file in ROOT_KEY_FILE."
        ) from None
    with os.fdopen(file, "wb") as writing:
        # Hexadecimal, so that it survives a copy by hand into a safe and back.
        writing.write(key.secret.hex().encode() + b"\n")
        writing.flush()
        os.fsync(file)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return key


def read_root_key(path: Path) -> RootKey:
    """The root key in ``path``.

    Raises :class:`OperatorError` where the file is missing, may be read by others, or is not 64 hexadecimal
    digits.
    """
    try:
        with path.open("rb") as reading:
            mode = os.fstat(reading.fileno()).st_mode & 0o777
            words = reading.read(4096).strip()
    except OSError as fault:
        raise OperatorError(
            f"The root key {path} cannot be read ({fault.strerror}): "
            "name the right file in ROOT_KEY_FILE, or run bookbag init to make one."
        ) from None
    if mode & 0o077:
        raise OperatorError(
            f"The root key {path} of ROOT_KEY_FILE may be read by others (mode {mode:04o}): run chmod 600 {path}."
        )
    try:
        # `fromhex` passes over blanks in between; a key copied in two lines is still the key.
        return RootKey(bytes.fromhex(words.decode("ascii")))
    except ValueError:
        raise OperatorError(
            f"The root key {path} of ROOT_KEY_FILE is not {2 * KEY_BYTES} hexadecimal digits: "
            "restore the file from its safe copy."
        ) from None


class KeyStore:
    """The store of one process; several processes may share one database."""

    def __init__(
        self,
        database: Database,
        root: RootKey,
        *,
        now: Callable[[], datetime],
        chance: Callable[[int], bytes],
    ) -> None:
        """Use :meth:`open`."""
        self._database = database
        self._table = _keys(database.dialect)
        self._root = AESGCM(root.secret)
        self._now = now
        self._chance = chance
        self._mark = b""

    @classmethod
    async def open(
        cls,
        database: Database,
        root: RootKey,
        *,
        now: Callable[[], datetime],
        chance: Callable[[int], bytes] = os.urandom,
    ) -> KeyStore:
        """Open the store in ``database``, making its table the first time; the caller closes the database.

        Raises :class:`OperatorError` if the keys there were wrapped by another root key.
        """
        store = cls(database, root, now=now, chance=chance)
        fresh = _wrap(store._root, _ROOT, bytes(KEY_BYTES), chance)
        mark = await database.write(_make_ready, store._table, fresh, now())
        _unwrap(store._root, _ROOT, mark)
        store._mark = mark
        return store

    async def everything(self) -> dict[KeyName, bytes | None]:
        """Every key there is, unwrapped; None for one that was destroyed."""
        return self._opened(await self._database.read(_read, self._table))

    async def make(self, names: Iterable[KeyName]) -> dict[KeyName, bytes | None]:
        """Make the keys that do not exist; durable before this returns.

        Answers with the keys of all ``names``: whoever came first made them, and None stands for one that was
        destroyed and will not be made again.
        """
        fresh = {name: _wrap(self._root, name, self._chance(KEY_BYTES), self._chance) for name in names}
        if not fresh:
            return {}
        rows = await self._database.write(_make, self._table, self._mark, fresh, self._now())
        return self._opened(rows)

    async def destroy(self, names: Iterable[KeyName]) -> None:
        """Destroy these keys, made or not, for good; durable before this returns."""
        gone = sorted(set(names))
        if gone:
            await self._database.write(_destroy, self._table, gone, self._now())
            await self._database.scour()

    async def rotate(self, new: RootKey) -> None:
        """Wrap every key under ``new`` in one transaction; interrupted, all are under one root or the other.

        The caller has put ``new`` in a file of its own first. Other processes refuse to make keys from then
        on until they are started again with it.
        """
        old, root = self._root, AESGCM(new.secret)

        def again(name: KeyName, wrapped: bytes) -> bytes:
            return _wrap(root, name, _unwrap(old, name, wrapped), self._chance)

        self._mark = await self._database.write(_rotate, self._table, self._mark, again)
        self._root = root
        await self._database.scour()

    def _opened(self, rows: Mapping[KeyName, bytes | None]) -> dict[KeyName, bytes | None]:
        if rows.get(_ROOT) != self._mark:
            raise OperatorError(_ROTATED)
        return {
            name: None if wrapped is None else _unwrap(self._root, name, wrapped)
            for name, wrapped in rows.items()
            if name != _ROOT
        }


# One row is no key but a mark that changes with the root key: who holds another one writes nothing here.
_ROOT = KeyName("root", 0, "mark")
_ROTATED = "The root key was changed while this program ran: start it again with the new key file in ROOT_KEY_FILE."


def _keys(dialect: str) -> Table:
    return Table(
        "keys",
        MetaData(schema=_SCHEMA if dialect == "postgresql" else None),
        Column("owner_kind", String(20), primary_key=True),
        Column("owner_id", BigInteger, primary_key=True, autoincrement=False),
        Column("purpose", String(20), primary_key=True),
        Column("wrapped", LargeBinary),
        Column("made_at", Instant, nullable=False),
        Column("destroyed_at", Instant),
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="a_key_is_there_or_destroyed"),
    )


# --- Transactions ---------------------------------------------------------------------------------


def _make_ready(connection: Connection, keys: Table, fresh_mark: bytes, moment: datetime) -> bytes:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MAKING_THE_TABLE)))
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"))
    keys.metadata.create_all(connection)
    _insert_new(connection, keys, [_row(_ROOT, fresh_mark, moment)])
    return _read_mark(connection, keys)


def _read(connection: Connection, keys: Table, names: Iterable[KeyName] | None = None) -> dict[KeyName, bytes | None]:
    wanted = None if names is None else {_ROOT, *names}
    columns = select(keys.c.owner_kind, keys.c.owner_id, keys.c.purpose, keys.c.wrapped)
    if wanted is not None:
        # A few owners at a time are asked for: the kind and the id narrow enough, the rest is sifted here.
        columns = columns.where(keys.c.owner_id.in_({name.owner_id for name in wanted}))
    found = {KeyName(row.owner_kind, row.owner_id, row.purpose): row.wrapped for row in connection.execute(columns)}
    return found if wanted is None else {name: key for name, key in found.items() if name in wanted}


def _make(
    connection: Connection, keys: Table, mark: bytes, fresh: Mapping[KeyName, bytes], moment: datetime
) -> dict[KeyName, bytes | None]:
    _check_mark(connection, keys, mark)
    _insert_new(connection, keys, [_row(name, wrapped, moment) for name, wrapped in sorted(fresh.items())])
    # Read back: of two who made the same key at once, both must go on with the one that is stored.
    return _read(connection, keys, fresh)


def _destroy(connection: Connection, keys: Table, names: Iterable[KeyName], moment: datetime) -> None:
    _insert_new(connection, keys, [_row(name, b"", moment) for name in names])
    statement = (
        update(keys)
        .where(
            and_(
                keys.c.owner_kind == bindparam("kind"),
                keys.c.owner_id == bindparam("owner"),
                keys.c.purpose == bindparam("of"),
                keys.c.destroyed_at.is_(None),
            )
        )
        .values(wrapped=None, destroyed_at=moment)
    )
    connection.execute(
        statement, [{"kind": name.owner_kind, "owner": name.owner_id, "of": name.purpose} for name in names]
    )


def _rotate(connection: Connection, keys: Table, mark: bytes, again: Callable[[KeyName, bytes], bytes]) -> bytes:
    _check_mark(connection, keys, mark, alone=True)
    statement = (
        update(keys)
        .where(
            and_(
                keys.c.owner_kind == bindparam("kind"),
                keys.c.owner_id == bindparam("owner"),
                keys.c.purpose == bindparam("of"),
            )
        )
        .values(wrapped=bindparam("again"))
    )
    rows = [
        {
            "kind": name.owner_kind,
            "owner": name.owner_id,
            "of": name.purpose,
            "again": again(name, wrapped),
        }
        for name, wrapped in _read(connection, keys).items()
        if wrapped is not None
    ]
    connection.execute(statement, rows)
    return _read_mark(connection, keys)


def _insert_new(connection: Connection, keys: Table, rows: list[dict[str, object]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(keys).on_conflict_do_nothing(), rows)


def _row(name: KeyName, wrapped: bytes, moment: datetime) -> dict[str, object]:
    return {
        "owner_kind": name.owner_kind,
        "owner_id": name.owner_id,
        "purpose": name.purpose,
        "wrapped": wrapped,
        "made_at": moment,
        "destroyed_at": None,
    }


def _read_mark(connection: Connection, keys: Table) -> bytes:
    return bytes(connection.execute(select(keys.c.wrapped).where(keys.c.owner_kind == _ROOT.owner_kind)).scalar_one())


def _check_mark(connection: Connection, keys: Table, mark: bytes, *, alone: bool = False) -> None:
    """Hold off a change of the root key until this transaction ends, and refuse to go on after one."""
    statement = select(keys.c.wrapped).where(keys.c.owner_kind == _ROOT.owner_kind).with_for_update(read=not alone)
    if bytes(connection.execute(statement).scalar_one()) != mark:
        raise OperatorError(_ROTATED)


# --- Wrapping -------------------------------------------------------------------------------------


def _bound_to(name: KeyName) -> bytes:
    # No kind or purpose holds a NUL, so no two names give the same bytes.
    return b"bookbag key\0%s\0%d\0%s" % (name.owner_kind.encode(), name.owner_id, name.purpose.encode())


def _wrap(root: AESGCM, name: KeyName, key: bytes, chance: Callable[[int], bytes]) -> bytes:
    nonce = chance(_NONCE_BYTES)
    return _FORMAT + nonce + root.encrypt(nonce, key, _bound_to(name))


def _unwrap(root: AESGCM, name: KeyName, wrapped: bytes) -> bytes:
    start = len(_FORMAT) + _NONCE_BYTES
    try:
        if wrapped[: len(_FORMAT)] != _FORMAT:
            raise InvalidTag
        return root.decrypt(wrapped[len(_FORMAT) : start], wrapped[start:], _bound_to(name))
    except (InvalidTag, ValueError):
        if name == _ROOT:
            raise OperatorError(
                "The keys of KEYS_DATABASE_URL were made under another root key: name the right one in ROOT_KEY_FILE."
            ) from None
        raise OperatorError(
            f"The key of {name.owner_kind} {name.owner_id} is damaged: "
            "restore the database of KEYS_DATABASE_URL from its own backup."
        ) from None
