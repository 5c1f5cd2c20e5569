"""Whether somebody of a spreadsheet is somebody of the book, by names and birthdays alone.

Where two might be one person, they are kept apart: a wrong guess would show a child to somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import fuzz

from book.ids import SettingId
from book.importing.cells import Name
from book.importing.headings import fold
from book.importing.known import Known, KnownChild, KnownPerson
from book.importing.reading import ReadChild, Reading

_NEARLY = 80.0


def is_called(known: KnownPerson, name: Name) -> bool:
    """Whether this is her name; one of the two may have been written without a surname."""
    if fold(known.called) == name.folded:
        return True
    return (not name.last or not known.full_name or " " not in known.full_name) and (
        fold(known.called).partition(" ")[0] == fold(name.first) and (not name.last or " " not in fold(known.called))
    )


def is_near(text: str, name: str) -> bool:
    """Whether one might be the other, misspelt."""
    folded, other = fold(text), fold(name)
    first = other.partition(" ")[0]
    if " " in folded:
        return fuzz.ratio(folded, other) >= _NEARLY
    return len(folded) >= 3 and fuzz.ratio(folded, first) >= _NEARLY


def same_child(child: ReadChild, free: Sequence[KnownChild]) -> KnownChild | None:
    """The child of the book this row is about: the same name, and no other day of birth."""
    named = [each for each in free if fold(each.names[-1]) == child.name.folded]
    named = named or [each for each in free if _goes_by(each, child.name)]
    same = [each for each in named if each.born is not None and each.born == child.born]
    if same:
        return same[0]
    open_ = [each for each in named if each.born is None or child.born is None]
    return open_[0] if len(open_) == 1 else None


def _goes_by(known: KnownChild, name: Name) -> bool:
    mine = {fold(each) for each in known.names}
    if name.folded in mine:
        return True
    # Written down without a surname once, and with one now, or the other way round.
    has_full = any(" " in each and each.partition(" ")[0] == fold(known.names[0]).partition(" ")[0] for each in mine)
    if not name.last:
        return fold(name.first) == fold(known.names[0]).partition(" ")[0]
    return not has_full and fold(name.first) in mine


def same_parent(name: Name, parents: Iterable[KnownPerson]) -> KnownPerson | None:
    """Of a child's parents in the book the one this is."""
    people = list(parents)
    exact = [each for each in people if fold(each.called) == name.folded]
    if not exact:
        exact = [
            each
            for each in people
            if fold(each.name).partition(" ")[0] == fold(name.first) and (not name.last or " " not in each.called)
        ]
    return exact[0] if exact else None


def names_here(child: ReadChild, others: Collection[KnownChild], *, shares_first_name: bool) -> tuple[str, ...]:
    """As she is called, then what else she goes by: her first name if it is enough to tell her here."""
    name = child.name
    shown = name.first
    if name.last and shares_first_name:
        shown = f"{name.first} {name.last[0]}"
        if any(fold(shown) == fold(each.names[0]) for each in others):
            shown = name.full
    return tuple(dict.fromkeys(each for each in (shown, child.nickname, name.full) if each))


def first_names(reading: Reading, known: Known) -> dict[tuple[SettingId, str], int]:
    """How many children of each setting have which first name, in the book and in the file together."""
    found: dict[tuple[SettingId, str], set[str]] = {}
    for setting in known.settings:
        for child in setting.children:
            first = fold(child.names[0]).partition(" ")[0]
            found.setdefault((setting.id, first), set()).add(fold(child.names[-1]))
        for each in reading.children:
            found.setdefault((setting.id, fold(each.name.first)), set()).add(each.name.folded)
    return {key: len(names) for key, names in found.items()}
