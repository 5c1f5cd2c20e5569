"""What whoever runs a setting wishes about its circles: understood, confirmed where it widens, then done.

What narrows is done at once and said back; everything else is asked about first, and the yes does exactly what was
asked, on the words as they were written. Anybody else's such sentence is a note, or is told who can do it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from book.ids import PersonId
from book.notices import Offer
from book.people import Role
from book.understanding.administration import (
    AddChild,
    AskBoth,
    ChangeKeyPerson,
    EndMembership,
    Invite,
    LetBack,
    MoveRoom,
    NewFiguresFor,
    NewTablet,
    ShutOut,
    Wish,
    as_wish,
)
from book.understanding.commands import Command
from handlers import both_parents, echo, ending, key_person, new_child, replies, restricting, rooms, tablets
from handlers.desk import Desk
from handlers.running import Runs, named, what_she_runs
from handlers.wishing import ASKED, Wished
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.situations import Situation

ECHO = "echo.administration"
_COUNTS_FOR = timedelta(hours=24)


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Do or ask about what the sender wishes; None where it is a note after all."""
    text = situation.taken.incoming.text
    wish = as_wish(text, desk.today)
    if wish is None:
        return None
    runs = what_she_runs(situation, desk)
    if runs is None:
        return _not_hers(situation, desk, wish)
    return _meant(situation, desk, runs, wish, Wished(), text)


def invite(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The word "invite": as a sentence, or alone for how to say it."""
    runs = what_she_runs(situation, desk)
    wished = take(situation, desk) if runs is None or command.rest else None
    if wished is not None:
        return wished
    key = "administration.how" if runs is not None else "administration.not_you"
    return (replies.said(situation, desk, key, {} if runs is not None else _whom_to_ask(situation, desk)),)


def confirmed(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: what was asked about is done, as it was written."""
    asked = situation.conversation.asked_now(desk.now)
    if (
        echo.is_needed(situation)
        and asked is not None
        and asked.name == ASKED
        and asked.subject == offered.choice.subject
    ):
        return (echo.ask(situation, desk, ECHO, "echo.do", {}, subject=asked.subject, pending=asked.values),)
    return _go_on(situation, desk, offered, Wished(yes=True))


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as [Yes]."""
    return _after(situation, desk, asked, Wished(yes=True))


def whom(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Which of two who are called the same."""
    return _go_on(situation, desk, offered, Wished(person=PersonId(int(offered.choice.value))))


def let_back(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Let Tom back in]: asked about, as if it had been written."""
    runs = what_she_runs(situation, desk)
    person = PersonId(offered.choice.subject)
    known = [] if runs is None else [each for circle in runs.circles if (each := circle.person(person)) is not None]
    if runs is None or not known:
        return (replies.said(situation, desk, "press.done"),)
    wished = Wished(person=person)
    done = _meant(situation, desk, runs, LetBack(known[0].name), wished, known[0].name)
    return done or (replies.said(situation, desk, "press.done"),)


def left(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[No]: nothing has changed."""
    return (_closed(situation, replies.said(situation, desk, "administration.left")),)


def _go_on(situation: Situation, desk: Desk, offered: Offered, wished: Wished) -> tuple[Filing, ...]:
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name != ASKED or asked.subject != offered.choice.subject:
        return (replies.said(situation, desk, "press.done"),)
    return _after(situation, desk, asked, wished)


def _after(situation: Situation, desk: Desk, asked: Asked, wished: Wished) -> tuple[Filing, ...]:
    runs = what_she_runs(situation, desk)
    if runs is None:
        return (replies.said(situation, desk, "press.done"),)
    words = asked.values["words"]
    wish = (
        LetBack(words)
        if asked.values["wish"] == LetBack.__name__
        else as_wish(words, date.fromisoformat(asked.values["today"]))
    )
    if wish is None:
        return (replies.said(situation, desk, "press.done"),)
    if wished.person is None and (person := asked.values.get("person")):
        wished = replace(wished, person=PersonId(int(person)))
    first, *others = _meant(situation, desk, runs, wish, wished, words) or (
        replies.said(situation, desk, "press.done"),
    )
    return (first if first.conversation is not None else _closed(situation, first), *others)


def _meant(
    situation: Situation, desk: Desk, runs: Runs, wish: Wish, wished: Wished, words: str
) -> tuple[Filing, ...] | None:
    match wish:
        case AddChild():
            done = new_child.add(situation, desk, runs, wish, wished)
        case Invite():
            done = new_child.invite(situation, desk, runs, wish, wished)
        case ChangeKeyPerson():
            done = key_person.change(situation, desk, runs, wish, wished)
        case EndMembership():
            done = ending.end(situation, desk, runs, wish, wished)
        case MoveRoom():
            done = rooms.move(situation, desk, runs, wish, wished)
        case ShutOut():
            done = restricting.shut_out(situation, desk, runs, wish, wished)
        case AskBoth():
            done = both_parents.change(situation, desk, runs, wish, wished)
        case LetBack():
            done = ending.let_back(situation, desk, runs, wish, wished)
        case NewTablet():
            done = tablets.new_tablet(situation, desk, runs, wish, wished)
        case NewFiguresFor():
            done = tablets.reset_figures(situation, desk, runs, wish, wished)
        case _:
            assert_never(wish)
    if done is None:
        return None
    if isinstance(wish, LetBack):
        words = wish.person
    return tuple(_keep_asked(each, situation, desk, wished, wish, words) for each in done)


def _keep_asked(filing: Filing, situation: Situation, desk: Desk, wished: Wished, wish: Wish, words: str) -> Filing:
    """Where something is asked, the words are kept that the answer is about."""
    asks = any(
        choice.offer in (Offer.ADMIN_YES, Offer.ADMIN_WHOM)
        for notice in filing.notices
        for choice in getattr(notice.notice, "choices", ())
    )
    if not asks or situation.person is None:
        return filing
    values = {"words": words, "wish": type(wish).__name__, "today": _said_on(situation, desk).isoformat()}
    if wished.person is not None:
        values["person"] = str(wished.person)
    asked = Asked(ASKED, situation.taken.id, situation.person.id, desk.now + _COUNTS_FOR, values)
    return replace(filing, conversation=replace(filing.conversation or situation.conversation, asked=asked))


def _said_on(situation: Situation, desk: Desk) -> date:
    """The day on which the words were written: a Monday stays that Monday however late the answer comes."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is not None and asked.name == ASKED and situation.pressed is not None:
        return date.fromisoformat(asked.values["today"])
    return desk.today


def _closed(situation: Situation, filing: Filing) -> Filing:
    return replace(filing, conversation=replace(situation.conversation, asked=None))


def _not_hers(situation: Situation, desk: Desk, wish: Wish) -> tuple[Filing, ...] | None:
    """Certainly a wish, of somebody who cannot do it: told who can. In doubt it is a note."""
    certain = isinstance(wish, AddChild | LetBack | Invite) or (isinstance(wish, ShutOut) and wish.certain)
    if not certain or not _names_somebody(situation, wish):
        return None
    values = _whom_to_ask(situation, desk)
    return (replies.said(situation, desk, "administration.not_you", values),)


def _names_somebody(situation: Situation, wish: Wish) -> bool:
    """Whether whoever is to be shut out or let in is somebody around a child of the sender's."""
    if not isinstance(wish, ShutOut | LetBack):
        return True
    first = wish.person.casefold().split()[0]
    return any(
        line.person.name.casefold().split()[0] == first
        for circle in situation.circles.values()
        for line in circle.memberships
    )


def _whom_to_ask(situation: Situation, desk: Desk) -> dict[str, str]:
    """Who runs the settings of the sender's children."""
    names = [
        line.person.name
        for _, circle in sorted(situation.circles.items())
        for line in circle.live(desk.now)
        if line.role in (Role.MANAGER, Role.CHILDMINDER)
    ]
    return {"names": named(names)}
