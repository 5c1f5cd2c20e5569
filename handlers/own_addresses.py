"""Where somebody is reached, as she asks, chooses, adds to it and says of what came from elsewhere that it was she.

Nothing becomes a second address of hers without proof: a code that is shown on one address and sent from the other,
from a number that the roll holds for her; or else her own yes on the address she has, where she reads whence it came.
A number that the roll holds for her is asked about there as soon as it writes. Knows channels by their names alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.deliveries import Lane
from book.dialling import spoken
from book.disclosure import Address
from book.ids import PersonId
from book.notices import NEW_LINE, Choice, Offer, Said
from book.people import Person
from book.reasons import Reason
from book.understanding.channels import read
from book.understanding.codes import new_code
from book.wording.values import CHANNELS, HERE, at_channel, link, moment
from handlers import echo, greeting, replies
from handlers.desk import Desk
from storage.audit import Deed
from storage.claims import Claim, ClaimState, Decided, NewClaim
from storage.conversations import Asked, Offered
from storage.filing import Filing, Joining, NewNotice
from storage.invitations import NewInvitation, new_payload
from storage.knocks import Knock
from storage.situations import Situation
from storage.vault import Owner

ECHO = "echo.channel"
CODE_LASTS = timedelta(days=1)
_TO_ADD = ("telegram", "whatsapp", "sms")


# --- asking and choosing ------------------------------------------------------------------------------------------


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "/channel" shows where she is reached; "text me instead" changes it, or says how it can be."""
    wanted = read(situation.taken.incoming.text)
    if wanted is None or situation.person is None or situation.address.is_device:
        return None
    if not wanted.channel:
        return (_shown(situation, desk),)
    theirs = [each for each in situation.reached if each.channel == wanted.channel]
    if not theirs:
        return (_add(situation, desk, wanted.channel),)
    return (_choose(situation, desk, theirs[0]),)


def chosen(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of her addresses is where she wants to be reached."""
    wanted = next((each for each in situation.reached if each.id == offered.choice.subject), None)
    if wanted is None:
        return (replies.said(situation, desk, "press.done"),)
    return (_choose(situation, desk, wanted),)


def add(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She wants to be reached in another way as well."""
    return (_add(situation, desk, offered.choice.value),)


def _shown(situation: Situation, desk: Desk) -> Filing:
    first, *others = situation.reached or (situation.address,)
    values = {"here": _at(first, situation.address)}
    open_others = [each for each in others if each.stopped_at is None]
    before = ["channel.now.off" if first.stopped_at is not None else "channel.now"]
    before += ["channel.also"] if open_others else ["channel.alone"]
    values["others"] = _at(open_others[0]) if open_others else ""
    choices = [Choice(Offer.CHANNEL, each.id, each.channel, _ending(each)) for each in others]
    known = {each.channel for each in situation.reached}
    choices += [Choice(Offer.CHANNEL_ADD, 0, each) for each in _TO_ADD if each in desk.ways and each not in known]
    if choices:
        said = Said("channel.which", values, tuple(choices), before=tuple(before))
    else:
        said = Said(before[-1], values, before=tuple(before[:-1]))
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),))


def _choose(situation: Situation, desk: Desk, wanted: Address) -> Filing:
    values = {"there": _at(wanted, situation.address)}
    if wanted.stopped_at is not None:
        return replies.said(situation, desk, "channel.off_there", values)
    first = next(iter(situation.reached), None)
    key = "channel.same" if first is not None and first.id == wanted.id else "channel.changed"
    return replace(replies.said(situation, desk, key, values), chooses=wanted.id)


def _add(situation: Situation, desk: Desk, name: str) -> Filing:
    person = situation.person
    assert person is not None
    if name not in desk.ways:
        return replies.said(situation, desk, "channel.not_here", {"there": at_channel(name)})
    invitation = _invitation(desk, person, new_code(person.name, desk.choose))
    values = {
        "code": invitation.code,
        "link": link(invitation.payload),
        "until": moment(desk.now + CODE_LASTS),
    }
    said = Said("channel.add.telegram", values)
    if name == "sms":
        said = Said("channel.add.sms", values)
    elif name == "whatsapp":
        said = Said("channel.add.whatsapp", values)
    filing = replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, said),))
    return replace(filing, invites=(invitation,))


def _invitation(desk: Desk, person: Person, code: str = "") -> NewInvitation:
    """Made by herself for herself; it takes nothing else's place, and proves nothing alone."""
    return NewInvitation(
        desk.ids.new(), person.id, new_payload(desk.chance), code=code, made_by=person.id, lasts=CODE_LASTS, beside=True
    )


# --- what comes from elsewhere -----------------------------------------------------------------------------------


def ask_her(desk: Desk, person: Person, claim: NewClaim, at: Address) -> NewNotice:
    """On the address she has: was it she who wrote from there?"""
    values = {"telephone": spoken(claim.shown), "how": at_channel(at.channel)}
    choices = (Choice(Offer.CHANNEL_HER, claim.id), Choice(Offer.CHANNEL_NOT_HER, claim.id))
    return NewNotice(
        id=desk.notice_id(),
        cause=claim.id,
        notice=Said("channel.is_it_you", values, choices),
        person=person.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )


def may_be_hers(situation: Situation, desk: Desk, knock: Knock) -> Filing | None:
    """What somebody wrote without a code, from a number that the roll holds for one person who is here: she is asked.

    The stranger's sentence is what is said there; this goes beside it.
    """
    person, number = knock.hers, knock.own_number
    if person is None or number is None:
        return None
    invitation = _invitation(desk, person)
    claim = NewClaim(desk.ids.new(), person.id, situation.address.id, invitation.id, ClaimState.WAITING, number)
    return replace(
        replies.skip(situation, Reason.STRANGER),
        invites=(invitation,),
        claims=(claim,),
        notices=(ask_her(desk, person, claim, situation.address),),
    )


def confirm(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Yes, it was she: the address is hers as well."""
    claim = _own(situation, offered.choice.subject)
    if claim is None:
        return (replies.said(situation, desk, "press.done"),)
    if echo.is_needed(situation):
        values = {"telephone": spoken(claim.shown), "how": at_channel(claim.at.channel)}
        return (echo.ask(situation, desk, ECHO, "echo.channel", values, subject=claim.id, pending={}),)
    return (_confirmed(situation, desk, claim),)


def confirmed_by_echo(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The code came back from an address of weak proof: as the yes."""
    claim = _own(situation, asked.subject)
    return None if claim is None else (_confirmed(situation, desk, claim),)


def refuse(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """No: the address stays a stranger's, and she is not asked about it again."""
    claim = _own(situation, offered.choice.subject)
    if claim is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    filing = replies.said(situation, desk, "channel.out", {"telephone": spoken(claim.shown)})
    return (
        replace(
            filing,
            decides=(Decided(claim.id, ClaimState.REFUSED, situation.person.id),),
            withdraws=(claim.invitation,),
            deeds=(Deed("claim refused", situation.person.id, Owner.person(claim.person.id), claim.id),),
        ),
    )


def _confirmed(situation: Situation, desk: Desk, claim: Claim) -> Filing:
    assert situation.person is not None
    values = {"telephone": spoken(claim.shown), "how": at_channel(claim.at.channel)}
    answer = replies.said(situation, desk, "channel.in", values)
    return replace(
        answer,
        decides=(Decided(claim.id, ClaimState.CONFIRMED, situation.person.id),),
        joins=Joining(claim.invitation, claim.person.id, claim.at.handle, claim.at.id),
        notices=(
            *answer.notices,
            *welcome(desk, situation, claim.person, claim.at, cause=desk.ids.new(), chosen=claim.by_code),
        ),
        chooses=claim.at.id if claim.by_code else None,
        deeds=(Deed("joined", situation.person.id, Owner.person(claim.person.id), claim.at.id),),
    )


def _own(situation: Situation, wanted: int) -> Claim | None:
    """The claim, if it is about an address of hers and hers to decide."""
    me = situation.person.id if situation.person is not None else PersonId(0)
    return next((x for x in situation.claims if x.id == wanted and x.person.id == x.made_by == me), None)


def welcome(
    desk: Desk, situation: Situation, person: Person, at: Address, *, cause: int, chosen: bool
) -> tuple[NewNotice, ...]:
    """The first words at an address that is hers from now on: that it is, and where she is reached."""
    circles = situation.circles or (situation.knock.circles if situation.knock is not None else {})
    first = Said(
        "channel.added.here" if chosen else "channel.added.last",
        {"name": person.name},
        before=("channel.added", NEW_LINE),
    )
    said = [first]
    circle = next((each for each in circles.values() if each.membership(person.id, desk.now) is not None), None)
    if not at.has_buttons and circle is not None:
        said.append(greeting.ask_words(circle))
    return greeting.in_order(said, person.id, desk, address=at.id, cause=cause)


def _at(address: Address, here: Address | None = None) -> str:
    """How she is reached there; the address she writes from is "here" where its channel has no name."""
    is_here = here is not None and address.id == here.id and address.channel not in CHANNELS
    return at_channel(HERE if is_here else address.channel, _ending(address))


def _ending(address: Address) -> str:
    """How the number ends, where it is one."""
    number = address.handle.rpartition(":")[2]
    return number[-3:] if address.channel in ("sms", "whatsapp") and number[-3:].isdigit() else ""
