"""Times of day, stretches of time and lengths as people write them: "half 9", "12.30-1.45", "an hour and a half".

The one grammar of times. What was written is kept apart from which moment it means: that needs the moment of writing
and the setting's hours, and is told by :class:`Clock`. Words such as "after lunch" are no time; no number is invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

GRACE = timedelta(minutes=5)
"""A time said to be past may be this far ahead: nobody's watch agrees with the server's."""

Hours = tuple[time, time]
USUAL_HOURS: Hours = (time(7, 30), time(18))
"""Between which children are with a setting of whose hours nothing is known."""

_SOON = timedelta(hours=2)
_HALF_DAY = timedelta(hours=12)
_NIGHT_ENDS = time(6)
_STILL_MORNING = time(10)
_LONGEST_NAP = timedelta(hours=5)
_LONGEST_NIGHT = timedelta(hours=14)

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        word: number
        for number, word in enumerate(
            ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
        )
    }
    | {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "a": 1, "an": 1}
)
_HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR = rf"(?:[01]?\d|2[0-4]|{_HOUR_WORDS})"
_HALF_OF_DAY = r"(?: ?(?:a\.m\.|p\.m\.|am|pm)(?!\w))"
_PART = r"(?:five|ten|quarter|qtr|1/4|twenty[ -]?five|twenty|half|5|10|15|20|25)"

_WITH_MINUTES = rf"(?:[01]?\d|2[0-3])[.:][0-5]\d{_HALF_OF_DAY}?(?: ?ish)?"
_PAST_OR_TO = rf"(?:(?:a )?{_PART} (?:mins? |minutes )?(?:past|to|til|till|b4|before) {_HOUR}{_HALF_OF_DAY}?(?: ?ish)?)"
_HALF_HOUR = rf"(?:half (?:{_HOUR_WORDS}|1[0-2]|\d)(?![\d./]){_HALF_OF_DAY}?(?: ?ish)?)"
_MARKED_HOUR = rf"(?:{_HOUR}(?:{_HALF_OF_DAY}| ?o ?clock{_HALF_OF_DAY}?| ?ish))"
_NO_HOUR = r"(?:(?:quarter|qtr) (?:to|past)|half past)(?= ?(?:$|[.,;!?\n)x]|so\b|and\b|but\b))"
_NOON = r"(?:(?:12 )?(?:noon|midday)|(?:12 )?midnight)"
_FOUR_FIGURES = r"(?:(?:[01]\d|2[0-3])[0-5]\d(?: ?hrs|h))"

SURE_TIME = rf"(?:{_PAST_OR_TO}|{_HALF_HOUR}|{_WITH_MINUTES}|{_FOUR_FIGURES}|{_MARKED_HOUR}|{_NOON}|{_NO_HOUR})"
"""A time that is one wherever it stands, as a piece of a regular expression over small letters, without groups."""

ANY_TIME = rf"(?:{SURE_TIME}|{_HOUR})"
"""The same with bare hours: a time only where something before it says so."""

_LENGTH_UNIT_H = r"(?:hours?|hrs?|h)"
_LENGTH_UNIT_M = r"(?:minutes?|mins?|m)"
_COUNT = (
    r"(?:\d{1,3}(?:\.\d{1,2})?|an?(?= )|one|two|three|four|five|ten|fifteen|twenty(?:[ -]five)?|thirty"
    r"|forty(?:[ -]five)?)"
)
LENGTH = (
    rf"(?:(?:half (?:an? )?{_LENGTH_UNIT_H}|(?:a )?(?:quarter|three quarters?|3/4)(?: of)? an? hour"
    rf"|(?:an? )?(?:hour|hr) and (?:ten|twenty|a quarter|forty)|(?:\d |an? )?(?:hour|hr) and (?:a half|half)"
    rf"|\d{{1,2}}(?: and a half| 1/2|½) ?{_LENGTH_UNIT_H}"
    rf"|{_COUNT} ?{_LENGTH_UNIT_H} and a half"
    rf"|{_COUNT} ?{_LENGTH_UNIT_H}(?:,? (?:and )?|(?<=h))(?:{_COUNT} ?{_LENGTH_UNIT_M}|[0-5]\d(?!\d|[.:]\d))"
    rf"|{_COUNT} ?-? ?(?:{_LENGTH_UNIT_H}|{_LENGTH_UNIT_M}))(?![\w]))"
)
"""A length of time, as a piece of a regular expression over small letters, without groups."""


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """A time of day as written. ``hour`` None: "quarter to", and no hour said; ``sure``: am, pm or 24 hours."""

    hour: int | None
    minute: int = 0
    sure: bool = False


@dataclass(frozen=True, slots=True)
class StretchSaid:
    """From one time to another, as written."""

    begins: TimeSaid
    ends: TimeSaid


def read_time(said: str) -> TimeSaid | None:
    """The time that ``said``, a piece that :data:`ANY_TIME` matched, writes; None where there is none such."""
    said = said.strip()
    if "midnight" in said:
        return TimeSaid(0, 0, sure=True)
    if "noon" in said or "midday" in said:
        return TimeSaid(12, 0, sure=True)
    half = _half_of_day(said)
    if _NO_HOUR_SAID.fullmatch(said):
        return TimeSaid(None, 30 if said[0] == "h" else 45 if said.endswith("to") else 15)
    figures = re.findall(r"\d+|[a-z]+", said)
    minutes = 0
    words = [each for each in figures if each.isdigit() or each in NUMBERS or each in _PARTS]
    if (found := re.match(r"(\d{1,2})[.:](\d\d)", said)) is not None:
        hour, minutes = int(found[1]), int(found[2])
    elif (found := re.match(r"(\d\d)(\d\d) ?h", said)) is not None:
        return _checked(TimeSaid(int(found[1]), int(found[2]), sure=True))
    elif (found := _PARTED.match(said)) is not None:
        part = _PARTS[found["part"].replace(" ", "").replace("-", "")]
        named = _hour(found["hour"])
        before = found["way"] != "past"
        hour, minutes = (named - 1, 60 - part) if before else (named, part)
        hour = hour or (12 if named == 1 else 0)
    elif said.startswith("half "):
        hour, minutes = _hour(said.split()[1]), 30
    elif words:
        hour = _hour(words[0])
    else:
        return None
    return _checked(_with_half(hour, minutes, half, written=said))


def read_length(said: str) -> int | None:
    """The minutes that ``said``, a piece that :data:`LENGTH` matched, comes to."""
    said = said.replace("½", " 1/2").strip()
    if (over := re.fullmatch(r"(?:an? )?(?:hour|hr) and (ten|twenty|a quarter|forty)", said)) is not None:
        return 60 + (15 if over[1] == "a quarter" else NUMBERS[over[1]])
    if re.match(r"half (?:an? )?h", said):
        return 30
    if re.match(r"(?:a )?quarter", said):
        return 15
    if re.match(r"(?:a )?(?:three quarters?|3/4)", said):
        return 45
    more = 30 if re.search(r"half|1/2", said) else 0
    found = re.match(rf"(?P<count>{_COUNT})? ?-? ?(?P<unit>[hm])?", said)
    rest = re.sub(r"\band a half\b|\band half\b|1/2", "", said)
    total = 0.0
    for each in re.finditer(rf"(?P<count>{_COUNT})? ?-? ?(?P<unit>h|m)[a-z]*", rest):
        total += _amount(each["count"] or "a") * (60 if each["unit"] == "h" else 1)
    if (tail := re.search(r"h(?:(?:ou)?rs?)?,? ?(?:and )?([0-5]\d)$", rest)) is not None:
        total += int(tail[1])
    return round(total) + more if found is not None and (total or more) else None


def _amount(said: str) -> float:
    said = said.replace("-", " ")
    if said[:1].isdigit():
        return float(said)
    return float(sum(NUMBERS[word] for word in (said.replace("twentyfive", "twenty five")).split()))


_PARTS: Mapping[str, int] = MappingProxyType(
    {"five": 5, "ten": 10, "quarter": 15, "qtr": 15, "1/4": 15, "twentyfive": 25, "twenty": 20, "half": 30}
    | {"5": 5, "10": 10, "15": 15, "20": 20, "25": 25}
)
_NO_HOUR_SAID = re.compile(r"(?:(?:quarter|qtr) (?:to|past)|half past)")
_PARTED = re.compile(
    rf"(?:a )?(?P<part>{_PART}) (?:mins? |minutes )?(?P<way>past|to|til|till|b4|before) (?P<hour>{_HOUR})"
)


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS[said]


def _half_of_day(said: str) -> str:
    found = re.search(r"(?<=[\d ])(am|pm|a\.m\.|p\.m\.)(?: ?ish)?$", said)
    return "" if found is None else f"{found[1][0]}m"


def _with_half(hour: int, minutes: int, half: str, *, written: str) -> TimeSaid:
    if half and 1 <= hour <= 12:
        return TimeSaid(hour % 12 + (12 if half == "pm" else 0), minutes, sure=True)
    # "14.30" and "06:45" leave no doubt about the half of the day, "6.45" does.
    sure = hour > 12 or (re.match(r"0\d?[.:]\d\d", written) is not None)
    return TimeSaid(hour, minutes, sure=sure)


def _checked(said: TimeSaid) -> TimeSaid | None:
    return said if said.hour is None or (0 <= said.hour < 24 and 0 <= said.minute < 60) else None


# --- which moment is meant ----------------------------------------------------------------------------------------


class NotYet(Exception):  # a refusal inside this package, never let out of it
    """A time that was said to be past is still to come, or one to come has passed."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of writing in civil time, and the hours between which children are with the setting."""

    written: datetime  # civil, without a zone
    opens: time = USUAL_HOURS[0]
    closes: time = USUAL_HOURS[1]

    @property
    def today(self) -> date:
        return self.written.date()

    @property
    def is_early(self) -> bool:
        """Whether what is told is likely to be of the night."""
        return self.written.time() < _STILL_MORNING or self.written.time() >= time(23)

    def past(self, said: TimeSaid, *, day: date | None = None, night: bool = False) -> datetime:
        """The newest such moment that has come, on ``day`` where one was said. Raises :class:`NotYet`.

        ``night`` is said of what is done at night: going to bed, waking. Otherwise the hours before six are meant
        only early in the day, and what would be yesterday's although the same hour is nearly there has not come yet.
        """
        found = self._come(said, day)
        if not night and not (self.is_early and day in (None, self.today)):
            found = [each for each in found if each.time() >= _NIGHT_ENDS] or (found if day is not None else [])
        if not found:
            raise NotYet
        if day is not None and day < self.today:
            return found[-1] if night else self._usual(found)
        newest = found[-1]
        if day is None and not night and newest.date() < self.today:
            soon = any(self.written < each <= self.written + _SOON for each in self._on(self.today, said))
            if soon or not self.is_early:
                raise NotYet
        return newest

    def last_night(self, said: TimeSaid) -> datetime:
        """The moment of last night that is meant. Raises :class:`NotYet`."""
        evening = datetime.combine(self.today - timedelta(days=1), time(17))
        night = (evening, datetime.combine(self.today, _NIGHT_ENDS))
        found = [each for each in self._come(said, None) if night[0] <= each <= night[1]]
        if not found:
            raise NotYet
        return found[-1]

    def slept(self, said: StretchSaid, *, day: date | None = None) -> tuple[datetime, datetime]:
        """From when to when a child slept that does not sleep now; raises :class:`NotYet`."""
        days = [day] if day is not None else [self.today - timedelta(days=1), self.today]
        pairs = [pair for each in days for begins in self._on(each, said.begins) for pair in self._night(begins, said)]
        latest = self.written + GRACE
        past = [pair for pair in pairs if pair[1] <= latest]
        under_way = [pair for pair in pairs if pair[0] <= self.written and latest < pair[1] <= self.written + _SOON]
        if not past or (under_way and under_way[-1] > past[-1]):
            raise NotYet
        if day is None and past[-1][1].date() < self.today and not self.is_early:
            raise NotYet  # In the middle of the day nobody tells of yesterday without saying so.
        return past[-1]

    def coming(self, said: TimeSaid, *, day: date | None = None) -> datetime:
        """The moment to come that is meant, within the setting's hours where one is. Raises :class:`NotYet`."""
        on = day or self.today
        found = [each for each in self._on(on, said) if on != self.today or each > self.written - GRACE]
        if not found:
            raise NotYet
        return self._usual(found, otherwise=0)

    def of_the_day(self, said: TimeSaid, *, day: date | None = None) -> datetime:
        """The moment of that day that is meant, come or not: within the setting's hours where one is."""
        return self._usual(self._on(day or self.today, said))

    def _come(self, said: TimeSaid, day: date | None) -> list[datetime]:
        days = [day] if day is not None else [self.today - timedelta(days=1), self.today]
        return [at for each in days for at in self._on(each, said) if at <= self.written + GRACE]

    def _night(self, begins: datetime, said: StretchSaid) -> list[tuple[datetime, datetime]]:
        """The sleep that begins then, if there is a likely one: a nap in the day, else a night."""
        following = (*self._on(begins.date(), said.ends), *self._on(begins.date() + timedelta(days=1), said.ends))
        ends = next(each for each in following if each > begins)
        by_day = time(7) <= begins.time() < time(17)
        in_the_night = begins.time() < time(5) and not self.is_early
        longest = _LONGEST_NAP if by_day else _LONGEST_NIGHT
        # In the middle of the day nobody tells of a nap at one in the night.
        return [] if ends - begins > longest or (in_the_night and ends - begins < _LONGEST_NAP) else [(begins, ends)]

    def _usual(self, found: list[datetime], *, otherwise: int = -1) -> datetime:
        """The one within the setting's hours, an hour more at its end."""
        closes = datetime.combine(date.min, self.closes) + timedelta(hours=1)
        latest = closes.time() if closes.date() == date.min else time.max
        usual = (each for each in found if self.opens <= each.time() <= latest)
        return next(usual, found[otherwise])

    @staticmethod
    def _on(day: date, said: TimeSaid) -> list[datetime]:
        midnight = datetime.combine(day, time())
        hour = timedelta(hours=1)
        if said.hour is None:
            return [midnight + each * hour + timedelta(minutes=said.minute) for each in range(24)]
        if said.sure:
            return [midnight + said.hour * hour + timedelta(minutes=said.minute)]
        first = midnight + said.hour % 12 * hour + timedelta(minutes=said.minute)
        return [first, first + _HALF_DAY]
