"""One thing that hangs: what is said of it in the list, and what a number in the list does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from book.ids import ChildId
from book.notices import Choice, Offer, Said


@dataclass(frozen=True, slots=True)
class Hanging:
    """``lines`` stand in the list. Taking ``choice`` does something at once, or puts the question ``put``."""

    lines: tuple[tuple[str, Mapping[str, str]], ...]
    choice: Choice | None = None
    put: Said | None = None
    child: ChildId | None = None  # whom the question is about, and under whose key it is kept


def asking(
    key: str, name: str, line: tuple[str, Mapping[str, str]], put: Said, child: ChildId | None = None
) -> Hanging:
    """A question that was put before and is put again; ``key`` finds it, ``name`` stands on its button."""
    return Hanging((line,), Choice(Offer.WAITING, 0, key, name), put, child)
