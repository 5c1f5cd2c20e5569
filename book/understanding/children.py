"""Which child a message is about; never a guess between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """A child of the sender's circle and everything it is called."""

    child: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneChild:
    """Exactly one child is meant."""

    child: int
    because: str


@dataclass(frozen=True, slots=True)
class SeveralChildren:
    """Several children, each with its own clause."""

    clauses: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class AskWhich:
    """Two could be meant: the sender is asked."""

    among: tuple[int, ...]


def which_child(
    text: str,
    circle: Sequence[Named],
    *,
    replied_to: int | None = None,
    in_conversation: int | None = None,
) -> OneChild | SeveralChildren | AskWhich:
    """Decide which child `text` is about."""
    if len(circle) == 1:
        return OneChild(circle[0].child, "only child")
    return AskWhich(tuple(named.child for named in circle))


def answered_child(text: str, among: Sequence[Named]) -> tuple[int, ...] | None:
    """The children an answer to "which child?" names, or None if it is no answer."""
    return None
