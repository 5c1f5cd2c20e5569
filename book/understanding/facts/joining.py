"""Two facts that tell of one sleep: where it began and where it ended, said apart.

Knows nothing of children or of when anything was written: whoever asks has chosen two that may belong together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from book.facts import Sleep

_LONGEST = timedelta(hours=14)


def is_open(sleep: Sleep) -> bool:
    """A beginning without an end: "leo down"."""
    return sleep.begins is not None and sleep.ends is None and sleep.minutes is None and sleep.amount is None


def is_end(sleep: Sleep) -> bool:
    """An end without a beginning: "leo up"."""
    return sleep.ends is not None and sleep.begins is None and sleep.minutes is None


def joined(began: Sleep, ended: Sleep) -> Sleep | None:
    """One sleep of the two, with the words of the second; None where they are none of one sleep."""
    if not is_open(began) or not is_end(ended):
        return None
    assert began.begins is not None
    assert ended.ends is not None
    if not timedelta() < ended.ends - began.begins <= _LONGEST:
        return None
    wakings = ended.wakings if began.wakings is None else began.wakings
    return replace(ended, begins=began.begins, wakings=wakings, where=ended.where or began.where)


def in_one_breath(first: Sleep, second: Sleep) -> Sleep | None:
    """One sleep of two that follow each other in a message: "went down at 12 … slept an hour"; else None."""
    if (both := joined(first, second)) is not None:
        return both
    length, at = (first, second) if first.minutes is not None else (second, first)
    if length.minutes is not None and length.begins is None and length.ends is None and is_open(at):
        return replace(second, begins=at.begins, minutes=length.minutes, where=first.where or second.where)
    if second.wakings is not None and first.begins is not None and first.ends is not None and first.wakings is None:
        alone = second.begins is None and second.ends is None and second.minutes is None
        return replace(first, wakings=second.wakings) if alone else None
    return None
