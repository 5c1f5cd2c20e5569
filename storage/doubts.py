"""Whether a telephone number is still hers: since when that is doubted, asked once, and proved again by her next text.

While it is doubted only what is urgent goes there, naming nobody, and what else there is waits. Nobody is asked twice
for one doubt. Knows no channel: what has no buttons is a plain text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, func, select, update

from book.deliveries import Lane
from book.ids import AddressId, Ids, NoticeId, PersonId, SettingId
from book.people import Person, Role
from book.still_hers import ANSWERED_WITHIN, SILENT_FOR, question
from book.timing import in_the_day
from storage import addresses as at_addresses
from storage import circles, filing
from storage.filing import NewNotice
from storage.schema import addresses, memberships
from storage.vault import Vault

_IS_HERS = and_(
    addresses.c.person_id.is_not(None),
    addresses.c.proved_at.is_not(None),
    addresses.c.stopped_at.is_(None),
    addresses.c.has_buttons.is_(False),
)
_IS_SURE = and_(_IS_HERS, addresses.c.doubted_at.is_(None))
_LAST_HEARD = func.coalesce(addresses.c.last_inbound_at, addresses.c.proved_at, type_=addresses.c.proved_at.type)
_IS_UNANSWERED = and_(_IS_HERS, addresses.c.doubted_at.is_not(None), addresses.c.doubt_told_at.is_(None))


def next_due(connection: Connection) -> datetime | None:
    """When a number has next been silent for too long, or a question unanswered."""
    heard = connection.execute(select(func.min(_LAST_HEARD)).where(_IS_SURE)).scalar_one()
    asked = connection.execute(select(func.min(addresses.c.doubted_at)).where(_IS_UNANSWERED)).scalar_one()
    due = [instant + wait for instant, wait in ((heard, SILENT_FOR), (asked, ANSWERED_WITHIN)) if instant is not None]
    return min(due, default=None)


def silent(connection: Connection, now: datetime) -> list[AddressId]:
    """The numbers from which nothing has come for too long."""
    rows = connection.execute(select(addresses.c.id).where(_IS_SURE, now - SILENT_FOR >= _LAST_HEARD))
    return [AddressId(each) for each in rows.scalars()]


def begin(
    connection: Connection, vault: Vault, ids: Ids, at: Collection[AddressId], now: datetime, zone: ZoneInfo
) -> None:
    """From now on each of these is to be proved again, where it is not already; whoever has it is asked, once."""
    if not at:
        return
    rows = connection.execute(
        update(addresses)
        .where(addresses.c.id.in_(list(at)), _IS_SURE)
        .values(doubted_at=now, doubt_told_at=None)
        .returning(addresses.c.id, addresses.c.person_id)
    ).all()
    asked = []
    for row in sorted(rows, key=lambda row: row.id):
        name = _setting_of(connection, vault, PersonId(row.person_id))[1]
        new = NoticeId(ids.new())
        asked.append(
            NewNotice(
                id=new,
                cause=new,
                notice=question(name),
                person=PersonId(row.person_id),
                address=AddressId(row.id),
                lane=Lane.REMINDER,
                not_before=in_the_day(now, zone),
            )
        )
    filing.add_notices(connection, vault, asked, now)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody has said from this number that it is still hers."""

    address: AddressId
    person: Person
    number: str
    tell: tuple[PersonId, ...]  # whoever runs the setting she joined through


def unanswered(connection: Connection, vault: Vault, now: datetime) -> list[Unanswered]:
    """Those that have waited too long, each given once."""
    rows = connection.execute(
        update(addresses)
        .where(_IS_UNANSWERED, addresses.c.doubted_at <= now - ANSWERED_WITHIN)
        .values(doubt_told_at=now)
        .returning(addresses.c.id)
    )
    return about(connection, vault, [AddressId(each) for each in rows.scalars()], now)


def about(connection: Connection, vault: Vault, at: Sequence[AddressId], now: datetime) -> list[Unanswered]:
    """Whose these numbers are, and who is told of them."""
    found = []
    for each in at_addresses.load(connection, vault, ids=at) if at else ():
        if each.person is None:
            continue
        person = circles.load_people(connection, vault, {each.person})[each.person]
        setting = _setting_of(connection, vault, each.person)[0]
        posts = circles.posts_at(connection, vault, setting) if setting is not None else ()
        tell = [
            post.person.id
            for post in posts
            if post.role in (Role.MANAGER, Role.CHILDMINDER) and post.is_live(now) and post.person.id != each.person
        ]
        found.append(Unanswered(each.id, person, each.handle, tuple(dict.fromkeys(tell))))
    return found


def _setting_of(connection: Connection, vault: Vault, person: PersonId) -> tuple[SettingId | None, str]:
    """The setting she joined through, and what it is called."""
    found = connection.execute(
        select(memberships.c.setting_id)
        .where(memberships.c.person_id == person, memberships.c.setting_id.is_not(None))
        .order_by(memberships.c.id)
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        return None, ""
    setting = SettingId(found)
    return setting, circles.load_settings(connection, vault, {setting})[setting].name
