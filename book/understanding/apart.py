"""Questions of one parent that a person must answer: who fetched the child, where the other parent lives.

The bot answers nothing about another parent's comings, goings, address, telephone or notes (dialogue 21). Doubt counts
as such a question: to ask a person is never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from book.understanding.lexicon import fold


class AsksOf(StrEnum):
    """What a question is about that only a person may answer."""

    COLLECTION = "collection"
    PARENT = "parent"


_FETCHED = (
    r"(?:picked|picking|picks|pick|collected|collecting|collects|collect|fetched|fetching|fetches|fetch|got|took"
    r"|dropped|dropping|drops|drop)"
)
_COLLECTION = re.compile(
    rf"\b(?:who|whos|did|does|was it|when did|what time did|has|is)\b.*\b{_FETCHED}\b.*\b(?:her|him|them|up|off|today"
    rf"|yesterday|\w+)\b|\bwho (?:came|comes|is coming|was there|brought)\b"
)
_PRIVATE = re.compile(
    r"\b(?:address|number|phone|mobile|live|lives|living|moved|work|works|working|partner|boyfriend|girlfriend|say|said"
    r"|says|write|wrote|written|note|notes|told|been|come|came|coming|going|there|where|when)\b"
)
_OTHER = frozenset({"dad", "daddy", "mum", "mummy", "mother", "father"})
_ASKS = re.compile(
    r"^(?:hi |hello |sorry |pls |please )*"
    r"(?:who|whos|what|whats|where|wheres|when|did|does|do|has|have|is|was|can|could)"
)


def asks_of(text: str, others: Collection[str]) -> AsksOf | None:
    """What a parent's words ask that a person must answer; ``others`` are the names of the child's other parents."""
    plain = " ".join(re.sub(r"['’]", "", text.casefold()).split())
    if "?" not in plain and not _ASKS.match(plain):
        return None
    if _COLLECTION.search(plain) and ("?" in plain or plain.startswith("who")):
        return AsksOf.COLLECTION
    words = {fold(each) for each in re.findall(r"\w+", plain)}
    names = {fold(name.split()[0]) for name in others if name.strip()} | _OTHER
    if words & {each for name in names for each in (name, f"{name}s")} and _PRIVATE.search(plain):
        return AsksOf.PARENT
    return None
