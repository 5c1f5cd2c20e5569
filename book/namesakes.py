"""Children of one name, told apart where somebody is to choose between them: by the fullest name and the room of each.

Knows nothing of how a choice is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from book.ids import ChildId
from book.people import Child, Circle


def told_apart(circles: Iterable[Circle]) -> dict[ChildId, str]:
    """Each of these children by her name, or where another has it too, so that she is known from that other."""
    around = list(circles)
    how_many = Counter(circle.child.name.casefold() for circle in around)
    return {
        circle.child.id: circle.child.name if how_many[circle.child.name.casefold()] == 1 else _in_full(circle)
        for circle in around
    }


def _in_full(circle: Circle) -> str:
    rooms = dict.fromkeys(room.name for room in circle.rooms.values())
    return ", ".join([_fullest(circle.child), *rooms])


def _fullest(child: Child) -> str:
    """The longest she goes by that begins with her name: "Ella Pike"."""
    longer = [each for each in child.nicknames if each.casefold().startswith(f"{child.name} ".casefold())]
    return max([child.name, *longer], key=len)
