"""One process at a time owns a provider account, for polling and for pacing; each owner has an epoch of its own.

Time here is the database's own clock, never ours: several processes may not agree about theirs. On SQLite the
lock on the data directory has shown already that every former owner is dead, so its lease is taken at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, select, text, update

from storage import dialect
from storage.schema import leases

LASTS = timedelta(seconds=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to an account, until it runs out; ``epoch`` rises with every new owner."""

    name: str
    owner: str
    epoch: int


def take(connection: Connection, name: str, owner: str) -> Lease | None:
    """Own ``name`` from now on, or None while somebody else does."""
    now = _database_now(connection)
    dialect.add_new(connection, leases, [{"name": name, "owner": "", "epoch": 0, "until": _EPOCH}])
    row = connection.execute(select(leases).where(leases.c.name == name).with_for_update()).one()
    if row.owner != owner and row.until > now and connection.dialect.name != "sqlite":
        return None
    epoch = row.epoch + 1
    connection.execute(update(leases).where(leases.c.name == name).values(owner=owner, epoch=epoch, until=now + LASTS))
    return Lease(name, owner, epoch)


def renew(connection: Connection, lease: Lease) -> bool:
    """Keep the lease for another while; False if it is somebody else's by now, and nothing more may be sent."""
    now = _database_now(connection)
    kept = connection.execute(
        update(leases)
        .where(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.epoch == lease.epoch)
        .values(until=now + LASTS)
        .returning(leases.c.name)
    )
    return kept.one_or_none() is not None


_MINE = (
    select(leases.c.name)
    .where(
        leases.c.name == bindparam("ours"), leases.c.owner == bindparam("us"), leases.c.epoch == bindparam("our_epoch")
    )
    .with_for_update(read=True)
)


def holds(connection: Connection, lease: Lease) -> bool:
    """Whether the lease is still ours; if it is, nobody takes it before this transaction ends."""
    found = connection.execute(_MINE, {"ours": lease.name, "us": lease.owner, "our_epoch": lease.epoch})
    return found.one_or_none() is not None


def give_back(connection: Connection, lease: Lease) -> None:
    """Let the next owner in at once."""
    connection.execute(
        update(leases)
        .where(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.epoch == lease.epoch)
        .values(until=_EPOCH)
    )


def _database_now(connection: Connection) -> datetime:
    spelled = (
        "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
        if connection.dialect.name == "sqlite"
        else "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
    )
    return _EPOCH + timedelta(microseconds=connection.execute(text(spelled)).scalar_one())
