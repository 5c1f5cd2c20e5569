"""Putting right what was filed: undo, a move to another child, a correction, a narrower or wider audience.

The one road by which an entry that exists is changed: a new revision, the audience decided again, what had not
left withdrawn, what had left recalled or corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from book.audience import Order, choose_audience
from book.deliveries import InboxState, Lane, NoticeState
from book.duty import is_away, returns, whom_to_tell
from book.entries import Correction as CorrectionMade
from book.entries import Entry, EntryState, Text, Travel
from book.facts import Fact
from book.ids import ChildId, EntryId, NoticeId, PersonId
from book.notices import Acknowledgement, AcknowledgementChanged, Correction, Kind, Recall, Relay, Said, StillThere
from book.people import STAFF, Circle
from book.reasons import Reason
from book.topics import Subject, Topic
from book.understanding.notes import read_note
from book.understanding.passwords import without_password
from book.understanding.renaming import rename
from handlers import echo, mix_ups, moved_pictures, pictures, replies
from handlers.desk import Desk
from handlers.filing_a_note import names_another, relays, told_of
from handlers.stating import civil, hours, renamed, set_right, with_beginning, without_password_in
from storage.audit import Deed
from storage.filing import Filing, MovedOriginal, NewEntry, NewNotice, NewRevision
from storage.inbox import Taken
from storage.mix_ups import NewMixUp
from storage.notices import Standing
from storage.pictures import Shows
from storage.situations import Situation
from storage.vault import Owner


def undo(taken: Taken, situation: Situation, desk: Desk, entries: Sequence[Entry]) -> Filing:
    """Take ``entries`` back: nobody who was not told will be, and who was told is told that it is gone."""
    person = situation.person
    assert person is not None
    entries = [entry for entry in entries if entry.is_live and entry.author == person.id]
    if not entries:
        return replies.said(situation, desk, "undo.nothing")
    withdraw: dict[NoticeId, Reason] = {}
    notices: list[NewNotice] = []
    reached: list[str] = []
    for entry in entries:
        gone, recalls, had = _call_back(entry, situation, desk, reason=Reason.UNDONE)
        withdraw |= gone
        notices += recalls
        reached += [each.name for each in had]
    notices += _acknowledgements_changed(entries, situation, desk, cause=taken.id)
    withdraw |= _waiting_acknowledgement(entries, situation, Reason.UNDONE)
    key, values = ("undo.some", {"names": _unique(reached)}) if reached else ("undo.nobody", {})
    answer = replies.say(situation, desk, Said(key, values))
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.ANSWERED,
        revisions=tuple(revised(entry, by=person.id, why="undone", state=EntryState.WITHDRAWN) for entry in entries),
        notices=(*notices, answer),
        withdraw=withdraw,
        deeds=tuple(
            Deed("undone", person.id, Owner.child(entry.child), entry.id, {"reached": len(reached)})
            for entry in entries
            if reached
        ),
    )


def move(taken: Taken, situation: Situation, desk: Desk, entries: Sequence[Entry], to: ChildId) -> Filing:
    """What was written for one child is about another: filed there, recalled here, and the slip recorded.

    The wrong child's revisions lose their words; a last one says that something was filed by mistake, naming
    nobody (design, tables). What came with it goes with it: the new entry is of the message that was written.
    """
    person = situation.person
    assert person is not None
    circle = situation.circles[to]
    me = circle.membership(person.id, desk.now)
    entries = [each for each in entries if each.is_live and each.author == person.id and each.child != to and each.text]
    if not entries or me is None:
        return replies.said(situation, desk, "undo.nothing")
    acknowledgement = desk.notice_id()
    new: list[NewEntry] = []
    notices: list[NewNotice] = []
    withdraw: dict[NoticeId, Reason] = {}
    reached: list[_Reached] = []
    mixed_up: list[NewMixUp] = []
    shows: list[Shows] = []
    wrong = situation.circles[entries[0].child].child
    for entry in entries:
        gone, recalls, had = _call_back(entry, situation, desk, reason=Reason.MOVED)
        withdraw |= gone
        notices += recalls
        reached += had
        assert entry.text is not None
        moved = NewEntry(
            id=EntryId(desk.ids.new()),
            child=to,
            author=person.id,
            author_role=me.role,
            author_setting=me.setting,
            subjects=entry.subjects,
            text=replace(
                entry.text,
                which="asked",
                words=rename(entry.text.words, wrong.names, circle.child.name),
            ),
            happened_at=entry.happened_at,
            travel=Travel(),
            acknowledgement=acknowledgement,
            urgent=entry.urgent,
            weekday=entry.weekday,
            told_by=entry.told_by,
            facts=renamed(entry.facts, wrong.names, circle.child.name),
            unread=entry.unread,
            has_picture=entry.has_picture,
            has_paper=entry.has_paper,
            message=entry.message,
        )
        new.append(moved)
        if had and me.role in STAFF and me.setting is not None:
            mixed_up.append(NewMixUp(desk.ids.new(), me.setting, person.id, entry.id, entry.child, to))
        note = replace(entry.note, only=frozenset(), without=frozenset(), let_through=frozenset(), answers=None,
                       author_role=me.role, author_setting=me.setting)  # fmt: skip
        came = moved_pictures.moved_to(entry, to, situation)
        shows += came.shows(person.id)
        slow = replace(desk, pace=replace(desk.pace, undo=desk.pace.undo_several)) if came.after else desk
        told = told_of(moved.id, note, circle, slow, cause=moved.id, urgent=entry.urgent)
        notices += pictures.waiting_for(came.to_wait_for, told, desk, urgent=entry.urgent, words=entry.text.words)
        for other, standing in moved_pictures.lost_by(came, entry, situation, desk):
            notices += [_recall(other, standing, desk), _told_again(other, standing, taken, desk)]
        kept_out = moved_pictures.not_for_everybody(came, situation, desk)
        if kept_out is not None and me.role in STAFF:
            notices.append(replies.say(situation, desk, kept_out))
    managers = mix_ups.to_tell(circle, me, desk) if mixed_up else []
    notices += mix_ups.told(managers, situation, desk, circle, wrong.name, _unique(each.name for each in reached))
    notices.append(
        NewNotice(
            id=acknowledgement,
            cause=taken.id,
            notice=Acknowledgement(
                moved_from=wrong.name,
                reached=tuple(dict.fromkeys(each.name for each in reached if each.still_there is None)),
                wrong=wrong.id,
                kept=tuple({each.name: each.still_there for each in reached if each.still_there}.values()),
                noted_by=managers[0].person.name if managers else "",
            ),
            person=person.id,
            address=situation.address.id,
            lane=Lane.REPLY,
            not_before=desk.now,
        )
    )
    withdraw |= _waiting_acknowledgement(entries, situation, Reason.MOVED)
    if _speaks_of_others(entries, situation):
        notices += _acknowledgements_changed(entries, situation, desk, cause=taken.id)
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.FILED,
        entries=tuple(new),
        revisions=tuple(
            replace(revised(entry, by=person.id, why="moved", state=EntryState.MOVED), text=None, facts=())
            for entry in entries
        ),
        notices=tuple(notices),
        withdraw=withdraw,
        conversation=replace(situation.conversation, child=to, spoke_at=desk.now),
        deeds=tuple(
            Deed("moved", person.id, Owner.child(entry.child), entry.id, {"reached": len(reached)}) for entry in entries
        ),
        originals=(Owner.child(to),),
        original=taken.incoming.to_json(),
        moved_originals=tuple(MovedOriginal(each.message, each.child, to) for each in entries if each.message),
        mix_ups=tuple(mixed_up),
        shows=tuple(shows),
    )


def correct(taken: Taken, situation: Situation, desk: Desk, entry: Entry, words: str) -> Filing:
    """Words that set right what was written a moment ago ("sorry 5.45"): added, never put in the place of it."""
    assert entry.text is not None
    taken, words = without_password_in(taken), without_password(words) or words
    added = CorrectionMade(words, taken.incoming.at)
    text = replace(entry.text, corrections=(*entry.text.corrections, added))
    facts = set_right(entry, words, _names(situation), situation, desk)
    return _corrected(taken, situation, desk, entry, entry.subjects, text, facts)


def edited(taken: Taken, situation: Situation, desk: Desk, entries: Sequence[Entry]) -> Filing:
    """The sender edited her message: with other words a correction, with the same words nothing."""
    taken = without_password_in(taken)
    live = [entry for entry in entries if entry.is_live and entry.text is not None]
    text = taken.incoming.text
    if not live or all(entry.text is not None and entry.text.words == text for entry in live) or not text.strip():
        return Filing(taken.id, taken.address, InboxState.SKIPPED, Reason.UNCHANGED)
    if len(live) > 1:
        # One message made several entries; which of them the new words are about is not ours to guess.
        return replies.said(situation, desk, "edit.several")
    entry = live[0]
    assert entry.text is not None
    if names_another(text, entry.child, situation, desk) and not names_another(
        entry.text.words, entry.child, situation, desk
    ):
        return replies.said(situation, desk, "edit.another", {"child": situation.circles[entry.child].child.name})
    return reworded(taken, situation, desk, entry, text)


def reworded(taken: Taken, situation: Situation, desk: Desk, entry: Entry, text: str) -> Filing:
    """A new revision that says ``text`` in the place of what it said; whoever has heard that is told."""
    written = civil(desk, entry.happened_at)
    reading, stated = read_note(text, desk.lexicon, _names(situation), written, hours=hours(situation, desk))
    new = Text(
        words=text,
        because=tuple((topic.value, found) for topic, found in reading.because),
        collection=reading.collection or "",
    )
    facts = with_beginning(stated.facts, entry.child, situation, desk)
    return _corrected(taken, situation, desk, entry, reading.subjects, new, facts)


def _names(situation: Situation) -> list[str]:
    return [name for circle in situation.circles.values() for name in circle.child.names]


def _corrected(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    entry: Entry,
    subjects: tuple[Subject, ...],
    text: Text,
    facts: tuple[Fact, ...],
) -> Filing:
    person = situation.person
    assert person is not None
    if echo.is_unproved(situation, text.collection, subjects):
        text = replace(text, unproved=True)
    after = replace(entry, subjects=subjects, text=text, facts=facts)
    filing = rebound(taken, situation, desk, entry, after, why="corrected")
    told = [
        standing
        for standing in situation.standings.get(entry.id, ())
        if standing.kind is Kind.RELAY and standing.has_left and standing.id not in filing.withdraw
    ]
    recalled = {each.person for each in filing.notices if isinstance(each.notice, Recall)}
    corrections = tuple(
        NewNotice(
            id=desk.notice_id(),
            cause=taken.id,
            notice=Correction(entry.id),
            person=standing.person,
            child=entry.child,
            entry=entry.id,
            lane=Lane.URGENT if entry.urgent else Lane.RELAY,
            not_before=_not_while_away(standing.person, situation.circles[entry.child], desk),
        )
        for standing in told
        if standing.person not in recalled
    )
    return replace(
        filing,
        notices=(*filing.notices, *corrections),
        originals=(Owner.child(entry.child),),
        original=taken.incoming.to_json(),
    )


def of_another_topic(
    taken: Taken, situation: Situation, desk: Desk, entry: Entry, wrong: Topic, right: Topic | None
) -> Filing:
    """ "Not sleep, health": the note just before is under the other topic, and who may know it is decided again.

    Under none where no other was said and none is left: then the strictest rule holds.
    """
    left = [each for each in entry.subjects if each.topic not in (wrong, right)]
    after = replace(entry, subjects=(*left, *((Subject(right),) if right else ())))
    filing = rebound(taken, situation, desk, entry, after, why="topic")
    filing = replace(filing, state=InboxState.SKIPPED, reason=Reason.ANSWERED)
    if situation.address.can_change:
        return filing  # The line about it says so itself.
    return replace(filing, notices=(*filing.notices, replies.say(situation, desk, Said("change.topic_now"))))


def rebound(taken: Taken, situation: Situation, desk: Desk, before: Entry, after: Entry, *, why: str) -> Filing:
    """A new revision of one entry with its audience decided again.

    Who may no longer know is withdrawn from or recalled; who may know now is told; the others keep what they
    have or wait for.
    """
    person = situation.person
    assert person is not None
    circle = situation.circles[before.child]
    note = after.note
    standings = [each for each in situation.standings.get(before.id, ()) if each.kind is Kind.RELAY]
    hearing = {each.person for each in standings if each.state is NoticeState.WAITING or each.has_left}
    verdicts = choose_audience(note, circle, desk.now, first=_first_who_hears(after, standings, circle, desk))
    may_know = {each.member.person.id for each in verdicts if each.told or each.reason is Reason.COLLEAGUES}
    withdraw: dict[NoticeId, Reason] = {}
    notices: list[NewNotice] = []
    for standing in standings:
        if standing.person in may_know:
            continue  # She keeps what she has or waits for.
        if standing.has_left:
            notices.append(_recall(before, standing, desk))
        else:
            withdraw[standing.id] = Reason.NARROWED
    notices += relays(
        after.id, note, verdicts, circle, desk, cause=taken.id, urgent=after.urgent, already=hearing & may_know
    )
    notices += _acknowledgements_changed([before], situation, desk, cause=taken.id)
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.FILED,
        revisions=(revised(after, by=person.id, why=why, state=EntryState.CORRECTED),),
        notices=tuple(notices),
        withdraw=withdraw,
    )


def _not_while_away(person: PersonId, circle: Circle, desk: Desk) -> datetime:
    """Now; for somebody of a setting who is away today, when she is back."""
    member = circle.membership(person, desk.now)
    if member is None or member.role not in STAFF or not is_away(member, circle, desk.today):
        return desk.now
    return returns(member, circle, desk.now, desk.zone) or desk.now


def _first_who_hears(entry: Entry, standings: Sequence[Standing], circle: Circle, desk: Desk) -> Order:
    """Who of a setting has it, or is to have it, stays the one who is told; else whoever is there now."""
    hears = [
        each.person
        for each in standings
        if not each.catches_up and (each.state is NoticeState.WAITING or each.has_left)
    ]
    order = whom_to_tell(entry.note, circle, urgent=entry.urgent, now=desk.now, zone=desk.zone, pace=desk.pace)
    return lambda setting: (*hears, *order(setting))


def revised(entry: Entry, *, by: PersonId, why: str, state: EntryState) -> NewRevision:
    """The next revision of ``entry``, with what it says now."""
    return NewRevision(
        entry=entry.id,
        child=entry.child,
        revision=entry.revision + 1,
        by=by,
        why=why,
        state=state,
        subjects=entry.subjects,
        travel=entry.travel,
        text=entry.text,
        facts=entry.facts,
    )


@dataclass(frozen=True, slots=True)
class _Reached:
    """Somebody it may have reached, and how it stands with her where it cannot be taken back."""

    name: str
    still_there: StillThere | None


def _call_back(
    entry: Entry, situation: Situation, desk: Desk, *, reason: Reason
) -> tuple[Mapping[NoticeId, Reason], list[NewNotice], list[_Reached]]:
    """Withdraw what has not left, recall what has; and whom it may have reached."""
    withdraw: dict[NoticeId, Reason] = {}
    recalls: list[NewNotice] = []
    reached: list[_Reached] = []
    circle = situation.circles[entry.child]
    for standing in situation.standings.get(entry.id, ()):
        if standing.kind is Kind.RECALL:
            continue
        if standing.has_left:
            recalls.append(_recall(entry, standing, desk))
            reached.append(_reached(circle, standing, desk))
        elif standing.state is NoticeState.WAITING:
            withdraw[standing.id] = reason
    return withdraw, recalls, reached


def _reached(circle: Circle, standing: Standing, desk: Desk) -> _Reached:
    name, person = _name(circle, standing.person), circle.person(standing.person)
    if person is None or standing.told_at is None or standing.can_be_taken_back(desk.now):
        return _Reached(name, None)
    return _Reached(name, StillThere(name, person.pronoun, standing.told_at, standing.is_text))


def _recall(entry: Entry, standing: Standing, desk: Desk) -> NewNotice:
    return NewNotice(
        id=desk.notice_id(),
        # Each thing told is recalled on its own: the cause is the notice that told it, once and for all.
        cause=standing.id,
        notice=Recall(entry.id, standing.id),
        person=standing.person,
        child=entry.child,
        entry=entry.id,
        lane=Lane.URGENT,
        not_before=desk.now,
    )


def _told_again(entry: Entry, standing: Standing, taken: Taken, desk: Desk) -> NewNotice:
    """What is taken back for the sake of its picture stands: it is told anew, with what may be seen of it."""
    return NewNotice(
        id=desk.notice_id(),
        cause=taken.id,
        notice=Relay(entry.id),
        person=standing.person,
        child=entry.child,
        entry=entry.id,
        lane=Lane.RELAY,
        not_before=desk.now,
    )


def _acknowledgements_changed(
    entries: Iterable[Entry], situation: Situation, desk: Desk, *, cause: int
) -> list[NewNotice]:
    """The acknowledgements already shown are edited to how things stand; one still gathering needs nothing."""
    entries = list(entries)
    shown = {
        entry.acknowledgement
        for entry in entries
        if entry.acknowledgement is not None
        and (situation.gathering is None or entry.acknowledgement != situation.gathering.notice)
    }
    return [
        NewNotice(
            id=desk.notice_id(),
            cause=cause,
            notice=AcknowledgementChanged(acknowledgement),
            person=entries[0].author,  # whoever changed it, the line is its author's
            address=None,
            lane=Lane.REPLY,
            not_before=desk.now,
        )
        for acknowledgement in sorted(shown)
    ][:1]


def _speaks_of_others(entries: Sequence[Entry], situation: Situation) -> bool:
    """Whether the line that told of these tells of others that stand: it is edited to say no more than that."""
    about = {each.acknowledgement for each in entries}
    moved = {each.id for each in entries}
    return any(each.is_live and each.acknowledgement in about and each.id not in moved for each in situation.recent)


def _waiting_acknowledgement(entries: Iterable[Entry], situation: Situation, reason: Reason) -> dict[NoticeId, Reason]:
    """The acknowledgement that is still gathering, where nothing it would speak of is left."""
    gathering = situation.gathering
    if gathering is None:
        return {}
    others = [each for each in situation.recent if each.acknowledgement == gathering.notice and each.is_live]
    if {each.id for each in others} <= {each.id for each in entries}:
        return {gathering.notice: reason}
    return {}


def _name(circle: Circle, person: PersonId) -> str:
    found = circle.person(person)
    return found.name if found is not None else ""


def _unique(names: Iterable[str]) -> str:
    """Names one a line: how they are joined in a sentence is the catalogue's to say."""
    return "\n".join(dict.fromkeys(name for name in names if name))
