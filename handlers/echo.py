"""A change that an address of weak proof may not make alone: it waits for four figures to be written back.

Whoever can only forge the sender of a text cannot read what was sent to it. The code counts once, for ten minutes; five
wrong ones end it, and then none is sent for a while. Without the right one everything stays as it was. What is to be
done then is whoever's asked for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from book.disclosure import Assurance
from book.notices import Offer
from book.people import Circle, Membership, Standing
from book.sharing import HOME
from book.timing import spoken_time
from book.topics import Subject, Topic
from handlers import replies
from handlers.desk import Desk
from storage.conversations import Asked
from storage.echoes import TRIES, USED
from storage.filing import Filing
from storage.roster import NewMembership
from storage.sharing import NewChoice
from storage.situations import Situation

COUNTS_FOR = timedelta(minutes=10)
HELD = "echo.held"
_FIGURES = re.compile(r"\d{2,6}")

Then = Callable[[Situation, Desk, Asked], tuple[Filing, ...] | None]


def is_needed(situation: Situation) -> bool:
    """Whether it is not sure enough who writes from here to let more people know, in, or near the child."""
    return situation.address.assurance is Assurance.WEAK


def is_unproved(situation: Situation, collection: str, subjects: Iterable[Subject]) -> bool:
    """Whether a note that says who collects, or a new number, is passed on as not confirmed."""
    is_such = bool(collection) or any(each.topic is Topic.CONTACT_CHANGE for each in subjects)
    return is_such and is_needed(situation)


def ask(
    situation: Situation,
    desk: Desk,
    name: str,
    key: str,
    values: Mapping[str, str],
    *,
    subject: int = 0,
    pending: Mapping[str, str],
) -> Filing:
    """Keep ``pending`` and ask for a code: ``key`` is said with ``values`` and a place for ``code``.

    ``name`` is the open question's; its row in :data:`handlers.table.ASKED` is :func:`confirmed` with what to do.
    """
    assert situation.person is not None
    if situation.echo.is_closed(desk.now):
        return _closed(situation, desk)
    code, until = new_code(desk), desk.now + COUNTS_FOR
    asked = Asked(name, subject, situation.person.id, until, pending)
    said = replies.said(situation, desk, key, {**values, "code": code})
    return replace(
        said,
        conversation=replace(situation.conversation, asked=asked),
        echo=situation.echo.with_code(code, until),
    )


def new_code(desk: Desk) -> str:
    """Four figures by chance, none of them a number that a choice has."""
    return desk.choose("123456789") + "".join(desk.choose("0123456789") for _ in range(3))


def confirmed(then: Then) -> Then:
    """Takes the words after such a question: the right code does it, the fifth wrong one ends it, a note is a note."""

    def answer(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
        written = _figures(situation)
        if written is None:
            return None
        over = replace(situation, conversation=replace(situation.conversation, asked=None))
        if not situation.echo.counts(desk.now):
            return (replace(_over(over, desk), conversation=over.conversation),)
        if not situation.echo.is_it(written):
            return (_wrong(situation, over, desk),)
        done = then(over, desk, asked)
        if done is None:
            return None
        first, *others = done
        return (replace(first, conversation=first.conversation or over.conversation, echo=USED), *others)

    return answer


def hold(situation: Situation, desk: Desk, filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """What came of words from an address of weak proof, or a code asked for in its place where it would widen anything.

    Whoever handles a wish may ask by a sentence of its own, which says what for; here is what holds for all of them.
    """
    if not is_needed(situation) or not situation.belongs(desk.now) or any(each.echo is USED for each in filings):
        return filings
    if not any(_widens(each, situation, desk) for each in filings):
        return filings
    before = situation.conversation.asked_now(desk.now)
    pending = {"words": situation.taken.incoming.text}
    if before is not None:
        values = [before.name, before.subject, before.until.isoformat(), dict(before.values)]
        pending["before"] = json.dumps(values, ensure_ascii=False)
    return (
        ask(situation, desk, HELD, "echo.do", {}, subject=0 if before is None else before.subject, pending=pending),
    )


def as_it_was(situation: Situation, asked: Asked) -> Situation:
    """The code came back: the situation in which the words that were held are handled, as those of a sure address."""
    before = None
    if kept := asked.values.get("before"):
        name, subject, until, values = json.loads(kept)
        before = Asked(name, subject, asked.of, datetime.fromisoformat(until), values)
    taken = situation.taken
    return replace(
        situation,
        address=replace(situation.address, assurance=Assurance.PROVED),
        taken=replace(taken, incoming=replace(taken.incoming, text=asked.values["words"])),
        conversation=replace(situation.conversation, asked=before),
        may_wish=True,
    )


# What is pressed after a wish was confirmed by its code only hands on the way in that it made.
_HAND_ON = frozenset({Offer.SEND_SLIP, Offer.SEND_TEXT, Offer.PRINT_SLIP})


def _widens(filing: Filing, situation: Situation, desk: Desk) -> bool:
    """Whether it lets anybody know more, in, or near a child."""
    lines = filing.roster
    if lines.people or lines.children or lines.telephones:
        return True
    if any(_is_more(each, situation, desk) for each in lines.memberships):
        return True
    if any(_is_wider(each, situation) for each in lines.choices):
        return True
    handed_on = {each.token for each in situation.offered if each.choice.offer in _HAND_ON}
    return bool(filing.invites) and not handed_on & set(filing.used)


def _is_more(new: NewMembership, situation: Situation, desk: Desk) -> bool:
    """Whether this line gives somebody a place she has not, or shows her more, or for longer, than the one before."""
    if new.standing is not Standing.LIVE:
        return False
    circle = situation.circles.get(new.child) if new.child is not None else None
    same = [
        each
        for each in (circle.live(desk.now) if circle is not None else ())
        if (each.person.id, each.role, each.setting) == (new.person, new.role, new.setting)
    ]
    return not any(_shows_no_more(new, each) for each in same)


def _shows_no_more(new: NewMembership, before: Membership) -> bool:
    if before.until is not None and (new.until is None or new.until > before.until):
        return False
    if before.days is not None and (new.days is None or not new.days <= before.days):
        return False
    if before.sees is None:
        return True
    if new.sees is None or not new.sees <= before.sees:
        return False
    return all(each in before.sees_of or each[1] in before.sees for each in new.sees_of)


def _is_wider(new: NewChoice, situation: Situation) -> bool:
    """Whether this choice shares more than the chooser's last about the same way."""
    circle = situation.circles.get(new.child)
    way = (new.choice.chooser, new.choice.source, new.choice.target)
    before = [
        each.groups
        for each in (circle.choices if circle is not None else ())
        if (each.chooser, each.source, each.target) == way
    ]
    if not before and new.choice.source is HOME and _is_her_own(new, circle):
        return False  # Until she chose otherwise her own setting has all she writes (rule 6).
    return not new.choice.groups <= (before[-1] if before else frozenset())


def _is_her_own(new: NewChoice, circle: Circle | None) -> bool:
    lines = circle.memberships if circle is not None else ()
    return any(each.person.id == new.choice.chooser and each.setting == new.choice.target for each in lines)


def late(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """A code that was sent and counts no more is no note: that is said, and nothing changes."""
    written = _figures(situation)
    if written is None or not situation.echo.is_it(written):
        return None
    return (_over(situation, desk),)


def _figures(situation: Situation) -> str | None:
    written = "".join(situation.taken.incoming.text.split()).rstrip(".!")
    return written if _FIGURES.fullmatch(written) else None


def _over(situation: Situation, desk: Desk) -> Filing:
    return replies.said(situation, desk, "echo.over")


def _wrong(situation: Situation, over: Situation, desk: Desk) -> Filing:
    change = situation.echo.after_wrong(desk.now)
    if change.keeps:
        left = TRIES - change.wrong % TRIES
        return replace(replies.said(situation, desk, "echo.wrong", {"tries": str(left)}), echo=change)
    assert change.closed_until is not None
    ended = replies.said(over, desk, "echo.ended", {"time": _time(change.closed_until, desk)})
    return replace(ended, conversation=over.conversation, echo=change)


def _closed(situation: Situation, desk: Desk) -> Filing:
    assert situation.echo.closed is not None
    return replies.said(situation, desk, "echo.closed", {"time": _time(situation.echo.closed, desk)})


def _time(at: datetime, desk: Desk) -> str:
    return spoken_time(at.astimezone(desk.zone))
