"""What is wrong with a row, in data: which row and column, what stood there, and whether the row is stopped by it.

A fault of the first kind stops its row; one of the second leaves one field empty and lets the rest in. The sentences
are ``import.fault.<value>`` in the catalogue, and the mend beside each is ``import.mend.<value>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from book.importing.headings import About


class FaultKind(StrEnum):
    # These stop the row.
    NO_NAME = "no_name"
    BORN = "born"  # on a day on which no child of the book was born
    NO_SUCH_DAY = "no_such_day"
    SAME_CHILD = "same_child"
    SAME_STAFF = "same_staff"
    UNKNOWN_SETTING = "unknown_setting"
    UNKNOWN_KIND = "unknown_kind"
    # These leave a field empty.
    NO_DAY = "no_day"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LANDLINE = "landline"
    NO_NUMBER = "no_number"
    HOURS = "hours"
    YES_OR_NO = "yes_or_no"
    LANGUAGE = "language"
    NOBODY = "nobody"  # nobody of that name works here
    NEARLY = "nearly"  # nobody of that name works here, but somebody of nearly the same
    SEVERAL = "several"  # more than one of that name works here
    MAIN = "main"
    NO_PARENT = "no_parent"  # a number without a name


STOPS = frozenset({
    FaultKind.NO_NAME, FaultKind.BORN, FaultKind.NO_SUCH_DAY, FaultKind.SAME_CHILD, FaultKind.SAME_STAFF,
    FaultKind.UNKNOWN_SETTING, FaultKind.UNKNOWN_KIND,
})  # fmt: skip
NUMBERS = frozenset({FaultKind.TOO_SHORT, FaultKind.TOO_LONG, FaultKind.LANDLINE, FaultKind.NO_NUMBER})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to look at. ``rows`` are as the spreadsheet numbers them, the one that is stopped the last."""

    kind: FaultKind
    rows: tuple[int, ...]
    column: str
    name: str = ""  # whose it is
    given: str = ""  # what stood in the cell
    near: str = ""  # what may have been meant
    about: About = About.CHILDREN

    @property
    def stops(self) -> bool:
        """Whether the row stays out because of it."""
        return self.kind in STOPS

    @property
    def row(self) -> int:
        """The row it is about."""
        return self.rows[-1]
