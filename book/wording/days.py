"""A child's day in words, for one reader: the page of the day, a handover, and what is between them.

What is passed in has been allowed already and taken apart by :mod:`book.days`. Knows no channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from book.days import Day, Item, Kit, Quote, Source
from book.facts import Amount, Medicine, Nappy, Sleep
from book.timing import WEEKDAYS, spoken_day
from book.topics import Topic
from book.wording.catalogue import Catalogue
from book.wording.utterance import Span, Style, turned_back
from book.wording.values import one_line

_MOST_QUOTED = 3
_LONGEST_PAGE = 900  # characters


@dataclass(frozen=True, slots=True)
class PageOf:
    """What a page of the day says: one day of one child, or for who hears on Fridays each day of her week."""

    child: str
    days: tuple[tuple[date, Day], ...]
    is_whole: bool = False  # everything, however long: she asked for it


@dataclass(frozen=True, slots=True)
class HandoverOf:
    """What a handover says: a child's day so far, for whoever has her next."""

    child: str
    day: Day
    at: str  # "1 o'clock", as it is said; empty where no time is known
    where: str  # the setting whose day it was
    author: str  # who wrote it there; empty for several


@dataclass(frozen=True, slots=True)
class OfChild:
    """What is new of one child since yesterday: who wrote which words, and whether she asks something."""

    child: str
    told: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class MorningOf:
    """The list with which somebody at work begins her day."""

    name: str
    news: tuple[OfChild, ...]
    here: int = 0  # of hers, who is in today
    mine: int = 0  # and how many are hers; none where nobody is hers more than her colleagues'
    quiet: tuple[str, ...] = ()  # in today, and nothing new
    not_in: tuple[str, ...] = ()  # and nothing new either


class Days:
    """The sentences about a day, in one language and one zone."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo, *, in_text: bool = False) -> None:
        self._catalogue = catalogue
        self._zone = zone
        self._is_text = in_text

    def page(self, page: PageOf) -> list[Span]:
        """The page; what is longer than a page says how much more there is and how to see it."""
        most = None if page.is_whole else _MOST_QUOTED
        while True:
            spans = self._page(page, most)
            if most in (None, 0) or len("".join(each.text for each in spans)) <= _LONGEST_PAGE:
                return spans
            most -= 1

    def _page(self, page: PageOf, most: int | None) -> list[Span]:
        first, last = page.days[0][0], page.days[-1][0]
        child, child_s = page.child, self._catalogue.possessive(page.child)
        if first == last:
            short = WEEKDAYS[first.weekday()][:3]
            title = self._say("day.title", child=child, child_s=child_s, day=spoken_day(first), short=short)
        else:
            title = self._say("day.title.week", child_s=child_s, first=spoken_day(first), last=spoken_day(last))
        lines: list[list[Span]] = []
        quotes = [quote for _, day in page.days for quote in _said_on(day)]
        shown = _chosen(quotes, most)
        for civil, day in page.days:
            if first != last and not day.is_empty:
                lines.append([Span(WEEKDAYS[civil.weekday()], Style.HEADING)])
            lines += [self._line(key, words) for key, words in self._lines(day)]
            lines += [self._quoted(quote) for quote in _said_on(day) if quote in shown]
        # Of a week only the last day's tomorrow is still to come.
        last_day = page.days[-1][1]
        lines += self._wanted([kit for _, day in page.days for kit in day.kit if day is last_day or not kit.tomorrow])
        if left := len(quotes) - len(shown):
            lines.append([Span(self._say("day.more.one" if left == 1 else "day.more", count=str(left)))])
        if self._is_text:
            lines.append([Span(self._say("day.reply"))])
        return self._joined(title, lines)

    def _wanted(self, kit: Sequence[Kit]) -> list[list[Span]]:
        """What is to be brought, tomorrow or another day."""
        said = []
        if tomorrow := dict.fromkeys(each.what for each in kit if each.tomorrow):
            said.append([Span(self._say("day.tomorrow", things=turned_back(", ".join(tomorrow))))])
        if some_day := dict.fromkeys(each.what for each in kit if not each.tomorrow):
            said.append([Span(self._say("day.bring", things=turned_back(", ".join(some_day))))])
        return said

    def nothing(self, child: str, day: date) -> list[Span]:
        """There is nothing to tell of that day."""
        return [Span(self._say("day.nothing", child=child, day=spoken_day(day)))]

    def handover(self, handover: HandoverOf) -> list[Span]:
        """In the fixed order: sleep, food, nappies, medicine, bumps and mood, from home, to bring home."""
        names = ", ".join(each for each in (handover.where, handover.author) if each)
        key = "handover.title" if handover.at else "handover.title.now"
        title = self._say(key, child=handover.child, time=handover.at, names=names)
        lines = [[Span(self._say(key, words=words))] for key, words in self._handover_lines(handover.day)]
        for quote in (*handover.day.quotes, *handover.day.from_home):
            words = Span(turned_back(one_line(quote.words)), Style.QUOTED)
            if quote.source is Source.HOME:
                lines.append([Span(self._say("handover.from_home", author=quote.author)), Span(" "), words])
            else:
                lines.append([words])
        if home := dict.fromkeys(each.what for each in handover.day.kit if each.goes_home):
            lines.append([Span(self._say("handover.bring", things=turned_back(", ".join(home))))])
        lines += self._wanted([each for each in handover.day.kit if not each.goes_home])
        return self._joined(title, lines)

    def morning(self, morning: MorningOf) -> list[Span]:
        """A line for each child of whom there is something new, then the others by name."""
        name = morning.name
        if morning.mine:
            title = self._say("morning.title.own", name=name, count=str(morning.here), mine=str(morning.mine))
        else:
            title = self._say("morning.title", name=name)
        lines = [self._of_child(each, morning) for each in morning.news] or [[Span(self._say("morning.nothing"))]]
        if morning.quiet:
            lines.append([Span(self._say("morning.quiet", names=", ".join(morning.quiet)))])
        if morning.not_in:
            lines.append([Span(self._say("morning.not_in", names=", ".join(morning.not_in)))])
        return self._joined(title, lines)

    def _of_child(self, of: OfChild, morning: MorningOf) -> list[Span]:
        spans = [Span(self._say("morning.child", child=of.child), Style.HEADING), Span(" ")]
        for number, (author, words, asks) in enumerate(of.told):
            between = "; " if number else ""
            if asks:
                spans += [Span(between), Span(self._say("morning.asks"))]
                between = " "
            behind = f" ({author})" if number + 1 == len(of.told) or of.told[number + 1][0] != author else ""
            spans += [Span(between), Span(turned_back(one_line(words)), Style.QUOTED), Span(behind)]
        if any(asks for *_, asks in of.told) and sum(asks for each in morning.news for *_, asks in each.told) == 1:
            # With one question in the list a reply to it can mean nothing else.
            spans += [Span(" "), Span(self._say("morning.reply"))]
        return spans

    def _joined(self, title: str, lines: Sequence[Sequence[Span]]) -> list[Span]:
        """Lines below each other; in plain text sentences behind each other."""
        spans = [Span(title, Style.HEADING)]
        for number, line in enumerate(lines):
            between = "\n" if not self._is_text else " " if number == 0 or _has_ended(spans[-1].text) else ". "
            spans += [Span(between), *line]
        return spans

    # --- lines --------------------------------------------------------------------------------------------------

    def _lines(self, day: Day) -> list[tuple[str, str]]:
        found = [
            (key, said)
            for key, topic, say in (
                ("day.sleep", Topic.SLEEP, self._sleeps),
                ("day.food", Topic.MEALS, self._as_written),
                ("day.nappies", Topic.NAPPY, self._nappies),
                ("day.medicine", Topic.MEDICATION, self._medicines),
            )
            if (said := say(day.lines.get(topic, ())))
        ]
        if day.bumps:
            found.append(("day.bumps", self._as_written(day.bumps)))
        return found

    def _handover_lines(self, day: Day) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        if slept := self._sleeps(day.lines.get(Topic.SLEEP, ())):
            found.append(("handover.slept", slept))
        if eaten := self._as_written(day.lines.get(Topic.MEALS, ())):
            found.append(("handover.food", eaten))
        changed = day.lines.get(Topic.NAPPY, ())
        if nappies := self._nappies(changed):
            last = max(
                (each.fact.at for each in changed if isinstance(each.fact, Nappy) and each.fact.at), default=None
            )
            known = self._say("handover.last", words=nappies, time=self._clock(last)) if last else nappies
            found.append(("handover.nappies", known))
        if given := day.lines.get(Topic.MEDICATION, ()):
            # Never "none since" and never "next dose due": only what the book knows.
            found.append(("handover.medicine", "; ".join(self._dose(each) for each in given)))
        if day.bumps:
            found.append(("handover.bumps", self._as_written(day.bumps)))
        return found

    def _sleeps(self, items: Sequence[Item]) -> str:
        return self._by_author(items, self._slept)

    def _slept(self, item: Item) -> str:
        if item.fact is not None and _says_more(item.fact.words):
            return self._with_beside(turned_back(one_line(item.fact.words)), item)
        match item.fact:
            case Sleep(begins=datetime() as begins, ends=datetime() as ends):
                said = self._say("day.from_to", since=self._clock(begins), until=self._clock(ends))
            case Sleep(begins=datetime() as begins):
                said = self._say("day.from", since=self._clock(begins))
            case Sleep(minutes=int() as minutes):
                said = self._lasted(minutes)
            case Sleep(amount=Amount.NONE):
                said = self._say("day.no_sleep")
            case None:
                return turned_back(one_line(item.words))
            case other:
                said = one_line(other.words)
        return self._with_beside(said, item)

    def _lasted(self, minutes: int) -> str:
        hours, left = divmod(minutes, 60)
        if not hours:
            return self._say("day.minutes", n=str(left))
        whole = self._say("day.hours", n=str(hours))
        return f"{whole} {self._say('day.minutes', n=str(left))}" if left else whole

    def _nappies(self, items: Sequence[Item]) -> str:
        """All of them together: 4 wet, 1 dirty; and what was written of them besides."""
        facts = [each.fact for each in items if isinstance(each.fact, Nappy)]
        wet, dirty = (sum(getattr(each, kind) or 0 for each in facts) for kind in ("wet", "dirty"))
        said = [self._say(key, n=str(n)) for key, n in (("day.wet", wet), ("day.dirty", dirty)) if n]
        written = [item.words for item in items if item.words]
        plain = [each.words for each in facts if not each.wet and not each.dirty]
        counted = "" if not said else said[0]
        for each in said[1:]:
            counted = self._say("day.counted", first=counted, second=each)
        return ", ".join([*([counted] if counted else []), *(turned_back(one_line(x)) for x in (*plain, *written))])

    def _medicines(self, items: Sequence[Item]) -> str:
        return self._by_author(items, self._given)

    def _given(self, item: Item) -> str:
        fact = item.fact
        if not isinstance(fact, Medicine):
            return turned_back(one_line(item.words))
        dose = "" if fact.dose is None else f"{fact.dose:g} {fact.unit or ''}".strip()
        known = re.findall(r"[^\W\d_]+", f"{fact.name or ''} {fact.unit or ''} {fact.who or ''}".casefold())
        if _says_more(fact.words, *known):
            return self._with_beside(turned_back(one_line(fact.words)), item)
        name = _as_written(fact.name or "", fact.words)
        at = self._clock(fact.at) if fact.at is not None else ""
        said = " ".join(each for each in (at, name, dose) if each) or one_line(fact.words)
        return self._with_beside(turned_back(said), item)

    def _dose(self, item: Item) -> str:
        """ "Calpol 5 ml at 5:45 at home"."""
        fact = item.fact
        at = fact.at if isinstance(fact, Medicine) else None
        what = self._given(replace(item, fact=replace(fact, at=None))) if isinstance(fact, Medicine) else item.words
        if at is not None:
            key = "handover.dose.at_home" if item.source is Source.HOME else "handover.dose"
            return self._say(key, what=what, time=self._clock(at))
        return self._say("day.at_home", what=what) if item.source is Source.HOME else what

    def _as_written(self, items: Sequence[Item]) -> str:
        return self._by_author(items, lambda item: turned_back(one_line(item.words)))

    def _by_author(self, items: Sequence[Item], say: Callable[[Item], str]) -> str:
        """What each author wrote, one after another; who it was stands behind it where it was not the nursery."""
        groups: list[tuple[tuple[Source, str], list[str]]] = []
        for item in items:
            who = (item.source, item.author if item.source is Source.OTHER else "")
            if not groups or groups[-1][0] != who:
                groups.append((who, []))
            if said := say(item):
                groups[-1][1].append(said)
        found = []
        for (source, author), written in groups:
            match source:
                case Source.HOME:
                    found += [self._say("day.at_home", what=each) for each in written]
                case Source.OTHER if written:
                    found.append(self._say("day.by", what=", ".join(written), author=author))
                case _ if written:
                    found.append(", ".join(written))
        together = found[0] if found else ""
        for each in found[1:]:
            together = self._say("day.and", first=together, second=each)
        return together

    def _with_beside(self, said: str, item: Item) -> str:
        return f"{said}, {turned_back(one_line(item.words))}" if item.words else said

    def _line(self, key: str, words: str) -> list[Span]:
        """What the line is about stands out before its words."""
        label, _, rest = self._say(key, words="\n").partition("\n")
        return [Span(label, Style.HEADING), Span(words + rest)] if label else [Span(words + rest)]

    def _quoted(self, quote: Quote) -> list[Span]:
        return [Span(self._say("day.quote", author=quote.author), Style.HEADING), Span(" "), self._words(quote)]

    def _words(self, quote: Quote) -> Span:
        return Span(self._say("quote", words=turned_back(one_line(quote.words))), Style.QUOTED)

    def _clock(self, at: datetime) -> str:
        """A time of a day that is over, as people say it: 2:10."""
        return f"{at.hour % 12 or 12}:{at.minute:02d}"

    def _say(self, key: str, **values: str) -> str:
        return self._catalogue.say(key, **values)


# What a sleep or a dose is stated with, beside its times and amounts.
_STATED_WITH = frozenset(
    {
        "a", "am", "and", "asleep", "at", "awake", "bottle", "by", "down", "for", "from", "gave", "given", "had", "has",
        "hour", "hours", "hr", "hrs", "just", "min", "mins", "minute", "minutes", "ml", "nap", "napped", "naps", "of",
        "off", "pm", "sleep", "sleeping", "slept", "the", "then", "till", "til", "to", "until", "up", "was", "went",
        "woke",
    }
)  # fmt: skip


def _says_more(words: str, *known: str) -> bool:
    """Whether words that were read as a fact say something that the fact does not ("11ish", "in the book corner")."""
    said = re.findall(r"[^\W\d_]+", words.casefold())
    return any(each not in _STATED_WITH and each not in known for each in said)


def _said_on(day: Day) -> list[Quote]:
    return sorted((*day.quotes, *day.from_home), key=lambda each: each.at)


def _chosen(quotes: Sequence[Quote], most: int | None) -> list[Quote]:
    """The first words of all, but what she learned before the rest; in the order of the day."""
    if most is None or len(quotes) <= most:
        return list(quotes)
    ranked = sorted(quotes, key=lambda each: (not each.is_special, each.at))[:most]
    return [each for each in quotes if each in ranked]


def _as_written(name: str, words: str) -> str:
    """The name with the capitals it was written with."""
    at = words.casefold().find(name.casefold())
    return words[at : at + len(name)] if at >= 0 else name


def _has_ended(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?"))
