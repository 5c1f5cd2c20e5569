"""Somebody came from an address that could not be proved to be hers: who is asked, and what a yes or a no does.

A partner setting's person is let in by the parent who invited her (:mod:`handlers.partners`); everybody else by
whoever runs the setting, who is shown them once a day (:mod:`scheduler.claims`). The one who decides sees where the
newcomer came from; nobody else does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from book.claims import check, held
from book.deliveries import Lane
from book.ids import ChildId, PersonId, SettingId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Circle, Person, Role, settings_run
from book.reasons import Reason
from handlers import arriving, echo, greeting, replies
from handlers.desk import Desk
from handlers.greeting import Newcomer
from handlers.hanging import Hanging, asking
from storage.audit import Deed
from storage.claims import Claim, ClaimState, Decided, NewClaim
from storage.conversations import Asked, Offered
from storage.filing import Filing, Joining, NewNotice
from storage.invitations import Invitation
from storage.knocks import Knock
from storage.situations import Situation
from storage.vault import Owner

ECHO = "echo.claim"


# --- who is asked -------------------------------------------------------------------------------------------------


def decider_name(invitation: Invitation, knock: Knock, desk: Desk) -> str:
    """Who will look at it, as the newcomer is told: the parent, the manager, or the setting."""
    parent = inviting_parent(invitation, knock.circles, desk)
    if parent is not None:
        return parent.name
    return knock.managers[0].name if knock.managers else greeting.setting_values(invitation, knock)["setting"]


def inviting_parent(invitation: Invitation, circles: Mapping[ChildId, Circle], desk: Desk) -> Person | None:
    """The parent who asked in somebody of another setting: she alone says whether it is she, whatever number it is."""
    return _parent(invitation.child, invitation.role, invitation.made_by, circles, desk)


def _parent(
    child: ChildId | None, role: Role | None, by: PersonId | None, circles: Mapping[ChildId, Circle], desk: Desk
) -> Person | None:
    circle = circles.get(child) if child is not None else None
    if circle is None or role not in STAFF:
        return None
    return next((each.person for each in circle.parents(desk.now) if each.person.id == by), None)


def ask_managers(situation: Situation, desk: Desk, knock: Knock, claim: NewClaim) -> tuple[NewNotice, ...]:
    """Whoever runs the setting is asked at once about a claim that her list would not show before the evening."""
    invitation = knock.invitation
    assert invitation is not None
    key, values, choices = held(claim.id, invitation.person.in_full, claim.shown, knock.numbers)
    return tuple(
        replies.tell(situation, desk, each.id, Said(key, values, choices), lane=Lane.REPLY,
                     cause=claim.id)
        for each in knock.managers
    )  # fmt: skip


# --- what is decided ----------------------------------------------------------------------------------------------


def confirm(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Yes, it is she: the address becomes hers, and she is greeted there."""
    claim = _claim(situation, desk, offered.choice.subject)
    if claim is None:
        return (replies.said(situation, desk, "press.done"),)
    if echo.is_needed(situation):
        values = {"name": claim.person.in_full}
        return (echo.ask(situation, desk, ECHO, "echo.claim", values, subject=claim.id, pending={}),)
    return (_confirmed(situation, desk, claim),)


def confirmed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as the yes."""
    claim = _claim(situation, desk, asked.subject)
    return None if claim is None else (_confirmed(situation, desk, claim),)


def _confirmed(situation: Situation, desk: Desk, claim: Claim) -> Filing:
    filing = let_in(situation, desk, claim)
    return replace(filing, notices=(*filing.notices, *_reply(situation, desk, [claim], "claims.in")))


def refuse(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """No: nobody is let in, and what she used works no more, because it is in the wrong hands."""
    claim = _claim(situation, desk, offered.choice.subject)
    if claim is None:
        return (replies.said(situation, desk, "press.done"),)
    return (replace(kept_out(situation, claim), notices=_reply(situation, desk, [claim], "claims.out")),)


def kept_out(situation: Situation, claim: Claim) -> Filing:
    """This claim is refused, and its invitation ends with it."""
    assert situation.person is not None
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        decides=(Decided(claim.id, ClaimState.REFUSED, situation.person.id),),
        withdraws=(claim.invitation,),
        deeds=(Deed("claim refused", situation.person.id, Owner.person(claim.person.id), claim.id),),
    )


def may_say_let_in(text: str) -> bool:
    """Whether it is the sentence that lets in those who wait after too many wrong codes."""
    return text.strip().casefold().rstrip(".!") in ("let them in", "let them all in")


def let_them_in(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The sentence, as a choice."""
    return say_let_in(situation, desk) or (replies.said(situation, desk, "press.done"),)


def say_let_in(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """Everybody whose right code came too late, from the number that is on the roll; the others are asked about."""
    late = [each for each in _mine(situation, desk) if each.held]
    sure = [each for each in late if each.is_from_her_number]
    if not late:
        return None
    if not sure or echo.is_needed(situation):
        return (replace(replies.skip(situation, Reason.ANSWERED), notices=_ask_next(situation, desk, late)),)
    first, *others = (let_in(situation, desk, each) for each in sure)
    # They are let in by one message: what follows from each is one filing.
    filings = [first, *(replace(each, message=first.message) for each in others)]
    filings[0] = replace(first, notices=(*first.notices, *_reply(situation, desk, sure, "claims.in")))
    return tuple(filings)


def let_in(situation: Situation, desk: Desk, claim: Claim) -> Filing:
    """The address of this claim becomes hers, and she is greeted there."""
    assert situation.person is not None
    circles = situation.circles
    joined = situation.roll.joined if situation.roll is not None else frozenset()
    settings = {key: each for circle in circles.values() for key, each in circle.settings.items()}
    newcomer = Newcomer(
        person=claim.person,
        role=claim.role or _role(claim, circles),
        child=claim.child,
        setting=settings.get(claim.setting) if claim.setting is not None else None,
        circles={child: each for child, each in circles.items() if each.person(claim.person.id) is not None},
        texts=not claim.at.has_buttons,
    )
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        decides=(Decided(claim.id, ClaimState.CONFIRMED, situation.person.id),),
        joins=Joining(claim.invitation, claim.person.id, claim.at.handle, claim.at.id),
        language=(claim.person.id, claim.language) if claim.language else None,
        notices=(
            *greeting.greet(newcomer, desk, address=claim.at.id, cause=claim.id),
            *arriving.follow(newcomer, desk, papers=situation.papers, joined=joined, address=claim.at.id),
        ),
        deeds=(Deed("joined", situation.person.id, Owner.person(claim.person.id), claim.at.id),),
    )


def _role(claim: Claim, circles: Mapping[ChildId, Circle]) -> Role | None:
    lines = [line for circle in circles.values() for line in circle.memberships if line.person.id == claim.person.id]
    return next((line.role for line in lines), None)


def _claim(situation: Situation, desk: Desk, wanted: int) -> Claim | None:
    return next((each for each in _mine(situation, desk) if each.id == wanted), None)


def _mine(situation: Situation, desk: Desk) -> list[Claim]:
    """The claims she may decide now; the parent's own are hers alone."""
    person = situation.person
    assert person is not None
    runs: set[SettingId | None] = {*settings_run(situation.posts, desk.now)}
    runs |= {
        line.setting
        for circle in situation.circles.values()
        for line in circle.live(desk.now)
        if line.person.id == person.id and line.role is Role.CHILDMINDER
    }
    mine = []
    for each in situation.claims:
        if each.made_by == each.person.id:
            continue  # An address she added herself: that is hers to say (:mod:`handlers.own_addresses`).
        parent = _parent_of(each, situation.circles, desk)
        if parent is not None:
            mine += [each] if parent.id == person.id else []
        elif each.setting in runs:
            mine.append(each)
    return mine


def _parent_of(claim: Claim, circles: Mapping[ChildId, Circle], desk: Desk) -> Person | None:
    return _parent(claim.child, claim.role, claim.made_by, circles, desk)


def _reply(situation: Situation, desk: Desk, decided: Sequence[Claim], key: str) -> tuple[NewNotice, ...]:
    """What the one who decided is told, and the next one to look at."""
    names = "\n".join(each.person.in_full for each in decided)
    answered = replies.say(situation, desk, Said(key, {"names": names}))
    done = {each.id for each in decided}
    rest = [
        each for each in _mine(situation, desk)
        if each.id not in done and _parent_of(each, situation.circles, desk) is None
    ]  # fmt: skip
    return (answered, *_ask_next(situation, desk, rest))


def _ask_next(situation: Situation, desk: Desk, rest: Sequence[Claim]) -> tuple[NewNotice, ...]:
    if not rest:
        return ()
    first = rest[0]
    key, values, choices = check(first.id, first.person.in_full, first.shown, first.numbers)
    return (replace(replies.say(situation, desk, Said(key, values, choices)), cause=rest[0].id),)


# --- what waits ---------------------------------------------------------------------------------------------------


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Whoever waits for the yes of somebody who runs a setting; those of too many wrong codes together as well."""
    if situation.person is None:
        return []
    mine = [each for each in _mine(situation, desk) if _parent_of(each, situation.circles, desk) is None]
    late = [each for each in mine if each.held and each.is_from_her_number]
    found = []
    if len(late) > 1:
        line = ("waiting.held", {"count": str(len(late))})
        found.append(Hanging((line,), Choice(Offer.LET_THEM_IN, 0)))
    for each in mine:
        key, values, choices = (held if each.held else check)(each.id, each.person.in_full, each.shown, each.numbers)
        said = Said(key, values, choices)
        found.append(asking(f"claim {each.id}", each.person.in_full, (key, values), said))
    return found
