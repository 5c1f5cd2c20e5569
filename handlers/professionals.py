"""Professionals: for one child, for chosen things, until a date (dialogue 39).

She is written into the book at the first thing a parent picks for her; each further pick adds to it. What she may know
is decided in :mod:`book.audience`; when her time is over, :mod:`scheduler.endings` says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from book.ids import ChildId, PersonId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership, Person, Role, Standing
from book.timing import civil_instant
from book.topics import Group
from book.understanding import beyond
from book.wording.values import day_of
from handlers import echo, inviting, replies, telephones
from handlers.desk import Desk
from handlers.family import children_of_parent, say
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing, NewNotice
from storage.roster import NewMembership, NewPerson, NewTelephone, Roster
from storage.situations import Situation
from storage.vault import Owner

ASKED = "professional"
ECHO = "echo.for_a_while"
LASTS = timedelta(days=24)  # three and a half weeks: a check with its booking and its answer
ENDS_AT = time(17, 0)  # of her last day
_ASKED_FOR = timedelta(days=2)
# What can be picked, with the groups it opens. The check itself is no group of the diary's.
PICKS: dict[str, frozenset[Group]] = {
    "check": frozenset(),
    "learning": frozenset({Group.LEARNING}),
    "day": frozenset({Group.DAY}),
}


def may_be(text: str) -> bool:
    return beyond.as_professional(text, date.min) is not None


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Ask what she may see; nothing is written before something is picked."""
    today = desk.today
    wished = beyond.as_professional(situation.taken.incoming.text, today)
    mine = dict(children_of_parent(situation, desk))
    if wished is None or not mine:
        return None
    named = [child for child, circle in mine.items() if circle.child.name.casefold() in wished.rest.casefold()]
    if len(mine) > 1 and len(named) != 1:
        return (replies.said(situation, desk, "professional.which", {"name": wished.name}),)
    child = named[0] if named else next(iter(mine))
    if (refused := telephones.refused(situation, desk, beyond.in_full(wished.telephone))) is not None:
        return (refused,)
    until = wished.until or today + LASTS
    assert situation.person is not None
    person = PersonId(desk.ids.new())
    choices = [Choice(Offer.LET_SEE, person, pick, mine[child].child.pronoun) for pick in PICKS]
    said = replies.said(
        situation,
        desk,
        "professional.what",
        {"name": wished.name, "child": mine[child].child.name, "until": day_of(until)},
        choices=choices,
    )
    asked = Asked(
        name=ASKED,
        subject=person,
        of=situation.person.id,
        until=desk.now + _ASKED_FOR,
        values={
            "name": wished.name,
            "profession": wished.profession,
            "child": str(child),
            "until": until.isoformat(),
            "telephone": beyond.in_full(wished.telephone),
        },
    )
    return (replace(said, conversation=replace(situation.conversation, asked=asked)),)


def let_see(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Something is picked: she is in the book for that, beside what was picked before."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name != ASKED or asked.subject != offered.choice.subject:
        return (replies.said(situation, desk, "press.gone"),)
    circle = _circle(situation, desk, asked)
    if circle is None:
        return (replies.said(situation, desk, "press.gone"),)
    pick = offered.choice.value
    if echo.is_needed(situation):
        values = {"name": asked.values["name"], "child": circle.child.name}
        kept = {**asked.values, "pick": pick}
        return (echo.ask(situation, desk, ECHO, "echo.partner", values, subject=asked.subject, pending=kept),)
    return (_picked(situation, desk, circle, asked, pick),)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as the pick; more can be picked after it."""
    circle = _circle(situation, desk, asked)
    if circle is None:
        return None
    again = replace(asked, name=ASKED, until=desk.now + _ASKED_FOR)
    filing = _picked(situation, desk, circle, again, asked.values["pick"])
    return (replace(filing, conversation=replace(situation.conversation, asked=again)),)


def _circle(situation: Situation, desk: Desk, asked: Asked) -> Circle | None:
    return dict(children_of_parent(situation, desk)).get(ChildId(int(asked.values["child"])))


def _picked(situation: Situation, desk: Desk, circle: Circle, asked: Asked, pick: str) -> Filing:
    assert situation.person is not None
    child, person = circle.child.id, PersonId(asked.subject)
    until = date.fromisoformat(asked.values["until"])
    last = civil_instant(_noon(until, desk), ENDS_AT, desk.zone)
    me = circle.membership(situation.person.id, desk.now)
    known = circle.membership(person, desk.now)
    assert me is not None
    sees = (known.sees if known is not None and known.sees is not None else frozenset()) | PICKS[pick]
    sees_of = known.sees_of if known is not None else frozenset()
    number = asked.values["telephone"]
    is_new = circle.person(person) is None
    roster = Roster(
        people=[NewPerson(person, asked.values["name"])] if is_new else [],
        memberships=[
            NewMembership(
                desk.ids.new(), person, Role.PROFESSIONAL, child, me.setting,
                until=last, sees=sees, sees_of=sees_of, made_by=situation.person.id,
            )
        ],
        telephones=[NewTelephone(desk.ids.new(), person, number, situation.person.id)] if is_new and number else [],
    )  # fmt: skip
    values = {"name": asked.values["name"], "child": circle.child.name, "until": day_of(until)}
    picked = {each for each, groups in PICKS.items() if groups and groups <= sees} | {"check", pick}
    others = [Choice(Offer.LET_SEE, person, each, circle.child.pronoun) for each in PICKS if each not in picked]
    new = Person(person, asked.values["name"])
    member = Membership(0, new, Role.PROFESSIONAL, me.setting, Standing.LIVE, desk.now)
    slip, invitation = inviting.slip_for(desk, circle, member, situation.person.id, holds_number=bool(number))
    done = Said(
        f"professional.sees.{pick}",
        values,
        tuple(others),
        lines=((slip.key, slip.values),) if is_new else (),
    )
    said = say(situation, desk, done)
    details = {"person": person, "until": until.isoformat(), "sees": " ".join(sorted(sees)) or "the check"}
    return replace(
        said,
        notices=(*said.notices, *(_others_hear(situation, desk, circle, child, values) if is_new else ())),
        roster=roster,
        invites=(invitation,) if is_new else (),
        deeds=(Deed("professional_added", situation.person.id, Owner.child(child), person, details),),
    )


def _others_hear(
    situation: Situation, desk: Desk, circle: Circle, child: ChildId, values: dict[str, str]
) -> tuple[NewNotice, ...]:
    """The other parents hear that she is there and until when; what was picked they find where sharing is shown."""
    assert situation.person is not None
    return tuple(
        replies.tell(situation, desk, each.person.id, Said("professional.came", values), child=child)
        for each in circle.parents(desk.now)
        if each.person.id != situation.person.id
    )


def _noon(day: date, desk: Desk) -> datetime:
    return datetime.combine(day, time(12), tzinfo=desk.zone)
