"""Absence and lateness: which day, until when, and why. Knows no timetable: what changes one is read elsewhere."""

from __future__ import annotations

import re
from datetime import date, datetime

from book.facts import Absence, Doubtful, Kind, Lateness
from book.understanding.days_said import UnsureDay
from book.understanding.facts.said import Said, pattern
from book.understanding.times_said import TimeSaid

_NOT_IN = (
    r"(?:not|wont|isnt|will not|cant|cannot|not going to|not gonna|arent)(?: be)?(?: coming| going)?"
    r"(?: to)?"
    r" (?:be |b )?(?:in|at nursery|at school|coming|attending|well enough (?:for|to)|able to (?:come|make it)"
    r"|make it|there|with you|nursery)"
)
_ABSENT = pattern(
    rf"\b{_NOT_IN}\b(?! (?:yet|the (?:mood|bag)|his bag|her bag|himself|herself))"
    r"|\b(?:is|are|were|be|been|shes|hes|staying|%name%|(?:keep(?:s|ing?)?|kept|having)"
    r" (?:%name%|him|im|her|them|both|all)) off"
    r"(?= ?(?:sick|ill|poorly|nursery|school|with|today|from|\ue004|til|till|until|again|this (?:week|am|pm|morning)"
    r"|for (?:the|a|\ue003)|$|[.;!\n]))"
    r"|\b(?:we|he|she|they|%name%) not come\b"
    r"|\boff (?:sick|ill|poorly|nursery|school|til|till|until)\b|^\W*off (?:today|\ue004)"
    r"|\bno (?:nursery|pre ?school|school|session|playgroup|childminder|%name%)(?: for (?:%name%|him|her"
    r"|us))?(?= ?(?:%day%|this|today|for|$|[.,!;\n]|cos|as))"
    r"|\b(?:stay(?:s|ing?)?(?: in)?|keep(?:s|ing?)? (?:%name%|him|im|her|them)|kept (?:%name%|him|her)|remain(?:s"
    r"|ing)?)(?: at)? home\b"
    r"|\b(?:at home|home) (?:today|tomorrow|\ue004)"
    r"|(?:^\W*|\b(?:we|were|he|she|hes|shes|they|theyre|%name%) (?:(?:is|are|will be) )?)"
    r"away (?:%day%|this week|next week|on holiday|for)|\bon holiday (?:%day%|this|next|from|til|until)"
    r"|\b(?:is |be |shes |hes )?(?:with|at) (?:his|her|their) (?:dad|mum|nan|gran|grandma|grandparent)s?"
    r"(?= (?:today|tomorrow|til|till|until|this|all|for|\ue004))"
    r"|\babsent\b|\b(?:having|has|have) (?:a|the) (?:day|week) off\b"
    r"|\b(?:nie (?:przyjdzie|bedzie)|zostaje w domu|nu (?:vine|poate veni)|ramane acasa)\b"
)
_LATE_BY = pattern(r"(?<![\d.])(?:(?P<length>%length%)|(?P<n>\d{1,2})(?: ?mins?)?)(?: or so| ish)? (?:late|behind)\b")
_LATE = pattern(
    r"\b(?:running|be|bit|little|in|coming|come|arriv\w+|today|again|sorry|is|are|were|im|slightly|very"
    r"|v)(?: (?:a|bit|in|a bit|little|very|really|slightly)){0,3} late\b"
    r"(?! (?:night|nap|lunch|tea|bed|nite|last|to bed|to sleep|morning|breakfast))|\blate (?:in|today|start|drop"
    r"|this morning|again|sorry|\ue004)|^\W*late(?= ?(?:$|[.,!]|sorry|again|today|this|\ue004))"
)
_IN_AT = pattern(
    r"(?:\b(?:in|there|with you|arriv\w+|here|drop(?:ping)? (?:%name%|him|her|them)(?: off)?|drop(?:ping)? off"
    r"|bring(?:ing)? (?:%name%|him|her|them)(?: in)?|coming(?: in)?|not in|not be in|be in)\b)"
    r"(?: (?:today|a bit|later|late|tomorrow|until|til|till|before|nearer|more like|by|for|at|about|around"
    r"|%day%)[, ]{0,2}){0,4} ?(?P<at>%time%)"
)
_LATER_ON = re.compile(
    r"\b(?:late|later|til|till|until|dentist|appointment|appt|doctors?|gp|after|not|jabs|traffic|about|around"
    r"|drop\w*|bring\w*|hospital)\b"
)
_COLLECTS = re.compile(r"\b(?:pick\w*|collect\w*|fetch\w*)\b")
_DAYS_ON = pattern(r"%day% ?(?:to|til|till|until|-|and|&) ?(?P<last>%day%)")
_UNTIL_DAY = pattern(
    r"\b(?:til|till|until|untill|back(?: in)?(?: on)?|return\w*(?: on)?)(?: (?:at least|on|the))? (?P<day>%day%)"
)
_DAY = pattern("(?P<day>%day%)")
_THIS = re.compile(r"\bthis (?:morning|afternoon|am|pm)\b|\bdzis(?:iaj)?\b|\bazi\b")
_BECAUSE = re.compile(
    r"(?:\b(?:cos|coz|cus|because|bc|due to|as (?:he|she|they|we|its|i)(?:s| is| has| are| have| ve)?|with|(?:he"
    r"|she|they|we)s? (?:has|have|got|is|are)(?: got)?"
    r"|(?:he|she)s(?: got)?|got)\s)(?P<why>[^.!?\n;\ue001-\ue004]{3,60}?)(?= ?(?:$|[.!?\n;,(]|\ue004|\ue001|x+ ?$"
    r"|sorry|thanks|pls|please|so\b|until|till|til\b|today))"
)
_WHY = re.compile(
    r"\b(?:(?:a |high |bit of a )?(?:chicken ?pox|temp(?:erature)?|fever|sickness(?: bug)?|sick|vomit\w*"
    r"|throwing up|d ?and ?v|diarrho\w+|poorly|unwell|not well"
    r"|conjunctivitis|hand foot and mouth|tummy bug|stomach bug|bug|norovirus|ear infection|scarlet fever|cold"
    r"|cough|flu|covid|croup|holiday|hols|dentist|doctors?|gp"
    r"|hospital|appointment|appt|opticians?|hearing test|wedding|funeral|family day|jabs|goraczk[ae]|chory|chora"
    r"|gorączk\w|febra|ill)"
    r"(?: (?:appointment|appt|bug|visit))?"
    r"|at (?:his|her|their) (?:dads?|mums?|nans?|grans?|grandparents|grandmas?)|traffic(?: on [a-z0-9]+)?"
    r"|overslept|slept in|car (?:wont start|broke\w*|trouble)|trains?|bus(?:es)?|accident on [a-z0-9]+"
    r"|road ?works)\b"
)


def read(said: Said) -> None:
    """Find on which days a child does not come, or comes late."""
    late = _late(said)
    for found in said.free(_ABSENT):
        start, end = said.sentence(found.start())
        before = said.before(found.start(), 30)
        if _GROWN_UP.search(before) or (_IS_OFF.match(found.group()) and not _OF_A_CHILD.search(before)):
            continue
        if _is_asked(said, end) or _UNTIL_TIME.search(said.marked, found.end(), end):
            continue
        if late and found.start() < late:
            continue
        until, last = _until(said, start, end)
        day, day_end = _day(said, max(start, found.start() - 40), min(end, found.end() + 30), Kind.ABSENCE)
        if until is None and (days := _DAYS_ON.search(said.marked, start, end)) is not None:
            until, last = _last_day(said, days)
        reason, why_end = _reason(said, found.end())
        said.add(
            Absence(day=day, until=until, reason=reason),
            found.start(),
            max(found.end(), last, day_end, why_end),
        )
        return


_IS_OFF = re.compile(r"(?:is|are|be|been|were) ")
_OF_A_CHILD = re.compile(
    r"(?:^|[.,;!\n(]|\b(?:he|she|they|we|both|all|lo|baby|son|daughter|boy|girl|twins|one|will|ll|to|has|have|had"
    r"|so|and)|\0\w+)"
    r"(?:'?s)? ?$"
)
_GROWN_UP = re.compile(
    r"\b(?:i|im|ive|we both|mum|mummy|mam|dad|daddy|nan|nana|gran|grandad|husband|wife|partner|auntie|uncle)"
    r"(?:'?s)?(?: is| has been| will be)? $"
)
_UNTIL_TIME = pattern(r"\b(?:til|till|until|before) (?:about |around )?%time%")


def _late(said: Said) -> int:
    for sentence in (_LATE_BY, _LATE, _WITH_YOU, _IN_AT):
        for found in said.free(sentence):
            start, end = said.sentence(found.start())
            if _is_asked(said, end):
                continue
            if sentence is _IN_AT and (
                not _LATER_ON.search(said.marked, start, end) or _COLLECTS.search(said.marked, start, found.end())
            ):
                continue
            minutes = None
            if sentence in (_LATE_BY, _WITH_YOU) and (found["length"] or found["n"]):
                minutes = said.minutes(found["length"]) if found["length"] else int(found["n"])
            day, day_end = _day(said, start, end, Kind.LATENESS)
            at, at_end = _arrives(said, found, start, end, day)
            waits = at is not None and _NOT_BEFORE.search(said.before(at_end - 2, 24)) is not None
            reason, why_end = _reason(said, found.end())
            first, last = found.start(), max(found.end(), day_end, at_end, why_end)
            said.add(
                Lateness(
                    day=day, at=None if waits else at, until=at if waits else None, minutes=minutes, reason=reason
                ),
                first,
                last,
            )
            return last
    return 0


def _arrives(said: Said, found: re.Match[str], start: int, end: int, day: date | None) -> tuple[datetime | None, int]:
    time = _IN_AT.search(said.marked, start, end) if not found.groupdict().get("at") else found
    if time is None:
        time = _ABOUT.search(said.marked, found.end(), end)
    if time is None:
        return None, 0
    meant = said.behind(time["at"])
    assert isinstance(meant, TimeSaid)
    return said.clock.of_the_day(meant, day=day), time.end("at")


_NOT_BEFORE = re.compile(r"\b(?:til|till|until|before) (?:about |around |at )?$")
_WITH_YOU = pattern(
    r"\b(?:with (?:you|u)|be (?:there|in|with (?:you|u))|(?:well|hell|shell|theyll|ill) be (?:there|in)|so be|l8|late)"
    r"(?:(?: (?:in|at|about|around|by|for|nearer|more like|closer to|agen|again|sry|sorry|today|tomorrow"
    r"|%day%)){0,4} ?(?P<at>%time%)"
    r"| in (?:about )?(?:(?P<length>%length%)|(?P<n>\d{1,2})(?= ?(?:$|[.,!;\n]|x\b))))"
)
_ABOUT = pattern(r"\b(?:about|around|by|for|at|til|till|until|nearer|more like) (?P<at>%time%)")


def _last_day(said: Said, days: re.Match[str]) -> tuple[date | None, int]:
    try:
        return said.coming_day(days["last"]), days.end()
    except UnsureDay:
        said.doubt(Doubtful.WHICH_DAY, Kind.ABSENCE, *days.span("last"))
        return None, 0


def _until(said: Said, start: int, end: int) -> tuple[date | None, int]:
    found = _UNTIL_DAY.search(said.marked, start, min(len(said.marked), end + 60))
    if found is None:
        return None, 0
    try:
        return said.coming_day(found["day"]), found.end()
    except UnsureDay:
        said.doubt(Doubtful.WHICH_DAY, Kind.ABSENCE, *found.span("day"))
        return None, 0


def _day(said: Said, start: int, end: int, of: Kind) -> tuple[date | None, int]:
    """The first day said in the sentence that is not the last of several."""
    ends = {found.start("day") for found in _UNTIL_DAY.finditer(said.marked, start, end)}
    for found in _DAY.finditer(said.marked, start, end):
        if found.start() in ends:
            continue
        try:
            day = said.coming_day(found["day"])
        except UnsureDay:
            said.doubt(Doubtful.WHICH_DAY, of, *found.span("day"))
            return None, 0
        if day is not None:
            return day, found.end()
    near = _THIS.search(said.marked, start, end)
    return (said.clock.today, near.end()) if near is not None else (None, 0)


def _reason(said: Said, after: int) -> tuple[str | None, int]:
    """Why, and where its words end, if they follow."""
    found = _WHY.search(said.marked, after) or _BECAUSE.search(said.marked, after)
    because = _BECAUSE.search(said.marked, after)
    if because is not None and found is not None and because.start() < found.start() < because.end():
        because = None  # The word for it says it shorter.
    if because is not None and (found is None or because.start() <= found.start()):
        return _ARTICLE.sub("", said.as_written(*because.span("why"))), because.end("why")
    if found is None:
        before = list(_WHY.finditer(said.marked, 0, after))
        return (said.as_written(*before[-1].span()), 0) if before else (None, 0)
    return said.as_written(*found.span()), found.end()


_ARTICLE = re.compile(r"^(?:an?|the|some|bit of an?) ", re.IGNORECASE)


def _is_asked(said: Said, end: int) -> bool:
    """Whether it is put as a question; "can I bring him at 11?" says all the same when he comes."""
    return said.marked[end : end + 1] == "?" and not _MAY_BRING.search(said.before(end, 200))


_MAY_BRING = re.compile(r"\b(?:can|could|ok if|ok to|alright if) (?:i|we)? ?(?:bring|drop)\b")
