"""The rows of children: each with her parents, her key people, her room, her hours and what was chosen for her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from book.ids import ChildId, PersonId, RoomId, SettingId
from book.importing.drafting import At, Draft
from book.importing.headings import Field, fold
from book.importing.known import KnownChild
from book.importing.plans import ChildMade, Stands, What
from book.importing.reading import ReadChild, ReadParent
from book.importing.staff_rows import colleague
from book.importing.who_is_who import names_here, same_child, same_parent
from book.people import Role


def child_row(draft: Draft, child: ReadChild, at: At, first_names: Mapping[tuple[SettingId, str], int]) -> None:
    """What one row changes; ``first_names`` says how many children of a setting share one."""
    known = same_child(child, [each for each in at.children if each.id not in at.claimed])
    if known is None:
        shares = first_names.get((at.id, fold(child.name.first)), 0) > 1
        names = names_here(child, at.children, shares_first_name=shares)
        known = KnownChild(ChildId(draft.ids.new()), names, child.born)
        draft.plan.children.append(ChildMade(known.id, known.names, child.born))
        draft.changed(What.CHILD, child.name.shown, at.name, child.row, new=True)
        at.children.append(known)
        is_new = True
    else:
        is_new = False
        if child.born is not None and known.born is None:
            draft.plan.births.append((known.id, child.born))
            draft.changed(What.BORN, child.name.shown, child.born.strftime("%d/%m/%Y"), child.row)
    at.claimed.add(known.id)
    parents = [_parent(draft, child, each, known, at) for each in child.parents]
    _keys(draft, child, known, at, is_new=is_new)
    room = draft.room(child.room, at, child.row)
    if room is not None and room != known.room:
        draft.plan.moves.append((known.id, at.id, room))
        draft.quietly(is_new, What.IN_ROOM, child, at.room_names[room])
    if child.sessions and frozenset(child.sessions) != known.sessions:
        draft.plan.sessions[known.id, at.id] = child.sessions
        draft.quietly(is_new, What.SESSIONS, child, "")
    _photos(draft, child, known, parents, is_new=is_new)
    _mains(draft, child, known, parents, is_new=is_new)
    _replace(at, known, room)


def _replace(at: At, known: KnownChild, room: RoomId | None) -> None:
    for number, each in enumerate(at.children):
        if each.id == known.id and room is not None:
            at.children[number] = replace(each, room=room)


def _parent(draft: Draft, child: ReadChild, parent: ReadParent, known: KnownChild, at: At) -> PersonId:
    same = same_parent(parent.name, (draft.people[each] for each in known.parents if each in draft.people))
    found = same.id if same is not None else None
    if found is None:
        keyed = [draft.by_number.get((parent.name.folded, number)) for number in parent.numbers]
        found = next((each for each in keyed if each is not None), None)
        if found is None:
            found = draft.enrol(parent.name, parent.language or "en", staff=False)
            draft.plan.new_parents.append((found, known.id))
        draft.plan.stands.append(Stands(found, Role.PARENT, at.id, known.id))
        draft.changed(What.PARENT, child.name.shown, parent.name.shown, child.row, new=True)
    for number in parent.numbers:
        draft.by_number.setdefault((parent.name.folded, number), found)
    draft.wants_numbers(found, parent.numbers)
    return found


def _keys(draft: Draft, child: ReadChild, known: KnownChild, at: At, *, is_new: bool) -> None:
    for wanted, text, before, role, what in (
        (Field.KEY, child.key, known.keys, Role.KEY_PERSON, What.KEY),
        (Field.SECOND_KEY, child.second_key, known.second_keys, Role.SECOND_KEY_PERSON, What.SECOND_KEY),
    ):
        person = colleague(draft, child, wanted, text, at)
        if person is None or before == (person,):
            continue
        draft.plan.stands += [Stands(each, role, at.id, known.id, ended=True) for each in before if each != person]
        if person not in before:
            draft.plan.stands.append(Stands(person, role, at.id, known.id))
        draft.quietly(is_new, what, child, draft.people[person].called)


def _photos(draft: Draft, child: ReadChild, known: KnownChild, parents: Sequence[PersonId], *, is_new: bool) -> None:
    """A paper may narrow what a parent chose, and stands in where none has; it never widens her own word."""
    theirs = [*parents, *known.parents]
    if child.photos is None or not theirs or known.photos == child.photos:
        return
    if child.photos and known.photos is not None:
        return
    draft.plan.photos.append((known.id, theirs[0], child.photos))
    draft.quietly(is_new, What.PHOTOS, child, "yes" if child.photos else "no")


def _mains(draft: Draft, child: ReadChild, known: KnownChild, parents: Sequence[PersonId], *, is_new: bool) -> None:
    chosen = next((who for who, each in zip(parents, child.parents, strict=True) if each.is_main), None)
    if chosen is None or known.mains == (chosen,):
        return
    draft.plan.mains += [(known.id, each, False) for each in known.mains if each != chosen]
    if chosen not in known.mains:
        draft.plan.mains.append((known.id, chosen, True))
    draft.quietly(is_new, What.MAIN, child, draft.people[chosen].called)
