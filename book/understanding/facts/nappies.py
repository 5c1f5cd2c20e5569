"""Nappies, potty and accidents: how many were wet, how many dirty. Knows no supplies: "running low" is no change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from book.facts import Kind, Nappy
from book.understanding.facts.said import MOST, Said, pattern

_HOW = (
    r"(?:(?:a|an|very|really|more|big|huge|massive|good|small|little|tiny|just|lovely|soaking|heavy|heavily|full"
    r"|another|further) ){0,3}"
)
_WET = r"(?:wets?|wees?|weed|wee wees?|pees?|peed|urine)"
_DIRTY = (
    r"(?:(?:loose |runny |explosive |solid |soft |normal |watery |mushy )?(?:poos?|poops?|pooed|pooped|bms?|bos?"
    r"|bowels opened"
    r"|stools?|motions?)"
    r"|dirt(?:y|ies)|soiled|loose|runny|number twos?)"
)
_NAPPY = r"(?: napp(?:y|ies)| bums?| accidents?| changes?)?"
_NOT_THOSE = (
    r"(?! (?:pairs?|sets?|clothes|trousers|pants|socks|play|sand|weather|wipes|bag|washing|leggings|vest|on target))"
)

# A letter by itself is a nappy at the end of what is said or between two: "6 w dad" is six with dad.
_ALONE = r"(?! (?!(?:and|n|at|then|both|x|w|d|wet|dirty|napp(?:y|ies))\b)[a-z])"

_COUNTED = pattern(
    rf"(?<![\d.,:/-])\b(?P<n>%n%|zero|0) ?(?:x )?{_HOW}(?:(?P<both>wet and dirty|wee and poo|wet and soiled)"
    rf"|(?P<wet>{_WET})|(?P<dirty>{_DIRTY}))\b{_NAPPY}{_NOT_THOSE}"
    rf"|\b(?:(?P<wet_x>{_WET})|(?P<dirty_x>{_DIRTY})){_NAPPY} ?(?:x ?(?P<x>\d{{1,2}})\b|(?P<word>twice|once)\b)"
    rf"|\bx ?(?P<x_first>\d{{1,2}}) (?:(?P<wet_f>{_WET})|(?P<dirty_f>{_DIRTY}))\b{_NAPPY}"
    rf"|(?<![\w.])(?P<short>[1-9]) ?(?:(?P<wet_s>w)|(?P<dirty_s>d))\b{_ALONE}"
)
_ONE = pattern(
    rf"\b(?:(?P<both>wet and dirty|dirty and wet)|(?P<wet>wet|soaking|soaked)|(?P<dirty>dirty|soiled|pooey|pooy"
    rf"|loose|runny|explosive))"
    rf" (?:nappy|accident)\b"
    rf"|\b(?:did|done|had|has had|doing|made|big|huge|massive|another|having|lovely|good|proper|explosive|runny"
    rf"|loose|a) (?:a |his |her )?{_HOW}"
    rf"(?:(?P<wet_1>wee|pee)|(?P<dirty_1>poo|poop|bm|number two))\b"
    rf"|\b(?P<wet_3>wet) (?:himself|herself|(?:his|her|the) (?:pants|bed|trousers|leggings|knickers|cot))\b"
    rf"|\b(?:(?P<wet_2>weed|peed)|(?P<dirty_2>pooed|pooped))\b"
)
_SINCE = pattern(r"\b(?:(?P<wet>wet|w|damp|soaked|soaking)|(?P<dirty>dirty|soiled|poo|d))\b(?= ?%about%%time%)")
_AFTER = pattern(
    rf"%time:at% (?:(?P<wet>wet|w\b{_ALONE})|(?P<dirty>dirty|soiled|poo|d\b{_ALONE}))\b"
    r"(?! (?:play|clothes|trousers|weather))"
)
_CHANGED = pattern(
    r"\b(?:changed|nappies|nappy|changes)(?: at)?:? (?P<times>%time%(?:(?:,| and|, and| n)? ?%time%){0,8}),?"
    r" (?:both |all |each )?(?:time )?(?:(?P<wet>wet)|(?P<dirty>dirty|soiled))\b"
)
_AND_AT = pattern("(?:,| and|, and| n)? ?(?:at )?(?P<at>%time%)")
_HAD_NONE = pattern(
    r"\b(?:no|zero)(?: more)? (?:(?P<dirty>poos?|poops?|bms?|dirty napp(?:y|ies))|(?P<wet>wet napp(?:y|ies)"
    r"|wees?))\b(?! (?:on|in) (?:the|his|her) (?:potty|floor|toilet))"
    r"|\b(?:hasnt|has not|havent|not|still not|didnt)(?: (?:had|done|do|did) (?:a|any))? (?:(?P<dirty_2>poo(?:ed)?"
    r"|pooped|bm|dirty nappy)|(?P<wet_2>weed|wee|wet nappy))\b"
    r"|\bnothing\b[^.!?]{0,30}\b(?P<dirty_3>poo)\b"
)
_NO = re.compile(r"\b(?:no|not|hasnt|havent|didnt|without|wont|any|nothing|isnt|never|dont)\b[^.!?,;]{0,22}$")
_ASKS_FOR = re.compile(r"\b(?:bring|send|need|more|running (?:low|out)|out of|spare|left|size|pack)\b[^.!?,;]{0,20}$")
_POTTY = re.compile(r"[^.!?\n,;]{0,14}?\b(?:on|in|using) (?:the |his |her |a )?(?P<where>potty|toilet|loo)\b")
_LOOSE = pattern(
    r"(?:[ ,-]{0,3}(?:%day%|this am|this pm|both|all|and|was|but)){0,3}[ ,-]{0,3}(?:(?:a )?(?:bit|little|quite|very"
    r"|slightly|rather) )?(?:runny|loose|explosive|mushy|watery|green|hard)\b"
)
_BETWEEN = re.compile(r"[ ,/+&]*(?:and |n |plus |with |\+ ?)?")


@dataclass(slots=True)
class _Change:
    start: int
    end: int
    wet: int | None
    dirty: int | None
    at: datetime | None
    where: str | None


def read(said: Said) -> None:
    """Find every change that is told of; those in one breath are one fact."""
    found = sorted(_changes(said), key=lambda change: change.start)
    together: list[_Change] = []
    for change in found:
        last = together[-1] if together else None
        if last is not None and change.start < last.end:
            continue
        joins = last is not None and _BETWEEN.fullmatch(said.marked, last.end, change.start) is not None
        if last is not None and joins and not _clash(last, change):
            last.end = change.end
            last.wet = change.wet if last.wet is None else last.wet
            last.dirty = change.dirty if last.dirty is None else last.dirty
            last.at, last.where = last.at or change.at, last.where or change.where
        else:
            together.append(change)
    for each in together:
        loose = _LOOSE.match(said.marked, each.end)
        said.add(
            Nappy(wet=each.wet, dirty=each.dirty, where=each.where, at=each.at),
            each.start,
            loose.end() if loose is not None else each.end,
        )


def _clash(one: _Change, other: _Change) -> bool:
    if one.at is not None and other.at != one.at:
        return True
    return (one.wet is not None and other.wet is not None) or (one.dirty is not None and other.dirty is not None)


def _changes(said: Said) -> list[_Change]:
    changes: list[_Change] = []
    for found in said.free(_HAD_NONE):
        groups = {key for key, value in found.groupdict().items() if value is not None}
        wet = 0 if any(key.startswith("wet") for key in groups) else None
        said.add(Nappy(wet=wet, dirty=0 if wet is None else None), *found.span())
    for found in said.free(_CHANGED):
        wet, dirty = (1, None) if found["wet"] else (None, 1)
        for each in _AND_AT.finditer(said.marked, *found.span("times")):
            at = said.past(each, "at", Kind.NAPPY)
            if at is not None:
                said.add(Nappy(wet=wet, dirty=dirty, at=at), *found.span())
    for sentence in (_COUNTED, _ONE, _SINCE, _AFTER):
        for found in said.free(sentence):
            if len(changes) >= MOST:
                return changes
            if any(each.start <= found.start() < each.end for each in changes) or _is_none(said, found.start()):
                continue
            groups = {key for key, value in found.groupdict().items() if value is not None}
            number = next((found[key] for key in ("n", "x", "x_first", "short") if key in groups), None)
            count = said.number(number) if number else {"twice": 2.0}.get(found.groupdict().get("word") or "", 1.0)
            if number == "zero":
                count = 0.0
            if count is None or count != int(count) or count > 30:
                continue
            is_wet = any(key.startswith(("wet", "both")) for key in groups)
            is_dirty = any(key.startswith(("dirty", "both")) for key in groups)
            potty = _POTTY.match(said.marked, found.end())
            end = potty.end() if potty is not None else found.end()
            if sentence is _AFTER:
                at = said.past(found, "at", Kind.NAPPY)
            else:
                end, at = said.with_time(found.start(), end, Kind.NAPPY)
            where = said.as_written(*potty.span("where")).lower() if potty is not None else None
            much = (int(count) if is_wet else None, int(count) if is_dirty else None)
            changes.append(_Change(found.start(), end, *much, at, where))
            while at is not None and (more := _AND_AT.match(said.marked, end)) is not None:
                again = said.past(more, "at", Kind.NAPPY)
                if again is None:
                    break
                changes.append(_Change(more.start("at"), more.end(), *much, again, where))
                end = more.end()
    return changes


def _is_none(said: Said, at: int) -> bool:
    before = said.before(at)
    return _NO.search(before) is not None or _ASKS_FOR.search(before) is not None or said.is_planned(at)
