"""Sleeps: from when to when, for how long, how often a child woke, and where.

Knows nothing of whose sleep it is, nor of what was written before: an end alone, and "asleep now", are parts of a
sleep that :mod:`book.understanding.facts.joining` joins.
"""

from __future__ import annotations

import re
from dataclasses import replace

from book.facts import Amount, Doubtful, Kind, Sleep
from book.understanding.facts.joining import in_one_breath
from book.understanding.facts.said import Found, Said, pattern
from book.understanding.times_said import StretchSaid, TimeSaid

_LONGEST = 16 * 60
_ASLEEP = (
    r"(?:slept|sle+p(?:s|ing)?|asleep|nap(?:s|ped|ping)?|snooz(?:e|ed|ing)|kip(?:ped)?|doz(?:e|ed|ing)"
    r"|zonked(?: out)?"
    r"|zzz+|nod(?:ded)? off|spark(?:o| out))"
)
_WENT = (
    r"(?:(?:went|gone|going|put (?:him|her|them)?|goes|popped|got) (?:back )?(?:down|off|over|to sleep|to bed)"
    r"|down|(?:fell"
    r"|fast) asleep|asleep"
    r"|(?:dropped|nodded|drifted|dozed) off|(?:in )?bed(?:time)?|off to sleep|conked out|out cold|out like a light"
    r"|out for the count|dead to the world|crashed(?: out)?|flaked out"
    r"|settled|napped|slept)"
)
_WOKE = r"(?:(?:been |wide |were |is )?(?:up|awake)|woke(?: up)?|woken(?: up)?|wak(?:e|es|ing|ed)(?: up)?)"
_UNTIL = rf"{_ASLEEP}\b[^.!?\n\ue001\ue002]{{0,25}}?\b(?:til|till|until|to)"

_STRETCH = pattern("%stretch:stretch%")
_VERB = re.compile(rf"\b(?:{_ASLEEP}|{_WENT})\b")
_NOT_UNTIL = r"(?!(?:til|till|until|to)\b)"
_SHORT_LED = re.compile(r"(?<![a-z])(?:s|sl|n\d|nap\d?) ?:? ?$")
_SHORT = pattern(r"(?<![a-z])(?:s|sl|nap) ?: ?(?P<length>%length%)")
_ONLY = pattern(r"[^\w\ue000-\uf8ff]*(?:twins:? )?%stretch%[^\w\ue000-\uf8ff]*")
_WOKE_AFTER = pattern(
    r"\b(?:woke|awake|up|lasted) (?:again )?(?:after )?(?:only |just |about ){0,2}(?P<length>%length%)(?! ?"
    r"(?:early|late|ago|later))"
)
_OTHER_STRETCH = re.compile(
    r"\b(?:open|closed|session|hours|between|reply|in nursery|at nursery|work|works|parents evening|club|stay)\b"
)
_DOWN_AND_UP = pattern(
    rf"\b{_WENT}\b[^.!?\n\ue001\ue002]{{0,18}}?%about%%time:begins%[^.!?\n\ue001\ue002]{{0,25}}?"
    rf"\b(?:{_WOKE}|til|till|until)\b[^.!?\n\ue001\ue002]{{0,14}}?%about%%time:ends%"
)
_DOWN = pattern(rf"\b{_WENT}\b(?:{_NOT_UNTIL}[^.!?\n\ue001\ue002]){{0,24}}?%about%%time:at%")
_UP = pattern(rf"\b(?:{_WOKE}\b[^.!?\n\ue001\ue002]{{0,18}}?|{_UNTIL}) ?%about%%time:at%")
_FOR = pattern(
    rf"\b{_ASLEEP}\b(?:[^.!?\n\ue001\ue002\ue003,;]{{0,18}}?)(?P<length>%length%)(?! ?(?:to (?:settle|go|get|drop)"
    rf"|early|late|ago))"
)
_LONG = pattern(
    rf"(?P<length>%length%)(?: long| power| lunchtime| morning| afternoon| cat| good| little){{0,3}} ?-? ?{_ASLEEP}\b"
)
_HAD = pattern(
    r"\b(?:had|managed|got|did|having|only|just|another)\b(?: (?:only|just|about|a|around|approx|good|another"
    r"|quick)){0,3}"
    r" (?P<length>%length%)(?= ?(?:$|[,.!?;\n]|in\b|on\b|so\b|this\b|today|\ue004|at\b|after\b|before\b|x\b|and\b"
    r"|but\b))"
)
_NOT_ASLEEP = re.compile(
    r"\b(?:took|take|takes|settl\w*|awake|cr(?:y|ied|ying)|chatted|after|every|until|til|late|early|in|ago"
    r"|screamed|up|play\w*)\b"
)
_NONE = re.compile(
    rf"\b(?:didnt|did not|hasnt|has not|not|no|wouldnt|would not|refus(?:ed|ing)|skipped|missed|without|never|zero"
    rf"|havent)"
    rf"(?: (?:really|even|had|have|to|a|any|his|her|go|the|want|wanted|to)){{0,3}} ?{_ASLEEP}\b"
    r"(?! (?:much|well|great|good|very|thru|through|long|properly|too|til|till|until|yet|in (?:his|her)|at nan"
    r"|bag|suit))"
)
_AWAKE = re.compile(r"\b(?:awake|up|cr(?:ied|ying)|screaming|playing|chatting)(?: again)?(?: from| between)? $")
_NO_NAP = re.compile(
    r"\b(?:nap|sleep)s? ?(?::|-|was|is|were)? ?(?:a )?(?:no go|refused|didnt happen|not happening|none|0|nil"
    r"|skipped|missed)\b"
)
_NOT_WOKEN = re.compile(
    r"\b(?:pick\w*|pik\w*|walk\w*|wak\w*|get\w*|set|catch\w*|tid\w*|meet\w*|lin\w*|warm\w*|open\w*|turn\w*)"
    r"(?: (?:him|her|them|\0\w+))? $|\b(?:him|her|them) $"
)
_OFTEN = re.compile(r"\b(?:once|twice|times?|\dx|x ?\d)\b")
_TIMES = pattern(
    r"(?P<nights>\b(?:one|1)) (?:wake|waking)\b|"
    r"\b(?:woke(?: up)?|woken(?: up)?|wak(?:e|es|ing|ed)(?: up)?|up|awake|stirred)\b (?:(?:in the night|at night|about"
    r"|around|only|approx) )?"
    r"(?:(?P<n>%n%) ?(?:x|times?)\b|x ?(?P<x>\d{1,2})\b|(?P<word>twice|once)\b)"
    r"|\b(?P<count>%n%) (?:night )?(?:wakings?|wake ?ups?|wakeups?)\b"
)
_WHERE = re.compile(
    r"\b(?:in|on) (?:the |his |her |my |a )?(?P<where>buggy|pram|pushchair|car(?: seat)?|cot|travel cot|(?:own "
    r"|big )?bed|sling"
    r"|carrier|arms|lap|sofa|garden|(?:cosy|cozy|book|quiet|sleep|baby) (?:corner|area|room)|moses basket|bouncer"
    r"|swing"
    r"|tent|(?:my |nans )?chest|coracle|sleep mat|mat)\b"
)
_DOWN_NOW = pattern(
    r"[^\w\0\ue000-\uf8ff]*(?:%name%s? |(?:he|she|hes|shes|lo|baby) )?(?:(?:is|has|just|now|s|finally|gone|went"
    r"|both|fast|sound) ){0,3}"
    r"(?:down|asleep|napping|sleeping|nodded off|dropped off|off to sleep|fallen asleep|out for the count)"
    r"(?: (?:now|again|at last|finally|yay|for (?:a |his |her )?(?:nap|sleep)|in (?:the|his|her) \w+)){0,3}(?: "
    r"x)*[^\w\ue000-\uf8ff]*"
)
_UP_NOW = pattern(
    r"[^\w\0\ue000-\uf8ff]*(?:%name%s? |(?:he|she|hes|shes|lo|baby) )?(?:(?:is|has|just|now|s|both) ){0,3}"
    r"(?:up|awake|woken(?: up)?|woke(?: up)?|waking(?: up)?|stirring)"
    r"(?: (?:now|again|already|happy|from (?:a |his |her )?(?:nap|sleep))){0,3}(?: x)*[^\w\ue000-\uf8ff]*"
)


def read(said: Said) -> None:
    """Find every sleep that the message tells of."""
    if _now(said):
        return
    known = len(said.facts)
    if said.has_stretch or said.has_time:
        _from_to(said)
    if said.has_time:
        _from_or_to(said)
    if said.has_length:
        _how_long(said)
    _how_often(said)
    _none(said)
    _join(said, known)


def _join(said: Said, known: int) -> None:
    """What is told of one sleep in several breaths is one fact, its words from the first to the last."""
    found = sorted(said.facts[known:], key=lambda each: each.start)
    whole: list[Found] = []
    for each in found:
        last = whole[-1] if whole else None
        if last is not None and isinstance(last.fact, Sleep) and isinstance(each.fact, Sleep):
            both = in_one_breath(last.fact, each.fact)
            if both is not None:
                words = said.text[last.start : each.end]
                whole[-1] = Found(replace(both, words=words), last.start, each.end)
                continue
        whole.append(each)
    said.facts[known:] = whole


def _now(said: Said) -> bool:
    """ "Leo down", "leo up": at the moment of writing."""
    if len(said.marked) > 60:
        return False
    at = said.clock.written.replace(second=0, microsecond=0)
    if _DOWN_NOW.fullmatch(said.marked):
        said.add(Sleep(begins=at), 0, len(said.marked))
        return True
    if _UP_NOW.fullmatch(said.marked):
        said.add(Sleep(ends=at), 0, len(said.marked))
        return True
    return False


def _from_to(said: Said) -> None:
    for found in said.free(_STRETCH):
        start, end = said.sentence(found.start())
        verbs = list(_VERB.finditer(said.marked, start, found.start()))
        if said.is_planned(found.start()) or _OTHER_STRETCH.search(said.marked, start, end):
            continue
        if _AWAKE.search(said.before(found.start(), 30)):
            continue
        sleeps = bool(verbs) or _SHORT_LED.search(said.before(found.start(), 6)) is not None
        if not sleeps and not _ONLY.fullmatch(said.marked) and not said.is_about_sleep:
            continue
        stretch = said.behind(found["stretch"])
        assert isinstance(stretch, StretchSaid)
        # Of "slept 9-10 and 12-1" the second stretch begins its own words.
        first = max((verb.start() for verb in verbs if not said.is_taken(verb.start())), default=found.start())
        slept = said.slept(stretch, found.start(), found.end())
        if slept is None:
            continue
        _add(said, first, found.end(), slept[0], slept[1])
    for found in said.free(_DOWN_AND_UP):
        begins, ends = said.behind(found["begins"]), said.behind(found["ends"])
        assert isinstance(begins, TimeSaid)
        assert isinstance(ends, TimeSaid)
        if said.is_planned(found.start()) or said.is_taken(found.start("begins")):
            continue
        slept = said.slept(StretchSaid(begins, ends), found.start(), found.end())
        if slept is not None:
            _add(said, found.start(), found.end(), slept[0], slept[1])
        else:
            said.taken.append(found.span())


def _add(said: Said, start: int, end: int, begins: object, ends: object) -> None:
    where, last = _place(said, start, end)
    said.add(Sleep(begins=begins, ends=ends, where=where), start, last)  # type: ignore[arg-type]


def _from_or_to(said: Said) -> None:
    for found in said.free(_DOWN):
        if said.is_planned(found.start()) or said.is_taken(found.start("at")):
            continue
        night = said.clock.is_early or "bed" in found.group()
        at = said.past(found, "at", Kind.SLEEP, night=night)
        if at is not None:
            where, last = _place(said, *found.span())
            said.add(Sleep(begins=at, where=where), found.start(), last)
    for found in said.free(_UP):
        if said.is_planned(found.start()) or said.is_taken(found.start("at")):
            continue
        if _NOT_WOKEN.search(said.before(found.start(), 20)):
            continue
        if _OFTEN.search(said.marked, found.start(), found.start("at")):
            continue  # "woke once around 1": he slept on
        at = said.past(found, "at", Kind.SLEEP, night=True)
        if at is not None:
            said.add(Sleep(ends=at), *found.span())


def _how_long(said: Said) -> None:
    for sentence in (_FOR, _LONG, _WOKE_AFTER, _SHORT, _HAD):
        for found in said.free(sentence):
            start, end = said.sentence(found.start())
            between = said.marked[found.start() : found.start("length")]
            if (
                said.is_planned(found.start())
                or said.is_taken(found.start("length"))
                or (sentence in (_FOR, _HAD) and _NOT_ASLEEP.search(between))
                or (
                    sentence is _HAD
                    and not re.search(rf"\b{_ASLEEP}\b", said.marked[start:end])
                    and not _place(said, start, end)[0]
                    and not said.is_only_about_sleep
                )
            ):
                continue
            minutes = said.minutes(found["length"])
            if not 0 < minutes <= _LONGEST:
                said.doubt(Doubtful.IMPOSSIBLE, Kind.SLEEP, *found.span())
                continue
            where, last = _place(said, *found.span())
            said.add(Sleep(minutes=minutes, where=where), found.start(), last)


def _how_often(said: Said) -> None:
    for found in said.free(_TIMES):
        counted = (
            found["n"]
            or ("1" if found["nights"] else "")
            or found["x"]
            or found["count"]
            or {"twice": "2", "once": "1"}.get(found["word"] or "", "")
        )
        wakings = said.number(counted)
        if wakings is not None and wakings == int(wakings) and wakings < 30 and not said.is_planned(found.start()):
            said.add(Sleep(wakings=int(wakings)), *found.span())


def _none(said: Said) -> None:
    for found in (*said.free(_NONE), *said.free(_NO_NAP)):
        if not said.is_planned(found.start()):
            said.add(Sleep(amount=Amount.NONE), *found.span())


def _place(said: Said, start: int, end: int) -> tuple[str | None, int]:
    """Where the child slept, said in the same sentence, and where the words about it end."""
    first, last = said.sentence(start)
    found = _WHERE.search(said.marked, first, last)
    if found is None:
        return None, end
    written = said.as_written(*found.span("where")).lower()
    return written, found.end() if 0 <= found.start() - end <= 3 else end
