"""A parent says that her child goes to a setting that uses Bookbag too: its manager is asked, and her yes brings it in.

By its telephone a setting is known, never by its name alone. The parent has agreed by saying so and is asked at once
what may be shared; nothing is shown to the setting before its manager has said that the child is one of theirs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.dialling import e164
from book.ids import ChildId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership, Person, Role, Standing
from book.timing import when_at_hand
from book.understanding.beyond import SettingWished
from handlers import echo, partners, replies, sharing
from handlers.desk import Desk
from handlers.duty import is_manager
from handlers.hanging import Hanging, asking
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.rolls import Joined
from storage.roster import NewMembership, Roster
from storage.situations import Situation
from storage.vault import Owner

ASKED = "setting"
ECHO = "echo.setting"
_COUNTS_FOR = timedelta(hours=24)


def wished(situation: Situation, desk: Desk, circle: Circle, wish: SettingWished) -> tuple[Filing, ...] | None:
    """Shall it be asked? None where nobody who uses Bookbag is rung at that number: then it comes in by hand."""
    number = e164(wish.telephone)
    found = _rung_at(situation, number)
    if found is None or number is None:
        return None
    child, at = circle.child, found.setting.id
    values = {"setting": found.setting.name, "name": found.setting.name, "child": child.name}
    if circle.staff_of(at, desk.now):
        return (replies.said(situation, desk, "by_hand.known", values),)
    if any(each.setting == at and each.standing is Standing.PENDING for each in circle.memberships):
        return (replies.said(situation, desk, "setting.asked_already", values),)
    if not sharing.is_parent(situation, desk, circle):
        return (replies.said(situation, desk, "setting.uses_bookbag", values),)
    assert situation.person is not None
    kept = {"number": number}
    if echo.is_needed(situation):
        return (echo.ask(situation, desk, ECHO, "echo.partner", values, subject=child.id, pending=kept),)
    asked = Asked(ASKED, child.id, situation.person.id, desk.now + _COUNTS_FOR, kept)
    choices = (Choice(Offer.SETTING_ASK, child.id), Choice(Offer.PARTNER_LEAVE, child.id))
    said = replies.said(situation, desk, "partner.question", values, choices=choices)
    return (replace(said, conversation=replace(situation.conversation, asked=asked)),)


def ask(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: its manager is asked, and the parent the one question."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name != ASKED or asked.subject != offered.choice.subject:
        return (replies.said(situation, desk, "partner.again"),)
    over = replace(situation, conversation=replace(situation.conversation, asked=None))
    return _asked(over, desk, asked) or (replies.said(over, desk, "press.done"),)


def asked_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as [Yes]."""
    return _asked(situation, desk, asked)


def _rung_at(situation: Situation, number: str | None) -> Joined | None:
    return situation.roll.settings.get(number) if situation.roll is not None and number is not None else None


def _asked(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    circle, found = situation.circles.get(ChildId(asked.subject)), _rung_at(situation, asked.values["number"])
    if circle is None or found is None or not sharing.is_parent(situation, desk, circle):
        return None
    at = found.setting.id
    if any(each.setting == at and each.standing in (Standing.LIVE, Standing.PENDING) for each in circle.memberships):
        return None
    assert situation.person is not None
    me, manager = situation.person, found.managers[0]
    line = Membership(
        desk.ids.new(), manager, Role.KEY_PERSON, at, Standing.PENDING, desk.now, made_by=me.id
    )  # fmt: skip
    with_it = replace(circle, settings={**circle.settings, at: found.setting})
    question = partners.sharing_question(situation, desk, with_it, at, found.setting.name)
    told = replies.tell(
        situation,
        desk,
        manager.id,
        _question(with_it, line, me),
        not_before=when_at_hand(line, with_it, desk.now, desk.zone),
        cause=line.id,
    )
    return (
        replace(
            question,
            roster=Roster(
                memberships=[
                    NewMembership(
                        line.id, manager.id, line.role, circle.child.id, at, standing=Standing.PENDING, made_by=me.id
                    )
                ]
            ),
            conversation=situation.conversation,
            notices=(*question.notices, told),
            deeds=(Deed("setting_named", me.id, Owner.child(circle.child.id), manager.id, {"setting": at}),),
        ),
    )


def _question(circle: Circle, line: Membership, parent: Person) -> Said:
    """To the manager: is the child one of theirs?"""
    assert line.setting is not None
    value = f"{line.person.id},{line.setting}"
    return Said(
        "setting.asked",
        {"by": parent.in_full, "child": circle.child.name, "setting": circle.settings[line.setting].name},
        (
            Choice(Offer.SETTING_OURS, circle.child.id, value),
            Choice(Offer.SETTING_NOT_OURS, circle.child.id, value),
        ),
    )


# --- its manager answers ---------------------------------------------------------------------------------------------


def ours(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Her yes: the setting is in the book from now on, and she is its key person until she says who is."""
    found = _put_to_her(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, line, parent = found
    values = _values(circle, line)
    said = partners.let_in(
        situation, desk, circle, line, replies.said(situation, desk, "setting.in", values), by=parent
    )
    return (_parent_hears(said, situation, desk, circle, parent, Said("setting.joined", values)),)


def not_ours(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Her no: it does not come in, and the parent hears so."""
    found = _put_to_her(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, line, parent = found
    values = _values(circle, line)
    said = replies.said(situation, desk, "setting.not_ours.done", values)
    said = partners.kept_out(situation, desk, circle, line, said)
    return (_parent_hears(said, situation, desk, circle, parent, Said("setting.not_ours", values)),)


def _put_to_her(
    situation: Situation, desk: Desk, child: ChildId, value: str
) -> tuple[Circle, Membership, Person] | None:
    """What the sender is asked as the manager of a setting, while it is open and who asked is a parent still."""
    circle = situation.circles.get(child)
    line = partners.member_of(circle, value) if circle is not None else None
    if circle is None or line is None or line.setting is None or line.standing is not Standing.PENDING:
        return None
    me = situation.person
    if me is None or line.person.id != me.id or not is_manager(situation, desk, line.setting):
        return None
    parent = next((each.person for each in circle.parents(desk.now) if each.person.id == line.made_by), None)
    return None if parent is None else (circle, line, parent)


def _values(circle: Circle, line: Membership) -> dict[str, str]:
    assert line.setting is not None
    return {"child": circle.child.name, "setting": circle.settings[line.setting].name, "name": line.person.name}


def _parent_hears(
    filing: Filing, situation: Situation, desk: Desk, circle: Circle, parent: Person, said: Said
) -> Filing:
    member = circle.membership(parent.id, desk.now)
    assert member is not None
    told = replies.tell(
        situation,
        desk,
        parent.id,
        said,
        child=circle.child.id,
        not_before=when_at_hand(member, circle, desk.now, desk.zone),
        cause=desk.ids.new(),
    )
    return replace(filing, notices=(*filing.notices, told))


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """For a manager: a child that a parent says is one of theirs."""
    if situation.person is None:
        return []
    found = []
    for child, circle in sorted(situation.circles.items()):
        for line in circle.memberships:
            if line.person.id != situation.person.id or line.standing is not Standing.PENDING:
                continue
            put = _put_to_her(situation, desk, child, f"{line.person.id},{line.setting}")
            if put is not None:
                said = _question(circle, line, put[2])
                found.append(asking(f"setting {line.id}", circle.child.name, (said.key, said.values), said))
    return found
