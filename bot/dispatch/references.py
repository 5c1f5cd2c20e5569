"""What the notices about to leave refer to, looked up in the transaction that marks them as leaving.

Loads for many notices at once; decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from book.deliveries import Lane, NoticeState
from book.entries import Entry
from book.ids import AddressId, ChildId, DeliveryId, EntryId, InboxId, NoticeId, PersonId
from book.notices import (
    Acknowledgement,
    AcknowledgementChanged,
    Correction,
    Explanation,
    OfTheDay,
    Recall,
    Relay,
    Said,
    WhichChild,
)
from book.occasions import Occasion
from book.people import STAFF, Circle
from book.pictures import Picture, PictureId
from book.responses import Response
from book.topics import Topic
from storage import (
    acknowledgements,
    addresses,
    circles,
    documents,
    entries,
    notices,
    outbox,
    pictures,
    responses,
    windows,
)
from storage.database import Connection
from storage.entries import Purpose
from storage.notices import Standing
from storage.outbox import Sent, Waiting
from storage.pictures import Relayed
from storage.vault import Vault

# How long a message can be changed in place, at most, where it can be at all.
_PAGES_CHANGE_FOR = timedelta(days=2)
_WHOLE_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class References:
    """Everything these notices could need."""

    entries: Mapping[EntryId, Entry]
    circles: Mapping[ChildId, Circle]
    belonging: frozenset[PersonId]  # of those who are to hear, who stands in any circle or setting at this instant
    standings: Mapping[EntryId, Sequence[Standing]]
    acknowledged: Mapping[NoticeId, tuple[Entry, ...]]
    acknowledgements: Mapping[NoticeId, tuple[Acknowledgement, NoticeState, bool]]
    seen: Mapping[EntryId, Sequence[tuple[PersonId, datetime]]]
    responses: Mapping[EntryId, Sequence[Response]]  # to what is acknowledged, where the line about it changes
    sent: Mapping[NoticeId, Sequence[Sent]]
    # Notices to be recalled of which a delivery is on the wire at this moment, and where that goes.
    flying: Mapping[NoticeId, Sequence[tuple[DeliveryId, AddressId]]]
    # Where each person was told of something urgent that is corrected, and by which message last.
    urgently_told: Mapping[tuple[EntryId, PersonId], Mapping[AddressId, DeliveryId]]
    reachable: frozenset[PersonId]  # of those who hear of what is acknowledged, who has an address
    documents: frozenset[int]  # of those that go with something, those that are there
    told: Mapping[NoticeId, EntryId]  # what other notices of a message that is recalled had told
    pictures: Mapping[InboxId, tuple[Picture, ...]]  # that came with what is told or acknowledged
    copies: Mapping[tuple[PictureId, ChildId], Relayed]  # of these, what goes out to whoever hears of a child
    own: Mapping[PersonId, frozenset[ChildId]]  # of who wrote about several children at once, with whom else she is
    lately: Mapping[ChildId, tuple[Entry, ...]]  # what was written of whose day is told, oldest first
    pages: Mapping[tuple[PersonId, ChildId], Sequence[tuple[NoticeId, datetime]]]  # sent to whom something is recalled
    languages: Mapping[PersonId, str]  # of those who are told that something waits


def look_up(
    connection: Connection, vault: Vault, leaving: Sequence[Waiting], now: datetime, *, also: Collection[EntryId] = ()
) -> References:
    """Load what ``leaving`` refers to and ``also`` these entries, with the circles around it."""
    spoken = {each.id for each in leaving if isinstance(each.notice, Acknowledgement)}
    changed = {each.notice.acknowledgement for each in leaving if isinstance(each.notice, AcknowledgementChanged)}
    wanted = _told_of(leaving) | {*also}
    following = {
        NoticeId(each.cause): each.notice.pictures_of
        for each in leaving
        if isinstance(each.notice, Said) and each.notice.pictures_of is not None
    }
    wanted |= {*following.values()}
    back = {*following, *changed, *(each.notice.told for each in leaving if isinstance(each.notice, Recall))}
    pages_anew = {each.notice.changes for each in leaving if isinstance(each.notice, OfTheDay)} - {NoticeId(0)}
    back |= pages_anew
    back |= {each.notice.changes for each in leaving if isinstance(each.notice, Said) and each.notice.changes}
    sent = _with_followers(connection, outbox.sent_for(connection, back), leaving)
    # A recall of one note out of several leaves the others standing: those must be said again without it.
    together = {notice for found in sent.values() for each in found for notice in each.carries}
    together -= back - pages_anew
    told = outbox.entries_told(connection, together)
    wanted |= set(told.values())
    loaded = entries.load(connection, vault, wanted).for_machine(Purpose.SENDING) if wanted else {}
    mine = (
        entries.of_acknowledgements(connection, vault, spoken | changed).for_machine(Purpose.SENDING)
        if spoken | changed
        else {}
    )
    acknowledged: dict[NoticeId, list[Entry]] = {}
    for entry in mine.values():
        if entry.acknowledgement is not None:
            acknowledged.setdefault(entry.acknowledgement, []).append(entry)
    everything = {**loaded, **mine}
    asked = {child for each in leaving if isinstance(each.notice, WhichChild) for child in each.notice.among}
    hearers = {each.person for each in leaving if each.person is not None and _must_belong(each)}
    acknowledgements_of = acknowledgements.load(connection, vault, changed)
    around = {entry.child for entry in everything.values()} | asked
    around |= {each.child for each in leaving if each.child is not None}
    lines = [each.notice for each in leaving if isinstance(each.notice, Acknowledgement)]
    lines += [known for known, _, _ in acknowledgements_of.values()]
    around |= {each.wrong for each in lines if each.wrong is not None}
    writers = {found[0].author for found in acknowledged.values() if is_about_several(found)}
    writers |= {each.person for each in leaving if each.person is not None and _is_of_a_morning(each, sent)}
    own = circles.children_of(connection, writers) if writers else {}
    lately = _lately(connection, vault, leaving, sent, own, now)
    files = {each.notice.document for each in leaving if isinstance(each.notice, Said) and each.notice.document}
    explained = {each.notice.entry for each in leaving if isinstance(each.notice, Explanation)}
    standings = notices.of_entries(connection, set(mine) | explained)
    told_of = {each.person for about in standings.values() for each in about}
    # Where somebody is told in an absent colleague's place, or may be let answer, hours are needed to say so.
    by_hours = {
        entry.child
        for entry in everything.values()
        if any(each.catches_up for each in standings.get(entry.id, ())) or asks_another_setting(entry)
    }
    by_hours |= {child for children in own.values() for child in children}
    by_hours |= {each.child for each in leaving if each.child is not None and _is_of_a_day(each)}
    came = pictures.of_messages(
        connection,
        {each.message for each in loaded.values() if each.has_files and each.message is not None},
        hold=True,
    )
    lying = {each.message for each in mine.values() if each.has_picture and each.message is not None} - came.keys()
    spoken_of = pictures.of_messages(connection, lying)
    shown = {each.id: each.shown.children for found in came.values() for each in found}
    # What pictures of a child may be used for is known with the hours.
    by_hours |= {child for children in shown.values() for child in children}
    by_hours |= {child for found in spoken_of.values() for each in found for child in each.shown.children}
    by_hours |= {each.child for each in everything.values() if each.message in came or each.message in spoken_of}
    known = circles.load(connection, vault, around - by_hours, now, with_hours=False)
    known |= circles.load(connection, vault, by_hours, now)
    return References(
        entries=everything,
        circles=known,
        belonging=circles.belonging(connection, hearers, now) if hearers else frozenset(),
        standings=standings,
        reachable=addresses.reachable(connection, told_of) if told_of else frozenset(),
        acknowledged={notice: tuple(found) for notice, found in acknowledged.items()},
        acknowledgements=acknowledgements_of,
        seen=acknowledgements.seen_by(connection, set(mine) | _watched(leaving)),
        responses=responses.of_entries(connection, vault, set(mine)) if changed else {},
        sent=sent,
        flying=outbox.on_the_wire(connection, back),
        urgently_told=outbox.urgently_told(
            connection,
            {each.notice.entry for each in leaving if isinstance(each.notice, Correction) and each.lane is Lane.URGENT},
        ),
        documents=documents.existing(connection, files) if files else frozenset(),
        told=told,
        pictures={**spoken_of, **came},
        copies=pictures.to_relay(connection, shown.keys()),
        own={person: frozenset(children) for person, children in own.items()},
        lately=lately,
        pages=_pages(connection, leaving, now),
        languages=_languages(connection, leaving),
    )


def _pages(
    connection: Connection, leaving: Sequence[Waiting], now: datetime
) -> dict[tuple[PersonId, ChildId], list[tuple[NoticeId, datetime]]]:
    """The pages lately sent of a child to whoever something of that child is taken back from."""
    recalling = {
        (each.person, each.child)
        for each in leaving
        if isinstance(each.notice, Recall) and each.person is not None and each.child is not None
    }
    if not recalling:
        return {}
    found = outbox.pages_since(connection, {person for person, _ in recalling}, now - _PAGES_CHANGE_FOR)
    return {key: pages for key, pages in found.items() if key in recalling}


def _told_of(leaving: Sequence[Waiting]) -> set[EntryId]:
    """The entries that these notices tell of by themselves."""
    wanted = {
        each.notice.entry for each in leaving if isinstance(each.notice, Relay | Correction | Recall | Explanation)
    }
    wanted |= {entry for each in leaving if isinstance(each.notice, Said) for entry in each.notice.tells}
    return wanted


def _is_of_a_morning(waiting: Waiting, sent: Mapping[NoticeId, Sequence[Sent]]) -> bool:
    """Whether it stands in a morning list, asks for one, or takes something back that stands in one."""
    match waiting.notice:
        case OfTheDay(occasion=occasion):
            return occasion is Occasion.MORNING
        case Recall(told=told):
            return any(each.occasion is Occasion.MORNING for each in sent.get(told, ()))
    return waiting.occasion is Occasion.MORNING


def _is_of_a_day(waiting: Waiting) -> bool:
    return waiting.occasion is not Occasion.NONE or isinstance(waiting.notice, OfTheDay)


def _lately(
    connection: Connection,
    vault: Vault,
    leaving: Sequence[Waiting],
    sent: Mapping[NoticeId, Sequence[Sent]],
    own: Mapping[PersonId, Collection[ChildId]],
    now: datetime,
) -> dict[ChildId, tuple[Entry, ...]]:
    """What was written since the first of the days that are told, of whoever they are told of."""
    of_days = [each for each in leaving if each.child is not None and _is_of_a_day(each)]
    recalled = [(each.child, sent.get(each.notice.told, ())) for each in leaving if isinstance(each.notice, Recall)]
    changed = [(child, told) for child, told in recalled if any(each.occasion is not Occasion.NONE for each in told)]
    children = {each.child for each in of_days} | {child for child, _ in changed}
    asking = [each for each in leaving if isinstance(each.notice, OfTheDay) and _is_of_a_morning(each, sent)]
    children |= {child for each in asking if each.person is not None for child in own.get(each.person, ())}
    if not (wanted := {child for child in children if child is not None}):
        return {}
    begins = [each.made_at for each in (*of_days, *asking)]
    begins += [each.sent_at - _WEEK for _, told in changed for each in told]
    since = min([now, *begins]) - _WHOLE_DAY
    found: dict[ChildId, list[Entry]] = {}
    for entry in entries.of_children(connection, vault, wanted, since).for_machine(Purpose.SENDING).values():
        found.setdefault(entry.child, []).append(entry)
    return {child: tuple(written) for child, written in found.items()}


def _languages(connection: Connection, leaving: Sequence[Waiting]) -> dict[PersonId, str]:
    told = {each.person for each in leaving if isinstance(each.notice, Said) and each.notice.announces}
    return windows.languages(connection, {each for each in told if each is not None}) if told else {}


def _watched(leaving: Sequence[Waiting]) -> set[EntryId]:
    """The entries of which something is said only while nobody has seen them."""
    said = [each.notice for each in leaving if isinstance(each.notice, Said) and each.notice.unless_seen]
    return {entry for each in said for entry in each.tells}


def _with_followers(
    connection: Connection, sent: dict[NoticeId, list[Sent]], leaving: Sequence[Waiting]
) -> dict[NoticeId, list[Sent]]:
    """To be taken back is what told it, and the pictures that followed."""
    recalled = {each.notice.told for each in leaving if isinstance(each.notice, Recall)}
    followers = outbox.pictures_after(connection, recalled) if recalled else {}
    if not followers:
        return sent
    after = outbox.sent_for(connection, followers.keys())
    for follower, told in followers.items():
        sent.setdefault(told, []).extend(after.get(follower, ()))
    return sent


def is_about_several(acknowledged: Sequence[Entry]) -> bool:
    """Whether one message of somebody of a setting among these was about several children."""
    about: dict[InboxId | None, set[ChildId]] = {}
    for entry in acknowledged:
        if entry.author_role in STAFF:
            about.setdefault(entry.message, set()).add(entry.child)
    return any(len(children) > 1 for children in about.values())


def asks_another_setting(entry: Entry) -> bool:
    """Whether a setting asks in it what another may be let answer."""
    return entry.author_role in STAFF and any(each.topic is Topic.QUESTION for each in entry.subjects)


def _must_belong(waiting: Waiting) -> bool:
    """Relays are looked at one by one; everything else about a child goes only to somebody who belongs."""
    return not isinstance(waiting.notice, Relay | Correction)
