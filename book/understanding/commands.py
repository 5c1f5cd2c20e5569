"""The few words that are commands, moves, corrections and narrowings; everything else is a note."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from book.understanding.children import Named


class CommandWord(StrEnum):
    """The nineteen words, and two that platforms send of themselves."""

    UNDO = "undo"
    HELP = "help"
    TODAY = "today"
    WHO = "who"
    SHARING = "sharing"
    LESS = "less"
    MORE = "more"
    REMIND = "remind"
    PRINT = "print"
    EVENING = "evening"
    CALL_ME = "call me"
    MORNING = "morning"
    GAPS = "gaps"
    HANDOVER = "handover"
    WAITING = "waiting"
    COVER = "cover"
    INVITE = "invite"
    REPORT = "report"
    SURVEY = "survey"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Command:
    """A word of command and what was written after it, as written."""

    word: CommandWord
    rest: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whom the author limits a message to, in the author's own words."""

    only: str | None
    without: tuple[str, ...]
    alone: bool
    because: str


def as_command(text: str) -> Command | None:
    """The command `text` is, or None."""
    return None


def as_move(text: str, circle: Sequence[Named]) -> int | None:
    """The child that the message just before should have been about, or None."""
    return None


def as_correction(text: str) -> str | None:
    """What is to stand instead in the message just before, or None."""
    return None


def as_narrowing(text: str, *, people: Collection[str] = ()) -> Narrowing | None:
    """Who the author limits the message to, or None."""
    return None
