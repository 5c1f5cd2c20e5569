"""Which messages may tell of harm to a child and must never enter a thread.

Judges nothing and accuses nobody: it only says that a message goes, whole and word for word, to the safeguarding
lead instead of the book. Knows nothing of who that is. Rather one bump too many held than one disclosure relayed;
the author releases an ordinary message with one tap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from book.understanding.lexicon import Lexicon
from book.understanding.screening import Found


@dataclass(frozen=True, slots=True)
class Screened:
    """Whether a message is held for the safeguarding lead, and the words that led there, as written.

    `found` says of each what it hints at and its points, and what took points away; only where the message is held.
    """

    held: bool
    because: tuple[str, ...]
    found: tuple[Found, ...] = ()


def screen(text: str, lexicon: Lexicon) -> Screened:
    """Screen one text. Every text by every door passes here first: captions, edits, answers and comments too."""
    weighed = lexicon.screen.weigh(text)
    if not weighed.held:
        return Screened(held=False, because=())
    added = (words for each in weighed.found if each.points > 0 for words in each.words)
    return Screened(held=True, because=_without_parts(added), found=weighed.found)


def _without_parts(stretches: Iterable[str]) -> tuple[str, ...]:
    """The stretches, the weightiest first, without those that are only a part of another."""
    once = dict.fromkeys(stretches)
    return tuple(each for each in once if not any(each in other and each != other for other in once))
