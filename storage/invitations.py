"""An invitation proves once, within 72 hours, that whoever opens its link is the person it was made for.

The link's payload is 128 bits of chance and is kept nowhere; what is kept is a keyed hash of it. Wrong, used and
expired ones are all the same: not found. Knows nothing of who may invite whom.
"""

from __future__ import annotations

import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from book.errors import Fenced
from book.ids import ChildId, Ids, PersonId, SettingId
from book.people import Person, Role, Standing
from storage import circles
from storage.schema import addresses, invitations, memberships, settings
from storage.vault import Owner, Vault

LASTS = timedelta(hours=72)
SLIP_LASTS = timedelta(days=21)
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a short code ends in: without letters and figures that look alike on paper."""
_BYTES = 16
_LONGEST_NAME = 8
_CHANCES = 4


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


def new_code(name: str, choose: Callable[[str], str]) -> str:
    """A short code to be typed from paper: "ELLA-7K2P". ``choose`` takes one letter of those it is given, by chance."""
    plain = unicodedata.normalize("NFKD", name.upper())
    letters = "".join(each for each in plain if each.isascii() and each.isalpha())[:_LONGEST_NAME]
    return f"{letters or 'BOOK'}-{''.join(choose(CODE_LETTERS) for _ in range(_CHANCES))}"


def make_slip(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    *,
    person: PersonId,
    role: Role,
    child: ChildId | None,
    setting: SettingId,
    payload: str,
    code: str,
    made_by: PersonId | None,
    now: datetime,
) -> datetime:
    """An invitation on paper; until when it can be used. Earlier ones of hers for this child end."""
    connection.execute(
        update(invitations)
        .where(
            invitations.c.person_id == person,
            invitations.c.child_id.is_(None) if child is None else invitations.c.child_id == child,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(expires_at=now)
    )
    until = now + SLIP_LASTS
    connection.execute(
        invitations.insert().values(
            id=ids.new(),
            token_mac=_mac(vault, payload),
            person_id=person,
            expires_at=until,
            made_at=now,
            role=role,
            child_id=child,
            setting_id=setting,
            code_mac=vault.mac("code", code.upper()),
            made_by=made_by,
        )
    )
    return until


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
