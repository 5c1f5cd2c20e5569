"""The tables: what is remembered, on both databases alike.

Ids are ours and rise with time. Instants are UTC, kept as microseconds. Columns whose name begins with
``sealed_`` hold values only the vault can open; everything else (topics, states, times, sizes, ids) is readable
in the database, and the documentation says so. Knows nothing of rules.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from book.calendar import Nation, Sort
from book.deliveries import Act, DeliveryState, InboxState, NoticeState, WaitsFor
from book.faces import Faces
from book.messages import Did
from book.notices import Kind
from book.occasions import Occasion
from book.people import Role, SettingKind, Standing
from book.pictures import CopyFor, PictureState
from book.reminders import For, Purpose, TooLate
from book.responses import ResponseKind
from book.sharing import PhotoUse

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# On SQLite an INTEGER PRIMARY KEY is the row's own number: one look-up fewer for every row touched.
Id = BigInteger().with_variant(Integer, "sqlite")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as microseconds since 1970: the same number on both databases."""

    impl = BigInteger
    cache_ok = True

    # The processors themselves, not `process_…`: BIGINT has none of its own to be wrapped around, and every row that
    # is read or written comes through here several times.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return _microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        return _instant


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _instant(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(0, 0, value)


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(each.value) for each in values)})", name=column)


def _id(**kwargs: Any) -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=False, **kwargs)


def _to(table: str, *, name: str | None = None, null: bool = False, index: bool = False) -> Column[int]:
    return Column(name or f"{table}_id", Id, ForeignKey(f"{_PLURAL[table]}.id"), nullable=null, index=index)


_PLURAL = {
    "person": "people",
    "setting": "settings",
    "room": "rooms",
    "child": "children",
    "address": "addresses",
    "message": "inbox",
    "entry": "entries",
    "notice": "notices",
    "delivery": "deliveries",
    "rule": "rules",
}

# --- people ---------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    _id(),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("language", String(8), nullable=False, server_default="en"),
    Column("made_at", Instant, nullable=False),
    Column("sealed_full_name", LargeBinary),  # as the roll has it, where it says more than the name
    Column("pronoun", String(4), nullable=False, server_default="they"),
    Column("sealed_direct_line", LargeBinary),  # where a safeguarding lead is rung at work
    Column("free_at", String(5)),  # about when she is usually free to answer, as "15:00"
)

settings = Table(
    "settings",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),
    Column("by_hand", Boolean, nullable=False, server_default=text("false")),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("sealed_telephone", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("both_parents", Boolean, nullable=False, server_default=text("false")),  # a "yes" needs every parent's
    Column("sealed_council_line", LargeBinary),  # the council's children's team
    _one_of("kind", SettingKind),
)

rooms = Table("rooms", metadata, _id(), _to("setting"), Column("sealed_name", LargeBinary, nullable=False))

children = Table(
    "children",
    metadata,
    _id(),
    Column("sealed_names", LargeBinary, nullable=False),  # name, then nicknames
    Column("sealed_born", LargeBinary),
    Column("made_at", Instant, nullable=False),
    Column("pronoun", String(4), nullable=False, server_default="they"),
)

memberships = Table(  # append-only: a later line about the same four replaces the earlier
    "memberships",
    metadata,
    _id(),
    _to("child", null=True, index=True),  # NULL: of the whole setting
    _to("person", index=True),
    Column("role", String(24), nullable=False),
    _to("setting", null=True, index=True),
    _to("room", null=True),
    Column("standing", String(12), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id),
    Column("days", SmallInteger),  # NULL: every day; else one bit for each weekday, Monday the lowest
    Column(
        "sees", Text
    ),  # NULL: what her role sees; else the groups she was given, "12:day" and "home:day" of one place
    _one_of("role", Role),
    _one_of("standing", Standing),
    CheckConstraint("child_id IS NOT NULL OR setting_id IS NOT NULL", name="of_something"),
)

sessions = Table(  # when a child is with which setting; day NULL: every such weekday
    "sessions",
    metadata,
    _id(),
    _to("child", index=True),
    _to("setting"),
    Column("weekday", SmallInteger, nullable=False),
    Column("start_minute", SmallInteger, nullable=False),
    Column("end_minute", SmallInteger, nullable=False),
    Column("day", String(10)),
    Column("made_at", Instant, nullable=False),
    Column("off", Boolean, nullable=False, server_default=text("false")),  # she is not there that day
    Column("said_by", Id),  # whoever wrote it; NULL: from the roll
    Column("confirmed_at", Instant),  # by the setting, where it was said by somebody else
    Column("ended_at", Instant),  # the timetable said otherwise from then on
    Column("since", String(10)),  # a weekly line counts from this date, and until the day before the other
    Column("until", String(10)),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
)

duty = Table(
    "duty",
    metadata,
    _id(),
    _to("person", index=True),
    _to("setting"),
    Column("weekday", SmallInteger, nullable=False),
    Column("start_minute", SmallInteger, nullable=False),
    Column("end_minute", SmallInteger, nullable=False),
    Column("day", String(10)),
    Column("made_at", Instant, nullable=False),
    Column("off", Boolean, nullable=False, server_default=text("false")),  # away that day
    Column("ended_at", Instant),  # her hours are others from then on
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
)

covers = Table(  # who does an absent colleague's work on one day; append-only, the newest counts
    "covers",
    metadata,
    _id(),
    _to("setting"),
    Column("away_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("cover_id", Id, ForeignKey("people.id"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id, nullable=False),
)

calendars = Table(  # a setting's usual week; append-only, the newest counts
    "calendars",
    metadata,
    _id(),
    _to("setting", index=True),
    Column("nation", String(3), nullable=False),
    Column("weekdays", SmallInteger, nullable=False),  # one bit for each weekday, Monday the lowest
    Column("opens_minute", SmallInteger, nullable=False),
    Column("closes_minute", SmallInteger, nullable=False),
    Column("bank_holidays", Boolean, nullable=False),  # open on them
    Column("term_time_only", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id),
    _one_of("nation", Nation),
    CheckConstraint("0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="minutes"),
)

calendar_days = Table(  # terms, half-terms, INSET days, closures; the newest that speaks of a day counts
    "calendar_days",
    metadata,
    _id(),
    _to("setting", index=True),
    Column("sort", String(12), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("sealed_name", LargeBinary),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id),
    Column("ended_at", Instant),
    _one_of("sort", Sort),
    CheckConstraint("first <= last", name="in_order"),
)

presences = Table(  # who is in today; append-only, the newest line of a day counts
    "presences",
    metadata,
    _id(),
    _to("child", index=True),
    _to("setting"),
    Column("day", String(10), nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by_id", Id),
    CheckConstraint("state IN ('in', 'gone', 'away')", name="state"),
)

room_moves = Table(  # which room a child is in; append-only, the newest counts
    "room_moves",
    metadata,
    _id(),
    _to("child", index=True),
    _to("setting"),
    _to("room"),
    Column("since", Instant, nullable=False),
    Column("made_by", Id),
)

telephones = Table(  # the numbers on the roll: what proves who somebody is; never shown to another family
    "telephones",
    metadata,
    _id(),
    _to("person", index=True),
    Column("number_mac", LargeBinary, nullable=False, index=True),
    Column("sealed_number", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id),
    Column("ended_at", Instant),
)

cards = Table(
    "cards",
    metadata,
    _id(),
    _to("child", index=True),
    Column("kind", String(24), nullable=False),
    Column("sealed_text", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id, nullable=False),
)

sharing_choices = Table(  # append-only; source or target NULL is home
    "sharing_choices",
    metadata,
    _id(),
    _to("child", index=True),
    Column("chooser_id", Id, ForeignKey("people.id"), nullable=False),
    Column("source_id", Id, ForeignKey("settings.id")),
    Column("target_id", Id, ForeignKey("settings.id")),
    Column("groups", Text, nullable=False),
    Column("said_by", String(8), nullable=False),
    Column("entered_by", Id),
    Column("made_at", Instant, nullable=False),
    Column("signed_on", String(10)),  # the day on the paper
    CheckConstraint("said_by IN ('chat', 'paper')", name="said_by"),
)

photo_uses = Table(  # what a parent allowed pictures of the child to be used for; append-only
    "photo_uses",
    metadata,
    _id(),
    _to("child", index=True),
    Column("chooser_id", Id, ForeignKey("people.id"), nullable=False),
    Column("use", String(12), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("said_by", String(8), nullable=False),
    Column("entered_by", Id),
    Column("signed_on", String(10)),
    Column("made_at", Instant, nullable=False),
    CheckConstraint("said_by IN ('chat', 'paper')", name="said_by"),
    _one_of("use", PhotoUse),
)

preferences = Table(  # how somebody wants to hear; append-only, the newest of a name counts
    "preferences",
    metadata,
    _id(),
    _to("person", index=True),
    Column("name", String(24), nullable=False),
    Column("value", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
)

contact_log = Table(  # calls, meetings and tries with a setting, one line each
    "contact_log",
    metadata,
    _id(),
    _to("child", index=True),
    _to("setting"),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("how", String(12), nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
)

# --- addresses and what came in ---------------------------------------------------------------------------------

addresses = Table(
    "addresses",
    metadata,
    _id(),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("handle_mac", LargeBinary, nullable=False),
    Column("sealed_handle", LargeBinary, nullable=False),
    Column("sealed_for", Id, nullable=False, server_default=text("0")),  # a person, or 0 while a stranger's
    _to("person", null=True, index=True),
    Column("carries", String(8), nullable=False),
    Column("assurance", String(8), nullable=False),
    Column("can_change", Boolean, nullable=False),
    Column("take_back_seconds", Integer),
    Column("has_buttons", Boolean, nullable=False),
    Column("proved_at", Instant),
    Column("stopped_at", Instant),
    Column("last_inbound_at", Instant),
    Column("held_until", Instant),  # the provider asked us to wait with this address
    Column("shows_pictures", Boolean, nullable=False, server_default=text("true")),
    Column("acknowledged_at", Instant),  # when what was written from there was last acknowledged
    Column("doubted_at", Instant),  # since when it is to be proved again that it is hers
    Column("doubt_told_at", Instant),  # when a setting was told that nobody has done so
    Column("chosen_at", Instant),  # when she chose to be reached here, if of all her addresses she chose this
    Column("open_seconds", Integer),  # so long after she wrote the platform takes our own words; NULL: always
    Column("closed_at", Instant),  # the platform itself said then that it takes none
    Column("stopped_with", String(16)),  # by which word of hers; none where the platform or the network said so
    Column("stopped_answering", Id),  # the notice that asked something there, if the word may have been its answer
    Column("stop_told_at", Instant),  # when her settings were told to ring her
    Column("stop_rung_at", Instant),  # when one of them said that it has
    UniqueConstraint("channel", "account", "handle_mac"),
)
Index("ix_addresses_held_until", addresses.c.held_until, sqlite_where=addresses.c.held_until.is_not(None),
      postgresql_where=addresses.c.held_until.is_not(None))  # fmt: skip

text_months = Table(  # how many parts of texts went out in a civil month, which is what is paid for
    "text_months",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),  # "2026-11"
    Column("parts", Integer, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_key_mac", LargeBinary, nullable=False, unique=True),
    _to("address"),
    Column("did", String(16), nullable=False),
    Column("day", Integer, nullable=False),  # whose key seals the payload
    Column("sealed_payload", LargeBinary),
    Column("body_mac", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(32)),
    Column("failures", SmallInteger, nullable=False, server_default=text("0")),
    Column("other_bodies", SmallInteger, nullable=False, server_default=text("0")),
    Column("alone", Boolean, nullable=False, server_default=text("false")),  # open at an unclean stop
    Column("received_at", Instant, nullable=False),
    Column("ended_at", Instant),
    _one_of("state", InboxState),
    _one_of("did", Did),
)
Index("ix_inbox_open", inbox.c.id, inbox.c.address_id, sqlite_where=inbox.c.state == "new",
      postgresql_where=inbox.c.state == "new")  # fmt: skip

originals = Table(  # a message as it came, sealed again at filing for those whose it is
    "originals",
    metadata,
    Column("message_id", Id, ForeignKey("inbox.id"), primary_key=True),
    Column("owner_kind", String(12), primary_key=True),
    Column("owner_id", Id, primary_key=True, autoincrement=False),
    Column("sealed_payload", LargeBinary, nullable=False),
)

# --- the book -----------------------------------------------------------------------------------------------------

entries = Table(
    "entries",
    metadata,
    _id(),
    _to("child", index=True),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("author_role", String(24), nullable=False),
    Column("author_setting_id", Id, ForeignKey("settings.id")),
    Column("message_id", Id, ForeignKey("inbox.id"), index=True),
    Column("answers_id", Id, ForeignKey("entries.id")),
    Column("acknowledgement_id", Id, index=True),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("unread", Boolean, nullable=False, server_default=text("false")),
    Column("has_picture", Boolean, nullable=False, server_default=text("false")),
    Column("happened_at", Instant, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("told_by_id", Id),  # a setting that has not joined, whose words the author passes on
    Column("weekday", SmallInteger),  # on which it happened, in civil time where it was written; Monday is 0
    Column("has_paper", Boolean, nullable=False, server_default=text("false")),
    _one_of("author_role", Role),
)

pictures = Table(  # one row for each file of a message: a picture, a film, a voice note, a PDF
    "pictures",
    metadata,
    _id(),
    _to("message", index=True),  # whose it is: of an album, the message that came first
    Column("came_with_id", Id, ForeignKey("inbox.id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("state", String(8), nullable=False),
    Column("owner_kind", String(12), nullable=False),  # under whose key it is kept until its children are known
    Column("owner_id", Id, nullable=False),
    Column("sealed_file", LargeBinary),  # the platform's name for it; cleared once it is here or given up
    Column("taken_at", Instant),
    Column("width", Integer),
    Column("height", Integer),
    Column("reason", String(32)),  # why it is not kept
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("next_at", Instant),  # when it is fetched; NULL: it is here, or never will be
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("came_with_id", "position"),
    _one_of("state", PictureState),
    CheckConstraint("(state = 'coming') = (ended_at IS NULL)", name="ended"),
)
Index("ix_pictures_next_at", pictures.c.next_at, sqlite_where=pictures.c.next_at.is_not(None),
      postgresql_where=pictures.c.next_at.is_not(None))  # fmt: skip

picture_faces = Table(  # who is in it, as was said; append-only, the newest line counts
    "picture_faces",
    metadata,
    Column("picture_id", Id, ForeignKey("pictures.id"), primary_key=True, autoincrement=False),
    Column("revision", SmallInteger, primary_key=True, autoincrement=False),
    Column("faces", String(8), nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    _one_of("faces", Faces),
)

picture_children = Table(  # and which children, as that line said it
    "picture_children",
    metadata,
    Column("picture_id", Id, ForeignKey("pictures.id"), primary_key=True, autoincrement=False),
    Column("revision", SmallInteger, primary_key=True, autoincrement=False),
    Column("child_id", Id, ForeignKey("children.id"), primary_key=True, autoincrement=False, index=True),
)

picture_copies = Table(  # a file of the media folder: one for each owner and purpose, sealed under the owner's key
    "picture_copies",
    metadata,
    _id(),
    Column("picture_id", Id, ForeignKey("pictures.id"), nullable=False, index=True),
    Column("owner_kind", String(12), nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("purpose", String(8), nullable=False),
    Column("file", String(40), nullable=False, unique=True),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("kept_at", Instant),  # NULL: it is to be written
    Column("unwanted_at", Instant),  # it is to be deleted, and then this row
    UniqueConstraint("picture_id", "owner_kind", "owner_id", "purpose"),
    _one_of("purpose", CopyFor),
)

Index("ix_picture_copies_unwanted_at", picture_copies.c.unwanted_at,
      sqlite_where=picture_copies.c.unwanted_at.is_not(None),
      postgresql_where=picture_copies.c.unwanted_at.is_not(None))  # fmt: skip

picture_uploads = Table(  # the platform's name for a copy of ours that somebody has been sent already
    "picture_uploads",
    metadata,
    _id(),
    Column("copy_id", Id, ForeignKey("picture_copies.id"), nullable=False),
    _to("person"),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("sealed_upload", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("copy_id", "person_id", "channel", "account"),
)

album_parts = Table(  # messages that were sent as one, until it is quiet; the first of them then stands for all
    "album_parts",
    metadata,
    Column("message_id", Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    _to("address"),
    Column("album_mac", LargeBinary, nullable=False),
    Column("provider_id", String(64), nullable=False),  # the platform's own name for the message
    Column("quiet_at", Instant, nullable=False),  # nothing more is expected by then
    Column("lead_id", Id, ForeignKey("inbox.id")),  # the message that stands for all; NULL: it is not gathered yet
)
Index("ix_album_parts_album", album_parts.c.address_id, album_parts.c.album_mac)
Index("ix_album_parts_quiet_at", album_parts.c.quiet_at, sqlite_where=album_parts.c.lead_id.is_(None),
      postgresql_where=album_parts.c.lead_id.is_(None))  # fmt: skip

entry_revisions = Table(  # never updated; the newest is what the thread says
    "entry_revisions",
    metadata,
    Column("entry_id", Id, ForeignKey("entries.id"), primary_key=True),
    Column("revision", SmallInteger, primary_key=True, autoincrement=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("why", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("topics", Text, nullable=False),
    Column("travel", Text, nullable=False),
    Column("sealed_text", LargeBinary),  # NULL only where a move or an erasure cleared it
    Column("sealed_facts", LargeBinary),
    CheckConstraint("state IN ('filed', 'corrected', 'moved', 'withdrawn')", name="state"),
)

seen = Table(  # a person's own answer that she read it; accepted by a platform is not seen
    "seen",
    metadata,
    Column("entry_id", Id, ForeignKey("entries.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("at", Instant, nullable=False),
)

responses = Table(  # light ones: a sign on what somebody was shown, that she would like more like it; no entries
    "responses",
    metadata,
    _id(),
    _to("entry"),
    _to("child", index=True),
    _to("person"),
    Column("kind", String(8), nullable=False),
    Column("sealed_sign", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("entry_id", "person_id", "kind"),
    _one_of("kind", ResponseKind),
)

disclosures = Table(  # kept word for word for the safeguarding lead of a setting; no thread, no entry
    "disclosures",
    metadata,
    _id(),
    _to("setting", null=True),  # NULL: no uninvolved lead exists
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("message_id", Id, ForeignKey("inbox.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
    Column("answered_by", Id),  # a lead who said that she is on her way, or read it
    Column("answered_at", Instant),
    Column("others_told_at", Instant),  # nobody had answered in time, and whoever else there is was told
    CheckConstraint("state IN ('held', 'released', 'closed')", name="state"),
)

disclosure_people = Table(  # from whom it is kept, because it names her; who may read it who is no lead
    "disclosure_people",
    metadata,
    Column("disclosure_id", Id, ForeignKey("disclosures.id"), primary_key=True),
    # A keyed hash of the person: whom a disclosure concerns is found by asking for one person, and never by a list.
    Column("person_mac", LargeBinary, primary_key=True),
    Column("may_read", Boolean, nullable=False),
)

disclosure_notes = Table(  # what a lead did about it
    "disclosure_notes",
    metadata,
    _id(),
    Column("disclosure_id", Id, ForeignKey("disclosures.id"), nullable=False, index=True),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
)

private_links = Table(  # what somebody is sent where no picture can be shown; the link itself is kept nowhere
    "private_links",
    metadata,
    _id(),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("signature", LargeBinary, nullable=False),  # over the link and everything this row says
    _to("person"),
    _to("address"),
    _to("child", index=True),
    _to("entry"),
    _to("notice"),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    UniqueConstraint("notice_id", "address_id"),
)

private_link_pictures = Table(  # and which pictures it leads to, of those that its reader may see when she opens it
    "private_link_pictures",
    metadata,
    Column("link_id", Id, ForeignKey("private_links.id"), primary_key=True, autoincrement=False),
    Column("picture_id", Id, ForeignKey("pictures.id"), primary_key=True, autoincrement=False),
)

desk_browsers = Table(  # a browser that may ask a lead for her four figures, and until when the desk is open in it
    "desk_browsers",
    metadata,
    _id(),
    _to("person"),
    Column("mac", LargeBinary, nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("open_until", Instant),
)

rules = Table(  # what somebody is reminded of, and when; a change makes it another version
    "rules",
    metadata,
    _id(),
    Column("version", Integer, nullable=False),
    Column("purpose", String(8), nullable=False),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("for_whom", String(8), nullable=False),
    Column("hearer_id", Id, ForeignKey("people.id")),
    _to("child", null=True, index=True),
    _to("setting", null=True, index=True),
    _to("room", null=True),
    Column("recurrence", Text, nullable=False),
    Column("at_minute", SmallInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("too_late", String(8), nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
    Column("next_at", Instant),  # NULL: nothing more is known to fall due
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    _one_of("purpose", Purpose),
    _one_of("for_whom", For),
    _one_of("too_late", TooLate),
    CheckConstraint("0 <= at_minute AND at_minute < 1440", name="at_minute"),
)
Index("ix_rules_next_at", rules.c.next_at, sqlite_where=rules.c.next_at.is_not(None),
      postgresql_where=rules.c.next_at.is_not(None))  # fmt: skip

occurrences = Table(  # one falling due for one person: it is written with the notice that tells it, or as missed
    "occurrences",
    metadata,
    _id(),
    _to("rule", index=True),
    Column("period", String(40), nullable=False),
    Column("hearer_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("notice_id", Id, index=True),  # NULL: it was missed
    UniqueConstraint("rule_id", "period", "hearer_id"),
)

rules_done = Table(  # what a rule reminds of is done: nobody is reminded of it any more
    "rules_done",
    metadata,
    Column("rule_id", Id, ForeignKey("rules.id"), primary_key=True, autoincrement=False),
    Column("matter", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
)

registers = Table(  # complaints, compliments and suggestions, as a setting keeps them; complaints are in no thread
    "registers",
    metadata,
    _id(),
    Column("kind", String(12), nullable=False),
    _to("setting", index=True),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("message_id", Id, ForeignKey("inbox.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed_words", LargeBinary, nullable=False),
    Column("answer_by", String(10)),  # of a complaint
    Column("remind_at", Instant),  # NULL: nobody is reminded any more
    Column("ended_at", Instant),  # the complaint was answered
    Column("ended_by", Id),
    Column("none_at", Instant),  # it was found to be no complaint, and is in the child's book
    CheckConstraint("kind IN ('complaint', 'compliment', 'suggestion')", name="kind"),
)

mix_ups = Table(  # what a setting told of the wrong child before it was put right
    "mix_ups",
    metadata,
    _id(),
    _to("setting", index=True),
    Column("author_id", Id, ForeignKey("people.id"), nullable=False),
    Column("entry_id", Id, ForeignKey("entries.id"), nullable=False),
    Column("wrong_id", Id, ForeignKey("children.id"), nullable=False),
    Column("right_id", Id, ForeignKey("children.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

# --- what goes out ------------------------------------------------------------------------------------------------

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("cause", Id, nullable=False),
    Column("hearer", Id, nullable=False),  # the person; for a stranger, the address
    Column("kind", String(24), nullable=False),
    _to("person", null=True),
    _to("address", null=True),  # where it was asked, if it answers something
    _to("child", null=True),
    _to("entry", null=True, index=True),
    Column("lane", SmallInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(32)),
    Column("not_before", Instant, nullable=False),
    Column("waits_for", String(12), nullable=False, server_default=""),
    Column("expires_at", Instant),
    Column("delivery_id", Id),  # the delivery that carries it now, if one does
    Column("sealed_parameters", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("waits_until", Instant),  # from then on it goes without what it waits for; NULL: never without
    Column("occasion", String(12), nullable=False, server_default=""),  # with what else it is one message
    UniqueConstraint("cause", "hearer", "kind"),
    _one_of("state", NoticeState),
    _one_of("kind", Kind),
    _one_of("waits_for", WaitsFor),
    _one_of("occasion", Occasion),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
)
Index("ix_notices_window", notices.c.person_id, sqlite_where=notices.c.waits_for == "window",
      postgresql_where=notices.c.waits_for == "window")  # fmt: skip
Index("ix_notices_waiting", notices.c.not_before, sqlite_where=notices.c.state == "waiting",
      postgresql_where=notices.c.state == "waiting")  # fmt: skip

Index("ix_notices_occasion", notices.c.person_id,
      sqlite_where=text("state = 'waiting' AND occasion != ''"),
      postgresql_where=text("state = 'waiting' AND occasion != ''"))  # fmt: skip

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("lead_notice_id", Id, ForeignKey("notices.id"), nullable=False),
    _to("address"),
    Column("act", String(12), nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("parts", SmallInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    _to("person", null=True),
    _to("child", null=True),
    Column("state", String(12), nullable=False),
    Column("reason", String(32)),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("not_before", Instant, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("repeats_id", Id),  # the unknown delivery this one repeats, marked
    Column("target", String(64)),
    Column("reply_to", String(64)),
    Column("sealed_text", LargeBinary),  # cleared when the outcome is final
    Column("made_at", Instant, nullable=False),
    Column("marked_at", Instant),
    Column("ended_at", Instant),
    UniqueConstraint("lead_notice_id", "address_id", "act", "part", "attempt"),
    _one_of("state", DeliveryState),
    _one_of("act", Act),
    CheckConstraint("1 <= part AND part <= parts", name="part"),
)
Index("ix_deliveries_open", deliveries.c.address_id, deliveries.c.id,
      sqlite_where=deliveries.c.state.in_(("waiting", "sending", "unknown")),
      postgresql_where=deliveries.c.state.in_(("waiting", "sending", "unknown")))  # fmt: skip

fallbacks = Table(  # what is urgent: when it is looked at whether it was taken, and whether its author was told to ring
    "fallbacks",
    metadata,
    Column("notice_id", Id, ForeignKey("notices.id"), primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
    Column("look_at", Instant),  # NULL: nobody has to look at it any more
    Column("author_told_at", Instant),
)
Index("ix_fallbacks_look_at", fallbacks.c.look_at, sqlite_where=fallbacks.c.look_at.is_not(None),
      postgresql_where=fallbacks.c.look_at.is_not(None))  # fmt: skip

delivery_notices = Table(
    "delivery_notices",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id"), primary_key=True),
    Column("notice_id", Id, ForeignKey("notices.id"), primary_key=True, index=True),
)

sent_messages = Table(  # the way back: for replies, edits, recalls and receipts
    "sent_messages",
    metadata,
    _id(),
    _to("address"),
    Column("provider_id", String(64), nullable=False),
    _to("delivery", index=True),
    Column("sent_at", Instant, nullable=False),
    Column("taken_back_at", Instant),
    UniqueConstraint("address_id", "provider_id"),
)

# --- conversation ---------------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("child_id", Id, ForeignKey("children.id")),  # of whom they last spoke
    Column("spoke_at", Instant),
    Column("question_id", Id, ForeignKey("inbox.id")),  # the message that waits for an answer
    Column("question_until", Instant),
    Column("asked", String(24)),  # the question of ours that is open here, if it is not about a message
    Column("asked_subject", Id),
    Column("asked_of", Id),  # the person whose key seals what stands in it
    Column("sealed_asked", LargeBinary),
    Column("asked_until", Instant),
)

echoes = Table(  # the code that was sent to an address and is to be written back from there
    "echoes",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("code_mac", LargeBinary),  # NULL: none is open
    Column("until", Instant),
    Column("wrong", SmallInteger, nullable=False),  # since the last right one, over all codes
    Column("closed_until", Instant),
)

questions = Table(  # "which child?": when it next comes up by itself, until somebody has answered
    "questions",
    metadata,
    Column("message_id", Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    _to("address", index=True),
    _to("person"),
    Column("among", Text, nullable=False),  # the children who could be meant
    Column("asked", SmallInteger, nullable=False),  # how often
    Column("asked_at", Instant, nullable=False),  # the last time
    Column("due_at", Instant),  # NULL: all that could be done by itself is done
)
Index("ix_questions_due_at", questions.c.due_at, sqlite_where=questions.c.due_at.is_not(None),
      postgresql_where=questions.c.due_at.is_not(None))  # fmt: skip

choices = Table(  # single-use: a second press returns the first result
    "choices",
    metadata,
    _id(),
    Column("token", String(32), nullable=False, unique=True),
    _to("notice", index=True),
    _to("address", index=True),
    _to("person", null=True),
    Column("number", SmallInteger, nullable=False),
    Column("offer", String(16), nullable=False),
    Column("subject", Id, nullable=False),
    Column("value", String(400), nullable=False),
    Column("sealed_label", LargeBinary, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("made_at", Instant, nullable=False),
)

invitations = Table(  # a single-use link with which somebody who is enrolled already proves an address of hers
    "invitations",
    metadata,
    _id(),
    Column("token_mac", LargeBinary, nullable=False, unique=True),
    _to("person", index=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("made_at", Instant, nullable=False),
    Column("role", String(24)),  # as what she is invited; NULL: as whatever she is enrolled as
    Column("child_id", Id, index=True),
    Column("setting_id", Id),
    Column("code_mac", LargeBinary, index=True),  # the short code for those who text, beside the link
    Column("made_by", Id),
    Column("proves", Boolean, nullable=False, server_default=text("true")),  # whether the link alone proves who she is
)

claims = Table(  # somebody used an invitation from an address that is not proved yet to be hers
    "claims",
    metadata,
    _id(),
    _to("person", index=True),
    _to("address", index=True),
    Column("invitation_id", Id, ForeignKey("invitations.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("sealed_from", LargeBinary, nullable=False),  # what the one who decides is shown: the number she came from
    Column("language", String(8)),  # chosen before she was known
    Column("held", Boolean, nullable=False, server_default=text("false")),  # a code after too many wrong ones
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Id),
    CheckConstraint("state IN ('asked', 'waiting', 'confirmed', 'refused')", name="state"),
)

# One invitation waits for a person's yes at one address alone.
Index("uq_claims_waiting", claims.c.invitation_id, unique=True,
      sqlite_where=claims.c.state == "waiting", postgresql_where=claims.c.state == "waiting")  # fmt: skip

wrong_codes = Table(  # short codes that were wrong: five a chat an hour, a hundred an hour in all
    "wrong_codes",
    metadata,
    _id(),
    _to("address", index=True),
    Column("at", Instant, nullable=False, index=True),
)

may_have_reached = Table(  # what was on its way to somebody when she was shut out, and what came of it
    "may_have_reached",
    metadata,
    _id(),
    Column("restriction", Id, nullable=False, index=True),  # which of them were shut out together
    _to("person", index=True),
    _to("delivery", index=True),
    Column("tell_id", Id, ForeignKey("people.id"), nullable=False),  # whoever is told what came of it
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

tablets = Table(  # a room's own device; its person stands for the room, its writer says who is writing
    "tablets",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    _to("room"),
    Column("writer_id", Id, ForeignKey("people.id")),
    Column("writing_since", Instant),
    Column("writing_until", Instant),
)

pins = Table(  # four figures, known to nobody but her; tried on the device's own buttons
    "pins",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("hashed", Text, nullable=False),
    Column("failures", SmallInteger, nullable=False, server_default=text("0")),
    Column("closed_until", Instant),
    Column("made_at", Instant, nullable=False),
    Column("anew_until", Instant),  # until then she may choose hers on a tablet; nothing is hashed meanwhile
)

documents = Table(  # files that come in and go out: a roll, slips to print; sealed whole
    "documents",
    metadata,
    _id(),
    Column("owner_kind", String(12), nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_bytes", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Id),
)

imports = Table(  # a roll that was read and waits for a yes, and the rows of it that are still to be looked at
    "imports",
    metadata,
    _id(),
    _to("setting", index=True),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("sealed_rows", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('read', 'added', 'dropped')", name="state"),
)

# --- the house's own ------------------------------------------------------------------------------------------------

audit = Table(  # hash-chained from its first row
    "audit",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by_id", Id),
    Column("what", String(32), nullable=False),
    Column("subject", Id),
    Column("owner_kind", String(12), nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("sealed_details", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

leases = Table(  # one process at a time owns a provider account
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("until", Instant, nullable=False),  # by the database's own clock
)

heartbeats = Table(  # what runs, and how its doors stand: written by each process for status and monitoring
    "heartbeats",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("last_success_at", Instant),
    Column("alarm", Text, nullable=False, server_default=""),
)

belonging = Table(  # what this book was made with: told from the wrong keys at once
    "belonging",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

phone_messages = Table(  # what the demo's phones show: the "platform" of that channel
    "phone_messages",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    _to("address", index=True),
    Column("mine", Boolean, nullable=False),
    Column("delivery_id", Id, unique=True),
    Column("reply_to", Integer),
    Column("silent", Boolean, nullable=False),
    Column("sealed_text", LargeBinary),
    Column("edited", SmallInteger, nullable=False, server_default=text("0")),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    Column("at", Instant, nullable=False),
    Column("day", Integer),  # whose key seals it, where the phone was nobody's yet
)

phone_files = Table(  # the files that hang on a message of a phone, while these are kept
    "phone_files",
    metadata,
    Column("seq", Integer, ForeignKey("phone_messages.seq"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("document_id", Id, nullable=False),
    Column("kind", String(12), nullable=False),
)
