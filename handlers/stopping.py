"""STOP and what begins again: obeyed at once, told to the settings that will ring, and nothing is lost by it.

A word counts only where it stands alone. Where a telephone network has obeyed it, nothing can be said any more; where
it is we who obey, one line closes and offers fewer instead. What a word may have answered stands as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from book.ids import AddressId, PersonId
from book.messages import Did
from book.notices import Choice, Offer, Said
from book.people import Person
from book.reasons import Reason
from book.stops import OF_CARRIERS_ALONE, STOPPING, about, asks, hers, lines, rung, told, who_rings
from book.understanding.commands import Command, CommandWord, as_command
from handlers import cancelling, hearing, replies, running
from handlers.desk import Desk
from handlers.hanging import Hanging
from storage.conversations import Offered
from storage.filing import Filing, NewNotice
from storage.situations import Situation
from storage.stops import Stopped


def obeyed(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """What a word that stops or starts again does, before it can be taken for anything else; None for other words."""
    incoming = situation.taken.incoming
    match incoming.did:
        case Did.BLOCKED:
            return (_by_platform(situation, desk),)
        case Did.UNBLOCKED:
            return (_unblocked(situation, desk),)
        case Did.WROTE if situation.device is None:
            command = as_command(incoming.text)
        case _:
            return None
    if command is None or incoming.media:
        return None
    if command.word is CommandWord.START and _is_stopped(situation) and not incoming.start:
        return (started(situation, desk),)
    # A stranger is only ever answered, always with the same words: there is nothing to stop.
    if command.word is CommandWord.STOP and _word(command) in STOPPING and situation.belongs(desk.now):
        return (_stopped(situation, desk, _word(command)),)
    return None


def begins_again(situation: Situation) -> bool:
    """Whether this is the link that opens the bot anew: it is START as well, whatever else it does."""
    return bool(situation.taken.incoming.start) and _is_stopped(situation)


def command(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """The words that stop elsewhere ask what is meant; "stop texts" asks whether less would do."""
    if situation.device is not None:
        return (replies.said(situation, desk, "stopped.tablet"),)
    if _word(command) in STOPPING:
        return (_stopped(situation, desk, _word(command)),)
    if _word(command) in OF_CARRIERS_ALONE:
        return (cancelling.ask(situation, desk),)
    return hearing.less_or_more(situation, desk, Command(CommandWord.LESS, ""))


def fewer(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Fewer]: messages come again, and how many is asked."""
    first, *others = hearing.less_or_more(situation, desk, Command(CommandWord.LESS, ""))
    return (replace(first, start=True, notices=(*first.notices, *_back(situation, desk))), *others)


def stay(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Stay stopped]: nothing is said to that."""
    return (replies.skip(situation, Reason.ANSWERED),)


def was_rung(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Somebody of a setting has rung whoever stopped messages: it hangs no longer."""
    address = AddressId(offered.choice.subject)
    if not any(each.address == address for each in situation.stops):
        return (replies.said(situation, desk, "press.done"),)
    return (replace(replies.said(situation, desk, "stopped.rung"), rung=(address,)),)


def started(situation: Situation, desk: Desk) -> Filing:
    """On from now, which is said; what the word that stopped it may have answered is asked again."""
    if not situation.belongs(desk.now):
        return replace(replies.skip(situation, Reason.ANSWERED), start=True)
    on = replies.said(situation, desk, "stopped.on")
    again = situation.stopped_on
    notices = [*on.notices, *_back(situation, desk)]
    if again is not None and again.is_open:
        asked = replace(replies.say(situation, desk, again.notice), child=again.child)
        # A notice is unique by its cause: the question is a cause of its own beside what is said first.
        notices.append(replace(asked, cause=asked.id))
    return replace(on, start=True, notices=tuple(notices))


def hanging(situation: Situation, desk: Desk) -> list[Hanging]:
    """Whoever of her children's circles has stopped messages and was not rung about it; of who runs the setting."""
    runs = running.what_she_runs(situation, desk)
    if runs is None:
        return []
    people: dict[PersonId, Person] = {}
    for circle in runs.circles:
        for line in circle.live(desk.now):
            if runs.setting in hers(line.person.id, circle, desk.now):
                people.setdefault(line.person.id, line.person)
    numbers = situation.roll.telephones if situation.roll is not None else {}
    found = []
    for stop in situation.stops:
        person = people.get(stop.person)
        if person is None or person.id == runs.me.id:
            continue
        telephone = stop.telephone or next(iter(numbers.get(person.id, ())), "")
        asked = about(stop.asked.notice if stop.asked is not None else None)
        said = lines(person, stop.word, is_text=stop.is_text, asked=asked, telephone=telephone)
        found.append(Hanging(said, rung(stop.address, person)))
    return found


# --- what each of these comes to --------------------------------------------------------------------------------------


def _by_platform(situation: Situation, desk: Desk) -> Filing:
    """A network has obeyed her word, or she has blocked the bot: nothing can be said there."""
    command = as_command(situation.taken.incoming.text)
    word = _word(command) if command is not None and command.word is CommandWord.STOP else ""
    return _stops(situation, desk, word, replies.skip(situation, Reason.ANSWERED))


def _unblocked(situation: Situation, desk: Desk) -> Filing:
    """By START where it is a word; a platform's own switch begins again only what it had stopped itself."""
    if situation.taken.incoming.text:
        return started(situation, desk)
    return replace(replies.skip(situation, Reason.ANSWERED), start=not situation.address.stopped_with)


def _stopped(situation: Situation, desk: Desk, word: str) -> Filing:
    """It is we who obey: one line closes, and then nothing more comes."""
    if _is_stopped(situation):
        return _stops(situation, desk, word, replies.skip(situation, Reason.ANSWERED))
    settings = _settings(situation, desk)
    key = "stopped.closing" if len(settings) == 1 else "stopped.closing.several"
    values = {"settings" if len(settings) > 1 else "setting": "\n".join(settings)}
    if not settings:
        key, values = "stopped.closing.nobody", {}
    closing = Said(key, values, (Choice(Offer.FEWER), Choice(Offer.STAY_STOPPED)), closes=True)
    last = replace(replies.skip(situation, Reason.ANSWERED), notices=(replies.say(situation, desk, closing),))
    return _stops(situation, desk, word, last)


def _stops(situation: Situation, desk: Desk, word: str, filing: Filing) -> Filing:
    if _is_stopped(situation):
        return filing
    asking = next((each for each in situation.offered if not each.used and _counts(each, desk)), None)
    if asking is not None and not asks({each.choice.offer for each in situation.offered}):
        asking = None
    notice = asking.notice if asking is not None and word else None
    offers = [each.choice for each in situation.offered]
    asked = about(Said("", choices=tuple(offers))) if notice is not None else ""
    tells = _tell(situation, desk, word, asked)
    return replace(filing, stop=Stopped(word, notice, told=True), notices=(*filing.notices, *tells))


def _counts(offered: Offered, desk: Desk) -> bool:
    return offered.expires_at is None or offered.expires_at >= desk.now


def _tell(situation: Situation, desk: Desk, word: str, asked: str) -> list[NewNotice]:
    """Her settings are told to ring her."""
    person = situation.person
    if person is None or situation.device is not None:
        return []
    at = situation.address
    number = at.handle if at.handle.startswith("+") else ""
    if not number and situation.roll is not None:
        number = next(iter(situation.roll.telephones.get(person.id, ())), "")
    said = told(
        lines(person, word, is_text=not at.has_buttons, asked=asked, telephone=number),
        rung(situation.taken.address, person),
    )
    return [_to(situation, desk, each, said, when) for each, when in _those(situation, desk)]


def _back(situation: Situation, desk: Desk) -> list[NewNotice]:
    """They are told that she has messages again."""
    if situation.person is None or not _is_stopped(situation):
        return []
    said = Said("stopped.back", {"name": situation.person.name})
    return [_to(situation, desk, each, said, when) for each, when in _those(situation, desk)]


def _to(situation: Situation, desk: Desk, who: PersonId, said: Said, when: datetime) -> NewNotice:
    return replies.tell(situation, desk, who, said, not_before=when)


def _those(situation: Situation, desk: Desk) -> Sequence[tuple[PersonId, datetime]]:
    assert situation.person is not None
    return list(who_rings(situation.person.id, situation.circles.values(), desk.now, desk.zone).items())


def _settings(situation: Situation, desk: Desk) -> list[str]:
    """The names of her settings, where somebody there is told."""
    assert situation.person is not None
    me = situation.person.id
    if not _those(situation, desk):
        return []
    named = {
        setting: circle.name_of(setting)
        for circle in situation.circles.values()
        for setting in hers(me, circle, desk.now)
    }
    return list(dict.fromkeys(named.values()))


def _is_stopped(situation: Situation) -> bool:
    return situation.address.stopped_at is not None


def _word(command: Command) -> str:
    return command.rest or "stop"
