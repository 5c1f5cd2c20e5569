"""The words by which somebody says where she wants to be reached: "text me instead", "use telegram", "whatsapp please".

Read whole or not at all: whatever says more is a note. Knows neither who says it nor what there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """Where she wants to be reached, by its channel's name; empty where she only asks how it stands."""

    channel: str = ""


_CHANNELS = {"telegram": "telegram", "whatsapp": "whatsapp", "sms": "sms", "text": "sms", "texts": "sms"}
_NAME = r"(?P<name>telegram|whats ?app|sms|texts?|text messages?)"
_PLEASE = r"(?:,? (?:please|pls|plz|thanks|ta|instead|from now on|now|x+))*"
_ASKING = r"(?:please |pls |can (?:you|i) |could (?:you|i) |i(?:'d| would) (?:rather|prefer to|like to) )?"
_ASKED = re.compile(
    r"/?(?:my |change )?channels?(?: please)?\??|where (?:do|will) (?:i|you) (?:hear from|reach) (?:you|me)\??"
)
_WANTED = tuple(
    re.compile(form)
    for form in (
        rf"{_ASKING}(?:use|switch to|change to|go back to|add|have|(?:reach|tell) me (?:by|on)) {_NAME}{_PLEASE}",
        rf"(?:i(?:'d| would) (?:rather have|prefer|rather use)|i prefer) {_NAME}{_PLEASE}",
        rf"(?:by |on |via )?{_NAME},? (?:please|pls|instead)(?:,? (?:please|pls|thanks|x+))*",
        rf"{_NAME} me (?:instead|from now on)(?:,? (?:please|pls|thanks|x+))*",
        rf"{_ASKING}send me {_NAME}(?: instead| from now on)(?:,? (?:please|pls|thanks|x+))*",
        rf"/?channel {_NAME}",
    )
)


def read(text: str) -> Where | None:
    """Where she wants to be reached, or None where it is no such sentence.

    >>> read("text me instead"), read("Use Telegram please"), read("whatsapp please!"), read("/channel")
    (Where(channel='sms'), Where(channel='telegram'), Where(channel='whatsapp'), Where(channel=''))
    >>> read("text me when she wakes"), read("please text me"), read("text"), read("telegram"), read("use sms to ring")
    (None, None, None, None, None)
    """
    if len(text) > 60:
        return None
    said = " ".join(text.casefold().replace("\u2019", "'").strip(" .!?").split())
    if _ASKED.fullmatch(said):
        return Where()
    found = next((match for form in _WANTED if (match := form.fullmatch(said))), None)
    if found is None:
        return None
    name = found["name"].replace(" ", "")
    return Where("sms" if name.startswith("text") else _CHANNELS[name])


def may_be(text: str) -> bool:
    """Whether these words are such a sentence."""
    return read(text) is not None
