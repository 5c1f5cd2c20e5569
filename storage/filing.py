"""What handling one message leads to, and the one step that writes it: wholly done or not at all.

A :class:`Filing` is a value: whoever decides it writes nothing. Many filings are written together with one
statement a table. Knows nothing of why any of it was decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from book import facts
from book.deliveries import InboxState, Lane, NoticeState, WaitsFor
from book.disclosure import Carries
from book.entries import EntryState, Text, Travel, subjects_to_json
from book.facts import Fact
from book.fallback import ANOTHER_AFTER, FALL_BACK
from book.ids import AddressId, ChildId, EntryId, InboxId, NoticeId, PersonId, SettingId
from book.messages import Incoming
from book.notices import Kind, Notice, kind_of, to_parameters
from book.occasions import Occasion
from book.people import Role
from book.reasons import Reason
from book.topics import Subject
from storage import (
    addresses,
    albums,
    audit,
    calendars,
    claims,
    conversations,
    desk_browsers,
    dialect,
    disclosures,
    documents,
    echoes,
    holding,
    imports,
    inbox,
    invitations,
    mix_ups,
    pictures,
    questions,
    registers,
    responses,
    roster,
    schema,
    stops,
    tablets,
    turns,
)
from storage.albums import AlbumPart
from storage.audit import Deed
from storage.bells import Bell, ring
from storage.calendars import CalendarChange
from storage.claims import Decided, NewClaim
from storage.conversations import Conversation
from storage.desk_browsers import NewBrowser
from storage.disclosures import Handled, NewDisclosure
from storage.documents import NewDocument
from storage.echoes import EchoChange
from storage.imports import EndOfImport
from storage.invitations import NewInvitation
from storage.mix_ups import NewMixUp
from storage.pictures import NewPicture, Shows
from storage.questions import Question
from storage.registers import Answered as RegisterAnswered
from storage.registers import NewInRegister, NoComplaint
from storage.responses import NewResponse
from storage.roster import NOBODY_NEW, Roster
from storage.rules import Rule, RuleChange, RuleDone
from storage.statements import among, constant
from storage.stops import Stopped
from storage.tablets import Changes
from storage.vault import Owner, OwnerKind, Vault


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry for one child, with its first revision."""

    id: EntryId
    child: ChildId
    author: PersonId
    author_role: Role
    author_setting: SettingId | None
    subjects: tuple[Subject, ...]
    text: Text
    happened_at: datetime
    travel: Travel = Travel()
    answers: EntryId | None = None
    acknowledgement: NoticeId | None = None
    urgent: bool = False
    unread: bool = False
    has_picture: bool = False  # or a film or a recording: what is seen or heard
    has_paper: bool = False
    weekday: int | None = None  # of ``happened_at``, in civil time; family sees by it
    told_by: SettingId | None = None
    facts: tuple[Fact, ...] = ()
    message: InboxId | None = None  # in which it was written, where that is not the one which files it


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A later revision. ``text`` None clears the words of every revision before it: the move of a wrong child's."""

    entry: EntryId
    child: ChildId
    revision: int
    by: PersonId
    why: str
    state: EntryState
    subjects: tuple[Subject, ...]
    travel: Travel
    text: Text | None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One thing one person is to hear; with a reason it is withheld from the first, and kept to say why."""

    id: NoticeId
    cause: int
    notice: Notice
    person: PersonId | None
    lane: Lane
    not_before: datetime
    address: AddressId | None = None
    child: ChildId | None = None
    entry: EntryId | None = None
    withheld: Reason | None = None
    waits_for: WaitsFor = WaitsFor.NOTHING
    waits_until: datetime | None = None  # from then on it goes without
    expires_at: datetime | None = None
    occasion: Occasion = Occasion.NONE


@dataclass(frozen=True, slots=True)
class MovedOriginal:
    """A message as it came was about ``to`` and not about ``wrong``: it is kept under that child's key alone."""

    message: InboxId
    wrong: ChildId
    to: ChildId


@dataclass(frozen=True, slots=True)
class Joining:
    """The address becomes this person's, by this invitation; ``handle`` is sealed again under her key.

    ``address`` is the one the message came from, where it is not said.
    """

    invitation: int
    person: PersonId
    handle: str
    address: AddressId | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """Somebody is shut out of these children's books, None for all, and of her posts at one setting.

    ``tell`` are those who are told what may have reached her all the same.
    """

    id: int
    person: PersonId
    children: frozenset[ChildId] | None
    by: PersonId | None
    tell: tuple[PersonId, ...] = ()
    posts_at: SettingId | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Somebody's place in these circles has ended, in whole or in part: what waits for her there is looked at now."""

    person: PersonId
    children: frozenset[ChildId]


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything that handling one message leads to."""

    message: InboxId
    address: AddressId
    state: InboxState
    reason: Reason | None = None
    entries: tuple[NewEntry, ...] = ()
    revisions: tuple[NewRevision, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    withdraw: Mapping[NoticeId, Reason] = field(default_factory=dict)
    postpone: Mapping[NoticeId, datetime] = field(default_factory=dict)
    catch_up: Mapping[NoticeId, datetime] = field(default_factory=dict)  # heard on her return, others were told
    conversation: Conversation | None = None
    used: tuple[str, ...] = ()
    lapses: bool = False  # what may still be chosen at this address about a picture counts no more
    questions: tuple[Question, ...] = ()  # "which child?", asked now or again
    registers: tuple[NewInRegister, ...] = ()  # complaints, compliments, suggestions
    register_ends: tuple[RegisterAnswered, ...] = ()
    no_complaints: tuple[NoComplaint, ...] = ()  # handled once more, as notes
    settles: tuple[InboxId, ...] = ()  # messages of which it is known now, or that were taken back
    roster: Roster = NOBODY_NEW
    invites: tuple[NewInvitation, ...] = ()
    restrictions: tuple[Restriction, ...] = ()  # carried out beside this by storage.restricting
    endings: tuple[Ending, ...] = ()  # the same
    seen: tuple[tuple[EntryId, PersonId], ...] = ()
    responses: tuple[NewResponse, ...] = ()
    disclosures: tuple[NewDisclosure, ...] = ()
    handled: tuple[Handled, ...] = ()  # what becomes of disclosures that are kept
    put_back: str = ""  # the message as it came, where it waits for an answer after having been kept elsewhere
    browsers: tuple[NewBrowser, ...] = ()  # where somebody may open the safeguarding desk
    originals: tuple[Owner, ...] = ()
    original: str = ""
    moved_originals: tuple[MovedOriginal, ...] = ()
    mix_ups: tuple[NewMixUp, ...] = ()  # what was told of the wrong child
    stop: Stopped | None = None  # messages to this address
    start: bool = False
    echo: EchoChange | None = None  # the code that is to be written back from this address
    rung: tuple[AddressId, ...] = ()  # those who stopped messages there were rung
    proves: bool = False  # it is hers again from where it came, though that was doubted
    joins: Joining | None = None
    claims: tuple[NewClaim, ...] = ()
    decides: tuple[Decided, ...] = ()
    withdraws: tuple[int, ...] = ()  # invitations that cannot be used from now on
    rewords: Mapping[InboxId, Incoming] = field(default_factory=dict)  # what waits for an answer, as it reads now
    wrong_code: int | None = None  # the number under which a wrong short code is counted against this address
    chooses: AddressId | None = None  # at which of her addresses its sender, or who joins by it, is reached from now on
    carries: Carries | None = None  # what this address is to carry from now on
    language: tuple[PersonId, str] | None = None  # what somebody wants to be written to in
    deeds: tuple[Deed, ...] = ()
    documents: tuple[NewDocument, ...] = ()
    import_ends: EndOfImport | None = None
    calendars: tuple[CalendarChange, ...] = ()  # when settings are open
    rules: tuple[Rule, ...] = ()  # reminders; written beside this by storage.reminders
    rule_changes: tuple[RuleChange, ...] = ()  # the same
    rules_done: tuple[RuleDone, ...] = ()  # the same
    tablet: Changes | None = None
    pictures: tuple[NewPicture, ...] = ()  # what came with the message and is to be fetched
    shows: tuple[Shows, ...] = ()  # who is in which picture
    album: AlbumPart | None = None  # more of it may come

    @property
    def changes_who_may_know(self) -> bool:
        """Whether somebody may know more or less after it than before."""
        lines = self.roster
        written = bool(lines.memberships or lines.choices or lines.photo_choices or lines.setting_changes)
        return bool(written or self.restrictions or self.endings or self.joins)


def write(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    """Write ``filings`` whole, in this transaction.

    Raises :class:`book.errors.KeyNotLoaded` before anything is written where somebody enrolled here has no key yet.
    """
    _before_who_may_know_changes(connection, filings)
    enrolled = [each.roster for each in filings if each.roster != NOBODY_NEW]
    for each in enrolled:
        vault.require(roster.owners_of(each))
    for each in enrolled:
        roster.write(connection, vault, each, now)
    invitations.write(connection, vault, [each for filing in filings for each in filing.invites], now)
    _entries(connection, vault, filings, now)
    _revisions(connection, vault, filings, now)
    _pictures(connection, vault, filings, now)
    _let_in(connection, vault, filings, now)
    notices = [notice for filing in filings for notice in filing.notices]
    add_notices(connection, vault, notices, now)
    _withdraw(connection, filings, now)
    _ask_no_more(connection, filings, now)
    _postpone(connection, filings)
    _catch_up(connection, filings)
    dialect.add_new(
        connection,
        schema.seen,
        [{"entry_id": entry, "person_id": person, "at": now} for each in filings for entry, person in each.seen],
    )
    responses.keep(connection, vault, [new for each in filings for new in each.responses], now)
    disclosures.keep(connection, vault, [(each.message, new) for each in filings for new in each.disclosures], now)
    disclosures.handle(connection, vault, [each for filing in filings for each in filing.handled], now)
    _originals(connection, vault, filings)
    _move_originals(connection, vault, [each for filing in filings for each in filing.moved_originals])
    mix_ups.keep(connection, [each for filing in filings for each in filing.mix_ups], now)
    for filing in filings:
        if filing.put_back:
            inbox.put_back(connection, vault, filing.message, Incoming.from_json(filing.put_back), now)
    desk_browsers.add(connection, vault, [each for filing in filings for each in filing.browsers], now)
    conversations.keep(connection, vault, {each.address: each.conversation for each in filings if each.conversation})
    registers.keep(connection, vault, [(each.message, new) for each in filings for new in each.registers], now)
    registers.end(connection, [each for filing in filings for each in filing.register_ends], now)
    questions.keep(connection, [each for filing in filings for each in filing.questions], now)
    questions.settle(connection, [each for filing in filings for each in filing.settles], now)
    _choose_no_more(connection, filings, now)
    echoes.keep(connection, vault, {each.address: each.echo for each in filings if each.echo is not None})
    _addresses(connection, filings, now)
    inbox.reword(connection, vault, {each: words for filing in filings for each, words in filing.rewords.items()})
    _join(connection, vault, filings, now)
    signed_in = tablets.write(connection, vault, [each.tablet for each in filings if each.tablet is not None], now)
    calendars.write(connection, vault, [each for filing in filings for each in filing.calendars], now)
    audit.record(connection, vault, [deed for each in filings for deed in each.deeds], now)
    _documents(connection, vault, filings, now)
    _end(connection, filings, now)
    registers.release(connection, vault, [each for filing in filings for each in filing.no_complaints], now)
    ring(connection, Bell.THREAD)
    if any(each.documents or each.reason is Reason.WAITS_FOR_FILE for each in filings):
        ring(connection, Bell.PAPERS)
    if notices or signed_in or any(each.withdraw or each.postpone or each.catch_up or each.start for each in filings):
        ring(connection, Bell.OUTBOX)


def _addresses(connection: Connection, filings: Sequence[Filing], now: datetime) -> None:
    """What is known of where they came from: stopped, started, proved again."""
    stops.keep(connection, {each.address: each.stop for each in filings if each.stop is not None}, now)
    stops.rung(connection, [address for each in filings for address in each.rung], now)
    if proved := [each.address for each in filings if each.proves]:
        # What was held for her goes, in order.
        people = addresses.prove(connection, proved, now)
        holding.release(connection, Reason.TO_BE_PROVED, now, people=people)
    if started := [each.address for each in filings if each.start]:
        addresses.start(connection, started)


def add_notices(connection: Connection, vault: Vault, notices: Sequence[NewNotice], now: datetime) -> None:
    """Add what is not yet there; a notice is unique by (cause, hearer, kind), so a second look adds nothing."""
    rows: list[dict[str, object]] = [
        {
            "id": each.id,
            "cause": each.cause,
            "hearer": each.person if each.person is not None else each.address,
            "kind": kind_of(each.notice),
            "person_id": each.person,
            "address_id": each.address,
            "child_id": each.child,
            "entry_id": each.entry,
            "lane": int(each.lane),
            "state": NoticeState.WAITING if each.withheld is None else NoticeState.WITHHELD,
            "reason": each.withheld,
            "not_before": each.not_before,
            "waits_for": each.waits_for,
            "waits_until": each.waits_until,
            "expires_at": each.expires_at,
            "occasion": each.occasion,
            "sealed_parameters": vault.seal_text(
                owner_of_notice(each.child, each.person, now),
                "notice",
                each.id,
                to_parameters(each.notice),
            ),
            "made_at": now,
            "ended_at": None if each.withheld is None else now,
        }
        for each in notices
    ]
    dialect.add_new(connection, schema.notices, rows)
    _watch_what_is_urgent(connection, notices)


def _watch_what_is_urgent(connection: Connection, new: Sequence[NewNotice]) -> None:
    """From when what is urgent can go, the time runs after which it goes to another address of hers."""
    since = {
        each.id: each.not_before
        for each in new
        if each.lane is Lane.URGENT
        and each.person is not None
        and each.address is None
        and each.withheld is None
        and kind_of(each.notice) in FALL_BACK
    }
    if not since:
        return
    added = connection.execute(
        select(schema.notices.c.id).where(among(schema.notices.c.id, "wanted")), {"wanted": since}
    )
    rows: list[dict[str, object]] = [
        {"notice_id": notice, "since": (free := since[NoticeId(notice)]), "look_at": free + ANOTHER_AFTER}
        for notice in added.scalars()
    ]
    dialect.add_new(connection, schema.fallbacks, rows)


def owner_of_notice(child: int | None, person: int | None, made_at: datetime) -> Owner:
    """Whose key seals a notice: the child's it is about, else the person's, else (a stranger's) the day's."""
    if child is not None:
        return Owner.child(child)
    if person is not None:
        return Owner.person(person)
    return Owner(OwnerKind.DAY, addresses.day_of(made_at))


def _choose_no_more(connection: Connection, filings: Sequence[Filing], now: datetime) -> None:
    conversations.use(connection, [token for each in filings for token in each.used], now)
    conversations.lapse(connection, [each.address for each in filings if each.lapses], now)


def _entries(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    rows: list[dict[str, object]] = []
    first: list[dict[str, object]] = []
    for filing in filings:
        for each in filing.entries:
            rows.append(
                {
                    "id": each.id,
                    "child_id": each.child,
                    "author_id": each.author,
                    "author_role": each.author_role,
                    "author_setting_id": each.author_setting,
                    "message_id": filing.message if each.message is None else each.message,
                    "answers_id": each.answers,
                    "acknowledgement_id": each.acknowledgement,
                    "urgent": each.urgent,
                    "unread": each.unread,
                    "has_picture": each.has_picture,
                    "has_paper": each.has_paper,
                    "weekday": each.weekday,
                    "told_by_id": each.told_by,
                    "happened_at": each.happened_at,
                    "filed_at": now,
                }
            )
            first.append(
                _revision(
                    vault,
                    NewRevision(
                        entry=each.id,
                        child=each.child,
                        revision=1,
                        by=each.author,
                        why="written",
                        state=EntryState.FILED,
                        subjects=each.subjects,
                        travel=each.travel,
                        text=each.text,
                        facts=each.facts,
                    ),
                    now,
                )
            )
    dialect.add(connection, schema.entries, rows)
    dialect.add(connection, schema.entry_revisions, first)


def _before_who_may_know_changes(connection: Connection, filings: Sequence[Filing]) -> None:
    """Nobody decides meanwhile what leaves; no name under which a platform has a picture outlives what allowed it."""
    changing = [each for each in filings if each.changes_who_may_know]
    if not changing:
        return
    turns.go_alone(connection)
    children: set[ChildId | None] = set()
    for each in changing:
        children |= {line.child for line in each.roster.memberships}
        children |= {choice.child for choice in each.roster.choices}
        children |= {choice.child for choice in each.roster.photo_choices}
        children |= {child for ending in each.endings for child in ending.children}
        for shut_out in each.restrictions:
            children |= {None} if shut_out.children is None else shut_out.children
    everybody = None in children or any(each.roster.setting_changes for each in changing)
    pictures.forget_uploads(connection, None if everybody else {each for each in children if each is not None})


def _pictures(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    pictures.keep(connection, vault, [each for filing in filings for each in filing.pictures], now)
    pictures.show(connection, [each for filing in filings for each in filing.shows], now)
    albums.keep(connection, vault, [each.album for each in filings if each.album is not None])


def _revisions(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    new = [revision for filing in filings for revision in filing.revisions]
    for each in new:
        if each.text is None:
            # The one exception to "never updated": a wrong child's words do not stay under her key.
            connection.execute(
                update(schema.entry_revisions)
                .where(schema.entry_revisions.c.entry_id == each.entry)
                .values(sealed_text=None, sealed_facts=None)
            )
    dialect.add(connection, schema.entry_revisions, [_revision(vault, each, now) for each in new])


def _revision(vault: Vault, new: NewRevision, now: datetime) -> dict[str, object]:
    sealed = stated = None
    if new.text is not None:
        owner = Owner.child(new.child)
        if new.facts:
            stated = vault.seal_text(owner, "facts", new.entry, facts.to_json(new.facts), revision=new.revision)
        sealed = vault.seal_text(owner, "entry", new.entry, new.text.to_json(), revision=new.revision)
    return {
        "entry_id": new.entry,
        "revision": new.revision,
        "by_id": new.by,
        "at": now,
        "why": new.why,
        "state": new.state,
        "topics": subjects_to_json(new.subjects),
        "travel": new.travel.to_json(),
        "sealed_text": sealed,
        "sealed_facts": stated,
    }


def _ask_no_more(connection: Connection, filings: Sequence[Filing], now: datetime) -> None:
    """What was to be asked about an entry is moot where the entry is revised."""
    revised = [each.entry for filing in filings for each in filing.revisions]
    if revised:
        connection.execute(_MOOT, {"revised": revised, "at": now})


_MOOT = (
    update(schema.notices)
    .where(
        among(schema.notices.c.cause, "revised"),
        schema.notices.c.kind == Kind.SAID,
        schema.notices.c.state == constant(NoticeState.WAITING),
        schema.notices.c.delivery_id.is_(None),
    )
    .values(state=NoticeState.WITHDRAWN, reason=Reason.CORRECTED, ended_at=bindparam("at", type_=schema.Instant))
)


def _withdraw(connection: Connection, filings: Sequence[Filing], now: datetime) -> None:
    for filing in filings:
        for notice, reason in filing.withdraw.items():
            connection.execute(
                update(schema.notices)
                .where(
                    schema.notices.c.id == notice,
                    schema.notices.c.state == NoticeState.WAITING,
                    schema.notices.c.delivery_id.is_(None),
                )
                .values(state=NoticeState.WITHDRAWN, reason=reason, ended_at=now)
            )


def _postpone(connection: Connection, filings: Sequence[Filing]) -> None:
    later = [{"postponed": notice, "until": at} for filing in filings for notice, at in filing.postpone.items()]
    if later:
        connection.execute(
            update(schema.notices)
            .where(
                schema.notices.c.id == bindparam("postponed"),
                schema.notices.c.state == NoticeState.WAITING.value,
                schema.notices.c.delivery_id.is_(None),
            )
            .values(not_before=bindparam("until")),
            later,
        )


def _catch_up(connection: Connection, filings: Sequence[Filing]) -> None:
    later = [{"caught": notice, "until": at} for filing in filings for notice, at in filing.catch_up.items()]
    if later:
        connection.execute(
            update(schema.notices)
            .where(
                schema.notices.c.id == bindparam("caught"),
                schema.notices.c.state == NoticeState.WAITING.value,
                schema.notices.c.delivery_id.is_(None),
            )
            .values(not_before=bindparam("until"), lane=int(Lane.CATCHING_UP)),
            later,
        )


def _originals(connection: Connection, vault: Vault, filings: Sequence[Filing]) -> None:
    rows: list[dict[str, object]] = [
        {
            "message_id": filing.message,
            "owner_kind": owner.kind.value,
            "owner_id": owner.id,
            "sealed_payload": vault.seal_text(owner, "original", filing.message, filing.original),
        }
        for filing in filings
        for owner in filing.originals
    ]
    dialect.add_new(connection, schema.originals, rows)


def _move_originals(connection: Connection, vault: Vault, moved: Sequence[MovedOriginal]) -> None:
    for each in moved:
        wrong, right = Owner.child(each.wrong), Owner.child(each.to)
        of_wrong = (
            (schema.originals.c.message_id == each.message)
            & (schema.originals.c.owner_kind == wrong.kind.value)
            & (schema.originals.c.owner_id == wrong.id)
        )
        sealed = connection.execute(select(schema.originals.c.sealed_payload).where(of_wrong)).scalar_one_or_none()
        if sealed is None:
            continue  # A practitioner's note about several is her setting's, and stays so.
        words = vault.open_text(wrong, "original", each.message, sealed)
        connection.execute(schema.originals.delete().where(of_wrong))
        row: dict[str, object] = {
            "message_id": each.message,
            "owner_kind": right.kind.value,
            "owner_id": right.id,
            "sealed_payload": vault.seal_text(right, "original", each.message, words),
        }
        dialect.add_new(connection, schema.originals, [row])


def _let_in(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    """What comes before somebody has joined, or instead of it."""
    claims.write(connection, vault, [each for filing in filings for each in filing.claims], now)
    claims.decide(connection, [each for filing in filings for each in filing.decides], now)
    if withdrawn := [each for filing in filings for each in filing.withdraws]:
        invitations.expire(connection, withdrawn, now)
    wrong = [(each.wrong_code, each.address) for each in filings if each.wrong_code is not None]
    claims.add_wrong_codes(connection, wrong, now)
    for filing in filings:
        if filing.carries is not None:
            addresses.carry(connection, filing.address, filing.carries)
        if filing.language is not None:
            roster.speak(connection, *filing.language)


def _join(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    for filing in filings:
        if filing.joins is not None:
            joins = filing.joins
            # Of two who open one link at once the second finds it used: her whole group is then filed one by one.
            invitations.use(connection, joins.invitation, now)
            address = filing.address if joins.address is None else joins.address
            addresses.link(connection, vault, address, joins.handle, joins.person, proved_at=now)
        if filing.chooses is not None:
            addresses.choose(connection, filing.chooses, now)


_END = (
    update(schema.inbox)
    .where(schema.inbox.c.id == bindparam("ended"))
    .values(state=bindparam("end"), reason=bindparam("why"), ended_at=bindparam("at"))
)


_CLEAR = update(schema.inbox).where(among(schema.inbox.c.id, "cleared")).values(sealed_payload=None)


def _documents(connection: Connection, vault: Vault, filings: Sequence[Filing], now: datetime) -> None:
    for filing in filings:
        for document in filing.documents:
            documents.keep(connection, vault, document, now)
        if filing.import_ends is not None:
            imports.end(connection, vault, filing.import_ends, now)


def _end(connection: Connection, filings: Sequence[Filing], now: datetime) -> None:
    ends: list[dict[str, object]] = []
    cleared: list[InboxId] = []
    for filing in filings:
        ends.append({"ended": filing.message, "end": filing.state, "why": filing.reason, "at": now})
        if filing.originals:
            cleared.append(filing.message)
    connection.execute(_END, ends)
    if cleared:
        # The payload lives on under the keys of those whose it is; the day's copy goes.
        connection.execute(_CLEAR, {"cleared": cleared})
