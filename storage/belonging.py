"""The book and its keys belong together: a lost or swapped key store is refused at the start, not found out later.

The first start leaves a mark that only this book's index key can make; every later start compares.
"""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, select

from book.errors import ForeignKeys
from storage import dialect
from storage.schema import belonging
from storage.vault import Vault

_MARK = "vault"


def check(connection: Connection, vault: Vault) -> None:
    """Leave the mark, or compare it; raises :class:`ForeignKeys` for the keys of another book."""
    mine = vault.mac("bookbag vault")
    dialect.add_new(connection, belonging, [{"name": _MARK, "value": mine}])
    kept = connection.execute(select(belonging.c.value).where(belonging.c.name == _MARK)).scalar_one()
    if not hmac.compare_digest(kept, mine):
        raise ForeignKeys(
            "The key store (KEYS_DATABASE_URL) does not belong to this book: restore the key store and the root key "
            "that were kept with it; with others nothing in it can be read."
        )
