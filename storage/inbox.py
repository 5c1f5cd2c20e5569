"""What came in, kept before anybody is told that it arrived: once for each natural key, in order for each sender.

Knows nothing of what a message means or of who its sender is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, case, exists, func, select, update

from book.deliveries import InboxState
from book.disclosure import Profile
from book.ids import AddressId, Ids, InboxId
from book.messages import Incoming
from book.pictures import PictureState
from book.reasons import Reason
from storage import addresses, dialect, windows
from storage.addresses import Handle
from storage.bells import Bell, ring
from storage.schema import addresses as address_rows
from storage.schema import inbox, pictures
from storage.statements import among, constant
from storage.vault import Owner, OwnerKind, Vault

FAILURES_BEFORE_SET_ASIDE = 5
# Between when something was written and when it is here by the usual way.
_PROMPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Received:
    """One thing that came in by a door.

    ``provider_key`` is the platform's own name for it, so that a second copy files nothing; ``handle`` is where
    an answer goes; ``payload`` the raw body, kept as it came.
    """

    channel: str
    account: str
    provider_key: str
    handle: str
    payload: str
    received_at: datetime
    incoming: Incoming
    profile: Profile = Profile()


_STORED = select(inbox.c.id).where(among(inbox.c.id, "new"))


def keep(connection: Connection, vault: Vault, ids: Ids, received: Sequence[Received]) -> int:
    """Store what is new of ``received`` and say how many that was.

    The same key with the same words changes nothing; with other words it is counted beside the first, which is
    never overwritten.
    """
    if not received:
        return 0
    handles = {_handle(each): each.profile for each in received}
    found = addresses.find_or_make(connection, vault, ids, handles, received[0].received_at)
    rows: dict[bytes, dict[str, object]] = {}
    copies: list[tuple[bytes, object]] = []
    for each in received:
        key = key_mac(vault, each.channel, each.account, each.provider_key)
        content = vault.mac("body", each.incoming.content())
        if key in rows:
            copies.append((key, content))
            continue
        new, day = ids.new(), addresses.day_of(each.received_at)
        body = each.incoming.to_json()
        kept = json.dumps([body, each.payload], ensure_ascii=False, separators=(",", ":"))
        rows[key] = {
            "id": new,
            "channel": each.channel,
            "account": each.account,
            "provider_key_mac": key,
            "address_id": found[_handle(each)],
            "did": each.incoming.did,
            "day": day,
            "sealed_payload": vault.seal_text(Owner(OwnerKind.DAY, day), "payload", new, kept),
            "body_mac": content,
            "state": InboxState.NEW,
            "received_at": each.received_at,
        }
    # Only the natural key may be there already: two ids that are the same must fail, and all is tried again.
    once = dialect.insert(connection, inbox).on_conflict_do_nothing(index_elements=[inbox.c.provider_key_mac])
    connection.execute(once, list(rows.values()))
    # Asked afterwards: an insert of many rows that gives them back is several times as dear.
    stored = set(connection.execute(_STORED, {"new": [row["id"] for row in rows.values()]}).scalars())
    copies += [(key, row["body_mac"]) for key, row in rows.items() if row["id"] not in stored]
    _flag_other_bodies(connection, copies)
    if stored:
        heard = {found[_handle(each)]: _handle(each) for each in received}
        now, late = received[-1].received_at, _late(received, found)
        addresses.heard_from(connection, vault, heard, now, late=late)
        windows.opened(connection, heard)
        ring(connection, Bell.INBOX)
    return len(stored)


def _late(received: Sequence[Received], found: Mapping[Handle, AddressId]) -> dict[AddressId, datetime]:
    """Who wrote something of which only comes to be known now, and when the newest of it was written."""
    wrote: dict[AddressId, datetime] = {}
    for each in received:
        at = min(each.incoming.at, each.received_at)
        address = found[_handle(each)]
        wrote[address] = max(at, wrote.get(address, at))
    return {address: at for address, at in wrote.items() if received[-1].received_at - at > _PROMPT}


def _handle(received: Received) -> Handle:
    return Handle(received.channel, received.account, received.handle)


def key_mac(vault: Vault, channel: str, account: str, provider_key: str) -> bytes:
    """How a natural key is kept: it may hold somebody's number on a platform, and only ever has to be found again."""
    return vault.mac("key", channel, account, provider_key)


def _flag_other_bodies(connection: Connection, copies: Sequence[tuple[bytes, object]]) -> None:
    for key, content in copies:
        connection.execute(
            update(inbox)
            .where(inbox.c.provider_key_mac == key, inbox.c.body_mac != content)
            .values(other_bodies=inbox.c.other_bodies + 1)
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """One stored message, ready to be handled."""

    id: InboxId
    address: AddressId
    incoming: Incoming
    failures: int
    received_at: datetime


_oldest_of_each = (
    select(func.min(inbox.c.id)).where(inbox.c.state == constant(InboxState.NEW)).group_by(inbox.c.address_id)
)
_oldest = (
    select(inbox.c.id)
    .where(inbox.c.id.in_(_oldest_of_each), inbox.c.alone.is_(False))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
    .subquery()
)
_OPEN = (
    select(inbox.c.id, inbox.c.address_id, inbox.c.day, inbox.c.sealed_payload, inbox.c.failures, inbox.c.received_at)
    .join(address_rows, address_rows.c.id == inbox.c.address_id)
    .where(inbox.c.state == constant(InboxState.NEW))
    .order_by(inbox.c.id)
    # Locking the senders' addresses, not the rows, is what keeps one sender's messages in order.
    .with_for_update(skip_locked=True, of=address_rows)
)
_TAKE = _OPEN.where(inbox.c.id.in_(select(_oldest.c.id)))
_TAKE_THESE = _OPEN.where(among(inbox.c.id, "these"))


def take(connection: Connection, vault: Vault, limit: int, *, only: Collection[InboxId] = ()) -> list[Taken]:
    """The oldest open message of each of up to ``limit`` senders; of these senders nobody else takes any.

    Messages that must be taken by themselves are left out, and what their senders wrote after them; ``only``
    takes exactly these instead.
    """
    rows = connection.execute(*((_TAKE_THESE, {"these": list(only)}) if only else (_TAKE, {"most": limit}))).all()
    if rows and connection.dialect.name != "sqlite":
        # What another worker filed between our looking and our locking is not open any more.
        still = select(inbox.c.id).where(among(inbox.c.id, "taken"), inbox.c.state == constant(InboxState.NEW))
        is_open = set(connection.execute(still, {"taken": [row.id for row in rows]}).scalars())
        rows = [row for row in rows if row.id in is_open]
    return [
        Taken(
            InboxId(row.id),
            AddressId(row.address_id),
            open_payload(vault, row.id, row.day, row.sealed_payload),
            row.failures,
            row.received_at,
        )
        for row in rows
        if row.sealed_payload is not None
    ]


def open_payload(vault: Vault, message: int, day: int, sealed: bytes) -> Incoming:
    """What came in, while the day's key still holds it."""
    kept = vault.open_text(Owner(OwnerKind.DAY, day), "payload", message, sealed)
    return Incoming.from_json(json.loads(kept)[0])


def open_raw(vault: Vault, message: int, day: int, sealed: bytes) -> str:
    return vault.open_text(Owner(OwnerKind.DAY, day), "payload", message, sealed)


_NEXT_ALONE = (
    select(inbox.c.id)
    .where(
        inbox.c.alone,
        inbox.c.state == constant(InboxState.NEW),
        inbox.c.id.in_(_oldest_of_each),
    )
    .order_by(inbox.c.failures, inbox.c.id)
    .limit(1)
)


def put_back(connection: Connection, vault: Vault, message: InboxId, incoming: Incoming, now: datetime) -> None:
    """The words of a message wait for an answer again, under today's key, after they had been put elsewhere."""
    day = addresses.day_of(now)
    kept = json.dumps([incoming.to_json(), ""], ensure_ascii=False, separators=(",", ":"))
    sealed = vault.seal_text(Owner(OwnerKind.DAY, day), "payload", message, kept)
    connection.execute(update(inbox).where(inbox.c.id == message).values(sealed_payload=sealed, day=day))


def handle_again(connection: Connection, vault: Vault, message: InboxId, incoming: Incoming, now: datetime) -> None:
    """A message that had ended is handled once more, as it reads now."""
    put_back(connection, vault, message, incoming, now)
    connection.execute(
        update(inbox).where(inbox.c.id == message).values(state=InboxState.NEW, reason=None, ended_at=None)
    )
    ring(connection, Bell.INBOX)


def next_alone(connection: Connection) -> InboxId | None:
    """The oldest message that must be taken by itself, if it is the oldest of its sender."""
    found = connection.execute(_NEXT_ALONE).scalar_one_or_none()
    return None if found is None else InboxId(found)


def oldest_of_each(connection: Connection, limit: int) -> list[InboxId]:
    """The oldest open message of each of up to ``limit`` senders."""
    oldest = select(func.min(inbox.c.id).label("id")).where(inbox.c.state == constant(InboxState.NEW))
    rows = connection.execute(oldest.group_by(inbox.c.address_id).order_by(func.min(inbox.c.id)).limit(limit))
    return [InboxId(each) for each in rows.scalars().all()]


def reword(connection: Connection, vault: Vault, wanted: Mapping[InboxId, Incoming]) -> None:
    """Put these in the place of what waits for an answer; what the door took is kept beside them as it came."""
    if not wanted:
        return
    waits = select(inbox.c.id, inbox.c.day, inbox.c.sealed_payload).where(
        inbox.c.id.in_(list(wanted)), inbox.c.state == InboxState.PENDING, inbox.c.sealed_payload.is_not(None)
    )
    for row in connection.execute(waits).all():
        _, came = json.loads(open_raw(vault, row.id, row.day, row.sealed_payload))
        kept = json.dumps([wanted[InboxId(row.id)].to_json(), came], ensure_ascii=False, separators=(",", ":"))
        sealed = vault.seal_text(Owner(OwnerKind.DAY, row.day), "payload", row.id, kept)
        connection.execute(update(inbox).where(inbox.c.id == row.id).values(sealed_payload=sealed))


def sender(connection: Connection, message: InboxId) -> tuple[AddressId, datetime] | None:
    """Where a message came from, and when."""
    row = connection.execute(select(inbox.c.address_id, inbox.c.received_at).where(inbox.c.id == message)).one_or_none()
    return None if row is None else (AddressId(row.address_id), row.received_at)


def mark_open_alone(connection: Connection) -> int:
    """After an unclean stop: what was open then is taken one by one, each counted before it is tried."""
    marked = connection.execute(
        update(inbox).where(inbox.c.state == constant(InboxState.NEW)).values(alone=True).returning(inbox.c.id)
    )
    return len(marked.all())


def count(connection: Connection, message: InboxId, tries: int = 1) -> None:
    """Count a handling that failed, or one that is about to be tried; -1 where it failed for no fault of its own."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == message, inbox.c.state == constant(InboxState.NEW))
        .values(failures=inbox.c.failures + tries, alone=True)
    )


def set_aside(connection: Connection, message: InboxId, now: datetime) -> bool:
    """Set the row aside if it has failed five times, and say so."""
    moved = connection.execute(
        update(inbox)
        .where(
            inbox.c.id == message,
            inbox.c.state == constant(InboxState.NEW),
            inbox.c.failures >= FAILURES_BEFORE_SET_ASIDE,
        )
        .values(state=InboxState.SET_ASIDE, reason=Reason.FAILED_FIVE_TIMES, ended_at=now)
        .returning(inbox.c.id)
    )
    return moved.one_or_none() is not None


def try_again(connection: Connection, message: InboxId) -> None:
    """An operator's or a writer's second chance for what was set aside."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == message, inbox.c.state == constant(InboxState.SET_ASIDE))
        .values(state=InboxState.NEW, failures=0, reason=None, ended_at=None)
    )
    ring(connection, Bell.INBOX)


def counts(connection: Connection) -> dict[str, int]:
    """How many rows are in each state."""
    rows = connection.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state)).all()
    return {row.state: row[1] for row in rows}


def newest_of(connection: Connection, channel: str, account: str) -> datetime | None:
    """When the newest message of this account was stored."""
    of_account = select(func.max(inbox.c.received_at)).where(inbox.c.channel == channel, inbox.c.account == account)
    found: datetime | None = connection.execute(of_account).scalar_one()
    return found


def unseen(connection: Connection, vault: Vault, received: Sequence[Received]) -> list[Received]:
    """Of these, those that are not here yet, by their natural keys."""
    keys = {key_mac(vault, each.channel, each.account, each.provider_key): each for each in received}
    rows = connection.execute(_HERE, {"keys": list(keys)})
    here = frozenset(rows.scalars())
    return [each for key, each in keys.items() if key not in here]


_HERE = select(inbox.c.provider_key_mac).where(inbox.c.provider_key_mac.in_(bindparam("keys", expanding=True)))


def ended(connection: Connection, vault: Vault, channel: str, account: str, keys: Sequence[str]) -> list[str]:
    """Of these messages, those with which nothing is to be done any more, every file that came with them included."""
    macs = {key_mac(vault, channel, account, each): each for each in keys}
    rows = connection.execute(_ENDED, {"keys": list(macs)})
    return [macs[each] for each in rows.scalars()]


_ENDED = select(inbox.c.provider_key_mac).where(
    inbox.c.provider_key_mac.in_(bindparam("keys", expanding=True)),
    inbox.c.state.in_([InboxState.FILED.value, InboxState.SKIPPED.value]),
    ~exists(
        select(pictures.c.id).where(
            pictures.c.came_with_id == inbox.c.id, pictures.c.state == constant(PictureState.COMING)
        )
    ),
)


def newest_at(connection: Connection) -> datetime | None:
    """When the newest message was stored."""
    found: datetime | None = connection.execute(select(func.max(inbox.c.received_at))).scalar_one()
    return found


def forget_payloads_before(connection: Connection, day: datetime) -> int:
    """Clear what was sealed under day keys that are to be destroyed: 30 days and older."""
    last = addresses.day_of(day.astimezone(UTC) - timedelta(days=30))
    cleared = connection.execute(
        update(inbox)
        .where(inbox.c.day <= last, inbox.c.sealed_payload.is_not(None))
        .values(
            sealed_payload=None,
            state=case((inbox.c.state == constant(InboxState.NEW), InboxState.SKIPPED.value), else_=inbox.c.state),
        )
        .returning(inbox.c.id)
    )
    return len(cleared.all())
