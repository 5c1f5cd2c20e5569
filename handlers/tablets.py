"""A room's tablet: who is writing is chosen by tap and four figures on buttons, and holds for twenty idle minutes.

Whoever signed in is from then on the sender, to every rule that follows; this is the one place that says so. Until
then what is written is kept and nothing about a child is said. No figure ever stands in the chat: what is edited on
the screen are dots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from book import duty
from book.deliveries import InboxState, Lane
from book.ids import ChildId, NoticeId, PersonId
from book.messages import Did
from book.notices import Acknowledgement, Choice, Offer, PressAnswered, Said
from book.people import STAFF, Circle, Membership, Person, Role
from book.reasons import Reason
from book.safeguarding import screen
from book.timing import spoken_time
from book.understanding.administration import NewFiguresFor, NewTablet
from book.understanding.children import Named
from book.understanding.names import mentions_in, words_of
from book.understanding.small_talk import is_greeting, is_thanks
from handlers import keeping_safe, replies
from handlers.desk import Desk
from handlers.filing_a_note import file_note
from handlers.inviting import handed_on, invitation_of
from handlers.running import Runs, named, rooms_named, staff_named
from handlers.wishing import Wished, ask, ask_whom
from storage.audit import Deed
from storage.conversations import Asked, Conversation, Offered
from storage.filing import Filing, NewNotice
from storage.roster import NewMembership, NewPerson, Roster
from storage.situations import Gathering, Situation
from storage.tablets import CHOSEN_WITHIN, IDLE, Changes, ChosenAnew, NewFigures, Tablet, Tried
from storage.vault import Owner

FIGURES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
HOW_MANY = 4
_ASKED_FOR = timedelta(minutes=5)
_NAMED_AT_FIRST = 2
_BYE = frozenset({"bye", "bye bye", "goodbye", "good bye", "sign out"})
_SIGNING_IN = frozenset({Offer.WRITER, Offer.WRITER_ELSE, Offer.FIGURE})
_WRITES_HERE = (Role.KEY_PERSON, Role.SECOND_KEY_PERSON, Role.ROOM_STAFF)


# --- what the pipeline asks ------------------------------------------------------------------------------------------


def in_room(situation: Situation, desk: Desk) -> Situation:
    """The situation as the device may see it: its own room's children who are in today, nothing before the session."""
    device = situation.device
    if device is None:
        return situation
    circles = {child: each for child, each in situation.circles.items() if _is_of_room(each, device, desk)}
    since = device.since if device.writer_now(desk.now) is not None else desk.now
    recent = tuple(each for each in situation.recent if since is not None and each.filed_at >= since)
    room = {child: each for child, each in situation.room.items() if _is_of_room(each, device, desk)}
    away = {child: each.child for child, each in situation.circles.items() if child not in circles}
    beside = {**situation.beside, **away}
    return replace(situation, circles=circles, room=room, beside=beside, posts=(), recent=recent)


def _is_of_room(circle: Circle, device: Tablet, desk: Desk) -> bool:
    day = desk.today
    return any(
        room.id == device.room and duty.is_in_today(circle, setting, day) for setting, room in circle.rooms.items()
    )


def about_another(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What is written on a tablet of a child of the room in whose book the writer is not: filed for nobody else.

    She sees the room's children around her, and knows no better; with one child of her own here it would be that one's.
    """
    incoming = situation.taken.incoming
    if situation.device is None or situation.person is None or incoming.did is not Did.WROTE or situation.replied:
        return None
    others = {child: each for child, each in situation.room.items() if child not in situation.circles}
    words = words_of(incoming.text)
    named_here = mentions_in(words, _called(others))
    if not named_here or mentions_in(words, _called(situation.circles)):
        return None
    names = [others[ChildId(child)].child.name for each in named_here for child in sorted(each.children)]
    values = {"name": situation.person.name, "names": named(names)}
    return (replies.said(situation, desk, "tablet.not_hers", values),)


def _called(circles: Mapping[ChildId, Circle]) -> list[Named]:
    return [Named(child, each.child.names) for child, each in sorted(circles.items())]


def waits_for_writer(situation: Situation, desk: Desk) -> bool:
    """Whether this came from a device on which nobody has signed in, or is somebody signing in or leaving."""
    if situation.device is None:
        return False
    if situation.pressed is not None and situation.pressed.choice.offer in _SIGNING_IN:
        return False  # taken like any choice
    return situation.device.writer_now(desk.now) is None or _says_bye(situation)


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """What happens on a device without a session: it is kept, and who is writing is asked."""
    incoming = situation.taken.incoming
    assert situation.device is not None
    if _says_bye(situation):
        return (_bye(situation, desk),)
    if incoming.did is Did.PRESSED:
        gone = NewNotice(
            id=desk.notice_id(),
            cause=situation.taken.id,
            notice=PressAnswered(incoming.press, "press.sign_in"),
            person=situation.device.person,
            address=situation.address.id,
            lane=Lane.URGENT,
            not_before=desk.now,
        )
        return (replace(replies.skip(situation, Reason.ANSWERED), notices=(gone,)),)
    if screen(incoming.words, desk.lexicon).held:
        # Held at once for the lead, whoever wrote it; the room stands as its author until somebody says.
        held = keeping_safe.hold(situation, desk)
        root, question = _who_is_writing(situation, desk, "tablet.who", cause=held.disclosures[0].id)
        conversation = _asking(situation, desk, "writer", int(root), {"root": str(root)})
        return (replace(held, notices=(*held.notices, question), conversation=conversation),)
    waiting = situation.edited_waits
    if incoming.did is Did.EDITED and waiting is not None:
        # The new words wait in the place of those that waited.
        return (
            _keep(situation, desk),
            Filing(waiting.id, waiting.address, InboxState.SKIPPED, Reason.CORRECTED),
        )
    return (_keep(situation, desk),)


def _says_bye(situation: Situation) -> bool:
    incoming = situation.taken.incoming
    return incoming.did is Did.WROTE and incoming.text.strip().casefold().rstrip(".!x ") in _BYE


def renewed(situation: Situation, desk: Desk, filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """Each message and press of a session holds it for as long again."""
    device = situation.device
    if device is None or device.writer_now(desk.now) is None or filings[0].tablet is not None:
        return filings
    kept = Changes(session=replace(device, until=desk.now + IDLE))
    return (replace(filings[0], tablet=kept), *filings[1:])


# --- who is writing? ------------------------------------------------------------------------------------------


def _keep(situation: Situation, desk: Desk) -> Filing:
    text = situation.taken.incoming.text.strip()
    empty = is_thanks(text) or is_greeting(text)
    asked = situation.conversation.asked_now(desk.now)
    filing = replies.skip(situation, Reason.ANSWERED)
    if not empty:
        filing = replace(filing, state=InboxState.PENDING, reason=Reason.WAITS_FOR_WRITER)
    if asked is not None and asked.name in ("writer", "figures", "new_figures"):
        return filing
    root, question = _who_is_writing(situation, desk, "tablet.who" if empty else "tablet.kept")
    return replace(
        filing,
        notices=(question,),
        conversation=_asking(situation, desk, "writer", int(root), {"root": str(root)}),
    )


def _who_is_writing(
    situation: Situation, desk: Desk, key: str, *, cause: int | None = None
) -> tuple[NoticeId, NewNotice]:
    root = desk.notice_id()
    said = Said(key, {}, _writers(situation, desk, root))
    notice = _to_room(situation, desk, said)
    return root, replace(notice, id=root, cause=notice.cause if cause is None else cause)


def _to_room(situation: Situation, desk: Desk, said: Said) -> NewNotice:
    assert situation.device is not None
    return replace(replies.say(situation, desk, said), person=situation.device.person)


def _writers(situation: Situation, desk: Desk, root: NoticeId, *, everybody: bool = False) -> tuple[Choice, ...]:
    staff = _staff(situation, desk)
    named = staff if everybody else staff[:_NAMED_AT_FIRST]
    choices = [Choice(Offer.WRITER, each.person.id, str(root), each.person.name) for each in named]
    if not everybody and len(staff) > _NAMED_AT_FIRST:
        choices.append(Choice(Offer.WRITER_ELSE, int(root)))
    return tuple(choices)


def _staff(situation: Situation, desk: Desk) -> list[Membership]:
    """Who may write here: the room's own people first, those at work today before the others."""
    found: dict[PersonId, Membership] = {}
    away: set[PersonId] = set()
    day = desk.today
    for circle in situation.circles.values():
        for each in circle.live(desk.now):
            if each.role in STAFF and each.person.id not in circle.devices and _works_in(each, circle):
                found.setdefault(each.person.id, each)
                if duty.is_away(each, circle, day):
                    away.add(each.person.id)

    def turn(member: Membership) -> tuple[bool, int]:
        role = _WRITES_HERE.index(member.role) if member.role in _WRITES_HERE else len(_WRITES_HERE)
        return (member.person.id in away, role)

    return sorted(found.values(), key=turn)


def _works_in(member: Membership, circle: Circle) -> bool:
    """Of the settings that have a room for the child: a childminder does not write on a nursery's tablet."""
    return member.setting in circle.rooms


def _asking(situation: Situation, desk: Desk, name: str, subject: int, values: dict[str, str]) -> Conversation:
    assert situation.device is not None
    until = desk.now + (IDLE if name == "writer" else _ASKED_FOR)
    asked = Asked(name, subject, situation.device.person, until, values)
    return replace(situation.conversation, asked=asked)


# --- taps ------------------------------------------------------------------------------------------


def writer(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """A name was tapped: whoever wrote before has left, and four figures are asked for."""
    device = situation.device
    chosen = _person(situation, desk, offered.choice.subject)
    if device is None or situation.figures is None or chosen is None:
        return (replies.said(situation, desk, "press.done"),)
    root = NoticeId(int(offered.choice.value))
    ended = Changes(session=replace(device, writer=None, since=None, until=None))
    filing = replace(replies.skip(situation, Reason.ANSWERED), tablet=ended)
    if situation.figures.may_be_chosen(chosen.id, desk.now):
        values = {"root": str(root), "so_far": ""}
        return (
            replace(
                filing,
                notices=(_to_room(situation, desk, _dots("figures.choose", chosen, 0, root)),),
                conversation=_asking(situation, desk, "new_figures", chosen.id, values),
            ),
        )
    if not situation.figures.has(chosen.id):
        said = Said("tablet.no_figures", {"name": chosen.name}, _writers(situation, desk, root), changes=root)
        return (replace(filing, notices=(_to_room(situation, desk, said),)),)
    if situation.figures.closed_until(chosen.id, desk.now) is not None:
        return (replace(filing, notices=(_to_room(situation, desk, _closed(situation, desk, chosen, root)),)),)
    values = {"root": str(root), "so_far": ""}
    return (
        replace(
            filing,
            notices=(_to_room(situation, desk, _dots("tablet.figures", chosen, 0, root)),),
            conversation=_asking(situation, desk, "figures", chosen.id, values),
        ),
    )


def writer_else(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    if situation.device is None:
        return (replies.said(situation, desk, "press.done"),)
    root = NoticeId(offered.choice.subject)
    said = Said("tablet.who", {}, _writers(situation, desk, root, everybody=True), changes=root)
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(_to_room(situation, desk, said),)),)


def _person(situation: Situation, desk: Desk, wanted: int) -> Person | None:
    return next((each.person for each in _staff(situation, desk) if each.person.id == wanted), None)


def _dots(key: str, person: Person, pressed: int, root: NoticeId) -> Said:
    dots = "●" * pressed + "○" * (HOW_MANY - pressed)
    choices = tuple(Choice(Offer.FIGURE, person.id, "", figure) for figure in FIGURES)
    return Said(key, {"name": person.name, "words": dots}, choices, changes=root)


def _closed(situation: Situation, desk: Desk, person: Person, root: NoticeId) -> Said:
    return Said("tablet.closed", {"name": person.name}, _writers(situation, desk, root), changes=root)


def figure(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One figure was pressed. Which is on the sealed label alone; what is kept of it until there are four is sealed."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name not in ("figures", "new_figures") or asked.subject != offered.choice.subject:
        return (replies.said(situation, desk, "press.done"),)
    so_far = asked.values["so_far"] + offered.label
    root = NoticeId(int(asked.values["root"]))
    if asked.name == "new_figures" and situation.device is None:
        return (_new_figures(situation, desk, asked, so_far, root),)
    chosen = _person(situation, desk, asked.subject)
    if situation.device is None or situation.figures is None or chosen is None:
        return (replies.said(situation, desk, "press.done"),)
    chooses = asked.name == "new_figures"
    if chooses and not situation.figures.may_be_chosen(chosen.id, desk.now):
        said = Said("tablet.no_figures", {"name": chosen.name}, _writers(situation, desk, root), changes=root)
        return (replace(_unasked(situation), notices=(_to_room(situation, desk, said),)),)
    if len(so_far) < HOW_MANY:
        values = {"root": str(root), "so_far": so_far}
        key = "figures.choose" if chooses else "tablet.figures"
        return (
            replace(
                replies.skip(situation, Reason.ANSWERED),
                notices=(_to_room(situation, desk, _dots(key, chosen, len(so_far), root)),),
                conversation=replace(situation.conversation, asked=replace(asked, values=values)),
            ),
        )
    if chooses:
        return _signed_in(situation, desk, chosen, root, new=NewFigures(chosen.id, so_far))
    if situation.figures.closed_until(chosen.id, desk.now) is not None:
        said = _closed(situation, desk, chosen, root)
        return (replace(_unasked(situation), notices=(_to_room(situation, desk, said),)),)
    tried = situation.figures.tried(chosen.id, so_far, desk.now)
    if tried.failures == 0:
        return _signed_in(situation, desk, chosen, root)
    return (_wrong(situation, desk, chosen, root, tried),)


def _unasked(situation: Situation) -> Filing:
    return replace(replies.skip(situation, Reason.ANSWERED), conversation=replace(situation.conversation, asked=None))


def _wrong(situation: Situation, desk: Desk, chosen: Person, root: NoticeId, tried: Tried) -> Filing:
    """Where so many in a row close her figures, her manager is told."""
    if tried.closed_until is None:
        values = {"root": str(root), "so_far": ""}
        return replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(_to_room(situation, desk, _dots("tablet.wrong", chosen, 0, root)),),
            conversation=_asking(situation, desk, "figures", chosen.id, values),
            tablet=Changes(tried=tried),
        )
    managers = {
        member.person.id
        for circle in situation.circles.values()
        for member in circle.live(desk.now)
        if member.role is Role.MANAGER and member.setting in circle.rooms
    }
    told = [
        replies.tell(situation, desk, each, Said("tablet.tries", {"name": chosen.name}), lane=Lane.REPLY)
        for each in sorted(managers)
    ]
    return replace(
        _unasked(situation),
        notices=(_to_room(situation, desk, _closed(situation, desk, chosen, root)), *told),
        tablet=Changes(tried=tried),
    )


# --- a session ------------------------------------------------------------------------------------------


def _signed_in(
    situation: Situation, desk: Desk, chosen: Person, root: NoticeId, *, new: NewFigures | None = None
) -> tuple[Filing, ...]:
    """From now on she is who writes; what was kept meanwhile is filed as hers."""
    assert situation.device is not None
    assert situation.figures is not None
    before = situation.figures.failures(chosen.id)
    until = desk.now + IDLE
    session = replace(situation.device, writer=chosen.id, since=desk.now, until=until)
    fresh = [each for each in situation.kept if each.received_at > desk.now - IDLE]
    stale = len(situation.kept) - len(fresh)
    key = "tablet.writing.kept" if fresh else "tablet.writing"
    values = {"name": chosen.name, "time": spoken_time(until.astimezone(desk.zone))}
    notices = [_to_room(situation, desk, Said(key, values, changes=root))]
    conversation = Conversation()
    first = replace(
        replies.skip(situation, Reason.ANSWERED),
        notices=tuple(notices),
        conversation=conversation,
        tablet=Changes(
            session=session,
            tried=Tried(chosen.id, before, 0) if new is None else None,
            figures=new,
            held_since=desk.now - IDLE,
        ),
    )
    if stale:
        old = replace(_to_room(situation, desk, Said("tablet.stale")), cause=root)
        first = replace(first, notices=(*first.notices, old))
    hers = replace(
        situation,
        person=chosen,
        device=session,
        conversation=conversation,
        gathering=None,
        pressed=None,
        circles=_of(situation, chosen, desk),
    )
    filings = [first]
    for each in fresh if hers.circles else ():
        now = replace(hers.of_waiting(each.id), taken=each)
        elsewhere = about_another(now, desk)
        filed = elsewhere[0] if elsewhere is not None else file_note(each, now, desk)
        acknowledged = [n.id for n in filed.notices if isinstance(n.notice, Acknowledgement)]
        if acknowledged:
            hers = replace(hers, gathering=Gathering(acknowledged[0], desk.now))
        hers = replace(hers, conversation=filed.conversation or hers.conversation)
        filings.append(filed)
    return tuple(filings)


def _of(situation: Situation, person: Person, desk: Desk) -> dict[ChildId, Circle]:
    found = situation.circles.items()
    return {child: each for child, each in found if each.membership(person.id, desk.now) is not None}


def _bye(situation: Situation, desk: Desk) -> Filing:
    assert situation.device is not None
    ended = Changes(session=replace(situation.device, writer=None, since=None, until=None))
    said = _to_room(situation, desk, Said("tablet.bye"))
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(said,), tablet=ended, conversation=Conversation())


# --- her four figures ------------------------------------------------------------------------------------------


def may_be_figures(text: str) -> bool:
    return text.strip().casefold().rstrip(".!") in {"my four figures", "my 4 figures", "four figures", "my figures"}


def set_figures(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "My four figures", from a telephone of her own: chosen on buttons, as on the tablet."""
    person = situation.person
    if person is None or situation.device is not None or not _is_staff(situation, desk):
        return None
    root = desk.notice_id()
    said = _dots("figures.choose", person, 0, NoticeId(0))
    asked = Asked("new_figures", person.id, person.id, desk.now + _ASKED_FOR, {"root": str(root), "so_far": ""})
    return (
        replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(replace(replies.say(situation, desk, said), id=root),),
            conversation=replace(situation.conversation, asked=asked),
        ),
    )


def _is_staff(situation: Situation, desk: Desk) -> bool:
    assert situation.person is not None
    me = situation.person.id
    mine = [m for circle in situation.circles.values() if (m := circle.membership(me, desk.now)) is not None]
    return any(each.role in STAFF for each in (*mine, *(p for p in situation.posts if p.is_live(desk.now))))


def _new_figures(situation: Situation, desk: Desk, asked: Asked, so_far: str, root: NoticeId) -> Filing:
    assert situation.person is not None
    if len(so_far) < HOW_MANY:
        said = _dots("figures.choose", situation.person, len(so_far), root)
        values = {"root": str(root), "so_far": so_far}
        return replace(
            replies.skip(situation, Reason.ANSWERED),
            notices=(replies.say(situation, desk, said),),
            conversation=replace(situation.conversation, asked=replace(asked, values=values)),
        )
    return replace(
        _unasked(situation),
        notices=(replies.say(situation, desk, Said("figures.chosen", changes=root)),),
        tablet=Changes(figures=NewFigures(situation.person.id, so_far)),
    )


# --- a new device -----------------------------------------------------------------------------------------------------


def new_tablet(
    situation: Situation, desk: Desk, runs: Runs, wish: NewTablet, wished: Wished
) -> tuple[Filing, ...] | None:
    """ "Tablet for Butterfly room": asked about, then a link for it, for whoever asked to open on it.

    It stands as the room's staff around whoever is in the room, so that the room is told where nobody before it in rule
    10 is there; what it is told waits until somebody signs in.
    """
    rooms = rooms_named(situation, runs, wish.room)
    if not rooms:
        known = situation.roll.rooms_of(runs.setting) if situation.roll is not None else ()
        if not wish.certain:
            return None
        values = {"room": in_full(wish.room.capitalize()), "names": named([in_full(each.name) for each in known])}
        return (replies.said(situation, desk, "tablet.new.no_room" if known else "tablet.new.no_rooms", values),)
    room = rooms[0]
    values = {"room": in_full(room.name)}
    if not wished.yes:
        return (ask(situation, desk, "tablet.new.ask", values),)
    device = PersonId(desk.ids.new())
    roster = Roster(
        people=[NewPerson(device, in_full(room.name))],
        tablets=[Tablet(device, room.id)],
        memberships=[
            NewMembership(desk.ids.new(), device, Role.ROOM_STAFF, None, runs.setting, room.id, made_by=runs.me.id)
        ],
    )
    # No number could prove a thing; whoever made it is told when the link is opened.
    invites = (invitation_of(desk, device, runs.me.id, setting=runs.setting, proves=True),)
    filing = handed_on(situation, desk, Said("tablet.new.done", values), invites, (values["room"],))
    deed = Deed("tablet", runs.me.id, Owner.setting(runs.setting), device, {"room": room.id})
    return (replace(filing, roster=roster, invites=invites, deeds=(deed,)),)


def in_full(room: str) -> str:
    """A room's name as it is said: "Butterfly room"."""
    return room if room.casefold().endswith("room") else f"{room} room"


# --- her figures, forgotten -----------------------------------------------------------------------------------------


def reset_figures(
    situation: Situation, desk: Desk, runs: Runs, wish: NewFiguresFor, wished: Wished
) -> tuple[Filing, ...]:
    """ "New figures for Amy": those she had are gone, and she chooses others on a tablet, which nobody sees."""
    found = [each for each in staff_named(runs, wish.person, desk.now) if wished.person in (None, each.id)]
    if not found:
        return (replies.said(situation, desk, "figures.nobody", {"name": wish.person, "setting": runs.name}),)
    if len(found) > 1:
        return (ask_whom(situation, desk, [(each, runs.name) for each in found]),)
    person = found[0]
    until = desk.now + CHOSEN_WITHIN
    values = {"name": person.name, "time": spoken_time(until.astimezone(desk.zone))}
    filing = replies.said(situation, desk, "figures.reset", values)
    hers = []
    if person.id != runs.me.id:
        said = Said("figures.reset.yours", {"name": runs.me.name})
        hers.append(replies.tell(situation, desk, person.id, said, lane=Lane.REPLY))
    return (
        replace(
            filing,
            notices=(*filing.notices, *hers),
            tablet=Changes(anew=ChosenAnew(person.id, until)),
            deeds=(Deed("figures_reset", runs.me.id, Owner.person(person.id), person.id),),
        ),
    )
