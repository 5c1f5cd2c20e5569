"""Temperatures of a child, in degrees Celsius. Knows no weather, and no fever without a figure."""

from __future__ import annotations

import re

from book.facts import Doubtful, Kind, Temperature
from book.understanding.facts.said import Said, pattern

_FIGURE = (
    r"(?P<figure>(?:3[5-9]|4[0-2]) \d(?![\d/x]| ?(?:times|ml))|\d{2,3}(?:[.,]\d{1,2})?)(?![\d:]|[.,]\d)(?: ?"
    r"(?P<unit>°? ?[cf]|degrees?(?: c| f)?|deg)(?![\w]))?"
)
_SAID = pattern(
    r"\b(?:temp(?:s|erature)?|fever(?:ish)?|reading|spiked|thermometer|goraczk[ae]|temperatura|febra|bukhar"
    r"|tymheredd)\b"
    rf"[^.!?\n0-9\ue001\ue002\ue003\ue004]{{0,28}}?(?<![\d£]){_FIGURE}"
)
_AFTER = pattern(rf"(?<![\d.,:£/]){_FIGURE} ?(?:temp(?:erature)?|fever)\b")
_BARE = pattern(
    r"(?<![\d.,:£/-])(?P<figure>(?:3[5-9]|4[0-2])[.,]\d)(?! ?(?:mls?|mg|kg|oz|cm|%|\d|lbs?))(?: ?(?P<unit>°? ?c"
    r"|degrees?)(?!\w))?"
)
_DEGREES = pattern(r"(?<![\d.,:£/-])(?P<figure>3[6-9]|4[0-1])(?P<unit> ?(?:degrees|deg|°c?))(?!\w)")
_NOW = pattern(r"(?<![\d.,:£/-])(?P<figure>3[6-9]|4[0-1])(?P<unit>)(?= (?:now|this (?:morning|am)|again|since)\b)")
_ANY_FIGURE = re.compile(r"\d")  # the figures of a time are marked already
_NOT_OF_A_CHILD = re.compile(
    r"\b(?:outside|weather|sunny|forecast|room temp|hot day|heat ?wave|bath|oven|water temp)\b"
)
_UNLIKE_A_FIGURE = re.compile(r" ?(?:mls?|mg|kg|oz|%|mins?|minutes|hours?|hrs?|days?|weeks?|am|pm|x|times)\b")


def read(said: Said) -> None:
    """Find every temperature that was read."""
    if not _ANY_FIGURE.search(said.marked) or _NOT_OF_A_CHILD.search(said.marked):
        return
    for sentence in (_SAID, _AFTER, _BARE, _NOW, _DEGREES):
        for found in said.free(sentence):
            if _UNLIKE_A_FIGURE.match(said.marked, found.end("figure")) or said.is_taken(found.start("figure")):
                continue
            _add(said, found)


def _add(said: Said, found: re.Match[str]) -> None:
    degrees = float(found["figure"].replace(",", ".").replace(" ", "."))
    unit = found["unit"] or ""
    if unit.strip(" °").startswith("f") or unit.endswith(" f"):
        degrees = round((degrees - 32) * 5 / 9, 1)
    if not 34 <= degrees <= 43:
        said.doubt(Doubtful.IMPOSSIBLE, Kind.TEMPERATURE, *found.span())
        said.taken.append(found.span())
        return
    end, at = said.with_time(found.start(), found.end(), Kind.TEMPERATURE)
    said.add(Temperature(celsius=degrees, at=at), found.start(), end)
