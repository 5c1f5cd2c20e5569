"""Who is told of a disclosure, in which order, and from whom it is kept (rule 1).

Two leads stand by for a setting. Whoever a disclosure names never learns of it, and what a parent says about staff
goes to the manager as well. Where nobody uninvolved is left, nobody is told and its author is sent to the council.
Judges nothing of what was said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from book.ids import PersonId, SettingId
from book.people import STAFF, Membership, Role
from book.understanding.names import Named, mentions_in, words_of

LEADS = (Role.SAFEGUARDING_LEAD, Role.DEPUTY_LEAD)
"""In the order in which they are told."""

# What people call somebody who works with the children, without her name.
_STAFF_WORDS = frozenset(
    {"staff", "practitioner", "teacher", "keyworker", "carer", "nursery", "manager", "apprentice", "student"}
)


@dataclass(frozen=True, slots=True)
class Road:
    """Where a disclosure goes. Without leads nobody is sent it; ``kept_from`` are those its words name."""

    setting: SettingId | None
    leads: tuple[Membership, ...] = ()
    manager: Membership | None = None
    kept_from: frozenset[PersonId] = frozenset()

    @property
    def told(self) -> tuple[Membership, ...]:
        """Those who are told at once: the first lead, and the manager of staff whom a parent speaks of."""
        first = self.leads[:1]
        manager = self.manager
        return (
            first
            if manager is None or any(each.person.id == manager.person.id for each in first)
            else (
                *first,
                manager,
            )
        )


def road(members: Iterable[Membership], me: Membership, words: str, *, kept_from: Collection[PersonId] = ()) -> Road:
    """The road of what ``me`` wrote, among the live ``members`` of her setting (a parent's is where she joined).

    ``kept_from`` are those the author says it is about.
    """
    if me.setting is None:
        return Road(None)
    here = {each.id: each for each in members if each.setting == me.setting and each.person.id != me.person.id}
    named = named_in(words, here.values()) | frozenset(kept_from)
    free = [each for each in here.values() if each.person.id not in named]
    leads: dict[PersonId, Membership] = {}
    for role in LEADS:
        for each in free:
            if each.role is role:
                leads.setdefault(each.person.id, each)
    manager = None
    if me.role not in STAFF and speaks_of_staff(words, here.values()):
        manager = next((each for each in free if each.role is Role.MANAGER), None)
    if not leads:
        return Road(None, kept_from=named)
    return Road(me.setting, tuple(leads.values()), manager, named)


def named_in(words: str, members: Iterable[Membership]) -> frozenset[PersonId]:
    """Those of ``members`` whose name stands in these words; a name that is also a word only where it is a name."""
    people = {each.person.id: each.person for each in members}
    circle = [Named(person.id, tuple({person.name, person.in_full})) for person in people.values()]
    found = mentions_in(words_of(words), circle)
    return frozenset(PersonId(each) for mention in found if mention.sure for each in mention.children)


def speaks_of_staff(words: str, members: Iterable[Membership]) -> bool:
    """Whether these words may speak of somebody who works at the setting: by her name, or as "the staff"."""
    staff = [each for each in members if each.role in STAFF]
    return bool(named_in(words, staff)) or any(
        each.folded.removesuffix("s") in _STAFF_WORDS for each in words_of(words)
    )
