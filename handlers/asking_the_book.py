"""A question whose answer is written already is answered at once, with its author and time (dialogue 29).

Only from what whoever asks may know, only of the day she asks about, and only of one child. Where nothing is written, a
person is asked, and she is told that nothing was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta

from book.entries import Entry
from book.facts import Sleep
from book.ids import ChildId
from book.notices import Acknowledgement, Choice, Offer, Relay, Said
from book.people import STAFF, Circle, Person
from book.reasons import Reason
from book.timing import show, spoken_time
from book.topics import Subject, Topic
from book.understanding.apart import asks_of
from book.understanding.asked import Question, Wanted, as_question
from book.understanding.children import OneChild, which_child
from book.wording.values import about_time, one_line, sentence
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import file_note, named_children
from storage.filing import Filing
from storage.situations import Situation

_MOST = 3  # more than that is a page, and there is a word for it


def may_be(text: str) -> bool:
    """Whether these words may be a question that the book answers; decided quickly."""
    return as_question(text) is not None


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """The answer; or the question put to a person; None where it is a note as any other."""
    text, person = situation.taken.incoming.text, situation.person
    question = as_question(text)
    if question is None or person is None or situation.replied is not None or situation.device is not None:
        return None
    meant = which_child(
        text, named_children(situation, desk), in_conversation=situation.conversation.child_now(desk.now)
    )
    if not isinstance(meant, OneChild):
        return None
    child = ChildId(meant.child)
    circle = situation.circles[child]
    me = circle.membership(person.id, desk.now)
    others = [each.person.name for each in circle.parents(desk.now) if each.person.id != person.id]
    if me is None or asks_of(text, others) is not None:
        return None
    found = _that_answer(situation.lately.get(child, ()), question, desk)
    if found:
        return (_answered(situation, desk, question, circle, found, asks_staff=me.role not in STAFF),)
    return None if me.role in STAFF else (_asked(situation, desk),)


def _that_answer(lately: Sequence[Entry], question: Question, desk: Desk) -> list[Entry]:
    today = desk.today
    about = [
        each
        for each in lately
        if each.is_live
        and each.text is not None
        and any(subject.topic is question.topic for subject in each.subjects)
        and all(subject.topic is not Topic.QUESTION for subject in each.subjects)
    ]
    if question.last:
        return about[-1:]
    day = today - timedelta(days=1) if question.of_yesterday else today
    return [each for each in about if each.happened_at.astimezone(desk.zone).date() == day][-_MOST:]


def _answered(
    situation: Situation,
    desk: Desk,
    question: Question,
    circle: Circle,
    found: Sequence[Entry],
    *,
    asks_staff: bool,
) -> Filing:
    lines = _of_a_sleep(question, circle, found, desk) or [
        line for each in found for line in _words(each, circle, desk)
    ]
    (key, values), *rest = lines
    newest = next((each for each in reversed(found) if each.author_role in STAFF), None)
    ask: tuple[Choice, ...] = ()
    if asks_staff and newest is not None and newest.author != (situation.person.id if situation.person else 0):
        ask = (Choice(Offer.ASK_PERSON, newest.id, "", _name(circle, newest)),)
    said = Said(key, values, ask, lines=tuple(rest), tells=tuple(each.id for each in found))
    notice = replace(replies.say(situation, desk, said), child=circle.child.id)
    conversation = replace(situation.conversation, child=circle.child.id, spoke_at=desk.now)
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(notice,), conversation=conversation)


def _of_a_sleep(
    question: Question, circle: Circle, found: Sequence[Entry], desk: Desk
) -> list[tuple[str, Mapping[str, str]]]:
    """The last sleep by its times; nothing where these are not said."""
    entry = found[-1]
    sleeps = [each for each in entry.facts if isinstance(each, Sleep)]
    if question.topic is not Topic.SLEEP or question.of_yesterday or not sleeps:
        return []
    sleep = sleeps[-1]
    name = _name(circle, entry)
    if sleep.begins is None or (entry.text is not None and entry.text.corrections):
        return []
    begins = spoken_time(sleep.begins)
    if sleep.ends is None:
        return [("answer.asleep", {"name": name, "time": begins})]
    values = {"name": name, "time": begins, "until": spoken_time(sleep.ends)}
    if question.wanted is Wanted.WOKE:
        return [("answer.woke", values)]
    return [("answer.fell_asleep" if question.wanted is Wanted.FELL_ASLEEP else "answer.slept", values)]


def _words(entry: Entry, circle: Circle, desk: Desk) -> list[tuple[str, Mapping[str, str]]]:
    assert entry.text is not None
    local = entry.happened_at.astimezone(desk.zone)
    day = "answer.words" if local.date() == desk.today else "answer.words.yesterday"
    lines: list[tuple[str, Mapping[str, str]]] = [
        (day, {"name": _name(circle, entry), "time": spoken_time(local), "words": one_line(entry.text.words)})
    ]
    lines += [("answer.corrected", {"words": one_line(each.words)}) for each in entry.text.corrections]
    return lines


def _asked(situation: Situation, desk: Desk) -> Filing:
    """Nothing is written: it is filed as the question it is, and she is told who was asked and when."""
    filed = file_note(situation.taken, situation, desk, about=(Subject(Topic.QUESTION),))
    told = [each for each in filed.notices if isinstance(each.notice, Relay) and each.withheld is None]
    staff = []
    for each in told:
        circle = situation.circles[each.child] if each.child is not None else None
        member = circle.membership(each.person, desk.now) if circle is not None and each.person is not None else None
        if member is not None and member.role in STAFF:
            staff.append((member.person, each.not_before))
    line = next((each for each in filed.notices if isinstance(each.notice, Acknowledgement)), None)
    if not staff or line is None:
        return filed
    when = show(max(at for _, at in staff), now=desk.now, zone=desk.zone, to_parent=False).words
    people = {person.id: person for person, _ in staff}
    names = "\n".join(dict.fromkeys(person.name for person in people.values()))
    free = _free_later(next(iter(people.values())), desk) if len(people) == 1 and not when else None
    if free is not None:
        person, at = free
        they_are = sentence(f"pronoun.{person.pronoun}.is")
        answer = Said("answer.nothing.free", {"names": names, "they_are": they_are, "time": about_time(at)})
    else:
        answer = Said("answer.nothing.later" if when else "answer.nothing", {"names": names, "time": when})
    said = replies.say(situation, desk, answer)
    return replace(filed, notices=(*(each for each in filed.notices if each.id != line.id), said))


def _free_later(person: Person, desk: Desk) -> tuple[Person, time] | None:
    """About when she is usually free, where that is still to come today."""
    local = desk.now.astimezone(desk.zone).time()
    return (person, person.free_at) if person.free_at is not None and local < person.free_at else None


def _name(circle: Circle, entry: Entry) -> str:
    author = circle.person(entry.author)
    return author.name if author is not None else ""
