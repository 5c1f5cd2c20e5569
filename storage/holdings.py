"""What every table holds of whom, how its rows are found, and whose key seals them: export and erasure walk this.

Nothing is decided here about what may be exported or must be kept. A test compares the list with the schema, so a
new table or a new sealed column cannot be forgotten, and opens every sealed value of a played story as it is
declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, and_, false, or_, select

from book.ids import ChildId, PersonId
from storage import addresses, schema
from storage.vault import Owner, OwnerKind, Vault


class Of(StrEnum):
    """Of whom a table holds something."""

    CHILD = "child"
    PERSON = "person"
    BOTH = "both"
    NOTHING = "nothing"


Look = Callable[[str], Any]
"""Gives the value at the end of a way that begins at one row."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column: the logical field, the number and revision it is bound to, and whose key opens it."""

    column: str
    field: str
    owner: Callable[[Look], Owner]
    row: str = "id"
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """One table.

    ``child`` and ``person`` are the ways to the ids of those whose row it is: the name of a column, or a column, the
    table it refers to and a column there ("entry_id>entries.child_id"). ``owned`` rows name their owner themselves,
    in ``owner_kind`` and ``owner_id``.
    """

    table: Table
    of: Of
    what: str
    child: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    owned: bool = False


def _child(way: str) -> Callable[[Look], Owner]:
    return lambda look: Owner.child(look(way))


def _person(way: str) -> Callable[[Look], Owner]:
    return lambda look: Owner.person(look(way))


def _setting(way: str) -> Callable[[Look], Owner]:
    return lambda look: Owner.setting(look(way))


def _as_notices_are(look: Look) -> Owner:
    """The child's it is about, else the person's, else the day's."""
    if look("child_id") is not None:
        return Owner.child(look("child_id"))
    if look("person_id") is not None:
        return Owner.person(look("person_id"))
    made_at: datetime = look("made_at")
    return Owner(OwnerKind.DAY, addresses.day_of(made_at))


def _as_the_row_says(look: Look) -> Owner:
    return Owner(OwnerKind(look("owner_kind")), look("owner_id"))


def _of_handle(look: Look) -> Owner:
    sealed_for: int = look("sealed_for")
    return Owner.person(sealed_for) if sealed_for > 0 else Owner(OwnerKind.DAY, -sealed_for)


def _of_label(look: Look) -> Owner:
    """The person's to whom it was offered; the day's where nobody had joined there yet."""
    made_at: datetime = look("made_at")
    person = look("person_id")
    return Owner(OwnerKind.DAY, addresses.day_of(made_at)) if person is None else Owner.person(person)


def _of_phone_message(look: Look) -> Owner:
    """The phone's owner's; the day's where the phone was nobody's yet."""
    day = look("day")
    return Owner.person(look("address_id>addresses.sealed_for")) if day is None else Owner(OwnerKind.DAY, day)


def _of_rule(look: Look) -> Owner:
    child = look("child_id")
    return Owner.person(look("author_id")) if child is None else Owner.child(child)


def _of_disclosure(look: Look) -> Owner:
    setting = look("setting_id")
    return Owner.person(look("author_id")) if setting is None else Owner.setting(setting)


def _of_disclosure_of_note(look: Look) -> Owner:
    setting = look("disclosure_id>disclosures.setting_id")
    return Owner.person(look("disclosure_id>disclosures.author_id")) if setting is None else Owner.setting(setting)


HOLDINGS: Final[tuple[Holding, ...]] = (
    Holding(
        schema.people,
        Of.PERSON,
        "her name, her full name, her language, how she is spoken of and when she is usually free to answer",
        person=("id",),
        sealed=(
            Sealed("sealed_name", "name", _person("id")),
            Sealed("sealed_full_name", "full_name", _person("id")),
            Sealed("sealed_direct_line", "direct_line", _person("id")),
        ),
    ),
    Holding(
        schema.settings,
        Of.NOTHING,
        "a setting's name and telephone, its own to give away",
        sealed=(
            Sealed("sealed_name", "name", _setting("id")),
            Sealed("sealed_telephone", "telephone", _setting("id")),
            Sealed("sealed_council_line", "council_line", _setting("id")),
        ),
    ),
    Holding(
        schema.rooms,
        Of.NOTHING,
        "a room's name",
        sealed=(Sealed("sealed_name", "room", _setting("setting_id")),),
    ),
    Holding(
        schema.children,
        Of.CHILD,
        "names, nicknames, he or she, and the day of birth",
        child=("id",),
        sealed=(Sealed("sealed_names", "names", _child("id")), Sealed("sealed_born", "born", _child("id"))),
    ),
    Holding(
        schema.memberships,
        Of.BOTH,
        "who stands in whose circle, in which role, from when to when",
        child=("child_id",),
        person=("person_id", "made_by"),
    ),
    Holding(
        schema.sessions,
        Of.BOTH,
        "when the child is with which setting, and who said so",
        child=("child_id",),
        person=("said_by",),
    ),
    Holding(schema.duty, Of.PERSON, "when she is at work", person=("person_id",)),
    Holding(
        schema.covers,
        Of.PERSON,
        "who did whose work on which day",
        person=("away_id", "cover_id", "made_by"),
    ),
    Holding(
        schema.calendars,
        Of.PERSON,
        "on which weekdays a setting is open, and who wrote it down",
        person=("made_by",),
    ),
    Holding(
        schema.calendar_days,
        Of.PERSON,
        "a setting's terms, INSET days and closures, and who wrote them down",
        person=("made_by",),
        sealed=(Sealed("sealed_name", "calendar_day", _setting("setting_id")),),
    ),
    Holding(
        schema.presences,
        Of.BOTH,
        "when the child was there, and who wrote it down",
        child=("child_id",),
        person=("by_id",),
    ),
    Holding(
        schema.room_moves,
        Of.BOTH,
        "which room the child was in since when",
        child=("child_id",),
        person=("made_by",),
    ),
    Holding(
        schema.telephones,
        Of.PERSON,
        "the number of hers that is on the roll, and who put it there",
        person=("person_id", "made_by"),
        sealed=(Sealed("sealed_number", "number", _person("person_id")),),
    ),
    Holding(
        schema.cards,
        Of.BOTH,
        "what is true of the child for months, and who said so",
        child=("child_id",),
        person=("made_by",),
        sealed=(Sealed("sealed_text", "card", _child("child_id")),),
    ),
    Holding(
        schema.sharing_choices,
        Of.BOTH,
        "what a parent chose to let travel, and who entered it",
        child=("child_id",),
        person=("chooser_id", "entered_by"),
    ),
    Holding(
        schema.photo_uses,
        Of.BOTH,
        "what a parent allowed pictures of the child to be used for, and who entered it",
        child=("child_id",),
        person=("chooser_id", "entered_by"),
    ),
    Holding(schema.preferences, Of.PERSON, "how she wants to hear", person=("person_id",)),
    Holding(
        schema.contact_log,
        Of.BOTH,
        "who spoke, or tried to speak, with which setting about the child",
        child=("child_id",),
        person=("by_id",),
        sealed=(Sealed("sealed_words", "contact", _child("child_id")),),
    ),
    Holding(
        schema.addresses,
        Of.PERSON,
        "where she is reached, and when she last wrote from there; a stranger's until somebody joins from it",
        # Who was shut out from an address has its handle under her key still.
        person=("person_id", "sealed_for"),
        sealed=(Sealed("sealed_handle", "handle", _of_handle),),
    ),
    Holding(
        schema.inbox,
        Of.PERSON,
        "that she wrote, when and what became of it; the words only until they are filed",
        person=("address_id>addresses.person_id",),
        sealed=(Sealed("sealed_payload", "payload", lambda look: Owner(OwnerKind.DAY, look("day"))),),
    ),
    Holding(
        schema.originals,
        Of.BOTH,
        "a message word for word, for those whose it is",
        person=("message_id>inbox.address_id>addresses.person_id",),
        sealed=(Sealed("sealed_payload", "original", _as_the_row_says, row="message_id"),),
        owned=True,
    ),
    Holding(
        schema.entries,
        Of.BOTH,
        "that something was written of the child, by whom and when",
        child=("child_id",),
        person=("author_id",),
    ),
    Holding(
        schema.entry_revisions,
        Of.BOTH,
        "what the entry said, from its first words to its last, and under which topics",
        child=("entry_id>entries.child_id",),
        person=("by_id", "entry_id>entries.author_id"),
        sealed=(
            Sealed("sealed_text", "entry", _child("entry_id>entries.child_id"), row="entry_id", revision="revision"),
            Sealed("sealed_facts", "facts", _child("entry_id>entries.child_id"), row="entry_id", revision="revision"),
        ),
    ),
    Holding(
        schema.pictures,
        Of.BOTH,
        "that a picture came with a message of hers, when it was taken, and what became of it",
        person=("message_id>inbox.address_id>addresses.person_id",),
        sealed=(Sealed("sealed_file", "picture file", _as_the_row_says),),
        owned=True,
    ),
    Holding(
        schema.picture_faces,
        Of.PERSON,
        "that she said who is in a picture",
        person=("by_id",),
    ),
    Holding(
        schema.picture_children,
        Of.CHILD,
        "that the child is in a picture",
        child=("child_id",),
    ),
    Holding(
        schema.picture_copies,
        Of.BOTH,
        "a picture: the file of this name in the media folder, sealed under the same owner's key",
        person=("picture_id>pictures.message_id>inbox.address_id>addresses.person_id",),
        owned=True,
    ),
    Holding(
        schema.picture_uploads,
        Of.PERSON,
        "the platform's name for a copy of a picture that she was sent",
        person=("person_id",),
        sealed=(Sealed("sealed_upload", "picture upload", _person("person_id")),),
    ),
    Holding(
        schema.album_parts,
        Of.PERSON,
        "that several messages of hers were sent as one album",
        person=("address_id>addresses.person_id",),
    ),
    Holding(
        schema.seen,
        Of.BOTH,
        "that she read an entry of the child's",
        child=("entry_id>entries.child_id",),
        person=("person_id",),
    ),
    Holding(
        schema.responses,
        Of.BOTH,
        "a sign she put on an entry of the child's, or that she would like more like it",
        child=("child_id",),
        person=("person_id",),
        sealed=(Sealed("sealed_sign", "response", _child("child_id")),),
    ),
    Holding(
        schema.disclosures,
        Of.PERSON,
        "what she told for the safeguarding lead alone; whom it concerns is in the words and nowhere else",
        person=("author_id",),
        sealed=(Sealed("sealed_words", "disclosure", _of_disclosure),),
    ),
    Holding(
        schema.rules,
        Of.BOTH,
        "what somebody asked to be reminded of, for whom and when",
        child=("child_id",),
        person=("author_id", "hearer_id"),
        sealed=(Sealed("sealed_words", "rule", _of_rule),),
    ),
    Holding(
        schema.occurrences,
        Of.BOTH,
        "when somebody was reminded, or could not be in time",
        child=("rule_id>rules.child_id",),
        person=("hearer_id",),
    ),
    Holding(
        schema.rules_done,
        Of.BOTH,
        "that what somebody was reminded of is done",
        child=("rule_id>rules.child_id",),
        person=("by_id",),
    ),
    Holding(
        schema.registers,
        Of.PERSON,
        "what she complained of, praised or proposed, as the setting must keep it, and when it was answered",
        person=("author_id", "ended_by"),
        sealed=(Sealed("sealed_words", "register", _setting("setting_id")),),
    ),
    Holding(
        schema.mix_ups,
        Of.BOTH,
        "that a note was told of the wrong child, for whoever runs the setting to look into",
        child=("wrong_id", "right_id"),
        person=("author_id",),
    ),
    Holding(
        schema.disclosure_people,
        Of.NOTHING,
        "from whom a disclosure is kept, as a keyed hash that is in nobody's list",
    ),
    Holding(
        schema.disclosure_notes,
        Of.PERSON,
        "what she did about a disclosure as a safeguarding lead",
        person=("by_id",),
        sealed=(Sealed("sealed_words", "disclosure_note", _of_disclosure_of_note),),
    ),
    Holding(
        schema.private_links,
        Of.BOTH,
        "that she was sent a link to pictures of a child, and until when it can be opened",
        child=("child_id",),
        person=("person_id", "address_id>addresses.person_id"),
    ),
    Holding(
        schema.private_link_pictures,
        Of.BOTH,
        "to which pictures",
        child=("link_id>private_links.child_id",),
        person=("link_id>private_links.person_id",),
    ),
    Holding(
        schema.desk_browsers,
        Of.PERSON,
        "a browser in which she may open the safeguarding desk",
        person=("person_id",),
    ),
    Holding(
        schema.notices,
        Of.BOTH,
        "what she is to hear, of which child, and what became of it",
        child=("child_id", "entry_id>entries.child_id"),
        person=("person_id", "address_id>addresses.person_id"),
        sealed=(Sealed("sealed_parameters", "notice", _as_notices_are),),
    ),
    Holding(
        schema.deliveries,
        Of.BOTH,
        "what was sent to her, of which child, and what became of it; the words until its outcome is final",
        child=("child_id",),
        person=("person_id", "address_id>addresses.person_id"),
        sealed=(Sealed("sealed_text", "delivery", _as_notices_are),),
    ),
    Holding(
        schema.fallbacks,
        Of.BOTH,
        "since when something urgent has waited to be taken, and whether its author was told to ring",
        child=("notice_id>notices.child_id",),
        person=("notice_id>notices.person_id",),
    ),
    Holding(
        schema.delivery_notices,
        Of.BOTH,
        "which delivery carried which notice",
        child=("notice_id>notices.child_id",),
        person=("notice_id>notices.person_id",),
    ),
    Holding(
        schema.sent_messages,
        Of.BOTH,
        "the platform's number of a message that was sent to her",
        child=("delivery_id>deliveries.child_id",),
        person=("address_id>addresses.person_id", "delivery_id>deliveries.person_id"),
    ),
    Holding(
        schema.conversations,
        Of.BOTH,
        "of which child she last spoke, and what she was asked",
        child=("child_id",),
        person=("asked_of", "address_id>addresses.person_id"),
        sealed=(Sealed("sealed_asked", "asked", _person("asked_of"), row="address_id"),),
    ),
    Holding(
        schema.echoes,
        Of.PERSON,
        "the code that was sent to her to be written back, which cannot be read, and how often it was wrong",
        person=("address_id>addresses.person_id",),
    ),
    Holding(
        schema.questions,
        Of.PERSON,
        "that she was asked which child a message of hers is about, and when she is asked again",
        person=("person_id", "address_id>addresses.person_id"),
    ),
    Holding(
        schema.choices,
        Of.BOTH,
        "what she was offered to choose from, which may name a child, and what she chose",
        child=("notice_id>notices.child_id",),
        person=("person_id", "address_id>addresses.person_id"),
        sealed=(Sealed("sealed_label", "label", _of_label),),
    ),
    Holding(
        schema.invitations,
        Of.BOTH,
        "that she was invited, by whom and as what, and when she joined",
        child=("child_id",),
        person=("person_id", "made_by"),
    ),
    Holding(
        schema.may_have_reached,
        Of.BOTH,
        "that something was on its way to her when she was shut out, and who is told what came of it",
        child=("delivery_id>deliveries.child_id",),
        person=("person_id", "tell_id"),
    ),
    Holding(
        schema.claims,
        Of.PERSON,
        "that somebody used her invitation, from which number, and who decided whether it was she",
        person=("person_id", "ended_by", "address_id>addresses.person_id"),
        sealed=(Sealed("sealed_from", "claim", _person("person_id")),),
    ),
    Holding(
        schema.wrong_codes,
        Of.PERSON,
        "that a wrong code was sent from an address",
        person=("address_id>addresses.person_id",),
    ),
    Holding(
        schema.tablets,
        Of.PERSON,
        "which room a device is in, and who is writing on it",
        person=("person_id", "writer_id"),
    ),
    Holding(schema.pins, Of.PERSON, "four figures of hers, hashed so that nobody can read them", person=("person_id",)),
    Holding(
        schema.documents,
        Of.BOTH,
        "files that came in or are to go out",
        person=("made_by",),
        sealed=(
            Sealed("sealed_name", "document name", _as_the_row_says),
            Sealed("sealed_bytes", "document", _as_the_row_says),
        ),
        owned=True,
    ),
    Holding(
        schema.imports,
        Of.PERSON,
        "a setting's roll as it was read, until it is added or dropped",
        person=("by_id",),
        sealed=(Sealed("sealed_rows", "import", _setting("setting_id")),),
    ),
    Holding(
        schema.audit,
        Of.BOTH,
        "what was done by whom, to whom; kept for as long as the chain",
        person=("by_id",),
        sealed=(Sealed("sealed_details", "audit", _as_the_row_says, row="number"),),
        owned=True,
    ),
    Holding(schema.leases, Of.NOTHING, "which process owns which account of ours"),
    Holding(schema.heartbeats, Of.NOTHING, "which part of the program lives"),
    Holding(schema.text_months, Of.NOTHING, "how many parts of texts went out in a month"),
    Holding(schema.belonging, Of.NOTHING, "to which keys this book belongs"),
    Holding(
        schema.phone_messages,
        Of.PERSON,
        "what a phone of the demo shows",
        person=("address_id>addresses.person_id", "address_id>addresses.sealed_for"),
        sealed=(Sealed("sealed_text", "phone", _of_phone_message, row="seq"),),
    ),
    Holding(
        schema.phone_files,
        Of.PERSON,
        "which files hang on a message of a phone of the demo",
        person=("seq>phone_messages.address_id>addresses.person_id",),
    ),
)
"""Every table there is."""


def rows_of_child(holding: Holding, child: ChildId) -> Select[Any]:
    """The rows of this table that hold something of this child."""
    return _rows(holding, holding.child, child, (OwnerKind.CHILD, OwnerKind.CHILD_MEDIA))


def rows_of_person(holding: Holding, person: PersonId) -> Select[Any]:
    """The rows of this table that hold something of this person."""
    return _rows(holding, holding.person, person, (OwnerKind.PERSON,))


def open_row(connection: Connection, vault: Vault, holding: Holding, row: RowMapping) -> dict[str, bytes]:
    """What is sealed in one row, opened; columns that hold nothing are left out.

    Raises what :meth:`Vault.open` raises.
    """
    look = _looking(connection, row)
    return {
        each.column: vault.open(
            each.owner(look),
            each.field,
            row[each.row],
            row[each.column],
            revision=row[each.revision] if each.revision else 0,
        )
        for each in holding.sealed
        if row[each.column] is not None
    }


def owners_of_row(connection: Connection, holding: Holding, row: RowMapping) -> set[Owner]:
    """Whose keys seal something in one row."""
    look = _looking(connection, row)
    return {each.owner(look) for each in holding.sealed if row[each.column] is not None}


def _rows(holding: Holding, ways: Sequence[str], wanted: int, kinds: Sequence[OwnerKind]) -> Select[Any]:
    found = [_leads_to(holding.table, way, wanted) for way in ways]
    if holding.owned:
        table = holding.table
        found.append(and_(table.c.owner_kind.in_([kind.value for kind in kinds]), table.c.owner_id == wanted))
    return select(holding.table).where(or_(false(), *found))


def _leads_to(table: Table, way: str, wanted: int) -> ColumnElement[bool]:
    column, _, rest = way.partition(">")
    if not rest:
        return table.c[column] == wanted
    name, _, onward = rest.partition(".")
    there = schema.metadata.tables[name]
    return table.c[column].in_(select(_key(there)).where(_leads_to(there, onward, wanted)))


def _looking(connection: Connection, row: Mapping[Any, Any]) -> Look:
    def look(way: str) -> Any:
        column, _, rest = way.partition(">")
        if not rest or row[column] is None:
            return row[column]
        name, _, onward = rest.partition(".")
        there = schema.metadata.tables[name]
        next_row = connection.execute(select(there).where(_key(there) == row[column])).mappings().one()
        return _looking(connection, next_row)(onward)

    return look


def _key(table: Table) -> ColumnElement[Any]:
    (column,) = table.primary_key.columns
    return column
