"""An invitation proves once, within 72 hours, that whoever opens its link is the person it was made for.

The link's payload is 128 bits of chance and is kept nowhere; what is kept is a keyed hash of it. Wrong, used and
expired ones are all the same: not found. Knows nothing of who may invite whom.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from book.errors import Fenced
from book.ids import ChildId, Ids, PersonId, SettingId
from book.people import Person, Role, Standing
from storage import circles, dialect
from storage.schema import addresses, claims, invitations, memberships, settings
from storage.vault import Owner, Vault

LASTS = timedelta(hours=72)
SLIP_LASTS = timedelta(days=21)
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that can still be used, and what its owner is greeted with."""

    id: int
    person: Person
    setting: str


def new_payload(chance: Callable[[int], bytes]) -> str:
    """What stands in the link: 22 letters, digits, - and _ that nobody guesses. ``chance(n)`` gives n bytes."""
    return urlsafe_b64encode(chance(_BYTES)).decode().rstrip("=")


def make(connection: Connection, vault: Vault, ids: Ids, person: PersonId, payload: str, now: datetime) -> datetime:
    """Invite ``person``; until when the link can be used. What she was sent before cannot be used any more."""
    connection.execute(
        update(invitations)
        .where(invitations.c.person_id == person, invitations.c.used_at.is_(None), invitations.c.expires_at > now)
        .values(expires_at=now)
    )
    until = now + LASTS
    connection.execute(
        invitations.insert().values(
            id=ids.new(), token_mac=_mac(vault, payload), person_id=person, expires_at=until, made_at=now
        )
    )
    return until


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Somebody is invited: what stands in her link, the short code for those who text, and as what she comes.

    On ``paper`` it lasts as long as a slip does.
    """

    id: int
    person: PersonId
    payload: str
    role: Role | None = None
    child: ChildId | None = None
    setting: SettingId | None = None
    code: str = ""
    made_by: PersonId | None = None
    paper: bool = False


def write(connection: Connection, vault: Vault, new: Sequence[NewInvitation], now: datetime) -> None:
    """Make these invitations; what the same people were sent before cannot be used any more."""
    expire_for(connection, {each.person for each in new}, now, keep_claims=True)
    dialect.add(
        connection,
        invitations,
        [
            {
                "id": each.id,
                "token_mac": _mac(vault, each.payload),
                "person_id": each.person,
                "role": each.role,
                "child_id": each.child,
                "setting_id": each.setting,
                "code_mac": vault.mac("code", each.code) if each.code else None,
                "made_by": each.made_by,
                "expires_at": now + (SLIP_LASTS if each.paper else LASTS),
                "made_at": now,
            }
            for each in new
        ],
    )


def expire_for(
    connection: Connection, people: Collection[PersonId], now: datetime, *, keep_claims: bool = False
) -> None:
    """No link or code that these people were given can be used any more, and who used one and waits is refused."""
    if not people:
        return
    connection.execute(
        update(invitations)
        .where(
            invitations.c.person_id.in_(list(people)), invitations.c.used_at.is_(None), invitations.c.expires_at > now
        )
        .values(expires_at=now)
    )
    if not keep_claims:
        connection.execute(
            update(claims)
            .where(claims.c.person_id.in_(list(people)), claims.c.ended_at.is_(None))
            .values(state="refused", ended_at=now)
        )


def find(connection: Connection, vault: Vault, payloads: Collection[str], now: datetime) -> dict[str, Invitation]:
    """Those of these payloads that can still be used."""
    if not payloads:
        return {}
    macs = {_mac(vault, payload): payload for payload in payloads}
    rows = connection.execute(
        select(invitations.c.id, invitations.c.token_mac, invitations.c.person_id).where(
            invitations.c.token_mac.in_(list(macs)),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
    ).all()
    people = circles.load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    return {
        macs[row.token_mac]: Invitation(
            row.id, people[PersonId(row.person_id)], _setting(connection, vault, row.person_id)
        )
        for row in rows
    }


def use(connection: Connection, invitation: int, now: datetime) -> None:
    """This one is used now; raises :class:`Fenced` if somebody else was quicker, so that nothing of it is written."""
    used = connection.execute(
        update(invitations)
        .where(invitations.c.id == invitation, invitations.c.used_at.is_(None), invitations.c.expires_at > now)
        .values(used_at=now)
        .returning(invitations.c.id)
    )
    if used.one_or_none() is None:
        raise Fenced("this invitation was used a moment ago")


def _setting(connection: Connection, vault: Vault, person: int) -> str:
    """The setting she joins through: the first she was put down for."""
    row = connection.execute(
        select(settings.c.id, settings.c.sealed_name)
        .join(memberships, memberships.c.setting_id == settings.c.id)
        .where(memberships.c.person_id == person)
        .order_by(memberships.c.id)
        .limit(1)
    ).one_or_none()
    return "" if row is None else vault.open_text(Owner.setting(row.id), "name", row.id, row.sealed_name)


def _mac(vault: Vault, payload: str) -> bytes:
    return vault.mac("invitation", payload)


@dataclass(frozen=True, slots=True)
class Manager:
    """Who runs a setting, and how far she has come."""

    person: PersonId
    setting: SettingId
    has_joined: bool  # some address is hers
    is_lead: bool  # the setting's safeguarding lead as well


def managers(connection: Connection) -> list[Manager]:
    """The managers of all settings, the first enrolled first."""
    rows = connection.execute(
        select(memberships.c.person_id, memberships.c.setting_id, memberships.c.role)
        .where(
            memberships.c.role.in_((Role.MANAGER, Role.SAFEGUARDING_LEAD)),
            memberships.c.standing == Standing.LIVE,
            memberships.c.setting_id.is_not(None),
        )
        .order_by(memberships.c.id)
    ).all()
    leads = {(row.person_id, row.setting_id) for row in rows if row.role == Role.SAFEGUARDING_LEAD}
    joined = set(connection.execute(select(addresses.c.person_id).distinct()).scalars())
    return [
        Manager(
            PersonId(row.person_id),
            SettingId(row.setting_id),
            row.person_id in joined,
            (row.person_id, row.setting_id) in leads,
        )
        for row in rows
        if row.role == Role.MANAGER
    ]
