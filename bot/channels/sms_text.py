"""An utterance as text messages: plain signs, choices by number, and as few parts on the air as its letters allow.

One letter outside GSM-7 (a tick, an arrow, a curly quote) more than halves what fits, so our own wording goes without
them; what people wrote, and how they write their names, stays as it is. Pure: knows no provider and no telephones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from book.wording.utterance import Labelled, Style, Utterance
from bot.channels.splitting import split, utf16_units

# The default alphabet of GSM 03.38, and what it reaches by an escape, which counts twice.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
# The most that one message may hold at the provider, on every channel.
LONGEST = 1600

_ALONE = {True: 160, False: 70}
_JOINED = {True: 153, False: 67}  # the rest says which piece of which message it is
_LONGEST_NUMBER = len("(99/99) ")

_PLAIN = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "→": "to",
    "⇄": "and",
    "·": ":",
    "°": "",
    "\u00a0": " ",
}
_TICK = re.compile("✓ ?")
_SIGNS = str.maketrans(_PLAIN)
_SPACES = re.compile("[ \t]{2,}")


def as_text(utterance: Utterance) -> str:
    """What is said and, after it, the choices by number: "Phones get seen. 1 yes, 2 just say there's news"."""
    return " ".join(filter(None, (_said(utterance), numbered(utterance.choices))))


def numbered(choices: Sequence[Labelled]) -> str:
    """ "1 Noah, 2 Poppy, 3 both"."""
    return ", ".join(f"{number} {in_plain_signs(each.label)}".strip() for number, each in enumerate(choices, start=1))


def in_plain_signs(text: str) -> str:
    """Our own wording without the signs that a text message has no cheap letters for.

    >>> in_plain_signs("✓ Ella · “slept” → Priya…")
    'Ella : "slept" to Priya...'
    """
    return _SPACES.sub(" ", _TICK.sub("", text).translate(_SIGNS))


def parts(utterance: Utterance) -> tuple[str, ...]:
    """The utterance as messages within the provider's limit; if it takes several, each says which it is.

    They may arrive in any order. The choices stand together, in the last.
    """
    whole = as_text(utterance)
    if utf16_units(whole) <= LONGEST:
        return (whole,) if whole else ()
    room = LONGEST - _LONGEST_NUMBER
    pieces = list(split(_said(utterance), room, utf16_units))
    if choices := numbered(utterance.choices):
        joined = f"{pieces[-1]} {choices}" if pieces else choices
        if utf16_units(joined) <= room:
            pieces[-1:] = [joined]
        else:
            pieces += split(choices, room, utf16_units)
    return tuple(f"({number}/{len(pieces)}) {piece}" for number, piece in enumerate(pieces, start=1))


def is_gsm7(text: str) -> bool:
    """Whether every letter has a place in the small alphabet."""
    return all(each in BASIC or each in EXTENDED for each in text)


def segments(text: str) -> int:
    """How many parts ``text`` takes on the air, which is what is paid for.

    >>> segments("a" * 160), segments("a" * 161), segments("👍" * 35), segments("👍" * 36)
    (1, 2, 1, 2)
    """
    is_small = is_gsm7(text)
    widths = [(1 + (each in EXTENDED)) if is_small else utf16_units(each) for each in text]
    if sum(widths) <= _ALONE[is_small]:
        return min(len(widths), 1)
    count, room = 1, _JOINED[is_small]
    for width in widths:
        if width > room:
            # A letter that takes two places is never divided between two parts.
            count, room = count + 1, _JOINED[is_small]
        room -= width
    return count


def _said(utterance: Utterance) -> str:
    said = (span.text if span.style is Style.QUOTED else in_plain_signs(span.text) for span in utterance.spans)
    return "".join(said).strip()
