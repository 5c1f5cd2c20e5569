"""A decision table of who gets a group photo, written from the rules of the audience as people read them.

Six children of one nursery, a photo taken there, and four kinds of people around one of them. Knows nothing of the
program and imports none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CHILDREN = ("Ella", "Noah", "Leo", "Zofia", "Mo", "Bea")
NOT_IN_IT, YES, NO, NEVER_ASKED = "not in it", "yes", "no", "never asked"
"""How one child stands to the photo: she is not in it; or she is, and her family said this of group photos."""

AUDIENCES = ("her family", "her childminder", "the nursery's own staff", "a professional")
MINDED_TOGETHER = ("Ella", "Noah")
"""The childminder has these two, and what the nursery sees of them travels to her, photos too."""


@dataclass(frozen=True)
class Cell:
    """One kind of reader around one child, of one photo."""

    thread: str
    audience: str
    state: Mapping[str, str]
    said: str = "the children"  # or "nobody's face", "somebody behind", "nothing"

    @property
    def in_it(self) -> tuple[str, ...]:
        return tuple(child for child in CHILDREN if self.state[child] != NOT_IN_IT)

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(child for child in self.in_it if child != self.thread)


def may_have_it(cell: Cell) -> bool:
    """The first line that applies decides."""
    if cell.audience == "the nursery's own staff":
        return True  # Whose photo it is.
    if cell.audience == "her childminder" and cell.thread not in MINDED_TOGETHER:
        return False  # She is nobody's childminder here.
    if cell.said in ("nothing", "somebody behind"):
        return False  # Unanswered, or somebody in the background: held.
    if cell.said == "nobody's face":
        return True  # Nobody is seen by it.
    if cell.thread not in cell.in_it:
        return False  # It is not of her.
    if cell.audience == "her family":
        # Only if every other child in it may be seen by other families; "no" and "never asked" are both no.
        return all(cell.state[child] == YES for child in cell.others)
    if cell.audience == "her childminder":
        # Group photos are for other families. She sees whom she minds, and nobody else's child.
        return all(child in MINDED_TOGETHER for child in cell.others)
    # A professional is there for one child.
    return not cell.others
