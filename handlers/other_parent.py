"""A lone parent asks for the child's other parent: a person of the setting confirms that he is one before he is let in.

Nobody is ever asked about "the other parent" by the bot (dialogue 43). What was written before stays the writer's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from book.deliveries import Lane
from book.dialling import spoken
from book.ids import ChildId, PersonId, SettingId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership, Role, Standing
from book.timing import when_at_hand
from book.understanding.commands import as_command
from book.understanding.newcomers import read_other_parent
from book.who_sees import speaks_for
from handlers import echo, replies, sharing
from handlers.desk import Desk
from handlers.partners import code_for, newcomer_meant
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing, NewNotice
from storage.invitations import NewInvitation, new_payload
from storage.roster import NewMembership, NewPerson, NewTelephone, Roster
from storage.situations import Situation
from storage.vault import Owner

ASKED = "other_parent"
ECHO = "echo.other_parent"
ECHO_CONFIRM = "echo.parent_confirmed"
_COUNTS_FOR = timedelta(hours=24)
_NAME = re.compile(r"(?:he is|hes|she is|shes|its|call (?:him|her))?\s*([^\W\d_][\w'’\-]*(?: [^\W\d_][\w'’\-]*){0,2})")
_OF_HER = {
    "other_parent.question": "other_parent.question.her",
    "other_parent.asked": "other_parent.asked.her",
    "other_parent.unsure": "other_parent.unsure.her",
}
_NO_NAME = frozenset({"yes", "no", "yeah", "yep", "nope", "family", "dunno", "maybe", "not sure", "ok", "okay"})


def wished(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "Can Leo's dad be in it now 07700 900388": what he is called, and what he is by law."""
    meant = newcomer_meant(situation, desk, read_other_parent)
    if meant is None or isinstance(meant, Filing):
        return None if meant is None else (meant,)
    newcomer, circle, number = meant
    kept = {"number": number, "name": newcomer.name, "her": "yes" if newcomer.is_her else ""}
    return (_question(situation, desk, circle, kept),)


def _question(situation: Situation, desk: Desk, circle: Circle, kept: dict[str, str]) -> Filing:
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    setting = circle.settings.get(me.setting) if me is not None and me.setting is not None else None
    key = "other_parent.by_law" if kept["name"] else "other_parent.question"
    if kept["her"] and not kept["name"]:
        key = _OF_HER[key]
    values = {"child": circle.child.name, "setting": setting.name if setting else "", "name": kept["name"]}
    child = circle.child.id
    choices = (Choice(Offer.PARENT_YES, child), Choice(Offer.PARENT_FAMILY, child), Choice(Offer.PARENT_UNSURE, child))
    asked = Asked(ASKED, child, situation.person.id, desk.now + _COUNTS_FOR, kept)
    said = replies.said(situation, desk, key, values, choices=choices)
    return replace(said, conversation=replace(situation.conversation, asked=asked))


def answered(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """Words while the question is open: his name, if they can be one; else they are a note."""
    text = situation.taken.incoming.text.strip().rstrip(".!")
    circle = situation.circles.get(ChildId(asked.subject))
    found = _NAME.fullmatch(text)
    if circle is None or asked.values["name"] or not found or len(text) > 40 or as_command(text) is not None:
        return None
    name = found[1]
    if name.casefold() in _NO_NAME or (name[0].islower() and " " in name):
        return None
    kept = {**asked.values, "name": " ".join(each[:1].upper() + each[1:] for each in name.split())}
    return (_question(situation, desk, circle, kept),)


def is_parent(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: the manager is asked to confirm it; until then he is nobody here."""
    return (_to_confirm(situation, desk, offered, "other_parent.asked"),)


def is_unsure(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Not sure]: the same, and it is said so."""
    return (_to_confirm(situation, desk, offered, "other_parent.unsure"),)


def is_family(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[No, family]: then he is family, and comes in by a sentence of his own."""
    circle = situation.circles.get(ChildId(offered.choice.subject))
    if circle is None or not sharing.is_parent(situation, desk, circle):
        return (replies.said(situation, desk, "press.done"),)
    said = replies.said(situation, desk, "other_parent.family", {"child": circle.child.name})
    return (replace(said, conversation=replace(situation.conversation, asked=None)),)


def _to_confirm(situation: Situation, desk: Desk, offered: Offered, key: str) -> Filing:
    asked = situation.conversation.asked_now(desk.now)
    circle = situation.circles.get(ChildId(offered.choice.subject))
    if asked is None or asked.name != ASKED or asked.subject != offered.choice.subject or circle is None:
        return replies.said(situation, desk, "partner.again")
    if not sharing.is_parent(situation, desk, circle):
        return replies.said(situation, desk, "press.done")
    kept = {**asked.values, "key": key}
    if echo.is_needed(situation):
        values = {"name": _called(circle, kept), "child": circle.child.name}
        return echo.ask(situation, desk, ECHO, "echo.partner", values, subject=circle.child.id, pending=kept)
    over = replace(situation, conversation=replace(situation.conversation, asked=None))
    return _asked_manager(over, desk, circle, kept)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof."""
    circle = situation.circles.get(ChildId(asked.subject))
    if circle is None or not sharing.is_parent(situation, desk, circle):
        return None
    return (_asked_manager(situation, desk, circle, dict(asked.values)),)


def _called(circle: Circle, kept: dict[str, str]) -> str:
    """His name, or what he is until somebody says it: "Leo's dad"."""
    return kept["name"] or f"{circle.child.name}'s {'mum' if kept['her'] else 'dad'}"


def _asked_manager(situation: Situation, desk: Desk, circle: Circle, kept: dict[str, str]) -> Filing:
    """He is put down as pending, and whoever runs the setting is asked; only her yes makes him a parent here."""
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    assert me is not None
    manager = _manager(circle, me.setting, desk)
    if manager is None or me.setting is None:
        return replies.said(situation, desk, "other_parent.nobody")
    known = situation.roll.known.get(kept["number"]) if situation.roll is not None else None
    person = PersonId(desk.ids.new()) if known is None else known.person
    if any(each.person.id == person and each.role is Role.PARENT for each in circle.live(desk.now)):
        return replies.said(
            situation, desk, "partner.is_in", {"name": _called(circle, kept), "child": circle.child.name}
        )
    name, _, surname = _called(circle, kept).partition(" ") if kept["name"] else (_called(circle, kept), "", "")
    by = situation.person
    roster = Roster(
        people=() if known is not None else (NewPerson(person, name, full_name=f"{name} {surname}".strip()),),
        telephones=() if known is not None else (NewTelephone(desk.ids.new(), person, kept["number"], by.id),),
        memberships=(
            NewMembership(
                desk.ids.new(),
                person,
                Role.PARENT,
                circle.child.id,
                me.setting,
                standing=Standing.PENDING,
                made_by=by.id,
            ),
        ),
    )
    values = {"by": by.name, "name": _called(circle, kept), "child": circle.child.name}
    values["number"] = spoken(kept["number"])
    value = f"{person},{me.setting},{by.id}"
    choices = (
        Choice(Offer.PARENT_CONFIRM, circle.child.id, value),
        Choice(Offer.PARENT_DECLINE, circle.child.id, value),
    )
    asks = replies.tell(
        situation,
        desk,
        manager.person.id,
        Said("other_parent.confirm", values, choices),
        child=circle.child.id,
        not_before=when_at_hand(manager, circle, desk.now, desk.zone),
    )
    key = _OF_HER[kept["key"]] if kept["her"] else kept["key"]
    said = replies.said(
        situation, desk, key, {"manager": manager.person.name, "setting": circle.settings[me.setting].name}
    )
    return replace(
        said,
        roster=roster,
        notices=(*said.notices, asks),
        conversation=situation.conversation,
        deeds=(Deed("parent_named", by.id, Owner.child(circle.child.id), person),),
    )


def _manager(circle: Circle, setting: SettingId | None, desk: Desk) -> Membership | None:
    """Who confirms for a setting: its manager, else whoever speaks for it (a childminder runs her own)."""
    if setting is None:
        return None
    managers = [each for each in circle.staff_of(setting, desk.now) if each.role is Role.MANAGER]
    return managers[0] if managers else speaks_for(circle, setting, desk.now)


def confirm(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The manager checked and says yes: he is a parent of the child from now on, and gets his slip."""
    found = _pending(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, him, _ = found
    if echo.is_needed(situation):
        values = {"name": him.person.in_full, "child": circle.child.name}
        kept = {"value": offered.choice.value}
        return (echo.ask(situation, desk, ECHO_CONFIRM, "echo.partner", values, subject=circle.child.id, pending=kept),)
    return (_confirmed(situation, desk, *found),)


def confirmed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as [Yes]."""
    found = _pending(situation, desk, ChildId(asked.subject), asked.values["value"])
    return None if found is None else (_confirmed(situation, desk, *found),)


def _confirmed(situation: Situation, desk: Desk, circle: Circle, him: Membership, by: PersonId) -> Filing:
    assert situation.person is not None
    code = code_for(circle.child.name, desk)
    invitation = NewInvitation(
        desk.ids.new(),
        him.person.id,
        new_payload(desk.chance),
        role=Role.PARENT,
        child=circle.child.id,
        setting=him.setting,
        code=code,
        made_by=situation.person.id,
    )
    line = NewMembership(
        desk.ids.new(), him.person.id, Role.PARENT, circle.child.id, him.setting, made_by=situation.person.id
    )
    values = {"name": him.person.full_name, "child": circle.child.name, "code": code}
    said = replies.said(situation, desk, "other_parent.confirmed", values)
    values = {"by": situation.person.name, "name": him.person.full_name}
    told = _to(desk, circle, by, Said("other_parent.let_in", values), him.id)
    return replace(
        said,
        roster=Roster(memberships=(line,)),
        invites=(invitation,),
        notices=(*said.notices, told),
        deeds=(Deed("parent_let_in", situation.person.id, Owner.child(circle.child.id), him.person.id),),
    )


def decline(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The manager says no: he is not let in, and a person speaks with whoever asked."""
    found = _pending(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, him, by = found
    assert situation.person is not None
    line = NewMembership(
        desk.ids.new(),
        him.person.id,
        Role.PARENT,
        circle.child.id,
        him.setting,
        standing=Standing.ENDED,
        made_by=situation.person.id,
    )
    said = replies.said(situation, desk, "other_parent.declined")
    told = _to(desk, circle, by, Said("other_parent.not_let_in", {"by": situation.person.name}), him.id)
    deed = Deed("parent_kept_out", situation.person.id, Owner.child(circle.child.id), him.person.id)
    return (replace(said, roster=Roster(memberships=(line,)), notices=(*said.notices, told), deeds=(deed,)),)


def _pending(
    situation: Situation, desk: Desk, child: ChildId, value: str
) -> tuple[Circle, Membership, PersonId] | None:
    """Whom the choice is about, while he still waits and whoever answers may confirm for the setting."""
    circle = situation.circles.get(child)
    person, setting, by = (int(each) for each in value.split(","))
    if circle is None or situation.person is None:
        return None
    staff = circle.staff_of(SettingId(setting), desk.now)
    managers = [each for each in staff if each.role is Role.MANAGER]
    first = speaks_for(circle, SettingId(setting), desk.now)
    may = managers or ([first] if first is not None else [])
    if all(each.person.id != situation.person.id for each in may):
        return None
    for each in circle.memberships:
        about = (each.person.id, each.setting) == (person, setting) and each.role is Role.PARENT
        if about and each.standing is Standing.PENDING:
            return circle, each, PersonId(by)
    return None


def _to(desk: Desk, circle: Circle, person: PersonId, said: Said, cause: int) -> NewNotice:
    return NewNotice(
        id=desk.notice_id(),
        cause=cause,
        notice=said,
        person=person,
        child=circle.child.id,
        lane=Lane.RELAY,
        not_before=desk.now,
    )
