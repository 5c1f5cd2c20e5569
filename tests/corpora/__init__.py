"""Sentences as people write them, labelled by hand: what understanding is tuned to and judged by.

Each collection is a file of one JSON object a line, described in the README beside this module. Nothing here knows the
rules: a sentence is labelled with what its words mean, whether or not it is understood.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Split = Literal["tune", "held"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that must be kept for the safeguarding lead, or must not be."""

    text: str
    sender: str
    about: str
    kind: str
    languages: tuple[str, ...]
    split: Split
    near: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message with the topics it has, and for some the facts its words state."""

    text: str
    sender: str
    topics: frozenset[str]
    languages: tuple[str, ...]
    split: Split
    facts: tuple[dict[str, Any], ...] | None = None
    now: str | None = None
    roster: tuple[str, ...] = ()


def rows(name: str) -> list[dict[str, Any]]:
    """Every line of a collection, as it is written in its file."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def sentences(name: str, split: Split | None = None) -> tuple[Sentence, ...]:
    """`disclosures`, `ordinary` and the like, all of it or one side of the split."""
    return tuple(
        Sentence(
            text=row["text"],
            sender=row["from"],
            about=row["about"],
            kind=row["kind"],
            languages=tuple(row["languages"]),
            split=row["split"],
            near=row.get("near", False),
        )
        for row in rows(name)
        if split is None or row["split"] == split
    )


@cache
def messages(name: str, split: Split | None = None) -> tuple[Message, ...]:
    """`messages`, `languages`, `first`, `rushed`, `shared`, `own_messages` or `many_messages`, or one side.

    The last three are for tuning.
    """
    return tuple(
        Message(
            text=row["text"],
            sender=row["sender_role"],
            topics=frozenset(row["categories"]),
            languages=tuple(row.get("languages", ["en"])),
            split=row.get("split", "tune"),
            facts=tuple(row["facts"]) if "facts" in row else None,
            now=row.get("now"),
            roster=tuple(row.get("roster", ())),
        )
        for row in rows(name)
        if split is None or row.get("split", "tune") == split
    )
