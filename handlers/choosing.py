"""A choice is taken: by a press, by its number, or by its words. Each counts once; a second time changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from book.deliveries import InboxState, Lane
from book.entries import Entry, Travel
from book.ids import ChildId, EntryId, NoticeId, PersonId, SettingId
from book.notices import OF_A_QUESTION, AcknowledgementChanged, Choice, Offer, PressAnswered, Relay
from book.people import STAFF, Role
from book.reasons import Reason
from book.topics import Subject, Topic
from handlers import cannot_wait, echo, looking_back, replies, setting_right, unsaid, whose_picture
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from storage.conversations import ECHO_OF_NOTE, Asked, Offered
from storage.filing import Filing, NewNotice
from storage.situations import Situation

# The topics that [Change] [Topic] offers: the commonest, so that the buttons fit a telephone.
TOPICS_OFFERED = (
    Topic.SLEEP,
    Topic.MEALS,
    Topic.NAPPY,
    Topic.HEALTH,
    Topic.MEDICATION,
    Topic.MOOD,
    Topic.ACTIVITY,
    Topic.KIT,
)


Take = Callable[[Situation, Desk, Offered], tuple[Filing, ...]]
"""What happens when a choice is taken; that it is taken is written by whoever calls it."""


# The same button may be pressed more than once: a figure, until there are four; a list, until all of it is done.
_AGAIN = frozenset({Offer.FIGURE, Offer.WAITING})
# These speak of what an acknowledgement tells of; said in a reply they speak of what she replies to.
_OF_A_LINE = frozenset({Offer.UNDO, Offer.CHANGE})
_CHILDREN = frozenset({Offer.CHILD, Offer.FACES_CHILD})


def press(situation: Situation, desk: Desk, takes: Mapping[Offer, Take]) -> tuple[Filing, ...]:
    """A button was pressed; the platform is always answered, and an old or foreign token does nothing else."""
    pressed = situation.pressed
    incoming = situation.taken.incoming
    if pressed is None or pressed.address != situation.address.id:
        return (answered(replies.skip(situation, Reason.ANSWERED), situation, desk, "press.gone"),)
    if pressed.used or (pressed.expires_at is not None and pressed.expires_at < desk.now):
        if (again := whose_picture.put_again(situation, desk, pressed)) is not None:
            return (answered(again, situation, desk, ""),)
        return (answered(replies.skip(situation, Reason.ANSWERED), situation, desk, "press.done"),)
    first, *others = _take(situation, desk, pressed, takes)
    assert incoming.press is not None
    return (answered(first, situation, desk, ""), *others)


def typed(situation: Situation, desk: Desk, takes: Mapping[Offer, Take]) -> tuple[Filing, ...] | None:
    """The choice that these words or this number take among the newest offered here; None if none."""
    text = situation.taken.incoming.text.strip()
    if text == "0":
        return None  # Always undoes, whatever was offered.
    folded = text.casefold().rstrip(".!")
    there = [
        each for each in situation.offered if not each.used and (each.expires_at is None or each.expires_at >= desk.now)
    ]
    if len([each for each in there if each.choice.offer in _CHILDREN and each.label.casefold() == folded]) > 1:
        return None  # Two children are called alike: which of them is meant is not ours to guess.
    for offered in there:
        if folded == offered.label.casefold() or (folded.isdigit() and int(folded) == offered.number):
            if offered.choice.offer in _OF_A_LINE and looking_back.pointed_at(situation) is not None:
                # Said of one note she points at: the button stays for what else its line speaks of.
                return takes[offered.choice.offer](situation, desk, offered)
            return _take(situation, desk, offered, takes)
    return None


def _take(situation: Situation, desk: Desk, offered: Offered, takes: Mapping[Offer, Take]) -> tuple[Filing, ...]:
    first, *others = takes[offered.choice.offer](situation, desk, offered)
    if offered.choice.offer in _AGAIN:
        return (first, *others)
    return (replace(first, used=(*first.used, offered.token)), *others)


# --- what each of these choices does ----------------------------------------------------------------------------


def undo(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (setting_right.undo(situation.taken, situation, desk, _acknowledged(situation, offered)),)


def change(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_change(situation, desk, offered),)


def change_line(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    entry = _entry(situation, offered.choice.subject)
    if entry is None or not entry.is_live:
        return (replies.said(situation, desk, "press.done"),)
    return (_what(situation, desk, entry, of_several=True),)


def undo_line(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    entry = _entry(situation, offered.choice.subject)
    return (setting_right.undo(situation.taken, situation, desk, [entry] if entry is not None else []),)


def change_child(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_which_child(situation, desk, offered.choice),)


def change_topic(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_which_topic(situation, desk, offered.choice),)


def child(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _child(situation, desk, offered)


def whose(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Which of the notes that one message told of another answers."""
    for question, taken in situation.unsaid:
        if str(taken.id) == offered.choice.value:
            return unsaid.whose(situation, desk, question, taken, EntryId(offered.choice.subject))
    return (replies.said(situation, desk, "press.done"),)


def topic(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_topic(situation, desk, offered.choice),)


def only_setting(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_only(situation, desk, offered.choice),)


def too(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_too(situation, desk, offered.choice),)


def seen(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return (_seen(situation, desk, offered.choice),)


def seen_now(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The same of what cannot wait."""
    return (cannot_wait.seen(_seen(situation, desk, offered.choice), situation, desk),)


def _acknowledged(situation: Situation, offered: Offered) -> Sequence[Entry]:
    if (pointed := looking_back.pointed_at(situation)) is not None:
        return pointed
    return situation.acknowledged.get(NoticeId(offered.choice.subject), ())


def _entry(situation: Situation, entry: int) -> Entry | None:
    everywhere = [
        *situation.recent,
        *situation.spoken_of.values(),
        *(each for found in situation.acknowledged.values() for each in found),
    ]
    return next((each for each in everywhere if each.id == EntryId(entry)), None)


def _change(situation: Situation, desk: Desk, offered: Offered) -> Filing:
    """[Change] opens child, topic, only nursery, only childminder, for the newest entry of the acknowledgement.

    Where it speaks of several children, whose line is meant is asked first.
    """
    entries = [each for each in _acknowledged(situation, offered) if each.is_live]
    if not entries:
        return replies.said(situation, desk, "press.done")
    lines = {entry.child: entry for entry in sorted(entries, key=lambda each: each.id)}
    if len(lines) > 1:
        offers = (
            Choice(Offer.CHANGE_LINE, entry.id, "", situation.circles[child].child.name)
            for child, entry in lines.items()
        )
        return replies.said(situation, desk, "change.which_line", choices=tuple(offers))
    return _what(situation, desk, entries[-1])


def whose_line(situation: Situation, desk: Desk, entries: Sequence[Entry], to: ChildId) -> Filing:
    """ "That was Noah", after a note about several: which of them was is asked, and that one alone is moved."""
    lines = {entry.child: entry for entry in sorted(entries, key=lambda each: each.id) if entry.child != to}
    offers = (
        Choice(Offer.CHILD, to, str(entry.id), situation.circles[child].child.name) for child, entry in lines.items()
    )
    return replies.said(situation, desk, "change.which_line", choices=tuple(offers))


def _what(situation: Situation, desk: Desk, entry: Entry, *, of_several: bool = False) -> Filing:
    """What may be changed of one entry; of one line of several, that it is taken back as well."""
    choices = [Choice(Offer.UNDO_LINE, entry.id)] if of_several else []
    if len(named_children(situation, desk)) > 1:
        choices.append(Choice(Offer.CHANGE_CHILD, entry.id))
    choices.append(Choice(Offer.CHANGE_TOPIC, entry.id))
    circle = situation.circles[entry.child]
    if entry.author_role not in STAFF:
        choices += [
            Choice(Offer.ONLY_SETTING, entry.id, str(setting.id), circle.name_of(setting.id))
            for setting in circle.settings.values()
            if not setting.by_hand and len(circle.settings) > 1
        ]
    return replies.said(situation, desk, "change.what", choices=tuple(choices))


def _which_child(situation: Situation, desk: Desk, choice: Choice) -> Filing:
    entry = _entry(situation, choice.subject)
    others = [each for each in named_children(situation, desk) if entry is None or each.child != entry.child]
    offers = tuple(Choice(Offer.CHILD, each.child, str(choice.subject), each.names[0]) for each in others)
    return replies.said(situation, desk, "change.which_child", choices=offers)


def _which_topic(situation: Situation, desk: Desk, choice: Choice) -> Filing:
    offers = tuple(Choice(Offer.TOPIC, choice.subject, topic.value) for topic in TOPICS_OFFERED)
    return replies.said(situation, desk, "change.which_topic", choices=offers)


def _child(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The answer to "which child?", for a message that waits, or for an entry that is being changed."""
    choice = offered.choice
    if choice.offer is Offer.CHILD and not choice.value.startswith(OF_A_QUESTION):
        entry = _entry(situation, int(choice.value))
        if entry is None:
            return (replies.said(situation, desk, "press.done"),)
        moved = setting_right.move(situation.taken, situation, desk, [entry], ChildId(choice.subject))
        return (moved,)
    message, _, everyone = choice.value.removeprefix(OF_A_QUESTION).partition(":")
    question = next((taken for _, taken in situation.unsaid if str(taken.id) == message), None)
    if question is None:
        return (replies.said(situation, desk, "press.done"),)
    chosen = [int(each) for each in everyone.split(",")] if choice.offer is Offer.BOTH else [choice.subject]
    return unsaid.answered(situation, desk, question, [ChildId(each) for each in chosen])


def _topic(situation: Situation, desk: Desk, choice: Choice, *, sure: bool = False) -> Filing:
    entry = _entry(situation, choice.subject)
    if entry is None or not entry.is_live:
        return replies.said(situation, desk, "press.done")
    after = replace(entry, subjects=(Subject(Topic(choice.value)),))
    return _changed(situation, desk, entry, after, "topic", choice, sure=sure)


def _only(situation: Situation, desk: Desk, choice: Choice, *, sure: bool = False) -> Filing:
    """The author keeps one entry to one setting (rule 4)."""
    entry = _entry(situation, choice.subject)
    if entry is None or not entry.is_live:
        return replies.said(situation, desk, "press.done")
    travel = Travel(only=frozenset({SettingId(int(choice.value))}))
    return _changed(situation, desk, entry, replace(entry, travel=travel), "narrowed", choice, sure=sure)


def _too(situation: Situation, desk: Desk, choice: Choice, *, sure: bool = False) -> Filing:
    """A parent with responsibility lets one entry travel further, once; nobody else may (rule 4)."""
    entry = _entry(situation, choice.subject)
    person = situation.person
    assert person is not None
    if entry is None or not entry.is_live:
        return replies.said(situation, desk, "press.done")
    me = situation.circles[entry.child].membership(person.id, desk.now)
    if me is None or me.role is not Role.PARENT:
        return replies.said(situation, desk, "press.done")
    travel = replace(entry.travel, through=entry.travel.through | {SettingId(int(choice.value))})
    return _changed(situation, desk, entry, replace(entry, travel=travel), "let_through", choice, sure=sure)


def _changed(
    situation: Situation, desk: Desk, before: Entry, after: Entry, why: str, choice: Choice, *, sure: bool
) -> Filing:
    filing = setting_right.rebound(situation.taken, situation, desk, before, after, why=why)
    if not sure and (asked := ask_for_code(situation, desk, before, filing, choice)) is not None:
        return asked
    return replace(filing, state=InboxState.SKIPPED, reason=Reason.ANSWERED)


def ask_for_code(situation: Situation, desk: Desk, entry: Entry, filing: Filing, choice: Choice) -> Filing | None:
    """From an address of weak proof, where ``filing`` lets somebody else know the entry; else None.

    ``choice`` is what is done once the code is written back.
    """
    names = newly_told(situation, entry, filing)
    if not names or not echo.is_needed(situation):
        return None
    kept = {"offer": choice.offer.value, "value": choice.value}
    return echo.ask(situation, desk, ECHO_OF_NOTE, "echo.note", {"name": names}, subject=entry.id, pending=kept)


def newly_told(situation: Situation, entry: Entry, filing: Filing) -> str:
    """Those who hear of this entry by this filing, a name a line."""
    circle = situation.circles[entry.child]
    people = [each.person for each in filing.notices if isinstance(each.notice, Relay) and each.withheld is None]
    found = [person for each in people if each is not None and (person := circle.person(each)) is not None]
    return "\n".join(dict.fromkeys(each.name for each in found))


def changed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back: what was chosen is done, and said."""
    choice = Choice(Offer(asked.values["offer"]), asked.subject, asked.values["value"])
    does = {Offer.TOPIC: _topic, Offer.ONLY_SETTING: _only, Offer.TOO: _too}[choice.offer]
    filing = does(situation, desk, choice, sure=True)
    entry = _entry(situation, asked.subject)
    if entry is None or not filing.revisions:
        return (filing,)
    said = replies.said(situation, desk, "echo.note.done", {"name": newly_told(situation, entry, filing)})
    return (replace(filing, notices=(*filing.notices, *said.notices)),)


def _seen(situation: Situation, desk: Desk, choice: Choice) -> Filing:
    """Somebody says that she has read it; the author's line says so (accepted by a platform is not seen)."""
    person = situation.person
    assert person is not None
    confirmed = [tuple(int(part) for part in each.split(",")) for each in choice.value.split(";")]
    lines = {acknowledgement: author for _, author, acknowledgement in confirmed if acknowledgement}
    changed = tuple(
        NewNotice(
            id=(new := desk.notice_id()),
            # A notice is unique by its cause: of one tap several lines may change.
            cause=new,
            notice=AcknowledgementChanged(
                NoticeId(acknowledgement),
                tuple(EntryId(entry) for entry, _, line in confirmed if line == acknowledgement),
            ),
            person=PersonId(author),
            lane=Lane.REPLY,
            not_before=desk.now,
        )
        for acknowledgement, author in lines.items()
    )
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        seen=tuple((EntryId(entry), person.id) for entry, _, _ in confirmed),
        notices=changed,
    )


def answered(filing: Filing, situation: Situation, desk: Desk, key: str) -> Filing:
    """The platform's own answer to the press goes beside whatever else follows."""
    answer = NewNotice(
        id=desk.notice_id(),
        cause=situation.taken.id,
        notice=PressAnswered(situation.taken.incoming.press, key),
        person=situation.person.id if situation.person is not None else None,
        address=situation.address.id,
        lane=Lane.URGENT,
        not_before=desk.now,
    )
    return replace(filing, notices=(*filing.notices, answer))
