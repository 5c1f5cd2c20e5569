"""What has to be said of what came with a note before anybody gets it: who is in a picture, what a note of voice says.

Of those who work with children every picture names its children first, by its caption or by the answer to a question
(rule 8), and what cannot be read waits for a few words (rule 7). What a family sends of its own child needs neither,
unless it was passed on from somewhere else. Until it is said the message waits, and nobody has any of it. The answers
are taken in :mod:`handlers.whose_picture`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from book.audience import kept_out_of_groups
from book.deliveries import InboxState
from book.duty import her_own, in_today
from book.faces import NOBODYS_FACE, SOMEBODY_BEHIND, Faces, Shown, only
from book.ids import ChildId, PersonId
from book.media import MediaKind
from book.messages import Incoming
from book.namesakes import told_apart
from book.notices import CHOICE_LAPSES_AFTER, Choice, Offer, Said
from book.people import STAFF, Pronoun
from book.pictures import Picture, PictureId
from book.reasons import Reason
from book.timing import civil_instant, spoken_time
from book.understanding.captions import Caption, read_caption
from book.understanding.children import Named, Together
from book.understanding.renaming import take_out
from book.wording.values import sentence, things
from handlers import own_captions, pictures, replies
from handlers.desk import Desk
from handlers.pictures import works_with_children
from handlers.stating import as_it_waits
from storage.conversations import ANOTHER, FACES, FEW_WORDS, Asked
from storage.filing import Filing, NewEntry, NewNotice
from storage.inbox import Taken
from storage.pictures import Shows
from storage.questions import Question
from storage.situations import Situation

LISTED_AT = time(15, 30)
"""When whoever left something unsaid is shown it once more, while the children are there."""

NO_OWN: Mapping[PictureId, Caption] = MappingProxyType({})
_FIRST = 3  # so many children stand in the question itself; the others are behind [more…]
_MOST = 20
_WORKING_DAYS = range(5)


@dataclass(frozen=True, slots=True)
class Pictured:
    """Who is in what came with a message: in all of it, or in each picture; None: whoever the note is about.

    ``clauses`` is what is said of each child in it; None: the words decide, as of any note.
    """

    shown: Shown | Mapping[PictureId, Shown] | None
    clauses: tuple[tuple[ChildId, str], ...] | None = None

    def of(self, picture: Picture, children: Sequence[ChildId]) -> Shown:
        """Who is in this one, of a note about these ``children``; what was said of it before stands.

        What shows nobody is decided of by :func:`unseen`.
        """
        if not picture.kind.shows_faces:
            return picture.shown
        if isinstance(self.shown, Mapping):
            return self.shown.get(picture.id, picture.shown)
        if picture.shown.faces is not Faces.UNSAID:
            return picture.shown
        return only(children) if self.shown is None else self.shown


def look(
    taken: Taken, situation: Situation, desk: Desk, circle: Sequence[Named], together: Together | None, *, urgent: bool
) -> Filing | Pictured | None:
    """What waits now and is asked about; or who is in it; None where nothing came with these words to ask of."""
    incoming = taken.incoming
    at_work = works_with_children(situation, desk)
    shows_somebody = any(each.shows_faces for each in incoming.files)
    if at_work and shows_somebody and not incoming.forwarded:
        instead = _in_its_place(taken, situation, desk, circle)
        if instead is not None:
            return instead
    no_words = not incoming.text.strip() and not any(each.shown_as is MediaKind.PHOTO for each in incoming.files)
    if no_words and (at_work or pictures.is_professional(situation, desk)):
        is_mute = bool(incoming.media or incoming.files)
        return _wait(taken, situation, desk, Said(_unheard(incoming)), Reason.WAITS_FOR_WORDS) if is_mute else None
    if not shows_somebody:
        return None
    if not at_work:
        return _of_a_family(taken, situation, desk, circle, together)
    if urgent:
        # What cannot wait goes without its picture, of which nothing is known.
        return Pictured(Shown())
    if incoming.forwarded:
        return ask(taken, situation, desk)
    caption = read_caption(incoming.text, circle, together=together)
    came = pictures.with_faces(taken, situation)
    if own := own_captions.of_each(taken, came, circle, together):
        return settle(taken, situation, desk, caption, own_captions.shown_by(own, came), own)
    return settle(taken, situation, desk, caption, _said_by(caption))


def _in_its_place(taken: Taken, situation: Situation, desk: Desk, circle: Sequence[Named]) -> Filing | None:
    """A photo without words soon after she said that she would take another has the words of the one it stands for.

    That those children alone are in it is hers to say: it goes nowhere before that.
    """
    asked, person = situation.conversation.asked_now(desk.now), situation.person
    if asked is None or asked.name != ANOTHER or person is None or asked.of != person.id:
        return None
    children = [ChildId(int(each)) for each in asked.values["children"].split(",")]
    if taken.incoming.text.strip() or not {each.child for each in circle} >= set(children):
        return None
    told = replace(taken, incoming=replace(taken.incoming, text=asked.values["words"]))
    question = surely(told, situation, "", children, more=len(circle) > len(children))
    return _wait(told, situation, desk, question, Reason.WAITS_FOR_FACES)


def another(taken: Taken, situation: Situation, desk: Desk) -> Asked | None:
    """What a photo in the place of this one would show and say: without those who are not in group photos."""
    person = situation.person
    shown = [each.shown for each in pictures.with_faces(taken, situation)]
    out = {child for each in shown for child in kept_out_of_groups(each.children, situation.circles, desk.now)}
    others = sorted({child for each in shown for child in each.children} - out)
    if person is None or not others:
        return None
    names = [name for each in out for name in situation.circles[each].child.names]
    values = {"children": ",".join(str(each) for each in others), "words": take_out(taken.incoming.text, names)}
    return Asked(ANOTHER, taken.id, person.id, desk.now + CHOICE_LAPSES_AFTER, values)


def is_kept_without_words(situation: Situation, desk: Desk) -> bool:
    """Whether what came with a message that says nothing is kept all the same."""
    incoming, at_work = situation.taken.incoming, works_with_children(situation, desk)
    if any(at_work or each.shown_as is not MediaKind.DOCUMENT for each in incoming.kept):
        return bool(situation.circles)
    return bool(incoming.media or incoming.files) and at_work


def unseen(
    taken: Taken,
    came: Sequence[Picture],
    children: Sequence[ChildId],
    circle: Sequence[Named],
    together: Together | None,
) -> dict[PictureId, Shown]:
    """Of whom each recording and each PDF is that came with a note about these ``children``: of those in its words.

    Of several PDFs and several children it is never guessed whose each is: their own captions say it, or nobody does.
    """
    found = [each for each in came if not each.kind.shows_faces]
    own = own_captions.of_each(taken, found, circle, together)
    several = len(children) > 1 and len(found) > 1
    said: dict[PictureId, Shown] = {}
    for each in found:
        caption = own.get(each.id)
        named = [child for child in children if caption is not None and child in caption.children]
        is_said = not several or (each.kind.is_sound and not own)
        said[each.id] = only(named) if several and named else only(children) if is_said else Shown()
    return said


def beside(
    taken: Taken, entries: Sequence[NewEntry], came: Sequence[Picture], situation: Situation, desk: Desk
) -> tuple[NewNotice, ...]:
    """What its author is told of what came with a note and does not go where its words go."""
    came = [each for each in came if each.is_kept]
    from_staff = all(each.author_role in STAFF for each in entries)
    found = []
    if not from_staff and any(each.shown_as is MediaKind.DOCUMENT for each in taken.incoming.files):
        found.append(Said("media.paper_from_home"))
    if any(not each.kind.shows_faces and each.shown.faces is Faces.UNSAID for each in came):
        found.append(Said("media.whose_each"))
    if from_staff and any(each.kind.is_sound for each in came):
        # Nobody's face is in it, and so nobody was asked; but no family hears a child that it might not see.
        out = kept_out_of_groups([each.child for each in entries], situation.circles, desk.now)
        names = "\n".join(situation.circles[each].child.name for each in out)
        if out:
            found.append(Said("sound.kept_out.one" if len(out) == 1 else "sound.kept_out.some", {"names": names}))
    told = [replies.say(situation, desk, each) for each in found]
    # A notice is unique by its cause, and other sentences may be said because of this message.
    return tuple(replace(each, cause=each.id) for each in told)


def _of_a_family(
    taken: Taken, situation: Situation, desk: Desk, circle: Sequence[Named], together: Together | None
) -> Filing | Pictured:
    """A picture from home is of whichever child it is about; one passed on may be of anybody's, and she is asked."""
    came = pictures.with_faces(taken, situation)
    own = own_captions.of_each(taken, came, circle, together)
    if own and not taken.incoming.forwarded and all(each.faces is Faces.CHILDREN for each in own.values()):
        everybody = only([ChildId(child) for each in own.values() for child in each.children])
        shown = {
            picture: each if each.may_leave else everybody for picture, each in own_captions.shown_by(own, came).items()
        }
        return Pictured(shown, own_captions.clauses(own, shown, came, situation))
    if not taken.incoming.forwarded:
        nobody = read_caption(taken.incoming.text, circle).faces is Faces.NOBODY
        return Pictured(NOBODYS_FACE if nobody else None)
    return ask(taken, situation, desk)


def _said_by(caption: Caption) -> Shown:
    match caption.faces:
        case Faces.CHILDREN:
            return only([ChildId(each) for each in caption.children])
        case Faces.NOBODY:
            return NOBODYS_FACE
        case Faces.BEHIND:
            return SOMEBODY_BEHIND
        case _:
            return Shown()


def settle(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    caption: Caption,
    shown: Shown | Mapping[PictureId, Shown],
    own: Mapping[PictureId, Caption] = NO_OWN,
) -> Filing | Pictured:
    """What follows from what is said of the pictures of ``taken`` by now: filed, asked about, or kept and not sent.

    ``own`` are the captions of those that have their own.
    """
    said = list(shown.values()) if isinstance(shown, Mapping) else [shown]
    if any(each.faces is Faces.UNSAID for each in said):
        return _ask_what_is_left(taken, situation, desk, shown) if own else ask(taken, situation, desk)
    if not any(each.may_leave for each in said):
        return _held(taken, situation, desk, shown)
    children = list(dict.fromkeys(ChildId(child) for each in said for child in _in_order(each.children, caption)))
    clauses = tuple((ChildId(child), words) for child, words in caption.clauses)
    if own and isinstance(shown, Mapping):
        clauses = own_captions.clauses(own, shown, pictures.with_faces(taken, situation), situation)
    if not children and not clauses:
        wait = _wait(taken, situation, desk, Said("picture.few_words"), Reason.WAITS_FOR_WORDS)
        return _knowing(wait, taken, situation, shown)
    out = {child for each in said for child in kept_out_of_groups(each.children, situation.circles, desk.now)}
    if out:
        return _kept_out(taken, situation, desk, shown, children, out)
    if not own and children and {child for child, _ in clauses} != set(children):
        clauses = tuple((child, own_captions.words_for(child, caption.words, situation)) for child in children)
    return Pictured(shown, clauses)


def _in_order(children: frozenset[ChildId], caption: Caption) -> list[ChildId]:
    named = [ChildId(each) for each in caption.children if each in children]
    return [*named, *sorted(children - set(named))]


# --- what waits ---------------------------------------------------------------------------------------------------


def ask(taken: Taken, situation: Situation, desk: Desk) -> Filing:
    """ "3 photos kept. Who's in them?" """
    return _wait(taken, situation, desk, whose(taken, situation, desk), Reason.WAITS_FOR_FACES)


def _ask_what_is_left(
    taken: Taken, situation: Situation, desk: Desk, shown: Shown | Mapping[PictureId, Shown]
) -> Filing:
    """Of an album some of whose pictures have words that say who is in them: the first of the others is asked about."""
    person, came = situation.person, pictures.with_faces(taken, situation)
    assert person is not None
    known = {each.id: Pictured(shown).of(each, ()) for each in came}
    left = [at for at, each in enumerate(came) if known[each.id].faces is Faces.UNSAID]
    if len(left) == len(came):
        return ask(taken, situation, desk)
    wait = _wait(taken, situation, desk, of_one(taken, situation, desk, left[0]), Reason.WAITS_FOR_FACES)
    said = {picture: each for picture, each in known.items() if each.faces is not Faces.UNSAID}
    return replace(wait, shows=tuple(Shows(picture, each, person.id) for picture, each in said.items()))


def of_one(taken: Taken, situation: Situation, desk: Desk, place: int) -> Said:
    """ "Photo 2 of 3: who's in it?" """
    came = pictures.with_faces(taken, situation)
    what = things([came[place].kind], first=True)
    values = {"what": what, "number": str(place + 1), "count": str(len(came))}
    return Said("picture.of_one", values, choices_of(taken, situation, desk, place=str(place)))


def whose(taken: Taken, situation: Situation, desk: Desk, *, later: bool = False, everyone: bool = False) -> Said:
    """The question of who is in the pictures of ``taken``; put again ``later`` it says when they came."""
    kinds = kinds_in(taken)
    count = len(kinds)
    values = {"count": str(count), "time": spoken_time(taken.incoming.at.astimezone(desk.zone))}
    values |= {"what": things(kinds, first=count == 1 and not (later or taken.incoming.forwarded))}
    if later:
        key = "picture.whose.one.later" if count == 1 else "picture.whose.some.later"
    elif taken.incoming.forwarded:
        key = "picture.whose.one.passed_on" if count == 1 else "picture.whose.some.passed_on"
    else:
        key = "picture.whose.one" if count == 1 else "picture.whose.some"
    return Said(key, values, choices_of(taken, situation, desk, everyone=everyone))


def choices_of(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    *,
    place: str = "",
    chosen: Sequence[ChildId] = (),
    everyone: bool = False,
) -> tuple[Choice, ...]:
    """Who may be in it: a few, those of her own who are in today before the others; ``place`` is one of several."""
    names = [each for each in nearest(situation, desk) if each not in chosen]
    shown = names[:_MOST] if everyone or len(names) <= _FIRST + 1 else names[:_FIRST]
    known = ",".join(str(each) for each in chosen)
    called = told_apart(situation.circles.values())
    found = [Choice(Offer.FACES_CHILD, taken.id, f"{place};{known};{child}", called[child]) for child in shown]
    if len(shown) < min(len(names), _MOST):
        found.append(Choice(Offer.FACES_MORE, taken.id, f"{place};{known}"))
    if chosen:
        return tuple(found)
    if not place and len(kinds_in(taken)) > 1:
        found.append(Choice(Offer.FACES_EACH, taken.id))
    found.append(Choice(Offer.FACES_NOBODY, taken.id, place))
    if place:
        found.append(Choice(Offer.FACES_BEHIND, taken.id, place))
    return tuple(found)


def nearest(situation: Situation, desk: Desk) -> list[ChildId]:
    """The children she may write about: her own that are in today, the rest of her own, and then all others."""
    person = situation.person
    assert person is not None
    around = [
        circle for _, circle in sorted(situation.circles.items()) if circle.membership(person.id, desk.now) is not None
    ]
    own = her_own(around, person.id, desk.now)
    here = in_today(own, person.id, desk.today, desk.now)
    return list(dict.fromkeys(circle.child.id for circle in (*here, *own, *around)))


def surely(taken: Taken, situation: Situation, place: str, chosen: Sequence[ChildId], *, more: bool) -> Said:
    """ "Only Ella, and nobody behind her?" """
    called = told_apart(situation.circles.values())
    names = [called[each] for each in chosen]
    pronoun = situation.circles[chosen[0]].child.pronoun if len(chosen) == 1 else Pronoun.THEY
    known = f"{place};{','.join(str(each) for each in chosen)}"
    choices = [
        Choice(Offer.FACES_ONLY, taken.id, known, ", ".join(names)),
        Choice(Offer.FACES_BEHIND, taken.id, place),
    ]
    if more:
        choices.append(Choice(Offer.FACES_AND, taken.id, known))
    values = {"names": "\n".join(names), "them": sentence(f"pronoun.{pronoun}.them")}
    return Said("picture.only", values, tuple(choices))


def _held(taken: Taken, situation: Situation, desk: Desk, shown: Shown | Mapping[PictureId, Shown]) -> Filing:
    wait = _wait(taken, situation, desk, Said("picture.held"), Reason.WAITS_FOR_FACES)
    return _knowing(wait, taken, situation, shown)


def _kept_out(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    shown: Shown | Mapping[PictureId, Shown],
    children: Sequence[ChildId],
    out: set[ChildId],
) -> Filing:
    """ "Photo kept, not sent: Bea isn't in group photos. Send Ella's family one of Ella alone?" """
    names = "\n".join(situation.circles[each].child.name for each in children if each in out)
    others = [situation.circles[each].child for each in children if each not in out]
    is_one = len(out) == 1
    before = ("picture.kept_out.one",) if is_one else ("picture.kept_out.some",)
    what = things(kinds_in(taken)[:1], first=True)
    values = {"what": what, "names": names, "child": others[0].name if others else ""}
    choices = (Choice(Offer.FACES_ANOTHER, taken.id), Choice(Offer.FACES_LEAVE, taken.id))
    key = "picture.send_each"
    if len(others) == 1 and len(out) + 1 == len(children):
        key = "picture.send_alone"
    elif others:
        key = "picture.send_without"
    said = Said(key, values, choices, before=before)
    return _knowing(_wait(taken, situation, desk, said, Reason.WAITS_FOR_FACES), taken, situation, shown)


def _knowing(wait: Filing, taken: Taken, situation: Situation, shown: Shown | Mapping[PictureId, Shown]) -> Filing:
    """What waits, with what is known already of who is in it."""
    pictured, person = Pictured(shown), situation.person
    assert person is not None
    came = pictures.of(taken, situation, wait.pictures)
    return replace(wait, shows=tuple(Shows(each.id, pictured.of(each, ()), person.id) for each in came))


def _wait(taken: Taken, situation: Situation, desk: Desk, said: Said, reason: Reason) -> Filing:
    """The message waits; what is asked about it counts for ten minutes, and as long as no newer picture comes."""
    person = situation.person
    assert person is not None
    return Filing(
        message=taken.id,
        address=taken.address,
        state=InboxState.PENDING,
        reason=reason,
        # A notice is unique by its cause: what is asked because of an answer has that answer for its cause.
        notices=(replies.say(situation, desk, said),),
        conversation=replace(situation.conversation, asked=asked_about(taken, person.id, desk.now, reason)),
        questions=(Question(taken.id, taken.address, person.id, (), 1, _next_list(desk)),),
        lapses=True,
        put_back=as_it_waits(taken, situation),
        pictures=pictures.coming(taken, situation, desk),
    )


def asked_about(taken: Taken, person: PersonId, now: datetime, reason: Reason) -> Asked:
    """The question about ``taken`` is open: an answer in words counts as long as a choice does."""
    name = FEW_WORDS if reason is Reason.WAITS_FOR_WORDS else FACES
    return Asked(name, taken.id, person, now + CHOICE_LAPSES_AFTER)


def _next_list(desk: Desk) -> datetime:
    """The next half past three of a working day."""
    day = desk.today
    while True:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=desk.zone).astimezone(UTC)
        at = civil_instant(noon, LISTED_AT, desk.zone)
        if day.weekday() in _WORKING_DAYS and at > desk.now:
            return at
        day += timedelta(days=1)


def kinds_in(taken: Taken) -> list[MediaKind]:
    """Of what came with it, what shows somebody."""
    return [kind for each in taken.incoming.files if (kind := each.shown_as) is not None and kind.shows_faces]


def _unheard(incoming: Incoming) -> str:
    kinds = [kind for each in incoming.files if (kind := each.shown_as) is not None]
    if any(each.is_sound for each in kinds):
        return "media.unheard"
    return "media.unseen" if any(each.is_film for each in kinds) else "media.unread"
