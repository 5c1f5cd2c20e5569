"""The code that was sent to an address and is to be written back from there: kept as a keyed hash, with what was wrong.

One an address: a later one takes the place of an earlier. Wrong ones are counted over all codes until a right one
comes, so asking for another code is no way to try again. Decides nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from book.ids import AddressId
from storage import dialect
from storage.schema import echoes
from storage.statements import among
from storage.vault import Vault

TRIES = 5
CLOSED = timedelta(minutes=15)
_DOUBLED_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class EchoChange:
    """What stands for an address from now on: a new code, the one before, or none."""

    code: str = ""  # new; without one, the one before is still known if it comes late
    until: datetime | None = None  # how long the new one counts
    keeps: bool = False  # the one before still counts
    wrong: int = 0
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """What was sent to one address, to try a number against; the code itself cannot be read from it."""

    _vault: Vault | None = field(default=None, repr=False)
    _address: AddressId | None = None
    _kept: bytes | None = field(default=None, repr=False)
    until: datetime | None = None
    wrong: int = 0
    closed: datetime | None = None

    def is_it(self, written: str) -> bool:
        """Whether this is the code that was sent last and not used, whether or not it still counts."""
        if self._vault is None or self._address is None or self._kept is None:
            return False
        return hmac.compare_digest(self._kept, _hashed(self._vault, self._address, written))

    def counts(self, now: datetime) -> bool:
        """Whether a code is open and may be tried."""
        return self._kept is not None and self.until is not None and now <= self.until and not self.is_closed(now)

    def is_closed(self, now: datetime) -> bool:
        """Whether so many wrong ones came that nothing is tried, and no code is sent."""
        return self.closed is not None and now < self.closed

    def after_wrong(self, now: datetime) -> EchoChange:
        """One more wrong number: five end the code, and nothing is tried for a while, each time for twice as long."""
        wrong = self.wrong + 1
        if wrong % TRIES:
            return EchoChange(keeps=True, wrong=wrong)
        return EchoChange(wrong=wrong, closed_until=now + CLOSED * 2 ** min(wrong // TRIES - 1, _DOUBLED_AT_MOST))

    def with_code(self, code: str, until: datetime) -> EchoChange:
        """A code is sent; what was wrong before still counts."""
        return EchoChange(code=code, until=until, wrong=self.wrong, closed_until=self.closed)


NO_ECHO = Echo()
USED = EchoChange()
"""The right code came: it counts no more, and nothing was wrong."""


_ECHOES = select(echoes).where(among(echoes.c.address_id, "wanted"))


def load(connection: Connection, vault: Vault, wanted: Collection[AddressId]) -> dict[AddressId, Echo]:
    """What was sent to these addresses."""
    rows = connection.execute(_ECHOES, {"wanted": list(wanted)})
    return {
        AddressId(row.address_id): Echo(
            vault, AddressId(row.address_id), row.code_mac, row.until, row.wrong, row.closed_until
        )
        for row in rows
    }


def keep(connection: Connection, vault: Vault, changes: Mapping[AddressId, EchoChange]) -> None:
    """What stands for these addresses from now on."""
    before = {}
    if kept := [address for address, each in changes.items() if not each.code]:
        before = {row.address_id: row for row in connection.execute(_ECHOES, {"wanted": kept})}
    rows: list[dict[str, object]] = []
    for address, each in changes.items():
        code_mac, until = None if not each.code else _hashed(vault, address, each.code), each.until
        if address in before:
            code_mac, until = before[address].code_mac, before[address].until if each.keeps else None
        rows.append(
            {
                "address_id": address,
                "code_mac": code_mac,
                "until": until,
                "wrong": each.wrong,
                "closed_until": each.closed_until,
            }
        )
    if rows:
        dialect.put(connection, echoes, rows)


def _hashed(vault: Vault, address: AddressId, code: str) -> bytes:
    return vault.mac("echo", str(address), code)
