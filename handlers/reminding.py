"""Reminders in words: for oneself, somebody, a circle, a room or a setting, as one's role allows; listed, moved, ended.

A parent reminds herself and those who work with her child. Staff remind the family and colleagues around a child of
theirs, a room's or the setting's families whoever runs it. What is for several families names no child. Whom it reaches
is looked at when it falls due, and again when it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from book.calendar import WEEKDAYS as USUAL_WEEK
from book.calendar import Calendar, open_days_before
from book.ids import ChildId, PersonId, RoomId, SettingId
from book.notices import Choice, Offer, Said
from book.people import STAFF, Circle, Membership, Role
from book.reasons import Reason
from book.reminders import EveryHalfTerm, EveryTerm, For, Once, Purpose, Recurrence, TooLate, dues
from book.timing import spoken_day
from book.understanding import reminding
from book.understanding.commands import Command, CommandWord
from book.understanding.lexicon import fold
from book.understanding.names import mentions_in, words_of
from book.understanding.reminding import When, Wish
from book.wording.values import moment, one_line, sentence
from handlers import echo, replies
from handlers.desk import Desk
from handlers.filing_a_note import named_children
from handlers.running import what_she_runs
from handlers.stating import civil
from storage import conversations
from storage.audit import Deed
from storage.conversations import Asked, Offered
from storage.filing import Filing
from storage.rules import Rule, RuleChange, RuleDone
from storage.situations import Situation
from storage.vault import Owner

ECHO, WHEN = conversations.ECHO_OF_REMINDER, conversations.REMIND_WHEN
_COUNTS_FOR = timedelta(minutes=15)
_MOST_LISTED = 12
_PARENT_AT, _STAFF_AT = time(7), time(7, 30)
# Weeks before the half-term or the term is over.
_SPOKEN_OF_AGAIN = (3, 1)
_REVIEWED = frozenset({"review", "reviewed", "plan", "plans", "ehcp", "ehc", "support"})
_EVERYONE = (
    "everyone", "everybody", "all parents", "all the parents", "all families", "the parents", "parents", "families",
    "all the families",
)  # fmt: skip
_ALL_STAFF = ("staff", "all staff", "the staff", "the team", "team")
_SHUT = frozenset({"closed", "shut", "closing"})


def may_be_every(text: str) -> bool:
    """Whether it may be a reminder that begins with "every"."""
    return reminding.may_be(text)


def may_be(text: str, command: Command | None) -> bool:
    """Whether it may be a reminder, by a word of command or without one."""
    return (command is not None and command.word is CommandWord.REMIND) or reminding.may_be(text)


def take(situation: Situation, desk: Desk) -> tuple[Filing, ...] | None:
    """ "Every Tuesday PE kit"; None where it tells of something."""
    wish = _read(situation.taken.incoming.text, situation, desk)
    return None if wish is None else (_wished(wish, situation, desk, situation.taken.incoming.text),)


def remind(situation: Situation, desk: Desk, command: Command) -> tuple[Filing, ...]:
    """ "Remind …": the list, or a new one."""
    if not command.rest:
        return (_listed(situation, desk),)
    text = situation.taken.incoming.text
    wish = _read(text, situation, desk)
    if wish is None:
        return (replies.said(situation, desk, "reminder.whom"),)
    return (_wished(wish, situation, desk, text),)


def _read(text: str, situation: Situation, desk: Desk) -> Wish | None:
    return reminding.read(text, _whoms(situation, desk), civil(desk, desk.now))


# --- whom -----------------------------------------------------------------------------------------------------------


def _whoms(situation: Situation, desk: Desk) -> dict[str, str]:
    """By what names she may mean somebody, each with what the rule is for: kind, child, setting, room, person."""
    assert situation.person is not None
    me = situation.person.id
    found: dict[str, str] = {}
    runs = what_she_runs(situation, desk)
    if runs is not None:
        for name in _EVERYONE:
            found[name] = _key(For.SETTING, setting=runs.setting)
        for name in _ALL_STAFF:
            found[name] = _key(For.STAFF, setting=runs.setting)
    for child, circle in situation.circles.items():
        line = circle.membership(me, desk.now)
        if line is None:
            continue
        for each in circle.once_each(desk.now):
            if each.person.id != me and _may_be_reminded(each, line):
                key = _key(For.PERSON, child=child, setting=line.setting, person=each.person.id)
                found.setdefault(each.person.name.lower(), key)
                if each.role is Role.PARENT:
                    for parent in ("mum", "dad", "parent"):
                        found.setdefault(f"{circle.child.name.lower()}'s {parent}", key)
        if line.role in STAFF:
            _of_child(found, child, circle, line)
    return found


def _of_child(found: dict[str, str], child: ChildId, circle: Circle, line: Membership) -> None:
    name = circle.child.name.lower()
    family = _key(For.FAMILY, child=child, setting=line.setting)
    for each in (f"{name}'s family", f"{name}'s parents", f"{name}s family", f"{name}s parents"):
        found[each] = family
    everybody = _key(For.CIRCLE, child=child, setting=line.setting)
    for each in (f"{name}'s circle", f"everyone around {name}", f"everybody around {name}"):
        found[each] = everybody
    room = circle.rooms.get(line.setting) if line.setting is not None else None
    if room is not None:
        of_room = _key(For.ROOM, setting=line.setting, room=room.id)
        for each in (f"{room.name.lower()} room", f"everyone in {room.name.lower()}", room.name.lower()):
            found[each] = of_room


def _may_be_reminded(each: Membership, me: Membership) -> bool:
    """A parent reminds whoever works with the child; staff her parents and their own colleagues."""
    if me.role is Role.PARENT:
        return each.role in STAFF
    return me.role in STAFF and (each.role is Role.PARENT or (each.role in STAFF and each.setting == me.setting))


def _key(
    kind: For,
    *,
    child: int | None = None,
    setting: int | None = None,
    room: int | None = None,
    person: int | None = None,
) -> str:
    return " ".join([kind.value, *(str(each or 0) for each in (child, setting, room, person))])


# --- a new one ------------------------------------------------------------------------------------------------------


def _wished(wish: Wish, situation: Situation, desk: Desk, text: str, meant: date | None = None) -> Filing:
    """What is wished, made or asked about; ``meant`` is the day that was chosen where it left a doubt."""
    if not wish.what:
        return replies.said(situation, desk, "reminder.what")
    if wish.whom != reminding.ME and _names_a_child(wish, situation, desk):
        return replies.said(situation, desk, "reminder.names_child")
    when = wish.when if meant is None else replace(wish.when, recurrence=Once(meant), between=None)
    if when.is_doubtful:
        return replies.said(situation, desk, "reminder.which_day")
    if when.between is not None:
        return _ask_day(situation, desk, "reminder.which_of_two", when.between, text)
    if not when.is_said:
        return _ask_when(situation, desk, {"text": text})
    if meant is None and (days := _before_it(wish, situation, desk)) is not None:
        return _ask_day(situation, desk, "reminder.day_or_before", days, text)
    if wish.whom != reminding.ME and echo.is_needed(situation):
        pending = {"text": text, "day": "" if meant is None else meant.isoformat()}
        return echo.ask(situation, desk, ECHO, "echo.do", {}, pending=pending)
    return _made(wish, when, situation, desk)


def _before_it(wish: Wish, situation: Situation, desk: Desk) -> tuple[date, date] | None:
    """ "Remind everyone on the 14th we're closed": on that morning nobody can do anything about it any more."""
    kind, setting = wish.whom.partition(" ")[0], _numbers(wish.whom)[1]
    if kind not in (For.SETTING, For.ROOM, For.FAMILY) or not isinstance(wish.when.recurrence, Once):
        return None
    if not _SHUT & {fold(each) for each in wish.what.split()}:
        return None
    day = wish.when.recurrence.day
    before = open_days_before(_calendar(situation, setting) or USUAL_WEEK, day, 1)
    return None if before is None or before <= desk.today else (before, day)


def _names_a_child(wish: Wish, situation: Situation, desk: Desk) -> bool:
    """Whether it names a child whom not everybody who hears it is around."""
    kind, about = wish.whom.partition(" ")[0], _numbers(wish.whom)[0]
    if kind == For.STAFF:
        return False
    named = [each for each in mentions_in(words_of(wish.what), named_children(situation, desk)) if each.sure]
    others = {fold(name) for child in situation.beside.values() for name in child.names}
    strange = others & {fold(each) for each in wish.what.replace("'s", "").split()}
    return any(about not in each.children for each in named) or bool(strange)


def _ask_day(situation: Situation, desk: Desk, key: str, days: tuple[date, date], text: str) -> Filing:
    assert situation.person is not None
    choices = tuple(Choice(Offer.REMIND_DAY, situation.taken.id, each.isoformat(), spoken_day(each)) for each in days)
    asked = Asked(WHEN, situation.taken.id, situation.person.id, desk.now + _COUNTS_FOR, {"text": text})
    filing = replies.said(situation, desk, key, choices=choices)
    return replace(filing, conversation=replace(situation.conversation, asked=asked))


def _ask_when(situation: Situation, desk: Desk, kept: Mapping[str, str]) -> Filing:
    assert situation.person is not None
    asked = Asked(WHEN, situation.taken.id, situation.person.id, desk.now + _COUNTS_FOR, kept)
    filing = replies.said(situation, desk, "reminder.when")
    return replace(filing, conversation=replace(situation.conversation, asked=asked))


def day(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of the two days was meant."""
    asked = situation.conversation.asked_now(desk.now)
    if asked is None or asked.name != WHEN or asked.subject != offered.choice.subject or "text" not in asked.values:
        return (replies.said(situation, desk, "press.done"),)
    over = replace(situation, conversation=replace(situation.conversation, asked=None))
    wish = _read(asked.values["text"], over, desk)
    if wish is None:
        return (replies.said(over, desk, "press.done"),)
    filing = _wished(wish, over, desk, asked.values["text"], date.fromisoformat(offered.choice.value))
    return (replace(filing, conversation=filing.conversation or over.conversation),)


def answered(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The when that was missing, or the new one of a reminder that is moved; None for anything else: a note."""
    when = reminding.read_when(situation.taken.incoming.text, civil(desk, desk.now))
    if when is None:
        return None
    over = replace(situation, conversation=replace(situation.conversation, asked=None))
    if when.recurrence is None:
        return (replies.said(situation, desk, "reminder.which_day"),)
    if "rule" in asked.values:
        filing = _moved(over, desk, int(asked.values["rule"]), when)
        return (replace(filing, conversation=over.conversation),)
    wish = _read(asked.values["text"], over, desk)
    if wish is None:
        return None
    # One day that was said for another of two is that day; a when that was missing is this one.
    filing = _wished(replace(wish, when=when), over, desk, f"{asked.values['text']} {situation.taken.incoming.text}")
    return (replace(filing, conversation=filing.conversation or over.conversation),)


def echoed(situation: Situation, desk: Desk, asked: Asked) -> tuple[Filing, ...] | None:
    """The figures came back from an address of weak proof."""
    wish = _read(asked.values["text"], situation, desk)
    if wish is None:
        return None
    chosen = asked.values["day"]
    when = wish.when if not chosen else replace(wish.when, recurrence=Once(date.fromisoformat(chosen)), between=None)
    return (_made(wish, when, situation, desk),) if when.recurrence is not None else None


def _made(wish: Wish, when: When, situation: Situation, desk: Desk) -> Filing:
    assert situation.person is not None
    assert when.recurrence is not None
    me = situation.person.id
    kind = For.ME if wish.whom == reminding.ME else For(wish.whom.partition(" ")[0])
    child, setting, room, person = (None, _own_setting(situation, desk), None, None) if kind is For.ME else _numbers(
        wish.whom
    )  # fmt: skip
    at = when.at or _usual_at(situation, desk)
    recurrence, is_review = _as_review(wish, when.recurrence)
    next_at = _next(recurrence, at, _calendar(situation, setting), desk)
    if next_at is None and isinstance(when.recurrence, Once):
        return replies.said(situation, desk, "reminder.past")
    rule = Rule(
        desk.ids.new(),
        me,
        kind,
        recurrence,
        at,
        desk.zone.key,
        wish.what[:400],
        next_at,
        TooLate.NEXT if is_review else TooLate.DAY,
        Purpose.REVIEW if is_review else Purpose.SAID,
        hearer=None if person is None else PersonId(person),
        child=None if child is None else ChildId(child),
        setting=None if setting is None else SettingId(setting),
        room=None if room is None else RoomId(room),
    )
    if next_at is None:
        answer = replies.said(situation, desk, "reminder.no_terms")
    else:
        choice = Choice(Offer.REMIND_DROP, rule.id)
        again = not isinstance(rule.recurrence, Once)
        if kind is For.ME:
            key = "reminder.made.me.again" if again else "reminder.made.me"
        else:
            key = "reminder.made.again" if again else "reminder.made"
        values = {"who": _shown_whom(rule, situation, desk), **_shown(rule, next_at)}
        answer = replies.said(situation, desk, key, values, choices=(choice,))
    deeds = () if kind is For.ME else (Deed("reminder", me, Owner.person(me), rule.id, {"for": kind.value}),)
    return replace(answer, rules=(rule,), deeds=deeds)


def _as_review(wish: Wish, recurrence: Recurrence) -> tuple[Recurrence, bool]:
    """A plan that is reviewed every half-term or term is spoken of again until somebody says that it was reviewed."""
    if not _REVIEWED & {fold(each) for each in wish.what.split()}:
        return recurrence, False
    match recurrence:
        case EveryHalfTerm(0, ()):
            return EveryHalfTerm(0, _SPOKEN_OF_AGAIN), True
        case EveryTerm(0, ()):
            return EveryTerm(0, _SPOKEN_OF_AGAIN), True
        case _:
            return recurrence, False


def _numbers(key: str) -> tuple[int | None, int | None, int | None, int | None]:
    child, setting, room, person = (int(each) or None for each in key.split()[1:] or "0000")
    return child, setting, room, person


def _own_setting(situation: Situation, desk: Desk) -> int | None:
    """By whose calendar her terms and open days are counted."""
    assert situation.person is not None
    posts = [each.setting for each in situation.posts if each.is_live(desk.now)]
    lines = [circle.membership(situation.person.id, desk.now) for circle in situation.circles.values()]
    return next(iter([*posts, *(each.setting for each in lines if each is not None)]), None)


def _calendar(situation: Situation, setting: int | None) -> Calendar | None:
    found = situation.open_when.get(SettingId(setting)) if setting is not None else None
    return None if found is None else found[1]


def _usual_at(situation: Situation, desk: Desk) -> time:
    assert situation.person is not None
    lines = [circle.membership(situation.person.id, desk.now) for circle in situation.circles.values()]
    works = bool(situation.posts) or any(each is not None and each.role in STAFF for each in lines)
    return _STAFF_AT if works else _PARENT_AT


def _next(recurrence: Recurrence, at: time, calendar: Calendar | None, desk: Desk) -> datetime | None:
    coming = dues(recurrence, at, desk.zone, TooLate.DAY, calendar, since=desk.now)
    return next((each.at for each in coming if each.at > desk.now), None)


# --- the list -------------------------------------------------------------------------------------------------------


def _listed(situation: Situation, desk: Desk) -> Filing:
    found = [each for each in situation.reminders if each.next_at is not None or not isinstance(each.recurrence, Once)]
    if not found:
        return replies.said(situation, desk, "reminder.none")
    lines = tuple(_line(each, situation, desk) for each in found[:_MOST_LISTED])
    choices = tuple(Choice(Offer.REMIND_SHOW, each.id, "", one_line(each.words)[:20]) for each in found[:_MOST_LISTED])
    said = replies.say(situation, desk, Said("reminder.list", {}, choices, lines=lines))
    return replace(replies.skip(situation, Reason.ANSWERED), notices=(said,))


def _line(rule: Rule, situation: Situation, desk: Desk) -> tuple[str, dict[str, str]]:
    who = _shown_whom(rule, situation, desk)
    if rule.paused:
        return "reminder.line.paused", {"words": rule.words, "who": who}
    if rule.next_at is None:
        return "reminder.line.unknown", {"words": rule.words, "who": who}
    key = "reminder.line.repeats" if not isinstance(rule.recurrence, Once) else "reminder.line"
    return key, {"who": who, **_shown(rule, rule.next_at)}


def _shown(rule: Rule, at: datetime) -> dict[str, str]:
    return {"words": one_line(rule.words), "when": moment(at)}


def _shown_whom(rule: Rule, situation: Situation, desk: Desk) -> str:
    circle = situation.circles.get(rule.child) if rule.child is not None else None
    person = circle.person(rule.hearer) if circle is not None and rule.hearer is not None else None
    return person.name if person is not None else sentence(f"reminder.who.{rule.for_whom}")


def _mine(situation: Situation, offered: Offered) -> Rule | None:
    return next((each for each in situation.reminders if each.id == offered.choice.subject), None)


def show(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """One of the list, and what may be done with it."""
    rule = _mine(situation, offered)
    if rule is None:
        return (replies.said(situation, desk, "press.done"),)
    still = Choice(Offer.REMIND_GO_ON if rule.paused else Offer.REMIND_PAUSE, rule.id)
    choices = (Choice(Offer.REMIND_MOVE, rule.id), still, Choice(Offer.REMIND_DROP, rule.id))
    key, values = _line(rule, situation, desk)
    said = replies.say(situation, desk, Said(key, values, choices))
    return (replace(replies.skip(situation, Reason.ANSWERED), notices=(said,)),)


def pause(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """Nothing of it until she says so."""
    return _changed(situation, desk, offered, "reminder.paused", paused=True)


def go_on(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """On again: what would have come meanwhile does not."""
    return _changed(situation, desk, offered, "reminder.goes_on", paused=False)


def drop(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """It is taken back, and nothing more of it comes."""
    rule = _mine(situation, offered)
    if rule is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    answer = replies.said(situation, desk, "reminder.gone")
    return (replace(answer, rule_changes=(RuleChange(rule.id, situation.person.id, ends=True),)),)


def done(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """[Reviewed]: nobody is reminded of it any more until it comes round again."""
    if situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    finished = RuleDone(offered.choice.subject, offered.choice.value, situation.person.id)
    answer = replies.said(situation, desk, "reminder.reviewed")
    deed = Deed("reviewed", situation.person.id, Owner.person(situation.person.id), offered.choice.subject)
    return (replace(answer, rules_done=(finished,), deeds=(deed,)),)


def _changed(situation: Situation, desk: Desk, offered: Offered, key: str, *, paused: bool) -> tuple[Filing, ...]:
    rule = _mine(situation, offered)
    if rule is None or situation.person is None:
        return (replies.said(situation, desk, "press.done"),)
    next_at = _next(rule.recurrence, rule.at, _calendar(situation, rule.setting), desk)
    if next_at is None and isinstance(rule.recurrence, Once):
        return (replies.said(situation, desk, "reminder.past"),)
    change = RuleChange(rule.id, situation.person.id, next_at=next_at, paused=paused)
    return (replace(replies.said(situation, desk, key), rule_changes=(change,)),)


def move(situation: Situation, desk: Desk, offered: Offered) -> tuple[Filing, ...]:
    """To when? is asked."""
    rule = _mine(situation, offered)
    if rule is None:
        return (replies.said(situation, desk, "press.done"),)
    return (_ask_when(situation, desk, {"rule": str(rule.id)}),)


def _moved(situation: Situation, desk: Desk, number: int, when: When) -> Filing:
    rule = next((each for each in situation.reminders if each.id == number), None)
    if rule is None or when.recurrence is None or situation.person is None:
        return replies.said(situation, desk, "press.done")
    at = when.at or rule.at
    next_at = _next(when.recurrence, at, _calendar(situation, rule.setting), desk)
    if next_at is None:
        return replies.said(situation, desk, "reminder.past")
    change = RuleChange(rule.id, situation.person.id, when.recurrence, at, next_at)
    moved = replace(rule, recurrence=when.recurrence, at=at)
    values = {"who": _shown_whom(rule, situation, desk), **_shown(moved, next_at)}
    return replace(replies.said(situation, desk, "reminder.moved", values), rule_changes=(change,))
