"""One thing that hangs: what is said of it in the list, and what a number in the list does about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from book.entries import Entry
from book.ids import ChildId
from book.notices import Choice, Offer, Said
from book.people import Circle, Membership, Role
from book.timing import spoken_time
from handlers.desk import Desk
from storage.situations import Situation

# For whom a note hangs: the child's key person, or who has her to herself; and who runs the setting sees it.
_OWNERS = frozenset({Role.KEY_PERSON, Role.CHILDMINDER, Role.MANAGER})


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


def notes_of_hers(situation: Situation, desk: Desk) -> Iterator[tuple[Circle, Membership, Sequence[Entry]]]:
    """What was written of the last days about each child of whom what waits hangs for her, oldest first."""
    if situation.person is None:
        return
    for child, entries in sorted(situation.lately.items()):
        circle = situation.circles[child]
        me = circle.membership(situation.person.id, desk.now)
        if me is not None and me.role in _OWNERS:
            yield circle, me, entries


def note_line(entry: Entry, circle: Circle, desk: Desk, *, today: str, before: str) -> tuple[str, dict[str, str]]:
    """The line about a note, by the key for one of today or of a day before: of which child, by whom and when."""
    author, local = circle.person(entry.author), entry.happened_at.astimezone(desk.zone)
    return today if local.date() == desk.today else before, {
        "child": circle.child.name,
        "author": author.name if author is not None else "",
        "time": spoken_time(local),
    }
