"""What was done by whom, in a chain of hashes from the first row on: a changed, lost or moved row breaks it.

Details are sealed; the hash covers the sealed bytes, so the chain can be checked without any key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from book.ids import PersonId
from storage.dialect import add
from storage.schema import audit
from storage.vault import Owner, Vault

_FIRST = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done, sealed under the key of whom it concerns."""

    what: str
    by: PersonId | None
    owner: Owner
    subject: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)


def record(connection: Connection, vault: Vault, deeds: Sequence[Deed], now: datetime) -> None:
    """Add ``deeds`` to the chain, in order; the last row is read in this transaction, so the chain never forks."""
    if not deeds:
        return
    last = connection.execute(
        select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1).with_for_update()
    ).one_or_none()
    number, previous = (0, _FIRST) if last is None else (last.number, last.hash)
    rows: list[dict[str, object]] = []
    for deed in deeds:
        number += 1
        row: dict[str, object] = {
            "number": number,
            "at": now,
            "by_id": deed.by,
            "what": deed.what,
            "subject": deed.subject,
            "owner_kind": deed.owner.kind.value,
            "owner_id": deed.owner.id,
            "sealed_details": vault.seal_text(deed.owner, "audit", number, json.dumps(dict(deed.details))),
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
    add(connection, audit, rows)


def first_break(connection: Connection) -> int | None:
    """The number of the first row that does not fit the chain, or None if all do."""
    previous, expected = _FIRST, 1
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        if row.number != expected or row.previous != previous or row.hash != _hash(dict(row._mapping)):
            return expected
        previous, expected = row.hash, expected + 1
    return None


def _hash(row: Mapping[str, Any]) -> bytes:
    at = row["at"]
    assert isinstance(at, datetime)
    fields: list[object] = [
        row["number"],
        at.isoformat(),
        row["by_id"],
        row["what"],
        row["subject"],
        row["owner_kind"],
        row["owner_id"],
    ]
    digest = hashlib.sha256(json.dumps(fields).encode())
    for part in (row["sealed_details"], row["previous"]):
        assert isinstance(part, bytes)
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
