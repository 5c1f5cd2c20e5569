"""What a message has to do with joining: the invitation it carries, the claim that is open where it came from, the
numbers that would prove it, and how many wrong codes came before it.

Loaded for the few messages that come from nobody yet, or carry a link or a code. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from book.dialling import e164
from book.disclosure import Address
from book.ids import AddressId, ChildId, InboxId, PersonId, SettingId
from book.messages import Did
from book.people import Circle, Membership, Person, Role, Setting
from book.understanding.codes import as_code, is_surely_code
from storage import circles, claims, invitations, membership_log, rolls, tablets
from storage.claims import WRONG_HERE, WRONG_IN_ALL, Claim, ClaimState, WrongCodes
from storage.inbox import Taken
from storage.invitations import Invitation
from storage.schema import memberships
from storage.vault import Vault

_BY_NUMBER = ("sms", "whatsapp")


@dataclass(frozen=True, slots=True)
class Knock:
    """What one message has to do with joining."""

    invitation: Invitation | None = None  # by the link, the code, or the claim that is open here; still to be used
    claim: Claim | None = None  # open at this address
    is_code: bool = False
    is_wrong: bool = False  # a code that was never on any slip
    is_taken: bool = False  # somebody else waits to be let in by it
    numbers: tuple[str, ...] = ()  # of the one invited, on the roll
    own_number: str | None = None  # the number this message certainly came from
    past_here: bool = False  # too many wrong codes came from this address within the hour
    past_in_all: bool = False
    passes_limit: bool = False  # this one is the last that is answered as usual
    circles: Mapping[ChildId, Circle] = field(default_factory=dict)  # around the one invited
    posts: tuple[Membership, ...] = ()
    settings: Mapping[SettingId, Setting] = field(default_factory=dict)
    is_tablet: bool = False  # what is invited is a room's device
    joined: frozenset[PersonId] = frozenset()  # of those around her, who is here already
    hers: Person | None = None  # who is here already, and has this number on the roll: it was written without a code
    managers: tuple[Person, ...] = ()  # who runs the setting, or, where a limit is passed, all settings

    @property
    def is_proved(self) -> bool:
        """Whether it came from a number that is on the roll as hers."""
        return self.own_number is not None and self.own_number in self.numbers


def concerns(message: Taken, address: Address) -> bool:
    """Whether this message may have to do with joining."""
    incoming = message.incoming
    if incoming.did not in (Did.WROTE, Did.PRESSED):
        return False
    if address.person is None:
        return True
    return bool(incoming.start) or is_surely_code(incoming.text)


def own_number(message: Taken, address: Address) -> str | None:
    """The number a platform vouches for: the one she sent from, or her own contact."""
    if message.incoming.contact:
        return e164(message.incoming.contact)
    if address.channel in _BY_NUMBER:
        return e164(address.handle.rpartition(":")[2])
    return None


@dataclass(slots=True)
class _Found:
    """What was looked up for all of them together."""

    linked: Mapping[str, Invitation]
    coded: Mapping[str, Sequence[Invitation]]
    claimed: Mapping[int, Invitation]
    claims: Mapping[AddressId, Claim]
    numbers: Mapping[PersonId, tuple[str, ...]]
    taken: Collection[int]
    known: Collection[str]
    wrong: WrongCodes
    managers: tuple[Person, ...]


def load(
    connection: Connection, vault: Vault, at: Mapping[AddressId, Address], messages: Sequence[Taken], now: datetime
) -> dict[InboxId, Knock]:
    """A knock for each message that has to do with joining."""
    knocking = [each for each in messages if concerns(each, at[each.address])]
    if not knocking:
        return {}
    open_at = claims.asked_at(connection, vault, {m.address for m in knocking if at[m.address].person is None}, now)
    starts = {m.incoming.start for m in knocking if m.incoming.start}
    codes = {code for m in knocking if (code := _code(m)) is not None}
    hers = _hers_by_number(connection, vault, at, knocking, open_at)
    if not (open_at or starts or codes or hers):
        return {each.id: Knock() for each in knocking}
    found = _look_up(connection, vault, {m.address for m in knocking}, starts, codes, open_at, now)
    knocks: dict[InboxId, Knock] = {}
    for message in knocking:
        address = at[message.address]
        knock = _knock(message, address, found)
        if knock.invitation is None and not knock.is_code:
            knock = replace(knock, hers=hers.get(address.id))
        if knock.is_wrong and address.person is None:
            # The next of the same group finds this one counted.
            found.wrong.count(address.id)
        knocks[message.id] = (
            knock if knock.invitation is None else _around(connection, vault, knock, knock.invitation, now)
        )
    return knocks


def _look_up(
    connection: Connection,
    vault: Vault,
    at: Collection[AddressId],
    starts: Collection[str],
    codes: Collection[str],
    open_at: Mapping[AddressId, Claim],
    now: datetime,
) -> _Found:
    linked = invitations.find(connection, vault, starts, now)
    coded = invitations.find_by_code(connection, vault, codes, now)
    claimed = invitations.by_id(connection, vault, {each.invitation for each in open_at.values()}, now)
    found = [*linked.values(), *(each for some in coded.values() for each in some), *claimed.values()]
    return _Found(
        linked=linked,
        coded=coded,
        claimed=claimed,
        claims=open_at,
        numbers=claims.numbers_of(connection, vault, {each.person.id for each in found}),
        taken=claims.is_waited_for(connection, {each.id for each in found}),
        known=invitations.known_codes(connection, vault, codes) if codes else set(),
        wrong=claims.wrong_codes_before(connection, at, now) if codes else WrongCodes(),
        managers=who_runs(connection, vault, None, now) if codes else (),
    )


def _knock(message: Taken, address: Address, found: _Found) -> Knock:
    code, start = _code(message), message.incoming.start
    number, claim = own_number(message, address), found.claims.get(address.id)
    if start:
        invitation = found.linked.get(start)
    elif code is not None:
        invitation = _hers(found.coded.get(code, ()), found.numbers, number)
    else:
        invitation = found.claimed.get(claim.invitation) if claim is not None else None
    is_wrong = code is not None and is_surely_code(message.incoming.text) and code not in found.known
    here, in_all = found.wrong.here.get(address.id, 0), found.wrong.in_all
    return Knock(
        invitation=invitation,
        claim=claim,
        is_code=code is not None,
        is_wrong=is_wrong,
        is_taken=invitation is not None and invitation.id in found.taken and not _waits_here(claim, invitation),
        numbers=found.numbers.get(invitation.person.id, ()) if invitation is not None else (),
        own_number=number,
        past_here=here >= WRONG_HERE,
        past_in_all=in_all >= WRONG_IN_ALL,
        passes_limit=is_wrong and (here + 1 == WRONG_HERE or in_all + 1 == WRONG_IN_ALL),
        managers=found.managers,
    )


def _hers_by_number(
    connection: Connection,
    vault: Vault,
    at: Mapping[AddressId, Address],
    messages: Sequence[Taken],
    open_at: Mapping[AddressId, Claim],
) -> Mapping[AddressId, Person]:
    """Of strangers who wrote from a number of their own, who may be somebody who is here already."""
    wrote = {
        m.address: number
        for m in messages
        if at[m.address].person is None
        and m.address not in open_at
        and m.incoming.did is Did.WROTE
        and at[m.address].channel in _BY_NUMBER
        and (number := own_number(m, at[m.address])) is not None
    }
    return claims.who_may_write(connection, vault, wrote)


def _waits_here(claim: Claim | None, invitation: Invitation) -> bool:
    """Whether the one who waits to be let in by it waits at this very address."""
    return claim is not None and claim.invitation == invitation.id and claim.state is ClaimState.WAITING


def _code(message: Taken) -> str | None:
    return as_code(message.incoming.text) if message.incoming.did is Did.WROTE else None


def _hers(
    found: Sequence[Invitation], numbers: Mapping[PersonId, tuple[str, ...]], number: str | None
) -> Invitation | None:
    """Of several under one code the one whose number it came from, else the oldest."""
    return next((each for each in found if number in numbers.get(each.person.id, ())), found[0] if found else None)


def _around(connection: Connection, vault: Vault, knock: Knock, invitation: Invitation, now: datetime) -> Knock:
    person = invitation.person.id
    children = circles.children_of(connection, {person}).get(person, set())
    around = circles.load(connection, vault, children, now)
    settings = {setting: each for circle in around.values() for setting, each in circle.settings.items()}
    if invitation.at is not None and invitation.at not in settings:
        settings |= circles.load_settings(connection, vault, {invitation.at})
    return replace(
        knock,
        circles=around,
        posts=circles.posts_of(connection, vault, {person}).get(person, ()),
        settings=settings,
        is_tablet=bool(tablets.load(connection, {person})),
        joined=rolls.who_joined(connection, {line.person.id for each in around.values() for line in each.memberships}),
        managers=who_runs(connection, vault, {invitation.at} if invitation.at is not None else (), now),
    )


def who_runs(
    connection: Connection, vault: Vault, settings: Collection[SettingId] | None, now: datetime
) -> tuple[Person, ...]:
    """Who runs these settings, or all of them; where nobody is called manager, the childminder whose setting it is."""
    rows = connection.execute(
        select(memberships)
        .where(
            memberships.c.role.in_((Role.MANAGER, Role.CHILDMINDER)),
            memberships.c.setting_id.is_not(None) if settings is None else memberships.c.setting_id.in_(list(settings)),
        )
        .order_by(memberships.c.id)
    )
    live = membership_log.live(rows, now)
    managed = {row.setting_id for row in live if row.role == Role.MANAGER}
    wanted = [row.person_id for row in live if row.role == Role.MANAGER or row.setting_id not in managed]
    people = circles.load_people(connection, vault, {PersonId(each) for each in wanted})
    return tuple(people[PersonId(each)] for each in dict.fromkeys(wanted))
