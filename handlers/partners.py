"""A partner setting comes into a child's circle, with the agreement of a parent with responsibility, whoever asked.

A pending membership becomes a live one by a parent's yes and by nothing else. A parent who names a childminder herself
has agreed; she is asked once more when somebody has joined under that name. Nothing travels before she has answered the
one question what may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from book import duty
from book.audience import asks_both, travels
from book.claims import shown_number
from book.deliveries import Lane
from book.dialling import e164
from book.ids import ChildId, PersonId, SettingId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Circle, Membership, Person, Role, SettingKind, Standing
from book.sharing import HOME, Answer, newest_by_chooser
from book.timing import when_at_hand
from book.topics import EVERY_GROUP
from book.understanding.codes import LETTERS, new_code
from book.understanding.newcomers import Newcomer, read_childminder
from book.who_sees import as_words, settings_around
from book.wording.values import link, moment
from handlers import asked_in, claims, echo, replies, sharing, telephones
from handlers.desk import Desk
from handlers.greeting import Newcomer as Joined
from handlers.greeting import first_words
from handlers.hanging import Hanging, asking
from storage.audit import Deed
from storage.claims import Claim
from storage.conversations import Asked, Offered
from storage.filing import Filing, NewNotice
from storage.invitations import NewInvitation, new_payload
from storage.roster import NewMembership, NewPerson, NewSetting, NewTelephone, Roster, SettingChange
from storage.situations import Situation
from storage.vault import Owner

ASKED = "partner"
ECHO = "echo.partner"
ECHO_HER = "echo.her"
_COUNTS_FOR = timedelta(hours=24)


def named(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "My childminder is Dawn Pike 07700 900432": shall she be asked? Nothing is written down before the yes."""
    meant = newcomer_meant(situation, desk, read_childminder)
    if meant is None or isinstance(meant, Filing):
        return None if meant is None else (meant,)
    newcomer, circle, number = meant
    assert situation.person is not None
    values = {"name": newcomer.name, "child": circle.child.name}
    kept = {"name": newcomer.name, "surname": newcomer.surname, "number": number}
    if echo.is_needed(situation):
        return (echo.ask(situation, desk, ECHO, "echo.partner", values, subject=circle.child.id, pending=kept),)
    choices = (Choice(Offer.PARTNER_ASK, circle.child.id), Choice(Offer.PARTNER_LEAVE, circle.child.id))
    asked = Asked(ASKED, circle.child.id, situation.person.id, desk.now + _COUNTS_FOR, kept)
    said = replies.said(situation, desk, "partner.question", values, choices=choices)
    return (replace(said, conversation=replace(situation.conversation, asked=asked)),)


def newcomer_meant(
    situation: Situation, desk: Desk, read: Callable[[str, Sequence[str]], Newcomer | None]
) -> tuple[Newcomer, Circle, str] | Filing | None:
    """Whom a parent's words name, for which of her children, under which number; else what is asked of her.

    None where the words name nobody, or where she is no parent: then they are a note.
    """
    mine = [each for _, each in sorted(situation.circles.items()) if sharing.is_parent(situation, desk, each)]
    names = [name for each in mine for name in each.child.names]
    newcomer = read(situation.taken.incoming.text, names)
    if newcomer is None or not mine:
        return None
    circle = _child_meant(situation, desk, mine, newcomer)
    if circle is None:
        return replies.said(situation, desk, "partner.say_which")
    number = e164(newcomer.number)
    if number is None:
        return replies.said(situation, desk, "number.wrong")
    if (refused := telephones.refused(situation, desk, number)) is not None:
        return refused
    return newcomer, circle, number


def _child_meant(situation: Situation, desk: Desk, mine: Sequence[Circle], newcomer: Newcomer) -> Circle | None:
    """The child whose newcomer it is: the one named, the only one, or the one last spoken of."""
    if newcomer.of:
        return next((each for each in mine if newcomer.of in each.child.names), None)
    if len(mine) == 1:
        return mine[0]
    return next((each for each in mine if each.child.id == situation.conversation.child_now(desk.now)), None)


def ask_her(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: she is put down as pending, and the one question is asked."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name != ASKED or asked.subject != offered.choice.subject:
        return (replies.said(situation, desk, "partner.again"),)
    over = replace(situation, conversation=replace(situation.conversation, asked=None))
    added = _add(over, desk, asked)
    return (replies.said(over, desk, "press.done"),) if added is None else added


def leave_it(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[No]: nobody is put down."""
    said = replies.said(situation, desk, "partner.left")
    return (replace(said, conversation=replace(situation.conversation, asked=None)),)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as [Yes]."""
    return _add(situation, desk, asked)


def _add(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    circle = situation.circles.get(ChildId(asked.subject))
    if circle is None or not sharing.is_parent(situation, desk, circle):
        return None
    assert situation.person is not None
    number, name = asked.values["number"], asked.values["name"]
    full_name = f"{name} {asked.values['surname']}".strip()
    found = situation.roll.known.get(number) if situation.roll is not None else None
    # A number that is somebody else's says nothing of whom: then she is new, and has to come by the code.
    known = found if found is not None and found.is_called(full_name) else None
    person = PersonId(desk.ids.new()) if known is None else known.person
    setting = known.childminder_at if known is not None else None
    if setting is not None and any(each.is_live(desk.now) and each.person.id == person for each in circle.memberships):
        return (replies.said(situation, desk, "partner.is_in", {"name": name, "child": circle.child.name}),)
    at = setting if setting is not None else SettingId(desk.ids.new())
    new_setting = () if setting is not None else (NewSetting(at, SettingKind.CHILDMINDER, name),)
    me = situation.person.id
    roster = Roster(
        settings=new_setting,
        people=() if known is not None else (NewPerson(person, name, full_name=full_name),),
        telephones=() if known is not None else (NewTelephone(desk.ids.new(), person, number, me),),
        memberships=(
            NewMembership(
                desk.ids.new(),
                person,
                Role.CHILDMINDER,
                circle.child.id,
                at,
                standing=Standing.PENDING,
                made_by=me,
            ),
        ),
    )
    question = sharing_question(situation, desk, circle, at, name, invite=True)
    return (
        replace(
            question,
            roster=roster,
            conversation=situation.conversation,
            deeds=(Deed("partner_named", me, Owner.child(circle.child.id), person, {"setting": at}),),
        ),
    )


# --- the one question ------------------------------------------------------------------------------------------------


def sharing_question(
    situation: Situation, desk: Desk, circle: Circle, setting: SettingId, name: str, *, invite: bool = False
) -> Filing:
    """What may this setting and the others tell each other? Four answers, both directions together."""
    assert situation.person is not None
    said = _question(desk, circle, setting, name, situation.person.id, invite=invite)
    return replies.said(situation, desk, said.key, said.values, choices=said.choices)


def asked(desk: Desk, circle: Circle, setting: SettingId, parent: PersonId, *, cause: int) -> NewNotice:
    """The same question to a parent who did not write just now."""
    return _to(desk, circle, parent, _question(desk, circle, setting, circle.name_of(setting), parent), cause=cause)


def _question(
    desk: Desk, circle: Circle, setting: SettingId, name: str, parent: PersonId, *, invite: bool = False
) -> Said:
    mine = circle.membership(parent, desk.now)
    first = mine.setting if mine is not None else None
    others = [circle.name_of(each) for each in settings_around(circle, desk.now, first=first) if each != setting]
    choices = tuple(
        Choice(Offer.SHARING_ANSWER, circle.child.id, f"{setting},{answer}{',invite' if invite else ''}")
        for answer in (Answer.DAY, Answer.DAY_AND_LEARNING, Answer.EVERYTHING, Answer.NOTHING)
    )
    key = "sharing.question" if others else "sharing.question.alone"
    return Said(key, {"others": "\n".join([*others, name]), "name": name, "child": circle.child.name}, choices)


def answer(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of the four: three directions at once, confirmed in one sentence; whoever is to come is invited."""
    circle = situation.circles.get(ChildId(offered.choice.subject))
    setting, chosen, *more = offered.choice.value.split(",")
    at = SettingId(int(setting))
    if circle is None or not sharing.is_parent(situation, desk, circle) or at not in circle.settings:
        return (replies.said(situation, desk, "press.done"),)
    said = _done(situation, desk, circle, at, Answer(chosen))
    wanted = sharing.wanted_by(Answer(chosen), circle, at, desk.now)
    is_there = bool(circle.staff_of(at, desk.now))
    filing = sharing.change(situation, desk, circle, wanted, said, name=circle.name_of(at), tell=is_there)
    filing = _asked_both(filing, situation, desk, circle, at)
    return (_invited(filing, situation, desk, circle, at) if more else filing,)


def _asked_both(filing: Filing, situation: Situation, desk: Desk, circle: Circle, at: SettingId) -> Filing:
    """Where a setting asks both parents, the others are put the same question, and whoever answered is told it waits.

    What she answered is not told: each answers for herself.
    """
    assert situation.person is not None
    me = situation.person.id
    around = [each for each in settings_around(circle, desk.now) if each != at]
    chosen = newest_by_chooser(circle.choices, HOME, at)
    others = [each for each in circle.parents(desk.now) if each.person.id != me and each.person.id not in chosen]
    if not others or not asks_both(circle, at, *around):
        return filing
    cause = desk.ids.new()
    told = [asked(desk, circle, at, each.person.id, cause=cause) for each in others]
    waits = replace(
        replies.say(situation, desk, Said("sharing.waits_for_both", {"child": circle.child.name})), cause=cause
    )
    return replace(filing, notices=(*filing.notices, waits, *told))


def _done(situation: Situation, desk: Desk, circle: Circle, at: SettingId, chosen: Answer) -> Filing:
    assert situation.person is not None
    me = circle.membership(situation.person.id, desk.now)
    others = [each for each in settings_around(circle, desk.now) if each != at]
    values = {
        "others": "\n".join(circle.name_of(each) for each in others),
        "name": circle.name_of(at),
        "child": circle.child.name,
    }
    mine = newest_by_chooser(circle.choices, HOME, others[0]) if len(others) == 1 else {}
    hears_it_all = mine.get(situation.person.id, EVERY_GROUP) == EVERY_GROUP
    # The second half of the sentence is true where the other setting is hers and hears all of it.
    if len(others) == 1 and me is not None and me.setting == others[0] and hears_it_all:
        return replies.said(situation, desk, f"sharing.done.{chosen}", values)
    return replies.said(situation, desk, f"sharing.done.{chosen}.short", values)


def _invited(filing: Filing, situation: Situation, desk: Desk, circle: Circle, at: SettingId) -> Filing:
    """A code for whoever is pending there, handed over by the parent; who has joined already is asked about at once."""
    assert situation.person is not None
    waiting = [each for each in circle.memberships if each.setting == at and each.standing is Standing.PENDING]
    if not waiting:
        return filing
    member = waiting[-1]
    roll = situation.roll
    numbers = roll.telephones.get(member.person.id, ()) if roll is not None else ()
    if roll is not None and member.person.id in roll.joined:
        shown = numbers[0] if numbers else ""
        asks = has_joined(desk, circle, member.person, at, shown, [situation.person.id], cause=member.id)
        return replace(filing, notices=(*filing.notices, *asks))
    invitation = invitation_for(desk, circle, member, situation.person.id)
    values = {
        "name": member.person.name,
        "code": invitation.code,
        "link": link(invitation.payload),
        "until": moment(desk.now + invitation.lasts),
    }
    told = replace(replies.say(situation, desk, Said("partner.code", values)), cause=invitation.id)
    return replace(filing, notices=(*filing.notices, told), invites=(invitation,))


def invitation_for(desk: Desk, circle: Circle, member: Membership, parent: PersonId) -> NewInvitation:
    """What somebody of another setting comes in by; ``parent`` is asked whether it is her."""
    return NewInvitation(
        desk.ids.new(),
        member.person.id,
        new_payload(desk.chance),
        role=member.role,
        child=circle.child.id,
        setting=member.setting,
        code=code_for(circle.child.name, desk),
        made_by=parent,
    )


def code_for(name: str, desk: Desk) -> str:
    """A short code for somebody who comes into this child's book."""
    return new_code(name, lambda letters: letters[int.from_bytes(desk.chance(4), "big") % len(letters or LETTERS)])


# --- is that her? ----------------------------------------------------------------------------------------------------


def has_joined(
    desk: Desk,
    circle: Circle,
    person: Person,
    setting: SettingId,
    shown: str,
    parents: Sequence[PersonId],
    *,
    cause: int,
) -> tuple[NewNotice, ...]:
    """Somebody has come as ``person`` of ``setting``: each of these parents is asked whether that is her.

    ``parents`` are those who named her; ``shown`` is what she came from: a number in E.164, or what she calls herself.
    """
    said = _is_it_her(circle, person, setting, shown)
    return tuple(_to(desk, circle, each, said, cause=cause) for each in parents)


def _is_it_her(circle: Circle, person: Person, setting: SettingId, shown: str) -> Said:
    value = f"{person.id},{setting}"
    return Said(
        "partner.joined" if shown else "partner.joined.no_number",
        {"name": person.name, "number": shown_number(shown)},
        (Choice(Offer.PARTNER_HER, circle.child.id, value), Choice(Offer.PARTNER_NOT_HER, circle.child.id, value)),
    )


def is_her(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Yes]: the address she came from is hers and she is in the book from now on; her colleagues at the other
    settings are told, and the other parent."""
    child, value = ChildId(offered.choice.subject), offered.choice.value
    found = _who_came(situation, desk, child, value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    if echo.is_needed(situation):
        values = {"name": found[1].person.name, "child": found[0].child.name}
        kept = {"value": value}
        return (echo.ask(situation, desk, ECHO_HER, "echo.partner", values, subject=child, pending=kept),)
    return _came(situation, desk, *found)


def her_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as [Yes]."""
    found = _who_came(situation, desk, ChildId(asked.subject), asked.values["value"])
    return None if found is None else _came(situation, desk, *found)


def _came(
    situation: Situation, desk: Desk, circle: Circle, member: Membership, claim: Claim | None
) -> tuple[Filing, ...]:
    said = replies.said(situation, desk, "partner.welcome", {"name": member.person.name, "child": circle.child.name})
    if member.standing is Standing.PENDING:
        said = let_in(situation, desk, circle, member, said)
    if claim is None:
        return (said,)
    joined = claims.let_in(situation, desk, claim)
    return (
        replace(
            joined,
            roster=said.roster,
            notices=(*said.notices, *joined.notices),
            deeds=(*said.deeds, *joined.deeds),
        ),
    )


def is_not_her(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[No]: nobody is let in, what was used works no more, and nothing of the child was shown to anybody."""
    found = _who_came(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, member, claim = found
    said = replies.said(situation, desk, "partner.not_her", {"name": member.person.name, "child": circle.child.name})
    if member.standing is Standing.PENDING:
        said = kept_out(situation, desk, circle, member, said)
    if claim is None:
        return (said,)
    refused = claims.kept_out(situation, claim)
    return (replace(said, decides=refused.decides, withdraws=refused.withdraws, deeds=(*said.deeds, *refused.deeds)),)


def _who_came(
    situation: Situation, desk: Desk, child: ChildId, value: str
) -> tuple[Circle, Membership, Claim | None] | None:
    """Who is asked about, and the claim by which she came, if she has no address yet; None once it is decided."""
    circle = situation.circles.get(child)
    if circle is None or not sharing.is_parent(situation, desk, circle):
        return None
    assert situation.person is not None
    person, setting = (int(each) for each in value.split(","))
    claim = next(
        (
            each
            for each in situation.claims
            if (each.person.id, each.setting, each.child, each.made_by)
            == (person, setting, circle.child.id, situation.person.id)
        ),
        None,
    )
    member = member_of(circle, value)
    if member is None:
        return None
    is_open = member.standing is Standing.PENDING or (claim is not None and member.is_live(desk.now))
    return (circle, member, claim) if is_open else None


# --- in, or not ------------------------------------------------------------------------------------------------------


def let_in(
    situation: Situation, desk: Desk, circle: Circle, member: Membership, said: Filing, *, by: Person | None = None
) -> Filing:
    """She is in the circle from now on, by the yes of the parent who answers, or ``by`` one who has agreed before.

    Whom it concerns is told.
    """
    assert situation.person is not None
    me, child = situation.person, circle.child
    parent_who_agreed = me if by is None else by
    told: list[NewNotice] = []
    key = "partner.in" if member.role is Role.CHILDMINDER else "partner.in.setting"
    for each in settings_around(circle, desk.now):
        colleague = duty.through_whom(circle, each, desk.now, desk.zone)
        if each == member.setting or colleague is None or member.setting is None:
            continue
        values = {
            "name": member.person.in_full,
            "child": child.name,
            "setting": circle.name_of(member.setting),
            "by": parent_who_agreed.name,
            "groups": as_words(travels(circle, each, member.setting, desk.now)),
        }
        when = when_at_hand(colleague, circle, desk.now, desk.zone)
        told.append(
            replace(_to(desk, circle, colleague.person.id, Said(key, values), cause=member.id), not_before=when)
        )
    for parent in circle.parents(desk.now):
        if parent.person.id not in (me.id, parent_who_agreed.id):
            values = {"name": member.person.in_full, "child": child.name}
            when = when_at_hand(parent, circle, desk.now, desk.zone)
            said_too = Said("partner.in.parent", values)
            told.append(replace(_to(desk, circle, parent.person.id, said_too, cause=member.id), not_before=when))
    line = NewMembership(
        desk.ids.new(), member.person.id, member.role, child.id, member.setting, member.room, made_by=me.id
    )
    comes: tuple[SettingChange, ...] = ()
    if member.setting is not None and circle.settings[member.setting].by_hand:
        comes = (SettingChange(member.setting, by_hand=False),)
    return replace(
        said,
        roster=replace(said.roster, memberships=(*said.roster.memberships, line), setting_changes=comes),
        notices=(*said.notices, *told),
        deeds=(*said.deeds, Deed("partner_let_in", me.id, Owner.child(child.id), member.person.id)),
    )


def kept_out(situation: Situation, desk: Desk, circle: Circle, member: Membership, said: Filing) -> Filing:
    """She waits no more, and what she was given opens nothing."""
    assert situation.person is not None
    line = NewMembership(
        desk.ids.new(),
        member.person.id,
        member.role,
        circle.child.id,
        member.setting,
        standing=Standing.ENDED,
        made_by=situation.person.id,
    )
    deed = Deed("partner_kept_out", situation.person.id, Owner.child(circle.child.id), member.person.id)
    return replace(said, roster=Roster(memberships=(line,)), deeds=(deed,))


def welcomed(desk: Desk, circle: Circle, member: Membership) -> tuple[NewNotice, ...]:
    """Her first words about this child, where she has been here already; wherever she is reached."""
    newcomer = Joined(
        person=member.person,
        role=member.role,
        child=circle.child.id,
        setting=circle.settings.get(member.setting) if member.setting is not None else None,
        circles={circle.child.id: circle},
    )
    return tuple(
        _to(desk, circle, member.person.id, each, cause=desk.ids.new()) for each in first_words(newcomer, desk)
    )


def member_of(circle: Circle, value: str) -> Membership | None:
    """The somebody of another setting whom a choice is about, as she stands now."""
    person, setting = (int(each) for each in value.split(","))
    lines = (each for each in circle.memberships if (each.person.id, each.setting) == (person, setting))
    return next((each for each in lines if each.role in STAFF), None)


def _to(desk: Desk, circle: Circle, person: PersonId, said: Said, *, cause: int) -> NewNotice:
    return NewNotice(
        id=desk.notice_id(),
        cause=cause,
        notice=said,
        person=person,
        child=circle.child.id,
        lane=Lane.RELAY,
        not_before=desk.now,
    )


# --- what waits ------------------------------------------------------------------------------------------------------


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """For a parent who is to be let in and whether it is her who came; for whoever asked, that she is not in yet."""
    if situation.person is None:
        return []
    me = situation.person.id
    found = []
    for child, circle in sorted(situation.circles.items()):
        is_parent = sharing.is_parent(situation, desk, circle)
        came = {each.person.id: each for each in situation.claims if each.child == child and each.made_by == me}
        for each in circle.memberships:
            is_open = each.standing is Standing.PENDING or (each.person.id in came and each.is_live(desk.now))
            if not is_open or each.role not in STAFF or each.setting is None:
                continue
            about = f"{each.person.full_name} ({circle.child.name})"
            if is_parent and each.person.id in came:
                said = _is_it_her(circle, each.person, each.setting, came[each.person.id].shown)
                found.append(asking(f"came {each.id}", about, (said.key, said.values), said, child))
            elif is_parent and asked_in.is_asked_for(each, circle, desk):
                by = circle.person(each.made_by) if each.made_by is not None else None
                said = asked_in.question(circle, each, by.name if by is not None else circle.name_of(each.setting))
                found.append(asking(f"partner {each.id}", about, (said.key, said.values), said, child))
            elif not is_parent and each.made_by == me:
                values = {"name": each.person.full_name, "child": circle.child.name}
                found.append(Hanging((("waiting.partner", values),)))
    return found
