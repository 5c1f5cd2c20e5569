"""Injuries: where on the child, what happened, and when. What was done about it stays in the words."""

from __future__ import annotations

import re

from book.facts import Injury, Kind
from book.topics import Topic
from book.understanding.facts.said import Said, pattern

_HAPPENED = re.compile(
    r"\b(?:fell|fallen|fall|tripped|bumped|banged|bashed|hit|slipped|grazed|cut|scraped|scratched|knocked|trapped"
    r"|caught|stubbed"
    r"|bitten|burnt|stung|collided|tumbled|tumble|tripped|landed|walked into|dropped (?:a|an|the) [a-z]+ on|clash"
    r"(?:ed)?|bashed|ran into|bump|graze|scrape|scratch"
    r"|egg|lump|bruise"
    r"|nose ?bleed|sting|stung|blister|broke|broken|bite|bite mark|splinter|bang|knock|redness|plaster on (?:his"
    r"|her))\b"
)
_PART = re.compile(
    r"(?<!friends )(?<!your )(?<!my )(?<!childs )(?<!'s )\b(?:(?:left|right|upper|lower|top|bottom|both|back of "
    r"(?:the |his |her )?"
    r"|side of (?:the |his |her )?|l"
    r"|r) ?){0,3}"
    r"(?:head|forehead|eye(?:brow|lid)?|nose|lips?|mouth|chin|cheek|face|ear|tooth|teeth|tongue|gum|knees?"
    r"|elbows?|arm|hands?|palms?"
    r"|fingers?|thumb|leg|shins?|foot|toes?|ankle|wrist|shoulder|neck|bottom|bum|heel|temple|hip|thigh|(?<=his "
    r")back|(?<=her )back|(?<=the )back|tummy"
    r"|nail|eyelid)\b(?! to\b)"
)
_AID = re.compile(
    r"\b(?:ice ?packs?|ice|cold (?:compress|pack|flannel|water)|cleaned|wiped|washed|plaster|arnica|cuddles?"
    r"|first aid|bathed"
    r"|paper towel|savlon|sudocrem|compress)\b"
)
_ENDS = re.compile(
    r"[.!?\n,;\ue001\ue002\ue004]|-(?= )|\b(?:at|around|about) (?=\ue001)|\b(?:so|but|then|ice pack|cold compress)\b"
)
_TIME = pattern("(?P<at>%time%)")
_NOT_THEN = re.compile(
    r"\b(?:rang|called|phoned|told|text(?:ed)?|collect\w*|pick\w*|since|form|until|til)\b[^.!?]{0,16}$"
)
_DID = re.compile(
    r"\b(?:bit|pushed|hit|kicked|scratched|pinched|hurt|threw|snatched)\b(?: and (?:bit|hit|kicked|pushed))?"
    r" (?:a|an|another|his|her|the|one of his|one of her)? ?(?:little )?(?:friends?|child|children|boy|girl|peers?"
    r"|baby|brother"
    r"|sister|staff)\b"
)
_NO = re.compile(r"\b(?:no|without|not|never|nearly|almost)\b[^.!?,;]{0,12}$")
_GROWN_UP = re.compile(
    r"\b(?:nan|nana|gran|grandma|grandad|mum|dad|i|we|auntie|uncle)s? (?:(?:has|have|had|s) )?(?:a )?(?:bad )?$"
)
_SIDES = {"l": "left", "r": "right"}
_LEADS = re.compile(r"(?<![\w\0])(?:(?:small|tiny|little|big|slight|bit of a|nasty|red|minor|a) )+$")


def read(said: Said) -> None:
    """The injury that the message tells of: one, from what happened to what was done about it."""
    if _DID.search(said.marked):
        return  # What a child did to another is no injury of its own.
    found = next((each for each in said.free(_HAPPENED) if not _is_none(said, each.start())), None)
    if found is None:
        return
    marked = said.marked
    lead = _LEADS.search(said.before(found.start(), 30))
    start = found.start() - len(lead.group()) if lead is not None else found.start()
    ends = _ENDS.search(marked, found.end(), found.end() + 90)
    end = ends.start() if ends is not None else min(len(marked), found.end() + 90)
    reason = said.as_written(start, end)
    if _GROWN_UP.search(said.before(start, 24)):
        return
    first, last = said.sentence(start)
    part = _PART.search(marked, start, min(len(marked), start + 160)) or _PART.search(marked, first, last)
    if part is None and Topic.INCIDENT not in said.about:
        return
    times = _TIME.finditer(marked, first, min(last, first + 400))
    if _TIME.search(marked, first, last) is None:
        times = _TIME.finditer(marked, last, min(len(marked), last + 120))
    time = next((each for each in times if not _NOT_THEN.search(said.before(each.start()))), None)
    aid = [each.end() for each in _AID.finditer(marked, start, min(len(marked), start + 220))]
    at = said.past(time, "at", Kind.INJURY) if time is not None else None
    stops = [end, *aid[-1:]]
    if part is not None:
        stops.append(part.end())
    if time is not None and at is not None:
        stops.append(time.end())
    where = _side(said.as_written(*part.span()).lower()) if part is not None else None
    said.add(Injury(where=where, reason=reason or None, at=at), start, max(stops))


def _side(where: str) -> str:
    """ "L knee" is the left one."""
    side, _, part = where.partition(" ")
    return f"{_SIDES[side]} {part}" if side in _SIDES and part else where


def _is_none(said: Said, at: int) -> bool:
    return said.is_planned(at) or _NO.search(said.before(at, 24)) is not None
