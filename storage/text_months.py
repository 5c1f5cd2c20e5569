"""How many parts of texts went out in a civil month, of each account: counted in the transaction that marks them.

Knows nothing of what a part costs, nor of how many there may be.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, select, update

from storage import dialect
from storage.schema import text_months

_HERE = (text_months.c.account == bindparam("here"), text_months.c.month == bindparam("this_month"))
_SPENT = select(text_months.c.parts).where(*_HERE)


def spent(connection: Connection, account: str, month: str) -> int:
    """The parts of this account in this month so far."""
    found: int | None = connection.execute(_SPENT, {"here": account, "this_month": month}).scalar_one_or_none()
    return found or 0


def add(connection: Connection, account: str, month: str, parts: int) -> int:
    """So many more, and how many that makes; fewer for what a provider would not take and does not charge for."""
    dialect.add_new(connection, text_months, [{"account": account, "month": month, "parts": 0}])
    values = {"here": account, "this_month": month}
    connection.execute(update(text_months).where(*_HERE).values(parts=text_months.c.parts + parts), values)
    return spent(connection, account, month)


def by_month(connection: Connection) -> Mapping[str, int]:
    """The parts of every month, of all accounts together."""
    rows = connection.execute(
        select(text_months.c.month, func.sum(text_months.c.parts)).group_by(text_months.c.month)
    ).all()
    return {month: int(parts) for month, parts in rows}
