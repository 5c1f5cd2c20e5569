"""From words to a filing: which child, which topics, who may know, who hears of it and when.

The one road by which anything becomes an entry, whoever wrote it and by whatever door.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from book.audience import Note, Verdict, carried_back, choose_audience
from book.deliveries import InboxState, Lane
from book.duty import able_to_be_told, catches_up, her_own, in_today, whom_to_tell
from book.entries import Entry, Text, Travel
from book.facts import Fact
from book.ids import ChildId, EntryId, NoticeId, PersonId, SettingId
from book.notices import Acknowledgement, Relay, WhichChild
from book.occasions import Occasion, occasion_of
from book.people import STAFF, WEIGHT, Circle, Membership, Role, SettingKind
from book.reasons import Reason
from book.timing import in_the_day, is_left_out, when_to_tell
from book.topics import Subject, Topic
from book.understanding.apart import asks_of
from book.understanding.children import (
    CONVERSATION,
    ONLY,
    REPLY,
    AskWhich,
    Named,
    OneChild,
    SeveralChildren,
    Together,
    which_child,
)
from book.understanding.commands import Narrowing, as_narrowing
from book.understanding.lexicon import fold
from book.understanding.names import mentions_in, words_of
from book.understanding.notes import read_note
from book.understanding.renaming import take_out
from book.understanding.topics import Reading
from handlers import answering, by_hand, cannot_wait, doubting, echo, in_the_picture, pictures, replies
from handlers.desk import Desk
from handlers.in_the_picture import Pictured
from handlers.stating import as_it_waits, civil, hours, with_beginning, without_password_in
from storage.conversations import ANOTHER
from storage.filing import Filing, NewEntry, NewNotice
from storage.inbox import Taken
from storage.pictures import Shows
from storage.questions import QUESTION_COUNTS_FOR, Question
from storage.situations import Situation
from storage.vault import Owner

# Why a note is of a child, where no name says so.
_WHY_THIS_CHILD = {ONLY: "only", REPLY: "reply", CONVERSATION: "before"}
# "Which child?" is asked again after so long, or a little before those who are to hear it look.
ASKED_AGAIN_AFTER = timedelta(minutes=10)
# Each text makes a telephone ring and is paid for: nobody has two lines back within so long.
ACKNOWLEDGED_AGAIN_AFTER = timedelta(minutes=2)
_BEFORE_THEY_LOOK = timedelta(minutes=15)
# A burst may put off its acknowledgement this many times the quiet it waits for, and no longer.
_LONGEST_BURST = 3
# A "no" of these kinds is kept with the entry; the others follow from the circle itself.
_KEPT_NOES = frozenset(
    {
        Reason.NOT_SHARED,
        Reason.NOT_CHOSEN,
        Reason.NARROWED,
        Reason.ANSWERS_NARROWER,
        Reason.NOTES_APART,
        Reason.UNDERSTOOD_BY_NOBODY,
    }
)


def named_children(situation: Situation, desk: Desk) -> list[Named]:
    """The children this sender may write about, with every name they go by."""
    person = situation.person
    assert person is not None
    return [
        Named(child, circle.child.names)
        for child, circle in sorted(situation.circles.items())
        if circle.membership(person.id, desk.now) is not None
    ]


def file_note(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    *,
    chosen: Sequence[ChildId] = (),
    about: tuple[Subject, ...] = (),
    pictured: Pictured | None = None,
) -> Filing:
    """File one message, or keep it and ask which child it is about. ``chosen`` is the answer to that question.

    ``about`` is what it is about where its words alone do not say so ("not Thursday"); ``pictured`` who is in what came
    with it, once that was said.
    """
    taken = without_password_in(taken)
    if situation.replied is not None and situation.replied.is_unknown:
        # What it answers might be for fewer people than a note of hers would be: nobody is told of it (rule 5).
        return replies.said(replace(situation, taken=taken), desk, "reply.unknown")
    text = taken.incoming.text
    circle = by_hand.only_those_there(text, named_children(situation, desk), situation.circles)
    elsewhere = named_elsewhere(text, circle, situation)
    if pictured is None and not chosen and (taken.incoming.files or taken.incoming.media):
        meant = _in_the_picture(taken, situation, desk, circle, is_hers=not elsewhere)
        if isinstance(meant, Filing):
            return meant
        pictured = meant
    clauses: Iterable[tuple[int, str]]
    which: dict[int, str] = dict.fromkeys(chosen, "asked")
    if chosen:
        clauses = [
            (
                child,
                take_out(text, [name for each in (*circle, *elsewhere) if each.child != child for name in each.names]),
            )
            for child in chosen
        ]
    elif pictured is not None and pictured.clauses is not None:
        clauses = pictured.clauses
    elif elsewhere:
        # No family reads the name of another's child: whose the note is, is its author's to say.
        named = [each for each in circle if mentions_in(words_of(text), [each])]
        return _ask(taken, situation, desk, [ChildId(each.child) for each in named or circle])
    else:
        answered = _answered_child(situation)
        match which_child(
            text,
            circle,
            replied_to=answered,
            in_conversation=situation.conversation.child_now(desk.now),
            together=together(situation, desk, circle),
        ):
            case OneChild(child, because):
                clauses = [(child, text)]
                which = {child: _WHY_THIS_CHILD.get(because, because)}
            case SeveralChildren(found):
                clauses = found
            case AskWhich(among):
                return _ask(taken, situation, desk, [ChildId(each) for each in among])
            case never:
                assert_never(never)
    told = [(ChildId(child), words) for child, words in clauses]
    if any(answering.apart(situation, child, desk) for child, _ in told):
        return answering.ask_whose(taken, situation, desk, [child for child, _ in told])
    return _file(taken, situation, desk, told, which, about, pictured or Pictured(None))


def _in_the_picture(
    taken: Taken, situation: Situation, desk: Desk, circle: Sequence[Named], *, is_hers: bool
) -> Filing | Pictured | None:
    """Who is in what came with it, or that this is asked first; a child who is not hers is in no caption."""
    names = [name for each in circle for name in each.names]
    reading, _ = read_note(taken.incoming.text, desk.lexicon, names, civil(desk, taken.incoming.at))
    meant = together(situation, desk, circle)
    return in_the_picture.look(taken, situation, desk, circle if is_hers else (), meant, urgent=reading.urgent)


def together(situation: Situation, desk: Desk, circle: Sequence[Named]) -> Together | None:
    """Whom "all mine" stands for: for who works with the children, her own that are in today; for family all theirs."""
    person = situation.person
    assert person is not None
    around = [situation.circles[ChildId(each.child)] for each in circle]
    roles = [me.role for each in around if (me := each.membership(person.id, desk.now)) is not None]
    if not any(role in STAFF for role in roles):
        return None
    day = desk.today
    own = in_today(her_own(around, person.id, desk.now), person.id, day, desk.now)
    here = in_today(around, person.id, day, desk.now)
    return Together(
        tuple(each.child.id for each in own), frozenset(each.child.id for each in here), _twins(own, desk.now)
    )


def _twins(own: Sequence[Circle], now: datetime) -> tuple[int, ...]:
    """The only two of these with the same parents, where everybody's parents are known; else nobody can say."""
    families: dict[frozenset[PersonId], list[int]] = {}
    for circle in own:
        parents = frozenset(each.person.id for each in circle.parents(now))
        families.setdefault(parents, []).append(circle.child.id)
    several = [children for children in families.values() if len(children) > 1]
    return tuple(several[0]) if frozenset() not in families and len(several) == 1 and len(several[0]) == 2 else ()


def named_elsewhere(text: str, circle: Sequence[Named], situation: Situation) -> list[Named]:
    """The children of her setting that the words surely name and that are not hers to write about."""
    known = {each.person.name for around in situation.circles.values() for each in around.memberships}
    known |= {name for each in circle for name in each.names}
    folded = {fold(each) for each in known}
    beside = [
        Named(child, tuple(name for name in each.names if fold(name) not in folded))
        for child, each in situation.beside.items()
    ]
    found = {
        child for each in mentions_in(words_of(text), [*circle, *beside]) if each.sure for child in each.children
    } - {each.child for each in circle}
    return [each for each in beside if each.child in found]


def names_another(text: str, child: ChildId, situation: Situation, desk: Desk) -> bool:
    """Whether the words surely name a child that a note about ``child`` is not about."""
    circle = named_children(situation, desk)
    sure = [each for each in mentions_in(words_of(text), circle) if each.sure]
    return any(child not in each.children for each in sure) or bool(named_elsewhere(text, circle, situation))


def _answered_child(situation: Situation) -> int | None:
    if situation.replied is None:
        return None
    children = {entry.child for entry in situation.replied.entries}
    # Of a list about several the one who asks something is answered, where it is one.
    asking = {
        entry.child
        for entry in situation.replied.entries
        if any(each.topic is Topic.QUESTION for each in entry.subjects)
    }
    for found in (children, asking):
        if len(found) == 1:
            return found.pop()
    return None


def _ask(taken: Taken, situation: Situation, desk: Desk, among: Sequence[ChildId]) -> Filing:
    """Keep the message, ask, and go on when answered (design, "Which child")."""
    assert situation.person is not None
    first = min((each.not_before for each in whoever_it_is(taken, situation, desk, among)), default=desk.now)
    new = pictures.coming(taken, situation, desk)
    again = max(desk.now + ASKED_AGAIN_AFTER, first - _BEFORE_THEY_LOOK)
    question = NewNotice(
        id=desk.notice_id(),
        cause=taken.id,
        notice=WhichChild(taken.id, tuple(among)),
        person=situation.person.id,
        address=situation.address.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.PENDING,
        reason=Reason.WAITS_FOR_ANSWER,
        notices=(question,),
        conversation=replace(situation.conversation, question=taken.id, question_until=desk.now + QUESTION_COUNTS_FOR),
        questions=(
            Question(taken.id, taken.address, situation.person.id, tuple(among), 1, in_the_day(again, desk.zone)),
        ),
        put_back=as_it_waits(taken, situation),
        pictures=new,
    )


def whoever_it_is(taken: Taken, situation: Situation, desk: Desk, among: Sequence[ChildId]) -> tuple[NewNotice, ...]:
    """Who would hear of a message whichever of these children it were about, each once, and when.

    A setting would if it would for every one of them: then those who are told there for each child are meant.
    """
    desk = replace(desk, pace=replace(desk.pace, undo=timedelta(0)))
    names = [name for each in named_children(situation, desk) for name in each.names]
    reading, _ = read_note(taken.incoming.text, desk.lexicon, names, civil(desk, taken.incoming.at))
    reading = _as_meant(reading, taken)
    parties: set[SettingId | PersonId | None] | None = None
    told: list[tuple[SettingId | PersonId | None, NewNotice]] = []
    if any(answering.apart(situation, child, desk) for child in among):
        return ()  # Nor is it known which note it answers.
    for child in among:
        circle = situation.circles[child]
        entry = _entry(taken, situation, desk, circle, taken.incoming.text, reading, desk.notice_id())
        note = note_of(entry, answering.answered(situation, child, circle, desk))
        theirs = [
            (_party(each, circle, desk), each)
            for each in told_of(entry.id, note, circle, desk, cause=taken.id, urgent=reading.urgent)
            if each.withheld is None and each.lane is not Lane.CATCHING_UP
        ]
        told += theirs
        parties = {party for party, _ in theirs} & (parties if parties is not None else {party for party, _ in theirs})
        if not parties:
            return ()
    once: dict[PersonId | None, NewNotice] = {}
    for party, each in told:
        if parties is not None and party in parties:
            once.setdefault(each.person, each)
    return tuple(once.values())


def _as_meant(reading: Reading, taken: Taken) -> Reading:
    """What was found to be no complaint is about the rest of what it is about."""
    if not taken.incoming.ordinary:
        return reading
    return replace(reading, subjects=tuple(each for each in reading.subjects if each.topic is not Topic.COMPLAINT))


def _party(told: NewNotice, circle: Circle, desk: Desk) -> SettingId | PersonId | None:
    """For whom somebody is told: for her setting, or for herself."""
    member = circle.membership(told.person, desk.now) if told.person is not None else None
    return member.setting if member is not None and member.role in STAFF else told.person


@dataclass(frozen=True, slots=True)
class _Burst:
    """The acknowledgement this message belongs to, and whether it is a new one."""

    notice: NoticeId
    is_new: bool
    longer: bool


def _file(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    clauses: Sequence[tuple[ChildId, str]],
    which: Mapping[int, str],
    about: tuple[Subject, ...],
    pictured: Pictured,
) -> Filing:
    """``which`` says of each child why it is meant, where no name of hers does."""
    person = situation.person
    assert person is not None
    names = [name for circle in situation.circles.values() for name in circle.child.names]
    whole = taken.incoming.text if len(clauses) > 1 else ""
    written, between = civil(desk, taken.incoming.at), hours(situation, desk)
    released = taken.incoming.released
    notes = [
        read_note(
            words,
            desk.lexicon,
            names,
            written,
            beside=whole,
            about=about,
            released=released or desk.has_passed(words),
            hours=between,
        )
        for _, words in clauses
    ]
    readings = [_as_meant(each, taken) for each, _ in notes]
    readings = [each if each.subjects else replace(each, subjects=about) for each in readings]
    urgent = any(each.urgent for each in readings)
    burst = _burst(situation, desk)
    fresh = pictures.coming(taken, situation, desk)
    came = pictures.of(taken, situation, fresh) if taken.incoming.files else ()
    pace = replace(desk.pace, undo=desk.pace.undo_several) if len(clauses) > 1 or came else desk.pace
    new: list[NewEntry] = []
    notices: list[NewNotice] = []
    for (child, words), reading, (_, stated) in zip(clauses, readings, notes, strict=True):
        circle = situation.circles[child]
        entry = _entry(
            taken,
            situation,
            desk,
            circle,
            words,
            reading,
            burst.notice,
            which=which.get(child, circle.child.name),
            facts=with_beginning(stated.facts, child, situation, desk),
            has_files=any(each.is_kept for each in came),
        )
        if came:
            seen_or_heard = any(each.is_kept and not each.kind.is_paper for each in came)
            # What somebody says in a recording nobody has read, unless words of hers are beside it (rule 7).
            unread = not taken.incoming.text.strip() and any(each.kind.is_film or each.kind.is_sound for each in came)
            papers = any(each.is_kept and each.kind.is_paper for each in came)
            entry = replace(entry, has_picture=seen_or_heard, has_paper=papers, unread=unread)
        new.append(entry)
        note = note_of(entry, answering.answered(situation, child, circle, desk))
        told = told_of(entry.id, note, circle, replace(desk, pace=pace), cause=entry.id, urgent=reading.urgent)
        notices += pictures.waiting_for(came, told, desk, urgent=reading.urgent, words=words)
        notices += cannot_wait.clock(entry, told, circle, desk)
    if burst.is_new:
        notices.append(
            NewNotice(
                id=burst.notice,
                cause=taken.id,
                notice=Acknowledgement(),
                person=person.id,
                address=situation.address.id,
                lane=Lane.REPLY,
                not_before=_when_acknowledged(situation, desk, urgent=urgent),
            )
        )
    circle_of = named_children(situation, desk)
    children = [child for child, _ in clauses]
    unseen = in_the_picture.unseen(taken, came, children, circle_of, together(situation, desk, circle_of))
    came = tuple(replace(each, shown=unseen.get(each.id, each.shown)) for each in came)
    notices += in_the_picture.beside(taken, new, came, situation, desk)
    later = _when_acknowledged(situation, desk, urgent=urgent)
    is_of_this = situation.conversation.question == taken.id
    asked = situation.conversation.asked
    filing = Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.FILED,
        entries=tuple(new),
        notices=tuple(notices),
        # What is urgent is acknowledged at once, with whatever waited to be.
        postpone={burst.notice: later} if not burst.is_new and (burst.longer or urgent) else {},
        conversation=replace(
            situation.conversation,
            child=clauses[-1][0] if len(clauses) == 1 else situation.conversation.child,
            spoke_at=desk.now if len(clauses) == 1 else situation.conversation.spoke_at,
            # A photo with words of its own is not the one that was to be in another's place, nor is what follows it.
            asked=None if came and asked is not None and asked.name == ANOTHER else asked,
            question=None if is_of_this else situation.conversation.question,
            question_until=None if is_of_this else situation.conversation.question_until,
        ),
        originals=_originals(new),
        original=taken.incoming.to_json(),
        pictures=fresh,
        shows=tuple(Shows(each.id, pictured.of(each, children), person.id) for each in came),
        lapses=bool(came),
    )
    doubted = [(entry, doubt) for entry, (_, stated) in zip(new, notes, strict=True) for doubt in stated.doubts]
    # One question at a time, and of several doubts the first: the answer brings her back to her words anyway.
    return doubting.ask(filing, situation, desk, *doubted[0]) if doubted else filing


def _when_acknowledged(situation: Situation, desk: Desk, *, urgent: bool) -> datetime:
    """When what is filed now is acknowledged: after a little quiet; where a line cannot be edited, not soon again.

    What is filed meanwhile is gathered in the one line. What is urgent is acknowledged at once, and whatever asks
    something is no acknowledgement.
    """
    if urgent:
        return desk.now
    quiet, last = desk.now + desk.pace.gather, situation.address.acknowledged_at
    if last is None or situation.address.can_change:
        return quiet
    return max(quiet, last + ACKNOWLEDGED_AGAIN_AFTER)


def _burst(situation: Situation, desk: Desk) -> _Burst:
    gathering = situation.gathering
    if gathering is None:
        return _Burst(desk.notice_id(), is_new=True, longer=False)
    longest = gathering.began_at + _LONGEST_BURST * desk.pace.gather
    return _Burst(gathering.notice, is_new=False, longer=desk.now + desk.pace.gather <= longest)


def _entry(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    circle: Circle,
    words: str,
    reading: Reading,
    acknowledgement: NoticeId,
    *,
    which: str = "",
    facts: tuple[Fact, ...] = (),
    has_files: bool = False,
) -> NewEntry:
    person = situation.person
    assert person is not None
    me = circle.membership(person.id, desk.now)
    assert me is not None
    answered = answering.answered(situation, circle.child.id, circle, desk)
    asks = _asks_a_person(words, circle, me, desk)
    travel = narrowed(words, circle, me, desk)[0]
    if asks and me.setting is not None:
        travel = Travel(only=frozenset({me.setting}))
    entry = NewEntry(
        id=EntryId(desk.ids.new()),
        child=circle.child.id,
        author=person.id,
        author_role=me.role,
        author_setting=me.setting,
        subjects=reading.subjects,
        text=Text(
            words=words,
            because=tuple((topic.value, found) for topic, found in reading.because),
            collection=reading.collection or "",
            unproved=echo.is_unproved(situation, reading.collection or "", reading.subjects),
            asks=asks,
            which=which,
        ),
        happened_at=taken.incoming.at,
        travel=travel,
        answers=answered.id if answered is not None else None,
        acknowledgement=acknowledgement,
        urgent=reading.urgent,
        weekday=taken.incoming.at.astimezone(desk.zone).weekday(),
        told_by=by_hand.told_by(taken.incoming.text, circle),
        facts=facts,
    )
    if answered is None or has_files:
        return entry
    # What a parent let another setting answer, once, is answered to whoever asked (rule 4); in words.
    back = carried_back(answered.note, note_of(entry, answered), circle, desk.now)
    return replace(entry, travel=replace(entry.travel, through=entry.travel.through | back))


def _asks_a_person(words: str, circle: Circle, me: Membership, desk: Desk) -> str:
    """Of the other parent's comings and goings the bot says nothing: a person is asked (dialogue 21)."""
    others = [each.person.name for each in circle.parents(desk.now) if each.person.id != me.person.id]
    if me.role is not Role.PARENT or not others:
        return ""
    return asks_of(words, others) or ""


def note_of(entry: NewEntry, answered: Entry | None) -> Note:
    """What the rules look at in an entry that is about to be filed."""
    return Note(
        author=entry.author,
        author_role=entry.author_role,
        author_setting=entry.author_setting,
        subjects=entry.subjects,
        only=entry.travel.only,
        without=entry.travel.without,
        let_through=entry.travel.through,
        unread=entry.unread,
        has_picture=entry.has_picture,
        weekday=entry.weekday,
        answers=answered.note if answered is not None else None,
    )


def told_of(
    entry: EntryId,
    note: Note,
    circle: Circle,
    desk: Desk,
    *,
    cause: int,
    urgent: bool,
    already: Collection[PersonId] = (),
) -> list[NewNotice]:
    """Who hears of an entry as the rules decide it at this moment, through whoever of each setting is there."""
    order = whom_to_tell(note, circle, urgent=urgent, now=desk.now, zone=desk.zone, pace=desk.pace)
    verdicts = choose_audience(note, circle, desk.now, first=order)
    return relays(entry, note, verdicts, circle, desk, cause=cause, urgent=urgent, already=already)


def relays(
    entry: EntryId,
    note: Note,
    verdicts: Sequence[Verdict],
    circle: Circle,
    desk: Desk,
    *,
    cause: int,
    urgent: bool,
    already: Collection[PersonId] = (),
) -> list[NewNotice]:
    """A notice for everyone who is told, with its time, and one withheld from the first for each "no" worth keeping.

    ``already`` are those who hear of it by an earlier notice.
    """
    found: list[NewNotice] = []
    for verdict in verdicts:
        member = verdict.member
        if member.person.id in already or (not verdict.told and verdict.reason not in _KEPT_NOES):
            continue
        if not verdict.told and member.role in STAFF and not _speaks_for_her_setting(member, circle, desk):
            continue
        at, withheld = desk.now, None if verdict.told else verdict.reason
        if verdict.told and is_left_out(note, member, urgent=urgent):
            withheld = Reason.NOT_WANTED
        elif verdict.told:
            at = when_to_tell(note, member, circle, urgent=urgent, now=desk.now, zone=desk.zone, pace=desk.pace)
        found.append(
            NewNotice(
                id=desk.notice_id(),
                cause=cause,
                notice=Relay(entry),
                person=member.person.id,
                child=circle.child.id,
                entry=entry,
                lane=Lane.URGENT if urgent else Lane.RELAY,
                not_before=at,
                occasion=occasion_of(note, member, circle, at, urgent=urgent, now=desk.now, zone=desk.zone),
                withheld=withheld,
            )
        )
    return [*found, *_catching_up(found, verdicts, circle, desk, already)]


def _catching_up(
    told: Sequence[NewNotice], verdicts: Sequence[Verdict], circle: Circle, desk: Desk, already: Collection[PersonId]
) -> list[NewNotice]:
    """Whoever would have been told were she there hears it on her return, if she may know it (rule 10)."""
    members = {verdict.member.person.id: verdict.member for verdict in verdicts if verdict.told}
    able = able_to_be_told(verdicts)
    found: list[NewNotice] = []
    for each in told:
        member = members.get(each.person) if each.person is not None else None
        if each.withheld is not None or member is None:
            continue
        absent = catches_up(member, able, circle, each.not_before, now=desk.now, zone=desk.zone)
        if absent is not None and absent.person not in already:
            found.append(
                replace(
                    each,
                    id=desk.notice_id(),
                    person=absent.person,
                    lane=Lane.CATCHING_UP,
                    not_before=absent.at,
                    occasion=Occasion.NONE,
                )
            )
    return found


def _speaks_for_her_setting(member: Membership, circle: Circle, desk: Desk) -> bool:
    """Of a setting that is not told, one "no" is kept, in the name of whoever would have been told."""
    assert member.setting is not None
    staff = circle.staff_of(member.setting, desk.now)
    return member.person.id == min(staff, key=lambda each: WEIGHT[each.role]).person.id


def narrowed(text: str, circle: Circle, me: Membership, desk: Desk) -> tuple[Travel, bool]:
    """How these words bound where an entry goes, and whether they are about the message before them ("not Dawn")."""
    others = {each.person.name: each for each in circle.live(desk.now) if each.role in STAFF}
    narrowing = as_narrowing(text, people=list(others))
    if narrowing is None:
        return Travel(), False
    by_name = {name.casefold(): member for name, member in others.items()}
    without = frozenset(
        member.setting
        for name in narrowing.without
        if (member := by_name.get(name.casefold())) is not None and member.setting is not None
    )
    return Travel(only=_settings_meant(narrowing, circle, me), without=without), narrowing.alone


def _settings_meant(narrowing: Narrowing, circle: Circle, me: Membership) -> frozenset[SettingId]:
    if narrowing.only is None:
        return frozenset()
    wanted = narrowing.only.casefold()
    for setting in circle.settings.values():
        if setting.name.casefold() == wanted:
            return frozenset({setting.id})
    childminder = wanted in {"childminder", "cm"}
    meant = {
        setting.id
        for setting in circle.settings.values()
        # One that has not joined is meant by its name alone: "just nursery" must not send there what was never shared.
        if (setting.kind is SettingKind.CHILDMINDER) == childminder and not setting.by_hand
    }
    for member in circle.memberships:
        if member.person.name.casefold() == wanted and member.setting is not None:
            return frozenset({member.setting})
    # "Just nursery" where there is none narrows to nobody rather than to everybody.
    return frozenset(meant) or frozenset({me.setting or SettingId(0)})


def _originals(new: Sequence[NewEntry]) -> tuple[Owner, ...]:
    """Whose keys the message as it came is kept under: the child's; for several, each of a parent's own children's,
    or for staff their setting's, whose duty to keep it no parent's request ends."""
    children = [Owner.child(entry.child) for entry in new]
    first = new[0]
    if len(children) > 1 and first.author_role in STAFF and first.author_setting is not None:
        return (Owner.setting(first.author_setting),)
    return tuple(dict.fromkeys(children))
