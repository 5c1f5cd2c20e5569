"""A safeguarding disclosure: kept word for word for the leads alone, one of whom is told that something waits (rule 1).

It never enters a thread. Its author is told, in words that repeat nothing, that it is kept and whom to ring; she may
say that it is about the lead herself, or that it was an ordinary bump, which files it. Where no uninvolved lead exists
nobody is sent it, and its author gets the council's road instead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from book.deliveries import InboxState, Lane
from book.ids import NoticeId, PersonId
from book.leads import LEADS, Road, road
from book.messages import Did
from book.notices import Acknowledgement, Choice, Offer, Relay, Said
from book.people import STAFF, Membership, Role, Setting
from book.reasons import Reason
from book.timing import spoken_time
from handlers import replies
from handlers.desk import Desk
from handlers.filing_a_note import file_note
from storage.audit import Deed
from storage.conversations import Offered
from storage.desk_browsers import NewBrowser
from storage.disclosures import HELD, Handled, Held, NewDisclosure
from storage.filing import Filing, NewNotice
from storage.invitations import new_payload
from storage.situations import Situation
from storage.vault import Owner


def hold(situation: Situation, desk: Desk) -> Filing:
    """Keep the words for the leads of the author's setting, tell one content-free, and tell the author what to do."""
    person = situation.person
    assert person is not None
    me = _membership(situation, desk)
    words = situation.taken.incoming.words
    way = road(_members(situation, desk), me, words)
    disclosure = desk.ids.new()
    told = [_waits(situation, desk, disclosure, each.person.id) for each in way.told]
    owner = Owner.person(person.id) if way.setting is None else Owner.setting(way.setting)
    manager = way.manager
    held = Filing(
        message=situation.taken.id,
        address=situation.taken.address,
        state=InboxState.SKIPPED,
        reason=Reason.HELD,
        notices=(*told, _to_author(situation, desk, me, way, disclosure, told[0].id if told else None, ())),
        disclosures=(
            NewDisclosure(
                disclosure,
                way.setting,
                person.id,
                words,
                kept_from=way.kept_from,
                shown_to=frozenset() if manager is None else frozenset({manager.person.id}),
            ),
        ),
        originals=(owner,),
        original=situation.taken.incoming.to_json(),
        deeds=(Deed("held", person.id, owner, situation.taken.id),),
    )
    if situation.taken.incoming.did is Did.EDITED and situation.edited_waits is not None:
        conversation = replace(situation.conversation, question=None, question_until=None)
        return replace(held, conversation=conversation, settles=(situation.edited_waits.id,))
    return held


def _waits(situation: Situation, desk: Desk, disclosure: int, lead: PersonId) -> NewNotice:
    """A lead learns that something waits, at every address of hers, and nothing else."""
    time = spoken_time(desk.now.astimezone(desk.zone))
    choices = (Choice(Offer.ON_MY_WAY, disclosure),)
    said = Said("safeguarding.waits", {"time": time}, choices, everywhere=True)
    return replies.tell(situation, desk, lead, said, lane=Lane.URGENT)


def _to_author(
    situation: Situation,
    desk: Desk,
    me: Membership,
    way: Road,
    disclosure: int,
    told: NoticeId | None,
    excluded: Collection[PersonId],
) -> NewNotice:
    """What its author hears. Nothing of what was written is repeated: telephones are shared and watched."""
    setting = _setting(situation, me)
    notice = replies.say(situation, desk, _road_said(me, way, setting, disclosure, told, excluded))
    return replace(notice, lane=Lane.URGENT)


def _road_said(
    me: Membership,
    way: Road,
    setting: Setting | None,
    disclosure: int,
    told: NoticeId | None,
    excluded: Collection[PersonId],
) -> Said:
    if not way.leads:
        council = setting.council_line if setting is not None else ""
        key = "safeguarding.nobody.number" if council else "safeguarding.nobody"
        return Said(key, {"telephone": council} if council else {}, (Choice(Offer.SEE_AGAIN, disclosure),))
    lead = way.leads[0].person
    telephone = setting.telephone if setting is not None else ""
    values = {
        "lead": lead.name,
        "lead_in_full": lead.in_full,
        "telephone": lead.direct_line or telephone,
        "setting": setting.name if setting is not None else "",
    }
    if me.role not in STAFF:
        return Said("safeguarding.parent", values, (Choice(Offer.OWN_BUMP, disclosure),))
    # Whom it is not to go to is remembered in the choice itself: the next lead is asked about in her turn.
    about = ",".join(str(each) for each in (lead.id, *excluded))
    choices = (
        Choice(Offer.ABOUT_LEAD, disclosure, f"{about}|{told or 0}", lead.name),
        Choice(Offer.ORDINARY_BUMP, disclosure),
    )
    if len(way.leads) == 1:
        return Said("safeguarding.staff.alone", values, choices)
    deputy = way.leads[1].person
    values |= {"deputy": deputy.in_full, "deputy_telephone": deputy.direct_line or telephone}
    return Said("safeguarding.staff", values, choices)


# --- what its author says of it -----


def about_lead(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """ "It's about Sam": she may not read it any more, what she was told is taken off her screen, the other is told."""
    held = _mine(situation, offered)
    if held is None or held.original is None:
        return (replies.said(situation, desk, "press.done"),)
    people, _, told = offered.choice.value.partition("|")
    excluded = [PersonId(int(each)) for each in people.split(",")]
    me = _membership(situation, desk)
    way = road(_members(situation, desk), me, held.original.incoming.words, kept_from=excluded)
    notices = [_waits(situation, desk, held.id, each.person.id) for each in way.leads[:1]]
    next_told = notices[0].id if notices else None
    notices.append(_to_author(situation, desk, me, way, held.id, next_told, excluded))
    earlier = NoticeId(int(told or 0))
    if earlier:
        nothing = Said("safeguarding.nothing_waits", changes=earlier, only_in_place=True, everywhere=True)
        notices.append(replies.tell(situation, desk, excluded[0], nothing, lane=Lane.URGENT))
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=tuple(notices),
            withdraw={earlier: Reason.OVERTAKEN} if earlier else {},
            handled=(Handled(held.id, kept_from=frozenset(excluded), nobody_left=not way.leads),),
            deeds=(Deed("kept_from_lead", _author(situation), _owner(held), held.message),),
        ),
    )


def ordinary_bump(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """It was an ordinary one: it is filed like any note, and the leads see at the desk that it was."""
    held = _mine(situation, offered)
    if held is None or held.original is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    taken = replace(held.original, incoming=replace(held.original.incoming, released=True))
    note = file_note(taken, replace(situation.of_waiting(taken.id), taken=taken, gathering=None), desk)
    answer = replace(
        replies.skip(situation, Reason.ANSWERED),
        handled=(Handled(held.id, released=True),),
        deeds=(Deed("released", situation.person.id, _owner(held), held.message),),
    )
    if note.state is InboxState.PENDING:
        return (answer, replace(note, put_back=taken.incoming.to_json()))
    thanks = replies.say(situation, desk, _thanks(situation, desk, note))
    only = {each.child for each in note.entries}
    if len(only) == 1:
        thanks = replace(thanks, child=only.pop())
    # This sentence is its acknowledgement.
    entries = tuple(replace(each, acknowledgement=None) for each in note.entries)
    relays = tuple(each for each in note.notices if not isinstance(each.notice, Acknowledgement))
    return (answer, replace(note, entries=entries, notices=(*relays, thanks)))


def _thanks(situation: Situation, desk: Desk, note: Filing) -> Said:
    circles = [situation.circles[each.child] for each in note.entries]
    hearers = [each.person for each in note.notices if isinstance(each.notice, Relay) and each.withheld is None]
    names = dict.fromkeys(
        person.name
        for each in hearers
        for circle in circles
        if each is not None and (person := circle.person(each)) is not None
    )
    me = _membership(situation, desk)
    leads = [each for each in _members(situation, desk) if each.role in LEADS and each.setting == me.setting]
    values = {
        "child": "\n".join(circle.child.name for circle in circles),
        "names": "\n".join(names),
        "lead": leads[0].person.name if leads else "",
    }
    return Said("safeguarding.released" if names else "safeguarding.released.nobody", values)


def see_again(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The council's number once more; never what was written."""
    held = _mine(situation, offered)
    if held is None:
        return (replies.said(situation, desk, "press.done"),)
    me = _membership(situation, desk)
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(_to_author(situation, desk, me, Road(None), held.id, None, ()),),
        ),
    )


def _mine(situation: Situation, offered: Offered) -> Held | None:
    """The disclosure this choice is about, where it is the author who chooses and it is still kept."""
    held = situation.held.get(offered.choice.subject)
    me = _author(situation)
    return held if held is not None and held.state == HELD and held.author == me else None


def _author(situation: Situation) -> PersonId | None:
    return None if situation.person is None else situation.person.id


def _owner(held: Held) -> Owner:
    return Owner.person(held.author) if held.setting is None else Owner.setting(held.setting)


# --- what a lead does ------------------------------------------------------------------------------------------------


def on_my_way(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She has seen that something waits: nobody else is called."""
    held = situation.held.get(offered.choice.subject)
    if held is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    answer = replies.said(situation, desk, "safeguarding.on_my_way")
    return (replace(answer, handled=(Handled(held.id, answered_by=situation.person.id),)),)


def may_be_desk(text: str) -> bool:
    return text.strip().casefold().rstrip(".!?") in {"desk", "the desk", "safeguarding desk", "open the desk"}


def open_desk(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "Desk": whoever may have something on it gets a link, once, for a few minutes, on a telephone of her own."""
    person = situation.person
    if person is None or situation.device is not None or not _has_a_desk(situation, desk):
        return None
    if not desk.desk_address:
        return (replies.said(situation, desk, "safeguarding.no_desk"),)
    link = new_payload(desk.chance)
    said = Said("safeguarding.desk", {"link": f"{desk.desk_address}/{link}"})
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(replies.say(situation, desk, said),),
            browsers=(NewBrowser(desk.ids.new(), person.id, link),),
        ),
    )


def _has_a_desk(situation: Situation, desk: Desk) -> bool:
    return any(each.is_live(desk.now) and each.role in (*LEADS, Role.MANAGER) for each in situation.posts)


# --- who is there --------------------------------------------------------------------------------------------------


def _membership(situation: Situation, desk: Desk) -> Membership:
    assert situation.person is not None
    found = [circle.membership(situation.person.id, desk.now) for circle in situation.circles.values()]
    found += [each for each in situation.posts if each.is_live(desk.now)]
    return next(each for each in found if each is not None)


def _members(situation: Situation, desk: Desk) -> list[Membership]:
    """Everybody in the sender's circles."""
    return [each for circle in situation.circles.values() for each in circle.live(desk.now)]


def _setting(situation: Situation, me: Membership) -> Setting | None:
    return next(
        (
            circle.settings[me.setting]
            for circle in situation.circles.values()
            if me.setting is not None and me.setting in circle.settings
        ),
        None,
    )
