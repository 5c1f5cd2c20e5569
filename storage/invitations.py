"""An invitation lets the person it was made for join once: by a link, by a slip of paper, or by the code on it.

The link's payload is 128 bits of chance and is kept nowhere; what is kept is a keyed hash of it, and one of the short
code. Wrong, used and expired ones are all the same: not found. Knows nothing of who may invite whom, or of what proves
that somebody is who she was invited as.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from book.errors import Fenced
from book.ids import ChildId, Ids, PersonId, SettingId
from book.people import Person, Role, Standing
from book.understanding import codes
from storage import circles, membership_log
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
    at: SettingId | None = None  # the setting she joins through
    role: Role | None = None  # as what; None: as whatever she is enrolled as
    child: ChildId | None = None
    made_by: PersonId | None = None
    proves: bool = True  # whether having it is proof enough of who she is
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """One to be made. ``payload`` stands in the link; ``code``, where there is one, on the slip."""

    id: int
    person: PersonId
    payload: str
    role: Role | None = None
    child: ChildId | None = None
    setting: SettingId | None = None
    code: str = ""
    made_by: PersonId | None = None
    proves: bool = False
    lasts: timedelta = LASTS
    beside: bool = False  # it takes the place of none but her own earlier ones


def new_payload(chance: Callable[[int], bytes]) -> str:
    """What stands in the link: 22 letters, digits, - and _ that nobody guesses. ``chance(n)`` gives n bytes."""
    return urlsafe_b64encode(chance(_BYTES)).decode().rstrip("=")


def new_code(name: str, choose: Callable[[str], str]) -> str:
    """What stands on a slip beside the link: "ELLA-7K2P". ``choose`` draws one of the letters it is given."""
    return codes.new_code(name, choose)


def make(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    person: PersonId,
    payload: str,
    now: datetime,
    *,
    role: Role | None = None,
    child: ChildId | None = None,
    setting: SettingId | None = None,
    made_by: PersonId | None = None,
    proves: bool = True,
) -> datetime:
    """Invite ``person``; until when the link can be used. What she was sent before cannot be used any more."""
    new = NewInvitation(ids.new(), person, payload, role, child, setting, "", made_by, proves)
    return write(connection, vault, [new], now)[0]


def make_slip(
    connection: Connection,
    vault: Vault,
    ids: Ids,
    *,
    person: PersonId,
    role: Role | None,
    child: ChildId | None,
    setting: SettingId | None,
    payload: str,
    code: str,
    made_by: PersonId | None,
    now: datetime,
) -> datetime:
    """A slip of paper for ``person``: a link and a code, neither of which proves who uses it; until when it counts.

    An earlier slip of hers about the same child cannot be used any more.
    """
    new = NewInvitation(ids.new(), person, payload, role, child, setting, code, made_by, False, SLIP_LASTS)
    return write(connection, vault, [new], now)[0]


def write(connection: Connection, vault: Vault, new: Sequence[NewInvitation], now: datetime) -> list[datetime]:
    """Make these; until when each can be used.

    An invitation about one child takes the place of those about the same child, one about none that of all of hers.
    """
    until = []
    for each in new:
        earlier = [_is_open(now), invitations.c.person_id == each.person]
        if each.child is not None:
            earlier.append(invitations.c.child_id == each.child)
        if each.beside:
            waited_for = select(claims.c.invitation_id).where(claims.c.state.in_(("asked", "waiting")))
            earlier += [invitations.c.made_by == each.person, invitations.c.id.not_in(waited_for)]
        connection.execute(update(invitations).where(*earlier).values(expires_at=now))
        until.append(now + each.lasts)
        connection.execute(
            invitations.insert().values(
                id=each.id,
                token_mac=_mac(vault, each.payload),
                person_id=each.person,
                expires_at=until[-1],
                made_at=now,
                role=each.role,
                child_id=each.child,
                setting_id=each.setting
                or _setting_now(_lines_of(connection, {each.person}), each.person, each.child, now),
                code_mac=code_mac(vault, each.code) if each.code else None,
                made_by=each.made_by,
                proves=each.proves,
            )
        )
    return until


def expire_for(connection: Connection, people: Collection[PersonId], now: datetime) -> None:
    """Nothing that was made to let these people in can be used any more, and whoever waits to be let in as one of
    them is refused."""
    theirs = list(people)
    connection.execute(
        update(invitations).where(invitations.c.person_id.in_(theirs), _is_open(now)).values(expires_at=now)
    )
    connection.execute(
        update(claims)
        .where(claims.c.person_id.in_(theirs), claims.c.state.in_(("asked", "waiting")))
        .values(state="refused", ended_at=now)
    )


def expire(connection: Connection, those: Collection[int], now: datetime) -> None:
    """These invitations cannot be used any more."""
    connection.execute(
        update(invitations).where(invitations.c.id.in_(list(those)), _is_open(now)).values(expires_at=now)
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    return (invitations.c.used_at.is_(None)) & (invitations.c.expires_at > now)


def find(connection: Connection, vault: Vault, payloads: Collection[str], now: datetime) -> dict[str, Invitation]:
    """Those of these payloads that can still be used."""
    if not payloads:
        return {}
    macs = {_mac(vault, payload): payload for payload in payloads}
    rows = connection.execute(select(invitations).where(invitations.c.token_mac.in_(list(macs)), _is_open(now))).all()
    return {macs[row.token_mac]: each for row, each in _read(connection, vault, rows, now)}


def find_by_code(
    connection: Connection, vault: Vault, codes: Collection[str], now: datetime
) -> dict[str, list[Invitation]]:
    """Under each of these codes, as they are printed, the invitations that can still be used; the oldest first."""
    if not codes:
        return {}
    macs = {code_mac(vault, code): code for code in codes}
    rows = connection.execute(
        select(invitations).where(invitations.c.code_mac.in_(list(macs)), _is_open(now)).order_by(invitations.c.id)
    ).all()
    found: dict[str, list[Invitation]] = {}
    for row, each in _read(connection, vault, rows, now):
        found.setdefault(macs[row.code_mac], []).append(each)
    return found


def by_id(connection: Connection, vault: Vault, wanted: Collection[int], now: datetime) -> dict[int, Invitation]:
    """Those of these that can still be used."""
    if not wanted:
        return {}
    rows = connection.execute(select(invitations).where(invitations.c.id.in_(list(wanted)), _is_open(now))).all()
    return {row.id: each for row, each in _read(connection, vault, rows, now)}


def known_codes(connection: Connection, vault: Vault, codes: Collection[str]) -> set[str]:
    """Those of these codes that were ever on a slip, whatever became of it."""
    macs = {code_mac(vault, code): code for code in codes}
    rows = connection.execute(
        select(invitations.c.code_mac).distinct().where(invitations.c.code_mac.in_(list(macs)))
    ).scalars()
    return {macs[each] for each in rows}


def _read(
    connection: Connection, vault: Vault, rows: Sequence[Row[Any]], now: datetime
) -> list[tuple[Row[Any], Invitation]]:
    """The invitations of these rows, without those of somebody who was shut out since."""
    lines = _lines_of(connection, {PersonId(row.person_id) for row in rows}) if rows else []
    rows = [row for row in rows if _stands(lines, row.person_id, row.child_id, now)]
    people = circles.load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    found = []
    for row in rows:
        at, name = _setting(connection, vault, row, _setting_now(lines, row.person_id, row.child_id, now))
        found.append(
            (
                row,
                Invitation(
                    id=row.id,
                    person=people[PersonId(row.person_id)],
                    setting=name,
                    at=at,
                    role=None if row.role is None else Role(row.role),
                    child=None if row.child_id is None else ChildId(row.child_id),
                    made_by=None if row.made_by is None else PersonId(row.made_by),
                    proves=row.proves,
                    until=row.expires_at,
                ),
            )
        )
    return found


def _lines_of(connection: Connection, people: Collection[PersonId]) -> list[Row[Any]]:
    """What the log says of these people now."""
    rows = connection.execute(
        select(memberships).where(memberships.c.person_id.in_(list(people))).order_by(memberships.c.id)
    )
    return membership_log.newest(rows)


def _stands(lines: Sequence[Row[Any]], person: int, child: int | None, now: datetime) -> bool:
    """Whether she stands there, or will once she is let in: a restriction reaches what was handed out before it."""
    return bool(_standing(lines, person, child, now))


def _standing(lines: Sequence[Row[Any]], person: int, child: int | None, now: datetime) -> list[Row[Any]]:
    """As what she stands there, or will once she is let in; as nothing where she was shut out."""
    mine = [
        line
        for line in lines
        if line.person_id == person and child in (None, line.child_id) and (line.until is None or now < line.until)
    ]
    if child is not None and any(line.standing == Standing.RESTRICTED for line in mine):
        return []
    return [line for line in mine if line.standing in (Standing.LIVE, Standing.PENDING)]


def _setting_now(lines: Sequence[Row[Any]], person: int, child: int | None, now: datetime) -> int | None:
    """The first of the settings with which she stands now, or will once she is let in; else of all she was with."""
    stands = _standing(lines, person, child, now)
    about = [each for each in lines if each.person_id == person and child in (None, each.child_id)]
    return next((each.setting_id for each in (*stands, *about) if each.setting_id is not None), None)


def use(connection: Connection, invitation: int, now: datetime) -> None:
    """This one is used now; raises :class:`Fenced` if somebody else was quicker, so that nothing of it is written.

    Whether it has expired was looked at when it was found: whoever waited for a person's yes came in time.
    """
    used = connection.execute(
        update(invitations)
        .where(invitations.c.id == invitation, invitations.c.used_at.is_(None))
        .values(used_at=now)
        .returning(invitations.c.id)
    )
    if used.one_or_none() is None:
        raise Fenced("this invitation was used a moment ago")


def _setting(
    connection: Connection, vault: Vault, invitation: Row[Any], otherwise: int | None
) -> tuple[SettingId | None, str]:
    """The setting she joins through and its name: the one it says, else ``otherwise``."""
    wanted = invitation.setting_id or otherwise
    row = connection.execute(select(settings.c.id, settings.c.sealed_name).where(settings.c.id == wanted)).one_or_none()
    if row is None:
        return None, ""
    return SettingId(row.id), vault.open_text(Owner.setting(row.id), "name", row.id, row.sealed_name)


def _mac(vault: Vault, payload: str) -> bytes:
    return vault.mac("invitation", payload)


def code_mac(vault: Vault, code: str) -> bytes:
    """By which a short code is found; any case is the same code."""
    return vault.mac("code", code.upper())


@dataclass(frozen=True, slots=True)
class Manager:
    """Who runs a setting, and how far she has come."""

    person: PersonId
    setting: SettingId
    has_joined: bool  # some address is hers
    is_lead: bool  # the setting's safeguarding lead as well


def managers(connection: Connection, now: datetime) -> list[Manager]:
    """Who manages each of all settings at ``now``, the first enrolled first."""
    lines = connection.execute(
        select(memberships)
        .where(
            memberships.c.role.in_((Role.MANAGER, Role.SAFEGUARDING_LEAD)),
            memberships.c.setting_id.is_not(None),
        )
        .order_by(memberships.c.id)
    )
    rows = membership_log.live(lines, now)
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
