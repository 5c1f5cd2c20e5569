"""Family: a parent lets her mum in for the days she has the child, and lets her go again (dialogue 44).

Whoever comes so writes, sees the child's day on those days, and chooses nothing. What she may know is decided in
:mod:`book.audience`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from book.ids import ChildId, PersonId
from book.notices import Choice, Offer, Said
from book.people import GUESTS, Circle, Membership, Person, Pronoun, Role, Standing
from book.reasons import Reason
from book.understanding import beyond
from book.understanding.lexicon import fold
from book.wording.values import sentence, weekdays
from handlers import echo, inviting, replies, telephones
from handlers.desk import Desk
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.roster import NewMembership, NewPerson, NewTelephone, Roster, later_line
from storage.situations import Situation
from storage.vault import Owner

ECHO = "echo.family"


def may_be(text: str) -> bool:
    return beyond.as_family(text) is not None or beyond.as_ended(text) is not None


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Let her in, or let her go; None where nobody here is a parent or nobody of that name is meant."""
    text = situation.taken.incoming.text
    if (wished := beyond.as_family(text)) is not None:
        return _let_in(situation, desk, wished)
    if (name := beyond.as_ended(text)) is not None:
        return _let_go(situation, desk, name)
    return None


def _let_in(situation: Situation, desk: Desk, wished: beyond.FamilyWished) -> tuple[Filing, ...] | None:
    mine = dict(children_of_parent(situation, desk))
    called = [child for child, circle in mine.items() if _is_named(circle, wished.words)]
    name = " ".join(word for word in wished.words if not any(_is_named(each, [word]) for each in mine.values()))
    if not mine or not name:
        return None
    if len(mine) > 1 and len(called) != 1:
        return (replies.said(situation, desk, "family.which", {"name": beyond.titled(name)}),)
    child = called[0] if called else next(iter(mine))
    if (refused := telephones.refused(situation, desk, beyond.in_full(wished.telephone))) is not None:
        return (refused,)
    if echo.is_needed(situation):
        kept = {
            "name": beyond.titled(name),
            "pronoun": wished.pronoun.value,
            "days": "" if wished.days is None else " ".join(str(each) for each in sorted(wished.days)),
            "telephone": wished.telephone,
        }
        values = {"name": beyond.titled(name), "child": mine[child].child.name}
        return (echo.ask(situation, desk, ECHO, "echo.partner", values, subject=child, pending=kept),)
    return (add(situation, desk, child, beyond.titled(name), wished.pronoun, wished.days, wished.telephone),)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: she is let in as was said."""
    child, kept = ChildId(asked.subject), asked.values
    if child not in dict(children_of_parent(situation, desk)):
        return None
    days = frozenset(int(each) for each in kept["days"].split()) or None
    return (add(situation, desk, child, kept["name"], Pronoun(kept["pronoun"]), days, kept["telephone"]),)


def add(
    situation: Situation,
    desk: Desk,
    child: ChildId,
    name: str,
    pronoun: Pronoun,
    days: frozenset[int] | None,
    telephone: str = "",
) -> Filing:
    """The sender, a parent of ``child``, lets somebody of the family into the book; days None is every day.

    Somebody of that name who is family there already keeps her place, with the days said now.
    """
    assert situation.person is not None
    circle = situation.circles[child]
    me = circle.membership(situation.person.id, desk.now)
    assert me is not None
    known = next((each for each in _guests(circle, desk, name) if each.role is Role.FAMILY), None)
    person = known.person.id if known is not None else PersonId(desk.ids.new())
    number = beyond.in_full(telephone)
    roster = Roster(
        people=[] if known is not None else [NewPerson(person, name, pronoun=pronoun)],
        memberships=[
            NewMembership(
                desk.ids.new(),
                person,
                Role.FAMILY,
                child,
                known.setting if known is not None else me.setting,
                days=days,
                made_by=situation.person.id,
            )
        ],
        telephones=[NewTelephone(desk.ids.new(), person, number, situation.person.id)] if number else [],
    )
    values = {"name": name, "child": circle.child.name, "them": sentence(f"pronoun.{pronoun}.them")}
    slip = (Choice(Offer.SEND_SLIP, person, str(child)),)
    if days is None:
        said = replies.said(situation, desk, "family.added.every_day", values, choices=slip)
    else:
        values = {**values, "days": weekdays(days)}
        said = replies.said(situation, desk, "family.added", values, choices=slip)
    details = {"person": person, "days": "every day" if days is None else " ".join(map(str, sorted(days)))}
    return replace(
        said,
        roster=roster,
        deeds=(Deed("family_added", situation.person.id, Owner.child(child), person, details),),
    )


def send_slip(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: she is to have a slip to join with; the parent hands it on."""
    child = ChildId(int(offered.choice.value))
    circle = dict(children_of_parent(situation, desk)).get(child)
    invited = circle.membership(PersonId(offered.choice.subject), desk.now) if circle is not None else None
    if circle is None or invited is None:
        return (replies.said(situation, desk, "press.done"),)
    assert situation.person is not None
    numbers = situation.roll.telephones if situation.roll is not None else {}
    said, slip = inviting.slip_for(
        desk, circle, invited, situation.person.id, holds_number=bool(numbers.get(invited.person.id))
    )
    deed = Deed("invited", situation.person.id, Owner.person(invited.person.id), child)
    return (replace(say(situation, desk, said), invites=(slip,), deeds=(deed,)),)


def _let_go(situation: Situation, desk: Desk, name: str) -> tuple[Filing, ...] | None:
    """A parent ends what a parent began, for all her children at once."""
    assert situation.person is not None
    found = [
        (child, guest)
        for child, circle in children_of_parent(situation, desk)
        for guest in _guests(circle, desk, name)
        if guest.made_by in (None, situation.person.id) or not _is_parent(circle, guest.made_by, desk)
    ]
    people = {guest.person.id for _, guest in found}
    if len(people) != 1:
        return None
    ended = [
        # Whose guest she was stays written: what she wrote stays that parent's to read.
        later_line(desk.ids.new(), guest, child, by=situation.person.id, standing=Standing.ENDED)
        for child, guest in found
    ]
    person: Person = found[0][1].person
    names = "\n".join(situation.circles[child].child.name for child, _ in found)
    said = replies.said(situation, desk, "family.ended", {"name": person.name, "names": names})
    deeds = tuple(
        Deed("guest_ended", situation.person.id, Owner.child(child), person.id, {"role": guest.role.value})
        for child, guest in found
    )
    return (replace(said, roster=Roster(memberships=ended), deeds=deeds),)


def children_of_parent(situation: Situation, desk: Desk) -> Iterator[tuple[ChildId, Circle]]:
    """The children whose parent the sender is at this moment."""
    assert situation.person is not None
    for child, circle in sorted(situation.circles.items()):
        me = circle.membership(situation.person.id, desk.now)
        if me is not None and me.role is Role.PARENT:
            yield child, circle


def say(situation: Situation, desk: Desk, said: Said) -> Filing:
    """One sentence back that was made elsewhere."""
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),))


def _guests(circle: Circle, desk: Desk, name: str) -> list[Membership]:
    """The family and professionals of this name who are in the book now."""
    return [
        each
        for each in circle.live(desk.now)
        if each.role in GUESTS and fold(name) in (fold(each.person.name), _first(each.person))
    ]


def _first(person: Person) -> str:
    return fold(person.name.split()[0])


def _is_parent(circle: Circle, person: PersonId | None, desk: Desk) -> bool:
    return any(each.person.id == person for each in circle.parents(desk.now))


def _is_named(circle: Circle, words: Sequence[str]) -> bool:
    called = {fold(each) for each in circle.child.names}
    return any(fold(word) in called for word in words)
