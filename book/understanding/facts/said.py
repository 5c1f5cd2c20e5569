"""A message made ready for the readers of facts: times, lengths, days and names found once, and marked.

The readers look for their sentences in :attr:`Said.marked`, in which a time is one mark and a word is spelt as the
lexicon spells it, and get back what stands behind a mark. Knows nothing of what any sentence means.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice

from book.facts import (
    Doubt,
    Doubtful,
    Fact,
    Feed,
    Injury,
    Kind,
    Meal,
    Medicine,
    Nappy,
    Sleep,
    Temperature,
)
from book.topics import Topic
from book.understanding.days_said import ONE_DAY_EACH, DaySaid, UnsureDay, as_said, coming, gone
from book.understanding.lexicon import Words
from book.understanding.times_said import (
    ANY_TIME,
    LENGTH,
    NUMBERS,
    SURE_TIME,
    Clock,
    NotYet,
    StretchSaid,
    TimeSaid,
    read_length,
    read_time,
)

LONGEST = 2000
"""What stands further on in a text is no note about a day any more, and no fact is looked for in it."""

MOST = 40
"""More facts than anybody states in one message; what follows is left as words."""

_LONGEST_SENTENCE = 300  # without an end: what stands further away says nothing about this

_FIRST, _LAST = 0xE100, 0xE8FF  # which of the marked things a mark stands for
_NUMBER = r"(?:\d{1,3}(?:[.,]\d{1,2})?|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_PLACES = {
    "%time%": "\ue001[\ue100-\ue8ff]",
    "%stretch%": "\ue002[\ue100-\ue8ff]",
    "%length%": "\ue003[\ue100-\ue8ff]",
    "%day%": "\ue004[\ue100-\ue8ff]",
    "%name%": "\0[^\\W\\d_]+",
    "%n%": _NUMBER,
    "%about%": r"(?:(?:at|around|about|abt|approx|by|just (?:after|before|gone)|gone|@|from|since) ?){0,2}",
    "%gap%": "[^.!?\n\ue001\ue002]{0,40}?",
}


@cache
def pattern(written: str) -> re.Pattern[str]:
    """A sentence that a reader looks for; ``%time%``, ``%day%`` and the like stand for what is marked.

    ``%time:at%`` is a group called ``at``.
    """
    for place, meant in _PLACES.items():
        written = written.replace(place, f"(?:{meant})")
        named = meant.replace("\\", r"\\")
        written = re.sub(rf"{place[:-1]}:(\w+)%", rf"(?P<\1>{named})", written)
    return re.compile(written)


@dataclass(frozen=True, slots=True)
class Found:
    """A fact and where in the message its words stand."""

    fact: Fact
    start: int
    end: int


_OF_A_DAY = (Sleep, Feed, Meal, Nappy, Temperature, Medicine, Injury)


def _no_time(fact: Sleep | Feed | Meal | Nappy | Temperature | Medicine | Injury) -> bool:
    return fact.begins is None and fact.ends is None if isinstance(fact, Sleep) else fact.at is None


@dataclass(slots=True)
class Places:
    """Which place of one text is which of another, from a few places on known to be each other's."""

    here: list[int] = field(default_factory=lambda: [0])
    there: list[int] = field(default_factory=lambda: [0])

    def same(self, here: int, there: int) -> None:
        self.here.append(here)
        self.there.append(there)

    def place(self, at: int, *, ends: bool) -> int:
        after = bisect_left(self.here, at) if ends else bisect_right(self.here, at)
        if ends and after < len(self.here) and self.here[after] == at:
            return self.there[after]
        before = max(after - 1, 0)
        found = self.there[before] + at - self.here[before]
        return min(found, self.there[after]) if after < len(self.there) else found


@dataclass(slots=True)
class Said:
    """One message. ``facts`` and ``doubts`` grow while it is read."""

    text: str
    marked: str
    clock: Clock
    words: Words
    meant: list[Meant]
    _from_marked: Places  # to the words as they are compared
    _from_read: Places  # and from there to the text
    about: frozenset[Topic] = frozenset()
    medicine_may_be_planned: bool = False
    facts: list[Found] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)  # stretches of ``marked`` that a fact used up
    _ends: list[int] = field(default_factory=list)
    _classes: dict[str, set[str]] = field(default_factory=dict)  # which of its words are of a class

    def __post_init__(self) -> None:
        self._ends = [found.start() for found in _SENTENCE_ENDS.finditer(self.marked)]

    # --- where it stands ------------------------------------------------------------------------------------------

    def place(self, at: int, *, ends: bool = False) -> int:
        """Where in the text stands what begins, or ends, at ``at`` in :attr:`marked`."""
        return self._from_read.place(self._from_marked.place(at, ends=ends), ends=ends)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the text, without blanks and marks at its ends."""
        first, last = self.place(start), self.place(end, ends=True)
        said = self.text[first:last]
        left = len(said) - len(said.lstrip(" \n\t,;:.-–—("))
        right = len(said) - len(said.rstrip(" \n\t,;:.-–—!?("))
        return first + left, max(first + left, last - right)

    def as_written(self, start: int, end: int) -> str:
        first, last = self.span(start, end)
        return self.text[first:last]

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence around a place of :attr:`marked`; a point inside a figure ends none."""
        number = bisect_left(self._ends, at)
        start = self._ends[number - 1] + 1 if number else 0
        end = self._ends[number] if number < len(self._ends) else len(self.marked)
        return max(start, at - _LONGEST_SENTENCE), min(end, at + _LONGEST_SENTENCE)

    def spelt_so(self, start: int, end: int) -> bool:
        """Whether the writer spelt this stretch of :attr:`marked` as the lexicon does."""
        return self.as_written(start, end).lower() == self.marked[start:end]

    # --- what is marked ---------------------------------------------------------------------------------------------

    @property
    def has_stretch(self) -> bool:
        """Whether a stretch of time is marked anywhere; where not, no sentence with one can be found."""
        return "\ue002" in self.marked

    @property
    def has_time(self) -> bool:
        """The same of a time."""
        return "\ue001" in self.marked

    @property
    def has_length(self) -> bool:
        """The same of a length of time."""
        return "\ue003" in self.marked

    # --- what is read ---------------------------------------------------------------------------------------------

    @property
    def labels(self) -> set[str]:
        """Every class of words that the lexicon found in it."""
        return set().union(*self.words.company.values())

    @property
    def is_only_about_sleep(self) -> bool:
        return Topic.SLEEP in self.about and self.about <= {Topic.SLEEP, Topic.MOOD, Topic.HEALTH}

    @property
    def is_about_food(self) -> bool:
        return Topic.MEALS in self.about

    @property
    def is_about_sleep(self) -> bool:
        return Topic.SLEEP in self.about

    def add(self, fact: Fact, start: int, end: int) -> None:
        """Keep a fact whose words are this stretch of :attr:`marked`."""
        first, last = self.span(start, end)
        fact = replace(fact, words=self.text[first:last])
        if isinstance(fact, _OF_A_DAY) and fact.day is None and _no_time(fact):
            day, by_night = self.day_around(start)
            if day is not None and day < self.clock.today and not (by_night and isinstance(fact, Sleep)):
                fact = replace(fact, day=day)
        self.facts.append(Found(fact, first, last))
        self.taken.append((start, end))

    def doubt(self, why: Doubtful, of: Kind, start: int, end: int) -> None:
        found = Doubt(why, of, self.as_written(start, end))
        if found not in self.doubts:
            self.doubts.append(found)

    def is_taken(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.taken)

    def free(self, sentence: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every match that begins where no fact has been found yet."""
        for found in islice(sentence.finditer(self.marked), 2 * MOST):
            if len(self.facts) + len(self.doubts) >= MOST:
                return
            if not self.is_taken(found.start()):
                yield found

    def before(self, at: int, most: int = 60) -> str:
        """What stands just before ``at`` in its sentence."""
        return self.marked[max(self.sentence(at)[0], at - most) : at]

    # --- what stands behind a mark --------------------------------------------------------------------------------

    def behind(self, mark: str) -> TimeSaid | StretchSaid | int | DaySaid:
        return self.meant[ord(mark[-1]) - _FIRST]

    def minutes(self, mark: str) -> int:
        length = self.behind(mark)
        assert isinstance(length, int)
        return length

    def past(self, found: re.Match[str], group: str, of: Kind, *, night: bool = False) -> datetime | None:
        """The past moment behind a group, if it is there; what has not come yet is a doubt and None."""
        if not found[group]:
            return None
        said = self.behind(found[group])
        assert isinstance(said, TimeSaid)
        day, last_night = self.day_around(found.start())
        try:
            return (
                self.clock.last_night(said) if last_night else self.clock.past(said, day=day, night=night or last_night)
            )
        except NotYet:
            self.doubt(Doubtful.NOT_YET, of, found.start(group), found.end(group))
            return None

    def slept(self, stretch: StretchSaid, start: int, end: int) -> tuple[datetime, datetime] | None:
        """From when to when, if that has come; else a doubt about this stretch of :attr:`marked`."""
        day, last_night = self.day_around(start)
        try:
            return self.clock.slept(stretch, day=None if last_night else day)
        except NotYet:
            self.doubt(Doubtful.NOT_YET, Kind.SLEEP, start, end)
            return None

    def with_time(self, start: int, end: int, of: Kind) -> tuple[int, datetime | None]:
        """Where a stretch ends with the time said just after it, and that time."""
        found = _TIME_AFTER.match(self.marked, end)
        if found is None:
            return end, None
        at = self.past(found, "at", of)
        return (found.end() if at is not None else end), at

    @staticmethod
    def number(said: str) -> float | None:
        """ "2", "2.5", "two"; None for what is no number."""
        if said[:1].isdigit():
            return float(said.replace(",", "."))
        return float(NUMBERS[said]) if said in NUMBERS else None

    def has_label(self, read: str, label: str) -> bool:
        """Whether one of these words as read is of a class of the lexicon's."""
        if not self._classes:
            for word, labels in zip(self.words.read, self.words.labels, strict=True):
                for each in labels:
                    self._classes.setdefault(each, set()).add(word)
        return not self._classes.get(label, set()).isdisjoint(read.split())

    def is_planned(self, at: int) -> bool:
        """Whether what stands at ``at`` is asked for, planned or asked about rather than told."""
        if _PLANS.search(self.before(at, 120)):
            return True
        start, end = self.sentence(at)
        return self.marked[end : end + 1] == "?" and _ASKS.match(self.marked, start, end) is not None

    def to_come(self, mark: str, day: date | None) -> datetime:
        """The moment to come that is meant. Raises :class:`NotYet`."""
        said = self.behind(mark)
        assert isinstance(said, TimeSaid)
        return self.clock.coming(said, day=day)

    def day_around(self, at: int) -> tuple[date | None, bool]:
        """The past day that the sentence names, and whether it is last night."""
        start, end = self.sentence(at)
        for found in _DAY_MARK.finditer(self.marked, start, end):
            said = self.behind(found.group())
            assert isinstance(said, DaySaid)
            if said.night:
                return self.clock.today - timedelta(days=1), True
            try:
                day = gone(said, self.clock.today)
            except UnsureDay:
                continue
            if day is not None and (said.near is not None or day < self.clock.today):
                return day, False
        return None, False

    def coming_day(self, mark: str) -> date | None:
        """The day to come behind a mark. Raises :class:`UnsureDay`; None where it is none to come."""
        said = self.behind(mark)
        assert isinstance(said, DaySaid)
        return coming(said, self.clock.today)


_SENTENCE_ENDS = re.compile(r"[!?\n]|\.(?!\d)")
_TIME_AFTER = pattern(
    "[^.!?\n\ue001\ue002;0-9]{0,14}?(?:(?:when i |when we )?(?:checked|took it|taken) )?"
    "(?:at|around|about|abt|just (?:after|before)|@|-|,)? ?(?P<at>%time%)"
)
_PLANS = re.compile(
    r"\b(?:please|pls|plz|need(?:s|ed)?|might|should|could|can|may|will|would|wont|going to|gonna|let (?:him|her"
    r"|them)|wake (?:him|her)"
    r"|want|if|due|next|try|usually|normally|always|tends to|likes|ask(?:ed|s)? for|instead of|meant to|supposed to"
    r"|ready for|remember|dont)\b"
)
_ASKS = re.compile(
    r"[\W\0]*(?:\0\w+ )?(?:did|does|do|has|have|had|how|hows|what|whats|when|is|was|are|were|can|could|will|would"
    r"|shall"
    r"|should|who|whos|why|where|any)\b"
)

# --- marking ------------------------------------------------------------------------------------------------------

_UNITS = (
    r"(?!x\b| ?(?:mls?|oz|ounces?|mg|x \d|times?|days?|weeks?|wks?|months?|mths?|years?|yrs?|yo|napp(?:y|ies)"
    r"|wets?|dirty"
    r"|wees?|poos?|puffs?|spoons?|teeth|bowls?|bites?|kg|degrees?|slices?|pieces?|bottles?|hours?|hrs?|minutes?|mins?"
    r"|children|kids|people|books?|c|°c?|more|of|or|and a half)\b|[%°\d]|[.:/]\d|[-–]\d)"
)
_CLAUSE_ENDS = (
    r"(?= ?(?:$|[.,;!?\n)–-]|(?:so|and|n|but|then|this|last|today|tonight|tomorrow|tmrw|yesterday|pls|please|for|with"
    r"|in|now|x+|til|till|until|to|cos|when|while|because|as|he|she|today|up|down|on|just)\b))"
)
_NO_PART_OF_MORE = rf"(?! ?(?:(?:mins? |minutes )?past|to|til|till|until|-) ?{ANY_TIME})"
_WORDS_TO = "(?:to|til|till|until|untill|thru|through)"
_SCAN = re.compile(
    rf"(?<![\w£/.:])(?:(?P<length>{LENGTH})"
    rf"|(?P<begins>{ANY_TIME})(?P<between> ?[-–—] ?| {_WORDS_TO} )(?P<ends>{ANY_TIME}){_UNITS}"
    rf"|between (?P<first>{ANY_TIME}) and (?P<second>{ANY_TIME}){_UNITS}"
    rf"|(?P<sure>{SURE_TIME})(?!\d|[.:/]\d)"
    rf"|(?:at|since|til|till|until|untill) (?P<bare>(?:[01]?\d|2[0-3]|one|two|three|four|five|six|seven|eight|nine"
    rf"|ten|eleven|twelve)\b)"
    rf"{_UNITS}{_NO_PART_OF_MORE}"
    rf"|(?:from|around|about|abt|approx|by|before|b4|after|gone|past|down|up|bed|woke|asleep|mls?|mg|puffs?|oz"
    rf"|nearer|w|d) "
    rf"(?P<loose>(?:1[0-2]|\d)\b){_UNITS}{_NO_PART_OF_MORE}{_CLAUSE_ENDS}"
    r"|(?P<night>(?:in|during|through|thru|over) the (?:night|nite)\b|overnight\b)"
    rf"|(?:and|n) (?P<also>(?:1[0-2]|\d)\b){_UNITS}{_CLAUSE_ENDS}"
    rf"|(?P<one_day>{ONE_DAY_EACH.pattern}))"
    rf"|@ ?(?P<after_at>(?:[01]?\d|2[0-3])\b(?![.:]\d)){_UNITS}"
)
_MAY_HOLD = re.compile(
    r"\d|half|quarter|noon|midday|midnight|o ?clock|hour|min|hr|night|nite|day|mon|tue|wed|thu|fri|sat|sun|tom"
    r"|tmr|tmw|yest"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\b(?:at|since|til|till|until) (?:one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve)"
)
_SLEPT_FROM = re.compile(r"(?:slept|sleep|asleep|nap|napped|napping|kip|snooze|from|down|between|:)(?: from)? $")
_LEADS_TO_DAY = re.compile(r"(?:on|this|next|last|til|till|until|untill|from|since|the|by|back|due)(?: the)? $")
_CLAUSE_END = re.compile(_CLAUSE_ENDS)
_DAY_MARK = re.compile("\ue004[\ue100-\ue8ff]")

Meant = TimeSaid | StretchSaid | int | DaySaid


def ready(words: Words, clock: Clock, about: frozenset[Topic] = frozenset()) -> Said:
    """Mark a message that the lexicon has cut into words."""
    text = words.text
    read, from_read = _as_read(words)
    if len(read) > LONGEST:
        read = read[:LONGEST]
    if _MAY_HOLD.search(read) is None:
        return Said(text, read, clock, words, [], Places(), from_read, about)
    meant: list[Meant] = []
    from_marked = Places()
    pieces: list[str] = []
    at = length = 0
    for found in _SCAN.finditer(read):
        if found["also"] and (found.start() != at + 1 or not meant or not isinstance(meant[-1], TimeSaid)):
            continue  # "at 12 and 3", but not "he and 3 friends"
        said = _meant(found, read)
        if said is None or _FIRST + len(meant) > _LAST:
            continue
        mark, start, end, value = said
        pieces += [read[at:start], mark + chr(_FIRST + len(meant))]
        meant.append(value)
        length += start - at
        from_marked.same(length, start)
        length += 2
        from_marked.same(length, end)
        at = end
    pieces.append(read[at:])
    return Said(text, "".join(pieces), clock, words, meant, from_marked, from_read, about)


def _as_read(words: Words) -> tuple[str, Places]:
    """The message as it is compared: small letters, words as the lexicon spells them."""
    text, places = words.text, Places()
    pieces: list[str] = []
    at = length = 0
    for word, (start, end) in zip(words.read, words.spans, strict=True):
        between = text[at:start].lower()
        pieces += [between, word]
        length += len(between)
        places.same(length, start)
        length += len(word)
        places.same(length, end)
        at = end
        if length > LONGEST:
            break
    else:
        pieces.append(text[at:].lower())
    return "".join(pieces).translate(_MARKS), places


_MARKS = str.maketrans(dict.fromkeys(map(chr, range(57345, 57351)), " ") | {"’": "'", "–": "-", "—": "-"})


def _meant(found: re.Match[str], read: str) -> tuple[str, int, int, Meant] | None:
    """The mark, where it stands, and what is behind it; None where the piece is nothing after all."""
    kind = found.lastgroup
    if found["length"]:
        minutes = read_length(found["length"])
        return None if minutes is None else ("\ue003", found.start("length"), found.end("length"), minutes)
    if found["begins"]:
        return _stretch(found, read)
    if found["first"]:
        first, second = read_time(found["first"]), read_time(found["second"])
        if first is None or second is None:
            return None
        return "\ue002", found.start("first"), found.end("second"), StretchSaid(first, second)
    for group in ("sure", "bare", "loose", "also", "after_at"):
        if found[group]:
            said = read_time(found[group])
            return None if said is None else ("\ue001", found.start(group), found.end(group), said)
    if found["night"]:
        return "\ue004", *found.span("night"), DaySaid(near=-1, night=True)
    assert kind is not None
    return ("\ue004", *found.span("one_day"), as_said(found)) if _is_day(found, read) else None


def _stretch(found: re.Match[str], read: str) -> tuple[str, int, int, Meant] | None:
    begins, ends, between = read_time(found["begins"]), read_time(found["ends"]), found["between"].strip()
    before = read[max(0, found.start() - 14) : found.start()]
    if begins is None or ends is None:
        return None
    whole = read[found.start("begins") : found.end("ends")]
    if between in ("to", "til", "till") and not _SLEPT_FROM.search(before):
        one = read_time(whole) if re.fullmatch(SURE_TIME, whole) else None
        if one is not None:  # "ten to two"
            return "\ue001", found.start("begins"), found.end("ends"), one
    return "\ue002", found.start("begins"), found.end("ends"), StretchSaid(begins, ends)


def _is_day(found: re.Match[str], read: str) -> bool:
    """Words and figures that are days only beside others: "sun hat", "sat down", "1/2", "10 may need"."""
    led = _LEADS_TO_DAY.search(read[max(0, found.start() - 14) : found.start()]) is not None
    if found["weekday"] in ("sun", "sat", "mon", "wed"):
        return led or bool(found["of_weekday"]) or found["weekday"] in ("mon", "wed")
    if found["alone"]:
        return led and _CLAUSE_END.match(read, found.end()) is not None
    if found["month"]:
        return (led and "/" in found["one_day"] and int(found["month"]) <= 12) or bool(found["year"])
    if found["month_first"] in ("may", "mar", "march", "jan") or found["named"] in ("may", "mar"):
        return led
    return True
