"""Whoever runs a setting asks for a partner setting: the parents are asked at once, and a parent's yes lets it in.

A nursery asks for a childminder, a childminder for a nursery. Whoever asked hears what came of it, and on a yes gets
the code to hand on; who said no is never told. A parent who names somebody herself has agreed already
(:mod:`handlers.partners`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from book.ids import ChildId, PersonId, SettingId
from book.notices import Said
from book.people import Circle, Membership, Person, Role, Setting, SettingKind, Standing
from book.timing import when_at_hand
from book.understanding.administration import Invite
from book.understanding.lexicon import fold
from handlers import asked_in, echo, partners, replies, sharing
from handlers.desk import Desk
from handlers.running import Runs, named
from handlers.wishing import Wished, ask
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.roster import NewMembership, NewPerson, NewSetting, NewTelephone, Roster
from storage.situations import Situation
from storage.vault import Owner

ECHO_AGREE = "echo.agree"


def is_of_another(wish: Invite, runs: Runs) -> bool:
    """Whether whom she invites belongs to another setting than hers."""
    return wish.role == "childminder" or (bool(wish.setting) and fold(wish.setting) != fold(runs.name))


def invite(
    situation: Situation,
    desk: Desk,
    runs: Runs,
    wish: Invite,
    number: str | None,
    circles: Sequence[Circle],
    wished: Wished,
) -> tuple[Filing, ...]:
    """ "invite Dawn Pike 07700 900432, childminder for Noah", "invite Kate Moss from Acorns 07700 900321 for Ben"."""
    if not circles:
        return (replies.said(situation, desk, "invite.of_whom", {"name": wish.name}),)
    circle = circles[0]
    parents = [each.person for each in circle.parents(desk.now)]
    values = {"name": wish.name, "child": circle.child.name, "names": named([each.name for each in parents])}
    if not parents:
        return (replies.said(situation, desk, "invite.no_parent", values),)
    her = _whom(situation, desk, circle, wish, number)
    if her.is_in(circle, desk):
        return (replies.said(situation, desk, "partner.is_in", values),)
    if any(each.standing is Standing.PENDING and her.is_line(each) for each in circle.memberships):
        return (replies.said(situation, desk, "invite.asked_already", values),)
    if not wished.yes:
        return (ask(situation, desk, "invite.ask.partner", values),)
    return (_asked(situation, desk, runs, circle, her, number, parents),)


@dataclass(frozen=True, slots=True)
class _Her:
    """Whom a wish means, and where she works: known already, or new."""

    person: Person
    is_new: bool
    role: Role
    setting: Setting
    is_new_setting: bool

    def is_line(self, line: Membership) -> bool:
        same = fold(line.person.in_full) == fold(self.person.in_full) if self.is_new else False
        return line.role is self.role and (line.person.id == self.person.id or same)

    def is_in(self, circle: Circle, desk: Desk) -> bool:
        return any(self.is_line(each) for each in circle.live(desk.now))


def _whom(situation: Situation, desk: Desk, circle: Circle, wish: Invite, number: str | None) -> _Her:
    found = situation.roll.known.get(number) if situation.roll is not None and number is not None else None
    # A number that is somebody else's says nothing of whom: then she is new, and has to come by the code.
    known = found if found is not None and found.is_called(wish.name) else None
    person = (
        Person(PersonId(desk.ids.new()), wish.name.split()[0], full_name=wish.name)
        if known is None
        else Person(known.person, known.name, full_name=known.full_name)
    )
    if wish.role == "childminder":
        at = known.childminder_at if known is not None else None
        kind, called, role = SettingKind.CHILDMINDER, person.name, Role.CHILDMINDER
    else:
        around = next((key for key, each in circle.settings.items() if fold(each.name) == fold(wish.setting)), None)
        post = known.post_at(wish.setting) if known is not None else None
        at = around if around is not None else post.setting if post is not None else None
        role = post.role if post is not None else Role.KEY_PERSON
        kind, called = SettingKind.NURSERY, wish.setting
    setting = Setting(SettingId(desk.ids.new()) if at is None else at, kind, called)
    return _Her(person, known is None, role, setting, at is None)


def _asked(
    situation: Situation,
    desk: Desk,
    runs: Runs,
    circle: Circle,
    her: _Her,
    number: str | None,
    parents: Sequence[Person],
) -> Filing:
    """She is put down as pending, and every parent who is here is asked; who is not here is asked when she joins."""
    person, child = her.person, circle.child.id
    line = Membership(desk.ids.new(), person, her.role, her.setting.id, Standing.PENDING, desk.now, made_by=runs.me.id)
    joined = situation.roll.joined if situation.roll is not None else frozenset()
    here = [each for each in parents if each.id in joined]
    with_it = replace(circle, settings={**circle.settings, her.setting.id: her.setting})
    told = asked_in.ask(desk, with_it, line, by=runs.me.name, parents={each.id for each in here})
    key = "invite.suggested.done" if here else "invite.suggested.later"
    said = replies.said(situation, desk, key, {"names": named([each.name for each in here or parents])})
    roster = Roster(
        settings=(NewSetting(her.setting.id, her.setting.kind, her.setting.name),) if her.is_new_setting else (),
        people=(NewPerson(person.id, person.name, full_name=person.full_name),) if her.is_new else (),
        telephones=(NewTelephone(desk.ids.new(), person.id, number, runs.me.id),) if her.is_new and number else (),
        memberships=(
            NewMembership(
                line.id, person.id, her.role, child, her.setting.id, standing=Standing.PENDING, made_by=runs.me.id
            ),
        ),
    )
    deed = Deed("partner_asked_for", runs.me.id, Owner.child(child), person.id, {"setting": her.setting.id})
    return replace(said, roster=roster, notices=(*said.notices, *told), deeds=(deed,))


# --- a parent answers ------------------------------------------------------------------------------------------------


def agree(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """A parent's yes: who is here already is in at once, everybody else by the code; then the one question."""
    found = _pending(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, member = found
    if echo.is_needed(situation):
        kept = {"value": offered.choice.value}
        values = {"name": member.person.name, "child": circle.child.name}
        return (echo.ask(situation, desk, ECHO_AGREE, "echo.partner", values, subject=circle.child.id, pending=kept),)
    return (_agreed(situation, desk, circle, member),)


def agreed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back: as [Yes]."""
    found = _pending(situation, desk, ChildId(asked.subject), asked.values["value"])
    return None if found is None else (_agreed(situation, desk, *found),)


def refuse(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """A parent's no: it does not come in. Whoever asked hears that, and never who said so."""
    found = _pending(situation, desk, ChildId(offered.choice.subject), offered.choice.value)
    if found is None:
        return (replies.said(situation, desk, "press.done"),)
    circle, member = found
    values = {"name": member.person.in_full, "child": circle.child.name}
    said = partners.kept_out(situation, desk, circle, member, replies.said(situation, desk, "partner.refused", values))
    return (_asker_hears(said, situation, desk, circle, member, Said("partner.stays_out", values)),)


def _agreed(situation: Situation, desk: Desk, circle: Circle, member: Membership) -> Filing:
    assert member.setting is not None
    assert situation.person is not None
    me = situation.person
    question = partners.sharing_question(situation, desk, circle, member.setting, circle.name_of(member.setting))
    if not asked_in.is_asked_for(member, circle, desk):
        return question  # Another parent agreed a moment ago: what is shared is each one's own to say.
    values = {"by": me.name, "name": member.person.in_full, "child": circle.child.name}
    if situation.roll is not None and member.person.id in situation.roll.joined:
        done = partners.let_in(situation, desk, circle, member, question)
        done = replace(done, notices=(*done.notices, *partners.welcomed(desk, circle, member)))
        return _asker_hears(done, situation, desk, circle, member, Said("partner.agreed.in", values))
    invitation = partners.invitation_for(desk, circle, member, me.id)
    agreed = NewMembership(
        desk.ids.new(),
        member.person.id,
        member.role,
        circle.child.id,
        member.setting,
        standing=Standing.PENDING,
        made_by=me.id,
    )
    done = replace(
        question,
        roster=Roster(memberships=(agreed,)),
        invites=(invitation,),
        deeds=(Deed("partner_agreed", me.id, Owner.child(circle.child.id), member.person.id),),
    )
    values = {"by": me.name, "name": member.person.in_full, "child": circle.child.name, "code": invitation.code}
    told = Said("partner.agreed", values)
    return _asker_hears(done, situation, desk, circle, member, told)


def _asker_hears(
    filing: Filing, situation: Situation, desk: Desk, circle: Circle, member: Membership, said: Said
) -> Filing:
    """Whoever asked for it, or agreed to it, is told what came of it, as soon as she is at work or up."""
    assert situation.person is not None
    if member.made_by is None or member.made_by == situation.person.id:
        return filing
    asker = circle.membership(member.made_by, desk.now)
    if asker is None:
        return filing
    told = replies.tell(
        situation,
        desk,
        asker.person.id,
        said,
        child=circle.child.id,
        not_before=when_at_hand(asker, circle, desk.now, desk.zone),
        cause=desk.ids.new(),
    )
    return replace(filing, notices=(*filing.notices, told))


def _pending(situation: Situation, desk: Desk, child: ChildId, value: str) -> tuple[Circle, Membership] | None:
    """Whom a choice is about, while she still waits and whoever answers is a parent of the child."""
    circle = situation.circles.get(child)
    if circle is None or not sharing.is_parent(situation, desk, circle):
        return None
    member = partners.member_of(circle, value)
    return (circle, member) if member is not None and member.standing is Standing.PENDING else None
