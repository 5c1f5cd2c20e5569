"""Disclosures: kept word for word for the safeguarding leads of a setting, and who may read each.

A lead of the setting may, unless it names her; the manager, where a parent spoke of her staff; nobody else by any
road. Whom it names is kept as a keyed hash: it can be asked of one person and never listed. Knows nothing of sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from book.ids import AddressId, Ids, InboxId, PersonId, SettingId
from book.leads import LEADS
from book.messages import Incoming
from book.people import STAFF, Membership, Role
from storage import circles, dialect, membership_log
from storage.inbox import Taken
from storage.schema import (
    addresses,
    disclosure_notes,
    disclosure_people,
    disclosures,
    inbox,
    memberships,
    originals,
    people,
)
from storage.statements import among
from storage.vault import Owner, OwnerKind, Vault

HELD, RELEASED, CLOSED = "held", "released", "closed"


@dataclass(frozen=True, slots=True)
class NewDisclosure:
    """Words to be kept. Without a setting nobody may read them."""

    id: int
    setting: SettingId | None
    author: PersonId
    words: str
    kept_from: frozenset[PersonId] = frozenset()
    shown_to: frozenset[PersonId] = frozenset()  # who may read it and is no lead


@dataclass(frozen=True, slots=True)
class Held:
    """One that is kept, without its words."""

    id: int
    setting: SettingId | None
    author: PersonId
    message: InboxId
    at: datetime
    state: str
    answered: bool
    original: Taken | None = None  # the message as it came, to be filed if it was an ordinary one


@dataclass(frozen=True, slots=True)
class Handled:
    """What becomes of one that is kept."""

    id: int
    answered_by: PersonId | None = None
    kept_from: frozenset[PersonId] = frozenset()
    nobody_left: bool = False  # nobody uninvolved is left to read it
    released: bool = False


def keep(connection: Connection, vault: Vault, new: Sequence[tuple[InboxId, NewDisclosure]], now: datetime) -> None:
    """Keep each of these with the message it came in."""
    dialect.add(
        connection,
        disclosures,
        [
            {
                "id": each.id,
                "setting_id": each.setting,
                "author_id": each.author,
                "message_id": message,
                "at": now,
                "state": HELD,
                "sealed_words": vault.seal_text(_owner(each.setting, each.author), "disclosure", each.id, each.words),
            }
            for message, each in new
        ],
    )
    for _, each in new:
        _mark_people(connection, vault, each.id, each.kept_from, may_read=False)
        _mark_people(connection, vault, each.id, each.shown_to, may_read=True)


def handle(connection: Connection, vault: Vault, handled: Sequence[Handled], now: datetime) -> None:
    """Write what becomes of these; what was answered or released once stays so."""
    for each in handled:
        _mark_people(connection, vault, each.id, each.kept_from, may_read=False)
        if each.answered_by is not None and not _is_kept_from(connection, vault, each.id, each.answered_by):
            connection.execute(
                update(disclosures)
                .where(disclosures.c.id == each.id, disclosures.c.answered_at.is_(None))
                .values(answered_by=each.answered_by, answered_at=now)
            )
        if each.released:
            connection.execute(
                update(disclosures)
                .where(disclosures.c.id == each.id, disclosures.c.state == HELD)
                .values(state=RELEASED)
            )
        if each.nobody_left:
            _close_to_everybody(connection, vault, each.id)


def _mark_people(
    connection: Connection, vault: Vault, disclosure: int, these: Collection[PersonId], *, may_read: bool
) -> None:
    if not these:
        return
    statement = dialect.insert(connection, disclosure_people)
    # What names somebody is kept from her, whatever was said of her before; never the other way round.
    statement = (
        statement.on_conflict_do_nothing()
        if may_read
        else statement.on_conflict_do_update(
            index_elements=["disclosure_id", "person_mac"], set_={"may_read": statement.excluded["may_read"]}
        )
    )
    connection.execute(
        statement,
        [
            {"disclosure_id": disclosure, "person_mac": _mac(vault, disclosure, each), "may_read": may_read}
            for each in sorted(these)
        ],
    )


def _is_kept_from(connection: Connection, vault: Vault, disclosure: int, person: PersonId) -> bool:
    return _marked(connection, [disclosure])[disclosure].get(_mac(vault, disclosure, person)) is False


def _close_to_everybody(connection: Connection, vault: Vault, disclosure: int) -> None:
    """The words are sealed for their author from now on, as where there never was a lead."""
    row = connection.execute(select(disclosures).where(disclosures.c.id == disclosure).with_for_update()).one()
    if row.setting_id is None:
        return
    words = vault.open_text(Owner.setting(row.setting_id), "disclosure", disclosure, row.sealed_words)
    sealed = vault.seal_text(Owner.person(row.author_id), "disclosure", disclosure, words)
    connection.execute(
        update(disclosures).where(disclosures.c.id == disclosure).values(setting_id=None, sealed_words=sealed)
    )


def _mac(vault: Vault, disclosure: int, person: PersonId) -> bytes:
    return vault.mac("disclosure", str(disclosure), str(person))


def _owner(setting: int | None, author: int) -> Owner:
    return Owner.person(author) if setting is None else Owner.setting(setting)


# --- looked at by who wrote it, or was told of it -----

_THESE = select(disclosures).where(among(disclosures.c.id, "wanted"))
_CAME_AS = (
    select(originals, inbox.c.address_id, inbox.c.received_at)
    .join(inbox, inbox.c.id == originals.c.message_id)
    .where(among(originals.c.message_id, "wanted"))
)


def load(connection: Connection, vault: Vault, wanted: Collection[int]) -> dict[int, Held]:
    """These, with the messages they came in."""
    if not wanted:
        return {}
    rows = connection.execute(_THESE, {"wanted": list(wanted)}).all()
    came = connection.execute(_CAME_AS, {"wanted": [row.message_id for row in rows]}).all()
    messages = {row.message_id: _original(vault, row) for row in came}
    return {row.id: _held(row, messages.get(row.message_id)) for row in rows}


def _held(row: Row[Any], original: Taken | None = None) -> Held:
    return Held(
        id=row.id,
        setting=None if row.setting_id is None else SettingId(row.setting_id),
        author=PersonId(row.author_id),
        message=InboxId(row.message_id),
        at=row.at,
        state=row.state,
        answered=row.answered_at is not None,
        original=original,
    )


def _original(vault: Vault, row: Row[Any]) -> Taken:
    owner = Owner(OwnerKind(row.owner_kind), row.owner_id)
    payload = vault.open_text(owner, "original", row.message_id, row.sealed_payload)
    return Taken(InboxId(row.message_id), AddressId(row.address_id), Incoming.from_json(payload), 0, row.received_at)


# --- not answered --------------------------------------------------------------------------------------------------

_OPEN = (
    disclosures.c.state == HELD,
    disclosures.c.setting_id.is_not(None),
    disclosures.c.answered_at.is_(None),
    disclosures.c.others_told_at.is_(None),
)


def oldest_unanswered(connection: Connection) -> datetime | None:
    """When the oldest came in that nobody has answered, and of which nobody else has been told."""
    found: datetime | None = connection.execute(select(func.min(disclosures.c.at)).where(*_OPEN)).scalar_one()
    return found


def unanswered(connection: Connection, before: datetime, now: datetime) -> list[Held]:
    """Those that came in by then and nobody has answered; each is given once."""
    rows = connection.execute(
        select(disclosures).where(*_OPEN, disclosures.c.at <= before).order_by(disclosures.c.id).with_for_update()
    ).all()
    if rows:
        connection.execute(
            update(disclosures).where(disclosures.c.id.in_([row.id for row in rows])).values(others_told_at=now)
        )
    return [_held(row) for row in rows]


def came_from(connection: Connection, held: Held) -> AddressId:
    """Where its author wrote it."""
    return AddressId(connection.execute(select(inbox.c.address_id).where(inbox.c.id == held.message)).scalar_one())


def is_of_staff(connection: Connection, held: Held, now: datetime) -> bool:
    """Whether its author works with children, rather than being of a child's family."""
    lines = connection.execute(
        select(memberships).where(memberships.c.person_id == held.author).order_by(memberships.c.id)
    )
    return any(line.role in STAFF for line in membership_log.live(lines, now))


def readers(connection: Connection, vault: Vault, held: Held, now: datetime) -> tuple[Membership, ...]:
    """Who may read it at ``now``, the lead before her deputy, the manager after both where she may."""
    if held.setting is None:
        return ()
    marked = _marked(connection, [held.id])[held.id]
    posts = [each for each in circles.posts_at(connection, vault, held.setting) if each.is_live(now)]
    found: dict[PersonId, Membership] = {}
    for role in (*LEADS, Role.MANAGER):
        for each in posts:
            mark = marked.get(_mac(vault, held.id, each.person.id))
            if each.role is role and each.person.id != held.author and (mark or (mark is None and role in LEADS)):
                found.setdefault(each.person.id, each)
    return tuple(found.values())


def _marked(connection: Connection, wanted: Collection[int]) -> dict[int, dict[bytes, bool]]:
    marked: dict[int, dict[bytes, bool]] = defaultdict(dict)
    for row in connection.execute(select(disclosure_people).where(disclosure_people.c.disclosure_id.in_(list(wanted)))):
        marked[row.disclosure_id][bytes(row.person_mac)] = row.may_read
    return marked


# --- at the desk ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """What a lead did, and when she wrote it down."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class OnTheDesk:
    """One disclosure with everything a lead may see of it."""

    held: Held
    setting: str
    author: str
    place: str  # whose device it was written on, where that was not her own
    words: str
    notes: tuple[Note, ...]
    answered_by: str


def on_the_desk(connection: Connection, vault: Vault, reader: PersonId, now: datetime) -> list[OnTheDesk]:
    """What this person may read now, newest first; what was removed is not among it."""
    rows = connection.execute(
        select(disclosures)
        .where(
            disclosures.c.state != CLOSED,
            disclosures.c.setting_id.in_(list(_settings_of(connection, vault, reader, now))),
        )
        .order_by(disclosures.c.id.desc())
    ).all()
    mine = [row for row in rows if any(
        each.person.id == reader for each in readers(connection, vault, _held(row), now)
    )]  # fmt: skip
    if not mine:
        return []
    notes = _notes(connection, vault, {row.id: _owner(row.setting_id, row.author_id) for row in mine})
    known = circles.load_people(
        connection,
        vault,
        {PersonId(row.author_id) for row in mine}
        | {PersonId(row.answered_by) for row in mine if row.answered_by is not None}
        | {by for each in notes.values() for _, by, _ in each},
    )
    settings = circles.load_settings(connection, vault, {row.setting_id for row in mine})
    places = _places(connection, vault, {row.message_id for row in mine})
    return [
        OnTheDesk(
            held=_held(row),
            setting=settings[SettingId(row.setting_id)].name,
            author=known[PersonId(row.author_id)].in_full,
            place="" if places.get(row.message_id, (0, ""))[0] == row.author_id else places[row.message_id][1],
            words=vault.open_text(Owner.setting(row.setting_id), "disclosure", row.id, row.sealed_words),
            notes=tuple(Note(at, known[by].in_full, words) for at, by, words in notes.get(row.id, ())),
            answered_by="" if row.answered_by is None else known[PersonId(row.answered_by)].name,
        )
        for row in mine
    ]


def _settings_of(connection: Connection, vault: Vault, reader: PersonId, now: datetime) -> set[SettingId]:
    posts = circles.posts_of(connection, vault, [reader]).get(reader, ())
    return {each.setting for each in posts if each.is_live(now) and each.setting is not None}


def _notes(
    connection: Connection, vault: Vault, owners: dict[int, Owner]
) -> dict[int, list[tuple[datetime, PersonId, str]]]:
    found: dict[int, list[tuple[datetime, PersonId, str]]] = defaultdict(list)
    rows = connection.execute(
        select(disclosure_notes)
        .where(disclosure_notes.c.disclosure_id.in_(list(owners)))
        .order_by(disclosure_notes.c.id)
    )
    for row in rows:
        owner = owners[row.disclosure_id]
        words = vault.open_text(owner, "disclosure_note", row.id, row.sealed_words)
        found[row.disclosure_id].append((row.at, PersonId(row.by_id), words))
    return found


def _places(connection: Connection, vault: Vault, messages: Collection[int]) -> dict[int, tuple[int, str]]:
    """Whose address each message came from: a person's own, or a room's tablet."""
    rows = connection.execute(
        select(inbox.c.id, people.c.id.label("person"), people.c.sealed_name)
        .join(addresses, addresses.c.id == inbox.c.address_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(inbox.c.id.in_(list(messages)))
    )
    return {
        row.id: (row.person, vault.open_text(Owner.person(row.person), "name", row.person, row.sealed_name))
        for row in rows
    }


def read_by(connection: Connection, vault: Vault, disclosure: int, reader: PersonId, now: datetime) -> OnTheDesk | None:
    """One of those on her desk, or None where she may not read it."""
    return next((each for each in on_the_desk(connection, vault, reader, now) if each.held.id == disclosure), None)


def add_note(
    connection: Connection, vault: Vault, ids: Ids, held: Held, by: PersonId, words: str, now: datetime
) -> None:
    """What she did, in her own words, with the time."""
    note = ids.new()
    sealed = vault.seal_text(_owner(held.setting, held.author), "disclosure_note", note, words)
    dialect.add(
        connection,
        disclosure_notes,
        [{"id": note, "disclosure_id": held.id, "by_id": by, "at": now, "sealed_words": sealed}],
    )


def remove(connection: Connection, vault: Vault, held: Held) -> None:
    """The words, the message they came in and what was done leave Bookbag; that there was one stays."""
    owner = _owner(held.setting, held.author)
    connection.execute(
        update(disclosures)
        .where(disclosures.c.id == held.id)
        .values(state=CLOSED, sealed_words=vault.seal_text(owner, "disclosure", held.id, ""))
    )
    for row in connection.execute(
        select(disclosure_notes.c.id).where(disclosure_notes.c.disclosure_id == held.id)
    ).all():
        connection.execute(
            update(disclosure_notes)
            .where(disclosure_notes.c.id == row.id)
            .values(sealed_words=vault.seal_text(owner, "disclosure_note", row.id, ""))
        )
    if held.state == HELD:
        # What was released lives on as an entry's original.
        connection.execute(originals.delete().where(originals.c.message_id == held.message))
