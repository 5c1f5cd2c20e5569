"""Somebody used an invitation from an address that is not known to be hers: asked, waiting, then confirmed or refused.

Asked: the platform is to vouch for her number. Waiting: a person is to say whether it is she. Until confirmed the
address stays a stranger's. Knows nothing of who may decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from book.disclosure import Address
from book.errors import Fenced
from book.ids import AddressId, ChildId, PersonId, SettingId
from book.people import Person, Role
from storage import addresses, circles, dialect, membership_log
from storage.schema import addresses as address_rows
from storage.schema import claims, invitations, memberships, telephones, wrong_codes
from storage.vault import Owner, Vault


class ClaimState(StrEnum):
    ASKED = "asked"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Claim:
    """One that is not decided yet, with what its invitation says."""

    id: int
    person: Person
    at: Address
    invitation: int
    state: ClaimState
    shown: str  # what the one who decides is shown: a number in E.164, or a name on a platform
    made_at: datetime
    language: str = ""
    held: bool = False  # the code was right, and came after too many wrong ones
    role: Role | None = None
    child: ChildId | None = None
    setting: SettingId | None = None
    made_by: PersonId | None = None
    numbers: tuple[str, ...] = ()  # the person's own on the roll
    by_code: bool = False  # a short code was sent, and not a link opened or nothing but written

    @property
    def is_from_her_number(self) -> bool:
        """Whether it came from a number that is on the roll as hers."""
        return self.shown in self.numbers


@dataclass(frozen=True, slots=True)
class NewClaim:
    """One to be written; or, with the id of one that is open, what becomes of it next."""

    id: int
    person: PersonId
    address: AddressId
    invitation: int
    state: ClaimState
    shown: str = ""
    language: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """How a claim ends; ``by`` None where the number decided."""

    claim: int
    state: ClaimState
    by: PersonId | None = None


def write(connection: Connection, vault: Vault, new: Sequence[NewClaim], now: datetime) -> None:
    """Write these; an open one of the same id goes on as it says now."""
    for each in new:
        values: dict[str, Any] = {
            "id": each.id,
            "person_id": each.person,
            "address_id": each.address,
            "invitation_id": each.invitation,
            "state": each.state,
            "sealed_from": vault.seal_text(Owner.person(each.person), "claim", each.id, each.shown),
            "language": each.language or None,
            "held": each.held,
            "made_at": now,
        }
        if each.state in (ClaimState.CONFIRMED, ClaimState.REFUSED):
            values["ended_at"] = now
        statement = dialect.insert(connection, claims).values(**values)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={name: statement.excluded[name] for name in values if name not in ("id", "made_at")},
                where=claims.c.state.in_((ClaimState.ASKED, ClaimState.WAITING)),
            )
        )


def decide(connection: Connection, decided: Iterable[Decided], now: datetime) -> None:
    """End these; raises :class:`Fenced` if somebody else was quicker, so that nothing of it is written."""
    for each in decided:
        ended = connection.execute(
            update(claims)
            .where(claims.c.id == each.claim, claims.c.state.in_((ClaimState.ASKED, ClaimState.WAITING)))
            .values(state=each.state, ended_at=now, ended_by=each.by)
            .returning(claims.c.id)
        )
        if ended.one_or_none() is None:
            raise Fenced("this claim was decided a moment ago")


_OPEN = (
    select(
        claims,
        invitations.c.role,
        invitations.c.child_id,
        invitations.c.setting_id,
        invitations.c.made_by.label("invited_by"),
        invitations.c.code_mac.is_not(None).label("by_code"),
    )
    .join(invitations, invitations.c.id == claims.c.invitation_id)
    .order_by(claims.c.id)
)
# Whoever stops half-way begins anew with her link.
ASKED_COUNTS_FOR = timedelta(days=1)
# After that a stranger's address will soon be forgotten, and she is better invited anew.
WAITING_COUNTS_FOR = timedelta(days=21)


def asked_at(connection: Connection, vault: Vault, at: Collection[AddressId], now: datetime) -> dict[AddressId, Claim]:
    """At each of these addresses the newest claim that is open there."""
    if not at:
        return {}
    rows = connection.execute(
        _OPEN.where(
            claims.c.address_id.in_(list(at)),
            or_(
                claims.c.state == ClaimState.WAITING,
                (claims.c.state == ClaimState.ASKED) & (claims.c.made_at > now - ASKED_COUNTS_FOR),
            ),
        )
    ).all()
    return {each.at.id: each for each in _claims(connection, vault, rows)}


def waiting(
    connection: Connection,
    vault: Vault,
    now: datetime,
    *,
    settings: Collection[SettingId],
    invited_by: Collection[PersonId] = (),
) -> list[Claim]:
    """Those that wait for a yes: of invitations to these settings, or made by these people; the oldest first.

    What somebody made for herself waits for her own yes, and for no setting's.
    """
    rows = connection.execute(
        _OPEN.where(
            claims.c.state == ClaimState.WAITING,
            claims.c.made_at > now - WAITING_COUNTS_FOR,
            or_(
                and_(
                    invitations.c.setting_id.in_(list(settings)),
                    or_(invitations.c.made_by.is_(None), invitations.c.made_by != claims.c.person_id),
                ),
                invitations.c.made_by.in_(list(invited_by)),
            ),
        )
    ).all()
    # Somebody who has joined as another from there meanwhile does not become two.
    return [
        each for each in _claims(connection, vault, rows) if each.at.person is None or each.at.person == each.person.id
    ]


def is_waited_for(connection: Connection, those: Collection[int]) -> set[int]:
    """Of these invitations, those somebody waits to be let in by."""
    return set(
        connection.execute(
            select(claims.c.invitation_id).where(
                claims.c.invitation_id.in_(list(those)), claims.c.state == ClaimState.WAITING
            )
        ).scalars()
    )


def _claims(connection: Connection, vault: Vault, rows: Sequence[Row[Any]]) -> list[Claim]:
    if not rows:
        return []
    people = circles.load_people(connection, vault, {PersonId(row.person_id) for row in rows})
    numbers = numbers_of(connection, vault, people)
    at = {each.id: each for each in addresses.load(connection, vault, ids={AddressId(row.address_id) for row in rows})}
    return [
        Claim(
            id=row.id,
            person=people[PersonId(row.person_id)],
            at=at[AddressId(row.address_id)],
            invitation=row.invitation_id,
            state=ClaimState(row.state),
            shown=vault.open_text(Owner.person(row.person_id), "claim", row.id, row.sealed_from),
            made_at=row.made_at,
            language=row.language or "",
            held=row.held,
            role=None if row.role is None else Role(row.role),
            child=None if row.child_id is None else ChildId(row.child_id),
            setting=None if row.setting_id is None else SettingId(row.setting_id),
            made_by=None if row.invited_by is None else PersonId(row.invited_by),
            numbers=numbers.get(PersonId(row.person_id), ()),
            by_code=bool(row.by_code),
        )
        for row in rows
        if AddressId(row.address_id) in at
    ]


def who_may_write(connection: Connection, vault: Vault, wrote: Mapping[AddressId, str]) -> Mapping[AddressId, Person]:
    """For strangers' addresses with the number of each: who is here already and has it on the roll, if one person has.

    Nobody who has said of such an address that it is not hers, or has been asked about it.
    """
    if not wrote:
        return {}
    macs = {vault.mac("telephone", number): number for number in wrote.values()}
    rows = connection.execute(
        select(telephones.c.number_mac, telephones.c.person_id)
        .distinct()
        .join(address_rows, address_rows.c.person_id == telephones.c.person_id)
        .where(telephones.c.number_mac.in_(list(macs)), telephones.c.ended_at.is_(None))
    )
    having: dict[str, set[PersonId]] = {}
    for row in rows:
        having.setdefault(macs[row.number_mac], set()).add(PersonId(row.person_id))
    asked = connection.execute(
        select(claims.c.address_id, claims.c.person_id).where(
            claims.c.address_id.in_(list(wrote)), claims.c.state.in_((ClaimState.WAITING, ClaimState.REFUSED))
        )
    )
    known = {(AddressId(row.address_id), PersonId(row.person_id)) for row in asked}
    one = {
        address: next(iter(hers))
        for address, number in wrote.items()
        if len(hers := having.get(number, set())) == 1 and (address, next(iter(hers))) not in known
    }
    people = circles.load_people(connection, vault, set(one.values()))
    return {address: people[person] for address, person in one.items() if person in people}


def numbers_of(
    connection: Connection, vault: Vault, people: Collection[PersonId]
) -> Mapping[PersonId, tuple[str, ...]]:
    """The numbers of these people that are on the roll, in E.164, oldest first."""
    found: dict[PersonId, tuple[str, ...]] = {}
    rows = connection.execute(
        select(telephones.c.id, telephones.c.person_id, telephones.c.sealed_number)
        .where(telephones.c.person_id.in_(list(people)), telephones.c.ended_at.is_(None))
        .order_by(telephones.c.id)
    )
    for row in rows:
        person = PersonId(row.person_id)
        number = vault.open_text(Owner.person(person), "number", row.id, row.sealed_number)
        found[person] = (*found.get(person, ()), number)
    return found


# --- wrong short codes --------------------------------------------------------------------------------------------

WRONG_COUNT_FOR = timedelta(hours=1)
WRONG_HERE = 5
WRONG_IN_ALL = 100


@dataclass(slots=True)
class WrongCodes:
    """How many wrong short codes came within the hour: in all, and from each of some addresses."""

    in_all: int = 0
    here: dict[AddressId, int] = field(default_factory=dict)

    def count(self, address: AddressId) -> None:
        self.in_all += 1
        self.here[address] = self.here.get(address, 0) + 1


def wrong_codes_before(connection: Connection, at: Collection[AddressId], now: datetime) -> WrongCodes:
    """How many came in the hour before ``now``."""
    since = wrong_codes.c.at > now - WRONG_COUNT_FOR
    in_all = connection.execute(select(func.count()).select_from(wrong_codes).where(since)).scalar_one()
    rows = connection.execute(
        select(wrong_codes.c.address_id, func.count().label("wrong"))
        .where(since, wrong_codes.c.address_id.in_(list(at)))
        .group_by(wrong_codes.c.address_id)
    )
    return WrongCodes(in_all, {AddressId(row.address_id): row.wrong for row in rows})


def add_wrong_codes(connection: Connection, new: Sequence[tuple[int, AddressId]], now: datetime) -> None:
    dialect.add(connection, wrong_codes, [{"id": number, "address_id": address, "at": now} for number, address in new])


def forget_wrong_codes_before(connection: Connection, before: datetime) -> None:
    """What counts no longer."""
    connection.execute(delete(wrong_codes).where(wrong_codes.c.at < before))


# --- who has joined -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Joined:
    """How many parents of a setting have joined, and how many of them by a number that is held."""

    parents: int
    by_number: int


def parents_who_joined(connection: Connection, setting: SettingId, now: datetime) -> Joined:
    """Those who count as parents there at ``now`` and have an address."""
    rows = connection.execute(
        select(memberships)
        .where(memberships.c.setting_id == setting, memberships.c.role == Role.PARENT)
        .order_by(memberships.c.id)
    )
    parents = {row.person_id for row in membership_log.live(rows, now)}
    reached = set(
        connection.execute(
            select(address_rows.c.person_id).distinct().where(address_rows.c.person_id.in_(list(parents)))
        ).scalars()
    )
    by_hand = set(
        connection.execute(
            select(claims.c.person_id).where(
                claims.c.person_id.in_(list(reached)),
                claims.c.state == ClaimState.CONFIRMED,
                claims.c.ended_by.is_not(None),
            )
        ).scalars()
    )
    return Joined(len(reached), len(reached - by_hand))


def joined_since(connection: Connection, setting: SettingId, since: datetime) -> bool:
    """Whether anybody has joined through this setting since then."""
    found = connection.execute(
        select(claims.c.id)
        .join(invitations, invitations.c.id == claims.c.invitation_id)
        .where(invitations.c.setting_id == setting, claims.c.state == ClaimState.CONFIRMED, claims.c.ended_at >= since)
        .limit(1)
    )
    return found.one_or_none() is not None
