"""How the book stands, for those who run it: counts, ages and ids, never a name, a word or a number of anybody.

Each process writes a heartbeat now and then, which shows at once that it lives and that the database takes writes.
Reading needs no key and no lock, and is done beside a running program. Knows nothing of what is sealed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import URL, Connection, delete, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from book.deliveries import DeliveryState, InboxState
from book.errors import StorageUnfit
from book.ids import InboxId
from book.leads import LEADS
from book.people import SettingKind
from storage import dialect, inbox, membership_log, outbox, restricting, text_months
from storage.database import open_database
from storage.restricting import MayHaveReached
from storage.schema import deliveries, disclosures, heartbeats, memberships, settings
from storage.schema import inbox as inbox_rows

P = ParamSpec("P")
T = TypeVar("T")

_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One part of one process. ``last_success_at`` is of its door: the last time the platform answered."""

    name: str
    at: datetime
    last_success_at: datetime | None = None
    alarm: str = ""


def beat(connection: Connection, beats: Sequence[Heartbeat]) -> None:
    """Write these heartbeats in the place of the last ones."""
    statement = dialect.insert(connection, heartbeats)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={name: statement.excluded[name] for name in ("at", "last_success_at", "alarm")},
    )
    connection.execute(
        statement,
        [
            {"name": each.name, "at": each.at, "last_success_at": each.last_success_at, "alarm": each.alarm}
            for each in beats
        ],
    )


def stop_beating(connection: Connection, names: Sequence[str]) -> None:
    """These parts have stopped on purpose."""
    connection.execute(delete(heartbeats).where(heartbeats.c.name.in_(list(names))))


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that could not be handled; a person must look."""

    id: InboxId
    received_at: datetime
    reason: str
    can_retry: bool  # its words are kept for 30 days


@dataclass(frozen=True, slots=True)
class Picture:
    """How the book stands at one moment."""

    inbox: Mapping[str, int]
    notices: Mapping[str, int]
    deliveries: Mapping[str, int]
    oldest_unsent_at: datetime | None
    last_inbound_at: datetime | None
    set_aside: tuple[SetAside, ...]
    doubtful: tuple[tuple[int, str], ...]  # deliveries nobody can say of whether they arrived, with their state
    disclosures_without_lead: int
    heartbeats: tuple[Heartbeat, ...]
    may_have_reached: tuple[MayHaveReached, ...] = ()
    text_parts: Mapping[str, int] = field(default_factory=dict)  # of each civil month


def look(connection: Connection, now: datetime) -> Picture:
    """The book as it stands; a few statements, all of one moment."""
    counted = outbox.counts(connection)
    return Picture(
        inbox=inbox.counts(connection),
        notices=counted["notices"],
        deliveries=counted["deliveries"],
        oldest_unsent_at=outbox.oldest_unsent(connection, now),
        last_inbound_at=inbox.newest_at(connection),
        set_aside=tuple(_set_aside(connection)),
        doubtful=tuple(_doubtful(connection)),
        disclosures_without_lead=connection.execute(
            select(func.count()).select_from(disclosures).where(
                disclosures.c.setting_id.is_(None), disclosures.c.state == "held"
            )
        ).scalar_one(),
        heartbeats=tuple(
            Heartbeat(row.name, row.at, row.last_success_at, row.alarm)
            for row in connection.execute(select(heartbeats).order_by(heartbeats.c.name))
        ),
        may_have_reached=tuple(restricting.may_have_reached(connection)),
        text_parts=text_months.by_month(connection),
    )  # fmt: skip


def _set_aside(connection: Connection) -> list[SetAside]:
    rows = connection.execute(
        select(inbox_rows.c.id, inbox_rows.c.received_at, inbox_rows.c.reason, inbox_rows.c.sealed_payload.is_not(None))
        .where(inbox_rows.c.state == InboxState.SET_ASIDE)
        .order_by(inbox_rows.c.id)
        .limit(_AT_MOST)
    )
    return [
        SetAside(InboxId(id_), received_at, reason or "", can_retry) for id_, received_at, reason, can_retry in rows
    ]


def can_retry(connection: Connection) -> list[InboxId]:
    """Every message that was set aside and whose words are still kept."""
    rows = connection.execute(
        select(inbox_rows.c.id)
        .where(inbox_rows.c.state == InboxState.SET_ASIDE, inbox_rows.c.sealed_payload.is_not(None))
        .order_by(inbox_rows.c.id)
    )
    return [InboxId(each) for each in rows.scalars()]


def _doubtful(connection: Connection) -> list[tuple[int, str]]:
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.state)
        .where(deliveries.c.state.in_((DeliveryState.UNKNOWN, DeliveryState.FLAGGED)))
        .order_by(deliveries.c.id.desc())
        .limit(_AT_MOST)
    )
    return [(row.id, row.state) for row in rows]


LEADS_NEEDED = 2
"""Of a group setting: what concerns one of them, or comes while she is away, is the other's."""


def too_few_leads(count: int) -> str:
    """What is wrong with so few, and what to do; goes on after the setting's number."""
    if count == 0:
        return (
            "has no safeguarding lead, so what people disclose waits for nobody: name "
            "her on the staff sheet of bookbag import, or bookbag init --lead names the manager."
        )
    return (
        "has one safeguarding lead: what concerns her, or comes while she is away, has nobody else. Name a deputy, in "
        "the staff sheet of the import."
    )


def leads_of_settings(connection: Connection, now: datetime) -> dict[int, int]:
    """How many people are safeguarding leads at ``now`` of each group setting that has joined."""
    joined = connection.execute(
        select(settings.c.id)
        .where(
            settings.c.by_hand.is_(False),
            # A childminder who works alone has nobody else to name.
            settings.c.kind != SettingKind.CHILDMINDER,
        )
        .order_by(settings.c.id)
    ).scalars()
    lines = connection.execute(select(memberships).where(memberships.c.role.in_(LEADS)).order_by(memberships.c.id))
    leads: dict[int, set[int]] = defaultdict(set)
    for line in membership_log.live(lines, now):
        leads[line.setting_id].add(line.person_id)
    return {setting: len(leads[setting]) for setting in joined}


def is_empty(connection: Connection) -> bool:
    """Whether nobody has been enrolled yet."""
    return connection.execute(select(func.count()).select_from(settings)).scalar_one() == 0


def is_sound(connection: Connection) -> bool:
    """SQLite's own quick look at the file; a PostgreSQL server looks after its own."""
    if connection.dialect.name != "sqlite":
        return True
    return bool(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() == "ok")


# --- looking without writing --------------------------------------------------------------------------------------


class Reader(Protocol):
    """A way to read and nothing else."""

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on a connection that cannot write."""
        ...


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[Reader]:
    """The database at ``url``, to be read beside a running program or without one.

    On SQLite nothing is made, checkpointed or locked. Raises :class:`StorageUnfit` where there is none.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        database = await open_database(url)
        try:
            yield database
        finally:
            await database.close()
        return
    file = Path(address.database or "")
    if not await asyncio.to_thread(file.is_file):
        raise StorageUnfit(f"There is no database at {file}: run bookbag init, or mend DATABASE_URL.")
    engine = sqlalchemy.create_engine(
        URL.create("sqlite+pysqlite", database=f"file:{quote(str(file))}", query={"mode": "ro", "uri": "true"}),
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 5},
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        yield _SQLiteFile(engine)
    finally:
        engine.dispose()


class _SQLiteFile:
    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(self._read, lambda connection: work(connection, *args, **kwargs))

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                return work(connection)
        except DBAPIError as fault:
            reason = fault.orig if isinstance(fault.orig, sqlite3.Error) else type(fault).__name__
            raise StorageUnfit(f"The database cannot be read ({reason}): is this its folder's owner?") from None
