"""What it costs to understand a message, all of it: screened, which child, what about, what it states.

One process, one core. What is hostile is made from a seed, so that two sittings measure the same.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from book.safeguarding import screen
from book.understanding.children import which_child
from book.understanding.lexicon import Lexicon, load_lexicon
from book.understanding.names import Named
from book.understanding.notes import read_note
from tests.corpora import messages

LONGEST = 4096
_WRITTEN = datetime.fromisoformat("2026-11-24T15:00")
_CIRCLE = [Named(1, ("Ella",)), Named(2, ("Noah",)), Named(3, ("Leo",))]
_NAMES = [name for each in _CIRCLE for name in each.names]
_PIECES = (
    *("slept", "12-1", "half", "past", "to", "an hour and a", "a little", "ate all of his", "no", "wet", "2", "temp"),
    *("calpol 5ml", "off til", "Fri 13th", "in at", "late", "bumped", "because", "Ella", "and", "both", ",", ".", "\n"),
    *("?", '"', "'", "(", "1:", "0" * 40, "\u0301" * 20, "\u202e", "😩", "no " * 20, "x" * 60),
)


@dataclass(frozen=True, slots=True)
class Understood:
    """Ordinary messages: how many, and the CPU time of each in seconds; and the slowest of the hostile ones."""

    messages: int
    seconds: tuple[float, ...]
    hostile: int
    worst: float
    worst_text: str

    @property
    def rate(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def understanding(rounds: int = 3, hostile: int = 400) -> Understood:
    """Each ordinary message as often as there are rounds, its fastest counting; each hostile one twice."""
    lexicon = load_lexicon()
    texts = [each.text for name in ("first", "messages", "shared") for each in messages(name)]
    seconds = [min(_timed(text, lexicon) for _ in range(rounds)) for text in texts]
    slowest = max((min(_timed(text, lexicon) for _ in range(2)), text) for text in _hostile(hostile))
    return Understood(len(texts), tuple(seconds), hostile, slowest[0], slowest[1])


def understand(text: str, lexicon: Lexicon) -> None:
    """All that is asked of a message's words before it is filed, each thing once: what has passed is not held again."""
    held = screen(text, lexicon).held
    which_child(text, _CIRCLE)
    read_note(text, lexicon, _NAMES, _WRITTEN, released=not held)


def _timed(text: str, lexicon: Lexicon, clock: Callable[[], float] = time.process_time) -> float:
    began = clock()
    understand(text, lexicon)
    return clock() - began


def _hostile(count: int) -> Sequence[str]:
    chance = random.Random(7)
    repeated = [(piece * LONGEST)[:LONGEST] for piece in _PIECES]
    spaced = [(f"{piece} " * LONGEST)[:LONGEST] for piece in _PIECES]
    mixed = [
        " ".join(chance.choice(_PIECES) for _ in range(chance.choice((20, 200, 1200))))[:LONGEST]
        for _ in range(count - len(repeated) - len(spaced))
    ]
    return [*repeated, *spaced, *mixed]
