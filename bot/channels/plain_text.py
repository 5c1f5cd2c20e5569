"""An utterance as plain text, for channels without buttons: choices become numbers, and every letter one of GSM-7.

One letter outside that alphabet (a tick, an arrow, a curly quote) would halve what fits in a text message. Pure: knows
no platform, no lengths and no numbers of telephones.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from book.wording.utterance import Labelled, Utterance

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_PLAIN = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "✓": "",
    "→": "to",
    "⇄": "and",
    "·": ":",
    "°": "",
    "\u00a0": " ",
}


def as_text(utterance: Utterance) -> str:
    """What is said and, after it, the choices by number: "Phones get seen. 1 yes, 2 just say there's news"."""
    return in_gsm7(" ".join(filter(None, (utterance.text.strip(), numbered(utterance.choices)))))


def numbered(choices: Sequence[Labelled]) -> str:
    """ "1 Noah, 2 Poppy, 3 both"."""
    return ", ".join(f"{number} {each.label}" for number, each in enumerate(choices, start=1))


def in_gsm7(text: str) -> str:
    """``text`` in the letters of a plain text message; what has no likeness there is left out, words of other scripts
    stay as they are.

    >>> in_gsm7("✓ Ella · “slept” → Priya…")
    'Ella : "slept" to Priya...'
    """
    plain = "".join(_PLAIN.get(each, each) for each in text)
    said = "".join(_likeness(each) for each in plain)
    return "\n".join(" ".join(line.split()) for line in said.split("\n")).strip()


def _likeness(letter: str) -> str:
    if letter in _BASIC or (letter.isalpha() and ord(letter) > 0x24F):
        return letter
    bare = "".join(each for each in normalize("NFKD", letter) if each in _BASIC)
    return bare if letter.isalpha() else ""
