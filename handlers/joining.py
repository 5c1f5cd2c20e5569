"""Somebody comes with a link or a code: she is asked who she is, and her address becomes hers once that is proved.

Proof is a number of hers that is on the roll and that a platform vouches for: the one she sends from, or her own
contact. What cannot be proved waits for a person's yes, and until then the address stays a stranger's: it is told
nothing of any child. Wrong, used and expired are answered alike, by the sentence every stranger gets.
"""

from __future__ import annotations

from dataclasses import replace

from book.deliveries import InboxState, Lane
from book.dialling import spoken, why_no_texts
from book.messages import Did
from book.notices import NEW_LINE, Choice, Notice, Offer, PressAnswered, Said
from book.people import Role, SettingKind
from book.reasons import Reason
from book.wording.languages import GREETED_IN, LANGUAGES, MORE_LANGUAGES
from handlers import arriving, choosing, claims, greeting, own_addresses, partners, replies
from handlers.desk import Desk
from handlers.greeting import Newcomer
from storage.audit import Deed
from storage.claims import ClaimState, Decided, NewClaim
from storage.conversations import Conversation, Offered
from storage.filing import Filing, Joining, NewNotice
from storage.invitations import Invitation
from storage.knocks import Knock
from storage.situations import Situation
from storage.vault import Owner

# Who is asked for a language; at work everybody reads the setting's own.
_ASKED_FOR_LANGUAGE = frozenset({Role.PARENT, Role.FAMILY})
# Of the languages that are named so many are there to be tapped; beside them whatever else she speaks.
_SHOWN_FIRST = 2
_OTHER = "Inny / other"


def step(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What this message does on the way to joining; None where it has nothing to do with it."""
    knock = situation.knock
    if knock is None:
        return None
    if situation.address.person is not None:
        return _again(situation, desk, knock)
    if situation.taken.incoming.did is Did.PRESSED:
        return _pressed(situation, desk, knock)
    if knock.is_code and (knock.past_here or knock.past_in_all):
        return (_held(situation, desk, knock),)
    if knock.is_wrong:
        return (_wrong(situation, desk, knock),)
    if knock.invitation is None:
        asked = own_addresses.may_be_hers(situation, desk, knock)
        if asked is None:
            return None
        said = stranger(situation, desk)
        return (replace(asked, notices=(*said.notices, *asked.notices)),)
    if situation.taken.incoming.start or knock.is_code:
        return (_redeem(situation, desk, knock, knock.invitation),)
    if knock.claim is not None and knock.claim.state is ClaimState.ASKED:
        return (_go_on(situation, desk, knock, knock.invitation),)
    return None


def stranger(situation: Situation, desk: Desk) -> Filing:
    """One fixed sentence, the same for everybody who does not belong; nothing is filed and nothing is learnt."""
    incoming = situation.taken.incoming
    notice: Notice = Said("stranger", fixed=True)
    if incoming.did is Did.PRESSED:
        notice = PressAnswered(incoming.press)
    return replace(replies.skip(situation, Reason.STRANGER), notices=(_to_nobody(situation, desk, notice),))


def _to_nobody(situation: Situation, desk: Desk, notice: Notice, cause: int | None = None) -> NewNotice:
    return NewNotice(
        id=desk.notice_id(),
        cause=situation.taken.id if cause is None else cause,
        notice=notice,
        person=None,
        address=situation.address.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )


# --- codes --------------------------------------------------------------------------------------------------------


def _wrong(situation: Situation, desk: Desk, knock: Knock) -> Filing:
    """Counted; whoever runs the setting is told once when there were too many."""
    filing = replace(stranger(situation, desk), wrong_code=desk.ids.new())
    if not knock.passes_limit:
        return filing
    told = tuple(
        replies.tell(situation, desk, each.id, Said("codes.too_many"), lane=Lane.REPLY) for each in knock.managers
    )
    return replace(filing, notices=(*filing.notices, *told))


def _held(situation: Situation, desk: Desk, knock: Knock) -> Filing:
    """After too many wrong ones a right code is answered as a wrong one is, and waits for a person's yes."""
    filing = stranger(situation, desk)
    if knock.invitation is None or knock.is_taken:
        return filing
    shown = knock.own_number or situation.taken.incoming.called
    claim = _claim(situation, desk, knock, knock.invitation, ClaimState.WAITING, shown, held=True)
    told = _parent_asked(desk, knock, claim) or claims.ask_managers(situation, desk, knock, claim)
    if _is_her_own(knock.invitation):
        told = (own_addresses.ask_her(desk, knock.invitation.person, claim, situation.address),)
    return replace(filing, claims=(claim,), notices=(*filing.notices, *told))


# --- the way in ---------------------------------------------------------------------------------------------------


def _again(situation: Situation, desk: Desk, knock: Knock) -> tuple[Filing, ...] | None:
    """She has this address already, and a link or a code of her own: for another child, or because she came back."""
    invitation = knock.invitation
    if invitation is None or invitation.person.id != situation.address.person:
        return None
    if not invitation.proves and _needs_a_parent(invitation, knock, desk):
        shown = knock.own_number or situation.taken.incoming.called
        return (_wait(situation, desk, knock, invitation, shown),)
    return (join(situation, desk, knock, invitation),)


def _redeem(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation) -> Filing:
    if knock.is_tablet and not (situation.address.has_buttons and situation.address.can_change):
        return stranger(situation, desk)  # Figures are pressed there, and leave no trace on the screen.
    if (landline := _by_text_from_a_landline(situation, desk, knock)) is not None:
        return landline
    if invitation.proves:
        return join(situation, desk, knock, invitation)
    asks_language = greeting.role_of(invitation, knock) in _ASKED_FOR_LANGUAGE and situation.address.has_buttons
    if knock.own_number is not None and not (asks_language and knock.is_proved):
        return _settle(situation, desk, knock, invitation)
    if knock.claim is not None and knock.claim.state is ClaimState.WAITING and knock.claim.invitation == invitation.id:
        return _wait(situation, desk, knock, invitation, knock.claim.shown)
    claim = _claim(situation, desk, knock, invitation, ClaimState.ASKED, situation.taken.incoming.called)
    if asks_language and knock.own_number is not None:
        said = _ask_language()
    elif asks_language:
        values = greeting.setting_values(invitation, knock)
        said = Said("join.hello", values, _languages(), fixed=True)
    else:
        said = _ask_number(invitation, knock, ())
    return replace(
        replies.skip(situation, Reason.ANSWERED), claims=(claim,), notices=(_to_nobody(situation, desk, said),)
    )


def _by_text_from_a_landline(situation: Situation, desk: Desk, knock: Knock) -> Filing | None:
    """Where texts are read out by a machine, to whoever is at home, nobody joins; the code stays good."""
    number = knock.own_number
    if situation.address.has_buttons or number is None or why_no_texts(number) is None:
        return None
    said = Said("join.landline", {"telephone": spoken(number)}, fixed=True)
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(_to_nobody(situation, desk, said),))


def _go_on(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation) -> Filing:
    """She was asked for her language or her number, and this is her next message."""
    if knock.own_number is not None and not situation.taken.incoming.contact:
        return _speaks(situation, desk, knock, invitation)
    if knock.own_number is not None:
        return _settle(situation, desk, knock, invitation)
    if situation.taken.incoming.media:
        # A contact that the platform does not vouch for as hers proves nothing, whoever's it is.
        return _wait(situation, desk, knock, invitation, situation.taken.incoming.called)
    typed = situation.taken.incoming.text.strip().casefold()
    for offered in situation.offered:
        if typed in (offered.label.casefold(), str(offered.number)) and not offered.used:
            return _took(situation, desk, knock, offered)
    return _say_again(situation, desk, knock, ())


def _ask_language() -> Said:
    """Where her number is known already, this is all she is asked before she is in."""
    shown = LANGUAGES[:_SHOWN_FIRST]
    choices = (
        *(Choice(Offer.LANGUAGE, 0, code, name) for code, name in shown),
        Choice(Offer.LANGUAGES, 0, "", _OTHER),
    )
    return Said("join.languages.by_name", {"languages": ", ".join(name for _, name in LANGUAGES)}, choices, fixed=True)


def _speaks(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation) -> Filing:
    """She wrote the name of a language, or its number; whatever else she writes, it is asked again."""
    typed = situation.taken.incoming.text.strip().casefold()
    for offered in situation.offered:
        if typed in (offered.label.casefold(), str(offered.number)) and not offered.used:
            return _took(situation, desk, knock, offered)
    for code, name in (*LANGUAGES, *MORE_LANGUAGES):
        if typed == name.casefold():
            return _in_language(situation, desk, knock, invitation, code)
    said = _to_nobody(situation, desk, _ask_language())
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(said,))


def _in_language(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation, language: str) -> Filing:
    """She is in, and is greeted in her language first."""
    assert knock.claim is not None
    first, *more = [each for each in _in_her_language(language, knock) if each != NEW_LINE] or [""]
    values = greeting.setting_values(invitation, knock)
    said = Said(first, values, fixed=True, lines=tuple((each, values) for each in more))
    # Made before what follows: what goes to one place goes in the order in which it was made.
    greeted = (_to_nobody(situation, desk, said),) if first else ()
    filing = _settle(situation, desk, replace(knock, claim=replace(knock.claim, language=language)), invitation)
    return replace(filing, notices=(*greeted, *filing.notices))


def _settle(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation) -> Filing:
    """Her number is known: it is on the roll as hers, or somebody must say whether it is she."""
    assert knock.own_number is not None
    held = knock.claim is not None and knock.claim.held
    if knock.is_proved and not held and not _needs_a_parent(invitation, knock, desk):
        return join(situation, desk, knock, invitation)
    return _wait(situation, desk, knock, invitation, knock.own_number)


def _wait(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation, shown: str) -> Filing:
    if knock.is_taken:
        return stranger(situation, desk)
    claim = _claim(situation, desk, knock, invitation, ClaimState.WAITING, shown)
    if _is_her_own(invitation):
        waits = _to_nobody(situation, desk, Said("channel.waits", fixed=True, lets_go=True))
        again = knock.claim is not None and knock.claim.state is ClaimState.WAITING
        asked = () if again else (own_addresses.ask_her(desk, invitation.person, claim, situation.address),)
        return replace(replies.skip(situation, Reason.ANSWERED), claims=(claim,), notices=(waits, *asked))
    name = claims.decider_name(invitation, knock, desk)
    said = Said("join.waits", {"name": name}, fixed=True, lets_go=True)
    told = _parent_asked(desk, knock, claim)
    return replace(
        replies.skip(situation, Reason.ANSWERED),
        claims=(claim,),
        notices=(_to_nobody(situation, desk, said), *told),
    )


def _is_her_own(invitation: Invitation) -> bool:
    """Whether she made it herself, to be reached in one more way."""
    return invitation.made_by == invitation.person.id


def _needs_a_parent(invitation: Invitation, knock: Knock, desk: Desk) -> bool:
    """Whether a parent invited her for a partner setting: what number she has proves nothing without that parent."""
    return claims.inviting_parent(invitation, knock.circles, desk) is not None


def _parent_asked(desk: Desk, knock: Knock, claim: NewClaim) -> tuple[NewNotice, ...]:
    """The parent who asked somebody of a partner setting in is asked at once whether it is she; nobody where none did.

    Everybody else waits for the list of whoever runs the setting.
    """
    invitation = knock.invitation
    assert invitation is not None
    parent = claims.inviting_parent(invitation, knock.circles, desk)
    if parent is None or invitation.child is None or invitation.at is None:
        return ()
    circle = knock.circles[invitation.child]
    return partners.has_joined(desk, circle, invitation.person, invitation.at, claim.shown, [parent.id], cause=claim.id)


def join(situation: Situation, desk: Desk, knock: Knock, invitation: Invitation) -> Filing:
    """Link the address, use the invitation up, and greet; all in the one transaction of the filing."""
    person, address, claim = invitation.person, situation.address, knock.claim
    newcomer = Newcomer(
        person=person,
        role=greeting.role_of(invitation, knock),
        child=invitation.child,
        setting=knock.settings.get(invitation.at) if invitation.at is not None else None,
        circles=knock.circles,
        texts=not address.has_buttons,
        is_tablet=knock.is_tablet,
        is_known=address.person is not None,
    )
    first_words = (
        *greeting.greet(newcomer, desk, address=address.id, cause=situation.taken.id),
        *arriving.follow(newcomer, desk, papers=situation.papers, joined=knock.joined, address=address.id),
    )
    if address.person is None and _is_her_own(invitation):
        first_words = own_addresses.welcome(desk, situation, person, address, cause=situation.taken.id, chosen=True)
    opened: tuple[NewNotice, ...] = ()
    if knock.is_tablet and invitation.made_by is not None:
        said = Said("tablet.new.opened", {"room": person.name})
        opened = (replies.tell(situation, desk, invitation.made_by, said, lane=Lane.REPLY),)
    open_here = claim is not None and claim.invitation == invitation.id
    proof = _claim(situation, desk, knock, invitation, ClaimState.CONFIRMED, knock.own_number or "")
    language = claim.language if claim is not None and open_here else ""
    return Filing(
        message=situation.taken.id,
        address=situation.taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.ANSWERED,
        notices=(*first_words, *opened),
        chooses=address.id if address.person is None and _is_her_own(invitation) else None,
        joins=Joining(invitation.id, person.id, address.handle),
        claims=() if open_here else (proof,),
        decides=(Decided(claim.id, ClaimState.CONFIRMED),) if claim is not None and open_here else (),
        language=(person.id, language) if language else None,
        conversation=Conversation(),
        deeds=(Deed("joined", person.id, Owner.person(person.id), address.id),),
    )


def _claim(
    situation: Situation,
    desk: Desk,
    knock: Knock,
    invitation: Invitation,
    state: ClaimState,
    shown: str,
    *,
    held: bool = False,
) -> NewClaim:
    """Her claim as it is to stand: the one that is open here for the same invitation, or a new one."""
    claim = knock.claim if knock.claim is not None and knock.claim.invitation == invitation.id else None
    return NewClaim(
        id=desk.ids.new() if claim is None else claim.id,
        person=invitation.person.id,
        address=situation.address.id,
        invitation=invitation.id,
        state=state,
        shown=shown,
        language="" if claim is None else claim.language,
        held=held or (claim is not None and claim.held),
    )


# --- language and number ------------------------------------------------------------------------------------------


def _languages(*, more: bool = False) -> tuple[Choice, ...]:
    if more:
        return tuple(Choice(Offer.LANGUAGE, 0, code, name) for code, name in MORE_LANGUAGES)
    return (*(Choice(Offer.LANGUAGE, 0, code, name) for code, name in LANGUAGES), Choice(Offer.LANGUAGES))


def _in_her_language(language: str, knock: Knock) -> tuple[str, ...]:
    """What is said in the language she chose: what this is, where that is written, and that English is what follows."""
    if language == "en":
        return ()
    at = knock.settings.get(knock.invitation.at) if knock.invitation is not None and knock.invitation.at else None
    is_nursery = at is not None and at.kind in (SettingKind.NURSERY, SettingKind.PRESCHOOL)
    greets = (f"language.{language}.nursery",) if is_nursery and language in GREETED_IN else ()
    return (*greets, f"language.{language}", NEW_LINE)


def _ask_number(invitation: Invitation, knock: Knock, before: tuple[str, ...]) -> Said:
    values = greeting.setting_values(invitation, knock)
    if invitation.role is Role.CHILDMINDER and invitation.child is not None:
        # The setting she joins through is her own: a parent gave the number, whom nobody names to a stranger.
        key = "join.number.invited"
    else:
        key = "join.number" if knock.numbers else "join.number.not_held"
    return Said(key, values, (Choice(Offer.CONTACT),), fixed=True, before=before)


def _pressed(situation: Situation, desk: Desk, knock: Knock) -> tuple[Filing, ...] | None:
    """A stranger's press: of a language, where she was asked for one."""
    pressed = situation.pressed
    if pressed is None or pressed.address != situation.address.id or pressed.used or knock.claim is None:
        return None
    if knock.claim.state is not ClaimState.ASKED or knock.invitation is None:
        return None
    return (choosing.answered(_took(situation, desk, knock, pressed), situation, desk, ""),)


def _took(situation: Situation, desk: Desk, knock: Knock, offered: Offered) -> Filing:
    assert knock.claim is not None
    match offered.choice.offer:
        case Offer.LANGUAGE if knock.own_number is not None and knock.invitation is not None:
            filing = _in_language(situation, desk, knock, knock.invitation, offered.choice.value)
        case Offer.LANGUAGES if knock.own_number is not None:
            others = (*LANGUAGES[_SHOWN_FIRST:], *MORE_LANGUAGES[:-1])
            choices = tuple(Choice(Offer.LANGUAGE, 0, code, name) for code, name in others)
            asked = _to_nobody(situation, desk, Said("join.languages", {}, choices, fixed=True))
            filing = replace(replies.skip(situation, Reason.ANSWERED), notices=(asked,))
        case Offer.LANGUAGES:
            said = Said("join.languages", {}, _languages(more=True), fixed=True)
            filing = replace(replies.skip(situation, Reason.ANSWERED), notices=(_to_nobody(situation, desk, said),))
        case Offer.LANGUAGE:
            language = offered.choice.value
            claim = replace(_asked(situation, knock), language=language)
            before = _in_her_language(language, knock)
            filing = replace(_say_again(situation, desk, knock, before), claims=(claim,))
        case _:
            filing = _say_again(situation, desk, knock, ())
    return replace(filing, used=(offered.token,))


def _asked(situation: Situation, knock: Knock) -> NewClaim:
    claim = knock.claim
    assert claim is not None
    return NewClaim(
        claim.id, claim.person.id, situation.address.id, claim.invitation, claim.state, claim.shown, claim.language
    )


def _say_again(situation: Situation, desk: Desk, knock: Knock, before: tuple[str, ...]) -> Filing:
    assert knock.invitation is not None
    said = _ask_number(knock.invitation, knock, before)
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(_to_nobody(situation, desk, said),))
