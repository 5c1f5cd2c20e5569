"""Sentences about when a child comes, who is here, and when somebody works: read only where the whole message is one.

A message that merely mentions a day ("Ella not well thursday") is none, and so is one that leaves a doubt: "next
Thursday", a weekday that is today's. Whoever asks then files a note and changes nothing. The day stands before the
month; a weekday is the next such day. Knows nothing of who may say any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from book.understanding.days_said import (
    MONTH,
    ONE_DAY,
    ONE_DAY_EACH,
    WEEKDAY,
    DaySaid,
    UnsureDay,
    as_said,
    coming,
    month_of,
    weekday_of,
)
from book.understanding.lexicon import fold
from book.understanding.names import Named, mentions_in, words_of

LONGEST = 120
MORNING = (time(8), time(12))
AFTERNOON = (time(12), time(17))


@dataclass(frozen=True, slots=True)
class Place:
    """A setting and everything it is called: "Sunshine", "nursery"."""

    setting: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A grown-up by name."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class NotIn:
    """A child does not come on these days. ``child`` and ``setting`` None: not said."""

    child: int | None
    setting: int | None
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """A child comes on a day on which it otherwise would not; without times: as on its other days."""

    child: int | None
    setting: int | None
    days: tuple[date, ...]
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The weekly times with one setting. ``setting`` None: the one that is meant without a name."""

    setting: int | None
    days: frozenset[int]
    start: time | None
    end: time | None
    half: str = ""  # "morning" or "afternoon", where it was said so


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly timetable of one child from now on, or from a day."""

    child: int
    parts: tuple[Part, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """Somebody is away on these days: she who says so, or ``who``, where somebody else is named."""

    days: tuple[date, ...]
    sick: bool
    who: int | None = None


@dataclass(frozen=True, slots=True)
class Works:
    """On which weekdays somebody works, and when: she who says so, or ``who``, where somebody else is named."""

    days: frozenset[int]
    start: time | None = None
    end: time | None = None
    who: int | None = None


@dataclass(frozen=True, slots=True)
class Covers:
    """Somebody does an absent colleague's work on one day."""

    cover: int
    away: int
    day: date


@dataclass(frozen=True, slots=True)
class Here:
    """These children have arrived, or have gone."""

    children: tuple[int, ...]
    gone: bool


def may_be_timetable(text: str) -> bool:
    """Whether it is worth a closer look; decided from the words alone, quickly."""
    if len(text) > LONGEST:
        return False
    # Two searches: one pattern that looks ahead for both begins anew at every letter.
    on_one_line = any(_CHANGES.search(line) and _NAMES_A_DAY.search(line) for line in text.split("\n"))
    return on_one_line or _NAMES_WEEKDAYS.search(text) is not None


def read_timetable(
    text: str, children: Sequence[Named], places: Sequence[Place], today: date
) -> NotIn | Extra | Week | None:
    """An exception or a weekly timetable of one child, if the whole message is that."""
    said = _marked(text, children, places)
    if said is None:
        return None
    for pattern in _NOT_IN:
        if (found := pattern.fullmatch(said)) is not None:
            days = _dates(found["days"], today)
            return NotIn(_child(found), _place(found), days) if days else None
    if (found := _EXTRA.fullmatch(said)) is not None:
        return _extra(found, today)
    if (found := _WEEK.fullmatch(said)) is not None:
        return _week(found, today)
    return None


def may_be_duty(text: str) -> bool:
    """Whether it is worth a closer look as a sentence about somebody's work."""
    return len(text) <= LONGEST and _MAY_BE_DUTY.search(text) is not None


def read_duty(text: str, staff: Sequence[Somebody], today: date) -> Off | Works | Covers | None:
    """What somebody says of her own work, or of who covers whom, if the whole message is that."""
    said = _plain(text)
    if (found := _OFF.fullmatch(said)) is not None:
        days = _dates(found["days"] or "today", today)
        sick = re.search(r"\b(?:sick|ill|poorly)\b", said) is not None
        # "I'm off" may as well be somebody who goes home.
        return Off(days, sick) if days and (sick or found["days"]) else None
    if (found := _IS_OFF.fullmatch(said)) is not None and (who := _somebody(found["who"], staff)) is not None:
        days = _dates(found["days"] or "today", today)
        return Off(days, re.search(r"\b(?:sick|ill|poorly)\b", said) is not None, who) if days else None
    if (found := _WORKS.fullmatch(said)) is not None:
        return _works(found)
    if (found := _SHE_WORKS.fullmatch(said)) is not None and (who := _somebody(found["who"], staff)) is not None:
        return _works(found, who)
    if (found := _COVERS.fullmatch(said)) is not None:
        cover, away = (_somebody(found[each], staff) for each in ("cover", "away"))
        days = _dates(found["days"] or "today", today)
        return Covers(cover, away, days[0]) if cover and away and cover != away and len(days) == 1 else None
    return None


def _works(found: re.Match[str], who: int | None = None) -> Works | None:
    start, end, _ = _times(found["times"])
    days = _weekdays(found["week"])
    understood = found["times"] is None or end is not None or "all day" in found["times"]
    return Works(days, start, end, who) if days and understood else None


def may_be_here(text: str) -> bool:
    return len(text) <= 60 and _MAY_BE_HERE.search(text) is not None


def read_here(text: str, children: Sequence[Named]) -> Here | None:
    """Children who have come or gone, if the whole message says so and nothing else."""
    said = _marked(text, children, ())
    found = _HERE.fullmatch(said) if said is not None else None
    if found is None:
        return None
    named = tuple(dict.fromkeys(int(each) for each in re.findall(r"@(\d+)", found["who"])))
    return Here(named, gone=found["gone"] is not None)


def may_be_where(text: str) -> bool:
    return len(text) <= 60 and _MAY_BE_WHERE.match(text) is not None


def read_where(text: str, children: Sequence[Named]) -> int | None:
    """The child of "who has Ella now?", if the whole message is that."""
    said = _marked(text, children, ())
    found = _WHERE.fullmatch(said.rstrip("? ")) if said is not None else None
    return None if found is None else int(found["child1"] or found["child2"])


def asks_who_is_in(text: str) -> bool:
    """ "In today?", alone."""
    return _WHO_IS_IN.fullmatch(_plain(text).rstrip("?").strip()) is not None


def read_days(text: str) -> frozenset[int]:
    """Weekdays written by themselves ("mon-thu", "Tues, Weds and Fri"); empty if anything else is there."""
    said = re.sub(r"\s*(?:,|&|\band\b)\s*", " ", _plain(text))
    return _weekdays(said) if re.fullmatch(_WEEKDAYS, said) else frozenset()


# --- the words as they are compared -----------------------------------------------------------------------------


def _plain(text: str) -> str:
    said = text.lower().translate(_MARKS)
    said = re.sub(r"\s+", " ", said).strip()
    before = None
    while said != before:
        before = said
        said = _LEAD.sub("", _TAIL.sub("", said)).strip(" ,.!")
    return said


def _marked(text: str, children: Sequence[Named], places: Sequence[Place]) -> str | None:
    """The message with ``@7`` for a child and ``#9`` for a setting; None where a name could be two children's."""
    if not text.strip() or len(text) > LONGEST:
        return None
    words = [word for word in words_of(text) if word.is_word]
    marks: list[tuple[int, int, str]] = []
    for mention in mentions_in(words, children):
        if len(mention.children) != 1:
            return None
        marks.append((words[mention.first].start, words[mention.last].end, f"@{next(iter(mention.children))}"))
    taken = {at for start, end, _ in marks for at in range(start, end)}
    for start, end, setting in _places_in(text, places):
        if not taken & set(range(start, end)):
            marks.append((start, end, f"#{setting}"))
    said, at = "", 0
    for start, end, mark in sorted(marks):
        said += text[at:start] + mark
        at = end
    return _plain(said + text[at:])


def _places_in(text: str, places: Sequence[Place]) -> Iterable[tuple[int, int, int]]:
    for place in places:
        for name in place.names:
            pattern = rf"\b(?:the )?{re.escape(name)}(?:['’]?s)?\b"
            for found in re.finditer(pattern, text, re.IGNORECASE):
                yield found.start(), found.end(), place.setting


def _child(found: re.Match[str]) -> int | None:
    named = {each for key, each in found.groupdict().items() if key.startswith("child") and each}
    return int(next(iter(named))) if len(named) == 1 else None


def _place(found: re.Match[str]) -> int | None:
    named = {each for key, each in found.groupdict().items() if key.startswith("place") and each}
    return int(next(iter(named))) if len(named) == 1 else None


def _somebody(name: str, staff: Sequence[Somebody]) -> int | None:
    meant = {each.person for each in staff if fold(name) in (fold(each.name), fold(each.name.split()[0]))}
    return next(iter(meant)) if len(meant) == 1 else None


# --- days and times ---------------------------------------------------------------------------------------------


def _dates(said: str, today: date) -> tuple[date, ...]:
    """The days meant, in order; empty where one of them leaves a doubt."""
    found: set[date] = set()
    try:
        for each in ONE_DAY_EACH.finditer(said):
            day = _date(each, today)
            if day is None:
                return ()
            found.add(day)
    except UnsureDay:
        return ()
    return tuple(sorted(found))


def _date(found: re.Match[str], today: date) -> date | None:
    said = as_said(found)
    meant = coming(said, today)
    # "Thursday" on a Thursday: today, or in a week?
    return None if meant == today and said.weekday is not None else meant


def _weekdays(said: str | None) -> frozenset[int]:
    if said is None:
        return frozenset()
    if re.search(r"every ?day|weekdays|all week", said):
        return frozenset(range(5))
    found: set[int] = set()
    for first, last in re.findall(rf"({WEEKDAY})(?: ?(?:-|to) ?({WEEKDAY}))?", said):
        begin = weekday_of(first)
        end = weekday_of(last) if last else begin
        if end < begin:
            return frozenset()
        found |= set(range(begin, end + 1))
    return frozenset(found)


def _times(said: str | None) -> tuple[time | None, time | None, str]:
    """From when to when, and whether it was said as a half of the day; an end alone has no start."""
    if said is None:
        return None, None, ""
    if re.search(r"all day", said):
        return None, None, ""
    if re.search(r"mornings?|\bams?\b(?<!\dam)", said) and not re.search(r"\d", said):
        return *MORNING, "morning"
    if re.search(r"afternoons?|\bpms?\b", said) and not re.search(r"\d", said):
        return *AFTERNOON, "afternoon"
    found = re.fullmatch(rf"(?:from )?(?:{_TIME.format('1')} ?(?:-|to|til|till|until) ?|(?:til|till|until|to) )"
                         rf"{_TIME.format('2')}", said)  # fmt: skip
    if found is None:
        return None, None, ""
    start = _clock(found["h1"], found["m1"], found["half1"], afternoon_until=5) if found["h1"] else None
    end = _clock(found["h2"], found["m2"], found["half2"], afternoon_until=7)
    if start is not None and end is not None and end <= start and found["half2"] is None and end.hour < 12:
        end = time(end.hour + 12, end.minute)
    return (start, end, "") if end is not None and (start is None or start < end) else (None, None, "")


def _clock(hour: str, minute: str | None, half: str | None, *, afternoon_until: int) -> time | None:
    h, m = int(hour), int(minute or 0)
    if h > 23 or m > 59 or (half and not 1 <= h <= 12):
        return None
    if half == "pm":
        return time(h % 12 + 12, m)
    if half == "am":
        return time(h % 12, m)
    # Nobody brings a child at two in the morning.
    return time(h + 12 if 1 <= h <= afternoon_until else h, m)


# --- putting a reading together ---------------------------------------------------------------------------------


def _extra(found: re.Match[str], today: date) -> Extra | None:
    days = _dates(found["days"], today)
    start, end, _ = _times(found["times"])
    if found["half"] in ("morning", "afternoon"):
        start, end = MORNING if found["half"] == "morning" else AFTERNOON
    if not days or (found["times"] and (start is None or end is None)):
        return None
    return Extra(_child(found), _place(found), days, start, end)


def _week(found: re.Match[str], today: date) -> Week | None:
    since = None
    if found["since"]:
        since = _since(found["since"], today)
        if since is None:
            return None
    parts: list[Part] = []
    for said in re.split(r" ?(?:,|;| and (?=#)) ?", found["parts"]):
        part = _part(said, parts[0].days if parts else frozenset())
        if part is None:
            return None
        parts.append(part)
    said_so = found["verb"] is not None or any(each.end is not None for each in parts)
    certain = said_so and (len(parts[0].days) > 1 or re.search(r"every|days\b", found["parts"]) is not None)
    places = [each.setting for each in parts]
    if not certain or len(set(places)) < len(places):
        return None
    return Week(int(found["child"]), tuple(parts), since)


def _part(said: str, days_before: frozenset[int]) -> Part | None:
    found = _PART.fullmatch(said.strip())
    if found is None:
        return None
    days = _weekdays(found["week"]) if found["week"] else days_before
    start, end, half = _times(found["times"])
    place = found["place1"] or found["place2"]
    if not days or (found["times"] and end is None and "all day" not in found["times"]):
        return None
    return Part(int(place) if place else None, days, start, end, half)


def _since(said: str, today: date) -> date | None:
    if (month := re.fullmatch(rf"(?:the start of )?(?P<named>{MONTH})", said)) is not None:
        return coming(DaySaid(day=1, month=month_of(month["named"])), today)
    if said in ("now", "now on"):
        return today
    days = _dates(said, today)
    return days[0] if len(days) == 1 else None


_MARKS = str.maketrans({"’": None, "'": None, "ʼ": None, "`": None, "–": "-", "—": "-", "\n": " ", "?": "?"})
_DATES = rf"{ONE_DAY}(?:(?: ?, ?| and | & | )(?:on )?{ONE_DAY})*"
_WEEKDAYS = (
    rf"(?:every ?day|weekdays|all week|{WEEKDAY}(?: ?(?:-|to) ?{WEEKDAY})?"
    rf"(?:(?: ?, ?| and | & | ?\+ ?| ){WEEKDAY}(?: ?(?:-|to) ?{WEEKDAY})?)*)"
)
_TIME = r"(?P<h{0}>\d{{1,2}})(?:[.:](?P<m{0}>\d\d))? ?(?P<half{0}>am|pm)?"
_ONE_TIME = r"\d{1,2}(?:[.:]\d\d)? ?(?:am|pm)?"
_TIMES = (
    rf"(?:(?:from )?{_ONE_TIME} ?(?:-|to|til|till|until) ?{_ONE_TIME}|(?:til|till|until) {_ONE_TIME}"
    r"|(?:in the )?(?:mornings?|afternoons?)(?: only)?|all day)"
)
_LEAD = re.compile(
    r"^(?:hi(?:ya)?|hello|hey|morning|good morning|evening|sorry|just to say|just to let you know|fyi|ps"
    r"|please note|can you note|note)(?: (?:all|priya|maya|ladies|everyone))?[ ,.!:-]+"
)
_TAIL = re.compile(r"[ ,.!]+(?:sorry|thanks|thank you|thx|ta|cheers|pls|please|x+|everyone|all|:\)|☹|😷|🤒)[ .!]*$")
_WHY = (
    r"(?:[ ,-]+(?:as |because |cos )?(?:(?:she|he|shes|hes|were|we are|we have|its|got|at|a|the|on|have|has|is|in)[ ])*"
    r"(?:dentists?|doctors?|gp|appointment|appt|hospital|holidays?|hols|away|poorly|ill|sick|birthday|family day"
    r"|day off|grandparents|nans|wedding))?"
)
_AT = r"(?: (?:at|to|with|for) #(?P<place1>\d+)| (?:at|in|to) (?:all|nursery|school))?"
_NOT = r"(?:not|isnt|is not|wont be|will not be|wont|cant|cannot|cant be|not going to be|not gonna be)"
_IN = r"(?:be )?(?:in|coming in|coming|attending|there|here|come in|come|make it)"
_FOR_CHILD = r"(?: for @(?P<child1>\d+))?"
_NOT_IN = tuple(
    re.compile(pattern + _WHY)
    for pattern in (
        rf"@(?P<child1>\d+) (?:(?:is|will be) )?{_NOT} {_IN}{_AT} (?:on )?(?P<days>{_DATES})",
        rf"@(?P<child1>\d+) (?:(?:is|will be) )?{_NOT}{_AT} (?:on )?(?P<days>{_DATES})",
        rf"@(?P<child1>\d+) (?:is |will be )?off{_AT} (?:on )?(?P<days>{_DATES})",
        rf"(?P<days>{_DATES}) @(?P<child1>\d+) (?:is |will be )?(?:{_NOT} {_IN}|off)",
        rf"no @(?P<child1>\d+)(?: at #(?P<place1>\d+))? (?:on )?(?P<days>{_DATES})",
        rf"no (?:nursery|session|#(?P<place1>\d+))(?: for @(?P<child1>\d+))? (?:on )?(?P<days>{_DATES})",
        rf"(?:she|he|shes|hes)? ?(?:is |will be )?{_NOT}(?: {_IN})?{_AT} (?:on )?(?P<days>{_DATES}){_FOR_CHILD}",
    )
)
_EXTRA = re.compile(
    rf"(?:@(?P<child1>\d+)(?: has| is in| is having| in| needs| is doing)?(?: an)?[ :,]+)?"
    rf"extra (?:day|session|(?P<half>morning|afternoon))(?: for @(?P<child2>\d+))?(?: at #(?P<place1>\d+))?"
    rf" (?:on )?(?P<days>{_DATES})(?:[ ,]+(?P<times>{_TIMES}))?(?: at #(?P<place2>\d+))?(?: for @(?P<child3>\d+))?"
)
_WEEK = re.compile(
    rf"@(?P<child>\d+) ?(?P<verb>is now|is in|is at|is|are|will be|goes|comes|does|now|attends)?[ :]+"
    rf"(?P<parts>(?=.*{WEEKDAY}|every|weekdays).+?)"
    rf"(?:,? (?:from|starting|starting from|as of) (?P<since>(?:the start of )?{MONTH}|now on|now|{ONE_DAY}))?"
)
_PART = re.compile(
    rf"(?:(?:at )?#(?P<place1>\d+)[ :]?)?(?:in )?(?:(?:on )?(?P<week>{_WEEKDAYS}))?(?: ?(?P<times>{_TIMES}))?"
    rf"(?: (?:at|with) #(?P<place2>\d+))?"
)
_OFF = re.compile(
    r"(?:(?:im|i am|ill be|i will be|ive got to be|me) )?(?:going to be |still |not well,? )?"
    r"(?:off|away|(?:not in|not coming in|wont be in)(?= (?:today|tomorrow|tmrw|tomo),? (?:sick|ill|poorly)))"
    r"(?: work)?(?: (?:sick|ill|poorly))?"
    rf"(?: (?:on )?(?P<days>{_DATES}))?(?:,? (?:sick|ill|poorly))?"
)
_IS_OFF = re.compile(
    r"(?P<who>[^\W\d_]+?)(?:s| is| will be)? (?:(?:off|away)(?: work)?(?: (?:sick|ill|poorly))?"
    r"|(?:has )?(?:called|rang|phoned) in (?:sick|ill|poorly))"
    rf"(?: (?:on )?(?P<days>{_DATES}))?(?:,? (?:sick|ill|poorly))?"
)
_WORKS = re.compile(
    rf"(?:i work|im in|i am in|my days are|my hours are|i do|my working days are) (?P<week>{_WEEKDAYS})"
    rf"(?:[ ,]+(?P<times>{_TIMES}))?"
)
_SHE_WORKS = re.compile(
    r"(?P<who>[^\W\d_]+?)"
    r"(?: (?:now |only )?works(?: only)?|(?:s|s working| working)? (?:days|hours) are(?: now)?| does)"
    rf" (?:on )?(?P<week>{_WEEKDAYS})(?: only)?(?:[ ,]+(?P<times>{_TIMES}))?"
)
_COVERS = re.compile(
    r"(?P<cover>[^\W\d_]+) (?:covers|cover|is covering|covering|will cover|to cover|can cover)(?: for)?"
    rf" (?P<away>[^\W\d_]+)(?: (?:on )?(?P<days>{ONE_DAY}))?"
)
_WHO = r"@\d+(?:(?: ?, ?| and | & | ?\+ ?| )@\d+)*"
_HERE = re.compile(
    rf"(?P<who>{_WHO}) ?(?:is |are |has |have |s )?(?:just |both |all |now )?"
    r"(?:(?:here|in|arrived|come in|in now|here now|arrived now)"
    r"|(?P<gone>gone home now|gone home|gone|left|went home|been collected|been picked up|picked up|collected"
    r"|off home))"
)
_WHERE = re.compile(
    r"(?:(?:who has(?: got)?|whos got|where is|wheres) @(?P<child1>\d+)|(?:who is|whos) @(?P<child2>\d+) with)"
    r"(?: (?:right )?now| today| at the moment)?"
)
_MAY_BE_WHERE = re.compile(r"\W*(?:who|where)", re.IGNORECASE)
_WHO_IS_IN = re.compile(
    r"(?:who(?: is|s)? )?in today|whos? (?:is )?in(?: now| today)?|whos? (?:is )?here(?: now| today)?"
)
_ANY_DAY = rf"(?:{WEEKDAY}|today|tomorrow|tomo|tmrw|tmw|tmoro|2moro|\d/\d|\d(?:st|nd|rd|th)? (?:of )?{MONTH})"
_CHANGES = re.compile(r"\b(?:not|no|off|isn'?t|isn’t|won'?t|won’t|can'?t|can’t|cannot|extra)\b", re.IGNORECASE)
_NAMES_A_DAY = re.compile(rf"\b{_ANY_DAY}", re.IGNORECASE)
_NAMES_WEEKDAYS = re.compile(
    rf"\b{WEEKDAY}[ ,&+-]+(?:and |to )?{WEEKDAY}|\bevery ?day\b|\bweekdays\b|\b(?:mon|tues|wednes|thurs|fri)days\b",
    re.IGNORECASE,
)
_MAY_BE_DUTY = re.compile(
    r"\boff\b|\baway\b|\bi work\b|\bmy (?:working )?(?:days|hours) are\b|\bcover(?:s|ing)?\b|\bi'?m in\b|\bi do\b"
    rf"|\b(?:works|does|days are|hours are)\b.*(?:\b{WEEKDAY}|every ?day|weekdays|all week)"
    r"|\b(?:not|called|rang|phoned) in\b.*\b(?:sick|ill|poorly)\b",
    re.IGNORECASE,
)
_MAY_BE_HERE = re.compile(
    r"\b(?:here|in|arrived|home|gone|left|collected|picked up)(?: now)?[ .!?x]*$|^\W*(?:who|in today)", re.IGNORECASE
)
