"""One message, from who wrote it to everything that follows: the order in which it is looked at.

who → screened for safeguarding → an answer to our question, or a command → which child → topics → audience →
filing. A pure function: it neither waits, nor sends, nor remembers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from book.deliveries import Lane
from book.entries import Entry, Travel
from book.ids import ChildId
from book.messages import Did, Incoming
from book.notices import Choice, GroupLeft, Offer, Said
from book.reasons import Reason
from book.safeguarding import screen
from book.understanding.beyond import as_handover
from book.understanding.children import Named, answered_child
from book.understanding.commands import CommandWord, as_command, as_correction, as_move, is_slashed
from book.understanding.in_full import may_mend
from book.understanding.passwords import without_password
from book.understanding.retopic import as_other_topic
from book.understanding.timetable import may_be_duty
from handlers import (
    asking_the_book,
    calendars,
    choosing,
    commands,
    echo,
    importing,
    joining,
    keeping_safe,
    looking_back,
    mending_a_line,
    mix_ups,
    of_the_day,
    pictures,
    proving,
    registers,
    reminding,
    replies,
    responding,
    setting_right,
    still_hers,
    stopping,
    table,
    tablets,
    unsaid,
    whose_picture,
)
from handlers.desk import Desk
from handlers.filing_a_note import file_note, named_children, names_another, narrowed
from handlers.in_the_picture import is_kept_without_words
from handlers.stating import may_end_a_sleep
from storage.conversations import Asked
from storage.filing import Filing, NewNotice
from storage.questions import WHOSE_NOTE
from storage.situations import Situation, Wants

_SHORT = 40  # a choice typed as a word or a number is never longer
_CORRECTION_WITHIN_SECONDS = 120
_ABOUT_THE_LAST = frozenset(
    {"that was", "that's", "thats", "not ", "meant", "wrong", "just ", "only ", "private", "one was", "should be"}
)


def wants(incoming: Incoming) -> Wants:
    """What handling these words may need to look back at; decided before anything is loaded."""
    text = incoming.text.strip()
    command = as_command(text)
    back = command is not None or as_correction(text) is not None or _might_be_about_the_last(text)
    back = back or may_mend(text)
    wished = any(each.may_be(text) for each in table.SAYINGS)
    roll = command is not None or bool(incoming.start) or wished or incoming.did is Did.BLOCKED
    roll = roll or text.casefold().startswith("who ")  # followed by a name that only the circle tells from a note
    shows_days = command is not None and command.word in (CommandWord.PRINT, CommandWord.GAPS)
    lately = shows_days or as_handover(text) is not None
    waits = command is not None and command.word is CommandWord.WAITING
    return Wants(
        recent=back or wished,
        offered=len(text) <= _SHORT,
        roll=roll,
        waiting=may_be_duty(text),
        lately=lately or waits or may_end_a_sleep(text) or asking_the_book.may_be(text),
        seen=waits,
        registers=registers.may_be(text) or mix_ups.may_be(text),
        imported=waits,
        wished=wished,
        calendars=calendars.may_be(text) or reminding.may_be(text, command),
        reminders=command is not None and command.word is CommandWord.REMIND,
        in_doubt=waits or (command is not None and command.word is CommandWord.GAPS),
    )


def _might_be_about_the_last(text: str) -> bool:
    folded = text.casefold()
    return len(text) <= 120 and any(each in folded for each in _ABOUT_THE_LAST)


def handle(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """Everything one message leads to; the first filing is the message's own."""
    incoming = situation.taken.incoming
    if incoming.unsaid:
        return unsaid.comes_up(situation, desk)
    match incoming.did:
        case Did.OTHER:
            return (replies.skip(situation, Reason.NOT_FOR_THE_BOOK),)
        case Did.REACTED:
            return (_reacted(situation, desk),)
        case Did.ADDED_TO_GROUP:
            return (_leave_group(situation, desk),)
        case Did.BLOCKED | Did.UNBLOCKED | Did.WROTE | Did.EDITED | Did.PRESSED:
            pass
    if (obeyed := stopping.obeyed(situation, desk)) is not None:
        return obeyed
    filings = echo.hold(situation, desk, _from_anybody(situation, desk))
    first, *others = proving.ask(situation, desk, filings)
    return (replace(first, start=True) if stopping.begins_again(situation) else first, *others)


def _from_anybody(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """What follows where it is not yet known whether the sender stands in any book."""
    if (step := joining.step(situation, desk)) is not None:
        return step
    if not situation.belongs(desk.now):
        return (joining.stranger(situation, desk),)
    if still_hers.is_asked(situation):
        if (answered := still_hers.answer(situation, desk)) is not None:
            return (answered,)
        first, *others = _of_somebody(situation, desk)
        return (replace(first, proves=True), *others)
    return _of_somebody(situation, desk)


def _of_somebody(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """What follows from something that came from somebody who stands in some circle or setting."""
    if (waits := pictures.gather(situation, desk)) is not None:
        return (waits,)
    situation = tablets.in_room(situation, desk)
    if tablets.waits_for_writer(situation, desk):
        return tablets.take(situation, desk)
    return tablets.renewed(situation, desk, _from_somebody(situation, desk))


def _from_somebody(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """What follows from something that a person did of whom it is known who she is."""
    incoming = situation.taken.incoming
    if incoming.did is Did.PRESSED:
        return choosing.press(situation, desk, table.OFFERS)
    held = screen(incoming.words, desk.lexicon)
    if held.held:
        return (keeping_safe.hold(situation, desk),)
    desk = replace(desk, passed=incoming.words)
    if incoming.did is Did.EDITED:
        return _edited(situation, desk)
    if (elsewhere := tablets.about_another(situation, desk)) is not None:
        return elsewhere
    return _wrote(situation, desk)


def _reacted(situation: Situation, desk: Desk) -> Filing:
    """A sign on a message; whoever is not in any book sees it kept for nothing."""
    if not situation.belongs(desk.now):
        return replies.skip(situation, Reason.SMALL_TALK)
    return responding.reacted(situation, desk)


def _wrote(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    taken, text = situation.taken, situation.taken.incoming.text.strip()
    if taken.incoming.imported or taken.incoming.fault:
        return importing.fetched(situation, desk)
    if (wanted := importing.want_file(situation, desk)) is not None:
        return (wanted,)
    if not text and is_kept_without_words(situation, desk):
        return (file_note(taken, situation, desk),)
    if not text:
        kept_nothing = "media.only_paper" if taken.incoming.kept else "media.not_kept"
        return (replies.said(situation, desk, kept_nothing if taken.incoming.media else "nothing_written"),)
    if taken.incoming.ordinary:
        return _noted(situation, desk)
    if not of_the_day.asks_for_her_list(situation, desk) and (light := responding.lightly(situation, desk)) is not None:
        return (light,)
    circle = named_children(situation, desk)
    wished = _answered(situation, desk) or _wished(situation, desk, circle)
    if wished is not None:
        return wished
    newest = looking_back.newest(situation)
    if (moved := _moved(situation, desk, circle)) is not None:
        return (moved,)
    if newest and (bounded := _narrow_the_last(situation, desk, newest)) is not None:
        return (bounded,)
    correction = as_correction(text)
    if correction is not None and newest:
        since = (taken.incoming.at - newest[-1].happened_at).total_seconds()
        of_another = names_another(correction, newest[0].child, situation, desk)
        if len(newest) == 1 and since <= _CORRECTION_WITHIN_SECONDS and not of_another:
            return (setting_right.correct(taken, situation, desk, newest[0], correction),)
    if newest and (mended := mending_a_line.mend(situation, desk)) is not None:
        return (mended,)
    if not circle:
        return (replies.said(situation, desk, "no_children"),)
    return _noted(situation, desk)


def _noted(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    """What is left once it is no answer and no wish: a complaint, or a note for the book."""
    taken = situation.taken
    if (complaint := registers.complained(situation, desk)) is not None:
        return complaint
    filed = file_note(taken, situation, desk)
    subjects = dict.fromkeys(subject for entry in filed.entries for subject in entry.subjects)
    if new := registers.praised_or_proposed(situation, desk, list(subjects)):
        filed = replace(filed, registers=new)
    if taken.incoming.media and not taken.incoming.kept:
        filed = replace(filed, notices=(*filed.notices, replies.say(situation, desk, Said("media.words_only"))))
    return (filed,)


def _answered(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What these words do as an answer to something we asked: which child, a choice offered, an open question."""
    # Who points at a note of her own that was filed speaks of that note ("that was Poppy"), not of what we asked.
    replied = situation.replied
    of_a_note = replied is not None and replied.own and bool(replied.entries)
    if situation.question is not None and not of_a_note and (answer := _answer(situation, desk)):
        return unsaid.answered(situation, desk, situation.question, answer)
    if (chosen := choosing.typed(situation, desk, table.OFFERS)) is not None:
        return unsaid.put_again(situation, desk, chosen) if _is_number(situation) else chosen
    asked = situation.conversation.asked_now(desk.now)
    if asked is not None and asked.name == echo.HELD:
        return echo.confirmed(_as_it_was)(situation, desk, asked) or echo.late(situation, desk)
    if asked is not None and asked.name in table.ASKED:
        answered = table.ASKED[asked.name](situation, desk, asked)
        if answered is not None:
            return answered
    return echo.late(situation, desk)


def _as_it_was(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """What was held until its code came back is handled now, as it was written."""
    return _wrote(echo.as_it_was(situation, asked), desk)


def _wished(situation: Situation, desk: Desk, circle: Sequence[Named]) -> tuple[Filing, ...] | None:
    """What these words do as a command, or as a sentence that is understood as a wish."""
    text = situation.taken.incoming.text.strip()
    command = as_command(text, names=[name for each in circle for name in each.names])
    if command is not None:
        return table.COMMANDS.get(command.word, commands.not_yet)(situation, desk, command)
    for saying in table.SAYINGS if situation.may_wish else ():
        if saying.may_be(text) and (wished := saying.take(situation, desk)) is not None:
            return wished
    if is_slashed(text):
        return (replies.said(situation, desk, "command.unknown"),)
    return None


def _is_number(situation: Situation) -> bool:
    return situation.taken.incoming.text.strip().isdigit()


def _answer(situation: Situation, desk: Desk) -> tuple[ChildId, ...]:
    """The children meant by an answer to "which child?", typed as a name, an initial, a number or "both"."""
    asked = named_children(situation, desk)
    question = situation.question.id if situation.question is not None else None
    open_now = [each for each, taken in situation.unsaid if taken.id == question]
    if any(each.asked == WHOSE_NOTE for each in open_now):
        return ()
    among = {child for each in open_now for child in each.among}
    named = [each for each in asked if not among or each.child in among]
    text = situation.taken.incoming.text
    if _is_number(situation):
        return ()  # A number answers the newest message with choices, which may be another.
    found = answered_child(text, named)
    return tuple(ChildId(each) for each in found or ())


def _moved(situation: Situation, desk: Desk, circle: Sequence[Named]) -> Filing | None:
    """ "That was for Noah", "the bump one was Mo, not Noah": what she means is filed for the child it was about."""
    move = as_move(situation.taken.incoming.text.strip(), circle)
    if move is None:
        return None
    meant = looking_back.meant(situation, desk, move)
    if not meant and looking_back.pointed_at(situation) is not None:
        return replies.said(situation, desk, "move.gone", {"child": situation.circles[ChildId(move.child)].child.name})
    if not meant and move.wrong is not None and looking_back.newest(situation):
        return replies.said(situation, desk, "move.none", {"child": situation.circles[ChildId(move.wrong)].child.name})
    if len({each.child for each in meant}) > 1:
        return choosing.whose_line(situation, desk, meant, ChildId(move.child))
    if meant and move.child != meant[0].child:
        return setting_right.move(situation.taken, situation, desk, meant, ChildId(move.child))
    return None


def _narrow_the_last(situation: Situation, desk: Desk, newest: list[Entry]) -> Filing | None:
    """ "Not Dawn", alone and soon after: the note just before is kept to fewer people (rule 4); "not sleep, health": it
    is under the other topic."""
    taken, entry = situation.taken, newest[-1]
    assert situation.person is not None
    other = as_other_topic(taken.incoming.text)
    if other is not None and len(newest) == 1 and (other[1] or other[0] in {each.topic for each in entry.subjects}):
        return setting_right.of_another_topic(taken, situation, desk, entry, *other)
    circle = situation.circles[entry.child]
    me = circle.membership(situation.person.id, desk.now)
    if me is None or len(newest) > 1:
        return None
    travel, alone = narrowed(taken.incoming.text, circle, me, desk)
    if not alone or travel == Travel():
        return None
    filing = setting_right.rebound(taken, situation, desk, entry, entry.with_travel(travel), why="narrowed")
    # "Just Dawn" may be more than it was: Dawn has what she is named for (rule 6).
    only = "".join(str(each) for each in sorted(travel.only)[:1])
    return choosing.ask_for_code(situation, desk, entry, filing, Choice(Offer.ONLY_SETTING, entry.id, only)) or filing


def _edited(situation: Situation, desk: Desk) -> tuple[Filing, ...]:
    taken = situation.taken
    if situation.edited_waits is not None and situation.edited_waits.incoming.spreadsheet is not None:
        return (replies.skip(situation, Reason.UNCHANGED),)  # Its file is being fetched; the words beside it were none.
    if situation.edited_waits is not None and (said := whose_picture.new_caption(situation, desk)) is not None:
        return said
    if situation.edited_waits is not None:
        # It still waits for "which child?": the new words wait in it, so that every later edit finds it again.
        waits, now = situation.edited_waits, taken.incoming
        text = without_password(now.text) or now.text
        words = replace(waits.incoming.reworded(now.message, text), media=now.media)
        return (replace(replies.skip(situation, Reason.CORRECTED), rewords={waits.id: words}),)
    if situation.edited_gone:
        # What it became is no business of hers any more, and is not to become another child's.
        return (replies.skip(situation, Reason.UNCHANGED),)
    if situation.edited:
        return (setting_right.edited(taken, situation, desk, situation.edited),)
    # Nothing was filed from it as it was: its new words are read as if just written.
    return _wrote(situation, desk)


def _leave_group(situation: Situation, desk: Desk) -> Filing:
    first = NewNotice(
        id=desk.notice_id(),
        cause=situation.address.id,
        notice=Said("group", fixed=True),
        person=None,
        address=situation.address.id,
        lane=Lane.REPLY,
        not_before=desk.now,
    )
    # It says so once for ever, and leaves as often as somebody lets it in.
    leave = replace(first, id=desk.notice_id(), cause=situation.taken.id, notice=GroupLeft())
    return replace(replies.skip(situation, Reason.GROUP_CHAT), notices=(first, leave))
