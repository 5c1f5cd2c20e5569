"""Who is in the picture: what somebody who was asked answers, by a choice, in words, or by leaving it.

Each answer about a picture is written as it is given, so that a restart asks only what is left. Once all is said the
message is filed as if it had been said with it. What is never said stays where it is and is listed for its author
alone; no family hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from book.deliveries import InboxState
from book.faces import NOBODYS_FACE, SOMEBODY_BEHIND, Faces, Shown, only
from book.ids import ChildId
from book.media import MediaKind
from book.notices import LAPSE_SOON, Said
from book.pictures import Picture, PictureId
from book.reasons import Reason
from book.timing import spoken_time
from book.understanding.captions import read_caption
from book.understanding.children import answered_child
from book.understanding.commands import as_command
from book.understanding.names import words_of
from book.wording.values import things
from handlers import own_captions, pictures, replies
from handlers.desk import Desk
from handlers.filing_a_note import file_note, named_children, together
from handlers.hanging import Hanging, asking
from handlers.in_the_picture import (
    Pictured,
    another,
    asked_about,
    choices_of,
    kinds_in,
    of_one,
    settle,
    surely,
    whose,
)
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.inbox import Taken
from storage.pictures import Shows
from storage.situations import Situation

# --- what each choice does ----------------------------------------------------------------------------------------


def child(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One more child is in it: whether anybody else is, is asked."""
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    place, known, new = offered.choice.value.split(";")
    return _surely(taken, situation, desk, place, [*_children(known), ChildId(int(new))])


def more(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """All of the children are shown."""
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    place, known = offered.choice.value.split(";")
    if known or place:
        return _and(taken, situation, desk, place, _children(known), everyone=True)
    return _goes_on(taken, situation, desk, whose(taken, situation, desk, everyone=True))


def another_child(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    place, known = offered.choice.value.split(";")
    return _and(taken, situation, desk, place, _children(known))


def each(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """They are asked about one by one."""
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    return _goes_on(taken, situation, desk, of_one(taken, situation, desk, 0))


def just(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """These children, and nobody else."""
    place, known = offered.choice.value.split(";")
    return _said(situation, desk, offered, place, only(_children(known)))


def nobody(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _said(situation, desk, offered, offered.choice.value, NOBODYS_FACE)


def behind(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    return _said(situation, desk, offered, offered.choice.value, SOMEBODY_BEHIND)


def another_photo(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """She takes another, which needs no new words: this one is sent to nobody."""
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    said = replies.said(situation, desk, "picture.another")
    said = replace(said, conversation=replace(situation.conversation, asked=another(taken, situation, desk)))
    return (said, _dropped(taken, Reason.ANSWERED))


def leave(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """The picture is sent to nobody; what was written beside it is a note as any other."""
    if (taken := _waits(situation, offered)) is None:
        return _gone(situation, desk)
    words = replace(taken, incoming=replace(taken.incoming, files=(), media=()))
    clauses = read_caption(taken.incoming.text, named_children(situation, desk)).clauses
    if not clauses or not all(said.strip() for _, said in clauses):
        return (replies.said(situation, desk, "picture.left"), _dropped(taken, Reason.ANSWERED))
    return _filed(situation, file_note(words, situation.of_waiting(taken.id), desk))


# --- what is said in words ----------------------------------------------------------------------------------------


def named(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """ "Ella and Noah", to "who's in them?"; whatever says more than that is a note of its own."""
    taken, text = _asked_about(situation, asked), situation.taken.incoming.text
    around = named_children(situation, desk)
    if taken is None or any(each.written.isdecimal() for each in words_of(text)):
        return None
    caption = read_caption(text, around, together=together(situation, desk, around))
    if len(around) > 1 and caption.clauses and not any(said for _, said in caption.clauses):
        children: Sequence[int] = caption.children
    else:
        children = answered_child(text, around) or ()
        if len(children) == len(around) > 2:
            return None  # "All" are all of a setting's children here, and hardly anybody means that.
    if not children:
        return None
    came = pictures.with_faces(taken, situation)
    left = _unsaid(came)
    is_one_by_one = 0 < len(left) < len(came)
    place = str(left[0]) if is_one_by_one else ""
    return _surely(taken, situation, desk, place, [ChildId(each) for each in children])


def few_words(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """What somebody says of a note of voice, or of a picture of nobody: filed as if it had been written with it."""
    taken, text = _asked_about(situation, asked), situation.taken.incoming.text.strip()
    if taken is None or as_command(text) is not None:
        return None
    told = replace(taken, incoming=replace(taken.incoming, text=text, parts=()))
    filed = file_note(told, situation.of_waiting(taken.id), desk)
    if filed.message != taken.id:
        return (filed,)
    # It may be that something else is to be asked about it now: then it waits with what it is known to say.
    rewords = {taken.id: told.incoming} if filed.state is InboxState.PENDING else {}
    return _filed(situation, replace(filed, rewords=rewords))


def new_caption(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """She writes under it who is in it, by editing it; None where that is not what waits."""
    waits = situation.edited_waits
    if waits is None or not any(taken.id == waits.id for taken, _ in situation.in_doubt):
        return None
    edit = situation.taken.incoming
    told = replace(waits, incoming=waits.incoming.reworded(edit.message, edit.text))
    filed = file_note(told, situation.of_waiting(waits.id), desk)
    if filed.state is not InboxState.FILED:
        return (replace(replies.skip(situation, Reason.CORRECTED), rewords={waits.id: told.incoming}),)
    return _filed(situation, filed)


def taken_back(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "0" while it is being asked about: dropped; None where something newer is meant."""
    asked = situation.conversation.asked_now(desk.now)
    taken = _asked_about(situation, asked) if asked is not None else None
    if taken is None or situation.replied is not None:
        return None
    if any(each.id > taken.id for each in situation.recent if each.is_live):
        return None
    return (replies.said(situation, desk, "undo.nobody"), _dropped(taken, Reason.UNDONE))


# --- what hangs ---------------------------------------------------------------------------------------------------


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Whatever of hers still waits for somebody to say who is in it, or what it says; the oldest first."""
    found = []
    for taken, reason in _there(situation):
        kinds = kinds_in(taken)
        count = len(kinds)
        time = spoken_time(taken.incoming.at.astimezone(desk.zone))
        values = {"count": str(count), "time": time, "what": things(kinds)}
        if reason is Reason.WAITS_FOR_WORDS:
            found.append(Hanging((("waiting.words", values),)))
            continue
        said = {picture.shown.faces for picture in pictures.with_faces(taken, situation)}
        if said == {Faces.BEHIND}:
            key = "waiting.behind.one" if count == 1 else "waiting.behind.some"
        else:
            key = "waiting.names.one" if count == 1 else "waiting.names.some"
        found.append(asking(f"faces{taken.id}", time, (key, values), whose(taken, situation, desk, later=True)))
    return found


def need_names(situation: Situation) -> list[MediaKind]:
    """What of hers waits for names."""
    return [
        picture.kind
        for taken, reason in _there(situation)
        if reason is Reason.WAITS_FOR_FACES
        for picture in pictures.with_faces(taken, situation)
        if picture.shown.faces is Faces.UNSAID
    ]


def put_again(situation: Situation, desk: Desk, offered: Offered) -> Filing | None:
    """A choice that has lapsed, about what still waits: it does nothing, and the question is put afresh."""
    if offered.choice.offer not in LAPSE_SOON or (taken := _waits(situation, offered)) is None:
        return None
    return _goes_on(taken, situation, desk, whose(taken, situation, desk, later=True))[0]


# --- how it goes on -----------------------------------------------------------------------------------------------


def _waits(situation: Situation, offered: Offered) -> Taken | None:
    return next((taken for taken, _ in _there(situation) if taken.id == offered.choice.subject), None)


def _asked_about(situation: Situation, asked: Asked) -> Taken | None:
    return next((taken for taken, _ in _there(situation) if taken.id == asked.subject), None)


def _there(situation: Situation) -> list[tuple[Taken, Reason]]:
    """What of hers waits, but for pictures that never came or could not be kept: of those there is nothing to say."""
    return [
        (taken, reason)
        for taken, reason in situation.in_doubt
        if not (came := situation.pictures.get(taken.id, ())) or any(each.is_kept for each in came)
    ]


def _gone(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    return (replies.said(situation, desk, "press.done"),)


def _children(known: str) -> list[ChildId]:
    return [ChildId(int(each)) for each in known.split(",") if each]


def _surely(
    taken: Taken, situation: Situation, desk: Desk, place: str, chosen: Sequence[ChildId]
) -> tuple[Filing, ...]:
    around = {each.child for each in named_children(situation, desk)}
    if not all(each in around for each in chosen):
        return _gone(situation, desk)
    said = surely(taken, situation, place, chosen, more=len(around) > len(chosen))
    return _goes_on(taken, situation, desk, said)


def _and(
    taken: Taken,
    situation: Situation,
    desk: Desk,
    place: str,
    chosen: Sequence[ChildId],
    *,
    everyone: bool = False,
) -> tuple[Filing, ...]:
    choices = choices_of(taken, situation, desk, place=place, chosen=chosen, everyone=everyone)
    return _goes_on(taken, situation, desk, Said("picture.who_else" if chosen else "picture.who", choices=choices))


def _goes_on(taken: Taken, situation: Situation, desk: Desk, said: Said) -> tuple[Filing, ...]:
    """The next question about it, open for another ten minutes."""
    person = situation.person
    assert person is not None
    asked = asked_about(taken, person.id, desk.now, Reason.WAITS_FOR_FACES)
    first = replace(
        replies.skip(situation, Reason.ANSWERED),
        notices=(replies.say(situation, desk, said),),
        conversation=replace(situation.conversation, asked=asked),
    )
    return (first,)


def _said(situation: Situation, desk: Desk, offered: Offered, place: str, shown: Shown) -> tuple[Filing, ...]:
    """It was said of one picture or of all of them; what is left is asked, and then it is filed or kept."""
    taken, person = _waits(situation, offered), situation.person
    assert person is not None
    around = {each.child for each in named_children(situation, desk)}
    if taken is None or not shown.children <= around:
        return _gone(situation, desk)
    came = pictures.with_faces(taken, situation)
    # Of an album of which some is known, what is said of it is said of the rest.
    meant = [came[int(place)]] if place else [came[at] for at in _unsaid(came)] or list(came)
    known = {picture.id: picture.shown for picture in came} | {picture.id: shown for picture in meant}
    lines = tuple(Shows(picture.id, shown, person.id) for picture in meant)
    left = [at for at, picture in enumerate(came) if known[picture.id].faces is Faces.UNSAID]
    if left:
        asked = _goes_on(taken, situation, desk, of_one(taken, situation, desk, left[0]))
        waits = Filing(taken.id, taken.address, InboxState.PENDING, Reason.WAITS_FOR_FACES, shows=lines)
        return (*asked, waits)
    return _settled(taken, situation, desk, known, lines)


def _unsaid(came: Sequence[Picture]) -> list[int]:
    """The places of those of which nobody has said who is in them."""
    return [at for at, picture in enumerate(came) if picture.shown.faces is Faces.UNSAID]


def _settled(
    taken: Taken, situation: Situation, desk: Desk, known: Mapping[PictureId, Shown], lines: tuple[Shows, ...]
) -> tuple[Filing, ...]:
    around = named_children(situation, desk)
    caption = read_caption(taken.incoming.text, around, together=together(situation, desk, around))
    came = pictures.with_faces(taken, situation)
    own = own_captions.of_each(taken, came, around, together(situation, desk, around))
    settled = settle(taken, situation, desk, caption, known, own)
    if isinstance(settled, Pictured):
        return _filed(situation, file_note(taken, situation.of_waiting(taken.id), desk, pictured=settled))
    return (replies.skip(situation, Reason.ANSWERED), replace(settled, shows=lines))


def _filed(situation: Situation, filed: Filing) -> tuple[Filing, ...]:
    settled = () if filed.state is InboxState.PENDING else (filed.message,)
    conversation = filed.conversation or situation.conversation
    asked = None if settled else conversation.asked
    filed = replace(filed, settles=settled, conversation=replace(conversation, asked=asked))
    return (replies.skip(situation, Reason.ANSWERED), filed)


def _dropped(taken: Taken, reason: Reason) -> Filing:
    return Filing(taken.id, taken.address, InboxState.SKIPPED, reason, settles=(taken.id,), lapses=True)
