"""Sentences about what may travel: "stop sharing photos with Dawn", "dawn can see her learning".

Only what is surely one is read as one: a whole sentence of these shapes, about somebody known, naming groups of topics
and nothing else. Everything else is a note. A wish to tell less whose matter is not understood is still a wish: filing
it would tell the very people it was to be kept from. Knows nothing of settings or choices.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from book.topics import EVERY_GROUP, Group
from book.understanding.lexicon import fold

LONGEST_WISH = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants shared from now on, or not any more.

    ``groups`` is empty where a wish to tell less names nothing we know; ``whom`` are the names as they were known, and
    empty where everybody is meant. ``what`` are her own words for it: "hospital letters".
    """

    wider: bool
    groups: frozenset[Group]
    whom: tuple[str, ...]
    what: str
    own_notes: bool = False


_GROUPS: dict[str, frozenset[Group]] = {
    "day": frozenset({Group.DAY}),
    "daily": frozenset({Group.DAY}),
    "learning": frozenset({Group.LEARNING}),
    "observations": frozenset({Group.LEARNING}),
    "milestones": frozenset({Group.LEARNING}),
    "next steps": frozenset({Group.LEARNING}),
    "worries": frozenset({Group.WORRIES}),
    "worry": frozenset({Group.WORRIES}),
    "concerns": frozenset({Group.WORRIES}),
    "behaviour": frozenset({Group.WORRIES}),
    "behaviour worries": frozenset({Group.WORRIES}),
    "letters": frozenset({Group.PRIVATE_HEALTH}),
    "letter": frozenset({Group.PRIVATE_HEALTH}),
    "hospital": frozenset({Group.PRIVATE_HEALTH}),
    "hospital letter": frozenset({Group.PRIVATE_HEALTH}),
    "hospital letters": frozenset({Group.PRIVATE_HEALTH}),
    "hospital stuff": frozenset({Group.PRIVATE_HEALTH}),
    "hospital appointments": frozenset({Group.PRIVATE_HEALTH}),
    "medical letters": frozenset({Group.PRIVATE_HEALTH}),
    "medical stuff": frozenset({Group.PRIVATE_HEALTH}),
    "private health": frozenset({Group.PRIVATE_HEALTH}),
    "appointments": frozenset({Group.PRIVATE_HEALTH}),
    "diagnosis": frozenset({Group.PRIVATE_HEALTH}),
    "diagnoses": frozenset({Group.PRIVATE_HEALTH}),
    "health": frozenset({Group.PRIVATE_HEALTH}),
    "family news": frozenset({Group.FAMILY}),
    "family": frozenset({Group.FAMILY}),
    "family stuff": frozenset({Group.FAMILY}),
    "home life": frozenset({Group.FAMILY}),
    "photos": frozenset({Group.PHOTOS}),
    "photo": frozenset({Group.PHOTOS}),
    "pictures": frozenset({Group.PHOTOS}),
    "pics": frozenset({Group.PHOTOS}),
    "everything": EVERY_GROUP,
    "anything": EVERY_GROUP,
    "all": EVERY_GROUP,
    "it all": EVERY_GROUP,
    "all of it": EVERY_GROUP,
}
_OWN_NOTES = frozenset({"notes", "messages", "my notes", "my messages", "what i write", "everything i write"})
_WITH_NOTHING = frozenset({"", "things", "stuff", "info", "information"})

_LEAD = re.compile(r"^(?:(?:please|pls|can you|could you|ok|from now on|hi|oh|and|also|you) )+")
_TAIL = re.compile(
    r"(?: (?:please|pls|thanks|ta|x+|either|any ?more|again|now|too|as well|from now on|ever|for now|yet))+$"
)
_DETERMINER = re.compile(r"^(?:the|her|his|their|any|our|these|those|\w+s) (?=\w)")
_LESS = tuple(
    re.compile(each)
    for each in (
        r"(?:stop|dont|do not) (?:sharing|share) with (?P<whom>.+)",
        r"(?:stop|dont|do not) (?:sharing|share) (?P<what>.+?) with (?P<whom>.+)",
        r"(?:stop|dont|do not) (?:telling|tell) (?P<whom>.+?) (?:anything )?about (?P<what>.+)",
        r"(?:stop|dont|do not) (?:telling|tell) (?P<whom>.+?) (?P<what>anything|everything)",
        r"(?:stop|dont|do not) (?:showing|show|sending|send) (?P<whom>\w+) (?P<what>.+)",
        r"(?:stop|dont|do not) (?:sharing|share) (?P<what>.+)",
    )
)
# A wish only if what they name is known: "no milk for Dawn" and "Dawn can't see well" are notes.
_LESS_OF_THE_KNOWN = tuple(
    re.compile(each)
    for each in (
        r"no (?:more )?(?P<what>.+?) (?:with|for|to) (?P<whom>.+)",
        r"keep (?P<what>.+?) from (?P<whom>.+)",
        r"(?P<whom>.+?) (?:cant|cannot|can not|mustnt|must not|may not|shouldnt|should not) see (?P<what>.+)",
    )
)
_MORE = tuple(
    re.compile(each)
    for each in (
        r"(?:start sharing|share) (?P<what>.+?) with (?P<whom>.+)",
        r"let (?P<whom>.+?) see (?P<what>.+)",
        r"(?P<whom>.+?) (?:can|may) see (?P<what>.+)",
    )
)
_SHAPES = (
    *((False, True, each) for each in _LESS),
    *((False, False, each) for each in _LESS_OF_THE_KNOWN),
    *((True, False, each) for each in _MORE),
)


def may_be_wish(text: str) -> bool:
    """Whether these words have the shape of one, whoever may be meant."""
    plain = _plain(text)
    return bool(plain) and any(each.fullmatch(plain) for _, _, each in _SHAPES)


def read_wish(text: str, people: Collection[str]) -> Wish | None:
    """The wish this is; None where it is a note. ``people`` are the names persons and settings go by."""
    plain = _plain(text)
    if not plain:
        return None
    known = {fold(each): each for each in people}
    for wider, surely, shape in _SHAPES:
        if not (found := shape.fullmatch(plain)):
            continue
        parts = found.groupdict()
        meant = _people(parts.get("whom"), known)
        wish = None if meant is None else _wish(wider, parts.get("what") or "", meant, surely=surely)
        if wish is not None:
            return wish
    return None


def _wish(wider: bool, what: str, whom: tuple[str, ...], *, surely: bool) -> Wish | None:
    if what in _OWN_NOTES:
        return Wish(wider, EVERY_GROUP, whom, what, own_notes=True)
    if what in _WITH_NOTHING:
        return Wish(False, EVERY_GROUP, whom, "") if surely else None
    groups, words = _groups(what)
    if groups is None:
        # To tell somebody known less of something we do not know: asked about, never filed and so told.
        return Wish(False, frozenset(), whom, what) if surely and whom else None
    return Wish(wider, groups, whom, words)


def _groups(what: str) -> tuple[frozenset[Group] | None, str]:
    found: frozenset[Group] = frozenset()
    words = []
    for each in re.split(r" and | or |, ?| & ", what):
        word = each.strip()
        if word not in _GROUPS:
            word = _DETERMINER.sub("", word)
        if word not in _GROUPS:
            return None, what
        found |= _GROUPS[word]
        words.append(word)
    return found, " and ".join(words)


def _people(whom: str | None, known: dict[str, str]) -> tuple[str, ...] | None:
    if whom is None or whom in ("anyone", "anybody", "everyone", "everybody", "each other"):
        return ()
    found = []
    for each in re.split(r" and | or |, ?| & ", whom):
        name = each.strip().removeprefix("the ")
        if name not in known:
            return None
        found.append(known[name])
    return tuple(found)


def _plain(text: str) -> str:
    """The words as they are compared: folded, without apostrophes, politeness or full stops; empty if too long."""
    if len(text) > LONGEST_WISH or "?" in text or "\n" in text.strip():
        return ""
    words = re.sub(r"['’]", "", text.casefold())
    words = re.sub(r"[.!;:()\"]", " ", words)
    words = " ".join(words.split())
    return _TAIL.sub("", _LEAD.sub("", words)).strip()
