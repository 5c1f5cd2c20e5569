"""Rolls that managers sent: from the message whose file is wanted, through its rows, to what is still to be looked at.

A message whose file is to be fetched stays pending in the inbox until its rows are kept, in the transaction that ends
it; so a crash at any moment loses nothing and reads nothing twice. Knows nothing of what any cell means.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from book.deliveries import InboxState
from book.ids import AddressId, Ids, InboxId, PersonId, SettingId
from book.importing.known import Known
from book.importing.sheets import Sheet, from_json, to_json
from book.messages import Did, File, Incoming
from book.people import settings_run
from book.reasons import Reason
from storage import addresses, circles, enrolled, inbox
from storage.bells import Bell, ring
from storage.inbox import Received, open_payload
from storage.schema import imports
from storage.schema import inbox as inbox_rows
from storage.vault import Owner, Vault


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message whose file is to be fetched."""

    message: InboxId
    address: AddressId
    channel: str
    account: str
    file: File


@dataclass(frozen=True, slots=True)
class Import:
    """One roll that was read, and the roll of the setting as it stands beside it."""

    id: int
    setting: SettingId
    by: PersonId
    state: str  # read | added | dropped
    sheets: tuple[Sheet, ...]
    known: Known


# --- what is to be fetched ----------------------------------------------------------------------------------------


def wanted(connection: Connection, vault: Vault) -> list[Wanted]:
    """The messages whose files are to be fetched, oldest first."""
    rows = connection.execute(
        select(inbox_rows)
        .where(
            inbox_rows.c.state == InboxState.PENDING,
            inbox_rows.c.reason == Reason.WAITS_FOR_FILE,
            inbox_rows.c.sealed_payload.is_not(None),
        )
        .order_by(inbox_rows.c.id)
    ).all()
    found = []
    for row in rows:
        incoming = open_payload(vault, row.id, row.day, row.sealed_payload)
        if (file := incoming.spreadsheet) is not None:
            found.append(Wanted(InboxId(row.id), AddressId(row.address_id), row.channel, row.account, file))
    return found


def managed(connection: Connection, vault: Vault, person: PersonId, now: datetime) -> SettingId | None:
    """The setting this person manages now."""
    posts = circles.posts_of(connection, vault, [person]).get(person, ())
    return next(iter(settings_run(posts, now)), None)


def take_in(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    wish: Wanted,
    sheets: Sequence[Sheet],
    fault: str,
    now: datetime,
) -> bool:
    """The file of this message is here (or cannot be had: ``fault``); False if that was settled before.

    What follows is a message of its own, handled like any other: that is where it is decided and answered.
    """
    ended = connection.execute(
        update(inbox_rows)
        .where(
            inbox_rows.c.id == wish.message,
            inbox_rows.c.state == InboxState.PENDING,
            inbox_rows.c.reason == Reason.WAITS_FOR_FILE,
        )
        .values(state=InboxState.SKIPPED, reason=Reason.ANSWERED, ended_at=now)
        .returning(inbox_rows.c.id)
    ).one_or_none()
    if ended is None:
        return False
    here = next(iter(addresses.load(connection, vault, ids={wish.address})), None)
    setting = None if here is None or here.person is None else managed(connection, vault, here.person, now)
    if here is None or here.person is None or setting is None:
        return True  # She belongs no more: nothing is kept, and nobody is answered.
    number = 0
    if not fault:
        number = ids.new()
        connection.execute(
            imports.insert().values(
                id=number,
                setting_id=setting,
                by_id=here.person,
                state="read",
                sealed_rows=_sealed(vault, setting, number, sheets),
                made_at=now,
            )
        )
    fetched = Received(
        channel=here.channel,
        account=here.account,
        provider_key=f"f:{wish.message}",
        handle=here.handle,
        payload="{}",
        received_at=now,
        incoming=Incoming(Did.WROTE, now, media=("fetched",), imported=number, fault=fault),
    )
    inbox.keep(connection, vault, ids, [fetched])
    ring(connection, Bell.INBOX)
    return True


# --- what was read ------------------------------------------------------------------------------------------------


def load(connection: Connection, vault: Vault, number: int, now: datetime) -> Import | None:
    """One roll with its rows and what the setting's roll is now; None if there is none of this number."""
    row = connection.execute(select(imports).where(imports.c.id == number)).one_or_none()
    if row is None:
        return None
    setting = SettingId(row.setting_id)
    kept = vault.open_text(Owner.setting(setting), "import", row.id, row.sealed_rows)
    known = enrolled.load(connection, vault, [setting], now, default=setting)
    return Import(row.id, setting, PersonId(row.by_id), row.state, from_json(kept), known)


def still_open(connection: Connection, settings: Collection[SettingId]) -> int | None:
    """The newest roll of these settings that was added, of which rows may be left."""
    found = connection.execute(
        select(imports.c.id)
        .where(imports.c.setting_id.in_(list(settings)), imports.c.state == "added")
        .order_by(imports.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class EndOfImport:
    """A roll was added or dropped; the rows that are still to be looked at stay, the others are cleared."""

    number: int
    setting: SettingId
    state: str
    left: tuple[Sheet, ...] = ()


def end(connection: Connection, vault: Vault, ended: EndOfImport, now: datetime) -> None:
    """Write how it ended. An older roll of the setting, with what was open in it, is replaced by one that was added."""
    if ended.state == "added":
        older = select(imports.c.id).where(
            imports.c.setting_id == ended.setting, imports.c.id != ended.number, imports.c.state != "dropped"
        )
        for number in connection.execute(older).scalars().all():
            _write(connection, vault, EndOfImport(number, ended.setting, "dropped"), now)
    _write(connection, vault, ended, now)


def _write(connection: Connection, vault: Vault, ended: EndOfImport, now: datetime) -> None:
    connection.execute(
        update(imports)
        .where(imports.c.id == ended.number)
        .values(
            state=ended.state,
            ended_at=now,
            sealed_rows=_sealed(vault, ended.setting, ended.number, ended.left),
        )
    )


def _sealed(vault: Vault, setting: SettingId, number: int, sheets: Sequence[Sheet]) -> bytes:
    return vault.seal_text(Owner.setting(setting), "import", number, to_json(sheets))
