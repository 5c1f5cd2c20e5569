"""What may stand in a sentence besides plain words: a day, an instant, a sentence of the catalogue, several names.

A handler gives the thing; how it is said is decided here, when the reader's language and zone are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from book.media import MediaKind
from book.people import Pronoun, Role
from book.sharing import Answer
from book.timing import MONTHS, WEEKDAYS, spoken_day, spoken_time
from book.topics import Topic
from book.wording.catalogue import Catalogue

CHANNELS = ("telegram", "whatsapp", "sms")
"""Those that have a name in sentences."""
HERE = "here"  # said of the one she writes from, where it has no name

_MARK = "\x1f"  # nobody types it


def long_day(day: date) -> str:
    """Tuesday 24 November."""
    return f"{_MARK}long_day{_MARK}{day.isoformat()}"


def day_of(day: date) -> str:
    """18 December."""
    return f"{_MARK}day{_MARK}{day.isoformat()}"


def short_day(day: date) -> str:
    """24 Nov."""
    return f"{_MARK}short_day{_MARK}{day.isoformat()}"


def list_day(day: date) -> str:
    """Tue 24 Nov."""
    return f"{_MARK}list_day{_MARK}{day.isoformat()}"


def days(first: date, last: date) -> str:
    """Thu 24 Dec to Fri 1 Jan; Mon 4 Jan."""
    return f"{_MARK}days{_MARK}{first.isoformat()} {last.isoformat()}"


def dates(several: Iterable[date]) -> str:
    """Fri 25 Dec, Mon 28 Dec and Fri 1 Jan."""
    return f"{_MARK}dates{_MARK}{' '.join(each.isoformat() for each in several)}"


def month_of(day: date) -> str:
    """September."""
    return f"{_MARK}month{_MARK}{day.isoformat()}"


def birthday(day: date) -> str:
    """3 April 2023."""
    return f"{_MARK}birthday{_MARK}{day.isoformat()}"


def moment(at: datetime) -> str:
    """Friday 27 November, 8:10."""
    return f"{_MARK}moment{_MARK}{at.isoformat()}"


def about_time(at: time) -> str:
    """A time of day as it is said: ``3``, ``2:30``."""
    hour = at.hour % 12 or 12
    return f"{hour}:{at.minute:02d}" if at.minute else str(hour)


def times(instants: Iterable[datetime]) -> str:
    """8:10 and 8:12."""
    return f"{_MARK}times{_MARK}{','.join(each.isoformat() for each in instants)}"


def people(around: Iterable[tuple[Role, str, str, bool, Sequence[str]]]) -> str:
    """A line for each: in what role, her name, her setting, whether it is said that she has not joined, and by which
    channels it is said that she is reached."""
    return f"{_MARK}people{_MARK}{json.dumps([list(each) for each in around], ensure_ascii=False)}"


def blanks(found: Iterable[tuple[str, Iterable[Topic]]]) -> str:
    """Kit – nap. Ava – nap, nappies."""
    kept = [[name, [topic.value for topic in topics]] for name, topics in found]
    return f"{_MARK}blanks{_MARK}{json.dumps(kept, ensure_ascii=False)}"


def at_channel(name: str, ending: str = "") -> str:
    """On Telegram; by text, ending 214."""
    return f"{_MARK}at_channel{_MARK}{name} {ending}"


def column(field: str, number: int = 0) -> str:
    """A column of a spreadsheet, as people say it: parent 1."""
    return f"{_MARK}column{_MARK}{field} {number or ''}"


def row_of(place: str, row: int) -> str:
    """A row of one of its sheets: row 12; staff row 7."""
    return f"{_MARK}row{_MARK}{place} {row}"


def weekdays(days: frozenset[int]) -> str:
    """Thursdays; Mondays and Thursdays."""
    return f"{_MARK}weekdays{_MARK}{','.join(str(day) for day in sorted(days))}"


def sentence(key: str) -> str:
    """Another sentence of the catalogue, with nothing in it."""
    return f"{_MARK}sentence{_MARK}{key}"


def things(kinds: Sequence[MediaKind], *, first: bool = False) -> str:
    """Photo, videos, photos and videos: one or several that show somebody; ``first`` in its sentence."""
    name = thing(kinds)
    return sentence(f"thing.{name}.first" if first else f"thing.{name}")


def thing(kinds: Sequence[MediaKind]) -> str:
    """What one or several of these are called together, as a part of a key."""
    films = sum(each.is_film for each in kinds)
    if len(kinds) == 1:
        return "video" if films else "photo"
    return "photos" if not films else "videos" if films == len(kinds) else "both"


def heading(topic: Topic | None) -> str:
    """What stands above the lines about one topic; None: they are under no topic."""
    return f"{_MARK}heading{_MARK}{topic.value if topic is not None else ''}"


def shared(answer: Answer, pronoun: Pronoun) -> str:
    """What a parent let travel, of this child: his day; her day, learning and photos; everything."""
    return f"{_MARK}shared{_MARK}{answer.value} {pronoun.value}"


def hours(days: frozenset[int], start: time, end: time) -> str:
    """Mondays to Fridays, 7:30 to 17:30."""
    return f"{_MARK}hours{_MARK}{','.join(str(day) for day in sorted(days))} {start:%H:%M} {end:%H:%M}"


def link(payload: str) -> str:
    """What the invited opens or sends, as the bot is called that she is invited to."""
    return f"{_MARK}link{_MARK}{payload}"


def is_link(value: str) -> bool:
    return value.startswith(f"{_MARK}link{_MARK}")


def payload_of(value: str) -> str:
    return value.rpartition(_MARK)[2]


def one_line(words: str) -> str:
    """Somebody's own words, as they can stand inside a sentence."""
    return " ".join(words.split())


def is_marked(value: str) -> bool:
    """Whether this stands for something that is said otherwise than it is written."""
    return value.startswith(_MARK)


def worded(catalogue: Catalogue, value: str, zone: ZoneInfo) -> str:
    """The words for a value; several names, one a line, are joined as the language does."""
    if not value.startswith(_MARK):
        return catalogue.names(value.split("\n")) if "\n" in value else value
    kind, _, rest = value[1:].partition(_MARK)
    match kind:
        case "sentence":
            return catalogue.say(rest)
        case "heading" | "at_channel":
            return (_heading if kind == "heading" else _at_channel)(catalogue, rest)
        case "weekdays":
            return _weekdays(catalogue, rest)
        case "shared":
            answer, pronoun = rest.split()
            return catalogue.say(f"shared.{answer}", their=catalogue.say(f"pronoun.{pronoun}.their"))
        case "moment":
            at = datetime.fromisoformat(rest).astimezone(zone)
            return f"{spoken_day(at.date())}, {spoken_time(at)}"
        case "times":
            moments = [datetime.fromisoformat(each).astimezone(zone) for each in rest.split(",")]
            return catalogue.names([spoken_time(each) for each in moments])
        case "people":
            return "\n".join(_person(catalogue, *each) for each in json.loads(rest))
        case "blanks":
            return " ".join(
                catalogue.say("gaps.of", name=name, what=", ".join(catalogue.say(f"gap.{topic}") for topic in topics))
                for name, topics in json.loads(rest)
            )
        case "days" | "dates":
            return _several_days(catalogue, kind, [date.fromisoformat(each) for each in rest.split(" ")])
        case "column":
            name, number = rest.split(" ")
            return catalogue.say(f"import.field.{name}", n=number)
        case "row":
            place, number = rest.split(" ")
            return catalogue.say(f"import.place.{place}", row=number)
        case "hours":
            days, start, end = rest.split()
            return f"{_weekdays(catalogue, days)}, {start.removeprefix('0')} to {end.removeprefix('0')}"
        case _:
            return _date(kind, date.fromisoformat(rest))


def _several_days(catalogue: Catalogue, kind: str, found: Sequence[date]) -> str:
    said = [_date("list_day", each) for each in found]
    if kind == "dates" or found[0] == found[-1]:
        return catalogue.names(list(dict.fromkeys(said)))
    return catalogue.say("days.from_to", first=said[0], last=said[-1])


def _weekdays(catalogue: Catalogue, days: str) -> str:
    found = [int(day) for day in days.split(",")]
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return catalogue.say("days.from_to", first=f"{WEEKDAYS[found[0]]}s", last=f"{WEEKDAYS[found[-1]]}s")
    return catalogue.names([f"{WEEKDAYS[day]}s" for day in found])


def _known_channel(name: str) -> str:
    return name if name in (*CHANNELS, HERE) else "other"


def _at_channel(catalogue: Catalogue, at: str) -> str:
    name, _, ending = at.partition(" ")
    return said_of_channel(catalogue, f"channel.at.{_known_channel(name)}", ending)


def channel(catalogue: Catalogue, name: str, ending: str = "") -> str:
    """A channel on a button: Telegram; texts, ending 214."""
    return said_of_channel(catalogue, f"channel.name.{_known_channel(name)}", ending)


def said_of_channel(catalogue: Catalogue, key: str, ending: str) -> str:
    """What ``key`` says, with how the number ends where there is one."""
    said = catalogue.say(key)
    return catalogue.say("channel.ending", what=said, ending=ending) if ending else said


def _person(catalogue: Catalogue, role: str, name: str, setting: str, is_missing: bool, channels: Sequence[str]) -> str:
    said = catalogue.say(f"circle.{role}", name=name, setting=setting)
    known = dict.fromkeys(channel(catalogue, each) for each in channels if each in CHANNELS)
    if known:
        return catalogue.say("circle.reached", who=said, channels=catalogue.names(list(known)))
    return catalogue.say("circle.not_joined", who=said) if is_missing else said


def _heading(catalogue: Catalogue, topic: str) -> str:
    key = f"page.heading.{topic or 'none'}"
    return catalogue.say(key) if key in catalogue.keys else catalogue.say(f"topic.{topic}").capitalize()


def _date(kind: str, day: date) -> str:
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    return {
        "long_day": spoken_day(day),
        "day": f"{day.day} {month}",
        "birthday": f"{day.day} {month} {day.year}",
        "short_day": f"{day.day} {month[:3]}",
        "list_day": f"{weekday[:3]} {day.day} {month[:3]}",
        "month": month,
    }[kind]
