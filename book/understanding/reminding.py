"""Reminders as people ask for them: "remind me Friday to bring wellies", "every Tuesday PE kit".

Whom, when and what are taken from one sentence; days by the one grammar of days, times by the one of times. What is not
said stays open, and a day that leaves a doubt is said to be one. Knows nobody's name but those it is given, and neither
who asks nor who may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from book.reminders import EveryHalfTerm, EveryTerm, Once, OpenDaysBefore, Recurrence, Recurring
from book.understanding.days_said import ONE_DAY_EACH, WEEKDAY, UnsureDay, as_said, coming, weekday_of
from book.understanding.times_said import ANY_TIME, LENGTH, NUMBERS, SURE_TIME, read_length, read_time

LONGEST = 300
ME = "me"


@dataclass(frozen=True, slots=True)
class When:
    """As far as it was said. ``between`` are the two days that could be meant where it leaves a doubt."""

    recurrence: Recurrence | None = None
    at: time | None = None
    between: tuple[date, date] | None = None
    is_doubtful: bool = False  # and nobody can say between which

    @property
    def is_said(self) -> bool:
        return self.recurrence is not None or self.between is not None or self.is_doubtful


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom (a key of those that were given), when, and what, in the words it was written in."""

    whom: str
    when: When
    what: str


def may_be(text: str) -> bool:
    """Whether these words may ask for a reminder without the word for it: "every …", "review … every half-term"."""
    words = text.strip()
    return len(text) <= LONGEST and (_EVERY_BEGINS.match(words) or _REVIEW.match(words)) is not None


def read(text: str, whoms: Mapping[str, str], now: datetime) -> Wish | None:
    """What is wished, by words beginning with "remind", "don't let me forget" or "every"; None where it is no wish.

    ``whoms`` are the names by which somebody may be meant, in small letters, each with its key; ``now`` is civil time.

    >>> wish = read("remind me on Friday at 8 to bring wellies", {}, datetime(2026, 11, 24, 9))
    >>> wish.what, wish.when.recurrence.day.isoformat(), wish.when.at.isoformat()
    ('bring wellies', '2026-11-27', '08:00:00')
    """
    if len(text) > LONGEST:
        return None
    words = " ".join(text.replace("\u2019", "'").split()).strip(" .!").lstrip("/")
    words = _POLITE_END.sub("", _POLITE.sub("", words))
    if _EVERY_BEGINS.match(words):
        when, what = _taken_apart(words, now)
        plain = len(what.split()) <= _FEW_WORDS and not _SENTENCE.search(what)
        return Wish(ME, when, what) if when.is_said and what and plain else None
    if _REVIEW.match(words):
        when, what = _taken_apart(words, now)
        return Wish(ME, when, what) if when.is_said and what else None
    if (found := _FORGET.match(words)) is not None:
        when, what = _taken_apart(words[found.end() :], now)
        return Wish(ME, when, what)
    if (found := _REMIND.match(words)) is None:
        return None
    rest = words[found.end() :]
    whom, rest = _whom(rest, whoms)
    if whom is None:
        return None
    when, what = _taken_apart(rest, now)
    return Wish(whom, when, what)


def read_when(text: str, now: datetime) -> When | None:
    """Words that are nothing but a when: "Friday at 8", "every Tuesday"; None for anything else."""
    words = _POLITE_END.sub("", " ".join(text.split()).strip(" .!?"))
    when, what = _taken_apart(words, now)
    return when if when.is_said and not what else None


def _whom(rest: str, whoms: Mapping[str, str]) -> tuple[str | None, str]:
    lowered = rest.lower()
    known = {**dict.fromkeys(("me", "us", "myself"), ME), **whoms}
    for name in sorted(known, key=len, reverse=True):
        if lowered.startswith(name) and not lowered[len(name) : len(name) + 1].isalnum():
            return known[name], rest[len(name) :].strip(" ,")
    return None, rest


# --- when ---------------------------------------------------------------------------------------------------------


def _taken_apart(words: str, now: datetime) -> tuple[When, str]:
    """When, from the beginning and the end of these words, and what is left of them.

    Behind a colon stands what is to be said, word for word: a time in it is none of ours.
    """
    before, colon, behind = words.partition(": ")
    if colon:
        when, left = _taken_apart(before, now)
        if when.is_said and not left:
            return when, behind.strip()
    when, left = When(), words.strip(" ,")
    while (step := _one_more(when, left, now)) is not None:
        when, left = step
    when = _settled(when, now)
    return when, _CONNECTING.sub("", left).strip(" ,:")


def _one_more(when: When, words: str, now: datetime) -> tuple[When, str] | None:
    for pattern, take in _PIECES:
        for found in (re.match(rf"(?:{pattern})(?=$|[ ,:])", words, re.IGNORECASE),
                      re.search(rf"(?:^|[ ,])(?:{pattern})$", words, re.IGNORECASE)):  # fmt: skip
            if found is None:
                continue
            more = take(when, found, now)
            if more is not None:
                left = (words[: found.start()] + " " + words[found.end() :]).strip(" ,:")
                return more, left
    return None


def _of_every(when: When, found: re.Match[str], now: datetime) -> When | None:
    if when.is_said:
        return None
    said, today = found[0].strip(" ,").lower(), now.date()
    if re.search(r"half[- ]?term", said):
        return replace(when, recurrence=EveryHalfTerm())
    if said.endswith("term"):
        return replace(when, recurrence=EveryTerm())
    if (month := re.search(r"(\d{1,2})(?:st|nd|rd|th)", said)) is not None:
        rule = f"FREQ=MONTHLY;BYMONTHDAY={int(month[1])}" if 1 <= int(month[1]) <= 31 else ""
        return replace(when, recurrence=Recurring(rule, today)) if rule else None
    interval = ";INTERVAL=2" if re.search(r"every (?:other|second|2nd|two weeks)|fortnight", said) else ""
    if re.search(r"\bweekday|school day|working day", said):
        return replace(when, recurrence=Recurring("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", today))
    days = [weekday_of(each) for each in re.findall(WEEKDAY, said)]
    if days:
        named = ",".join(_BYDAY[each] for each in sorted(set(days)))
        return replace(when, recurrence=Recurring(f"FREQ=WEEKLY{interval};BYDAY={named}", today))
    if re.search(r"\bday$|daily$", said):
        return replace(when, recurrence=Recurring(f"FREQ=DAILY{interval}", today))
    return None


def _of_open_days(when: When, found: re.Match[str], now: datetime) -> When | None:
    if when.is_said:
        return None
    count = found["count"].lower() if found["count"] else "1"
    number = int(count) if count.isdigit() else NUMBERS.get(count, 1)
    day = _a_day(found["before"], now.date())
    return None if day is None else replace(when, recurrence=OpenDaysBefore(day, number))


def _of_day(when: When, found: re.Match[str], now: datetime) -> When | None:
    if when.is_said:
        return None
    said = found["day"].lower().strip()
    match = ONE_DAY_EACH.fullmatch(said)
    if match is None:
        return None
    day, today = as_said(match), now.date()
    try:
        meant = coming(day, today)
    except UnsureDay:
        if day.which == "next" and day.weekday is not None:
            near = today + timedelta(days=(day.weekday - today.weekday()) % 7)
            return replace(when, between=(near, near + timedelta(days=7)))
        return replace(when, is_doubtful=True)
    if meant is None:
        return None
    if meant == today and day.weekday is not None and day.day is None:
        return replace(when, between=(today, today + timedelta(days=7)))
    part = "evening" if said == "tonight" else (found["part"] or "").lower()
    return replace(when, recurrence=Once(meant), at=when.at or _PARTS.get(part))


def _of_length(when: When, found: re.Match[str], now: datetime) -> When | None:
    minutes = read_length(found["length"].lower())
    if when.is_said or when.at is not None or not minutes:
        return None
    at = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    return replace(when, recurrence=Once(at.date()), at=at.time())


def _of_time(when: When, found: re.Match[str], _now: datetime) -> When | None:
    said = read_time(found["time"].lower())
    if when.at is not None or said is None or said.hour is None:
        return None
    # Nobody is reminded at three in the night: one to six are of the afternoon.
    hour = said.hour + 12 if not said.sure and 1 <= said.hour <= 6 else said.hour
    return replace(when, at=time(hour % 24, said.minute))


def _of_part(when: When, found: re.Match[str], _now: datetime) -> When | None:
    part = found["part"].lower()
    return None if when.at is not None else replace(when, at=_PARTS[part])


def _settled(when: When, now: datetime) -> When:
    """A time alone is the next such time; "Friday at 8", written on a Friday at noon, is the next one's."""
    if when.at is not None and not when.is_said:
        return replace(when, recurrence=Once(now.date() if when.at > now.time() else now.date() + timedelta(days=1)))
    if when.between is not None and when.between[0] == now.date() and when.at is not None and when.at <= now.time():
        return replace(when, recurrence=Once(when.between[1]), between=None)
    return when


def _a_day(said: str, today: date) -> date | None:
    found = ONE_DAY_EACH.fullmatch(said.lower().removeprefix("the ").strip())
    try:
        return None if found is None else coming(as_said(found), today)
    except UnsureDay:
        return None


_FEW_WORDS = 5
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = {"morning": time(7, 30), "afternoon": time(13), "evening": time(18)}
_UNNAMED = re.sub(r"\?P<\w+>", "?:", ONE_DAY_EACH.pattern)
_WEEKDAYS = rf"{WEEKDAY}(?:(?: ?, ?| and | & | ){WEEKDAY})*"
_TERMS = r"half[- ]?terms?|terms?"
_PLURAL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days"
_EVERY = (
    rf"(?:on )?(?:every|each) (?:other |second )?(?:{_WEEKDAYS}|(?:school |working |week)?days?|{_TERMS})"
    rf"|(?:on )?{_PLURAL}(?:(?: ?, ?| and | & ){_PLURAL})*"
    r"|(?:every month )?on the \d{1,2}(?:st|nd|rd|th) of (?:every|each) month"
    r"|daily|(?:every|each) month on the \d{1,2}(?:st|nd|rd|th)"
)
_COUNTED = r"\d{1,2}|" + "|".join(each for each in NUMBERS if len(each) > 2)
_BEFORE = (
    rf"(?:(?P<count>{_COUNTED}) (?:open|working|school|nursery) days?|the (?:open|working|school|last open) day)"
    rf" before (?P<before>(?:the )?(?:{_UNNAMED}))"
)
_PIECES = (
    (_EVERY, _of_every),
    (_BEFORE, _of_open_days),
    (rf"in (?P<length>{LENGTH})", _of_length),
    (r"(?:in the|this) (?P<part>morning|afternoon|evening)", _of_part),
    (rf"(?:at|by|around|about) (?P<time>{ANY_TIME})", _of_time),
    (rf"(?:on |by )?(?:the )?(?P<day>{_UNNAMED})(?: (?P<part>morning|afternoon|evening))?", _of_day),
    (rf"(?P<time>{SURE_TIME})", _of_time),
)
_REMIND = re.compile(r"(?:set |make )?(?:a )?remind(?:er)?(?: for)? ", re.IGNORECASE)
_FORGET = re.compile(r"(?:don'?t|do not) let me forget(?: about)? ?", re.IGNORECASE)
_EVERY_BEGINS = re.compile(
    rf"(?:on )?(?:every|each) (?:other |second )?(?:{WEEKDAY}|half[- ]?term|term|day|week)", re.IGNORECASE
)
_REVIEW = re.compile(r"review (?=.{3,80} every (?:half[- ]?term|term)\W*$)", re.IGNORECASE)
_POLITE = re.compile(r"^(?:(?:please|pls|hi|hello|can you|could you|would you|will you)[ ,]+)+", re.IGNORECASE)
_POLITE_END = re.compile(r"[ ,]+(?:please|pls|thanks|thank you|ta)$", re.IGNORECASE)
_CONNECTING = re.compile(r"^(?:to|that|about|of|for|:|-)(?= )", re.IGNORECASE)
# Who says more than a thing to bring tells of something: that is a note.
_SENTENCE = re.compile(
    r"\b(?:she|he|they|it|i|we|you|her|him|is|are|was|were|has|had|have|does|did|do|will|cries|cried|sleeps|eats|goes"
    r"|been|gets|got|wants|loves|hates|seems|refuses)\b|'s\b",
    re.IGNORECASE,
)
