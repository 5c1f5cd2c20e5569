"""Which messages may tell of harm to a child and must never enter a thread.

Judges nothing and accuses nobody: it only says that a message goes, whole and word for word, to the safeguarding
lead instead of the book. Knows nothing of who that is. Rather one bump too many held than one disclosure relayed;
the author releases an ordinary message with one tap.
"""

from __future__ import annotations

from dataclasses import dataclass

from book.understanding.lexicon import Lexicon, Words


@dataclass(frozen=True, slots=True)
class Screened:
    """Whether a message is held for the safeguarding lead, and the words that led there, as written."""

    held: bool
    because: tuple[str, ...]


def screen(text: str, lexicon: Lexicon) -> Screened:
    """Screen one text. Every text by every door passes here first: captions, edits, answers and comments too."""
    because = held_because(lexicon.read(text), lexicon)
    return Screened(bool(because), because)


def held_because(words: Words, lexicon: Lexicon) -> tuple[str, ...]:
    """The stretches of a message, as written, for which it is held; empty for an ordinary one."""
    return tuple(words.as_written(hit.at) for hit in lexicon.find_held(words) if "given" not in hit.sense.marks)
